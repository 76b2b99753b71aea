//! Public threads about networks that failed, rebuilt in `fixtures/casebook`: fargcheck names the cause that each thread
//! found, and nothing else. docs/casebook.md is made of them.
//!
//! `UPDATE_DOCUMENTS=1 cargo test --test casebook` writes the page anew.

mod cli_support;
mod documents_support;

use cli_support::{Run, run_with};
use documents_support::{hold, rewritten, root};
use serde::Deserialize;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::sync::LazyLock;

const FOLDER: &str = "fixtures/casebook";

/// `fixtures/casebook/cases.toml`, which says what its fields are.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Table {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    title: String,
    thread: String,
    thread_title: String,
    error: Option<String>,
    seen: Option<String>,
    cause: String,
    #[serde(default)]
    arguments: Vec<String>,
    expect: Vec<Expected>,
    assumed: String,
    repair: Vec<Change>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    rule: String,
    resource: String,
}

/// A value of the snapshot, by its JSON pointer, and what it becomes; `-` appends to a list.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    at: String,
    to: Value,
}

static CASES: LazyLock<Vec<Case>> = LazyLock::new(|| {
    let text = fs::read_to_string(root().join(FOLDER).join("cases.toml")).expect("the table is checked in");
    toml::from_str::<Table>(&text).unwrap_or_else(|error| panic!("cases.toml: {error}")).case
});

impl Case {
    fn snapshot(&self) -> String {
        format!("{FOLDER}/{}.json", self.name)
    }

    fn document(&self) -> Value {
        let text =
            fs::read_to_string(root().join(self.snapshot())).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }

    /// What `lint --format json` says of the path, `-` being the input.
    fn lint(&self, path: &str, input: &str) -> Run {
        let mut arguments = vec!["lint", path, "--format", "json"];
        arguments.extend(self.arguments.iter().map(String::as_str));
        run_with(root(), &arguments, input)
    }

    fn repaired(&self) -> Value {
        let mut document = self.document();
        for change in &self.repair {
            let place =
                change.at.rsplit_once('/').and_then(|(parent, last)| Some((document.pointer_mut(parent)?, last)));
            let Some((parent, last)) = place else { panic!("{}: {} is not there", self.name, change.at) };
            match parent {
                Value::Array(list) if last == "-" => list.push(change.to.clone()),
                parent => {
                    let value = parent.pointer_mut(&format!("/{last}"));
                    *value.unwrap_or_else(|| panic!("{}: {} is not there", self.name, change.at)) = change.to.clone();
                }
            }
        }
        document
    }
}

/// The findings that a run prints, but for those that are only worth knowing: severity, rule and resource.
fn findings(run: &Run) -> BTreeSet<(String, String, String)> {
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let found = run.json()["findings"].as_array().cloned().expect("a list");
    let grave = found.iter().filter(|finding| finding["severity"] != "info");
    grave
        .map(|finding| (text(&finding["severity"]), text(&finding["rule"]), text(&finding["resource"]["id"])))
        .collect()
}

#[test]
fn each_snapshot_has_its_case() {
    let mut snapshots = BTreeSet::new();
    for entry in fs::read_dir(root().join(FOLDER)).expect("the fixtures") {
        let name = entry.expect("an entry").file_name().into_string().expect("a name");
        snapshots.extend(name.strip_suffix(".json").map(str::to_owned));
    }
    let names: Vec<String> = CASES.iter().map(|case| case.name.clone()).collect();
    assert_eq!(names.iter().cloned().collect::<BTreeSet<_>>(), snapshots);
    assert_eq!(names.len(), snapshots.len(), "two cases have one name");
    assert!(CASES.len() >= 20, "{} cases", CASES.len());
    let threads: BTreeSet<&str> = CASES.iter().map(|case| case.thread.as_str()).collect();
    assert_eq!(threads.len(), CASES.len(), "two cases have one thread");
    for case in CASES.iter() {
        assert!(case.error.is_some() != case.seen.is_some(), "{} has either an error or what was seen", case.name);
        assert!(case.thread.starts_with("https://"), "{}", case.thread);
    }
}

#[test]
fn each_network_is_accused_of_its_cause_alone() {
    for case in CASES.iter() {
        let run = case.lint(&case.snapshot(), "");
        let expected =
            case.expect.iter().map(|found| ("error".into(), found.rule.clone(), found.resource.clone())).collect();
        assert_eq!(findings(&run), expected, "{}", case.name);
        assert_eq!(run.code, 1, "{}", case.name);
        assert_eq!(run.json()["notChecked"], Value::Array(Vec::new()), "{}", case.name);
    }
}

/// By itself the text leads to the rule, among others; with the snapshot to the finding.
#[test]
fn each_error_text_leads_to_the_rule() {
    for case in CASES.iter() {
        let Some(error) = &case.error else { continue };
        let alone = run_with(root(), &["explain", error], "");
        assert_eq!(alone.code, 0, "{}: {alone:#?}", case.name);
        let snapshot = case.snapshot();
        let mut arguments = vec!["explain", error, "--snapshot", &snapshot];
        arguments.extend(case.arguments.iter().map(String::as_str));
        let shown = run_with(root(), &arguments, "");
        for Expected { rule, .. } in &case.expect {
            let words = alone.out.split(|character: char| character.is_whitespace() || "[]".contains(character));
            assert!(words.into_iter().any(|word| word == rule), "{}: {rule} isn't in {}", case.name, alone.out);
            assert!(shown.out.contains(&format!("error[{rule}]: ")), "{}: {shown:#?}", case.name);
        }
    }
}

#[test]
fn each_repaired_network_is_sound() {
    for case in CASES.iter() {
        let run = case.lint("-", &case.repaired().to_string());
        assert_eq!(findings(&run), BTreeSet::new(), "{}", case.name);
        assert_eq!(run.code, 0, "{}: {run:#?}", case.name);
    }
}

/// `owner/repository#number`, as threads are called.
fn thread_name(url: &str) -> String {
    let parts: Vec<&str> = url.trim_start_matches("https://github.com/").split('/').collect();
    match parts[..] {
        [owner, repository, _, number] => format!("{owner}/{repository}#{number}"),
        _ => url.to_owned(),
    }
}

/// What GitHub makes of a heading, to link to it.
fn anchor(title: &str) -> String {
    let kept = title.to_lowercase();
    let kept = kept.chars().filter(|character| character.is_alphanumeric() || " -_".contains(*character));
    kept.map(|character| if character == ' ' { '-' } else { character }).collect()
}

fn section(case: &Case, opened: bool) -> String {
    let mut page = format!("## {}\n\n", case.title);
    let mut say = |text: String| page.write_str(&text).expect("a text can be written");
    say(format!("[{}]({}), “{}”\n\n", thread_name(&case.thread), case.thread, case.thread_title));
    if let Some(error) = &case.error {
        say(format!("```text\n{error}\n```\n\n"));
    }
    if let Some(seen) = &case.seen {
        say(format!("> {seen}\n\n"));
    }
    say(format!("**What it was.** {}\n\n", case.cause));
    let found = case.lint(&case.snapshot(), "").json()["findings"].as_array().cloned().unwrap_or_default();
    let heads = found.iter().filter(|finding| finding["severity"] == "error").map(|finding| {
        let text = |name: &str| finding[name].as_str().unwrap_or_default().replace('&', "&amp;").replace('<', "&lt;");
        format!("<code>{}[{}]: {}</code>", text("severity"), text("rule"), text("message"))
    });
    let heads: Vec<String> = heads.collect();
    let open = if opened { " open" } else { "" };
    say(format!("<details{open}><summary>{}</summary>\n\n", heads.join("<br>")));
    let arguments: String = case.arguments.iter().map(|argument| format!(" {argument}")).collect();
    say(format!("```console\n$ fargcheck lint {}{arguments}\n```\n\n</details>\n\n", case.snapshot()));
    say(format!("*Assumed:* {}\n", case.assumed));
    page
}

/// The page without the last line of each run, which counts the rules: a page should not change with every new rule.
fn without_counts(page: &str) -> String {
    let counts = |line: &str| line.contains(" error") && line.contains(" in ") && line.ends_with(" rules");
    let mut lines: Vec<&str> = Vec::new();
    for line in page.lines() {
        if counts(line.split(';').next().unwrap_or_default()) && line.starts_with(|first: char| first.is_ascii_digit())
        {
            lines.pop_if(|blank| blank.is_empty());
        } else {
            lines.push(line);
        }
    }
    lines.join("\n") + "\n"
}

#[test]
fn the_page_shows_every_case() {
    let mut page = fs::read_to_string(root().join(FOLDER).join("introduction.md")).expect("it is checked in");
    page.push_str("\n| | what fargcheck says it was |\n| --- | --- |\n");
    for case in CASES.iter() {
        let rules = case.expect.iter().map(|found| format!("[`{0}`](rules/{0}.md)", found.rule));
        let rules: Vec<String> = rules.collect();
        writeln!(page, "| [{}](#{}) | {} |", case.title, anchor(&case.title), rules.join(", ")).expect("a text");
    }
    for (index, case) in CASES.iter().enumerate() {
        page.push('\n');
        page.push_str(&section(case, index == 0));
    }
    hold("docs/casebook.md", &without_counts(&rewritten(&page)));
}

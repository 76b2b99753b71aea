//! Commands and outputs in README.md are what the program says: each `console` block is run and compared. The pages below
//! docs/rules are what the rules say.
//!
//! `UPDATE_DOCUMENTS=1 cargo test --test documents` writes the outputs anew.

use fargcheck::facts::ENTITIES;
use fargcheck::rules::{Catalogue, Rule};
use std::fs;
use std::path::Path;
use std::process::Command;

const PAGES: [&str; 1] = ["README.md"];

/// Runs a line as a shell would, with `fargcheck` the program that was built.
fn run(line: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_fargcheck"));
    let folder = program.parent().expect("a program is in a folder");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .output()
        .expect("a shell runs");
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).expect("the program writes UTF-8").trim_end().to_owned()
}

/// The page with the outputs of its `console` blocks as they are now.
fn rewritten(page: &str) -> String {
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        out.push_str(line);
        out.push('\n');
        if line != "```console" {
            continue;
        }
        let command = lines.next().expect("a console block has a command");
        let bare = command.strip_prefix("$ ").expect("a command follows `$ `");
        out.push_str(command);
        out.push('\n');
        let shown = run(bare);
        if !shown.is_empty() {
            out.push_str(&shown);
            out.push('\n');
        }
        for line in lines.by_ref() {
            if line == "```" {
                out.push_str("```\n");
                break;
            }
        }
    }
    out
}

#[test]
fn outputs_are_those_of_the_program() {
    for name in PAGES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(name);
        let page = fs::read_to_string(&path).expect("the page can be read");
        assert!(page.contains("```console"), "{name} shows the program at work");
        let now = rewritten(&page);
        if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
            fs::write(&path, &now).expect("the page can be written");
        } else {
            assert!(
                page == now,
                "{name} shows something else than the program says: UPDATE_DOCUMENTS=1 writes it anew"
            );
        }
    }
}

/// The page of a rule, from its file.
fn page_of(rule: &Rule) -> String {
    let file = rule.file();
    let prose = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut page = format!("# {}\n\n{}. Severity: **{}**.\n", rule.id(), file.title, file.severity);
    let mut section = |title: &str, text: String| {
        if !text.trim().is_empty() {
            page.push_str(&format!("\n## {title}\n\n{}\n", text.trim_end()));
        }
    };
    section("Why it matters", file.why.as_deref().map(prose).unwrap_or_default());
    let symptoms: Vec<String> = file.symptom.iter().map(|text| format!("- `{text}`")).collect();
    section("What you see", symptoms.join("\n"));
    section("What to do", format!("```text\n{}\n```", file.help.trim()));
    let when = file.when.as_deref().map_or(String::new(), |when| format!("when\n{}\n\n", when.trim()));
    let rule_text = format!("every {}\n\n{when}require\n{}", rule.subject().name, file.require.trim());
    section("The rule", format!("```text\n{rule_text}\n```"));
    let codes =
        [file.explains.join("`, `"), if file.catch_all.is_empty() { String::new() } else { "any other".into() }];
    let codes: Vec<String> = codes.into_iter().filter(|codes| !codes.is_empty()).collect();
    section("Blockers it explains", codes.iter().map(|codes| format!("`{codes}`")).collect::<Vec<_>>().join(", "));
    section("Known problems", file.known_problems.as_deref().map(prose).unwrap_or_default());
    let sources = file.sources.iter().map(|source| {
        let place =
            source.document.as_deref().map(str::to_owned).or_else(|| source.aws.as_ref().map(|url| format!("<{url}>")));
        let quote = source.quote.as_ref().map_or(String::new(), |quote| format!(": “{quote}”"));
        format!("- {}{quote}", place.unwrap_or_default())
    });
    section("Sources", sources.collect::<Vec<_>>().join("\n"));
    page
}

#[test]
fn every_rule_has_its_page() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules");
    let catalogue = Catalogue::embedded(&ENTITIES).expect("the built-in rules are sound");
    let mut expected = Vec::new();
    for rule in catalogue.rules() {
        let path = root.join(format!("{}.md", rule.id()));
        let page = page_of(rule);
        if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
            fs::create_dir_all(path.parent().expect("a page is in a folder")).expect("docs can be written");
            fs::write(&path, &page).expect("the page can be written");
        }
        let found = fs::read_to_string(&path).unwrap_or_default();
        assert!(found == page, "{} is not what its rule says: UPDATE_DOCUMENTS=1 writes it anew", path.display());
        expected.push(path);
    }
    for group in fs::read_dir(&root).expect("the pages").map(|entry| entry.expect("an entry").path()) {
        for page in fs::read_dir(group).expect("a group").map(|entry| entry.expect("an entry").path()) {
            assert!(expected.contains(&page), "{} is the page of no rule", page.display());
        }
    }
}

#[test]
fn links_lead_to_pages() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut pages = vec![root.join("README.md")];
    pages.extend(fs::read_dir(root.join("docs")).expect("docs").map(|entry| entry.expect("an entry").path()));
    let mut links = 0;
    for page in pages.iter().filter(|page| page.extension().is_some_and(|extension| extension == "md")) {
        let text = fs::read_to_string(page).expect("a page can be read");
        for (at, _) in text.match_indices("](") {
            let target = text[at + 2..].split([')', '#', ' ']).next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            links += 1;
            let found = page.parent().expect("a page is in a folder").join(target);
            assert!(found.exists(), "{} links to {target}, which isn't there", page.display());
        }
    }
    assert!(links > 5, "the pages link to each other");
}

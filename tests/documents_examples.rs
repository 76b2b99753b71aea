//! What the pages below docs show can be typed: commands are known to the program, configurations are taken, rules and
//! links exist. (The outputs that README.md shows are compared by `documents.rs`.)

mod cli_support;
mod documents_support;

use cli_support::Scratch;
use documents_support::root;
use fargcheck::facts::ENTITIES;
use fargcheck::rules::Catalogue;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// Every page, with what it says.
fn pages() -> BTreeMap<PathBuf, String> {
    fn below(folder: &Path, found: &mut Vec<PathBuf>) {
        for path in fs::read_dir(folder).expect("docs").map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                below(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "md") {
                found.push(path);
            }
        }
    }
    let mut found = vec![root().join("README.md")];
    below(&root().join("docs"), &mut found);
    found.into_iter().map(|path| (path.clone(), fs::read_to_string(path).expect("a page can be read"))).collect()
}

/// The contents of a page's code blocks of a language.
fn blocks<'p>(page: &'p str, language: &str) -> Vec<&'p str> {
    let mut parts = page.split("\n```");
    parts.next();
    let inside = parts.step_by(2).filter_map(|block| block.split_once('\n'));
    inside.filter(|(head, _)| *head == language).map(|(_, text)| text).collect()
}

/// What stands in backticks in a page, outside of its blocks.
fn spans(page: &str) -> Vec<&str> {
    let outside = page.split("\n```").step_by(2);
    outside.flat_map(|part| part.split('`').skip(1).step_by(2)).collect()
}

#[test]
fn commands_are_known_to_the_program() {
    let mut tried = 0;
    for (path, page) in pages() {
        let lines = ["console", "sh", "bash"].iter().flat_map(|language| blocks(&page, language)).flat_map(str::lines);
        let commands =
            lines.filter_map(|line| line.split_once("fargcheck ").map(|(before, rest)| (line, before, rest)));
        for (line, before, rest) in commands {
            // `cargo install … fargcheck`, `docker run … fargcheck lint`: only what begins a command is one.
            let begins = ["", "$ "].contains(&before) || before.ends_with("| ") || before.ends_with("&& ");
            if !begins {
                continue;
            }
            let own = rest.split(['#', ';', '|', '>', '<', '&']).next().unwrap_or_default();
            let mut words: Vec<&str> = own.split_whitespace().map(|word| word.trim_matches(['\'', '"'])).collect();
            // An account would be asked, or what is shown is what is asked for.
            if words.first() == Some(&"scan") {
                words.push("--help");
            }
            let run = Scratch::new("documents").run(&words);
            let is_known = run.code != -1 && !run.err.contains("Usage:") && !run.err.contains("error[usage/unknown");
            assert!(is_known, "{}: {line}: {run:#?}", path.display());
            tried += 1;
        }
    }
    assert!(tried > 25, "only {tried} commands were tried");
}

#[test]
fn configurations_are_taken() {
    let page = fs::read_to_string(root().join("docs/configuration.md")).expect("the page can be read");
    let severities = spans(&page).into_iter().filter(|span| {
        span.split_once(" = ").is_some_and(|(_, level)| ["\"error\"", "\"warning\"", "\"info\""].contains(&level))
    });
    let severities: Vec<String> = severities.map(|span| format!("[severity]\n{span}\n")).collect();
    let tables: Vec<String> = blocks(&page, "toml").into_iter().map(str::to_owned).collect();
    assert!(severities.len() >= 2 && tables.len() >= 3, "{severities:?} {tables:?}");
    let network = include_str!("../fixtures/broken-network.json");
    for text in severities.iter().chain(&tables) {
        let scratch = Scratch::new("documents").with("fargcheck.toml", text).with("x.json", network);
        let run = scratch.run(&["lint", "x.json", "-q"]);
        // Its subnets and services are examples, which no network has.
        let errors: Vec<&str> = run.err.lines().filter(|line| line.starts_with("error")).collect();
        let lacking = ["error[input/no-such-subnet]", "error[config/workload]: nothing that runs is called"];
        let is_taken = errors.iter().all(|line| lacking.iter().any(|known| line.starts_with(known)));
        assert!(is_taken && (run.code != 2 || !errors.is_empty()), "{text}\n{run:#?}");
    }
}

/// Rules that pages show are taken as they stand; a part of one is, in a rule about what its fact begins with.
#[test]
fn rules_that_pages_show_are_taken() {
    let (mut whole, mut parts) = (0, 0);
    for (path, page) in pages() {
        for block in blocks(&page, "toml") {
            let begins = |key: &str| block.lines().any(|line| line.starts_with(&format!("{key} =")));
            let rule = match begins("require") {
                true => block.to_owned(),
                false if begins("at") => {
                    let first = block.split("fact = \"").nth(1).and_then(|fact| fact.split('.').next());
                    let ty = ENTITIES.iter().find(|ty| Some(ty.variable) == first);
                    let subject = ty.unwrap_or_else(|| panic!("{}: {first:?} is no entity", path.display())).name;
                    let rest = "severity = \"info\"\nrequire = \"true\"\nmessage = \"m\"\nhelp = \"h\"";
                    format!("title = \"t\"\nsubject = \"{subject}\"\n{rest}\n{block}")
                }
                false => continue,
            };
            *if begins("require") { &mut whole } else { &mut parts } += 1;
            let scratch = Scratch::new("documents").with("own/team/shown.toml", &rule);
            let network = include_str!("../fixtures/broken-network.json");
            let run = scratch.with("x.json", network).run(&["lint", "x.json", "--rules", "own", "--select", "team"]);
            assert!(run.code != 2 && !run.err.contains("error["), "{}: {rule}\n{run:#?}", path.display());
        }
    }
    assert!(whole >= 4 && parts >= 1, "only {whole} rules and {parts} parts of one were found");
}

/// `nat/present` in a page is a rule; so is `nat/…` of any other name, and there it must be one.
#[test]
fn rules_that_pages_name_exist() {
    let catalogue = Catalogue::embedded(&ENTITIES).expect("the built-in rules are sound");
    let groups: BTreeSet<&str> = catalogue.rules().iter().map(|rule| rule.group()).collect();
    let mut named = 0;
    for (path, page) in pages() {
        let is_of_rule = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '-' | '/');
        for word in page.split(|c: char| !is_of_rule(c) && c != '.' && c != ':' && c != '_') {
            let Some((group, name)) = word.split_once('/') else { continue };
            if !groups.contains(group) || name.is_empty() || name.contains(['/', '.', ':', '_']) {
                continue;
            }
            named += 1;
            assert!(catalogue.get(word).is_some(), "{} names {word}, which is no rule", path.display());
        }
    }
    assert!(named > 100, "only {named} names were found");
}

/// What GitHub makes of a heading: its letters, digits and hyphens in lower case, and a hyphen for each space.
fn anchor(heading: &str) -> String {
    let kept = heading.trim().chars().filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
    kept.map(|c| if c == ' ' { '-' } else { c.to_ascii_lowercase() }).collect()
}

fn anchors(page: &str) -> BTreeSet<String> {
    let outside = page.split("\n```").step_by(2);
    let headings = outside.flat_map(str::lines).filter(|line| line.starts_with('#'));
    headings.map(|line| anchor(line.trim_start_matches('#'))).collect()
}

#[test]
fn links_lead_to_pages_and_headings() {
    let pages = pages();
    let (mut links, mut to_headings) = (0, 0);
    for (path, page) in &pages {
        let outside = page.split("\n```").step_by(2);
        for (text, at) in outside.flat_map(|part| part.match_indices("](").map(move |(at, _)| (part, at))) {
            let target = text[at + 2..].split([')', ' ']).next().unwrap_or_default();
            if target.is_empty() || target.contains("://") {
                continue;
            }
            links += 1;
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let found = match file {
                "" => path.clone(),
                file => path.parent().expect("a page is in a folder").join(file),
            };
            assert!(found.exists(), "{} links to {target}, which isn't there", path.display());
            if !heading.is_empty() {
                to_headings += 1;
                let page = fs::read_to_string(&found).expect("a page can be read");
                assert!(anchors(&page).contains(heading), "{} links to {target}, which isn't there", path.display());
            }
        }
    }
    assert!(links > 20 && to_headings > 10, "{links} links, {to_headings} to headings");
}

//! One package can't enforce the direction of its modules' arrows; this reads their `use` lines and paths.

use std::fs;
use std::path::{Path, PathBuf};

/// Each module with those that it may name: cli → report, rules → facts → reach → network → snapshot ← input, collect.
const ARROWS: &[(&str, &[&str])] = &[
    ("snapshot", &[]),
    ("input", &["snapshot"]),
    ("collect", &["snapshot"]),
    ("network", &["snapshot"]),
    ("reach", &["network", "snapshot"]),
    ("facts", &["reach", "network", "snapshot"]),
    ("rules", &["facts", "reach", "network", "snapshot"]),
    ("report", &["rules", "reach", "snapshot"]),
    ("cli", &["report", "rules", "facts", "reach", "network", "snapshot", "input", "collect"]),
];

/// What only one place may name, and the places that may.
const OWNERS: &[(&str, &[&str])] = &[
    ("aws_sdk_", &["collect"]),
    ("aws_config", &["collect"]),
    ("tokio", &["collect"]),
    ("hyper", &["collect"]),
    ("hyper_", &["collect"]),
    ("saphyr_parser", &["input/yaml"]),
    ("hcl_edit", &["input/terraform/written"]),
    ("cel", &["rules/expression"]),
    ("miette", &["report"]),
    ("comfy_table", &["report"]),
    ("indicatif", &["cli/scan"]),
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("the sources can be read") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

/// Every source file: its path below `src` and its lines of code.
fn sources() -> Vec<(String, Vec<String>)> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = Vec::new();
    files(&src, &mut found);
    assert!(found.len() > 30, "the sources are where they are looked for");
    let read = |path: PathBuf| {
        let name = path.strip_prefix(&src).expect("below src").to_string_lossy().into_owned();
        let text = fs::read_to_string(&path).expect("a source can be read");
        let code = |line: &&str| !line.trim_start().starts_with("//");
        (name, text.lines().filter(code).map(str::to_owned).collect())
    };
    found.into_iter().map(read).collect()
}

/// The names of the paths that begin with `crate` or `super` in a text, from the root of the package on. `module` is where
/// the text stands.
fn paths(module: &[String], text: &str) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    for begin in ["crate::", "super::"] {
        for (at, _) in text.match_indices(begin) {
            let before = text[..at].chars().next_back();
            if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
                continue;
            }
            let mut written = Vec::new();
            tree(&text[at..], &mut Vec::new(), &mut written);
            found.extend(written.iter().map(|path| from_root(module, path)));
        }
    }
    found
}

/// Reads what `use` takes, `a::{b, c::d}`, as one path after the other; gives back what follows.
fn tree<'t>(text: &'t str, before: &mut Vec<String>, found: &mut Vec<Vec<String>>) -> &'t str {
    let depth = before.len();
    let mut rest = text.trim_start();
    loop {
        if let Some(inner) = rest.strip_prefix('{') {
            rest = inner;
            loop {
                rest = tree(rest, before, found).trim_start();
                match rest.strip_prefix(',') {
                    Some(next) => rest = next,
                    None => break,
                }
            }
            rest = rest.strip_prefix('}').unwrap_or(rest);
            break;
        }
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_' && c != '*').unwrap_or(rest.len());
        before.push(rest[..end].to_owned());
        rest = &rest[end..];
        match rest.strip_prefix("::") {
            Some(next) => rest = next.trim_start(),
            None => {
                found.push(before.clone());
                break;
            }
        }
    }
    before.truncate(depth);
    let renamed = rest.trim_start().strip_prefix("as ").map(str::trim_start);
    renamed.map_or(rest, |name| &name[name.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(name.len())..])
}

/// A path with `crate` and each `super` followed.
fn from_root(module: &[String], path: &[String]) -> Vec<String> {
    let mut at = module.to_vec();
    for name in path {
        match name.as_str() {
            "crate" => at.clear(),
            "super" => drop(at.pop()),
            "self" => {}
            name => at.push(name.to_owned()),
        }
    }
    at
}

/// The module that a file is: `network/resolve/mod.rs` → `network`, `resolve`.
fn module_of(file: &str) -> Vec<String> {
    let names = file.trim_end_matches(".rs").split('/').map(str::to_owned);
    names.filter(|name| !matches!(name.as_str(), "mod" | "main" | "lib")).collect()
}

/// What a file names that it must not.
fn against_the_arrows(file: &str, text: &str) -> Vec<String> {
    let module = module_of(file);
    let Some(own) = module.first() else { return Vec::new() };
    let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| name == own) else {
        return vec![format!("{file} belongs to no module of the layout")];
    };
    let named = paths(&module, text).into_iter().filter_map(|path| path.into_iter().next());
    let is_module = |name: &String| ARROWS.iter().any(|(other, _)| other == name);
    let wrong = named.filter(|name| is_module(name) && name != own && !allowed.contains(&name.as_str()));
    wrong.map(|name| format!("{file} names {name}")).collect()
}

#[test]
fn arrows_point_one_way() {
    for (file, lines) in sources() {
        let wrong = against_the_arrows(&file, &lines.join("\n"));
        assert!(wrong.is_empty(), "{wrong:?}");
    }
}

/// However a path is written, it is seen.
#[test]
fn a_wrong_arrow_is_seen() {
    let cases = [
        ("reach/walk.rs", "use crate::facts::Model;", true),
        ("reach/walk.rs", "use crate::network::Network;", false),
        ("reach/walk.rs", "use crate::{network::Network, facts::Model};", true),
        (
            "reach/walk.rs",
            "use crate::{\n    network::{self, text as said},\n    rules::{\n        Rule,\n    },\n};",
            true,
        ),
        ("reach/walk.rs", "use super::super::facts;", true),
        ("reach/walk.rs", "use super::super::{network, cli};", true),
        ("reach/walk.rs", "use super::facts;", false),
        ("reach/policy/mod.rs", "use super::super::rules::Rule;", true),
        ("reach/policy/mod.rs", "use super::rules::Rule;", false),
        ("reach/policy/truth.rs", "use super::super::super::rules::Rule;", true),
        ("reach/policy/truth.rs", "use super::super::rules::Rule;", false),
        ("network/model.rs", "fn f(_: &crate::reach::Answer) {}", true),
        ("network/model.rs", "pub(in crate::network) fn f() {}", false),
        ("elsewhere.rs", "", true),
        ("main.rs", "use crate::cli;", false),
    ];
    for (file, text, wrong) in cases {
        assert_eq!(!against_the_arrows(file, text).is_empty(), wrong, "{file}: {text}");
    }
}

#[test]
fn heavy_crates_have_one_owner() {
    for (file, lines) in sources() {
        for line in &lines {
            for (krate, owners) in OWNERS {
                let is_named = ["::", "_"].iter().any(|end| {
                    let pattern = if krate.ends_with('_') { (*krate).to_owned() } else { format!("{krate}{end}") };
                    let at = line.find(&pattern);
                    at.is_some_and(|at| {
                        !line[..at]
                            .chars()
                            .next_back()
                            .is_some_and(|c| c.is_alphanumeric() || c == '_' || c == '"' || c == '`')
                    }) && (*end == "::" || krate.ends_with('_'))
                });
                assert!(
                    !is_named || owners.iter().any(|owner| file.starts_with(owner)),
                    "{file} names {krate}: {line}"
                );
            }
        }
    }
}

#[test]
fn only_reports_print_and_only_main_exits() {
    for (file, lines) in sources() {
        for line in &lines {
            for print in ["println!", "eprintln!", "print!", "eprint!", "io::stdout()", "io::stderr()"] {
                assert!(!line.contains(print) || file.starts_with("report") || is_test(&file), "{file} prints: {line}");
            }
            assert!(!line.contains("process::exit") || file == "main.rs", "{file} exits: {line}");
        }
    }
}

fn is_test(file: &str) -> bool {
    file.contains("/tests/") || file.ends_with("tests.rs")
}

#[test]
fn no_module_is_a_drawer() {
    for (file, _) in sources() {
        let name = Path::new(&file).file_stem().and_then(|stem| stem.to_str()).unwrap_or_default().to_owned();
        assert!(
            !["util", "utils", "helper", "helpers", "common", "misc", "manager"].contains(&name.as_str()),
            "{file}"
        );
    }
}

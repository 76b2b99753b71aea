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

/// The names that follow `prefix` as a path's first segment in a line.
fn named<'l>(line: &'l str, prefix: &str) -> Vec<&'l str> {
    let mut names = Vec::new();
    for (at, _) in line.match_indices(prefix) {
        let before = line[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':') {
            continue;
        }
        let rest = &line[at + prefix.len()..];
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        names.push(&rest[..end]);
    }
    names
}

#[test]
fn arrows_point_one_way() {
    for (file, lines) in sources() {
        let module = file.split(['/', '.']).next().unwrap_or_default();
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == module) else {
            assert!(matches!(module, "main" | "lib"), "{file} belongs to no module of the layout");
            continue;
        };
        for line in &lines {
            for name in named(line, "crate::") {
                let is_module = ARROWS.iter().any(|(other, _)| *other == name);
                assert!(!is_module || name == module || allowed.contains(&name), "{file} names {name}: {line}");
            }
        }
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

//! Commands and outputs in README.md are what the program says: each `console` block is run and compared.
//!
//! `UPDATE_DOCUMENTS=1 cargo test --test documents` writes the outputs anew.

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
            assert!(page == now, "{name} shows something else than the program says: UPDATE_DOCUMENTS=1 writes it anew");
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

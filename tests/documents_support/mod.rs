//! Pages that show the program at work: what they show is run again, and held against what they say.
//!
//! With `UPDATE_DOCUMENTS` set, a page is written anew instead.

#![allow(dead_code, reason = "each test uses its own part")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder that pages are named from.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Runs a line as a shell would, with `fargcheck` the program that was built.
fn run(line: &str) -> String {
    let program = Path::new(env!("CARGO_BIN_EXE_fargcheck"));
    let folder = program.parent().expect("a program is in a folder");
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap_or_default());
    let output = Command::new("sh")
        .args(["-c", line])
        .current_dir(root())
        .env("PATH", path)
        .env("NO_COLOR", "1")
        .output()
        .expect("a shell runs");
    let text = [output.stdout, output.stderr].concat();
    String::from_utf8(text).expect("the program writes UTF-8").trim_end().to_owned()
}

/// The page with the outputs of its `console` blocks as they are now.
pub(crate) fn rewritten(page: &str) -> String {
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

/// Holds a page against what it has to say now, or writes that. Gives back where the page is.
pub(crate) fn hold(page: &str, now: &str) -> PathBuf {
    let path = root().join(page);
    if std::env::var_os("UPDATE_DOCUMENTS").is_some() {
        fs::create_dir_all(path.parent().expect("a page is in a folder")).expect("docs can be written");
        fs::write(&path, now).expect("the page can be written");
    }
    let found = fs::read_to_string(&path).unwrap_or_default();
    assert!(found == now, "{page} is not what it has to be now: UPDATE_DOCUMENTS=1 writes it anew");
    path
}

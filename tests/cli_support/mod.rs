//! Runs the real binary, cut off from the configuration of whoever runs the tests.

#![allow(dead_code, reason = "each test uses its own part")]

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

/// What a run said.
#[derive(Debug)]
pub(crate) struct Run {
    /// Its exit code.
    pub(crate) code: i32,
    /// Its standard output.
    pub(crate) out: String,
    /// Its standard error.
    pub(crate) err: String,
}

impl Run {
    /// Its standard output as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {self:#?}"))
    }

    /// Ids of the rules of its findings (of `--format json`), without those that are only worth knowing.
    pub(crate) fn faults(&self) -> Vec<String> {
        let findings = self.json()["findings"].as_array().cloned().unwrap_or_default();
        let grave = findings.iter().filter(|finding| finding["severity"] != "info");
        grave.filter_map(|finding| finding["rule"].as_str().map(str::to_owned)).collect()
    }
}

/// Runs fargcheck in a folder.
pub(crate) fn run_in(folder: &Path, arguments: &[&str]) -> Run {
    run_with(folder, arguments, "")
}

/// Runs fargcheck in a folder, with a text on its standard input.
pub(crate) fn run_with(folder: &Path, arguments: &[&str], input: &str) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fargcheck"));
    command
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .env_remove("CLICOLOR_FORCE")
        .env_remove("COLUMNS")
        .env("LANG", "C.UTF-8");
    // What a build server says of the checkout that the tests themselves run in.
    for name in ["GITHUB_WORKSPACE", "CI_PROJECT_DIR", "CODEBUILD_SRC_DIR"] {
        command.env_remove(name);
    }
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary was built for this test");
    if let Some(mut stdin) = child.stdin.take() {
        // A run that refuses its flags reads nothing.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().expect("it was started here");
    Run {
        code: output.status.code().unwrap_or(-1),
        out: String::from_utf8_lossy(&output.stdout).into_owned(),
        err: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// Runs fargcheck in the folder of the fixtures.
pub(crate) fn run(arguments: &[&str]) -> Run {
    run_in(&fixtures(), arguments)
}

/// The folder of the fixtures that these tests lint.
pub(crate) fn fixtures() -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "fixtures", "moto"].iter().collect()
}

/// The path of a fixture as an argument.
pub(crate) fn fixture(name: &str) -> String {
    fixtures().join(name).to_string_lossy().into_owned()
}

/// The first word in a fixture's file that begins like this: an id that differs from one recording to the next.
pub(crate) fn id(case: &str, file: &str, prefix: &str) -> String {
    let text = fs::read_to_string(fixtures().join(case).join(file)).expect("the fixture is checked in");
    let start = text.find(&format!("\"{prefix}")).expect("the fixture has such an id") + 1;
    text[start..].chars().take_while(|character| *character != '"').collect()
}

/// A folder that goes away with its test.
pub(crate) struct Scratch(pub(crate) PathBuf);

impl Scratch {
    pub(crate) fn new(name: &str) -> Self {
        // Tests run side by side, and two may choose the same name.
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let own = format!("{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(own).join(name);
        let _ = fs::remove_dir_all(&path);
        fs::create_dir_all(&path).expect("the target directory can be written");
        // A search for a configuration ends here.
        fs::create_dir_all(path.join(".git")).expect("the target directory can be written");
        Scratch(path)
    }

    /// Writes a file.
    pub(crate) fn with(self, name: &str, text: &str) -> Self {
        let path = self.0.join(name);
        fs::create_dir_all(path.parent().unwrap_or(&self.0)).expect("the target directory can be written");
        fs::write(path, text).expect("the target directory can be written");
        self
    }

    /// Runs fargcheck there.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        run_in(&self.0, arguments)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

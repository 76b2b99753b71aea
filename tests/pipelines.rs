//! The files by which pipelines take fargcheck in, checked by those who read them, and run.

mod cli_support;
mod python_support;

use cli_support::{Scratch, fixtures};
use serde_json::{Value, json};
use std::ffi::OsString;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const SOUND: &str = "endpoints";
const BROKEN: &str = "endpoints+s3-gateway-missing";

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A program of the environment's.
fn tool(name: &str) -> PathBuf {
    let python = python_support::environment("pipelines", &root().join("tests/pipelines/requirements.txt"));
    let name = if cfg!(windows) { format!("{name}.exe") } else { name.to_owned() };
    python.parent().expect("it lies in a folder").join(name)
}

/// The folder of the built program.
fn programs() -> &'static Path {
    Path::new(env!("CARGO_BIN_EXE_fargcheck")).parent().expect("it lies in a folder")
}

/// PATH with a folder first.
fn path(first: &Path) -> OsString {
    let others = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::iter::once(first.to_owned()).chain(std::env::split_paths(&others));
    std::env::join_paths(folders).expect("folders have such names")
}

fn run(command: &mut Command) -> Output {
    command.stdin(Stdio::null()).output().unwrap_or_else(|error| panic!("{command:?}: {error}"))
}

fn succeeds(command: &mut Command) -> String {
    let output = run(command);
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{command:?}\n{said}");
    said
}

/// The example of `docs/ci.md` that is marked so.
fn example(mark: &str) -> String {
    let page = fs::read_to_string(root().join("docs/ci.md")).expect("the page");
    let (_, rest) = page.split_once(&format!("```yaml {mark}\n")).unwrap_or_else(|| panic!("no example of {mark}"));
    rest.split_once("```").expect("an example ends").0.to_owned()
}

/// A folder with a recorded network in `network/`.
fn workspace(network: &str) -> Scratch {
    let scratch = Scratch::new("workspace");
    let folder = scratch.0.join("network");
    fs::create_dir(&folder).expect("a folder of its own");
    for file in fs::read_dir(fixtures().join(network)).expect("the fixture") {
        let file = file.expect("a file");
        fs::copy(file.path(), folder.join(file.file_name())).expect("a folder of its own");
    }
    scratch
}

#[test]
fn schemas_take_the_files_and_examples() {
    let scratch = Scratch::new("schemas")
        .with("workflow.yml", &example("github-workflow"))
        .with("gitlab-ci.yml", &example("gitlab-ci"))
        .with(".pre-commit-config.yaml", &example("pre-commit-config"))
        .with("broken-action.yml", "name: x\nruns: {using: composite, steps: [{run: x}]}\n");
    let check = |schema: &str, file: &Path| {
        run(Command::new(tool("check-jsonschema")).args(["--builtin-schema", schema]).arg(file))
    };
    for (schema, file) in [
        ("vendor.github-actions", root().join("action.yml")),
        ("vendor.github-workflows", scratch.0.join("workflow.yml")),
        ("vendor.gitlab-ci", scratch.0.join("gitlab-ci.yml")),
    ] {
        let output = check(schema, &file);
        assert!(output.status.success(), "{schema}: {}", String::from_utf8_lossy(&output.stdout));
    }
    let broken = check("vendor.github-actions", &scratch.0.join("broken-action.yml"));
    assert!(!broken.status.success(), "the schema has to refuse a step without a shell");
    succeeds(Command::new(tool("pre-commit")).arg("validate-manifest").arg(root().join(".pre-commit-hooks.yaml")));
    succeeds(Command::new(tool("pre-commit")).arg("validate-config").arg(scratch.0.join(".pre-commit-config.yaml")));
}

#[test]
fn the_image_s_recipe_is_sound() {
    let said =
        succeeds(Command::new(tool("hadolint")).args(["--failure-threshold", "info"]).arg(root().join("Dockerfile")));
    assert_eq!(said, "");
    let recipe = fs::read_to_string(root().join("Dockerfile")).expect("the recipe");
    let ignored = fs::read_to_string(root().join(".dockerignore")).expect("what is not sent");
    let copied = recipe.lines().filter(|line| line.starts_with("COPY ") && !line.contains("--from"));
    let copied: Vec<&str> = copied.flat_map(|line| line.split(' ').skip(1)).filter(|name| *name != "./").collect();
    for name in &copied {
        assert!(root().join(name).exists(), "{name} is copied and does not exist");
        assert!(ignored.lines().any(|line| line == format!("!{name}")), "{name} is copied and not sent");
    }
    // Cargo refuses a manifest whose targets are missing.
    let manifest = fs::read_to_string(root().join("Cargo.toml")).expect("the manifest");
    assert!(!manifest.contains("[[bench]]") || copied.contains(&"benches"));
    let last = recipe.rsplit("FROM ").next().unwrap_or_default();
    assert!(last.contains("\nUSER 65532"), "it runs as a user without rights");
}

/// The action with these inputs in a workspace, with these programs before others.
fn act(workspace: &Scratch, temporary: &Scratch, inputs: &Value, programs: &Path) -> Value {
    let mut child = Command::new(tool("python"))
        .arg(root().join("tests/pipelines/action.py"))
        .arg(root().join("action.yml"))
        .args([&workspace.0, &temporary.0])
        .env("PATH", path(programs))
        .env("PROGRAM", env!("CARGO_BIN_EXE_fargcheck"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the environment was just made");
    child.stdin.take().expect("it is piped").write_all(inputs.to_string().as_bytes()).expect("it is read");
    let output = child.wait_with_output().expect("it was started here");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("the script prints JSON")
}

/// The action with the built program.
fn judge(workspace: &Scratch, more: &Value) -> Value {
    let mut inputs = json!({"path": "network/", "version": "installed"});
    inputs.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    act(workspace, &Scratch::new("runner"), &inputs, programs())
}

#[test]
fn the_action_judges_reports_and_only_then_fails() {
    let network = workspace(BROKEN);
    let failed = judge(&network, &json!({"upload-sarif": "true"}));
    assert_eq!(failed["failed"], true, "{failed:#}");
    assert_eq!(failed["outputs"], json!({"exit-code": "1", "sarif-file": "./fargcheck.sarif"}), "{failed:#}");
    let summary = failed["summary"].as_str().unwrap_or_default();
    assert!(summary.starts_with("## ❌ fargcheck: failed") && summary.contains("endpoint/s3-gateway"), "{summary}");
    let log = failed["log"].as_str().unwrap_or_default();
    assert!(log.contains("::error file=network/") && log.contains("title=endpoint/s3-gateway"), "{log}");
    let report = fs::read_to_string(network.0.join("fargcheck.sarif")).expect("the report");
    assert!(report.contains("primaryLocationLineHash"));
    let used = failed["used"].as_array().cloned().unwrap_or_default();
    assert!(
        used.len() == 1 && used[0]["uses"].as_str().is_some_and(|uses| uses.contains("upload-sarif")),
        "{failed:#}"
    );
    assert_eq!(used[0]["with"]["sarif_file"], "./fargcheck.sarif");

    let cases = [
        (json!({"fail-on": "never"}), "0"),
        (json!({"args": "--ignore\nendpoint/s3-gateway"}), "0"),
        (json!({"args": "--exit-zero\n", "summary": "false", "format": "human"}), "0"),
        (json!({"path": "nowhere", "upload-sarif": "true"}), "2"),
        (json!({"path": "network/vpcs.json\nnetwork/subnets.json"}), "3"),
        (json!({"path": ".", "working-directory": "network", "sarif-file": "a b.sarif"}), "1"),
        // What inputs hold is data: no shell reads it.
        (json!({"path": "$(touch hacked); `touch hacked` network"}), "2"),
    ];
    for (more, code) in cases {
        let network = workspace(BROKEN);
        let done = judge(&network, &more);
        assert_eq!(done["outputs"]["exit-code"], code, "{more}: {done:#}");
        assert_eq!(done["failed"], code != "0", "{more}: {done:#}");
        assert_eq!(done["summary"] == "", more["summary"] == "false", "{more}: {done:#}");
        assert_eq!(
            done["used"],
            json!([]),
            "{more}: a run that judged nothing, or that is not asked to, uploads nothing"
        );
        assert!(!network.0.join("hacked").exists(), "{more}");
    }
    let sound = judge(&workspace(SOUND), &json!({}));
    assert_eq!((&sound["failed"], &sound["outputs"]["exit-code"]), (&json!(false), &json!("0")), "{sound:#}");
}

#[test]
fn the_action_builds_what_it_is_asked_for() {
    // A build takes minutes: cargo is one that writes down what it is asked and hands the built program over.
    let tools = Scratch::new("tools").with(
        "cargo",
        "#!/bin/sh\nprintf '%s\\n' \"$@\" > \"${0%/*}/asked\"\nwhile [ \"$1\" != --root ]; do shift; done\nmkdir -p \"$2/bin\"\nln -s \"$PROGRAM\" \"$2/bin/fargcheck\"\n",
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(tools.0.join("cargo"), fs::Permissions::from_mode(0o755)).expect("it was just written");
    }
    let temporary = Scratch::new("runner");
    let done = act(&workspace(SOUND), &temporary, &json!({"path": "network/"}), &tools.0);
    assert_eq!((&done["failed"], &done["outputs"]["exit-code"]), (&json!(false), &json!("0")), "{done:#}");
    let asked = fs::read_to_string(tools.0.join("asked")).expect("cargo was called");
    let asked: Vec<&str> = asked.lines().collect();
    let action = root().to_string_lossy();
    let built = temporary.0.join("fargcheck");
    let expected = [
        "install",
        "--locked",
        "--no-default-features",
        "--features",
        "",
        "--root",
        &built.to_string_lossy(),
        "--path",
        &action,
    ];
    assert_eq!(asked, expected);
    let cache = done["used"][0]["with"]["key"].as_str().unwrap_or_default();
    assert!(cache.starts_with("Linux-X64-fargcheck-") && cache.len() > 40, "{done:#}");
}

/// The commands of an example that call fargcheck.
fn calls(text: &str) -> Vec<String> {
    let lines = text.lines().filter_map(|line| line.trim().strip_prefix("- "));
    lines.filter(|line| line.starts_with("fargcheck ")).map(str::to_owned).collect()
}

#[test]
fn the_examples_calls_work() {
    for (mark, reports) in [
        ("gitlab-ci", vec!["gl-code-quality-report.json", "fargcheck.xml"]),
        ("buildspec", vec!["reports/fargcheck.xml"]),
    ] {
        let text = example(mark);
        let calls = calls(&text);
        assert_eq!(calls.len(), 1, "{mark}");
        for (network, code) in [(SOUND, 0), (BROKEN, 1)] {
            let workspace = workspace(network);
            fs::create_dir(workspace.0.join("reports")).expect("a folder of its own");
            let output = run(Command::new("bash")
                .args(["-c", &calls[0]])
                .current_dir(&workspace.0)
                .env("PATH", path(programs())));
            assert_eq!(output.status.code(), Some(code), "{mark}: {}", String::from_utf8_lossy(&output.stderr));
            for report in &reports {
                assert!(workspace.0.join(report).is_file(), "{mark} writes {report}");
                let name = report.rsplit('/').next().unwrap_or(report);
                assert!(text.matches(name).count() >= 2, "{mark} hands {name} over");
            }
        }
    }
    let script = "import json, sys, yaml; print(json.dumps(yaml.safe_load(sys.argv[1])))";
    let read = succeeds(Command::new(tool("python")).args(["-c", script, &example("buildspec")]));
    let buildspec: Value = serde_json::from_str(&read).expect("it is printed as JSON");
    assert_eq!(buildspec["version"], json!(0.2));
    assert_eq!(buildspec["reports"]["fargcheck"]["file-format"], "JUNITXML");
    assert!(buildspec["phases"]["build"]["commands"].is_array());
}

#[test]
fn the_hook_fails_a_commit_that_breaks_the_network() {
    let git = |folder: &Path, arguments: &[&str]| {
        let name = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "init.defaultBranch=main"];
        succeeds(Command::new("git").args(name).args(arguments).current_dir(folder))
    };
    let hooks = Scratch::new("hooks");
    fs::remove_dir_all(hooks.0.join(".git")).expect("a folder of its own");
    fs::copy(root().join(".pre-commit-hooks.yaml"), hooks.0.join(".pre-commit-hooks.yaml"))
        .expect("a folder of its own");
    git(&hooks.0, &["init", "--quiet"]);
    git(&hooks.0, &["add", "--all"]);
    git(&hooks.0, &["commit", "--quiet", "--message", "hooks"]);
    let config = example("pre-commit-config")
        .replace("https://github.com/fargcheck/fargcheck", &hooks.0.to_string_lossy())
        .replace("rev: main", &format!("rev: {}", git(&hooks.0, &["rev-parse", "HEAD"]).trim()));
    for (network, passes) in [(SOUND, true), (BROKEN, false)] {
        let project = workspace(network).with(".pre-commit-config.yaml", &config);
        fs::remove_dir_all(project.0.join(".git")).expect("a folder of its own");
        git(&project.0, &["init", "--quiet"]);
        git(&project.0, &["add", "--all"]);
        let output = run(Command::new(tool("pre-commit"))
            .args(["run", "--all-files"])
            .current_dir(&project.0)
            .env("PATH", path(programs()))
            .env("PRE_COMMIT_HOME", hooks.0.join("home")));
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(output.status.success(), passes, "{said}{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(said.contains("endpoint/s3-gateway"), !passes, "{said}");
    }
}

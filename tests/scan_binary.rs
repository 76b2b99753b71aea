//! `fargcheck scan`, the program itself, against a stand-in for AWS: files, exit codes, what is said, and interrupts.
#![cfg(feature = "scan")]

mod replay;

use replay::account::{SECRET, account};
use replay::faults::{Fault, Random};
use replay::{Script, Server};
use serde_json::{Value, json};
use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

const REGION: &str = "us-east-1";
const OTHER: &str = "eu-west-1";
const ACCOUNT: &str = "111122223333";

fn script() -> Script {
    Script::of(REGION, account(REGION, ACCOUNT, 2))
}

/// The program in a folder, with keys and an endpoint and nothing else of who runs the tests.
fn command(folder: &Path, url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fargcheck"));
    command
        .arg("scan")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_CONFIG_FILE", "/dev/null")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
        .env("AWS_ACCESS_KEY_ID", "AKIAREPLAY")
        .env("AWS_SECRET_ACCESS_KEY", "secret")
        .env("AWS_ENDPOINT_URL", url)
        .env("AWS_MAX_ATTEMPTS", "2")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

fn run(folder: &Path, url: &str, arguments: &[&str]) -> Output {
    command(folder, url, arguments).output().expect("the binary was built for this test")
}

fn out(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn err(output: &Output) -> String {
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    // Standard error is no terminal here: nothing may move on it.
    assert!(!text.contains(['\u{1b}', '\r']) && !text.contains("panicked"), "{text:?}");
    text
}

fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    // A search for a configuration ends here.
    fs::create_dir(folder.path().join(".git")).expect("a folder");
    folder
}

/// The names of the files in a folder, hidden ones too.
fn names(folder: &Path) -> Vec<String> {
    let entries = fs::read_dir(folder).expect("the folder").flatten();
    let mut names: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name != ".git");
    names.sort();
    names
}

fn snapshot(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).expect("the snapshot")).expect("JSON")
}

fn missing(snapshot: &Value) -> Vec<(String, String)> {
    let entries = snapshot["fargcheck"]["notCollected"].as_array().cloned().unwrap_or_default();
    let text = |one: &Value, key: &str| one[key].as_str().unwrap_or_default().to_owned();
    entries.iter().map(|one| (text(one, "call"), text(one, "reason"))).collect()
}

#[test]
fn a_scan_writes_one_private_whole_file() {
    let server = Server::start(script());
    let folder = folder();
    let ended = run(folder.path(), &server.url, &["--region", REGION, "--no-lint"]);
    assert_eq!((ended.status.code(), out(&ended).as_str()), (Some(0), ""), "{}", err(&ended));
    let name = format!("fargcheck-{ACCOUNT}-{REGION}.json");
    assert_eq!(names(folder.path()), [name.as_str()]);
    assert_eq!(err(&ended), format!("{name} written\n"));
    let path = folder.path().join(&name);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(&path).expect("the file").permissions().mode() & 0o777, 0o600);
    }
    let text = fs::read_to_string(&path).expect("the file");
    assert!(text.ends_with("}\n") && !text.contains(SECRET));
    let document = snapshot(&path);
    assert_eq!((document["Vpcs"].as_array().map(Vec::len), missing(&document)), (Some(2), Vec::new()));
    // What it judges is what it wrote.
    let judged = run(folder.path(), &server.url, &["--region", REGION, "--format", "json"]);
    let lint = Command::new(env!("CARGO_BIN_EXE_fargcheck"))
        .args(["lint", &name, "--format", "json"])
        .current_dir(folder.path())
        .output()
        .expect("the binary was built for this test");
    assert_eq!((judged.status.code(), out(&judged)), (lint.status.code(), out(&lint)));
    assert!(serde_json::from_str::<Value>(&out(&judged)).is_ok());
}

#[test]
fn standard_output_takes_the_snapshot_alone() {
    let server = Server::start(script());
    let folder = folder();
    let ended = run(folder.path(), &server.url, &["--region", REGION, "-o", "-"]);
    assert_eq!((ended.status.code(), err(&ended).as_str()), (Some(0), ""));
    assert_eq!(names(folder.path()), Vec::<String>::new());
    let printed: Value = serde_json::from_str(&out(&ended)).expect("JSON and nothing else");
    assert_eq!(printed["fargcheck"]["region"], REGION);
}

#[test]
fn each_region_has_its_file() {
    let regions = [REGION, OTHER].map(|region| (region.to_owned(), account(region, ACCOUNT, 1)));
    let server = Server::start(Script { regions: HashMap::from(regions), ..script() });
    let folder = folder();
    let ended =
        run(folder.path(), &server.url, &["--region", REGION, "--region", OTHER, "--region", REGION, "--no-lint"]);
    assert_eq!(ended.status.code(), Some(0), "{}", err(&ended));
    let expected = [OTHER, REGION].map(|region| format!("fargcheck-{ACCOUNT}-{region}.json"));
    assert_eq!(names(folder.path()), expected);
    for (region, name) in [OTHER, REGION].iter().zip(&expected) {
        assert_eq!(snapshot(&folder.path().join(name))["fargcheck"]["region"], *region);
    }
    let one = run(folder.path(), &server.url, &["--region", REGION, "--region", OTHER, "-o", "x.json"]);
    assert_eq!(one.status.code(), Some(2));
    assert!(err(&one).starts_with("error[usage/output]"), "{}", err(&one));
}

/// Where one region has a VPC the others need not have it.
#[test]
fn a_vpc_that_is_nowhere_is_a_mistake() {
    let here = account(REGION, ACCOUNT, 1);
    let vpc = here["Vpcs"][0]["VpcId"].as_str().expect("a VPC").to_owned();
    let slip = format!("{}z", &vpc[..vpc.len() - 1]);
    let regions = [(REGION.to_owned(), here), (OTHER.to_owned(), json!({"Vpcs": []}))];
    let server = Server::start(Script { regions: HashMap::from(regions), ..script() });
    type Row<'r> = (&'r [&'r str], &'r [&'r str], Option<i32>, &'r str);
    let cases: [Row<'_>; 6] = [
        (&[REGION], &[&vpc], Some(0), ""),
        (&[REGION], &[&slip], Some(2), "did you mean `"),
        (&[REGION], &[&vpc, "none-of-these-names"], Some(2), "there are vpc-"),
        (&[OTHER], &[&vpc], Some(2), "no VPC is there at all"),
        (&[REGION, OTHER], &[&vpc], Some(0), ""),
        (&[REGION, OTHER], &[&slip], Some(2), "did you mean `"),
    ];
    for (regions, vpcs, code, said) in cases {
        let folder = folder();
        let mut arguments = vec!["--no-lint", "-q"];
        regions.iter().for_each(|region| arguments.extend(["--region", region]));
        vpcs.iter().for_each(|vpc| arguments.extend(["--vpc", vpc]));
        let ended = run(folder.path(), &server.url, &arguments);
        let told = err(&ended);
        assert_eq!((ended.status.code(), told.contains(said)), (code, true), "{regions:?} {vpcs:?}: {told}");
        assert_eq!(told.starts_with("error[scan/no-such-vpc]"), code == Some(2), "{told}");
        assert_eq!(names(folder.path()).is_empty(), code == Some(2), "no file is left of a mistake");
    }
}

#[test]
fn what_is_denied_or_no_answer_is_recorded_and_never_an_empty_list() {
    let page = Fault::Body(200, "text/html", "<html><body>Sign in<br></body></html>".to_owned());
    for (fault, said) in [(Fault::Denied, "denied"), (page, "not an answer of AWS")] {
        let server =
            Server::start(script().always("DescribeSubnets", fault.clone()).always("DescribeServices", fault.clone()));
        let folder = folder();
        let ended = run(folder.path(), &server.url, &["--region", REGION, "-o", "x.json", "--format", "json"]);
        let document = snapshot(&folder.path().join("x.json"));
        for (call, key) in [("ec2:DescribeSubnets", "Subnets"), ("ecs:DescribeServices", "services")] {
            assert!(document.get(key).is_none(), "{fault:?} {key}");
            let told = missing(&document);
            assert!(told.iter().any(|(name, why)| name == call && why.contains(said)), "{fault:?}: {told:?}");
            let judged: Value = serde_json::from_str(&out(&ended)).expect("findings");
            let said_again = judged["notChecked"].as_array().into_iter().flatten().any(|one| one["what"] == call);
            assert!(said_again, "{fault:?}: {}", judged["notChecked"]);
        }
        // Without subnets nothing of what runs can be judged.
        assert_eq!(ended.status.code(), Some(3), "{fault:?}: {} {}", out(&ended), err(&ended));
    }
}

/// Arguments, what is set in the environment, and the key that signs.
type Signed<'t> = (&'t [&'t str], &'t [(&'t str, &'t str)], &'t str);

/// As in the AWS CLI: a profile that is asked for comes before the environment's keys, one of the environment after them.
#[test]
fn a_profile_that_is_asked_for_signs_every_request() {
    let folder = folder();
    let file = folder.path().join("credentials");
    fs::write(&file, "[audit]\naws_access_key_id = AKIAAUDIT\naws_secret_access_key = other\nregion = eu-west-1\n")
        .expect("a file");
    let cases: [Signed<'_>; 3] = [
        (&["--profile", "audit"], &[], "AKIAAUDIT"),
        (&[], &[("AWS_PROFILE", "audit")], "AKIAREPLAY"),
        (&[], &[], "AKIAREPLAY"),
    ];
    for (arguments, environment, key) in cases {
        let server = Server::start(script());
        let mut all = vec!["--region", REGION, "--no-lint"];
        all.extend(arguments);
        let mut command = command(folder.path(), &server.url, &all);
        command.env("AWS_SHARED_CREDENTIALS_FILE", &file).envs(environment.iter().copied());
        let ended = command.output().expect("a process");
        assert_eq!(ended.status.code(), Some(0), "{}", err(&ended));
        let keys: Vec<String> = server.seen().into_iter().map(|seen| seen.key).collect();
        assert!(!keys.is_empty() && keys.iter().all(|signed| signed == key), "{arguments:?} {environment:?}: {keys:?}");
    }
}

#[test]
fn what_ends_a_scan_is_said_clearly_and_leaves_no_file() {
    let server = Server::start(script().always(
        "GetCallerIdentity",
        Fault::Error(
            403,
            "ExpiredToken".to_owned(),
            "The security token included in the request is expired".to_owned(),
        ),
    ));
    let folder = folder();
    let said = |ended: &Output, code: &str| {
        assert_eq!((ended.status.code(), out(ended).as_str()), (Some(2), ""), "{}", err(ended));
        let text = err(ended);
        assert!(text.starts_with(&format!("error[{code}]")) && text.contains("  help  "), "{text}");
        assert_eq!(text.matches("error[").count(), 1, "{text}");
    };
    let two = ["--region", REGION, "--region", OTHER];
    said(&run(folder.path(), &server.url, &two), "scan/expired-credentials");
    said(&run(folder.path(), "http://127.0.0.1:9", &two[..2]), "scan/cannot-reach");
    let no_keys = command(folder.path(), &server.url, &two)
        .env_remove("AWS_ACCESS_KEY_ID")
        .env_remove("AWS_SECRET_ACCESS_KEY")
        .output()
        .expect("a process");
    said(&no_keys, "scan/no-credentials");
    said(&run(folder.path(), &server.url, &[]), "scan/no-region");
    said(&run(folder.path(), &server.url, &["--region", "us east"]), "scan/bad-setting");
    said(&run(folder.path(), "notaurl", &two[..2]), "scan/bad-setting");
    let no_profile = run(folder.path(), &server.url, &["--region", REGION, "--profile", "nope"]);
    said(&no_profile, "scan/no-credentials");
    assert!(err(&no_profile).contains("nope"), "{}", err(&no_profile));
    let file =
        run(folder.path(), &Server::start(script()).url, &["--region", REGION, "-o", "gone/x.json", "--no-lint"]);
    said_of_output(&file);
    // Before anything is asked.
    let asked = server.seen().len();
    let rule = run(folder.path(), &server.url, &["--region", REGION, "--select", "no/such"]);
    assert!(err(&rule).starts_with("error[usage/unknown-rule]"), "{}", err(&rule));
    assert_eq!((rule.status.code(), server.seen().len()), (Some(2), asked));
    assert_eq!(names(folder.path()), Vec::<String>::new());
}

fn said_of_output(ended: &Output) {
    assert_eq!(ended.status.code(), Some(2));
    let text = err(ended);
    assert!(
        text.starts_with("error[output/unwritable]: can't write `gone/x.json`") && !text.contains(".tmp"),
        "{text}"
    );
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_nothing() {
    // Nothing may stay of a scan that waits for an answer, and an older file stays as it was.
    for signal in ["-INT", "-TERM"] {
        let server = Server::start(script().always("DescribeSubnets", Fault::Hang));
        let folder = folder();
        fs::write(folder.path().join("x.json"), "old").expect("a file");
        let child =
            command(folder.path(), &server.url, &["--region", REGION, "-o", "x.json"]).spawn().expect("a process");
        while server.count("DescribeSubnets") == 0 {
            std::thread::sleep(Duration::from_millis(5));
        }
        kill(&child, signal);
        let ended = child.wait_with_output().expect("it ends");
        assert_eq!((ended.status.code(), out(&ended).as_str(), err(&ended).as_str()), (Some(130), "", ""), "{signal}");
        assert_eq!(names(folder.path()), ["x.json"], "{signal}");
        assert_eq!(fs::read(folder.path().join("x.json")).expect("the file"), b"old");
    }
}

#[cfg(unix)]
fn kill(child: &Child, signal: &str) {
    let status = Command::new("kill").args([signal, &child.id().to_string()]).status();
    assert!(status.expect("kill runs").success());
}

#[test]
fn faults_on_the_way_one_at_a_time_change_nothing() {
    let calm = Server::start(script());
    let folder = folder();
    let arguments = |name: &'static str| ["--region", REGION, "--no-lint", "-q", "-o", name];
    assert_eq!(run(folder.path(), &calm.url, &arguments("calm.json")).status.code(), Some(0));
    // The SDK waits before it tries again, a second and more: so no request fails twice in a row. The tests of the library
    // let them fail as often as it comes.
    let random = Some(Random { seed: 11, percent: 30, in_a_row: 1 });
    let rough = Server::start(Script { random, ..script() });
    let ended = command(folder.path(), &rough.url, &arguments("rough.json"))
        .env("AWS_MAX_ATTEMPTS", "8")
        .output()
        .expect("a process");
    assert_eq!((ended.status.code(), err(&ended).as_str()), (Some(0), ""));
    let faults = rough.seen().iter().filter(|seen| seen.fault).count();
    assert!(faults * 5 >= calm.seen().len(), "{faults} faults");
    let text = |name: &str| {
        let mut document = snapshot(&folder.path().join(name));
        document["fargcheck"]["collectedAt"] = json!("");
        serde_json::to_string_pretty(&document).expect("JSON")
    };
    assert_eq!(text("rough.json"), text("calm.json"));
}

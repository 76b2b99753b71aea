//! What ends a scan, and what it leaves behind.

use super::*;

#[test]
fn what_ends_a_scan_has_a_code() {
    let error = |code: &str, status| Fault::Error(status, code.to_owned(), "said AWS".to_owned());
    let role = Some("arn:aws:iam::111122223333:role/reader".to_owned());
    let portal = Fault::Body(200, "text/html", "<html>Sign in</html>".to_owned());
    let cases = [
        ("GetCallerIdentity", error("ExpiredToken", 403), None, "scan/expired-credentials"),
        ("GetCallerIdentity", error("InvalidClientTokenId", 403), None, "scan/invalid-credentials"),
        ("GetCallerIdentity", error("SignatureDoesNotMatch", 403), None, "scan/invalid-credentials"),
        ("GetCallerIdentity", portal.clone(), None, "scan/not-aws"),
        ("GetCallerIdentity", Fault::Hang, None, "scan/cannot-reach"),
        ("AssumeRole", error("AccessDenied", 403), role.clone(), "scan/role-not-assumed"),
        ("AssumeRole", portal, role, "scan/not-aws"),
    ];
    for (action, fault, role_arn, code) in cases {
        let server = Server::start(script().always(action, fault.clone()));
        let ended = run(&Options { role_arn, ..impatient(&server) }).expect_err("no snapshot");
        assert_eq!(ended.code(), code, "{action} {fault:?}: {ended}");
        assert!(!ended.help().is_empty());
    }
    let server = Server::start(script());
    let nowhere = run(&Options { region: None, ..options(&server) }).expect_err("no region");
    assert_eq!(nowhere.code(), "scan/no-region");
    let closed = Options { endpoint_url: Some("http://127.0.0.1:9".to_owned()), ..options(&server) };
    assert_eq!(run(&closed).expect_err("nothing there").code(), "scan/cannot-reach");
}

#[test]
fn a_dropped_scan_asks_no_more() {
    let server = Server::start(Script { latency: Duration::from_millis(100), ..script() });
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let options = options(&server);
    runtime.block_on(async {
        let cut = tokio::time::timeout(Duration::from_millis(250), collect(&options, &())).await;
        assert!(cut.is_err(), "the scan was still running");
        // What was on its way may still arrive.
        tokio::time::sleep(Duration::from_millis(200)).await;
        let asked = server.seen().len();
        tokio::time::sleep(Duration::from_millis(300)).await;
        assert_eq!(server.seen().len(), asked);
    });
}

/// The process of the next test: it writes one file over and over until it is interrupted.
#[test]
#[ignore = "runs in a process of its own"]
fn writes_until_interrupted() {
    let Some(folder) = std::env::var_os("WRITE_INTO") else {
        return;
    };
    on_interrupt(|| std::process::exit(130)).expect("a handler");
    let path = std::path::Path::new(&folder).join("snapshot.json");
    for round in 0..100_000 {
        write_whole(&path, &vec![b'0' + (round % 10) as u8; 1 << 20]).expect("written");
    }
}

#[cfg(unix)]
#[test]
fn an_interrupt_leaves_a_whole_file_and_nothing_else() {
    let folder = tempfile::tempdir().expect("a folder");
    for signal in ["-INT", "-TERM"] {
        let mut child = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "ends::writes_until_interrupted", "--ignored"])
            .env("WRITE_INTO", folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("a process");
        let path = folder.path().join("snapshot.json");
        while !path.exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(50));
        let kill = std::process::Command::new("kill").args([signal, &child.id().to_string()]).status();
        assert!(kill.expect("kill runs").success());
        assert_eq!(child.wait().expect("it ends").code(), Some(130), "{signal}");
        let content = std::fs::read(&path).expect("the file");
        assert!(content.len() == 1 << 20 && content.iter().all(|byte| *byte == content[0]));
        let names: Vec<_> =
            std::fs::read_dir(folder.path()).expect("the folder").flatten().map(|entry| entry.file_name()).collect();
        assert_eq!(names, ["snapshot.json"]);
        std::fs::remove_file(&path).expect("the file goes");
    }
}

//! Whether this machine can be a judge.

use nix::sched::{CloneFlags, unshare};
use nix::sys::resource::{Resource, getrlimit, setrlimit};
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::OnceLock;
use std::thread;

/// Whether namespaces can be made and the tools are there; if not, it is said why the test is skipped.
///
/// Where namespaces are permitted and there is an apt-get to install the tools with, nothing is ever skipped: what then
/// fails is a failure.
pub(crate) fn are_there() -> bool {
    static REASON: OnceLock<Option<String>> = OnceLock::new();
    let reason = REASON.get_or_init(reason_to_skip);
    if let Some(reason) = reason {
        let name = thread::current().name().unwrap_or("the kernel as a judge").to_owned();
        // Not by a macro, whose output is shown for failed tests only.
        let _ = writeln!(std::io::stderr(), "SKIPPED {name}: {reason}");
    }
    reason.is_none()
}

fn reason_to_skip() -> Option<String> {
    // In a thread of its own: this one stays where it is.
    let made = thread::spawn(|| unshare(CloneFlags::CLONE_NEWNET)).join().expect("unshare does not panic");
    if let Err(error) = made {
        return Some(format!("no network namespace can be made here ({error}); it takes root on Linux"));
    }
    // Many networks stand at once, each with a socket for every connection and every listener.
    let (_, most) = getrlimit(Resource::RLIMIT_NOFILE).expect("a process knows its limits");
    setrlimit(Resource::RLIMIT_NOFILE, most, most).expect("a process may go up to its own limit");
    let missing = || {
        let all = [("ip", "iproute2", "-V"), ("nft", "nftables", "-v")];
        all.into_iter().filter(|(program, _, version)| !runs(program, version)).map(|(_, package, _)| package)
    };
    if missing().count() == 0 {
        return None;
    }
    if !runs("apt-get", "-v") {
        return Some(format!("{:?} are not installed, and there is no apt-get", missing().collect::<Vec<_>>()));
    }
    apt_get(&["update", "-q"]);
    apt_get(&[vec!["install", "-y", "-q", "--no-install-recommends"], missing().collect()].concat());
    assert_eq!(missing().next(), None, "it is still missing after it was installed");
    None
}

fn runs(program: &str, argument: &str) -> bool {
    Command::new(program).arg(argument).output().is_ok_and(|output| output.status.success())
}

fn apt_get(arguments: &[&str]) {
    let mut command = Command::new("apt-get");
    command.args(arguments).env("DEBIAN_FRONTEND", "noninteractive").stdin(Stdio::null());
    let output = command.output().expect("apt-get was there just now");
    assert!(output.status.success(), "{command:?} failed:\n{}", String::from_utf8_lossy(&output.stderr));
}

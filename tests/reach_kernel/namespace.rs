//! Network namespaces of the kernel. A thread is in one at a time; one ends when nobody holds it any more.

use nix::sched::{CloneFlags, setns, unshare};
use std::fs::{self, File};
use std::io::Write;
use std::os::fd::AsRawFd;
use std::process::{Command, Stdio};

/// A network namespace.
pub(crate) struct Namespace(File);

/// What every namespace is set to, whatever the machine's own is: nothing of IPv6, and a router that neither guards its
/// interfaces nor corrects its neighbours, as that of a VPC doesn't.
const SETTINGS: [(&str, &str); 6] = [
    ("ipv6/conf/all/disable_ipv6", "1"),
    ("ipv4/conf/all/rp_filter", "0"),
    ("ipv4/conf/default/rp_filter", "0"),
    ("ipv4/conf/all/send_redirects", "0"),
    ("ipv4/conf/default/send_redirects", "0"),
    ("ipv4/tcp_max_syn_backlog", "4096"),
];

impl Namespace {
    /// A new one, in which the thread then is.
    pub(crate) fn new() -> Namespace {
        unshare(CloneFlags::CLONE_NEWNET).expect("a network namespace can be made");
        for (name, value) in SETTINGS {
            let path = format!("/proc/sys/net/{name}");
            // A kernel without IPv6 has no setting for it.
            let is_absent = name.starts_with("ipv6") && !fs::exists(&path).unwrap_or(true);
            if !is_absent {
                fs::write(&path, value).unwrap_or_else(|error| panic!("{path}: {error}"));
            }
        }
        Namespace(File::open("/proc/thread-self/ns/net").expect("a thread can open its own namespace"))
    }

    /// Moves the thread into it.
    pub(crate) fn enter(&self) {
        setns(&self.0, CloneFlags::CLONE_NEWNET).expect("a thread can enter a namespace that it made");
    }

    /// Whether it hands packets on that are for others.
    pub(crate) fn forward(&self, forwards: bool) {
        self.enter();
        fs::write("/proc/sys/net/ipv4/ip_forward", if forwards { "1" } else { "0" }).expect("forwarding can be set");
    }

    /// A path that names it to other programs.
    pub(crate) fn path(&self) -> String {
        format!("/proc/{}/fd/{}", std::process::id(), self.0.as_raw_fd())
    }

    /// Runs iproute2's commands in it, one a line.
    pub(crate) fn ip(&self, commands: &str) {
        self.feed(Command::new("ip").args(["-batch", "-"]), commands);
    }

    /// Loads a ruleset into it.
    pub(crate) fn nft(&self, ruleset: &str) {
        self.feed(Command::new("nft").args(["-f", "-"]), ruleset);
    }

    fn feed(&self, command: &mut Command, input: &str) {
        self.enter();
        let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the tools are installed");
        let mut stdin = child.stdin.take().expect("it is piped");
        // Where the program ends early its own message says more than the broken pipe.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let output = child.wait_with_output().expect("it was started here");
        assert!(output.status.success(), "{command:?}: {}\n{input}", String::from_utf8_lossy(&output.stderr));
    }
}

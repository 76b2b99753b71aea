//! A moto server with networks in it, for tests of the real binary.
//!
//! `Moto::start` installs moto into an environment of its own below the target directory (once, see
//! `tests/moto/requirements.txt`) and starts it on a free port. `Moto::build` has `tests/moto/architectures.py` build
//! cases, each in an account of its own: so that no state needs to be reset, and cases can be scanned while others are
//! still being built.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::{Mutex, mpsc};
use std::{iter, panic, thread};

use serde_json::Value;

use crate::python_support::environment;

/// The region that the architectures are built in.
pub(crate) const REGION: &str = "us-east-1";

/// A running moto server. It ends when this is dropped, and also when the test process dies without dropping it.
pub(crate) struct Moto {
    server: Child,
    // The server runs until this pipe closes.
    lifeline: Option<ChildStdin>,
    python: PathBuf,
    endpoint: String,
}

/// An account with one network in it.
pub(crate) struct Account {
    /// `architecture` or `architecture+fault`.
    pub(crate) case: String,
    /// Its number.
    pub(crate) number: String,
    /// Of a stack, the ids of its resources by their logical ids.
    #[allow(dead_code, reason = "for tests with stacks")]
    pub(crate) ids: Vec<(String, String)>,
    endpoint: String,
    keys: Vec<(String, String)>,
}

impl Moto {
    /// Starts a server on a port of its own. It answers the three calls that moto lacks, as AWS does where nobody has
    /// used the features behind them.
    pub(crate) fn start() -> Moto {
        Moto::start_with(&[])
    }

    /// Starts a server as moto is: a few calls of a scan fail.
    pub(crate) fn start_bare() -> Moto {
        Moto::start_with(&["--bare"])
    }

    fn start_with(arguments: &[&str]) -> Moto {
        let python = environment("moto", &script("requirements.txt"));
        let log = File::options()
            .create(true)
            .append(true)
            .open(Path::new(env!("CARGO_TARGET_TMPDIR")).join("moto.log"))
            .expect("the target directory can be written");
        let mut server = Command::new(&python)
            .arg(script("server.py"))
            .args(arguments)
            // A few hundred machine images for every new account, which nobody asks for.
            .env("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")
            .env_remove("AWS_ENDPOINT_URL")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log)
            .spawn()
            .expect("the environment has a Python");
        let lifeline = server.stdin.take();
        let mut url = String::new();
        let stdout = server.stdout.take().expect("it is piped");
        BufReader::new(stdout).read_line(&mut url).expect("moto says its URL");
        assert!(!url.is_empty(), "moto does not start: see moto.log in {}", env!("CARGO_TARGET_TMPDIR"));
        let endpoint = url.trim().to_owned();
        Moto { server, lifeline, python, endpoint }
    }

    /// Builds the cases one after the other and hands each to `with` as soon as it stands, on a few threads.
    /// Gives back what `with` gave, in no order.
    pub(crate) fn build<T: Send>(&self, cases: &[String], with: impl Fn(&Account) -> T + Sync) -> Vec<T> {
        self.build_by("architectures.py", cases, with)
    }

    /// As `build`, for files of CloudFormation templates, each deployed as a stack.
    #[allow(dead_code, reason = "for tests with stacks")]
    pub(crate) fn deploy<T: Send>(&self, templates: &[String], with: impl Fn(&Account) -> T + Sync) -> Vec<T> {
        self.build_by("stacks.py", templates, with)
    }

    fn build_by<T: Send>(&self, builder: &str, cases: &[String], with: impl Fn(&Account) -> T + Sync) -> Vec<T> {
        let mut builder = Command::new(&self.python)
            .arg(script(builder))
            .args(["--endpoint", &self.endpoint, "--cases"])
            .args(cases)
            .env_remove("AWS_ENDPOINT_URL")
            .envs(ISOLATED)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the environment has a Python");
        let built = BufReader::new(builder.stdout.take().expect("it is piped")).lines();
        let (next, accounts) = mpsc::channel();
        let accounts = Mutex::new(accounts);
        let results = thread::scope(|scope| {
            let (accounts, with) = (&accounts, &with);
            let work = move || {
                let take = || accounts.lock().expect("no worker panics while it takes").recv().ok();
                iter::from_fn(take).map(|account: Account| with(&account)).collect::<Vec<T>>()
            };
            // More than there are processors: a scan mostly waits for the server.
            let workers = [scope.spawn(work), scope.spawn(work), scope.spawn(work), scope.spawn(work)];
            for line in built {
                let account = self.account(&line.expect("the builder prints UTF-8"));
                next.send(account).expect("the receiver outlives the workers");
            }
            drop(next);
            workers.map(|worker| worker.join().unwrap_or_else(|payload| panic::resume_unwind(payload)))
        });
        let status = builder.wait().expect("the builder was started here");
        assert!(status.success(), "the builder failed, see above");
        let results: Vec<T> = results.into_iter().flatten().collect();
        assert_eq!(results.len(), cases.len(), "a case was not built");
        results
    }

    fn account(&self, line: &str) -> Account {
        let line: Value = serde_json::from_str(line).unwrap_or_else(|error| panic!("{error} in {line:?}"));
        let text = |value: &Value| value.as_str().expect("the builder prints strings").to_owned();
        let keys = line["environment"].as_object().expect("an object of variables");
        Account {
            case: text(&line["case"]),
            number: text(&line["account"]),
            ids: (line["ids"].as_object().into_iter().flatten())
                .map(|(logical, id)| (logical.clone(), text(id)))
                .collect(),
            endpoint: self.endpoint.clone(),
            keys: keys.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
        }
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        let _ = self.server.wait();
    }
}

impl Account {
    /// Runs the binary with this account's keys, far from any account, profile or proxy of whoever runs the tests.
    pub(crate) fn fargcheck(&self, arguments: &[&str]) -> Output {
        fargcheck(arguments)
            .envs(self.keys.iter().map(|(name, value)| (name, value)))
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .output()
            .expect("the binary was built for this test")
    }
}

/// The binary under test, cut off from the outside: what it is not told on the command line it doesn't know.
pub(crate) fn fargcheck(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fargcheck"));
    for variable in ["AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ROLE_ARN", "HTTP_PROXY", "http_proxy", "ALL_PROXY"] {
        command.env_remove(variable);
    }
    command.args(arguments).envs(ISOLATED).env("NO_COLOR", "1").stdin(Stdio::null());
    command
}

const ISOLATED: [(&str, &str); 8] = [
    ("AWS_ACCESS_KEY_ID", "testing"),
    ("AWS_SECRET_ACCESS_KEY", "testing"),
    ("AWS_REGION", REGION),
    ("AWS_EC2_METADATA_DISABLED", "true"),
    ("AWS_CONFIG_FILE", "/dev/null"),
    ("AWS_SHARED_CREDENTIALS_FILE", "/dev/null"),
    // moto answers some calls with an error each time: to try again is to wait for nothing.
    ("AWS_MAX_ATTEMPTS", "1"),
    ("NO_PROXY", "127.0.0.1"),
];

fn script(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "moto", name].iter().collect()
}

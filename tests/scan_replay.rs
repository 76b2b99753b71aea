//! A scan against a stand-in for AWS: what it collects, and that no fault on the way changes it.
#![cfg(feature = "scan")]

mod replay;

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use fargcheck::collect::{
    CollectError, Collected, DEFAULT_CONCURRENCY, Keys, Options, Progress, collect, collect_all,
    on_interrupt, permissions, write_whole,
};
use replay::account::{SECRET, account, without_secrets};
use replay::faults::{Fault, Random};
use replay::{Script, Server};
use serde_json::{Value, json};

const REGION: &str = "us-east-1";
const ACCOUNT: &str = "111122223333";

fn script() -> Script {
    Script::of(REGION, account(REGION, ACCOUNT, 3))
}

/// Impatient, and never anywhere but at the server: given keys keep the environment out.
fn options(server: &Server) -> Options {
    Options {
        region: Some(REGION.to_owned()),
        endpoint_url: Some(server.url.clone()),
        credentials: Some(Keys {
            access_key_id: "AKIAREPLAY".to_owned(),
            secret_access_key: "secret".to_owned(),
            session_token: None,
        }),
        initial_backoff: Duration::from_millis(1),
        attempt_timeout: Duration::from_secs(1),
        ..Options::default()
    }
}

/// Gives up on a silent connection at once.
fn impatient(server: &Server) -> Options {
    Options {
        attempt_timeout: Duration::from_millis(300),
        ..options(server)
    }
}

fn run(options: &Options) -> Result<Collected, CollectError> {
    tokio::runtime::Runtime::new()
        .expect("a runtime")
        .block_on(collect(options, &()))
}

fn scan(server: &Server) -> Collected {
    run(&options(server)).expect("a snapshot")
}

/// The snapshot as text without the time, which alone may differ.
fn text(mut collected: Collected) -> String {
    if let Some(about) = collected.document["fargcheck"].as_object_mut() {
        about.remove("collectedAt");
    }
    serde_json::to_string_pretty(&collected.document).expect("JSON")
}

fn missing(collected: &Collected) -> Vec<String> {
    let entries = collected.document["fargcheck"]["notCollected"]
        .as_array()
        .expect("a list");
    let part = |entry: &Value, name: &str| entry[name].as_str().unwrap_or("-").to_owned();
    entries
        .iter()
        .map(|entry| {
            format!(
                "{} {} {}",
                part(entry, "call"),
                part(entry, "item"),
                part(entry, "reason")
            )
        })
        .collect()
}

/// Lists sorted, so that two documents compare as sets.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(sorted).collect();
            items.sort_by_key(Value::to_string);
            Value::Array(items)
        }
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields
                .iter()
                .map(|(name, field)| (name.clone(), sorted(field)))
                .collect();
            fields.sort_by(|one, other| one.0.cmp(&other.0));
            Value::Object(fields.into_iter().collect())
        }
        other => other.clone(),
    }
}

#[test]
fn every_page_of_everything_is_collected_as_the_aws_cli_prints_it() {
    let server = Server::start(script());
    let collected = scan(&server);
    assert_eq!(missing(&collected), Vec::<String>::new());
    assert_eq!(collected.account.as_deref(), Some(ACCOUNT));
    assert_eq!(collected.partition, "aws");
    let expected = without_secrets(&account(REGION, ACCOUNT, 3));
    let Value::Object(expected) = expected else {
        unreachable!("an object")
    };
    for (key, value) in &expected {
        let got = collected
            .document
            .get(key)
            .unwrap_or_else(|| panic!("{key} is missing"));
        pretty_eq(key, &sorted(got), &sorted(value));
    }
    let more: Vec<_> = collected
        .document
        .keys()
        .filter(|key| !expected.contains_key(*key))
        .collect();
    assert_eq!(more, ["fargcheck"]);
    assert!(
        server.count("DescribeSubnets") >= 5,
        "nine subnets, two a page"
    );
}

fn pretty_eq(key: &str, got: &Value, expected: &Value) {
    let pretty = |value: &Value| serde_json::to_string_pretty(value).expect("JSON");
    assert_eq!(pretty(got), pretty(expected), "{key}");
}

#[test]
fn no_secret_gets_into_a_snapshot() {
    let server = Server::start(script());
    let text = text(scan(&server));
    assert!(!text.contains(SECRET));
    for name in [
        "environment\"",
        "command",
        "entryPoint",
        "dockerLabels",
        "overrides",
        "events",
        "ClientSecret",
    ] {
        assert!(!text.contains(name), "{name}");
    }
    assert!(
        text.contains("arn:aws:ssm:us-east-1:1:parameter/db"),
        "of a secret its ARN"
    );
}

#[test]
fn the_permissions_are_the_calls_that_are_made() {
    let server = Server::start(script());
    scan(&server);
    let made: BTreeSet<String> = server
        .seen()
        .iter()
        .filter(|seen| seen.service != "sts")
        .map(|seen| format!("{}:{}", seen.service, seen.action))
        .collect();
    let allowed = permissions()["Statement"][0]["Action"].clone();
    let allowed: BTreeSet<String> = serde_json::from_value(allowed).expect("a list of actions");
    assert_eq!(made, allowed);
}

#[test]
fn faults_do_not_change_a_snapshot() {
    let calm = text(scan(&Server::start(script())));
    for seed in 0..3 {
        let random = Some(Random {
            seed,
            percent: 30,
            in_a_row: 3,
        });
        let server = Server::start(Script { random, ..script() });
        let collected = run(&impatient(&server)).expect("a snapshot");
        assert_eq!(missing(&collected), Vec::<String>::new(), "seed {seed}");
        assert_eq!(text(collected), calm, "seed {seed}");
        assert!(
            server.seen().iter().filter(|seen| seen.fault).count() > 20,
            "seed {seed} has faults"
        );
    }
}

#[test]
fn a_denied_call_is_recorded_and_the_rest_collected() {
    let calm = scan(&Server::start(script()));
    let denied = [
        (
            "DescribeNatGateways",
            "ec2:DescribeNatGateways - denied (UnauthorizedOperation)",
            "NatGateways",
        ),
        (
            "ListClusters",
            "ecs:ListClusters - denied (AccessDeniedException)",
            "clusters",
        ),
        (
            "DescribeTargetGroups",
            "elasticloadbalancing:DescribeTargetGroups - denied (AccessDenied)",
            "TargetGroups",
        ),
        (
            "DescribeRepositories",
            "ecr:DescribeRepositories - denied (AccessDeniedException)",
            "repositories",
        ),
        ("DescribeServices", "ecs:DescribeServices", "services"),
    ];
    for (action, record, key) in denied {
        let collected = scan(&Server::start(script().always(action, Fault::Denied)));
        assert!(
            missing(&collected)
                .iter()
                .any(|entry| entry.starts_with(record)),
            "{:?}",
            missing(&collected)
        );
        assert!(!collected.document.contains_key(key), "{key} is not known");
        assert_eq!(collected.document["Subnets"], calm.document["Subnets"]);
    }
}

#[test]
fn what_depends_on_a_failed_call_is_named_too() {
    let collected = scan(&Server::start(
        script().always("DescribeLoadBalancers", Fault::Denied),
    ));
    assert_eq!(
        missing(&collected),
        [
            "elasticloadbalancing:DescribeLoadBalancers - denied (AccessDenied)",
            "elasticloadbalancing:DescribeListeners - not asked: needs elasticloadbalancing:DescribeLoadBalancers",
            "elasticloadbalancing:DescribeRules - not asked: needs elasticloadbalancing:DescribeLoadBalancers",
        ]
    );
    for key in ["LoadBalancers", "Listeners", "Rules"] {
        assert!(!collected.document.contains_key(key), "{key}");
    }
}

#[test]
fn a_failure_for_one_thing_names_it() {
    let server = Server::start(
        script()
            .always_about(
                "DescribeVpcAttribute",
                "enableDnsHostnames&VpcId=vpc-1",
                Fault::Denied,
            )
            .always_about("GetManagedPrefixListEntries", "pl-0", Fault::Denied)
            .always_about("DescribeTaskDefinition", "web:3", Fault::Denied)
            .always_about("SearchTransitGatewayRoutes", "tgw-rtb-1", Fault::Denied),
    );
    let collected = scan(&server);
    assert_eq!(
        missing(&collected),
        [
            "ec2:DescribeVpcAttribute vpc-1 enableDnsHostnames denied (UnauthorizedOperation)",
            "ec2:GetManagedPrefixListEntries pl-0 denied (UnauthorizedOperation)",
            "ec2:SearchTransitGatewayRoutes tgw-rtb-1 denied (UnauthorizedOperation)",
            "ecs:DescribeTaskDefinition arn:aws:ecs:us-east-1:111122223333:task-definition/web:3 denied (AccessDeniedException)",
        ]
    );
    assert_eq!(
        collected.document["VpcAttributes"][1],
        json!({"VpcId": "vpc-1", "EnableDnsSupport": {"Value": true}})
    );
    let ids: Vec<_> = collected.document["PrefixLists"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|list| &list["PrefixListId"])
        .collect();
    assert_eq!(
        ids,
        ["pl-empty", "pl-s3"],
        "a list whose entries are not known is not an empty list"
    );
    let table = &collected.document["TransitGatewayRouteTables"][1];
    assert!(table.get("Routes").is_none() && table.get("Associations").is_some());
    assert_eq!(
        collected.document["taskDefinitions"]
            .as_array()
            .map(Vec::len),
        Some(7)
    );
}

#[test]
fn nothing_that_is_not_an_answer_of_aws_becomes_an_empty_list() {
    let html = "<html><body>Sign in to the guest network</body></html>";
    let wrong = "<DescribeInstancesResponse xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><reservationSet/></DescribeInstancesResponse>";
    let bodies = [
        ("HTML", "text/html", html.to_owned()),
        (
            "HTML that isn't XML",
            "text/html",
            "<!DOCTYPE html><p>Sign in<br>".to_owned(),
        ),
        ("nothing", "text/xml", String::new()),
        (
            "another service's JSON",
            "application/json",
            "{\"clusterArns\":[]}".to_owned(),
        ),
        ("another root", "text/xml", wrong.to_owned()),
        (
            "the root alone",
            "text/xml",
            "<DescribeSubnetsResponse/>".to_owned(),
        ),
        (
            "an unclosed list",
            "text/xml",
            "<DescribeSubnetsResponse><subnetSet><item>".to_owned(),
        ),
        (
            "a broken list",
            "text/xml",
            "<DescribeSubnetsResponse><subnetSet></item></subnetSet></DescribeSubnetsResponse>"
                .to_owned(),
        ),
        ("plain text", "text/plain", "OK".to_owned()),
    ];
    let calls = [
        ("DescribeSubnets", "ec2", "Subnets"),
        ("DescribeVpcs", "ec2", "Vpcs"),
        ("ListClusters", "ecs", "clusters"),
        (
            "DescribeLoadBalancers",
            "elasticloadbalancing",
            "LoadBalancers",
        ),
        ("DescribeRepositories", "ecr", "repositories"),
        (
            "DescribeVpcBlockPublicAccessOptions",
            "ec2",
            "VpcBlockPublicAccessOptions",
        ),
    ];
    for (what, kind, body) in bodies {
        let wrong = |(action, _, _): &(&str, &str, &str)| {
            !(what == "another service's JSON" && *action == "ListClusters")
        };
        let script = calls
            .iter()
            .filter(|call| wrong(call))
            .fold(script(), |script, (action, _, _)| {
                script.always(action, Fault::Body(200, kind, body.clone()))
            });
        let collected = scan(&Server::start(script));
        for (action, service, key) in calls.iter().filter(|call| wrong(call)) {
            let call = format!("{service}:{action} - not an answer of AWS");
            assert!(!collected.document.contains_key(*key), "{what}: {key}");
            assert!(
                missing(&collected)
                    .iter()
                    .any(|entry| entry.starts_with(&call)),
                "{what}: {:?}",
                missing(&collected)
            );
        }
        assert!(collected.document.contains_key("RouteTables"), "{what}");
    }
}

#[test]
fn half_an_answer_is_not_an_answer() {
    for (action, key) in [
        ("DescribeSubnets", "Subnets"),
        ("ListClusters", "clusters"),
        ("DescribeTargetGroups", "TargetGroups"),
    ] {
        let collected = scan(&Server::start(script().always(action, Fault::Cut)));
        assert!(!collected.document.contains_key(key), "{key}");
        assert_eq!(
            collected.document["fargcheck"]["notCollected"][0]["call"]
                .as_str()
                .map(|call| call.ends_with(action)),
            Some(true)
        );
    }
}

#[test]
fn a_call_that_goes_on_failing_is_recorded() {
    let html = Fault::Body(500, "text/html", "<html>Not Implemented</html>".to_owned());
    let server = Server::start(
        script()
            .always("DescribeVpcBlockPublicAccessOptions", html.clone())
            .always("DescribePullThroughCacheRules", html)
            .always("DescribeFlowLogs", Fault::Throttle)
            .always(
                "DescribeDhcpOptions",
                Fault::Error(400, "InvalidAction".to_owned(), "unknown".to_owned()),
            ),
    );
    let collected = scan(&server);
    assert_eq!(
        missing(&collected),
        [
            "ec2:DescribeDhcpOptions - not supported here (InvalidAction)",
            "ec2:DescribeFlowLogs - failed (RequestLimitExceeded, HTTP 503)",
            "ec2:DescribeVpcBlockPublicAccessOptions - not an answer of AWS (HTTP 500 without AWS's answer in it)",
            "ecr:DescribePullThroughCacheRules - not an answer of AWS (HTTP 500 without AWS's answer in it)",
        ]
    );
    assert_eq!(
        server.count("DescribeFlowLogs"),
        8,
        "tried as often as the options say"
    );
}

#[test]
fn a_hang_is_cut_short_and_tried_again() {
    let server = Server::start(script().first("DescribeRouteTables", 1, Fault::Hang).first(
        "ListServices",
        1,
        Fault::Reset,
    ));
    let collected = run(&impatient(&server)).expect("a snapshot");
    assert_eq!(missing(&collected), Vec::<String>::new());
    assert_eq!(text(collected), text(scan(&Server::start(script()))));
}

#[test]
fn regions_are_collected_at_once_and_told_apart() {
    let far = "eu-central-1";
    let mut script = script();
    script
        .regions
        .insert(far.to_owned(), account(far, ACCOUNT, 2));
    let server = Server::start(script);
    let here = options(&server);
    let there = Options {
        region: Some(far.to_owned()),
        ..here.clone()
    };
    let results = collect_all(&[(here, &()), (there, &())]).expect("a runtime");
    let mut results = results
        .into_iter()
        .map(|result| result.expect("a snapshot"));
    let (here, there) = results.next().zip(results.next()).expect("two snapshots");
    assert_eq!((here.region.as_str(), there.region.as_str()), (REGION, far));
    let length = |collected: &Collected| collected.document["Vpcs"].as_array().map(Vec::len);
    assert_eq!((length(&here), length(&there)), (Some(3), Some(2)));
    assert_eq!(there.document["fargcheck"]["region"], far);
}

#[test]
fn a_role_is_assumed_once_and_signs_everything() {
    let server = Server::start(script());
    let role = Some("arn:aws:iam::111122223333:role/reader".to_owned());
    run(&Options {
        role_arn: role,
        ..options(&server)
    })
    .expect("a snapshot");
    for seen in server.seen() {
        assert_eq!(
            seen.key,
            if seen.action == "AssumeRole" {
                "AKIAREPLAY"
            } else {
                "ASIAASSUMED"
            },
            "{}",
            seen.action
        );
    }
    assert_eq!(server.count("AssumeRole"), 1);
}

#[test]
fn what_ends_a_scan_has_a_code() {
    let error = |code: &str, status| Fault::Error(status, code.to_owned(), "said AWS".to_owned());
    let role = Some("arn:aws:iam::111122223333:role/reader".to_owned());
    let portal = Fault::Body(200, "text/html", "<html>Sign in</html>".to_owned());
    let cases = [
        (
            "GetCallerIdentity",
            error("ExpiredToken", 403),
            None,
            "scan::expired-credentials",
        ),
        (
            "GetCallerIdentity",
            error("InvalidClientTokenId", 403),
            None,
            "scan::invalid-credentials",
        ),
        (
            "GetCallerIdentity",
            error("SignatureDoesNotMatch", 403),
            None,
            "scan::invalid-credentials",
        ),
        ("GetCallerIdentity", portal.clone(), None, "scan::not-aws"),
        ("GetCallerIdentity", Fault::Hang, None, "scan::cannot-reach"),
        (
            "AssumeRole",
            error("AccessDenied", 403),
            role.clone(),
            "scan::role-not-assumed",
        ),
        ("AssumeRole", portal, role, "scan::not-aws"),
    ];
    for (action, fault, role_arn, code) in cases {
        let server = Server::start(script().always(action, fault.clone()));
        let ended = run(&Options {
            role_arn,
            ..impatient(&server)
        })
        .expect_err("no snapshot");
        assert_eq!(ended.code(), code, "{action} {fault:?}: {ended}");
        assert!(!ended.help().is_empty());
    }
    let server = Server::start(script());
    let nowhere = run(&Options {
        region: None,
        ..options(&server)
    })
    .expect_err("no region");
    assert_eq!(nowhere.code(), "scan::no-region");
    let closed = Options {
        endpoint_url: Some("http://127.0.0.1:9".to_owned()),
        ..options(&server)
    };
    assert_eq!(
        run(&closed).expect_err("nothing there").code(),
        "scan::cannot-reach"
    );
}

#[test]
fn an_unnamed_caller_can_still_scan() {
    let collected = scan(&Server::start(
        script().always("GetCallerIdentity", Fault::Denied),
    ));
    assert_eq!(collected.account, None);
    assert_eq!(
        missing(&collected),
        ["sts:GetCallerIdentity - denied (AccessDenied)"]
    );
    assert!(collected.document["fargcheck"].get("account").is_none());
}

#[test]
fn no_more_requests_are_in_flight_than_allowed() {
    let server = Server::start(Script {
        latency: Duration::from_millis(5),
        ..script()
    });
    run(&Options {
        concurrency: 3,
        attempt_timeout: Duration::from_secs(5),
        ..options(&server)
    })
    .expect("a snapshot");
    assert!(
        server.most_at_once() <= 3,
        "{} at once",
        server.most_at_once()
    );
}

#[test]
fn progress_ends_where_it_was_planned_to() {
    #[derive(Default)]
    struct Count(AtomicUsize, AtomicUsize, AtomicUsize);
    impl Progress for Count {
        fn planned(&self, calls: usize) {
            self.0.fetch_add(calls, Ordering::Relaxed);
        }
        fn finished(&self, call: &str, pages: usize) {
            assert!(call.contains(':'), "{call}");
            self.1.fetch_add(1, Ordering::Relaxed);
            self.2.fetch_add(pages, Ordering::Relaxed);
        }
    }
    let server = Server::start(script());
    let count = Count::default();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime
        .block_on(collect(&options(&server), &count))
        .expect("a snapshot");
    let read = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    assert_eq!(read(&count.0), read(&count.1), "planned and finished");
    assert_eq!(read(&count.2), server.seen().len(), "pages and requests");
}

#[test]
fn a_dropped_scan_asks_no_more() {
    let server = Server::start(Script {
        latency: Duration::from_millis(100),
        ..script()
    });
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

#[test]
fn one_vpc_and_one_cluster_can_be_asked_for() {
    let server = Server::start(script());
    let only = Options {
        vpcs: vec!["vpc-1".to_owned()],
        clusters: vec!["main-2".to_owned()],
        ..options(&server)
    };
    let document = run(&only).expect("a snapshot").document;
    let count = |key: &str| document[key].as_array().map(Vec::len);
    for (key, expected) in [
        ("Vpcs", 1),
        ("VpcAttributes", 1),
        ("Subnets", 3),
        ("InternetGateways", 1),
        ("LoadBalancers", 1),
        ("EgressOnlyInternetGateways", 1),
        ("VpcPeeringConnections", 1),
        ("Listeners", 2),
        ("Rules", 6),
        ("clusters", 1),
    ] {
        assert_eq!(count(key), Some(expected), "{key}");
    }
    assert_eq!(server.count("ListClusters"), 0);
    assert_eq!(
        document["services"],
        json!([]),
        "all run in subnets of vpc-0"
    );
}

#[test]
fn an_account_with_nothing_in_it_has_empty_lists() {
    let script = Script {
        regions: Default::default(),
        ..script()
    };
    let collected = scan(&Server::start(
        script.always("DescribeVpcBlockPublicAccessOptions", Fault::Denied),
    ));
    for (key, value) in collected.document.iter().skip(1) {
        assert_eq!(*value, json!([]), "{key}");
    }
    assert_eq!(collected.document.len(), 33);
}

/// The longest chain: ListClusters, ListServices, DescribeServices, DescribeTaskDefinition.
const CHAIN: u32 = 4;

/// How long a collection of one page of everything takes, and how many requests that is.
fn timed(latency: Duration, concurrency: usize) -> (Duration, usize) {
    let server = Server::start(Script {
        latency,
        page: 100,
        ..script()
    });
    let options = Options {
        concurrency,
        attempt_timeout: Duration::from_secs(10),
        ..options(&server)
    };
    let start = Instant::now();
    run(&options).expect("a snapshot");
    (start.elapsed(), server.seen().len())
}

#[test]
fn a_scan_takes_hardly_longer_than_its_longest_chain() {
    let latency = Duration::from_millis(250);
    let most = latency * CHAIN * 13 / 10;
    let took: Vec<Duration> = (0..3)
        .map(|_| timed(latency, DEFAULT_CONCURRENCY).0)
        .collect();
    assert!(
        took.iter().any(|took| *took <= most),
        "{took:?}, at most {most:?}"
    );
}

/// `cargo test --release --test scan_replay caps -- --ignored --nocapture`
#[test]
#[ignore = "a measurement"]
fn caps_on_concurrency() {
    let latency = Duration::from_millis(50);
    for cap in [4, 8, 16, 24, 32, 48, 64] {
        let mut took: Vec<(Duration, usize)> = (0..7).map(|_| timed(latency, cap)).collect();
        took.sort();
        println!(
            "cap {cap:2}: {} requests, best {:?}, median {:?}",
            took[0].1, took[0].0, took[3].0
        );
    }
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
            .args(["--exact", "writes_until_interrupted", "--ignored"])
            .env("WRITE_INTO", folder.path())
            .stdout(std::process::Stdio::null())
            .spawn()
            .expect("a process");
        let path = folder.path().join("snapshot.json");
        while !path.exists() {
            std::thread::sleep(Duration::from_millis(10));
        }
        std::thread::sleep(Duration::from_millis(50));
        let kill = std::process::Command::new("kill")
            .args([signal, &child.id().to_string()])
            .status();
        assert!(kill.expect("kill runs").success());
        assert_eq!(child.wait().expect("it ends").code(), Some(130), "{signal}");
        let content = std::fs::read(&path).expect("the file");
        assert!(content.len() == 1 << 20 && content.iter().all(|byte| *byte == content[0]));
        let names: Vec<_> = std::fs::read_dir(folder.path())
            .expect("the folder")
            .flatten()
            .map(|entry| entry.file_name())
            .collect();
        assert_eq!(names, ["snapshot.json"]);
        std::fs::remove_file(&path).expect("the file goes");
    }
}

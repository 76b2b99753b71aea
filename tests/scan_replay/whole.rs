//! What a scan collects, and as whom.

use super::*;

#[test]
fn every_page_of_everything_is_collected_as_the_aws_cli_prints_it() {
    let server = Server::start(Script { page: 2, ..script() });
    let collected = scan(&server);
    assert_eq!(missing(&collected), Vec::<String>::new());
    assert_eq!(collected.account.as_deref(), Some(ACCOUNT));
    assert_eq!(collected.partition, "aws");
    let expected = without_secrets(&account(REGION, ACCOUNT, 3));
    let Value::Object(expected) = expected else { unreachable!("an object") };
    for (key, value) in &expected {
        let got = collected.document.get(key).unwrap_or_else(|| panic!("{key} is missing"));
        pretty_eq(key, &sorted(got), &sorted(value));
    }
    let more: Vec<_> = collected.document.keys().filter(|key| !expected.contains_key(*key)).collect();
    assert_eq!(more, ["fargcheck"]);
    assert!(server.count("DescribeSubnets") >= 5, "nine subnets, two a page");
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
    for name in ["environment\"", "command", "entryPoint", "dockerLabels", "overrides", "ClientSecret"] {
        assert!(!text.contains(name), "{name}");
    }
    assert!(text.contains("arn:aws:ssm:us-east-1:1:parameter/db"), "of a secret its ARN");
}

/// Of a service's hundred events, and of tasks beyond the first hundred that stopped, nobody reads all.
#[test]
fn of_what_went_wrong_the_newest_is_kept() {
    let mut account = account(REGION, ACCOUNT, 1);
    let event = |n| json!({"id": format!("{n:03}"), "createdAt": "2026-01-31T10:00:00+00:00", "message": "m"});
    account["services"][0]["events"] = (0..100).map(event).collect();
    let task = account["tasks"].as_array().and_then(|tasks| tasks.last()).cloned().expect("a stopped task");
    let many = (0..130).map(|n| {
        let mut task = task.clone();
        task["taskArn"] = json!(format!("arn:aws:ecs:us-east-1:111122223333:task/main-0/stopped{n:025}"));
        task
    });
    account["tasks"] = many.collect();
    let collected = scan(&Server::start(Script { page: 100, ..Script::of(REGION, account) }));
    assert_eq!(missing(&collected), Vec::<String>::new());
    assert_eq!(collected.document["tasks"].as_array().map(Vec::len), Some(100));
    let services = collected.document["services"].as_array().cloned().unwrap_or_default();
    let longest = services.iter().filter_map(|service| service["events"].as_array()).max_by_key(|events| events.len());
    let ids: Vec<_> = longest.into_iter().flatten().filter_map(|event| event["id"].as_str()).collect();
    assert_eq!((ids.len(), ids.first(), ids.last()), (25, Some(&"000"), Some(&"024")));
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
fn regions_are_collected_at_once_and_told_apart() {
    let far = "eu-central-1";
    let mut script = script();
    script.regions.insert(far.to_owned(), account(far, ACCOUNT, 2));
    let server = Server::start(script);
    let here = options(&server);
    let there = Options { region: Some(far.to_owned()), ..here.clone() };
    let results = collect_all(&[(here, &()), (there, &())]).expect("a runtime");
    let mut results = results.into_iter().map(|result| result.expect("a snapshot"));
    let (here, there) = results.next().zip(results.next()).expect("two snapshots");
    assert_eq!((here.region.as_str(), there.region.as_str()), (REGION, far));
    let length = |collected: &Collected| collected.document["Vpcs"].as_array().map(Vec::len);
    assert_eq!((length(&here), length(&there)), (Some(3), Some(2)));
    assert_eq!(there.document["fargcheck"]["region"], far);
}

#[test]
fn one_vpc_and_one_cluster_can_be_asked_for() {
    let server = Server::start(script());
    let only = Options { vpcs: vec!["vpc-1".to_owned()], clusters: vec!["main-2".to_owned()], ..options(&server) };
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
    assert_eq!(document["services"], json!([]), "all run in subnets of vpc-0");
}

#[test]
fn an_account_with_nothing_in_it_has_empty_lists() {
    let script = Script { regions: Default::default(), ..script() };
    let collected = scan(&Server::start(script.always("DescribeVpcBlockPublicAccessOptions", Fault::Denied)));
    for (key, value) in collected.document.iter().skip(1) {
        assert_eq!(*value, json!([]), "{key}");
    }
    assert_eq!(collected.document.len(), 34);
}

#[test]
fn a_role_is_assumed_once_and_signs_everything() {
    let server = Server::start(script());
    let role = Some("arn:aws:iam::111122223333:role/reader".to_owned());
    run(&Options { role_arn: role, ..options(&server) }).expect("a snapshot");
    for seen in server.seen() {
        assert_eq!(seen.key, if seen.action == "AssumeRole" { "AKIAREPLAY" } else { "ASIAASSUMED" }, "{}", seen.action);
    }
    assert_eq!(server.count("AssumeRole"), 1);
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
    runtime.block_on(collect(&options(&server), &count)).expect("a snapshot");
    let read = |counter: &AtomicUsize| counter.load(Ordering::Relaxed);
    assert_eq!(read(&count.0), read(&count.1), "planned and finished");
    assert_eq!(read(&count.2), server.seen().len(), "pages and requests");
}

/// The process of the next test: the region, the keys and the endpoint come from its environment.
#[test]
#[ignore = "runs in a process of its own"]
fn scans_by_the_environment() {
    let Ok(expected) = std::env::var("SCAN_ENDS_WITH") else {
        return;
    };
    let ended = match run(&Options::default()) {
        Ok(collected) => collected.region,
        Err(error) => error.code().to_owned(),
    };
    assert_eq!(ended, expected);
}

#[test]
fn the_environment_gives_what_the_options_leave_open() {
    let server = Server::start(script());
    let keys = [("AWS_ACCESS_KEY_ID", "AKIAENVIRONMENT"), ("AWS_SECRET_ACCESS_KEY", "secret")];
    let region = [("AWS_REGION", REGION)];
    for (given, expected) in [
        ([&keys[..], &region[..]].concat(), REGION),
        (region.to_vec(), "scan/no-credentials"),
        (keys.to_vec(), "scan/no-region"),
    ] {
        let status = std::process::Command::new(std::env::current_exe().expect("this test"))
            .args(["--exact", "whole::scans_by_the_environment", "--ignored"])
            .env_clear()
            .env("AWS_EC2_METADATA_DISABLED", "true")
            .env("AWS_CONFIG_FILE", "/dev/null")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .env("AWS_ENDPOINT_URL", &server.url)
            .env("SCAN_ENDS_WITH", expected)
            .envs(given)
            .stdout(std::process::Stdio::null())
            .status();
        assert!(status.expect("a process").success(), "{expected}");
    }
    assert!(server.seen().iter().all(|seen| seen.key == "AKIAENVIRONMENT"));
    assert!(server.count("DescribeSubnets") > 0);
}

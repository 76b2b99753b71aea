//! From an account to findings: networks are built on a moto server, `fargcheck scan` collects them over HTTP and judges them.
//!
//! Every architecture of the founding documents has to come out clean, and each with one fault planted has to give exactly
//! the finding for that fault. What is built is in `tests/moto/`.
#![cfg(feature = "scan")]

#[path = "moto_support/findings.rs"]
mod findings;
mod moto_support;
mod python_support;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use findings::Report;
use moto_support::{Account, Moto, REGION, fargcheck};
use serde_json::{Value, json};

/// Networks that work, and the warnings that they deserve all the same.
const SOUND: &[(&str, &[&str])] = &[
    ("nat-per-zone", &[]),
    ("nat-single", &["nat/zone-redundancy"]),
    ("endpoints", &[]),
    ("public", &[]),
    ("load-balanced", &[]),
    ("scheduled", &[]),
    ("nat-beside-default-vpc", &[]),
];

/// A fault, the architectures that it is planted on, and what has to be found: one error on each of the resources `at`,
/// no other.
struct Fault {
    name: &'static str,
    on: &'static [&'static str],
    rule: &'static str,
    kind: &'static str,
    /// `Name` tags; for a service, its name.
    at: &'static [&'static str],
}

const NAT: &[&str] = &["nat-per-zone", "nat-single", "load-balanced", "scheduled"];
const NAT_OF_EACH_ZONE: &[&str] = &["nat-per-zone", "load-balanced", "scheduled"];
const INTERNET: &[&str] = &["nat-per-zone", "nat-single", "load-balanced", "scheduled", "public"];
const ALL: &[&str] = &["nat-per-zone", "nat-single", "load-balanced", "scheduled", "public", "endpoints"];
const ENDPOINTS: &[&str] = &["endpoints"];

#[rustfmt::skip]
const FAULTS: &[Fault] = &[
    Fault { name: "nat-in-private-subnet", on: NAT, rule: "nat/in-public-subnet", kind: "AWS::EC2::NatGateway", at: &["shop-nat-a"] },
    Fault { name: "nat-deleted-routes-left", on: NAT_OF_EACH_ZONE, rule: "route/blackhole", kind: "AWS::EC2::RouteTable", at: &["shop-private-a"] },
    Fault { name: "nat-deleted-routes-left", on: &["nat-single"], rule: "route/blackhole", kind: "AWS::EC2::RouteTable", at: &["shop-private-a", "shop-private-b"] },
    Fault { name: "igw-detached", on: INTERNET, rule: "igw/attached", kind: "AWS::EC2::InternetGateway", at: &["shop-internet"] },
    Fault { name: "public-subnet-without-public-ip", on: &["public"], rule: "workload/public-ip", kind: "AWS::ECS::Service", at: &["app"] },
    Fault { name: "s3-gateway-missing", on: ENDPOINTS, rule: "endpoint/s3-gateway", kind: "AWS::EC2::VPC", at: &["shop-vpc"] },
    Fault { name: "s3-gateway-one-table", on: ENDPOINTS, rule: "endpoint/s3-gateway-route", kind: "AWS::EC2::RouteTable", at: &["shop-private-b"] },
    Fault { name: "endpoint-group-without-443", on: ENDPOINTS, rule: "sg/endpoint-ingress", kind: "AWS::EC2::SecurityGroup", at: &["shop-endpoint"] },
    Fault { name: "private-dns-off", on: ENDPOINTS, rule: "endpoint/private-dns", kind: "AWS::EC2::VPCEndpoint", at: &["shop-ecr.api"] },
    Fault { name: "ecr-dkr-missing", on: ENDPOINTS, rule: "endpoint/ecr-pair", kind: "AWS::EC2::VPC", at: &["shop-vpc"] },
    Fault { name: "dns-hostnames-off", on: ENDPOINTS, rule: "dns/hostnames", kind: "AWS::EC2::VPC", at: &["shop-vpc"] },
    Fault { name: "public-image-in-endpoints-only", on: ENDPOINTS, rule: "workload/public-registry", kind: "AWS::ECS::Service", at: &["app"] },
    Fault { name: "nacl-without-ephemeral-return", on: ALL, rule: "nacl/return", kind: "AWS::EC2::NetworkAcl", at: &["shop-task"] },
    Fault { name: "nacl-partial-ephemeral", on: ALL, rule: "nacl/partial", kind: "AWS::EC2::NetworkAcl", at: &["shop-task"] },
    Fault { name: "task-group-without-egress", on: ALL, rule: "sg/egress", kind: "AWS::EC2::SecurityGroup", at: &["shop-task"] },
    Fault { name: "load-balancer-group-not-accepted", on: &["load-balanced"], rule: "sg/task-from-load-balancer", kind: "AWS::EC2::SecurityGroup", at: &["shop-task"] },
];

/// What moto cannot show: a sound network is collected and its snapshot is edited by hand.
struct Edit {
    name: &'static str,
    on: &'static str,
    edit: fn(&mut Value),
    /// The one rule that errors are expected of, the type and the name of their resource; `None` if there must be none.
    expected: Option<(&'static str, &'static str, &'static str)>,
}

#[rustfmt::skip]
const EDITS: &[Edit] = &[
    Edit { name: "endpoint pending", on: "endpoints", edit: endpoint_pending,
           expected: Some(("endpoint/available", "AWS::EC2::VPCEndpoint", "shop-ecr.api")) },
    Edit { name: "NAT gateway gone, route a blackhole", on: "nat-per-zone", edit: nat_gone,
           expected: Some(("route/blackhole", "AWS::EC2::RouteTable", "shop-private-a")) },
    Edit { name: "NAT gateway failed", on: "nat-per-zone", edit: nat_failed,
           expected: Some(("nat/available", "AWS::EC2::NatGateway", "shop-nat-a")) },
    Edit { name: "interfaces as AWS shows them", on: "endpoints", edit: interfaces_of_aws, expected: None },
    Edit { name: "Service Connect", on: "load-balanced", edit: service_connect, expected: None },
];

/// moto's endpoints are available at once.
fn endpoint_pending(snapshot: &mut Value) {
    named(snapshot, "VpcEndpoints", "shop-ecr.api")["State"] = json!("pending");
}

/// AWS forgets a deleted NAT gateway after an hour, and says `blackhole` from the start; moto does neither.
fn nat_gone(snapshot: &mut Value) {
    let gone = named(snapshot, "NatGateways", "shop-nat-a")["NatGatewayId"].clone();
    list(snapshot, "NatGateways").retain(|gateway| gateway["NatGatewayId"] != gone);
    for route in list(named(snapshot, "RouteTables", "shop-private-a"), "Routes") {
        if route["NatGatewayId"] == gone {
            route["State"] = json!("blackhole");
        }
    }
}

/// moto's NAT gateways never fail.
fn nat_failed(snapshot: &mut Value) {
    let gateway = named(snapshot, "NatGateways", "shop-nat-a");
    gateway["State"] = json!("failed");
    gateway["FailureCode"] = json!("InsufficientFreeAddressesInSubnet");
}

/// moto gives the interfaces of endpoints addresses from anywhere in 10.0.0.0/8, and no type of their own.
fn interfaces_of_aws(snapshot: &mut Value) {
    let subnets = list(snapshot, "Subnets").clone();
    for (interface, host) in list(snapshot, "NetworkInterfaces").iter_mut().zip(20..) {
        let subnet = subnets.iter().find(|subnet| subnet["SubnetId"] == interface["SubnetId"]).expect("it is listed");
        let network = subnet["CidrBlock"].as_str().and_then(|cidr| cidr.strip_suffix("0/24")).expect("a /24");
        let address = json!(format!("{network}{host}"));
        interface["PrivateIpAddress"] = address.clone();
        interface["PrivateIpAddresses"][0]["PrivateIpAddress"] = address;
        interface["InterfaceType"] = json!("vpc_endpoint");
        interface["RequesterManaged"] = json!(true);
        interface["Status"] = json!("in-use");
    }
}

/// moto forgets that a service takes part in Service Connect.
fn service_connect(snapshot: &mut Value) {
    for service in list(snapshot, "services") {
        let name = service["serviceName"].clone();
        let port = if name == "frontend" { 3000 } else { 5000 };
        service["deployments"][0]["serviceConnectConfiguration"] = json!({
            "enabled": true,
            "namespace": "shop",
            "services": [{ "portName": name, "clientAliases": [{ "port": port, "dnsName": name }] }],
        });
    }
}

#[test]
fn sound_networks_are_clean() {
    let cases: Vec<String> = SOUND.iter().map(|(case, _)| (*case).to_owned()).collect();
    let outcomes = Moto::start().build(&cases, |account| {
        let (report, _) = scan(account)?;
        let warnings = SOUND.iter().find(|(case, _)| *case == account.case).expect("it was asked for").1;
        let clean = report.of_severity("error").count() == 0
            && report.of_severity("warning").all(|finding| warnings.contains(&finding.rule.as_str()));
        let complaint = || format!("{}: expected exit 0, warnings {warnings:?}\n{report}", account.case);
        if report.code == 0 && clean { Ok(()) } else { Err(complaint()) }
    });
    all_good(outcomes);
}

#[test]
fn calls_that_fail_are_not_held_against_the_network() {
    let outcomes = Moto::start_bare().build(&["nat-per-zone".to_owned()], |account| {
        let (report, snapshot) = scan(account)?;
        let failed = snapshot["fargcheck"]["notCollected"].as_array().map_or(0, Vec::len);
        let right = [0, 3].contains(&report.code) && report.of_severity("error").count() == 0 && failed > 0;
        if right { Ok(()) } else { Err(format!("expected exit 0 or 3, and what failed, got {failed}\n{report}")) }
    });
    all_good(outcomes);
}

#[test]
fn a_fault_gives_its_finding_and_no_other() {
    let planted =
        || FAULTS.iter().flat_map(|fault| fault.on.iter().map(move |on| (format!("{on}+{}", fault.name), fault)));
    let cases: Vec<String> = planted().map(|(case, _)| case).collect();
    let outcomes = Moto::start().build(&cases, |account| {
        let (report, snapshot) = scan(account)?;
        let (_, fault) = planted().find(|(case, _)| *case == account.case).expect("it was asked for");
        let at: Vec<_> = fault.at.iter().map(|name| (fault.kind, *name)).collect();
        only(&account.case, fault.rule, &at, &report, snapshot)
    });
    all_good(outcomes);
}

#[test]
fn states_that_moto_cannot_show() {
    let cases = BTreeSet::from_iter(EDITS.iter().map(|edit| edit.on.to_owned()));
    let outcomes = Moto::start().build(&Vec::from_iter(cases), |account| {
        let collected = scan(account).map(|(_, snapshot)| snapshot);
        let edits = EDITS.iter().filter(|edit| edit.on == account.case);
        edits.map(|edit| judge_edited(edit, collected.clone()?)).collect::<Vec<_>>()
    });
    all_good(outcomes.into_iter().flatten().collect());
}

fn judge_edited(edit: &Edit, mut snapshot: Value) -> Result<(), String> {
    (edit.edit)(&mut snapshot);
    let report = lint(&written(&edit.name.replace([' ', ','], "-"), &snapshot))?;
    match edit.expected {
        Some((rule, kind, name)) => only(edit.name, rule, &[(kind, name)], &report, snapshot),
        None if report.of_severity("error").count() == 0 => Ok(()),
        None => Err(format!("{}: expected no errors\n{report}", edit.name)),
    }
}

#[test]
fn services_that_do_not_accept_each_other() {
    // On AWS the planted fault would be complete. moto forgets the services' Service Connect, so it is put back by hand.
    let outcomes = Moto::start().build(&["load-balanced+backend-not-accepted".to_owned()], |account| {
        let (_, mut snapshot) = scan(account)?;
        service_connect(&mut snapshot);
        let report = lint(&written(&account.case, &snapshot))?;
        let at = [("AWS::EC2::SecurityGroup", "shop-task")];
        only(&account.case, "sg/destination-ingress", &at, &report, snapshot)
    });
    all_good(outcomes);
}

#[test]
fn a_snapshot_says_the_same_later() {
    let outcomes = Moto::start().build(&["endpoints+s3-gateway-one-table".to_owned()], |account| {
        let (scanned, snapshot) = scan(account)?;
        assert_eq!(snapshot["fargcheck"]["account"], json!(account.number));
        assert_eq!(snapshot["fargcheck"]["region"], json!(REGION));
        let linted = lint(&written(&account.case, &snapshot))?;
        let same = scanned.findings == linted.findings && scanned.code == linted.code;
        if same { Ok(()) } else { Err(format!("scan:\n{scanned}\nlint:\n{linted}")) }
    });
    all_good(outcomes);
}

#[test]
fn a_snapshot_holds_no_secret() {
    Moto::start().build(&["nat-per-zone".to_owned()], |account| {
        let path = scratch("no-secret");
        let file = path.to_str().expect("a UTF-8 path");
        let output = account.fargcheck(&["scan", "--region", REGION, "-o", file, "--no-lint"]);
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let text = fs::read_to_string(&path).expect("it was written");
        assert!(text.contains(":secret:shop/database"), "the ARN of the secret says what the task needs");
        assert!(!text.contains("not-for-the-snapshot"), "environments, commands and labels are nobody's business");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = fs::metadata(&path).expect("it was written").permissions().mode();
            assert_eq!(mode & 0o077, 0, "only its owner may read it: {mode:o}");
        }
    });
}

/// Collects and judges an account; gives back the findings and the snapshot, or why there are none.
fn scan(account: &Account) -> Result<(Report, Value), String> {
    let path = scratch(&account.case);
    let file = path.to_str().expect("a UTF-8 path");
    let output = account.fargcheck(&["scan", "--region", REGION, "-o", file, "--format", "json"]);
    let report = Report::read(&output).map_err(|error| format!("{}: {error}", account.case))?;
    let text = fs::read(&path).map_err(|error| format!("{}: no snapshot ({error})\n{report}", account.case))?;
    let snapshot = serde_json::from_slice(&text).map_err(|error| format!("{}: no JSON: {error}", account.case))?;
    Ok((report, snapshot))
}

fn lint(path: &Path) -> Result<Report, String> {
    let file = path.to_str().expect("a UTF-8 path");
    let output = fargcheck(&["lint", file, "--format", "json"]).output().expect("the binary was built for this test");
    Report::read(&output)
}

/// A file of this test's own: tests run at the same time.
fn scratch(name: &str) -> PathBuf {
    let thread = format!("{:?}", std::thread::current().id()).replace(['(', ')'], "");
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("moto-{name}-{thread}.json"))
}

/// A file with an edited snapshot in it.
fn written(name: &str, snapshot: &Value) -> PathBuf {
    let path = scratch(&format!("edited-{name}"));
    fs::write(&path, snapshot.to_string()).expect("the target directory can be written");
    path
}

/// Whether a report has exactly these errors: of one rule, one on each resource, given by its type and name.
fn only(case: &str, rule: &str, at: &[(&str, &str)], report: &Report, mut snapshot: Value) -> Result<(), String> {
    let mut expected: Vec<_> = at.iter().map(|(kind, name)| (*kind, ids(&mut snapshot, kind, name))).collect();
    let mut others = 0;
    for found in report.of_severity("error") {
        let is_it =
            |(kind, ids): &(&str, Vec<String>)| found.rule == rule && found.kind == *kind && ids.contains(&found.id);
        match expected.iter().position(is_it) {
            Some(place) => drop(expected.remove(place)),
            None => others += 1,
        }
    }
    let right = report.code == 1 && others == 0 && expected.is_empty();
    if right { Ok(()) } else { Err(format!("{case}: expected exit 1 and only {rule} on {at:?}\n{report}")) }
}

/// By what ids a resource may go: those of EC2 have one, a service may be given by its name or its ARN.
fn ids(snapshot: &mut Value, kind: &str, name: &str) -> Vec<String> {
    let (key, id) = match kind {
        "AWS::EC2::VPC" => ("Vpcs", "VpcId"),
        "AWS::EC2::RouteTable" => ("RouteTables", "RouteTableId"),
        "AWS::EC2::NatGateway" => ("NatGateways", "NatGatewayId"),
        "AWS::EC2::InternetGateway" => ("InternetGateways", "InternetGatewayId"),
        "AWS::EC2::SecurityGroup" => ("SecurityGroups", "GroupId"),
        "AWS::EC2::NetworkAcl" => ("NetworkAcls", "NetworkAclId"),
        "AWS::EC2::VPCEndpoint" => ("VpcEndpoints", "VpcEndpointId"),
        "AWS::ECS::Service" => ("services", "serviceArn"),
        _ => unreachable!("no fault is expected on {kind}"),
    };
    let id = named(snapshot, key, name)[id].as_str().expect("every resource has its id").to_owned();
    // arn:aws:ecs:REGION:ACCOUNT:service/CLUSTER/NAME
    let shorter = id.split_once("service/").map(|(_, path)| path.to_owned());
    let shortest = id.rsplit_once('/').map(|(_, name)| name.to_owned());
    [Some(id), shorter, shortest].into_iter().flatten().collect()
}

fn list<'a>(value: &'a mut Value, key: &str) -> &'a mut Vec<Value> {
    value[key].as_array_mut().unwrap_or_else(|| panic!("the snapshot has no {key}"))
}

/// The living resource of a name: what was deleted may still be listed under the same.
fn named<'a>(snapshot: &'a mut Value, key: &str, name: &str) -> &'a mut Value {
    let tag = json!({ "Key": "Name", "Value": name });
    let is_it = |item: &&mut Value| {
        let tagged = item["Tags"].as_array().is_some_and(|tags| tags.contains(&tag));
        (tagged || item["serviceName"] == name) && item["State"] != "deleted"
    };
    list(snapshot, key).iter_mut().find(is_it).unwrap_or_else(|| panic!("no {name} in {key}"))
}

/// All complaints at once: a change of the engine shows in many cases.
fn all_good(outcomes: Vec<Result<(), String>>) {
    let complaints: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
    assert!(complaints.is_empty(), "{} cases\n\n{}", complaints.len(), complaints.join("\n"));
}

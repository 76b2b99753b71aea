//! The catalogue against its fixtures: `fixtures/rules/<group>/<name>/{pass,fail}.json`, two snapshots of one network that
//! differ in the fault alone.
//!
//! The key `fixture` of a snapshot, which fargcheck itself does not know, tells this test what to expect: `accuses` (type
//! and name of the guilty resource), `needs` (what the workloads need beyond their task definitions), and, where the fault
//! can't show at the rule's own level, `level` with a sentence `because`.

use fargcheck::facts::{self, Entity, Model};
use fargcheck::input;
use fargcheck::network::{self, Declaration, Purpose, declared};
use fargcheck::reach::Code;
use fargcheck::rules::{Catalogue, Choice, Finding, Judgement, Rule, Severity, Verdict, judge};
use fargcheck::snapshot::{Location, Source, Sources};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::embedded(&facts::ENTITIES).expect("the built-in rules can be loaded"));

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A fixture of a rule, `pass` or `fail`.
fn fixture(rule: &str, name: &str) -> Value {
    let path = root().join("fixtures/rules").join(rule).join(format!("{name}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{rule} lacks {name}.json: {error}"));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Every pass fixture, each network once.
fn sound() -> BTreeMap<String, (String, Value)> {
    let mut found = BTreeMap::new();
    for rule in CATALOGUE.rules() {
        let document = fixture(rule.id(), "pass");
        found.entry(document.to_string()).or_insert((rule.id().to_owned(), document));
    }
    found
}

/// Looks at the facts of a document.
fn with_model<R>(document: &Value, look: impl FnOnce(&Model<'_>) -> R) -> R {
    try_with_model(document, look).unwrap_or_else(|error| panic!("{error}"))
}

/// Looks at the facts of a document that may be refused as unreadable.
fn try_with_model<R>(document: &Value, look: impl FnOnce(&Model<'_>) -> R) -> Result<R, String> {
    let mut sources = Sources::default();
    let id = sources.add(Source::new("snapshot.json", document.to_string().into_bytes()));
    let files = [input::InputFile::new(id, 0, None)];
    let snapshot = input::parse(&files, &sources).map_err(|error| format!("{error:?}"))?;
    let place = Location::Span { source: id, start: 0, length: 1 };
    let needs = document["fixture"]["needs"].as_array().into_iter().flatten();
    let needs: Vec<_> = needs
        .map(|need| declared(need.as_str().expect("a need is text"), place.clone()).expect("a need can be read"))
        .collect();
    let declaration = Declaration {
        needs,
        isolated: document["fixture"]["isolated"] == true,
        adds_to: Some(network::AddsTo::Running),
        ..Declaration::new("needs", place)
    };
    let network = network::resolve(&snapshot, &[declaration]).map_err(|error| format!("{error:?}"))?;
    Ok(look(&Model::new(&network)))
}

fn judged(model: &Model<'_>) -> Judgement {
    let all: Vec<&Rule> = CATALOGUE.rules().iter().collect();
    let selected = all.iter().map(|rule| rule.id().to_owned()).collect();
    judge(model, &Choice { all, selected, severities: Default::default() })
}

fn lint(document: &Value) -> Judgement {
    with_model(document, judged)
}

fn shown(finding: &Finding) -> String {
    let name = finding.resource.name.as_deref().unwrap_or(&finding.resource.id);
    format!("{} {} on {} {name}: {}", finding.severity, finding.rule, finding.resource.kind, finding.message)
}

fn listed(findings: &[Finding]) -> String {
    findings.iter().map(|finding| format!("\n    {}", shown(finding))).collect()
}

#[test]
fn every_rule_is_whole() {
    let mut complaints = Vec::new();
    for rule in CATALOGUE.rules() {
        let mut complain = |what: String| complaints.push(format!("{}: {what}", rule.id()));
        if let Err(error) = rule.check() {
            complain(format!("{} {:?}", error.message, error.help));
        }
        let file = rule.file();
        if file.sources.is_empty() {
            complain("no source".into());
        }
        if file.why.as_deref().is_none_or(str::is_empty) {
            complain("no reason why".into());
        }
        if file.title.ends_with('.') || file.message.ends_with('.') {
            complain("titles and messages have no full stop".into());
        }
        for source in file.sources.iter() {
            let aws = source.aws.as_deref().unwrap_or("https://docs.aws.amazon.com/");
            if !aws.starts_with("https://docs.aws.amazon.com/") && !aws.starts_with("https://aws.amazon.com/") {
                complain(format!("{aws} is no page of AWS"));
            }
            if source.document.is_some() && source.quote.is_none() {
                complain("a document without the sentence".into());
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_code_is_known() {
    assert_eq!(CATALOGUE.check_codes(), Ok(()));
}

/// Whatever a flow is for, one rule catches what no other explains.
#[test]
fn every_purpose_has_a_last_resort() {
    let of_needs = Purpose::ALL.iter().map(|purpose| purpose.as_str());
    let purposes = of_needs.chain(["load-balancer", "service-connect"]);
    for purpose in purposes {
        let names = |rule: &&Rule| rule.file().when.as_ref().is_some_and(|when| when.contains(&format!("'{purpose}'")));
        let last: Vec<&str> =
            CATALOGUE.rules().iter().filter(|rule| rule.file().catch_all).filter(names).map(Rule::id).collect();
        assert_eq!(last.len(), 1, "{purpose} is caught by {last:?}");
    }
}

#[test]
fn every_code_is_documented() {
    let page = fs::read_to_string(root().join("docs/semantics.md")).expect("it is there");
    for code in Code::ALL {
        let row = page.lines().find(|line| line.starts_with(&format!("| `{}` |", code.as_str())));
        let row = row.unwrap_or_else(|| panic!("docs/semantics.md lacks {}", code.as_str()));
        let last = row.split('|').nth(3).unwrap_or_default();
        let names: Vec<&str> = last.split(", ").map(|name| name.trim().trim_matches('`')).collect();
        let names: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
        assert_eq!(names, code.analyzer(), "{}", code.as_str());
    }
}

/// Pasted whole or in part, an error that users see leads to its rule.
#[test]
fn symptoms_lead_to_their_rules() {
    let mut complaints = Vec::new();
    for rule in CATALOGUE.rules() {
        for symptom in rule.file().symptom.iter() {
            let pasted = symptom.replace('*', " 3f2c ");
            if !CATALOGUE.explain(&pasted).iter().any(|found| found.rule.id() == rule.id()) {
                complaints.push(format!("{} is not found by {pasted:?}", rule.id()));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
    let stopped = "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval \
        failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed";
    let found: Vec<&str> = CATALOGUE.explain(stopped).iter().map(|found| found.rule.id()).collect();
    assert!(found.contains(&"nat/present") && found.contains(&"endpoint/ecr-pair"), "{found:?}");
    assert!(!found.contains(&"lb/health-check"), "{found:?}");
}

/// Works as it is, though other linters, or a first look, would say otherwise.
#[test]
fn working_designs_are_left_alone() {
    // What leaves the NAT gateway's subnet, or the load balancer's, goes through a firewall's endpoint first.
    let mut inspected = fixture("sg/load-balancer-ingress", "pass");
    let table = inspected["RouteTables"].as_array_mut().expect("a list").iter_mut();
    let public = table.filter(|table| table["Tags"][0]["Value"] == "public").last().expect("there is one");
    let default = public["Routes"].as_array_mut().expect("a list").iter_mut();
    for route in default.filter(|route| route["DestinationCidrBlock"] == "0.0.0.0/0") {
        let route = route.as_object_mut().expect("an object");
        route.remove("GatewayId");
        route.insert("VpcEndpointId".into(), "vpce-0f1e2d3c4b5a69788".into());
    }
    let vpc = inspected["Vpcs"][0]["VpcId"].clone();
    inspected["VpcEndpoints"].as_array_mut().expect("a list").push(serde_json::json!({
        "VpcEndpointId": "vpce-0f1e2d3c4b5a69788", "VpcEndpointType": "GatewayLoadBalancer", "State": "available",
        "VpcId": vpc, "ServiceName": "com.amazonaws.vpce.us-east-1.vpce-svc-0a1b2c3d4e5f60718"
    }));
    // In a public subnet, without a public IP, but served by endpoints.
    let mut served = fixture("endpoint/logs", "pass");
    served["Subnets"][0]["Tags"][0]["Value"] = "public-a".into();
    let vpc = served["Vpcs"][0]["VpcId"].clone();
    served["InternetGateways"] = serde_json::json!([
        { "InternetGatewayId": "igw-0a1b2c3d4e5f60718", "Attachments": [{ "VpcId": vpc, "State": "available" }] }
    ]);
    let table = served["RouteTables"].as_array_mut().expect("a list").iter_mut();
    let table = table.filter(|table| table["Tags"][0]["Value"] == "private").last().expect("there is one");
    table["Routes"].as_array_mut().expect("a list").push(serde_json::json!({
        "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-0a1b2c3d4e5f60718", "Origin": "CreateRoute", "State": "active"
    }));
    for (name, document) in [("a firewall in the way", inspected), ("endpoints in a public subnet", served)] {
        let findings = lint(&document).findings;
        let above: Vec<Finding> = findings.into_iter().filter(|found| found.severity > Severity::Info).collect();
        assert!(above.is_empty(), "{name}:{}", listed(&above));
    }
}

/// A private address that no route leads to is no matter of NAT gateways.
#[test]
fn private_addresses_need_no_nat_gateway() {
    for rule in ["nat/present", "endpoint/logs"] {
        let mut document = fixture(rule, "pass");
        for table in document["RouteTables"].as_array_mut().expect("a list") {
            let routes = table["Routes"].as_array_mut().expect("a list");
            routes.retain(|route| route["NatGatewayId"].is_null() || rule != "nat/present");
        }
        document["fixture"] = serde_json::json!({ "needs": ["tcp://192.168.7.5:5432"] });
        let findings = lint(&document).findings;
        let of_need: Vec<&Finding> = findings
            .iter()
            .filter(|found| {
                found.affects.iter().any(|one| one.destination.as_deref() == Some("tcp://192.168.7.5:5432"))
            })
            .collect();
        let rules: Vec<&str> = of_need.iter().map(|found| found.rule.as_str()).collect();
        assert_eq!(rules, ["workload/internet"], "{rule}");
    }
}

#[test]
fn fixtures_are_of_rules() {
    let ids: BTreeSet<PathBuf> = CATALOGUE.rules().iter().map(|rule| PathBuf::from(rule.id())).collect();
    let folder = root().join("fixtures/rules");
    for group in fs::read_dir(&folder).expect("there are fixtures") {
        for rule in fs::read_dir(group.expect("readable").path()).expect("a group is a folder") {
            let path = rule.expect("readable").path();
            let id = path.strip_prefix(&folder).expect("it is below").to_owned();
            assert!(ids.contains(&id), "{} is no rule's", id.display());
        }
    }
}

#[test]
fn sound_networks_are_clean() {
    let mut complaints = Vec::new();
    for rule in CATALOGUE.rules() {
        let judgement = lint(&fixture(rule.id(), "pass"));
        let above: Vec<Finding> = judgement.findings.into_iter().filter(|f| f.severity > Severity::Info).collect();
        if !above.is_empty() {
            complaints.push(format!("{}:{}", rule.id(), listed(&above)));
        }
        if judgement.not_checked.iter().any(|left| left.incomplete) {
            complaints.push(format!("{} is incomplete: {:?}", rule.id(), judgement.not_checked));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn each_fault_gives_its_one_finding() {
    let mut complaints = Vec::new();
    for rule in CATALOGUE.rules() {
        let document = fixture(rule.id(), "fail");
        let note = &document["fixture"];
        let before = lint(&fixture(rule.id(), "pass")).findings;
        let findings = lint(&document).findings;
        let level = match note["level"].as_str() {
            Some(level) => {
                assert!(note["because"].is_string(), "{}: another level needs a reason", rule.id());
                level.to_owned()
            }
            None => rule.file().severity.to_string(),
        };
        let key = |finding: &Finding| (finding.rule.clone(), finding.resource.clone());
        let known: BTreeSet<_> = before.iter().map(key).collect();
        // What a rule of this level is about must not be hidden by another finding of its level or above.
        let new: Vec<&Finding> = findings
            .iter()
            .filter(|found| {
                found.severity > Severity::Info || (found.rule == rule.id() && !known.contains(&key(found)))
            })
            .collect();
        let expected = format!("{level} {} on {}", rule.id(), note["accuses"].as_str().unwrap_or("?"));
        let found: Vec<String> = new
            .iter()
            .map(|found| {
                let name = found.resource.name.as_deref().unwrap_or(&found.resource.id);
                format!("{} {} on {} {name}", found.severity, found.rule, found.resource.kind)
            })
            .collect();
        if found != [expected.clone()] {
            complaints.push(format!("{}: expected {expected}{}", rule.id(), listed(&findings)));
        }
        for finding in new {
            let texts = [&finding.message, &finding.help].into_iter().chain(finding.labels.iter().map(|one| &one.text));
            for text in texts.filter(|text| text.contains("(unknown)") || text.contains("none 0")) {
                complaints.push(format!("{} says {text:?}", rule.id()));
            }
            if finding.labels.iter().any(|label| label.text == finding.message) {
                complaints.push(format!("{}: the headline repeats a label", rule.id()));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Rules that explain a blocker, by rank: 0 judges the resource that the blocker names, 1 the blocker itself, 2 is the last
/// resort.
fn explained(model: &Model<'_>, index: usize) -> [BTreeSet<&'static str>; 3] {
    let mut found: [BTreeSet<&'static str>; 3] = Default::default();
    let (_, blocker) = model.blocker(model.blockers[index]);
    let named: Vec<Entity> = model.suspects(index);
    for rule in CATALOGUE.rules() {
        let file = rule.file();
        let explains = file.explains.iter().any(|code| code == blocker.code.as_str());
        let catches = file.catch_all;
        let fires = |subject: Entity| matches!(rule.judge(model, subject), Verdict::Finding { .. });
        let own = model.blocker_entity(index);
        if rule.subject().name == "blocker" {
            if (explains || catches) && fires(own) {
                found[if explains { 1 } else { 2 }].insert(rule.id());
            }
        } else if explains && named.iter().any(|entity| std::ptr::eq(entity.ty, rule.subject()) && fires(*entity)) {
            found[0].insert(rule.id());
        }
    }
    found
}

/// Each blocker has one rule that explains it best: no two of one rank, and never none.
fn check_explained(name: &str, model: &Model<'_>, complaints: &mut BTreeSet<String>) {
    for index in 0..model.blockers.len() {
        let (_, blocker) = model.blocker(model.blockers[index]);
        let found = explained(model, index);
        if let Some(two) = found.iter().find(|rules| rules.len() > 1) {
            complaints.insert(format!("{name}: {} has two explanations: {two:?}", blocker.code.as_str()));
        }
        if found.iter().all(BTreeSet::is_empty) {
            complaints.insert(format!("{name}: nobody explains {} of {:?}", blocker.code.as_str(), blocker.resource));
        }
    }
}

#[test]
fn each_blocker_has_one_explanation() {
    let mut complaints = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for rule in CATALOGUE.rules() {
        for name in ["pass", "fail"] {
            with_model(&fixture(rule.id(), name), |model| {
                seen.extend(model.blockers.iter().map(|key| model.blocker(*key).1.code.as_str()));
                check_explained(&format!("{}/{name}", rule.id()), model, &mut complaints);
            });
        }
    }
    for folder in fs::read_dir(root().join("fixtures/moto")).expect("there are fixtures") {
        let folder = folder.expect("readable").path();
        if folder.is_dir() {
            let mut sources = Sources::default();
            let files = input::read(std::slice::from_ref(&folder), &mut sources).expect("the folder can be read");
            let snapshot = input::parse(&files, &sources).expect("the folder can be parsed");
            let network = network::resolve(&snapshot, &[]).expect("the folder can be resolved");
            check_explained(&folder.display().to_string(), &Model::new(&network), &mut complaints);
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.into_iter().collect::<Vec<_>>().join("\n"));
    // Fixtures without blockers would prove nothing.
    assert!(seen.len() >= 15, "only {seen:?} occur");
}

/// Two faults at once, and more: whatever is taken out of a network, each blocker still has one explanation.
#[test]
fn each_blocker_has_one_explanation_when_anything_is_gone() {
    let mut complaints = BTreeSet::new();
    for rule in CATALOGUE.rules() {
        let document = fixture(rule.id(), "fail");
        for (key, list) in document.as_object().expect("a snapshot is an object") {
            for index in 0..list.as_array().map_or(0, Vec::len) {
                let mut less = document.clone();
                less[key].as_array_mut().expect("it is a list").remove(index);
                with_model(&less, |model| {
                    check_explained(&format!("{} without {key}[{index}]", rule.id()), model, &mut complaints);
                });
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.into_iter().collect::<Vec<_>>().join("\n"));
}

fn accused(judgement: &Judgement) -> BTreeSet<String> {
    let name = |finding: &Finding| format!("{} on {} {}", finding.rule, finding.resource.kind, finding.resource.id);
    judgement.findings.iter().map(name).collect()
}

/// What isn't known accuses nobody: without one of its lists, a sound network has no finding that it had not before.
#[test]
fn an_absent_list_accuses_nobody() {
    let mut complaints = Vec::new();
    for (rule, document) in sound().into_values() {
        let before = accused(&lint(&document));
        for key in document.as_object().expect("a snapshot is an object").keys() {
            let mut less = document.clone();
            less.as_object_mut().expect("it is one").remove(key);
            let judgement = lint(&less);
            let new: Vec<String> = accused(&judgement).difference(&before).cloned().collect();
            if !new.is_empty() {
                complaints.push(format!("{rule} without {key}: {new:?}"));
            }
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

/// Fields that may not be absent, or whose absence says something.
const MEANT: &[&str] = &[
    // Ids, and what makes an element what it is: AWS always answers them.
    "InternetGateways.Attachments.VpcId",
    "InternetGateways.InternetGatewayId",
    "Listeners.LoadBalancerArn",
    "LoadBalancers.LoadBalancerArn",
    "NatGateways.NatGatewayId",
    "NetworkInterfaces.Groups.GroupId",
    "RouteTables.Associations.SubnetId",
    "RouteTables.RouteTableId",
    "RouteTables.VpcId",
    "SecurityGroups.GroupId",
    "SecurityGroups.IpPermissions.UserIdGroupPairs.GroupId",
    "Subnets.SubnetId",
    "Subnets.VpcId",
    "VpcBlockPublicAccessExclusions.ResourceArn",
    "VpcEndpoints.VpcEndpointId",
    "services.loadBalancers.containerName",
    "services.loadBalancers.containerPort",
    "taskDefinitions.containerDefinitions",
    "taskDefinitions.containerDefinitions.name",
    "taskDefinitions.containerDefinitions.portMappings.containerPort",
    // No list is an empty list: a rule for nobody, a container without ports.
    "SecurityGroups.IpPermissions.IpRanges",
    "SecurityGroups.IpPermissions.UserIdGroupPairs",
    "SecurityGroups.IpPermissionsEgress.IpRanges",
    "SecurityGroups.IpPermissionsEgress.Ipv6Ranges",
    "taskDefinitions.containerDefinitions.portMappings",
    // AWS's defaults: no public IP, the VPC's default group, and a public NAT gateway.
    "NatGateways.ConnectivityType",
    "services.networkConfiguration.awsvpcConfiguration.assignPublicIp",
    "services.networkConfiguration.awsvpcConfiguration.securityGroups",
];

/// Calls `with` for every field below an object, by its path without indexes.
fn fields(value: &Value, path: &mut Vec<String>, with: &mut dyn FnMut(&[String])) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map {
                path.push(key.clone());
                if path.len() > 2 {
                    with(path);
                }
                fields(inner, path, with);
                path.pop();
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                path.push(index.to_string());
                fields(inner, path, with);
                path.pop();
            }
        }
        _ => {}
    }
}

fn without(document: &Value, path: &[String]) -> Value {
    let mut less = document.clone();
    let (last, above) = path.split_last().expect("a path has a field");
    let holder = above.iter().try_fold(&mut less, |at, step| match at {
        Value::Array(list) => step.parse::<usize>().ok().and_then(|index| list.get_mut(index)),
        other => other.get_mut(step),
    });
    holder.and_then(Value::as_object_mut).expect("the path leads to an object").remove(last);
    less
}

/// … nor does an absent field: every kind of field is taken out once, at its last place in the network.
#[test]
fn an_absent_field_accuses_nobody() {
    let mut complaints: BTreeMap<String, String> = BTreeMap::new();
    let mut tried = 0;
    for (rule, document) in sound().into_values() {
        let before = accused(&lint(&document));
        let mut kinds: BTreeMap<String, Vec<String>> = BTreeMap::new();
        fields(&document, &mut Vec::new(), &mut |path| {
            let kind: Vec<&str> =
                path.iter().filter(|step| step.parse::<usize>().is_err()).map(String::as_str).collect();
            kinds.insert(kind.join("."), path.to_vec());
        });
        for (kind, path) in kinds {
            if MEANT.contains(&kind.as_str()) || kind.starts_with("fixture") {
                continue;
            }
            // What can't be read any more is refused, which is an answer too.
            let Ok(judgement) = try_with_model(&without(&document, &path), judged) else { continue };
            tried += 1;
            let above = judgement.findings.iter().filter(|finding| finding.severity > Severity::Info);
            let name =
                |finding: &Finding| format!("{} on {} {}", finding.rule, finding.resource.kind, finding.resource.id);
            let new: Vec<String> = above.map(name).filter(|name| !before.contains(name)).collect();
            if !new.is_empty() {
                complaints.entry(kind).or_insert(format!("{rule}: {new:?}"));
            }
        }
    }
    assert!(tried > 500, "only {tried} fields were tried");
    let complaints: Vec<String> = complaints.into_iter().map(|(kind, new)| format!("without {kind}: {new}")).collect();
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

//! The catalogue against its fixtures: `fixtures/rules/<group>/<name>/{pass,fail}.json`, two snapshots of one network that
//! differ in the fault alone.
//!
//! The key `fixture` of a snapshot, which fargcheck itself does not know, tells this test what to expect: `accuses` (type
//! and name of the guilty resource), `needs` (what the workloads need beyond their task definitions), and, where the fault
//! can't show at the rule's own level, `level` with a sentence `because`.

mod rules_support;

use fargcheck::facts::{ENTITIES, Entity, Facts, Model, Type, Value};
use fargcheck::input;
use fargcheck::network::{self, Purpose};
use fargcheck::reach::Code;
use fargcheck::rules::{Finding, Judgement, Rule, Severity, Verdict};
use fargcheck::snapshot::Sources;
use rules_support::{CATALOGUE, fixture, lint, root, sound, with_model};
use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

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
    let purposes = of_needs.chain(["load-balancer", "service-connect", "name-resolution"]);
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

/// What nobody reads an error of, and why. Any other rule has a symptom.
const WITHOUT_SYMPTOM: [(&str, &str); 19] = [
    ("cost/endpoints-or-nat", "it costs, and works"),
    ("cost/s3-through-nat", "it costs, and works"),
    ("endpoint/isolated", "what goes over the internet against its owner's word arrives"),
    ("endpoint/s3-gateway-free", "it costs, and works"),
    ("endpoint/subnets", "the endpoint is reached in another zone"),
    ("igw/public-nat", "it is told while nothing is cut off"),
    ("nacl/shadowed", "an entry that never matches does nothing"),
    ("nat/unused", "it costs, and works"),
    ("nat/zone-redundancy", "all works until a zone fails, and then the rules of what fails tell"),
    ("route/private-subnet-to-igw", "it is told while nothing is cut off"),
    ("route/separate-tables", "it is told while nothing is cut off"),
    ("sg/all-outbound", "what is let out suffices"),
    ("sg/dangling", "it is told while the group stops no flow"),
    ("sg/inbound-open", "it lets in too much, and nothing is stopped"),
    ("vpc/flow-logs", "logs that nobody keeps fail silently"),
    ("workload/least-exposure", "it lets in too much, and nothing is stopped"),
    ("workload/load-bearing", "it is told of what works"),
    ("workload/public-ip-useless", "the public IP is given, and not used"),
    ("workload/zones", "all works until a zone fails or has no capacity, which ECS says of AWS and not of the service"),
];

#[test]
fn a_rule_without_symptom_has_a_reason() {
    let silent = CATALOGUE.rules().iter().filter(|rule| rule.file().symptom.is_empty());
    let silent: Vec<&str> = silent.map(|rule| rule.id()).collect();
    assert_eq!(silent, WITHOUT_SYMPTOM.map(|(rule, _)| rule));
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

/// What rules are told of the words that a fact takes is so: no network of ours has another one, and most occur.
#[test]
fn facts_take_their_words_alone() {
    let mut seen: BTreeSet<(&str, &str, String)> = BTreeSet::new();
    let mut look = |document: &serde_json::Value| {
        with_model(document, |model| {
            for ty in ENTITIES {
                let fields = ty.fields.iter().enumerate();
                for (field, of) in fields.filter(|(_, of)| matches!(of.ty, Type::Word(_))) {
                    for index in 0..model.count(ty) {
                        if let Ok(Value::String(word)) = model.read(Entity { ty, index }, field) {
                            seen.insert((ty.name, of.name, word.into_owned()));
                        }
                    }
                }
            }
        });
    };
    for rule in CATALOGUE.rules() {
        look(&fixture(rule.id(), "pass"));
        look(&fixture(rule.id(), "fail"));
    }
    let words = |name: &str, field: &str| {
        let ty = ENTITIES.iter().find(|ty| ty.name == name).and_then(|ty| ty.field(field));
        ty.and_then(|(_, field)| match field.ty {
            Type::Word(words) => Some(words),
            _ => None,
        })
    };
    let others: Vec<_> = seen
        .iter()
        .filter(|(name, field, word)| !words(name, field).expect("it has words").contains(&&**word))
        .collect();
    assert!(others.is_empty(), "{others:?}");
    assert!(seen.len() > 60, "only {} occur", seen.len());
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

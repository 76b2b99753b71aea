//! Two laws about a field that a snapshot lacks: it accuses nobody, and what is no longer told is said not to be checked.
//! Each is held over every fixture of the rules, with each field taken out where it says what it says nowhere else.

mod rules_support;

use fargcheck::rules::{Finding, Judgement, Severity};
use rayon::prelude::*;
use rules_support::{CATALOGUE, fixture, judged, sound, try_with_model};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

/// A field by its path without indexes, `NetworkAcls.Entries.Egress`, with all the paths that it has in a document.
type Places = BTreeMap<String, Vec<Vec<String>>>;

/// What tells elements of one list from each other: the same field means something else beside another one of these.
const KINDS: [&str; 9] = [
    "Egress",
    "RuleAction",
    "IpProtocol",
    "Protocol",
    "Type",
    "VpcEndpointType",
    "ConnectivityType",
    "Main",
    "logDriver",
];

/// The schema of a snapshot, which names every field that is read.
static READ: LazyLock<String> = LazyLock::new(|| fargcheck::snapshot::schema().to_string());

/// Calls `with` for every field below an element, by its path and what the objects around it say of their kind.
fn fields(value: &Value, path: &mut Vec<String>, kind: &str, with: &mut dyn FnMut(&[String], &str)) {
    match value {
        Value::Object(map) => {
            let words = KINDS.iter().filter_map(|word| map.get(*word)).filter(|value| !value.is_object());
            let kind = words.fold(kind.to_owned(), |kind, word| format!("{kind} {word}"));
            for (key, inner) in map {
                path.push(key.clone());
                if path.len() > 2 {
                    with(path, &kind);
                }
                fields(inner, path, &kind, with);
                path.pop();
            }
        }
        Value::Array(list) => {
            for (index, inner) in list.iter().enumerate() {
                path.push(index.to_string());
                fields(inner, path, kind, with);
                path.pop();
            }
        }
        _ => {}
    }
}

/// Every `nth` field of a document that is not `meant`, at one of its places of each kind: other ones in another document. With
/// `EVERY_PLACE` in the environment, all of them at all.
fn places(document: &Value, meant: &[&str], nth: usize, turn: usize) -> Places {
    let mut found: BTreeMap<(String, String), Vec<Vec<String>>> = BTreeMap::new();
    fields(document, &mut Vec::new(), "", &mut |path, kind| {
        let steps = path.iter().filter(|step| step.parse::<usize>().is_err());
        let name = steps.map(String::as_str).collect::<Vec<_>>().join(".");
        let last = path.last().expect("a path has a field");
        let is_about_nothing = ["fixture", "fargcheck"].contains(&path[0].as_str())
            || name.contains(".Tags.")
            || !READ.contains(&format!("\"{last}\":"));
        if !meant.contains(&name.as_str()) && !is_about_nothing {
            found.entry((name, kind.to_owned())).or_default().push(path.to_vec());
        }
    });
    let every = std::env::var_os("EVERY_PLACE").is_some();
    let mut places = Places::new();
    for (index, ((name, _), mut paths)) in found.into_iter().enumerate() {
        if !every {
            if !(index + turn).is_multiple_of(nth) {
                continue;
            }
            paths = vec![paths.swap_remove(turn / nth % paths.len())];
        }
        places.entry(name).or_default().extend(paths);
    }
    places
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

fn told(judgement: &Judgement, above: Severity) -> BTreeSet<String> {
    let name = |finding: &Finding| format!("{} on {} {}", finding.rule, finding.resource.kind, finding.resource.id);
    judgement.findings.iter().filter(|finding| finding.severity >= above).map(name).collect()
}

/// Judges a document as it is, and without each of its fields that is not `meant`; what `complaint` makes of the two is put
/// together by field. What can't be read any more is refused, which is an answer too.
fn held(
    documents: Vec<(String, Value)>,
    meant: &[&str],
    nth: usize,
    complaint: impl Fn(&Judgement, &Judgement) -> Option<String> + Sync,
) {
    let of_document = |(turn, (rule, document)): (usize, &(String, Value))| {
        let before = try_with_model(document, judged).unwrap_or_else(|error| panic!("{rule}: {error}"));
        let mut tried = 0;
        let mut complaints = Vec::new();
        for (name, paths) in places(document, meant, nth, turn) {
            for path in paths {
                let Ok(after) = try_with_model(&without(document, &path), judged) else { continue };
                tried += 1;
                if let Some(complaint) = complaint(&before, &after) {
                    complaints.push((name.clone(), format!("{rule} without {}: {complaint}", path.join("/"))));
                }
            }
        }
        (tried, complaints)
    };
    let found: Vec<_> = documents.par_iter().enumerate().map(of_document).collect();
    let tried: usize = found.iter().map(|(tried, _)| tried).sum();
    assert!(tried > 2000, "only {tried} fields were tried");
    let mut by_field: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (name, complaint) in found.into_iter().flat_map(|(_, complaints)| complaints) {
        by_field.entry(name).or_default().push(complaint);
    }
    let shown = |(name, complaints): (&String, &Vec<String>)| {
        format!(
            "without {name} ({} times):\n    {}",
            complaints.len(),
            complaints.iter().take(3).cloned().collect::<Vec<_>>().join("\n    ")
        )
    };
    let shown: Vec<String> = by_field.iter().map(shown).collect();
    assert!(shown.is_empty(), "{}", shown.join("\n"));
}

/// Fields that say something by being absent, or without which an element is none.
const ACCUSING: &[&str] = &[
    // Ids, and what makes an element what it is: AWS always answers them.
    "InternetGateways.Attachments.VpcId",
    "InternetGateways.InternetGatewayId",
    "Listeners.LoadBalancerArn",
    "LoadBalancers.LoadBalancerArn",
    "NatGateways.NatGatewayId",
    "RouteTables.Associations.SubnetId",
    "RouteTables.RouteTableId",
    "SecurityGroups.GroupId",
    "Subnets.SubnetId",
    "VpcBlockPublicAccessExclusions.ResourceArn",
    "VpcEndpoints.VpcEndpointId",
    // No list is an empty list: a rule for nobody, a subnet without IPv6, a container without ports.
    "SecurityGroups.IpPermissions.IpRanges",
    "SecurityGroups.IpPermissions.Ipv6Ranges",
    "SecurityGroups.IpPermissions.UserIdGroupPairs",
    "SecurityGroups.IpPermissionsEgress.IpRanges",
    "SecurityGroups.IpPermissionsEgress.Ipv6Ranges",
    "Subnets.Ipv6CidrBlockAssociationSet",
    "taskDefinitions.containerDefinitions.portMappings",
    // AWS's defaults: no public IP, the VPC's default group, a public NAT gateway, load balancers of IPv4, and health checks on the
    // targets' own ports.
    "LoadBalancers.IpAddressType",
    "TargetGroups.HealthCheckPort",
    "NatGateways.ConnectivityType",
    "services.networkConfiguration.awsvpcConfiguration.assignPublicIp",
    "services.networkConfiguration.awsvpcConfiguration.securityGroups",
];

/// What isn't known accuses nobody: without one of its fields, a sound network has no finding that it had not before.
#[test]
fn an_absent_field_accuses_nobody() {
    held(sound().into_values().collect(), ACCUSING, 3, |before, after| {
        let known = told(before, Severity::Info);
        let new: Vec<String> =
            told(after, Severity::Warning).into_iter().filter(|name| !known.contains(name)).collect();
        (!new.is_empty()).then(|| format!("{new:?}"))
    });
}

/// Fields whose absence is an answer: there is no such thing.
const EXCUSING: &[&str] = &[
    // What nobody has to have.
    "services.loadBalancers",
    "services.serviceConnectConfiguration",
    "services.serviceConnectConfiguration.services",
    "services.serviceRegistries",
    "taskDefinitions.containerDefinitions.logConfiguration",
    "taskDefinitions.containerDefinitions.portMappings",
    "taskDefinitions.containerDefinitions.secrets",
    "taskDefinitions.volumes",
    "taskDefinitions.volumes.efsVolumeConfiguration",
    // AWS's defaults: IPv4 targets, health checks at the port of the traffic, the cluster's namespace, the VPC's default group, and a table that
    // leads to the internet gateway.
    "TargetGroups.IpAddressType",
    "TargetGroups.HealthCheckPort",
    "services.serviceConnectConfiguration.namespace",
    "services.networkConfiguration.awsvpcConfiguration.securityGroups",
    "NatGateways.RouteTableId",
    // Where nothing says which resolvers a VPC has, AWS's is taken to answer.
    "DhcpOptions.DhcpConfigurations",
    "DhcpOptions.DhcpConfigurations.Key",
    "DhcpOptions.DhcpConfigurations.Values",
    "DhcpOptions.DhcpConfigurations.Values.Value",
    "DhcpOptions.DhcpOptionsId",
    "Vpcs.DhcpOptionsId",
];

/// Nothing is dropped in silence: without one of its fields, a network has an error less only where more of it is said not to
/// have been checked.
#[test]
fn an_absent_field_excuses_nobody_in_silence() {
    let documents = CATALOGUE.rules().iter().map(|rule| (rule.id().to_owned(), fixture(rule.id(), "fail"))).collect();
    held(documents, EXCUSING, 1, |before, after| {
        let (errors, left) = (told(before, Severity::Error), told(after, Severity::Error));
        let lost: Vec<&String> = errors.difference(&left).collect();
        let is_said = after.not_checked.iter().any(|one| !before.not_checked.contains(one));
        (left.len() < errors.len() && !is_said).then(|| format!("{lost:?}"))
    });
}

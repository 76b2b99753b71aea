//! What has arrived as one document, in an order that doesn't depend on which answer came first.

use std::cmp::Ordering;
use std::collections::HashSet;
use std::time::SystemTime;

use aws_smithy_types::DateTime;
use serde_json::{Map, Value, json};

use super::identity::Identity;
use super::session::Results;
use super::shapes::timestamp;
use crate::snapshot::{KEYS, Key, SCHEMA};

/// Lists inside elements that AWS gives in any order. All others (DNS servers, actions, containers) keep theirs.
const SETS: [&str; 27] = [
    "Associations",
    "Attachments",
    "AvailabilityZones",
    "CidrBlockAssociationSet",
    "CidrBlockSet",
    "Cidrs",
    "DhcpConfigurations",
    "Entries",
    "Groups",
    "IpPermissions",
    "IpPermissionsEgress",
    "IpRanges",
    "Ipv6CidrBlockAssociationSet",
    "Ipv6Ranges",
    "LoadBalancerArns",
    "NatGatewayAddresses",
    "NetworkInterfaceIds",
    "PrefixListIds",
    "RouteTableIds",
    "Routes",
    "SecurityGroups",
    "SubnetIds",
    "TagSet",
    "Tags",
    "TransitGatewayAttachments",
    "UserIdGroupPairs",
    "tags",
];

/// Builds the snapshot: a key that isn't known is left out, an empty list says that there is none.
pub(crate) fn build(
    mut results: Results,
    identity: &Identity,
    region: &str,
    vpcs: &[String],
    now: SystemTime,
) -> Map<String, Value> {
    let mut document = Map::new();
    document.insert("fargcheck".to_owned(), about(&results, identity, region, now));
    if !vpcs.is_empty() {
        keep_vpcs(&mut results, vpcs);
    }
    for Key { name: key, id, .. } in KEYS {
        let mut elements = results.lists.remove(*key).unwrap_or_default();
        // A list of which a part is missing, and the other part is nothing, must not look like none.
        if !results.known.contains(*key) || (elements.is_empty() && results.holes.contains(*key)) {
            continue;
        }
        elements.iter_mut().for_each(order_sets);
        elements.sort_by_cached_key(|element| (text(element, id).to_owned(), element.to_string()));
        elements.dedup();
        document.insert((*key).to_owned(), Value::Array(elements));
    }
    for (key, object) in results.objects {
        document.insert(key.to_owned(), object);
    }
    document
}

/// The `fargcheck` key: what the snapshot is, and what is not in it.
fn about(results: &Results, identity: &Identity, region: &str, now: SystemTime) -> Value {
    let missing = results.missing.iter().map(|(call, item, reason)| match item {
        None => json!({"call": call.action(), "reason": reason}),
        Some(item) => json!({"call": call.action(), "item": item, "reason": reason}),
    });
    let documents = results.documents.iter().map(|(name, reason)| json!({"call": name, "reason": reason}));
    let mut about = Map::new();
    about.insert("schema".to_owned(), json!(SCHEMA));
    about.insert("version".to_owned(), json!(env!("CARGO_PKG_VERSION")));
    about.insert("collectedAt".to_owned(), json!(timestamp(DateTime::from_secs(DateTime::from(now).secs()))));
    if let Some(account) = &identity.account {
        about.insert("account".to_owned(), json!(account));
    }
    about.insert("region".to_owned(), json!(region));
    about.insert("partition".to_owned(), json!(identity.partition));
    about.insert("notCollected".to_owned(), missing.chain(documents).collect());
    Value::Object(about)
}

fn text<'a>(value: &'a Value, field: &str) -> &'a str {
    value.get(field).and_then(Value::as_str).unwrap_or_default()
}

/// Sorts what AWS gives in any order, at every depth.
fn order_sets(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for (name, field) in fields {
                order_sets(field);
                if let (true, Value::Array(items)) = (SETS.contains(&name.as_str()), field) {
                    items.sort_by(order_of_elements);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(order_sets),
        _ => {}
    }
}

/// Network ACL entries as they are judged: by direction, then by rule number. Everything else by its text.
fn order_of_elements(one: &Value, other: &Value) -> Ordering {
    let rule = |entry: &Value| Some((entry.get("Egress")?.as_bool()?, entry.get("RuleNumber")?.as_i64()?));
    rule(one).cmp(&rule(other)).then_with(|| one.to_string().cmp(&other.to_string()))
}

/// Applies `--vpc` where the API has no filter for it. Task definitions, clusters and registries belong to no VPC.
fn keep_vpcs(results: &mut Results, vpcs: &[String]) {
    let wanted = |id: &str| vpcs.iter().any(|vpc| vpc == id);
    let mut keep = |key: &str, test: &dyn Fn(&Value) -> bool| {
        if let Some(list) = results.lists.get_mut(key) {
            list.retain(|element| test(element));
        }
    };
    keep("EgressOnlyInternetGateways", &|gateway| {
        gateway["Attachments"].as_array().is_some_and(|all| all.iter().any(|one| wanted(text(one, "VpcId"))))
    });
    keep("VpcPeeringConnections", &|peering| {
        ["RequesterVpcInfo", "AccepterVpcInfo"].iter().any(|side| wanted(text(&peering[side], "VpcId")))
    });
    keep("LoadBalancers", &|one| wanted(text(one, "VpcId")));
    keep("TargetGroups", &|one| wanted(text(one, "VpcId")));
    if !results.known.contains("Subnets") {
        return;
    }
    let subnets: HashSet<String> =
        results.lists.get("Subnets").into_iter().flatten().map(|subnet| text(subnet, "SubnetId").to_owned()).collect();
    let within = |ids: Vec<&str>| ids.is_empty() || ids.iter().any(|id| subnets.contains(*id));
    for key in ["services", "tasks"] {
        if let Some(list) = results.lists.get_mut(key) {
            list.retain(|element| within(subnets_of(element)));
        }
    }
}

/// The subnets that a service may use, or that a task runs in.
fn subnets_of(element: &Value) -> Vec<&str> {
    let service = element.pointer("/networkConfiguration/awsvpcConfiguration/subnets").and_then(Value::as_array);
    let attachments = element.get("attachments").and_then(Value::as_array);
    let details = attachments.into_iter().flatten().filter_map(|one| one.get("details")?.as_array()).flatten();
    let task = details.filter(|detail| text(detail, "name") == "subnetId").map(|detail| text(detail, "value"));
    service.into_iter().flatten().filter_map(Value::as_str).chain(task).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::calls::Call;

    fn identity() -> Identity {
        Identity { account: Some("111122223333".to_owned()), partition: "aws".to_owned() }
    }

    fn built(results: Results, vpcs: &[&str]) -> Value {
        let vpcs: Vec<String> = vpcs.iter().map(|id| (*id).to_owned()).collect();
        Value::Object(build(results, &identity(), "eu-central-1", &vpcs, SystemTime::UNIX_EPOCH))
    }

    #[test]
    fn lists_and_sets_are_ordered_and_unknown_keys_absent() {
        let mut results = Results::default();
        let acl = json!({"NetworkAclId": "acl-2", "Entries": [
            {"RuleNumber": 200, "Egress": false}, {"RuleNumber": 100, "Egress": true}, {"RuleNumber": 90, "Egress": false}]});
        results.lists.insert("NetworkAcls", vec![acl, json!({"NetworkAclId": "acl-1"})]);
        results.lists.insert("Listeners", vec![json!({"ListenerArn": "of a page before the failure"})]);
        results.known.extend(["NetworkAcls", "NatGateways", "VpcAttributes"]);
        results.holes.insert("VpcAttributes");
        results.missing.insert((Call::DescribeLoadBalancers, None, "denied (AccessDenied)".to_owned()));
        assert_eq!(
            built(results, &[]),
            json!({
                "fargcheck": {
                    "schema": 1, "version": env!("CARGO_PKG_VERSION"), "collectedAt": "1970-01-01T00:00:00+00:00",
                    "account": "111122223333", "region": "eu-central-1", "partition": "aws",
                    "notCollected": [{"call": "elasticloadbalancing:DescribeLoadBalancers", "reason": "denied (AccessDenied)"}],
                },
                "NatGateways": [],
                "NetworkAcls": [{"NetworkAclId": "acl-1"}, {"NetworkAclId": "acl-2", "Entries": [
                    {"RuleNumber": 90, "Egress": false}, {"RuleNumber": 200, "Egress": false},
                    {"RuleNumber": 100, "Egress": true}]}],
            })
        );
    }

    #[test]
    fn one_vpc_keeps_what_touches_it() {
        let mut results = Results::default();
        results.lists.insert("Subnets", vec![json!({"SubnetId": "subnet-1"})]);
        let service = |arn: &str, subnet: &str| json!({"serviceArn": arn, "networkConfiguration": {"awsvpcConfiguration": {"subnets": [subnet]}}});
        results.lists.insert("services", vec![service("a", "subnet-1"), service("b", "subnet-9")]);
        let task = json!({"taskArn": "t", "attachments": [{"details": [{"name": "subnetId", "value": "subnet-9"}]}]});
        results.lists.insert("tasks", vec![task]);
        let peering = |id: &str, vpc: &str| json!({"VpcPeeringConnectionId": id, "AccepterVpcInfo": {"VpcId": vpc}});
        results.lists.insert("VpcPeeringConnections", vec![peering("pcx-1", "vpc-1"), peering("pcx-2", "vpc-2")]);
        results.known.extend(["Subnets", "services", "tasks", "VpcPeeringConnections"]);
        let document = built(results, &["vpc-1"]);
        assert_eq!(document["services"].as_array().map(Vec::len), Some(1));
        assert_eq!(document["tasks"], json!([]));
        assert_eq!(document["VpcPeeringConnections"], json!([peering("pcx-1", "vpc-1")]));
    }
}

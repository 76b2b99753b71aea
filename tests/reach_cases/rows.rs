//! Rows: what is changed in the network, what is asked, and the answer.

use crate::network::network;
use crate::pipeline::{Asked, Place, ask, codes, verdict};
use fargcheck::network::NameFamilies;
use fargcheck::reach::Verdict;
use serde_json::{Value, json};

/// A change: the value at a JSON pointer is replaced, taken out (null), or put into a list (`/-`).
pub(crate) type Change = (&'static str, Value);

pub(crate) fn change(document: &mut Value, (pointer, value): &Change) {
    let (parent, last) = pointer.rsplit_once('/').expect("a pointer");
    let parent = document.pointer_mut(parent).unwrap_or_else(|| panic!("{pointer}: no such place"));
    match parent {
        Value::Array(list) if last == "-" => list.push(value.clone()),
        Value::Array(list) => {
            let index: usize = last.parse().expect("an index");
            if value.is_null() {
                list.remove(index);
            } else {
                list[index] = value.clone();
            }
        }
        Value::Object(map) if value.is_null() => {
            map.remove(last).unwrap_or_else(|| panic!("{pointer}: nothing is there"));
        }
        Value::Object(map) => {
            map.insert(last.to_owned(), value.clone());
        }
        _ => panic!("{pointer}: not in a list or an object"),
    }
}

pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) changes: Vec<Change>,
    pub(crate) to: Place,
    pub(crate) verdict: Verdict,
    pub(crate) codes: &'static [&'static str],
    pub(crate) families: NameFamilies,
}

impl Row {
    /// With a name that leads to addresses of these families.
    pub(crate) fn named(self, families: NameFamilies) -> Row {
        Row { families, ..self }
    }
}

pub(crate) fn row(
    name: &'static str,
    changes: impl IntoIterator<Item = Change>,
    to: Place,
    verdict: Verdict,
    codes: &'static [&'static str],
) -> Row {
    let families = match &to {
        Place::Service(name) => NameFamilies::of_service(name),
        _ => NameFamilies::Unknown,
    };
    Row { name, changes: changes.into_iter().collect(), to, verdict, codes, families }
}

pub(crate) fn at(block: &str) -> Place {
    Place::Block(block.into())
}

pub(crate) fn service(name: &str) -> Place {
    Place::Service(name.into())
}

pub(crate) fn interface(id: &str) -> Place {
    Place::Interface(id.into())
}

/// What the rows have in common in their questions.
pub(crate) fn asked(row: &Row, public_ip: bool) -> Asked {
    Asked {
        subnet: "subnet-task".into(),
        groups: vec!["sg-task".into()],
        public_ip,
        ports: (32768, 60999),
        to: row.to.clone(),
        udp: false,
        remote_ports: (443, 443),
        families: row.families,
    }
}

pub(crate) fn check(rows: &[Row], public_ip: bool) {
    let mut wrong = Vec::new();
    for row in rows {
        let mut document = network();
        for one in &row.changes {
            change(&mut document, one);
        }
        let answer = ask(&document, &asked(row, public_ip));
        let found: Vec<&str> = answer.as_ref().map(codes).unwrap_or_default().into_iter().collect();
        if verdict(&answer) != row.verdict || found != row.codes {
            let doubts = answer.as_ref().map(|answer| answer.doubts.clone());
            wrong.push(format!("{}: {:?} {found:?} {doubts:?}", row.name, verdict(&answer)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// DHCP options that name a resolver in the place of AWS's.
pub(crate) fn named_by(resolver: &str) -> [Change; 2] {
    let servers = json!([{ "Key": "domain-name-servers", "Values": [{ "Value": resolver }] }]);
    [
        ("/Vpcs/0/DhcpOptionsId", json!("dopt-1")),
        ("/DhcpOptions/-", json!({ "DhcpOptionsId": "dopt-1", "DhcpConfigurations": servers })),
    ]
}

pub(crate) const DEFAULT_ROUTE: &str = "/RouteTables/0/Routes/1";

/// The default route with another target.
pub(crate) fn default_to(field: &str, id: &str) -> Change {
    let mut route = json!({ "DestinationCidrBlock": "0.0.0.0/0" });
    route[field] = id.into();
    (DEFAULT_ROUTE, route)
}

/// The first VPC's attachment to another transit gateway.
pub(crate) fn attachment(gateway: &str) -> Change {
    let attachment = json!({
        "TransitGatewayAttachmentId": "tgw-attach-9", "TransitGatewayId": gateway, "VpcId": "vpc-1",
        "State": "available", "SubnetIds": ["subnet-public"],
    });
    ("/TransitGatewayVpcAttachments/-", attachment)
}

pub(crate) fn one_route_more(destination: &str, field: &str, id: &str) -> Change {
    let mut route = json!({});
    let kind = if destination.starts_with("pl-") { "DestinationPrefixListId" } else { "DestinationCidrBlock" };
    route[kind] = destination.into();
    route[field] = id.into();
    ("/RouteTables/0/Routes/-", route)
}

pub(crate) fn peering_by_transit() -> [Change; 2] {
    [
        ("/RouteTables/0/Routes/2", json!({ "DestinationCidrBlock": "10.2.0.0/16", "TransitGatewayId": "tgw-1" })),
        ("/RouteTables/3/Routes/1", json!({ "DestinationCidrBlock": "10.0.0.0/16", "TransitGatewayId": "tgw-1" })),
    ]
}

pub(crate) fn entry(
    number: u64,
    action: &str,
    egress: bool,
    protocol: &str,
    block: &str,
    ports: Option<(u16, u16)>,
) -> Value {
    let mut entry = json!({ "RuleNumber": number, "RuleAction": action, "Egress": egress, "Protocol": protocol });
    entry[if block.contains(':') { "Ipv6CidrBlock" } else { "CidrBlock" }] = block.into();
    if let Some((from, to)) = ports {
        entry["PortRange"] = json!({ "From": from, "To": to });
    }
    entry
}

pub(crate) fn egress(permissions: Value) -> Change {
    ("/SecurityGroups/0/IpPermissionsEgress", permissions)
}

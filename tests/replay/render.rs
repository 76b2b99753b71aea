//! The AWS CLI's JSON as the services write it: EC2's XML, the query protocol's XML.

use serde_json::Value;

/// How a service names the elements of a list, and its members.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// `<routeSet><item>…`
    Ec2,
    /// `<Listeners><member>…`
    Query,
}

/// Where EC2's XML name is not the member's name with a small first letter. The first column is the list that the element
/// is in, where the name depends on it (Amazon EC2 API Reference, the data types' *Contents*).
const EC2_NAMES: [(&str, &str, &str); 27] = [
    ("SecurityGroups", "Description", "groupDescription"),
    ("NetworkAcls", "IsDefault", "default"),
    ("AvailabilityZones", "State", "zoneState"),
    ("VpcEndpoints", "SubnetIds", "subnetIdSet"),
    ("TransitGatewayVpcAttachments", "SubnetIds", "subnetIds"),
    ("", "AssociatedSubnets", "associatedSubnetSet"),
    ("", "Associations", "associationSet"),
    ("", "AttachedAppliances", "attachedApplianceSet"),
    ("", "Attachments", "attachmentSet"),
    ("", "Cidrs", "cidrSet"),
    ("", "DhcpConfigurations", "dhcpConfigurationSet"),
    ("", "DnsEntries", "dnsEntrySet"),
    ("", "Entries", "entrySet"),
    ("", "Groups", "groupSet"),
    ("", "Ipv4Prefixes", "ipv4PrefixSet"),
    ("", "Ipv6Addresses", "ipv6AddressesSet"),
    ("", "Ipv6Prefixes", "ipv6PrefixSet"),
    ("", "Messages", "messageSet"),
    ("", "NatGatewayAddresses", "natGatewayAddressSet"),
    ("", "NetworkInterfaceIds", "networkInterfaceIdSet"),
    ("", "PrivateIpAddresses", "privateIpAddressesSet"),
    ("", "PropagatingVgws", "propagatingVgwSet"),
    ("", "RouteTableIds", "routeTableIdSet"),
    ("", "Routes", "routeSet"),
    ("", "Tags", "tagSet"),
    ("", "UserIdGroupPairs", "groups"),
    ("", "Values", "valueSet"),
];

/// The name of a member in a service's XML. `within` is the list that holds the element.
pub(crate) fn name(style: Style, within: &str, member: &str) -> String {
    if style == Style::Query {
        return member.to_owned();
    }
    let special = EC2_NAMES.iter().find(|(list, of, _)| *of == member && (list.is_empty() || *list == within));
    special.map_or_else(
        || {
            let mut letters = member.chars();
            letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
        },
        |(_, _, name)| (*name).to_owned(),
    )
}

/// The members of an object as XML elements. `within` is the list that holds it.
pub(crate) fn members(style: Style, within: &str, object: &Value) -> String {
    let fields = object.as_object().into_iter().flatten();
    fields.map(|(member, value)| element(&name(style, within, member), style, member, value)).collect()
}

/// One element; `list` is the member's name, which its elements are within.
pub(crate) fn element(name: &str, style: Style, list: &str, value: &Value) -> String {
    let content = match value {
        Value::Array(items) => {
            let tag = if style == Style::Ec2 { "item" } else { "member" };
            items.iter().map(|item| format!("<{tag}>{}</{tag}>", item_text(style, list, item))).collect()
        }
        other => item_text(style, list, other),
    };
    format!("<{name}>{content}</{name}>")
}

fn item_text(style: Style, list: &str, item: &Value) -> String {
    match item {
        Value::Object(_) => members(style, list, item),
        Value::String(text) => escape(text),
        Value::Null => String::new(),
        other => other.to_string(),
    }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

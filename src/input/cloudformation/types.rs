//! Whether the types of a template's resources, their properties and their attributes are such as CloudFormation has.
//!
//! AWS adds to them at any time: what isn't listed is taken for misspelt only where it is nearly a name that is.

mod listed;

use super::error::TemplateError;
use super::functions::nearest;
use super::syntax::location;
use super::template::Resource;
use super::text::has_unknown;
use crate::input::planned::{Fields, Node, Value};
use listed::{OTHERS, TYPES};

/// A type of resources.
struct Type {
    name: &'static str,
    /// Properties that each has to have.
    required: &'static [&'static str],
    /// All properties that may be given.
    properties: &'static [&'static str],
    /// What `Fn::GetAtt` tells besides.
    attributes: &'static [&'static str],
}

/// Properties one of which a resource has to have, by its type.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-vpc.html>,
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-route.html>
const ONE_OF: [(&str, &[&str]); 2] = [
    ("AWS::EC2::VPC", &["CidrBlock", "Ipv4IpamPoolId"]),
    ("AWS::EC2::Route", &["DestinationCidrBlock", "DestinationIpv6CidrBlock", "DestinationPrefixListId"]),
];

/// The namespaces of which every type is known.
const NAMESPACES: [&str; 3] = ["AWS::EC2::", "AWS::ECS::", "AWS::ElasticLoadBalancingV2::"];

/// Whether a type may be one that AWS has added to these namespaces since.
pub(super) fn is_new(ty: &str) -> bool {
    NAMESPACES.iter().any(|namespace| ty.starts_with(namespace))
        && !ty.ends_with("::MODULE")
        && of(ty).is_none()
        && !OTHERS.contains(&ty)
}

fn of(ty: &str) -> Option<&'static Type> {
    TYPES.binary_search_by(|known| known.name.cmp(ty)).ok().and_then(|index| TYPES.get(index))
}

/// A known name that one which isn't known is a misspelling of. One that is longer by an s may be a new one.
fn meant(name: &str, known: impl IntoIterator<Item = &'static str>) -> Option<String> {
    let found = nearest(name, known)?;
    let is_plural = |one: &str, other: &str| one.strip_suffix('s') == Some(other);
    (!is_plural(name, &found) && !is_plural(&found, name)).then_some(found)
}

/// Checks the names of a resource's type and of its properties.
///
/// # Errors
/// One is misspelt.
pub(super) fn check_names(resource: Resource<'_>) -> Result<(), TemplateError> {
    let Some(ty) = of(resource.ty) else {
        if !is_new(resource.ty) {
            return Ok(());
        }
        let known = TYPES.iter().map(|ty| ty.name).chain(OTHERS);
        return match meant(resource.ty, known) {
            None => Ok(()),
            meant => Err(TemplateError::NoSuchOfType {
                owner: "CloudFormation".to_owned(),
                what: "type",
                name: resource.ty.to_owned(),
                nearest: meant,
                location: location(resource.node.get("Type").and_then(|node| node.place).or(resource.node.place)),
            }),
        };
    };
    let properties = resource.node.get("Properties").and_then(Node::fields).filter(|_| !resource.is_open());
    for (name, value) in properties.into_iter().flat_map(|Fields(fields)| fields) {
        if ty.properties.contains(&name.as_ref()) || ty.attributes.contains(&name.as_ref()) {
            continue;
        }
        if let Some(meant) = meant(name, ty.properties.iter().copied()) {
            return Err(TemplateError::NoSuchOfType {
                owner: format!("`{}`", ty.name),
                what: "property",
                name: name.clone().into_owned(),
                nearest: Some(meant),
                location: location(value.place.or(resource.node.place)),
            });
        }
    }
    Ok(())
}

/// Checks the name of an attribute of a resource.
///
/// # Errors
/// It is misspelt.
pub(super) fn check_attribute(resource: Resource<'_>, attribute: &str, at: &Node) -> Result<(), TemplateError> {
    let Some(ty) = of(resource.ty) else { return Ok(()) };
    let first = attribute.split_once('.').map_or(attribute, |(first, _)| first);
    if ty.attributes.contains(&first) || ty.properties.contains(&first) {
        return Ok(());
    }
    match meant(first, ty.attributes.iter().chain(ty.properties).copied()) {
        None => Ok(()),
        meant => Err(TemplateError::NoSuchOfType {
            owner: format!("`{}`", ty.name),
            what: "attribute",
            name: attribute.to_owned(),
            nearest: meant,
            location: location(at.place),
        }),
    }
}

/// A property that a resource has to have and lacks, of all that are given.
///
/// # Errors
/// There is one.
pub(super) fn check_required(
    resource: Resource<'_>,
    mut has: impl FnMut(&'static str) -> Result<bool, TemplateError>,
) -> Result<(), TemplateError> {
    let lacking = |names: String| TemplateError::Malformed {
        what: format!("`{}` lacks {names}, which `{}` must have", resource.name, resource.ty),
        location: location(resource.node.get("Type").and_then(|node| node.place).or(resource.node.place)),
    };
    for property in of(resource.ty).map(|ty| ty.required).unwrap_or_default() {
        if !has(property)? {
            return Err(lacking(format!("`{property}`")));
        }
    }
    for (_, properties) in ONE_OF.iter().filter(|(ty, _)| *ty == resource.ty) {
        let mut is_given = false;
        for property in *properties {
            is_given |= has(property)?;
        }
        if !is_given {
            let names: Vec<String> = properties.iter().map(|name| format!("`{name}`")).collect();
            return Err(lacking(names.join(" or ")));
        }
    }
    Ok(())
}

/// Properties that are lists in every type that is read and has them.
const LISTS: [&str; 18] = [
    "Actions",
    "CapacityProviderStrategy",
    "ContainerDefinitions",
    "DefaultActions",
    "DefaultCapacityProviderStrategy",
    "DomainNameServers",
    "Entries",
    "LoadBalancers",
    "RequiresCompatibilities",
    "RouteTableIds",
    "SecurityGroupEgress",
    "SecurityGroupIds",
    "SecurityGroupIngress",
    "SecurityGroups",
    "SubnetIds",
    "SubnetMappings",
    "Subnets",
    "Volumes",
];

/// Properties that are true or false.
const TRUTHS: [&str; 8] = [
    "Egress",
    "EnableDns64",
    "EnableDnsHostnames",
    "EnableDnsSupport",
    "EnableExecuteCommand",
    "Ipv6Native",
    "MapPublicIpOnLaunch",
    "PrivateDnsEnabled",
];

/// Properties that are whole numbers.
const NUMBERS: [&str; 5] = ["DesiredCount", "FromPort", "Port", "RuleNumber", "ToPort"];

/// Properties whose elements have ports.
const OF_PORTS: [&str; 2] = ["SecurityGroupEgress", "SecurityGroupIngress"];

/// What a property has to be.
#[derive(Clone, Copy)]
enum Kind {
    List,
    Truth,
    Number,
}

impl Kind {
    fn is_of(self, node: &Node) -> bool {
        let is_open = node.as_str().is_some_and(has_unknown);
        match self {
            Kind::List => matches!(node.value, Value::List(_)),
            Kind::Truth => is_open || node.as_bool().is_some(),
            Kind::Number => is_open || node.as_i64().is_some(),
        }
    }

    fn words(self) -> &'static str {
        match self {
            Kind::List => "a list",
            Kind::Truth => "true or false",
            Kind::Number => "a whole number",
        }
    }
}

/// Checks that lists are lists, numbers are numbers, and what is true or false is one of both.
///
/// # Errors
/// A property is of another type.
pub(super) fn check_kinds(
    resource: Resource<'_>,
    mut get: impl FnMut(&'static str) -> Result<Option<Node>, TemplateError>,
) -> Result<(), TemplateError> {
    if of(resource.ty).is_none() {
        return Ok(());
    }
    let check = |property: &str, node: &Node, kind: Kind| {
        if node.expression().is_some() || node.is_null() || kind.is_of(node) {
            return Ok(());
        }
        let what = format!("`{property}` of `{}` must be {}", resource.name, kind.words());
        Err(TemplateError::Malformed { what, location: location(node.place) })
    };
    let of = |properties: &'static [&'static str], kind| properties.iter().map(move |property| (*property, kind));
    let all = of(&LISTS, Kind::List).chain(of(&TRUTHS, Kind::Truth)).chain(of(&NUMBERS, Kind::Number));
    for (property, kind) in all.filter(|(property, _)| resource.property(property).is_some()) {
        let Some(node) = get(property)? else { continue };
        check(property, &node, kind)?;
        for rule in node.items().iter().filter(|_| OF_PORTS.contains(&property)) {
            for member in ["FromPort", "ToPort"] {
                rule.get(member).map_or(Ok(()), |port| check(member, port, Kind::Number))?;
            }
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_in_order_and_their_required_properties_exist() {
        assert!(TYPES.is_sorted_by(|one, other| one.name < other.name));
        for ty in TYPES {
            assert!(ty.required.iter().all(|name| ty.properties.contains(name)), "{}", ty.name);
            assert!(!OTHERS.contains(&ty.name), "{}", ty.name);
        }
        assert!(
            ONE_OF
                .iter()
                .all(|(ty, names)| names.iter().all(|name| of(ty).is_some_and(|ty| ty.properties.contains(name))))
        );
    }

    /// What is read has to be among the types whose properties are known, or nothing of it is checked.
    #[test]
    fn what_is_read_is_known() {
        let source = include_str!("resources/mod.rs");
        let arms = source.lines().filter_map(|line| line.trim().strip_prefix('(')?.split_once(") =>"));
        let mut read = 0;
        for (arm, _) in arms {
            let mut words = arm.split('"').skip(1).step_by(2);
            let Some(service) = words.next() else { continue };
            for kind in words {
                let ty = format!("AWS::{service}::{kind}");
                if NAMESPACES.iter().any(|namespace| ty.starts_with(namespace)) {
                    read += 1;
                    assert!(of(&ty).is_some(), "{ty}");
                }
            }
        }
        assert!(read > 40, "{read}");
        for property in LISTS.iter().chain(&TRUTHS).chain(&NUMBERS) {
            assert!(TYPES.iter().any(|ty| ty.properties.contains(property)), "{property}");
        }
    }

    #[test]
    fn misspelt_names_are_told_from_new_ones() {
        let known = ["SubnetId", "AllocationId", "Tags"];
        for (name, expected) in [
            ("SubnetID", Some("SubnetId")),
            ("AllocationIdd", Some("AllocationId")),
            ("AlocatonId", Some("AllocationId")),
            ("SubnetIds", None),
            ("Tag", None),
            ("SecondaryAllocationIds", None),
        ] {
            assert_eq!(meant(name, known).as_deref(), expected, "{name}");
        }
        for (ty, expected) in [
            ("AWS::EC2::NatGatway", true),
            ("AWS::EC2::Something", true),
            ("AWS::EC2::NatGateway", false),
            ("AWS::EC2::Volume", false),
            ("AWS::EC2::Vpc::MODULE", false),
            ("AWS::RDS::DBInstanc", false),
            ("Custom::Thing", false),
        ] {
            assert_eq!(is_new(ty), expected, "{ty}");
        }
    }
}

//! Resources of which the template doesn't tell what they do: nested stacks, custom resources, modules and the types of
//! third parties. What they are given a reference to they may add to.

use super::filters::in_doubt;
use super::{Made, Maker};
use crate::input::cloudformation::functions::call;
use crate::input::cloudformation::substitute::{Part, parts};
use crate::input::cloudformation::template::Resource;
use crate::input::cloudformation::types::is_new;
use crate::input::planned::{Fields, IN_A_VPC, Node, Value};
use std::collections::BTreeSet;

/// Lists whose elements a reference may name, and what may be added to one.
const NAMED: [&str; 13] = [
    "InternetGateways",
    "Listeners",
    "LoadBalancers",
    "NetworkAcls",
    "PrefixLists",
    "RouteTables",
    "SecurityGroups",
    "Subnets",
    "TargetGroups",
    "TransitGatewayRouteTables",
    "TransitGateways",
    "Vpcs",
    "clusters",
];

/// Custom resources of the CDK that write down what they are given and change none of it.
/// <https://github.com/aws/aws-cdk/tree/main/packages/aws-cdk-lib/core/lib/custom-resource-provider/cross-region-export-providers>
const WRITERS: [&str; 2] = ["Custom::CrossRegionExportReader", "Custom::CrossRegionExportWriter"];

/// A resource of a type that AWS may have added since.
const NEW: &str = "resource of an unknown type";

/// What a resource is called that does what the template doesn't tell; none where a resource is of a type of AWS's.
pub(super) fn kind(ty: &str) -> Option<&'static str> {
    match ty {
        "AWS::CloudFormation::CustomResource" => Some("custom resource"),
        "AWS::CloudFormation::Stack" | "AWS::Serverless::Application" => Some("nested stack"),
        "AWS::CloudFormation::StackSet" => Some("stack set"),
        "AWS::ServiceCatalog::CloudFormationProvisionedProduct" => Some("product"),
        _ if WRITERS.contains(&ty) => None,
        _ if ty.starts_with("Custom::") => Some("custom resource"),
        _ if ty.ends_with("::MODULE") => Some("module"),
        _ if is_new(ty) => Some(NEW),
        _ if ty.starts_with("AWS::") => None,
        _ => Some("resource"),
    }
}

/// An element of the document: its list and its id.
type Named = (&'static str, String);

impl Maker<'_, '_> {
    pub(super) fn opaque(&mut self, resource: Resource<'_>, kind: &'static str) -> Made {
        let what = format!("{kind} {}", resource.name);
        let why = match kind {
            NEW => Some("its type isn't known here: CloudFormation may lack it too"),
            "nested stack" | "module" => {
                Some(self.evaluator.template.why_left(resource.name).unwrap_or("the template doesn't have it"))
            }
            _ => None,
        };
        if let Some(why) = why {
            self.document.note(format!("what {what} makes"), why);
        }
        let mut given = BTreeSet::new();
        if let Some(properties) = resource.node.get("Properties") {
            self.given(properties, &mut given)?;
        }
        let why = format!("{what} may add to what it is given");
        let hidden = Node::unknown(format!("what {what} adds"), resource.node.place);
        if given.iter().any(|(list, id)| self.is_in_a_vpc(list, id)) {
            IN_A_VPC.iter().for_each(|list| self.document.partly_known(list, why.clone()));
        }
        for (list, id) in &given {
            self.add_in_doubt(list, id, &hidden, &why);
        }
        Ok(())
    }

    /// The elements that functions of a value refer to.
    fn given(&mut self, node: &Node, found: &mut BTreeSet<Named>) -> Made {
        match call(node) {
            Some(("Ref", argument)) if let Some(name) = argument.as_str() => self.name(name, argument, found),
            Some(("Fn::GetAtt", _)) => {
                let value = self.evaluator.value(node)?;
                self.named(&value, found);
                Ok(())
            }
            Some(("Fn::Sub", argument)) => {
                let text = argument.as_str().or_else(|| argument.items().first()?.as_str()).unwrap_or_default();
                let own = argument.items().get(1);
                for part in parts(text) {
                    if let Part::Variable(name) = part
                        && own.is_none_or(|own| own.get(name).is_none())
                    {
                        self.name(name, argument, found)?;
                    }
                }
                own.map_or(Ok(()), |own| self.given(own, found))
            }
            Some(("Fn::If", argument)) if let [condition, then, otherwise] = argument.items() => {
                let truth = match condition.as_str() {
                    Some(name) => self.evaluator.condition(name, condition)?,
                    None => None,
                };
                match truth {
                    Some(true) => self.given(then, found),
                    Some(false) => self.given(otherwise, found),
                    None => self.given(then, found).and_then(|()| self.given(otherwise, found)),
                }
            }
            _ => match &node.value {
                Value::Object(Fields(fields)) => fields.iter().try_for_each(|(_, member)| self.given(member, found)),
                Value::List(items) => items.iter().try_for_each(|item| self.given(item, found)),
                _ => Ok(()),
            },
        }
    }

    /// What a name in `Ref` or `Fn::Sub` refers to. A parameter names what is there already.
    fn name(&mut self, name: &str, at: &Node, found: &mut BTreeSet<Named>) -> Made {
        if self.evaluator.template.entry("Parameters", name).is_some() && !self.document.is_onto() {
            return Ok(());
        }
        let value = match name.split_once('.') {
            Some((resource, attribute)) => self.evaluator.attribute(resource, attribute, at),
            None => self.evaluator.reference(name, at),
        };
        match value {
            Ok(value) => self.named(&value, found),
            Err(error) if self.evaluator.is_excused(&error) => {}
            Err(error) => return Err(error),
        }
        Ok(())
    }

    fn named(&self, value: &Node, found: &mut BTreeSet<Named>) {
        for text in std::iter::once(value).chain(value.items()).filter_map(Node::as_str) {
            let lists = NAMED.iter().filter(|list| self.document.has(list, text));
            found.extend(lists.map(|list| (*list, text.to_owned())));
        }
    }

    /// Whether an element is a VPC or is in one, to which more may then be added.
    fn is_in_a_vpc(&self, list: &'static str, id: &str) -> bool {
        const PARTS: [&str; 4] = ["NetworkAcls", "RouteTables", "SecurityGroups", "Subnets"];
        let is_attached = || {
            let gateway = self.document.look("InternetGateways", id);
            gateway.is_some_and(|gateway| gateway.get("Attachments").is_some_and(|list| !list.items().is_empty()))
        };
        list == "Vpcs" || PARTS.contains(&list) || list == "InternetGateways" && is_attached()
    }

    /// To an element of the document something may be added of which nothing is known.
    fn add_in_doubt(&mut self, list: &'static str, id: &str, hidden: &Node, why: &str) {
        let place = hidden.place;
        match list {
            "Subnets" => return self.perhaps_by_another_acl(id, hidden),
            "TransitGateways" => {
                for list in ["TransitGatewayVpcAttachments", "TransitGatewayRouteTables"] {
                    self.document.partly_known(list, why);
                }
            }
            "LoadBalancers" | "Listeners" | "TargetGroups" => {
                for list in ["Listeners", "Rules", "services"] {
                    self.document.partly_known(list, why);
                }
            }
            "SecurityGroups" => self.document.partly_known("SecurityGroupVpcAssociations", why),
            "clusters" => self.document.partly_known("services", why),
            _ => {}
        }
        let left_out = || Node::new(Value::LeftOut(hidden.expression().unwrap_or_default().to_owned()), place);
        let Some(fields) = self.document.edit(list, id) else { return };
        match list {
            "RouteTables" => {
                let route = Fields::default().with("DestinationCidrBlock", hidden.clone());
                fields.add("Routes", Node::from(route).at(place));
            }
            "SecurityGroups" => {
                for member in ["IpPermissions", "IpPermissionsEgress"] {
                    fields.add(member, in_doubt(hidden.expression().unwrap_or_default()).at(place));
                }
            }
            "NetworkAcls" => {
                for egress in [false, true] {
                    let entry = Fields::default()
                        .with("Egress", egress.into())
                        .with_text("Protocol", "-1")
                        .with_text("RuleAction", "allow")
                        .with("CidrBlock", hidden.clone());
                    fields.add("Entries", Node::from(entry).at(place));
                }
            }
            "InternetGateways" if fields.get("Attachments").is_none_or(|list| list.items().is_empty()) => {
                fields.set("Attachments", left_out());
            }
            "PrefixLists" => fields.set("Cidrs", left_out()),
            "TransitGatewayRouteTables" => fields.set("Routes", left_out()),
            _ => {}
        }
    }

    /// A subnet that the template associates with no network ACL may get one.
    fn perhaps_by_another_acl(&mut self, subnet: &str, hidden: &Node) {
        let serves = |acl: &Node| {
            let associations = acl.get("Associations").map(Node::items).unwrap_or_default();
            associations.iter().any(|known| known.get("SubnetId").and_then(Node::as_str) == Some(subnet))
        };
        if !self.document.is_new("Subnets", subnet) || self.document.list("NetworkAcls").iter().any(serves) {
            return;
        }
        let vpc = self.document.look("Subnets", subnet).and_then(|found| found.get("VpcId").cloned());
        let association = Fields::default().with_text("SubnetId", subnet);
        let name = Node::unknown(format!("{} to {subnet}", hidden.expression().unwrap_or_default()), hidden.place);
        let mut acl = Fields::default().with("NetworkAclId", name).with("IsDefault", false.into());
        acl.text("VpcId", vpc.as_ref());
        acl.set("Associations", Node::list(vec![association.into()]));
        self.document.push("NetworkAcls", Node::from(acl).at(hidden.place));
    }

    /// The CDK's custom resource that takes the rules of a VPC's default security group out: that from its own members
    /// and that to everywhere.
    /// <https://github.com/aws/aws-cdk/tree/main/packages/%40aws-cdk/custom-resource-handlers/lib/aws-ec2/restrict-default-security-group-handler>
    pub(super) fn restricted_default_group(&mut self, resource: Resource<'_>) -> Made {
        let group = self.get(resource, "DefaultSecurityGroupId")?;
        let Some(id) = group.as_ref().and_then(Node::as_str) else { return Ok(()) };
        if let Some(doubt) = self.doubt.clone() {
            let Some(fields) = self.document.edit("SecurityGroups", id) else { return Ok(()) };
            for member in ["IpPermissions", "IpPermissionsEgress"] {
                fields.set(member, Node::new(Value::LeftOut(doubt.clone()), resource.node.place));
            }
            return Ok(());
        }
        let Some(fields) = self.document.edit("SecurityGroups", id) else { return Ok(()) };
        let is_everything = |rule: &Node| rule.get("IpProtocol").and_then(Node::as_str) == Some("-1");
        let is_one = |rule: &Node, list: &str, member: &str, text: &str| {
            let peers = rule.get(list).map(Node::items).unwrap_or_default();
            matches!(peers, [one] if one.get(member).and_then(Node::as_str) == Some(text))
        };
        fields
            .retain("IpPermissions", |rule| !(is_everything(rule) && is_one(rule, "UserIdGroupPairs", "GroupId", id)));
        fields.retain("IpPermissionsEgress", |rule| {
            !(is_everything(rule) && is_one(rule, "IpRanges", "CidrIp", "0.0.0.0/0"))
        });
        Ok(())
    }
}

//! Security groups and network ACLs.

use super::{As, Made, Maker, set, unknown_in, whole};
use crate::input::cloudformation::template::Resource;
use crate::input::planned::{Fields, Node, default_vpc, everything_out};

/// Who may be at the other end of a rule: the property of an ingress rule, that of an egress rule, the list of the
/// document, and the member there.
const PEERS: [(&str, &str, &str, &str); 5] = [
    ("CidrIp", "CidrIp", "IpRanges", "CidrIp"),
    ("CidrIpv6", "CidrIpv6", "Ipv6Ranges", "CidrIpv6"),
    ("SourcePrefixListId", "DestinationPrefixListId", "PrefixListIds", "PrefixListId"),
    ("SourceSecurityGroupId", "DestinationSecurityGroupId", "UserIdGroupPairs", "GroupId"),
    ("SourceSecurityGroupName", "", "UserIdGroupPairs", "GroupName"),
];

impl Maker<'_, '_> {
    /// Without egress rules of its own a group lets everything out.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroup.html>
    pub(super) fn security_group(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "GroupId");
        let name = self.get(resource, "GroupName")?;
        fields.text("GroupName", Some(&name.unwrap_or_else(|| Node::text(resource.name))));
        self.copy(resource, &mut fields, &[(As::Text, "VpcId")])?;
        if fields.get("VpcId").is_none()
            && !resource.is_open()
            && let Some(vpc) = default_vpc(&self.document)
        {
            fields.set("VpcId", Node::text(vpc).at(resource.node.place));
        }
        let ingress = self.get(resource, "SecurityGroupIngress")?;
        fields.set("IpPermissions", rules(ingress.as_ref(), true));
        let egress = self
            .get(resource, "SecurityGroupEgress")?
            .filter(|egress| egress.expression().is_some() || !egress.items().is_empty() || egress.fields().is_some());
        let egress = match egress {
            Some(egress) => rules(Some(&egress), false),
            None => Node::list(everywhere_out()).at(resource.node.place),
        };
        fields.set("IpPermissionsEgress", egress);
        self.tags(resource, &mut fields)?;
        self.put("SecurityGroups", resource, fields);
        Ok(())
    }

    pub(super) fn security_group_rule(&mut self, resource: Resource<'_>, list: &'static str) -> Made {
        let is_ingress = list == "IpPermissions";
        let Some(group) = self.get(resource, "GroupId")? else { return Ok(()) };
        let mut properties = Fields::default();
        for property in ["IpProtocol", "FromPort", "ToPort"] {
            if let Some(node) = self.get(resource, property)? {
                properties.set(property, node);
            }
        }
        for (source, destination, ..) in PEERS {
            let property = if is_ingress { source } else { destination };
            if let Some(node) = self.get(resource, property)? {
                let node = self.certain(node);
                properties.set(property, node);
            }
        }
        let rule = rule(&Node::from(properties).at(resource.node.place), is_ingress);
        let Some(id) = group.as_str() else {
            self.somewhere("SecurityGroups", list, resource, &group);
            return Ok(());
        };
        if let Some(fields) = self.document.edit("SecurityGroups", id) {
            if !is_ingress && has_default_egress(fields) {
                // Whether CloudFormation then takes the default rule out has changed over time, and isn't documented.
                fields.set(
                    "IpPermissionsEgress",
                    Node::list(vec![in_doubt(&format!(
                        "whether the default rule of {id} stays beside {}",
                        resource.name
                    ))])
                    .at(resource.node.place),
                );
            }
            fields.add(list, rule);
        }
        Ok(())
    }

    pub(super) fn network_acl(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "NetworkAclId").with("IsDefault", false.into());
        self.copy(resource, &mut fields, &[(As::Text, "VpcId")])?;
        self.tags(resource, &mut fields)?;
        let fields = fields.with("Associations", Node::list(Vec::new())).with("Entries", Node::list(Vec::new()));
        self.put("NetworkAcls", resource, fields);
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-networkaclentry.html>
    pub(super) fn network_acl_entry(&mut self, resource: Resource<'_>) -> Made {
        let Some(acl) = self.get(resource, "NetworkAclId")? else { return Ok(()) };
        let mut entry = Fields::default();
        self.copy(
            resource,
            &mut entry,
            &[(As::Number, "RuleNumber"), (As::Text, "Protocol"), (As::Text, "RuleAction"), (As::Bool, "Egress")],
        )?;
        if entry.get("Egress").is_none() {
            entry.set("Egress", false.into());
        }
        let ports = self.get(resource, "PortRange")?;
        let hidden = ["RuleNumber", "Protocol", "RuleAction", "Egress"]
            .iter()
            .find_map(|member| entry.get(member)?.expression().map(str::to_owned))
            .or_else(|| unknown_in(ports.as_ref()).map(|(expression, _)| expression))
            .or_else(|| {
                ["From", "To"].iter().find_map(|end| ports.as_ref()?.get(end)?.expression().map(str::to_owned))
            });
        if let Some(ports) = &ports {
            let mut range = Fields::default();
            for end in ["From", "To"] {
                range.number(end, ports.get(end));
            }
            entry.set("PortRange", Node::from(range).at(ports.place));
        }
        for member in ["CidrBlock", "Ipv6CidrBlock"] {
            let Some(node) = self.block(resource, member)? else { continue };
            let node = match &hidden {
                Some(expression) => Node::unknown(expression, node.place),
                None => self.certain(node),
            };
            entry.text(member, Some(&node));
        }
        let Some(id) = acl.as_str() else {
            self.somewhere("NetworkAcls", "Entries", resource, &acl);
            return Ok(());
        };
        // An entry of the same number and direction, which is there already, is replaced.
        let number = |entry: &Node| {
            let value = |member: &str| entry.get(member).map(|node| &node.value);
            Some(format!("{:?} {:?}", value("RuleNumber"), value("Egress")))
        };
        let entry = Node::from(entry).at(resource.node.place);
        self.replace("NetworkAcls", id, "Entries", number(&entry), entry, number);
        Ok(())
    }

    pub(super) fn network_acl_association(&mut self, resource: Resource<'_>) -> Made {
        let (Some(acl), Some(subnet)) = (self.get(resource, "NetworkAclId")?, self.get(resource, "SubnetId")?) else {
            return Ok(());
        };
        self.leave_others("NetworkAcls", &acl, "SubnetId", &subnet);
        let subnet = self.certain(subnet);
        let mut association = Fields::default();
        association.text("NetworkAclId", Some(&acl));
        association.text("SubnetId", Some(&subnet));
        self.associate("NetworkAcls", &acl, resource, Node::from(association).at(resource.node.place));
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ec2-securitygroupvpcassociation.html>
    pub(super) fn security_group_vpc_association(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = Fields::default().with_text("State", "associated");
        let group = self.get(resource, "GroupId")?;
        fields.text("GroupId", group.as_ref());
        self.copy(resource, &mut fields, &[(As::Text, "VpcId")])?;
        self.put("SecurityGroupVpcAssociations", resource, fields);
        Ok(())
    }
}

/// The rules that a group has without any of its own: all outbound traffic of both families.
fn everywhere_out() -> Vec<Node> {
    let range = Fields::default().with_text("CidrIpv6", "::/0");
    let ipv6 = Fields::default().with_text("IpProtocol", "-1").with("Ipv6Ranges", Node::list(vec![range.into()]));
    everything_out().into_iter().chain([ipv6.into()]).collect()
}

fn has_default_egress(fields: &Fields) -> bool {
    fields.get("IpPermissionsEgress").is_some_and(|rules| rules.items() == everywhere_out())
}

/// A rule that may let anything through.
pub(super) fn in_doubt(expression: &str) -> Node {
    let range = Fields::default().with("CidrIp", Node::unknown(expression, None));
    Fields::default().with_text("IpProtocol", "-1").with("IpRanges", Node::list(vec![range.into()])).into()
}

/// The rules of a list, which may be one rule alone.
fn rules(node: Option<&Node>, is_ingress: bool) -> Node {
    let Some(node) = node else { return Node::list(Vec::new()) };
    let items = match node.fields() {
        Some(_) => std::slice::from_ref(node),
        None => node.items(),
    };
    let mut made: Vec<Node> =
        items.iter().filter(|item| item.fields().is_some()).map(|item| rule(item, is_ingress)).collect();
    if let Some((expression, place)) = unknown_in(Some(node)) {
        made.push(in_doubt(&expression).at(place));
    }
    Node::list(made).at(node.place)
}

/// A rule as `describe-security-groups` answers it. Of one whose ports aren't known nothing is told but that it is there.
fn rule(node: &Node, is_ingress: bool) -> Node {
    let hidden = ["IpProtocol", "FromPort", "ToPort"].iter().find_map(|member| node.get(member)?.expression());
    let mut fields = Fields::default();
    match hidden {
        Some(_) => fields.set("IpProtocol", Node::text("-1")),
        None => {
            set(&mut fields, As::Text, "IpProtocol", node.get("IpProtocol"));
            if node.get("IpProtocol").and_then(Node::as_i64) != Some(-1) {
                set(&mut fields, As::Number, "FromPort", node.get("FromPort"));
                set(&mut fields, As::Number, "ToPort", node.get("ToPort"));
            }
        }
    }
    for (source, destination, list, member) in PEERS {
        let property = if is_ingress { source } else { destination };
        let Some(peer) = node.get(property).filter(|_| !property.is_empty()) else { continue };
        let peer = &whole(peer.clone());
        let (list, member, peer) = match hidden {
            Some(expression) => ("IpRanges", "CidrIp", Node::unknown(expression, peer.place)),
            None if peer.expression().is_some() && member == "CidrIpv6" => ("IpRanges", "CidrIp", peer.clone()),
            None => (list, member, peer.clone()),
        };
        let mut one = Fields::default();
        one.text(member, Some(&peer));
        if member == "GroupId" || member == "GroupName" {
            one.text("UserId", node.get("SourceSecurityGroupOwnerId"));
        }
        fields.add(list, Node::from(one).at(peer.place));
    }
    Node::from(fields).at(node.place)
}

//! Load balancers, target groups, listeners and their rules.

use super::{As, Made, Maker, each, take, unknown_in};
use crate::input::cloudformation::template::Resource;
use crate::input::planned::{Fields, Node, Value};

impl Maker<'_, '_> {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-elasticloadbalancingv2-loadbalancer.html>
    pub(super) fn load_balancer(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "LoadBalancerArn");
        let name = self.get(resource, "Name")?;
        fields.text("LoadBalancerName", Some(&name.unwrap_or_else(|| Node::text(resource.name))));
        self.copy(
            resource,
            &mut fields,
            &[(As::Text, "Type"), (As::Text, "Scheme"), (As::Text, "IpAddressType"), (As::Texts, "SecurityGroups")],
        )?;
        for (member, default) in [("Type", "application"), ("Scheme", "internet-facing"), ("IpAddressType", "ipv4")] {
            if fields.get(member).is_none() {
                fields.set(member, Node::text(default));
            }
        }
        let mut subnets = Fields::default();
        let given = self.get(resource, "Subnets")?;
        let mappings = self.get(resource, "SubnetMappings")?;
        let mapped = each(mappings.as_ref(), |mapping| {
            let mut fields = Fields::default();
            fields.text("SubnetId", mapping.get("SubnetId"));
            fields
        });
        let mapped: Vec<Node> = mapped.items().iter().filter_map(|mapping| mapping.get("SubnetId").cloned()).collect();
        subnets.texts("Subnets", given.as_ref());
        let mut zones = Vec::new();
        let hidden = unknown_in(mappings.as_ref()).map(|(expression, place)| Node::unknown(expression, place));
        let ids = subnets.get("Subnets").map(Node::items).unwrap_or_default();
        for id in ids.iter().chain(&mapped).chain(&hidden) {
            let mut zone = Fields::default();
            zone.text("SubnetId", Some(id));
            let subnet = id.as_str().and_then(|id| self.document.look("Subnets", id));
            if let Some(subnet) = subnet {
                zone.text("ZoneName", subnet.get("AvailabilityZone").map(|zone| zone.clone().at(None)).as_ref());
                if fields.get("VpcId").is_none() {
                    fields.text("VpcId", subnet.get("VpcId").map(|vpc| vpc.clone().at(None)).as_ref());
                }
            }
            zones.push(Node::from(zone).at(id.place));
        }
        let place = given.or(mappings).and_then(|node| node.place).or(resource.node.place);
        fields.set("AvailabilityZones", Node::list(zones).at(place));
        if fields.get("SecurityGroups").is_none() {
            // An application load balancer then has the VPC's default group; another has none.
            let vpc = fields.get("VpcId").and_then(Node::as_str).map(str::to_owned);
            let is_application = fields.get("Type").and_then(Node::as_str) == Some("application");
            let default = vpc.filter(|_| is_application).map(|vpc| self.default_group_of(&vpc));
            fields.set("SecurityGroups", Node::list(default.into_iter().collect()).at(resource.node.place));
        }
        self.put("LoadBalancers", resource, fields);
        Ok(())
    }

    fn default_group_of(&self, vpc: &str) -> Node {
        match self.document.is_new("Vpcs", vpc) && self.document.has("Vpcs", vpc) {
            true => Node::text(crate::input::cloudformation::default_security_group(vpc)),
            false => Node::unknown(format!("the default group of {vpc}"), None),
        }
    }

    pub(super) fn target_group(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "TargetGroupArn").with("LoadBalancerArns", Node::list(Vec::new()));
        let name = self.get(resource, "Name")?;
        fields.text("TargetGroupName", Some(&name.unwrap_or_else(|| Node::text(resource.name))));
        self.copy(
            resource,
            &mut fields,
            &[
                (As::Text, "Protocol"),
                (As::Number, "Port"),
                (As::Text, "VpcId"),
                (As::Text, "TargetType"),
                (As::Text, "IpAddressType"),
                (As::Text, "HealthCheckPort"),
                (As::Text, "HealthCheckProtocol"),
                (As::Bool, "HealthCheckEnabled"),
            ],
        )?;
        let defaults = [("TargetType", "instance"), ("HealthCheckPort", "traffic-port"), ("IpAddressType", "ipv4")];
        for (member, default) in defaults {
            if fields.get(member).is_none() {
                fields.set(member, Node::text(default));
            }
        }
        self.put("TargetGroups", resource, fields);
        Ok(())
    }

    pub(super) fn listener(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "ListenerArn");
        self.copy(
            resource,
            &mut fields,
            &[(As::Text, "LoadBalancerArn"), (As::Number, "Port"), (As::Text, "Protocol")],
        )?;
        let actions = self.get(resource, "DefaultActions")?;
        self.note_unknown(resource.name, "DefaultActions", actions.as_ref());
        fields.set("DefaultActions", each(actions.as_ref(), action));
        self.put("Listeners", resource, fields);
        Ok(())
    }

    pub(super) fn listener_rule(&mut self, resource: Resource<'_>) -> Made {
        let mut fields = self.begin(resource, "RuleArn").with("IsDefault", false.into());
        self.copy(resource, &mut fields, &[(As::Text, "ListenerArn"), (As::Text, "Priority")])?;
        let actions = self.get(resource, "Actions")?;
        self.note_unknown(resource.name, "Actions", actions.as_ref());
        fields.set("Actions", each(actions.as_ref(), action));
        self.put("Rules", resource, fields);
        Ok(())
    }

    /// A target group is told the load balancers that send to it.
    pub(super) fn target_groups_of_listeners(&mut self) {
        let mut pairs: Vec<(String, Node)> = Vec::new();
        let balancer_of = |listener: &Node| listener.get("LoadBalancerArn").cloned();
        for listener in self.document.list("Listeners") {
            let targets = targets(listener.get("DefaultActions"));
            pairs.extend(targets.into_iter().filter_map(|target| Some((target, balancer_of(listener)?))));
        }
        for rule in self.document.list("Rules") {
            let listener = rule.get("ListenerArn").and_then(Node::as_str);
            let Some(listener) = listener.and_then(|id| self.document.look("Listeners", id)) else { continue };
            let targets = targets(rule.get("Actions"));
            pairs.extend(targets.into_iter().filter_map(|target| Some((target, balancer_of(&listener)?))));
        }
        for (group, balancer) in pairs {
            if let Some(fields) = self.document.edit("TargetGroups", &group) {
                let known = fields.get("LoadBalancerArns").map(Node::items).unwrap_or_default();
                if known.iter().all(|known| known.value != balancer.value) {
                    fields.add("LoadBalancerArns", balancer.at(None));
                }
            }
        }
    }
}

fn action(node: &Node) -> Fields {
    let mut fields = Fields::default();
    take(node, &mut fields, &[(As::Text, "Type", "Type"), (As::Text, "TargetGroupArn", "TargetGroupArn")]);
    if let Some(forward) = node.get("ForwardConfig") {
        let groups = each(forward.get("TargetGroups"), |group| {
            let mut fields = Fields::default();
            take(group, &mut fields, &[(As::Text, "TargetGroupArn", "TargetGroupArn")]);
            fields
        });
        fields.set("ForwardConfig", Node::from(Fields::default().with("TargetGroups", groups)).at(forward.place));
    }
    if let Some(redirect) = node.get("RedirectConfig") {
        let mut to = Fields::default();
        let members = [(As::Text, "Protocol", "Protocol"), (As::Text, "Host", "Host"), (As::Text, "Port", "Port")];
        take(redirect, &mut to, &members);
        fields.set("RedirectConfig", Node::from(to).at(redirect.place));
    }
    fields
}

/// The target groups that actions send to.
fn targets(actions: Option<&Node>) -> Vec<String> {
    let mut found = Vec::new();
    for action in actions.map(Node::items).unwrap_or_default() {
        let forward = action.get("ForwardConfig").and_then(|forward| forward.get("TargetGroups"));
        let groups = forward.map(Node::items).unwrap_or_default();
        for group in std::iter::once(action).chain(groups) {
            if let Some(Node { value: Value::String(arn), .. }) = group.get("TargetGroupArn") {
                found.push(arn.clone());
            }
        }
    }
    found
}

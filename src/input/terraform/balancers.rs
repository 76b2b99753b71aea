//! Load balancers, target groups, listeners and their rules; flow logs.

use super::kinds::*;
use super::network::{element, push};
use super::reader::Reader;
use crate::input::planned::{Document, Fields, Node, Value};

pub(super) fn load_balancer(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut balancer = element(reader, "LoadBalancerArn");
    let known = |name| reader.said(name).filter(|node| node.as_str().is_some());
    balancer.text("LoadBalancerName", known("name").as_ref());
    if let Some(internal) = reader.or_default("internal", false) {
        let scheme = match (internal.as_bool(), internal.expression()) {
            (Some(internal), _) => Node::text(if internal { "internal" } else { "internet-facing" }),
            (None, Some(expression)) => Node::new(Value::LeftOut(expression.to_owned()), None),
            (None, None) => Node::new(Value::Null, None),
        };
        balancer.set("Scheme", scheme.at(internal.place));
    }
    balancer.set("Type", known("load_balancer_type").unwrap_or_else(|| Node::text("application")));
    balancer.text("IpAddressType", known("ip_address_type").as_ref());
    let mut subnets = reader.references("subnets", SUBNET).map_or_else(Vec::new, |node| {
        if node.expression().is_some() { vec![node.clone()] } else { node.items().to_vec() }
    });
    subnets.extend(reader.blocks("subnet_mapping").iter().filter_map(|block| block.reference("subnet_id", SUBNET)));
    let vpc = subnets.iter().find_map(|subnet| document.look("Subnets", subnet.as_str()?)?.get("VpcId").cloned());
    if let Some(vpc) = vpc {
        balancer.set("VpcId", vpc.at(None));
    }
    for subnet in subnets {
        let place = subnet.place;
        balancer.add("AvailabilityZones", Node::from(Fields::default().with("SubnetId", subnet)).at(place));
    }
    balancer.texts("SecurityGroups", reader.references("security_groups", SECURITY_GROUP).as_ref());
    push(document, "LoadBalancers", reader, balancer);
}

pub(super) fn target_group(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut group = element(reader, "TargetGroupArn");
    let known = |name| reader.said(name).filter(|node| node.as_str().is_some());
    group.text("TargetGroupName", known("name").as_ref());
    group.text("Protocol", known("protocol").as_ref());
    group.number("Port", reader.attribute("port").as_ref());
    if let Some(vpc) = reader.reference("vpc_id", VPC) {
        group.set("VpcId", vpc);
    }
    group.set("TargetType", known("target_type").unwrap_or_else(|| Node::text("instance")));
    group.set("IpAddressType", known("ip_address_type").unwrap_or_else(|| Node::text("ipv4")));
    if let Some(check) = reader.block("health_check") {
        let known = |name| check.attribute(name).filter(|node| node.expression().is_none());
        group.text("HealthCheckPort", known("port").as_ref());
        group.text("HealthCheckProtocol", known("protocol").as_ref());
        group.boolean("HealthCheckEnabled", known("enabled").as_ref());
    }
    push(document, "TargetGroups", reader, group);
}

/// What a listener or a rule does.
fn action(reader: &Reader<'_, '_>) -> Node {
    let mut action = Fields::default();
    action.text("Type", reader.said("type").as_ref());
    if let Some(group) = reader.reference("target_group_arn", TARGET_GROUP) {
        action.set("TargetGroupArn", group);
    }
    let groups = reader.block("forward").map(|forward| forward.blocks("target_group")).unwrap_or_default();
    let groups = groups.iter().filter_map(|group| group.reference("arn", TARGET_GROUP));
    let tuples: Vec<Node> = groups.map(|group| Fields::default().with("TargetGroupArn", group).into()).collect();
    if !tuples.is_empty() {
        action.set("ForwardConfig", Fields::default().with("TargetGroups", Node::list(tuples)).into());
    }
    if let Some(redirect) = reader.block("redirect") {
        let mut to = Fields::default();
        for (theirs, ours) in [("protocol", "Protocol"), ("host", "Host"), ("port", "Port")] {
            to.text(ours, redirect.said(theirs).as_ref());
        }
        action.set("RedirectConfig", to.into());
    }
    Node::from(action).at(reader.place())
}

pub(super) fn listener(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut listener = element(reader, "ListenerArn");
    if let Some(balancer) = reader.reference("load_balancer_arn", LOAD_BALANCER) {
        listener.set("LoadBalancerArn", balancer);
    }
    listener.number("Port", reader.attribute("port").as_ref());
    listener.text("Protocol", reader.said("protocol").filter(|node| node.as_str().is_some()).as_ref());
    listener.set("DefaultActions", Node::list(reader.blocks("default_action").iter().map(action).collect()));
    push(document, "Listeners", reader, listener);
}

pub(super) fn rule(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let mut rule = element(reader, "RuleArn");
    if let Some(listener) = reader.reference("listener_arn", LISTENER) {
        rule.set("ListenerArn", listener);
    }
    rule.text("Priority", reader.attribute("priority").filter(|node| node.expression().is_none()).as_ref());
    rule.set("Actions", Node::list(reader.blocks("action").iter().map(action).collect()));
    push(document, "Rules", reader, rule);
}

pub(super) fn flow_log(document: &mut Document<'_>, reader: &Reader<'_, '_>) {
    let Some(vpc) = reader.reference("vpc_id", VPC) else { return };
    let mut log = element(reader, "FlowLogId").with("ResourceId", vpc).with_text("FlowLogStatus", "ACTIVE");
    log.text("TrafficType", reader.said("traffic_type").as_ref());
    push(document, "FlowLogs", reader, log);
}

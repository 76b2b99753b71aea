//! Lists of subnets of which an expression may take a part.
//!
//! `[for s in aws_subnet.all : s.id if s.tags.Tier == "private"]` refers to `aws_subnet.all`, as `aws_subnet.all[*].id`
//! does. Where a resource makes subnets of two kinds, public ones and others, a list of all of them is hardly ever meant.

use super::kinds::SUBNET;
use super::plan::{Action, Instance, Plan};
use super::references::Inside::{Element, Member};
use super::references::{Inside, leaves};
use crate::input::planned::{Document, Fields, Node, Value};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;

/// Where tasks and load balancers are put by a list of subnets: the resource, the way to its argument, the list of its
/// element.
const PLACEMENTS: [(&str, &[Inside], &str); 5] = [
    ("aws_ecs_service", &[Member("network_configuration"), Element(0), Member("subnets")], "services"),
    (
        "aws_scheduler_schedule",
        &[
            Member("target"),
            Element(0),
            Member("ecs_parameters"),
            Element(0),
            Member("network_configuration"),
            Element(0),
            Member("subnets"),
        ],
        "services",
    ),
    (
        "aws_cloudwatch_event_target",
        &[Member("ecs_target"), Element(0), Member("network_configuration"), Element(0), Member("subnets")],
        "services",
    ),
    ("aws_lb", &[Member("subnets")], "LoadBalancers"),
    ("aws_alb", &[Member("subnets")], "LoadBalancers"),
];

/// Takes the subnets of tasks and load balancers for unknown where they may be a part of what their expression refers to.
/// To be called once all routes are in the document.
pub(super) fn settle(document: &mut Document<'_>, plan: &Plan<'_>, instances: &[&Instance<'_>]) {
    let mut public: Option<FxHashSet<String>> = None;
    let mut meant = Meant::default();
    for instance in instances.iter().filter(|instance| instance.action != Action::Delete && !instance.is_data()) {
        let Some((_, path, list)) = PLACEMENTS.iter().find(|(ty, ..)| *ty == instance.ty) else { continue };
        let is_known = |node: Option<&Node>| node.is_some_and(|node| node.expression().is_none());
        if is_known(inside(plan.values(instance), path)) {
            continue;
        }
        if *list == "services" {
            let public = public.get_or_insert_with(|| in_public(document));
            presume(document, plan, instance, public, &mut meant);
        }
        if plan.is_written(instance, path, SUBNET) {
            continue;
        }
        let Some((expression, all)) = plan.selectable(instance, path) else { continue };
        let public = public.get_or_insert_with(|| in_public(document));
        let of_kind = all.iter().filter(|id| public.contains(*id)).count();
        if of_kind == 0 || of_kind == all.len() {
            continue;
        }
        let id = plan.id_of(instance);
        let Some(fields) = document.edit(list, &id) else { continue };
        let unknown = Node::unknown(expression, instance.address_at);
        if *list == "LoadBalancers" {
            let zone = Fields::default().with("SubnetId", unknown);
            fields.set("AvailabilityZones", Node::list(vec![zone.into()]));
        } else if let Some(subnets) = subnets_of(fields) {
            subnets.value = Value::List(vec![unknown]);
        }
    }
}

/// The subnets that tasks can be meant for, once that was asked for.
#[derive(Default)]
struct Meant {
    /// Tasks with a public IP.
    public: Option<Vec<String>>,
    others: Option<Vec<String>>,
}

/// Puts tasks of which isn't known at all where they are put beside the unknown into the subnets that they can be meant for:
/// those with a public IP into the public ones, others into the others. What is cut off there is so in the other ones too, so
/// that a network in which nothing can run isn't passed over for want of a list; that the list isn't known stays said.
fn presume(
    document: &mut Document<'_>,
    plan: &Plan<'_>,
    instance: &Instance<'_>,
    public: &FxHashSet<String>,
    meant: &mut Meant,
) {
    let id = plan.id_of(instance);
    let Some(fields) = document.edit("services", &id) else { return };
    let assigns = fields.get("networkConfiguration").and_then(|found| found.get("awsvpcConfiguration"));
    let assigns = assigns.and_then(|found| found.get("assignPublicIp")).cloned();
    let Some(subnets) = subnets_of(fields) else { return };
    let [unknown] = subnets.items() else { return };
    let (Some(_), None) = (unknown.expression(), assigns.as_ref().and_then(Node::expression)) else { return };
    let unknown = unknown.clone();
    let is_public = assigns.as_ref().and_then(Node::as_str) == Some("ENABLED");
    let of_kind = if is_public { &mut meant.public } else { &mut meant.others };
    let meant =
        of_kind.get_or_insert_with(|| tiers_meant(document, plan, |subnet| public.contains(subnet) == is_public));
    if meant.is_empty() {
        return;
    }
    let items =
        meant.iter().map(|subnet| Node::text(subnet.as_str()).at(unknown.place)).chain([unknown.clone()]).collect();
    if let Some(subnets) = document.edit("services", &id).and_then(subnets_of) {
        subnets.value = Value::List(items);
    }
}

/// The subnets of which `is_of_kind` is true that tasks can be meant for: those that one resource makes, or of several the
/// only one with a way out, or all of them where there is no way out of any.
fn tiers_meant(document: &Document<'_>, plan: &Plan<'_>, is_of_kind: impl Fn(&String) -> bool) -> Vec<String> {
    let made: FxHashMap<String, (&str, &str)> = plan
        .of_types(&["aws_subnet"])
        .filter(|(_, subnet)| !subnet.is_data() && subnet.action != Action::Delete)
        .map(|(_, subnet)| (plan.id_of(subnet), (subnet.module.as_str(), subnet.resource.as_str())))
        .collect();
    let mut tiers: BTreeMap<(&str, &str), Vec<String>> = BTreeMap::new();
    for subnet in document.ids("Subnets").into_iter().filter(is_of_kind) {
        // Beside what is there already anything may be meant.
        let Some(resource) = made.get(&subnet) else { return Vec::new() };
        tiers.entry(*resource).or_default().push(subnet);
    }
    if tiers.len() > 1 {
        let leading_out = with_route(document, |_| true);
        let leads_out = |tier: &Vec<String>| tier.iter().any(|subnet| leading_out.contains(subnet));
        if tiers.values().any(leads_out) {
            tiers.retain(|_, tier| leads_out(tier));
        }
        let is_closed = !tiers.values().any(leads_out) && document.ids("VpcEndpoints").is_empty();
        if tiers.len() > 1 && !is_closed {
            return Vec::new();
        }
    }
    tiers.into_values().flatten().collect()
}

/// A value inside of a resource.
fn inside<'n>(mut node: &'n Node, path: &[Inside]) -> Option<&'n Node> {
    for step in path {
        node = match step {
            Member(name) => node.get(name)?,
            Element(index) => node.items().get(*index)?,
        };
    }
    Some(node)
}

fn subnets_of(service: &mut Fields) -> Option<&mut Node> {
    let mut fields = service;
    for member in ["networkConfiguration", "awsvpcConfiguration"] {
        let Value::Object(inner) = &mut fields.get_mut(member)?.value else { return None };
        fields = inner;
    }
    fields.get_mut("subnets")
}

/// The subnets whose table sends everything else to an internet gateway.
fn in_public(document: &Document<'_>) -> FxHashSet<String> {
    with_route(document, |route| {
        route.get("GatewayId").and_then(Node::as_str).is_some_and(|id| document.has("InternetGateways", id))
    })
}

/// The subnets whose table sends everything else by a route of which `is_meant` is true.
fn with_route(document: &Document<'_>, is_meant: impl Fn(&Node) -> bool) -> FxHashSet<String> {
    let mut of_subnet: FxHashMap<String, bool> = FxHashMap::default();
    let mut main: FxHashMap<String, bool> = FxHashMap::default();
    let text = |node: &Node, member: &str| node.get(member).and_then(Node::as_str).map(str::to_owned);
    for id in document.ids("RouteTables") {
        let Some(table) = document.look("RouteTables", &id) else { continue };
        let is_out =
            |route: &Node| text(route, "DestinationCidrBlock").as_deref() == Some("0.0.0.0/0") && is_meant(route);
        let is_public = table.get("Routes").is_some_and(|routes| routes.items().iter().any(is_out));
        for association in table.get("Associations").map(Node::items).unwrap_or_default() {
            if let Some(subnet) = text(association, "SubnetId") {
                of_subnet.insert(subnet, is_public);
            } else if let (Some(true), Some(vpc)) =
                (association.get("Main").and_then(Node::as_bool), text(&table, "VpcId"))
            {
                main.insert(vpc, is_public);
            }
        }
    }
    let is_public = |subnet: &String| match of_subnet.get(subnet) {
        Some(is_public) => *is_public,
        None => {
            let vpc = document.look("Subnets", subnet).and_then(|subnet| text(&subnet, "VpcId"));
            vpc.and_then(|vpc| main.get(&vpc).copied()).unwrap_or_default()
        }
    };
    document.ids("Subnets").into_iter().filter(is_public).collect()
}

impl Plan<'_> {
    /// What an expression may take a part of: all instances of resources whose instances the configuration tells apart. With
    /// what it refers to.
    fn selectable(&self, instance: &Instance<'_>, path: &[Inside]) -> Option<(String, Vec<String>)> {
        let name = leaves(self.expression(instance, path)?).into_iter().next()?;
        let all = self.whole_lists(instance, path);
        let subnets: Vec<&Instance<'_>> =
            all.into_iter().filter(|found| found.ty == "aws_subnet" && !found.is_data()).collect();
        let launches = |subnet: &Instance<'_>| {
            self.values(subnet).get("map_public_ip_on_launch").and_then(Node::as_bool) == Some(true)
        };
        let first = subnets.first().map(|subnet| launches(subnet));
        let are_told_apart = subnets.iter().any(|subnet| subnet.is_of_for_each() || Some(launches(subnet)) != first);
        are_told_apart.then(|| (name, subnets.into_iter().map(|subnet| self.id_of(subnet)).collect()))
    }
}

//! Lists of subnets of which an expression may take a part.
//!
//! `[for s in aws_subnet.all : s.id if s.tags.Tier == "private"]` refers to `aws_subnet.all`, as `aws_subnet.all[*].id`
//! does. Where a resource makes subnets of two kinds, public ones and others, a list of all of them is hardly ever meant.

use super::plan::{Action, Instance, Plan};
use super::references::Inside::{Element, Member};
use super::references::{Inside, leaves};
use crate::input::planned::{Document, Fields, Node, Value};
use rustc_hash::{FxHashMap, FxHashSet};

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
    for instance in instances.iter().filter(|instance| instance.action != Action::Delete && !instance.is_data()) {
        let Some((_, path, list)) = PLACEMENTS.iter().find(|(ty, ..)| *ty == instance.ty) else { continue };
        let is_known = |node: Option<&Node>| node.is_some_and(|node| node.expression().is_none());
        if is_known(inside(plan.values(instance), path)) {
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
    let mut of_subnet: FxHashMap<String, bool> = FxHashMap::default();
    let mut main: FxHashMap<String, bool> = FxHashMap::default();
    let text = |node: &Node, member: &str| node.get(member).and_then(Node::as_str).map(str::to_owned);
    for id in document.ids("RouteTables") {
        let Some(table) = document.look("RouteTables", &id) else { continue };
        let is_out = |route: &Node| {
            let to = text(route, "GatewayId").is_some_and(|id| document.has("InternetGateways", &id));
            to && text(route, "DestinationCidrBlock").as_deref() == Some("0.0.0.0/0")
        };
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

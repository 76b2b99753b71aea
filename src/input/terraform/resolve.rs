//! What a value that isn't known before the deployment is made of, by the references of the configuration.
//!
//! The configuration tells of an expression only what it refers to, and of locals not even that. So a value is taken for
//! known where what it refers to leaves one possibility, and else stays unknown by the name of its expression.

use super::address::{Key, Part, parts};
use super::follow::{DEEPEST, Found, Place};
use super::kinds::{Expected, is_identity, is_name};
use super::plan::{Action, Instance, Plan};
use super::references::{Inside, constant, is_expression, leaves, shown};
use crate::input::planned::{Node, Value};
use crate::snapshot::Written;
use rustc_hash::FxHashSet;
use serde_json::Value as Json;
use std::rc::Rc;

/// What a value is asked for as.
#[derive(Clone, Copy)]
pub(super) struct Asked {
    /// The resources that it may name.
    pub(super) expected: Expected,
    /// Whether it is a list, of which everything is meant.
    pub(super) many: bool,
    /// How many elements the list has that aren't known, where the plan tells.
    pub(super) length: Option<usize>,
    /// Where what is asked for is written.
    pub(super) at: Option<Written>,
}

impl Plan<'_> {
    /// The id that a resource goes by: its own, where it exists, else its address.
    pub(super) fn id_of(&self, instance: &Instance<'_>) -> String {
        let own = self.values(instance).get(super::kinds::identity(&instance.ty));
        own.and_then(Node::as_str).filter(|id| !id.is_empty()).unwrap_or(&instance.address).to_owned()
    }

    /// A value of a resource that isn't known before the deployment, found by what its expression refers to. None where the
    /// configuration does not set it: AWS does then.
    pub(super) fn unknown(&self, instance: &Instance<'_>, path: &[Inside], asked: Asked) -> Option<Node> {
        self.followed.begin();
        let found = self.unknown_at(instance, path, asked, 0)?;
        // What a search leaves out that was given up is no reason to take the rest for all.
        let is_whole = self.followed.is_whole();
        Some(if is_whole { found } else { Node::unknown(format!("{}{}", instance.address, shown(path)), asked.at) })
    }

    /// Whether an argument that isn't known is left to the provider: the configuration does not set it, or to null, which is
    /// all that it can be where what its expression is made of is known. (What the provider then takes for it, a plan has as
    /// not known.)
    pub(super) fn is_left_out(&self, instance: &Instance<'_>, path: &[Inside]) -> bool {
        self.followed.begin();
        if let Some(worth) = self.written_worth(instance, path) {
            return worth.is_null();
        }
        let Some(expression) = self.expression(instance, path) else { return true };
        let place = self.place_of(instance);
        let found = self.follow_all(expression, &place, 0);
        let is_null = |found: &Found| match found {
            Found::Constant(_) => true,
            Found::Hidden(_) => self.is_called_with_placements_alone(&place),
            Found::Instance { .. } | Found::Part(_) => false,
        };
        self.followed.is_whole() && found.iter().all(is_null)
    }

    /// The instances of the lists that an expression refers to as a whole, where it refers to nothing else.
    pub(super) fn whole_lists(&self, instance: &Instance<'_>, path: &[Inside]) -> Vec<&Instance<'_>> {
        let Some(expression) = self.expression(instance, path) else { return Vec::new() };
        self.followed.begin();
        let found = self.follow_all(expression, &self.place_of(instance), 0);
        let whole = found.iter().map(|found| match found {
            Found::Instance { index, attribute: None } => self.instances.get(*index).filter(|one| one.key.is_some()),
            _ => None,
        });
        whole.collect::<Option<Vec<_>>>().unwrap_or_default()
    }

    /// Where the expressions of a resource stand.
    pub(super) fn place_of<'p>(&'p self, instance: &Instance<'_>) -> Place<'p> {
        Place {
            module: instance.module.clone(),
            key: instance.key.clone(),
            for_each: self.resource(instance).and_then(|resource| resource.for_each_expression.as_ref()),
        }
    }

    fn unknown_at(&self, instance: &Instance<'_>, path: &[Inside], asked: Asked, depth: usize) -> Option<Node> {
        if let Some(found) = self.unknown_written(instance, path, asked, depth) {
            return found;
        }
        let place = self.place_of(instance);
        let expression = self.expression(instance, path);
        let name = || format!("{}{}", instance.address, shown(path));
        let (found, name) = match expression {
            Some(expression) => {
                let leaves = leaves(expression);
                let name = match leaves.first() {
                    Some(first) => first.clone(),
                    None => name(),
                };
                (self.follow_all(expression, &place, depth), name)
            }
            // What blocks hold that are made dynamically, the file does not tell.
            None if path.len() > 1 => (vec![Found::Hidden(name())], name()),
            None => return None,
        };
        // All of it is known, and what comes of it isn't: it is null, and AWS sets it.
        if !found.is_empty() && found.iter().all(|found| matches!(found, Found::Constant(_))) {
            return None;
        }
        if let Some(given) = self.given(instance, path, asked, &found, depth) {
            return Some(Node::text(self.id_of(&self.instances[given])).at(asked.at));
        }
        Some(self.node(found, &place, asked, &name, depth))
    }

    /// The expression of a value inside of a resource.
    pub(super) fn expression<'p>(&'p self, instance: &Instance<'_>, path: &[Inside]) -> Option<&'p Json> {
        let mut steps = path.iter();
        let Some(Inside::Member(first)) = steps.next() else { return None };
        let mut expression = self.resource(instance)?.expressions.get(*first)?;
        for step in steps {
            if is_expression(expression) {
                return Some(expression);
            }
            expression = match step {
                Inside::Member(name) => expression.get(name)?,
                Inside::Element(index) => match expression {
                    // A block that may stand once alone is written without a list.
                    Json::Array(blocks) => blocks.get(*index)?,
                    block => block,
                },
            };
        }
        Some(expression).filter(|expression| is_expression(expression))
    }

    /// What was found, as a value.
    fn node<'p>(&'p self, found: Vec<Found>, place: &Place<'p>, asked: Asked, name: &str, depth: usize) -> Node {
        let Asked { expected, many, length, at } = asked;
        let hidden = found.iter().find_map(|found| match found {
            Found::Hidden(name) => Some(name.clone()),
            Found::Part(names) if many => Some(names.clone()),
            _ => None,
        });
        // The end of the way says more than its beginning.
        let unknown = || Node::unknown(hidden.as_deref().unwrap_or(name), at);
        // What a value is chosen by is no part of it: of an id, only that counts which can be one.
        let can_be = |found: &&Found| match found {
            Found::Instance { index, attribute } => self.may_lead_to(*index, attribute.as_deref(), expected),
            Found::Constant(value) => expected.0.is_empty() || expected.is_named_by(value),
            Found::Hidden(_) | Found::Part(_) => false,
        };
        let known: Vec<&Found> = found.iter().filter(can_be).collect();
        let is_made = known.iter().any(|found| matches!(found, Found::Instance { .. }));
        let mut nodes: Vec<Node> = Vec::new();
        let mut texts: FxHashSet<String> = FxHashSet::default();
        let mut add = |node: Node| {
            let items = if many { node.items().to_vec() } else { Vec::new() };
            for item in if items.is_empty() { vec![node] } else { items } {
                let is_new = match item.as_str() {
                    Some(text) => texts.insert(text.to_owned()),
                    None => !item.is_null() && !nodes.iter().any(|known| known.value == item.value),
                };
                if is_new {
                    nodes.push(item.at(at));
                }
            }
        };
        if hidden.is_some() {
            // All that a hidden value may be made of; where that is one thing alone, it is made of that.
            let is_local = hidden.as_ref().is_some_and(|name| name.starts_with("local."));
            let made_of = match many {
                // A local list may have more than what is made, unless the plan counts its elements.
                true if length.is_none() && (is_local || !known.is_empty()) => None,
                true => self.whole_candidates(place, expected, length, depth),
                false if known.is_empty() || !expected.0.is_empty() => {
                    self.only_candidate(place, expected, depth).map(|only| Rc::new(vec![only]))
                }
                false => None,
            };
            let Some(made_of) = made_of else { return unknown() };
            for index in made_of.iter() {
                add(Node::text(self.id_of(&self.instances[*index])));
            }
        }
        for found in known {
            match found {
                // What is known already is not what isn't, but it may stand in a list beside it.
                Found::Constant(_) if !many && (is_made || hidden.is_some()) => {}
                Found::Constant(value) if is_made && !expected.is_named_by(value) => {}
                Found::Instance { index, attribute } => {
                    add(self.value_of(*index, attribute.as_deref(), asked, name, depth + 1));
                }
                Found::Constant(value) => add(constant(value)),
                Found::Hidden(_) | Found::Part(_) => {}
            }
        }
        match (nodes.len(), many) {
            (0, _) => unknown(),
            (1, false) => nodes.remove(0),
            (_, true) => Node::new(Value::List(nodes), at),
            (_, false) => unknown(),
        }
    }

    /// Whether an attribute of a resource that is made, or the resource itself, names what is asked for.
    fn is_named_by(&self, instance: &Instance<'_>, attribute: Option<&str>, expected: Expected) -> bool {
        let names = attribute.is_none_or(|attribute| is_name(&instance.ty, attribute));
        names && expected.0.contains(&instance.ty.as_str()) && !instance.is_data()
    }

    /// Whether an attribute may have the value that is asked for. That which names a resource of another type has not.
    fn may_lead_to(&self, index: usize, attribute: Option<&str>, expected: Expected) -> bool {
        let Some(instance) = self.instances.get(index) else { return false };
        let is_of_type = expected.0.contains(&instance.ty.as_str());
        match attribute {
            _ if expected.0.is_empty() => true,
            None => is_of_type,
            Some(attribute) if is_of_type => instance.is_data() || is_name(&instance.ty, attribute),
            Some(attribute) => !is_name(&instance.ty, attribute),
        }
    }

    /// The value of an attribute of a resource.
    pub(super) fn value_of(
        &self,
        index: usize,
        attribute: Option<&str>,
        asked: Asked,
        name: &str,
        depth: usize,
    ) -> Node {
        let instance = &self.instances[index];
        if !self.followed.may_go_on() {
            return Node::unknown(name, None);
        }
        let attribute = match attribute {
            _ if self.is_named_by(instance, attribute, asked.expected) => return Node::text(self.id_of(instance)),
            None => return Node::unknown(name, None),
            Some(attribute) => attribute,
        };
        if let Some(id) = self.along_with(instance, attribute, depth) {
            return Node::text(id);
        }
        let mut node = self.values(instance);
        let steps = parts(attribute);
        for step in &steps {
            let next = match step {
                Part::Name(name) => node.get(name),
                Part::Key(Key::Index(index)) => node.items().get(*index as usize),
                Part::Key(Key::Name(name)) => node.get(name),
            };
            match next {
                Some(next) => node = next,
                None if instance.is_data() && steps.len() == 1 && depth <= DEEPEST => {
                    return self.looked_up(instance, attribute, asked, name, depth);
                }
                None => return Node::unknown(name, None),
            }
        }
        if node.expression().is_none() {
            let is_one =
                |node: &Node| asked.expected.0.is_empty() || node.is_null() || self.is_id_of(node, asked.expected);
            let are_all =
                if asked.many && !node.items().is_empty() { node.items().iter().all(is_one) } else { is_one(node) };
            return if are_all { node.clone() } else { Node::unknown(name, None) };
        }
        if is_identity(&instance.ty, attribute) && !instance.is_data() {
            return Node::text(self.id_of(instance));
        }
        if depth > DEEPEST || steps.len() > 1 {
            return Node::unknown(name, None);
        }
        if instance.is_data() {
            return self.looked_up(instance, attribute, asked, name, depth);
        }
        let Some(attribute) = KNOWN_ATTRIBUTES.iter().find(|known| **known == attribute) else {
            return Node::unknown(name, None);
        };
        let asked = Asked { at: None, ..asked };
        let found = self.unknown_at(instance, &[Inside::Member(attribute)], asked, depth + 1);
        found.unwrap_or_else(|| Node::unknown(name, None))
    }

    /// Whether a known value is the id of something that is asked for.
    fn is_id_of(&self, node: &Node, expected: Expected) -> bool {
        let Some(text) = node.as_str() else { return node.expression().is_some() };
        expected.is_id(text) || self.of_id(text, expected.0).is_some()
    }

    /// What a data source that is read during the deployment tells of the resources that it looks up by their ids: what all
    /// of these agree on.
    fn looked_up(&self, instance: &Instance<'_>, attribute: &str, asked: Asked, name: &str, depth: usize) -> Node {
        let unknown = || Node::unknown(name, None);
        let kinds = [super::kinds::VPC, super::kinds::SUBNET, super::kinds::SECURITY_GROUP, super::kinds::ROUTE_TABLE];
        let Some(own) = kinds.into_iter().find(|kind| kind.0.contains(&instance.ty.as_str())) else { return unknown() };
        let path = [Inside::Member("id")];
        let ids =
            self.unknown_at(instance, &path, Asked { expected: own, many: true, length: None, at: None }, depth + 1);
        let Some(ids) = ids.filter(|ids| ids.expression().is_none()) else { return unknown() };
        let mut found: Option<Node> = None;
        for id in ids.items().iter().filter_map(Node::as_str) {
            let Some(index) = self.of_id(id, &[instance.ty.as_str()]) else { return unknown() };
            let value = self.value_of(index, Some(attribute), asked, name, depth + 1);
            match &found {
                Some(known) if known.value != value.value => return unknown(),
                _ => found = Some(value),
            }
        }
        found.unwrap_or_else(unknown)
    }

    /// What AWS makes along with a VPC or an endpoint, which has no resource of its own.
    fn along_with(&self, instance: &Instance<'_>, attribute: &str, depth: usize) -> Option<String> {
        let own = self.values(instance).get(attribute).and_then(Node::as_str).filter(|id| !id.is_empty());
        // Of a VPC that is made, the one is the other.
        let attribute = if attribute == "main_route_table_id" { "default_route_table_id" } else { attribute };
        let ty = match (instance.ty.as_str(), attribute) {
            ("aws_vpc", "default_security_group_id") => "aws_default_security_group",
            ("aws_vpc", "default_network_acl_id") => "aws_default_network_acl",
            ("aws_vpc", "default_route_table_id") => "aws_default_route_table",
            (
                "aws_ec2_transit_gateway",
                "association_default_route_table_id" | "propagation_default_route_table_id",
            ) => {
                let values = self.values(instance);
                let text = |name: &str| values.get(name).and_then(Node::as_str).filter(|text| !text.is_empty());
                let own = || match text("default_route_table_association") {
                    Some("disable") => attribute,
                    _ => "association_default_route_table_id",
                };
                return Some(
                    text(attribute).map_or_else(|| format!("{}.{}", self.id_of(instance), own()), str::to_owned),
                );
            }
            ("aws_vpc_endpoint", "prefix_list_id") => {
                return self.values(instance).get("service_name")?.as_str().map(str::to_owned);
            }
            _ => return None,
        };
        if let Some(id) = own {
            return Some(id.to_owned());
        }
        let vpc = self.id_of(instance);
        let types = [ty];
        let adopting = self.of_types(&types).map(|(_, other)| other).filter(|other| other.action != Action::Delete);
        let mut adopting = adopting.filter(|other| self.adopts(other, &vpc, depth + 1));
        Some(adopting.next().map_or_else(|| format!("{vpc}.{attribute}"), |found| self.id_of(found)))
    }

    /// Whether a default resource is that of a VPC.
    fn adopts(&self, instance: &Instance<'_>, vpc: &str, depth: usize) -> bool {
        if depth > DEEPEST {
            return false;
        }
        let (attribute, owner) = match instance.ty.as_str() {
            "aws_default_route_table" => ("default_route_table_id", None),
            "aws_default_network_acl" => ("default_network_acl_id", None),
            _ => ("vpc_id", Some(())),
        };
        if owner.is_some() {
            let found = match self.values(instance).get("vpc_id") {
                Some(node) if node.expression().is_none() => Some(node.clone()),
                _ => {
                    let asked = Asked { expected: super::kinds::VPC, many: false, length: None, at: None };
                    self.unknown_at(instance, &[Inside::Member("vpc_id")], asked, depth)
                }
            };
            return found.is_some_and(|found| found.as_str() == Some(vpc));
        }
        // The attribute refers to the VPC's own, which leads here.
        let place = Place { module: instance.module.clone(), key: instance.key.clone(), for_each: None };
        let Some(expression) = self.expression(instance, &[Inside::Member(attribute)]) else { return false };
        let mut vpcs = Vec::new();
        for found in self.follow_all(expression, &place, depth) {
            match found {
                Found::Instance { index, .. } if self.instances[index].ty == "aws_vpc" => vpcs.push(index),
                _ => {}
            }
        }
        if vpcs.is_empty() {
            vpcs.extend(self.only_candidate(&place, super::kinds::VPC, 0));
        }
        matches!(vpcs.as_slice(), [only] if self.id_of(&self.instances[*only]) == vpc)
    }

    /// The VPC that a default resource is that of.
    pub(super) fn vpc_of_default(&self, instance: &Instance<'_>) -> Option<String> {
        self.followed.begin();
        let vpcs = self.of_types(&["aws_vpc"]).map(|(_, vpc)| vpc).filter(|vpc| vpc.action != Action::Delete);
        vpcs.map(|vpc| self.id_of(vpc)).find(|vpc| self.adopts(instance, vpc, 0))
    }
}

/// Attributes whose value another resource's value is made of.
const KNOWN_ATTRIBUTES: [&str; 22] = [
    "id",
    "arn",
    "vpc_id",
    "subnet_id",
    "subnet_ids",
    "subnets",
    "security_group_id",
    "security_group_ids",
    "security_groups",
    "route_table_id",
    "gateway_id",
    "nat_gateway_id",
    "allocation_id",
    "cidr_block",
    "vpc_endpoint_id",
    "load_balancer_arn",
    "target_group_arn",
    "listener_arn",
    "cluster",
    "name",
    "input",
    "transit_gateway_id",
];

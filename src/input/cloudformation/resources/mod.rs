//! The resources of a template → elements of the document, one module for each group of them.

mod balancing;
mod ecs;
mod filters;
mod gateways;
mod opaque;
mod scheduled;
mod transit;
mod vpc;

use super::AsWritten;
use super::error::TemplateError;
use super::evaluate::Evaluator;
use super::syntax::location;
use super::template::Resource;
use super::text::has_unknown;
use super::types;
use crate::input::planned::{Document, Fields, Node, Value, made_with_vpcs};
use crate::snapshot::Written;
use rustc_hash::{FxHashMap, FxHashSet};

/// Makes the elements of a document from the resources of a template.
pub(super) struct Maker<'a, 't> {
    pub(super) evaluator: Evaluator<'t>,
    pub(super) document: Document<'a>,
    /// What the resource in hand hangs on, where it isn't known whether it is made.
    doubt: Option<String>,
    /// What an element has one of at most, as far as it has: destinations of a table's routes, numbers of an ACL's entries.
    had: FxHashMap<(&'static str, String), FxHashSet<String>>,
    /// With which elements of a list each thing is associated, by the list and the member that names the thing.
    associated: FxHashMap<(&'static str, &'static str), FxHashMap<String, Vec<String>>>,
}

/// How a member is read.
#[derive(Clone, Copy)]
enum As {
    Text,
    /// An address or a block of addresses, of which every part has to be known.
    Block,
    Bool,
    Number,
    Texts,
}

type Made = Result<(), TemplateError>;

impl<'a, 't> Maker<'a, 't> {
    pub(super) fn new(evaluator: Evaluator<'t>, document: Document<'a>) -> Self {
        Maker { evaluator, document, doubt: None, had: FxHashMap::default(), associated: FxHashMap::default() }
    }

    /// Makes all of them, in the order in which they need each other and not that of the template.
    pub(super) fn make(&mut self) -> Made {
        let template = self.evaluator.template;
        let mut resources: Vec<(Stage, Resource<'t>)> =
            template.resources().filter_map(|resource| Some((stage(resource.ty)?, resource))).collect();
        resources.sort_by_key(|(stage, _)| *stage);
        let joins = resources.partition_point(|(stage, _)| *stage < Stage::Joins);
        let (things, joins) = resources.split_at(joins);
        self.each(things)?;
        made_with_vpcs(&mut self.document, &AsWritten);
        self.each(joins)?;
        self.target_groups_of_listeners();
        self.whole_transit_gateways();
        Ok(())
    }

    fn each(&mut self, resources: &[(Stage, Resource<'t>)]) -> Made {
        // It looks through all resources.
        let is_final = !self.evaluator.template.is_transformed();
        for (_, resource) in resources {
            self.doubt = None;
            if let Some(condition) = resource.node.get("Condition")
                && let Some(name) = condition.as_str()
            {
                match self.evaluator.condition(name, condition)? {
                    Some(true) => {}
                    Some(false) => continue,
                    None => self.doubt = Some(format!("If {name}")),
                }
            }
            self.evaluator.set_in_doubt(self.doubt.is_some());
            if self.doubt.is_none() && is_final {
                types::check_required(*resource, |property| Ok(self.get(*resource, property)?.is_some()))?;
                types::check_kinds(*resource, |property| self.get(*resource, property))?;
            }
            self.resource(*resource)?;
        }
        self.evaluator.set_in_doubt(false);
        Ok(())
    }

    fn resource(&mut self, resource: Resource<'t>) -> Made {
        if resource.ty == RESTRICTS_DEFAULT_GROUP {
            return self.restricted_default_group(resource);
        }
        if let Some(kind) = opaque::kind(resource.ty) {
            return self.opaque(resource, kind);
        }
        let Some((service, kind)) = resource.ty.strip_prefix("AWS::").and_then(|ty| ty.split_once("::")) else {
            return Ok(());
        };
        match (service, kind) {
            ("EC2", "VPC") => self.vpc(resource),
            ("EC2", "VPCCidrBlock") => self.vpc_cidr_block(resource),
            ("EC2", "Subnet") => self.subnet(resource),
            ("EC2", "SubnetCidrBlock") => self.subnet_cidr_block(resource),
            ("EC2", "DHCPOptions") => self.dhcp_options(resource),
            ("EC2", "VPCDHCPOptionsAssociation") => self.dhcp_options_association(resource),
            ("EC2", "RouteTable") => self.route_table(resource),
            ("EC2", "Route") => self.route(resource),
            ("EC2", "SubnetRouteTableAssociation") => self.route_table_association(resource, "SubnetId"),
            ("EC2", "GatewayRouteTableAssociation") => self.route_table_association(resource, "GatewayId"),
            ("EC2", "FlowLog") => self.flow_log(resource),
            ("EC2", "InternetGateway") => self.internet_gateway(resource),
            ("EC2", "EgressOnlyInternetGateway") => self.egress_only_internet_gateway(resource),
            ("EC2", "VPCGatewayAttachment") => self.gateway_attachment(resource),
            ("EC2", "EIP") => self.address(resource),
            ("EC2", "EIPAssociation") => self.address_association(resource),
            ("EC2", "NatGateway") => self.nat_gateway(resource),
            ("EC2", "VPCEndpoint") => self.vpc_endpoint(resource),
            ("EC2", "NetworkInterface") => self.network_interface(resource),
            ("EC2", "PrefixList") => self.prefix_list(resource),
            ("EC2", "VPCBlockPublicAccessOptions") => self.block_public_access(resource),
            ("EC2", "VPCBlockPublicAccessExclusion") => self.block_public_access_exclusion(resource),
            ("EC2", "SecurityGroup") => self.security_group(resource),
            ("EC2", "SecurityGroupIngress") => self.security_group_rule(resource, "IpPermissions"),
            ("EC2", "SecurityGroupEgress") => self.security_group_rule(resource, "IpPermissionsEgress"),
            ("EC2", "NetworkAcl") => self.network_acl(resource),
            ("EC2", "NetworkAclEntry") => self.network_acl_entry(resource),
            ("EC2", "SubnetNetworkAclAssociation") => self.network_acl_association(resource),
            ("EC2", "VPCPeeringConnection") => self.peering_connection(resource),
            ("EC2", "TransitGateway") => self.transit_gateway(resource),
            ("EC2", "TransitGatewayAttachment" | "TransitGatewayVpcAttachment") => {
                self.transit_gateway_attachment(resource)
            }
            ("EC2", "TransitGatewayRouteTable") => self.transit_gateway_route_table(resource),
            ("EC2", "TransitGatewayRouteTableAssociation") => self.transit_table_part(resource, "Associations"),
            ("EC2", "TransitGatewayRoute" | "TransitGatewayRouteTablePropagation") => {
                self.transit_table_part(resource, "Routes")
            }
            ("EC2", "SecurityGroupVpcAssociation") => self.security_group_vpc_association(resource),
            ("EC2", "VPNGatewayRoutePropagation") => self.route_propagation(resource, "RouteTableIds"),
            ("EC2", "RouteServerPropagation") => self.route_propagation(resource, "RouteTableId"),
            ("NetworkFirewall", "Firewall") => self.firewall(resource),
            ("ECS", "Cluster") => self.ecs_cluster(resource),
            ("ECS", "ClusterCapacityProviderAssociations") => self.capacity_providers(resource),
            ("ECS", "Service") => self.ecs_service(resource),
            ("ECS", "TaskDefinition") => self.task_definition(resource),
            ("ECS", "TaskSet") => self.task_set(resource),
            ("ECS", "ExpressGatewayService") => self.express_service(resource),
            ("ECR", "Repository") => self.repository(resource),
            ("ECR", "PullThroughCacheRule") => self.pull_through_cache_rule(resource),
            ("ElasticLoadBalancingV2", "LoadBalancer") => self.load_balancer(resource),
            ("ElasticLoadBalancingV2", "TargetGroup") => self.target_group(resource),
            ("ElasticLoadBalancingV2", "Listener") => self.listener(resource),
            ("ElasticLoadBalancingV2", "ListenerRule") => self.listener_rule(resource),
            ("Events", "Rule") => self.event_rule(resource),
            ("Scheduler", "Schedule") => self.schedule(resource),
            ("EFS", "MountTarget") => self.mount_target(resource),
            _ => Ok(()),
        }
    }

    /// A property with its functions called; none where it isn't given.
    fn get(&mut self, resource: Resource<'_>, property: &str) -> Result<Option<Node>, TemplateError> {
        Ok(self.evaluator.property(resource.name, property)?.filter(|node| !node.is_null()))
    }

    /// An address or a block of addresses. One of which a part isn't known is not known.
    fn block(&mut self, resource: Resource<'_>, property: &str) -> Result<Option<Node>, TemplateError> {
        let Some(node) = self.get(resource, property)? else { return Ok(None) };
        if matches!(node.value, Value::List(_) | Value::Object(_)) {
            let what = format!("`{property}` of `{}` must be a text", resource.name);
            return Err(TemplateError::Malformed { what, location: location(node.place) });
        }
        Ok(Some(whole(node)))
    }

    /// Notes that a list, or a part of it, isn't known where the document can't say so.
    fn note_unknown(&mut self, of: &str, what: &str, node: Option<&Node>) {
        if let Some((expression, _)) = unknown_in(node) {
            let why = format!("it is not known before the deployment: ${{{expression}}}");
            self.document.note(format!("{what} of {of}"), why);
        }
    }

    /// Takes members over that are called alike in the template and in the document.
    fn copy(&mut self, resource: Resource<'_>, fields: &mut Fields, members: &[(As, &'static str)]) -> Made {
        for (kind, member) in members {
            let node = match kind {
                As::Block => self.block(resource, member)?,
                _ => self.get(resource, member)?,
            };
            set(fields, *kind, member, node.as_ref());
        }
        Ok(())
    }

    /// The members of a resource's element, beginning with its id.
    fn begin(&self, resource: Resource<'_>, id_member: &'static str) -> Fields {
        Fields::default().with_text(id_member, self.evaluator.id(resource.name))
    }

    /// Adds the element of a resource. One that exists already keeps what AWS chose for it. One that may not be made is
    /// left out, and told.
    fn put(&mut self, list: &'static str, resource: Resource<'_>, fields: Fields) {
        if let Some(doubt) = &self.doubt {
            let name = resource.name;
            self.document
                .partly_known(list, format!("whether {name} is made is known with the parameters alone: {doubt}"));
            return;
        }
        let id = self.evaluator.id(resource.name);
        let there = self.evaluator.exists(resource.name).then(|| self.document.edit(list, &id).cloned()).flatten();
        let mut whole = there.unwrap_or_default();
        for (member, node) in fields.0 {
            match whole.0.iter_mut().find(|(known, _)| *known == member) {
                Some(_) if node.expression().is_some() => {}
                Some((_, known)) => *known = node,
                None => whole.0.push((member, node)),
            }
        }
        self.document.push(list, Node::from(whole).at(resource.node.place));
    }

    /// Adds an item to a member of an element, in the place of those that are the same by what `key` tells of each.
    fn replace(
        &mut self,
        list: &'static str,
        id: &str,
        member: &'static str,
        own: Option<String>,
        item: Node,
        key: impl Fn(&Node) -> Option<String>,
    ) {
        let Some(fields) = self.document.edit(list, id) else { return };
        let items = || fields.get(member).map(Node::items).unwrap_or_default().iter();
        let had = self.had.entry((list, id.to_owned())).or_insert_with(|| items().filter_map(&key).collect());
        if own.as_ref().is_some_and(|own| had.contains(own)) {
            fields.retain(member, |known| key(known) != own);
        }
        had.extend(key(&item));
        fields.add(member, item);
    }

    /// The tags, which have the same form everywhere.
    fn tags(&mut self, resource: Resource<'_>, fields: &mut Fields) -> Made {
        let Some(tags) = self.get(resource, "Tags")? else { return Ok(()) };
        let mut made = Vec::new();
        for tag in tags.items() {
            let mut one = Fields::default();
            one.text("Key", tag.get("Key"));
            one.text("Value", tag.get("Value"));
            made.push(Node::from(one).at(tag.place));
        }
        fields.set("Tags", Node::list(made).at(tags.place));
        Ok(())
    }

    /// What is in doubt with the resource in hand: a value where it is certain, what it hangs on where not.
    fn certain(&self, node: Node) -> Node {
        match &self.doubt {
            Some(doubt) => Node::unknown(doubt, node.place),
            None => node,
        }
    }
}

/// A text of which every part is known, or one that isn't known.
fn whole(node: Node) -> Node {
    match &node.value {
        Value::String(text) if has_unknown(text) => Node::unknown(text, node.place),
        Value::Number(number) => Node::text(number.to_string()).at(node.place),
        _ => node,
    }
}

/// Sets a member.
fn set(fields: &mut Fields, kind: As, member: &'static str, node: Option<&Node>) {
    match kind {
        As::Text | As::Block => fields.text(member, node),
        As::Bool => fields.boolean(member, node),
        As::Number => fields.number(member, node),
        As::Texts => fields.texts(member, node),
    }
}

/// Takes members of an object over into another that has other names for them.
fn take(from: &Node, fields: &mut Fields, members: &[(As, &str, &'static str)]) {
    for (kind, theirs, ours) in members {
        set(fields, *kind, ours, from.get(theirs));
    }
}

/// A list of objects, each made of an object of a template. One that isn't known has none that could be made.
fn each(node: Option<&Node>, make: impl Fn(&Node) -> Fields) -> Node {
    let items = node.map(Node::items).unwrap_or_default();
    let made = items.iter().filter(|item| item.fields().is_some());
    Node::list(made.map(|item| Node::from(make(item)).at(item.place)).collect()).at(node.and_then(|node| node.place))
}

/// Whether the list, or an element of it, isn't known; with what it hangs on.
fn unknown_in(node: Option<&Node>) -> Option<(String, Option<Written>)> {
    let node = node?;
    let found = std::iter::once(node).chain(node.items()).find(|node| node.expression().is_some())?;
    Some((found.expression()?.to_owned(), found.place))
}

/// `{Value: …}`, as `aws ec2 describe-vpc-attribute` answers.
fn attribute(node: &Node) -> Node {
    let mut fields = Fields::default();
    fields.boolean("Value", Some(node));
    Node::from(fields).at(node.place)
}

/// JSON of a value, as an API takes a policy.
fn json(node: &Node) -> String {
    fn write(node: &Node, text: &mut String) {
        match &node.value {
            Value::Null | Value::LeftOut(_) => text.push_str("null"),
            Value::Bool(value) => text.push_str(&value.to_string()),
            Value::Number(number) => text.push_str(&number.to_string()),
            Value::String(value) => text.push_str(&serde_json::Value::from(value.as_str()).to_string()),
            Value::Unknown(expression) => {
                text.push_str(&serde_json::Value::from(format!("${{{expression}}}")).to_string());
            }
            Value::List(items) => {
                text.push('[');
                for (index, item) in items.iter().enumerate() {
                    text.push_str(if index > 0 { "," } else { "" });
                    write(item, text);
                }
                text.push(']');
            }
            Value::Object(Fields(fields)) => {
                text.push('{');
                for (index, (key, member)) in fields.iter().enumerate() {
                    text.push_str(if index > 0 { "," } else { "" });
                    text.push_str(&serde_json::Value::from(key.as_ref()).to_string());
                    text.push(':');
                    write(member, text);
                }
                text.push('}');
            }
        }
    }
    let mut text = String::new();
    write(node, &mut text);
    text
}

/// When a resource is made: after what it is made of or looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Vpcs,
    Subnets,
    Things,
    /// What changes or joins things.
    Joins,
    /// What looks at the blocks of VPCs and at routes, which joins add to.
    Last,
    /// What joins attachments and the tables of transit gateways.
    TransitTables,
}

/// The CDK's type of the custom resource that closes the default security group of a VPC.
const RESTRICTS_DEFAULT_GROUP: &str = "Custom::VpcRestrictDefaultSG";

/// When resources of a type are made; none where they say nothing of the network.
fn stage(ty: &str) -> Option<Stage> {
    const SERVICES: [&str; 7] = [
        "AWS::ECS::",
        "AWS::ECR::",
        "AWS::ElasticLoadBalancingV2::",
        "AWS::Events::",
        "AWS::Scheduler::",
        "AWS::EFS::",
        "AWS::NetworkFirewall::",
    ];
    if opaque::kind(ty).is_some() {
        return Some(Stage::Last);
    }
    if ty == "AWS::ECS::TaskSet" {
        return Some(Stage::Joins);
    }
    let Some(kind) = ty.strip_prefix("AWS::EC2::") else {
        return SERVICES.iter().any(|service| ty.starts_with(service)).then_some(Stage::Things);
    };
    Some(match kind {
        "VPC" => Stage::Vpcs,
        "Subnet" => Stage::Subnets,
        "EIPAssociation"
        | "GatewayRouteTableAssociation"
        | "NetworkAclEntry"
        | "Route"
        | "SecurityGroupEgress"
        | "SecurityGroupIngress"
        | "SubnetCidrBlock"
        | "SubnetNetworkAclAssociation"
        | "SubnetRouteTableAssociation"
        | "VPCCidrBlock"
        | "VPCDHCPOptionsAssociation"
        | "VPCGatewayAttachment" => Stage::Joins,
        "RouteServerPropagation"
        | "TransitGatewayAttachment"
        | "TransitGatewayVpcAttachment"
        | "VPNGatewayRoutePropagation" => Stage::Last,
        "TransitGatewayRoute" | "TransitGatewayRouteTableAssociation" | "TransitGatewayRouteTablePropagation" => {
            Stage::TransitTables
        }
        _ => Stage::Things,
    })
}

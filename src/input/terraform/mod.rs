//! Terraform and OpenTofu: what `terraform show -json` prints of a plan or a state → the document of what it deploys.
//! <https://developer.hashicorp.com/terraform/internals/json-format>

mod address;
mod balancers;
mod candidates;
mod each;
mod ecs;
mod endpoints;
mod file;
mod filters;
mod follow;
mod grants;
mod kept;
mod kinds;
mod names;
mod network;
mod parts;
mod plan;
mod reader;
mod references;
mod resolve;
mod scopes;
mod selection;
mod together;
mod transit;
mod written;

use super::error::InputError;
use super::planned::{Document, Made, Node, Onto, complete, made_with_vpcs};
use crate::snapshot::{Arn, KEYS, SourceId, Sources};
use names::OwnNames;
use plan::{Action, Instance, Plan};
use reader::Reader;
use scopes::{Scope, Scopes};
use std::path::Path;
use written::Modules;

/// What a file is that Terraform wrote.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A plan.
    Plan,
    /// A state: it was deployed as it is.
    State,
}

/// A plan or a state of a run.
pub(super) struct Described<'p> {
    pub(super) source: SourceId,
    pub(super) kind: Kind,
    /// How it is called among several.
    pub(super) label: Option<String>,
    /// The directory of the root module that a plan was made of.
    pub(super) configuration: Option<&'p Path>,
}

/// What plans deploy and states describe, in each region of each account that they work in.
pub(super) struct Deployment<'a> {
    plans: Vec<Own<'a>>,
    noun: &'static str,
    /// The regions and accounts, each once.
    places: Vec<Scope>,
}

/// One of the plans.
struct Own<'a> {
    plan: Plan<'a>,
    scopes: Scopes,
    /// Which of all places each of its scopes is.
    places: Vec<usize>,
}

impl<'a> Deployment<'a> {
    /// Reads plans and states, which are deployed together.
    ///
    /// # Errors
    /// A file is none that can be judged, or was not made of the configuration that is given; or two deploy the same thing.
    pub(super) fn read(sources: &'a Sources, files: &[Described<'_>]) -> Result<Self, InputError> {
        let mut plans = Vec::with_capacity(files.len());
        for file in files {
            let mut plan = Plan::of(file::read(sources, file.source)?, sources, file.source, file.label.as_deref())?;
            match file.kind {
                Kind::Plan => {
                    if let Some(folder) = file.configuration {
                        plan.written = Some(Modules::read(folder, &plan.configuration.root_module)?);
                    }
                }
                Kind::State => plan.instances.iter_mut().for_each(|instance| instance.action = Action::Update),
            }
            plans.push(plan);
        }
        together::refuse_twice(&plans, sources)?;
        let noun = match files {
            [file] if file.kind == Kind::State => "the state",
            [_] => "the plan",
            _ => "the deployment",
        };
        let with_scopes = plans.into_iter().map(|plan| {
            let scopes = Scopes::of(&plan, |instance| {
                let is_place = || instance.ty == "aws_region" || instance.ty == "aws_caller_identity";
                list_of(&instance.ty).is_some()
                    || parts::owners(&instance.ty).is_some()
                    || instance.is_data() && is_place()
            });
            (plan, scopes)
        });
        let plans: Vec<(Plan<'_>, Scopes)> = with_scopes.collect();
        let (places, of_each) = scopes::places(&plans, |index, scope| {
            let (plan, scopes) = plans.get(index)?;
            let own = plan.instances.iter().enumerate().filter(|(index, _)| scopes.has(*index, |own| own == scope));
            account(plan, &own.map(|(_, instance)| instance).collect::<Vec<_>>())
        });
        let plans = plans.into_iter().zip(of_each);
        let plans = plans.map(|((plan, scopes), places)| Own { plan, scopes, places }).collect();
        Ok(Deployment { plans, noun, places })
    }

    /// The regions of the places, as far as they are known. There is always one.
    pub(super) fn regions(&self) -> Vec<Option<&str>> {
        let all: Vec<Option<&str>> = self.places.iter().map(Scope::region).collect();
        if all.is_empty() { vec![None] } else { all }
    }

    /// What is deployed in the place of that position.
    pub(super) fn made(&self, place: usize, onto: Option<Onto<'_>>) -> Made {
        let here = self.places.get(place);
        let region = here.and_then(Scope::region);
        let is_one_of_several = self.places.len() > 1;
        let noun = match (region, here) {
            (Some(region), _) if is_one_of_several => format!("{} in {region}", self.noun),
            (None, Some(here)) if is_one_of_several => format!("{} for provider {}", self.noun, here.provider),
            _ => self.noun.to_owned(),
        };
        let mut document = Document::new(noun, onto);
        if let Some((here, reason)) = here.filter(|_| is_one_of_several).and_then(|here| Some((here, here.reason()?))) {
            document.note(format!("the region of provider {}", here.provider), reason);
        }
        for (module, why) in self.plans.iter().filter_map(|own| own.plan.written.as_ref()).flat_map(|one| &one.unread) {
            document.note(format!("the files of {module}"), why);
        }
        let mut all: Vec<(&Plan<'_>, Vec<&Instance<'_>>)> = Vec::with_capacity(self.plans.len());
        for Own { plan, scopes, places } in &self.plans {
            let instances = plan.instances.iter().enumerate().filter(|(_, found)| found.ty.starts_with("aws_"));
            let is_here = |index: &usize| scopes.has(*index, |scope| places.get(scope) == Some(&place));
            let (own, others): (Vec<_>, Vec<_>) = instances.partition(|(index, _)| is_here(index));
            let others = others.into_iter().filter(|(_, found)| found.action != Action::Delete);
            document.made_elsewhere(others.map(|(_, found)| plan.id_of(found)));
            all.push((plan, own.into_iter().map(|(_, instance)| instance).collect()));
        }
        let said = || all.iter().find_map(|(plan, all)| data(plan, all, "aws_region", &["region", "name", "id"]));
        let region = region.map(str::to_owned).or_else(|| said().filter(|_| !is_one_of_several));
        document.set_place(all.iter().find_map(|(plan, all)| account(plan, all)), region);
        put_together(&all, document)
    }
}

/// All that others are put into comes before what is put into it, of whichever plan either is.
fn put_together(plans: &[(&Plan<'_>, Vec<&Instance<'_>>)], mut document: Document<'_>) -> Made {
    // What is there and stays as it is, what is there knows best; what it lacks, the plan tells.
    let counts = |document: &Document<'_>, plan: &Plan<'_>, instance: &Instance<'_>| {
        instance.action != Action::Nothing || instance.is_data() || is_lacking(document, plan, instance)
    };
    let mut elements: Vec<Vec<&Instance<'_>>> = Vec::with_capacity(plans.len());
    for (plan, instances) in plans {
        let own = instances.iter().copied();
        let own = own.filter(|one| parts::owners(&one.ty).is_none() && counts(&document, plan, one));
        elements.push(own.collect());
    }
    for ((plan, _), elements) in plans.iter().zip(&elements) {
        for instance in elements {
            if let (Some(list), false) = (list_of(&instance.ty), instance.is_data()) {
                if matches!(instance.action, Action::Delete | Action::Replace) {
                    let before = plan.values_before(instance).get(kinds::identity(&instance.ty));
                    if let Some(id) = before.and_then(Node::as_str) {
                        document.delete(list, id);
                    }
                }
                if list == "VpcEndpoints" && instance.action != Action::Create {
                    parts::without_endpoint_routes(&mut document, plan, instance);
                }
                document.block(instance.block, instance.pointer.clone());
            }
        }
    }
    // A subnet comes before what asks for its VPC.
    for stage in 0..STAGES {
        for ((plan, _), elements) in plans.iter().zip(&elements) {
            for instance in elements.iter().filter(|instance| stage_of(instance) == stage) {
                if instance.action != Action::Delete {
                    put_in(&mut document, plan, &Reader::new(plan, instance));
                }
            }
        }
    }
    let names = OwnNames::of(plans.iter().map(|(plan, _)| *plan).zip(&elements));
    made_with_vpcs(&mut document, &names);
    let mut parts: Vec<(&Plan<'_>, &Instance<'_>)> = Vec::new();
    for (plan, instances) in plans {
        let own = instances.iter().copied();
        let own = own.filter(|one| parts::owners(&one.ty).is_some() && counts(&document, plan, one));
        parts.extend(own.map(|instance| (*plan, instance)));
    }
    // All leave before any comes: a part may be deleted under one name and made under another.
    for (plan, instance) in &parts {
        document.block(instance.block, instance.pointer.clone());
        if instance.action != Action::Create {
            parts::taken_out(&mut document, plan, instance);
        }
    }
    for (plan, instance) in parts.iter().filter(|(_, instance)| instance.action != Action::Delete) {
        put_in(&mut document, plan, &Reader::new(plan, instance));
    }
    for ((plan, _), elements) in plans.iter().zip(&elements) {
        selection::settle(&mut document, plan, elements);
        if plan.is_partial {
            let why = "the plan is not complete: it puts off some of the changes to a later one";
            document.note("what the plan defers", why);
            KEYS.iter().for_each(|key| document.partly_known(key.name, why));
        }
    }
    let mut groups = elements.iter().flatten().filter(|instance| instance.ty == "aws_security_group");
    if groups.all(|group| matches!(group.action, Action::Create | Action::Replace)) {
        // Into which further VPCs new groups get is said here alone.
        document.whole("SecurityGroupVpcAssociations");
    }
    complete(&mut document, &names);
    document.finish()
}

const STAGES: usize = 4;

/// Whether what is deployed onto has no part of a resource that stays as it is: a snapshot may be older, or another's.
fn is_lacking(document: &Document<'_>, plan: &Plan<'_>, instance: &Instance<'_>) -> bool {
    if !document.is_onto() {
        return true;
    }
    match parts::owners(&instance.ty) {
        // A part of what the plan alone tells of, as far as that is put in already.
        Some(owners) => owners.iter().any(|(argument, list)| {
            let owner = plan.values(instance).get(argument).and_then(Node::as_str);
            owner.is_some_and(|id| document.is_new(list, id) && document.get(list, id).is_some())
        }),
        None => list_of(&instance.ty).is_some_and(|list| {
            let of_region = (list == "VpcBlockPublicAccessOptions").then(|| document.region().map(str::to_owned));
            document.is_new(list, &of_region.flatten().unwrap_or_else(|| plan.id_of(instance)))
        }),
    }
}

/// When a resource is put into the document.
fn stage_of(instance: &Instance<'_>) -> usize {
    match instance.ty.as_str() {
        "aws_vpc" | "aws_default_vpc" | "aws_ec2_transit_gateway" => 0,
        "aws_subnet" | "aws_default_subnet" | "aws_ec2_transit_gateway_route_table" => 1,
        // It is put into the default tables of its transit gateway, whichever these are.
        "aws_ec2_transit_gateway_vpc_attachment" => 3,
        _ => 2,
    }
}

/// The list that a resource makes an element of.
fn list_of(ty: &str) -> Option<&'static str> {
    Some(match ty {
        "aws_vpc" | "aws_default_vpc" => "Vpcs",
        "aws_subnet" | "aws_default_subnet" => "Subnets",
        "aws_route_table" | "aws_default_route_table" => "RouteTables",
        "aws_internet_gateway" => "InternetGateways",
        "aws_egress_only_internet_gateway" => "EgressOnlyInternetGateways",
        "aws_nat_gateway" => "NatGateways",
        "aws_eip" => "Addresses",
        "aws_security_group" | "aws_default_security_group" => "SecurityGroups",
        "aws_vpc_security_group_vpc_association" => "SecurityGroupVpcAssociations",
        "aws_network_acl" | "aws_default_network_acl" => "NetworkAcls",
        "aws_vpc_endpoint" => "VpcEndpoints",
        "aws_ec2_managed_prefix_list" => "PrefixLists",
        "aws_efs_mount_target" | "aws_network_interface" => "NetworkInterfaces",
        "aws_vpc_dhcp_options" | "aws_default_vpc_dhcp_options" => "DhcpOptions",
        "aws_vpc_peering_connection" => "VpcPeeringConnections",
        "aws_ec2_transit_gateway" => "TransitGateways",
        "aws_ec2_transit_gateway_vpc_attachment" => "TransitGatewayVpcAttachments",
        "aws_ec2_transit_gateway_route_table" => "TransitGatewayRouteTables",
        "aws_flow_log" => "FlowLogs",
        "aws_vpc_block_public_access_options" => "VpcBlockPublicAccessOptions",
        "aws_vpc_block_public_access_exclusion" => "VpcBlockPublicAccessExclusions",
        "aws_ecs_cluster" => "clusters",
        "aws_ecs_service" | "aws_scheduler_schedule" | "aws_cloudwatch_event_target" => "services",
        "aws_ecs_task_definition" => "taskDefinitions",
        "aws_lb" | "aws_alb" => "LoadBalancers",
        "aws_lb_target_group" | "aws_alb_target_group" => "TargetGroups",
        "aws_lb_listener" | "aws_alb_listener" => "Listeners",
        "aws_lb_listener_rule" | "aws_alb_listener_rule" => "Rules",
        "aws_ecr_repository" => "repositories",
        "aws_ecr_pull_through_cache_rule" => "pullThroughCacheRules",
        _ => return None,
    })
}

fn put_in(document: &mut Document<'_>, plan: &Plan<'_>, reader: &Reader<'_, '_>) {
    if reader.instance.is_data() {
        if matches!(reader.instance.ty.as_str(), "aws_prefix_list" | "aws_ec2_managed_prefix_list") {
            endpoints::known_prefix_list(document, reader);
        }
        return;
    }
    match reader.instance.ty.as_str() {
        "aws_vpc" | "aws_default_vpc" => network::vpc(document, reader),
        "aws_vpc_ipv4_cidr_block_association" | "aws_vpc_ipv6_cidr_block_association" => {
            network::vpc_block(document, reader);
        }
        "aws_subnet" | "aws_default_subnet" => network::subnet(document, reader),
        "aws_vpc_dhcp_options" | "aws_default_vpc_dhcp_options" => network::dhcp_options(document, reader),
        "aws_vpc_dhcp_options_association" => network::dhcp_association(document, reader),
        "aws_route_table" | "aws_default_route_table" => network::route_table(document, plan, reader),
        "aws_route" => network::separate_route(document, reader),
        "aws_route_table_association" => network::table_association(document, reader),
        "aws_vpn_gateway_route_propagation" => network::propagation(document, reader, "vpn_gateway_id"),
        "aws_vpc_route_server_propagation" => network::propagation(document, reader, "route_server_id"),
        "aws_main_route_table_association" => network::main_association(document, reader),
        "aws_internet_gateway" => network::internet_gateway(document, reader, false),
        "aws_egress_only_internet_gateway" => network::internet_gateway(document, reader, true),
        "aws_internet_gateway_attachment" => network::gateway_attachment(document, reader),
        "aws_nat_gateway" => network::nat_gateway(document, reader),
        "aws_nat_gateway_eip_association" => network::nat_address(document, reader),
        "aws_eip" => network::address(document, reader),
        "aws_eip_association" => network::address_association(document, reader),
        "aws_security_group" | "aws_default_security_group" => filters::security_group(document, reader),
        "aws_security_group_rule" | "aws_vpc_security_group_ingress_rule" | "aws_vpc_security_group_egress_rule" => {
            filters::separate_rule(document, reader);
        }
        "aws_vpc_security_group_vpc_association" => filters::vpc_association(document, reader),
        "aws_network_acl" | "aws_default_network_acl" => filters::network_acl(document, plan, reader),
        "aws_network_acl_rule" => filters::separate_entry(document, reader),
        "aws_network_acl_association" => filters::acl_association_of(document, reader),
        "aws_vpc_endpoint" => endpoints::endpoint(document, reader),
        "aws_vpc_endpoint_route_table_association"
        | "aws_vpc_endpoint_subnet_association"
        | "aws_vpc_endpoint_security_group_association"
        | "aws_vpc_endpoint_private_dns"
        | "aws_vpc_endpoint_policy" => endpoints::endpoint_part(document, reader),
        "aws_ec2_managed_prefix_list" => endpoints::prefix_list(document, reader),
        "aws_ec2_managed_prefix_list_entry" => endpoints::prefix_list_entry(document, reader),
        "aws_efs_mount_target" => endpoints::mount_target(document, reader),
        "aws_network_interface" => endpoints::network_interface(document, reader),
        "aws_network_interface_sg_attachment" => endpoints::group_of_interface(document, reader),
        "aws_vpc_block_public_access_options" => endpoints::block_public_access(document, reader),
        "aws_vpc_block_public_access_exclusion" => endpoints::block_public_access_exclusion(document, reader),
        "aws_vpc_peering_connection" => transit::peering(document, reader),
        "aws_ec2_transit_gateway" => transit::transit_gateway(document, reader),
        "aws_ec2_transit_gateway_default_route_table_association" => {
            transit::become_default(document, reader, "DefaultAssociationRouteTable");
        }
        "aws_ec2_transit_gateway_default_route_table_propagation" => {
            transit::become_default(document, reader, "DefaultPropagationRouteTable");
        }
        "aws_ec2_transit_gateway_vpc_attachment" => transit::attachment(document, reader),
        "aws_ec2_transit_gateway_route_table" => transit::transit_table(document, reader),
        "aws_ec2_transit_gateway_route_table_association"
        | "aws_ec2_transit_gateway_route_table_propagation"
        | "aws_ec2_transit_gateway_route"
        | "aws_ec2_transit_gateway_prefix_list_reference" => transit::transit_table_part(document, reader),
        "aws_ecs_cluster" => ecs::cluster(document, reader),
        "aws_ecs_cluster_capacity_providers" => ecs::capacity_providers(document, reader),
        "aws_ecs_service" => ecs::service(document, reader),
        "aws_ecs_task_set" => ecs::task_set(document, reader),
        "aws_ecs_task_definition" => ecs::task_definition(document, reader),
        "aws_scheduler_schedule" | "aws_cloudwatch_event_target" => ecs::scheduled_task(document, reader),
        "aws_ecr_repository" => ecs::repository(document, reader),
        "aws_ecr_pull_through_cache_rule" => ecs::pull_through_cache_rule(document, reader),
        "aws_lb" | "aws_alb" => balancers::load_balancer(document, reader),
        "aws_lb_target_group" | "aws_alb_target_group" => balancers::target_group(document, reader),
        "aws_lb_listener" | "aws_alb_listener" => balancers::listener(document, reader),
        "aws_lb_listener_rule" | "aws_alb_listener_rule" => balancers::rule(document, reader),
        "aws_flow_log" => balancers::flow_log(document, reader),
        _ => {}
    }
}

/// What a data source says of the account or the region: the first of some attributes that it has.
fn data(plan: &Plan<'_>, instances: &[&Instance<'_>], ty: &str, names: &[&str]) -> Option<String> {
    let found = instances.iter().filter(|instance| instance.is_data() && instance.ty == ty);
    let mut said = found.filter_map(|instance| {
        let values = plan.values(instance);
        names.iter().find_map(|name| values.get(name)?.as_str().map(str::to_owned))
    });
    said.next()
}

/// The account, as far as the file says.
fn account(plan: &Plan<'_>, instances: &[&Instance<'_>]) -> Option<String> {
    data(plan, instances, "aws_caller_identity", &["account_id"]).or_else(|| {
        let mut arns = instances
            .iter()
            .filter(|instance| !instance.is_data())
            .filter_map(|instance| Arn::account_of(plan.values(instance).get("arn")?.as_str()?));
        arns.next().map(str::to_owned)
    })
}

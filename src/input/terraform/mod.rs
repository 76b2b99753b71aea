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
mod kinds;
mod network;
mod parts;
mod plan;
mod reader;
mod references;
mod resolve;
mod scopes;
mod selection;
mod transit;
mod written;

use super::error::InputError;
use super::planned::{Document, Made, Names, Node, Onto, complete};
use crate::snapshot::{Arn, KEYS, SourceId, Sources};
use plan::{Action, Instance, Plan};
use reader::Reader;
use scopes::{Scope, Scopes};
use std::path::Path;
use written::Modules;

/// What a plan deploys, or a state describes, in each region of each account that it works in.
pub(super) struct Deployment<'a> {
    plan: Plan<'a>,
    noun: &'static str,
    scopes: Scopes,
}

impl<'a> Deployment<'a> {
    /// Reads a plan.
    ///
    /// # Errors
    /// The file is no plan that can be judged, or was not made of the configuration that is given.
    pub(super) fn plan(
        sources: &'a Sources,
        source: SourceId,
        configuration: Option<&Path>,
    ) -> Result<Self, InputError> {
        let mut plan = Plan::of(file::read(sources, source)?, sources, source)?;
        plan.written = match configuration {
            Some(folder) => Some(Modules::read(folder, &plan.configuration.root_module)?),
            None => None,
        };
        Ok(Deployment::of(plan, "the plan"))
    }

    /// Reads a state: it was deployed as it is.
    ///
    /// # Errors
    /// The file is no state that can be judged.
    pub(super) fn state(sources: &'a Sources, source: SourceId) -> Result<Self, InputError> {
        let mut plan = Plan::of(file::read(sources, source)?, sources, source)?;
        for instance in &mut plan.instances {
            instance.action = Action::Update;
        }
        Ok(Deployment::of(plan, "the state"))
    }

    fn of(plan: Plan<'a>, noun: &'static str) -> Self {
        let scopes = Scopes::of(&plan, |instance| {
            let is_place = || instance.ty == "aws_region" || instance.ty == "aws_caller_identity";
            list_of(&instance.ty).is_some() || parts::owners(&instance.ty).is_some() || instance.is_data() && is_place()
        });
        Deployment { plan, noun, scopes }
    }

    /// The regions of the scopes, as far as they are known. There is always one.
    pub(super) fn regions(&self) -> Vec<Option<&str>> {
        let all: Vec<Option<&str>> = self.scopes.all.iter().map(Scope::region).collect();
        if all.is_empty() { vec![None] } else { all }
    }

    /// What is deployed in the scope of that position.
    pub(super) fn made(&self, scope: usize, onto: Option<Onto<'_>>) -> Made {
        let own = self.scopes.all.get(scope);
        let region = own.and_then(Scope::region);
        let is_one_of_several = self.scopes.all.len() > 1;
        let noun = match (region, own) {
            (Some(region), _) if is_one_of_several => format!("{} in {region}", self.noun),
            (None, Some(own)) if is_one_of_several => format!("{} for provider {}", self.noun, own.provider),
            _ => self.noun.to_owned(),
        };
        let mut document = Document::new(noun, onto);
        if let Some((own, reason)) = own.filter(|_| is_one_of_several).and_then(|own| Some((own, own.reason()?))) {
            document.note(format!("the region of provider {}", own.provider), reason);
        }
        for (module, why) in self.plan.written.iter().flat_map(|written| &written.unread) {
            document.note(format!("the files of {module}"), why);
        }
        let all = self.plan.instances.iter().enumerate().filter(|(_, found)| found.ty.starts_with("aws_"));
        let (own, others): (Vec<_>, Vec<_>) = all.partition(|(index, _)| self.scopes.has(scope, *index));
        let instances: Vec<&Instance<'_>> = own.into_iter().map(|(_, instance)| instance).collect();
        let others = others.into_iter().filter(|(_, found)| found.action != Action::Delete);
        document.made_elsewhere(others.map(|(_, found)| self.plan.id_of(found)));
        let said = || data(&self.plan, &instances, "aws_region", &["region", "name", "id"]);
        let region = region.map(str::to_owned).or_else(|| said().filter(|_| !is_one_of_several));
        document.set_place(account(&self.plan, &instances), region);
        put_together(&self.plan, &instances, document)
    }
}

fn put_together(plan: &Plan<'_>, instances: &[&Instance<'_>], mut document: Document<'_>) -> Made {
    // What is there and stays as it is, what is there knows best; what it lacks, the plan tells.
    let counts = |document: &Document<'_>, instance: &Instance<'_>| {
        instance.action != Action::Nothing || instance.is_data() || is_lacking(document, plan, instance)
    };
    let elements: Vec<&Instance<'_>> = instances
        .iter()
        .copied()
        .filter(|instance| parts::owners(&instance.ty).is_none() && counts(&document, instance))
        .collect();
    for instance in &elements {
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
    // What others are put into comes before what is put in, a subnet before what asks for its VPC.
    for stage in 0..STAGES {
        for instance in elements.iter().filter(|instance| stage_of(instance) == stage) {
            if instance.action != Action::Delete {
                put_in(&mut document, plan, &Reader::new(plan, instance));
            }
        }
    }
    let parts: Vec<&Instance<'_>> = instances
        .iter()
        .copied()
        .filter(|instance| parts::owners(&instance.ty).is_some() && counts(&document, instance))
        .collect();
    // All leave before any comes: a part may be deleted under one name and made under another.
    for instance in &parts {
        document.block(instance.block, instance.pointer.clone());
        if instance.action != Action::Create {
            parts::taken_out(&mut document, plan, instance);
        }
    }
    for instance in parts.iter().filter(|instance| instance.action != Action::Delete) {
        put_in(&mut document, plan, &Reader::new(plan, instance));
    }
    selection::settle(&mut document, plan, &elements);
    if plan.is_partial {
        let why = "the plan is not complete: it puts off some of the changes to a later one";
        document.note("what the plan defers", why);
        KEYS.iter().for_each(|key| document.partly_known(key.name, why));
    }
    complete(&mut document, &NAMES);
    document.finish()
}

/// What AWS makes along with a VPC is called as Terraform refers to it.
const NAMES: Names = Names {
    security_group: |vpc| format!("{vpc}.default_security_group_id"),
    network_acl: |vpc| format!("{vpc}.default_network_acl_id"),
    route_table: |vpc| format!("{vpc}.default_route_table_id"),
};

const STAGES: usize = 3;

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
        "aws_subnet" | "aws_default_subnet" => 1,
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
        "aws_vpc_dhcp_options" => "DhcpOptions",
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
        "aws_vpc_dhcp_options" => network::dhcp_options(document, reader),
        "aws_vpc_dhcp_options_association" => network::dhcp_association(document, reader),
        "aws_route_table" | "aws_default_route_table" => network::route_table(document, plan, reader),
        "aws_route" => network::separate_route(document, reader),
        "aws_route_table_association" => network::table_association(document, reader),
        "aws_vpn_gateway_route_propagation" => network::propagation(document, reader),
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
        "aws_vpc_block_public_access_options" => endpoints::block_public_access(document, reader),
        "aws_vpc_block_public_access_exclusion" => endpoints::block_public_access_exclusion(document, reader),
        "aws_vpc_peering_connection" => transit::peering(document, reader),
        "aws_ec2_transit_gateway" => transit::transit_gateway(document, reader),
        "aws_ec2_transit_gateway_vpc_attachment" => transit::attachment(document, reader),
        "aws_ec2_transit_gateway_route_table" => transit::transit_table(document, reader),
        "aws_ec2_transit_gateway_route_table_association"
        | "aws_ec2_transit_gateway_route_table_propagation"
        | "aws_ec2_transit_gateway_route"
        | "aws_ec2_transit_gateway_prefix_list_reference" => transit::transit_table_part(document, reader),
        "aws_ecs_cluster" => ecs::cluster(document, reader),
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

//! The facts of one run: the network, its flows, and what is looked up in them more than once.

use super::associations::PrivateTables;
use super::entity::Getter;
use super::entries::{self, StoppingEntries};
use super::group_directions::{self, RuleLists};
use super::group_rules::{self, GroupRuleList};
use super::openings::Openings;
use super::schema::*;
use super::{balancing, blocker, egress_only, filters, gateways, interfaces, resource, topology, transit, workload};
use crate::network::*;
use crate::reach::{Cause, Code, Flow, FlowKind, ResourceId, flows};
use crate::snapshot::Location;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::HashSet;
use std::sync::OnceLock;

/// A position in [`Model::flows`] and one of its answer's blockers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct BlockerKey {
    /// The flow.
    pub flow: u32,
    /// Its blocker.
    pub blocker: u32,
}

/// The facts of one run.
#[derive(Debug)]
pub struct Model<'n> {
    /// The network.
    pub network: &'n Network<'n>,
    /// What its workloads depend on.
    pub flows: Vec<Flow>,
    /// Everything that blocks a flow on a way that it is meant to take.
    pub blockers: Vec<BlockerKey>,
    /// The blockers that name a resource.
    pub(super) blockers_at: FxHashMap<ResourceId, Vec<BlockerKey>>,
    /// Ids of VPCs where a NAT gateway would let flows pass; looked for when a rule first asks.
    pub(super) calling_for_nat: OnceLock<FxHashSet<String>>,
    /// VPCs of whose senders something stops what they ask resolvers of their own.
    pub(super) asking_in_vain: OnceLock<FxHashSet<VpcId>>,
    /// Entries of network ACLs that stop flows.
    pub(super) entries: StoppingEntries,
    /// The rules of security groups one by one; listed when a rule first asks.
    pub(super) group_rules: OnceLock<GroupRuleList>,
    /// Rules of security groups that stop flows.
    pub(super) rule_lists: RuleLists,
    /// What would let pass what network ACLs drop; planned when a finding first asks.
    pub(super) openings: OnceLock<Openings>,
    pub(super) stopping_tables: HashSet<RouteTableId>,
    pub(super) routes: Vec<(RouteTableId, u32)>,
    pub(super) first_route: Vec<u32>,
    pub(super) hosted: Vec<Vec<WorkloadId>>,
    /// Subnets where nothing is known to run, and a plain task would have a public IP.
    pub(super) plain_and_public: HashSet<SubnetId>,
    pub(super) public_balancers: Vec<Vec<LoadBalancerId>>,
    /// Load balancers in each subnet of which it isn't said whom they face.
    pub(super) balancers_facing_somebody: Vec<Vec<LoadBalancerId>>,
    pub(super) nats_in: Vec<Vec<NatId>>,
    pub(super) users: Vec<GroupUsers>,
    pub(super) nat_tables: Vec<Vec<RouteTableId>>,
    pub(super) gateway_tables: Vec<Vec<RouteTableId>>,
    pub(super) egress_only_tables: Vec<Vec<RouteTableId>>,
    pub(super) tables_of_vpc: Vec<Vec<RouteTableId>>,
    /// By which route tables private tasks of each VPC work; looked for when that is first asked.
    pub(super) private_tables: Vec<OnceLock<PrivateTables<'n>>>,
    /// Which subnets of each VPC lead to an internet gateway; looked for when that is first asked.
    pub(super) leading_out: Vec<OnceLock<Vec<SubnetId>>>,
    /// By which transit gateway each VPC leaves for the internet; looked for when that is first asked.
    pub(super) transit_ways_out: Vec<OnceLock<Option<&'n str>>>,
    /// Whether each VPC is connected with central endpoints; looked for when that is first asked.
    pub(super) centrally_served: Vec<OnceLock<bool>>,
    pub(super) first_registration: Vec<u32>,
    pub(super) registrations_of_balancer: Vec<Vec<u32>>,
    pub(super) first_membership: Vec<u32>,
    pub(super) first_flow: Vec<u32>,
    pub(super) flows_by_endpoint: Vec<Vec<u32>>,
    pub(super) registrations: Vec<(WorkloadId, u32)>,
    pub(super) memberships: Vec<(WorkloadId, u32)>,
    pub(super) nats_of_vpc: Vec<Vec<NatId>>,
    pub(super) subnets_of_acl: Vec<Vec<SubnetId>>,
    /// How many services are in a Service Connect namespace of a scope.
    pub(super) in_namespace: FxHashMap<(u32, &'n str), usize>,
}

/// Who has a security group.
#[derive(Debug, Default, Clone)]
pub(super) struct GroupUsers {
    pub workloads: Vec<WorkloadId>,
    pub endpoints: Vec<EndpointId>,
    pub balancers: Vec<LoadBalancerId>,
}

impl<'n> Model<'n> {
    /// Answers every flow of the network and indexes what rules ask for.
    pub fn new(network: &'n Network<'n>) -> Self {
        let flows = flows(network);
        let mut blockers = Vec::new();
        for (flow, found) in flows.iter().enumerate() {
            blockers.extend(
                (0..found.answer.blockers.len())
                    .map(|blocker| BlockerKey { flow: flow as u32, blocker: blocker as u32 }),
            );
        }
        let mut model = Model {
            network,
            flows,
            blockers,
            blockers_at: FxHashMap::default(),
            calling_for_nat: OnceLock::new(),
            asking_in_vain: OnceLock::new(),
            entries: StoppingEntries::default(),
            group_rules: OnceLock::new(),
            rule_lists: RuleLists::default(),
            openings: OnceLock::new(),
            stopping_tables: HashSet::new(),
            routes: Vec::new(),
            first_route: Vec::with_capacity(network.tables.len()),
            hosted: vec![Vec::new(); network.subnets.len()],
            plain_and_public: HashSet::new(),
            public_balancers: vec![Vec::new(); network.subnets.len()],
            balancers_facing_somebody: vec![Vec::new(); network.subnets.len()],
            nats_in: vec![Vec::new(); network.subnets.len()],
            users: vec![GroupUsers::default(); network.groups.len()],
            nat_tables: vec![Vec::new(); network.nats.len()],
            gateway_tables: vec![Vec::new(); network.gateways.len()],
            egress_only_tables: vec![Vec::new(); network.egress_only_gateways.len()],
            tables_of_vpc: vec![Vec::new(); network.vpcs.len()],
            private_tables: network.vpcs.iter().map(|_| OnceLock::new()).collect(),
            leading_out: vec![OnceLock::new(); network.vpcs.len()],
            transit_ways_out: vec![OnceLock::new(); network.vpcs.len()],
            centrally_served: vec![OnceLock::new(); network.vpcs.len()],
            first_registration: Vec::with_capacity(network.workloads.len() + 1),
            registrations_of_balancer: vec![Vec::new(); network.load_balancers.len()],
            first_membership: Vec::with_capacity(network.workloads.len() + 1),
            first_flow: Vec::with_capacity(network.workloads.len() + 1),
            flows_by_endpoint: vec![Vec::new(); network.endpoints.len()],
            registrations: Vec::new(),
            memberships: Vec::new(),
            nats_of_vpc: vec![Vec::new(); network.vpcs.len()],
            subnets_of_acl: vec![Vec::new(); network.acls.len()],
            in_namespace: FxHashMap::default(),
        };
        model.index();
        let beside = model.beside_the_way();
        model.blockers.retain(|key| !beside.contains(&(key.flow, key.blocker)));
        for key in &model.blockers {
            let resource = model.flows[key.flow as usize].answer.blockers[key.blocker as usize].resource;
            model.blockers_at.entry(resource).or_default().push(*key);
        }
        model.entries = model.stopping_entries();
        model.rule_lists = model.stopping_rules();
        model.stopping_tables = model.stopping_tables();
        model
    }

    fn index(&mut self) {
        let network = self.network;
        for (index, table) in network.tables.iter().enumerate() {
            let id = RouteTableId(index as u32);
            if let Reference::To(vpc) = table.vpc {
                self.tables_of_vpc[vpc.0 as usize].push(id);
            }
            self.first_route.push(self.routes.len() as u32);
            for (position, route) in table.routes.iter().flatten().enumerate() {
                self.routes.push((id, position as u32));
                let tables = match route.target {
                    Target::Nat(Reference::To(nat)) => &mut self.nat_tables[nat.0 as usize],
                    Target::InternetGateway(Reference::To(gateway)) => &mut self.gateway_tables[gateway.0 as usize],
                    Target::EgressOnlyGateway(Reference::To(gateway)) => {
                        &mut self.egress_only_tables[gateway.0 as usize]
                    }
                    _ => continue,
                };
                if tables.last() != Some(&id) {
                    tables.push(id);
                }
            }
        }
        for (index, subnet) in network.subnets.iter().enumerate() {
            if let Ok(acl) = subnet.acl {
                self.subnets_of_acl[acl.0 as usize].push(SubnetId(index as u32));
            }
        }
        for (index, workload) in network.workloads.iter().enumerate() {
            let id = WorkloadId(index as u32);
            if let Some(namespace) = workload.namespace.as_deref() {
                *self.in_namespace.entry((workload.scope, namespace)).or_default() += 1;
            }
            self.first_membership.push(self.memberships.len() as u32);
            self.first_registration.push(self.registrations.len() as u32);
            for (position, registration) in workload.registrations.iter().enumerate() {
                let group = registration.target_group.known().map(|group| network.target_group(group));
                for balancer in group.iter().flat_map(|group| group.load_balancers.iter().flatten()) {
                    self.registrations_of_balancer[balancer.0 as usize].push(self.registrations.len() as u32);
                }
                self.registrations.push((id, position as u32));
            }
            self.memberships
                .extend((0..workload.groups.iter().flatten().count()).map(|position| (id, position as u32)));
            let subnets = workload.subnets.iter().flatten().filter_map(|placement| placement.subnet.known());
            if workload.kind == WorkloadKind::Hypothetical {
                if workload.public_ip == Ok(true) {
                    self.plain_and_public.extend(subnets);
                }
                continue;
            }
            for subnet in subnets {
                self.hosted[subnet.0 as usize].push(id);
            }
            for group in workload.groups.iter().flatten().filter_map(|member| member.group.known()) {
                self.users[group.0 as usize].workloads.push(id);
            }
        }
        self.first_registration.push(self.registrations.len() as u32);
        self.first_membership.push(self.memberships.len() as u32);
        for (index, flow) in self.flows.iter().enumerate() {
            // The flows of a workload stand together, in the order of the workloads.
            while self.first_flow.len() <= flow.key.workload.0 as usize {
                self.first_flow.push(index as u32);
            }
            if let Some(ResourceId::Endpoint(id)) = flow.answer.via {
                self.flows_by_endpoint[id.0 as usize].push(index as u32);
            }
        }
        self.first_flow.resize(network.workloads.len() + 1, self.flows.len() as u32);
        for (index, balancer) in network.load_balancers.iter().enumerate() {
            let id = LoadBalancerId(index as u32);
            let by_subnet = match balancer.element.scheme.as_deref() {
                Some("internet-facing") => Some(&mut self.public_balancers),
                // "Scheme is not supported for Gateway Load Balancers."
                None if balancer.element.ty.as_deref() != Some("gateway") => Some(&mut self.balancers_facing_somebody),
                _ => None,
            };
            if let Some(by_subnet) = by_subnet {
                for subnet in balancer.subnets.iter().filter_map(|subnet| subnet.known()) {
                    by_subnet[subnet.0 as usize].push(id);
                }
            }
            for group in balancer.groups.iter().filter_map(|group| group.known()) {
                self.users[group.0 as usize].balancers.push(id);
            }
        }
        for (index, nat) in network.nats.iter().enumerate() {
            if let Some(subnet) = nat.subnet.and_then(Reference::known) {
                self.nats_in[subnet.0 as usize].push(NatId(index as u32));
            }
            if let Some(vpc) = nat.vpc.known() {
                self.nats_of_vpc[vpc.0 as usize].push(NatId(index as u32));
            }
        }
        for (index, endpoint) in network.endpoints.iter().enumerate() {
            for group in endpoint.groups.iter().flatten().filter_map(|group| group.known()) {
                self.users[group.0 as usize].endpoints.push(EndpointId(index as u32));
            }
        }
    }

    /// The flows of a workload.
    pub fn flows_of(&self, workload: WorkloadId) -> &[Flow] {
        let index = workload.0 as usize;
        &self.flows[self.first_flow[index] as usize..self.first_flow[index + 1] as usize]
    }

    /// The positions in [`Model::blockers`] of what stops the flows of a workload. They stand in the order of the flows.
    pub(super) fn blockers_of(&self, workload: WorkloadId) -> std::ops::Range<usize> {
        let index = workload.0 as usize;
        let before = |flow: u32| self.blockers.partition_point(|key| key.flow < flow);
        before(self.first_flow[index])..before(self.first_flow[index + 1])
    }

    /// The flow and the blocker that a key names.
    pub fn blocker(&self, key: BlockerKey) -> (&Flow, &crate::reach::Blocker) {
        let flow = &self.flows[key.flow as usize];
        (flow, &flow.answer.blockers[key.blocker as usize])
    }

    /// The blockers that name a resource.
    pub(super) fn blockers_at(&self, resource: ResourceId) -> impl Iterator<Item = &crate::reach::Blocker> {
        self.blockers_at.get(&resource).into_iter().flatten().map(|key| self.blocker(*key).1)
    }

    /// What a blocker is attributed to, by its position in [`Model::blockers`]: the resource that it names, the route table,
    /// the network ACL's entry or the security group's rules that decided, the workloads, and how one is registered with the load balancer; the subnet
    /// alone, where it lacks a route table of its own.
    pub fn suspects(&self, position: usize) -> Vec<Entity> {
        let (flow, blocker) = self.blocker(self.blockers[position]);
        let table = match blocker.cause {
            Cause::Route(table, _) | Cause::Lacking(table) => Some(ResourceId::Table(table)),
            Cause::Whole if blocker.code == Code::NatOwnSubnet => {
                let table = self.network.subnet(blocker::sender_subnet(flow)).table.ok();
                table.map(|(table, _)| ResourceId::Table(table))
            }
            Cause::Whole | Cause::Entry { .. } | Cause::Zone(_) | Cause::Hop(_) => None,
        };
        let sender = match flow.key.kind {
            FlowKind::FromPeer { peer, .. } => Some(ResourceId::Workload(peer)),
            FlowKind::Need(_) | FlowKind::FromLoadBalancer { .. } => None,
        };
        // That a task has no public IP is no fault of its in a subnet that was to be private.
        let subnet = blocker::sender_subnet(flow);
        let guilty = match blocker.code {
            Code::NoPublicIp if self.is_public_by_mistake(subnet) => ResourceId::Subnet(subnet),
            _ => ResourceId::Workload(flow.key.workload),
        };
        let named = Some(blocker.resource).filter(|named| *named != ResourceId::Workload(flow.key.workload));
        let resources = [named, table, Some(guilty), sender];
        let mut found: Vec<Entity> = resources.into_iter().flatten().filter_map(resource::resource_entity).collect();
        let entry = self.entries.position(blocker);
        found.extend(entry.map(|index| Entity { ty: &entries::entry::TYPE, index: index as u32 }));
        let rules = self.rule_lists.position(self.network, blocker);
        found.extend(rules.map(|index| Entity { ty: &group_directions::rule_list::TYPE, index: index as u32 }));
        if let FlowKind::FromLoadBalancer { registration, .. } = flow.key.kind {
            let known = (flow.key.workload, registration);
            let index = self.registrations.binary_search(&known);
            found.extend(index.ok().map(|index| Entity { ty: &balancing::registration::TYPE, index: index as u32 }));
        }
        found
    }

    /// The entity of a blocker, by its position in [`Model::blockers`].
    pub fn blocker_entity(&self, position: usize) -> Entity {
        Entity { ty: &blocker::blocker::TYPE, index: position as u32 }
    }
}

/// A kind's getters and how many there are of it.
fn tables(ty: &'static EntityType) -> &'static [Getter] {
    macro_rules! find {
        ($($module:path),* $(,)?) => {{
            $({
                use $module as kind;
                if std::ptr::eq(ty, &kind::TYPE) {
                    return kind::GETTERS;
                }
            })*
            &[]
        }};
    }
    find!(
        blocker::blocker,
        workload::workload,
        workload::membership,
        topology::subnet,
        topology::route,
        topology::route_table,
        topology::vpc,
        gateways::internet_gateway,
        egress_only::egress_only_gateway,
        gateways::nat_gateway,
        interfaces::network_interface,
        filters::security_group,
        filters::network_acl,
        entries::entry,
        group_rules::group_rule,
        group_directions::rule_list,
        filters::endpoint,
        balancing::load_balancer,
        balancing::listener,
        balancing::target_group,
        balancing::registration,
        transit::peering,
        transit::attachment,
        transit::transit_table,
    )
}

impl Facts for Model<'_> {
    fn read(&self, entity: Entity, field: usize) -> Result<Value<'_>, Unknown> {
        (tables(entity.ty)[field].read)(self, entity.index)
    }

    fn count(&self, ty: &'static EntityType) -> u32 {
        let network = self.network;
        let count = match ty.name {
            "vpc" => network.vpcs.len(),
            "subnet" => network.subnets.len(),
            "route-table" => network.tables.len(),
            "route" => self.routes.len(),
            "internet-gateway" => network.gateways.len(),
            "egress-only-internet-gateway" => network.egress_only_gateways.len(),
            "nat-gateway" => network.nats.len(),
            "network-interface" => network.interfaces.len(),
            "security-group" => network.groups.len(),
            "network-acl" => network.acls.len(),
            "network-acl-entry" => self.entries.len(),
            "security-group-rule" => self.count_of_group_rules(),
            "security-group-direction" => self.rule_lists.len(),
            "endpoint" => network.endpoints.len(),
            "load-balancer" => network.load_balancers.len(),
            "listener" => network.listeners.len(),
            "target-group" => network.target_groups.len(),
            "registration" => self.registrations.len(),
            "workload" => network.workloads.len(),
            "membership" => self.memberships.len(),
            "vpc-peering-connection" => network.peerings.len(),
            "transit-gateway-attachment" => network.attachments.len(),
            "transit-gateway-route-table" => network.transit_tables.len(),
            "blocker" => self.blockers.len(),
            _ => 0,
        };
        count as u32
    }

    fn display(&self, entity: Entity) -> String {
        resource::display(self, entity)
    }

    fn place(&self, entity: Entity, field: Option<usize>) -> Option<Location> {
        let own = || resource::place(self, entity);
        match field {
            Some(field) => (tables(entity.ty)[field].place)(self, entity.index).or_else(own),
            None => own(),
        }
    }
}

//! VPCs, subnets and route tables.

use super::balancing::load_balancer;
use super::entity::*;
use super::filters::{endpoint, network_acl};
use super::gateways::nat_gateway;
use super::model::Model;
use super::route_options::{destination_option, target_option};
use super::schema::*;
use super::words;
use super::workload::workload;
use crate::network::*;
use crate::path;
use crate::reach::{ResourceId, is_dead};
use crate::snapshot::Location;

/// What stands for a region that isn't known, in names of services and in commands.
pub(super) const NO_REGION: &str = "<region>";

/// What stands for a subnet that leads to an internet gateway, where there is none.
const NO_PUBLIC_SUBNET: &str = "<public-subnet-id>";

/// A route that a table lacks: the default route of a table without one, by the table's position.
pub(super) const LACKING: u32 = 1 << 31;

entity! {
    /// A VPC.
    vpc = "vpc" vpc {
        /// Its tags, values by keys: `'Owner' in vpc.tags && vpc.tags['Owner'] == 'network'`.
        tags: Type::Map => |model, index| model.tags(ResourceId::Vpc(VpcId(index))), at |model, index| Some(Location::inside(model.network.vpcs[index as usize].element.origin, path!["Tags"]));
        /// Its id.
        id: STRING => |model, index| string(text(&model.network.vpcs[index as usize].element.vpc_id)), at |model, index| Some(Location::inside(model.network.vpcs[index as usize].element.origin, path!["VpcId"]));
        /// Its region; `<region>` where it isn't known, as in a template.
        region: STRING => |model, index| string(model.region(model.network.vpcs[index as usize].scope));
        /// Its first IPv4 address block.
        cidr: STRING => |model, index| model.written(&model.network.vpcs[index as usize].element.cidr_block, "ec2:DescribeVpcs", model.network.vpcs[index as usize].scope), at |model, index| Some(Location::inside(model.network.vpcs[index as usize].element.origin, path!["CidrBlock"]));
        /// Whether DNS resolution is on (`enableDnsSupport`).
        dns_support: BOOL => |model, index| boolean(model.known(model.network.vpcs[index as usize].dns_support)?), at |model, index| model.attribute(index, "EnableDnsSupport");
        /// Whether DNS host names are on (`enableDnsHostnames`).
        dns_hostnames: BOOL => |model, index| boolean(model.known(model.network.vpcs[index as usize].dns_hostnames)?), at |model, index| model.attribute(index, "EnableDnsHostnames");
        /// Whether its DHCP options leave names to AWS's resolver: they name it alone, or before others.
        uses_amazon_dns: BOOL => |model, index| boolean(model.known(model.network.vpcs[index as usize].amazon_dns)?), at |model, index| Some(Location::inside(model.network.vpcs[index as usize].element.origin, path!["DhcpOptionsId"]));
        /// Addresses of the resolvers that its DHCP options name, apart from AWS's.
        resolvers: Type::List(&Type::String) => |model, index| {
            let vpc = &model.network.vpcs[index as usize];
            model.known(vpc.amazon_dns)?;
            texts(vpc.resolvers.iter().map(|resolver| address_of(*resolver).to_string()))
        }, at |model, index| Some(Location::inside(model.network.vpcs[index as usize].element.origin, path!["DhcpOptionsId"]));
        /// The id of its DHCP options; empty where it has none.
        dhcp_options_id: STRING => |model, index| string(text(&model.network.vpcs[index as usize].element.dhcp_options_id)), at |model, index| Some(Location::inside(model.network.vpcs[index as usize].element.origin, path!["DhcpOptionsId"]));
        /// Its subnets.
        subnets: Type::List(&Type::Entity(&subnet::TYPE)) => |model, index| list_of(&subnet::TYPE, model.network.vpcs[index as usize].subnets.iter().map(|id| id.0));
        /// Whether an internet gateway is attached to it.
        has_internet_gateway: BOOL => |model, index| {
            let has = model.known(model.network.vpcs[index as usize].gateway)?.is_some();
            // A gateway of which nobody knows what it is attached to may be attached to this one.
            for gateway in model.network.gateways.iter().filter(|_| !has) {
                model.known(gateway.vpc)?;
            }
            boolean(has)
        };
        /// The id of the internet gateway that is attached to it; empty where none is.
        internet_gateway_id: STRING => |model, index| match model.known(model.network.vpcs[index as usize].gateway)? {
            Some(id) => string(text(&model.network.gateway(id).element.internet_gateway_id)),
            None => string(""),
        };
        /// The id of an egress-only internet gateway that is attached to it; empty where none is.
        egress_only_gateway_id: STRING => |model, index| string(model.egress_only_of(VpcId(index)));
        /// Route tables of its subnets in which workloads run.
        task_route_tables: Type::List(&Type::Entity(&route_table::TYPE)) => |model, index| {
            let subnets = model.network.vpcs[index as usize].subnets.iter().filter(|id| !model.hosted[id.0 as usize].is_empty());
            let mut tables = Vec::new();
            for subnet in subnets {
                let (table, _) = model.known(model.network.subnet(*subnet).table)?;
                if !tables.contains(&table.0) {
                    tables.push(table.0);
                }
            }
            list_of(&route_table::TYPE, tables)
        };
        /// Its NAT gateways, those that are deleted left out.
        nat_gateways: Type::List(&Type::Entity(&nat_gateway::TYPE)) => |model, index| {
            model.listed(model.network.vpcs[index as usize].scope, "ec2:DescribeNatGateways")?;
            list_of(&nat_gateway::TYPE, model.nats_of_vpc[index as usize].iter().map(|id| id.0))
        };
        /// Its VPC endpoints, those that are deleted left out.
        endpoints: Type::List(&Type::Entity(&endpoint::TYPE)) => |model, index| {
            model.listed(model.network.vpcs[index as usize].scope, "ec2:DescribeVpcEndpoints")?;
            list_of(&endpoint::TYPE, model.network.vpcs[index as usize].endpoints.iter().map(|id| id.0))
        };
        /// Whether it has an interface endpoint by which Fargate tasks run without a way out.
        works_by_endpoints: BOOL => |model, index| {
            model.listed(model.network.vpcs[index as usize].scope, "ec2:DescribeVpcEndpoints")?;
            boolean(model.works_by_endpoints(VpcId(index)))
        };
        /// Whether another VPC that it is connected with has interface endpoints by which Fargate tasks run, without private DNS of their own: central ones, to which private hosted zones may lead.
        works_by_central_endpoints: BOOL => |model, index| {
            model.listed(model.network.vpcs[index as usize].scope, "ec2:DescribeVpcEndpoints")?;
            boolean(model.works_by_central_endpoints(VpcId(index)))
        };
        /// The id of a subnet of its that leads to an internet gateway; `<public-subnet-id>` where there is none.
        public_subnet_id: STRING => |model, index| string(model.public_subnet(VpcId(index), |_| true));
        /// Its load balancers.
        load_balancers: Type::List(&Type::Entity(&load_balancer::TYPE)) => |model, index| model.balancers_of_vpc(index);
        /// Internet-facing load balancers in subnets of its that lead nowhere, or that are declared public and lead to a NAT gateway or an egress-only internet gateway. None where it has no internet gateway and flows of workloads are stopped for want of one, which tells it.
        stranded_load_balancers: Type::List(&Type::Entity(&load_balancer::TYPE)) => |model, index| list_of(&load_balancer::TYPE, model.stranded_balancers(VpcId(index))?);
        /// The AWS CLI's commands, one a line, that lead the subnets of these to a new internet gateway.
        way_to_clients: STRING => |model, index| owned(model.way_to_clients(VpcId(index))?);
        /// Ids of VPCs that it has a peering connection with and whose addresses overlap with its own. Where the input holds both VPCs, only the one that asked for the connection names the other.
        overlapping_peers: Type::List(&Type::String) => |model, index| model.overlapping_peers(VpcId(index)), at |model, index| Some(Location::inside(model.network.vpcs[index as usize].element.origin, path!["CidrBlock"]));
        /// Whether it is another account's, which shares subnets of it: what that one has on it, a participant doesn't see.
        is_of_another: BOOL => |model, index| boolean(model.network.vpcs[index as usize].subnets.iter().any(|id| model.network.sharer(*id).is_some()));
        /// Whether flow logs are on for it.
        has_flow_logs: BOOL => |model, index| model.has_flow_logs(index);
        /// Whether workloads run in it.
        hosts_workloads: BOOL => |model, index| {
            let vpc = &model.network.vpcs[index as usize];
            boolean(vpc.subnets.iter().any(|id| !model.hosted[id.0 as usize].is_empty()))
        };
        /// The AWS CLI's command that excludes it from VPC Block Public Access, as far as the mode; one that changes the exclusion that it has.
        excluding_command: STRING => |model, index| owned(model.excluding_command(VpcId(index)));
        /// Services in it that Cloud Map has names for.
        discovered_services: Type::List(&Type::Entity(&workload::TYPE)) => |model, index| list_of(&workload::TYPE, model.discovered_in(VpcId(index)));
        /// Whether that DNS resolution or DNS host names are off stops a flow of a workload.
        names_stop_flows: BOOL => |model, index| boolean(model.names_stop_flows(VpcId(index)));
        /// VPC Block Public Access; `off` where the input doesn't say.
        block_public_access: Type::Word(words::BLOCK_MODES) => |model, index| {
            let scope = &model.network.scopes[model.network.vpcs[index as usize].scope as usize];
            string(scope.block_public_access.as_deref().unwrap_or("off"))
        };
    }
}

entity! {
    /// A subnet.
    subnet = "subnet" subnet {
        /// Its tags, values by keys: `'Owner' in subnet.tags && subnet.tags['Owner'] == 'network'`.
        tags: Type::Map => |model, index| model.tags(ResourceId::Subnet(SubnetId(index))), at |model, index| Some(Location::inside(model.network.subnets[index as usize].element.origin, path!["Tags"]));
        /// Its id.
        id: STRING => |model, index| string(text(&model.network.subnets[index as usize].element.subnet_id)), at |model, index| Some(Location::inside(model.network.subnets[index as usize].element.origin, path!["SubnetId"]));
        /// Its VPC.
        vpc: Type::Entity(&vpc::TYPE) => |model, index| model.vpc_of(model.network.subnets[index as usize].vpc);
        /// Its IPv4 address block; empty where it has IPv6 addresses alone.
        cidr: STRING => |model, index| match &model.network.subnets[index as usize] {
            subnet if subnet.element.ipv6_native == Some(true) => string(""),
            subnet => model.written(&subnet.element.cidr_block, "ec2:DescribeSubnets", subnet.scope),
        }, at |model, index| Some(Location::inside(model.network.subnets[index as usize].element.origin, path!["CidrBlock"]));
        /// The name of its zone.
        zone: STRING => |model, index| model.written(&model.network.subnets[index as usize].element.availability_zone, "ec2:DescribeSubnets", model.network.subnets[index as usize].scope), at |model, index| Some(Location::inside(model.network.subnets[index as usize].element.origin, path!["AvailabilityZone"]));
        /// Whether it has IPv6 addresses alone.
        is_ipv6_only: BOOL => |model, index| {
            let subnet = &model.network.subnets[index as usize];
            match (subnet.element.ipv6_native, &subnet.element.cidr_block) {
                (Some(native), _) => boolean(native),
                (None, Some(_)) => boolean(false),
                (None, None) => Err(model.unknown(Missing { call: "ec2:DescribeSubnets", scope: subnet.scope })),
            }
        };
        /// How many of its IPv4 addresses are free.
        free_addresses: INT => |model, index| model.written_number(model.network.subnets[index as usize].element.available_ip_address_count, "ec2:DescribeSubnets", model.network.subnets[index as usize].scope), at |model, index| Some(Location::inside(model.network.subnets[index as usize].element.origin, path!["AvailableIpAddressCount"]));
        /// The route table in effect: by association, else the VPC's main table.
        route_table: Type::Entity(&route_table::TYPE) => |model, index| entity_of(&route_table::TYPE, model.known(model.network.subnets[index as usize].table)?.0.0);
        /// Whether the route table is in effect by association, not as the VPC's main table.
        has_own_table: BOOL => |model, index| boolean(model.known(model.network.subnets[index as usize].table)?.1);
        /// Whether it is declared private and has its VPC's main route table for want of one of its own.
        lacks_own_table: BOOL => |model, index| {
            model.known(model.network.subnets[index as usize].table)?;
            boolean(model.lacks_own_table(SubnetId(index)))
        };
        /// Whether it is declared private but leads, or falls back on a main table that leads, to an internet gateway, although its VPC has a NAT gateway or a route table that leads private subnets out.
        is_public_by_mistake: BOOL => |model, index| {
            model.known(model.network.subnets[index as usize].table)?;
            boolean(model.is_public_by_mistake(SubnetId(index)))
        };
        /// The AWS CLI's commands, one a line, by which it leads to a NAT gateway instead of an internet gateway: other routes in its table, or another table where public subnets have that too.
        private_way: STRING => |model, index| {
            model.known(model.network.subnets[index as usize].table)?;
            owned(model.private_way(SubnetId(index)))
        };
        /// The id of the route table that a subnet with the main one is most likely meant to have: one of its VPC that is not public, by which nothing is stopped, and that leads out or by which other tasks run; one that no subnet has before the others, and one of its zone before those. `<route-table-id>` where there is none.
        sibling_table_id: STRING => |model, index| {
            model.known(model.network.subnets[index as usize].table)?;
            let found = model.sibling_table(SubnetId(index)).map(|table| model.network.table(table).element);
            string(found.and_then(|table| table.route_table_id.as_deref()).unwrap_or("<route-table-id>"))
        };
        /// The NAT gateway that its packets are best sent to, one of its zone if there is any, as the AWS CLI's option to create a route writes it: `--nat-gateway-id nat-…`; an instance, where the VPC has such ones in their place.
        nat_option: STRING => |model, index| owned(model.nat_option(SubnetId(index)));
        /// The AWS CLI's command that gives it that route table. Empty where it has one of its own, unless it is a public subnet and private ones have that too, and where to change the main one is as good: no subnet like it has another one, and all that it is in effect for are like it.
        association: STRING => |model, index| {
            model.known(model.network.subnets[index as usize].table)?;
            owned(model.association(SubnetId(index)))
        };
        /// The AWS CLI's commands, one a line, that give it another table than the main one: the one that it is most likely meant to have, else a new one that leads to a NAT gateway.
        another_table: STRING => |model, index| owned(model.another_table(SubnetId(index)));
        /// The id of a subnet of its VPC and zone that leads to an internet gateway; `<public-subnet-id>` where there is none.
        public_subnet_of_zone: STRING => |model, index| {
            let subnet = &model.network.subnets[index as usize];
            let of_zone = |other: SubnetId| model.network.subnet(other).element.availability_zone == subnet.element.availability_zone;
            string(subnet.vpc.known().map_or(NO_PUBLIC_SUBNET, |vpc| model.public_subnet(vpc, of_zone)))
        };
        /// The default route (0.0.0.0/0) in effect; its target is `none` where there is none.
        default_route: Type::Entity(&route::TYPE) => |model, index| entity_of(&route::TYPE, model.default_route(model.known(model.network.subnets[index as usize].table)?.0)?);
        /// The network ACL in effect.
        network_acl: Type::Entity(&network_acl::TYPE) => |model, index| entity_of(&network_acl::TYPE, model.known(model.network.subnets[index as usize].acl)?.0);
        /// What its owner says it is by its name, by the CDK's or Kubernetes' tags, or by MapPublicIpOnLaunch; empty where nothing says.
        declared: Type::Word(words::DECLARED) => |model, index| string(model.declared(index)), at |model, index| Some(Location::inside(model.network.subnets[index as usize].element.origin, path!["Tags"]));
        /// Workloads that run in it.
        workloads: Type::List(&Type::Entity(&workload::TYPE)) => |model, index| list_of(&workload::TYPE, model.hosted[index as usize].iter().map(|id| id.0));
        /// Whether an internet-facing load balancer has it that has public IPv4 addresses there.
        has_public_load_balancer: BOOL => |model, index| boolean(model.has_public_balancer(SubnetId(index), Family::Ipv4)?);
        /// Whether an internet-facing load balancer has it that has public addresses of IPv6 alone (`dualstack-without-public-ipv4`).
        has_ipv6_load_balancer: BOOL => |model, index| boolean(model.has_public_balancer(SubnetId(index), Family::Ipv6)?);
        /// Whether an internet-facing load balancer has it that leads clients to tasks: not to services that are scaled to zero alone.
        serves_clients: BOOL => |model, index| boolean(model.serves_clients(SubnetId(index))?);
        /// NAT gateways in it.
        nat_gateways: Type::List(&Type::Entity(&nat_gateway::TYPE)) => |model, index| list_of(&nat_gateway::TYPE, model.nats_in[index as usize].iter().map(|id| id.0));
    }
}

entity! {
    /// A route table.
    route_table = "route-table" table {
        /// Its tags, values by keys: `'Owner' in table.tags && table.tags['Owner'] == 'network'`.
        tags: Type::Map => |model, index| model.tags(ResourceId::Table(RouteTableId(index))), at |model, index| Some(Location::inside(model.network.tables[index as usize].element.origin, path!["Tags"]));
        /// Its id.
        id: STRING => |model, index| string(text(&model.network.tables[index as usize].element.route_table_id)), at |model, index| Some(Location::inside(model.network.tables[index as usize].element.origin, path!["RouteTableId"]));
        /// Its VPC.
        vpc: Type::Entity(&vpc::TYPE) => |model, index| model.vpc_of(model.network.tables[index as usize].vpc);
        /// Subnets that it is in effect for.
        subnets: Type::List(&Type::Entity(&subnet::TYPE)) => |model, index| list_of(&subnet::TYPE, model.network.tables[index as usize].subnets.iter().map(|id| id.0));
        /// The AWS CLI's commands, one a line, that lead its routes to something that exists in the place of what is gone: to what its VPC has, else to something new.
        repair: STRING => |model, index| owned(model.repair_of_routes(RouteTableId(index)));
        /// The AWS CLI's commands, one a line, that delete those routes instead. Empty where none is to be deleted by hand, or where `repair` deletes them.
        deletions: STRING => |model, index| owned(model.deletions_of_routes(RouteTableId(index)));
        /// The AWS CLI's commands, one a line, that give those of its subnets that are to be public another table. Empty where none of its subnets is to be private.
        public_association: STRING => |model, index| owned(model.public_association(RouteTableId(index)));
        /// The AWS CLI's commands, one a line, that give those of its subnets that are declared private another table.
        private_association: STRING => |model, index| owned(model.private_association(RouteTableId(index)));
        /// Its routes.
        routes: Type::List(&Type::Entity(&route::TYPE)) => |model, index| {
            let routes = model.network.tables[index as usize].routes.as_ref().map_err(|missing| model.unknown(*missing))?;
            let first = model.first_route[index as usize];
            list_of(&route::TYPE, first..first + routes.len() as u32)
        }, at |model, index| Some(Location::inside(model.network.tables[index as usize].element.origin, path!["Routes"]));
        /// Its default route (0.0.0.0/0); its target is `none` where there is none.
        default_route: Type::Entity(&route::TYPE) => |model, index| entity_of(&route::TYPE, model.default_route(RouteTableId(index))?);
        /// Its default route of IPv6 (::/0); its target is `none` where there is none.
        ipv6_default_route: Type::Entity(&route::TYPE) => |model, index| entity_of(&route::TYPE, model.ipv6_default_route(RouteTableId(index))?);
        /// The AWS CLI's commands, one a line, that lead ::/0 to the internet gateway for its subnets with load balancers that have public addresses of IPv6 alone: its own route, or a table for these where others have it too.
        way_to_ipv6_clients: STRING => |model, index| owned(model.way_to_ipv6_clients(RouteTableId(index)));
        /// Whether workloads run in its subnets.
        hosts_workloads: BOOL => |model, index| boolean(model.network.tables[index as usize].subnets.iter().any(|id| !model.hosted[id.0 as usize].is_empty()));
        /// Whether workloads with a public IP run in its subnets; those that are called private, or that have IPv6 addresses alone, are left out.
        hosts_public_ip_workloads: BOOL => |model, index| boolean(model.hosts_public_ips(model.network.table(RouteTableId(index))));
        /// Whether it is one for public subnets, by what is in them: an internet-facing load balancer, a NAT gateway or tasks with public IPs in one that is declared public; in others such a load balancer beside a NAT gateway or where it leads to none, tasks with public IPs where it leads nowhere and no endpoints serve them, several NAT gateways, or a single one and nothing else where it leads nowhere or to a NAT gateway.
        is_public: BOOL => |model, index| boolean(model.is_public_table(RouteTableId(index))?);
        /// The AWS CLI's commands, one a line, that lead its routes which lead past a peer's VPC to where they may lead, and make the routes to that VPC itself which it lacks.
        way_instead_of_peer: STRING => |model, index| owned(model.ways_instead_of_peers(RouteTableId(index)));
        /// Whether where it leads, or that it doesn't, stops flows of workloads.
        stops_flows: BOOL => |model, index| boolean(model.stopping_tables.contains(&RouteTableId(index)));
        /// Whether by its routes to what is gone more than one in a hundred of the clients on the internet of load balancers that serve tasks get no replies.
        drops_replies: BOOL => |model, index| boolean(model.drops_replies(RouteTableId(index))?);
        /// Whether it decides about packets: those of its subnets, those that come in through an internet gateway that it is associated with, or those of a regional NAT gateway.
        is_in_use: BOOL => |model, index| {
            let id = RouteTableId(index);
            let network = model.network;
            boolean(!network.table(id).subnets.is_empty()
                || network.gateways.iter().any(|gateway| gateway.table.map_or(true, |table| table == Some(id)))
                || network.nats.iter().any(|nat| nat.is_regional && nat.table == Some(id)))
        };
        /// Services (such as `s3`) whose gateway endpoints it has a route to.
        gateway_endpoint_services: Type::List(&Type::String) => |model, index| {
            let routes = model.network.tables[index as usize].routes.as_ref().map_err(|missing| model.unknown(*missing))?;
            strings(routes.iter().filter_map(|route| match route.target {
                Target::Endpoint(Reference::To(id)) => model.network.endpoint(id).service,
                _ => None,
            }))
        };
    }
}

entity! {
    /// A route of a route table.
    route = "route" route {
        /// Its destination as written; empty for a route that is lacking.
        destination: STRING => |model, index| match model.route(index) {
            Some(route) => string(route.destination_text()),
            None => string(""),
        };
        /// What it leads to; `none` for a route that is lacking.
        target: Type::Word(words::TARGETS) => |model, index| match model.route(index).map(|route| route.target) {
            Some(Target::Unwritten(missing)) => Err(model.unknown(missing)),
            target => string(target.map_or("none", |target| target.kind())),
        }, at |model, index| model.route_place(index);
        /// The id that it leads to.
        target_id: STRING => |model, index| string(model.route(index).map_or("nowhere", |route| route.target_id)), at |model, index| model.route_place(index);
        /// Whether it leads to something that is gone, or AWS says that it is a blackhole although what it leads to works.
        is_blackhole: BOOL => |model, index| boolean(model.is_blackhole(index)), at |model, index| model.route_place(index);
        /// Its destination as the AWS CLI's commands about routes take it: `--destination-cidr-block 0.0.0.0/0`.
        destination_option: STRING => |model, index| owned(model.route(index).map_or_else(|| "--destination-cidr-block 0.0.0.0/0".to_owned(), destination_option));
        /// Its target as these commands take it: `--nat-gateway-id nat-0123`. In the place of what is gone stands `<nat-gateway-id>`.
        target_option: STRING => |model, index| owned(model.route(index).map_or_else(String::new, |route| target_option(route)));
        /// The service whose prefix list is its destination, such as `s3`; empty where it is for anything else.
        service: STRING => |model, index| string(match model.route(index).map(|route| &route.destination) {
            Some(RouteDestination::List(Reference::To(list))) => model.network.prefix_list(*list).service.unwrap_or_default(),
            _ => "",
        });
        /// Services that workloads in its table's subnets need and whose public addresses it takes, in part or whole, to where the input can't follow them, although the default route leads elsewhere. Those that an interface endpoint serves are left out.
        diverted_services: Type::List(&Type::String) => |model, index| model.diverted_services(index), at |model, index| model.route_place(index);
        /// Whether it sends public addresses, or everything, into a peering connection, although the VPC at the other end doesn't have them.
        leads_past_peer: BOOL => |model, index| boolean(model.leads_past_peer(index)), at |model, index| model.route_place(index);
        /// Its route table.
        route_table: Type::Entity(&route_table::TYPE) => |model, index| entity_of(&route_table::TYPE, model.route_owner(index).0);
    }
}

impl Model<'_> {
    pub(super) fn region(&self, scope: u32) -> &str {
        self.network.scopes[scope as usize].region.as_deref().unwrap_or(NO_REGION)
    }

    /// Whether a list is known at all, as a fact that is a list of its elements needs.
    pub(super) fn listed(&self, scope: u32, call: &'static str) -> Result<(), Unknown> {
        if self.network.scopes[scope as usize].absent.contains(&call) {
            Err(self.unknown(Missing { call, scope }))
        } else {
            Ok(())
        }
    }

    pub(super) fn vpc_of<'f>(&self, vpc: Reference<VpcId>) -> Reading<'f> {
        match vpc {
            Reference::To(id) => entity_of(&vpc::TYPE, id.0),
            Reference::Unknown(missing) => Err(self.unknown(missing)),
            Reference::Gone => Err(self.lost("ec2:DescribeVpcs", "the VPC that it names is not in the input")),
        }
    }

    /// Subnets that references lead to: unknown where one of them is, without those that are gone.
    pub(super) fn subnet_list<'f>(&self, subnets: impl Iterator<Item = Reference<SubnetId>>) -> Reading<'f> {
        let mut found = Vec::new();
        for reference in subnets {
            match reference {
                Reference::To(id) => found.push(id.0),
                Reference::Unknown(missing) => return Err(self.unknown(missing)),
                Reference::Gone => {}
            }
        }
        list_of(&subnet::TYPE, found)
    }

    /// A reference to something that a complete list lacks.
    pub(super) fn lost(&self, call: &'static str, why: &str) -> Unknown {
        Unknown { call: call.into(), reason: Some(why.to_owned()), knowingly: true }
    }

    fn attribute(&self, index: u32, name: &'static str) -> Option<Location> {
        let location = self.network.vpcs[index as usize].attributes.clone()?;
        match location {
            Location::Entity { origin, .. } => Some(Location::inside(origin, path![name, "Value"])),
            other @ Location::Span { .. } => Some(other),
        }
    }

    /// The id of a subnet of a VPC that leads to an internet gateway.
    fn public_subnet(&self, vpc: VpcId, is_wanted: impl Fn(SubnetId) -> bool) -> &str {
        let found = self.leading_out(vpc).iter().copied().find(|id| is_wanted(*id));
        found.map_or(NO_PUBLIC_SUBNET, |id| text(&self.network.subnet(id).element.subnet_id))
    }

    fn excluding_command(&self, id: VpcId) -> String {
        let vpc = self.network.vpc(id);
        let name = text(&vpc.element.vpc_id);
        let own = self.network.scopes[vpc.scope as usize].exclusions.iter().find(|exclusion| exclusion.of == name);
        match own {
            Some(own) => {
                format!("aws ec2 modify-vpc-block-public-access-exclusion --exclusion-id {}", own.id)
            }
            None => format!("aws ec2 create-vpc-block-public-access-exclusion --vpc-id {name}"),
        }
    }

    fn has_flow_logs<'f>(&self, index: u32) -> Reading<'f> {
        let vpc = &self.network.vpcs[index as usize];
        self.listed(vpc.scope, "ec2:DescribeFlowLogs")?;
        boolean(self.network.scopes[vpc.scope as usize].logged.contains(text(&vpc.element.vpc_id)))
    }

    pub(super) fn declared(&self, index: u32) -> &'static str {
        declared_kind(self.network.subnets[index as usize].element)
    }

    pub(super) fn default_route(&self, table: RouteTableId) -> Result<u32, Unknown> {
        self.route_or_none(table, Family::Ipv4, self.network.table(table).default_route(self.network))
    }

    fn ipv6_default_route(&self, table: RouteTableId) -> Result<u32, Unknown> {
        self.route_or_none(table, Family::Ipv6, self.network.table(table).ipv6_default_route(self.network))
    }

    fn route_or_none(
        &self,
        table: RouteTableId,
        family: Family,
        found: Known<Option<&Route<'_>>>,
    ) -> Result<u32, Unknown> {
        let found = self.known(found)?;
        let element = self.network.table(table);
        let unread = |route: &Route<'_>| {
            let is_of_family = route.family().is_none_or(|own| own == family);
            let may_be_default = route.target != Target::Local && is_of_family;
            route.destination == RouteDestination::Nothing && may_be_default
        };
        if found.is_none() && element.routes.iter().flatten().any(unread) {
            return Err(self.unknown(Missing { call: "ec2:DescribeRouteTables", scope: element.scope }));
        }
        Ok(found.map_or(table.0 | LACKING, |route| self.first_route[table.0 as usize] + route.index as u32))
    }

    pub(super) fn route(&self, index: u32) -> Option<&Route<'_>> {
        if index & LACKING != 0 {
            return None;
        }
        let (table, position) = self.routes[index as usize];
        self.network.table(table).routes.as_ref().ok()?.get(position as usize)
    }

    pub(super) fn route_owner(&self, index: u32) -> RouteTableId {
        if index & LACKING != 0 { RouteTableId(index & !LACKING) } else { self.routes[index as usize].0 }
    }

    pub(super) fn route_place(&self, index: u32) -> Option<Location> {
        let table = self.network.table(self.route_owner(index));
        Some(match self.route(index) {
            Some(route) => table.target_place(route),
            None => Location::inside(table.element.origin, path!["RouteTableId"]),
        })
    }

    fn is_blackhole(&self, index: u32) -> bool {
        let vpc = self.network.table(self.route_owner(index)).element.vpc_id.as_deref();
        // Of what exists and doesn't work, its own rules say what is wrong with it.
        self.route(index).is_some_and(|route| is_dead(self.network, vpc, route))
    }
}

//! What stops a flow.

use super::balancing::load_balancer;
use super::entity::*;
use super::errand::Errand;
use super::filters::{endpoint, network_acl, security_group};
use super::gateways::nat_gateway;
use super::interfaces::network_interface;
use super::meant_way::MeantWay;
use super::model::{BlockerKey, Model};
use super::schema::*;
use super::topology::{LACKING, route, route_table, subnet, vpc};
use super::transit::{attachment, peering, transit_table};
use super::words;
use super::workload::workload;
use crate::network::*;
use crate::path;
use crate::reach::{
    Blocker, Cause, Code, FIRST_PHRASES, Flow, FlowKey, FlowKind, Packets, Product, ResourceId, first_phrases, products,
};
use crate::snapshot::Location;
use std::collections::HashSet;

entity! {
    /// Something that stops a flow of a workload: one of the codes of docs/semantics.md, on one resource.
    blocker = "blocker" blocker {
        /// Its code.
        code: Type::Word(words::CODES) => |model, index| string(model.blocked(index).1.code.as_str()), at |model, index| model.cause_place(index);
        /// The id of the resource that stops the flow.
        resource_id: STRING => |model, index| owned(crate::facts::about::about(model, model.blocked(index).1.resource).id), at |model, index| model.cause_place(index);
        /// What the flow is for.
        purpose: Type::Word(words::PURPOSES) => |model, index| string(model.errand(index).purpose());
        /// What is to be reached, by name: `ecr.api`, `s3`, `docker.io`, `internet`, …
        destination: STRING => |model, index| owned(model.errand(index).destination()), at |model, index| Some(model.errand(index).place());
        /// The AWS service that is to be reached, by its endpoint's name: `ecr.api`, `s3`; empty for anything else.
        service: STRING => |model, index| string(model.errand(index).service()), at |model, index| Some(model.errand(index).place());
        /// The whole name that an interface endpoint for the AWS service has in the VPC's region: `com.amazonaws.us-east-1.logs`; empty for anything else.
        service_name: STRING => |model, index| owned(model.errand(index).service_name()), at |model, index| Some(model.errand(index).place());
        /// The AWS CLI's command that creates an interface endpoint for the AWS service, as the others are by which the tasks run: in the subnets of the VPC's own ones and with their groups, else in those of central ones in another VPC.
        creating_endpoint: STRING => |model, index| owned(model.creating_endpoint(sender_subnet(model.blocked(index).0), &model.errand(index).service_name()));
        /// The flow as `fargcheck trace` asks about it: `--from app --to ecr.api`.
        question: STRING => |model, index| owned(model.errand(index).question());
        /// What stops the flow and how, as a clause: `route table rtb-0123 has no route for it`.
        reason: STRING => |model, index| owned(model.blocking_reason(index)), at |model, index| model.cause_place(index);
        /// Whether the destination is on the internet, where AWS's own services are too.
        is_on_internet: BOOL => |model, index| boolean(model.errand(index).is_on_internet()), at |model, index| Some(model.errand(index).place());
        /// Whether the destination is a registry on the internet.
        is_public_registry: BOOL => |model, index| boolean(model.errand(index).is_public_registry()), at |model, index| Some(model.errand(index).place());
        /// The destination's port.
        port: INT => |model, index| int(model.errand(index).port().into());
        /// The protocol of its packets.
        protocol: Type::Word(words::TRANSPORTS) => |model, index| string(model.errand(index).protocol().as_str());
        /// The verdict over the whole flow.
        verdict: Type::Word(words::VERDICTS) => |model, index| string(model.blocked(index).0.answer.verdict.as_str()), at |model, index| model.cause_place(index);
        /// Whether all packets of the flow are stopped.
        is_total: BOOL => |model, index| boolean(model.blocked(index).1.is_total);
        /// Whether replies are stopped rather than what the sender sends.
        is_returning: BOOL => |model, index| boolean(model.blocked(index).1.returning);
        /// What is stopped, in the shortest form: `replies to ports 32768-40000`.
        packets: STRING => |model, index| owned(model.blocked_packets(index));
        /// Whether it is packets of IPv6 that are stopped.
        is_ipv6: BOOL => |model, index| boolean(model.blocked(index).1.packets.first().is_some_and(|packets| Family::of(packets.own.0) == Family::Ipv6));
        /// The workload.
        workload: Type::Entity(&workload::TYPE) => |model, index| entity_of(&workload::TYPE, model.blocked(index).0.key.workload.0);
        /// The workload that calls: the workload itself, or the other one of its namespace that the flow starts at. Not where a load balancer does.
        caller: Type::Entity(&workload::TYPE) => |model, index| match model.blocked(index).0.key {
            FlowKey { workload, kind: FlowKind::Need(_), .. } | FlowKey { kind: FlowKind::FromPeer { peer: workload, .. }, .. } => entity_of(&workload::TYPE, workload.0),
            _ => Err(model.lost("ecs:DescribeServices", "it is no workload that calls")),
        };
        /// Whether others of the caller's Service Connect namespace may as well be what calls the workload: which of them does is nowhere written.
        has_other_callers: BOOL => |model, index| boolean(model.has_other_callers(index));
        /// The workload's subnet.
        subnet: Type::Entity(&subnet::TYPE) => |model, index| entity_of(&subnet::TYPE, model.blocked(index).0.key.subnet.0);
        /// The subnet that the flow starts in: the workload's, or the load balancer's or the other workload's.
        sender_subnet: Type::Entity(&subnet::TYPE) => |model, index| entity_of(&subnet::TYPE, sender_subnet(model.blocked(index).0).0);
        /// The VPC that the flow starts in.
        vpc: Type::Entity(&vpc::TYPE) => |model, index| model.vpc_of(model.network.subnet(sender_subnet(model.blocked(index).0)).vpc);
        /// The VPC in which the flow is stopped: that of the NAT gateway, the route table or the VPC that stops it, else the one that it starts in.
        stopping_vpc: Type::Entity(&vpc::TYPE) => |model, index| model.vpc_of(model.stopping_vpc(index));
        /// Whether an internet gateway is what it lacks where that VPC has none: it is meant to go by one, or a NAT gateway is to send it on there.
        wants_internet_gateway: BOOL => |model, index| boolean(model.wants_internet_gateway(index));
        /// The route table that decided, or that lacks the way on from a private NAT gateway to a transit gateway, or else that of the sender's subnet.
        route_table: Type::Entity(&route_table::TYPE) => |model, index| entity_of(&route_table::TYPE, model.blocking_table(index)?.0);
        /// The route that decided; its target is `none` where one is lacking.
        route: Type::Entity(&route::TYPE) => |model, index| match model.blocked(index).1.cause {
            Cause::Route(table, position) => entity_of(&route::TYPE, model.first_route[table.0 as usize] + position),
            _ => entity_of(&route::TYPE, model.blocking_table(index)?.0 | LACKING),
        };
        /// The security group that stops the flow. Only for the codes `sg-egress`, `dest-sg` and `endpoint-sg`.
        security_group: Type::Entity(&security_group::TYPE) => |model, index| match model.blocked(index).1.resource {
            ResourceId::Group(id) => entity_of(&security_group::TYPE, id.0),
            _ => Err(model.lost("ec2:DescribeSecurityGroups", "no security group stops this flow")),
        };
        /// Whether a security group stops the flow.
        is_by_security_group: BOOL => |model, index| boolean(matches!(model.blocked(index).1.resource, ResourceId::Group(_)));
        /// The network ACL that stops the flow. Only for the codes that name one.
        network_acl: Type::Entity(&network_acl::TYPE) => |model, index| match model.blocked(index).1.resource {
            ResourceId::Acl(id) => entity_of(&network_acl::TYPE, id.0),
            _ => Err(model.lost("ec2:DescribeNetworkAcls", "no network ACL stops this flow")),
        }, at |model, index| model.cause_place(index);
        /// The entry of the network ACL that stops the flow: `rule 90`, or `its implicit deny`.
        entry: STRING => |model, index| owned(model.entry_name(index)), at |model, index| model.cause_place(index);
        /// The AWS CLI's commands, one a line, that create the entries of that network ACL by which what it drops passes, and nothing else: each with a number that is free and asked before. Empty where it is no network ACL that stops the flow.
        openings: STRING => |model, index| owned(model.opening_lines(model.blockers.get(index as usize).copied().into_iter()));
        /// The endpoint that the flow goes to or through. Only where there is one.
        endpoint: Type::Entity(&endpoint::TYPE) => |model, index| match (model.blocked(index).1.resource, model.errand(index).via()) {
            (ResourceId::Endpoint(id), _) | (_, Some(ResourceId::Endpoint(id))) => entity_of(&endpoint::TYPE, id.0),
            _ => Err(model.lost("ec2:DescribeVpcEndpoints", "this flow goes through no endpoint")),
        };
        /// Whether the flow goes to or through an endpoint.
        is_by_endpoint: BOOL => |model, index| boolean(matches!(model.blocked(index).1.resource, ResourceId::Endpoint(_)) || matches!(model.errand(index).via(), Some(ResourceId::Endpoint(_))));
        /// The load balancer that the flow comes from. Only where it comes from one.
        load_balancer: Type::Entity(&load_balancer::TYPE) => |model, index| match model.blocked(index).0.key.kind {
            FlowKind::FromLoadBalancer { balancer, .. } => entity_of(&load_balancer::TYPE, balancer.0),
            _ => Err(model.lost("elasticloadbalancing:DescribeLoadBalancers", "this flow comes from no load balancer")),
        };
        /// Whether what stops the flow is in another VPC than the one that the flow starts in.
        is_beyond: BOOL => |model, index| boolean(model.is_beyond(index));
        /// The peering connection that stops the flow, or by which it is meant to go. Only where there is one.
        peering: Type::Entity(&peering::TYPE) => |model, index| match (model.blocked(index).1.resource, model.unused(index)) {
            (ResourceId::Peering(id), _) | (_, Some(Connection::Peering(id))) => entity_of(&peering::TYPE, id.0),
            _ => Err(model.lost("ec2:DescribeVpcPeeringConnections", "no peering connection stops this flow")),
        };
        /// The transit gateway attachment that stops the flow, or the one that a transit gateway's route table has no route for. Only for the codes `tgw-zone` and `tgw-route`.
        attachment: Type::Entity(&attachment::TYPE) => |model, index| match (model.blocked(index).1.resource, model.blocked(index).1.cause) {
            (ResourceId::Attachment(id), _) | (_, Cause::Hop(id)) => entity_of(&attachment::TYPE, id.0),
            _ => Err(model.lost("ec2:DescribeTransitGatewayVpcAttachments", "no transit gateway attachment stops this flow")),
        };
        /// The transit gateway's route table that stops the flow. Only for the code `tgw-route`, and not where an attachment itself is at fault.
        transit_table: Type::Entity(&transit_table::TYPE) => |model, index| match model.blocked(index).1.resource {
            ResourceId::TransitTable(id) => entity_of(&transit_table::TYPE, id.0),
            _ => Err(model.lost("ec2:DescribeTransitGatewayRouteTables", "no transit gateway route table stops this flow")),
        };
        /// Whether a transit gateway's route table stops the flow.
        is_by_transit_table: BOOL => |model, index| boolean(matches!(model.blocked(index).1.resource, ResourceId::TransitTable(_)));
        /// Whether it is a regional NAT gateway, without a subnet, that has no way to an internet gateway.
        is_by_regional_nat: BOOL => |model, index| boolean(model.stopping_regional_nat(index).is_some());
        /// The AWS CLI's commands, one a line, that lead everything to an internet gateway which is to be created: from the route table that stops the flow, or from that of the regional NAT gateway which does.
        way_to_internet_gateway: STRING => |model, index| owned(model.way_to_internet_gateway(model.stopping_regional_nat(index), model.blocking_table(index)?)), at |model, index| Some(crate::facts::about::about(model, match model.stopping_regional_nat(index) {
            Some(id) => ResourceId::Nat(id),
            None => ResourceId::Table(model.blocking_table(index).ok()?),
        }).place);
        /// Whether a transit gateway sends it back to the VPC that it comes from.
        is_sent_back: BOOL => |model, index| boolean(model.is_sent_back(index));
        /// Which way the flow is meant to go where the route table of the sender's own subnet has none for it, or that of its private NAT gateway (`transit-gateway`, in a VPC without an internet gateway), as the rest of the network tells; the egress-only internet gateway is IPv6's, a peering connection or a transit gateway leads to the VPC that has the destination (also where the table sends it to the internet), and `none` is where the VPC has neither a way out nor endpoints. Empty for all other blockers.
        meant_way: Type::Word(words::MEANT_WAYS) => |model, index| {
            if model.blocked(index).1.code == Code::NoRoute {
                let scope = model.network.subnet(sender_subnet(model.blocked(index).0)).scope;
                model.listed(scope, "ec2:DescribeNatGateways")?;
                model.listed(scope, "ec2:DescribeVpcEndpoints")?;
            }
            if model.is_by_private_nat(index) {
                model.listed(model.network.subnet(sender_subnet(model.blocked(index).0)).scope, "ec2:DescribeTransitGatewayVpcAttachments")?;
            }
            let key = model.blockers.get(index as usize).copied();
            string(key.and_then(|key| model.meant_way(key)).map_or("", MeantWay::as_str))
        };
        /// The id of the transit gateway by which the flow is meant to go: one that a default route of the VPC leads to, or that it is attached to and that sends on what is for public addresses, or has the destination's VPC attached. Empty where it is meant to go another way.
        transit_gateway_id: STRING => |model, index| {
            let key = model.blockers.get(index as usize).copied();
            string(match key.and_then(|key| model.meant_way(key)) {
                Some(MeantWay::Transit(gateway) | MeantWay::Across(gateway)) => gateway,
                _ => "",
            })
        };
        /// The AWS CLI's commands, one a line, by which the subnet of the private NAT gateway that stops the flow leads to that transit gateway. Empty where none stops it.
        way_on_from_nat: STRING => |model, index| owned(model.way_on_from_stopping_nat(index)),
        at |model, index| model.cause_place(index);
        /// Whether a private NAT gateway stops the flow, which does not lead it on.
        is_by_private_nat: BOOL => |model, index| boolean(model.is_by_private_nat(index));
        /// The zone that a transit gateway attachment lacks. Empty for all codes but `tgw-zone`.
        zone: STRING => |model, index| string(match model.blocked(index).1.cause {
            Cause::Zone(id) => model.network.transit_zone(id).name.unwrap_or_default(),
            _ => "",
        });
        /// The address block that a route is lacking for: the sender's VPC for replies, else the VPC of the destination, or what is written where no VPC of the input has it: `10.0.0.0/16`, `0.0.0.0/0`.
        missing_route: STRING => |model, index| owned(model.missing_route(index));
        /// The id of the transit gateway attachment that such a route leads to, as far as the input tells: `<attachment-id>` where it doesn't.
        missing_attachment_id: STRING => |model, index| string(model.missing_attachment(index));
        /// Whether the transit gateway's route table has a static route for that very block, which a right one has to replace.
        is_replaced: BOOL => |model, index| boolean(model.has_static_route(index));
        /// The way that the flow takes into another VPC, or is meant to take there, as the AWS CLI's options to create a route write it: `--transit-gateway-id tgw-…`, `--vpc-peering-connection-id pcx-…`; empty where it takes none.
        way: STRING => |model, index| owned(model.way(index));
        /// The AWS CLI's command by which the route table that stops the flow, or its replies, leads it that way.
        leading_command: STRING => |model, index| owned(model.leading_command(model.blocking_table(index)?, &model.missing_route(index), &model.way(index)));
        /// The AWS CLI's commands, one a line, by which the route table that stops the flow leads on what a transit gateway brings: to a NAT gateway what is for the internet; in a table for the attachment's subnets alone where other subnets have it too.
        way_on: STRING => |model, index| owned(model.way_on(&model.errand(index), model.blocking_table(index)?, &model.missing_route(index)));
        /// Whether the route table that stops the flow is in effect for other subnets than those of a transit gateway attachment, although for these too.
        has_more_than_exits: BOOL => |model, index| boolean(model.has_more_than_exits(model.blocking_table(index)?));
        /// What else the route that is lacking would lead there: ids, joined by commas. Of a transit gateway's table the other attachments that it decides for, of a VPC's the other subnets than those that replies start in. Empty where there is nothing.
        also_led: STRING => |model, index| owned(model.also_led(model.blocked(index).1, model.blocking_table(index).ok()));
        /// The NAT gateway that the flow goes through. Only where there is one.
        nat_gateway: Type::Entity(&nat_gateway::TYPE) => |model, index| match (model.blocked(index).1.resource, model.errand(index).via()) {
            (ResourceId::Nat(id), _) | (_, Some(ResourceId::Nat(id))) => entity_of(&nat_gateway::TYPE, id.0),
            _ => Err(model.lost("ec2:DescribeNatGateways", "this flow goes through no NAT gateway")),
        };
        /// The network interface that stops the flow. Only for the code `source-dest-check`.
        network_interface: Type::Entity(&network_interface::TYPE) => |model, index| match model.blocked(index).1.resource {
            ResourceId::Interface(id) => entity_of(&network_interface::TYPE, id.0),
            _ => Err(model.lost("ec2:DescribeNetworkInterfaces", "no network interface stops this flow")),
        };
    }
}

/// Whether packets go to an IPv6 address that doesn't stand for one of IPv4.
fn is_native_ipv6(packets: &Packets) -> bool {
    let (low, high) = packets.remote;
    Family::of(low) == Family::Ipv6 && !(NAT64.0 <= low && high <= NAT64.1)
}

pub(super) fn sender_subnet(flow: &Flow) -> SubnetId {
    match flow.key.kind {
        FlowKind::Need(_) => flow.key.subnet,
        FlowKind::FromLoadBalancer { from, .. } | FlowKind::FromPeer { from, .. } => from,
    }
}

impl<'n> Model<'n> {
    pub(super) fn blocked(&self, index: u32) -> (&Flow, &Blocker) {
        self.blocker(self.blockers.get(index as usize).copied().unwrap_or(BlockerKey { flow: 0, blocker: 0 }))
    }

    /// The addresses that packets have which a blocker stops: the sender's, or behind a NAT gateway that one's.
    pub(super) fn addresses_there(&self, blocker: &Blocker) -> Addresses {
        let nat = blocker.behind.map(|behind| &self.network.nat(behind.nat).addresses);
        match nat.filter(|addresses| !addresses.is_empty()) {
            Some(addresses) => addresses.clone(),
            None => Ranges::collect(blocker.packets.iter().map(|packets| packets.own)),
        }
    }

    /// The addresses that packets are on their way to where they are stopped: replies go to the sender, or to the NAT gateway
    /// that it is behind.
    pub(super) fn unrouted(&self, blocker: &Blocker) -> Addresses {
        match blocker.returning {
            true => self.addresses_there(blocker),
            false => Ranges::collect(blocker.packets.iter().map(|packets| packets.remote)),
        }
    }

    /// What the packets that a blocker stops are sent for.
    pub(super) fn errand(&self, index: u32) -> Errand<'_, 'n> {
        let (flow, blocker) = self.blocked(index);
        Errand::of(self, flow, blocker)
    }

    pub(super) fn blocking_table(&self, index: u32) -> Result<RouteTableId, Unknown> {
        let (flow, blocker) = self.blocked(index);
        if let Some((_, table)) = self.way_on_from_private_nat(blocker) {
            return Ok(table);
        }
        match (blocker.cause, blocker.resource) {
            (Cause::Route(table, _) | Cause::Lacking(table), _) | (_, ResourceId::Table(table)) => Ok(table),
            _ => Ok(self.known(self.network.subnet(sender_subnet(flow)).table)?.0),
        }
    }

    fn is_by_private_nat(&self, index: u32) -> bool {
        let (_, blocker) = self.blocked(index);
        match (blocker.code, blocker.resource) {
            (Code::NatPrivate | Code::NatRoute, ResourceId::Nat(id)) => self.network.nat(id).is_private,
            _ => false,
        }
    }

    fn way_on_from_stopping_nat(&self, index: u32) -> String {
        let (_, blocker) = self.blocked(index);
        let subnet = match blocker.resource {
            ResourceId::Nat(id) => self.network.nat(id).subnet.and_then(Reference::known),
            _ => None,
        };
        match (self.way_on_from_private_nat(blocker), subnet) {
            (Some((gateway, _)), Some(subnet)) => self.way_on_from_nat(subnet, gateway),
            _ => String::new(),
        }
    }

    fn stopping_regional_nat(&self, index: u32) -> Option<NatId> {
        match self.blocked(index).1 {
            Blocker { code: Code::NatRoute, resource: ResourceId::Nat(id), .. } => {
                Some(*id).filter(|id| self.network.nat(*id).is_regional)
            }
            _ => None,
        }
    }

    pub(super) fn stopping_vpc(&self, index: u32) -> Reference<VpcId> {
        let (flow, blocker) = self.blocked(index);
        match blocker.resource {
            ResourceId::Vpc(id) => Reference::To(id),
            ResourceId::Nat(id) => self.network.nat(id).vpc,
            ResourceId::Table(id) => self.network.table(id).vpc,
            _ => self.network.subnet(sender_subnet(flow)).vpc,
        }
    }

    /// Route tables by which flows are stopped: by where they lead, or don't.
    pub(super) fn stopping_tables(&self) -> HashSet<RouteTableId> {
        const BY_TABLES: [Code; 6] =
            [Code::NoRoute, Code::Blackhole, Code::NoPublicIp, Code::NotRoutable, Code::NatRoute, Code::NatOwnSubnet];
        let stopping = (0..self.blockers.len() as u32).filter(|index| BY_TABLES.contains(&self.blocked(*index).1.code));
        stopping.filter_map(|index| self.blocking_table(index).ok()).collect()
    }

    pub(super) fn has_other_callers(&self, index: u32) -> bool {
        let key = self.blocked(index).0.key;
        let workload = self.network.workload(key.workload);
        let namespace = workload.namespace.as_deref().map(|namespace| (workload.scope, namespace));
        let count = namespace.and_then(|namespace| self.in_namespace.get(&namespace)).copied().unwrap_or(0);
        matches!(key.kind, FlowKind::FromPeer { .. }) && count > 2
    }

    pub(super) fn is_beyond(&self, index: u32) -> bool {
        let (flow, blocker) = self.blocked(index);
        let here = self.network.subnet(sender_subnet(flow)).element.vpc_id.as_deref();
        let there = super::about::about(self, blocker.resource).vpc;
        there.as_deref().is_some_and(|there| here.is_some_and(|here| here != there))
    }

    fn blocked_packets(&self, index: u32) -> String {
        let (flow, blocker) = self.blocked(index);
        let whole = self.sender_ports(flow);
        let (all_ports, returning) = (Ranges::one(whole.0, whole.1), blocker.returning);
        if blocker.is_total && returning {
            return format!("replies to ports {}", shown_ports(&all_ports));
        }
        if blocker.is_total {
            let errand = self.errand(index);
            return format!("{} {}", errand.protocol().as_str(), errand.port());
        }
        let products = products(&blocker.packets);
        let remote = products.iter().fold(Ranges::none(), |all, one| all.union(&one.remote));
        let senders = products.iter().fold(Ranges::none(), |all, one| all.union(&one.own));
        let way = if returning { "replies from" } else { "packets to" };
        if !blocker.always {
            let key = self.blockers.get(index as usize).and_then(|key| self.share_of_ports(*key));
            let share = key.map_or_else(|| "some".to_owned(), |(dropped, all)| format!("{dropped} of {all}"));
            return format!("{way} {} on {share} ports of the NAT gateway", shown(&remote));
        }
        let phrase = |packets: &Product| {
            if packets.own_ports == all_ports {
                return format!("{way} {} for tasks at {}", shown(&packets.remote), shown(&packets.own));
            }
            let from = match packets.remote == remote {
                true => String::new(),
                false => format!(" from {}", shown(&packets.remote)),
            };
            let tasks = match packets.own == senders {
                true => String::new(),
                false => format!(" for tasks at {}", shown(&packets.own)),
            };
            format!("replies to ports {}{from}{tasks}", shown_ports(&packets.own_ports))
        };
        first_phrases(&products, FIRST_PHRASES, phrase)
    }

    fn blocking_reason(&self, index: u32) -> String {
        let (_, blocker) = self.blocked(index);
        let about = super::about::about(self, blocker.resource);
        // A workload goes by its name: it is the subject of the sentence already.
        match blocker.resource {
            ResourceId::Workload(_) => format!("it {}", blocker.code.clause()),
            // Said of all its subnets alike: it is one fault of the workload.
            ResourceId::Subnet(_) if blocker.code == Code::AddressFamily => {
                format!("its subnet {}", blocker.code.clause())
            }
            ResourceId::Vpc(_) if blocker.code == Code::MountTarget => {
                format!("VPC {} has no mount target of the file system", about.id)
            }
            ResourceId::Nat(_) if blocker.code == Code::NotRoutable && blocker.packets.iter().any(is_native_ipv6) => {
                format!("NAT gateway {} takes no IPv6 but NAT64's, 64:ff9b::/96", about.id)
            }
            ResourceId::Nat(_) if blocker.code == Code::NotRoutable => {
                format!("the address is that of NAT gateway {}, which accepts no connections", about.id)
            }
            _ => format!("{} {} {}", blocker.resource.noun(), about.id, blocker.code.clause()),
        }
    }

    fn entry_name(&self, index: u32) -> String {
        let (_, blocker) = self.blocked(index);
        match (blocker.resource, blocker.cause) {
            (ResourceId::Acl(id), Cause::Entry { egress, rule: Some(rule) }) => {
                let acl = self.network.acl(id);
                let rules = if egress { &acl.egress } else { &acl.ingress };
                rules
                    .as_ref()
                    .map_or_else(|_| String::new(), |rules| format!("rule {}", rules.rules[rule as usize].number))
            }
            _ => "its implicit deny".into(),
        }
    }

    /// The very place that stops the flow.
    fn cause_place(&self, index: u32) -> Option<Location> {
        let (_, blocker) = self.blocked(index);
        match blocker.cause {
            Cause::Route(table, position) => {
                let table = self.network.table(table);
                table.routes.as_ref().ok().map(|routes| table.target_place(&routes[position as usize]))
            }
            Cause::Lacking(table) => {
                Some(Location::inside(self.network.table(table).element.origin, path!["RouteTableId"]))
            }
            Cause::Entry { egress, rule } => {
                let ResourceId::Acl(id) = blocker.resource else { return None };
                let acl = self.network.acl(id);
                let rules = if egress { &acl.egress } else { &acl.ingress }.as_ref().ok()?;
                Some(match rule {
                    Some(rule) => Location::inside(
                        acl.element.origin,
                        path!["Entries", rules.rules[rule as usize].index, "RuleAction"],
                    ),
                    None => Location::inside(acl.element.origin, path!["NetworkAclId"]),
                })
            }
            Cause::Whole | Cause::Zone(_) | Cause::Hop(_) => Some(super::about::about(self, blocker.resource).place),
        }
    }
}

//! Which way a network means a flow to go where a route table has none for it, and what stands only on ways that it would
//! not take then.
//!
//! That a route is lacking says nothing about what is wrong: the route, an endpoint without which the service's name leads
//! to public addresses, or a gateway. What the rest of the network does tells it. And what else would stop packets on the
//! way to the public addresses is no fault where none are meant to go there: a security group that lets out to the
//! endpoints alone is as it should be.

use super::blocker::sender_subnet;
use super::errand::Errand;
use super::model::{BlockerKey, Model};
use crate::network::*;
use crate::reach::{Blocker, Cause, Code, Destination, Flow, FlowKind, ResourceId, Verdict, answer_instead};
use std::collections::HashSet;

/// Which way a flow is meant to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MeantWay<'n> {
    /// Through an endpoint of its service.
    Endpoint,
    /// By an internet gateway, with the task's public IP.
    InternetGateway,
    /// By IPv6, and an egress-only internet gateway, or in a public subnet an internet gateway.
    Ipv6,
    /// By a NAT gateway of its VPC.
    Nat,
    /// By an instance that takes a NAT gateway's place.
    Instance,
    /// By this transit gateway, and out elsewhere.
    Transit(&'n str),
    /// By this peering connection, to the VPC at its other end.
    Peering(PeeringId),
    /// By this transit gateway, to another VPC that it is attached to.
    Across(&'n str),
    /// None: the VPC has no way out, and no endpoints.
    Nowhere,
}

impl MeantWay<'_> {
    /// The word that facts use for it.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            MeantWay::Endpoint => "endpoint",
            MeantWay::InternetGateway => "internet-gateway",
            MeantWay::Ipv6 => "egress-only-internet-gateway",
            MeantWay::Nat => "nat-gateway",
            MeantWay::Instance => "instance",
            MeantWay::Transit(_) => "transit-gateway",
            MeantWay::Peering(_) => "vpc-peering-connection",
            MeantWay::Across(_) => "transit-gateway-to-vpc",
            MeantWay::Nowhere => "none",
        }
    }
}

/// Whether the route table of the sender's own subnet lacks a route for a flow.
fn lacks_route(model: &Model<'_>, flow: &Flow, blocker: &Blocker) -> bool {
    let own = model.network.subnet(sender_subnet(flow)).table.map(|(table, _)| Cause::Lacking(table));
    blocker.code == Code::NoRoute && !blocker.returning && own == Ok(blocker.cause)
}

/// Whether what is lacking is a route to the internet, by IPv4.
fn lacks_way_out(model: &Model<'_>, flow: &Flow, blocker: &Blocker) -> bool {
    lacks_route(model, flow, blocker)
        && Errand::of(model, flow, blocker).is_on_internet()
        && !goes_by_ipv6(blocker)
        && !goes_inside(blocker)
}

/// Whether what is stopped goes to private addresses: for a name, to an endpoint in another VPC.
fn goes_inside(blocker: &Blocker) -> bool {
    let remote = Ranges::collect(blocker.packets.iter().map(|packets| packets.remote));
    let is_translated = Ranges::one(NAT64.0, NAT64.1).contains(&remote);
    !is_translated && remote.intersection(&PUBLIC) == Ranges::none()
}

fn goes_by_ipv6(blocker: &Blocker) -> bool {
    PUBLIC_V6.contains(&Ranges::collect(blocker.packets.iter().map(|packets| packets.remote)))
}

impl<'n> Model<'n> {
    /// Which way a flow is meant to go whose subnet's route table has none for it, or that of its private NAT gateway; none for
    /// other blockers.
    pub(super) fn meant_way(&self, key: BlockerKey) -> Option<MeantWay<'n>> {
        let (flow, blocker) = self.blocker(key);
        if let Some((gateway, _)) = self.way_on_from_private_nat(blocker) {
            return Some(MeantWay::Transit(gateway));
        }
        let connected = || {
            Some(match self.unused_connection(key)? {
                Connection::Peering(id) => MeantWay::Peering(id),
                Connection::TransitGateway(gateway) => MeantWay::Across(gateway),
            })
        };
        if !lacks_route(self, flow, blocker) {
            return connected();
        }
        let errand = Errand::of(self, flow, blocker);
        if lacks_way_out(self, flow, blocker) {
            return self.meant_way_out(&errand);
        }
        if errand.is_on_internet() && goes_inside(blocker) {
            return connected();
        }
        // A table without any route out is one fault, whatever goes by it.
        let beside = self.flows_beside(flow).filter(|_| self.leads_nowhere(flow)).find_map(|other| {
            let found = other.answer.blockers.iter().find(|blocker| lacks_way_out(self, other, blocker));
            found.map(|blocker| Errand::of(self, other, blocker))
        });
        match beside {
            Some(other) => self.meant_way_out(&other),
            None => {
                connected().or_else(|| (errand.is_on_internet() && goes_by_ipv6(blocker)).then_some(MeantWay::Ipv6))
            }
        }
    }

    /// The connection with the VPC that has the addresses of a flow, to which the route table of the sender's subnet does not
    /// lead: it has no route for them, or a default one, and what comes by that to the internet is not routed there.
    pub(super) fn unused_connection(&self, key: BlockerKey) -> Option<Connection<'n>> {
        let (flow, blocker) = self.blocker(key);
        let at_border = matches!(blocker.resource, ResourceId::Gateway(_) | ResourceId::EgressOnlyGateway(_));
        let is_stray = blocker.code == Code::NotRoutable && at_border && !blocker.returning;
        if !is_stray && !lacks_route(self, flow, blocker) {
            return None;
        }
        let subnet = self.network.subnet(sender_subnet(flow));
        let (vpc, table) = (subnet.vpc.known()?, self.network.table(subnet.table.ok()?.0));
        let remote = Ranges::collect(blocker.packets.iter().map(|packets| packets.remote));
        let connection = self.network.connection_to(vpc, &remote)?;
        let leads_there =
            |index: u32| match (table.routes.as_ref().map(|routes| routes[index as usize].target), connection) {
                (Ok(Target::Peering(Reference::To(id))), Connection::Peering(wanted)) => id == wanted,
                (Ok(Target::TransitGateway(id)), Connection::TransitGateway(wanted)) => id == wanted,
                _ => false,
            };
        let is_led = table.split(&remote).iter().any(|(_, route)| route.is_some_and(leads_there));
        (!is_led).then_some(connection)
    }

    /// What else the workload of a flow needs in the same subnet.
    fn flows_beside(&self, flow: &Flow) -> impl Iterator<Item = &Flow> {
        let subnet = flow.key.subnet;
        let is_need = move |other: &&Flow| other.key.subnet == subnet && matches!(other.key.kind, FlowKind::Need(_));
        self.flows_of(flow.key.workload).iter().filter(is_need)
    }

    /// Whether the route table of a flow's subnet has no route but the local ones.
    fn leads_nowhere(&self, flow: &Flow) -> bool {
        let Ok((table, _)) = self.network.subnet(sender_subnet(flow)).table else { return false };
        self.network.table(table).routes.iter().flatten().all(|route| route.target == Target::Local)
    }

    fn meant_way_out(&self, errand: &Errand<'_, 'n>) -> Option<MeantWay<'n>> {
        let flow = errand.flow();
        let subnet = sender_subnet(flow);
        let vpc = self.network.subnet(subnet).vpc.known()?;
        let workload = self.network.workload(flow.key.workload);
        let is_public = self.declared(subnet.0) == "public" || !self.public_balancers[subnet.0 as usize].is_empty();
        // Whatever endpoints the VPC's private subnets run by.
        if is_public && workload.public_ip == Ok(true) {
            return Some(MeantWay::InternetGateway);
        }
        let nats = || self.nats_of_vpc[vpc.0 as usize].iter();
        let has_nat = nats().any(|id| !self.network.nat(*id).is_private)
            || nats().any(|id| self.leads_tasks_out(*id)) && !self.sends_tasks_across(vpc);
        let transit = self.transit_way_out(vpc);
        let has_way_out = has_nat || transit.is_some();
        let works_by_endpoints = self.works_by_endpoints(vpc) || self.works_by_central_endpoints(vpc);
        if works_by_endpoints && errand.is_for_name() && !has_way_out {
            return None;
        }
        if works_by_endpoints
            && !errand.service().is_empty()
            && (!has_way_out || self.is_isolated(flow, vpc) || self.lacks_gateway_endpoint_alone(flow, vpc))
        {
            return Some(MeantWay::Endpoint);
        }
        Some(match (workload.public_ip, transit) {
            // In a subnet that is called private a public IP is of no use.
            (Ok(true), _) if self.declared(subnet.0) != "private" => MeantWay::InternetGateway,
            _ if has_nat => MeantWay::Nat,
            (_, Some(gateway)) => MeantWay::Transit(gateway),
            (_, None) if self.instance_option(subnet).is_some() => MeantWay::Instance,
            (_, None) => MeantWay::Nowhere,
        })
    }

    /// Whether tasks of a VPC have a table whose default route leads to a transit gateway.
    fn sends_tasks_across(&self, vpc: VpcId) -> bool {
        let tables = self.tables_of_vpc[vpc.0 as usize].iter().map(|id| self.network.table(*id));
        let mut across = tables.filter(|table| {
            let route = table.default_route(self.network);
            matches!(route, Ok(Some(Route { target: Target::TransitGateway(_), .. })))
        });
        across.any(|table| table.subnets.iter().any(|subnet| !self.hosted[subnet.0 as usize].is_empty()))
    }

    /// Whether a VPC is connected with another one that has interface endpoints for it.
    pub(super) fn works_by_central_endpoints(&self, vpc: VpcId) -> bool {
        let is_one = |endpoint: &Endpoint<'_>| endpoint.is_of_fargate() && self.network.is_central(endpoint, vpc);
        *self.centrally_served[vpc.0 as usize].get_or_init(|| self.network.endpoints.iter().any(is_one))
    }

    pub(super) fn works_by_endpoints(&self, vpc: VpcId) -> bool {
        self.network.vpc(vpc).endpoints.iter().any(|id| self.network.endpoint(*id).is_of_fargate())
    }

    /// Whether the tasks of a flow are meant to have no way out, although their VPC has one for others: all that they lack
    /// is AWS services, others of which they reach through endpoints, no other subnet of theirs has a default route, and no
    /// NAT gateway of the VPC is without one that leads to it.
    fn is_isolated(&self, flow: &Flow, vpc: VpcId) -> bool {
        let beside =
            || self.flows_of(flow.key.workload).iter().filter(|other| matches!(other.key.kind, FlowKind::Need(_)));
        let lacks = |other: &Flow| other.answer.blockers.iter().any(|blocker| lacks_way_out(self, other, blocker));
        let by_endpoint = |other: &Flow| match other.answer.via {
            Some(ResourceId::Endpoint(id)) => self.network.endpoint(id).kind == EndpointKind::Interface,
            _ => false,
        };
        let leads_out = |subnet: SubnetId| match self.network.subnet(subnet).table {
            Ok((table, _)) => !matches!(self.network.table(table).default_route(self.network), Ok(None)),
            Err(_) => true,
        };
        beside().filter(|other| lacks(other)).all(|other| !Errand::to_destination(self, other).service().is_empty())
            && self.flows_beside(flow).any(by_endpoint)
            && !beside().any(|other| leads_out(other.key.subnet))
            && self.nats_of_vpc[vpc.0 as usize].iter().all(|id| !self.nat_tables[id.0 as usize].is_empty())
    }

    /// Whether all that tasks lack in the subnet of a flow is one service for which their VPC has a gateway endpoint, be it
    /// another region's.
    fn lacks_gateway_endpoint_alone(&self, flow: &Flow, vpc: VpcId) -> bool {
        let wanted = Errand::to_destination(self, flow).service();
        let mut endpoints = self.network.vpc(vpc).endpoints.iter().map(|id| self.network.endpoint(*id));
        let lacks = |other: &&Flow| other.answer.blockers.iter().any(|blocker| lacks_way_out(self, other, blocker));
        let is_for_it = |endpoint: &Endpoint<'_>| {
            endpoint.service.or(endpoint.service_elsewhere.map(|(service, _)| service)) == Some(wanted)
        };
        endpoints.any(|endpoint| endpoint.kind == EndpointKind::Gateway && is_for_it(endpoint))
            && self
                .flows_beside(flow)
                .filter(lacks)
                .all(|other| Errand::to_destination(self, other).service() == wanted)
    }

    /// The transit gateway by which a VPC leaves for the internet: one that a default route of its leads to, or that it is
    /// attached to and that sends on what is for public addresses.
    pub(super) fn transit_way_out(&self, vpc: VpcId) -> Option<&'n str> {
        *self.transit_ways_out[vpc.0 as usize].get_or_init(|| self.find_transit_way_out(vpc))
    }

    fn find_transit_way_out(&self, vpc: VpcId) -> Option<&'n str> {
        let network = self.network;
        let tables = network.vpc(vpc).subnets.iter().filter_map(|id| network.subnet(*id).table.ok());
        let routed = tables.filter_map(|(table, _)| network.table(table).default_route(network).ok().flatten());
        let mut routed = routed.filter_map(|route| match route.target {
            Target::TransitGateway(id) => Some(id),
            _ => None,
        });
        let sends_on = |id: AttachmentId| {
            let Association::Table(table) = network.attachment(id).association else { return false };
            let winners = network.transit_table(table).winners.as_ref();
            winners.is_ok_and(|winners| {
                let leading = winners.iter().filter(|winner| winner.hop != TransitHop::Blackhole);
                Ranges::collect(leading.map(|winner| winner.range)).contains(&PUBLIC_V4)
            })
        };
        routed.next().or_else(|| self.attached_gateway(vpc, sends_on))
    }

    /// The transit gateway that a private NAT gateway is meant to send on to, and the route table that does not lead there: that
    /// of the NAT gateway's subnet, which has no default route, or one to a NAT gateway, in a VPC without an internet gateway.
    /// "You can route traffic from the NAT gateway through a transit gateway or a virtual private gateway."
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-nat-gateway.html>
    pub(super) fn way_on_from_private_nat(&self, blocker: &Blocker) -> Option<(&'n str, RouteTableId)> {
        let (Code::NatPrivate | Code::NatRoute, ResourceId::Nat(id), false) =
            (blocker.code, blocker.resource, blocker.returning)
        else {
            return None;
        };
        let nat = self.network.nat(id);
        let (table, _) = self.network.subnet(nat.subnet?.known()?).table.ok()?;
        let vpc = nat.vpc.known()?;
        let has_internet_gateway = self.network.vpc(vpc).gateway != Ok(None);
        let route = self.network.table(table).default_route(self.network);
        let has_way_out = !matches!(route, Ok(None | Some(Route { target: Target::Nat(_), .. })));
        if !nat.is_private || has_internet_gateway || has_way_out {
            return None;
        }
        // One whose own route table is known has to send on what is for the internet.
        let may_send_on = |id: AttachmentId| !matches!(self.network.attachment(id).association, Association::Table(_));
        let gateway = self.transit_way_out(vpc).or_else(|| self.attached_gateway(vpc, may_send_on))?;
        Some((gateway, table))
    }

    /// The first transit gateway that a VPC is attached to by such an attachment.
    fn attached_gateway(&self, vpc: VpcId, is_such: impl Fn(AttachmentId) -> bool) -> Option<&'n str> {
        let is_attached = |gateway: &&str| self.network.attached.get(&(*gateway, vpc)).is_some_and(|id| is_such(*id));
        self.network.attached_vpcs.gateways_of(vpc).filter(is_attached).min()
    }

    /// Blockers that stand only on a way which is not meant to be taken: the flow lacks an endpoint, and at one like the
    /// VPC's others nothing of the kind would stop it; or its tasks can't be, or are not meant to be, where it starts.
    pub(super) fn beside_the_way(&self) -> HashSet<(u32, u32)> {
        let nowhere = self.blockers.iter().filter(|key| !self.can_be_placed(**key));
        let astray = self.blockers.iter().filter(|key| self.is_astray(**key));
        let mut found: HashSet<(u32, u32)> = nowhere.chain(astray).map(|key| (key.flow, key.blocker)).collect();
        found.extend(
            self.blockers.iter().filter(|key| self.is_behind_own_nat(**key)).map(|key| (key.flow, key.blocker)),
        );
        for key in self.blockers.iter().filter(|key| self.flows[key.flow as usize].answer.blockers.len() > 1) {
            match self.meant_way(*key) {
                Some(MeantWay::Endpoint) => found.extend(self.beside_endpoints(*key)),
                Some(MeantWay::Peering(_) | MeantWay::Across(_)) => found.extend(self.beside_connection(*key)),
                _ => {}
            }
        }
        found
    }

    /// Whether a blocker is that a private NAT gateway does not lead on, where it is in the sender's own subnet, from which
    /// nothing gets through it: elsewhere it would lead to a transit gateway.
    fn is_behind_own_nat(&self, key: BlockerKey) -> bool {
        let (flow, blocker) = self.blocker(key);
        let at_own_nat = |other: &Blocker| other.code == Code::NatOwnSubnet && other.resource == blocker.resource;
        blocker.code == Code::NatPrivate
            && flow.answer.blockers.iter().any(at_own_nat)
            && self.way_on_from_private_nat(blocker).is_some()
    }

    /// The other blockers of a flow that lacks an endpoint, which at one like the VPC's others would not stop it.
    fn beside_endpoints(&self, key: BlockerKey) -> Vec<(u32, u32)> {
        let flow = &self.flows[key.flow as usize];
        let met = self.met_at_like_endpoints(flow);
        // A gateway endpoint leads to the very addresses that are public without it.
        let service = Errand::to_destination(self, flow).service();
        let stops_anyway = |code: Code| {
            matches!(service, "s3" | "dynamodb")
                && matches!(code, Code::SgEgress | Code::NaclEgress | Code::NaclIngress)
        };
        let stands_aside = |blocker: &Blocker| {
            let stands = |met: &Vec<(Code, ResourceId)>| met.contains(&(blocker.code, blocker.resource));
            blocker.resolver.is_none() && !stops_anyway(blocker.code) && !met.is_empty() && !met.iter().all(stands)
        };
        let others = (0..).zip(&flow.answer.blockers).filter(|(index, _)| *index != key.blocker);
        others.filter(|(_, blocker)| stands_aside(blocker)).map(|(index, _)| (key.flow, index)).collect()
    }

    /// The other blockers of a flow for which a route to another VPC is lacking: what it meets on its way to the internet.
    fn beside_connection(&self, key: BlockerKey) -> Vec<(u32, u32)> {
        let (flow, lacking) = self.blocker(key);
        let is_met_anyway = |code: Code| matches!(code, Code::SgEgress | Code::NaclEgress | Code::NaclIngress);
        let on_same_errand = |blocker: &Blocker| {
            blocker.resolver.map(|resolver| resolver.address) == lacking.resolver.map(|resolver| resolver.address)
        };
        let others = (0..).zip(&flow.answer.blockers).filter(|(index, _)| *index != key.blocker);
        let aside = others.filter(|(_, blocker)| on_same_errand(blocker) && !is_met_anyway(blocker.code));
        aside.map(|(index, _)| (key.flow, index)).collect()
    }

    /// Whether tasks of the workload of a flow can be placed at all. AWS refuses subnets of two VPCs, and no flow of theirs
    /// ever is: "All specified subnets must be from the same VPC."
    /// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html>
    fn can_be_placed(&self, key: BlockerKey) -> bool {
        let workload = self.network.workload(self.flows[key.flow as usize].key.workload);
        let subnets = workload.subnets.iter().flatten().filter_map(|placement| placement.subnet.known());
        let mut vpcs = subnets.filter_map(|subnet| self.network.subnet(subnet).vpc.known());
        let first = vpcs.next();
        vpcs.all(|vpc| Some(vpc) == first)
    }

    /// Whether a blocker is one of routes in a subnet that is no place for its workload: it works in others, and lacks a
    /// public IP there.
    fn is_astray(&self, key: BlockerKey) -> bool {
        let (flow, blocker) = self.blocker(key);
        if !matches!(blocker.code, Code::NoRoute | Code::NotRoutable | Code::Blackhole) {
            return false;
        }
        let lacks_public_ip =
            |other: &Flow| other.answer.blockers.iter().any(|blocker| blocker.code == Code::NoPublicIp);
        let placements = self.network.workload(flow.key.workload).subnets.iter().flatten();
        self.flows_beside(flow).any(lacks_public_ip)
            && placements.filter_map(|placement| placement.subnet.known()).any(|subnet| {
                let mut flows = self.flows_of(flow.key.workload).iter().filter(|other| other.key.subnet == subnet);
                flows.all(|other| matches!(other.answer.verdict, Verdict::Reachable | Verdict::Unknown))
            })
    }

    /// What would stop a flow at each interface endpoint that its VPC has for another service.
    fn met_at_like_endpoints(&self, flow: &Flow) -> Vec<Vec<(Code, ResourceId)>> {
        let Some(vpc) = self.network.subnet(sender_subnet(flow)).vpc.known() else { return Vec::new() };
        let endpoints = self.network.vpc(vpc).endpoints.iter().filter(|id| {
            let endpoint = self.network.endpoint(**id);
            endpoint.kind == EndpointKind::Interface && endpoint.is_available() == Ok(true)
        });
        let met = |id: &EndpointId| {
            let answer = answer_instead(self.network, &flow.key, Destination::Endpoint(*id));
            answer.blockers.iter().map(|blocker| (blocker.code, blocker.resource)).collect()
        };
        endpoints.map(met).collect()
    }
}

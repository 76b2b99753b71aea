//! Security groups, network ACLs and VPC endpoints.

use super::balancing::load_balancer;
use super::entity::*;
use super::group_rules::group_rule;
use super::model::Model;
use super::schema::*;
use super::topology::{subnet, vpc};
use super::words;
use super::workload::workload;
use crate::network::*;
use crate::path;
use crate::reach::{Code, ResourceId};
use crate::snapshot::Location;

entity! {
    /// A security group.
    security_group = "security-group" group {
        /// Its tags, values by keys: `'Owner' in group.tags && group.tags['Owner'] == 'network'`.
        tags: Type::Map => |model, index| model.tags(ResourceId::Group(GroupId(index))), at |model, index| Some(Location::inside(model.network.groups[index as usize].element.origin, path!["Tags"]));
        /// Its id.
        id: STRING => |model, index| string(text(&model.network.groups[index as usize].element.group_id)), at |model, index| Some(Location::inside(model.network.groups[index as usize].element.origin, path!["GroupId"]));
        /// Its name.
        name: STRING => |model, index| model.written(&model.network.groups[index as usize].element.group_name, "ec2:DescribeSecurityGroups", model.network.groups[index as usize].scope);
        /// The id of its VPC.
        vpc_id: STRING => |model, index| model.written(&model.network.groups[index as usize].element.vpc_id, "ec2:DescribeSecurityGroups", model.network.groups[index as usize].scope), at |model, index| Some(Location::inside(model.network.groups[index as usize].element.origin, path!["VpcId"]));
        /// Whether it is its VPC's default group.
        is_default: BOOL => |model, index| boolean(model.network.groups[index as usize].element.group_name.as_deref() == Some("default"));
        /// Its inbound rules one by one: `group.inbound.all(r, r.cidr != '0.0.0.0/0' || r.protocol == 'udp' || r.from_port > 22 || r.to_port < 22)`.
        inbound: Type::List(&Type::Entity(&group_rule::TYPE)) => |model, index| model.rules_of_group(GroupId(index), false), at |model, index| Some(Location::inside(model.network.groups[index as usize].element.origin, path!["IpPermissions"]));
        /// Its outbound rules one by one.
        outbound: Type::List(&Type::Entity(&group_rule::TYPE)) => |model, index| model.rules_of_group(GroupId(index), true), at |model, index| Some(Location::inside(model.network.groups[index as usize].element.origin, path!["IpPermissionsEgress"]));
        /// Whether it lets all TCP out to 0.0.0.0/0, on every port but 0.
        allows_all_tcp_out: BOOL => |model, index| {
            model.let_all_tcp_out([model.network.groups[index as usize].egress.as_ref().map_err(|missing| *missing)], ALL_V4)
        }, at |model, index| Some(Location::inside(model.network.groups[index as usize].element.origin, path!["IpPermissionsEgress"]));
        /// TCP ports that its rules together open to any IPv4 address, or to any IPv6 address where a workload that has it has public ones, as ranges such as `443` or `0-65535`.
        ports_open_to_all: Type::List(&Type::String) => |model, index| model.ports_open_to_all(GroupId(index)), at |model, index| Some(Location::inside(model.network.groups[index as usize].element.origin, path!["IpPermissions"]));
        /// TCP ports that its rules together let out to any IPv4 address, as ranges such as `443` or `0-65535`.
        ports_out_to_all: Type::List(&Type::String) => |model, index| model.ports_out_to_all(GroupId(index)), at |model, index| Some(Location::inside(model.network.groups[index as usize].element.origin, path!["IpPermissionsEgress"]));
        /// Whether it opens ports to any address, as `ports_open_to_all` has them, that none of its workloads' containers listens on.
        opens_more_than_asked: BOOL => |model, index| model.opens_more_than_asked(GroupId(index)), at |model, index| model.first_open_place(GroupId(index));
        /// Ids of security groups that its inbound rules let in and that do not exist, or are behind a peering connection that was deleted.
        gone_sources: Type::List(&Type::String) => |model, index| model.gone_peers(GroupId(index), false), at |model, index| model.gone_peer_place(GroupId(index), false);
        /// Ids of security groups that its outbound rules let packets out to and that do not exist, or are behind a peering connection that was deleted.
        gone_targets: Type::List(&Type::String) => |model, index| model.gone_peers(GroupId(index), true), at |model, index| model.gone_peer_place(GroupId(index), true);
        /// Ids of both.
        gone_peers: Type::List(&Type::String) => |model, index| model.all_gone_peers(GroupId(index)), at |model, index| model.gone_peer_place(GroupId(index), false).or_else(|| model.gone_peer_place(GroupId(index), true));
        /// Whether its inbound rules stop a flow of a workload.
        stops_inbound: BOOL => |model, index| boolean(model.group_stops(GroupId(index), &[Code::DestSg, Code::EndpointSg]));
        /// Whether its outbound rules stop a flow of a workload.
        stops_outbound: BOOL => |model, index| boolean(model.group_stops(GroupId(index), &[Code::SgEgress]));
        /// Workloads that have it.
        workloads: Type::List(&Type::Entity(&workload::TYPE)) => |model, index| list_of(&workload::TYPE, model.users[index as usize].workloads.iter().map(|id| id.0));
        /// Interface endpoints that have it.
        endpoints: Type::List(&Type::Entity(&endpoint::TYPE)) => |model, index| list_of(&endpoint::TYPE, model.users[index as usize].endpoints.iter().map(|id| id.0));
        /// Load balancers that have it.
        load_balancers: Type::List(&Type::Entity(&load_balancer::TYPE)) => |model, index| list_of(&load_balancer::TYPE, model.users[index as usize].balancers.iter().map(|id| id.0));
    }
}

entity! {
    /// A network ACL.
    network_acl = "network-acl" acl {
        /// Its tags, values by keys: `'Owner' in acl.tags && acl.tags['Owner'] == 'network'`.
        tags: Type::Map => |model, index| model.tags(ResourceId::Acl(AclId(index))), at |model, index| Some(Location::inside(model.network.acls[index as usize].element.origin, path!["Tags"]));
        /// Its id.
        id: STRING => |model, index| string(text(&model.network.acls[index as usize].element.network_acl_id)), at |model, index| Some(Location::inside(model.network.acls[index as usize].element.origin, path!["NetworkAclId"]));
        /// Whether it is its VPC's default one.
        is_default: BOOL => |model, index| boolean(model.network.acls[index as usize].element.is_default == Some(true));
        /// Subnets that it is in effect for.
        subnets: Type::List(&Type::Entity(&subnet::TYPE)) => |model, index| list_of(&subnet::TYPE, model.subnets_of_acl[index as usize].iter().map(|id| id.0));
        /// Internet-facing load balancers in its subnets of which it lets no client through to a listener that forwards, or no reply back on more than a few of the ports that every client has, 49152-60999. Left out where it stops a flow of a workload, which would tell it.
        cuts_off: Type::List(&Type::Entity(&load_balancer::TYPE)) => |model, index| list_of(&load_balancer::TYPE, model.cut_off_by(AclId(index))?);
        /// The AWS CLI's commands, one a line, that create the entries by which clients get to these load balancers, and replies to them: each with a number that is free and asked before what drops them.
        client_openings: STRING => |model, index| owned(model.client_openings(AclId(index))?);
        /// Whether it stops flows of workloads.
        stops_flows: BOOL => |model, index| boolean(model.blockers_at(ResourceId::Acl(AclId(index))).next().is_some());
        /// Entries that can never match, since those before them match all that they would: `inbound rule 200`.
        shadowed_entries: Type::List(&Type::String) => |model, index| model.shadowed_entries(AclId(index)), at |model, index| model.shadowed_place(AclId(index));
    }
}

entity! {
    /// A VPC endpoint.
    endpoint = "endpoint" endpoint {
        /// Its tags, values by keys: `'Owner' in endpoint.tags && endpoint.tags['Owner'] == 'network'`.
        tags: Type::Map => |model, index| model.tags(ResourceId::Endpoint(EndpointId(index))), at |model, index| Some(Location::inside(model.network.endpoints[index as usize].element.origin, path!["Tags"]));
        /// Its id.
        id: STRING => |model, index| string(text(&model.network.endpoints[index as usize].element.vpc_endpoint_id)), at |model, index| Some(Location::inside(model.network.endpoints[index as usize].element.origin, path!["VpcEndpointId"]));
        /// The service's name without its region: `ecr.api`, `s3`; empty for services of others.
        service: STRING => |model, index| string(model.network.endpoints[index as usize].service.unwrap_or_default()), at |model, index| Some(Location::inside(model.network.endpoints[index as usize].element.origin, path!["ServiceName"]));
        /// The service's whole name.
        service_name: STRING => |model, index| model.written(&model.network.endpoints[index as usize].element.service_name, "ec2:DescribeVpcEndpoints", model.network.endpoints[index as usize].scope), at |model, index| Some(Location::inside(model.network.endpoints[index as usize].element.origin, path!["ServiceName"]));
        /// What kind of endpoint it is.
        kind: Type::Word(words::ENDPOINT_KINDS) => |model, index| string(match model.network.endpoints[index as usize].kind {
            EndpointKind::Interface => "interface",
            EndpointKind::Gateway => "gateway",
            EndpointKind::GatewayLoadBalancer => "gateway-load-balancer",
            EndpointKind::Other => "other",
        });
        /// Whether it is one of the interface endpoints by which a VPC without a way out runs Fargate tasks: for `ecr.api`, `ecr.dkr` or `logs`.
        is_of_fargate: BOOL => |model, index| boolean(model.network.endpoints[index as usize].is_of_fargate()), at |model, index| Some(Location::inside(model.network.endpoints[index as usize].element.origin, path!["ServiceName"]));
        /// Its state.
        state: Type::Word(words::ENDPOINT_STATES) => |model, index| {
            // AWS writes it in either case.
            let state = model.known(model.network.endpoints[index as usize].state())?;
            string(words::ENDPOINT_STATES.iter().find(|word| word.eq_ignore_ascii_case(state)).unwrap_or(&state))
        }, at |model, index| Some(Location::inside(model.network.endpoints[index as usize].element.origin, path!["State"]));
        /// Whether it is available.
        is_available: BOOL => |model, index| boolean(model.known(model.network.endpoints[index as usize].is_available())?), at |model, index| Some(Location::inside(model.network.endpoints[index as usize].element.origin, path!["State"]));
        /// Whether private DNS is on.
        private_dns: BOOL => |model, index| boolean(model.network.endpoints[index as usize].has_private_dns()), at |model, index| Some(Location::inside(model.network.endpoints[index as usize].element.origin, path!["PrivateDnsEnabled"]));
        /// Whether private DNS is on.
        private_dns_state: Type::Word(words::PRIVATE_DNS_STATES) => |model, index| string(match &model.network.endpoints[index as usize] {
            endpoint if endpoint.is_resolved_in_vpc() => "on",
            endpoint if endpoint.has_private_dns() => "on for inbound resolver endpoints alone",
            _ => "off",
        }), at |model, index| Some(Location::inside(model.network.endpoints[index as usize].element.origin, path!["PrivateDnsEnabled"]));
        /// Whether it has a policy of its own or the one that permits everything; either way it is in the input.
        has_policy: BOOL => |model, index| boolean(model.network.endpoints[index as usize].element.policy_document.is_some()), at |model, index| Some(Location::inside(model.network.endpoints[index as usize].element.origin, path!["PolicyDocument"]));
        /// Its VPC.
        vpc: Type::Entity(&vpc::TYPE) => |model, index| model.vpc_of(model.network.endpoints[index as usize].vpc);
        /// The AWS CLI's command that creates one like it.
        creating_command: STRING => |model, index| owned(model.creating_command(EndpointId(index)));
        /// Its subnets.
        subnets: Type::List(&Type::Entity(&subnet::TYPE)) => |model, index| list_of(&subnet::TYPE, model.known(model.network.endpoints[index as usize].subnets.as_ref().map_err(|missing| *missing))?.iter().filter_map(|subnet| subnet.known()).map(|id| id.0)), at |model, index| Some(Location::inside(model.network.endpoints[index as usize].element.origin, path!["SubnetIds"]));
        /// Whether it is an interface endpoint in no subnet, and so without any network interface.
        is_in_no_subnet: BOOL => |model, index| boolean(model.known(model.network.endpoints[index as usize].is_in_no_subnet())?), at |model, index| Some(Location::inside(model.network.endpoints[index as usize].element.origin, path!["SubnetIds"]));
        /// Its security groups.
        security_groups: Type::List(&Type::Entity(&security_group::TYPE)) => |model, index| list_of(&security_group::TYPE, model.network.endpoints[index as usize].groups.iter().flatten().filter_map(|group| group.known()).map(|id| id.0)), at |model, index| Some(model.network.endpoints[index as usize].groups_at.clone());
        /// Zones in which workloads of its VPC run that need its service, but in which it has no subnet.
        zones_without: Type::List(&Type::String) => |model, index| model.zones_without(index), at |model, index| Some(Location::inside(model.network.endpoints[index as usize].element.origin, path!["SubnetIds"]));
    }
}

/// Ports, as ranges such as `443` or `0-65535`.
pub(super) fn port_ranges<'f>(ports: &Ranges<u16>) -> Reading<'f> {
    let parts = ports.iter().map(|(low, high)| if low == high { low.to_string() } else { format!("{low}-{high}") });
    Ok(Value::List(parts.map(|part| Value::String(part.into())).collect()))
}

impl Model<'_> {
    /// Whether the outbound rules of groups, taken together, let TCP out to every IPv4 address on every port: their rules
    /// "are aggregated to create one set of rules". On port 0 nothing listens.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html>
    pub(super) fn let_all_tcp_out<'f, 'm>(
        &self,
        sets: impl IntoIterator<Item = Known<&'m GroupRules>>,
        everywhere: AddressRange,
    ) -> Reading<'f> {
        // A group's members, whoever they are, are never all addresses.
        let of_addresses = |rules: &GroupRules| GroupRules {
            rules: (rules.rules.iter())
                .filter(|rule| !matches!(rule.peer, PeerRef::Group(_) | PeerRef::Stranger))
                .cloned()
                .collect(),
        };
        let sets: Vec<Known<GroupRules>> = sets.into_iter().map(|rules| rules.map(of_addresses)).collect();
        let sets: Vec<Known<&GroupRules>> =
            sets.iter().map(|rules| rules.as_ref().map_err(|missing| *missing)).collect();
        let everywhere = Ranges::one(everywhere.0, everywhere.1);
        let other = OtherSide { addresses: &everywhere, groups: None, list: None };
        let passed = group_drops(self.network, Protocol::Tcp, &sets, other, &Ranges::one(1, u16::MAX));
        match passed.unknown {
            Some(missing) => Err(self.unknown(missing)),
            None => boolean(passed.denied.is_empty()),
        }
    }

    fn zones_without(&self, index: u32) -> Reading<'_> {
        let endpoint = &self.network.endpoints[index as usize];
        if endpoint.kind != EndpointKind::Interface {
            return strings([]);
        }
        let subnets = self.known(endpoint.subnets.as_ref().map_err(|missing| *missing))?;
        let zone = |subnet: SubnetId| self.network.subnet(subnet).element.availability_zone.as_deref();
        let own: Vec<Option<&str>> = subnets.iter().filter_map(|subnet| subnet.known()).map(zone).collect();
        let unread = subnets.iter().find_map(|subnet| match subnet {
            Reference::Unknown(missing) => Some(*missing),
            _ => None,
        });
        if unread.is_some() || own.contains(&None) {
            let missing = Missing { call: "ec2:DescribeSubnets", scope: endpoint.scope };
            return Err(self.unknown(unread.unwrap_or(missing)));
        }
        let mut missing: Vec<&str> = Vec::new();
        for flow in self.flows_by_endpoint[index as usize].iter().map(|flow| &self.flows[*flow as usize]) {
            let crate::reach::FlowKind::Need(need) = flow.key.kind else { continue };
            let workload = self.network.workload(flow.key.workload);
            let wants = matches!(&workload.needs[need as usize].target, NeedTarget::Service(name) | NeedTarget::ServiceHost(name, _) if Some(name.as_str()) == endpoint.service);
            if let (true, Some(found)) = (wants, zone(flow.key.subnet))
                && !own.contains(&Some(found))
                && !missing.contains(&found)
                && workload.kind != WorkloadKind::Hypothetical
            {
                missing.push(found);
            }
        }
        strings(missing)
    }
}

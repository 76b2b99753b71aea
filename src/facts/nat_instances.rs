//! Instances that take a NAT gateway's place: default routes lead to them, and where they send packets on isn't known.
//! <https://docs.aws.amazon.com/vpc/latest/userguide/work-with-nat-instances.html>

use super::model::Model;
use super::route_options::target_option;
use crate::network::*;

impl<'n> Model<'n> {
    /// The default routes of a VPC's tables that lead to an instance, each with the instance's subnet as far as it is known.
    fn ways_by_instance(&self, vpc: VpcId) -> impl Iterator<Item = (&'n Route<'n>, Option<SubnetId>)> {
        let network = self.network;
        let tables = self.tables_of_vpc[vpc.0 as usize].iter().map(|id| network.table(*id));
        let used = tables.filter(|table| !table.subnets.is_empty());
        let routes = used.filter_map(|table| table.default_route(network).ok().flatten());
        routes.filter_map(|route| match route.target {
            Target::Interface(id) => Some((route, network.interface(id).subnet.known())),
            Target::Instance => Some((route, None)),
            _ => None,
        })
    }

    /// The option of the AWS CLI's commands about routes by which a subnet's packets are led to such an instance: one in its
    /// zone, if there is one. None where the VPC has none.
    pub(super) fn instance_option(&self, subnet: SubnetId) -> Option<String> {
        let zone_of = |id: SubnetId| self.network.subnet(id).element.availability_zone.as_deref();
        let here = zone_of(subnet);
        let ways: Vec<_> = self.ways_by_instance(self.network.subnet(subnet).vpc.known()?).collect();
        let near = ways.iter().find(|(_, at)| here.is_some() && at.and_then(zone_of) == here);
        near.or(ways.first()).map(|(route, _)| target_option(route))
    }

    /// Whether such an instance is in a subnet.
    pub(super) fn holds_nat_instance(&self, subnet: SubnetId) -> bool {
        let vpc = self.network.subnet(subnet).vpc.known();
        vpc.is_some_and(|vpc| self.ways_by_instance(vpc).any(|(_, at)| at == Some(subnet)))
    }
}

//! EFS file systems: which mount target the name of one leads to.

use super::ask::{Asking, Outcome, add_fault, doubtful};
use super::code::{Code, Verdict};
use super::question::*;
use super::way::Way;
use crate::network::*;

impl<'a> Asking<'_, 'a> {
    /// The name leads to the mount target in the sender's zone.
    /// <https://docs.aws.amazon.com/efs/latest/ug/how-it-works.html>
    pub(super) fn file_system(&self, first: &Way<'_, 'a>, id: &str) -> Outcome {
        let network = self.network;
        let Some((vpc_id, vpc)) = first.vpc() else { return first.in_unknown_vpc() };
        let own = network.subnet(self.question.sender.subnet);
        let targets = network.mount_targets.get(id).map(Vec::as_slice).unwrap_or_default();
        let subnet_of = |target: &InterfaceId| network.interface(*target).subnet.known().map(|id| network.subnet(id));
        let (here, elsewhere): (Vec<InterfaceId>, Vec<InterfaceId>) = targets
            .iter()
            .partition(|target| subnet_of(target).is_some_and(|subnet| subnet.vpc.known() == Some(vpc_id)));
        let zone = own.element.availability_zone.as_deref();
        let zone_of = |target: &InterfaceId| subnet_of(target)?.element.availability_zone.as_deref();
        if let Some(target) = here.iter().find(|target| zone_of(target) == zone) {
            let outcome = self.by_common_family(|way| way.to_interface(*target));
            return self.with_private_names((vpc_id, vpc), self.resolved(outcome));
        }
        if here.is_empty() && open_from(id).is_some() {
            // Which file system it is the deployment tells.
            return doubtful(Doubt::Missing(Missing::expression(id, own.scope)));
        }
        if here.is_empty() {
            return self.mounted_elsewhere((vpc_id, vpc), &elsewhere);
        }
        // Whoever describes one mount target describes all: they are of one account.
        if zone.is_none() || here.iter().any(|target| zone_of(target).is_none()) {
            return doubtful(Doubt::Missing(Missing { call: "ec2:DescribeSubnets", scope: own.scope }));
        }
        // "DNS resolution for file system DNS names requires that the Amazon EFS file system has a mount target in the same
        // Availability Zone as the client instance."
        // https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html
        let resource = ResourceId::Subnet(self.question.sender.subnet);
        self.lacks(
            Code::MountTarget,
            resource,
            &vpc.blocks,
            "is in a zone in which the file system has no mount target",
        )
    }

    /// A file system has mount targets in one VPC at a time, and no name in any other one. A private hosted zone, which no
    /// input tells, may lead there all the same, over a peering connection or a transit gateway.
    /// <https://docs.aws.amazon.com/efs/latest/ug/manage-fs-access-create-delete-mount-targets.html>
    /// <https://docs.aws.amazon.com/efs/latest/ug/mount-fs-different-vpc.html>
    fn mounted_elsewhere(&self, (id, vpc): (VpcId, &Vpc<'a>), targets: &[InterfaceId]) -> Outcome {
        let network = self.network;
        if let Some(doubt) = self.unlisted_mount_targets(vpc) {
            return doubtful(super::sharing::told(network, self.question.sender.subnet, doubt));
        }
        for target in targets {
            let reached = self.ways().find_map(|way| way.to_interface(*target));
            if reached.is_some_and(|(_, verdict)| verdict != Verdict::Blocked) {
                let there = text(&network.interface(*target).element.vpc_id);
                return doubtful(Doubt::Hidden(format!(
                    "the file system's mount targets are in {there}: private hosted zones, by which alone its name would \
                     lead there, are not in the input"
                )));
            }
        }
        if let Some(doubt) = self.ways().find_map(Way::way_to_unknown_vpcs) {
            return doubtful(doubt);
        }
        self.lacks(Code::MountTarget, ResourceId::Vpc(id), &vpc.blocks, "has no mount target of the file system")
    }

    /// Why the VPC may have a mount target that the input doesn't tell of.
    fn unlisted_mount_targets(&self, vpc: &Vpc<'a>) -> Option<Doubt> {
        let network = self.network;
        let says_what_it_is = |id: &InterfaceId| {
            let interface = network.interface(*id);
            interface.element.description.is_some() || interface.endpoint.is_some() || interface.nat.is_some()
        };
        let is_listed = network.lacks_interfaces(vpc.scope).is_none();
        let is_shared = network.sharer(self.question.sender.subnet).is_some();
        let missing = Missing { call: "ec2:DescribeNetworkInterfaces", scope: vpc.scope };
        (!is_listed || is_shared || !vpc.interfaces.iter().all(says_what_it_is)).then_some(Doubt::Missing(missing))
    }

    /// A file system's name is a private one, which needs DNS host names: "Mounting by IP address works in environments
    /// where DNS is disabled, such as VPCs with DNS hostnames disabled", but ECS mounts by name.
    /// <https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-ip-addr.html>
    fn with_private_names(&self, (id, vpc): (VpcId, &Vpc<'a>), (mut path, verdict): Outcome) -> Outcome {
        let doubt = match (vpc.amazon_dns, vpc.dns_hostnames) {
            (Ok(true), Ok(true)) => return (path, verdict),
            (Ok(true), Ok(false)) => {
                let what = "the VPC has no DNS host names, without which private names don't work";
                add_fault(self.question, self.tracing, &mut path, Code::DnsHostnames, ResourceId::Vpc(id), what);
                return (path, Verdict::Blocked);
            }
            (Ok(false), _) => {
                let doubt =
                    "the VPC's DHCP options name another resolver: whether it knows the file system's name isn't known";
                Doubt::Hidden(doubt.into())
            }
            (Err(missing), _) | (_, Err(missing)) => Doubt::Missing(missing),
        };
        if verdict != Verdict::Blocked && !path.doubts.contains(&doubt) {
            path.doubts.push(doubt);
        }
        (path, if verdict == Verdict::Reachable { Verdict::Unknown } else { verdict })
    }
}

//! Resolvers that a VPC's DHCP options name in the place of AWS's: machines like any other, to which packets have to get.

use super::ask::{Asking, total};
use super::code::{Code, Verdict};
use super::packets::Flowing;
use super::question::*;
use super::walk::Path;
use crate::network::*;

/// Resolvers are asked over UDP; TCP is for answers that don't fit.
/// <https://www.rfc-editor.org/rfc/rfc1035#section-4.2>
const DNS: u16 = 53;

impl Asking<'_, '_> {
    /// Stops a name of which no resolver can be asked: every one that is named is cut off for certain. Whether one that can
    /// be reached answers, and with what, is its business.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html>
    pub(super) fn need_resolvers(&self, vpc: &Vpc<'_>, resource: ResourceId, path: &mut Path, verdict: &mut Verdict) {
        let mut steps = Vec::new();
        for resolver in &vpc.resolvers {
            let (mut way, Verdict::Blocked) = self.to_resolver(*resolver) else { return };
            way.set_apart(&format!("to the resolver {}", address_of(*resolver)));
            steps.extend(way.steps);
        }
        if vpc.resolvers.is_empty() {
            return;
        }
        let remote = Ranges::collect(vpc.resolvers.iter().map(|resolver| (*resolver, *resolver)));
        let packets = Flowing {
            own: self.question.sender.addresses.clone(),
            remote: remote.clone(),
            own_ports: self.question.sender.ports,
            remote_ports: Ranges::one(DNS, DNS),
        };
        let fault = total(Code::DnsResolver, resource, &packets);
        if self.tracing {
            steps.push(Step {
                text: format!("no name is resolved: the VPC's DHCP options name {} alone", shown(&remote)),
                resource: Some(resource),
                passage: Passage::Blocked,
                returning: false,
                branch: Vec::new(),
                by: Vec::new(),
            });
        }
        path.others.iter_mut().for_each(|other| other.blockers.insert(0, fault.clone()));
        path.blockers.insert(0, fault);
        path.steps.splice(0..0, steps);
        *verdict = Verdict::Blocked;
    }

    fn to_resolver(&self, resolver: u128) -> (Path, Verdict) {
        let address = Ranges::one(resolver, resolver);
        let question = Question {
            sender: self.question.sender.clone(),
            destination: Destination::Addresses(address.clone(), Quantifier::Every),
            protocol: Protocol::Udp,
            ports: Ranges::one(DNS, DNS),
            families: NameFamilies::Unknown,
            permissions: &[],
        };
        Asking::of(self.network, &question, self.tracing).by_address(&address, Quantifier::Every)
    }
}

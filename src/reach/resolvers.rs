//! Resolvers that a VPC's DHCP options name in the place of AWS's: machines like any other, to which packets have to get.

use super::ask::{Asking, total};
use super::code::{Code, Verdict};
use super::packets::Flowing;
use super::question::*;
use super::repair::key;
use super::walk::Path;
use crate::network::*;

impl Asking<'_, '_> {
    /// Stops a name of which no resolver can be asked: every one that is named is cut off for certain, or answers some packets
    /// alone. Whether one that can be reached answers, and with what, is its business; so is one's to which the way leaves the
    /// input. What cuts them off stops the name; where nothing on the way to them can be changed, that they are named. Where it
    /// isn't known whether one can be asked, the name's answer isn't.
    /// <https://docs.aws.amazon.com/vpc/latest/userguide/VPC_DHCP_Options.html>
    pub(super) fn need_resolvers(&self, id: VpcId, path: &mut Path, verdict: &mut Verdict) {
        let vpc = self.network.vpc(id);
        let mut steps = Vec::new();
        let mut ways: Vec<Vec<Blocker>> = Vec::new();
        let mut lacking: Vec<Doubt> = Vec::new();
        let mut worst = Verdict::Blocked;
        for resolver in &vpc.resolvers {
            let (mut way, reached) = self.to_resolver(*resolver);
            match reached {
                Verdict::Blocked => {}
                Verdict::Partial => worst = Verdict::Partial,
                Verdict::Unknown if way.doubts.iter().any(|doubt| !matches!(doubt, Doubt::Leaves(_))) => {
                    lacking.extend(way.doubts);
                    continue;
                }
                Verdict::Reachable | Verdict::Unknown => return,
            }
            way.set_apart(&format!("to the resolver {}", address_of(*resolver)));
            steps.extend(way.steps);
            let known = Resolver { address: *resolver, via: way.via };
            let is_elsewhere = way.blockers.iter().any(|blocker| blocker.code == Code::NotRoutable)
                && self.network.connection_to(id, &Ranges::one(*resolver, *resolver)).is_none();
            if !is_elsewhere {
                let stopped = way.blockers.into_iter();
                ways.push(stopped.map(|blocker| Blocker { resolver: Some(known), ..blocker }).collect());
            }
        }
        if !lacking.is_empty() {
            let new = lacking.into_iter().filter(|doubt| !path.doubts.contains(doubt)).collect::<Vec<_>>();
            path.doubts.extend(new);
            if *verdict != Verdict::Blocked {
                *verdict = Verdict::Unknown;
            }
            return;
        }
        let remote = Ranges::collect(vpc.resolvers.iter().map(|resolver| (*resolver, *resolver)));
        let resource = ResourceId::Vpc(id);
        if ways.is_empty() {
            let packets = Flowing {
                own: self.question.sender.addresses.clone(),
                remote: remote.clone(),
                own_ports: self.question.sender.ports,
                remote_ports: Ranges::one(Resolver::PORT, Resolver::PORT),
            };
            ways.push(vec![total(Code::DnsResolver, resource, packets.boxes())]);
        }
        if self.tracing {
            let (which, passage) = match worst {
                Verdict::Partial => ("not every", Passage::Partial),
                _ => ("no", Passage::Blocked),
            };
            steps.push(Step {
                text: format!("{which} name is resolved: the VPC's DHCP options name {} alone", shown(&remote)),
                resource: Some(resource),
                passage,
                returning: false,
                branch: Vec::new(),
                by: Vec::new(),
            });
        }
        *path = after_resolving(std::mem::take(path), &least(ways));
        path.steps.splice(0..0, steps);
        if *verdict != Verdict::Blocked {
            *verdict = worst;
        }
    }

    fn to_resolver(&self, resolver: u128) -> (Path, Verdict) {
        let address = Ranges::one(resolver, resolver);
        let question = Question {
            sender: self.question.sender.clone(),
            destination: Destination::Addresses(address.clone(), Quantifier::Every),
            protocol: Resolver::PROTOCOL,
            ports: Ranges::one(Resolver::PORT, Resolver::PORT),
            families: NameFamilies::Unknown,
            permissions: &[],
        };
        Asking::of(self.network, &question, self.tracing).by_address(&address, Quantifier::Every)
    }
}

/// What has to change for one of the resolvers to be reached: each set by itself would do, those with the fewest changes first.
/// Resolvers for which the same has to change are one set, and one that asks for all that another one does and more is none.
fn least(ways: Vec<Vec<Blocker>>) -> Vec<Vec<Blocker>> {
    let includes = |wide: &[Blocker], narrow: &[Blocker]| {
        narrow.iter().all(|wanted| wide.iter().any(|known| key(known) == key(wanted)))
    };
    let mut sets: Vec<Vec<Blocker>> = Vec::new();
    for way in ways {
        match sets.iter_mut().find(|known| includes(known, &way) && includes(&way, known)) {
            Some(known) => known.extend(way),
            None => sets.push(way),
        }
    }
    let is_least = |way: &Vec<Blocker>| !sets.iter().any(|other| includes(way, other) && !includes(other, way));
    let mut found: Vec<Vec<Blocker>> = sets.iter().filter(|way| is_least(way)).cloned().collect();
    found.sort_by_key(|way| (way.len(), way.first().and_then(|first| first.resolver.map(|known| known.address))));
    found
}

/// A way and the others that would do, each behind each of the ways to a resolver.
fn after_resolving(mut path: Path, ways: &[Vec<Blocker>]) -> Path {
    let others = std::mem::take(&mut path.others);
    let behind = |way: &Vec<Blocker>, path: &Path| {
        let blockers = way.iter().chain(&path.blockers).cloned().collect();
        Path { blockers, others: Vec::new(), ..path.clone() }
    };
    let mut all = std::iter::once(&path).chain(&others).flat_map(|path| ways.iter().map(|way| behind(way, path)));
    let first = all.next();
    let others = all.collect();
    Path { others, ..first.unwrap_or(path) }
}

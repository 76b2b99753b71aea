//! The entries that a network ACL lacks for clients on the internet to get to load balancers, and replies back to them.

use super::clients::{SHARED_CLIENT_PORTS, answers_somebody, clients_of};
use super::model::Model;
use super::openings::{Commands, LAST, Opening};
use super::schema::Unknown;
use crate::network::*;
use std::collections::BTreeMap;

impl Model<'_> {
    /// The commands that let clients through to the load balancers that a network ACL cuts off, one a line as helps write
    /// them: requests to the listeners that no client gets to, then replies.
    pub(super) fn client_openings(&self, id: AclId) -> Result<String, Unknown> {
        let acl = self.network.acl(id);
        let mut wanted: [BTreeMap<Opening, Vec<()>>; 2] = Default::default();
        for balancer in self.cut_off_by(id)? {
            for (listener, port, clients) in self.listeners_cut_off(id, LoadBalancerId(balancer))? {
                for protocol in self.network.listener(listener).protocols() {
                    let port = (port, port);
                    let asked = [(&acl.ingress, port, port), (&acl.egress, SHARED_CLIENT_PORTS, EPHEMERAL_PORTS)];
                    for (openings, (rules, ports, opened)) in wanted.iter_mut().zip(asked) {
                        let Ok(rules) = rules else { continue };
                        for family in [Family::Ipv4, Family::Ipv6] {
                            let opening = opening(rules, *protocol, &family.part(&clients), ports, opened);
                            openings.extend(opening.map(|opening| (opening, vec![()])));
                        }
                    }
                }
            }
        }
        let mut commands = Commands::default();
        for (egress, openings) in [false, true].into_iter().zip(wanted) {
            self.number(id, egress, openings, &mut commands);
        }
        Ok(commands.remove(&()).unwrap_or_default().join("\n    "))
    }

    /// Listeners of a load balancer that forward and that a network ACL lets none of the clients through to whom its groups
    /// admit, or of all where they admit nobody; with their ports, and these clients.
    fn listeners_cut_off(
        &self,
        acl: AclId,
        balancer: LoadBalancerId,
    ) -> Result<Vec<(ListenerId, u16, Addresses)>, Unknown> {
        let mut closed = Vec::new();
        for id in self.network.load_balancer(balancer).listeners.iter().flatten() {
            let listener = self.network.listener(*id);
            let standing = self.known(self.standing(*id))?;
            let Some((port, balancer)) = standing.filter(|_| !listener.targets.is_empty()) else { continue };
            let clients = clients_of(balancer);
            for protocol in listener.protocols() {
                let (denied, _) = self.kept_out(balancer, &clients, *protocol, port);
                let admitted = clients.difference(&denied);
                let asked = if admitted.is_empty() { clients.clone() } else { admitted };
                if !self.lets_clients_through(acl, *protocol, &asked, port)? {
                    closed.push((*id, port, asked));
                    break;
                }
            }
        }
        Ok(closed)
    }
}

/// The opening of ports by which clients of one family pass rules of one direction, where none of them does now on some of these ports. Entries that
/// keep some clients out stay before it: it is asked before the last of those that together drop everything.
fn opening(
    rules: &AclRules,
    protocol: Protocol,
    clients: &Addresses,
    ports: (u16, u16),
    opened: (u16, u16),
) -> Option<Opening> {
    let everybody = match clients.first().map(Family::of)? {
        Family::Ipv4 => "0.0.0.0/0",
        Family::Ipv6 => "::/0",
    };
    let wanted = Ranges::one(ports.0, ports.1);
    let dropped = rules.drops(protocol, clients, &wanted);
    let passes = dropped.iter().fold(rectangles(clients, &wanted), |rest, found| subtract(rest, &found.packets));
    if answers_somebody(&passes, ports) {
        return None;
    }
    let deciding = dropped.iter().map(|found| found.rule.and_then(|rule| rules.rules.get(rule)));
    let deciding =
        deciding.max_by_key(|rule| rule.map_or(LAST + 1, |rule| rule.number))?.filter(|rule| rule.number <= LAST);
    let (block, opened) = match deciding.map(|rule| &rule.matches) {
        Some(matches) => {
            let (low, high) = matches.addresses;
            let opened = (opened.0.max(matches.ports.0), opened.1.min(matches.ports.1));
            // All IPv6 addresses less those that stand for IPv4 are no single block.
            let block = match cidrs(low, high).as_slice() {
                [one] => one.clone(),
                _ => everybody.to_owned(),
            };
            (block, opened)
        }
        None => (everybody.to_owned(), opened),
    };
    Some(Opening {
        before: deciding.map_or(LAST + 1, |rule| rule.number),
        protocol: protocol.as_str(),
        ports: opened,
        range: crate::network::block(&block)?.range,
        block,
    })
}

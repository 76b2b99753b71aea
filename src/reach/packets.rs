//! Sets of packets: unions of boxes over the sender's address and port and the destination's address and port.

use crate::network::{AddressRange, Addresses, Ranges, grouped, grouped_pairs};

/// A box of packets, written from the sender of the first packet of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Packets {
    /// The sender's addresses.
    pub own: AddressRange,
    /// The destination's addresses.
    pub remote: AddressRange,
    /// The sender's ports.
    pub own_ports: (u16, u16),
    /// The destination's ports.
    pub remote_ports: (u16, u16),
}

impl Packets {
    fn intersection(&self, other: &Packets) -> Option<Packets> {
        fn both<T: Ord + Copy>(a: (T, T), b: (T, T)) -> Option<(T, T)> {
            let (low, high) = (a.0.max(b.0), a.1.min(b.1));
            (low <= high).then_some((low, high))
        }
        Some(Packets {
            own: both(self.own, other.own)?,
            remote: both(self.remote, other.remote)?,
            own_ports: both(self.own_ports, other.own_ports)?,
            remote_ports: both(self.remote_ports, other.remote_ports)?,
        })
    }

    /// What is left without `part`, which lies inside it.
    fn without(mut self, part: &Packets, rest: &mut Vec<Packets>) {
        macro_rules! cut {
            ($side:ident) => {
                if self.$side.0 < part.$side.0 {
                    let mut below = self;
                    below.$side.1 = part.$side.0 - 1;
                    rest.push(below);
                }
                if part.$side.1 < self.$side.1 {
                    let mut above = self;
                    above.$side.0 = part.$side.1 + 1;
                    rest.push(above);
                }
                self.$side = part.$side;
            };
        }
        cut!(own);
        cut!(remote);
        cut!(own_ports);
        cut!(remote_ports);
    }
}

/// All packets of a flow.
#[derive(Debug, Clone)]
pub struct Flowing {
    /// The sender's addresses.
    pub own: Addresses,
    /// The destination's addresses.
    pub remote: Addresses,
    /// The sender's ports.
    pub own_ports: (u16, u16),
    /// The destination's ports.
    pub remote_ports: Ranges<u16>,
}

impl Flowing {
    /// As boxes.
    pub fn boxes(&self) -> Vec<Packets> {
        let count = self.own.iter().count() * self.remote.iter().count() * self.remote_ports.iter().count();
        let mut boxes = Vec::with_capacity(count);
        for own in self.own.iter() {
            for remote in self.remote.iter() {
                for remote_ports in self.remote_ports.iter() {
                    boxes.push(Packets { own, remote, own_ports: self.own_ports, remote_ports });
                }
            }
        }
        boxes
    }

    /// Whether the boxes hold all packets of the flow.
    pub fn is_covered_by<'p>(&self, parts: impl IntoIterator<Item = &'p Packets>) -> bool {
        let Some((first, last)) = self.remote.hull() else { return true };
        let mut parts: Vec<&Packets> = parts.into_iter().collect();
        parts.retain(|part| part.remote.0 <= last && first <= part.remote.1);
        // Of many parts most often some destination is in none.
        Ranges::collect(parts.iter().map(|part| part.remote)).contains(&self.remote)
            && self.own.iter().all(|own| self.remote_ports.iter().all(|ports| self.is_covered_from(own, ports, &parts)))
    }

    /// Whether the boxes hold all packets from a range of addresses to a range of ports. Most hold all of them that go to some
    /// destinations: these are taken out together, since there may be thousands.
    fn is_covered_from(&self, own: AddressRange, remote_ports: (u16, u16), parts: &[&Packets]) -> bool {
        fn holds<T: Ord>(outer: (T, T), inner: (T, T)) -> bool {
            outer.0 <= inner.0 && inner.1 <= outer.1
        }
        let is_whole = |part: &&&Packets| {
            holds(part.own, own) && holds(part.own_ports, self.own_ports) && holds(part.remote_ports, remote_ports)
        };
        let taken = Ranges::collect(parts.iter().filter(is_whole).map(|part| part.remote));
        let rest = self.remote.difference(&taken);
        if rest.is_empty() {
            return true;
        }
        let boxes = rest.iter().map(|remote| Packets { own, remote, own_ports: self.own_ports, remote_ports });
        subtract(boxes.collect(), parts.iter().copied().filter(|part| !is_whole(&part))).is_empty()
    }
}

/// Takes boxes out of boxes. What is left of disjoint ones is disjoint.
pub fn subtract<'p>(mut whole: Vec<Packets>, parts: impl IntoIterator<Item = &'p Packets>) -> Vec<Packets> {
    for part in parts {
        let mut rest = Vec::with_capacity(whole.len());
        for packets in whole {
            match packets.intersection(part) {
                None => rest.push(packets),
                Some(common) => packets.without(&common, &mut rest),
            }
        }
        whole = rest;
        if whole.is_empty() {
            break;
        }
    }
    whole
}

/// All packets between some addresses and ports and others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Product {
    /// The sender's addresses.
    pub own: Addresses,
    /// The destination's addresses.
    pub remote: Addresses,
    /// The sender's ports.
    pub own_ports: Ranges<u16>,
    /// The destination's ports.
    pub remote_ports: Ranges<u16>,
}

/// What boxes hold, as few products: exactly the same packets, while one product of all their sides might hold more.
pub fn products(boxes: &[Packets]) -> Vec<Product> {
    let by_ports = |here: &[Packets]| grouped_pairs(here, |one| one.own_ports, |one| one.remote);
    let by_remote_ports = |here: &[Packets]| grouped(here, |one| one.remote_ports, by_ports);
    let mut found = Vec::new();
    for (own, rest) in grouped(boxes, |one| one.own, by_remote_ports) {
        for (remote_ports, rest) in rest {
            for (own_ports, remote) in rest {
                found.push(Product { own: own.clone(), remote, own_ports, remote_ports: remote_ports.clone() });
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn small() -> impl Strategy<Value = Packets> {
        let side = || (0u8..6, 0u8..6).prop_map(|(a, b)| (a.min(b), a.max(b)));
        (side(), side(), side(), side()).prop_map(|(own, remote, own_ports, remote_ports)| Packets {
            own: (own.0.into(), own.1.into()),
            remote: (remote.0.into(), remote.1.into()),
            own_ports: (own_ports.0.into(), own_ports.1.into()),
            remote_ports: (remote_ports.0.into(), remote_ports.1.into()),
        })
    }

    fn holds(boxes: &[Packets], at: (u128, u128, u16, u16)) -> usize {
        let inside = |packets: &&Packets| {
            (packets.own.0..=packets.own.1).contains(&at.0)
                && (packets.remote.0..=packets.remote.1).contains(&at.1)
                && (packets.own_ports.0..=packets.own_ports.1).contains(&at.2)
                && (packets.remote_ports.0..=packets.remote_ports.1).contains(&at.3)
        };
        boxes.iter().filter(inside).count()
    }

    proptest! {
        #[test]
        fn covering_agrees_with_subtraction(whole in prop::collection::vec(small(), 1..3), parts in prop::collection::vec(small(), 0..9)) {
            let flow = Flowing {
                own: Ranges::collect(whole.iter().map(|packets| packets.own)),
                remote: Ranges::collect(whole.iter().map(|packets| packets.remote)),
                own_ports: whole[0].own_ports,
                remote_ports: Ranges::collect(whole.iter().map(|packets| packets.remote_ports)),
            };
            prop_assert_eq!(flow.is_covered_by(&parts), subtract(flow.boxes(), &parts).is_empty());
            let mut all = parts;
            all.extend(flow.boxes());
            prop_assert!(flow.is_covered_by(&all));
        }

        #[test]
        fn subtraction_agrees_with_counting(whole in small(), parts in prop::collection::vec(small(), 0..4)) {
            let rest = subtract(vec![whole], &parts);
            for own in 0..6u16 {
                for remote in 0..6u16 {
                    for own_port in 0..6u16 {
                        for remote_port in 0..6u16 {
                            let at = (own.into(), remote.into(), own_port, remote_port);
                            let expected = usize::from(holds(&[whole], at) == 1 && holds(&parts, at) == 0);
                            prop_assert_eq!(holds(&rest, at), expected);
                        }
                    }
                }
            }
        }

        #[test]
        fn products_hold_what_their_boxes_hold(boxes in prop::collection::vec(small(), 0..4)) {
            let found = products(&boxes);
            for own in 0..6u16 {
                for remote in 0..6u16 {
                    for own_port in 0..6u16 {
                        for remote_port in 0..6u16 {
                            let is_in = |one: &Product| {
                                one.own.covers(own.into(), own.into())
                                    && one.remote.covers(remote.into(), remote.into())
                                    && one.own_ports.covers(own_port, own_port)
                                    && one.remote_ports.covers(remote_port, remote_port)
                            };
                            let expected = holds(&boxes, (own.into(), remote.into(), own_port, remote_port)) > 0;
                            prop_assert_eq!(found.iter().any(is_in), expected);
                        }
                    }
                }
            }
        }
    }
}

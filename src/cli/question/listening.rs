//! The ports that a question goes to where its end is something that listens.

use crate::network::*;
use crate::report::problem::Problem;

/// What a user asks for.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    /// `--protocol`.
    pub(super) protocol: Option<Protocol>,
    /// `--port`.
    pub(super) port: Option<u16>,
}

impl Wanted {
    /// The protocols and ports to ask for: those wanted, and for what isn't said each on which something listens, of a range
    /// its first. None where nothing tells.
    pub(super) fn of(self, listening: &[Listening]) -> Vec<(u16, Protocol)> {
        let of_protocol = |listens: &&Listening| self.protocol.is_none_or(|wanted| listens.0 == wanted);
        let found = listening.iter().filter(of_protocol);
        let mut asked: Vec<(u16, Protocol)> = match self.port {
            None => found.map(|(protocol, ports)| (ports.0, *protocol)).collect(),
            Some(port) => {
                let here = found.filter(|(_, ports)| (ports.0..=ports.1).contains(&port));
                here.map(|(protocol, _)| (port, *protocol)).collect()
            }
        };
        if let (true, Some(port)) = (asked.is_empty(), self.port) {
            asked.push((port, self.protocol.unwrap_or(Protocol::Tcp)));
        }
        asked.sort_unstable_by_key(|(port, protocol)| (*port, protocol.as_str()));
        asked.dedup();
        asked
    }

    /// Nothing tells a port of an end.
    pub(super) fn unknown(self, name: &str) -> Problem {
        let what = self.protocol.map_or_else(|| "port".to_owned(), |protocol| format!("port of {}", protocol.as_str()));
        let message = format!("--to: the input doesn't tell on which {what} `{name}` listens");
        Problem::new("usage/to", message).with_help("name it: `fargcheck trace` takes `--port`")
    }
}

/// What a load balancer listens on, as far as its listeners are known.
pub(super) fn of_balancer(network: &Network<'_>, balancer: &LoadBalancer<'_>) -> Vec<Listening> {
    let listeners = balancer.listeners.iter().flatten().map(|id| network.listener(*id));
    let of_listener = |listener: &Listener<'_>| {
        let port = listener.element.port.and_then(|port| u16::try_from(port).ok());
        let protocols = listener.protocols().iter();
        port.map(|port| protocols.map(|protocol| (*protocol, (port, port))).collect::<Vec<_>>()).unwrap_or_default()
    };
    listeners.flat_map(of_listener).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_port_is_asked_for_that_the_user_does_not_rule_out() {
        use Protocol::{Tcp, Udp};
        let listening = [(Udp, (53, 53)), (Tcp, (8080, 8090)), (Tcp, (53, 53)), (Tcp, (53, 53))];
        for (protocol, port, expected) in [
            (None, None, vec![(53, Tcp), (53, Udp), (8080, Tcp)]),
            (Some(Tcp), None, vec![(53, Tcp), (8080, Tcp)]),
            (None, Some(8085), vec![(8085, Tcp)]),
            (None, Some(53), vec![(53, Tcp), (53, Udp)]),
            (Some(Udp), Some(8085), vec![(8085, Udp)]),
            (None, Some(9000), vec![(9000, Tcp)]),
        ] {
            assert_eq!(Wanted { protocol, port }.of(&listening), expected, "{protocol:?} {port:?}");
        }
        let of_udp = Wanted { protocol: Some(Udp), port: None };
        assert_eq!(of_udp.of(&[(Tcp, (80, 80))]), []);
    }
}

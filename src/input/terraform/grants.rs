//! What security groups let pass, range by range. AWS puts rules of the same protocol and ports together, and gives them in
//! words of its own: two rules are the same where they let the same protocol and ports pass to or from the same range, list
//! or group.
//! <https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html>

use crate::input::planned::{Fields, Node, Value};
use std::net::IpAddr;

/// The lists of a permission with the member of their elements that names whom they let pass.
const PEERS: [(&str, &str); 4] = [
    ("IpRanges", "CidrIp"),
    ("Ipv6Ranges", "CidrIpv6"),
    ("PrefixListIds", "PrefixListId"),
    ("UserIdGroupPairs", "GroupId"),
];

/// Takes what one permission lets pass from the permissions of a group, and nothing else.
pub(super) fn take_out(group: &mut Fields, member: &str, gone: &Node) {
    let Some(Node { value: Value::List(permissions), .. }) = group.get_mut(member) else { return };
    let of = traffic(gone);
    permissions.retain_mut(|permission| {
        if traffic(permission) != of {
            return true;
        }
        let Value::Object(fields) = &mut permission.value else { return true };
        let mut lost = false;
        for (list, name) in PEERS {
            let peers = gone.get(list).map(Node::items).unwrap_or_default();
            let peers: Vec<Peer<'_>> = peers.iter().filter_map(|peer| Peer::of(peer, name)).collect();
            fields.retain(list, |known| {
                let is_gone = Peer::of(known, name).is_some_and(|known| peers.contains(&known));
                lost |= is_gone;
                !is_gone
            });
        }
        let is_empty = |list: &str| fields.get(list).is_none_or(|peers| peers.items().is_empty());
        !lost || !PEERS.iter().all(|(list, _)| is_empty(list))
    });
}

/// Whom a permission lets pass.
#[derive(PartialEq)]
enum Peer<'n> {
    Block(IpAddr, u8),
    Named(&'n str),
}

impl<'n> Peer<'n> {
    fn of(node: &'n Node, member: &str) -> Option<Self> {
        let text = node.get(member)?.as_str()?;
        let block = || {
            let (address, length) = text.split_once('/')?;
            Some(Peer::Block(address.parse().ok()?, length.parse().ok()?))
        };
        // A group of another account is named with it: `123456789012/sg-1`.
        Some(block().unwrap_or_else(|| Peer::Named(text.rsplit('/').next().unwrap_or(text))))
    }
}

/// The protocol of a permission by its number, with the ports where it has any: `-1` is every protocol on every port.
fn traffic(permission: &Node) -> (String, Option<(i64, i64)>) {
    let protocol = permission.get("IpProtocol").and_then(Node::as_str).unwrap_or("-1").to_ascii_lowercase();
    let protocol = match protocol.as_str() {
        "all" => "-1",
        "icmp" => "1",
        "tcp" => "6",
        "udp" => "17",
        "icmpv6" => "58",
        other => other,
    };
    let port = |member: &str| permission.get(member).and_then(Node::as_i64).unwrap_or(-1);
    let ports = matches!(protocol, "1" | "6" | "17" | "58").then(|| (port("FromPort"), port("ToPort")));
    (protocol.to_owned(), ports)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::planned::json;
    use crate::snapshot::SourceId;

    fn read(text: &str) -> Node {
        json::read(text, SourceId(0), 0)
    }

    /// The peers that are left, permission by permission.
    fn left(group: &Fields) -> Vec<Vec<String>> {
        let permissions = group.get("IpPermissions").map(Node::items).unwrap_or_default();
        let peers = |permission: &Node| {
            let peers = PEERS.iter().flat_map(|(list, name)| {
                let peers = permission.get(list).map(Node::items).unwrap_or_default();
                peers.iter().filter_map(|peer| peer.get(name)?.as_str().map(str::to_owned)).collect::<Vec<_>>()
            });
            peers.collect()
        };
        permissions.iter().map(peers).collect()
    }

    #[test]
    fn a_rule_is_taken_out_by_what_it_lets_pass() {
        let https = r#"{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/8", "Description": "x"}, {"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "2001:db8:0::/32"}]}"#;
        let all = r#"{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "UserIdGroupPairs": [{"GroupId": "sg-1", "UserId": "123456789012"}], "PrefixListIds": []}"#;
        let both = ["10.0.0.0/8", "0.0.0.0/0", "2001:db8:0::/32"];
        let cases: [(&str, Vec<Vec<&str>>); 7] = [
            (
                r#"{"IpProtocol": "6", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}"#,
                vec![vec!["10.0.0.0/8", "2001:db8:0::/32"], vec!["0.0.0.0/0", "sg-1"]],
            ),
            (
                r#"{"IpProtocol": "TCP", "FromPort": 443, "ToPort": 443, "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]}"#,
                vec![vec!["10.0.0.0/8", "0.0.0.0/0"], vec!["0.0.0.0/0", "sg-1"]],
            ),
            (
                r#"{"IpProtocol": "-1", "FromPort": 0, "ToPort": 0, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}"#,
                vec![both.to_vec(), vec!["sg-1"]],
            ),
            (
                r#"{"IpProtocol": "all", "IpRanges": [{"CidrIp": "0.0.0.0/0"}], "UserIdGroupPairs": [{"GroupId": "123456789012/sg-1"}]}"#,
                vec![both.to_vec()],
            ),
            (
                r#"{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 444, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}"#,
                vec![both.to_vec(), vec!["0.0.0.0/0", "sg-1"]],
            ),
            (
                r#"{"IpProtocol": "udp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}"#,
                vec![both.to_vec(), vec!["0.0.0.0/0", "sg-1"]],
            ),
            (r#"{}"#, vec![both.to_vec(), vec!["0.0.0.0/0", "sg-1"]]),
        ];
        for (gone, expected) in cases {
            let Value::Object(mut group) = read(&format!(r#"{{"IpPermissions": [{https}, {all}]}}"#)).value else {
                panic!("an object")
            };
            take_out(&mut group, "IpPermissions", &read(gone));
            assert_eq!(left(&group), expected, "{gone}");
        }
    }
}

//! Security groups and network ACLs that let just enough pass, or just not.

use crate::rows::*;
use fargcheck::reach::Verdict::{Blocked, Reachable, Unknown};
use serde_json::{Value, json};

/// Of link-local addresses those alone that AWS names are on the host, where nothing filters them.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-groups.html>
/// <https://docs.aws.amazon.com/vpc-lattice/latest/ug/security-groups.html>
pub(crate) fn link_local() -> Vec<Row> {
    let closed = || egress(json!([]));
    let mute = || ("/NetworkAcls/0/Entries/-", entry(90, "deny", false, "-1", "169.254.0.0/16", None));
    let lattice = || at("169.254.171.5");
    let by_lattice = || {
        let route = json!({ "DestinationPrefixListId": "pl-lattice", "GatewayId": "VpcLattice", "State": "active" });
        let list = json!({ "PrefixListId": "pl-lattice", "Cidrs": ["169.254.171.0/24"] });
        [("/PrefixLists/-", list), ("/RouteTables/0/Routes/-", route)]
    };
    vec![
        row("the task's metadata", [closed()], at("169.254.170.2"), Reachable, &[]),
        row("the clock", [closed(), mute()], at("169.254.169.123"), Reachable, &[]),
        row("VPC Lattice", by_lattice(), lattice(), Unknown, &[]),
        row(
            "VPC Lattice, and no group that lets out",
            by_lattice().into_iter().chain([closed()]),
            lattice(),
            Blocked,
            &["sg-egress"],
        ),
        row(
            "VPC Lattice, whose replies are dropped",
            by_lattice().into_iter().chain([mute()]),
            lattice(),
            Blocked,
            &["nacl-ingress"],
        ),
        row("an address that is reserved", [], at("169.254.168.7"), Unknown, &[]),
        row("one that is not", [], at("169.254.7.7"), Blocked, &["not-routable"]),
        row("the clock, and what is beside it", [closed()], at("169.254.169.122/31"), Blocked, &["sg-egress"]),
    ]
}

pub(crate) fn rows() -> Vec<Row> {
    let internet = || at("8.8.8.8");
    vec![
        row(
            "a narrower egress that suffices",
            [egress(
                json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{ "CidrIp": "8.8.8.0/24" }] }]),
            )],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "egress to S3 by its prefix list",
            [egress(
                json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{ "PrefixListId": "pl-s3" }] }]),
            )],
            service("s3"),
            Reachable,
            &[],
        ),
        row(
            "the same where the list's addresses aren't known",
            [
                egress(
                    json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "PrefixListIds": [{ "PrefixListId": "pl-s3" }] }]),
                ),
                ("/PrefixLists/0/Cidrs", Value::Null),
            ],
            service("s3"),
            Reachable,
            &[],
        ),
        row(
            "egress for IPv6 only",
            [egress(json!([{ "IpProtocol": "-1", "Ipv6Ranges": [{ "CidrIpv6": "::/0" }] }]))],
            internet(),
            Blocked,
            &["sg-egress"],
        ),
        row(
            "an ACL for IPv6 only",
            [(
                "/NetworkAcls/0/Entries",
                json!([entry(100, "allow", true, "-1", "::/0", None), entry(100, "allow", false, "-1", "::/0", None)]),
            )],
            internet(),
            Blocked,
            &["nacl-egress", "nacl-ingress"],
        ),
        row(
            "an ACL that denies IPv6",
            [("/NetworkAcls/0/Entries/-", entry(1, "deny", true, "-1", "::/0", None))],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "TCP by its number",
            [("/NetworkAcls/0/Entries/0", entry(100, "allow", true, "6", "0.0.0.0/0", Some((443, 443))))],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "UDP is not TCP",
            [("/NetworkAcls/0/Entries/0", entry(100, "allow", true, "17", "0.0.0.0/0", Some((443, 443))))],
            internet(),
            Blocked,
            &["nacl-egress"],
        ),
        row(
            "ICMP's type and code are no ports",
            [("/NetworkAcls/0/Entries/-", entry(50, "deny", true, "1", "0.0.0.0/0", None))],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "all protocols have all ports, whatever range is written",
            [("/NetworkAcls/0/Entries/0", entry(100, "allow", true, "-1", "0.0.0.0/0", Some((22, 22))))],
            internet(),
            Reachable,
            &[],
        ),
        row(
            "no port range isn't known to be any",
            [("/NetworkAcls/0/Entries/0", entry(100, "allow", true, "6", "0.0.0.0/0", None))],
            internet(),
            Unknown,
            &[],
        ),
        row(
            "no final deny is listed",
            [("/NetworkAcls/0/Entries/3", Value::Null), ("/NetworkAcls/0/Entries/1", Value::Null)],
            internet(),
            Blocked,
            &["nacl-ingress"],
        ),
        row(
            "the lowest number decides, wherever it is listed",
            [("/NetworkAcls/0/Entries/-", entry(50, "deny", true, "-1", "8.8.8.0/24", None))],
            internet(),
            Blocked,
            &["nacl-egress"],
        ),
        row(
            "a group that lets its own members in",
            [(
                "/SecurityGroups/0/IpPermissions",
                json!([{ "IpProtocol": "-1", "UserIdGroupPairs": [{ "GroupId": "sg-task" }] }]),
            )],
            interface("eni-near"),
            Reachable,
            &[],
        ),
        row("and one that doesn't", [], interface("eni-near"), Blocked, &["dest-sg"]),
        row(
            "inside a subnet no network ACL is applied",
            [
                (
                    "/SecurityGroups/0/IpPermissions",
                    json!([{ "IpProtocol": "-1", "IpRanges": [{ "CidrIp": "10.0.1.0/24" }] }]),
                ),
                ("/NetworkAcls/0/Entries", json!([])),
            ],
            interface("eni-near"),
            Reachable,
            &[],
        ),
        row(
            "egress to members of a group whose interfaces aren't listed",
            [
                egress(
                    json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{ "GroupId": "sg-data" }] }]),
                ),
                ("/NetworkInterfaces", Value::Null),
            ],
            at("10.0.2.10"),
            Unknown,
            &[],
        ),
        row(
            "the same to an address outside of every VPC",
            [
                egress(
                    json!([{ "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "UserIdGroupPairs": [{ "GroupId": "sg-data" }] }]),
                ),
                ("/NetworkInterfaces", Value::Null),
            ],
            internet(),
            Blocked,
            &["sg-egress"],
        ),
        row(
            "an interface without groups, such as a network load balancer's",
            [("/NetworkInterfaces/0/Groups", json!([]))],
            interface("eni-data"),
            Reachable,
            &[],
        ),
        row("a rule whose ports end before they begin", [to_ports(500, 400)], internet(), Unknown, &[]),
        row("a rule for ports that there are none of", [to_ports(443, 70000)], internet(), Unknown, &[]),
        row("a rule for all ports, as -1", [to_ports(-1, -1)], internet(), Reachable, &[]),
        row("a rule for a single port that is another", [to_ports(80, 80)], internet(), Blocked, &["sg-egress"]),
    ]
}

fn to_ports(from: i64, to: i64) -> Change {
    let everywhere = json!([{ "CidrIp": "0.0.0.0/0" }]);
    egress(json!([{ "IpProtocol": "tcp", "FromPort": from, "ToPort": to, "IpRanges": everywhere }]))
}

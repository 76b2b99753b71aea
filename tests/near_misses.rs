//! Designs that look wrong and are right: no finding but what is worth knowing. Each with one thing changed is wrong, and
//! is found.

mod cli_support;

use cli_support::run_with;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// A design, what is changed in it to make it wrong, and the rules that find it then.
struct Row {
    /// The file in fixtures/near-misses.
    name: &'static str,
    /// Why it works, although it looks as if it didn't.
    works: &'static str,
    /// Where it is changed, as a JSON pointer.
    at: &'static str,
    /// To what.
    to: Value,
    /// What is found then.
    found: &'static [&'static str],
}

const PUBLIC_IP: &str = "/services/0/networkConfiguration/awsvpcConfiguration/assignPublicIp";
const SUBNETS: &str = "/services/0/networkConfiguration/awsvpcConfiguration/subnets";

#[rustfmt::skip]
fn rows() -> Vec<Row> {
    let local = json!([{ "DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local", "State": "active" }]);
    vec![
        Row { name: "private-nat-gateway-before-a-transit-gateway", works: "it sends on to the transit gateway, and so to another account's way out",
              at: "/RouteTables/1/Routes/2/DestinationCidrBlock", to: json!("10.0.0.0/8"), found: &["transit/way-out"] },
        Row { name: "central-endpoints-behind-a-transit-gateway", works: "no default route: private hosted zones lead to endpoints in another account's VPC",
              at: "/SecurityGroups/1/IpPermissionsEgress", to: json!([]), found: &["sg/egress"] },
        Row { name: "transit-gateway-default-route", works: "the transit gateway leads to another account's way out",
              at: "/TransitGatewayVpcAttachments/0/SubnetIds/1", to: json!("subnet-04c2cb0f785a4be86"), found: &["transit/zone"] },
        Row { name: "central-egress", works: "the NAT gateway is in another VPC, behind the transit gateway",
              at: "/TransitGatewayRouteTables/0/Routes/0/State", to: json!("blackhole"), found: &["transit/route"] },
        Row { name: "central-egress-and-its-way-back", works: "a NAT gateway in each zone of the other VPC leads out, and back to this one",
              at: "/RouteTables/6/Routes/2/DestinationCidrBlock", to: json!("10.1.0.0/16"), found: &["transit/way-back"] },
        Row { name: "common-blocks-behind-a-transit-gateway", works: "both VPCs have 100.64.0.0/16, which no route leads to",
              at: "/VpcPeeringConnections", to: json!([{ "VpcPeeringConnectionId": "pcx-0a1b2c3d4e5f60718", "RequesterVpcInfo": { "VpcId": "vpc-0e2360f87dfe84da0" },
                  "AccepterVpcInfo": { "VpcId": "vpc-0f9e8d7c6b5a43210", "CidrBlock": "100.64.0.0/16" } }]), found: &["vpc/cidr-overlap"] },
        Row { name: "instance-nat", works: "the instance passes on packets of others: its source/destination check is off",
              at: "/NetworkInterfaces/0/SourceDestCheck", to: json!(true), found: &["route/source-dest-check"] },
        Row { name: "instance-nat", works: "the default route leads to an instance that translates",
              at: "/RouteTables/2/Routes", to: local.clone(), found: &["nat/present"] },
        Row { name: "firewall-endpoint-in-the-way", works: "the firewall's subnet leads on to the NAT gateway",
              at: "/RouteTables/2/Routes", to: local, found: &["route/private-default-nat"] },
        Row { name: "endpoints-in-another-subnet-of-the-zone", works: "an endpoint serves its whole VPC",
              at: "/Subnets/1/AvailabilityZone", to: json!("us-east-1b"), found: &["endpoint/subnets", "endpoint/subnets", "endpoint/subnets"] },
        Row { name: "groups-in-a-shared-vpc", works: "the network and one of the groups are its owner's, another group a third one's",
              at: "/SecurityGroups/1/IpPermissions/0/UserIdGroupPairs/0/UserId", to: json!("210987654321"), found: &["sg/dangling"] },
        Row { name: "a-group-of-a-peer", works: "the group that is let in is of the peer's VPC",
              at: "/SecurityGroups/1/IpPermissions/0/UserIdGroupPairs/0/PeeringStatus", to: json!("deleted"), found: &["sg/dangling"] },
        Row { name: "service-connect-front-end", works: "a load balancer alone calls the front end, which calls what is behind it",
              at: "/SecurityGroups/3/IpPermissions", to: json!([]), found: &["sg/destination-ingress"] },
        Row { name: "regional-nat-gateway", works: "it has no subnet and serves every zone",
              at: "/InternetGateways", to: json!([]), found: &["igw/present"] },
        Row { name: "one-nat-gateway-for-a-single-task", works: "one task makes no promise to survive a zone",
              at: "/services/0/desiredCount", to: json!(2), found: &["nat/zone-redundancy"] },
        Row { name: "ipv6-only-subnet", works: "no IPv4 address is free, and none is needed",
              at: "/Subnets/1", to: json!({ "SubnetId": "subnet-0efda74836b6450f9", "VpcId": "vpc-0e2360f87dfe84da0", "CidrBlock": "10.0.11.0/24",
                  "AvailabilityZone": "us-east-1b", "AvailableIpAddressCount": 0 }), found: &["nat/present", "workload/addresses"] },
        Row { name: "narrower-egress-that-suffices", works: "443 is all that the task needs",
              at: "/SecurityGroups/1/IpPermissionsEgress/0", to: json!({ "IpProtocol": "tcp", "FromPort": 444, "ToPort": 444, "IpRanges": [{ "CidrIp": "0.0.0.0/0" }] }), found: &["sg/egress"] },
        Row { name: "egress-to-endpoints-alone", works: "the endpoints' group and S3's prefix list are all that the task needs",
              at: "/SecurityGroups/2/IpPermissionsEgress/0/PrefixListIds", to: json!([]), found: &["sg/egress"] },
        Row { name: "default-vpc", works: "every subnet has the main table: none was forgotten",
              at: PUBLIC_IP, to: json!("DISABLED"), found: &["workload/public-ip"] },
        Row { name: "default-route-without-multicast", works: "four routes to the NAT gateway hold every address that is not multicast or reserved",
              at: "/NatGateways/0/State", to: json!("failed"), found: &["nat/available"] },
        Row { name: "public-tasks-on-the-main-table", works: "all tasks of the subnets that have the main table have a public IP",
              at: PUBLIC_IP, to: json!("DISABLED"), found: &["workload/public-ip"] },
        Row { name: "spoke-with-one-table", works: "no internet gateway is attached: everything leaves by the transit gateway",
              at: "/InternetGateways", to: json!([{ "InternetGatewayId": "igw-0e3742bbe932384a5", "Attachments": [{ "VpcId": "vpc-0e2360f87dfe84da0", "State": "available" }] }]),
              found: &["route/separate-tables"] },
        Row { name: "main-table-to-the-internet-that-no-subnet-has", works: "every subnet has a table of its own",
              at: PUBLIC_IP, to: json!("DISABLED"), found: &["workload/public-ip"] },
        Row { name: "private-subnets-on-the-main-table", works: "the main table leads to the NAT gateway, the public subnet has its own",
              at: "/RouteTables/0/Routes", to: json!([]), found: &["route/private-default-nat"] },
        Row { name: "mixed-subnets-with-a-public-ip", works: "the public IP serves in the public subnet, the NAT gateway in the private one",
              at: PUBLIC_IP, to: json!("DISABLED"), found: &["workload/mixed-subnets"] },
        Row { name: "resolver-by-its-address", works: "10.0.0.2 is AWS's own resolver",
              at: "/DhcpOptions/0/DhcpConfigurations/1/Values/0/Value", to: json!("10.0.7.2"), found: &["dns/custom-resolver"] },
        Row { name: "s3-by-an-inspection-vpc", works: "a route for S3's prefix list is meant for S3",
              at: "/RouteTables/2/Routes/2", to: json!({ "DestinationCidrBlock": "52.0.0.0/8", "TransitGatewayId": "tgw-0a1b2c3d4e5f60718", "State": "active" }), found: &["route/more-specific"] },
        Row { name: "load-balancer-in-more-zones-than-its-tasks", works: "a zone without targets gets its requests answered across zones",
              at: "/LoadBalancers/0/AvailabilityZones/0", to: json!({ "ZoneName": "us-east-1b", "SubnetId": "subnet-088beb2fa9c2a7119" }), found: &["lb/zones"] },
        Row { name: "group-associated-with-the-vpc", works: "its group is of another VPC, and associated with the task's",
              at: "/SecurityGroupVpcAssociations/0/State", to: json!("disassociated"), found: &["workload/security-group-vpc"] },
        Row { name: "load-balancer-without-public-ipv4", works: "its clients come by IPv6, and ::/0 leads to them: 0.0.0.0/0 need not",
              at: "/RouteTables/1/Routes/2/DestinationIpv6CidrBlock", to: json!("2600:9000::/28"), found: &["route/public-ipv6-default"] },
        Row { name: "network-load-balancer-in-one-zone", works: "a network load balancer needs neither two zones nor eight addresses",
              at: SUBNETS, to: json!(["subnet-04c2cb0f785a4be86", "subnet-0efda74836b6450f9"]), found: &["lb/zones"] },
    ]
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/near-misses")
}

fn read(name: &str) -> Value {
    let path = folder().join(format!("{name}.json"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The exit code, and the rules of all findings but those that are only worth knowing.
fn judged(document: &Value) -> (i32, Vec<String>) {
    let run = run_with(&folder(), &["lint", "-", "--format", "json"], &document.to_string());
    let mut faults = run.faults();
    faults.sort();
    (run.code, faults)
}

#[test]
fn designs_that_work_are_left_alone() {
    let mut complaints = Vec::new();
    for row in rows() {
        let (code, faults) = judged(&read(row.name));
        if code != 0 || !faults.is_empty() {
            complaints.push(format!("{}: exit {code}, {faults:?}, but {}", row.name, row.works));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn what_does_not_work_in_them_is_found() {
    let mut complaints = Vec::new();
    for row in rows() {
        let mut document = read(row.name);
        *document.pointer_mut(row.at).unwrap_or_else(|| panic!("{} has no {}", row.name, row.at)) = row.to;
        let (code, faults) = judged(&document);
        if faults != row.found {
            complaints.push(format!("{}: exit {code}, {faults:?} instead of {:?}", row.name, row.found));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn every_design_is_in_the_table() {
    let listed: BTreeSet<String> = rows().iter().map(|row| format!("{}.json", row.name)).collect();
    let files = fs::read_dir(folder()).expect("there are designs");
    let there: BTreeSet<String> =
        files.map(|file| file.expect("readable").file_name().to_string_lossy().into_owned()).collect();
    assert_eq!(there, listed);
}

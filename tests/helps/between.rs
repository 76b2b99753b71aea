//! Networks of several VPCs, or of several NAT gateways, with one fault each, and what is to be advised about them.

use super::rows::Row;
use serde_json::{Value, json};

fn list<'n>(network: &'n mut Value, name: &str) -> &'n mut Vec<Value> {
    network[name].as_array_mut().expect("the fixture has such a list")
}

fn table<'n>(network: &'n mut Value, id: &str) -> &'n mut Value {
    list(network, "RouteTables").iter_mut().find(|table| table["RouteTableId"] == id).expect("a table")
}

/// The tasks' subnet has the main table for want of another one, which leads to the NAT gateway.
fn on_main_table(network: &mut Value) {
    let private = table(network, "rtb-0ba2f0030d1bbdaf7");
    let routes = private["Routes"].clone();
    let associations = private["Associations"].as_array_mut().expect("a list");
    associations.retain(|association| association["SubnetId"] != "subnet-04c2cb0f785a4be86");
    table(network, "rtb-0d8fcedb97ebd70ba")["Routes"] = routes;
}

/// Beside it is a table that no subnet has, which leads to the other VPC too.
fn with_leading_table(network: &mut Value, target: &str, id: &str) {
    let mut other = table(network, "rtb-0ba2f0030d1bbdaf7").clone();
    other["RouteTableId"] = json!("rtb-leading");
    other["Associations"] = json!([]);
    let route =
        json!({ "DestinationCidrBlock": "10.9.0.0/16", target: id, "State": "active", "Origin": "CreateRoute" });
    other["Routes"].as_array_mut().expect("a list").push(route);
    list(network, "RouteTables").push(other);
}

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "the main table lacks the route to the peered VPC, and so does that for private subnets",
        fixture: ("peering/route", "fail"),
        plant: on_main_table,
        rule: "peering/route",
        says: &[
            "associate-route-table --subnet-id subnet-04c2cb0f785a4be86 --route-table-id rtb-0ba2f0030d1bbdaf7",
            "create-route --route-table-id rtb-0ba2f0030d1bbdaf7 --destination-cidr-block 10.9.0.0/16 --vpc-peering-connection-id pcx-18c7ca5f753f64612",
        ],
        never: &["<route-table-id>"],
    },
    Row {
        name: "a table that leads to the peered VPC is there",
        fixture: ("peering/route", "fail"),
        plant: |network| {
            on_main_table(network);
            with_leading_table(network, "VpcPeeringConnectionId", "pcx-18c7ca5f753f64612");
        },
        rule: "peering/route",
        says: &["associate-route-table --subnet-id subnet-04c2cb0f785a4be86 --route-table-id rtb-leading"],
        never: &["create-route", "rtb-0ba2f0030d1bbdaf7"],
    },
    Row {
        name: "a table that leads to the transit gateway is there",
        fixture: ("transit/way-over", "fail"),
        plant: |network| {
            on_main_table(network);
            let gateway = network["TransitGateways"][0]["TransitGatewayId"].as_str().expect("an id").to_owned();
            with_leading_table(network, "TransitGatewayId", &gateway);
        },
        rule: "transit/way-over",
        says: &["associate-route-table --subnet-id subnet-04c2cb0f785a4be86 --route-table-id rtb-leading"],
        never: &["create-route", "rtb-0ba2f0030d1bbdaf7"],
    },
    Row {
        name: "nothing propagates a route to the internet",
        fixture: ("transit/route", "fail"),
        plant: |network| {
            let [out, back] = &mut list(network, "TransitGatewayRouteTables")[..] else { panic!("two tables") };
            let mut route = out["Routes"][0].clone();
            out["Routes"] = json!([]);
            route["DestinationCidrBlock"] = json!("10.0.0.0/16");
            route["TransitGatewayAttachments"][0]["TransitGatewayAttachmentId"] = json!("tgw-attach-8d9001d32c6a703d9");
            back["Routes"] = json!([route]);
        },
        rule: "transit/route",
        says: &[
            "create-transit-gateway-route --transit-gateway-route-table-id tgw-rtb-c045ab83387c3ad17 --destination-cidr-block 0.0.0.0/0 --transit-gateway-attachment-id tgw-attach-a3083687ee111912f",
        ],
        never: &["enable-transit-gateway-route-table-propagation", "<attachment-id>"],
    },
    Row {
        name: "the attachment stands in the NAT gateways' own subnets, which live by the internet gateway",
        fixture: ("transit/way-on", "fail"),
        plant: |network| {
            let attachment = &mut list(network, "TransitGatewayVpcAttachments")[1];
            attachment["SubnetIds"] = json!(["subnet-91763566963c9cc6e", "subnet-74041c07168b17e88"]);
        },
        rule: "transit/way-on",
        says: &[
            "create-subnet --vpc-id vpc-a3083687ee111912f --availability-zone us-east-1a ",
            "--transit-gateway-attachment-id tgw-attach-a3083687ee111912f --add-subnet-ids <subnet-id> --remove-subnet-ids subnet-91763566963c9cc6e",
            "--remove-subnet-ids subnet-74041c07168b17e88",
            "create-route --route-table-id <route-table-id> --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-ca978112ca1bbdcaf",
            "create-route --route-table-id <route-table-id> --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-3e23e8160039594a3",
        ],
        never: &["replace-route", "rtb-afd3a12e9deb26785"],
    },
    Row {
        name: "an attachment that is being made becomes available",
        fixture: ("transit/attachment", "pass"),
        plant: |network| list(network, "TransitGatewayVpcAttachments")[0]["State"] = json!("pending"),
        rule: "transit/attachment",
        says: &["Wait until it is available", "describe-transit-gateway-vpc-attachments"],
        never: &["create-transit-gateway-vpc-attachment", "does not recover"],
    },
    Row {
        name: "a peering connection that was accepted becomes active",
        fixture: ("peering/active", "pass"),
        plant: |network| list(network, "VpcPeeringConnections")[0]["Status"] = json!({ "Code": "provisioning" }),
        rule: "peering/active",
        says: &["Wait until it is active", "describe-vpc-peering-connections"],
        never: &["create-vpc-peering-connection", "does not recover"],
    },
    Row {
        name: "clients come to the load balancer that has the shared group by IPv6 alone",
        fixture: ("sg/rules", "fail"),
        plant: |network| {
            let balancer = &mut list(network, "LoadBalancers")[0];
            balancer["Scheme"] = json!("internet-facing");
            balancer["IpAddressType"] = json!("dualstack-without-public-ipv4");
        },
        rule: "sg/rules",
        says: &["--ip-permissions 'IpProtocol=tcp,FromPort=443,ToPort=443,Ipv6Ranges=[{CidrIpv6=::/0}]'"],
        never: &["--cidr 0.0.0.0/0"],
    },
    Row {
        name: "the load balancer's targets are reached by UDP",
        fixture: ("sg/load-balancer-egress", "fail"),
        plant: |network| {
            list(network, "LoadBalancers")[0]["Type"] = json!("network");
            list(network, "Listeners")[0]["Protocol"] = json!("UDP");
            list(network, "TargetGroups")[0]["Protocol"] = json!("UDP");
        },
        rule: "sg/load-balancer-egress",
        says: &["IpProtocol=udp,"],
        never: &[],
    },
];

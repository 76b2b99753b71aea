//! What resources of real plans come to, in the AWS CLI's shapes.

use super::support::*;
use fargcheck::input;
use fargcheck::snapshot::Sources;

/// The document of a plan.
fn document(name: &str) -> Value {
    let mut sources = Sources::default();
    let path = fixtures().join(format!("{name}.json"));
    let files = input::read(&[path], &mut sources).expect("the fixture is a plan");
    let made = files.iter().find(|file| sources.get(file.source).is_derived()).expect("something is made");
    serde_json::from_slice(sources.get(made.source).bytes()).expect("it is JSON")
}

/// A member of the element of a list that has this id.
fn member<'d>(document: &'d Value, list: &str, id: &str, pointer: &str) -> Option<&'d Value> {
    let elements = document[list].as_array().into_iter().flatten();
    let named = |element: &&Value| element.as_object().is_some_and(|fields| fields.values().any(|value| value == id));
    elements.filter(named).find_map(|element| element.pointer(pointer))
}

fn assert_members(plan: &str, cases: &[(&str, &str, &str, Value)]) {
    let document = document(plan);
    for (list, id, pointer, expected) in cases {
        let found = member(&document, list, id, pointer);
        assert_eq!(found, Some(expected), "{list} {id} {pointer}: {document:#}");
    }
}

#[test]
fn parts_of_a_network_are_put_into_what_they_belong_to() {
    let full = |text: &str| json!(text);
    assert_members(
        "resources-network",
        &[
            (
                "NetworkInterfaces",
                "aws_network_interface.a",
                "/Groups",
                json!([{"GroupId": "aws_security_group.first"}, {"GroupId": "aws_security_group.second"}]),
            ),
            ("NetworkInterfaces", "aws_network_interface.a", "/PrivateIpAddress", full("10.0.0.10")),
            ("Addresses", "aws_eip.a", "/NetworkInterfaceId", full("aws_network_interface.a")),
            ("Vpcs", "aws_vpc.main", "/DhcpOptionsId", full("aws_vpc_dhcp_options.own")),
            (
                "DhcpOptions",
                "aws_vpc_dhcp_options.own",
                "/DhcpConfigurations",
                json!([
                    {"Key": "domain-name", "Values": [{"Value": "example.com"}]},
                    {"Key": "domain-name-servers", "Values": [{"Value": "10.0.0.53"}, {"Value": "AmazonProvidedDNS"}]},
                ]),
            ),
            ("NetworkAcls", "aws_network_acl.own", "/Associations/0/SubnetId", full("aws_subnet.a")),
            ("VpcEndpoints", "aws_vpc_endpoint.logs", "/SubnetIds", json!(["aws_subnet.a"])),
            ("VpcEndpoints", "aws_vpc_endpoint.logs", "/Groups", json!([{"GroupId": "aws_security_group.first"}])),
            ("VpcEndpoints", "aws_vpc_endpoint.s3", "/RouteTableIds", json!(["aws_route_table.a"])),
            (
                "VpcEndpoints",
                "aws_vpc_endpoint.s3",
                "/PolicyDocument",
                full(
                    r#"{"Statement":[{"Action":"*","Effect":"Deny","Principal":"*","Resource":"*"}],"Version":"2012-10-17"}"#,
                ),
            ),
            (
                "RouteTables",
                "aws_route_table.a",
                "/PropagatingVgws/0/GatewayId",
                full("${aws_vpc_route_server.main.route_server_id}"),
            ),
        ],
    );
}

#[test]
fn what_tasks_run_on_is_said_by_their_cluster() {
    let spot = json!([{"capacityProvider": "FARGATE_SPOT"}]);
    assert_members(
        "resources-tasks",
        &[
            ("services", "by-fargate", "/capacityProviderStrategy", spot.clone()),
            ("services", "by-hosts", "/capacityProviderStrategy", json!([{"capacityProvider": "hosts"}])),
            ("services", "external", "/taskSets/0/capacityProviderStrategy", spot),
            (
                "services",
                "external",
                "/taskSets/0/networkConfiguration/awsvpcConfiguration/subnets",
                json!(["aws_subnet.a[1]"]),
            ),
            ("Rules", "aws_lb_listener_rule.api", "/ListenerArn", json!("aws_lb_listener.http")),
            ("Rules", "aws_lb_listener_rule.api", "/Actions/0/TargetGroupArn", json!("aws_lb_target_group.app[1]")),
            (
                "Listeners",
                "aws_lb_listener.http",
                "/DefaultActions/0/TargetGroupArn",
                json!("aws_lb_target_group.app[0]"),
            ),
        ],
    );
    assert!(document("resources-tasks")["services"][0].get("launchType").is_none());
    let run = lint(&fixtures(), &["resources-tasks.json"]);
    let said = run.json();
    let workloads: Vec<&str> =
        said["workloads"].as_array().into_iter().flatten().filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(workloads, ["by-fargate", "external"], "what runs on hosts is not judged: {run:#?}");
}

#[test]
fn what_was_there_is_taken_over() {
    assert_members(
        "resources-defaults",
        &[
            ("Vpcs", "aws_vpc.own", "/DhcpOptionsId", json!("aws_default_vpc_dhcp_options.amazon")),
            (
                "DhcpOptions",
                "aws_default_vpc_dhcp_options.amazon",
                "/DhcpConfigurations/0",
                json!({"Key": "domain-name-servers", "Values": [{"Value": "AmazonProvidedDNS"}]}),
            ),
            ("RouteTables", "aws_default_route_table.own", "/VpcId", json!("aws_vpc.own")),
            ("RouteTables", "aws_default_route_table.own", "/Associations/0/Main", json!(true)),
            ("RouteTables", "aws_default_route_table.own", "/Routes/0/GatewayId", json!("aws_internet_gateway.own")),
            ("SecurityGroups", "aws_default_security_group.own", "/GroupName", json!("default")),
            ("SecurityGroups", "aws_default_security_group.own", "/IpPermissionsEgress", json!([])),
            ("NetworkAcls", "aws_default_network_acl.own", "/IsDefault", json!(true)),
            ("NetworkAcls", "aws_default_network_acl.own", "/Entries/0/RuleNumber", json!(10)),
            ("NetworkAcls", "aws_default_network_acl.own", "/Associations/0/SubnetId", json!("aws_subnet.own")),
            ("Subnets", "aws_default_subnet.a", "/AvailabilityZone", json!("us-east-1a")),
        ],
    );
}

#[test]
fn routes_of_a_transit_gateway_lead_where_prefix_lists_and_peers_say() {
    let document = document("resources-transit");
    let table = document["TransitGatewayRouteTables"][0].clone();
    let routes = table["Routes"].as_array().cloned().unwrap_or_default();
    let of = |member: &str, to: &str| routes.iter().find(|route| route[member] == to).cloned().unwrap_or_default();
    assert_eq!(table["Associations"][0]["TransitGatewayAttachmentId"], "aws_ec2_transit_gateway_vpc_attachment.main");
    let by_list = of("PrefixListId", "aws_ec2_managed_prefix_list.own");
    assert_eq!(
        by_list["TransitGatewayAttachments"][0]["TransitGatewayAttachmentId"],
        "aws_ec2_transit_gateway_vpc_attachment.main",
        "{table:#}"
    );
    assert_eq!(of("PrefixListId", "pl-0a1b2c3d4e5f60718")["State"], "blackhole", "{table:#}");
    // Where a peer leads nothing is known.
    let peer =
        of("DestinationCidrBlock", "10.8.0.0/16")["TransitGatewayAttachments"][0]["TransitGatewayAttachmentId"].clone();
    assert!(
        peer.as_str().is_some_and(|id| id.starts_with("${") && id.contains("peering_attachment.west")),
        "{table:#}"
    );
    assert_eq!(document["TransitGatewayVpcAttachments"].as_array().map(Vec::len), Some(1), "{document:#}");
}

//! Resources that refer to nothing, to each other in circles, or stand there twice.

use super::*;

#[test]
fn references_that_lead_nowhere() {
    let service = "/services/0/networkConfiguration/awsvpcConfiguration";
    let said = edited(&[
        ("nothing changed", endpoints(), &[]),
        ("a route to a NAT gateway that is gone", nat(), &[("/NatGateways", json!([]))]),
        ("a route to an internet gateway that is gone", nat(), &[("/InternetGateways", json!([]))]),
        (
            "a route to an endpoint that is gone",
            endpoints(),
            &[("/RouteTables/1/Routes/1/GatewayId", json!("vpce-gone"))],
        ),
        (
            "a route to a peering that is gone",
            nat(),
            &[(
                "/RouteTables/2/Routes/1",
                json!({"DestinationCidrBlock": "0.0.0.0/0", "VpcPeeringConnectionId": "pcx-gone"}),
            )],
        ),
        (
            "a route to a list that is gone",
            endpoints(),
            &[("/RouteTables/1/Routes/1/DestinationPrefixListId", json!("pl-gone"))],
        ),
        ("a NAT gateway's subnet", nat(), &[("/NatGateways/0/SubnetId", json!("subnet-gone"))]),
        ("a NAT gateway's VPC", nat(), &[("/NatGateways/0/VpcId", json!("vpc-gone"))]),
        ("a subnet's VPC", endpoints(), &[("/Subnets/0/VpcId", json!("vpc-gone"))]),
        ("every VPC", endpoints(), &[("/Vpcs", json!([]))]),
        ("a table's VPC", endpoints(), &[("/RouteTables/1/VpcId", json!("vpc-gone"))]),
        ("a table's subnet", endpoints(), &[("/RouteTables/1/Associations/0/SubnetId", json!("subnet-gone"))]),
        ("a NACL's subnet", endpoints(), &[("/NetworkAcls/0/Associations/0/SubnetId", json!("subnet-gone"))]),
        (
            "a group's group",
            endpoints(),
            &[
                ("/SecurityGroups/1/IpPermissions/0/IpRanges", json!([])),
                ("/SecurityGroups/1/IpPermissions/0/UserIdGroupPairs", json!([{"GroupId": "sg-gone"}])),
            ],
        ),
        (
            "a group's prefix list",
            endpoints(),
            &[
                ("/SecurityGroups/2/IpPermissionsEgress/0/IpRanges", json!([])),
                ("/SecurityGroups/2/IpPermissionsEgress/0/PrefixListIds", json!([{"PrefixListId": "pl-gone"}])),
            ],
        ),
        ("a service's subnet", endpoints(), &[(&format!("{service}/subnets"), json!(["subnet-gone"]))]),
        ("one of a service's subnets", nat(), &[(&format!("{service}/subnets/0"), json!("subnet-gone"))]),
        ("a service's group", endpoints(), &[(&format!("{service}/securityGroups"), json!(["sg-gone"]))]),
        (
            "a service's task definition",
            endpoints(),
            &[("/services/0/taskDefinition", json!("arn:aws:ecs:us-east-1:123456789012:task-definition/gone:1"))],
        ),
        (
            "a service's cluster",
            endpoints(),
            &[("/services/0/clusterArn", json!("arn:aws:ecs:us-east-1:123456789012:cluster/gone"))],
        ),
        ("a service's target group", balanced(), &[("/TargetGroups", json!([]))]),
        ("a listener's load balancer", balanced(), &[("/LoadBalancers", json!([]))]),
        (
            "a load balancer's subnet",
            balanced(),
            &[("/LoadBalancers/0/AvailabilityZones/0/SubnetId", json!("subnet-gone"))],
        ),
        ("a load balancer's group", balanced(), &[("/LoadBalancers/0/SecurityGroups", json!(["sg-gone"]))]),
        ("an endpoint's subnet", endpoints(), &[("/VpcEndpoints/0/SubnetIds", json!(["subnet-gone"]))]),
        ("an endpoint's group", endpoints(), &[("/VpcEndpoints/0/Groups", json!([{"GroupId": "sg-gone"}]))]),
        ("an endpoint's interface", endpoints(), &[("/VpcEndpoints/0/NetworkInterfaceIds", json!(["eni-gone"]))]),
        ("an endpoint's VPC", endpoints(), &[("/VpcEndpoints/0/VpcId", json!("vpc-gone"))]),
        ("an endpoint's table", endpoints(), &[("/VpcEndpoints/3/RouteTableIds", json!(["rtb-gone"]))]),
        ("an interface's subnet", endpoints(), &[("/NetworkInterfaces/0/SubnetId", json!("subnet-gone"))]),
        ("an interface's group", endpoints(), &[("/NetworkInterfaces/0/Groups", json!([{"GroupId": "sg-gone"}]))]),
        ("DHCP options", endpoints(), &[("/DhcpOptions", json!([]))]),
        ("an internet gateway's VPC", nat(), &[("/InternetGateways/0/Attachments/0/VpcId", json!("vpc-gone"))]),
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn the_same_resource_twice() {
    let name = || json!([{"Key": "Name", "Value": "another"}]);
    for (key, member, other) in [
        ("Vpcs", "Tags", name()),
        ("Subnets", "Tags", name()),
        ("RouteTables", "Tags", name()),
        ("SecurityGroups", "GroupName", json!("another")),
        ("NetworkAcls", "Tags", name()),
        ("VpcEndpoints", "Tags", name()),
        ("NetworkInterfaces", "Description", json!("another")),
        ("services", "desiredCount", json!(77)),
        ("taskDefinitions", "family", json!("another")),
        ("PrefixLists", "PrefixListName", json!("another")),
        ("FlowLogs", "FlowLogStatus", json!("another")),
    ] {
        let whole = endpoints();
        let before = told("once", &whole.to_string());
        let mut document = whole.clone();
        let list = document[key].as_array_mut().expect("a list");
        let copy = list[0].clone();
        list.push(copy);
        let after = told(&format!("alike {key}"), &document.to_string());
        assert_eq!(after.lines(), before.lines(), "{key}, alike");
        let put = |document: &mut Value, member: &str, value: Value| {
            let last = document[key].as_array_mut().and_then(|list| list.last_mut()).expect("an element");
            last[member] = value;
        };
        put(&mut document, "Note", json!(1));
        let after = told(&format!("noted {key}"), &document.to_string());
        assert_eq!(after.lines(), before.lines(), "{key}, unlike in what nobody reads");
        put(&mut document, member, other);
        let after = told(&format!("different {key}"), &document.to_string());
        assert_eq!((after.code, &after.findings), (3, &before.findings), "{key}, different");
        let said = after.not_checked.iter().filter(|one| one.contains("described twice")).count();
        assert_eq!(said, 1, "{key}, different: {}", after.lines());
    }
}

#[test]
fn what_two_resources_claim() {
    let copy = |mut document: Value, list: &str, index: usize, id: &str| {
        let mut second = document[list][index].clone();
        second[id] = json!(format!("{}-second", second[id].as_str().expect("an id")));
        document[list].as_array_mut().expect("a list").push(second);
        document
    };
    let acls = copy(endpoints(), "NetworkAcls", 0, "NetworkAclId");
    let tables = copy(nat(), "RouteTables", 2, "RouteTableId");
    let mut mains = copy(nat(), "RouteTables", 2, "RouteTableId");
    for index in [2, 3] {
        mains["RouteTables"][index]["Associations"] = json!([{"Main": true}]);
    }
    let reversed = |document: &Value, list: &str| {
        let mut document = document.clone();
        document[list].as_array_mut().expect("a list").reverse();
        document
    };
    let said = edited(&[
        ("two network ACLs, a subnet", acls.clone(), &[]),
        ("the same the other way round", reversed(&acls, "NetworkAcls"), &[]),
        ("one of the two closed", acls.clone(), &[("/NetworkAcls/0/Entries", json!([]))]),
        ("the other of the two closed", acls.clone(), &[("/NetworkAcls/1/Entries", json!([]))]),
        ("two route tables, a subnet", tables.clone(), &[]),
        ("the same the other way round", reversed(&tables, "RouteTables"), &[]),
        ("two main route tables", mains.clone(), &[]),
        ("the same the other way round", reversed(&mains, "RouteTables"), &[]),
    ]);
    insta::assert_snapshot!(said);
}

#[test]
fn circles_end() {
    let subnet = |n: usize| json!({"SubnetId": format!("subnet-{n}"), "VpcId": "vpc-1", "CidrBlock": format!("10.0.{n}.0/24"), "AvailabilityZone": "us-east-1a"});
    let table = |n: usize, nat: usize| {
        json!({"RouteTableId": format!("rtb-{n}"), "VpcId": "vpc-1",
            "Associations": [{"SubnetId": format!("subnet-{n}"), "Main": false}],
            "Routes": [{"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"},
                {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": format!("nat-{nat}"), "State": "active"}]})
    };
    let gateway = |n: usize| json!({"NatGatewayId": format!("nat-{n}"), "SubnetId": format!("subnet-{n}"), "VpcId": "vpc-1", "State": "available"});
    let group = |n: usize, other: usize| {
        let all = json!([{"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": format!("sg-{other}")}]}]);
        json!({"GroupId": format!("sg-{n}"), "GroupName": "x", "VpcId": "vpc-1", "IpPermissions": all, "IpPermissionsEgress": all})
    };
    let network = |tables: Vec<Value>| {
        json!({
            "Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}],
            "Subnets": [subnet(1), subnet(2), subnet(3)], "RouteTables": tables,
            "NatGateways": [gateway(1), gateway(2)], "InternetGateways": [], "VpcEndpoints": [],
            "SecurityGroups": [group(1, 2), group(2, 3), group(3, 1)],
            "NetworkAcls": [], "VpcPeeringConnections": [], "PrefixLists": [],
            "services": [{"serviceName": "web", "serviceArn": "arn:aws:ecs:us-east-1:123456789012:service/a/web", "launchType": "FARGATE",
                "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-3"], "securityGroups": ["sg-1"]}}}],
        })
    };
    let peering = json!([{"VpcPeeringConnectionId": "pcx-1", "Status": {"Code": "active"}, "RequesterVpcInfo": {"VpcId": "vpc-1"}, "AccepterVpcInfo": {"VpcId": "vpc-1"}}]);
    let own = vec![table(1, 1), table(2, 2), table(3, 1)];
    let said = edited(&[
        ("a NAT gateway behind itself", network(own.clone()), &[]),
        ("two NAT gateways behind each other", network(vec![table(1, 2), table(2, 1), table(3, 1)]), &[]),
        (
            "a peering with itself",
            network(own),
            &[
                ("/VpcPeeringConnections", peering),
                (
                    "/RouteTables/2/Routes/1",
                    json!({"DestinationCidrBlock": "0.0.0.0/0", "VpcPeeringConnectionId": "pcx-1"}),
                ),
            ],
        ),
    ]);
    insta::assert_snapshot!(said);
}

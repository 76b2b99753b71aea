//! Networks with one fault each, and what is to be advised about them.

use serde_json::{Value, json};

/// A network with a fault, and what the finding about it must and must not advise.
pub(crate) struct Row {
    /// What is wrong.
    pub(crate) name: &'static str,
    /// The rule whose fixture it is planted in, and which of its fixtures.
    pub(crate) fixture: (&'static str, &'static str),
    /// Plants it.
    pub(crate) plant: fn(&mut Value),
    /// The rule that finds it.
    pub(crate) rule: &'static str,
    /// What its help says.
    pub(crate) says: &'static [&'static str],
    /// What it must not say.
    pub(crate) never: &'static [&'static str],
}

/// Moves the service to the public subnets, with public IPs.
fn in_public_subnets(network: &mut Value) {
    let subnets = json!([network["Subnets"][0]["SubnetId"], network["Subnets"][2]["SubnetId"]]);
    let configuration = network.pointer_mut(SERVICE).expect("a service");
    configuration["subnets"] = subnets;
    configuration["assignPublicIp"] = json!("ENABLED");
}

const SERVICE: &str = "/services/0/networkConfiguration/awsvpcConfiguration";

pub(crate) const ROWS: &[Row] = &[
    Row {
        name: "a narrower route takes replies elsewhere, beside the one that leads them back",
        fixture: ("transit/way-back", "pass"),
        plant: |network| {
            let route = json!({ "DestinationCidrBlock": "10.0.10.0/24", "NatGatewayId": "nat-ca978112ca1bbdcaf", "State": "active" });
            network["RouteTables"][6]["Routes"].as_array_mut().expect("a list").push(route);
        },
        rule: "transit/way-back",
        says: &["aws ec2 delete-route --route-table-id rtb-afd3a12e9deb26785 --destination-cidr-block 10.0.10.0/24"],
        never: &["10.0.0.0/16", "create-route"],
    },
    Row {
        name: "a narrower blackhole of a transit gateway's table, beside the route that leads there",
        fixture: ("transit/route", "pass"),
        plant: |network| {
            let route = json!({ "DestinationCidrBlock": "10.0.10.0/24", "Type": "static", "State": "blackhole" });
            network["TransitGatewayRouteTables"][1]["Routes"].as_array_mut().expect("a list").push(route);
        },
        rule: "transit/route",
        says: &[
            "aws ec2 replace-transit-gateway-route --transit-gateway-route-table-id tgw-rtb-a3083687ee111912f --destination-cidr-block 10.0.10.0/24 --transit-gateway-attachment-id tgw-attach-8d9001d32c6a703d9",
        ],
        never: &["10.0.0.0/16", "enable-transit-gateway-route-table-propagation"],
    },
    Row {
        name: "what a public IP leads to, endpoints in each zone could, and the VPC has one of them",
        fixture: ("lb/target-type", "pass"),
        plant: in_public_subnets,
        rule: "workload/load-bearing",
        says: &[
            "--service-name com.amazonaws.us-east-1.ecr.dkr --vpc-endpoint-type Interface --subnet-ids subnet-0238e36be509fd2ee subnet-088beb2fa9c2a7119 ",
            "aws ec2 modify-vpc-endpoint --vpc-endpoint-id vpce-0acaf81d72cfd07ae --add-route-table-ids rtb-0761bc958265ddf0d",
        ],
        never: &["<service>", "us-east-1.s3"],
    },
    Row {
        name: "CodeDeploy deploys the service, and ECS refuses to change its network configuration",
        fixture: ("workload/public-ip", "fail"),
        plant: |network| network["services"][0]["deploymentController"] = json!({ "type": "CODE_DEPLOY" }),
        rule: "workload/public-ip",
        says: &[
            "aws deploy create-deployment --application-name <application-name> ",
            "AppSpec",
            "assignPublicIp=ENABLED}'",
        ],
        never: &["aws ecs update-service"],
    },
    Row {
        name: "CodeDeploy deploys the service, and ECS refuses to change its load balancer",
        fixture: ("lb/target-port", "fail"),
        plant: |network| network["services"][0]["deploymentController"] = json!({ "type": "CODE_DEPLOY" }),
        rule: "lb/target-port",
        says: &["aws deploy create-deployment ", "AppSpec"],
        never: &["aws ecs update-service"],
    },
    Row {
        name: "none of its subnets is there, and nothing tells which VPC is meant",
        fixture: ("workload/subnets-one-vpc", "fail"),
        plant: |network| {
            *network.pointer_mut(SERVICE).expect("a service").get_mut("subnets").expect("its subnets") =
                json!(["subnet-gone"])
        },
        rule: "workload/subnets-one-vpc",
        says: &["Name=vpc-id,Values=<vpc-id> ", "aws ecs update-service --cluster ", "subnets=[<subnet-ids>]"],
        never: &["none"],
    },
    Row {
        name: "a private subnet was forgotten, and its table is still there",
        fixture: ("route/implicit-main", "fail"),
        plant: |_| {},
        rule: "route/implicit-main",
        says: &[
            "aws ec2 associate-route-table --subnet-id subnet-04c2cb0f785a4be86 --route-table-id rtb-0ba2f0030d1bbdaf7",
        ],
        never: &["ENABLED", "create-route", "rtb-0d8fcedb97ebd70ba"],
    },
    Row {
        name: "a private subnet was forgotten, and its table is gone too",
        fixture: ("route/implicit-main", "fail"),
        plant: |network| drop(network["RouteTables"].as_array_mut().expect("a list").remove(2)),
        rule: "route/implicit-main",
        says: &[
            "aws ec2 create-route-table --vpc-id vpc-0e2360f87dfe84da0",
            "aws ec2 create-route --route-table-id <route-table-id> --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-0520301a527e31b4c",
            "aws ec2 associate-route-table --subnet-id subnet-04c2cb0f785a4be86 --route-table-id <route-table-id>",
        ],
        never: &["ENABLED", "rtb-0d8fcedb97ebd70ba"],
    },
    Row {
        name: "a forgotten subnet's main table leads nowhere, and its table is still there",
        fixture: ("nat/available", "pass"),
        plant: |network| network["RouteTables"][2]["Associations"] = json!([]),
        rule: "route/private-default-nat",
        says: &[
            "aws ec2 associate-route-table --subnet-id subnet-04c2cb0f785a4be86 --route-table-id rtb-0ba2f0030d1bbdaf7",
        ],
        never: &["create-route ", "rtb-0d8fcedb97ebd70ba"],
    },
    Row {
        name: "a forgotten subnet's main table leads nowhere, and other subnets have it on purpose",
        fixture: ("nat/available", "pass"),
        plant: |network| {
            drop(network["RouteTables"].as_array_mut().expect("a list").remove(2));
            let mut other = network["Subnets"][1].clone();
            other["SubnetId"] = json!("subnet-database");
            other["CidrBlock"] = json!("10.0.11.0/24");
            network["Subnets"].as_array_mut().expect("a list").push(other);
        },
        rule: "route/private-default-nat",
        says: &["aws ec2 associate-route-table --subnet-id subnet-04c2cb0f785a4be86 --route-table-id <route-table-id>"],
        never: &["rtb-0d8fcedb97ebd70ba"],
    },
    Row {
        name: "all private subnets have the main table, which lost its route",
        fixture: ("nat/available", "pass"),
        plant: |network| drop(network["RouteTables"].as_array_mut().expect("a list").remove(2)),
        rule: "route/private-default-nat",
        says: &["aws ec2 create-route --route-table-id rtb-0d8fcedb97ebd70ba"],
        never: &["associate-route-table"],
    },
    Row {
        name: "a public subnet was forgotten, and its table is still there",
        fixture: ("route/public-default-igw", "pass"),
        plant: |network| forget(network, "igw-"),
        rule: "route/public-default-igw",
        says: &["aws ec2 associate-route-table --subnet-id "],
        never: &["create-route ", "replace-route "],
    },
    Row {
        name: "a forgotten subnet's main table has no route to the endpoint for S3",
        fixture: ("endpoint/s3-gateway-route", "pass"),
        plant: |network| {
            for table in network["RouteTables"].as_array_mut().expect("a list") {
                let associations = table["Associations"].as_array_mut().expect("a list");
                associations.retain(|association| association["Main"] == true);
            }
        },
        rule: "endpoint/s3-gateway-route",
        says: &["aws ec2 associate-route-table --subnet-id "],
        never: &["modify-vpc-endpoint"],
    },
    Row {
        name: "a private subnet's own table leads to the internet gateway",
        fixture: ("nat/available", "pass"),
        plant: |network| {
            network["RouteTables"][2]["Routes"][1] = json!({
                "DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-0e3742bbe932384a5", "State": "active"
            });
        },
        rule: "route/private-default-nat",
        says: &[
            "aws ec2 replace-route --route-table-id rtb-0ba2f0030d1bbdaf7 --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-0520301a527e31b4c",
        ],
        never: &[],
    },
    Row {
        name: "a private subnet is associated with the public table",
        fixture: ("nat/available", "pass"),
        plant: |network| {
            let association = network["RouteTables"][2]["Associations"][0].take();
            network["RouteTables"][2]["Associations"] = json!([]);
            network["RouteTables"][1]["Associations"].as_array_mut().expect("a list").push(association);
        },
        rule: "route/private-default-nat",
        says: &["aws ec2 replace-route-table-association --association-id ", " --route-table-id rtb-0ba2f0030d1bbdaf7"],
        never: &["replace-route ", "<association-id>"],
    },
    Row {
        name: "a route leads to a second internet gateway, and the VPC has one",
        fixture: ("nat/available", "pass"),
        plant: |network| {
            let second = json!({ "InternetGatewayId": "igw-second", "Attachments": [] });
            network["InternetGateways"].as_array_mut().expect("a list").push(second);
            network["RouteTables"][1]["Routes"][1]["GatewayId"] = json!("igw-second");
        },
        rule: "igw/attached",
        says: &[
            "aws ec2 replace-route --route-table-id rtb-0761bc958265ddf0d --destination-cidr-block 0.0.0.0/0 --gateway-id igw-0e3742bbe932384a5",
        ],
        never: &["attach-internet-gateway"],
    },
    Row {
        name: "a route leads to an internet gateway that is gone, and the VPC has none",
        fixture: ("nat/available", "pass"),
        plant: |network| network["InternetGateways"] = json!([]),
        rule: "route/blackhole",
        says: &[
            "aws ec2 create-internet-gateway\n",
            "aws ec2 attach-internet-gateway --internet-gateway-id <internet-gateway-id> --vpc-id vpc-0e2360f87dfe84da0",
            "aws ec2 replace-route --route-table-id rtb-0761bc958265ddf0d --destination-cidr-block 0.0.0.0/0 --gateway-id <internet-gateway-id>",
        ],
        never: &["<gateway-id>"],
    },
    Row {
        name: "a route leads to a gateway endpoint that is gone",
        fixture: ("endpoint/s3-gateway-route", "pass"),
        plant: |network| {
            let endpoints = network["VpcEndpoints"].as_array_mut().expect("a list");
            endpoints.retain(|endpoint| endpoint["VpcEndpointType"] != "Gateway");
        },
        rule: "route/blackhole",
        says: &["aws ec2 create-vpc-endpoint --vpc-id ", ".s3 --vpc-endpoint-type Gateway --route-table-ids rtb-"],
        never: &["replace-route", "delete-route"],
    },
    Row {
        name: "the load balancer's VPC is excluded from VPC Block Public Access for egress alone",
        fixture: ("lb/public-access", "fail"),
        plant: |network| {
            network["VpcBlockPublicAccessOptions"]["InternetGatewayBlockMode"] = json!("block-bidirectional");
            let vpc = network["LoadBalancers"][0]["VpcId"].as_str().expect("an id").to_owned();
            network["VpcBlockPublicAccessExclusions"] = json!([{
                "ExclusionId": "vpcbpa-exclude-1", "InternetGatewayExclusionMode": "allow-egress", "State": "create-complete",
                "ResourceArn": format!("arn:aws:ec2:us-east-1:123456789012:vpc/{vpc}")
            }]);
        },
        rule: "lb/public-access",
        says: &[
            "aws ec2 modify-vpc-block-public-access-exclusion --exclusion-id vpcbpa-exclude-1 --internet-gateway-exclusion-mode allow-bidirectional",
        ],
        never: &["create-vpc-block", "allow-egress"],
    },
    Row {
        name: "VPC Block Public Access stops tasks and a load balancer that faces the internet",
        fixture: ("lb/public-access", "fail"),
        plant: |network| {
            network["VpcBlockPublicAccessOptions"]["InternetGatewayBlockMode"] = json!("block-bidirectional");
        },
        rule: "vpc/block-public-access",
        says: &["--internet-gateway-exclusion-mode allow-bidirectional"],
        never: &["allow-egress"],
    },
    Row {
        name: "an image of GitHub's registry, which asks who pulls",
        fixture: ("workload/public-registry", "fail"),
        plant: |network| pull_from(network, "ghcr.io/owner/app:1"),
        rule: "workload/public-registry",
        says: &["--upstream-registry-url ghcr.io --credential-arn <secret-arn>"],
        never: &[],
    },
    Row {
        name: "an image of a registry that asks nobody",
        fixture: ("workload/public-registry", "fail"),
        plant: |network| pull_from(network, "quay.io/owner/app:1"),
        rule: "workload/public-registry",
        says: &["--upstream-registry-url quay.io"],
        never: &["--credential-arn"],
    },
    Row {
        name: "an image of a registry that Amazon ECR caches nothing of",
        fixture: ("workload/public-registry", "fail"),
        plant: |network| pull_from(network, "gcr.io/owner/app:1"),
        rule: "workload/public-registry",
        says: &["Amazon ECR has no pull-through cache for this registry."],
        never: &["create-pull-through-cache-rule"],
    },
    Row {
        name: "no listener forwards to the target group of an Application Load Balancer",
        fixture: ("lb/listener", "fail"),
        plant: |_| {},
        rule: "lb/listener",
        says: &[
            "aws elbv2 create-rule --listener-arn arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/web/",
        ],
        never: &["create-listener", "--protocol TCP"],
    },
    Row {
        name: "no listener forwards to the target group of a Network Load Balancer, which has none",
        fixture: ("lb/listener", "fail"),
        plant: |network| {
            for_network_load_balancer(network);
            network["Listeners"] = json!([]);
        },
        rule: "lb/listener",
        says: &[
            "aws elbv2 create-listener --load-balancer-arn arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188 --protocol TCP --port <port> --default-actions Type=forward,",
        ],
        never: &["create-rule", "modify-listener"],
    },
    Row {
        name: "no listener forwards to the target group of a Network Load Balancer, which has another one",
        fixture: ("lb/listener", "fail"),
        plant: for_network_load_balancer,
        rule: "lb/listener",
        says: &["aws elbv2 create-listener ", "aws elbv2 modify-listener --listener-arn arn:aws:"],
        never: &["create-rule"],
    },
    Row {
        name: "the target group is gone",
        fixture: ("lb/listener", "fail"),
        plant: |network| network["TargetGroups"] = json!([]),
        rule: "lb/listener",
        says: &[
            "aws elbv2 create-target-group ",
            "aws ecs update-service --cluster shop --service app --load-balancers ",
        ],
        never: &["create-rule", "create-listener"],
    },
    Row {
        name: "the target group of a Network Load Balancer is for instances",
        fixture: ("lb/target-type", "fail"),
        plant: for_network_load_balancer,
        rule: "lb/target-type",
        says: &["aws elbv2 create-target-group --name <name> --target-type ip --protocol TCP --port 8080 "],
        never: &["HTTP"],
    },
    Row {
        name: "clients' requests meet the implicit deny",
        fixture: ("nacl/load-balancer-subnet", "fail"),
        plant: |_| {},
        rule: "nacl/load-balancer-subnet",
        says: &["--ingress --rule-number 32766 --protocol tcp --port-range From=80,To=80 --cidr-block 0.0.0.0/0"],
        never: &["<number>", "--egress"],
    },
    Row {
        name: "clients' requests and the replies to them meet entries of their own, after one that keeps somebody out",
        fixture: ("nacl/load-balancer-subnet", "fail"),
        plant: |network| {
            let entries = network["NetworkAcls"][1]["Entries"].as_array_mut().expect("a list");
            entries.push(json!({ "RuleNumber": 50, "Protocol": "-1", "RuleAction": "deny", "Egress": false, "CidrBlock": "198.18.7.0/24" }));
            entries.push(json!({ "RuleNumber": 90, "Protocol": "6", "RuleAction": "deny", "Egress": false,
                "PortRange": { "From": 80, "To": 80 }, "CidrBlock": "0.0.0.0/0" }));
            entries.push(json!({ "RuleNumber": 1, "Protocol": "-1", "RuleAction": "allow", "Egress": true, "CidrBlock": "10.0.0.0/16" }));
            entries.push(json!({ "RuleNumber": 3, "Protocol": "6", "RuleAction": "deny", "Egress": true,
                "PortRange": { "From": 1024, "To": 65535 }, "CidrBlock": "0.0.0.0/0" }));
        },
        rule: "nacl/load-balancer-subnet",
        says: &[
            "--ingress --rule-number 89 --protocol tcp --port-range From=80,To=80 --cidr-block 0.0.0.0/0",
            "--egress --rule-number 2 --protocol tcp --port-range From=1024,To=65535 --cidr-block 0.0.0.0/0",
        ],
        never: &["<number>"],
    },
    Row {
        name: "the VPC of a regional NAT gateway, whose own table isn't in the input, has no internet gateway",
        fixture: ("nat/regional-way-out", "pass"),
        plant: |network| {
            network["InternetGateways"] = json!([]);
            drop(network["RouteTables"].as_array_mut().expect("a list").remove(2));
        },
        rule: "igw/present",
        says: &["aws ec2 create-route --route-table-id rtb-0aa1bb2cc3dd4ee5f --destination-cidr-block 0.0.0.0/0"],
        never: &["by itself", "rtb-0ba2f0030d1bbdaf7"],
    },
    Row {
        name: "nothing says which table the regional NAT gateway has",
        fixture: ("nat/regional-way-out", "pass"),
        plant: |network| {
            network["InternetGateways"] = json!([]);
            drop(network["RouteTables"].as_array_mut().expect("a list").remove(2));
            network["NatGateways"][0].as_object_mut().expect("an object").remove("RouteTableId");
        },
        rule: "igw/present",
        says: &[
            "--query 'NatGateways[].RouteTableId'",
            "aws ec2 create-route --route-table-id <route-table-id> --destination-cidr-block 0.0.0.0/0",
        ],
        never: &["by itself", "rtb-0ba2f0030d1bbdaf7"],
    },
    Row {
        name: "the attachment's subnet has a table of its own, which leads nowhere",
        fixture: ("transit/way-on", "fail"),
        plant: |_| {},
        rule: "transit/way-on",
        says: &[
            "aws ec2 create-route --route-table-id rtb-2ef6117a2a1f016b6 --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-ca978112ca1bbdcaf",
        ],
        never: &["associate-route-table", "<nat-gateway-id>"],
    },
    Row {
        name: "the attachment's subnet has the main table, and another subnet too",
        fixture: ("transit/way-on", "fail"),
        plant: |network| {
            network["RouteTables"]
                .as_array_mut()
                .expect("a list")
                .retain(|table| table["RouteTableId"] != "rtb-2ef6117a2a1f016b6");
            let mut vault = network["Subnets"][4].clone();
            vault["SubnetId"] = json!("subnet-vault");
            vault["CidrBlock"] = json!("10.9.200.0/24");
            network["Subnets"].as_array_mut().expect("a list").push(vault);
        },
        rule: "transit/way-on",
        says: &[
            "in a table of their own: other subnets have this one too",
            "aws ec2 create-route-table --vpc-id vpc-a3083687ee111912f",
            "aws ec2 create-route --route-table-id <route-table-id> --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-ca978112ca1bbdcaf",
            "aws ec2 associate-route-table --subnet-id subnet-2ef6117a2a1f016b6 --route-table-id <route-table-id>",
        ],
        never: &["--route-table-id rtb-076620fd8016e59de"],
    },
    Row {
        name: "the table without a way back is another subnet's, too",
        fixture: ("transit/way-back", "fail"),
        plant: |network| {
            let mut vault = network["Subnets"][4].clone();
            vault["SubnetId"] = json!("subnet-vault");
            vault["CidrBlock"] = json!("10.9.200.0/24");
            network["Subnets"].as_array_mut().expect("a list").push(vault);
            let tables = network["RouteTables"].as_array_mut().expect("a list").iter_mut();
            for table in tables.filter(|table| table["RouteTableId"] == "rtb-afd3a12e9deb26785") {
                let association =
                    json!({ "SubnetId": "subnet-vault", "Main": false, "RouteTableAssociationId": "rtbassoc-vault" });
                table["Associations"].as_array_mut().expect("a list").push(association);
            }
        },
        rule: "transit/way-back",
        says: &["The table is in effect for subnet-vault as well"],
        never: &["subnet-91763566963c9cc6e"],
    },
    Row {
        name: "the transit gateway's table without a way decides for another attachment, too",
        fixture: ("transit/route", "fail"),
        plant: |network| {
            let mut other = network["TransitGatewayVpcAttachments"][1].clone();
            other["TransitGatewayAttachmentId"] = json!("tgw-attach-other");
            other["VpcId"] = json!("vpc-other");
            network["TransitGatewayVpcAttachments"].as_array_mut().expect("a list").push(other);
            let association = json!({ "TransitGatewayAttachmentId": "tgw-attach-other", "ResourceId": "vpc-other",
                "ResourceType": "vpc", "State": "associated" });
            let tables = network["TransitGatewayRouteTables"].as_array_mut().expect("a list").iter_mut();
            for table in tables.filter(|table| table["TransitGatewayRouteTableId"] == "tgw-rtb-a3083687ee111912f") {
                table["Associations"].as_array_mut().expect("a list").push(association.clone());
            }
        },
        rule: "transit/route",
        says: &["The table decides for tgw-attach-other as well"],
        never: &[],
    },
    Row {
        name: "a default route into a peering connection, and no route for the peer's own addresses",
        fixture: ("peering/peer-only", "fail"),
        plant: |network| {
            let routes = network["RouteTables"][2]["Routes"].as_array_mut().expect("a list");
            routes.retain(|route| route["DestinationCidrBlock"] != "10.9.0.0/16");
        },
        rule: "peering/peer-only",
        says: &[
            "aws ec2 create-route --route-table-id rtb-0ba2f0030d1bbdaf7 --destination-cidr-block 10.9.0.0/16 --vpc-peering-connection-id pcx-18c7ca5f753f64612",
            "aws ec2 replace-route --route-table-id rtb-0ba2f0030d1bbdaf7 --destination-cidr-block 0.0.0.0/0 --nat-gateway-id nat-0520301a527e31b4c",
        ],
        never: &["delete-route"],
    },
    Row {
        name: "S3's addresses are sent into a peering connection, all others to the NAT gateway",
        fixture: ("peering/peer-only", "pass"),
        plant: |network| {
            let route = json!({ "DestinationCidrBlock": "52.216.0.0/15", "VpcPeeringConnectionId": "pcx-18c7ca5f753f64612", "State": "active" });
            network["RouteTables"][2]["Routes"].as_array_mut().expect("a list").push(route);
        },
        rule: "peering/peer-only",
        says: &["aws ec2 delete-route --route-table-id rtb-0ba2f0030d1bbdaf7 --destination-cidr-block 52.216.0.0/15"],
        never: &["create-route", "replace-route"],
    },
    // A rule that is wider than the port is not revoked by naming the port.
    Row {
        name: "a task with a public IP takes traffic from anywhere",
        fixture: ("workload/least-exposure", "fail"),
        plant: |_| {},
        rule: "workload/least-exposure",
        says: &["aws ec2 revoke-security-group-ingress --group-id ", " --security-group-rule-ids "],
        never: &["--cidr 0.0.0.0/0"],
    },
    Row {
        name: "a service without a public IP",
        fixture: ("workload/public-ip", "fail"),
        plant: |_| {},
        rule: "workload/public-ip",
        says: &["aws ecs update-service --cluster shop --service app --network-configuration "],
        never: &["run-task", "anew"],
    },
    Row {
        name: "a task that no service runs, without a public IP",
        fixture: ("workload/public-ip", "fail"),
        plant: |network| {
            let group = network.pointer(SERVICE).expect("a service")["securityGroups"][0].clone();
            let subnet = network.pointer(SERVICE).expect("a service")["subnets"][0].clone();
            network["services"] = json!([]);
            network["tasks"] = json!([{
                "taskArn": "arn:aws:ecs:us-east-1:123456789012:task/shop/0123456789abcdef0123456789abcdef",
                "clusterArn": "arn:aws:ecs:us-east-1:123456789012:cluster/shop", "launchType": "FARGATE",
                "taskDefinitionArn": "arn:aws:ecs:us-east-1:123456789012:task-definition/app:1",
                "lastStatus": "RUNNING", "group": "family:app",
                "attachments": [{ "type": "ElasticNetworkInterface", "details": [
                    { "name": "subnetId", "value": subnet }, { "name": "networkInterfaceId", "value": "eni-0123456789abcdef0" }
                ] }]
            }]);
            network["NetworkInterfaces"].as_array_mut().expect("a list").push(json!({
                "NetworkInterfaceId": "eni-0123456789abcdef0", "SubnetId": subnet, "VpcId": "vpc-0e2360f87dfe84da0",
                "PrivateIpAddress": "10.0.0.77", "PrivateIpAddresses": [{ "PrivateIpAddress": "10.0.0.77" }],
                "Groups": [{ "GroupId": group }]
            }));
        },
        rule: "workload/public-ip",
        says: &[
            "anew",
            "aws ecs run-task --cluster shop --task-definition app:1 --launch-type FARGATE --network-configuration ",
        ],
        never: &["update-service"],
    },
];

/// Takes all subnets from the table that leads there.
fn forget(network: &mut Value, target: &str) {
    for table in network["RouteTables"].as_array_mut().expect("a list") {
        let routes = table["Routes"].as_array().expect("a list");
        if routes.iter().any(|route| route["GatewayId"].as_str().is_some_and(|id| id.starts_with(target))) {
            table["Associations"] = json!([]);
        }
    }
}

fn pull_from(network: &mut Value, image: &str) {
    network["taskDefinitions"][0]["containerDefinitions"][0]["image"] = json!(image);
}

/// Makes the load balancer one of the other kind, and its target group.
fn for_network_load_balancer(network: &mut Value) {
    network["TargetGroups"][0]["Protocol"] = json!("TCP");
    network["LoadBalancers"][0]["Type"] = json!("network");
    network["Listeners"][0]["Protocol"] = json!("TCP");
    network["Rules"] = json!([]);
}

//! An account's network in a few words, written as the AWS CLI's answers: what the architectures are built with.
//!
//! Ids are names with their usual prefix (`subnet-private-a`, `rtb-private`), so that a table of faults can be read.

use fargcheck::snapshot::KEYS;
use serde_json::{Value, json};

pub(crate) const NUMBER: &str = "123456789012";
pub(crate) const REGION: &str = "us-east-1";
/// S3's prefix list, which gateway endpoints route to.
pub(crate) const S3_LIST: &str = "pl-63a5400a";

/// A network that grows by what is added to it.
pub(crate) struct Account {
    pub(crate) document: Value,
}

/// Who or what a rule of a security group names.
pub(crate) fn peer(peer: &str) -> (&'static str, Value) {
    match peer {
        group if group.starts_with("sg-") => ("UserIdGroupPairs", json!([{ "GroupId": group, "UserId": NUMBER }])),
        list if list.starts_with("pl-") => ("PrefixListIds", json!([{ "PrefixListId": list }])),
        ipv6 if ipv6.contains(':') => ("Ipv6Ranges", json!([{ "CidrIpv6": ipv6 }])),
        ipv4 => ("IpRanges", json!([{ "CidrIp": ipv4 }])),
    }
}

/// A rule of a security group: a TCP port, or 0 for everything, and who may.
pub(crate) fn permission(port: u16, who: &str) -> Value {
    let mut rule =
        json!({ "IpProtocol": "-1", "IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [] });
    if port != 0 {
        rule["IpProtocol"] = json!("tcp");
        rule["FromPort"] = json!(port);
        rule["ToPort"] = json!(port);
    }
    let (field, value) = peer(who);
    rule[field] = value;
    rule
}

/// The same of a UDP port.
pub(crate) fn udp(port: u16, who: &str) -> Value {
    let mut rule = permission(port, who);
    rule["IpProtocol"] = json!("udp");
    rule
}

/// An entry of a network ACL: TCP ports, or all protocols where there are none.
pub(crate) fn entry(number: u16, egress: bool, action: &str, ports: Option<(u16, u16)>, block: &str) -> Value {
    let mut entry = json!({ "RuleNumber": number, "Protocol": "-1", "RuleAction": action, "Egress": egress });
    entry[if block.contains(':') { "Ipv6CidrBlock" } else { "CidrBlock" }] = json!(block);
    if let Some((from, to)) = ports {
        entry["Protocol"] = json!("6");
        entry["PortRange"] = json!({ "From": from, "To": to });
    }
    entry
}

/// A route: to an address block or a prefix list, by whatever the target's id says it is.
pub(crate) fn route(to: &str, target: &str) -> Value {
    let mut route = json!({ "Origin": "CreateRoute", "State": "active" });
    let to_field = match to {
        list if list.starts_with("pl-") => "DestinationPrefixListId",
        ipv6 if ipv6.contains(':') => "DestinationIpv6CidrBlock",
        _ => "DestinationCidrBlock",
    };
    let field = match target.split('-').next() {
        Some("nat") => "NatGatewayId",
        Some("tgw") => "TransitGatewayId",
        Some("pcx") => "VpcPeeringConnectionId",
        Some("eigw") => "EgressOnlyInternetGatewayId",
        Some("eni") => "NetworkInterfaceId",
        _ => "GatewayId",
    };
    route[to_field] = json!(to);
    route[field] = json!(target);
    route
}

pub(crate) fn named(name: &str) -> Value {
    json!([{ "Key": "Name", "Value": name }])
}

pub(crate) fn arn(service: &str, rest: &str) -> String {
    format!("arn:aws:{service}:{REGION}:{NUMBER}:{rest}")
}

impl Account {
    pub(crate) fn new() -> Account {
        let mut document = json!({});
        for list in KEYS.iter().map(|key| key.name) {
            document[list] = json!([]);
        }
        document["fargcheck"] = json!({ "schema": 1, "account": NUMBER, "region": REGION, "partition": "aws" });
        document["VpcBlockPublicAccessOptions"] = json!({ "AwsAccountId": NUMBER, "AwsRegion": REGION, "State": "default-state", "InternetGatewayBlockMode": "off" });
        let mut account = Account { document };
        for (index, zone) in ["a", "b", "c"].iter().enumerate() {
            let zone = json!({ "ZoneName": format!("{REGION}{zone}"), "ZoneId": format!("use1-az{}", index + 1), "State": "available" });
            account.add("AvailabilityZones", zone);
        }
        account.add(
            "PrefixLists",
            json!({ "PrefixListId": S3_LIST, "PrefixListName": format!("com.amazonaws.{REGION}.s3"),
            "Cidrs": ["52.216.0.0/15", "54.231.0.0/16", "16.182.0.0/16", "3.5.0.0/19"] }),
        );
        let configuration = [("domain-name", "ec2.internal"), ("domain-name-servers", "AmazonProvidedDNS")]
            .map(|(key, value)| json!({ "Key": key, "Values": [{ "Value": value }] }));
        account.add(
            "DhcpOptions",
            json!({ "DhcpOptionsId": "dopt-1", "OwnerId": NUMBER, "DhcpConfigurations": configuration }),
        );
        account.add(
            "clusters",
            json!({ "clusterArn": arn("ecs", "cluster/shop"), "clusterName": "shop", "status": "ACTIVE" }),
        );
        account
    }

    pub(crate) fn add(&mut self, list: &str, element: Value) {
        self.document[list].as_array_mut().expect("a list of the snapshot").push(element);
    }

    /// A VPC with what AWS makes along with it: a main route table, a default group. DNS is on, and so are flow logs.
    pub(crate) fn vpc(&mut self, name: &str, block: &str) {
        let id = format!("vpc-{name}");
        self.add(
            "Vpcs",
            json!({ "VpcId": id, "CidrBlock": block, "DhcpOptionsId": "dopt-1", "IsDefault": false, "OwnerId": NUMBER,
            "CidrBlockAssociationSet": [{ "CidrBlock": block, "CidrBlockState": { "State": "associated" } }],
            "State": "available", "Tags": named(name) }),
        );
        self.add(
            "VpcAttributes",
            json!({ "VpcId": id, "EnableDnsSupport": { "Value": true }, "EnableDnsHostnames": { "Value": true } }),
        );
        self.add("FlowLogs", json!({ "FlowLogId": format!("fl-{name}"), "FlowLogStatus": "ACTIVE", "ResourceId": id, "TrafficType": "ALL" }));
        let default = format!("sg-{name}-default");
        self.add("SecurityGroups", json!({ "GroupId": default, "GroupName": "default", "VpcId": id, "OwnerId": NUMBER,
            "IpPermissions": [permission(0, &default)], "IpPermissionsEgress": [permission(0, "0.0.0.0/0")], "Tags": [] }));
        let main = format!("rtb-{name}-main");
        self.add(
            "RouteTables",
            json!({ "RouteTableId": main, "VpcId": id, "OwnerId": NUMBER, "Routes": [local(block)], "Tags": [],
            "Associations": [{ "Main": true, "RouteTableId": main, "AssociationState": { "State": "associated" } }] }),
        );
    }

    /// A further block of a VPC; every table has a local route for it.
    pub(crate) fn further_block(&mut self, vpc: &str, block: &str) {
        let vpcs = self.document["Vpcs"].as_array_mut().expect("a list");
        let found = vpcs.iter_mut().find(|found| found["VpcId"] == vpc).expect("the VPC was added");
        let blocks = found["CidrBlockAssociationSet"].as_array_mut().expect("blocks");
        blocks.push(json!({ "CidrBlock": block, "CidrBlockState": { "State": "associated" } }));
    }

    pub(crate) fn block_of_vpc(&self, vpc: &str) -> String {
        let vpcs = self.document["Vpcs"].as_array().expect("a list");
        let found = vpcs.iter().find(|found| found["VpcId"] == vpc).expect("the VPC was added");
        found["CidrBlock"].as_str().expect("a block").to_owned()
    }

    pub(crate) fn vpc_of_subnet(&self, subnet: &str) -> String {
        let subnets = self.document["Subnets"].as_array().expect("a list");
        let found = subnets.iter().find(|found| found["SubnetId"] == subnet);
        found.unwrap_or_else(|| panic!("{subnet} was not added"))["VpcId"].as_str().expect("an id").to_owned()
    }

    /// A subnet, in the zone that its name ends with.
    pub(crate) fn subnet(&mut self, vpc: &str, name: &str, block: &str) {
        let zone = name.rsplit('-').next().expect("a name ends with a zone");
        let number = i32::from(zone.as_bytes()[0] - b'a') + 1;
        self.add("Subnets", json!({ "SubnetId": format!("subnet-{name}"), "VpcId": format!("vpc-{vpc}"), "CidrBlock": block,
            "AvailabilityZone": format!("{REGION}{zone}"), "AvailabilityZoneId": format!("use1-az{number}"), "OwnerId": NUMBER,
            "AvailableIpAddressCount": 200, "MapPublicIpOnLaunch": name.contains("public"), "State": "available", "Tags": named(name) }));
    }

    /// A route table of the VPC of the first subnet, with the local route, for these subnets.
    pub(crate) fn table(&mut self, name: &str, subnets: &[&str], routes: &[(&str, &str)]) {
        let id = format!("rtb-{name}");
        let vpc = self.vpc_of_subnet(subnets[0]);
        let mut all = vec![local(&self.block_of_vpc(&vpc))];
        all.extend(routes.iter().map(|(to, target)| route(to, target)));
        let associations: Vec<Value> = subnets
            .iter()
            .map(|subnet| {
                json!({ "Main": false, "RouteTableAssociationId": format!("rtbassoc-{subnet}"), "RouteTableId": id,
                "SubnetId": subnet, "AssociationState": { "State": "associated" } })
            })
            .collect();
        self.add(
            "RouteTables",
            json!({ "RouteTableId": id, "VpcId": vpc, "OwnerId": NUMBER, "Associations": associations,
            "Routes": all, "Tags": named(name) }),
        );
    }

    /// A network ACL that lets everything pass.
    pub(crate) fn acl(&mut self, name: &str, subnets: &[&str]) {
        let entries = [false, true].map(|egress| entry(100, egress, "allow", None, "0.0.0.0/0"));
        self.acl_with(name, subnets, entries.to_vec());
    }

    /// A network ACL with these entries, and the last one of AWS.
    pub(crate) fn acl_with(&mut self, name: &str, subnets: &[&str], mut entries: Vec<Value>) {
        entries.extend([false, true].map(|egress| entry(32767, egress, "deny", None, "0.0.0.0/0")));
        let associations: Vec<Value> = subnets
            .iter()
            .map(|subnet| json!({ "NetworkAclAssociationId": format!("aclassoc-{subnet}"), "NetworkAclId": format!("acl-{name}"), "SubnetId": subnet }))
            .collect();
        let vpc = self.vpc_of_subnet(subnets[0]);
        self.add(
            "NetworkAcls",
            json!({ "NetworkAclId": format!("acl-{name}"), "VpcId": vpc, "OwnerId": NUMBER, "IsDefault": false,
            "Associations": associations, "Entries": entries, "Tags": named(name) }),
        );
    }

    pub(crate) fn internet_gateway(&mut self, vpc: &str) {
        self.add(
            "InternetGateways",
            json!({ "InternetGatewayId": format!("igw-{vpc}"), "OwnerId": NUMBER,
            "Attachments": [{ "VpcId": format!("vpc-{vpc}"), "State": "available" }], "Tags": named(vpc) }),
        );
    }

    pub(crate) fn egress_only_gateway(&mut self, vpc: &str) {
        self.add(
            "EgressOnlyInternetGateways",
            json!({ "EgressOnlyInternetGatewayId": format!("eigw-{vpc}"),
            "Attachments": [{ "VpcId": format!("vpc-{vpc}"), "State": "attached" }], "Tags": named(vpc) }),
        );
    }

    /// A public NAT gateway with its Elastic IP and its interface, at an address of its subnet.
    pub(crate) fn nat_gateway(&mut self, name: &str, subnet: &str, address: &str) {
        let vpc = self.vpc_of_subnet(subnet);
        let public = format!("54.90.12.{}", 10 + self.document["NatGateways"].as_array().map_or(0, Vec::len));
        let (eni, allocation) = (format!("eni-nat-{name}"), format!("eipalloc-{name}"));
        self.add("NatGateways", json!({ "NatGatewayId": format!("nat-{name}"), "VpcId": vpc, "SubnetId": subnet, "State": "available",
            "ConnectivityType": "public", "AvailabilityMode": "zonal", "Tags": named(name),
            "NatGatewayAddresses": [{ "PrivateIp": address, "NetworkInterfaceId": eni, "IsPrimary": true, "Status": "succeeded",
                "AllocationId": allocation, "PublicIp": public }] }));
        self.add(
            "Addresses",
            json!({ "AllocationId": allocation, "AssociationId": format!("eipassoc-{name}"), "Domain": "vpc",
            "PublicIp": public, "PrivateIpAddress": address, "NetworkInterfaceId": eni, "Tags": [] }),
        );
        self.interface(
            &format!("nat-{name}"),
            subnet,
            address,
            "nat_gateway",
            &format!("Interface for NAT Gateway nat-{name}"),
            &[],
        );
    }

    /// A private NAT gateway: one without an Elastic IP.
    pub(crate) fn private_nat_gateway(&mut self, name: &str, subnet: &str, address: &str) {
        self.nat_gateway(name, subnet, address);
        self.document["Addresses"].as_array_mut().expect("a list").pop();
        let nat = self.document["NatGateways"].as_array_mut().and_then(|list| list.last_mut()).expect("it was added");
        nat["ConnectivityType"] = json!("private");
        let address = nat["NatGatewayAddresses"][0].as_object_mut().expect("an address");
        address.retain(|field, _| !["AllocationId", "PublicIp"].contains(&field.as_str()));
    }

    pub(crate) fn interface(
        &mut self,
        name: &str,
        subnet: &str,
        address: &str,
        kind: &str,
        description: &str,
        groups: &[&str],
    ) {
        let groups: Vec<Value> = groups.iter().map(|group| json!({ "GroupId": group })).collect();
        let vpc = self.vpc_of_subnet(subnet);
        self.add("NetworkInterfaces", json!({ "NetworkInterfaceId": format!("eni-{name}"), "SubnetId": subnet, "VpcId": vpc,
            "Description": description, "Groups": groups, "InterfaceType": kind, "OwnerId": NUMBER, "PrivateIpAddress": address,
            "PrivateIpAddresses": [{ "PrivateIpAddress": address, "Primary": true }], "Status": "in-use", "TagSet": [] }));
    }

    /// A security group with these rules, each a port (0: everything) and who may.
    pub(crate) fn group(&mut self, vpc: &str, name: &str, ingress: &[(u16, &str)], egress: &[(u16, &str)]) {
        let rules = |list: &[(u16, &str)]| list.iter().map(|(port, who)| permission(*port, who)).collect::<Vec<_>>();
        self.add("SecurityGroups", json!({ "GroupId": format!("sg-{name}"), "GroupName": name, "Description": name,
            "VpcId": format!("vpc-{vpc}"), "OwnerId": NUMBER, "IpPermissions": rules(ingress), "IpPermissionsEgress": rules(egress),
            "Tags": named(name) }));
    }
}

impl Account {
    /// The rules of a security group in one direction, to be added to.
    pub(crate) fn rules_of(&mut self, group: &str, direction: &str) -> &mut Vec<Value> {
        let groups = self.document["SecurityGroups"].as_array_mut().expect("a list");
        let found = groups.iter_mut().find(|found| found["GroupId"] == group).expect("the group was added");
        found[direction].as_array_mut().expect("rules")
    }
}

fn local(block: &str) -> Value {
    json!({ "DestinationCidrBlock": block, "GatewayId": "local", "Origin": "CreateRouteTable", "State": "active" })
}

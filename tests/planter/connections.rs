//! Where an account's network leads: endpoints, peering connections, transit gateways.

use super::account::{Account, NUMBER, REGION, S3_LIST, named, route};
use serde_json::json;

const ALLOW_ALL: &str =
    r#"{"Version":"2008-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#;

impl Account {
    /// S3's gateway endpoint, and its route in these tables.
    pub(crate) fn s3_gateway_endpoint(&mut self, vpc: &str, tables: &[&str]) {
        let id = format!("vpce-{vpc}-s3");
        self.add("VpcEndpoints", json!({ "VpcEndpointId": id, "VpcEndpointType": "Gateway", "VpcId": format!("vpc-{vpc}"),
            "ServiceName": format!("com.amazonaws.{REGION}.s3"), "State": "available", "PolicyDocument": ALLOW_ALL, "RouteTableIds": tables,
            "SubnetIds": [], "Groups": [], "PrivateDnsEnabled": false, "NetworkInterfaceIds": [], "DnsEntries": [], "OwnerId": NUMBER,
            "Tags": named("s3") }));
        for table in self.document["RouteTables"].as_array_mut().expect("a list") {
            if tables.iter().any(|known| table["RouteTableId"] == *known) {
                table["Routes"].as_array_mut().expect("routes").push(route(S3_LIST, &id));
            }
        }
    }

    /// An interface endpoint with private DNS; in each subnet, of which the block's first three bytes are given, it takes
    /// the given host.
    pub(crate) fn interface_endpoint(
        &mut self,
        vpc: &str,
        service: &str,
        subnets: &[(&str, &str)],
        host: u8,
        group: &str,
    ) {
        let id = format!("vpce-{vpc}-{service}");
        for (subnet, prefix) in subnets {
            let zone = subnet.rsplit('-').next().expect("a zone");
            let name = format!("{service}-{zone}");
            self.interface(
                &name,
                subnet,
                &format!("{prefix}.{host}"),
                "vpc_endpoint",
                &format!("VPC Endpoint Interface {id}"),
                &[group],
            );
        }
        let interfaces: Vec<String> = subnets
            .iter()
            .map(|(subnet, _)| format!("eni-{service}-{}", subnet.rsplit('-').next().expect("a zone")))
            .collect();
        let subnets: Vec<&str> = subnets.iter().map(|(subnet, _)| *subnet).collect();
        self.add("VpcEndpoints", json!({ "VpcEndpointId": id, "VpcEndpointType": "Interface", "VpcId": format!("vpc-{vpc}"),
            "ServiceName": format!("com.amazonaws.{REGION}.{service}"), "State": "available", "PolicyDocument": ALLOW_ALL,
            "RouteTableIds": [], "SubnetIds": subnets, "Groups": [{ "GroupId": group }], "IpAddressType": "ipv4",
            "PrivateDnsEnabled": true, "NetworkInterfaceIds": interfaces, "DnsEntries": [], "OwnerId": NUMBER, "Tags": named(service) }));
    }

    pub(crate) fn peering(&mut self, name: &str, from: &str, to: &str) {
        let side = |vpc: &str| {
            json!({ "VpcId": format!("vpc-{vpc}"), "OwnerId": NUMBER, "Region": REGION,
            "CidrBlock": self.block_of_vpc(&format!("vpc-{vpc}")), "CidrBlockSet": [{ "CidrBlock": self.block_of_vpc(&format!("vpc-{vpc}")) }] })
        };
        let peering = json!({ "VpcPeeringConnectionId": format!("pcx-{name}"), "RequesterVpcInfo": side(from), "AccepterVpcInfo": side(to),
            "Status": { "Code": "active", "Message": "Active" }, "Tags": named(name) });
        self.add("VpcPeeringConnections", peering);
    }

    pub(crate) fn transit_gateway(&mut self, name: &str) {
        self.add("TransitGateways", json!({ "TransitGatewayId": format!("tgw-{name}"), "State": "available", "OwnerId": NUMBER, "Tags": named(name),
            "Options": { "DefaultRouteTableAssociation": "disable", "DefaultRouteTablePropagation": "disable",
                "SecurityGroupReferencingSupport": "disable" } }));
    }

    /// Attaches a VPC to a transit gateway, in these subnets.
    pub(crate) fn attachment(&mut self, gateway: &str, vpc: &str, subnets: &[&str]) {
        self.add("TransitGatewayVpcAttachments", json!({ "TransitGatewayAttachmentId": format!("tgw-attach-{vpc}"),
            "TransitGatewayId": format!("tgw-{gateway}"), "VpcId": format!("vpc-{vpc}"), "VpcOwnerId": NUMBER, "State": "available", "SubnetIds": subnets,
            "Options": { "DnsSupport": "enable", "SecurityGroupReferencingSupport": "enable", "Ipv6Support": "disable", "ApplianceModeSupport": "disable" },
            "Tags": named(vpc) }));
    }

    /// A transit gateway's route table, for the attachment of one VPC, with a route to another's.
    pub(crate) fn transit_table(&mut self, gateway: &str, name: &str, of: &str, block: &str, to: &str) {
        self.add("TransitGatewayRouteTables", json!({ "TransitGatewayRouteTableId": format!("tgw-rtb-{name}"), "TransitGatewayId": format!("tgw-{gateway}"),
            "State": "available", "DefaultAssociationRouteTable": false, "DefaultPropagationRouteTable": false, "Tags": named(name),
            "Routes": [{ "DestinationCidrBlock": block, "Type": "static", "State": "active", "TransitGatewayAttachments": [{
                "ResourceId": format!("vpc-{to}"), "TransitGatewayAttachmentId": format!("tgw-attach-{to}"), "ResourceType": "vpc" }] }],
            "Associations": [{ "TransitGatewayAttachmentId": format!("tgw-attach-{of}"), "ResourceId": format!("vpc-{of}"), "ResourceType": "vpc",
                "State": "associated" }] }));
    }
}

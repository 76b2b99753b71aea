//! Which members of an element name an element of another list.

use super::node::{Node, Value};

/// The list that a member's text, or each text of its list, names an element of.
fn list_of(member: &str) -> Option<&'static str> {
    Some(match member {
        "VpcId" => "Vpcs",
        "SubnetId" | "SubnetIds" | "subnets" => "Subnets",
        "RouteTableId" | "RouteTableIds" => "RouteTables",
        "InternetGatewayId" => "InternetGateways",
        "EgressOnlyInternetGatewayId" => "EgressOnlyInternetGateways",
        "NatGatewayId" => "NatGateways",
        "GroupId" | "SecurityGroups" | "securityGroups" => "SecurityGroups",
        "NetworkAclId" => "NetworkAcls",
        "VpcEndpointId" => "VpcEndpoints",
        "PrefixListId" | "DestinationPrefixListId" => "PrefixLists",
        "DhcpOptionsId" => "DhcpOptions",
        "VpcPeeringConnectionId" => "VpcPeeringConnections",
        "TransitGatewayAttachmentId" => "TransitGatewayVpcAttachments",
        "LoadBalancerArn" => "LoadBalancers",
        "TargetGroupArn" | "targetGroupArn" => "TargetGroups",
        "ListenerArn" => "Listeners",
        _ => return None,
    })
}

/// A gateway's id names its kind.
fn list_of_gateway(id: &str) -> Option<&'static str> {
    if id.starts_with("igw-") {
        Some("InternetGateways")
    } else if id.starts_with("vpce-") {
        Some("VpcEndpoints")
    } else {
        None
    }
}

/// Tells every reference in a value: the list and the id that it names an element of, or the expression that it hangs on.
pub(super) fn each_reference<'n>(node: &'n Node, told: &mut impl FnMut(&'static str, Result<&'n str, &'n str>)) {
    match &node.value {
        Value::Object(fields) => {
            for (key, member) in &fields.0 {
                let texts = match &member.value {
                    Value::List(items) => items.as_slice(),
                    _ => std::slice::from_ref(member),
                };
                for text in texts {
                    match (&text.value, list_of(key)) {
                        (Value::String(id), Some(list)) => told(list, Ok(id)),
                        (Value::Unknown(expression) | Value::LeftOut(expression), Some(list)) => {
                            told(list, Err(expression))
                        }
                        (Value::String(id), None) if key == "GatewayId" => {
                            if let Some(list) = list_of_gateway(id) {
                                told(list, Ok(id));
                            }
                        }
                        (Value::Object(_), _) => each_reference(text, told),
                        _ => {}
                    }
                }
            }
        }
        Value::List(items) => items.iter().for_each(|item| each_reference(item, told)),
        _ => {}
    }
}

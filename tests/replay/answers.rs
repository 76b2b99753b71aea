//! What AWS answers to a request, from an account that is described as a snapshot is.

use serde_json::{Map, Value, json};

use super::render::{self, Style};
use super::request::Request;

/// EC2's calls that give one list: the call, the key of the snapshot, the name of the list in the answer.
const EC2_LISTS: [(&str, &str, &str); 22] = [
    ("DescribeVpcs", "Vpcs", "vpcSet"),
    ("DescribeSubnets", "Subnets", "subnetSet"),
    ("DescribeRouteTables", "RouteTables", "routeTableSet"),
    ("DescribeInternetGateways", "InternetGateways", "internetGatewaySet"),
    ("DescribeEgressOnlyInternetGateways", "EgressOnlyInternetGateways", "egressOnlyInternetGatewaySet"),
    ("DescribeNatGateways", "NatGateways", "natGatewaySet"),
    ("DescribeAddresses", "Addresses", "addressesSet"),
    ("DescribeSecurityGroups", "SecurityGroups", "securityGroupInfo"),
    ("DescribeSecurityGroupVpcAssociations", "SecurityGroupVpcAssociations", "securityGroupVpcAssociationSet"),
    ("DescribeNetworkAcls", "NetworkAcls", "networkAclSet"),
    ("DescribeVpcEndpoints", "VpcEndpoints", "vpcEndpointSet"),
    ("DescribePrefixLists", "PrefixLists", "prefixListSet"),
    ("DescribeManagedPrefixLists", "ManagedPrefixLists", "prefixListSet"),
    ("DescribeNetworkInterfaces", "NetworkInterfaces", "networkInterfaceSet"),
    ("DescribeDhcpOptions", "DhcpOptions", "dhcpOptionsSet"),
    ("DescribeVpcPeeringConnections", "VpcPeeringConnections", "vpcPeeringConnectionSet"),
    ("DescribeTransitGateways", "TransitGateways", "transitGatewaySet"),
    ("DescribeTransitGatewayVpcAttachments", "TransitGatewayVpcAttachments", "transitGatewayVpcAttachments"),
    ("DescribeTransitGatewayRouteTables", "TransitGatewayRouteTables", "transitGatewayRouteTables"),
    ("DescribeFlowLogs", "FlowLogs", "flowLogSet"),
    ("DescribeAvailabilityZones", "AvailabilityZones", "availabilityZoneInfo"),
    ("DescribeVpcBlockPublicAccessExclusions", "VpcBlockPublicAccessExclusions", "vpcBlockPublicAccessExclusionSet"),
];

/// The body and content type of the right answer; `None` if there is no such call.
pub(crate) fn answer(account: &Value, request: &Request, page: usize) -> Option<(String, &'static str)> {
    let xml = "text/xml;charset=UTF-8";
    match request.service.as_str() {
        "sts" => Some((sts(account, request)?, xml)),
        "ec2" => Some((ec2(account, request, page)?, xml)),
        "elasticloadbalancing" => Some((elbv2(account, request, page)?, xml)),
        "ecs" => Some((ecs(account, request, page)?.to_string(), "application/x-amz-json-1.1")),
        "ecr" => Some((ecr(account, request, page)?.to_string(), "application/x-amz-json-1.1")),
        _ => None,
    }
}

fn list(account: &Value, key: &str) -> Vec<Value> {
    account.get(key).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// One page of a list, and the token of the next one.
fn page_of(all: Vec<Value>, token: Option<&str>, size: usize) -> (Vec<Value>, Option<String>) {
    let from: usize = token.and_then(|token| token.strip_prefix("page-")?.parse().ok()).unwrap_or_default();
    let next = (from + size < all.len()).then(|| format!("page-{}", from + size));
    (all.into_iter().skip(from).take(size).collect(), next)
}

fn sts(account: &Value, request: &Request) -> Option<String> {
    let id = account["fargcheck"]["account"].as_str().unwrap_or("111122223333");
    let result = match request.action.as_str() {
        "GetCallerIdentity" => {
            format!("<Arn>arn:aws:iam::{id}:user/replay</Arn><UserId>AIDAREPLAY</UserId><Account>{id}</Account>")
        }
        "AssumeRole" => format!(
            "<Credentials><AccessKeyId>ASIAASSUMED</AccessKeyId><SecretAccessKey>secret</SecretAccessKey>\
             <SessionToken>token</SessionToken><Expiration>2099-01-01T00:00:00Z</Expiration></Credentials>\
             <AssumedRoleUser><AssumedRoleId>AROAREPLAY:fargcheck</AssumedRoleId>\
             <Arn>arn:aws:sts::{id}:assumed-role/reader/fargcheck</Arn></AssumedRoleUser>"
        ),
        _ => return None,
    };
    Some(query(&request.action, &result))
}

fn query(action: &str, result: &str) -> String {
    format!(
        "<{action}Response xmlns=\"https://example.amazonaws.com/doc/\"><{action}Result>{result}</{action}Result>\
         <ResponseMetadata><RequestId>0</RequestId></ResponseMetadata></{action}Response>"
    )
}

fn ec2(account: &Value, request: &Request, page: usize) -> Option<String> {
    let action = request.action.as_str();
    let respond = |content: String| {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<{action}Response \
             xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>0</requestId>{content}</{action}Response>"
        )
    };
    let paged = |set: &str, within: &str, all: Vec<Value>| {
        let (items, next) = page_of(all, request.parameter("NextToken"), page);
        let next = next.map(|token| format!("<nextToken>{token}</nextToken>")).unwrap_or_default();
        respond(render::element(set, Style::Ec2, within, &Value::Array(items)) + &next)
    };
    if let Some((_, key, set)) = EC2_LISTS.iter().find(|(call, _, _)| *call == action) {
        let unpaged = ["DescribeAddresses", "DescribeAvailabilityZones"].contains(&action);
        let elements = filtered(list(account, key), request).into_iter().map(|mut element| {
            // What other calls tell, and how the AWS CLI unwraps nothing here.
            for extra in if *key == "TransitGatewayRouteTables" { &["Routes", "Associations"][..] } else { &[] } {
                element.as_object_mut().map(|fields| fields.remove(*extra));
            }
            if *key == "PrefixLists"
                && !element["PrefixListName"].as_str().is_some_and(|n| n.starts_with("com.amazonaws"))
            {
                return Value::Null;
            }
            element
        });
        let elements: Vec<Value> = elements.filter(|element| !element.is_null()).collect();
        let size = if unpaged { usize::MAX >> 1 } else { page };
        let (items, next) = page_of(elements, request.parameter("NextToken"), size);
        let next = next.map(|token| format!("<nextToken>{token}</nextToken>")).unwrap_or_default();
        return Some(respond(render::element(set, Style::Ec2, key, &Value::Array(items)) + &next));
    }
    match action {
        "DescribeVpcAttribute" => {
            let vpc = request.parameter("VpcId")?;
            let attributes = list(account, "VpcAttributes").into_iter().find(|one| one["VpcId"] == vpc)?;
            let name = request.parameter("Attribute")?;
            let value = &attributes[if name == "enableDnsSupport" { "EnableDnsSupport" } else { "EnableDnsHostnames" }];
            Some(respond(format!("<vpcId>{vpc}</vpcId>{}", render::element(name, Style::Ec2, "", value))))
        }
        "GetManagedPrefixListEntries" => {
            let id = request.parameter("PrefixListId")?;
            let found = list(account, "PrefixLists").into_iter().find(|one| one["PrefixListId"] == id)?;
            let cidrs = found["Cidrs"].as_array().cloned().unwrap_or_default();
            Some(paged("entrySet", "", cidrs.into_iter().map(|cidr| json!({"Cidr": cidr})).collect()))
        }
        "SearchTransitGatewayRoutes" | "GetTransitGatewayRouteTableAssociations" => {
            let id = request.parameter("TransitGatewayRouteTableId")?;
            let tables = list(account, "TransitGatewayRouteTables");
            let table = tables.into_iter().find(|one| one["TransitGatewayRouteTableId"] == id)?;
            let (key, set) = match action {
                "SearchTransitGatewayRoutes" => ("Routes", "routeSet"),
                _ => ("Associations", "associations"),
            };
            Some(paged(set, "", list(&table, key)))
        }
        "DescribeVpcBlockPublicAccessOptions" => {
            let options = account.get("VpcBlockPublicAccessOptions")?;
            Some(respond(render::element("vpcBlockPublicAccessOptions", Style::Ec2, "", options)))
        }
        _ => None,
    }
}

/// `Filter.1.Name=vpc-id&Filter.1.Value.1=…`
fn filtered(all: Vec<Value>, request: &Request) -> Vec<Value> {
    let wanted: Vec<&str> = (1..10).filter_map(|n| request.parameter(&format!("Filter.1.Value.{n}"))).collect();
    match request.parameter("Filter.1.Name") {
        Some("vpc-id") => {
            all.into_iter().filter(|one| one["VpcId"].as_str().is_some_and(|id| wanted.contains(&id))).collect()
        }
        Some("attachment.vpc-id") => all
            .into_iter()
            .filter(|one| one["Attachments"][0]["VpcId"].as_str().is_some_and(|id| wanted.contains(&id)))
            .collect(),
        _ => all,
    }
}

fn elbv2(account: &Value, request: &Request, page: usize) -> Option<String> {
    let (key, all) = match request.action.as_str() {
        "DescribeLoadBalancers" => ("LoadBalancers", list(account, "LoadBalancers")),
        "DescribeTargetGroups" => ("TargetGroups", list(account, "TargetGroups")),
        "DescribeListeners" => {
            let of = request.parameter("LoadBalancerArn")?.to_owned();
            ("Listeners", list(account, "Listeners").into_iter().filter(|one| one["LoadBalancerArn"] == of).collect())
        }
        "DescribeRules" => {
            let of = request.parameter("ListenerArn")?.replace(":listener/", ":listener-rule/") + "/";
            let of = |one: &Value| one["RuleArn"].as_str().is_some_and(|arn| arn.starts_with(&of));
            ("Rules", list(account, "Rules").into_iter().filter(of).collect())
        }
        _ => return None,
    };
    let (items, next) = page_of(all, request.parameter("Marker"), page);
    let next = next.map(|token| format!("<NextMarker>{token}</NextMarker>")).unwrap_or_default();
    let content = render::element(key, Style::Query, key, &Value::Array(items)) + &next;
    Some(query(&request.action, &content))
}

fn ecs(account: &Value, request: &Request, page: usize) -> Option<Value> {
    let input = request.json();
    let of_cluster = |key: &str| {
        let cluster = input["cluster"].as_str().unwrap_or_default().to_owned();
        let all = list(account, key).into_iter();
        all.filter(move |one| {
            one["clusterArn"].as_str().is_some_and(|arn| arn == cluster || arn.ends_with(&format!("/{cluster}")))
        })
    };
    let arns = |name: &str, id: &str, all: Vec<Value>| {
        let (items, next) = page_of(all, input["nextToken"].as_str(), page);
        let arns: Vec<Value> = items.into_iter().map(|one| one[id].clone()).collect();
        with_token(json!({name: arns}), next)
    };
    let described = |key: &str, id: &str, asked: &Value| {
        let asked = asked.as_array().cloned().unwrap_or_default();
        let named = |one: &Value| asked.iter().any(|name| names(&one[id], name));
        let found: Vec<Value> = list(account, key).into_iter().filter(named).collect();
        let lost = asked.iter().filter(|name| !found.iter().any(|one| names(&one[id], name)));
        let failures: Vec<Value> = lost.map(|name| json!({"arn": name, "reason": "MISSING"})).collect();
        json!({key: found, "failures": failures})
    };
    let answer = match request.action.as_str() {
        "ListClusters" => arns("clusterArns", "clusterArn", list(account, "clusters")),
        "ListServices" => arns("serviceArns", "serviceArn", of_cluster("services").collect()),
        "ListTasks" => {
            let status = input["desiredStatus"].as_str().unwrap_or("RUNNING");
            arns("taskArns", "taskArn", of_cluster("tasks").filter(|task| task["desiredStatus"] == status).collect())
        }
        "DescribeClusters" => described("clusters", "clusterArn", &input["clusters"]),
        "DescribeServices" => described("services", "serviceArn", &input["services"]),
        "DescribeTasks" => described("tasks", "taskArn", &input["tasks"]),
        "DescribeTaskDefinition" => {
            let all = list(account, "taskDefinitions");
            let found = all.into_iter().find(|one| one["taskDefinitionArn"] == input["taskDefinition"])?;
            json!({"taskDefinition": found})
        }
        _ => return None,
    };
    Some(epoch_seconds(answer))
}

/// An ARN answers to itself and to its last part.
fn names(arn: &Value, asked: &Value) -> bool {
    arn == asked || arn.as_str().zip(asked.as_str()).is_some_and(|(arn, asked)| arn.ends_with(&format!("/{asked}")))
}

fn ecr(account: &Value, request: &Request, page: usize) -> Option<Value> {
    let key = match request.action.as_str() {
        "DescribeRepositories" => "repositories",
        "DescribePullThroughCacheRules" => "pullThroughCacheRules",
        _ => return None,
    };
    let (items, next) = page_of(list(account, key), request.json()["nextToken"].as_str(), page);
    Some(epoch_seconds(with_token(json!({key: items}), next)))
}

fn with_token(mut answer: Value, next: Option<String>) -> Value {
    if let (Some(next), Some(fields)) = (next, answer.as_object_mut()) {
        fields.insert("nextToken".to_owned(), json!(next));
    }
    answer
}

/// AWS JSON 1.1 writes times as seconds since 1970; the accounts here use this one alone.
fn epoch_seconds(value: Value) -> Value {
    match value {
        Value::String(text) if text == "2026-01-31T10:00:00.500000+00:00" => json!(1_769_853_600.5),
        Value::Array(items) => items.into_iter().map(epoch_seconds).collect(),
        Value::Object(fields) => {
            Value::Object(fields.into_iter().map(|(name, field)| (name, epoch_seconds(field))).collect::<Map<_, _>>())
        }
        other => other,
    }
}

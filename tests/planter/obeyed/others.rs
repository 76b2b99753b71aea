//! Services, load balancers, file systems, and what connects VPCs.

use super::super::snapshot::*;
use super::gateways::{built, free_address};
use super::routes::has;
use super::shell::{Command, elements, pairs};
use super::{Done, Obeying, refused};
use serde_json::{Value, json};

pub(super) fn run(account: &mut Obeying, command: &Command) -> Option<Done> {
    Some(match command.name.as_str() {
        "ecs update-service" => update_service(account, command),
        "elbv2 set-subnets" => set_subnets(account, command),
        "elbv2 create-listener" | "elbv2 create-rule" | "elbv2 modify-listener" => forward(account, command),
        "efs create-mount-target" => create_mount_target(account, command),
        "elbv2 modify-target-group" => check_health(account, command),
        "ec2 accept-vpc-peering-connection" => accept_peering(account, command),
        "ec2 create-transit-gateway-route" | "ec2 replace-transit-gateway-route" => transit_route(account, command),
        "ec2 enable-transit-gateway-route-table-propagation" => propagate(account, command),
        "ec2 associate-transit-gateway-route-table" => associate(account, command),
        "ec2 accept-transit-gateway-vpc-attachment" => accept_attachment(account, command),
        "ec2 modify-transit-gateway-vpc-attachment" => add_to_attachment(account, command),
        _ => return None,
    })
}

fn update_service(account: &mut Obeying, command: &Command) -> Done {
    let name = command.one("service").to_owned();
    if !has(&account.document, "services", &name) {
        return refused(format!("ServiceNotFoundException: {name}"));
    }
    if text(get(&account.document, "services", &name), "clusterArn").rsplit('/').next() != Some(command.one("cluster"))
    {
        return refused("ClusterNotFoundException");
    }
    let mut configuration = Value::Null;
    if command.has("network-configuration") {
        let text = command.one("network-configuration");
        let inner =
            text.strip_prefix("awsvpcConfiguration={").and_then(|text| text.strip_suffix('}')).unwrap_or_default();
        let given = pairs(inner);
        let of = |name: &str| given.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        let (subnets, groups) = (elements(of("subnets")), elements(of("securityGroups")));
        let vpcs: Vec<&str> = subnets
            .iter()
            .filter(|subnet| has(&account.document, "Subnets", subnet))
            .map(|subnet| vpc_of(&account.document, subnet))
            .collect();
        if subnets.is_empty() || vpcs.len() != subnets.len() || vpcs.iter().any(|vpc| *vpc != vpcs[0]) {
            return refused(format!("InvalidParameterException: subnets {subnets:?}"));
        }
        let is_there = |group: &String| {
            has(&account.document, "SecurityGroups", group)
                && get(&account.document, "SecurityGroups", group)["VpcId"] == vpcs[0]
        };
        if !groups.iter().all(is_there) || groups.len() > 5 || subnets.len() > 16 {
            return refused(format!("InvalidParameterException: security groups {groups:?}"));
        }
        if !["ENABLED", "DISABLED"].contains(&of("assignPublicIp")) {
            return refused("InvalidParameterException: assignPublicIp");
        }
        configuration = json!({ "subnets": subnets, "securityGroups": groups, "assignPublicIp": of("assignPublicIp") });
    }
    let mut balancers = Value::Null;
    if command.has("load-balancers") {
        let given = pairs(command.one("load-balancers"));
        let of = |name: &str| given.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value.as_str());
        let Ok(port) = of("containerPort").parse::<u16>() else {
            return refused(format!("InvalidParameterException: containerPort {}", of("containerPort")));
        };
        if !items(&account.document, "TargetGroups").any(|group| group["TargetGroupArn"] == of("targetGroupArn")) {
            return refused("InvalidParameterException: the target group does not exist");
        }
        balancers = json!([{ "targetGroupArn": of("targetGroupArn"), "containerName": of("containerName"), "containerPort": port }]);
    }
    change_in(&mut account.document, "services", &name, |service| {
        if !configuration.is_null() {
            service["networkConfiguration"]["awsvpcConfiguration"] = configuration;
        }
        if !balancers.is_null() {
            service["loadBalancers"] = balancers;
        }
    });
    Ok(())
}

fn check_health(account: &mut Obeying, command: &Command) -> Done {
    let mut groups = items_mut(&mut account.document, "TargetGroups").iter_mut();
    let Some(group) = groups.find(|found| found["TargetGroupArn"] == command.one("target-group-arn")) else {
        return refused("TargetGroupNotFound");
    };
    group["HealthCheckPort"] = json!(command.one("health-check-port"));
    Ok(())
}

fn set_subnets(account: &mut Obeying, command: &Command) -> Done {
    let subnets = command.all("subnets").to_vec();
    let mut zones: Vec<Value> = Vec::new();
    for subnet in &subnets {
        if !has(&account.document, "Subnets", subnet) {
            return refused(format!("SubnetNotFound: {subnet}"));
        }
        let zone = get(&account.document, "Subnets", subnet)["AvailabilityZone"].clone();
        if zones.iter().any(|known| known["ZoneName"] == zone) {
            return refused(format!("InvalidConfigurationRequest: two subnets of {zone}"));
        }
        zones.push(json!({ "ZoneName": zone, "SubnetId": subnet }));
    }
    let balancers = items_mut(&mut account.document, "LoadBalancers").iter_mut();
    let Some(balancer) =
        balancers.into_iter().find(|found| found["LoadBalancerArn"] == command.one("load-balancer-arn"))
    else {
        return refused("LoadBalancerNotFound");
    };
    if balancer["Type"] == "application" && zones.len() < 2 {
        return refused("ValidationError: at least two subnets in two different Availability Zones must be specified");
    }
    balancer["AvailabilityZones"] = json!(zones);
    Ok(())
}

fn forward(account: &mut Obeying, command: &Command) -> Done {
    let is_rule = command.name == "elbv2 create-rule";
    let actions = pairs(command.one(if is_rule { "actions" } else { "default-actions" }));
    let target = actions.iter().find(|(key, _)| key == "TargetGroupArn").map_or("", |(_, arn)| arn.as_str()).to_owned();
    if !items(&account.document, "TargetGroups").any(|group| group["TargetGroupArn"] == target.as_str()) {
        return refused(format!("TargetGroupNotFound: {target}"));
    }
    let forward = json!([{ "Type": "forward", "TargetGroupArn": target,
        "ForwardConfig": { "TargetGroups": [{ "TargetGroupArn": target, "Weight": 1 }] } }]);
    let listener = command.one("listener-arn").to_owned();
    let balancer = match command.name.as_str() {
        "elbv2 create-listener" => {
            let balancer = command.one("load-balancer-arn").to_owned();
            let Ok(port) = command.one("port").parse::<u16>() else { return refused("ValidationError: port") };
            let listeners = items(&account.document, "Listeners");
            if listeners.into_iter().any(|found| found["LoadBalancerArn"] == balancer.as_str() && found["Port"] == port)
            {
                return refused("DuplicateListener");
            }
            items_mut(&mut account.document, "Listeners").push(json!({ "ListenerArn": format!("{balancer}/new"),
                "LoadBalancerArn": balancer, "Port": port, "Protocol": command.one("protocol"), "DefaultActions": forward }));
            balancer
        }
        _ => {
            let Some(found) = items_mut(&mut account.document, "Listeners")
                .iter_mut()
                .find(|found| found["ListenerArn"] == listener.as_str())
            else {
                return refused(format!("ListenerNotFound: {listener}"));
            };
            if !is_rule {
                found["DefaultActions"] = forward.clone();
            }
            text(found, "LoadBalancerArn").to_owned()
        }
    };
    if is_rule {
        let priority = command.one("priority");
        let rules = items(&account.document, "Rules");
        if rules.into_iter().any(|rule| rule["ListenerArn"] == listener.as_str() && rule["Priority"] == priority) {
            return refused(format!("PriorityInUse: {priority}"));
        }
        items_mut(&mut account.document, "Rules")
            .push(json!({ "RuleArn": format!("{listener}/new"), "ListenerArn": listener,
            "Priority": priority, "IsDefault": false, "Conditions": [], "Actions": forward }));
    } else {
        for rule in items_mut(&mut account.document, "Rules") {
            if rule["ListenerArn"] == listener.as_str() && rule["IsDefault"] == true {
                rule["Actions"] = forward.clone();
            }
        }
    }
    let groups = items_mut(&mut account.document, "TargetGroups").iter_mut();
    for group in groups.filter(|group| group["TargetGroupArn"] == target.as_str()) {
        group["LoadBalancerArns"] = json!([balancer]);
    }
    Ok(())
}

fn create_mount_target(account: &mut Obeying, command: &Command) -> Done {
    let (system, subnet) = (command.one("file-system-id").to_owned(), command.one("subnet-id").to_owned());
    let groups: Vec<String> = command.all("security-groups").to_vec();
    if !has(&account.document, "Subnets", &subnet) {
        return refused(format!("SubnetNotFound: {subnet}"));
    }
    if let Some(group) = groups.iter().find(|group| !has(&account.document, "SecurityGroups", group)) {
        return refused(format!("SecurityGroupNotFound: {group}"));
    }
    let zone = |id: &str| text(get(&account.document, "Subnets", id), "AvailabilityZone").to_owned();
    let name = format!("EFS mount target for {system} ");
    let is_there = |interface: &Value| {
        text(interface, "Description").starts_with(&name) && zone(text(interface, "SubnetId")) == zone(&subnet)
    };
    if items(&account.document, "NetworkInterfaces").any(is_there) {
        return refused(format!("MountTargetConflict: {}", zone(&subnet)));
    }
    let address = free_address(&account.document, &subnet, account.count);
    built(account, |builder| {
        let groups: Vec<&str> = groups.iter().map(String::as_str).collect();
        builder.interface(&format!("efs-{subnet}"), &subnet, &address, "efs", &format!("{name}(fsmt-new)"), &groups);
    });
    Ok(())
}

fn accept_peering(account: &mut Obeying, command: &Command) -> Done {
    let id = command.one("vpc-peering-connection-id").to_owned();
    if !has(&account.document, "VpcPeeringConnections", &id) {
        return refused(format!("InvalidVpcPeeringConnectionId.NotFound: {id}"));
    }
    let status = get(&account.document, "VpcPeeringConnections", &id)["Status"]["Code"].clone();
    if status != "pending-acceptance" {
        return refused(format!("InvalidStateTransition: {status}"));
    }
    change_in(&mut account.document, "VpcPeeringConnections", &id, |peering| {
        peering["Status"]["Code"] = json!("active")
    });
    Ok(())
}

/// An attachment as a route, an association or a propagation names it.
fn attached(account: &Obeying, command: &Command) -> Result<Value, super::Refusal> {
    let (table, attachment) =
        (command.one("transit-gateway-route-table-id"), command.one("transit-gateway-attachment-id"));
    if !has(&account.document, "TransitGatewayRouteTables", table)
        || !has(&account.document, "TransitGatewayVpcAttachments", attachment)
    {
        return refused(format!("{table} or {attachment} does not exist"));
    }
    let vpc = &get(&account.document, "TransitGatewayVpcAttachments", attachment)["VpcId"];
    Ok(json!({ "ResourceId": vpc, "TransitGatewayAttachmentId": attachment, "ResourceType": "vpc" }))
}

fn transit_route(account: &mut Obeying, command: &Command) -> Done {
    let to = command.one("destination-cidr-block").to_owned();
    let attachment = attached(account, command)?;
    let table = command.one("transit-gateway-route-table-id");
    let routes = items(get(&account.document, "TransitGatewayRouteTables", table), "Routes");
    let is_static = |route: &Value| route["DestinationCidrBlock"] == to.as_str() && route["Type"] == "static";
    let known = routes.into_iter().position(is_static);
    let new = json!({ "DestinationCidrBlock": to, "Type": "static", "State": "active", "TransitGatewayAttachments": [attachment] });
    match (command.name == "ec2 replace-transit-gateway-route", known) {
        (false, Some(_)) => return refused("RouteAlreadyExists"),
        (true, None) => return refused("InvalidRoute.NotFound"),
        _ => {}
    }
    change_in(&mut account.document, "TransitGatewayRouteTables", table, |table| match known {
        Some(at) => table["Routes"][at] = new,
        None => items_mut(table, "Routes").push(new),
    });
    Ok(())
}

fn propagate(account: &mut Obeying, command: &Command) -> Done {
    let attachment = attached(account, command)?;
    let block = get(&account.document, "Vpcs", text(&attachment, "ResourceId"))["CidrBlock"].clone();
    let new = json!({ "DestinationCidrBlock": block, "Type": "propagated", "State": "active", "TransitGatewayAttachments": [attachment] });
    change_in(
        &mut account.document,
        "TransitGatewayRouteTables",
        command.one("transit-gateway-route-table-id"),
        |table| {
            // A static route for the same block wins.
            if !items(table, "Routes").any(|route| route["DestinationCidrBlock"] == block) {
                items_mut(table, "Routes").push(new);
            }
        },
    );
    Ok(())
}

fn associate(account: &mut Obeying, command: &Command) -> Done {
    let mut attachment = attached(account, command)?;
    attachment["State"] = json!("associated");
    change_in(
        &mut account.document,
        "TransitGatewayRouteTables",
        command.one("transit-gateway-route-table-id"),
        |table| {
            items_mut(table, "Associations").push(attachment);
        },
    );
    Ok(())
}

fn accept_attachment(account: &mut Obeying, command: &Command) -> Done {
    let id = command.one("transit-gateway-attachment-id");
    let state = get(&account.document, "TransitGatewayVpcAttachments", id)["State"].clone();
    if state != "pendingAcceptance" {
        return refused(format!("IncorrectState: {state}"));
    }
    change_in(&mut account.document, "TransitGatewayVpcAttachments", id, |found| found["State"] = json!("available"));
    Ok(())
}

fn add_to_attachment(account: &mut Obeying, command: &Command) -> Done {
    let id = command.one("transit-gateway-attachment-id").to_owned();
    if !has(&account.document, "TransitGatewayVpcAttachments", &id) {
        return refused(format!("InvalidTransitGatewayAttachmentID.NotFound: {id}"));
    }
    let attachment = get(&account.document, "TransitGatewayVpcAttachments", &id);

    let zone = |subnet: &str| text(get(&account.document, "Subnets", subnet), "AvailabilityZone").to_owned();
    let mut zones: Vec<String> = items(attachment, "SubnetIds").filter_map(Value::as_str).map(zone).collect();
    for subnet in command.all("add-subnet-ids") {
        if !has(&account.document, "Subnets", subnet) || vpc_of(&account.document, subnet) != text(attachment, "VpcId")
        {
            return refused(format!("InvalidSubnetID.NotFound: {subnet}"));
        }
        if zones.contains(&zone(subnet)) {
            return refused(format!("DuplicateSubnetsInSameZone: {}", zone(subnet)));
        }
        zones.push(zone(subnet));
    }
    let subnets = command.all("add-subnet-ids").to_vec();
    change_in(&mut account.document, "TransitGatewayVpcAttachments", &id, |found| {
        items_mut(found, "SubnetIds").extend(subnets.iter().map(|subnet| json!(subnet)));
    });
    Ok(())
}

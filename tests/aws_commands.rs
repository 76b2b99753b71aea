//! Commands of the AWS CLI in helps are ones that it has, with options that it has: on every rule's page, and in what is
//! said of every rule's failing fixture.

mod cli_support;

use cli_support::run_with;
use fargcheck::facts::ENTITIES;
use fargcheck::rules::Catalogue;
use std::path::Path;

/// Commands that helps may name, and options of each, without those that every command has. They were compared with the
/// API models that the AWS CLI is made of (botocore 1.43).
#[rustfmt::skip]
const COMMANDS: &[(&str, &[&str])] = &[
    ("cloudwatch get-metric-statistics", &["dimensions", "end-time", "metric-name", "namespace", "period", "start-time", "statistics"]),
    ("ec2 accept-transit-gateway-vpc-attachment", &["transit-gateway-attachment-id"]),
    ("ec2 accept-vpc-peering-connection", &["vpc-peering-connection-id"]),
    ("ec2 allocate-address", &["domain"]),
    ("ec2 associate-dhcp-options", &["dhcp-options-id", "vpc-id"]),
    ("ec2 associate-route-table", &["route-table-id", "subnet-id"]),
    ("ec2 associate-transit-gateway-route-table", &["transit-gateway-attachment-id", "transit-gateway-route-table-id"]),
    ("ec2 associate-vpc-cidr-block", &["cidr-block", "vpc-id"]),
    ("ec2 attach-internet-gateway", &["internet-gateway-id", "vpc-id"]),
    ("ec2 authorize-security-group-egress", &["group-id", "ip-permissions"]),
    ("ec2 authorize-security-group-ingress", &["cidr", "group-id", "ip-permissions", "port", "protocol", "source-group"]),
    ("ec2 create-dhcp-options", &["dhcp-configurations"]),
    ("ec2 create-egress-only-internet-gateway", &["vpc-id"]),
    ("ec2 create-flow-logs", &["deliver-logs-permission-arn", "log-group-name", "resource-ids", "resource-type", "traffic-type"]),
    ("ec2 create-internet-gateway", &[]),
    ("ec2 create-nat-gateway", &["allocation-id", "availability-mode", "connectivity-type", "subnet-id", "vpc-id"]),
    ("ec2 create-network-acl-entry", &["cidr-block", "egress", "ingress", "ipv6-cidr-block", "network-acl-id", "port-range", "protocol", "rule-action", "rule-number"]),
    ("ec2 create-route", &["destination-cidr-block", "destination-ipv6-cidr-block", "egress-only-internet-gateway-id", "gateway-id", "nat-gateway-id", "route-table-id", "transit-gateway-id", "vpc-peering-connection-id"]),
    ("ec2 create-route-table", &["vpc-id"]),
    ("ec2 create-subnet", &["availability-zone", "cidr-block", "vpc-id"]),
    ("ec2 create-transit-gateway-vpc-attachment", &["subnet-ids", "transit-gateway-id", "vpc-id"]),
    ("ec2 create-vpc-peering-connection", &["peer-vpc-id", "vpc-id"]),
    ("ec2 modify-vpc-block-public-access-exclusion", &["exclusion-id", "internet-gateway-exclusion-mode"]),
    ("ec2 create-transit-gateway-route", &["destination-cidr-block", "transit-gateway-attachment-id", "transit-gateway-route-table-id"]),
    ("ec2 create-vpc-block-public-access-exclusion", &["internet-gateway-exclusion-mode", "vpc-id"]),
    ("ec2 create-vpc-endpoint", &["no-private-dns-enabled", "private-dns-enabled", "route-table-ids", "security-group-ids", "service-name", "subnet-ids", "vpc-endpoint-type", "vpc-id"]),
    ("ec2 delete-nat-gateway", &["nat-gateway-id"]),
    ("ec2 delete-network-acl-entry", &["egress", "ingress", "network-acl-id", "rule-number"]),
    ("ec2 delete-route", &["destination-cidr-block", "destination-ipv6-cidr-block", "route-table-id"]),
    ("ec2 delete-vpc-endpoints", &["vpc-endpoint-ids"]),
    ("ec2 describe-nat-gateways", &["nat-gateway-ids", "query"]),
    ("ec2 describe-network-acls", &["network-acl-ids", "query"]),
    ("ec2 describe-network-interfaces", &["filters", "query"]),
    ("ec2 describe-security-group-rules", &["filters"]),
    ("ec2 describe-security-groups", &["filters", "query"]),
    ("ec2 describe-subnets", &["filters", "query", "subnet-ids"]),
    ("ec2 describe-transit-gateway-vpc-attachments", &["query", "transit-gateway-attachment-ids"]),
    ("ec2 describe-vpc-endpoints", &["query", "vpc-endpoint-ids"]),
    ("ec2 describe-vpc-peering-connections", &["query", "vpc-peering-connection-ids"]),
    ("ec2 enable-transit-gateway-route-table-propagation", &["transit-gateway-attachment-id", "transit-gateway-route-table-id"]),
    ("ec2 modify-network-interface-attribute", &["network-interface-id", "no-source-dest-check"]),
    ("ec2 modify-transit-gateway-vpc-attachment", &["add-subnet-ids", "remove-subnet-ids", "transit-gateway-attachment-id"]),
    ("ec2 modify-vpc-attribute", &["enable-dns-hostnames", "enable-dns-support", "vpc-id"]),
    ("ec2 modify-vpc-endpoint", &["add-route-table-ids", "add-subnet-ids", "dns-options", "no-private-dns-enabled", "policy-document", "private-dns-enabled", "reset-policy", "vpc-endpoint-id"]),
    ("ec2 release-address", &["allocation-id"]),
    ("ec2 replace-network-acl-entry", &["cidr-block", "egress", "ingress", "ipv6-cidr-block", "network-acl-id", "port-range", "protocol", "rule-action", "rule-number"]),
    ("ec2 replace-route", &["destination-cidr-block", "destination-ipv6-cidr-block", "egress-only-internet-gateway-id", "gateway-id", "nat-gateway-id", "route-table-id"]),
    ("ec2 replace-route-table-association", &["association-id", "route-table-id"]),
    ("ec2 replace-transit-gateway-route", &["destination-cidr-block", "transit-gateway-attachment-id", "transit-gateway-route-table-id"]),
    ("ec2 revoke-security-group-egress", &["group-id", "security-group-rule-ids"]),
    ("ec2 revoke-security-group-ingress", &["cidr", "group-id", "port", "protocol", "security-group-rule-ids"]),
    ("ec2 wait nat-gateway-available", &["nat-gateway-ids"]),
    ("ecr create-pull-through-cache-rule", &["credential-arn", "ecr-repository-prefix", "upstream-registry-url"]),
    ("ecs create-task-set", &["cluster", "load-balancers", "network-configuration", "service", "task-definition"]),
    ("ecs register-task-definition", &["cli-input-json"]),
    ("ecs run-task", &["cluster", "launch-type", "network-configuration", "task-definition"]),
    ("ecs update-service", &["cluster", "deployment-configuration", "load-balancers", "network-configuration", "service"]),
    ("efs create-mount-target", &["file-system-id", "security-groups", "subnet-id"]),
    ("elbv2 create-listener", &["default-actions", "load-balancer-arn", "port", "protocol"]),
    ("elbv2 create-rule", &["actions", "conditions", "listener-arn", "priority"]),
    ("elbv2 create-target-group", &["ip-address-type", "name", "port", "protocol", "target-type", "vpc-id"]),
    ("elbv2 describe-listeners", &["load-balancer-arn"]),
    ("elbv2 describe-load-balancers", &["load-balancer-arns", "names", "query"]),
    ("elbv2 modify-listener", &["default-actions", "listener-arn"]),
    ("elbv2 modify-target-group", &["health-check-port", "target-group-arn"]),
    ("elbv2 set-ip-address-type", &["ip-address-type", "load-balancer-arn"]),
    ("elbv2 set-subnets", &["load-balancer-arn", "subnets"]),
    ("elbv2 wait load-balancer-available", &["load-balancer-arns"]),
];

/// Options of every command. <https://docs.aws.amazon.com/cli/latest/reference/#global-options>
const OF_ALL: [&str; 1] = ["query"];

/// What is wrong with a line of a help; a word that stands for two (`--ingress|--egress`) is both.
fn complaints(line: &str) -> Vec<String> {
    let line = line.trim();
    let Some(rest) = line.strip_prefix("aws ") else { return Vec::new() };
    let mut words = rest.split(' ');
    let (service, mut commands) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let waiter = words.clone().next().map(|waiter| format!("wait {waiter}")).filter(|_| commands == "wait");
    commands = waiter.as_deref().unwrap_or(commands);
    let arguments: Vec<&str> = words.flat_map(|word| word.split('|')).collect();
    let mut found = Vec::new();
    for command in commands.split('|') {
        let Some((_, options)) = COMMANDS.iter().find(|(known, _)| *known == format!("{service} {command}")) else {
            found.push(format!("there is no command `aws {service} {command}`: {line}"));
            continue;
        };
        for option in arguments.iter().filter_map(|word| word.strip_prefix("--")) {
            if !options.contains(&option) && !OF_ALL.contains(&option) {
                found.push(format!("`aws {service} {command}` has no option --{option}: {line}"));
            }
        }
    }
    found
}

#[test]
fn helps_name_commands_that_there_are() {
    let catalogue = Catalogue::embedded(&ENTITIES).expect("the built-in rules are sound");
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut commands = 0;
    for rule in catalogue.rules() {
        let fixture = format!("fixtures/rules/{}/fail.json", rule.id());
        let report = run_with(root, &["lint", &fixture, "--format", "json"], "").json();
        let findings = report["findings"].as_array().cloned().unwrap_or_default();
        let helps = findings.iter().filter_map(|finding| finding["help"].as_str()).map(str::to_owned);
        for help in helps.chain([rule.outline_help()]) {
            commands += help.lines().filter(|line| line.trim().starts_with("aws ")).count();
            found.extend(help.lines().flat_map(complaints).map(|complaint| format!("{}: {complaint}", rule.id())));
            if help.contains("(unknown)") {
                found.push(format!("{}: {help}", rule.id()));
            }
        }
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    // Helps without commands would prove nothing.
    assert!(commands > 200, "only {commands} commands");
}

#[test]
fn what_is_misspelt_is_noticed() {
    for (line, wrong) in [
        ("    aws ec2 create-route --route-table-id <route-table-id>", 0),
        ("Send it there:", 0),
        ("    aws ec2 delete-network-acl-entry --ingress|--egress --rule-number 1", 0),
        ("    aws ec2 create-routes --route-table-id <route-table-id>", 1),
        ("    aws ec2 create-route|replace-route --route-table <route-table-id>", 2),
    ] {
        assert_eq!(complaints(line).len(), wrong, "{line}");
    }
}

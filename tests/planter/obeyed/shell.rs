//! Commands of the AWS CLI, read as a shell and the CLI read them.

use std::collections::BTreeMap;

/// A command with its options, each with its values.
pub(super) struct Command {
    /// The service and the operation: `ec2 create-route`.
    pub(super) name: String,
    options: BTreeMap<String, Vec<String>>,
}

/// The options of the commands that findings advise, as the CLI's reference lists them. A `!` marks those that are required.
/// <https://docs.aws.amazon.com/cli/latest/reference/>
const OPTIONS: &[(&str, &str)] = &[
    ("ec2 accept-transit-gateway-vpc-attachment", "transit-gateway-attachment-id!"),
    ("ec2 accept-vpc-peering-connection", "vpc-peering-connection-id!"),
    ("ec2 allocate-address", "domain address"),
    ("ec2 associate-dhcp-options", "dhcp-options-id! vpc-id!"),
    ("ec2 associate-route-table", "route-table-id! subnet-id gateway-id public-ipv4-pool"),
    ("ec2 associate-transit-gateway-route-table", "transit-gateway-route-table-id! transit-gateway-attachment-id!"),
    ("ec2 attach-internet-gateway", "internet-gateway-id! vpc-id!"),
    ("ec2 authorize-security-group-egress", "group-id! ip-permissions protocol port cidr source-group"),
    ("ec2 authorize-security-group-ingress", "group-id! ip-permissions protocol port cidr source-group"),
    ("ec2 create-dhcp-options", "dhcp-configurations!"),
    ("ec2 create-egress-only-internet-gateway", "vpc-id!"),
    ("ec2 create-internet-gateway", ""),
    ("ec2 create-nat-gateway", "subnet-id vpc-id availability-mode allocation-id connectivity-type"),
    (
        "ec2 create-network-acl-entry",
        "network-acl-id! rule-number! protocol! rule-action! ingress egress cidr-block ipv6-cidr-block port-range icmp-type-code",
    ),
    (
        "ec2 create-route",
        "route-table-id! destination-cidr-block destination-ipv6-cidr-block destination-prefix-list-id gateway-id \
         nat-gateway-id transit-gateway-id vpc-peering-connection-id egress-only-internet-gateway-id vpc-endpoint-id \
         local-gateway-id carrier-gateway-id core-network-arn instance-id network-interface-id",
    ),
    ("ec2 create-route-table", "vpc-id!"),
    (
        "ec2 create-transit-gateway-route",
        "transit-gateway-route-table-id! destination-cidr-block! transit-gateway-attachment-id blackhole",
    ),
    ("ec2 create-vpc-block-public-access-exclusion", "internet-gateway-exclusion-mode! vpc-id subnet-id"),
    (
        "ec2 create-vpc-endpoint",
        "vpc-id! service-name vpc-endpoint-type subnet-ids security-group-ids route-table-ids private-dns-enabled no-private-dns-enabled \
         policy-document ip-address-type dns-options",
    ),
    ("ec2 delete-nat-gateway", "nat-gateway-id!"),
    ("ec2 delete-network-acl-entry", "network-acl-id! rule-number! ingress egress"),
    (
        "ec2 delete-route",
        "route-table-id! destination-cidr-block destination-ipv6-cidr-block destination-prefix-list-id",
    ),
    ("ec2 delete-vpc-endpoints", "vpc-endpoint-ids!"),
    ("ec2 disassociate-route-table", "association-id!"),
    (
        "ec2 enable-transit-gateway-route-table-propagation",
        "transit-gateway-route-table-id! transit-gateway-attachment-id",
    ),
    (
        "ec2 modify-transit-gateway-vpc-attachment",
        "transit-gateway-attachment-id! add-subnet-ids remove-subnet-ids options",
    ),
    ("ec2 modify-vpc-attribute", "vpc-id! enable-dns-support enable-dns-hostnames"),
    ("ec2 modify-vpc-block-public-access-exclusion", "exclusion-id! internet-gateway-exclusion-mode!"),
    (
        "ec2 modify-vpc-endpoint",
        "vpc-endpoint-id! add-route-table-ids remove-route-table-ids add-subnet-ids remove-subnet-ids add-security-group-ids \
         remove-security-group-ids private-dns-enabled no-private-dns-enabled reset-policy policy-document dns-options",
    ),
    (
        "ec2 replace-network-acl-entry",
        "network-acl-id! rule-number! protocol! rule-action! ingress egress cidr-block ipv6-cidr-block port-range icmp-type-code",
    ),
    (
        "ec2 replace-route",
        "route-table-id! destination-cidr-block destination-ipv6-cidr-block destination-prefix-list-id gateway-id \
         nat-gateway-id transit-gateway-id vpc-peering-connection-id egress-only-internet-gateway-id vpc-endpoint-id \
         local-gateway-id carrier-gateway-id core-network-arn instance-id network-interface-id local-target",
    ),
    ("ec2 replace-route-table-association", "association-id! route-table-id!"),
    (
        "ec2 replace-transit-gateway-route",
        "transit-gateway-route-table-id! destination-cidr-block! transit-gateway-attachment-id blackhole",
    ),
    (
        "ec2 revoke-security-group-egress",
        "group-id! ip-permissions protocol port cidr source-group security-group-rule-ids",
    ),
    (
        "ec2 revoke-security-group-ingress",
        "group-id! ip-permissions protocol port cidr source-group security-group-rule-ids",
    ),
    ("ec2 wait nat-gateway-available", "nat-gateway-ids!"),
    ("ecs run-task", "cluster task-definition! launch-type network-configuration count"),
    (
        "ecs update-service",
        "service! cluster network-configuration load-balancers deployment-configuration task-definition desired-count \
         force-new-deployment",
    ),
    ("efs create-mount-target", "file-system-id! subnet-id! security-groups ip-address"),
    ("elbv2 create-listener", "load-balancer-arn! protocol port default-actions!"),
    ("elbv2 create-rule", "listener-arn! conditions! priority! actions!"),
    ("elbv2 create-target-group", "name! target-type protocol port vpc-id"),
    ("elbv2 modify-listener", "listener-arn! protocol port default-actions"),
    ("elbv2 modify-target-group", "target-group-arn! health-check-port"),
    ("elbv2 set-subnets", "load-balancer-arn! subnets subnet-mappings"),
];

/// The words of a line, single quotes taken off.
fn words(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quoted = false;
    for letter in line.chars() {
        match letter {
            '\'' => {
                quoted = !quoted;
                word.get_or_insert_default();
            }
            ' ' if !quoted => words.extend(word.take()),
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    if quoted { Err("a quote is not closed".to_owned()) } else { Ok(words) }
}

impl Command {
    /// Reads one; the error is what the CLI would say.
    pub(super) fn read(line: &str) -> Result<Command, String> {
        let words = words(line)?;
        let [program, service, operation, rest @ ..] = words.as_slice() else {
            return Err("no command of the AWS CLI".to_owned());
        };
        if program != "aws" {
            return Err(format!("{program} is not the AWS CLI"));
        }
        let (name, rest) = match rest {
            [waiter, rest @ ..] if operation == "wait" => (format!("{service} wait {waiter}"), rest),
            _ => (format!("{service} {operation}"), rest),
        };
        let (_, known) = OPTIONS.iter().find(|(known, _)| *known == name).ok_or(format!("{name} is not known here"))?;
        let mut options: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let mut last = None;
        for word in rest {
            if let Some(option) = word.strip_prefix("--") {
                if !known.split_whitespace().any(|known| known.trim_end_matches('!') == option) {
                    return Err(format!("Unknown options: --{option}"));
                }
                if options.insert(option.to_owned(), Vec::new()).is_some() {
                    return Err(format!("--{option} stands twice"));
                }
                last = Some(option);
            } else {
                let option = last.ok_or(format!("Unknown options: {word}"))?;
                options.entry(option.to_owned()).or_default().push(word.clone());
            }
        }
        let required = known.split_whitespace().filter_map(|option| option.strip_suffix('!'));
        for option in required {
            if options.get(option).is_none_or(Vec::is_empty) {
                return Err(format!("the following arguments are required: --{option}"));
            }
        }
        Ok(Command { name, options })
    }

    pub(super) fn has(&self, option: &str) -> bool {
        self.options.contains_key(option)
    }

    /// An option's only value; empty where it isn't given.
    pub(super) fn one(&self, option: &str) -> &str {
        match self.options.get(option).map(Vec::as_slice) {
            Some([value]) => value,
            _ => "",
        }
    }

    pub(super) fn all(&self, option: &str) -> &[String] {
        self.options.get(option).map_or(&[], Vec::as_slice)
    }

    /// The options with more than one value, of those that take one.
    pub(super) fn is_single(&self, option: &str) -> bool {
        self.all(option).len() < 2
    }
}

/// A value of the CLI's shorthand: `a=b,c=[d,e],f=[{g=h}]` as pairs of a key and the text behind it.
pub(super) fn pairs(text: &str) -> Vec<(String, String)> {
    let mut pairs = Vec::new();
    let mut depth = 0;
    let mut part = String::new();
    for letter in text.chars().chain([',']) {
        match letter {
            '[' | '{' => depth += 1,
            ']' | '}' => depth -= 1,
            ',' if depth == 0 => {
                if let Some((key, value)) = part.split_once('=') {
                    pairs.push((key.to_owned(), value.to_owned()));
                }
                part.clear();
                continue;
            }
            _ => {}
        }
        part.push(letter);
    }
    pairs
}

/// The elements of a shorthand list `[a,b]`.
pub(super) fn elements(text: &str) -> Vec<String> {
    let inner = text.trim_start_matches('[').trim_end_matches(']');
    inner.split(',').filter(|element| !element.is_empty()).map(str::to_owned).collect()
}

//! What a template says of no network in particular: in the place of values stand `<names>`, as the AWS CLI's own pages
//! have them.

use super::plan::{Node, Plan};
use crate::facts::{ENTITIES, Value};

/// Fields that are a part of a command, and how it reads with names for its values.
#[rustfmt::skip]
const PARTS_OF_COMMANDS: [(&str, &str); 20] = [
    ("association", "aws ec2 associate-route-table --subnet-id <subnet-id> --route-table-id <route-table-id>"),
    ("configuring_command", "aws ecs update-service --cluster <cluster> --service <service>"),
    ("creating_command", "aws ec2 create-vpc-endpoint --vpc-id <vpc-id> --service-name <service-name> --vpc-endpoint-type <vpc-endpoint-type>"),
    ("destination_option", "--destination-cidr-block <destination-cidr-block>"),
    ("excluding_command", "aws ec2 create-vpc-block-public-access-exclusion --vpc-id <vpc-id>"),
    ("group_openings", "aws ec2 authorize-security-group-ingress --group-id <group-id> --protocol <protocol> --port <port> --source-group <source-group>"),
    ("health_check_openings", "aws ec2 authorize-security-group-ingress --group-id <group-id> --protocol <protocol> --port <port> --source-group <source-group>"),
    ("ipv6_reroutes", "aws ec2 replace-route --route-table-id <route-table-id> --destination-ipv6-cidr-block ::/0 --egress-only-internet-gateway-id <egress-only-internet-gateway-id>"),
    ("mapped_option", "containerName=<container-name>,containerPort=<container-port>"),
    ("nat_option", "--nat-gateway-id <nat-gateway-id>"),
    ("openings", "aws ec2 create-network-acl-entry --network-acl-id <network-acl-id> --ingress|--egress --rule-number <rule-number> --protocol <protocol> --port-range From=<port>,To=<port> --cidr-block <cidr-block> --rule-action allow"),
    ("private_association", "aws ec2 replace-route-table-association --association-id <association-id> --route-table-id <route-table-id>"),
    ("private_way", "aws ec2 replace-route --route-table-id <route-table-id> --destination-cidr-block 0.0.0.0/0 --nat-gateway-id <nat-gateway-id>"),
    ("public_association", "aws ec2 replace-route-table-association --association-id <association-id> --route-table-id <route-table-id>"),
    ("question", "--from <workload> --to <destination>"),
    ("reattachment", "aws ec2 attach-internet-gateway --internet-gateway-id <internet-gateway-id> --vpc-id <vpc-id>"),
    ("repair", "aws ec2 replace-route --route-table-id <route-table-id> --destination-cidr-block <destination-cidr-block> --nat-gateway-id <nat-gateway-id>"),
    ("reroutes", "aws ec2 replace-route --route-table-id <route-table-id> --destination-cidr-block <destination-cidr-block> --nat-gateway-id <nat-gateway-id>"),
    ("target_option", "--nat-gateway-id <nat-gateway-id>"),
    ("way", "--transit-gateway-id <transit-gateway-id>"),
];

/// Writes the expression of a template behind what it is already; `is_alone` where nothing else is on its lines.
pub(super) fn outline(out: &mut String, plan: &Plan, is_alone: bool) {
    write(out, plan, &plan.root, is_alone);
}

fn write(out: &mut String, plan: &Plan, node: &Node, is_alone: bool) {
    match node {
        Node::Literal(Value::String(text)) => out.push_str(text),
        Node::Literal(Value::Int(number)) => out.push_str(&number.to_string()),
        Node::Concat(sides) => sides.iter().for_each(|side| write(out, plan, side, false)),
        Node::If(parts) if is_alone => alternatives(out, plan, [&parts[1], &parts[2]]),
        Node::If(parts) => choice(out, plan, [&parts[1], &parts[2]]),
        _ => match part_of_command(node) {
            Some(text) => out.push_str(text),
            None => {
                let own = kebab(&name_of(plan, node));
                // `<public-subnet-id>` says more than `<subnet-id>`.
                let name = wanted(out).filter(|wanted| !own.ends_with(wanted.as_str())).unwrap_or(own);
                out.push_str(&format!("<{name}>"));
            }
        },
    }
}

/// Both ways that a text may go on, the one below the other; without one of which nothing is said.
fn alternatives(out: &mut String, plan: &Plan, sides: [&Node; 2]) {
    let line = out.rsplit('\n').next().unwrap_or_default();
    let indent: String = line.chars().take_while(|c| *c == ' ').collect();
    let [first, second] = sides.map(|side| {
        let mut text = indent.clone();
        write(&mut text, plan, side, true);
        text
    });
    let both = [first, second].into_iter().filter(|text| !text.trim().is_empty()).collect::<Vec<_>>();
    out.push_str(both.join(&format!("\n{indent}or\n")).strip_prefix(&indent).unwrap_or_default());
}

/// One word of two: what is to be filled in, or both, `ENABLED|DISABLED`. What may be left out is, and of longer parts what
/// is said otherwise counts.
fn choice(out: &mut String, plan: &Plan, sides: [&Node; 2]) {
    let text = |side: &Node| match side {
        Node::Literal(Value::String(text)) => Some(text.to_string()),
        _ => None,
    };
    match sides.map(text) {
        [Some(one), _] | [_, Some(one)] if one.is_empty() || one.starts_with('<') => out.push_str(&one),
        [Some(one), Some(other)] if is_word(&one) && is_word(&other) => out.push_str(&format!("{one}|{other}")),
        _ if matches!(sides[1], Node::Literal(Value::Int(_))) => write(out, plan, sides[0], false),
        _ => write(out, plan, sides[1], false),
    }
}

fn is_word(text: &str) -> bool {
    text.chars().all(|c| c.is_ascii_alphabetic() || c == '-')
}

fn part_of_command(node: &Node) -> Option<&'static str> {
    if let Node::Index(sides) = node {
        return part_of_command(&sides[0]);
    }
    let Node::Field { ty, field, .. } = node else { return None };
    let name = ty.fields.get(*field)?.name;
    PARTS_OF_COMMANDS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// The name of the value that a command wants next: of an option, `--subnet-id `, of a filter, `Name=vpc-id,Values=`, of a
/// key, `targetGroupArn=` or `subnets=[`.
fn wanted(out: &str) -> Option<String> {
    let line = out.rsplit('\n').next().unwrap_or_default();
    if !line.trim_start().starts_with("aws ") {
        return None;
    }
    if let Some(words) = line.strip_suffix(' ') {
        return words.rsplit(' ').next()?.strip_prefix("--").map(str::to_owned);
    }
    let word = line.rsplit(' ').next()?;
    let key = word.strip_suffix('[').unwrap_or(word).strip_suffix('=')?;
    let key = key.rsplit([',', '{', '\'', '=']).next()?;
    match word.strip_suffix(",Values=").and_then(|filter| filter.rsplit("Name=").next()) {
        Some(filter) => Some(filter.to_owned()),
        None => Some(kebab(key)),
    }
}

/// How a value is called by where it comes from.
fn name_of(plan: &Plan, node: &Node) -> String {
    match node {
        Node::Given(slot) => {
            let variable = plan.given.get(*slot).copied().unwrap_or("value");
            ENTITIES.iter().find(|ty| ty.variable == variable).map_or(variable, |ty| ty.name).to_owned()
        }
        Node::Element { binder, .. } => plan.binders.get(*binder).cloned().unwrap_or_default(),
        Node::Field { ty, field, .. } => match ty.fields.get(*field).map_or("value", |field| field.name) {
            name @ ("id" | "arn" | "name") => format!("{}-{name}", ty.name),
            name => name.to_owned(),
        },
        Node::Index(sides) => {
            let name = name_of(plan, &sides[0]);
            name.strip_suffix('s').unwrap_or(&name).to_owned()
        }
        Node::Filter(each, _) => name_of(plan, &each.range),
        Node::Map { to, .. } => format!("{}s", name_of(plan, to)),
        Node::ToString(inner) => name_of(plan, inner),
        Node::Size(inner) => format!("number-of-{}", name_of(plan, inner)),
        _ => "value".to_owned(),
    }
}

/// `targetGroupArn` and `target_group_arn` as `target-group-arn`.
fn kebab(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_ascii_uppercase() && !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
        out.push(if c == '_' { '-' } else { c.to_ascii_lowercase() });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::expression::Scope;
    use crate::rules::plan::Ty;
    use crate::rules::template::Template;

    #[test]
    fn values_are_named_as_the_command_line_names_them() {
        let workload = ENTITIES.iter().find(|ty| ty.name == "workload").expect("there are workloads");
        let scope = Scope { variables: vec![(workload.variable, Ty::Entity(workload))] };
        for (template, expected) in [
            ("{workload} is in {workload.vpc_ids}", "<workload> is in <vpc-ids>"),
            ("    aws x --subnet-ids {workload.subnets.map(s, s.id)}", "    aws x --subnet-ids <subnet-ids>"),
            (
                "Take {workload.subnets.map(s, s.id)}, not {workload.subnets[0].id}",
                "Take <subnet-ids>, not <subnet-id>",
            ),
            ("of {workload.subnets[0]} and {size(workload.zones)}", "of <subnet> and <number-of-zones>"),
            (
                "    aws x --filters Name=vpc-id,Values={workload.vpc_ids}",
                "    aws x --filters Name=vpc-id,Values=<vpc-id>",
            ),
            (
                "    {workload.configuring_command} --load-balancers targetGroupArn={workload.name},containerPort={workload.desired_count}",
                "    aws ecs update-service --cluster <cluster> --service <service> --load-balancers targetGroupArn=<target-group-arn>,containerPort=<container-port>",
            ),
            (
                "    aws x 'awsvpcConfiguration={{subnets=[{workload.zones}],assignPublicIp={workload.public_ip ? 'ENABLED' : 'DISABLED'}}}'",
                "    aws x 'awsvpcConfiguration={subnets=[<subnets>],assignPublicIp=ENABLED|DISABLED}'",
            ),
            ("    aws x {workload.public_ip ? 'create' : 'replace'}-route", "    aws x create|replace-route"),
            (
                "    aws x --cluster {workload.cluster == '' ? '<cluster>' : workload.cluster}",
                "    aws x --cluster <cluster>",
            ),
            (
                "    aws x --cidr {workload.public_ip ? '::/0' : '0.0.0.0/0'} {workload.public_ip ? '--a ' + workload.name : '--b ' + workload.name}",
                "    aws x --cidr 0.0.0.0/0 --b <b>",
            ),
            ("Do so{workload.public_ip ? ' now, or never' : ''}.", "Do so."),
            (
                "{workload.public_ip ? 'One way:\\n    aws x --a ' + workload.name : 'Another.'}\nEnd",
                "One way:\n    aws x --a <a>\nor\nAnother.\nEnd",
            ),
            ("First:\n    {workload.public_ip ? 'aws x' : 'aws y'}", "First:\n    aws x\n    or\n    aws y"),
        ] {
            let template = Template::parse(template, &scope).unwrap_or_else(|error| panic!("{template}: {error:?}"));
            assert_eq!(template.outline(), expected);
        }
    }

    /// What is a part of a command says so, and reads as one here.
    #[test]
    fn parts_of_commands_are_fields() {
        let fields = || ENTITIES.iter().flat_map(|ty| ty.fields);
        for (name, _) in PARTS_OF_COMMANDS {
            assert!(fields().any(|field| field.name == name), "there is no field `{name}`");
        }
        for field in fields().filter(|field| field.doc.contains("`aws ") || field.doc.contains("`--")) {
            assert!(PARTS_OF_COMMANDS.iter().any(|(name, _)| *name == field.name), "{}", field.name);
        }
    }
}

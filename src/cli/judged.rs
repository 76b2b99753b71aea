//! What rules say of a network, with helps in the words of the user's own files.

use crate::facts::Model;
use crate::network::{Network, Placement, Reference, Subnet, Workload, WorkloadKind, declared_kind};
use crate::rules::{self, Choice, Judgement};
use crate::snapshot::{Snapshot, Sources, ids};
use std::collections::HashSet;
use std::path::PathBuf;

/// What stands below commands that name what a deployment makes.
const PLANNED: &str =
    "What stands in <…> is only planned: make the change in the configuration or the template that it comes from.";

/// Judges a network that was read from some paths.
pub(super) fn judge(
    model: &Model<'_>,
    choice: &Choice<'_>,
    snapshot: &Snapshot<'_>,
    paths: &[PathBuf],
    sources: &Sources,
) -> Judgement {
    let mut judgement = rules::judge(model, choice);
    judgement.declaration = declaration(model.network);
    name_input(&mut judgement, paths);
    mark_planned(&mut judgement, &planned(snapshot, sources));
    judgement
}

/// A workload for the configuration, where nothing says what runs, or where it does: in subnets of one VPC that aren't
/// declared public, if there are any.
fn declaration(network: &Network<'_>) -> Option<String> {
    const MOST: usize = 2;
    let named = || network.workloads.iter().filter(|workload| workload.kind != WorkloadKind::Hypothetical);
    let is_known = |workload: &&Workload<'_>| {
        let is_unknown = |placement: &Placement| matches!(placement.subnet, Reference::Unknown(_));
        workload.subnets.as_ref().is_ok_and(|subnets| !subnets.iter().any(is_unknown))
    };
    let astray = named().find(|workload| !is_known(workload));
    if astray.is_none() && named().next().is_some() {
        return None;
    }
    let is_public =
        |workload: &&Workload<'_>| workload.kind == WorkloadKind::Hypothetical && workload.public_ip == Ok(true);
    let placed = network.workloads.iter().filter(is_public).flat_map(|workload| workload.subnets.iter().flatten());
    let public: HashSet<&str> = placed.map(|placement| placement.id.as_str()).collect();
    let vpc = network.subnets.iter().find_map(|subnet| subnet.vpc.known());
    let here = || network.subnets.iter().filter(|subnet| vpc.is_some() && subnet.vpc.known() == vpc);
    let id = |subnet: &Subnet<'_>| subnet.element.subnet_id.as_deref().unwrap_or_default().to_owned();
    let is_private = |subnet: &&Subnet<'_>| {
        declared_kind(&subnet.element.value) != "public" && !public.contains(id(subnet).as_str())
    };
    let mut subnets: Vec<&Subnet<'_>> = here().filter(is_private).collect();
    let are_public = subnets.is_empty();
    if are_public {
        subnets.extend(here());
    }
    let quoted = |text: &str| toml::Value::from(text).to_string();
    let mut ids: Vec<String> = subnets.iter().take(MOST).map(|subnet| quoted(&id(subnet))).collect();
    if ids.is_empty() {
        ids.push(quoted("<subnet-id>"));
    }
    let name = quoted(astray.map_or("app", |workload| workload.own_name()));
    let public_ip = if are_public && !subnets.is_empty() { "\nassign-public-ip = true" } else { "" };
    Some(format!("[[workload]]\nname = {name}\nsubnets = [{}]{public_ip}", ids.join(", ")))
}

/// Commands of fargcheck itself, in helps, say `<input>` for what was judged.
fn name_input(judgement: &mut Judgement, paths: &[PathBuf]) {
    let quoted = |path: &PathBuf| match path.to_string_lossy() {
        plain if plain.chars().all(|c| c.is_alphanumeric() || "-_./\\:".contains(c)) => plain.into_owned(),
        other => format!("'{}'", other.replace('\'', r"'\''")),
    };
    let input = paths.iter().map(quoted).collect::<Vec<_>>().join(" ");
    for finding in &mut judgement.findings {
        if finding.help.contains("<input>") {
            finding.help = finding.help.replace("<input>", &input);
        }
    }
}

/// What plans and templates call what they make: an address or a logical id, where AWS will have an id.
fn planned<'s>(snapshot: &'s Snapshot<'_>, sources: &Sources) -> HashSet<&'s str> {
    if !sources.iter().any(|(_, source)| source.is_derived()) {
        return HashSet::new();
    }
    let all = snapshot.scopes.iter().flat_map(ids);
    all.filter(|(source, id)| sources.get(*source).is_derived() && !is_made_by_aws(id)).map(|(_, id)| id).collect()
}

/// Whether an id is one that exists: an ARN, or a word and hexadecimal digits (`subnet-0123abcd`).
fn is_made_by_aws(id: &str) -> bool {
    let digits = id.rsplit_once('-').map_or("", |(_, digits)| digits);
    id.starts_with("arn:") || (digits.len() >= 8 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Commands take ids: names of what is planned stand there for ids that nobody knows yet, like other things to fill in.
fn mark_planned(judgement: &mut Judgement, planned: &HashSet<&str>) {
    if planned.is_empty() {
        return;
    }
    for finding in &mut judgement.findings {
        let lines: Vec<String> = finding.help.lines().map(|line| marked(line, planned)).collect();
        let help = lines.join("\n");
        if help != finding.help.trim_end() {
            finding.help = format!("{help}\n{PLANNED}");
        }
    }
}

/// A line of a help, in which names of what is planned stand in `<…>` where it is a command.
fn marked(line: &str, planned: &HashSet<&str>) -> String {
    if !line.trim_start().starts_with("aws ") {
        return line.to_owned();
    }
    let mut out = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(first) = rest.chars().next() {
        let word = &rest[..word_end(rest)];
        let after = &rest[word.len()..];
        match word {
            // What stands between words: blanks, quotes, commas.
            "" => {
                out.push(first);
                rest = &rest[first.len_utf8()..];
                continue;
            }
            // The name of a field, not its value.
            name if planned.contains(name) && !after.starts_with('=') => out.push_str(&format!("<{name}>")),
            other => out.push_str(other),
        }
        rest = after;
    }
    out
}

/// Where the word that a text begins with ends. Brackets belong to it, with all that is in them: `aws_subnet.a["x y"]`.
fn word_end(text: &str) -> usize {
    let mut depth = 0_usize;
    for (at, character) in text.char_indices() {
        match character {
            '[' if at > 0 => depth += 1,
            ']' if depth > 0 => depth -= 1,
            _ if depth > 0 => {}
            '[' | ']' | '{' | '}' | '\'' | '"' | ',' | '=' => return at,
            blank if blank.is_whitespace() => return at,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_what_is_planned_are_marked_in_commands() {
        let planned = ["aws_subnet.a[0]", "module.x.aws_subnet.a[\"b c\"]", "aws_security_group.app", "Vpc", "Name"];
        let planned: HashSet<&str> = planned.into_iter().collect();
        let cases = [
            ("Put it into aws_subnet.a[0]:", "Put it into aws_subnet.a[0]:"),
            ("    aws ec2 x --subnet-id aws_subnet.a[0] --y", "    aws ec2 x --subnet-id <aws_subnet.a[0]> --y"),
            ("aws ec2 x --subnet-ids aws_subnet.a[0] subnet-1", "aws ec2 x --subnet-ids <aws_subnet.a[0]> subnet-1"),
            ("aws ec2 x --id module.x.aws_subnet.a[\"b c\"] z", "aws ec2 x --id <module.x.aws_subnet.a[\"b c\"]> z"),
            (
                "aws ec2 x --ip-permissions 'UserIdGroupPairs=[{GroupId=aws_security_group.app}]'",
                "aws ec2 x --ip-permissions 'UserIdGroupPairs=[{GroupId=<aws_security_group.app>}]'",
            ),
            ("aws ec2 x --filters Name=vpc-id,Values=Vpc", "aws ec2 x --filters Name=vpc-id,Values=<Vpc>"),
            (
                "aws ec2 x --subnet-id aws_subnet.a[01] aws_subnet.a",
                "aws ec2 x --subnet-id aws_subnet.a[01] aws_subnet.a",
            ),
        ];
        for (line, expected) in cases {
            assert_eq!(marked(line, &planned), expected);
        }
    }

    #[test]
    fn ids_that_exist_are_no_names() {
        for (id, expected) in [
            ("subnet-0a1b2c3d", true),
            ("tgw-rtb-0123456789abcdef0", true),
            ("arn:aws:ecs:us-east-1:1:service/a", true),
            ("aws_subnet.a-cafe", false),
            ("VpcpublicSubnet1", false),
        ] {
            assert_eq!(is_made_by_aws(id), expected, "{id}");
        }
    }
}

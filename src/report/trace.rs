//! The answer to one question: whether it arrives, hop by hop, and everything that stops it.

use super::escaped;
use super::human::{room, section, trace};
use super::style::{Role, Style};
use super::text::{wrap, wrap_beside};
use super::visible::visible;
use crate::rules::Hop;
use schemars::JsonSchema;
use serde::Serialize;

/// One answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Trace {
    /// `reachable`, `blocked`, `partial` or `unknown`.
    pub verdict: &'static str,
    /// From where: a workload's name, an interface, a subnet.
    pub from: String,
    /// The subnet that it starts in; none where it isn't known.
    pub subnet: Option<String>,
    /// Where to.
    pub to: String,
    /// `tcp` or `udp`.
    pub protocol: &'static str,
    /// The destination's port.
    pub port: u16,
    /// What it goes through: an endpoint, a NAT gateway, an internet gateway. Where its packets part, what most of them do.
    pub via: Option<String>,
    /// Where its packets part, what goes through what. None where all goes one way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Everything that drops packets.
    pub reasons: Vec<Reason>,
    /// The way, out and back.
    pub hops: Vec<Hop>,
    /// What can't be told.
    pub unknown: Vec<String>,
    /// Where packets are dropped, what must change for all to arrive: any of these does.
    pub alternatives: Vec<Alternative>,
}

/// Packets of a flow that go another way than others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Part {
    /// What they go through; null where they stay inside, leave what the input describes, or get nowhere.
    pub via: Option<String>,
    /// Their destinations: `52.216.0.0/15`.
    pub to: String,
}

/// One way to make a flow work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Alternative {
    /// What it would go through: an endpoint, a NAT gateway, an internet gateway.
    pub via: Option<String>,
    /// What must change, all of it together.
    pub changes: Vec<Reason>,
    /// Whether nothing else on this way is in doubt.
    pub certain: bool,
}

/// Something that drops packets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Reason {
    /// The code of docs/semantics.md, such as `no-route`.
    pub code: &'static str,
    /// The id of what drops them.
    pub resource: String,
    /// Its name.
    pub name: Option<String>,
    /// What is wrong there.
    pub message: String,
    /// What is dropped.
    pub packets: String,
    /// Whether it is all that is asked about.
    pub total: bool,
    /// Codes that AWS's Reachability Analyzer has for the same.
    #[serde(rename = "reachabilityAnalyzer")]
    pub analyzer: &'static [&'static str],
}

/// Several answers, as JSON shows them; one stands alone.
#[derive(Serialize)]
struct Several<'t> {
    traces: &'t [Trace],
}

/// The answers as JSON.
pub fn json(traces: &[Trace]) -> String {
    match traces {
        [one] => escaped::pretty(one),
        several => escaped::pretty(&Several { traces: several }),
    }
}

/// The answers for reading; `quiet` leaves one line of each.
pub fn human(traces: &[Trace], quiet: bool, style: &Style) -> String {
    let mut out = String::new();
    for (index, trace) in traces.iter().enumerate() {
        if index > 0 && !quiet {
            out.push('\n');
        }
        // What is one line for programs is as wide as it is.
        let width = if quiet { usize::MAX } else { style.width };
        out.push_str(&verdict(trace, width, style));
        if !quiet {
            out.push_str(&details(trace, style));
        }
    }
    out
}

fn verdict(answer: &Trace, width: usize, style: &Style) -> String {
    let role = match answer.verdict {
        "reachable" => Role::Good,
        "blocked" => Role::Error,
        _ => Role::Warning,
    };
    let arrow = if style.unicode { "→" } else { "->" };
    let place = match &answer.subnet {
        Some(subnet) if *subnet != answer.from => format!(" in {}", visible(subnet)),
        _ => String::new(),
    };
    let others = answer.parts.iter().filter(|part| part.via != answer.via);
    let others = others.filter_map(|part| Some(format!("{} for {}", visible(part.via.as_ref()?), visible(&part.to))));
    let ways: Vec<String> = answer.via.iter().map(|via| visible(via).into_owned()).chain(others).collect();
    let via = if ways.is_empty() { String::new() } else { format!(" through {}", ways.join(", ")) };
    let says_both = answer.to.split_once("://").is_some_and(|(protocol, rest)| {
        let port = rest.rsplit_once(':').map(|(_, port)| port);
        protocol == answer.protocol && port == Some(&answer.port.to_string())
    });
    let port = if says_both { String::new() } else { format!(" ({} {})", answer.protocol, answer.port) };
    let words = format!("{}{place} {arrow} {}{port}{via}", visible(&answer.from), visible(&answer.to));
    let lines = wrap_beside(&words, width, answer.verdict.len() + 2, 4);
    let words = lines.join(&format!("\n{:4}", ""));
    format!("{}{} {words}\n", style.paint(role, answer.verdict), style.paint(Role::Strong, ":"))
}

fn details(answer: &Trace, style: &Style) -> String {
    let mut out = section("path", &trace(&answer.hops, style), style);
    for reason in &answer.reasons {
        // What a hop says already is not said again.
        let said = answer.hops.iter().any(|hop| hop.text == reason.message);
        out.push_str(&section(if reason.total { "blocked" } else { "dropped" }, &lines(reason, said, style), style));
    }
    let mut unknown = Vec::new();
    for doubt in &answer.unknown {
        for (index, line) in wrap(&visible(doubt), room(style).saturating_sub(2)).into_iter().enumerate() {
            let mark = if index == 0 { style.paint(Role::Warning, "?") } else { " ".to_owned() };
            unknown.push(format!("{mark} {line}"));
        }
    }
    out.push_str(&section("unknown", &unknown, style));
    out.push_str(&section("to work", &choices(answer, style), style));
    out
}

/// What to change, where that is more than the one reason that is shown already.
fn choices(answer: &Trace, style: &Style) -> Vec<String> {
    let mut lines = Vec::new();
    if matches!(answer.alternatives.as_slice(), [one] if one.changes.len() < 2) {
        return lines;
    }
    for (index, alternative) in answer.alternatives.iter().enumerate() {
        if index > 0 {
            lines.push(style.paint(Role::Strong, "or"));
        }
        for (number, change) in alternative.changes.iter().enumerate() {
            let number = format!("{}. ", number + 1);
            let head = head(change, number.len(), style).into_iter().enumerate();
            lines.extend(head.map(|(index, line)| match index {
                0 => format!("{number}{line}"),
                _ => format!("{:1$}{line}", "", number.len()),
            }));
            let is_same = |reason: &&Reason| reason.code == change.code && reason.resource == change.resource;
            let is_plain = alternative.changes.iter().filter(is_same).nth(1).is_none();
            if !is_plain || answer.reasons.iter().find(is_same).is_none() {
                let inner = room(style).saturating_sub(number.len());
                let text = wrap(&visible(&change.message), inner).into_iter();
                lines.extend(text.map(|line| format!("{:1$}{line}", "", number.len())));
            }
        }
        if !alternative.certain {
            lines.push(style.paint(Role::Dim, "as far as this is known"));
        }
    }
    lines
}

/// The first lines of a reason, behind what takes `lead` columns of each.
fn head(reason: &Reason, lead: usize, style: &Style) -> Vec<String> {
    let name = match &reason.name {
        Some(name) if *name != reason.resource => format!(" ({})", visible(name)),
        _ => String::new(),
    };
    let words = format!("{} {}{name}", reason.code, visible(&reason.resource));
    let lines = wrap(&words, room(style).saturating_sub(lead)).into_iter();
    let painted = |line: String| match line.strip_prefix(reason.code) {
        Some(rest) => format!("{}{rest}", style.paint(Role::Error, reason.code)),
        None => line,
    };
    lines.enumerate().map(|(index, line)| if index == 0 { painted(line) } else { line }).collect()
}

fn lines(reason: &Reason, said: bool, style: &Style) -> Vec<String> {
    let mut lines = head(reason, 0, style);
    let inner = room(style).saturating_sub(2);
    let mut add = |text: &str, role: Option<Role>| {
        let painted = |line: String| role.map_or(line.clone(), |role| style.paint(role, &line));
        lines.extend(wrap(&visible(text), inner).into_iter().map(|line| format!("  {}", painted(line))));
    };
    if !said {
        add(&reason.message, None);
    }
    add(&reason.packets, None);
    if !reason.analyzer.is_empty() {
        add(&format!("Reachability Analyzer: {}", reason.analyzer.join(", ")), Some(Role::Dim));
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_has_no_more_than_its_columns() {
        let answer = Trace {
            verdict: "blocked",
            from: "app".into(),
            subnet: Some("subnet-04c2cb0f785a4be86".into()),
            to: "ecr.api".into(),
            protocol: "tcp",
            port: 443,
            via: Some("nat-0520301a527e31b4c".into()),
            parts: Vec::new(),
            reasons: Vec::new(),
            hops: Vec::new(),
            unknown: Vec::new(),
            alternatives: Vec::new(),
        };
        let narrow = Style { width: 50, ..Style::PLAIN };
        let lines =
            ["blocked: app in subnet-04c2cb0f785a4be86 → ecr.api", "    (tcp 443) through nat-0520301a527e31b4c\n"];
        assert_eq!(human(std::slice::from_ref(&answer), false, &narrow), lines.join("\n"));
        let quiet = human(&[answer], true, &narrow);
        assert_eq!(quiet, lines.map(str::trim_start).join(" "), "a line for programs is one");
    }

    #[test]
    fn no_name_is_wider_than_its_columns() {
        let reason = |code: &'static str, name: &str| Reason {
            code,
            resource: "sg-0520301a527e31b4c".into(),
            name: Some(name.into()),
            message: "it lets nothing out".into(),
            packets: "tcp from 10.0.1.4-10.0.1.254 ports 32768-60999 to any public address port 443".into(),
            total: true,
            analyzer: &[],
        };
        let long = "a".repeat(255);
        for width in [40, 60, 80, 100] {
            for name in ["the tasks of the shop in production, made by hand and never removed", &long] {
                let reasons = vec![reason("sg-egress", name), reason("dest-sg", name)];
                let answer = Trace {
                    verdict: "blocked",
                    from: name.into(),
                    subnet: None,
                    to: name.into(),
                    protocol: "tcp",
                    port: 443,
                    via: None,
                    parts: Vec::new(),
                    alternatives: vec![Alternative { via: None, changes: reasons.clone(), certain: true }],
                    reasons,
                    hops: Vec::new(),
                    unknown: Vec::new(),
                };
                let shown = human(&[answer], false, &Style { width, ..Style::PLAIN });
                assert!(shown.contains("1. sg-egress") && shown.contains("2. dest-sg"), "{shown}");
                for line in shown.lines() {
                    assert!(crate::report::text::width(line) <= width, "{width}: {line}");
                }
            }
        }
    }
}

//! The page of a rule.

use super::human::{self, help, room, section};
use super::style::{Role, Style};
use super::text::wrap;
use super::visible::visible;
use super::{Input, docs_url};
use crate::rules::{Citation, Rule, Severity};

/// A rule's page: what must hold, why, what to do about it, who says so, and the rule itself.
pub fn page(rule: &Rule, severity: Severity, style: &Style) -> String {
    let file = rule.file();
    // A line break of the rule's file is a space; an empty line parts paragraphs.
    let prose = |text: &str| {
        let paragraphs = text.split("\n\n").map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "));
        paragraphs.flat_map(|part| wrap(&visible(&part), room(style))).collect::<Vec<_>>()
    };
    let mut out = human::headline(rule.id(), severity, &file.title, style);
    if let Some(deprecated) = &file.deprecated {
        out.push_str(&section("gone", &prose(deprecated), style));
    }
    let sections = [
        ("why", file.why.as_deref().map(&prose).unwrap_or_default()),
        ("judges", wrap(&visible(&judges(rule)), room(style))),
        ("help", help(&rule.outline_help(), style)),
        ("symptoms", file.symptom.iter().flat_map(|text| prose(text)).collect()),
        ("explains", codes(rule, style)),
        ("limits", file.known_problems.as_deref().map(&prose).unwrap_or_default()),
        ("rule", expressions(rule, style)),
        ("sources", file.sources.iter().flat_map(|source| citation(source, style)).collect()),
        ("formerly", vec![file.aliases.join(", ")].into_iter().filter(|names| !names.is_empty()).collect()),
        ("more", vec![style.paint(Role::Dim, &docs_url(&visible(rule.id())))]),
    ];
    for (name, lines) in sections {
        if !lines.is_empty() {
            out.push('\n');
            out.push_str(&section(name, &lines, style));
        }
    }
    out
}

/// What an error text is about that no rule explains.
pub fn elsewhere(meaning: &str, style: &Style) -> String {
    let mut out = wrap(&format!("No rule about the network explains this. {meaning}"), style.width).join("\n");
    out.push('\n');
    out
}

/// The findings of a network that account for an error text; `others` is how many do not.
pub fn findings(input: &Input<'_>, others: usize, style: &Style) -> String {
    let judgement = input.judgement;
    let mut out: String = judgement.findings.iter().map(|finding| human::one(finding, input, style)).collect();
    if input.quiet {
        return out;
    }
    out.push_str(&human::not_checked(&judgement.not_checked, input.verbose, style));
    let explaining = match judgement.findings.len() {
        0 => format!("nothing in {} explains this", visible(&input.inputs.join(", "))),
        1 => "1 finding explains this".to_owned(),
        number => format!("{number} findings explain this"),
    };
    let rest = match others {
        0 => String::new(),
        1 => "; 1 other does not: `fargcheck lint` shows all".to_owned(),
        number => format!("; {number} others do not: `fargcheck lint` shows all"),
    };
    out.push_str(&format!("{explaining}{rest}\n"));
    out
}

/// The kind of entity that is judged.
fn judges(rule: &Rule) -> String {
    let doc = rule.subject().doc.split_whitespace().collect::<Vec<_>>().join(" ");
    format!("every {}: {doc}", rule.subject().name)
}

/// The codes of blockers that it accounts for.
fn codes(rule: &Rule, style: &Style) -> Vec<String> {
    let any = rule.file().catch_all.then_some("any that no other rule explains");
    let codes: Vec<&str> = rule.file().explains.iter().map(|code| &**code).chain(any).collect();
    if codes.is_empty() {
        return Vec::new();
    }
    wrap(&visible(&codes.join(", ")), room(style))
}

/// The CEL of the rule; long lines stay as they are, so that they can be copied.
fn expressions(rule: &Rule, style: &Style) -> Vec<String> {
    let file = rule.file();
    let parts = [("when", file.when.as_deref()), ("require", Some(&*file.require)), ("harm", file.harm.as_deref())];
    let mut lines = Vec::new();
    for (name, text) in parts {
        for (index, line) in text.unwrap_or_default().trim().lines().enumerate() {
            let lead = if index == 0 { name } else { "" };
            lines.push(format!("{}{line}", style.paint(Role::Dim, &format!("{lead:<9}")), line = visible(line)));
        }
    }
    lines
}

fn citation(source: &Citation, style: &Style) -> Vec<String> {
    let mut lines = Vec::new();
    let place = source.document.as_deref().or(source.aws.as_deref()).unwrap_or_default();
    match source.url.as_deref().or(source.aws.as_deref()) {
        Some(url) => lines.push(style.link(url, &visible(place))),
        None => lines.extend(wrap(&visible(place), room(style))),
    }
    if let Some(quote) = &source.quote {
        let quote = quote.split_whitespace().collect::<Vec<_>>().join(" ");
        let marks = if style.unicode { ('“', '”') } else { ('"', '"') };
        let quoted = wrap(&format!("{}{}{}", marks.0, visible(&quote), marks.1), room(style).saturating_sub(2));
        lines.extend(quoted.into_iter().map(|line| format!("  {}", style.paint(Role::Dim, &line))));
    }
    lines
}

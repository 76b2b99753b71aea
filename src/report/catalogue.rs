//! The list of rules.

use super::style::{Role, Style};
use super::text::{count, width, wrap_beside};
use super::visible::visible;
use super::{docs_url, escaped};
use crate::rules::{Rule, Severity, Text};
use serde::Serialize;

/// A rule as JSON shows it.
#[derive(Serialize)]
struct Entry<'r> {
    id: &'r str,
    title: &'r str,
    severity: Severity,
    subject: &'r str,
    explains: &'r [Text],
    aliases: &'r [Text],
    deprecated: Option<&'r str>,
    docs: String,
}

/// The rules as JSON.
pub fn json(rules: &[(&Rule, Severity)]) -> String {
    let entries: Vec<Entry<'_>> = rules
        .iter()
        .map(|(rule, severity)| Entry {
            id: rule.id(),
            title: &rule.file().title,
            severity: *severity,
            subject: &rule.file().subject,
            explains: &rule.file().explains,
            aliases: &rule.file().aliases,
            deprecated: rule.file().deprecated.as_deref(),
            docs: docs_url(rule.id()),
        })
        .collect();
    escaped::pretty(&entries)
}

/// The rules for reading: id, severity and title in columns; `quiet` leaves the ids.
pub fn human(rules: &[(&Rule, Severity)], quiet: bool, style: &Style) -> String {
    let mut out = String::new();
    if quiet {
        rules.iter().for_each(|(rule, _)| out.push_str(&format!("{}\n", visible(rule.id()))));
        return out;
    }
    let ids = rules.iter().map(|(rule, _)| width(&visible(rule.id()))).max().unwrap_or(0);
    for (rule, severity) in rules {
        let id = visible(rule.id());
        let pad = ids - width(&id);
        let lead = ids + 2 + "warning".len() + 2;
        let title = match &rule.file().deprecated {
            Some(_) => format!("{} (deprecated)", rule.file().title),
            None => rule.file().title.to_string(),
        };
        let mut lines = wrap_beside(&visible(&title), style.width.max(lead + 30), lead, lead).into_iter();
        out.push_str(&format!(
            "{}{:pad$}  {}{:rest$}  {}\n",
            style.link(&docs_url(&id), &style.paint(Role::Accent, &id)),
            "",
            style.paint((*severity).into(), severity.as_str()),
            "",
            lines.next().unwrap_or_default(),
            rest = "warning".len() - severity.as_str().len(),
        ));
        lines.for_each(|line| out.push_str(&format!("{:lead$}{line}\n", "")));
    }
    out.push_str(&format!("\n{}\n", count(rules.len(), "rule")));
    out
}

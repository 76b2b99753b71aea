//! What rules see, entity by entity.

use super::escaped;
use super::style::{Role, Style};
use super::text::{width, wrap_beside};
use super::visible::visible;
use serde::Serialize;
use serde_json::{Map, Value};

/// Elements of a list that are shown, unless all are asked for.
const ELEMENTS: usize = 12;

/// An entity with all that is known of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sheet {
    /// Its kind, such as `nat-gateway`.
    pub kind: &'static str,
    /// How a reader calls it.
    pub name: String,
    /// Its fields, in the order of the reference.
    #[serde(serialize_with = "fields")]
    pub fields: Vec<(&'static str, Fact)>,
}

/// What a field holds.
#[derive(Debug, Clone, PartialEq)]
pub enum Fact {
    /// This; entities by their names.
    Known(Value),
    /// It can't be told: the call that is missing, and why.
    Unknown(String, Option<String>),
}

impl Serialize for Fact {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Fact::Known(value) => value.serialize(serializer),
            Fact::Unknown(call, reason) => {
                let mut object = Map::new();
                object.insert("unknown".into(), call.clone().into());
                object.extend(reason.clone().map(|reason| ("reason".to_owned(), reason.into())));
                object.serialize(serializer)
            }
        }
    }
}

fn fields<S: serde::Serializer>(fields: &[(&'static str, Fact)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(fields.iter().map(|(name, fact)| (name, fact)))
}

/// The sheets as JSON: what isn't known is an object with the key `unknown`.
pub fn json(sheets: &[Sheet]) -> String {
    escaped::pretty(&sheets)
}

/// The sheets for reading; `quiet` leaves the names, `verbose` shortens no list.
pub fn human(sheets: &[Sheet], quiet: bool, verbose: bool, style: &Style) -> String {
    let mut out = String::new();
    for (index, sheet) in sheets.iter().enumerate() {
        if index > 0 && !quiet {
            out.push('\n');
        }
        out.push_str(&format!(
            "{} {}\n",
            style.paint(Role::Accent, sheet.kind),
            style.paint(Role::Strong, &visible(&sheet.name))
        ));
        if quiet {
            continue;
        }
        let column = sheet.fields.iter().map(|(name, _)| width(name)).max().unwrap_or(0);
        for (name, fact) in &sheet.fields {
            let lead = column + 4;
            let (text, role) = match fact {
                Fact::Known(value) => (shown(value, verbose), None),
                Fact::Unknown(call, reason) => {
                    let reason = reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
                    (format!("? {call} is missing{reason}"), Some(Role::Warning))
                }
            };
            let lines = wrap_beside(&visible(&text), style.width.max(lead + 30), lead, lead);
            for (index, line) in lines.iter().enumerate() {
                let name = if index == 0 { *name } else { "" };
                let line = role.map_or(line.clone(), |role| style.paint(role, line));
                out.push_str(&format!("  {}  {line}\n", style.paint(Role::Dim, &format!("{name:<column$}"))));
            }
        }
    }
    out
}

/// A value as rules would write it.
fn shown(value: &Value, verbose: bool) -> String {
    match value {
        Value::String(text) => format!("'{text}'"),
        Value::Array(list) => {
            let most = if verbose { usize::MAX } else { ELEMENTS };
            let mut parts: Vec<String> = list.iter().take(most).map(|value| shown(value, verbose)).collect();
            if list.len() > most {
                parts.push(format!("and {} more", list.len() - most));
            }
            format!("[{}]", parts.join(", "))
        }
        // Entities are objects with one key: their name.
        Value::Object(object) => object.values().next().and_then(Value::as_str).unwrap_or_default().to_owned(),
        other => other.to_string(),
    }
}

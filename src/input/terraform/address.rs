//! Addresses and references: `module.net["a"].aws_subnet.private[0].id`.

use std::fmt;

/// Which instance of a resource or a module.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Key {
    /// By `count`.
    Index(u64),
    /// By `for_each`.
    Name(String),
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::Index(index) => write!(f, "[{index}]"),
            Key::Name(name) => write!(f, "[{}]", serde_json::Value::from(name.as_str())),
        }
    }
}

/// A part of a reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Part {
    /// `.name`
    Name(String),
    /// `[0]`, `["name"]`
    Key(Key),
}

impl Part {
    pub(super) fn name(&self) -> Option<&str> {
        match self {
            Part::Name(name) => Some(name),
            Part::Key(_) => None,
        }
    }
}

/// Splits a reference; what can't be read ends it.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inside) = rest.strip_prefix('[') {
            let (key, after) = if inside.starts_with('"') {
                let mut strings = serde_json::Deserializer::from_str(inside).into_iter::<String>();
                let Some(Ok(name)) = strings.next() else { break };
                (Key::Name(name), &inside[strings.byte_offset()..])
            } else {
                let end = inside.find(']').unwrap_or(inside.len());
                let Ok(index) = inside[..end].parse() else { break };
                (Key::Index(index), &inside[end..])
            };
            parts.push(Part::Key(key));
            rest = after.strip_prefix(']').unwrap_or_default();
        } else {
            rest = rest.strip_prefix('.').unwrap_or(rest);
            let end = rest.find(['.', '[']).unwrap_or(rest.len());
            if end == 0 {
                break;
            }
            parts.push(Part::Name(rest[..end].to_owned()));
            rest = &rest[end..];
        }
    }
    parts
}

/// The innermost module of a module's address with its key, and the address of the module around it.
pub(super) fn innermost(module: &str) -> Option<(String, String, Option<Key>)> {
    let parts = parts(module);
    let at = parts.iter().rposition(|part| part.name() == Some("module"))?;
    let name = parts.get(at + 1)?.name()?.to_owned();
    let key = match parts.get(at + 2) {
        Some(Part::Key(key)) => Some(key.clone()),
        _ => None,
    };
    Some((joined(&parts[..at]), name, key))
}

/// Parts as they are written.
pub(super) fn joined(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        match part {
            Part::Name(name) => {
                if !text.is_empty() {
                    text.push('.');
                }
                text.push_str(name);
            }
            Part::Key(key) => text.push_str(&key.to_string()),
        }
    }
    text
}

/// The address of a module called in another one.
pub(super) fn child(module: &str, name: &str, key: Option<&Key>) -> String {
    let key = key.map(Key::to_string).unwrap_or_default();
    if module.is_empty() { format!("module.{name}{key}") } else { format!("{module}.module.{name}{key}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_split_and_joined() {
        for text in [
            "aws_vpc.main.id",
            "module.net.subnets[1]",
            r#"module.net["a.b]"].aws_subnet.private[0].id"#,
            "data.aws_vpc.selected",
            r#"module.net.named["a\"b"]"#,
        ] {
            assert_eq!(joined(&parts(text)), text);
        }
        for odd in ["", "[", "a[b].c", "a..b", "a[\"", "a[1"] {
            let _ = parts(odd);
        }
    }

    #[test]
    fn modules_lie_in_modules() {
        assert_eq!(innermost(""), None);
        assert_eq!(innermost("module.a"), Some((String::new(), "a".into(), None)));
        let key = Some(Key::Name("x".into()));
        let inner = r#"module.a[0].module.b["x"]"#;
        assert_eq!(innermost(inner), Some(("module.a[0]".into(), "b".into(), key.clone())));
        assert_eq!(child("module.a[0]", "b", key.as_ref()), inner);
    }
}

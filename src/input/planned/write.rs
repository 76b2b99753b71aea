//! Nodes → JSON text, with where its parts come from.

use super::node::{Node, Value};
use crate::snapshot::Origins;

/// A text that is written value by value.
#[derive(Default)]
pub(super) struct Writer {
    pub(super) text: String,
    pub(super) origins: Origins,
}

impl Writer {
    /// Writes a value. What isn't known before the deployment is written as `"${expression}"`.
    pub(super) fn value(&mut self, node: &Node) {
        if let Some(written) = node.place {
            self.origins.begin(self.text.len(), written);
        }
        match &node.value {
            Value::Null | Value::LeftOut(_) => self.text.push_str("null"),
            Value::Bool(value) => self.text.push_str(if *value { "true" } else { "false" }),
            Value::Number(number) => self.text.push_str(&number.to_string()),
            Value::String(text) => self.string(text),
            Value::Unknown(expression) => self.string(&format!("${{{expression}}}")),
            Value::List(items) => {
                self.text.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.text.push(',');
                    }
                    self.value(item);
                }
                self.text.push(']');
            }
            Value::Object(fields) => {
                self.text.push('{');
                let members = fields.0.iter().filter(|(_, member)| !matches!(member.value, Value::LeftOut(_)));
                for (index, (key, member)) in members.enumerate() {
                    if index > 0 {
                        self.text.push(',');
                    }
                    self.string(key);
                    self.text.push(':');
                    self.value(member);
                }
                self.text.push('}');
            }
        }
        if node.place.is_some() {
            self.origins.end(self.text.len());
        }
    }

    /// Writes a text with JSON's escapes.
    pub(super) fn string(&mut self, text: &str) {
        self.text.push('"');
        let mut rest = text;
        while let Some(at) = rest.find(|c: char| c == '"' || c == '\\' || c < ' ') {
            self.text.push_str(&rest[..at]);
            let odd = rest[at..].chars().next().unwrap_or_default();
            match odd {
                '"' => self.text.push_str("\\\""),
                '\\' => self.text.push_str("\\\\"),
                odd => self.text.push_str(&format!("\\u{:04x}", u32::from(odd))),
            }
            rest = &rest[at + odd.len_utf8()..];
        }
        self.text.push_str(rest);
        self.text.push('"');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::input::planned::node::Fields;

    #[test]
    fn what_is_written_can_be_read() {
        let hostile = "a\"\\\n\u{1}é\u{2028}";
        let mut fields =
            Fields::default().with_text("text", hostile).with("flag", true.into()).with("port", 443.into());
        fields.set("gone", Node::new(Value::LeftOut("var.x".into()), None));
        fields.set("id", Node::unknown("aws_vpc.a.id", None));
        let mut writer = Writer::default();
        writer.value(&fields.into());
        let read: serde_json::Value = serde_json::from_str(&writer.text).expect("JSON");
        let expected = serde_json::json!({"text": hostile, "flag": true, "port": 443, "id": "${aws_vpc.a.id}"});
        assert_eq!(read, expected);
    }
}

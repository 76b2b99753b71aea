//! JSON text → [`Node`], with the places. The text is known to be well-formed.

use super::node::{Fields, Node, Value};
use crate::snapshot::{SourceId, Written, end_of_string};
use std::borrow::Cow;

/// JSON nested deeper than this is read as if it ended there; nothing that is looked for lies so deep.
const DEEPEST: usize = 128;

/// Reads the value that `text` is, which begins at the byte `start` of the source.
pub(in crate::input) fn read(text: &str, source: SourceId, start: usize) -> Node {
    Reader { text, source, start, at: 0 }.value(0)
}

struct Reader<'t> {
    text: &'t str,
    source: SourceId,
    start: usize,
    at: usize,
}

impl Reader<'_> {
    fn peek(&mut self) -> Option<u8> {
        let rest = self.text.as_bytes().get(self.at..)?;
        self.at += rest.iter().take_while(|byte| byte.is_ascii_whitespace()).count();
        self.text.as_bytes().get(self.at).copied()
    }

    /// Takes a byte if it comes next.
    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn value(&mut self, depth: usize) -> Node {
        let first = self.peek();
        let begin = self.at;
        let value = match first {
            Some(b'{') if depth < DEEPEST => self.object(depth),
            Some(b'[') if depth < DEEPEST => self.list(depth),
            Some(b'"') => Value::String(self.string().into_owned()),
            _ => self.word(),
        };
        let length = self.at - begin;
        Node::new(value, Some(Written { source: self.source, start: self.start + begin, length }))
    }

    fn object(&mut self, depth: usize) -> Value {
        let mut fields = Vec::new();
        self.at += 1;
        while self.peek() == Some(b'"') {
            let key = self.string().into_owned();
            self.take(b':');
            fields.push((Cow::Owned(key), self.value(depth + 1)));
            if !self.take(b',') {
                break;
            }
        }
        self.take(b'}');
        Value::Object(Fields(fields))
    }

    fn list(&mut self, depth: usize) -> Value {
        let mut items = Vec::new();
        self.at += 1;
        while !matches!(self.peek(), None | Some(b']')) {
            items.push(self.value(depth + 1));
            if !self.take(b',') {
                break;
            }
        }
        self.take(b']');
        Value::List(items)
    }

    fn string(&mut self) -> Cow<'_, str> {
        let begin = self.at;
        self.at = end_of_string(self.text.as_bytes(), begin);
        let raw = &self.text[begin..self.at];
        match raw.get(1..raw.len().saturating_sub(1)) {
            Some(inner) if !inner.contains('\\') => Cow::Borrowed(inner),
            _ => Cow::Owned(serde_json::from_str(raw).unwrap_or_default()),
        }
    }

    /// A number, a word, or what lies too deep.
    fn word(&mut self) -> Value {
        let begin = self.at;
        let mut depth = 0usize;
        while let Some(byte) = self.text.as_bytes().get(self.at) {
            match byte {
                b'"' => {
                    self.at = end_of_string(self.text.as_bytes(), self.at);
                    continue;
                }
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth > 0 => depth -= 1,
                b',' | b'}' | b']' | b' ' | b'\n' | b'\r' | b'\t' if depth == 0 => break,
                _ => {}
            }
            self.at += 1;
        }
        match &self.text[begin..self.at] {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            number => number.parse().map_or(Value::Null, Value::Number),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The value as JSON again, with what each scalar's place holds.
    fn told(node: &Node, text: &str, start: usize) -> String {
        let at = |node: &Node| node.place.map(|place| &text[place.start - start..place.start - start + place.length]);
        match &node.value {
            Value::List(items) => items.iter().map(|item| told(item, text, start)).collect::<Vec<_>>().join(" "),
            Value::Object(fields) => {
                let members = fields.0.iter().map(|(key, member)| format!("{key}={}", told(member, text, start)));
                members.collect::<Vec<_>>().join(" ")
            }
            Value::String(value) => format!("{value}<{}>", at(node).unwrap_or_default()),
            other => format!("{other:?}<{}>", at(node).unwrap_or_default()),
        }
    }

    #[test]
    fn every_value_knows_its_place() {
        let text = r#" {"a": "x\"y", "b" :[1 ,true, null,-2.5e1], "c":{"d\u0041": ""}, "e": [] } "#;
        let node = read(text, SourceId(3), 700);
        assert_eq!(
            told(&node, text, 700),
            "a=x\"y<\"x\\\"y\"> b=Number(Number(1))<1> Bool(true)<true> Null<null> Number(Number(-25.0))<-2.5e1> c=dA=<\"\"> e="
        );
        assert_eq!(node.place, Some(Written { source: SourceId(3), start: 701, length: text.len() - 2 }));
    }

    #[test]
    fn deep_text_ends() {
        let text = format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000));
        let node = read(&text, SourceId(0), 0);
        assert_eq!(node.place.map(|place| place.length), Some(text.len()));
    }
}

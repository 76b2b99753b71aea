//! Where a value of a TOML text stands, down to a byte of the string that it denotes.

use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// The bytes of `toml` that `span` of the string at `keys` was written with. Where the key is absent: its table's start.
pub(crate) fn find(toml: &str, keys: &[String], span: Range<usize>) -> Range<usize> {
    let Ok(root) = DeTable::parse(toml) else {
        return 0..0;
    };
    let mut keys = keys.iter();
    let Some(mut value) = keys.next().and_then(|key| root.get_ref().get(key.as_str())) else {
        return 0..0;
    };
    for key in keys {
        match step(value, key) {
            Some(inner) => value = inner,
            None => return value.span(),
        }
    }
    let outer = value.span();
    match (value.get_ref(), toml.get(outer.clone())) {
        (DeValue::String(_), Some(raw)) => {
            let start = outer.start + position(raw, span.start);
            let end = outer.start + position(raw, span.end);
            start..end.max(start)
        }
        _ => outer,
    }
}

fn step<'v, 'i>(value: &'v Spanned<DeValue<'i>>, key: &str) -> Option<&'v Spanned<DeValue<'i>>> {
    match value.get_ref() {
        DeValue::Table(table) => table.get(key),
        DeValue::Array(array) => array.get(key.parse::<usize>().ok()?),
        _ => None,
    }
}

/// How far into a string as written (with its quotes) the byte `offset` of what it denotes is.
fn position(raw: &str, offset: usize) -> usize {
    let quotes = if raw.starts_with("'''") || raw.starts_with("\"\"\"") { 3 } else { 1 };
    let literal = raw.starts_with('\'');
    let mut at = quotes;
    if quotes == 3 {
        at += ["\r\n", "\n"].iter().find(|end| raw[at..].starts_with(**end)).map_or(0, |end| end.len());
    }
    let mut denoted = 0;
    while at < raw.len() {
        let rest = &raw[at..];
        let (written, meant) = match rest.strip_prefix('\\') {
            Some(escape) if !literal => escaped(escape),
            _ => rest.chars().next().map_or((1, 1), |c| (c.len_utf8(), c.len_utf8())),
        };
        // At its place, a line's end that means nothing still stands before it.
        if denoted >= offset && meant > 0 {
            break;
        }
        at += written;
        denoted += meant;
    }
    at.min(raw.len())
}

/// Bytes of an escape as written (with its backslash) and as meant.
fn escaped(after: &str) -> (usize, usize) {
    let hex = |digits: usize| {
        let code = after.get(1..=digits).and_then(|text| u32::from_str_radix(text, 16).ok());
        (2 + digits, code.and_then(char::from_u32).map_or(1, char::len_utf8))
    };
    match after.chars().next() {
        Some('x') => hex(2),
        Some('u') => hex(4),
        Some('U') => hex(8),
        Some(c) if c.is_whitespace() => (1 + after.len() - after.trim_start().len(), 0),
        _ => (2, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::find;

    #[test]
    fn every_way_to_write_a_string_is_mapped_byte_by_byte() {
        let cases = [
            ("basic", r#"key = "abc TARGET""#, "abc TARGET"),
            ("escapes", r#"key = "a\"\u00e4\t\\ TARGET x""#, "a\"ä\t\\ TARGET x"),
            ("literal", "key = 'a\\b TARGET'", "a\\b TARGET"),
            ("multi-line literal", "key = '''\nline\n  TARGET\n'''", "line\n  TARGET\n"),
            ("multi-line basic", "key = \"\"\"\nli\\n\nTARGET\"\"\"", "li\n\nTARGET"),
            ("line ending in a backslash", "key = \"\"\"a \\\n    TARGET\"\"\"", "a TARGET"),
        ];
        for (name, toml, denoted) in cases {
            let parsed: toml::Table = toml.parse().expect(name);
            assert_eq!(parsed["key"].as_str(), Some(denoted), "{name}");
            let at = denoted.find("TARGET").expect(name);
            let span = find(toml, &["key".to_owned()], at..at + 6);
            assert_eq!(&toml[span], "TARGET", "{name}");
        }
    }

    #[test]
    fn keys_lead_through_tables_and_arrays() {
        let toml = "at = [{ fact = 'a', label = 'b' }, { fact = 'c', label = 'dTARGET' }]\n[[more]]\nx = 'TARGET'";
        let keys = |keys: &[&str]| keys.iter().map(|key| (*key).to_owned()).collect::<Vec<_>>();
        assert_eq!(&toml[find(toml, &keys(&["at", "1", "label"]), 1..7)], "TARGET");
        assert_eq!(&toml[find(toml, &keys(&["more", "0", "x"]), 0..6)], "TARGET");
        assert_eq!(find(toml, &keys(&["absent"]), 0..6), 0..0);
    }
}

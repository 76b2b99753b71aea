//! Paths as URIs.

/// A path as a URI reference (RFC 3986): an absolute one becomes a `file` URI.
pub(super) fn reference(path: &str) -> String {
    let encoded = encode(path);
    if path.starts_with('/') {
        return format!("file://{encoded}");
    }
    match path.find(':') {
        // A drive's letter, or a colon in the first segment, which would read as a scheme.
        Some(1) if cfg!(windows) => format!("file:///{encoded}"),
        _ => encoded,
    }
}

/// The path with all that a URI can't hold percent-encoded.
pub(super) fn encode(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' | b'@' | b'+' | b'=' | b',' => {
                out.push(char::from(byte));
            }
            other => out.push_str(&format!("%{other:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_encoded() {
        let cases = [
            ("a b/é#1?.json", "a%20b/%C3%A9%231%3F.json"),
            ("C:x%20.json", "C%3Ax%2520.json"),
            ("/folder/a.json", "file:///folder/a.json"),
        ];
        for (path, expected) in cases {
            assert_eq!(reference(path), expected);
        }
    }
}

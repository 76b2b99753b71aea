//! Names of files as other tools want them: relative, with slashes, percent-encoded.

use std::path::Path;

/// A source's name relative to the working directory where that is possible, with forward slashes.
pub(super) fn relative(name: &str) -> String {
    let base = std::env::current_dir().unwrap_or_default();
    relative_to(name, &base)
}

fn relative_to(name: &str, base: &Path) -> String {
    if name == "-" {
        return "stdin".to_owned();
    }
    let path = Path::new(name);
    let path = if base.as_os_str().is_empty() { path } else { path.strip_prefix(base).unwrap_or(path) };
    let text = path.to_string_lossy();
    let text = if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() };
    let mut rest = text.as_str();
    while let Some(shorter) = rest.strip_prefix("./") {
        rest = shorter.trim_start_matches('/');
    }
    rest.to_owned()
}

/// The same as a URI reference (RFC 3986): an absolute path elsewhere becomes a `file` URI.
pub(super) fn reference(name: &str) -> String {
    let relative = relative(name);
    let encoded = encode(&relative);
    if relative.starts_with('/') {
        return format!("file://{encoded}");
    }
    match relative.find(':') {
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
    fn names_are_relative() {
        let cases = [
            ("-", "stdin"),
            ("snapshot.json", "snapshot.json"),
            ("./a/b.json", "a/b.json"),
            (".//./a.json", "a.json"),
            ("/home/a.json", "a.json"),
            ("/other/a.json", "/other/a.json"),
            ("../a.json", "../a.json"),
        ];
        for (name, expected) in cases {
            assert_eq!(relative_to(name, Path::new("/home")), expected);
        }
        assert_eq!(relative_to("/a", Path::new("")), "/a");
    }

    #[test]
    fn references_are_encoded() {
        let cases = [
            ("a b/é#1?.json", "a%20b/%C3%A9%231%3F.json"),
            ("C:x%20.json", "C%3Ax%2520.json"),
            ("/no/such/folder/a.json", "file:///no/such/folder/a.json"),
        ];
        for (name, expected) in cases {
            assert_eq!(reference(name), expected);
        }
    }
}

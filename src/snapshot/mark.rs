//! The byte order mark, which some programs write before a text in UTF-8.

/// How many bytes of a text are its byte order mark.
pub(crate) fn mark_length(bytes: &[u8]) -> usize {
    const MARK: &[u8] = "\u{feff}".as_bytes();
    if bytes.starts_with(MARK) { MARK.len() } else { 0 }
}

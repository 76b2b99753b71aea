//! The expressions of the built-in rules, as the build parsed them.

/// Where a text stands in [`BYTES`] and how long it is, and how long its syntax is, which follows it. Sorted by the texts'
/// lengths and then by the texts. It holds no address, which the program's start would have to put right.
type Entry = (u32, u16, u16);

static ENTRIES: &[Entry] = include!(concat!(env!("OUT_DIR"), "/expressions.rs"));
static BYTES: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/expressions"));

/// The syntax of an expression that a built-in rule has.
pub(super) fn find(source: &str) -> Option<&'static [u8]> {
    let order = |entry: &Entry| {
        usize::from(entry.1).cmp(&source.len()).then_with(|| text(entry).unwrap_or_default().cmp(source.as_bytes()))
    };
    let found = ENTRIES.get(ENTRIES.binary_search_by(order).ok()?)?;
    let begin = found.0 as usize + usize::from(found.1);
    BYTES.get(begin..begin + usize::from(found.2))
}

fn text((begin, length, _): &Entry) -> Option<&'static [u8]> {
    let begin = *begin as usize;
    BYTES.get(begin..begin + usize::from(*length))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// So the limits hold for built-in rules too, and what the build wrote is what a run would read.
    #[test]
    fn each_is_what_a_run_would_parse() {
        assert!(ENTRIES.len() > 100);
        for entry in ENTRIES {
            let source = std::str::from_utf8(text(entry).expect("a text")).expect("UTF-8");
            let parsed = super::super::parse(source).unwrap_or_else(|error| panic!("{source}: {error:?}"));
            assert_eq!(find(source), Some(parsed.as_slice()), "{source}");
        }
    }

    #[test]
    fn another_is_not_found() {
        assert_eq!(find("nat.subnet.vpc.no_rule_asks_this"), None);
        assert_eq!(find(""), None);
    }
}

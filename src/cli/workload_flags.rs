//! The workload that flags describe. The flags become a source, so that findings can point at them.

use super::arguments::WorkloadFlags;
use super::declared;
use crate::network::Declaration;
use crate::report::problem::Problem;
use crate::snapshot::{Location, Source, SourceId, Sources};

/// The name of the source that holds the flags.
const NAME: &str = "command line";

/// The workload of the flags, where they describe one.
///
/// # Errors
/// Needs that can't be read.
pub(super) fn declare(flags: &WorkloadFlags, sources: &mut Sources) -> Result<Option<Declaration>, Vec<Problem>> {
    if flags.subnet.is_empty() {
        return Ok(None);
    }
    let source = SourceId(u32::try_from(sources.iter().count()).unwrap_or(u32::MAX));
    let mut line = Line { text: String::new(), source };
    let subnets = line.each("--subnet", &flags.subnet);
    let security_groups = line.each("--security-group", &flags.security_group);
    let place = subnets.first().map(|(_, place)| place.clone()).unwrap_or_else(|| line.at(0));
    let assign_public_ip_at = if flags.assign_public_ip { line.word("--assign-public-ip") } else { place.clone() };
    let image = line.each("--image", flags.image.as_slice()).pop();
    let needs = line.each("--needs", &flags.needs);
    sources.add(Source::new(NAME, line.text));

    let mut problems = Vec::new();
    let mut declaration = Declaration {
        subnets: Ok(subnets),
        security_groups: Ok(security_groups),
        assign_public_ip: Ok(flags.assign_public_ip),
        assign_public_ip_at,
        is_plain: image.is_none() && needs.is_empty(),
        image,
        ..Declaration::new(&flags.workload_name, place)
    };
    for (text, place) in needs {
        match declared::need(&text, place.clone()) {
            Ok(need) => declaration.needs.push(need),
            Err(wrong) => problems.push(
                Problem::new("usage/bad-need", wrong.reason.clone())
                    .with_label(place, "this need")
                    .with_help(wrong.help()),
            ),
        }
    }
    if problems.is_empty() { Ok(Some(declaration)) } else { Err(problems) }
}

/// The flags as one line of text.
struct Line {
    text: String,
    source: SourceId,
}

impl Line {
    /// Adds a word and says where it stands.
    fn word(&mut self, word: &str) -> Location {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        let start = self.text.len();
        self.text.push_str(word);
        self.at(start)
    }

    /// From an offset to the end.
    fn at(&self, start: usize) -> Location {
        Location::Span { source: self.source, start, length: self.text.len() - start }
    }

    /// Adds a flag for each value.
    fn each(&mut self, flag: &str, values: &[String]) -> Vec<(String, Location)> {
        let mut found = Vec::with_capacity(values.len());
        for value in values {
            self.word(flag);
            found.push((value.clone(), self.word(value)));
        }
        found
    }
}

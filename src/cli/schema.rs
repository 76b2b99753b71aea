//! `fargcheck schema`: JSON Schemas of what goes in and comes out.

use super::arguments::{Document, Schema};
use super::{CLEAN, Outcome, config, problems};
use crate::{report, rules, snapshot};

/// Prints the schema of a document.
pub(super) fn run(arguments: &Schema) -> Outcome {
    let schema = match arguments.document {
        Document::Snapshot => snapshot::schema(),
        Document::Findings => report::json::schema(),
        Document::Config => config::schema(),
        Document::Rule => rules::schema(),
    };
    report::print_text(&format!("{schema:#}\n")).map_err(|error| problems::stdout(&error))?;
    Ok(CLEAN)
}

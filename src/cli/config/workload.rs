//! `[[workload]]`: what is going to run, and what services need besides what the input says.

use super::form::WorkloadEntry;
use crate::cli::declared;
use crate::network::{AddsTo, Declaration, Need};
use crate::report::problem::Problem;
use crate::snapshot::Location;
use std::ops::Range;
use toml::Spanned;

/// The declarations of a file's workloads.
pub(super) fn declarations(
    entries: &[Spanned<WorkloadEntry>],
    at: &dyn Fn(Range<usize>) -> Location,
) -> Result<Vec<Declaration>, Vec<Problem>> {
    let mut problems = Vec::new();
    let found = entries.iter().filter_map(|entry| declaration(entry, at, &mut problems)).collect();
    if problems.is_empty() { Ok(found) } else { Err(problems) }
}

fn declaration(
    entry: &Spanned<WorkloadEntry>,
    at: &dyn Fn(Range<usize>) -> Location,
    problems: &mut Vec<Problem>,
) -> Option<Declaration> {
    let place = at(head(entry));
    let entry = entry.get_ref();
    let needs = needs(entry, at, problems);
    let located = |list: &Option<Spanned<Vec<Spanned<String>>>>| {
        let list = list.iter().flat_map(|list| list.get_ref());
        list.map(|text| (text.get_ref().clone(), at(text.span()))).collect::<Vec<_>>()
    };
    let declaration = |name: &str, place: Location, adds_to: Option<AddsTo>| Declaration {
        subnets: Ok(located(&entry.subnets)),
        security_groups: Ok(located(&entry.security_groups)),
        assign_public_ip: Ok(entry.assign_public_ip.as_ref().is_some_and(|value| *value.get_ref())),
        assign_public_ip_at: entry.assign_public_ip.as_ref().map_or_else(|| place.clone(), |value| at(value.span())),
        image: entry.image.as_ref().map(|image| (image.get_ref().clone(), at(image.span()))),
        is_plain: entry.image.is_none() && needs.is_empty(),
        needs: needs.clone(),
        adds_to,
        ..Declaration::new(name, place)
    };
    if let Some(service) = &entry.service {
        for (key, span) in extras(entry) {
            let message = format!("`{key}` can't stand beside `service`: the service of the input says it");
            let help = "with `service`, write only `needs`; without it, this is a workload of its own";
            problems.push(
                Problem::new("config/workload", message)
                    .with_label(at(span), "here")
                    .with_label(at(service.span()), "the service")
                    .with_help(help),
            );
        }
        if entry.needs.as_ref().is_none_or(Vec::is_empty) {
            let help = "add what it has to reach besides what its task definition says: needs = [\"internet\"]";
            problems.push(
                Problem::new("config/workload", "this adds no needs to the service")
                    .with_label(at(service.span()), "the service")
                    .with_help(help),
            );
        }
        let adds_to = match service.get_ref().as_str() {
            "*" => AddsTo::Running,
            name => AddsTo::Named(name.to_owned()),
        };
        return Some(declaration(service.get_ref(), at(service.span()), Some(adds_to)));
    }
    let named = entry.name.as_ref().filter(|name| !name.get_ref().is_empty());
    let has_subnets = entry.subnets.as_ref().is_some_and(|subnets| !subnets.get_ref().is_empty());
    let (Some(name), true) = (named, has_subnets) else {
        let missing = match (named, has_subnets) {
            (None, false) => "a `name` and `subnets`",
            (None, true) => "a `name`",
            _ => "`subnets`",
        };
        let help = "a workload has at least: name = \"web\", subnets = [\"subnet-…\"]; or service = \"NAME\" and needs, to add to a service of the input";
        problems.push(
            Problem::new("config/workload", format!("this workload lacks {missing}"))
                .with_label(place, "this workload")
                .with_help(help),
        );
        return None;
    };
    Some(declaration(name.get_ref(), at(name.span()), None))
}

fn needs(entry: &WorkloadEntry, at: &dyn Fn(Range<usize>) -> Location, problems: &mut Vec<Problem>) -> Vec<Need> {
    let mut needs = Vec::new();
    for text in entry.needs.iter().flatten() {
        match declared::need(text.get_ref(), at(text.span())) {
            Ok(need) => needs.push(need),
            Err(wrong) => problems.push(
                Problem::new("config/bad-need", wrong.reason.clone())
                    .with_label(at(text.span()), "this need")
                    .with_help(wrong.help()),
            ),
        }
    }
    needs
}

/// What may not stand beside `service`.
fn extras(entry: &WorkloadEntry) -> impl Iterator<Item = (&'static str, Range<usize>)> {
    let list = |value: &Option<Spanned<Vec<Spanned<String>>>>| value.as_ref().map(Spanned::span);
    let text = |value: &Option<Spanned<String>>| value.as_ref().map(Spanned::span);
    let found = [
        ("name", text(&entry.name)),
        ("subnets", list(&entry.subnets)),
        ("security-groups", list(&entry.security_groups)),
        ("assign-public-ip", entry.assign_public_ip.as_ref().map(Spanned::span)),
        ("image", text(&entry.image)),
    ];
    found.into_iter().filter_map(|(key, span)| Some((key, span?)))
}

/// The header of a table, or the whole of an inline one.
fn head(entry: &Spanned<WorkloadEntry>) -> Range<usize> {
    entry.span()
}

//! The files of one run → one snapshot: lists of the same account and region are put together, whatever the files are
//! called.

use super::error::InputError;
use super::ip_ranges;
use super::read::InputFile;
use super::split::{RawDocument, RawList, explain, split};
use super::strict;
use super::tags;
use super::unlisted::{note_undescribed_groups, note_unlisted_services};
use crate::path;
use crate::snapshot::*;
use rayon::prelude::*;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::value::RawValue;
use std::cmp::Ordering;

/// From so many elements on a list is parsed on all cores.
const PARALLEL_FROM: usize = 512;

/// Parses the files into one snapshot.
///
/// # Errors
/// The first thing that makes the input unreadable: text that isn't JSON, a value of the wrong type, a key that stands
/// twice in an object; or no file holds any part of a snapshot. One such file among others is only noted.
pub fn parse<'a>(files: &[InputFile], sources: &'a Sources) -> Result<Snapshot<'a>, InputError> {
    let mut snapshot = Snapshot::default();
    let mut owners: Vec<Owner> = Vec::new();
    let mut foreign = Vec::new();
    let mut collected: FxHashMap<SourceId, String> = FxHashMap::default();
    for file in files {
        let raw = match part(sources, file.source) {
            Err(InputError::NotSnapshot { found, location }) if files.len() > 1 => {
                foreign.push((found, location));
                continue;
            }
            other => other?,
        };
        let collection = match raw.collection {
            Some(text) => Some(collection(sources, file.source, text)?),
            None => None,
        };
        let place = collection
            .as_ref()
            .and_then(|found| Some((found.account.clone()?, found.region.clone()?)))
            .or_else(|| file.place.clone());
        let owner = Owner { argument: if place.is_some() { None } else { Some(file.argument) }, place };
        let index = owners.iter().position(|known| *known == owner).unwrap_or_else(|| {
            let mut scope = Scope::default();
            if let Some((account, region)) = &owner.place {
                scope.collection.account = Some(account.clone());
                scope.collection.region = Some(region.clone());
            }
            snapshot.scopes.push(scope);
            owners.push(owner);
            owners.len() - 1
        });
        let scope = &mut snapshot.scopes[index];
        if let Some(mut found) = collection {
            snapshot.oddities.append(&mut found.notes);
            collected.extend(found.collected_at.clone().map(|when| (file.source, when)));
            take_collection(&mut scope.collection, found);
        }
        if let Some(text) = raw.ip_ranges.filter(|text| text.get() != "null") {
            let keys = ["ipRanges/prefixes", "ipRanges/ipv6_prefixes"];
            let found = ip_ranges::parse(sources, file.source, text.get(), keys)?;
            if snapshot.ip_ranges.as_ref().is_none_or(|known| known.create_date < found.create_date) {
                snapshot.ip_ranges = Some(found);
            }
        }
        fill(scope, sources, file.source, &raw, &mut snapshot.oddities)?;
        if !file.superseded.is_empty() {
            each_listing!(scope, |list, key| list.elements.retain(|element| {
                let id = element.id().unwrap_or_default();
                element.origin.source != file.source || !file.superseded.contains(&(key.name, id.to_owned()))
            }));
        }
        if tags::occurs(sources.get(file.source).bytes()) {
            let begins = |origin: &Origin| raw_text(&raw, sources, *origin);
            each_listing!(scope, |list, _key| {
                let own = list.elements.iter().filter(|element| element.origin.source == file.source);
                snapshot.ignores.extend(own.filter_map(|element| {
                    let value = tags::ignore(begins(&element.origin)?)?;
                    let place = Location::inside(element.origin, path!["Tags"]);
                    Some(IgnoreTag { scope: index, id: element.id()?.to_owned(), value, place })
                }));
            });
        }
    }
    if snapshot.scopes.is_empty() && !foreign.is_empty() {
        let (found, location) = foreign.swap_remove(0);
        return Err(InputError::NotSnapshot { found, location });
    }
    snapshot.oddities.extend(foreign.into_iter().map(|(found, location)| Oddity {
        what: sources.get(location.source()).name().to_owned(),
        why: format!("nothing in it is part of a snapshot: it is {found}"),
    }));
    let replaces_services = files.iter().any(|file| file.superseded.iter().any(|(list, _)| *list == "services"));
    for scope in &mut snapshot.scopes {
        merge_vpc_attributes(&mut scope.vpc_attributes);
        merge_prefix_lists(&mut scope.prefix_lists);
        each_listing!(scope, |list, key| {
            // A group may be associated with several VPCs: an association has no id of its own.
            if key.name != "SecurityGroupVpcAssociations" {
                let unlike = deduplicate(list, &collected, &mut snapshot.oddities);
                // Tasks come and go: on which of their descriptions is used nothing hangs.
                let undecided = if key.name == "tasks" { &mut snapshot.oddities } else { &mut snapshot.undecided };
                undecided.extend(unlike);
            }
        });
        // What is about to be deployed may delete some, and is counted by no cluster yet.
        if !replaces_services {
            note_unlisted_services(scope);
        }
        let failed = std::mem::take(&mut scope.collection.not_collected);
        let partial = std::mem::take(&mut scope.collection.partial);
        each_listing!(scope, |list, key| {
            if list.coverage == Coverage::Complete
                && let Some(call) = failed.iter().chain(&partial).find(|call| feeds(&call.call, key))
            {
                list.coverage = Coverage::Partial(call.reason.clone());
            }
        });
        scope.collection.not_collected = failed;
        scope.collection.partial = partial;
    }
    note_undescribed_groups(&mut snapshot);
    Ok(snapshot)
}

/// Splits a file that holds at least one part of a snapshot.
fn part(sources: &Sources, source: SourceId) -> Result<RawDocument<'_>, InputError> {
    let raw = split(sources, source)?;
    if !raw.lists.is_empty() || raw.is_vpc_attribute || raw.collection.is_some() || raw.ip_ranges.is_some() {
        return Ok(raw);
    }
    let exports = raw.exports.map(|_| "`Exports`".to_owned());
    let keys = exports.into_iter().chain(raw.unknown_keys.iter().map(|key| format!("`{key}`")));
    let keys = keys.take(5).collect::<Vec<_>>().join(", ");
    let found = match (raw.null_keys.first(), keys.is_empty()) {
        (Some(key), _) => format!("an object whose `{key}` is null"),
        (None, true) => "an empty object".into(),
        (None, false) => format!("an object with {keys}"),
    };
    Err(InputError::NotSnapshot { found, location: Location::Span { source, start: 0, length: 1 } })
}

/// Whether elements of a list may be missing where a call failed: for some of its items, or after some pages.
fn feeds(call: &str, key: Key) -> bool {
    let lists: &[&str] = match call {
        "ecs:ListClusters" => &["clusters", "services", "tasks", "taskDefinitions"],
        "ecs:ListServices" | "ecs:DescribeServices" => &["services", "taskDefinitions"],
        "ecs:ListTasks" | "ecs:DescribeTasks" => &["tasks", "taskDefinitions"],
        "elasticloadbalancing:DescribeLoadBalancers" => &["LoadBalancers", "Listeners", "Rules"],
        "elasticloadbalancing:DescribeListeners" => &["Listeners", "Rules"],
        "ec2:DescribeVpcs" => &["Vpcs", "VpcAttributes"],
        "ec2:DescribeManagedPrefixLists" => &["ManagedPrefixLists", "PrefixLists"],
        "ec2:GetManagedPrefixListEntries" => &["PrefixLists"],
        "ec2:SearchTransitGatewayRoutes" | "ec2:GetTransitGatewayRouteTableAssociations" => {
            &["TransitGatewayRouteTables"]
        }
        _ => return key.call.eq_ignore_ascii_case(call),
    };
    lists.contains(&key.name)
}

/// Which files belong together: those of one account and region, or else those of one path on the command line.
#[derive(PartialEq)]
struct Owner {
    place: Option<(String, String)>,
    argument: Option<usize>,
}

/// The document's own key, where this fargcheck knows its form.
fn collection(sources: &Sources, source: SourceId, raw: &RawValue) -> Result<Collection, InputError> {
    let collection: Collection = element(sources, source, raw)?;
    match collection.schema {
        Some(found) if found > SCHEMA => {
            let offset = offset(sources, source, raw);
            let origin = Origin { source, offset: offset as u64, key: "fargcheck", index: None };
            Err(InputError::NewerSchema { found, location: Location::inside(origin, [Step::from("schema")]) })
        }
        _ => Ok(collection),
    }
}

/// The text of an element of a list.
fn raw_text<'a>(raw: &RawDocument<'a>, sources: &Sources, origin: Origin) -> Option<&'a str> {
    let list = raw.lists.iter().find(|list| KEYS[list.key].name == origin.key)?;
    let text = list.elements.get(origin.index? as usize)?;
    (offset(sources, origin.source, text) as u64 == origin.offset).then(|| text.get())
}

/// Where a raw text begins in its file.
fn offset(sources: &Sources, source: SourceId, raw: &RawValue) -> usize {
    raw.get().as_ptr() as usize - sources.get(source).bytes().as_ptr() as usize
}

fn take_collection(known: &mut Collection, found: Collection) {
    known.schema = found.schema.or(known.schema);
    known.version = found.version.or(known.version.take());
    known.collected_at = found.collected_at.or(known.collected_at.take());
    known.account = found.account.or(known.account.take());
    known.region = found.region.or(known.region.take());
    known.partition = found.partition.or(known.partition.take());
    known.planned_by = found.planned_by.or(known.planned_by.take());
    known.not_collected.extend(found.not_collected);
    known.partial.extend(found.partial);
}

fn fill<'a>(
    scope: &mut Scope<'a>,
    sources: &'a Sources,
    source: SourceId,
    raw: &RawDocument<'a>,
    oddities: &mut Vec<Oddity>,
) -> Result<(), InputError> {
    if raw.is_vpc_attribute {
        let bytes = sources.get(source).bytes();
        let (text, skipped) = sources.get(source).text();
        let value = strict::from_str(text).map_err(|error| explain(sources, source, skipped, 0, &error))?;
        let begin = bytes.iter().position(|byte| *byte == b'{').unwrap_or_default();
        scope.vpc_attributes.coverage = Coverage::Complete;
        scope
            .vpc_attributes
            .elements
            .push(Element { origin: Origin { source, offset: begin as u64, key: "", index: None }, value });
    }
    for list in &raw.lists {
        let name = KEYS[list.key].name;
        let cut = match (raw.is_page, raw.has_failures) {
            _ if name == "taskDefinitions" => None,
            (true, _) => {
                let why = "it ends with a page token: the list was cut off, later pages are missing";
                Some((why, "a page token ends the list"))
            }
            (false, true) => Some(("its `failures` name what AWS did not answer", "its `failures` name more")),
            (false, false) => None,
        };
        if let Some((why, _)) = cut {
            oddities.push(Oddity { what: format!("{name} in {}", sources.get(source).name()), why: why.into() });
        }
        each_listing!(scope, |known, key| {
            if key.name == name {
                let found = elements(sources, source, list, key.name)?;
                if known.elements.is_empty() {
                    known.elements = found;
                } else {
                    known.elements.extend(found);
                }
                known.elements.shrink_to_fit();
                known.coverage = match (std::mem::take(&mut known.coverage), cut) {
                    (Coverage::Partial(why), _) => Coverage::Partial(why),
                    (_, Some((_, why))) => Coverage::Partial(why.into()),
                    _ => Coverage::Complete,
                };
            }
        });
    }
    Ok(())
}

fn elements<'a, T: Deserialize<'a> + Send>(
    sources: &Sources,
    source: SourceId,
    list: &RawList<'a>,
    key: &'static str,
) -> Result<Vec<Element<T>>, InputError> {
    let one = |(index, raw): (usize, &&'a RawValue)| {
        let origin = Origin { source, offset: offset(sources, source, raw) as u64, key, index: Some(index as u32) };
        element(sources, source, raw).map(|value| Element { origin, value })
    };
    if list.elements.len() < PARALLEL_FROM {
        list.elements.iter().enumerate().map(one).collect()
    } else {
        // Each core writes to its part of one list: pieces that are put together leave holes as large as they are.
        let parsed: Vec<Result<_, Box<_>>> =
            list.elements.par_iter().enumerate().map(|found| one(found).map_err(Box::new)).collect();
        parsed.into_iter().collect::<Result<_, _>>().map_err(|error| *error)
    }
}

fn element<'a, T: Deserialize<'a>>(sources: &Sources, source: SourceId, raw: &'a RawValue) -> Result<T, InputError> {
    strict::from_str(raw.get()).map_err(|error| explain(sources, source, offset(sources, source, raw), 0, &error))
}

/// `describe-vpc-attribute` answers one attribute at a time: the attributes of a VPC are put together.
fn merge_vpc_attributes(list: &mut Listing<VpcAttribute<'_>>) {
    let mut merged: Vec<Element<VpcAttribute<'_>>> = Vec::with_capacity(list.elements.len());
    let mut seen: FxHashMap<String, usize> = FxHashMap::default();
    for element in list.elements.drain(..) {
        let Some(id) = element.vpc_id.as_deref().map(str::to_owned) else {
            merged.push(element);
            continue;
        };
        let Some(known) = seen.get(&id).map(|index| &mut merged[*index].value) else {
            seen.insert(id, merged.len());
            merged.push(element);
            continue;
        };
        let differ = |one: &Option<AttributeValue>, other: &Option<AttributeValue>| {
            one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| one != other)
        };
        if differ(&known.enable_dns_support, &element.enable_dns_support)
            || differ(&known.enable_dns_hostnames, &element.enable_dns_hostnames)
        {
            merged.push(element);
            continue;
        }
        known.enable_dns_support = known.enable_dns_support.take().or(element.value.enable_dns_support);
        known.enable_dns_hostnames = known.enable_dns_hostnames.take().or(element.value.enable_dns_hostnames);
    }
    list.elements = merged;
}

/// `describe-prefix-lists` has the addresses and `describe-managed-prefix-lists` the owner, under the same key.
fn merge_prefix_lists(list: &mut Listing<PrefixList<'_>>) {
    let mut merged: Vec<Element<PrefixList<'_>>> = Vec::with_capacity(list.elements.len());
    for element in list.elements.drain(..) {
        match merged
            .iter_mut()
            .find(|known| known.prefix_list_id.is_some() && known.prefix_list_id == element.prefix_list_id)
        {
            Some(known) if known.cidrs.is_none() => *known = element,
            Some(_) if element.cidrs.is_none() => {}
            _ => merged.push(element),
        }
    }
    list.elements = merged;
}

/// The same resource twice: what was collected last counts, or else the first description. Where nothing tells which of two is
/// the later one and they are not alike in what is read of them, that is returned.
fn deduplicate<T: Identified + PartialEq>(
    list: &mut Listing<T>,
    collected: &FxHashMap<SourceId, String>,
    oddities: &mut Vec<Oddity>,
) -> Vec<Oddity> {
    let mut seen: FxHashMap<&str, usize> = FxHashMap::default();
    let mut dropped = Vec::new();
    let mut unlike = Vec::new();
    let mut has_nameless = false;
    for (index, element) in list.elements.iter().enumerate() {
        let Some(id) = element.id() else {
            if element.origin.key == "VpcBlockPublicAccessOptions" {
                continue;
            }
            oddities.push(Oddity {
                what: format!("{}[{}]", element.origin.key, element.origin.index.unwrap_or_default()),
                why: "it has no id: nothing can refer to it".into(),
            });
            has_nameless = true;
            continue;
        };
        match seen.entry(id) {
            std::collections::hash_map::Entry::Vacant(entry) => {
                entry.insert(index);
            }
            std::collections::hash_map::Entry::Occupied(mut entry) => {
                let known = &list.elements[*entry.get()];
                let when = |element: &Element<T>| collected.get(&element.origin.source);
                let order = when(element).zip(when(known)).map(|(this, other)| this.cmp(other));
                let order = order.filter(|order| order.is_ne());
                if known.value != element.value {
                    let (told, used) = match order {
                        Some(_) => (&mut *oddities, "the one that was collected last"),
                        None => (&mut unlike, "the first description"),
                    };
                    told.push(Oddity {
                        what: format!("{} {id}", element.origin.key),
                        why: format!("it is described twice, and not alike: {used} was used"),
                    });
                }
                dropped.push(if order == Some(Ordering::Greater) { entry.insert(index) } else { index });
            }
        }
    }
    if has_nameless && list.coverage == Coverage::Complete {
        // It may be the very one that something refers to.
        list.coverage = Coverage::Partial("an element has no id".into());
    }
    dropped.sort_unstable();
    let mut index = 0;
    list.elements.retain(|_| {
        index += 1;
        dropped.binary_search(&(index - 1)).is_err()
    });
    unlike
}

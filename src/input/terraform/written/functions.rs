//! Functions that choose and put together what they are given; of all others the result is not certain.
//! <https://developer.hashicorp.com/terraform/language/functions>

use super::super::kinds::is_identity;
use super::super::plan::Plan;
use super::worth::{Scope, Worth};
use hcl_edit::expr::{Expression, FuncCall};
use serde_json::Value as Json;
use std::rc::Rc;

/// Lists that are put together of each other can be made to grow without end.
const LONGEST: usize = 100_000;

impl<'a> Plan<'a> {
    pub(super) fn call<'p>(&'p self, call: &'p FuncCall, scope: &Rc<Scope<'p>>, depth: usize) -> Worth<'p> {
        if call.name.is_namespaced() || call.args.expand_final() {
            return Worth::Unknown;
        }
        let name = call.name.name.as_str();
        if name == "try" {
            return self.first_that_works(call, scope, depth);
        }
        let arguments: Vec<Worth<'p>> =
            call.args.iter().map(|argument: &'p Expression| self.worth(argument, scope, depth + 1)).collect();
        if arguments.iter().any(|argument| matches!(argument, Worth::Refused)) {
            return Worth::Refused;
        }
        match (name, arguments.as_slice()) {
            ("lookup", [map, key, default @ ..]) => self.look_up_in(map, key, default.first(), depth),
            ("merge", maps) => merged(maps),
            ("concat", lists) => joined(lists),
            ("flatten", [list]) => self.flat(list, depth).map_or(Worth::Unknown, Worth::list),
            ("toset", [Worth::List(items) | Worth::Set(items)]) => Worth::Set(Rc::clone(items)),
            ("tolist", [list @ Worth::List(_)]) | ("tomap", [list @ Worth::Object(_)]) => list.clone(),
            ("tolist" | "sort" | "distinct", [list @ Worth::Set(_)]) => list.clone(),
            // What comes first among ids that aren't known isn't either.
            ("sort" | "distinct", [Worth::List(items)]) => Worth::Set(Rc::clone(items)),
            ("compact", [list @ (Worth::List(_) | Worth::Set(_))]) => self.compact(list, depth),
            ("element", [Worth::List(items), at]) => match (at.as_integer(), i64::try_from(items.len())) {
                (Some(at), Ok(count)) if count > 0 => {
                    self.element(&arguments[0], &Worth::Constant(Json::from(at.rem_euclid(count))), depth)
                }
                _ => Worth::Unknown,
            },
            ("slice", [Worth::List(items), from, to]) => {
                let bounds =
                    || Some((usize::try_from(from.as_integer()?).ok()?, usize::try_from(to.as_integer()?).ok()?));
                bounds()
                    .and_then(|(from, to)| items.get(from..to))
                    .map_or(Worth::Unknown, |part| Worth::list(part.to_vec()))
            }
            ("length", [Worth::List(items)]) => Worth::Constant(Json::from(items.len())),
            ("length", [Worth::Object(members)]) => Worth::Constant(Json::from(members.len())),
            ("keys", [Worth::Object(members)]) => {
                Worth::list(members.iter().map(|(name, _)| Worth::text(name)).collect())
            }
            ("values", [Worth::Object(members)]) => {
                Worth::list(members.iter().map(|(_, value)| value.clone()).collect())
            }
            ("one", [Worth::List(items) | Worth::Set(items)]) => match items.as_slice() {
                [] => Worth::NULL,
                [only] => self.forced(only, depth),
                _ => Worth::Refused,
            },
            ("coalesce", all) => self.first_of(all, |worth| match worth {
                Worth::Constant(Json::String(text)) => Some(!text.is_empty()),
                worth => self.are_equal(worth, &Worth::NULL).map(|is_null| !is_null),
            }),
            ("coalescelist", all) => self.first_of(all, |worth| match worth {
                Worth::List(items) => Some(!items.is_empty()),
                _ => None,
            }),
            ("contains", [list, wanted]) => self.contains(list, wanted, depth),
            ("tostring", [text @ (Worth::Constant(Json::String(_)) | Worth::Attribute { .. })]) => text.clone(),
            ("tobool", [value]) => value.as_bool().map_or(Worth::Unknown, |value| Worth::Constant(Json::from(value))),
            ("tonumber", [value]) => {
                value.as_integer().map_or(Worth::Unknown, |value| Worth::Constant(Json::from(value)))
            }
            ("jsonencode", [value]) => Worth::Encoded(Rc::new(value.clone())),
            _ => Worth::Unknown,
        }
    }

    /// `try`: the first argument that Terraform doesn't refuse.
    fn first_that_works<'p>(&'p self, call: &'p FuncCall, scope: &Rc<Scope<'p>>, depth: usize) -> Worth<'p> {
        for argument in call.args.iter() {
            let worth = self.worth(argument, scope, depth + 1);
            match self.is_refused(&worth, depth) {
                Some(true) => {}
                Some(false) => return worth,
                None => return Worth::Unknown,
            }
        }
        Worth::Refused
    }

    /// Whether anything in a value is refused, where that is certain.
    fn is_refused(&self, worth: &Worth<'_>, depth: usize) -> Option<bool> {
        let of_all = |all: &mut dyn Iterator<Item = Option<bool>>| {
            let mut is_certain = true;
            for one in all {
                match one {
                    Some(true) => return Some(true),
                    Some(false) => {}
                    None => is_certain = false,
                }
            }
            is_certain.then_some(false)
        };
        match worth {
            Worth::Refused => Some(true),
            Worth::Unknown => None,
            Worth::Later(..) => self.is_refused(&self.forced(worth, depth), depth + 1),
            Worth::List(items) | Worth::Set(items) => {
                of_all(&mut items.iter().map(|item| self.is_refused(item, depth + 1)))
            }
            Worth::Object(members) => of_all(&mut members.iter().map(|(_, value)| self.is_refused(value, depth + 1))),
            Worth::Encoded(inner) => self.is_refused(inner, depth + 1),
            Worth::Constant(_) | Worth::Attribute { .. } | Worth::Module(_) => Some(false),
        }
    }

    fn look_up_in<'p>(
        &'p self,
        map: &Worth<'p>,
        key: &Worth<'p>,
        default: Option<&Worth<'p>>,
        depth: usize,
    ) -> Worth<'p> {
        let (Worth::Object(members), Some(key)) = (map, key.as_text()) else { return Worth::Unknown };
        match (members.iter().find(|(name, _)| *name == key), default) {
            (Some((_, value)), _) => self.forced(value, depth),
            (None, Some(default)) => default.clone(),
            (None, None) => Worth::Refused,
        }
    }

    /// The elements of a list with those of the lists in it.
    fn flat<'p>(&'p self, list: &Worth<'p>, depth: usize) -> Option<Vec<Worth<'p>>> {
        let (Worth::List(items) | Worth::Set(items)) = list else { return None };
        let mut all = Vec::new();
        for item in items.iter() {
            if all.len() > LONGEST {
                return None;
            }
            match self.forced(item, depth) {
                inner @ (Worth::List(_) | Worth::Set(_)) => all.extend(self.flat(&inner, depth + 1)?),
                Worth::Attribute { index, attribute } => {
                    // Another attribute may be a list.
                    let ty = &self.instances.get(index)?.ty;
                    let is_one = attribute.as_ref().is_none_or(|attribute| is_identity(ty, attribute));
                    all.push(is_one.then_some(Worth::Attribute { index, attribute })?);
                }
                Worth::Unknown | Worth::Refused => return None,
                one => all.push(one),
            }
        }
        Some(all)
    }

    fn compact<'p>(&'p self, list: &Worth<'p>, depth: usize) -> Worth<'p> {
        let (Worth::List(items) | Worth::Set(items)) = list else { return Worth::Unknown };
        let mut all = Vec::new();
        for item in items.iter() {
            match self.forced(item, depth) {
                Worth::Constant(Json::Null) => {}
                Worth::Constant(Json::String(text)) if text.is_empty() => {}
                one => match self.are_equal(&one, &Worth::NULL) {
                    Some(false) => all.push(one),
                    _ => return Worth::Unknown,
                },
            }
        }
        if matches!(list, Worth::List(_)) { Worth::list(all) } else { Worth::Set(Rc::new(all)) }
    }

    fn contains<'p>(&'p self, list: &Worth<'p>, wanted: &Worth<'p>, depth: usize) -> Worth<'p> {
        let (Worth::List(items) | Worth::Set(items)) = list else { return Worth::Unknown };
        let mut is_certain = true;
        for item in items.iter() {
            match self.are_equal(&self.forced(item, depth), wanted) {
                Some(true) => return Worth::Constant(Json::from(true)),
                Some(false) => {}
                None => is_certain = false,
            }
        }
        if is_certain { Worth::Constant(Json::from(false)) } else { Worth::Unknown }
    }

    /// The first of which `counts` is true, where all before it certainly don't.
    fn first_of<'p>(&'p self, all: &[Worth<'p>], counts: impl Fn(&Worth<'p>) -> Option<bool>) -> Worth<'p> {
        for one in all {
            match counts(one) {
                Some(true) => return one.clone(),
                Some(false) => {}
                None => return Worth::Unknown,
            }
        }
        Worth::Refused
    }
}

/// `merge`: a later map's members take the place of an earlier one's.
fn merged<'p>(maps: &[Worth<'p>]) -> Worth<'p> {
    let mut all: Vec<(String, Worth<'p>)> = Vec::new();
    for map in maps {
        match map {
            Worth::Constant(Json::Null) => {}
            Worth::Object(members) => {
                all.retain(|(name, _)| !members.iter().any(|(other, _)| other == name));
                all.extend(members.iter().cloned());
            }
            _ => return Worth::Unknown,
        }
    }
    Worth::object(all)
}

fn joined<'p>(lists: &[Worth<'p>]) -> Worth<'p> {
    let mut all = Vec::new();
    let mut is_ordered = true;
    for list in lists {
        match list {
            Worth::List(items) => all.extend(items.iter().cloned()),
            Worth::Set(items) => {
                is_ordered = false;
                all.extend(items.iter().cloned());
            }
            _ => return Worth::Unknown,
        }
        if all.len() > LONGEST {
            return Worth::Unknown;
        }
    }
    if is_ordered { Worth::list(all) } else { Worth::Set(Rc::new(all)) }
}

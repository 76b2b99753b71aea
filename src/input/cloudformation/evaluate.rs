//! Values of a template → values as far as they are known before the deployment.

use super::error::TemplateError;
use super::exports::Exports;
use super::functions::{NO_ENTRY, arguments, call, unknown};
use super::parameters::Parameters;
use super::references::MADE_UP;
use super::several::Exported;
use super::syntax::location;
use super::template::{Resource, Template, is_included};
use super::text::{from_text, has_unknown, text_of};
use crate::input::planned::{Fields, Node, Value};
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::collections::hash_map::Entry;

/// How deep values may refer to each other.
const DEEPEST: usize = 200;

/// How many bytes the functions of one template may make.
const MOST: usize = 64 << 20;

/// What is known of where the template is deployed.
#[derive(Debug, Default, Clone)]
pub(super) struct Target {
    pub(super) region: Option<String>,
    pub(super) account: Option<String>,
    pub(super) stack: Option<String>,
}

/// What is being told, or was.
#[derive(Clone)]
enum Progress<T> {
    Begun,
    Done(T),
}

/// Evaluates the values of a template.
pub(super) struct Evaluator<'t> {
    pub(super) template: &'t Template,
    target: Target,
    parameters: FxHashMap<&'t str, Node>,
    /// The ids of resources that exist already, by their logical ids.
    physical: FxHashMap<String, String>,
    /// Ids of zones, in the order of `Fn::GetAZs`, where they are known.
    zones: Option<Vec<String>>,
    conditions: FxHashMap<String, Progress<Option<bool>>>,
    attributes: FxHashMap<(String, String), Progress<Node>>,
    depth: usize,
    spent: usize,
    /// How many conditions what is evaluated hangs on of which it isn't known whether they hold.
    doubts: usize,
    /// What other stacks export, where that is given.
    exports: Option<&'t Exports>,
    /// What the templates of this run export, by name, and what of that is being told.
    exported: FxHashMap<String, (Exported, Progress<Node>)>,
    /// Templates that export something under a name that isn't known.
    pub(super) nameless: BTreeSet<String>,
    /// Exports that were asked for and aren't given.
    pub(super) not_exported: BTreeSet<String>,
    /// Parameters that were asked for and have no value.
    pub(super) missing: BTreeSet<String>,
    /// Pseudo parameters that were asked for and aren't known.
    pub(super) unknown: BTreeSet<&'static str>,
}

impl<'t> Evaluator<'t> {
    /// For a template with values of its parameters.
    ///
    /// # Errors
    /// A value is none that its parameter can have, or the template lacks the parameter.
    pub(super) fn new(template: &'t Template, given: &Parameters, target: Target) -> Result<Self, TemplateError> {
        Ok(Evaluator {
            template,
            target,
            parameters: given.values(template)?,
            physical: FxHashMap::default(),
            zones: None,
            conditions: FxHashMap::default(),
            attributes: FxHashMap::default(),
            depth: 0,
            spent: 0,
            doubts: 0,
            exports: None,
            exported: FxHashMap::default(),
            nameless: BTreeSet::new(),
            not_exported: BTreeSet::new(),
            missing: BTreeSet::new(),
            unknown: BTreeSet::new(),
        })
    }

    /// With what is there already: ids of resources by their logical ids, and the region's zones.
    pub(super) fn onto(&mut self, physical: FxHashMap<String, String>, zones: Option<Vec<String>>) {
        self.physical = physical;
        self.zones = zones;
    }

    /// With what other stacks export.
    pub(super) fn importing(&mut self, exports: &'t Exports) {
        self.exports = Some(exports);
    }

    /// With what the templates of this run export.
    ///
    /// # Errors
    /// Two of them export one name, or a name can't be told.
    pub(super) fn exporting(&mut self, all: Vec<Exported>) -> Result<(), TemplateError> {
        for mut exported in all {
            if let Some(condition) = &exported.condition {
                match self.condition(condition.as_str().unwrap_or_default(), condition)? {
                    Some(false) => continue,
                    Some(true) => exported.condition = None,
                    None => {}
                }
            }
            let name = self.value(&exported.name)?;
            match text_of(&name).filter(|name| !has_unknown(name)) {
                None => drop(self.nameless.insert(exported.label)),
                Some(name) => match self.exported.entry(name) {
                    Entry::Vacant(place) => drop(place.insert((exported, Progress::Begun))),
                    Entry::Occupied(known) => {
                        // Of two that hang on conditions which aren't known, one may be made alone.
                        if known.get().0.condition.is_none() && exported.condition.is_none() {
                            let locations = [known.get().0.at, exported.at];
                            return Err(TemplateError::ExportedTwice { name: known.key().clone(), locations });
                        }
                        let unknown = Node::unknown(format!("ImportValue {}", known.key()), None);
                        known.into_mut().1 = Progress::Done(unknown);
                    }
                },
            }
        }
        Ok(())
    }

    /// What another stack exports by a name.
    pub(super) fn import(&mut self, name: &str) -> Result<Node, TemplateError> {
        let unknown = || Node::unknown(format!("ImportValue {name}"), None);
        if let Some((exported, progress)) = self.exported.get_mut(name) {
            if let Progress::Done(value) = progress {
                return Ok(value.clone());
            }
            let value = exported.value.clone();
            // One that hangs on itself comes back here, and finds that.
            *progress = Progress::Done(unknown());
            let value = self.value(&value)?;
            if !value.is_null() {
                if let Some((_, progress)) = self.exported.get_mut(name) {
                    *progress = Progress::Done(value.clone());
                }
                return Ok(value);
            }
            // Nothing is exported by that name.
            self.exported.remove(name);
        }
        if let Some(value) = self.exports.and_then(|exports| exports.value(name)) {
            return Ok(Node::text(value));
        }
        if !has_unknown(name) {
            self.not_exported.insert(name.to_owned());
        }
        Ok(unknown())
    }

    /// The id of a resource: its own where it exists, else its logical id.
    pub(super) fn id(&self, resource: &str) -> String {
        self.physical.get(resource).cloned().unwrap_or_else(|| resource.to_owned())
    }

    /// Whether a resource exists already.
    pub(super) fn exists(&self, resource: &str) -> bool {
        self.physical.contains_key(resource)
    }

    /// A value with its functions called. Members and elements that come to `AWS::NoValue` are left out.
    pub(super) fn value(&mut self, node: &Node) -> Result<Node, TemplateError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(TemplateError::TooMuch { location: location(node.place) });
        }
        let found = self.value_within(node);
        self.depth -= 1;
        found
    }

    fn value_within(&mut self, node: &Node) -> Result<Node, TemplateError> {
        if let Some((name, argument)) = call(node) {
            return self.function(name, argument, node);
        }
        let value = match &node.value {
            // What it holds besides, and what becomes of what it does, is known once it is deployed.
            Value::Object(_) if is_included(node) => Value::Unknown("Fn::Transform".to_owned()),
            Value::Object(Fields(fields)) => {
                let mut made = Vec::with_capacity(fields.len());
                for (key, member) in fields {
                    let member = self.value(member)?;
                    if !member.is_null() {
                        made.push((key.clone(), member));
                    }
                }
                Value::Object(Fields(made))
            }
            Value::List(items) => {
                let mut made = Vec::with_capacity(items.len());
                for item in items {
                    let item = self.value(item)?;
                    if !item.is_null() {
                        made.push(item);
                    }
                }
                Value::List(made)
            }
            Value::String(text) => from_text(text.clone()).value,
            other => other.clone(),
        };
        let made = Node::new(value, node.place);
        self.spend(&made)?;
        Ok(made)
    }

    /// Counts what was made, so that hostile templates end.
    pub(super) fn spend(&mut self, made: &Node) -> Result<(), TemplateError> {
        let size = match &made.value {
            Value::String(text) | Value::Unknown(text) => text.len(),
            Value::List(items) => items.len() * 16,
            Value::Object(fields) => fields.0.len() * 16,
            _ => 1,
        };
        self.spend_bytes(size, made)
    }

    pub(super) fn spend_bytes(&mut self, size: usize, at: &Node) -> Result<(), TemplateError> {
        self.spent = self.spent.saturating_add(size);
        match self.spent > MOST {
            true => Err(TemplateError::TooMuch { location: location(at.place) }),
            false => Ok(()),
        }
    }

    /// What a name refers to: a parameter, a pseudo parameter or a resource.
    pub(super) fn reference(&mut self, name: &str, at: &Node) -> Result<Node, TemplateError> {
        if let Some(value) = self.parameters.get(name) {
            if value.expression() == Some(name) {
                self.missing.insert(name.to_owned());
            }
            return Ok(value.clone());
        }
        if let Some(value) = self.pseudo(name) {
            return Ok(value);
        }
        match self.resource(name, at)? {
            Some(resource) => self.reference_to(resource),
            None => Ok(Node::unknown(name, None)),
        }
    }

    /// What `read` evaluates hangs on a condition of which it isn't known whether it holds: what fails in it is not known,
    /// as CloudFormation may never evaluate it.
    pub(super) fn in_doubt<T>(&mut self, read: impl FnOnce(&mut Self) -> T) -> T {
        self.doubts += 1;
        let found = read(self);
        self.doubts -= 1;
        found
    }

    /// Whether the resource in hand hangs on such a condition.
    pub(super) fn set_in_doubt(&mut self, is_in_doubt: bool) {
        self.doubts = usize::from(is_in_doubt);
    }

    /// Whether an error is one that comes of the values, in what CloudFormation may never evaluate.
    pub(super) fn is_excused(&self, error: &TemplateError) -> bool {
        self.doubts > 0
            && matches!(
                error,
                TemplateError::NotMade { .. }
                    | TemplateError::Fails { .. }
                    | TemplateError::NoSuch { what: NO_ENTRY, .. }
            )
    }

    /// A resource that is referred to; none where a transform may yet add it.
    ///
    /// # Errors
    /// There is none of that name, or it isn't made.
    pub(super) fn resource(&mut self, name: &str, at: &Node) -> Result<Option<Resource<'t>>, TemplateError> {
        let template = self.template;
        let Some(resource) = template.resource(name) else {
            return match template.is_transformed() || template.is_of_module(name) {
                true => Ok(None),
                false => Err(super::check::no_such_name(template, name, at)),
            };
        };
        if let Some(node) = resource.node.get("Condition")
            && let Some(condition) = node.as_str()
            && self.condition(condition, node)? == Some(false)
        {
            return Err(TemplateError::NotMade {
                name: name.to_owned(),
                condition: condition.to_owned(),
                locations: [location(at.place), location(node.place)],
            });
        }
        Ok(Some(resource))
    }

    /// A pseudo parameter. Where the region isn't known, its partition is taken for `aws`.
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/pseudo-parameter-reference.html>
    pub(super) fn pseudo(&mut self, name: &str) -> Option<Node> {
        let region = self.target.region.clone();
        let partition = |commercial: &str, china: &str| {
            let is_china = region.as_deref().is_some_and(|region| region.starts_with("cn-"));
            Node::text(if is_china { china } else { commercial })
        };
        let (known, name) = match name {
            "AWS::Region" => (&self.target.region, "AWS::Region"),
            "AWS::AccountId" => (&self.target.account, "AWS::AccountId"),
            "AWS::StackName" => (&self.target.stack, "AWS::StackName"),
            "AWS::StackId" => (&None, "AWS::StackId"),
            "AWS::NotificationARNs" => (&None, "AWS::NotificationARNs"),
            "AWS::NoValue" => return Some(Node::new(Value::Null, None)),
            "AWS::URLSuffix" => return Some(partition("amazonaws.com", "amazonaws.com.cn")),
            "AWS::Partition" => {
                let region = region.as_deref().unwrap_or_default();
                return Some(Node::text(crate::snapshot::partition_of(region)));
            }
            _ => return None,
        };
        Some(match known {
            Some(known) => Node::text(known),
            None => {
                self.unknown.insert(name);
                // Without colons, at which ARNs are taken apart.
                Node::unknown(name.replace("::", " "), None)
            }
        })
    }

    /// Whether a part that isn't known is one word, without a delimiter in it.
    pub(super) fn is_one_word(&self, name: &str) -> bool {
        matches!(name, "AWS Region" | "AWS AccountId" | "AWS StackName")
            || name.starts_with(MADE_UP)
            || self.template.resource(name).is_some()
    }

    /// The name of a zone, by its place in the list of `Fn::GetAZs`. Where they aren't known, each has a name of its own.
    pub(super) fn zone(&self, index: usize) -> Node {
        match &self.zones {
            Some(zones) => match zones.get(index) {
                Some(zone) => Node::text(zone),
                None => Node::unknown(format!("GetAZs[{index}]"), None),
            },
            None => Node::text(format!("zone {}", index + 1)),
        }
    }

    /// The value of a property of a resource, which others ask for by `Fn::GetAtt`.
    pub(super) fn property(&mut self, resource: &str, property: &str) -> Result<Option<Node>, TemplateError> {
        let Some(owner) = self.template.resource(resource) else { return Ok(None) };
        let Some(found) = owner.property(property) else {
            let hidden = || Node::unknown(format!("{resource}.{property}"), owner.node.place);
            return Ok(owner.is_open().then(hidden));
        };
        let key = (resource.to_owned(), property.to_owned());
        match self.attributes.get(&key) {
            Some(Progress::Done(value)) => return Ok(Some(value.clone())),
            // What needs itself was told before anything is evaluated; a chain through a property ends here.
            Some(Progress::Begun) => return Ok(Some(Node::unknown(format!("{resource}.{property}"), None))),
            None => {}
        }
        self.attributes.insert(key.clone(), Progress::Begun);
        let value = self.value(found)?;
        self.attributes.insert(key, Progress::Done(value.clone()));
        Ok(Some(value))
    }

    /// Whether a condition holds; none where that isn't known.
    pub(super) fn condition(&mut self, name: &str, at: &Node) -> Result<Option<bool>, TemplateError> {
        let Some(node) = self.template.entry("Conditions", name) else {
            if self.template.is_transformed() || is_open("Conditions", self.template) {
                return Ok(None);
            }
            return Err(super::check::no_such_condition(self.template, name, at));
        };
        match self.conditions.get(name) {
            Some(Progress::Done(truth)) => return Ok(*truth),
            // What needs itself was told before anything is evaluated.
            Some(Progress::Begun) => return Ok(None),
            None => {}
        }
        self.conditions.insert(name.to_owned(), Progress::Begun);
        let truth = self.truth(node)?;
        self.conditions.insert(name.to_owned(), Progress::Done(truth));
        Ok(truth)
    }

    /// Whether the expression of a condition holds, by Kleene's logic over what is known.
    pub(super) fn truth(&mut self, node: &Node) -> Result<Option<bool>, TemplateError> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(TemplateError::TooMuch { location: location(node.place) });
        }
        let truth = self.truth_within(node);
        self.depth -= 1;
        truth
    }

    fn truth_within(&mut self, node: &Node) -> Result<Option<bool>, TemplateError> {
        const SOME: &str = "a list of 2 to 10 conditions";
        let (name, argument) = match node.fields().map(|Fields(fields)| fields.as_slice()) {
            Some([(name, argument)]) => (name.as_ref(), argument),
            _ => return Err(arguments("Conditions", "a condition function", node)),
        };
        match name {
            "Condition" => match argument.as_str() {
                Some(other) => self.condition(other, argument),
                None => Err(arguments(name, "the name of a condition", argument)),
            },
            "Fn::Equals" => {
                let Value::List(items) = &argument.value else {
                    return Err(arguments(name, "a list of two values", argument));
                };
                let [one, other] = items.as_slice() else {
                    return Err(arguments(name, "a list of two values", argument));
                };
                let (one, other) = (self.value(one)?, self.value(other)?);
                Ok(equal(&one, &other))
            }
            "Fn::Not" => match argument.items() {
                [one] => Ok(self.truth(one)?.map(|truth| !truth)),
                _ => Err(arguments(name, "a list of one condition", argument)),
            },
            "Fn::And" | "Fn::Or" => {
                // One of these decides, whatever the others are.
                let deciding = name == "Fn::Or";
                let mut all = Some(!deciding);
                if argument.items().is_empty() {
                    return Err(arguments(name, SOME, argument));
                }
                for item in argument.items() {
                    match self.truth(item)? {
                        Some(truth) if truth == deciding => all = Some(deciding),
                        None if all != Some(deciding) => all = None,
                        _ => {}
                    }
                }
                Ok(all)
            }
            name if name.starts_with("Fn::") && super::functions::FUNCTIONS.contains(&name) => {
                let value = self.value(node)?;
                Ok(value.as_bool())
            }
            name => Err(unknown(name, node)),
        }
    }
}

/// Whether a section may have entries that aren't written.
pub(super) fn is_open(section: &str, template: &Template) -> bool {
    template.root().get(section).is_some_and(is_included)
}

/// Whether two values are equal; none where that isn't known. `Fn::Equals` compares texts, case included.
fn equal(one: &Node, other: &Node) -> Option<bool> {
    match (text_of(one), text_of(other)) {
        (Some(one), Some(other)) if one == other => Some(true),
        (Some(one), Some(other)) => (!has_unknown(&one) && !has_unknown(&other)).then_some(false),
        _ => match (one.expression(), other.expression()) {
            (None, None) => Some(super::functions::same(one, other)),
            _ => None,
        },
    }
}

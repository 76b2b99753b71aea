//! The resources of a plan or a state, each with its values once all is deployed.

use super::address::Key;
use super::file::{Configuration, File, Head, Module, Resource, Text, ValueModule, Variable};
use crate::input::error::{InputError, Unusable};
use crate::input::planned::{Fields, Node, Value, json};
use crate::input::split::explain;
use crate::snapshot::{Location, SourceId, Sources, Written};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// What happens to a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    /// It stays as it is, or is only read.
    Nothing,
    /// It is made.
    Create,
    /// It is changed.
    Update,
    /// It is deleted.
    Delete,
    /// It is deleted and made anew.
    Replace,
}

impl Action {
    /// Reads the actions of a change. None where they are not known.
    /// <https://developer.hashicorp.com/terraform/internals/json-format#change-representation>,
    /// <https://opentofu.org/docs/internals/json-format/#change-representation>
    fn read(actions: &RawValue) -> Option<Self> {
        let actions: Vec<String> = serde_json::from_str(actions.get()).ok()?;
        let actions: Vec<&str> = actions.iter().map(String::as_str).collect();
        Some(match actions.as_slice() {
            // What is taken out of Terraform's hands stays where it is.
            ["no-op" | "read" | "forget"] => Action::Nothing,
            // The old one stays where it is.
            ["create"] | ["create", "forget"] | ["forget", "create"] => Action::Create,
            ["update"] => Action::Update,
            ["delete"] => Action::Delete,
            ["create", "delete"] | ["delete", "create"] => Action::Replace,
            _ => return None,
        })
    }
}

/// An instance of a resource, or of a data source.
pub(super) struct Instance<'a> {
    /// As it is called in the run: by its address, after the label of its file where there are several.
    pub(super) address: String,
    /// The address of its module instance, empty for the root.
    pub(super) module: String,
    /// Its address in the configuration's module: `aws_subnet.a`, `data.aws_vpc.b`.
    pub(super) resource: String,
    pub(super) ty: String,
    pub(super) key: Option<Key>,
    pub(super) action: Action,
    /// The object in the file that tells of it.
    pub(super) block: Written,
    pub(super) pointer: String,
    /// Where its address is written.
    pub(super) address_at: Option<Written>,
    after: Option<&'a RawValue>,
    unknown: Option<&'a RawValue>,
    before: Option<&'a RawValue>,
    values: OnceLock<Node>,
    values_before: OnceLock<Node>,
}

impl Instance<'_> {
    pub(super) fn is_data(&self) -> bool {
        self.resource.starts_with("data.")
    }

    /// Whether it is one of those that `for_each` makes.
    pub(super) fn is_of_for_each(&self) -> bool {
        matches!(self.key, Some(Key::Name(_)))
    }
}

/// The instances of a resource.
#[derive(Default)]
pub(super) struct OfResource {
    /// In their order.
    pub(super) all: Vec<usize>,
    pub(super) by_key: FxHashMap<Key, usize>,
}

/// All of a file.
pub(super) struct Plan<'a> {
    source: SourceId,
    /// What stands before the addresses of its resources.
    prefix: String,
    base: usize,
    pub(super) instances: Vec<Instance<'a>>,
    /// (module, resource) → instances, in their order.
    by_resource: FxHashMap<(String, String), OfResource>,
    /// Type → instances of resources and data sources, in their order.
    by_type: FxHashMap<String, Vec<usize>>,
    /// The id that it goes by → instances of resources, in their order.
    by_id: OnceLock<FxHashMap<String, Vec<usize>>>,
    /// Whether a later plan is needed for the rest.
    pub(super) is_partial: bool,
    pub(super) configuration: Configuration,
    pub(super) variables: BTreeMap<String, Variable>,
    /// (module path without keys, resource) → its configuration.
    described: FxHashMap<(String, String), Vec<usize>>,
    /// (module, name of a module called in it) → keys of its instances.
    called: FxHashMap<(String, String), Vec<Option<Key>>>,
    pub(super) followed: super::follow::Followed,
    /// Provider configuration → the region that it leads to, where that is known.
    pub(super) regions: OnceLock<BTreeMap<String, String>>,
    /// The configuration as its files have it, where they are given.
    pub(super) written: Option<super::written::Modules>,
}

impl<'a> Plan<'a> {
    /// Takes a file in.
    ///
    /// Among several, what is yet to be made goes by the file's label and its address.
    ///
    /// # Errors
    /// A resource is not of the documented form.
    pub(super) fn of(
        file: File<'a>,
        sources: &'a Sources,
        source: SourceId,
        label: Option<&str>,
    ) -> Result<Self, InputError> {
        let base = sources.get(source).bytes().as_ptr() as usize;
        let mut plan = Plan {
            source,
            prefix: label.map(|label| format!("{label}.")).unwrap_or_default(),
            base,
            instances: Vec::new(),
            by_resource: FxHashMap::default(),
            by_type: FxHashMap::default(),
            by_id: OnceLock::new(),
            is_partial: file.complete == Some(false),
            configuration: file.configuration,
            variables: file.variables,
            described: FxHashMap::default(),
            called: FxHashMap::default(),
            followed: Default::default(),
            regions: OnceLock::new(),
            written: None,
        };
        let changes = file.resource_changes;
        if let Some(changes) = &changes {
            for (index, raw) in changes.iter().enumerate() {
                plan.take(sources, raw, format!("/resource_changes/{index}"), None)?;
            }
        }
        // Data sources that could be read are in the state before; what a plan lacks a list of changes for is planned.
        let prior = file.prior_state.and_then(|state| state.values).and_then(|values| values.root_module);
        if let Some(module) = prior {
            plan.take_module(sources, &module, "/prior_state/values/root_module", true)?;
        }
        let planned = file.planned_values.filter(|_| changes.is_none());
        if let Some(module) = planned.and_then(|values| values.root_module) {
            plan.take_module(sources, &module, "/planned_values/root_module", false)?;
        }
        if let Some(module) = file.values.and_then(|values| values.root_module) {
            plan.take_module(sources, &module, "/values/root_module", false)?;
        }
        for (index, instance) in plan.instances.iter().enumerate() {
            plan.by_type.entry(instance.ty.clone()).or_default().push(index);
            if instance.action != Action::Delete {
                let key = (instance.module.clone(), instance.resource.clone());
                let known = plan.by_resource.entry(key).or_default();
                known.all.push(index);
                if let Some(key) = &instance.key {
                    known.by_key.entry(key.clone()).or_insert(index);
                }
            }
        }
        plan.called = called(&plan.instances);
        let mut described = FxHashMap::default();
        describe(&plan.configuration.root_module, String::new(), &mut described);
        plan.described = described;
        Ok(plan)
    }

    fn take_module(
        &mut self,
        sources: &'a Sources,
        module: &ValueModule<'a>,
        pointer: &str,
        data_alone: bool,
    ) -> Result<(), InputError> {
        for (index, raw) in module.resources.iter().enumerate() {
            let module = module.address.as_deref().unwrap_or_default();
            // Most of a prior state are resources that the changes tell of.
            if data_alone && memchr::memmem::find(raw.get().as_bytes(), b"\"data\"").is_none() {
                continue;
            }
            let known = self.instances.len();
            self.take(sources, raw, format!("{pointer}/resources/{index}"), Some(module))?;
            if data_alone && self.instances.last().is_some_and(|last| !last.is_data()) {
                self.instances.truncate(known);
            }
        }
        for (index, child) in module.child_modules.iter().enumerate() {
            self.take_module(sources, child, &format!("{pointer}/child_modules/{index}"), data_alone)?;
        }
        Ok(())
    }

    fn take(
        &mut self,
        sources: &'a Sources,
        raw: &'a RawValue,
        pointer: String,
        module: Option<&str>,
    ) -> Result<(), InputError> {
        let start = self.offset(raw.get());
        let head: Head<'a> = serde_json::from_str(raw.get())
            .map_err(|error| explain(sources, self.source, start, 0, &error).of_plan())?;
        let is_data = head.mode.as_ref().is_some_and(|mode| mode.0 == "data");
        let resource = format!("{}{}.{}", if is_data { "data." } else { "" }, head.ty.0, head.name.0);
        // The modules of a state tell of what is there, a list of changes of what happens to it.
        let said = match (module, head.change.as_ref().and_then(|change| change.actions)) {
            (Some(_), _) => Some(Action::Nothing),
            (None, Some(actions)) => Action::read(actions),
            (None, None) => None,
        };
        let action = match said {
            _ if head.deposed.is_some() => Action::Delete,
            Some(action) => action,
            // What nothing is read of may have whatever happen to it.
            None if !head.ty.0.starts_with("aws_") => return Ok(()),
            None => return Err(self.without_actions(&head, raw)),
        };
        let not_null = |raw: &&RawValue| raw.get() != "null";
        let values = head.change.as_ref().map_or([None, head.values], |change| [change.before, change.after]);
        if let Some(other) = values.into_iter().flatten().find(|raw| not_null(raw) && !raw.get().starts_with('{')) {
            let start = self.offset(other.get());
            let location = Location::Span { source: self.source, start, length: other.get().len() };
            return Err(InputError::Unusable(Box::new(Unusable {
                code: "input/terraform-values",
                what: format!("the values of `{}` must be an object", head.address.0),
                help: "take the plan as `terraform show -json` prints it",
                location,
            })));
        }
        let (before, after, unknown) = match head.change {
            // It has no values after that.
            Some(change) if action == Action::Nothing && change.after.is_none_or(|after| !not_null(&after)) => {
                (change.before, change.before, None)
            }
            Some(change) => (change.before, change.after, change.after_unknown),
            None => (None, head.values, None),
        };
        let address_at = match &head.address {
            Text(std::borrow::Cow::Borrowed(text)) => {
                let start = self.offset(text).saturating_sub(1);
                Some(Written { source: self.source, start, length: text.len() + 2 })
            }
            Text(std::borrow::Cow::Owned(_)) => None,
        };
        self.instances.push(Instance {
            module: module
                .map(str::to_owned)
                .or(head.module_address.map(|module| module.0.into_owned()))
                .unwrap_or_default(),
            resource,
            ty: head.ty.0.into_owned(),
            key: head.index.and_then(|index| match index {
                serde_json::Value::String(name) => Some(Key::Name(name)),
                other => other.as_u64().map(Key::Index),
            }),
            address: format!("{}{}", self.prefix, head.address.0),
            action,
            block: Written { source: self.source, start, length: raw.get().len() },
            pointer,
            address_at,
            after: after.filter(not_null),
            unknown,
            before: before.filter(not_null),
            values: OnceLock::new(),
            values_before: OnceLock::new(),
        });
        Ok(())
    }

    /// It isn't said, or in words that are not known, what happens to a resource.
    fn without_actions(&self, head: &Head<'_>, raw: &RawValue) -> InputError {
        let actions = head.change.as_ref().and_then(|change| change.actions);
        let at = actions.map_or(raw.get(), RawValue::get);
        let length = if actions.is_some() { at.len() } else { 1 };
        // As Terraform writes it in one line.
        let shown = actions.and_then(|actions| serde_json::from_str::<serde_json::Value>(actions.get()).ok());
        let what = match shown {
            Some(actions) => format!("`{}` has the actions {actions}, which are none of Terraform's", head.address.0),
            None => format!("it is not said what happens to `{}`: its change has no actions", head.address.0),
        };
        InputError::Unusable(Box::new(Unusable {
            code: "input/terraform-actions",
            what,
            help: "take the plan as `terraform show -json` prints it; if a later Terraform wrote it, update fargcheck",
            location: Location::Span { source: self.source, start: self.offset(at), length },
        }))
    }

    fn offset(&self, text: &str) -> usize {
        text.as_ptr() as usize - self.base
    }

    fn read(&self, raw: Option<&RawValue>) -> Option<Node> {
        raw.map(|raw| json::read(raw.get(), self.source, self.offset(raw.get())))
    }

    /// The values that a resource will have. What isn't known before the deployment is an unknown without a name.
    pub(super) fn values<'i>(&self, instance: &'i Instance<'a>) -> &'i Node {
        instance.values.get_or_init(|| {
            let mut after = self.read(instance.after).unwrap_or_else(|| Fields::default().into());
            if let Some(unknown) = self.read(instance.unknown) {
                merge(&mut after, unknown);
            }
            after
        })
    }

    /// The values that a resource has until then.
    pub(super) fn values_before<'i>(&self, instance: &'i Instance<'a>) -> &'i Node {
        instance.values_before.get_or_init(|| self.read(instance.before).unwrap_or_else(|| Fields::default().into()))
    }

    /// The instances of a resource in a module instance.
    pub(super) fn instances_of(&self, module: &str, resource: &str) -> Option<&OfResource> {
        self.by_resource.get(&(module.to_owned(), resource.to_owned()))
    }

    /// The instances of resources and data sources of some types.
    pub(super) fn of_types<'p>(&'p self, types: &'p [&'p str]) -> impl Iterator<Item = (usize, &'p Instance<'a>)> {
        let found = types.iter().filter_map(|ty| self.by_type.get(*ty)).flatten();
        found.filter_map(|index| Some((*index, self.instances.get(*index)?)))
    }

    /// The resource of some types that goes by an id.
    pub(super) fn of_id(&self, id: &str, types: &[&str]) -> Option<usize> {
        let by_id = self.by_id.get_or_init(|| {
            let mut by_id: FxHashMap<String, Vec<usize>> = FxHashMap::default();
            for (index, instance) in self.instances.iter().enumerate().filter(|(_, instance)| !instance.is_data()) {
                by_id.entry(self.id_of(instance)).or_default().push(index);
            }
            by_id
        });
        by_id.get(id)?.iter().copied().find(|index| types.contains(&self.instances[*index].ty.as_str()))
    }

    /// The keys of the instances of a module that is called in another one.
    pub(super) fn keys_of_module(&self, module: &str, name: &str) -> &[Option<Key>] {
        let found = self.called.get(&(module.to_owned(), name.to_owned()));
        found.map_or(&[None], Vec::as_slice)
    }

    /// The configuration of a module instance.
    pub(super) fn module(&self, address: &str) -> Option<&Module> {
        let mut module = &self.configuration.root_module;
        for name in module_names(address) {
            module = &module.module_calls.get(&name)?.module;
        }
        Some(module)
    }

    /// The configuration of a resource.
    pub(super) fn resource<'p>(&'p self, instance: &Instance<'_>) -> Option<&'p Resource> {
        let path = module_names(&instance.module).join(".");
        let index = self.described.get(&(path, instance.resource.clone()))?.first()?;
        self.module(&instance.module)?.resources.get(*index)
    }
}

/// Which modules there are instances of, and of which keys.
fn called(instances: &[Instance<'_>]) -> FxHashMap<(String, String), Vec<Option<Key>>> {
    let mut called: FxHashMap<(String, String), Vec<Option<Key>>> = FxHashMap::default();
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    for instance in instances.iter().filter(|instance| seen.insert(&instance.module)) {
        let mut module = instance.module.clone();
        while let Some((outer, name, key)) = super::address::innermost(&module) {
            let keys = called.entry((outer.clone(), name)).or_default();
            if !keys.contains(&key) {
                keys.push(key);
            }
            module = outer;
        }
    }
    called
}

/// The names of the modules on the way to one, without keys.
pub(super) fn module_names(address: &str) -> Vec<String> {
    let parts = super::address::parts(address);
    let names = parts.iter().filter_map(super::address::Part::name).skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

fn describe(module: &Module, path: String, described: &mut FxHashMap<(String, String), Vec<usize>>) {
    for (index, resource) in module.resources.iter().enumerate() {
        described.entry((path.clone(), resource.address.clone())).or_default().push(index);
    }
    for (name, call) in &module.module_calls {
        let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
        describe(&call.module, path, described);
    }
}

/// Puts the unknown parts into values: `true` stands where the value isn't known.
fn merge(after: &mut Node, unknown: Node) {
    match unknown.value {
        Value::Bool(true) => *after = Node::unknown("", unknown.place),
        Value::Object(unknown) => {
            if after.is_null() && !unknown.0.is_empty() {
                after.value = Value::Object(Fields::default());
            }
            let Value::Object(after) = &mut after.value else { return };
            for (key, unknown) in unknown.0 {
                match after.get_mut(&key) {
                    Some(known) => merge(known, unknown),
                    None => {
                        let mut made = Node::new(Value::Null, unknown.place);
                        merge(&mut made, unknown);
                        if !made.is_null() {
                            after.0.push((key, made));
                        }
                    }
                }
            }
        }
        Value::List(unknown) => {
            let Value::List(after) = &mut after.value else { return };
            for (index, unknown) in unknown.into_iter().enumerate() {
                match after.get_mut(index) {
                    Some(known) => merge(known, unknown),
                    None => {
                        let mut made = Node::new(Value::Null, unknown.place);
                        merge(&mut made, unknown);
                        after.push(made);
                    }
                }
            }
        }
        _ => {}
    }
}

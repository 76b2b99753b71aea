//! What the names of a module lead to: resources, modules, outputs and variables.

use super::super::address::{Key, child, innermost};
use super::super::plan::{Instance, Plan, module_names};
use super::evaluate::DEEPEST;
use super::files::Module;
use super::worth::{Scope, Worth};
use hcl_edit::expr::{Expression, ObjectKey};
use hcl_edit::structure::Body;
use serde_json::Value as Json;
use std::rc::Rc;

impl<'a> Plan<'a> {
    /// A resource or a data source of a module: one, a list of what `count` makes, or an object of what `for_each` makes.
    pub(super) fn resource_worth(&self, address: &str, scope: &Scope<'_>) -> Worth<'static> {
        let own = (scope.module.clone(), address.to_owned());
        if let Some(known) = self.followed.resources.borrow().get(&own) {
            return known.clone();
        }
        let found = self.resource_of(address, scope);
        self.followed.resources.borrow_mut().insert(own, found.clone());
        found
    }

    fn resource_of(&self, address: &str, scope: &Scope<'_>) -> Worth<'static> {
        let Some(body) = scope.source.resources.get(address) else { return Worth::Unknown };
        let all = self.instances_of(&scope.module, address).map(|of| of.all.as_slice()).unwrap_or_default();
        let whole = |index: &usize| Worth::Attribute { index: *index, attribute: None };
        let key = |index: &usize| self.instances.get(*index).and_then(|found| found.key.as_ref());
        if !body.has_attribute("count") && !body.has_attribute("for_each") {
            return match all {
                [only] if key(only).is_none() => whole(only),
                _ => Worth::Unknown,
            };
        }
        // Of what isn't planned this time, nothing tells how many there are.
        if self.is_partial || all.is_empty() && address.starts_with("data.") {
            return Worth::Unknown;
        }
        if body.has_attribute("count") {
            let mut by_index: Vec<(u64, Worth<'static>)> = Vec::new();
            for index in all {
                let Some(Key::Index(own)) = key(index) else { return Worth::Unknown };
                by_index.push((*own, whole(index)));
            }
            by_index.sort_by_key(|(own, _)| *own);
            let is_whole = by_index.iter().enumerate().all(|(at, (own, _))| at as u64 == *own);
            return if is_whole {
                Worth::list(by_index.into_iter().map(|(_, one)| one).collect())
            } else {
                Worth::Unknown
            };
        }
        let mut members = Vec::new();
        for index in all {
            let Some(Key::Name(name)) = key(index) else { return Worth::Unknown };
            members.push((name.clone(), whole(index)));
        }
        Worth::object(members)
    }

    /// `module.name`
    pub(super) fn called<'p>(&'p self, name: &str, scope: &Scope<'p>) -> Worth<'p> {
        let Some(call) = scope.source.calls.get(name) else { return Worth::Unknown };
        let address = |key: Option<&Key>| child(&scope.module, name, key);
        if !call.has_attribute("count") && !call.has_attribute("for_each") {
            return Worth::Module(address(None));
        }
        let mut by_key = Vec::new();
        for key in self.keys_of_module(&scope.module, name) {
            let Some(key) = key else { return Worth::Unknown };
            by_key.push((key, Worth::Module(address(Some(key)))));
        }
        if call.has_attribute("for_each") {
            let member = |(key, one): (&Key, Worth<'p>)| match key {
                Key::Name(name) => Some((name.clone(), one)),
                Key::Index(_) => None,
            };
            return by_key.into_iter().map(member).collect::<Option<Vec<_>>>().map_or(Worth::Unknown, Worth::object);
        }
        by_key.sort_by_key(|(key, _)| match key {
            Key::Index(own) => *own,
            Key::Name(_) => u64::MAX,
        });
        let is_whole = by_key.iter().enumerate().all(|(at, (key, _))| **key == Key::Index(at as u64));
        if is_whole { Worth::list(by_key.into_iter().map(|(_, one)| one).collect()) } else { Worth::Unknown }
    }

    pub(super) fn output_worth<'p>(&'p self, module: &str, name: &str, depth: usize) -> Worth<'p> {
        let Some(scope) = self.scope(module) else { return Worth::Unknown };
        scope.source.outputs.get(name).map_or(Worth::Unknown, |value| self.worth(value, &scope, depth + 1))
    }

    pub(super) fn variable_worth<'p>(&'p self, name: &str, module: &str, depth: usize) -> Worth<'p> {
        let Some(own) = self.scope(module) else { return Worth::Unknown };
        let Some(declared) = own.source.variables.get(name) else { return Worth::Unknown };
        let default = || {
            let default = declared.get_attribute("default");
            default.map_or(Worth::Unknown, |default| self.worth(&default.value, &own, depth + 1))
        };
        let given = match innermost(module) {
            None => self.variables.get(name).map(|variable| Worth::of(variable.value.clone())),
            Some((outer, called, key)) => {
                let call = self.source_of(&outer).and_then(|source| source.calls.get(&called));
                let Some(call) = call else { return Worth::Unknown };
                match call.get_attribute(name) {
                    Some(argument) => {
                        let scope = self.scope_of(&outer, call, key.as_ref(), depth);
                        scope.map(|scope| self.worth(&argument.value, &scope, depth + 1)).or(Some(Worth::Unknown))
                    }
                    None => None,
                }
            }
        };
        let is_nullable = declared.get_attribute("nullable").is_none_or(|found| found.value.as_bool() != Some(false));
        let worth = match given {
            Some(given) if !given.is_null() || is_nullable => given,
            _ => default(),
        };
        match declared.get_attribute("type") {
            Some(ty) => self.typed(worth, &ty.value, &own, depth + 1),
            None => worth,
        }
    }

    /// A value as the type of a variable makes it: a set has no order, an object the members that it is declared with.
    /// <https://developer.hashicorp.com/terraform/language/expressions/type-constraints>
    fn typed<'p>(&'p self, worth: Worth<'p>, ty: &'p Expression, scope: &Rc<Scope<'p>>, depth: usize) -> Worth<'p> {
        let Expression::FuncCall(of) = ty else { return worth };
        let worth = self.forced(&worth, depth);
        if depth > DEEPEST || !self.followed.may_go_on() {
            return Worth::Unknown;
        }
        let Some(inner) = of.args.get(0) else { return worth };
        let is_plain = !matches!(inner, Expression::FuncCall(_));
        match (of.name.name.as_str(), &worth) {
            ("set", Worth::List(items)) if is_plain => Worth::Set(Rc::clone(items)),
            ("list" | "map", Worth::List(_) | Worth::Object(_)) if is_plain => worth,
            ("list", Worth::List(items)) => {
                Worth::list(items.iter().map(|item| self.typed(item.clone(), inner, scope, depth + 1)).collect())
            }
            ("map", Worth::Object(members)) => {
                let member = |(name, value): &(String, Worth<'p>)| {
                    (name.clone(), self.typed(value.clone(), inner, scope, depth + 1))
                };
                Worth::object(members.iter().map(member).collect())
            }
            ("object", Worth::Object(members)) => {
                let Some(declared) = inner.as_object() else { return Worth::Unknown };
                let mut typed = Vec::new();
                for (name, ty) in declared.iter() {
                    let name = match name {
                        ObjectKey::Ident(name) => name.as_str(),
                        ObjectKey::Expression(key) => {
                            match key.as_variable().map(|name| name.as_str()).or(key.as_str()) {
                                Some(name) => name,
                                None => return Worth::Unknown,
                            }
                        }
                    };
                    let (own, default) = optional(ty.expr());
                    let given = members.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone());
                    let is_left_out = match (&given, default) {
                        (Some(given), Some(_)) => self.forced(given, depth).is_null(),
                        (Some(_), None) => false,
                        (None, _) => true,
                    };
                    let value = match (given, default) {
                        (Some(given), _) if !is_left_out => given,
                        (_, Some(default)) => self.worth(default, scope, depth + 1),
                        (_, None) => Worth::NULL,
                    };
                    typed.push((name.to_owned(), self.typed(value, own, scope, depth + 1)));
                }
                Worth::object(typed)
            }
            (_, Worth::Constant(_) | Worth::Unknown | Worth::Refused | Worth::Attribute { .. }) => worth,
            _ => Worth::Unknown,
        }
    }

    /// What names mean in a module instance.
    pub(super) fn scope<'p>(&'p self, module: &str) -> Option<Rc<Scope<'p>>> {
        let source = self.source_of(module)?;
        Some(Rc::new(Scope { module: module.to_owned(), source, names: Vec::new() }))
    }

    /// What names mean in a block that `count` or `for_each` may make several instances of.
    pub(super) fn scope_of<'p>(
        &'p self,
        module: &str,
        body: &'p Body,
        key: Option<&Key>,
        depth: usize,
    ) -> Option<Rc<Scope<'p>>> {
        let scope = self.scope(module)?;
        Some(match key {
            None => scope,
            Some(Key::Index(index)) => {
                let count = Worth::object(vec![("index".to_owned(), Worth::Constant(Json::from(*index)))]);
                Rc::new(scope.with("count", count))
            }
            Some(Key::Name(name)) => {
                let all = body.get_attribute("for_each").map(|all| self.worth(&all.value, &scope, depth + 1));
                let value = match all {
                    Some(all @ Worth::Object(_)) => self.member(&all, name, depth),
                    Some(Worth::Set(_) | Worth::List(_)) => Worth::text(name),
                    _ => Worth::Unknown,
                };
                // What the plan has is never refused.
                let value = if matches!(value, Worth::Refused) { Worth::Unknown } else { value };
                Rc::new(scope.with("each", Worth::each(Worth::text(name), value)))
            }
        })
    }

    fn source_of(&self, module: &str) -> Option<&Module> {
        self.written.as_ref()?.module(&module_names(module).join("."))
    }

    /// The block of a resource, and what names mean in it.
    pub(super) fn written_block<'p>(&'p self, instance: &Instance<'_>) -> Option<(&'p Body, Rc<Scope<'p>>)> {
        let body = self.source_of(&instance.module)?.resources.get(&instance.resource)?;
        Some((body, self.scope_of(&instance.module, body, instance.key.as_ref(), 0)?))
    }
}

/// The type of a member that may be left out, and what it is then.
fn optional(ty: &Expression) -> (&Expression, Option<&Expression>) {
    match ty {
        Expression::FuncCall(call) if call.name.name.as_str() == "optional" => {
            (call.args.get(0).unwrap_or(ty), call.args.get(1))
        }
        ty => (ty, None),
    }
}

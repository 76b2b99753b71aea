//! Expression → what it comes to.
//! <https://developer.hashicorp.com/terraform/language/expressions>

use super::super::address::{Key, parts};
use super::super::plan::{Instance, Plan};
use super::super::scopes::region_of_provider;
use super::worth::{Scope, Worth};
use crate::input::planned::{Node, Value};
use crate::snapshot::partition_of;
use hcl_edit::expr::{Expression, ForExpr, Object, ObjectKey, Traversal, TraversalOperator};
use hcl_edit::template::Element;
use hcl_edit::{Decorated, Number};
use serde_json::Value as Json;
use std::rc::Rc;

/// Expressions that lead through each other without end are cut here.
pub(super) const DEEPEST: usize = 150;

/// Texts that are put together of each other can be made to grow without end.
const LONGEST: usize = 1 << 20;

impl<'a> Plan<'a> {
    /// What an expression comes to.
    pub(super) fn worth<'p>(&'p self, expression: &'p Expression, scope: &Rc<Scope<'p>>, depth: usize) -> Worth<'p> {
        if depth > DEEPEST || !self.followed.may_go_on() {
            return Worth::Unknown;
        }
        let later = |expression: &'p Expression| Worth::Later(expression, Rc::clone(scope));
        match expression {
            Expression::Null(_) => Worth::NULL,
            Expression::Bool(value) => Worth::Constant(Json::from(**value)),
            Expression::Number(number) => number_of(number.value()),
            Expression::String(text) => Worth::text(text),
            Expression::Array(items) => Worth::list(items.iter().map(later).collect()),
            Expression::Object(object) => self.object(object, scope, depth),
            Expression::StringTemplate(template) => self.template(template.iter(), scope, depth),
            Expression::HeredocTemplate(_) => Worth::Unknown,
            Expression::Parenthesis(inner) => self.worth(inner.inner(), scope, depth + 1),
            Expression::Variable(name) => named(name, scope).map_or(Worth::Unknown, |worth| self.forced(&worth, depth)),
            Expression::Conditional(choice) => match self.worth(&choice.cond_expr, scope, depth + 1) {
                Worth::Refused => Worth::Refused,
                condition => match condition.as_bool() {
                    Some(true) => self.worth(&choice.true_expr, scope, depth + 1),
                    Some(false) => self.worth(&choice.false_expr, scope, depth + 1),
                    None => Worth::Unknown,
                },
            },
            Expression::FuncCall(call) => self.call(call, scope, depth),
            Expression::Traversal(traversal) => self.traversal(traversal, scope, depth),
            Expression::UnaryOp(operation) => self.unary(operation, scope, depth),
            Expression::BinaryOp(operation) => self.binary(operation, scope, depth),
            Expression::ForExpr(over) => self.for_each(over, scope, depth),
        }
    }

    /// As [`Plan::worth`], of what was put off.
    pub(super) fn forced<'p>(&'p self, worth: &Worth<'p>, depth: usize) -> Worth<'p> {
        match worth {
            Worth::Later(expression, scope) => self.worth(expression, scope, depth + 1),
            known => known.clone(),
        }
    }

    fn object<'p>(&'p self, object: &'p Object, scope: &Rc<Scope<'p>>, depth: usize) -> Worth<'p> {
        let mut members = Vec::with_capacity(object.len());
        for (key, value) in object.iter() {
            let name = match key {
                ObjectKey::Ident(name) => Some(name.to_string()),
                ObjectKey::Expression(Expression::Variable(name)) => Some(name.to_string()),
                ObjectKey::Expression(key) => self.worth(key, scope, depth + 1).as_text(),
            };
            let Some(name) = name else { return Worth::Unknown };
            members.push((name, Worth::Later(value.expr(), Rc::clone(scope))));
        }
        Worth::object(members)
    }

    fn template<'p>(
        &'p self,
        elements: impl Iterator<Item = &'p Element>,
        scope: &Rc<Scope<'p>>,
        depth: usize,
    ) -> Worth<'p> {
        let elements: Vec<&Element> = elements.collect();
        // What alone stands in a template is itself.
        if let [Element::Interpolation(only)] = elements.as_slice() {
            return self.worth(&only.expr, scope, depth + 1);
        }
        let mut text = String::new();
        for element in elements {
            if text.len() > LONGEST {
                return Worth::Unknown;
            }
            match element {
                Element::Literal(literal) => text.push_str(literal),
                Element::Interpolation(inner) => match self.worth(&inner.expr, scope, depth + 1) {
                    Worth::Refused => return Worth::Refused,
                    worth => match worth.as_text() {
                        Some(part) => text.push_str(&part),
                        None => return Worth::Unknown,
                    },
                },
                Element::Directive(_) => return Worth::Unknown,
            }
        }
        Worth::text(&text)
    }

    fn for_each<'p>(&'p self, over: &'p ForExpr, scope: &Rc<Scope<'p>>, depth: usize) -> Worth<'p> {
        let collection = self.worth(&over.intro.collection_expr, scope, depth + 1);
        let (pairs, is_ordered) = match &collection {
            Worth::Refused => return Worth::Refused,
            collection => match self.pairs(collection, depth) {
                Some(pairs) => (pairs, !matches!(collection, Worth::Set(_))),
                None => return Worth::Unknown,
            },
        };
        if over.grouping {
            return Worth::Unknown;
        }
        let (mut items, mut members) = (Vec::new(), Vec::new());
        for (key, value) in pairs {
            let mut inner = scope.with(&over.intro.value_var, value);
            if let Some(name) = &over.intro.key_var {
                inner = inner.with(name, key);
            }
            let inner = Rc::new(inner);
            if let Some(condition) = &over.cond {
                match self.worth(&condition.expr, &inner, depth + 1) {
                    Worth::Refused => return Worth::Refused,
                    worth => match worth.as_bool() {
                        Some(true) => {}
                        Some(false) => continue,
                        None => return Worth::Unknown,
                    },
                }
            }
            let value = Worth::Later(&over.value_expr, Rc::clone(&inner));
            match &over.key_expr {
                None => items.push(value),
                Some(key) => match self.worth(key, &inner, depth + 1) {
                    Worth::Refused => return Worth::Refused,
                    worth => match worth.as_text() {
                        Some(key) => members.push((key, value)),
                        None => return Worth::Unknown,
                    },
                },
            }
        }
        match over.key_expr {
            Some(_) => Worth::object(members),
            None if is_ordered => Worth::list(items),
            None => Worth::Set(Rc::new(items)),
        }
    }

    /// The elements of a collection with their keys, in the order in which Terraform goes over them. Of a set whose elements
    /// aren't texts that are known, that order isn't known either.
    pub(super) fn pairs<'p>(&'p self, collection: &Worth<'p>, depth: usize) -> Option<Vec<(Worth<'p>, Worth<'p>)>> {
        Some(match collection {
            Worth::Object(members) => members.iter().map(|(key, value)| (Worth::text(key), value.clone())).collect(),
            Worth::List(items) => {
                items.iter().enumerate().map(|(at, item)| (Worth::Constant(Json::from(at)), item.clone())).collect()
            }
            Worth::Set(items) => items.iter().map(|item| (item.clone(), item.clone())).collect(),
            Worth::Later(..) => self.pairs(&self.forced(collection, depth), depth + 1)?,
            _ => return None,
        })
    }

    fn traversal<'p>(&'p self, traversal: &'p Traversal, scope: &Rc<Scope<'p>>, depth: usize) -> Worth<'p> {
        let mut rest = traversal.operators.as_slice();
        let mut next = || match rest.split_first() {
            Some((first, further)) => match first.value() {
                TraversalOperator::GetAttr(name) => {
                    rest = further;
                    Some(name.as_str())
                }
                _ => None,
            },
            None => None,
        };
        let root = match &traversal.expr {
            Expression::Variable(name) => match (named(name, scope), name.as_str()) {
                (Some(worth), _) => Some(worth),
                (None, "var") => next().map(|name| self.variable_worth(name, &scope.module, depth)),
                (None, "local") => next().map(|name| match scope.source.locals.get(name) {
                    Some(expression) => self
                        .scope(&scope.module)
                        .map_or(Worth::Unknown, |outer| self.worth(expression, &outer, depth + 1)),
                    None => Worth::Unknown,
                }),
                (None, "module") => next().map(|name| self.called(name, scope)),
                (None, "data") => match (next(), next()) {
                    (Some(ty), Some(name)) => Some(self.resource_worth(&format!("data.{ty}.{name}"), scope)),
                    _ => None,
                },
                (None, "each" | "count" | "path" | "terraform" | "self") => None,
                (None, ty) => next().map(|name| self.resource_worth(&format!("{ty}.{name}"), scope)),
            },
            inner => Some(self.worth(inner, scope, depth + 1)),
        };
        root.map_or(Worth::Unknown, |root| self.parts_of(self.forced(&root, depth), rest, scope, depth))
    }

    fn parts_of<'p>(
        &'p self,
        mut worth: Worth<'p>,
        operators: &'p [Decorated<TraversalOperator>],
        scope: &Rc<Scope<'p>>,
        depth: usize,
    ) -> Worth<'p> {
        for (at, operator) in operators.iter().enumerate() {
            let worth_now = self.forced(&worth, depth);
            let further = operators.get(at + 1..).unwrap_or_default();
            worth = match operator.value() {
                TraversalOperator::GetAttr(name) => self.member(&worth_now, name, depth),
                TraversalOperator::Index(key) => {
                    let key = self.worth(key, scope, depth + 1);
                    self.element(&worth_now, &key, depth)
                }
                TraversalOperator::LegacyIndex(index) => {
                    self.element(&worth_now, &Worth::Constant(Json::from(**index)), depth)
                }
                TraversalOperator::FullSplat(_) => {
                    return self.splat(&worth_now, further, scope, depth);
                }
                TraversalOperator::AttrSplat(_) => {
                    let is_attribute = |operator: &&Decorated<TraversalOperator>| {
                        matches!(operator.value(), TraversalOperator::GetAttr(_))
                    };
                    let own = further.iter().take_while(is_attribute).count();
                    let (own, after) = further.split_at(own);
                    let all = self.splat(&worth_now, own, scope, depth);
                    return self.parts_of(all, after, scope, depth + 1);
                }
            };
        }
        worth
    }

    fn splat<'p>(
        &'p self,
        worth: &Worth<'p>,
        operators: &'p [Decorated<TraversalOperator>],
        scope: &Rc<Scope<'p>>,
        depth: usize,
    ) -> Worth<'p> {
        if depth > DEEPEST {
            return Worth::Unknown;
        }
        let of = |item: &Worth<'p>| self.parts_of(item.clone(), operators, scope, depth + 1);
        match worth {
            Worth::List(items) => Worth::list(items.iter().map(of).collect()),
            Worth::Set(items) => Worth::Set(Rc::new(items.iter().map(of).collect())),
            Worth::Constant(Json::Null) => Worth::list(Vec::new()),
            Worth::Attribute { attribute: None, .. } => Worth::list(vec![of(worth)]),
            Worth::Refused => Worth::Refused,
            _ => Worth::Unknown,
        }
    }

    /// `.name`
    pub(super) fn member<'p>(&'p self, worth: &Worth<'p>, name: &str, depth: usize) -> Worth<'p> {
        match worth {
            Worth::Object(members) => members
                .binary_search_by(|(known, _)| known.as_str().cmp(name))
                .ok()
                .and_then(|at| members.get(at))
                .map_or(Worth::Refused, |(_, value)| self.forced(value, depth)),
            Worth::Attribute { index, attribute: None } => self.attribute(*index, name.to_owned()),
            Worth::Attribute { index, attribute: Some(of) } => self.attribute(*index, format!("{of}.{name}")),
            Worth::Module(address) => self.output_worth(address, name, depth),
            Worth::Constant(_) | Worth::List(_) | Worth::Set(_) | Worth::Refused => Worth::Refused,
            Worth::Later(..) => self.member(&self.forced(worth, depth), name, depth + 1),
            Worth::Unknown | Worth::Encoded(_) => Worth::Unknown,
        }
    }

    /// `[key]`
    pub(super) fn element<'p>(&'p self, worth: &Worth<'p>, key: &Worth<'p>, depth: usize) -> Worth<'p> {
        if matches!(key, Worth::Refused) {
            return Worth::Refused;
        }
        match worth {
            Worth::List(items) => match key.as_integer() {
                Some(at) => match usize::try_from(at).ok().and_then(|at| items.get(at)) {
                    Some(item) => self.forced(item, depth),
                    None => Worth::Refused,
                },
                None => Worth::Unknown,
            },
            Worth::Object(_) | Worth::Attribute { attribute: None, .. } => match key.as_text() {
                Some(name) => self.member(worth, &name, depth),
                None => Worth::Unknown,
            },
            Worth::Attribute { index, attribute: Some(of) } => match (key, key.as_integer()) {
                (Worth::Constant(Json::Number(_)), Some(at)) => self.attribute(*index, format!("{of}[{at}]")),
                _ => Worth::Unknown,
            },
            Worth::Later(..) => self.element(&self.forced(worth, depth), key, depth + 1),
            Worth::Constant(Json::Null) | Worth::Refused => Worth::Refused,
            _ => Worth::Unknown,
        }
    }

    fn attribute<'p>(&'p self, index: usize, attribute: String) -> Worth<'p> {
        let Some(instance) = self.instances.get(index) else { return Worth::Unknown };
        let mut node = Some(self.values(instance));
        for step in parts(&attribute) {
            node = match step {
                super::super::address::Part::Name(name) | super::super::address::Part::Key(Key::Name(name)) => {
                    node.and_then(|node| node.fields()?.get(&name))
                }
                super::super::address::Part::Key(Key::Index(at)) => {
                    node.and_then(|node| node.items().get(usize::try_from(at).ok()?))
                }
            };
        }
        match node {
            Some(node) if node.is_known() => Worth::of(json_of(node)),
            _ => match self.told_before(instance, &attribute) {
                Some(text) => Worth::text(&text),
                None => Worth::Attribute { index, attribute: Some(attribute) },
            },
        }
    }

    /// What a plan has as unknown, and is certain all the same.
    fn told_before(&self, instance: &Instance<'_>, attribute: &str) -> Option<String> {
        let region = || region_of_provider(self, instance);
        match (instance.ty.as_str(), attribute) {
            ("aws_region", "id" | "name" | "region") => region().map(str::to_owned),
            // <https://docs.aws.amazon.com/AmazonECR/latest/userguide/Registries.html#registry_concepts>
            ("aws_ecr_repository", "repository_url") if !instance.is_data() => {
                let (region, name) = (region()?, self.values(instance).get("name")?.as_str()?);
                let suffix = match partition_of(region) {
                    "aws" | "aws-us-gov" => "amazonaws.com",
                    "aws-cn" => "amazonaws.com.cn",
                    _ => return None,
                };
                Some(format!("${{AWS AccountId}}.dkr.ecr.{region}.{suffix}/{name}"))
            }
            _ => None,
        }
    }
}

/// What `for`, `each`, `count` or a dynamic block names.
fn named<'p>(name: &str, scope: &Scope<'p>) -> Option<Worth<'p>> {
    scope.names.iter().rev().find(|(known, _)| known == name).map(|(_, worth)| worth.clone())
}

fn number_of<'p>(number: &Number) -> Worth<'p> {
    match (number.as_i64(), number.as_f64()) {
        (Some(whole), _) => Worth::Constant(Json::from(whole)),
        (None, Some(other)) => Worth::Constant(Json::from(other)),
        (None, None) => Worth::Unknown,
    }
}

/// A value that is known as a whole.
fn json_of(node: &Node) -> Json {
    match &node.value {
        Value::Null | Value::Unknown(_) | Value::LeftOut(_) => Json::Null,
        Value::Bool(value) => Json::from(*value),
        Value::Number(number) => Json::Number(number.clone()),
        Value::String(text) => Json::from(text.as_str()),
        Value::List(items) => Json::Array(items.iter().map(json_of).collect()),
        Value::Object(fields) => {
            Json::Object(fields.0.iter().map(|(key, member)| (key.to_string(), json_of(member))).collect())
        }
    }
}

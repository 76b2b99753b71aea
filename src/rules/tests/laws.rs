//! Laws that hold for every expression and all facts.

use super::toy::{self, ROUTE, SUBNET, Toy, ToyValue, VPC, entity};
use crate::facts::{Facts, Value};
use crate::rules::evaluate::{Outcome, evaluate};
use crate::rules::plan::{Plan, SLOTS};
use crate::rules::print::Printer;
use proptest::prelude::*;

/// Turns random bytes into decisions; when they run out, the first choice is taken, so everything made from them ends.
pub(in crate::rules) struct Choices<'b> {
    bytes: &'b [u8],
    depth: u8,
}

impl<'b> Choices<'b> {
    pub(in crate::rules) fn new(bytes: &'b [u8]) -> Self {
        Self { bytes, depth: 0 }
    }

    fn below(&mut self, limit: u8) -> u8 {
        match self.bytes.split_first() {
            Some((first, rest)) => {
                self.bytes = rest;
                first % limit
            }
            None => 0,
        }
    }

    fn pick(&mut self, of: &[&'static str]) -> &'static str {
        of[self.below(of.len() as u8) as usize]
    }

    /// A condition; `subnets` and `routes` are what may be named.
    pub(in crate::rules) fn condition(&mut self, subnets: &mut Vec<String>, routes: &mut Vec<String>) -> String {
        if self.depth > 3 || subnets.len() + routes.len() > 1 {
            return self.leaf(subnets, routes);
        }
        self.depth += 1;
        let condition = self.inner(subnets, routes);
        self.depth -= 1;
        condition
    }

    fn inner(&mut self, subnets: &mut Vec<String>, routes: &mut Vec<String>) -> String {
        match self.below(14) {
            0..=3 => self.leaf(subnets, routes),
            4 | 5 => format!("({} && {})", self.condition(subnets, routes), self.condition(subnets, routes)),
            6 | 7 => format!("({} || {})", self.condition(subnets, routes), self.condition(subnets, routes)),
            8 => format!("!{}", self.condition(subnets, routes)),
            9 => format!(
                "({} ? {} : {})",
                self.condition(subnets, routes),
                self.condition(subnets, routes),
                self.condition(subnets, routes)
            ),
            10 | 11 => {
                let list = self.subnets(subnets, routes);
                let name = format!("s{}", subnets.len() + routes.len());
                let kind = self.pick(&["exists", "all", "exists_one"]);
                subnets.push(name.clone());
                let body = self.condition(subnets, routes);
                subnets.pop();
                format!("{list}.{kind}({name}, {body})")
            }
            12 => {
                let subnet = self.subnet(subnets);
                let name = format!("r{}", subnets.len() + routes.len());
                let kind = self.pick(&["exists", "all", "exists_one"]);
                routes.push(name.clone());
                let body = self.condition(subnets, routes);
                routes.pop();
                format!("{subnet}.routes.{kind}({name}, {body})")
            }
            _ => {
                let list = self.subnets(subnets, routes);
                let op = self.pick(&["==", "<", ">="]);
                format!("(size({list}) {op} {})", self.below(4))
            }
        }
    }

    fn subnets(&mut self, subnets: &mut Vec<String>, routes: &mut Vec<String>) -> String {
        if self.below(2) == 0 || subnets.len() + routes.len() > 0 {
            return "vpc.subnets".to_owned();
        }
        let name = format!("f{}", subnets.len() + routes.len());
        subnets.push(name.clone());
        let body = self.condition(subnets, routes);
        subnets.pop();
        format!("vpc.subnets.filter({name}, {body})")
    }

    fn subnet(&mut self, subnets: &[String]) -> String {
        match self.below(1 + subnets.len() as u8) {
            0 => format!("vpc.subnets[{}]", self.below(3)),
            n => subnets[usize::from(n) - 1].clone(),
        }
    }

    fn leaf(&mut self, subnets: &[String], routes: &[String]) -> String {
        format!("({})", self.comparison(subnets, routes))
    }

    fn comparison(&mut self, subnets: &[String], routes: &[String]) -> String {
        match self.below(if routes.is_empty() { 9 } else { 12 }) {
            0 => "vpc.dns_support".to_owned(),
            1 => self.pick(&["true", "false"]).to_owned(),
            2 => format!("{}.public", self.subnet(subnets)),
            3 => format!("{}.free_ips {} {}", self.subnet(subnets), self.pick(&["<", "==", ">=", "!="]), self.below(4)),
            4 => format!("{}.id {} '{}'", self.subnet(subnets), self.pick(&["==", "!=", "<"]), self.pick(&["a", "b"])),
            5 => format!("{}.id in ['a', {}.id]", self.subnet(subnets), self.subnet(subnets)),
            6 => format!("'{}' in vpc.cidrs", self.pick(&["a", "b"])),
            7 => format!("({0}.free_ips + {1}.free_ips * 2 - 1) > 3", self.subnet(subnets), self.subnet(subnets)),
            8 => format!("vpc.subnets.map(m, m.id + 'x')[{}] == 'ax'", self.below(3)),
            9 => format!("{}.state == '{}'", routes[0], self.pick(&["a", "b"])),
            10 => format!("{}.target.startsWith('{}')", routes[routes.len() - 1], self.pick(&["a", "b"])),
            _ => format!("{}.hops.exists(h, h > {})", routes[0], self.below(4)),
        }
    }

    /// Everything known about a small network.
    pub(in crate::rules) fn facts(&mut self) -> Toy {
        let subnets: Vec<_> = (0..self.below(4)).map(|index| entity(&SUBNET, index.into())).collect();
        let mut toy = Toy::default()
            .set(&VPC, 0, "id", self.pick(&["a", "b"]))
            .set(&VPC, 0, "dns_support", self.below(2) == 1)
            .set(&VPC, 0, "cidrs", ["b", self.pick(&["a", "b"])])
            .set(&VPC, 0, "subnets", ToyValue(Value::List(subnets.into_iter().map(Value::Entity).collect())));
        for index in 0..4 {
            let routes = (0..self.below(3)).map(|_| Value::Entity(entity(&ROUTE, self.below(3).into())));
            let routes = ToyValue(Value::List(routes.collect()));
            toy = toy
                .set(&SUBNET, index, "id", self.pick(&["a", "b", "c"]))
                .set(&SUBNET, index, "public", self.below(2) == 1)
                .set(&SUBNET, index, "free_ips", i64::from(self.below(5)))
                .set(&SUBNET, index, "vpc", entity(&VPC, 0))
                .set(&SUBNET, index, "default_route", entity(&ROUTE, self.below(3).into()))
                .set(&SUBNET, index, "routes", routes);
        }
        for index in 0..3 {
            toy = toy
                .set(&ROUTE, index, "destination", self.pick(&["a", "b"]))
                .set(&ROUTE, index, "state", self.pick(&["a", "b"]))
                .set(&ROUTE, index, "target", self.pick(&["a", "ab", "b"]))
                .set(&ROUTE, index, "target_id", "x")
                .set(&ROUTE, index, "hops", [i64::from(self.below(5)), 1]);
        }
        toy
    }

    /// The same with some facts missing.
    fn partly(&mut self, full: &Toy) -> Toy {
        let mut partly = full.clone();
        let share = self.below(8);
        for key in full.keys() {
            if self.below(8) < share {
                partly.remove(&key);
            }
        }
        partly
    }
}

fn run<'e>(plan: &'e Plan, facts: &'e Toy) -> Outcome<'e> {
    evaluate(plan, facts, &[Value::Entity(entity(&VPC, 0))], true)
}

/// What an expression yields: a value, or `None` where it is unknown.
pub(in crate::rules) fn result(source: &str, facts: &Toy) -> Option<Value<'static>> {
    let plan = toy::plan(&VPC, source);
    match run(&plan, facts) {
        Outcome::Known(Value::Bool(truth), _) => Some(Value::Bool(truth)),
        Outcome::Known(other, _) => panic!("{source} is {other:?}"),
        Outcome::Unknown(_) => None,
    }
}

fn bytes() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(any::<u8>(), 0..400)
}

fn condition(choices: &mut Choices<'_>) -> String {
    choices.condition(&mut Vec::new(), &mut Vec::new())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_known_stays_when_more_is_known(bytes in bytes()) {
        let mut choices = Choices::new(&bytes);
        let full = choices.facts();
        let partly = choices.partly(&full);
        let source = condition(&mut choices);
        if let Some(value) = result(&source, &partly) {
            prop_assert_eq!(result(&source, &full), Some(value), "{}", source);
        }
    }

    /// With nothing but the evidence, the result is the same.
    #[test]
    fn the_evidence_is_all_that_the_result_rests_on(bytes in bytes()) {
        let mut choices = Choices::new(&bytes);
        let full = choices.facts();
        let facts = choices.partly(&full);
        let source = condition(&mut choices);
        let plan = toy::plan(&VPC, &source);
        if let Outcome::Known(Value::Bool(truth), evidence) = run(&plan, &facts) {
            let mut only = Toy::default();
            for fact in evidence.observations(&plan, &facts) {
                let value = match facts.read(fact.entity, fact.field) {
                    Ok(Value::String(text)) => Value::String(text.into_owned().into()),
                    Ok(Value::List(list)) => Value::List(list.into_iter().map(owned).collect()),
                    Ok(other) => owned(other),
                    Err(unknown) => panic!("{unknown:?} is evidence"),
                };
                only.insert((fact.entity.ty.name, fact.entity.index, fact.field), value);
                // A path leads to the very fact that was read.
                let path = toy::plan(&VPC, &fact.path);
                let again = crate::rules::evaluate::holder(&path, &facts, &[Value::Entity(entity(&VPC, 0))]);
                if !fact.path.contains(".map(") && !fact.path.contains(".filter(") {
                    prop_assert_eq!(again, Some((fact.entity, fact.field)), "{}", fact.path);
                }
            }
            prop_assert_eq!(result(&source, &only), Some(Value::Bool(truth)), "{}", source);
        }
    }

    #[test]
    fn a_printed_plan_means_the_same(bytes in bytes()) {
        let mut choices = Choices::new(&bytes);
        let full = choices.facts();
        let facts = choices.partly(&full);
        let source = condition(&mut choices);
        let plan = toy::plan(&VPC, &source);
        let printed = Printer::new(&plan).text(&plan.root, &[0; SLOTS]);
        // Positions stand for variables where a plan is printed from its middle; from its root there are none.
        prop_assert_eq!(result(&printed, &facts), result(&source, &facts), "{} / {}", source, printed);
    }
}

fn owned(value: Value<'_>) -> Value<'static> {
    match value {
        Value::Bool(value) => Value::Bool(value),
        Value::Int(value) => Value::Int(value),
        Value::String(text) => Value::String(text.into_owned().into()),
        Value::Entity(entity) => Value::Entity(entity),
        Value::List(list) => Value::List(list.into_iter().map(owned).collect()),
        Value::Map(entries) => {
            let owned = entries.into_iter().map(|(key, value)| (key.into_owned().into(), value.into_owned().into()));
            Value::Map(owned.collect())
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn de_morgan_double_negation_and_order_of_sides(bytes in bytes()) {
        let mut choices = Choices::new(&bytes);
        let full = choices.facts();
        let facts = choices.partly(&full);
        let (a, b) = (condition(&mut choices), condition(&mut choices));
        let mut routes = Vec::new();
        let body = choices.condition(&mut vec!["s".to_owned()], &mut routes);
        for (left, right) in [
            (format!("!({a} && {b})"), format!("!({a}) || !({b})")),
            (format!("!({a} || {b})"), format!("!({a}) && !({b})")),
            (format!("{a} && {b}"), format!("{b} && {a}")),
            (format!("{a} || {b}"), format!("{b} || {a}")),
            (format!("!(!({a}))"), a.clone()),
            (format!("!vpc.subnets.exists(s, {body})"), format!("vpc.subnets.all(s, !({body}))")),
            (format!("({a}) ? true : false"), a.clone()),
        ] {
            prop_assert_eq!(result(&left, &facts), result(&right, &facts), "{} <=> {}", left, right);
        }
    }
}

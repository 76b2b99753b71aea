//! A small schema, and facts that a test writes by hand.

use crate::facts::{Entity, EntityType, Facts, FieldType, Type, Unknown, Value};
use crate::rules::expression::{self, Scope};
use crate::rules::plan::{Plan, Ty};
use crate::snapshot::{Location, SourceId};
use std::borrow::Cow;
use std::collections::BTreeMap;

const fn field(name: &'static str, ty: Type) -> FieldType {
    FieldType { name, doc: "", ty }
}

pub(in crate::rules) static VPC: EntityType = EntityType {
    name: "vpc",
    variable: "vpc",
    doc: "",
    fields: &[
        field("id", Type::String),
        field("dns_support", Type::Bool),
        field("cidrs", Type::List(&Type::String)),
        field("subnets", Type::List(&Type::Entity(&SUBNET))),
    ],
};

pub(in crate::rules) static SUBNET: EntityType = EntityType {
    name: "subnet",
    variable: "subnet",
    doc: "",
    fields: &[
        field("id", Type::String),
        field("public", Type::Bool),
        field("free_ips", Type::Int),
        field("vpc", Type::Entity(&VPC)),
        field("default_route", Type::Entity(&ROUTE)),
        field("routes", Type::List(&Type::Entity(&ROUTE))),
    ],
};

pub(in crate::rules) static ROUTE: EntityType = EntityType {
    name: "route",
    variable: "route",
    doc: "",
    fields: &[
        field("destination", Type::String),
        field("state", Type::String),
        field("target", Type::String),
        field("target_id", Type::String),
        field("hops", Type::List(&Type::Int)),
        field("origin", Type::Word(&["static", "propagated"])),
    ],
};

pub(in crate::rules) static NAT: EntityType = EntityType {
    name: "nat-gateway",
    variable: "nat",
    doc: "",
    fields: &[
        field("id", Type::String),
        field("connectivity", Type::String),
        field("subnet", Type::Entity(&SUBNET)),
        field("subnet_id", Type::String),
    ],
};

pub(in crate::rules) static SCHEMA: &[&EntityType] = &[&VPC, &SUBNET, &ROUTE, &NAT];

/// Facts by entity and field; what was not set is unknown.
#[derive(Debug, Clone, Default)]
pub(in crate::rules) struct Toy {
    cells: BTreeMap<(&'static str, u32, usize), Value<'static>>,
}

impl Toy {
    pub(in crate::rules) fn set(
        mut self,
        ty: &'static EntityType,
        index: u32,
        name: &str,
        value: impl Into<ToyValue>,
    ) -> Self {
        let (field, _) = ty.field(name).unwrap_or_else(|| panic!("{} has no {name}", ty.name));
        self.cells.insert((ty.name, index, field), value.into().0);
        self
    }

    pub(in crate::rules) fn forget(&mut self, entity: Entity, field: usize) {
        self.cells.remove(&(entity.ty.name, entity.index, field));
    }

    pub(in crate::rules) fn keys(&self) -> Vec<(&'static str, u32, usize)> {
        self.cells.keys().copied().collect()
    }

    pub(in crate::rules) fn remove(&mut self, key: &(&'static str, u32, usize)) {
        self.cells.remove(key);
    }

    pub(in crate::rules) fn insert(&mut self, key: (&'static str, u32, usize), value: Value<'static>) {
        self.cells.insert(key, value);
    }
}

pub(in crate::rules) struct ToyValue(pub(in crate::rules) Value<'static>);

impl From<&'static str> for ToyValue {
    fn from(text: &'static str) -> Self {
        Self(Value::String(Cow::Borrowed(text)))
    }
}

impl From<bool> for ToyValue {
    fn from(truth: bool) -> Self {
        Self(Value::Bool(truth))
    }
}

impl From<i64> for ToyValue {
    fn from(number: i64) -> Self {
        Self(Value::Int(number))
    }
}

impl From<Entity> for ToyValue {
    fn from(entity: Entity) -> Self {
        Self(Value::Entity(entity))
    }
}

impl<T: Into<ToyValue>, const N: usize> From<[T; N]> for ToyValue {
    fn from(list: [T; N]) -> Self {
        Self(Value::List(list.into_iter().map(|value| value.into().0).collect()))
    }
}

impl Facts for Toy {
    fn read(&self, entity: Entity, field: usize) -> Result<Value<'_>, Unknown> {
        match self.cells.get(&(entity.ty.name, entity.index, field)) {
            Some(Value::String(text)) => Ok(Value::String(Cow::Borrowed(text))),
            Some(value) => Ok(value.clone()),
            None => Err(Unknown {
                call: Cow::Owned(format!("{}.{}", entity.ty.name, entity.ty.fields[field].name)),
                reason: None,
                knowingly: false,
            }),
        }
    }

    fn count(&self, ty: &'static EntityType) -> u32 {
        let indices = self.cells.keys().filter(|key| key.0 == ty.name).map(|key| key.1 + 1);
        indices.max().unwrap_or(0)
    }

    fn display(&self, entity: Entity) -> String {
        format!("{}-{}", entity.ty.name, entity.index)
    }

    fn place(&self, entity: Entity, field: Option<usize>) -> Option<Location> {
        Some(Location::Span {
            source: SourceId(0),
            start: entity.index as usize * 100 + field.map_or(0, |field| field + 1),
            length: 1,
        })
    }
}

pub(in crate::rules) fn entity(ty: &'static EntityType, index: u32) -> Entity {
    Entity { ty, index }
}

/// A plan of an expression about a subject of one kind.
pub(in crate::rules) fn plan(ty: &'static EntityType, source: &str) -> Plan {
    let scope = Scope { variables: vec![(ty.variable, Ty::Entity(ty))] };
    expression::plan(source, &scope, false).unwrap_or_else(|error| panic!("{source}: {error:?}"))
}

/// Two subnets in a VPC: a public one with three routes, a private one with one; a NAT gateway in the second.
pub(in crate::rules) fn network() -> Toy {
    let mut toy = Toy::default()
        .set(&VPC, 0, "id", "vpc-1")
        .set(&VPC, 0, "dns_support", false)
        .set(&VPC, 0, "cidrs", ["10.0.0.0/16", "10.1.0.0/16"])
        .set(&VPC, 0, "subnets", [entity(&SUBNET, 0), entity(&SUBNET, 1)])
        .set(&SUBNET, 0, "id", "subnet-a")
        .set(&SUBNET, 0, "public", true)
        .set(&SUBNET, 0, "free_ips", 250)
        .set(&SUBNET, 0, "vpc", entity(&VPC, 0))
        .set(&SUBNET, 0, "default_route", entity(&ROUTE, 1))
        .set(&SUBNET, 0, "routes", [entity(&ROUTE, 0), entity(&ROUTE, 1), entity(&ROUTE, 2)])
        .set(&SUBNET, 1, "id", "subnet-b")
        .set(&SUBNET, 1, "public", false)
        .set(&SUBNET, 1, "free_ips", 3)
        .set(&SUBNET, 1, "vpc", entity(&VPC, 0))
        .set(&SUBNET, 1, "default_route", entity(&ROUTE, 3))
        .set(&SUBNET, 1, "routes", [entity(&ROUTE, 3)])
        .set(&NAT, 0, "id", "nat-1")
        .set(&NAT, 0, "connectivity", "public")
        .set(&NAT, 0, "subnet", entity(&SUBNET, 1))
        .set(&NAT, 0, "subnet_id", "subnet-b");
    let routes = [
        ("10.0.0.0/16", "active", "local", "local"),
        ("0.0.0.0/0", "active", "internet-gateway", "igw-1"),
        ("10.9.0.0/16", "blackhole", "peering", "pcx-1"),
        ("0.0.0.0/0", "active", "nat-gateway", "nat-1"),
    ];
    for (index, (destination, state, target, id)) in routes.into_iter().enumerate() {
        let index = index as u32;
        toy = toy
            .set(&ROUTE, index, "destination", destination)
            .set(&ROUTE, index, "state", state)
            .set(&ROUTE, index, "target", target)
            .set(&ROUTE, index, "target_id", id)
            .set(&ROUTE, index, "hops", [i64::from(index), 10]);
    }
    toy
}

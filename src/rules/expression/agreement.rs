//! Where everything is known, the engine agrees with `cel`'s own interpreter.

use crate::facts::{Entity, EntityType, Facts, Type, Value};
use crate::rules::tests::laws::{Choices, result};
use crate::rules::tests::toy::{Toy, VPC, entity};
use cel::{Context, Program, Value as Cel};
use proptest::prelude::*;
use std::collections::HashMap;

/// The entity as nested maps; the way back up (`subnet.vpc`) is left out.
fn map(facts: &Toy, of: Entity) -> Cel {
    let fields = of.ty.fields.iter().enumerate();
    let known = fields.filter(|(_, field)| !up(field.ty)).filter_map(|(index, field)| {
        let value = facts.read(of, index).ok()?;
        Some((field.name, cel(facts, &value)))
    });
    Cel::from(known.collect::<HashMap<&str, Cel>>())
}

fn up(ty: Type) -> bool {
    matches!(ty, Type::Entity(ty) if std::ptr::eq::<EntityType>(ty, &VPC))
}

fn cel(facts: &Toy, value: &Value<'_>) -> Cel {
    match value {
        Value::Bool(value) => Cel::from(*value),
        Value::Int(value) => Cel::from(*value),
        Value::String(text) => Cel::from(text.as_ref()),
        Value::Entity(entity) => map(facts, *entity),
        Value::Map(entries) => {
            Cel::from(entries.iter().map(|(key, value)| (&**key, &**value)).collect::<HashMap<&str, &str>>())
        }
        Value::List(list) => Cel::from(list.iter().map(|value| cel(facts, value)).collect::<Vec<_>>()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn fully_known_facts_give_what_cel_gives(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let mut choices = Choices::new(&bytes);
        let facts = choices.facts();
        let source = choices.condition(&mut Vec::new(), &mut Vec::new());
        let mut context = Context::default();
        context.add_variable_from_value("vpc", map(&facts, entity(&VPC, 0)));
        let program = Program::compile(&source).expect("it parses");
        // cel gives up on an error where the rest decides; the engine does not.
        if let Ok(value) = program.execute(&context) {
            prop_assert_eq!(value, result(&source, &facts).map_or(Cel::Null, |value| cel(&facts, &value)), "{}", source);
        }
    }
}

//! `fargcheck facts`: what rules see.

use super::arguments::{Facts as Arguments, Looks, TraceFormat};
use super::config::Settings;
use super::{CLEAN, Outcome, network, problems};
use crate::facts::{ENTITIES, Entity, Facts, Model, Value, about_entity};
use crate::report::facts::{self, Fact, Sheet};
use crate::report::problem::Problem;
use crate::report::{self, Style};
use crate::rules::{self, nearest};
use crate::snapshot::Sources;

/// Shows every entity, those of a kind, or one.
pub(super) fn run(arguments: &Arguments, looks: &Looks, sources: &mut Sources) -> Outcome {
    let settings = Settings::load(&arguments.network.places, sources)?;
    let ingredients = arguments.network.given(std::slice::from_ref(&arguments.path)).read_with(&settings, sources)?;
    let sheets = network::with(&ingredients, sources, |_, network| {
        let model = Model::new(network);
        let entities = wanted(&model, arguments.entity.as_deref())?;
        Ok(entities.into_iter().map(|entity| sheet(&model, entity)).collect::<Vec<_>>())
    })?;
    let text = match arguments.format {
        TraceFormat::Human if sheets.is_empty() => {
            format!("the input has no {}\n", arguments.entity.as_deref().unwrap_or("network"))
        }
        TraceFormat::Human => facts::human(&sheets, looks.quiet, looks.verbose, &Style::for_stdout(looks.color)),
        TraceFormat::Json => facts::json(&sheets),
    };
    report::print_text(&text).map_err(|error| problems::stdout(&error))?;
    Ok(CLEAN)
}

/// The entities that a word means: a kind, an id or a name; all without it.
fn wanted(model: &Model<'_>, word: Option<&str>) -> Result<Vec<Entity>, Vec<Problem>> {
    let all = || ENTITIES.iter().flat_map(|ty| (0..model.count(ty)).map(move |index| Entity { ty, index }));
    let Some(word) = word else { return Ok(all().collect()) };
    if let Some(ty) = ENTITIES.iter().find(|ty| ty.name == word) {
        return Ok((0..model.count(ty)).map(|index| Entity { ty, index }).collect());
    }
    let names = |entity: Entity| {
        let about = about_entity(model, entity).into_iter();
        about.flat_map(|about| [Some(about.id), about.name, about.arn]).flatten().chain([model.display(entity)])
    };
    let found: Vec<Entity> = all().filter(|entity| names(*entity).any(|name| name == word)).collect();
    if !found.is_empty() {
        return Ok(found);
    }
    let mut known: Vec<String> = all().flat_map(names).collect();
    known.sort_unstable();
    known.dedup();
    let kinds: Vec<&str> = ENTITIES.iter().map(|ty| ty.name).collect();
    let help = match nearest(word, kinds.iter().copied().chain(known.iter().map(String::as_str))) {
        Some(nearest) => format!("did you mean `{nearest}`?"),
        None => format!("give an id, a name, or a kind: {}", kinds.join(", ")),
    };
    Err(vec![Problem::new("usage/unknown-entity", format!("nothing is called `{word}`")).with_help(help)])
}

fn sheet(model: &Model<'_>, entity: Entity) -> Sheet {
    let fields = entity.ty.fields.iter().enumerate().map(|(index, field)| {
        let fact = match model.read(entity, index) {
            Ok(value) => Fact::Known(json(model, &value)),
            Err(unknown) => {
                let answered = rules::is_answered(&unknown.call, &model.network.scopes);
                let part = || answered.then(|| "an element or a field of its answer".to_owned());
                Fact::Unknown(unknown.call.to_string(), unknown.reason.or_else(part))
            }
        };
        (field.name, fact)
    });
    Sheet { kind: entity.ty.name, name: model.display(entity), fields: fields.collect() }
}

/// A value as JSON: an entity is an object with its kind and name.
fn json(model: &Model<'_>, value: &Value<'_>) -> serde_json::Value {
    match value {
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::String(value) => value.as_ref().into(),
        Value::Entity(entity) => serde_json::json!({ entity.ty.name: model.display(*entity) }),
        Value::List(list) => list.iter().map(|value| json(model, value)).collect(),
        Value::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| (key.to_string(), serde_json::Value::from(&**value)));
            serde_json::Value::Object(entries.collect())
        }
    }
}

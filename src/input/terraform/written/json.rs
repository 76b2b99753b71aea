//! `*.tf.json` → the blocks that it stands for, as far as they count here.
//! <https://developer.hashicorp.com/terraform/language/syntax/json>

use hcl_edit::Ident;
use hcl_edit::expr::{Array, Expression, Object, ObjectKey, ObjectValue};
use hcl_edit::structure::{Attribute, Block, BlockLabel, Body};
use hcl_edit::template::Element;
use serde_json::{Map, Value as Json};

/// Kinds of blocks with the labels that they have.
const KINDS: [(&str, usize); 6] =
    [("locals", 0), ("variable", 1), ("output", 1), ("module", 1), ("resource", 2), ("data", 2)];

/// Reads a file. What a resource holds are attributes here, blocks included: of a block that is written as a list there are as
/// many as elements.
pub(super) fn body(text: &str) -> Result<Body, String> {
    let json: Json = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let Json::Object(members) = json else { return Err("it is no object".to_owned()) };
    let mut body = Body::new();
    for (kind, labels) in KINDS {
        if let Some(found) = members.get(kind) {
            blocks(kind, labels, &mut Vec::new(), found, &mut body)?;
        }
    }
    Ok(body)
}

fn blocks(kind: &str, left: usize, labels: &mut Vec<String>, found: &Json, into: &mut Body) -> Result<(), String> {
    match found {
        Json::Array(items) => items.iter().try_for_each(|item| blocks(kind, left, labels, item, into)),
        Json::Object(members) if left == 0 => {
            let mut block = Block::new(Ident::new(kind));
            block.labels = labels.iter().map(|label| BlockLabel::from(label.as_str())).collect();
            block.body = attributes(members)?;
            into.push(block);
            Ok(())
        }
        Json::Object(members) => members.iter().try_for_each(|(label, inner)| {
            labels.push(label.clone());
            let done = blocks(kind, left - 1, labels, inner, into);
            labels.pop();
            done
        }),
        _ => Ok(()),
    }
}

fn attributes(members: &Map<String, Json>) -> Result<Body, String> {
    let mut body = Body::new();
    for (name, value) in members.iter().filter(|(name, _)| *name != "//") {
        let key = Ident::try_new(name.as_str()).map_err(|error| error.to_string())?;
        body.push(Attribute::new(key, expression(value)?));
    }
    Ok(body)
}

/// A value, of which a text is a template.
fn expression(value: &Json) -> Result<Expression, String> {
    Ok(match value {
        Json::Null => Expression::null(),
        Json::Bool(value) => Expression::from(*value),
        Json::Number(number) => match (number.as_i64(), number.as_f64()) {
            (Some(number), _) => Expression::from(number),
            (None, Some(number)) => Expression::Number(
                hcl_edit::Number::from_f64(number).ok_or_else(|| "a number is none".to_owned())?.into(),
            ),
            (None, None) => return Err("a number is none".to_owned()),
        },
        Json::String(text) if !text.contains("${") && !text.contains("%{") => Expression::from(text.as_str()),
        Json::String(text) => {
            let template = hcl_edit::parser::parse_template(text).map_err(|error| error.message().to_owned())?;
            match template.as_single_element() {
                Some(Element::Interpolation(inner)) => inner.expr.clone(),
                _ => {
                    let elements: Vec<Element> = template.into_iter().collect();
                    Expression::StringTemplate(elements.into_iter().collect())
                }
            }
        }
        Json::Array(items) => {
            let items = items.iter().map(expression).collect::<Result<Vec<_>, _>>()?;
            Expression::Array(items.into_iter().collect::<Array>())
        }
        Json::Object(members) => {
            let pair = |(key, value): (&String, &Json)| {
                let key = ObjectKey::Expression(Expression::from(key.as_str()));
                Ok::<_, String>((key, ObjectValue::new(expression(value)?)))
            };
            Expression::Object(members.iter().map(pair).collect::<Result<Vec<_>, _>>()?.into_iter().collect::<Object>())
        }
    })
}

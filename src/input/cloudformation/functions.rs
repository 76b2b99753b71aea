//! The intrinsic functions: what each makes of its arguments.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html>

use super::cidr;
use super::error::TemplateError;
use super::evaluate::Evaluator;
use super::substitute::{Part, parts};
use super::syntax::location;
use super::text::{from_text, has_unknown, split_known, text_of};
use crate::input::planned::{Fields, Node, Value};
use std::borrow::Cow;

/// Every function; the last six may stand in `Rules` alone.
pub(super) const FUNCTIONS: [&str; 26] = [
    "Ref",
    "Condition",
    "Fn::And",
    "Fn::Base64",
    "Fn::Cidr",
    "Fn::Equals",
    "Fn::FindInMap",
    "Fn::GetAZs",
    "Fn::GetAtt",
    "Fn::If",
    "Fn::ImportValue",
    "Fn::Join",
    "Fn::Length",
    "Fn::Not",
    "Fn::Or",
    "Fn::Select",
    "Fn::Split",
    "Fn::Sub",
    "Fn::ToJsonString",
    "Fn::Transform",
    "Fn::Contains",
    "Fn::EachMemberEquals",
    "Fn::EachMemberIn",
    "Fn::RefAll",
    "Fn::ValueOf",
    "Fn::ValueOfAll",
];

/// The one of some names that a misspelt one is nearest to.
pub(super) fn nearest<'n>(name: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let distance = |known: &str| strsim::damerau_levenshtein(&name.to_lowercase(), &known.to_lowercase());
    let found = names.into_iter().map(|known| (distance(known), known)).min();
    found.filter(|(distance, _)| *distance <= 2).map(|(_, known)| known.to_owned())
}

/// The function that an object is a call of, with its argument.
pub(super) fn call(node: &Node) -> Option<(&str, &Node)> {
    match node.fields()?.0.as_slice() {
        [(name, argument)] if name == "Ref" || name.starts_with("Fn::") => Some((name, argument)),
        _ => None,
    }
}

impl Evaluator<'_> {
    /// What a function makes.
    pub(super) fn function(&mut self, name: &str, argument: &Node, node: &Node) -> Result<Node, TemplateError> {
        match self.made_by(name, argument, node) {
            Err(error) if self.is_excused(&error) => Ok(Node::unknown(name, node.place)),
            made => made,
        }
    }

    fn made_by(&mut self, name: &str, argument: &Node, node: &Node) -> Result<Node, TemplateError> {
        let made = match name {
            "Ref" => {
                let to = self.named(argument)?;
                match (to.as_str(), to.expression()) {
                    (Some(to), _) => self.reference(to, argument)?,
                    (None, Some(expression)) => Node::unknown(format!("Ref {expression}"), None),
                    (None, None) => return Err(arguments(name, "the name of a parameter or a resource", argument)),
                }
            }
            "Fn::GetAtt" => self.get_att(argument)?,
            "Fn::Sub" => self.sub(argument)?,
            "Fn::Join" => self.join(argument)?,
            "Fn::Select" => self.select(argument)?,
            "Fn::Split" => self.split(argument)?,
            "Fn::GetAZs" => self.get_azs(argument)?,
            "Fn::Cidr" => self.cidr(argument)?,
            "Fn::If" => return self.choose(argument).map(|chosen| chosen.or_at(node.place)),
            "Fn::FindInMap" => self.find_in_map(argument)?,
            "Fn::ImportValue" => {
                let name = self.value(argument)?;
                self.import(&text_of(&name).unwrap_or_default())?
            }
            "Fn::Base64" => {
                let text = self.value(argument)?;
                match text_of(&text) {
                    Some(text) if !has_unknown(&text) => Node::text(base64(text.as_bytes())),
                    _ => Node::unknown("Fn::Base64", None),
                }
            }
            "Fn::Length" => match self.value(argument)?.value {
                Value::List(items) => Node::from(i64::try_from(items.len()).unwrap_or(i64::MAX)),
                _ => Node::unknown("Fn::Length", None),
            },
            "Fn::And" | "Fn::Or" | "Fn::Not" | "Fn::Equals" => match self.truth(node)? {
                Some(truth) => truth.into(),
                None => Node::unknown(name, None),
            },
            "Fn::ToJsonString" | "Fn::Transform" => Node::unknown(name, None),
            _ if self.template.is_transformed() => Node::unknown(name, None),
            _ => return Err(unknown(name, node)),
        };
        self.spend(&made)?;
        Ok(made.at(node.place))
    }

    /// A name that `Ref` or `Fn::GetAtt` is given, which functions may make where the language's extensions are in use.
    pub(super) fn named<'n>(&mut self, node: &'n Node) -> Result<Cow<'n, Node>, TemplateError> {
        match call(node) {
            Some(_) => self.value(node).map(Cow::Owned),
            None => Ok(Cow::Borrowed(node)),
        }
    }

    /// The arguments of a function that takes a list of them.
    fn list<'n>(
        &self,
        name: &str,
        takes: &'static str,
        argument: &'n Node,
        count: usize,
    ) -> Result<&'n [Node], TemplateError> {
        match &argument.value {
            Value::List(items) if items.len() == count => Ok(items),
            _ => Err(arguments(name, takes, argument)),
        }
    }

    fn sub(&mut self, argument: &Node) -> Result<Node, TemplateError> {
        const TAKES: &str = "a text, or a list of a text and an object of variables";
        let nothing = Fields::default();
        let (text, variables) = match &argument.value {
            Value::String(text) => (text.as_str(), &nothing),
            Value::List(items) => match items.as_slice() {
                [text, variables] => match (text.as_str(), variables.fields()) {
                    (Some(text), Some(variables)) => (text, variables),
                    _ => return Err(arguments("Fn::Sub", TAKES, argument)),
                },
                _ => return Err(arguments("Fn::Sub", TAKES, argument)),
            },
            _ => return Err(arguments("Fn::Sub", TAKES, argument)),
        };
        let mut made = String::new();
        for part in parts(text) {
            match part {
                Part::Text(text) => made.push_str(text),
                Part::Variable(name) => {
                    let value = match variables.get(name) {
                        Some(value) => self.value(value)?,
                        None => match name.split_once('.') {
                            Some((resource, attribute)) => self.attribute(resource, attribute, argument)?,
                            None => self.reference(name, argument)?,
                        },
                    };
                    let text = text_of(&value);
                    made.push_str(&text.ok_or_else(|| fails("Fn::Sub", &format!("`{name}` is no text"), argument))?);
                }
            }
            self.spend_bytes(made.len(), argument)?;
        }
        Ok(from_text(made))
    }

    fn join(&mut self, argument: &Node) -> Result<Node, TemplateError> {
        const TAKES: &str = "a list of a delimiter and a list of texts";
        let [delimiter, list] = self.list("Fn::Join", TAKES, argument, 2)? else {
            return Err(arguments("Fn::Join", TAKES, argument));
        };
        let delimiter = self.value(delimiter)?;
        let list = self.value(list)?;
        if let Some(expression) = list.expression() {
            return Ok(Node::unknown(format!("Join {expression}"), None));
        }
        let (Some(delimiter), Value::List(items)) = (text_of(&delimiter), &list.value) else {
            return Err(arguments("Fn::Join", TAKES, argument));
        };
        let texts: Option<Vec<String>> = items.iter().map(text_of).collect();
        Ok(from_text(texts.ok_or_else(|| arguments("Fn::Join", TAKES, argument))?.join(&delimiter)))
    }

    fn select(&mut self, argument: &Node) -> Result<Node, TemplateError> {
        const TAKES: &str = "a list of an index and a list";
        let [index, list] = self.list("Fn::Select", TAKES, argument, 2)? else {
            return Err(arguments("Fn::Select", TAKES, argument));
        };
        let index = self.value(index)?;
        let list = self.value(list)?;
        if let Some(expression) = index.expression() {
            return Ok(Node::unknown(format!("Select {expression}"), None));
        }
        let index = index.as_i64().and_then(|index| usize::try_from(index).ok());
        let index = index.ok_or_else(|| arguments("Fn::Select", TAKES, argument))?;
        match &list.value {
            Value::Unknown(expression) if expression == ZONES => Ok(self.zone(index)),
            Value::Unknown(expression) => Ok(Node::unknown(format!("{expression}[{index}]"), None)),
            Value::List(items) => {
                let none = || fails("Fn::Select", &format!("there is no element {index} of {}", items.len()), argument);
                items.get(index).cloned().ok_or_else(none)
            }
            _ => Err(arguments("Fn::Select", TAKES, argument)),
        }
    }

    fn split(&mut self, argument: &Node) -> Result<Node, TemplateError> {
        const TAKES: &str = "a list of a delimiter and a text";
        let [delimiter, text] = self.list("Fn::Split", TAKES, argument, 2)? else {
            return Err(arguments("Fn::Split", TAKES, argument));
        };
        let delimiter = self.value(delimiter)?;
        let text = self.value(text)?;
        let (Some(delimiter), Some(text)) = (text_of(&delimiter), text_of(&text)) else {
            return Err(arguments("Fn::Split", TAKES, argument));
        };
        if delimiter.is_empty() {
            return Err(fails("Fn::Split", "the delimiter is empty", argument));
        }
        match split_known(&text, &delimiter, |name| self.is_one_word(name)) {
            Some(parts) => Ok(Node::list(parts.into_iter().map(|part| from_text(part).at(argument.place)).collect())),
            None => Ok(Node::unknown(format!("Split {text}"), None)),
        }
    }

    fn get_azs(&mut self, argument: &Node) -> Result<Node, TemplateError> {
        let region = self.value(argument)?;
        let own = self.pseudo("AWS::Region").and_then(|node| text_of(&node));
        match text_of(&region) {
            Some(region) if region.is_empty() || Some(&region) == own.as_ref() => Ok(Node::unknown(ZONES, None)),
            Some(region) => Ok(Node::unknown(format!("GetAZs {region}"), None)),
            None => Err(arguments("Fn::GetAZs", "the name of a region", argument)),
        }
    }

    fn cidr(&mut self, argument: &Node) -> Result<Node, TemplateError> {
        const TAKES: &str = "a list of an address block, a count and a number of bits";
        let arguments = || arguments("Fn::Cidr", TAKES, argument);
        if let [block, _] = argument.items() {
            // How many bits it takes without being told isn't documented.
            let block = self.value(block)?;
            return Ok(Node::unknown(format!("Cidr {}", text_of(&block).unwrap_or_default()), None));
        }
        let [block, count, bits] = self.list("Fn::Cidr", TAKES, argument, 3)? else { return Err(arguments()) };
        let values = [self.value(block)?, self.value(count)?, self.value(bits)?];
        if let Some(expression) = values.iter().find_map(Node::expression) {
            return Ok(Node::unknown(format!("Cidr {expression}"), None));
        }
        let [block, count, bits] = &values;
        let (Some(block), Some(count), Some(bits)) = (block.as_str(), count.as_i64(), bits.as_i64()) else {
            return Err(arguments());
        };
        if has_unknown(block) {
            return Ok(Node::unknown(format!("Cidr {block}"), None));
        }
        let blocks = cidr::split(block, count, bits).map_err(|why| fails("Fn::Cidr", &why, argument))?;
        Ok(Node::list(blocks.into_iter().map(|block| Node::text(block).at(argument.place)).collect()))
    }

    fn choose(&mut self, argument: &Node) -> Result<Node, TemplateError> {
        const TAKES: &str = "a list of a condition's name and two values";
        let [condition, then, otherwise] = self.list("Fn::If", TAKES, argument, 3)? else {
            return Err(arguments("Fn::If", TAKES, argument));
        };
        let Some(name) = condition.as_str() else { return Err(arguments("Fn::If", TAKES, condition)) };
        match self.condition(name, condition)? {
            Some(true) => self.value(then),
            Some(false) => self.value(otherwise),
            None => {
                let then = self.in_doubt(|evaluator| evaluator.value(then))?;
                let otherwise = self.in_doubt(|evaluator| evaluator.value(otherwise))?;
                Ok(either(then, &otherwise, &format!("If {name}")))
            }
        }
    }

    /// Whether a transform may add to the mappings, or to one of them.
    fn may_be_included(&self, map: &str) -> bool {
        let is_included = |node: Option<&Node>| node.is_some_and(super::template::is_included);
        is_included(self.template.root().get("Mappings")) || is_included(self.template.entry("Mappings", map))
    }

    fn find_in_map(&mut self, argument: &Node) -> Result<Node, TemplateError> {
        const TAKES: &str = "a list of a mapping's name and two keys";
        let (keys, default) = match &argument.value {
            Value::List(items) => match items.as_slice() {
                [map, top, second] => ([map, top, second], None),
                [map, top, second, more] => ([map, top, second], more.get("DefaultValue")),
                _ => return Err(arguments("Fn::FindInMap", TAKES, argument)),
            },
            _ => return Err(arguments("Fn::FindInMap", TAKES, argument)),
        };
        let mut path = Vec::new();
        for key in keys {
            let key = self.value(key)?;
            let text = text_of(&key).ok_or_else(|| arguments("Fn::FindInMap", TAKES, argument))?;
            if has_unknown(&text) {
                return Ok(Node::unknown(format!("FindInMap {text}"), None));
            }
            path.push(text);
        }
        let [map, top, second] = path.as_slice() else { return Err(arguments("Fn::FindInMap", TAKES, argument)) };
        let found = self.template.entry("Mappings", map).and_then(|map| map.get(top)).and_then(|top| top.get(second));
        match (found, default) {
            (Some(found), _) => self.value(found),
            (None, _) if self.may_be_included(map) => Ok(Node::unknown(format!("FindInMap {}", path.join(".")), None)),
            (None, Some(default)) => self.value(default),
            (None, None) => Err(TemplateError::NoSuch {
                what: NO_ENTRY,
                name: path.join("."),
                nearest: None,
                location: location(argument.place),
            }),
        }
    }
}

/// What a value is that is the one or the other: what both agree on, part for part.
fn either(one: Node, other: &Node, expression: &str) -> Node {
    if same(&one, other) {
        return one;
    }
    let hidden = |place| Node::unknown(expression, place);
    let place = one.place;
    let value = match (one.value, &other.value) {
        (Value::Object(Fields(members)), Value::Object(others)) => {
            let missing = others.0.iter().filter(|(key, _)| !members.iter().any(|(known, _)| known == key));
            let missing: Vec<_> = missing.map(|(key, member)| (key.clone(), hidden(member.place))).collect();
            let both = members.into_iter().map(|(key, member)| {
                let member = match others.get(&key) {
                    Some(other) => either(member, other, expression),
                    None => hidden(member.place),
                };
                (key, member)
            });
            Value::Object(Fields(both.chain(missing).collect()))
        }
        (Value::List(items), Value::List(others)) => {
            let more: Vec<Node> = others.iter().skip(items.len()).map(|item| hidden(item.place)).collect();
            let both = items.into_iter().enumerate().map(|(index, item)| match others.get(index) {
                Some(other) => either(item, other, expression),
                None => hidden(item.place),
            });
            Value::List(both.chain(more).collect())
        }
        _ => Value::Unknown(expression.to_owned()),
    };
    Node::new(value, place)
}

/// What a mapping may lack.
pub(super) const NO_ENTRY: &str = "entry in `Mappings`";

/// The expression of `Fn::GetAZs` for the stack's own region.
pub(super) const ZONES: &str = "GetAZs";

/// Whether two values are the same, wherever they are written, and known.
pub(super) fn same(one: &Node, other: &Node) -> bool {
    match (&one.value, &other.value) {
        (Value::List(one), Value::List(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::Object(one), Value::Object(other)) => {
            one.0.len() == other.0.len()
                && one.0.iter().all(|(key, value)| other.get(key).is_some_and(|other| same(value, other)))
        }
        _ => one.value == other.value,
    }
}

pub(super) fn arguments(function: &str, takes: &'static str, node: &Node) -> TemplateError {
    TemplateError::Arguments { function: function.to_owned(), takes, location: location(node.place) }
}

fn fails(function: &'static str, why: &str, node: &Node) -> TemplateError {
    TemplateError::Fails { function, why: why.to_owned(), location: location(node.place) }
}

/// A function that isn't there.
pub(super) fn unknown(name: &str, node: &Node) -> TemplateError {
    TemplateError::UnknownFunction {
        name: name.to_owned(),
        nearest: nearest(name, FUNCTIONS),
        location: location(node.place),
    }
}

/// RFC 4648's base64.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0u32, |group, byte| group << 8 | u32::from(*byte)) << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = LETTERS.get((group >> (18 - 6 * place) & 63) as usize).copied().unwrap_or(b'=');
            text.push(if place <= chunk.len() { char::from(letter) } else { '=' });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        // RFC 4648, section 10.
        for (text, expected) in
            [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("foobar", "Zm9vYmFy")]
        {
            assert_eq!(base64(text.as_bytes()), expected, "{text}");
        }
    }
}

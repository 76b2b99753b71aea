//! The file as `terraform show -json` prints it, and what makes it useless.
//! <https://developer.hashicorp.com/terraform/internals/json-format>

use crate::input::error::{InputError, Unusable};
use crate::input::split::explain;
use crate::snapshot::{Location, SourceId, Sources, pointer_at};
use serde::Deserialize;
use serde_json::Value as Json;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// A plan or a state.
#[derive(Deserialize)]
pub(super) struct File<'a> {
    #[serde(borrow)]
    pub(super) format_version: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) resource_changes: Option<Vec<&'a RawValue>>,
    #[serde(borrow, default)]
    pub(super) planned_values: Option<Values<'a>>,
    #[serde(borrow, default)]
    pub(super) prior_state: Option<State<'a>>,
    #[serde(borrow, default)]
    pub(super) values: Option<Values<'a>>,
    #[serde(default)]
    pub(super) configuration: Configuration,
    #[serde(default)]
    pub(super) variables: BTreeMap<String, Variable>,
    #[serde(default)]
    pub(super) errored: bool,
    /// False where some of the changes are put off to a later plan.
    pub(super) complete: Option<bool>,
}

#[derive(Deserialize)]
pub(super) struct State<'a> {
    #[serde(borrow, default)]
    pub(super) values: Option<Values<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Values<'a> {
    #[serde(borrow, default)]
    pub(super) root_module: Option<ValueModule<'a>>,
}

#[derive(Deserialize)]
pub(super) struct ValueModule<'a> {
    #[serde(borrow, default)]
    pub(super) address: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    pub(super) resources: Vec<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) child_modules: Vec<ValueModule<'a>>,
}

/// What is the same of a resource in a state and in a list of changes.
#[derive(Deserialize)]
pub(super) struct Head<'a> {
    #[serde(borrow)]
    pub(super) address: Text<'a>,
    #[serde(borrow, default)]
    pub(super) module_address: Option<Text<'a>>,
    #[serde(borrow, default)]
    pub(super) mode: Option<Text<'a>>,
    #[serde(borrow, rename = "type")]
    pub(super) ty: Text<'a>,
    #[serde(borrow)]
    pub(super) name: Text<'a>,
    #[serde(default)]
    pub(super) index: Option<Json>,
    #[serde(borrow, default)]
    pub(super) values: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) change: Option<Change<'a>>,
    /// A part of a replaced object that is still to be deleted.
    #[serde(borrow, default)]
    pub(super) deposed: Option<Text<'a>>,
}

#[derive(Deserialize)]
pub(super) struct Change<'a> {
    #[serde(borrow, default)]
    pub(super) actions: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) before: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) after: Option<&'a RawValue>,
    #[serde(borrow, default)]
    pub(super) after_unknown: Option<&'a RawValue>,
}

/// A text that borrows where it can, also inside of an option.
#[derive(Deserialize, Clone)]
pub(super) struct Text<'a>(#[serde(borrow)] pub(super) Cow<'a, str>);

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Configuration {
    pub(super) provider_config: BTreeMap<String, Provider>,
    pub(super) root_module: Module,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Provider {
    pub(super) name: String,
    pub(super) module_address: Option<String>,
    pub(super) expressions: BTreeMap<String, Json>,
}

impl Provider {
    /// Whether it is configured where it is listed: a plan lists for some modules a provider without any argument that they
    /// take over from who calls them.
    pub(super) fn is_configured(&self) -> bool {
        self.module_address.as_ref().is_none_or(String::is_empty) || !self.expressions.is_empty()
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Module {
    pub(super) resources: Vec<Resource>,
    pub(super) module_calls: BTreeMap<String, Call>,
    pub(super) outputs: BTreeMap<String, Output>,
    pub(super) variables: BTreeMap<String, Declared>,
}

impl Module {
    /// Whether nothing is in it: a state has no configuration.
    pub(super) fn is_empty(&self) -> bool {
        self.resources.is_empty() && self.module_calls.is_empty()
    }
}

/// A variable of a module, as it is declared.
#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Declared {
    pub(super) default: Option<Json>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Resource {
    pub(super) address: String,
    pub(super) expressions: BTreeMap<String, Json>,
    pub(super) for_each_expression: Option<Json>,
    pub(super) provider_config_key: String,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Call {
    pub(super) expressions: BTreeMap<String, Json>,
    pub(super) module: Module,
    pub(super) for_each_expression: Option<Json>,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Output {
    pub(super) expression: Json,
}

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct Variable {
    pub(super) value: Json,
}

/// Reads a file, and refuses what it can't be judged by.
///
/// # Errors
/// The text isn't JSON or not of this form, its format has another major version, or Terraform could not finish the plan.
pub(super) fn read(sources: &Sources, source: SourceId) -> Result<File<'_>, InputError> {
    let bytes = sources.get(source).bytes();
    let (text, begin) = sources.get(source).text();
    let file: File<'_> =
        serde_json::from_str(text).map_err(|error| explain(sources, source, begin, 0, &error).of_plan())?;
    let place = |raw: Option<&RawValue>| {
        let start = raw.map_or(begin, |raw| begin + raw.get().as_ptr() as usize - text.as_ptr() as usize);
        Location::Span { source, start, length: raw.map_or(1, |raw| raw.get().len()) }
    };
    let version = file.format_version.map(|raw| raw.get().trim_matches('"')).unwrap_or_default();
    if !matches!(version.split('.').next(), Some("0" | "1")) {
        return Err(InputError::Unusable(Box::new(Unusable {
            code: "input/terraform-format",
            what: match version {
                "" | "null" => "this does not say which version of Terraform's JSON format it has".to_owned(),
                version => {
                    format!("this has version {version} of Terraform's JSON format, and fargcheck reads 0 and 1")
                }
            },
            help: "take it as `terraform show -json` prints it; if a later Terraform wrote it, update fargcheck",
            location: place(file.format_version),
        })));
    }
    if file.errored {
        let start = memchr::memmem::find(bytes, b"\"errored\"").unwrap_or(begin);
        let (_, range) = pointer_at(bytes, start, start);
        return Err(InputError::Unusable(Box::new(Unusable {
            code: "input/terraform-errored",
            what: "Terraform could not finish this plan: what it would deploy is not all in it".into(),
            help: "correct what `terraform plan` says, and plan again",
            location: Location::Span { source, start: range.start, length: "\"errored\"".len() },
        })));
    }
    Ok(file)
}

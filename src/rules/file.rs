//! What a rule file holds, as its author writes it.

use super::finding::Severity;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A text of a rule: in the program itself for a built-in rule, read from a file for a user's.
pub type Text = Cow<'static, str>;

/// A list of a rule, as [`Text`] is a text.
pub type List<T> = Cow<'static, [T]>;

/// One rule: what must hold, how grave it is when it does not, and what to say then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleFile {
    /// What must hold, as a sentence.
    pub title: Text,
    /// How grave it is where a workload meets the fault.
    pub severity: Severity,
    /// The kind of entity that is judged, such as `nat-gateway`.
    pub subject: Text,
    /// CEL: which subjects the rule is about. Without it: all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub when: Option<Text>,
    /// CEL: what must be true of the subject.
    pub require: Text,
    /// Template: what is wrong, in one sentence.
    pub message: Text,
    /// Template: what to change, with the exact command.
    pub help: Text,
    /// Which facts to point at; the first is the primary one. Without it: the subject itself.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub at: List<At>,
    /// CEL path to the entity that is accused, such as `flow.vpc`. Without it: the subject.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource: Option<Text>,
    /// CEL: whether a workload meets the fault. Where it is false, the severity is one lower.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub harm: Option<Text>,
    /// Codes of the blockers that a finding of this rule accounts for.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub explains: List<Text>,
    /// Whether this rule, whose subject is a blocker, is the last resort for those of any code that no other rule explains.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub catch_all: bool,
    /// Where it is said that this must hold.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub sources: List<Citation>,
    /// Why it must hold, for the rule's page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<Text>,
    /// Error texts that users see when it does not hold; `*` stands for anything.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub symptom: List<Text>,
    /// What the rule gets wrong, admitted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_problems: Option<Text>,
    /// Former ids, which go on working.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub aliases: List<Text>,
    /// Why the rule no longer applies, and what to use instead. A deprecated rule is not run.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<Text>,
}

/// A fact to point at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct At {
    /// CEL: a path to a field, an entity, or a list of entities (each is pointed at).
    pub fact: Text,
    /// Template: what it is, in a few words. In the label of a list, `it` is the element.
    pub label: Text,
}

/// Where something is said: in a document by name, or at an address of AWS's documentation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(extend("oneOf" = [{"required": ["document"]}, {"required": ["aws"]}]))]
pub struct Citation {
    /// The document's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub document: Option<Text>,
    /// The page of AWS's documentation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aws: Option<Text>,
    /// The document's address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<Text>,
    /// The sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quote: Option<Text>,
}

fn is_empty<T: Clone>(list: &List<T>) -> bool {
    list.is_empty()
}

/// The JSON Schema of a rule file.
pub fn schema() -> serde_json::Value {
    schemars::schema_for!(RuleFile).to_value()
}

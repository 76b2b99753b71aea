//! Policies of endpoints, as they are written: read once, judged for each flow.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>

use serde::Deserialize;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A policy in the language of IAM.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    /// The version of the language: `2012-10-17` has variables.
    pub version: Option<String>,
    /// What it allows and denies.
    pub statement: OneOrMany<Statement>,
}

impl Policy {
    /// Reads a policy.
    ///
    /// # Errors
    /// A clause that says why it is none, and where.
    pub fn read(text: &str) -> Result<Self, String> {
        serde_json::from_str(text).map_err(|error| {
            let what = if error.is_data() { "it is no policy in the language of IAM" } else { "it is not JSON" };
            format!("{what}, at line {} column {} of it", error.line(), error.column())
        })
    }

    /// Whether it is what AWS gives an endpoint without a policy of its own: full access for everybody.
    /// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#default-endpoint-policy>
    pub fn is_default(&self) -> bool {
        let [only] = self.statement.list() else { return false };
        only.effect == Effect::Allow && only.is_about_everything()
    }

    /// Whether it permits nothing to anybody, whatever is asked.
    /// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic_policy-eval-denyallow.html>
    pub fn permits_nothing(&self) -> bool {
        let all = self.statement.list();
        let denies_all = |statement: &Statement| statement.effect == Effect::Deny && statement.is_about_everything();
        all.iter().all(|statement| statement.effect == Effect::Deny) || all.iter().any(denies_all)
    }

    /// How reports call a statement: by its Sid, else by where it stands: "AllowPull", "2".
    pub fn statement_name(&self, position: usize) -> String {
        let sid = self.statement.list().get(position).and_then(|statement| statement.sid.clone());
        sid.filter(|sid| !sid.is_empty()).unwrap_or_else(|| (position + 1).to_string())
    }
}

/// A statement. The elements are IAM's.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
#[allow(missing_docs, reason = "the elements are IAM's")]
pub struct Statement {
    pub sid: Option<String>,
    pub effect: Effect,
    pub principal: Option<Principal>,
    pub not_principal: Option<Principal>,
    pub action: Option<OneOrMany<String>>,
    pub not_action: Option<OneOrMany<String>>,
    pub resource: Option<OneOrMany<String>>,
    pub not_resource: Option<OneOrMany<String>>,
    /// Operator → key → values.
    #[serde(default)]
    pub condition: BTreeMap<String, BTreeMap<String, OneOrMany<Scalar>>>,
}

impl Statement {
    /// Whether it is about whatever anybody asks, without a condition.
    fn is_about_everything(&self) -> bool {
        let is_any = |patterns: &Option<OneOrMany<String>>| {
            patterns.as_ref().is_some_and(|patterns| matches!(patterns.list(), [one] if one == "*"))
        };
        let is_everybody = match &self.principal {
            Some(Principal::Word(word)) => word == "*",
            Some(Principal::Kinds(kinds)) => {
                kinds.len() == 1 && kinds.get("AWS").is_some_and(|whom| matches!(whom.list(), [one] if one == "*"))
            }
            None => false,
        };
        is_everybody && is_any(&self.action) && is_any(&self.resource) && self.condition.is_empty()
    }
}

/// What a statement does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[allow(missing_docs, reason = "the elements are IAM's")]
pub enum Effect {
    Allow,
    Deny,
}

/// Whom a statement is about.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum Principal {
    /// `*`.
    Word(String),
    /// Kind (`AWS`, `Service`, `Federated`, `CanonicalUser`) → whom.
    Kinds(BTreeMap<String, OneOrMany<String>>),
}

/// What may stand alone or in a list.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany<T> {
    /// A list.
    Many(Vec<T>),
    /// Alone.
    One(T),
}

impl<T> OneOrMany<T> {
    /// All of it.
    pub fn list(&self) -> &[T] {
        match self {
            OneOrMany::Many(list) => list,
            OneOrMany::One(one) => std::slice::from_ref(one),
        }
    }
}

/// A value that conditions compare with. Numbers and truth values may stand without quotes.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Json")]
pub struct Scalar(pub String);

impl TryFrom<Json> for Scalar {
    type Error = &'static str;

    fn try_from(value: Json) -> Result<Self, Self::Error> {
        match value {
            Json::String(text) => Ok(Scalar(text)),
            Json::Bool(_) | Json::Number(_) => Ok(Scalar(value.to_string())),
            _ => Err("a text, a number, true or false is expected"),
        }
    }
}

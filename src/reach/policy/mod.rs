//! What a VPC endpoint's policy permits, as far as it can be told from what the snapshot knows: IAM's evaluation over
//! Kleene's three values.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html>

mod condition;
mod principal;
mod request;
#[cfg(test)]
mod tests;
mod truth;
mod value;

use crate::network::{Effect, Policy, STANDS_FOR_ITSELF, Statement};
pub(super) use request::{Request, Who};
use truth::Truth;
use value::Value;

/// What a judgement hangs on where a resource may be one that a statement names.
pub(super) const RESOURCES: &str = "its resources";

/// What a policy says of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Judgement {
    /// It permits it, to whoever is allowed otherwise, by the statement at this position.
    Permitted(usize),
    /// It does not; why, as a clause.
    Forbidden(String),
    /// It hangs on this.
    Open(String),
}

/// Judges a request by a policy: what any statement denies is forbidden, and so is what none allows.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>
pub(super) fn judge(policy: &Policy, request: &Request<'_>) -> Judgement {
    // Before this version `${` is a text like any other.
    let has_variables = policy.version.as_deref() == Some("2012-10-17");
    let (mut denied, mut allowed) = (Truth::No, Truth::No);
    let (mut almost, mut by) = (None, 0);
    for (position, statement) in policy.statement.list().iter().enumerate() {
        let (applies, unmet) = applies(statement, request, has_variables);
        match statement.effect {
            Effect::Deny if applies == Truth::Yes => return Judgement::Forbidden(denial(statement)),
            Effect::Deny => denied = denied.or(|| applies),
            Effect::Allow => {
                almost = almost.or(unmet);
                if applies == Truth::Yes && allowed != Truth::Yes {
                    by = position;
                }
                allowed = allowed.or(|| applies);
            }
        }
    }
    match allowed.and(|| denied.not()) {
        Truth::Yes => Judgement::Permitted(by),
        Truth::Open(what) => Judgement::Open(what),
        Truth::No => Judgement::Forbidden(match almost {
            Some(key) => format!("no statement allows it: {}", unmet_condition(key, request)),
            None => "no statement allows it".to_owned(),
        }),
    }
}

/// Whether a statement is about a request; and the key of the condition that alone keeps it from that.
fn applies<'s>(statement: &'s Statement, request: &Request<'_>, has_variables: bool) -> (Truth, Option<&'s str>) {
    let concerns = action(statement, request)
        .and(|| resource(statement, request, has_variables))
        .and(|| principal::is_meant(statement, request));
    if concerns == Truth::No {
        return (Truth::No, None);
    }
    let (met, unmet) = condition::met(statement, request, has_variables);
    (concerns.and(|| met), unmet)
}

/// Actions don't mind capitals.
fn action(statement: &Statement, request: &Request<'_>) -> Truth {
    let action = request.action.to_ascii_lowercase();
    let any = |patterns: &[String]| {
        Truth::of(patterns.iter().any(|pattern| value::matches(&pattern.to_ascii_lowercase(), &action)))
    };
    match (&statement.action, &statement.not_action) {
        (Some(patterns), _) => any(patterns.list()),
        (None, Some(patterns)) => any(patterns.list()).not(),
        (None, None) => Truth::No,
    }
}

fn resource(statement: &Statement, request: &Request<'_>, has_variables: bool) -> Truth {
    let resource = Value::of_resource(request.resource);
    let any = |patterns: &[String]| {
        Truth::any(patterns.iter().map(|pattern| match has_variables && has_variable(pattern) {
            true => Truth::open(RESOURCES),
            false => resource.matches(pattern, RESOURCES),
        }))
    };
    match (&statement.resource, &statement.not_resource) {
        (Some(patterns), _) => any(patterns.list()),
        (None, Some(patterns)) => any(patterns.list()).not(),
        (None, None) => Truth::Yes,
    }
}

/// Whether a pattern holds a variable of IAM's, and not only what a template leaves open.
fn has_variable(pattern: &str) -> bool {
    pattern.matches("${").count() > pattern.matches(STANDS_FOR_ITSELF).count()
}

fn denial(statement: &Statement) -> String {
    match &statement.sid {
        Some(sid) => format!("its statement {sid} denies it"),
        None => "a statement denies it".to_owned(),
    }
}

fn unmet_condition(key: &str, request: &Request<'_>) -> String {
    let folded = key.to_ascii_lowercase();
    let of_account = ["account", "orgid", "orgpaths", "principalarn"].iter().any(|end| folded.ends_with(end));
    match request.who {
        Who::Registry if of_account => {
            format!(
                "its condition on {key} leaves out Amazon ECR's own account, which owns image layers and signs the links to them"
            )
        }
        _ => format!("its condition on {key} is not met"),
    }
}

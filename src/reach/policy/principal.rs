//! Whom a statement is about.
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html>

use super::request::{Request, Who};
use super::truth::Truth;
use super::value::Value;
use crate::network::{Effect, Principal, Statement};
use crate::snapshot::{Arn, last_part};

const WHAT: &str = "its principals";

/// Whether a statement is about whoever asks.
pub(super) fn is_meant(statement: &Statement, request: &Request<'_>) -> Truth {
    match (&statement.principal, &statement.not_principal) {
        (Some(principal), _) => any(principal, statement.effect, request),
        (None, Some(principal)) => any(principal, statement.effect, request).not(),
        (None, None) => Truth::Yes,
    }
}

fn any(principal: &Principal, effect: Effect, request: &Request<'_>) -> Truth {
    let kinds = match principal {
        Principal::Word(word) if word == "*" => return Truth::Yes,
        Principal::Word(_) => return Truth::open(WHAT),
        Principal::Kinds(kinds) => kinds,
    };
    Truth::any(kinds.iter().flat_map(|(kind, list)| {
        list.list().iter().map(move |one| match kind.as_str() {
            "AWS" => is_principal(one, effect, request),
            // Neither a role of a task nor the account that signs links to layers is one of these.
            "Service" | "Federated" => Truth::No,
            _ => Truth::open(WHAT),
        })
    }))
}

/// An account's number or its root's ARN mean everyone of that account; at a gateway endpoint, the root user alone.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html#vpc-endpoint-policies-gateway>
fn is_principal(written: &str, effect: Effect, request: &Request<'_>) -> Truth {
    if written == "*" {
        return Truth::Yes;
    }
    let is_number = !written.is_empty() && written.bytes().all(|byte| byte.is_ascii_digit());
    let account = match Arn::parse(written) {
        _ if is_number => written,
        Some(Arn { service: "iam", account, resource: "root", .. }) => account,
        Some(Arn { service: "iam" | "sts", account, resource, .. }) => {
            return is_one(written, account, resource, request);
        }
        _ => return Truth::open(WHAT),
    };
    match (of_account(account, request), request.is_gateway, effect) {
        (Truth::Yes, true, Effect::Allow) => Truth::No,
        (Truth::Yes, true, Effect::Deny) => Truth::open(WHAT),
        (found, ..) => found,
    }
}

/// A role, a user, or a session of a role.
fn is_one(arn: &str, account: &str, name: &str, request: &Request<'_>) -> Truth {
    if of_account(account, request) == Truth::No {
        return Truth::No;
    }
    let role = match request.who {
        Who::Role(Some(role)) => role,
        Who::Role(None) if name.starts_with("user/") => return Truth::No,
        _ => return Truth::open(WHAT),
    };
    let of_session = name.strip_prefix("assumed-role/").and_then(|session| session.split('/').next());
    match of_session {
        Some(session) if last_part(role) == session => Truth::open(WHAT),
        // A principal other than everyone is none that a gateway endpoint's policy may name.
        None if arn == role && request.is_gateway => Truth::open(WHAT),
        None => Truth::of(arn == role),
        Some(_) => Truth::No,
    }
}

fn of_account(account: &str, request: &Request<'_>) -> Truth {
    match request.account_of_caller() {
        Value::Exact(own) => Truth::of(own == account),
        Value::Other(own) if own == account => Truth::No,
        _ => Truth::open(WHAT),
    }
}

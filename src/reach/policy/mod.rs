//! What a VPC endpoint's policy permits, as far as it can be told without knowing the caller.

use serde::Deserialize;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    statement: OneOrMany<Statement>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: String,
    principal: Option<serde_json::Value>,
    not_principal: Option<serde_json::Value>,
    action: Option<OneOrMany<String>>,
    not_action: Option<OneOrMany<String>>,
    resource: Option<OneOrMany<String>>,
    not_resource: Option<OneOrMany<String>>,
    condition: Option<serde_json::Value>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum OneOrMany<T> {
    Many(Vec<T>),
    One(T),
}

impl<T> OneOrMany<T> {
    fn list(&self) -> &[T] {
        match self {
            OneOrMany::Many(list) => list,
            OneOrMany::One(one) => std::slice::from_ref(one),
        }
    }
}

/// Whether a policy permits an action on a resource to whoever is allowed otherwise; none where conditions or
/// principals decide, or the policy can't be read.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html>
pub(super) fn permits(document: &str, action: &str, resource: &str) -> Option<bool> {
    let policy: Policy = serde_json::from_str(document).ok()?;
    let (mut allowed, mut perhaps_allowed, mut perhaps_denied) = (false, false, false);
    for statement in policy.statement.list() {
        if !concerns(statement, action, resource) {
            continue;
        }
        let certain = statement.condition.is_none()
            && statement.not_principal.is_none()
            && is_everyone(statement.principal.as_ref());
        match (statement.effect.as_str(), certain) {
            ("Deny", true) => return Some(false),
            ("Deny", false) => perhaps_denied = true,
            (_, true) => allowed = true,
            (_, false) => perhaps_allowed = true,
        }
    }
    match (allowed, perhaps_allowed, perhaps_denied) {
        (true, _, false) => Some(true),
        (false, false, _) => Some(false),
        _ => None,
    }
}

fn is_everyone(principal: Option<&serde_json::Value>) -> bool {
    match principal {
        None => true,
        Some(serde_json::Value::String(text)) => text == "*",
        Some(serde_json::Value::Object(map)) => map
            .get("AWS")
            .is_some_and(|aws| aws == "*" || aws.as_array().is_some_and(|list| list.iter().any(|one| one == "*"))),
        _ => false,
    }
}

fn concerns(statement: &Statement, action: &str, resource: &str) -> bool {
    let any = |patterns: &OneOrMany<String>, text: &str, fold: bool| {
        patterns.list().iter().any(|pattern| {
            if fold {
                matches(&pattern.to_ascii_lowercase(), &text.to_ascii_lowercase())
            } else {
                overlaps(pattern, text)
            }
        })
    };
    let action = match (&statement.action, &statement.not_action) {
        (Some(patterns), _) => any(patterns, action, true),
        (None, Some(patterns)) => !any(patterns, action, true),
        (None, None) => false,
    };
    let resource = match (&statement.resource, &statement.not_resource) {
        (Some(patterns), _) => any(patterns, resource, false),
        (None, Some(patterns)) => !any(patterns, resource, false),
        (None, None) => true,
    };
    action && resource
}

/// Whether a pattern with `*` and `?` can match a text that may hold a `*` of its own at its end ("any object of the
/// bucket").
fn overlaps(pattern: &str, text: &str) -> bool {
    matches(pattern, text.strip_suffix('*').unwrap_or(text)) || matches(pattern, text)
}

fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        if p < pattern.len() && (pattern[p] == b'?' || pattern[p] == text[t]) && pattern[p] != b'*' {
            p += 1;
            t += 1;
        } else if p < pattern.len() && pattern[p] == b'*' {
            star = Some((p, t));
            p += 1;
        } else if let Some((at, from)) = star {
            p = at + 1;
            t = from + 1;
            star = Some((at, from + 1));
        } else {
            return false;
        }
    }
    pattern[p..].iter().all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_permit_deny_or_leave_it_open() {
        let layer = "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*";
        let statement = |principal: &str, action: &str, resource: &str, rest: &str| {
            format!(r#"{{"Principal":{principal},"Action":{action},"Resource":"{resource}",{rest}}}"#)
        };
        let (allow, deny) = (r#""Effect":"Allow""#, r#""Effect":"Deny""#);
        let condition = r#""Effect":"Deny","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-1"}}"#;
        let everyone = r#""*""#;
        let everything = statement(everyone, everyone, "*", allow);
        let cases = [
            (vec![everything.clone()], Some(true)),
            (vec![statement(r#"{"AWS":"*"}"#, r#"["s3:Get*"]"#, layer, allow)], Some(true)),
            (vec![statement(everyone, r#""s3:GetObject""#, "arn:aws:s3:::my-bucket/*", allow)], Some(false)),
            (vec![statement(everyone, r#""s3:PutObject""#, "*", allow)], Some(false)),
            (vec![everything.clone(), statement(everyone, r#""s3:*""#, "*", deny)], Some(false)),
            (vec![everything, statement(everyone, r#""s3:*""#, "*", condition)], None),
            (vec![statement(r#"{"AWS":"arn:aws:iam::1:role/x"}"#, everyone, "*", allow)], None),
        ];
        for (statements, expected) in cases {
            let policy = format!(r#"{{"Statement":[{}]}}"#, statements.join(","));
            assert_eq!(permits(&policy, "s3:GetObject", layer), expected, "{policy}");
            if let [one] = statements.as_slice() {
                let alone = format!(r#"{{"Statement":{one}}}"#);
                assert_eq!(permits(&alone, "s3:GetObject", layer), expected, "{alone}");
            }
        }
        assert_eq!(permits("not json", "s3:GetObject", layer), None);
    }
}

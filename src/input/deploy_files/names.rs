//! Names and words in the files of a deployment that the AWS CLI, or ECS, refuses: they differ by letters or by case alone
//! from those that are read, and would be left out in silence.

use super::{DeploymentError, Raw};
use crate::snapshot::{Location, Sources, Step};
use serde_json::Value;
use std::borrow::Cow;

/// The members of an object that are read, and objects and lists of objects among them.
struct Form {
    members: &'static [&'static str],
    inner: &'static [(&'static str, &'static Form)],
}

/// The input of `create-service`.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html>
const SERVICE: Form = Form {
    members: &[
        "serviceName",
        "cluster",
        "clusterArn",
        "launchType",
        "capacityProviderStrategy",
        "platformVersion",
        "desiredCount",
        "taskDefinition",
        "deploymentConfiguration",
        "deploymentController",
        "networkConfiguration",
        "loadBalancers",
        "serviceRegistries",
        "serviceConnectConfiguration",
        "enableExecuteCommand",
    ],
    inner: &[("networkConfiguration", &NETWORK), ("loadBalancers", &LOAD_BALANCER)],
};

const NETWORK: Form = Form { members: &["awsvpcConfiguration"], inner: &[("awsvpcConfiguration", &AWSVPC)] };

const AWSVPC: Form = Form { members: &["subnets", "securityGroups", "assignPublicIp"], inner: &[] };

const LOAD_BALANCER: Form =
    Form { members: &["targetGroupArn", "loadBalancerName", "containerName", "containerPort"], inner: &[] };

/// The input of `register-task-definition`.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>
const TASK_DEFINITION: Form = Form {
    members: &[
        "family",
        "networkMode",
        "requiresCompatibilities",
        "runtimePlatform",
        "containerDefinitions",
        "volumes",
        "executionRoleArn",
        "taskRoleArn",
    ],
    inner: &[("containerDefinitions", &CONTAINER)],
};

const CONTAINER: Form = Form {
    members: &[
        "name",
        "image",
        "portMappings",
        "logConfiguration",
        "secrets",
        "environmentFiles",
        "repositoryCredentials",
        "firelensConfiguration",
    ],
    inner: &[
        ("logConfiguration", &Form { members: &["logDriver", "options", "secretOptions"], inner: &[] }),
        (
            "portMappings",
            &Form { members: &["containerPort", "containerPortRange", "hostPort", "protocol"], inner: &[] },
        ),
    ],
};

/// What services run on, and what task definitions may ask for.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html#ECS-CreateService-request-launchType>
const LAUNCH_TYPES: [&str; 4] = ["EC2", "FARGATE", "EXTERNAL", "MANAGED_INSTANCES"];

/// Checks the names in a service, and the words in it that ECS knows.
///
/// # Errors
/// One is misspelt.
pub(super) fn of_service(raw: &Raw<'_>, sources: &Sources) -> Result<(), DeploymentError> {
    const WAY: [&str; 3] = ["networkConfiguration", "awsvpcConfiguration", "assignPublicIp"];
    let service: Value = raw.parse(sources)?.value;
    check(raw, &service, &SERVICE, &mut Vec::new())?;
    filled_in(raw, &service, &SERVICE_NAMES, &mut Vec::new())?;
    let public_ip = WAY.iter().try_fold(&service, |found, key| found.get(key));
    word(raw, "assignPublicIp", public_ip, &["ENABLED", "DISABLED"], || WAY.map(Step::from).to_vec())?;
    word(raw, "launchType", service.get("launchType"), &LAUNCH_TYPES, || vec![Step::from("launchType")])
}

/// Checks the names in a task definition, and the words in it that ECS knows.
///
/// # Errors
/// One is misspelt.
pub(super) fn of_task_definition(raw: &Raw<'_>, sources: &Sources) -> Result<(), DeploymentError> {
    const KEY: &str = "requiresCompatibilities";
    let definition: Value = raw.parse(sources)?.value;
    check(raw, &definition, &TASK_DEFINITION, &mut Vec::new())?;
    filled_in(raw, &definition, &TASK_DEFINITION_NAMES, &mut Vec::new())?;
    let kinds = definition.get(KEY).and_then(Value::as_array).into_iter().flatten().enumerate();
    for (index, kind) in kinds {
        word(raw, KEY, Some(kind), &LAUNCH_TYPES, || vec![Step::from(KEY), Step::from(index)])?;
    }
    Ok(())
}

/// Names and ids of a service that say nothing where they are empty, as the AWS CLI's skeleton has them.
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-usage-skeleton.html>
const SERVICE_NAMES: Form = Form {
    members: &["serviceName", "service"],
    inner: &[
        (
            "networkConfiguration",
            &Form {
                members: &[],
                inner: &[("awsvpcConfiguration", &Form { members: &["subnets", "securityGroups"], inner: &[] })],
            },
        ),
        ("capacityProviderStrategy", &Form { members: &["capacityProvider"], inner: &[] }),
    ],
};

/// As [`SERVICE_NAMES`], of a task definition.
const TASK_DEFINITION_NAMES: Form = Form {
    members: &["family"],
    inner: &[
        (
            "containerDefinitions",
            &Form {
                members: &["name", "image"],
                inner: &[
                    ("repositoryCredentials", &Form { members: &["credentialsParameter"], inner: &[] }),
                    ("environmentFiles", &Form { members: &["value"], inner: &[] }),
                    ("secrets", &Form { members: &["valueFrom"], inner: &[] }),
                ],
            },
        ),
        (
            "volumes",
            &Form {
                members: &[],
                inner: &[("efsVolumeConfiguration", &Form { members: &["fileSystemId"], inner: &[] })],
            },
        ),
    ],
};

/// Checks that names and ids, and those in lists, aren't empty.
fn filled_in(raw: &Raw<'_>, value: &Value, form: &'static Form, way: &mut Vec<Step>) -> Result<(), DeploymentError> {
    if let Value::Array(items) = value {
        for (index, item) in items.iter().enumerate() {
            way.push(Step::from(index));
            filled_in(raw, item, form, way)?;
            way.pop();
        }
    }
    let empty = |key: &'static str, steps: &[Step]| DeploymentError::Empty {
        key,
        location: Location::inside(raw.origin, steps.to_vec()),
    };
    let is_empty = |value: &Value| value.as_str().is_some_and(|text| text.trim().is_empty());
    for key in form.members {
        let Some(found) = value.get(*key) else { continue };
        way.push(Step::from(*key));
        if is_empty(found) {
            return Err(empty(key, way));
        }
        if let Some(index) = found.as_array().and_then(|items| items.iter().position(is_empty)) {
            way.push(Step::from(index));
            return Err(empty(key, way));
        }
        way.pop();
    }
    for (key, form) in form.inner {
        if let Some(inner) = value.get(*key) {
            way.push(Step::from(*key));
            filled_in(raw, inner, form, way)?;
            way.pop();
        }
    }
    Ok(())
}

/// Checks that a member is one of some words. One that is yet to be filled in may become any.
fn word(
    raw: &Raw<'_>,
    key: &'static str,
    value: Option<&Value>,
    known: &'static [&'static str],
    way: impl FnOnce() -> Vec<Step>,
) -> Result<(), DeploymentError> {
    let written = match value {
        None | Some(Value::Null) => return Ok(()),
        Some(Value::String(word)) if known.contains(&word.as_str()) || super::is_to_be_filled_in(word) => return Ok(()),
        Some(Value::String(word)) => word.clone(),
        Some(other) => other.to_string(),
    };
    Err(DeploymentError::NoSuchWord { key, word: written, known, location: Location::inside(raw.origin, way()) })
}

fn check(raw: &Raw<'_>, value: &Value, form: &'static Form, way: &mut Vec<Step>) -> Result<(), DeploymentError> {
    if let Value::Array(items) = value {
        for (index, item) in items.iter().enumerate() {
            way.push(Step::from(index));
            check(raw, item, form, way)?;
            way.pop();
        }
    }
    let Value::Object(members) = value else { return Ok(()) };
    for name in members.keys() {
        let meant = form.members.iter().find(|known| is_misspelling(name, known) && !members.contains_key(**known));
        if let Some(meant) = meant.filter(|_| !form.members.contains(&name.as_str())) {
            way.push(Step::Key(Cow::Owned(name.clone())));
            return Err(DeploymentError::Misspelt {
                name: name.clone(),
                meant,
                location: Location::inside(raw.origin, way.clone()),
            });
        }
    }
    for (name, form) in form.inner {
        if let Some(inner) = members.get(*name) {
            way.push(Step::from(*name));
            check(raw, inner, form, way)?;
            way.pop();
        }
    }
    Ok(())
}

/// Whether a name is another one but for case, or a letter or two of a long one. One that is longer by an s may be another.
fn is_misspelling(name: &str, known: &str) -> bool {
    let (name, known) = (name.to_lowercase(), known.to_lowercase());
    let is_plural = |one: &str, other: &str| one.strip_suffix('s') == Some(other);
    let most = (known.len() / 4).min(2);
    !is_plural(&name, &known) && !is_plural(&known, &name) && strsim::damerau_levenshtein(&name, &known) <= most
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_are_nearly_known() {
        for (name, known, expected) in [
            ("awsVpcConfiguration", "awsvpcConfiguration", true),
            ("AwsvpcConfiguration", "awsvpcConfiguration", true),
            ("securityGroup", "securityGroups", false),
            ("securtyGroups", "securityGroups", true),
            ("note", "name", false),
            ("imagee", "image", true),
            ("service", "serviceName", false),
            ("command", "image", false),
        ] {
            assert_eq!(is_misspelling(name, known), expected, "{name}");
        }
    }
}

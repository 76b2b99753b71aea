//! Error texts that are about something else than the network, and what they are about.
//!
//! Whoever is answered has reached what answers: a registry that knows no such image, a service that denies, a target whose
//! page is missing. What ECS puts before it (`pull image manifest has been retried 1 time(s)`) it says of timeouts too.

use super::explain::{FRAGMENT, Words, position, words};

/// Which policy denied a request.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_access-denied.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Denial {
    /// That of a VPC endpoint.
    Endpoint,
    /// One of those that say what an identity may do.
    Identity,
    /// The text doesn't say: not all services do.
    Unsaid,
}

/// Which policy denied what a text is about, where something was denied.
fn denial(text: &[String]) -> Option<Denial> {
    let says = |known: &str| position(text, &words(known)).is_some();
    if !["not authorized to perform", "AccessDenied", "AccessDeniedException"].into_iter().any(says) {
        return None;
    }
    let kinds = ["identity-based policy", "resource-based policy", "permissions boundary", "session policy"];
    let control = ["service control policy", "resource control policy"];
    Some(match says("VPC endpoint policy") {
        true => Denial::Endpoint,
        false if kinds.into_iter().chain(control).any(says) => Denial::Identity,
        false => Denial::Unsaid,
    })
}

/// What answered a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Answer {
    /// The policy of a VPC endpoint denied it.
    DeniedByEndpoint,
    /// Anything that needs a network which works; what it is about.
    Other(&'static str),
}

/// What a request was answered with, by the text about it; none where it says nothing of an answer, or where a connection
/// failed.
pub(super) fn answer(text: &Words) -> Option<Answer> {
    let says = |known: &&str| position(text, &words(known)).is_some();
    match denial(text) {
        Some(Denial::Endpoint) => return Some(Answer::DeniedByEndpoint),
        Some(Denial::Identity) => return Some(Answer::Other(DENIED)),
        Some(Denial::Unsaid) => return Some(Answer::Other(DENIED_BY_SOMEBODY)),
        None if UNANSWERED.iter().any(&says) => return None,
        None => {}
    }
    let (_, meaning) = ANSWERS.iter().find(|(known, _)| {
        known.iter().any(|alternative| alternative.split('*').all(|part| words(part).is_empty() || says(&part)))
    })?;
    Some(Answer::Other(meaning))
}

/// What is said of a connection that failed.
const UNANSWERED: [&str; 10] = [
    "timeout",
    "timed out",
    "deadline exceeded",
    "request canceled",
    "no such host",
    "connection issue",
    "connection refused",
    "connection reset",
    "network is unreachable",
    "no route to host",
];

/// What those say that were reached, and what it is about. Of a text in parts all have to be there.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_cannot_pull_image.html> and
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html>
const ANSWERS: [(&[&str], &str); 8] = [
    (&["Check that the role has the permissions to pull images from the registry"], DENIED),
    (
        &[
            "toomanyrequests",
            "CannotPullContainerError * Too Many Requests",
            "reached your pull rate limit",
            "reached your unauthenticated pull rate limit",
        ],
        "The registry was reached, and refuses more pulls for now: its rate limit is used up. Log in to it (`repositoryCredentials` of the container), or pull a copy from Amazon ECR, such as through a pull through cache.",
    ),
    (
        &["no space left on device"],
        "The image was reached, and is too large for the task's disk. Give the task definition more `ephemeralStorage` (20 GiB without it, 200 GiB at most), or make the image smaller.",
    ),
    (
        &["does not contain descriptor matching platform", "no matching manifest for"],
        "The registry was reached, and has the image for another platform. Build it for the task's (`runtimePlatform` of the task definition: X86_64 or ARM64, Linux or Windows), or for several.",
    ),
    (
        &[
            "authorization failed",
            "pull access denied",
            "no basic auth credentials",
            "insufficient_scope",
            "repository does not exist",
        ],
        "The registry was reached, and refused: the repository does not exist, or the task may not pull from it. Check the image's name; give the task execution role the permissions of Amazon ECR, or a private registry's login in `repositoryCredentials`.",
    ),
    (
        &[
            "CannotPullContainerError * not found",
            "failed to resolve ref * not found",
            "pull image manifest * not found",
            "manifest unknown",
        ],
        "The registry was reached, and has no such image. Check the repository's name and the tag or digest in the task definition, and that the image was pushed there.",
    ),
    (
        &["ResourceNotFoundException"],
        "The service was reached, and has no such resource. Check the name, the account and the region of the secret or the log group in the task definition.",
    ),
    (
        &["Health checks failed with these codes"],
        "The load balancer reached the target, which answered, though with another status than the health check takes. Let the application answer the health check's path with success, or change the target group's `HealthCheckPath` or `Matcher`.",
    ),
];

/// What ECS says of things that no rule about a network explains, and what they are about.
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/api_failures_messages.html>,
/// <https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-event-messages-list.html>,
/// <https://repost.aws/knowledge-center/ecs-task-container-health-check-failures> and
/// <https://repost.aws/knowledge-center/ecs-fargate-network-interface-errors>
const ELSEWHERE: [(&str, &str); 9] = [
    (
        "failed container health checks",
        "A container failed the health check of its own task definition (`healthCheck` of the container), which runs inside the container and crosses no network. Run its command in the image, look at the application's logs, and give it time (`startPeriod`). A load balancer's health checks say `failed ELB health checks`.",
    ),
    (
        "unable to consistently start tasks successfully",
        "This only says that tasks stop again and again. The cause is the stopped tasks' reason (`aws ecs describe-tasks`, or the console's stopped tasks): explain that text.",
    ),
    (
        "deployment failed: tasks failed to start",
        "This only says that the deployment's tasks stop again and again. The cause is the stopped tasks' reason (`aws ecs describe-tasks`, or the console's stopped tasks): explain that text.",
    ),
    (
        "Timeout waiting for network interface provisioning to complete",
        "AWS could not attach the task's network interface in time: a fault on its side that comes and goes. A service tries again by itself; start a task that stands alone once more.",
    ),
    (
        "RESOURCE:ENI",
        "The container instance has no network interface left for the task. This is about EC2 instances and their limit of interfaces; a Fargate task has its own. Add instances, take larger ones, or turn ENI trunking on.",
    ),
    (
        "Capacity is unavailable at this time",
        "AWS has no Fargate capacity in the zone at this time. Give the service subnets in more zones, or try again later.",
    ),
    (
        "You've reached the limit on the number of tasks you can run concurrently",
        "The account's quota of Fargate tasks in this region is used up. Ask for a higher one in Service Quotas.",
    ),
    (
        "was unable to place a task",
        "This only says that a task could not be started. The cause stands behind `Reason:` in the same event, or is the stopped task's reason: explain that text.",
    ),
    (
        "503 Service Temporarily Unavailable",
        "The load balancer was reached, but its target group has no target that it may use: the service's tasks don't run, or run in zones that the load balancer is not enabled in (`fargcheck explain lb/zones`). Where they don't run, explain the stopped tasks' reason.",
    ),
];

/// What denied requests are about.
const DENIED: &str = "A permission is missing: the task reached the service, which refused. What pulls the image, reads secrets and writes logs is the task execution role (`executionRoleArn` of the task definition); what the application itself calls is the task role (`taskRoleArn`). Allow it the action that the text names.";

/// The same, where the text doesn't say whose policy denied.
const DENIED_BY_SOMEBODY: &str = "A permission is missing: the task reached the service, which refused. What pulls the image, reads secrets and writes logs is the task execution role (`executionRoleArn` of the task definition); what the application itself calls is the task role (`taskRoleArn`). Allow it the action that the text names. If it has it already, and the VPC has an endpoint of that service, the endpoint's policy may deny it: `fargcheck explain endpoint/policy`.";

/// What an error text is about that no rule explains.
pub fn elsewhere(query: &str) -> Option<&'static str> {
    meaning(&words(query))
}

/// What a text is about that no rule explains.
pub(super) fn meaning(text: &Words) -> Option<&'static str> {
    if let Some(Answer::Other(meaning)) = answer(text) {
        return Some(meaning);
    }
    let says = |known: &str| {
        let known = words(known);
        position(text, &known).is_some() || text.len() >= FRAGMENT && position(&known, text).is_some()
    };
    ELSEWHERE.iter().find(|(known, _)| says(known)).map(|(_, meaning)| *meaning)
}

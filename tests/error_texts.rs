//! Error texts as people paste them, and the rules that they lead to: stop reasons and service events of ECS, from the
//! pages of AWS and from public threads, with the accounts and names of others taken out.

mod cli_support;

use cli_support::{Scratch, fixtures, run, run_in};
use fargcheck::facts;
use fargcheck::rules::Catalogue;
use std::sync::LazyLock;

static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::embedded(&facts::ENTITIES).expect("the built-in rules can be loaded"));

struct Case {
    /// The page or thread.
    source: &'static str,
    text: &'static str,
    /// The likeliest rules, whatever their order.
    first: &'static [&'static str],
    /// Rules that must be among the others.
    also: &'static [&'static str],
    /// Rules that have nothing to do with it.
    never: &'static [&'static str],
}

const CASES: &[Case] = &[
    Case {
        source: "the page of AWS on images that can't be pulled: a connection issue",
        text: "CannotPullContainerError: The task cannot pull 111122223333.dkr.ecr.us-east-1.amazonaws.com/app:1.0.4 from the registry 111122223333.dkr.ecr.us-east-1.amazonaws.com/app:1.0.4. There is a connection issue between the task and the registry. Check your task network configuration.",
        first: &["nat/present", "workload/public-registry"],
        also: &["endpoint/s3-gateway", "endpoint/s3-gateway-route", "sg/egress", "nacl/return", "workload/public-ip"],
        never: &["lb/health-check"],
    },
    Case {
        source: "the same in an event of its service",
        text: "service app was unable to place a task. Reason: CannotPullContainerError: The task cannot pull 111122223333.dkr.ecr.us-east-1.amazonaws.com/app:2.0 from the registry 111122223333.dkr.ecr.us-east-1.amazonaws.com/app:2.0. There is a connection issue between the task and the registry. Check your task network configuration.",
        first: &["nat/present", "workload/public-registry"],
        also: &["endpoint/s3-gateway", "sg/endpoint-ingress"],
        never: &["lb/health-check"],
    },
    Case {
        source: "layers that never come, over a connection that opens",
        text: "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: failed to do request: Get \"https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com/a\": net/http: TLS handshake timeout",
        first: &["endpoint/s3-gateway", "workload/image-pull"],
        also: &["endpoint/s3-gateway-route", "nat/present"],
        never: &["lb/health-check"],
    },
    Case {
        source: "aws/copilot-cli #3772: what is said of the targets of a Network Load Balancer",
        text: "(service app) (port 5005) is unhealthy in (target-group arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/app/0a1b2c3d4e5f6071) due to (reason Health checks failed).",
        first: &["lb/health-check", "sg/task-from-load-balancer"],
        also: &["nacl/destination-subnet", "sg/load-balancer-egress"],
        never: &["nat/present"],
    },
    Case {
        source: "aws/amazon-ecs-agent #218: a resolver that does not answer",
        text: "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/library/nginx:latest: failed to do request: Head \"https://registry-1.docker.io/v2/library/nginx/manifests/latest\": dial tcp: lookup registry-1.docker.io on 10.0.0.2:53: read udp 10.0.1.5:40210->10.0.0.2:53: i/o timeout",
        first: &["dns/resolver-reached"],
        also: &[],
        never: &["lb/health-check"],
    },
    Case {
        source: "a service event of ECS",
        text: "service web was unable to place a task. Reason: The specified subnet does not have enough free addresses to satisfy the request.",
        first: &["workload/addresses"],
        also: &[],
        never: &["nat/present"],
    },
    Case {
        source: "aws repost: Unexpected EC2 error while attempting to Create Network Interface",
        text: "Unexpected EC2 error while attempting to Create Network Interface in subnet 'subnet-1a2b': InvalidSecurityGroup.NotFound",
        first: &["workload/security-group"],
        also: &[],
        never: &["nat/present"],
    },
    Case {
        source: "the page of an Application Load Balancer that gets no answer",
        text: "<html><head><title>504 Gateway Time-out</title></head>",
        first: &["sg/task-from-load-balancer", "lb/health-check"],
        also: &[],
        never: &["nat/present"],
    },
    Case {
        source: "the error of an ENI that can't be made, alone",
        text: "InsufficientFreeAddressesInSubnet",
        first: &["workload/addresses"],
        also: &[],
        never: &["nat/present"],
    },
    Case {
        source: "aws/amazon-ecs-agent #1128",
        text: "CannotPullContainerError: API error (500): Get https://111122223333.dkr.ecr.us-east-1.amazonaws.com/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
        first: &["nat/present"],
        also: &["workload/public-ip", "route/private-default-nat", "sg/egress", "nacl/return"],
        never: &["lb/health-check", "workload/secrets"],
    },
    Case {
        source: "aws/amazon-ecs-agent #1128",
        text: "CannotPullContainerError: API error (500): Get https://registry-1.docker.io/v2/: net/http: request canceled while waiting for connection (Client.Timeout exceeded while awaiting headers)",
        first: &["nat/present", "workload/public-registry"],
        also: &["workload/public-ip"],
        never: &["workload/storage"],
    },
    Case {
        source: "deepfence/terraform-aws-cloud-scanner #13",
        text: "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref quay.io/deepfenceio/cloud-scanner:latest: failed to do request: Head \"https://quay.io/v2/deepfenceio/cloud-scanner/manifests/latest\": dial tcp 3.210.148.47:443: i/o timeout",
        first: &["nat/present", "workload/public-registry"],
        also: &["route/public-default-igw", "workload/public-ip"],
        never: &["sg/task-from-load-balancer"],
    },
    Case {
        source: "ActionIQ/terraform-aws-retool-ecs-fargate #20",
        text: "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref docker.io/tryretool/backend:2.110.5: failed to do request: Head \"https://registry-1.docker.io/v2/tryretool/backend/manifests/2.110.5\": dial tcp 34.205.13.154:443: i/o timeout",
        first: &["workload/public-registry"],
        also: &["nat/present", "workload/public-ip"],
        never: &["workload/secrets"],
    },
    Case {
        source: "doctorray117/minecraft-ondemand #74",
        text: "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed caused by: Post \"https://api.ecr.us-east-2.amazonaws.com/\": dial tcp 3.17.137.51:443: i/o timeout. Please check your task network configuration.",
        first: &["nat/present"],
        also: &["workload/public-ip", "endpoint/ecr-pair", "endpoint/private-dns", "sg/egress"],
        never: &["workload/secrets", "lb/health-check"],
    },
    Case {
        source: "the same, where the name resolves to an endpoint",
        text: "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 3 time(s): RequestError: send request failed caused by: Post \"https://api.ecr.us-east-2.amazonaws.com/\": dial tcp 10.0.12.51:443: i/o timeout. Please check your task network configuration.",
        first: &["sg/endpoint-ingress", "sg/egress"],
        also: &["nacl/endpoint-subnet"],
        never: &["workload/secrets", "nat/present", "igw/present", "route/private-default-nat", "workload/public-ip"],
    },
    Case {
        source: "hashicorp/terraform-provider-aws #33044",
        text: "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 5 time(s): RequestCanceled: request context canceled caused by: context deadline exceeded. Please check your task network configuration.",
        first: &["endpoint/needed", "workload/secrets", "sg/egress", "sg/endpoint-ingress"],
        also: &["nat/present"],
        never: &["lb/health-check", "workload/storage"],
    },
    Case {
        source: "aws-samples/serverless-jenkins-on-aws-fargate #7",
        text: "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secrets from ssm: service call has been retried 5 time(s): RequestCanceled: request context canceled caused by: context deadli...",
        first: &["endpoint/needed", "workload/secrets", "sg/egress", "sg/endpoint-ingress"],
        also: &["nat/present"],
        never: &["endpoint/logs"],
    },
    Case {
        source: "Releem/releem-agent #195",
        text: "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 5 time(s): failed to fetch secret arn:aws:secretsmanager:us-west-2:*:secret:DBPasswordSecret-* from secrets manager: RequestCanceled: request context canceled caused by: context deadline exceeded. Please check your task network configuration.",
        first: &["sg/egress", "workload/secrets", "endpoint/needed", "sg/endpoint-ingress"],
        also: &["nat/present"],
        never: &["workload/storage"],
    },
    Case {
        source: "aws-samples/keycloak-on-aws #222",
        text: "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to get registry auth from asm: service call has been retried 5 time(s): asm fetching secret from the service for ...",
        first: &["endpoint/needed", "workload/secrets", "nat/present", "sg/egress", "sg/endpoint-ingress"],
        also: &["workload/public-ip"],
        never: &["lb/listener"],
    },
    Case {
        source: "Troubleshooting Amazon ECS ResourceInitializationError errors",
        text: "ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration. RequestError: send request failed caused by: Post \"https://api.ecr.us-east-1.amazonaws.com/\": dial tcp 44.213.79.10:443: i/o timeout",
        first: &["nat/present"],
        also: &["endpoint/ecr-pair", "workload/public-ip", "sg/endpoint-ingress", "workload/image-pull"],
        never: &["workload/storage"],
    },
    Case {
        source: "a service event",
        text: "service url-shortener-service was unable to place a task. Reason: ResourceInitializationError: unable to pull secrets or registry auth: The task cannot pull registry auth from Amazon ECR: There is a connection issue between the task and Amazon ECR. Check your task network configuration.",
        first: &["nat/present"],
        also: &["endpoint/ecr-pair", "sg/endpoint-ingress"],
        never: &["lb/health-check"],
    },
    Case {
        source: "civiform/civiform #7648",
        text: "ResourceInitializationError: failed to validate logger args: The task cannot find the Amazon CloudWatch log group defined in the task definition. There is a connection issue between the task and Amazon CloudWatch. Check your network configuration. : signal: killed",
        first: &["nat/present"],
        also: &["endpoint/logs", "workload/logs", "sg/egress"],
        never: &["endpoint/s3-gateway", "workload/secrets"],
    },
    Case {
        source: "Troubleshooting Amazon ECS ResourceInitializationError errors",
        text: "ResourceInitializationError: failed to validate logger args: create stream has been retried 1 times: failed to create Cloudwatch log stream: RequestCanceled: request context canceled caused by: context deadline exceeded : exit status 1",
        first: &["nat/present"],
        also: &["endpoint/logs", "workload/logs"],
        never: &["endpoint/s3-gateway"],
    },
    Case {
        source: "aws/aws-cdk #12720",
        text: "ResourceInitializationError: failed to download env files: file download command: non empty error stream: RequestCanceled: request context canceled caused by: context deadline exceeded",
        first: &["nat/present"],
        also: &[
            "route/private-default-nat",
            "workload/public-ip",
            "sg/egress",
            "workload/secrets",
            "workload/internet",
        ],
        never: &["workload/storage"],
    },
    Case {
        source: "Amazon ECR interface VPC endpoints: the layers lie in S3",
        text: "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed open: failed to do request: Get \"https://prod-us-east-1-starport-layer-bucket.s3.us-east-1.amazonaws.com/8f1b-111122223333\": dial tcp 52.216.144.91:443: i/o timeout",
        first: &["endpoint/s3-gateway", "endpoint/s3-gateway-route", "workload/image-pull"],
        also: &["nat/present", "sg/egress"],
        never: &["endpoint/logs"],
    },
    Case {
        source: "appsmithorg/appsmith-docs #2234",
        text: "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: Failed to resolve \"fs-01bd17a53b98b8014.efs.eu-west-1.amazonaws.com\" - check that your file system ID is correct, and ensure that the VPC has an EFS mount target for this file system ID. : unsuccessful EFS utils command execution; code: 1",
        first: &["dns/hostnames", "dns/support", "efs/mount-target"],
        also: &["workload/storage"],
        never: &["nat/present"],
    },
    Case {
        source: "Why can't I mount my Amazon EFS volumes on my AWS Fargate tasks?",
        text: "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes: stderr: mount.nfs4: Connection timed out : unsuccessful EFS utils command execution; code: 32",
        first: &["sg/destination-ingress"],
        also: &["workload/storage", "workload/internet"],
        never: &["nat/present"],
    },
    Case {
        source: "Amazon ECS service unhealthy event messages",
        text: "(service web) (task 1a2b3c4d5e6f) (port 8080) is unhealthy in (target-group arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/0123456789abcdef) due to (reason Request timed out)",
        first: &["lb/health-check", "sg/task-from-load-balancer", "sg/load-balancer-egress"],
        also: &[],
        never: &["nat/present", "endpoint/logs"],
    },
    Case {
        source: "an older form of the same",
        text: "service ecs-qa-service (port 80) is unhealthy in target-group ecs-qa-service due to (reason Request timed out)",
        first: &["lb/health-check", "sg/task-from-load-balancer", "sg/load-balancer-egress"],
        also: &[],
        never: &["nat/present"],
    },
    Case {
        source: "Stopped tasks error messages",
        text: "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:us-west-2:111122223333:targetgroup/nginx/a6d71c9b9c18b389)",
        first: &["lb/health-check", "sg/task-from-load-balancer", "sg/load-balancer-egress"],
        also: &[],
        never: &["nat/present"],
    },
    Case {
        source: "pulumi/pulumi-aws #3095",
        text: "InvalidParameterException: The container app did not have a container port 80 defined.",
        first: &["lb/target-port"],
        also: &[],
        never: &["lb/health-check"],
    },
    Case {
        source: "eddmann/serverless-fargate #20",
        text: "Invalid request provided: CreateService error: Error retrieving subnet information for [birdzview]: The subnet ID 'birdzview' does not exist (ErrorCode: InvalidSubnetID.NotFound)",
        first: &["workload/subnets-one-vpc"],
        also: &[],
        never: &["nat/present"],
    },
    Case {
        source: "Troubleshoot access denied error messages: by a VPC endpoint's policy",
        text: "ResourceInitializationError: unable to pull secrets or registry auth: AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/task/1a2b is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no VPC endpoint policy allows the ecr:GetAuthorizationToken action",
        first: &["endpoint/policy"],
        also: &[],
        never: &["nat/present", "workload/image-pull", "workload/public-ip"],
    },
    Case {
        source: "the same of an image, whose registry did not answer although it was retried",
        text: "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref registry.internal/not-found:1: failed to do request: Head \"https://registry.internal/v2/not/found/manifests/1\": dial tcp 10.0.1.2:443: i/o timeout",
        first: &[
            "sg/endpoint-ingress",
            "sg/egress",
            "nacl/egress",
            "nacl/return",
            "nacl/endpoint-subnet",
            "route/blackhole",
        ],
        also: &[],
        never: &["nat/present", "nat/in-public-subnet", "igw/attached", "endpoint/private-dns"],
    },
    Case {
        source: "a public address met from a private one",
        text: "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: read tcp 10.0.1.5:40210->52.94.0.1:443: i/o timeout",
        first: &["nat/present", "workload/image-pull", "endpoint/s3-gateway", "endpoint/s3-gateway-route"],
        also: &["nat/in-public-subnet"],
        never: &[],
    },
    Case {
        source: "ECS Exec, without the advice",
        text: "An error occurred (TargetNotConnectedException) when calling the ExecuteCommand operation: The execute command failed due to an internal error",
        first: &["workload/exec", "endpoint/needed"],
        also: &[],
        never: &["nat/present"],
    },
    Case {
        source: "ECS Exec, whose agent isn't running",
        text: "An error occurred (InvalidParameterException) when calling the ExecuteCommand operation: The execute command failed because execute command was not enabled when the task was run or the execute command agent isn't running. Wait and try again or run a new task with execute command enabled and try again.",
        first: &["workload/exec", "endpoint/needed"],
        also: &[],
        never: &["nat/present", "lb/listener"],
    },
    Case {
        source: "a name alone",
        text: "CannotPullContainerError",
        first: &["workload/image-pull", "workload/public-registry", "nat/present", "endpoint/s3-gateway"],
        also: &["endpoint/ecr-pair", "endpoint/policy", "nacl/partial", "sg/egress", "workload/public-ip"],
        never: &["workload/secrets", "lb/health-check", "workload/storage"],
    },
    Case {
        source: "a name alone, as a console shows it",
        text: "Stopped reason: ResourceInitializationError",
        first: &["nat/present", "sg/egress", "sg/endpoint-ingress"],
        also: &["workload/secrets", "workload/storage", "workload/logs", "endpoint/logs", "endpoint/needed"],
        never: &["lb/health-check", "endpoint/policy"],
    },
    Case {
        source: "words alone",
        text: "context deadline exceeded",
        first: &["workload/internet"],
        also: &["nat/present", "endpoint/s3-gateway"],
        never: &["lb/health-check"],
    },
];

#[test]
fn pasted_texts_lead_to_the_rules_that_explain_them() {
    let mut complaints = Vec::new();
    for case in CASES {
        let found: Vec<&str> = CATALOGUE.explain(case.text).iter().map(|found| found.rule.id()).collect();
        if !found.first().is_some_and(|rule| case.first.contains(rule)) {
            complaints.push(format!("first of {:?}: {:?}", case.first, found));
        }
        let lacking: Vec<_> = case.first.iter().chain(case.also).filter(|rule| !found.contains(rule)).collect();
        let wrong: Vec<_> = case.never.iter().filter(|rule| found.contains(rule)).collect();
        if !lacking.is_empty() || !wrong.is_empty() {
            complaints
                .push(format!("{} {:.60}: lacks {lacking:?}, has {wrong:?} in {found:?}", case.source, case.text));
        }
    }
    assert!(complaints.is_empty(), "{}", complaints.join("\n"));
}

#[test]
fn what_no_rule_explains_is_said_to_be_something_else() {
    let cases = [
        ("RESOURCE:ENI", "EC2 instances"),
        (
            "(service web) was unable to place a task because no container instance met all of its requirements. The closest matching (container-instance 1a2b) encountered error \"RESOURCE:ENI\".",
            "EC2 instances",
        ),
        (
            "service web was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone",
            "capacity in the zone",
        ),
        (
            "(service web) was unable to place a task. Reason: You've reached the limit on the number of tasks you can run concurrently.",
            "quota",
        ),
        ("unable to place a task", "behind `Reason:`"),
        // The service was reached, and refused.
        (
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve ecr registry auth: service call has been retried 1 time(s): AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/task/1a2b is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action status code: 400, request id: 1a2b",
            "task execution role",
        ),
        (
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: AccessDeniedException: User: arn:aws:sts::111122223333:assumed-role/task/1a2b is not authorized to perform: secretsmanager:GetSecretValue",
            "the endpoint's policy may deny it",
        ),
        ("AccessDenied", "the endpoint's policy may deny it"),
        (
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref 111122223333.dkr.ecr.us-east-1.amazonaws.com/app:x: not found",
            "has no such image",
        ),
        ("CannotPullContainerError: manifest unknown: requested image not found", "has no such image"),
        (
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref docker.io/acme/app:1: pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed",
            "and refused",
        ),
        (
            "CannotPullContainerError: Error response from daemon: pull access denied for foo, repository does not exist or may require 'docker login'",
            "and refused",
        ),
        (
            "CannotPullContainerError: pull image manifest has been retried 1 time(s): image Manifest does not contain descriptor matching platform 'linux/amd64'.",
            "for another platform",
        ),
        (
            "CannotPullContainerError: pull image manifest has been retried 5 time(s): httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/nginx/manifests/sha256:1a2b: 429 Too Many Requests - Server message: toomanyrequests: You have reached your pull rate limit.",
            "rate limit is used up",
        ),
        ("toomanyrequests: Rate exceeded", "rate limit is used up"),
        (
            "CannotPullContainerError: inspect image has been retried 5 time(s): httpReadSeeker: failed open: unexpected status code https://registry-1.docker.io/v2/library/nginx/manifests/latest: 429 Too Many Requests",
            "rate limit is used up",
        ),
        (
            "CannotPullContainerError: ref pull has been retried 1 time(s): failed to extract layer sha256:1a2b: write /app/model.bin: no space left on device",
            "too large",
        ),
        ("no space left on device", "too large"),
        (
            "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s): ResourceNotFoundException: Secrets Manager can't find the specified secret.",
            "has no such resource",
        ),
        ("Health checks failed with these codes: [404]", "which answered"),
        (
            "(service web) (port 80) is unhealthy in (target-group arn:aws:elasticloadbalancing:us-east-1:111122223333:targetgroup/web/1a2b) due to (reason Health checks failed with these codes: [404])",
            "which answered",
        ),
        ("503 Service Temporarily Unavailable", "no target that it may use"),
        (
            "CannotPullContainerError: The task can’t pull the image. Check that the role has the permissions to pull images from the registry.",
            "A permission is missing",
        ),
        ("(service web) (task 1a2b) failed container health checks.", "crosses no network"),
        ("(service web) is unable to consistently start tasks successfully.", "the stopped tasks' reason"),
        ("Timeout waiting for network interface provisioning to complete.", "a fault on its side"),
    ];
    for (text, said) in cases {
        assert!(CATALOGUE.explain(text).is_empty(), "{text}");
        let run = run(&["explain", text]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{text}");
        assert!(run.out.replace('\n', " ").contains(said), "{text}: {run:#?}");
    }
    assert_eq!(run(&["explain", "CannotStartContainerError: OCI runtime create failed: not found"]).code, 2);
}

#[test]
fn with_a_network_an_error_text_leads_to_its_findings() {
    let pull = "CannotPullContainerError: ref pull has been retried 5 time(s): failed to copy: httpReadSeeker: failed \
        open: failed to do request: Get https://prod-us-east-1-starport-layer-bucket.s3.amazonaws.com/: dial tcp 52.216.144.91:443: i/o timeout";
    let health = "Task failed ELB health checks in (target-group web)";
    let cases: [(&str, &[&str], &[&str], &str); 6] = [
        (pull, &["moto/endpoints+s3-gateway-missing"], &["endpoint/s3-gateway"], "1 finding explains this\n"),
        (pull, &["moto/endpoints"], &[], "nothing in moto/endpoints explains this\n"),
        (
            pull,
            &["moto/endpoints", "moto/endpoints+s3-gateway-missing"],
            &["endpoint/s3-gateway"],
            "1 finding explains this\n",
        ),
        (
            health,
            &["moto/endpoints+s3-gateway-missing"],
            &[],
            "explains this; 1 other does not: `fargcheck lint` shows all\n",
        ),
        (
            "CannotPullContainerError",
            &["broken-network.json"],
            &["nat/in-public-subnet", "nacl/partial"],
            "2 findings explain this; 2 others do not: `fargcheck lint` shows all\n",
        ),
        (
            health,
            &["broken-network.json"],
            &["sg/task-from-load-balancer"],
            "1 finding explains this; 3 others do not: `fargcheck lint` shows all\n",
        ),
    ];
    for (text, paths, rules, end) in cases {
        let mut arguments = vec!["explain", text];
        paths.iter().for_each(|path| arguments.extend(["--snapshot", path]));
        let folder = fixtures().join("..");
        let run = run_in(&folder, &arguments);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{text}");
        let heads = |line: &str| Some(line.split_once("error[")?.1.split_once(']')?.0.to_owned());
        assert_eq!(run.out.lines().filter_map(heads).collect::<Vec<_>>(), rules, "{text} {paths:?}");
        assert!(run.out.ends_with(end), "{text} {paths:?}: {}", run.out);
        arguments.push("-q");
        assert_eq!(run_in(&folder, &arguments).out.lines().count(), rules.len(), "{text} {paths:?}");
    }
    let none = run(&["explain", "CannotPullContainerError", "--snapshot", "no-such.json"]);
    assert_eq!(none.code, 2);
}

/// Nothing of the input is known but its VPC: that nothing explains the text is no answer.
#[test]
fn what_could_not_be_judged_is_said_with_the_answer() {
    let scratch =
        Scratch::new("explain").with("x.json", r#"{"Vpcs": [{"VpcId": "vpc-1", "CidrBlock": "10.0.0.0/16"}]}"#);
    let run = scratch.run(&["explain", "CannotPullContainerError", "--snapshot", "x.json"]);
    assert!(run.out.contains("ec2:DescribeSubnets, which is not in the input"), "{run:#?}");
}

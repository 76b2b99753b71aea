//! Policies from AWS's documentation, and what they say of a task's requests.

use super::Judgement::{Forbidden, Open, Permitted};
use super::*;
use crate::network::{Ranges, block};
use serde_json::{Value as Json, json};

const OWN: &str = "111122223333";
const ROLE: &str = "arn:aws:iam::111122223333:role/ecsTaskExecutionRole";
const LAYERS: &str = "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/*";

#[derive(Clone, Copy)]
enum Asked {
    /// A layer of an image, through the gateway endpoint or the interface endpoint for S3.
    Layer,
    LayerByInterface,
    /// A secret, by a role that the task definition names, or by one that isn't known.
    Secret,
    SecretOfUnknownRole,
    /// ECR's token, for which there is no resource.
    Token,
    /// An object of a bucket.
    Object,
}

fn judged(policy: &str, asked: Asked) -> Judgement {
    let policy = Policy::read(policy).expect("a policy");
    let addresses = block("10.0.1.0/24").map(|block| Ranges::one(block.range.0, block.range.1)).expect("a block");
    let (action, resource) = match asked {
        Asked::Layer | Asked::LayerByInterface => ("s3:GetObject", LAYERS),
        Asked::Secret | Asked::SecretOfUnknownRole => {
            ("secretsmanager:GetSecretValue", "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-AbCdEf")
        }
        Asked::Token => ("ecr:GetAuthorizationToken", "*"),
        Asked::Object => ("s3:GetObject", "arn:aws:s3:::my-config/app.env"),
    };
    let who = match asked {
        Asked::Layer | Asked::LayerByInterface => Who::Registry,
        Asked::SecretOfUnknownRole => Who::Role(None),
        Asked::Secret | Asked::Token | Asked::Object => Who::Role(Some(ROLE)),
    };
    judge(
        &policy,
        &Request {
            action,
            resource,
            who,
            account: Some(OWN),
            partition: "aws",
            region: Some("us-east-1"),
            vpc: Some("vpc-1"),
            endpoint: Some("vpce-1"),
            is_gateway: matches!(asked, Asked::Layer | Asked::Object),
            addresses: &addresses,
        },
    )
}

/// One statement that allows everything to everyone, but for what is written over that.
fn allow(over: Json) -> Json {
    let mut statement = json!({ "Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*" });
    for (key, value) in over.as_object().expect("an object") {
        statement[key] = value.clone();
    }
    statement
}

fn deny(over: Json) -> Json {
    let mut statement = allow(over);
    statement["Effect"] = "Deny".into();
    statement
}

fn when(operator: &str, key: &str, value: Json) -> Json {
    let mut condition = json!({ "Condition": {} });
    condition["Condition"][operator] = json!({});
    condition["Condition"][operator][key] = value;
    condition
}

/// `Err` is what it hangs on.
type Expected = Result<bool, &'static str>;

fn check(rows: Vec<(&str, Vec<Json>, Asked, Expected)>) {
    let mut wrong = Vec::new();
    for (name, statements, asked, expected) in rows {
        let policy = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
        let found = judged(&policy, asked);
        let short = match &found {
            Permitted(_) => Ok(true),
            Forbidden(_) => Ok(false),
            Open(what) => Err(what.as_str()),
        };
        if short != expected {
            wrong.push(format!("{name}: {found:?}, not {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn actions_resources_and_effects() {
    use Asked::{Layer, Object, Secret, Token};
    check(vec![
        ("the default policy", vec![allow(json!({}))], Layer, Ok(true)),
        // Amazon ECR, "Minimum Amazon S3 bucket permissions for Amazon ECR".
        ("ECR's minimum", vec![allow(json!({ "Action": ["s3:GetObject"], "Resource": [LAYERS] }))], Layer, Ok(true)),
        (
            "its minimum, for something else",
            vec![allow(json!({ "Action": ["s3:GetObject"], "Resource": [LAYERS] }))],
            Object,
            Ok(false),
        ),
        (
            "a bucket of one's own alone",
            vec![allow(json!({ "Resource": ["arn:aws:s3:::my-config", "arn:aws:s3:::my-config/*"] }))],
            Layer,
            Ok(false),
        ),
        (
            "the same for that bucket",
            vec![allow(json!({ "Resource": ["arn:aws:s3:::my-config", "arn:aws:s3:::my-config/*"] }))],
            Object,
            Ok(true),
        ),
        ("capitals of actions", vec![allow(json!({ "Action": "S3:getobject" }))], Layer, Ok(true)),
        ("another action", vec![allow(json!({ "Action": "s3:PutObject" }))], Layer, Ok(false)),
        (
            "actions left out",
            vec![json!({ "Effect": "Allow", "Principal": "*", "NotAction": "s3:Put*", "Resource": "*" })],
            Layer,
            Ok(true),
        ),
        (
            "this action left out",
            vec![json!({ "Effect": "Allow", "Principal": "*", "NotAction": "s3:*", "Resource": "*" })],
            Layer,
            Ok(false),
        ),
        (
            "all resources but the layers",
            vec![json!({ "Effect": "Allow", "Principal": "*", "Action": "*", "NotResource": LAYERS })],
            Layer,
            Ok(false),
        ),
        (
            "some layers",
            vec![allow(json!({ "Resource": "arn:aws:s3:::prod-us-east-1-starport-layer-bucket/a*" }))],
            Layer,
            Err("its resources"),
        ),
        (
            "a bucket of another region",
            vec![allow(json!({ "Resource": "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*" }))],
            Layer,
            Ok(false),
        ),
        (
            "the partition of China",
            vec![allow(json!({ "Resource": "arn:aws-cn:s3:::prod-us-east-1-starport-layer-bucket/*" }))],
            Layer,
            Ok(false),
        ),
        ("a denial wins", vec![allow(json!({})), deny(json!({ "Action": "s3:*" }))], Layer, Ok(false)),
        (
            "a denial of something else",
            vec![allow(json!({})), deny(json!({ "Action": "s3:Delete*" }))],
            Layer,
            Ok(true),
        ),
        ("nothing", vec![], Layer, Ok(false)),
        // Amazon ECR, "Create a VPC endpoint policy": repositories alone leave out the token.
        (
            "repositories alone",
            vec![allow(json!({ "Resource": "arn:aws:ecr:us-east-1:111122223333:repository/*" }))],
            Token,
            Ok(false),
        ),
        (
            "a secret by its name",
            vec![allow(json!({ "Resource": "arn:aws:secretsmanager:us-east-1:111122223333:secret:db-??????" }))],
            Secret,
            Ok(true),
        ),
        (
            "a variable in a resource",
            vec![allow(json!({ "Resource": "arn:aws:secretsmanager:*:${aws:PrincipalAccount}:secret:*" }))],
            Secret,
            Err("its resources"),
        ),
    ]);
}

#[test]
fn principals() {
    use Asked::{Layer, LayerByInterface, Object, Secret, SecretOfUnknownRole};
    let aws = |who: Json| vec![allow(json!({ "Principal": { "AWS": who } }))];
    let root = "arn:aws:iam::111122223333:root";
    check(vec![
        ("everyone", aws(json!("*")), Secret, Ok(true)),
        ("everyone among others", aws(json!(["arn:aws:iam::444455556666:root", "*"])), Secret, Ok(true)),
        ("the account's number", aws(json!(OWN)), Secret, Ok(true)),
        ("the account's root", aws(json!(root)), Secret, Ok(true)),
        ("another account", aws(json!("444455556666")), Secret, Ok(false)),
        ("the role", aws(json!(ROLE)), Secret, Ok(true)),
        ("another role", aws(json!("arn:aws:iam::111122223333:role/other")), Secret, Ok(false)),
        ("a role, and it isn't known which the task has", aws(json!(ROLE)), SecretOfUnknownRole, Err("its principals")),
        ("a user", aws(json!("arn:aws:iam::111122223333:user/me")), SecretOfUnknownRole, Ok(false)),
        ("a role of another account", aws(json!("arn:aws:iam::444455556666:role/x")), SecretOfUnknownRole, Ok(false)),
        (
            "a session of the role",
            aws(json!("arn:aws:sts::111122223333:assumed-role/ecsTaskExecutionRole/x")),
            Secret,
            Err("its principals"),
        ),
        ("a service", vec![allow(json!({ "Principal": { "Service": "ecs-tasks.amazonaws.com" } }))], Secret, Ok(false)),
        // "Access is granted to the AWS account root user only, and not all users and roles for the account."
        ("the account, at a gateway endpoint", aws(json!(OWN)), Object, Ok(false)),
        ("the account, for layers", aws(json!(OWN)), LayerByInterface, Ok(false)),
        ("another account, for layers", aws(json!("444455556666")), LayerByInterface, Err("its principals")),
        ("the account, for layers by a gateway", aws(json!(OWN)), Layer, Ok(false)),
        (
            "all but the account",
            vec![json!({ "Effect": "Allow", "NotPrincipal": { "AWS": OWN }, "Action": "*", "Resource": "*" })],
            Secret,
            Ok(false),
        ),
        (
            "all but another",
            vec![
                json!({ "Effect": "Deny", "NotPrincipal": { "AWS": "444455556666" }, "Action": "*", "Resource": "*" }),
            ],
            Secret,
            Ok(false),
        ),
    ]);
}

#[test]
fn conditions() {
    use Asked::{Secret, SecretOfUnknownRole, Token};
    let only = |operator: &str, key: &str, value: Json| vec![allow(when(operator, key, value))];
    let unless = |operator: &str, key: &str, value: Json| vec![allow(json!({})), deny(when(operator, key, value))];
    check(vec![
        ("the VPC", only("StringEquals", "aws:SourceVpc", json!("vpc-1")), Secret, Ok(true)),
        ("another VPC", only("StringEquals", "aws:SourceVpc", json!("vpc-2")), Secret, Ok(false)),
        ("capitals of keys", only("StringEquals", "AWS:sourcevpc", json!("vpc-1")), Secret, Ok(true)),
        ("any of some", only("StringEquals", "aws:SourceVpce", json!(["vpce-2", "vpce-1"])), Secret, Ok(true)),
        ("deny other endpoints", unless("StringNotEquals", "aws:SourceVpce", json!("vpce-1")), Secret, Ok(true)),
        (
            "deny other endpoints than another",
            unless("StringNotEquals", "aws:SourceVpce", json!("vpce-2")),
            Secret,
            Ok(false),
        ),
        ("the account", only("StringEquals", "aws:PrincipalAccount", json!(OWN)), Secret, Ok(true)),
        (
            "a number without quotes",
            only("StringEquals", "aws:PrincipalAccount", json!(111_122_223_333_u64)),
            Secret,
            Ok(true),
        ),
        ("the secret's account", only("StringEquals", "aws:ResourceAccount", json!(OWN)), Secret, Ok(true)),
        (
            "the caller's own account",
            only("StringEquals", "aws:ResourceAccount", json!("${aws:PrincipalAccount}")),
            Secret,
            Ok(true),
        ),
        (
            "the token's account",
            only("StringEquals", "aws:ResourceAccount", json!(OWN)),
            Token,
            Err("aws:ResourceAccount"),
        ),
        (
            "the organization",
            only("StringEquals", "aws:PrincipalOrgID", json!("o-1")),
            Secret,
            Err("aws:PrincipalOrgID"),
        ),
        (
            "deny other organizations",
            unless("StringNotEquals", "aws:PrincipalOrgID", json!("o-1")),
            Secret,
            Err("aws:PrincipalOrgID"),
        ),
        (
            "paths of organizations",
            only("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", json!("o-1/r-1/*")),
            Secret,
            Err("aws:PrincipalOrgPaths"),
        ),
        ("the role", only("ArnEquals", "aws:PrincipalArn", json!(ROLE)), Secret, Ok(true)),
        (
            "roles of the account",
            only("ArnLike", "aws:PrincipalArn", json!("arn:aws:iam::111122223333:role/*")),
            SecretOfUnknownRole,
            Ok(true),
        ),
        (
            "a role of the account",
            only("ArnLike", "aws:PrincipalArn", json!(ROLE)),
            SecretOfUnknownRole,
            Err("aws:PrincipalArn"),
        ),
        (
            "roles of another",
            only("ArnLike", "aws:PrincipalArn", json!("arn:aws:iam::444455556666:role/*")),
            SecretOfUnknownRole,
            Ok(false),
        ),
        (
            "a star ends at a colon",
            only("ArnLike", "aws:PrincipalArn", json!("arn:*:role/ecsTaskExecutionRole")),
            Secret,
            Err("aws:PrincipalArn"),
        ),
        (
            "as a text it does not",
            only("StringLike", "aws:PrincipalArn", json!("arn:*:role/ecsTaskExecutionRole")),
            Secret,
            Ok(true),
        ),
        (
            "a star is a star where texts must be equal",
            only("StringEquals", "aws:PrincipalArn", json!("*")),
            Secret,
            Ok(false),
        ),
        ("HTTPS", unless("Bool", "aws:SecureTransport", json!("false")), Secret, Ok(true)),
        ("HTTPS without quotes", only("Bool", "aws:SecureTransport", json!(true)), Secret, Ok(true)),
        ("the region", only("StringEquals", "aws:RequestedRegion", json!("us-east-1")), Secret, Ok(true)),
        ("another region", only("StringEquals", "aws:RequestedRegion", json!(["us-west-2"])), Secret, Ok(false)),
        // "… except when the requester uses a VPC endpoint to make the request."
        ("an address where there is none", only("IpAddress", "aws:SourceIp", json!("10.0.0.0/8")), Secret, Ok(false)),
        ("deny other addresses", unless("NotIpAddress", "aws:SourceIp", json!("203.0.113.0/24")), Secret, Ok(false)),
        (
            "deny other addresses, if there is one",
            unless("NotIpAddressIfExists", "aws:SourceIp", json!("203.0.113.0/24")),
            Secret,
            Ok(false),
        ),
        ("the VPC's addresses", only("IpAddress", "aws:VpcSourceIp", json!("10.0.0.0/16")), Secret, Ok(true)),
        (
            "other addresses",
            only("IpAddress", "aws:VpcSourceIp", json!(["10.9.0.0/16", "192.168.0.0/16"])),
            Secret,
            Ok(false),
        ),
        (
            "some of the subnet's addresses",
            only("IpAddress", "aws:VpcSourceIp", json!("10.0.1.0/25")),
            Secret,
            Err("aws:VpcSourceIp"),
        ),
        (
            "halves of the subnet",
            only("IpAddress", "aws:VpcSourceIp", json!(["10.0.1.0/25", "10.0.1.128/25"])),
            Secret,
            Ok(true),
        ),
        ("no block", only("IpAddress", "aws:VpcSourceIp", json!("everywhere")), Secret, Err("aws:VpcSourceIp")),
        ("no address of the internet's", only("Null", "aws:SourceIp", json!("true")), Secret, Ok(true)),
        ("through an endpoint", unless("Null", "aws:SourceVpce", json!("true")), Secret, Ok(true)),
        ("a tag", only("StringEquals", "aws:PrincipalTag/team", json!("web")), Secret, Err("aws:PrincipalTag/team")),
        (
            "a tag, if there is one",
            only("StringEqualsIfExists", "aws:PrincipalTag/team", json!("web")),
            Secret,
            Err("aws:PrincipalTag/team"),
        ),
        (
            "a time",
            only("DateLessThan", "aws:CurrentTime", json!("2030-01-01T00:00:00Z")),
            Secret,
            Err("aws:CurrentTime"),
        ),
        (
            "all conditions of a statement",
            vec![allow(
                json!({ "Condition": { "StringEquals": { "aws:SourceVpc": "vpc-1", "aws:PrincipalOrgID": "o-1" } } }),
            )],
            Secret,
            Err("aws:PrincipalOrgID"),
        ),
        (
            "one that fails decides",
            vec![allow(
                json!({ "Condition": { "StringEquals": { "aws:SourceVpc": "vpc-2", "aws:PrincipalOrgID": "o-1" } } }),
            )],
            Secret,
            Ok(false),
        ),
        (
            "another statement allows it anyway",
            vec![allow(when("StringEquals", "aws:PrincipalOrgID", json!("o-1"))), allow(json!({}))],
            Secret,
            Ok(true),
        ),
        ("a service's call", unless("Bool", "aws:PrincipalIsAWSService", json!("false")), Secret, Ok(false)),
    ]);
}

/// The trap: layers are in a bucket of ECR's own account, and "a call to Amazon S3 is signed using a presigned URL, which
/// is created by an Amazon ECR account and not the service principal".
/// <https://github.com/aws-samples/data-perimeter-policy-examples/blob/main/vpc_endpoint_policies/README.md>
#[test]
fn layers_belong_to_an_account_of_aws() {
    use Asked::{Layer, LayerByInterface};
    let only = |key: &str, value: &str| vec![allow(when("StringEquals", key, json!(value)))];
    let perimeter = || {
        vec![
            allow(
                json!({ "Principal": { "AWS": "*" }, "Condition": { "StringEquals": { "aws:PrincipalOrgID": "o-1", "aws:ResourceOrgID": "o-1" } } }),
            ),
            allow(
                json!({ "Principal": { "AWS": "*" }, "Condition": { "Bool": { "aws:PrincipalIsAWSService": "true" } } }),
            ),
        ]
    };
    let with_layers = || {
        let mut statements = perimeter();
        statements
            .push(allow(json!({ "Principal": { "AWS": "*" }, "Action": ["s3:GetObject"], "Resource": [LAYERS] })));
        statements
    };
    check(vec![
        ("resources of one's own", only("aws:ResourceAccount", OWN), Layer, Ok(false)),
        ("under the other name", only("s3:ResourceAccount", OWN), Layer, Ok(false)),
        ("through an interface endpoint", only("aws:ResourceAccount", OWN), LayerByInterface, Ok(false)),
        ("of some other account", only("aws:ResourceAccount", "444455556666"), Layer, Err("aws:ResourceAccount")),
        ("principals of one's own", only("aws:PrincipalAccount", OWN), Layer, Ok(false)),
        ("of one's organization", only("aws:PrincipalOrgID", "o-1"), Layer, Ok(false)),
        (
            "of one's account, by ARN",
            vec![allow(when("ArnLike", "aws:PrincipalArn", json!("arn:aws:iam::111122223333:role/*")))],
            Layer,
            Ok(false),
        ),
        (
            "deny other organizations",
            vec![allow(json!({})), deny(when("StringNotEquals", "aws:PrincipalOrgID", json!("o-1")))],
            Layer,
            Ok(false),
        ),
        (
            "deny them, if there is one",
            vec![allow(json!({})), deny(when("StringNotEqualsIfExists", "aws:PrincipalOrgID", json!("o-1")))],
            Layer,
            Ok(false),
        ),
        (
            "one's organization, if there is one",
            vec![allow(when("StringEqualsIfExists", "aws:ResourceOrgID", json!("o-1")))],
            Layer,
            Err("aws:ResourceOrgID"),
        ),
        ("AWS's example of a perimeter without the layers", perimeter(), Layer, Ok(false)),
        ("AWS's example of a perimeter", with_layers(), Layer, Ok(true)),
        (
            "a variable for the account",
            only("aws:ResourceAccount", "${aws:PrincipalAccount}"),
            Layer,
            Err("aws:ResourceAccount"),
        ),
        ("the endpoint", only("aws:SourceVpce", "vpce-1"), Layer, Ok(true)),
    ]);
}

#[test]
fn what_forbids_is_said() {
    let forbidden = |statements: Vec<Json>, asked| match judged(&json!({ "Statement": statements }).to_string(), asked)
    {
        Forbidden(why) => why,
        other => panic!("{other:?}"),
    };
    assert_eq!(
        forbidden(vec![allow(when("StringEquals", "aws:ResourceAccount", json!(OWN)))], Asked::Layer),
        "no statement allows it: its condition on aws:ResourceAccount leaves out Amazon ECR's own account, which owns image layers and signs the links to them"
    );
    assert_eq!(
        forbidden(vec![allow(when("StringEquals", "aws:SourceVpc", json!("vpc-2")))], Asked::Secret),
        "no statement allows it: its condition on aws:SourceVpc is not met"
    );
    assert_eq!(forbidden(vec![deny(json!({ "Sid": "NoS3" }))], Asked::Layer), "its statement NoS3 denies it");
    assert_eq!(forbidden(vec![], Asked::Layer), "no statement allows it");
}

#[test]
fn what_is_no_policy_is_said() {
    for text in [
        "",
        "not json",
        "[]",
        "{}",
        r#"{"Statement":[{"Effect":"Perhaps","Principal":"*","Action":"*","Resource":"*"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Principal":7,"Action":"*","Resource":"*"}]}"#,
        r#"{"Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:SourceVpc":{}}}}]}"#,
    ] {
        assert!(Policy::read(text).is_err(), "{text}");
    }
}

#[test]
fn before_variables_a_dollar_is_a_dollar() {
    let statement = allow(when("StringEquals", "aws:ResourceAccount", json!("${aws:PrincipalAccount}")));
    for (version, expected) in [("2012-10-17", true), ("2008-10-17", false)] {
        let policy = json!({ "Version": version, "Statement": statement }).to_string();
        assert_eq!(matches!(judged(&policy, Asked::Secret), Permitted(_)), expected, "{version}");
    }
}

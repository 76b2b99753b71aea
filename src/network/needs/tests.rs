//! What definitions and images are found to need.

use super::*;

fn anywhere() -> Location {
    Location::Span { source: crate::snapshot::SourceId(0), start: 0, length: 0 }
}

/// Action, resource, who asks.
type Asked<'t> = (&'t str, &'t str, Caller);

#[test]
fn what_policies_must_permit_is_known_of_logs() {
    let role = |arn: Option<&str>| Caller::Role(arn.map(str::to_owned));
    let own = Some("arn:aws-cn:iam::1:role/execution");
    let streams = "arn:aws-cn:logs:cn-north-1:1:log-group:/ecs/app:*";
    for (caller, group, resource) in [(own, Some("/ecs/app"), streams), (own, None, "*"), (None, Some("/ecs/app"), "*")]
    {
        let mut needs = Needs::new(Some("cn-north-1"), None);
        needs.execution_role = role(caller);
        needs.service(Purpose::Logs, "logs", anywhere());
        needs.may_log(None, group);
        let expected = ["logs:CreateLogStream", "logs:PutLogEvents"].map(|action| Permission {
            action,
            resource: resource.to_owned(),
            open: None,
            caller: role(caller),
        });
        assert_eq!(needs.list[0].permissions, expected, "{caller:?} {group:?}");
    }
}

#[test]
fn what_policies_must_permit_is_known_of_images_and_secrets() {
    let role = || Caller::Role(None);
    let mut needs = Needs::new(Some("cn-north-1"), None);
    needs.image("1.dkr.ecr.cn-north-1.amazonaws.com.cn/team/app:1", anywhere());
    needs.image("1.dkr.ecr.eu-west-1.amazonaws.com/app", anywhere());
    for secret in [
        "arn:aws-cn:secretsmanager:cn-north-1:1:secret:db-AbCdEf:password::",
        "arn:aws-cn:secretsmanager:cn-north-1:1:secret:db",
        "arn:aws-cn:ssm:cn-north-1:1:parameter/db",
        "db",
    ] {
        needs.secret(secret, anywhere());
    }
    let repository = "arn:aws-cn:ecr:cn-north-1:1:repository/team/app";
    let elsewhere = "arn:aws:ecr:eu-west-1:1:repository/app";
    let expected: [(&str, &[Asked<'_>]); 8] = [
        ("ecr.api", &[("ecr:GetAuthorizationToken", "*", role())]),
        ("ecr.dkr", &[("ecr:BatchGetImage", repository, role()), ("ecr:GetDownloadUrlForLayer", repository, role())]),
        ("s3", &[("s3:GetObject", "arn:aws-cn:s3:::prod-cn-north-1-starport-layer-bucket/*", Caller::Registry)]),
        ("ecr.api in eu-west-1", &[("ecr:GetAuthorizationToken", "*", role())]),
        (
            "ecr.dkr in eu-west-1",
            &[("ecr:BatchGetImage", elsewhere, role()), ("ecr:GetDownloadUrlForLayer", elsewhere, role())],
        ),
        (
            "s3 in eu-west-1",
            &[("s3:GetObject", "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*", Caller::Registry)],
        ),
        (
            "secretsmanager",
            &[
                ("secretsmanager:GetSecretValue", "arn:aws-cn:secretsmanager:cn-north-1:1:secret:db-AbCdEf", role()),
                ("secretsmanager:GetSecretValue", "arn:aws-cn:secretsmanager:cn-north-1:1:secret:db*", role()),
            ],
        ),
        ("ssm", &[("ssm:GetParameters", "arn:aws-cn:ssm:cn-north-1:1:parameter/db", role())]),
    ];
    assert_eq!(needs.list.len(), expected.len());
    for (need, (name, permissions)) in needs.list.iter().zip(expected) {
        assert_eq!(need.target.name(), name);
        let found: Vec<Asked<'_>> = need
            .permissions
            .iter()
            .map(|permission| (permission.action, permission.resource.as_str(), permission.caller.clone()))
            .collect();
        assert_eq!(found, permissions, "{name}");
    }
}

#[test]
fn what_is_open_of_a_resource_is_asked_of_no_policy() {
    let mut needs = Needs::new(Some("us-east-1"), None);
    needs.image("<ACCOUNT>.dkr.ecr.us-east-1.amazonaws.com/app:1", anywhere());
    needs.secret("arn:aws:secretsmanager:us-east-1:${ACCOUNT}:secret:db", anywhere());
    needs.secret("$SECRET", anywhere());
    let asked = |name: &str| {
        let need = needs.list.iter().find(|need| need.target.name() == name).expect(name);
        need.permissions.iter().map(|permission| permission.resource.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(asked("ecr.dkr"), ["arn:aws:ecr:us-east-1:*", "arn:aws:ecr:us-east-1:*"]);
    assert_eq!(asked("secretsmanager"), ["arn:aws:secretsmanager:us-east-1:*"]);
    assert_eq!(asked("$SECRET"), Vec::<&str>::new());
}

#[test]
fn old_platform_versions_do_not_need_ecr_api() {
    let image = "123456789012.dkr.ecr.us-east-1.amazonaws.com/app:1";
    let cases: [(Option<&str>, &[&str]); 4] = [
        (None, &["ecr.api", "ecr.dkr", "s3"]),
        (Some("LATEST"), &["ecr.api", "ecr.dkr", "s3"]),
        (Some("1.4.0"), &["ecr.api", "ecr.dkr", "s3"]),
        (Some("1.3.0"), &["ecr.dkr", "s3"]),
    ];
    for (version, expected) in cases {
        let names: Vec<String> =
            of_image(image, Some("us-east-1"), version, anywhere()).iter().map(|need| need.target.name()).collect();
        assert_eq!(names, expected, "{version:?}");
    }
}

#[test]
fn registries_by_their_address_are_addresses() {
    let ipv4 = |address: [u8; 4]| point(IpAddr::from(address));
    let ipv6 = 0xfd00_u128 << 112 | 5;
    let cases = [
        ("10.0.0.5:5000/app:1", "tcp://10.0.0.5:5000", 5000, Some(ipv4([10, 0, 0, 5]))),
        ("10.0.0.5/app", "tcp://10.0.0.5:443", 443, Some(ipv4([10, 0, 0, 5]))),
        ("203.0.113.7:8443/team/app@sha256:00", "tcp://203.0.113.7:8443", 8443, Some(ipv4([203, 0, 113, 7]))),
        ("[fd00::5]:5000/app", "tcp://[fd00::5]:5000", 5000, Some(ipv6)),
        ("[fd00:0:0:0:0:0:0:5]/app:1", "tcp://[fd00::5]:443", 443, Some(ipv6)),
        ("registry.internal:5000/app", "registry.internal", 5000, None),
    ];
    for (image, name, port, address) in cases {
        let needs = of_image(image, None, None, anywhere());
        let [need] = &needs[..] else { panic!("{image}: {needs:?}") };
        let found = match &need.target {
            NeedTarget::Addresses(addresses, _) => Some(addresses.clone()),
            _ => None,
        };
        assert_eq!((&*need.target.name(), need.port), (name, port), "{image}");
        assert_eq!(found, address.map(|at| Ranges::one(at, at)), "{image}");
    }
}

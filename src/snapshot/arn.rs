//! Amazon Resource Names.

/// The parts of an ARN, `arn:partition:service:region:account-id:resource`, each empty where it has none. In texts that come
/// from a plan or a template a part may be `${an expression}`, which holds no colon.
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html>
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arn<'a> {
    /// `aws`, `aws-cn`, `aws-us-gov`.
    pub partition: &'a str,
    /// The namespace of the service: `ecs`.
    pub service: &'a str,
    /// Its region.
    pub region: &'a str,
    /// The number of the account that owns it.
    pub account: &'a str,
    /// The type and the name, as the service writes them: `service/cluster/name`, `secret:name`.
    pub resource: &'a str,
}

impl<'a> Arn<'a> {
    /// None of a text that is no ARN.
    pub fn parse(text: &'a str) -> Option<Self> {
        match components(text)? {
            ["arn", partition, service, region, account, resource] => {
                Some(Arn { partition, service, region, account, resource })
            }
            _ => None,
        }
    }

    /// The account that owns what an ARN names, where it says one.
    pub fn account_of(text: &'a str) -> Option<&'a str> {
        Arn::parse(text).map(|arn| arn.account).filter(|account| !account.is_empty())
    }
}

/// The six components of an ARN, or of a pattern of ARNs, which may have wildcards in the place of any.
pub fn components(text: &str) -> Option<[&str; 6]> {
    text.splitn(6, ':').collect::<Vec<_>>().try_into().ok()
}

/// What a resource is called that is named by its ARN or by its name: what stands behind the last slash.
pub fn last_part(arn_or_name: &str) -> &str {
    arn_or_name.rsplit('/').next().unwrap_or(arn_or_name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arns_are_taken_apart() {
        let parts =
            |text| Arn::parse(text).map(|arn| (arn.partition, arn.service, arn.region, arn.account, arn.resource));
        for (text, expected) in [
            ("arn:aws:ecs:eu-west-1:1:service/shop/web", Some(("aws", "ecs", "eu-west-1", "1", "service/shop/web"))),
            ("arn:aws:s3:::bucket/*", Some(("aws", "s3", "", "", "bucket/*"))),
            ("arn:aws-cn:logs:r:1:log-group:a:*", Some(("aws-cn", "logs", "r", "1", "log-group:a:*"))),
            ("arn:aws:ecs:${region}:${id}:cluster/a", Some(("aws", "ecs", "${region}", "${id}", "cluster/a"))),
            ("arn:aws:ecs:eu-west-1:1", None),
            ("*:*:*:*:*:*", None),
            ("web", None),
            ("", None),
        ] {
            assert_eq!(parts(text), expected, "{text}");
        }
    }

    #[test]
    fn a_last_part_is_behind_the_last_slash() {
        for (text, expected) in [
            ("arn:aws:ecs:eu-west-1:1:service/shop/web", "web"),
            ("arn:aws:ecs:eu-west-1:1:task-definition/web:3", "web:3"),
            ("web", "web"),
        ] {
            assert_eq!(last_part(text), expected);
        }
    }
}

//! Names that AWS's services have: those of their endpoints, of their partitions, and of ECR's registries.

/// The partition of a region: the second part of its ARNs.
/// <https://docs.aws.amazon.com/whitepapers/latest/aws-fault-isolation-boundaries/partitions.html>
pub(super) fn partition_of(region: &str) -> &'static str {
    const BY_BEGINNING: [(&str, &str); 7] = [
        ("cn-", "aws-cn"),
        ("us-gov-", "aws-us-gov"),
        ("us-iso-", "aws-iso"),
        ("us-isob-", "aws-iso-b"),
        ("eu-isoe-", "aws-iso-e"),
        ("us-isof-", "aws-iso-f"),
        ("eusc-", "aws-eusc"),
    ];
    BY_BEGINNING.iter().find(|(beginning, _)| region.starts_with(beginning)).map_or("aws", |(_, partition)| partition)
}

/// The service's part of an endpoint service's name: `com.amazonaws.us-east-1.ecr.api` → `ecr.api`. In China some names
/// begin with `cn.`, and some global services (`com.amazonaws.iam`) have no region.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html>
pub fn service_of_name(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("cn.").unwrap_or(name).strip_prefix("com.amazonaws.")?;
    match rest.split_once('.') {
        Some((region, service)) => (region == "global" || region.contains('-')).then_some(service),
        None => (!rest.is_empty() && rest != "vpce").then_some(rest),
    }
}

/// Services whose interface endpoints' names begin with `cn.` in the regions of China, in order. (Those of gateway
/// endpoints don't.) `aws ec2 describe-vpc-endpoint-services` tells them; the list is that of the AWS CDK.
/// <https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-ec2/lib/vpc-endpoint.ts>
const NAMED_OTHERWISE_IN_CHINA: &[&str] = &[
    "application-autoscaling",
    "appmesh-envoy-management",
    "athena",
    "autoscaling",
    "awsconnector",
    "backup",
    "batch",
    "cassandra",
    "cloudcontrolapi",
    "cloudformation",
    "codedeploy-commands-secure",
    "databrew",
    "dms",
    "ebs",
    "ec2",
    "ecr.api",
    "ecr.dkr",
    "eks",
    "elasticache",
    "elasticbeanstalk",
    "elasticfilesystem",
    "elasticfilesystem-fips",
    "emr-containers",
    "execute-api",
    "fsx",
    "imagebuilder",
    "iot.data",
    "iotsitewise.api",
    "iotsitewise.data",
    "kinesis-streams",
    "lambda",
    "license-manager",
    "monitoring",
    "rds",
    "redshift",
    "redshift-data",
    "s3",
    "sagemaker.api",
    "sagemaker.featurestore-runtime",
    "sagemaker.runtime",
    "securityhub",
    "servicecatalog",
    "sms",
    "sqs",
    "states",
    "sts",
    "sync-states",
    "synthetics",
    "transcribestreaming",
    "transfer",
    "xray",
];

/// The whole name of the service that an interface endpoint is made for, in a region.
pub fn endpoint_service_name(service: &str, region: &str) -> String {
    let otherwise = region.starts_with("cn-") && NAMED_OTHERWISE_IN_CHINA.binary_search(&service).is_ok();
    let prefix = if otherwise { "cn.com.amazonaws" } else { "com.amazonaws" };
    format!("{prefix}.{region}.{service}")
}

/// The host of a private ECR registry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RegistryHost<'h> {
    pub account: &'h str,
    pub region: &'h str,
    /// Whether it is the name that an interface endpoint's private DNS has, not a FIPS or dual-stack one.
    pub is_usual: bool,
}

/// Reads the host of a private ECR registry.
/// <https://docs.aws.amazon.com/general/latest/gr/ecr.html>
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/ecr-requests.html>
pub(super) fn registry_host(host: &str) -> Option<RegistryHost<'_>> {
    const IPV4: [&str; 7] = [
        "amazonaws.com",
        "amazonaws.com.cn",
        "amazonaws.eu",
        "c2s.ic.gov",
        "sc2s.sgov.gov",
        "cloud.adc-e.uk",
        "csp.hci.ic.gov",
    ];
    const DUAL_STACK: [&str; 3] = ["on.aws", "on.amazonwebservices.com.cn", "on.amazonwebservices.eu"];
    let (account, rest) = host.split_once('.')?;
    let (kind, rest) = match rest.strip_prefix("dkr.") {
        Some(rest) => rest.split_once('.')?,
        None => rest.split_once('.')?,
    };
    let (region, suffix) = rest.split_once('.')?;
    let is_usual = match kind {
        "ecr" | "ecr-fips" if IPV4.contains(&suffix) => kind == "ecr",
        "dkr-ecr" | "dkr-ecr-fips" if DUAL_STACK.contains(&suffix) => false,
        _ => return None,
    };
    (!account.is_empty() && account.bytes().all(|byte| byte.is_ascii_digit())).then_some(RegistryHost {
        account,
        region,
        is_usual,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_hold_services() {
        for (name, expected) in [
            ("com.amazonaws.us-east-1.ecr.api", Some("ecr.api")),
            ("com.amazonaws.us-gov-west-1.kms-fips", Some("kms-fips")),
            ("cn.com.amazonaws.cn-north-1.ecr.dkr", Some("ecr.dkr")),
            ("com.amazonaws.cn-north-1.logs", Some("logs")),
            ("com.amazonaws.iam", Some("iam")),
            ("com.amazonaws.vpce.us-east-1.vpce-svc-1", None),
            ("aws.sagemaker.us-east-1.notebook", None),
        ] {
            assert_eq!(service_of_name(name), expected, "{name}");
        }
    }

    #[test]
    fn services_have_names() {
        assert!(NAMED_OTHERWISE_IN_CHINA.is_sorted(), "binary search needs it");
        for (service, region, expected) in [
            ("ecr.api", "us-east-1", "com.amazonaws.us-east-1.ecr.api"),
            ("ecr.api", "cn-north-1", "cn.com.amazonaws.cn-north-1.ecr.api"),
            ("logs", "cn-northwest-1", "com.amazonaws.cn-northwest-1.logs"),
        ] {
            let name = endpoint_service_name(service, region);
            assert_eq!(name, expected);
            assert_eq!(service_of_name(&name), Some(service));
        }
    }

    #[test]
    fn regions_have_partitions() {
        for (region, expected) in [
            ("us-east-1", "aws"),
            ("cn-northwest-1", "aws-cn"),
            ("us-gov-east-1", "aws-us-gov"),
            ("eusc-de-east-1", "aws-eusc"),
        ] {
            assert_eq!(partition_of(region), expected, "{region}");
        }
    }

    #[test]
    fn registries_have_hosts() {
        for (host, expected) in [
            ("1.dkr.ecr.us-east-1.amazonaws.com", Some(("us-east-1", true))),
            ("1.dkr.ecr.cn-north-1.amazonaws.com.cn", Some(("cn-north-1", true))),
            ("1.dkr.ecr.us-gov-west-1.amazonaws.com", Some(("us-gov-west-1", true))),
            ("1.dkr.ecr-fips.us-gov-west-1.amazonaws.com", Some(("us-gov-west-1", false))),
            ("1.dkr-ecr.eu-west-1.on.aws", Some(("eu-west-1", false))),
            ("1.dkr-ecr-fips.us-east-2.on.aws", Some(("us-east-2", false))),
            ("1.dkr-ecr.cn-north-1.on.amazonwebservices.com.cn", Some(("cn-north-1", false))),
            ("1.dkr.ecr.us-east-1.example.com", None),
            ("1.dkr-ecr.us-east-1.amazonaws.com", None),
            ("x.dkr.ecr.us-east-1.amazonaws.com", None),
            ("public.ecr.aws", None),
        ] {
            let found = registry_host(host).map(|found| (found.region, found.is_usual));
            assert_eq!(found, expected, "{host}");
        }
    }
}

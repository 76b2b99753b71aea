//! Names that AWS's services have for their endpoints.

/// The service's part of an endpoint service's name: `com.amazonaws.us-east-1.ecr.api` → `ecr.api`. In China some names
/// begin with `cn.`, and some global services (`com.amazonaws.iam`) have no region. That of a template may be `${AWS Region}`.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html>
pub fn service_of_name(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("cn.").unwrap_or(name).strip_prefix("com.amazonaws.")?;
    match rest.split_once('.') {
        Some((region, service)) => (region == "global" || region.contains(['-', '$'])).then_some(service),
        None => (!rest.is_empty() && rest != "vpce").then_some(rest),
    }
}

/// The region that an endpoint service's name tells: `com.amazonaws.us-west-2.ecr.api` → `us-west-2`. None where the name
/// has none (`com.amazonaws.s3-global.accesspoint`), or that of a template is yet to be filled in.
pub(super) fn region_of_name(name: &str) -> Option<&str> {
    let rest = name.strip_prefix("cn.").unwrap_or(name).strip_prefix("com.amazonaws.")?;
    let (region, _) = rest.split_once('.')?;
    let (area, number) = region.rsplit_once('-')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_area = area.contains('-') && area.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
    (is_number && is_area).then_some(region)
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
            ("com.amazonaws.${AWS Region}.ecr.api", Some("ecr.api")),
            ("com.amazonaws.iam", Some("iam")),
            ("com.amazonaws.vpce.us-east-1.vpce-svc-1", None),
            ("aws.sagemaker.us-east-1.notebook", None),
        ] {
            assert_eq!(service_of_name(name), expected, "{name}");
        }
    }

    #[test]
    fn names_hold_regions() {
        for (name, expected) in [
            ("com.amazonaws.us-east-1.ecr.api", Some("us-east-1")),
            ("com.amazonaws.us-gov-west-1.kms-fips", Some("us-gov-west-1")),
            ("cn.com.amazonaws.cn-north-1.ecr.dkr", Some("cn-north-1")),
            ("com.amazonaws.${AWS Region}.ecr.api", None),
            ("com.amazonaws.us-east-${Number}.ecr.api", None),
            ("com.amazonaws.s3-global.accesspoint", None),
            ("com.amazonaws.iam", None),
            ("com.amazonaws.vpce.us-east-1.vpce-svc-1", None),
            ("aws.sagemaker.us-east-1.notebook", None),
        ] {
            assert_eq!(region_of_name(name), expected, "{name}");
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
}

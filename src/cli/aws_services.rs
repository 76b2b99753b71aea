//! Names of AWS services, as their VPC endpoints have them, so that a slip of the pen is told from a service.

use crate::network::service_of_name;
use crate::rules::nearest as nearest_of;

/// Services with interface endpoints, in order. One that is missing here goes by its endpoint's whole name.
/// <https://docs.aws.amazon.com/vpc/latest/privatelink/aws-services-privatelink-support.html>,
/// <https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/aws-ec2/lib/vpc-endpoint.ts>
const KNOWN: &[&str] = &[
    "access-analyzer",
    "account",
    "acm",
    "acm-pca",
    "airflow.api",
    "airflow.env",
    "airflow.ops",
    "analytics-omics",
    "app-integrations",
    "appconfig",
    "appconfigdata",
    "application-autoscaling",
    "application-signals",
    "applicationinsights",
    "appmesh",
    "appmesh-envoy-management",
    "apprunner",
    "apprunner.requests",
    "appstream.api",
    "appstream.streaming",
    "appsync-api",
    "apptest",
    "aps",
    "aps-workspaces",
    "arsenal-discovery",
    "athena",
    "auditmanager",
    "autoscaling",
    "autoscaling-plans",
    "awsconnector",
    "b2bi",
    "backup",
    "backup-gateway",
    "batch",
    "bcm-data-exports",
    "bcm-pricing-calculator",
    "bedrock",
    "bedrock-agent",
    "bedrock-agent-runtime",
    "bedrock-agentcore",
    "bedrock-agentcore.gateway",
    "bedrock-data-automation",
    "bedrock-data-automation-runtime",
    "bedrock-runtime",
    "billing",
    "billingconductor",
    "braket",
    "cases",
    "cassandra",
    "ce",
    "cleanrooms",
    "cleanrooms-ml",
    "cloudcontrolapi",
    "clouddirectory",
    "cloudformation",
    "cloudhsmv2",
    "cloudtrail",
    "codeartifact.api",
    "codeartifact.repositories",
    "codebuild",
    "codecatalyst",
    "codecatalyst.git",
    "codecatalyst.packages",
    "codecommit",
    "codeconnections.api",
    "codedeploy",
    "codedeploy-commands-secure",
    "codeguru-profiler",
    "codeguru-reviewer",
    "codepipeline",
    "codestar-connections.api",
    "codewhisperer",
    "cognito-identity",
    "cognito-idp",
    "comprehend",
    "comprehendmedical",
    "compute-optimizer",
    "config",
    "connect-campaigns",
    "console",
    "control-storage-omics",
    "controlcatalog",
    "cost-optimization-hub",
    "data-servicediscovery",
    "databrew",
    "dataexchange",
    "datasync",
    "datazone",
    "deadline.management",
    "deadline.scheduling",
    "deviceadvisor.iot",
    "devops-guru",
    "dicom-medical-imaging",
    "discovery",
    "dms",
    "drs",
    "ds",
    "ds-data",
    "dsql",
    "dynamodb",
    "dynamodb-streams",
    "ebs",
    "ec2",
    "ec2messages",
    "ecr-public.api",
    "ecr.api",
    "ecr.dkr",
    "ecs",
    "ecs-agent",
    "ecs-telemetry",
    "eks",
    "eks-auth",
    "elastic-inference.runtime",
    "elasticache",
    "elasticbeanstalk",
    "elasticbeanstalk-health",
    "elasticfilesystem",
    "elasticloadbalancing",
    "elasticmapreduce",
    "email",
    "email-smtp",
    "emr-containers",
    "emr-serverless",
    "emr-serverless-services.livy",
    "emr-serverless.dashboard",
    "emrwal.prod",
    "entityresolution",
    "events",
    "evidently",
    "evidently-dataplane",
    "execute-api",
    "finspace",
    "finspace-api",
    "fis",
    "forecast",
    "forecastquery",
    "frauddetector",
    "freetier",
    "fsx",
    "geo.geofencing",
    "geo.maps",
    "geo.metadata",
    "geo.places",
    "geo.routes",
    "geo.tracking",
    "git-codecommit",
    "glue",
    "glue.dashboard",
    "grafana",
    "grafana-workspace",
    "greengrass",
    "groundstation",
    "guardduty",
    "guardduty-data",
    "healthlake",
    "iam",
    "identitystore",
    "imagebuilder",
    "inspector-scan",
    "inspector2",
    "internetmonitor",
    "invoicing",
    "iot.credentials",
    "iot.data",
    "iot.fleethub.api",
    "iotfleetwise",
    "iotroborunner",
    "iotsitewise.api",
    "iotsitewise.data",
    "iottwinmaker.api",
    "iottwinmaker.data",
    "iotwireless.api",
    "kafka",
    "kafkaconnect",
    "kendra",
    "kendra-ranking",
    "kinesis-firehose",
    "kinesis-streams",
    "kms",
    "lakeformation",
    "lambda",
    "launchwizard",
    "license-manager",
    "license-manager-linux-subscriptions",
    "license-manager-user-subscriptions",
    "logs",
    "lookoutequipment",
    "lookoutmetrics",
    "lookoutvision",
    "lorawan.cups",
    "lorawan.lns",
    "m2",
    "macie2",
    "mail-manager",
    "managedblockchain-query",
    "managedblockchain.bitcoin.mainnet",
    "managedblockchain.bitcoin.testnet",
    "mediaconnect",
    "medical-imaging",
    "memory-db",
    "memorydb",
    "mgn",
    "migrationhub-orchestrator",
    "migrationhub-strategy",
    "models-v2-lex",
    "monitoring",
    "mq",
    "neptune-graph",
    "neptune-graph-data",
    "network-firewall",
    "networkflowmonitor",
    "networkflowmonitorreports",
    "networkmonitor",
    "nimble",
    "oam",
    "observabilityadmin",
    "organizations",
    "outposts",
    "panorama",
    "payment-cryptography.controlplane",
    "payment-cryptography.dataplane",
    "pca-connector-ad",
    "pca-connector-scep",
    "pcs",
    "personalize",
    "personalize-events",
    "personalize-runtime",
    "pi",
    "pinpoint",
    "pinpoint-sms-voice-v2",
    "pipes",
    "pipes-data",
    "polly",
    "pricing.api",
    "private-networks",
    "profile",
    "proton",
    "q",
    "qapps",
    "qbusiness",
    "qldb.session",
    "quicksight-website",
    "ram",
    "rbin",
    "rds",
    "rds-data",
    "redshift",
    "redshift-data",
    "redshift-serverless",
    "refactor-spaces",
    "rekognition",
    "repostspace",
    "resource-groups",
    "robomaker",
    "rolesanywhere",
    "route53",
    "route53resolver",
    "rum",
    "rum-dataplane",
    "runtime-medical-imaging",
    "runtime-v2-lex",
    "s3",
    "s3-global.accesspoint",
    "s3-outposts",
    "s3express",
    "s3tables",
    "s3vectors",
    "sagemaker-data-science-assistant",
    "sagemaker-geospatial",
    "sagemaker.api",
    "sagemaker.featurestore-runtime",
    "sagemaker.metrics",
    "sagemaker.runtime",
    "savingsplans",
    "scheduler",
    "schemas",
    "scn",
    "secretsmanager",
    "securityhub",
    "securitylake",
    "serverlessrepo",
    "service.user-subscriptions",
    "servicecatalog",
    "servicecatalog-appregistry",
    "servicediscovery",
    "servicequotas",
    "shield",
    "signin",
    "simspaceweaver",
    "sms",
    "snow-device-management",
    "sns",
    "social-messaging",
    "sqs",
    "ssm",
    "ssm-contacts",
    "ssm-incidents",
    "ssm-quicksetup",
    "ssmmessages",
    "sso",
    "states",
    "storage-omics",
    "storagegateway",
    "streaming-rekognition",
    "sts",
    "swf",
    "sync-states",
    "synthetics",
    "tagging",
    "tags-omics",
    "tax",
    "textract",
    "thinclient.api",
    "timestream-influxdb",
    "timestream.ingest-cell1",
    "timestream.query-cell1",
    "tnb",
    "transcribe",
    "transcribestreaming",
    "transfer",
    "transfer.server",
    "translate",
    "trustedadvisor",
    "verifiedpermissions",
    "voiceid",
    "vpc-lattice",
    "wafv2",
    "wellarchitected",
    "wisdom",
    "workflows-omics",
    "workmail",
    "workspaces",
    "workspaces-web",
    "xray",
];

/// `com.amazonaws.us-east-1.ecr.api` → `ecr.api`; any other text as it is.
pub(super) fn short_name(text: &str) -> &str {
    service_of_name(text).unwrap_or(text)
}

/// The service and the region of an endpoint's whole name; none where it names no region.
pub(super) fn whole_name(text: &str) -> Option<(&str, &str)> {
    let service = service_of_name(text)?;
    let rest = text.strip_suffix(service)?.trim_end_matches('.');
    let region = rest.rsplit('.').next()?;
    let is_of_all_regions = text.strip_prefix("com.amazonaws.").is_some_and(is_known);
    (region.contains('-') && !is_of_all_regions).then_some((service, region))
}

/// Where the regions of a part of the world lie.
const DIRECTIONS: [&str; 9] =
    ["central", "east", "north", "northeast", "northwest", "south", "southeast", "southwest", "west"];

/// A region's code in its parts: the part of the world with the partition, the direction, the number.
fn parts_of_region(region: &str) -> Option<(&str, &str, &str)> {
    let (rest, number) = region.rsplit_once('-')?;
    let (area, direction) = rest.rsplit_once('-')?;
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    let is_word = |word: &str| (2..=4).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase());
    (is_number && area.split('-').all(is_word) && area.split('-').count() <= 2).then_some((area, direction, number))
}

/// Whether a text has the form of a region's code: `us-east-1`, `us-gov-west-1`, `eusc-de-east-1`. Which there are changes.
/// <https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-regions.html>
pub(super) fn is_region(text: &str) -> bool {
    parts_of_region(text).is_some_and(|(_, direction, _)| DIRECTIONS.contains(&direction))
}

/// The region that may have been meant by what is none.
pub(super) fn nearest_region(text: &str) -> Option<String> {
    let (area, direction, number) = parts_of_region(text)?;
    nearest_of(direction, DIRECTIONS.into_iter()).map(|direction| format!("{area}-{direction}-{number}"))
}

/// Whether fargcheck knows the name, or that of which it is the FIPS variant.
pub(super) fn is_known(service: &str) -> bool {
    KNOWN.binary_search(&service.strip_suffix("-fips").unwrap_or(service)).is_ok()
}

/// The name that is nearest, where one is near enough to be meant.
pub(super) fn nearest(service: &str) -> Option<&'static str> {
    // `ecr` is two endpoints: the one with its name in front is meant, and `ecr-public.api` is another service.
    let longer = |mark: char| {
        let is_one = move |known: &&&str| known.strip_prefix(service).is_some_and(|rest| rest.starts_with(mark));
        KNOWN.iter().find(is_one).copied()
    };
    longer('.').or_else(|| longer('-')).or_else(|| nearest_of(service, KNOWN.iter().copied()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_known_or_nearly() {
        assert!(KNOWN.is_sorted(), "binary search needs it");
        let cases = [
            ("ecr.apj", Some("ecr.api")),
            ("cloudwatch", None),
            ("ecr", Some("ecr.api")),
            ("secretmanager", Some("secretsmanager")),
        ];
        for (name, expected) in cases {
            assert!(!is_known(name), "{name}");
            assert_eq!(nearest(name), expected, "{name}");
        }
        assert!(is_known("kms-fips") && is_known("s3"));
        assert_eq!(short_name("com.amazonaws.eu-west-1.ecr.api"), "ecr.api");
        assert_eq!(short_name("cn.com.amazonaws.cn-north-1.ecr.api"), "ecr.api");
        assert_eq!(short_name("logs"), "logs");
    }

    #[test]
    fn regions_have_a_form() {
        for region in
            ["us-east-1", "ap-southeast-7", "us-gov-west-1", "us-isob-east-1", "eusc-de-east-1", "mx-central-1"]
        {
            assert!(is_region(region), "{region}");
        }
        for (text, nearest) in [
            ("us-esat-1", Some("us-east-1")),
            ("eu-wset-1", Some("eu-west-1")),
            ("us-gov-wst-1", Some("us-gov-west-1")),
            ("us-1", None),
            ("my-own-east-coast-1", None),
        ] {
            assert!(!is_region(text), "{text}");
            assert_eq!(nearest_region(text).as_deref(), nearest, "{text}");
        }
        assert_eq!(whole_name("com.amazonaws.us-east-1.ecr.api"), Some(("ecr.api", "us-east-1")));
        assert_eq!(whole_name("com.amazonaws.s3-global.accesspoint"), None);
        assert_eq!(whole_name("com.amazonaws.iam"), None);
    }
}

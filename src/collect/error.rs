//! Why there is no snapshot at all. What only leaves a hole in it is not here but in its `notCollected`.

use thiserror::Error;

/// The scan could not begin, or its result would belong to nobody knows whom.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum CollectError {
    /// Neither the command line, the environment nor the profile names a region.
    #[error("no AWS region is set")]
    NoRegion,
    /// The credential chain holds nothing, or what it holds failed.
    #[error("no AWS credentials: {detail}")]
    NoCredentials {
        /// What the provider said.
        detail: String,
    },
    /// The credentials were good once.
    #[error("the AWS credentials have expired ({detail})")]
    ExpiredCredentials {
        /// AWS's error code and message.
        detail: String,
    },
    /// AWS doesn't know the key, or the signature doesn't fit.
    #[error("AWS rejects the credentials ({detail})")]
    InvalidCredentials {
        /// AWS's error code and message.
        detail: String,
    },
    /// The role of `--role-arn` can't be assumed.
    #[error("the role {role} can't be assumed ({detail})")]
    RoleNotAssumed {
        /// The ARN of the role.
        role: String,
        /// AWS's error code and message.
        detail: String,
    },
    /// A setting of the command line, the environment or the profile that no request can be made with: a region that can't be
    /// one, an endpoint that is no URL.
    #[error("no request to AWS can be made: {detail}")]
    BadSetting {
        /// What is wrong with it.
        detail: String,
    },
    /// Nothing answers: no network, a wrong region name, a proxy, no route to the endpoint.
    #[error("AWS can't be reached in {region}: {detail}")]
    CannotReach {
        /// The region asked for.
        region: String,
        /// What the connection said.
        detail: String,
    },
    /// Something answers, but it is not AWS: a captive portal, a proxy, a wrong endpoint.
    #[error("what answers in {region} is not AWS: {detail}")]
    NotAws {
        /// The region asked for.
        region: String,
        /// What was wrong with the answer.
        detail: String,
    },
    /// AWS refuses to say who is calling, for a reason that no other variant names.
    #[error("sts:GetCallerIdentity failed: {detail}")]
    Identity {
        /// AWS's error code and message.
        detail: String,
    },
}

impl CollectError {
    /// A stable name for the kind of the error.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoRegion => "scan/no-region",
            Self::NoCredentials { .. } => "scan/no-credentials",
            Self::ExpiredCredentials { .. } => "scan/expired-credentials",
            Self::InvalidCredentials { .. } => "scan/invalid-credentials",
            Self::RoleNotAssumed { .. } => "scan/role-not-assumed",
            Self::BadSetting { .. } => "scan/bad-setting",
            Self::CannotReach { .. } => "scan/cannot-reach",
            Self::NotAws { .. } => "scan/not-aws",
            Self::Identity { .. } => "scan/identity",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> &'static str {
        match self {
            Self::NoRegion => "pass --region, or set AWS_REGION, or `region` in the profile",
            Self::NoCredentials { .. } => {
                "pass --profile, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run `aws sso login`; \
                 `aws sts get-caller-identity` shows whether they work"
            }
            Self::ExpiredCredentials { .. } => {
                "renew them: `aws sso login`, or fetch new session credentials; a wrong system clock has the same effect"
            }
            Self::InvalidCredentials { .. } => {
                "check the key, its secret and the session token: all three must come from the same place; AWS says the same of \
                 good keys in a region that is not enabled for the account"
            }
            Self::RoleNotAssumed { .. } => {
                "the role's trust policy must allow the caller, and the caller's policy must allow sts:AssumeRole on the \
                 role; some trust policies ask for an external id"
            }
            Self::BadSetting { .. } => {
                "check --region and AWS_ENDPOINT_URL, and `region` and `endpoint_url` of the profile; \
                 `aws configure list` shows where each comes from"
            }
            Self::CannotReach { .. } => {
                "check the name of the region, the network, and HTTPS_PROXY; in a VPC without internet access, \
                 sts, ec2, ecs, elasticloadbalancing and api.ecr need interface endpoints"
            }
            Self::NotAws { .. } => "check AWS_ENDPOINT_URL, HTTPS_PROXY, and whether the network shows a login page",
            Self::Identity { .. } => "try `aws sts get-caller-identity` with the same profile and region",
        }
    }
}

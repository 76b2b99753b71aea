//! Credentials, endpoints, retries, time limits: how the clients of one region are set up.

use std::time::{Duration, SystemTime};

use aws_config::identity::IdentityCache;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_sdk_ec2::config::retry::RetryPartition;
use aws_sdk_ec2::config::{Credentials, SharedCredentialsProvider};
use aws_types::sdk_config::TimeSource;

use super::answer::{WholeAnswer, Wire};
use super::{CollectError, Options};

/// The clients of the five services, for one region and one identity.
#[derive(Debug, Clone)]
pub(crate) struct Clients {
    pub(crate) sts: aws_sdk_sts::Client,
    pub(crate) ec2: aws_sdk_ec2::Client,
    pub(crate) ecs: aws_sdk_ecs::Client,
    pub(crate) elbv2: aws_sdk_elasticloadbalancingv2::Client,
    pub(crate) ecr: aws_sdk_ecr::Client,
}

/// `standard`, never `adaptive`: after one RequestLimitExceeded, adaptive made three requests take 8 to 20 seconds.
fn retries(options: &Options, attempts: u32) -> RetryConfig {
    RetryConfig::standard().with_max_attempts(attempts.max(1)).with_initial_backoff(options.initial_backoff)
}

/// The time limit is per attempt, so that a connection that hangs is tried again instead of ending the call.
fn time_limits(options: &Options) -> TimeoutConfig {
    TimeoutConfig::builder()
        .operation_attempt_timeout(options.attempt_timeout)
        .connect_timeout(options.attempt_timeout.min(Duration::from_secs(5)))
        .build()
}

/// The configuration that all clients share, with the region settled.
pub(crate) async fn load(options: &Options) -> Result<(SdkConfig, Region), CollectError> {
    let base = match &options.credentials {
        Some(keys) => given(options, keys),
        None => chain(options).await,
    };
    let region = base.region().cloned().filter(|region| !region.as_ref().is_empty()).ok_or(CollectError::NoRegion)?;
    let Some(role) = &options.role_arn else {
        return Ok((base, region));
    };
    let mut provider =
        AssumeRoleProvider::builder(role).session_name("fargcheck").region(region.clone()).configure(&base);
    if let Some(id) = &options.external_id {
        provider = provider.external_id(id);
    }
    let source = base
        .credentials_provider()
        .ok_or_else(|| CollectError::NoCredentials { detail: "nothing to assume the role with".to_owned() })?;
    let provider = provider.build_from_provider(source).await;
    let config = base.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build();
    Ok((config, region))
}

/// The default chain: environment, profile, SSO, process, container, instance metadata; or the profile that was asked for,
/// which comes before the environment: "You can override the profile by using the --profile option".
/// <https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-quickstart.html>
async fn chain(options: &Options) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::latest())
        .retry_config(retries(options, options.max_attempts))
        .timeout_config(time_limits(options));
    if let Some(region) = &options.region {
        loader = loader.region(Region::new(region.clone()));
    }
    if let Some(url) = &options.endpoint_url {
        loader = loader.endpoint_url(url);
    }
    let Some(profile) = &options.profile else { return loader.load().await };
    let config = loader.profile_name(profile).load().await;
    let environment = ProviderConfig::default().with_region(config.region().cloned());
    let provider = ProfileFileCredentialsProvider::builder().configure(&environment).profile_name(profile).build();
    config.into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build()
}

/// The system's clock; a configuration that isn't loaded has none of its own.
#[derive(Debug)]
struct Clock;

impl TimeSource for Clock {
    fn now(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// Given keys: no AWS variable of the environment and no file is read. (A proxy of the environment still counts.)
fn given(options: &Options, keys: &super::Keys) -> SdkConfig {
    let credentials =
        Credentials::new(&keys.access_key_id, &keys.secret_access_key, keys.session_token.clone(), None, "fargcheck");
    let mut config = SdkConfig::builder()
        .behavior_version(BehaviorVersion::latest())
        .identity_cache(IdentityCache::lazy().build())
        .time_source(Clock)
        .retry_config(retries(options, options.max_attempts))
        .timeout_config(time_limits(options))
        .credentials_provider(SharedCredentialsProvider::new(credentials));
    config.set_region(options.region.clone().map(Region::new));
    config.set_endpoint_url(options.endpoint_url.clone());
    config.build()
}

impl Clients {
    pub(crate) fn new(config: &SdkConfig, options: &Options) -> Self {
        // The SDK lets a service's clients share one allowance of retries in the whole process. A scan caps its retries
        // per request; a region that fails must not take the retries of another.
        macro_rules! client {
            ($sdk:ident, $wire:expr, $attempts:expr) => {
                $sdk::Client::from_conf(
                    $sdk::config::Builder::from(config)
                        .retry_partition(RetryPartition::custom(stringify!($sdk)).build())
                        .retry_config(retries(options, $attempts))
                        .interceptor(WholeAnswer($wire))
                        .build(),
                )
            };
        }
        let attempts = options.max_attempts;
        Self {
            // Says that AWS can't be reached in seconds, not in a minute.
            sts: client!(aws_sdk_sts, Wire::Xml, attempts.min(4)),
            ec2: client!(aws_sdk_ec2, Wire::Xml, attempts),
            ecs: client!(aws_sdk_ecs, Wire::Json, attempts),
            elbv2: client!(aws_sdk_elasticloadbalancingv2, Wire::Xml, attempts),
            ecr: client!(aws_sdk_ecr, Wire::Json, attempts),
        }
    }
}

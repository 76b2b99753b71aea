//! What a configuration may hold, as its author writes it.

use super::profile::Profile;
use crate::cli::arguments::FailOn;
use crate::rules::Severity;
use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Spanned;

/// The configuration of fargcheck, `fargcheck.toml`.
#[derive(Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub(in crate::cli) struct ConfigFile {
    /// The kind of network that this is to be; none in particular, without it.
    #[schemars(with = "Option<Profile>")]
    pub(in crate::cli) profile: Option<Spanned<Profile>>,
    /// The only rules or groups to run; all, without it.
    #[schemars(with = "Option<Vec<String>>")]
    pub(in crate::cli) select: Option<Vec<Spanned<String>>>,
    /// Rules or groups to leave out.
    #[schemars(with = "Option<Vec<String>>")]
    pub(in crate::cli) ignore: Option<Vec<Spanned<String>>>,
    /// Other levels for rules or groups: `"nat/zone-redundancy" = "info"`.
    #[schemars(with = "Option<BTreeMap<String, Severity>>")]
    pub(in crate::cli) severity: Option<BTreeMap<Spanned<String>, Severity>>,
    /// From which level on a finding fails a run; `error`, without it.
    pub(in crate::cli) fail_on: Option<FailOn>,
    /// A folder of your own rules, as seen from the configuration's folder.
    #[schemars(with = "Option<String>")]
    pub(in crate::cli) rules: Option<Spanned<String>>,
    /// Findings that are known and accepted.
    #[schemars(with = "Option<Vec<ExceptionEntry>>")]
    pub(in crate::cli) exception: Option<Vec<Spanned<ExceptionEntry>>>,
    /// What is going to run, or what services of the input need besides what their task definitions say.
    #[schemars(with = "Option<Vec<WorkloadEntry>>")]
    pub(in crate::cli) workload: Option<Vec<Spanned<WorkloadEntry>>>,
}

/// Findings that are known and accepted, and why.
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::cli) struct ExceptionEntry {
    /// The rule or group.
    #[schemars(with = "String")]
    pub(super) rule: Spanned<String>,
    /// The id, ARN or name of the resource that the findings accuse; every one, without it.
    #[schemars(with = "Option<String>")]
    pub(super) resource: Option<Spanned<String>>,
    /// Why they are accepted.
    #[schemars(with = "String")]
    pub(super) reason: Spanned<String>,
    /// The last day on which they are, `2027-03-31`; for good, without it.
    #[schemars(with = "Option<String>")]
    pub(super) expires: Option<Spanned<String>>,
}

/// Something that is going to run (`name`, `subnets`, …), or additional needs of a service (`service`, `needs`).
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(in crate::cli) struct WorkloadEntry {
    /// How reports call it.
    #[schemars(with = "Option<String>")]
    pub(super) name: Option<Spanned<String>>,
    /// The name of a service or task of the input that has these needs too, `*` for every one.
    #[schemars(with = "Option<String>")]
    pub(super) service: Option<Spanned<String>>,
    /// Ids of its subnets.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) subnets: Option<Spanned<Vec<Spanned<String>>>>,
    /// Ids of its security groups; its VPC's default group, without it.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) security_groups: Option<Spanned<Vec<Spanned<String>>>>,
    /// Whether it gets a public IP address; it does not, without it.
    #[schemars(with = "Option<bool>")]
    pub(super) assign_public_ip: Option<Spanned<bool>>,
    /// Its image.
    #[schemars(with = "Option<String>")]
    pub(super) image: Option<Spanned<String>>,
    /// What it has to reach: `internet`, an AWS service such as `s3`, `tcp://10.1.2.3:5432`, `https://api.example.com`.
    #[schemars(with = "Option<Vec<String>>")]
    pub(super) needs: Option<Vec<Spanned<String>>>,
}

/// The JSON Schema of a configuration.
pub(in crate::cli) fn schema() -> serde_json::Value {
    schemars::schema_for!(ConfigFile).to_value()
}

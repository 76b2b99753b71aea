//! AWS's document of its public address ranges, as `ip-ranges.amazonaws.com` publishes it.
//! <https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-syntax.html>

use super::Str;
use crate::snapshot::Element;
use schemars::JsonSchema;
use serde::Deserialize;

/// The document, with the place of each range.
#[derive(Debug, Default)]
pub struct IpRanges<'a> {
    /// When it was published, as `2026-01-31-12-00-00`.
    pub create_date: Option<Str<'a>>,
    /// The ranges of both families.
    pub prefixes: Vec<Element<IpPrefix<'a>>>,
}

/// A range.
#[derive(Debug, Clone, Default, PartialEq, Deserialize, JsonSchema)]
#[serde(default, bound(deserialize = "'de: 'a"))]
pub struct IpPrefix<'a> {
    pub ip_prefix: Option<Str<'a>>,
    pub ipv6_prefix: Option<Str<'a>>,
    pub region: Option<Str<'a>>,
    pub service: Option<Str<'a>>,
}

/// The document's form, for the JSON Schema.
#[derive(JsonSchema)]
#[schemars(rename = "IpRanges")]
#[allow(dead_code, reason = "read by the schema alone")]
#[serde(rename_all = "camelCase")]
pub(crate) struct IpRangesForm<'a> {
    sync_token: Option<Str<'a>>,
    create_date: Option<Str<'a>>,
    prefixes: Vec<IpPrefix<'a>>,
    #[serde(rename = "ipv6_prefixes")]
    ipv6_prefixes: Option<Vec<IpPrefix<'a>>>,
}

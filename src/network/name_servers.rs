//! Which resolver the tasks of a VPC ask.

use super::address::{AMAZON_DNS, block, point};
use super::expression::expression;
use super::ranges::Ranges;
use crate::snapshot::DhcpConfiguration;
use std::net::IpAddr;

/// How AWS's own resolver is named, apart from its addresses.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html>
const AMAZON: &str = "AmazonProvidedDNS";

/// What stands in DHCP options in the place of a resolver and is none.
pub(super) fn unread<'o>(options: &'o [DhcpConfiguration<'_>]) -> Option<&'o str> {
    let servers = options.iter().filter(|option| option.key.as_deref() == Some("domain-name-servers"));
    let mut values = servers.flat_map(|option| option.values.iter()).filter_map(|value| value.value.as_deref());
    values.find(|value| *value != AMAZON && value.parse::<IpAddr>().is_err() && expression(value).is_none())
}

/// The resolvers that DHCP options name.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Servers {
    /// Whether AWS's is the first of them, which hosts ask; the others are asked where it doesn't answer. None where the options
    /// don't say which they name.
    /// <https://man7.org/linux/man-pages/man5/resolv.conf.5.html>
    pub amazon_first: Option<bool>,
    /// Whether AWS's is among them.
    pub has_amazon: bool,
    /// The addresses of the others; none where one of them can't be read.
    pub others: Vec<u128>,
}

/// Which resolvers DHCP options name, in a VPC whose first block is this one.
pub(super) fn servers(options: &[DhcpConfiguration<'_>], cidr: Option<&str>) -> Servers {
    let unread = options.iter().any(|option| option.key.is_none());
    let servers = options.iter().filter(|option| option.key.as_deref() == Some("domain-name-servers"));
    let values = servers.flat_map(|option| option.values.iter()).map(|value| value.value.as_deref());
    // The first block's network address plus two.
    let in_vpc = cidr.and_then(block).map(|block| block.range.0 + 2);
    let address = |value: &str| value.parse::<IpAddr>().ok().map(point);
    let is_its_own = |address: u128| Some(address) == in_vpc || AMAZON_DNS.contains(&Ranges::one(address, address));
    let is_amazon = |value: &str| value == AMAZON || address(value).is_some_and(is_its_own);
    // Whatever is no address, it is no server.
    let all: Vec<Option<Option<u128>>> = values
        .map(|value| match value {
            Some(value) if is_amazon(value) => Some(None),
            Some(value) => address(value).map(Some),
            None => None,
        })
        .collect();
    let others: Option<Vec<u128>> =
        all.iter().filter(|server| **server != Some(None)).map(|server| server.flatten()).collect();
    let first = all.first().filter(|_| !unread).copied().flatten();
    let is_known = !unread && others.is_some();
    Servers {
        amazon_first: first.map(|first| first.is_none()).filter(|is_amazon| *is_amazon || is_known),
        has_amazon: all.contains(&Some(None)),
        others: others.unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolvers_of_aws_are_known_by_name_and_by_address() {
        let found = |values: &str| {
            let text = format!(r#"[{{"Key":"domain-name-servers","Values":[{values}]}}]"#);
            let options: Vec<DhcpConfiguration<'_>> = serde_json::from_str(&text).expect("it can be read");
            let found = servers(&options, Some("10.0.0.0/16"));
            (found.amazon_first, found.has_amazon, found.others.len())
        };
        let cases = [
            (r#"{"Value":"AmazonProvidedDNS"}"#, (Some(true), true, 0)),
            (r#"{"Value":"169.254.169.253"}"#, (Some(true), true, 0)),
            (r#"{"Value":"10.0.0.2"}"#, (Some(true), true, 0)),
            (r#"{"Value":"10.20.0.53"}"#, (Some(false), false, 1)),
            (r#"{"Value":"10.20.0.53"},{"Value":"2001:db8::53"}"#, (Some(false), false, 2)),
            (r#"{"Value":"10.20.0.53"},{"Value":"10.0.0.2"}"#, (Some(false), true, 1)),
            (r#"{"Value":"10.0.0.2"},{"Value":"10.20.0.53"}"#, (Some(true), true, 1)),
            (r#"{"Value":"10.0.0.2"},{}"#, (Some(true), true, 0)),
            (r#"{"Value":"10.20.0.53"},{}"#, (None, false, 0)),
            (r#"{"Value":"10.20.0.53"},{"Value":"dns.example.com"}"#, (None, false, 0)),
            (r#"{"Value":"ns.example.com"}"#, (None, false, 0)),
            ("", (None, false, 0)),
        ];
        for (values, expected) in cases {
            assert_eq!(found(values), expected, "{values}");
        }
    }
}

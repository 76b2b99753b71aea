//! Which resolver the tasks of a VPC ask.

use super::address::{block, point};
use super::expression::expression;
use crate::snapshot::DhcpConfiguration;
use std::net::IpAddr;

/// How AWS's own resolver is named, apart from the address behind the VPC's first one.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/AmazonDNS-concepts.html>
const AMAZON: [&str; 3] = ["AmazonProvidedDNS", "169.254.169.253", "fd00:ec2::253"];

/// What stands in DHCP options in the place of a resolver and is none.
pub(super) fn unread<'o>(options: &'o [DhcpConfiguration<'_>]) -> Option<&'o str> {
    let servers = options.iter().filter(|option| option.key.as_deref() == Some("domain-name-servers"));
    let mut values = servers.flat_map(|option| option.values.iter()).filter_map(|value| value.value.as_deref());
    values.find(|value| !AMAZON.contains(value) && value.parse::<IpAddr>().is_err() && expression(value).is_none())
}

/// Whether DHCP options name AWS's resolver, alone or among others; none where they don't say which they name.
pub(super) fn are_amazon(options: &[DhcpConfiguration<'_>], cidr: Option<&str>) -> Option<bool> {
    let unread = options.iter().any(|option| option.key.is_none());
    let servers = options.iter().filter(|option| option.key.as_deref() == Some("domain-name-servers"));
    let mut values = servers.flat_map(|option| option.values.iter()).map(|value| value.value.as_deref()).peekable();
    let lists_none = values.peek().is_none();
    // The first block's network address plus two.
    let in_vpc = cidr.and_then(block).map(|block| block.range.0 + 2);
    let is_amazon = |value: &str| {
        let address = value.parse::<IpAddr>().ok().map(point);
        AMAZON.contains(&value) || address.is_some() && address == in_vpc
    };
    let mut unknown = unread || lists_none;
    for value in values {
        match value {
            Some(value) if is_amazon(value) => return Some(true),
            Some(value) if value.parse::<IpAddr>().is_ok() => {}
            // Whatever that is, it is no server.
            Some(_) | None => unknown = true,
        }
    }
    (!unknown).then_some(false)
}

/// The addresses of the resolvers that DHCP options name; none where one of them can't be read.
pub(super) fn named(options: &[DhcpConfiguration<'_>]) -> Vec<u128> {
    let servers = options.iter().filter(|option| option.key.as_deref() == Some("domain-name-servers"));
    let values = servers.flat_map(|option| option.values.iter());
    let addresses = values.map(|value| value.value.as_deref()?.parse::<IpAddr>().ok().map(point));
    addresses.collect::<Option<Vec<_>>>().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn resolvers_of_aws_are_known_by_name_and_by_address() {
        let servers = |values: &str| {
            let text = format!(r#"[{{"Key":"domain-name-servers","Values":[{values}]}}]"#);
            let options: Vec<DhcpConfiguration<'_>> = serde_json::from_str(&text).expect("it can be read");
            are_amazon(&options, Some("10.0.0.0/16"))
        };
        let cases = [
            (r#"{"Value":"AmazonProvidedDNS"}"#, Some(true)),
            (r#"{"Value":"169.254.169.253"}"#, Some(true)),
            (r#"{"Value":"10.0.0.2"}"#, Some(true)),
            (r#"{"Value":"10.20.0.53"}"#, Some(false)),
            (r#"{"Value":"10.20.0.53"},{"Value":"10.0.0.2"}"#, Some(true)),
            (r#"{"Value":"10.20.0.53"},{}"#, None),
            (r#"{"Value":"ns.example.com"}"#, None),
            ("", None),
        ];
        for (values, expected) in cases {
            assert_eq!(servers(values), expected, "{values}");
        }
    }

    #[test]
    fn of_resolvers_that_cannot_all_be_read_none_is_known() {
        let servers = |values: &str| {
            let text = format!(r#"[{{"Key":"domain-name-servers","Values":[{values}]}}]"#);
            named(&serde_json::from_str::<Vec<DhcpConfiguration<'_>>>(&text).expect("it can be read")).len()
        };
        let cases = [
            (r#"{"Value":"10.20.0.53"},{"Value":"2001:db8::53"}"#, 2),
            (r#"{"Value":"10.20.0.53"},{"Value":"dns.example.com"}"#, 0),
            (r#"{"Value":"10.20.0.53"},{}"#, 0),
        ];
        for (values, expected) in cases {
            assert_eq!(servers(values), expected, "{values}");
        }
    }
}

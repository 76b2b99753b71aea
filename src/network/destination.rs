//! Destinations in words: an AWS service, a URL, a host with its port.

use super::address::block;
use super::expression::open_from;
use super::filters::Protocol;
use super::need::*;
use super::ranges::Ranges;
use super::registries::is_of_aws;
use crate::snapshot::Location;
use std::net::{IpAddr, Ipv6Addr};

/// A need that someone declared in words: `internet`, `s3`, `tcp://10.1.2.3:5432`, `https://api.example.com`.
///
/// # Errors
/// A sentence that says what is wrong with it.
pub fn declared(text: &str, place: Location) -> Result<Need, String> {
    let need = |target, protocol, port| Need {
        purpose: Purpose::Declared,
        families: NeedTarget::families(&target),
        target,
        protocol,
        port,
        permissions: Vec::new(),
        place: place.clone(),
        is_presumed: false,
    };
    if text == "internet" {
        return Ok(need(NeedTarget::Internet, Protocol::Tcp, 443));
    }
    let Some((scheme, rest)) = text.split_once("://") else {
        let is_service = !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
        return if is_service && text.parse::<IpAddr>().is_err() {
            Ok(need(NeedTarget::Service(text.to_owned()), Protocol::Tcp, 443))
        } else {
            Err(format!(
                "`{text}` is neither `internet`, nor an AWS service such as `s3`, \
                 nor an address such as `tcp://10.1.2.3:5432`"
            ))
        };
    };
    let scheme = scheme.to_ascii_lowercase();
    let (protocol, default_port) = match scheme.as_str() {
        "https" => (Protocol::Tcp, Some(443)),
        "http" => (Protocol::Tcp, Some(80)),
        "tcp" => (Protocol::Tcp, None),
        "udp" => (Protocol::Udp, None),
        _ => return Err(format!("`{text}`: the scheme must be tcp, udp, http or https")),
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let (host, port) = host_and_port(authority);
    let host = host_name(host);
    let host = host.as_str();
    let port = match port {
        Some(port) => Some(port.parse::<u16>().map_err(|_| format!("`{text}`: `{port}` is not a port"))?),
        None => default_port,
    };
    let Some(port) = port else {
        return Err(format!("`{text}` names no port"));
    };
    if host.is_empty() {
        return Err(format!("`{text}` names no host"));
    }
    // An address block holds a slash, which would end a URL's authority: `tcp://10.0.0.0/16:5432` isn't one.
    let target = match block(host) {
        Some(net) => NeedTarget::Addresses(Ranges::one(net.range.0, net.range.1), text.to_owned()),
        None if scheme.starts_with("http")
            && host.contains('.')
            && !host.ends_with(".internal")
            && !host.ends_with(".local")
            && !is_of_aws(host) =>
        {
            NeedTarget::PublicHost(host.to_owned())
        }
        None => NeedTarget::Host(host.to_owned()),
    };
    Ok(need(target, protocol, port))
}

/// A host as its name is looked up: without the dot that ends a fully qualified name, and capitals mean nothing.
/// <https://www.rfc-editor.org/rfc/rfc1034#section-3.1>
pub fn host_name(host: &str) -> String {
    let host = host.strip_suffix('.').unwrap_or(host);
    match open_from(host) {
        Some(_) => host.to_owned(),
        None => host.to_ascii_lowercase(),
    }
}

/// The host and the port of `10.0.0.5:5000`, `[fd00::5]:5000`, `registry.internal`.
pub(super) fn host_and_port(authority: &str) -> (&str, Option<&str>) {
    match authority.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':')),
        // An address of IPv6 holds colons, and no port without brackets.
        None if authority.parse::<Ipv6Addr>().is_ok() => (authority, None),
        None => authority.rsplit_once(':').map_or((authority, None), |(host, port)| (host, Some(port))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `sts.us-east-1.amazonaws.com` may be an endpoint's: by which way it is reached, its service's name tells.
    #[test]
    fn hosts_of_aws_are_no_hosts_on_the_internet() {
        let anywhere = Location::Span { source: crate::snapshot::SourceId(0), start: 0, length: 0 };
        for (text, is_public) in [
            ("https://api.example.com", true),
            ("https://public.ecr.aws", true),
            ("https://notamazonaws.com", true),
            ("https://sts.us-east-1.amazonaws.com", false),
            ("https://bucket.s3.cn-north-1.amazonaws.com.cn", false),
            ("https://internal-web-1.us-east-1.elb.amazonaws.com", false),
            ("https://logs.us-east-1.api.aws", false),
            ("https://db.internal", false),
            ("https://DB.internal.", false),
            ("https://STS.us-east-1.AmazonAWS.com.", false),
        ] {
            let need = declared(text, anywhere.clone()).expect(text);
            assert_eq!(matches!(need.target, NeedTarget::PublicHost(_)), is_public, "{text}");
        }
    }

    #[test]
    fn declared_needs_are_read_or_refused() {
        let anywhere = Location::Span { source: crate::snapshot::SourceId(0), start: 0, length: 0 };
        let cases = [
            ("internet", Ok(("internet", 443))),
            ("s3", Ok(("s3", 443))),
            ("ecr.api", Ok(("ecr.api", 443))),
            ("tcp://10.1.2.3:5432", Ok(("tcp://10.1.2.3:5432", 5432))),
            ("udp://10.1.2.3:53", Ok(("udp://10.1.2.3:53", 53))),
            ("tcp://[fd00::5]:5432", Ok(("tcp://[fd00::5]:5432", 5432))),
            ("https://[fd00:0:0:0:0:0:0:5]", Ok(("https://[fd00:0:0:0:0:0:0:5]", 443))),
            ("https://api.example.com/v1", Ok(("api.example.com", 443))),
            ("HTTPS://API.example.com./v1", Ok(("api.example.com", 443))),
            ("tcp://db.internal.:5432", Ok(("db.internal", 5432))),
            ("https://.", Err("`https://.` names no host")),
            ("http://api.example.com:8080", Ok(("api.example.com", 8080))),
            ("tcp://10.1.2.3", Err("`tcp://10.1.2.3` names no port")),
            ("ftp://x:1", Err("`ftp://x:1`: the scheme must be tcp, udp, http or https")),
            ("tcp://x:99999", Err("`tcp://x:99999`: `99999` is not a port")),
        ];
        for (text, expected) in cases {
            let found = declared(text, anywhere.clone()).map(|need| (need.target.name(), need.port));
            assert_eq!(
                found.as_ref().map(|(name, port)| (name.as_str(), *port)).map_err(String::as_str),
                expected,
                "{text}"
            );
        }
    }
}

//! `Fn::Cidr`.

use ipnet::IpNet;
use std::net::IpAddr;

/// Splits a block into the first `count` blocks with `bits` bits for hosts each. `bits` counts from the end: 8 makes a /24
/// of IPv4, and 64 a /64 of IPv6.
/// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html>
///
/// # Errors
/// What CloudFormation would refuse, in words.
pub(super) fn split(block: &str, count: i64, bits: i64) -> Result<Vec<String>, String> {
    let block: IpNet = block.trim().parse().map_err(|_| format!("`{block}` is no address block"))?;
    if !(1..=256).contains(&count) {
        return Err(format!("it makes 1 to 256 blocks, not {count}"));
    }
    let length = i64::from(block.max_prefix_len());
    let prefix = length - bits;
    if bits < 1 || prefix < i64::from(block.prefix_len()) {
        return Err(format!("{block} holds no block with {bits} bits for hosts"));
    }
    let prefix = u8::try_from(prefix).map_err(|_| format!("an address has no {bits} bits"))?;
    let room = u32::from(prefix - block.prefix_len());
    if room < 64 && i128::from(count) > 1i128 << room {
        return Err(format!("{block} holds {} blocks with {bits} bits for hosts, not {count}", 1u64 << room));
    }
    let first = match block.network() {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    };
    let blocks = (0..count.unsigned_abs()).map(|index| {
        let offset = u32::try_from(bits).ok().and_then(|bits| u128::from(index).checked_shl(bits)).unwrap_or_default();
        let address = first + offset;
        match block {
            IpNet::V4(_) => format!("{}/{prefix}", std::net::Ipv4Addr::from_bits(address as u32)),
            IpNet::V6(_) => format!("{}/{prefix}", std::net::Ipv6Addr::from_bits(address)),
        }
    });
    Ok(blocks.collect())
}

#[cfg(test)]
mod tests {
    use super::split;

    #[test]
    fn blocks_are_cut_as_aws_cuts_them() {
        let cases: &[(&str, i64, i64, &[&str])] = &[
            // AWS's own examples.
            (
                "192.168.0.0/24",
                6,
                5,
                &[
                    "192.168.0.0/27",
                    "192.168.0.32/27",
                    "192.168.0.64/27",
                    "192.168.0.96/27",
                    "192.168.0.128/27",
                    "192.168.0.160/27",
                ],
            ),
            ("10.0.0.0/16", 1, 8, &["10.0.0.0/24"]),
            ("2001:db8:1234:5600::/56", 2, 64, &["2001:db8:1234:5600::/64", "2001:db8:1234:5601::/64"]),
            ("10.0.0.0/16", 3, 12, &["10.0.0.0/20", "10.0.16.0/20", "10.0.32.0/20"]),
            ("10.0.0.0/24", 1, 8, &["10.0.0.0/24"]),
            ("10.0.7.9/16", 1, 8, &["10.0.0.0/24"]),
            ("255.255.255.0/24", 256, 0, &[]),
        ];
        for (block, count, bits, expected) in cases {
            match split(block, *count, *bits) {
                Ok(found) => assert_eq!(found, *expected, "{block} {count} {bits}"),
                Err(_) => assert!(expected.is_empty(), "{block} {count} {bits}"),
            }
        }
        let all = split("10.0.0.0/16", 256, 8).expect("256 blocks");
        assert_eq!((all.len(), all.last().map(String::as_str)), (256, Some("10.0.255.0/24")));
    }

    #[test]
    fn what_does_not_fit_is_refused() {
        for (block, count, bits) in [
            ("10.0.0.0/24", 2, 8),
            ("10.0.0.0/24", 1, 9),
            ("10.0.0.0/16", 257, 8),
            ("10.0.0.0/16", 0, 8),
            ("10.0.0.0/16", 1, -1),
            ("10.0.0.0/16", 1, 33),
            ("10.0.0.0/16", 1, i64::MAX),
            ("::/0", 1, 129),
            ("10.0.0", 1, 8),
        ] {
            assert!(split(block, count, bits).is_err(), "{block} {count} {bits}");
        }
        assert_eq!(split("::/0", 1, 128), Ok(vec!["::/0".to_owned()]));
        assert_eq!(split("::/0", 256, 120).map(|found| found.len()), Ok(256));
    }
}

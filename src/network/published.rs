//! The public addresses that AWS publishes of its services.

use super::address::Addresses;
use super::ranges::Ranges;
use rustc_hash::FxHashMap;

/// The addresses of AWS's document of address ranges, by subset and region.
/// <https://docs.aws.amazon.com/vpc/latest/userguide/aws-ip-ranges.html>
#[derive(Debug, Default)]
pub struct PublishedAddresses {
    /// Subset (`S3`) → region (`us-east-1`, `GLOBAL`) → addresses.
    subsets: FxHashMap<&'static str, FxHashMap<String, Addresses>>,
}

/// The subset that holds the addresses of all of AWS.
const ALL: &str = "AMAZON";

/// Where edge locations are.
const EVERYWHERE: &str = "GLOBAL";

/// The subset of a service. Of most services only those of all of AWS are told.
fn subset_of(service: &str) -> &'static str {
    match service.strip_suffix("-fips").unwrap_or(service) {
        "s3" => "S3",
        "dynamodb" => "DYNAMODB",
        _ => ALL,
    }
}

impl PublishedAddresses {
    /// Takes in a subset's addresses in a region; those of subsets that no service is looked for in are left out.
    pub(super) fn collect<'t>(entries: impl IntoIterator<Item = (&'t str, &'t str, (u128, u128))>) -> Self {
        let mut ranges: FxHashMap<(&'static str, &str), Vec<(u128, u128)>> = FxHashMap::default();
        for (subset, region, range) in entries {
            let Some(subset) = [ALL, "S3", "DYNAMODB"].into_iter().find(|known| *known == subset) else { continue };
            ranges.entry((subset, region)).or_default().push(range);
        }
        let mut found = Self::default();
        for ((subset, region), ranges) in ranges {
            found.subsets.entry(subset).or_default().insert(region.to_owned(), Ranges::collect(ranges));
        }
        found
    }

    /// Addresses of which a service in a region has at least one; none where the document has none of the region's.
    pub fn of_service(&self, service: &str, region: &str) -> Option<Addresses> {
        let subset = subset_of(service);
        let regions = self.subsets.get(subset)?;
        let own = regions.get(region)?;
        // Services such as IAM answer at edge locations.
        Some(match regions.get(EVERYWHERE) {
            Some(global) if subset == ALL => own.union(global),
            _ => own.clone(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::block;

    #[test]
    fn services_have_their_subset_or_all_of_aws() {
        let at = |text: &str| block(text).expect("a block").range;
        let published = PublishedAddresses::collect([
            ("AMAZON", "us-east-1", at("52.94.0.0/22")),
            ("AMAZON", "us-east-1", at("52.216.0.0/15")),
            ("AMAZON", "GLOBAL", at("13.32.0.0/15")),
            ("S3", "us-east-1", at("52.216.0.0/15")),
            ("EC2", "us-east-1", at("3.5.0.0/19")),
        ]);
        let set = |texts: &[&str]| Some(Ranges::collect(texts.iter().map(|text| at(text))));
        for (service, region, expected) in [
            ("s3", "us-east-1", set(&["52.216.0.0/15"])),
            ("s3-fips", "us-east-1", set(&["52.216.0.0/15"])),
            ("ecr.api", "us-east-1", set(&["52.94.0.0/22", "52.216.0.0/15", "13.32.0.0/15"])),
            ("ecr.api", "eu-west-1", None),
            ("dynamodb", "us-east-1", None),
        ] {
            assert_eq!(published.of_service(service, region), expected, "{service} in {region}");
        }
    }
}

//! The addresses that AWS publishes of its services.

use super::Builder;
use crate::network::error::NetworkError;
use crate::network::published::PublishedAddresses;
use crate::network::text::text;
use crate::path;
use crate::snapshot::Location;

impl Builder<'_, '_> {
    pub(super) fn ip_ranges(&mut self) -> Result<(), NetworkError> {
        let Some(document) = &self.snapshot.ip_ranges else { return Ok(()) };
        let mut entries = Vec::with_capacity(document.prefixes.len());
        for prefix in &document.prefixes {
            let (field, written) = match (&prefix.ip_prefix, &prefix.ipv6_prefix) {
                (Some(written), _) => ("ip_prefix", written),
                (None, Some(written)) => ("ipv6_prefix", written),
                (None, None) => continue,
            };
            let place = || Location::inside(prefix.origin, path![field]);
            let block = self.block(written, place, "AWS's address ranges")?;
            entries.push((text(&prefix.service), text(&prefix.region), block.range));
        }
        self.network.published = Some(PublishedAddresses::collect(entries));
        Ok(())
    }
}

//! Prefix lists, those of AWS and those of customers.

use super::Builder;
use crate::network::address::{AddressRange, Family};
use crate::network::error::NetworkError;
use crate::network::ids::PrefixListId;
use crate::network::model::*;
use crate::network::ranges::Ranges;
use crate::network::service_names::{region_of_name, service_of_name};
use crate::path;
use crate::snapshot::Location;

impl<'a> Builder<'_, 'a> {
    pub(super) fn prefix_lists(&mut self) -> Result<(), NetworkError> {
        for (scope, listings) in self.snapshot.scopes.iter().enumerate() {
            for element in &listings.prefix_lists {
                let Some(id) = element.prefix_list_id.as_deref() else { continue };
                let mut ranges = Vec::new();
                let mut is_read = true;
                for (index, cidr) in element.cidrs.iter().flatten().enumerate() {
                    if self.is_unread(cidr, id) {
                        is_read = false;
                        continue;
                    }
                    ranges
                        .push(self.block(cidr, || Location::inside(element.origin, path!["Cidrs", index]), id)?.range);
                }
                let entries = (element.cidrs.is_some() && is_read).then_some(ranges);
                self.add_prefix_list(scope, id, element.prefix_list_name.as_deref(), entries);
            }
            for element in &listings.managed_prefix_lists {
                let Some(id) = element.prefix_list_id.as_deref() else { continue };
                self.add_prefix_list(scope, id, element.prefix_list_name.as_deref(), None);
            }
        }
        Ok(())
    }

    fn add_prefix_list(
        &mut self,
        scope: usize,
        id: &'a str,
        name: Option<&'a str>,
        entries: Option<Vec<AddressRange>>,
    ) {
        let network = &mut *self.network;
        if let Some(known) = network
            .by_id
            .prefix_lists
            .get_in(scope as u32, id)
            .filter(|known| network.prefix_lists[known.0 as usize].scope == scope as u32)
        {
            let known = &mut network.prefix_lists[known.0 as usize];
            if let (None, Some(entries)) = (&known.blocks, entries) {
                known.blocks = Some(Ranges::collect(entries.iter().copied()));
                known.entries = entries;
            }
            known.name = known.name.or(name);
            return;
        }
        // "Prefix lists are specific to a Region": another one's holds other addresses.
        // https://docs.aws.amazon.com/vpc/latest/privatelink/gateway-endpoints.html
        let region = network.scopes[scope].region.as_deref();
        let is_elsewhere = |name: &&str| region.zip(region_of_name(name)).is_some_and(|(own, of)| own != of);
        let service = name.filter(|name| !is_elsewhere(name)).and_then(service_of_list);
        network.by_id.prefix_lists.insert(scope as u32, id, PrefixListId(network.prefix_lists.len() as u32));
        network.prefix_lists.push(PrefixList {
            id,
            name,
            service: service.map(|(service, _)| service),
            family: service.map_or(Family::Ipv4, |(_, family)| family),
            blocks: entries.as_ref().map(|entries| Ranges::collect(entries.iter().copied())),
            entries: entries.unwrap_or_default(),
            scope: scope as u32,
        });
    }
}

/// The service that a list of AWS's is for, with the family of its addresses: `com.amazonaws.us-east-1.ipv6.s3`.
fn service_of_list(name: &str) -> Option<(&str, Family)> {
    let service = service_of_name(name)?;
    Some(service.strip_prefix("ipv6.").map_or((service, Family::Ipv4), |service| (service, Family::Ipv6)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_lists_hold_services_and_families() {
        assert_eq!(service_of_list("com.amazonaws.us-east-1.s3"), Some(("s3", Family::Ipv4)));
        assert_eq!(service_of_list("com.amazonaws.us-east-1.ipv6.s3"), Some(("s3", Family::Ipv6)));
    }
}

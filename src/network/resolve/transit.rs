//! Attachments of VPCs to transit gateways, and the tables that serve them.

use super::Builder;
use super::index::is_gone;
use crate::network::model::*;

impl<'a> Builder<'_, 'a> {
    pub(super) fn transit(&mut self) {
        for (scope, listings) in self.snapshot.scopes.iter().enumerate() {
            for element in &listings.transit_gateway_route_tables {
                self.network.transit_tables.push(TransitTable { element });
            }
            for element in &listings.transit_gateway_vpc_attachments {
                if is_gone(element.state.as_deref()) {
                    continue;
                }
                let subnets =
                    element.subnet_ids.iter().flatten().map(|id| self.subnet_holding(scope as u32, id)).collect();
                self.network.attachments.push(Attachment { element, subnets, table: None });
            }
        }
        let tables = &self.network.transit_tables;
        for attachment in &mut self.network.attachments {
            let id = attachment.element.transit_gateway_attachment_id.as_deref();
            let associated = tables.iter().position(|table| {
                table
                    .element
                    .associations
                    .iter()
                    .flatten()
                    .any(|found| found.transit_gateway_attachment_id.as_deref() == id)
            });
            attachment.table = associated.map(|index| TransitTableId(index as u32));
        }
    }
}

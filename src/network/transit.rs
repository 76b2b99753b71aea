//! Transit gateways: what attaches VPCs to them, and where their route tables lead.

use super::address::{AddressRange, Addresses};
use super::ids::{AttachmentId, SubnetId, TransitTableId, VpcId};
use super::known::{Known, Missing, Reference};
use super::text::said;
use crate::snapshot::{self as shape, Element};

/// A VPC's attachment to a transit gateway.
#[derive(Debug)]
pub struct Attachment<'a> {
    /// As described.
    pub element: &'a Element<shape::TransitGatewayVpcAttachment<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Its VPC.
    pub vpc: Reference<VpcId>,
    /// Its subnets, at most one in a zone; unknown where the list is absent.
    pub subnets: Known<Vec<Reference<SubnetId>>>,
    /// The transit gateway's table that decides for what comes from it.
    pub association: Association,
    /// Whether security groups behind it may name groups of other VPCs, and be named.
    pub references_groups: Known<bool>,
}

impl Attachment<'_> {
    /// Its state, such as `available` or `pendingAcceptance`.
    pub fn state(&self) -> Known<&str> {
        said(&self.element.state, "ec2:DescribeTransitGatewayVpcAttachments", self.scope)
    }

    /// Whether it carries packets. One that is being modified does, or from which a change is taken back.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html#vpc-attachment-lifecycle>
    pub fn is_available(&self) -> Known<bool> {
        Ok(matches!(self.state()?, "available" | "modifying" | "rollingBack"))
    }

    /// Whether appliance mode is on: the subnet through which packets between zones come out is chosen by a hash of the flow.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/transit-gateway-appliance-scenario.html>
    pub fn is_for_appliances(&self) -> bool {
        let options = self.element.options.as_ref();
        options.and_then(|options| options.appliance_mode_support.as_deref()) == Some("enable")
    }
}

/// Which table of a transit gateway an attachment is associated with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Association {
    /// This one.
    Table(TransitTableId),
    /// None: the transit gateway drops what comes from the attachment.
    Nothing,
    /// The input lacks a table's associations.
    Unknown(Missing),
    /// The input has no table of that transit gateway: another account owns it.
    Elsewhere,
}

/// Where a route of a transit gateway leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TransitHop {
    /// To a VPC's attachment.
    Attachment(AttachmentId),
    /// Nowhere.
    Blackhole,
    /// To a VPN, a Direct Connect or another transit gateway, or to an attachment that the input does not have.
    Elsewhere,
}

/// A transit gateway's route table.
#[derive(Debug)]
pub struct TransitTable<'a> {
    /// As described.
    pub element: &'a Element<shape::TransitGatewayRouteTable<'a>>,
    /// Its scope in the snapshot.
    pub scope: u32,
    /// Addresses → the route that decides for them, disjoint and sorted. Addresses that no route has are in no range.
    /// Unknown where the routes are absent, or one of them is for a prefix list whose addresses are.
    pub winners: Known<Vec<TransitWinner>>,
}

/// The route that decides for addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TransitWinner {
    /// The addresses.
    pub range: AddressRange,
    /// Where it leads.
    pub hop: TransitHop,
    /// Its position in the table's list of routes.
    pub route: u32,
}

impl TransitTable<'_> {
    /// Where each of the addresses is sent: disjoint parts, with none for addresses without a route.
    pub fn split(&self, addresses: &Addresses) -> Known<Vec<(Addresses, Option<TransitHop>)>> {
        let winners = self.winners.as_ref().map_err(|missing| *missing)?;
        let mut parts: Vec<(Vec<AddressRange>, Option<TransitHop>)> = Vec::new();
        let mut rest = Vec::new();
        for (low, high) in addresses.iter() {
            let first = winners.partition_point(|winner| winner.range.1 < low);
            let mut free = Some(low);
            for winner in winners[first..].iter().take_while(|winner| winner.range.0 <= high) {
                let TransitWinner { range: (from, to), hop, .. } = *winner;
                let part = (low.max(from), high.min(to));
                if let Some(free) = free.filter(|free| *free < part.0) {
                    rest.push((free, part.0 - 1));
                }
                free = part.1.checked_add(1);
                match parts.iter_mut().find(|part| part.1 == Some(hop)) {
                    Some(known) => known.0.push(part),
                    None => parts.push((vec![part], Some(hop))),
                }
            }
            if let Some(free) = free.filter(|free| *free <= high) {
                rest.push((free, high));
            }
        }
        parts.push((rest, None));
        let parts = parts.into_iter().map(|(ranges, hop)| (Addresses::collect(ranges), hop));
        Ok(parts.filter(|(part, _)| !part.is_empty()).collect())
    }
    /// The routes that decide for any of the addresses, in the order of the addresses.
    pub fn routes_to(&self, addresses: &Addresses) -> Vec<&shape::TransitGatewayRoute<'_>> {
        let winners = self.winners.iter().flatten().filter(|winner| addresses.touches(winner.range.0, winner.range.1));
        let mut positions: Vec<u32> = Vec::new();
        for winner in winners {
            if !positions.contains(&winner.route) {
                positions.push(winner.route);
            }
        }
        let routes: Vec<_> = self.element.routes.iter().flatten().collect();
        positions.iter().filter_map(|position| routes.get(*position as usize).copied()).collect()
    }
}

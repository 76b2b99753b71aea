//! Transit gateways: attachments of VPCs, the tables that serve them, and where those send each address.

use super::Builder;
use super::claims::{Claims, contested};
use super::index::is_gone;
use crate::network::address::{ALL_V4, AddressRange, block};
use crate::network::ids::{AttachmentId, TransitTableId};
use crate::network::known::{Known, Missing};
use crate::network::routes::Target;
use crate::network::text::text;
use crate::network::transit::{Association, Attachment, TransitHop, TransitTable, TransitWinner};
use crate::snapshot::{self as shape, Element};
use rustc_hash::FxHashMap;

/// Attachments by their id: an attachment of a network that is given twice is one of each, and one that is deleted is none.
type ById<'a> = FxHashMap<&'a str, Vec<AttachmentId>>;

type Gateways<'a> = FxHashMap<&'a str, &'a Element<shape::TransitGateway<'a>>>;

impl<'a> Builder<'_, 'a> {
    pub(super) fn transit(&mut self) {
        let by_id = self.attachments();
        let tables = self.snapshot.scopes.iter().enumerate().flat_map(|(scope, listings)| {
            listings.transit_gateway_route_tables.into_iter().map(move |element| (scope as u32, element))
        });
        let mut unassociated: FxHashMap<&str, Association> = FxHashMap::default();
        let mut claims = Claims::default();
        for (scope, element) in tables {
            if is_gone(element.state.as_deref()) {
                continue;
            }
            let id = TransitTableId(self.network.transit_tables.len() as u32);
            let gateway = text(&element.transit_gateway_id);
            let otherwise = unassociated.entry(gateway).or_insert(Association::Nothing);
            let listing = &self.snapshot.scopes[scope as usize].transit_gateway_route_tables;
            let mut ids = element.associations.iter().flatten().map(|found| &found.transit_gateway_attachment_id);
            if element.associations.is_none() || ids.any(Option::is_none) || !listing.is_complete() {
                let call = "ec2:GetTransitGatewayRouteTableAssociations";
                *otherwise = Association::Unknown(Missing { call, scope });
            }
            for association in element.associations.iter().flatten() {
                if association.state.as_deref().is_some_and(|state| !matches!(state, "associated" | "associating")) {
                    continue;
                }
                let attachment = association.transit_gateway_attachment_id.as_deref().unwrap_or_default();
                for found in self.described_in(scope, by_id.get(attachment)) {
                    claims.claim(found, text(&element.transit_gateway_route_table_id), id);
                }
            }
            let winners = self.transit_winners(scope, element, &by_id);
            self.network.transit_tables.push(TransitTable { element, scope, winners });
        }
        for (id, attachment) in (0..).map(AttachmentId).zip(&mut self.network.attachments) {
            match claims.of(id) {
                Some(Ok(table)) => attachment.association = Association::Table(table),
                Some(Err(both)) => {
                    let name = text(&attachment.element.transit_gateway_attachment_id);
                    let call = "ec2:GetTransitGatewayRouteTableAssociations";
                    attachment.association = Association::Unknown(Missing { call, scope: attachment.scope });
                    self.network.oddities.push(contested(&format!("the route table of {name}"), both));
                }
                None => {}
            }
            if attachment.association == Association::Elsewhere
                && attachment.element.transit_gateway_attachment_id.is_some()
                && let Some(association) = unassociated.get(text(&attachment.element.transit_gateway_id))
            {
                attachment.association = *association;
            }
        }
        self.detached_routes();
    }

    /// Marks the routes that lead to a transit gateway which is gone, or which their VPC is not attached to: "You must have an
    /// attachment" to be led there, and AWS says of what is left that it is a blackhole. Only where the VPC's owner lists all
    /// attachments of its; of a transit gateway that a plan does not make they may be another one's.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html>
    fn detached_routes(&mut self) {
        let snapshot = self.snapshot;
        let network = &mut *self.network;
        for table in &mut network.tables {
            let Some(id) = table.vpc.known() else { continue };
            let vpc = &network.vpcs[id.0 as usize];
            let (listings, facts) = (&snapshot.scopes[vpc.scope as usize], &network.scopes[vpc.scope as usize]);
            let account = facts.account.as_deref();
            let is_of_another =
                vpc.element.owner_id.as_deref().is_some_and(|owner| account.is_some_and(|account| account != owner));
            for route in table.routes.iter_mut().flatten() {
                let Target::TransitGateway(gateway) = route.target else { continue };
                let mut described = listings.transit_gateways.into_iter();
                let found = described.find(|found| found.transit_gateway_id.as_deref() == Some(gateway));
                let is_known = facts.planned_by.is_none() || found.is_some();
                let is_attached = network.attached.contains_key(&(gateway, id));
                let attachments = &listings.transit_gateway_vpc_attachments;
                let says_whose = |found: &Element<shape::TransitGatewayVpcAttachment<'_>>| {
                    found.transit_gateway_id.is_some() && found.vpc_id.is_some()
                };
                route.is_detached = found.is_some_and(|found| is_gone(found.state.as_deref()))
                    || !is_of_another
                        && is_known
                        && !is_attached
                        && attachments.is_complete()
                        && attachments.into_iter().all(says_whose);
            }
        }
    }

    /// Attachments as accounts describe them: the VPC's owner and the transit gateway's both see one. Beside one that works
    /// stands for a while what a request left that failed.
    fn attachments(&mut self) -> ById<'a> {
        let mut by_id = ById::default();
        let listed = self.snapshot.scopes.iter().flat_map(|scope| &scope.transit_gateways);
        let gateways: Gateways<'a> = listed.map(|element| (text(&element.transit_gateway_id), element)).collect();
        let scopes = self.snapshot.scopes.iter().enumerate();
        let mut listed: Vec<_> = scopes
            .flat_map(|(scope, listings)| {
                listings.transit_gateway_vpc_attachments.into_iter().map(move |element| (scope as u32, element))
            })
            .collect();
        listed.sort_by_key(|(_, element)| is_left_over(element));
        for (scope, element) in listed {
            if is_gone(element.state.as_deref()) {
                if let Some(id) = element.transit_gateway_attachment_id.as_deref() {
                    by_id.entry(id).or_default();
                }
                continue;
            }
            let vpc = self.vpc_holding(scope, element.vpc_id.as_deref());
            let key = vpc.known().map(|vpc| (text(&element.transit_gateway_id), vpc));
            if key.is_some_and(|key| self.network.attached.contains_key(&key)) {
                if let (true, Some(named)) = (is_left_over(element), element.transit_gateway_attachment_id.as_deref()) {
                    by_id.entry(named).or_default();
                }
                continue;
            }
            let id = AttachmentId(self.network.attachments.len() as u32);
            if let Some(key) = key {
                self.network.attached.insert(key, id);
                self.network.attached_vpcs.add(key.0, key.1);
            }
            if let Some(named) = element.transit_gateway_attachment_id.as_deref() {
                by_id.entry(named).or_default().push(id);
            }
            let missing = Missing { call: "ec2:DescribeTransitGatewayVpcAttachments", scope };
            let subnets = element.subnet_ids.as_ref().ok_or(missing);
            let subnets = subnets.map(|ids| ids.iter().map(|id| self.subnet_holding(scope, id)).collect());
            let references_groups = references_groups(scope, element, &gateways);
            let association = Association::Elsewhere;
            self.network.attachments.push(Attachment { element, scope, vpc, subnets, association, references_groups });
        }
        by_id
    }

    /// The attachment that a scope means by an id: its own, else those that others describe.
    fn described_in(&self, scope: u32, found: Option<&Vec<AttachmentId>>) -> Vec<AttachmentId> {
        let found = found.map(Vec::as_slice).unwrap_or_default();
        let own = found.iter().find(|id| self.network.attachment(**id).scope == scope);
        own.map_or_else(|| found.to_vec(), |own| vec![*own])
    }

    /// The longest prefix decides; of equal ones a static route, then a prefix list's, then one that a VPC propagates, then
    /// those that others do. Between routes that AWS does not rank, which it has none of, no order of the input decides.
    /// <https://docs.aws.amazon.com/vpc/latest/tgw/how-transit-gateways-work.html#tgw-route-evaluation-overview>
    fn transit_winners(
        &self,
        scope: u32,
        table: &'a Element<shape::TransitGatewayRouteTable<'a>>,
        by_id: &ById<'a>,
    ) -> Known<Vec<TransitWinner>> {
        let call = "ec2:SearchTransitGatewayRoutes";
        let routes = table.routes.as_ref().ok_or(Missing { call, scope })?;
        // IPv4 lies inside of `::/0` in the common space, which must not take it.
        let mut claims = vec![Claim { range: ALL_V4, precedence: u8::MAX, hop: None, route: 0 }];
        for (position, route) in routes.iter().enumerate().filter(|(_, route)| !is_gone(route.state.as_deref())) {
            let hop = Some(self.transit_hop(scope, text(&table.transit_gateway_id), route, by_id));
            let position = position as u32;
            let is_propagated = route.ty.as_deref() == Some("propagated");
            let mut kinds = route.transit_gateway_attachments.iter().map(|target| target.resource_type.as_deref());
            let precedence = match is_propagated {
                false => u8::from(route.prefix_list_id.is_some()),
                true if kinds.all(|kind| kind.is_none_or(|kind| kind == "vpc")) => 2,
                true => 3,
            };
            match (route.destination_cidr_block.as_deref(), route.prefix_list_id.as_deref()) {
                (Some(cidr), _) => {
                    let Some(found) = block(cidr) else { return Err(Missing { call, scope }) };
                    claims.push(Claim { range: found.range, precedence, hop, route: position });
                }
                (None, Some(id)) => {
                    let list = self.network.by_id.prefix_lists.get_in(scope, id);
                    let list = list.map(|id| self.network.prefix_list(*id)).filter(|list| list.blocks.is_some());
                    let call = "ec2:GetManagedPrefixListEntries";
                    let entries = &list.ok_or(Missing { call, scope })?.entries;
                    claims.extend(entries.iter().map(|range| Claim {
                        range: *range,
                        precedence,
                        hop,
                        route: position,
                    }));
                }
                (None, None) => return Err(Missing { call, scope }),
            }
        }
        Ok(nested(claims))
    }

    fn transit_hop(
        &self,
        scope: u32,
        gateway: &str,
        route: &shape::TransitGatewayRoute<'_>,
        by_id: &ById<'a>,
    ) -> TransitHop {
        if route.state.as_deref() == Some("blackhole") {
            return TransitHop::Blackhole;
        }
        let [target] = &*route.transit_gateway_attachments else { return TransitHop::Elsewhere };
        if target.resource_type.as_deref().is_some_and(|kind| kind != "vpc") {
            return TransitHop::Elsewhere;
        }
        let described = target.transit_gateway_attachment_id.as_deref().and_then(|id| by_id.get(id));
        if described.is_some_and(Vec::is_empty) {
            return TransitHop::Blackhole;
        }
        let by_id = self.described_in(scope, described).first().copied();
        let by_vpc = || {
            let vpc = self.vpc_ref(scope, target.resource_id.as_deref()).known()?;
            self.network.attached.get(&(gateway, vpc)).copied()
        };
        by_id.or_else(by_vpc).map_or(TransitHop::Elsewhere, TransitHop::Attachment)
    }
}

/// Whether an attachment is what is left of a request that came to nothing: it "remains visible for 2 hours".
/// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html#vpc-attachment-lifecycle>
fn is_left_over(element: &shape::TransitGatewayVpcAttachment<'_>) -> bool {
    matches!(element.state.as_deref(), Some("failing" | "failed" | "rejecting" | "rejected"))
}

/// Off unless switched on at the transit gateway; on unless switched off at the attachment.
/// <https://docs.aws.amazon.com/vpc/latest/tgw/tgw-vpc-attachments.html#vpc-attachment-security>
fn references_groups(
    scope: u32,
    attachment: &shape::TransitGatewayVpcAttachment<'_>,
    gateways: &Gateways<'_>,
) -> Known<bool> {
    let own = attachment.options.as_ref().and_then(|options| options.security_group_referencing_support.as_deref());
    let gateway = gateways.get(text(&attachment.transit_gateway_id)).and_then(|gateway| gateway.options.as_ref());
    match (own, gateway.and_then(|options| options.security_group_referencing_support.as_deref())) {
        (Some("disable"), _) | (_, Some("disable")) => Ok(false),
        (_, Some(_)) => Ok(true),
        (_, None) => Err(Missing { call: "ec2:DescribeTransitGateways", scope }),
    }
}

/// What a route claims.
#[derive(Debug, Clone, Copy)]
struct Claim {
    range: AddressRange,
    /// Of two claims to the same range the lower one wins.
    precedence: u8,
    hop: Option<TransitHop>,
    /// The position of its route.
    route: u32,
}

/// The innermost claim of each address. Address blocks lie inside of each other or apart. Of equal claims which lead different
/// ways it can't be told where they lead.
fn nested(mut claims: Vec<Claim>) -> Vec<TransitWinner> {
    claims.sort_by_key(|claim| (claim.range.0, std::cmp::Reverse(claim.range.1), claim.precedence));
    claims.dedup_by(|next, first| {
        let is_same = next.range == first.range;
        if is_same && next.precedence == first.precedence && next.hop != first.hop {
            first.hop = Some(TransitHop::Elsewhere);
        }
        is_same
    });
    let mut found = Vec::new();
    let mut open: Vec<Claim> = Vec::new();
    // The first address that nothing is decided for yet; none behind the last one.
    let mut at = Some(0u128);
    let mut take = |claim: &Claim, to: u128, at: &mut Option<u128>| {
        let Some(from) = at.map(|at| at.max(claim.range.0)).filter(|from| *from <= to) else { return };
        found.extend(claim.hop.map(|hop| TransitWinner { range: (from, to), hop, route: claim.route }));
        *at = to.checked_add(1);
    };
    for claim in claims {
        while let Some(outer) = open.pop_if(|outer| outer.range.1 < claim.range.0) {
            take(&outer, outer.range.1, &mut at);
        }
        if let (Some(outer), Some(before)) = (open.last(), claim.range.0.checked_sub(1)) {
            take(outer, before, &mut at);
        }
        open.push(claim);
    }
    while let Some(outer) = open.pop() {
        take(&outer, outer.range.1, &mut at);
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn claims() -> impl Strategy<Value = Vec<Claim>> {
        let claim = (0u8..=6, 0u128..64, 0u8..3, 0u32..4).prop_map(|(bits, at, precedence, id)| {
            let low = at >> bits << bits;
            let hop = Some(TransitHop::Attachment(AttachmentId(id)));
            Claim { range: (low, low + (1 << bits) - 1), precedence, hop, route: id }
        });
        prop::collection::vec(claim, 0..8)
    }

    proptest! {
        #[test]
        fn the_innermost_claim_wins(claims in claims()) {
            let found = nested(claims.clone());
            for address in 0..64u128 {
                let holding = claims.iter().filter(|claim| claim.range.0 <= address && address <= claim.range.1);
                let best = holding.clone().map(|claim| (claim.range.1 - claim.range.0, claim.precedence)).min();
                let holds = |range: &AddressRange| range.0 <= address && address <= range.1;
                let hops: Vec<_> = found.iter().filter(|winner| holds(&winner.range)).collect();
                prop_assert_eq!(hops.len(), usize::from(best.is_some()));
                if let (Some(best), [TransitWinner { hop, route, .. }]) = (best, hops.as_slice()) {
                    let equal = holding.filter(|claim| (claim.range.1 - claim.range.0, claim.precedence) == best);
                    let equal: Vec<&Claim> = equal.collect();
                    let agreed = equal.iter().all(|claim| claim.hop == equal[0].hop);
                    prop_assert_eq!(Some(*hop), if agreed { equal[0].hop } else { Some(TransitHop::Elsewhere) });
                    prop_assert!(equal.iter().any(|claim| claim.route == *route));
                }
            }
        }
    }

    #[test]
    fn the_last_address_ends_it() {
        let hop = Some(TransitHop::Blackhole);
        let whole = Claim { range: (0, u128::MAX), precedence: 0, hop, route: 0 };
        let last = Claim { range: (u128::MAX, u128::MAX), precedence: 0, hop, route: 0 };
        let found = nested(vec![whole, last]);
        let ranges: Vec<AddressRange> = found.into_iter().map(|winner| winner.range).collect();
        assert_eq!(ranges, [(0, u128::MAX - 1), (u128::MAX, u128::MAX)]);
    }
}

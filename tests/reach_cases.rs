//! Situations by hand: one working network, and for each row what is changed in it, what is asked, and the answer. One
//! module a topic.

#[path = "reach_cases/edges.rs"]
mod edges;
#[path = "reach_cases/faults.rs"]
mod faults;
#[path = "reach_cases/filters.rs"]
mod filters;
#[path = "reach_cases/inside.rs"]
mod inside;
#[path = "reach_cases/ipv6.rs"]
mod ipv6;
#[path = "reach_cases/names.rs"]
mod names;
#[path = "reach_cases/nat.rs"]
mod nat;
#[path = "reach_cases/network.rs"]
mod network;
#[path = "reach_support/pipeline.rs"]
#[allow(dead_code, reason = "the other tests of reachability use more of it")]
mod pipeline;
#[path = "reach_cases/routes.rs"]
mod routes;
#[path = "reach_cases/rows.rs"]
mod rows;
#[path = "reach_cases/sound.rs"]
mod sound;
#[path = "reach_cases/ties.rs"]
mod ties;
#[path = "reach_cases/way_back.rs"]
mod way_back;
#[path = "reach_cases/ways_out.rs"]
mod ways_out;

use fargcheck::reach::Code;
use fargcheck::reach::Verdict::{Blocked, Reachable, Unknown};
use rows::{at, check, default_to, one_route_more, row};
use serde_json::json;
use std::collections::BTreeSet;

#[test]
fn a_sound_network_reaches() {
    check(&sound::rows(), false);
}

#[test]
fn every_fault_has_its_code() {
    check(&faults::rows(), false);
}

#[test]
fn every_code_is_in_the_table() {
    let listed: BTreeSet<&str> = faults::rows().iter().flat_map(|row| row.codes.iter().copied()).collect();
    let all: BTreeSet<&str> = Code::ALL.iter().map(|code| code.as_str()).collect();
    assert_eq!(listed, all);
}

#[test]
fn ways_out_are_told_apart() {
    check(&ways_out::rows(), false);
    check(&ways_out::states_that_are_not_said(), false);
    check(&ways_out::parts_of_the_internet(), false);
}

#[test]
fn filters_are_told_apart() {
    check(&filters::rows(), false);
    check(&filters::link_local(), false);
}

#[test]
fn names_lead_where_the_vpc_resolves_them_to() {
    check(&names::rows(), false);
    check(&names::resolvers(), false);
}

#[test]
fn one_route_wins() {
    check(&routes::rows(), false);
}

#[test]
fn destinations_inside_are_told_apart() {
    check(&inside::rows(), false);
    check(&inside::in_one_subnet(), false);
    check(&inside::local_routes(), false);
    check(&inside::through_nat_gateways(), false);
}

#[test]
fn ipv6_addresses_go_their_own_way() {
    check(&ipv6::addresses(), false);
    check(&ipv6::private_blocks(), false);
}

#[test]
fn nat_gateways_make_ipv4_of_ipv6() {
    check(&ipv6::by_nat64(), false);
}

#[test]
fn one_family_that_works_suffices_a_name() {
    check(&ipv6::names_of_both_families(), false);
}

#[test]
fn tasks_with_ipv6_alone_reach_what_has_it() {
    check(&ipv6::ipv6_alone(), false);
}

#[test]
fn nat_gateways_go_on_as_they_are() {
    check(&nat::private_ones(), false);
    check(&nat::regional_ones(), false);
    check(&nat::addresses_of_public_ones(), false);
}

#[test]
fn what_bends_the_way_back_is_not_known() {
    check(&edges::appliances(), false);
    check(&way_back::out_of_transit_gateways(), false);
    check(&edges::ingress_routing_of_public_tasks(), true);
}

#[test]
fn replies_need_not_take_the_way_of_the_request() {
    check(&way_back::two_ways(), false);
}

#[test]
fn no_order_of_the_input_decides() {
    check(&ties::gateways_of_two_tables(), true);
    check(&ties::equal_routes_of_transit_gateways(), false);
    check(&ties::attachments(), false);
}

#[test]
fn what_is_not_said_accuses_nobody() {
    check(&ties::interfaces_of_nat_gateways(), false);
    check(&ties::rules_without_peers(), false);
}

#[test]
fn exclusions_lift_block_public_access() {
    check(&edges::exclusions(), false);
    check(&edges::exclusions_of_public_tasks(), true);
}

#[test]
fn prefix_lists_count_by_their_entries() {
    check(&edges::prefix_lists(), false);
}

#[test]
fn lists_that_nobody_read_may_have_an_address() {
    check(&edges::unread_lists(), false);
}

#[test]
fn further_blocks_of_a_vpc_are_its_own() {
    check(&edges::further_blocks(), false);
}

/// Blocks of a list that touch each other become one range, and with that a route of less weight.
#[test]
fn each_block_of_a_list_has_its_own_prefix_length() {
    let rows = [row(
        "two halves in a list before a static route to the whole",
        [
            ("/PrefixLists/1/Cidrs", json!(["198.40.0.0/17", "198.40.128.0/17"])),
            one_route_more("pl-own", "GatewayId", "vgw-1"),
            one_route_more("198.40.0.0/16", "NatGatewayId", "nat-1"),
        ],
        at("198.40.0.1"),
        Unknown,
        &[],
    )];
    check(&rows, false);
}

#[test]
fn a_public_address_needs_an_internet_gateway() {
    let by_gateway = || default_to("GatewayId", "igw-1");
    let rows = [
        row("it goes out", [by_gateway()], at("8.8.8.8"), Reachable, &[]),
        row("not to a private address", [by_gateway()], at("10.9.0.1"), Blocked, &["not-routable"]),
        row(
            "not to the gateway of another VPC",
            [by_gateway(), ("/InternetGateways/0/Attachments/0/VpcId", json!("vpc-2"))],
            at("8.8.8.8"),
            Blocked,
            &["igw-detached"],
        ),
        row(
            "not where inbound is blocked",
            [by_gateway(), ("/VpcBlockPublicAccessOptions/0/InternetGatewayBlockMode", json!("block-ingress"))],
            at("8.8.8.8"),
            Blocked,
            &["block-public-access"],
        ),
    ];
    check(&rows, true);
}

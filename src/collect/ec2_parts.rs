//! What EC2 tells only piece by piece: a call per VPC, per prefix list, per transit gateway route table.

use std::collections::HashSet;
use std::sync::Arc;

use aws_sdk_ec2::types::{Filter, ManagedPrefixList, PrefixList, TransitGatewayRouteTable, Vpc, VpcAttributeName};
use serde_json::{Map, Value, json};
use tokio::task::JoinSet;

use super::calls::Call;
use super::ec2::{MOST, of_vpcs};
use super::failure::Failure;
use super::session::{Session, ToJsonList, finish};
use super::shapes::{ToJson, put};

pub(super) fn spawn(tasks: &mut JoinSet<()>, s: &Arc<Session>) {
    tasks.spawn(vpcs(Arc::clone(s)));
    tasks.spawn(prefix_lists(Arc::clone(s)));
    tasks.spawn(transit_gateway_route_tables(Arc::clone(s)));
}

/// DescribeVpcs, and DescribeVpcAttribute twice for each VPC: one call tells one attribute.
async fn vpcs(s: Arc<Session>) {
    let mut attributes = JoinSet::new();
    let send = |token| {
        let call = s.clients.ec2.describe_vpcs().max_results(MOST).set_filters(of_vpcs(&s, "vpc-id"));
        call.set_next_token(token).send()
    };
    let each = |page: &[Vpc]| {
        for id in page.iter().filter_map(|vpc| vpc.vpc_id.clone()) {
            attributes.spawn(vpc_attributes(Arc::clone(&s), id));
        }
    };
    match s.pages(Call::DescribeVpcs, send, |answer| (answer.vpcs, answer.next_token), each).await {
        Ok(vpcs) => {
            s.add("Vpcs", vpcs.to_json_list());
            s.know("Vpcs");
            s.know("VpcAttributes");
        }
        Err(failure) => {
            s.miss(Call::DescribeVpcs, None, &failure);
            s.miss(Call::DescribeVpcAttribute, None, &Failure::Needs(Call::DescribeVpcs));
        }
    }
    finish(attributes).await;
}

/// The ids of all VPCs of the region, whichever were asked for.
pub(super) async fn known_vpcs(s: &Session) -> Vec<String> {
    let send = |token| s.clients.ec2.describe_vpcs().max_results(MOST).set_next_token(token).send();
    let found = s.pages(Call::DescribeVpcs, send, |answer| (answer.vpcs, answer.next_token), |_| {}).await;
    found.unwrap_or_default().into_iter().filter_map(|vpc| vpc.vpc_id).collect()
}

async fn vpc_attributes(s: Arc<Session>, id: String) {
    let (support, hostnames) = tokio::join!(
        vpc_attribute(&s, &id, VpcAttributeName::EnableDnsSupport),
        vpc_attribute(&s, &id, VpcAttributeName::EnableDnsHostnames),
    );
    if support.is_none() || hostnames.is_none() {
        s.hole("VpcAttributes");
    }
    if support.is_some() || hostnames.is_some() {
        let mut element = Map::from_iter([("VpcId".to_owned(), json!(id))]);
        put(&mut element, "EnableDnsSupport", support.unwrap_or_default());
        put(&mut element, "EnableDnsHostnames", hostnames.unwrap_or_default());
        s.add("VpcAttributes", vec![Value::Object(element)]);
    }
}

async fn vpc_attribute(s: &Session, id: &str, name: VpcAttributeName) -> Option<Value> {
    let request = s.clients.ec2.describe_vpc_attribute().vpc_id(id).attribute(name.clone()).send();
    let answer = s.once(Call::DescribeVpcAttribute, request).await.and_then(|answer| {
        let value = match name {
            VpcAttributeName::EnableDnsSupport => answer.enable_dns_support,
            _ => answer.enable_dns_hostnames,
        };
        value.filter(|value| value.value.is_some()).ok_or_else(Failure::without_content)
    });
    match answer {
        Ok(value) => Some(value.to_json()),
        Err(failure) => {
            s.miss(Call::DescribeVpcAttribute, Some(&format!("{id} {}", name.as_str())), &failure);
            None
        }
    }
}

/// DescribePrefixLists tells the addresses of AWS's gateway services only; those of the lists that customers manage come
/// from GetManagedPrefixListEntries. A list whose entries can't be had is left out, not left empty.
async fn prefix_lists(s: Arc<Session>) {
    let client = &s.clients.ec2;
    let services = s.pages(
        Call::DescribePrefixLists,
        |token| client.describe_prefix_lists().set_next_token(token).send(),
        |answer| (answer.prefix_lists, answer.next_token),
        |_| {},
    );
    let managed = s.pages(
        Call::DescribeManagedPrefixLists,
        |token| client.describe_managed_prefix_lists().max_results(100).set_next_token(token).send(),
        |answer| (answer.prefix_lists, answer.next_token),
        |_: &[ManagedPrefixList]| {},
    );
    let (services, managed) = tokio::join!(services, managed);
    if let Err(failure) = &services {
        s.miss(Call::DescribePrefixLists, None, failure);
    }
    match managed {
        Ok(managed) => {
            s.add("ManagedPrefixLists", managed.to_json_list());
            s.know("ManagedPrefixLists");
            if let Ok(services) = services {
                fill_prefix_lists(&s, services, managed).await;
            }
        }
        Err(failure) => {
            s.miss(Call::DescribeManagedPrefixLists, None, &failure);
            s.miss(Call::GetManagedPrefixListEntries, None, &Failure::Needs(Call::DescribeManagedPrefixLists));
            if let Ok(services) = services {
                fill_prefix_lists(&s, services, Vec::new()).await;
            }
        }
    }
}

async fn fill_prefix_lists(s: &Arc<Session>, services: Vec<PrefixList>, managed: Vec<ManagedPrefixList>) {
    let (filled, bare): (Vec<_>, Vec<_>) =
        services.into_iter().partition(|list| list.cidrs.as_ref().is_some_and(|cidrs| !cidrs.is_empty()));
    let mut seen: HashSet<String> = filled.iter().filter_map(|list| list.prefix_list_id.clone()).collect();
    let of_services = bare.into_iter().map(|list| (list.prefix_list_id, list.prefix_list_name));
    let of_customers = managed.into_iter().map(|list| (list.prefix_list_id, list.prefix_list_name));
    let mut entries = JoinSet::new();
    for (id, name) in of_services.chain(of_customers) {
        if let Some(id) = id.filter(|id| seen.insert(id.clone())) {
            entries.spawn(prefix_list_entries(Arc::clone(s), id, name));
        }
    }
    s.add("PrefixLists", filled.to_json_list());
    s.know("PrefixLists");
    finish(entries).await;
}

async fn prefix_list_entries(s: Arc<Session>, id: String, name: Option<String>) {
    let call = Call::GetManagedPrefixListEntries;
    let send = |token| {
        let call = s.clients.ec2.get_managed_prefix_list_entries().prefix_list_id(&id).max_results(100);
        call.set_next_token(token).send()
    };
    match s.pages(call, send, |answer| (answer.entries, answer.next_token), |_| {}).await {
        Ok(entries) => {
            let cidrs = entries.into_iter().filter_map(|entry| entry.cidr).collect();
            let list =
                PrefixList::builder().prefix_list_id(id).set_prefix_list_name(name).set_cidrs(Some(cidrs)).build();
            s.add("PrefixLists", vec![list.to_json()]);
        }
        Err(failure) => {
            s.hole("PrefixLists");
            s.miss(call, Some(&id), &failure);
        }
    }
}

/// DescribeTransitGatewayRouteTables, with SearchTransitGatewayRoutes and GetTransitGatewayRouteTableAssociations for each
/// table, as its `Routes` and `Associations`.
async fn transit_gateway_route_tables(s: Arc<Session>) {
    let mut tables = JoinSet::new();
    let send =
        |token| s.clients.ec2.describe_transit_gateway_route_tables().max_results(MOST).set_next_token(token).send();
    let each = |page: &[TransitGatewayRouteTable]| {
        for table in page {
            tables.spawn(transit_gateway_route_table(Arc::clone(&s), table.clone()));
        }
    };
    let call = Call::DescribeTransitGatewayRouteTables;
    let take = |answer: aws_sdk_ec2::operation::describe_transit_gateway_route_tables::DescribeTransitGatewayRouteTablesOutput| {
        (answer.transit_gateway_route_tables, answer.next_token)
    };
    match s.pages(call, send, take, each).await {
        Ok(_) => s.know("TransitGatewayRouteTables"),
        Err(failure) => {
            s.miss(call, None, &failure);
            s.miss(Call::SearchTransitGatewayRoutes, None, &Failure::Needs(call));
            s.miss(Call::GetTransitGatewayRouteTableAssociations, None, &Failure::Needs(call));
        }
    }
    finish(tables).await;
}

async fn transit_gateway_route_table(s: Arc<Session>, table: TransitGatewayRouteTable) {
    let Value::Object(mut element) = table.to_json() else {
        return;
    };
    if let Some(id) = table.transit_gateway_route_table_id() {
        let (routes, associations) = tokio::join!(transit_gateway_routes(&s, id), transit_gateway_associations(&s, id));
        put(&mut element, "Routes", routes.unwrap_or_default());
        put(&mut element, "Associations", associations.unwrap_or_default());
    }
    s.add("TransitGatewayRouteTables", vec![Value::Object(element)]);
}

async fn transit_gateway_routes(s: &Session, id: &str) -> Option<Value> {
    let call = Call::SearchTransitGatewayRoutes;
    let states = Filter::builder().name("state").values("active").values("blackhole").build();
    let mut cut = false;
    let send = |token| {
        let call = s.clients.ec2.search_transit_gateway_routes().transit_gateway_route_table_id(id);
        call.filters(states.clone()).max_results(MOST).set_next_token(token).send()
    };
    let routes = s
        .pages(
            call,
            send,
            |answer| {
                cut = answer.additional_routes_available == Some(true) && answer.next_token.is_none();
                (answer.routes, answer.next_token)
            },
            |_| {},
        )
        .await;
    let routes = routes.and_then(|routes| match cut {
        true => Err(Failure::Failed("more routes than AWS tells".to_owned())),
        false => Ok(routes),
    });
    match routes {
        Ok(routes) => Some(routes.to_json()),
        Err(failure) => {
            s.miss(call, Some(id), &failure);
            None
        }
    }
}

async fn transit_gateway_associations(s: &Session, id: &str) -> Option<Value> {
    let call = Call::GetTransitGatewayRouteTableAssociations;
    let send = |token| {
        let call = s.clients.ec2.get_transit_gateway_route_table_associations().transit_gateway_route_table_id(id);
        call.max_results(MOST).set_next_token(token).send()
    };
    match s.pages(call, send, |answer| (answer.associations, answer.next_token), |_| {}).await {
        Ok(associations) => Some(associations.to_json()),
        Err(failure) => {
            s.miss(call, Some(id), &failure);
            None
        }
    }
}

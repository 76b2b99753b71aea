//! Load balancers: Elastic Load Balancing v2 (API Reference 2015-12-01).

use std::sync::Arc;

use aws_sdk_elasticloadbalancingv2::types::{Listener, LoadBalancer, ProtocolEnum};
use tokio::task::JoinSet;

use super::calls::Call;
use super::failure::Failure;
use super::session::{Session, ToJsonList, finish};

/// The greatest `PageSize`.
const MOST: i32 = 400;

pub(super) fn spawn(tasks: &mut JoinSet<()>, s: &Arc<Session>) {
    tasks.spawn(load_balancers(Arc::clone(s)));
    tasks.spawn(target_groups(Arc::clone(s)));
}

async fn target_groups(s: Arc<Session>) {
    let send = |marker| s.clients.elbv2.describe_target_groups().page_size(MOST).set_marker(marker).send();
    s.list("TargetGroups", Call::DescribeTargetGroups, send, |answer| (answer.target_groups, answer.next_marker)).await;
}

/// DescribeLoadBalancers; the listeners of each start as soon as its page is there.
async fn load_balancers(s: Arc<Session>) {
    let mut listeners = JoinSet::new();
    let send = |marker| s.clients.elbv2.describe_load_balancers().page_size(MOST).set_marker(marker).send();
    let each = |page: &[LoadBalancer]| {
        for arn in page.iter().filter(|one| wanted(&s, one)).filter_map(|one| one.load_balancer_arn.clone()) {
            listeners.spawn(listeners_of(Arc::clone(&s), arn));
        }
    };
    let call = Call::DescribeLoadBalancers;
    match s.pages(call, send, |answer| (answer.load_balancers, answer.next_marker), each).await {
        Ok(all) => {
            s.add("LoadBalancers", all.to_json_list());
            s.know("LoadBalancers");
            s.know("Listeners");
            s.know("Rules");
        }
        Err(failure) => {
            s.miss(call, None, &failure);
            s.miss(Call::DescribeListeners, None, &Failure::Needs(call));
            s.miss(Call::DescribeRules, None, &Failure::Needs(call));
        }
    }
    finish(listeners).await;
}

/// The API has no filter by VPC.
fn wanted(s: &Session, one: &LoadBalancer) -> bool {
    s.vpcs.is_empty() || one.vpc_id.as_ref().is_some_and(|id| s.vpcs.contains(id))
}

async fn listeners_of(s: Arc<Session>, arn: String) {
    let mut rules = JoinSet::new();
    let send = |marker| {
        let call = s.clients.elbv2.describe_listeners().load_balancer_arn(&arn).page_size(MOST);
        call.set_marker(marker).send()
    };
    let each = |page: &[Listener]| {
        for listener in page.iter().filter(|listener| has_rules(listener)) {
            if let Some(arn) = listener.listener_arn.clone() {
                rules.spawn(rules_of(Arc::clone(&s), arn));
            }
        }
    };
    let call = Call::DescribeListeners;
    match s.pages(call, send, |answer| (answer.listeners, answer.next_marker), each).await {
        Ok(listeners) => s.add("Listeners", listeners.to_json_list()),
        Err(failure) => {
            s.hole("Listeners");
            s.hole("Rules");
            s.miss(call, Some(&arn), &failure);
        }
    }
    finish(rules).await;
}

/// Only the listeners of an application load balancer have rules; any other has its default action and no more.
fn has_rules(listener: &Listener) -> bool {
    matches!(listener.protocol, Some(ProtocolEnum::Http | ProtocolEnum::Https))
}

async fn rules_of(s: Arc<Session>, arn: String) {
    let send = |marker| s.clients.elbv2.describe_rules().listener_arn(&arn).page_size(MOST).set_marker(marker).send();
    let call = Call::DescribeRules;
    match s.pages(call, send, |answer| (answer.rules, answer.next_marker), |_| {}).await {
        Ok(rules) => s.add("Rules", rules.to_json_list()),
        Err(failure) => {
            s.hole("Rules");
            s.miss(call, Some(&arn), &failure);
        }
    }
}

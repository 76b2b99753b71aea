//! Load balancers with their listeners, and the target groups that they lead to.

use super::{Builder, Lists};
use crate::network::expression::expression;
use crate::network::ids::{ListenerId, LoadBalancerId};
use crate::network::known::{Missing, Reference};
use crate::network::model::*;
use crate::network::text::text;
use crate::snapshot::{self as shape, Element, Oddity};
use rustc_hash::FxHashMap;
use std::borrow::Cow;

const BALANCERS: &str = "elasticloadbalancing:DescribeLoadBalancers";

impl<'a> Builder<'_, 'a> {
    pub(super) fn load_balancers(&mut self, lists: &Lists<'a>) {
        for &(scope, element) in &lists.load_balancers {
            let zones = element.availability_zones.iter().flatten();
            self.network.load_balancers.push(LoadBalancer {
                element,
                scope,
                subnets: zones
                    .filter_map(|zone| zone.subnet_id.as_deref())
                    .map(|id| self.subnet_holding(scope, id))
                    .collect(),
                groups: element.security_groups.iter().flatten().map(|id| self.group_in_use(scope, id)).collect(),
                listeners: Err(Missing { call: "elasticloadbalancing:DescribeListeners", scope }),
            });
        }
        for &(scope, element) in &lists.target_groups {
            if let Some(written) = element.health_check_port.as_deref()
                && written != "traffic-port"
                && written.parse::<u16>().is_err()
            {
                self.network.oddities.push(Oddity {
                    what: format!("the health checks of {}", text(&element.target_group_name)),
                    why: match expression(written) {
                        Some(expression) => format!("their port is not known before the deployment: {expression}"),
                        None => format!("{written:?} is no port: whether they get through was not looked at"),
                    },
                });
            }
            self.network.target_groups.push(TargetGroup {
                element,
                scope,
                load_balancers: Err(Missing { call: "elasticloadbalancing:DescribeListeners", scope }),
            });
        }
        let snapshot = self.snapshot;
        for (scope, listings) in snapshot.scopes.iter().enumerate() {
            let rules_of = rules_by_listener(&listings.rules.elements);
            for element in &listings.listeners {
                let arn = element.load_balancer_arn.as_deref().unwrap_or_default();
                let found = self.network.by_id.load_balancers.get_in(scope as u32, arn).copied();
                let rules = rules_of.get(text(&element.listener_arn)).into_iter().flatten();
                let missing = |call| Missing { call, scope: scope as u32 };
                let of_listener = element.default_actions.iter().map(|actions| forwarding(None, actions));
                let no_default = rules.clone().filter(|rule| rule.is_default != Some(true));
                let of_its_rules = no_default.filter_map(|rule| {
                    let arn = rule.rule_arn.as_deref();
                    rule.actions.as_ref().filter(|_| arn.is_some()).map(|actions| forwarding(arn, actions))
                });
                let forwarding =
                    of_listener.chain(of_its_rules).filter(|forwarding| !forwarding.targets.is_empty()).collect();
                let own = (&element.default_actions, missing("elasticloadbalancing:DescribeListeners"));
                let of_rules = rules.map(|rule| (&rule.actions, missing("elasticloadbalancing:DescribeRules")));
                let all: Vec<_> = std::iter::once(own).chain(of_rules).collect();
                let actions = all.iter().flat_map(|(actions, _)| actions.iter().flatten());
                let redirects = actions.clone().filter_map(redirected_to).collect();
                let targets = actions.flat_map(targets_of).collect();
                let is_told = |actions: &Option<shape::List<shape::Action<'_>>>| {
                    actions.as_ref().is_some_and(|list| list.iter().all(says_where_it_leads))
                };
                let unread = all.iter().find(|(actions, _)| !is_told(actions)).map(|(_, missing)| *missing);
                if let Some(port) = element.port.filter(|port| !(1..=65535).contains(port)) {
                    self.network.oddities.push(Oddity {
                        what: format!("the listener {}", text(&element.listener_arn)),
                        why: format!("{port} is no port: who gets in to it was not looked at"),
                    });
                }
                let id = ListenerId(self.network.listeners.len() as u32);
                self.network.listeners.push(Listener {
                    element,
                    scope: scope as u32,
                    load_balancer: match found {
                        Some(found) => Reference::To(found),
                        None if listings.load_balancers.is_complete() => Reference::Gone,
                        None => Reference::Unknown(Missing { call: BALANCERS, scope: scope as u32 }),
                    },
                    targets,
                    targets_known: unread.map_or(Ok(()), Err),
                    redirects,
                    forwarding,
                });
                if let Some(found) = found {
                    let balancer = &mut self.network.load_balancers[found.0 as usize];
                    match &mut balancer.listeners {
                        Ok(list) => list.push(id),
                        Err(_) => balancer.listeners = Ok(vec![id]),
                    }
                }
            }
        }
        for balancer in &mut self.network.load_balancers {
            if balancer.listeners.is_err() && snapshot.scopes[balancer.scope as usize].listeners.is_complete() {
                balancer.listeners = Ok(Vec::new());
            }
        }
    }

    /// Which load balancers lead to which target groups.
    pub(super) fn connect(&mut self) {
        let snapshot = self.snapshot;
        let network = &mut *self.network;
        let mut leading: FxHashMap<(u32, &str), Vec<Reference<LoadBalancerId>>> = FxHashMap::default();
        for listener in &network.listeners {
            for target in &listener.targets {
                let found = leading.entry((listener.scope, target)).or_default();
                if !found.contains(&listener.load_balancer) {
                    found.push(listener.load_balancer);
                }
            }
        }
        let mut untold: FxHashMap<u32, Missing> = FxHashMap::default();
        for listener in &network.listeners {
            if let Err(missing) = listener.targets_known {
                untold.entry(listener.scope).or_insert(missing);
            }
        }
        for group in &mut network.target_groups {
            let listings = &snapshot.scopes[group.scope as usize];
            let arn = group.element.target_group_arn.as_deref().unwrap_or_default();
            let found = leading.get(&(group.scope, arn)).map(Vec::as_slice).unwrap_or_default();
            let known: Vec<LoadBalancerId> = found.iter().filter_map(|balancer| balancer.known()).collect();
            let complete = listings.listeners.is_complete() && listings.rules.is_complete();
            if let Some(missing) = untold.get(&group.scope).filter(|_| known.is_empty()) {
                group.load_balancers = Err(*missing);
            } else if !known.is_empty() || complete && found.is_empty() {
                group.load_balancers = Ok(known);
            } else if found.iter().any(|balancer| matches!(balancer, Reference::Unknown(_))) {
                group.load_balancers = Err(Missing { call: BALANCERS, scope: group.scope });
            }
        }
    }
}

/// The rules of each listener, by its ARN. That of a rule holds it: `…:listener-rule/app/name/balancer/listener/rule`.
fn rules_by_listener<'a>(rules: &'a [Element<shape::Rule<'a>>]) -> FxHashMap<Cow<'a, str>, Vec<&'a shape::Rule<'a>>> {
    let mut found: FxHashMap<Cow<'a, str>, Vec<&'a shape::Rule<'a>>> = FxHashMap::default();
    for rule in rules {
        let in_own = || {
            let (listener, _) = rule.rule_arn.as_deref()?.rsplit_once('/')?;
            Some(Cow::Owned(listener.replacen(":listener-rule/", ":listener/", 1)))
        };
        if let Some(listener) = rule.listener_arn.as_deref().map(Cow::Borrowed).or_else(in_own) {
            found.entry(listener).or_default().push(rule);
        }
    }
    found
}

fn forwarding<'a>(rule: Option<&'a str>, actions: &'a shape::List<shape::Action<'a>>) -> Forwarding<'a> {
    Forwarding { rule, targets: actions.iter().flat_map(targets_of).collect(), is_all: actions.len() == 1 }
}

/// Whether an action says what it forwards to, or that it does something else.
fn says_where_it_leads(action: &shape::Action<'_>) -> bool {
    action.ty.as_deref().is_some_and(|kind| kind != "forward") || !targets_of(action).is_empty()
}

fn targets_of<'a>(action: &'a shape::Action<'a>) -> Vec<&'a str> {
    let forward = action.forward_config.iter().flat_map(|config| config.target_groups.iter());
    action
        .target_group_arn
        .as_deref()
        .into_iter()
        .chain(forward.filter_map(|tuple| tuple.target_group_arn.as_deref()))
        .collect()
}

/// The port that an action redirects to, where it stays with the host that was asked for: what a redirect doesn't name "retains
/// its original value".
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_RedirectActionConfig.html>
fn redirected_to(action: &shape::Action<'_>) -> Option<u16> {
    let redirect = action.redirect_config.as_ref()?;
    let stays = redirect.host.as_deref().is_none_or(|host| host == "#{host}");
    redirect.port.as_deref().filter(|_| stays)?.parse().ok()
}

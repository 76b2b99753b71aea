//! What could not be checked, told once for each reason.

use super::finding::{NotChecked, Severity};
use super::rule::Rule;
use crate::facts::{Model, Unknown};
use crate::network::{Known, Missing, Purpose, Reference, ScopeFacts, Workload, WorkloadKind, open_from};
use crate::reach::{Doubt, FlowKind, Verdict, destination_name};
use crate::snapshot::{KEYS, NotCollected, Oddity};
use std::collections::{BTreeMap, BTreeSet};

/// Rules that could not be judged, with what they lack.
#[derive(Debug, Default)]
pub(super) struct Doubts {
    rules: BTreeMap<(String, Unknown), (usize, bool)>,
}

impl Doubts {
    /// A rule could not be judged on a subject.
    pub(super) fn rule(&mut self, rule: &Rule, level: Option<Severity>, unknown: Vec<Unknown>) {
        let is_error = level.unwrap_or(rule.file().severity) == Severity::Error;
        for one in unknown {
            let incomplete = is_error && !one.knowingly;
            let entry = self.rules.entry((rule.id().to_owned(), one)).or_insert((0, incomplete));
            entry.0 += 1;
            entry.1 |= incomplete;
        }
    }

    /// Everything that was not checked: rules, flows, workloads, and what was odd in the input.
    pub(super) fn told(self, model: &Model<'_>) -> Vec<NotChecked> {
        let mut list = Vec::new();
        flows(model, &mut list);
        workloads(model, &mut list);
        for ((rule, unknown), (_, incomplete)) in self.rules {
            let why = why(&unknown, &model.network.scopes);
            list.push(NotChecked { what: rule, why, incomplete, is_note: false });
        }
        if let Some(why) = nothing_to_judge(model) {
            list.push(NotChecked { what: "the network".into(), why: why.into(), incomplete: true, is_note: false });
        }
        for (index, scope) in model.network.scopes.iter().enumerate() {
            if lacks_services(model, index as u32) {
                let missing = Missing { call: SERVICES, scope: index as u32 };
                let why = lacking(model, missing);
                list.push(NotChecked { what: "the services".into(), why, incomplete: true, is_note: false });
            }
            let idle = !model.network.workloads.iter().any(|workload| workload.scope == index as u32);
            let lists = ["ec2:DescribeVpcs", "ec2:DescribeSubnets", "ec2:DescribeRouteTables"];
            for call in lists.into_iter().filter(|call| idle && scope.absent.contains(call)) {
                let missing = Missing { call, scope: index as u32 };
                list.push(NotChecked {
                    what: "the network".into(),
                    why: lacking(model, missing),
                    incomplete: true,
                    is_note: false,
                });
            }
            let cut = scope.partial.iter().filter(|found| found.call == SERVICES);
            list.extend(cut.filter_map(|found| {
                let what = format!("services of the cluster {}", found.item.as_deref()?);
                Some(NotChecked { what, why: found.reason.clone(), incomplete: true, is_note: false })
            }));
            failed_calls(&scope.not_collected, &mut list);
            if scope.absent.contains(&"ec2:DescribeVpcBlockPublicAccessOptions") {
                list.push(NotChecked {
                    what: "VPC Block Public Access".into(),
                    why: "it is not in the input and was taken to be off".into(),
                    incomplete: false,
                    is_note: true,
                });
            }
        }
        unseen(model, &mut list);
        let told = |oddity: &Oddity, incomplete| NotChecked {
            what: oddity.what.clone(),
            why: oddity.why.clone(),
            incomplete,
            is_note: !incomplete,
        };
        list.extend(model.network.oddities.iter().map(|oddity| told(oddity, false)));
        list.extend(model.network.undecided.iter().map(|oddity| told(oddity, true)));
        list.sort();
        list.dedup();
        list
    }
}

/// The call that says what runs all the time.
const SERVICES: &str = "ecs:DescribeServices";

/// Why there was nothing at all to judge, if there was nothing.
fn nothing_to_judge(model: &Model<'_>) -> Option<&'static str> {
    let network = model.network;
    if !network.workloads.is_empty() {
        return None;
    }
    let lists = [
        ("ec2:DescribeVpcs", network.vpcs.is_empty(), "no VPC is in the input: there was nothing to judge"),
        ("ec2:DescribeSubnets", network.subnets.is_empty(), "no subnet is in the input: there was nothing to judge"),
    ];
    // What isn't known is told for each account and region.
    let is_known = |call: &str| network.scopes.iter().all(|scope| !scope.absent.contains(&call));
    lists.into_iter().find(|(call, is_empty, _)| *is_empty && is_known(call)).map(|(.., why)| why)
}

/// Whether nothing says which services a scope has. Who declares what runs, or plans all of it, says that instead.
fn lacks_services(model: &Model<'_>, scope: u32) -> bool {
    let facts = &model.network.scopes[scope as usize];
    let says = |kind| matches!(kind, WorkloadKind::Service | WorkloadKind::Declared);
    facts.absent.contains(&SERVICES)
        && facts.planned_by.is_none()
        && !model.network.workloads.iter().any(|workload| workload.scope == scope && says(workload.kind))
}

/// Calls whose answers hold what rules judge by itself. All others are read where something names an element of them, and
/// what lacks it then says so.
const JUDGED: [&str; 14] = [
    "ec2:DescribeVpcs",
    "ec2:DescribeSubnets",
    "ec2:DescribeRouteTables",
    "ec2:DescribeInternetGateways",
    "ec2:DescribeEgressOnlyInternetGateways",
    "ec2:DescribeNatGateways",
    "ec2:DescribeSecurityGroups",
    "ec2:DescribeNetworkAcls",
    "ec2:DescribeVpcEndpoints",
    "ecs:DescribeTasks",
    LOAD_BALANCERS,
    "elasticloadbalancing:DescribeTargetGroups",
    LISTENERS,
    LISTENER_RULES,
];

const LOAD_BALANCERS: &str = "elasticloadbalancing:DescribeLoadBalancers";
const LISTENERS: &str = "elasticloadbalancing:DescribeListeners";
const LISTENER_RULES: &str = "elasticloadbalancing:DescribeRules";

/// Why nothing is told of a list that nothing asked for.
pub const UNSEEN: &str = "not in the input, so that none of them was looked at";

/// Lists that the input lacks, of which nothing else that is told speaks.
fn unseen(model: &Model<'_>, list: &mut Vec<NotChecked>) {
    let mut names: BTreeSet<&str> = BTreeSet::new();
    for scope in model.network.scopes.iter().filter(|scope| scope.planned_by.is_none()) {
        let is_told = |call: &str| list.iter().any(|told| told.what == call || told.why.contains(call));
        // Without load balancers there can be none of what is theirs.
        let none_to_have = model.network.load_balancers.is_empty() && !scope.absent.contains(&LOAD_BALANCERS);
        let is_none = |call: &str| none_to_have && [LISTENERS, LISTENER_RULES].contains(&call);
        let lacking = KEYS.iter().filter(|key| scope.absent.contains(&key.call) && JUDGED.contains(&key.call));
        names.extend(lacking.filter(|key| !is_told(key.call) && !is_none(key.call)).map(|key| key.name));
    }
    if !names.is_empty() {
        let what = names.into_iter().collect::<Vec<_>>().join(", ");
        list.push(NotChecked { what, why: UNSEEN.into(), incomplete: false, is_note: true });
    }
}

/// Calls that failed, told once for each reason with what they were asked of.
fn failed_calls(calls: &[NotCollected], list: &mut Vec<NotChecked>) {
    const MOST: usize = 3;
    let mut grouped: BTreeMap<(&str, &str), Vec<&str>> = BTreeMap::new();
    for call in calls {
        let items = grouped.entry((&call.call, &call.reason)).or_default();
        items.extend(call.item.as_deref());
    }
    for ((call, reason), items) in grouped {
        let mut why = reason.to_owned();
        if !items.is_empty() {
            why.push_str(&format!(", asked of {}", items[..items.len().min(MOST)].join(", ")));
        }
        if items.len() > MOST {
            why.push_str(&format!(" and {} more", items.len() - MOST));
        }
        // Without the ECS lists nobody knows what runs, and so what to judge.
        let incomplete = call.starts_with("ecs:");
        list.push(NotChecked { what: call.to_owned(), why, incomplete, is_note: !incomplete });
    }
}

/// What is missing, in a sentence.
pub fn lacking(model: &Model<'_>, missing: Missing) -> String {
    let scope = model.network.scopes.get(missing.scope as usize);
    why(&model.unknown(missing), scope.map_or(&[], std::slice::from_ref))
}

/// Why something is unknown, in one of these scopes.
fn why(unknown: &Unknown, scopes: &[ScopeFacts]) -> String {
    match &unknown.reason {
        Some(reason) if unknown.knowingly => reason.clone(),
        _ if open_from(&unknown.call).is_some() => format!("it is not known before the deployment: {}", unknown.call),
        // Who plans something has asked nobody.
        Some(reason) if planned_by(scopes).is_some() => reason.clone(),
        Some(reason) => format!("it needs {}: {reason}", unknown.call),
        None if let (Some(noun), Some(key)) =
            (planned_by(scopes), KEYS.iter().find(|key| key.call == unknown.call)) =>
        {
            match is_answered(&unknown.call, scopes) {
                true => format!("{noun} doesn't say all that it needs of {}", key.name),
                false => format!("{noun} says nothing of {}", key.name),
            }
        }
        None if is_answered(&unknown.call, scopes) => {
            format!("the answer of {} in the input lacks an element or a field that it needs", unknown.call)
        }
        None => format!("it needs {}, which is not in the input", unknown.call),
    }
}

/// What says all that is known in these scopes, where nothing of it was collected.
fn planned_by(scopes: &[ScopeFacts]) -> Option<&str> {
    let first = scopes.first()?.planned_by.as_deref();
    first.filter(|_| scopes.iter().all(|scope| scope.planned_by.is_some()))
}

/// Whether the input has the answer of a call, however little is in it.
pub fn is_answered(call: &str, scopes: &[ScopeFacts]) -> bool {
    KEYS.iter().any(|key| key.call == call) && scopes.iter().all(|scope| !scope.absent.contains(&call))
}

/// Flows of which it can't be told whether they work, by workload and reason.
fn flows(model: &Model<'_>, list: &mut Vec<NotChecked>) {
    let mut found: BTreeMap<(String, String), (Vec<String>, bool)> = BTreeMap::new();
    for flow in model.flows.iter().filter(|flow| flow.answer.verdict != Verdict::Reachable) {
        let workload = model.network.workload(flow.key.workload);
        let purpose = match flow.key.kind {
            FlowKind::Need(need) => workload.needs.get(need as usize).map(|need| need.purpose),
            FlowKind::FromLoadBalancer { .. } | FlowKind::FromPeer { .. } => None,
        };
        for doubt in &flow.answer.doubts {
            // Of a flow that is blocked anyway, only what the input lacks is worth a line.
            if flow.answer.verdict != Verdict::Unknown && !matches!(doubt, Doubt::Missing(_) | Doubt::Unreadable(_)) {
                continue;
            }
            let (why, lacks_data) = match doubt {
                Doubt::Missing(missing) => (lacking(model, *missing), true),
                Doubt::Leaves(to) => (format!("the way leaves the input at {to}"), false),
                Doubt::Hidden(why) => (why.clone(), false),
                Doubt::Unreadable(why) => (why.clone(), true),
            };
            let counts = purpose != Some(Purpose::Exec);
            let entry = found.entry((workload.name.clone(), why)).or_default();
            let name = destination_name(model.network, &flow.key);
            if !entry.0.contains(&name) {
                entry.0.push(name);
            }
            entry.1 |= lacks_data && counts;
        }
    }
    for ((workload, why), (destinations, incomplete)) in found {
        list.push(NotChecked {
            what: format!("{workload} → {}", destinations.join(", ")),
            why,
            incomplete,
            is_note: false,
        });
    }
}

/// Workloads of which too little is known.
fn workloads(model: &Model<'_>, list: &mut Vec<NotChecked>) {
    for workload in &model.network.workloads {
        list.extend(workload.unfollowed.iter().map(|need| NotChecked {
            what: format!("{} → {}", workload.name, need.what),
            why: need.why.clone(),
            incomplete: false,
            is_note: false,
        }));
        let mut tell =
            |what: String, why: String| list.push(NotChecked { what, why, incomplete: true, is_note: false });
        if let Err(missing) = workload.needs_known {
            let why = absent_definition(model, workload, missing).unwrap_or_else(|| lacking(model, missing));
            tell(format!("what {} needs", workload.name), why);
        }
        let mut lacking = |what: String, missing: Missing| tell(what, lacking(model, missing));
        // What a declaration leaves open is told with its reason already.
        if let Err(missing) = is_known(&workload.subnets)
            && workload.kind != WorkloadKind::Declared
        {
            lacking(format!("the subnets of {}", workload.name), missing);
        }
        for placement in workload.subnets.iter().flatten() {
            if let Reference::Unknown(missing) = placement.subnet {
                lacking(format!("{} in {}", workload.name, placement.id), missing);
            }
        }
    }
}

/// That the input has task definitions, but not that of a workload.
fn absent_definition(model: &Model<'_>, workload: &Workload<'_>, missing: Missing) -> Option<String> {
    let name = workload.task_definition.filter(|name| !name.is_empty())?;
    // Who plans something says what is lacking in the words of the plan.
    let scope = model.network.scopes.get(missing.scope as usize).filter(|scope| scope.planned_by.is_none())?;
    let is_asked =
        missing.call == "ecs:DescribeTaskDefinition" && is_answered(missing.call, std::slice::from_ref(scope));
    let is_absent = is_asked && model.unknown(missing).reason.is_none() && !model.network.has_task_definition(name);
    is_absent.then(|| {
        let by_file = "with --service, --task-definition FILE gives it";
        format!("the task definition `{name}` is not in the input: {by_file}")
    })
}

fn is_known<T>(known: &Known<T>) -> Known<()> {
    known.as_ref().map(|_| ()).map_err(|missing| *missing)
}

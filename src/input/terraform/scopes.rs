//! Which account and region a resource is in, by its provider configuration and by itself.

use super::file::Provider;
use super::follow::{Found, Place};
use super::plan::{Instance, Plan};
use super::references::leaves;
use crate::input::planned::Node;
use crate::input::read::is_region;
use crate::snapshot::Arn;
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// A region of an account that resources are made in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Scope {
    region: Region,
    /// What tells one account's credentials from another's, as the provider configuration has it.
    credentials: String,
    /// A provider configuration that leads here.
    pub(super) provider: String,
}

/// Where a provider works.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Region {
    Known(String),
    /// The environment says it.
    Unsaid,
    /// Known after the deployment alone, by this expression.
    Unknown(String),
}

impl Scope {
    /// The region, where the plan tells it.
    pub(super) fn region(&self) -> Option<&str> {
        match &self.region {
            Region::Known(name) => Some(name),
            Region::Unsaid | Region::Unknown(_) => None,
        }
    }

    /// Why the region isn't known, where it isn't.
    pub(super) fn reason(&self) -> Option<String> {
        match &self.region {
            Region::Known(_) => None,
            Region::Unsaid => Some("its configuration does not name it: the environment does".to_owned()),
            Region::Unknown(expression) => Some(format!("it is not known before the deployment: ${{{expression}}}")),
        }
    }

    fn is_same(&self, other: &Scope) -> bool {
        self.region == other.region && self.credentials == other.credentials
    }
}

/// All regions and accounts that a plan works in, the default provider's first.
pub(super) struct Scopes {
    pub(super) all: Vec<Scope>,
    /// By the position of an instance: which of them it is in. One that is not there may be in any.
    of: FxHashMap<usize, usize>,
}

/// What says who is asked, and on whose behalf.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs#authentication-and-configuration>
const CREDENTIALS: [&str; 9] = [
    "access_key",
    "allowed_account_ids",
    "assume_role",
    "assume_role_with_web_identity",
    "endpoints",
    "profile",
    "shared_config_files",
    "shared_credentials_files",
    "token",
];

impl Scopes {
    /// Tells the scopes of a plan's instances of which `counts` is true.
    pub(super) fn of(plan: &Plan<'_>, counts: impl Fn(&Instance<'_>) -> bool) -> Self {
        let relevant: Vec<usize> = (0..plan.instances.len()).filter(|index| counts(&plan.instances[*index])).collect();
        let mut providers = providers(plan);
        let of_provider = |index: usize| provider_of(plan, &plan.instances[index]);
        learn_regions(plan, &relevant, &mut providers);
        let mut scopes = Scopes { all: Vec::new(), of: FxHashMap::default() };
        if let Some(default) = providers.get(DEFAULT) {
            scopes.all.push(default.clone());
        }
        let mut unplaced = Vec::new();
        for index in relevant {
            let provider = of_provider(index);
            let own = own_region(plan, &plan.instances[index]);
            let scope = match (provider.and_then(|name| providers.get(name)), own) {
                (Some(provider), None) => provider.clone(),
                (Some(provider), Some(own)) => Scope { region: Region::Known(own), ..provider.clone() },
                (None, Some(own)) => {
                    let credentials = providers.get(DEFAULT).map(|found| found.credentials.clone()).unwrap_or_default();
                    Scope { region: Region::Known(own), credentials, provider: DEFAULT.to_owned() }
                }
                (None, None) => {
                    unplaced.push(index);
                    continue;
                }
            };
            let at = scopes.position(scope);
            scopes.of.insert(index, at);
        }
        scopes.drop_unused(plan);
        scopes.place_by_reference(plan, &unplaced);
        scopes
    }

    /// Whether an instance is in a scope that is asked for, or may be.
    pub(super) fn has(&self, instance: usize, is_asked: impl Fn(usize) -> bool) -> bool {
        match self.of.get(&instance).filter(|_| self.all.len() > 1) {
            Some(own) => is_asked(*own),
            None => self.all.is_empty() || (0..self.all.len()).any(is_asked),
        }
    }

    fn position(&mut self, scope: Scope) -> usize {
        self.all.iter().position(|known| known.is_same(&scope)).unwrap_or_else(|| {
            self.all.push(scope);
            self.all.len() - 1
        })
    }

    /// A provider may be configured, or asked for data, and make nothing that matters.
    fn drop_unused(&mut self, plan: &Plan<'_>) {
        let making = self.of.iter().filter(|(instance, _)| !plan.instances[**instance].is_data());
        let used: FxHashSet<usize> = making.map(|(_, scope)| *scope).collect();
        if used.is_empty() {
            self.all.truncate(1);
        } else {
            let mut kept: Vec<usize> = used.into_iter().collect();
            kept.sort_unstable();
            self.of.retain(|_, scope| kept.binary_search(scope).map(|position| *scope = position).is_ok());
            self.all = kept.into_iter().filter_map(|scope| self.all.get(scope).cloned()).collect();
        }
    }

    /// What the configuration no longer has is where what it names is.
    fn place_by_reference(&mut self, plan: &Plan<'_>, unplaced: &[usize]) {
        if self.all.len() < 2 {
            return;
        }
        let mut ids: FxHashMap<String, usize> = FxHashMap::default();
        for (instance, scope) in &self.of {
            ids.insert(plan.id_of(&plan.instances[*instance]), *scope);
        }
        for index in unplaced {
            let instance = &plan.instances[*index];
            let values = [plan.values(instance), plan.values_before(instance)];
            let members = values.into_iter().filter_map(Node::fields).flat_map(|fields| &fields.0);
            let mut named = members.filter_map(|(_, member)| ids.get(member.as_str()?));
            if let Some(scope) = named.next() {
                self.of.insert(*index, *scope);
            }
        }
    }
}

/// The scopes of several plans, each once, and which of them each scope of each plan is. `account` tells the account of a
/// plan's scope, where the plan does. What a plan doesn't say (its region, or as a state on whose behalf it was made) is
/// as others have it, where those agree.
pub(super) fn places(
    plans: &[(Plan<'_>, Scopes)],
    account: impl Fn(usize, usize) -> Option<String>,
) -> (Vec<Scope>, Vec<Vec<usize>>) {
    let mut places: Vec<(Scope, Option<String>, bool)> = Vec::new();
    let mut of_each: Vec<Vec<usize>> = plans.iter().map(|(_, scopes)| vec![0; scopes.all.len()]).collect();
    let all =
        plans.iter().enumerate().flat_map(|(plan, (_, scopes))| (0..scopes.all.len()).map(move |own| (plan, own)));
    let mut all: Vec<(usize, usize)> = all.collect();
    // Those that say all come before those that follow them.
    let says_who = |plan: usize| !plans[plan].0.configuration.root_module.is_empty();
    all.sort_by_key(|(plan, own)| (plans[*plan].1.all[*own].region().is_none(), !says_who(*plan)));
    for (plan, own) in all {
        let scope = &plans[plan].1.all[own];
        let own_account = account(plan, own);
        let is_alone = plans[plan].1.all.len() == 1;
        let is_of_same = |(known, account, said): &(Scope, Option<String>, bool)| match (account, &own_account) {
            (Some(one), Some(other)) => one == other,
            _ => known.credentials == scope.credentials || !says_who(plan) || !said,
        };
        let is_same = |known: &(Scope, Option<String>, bool)| {
            let is_region = known.0.region == scope.region || is_alone && scope.region().is_none();
            is_region && is_of_same(known)
        };
        let mut alike = places.iter().enumerate().filter(|(_, known)| is_same(known)).map(|(index, _)| index);
        let exact = places.iter().position(|(known, _, _)| known.is_same(scope));
        let one = alike.next().filter(|_| alike.next().is_none());
        of_each[plan][own] = match one.or(exact.filter(|index| is_same(&places[*index]))) {
            Some(index) => {
                places[index].1 = places[index].1.take().or(own_account);
                index
            }
            None => {
                places.push((scope.clone(), own_account, says_who(plan)));
                places.len() - 1
            }
        };
    }
    (places.into_iter().map(|(scope, _, _)| scope).collect(), of_each)
}

/// The key of the provider configuration that resources have that name none.
const DEFAULT: &str = "aws";

/// Where each provider configuration of AWS leads.
fn providers(plan: &Plan<'_>) -> BTreeMap<String, Scope> {
    let all = plan.configuration.provider_config.iter();
    let own = all.filter(|(_, found)| found.name == DEFAULT && found.is_configured());
    let mut providers: BTreeMap<String, Scope> =
        own.map(|(key, found)| (key.clone(), scope_of(plan, key, found))).collect();
    if !plan.configuration.root_module.is_empty() {
        providers.entry(DEFAULT.to_owned()).or_insert_with(|| Scope {
            region: Region::Unsaid,
            credentials: credentials(&BTreeMap::new()),
            provider: DEFAULT.to_owned(),
        });
    }
    providers
}

fn scope_of(plan: &Plan<'_>, key: &str, provider: &Provider) -> Scope {
    let region = match provider.expressions.get("region") {
        Some(expression) => region_of(plan, expression, provider.module_address.as_deref().unwrap_or_default()),
        None => Region::Unsaid,
    };
    Scope { region, credentials: credentials(&provider.expressions), provider: key.to_owned() }
}

/// The region of the provider configuration that an instance has, where it is known.
pub(super) fn region_of_provider<'p>(plan: &'p Plan<'_>, instance: &Instance<'_>) -> Option<&'p str> {
    let regions = plan.regions.get_or_init(|| {
        let mut providers = providers(plan);
        let all: Vec<usize> = (0..plan.instances.len()).collect();
        learn_regions(plan, &all, &mut providers);
        let known = providers.into_iter().filter_map(|(key, scope)| Some((key, scope.region()?.to_owned())));
        known.collect()
    });
    regions.get(provider_of(plan, instance)?).map(String::as_str)
}

fn credentials(expressions: &BTreeMap<String, Json>) -> String {
    let own = CREDENTIALS.iter().filter_map(|name| Some((*name, expressions.get(*name)?)));
    own.map(|(name, expression)| format!("{name}={expression};")).collect()
}

fn region_of(plan: &Plan<'_>, expression: &Json, module: &str) -> Region {
    plan.followed.begin();
    let place = Place { module: module.to_owned(), key: None, for_each: None };
    let found = plan.follow_all(expression, &place, 0);
    let name = match found.as_slice() {
        [Found::Constant(value)] => value.as_str().map(str::to_owned),
        [Found::Instance { index, attribute: Some(attribute) }] => {
            plan.values(&plan.instances[*index]).get(attribute).and_then(Node::as_str).map(str::to_owned)
        }
        _ => None,
    };
    match name.filter(|name| is_region(name)) {
        Some(name) => Region::Known(name),
        None => match leaves(expression).into_iter().next() {
            Some(expression) => Region::Unknown(expression),
            None => Region::Unsaid,
        },
    }
}

/// The key of the provider configuration that an instance has. What its module does not configure is configured in one of
/// those around it.
fn provider_of<'p>(plan: &'p Plan<'_>, instance: &Instance<'_>) -> Option<&'p str> {
    let key = plan.resource(instance)?.provider_config_key.as_str();
    let (mut module, name) = key.rsplit_once(':').unwrap_or(("", key));
    loop {
        let own = if module.is_empty() { name.to_owned() } else { format!("{module}:{name}") };
        match plan.configuration.provider_config.get_key_value(&own) {
            Some((key, found)) if found.is_configured() => return Some(key),
            _ if module.is_empty() => return Some(DEFAULT),
            _ => module = module.rsplit_once(".module.").map_or("", |(outer, _)| outer),
        }
    }
}

/// The region that a resource says it is in: its own argument, or that of its ARN.
/// <https://registry.terraform.io/providers/hashicorp/aws/latest/docs/guides/enhanced-region-support>
fn own_region(plan: &Plan<'_>, instance: &Instance<'_>) -> Option<String> {
    // What a data source finds is no argument of its own.
    if instance.is_data() {
        return None;
    }
    let said = |values: &'_ Node| {
        let text = |name: &str| values.get(name).and_then(Node::as_str);
        let own = text("region").or_else(|| Arn::parse(text("arn")?).map(|arn| arn.region));
        own.filter(|name| is_region(name)).map(str::to_owned)
    };
    said(plan.values(instance)).or_else(|| said(plan.values_before(instance)))
}

/// Where a provider configuration does not tell its region, what is made by it does: where all of that is in one.
fn learn_regions(plan: &Plan<'_>, relevant: &[usize], providers: &mut BTreeMap<String, Scope>) {
    let unknown: Vec<String> =
        providers.iter().filter(|(_, scope)| scope.region().is_none()).map(|(key, _)| key.clone()).collect();
    if unknown.is_empty() {
        return;
    }
    let mut seen: FxHashMap<&str, FxHashSet<String>> = FxHashMap::default();
    for instance in relevant.iter().map(|index| &plan.instances[*index]) {
        let Some(provider) = provider_of(plan, instance) else { continue };
        let found = || ["region", "name", "id"].iter().find_map(|name| plan.values(instance).get(name)?.as_str());
        let region = match (instance.is_data(), instance.ty.as_str()) {
            (true, "aws_region") => found().map(str::to_owned),
            _ => own_region(plan, instance),
        };
        seen.entry(provider).or_default().extend(region);
    }
    for key in unknown {
        let regions = seen.get(key.as_str()).map(|regions| regions.iter().collect::<Vec<_>>()).unwrap_or_default();
        if let ([only], Some(scope)) = (regions.as_slice(), providers.get_mut(&key)) {
            scope.region = Region::Known((*only).clone());
        }
    }
}

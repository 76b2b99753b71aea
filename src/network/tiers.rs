//! Tiers: what a subnet is for, by what its owner calls it and by what the other subnets of its VPC are like.
//!
//! AWS knows no tiers. That no route leads out of a subnet is a fault where tasks are to run in it, and the very purpose of
//! one for databases: these are called isolated here.

use super::address::PUBLIC;
use super::ids::{EndpointId, SubnetId, VpcId};
use super::known::Reference;
use super::model::{Interface, Network, Subnet};
use super::routes::{Route, RouteDestination, Target};
use super::text::{name_of, tag};
use super::{EndpointKind, Known};
use crate::snapshot::Subnet as Described;
use rustc_hash::{FxHashMap, FxHashSet};

/// How words of a name or of a tag begin that say of a subnet that nothing is to lead out of it.
const ISOLATED: [&str; 10] =
    ["isolated", "intra", "database", "db", "data", "rds", "aurora", "cache", "elasticache", "redis"];

/// What its owner says a subnet is: `public` or `private` by its name, by the CDK's or Kubernetes' tags, or by
/// MapPublicIpOnLaunch; empty where nothing says.
pub fn declared_kind(subnet: &Described<'_>) -> &'static str {
    if let Some(kind) = tag(&subnet.tags, "aws-cdk:subnet-type") {
        return if kind.eq_ignore_ascii_case("public") { "public" } else { "private" };
    }
    let name = name_of(&subnet.tags).unwrap_or_default().to_ascii_lowercase();
    let mut words = name.split(|c: char| !c.is_ascii_alphabetic());
    match words.find_map(|word| match word {
        "public" | "publicsubnet" | "pub" => Some("public"),
        "private" | "privatesubnet" | "priv" | "isolated" | "intra" | "database" => Some("private"),
        _ => None,
    }) {
        Some(kind) => kind,
        None if tag(&subnet.tags, "kubernetes.io/role/elb").is_some()
            || subnet.map_public_ip_on_launch == Some(true) =>
        {
            "public"
        }
        None if tag(&subnet.tags, "kubernetes.io/role/internal-elb").is_some() => "private",
        None => "",
    }
}

/// Whether a subnet's name or tags say that nothing is to lead out of it.
fn is_called_isolated(subnet: &Described<'_>) -> bool {
    let says = |text: &str| {
        let text = text.to_ascii_lowercase();
        text.contains("isolated")
            || text
                .split(|c: char| !c.is_ascii_alphabetic())
                .any(|word| ISOLATED.iter().any(|known| word.starts_with(known)))
    };
    subnet.tags.iter().filter_map(|tag| tag.value.as_deref()).any(says)
}

/// How the descriptions of network interfaces begin that databases, caches, warehouses and search domains have in their
/// owner's subnets.
const OF_DATABASES: [&str; 5] =
    ["RDSNetworkInterface", "Network interface for DBProxy", "ElastiCache ", "RedshiftNetworkInterface", "ES "];

/// Whether all that is known to be in a subnet is databases and the like, which need no way out.
fn holds_databases_alone(network: &Network<'_>, id: SubnetId) -> bool {
    let Some(vpc) = network.subnet(id).vpc.known() else { return false };
    let interfaces = network.vpc(vpc).interfaces.iter().map(|interface| network.interface(*interface));
    let mut here = interfaces.filter(|interface| interface.subnet == Reference::To(id)).peekable();
    let is_of_database = |interface: &Interface<'_>| {
        let description = interface.element.description.as_deref().unwrap_or_default();
        OF_DATABASES.iter().any(|known| description.starts_with(known))
    };
    here.peek().is_some() && here.all(is_of_database)
}

/// What a subnet's name says but for its zone and its number: `app-a` and `app-b` are one tier, and so are
/// `net-private-us-east-1a` and `net-private-us-east-1b`, and `PrivateSubnet1` and `PrivateSubnet2`. None where that is
/// nothing.
fn tier_name(subnet: &Described<'_>) -> Option<String> {
    let written = tag(&subnet.tags, "aws-cdk:subnet-name").or_else(|| name_of(&subnet.tags))?;
    let mut name = String::with_capacity(written.len() + 4);
    let mut before = ' ';
    for letter in written.chars() {
        if before.is_ascii_lowercase() && letter.is_ascii_uppercase() {
            name.push(' ');
        }
        name.push(letter.to_ascii_lowercase());
        before = letter;
    }
    let zone = subnet.availability_zone.as_deref().unwrap_or_default();
    for place in [zone, subnet.availability_zone_id.as_deref().unwrap_or_default()] {
        if !place.is_empty() {
            name = name.replace(place, " ");
        }
    }
    // `us-east-1a` → `1a`.
    let short = zone.rsplit('-').next().unwrap_or_default();
    let words: Vec<&str> = name
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| *word != short)
        .map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()))
        .filter(|word| word.len() > 1 && !matches!(*word, "az" | "zone"))
        .collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// What is known of the subnets of a VPC in which some have a way out and others don't.
struct Ways<'n, 'a> {
    network: &'n Network<'a>,
    vpc: VpcId,
    /// Subnets with a way out, whatever it is.
    leading: FxHashSet<SubnetId>,
    /// Those of them whose way out is not an internet gateway.
    private: Vec<SubnetId>,
    /// The tier of each subnet, by its name. A name that two subnets of one zone have tells no tiers apart.
    tiers: FxHashMap<SubnetId, String>,
}

/// Whether a route may lead public addresses out of a VPC. A gateway endpoint leads to its own service alone, and a peering
/// connection to the VPC at its other end; what is for private addresses stays among the owner's own networks.
fn may_lead_out(network: &Network<'_>, route: &Route<'_>) -> bool {
    if matches!(route.target, Target::Local | Target::Peering(_)) {
        return false;
    }
    let is_gateway_endpoint = |id: EndpointId| network.endpoint(id).kind == EndpointKind::Gateway;
    if matches!(route.target, Target::Endpoint(Reference::To(id)) if is_gateway_endpoint(id)) {
        return false;
    }
    match &route.destination {
        RouteDestination::Block((low, high), _) => PUBLIC.touches(*low, *high),
        RouteDestination::List(Reference::To(list)) => {
            let list = network.prefix_list(*list);
            list.blocks.as_ref().is_none_or(|blocks| !blocks.intersection(&PUBLIC).is_empty())
        }
        RouteDestination::List(_) | RouteDestination::Nothing => true,
    }
}

/// Whether any route leads out of a subnet to where the internet may be, as far as that is known. Routes to S3's gateway
/// endpoint, or to the offices behind a virtual private gateway, make no way for tasks.
fn leads_out(network: &Network<'_>, subnet: &Subnet<'_>) -> bool {
    match subnet.table {
        Err(_) => true,
        Ok((table, _)) => match &network.table(table).routes {
            Err(_) => true,
            Ok(routes) => routes.iter().any(|route| may_lead_out(network, route)),
        },
    }
}

/// Whether a VPC has endpoints that are made for Fargate tasks.
fn runs_tasks_by_endpoints(network: &Network<'_>, vpc: VpcId) -> bool {
    network.vpc(vpc).endpoints.iter().any(|id| network.endpoint(*id).is_of_fargate())
}

/// Whether tasks can start by endpoints in a subnet without a way out, wherever these have their interfaces: images' layers
/// come by a route to S3's gateway endpoint. A tier of databases may have one as well.
fn leads_by_endpoints(network: &Network<'_>, id: SubnetId) -> bool {
    let is_to_s3 = |route: &Route<'_>| match route.target {
        Target::Endpoint(Reference::To(id)) => network.endpoint(id).service == Some("s3"),
        _ => false,
    };
    let subnet = network.subnet(id);
    let table = subnet.table.as_ref().ok().map(|(table, _)| network.table(*table));
    table.is_some_and(|table| table.routes.iter().flatten().any(is_to_s3))
        && !is_called_isolated(&subnet.element.value)
        && !holds_databases_alone(network, id)
}

/// Whether what a subnet sends to the internet goes to an internet gateway.
pub(super) fn is_by_internet_gateway(network: &Network<'_>, subnet: &Subnet<'_>) -> bool {
    let table = subnet.table.as_ref().ok().map(|(table, _)| network.table(*table));
    let default = table.and_then(|table| table.default_route(network).ok().flatten());
    default.is_some_and(|route| matches!(route.target, Target::InternetGateway(_)))
}

/// Whether tasks in a subnet are to have public IPs: it has the way for them, or is said to be public and lost it, or a part of it.
pub(super) fn is_public(network: &Network<'_>, subnet: &Subnet<'_>) -> bool {
    let by_gateway = |route: &Route<'_>| matches!(route.target, Target::InternetGateway(_));
    let table = subnet.table.as_ref().ok().map(|(table, _)| network.table(*table));
    let has_part = || table.is_some_and(|table| table.routes.iter().flatten().any(by_gateway));
    is_by_internet_gateway(network, subnet)
        || declared_kind(subnet.element) == "public" && (!leads_out(network, subnet) || has_part())
}

/// The subnets of a VPC that are isolated on purpose.
pub(super) fn isolated(network: &Network<'_>, vpc: VpcId) -> FxHashSet<SubnetId> {
    let all = &network.vpc(vpc).subnets;
    let leads = |id: &SubnetId| leads_out(network, network.subnet(*id));
    let (mut leading, mut others): (Vec<SubnetId>, Vec<SubnetId>) = all.iter().copied().partition(leads);
    let is_private = |id: &SubnetId| !is_by_internet_gateway(network, network.subnet(*id));
    let mut private: Vec<SubnetId> = leading.iter().copied().filter(is_private).collect();
    if private.is_empty() && runs_tasks_by_endpoints(network, vpc) {
        private = others.extract_if(.., |id| leads_by_endpoints(network, *id)).collect();
        leading.extend(&private);
    }
    if leading.is_empty() || others.is_empty() {
        return FxHashSet::default();
    }
    let ways = Ways { network, vpc, leading: leading.into_iter().collect(), private, tiers: tiers(network, all) };
    let sibling_tiers: FxHashSet<&str> = ways.leading.iter().filter_map(|id| ways.tier(*id)).collect();
    let by_zone = ways.zones_without_private(&others);
    let has_idle_nat = ways.has_idle_nat();
    let is_isolated = |id: &SubnetId| {
        let element = &network.subnet(*id).element.value;
        let is_sibling = || ways.tier(*id).is_some_and(|tier| sibling_tiers.contains(tier));
        let is_by_zone = || ways.tier(*id).is_none() && by_zone.contains(id);
        !ways.has_endpoints_of_tasks(*id)
            && !is_public(network, network.subnet(*id))
            && (is_called_isolated(element)
                || holds_databases_alone(network, *id)
                || !is_sibling() && !is_by_zone() && !has_idle_nat)
    };
    others.into_iter().filter(is_isolated).collect()
}

/// The tiers of subnets, by name.
fn tiers(network: &Network<'_>, subnets: &[SubnetId]) -> FxHashMap<SubnetId, String> {
    let element = |id: SubnetId| &network.subnet(id).element.value;
    let mut tiers: FxHashMap<SubnetId, String> =
        subnets.iter().filter_map(|id| Some((*id, tier_name(element(*id))?))).collect();
    let mut seen = FxHashSet::default();
    let mut vague = FxHashSet::default();
    for (id, tier) in &tiers {
        let Some(zone) = element(*id).availability_zone.as_deref() else {
            vague.insert(tier.clone());
            continue;
        };
        if !seen.insert((tier.clone(), zone)) {
            vague.insert(tier.clone());
        }
    }
    tiers.retain(|_, tier| !vague.contains(tier));
    tiers
}

impl Ways<'_, '_> {
    fn tier(&self, id: SubnetId) -> Option<&str> {
        self.tiers.get(&id).map(String::as_str)
    }

    fn zone(&self, id: SubnetId) -> Option<&str> {
        self.network.subnet(id).element.availability_zone.as_deref()
    }

    /// Whether a subnet has interfaces of endpoints that tasks start by, and tasks can only be meant to run there: another
    /// subnet with the same endpoint has a way out, or no private subnet has. (Endpoints may have subnets of their own.)
    fn has_endpoints_of_tasks(&self, id: SubnetId) -> bool {
        let endpoints = self.network.vpc(self.vpc).endpoints.iter().map(|id| self.network.endpoint(*id));
        let of_tasks = endpoints.filter(|endpoint| endpoint.is_of_fargate());
        let mut there = of_tasks.filter_map(|endpoint| {
            let subnets: Known<&Vec<Reference<SubnetId>>> = endpoint.subnets.as_ref().map_err(|missing| *missing);
            subnets.ok().filter(|subnets| subnets.contains(&Reference::To(id)))
        });
        there.any(|subnets| {
            let leads = |subnet: SubnetId| self.leading.contains(&subnet);
            self.private.is_empty() || subnets.iter().filter_map(|subnet| subnet.known()).any(leads)
        })
    }

    /// Subnets without a way out that are alone in their zone, where every private subnet of the other zones has one.
    fn zones_without_private(&self, others: &[SubnetId]) -> FxHashSet<SubnetId> {
        let covered: FxHashSet<Option<&str>> = self.private.iter().map(|id| self.zone(*id)).collect();
        let is_covered = |id: &&SubnetId| covered.contains(&self.zone(**id)) || self.zone(**id).is_none();
        let speaks_against = |id: &&SubnetId| is_covered(id) && self.tier(**id).is_none();
        if covered.is_empty() || others.iter().any(|id| speaks_against(&id)) {
            return FxHashSet::default();
        }
        others.iter().filter(|id| !is_covered(id)).copied().collect()
    }

    /// Whether a NAT gateway of the VPC serves nobody, while no private subnet has a way out.
    fn has_idle_nat(&self) -> bool {
        let network = self.network;
        let is_here = |vpc: Reference<VpcId>| vpc == Reference::To(self.vpc);
        let is_routed = || {
            let here = network.tables.iter().filter(|table| is_here(table.vpc) && !table.subnets.is_empty());
            here.flat_map(|table| table.routes.iter().flatten()).any(|route| matches!(route.target, Target::Nat(_)))
        };
        self.private.is_empty() && network.nats.iter().any(|nat| is_here(nat.vpc) && !nat.is_private) && !is_routed()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subnet(name: &str, zone: &str) -> Described<'static> {
        let value = serde_json::json!({
            "AvailabilityZone": zone,
            "AvailabilityZoneId": "use1-az4",
            "Tags": [{"Key": "Name", "Value": name}],
        });
        let text: &'static str = Box::leak(value.to_string().into_boxed_str());
        serde_json::from_str(text).expect("a subnet")
    }

    #[test]
    fn names_but_for_zone_and_number() {
        let cases = [
            ("app-a", "us-east-1a", Some("app")),
            ("app-1", "us-east-1a", Some("app")),
            ("app1", "us-east-1a", Some("app")),
            ("net-private-us-east-1a", "us-east-1a", Some("net private")),
            ("net-private-1a", "us-east-1a", Some("net private")),
            ("Stack/Vpc/PrivateSubnet2", "eu-west-1b", Some("stack vpc private subnet")),
            ("PrivateSubnetA", "us-east-1a", Some("private subnet")),
            ("Private Subnet (AZ1)", "us-east-1a", Some("private subnet")),
            ("use1-az4-app", "us-east-1a", Some("app")),
            ("us-east-1a", "us-east-1a", None),
            ("a", "us-east-1a", None),
            ("", "us-east-1a", None),
        ];
        for (name, zone, expected) in cases {
            assert_eq!(tier_name(&subnet(name, zone)).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn what_is_called_isolated() {
        let cases = [
            ("vpc-intra-us-east-1a", true),
            ("db1", true),
            ("prod-data-b", true),
            ("PrivateIsolatedSubnet1", true),
            ("rds-subnet", true),
            ("private-a", false),
            ("app-update-a", false),
            ("", false),
        ];
        for (name, expected) in cases {
            assert_eq!(is_called_isolated(&subnet(name, "us-east-1a")), expected, "{name}");
        }
    }
}

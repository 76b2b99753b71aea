//! What a change is, where it is made, and what must be said of it.

use super::architectures::Architecture;
use super::judge::Told;
use super::snapshot::*;
use fargcheck::rules::Severity;
use serde_json::Value;

/// A change that can be made to a network, wherever it applies.
pub(crate) struct Operator {
    /// What it does, as the page says it.
    pub(crate) name: &'static str,
    /// Every place of an architecture where it can be made, each with what must be said then.
    pub(crate) plant: fn(&Architecture) -> Vec<Case>,
}

/// A network with one change.
pub(crate) struct Case {
    /// Where the change was made: the id of a resource.
    pub(crate) site: String,
    /// The network afterwards.
    pub(crate) document: Value,
    /// All that must be said at error and at warning that was not said before.
    pub(crate) expect: Vec<Told>,
    /// Why that is not one error: what serves instead, or why it is a warning. Empty where one error is due.
    pub(crate) because: &'static str,
}

/// Why the way out may fail.
pub(crate) const SERVED: &str = "the endpoints serve all that the tasks need";

/// Why nobody knows what of the tasks' packets arrives.
pub(crate) const BEHIND: &str = "where an instance sends the tasks' packets on is its own affair";

pub(crate) fn error(rule: &str, resource: &str) -> Told {
    Told { severity: Severity::Error, rule: rule.to_owned(), resource: resource.to_owned() }
}

pub(crate) fn warning(rule: &str, resource: &str) -> Told {
    Told { severity: Severity::Warning, ..error(rule, resource) }
}

impl Case {
    /// A fault: an error by this rule on this resource, and nothing else.
    pub(crate) fn fault(site: &str, document: Value, rule: &str, resource: &str) -> Case {
        Case::several(site, document, vec![error(rule, resource)], "")
    }

    /// A fault of a way to the internet: a warning where endpoints serve all that the tasks need, and nobody goes that way.
    pub(crate) fn way_out(sound: &Architecture, site: &str, document: Value, rule: &str, resource: &str) -> Case {
        match () {
            _ if sound.is_served() => Case::warned(site, document, rule, resource, SERVED),
            _ if sound.leaves_by_instance() => Case::warned(site, document, rule, resource, BEHIND),
            _ => Case::fault(site, document, rule, resource),
        }
    }

    /// A change that is unwise or risky, but breaks nothing for certain.
    pub(crate) fn warned(site: &str, document: Value, rule: &str, resource: &str, because: &'static str) -> Case {
        Case::several(site, document, vec![warning(rule, resource)], because)
    }

    /// A change that breaks nothing.
    pub(crate) fn nothing(site: &str, document: Value, because: &'static str) -> Case {
        Case::several(site, document, Vec::new(), because)
    }

    /// A change of which something else has to be said.
    pub(crate) fn several(site: &str, document: Value, mut expect: Vec<Told>, because: &'static str) -> Case {
        expect.sort();
        Case { site: site.to_owned(), document, expect, because }
    }
}

impl Architecture {
    /// Whether the endpoints of the tasks' VPC serve all that they need.
    pub(crate) fn has_endpoints(&self) -> bool {
        items(&self.document, "VpcEndpoints").any(|endpoint| text(endpoint, "ServiceName").ends_with(".logs"))
    }

    /// Whether nothing goes over the internet gateway that anybody lives by: endpoints serve the tasks, and no clients come from there.
    pub(crate) fn is_served(&self) -> bool {
        self.has_endpoints() && !self.has_clients()
    }

    /// Whether a load balancer faces the internet.
    pub(crate) fn has_clients(&self) -> bool {
        items(&self.document, "LoadBalancers").any(|found| found["Scheme"] == "internet-facing")
    }

    /// Whether instances that forward are the tasks' way out.
    pub(crate) fn leaves_by_instance(&self) -> bool {
        items(&self.document, "NetworkInterfaces").any(|interface| interface["SourceDestCheck"] == false)
    }

    /// Whether an instance that forwards packets for others is in a subnet.
    pub(crate) fn holds_nat_instance(&self, subnet: &str) -> bool {
        items(&self.document, "NetworkInterfaces")
            .any(|interface| interface["SubnetId"] == subnet && interface["SourceDestCheck"] == false)
    }

    /// Whether tasks reach the internet.
    pub(crate) fn has_way_out(&self) -> bool {
        let mut hosting = ids(&self.document, "Subnets").into_iter().filter(|subnet| self.hosts_tasks(subnet));
        hosting.any(|subnet| target(&self.document, &table_of(&self.document, &subnet), "0.0.0.0/0").is_some())
    }

    /// Whether a transit gateway is the tasks' way out.
    pub(crate) fn leaves_by_transit_gateway(&self) -> bool {
        let of_tasks = items(&self.document, "RouteTables").filter(|table| table["VpcId"] == self.task_vpc());
        of_tasks
            .flat_map(|table| items(table, "Routes"))
            .any(|route| goes_to(route) == "0.0.0.0/0" && leads(route).starts_with("tgw-"))
    }

    /// Whether DHCP options name other resolvers than AWS's.
    pub(crate) fn has_own_resolvers(&self) -> bool {
        items(&self.document, "NetworkInterfaces")
            .any(|interface| text(interface, "Description").starts_with("Route 53 Resolver"))
    }

    /// Whether tasks leave by NAT gateways of their own VPC.
    pub(crate) fn leaves_by_nat_gateway(&self) -> bool {
        items(&self.document, "NatGateways").any(|nat| nat["VpcId"] == self.task_vpc())
    }

    /// Whether these endpoints are in another VPC than the tasks.
    pub(crate) fn has_central_endpoints(&self) -> bool {
        items(&self.document, "VpcEndpoints").any(|endpoint| endpoint["VpcId"] != self.task_vpc())
    }

    /// Whether tasks run in a subnet.
    pub(crate) fn hosts_tasks(&self, subnet: &str) -> bool {
        workloads(&self.document).iter().any(|workload| workload.subnets.iter().any(|id| id == subnet))
    }

    /// Whether a subnet holds what must be reached from the internet, or reaches it by a public address: a NAT gateway, an
    /// internet-facing load balancer, a task with a public IP.
    pub(crate) fn is_public(&self, subnet: &str) -> bool {
        let document = &self.document;
        items(document, "NatGateways").any(|nat| nat["SubnetId"] == subnet && nat["ConnectivityType"] == "public")
            || items(document, "LoadBalancers").any(|balancer| {
                balancer["Scheme"] == "internet-facing"
                    && items(balancer, "AvailabilityZones").any(|zone| zone["SubnetId"] == subnet)
            })
            || workloads(document)
                .iter()
                .any(|workload| workload.public_ip && workload.subnets.iter().any(|id| id == subnet))
    }

    /// Whether a private NAT gateway is in a subnet.
    pub(crate) fn holds_private_nat(&self, subnet: &str) -> bool {
        items(&self.document, "NatGateways")
            .any(|nat| nat["SubnetId"] == subnet && nat["ConnectivityType"] == "private")
    }

    /// Whether clients reach a load balancer in a subnet by IPv6 alone.
    pub(crate) fn serves_by_ipv6(&self, subnet: &str) -> bool {
        items(&self.document, "LoadBalancers").any(|balancer| {
            balancer["IpAddressType"] == "dualstack-without-public-ipv4"
                && items(balancer, "AvailabilityZones").any(|zone| zone["SubnetId"] == subnet)
        })
    }

    /// Whether a transit gateway is attached to a subnet.
    pub(crate) fn is_attached(&self, subnet: &str) -> bool {
        items(&self.document, "TransitGatewayVpcAttachments")
            .any(|attachment| items(attachment, "SubnetIds").any(|id| id == subnet))
    }

    /// The VPCs that tasks run in.
    pub(crate) fn task_vpc(&self) -> &'static str {
        "vpc-shop"
    }
}

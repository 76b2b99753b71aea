//! Load balancers, listeners, target groups, and how services register with them.

use super::entity::*;
use super::filters::security_group;
use super::model::Model;
use super::schema::*;
use super::topology::{subnet, vpc};
use super::words;
use super::workload::workload;
use crate::network::*;
use crate::path;
use crate::reach::{Code, Exchange, ResourceId, public_access_is_blocked};
use crate::snapshot::Location;

entity! {
    /// A load balancer.
    load_balancer = "load-balancer" load_balancer {
        /// Its ARN.
        arn: STRING => |model, index| model.written(&model.network.load_balancers[index as usize].element.load_balancer_arn, "elasticloadbalancing:DescribeLoadBalancers", model.network.load_balancers[index as usize].scope);
        /// Its name.
        name: STRING => |model, index| model.written(&model.network.load_balancers[index as usize].element.load_balancer_name, "elasticloadbalancing:DescribeLoadBalancers", model.network.load_balancers[index as usize].scope), at |model, index| Some(Location::inside(model.network.load_balancers[index as usize].element.origin, path!["LoadBalancerName"]));
        /// Whom it faces; empty for a Gateway Load Balancer, which has no scheme.
        scheme: Type::Word(words::SCHEMES) => |model, index| model.scheme(LoadBalancerId(index)), at |model, index| Some(Location::inside(model.network.load_balancers[index as usize].element.origin, path!["Scheme"]));
        /// Whether it is set up: one that is `active_impaired` works, and lacks what it needs to scale.
        state: Type::Word(words::LOAD_BALANCER_STATES) => |model, index| model.balancer_state(LoadBalancerId(index)), at |model, index| Some(Location::inside(model.network.load_balancers[index as usize].element.origin, path!["State", "Code"]));
        /// What kind of load balancer it is.
        kind: Type::Word(words::LOAD_BALANCER_KINDS) => |model, index| model.written(&model.network.load_balancers[index as usize].element.ty, "elasticloadbalancing:DescribeLoadBalancers", model.network.load_balancers[index as usize].scope);
        /// Which addresses its clients come to; empty where the input doesn't say.
        ip_address_type: Type::Word(words::LOAD_BALANCER_FAMILIES) => |model, index| string(text(&model.network.load_balancers[index as usize].element.ip_address_type)), at |model, index| Some(Location::inside(model.network.load_balancers[index as usize].element.origin, path!["IpAddressType"]));
        /// Whether it has public IPv4 addresses, where it faces the internet: not with the type of addresses `dualstack-without-public-ipv4`.
        has_public_ipv4: BOOL => |model, index| boolean(model.has_public_ipv4(LoadBalancerId(index))?);
        /// Its VPC.
        vpc: Type::Entity(&vpc::TYPE) => |model, index| {
            let balancer = &model.network.load_balancers[index as usize];
            match model.network.by_id.vpcs.get_in(balancer.scope, text(&balancer.element.vpc_id)) {
                Some(id) => entity_of(&vpc::TYPE, id.0),
                None => Err(model.unknown(Missing { call: "ec2:DescribeVpcs", scope: balancer.scope })),
            }
        };
        /// Its subnets.
        subnets: Type::List(&Type::Entity(&subnet::TYPE)) => |model, index| model.subnet_list(model.network.load_balancers[index as usize].subnets.iter().copied()), at |model, index| Some(Location::inside(model.network.load_balancers[index as usize].element.origin, path!["AvailabilityZones"]));
        /// Zones that it is enabled in.
        zones: Type::List(&Type::String) => |model, index| strings(model.balancer_zones(LoadBalancerId(index))?), at |model, index| Some(Location::inside(model.network.load_balancers[index as usize].element.origin, path!["AvailabilityZones"]));
        /// Zones in which tasks that it leads to may run, but in which it is not enabled.
        zones_without: Type::List(&Type::String) => |model, index| model.zones_without_balancer(LoadBalancerId(index)), at |model, index| Some(Location::inside(model.network.load_balancers[index as usize].element.origin, path!["AvailabilityZones"]));
        /// Its security groups.
        security_groups: Type::List(&Type::Entity(&security_group::TYPE)) => |model, index| list_of(&security_group::TYPE, model.network.load_balancers[index as usize].groups.iter().filter_map(|group| group.known()).map(|id| id.0)), at |model, index| Some(Location::inside(model.network.load_balancers[index as usize].element.origin, path!["SecurityGroups"]));
        /// Its listeners.
        listeners: Type::List(&Type::Entity(&listener::TYPE)) => |model, index| {
            let listeners = model.network.load_balancers[index as usize].listeners.as_ref().map_err(|missing| model.unknown(*missing))?;
            list_of(&listener::TYPE, listeners.iter().map(|id| id.0))
        };
        /// Those of them that its security groups keep from the clients that they are for: from everybody, where they forward; and where it faces the internet, from there, if none is open to it or one that is redirects to them.
        closed_listeners: Type::List(&Type::Entity(&listener::TYPE)) => |model, index| model.closed_listeners(LoadBalancerId(index));
        /// Whether VPC Block Public Access keeps the internet from it, in all of its subnets, and stops no task on its way out of the VPC, which would tell it.
        is_cut_off: BOOL => |model, index| model.balancer_is_cut_off(LoadBalancerId(index));
        /// Whether services register with target groups that it leads to.
        serves_workloads: BOOL => |model, index| boolean(model.served_by(LoadBalancerId(index)).next().is_some());
        /// Whether any of these services isn't scaled to zero.
        serves_tasks: BOOL => |model, index| boolean(model.serves_tasks(LoadBalancerId(index)));
    }
}

entity! {
    /// A listener of a load balancer.
    listener = "listener" listener {
        /// Its ARN.
        arn: STRING => |model, index| model.written(&model.network.listeners[index as usize].element.listener_arn, "elasticloadbalancing:DescribeListeners", model.network.listeners[index as usize].scope);
        /// Its port.
        port: INT => |model, index| model.written_number(model.network.listeners[index as usize].element.port, "elasticloadbalancing:DescribeListeners", model.network.listeners[index as usize].scope), at |model, index| Some(Location::inside(model.network.listeners[index as usize].element.origin, path!["Port"]));
        /// Its protocol.
        protocol: Type::Word(words::LISTENER_PROTOCOLS) => |model, index| model.written(&model.network.listeners[index as usize].element.protocol, "elasticloadbalancing:DescribeListeners", model.network.listeners[index as usize].scope), at |model, index| Some(Location::inside(model.network.listeners[index as usize].element.origin, path!["Protocol"]));
        /// What it listens for as rules of security groups name it; `tcp` where both.
        transport: Type::Word(words::TRANSPORTS) => |model, index| string(model.network.listeners[index as usize].protocols().first().map_or("tcp", |protocol| protocol.as_str()));
        /// Whether its load balancer's security groups let some public address in on its port. True without any group.
        accepts_public: BOOL => |model, index| boolean(model.accepts_public(ListenerId(index))?);
        /// Whether a rule of its load balancer's security groups is for its port, whomever it lets in. True without any group.
        accepts_anyone: BOOL => |model, index| boolean(model.accepts_anyone(ListenerId(index))?);
        /// Whether it or one of its rules forwards to a target group.
        forwards: BOOL => |model, index| boolean(model.forwards(ListenerId(index))?);
        /// Listeners of the same load balancer that redirect requests to it.
        redirecting: Type::List(&Type::Entity(&listener::TYPE)) => |model, index| list_of(&listener::TYPE, model.redirecting(ListenerId(index)));
    }
}

entity! {
    /// A target group.
    target_group = "target-group" target_group {
        /// Its name.
        name: STRING => |model, index| model.written(&model.network.target_groups[index as usize].element.target_group_name, "elasticloadbalancing:DescribeTargetGroups", model.network.target_groups[index as usize].scope), at |model, index| Some(Location::inside(model.network.target_groups[index as usize].element.origin, path!["TargetGroupName"]));
        /// Its port.
        port: INT => |model, index| model.written_number(model.network.target_groups[index as usize].element.port, "elasticloadbalancing:DescribeTargetGroups", model.network.target_groups[index as usize].scope), at |model, index| Some(Location::inside(model.network.target_groups[index as usize].element.origin, path!["Port"]));
        /// Its protocol; empty where the input doesn't say.
        protocol: Type::Word(words::TARGET_PROTOCOLS) => |model, index| string(text(&model.network.target_groups[index as usize].element.protocol));
        /// Whether it is one for network load balancers, whose listeners have no rules: by its protocol.
        is_for_network_load_balancers: BOOL => |model, index| boolean(is_for_network_load_balancers(&model.network.target_groups[index as usize]));
        /// What it has as targets.
        target_type: Type::Word(words::TARGET_TYPES) => |model, index| model.written(&model.network.target_groups[index as usize].element.target_type, "elasticloadbalancing:DescribeTargetGroups", model.network.target_groups[index as usize].scope), at |model, index| Some(Location::inside(model.network.target_groups[index as usize].element.origin, path!["TargetType"]));
        /// Which addresses its targets have to have; empty where the input doesn't say.
        ip_address_type: Type::Word(words::TARGET_FAMILIES) => |model, index| string(text(&model.network.target_groups[index as usize].element.ip_address_type)), at |model, index| Some(Location::inside(model.network.target_groups[index as usize].element.origin, path!["IpAddressType"]));
        /// The port that its health checks come to: `traffic-port`, which is each target's own, or a number.
        health_check_port: STRING => |model, index| string(model.network.target_groups[index as usize].element.health_check_port.as_deref().unwrap_or("traffic-port")), at |model, index| Some(Location::inside(model.network.target_groups[index as usize].element.origin, path!["HealthCheckPort"]));
        /// Load balancers whose listeners or rules lead to it.
        load_balancers: Type::List(&Type::Entity(&load_balancer::TYPE)) => |model, index| {
            let group = &model.network.target_groups[index as usize];
            let found = group.load_balancers.as_ref().map_err(|missing| model.unknown(*missing))?;
            if found.is_empty() {
                model.listed(group.scope, "elasticloadbalancing:DescribeLoadBalancers")?;
            }
            list_of(&load_balancer::TYPE, found.iter().map(|id| id.0))
        };
    }
}

entity! {
    /// A service's container and port in a target group.
    registration = "registration" registration {
        /// The service.
        workload: Type::Entity(&workload::TYPE) => |model, index| entity_of(&workload::TYPE, model.registrations[index as usize].0.0);
        /// The target group.
        target_group: Type::Entity(&target_group::TYPE) => |model, index| {
            let scope = model.network.workload(model.registrations[index as usize].0).scope;
            match model.registration(index).target_group {
                Reference::To(id) => entity_of(&target_group::TYPE, id.0),
                Reference::Unknown(missing) => Err(model.unknown(missing)),
                Reference::Gone => Err(model.unknown(Missing { call: "elasticloadbalancing:DescribeTargetGroups", scope })),
            }
        };
        /// Whether the target group exists.
        target_group_exists: BOOL => |model, index| match model.registration(index).target_group {
            Reference::To(_) => boolean(true),
            Reference::Gone => boolean(false),
            Reference::Unknown(missing) => Err(model.unknown(missing)),
        }, at |model, index| Some(model.registration(index).place.clone());
        /// The service's subnets that have no addresses of the type that the target group takes: none of their tasks can be registered.
        subnets_without_addresses: Type::List(&Type::Entity(&subnet::TYPE)) => |model, index| model.subnets_without_addresses(index), at |model, index| Some(model.registration(index).place.clone());
        /// Whether requests of production are to get there: not to a task set that isn't the primary one.
        is_in_production: BOOL => |model, index| boolean(model.registration(index).is_in_production);
        /// The target group's ARN.
        target_group_arn: STRING => |model, index| string(&model.registration(index).arn), at |model, index| Some(model.registration(index).place.clone());
        /// The container's name.
        container: STRING => |model, index| string(&model.registration(index).container);
        /// The container's port.
        port: INT => |model, index| {
            let scope = model.network.workload(model.registrations[index as usize].0).scope;
            model.written_number(model.registration(index).port.map(i64::from), "ecs:DescribeServices", scope)
        }, at |model, index| Some(model.registration(index).place.clone());
        /// Whether security groups stop the target group's health checks alone, on a port of their own that no container maps: what the load balancer hands on to the registered port gets through.
        health_check_goes_astray: BOOL => |model, index| model.health_check_goes_astray(index), at |model, index| model.registration(index).target_group.known().map(|id| Location::inside(model.network.target_group(id).element.origin, path!["HealthCheckPort"]));
        /// The AWS CLI's commands, one a line, that let the load balancer through to that port in the security groups which stop it.
        health_check_openings: STRING => |model, index| owned(model.health_check_openings(index));
        /// The ARN of a listener that could forward to the target group: of a load balancer of its kind in the service's VPC. Empty where there is none.
        listener_arn: STRING => |model, index| string(model.listener_for(index));
        /// The AWS CLI's command that makes a listener which forwards to the target group, of a load balancer of its kind in the service's VPC.
        new_listener_command: STRING => |model, index| owned(model.new_listener_command(index));
        /// The AWS CLI's commands, one a line, by which the listeners and rules that forward to the target group forward to a new one, `<new-target-group-arn>`; or the one that makes such a listener.
        forwarding_commands: STRING => |model, index| owned(model.forwarding_commands(index));
        /// A container and a port that the task definition maps, as the AWS CLI's commands about services take them: `containerName=app,containerPort=8080`. That container's own before others'.
        mapped_option: STRING => |model, index| owned(match &model.registration(index).mapped {
            Some((container, port)) => format!("containerName={container},containerPort={port}"),
            None => "containerName=<container-name>,containerPort=<container-port>".to_owned(),
        });
        /// Whether the task definition has that container with that port.
        is_mapped: BOOL => |model, index| {
            let scope = model.network.workload(model.registrations[index as usize].0).scope;
            boolean(model.registration(index).is_mapped.ok_or_else(|| model.unknown(Missing { call: "ecs:DescribeTaskDefinition", scope }))?)
        };
    }
}

impl Model<'_> {
    pub(super) fn registration(&self, index: u32) -> &Registration {
        let (workload, position) = self.registrations[index as usize];
        &self.network.workload(workload).registrations[position as usize]
    }
}

/// Whether a target group is for network load balancers, by its protocol.
/// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html>
fn is_for_network_load_balancers(group: &TargetGroup<'_>) -> bool {
    matches!(text(&group.element.protocol), "TCP" | "TLS" | "UDP" | "TCP_UDP" | "QUIC" | "TCP_QUIC")
}

impl<'n> Model<'n> {
    /// The services that register with target groups which a load balancer leads to.
    fn served_by(&self, id: LoadBalancerId) -> impl Iterator<Item = &Workload<'n>> {
        let served = self.registrations_of_balancer[id.0 as usize].iter();
        served.map(|index| self.network.workload(self.registrations[*index as usize].0))
    }

    /// Whether any of these services isn't scaled to zero.
    pub(super) fn serves_tasks(&self, id: LoadBalancerId) -> bool {
        self.served_by(id).any(|workload| !workload.is_idle())
    }
}

impl Model<'_> {
    /// "Scheme is not supported for Gateway Load Balancers."
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html>
    fn scheme<'f>(&'f self, id: LoadBalancerId) -> Reading<'f> {
        let balancer = self.network.load_balancer(id);
        match (&balancer.element.scheme, balancer.element.ty.as_deref()) {
            (None, Some("gateway")) => string(""),
            (scheme, _) => self.written(scheme, "elasticloadbalancing:DescribeLoadBalancers", balancer.scope),
        }
    }

    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerState.html>
    fn balancer_state<'f>(&'f self, id: LoadBalancerId) -> Reading<'f> {
        let balancer = self.network.load_balancer(id);
        let code = balancer.element.state.as_ref().map_or(&None, |state| &state.code);
        self.written(code, "elasticloadbalancing:DescribeLoadBalancers", balancer.scope)
    }

    /// Load balancers that could lead to the target group of a registration: those of its kind in the service's VPC.
    fn balancers_for(&self, index: u32) -> impl Iterator<Item = &LoadBalancer<'_>> {
        let registration = self.registration(index);
        let group = registration.target_group.known().map(|id| self.network.target_group(id));
        let kind = if group.is_some_and(is_for_network_load_balancers) { "network" } else { "application" };
        let workload = self.network.workload(self.registrations[index as usize].0);
        let subnet = workload.subnets.iter().flatten().find_map(|placement| placement.subnet.known());
        let vpc = subnet.and_then(|subnet| self.network.subnet(subnet).element.vpc_id.as_deref());
        let balancers = self.network.load_balancers.iter();
        balancers.filter(move |balancer| {
            vpc.is_some() && balancer.element.vpc_id.as_deref() == vpc && balancer.element.ty.as_deref() == Some(kind)
        })
    }

    /// "All IP addresses within a target group must have the same IP address type."
    /// <https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html#target-group-ip-address-type>
    fn subnets_without_addresses<'f>(&self, index: u32) -> Reading<'f> {
        let group = self.registration(index).target_group.known().map(|id| self.network.target_group(id));
        let wanted = group.and_then(TargetGroup::family);
        let workload = self.network.workload(self.registrations[index as usize].0);
        let placements = workload.subnets.iter().flatten().filter_map(|placement| placement.subnet.known());
        let mut without = Vec::new();
        for id in placements.filter(|_| wanted.is_some()) {
            let subnet = self.network.subnet(id);
            if wanted.is_some_and(|family| !family.part(&subnet.hosts).is_empty()) {
                continue;
            }
            if let Some(missing) = subnet.unread.or(subnet.has_ipv4.err()) {
                return Err(self.unknown(missing));
            }
            without.push(id.0);
        }
        list_of(&subnet::TYPE, without)
    }

    fn listener_for(&self, index: u32) -> &str {
        let found = self.balancers_for(index).find_map(|balancer| balancer.listeners.as_ref().ok()?.first().copied());
        found.map_or("", |id| text(&self.network.listener(id).element.listener_arn))
    }

    pub(super) fn new_listener_command(&self, index: u32) -> String {
        let registration = self.registration(index);
        let group = registration.target_group.known().map(|id| self.network.target_group(id));
        let of_network = group.filter(|group| is_for_network_load_balancers(group));
        let balancer =
            self.balancers_for(index).next().and_then(|balancer| balancer.element.load_balancer_arn.as_deref());
        format!(
            "aws elbv2 create-listener --load-balancer-arn {} --protocol {} --port <port> --default-actions Type=forward,TargetGroupArn={}",
            balancer.unwrap_or("<load-balancer-arn>"),
            of_network.map_or("<HTTP-or-HTTPS>", |group| text(&group.element.protocol)),
            registration.arn
        )
    }

    fn balancer_is_cut_off<'f>(&self, id: LoadBalancerId) -> Reading<'f> {
        let subnets: Vec<SubnetId> =
            self.network.load_balancer(id).subnets.iter().filter_map(|subnet| subnet.known()).collect();
        let vpc = subnets.first().and_then(|subnet| self.network.subnet(*subnet).vpc.known());
        let mut at_vpc = vpc.into_iter().flat_map(|vpc| self.blockers_at(ResourceId::Vpc(vpc)));
        let stops_tasks = at_vpc.any(|blocker| blocker.code == Code::BlockPublicAccess);
        if subnets.is_empty() || stops_tasks {
            return boolean(false);
        }
        for subnet in subnets {
            if !self.known(public_access_is_blocked(self.network, subnet, Exchange::Incoming))? {
                return boolean(false);
            }
        }
        boolean(true)
    }
}

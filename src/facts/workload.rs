//! Workloads, and the security groups that they have.

use super::balancing::registration;
use super::entity::*;
use super::filters::{port_ranges, security_group};
use super::model::Model;
use super::schema::*;
use super::topology::subnet;
use super::words;
use crate::network::*;
use crate::reach::{Doubt, FlowKind, Verdict};

entity! {
    /// Something that runs: a service, a task, a declaration.
    workload = "workload" workload {
        /// Its name.
        name: STRING => |model, index| string(model.network.workloads[index as usize].own_name()), at |model, index| Some(model.network.workloads[index as usize].place.clone());
        /// What it is; `hypothetical` for a plain task in a subnet of which nothing says what runs in it.
        kind: Type::Word(words::WORKLOAD_KINDS) => |model, index| string(match model.network.workloads[index as usize].kind {
            WorkloadKind::Service => "service",
            WorkloadKind::Task => "task",
            WorkloadKind::Declared => "declared",
            WorkloadKind::Hypothetical => "hypothetical",
        });
        /// Its subnets that exist.
        subnets: Type::List(&Type::Entity(&subnet::TYPE)) => |model, index| {
            let subnets = model.network.workloads[index as usize].subnets.as_ref().map_err(|missing| model.unknown(*missing))?;
            model.subnet_list(subnets.iter().map(|placement| placement.subnet))
        };
        /// Its subnets in which nothing is known to stop what it needs.
        works_in: Type::List(&Type::Entity(&subnet::TYPE)) => |model, index| model.works_in(WorkloadId(index));
        /// Its subnets in which it is kept from what it needs for want of a public IP. Left out are private ones that lead to an internet gateway by mistake: they need another route.
        needs_public_ip_in: Type::List(&Type::Entity(&subnet::TYPE)) => |model, index| model.needs_public_ip_in(WorkloadId(index), |_| true);
        /// Those of them that are declared private.
        private_without_public_ip: Type::List(&Type::Entity(&subnet::TYPE)) => |model, index| model.needs_public_ip_in(WorkloadId(index), |subnet| model.declared(subnet.0) == "private");
        /// Zones of its subnets.
        zones: Type::List(&Type::String) => |model, index| strings(model.workload_zones(WorkloadId(index))?), at |model, index| model.subnets_place(WorkloadId(index));
        /// How many tasks are to run.
        desired_count: INT => |model, index| int(model.network.workloads[index as usize].desired), at |model, index| Some(model.network.workloads[index as usize].place.clone());
        /// How many tasks run.
        running_count: INT => |model, index| model.written_number(model.network.workloads[index as usize].running, "ecs:DescribeServices", model.network.workloads[index as usize].scope);
        /// How many tasks there may be at a time while it is deployed: the desired count times `maximumPercent` (200 where nothing says otherwise), rounded down.
        most_tasks: INT => |model, index| {
            let workload = &model.network.workloads[index as usize];
            int(workload.desired.saturating_mul(workload.maximum_percent.unwrap_or(200)) / 100)
        };
        /// How many IPv4 addresses are free in its subnets.
        free_addresses: INT => |model, index| model.workload_free_addresses(WorkloadId(index)), at |model, index| model.subnets_place(WorkloadId(index));
        /// The network mode of its task definition; `awsvpc` where no task definition belongs to it.
        network_mode: Type::Word(words::NETWORK_MODES) => |model, index| model.network_mode(WorkloadId(index));
        /// The name of its cluster; empty where the input doesn't say.
        cluster: STRING => |model, index| string(model.network.workloads[index as usize].cluster.as_deref().unwrap_or_default());
        /// The AWS CLI's command that its network configuration is an option of, as far as the other options: `aws ecs update-service --cluster shop --service app`. A task set can't be changed, nor a task that no service runs: theirs are `aws ecs create-task-set …` and `aws ecs run-task …`. Nor does ECS change what CodeDeploy deploys: the options are then in a comment below `aws deploy create-deployment …`, as what the AppSpec has to say. Nor is a task that CloudReactor's deployer starts any service's: the options are then in a comment that names the deployer's file.
        configuring_command: STRING => |model, index| owned(configuring_command(&model.network.workloads[index as usize]));
        /// Whether it can't be changed and has to be started anew: a task set, or a task that no service runs.
        is_replaced: BOOL => |model, index| boolean(is_replaced(&model.network.workloads[index as usize]));
        /// Whether it names subnets, which every task on Fargate needs.
        names_subnets: BOOL => |model, index| {
            let subnets = model.network.workloads[index as usize].subnets.as_ref().map_err(|missing| model.unknown(*missing))?;
            boolean(!subnets.is_empty())
        };
        /// Ids of subnets that do not exist.
        lost_subnets: Type::List(&Type::String) => |model, index| {
            let subnets = model.network.workloads[index as usize].subnets.as_ref().map_err(|missing| model.unknown(*missing))?;
            strings(subnets.iter().filter(|placement| placement.subnet == Reference::Gone).map(|placement| placement.id.as_str()))
        }, at |model, index| model.network.workloads[index as usize].subnets.as_ref().ok()?.iter().find(|placement| placement.subnet == Reference::Gone).map(|placement| placement.place.clone());
        /// Ids of the VPCs of its subnets.
        vpc_ids: Type::List(&Type::String) => |model, index| {
            let subnets = model.network.workloads[index as usize].subnets.as_ref().map_err(|missing| model.unknown(*missing))?;
            let mut ids: Vec<&str> = Vec::new();
            for subnet in subnets.iter().filter_map(|placement| placement.subnet.known()).map(|id| model.network.subnet(id)) {
                let missing = Missing { call: "ec2:DescribeSubnets", scope: subnet.scope };
                ids.push(subnet.element.vpc_id.as_deref().ok_or_else(|| model.unknown(missing))?);
            }
            ids.sort_unstable();
            ids.dedup();
            strings(ids)
        };
        /// Its security groups, with where each is named.
        memberships: Type::List(&Type::Entity(&membership::TYPE)) => |model, index| {
            model.network.workloads[index as usize].groups.as_ref().map_err(|missing| model.unknown(*missing))?;
            list_of(&membership::TYPE, model.first_membership[index as usize]..model.first_membership[index as usize + 1])
        };
        /// Whether it names security groups; it gets its VPC's default group otherwise.
        names_security_groups: BOOL => |model, index| boolean(model.network.workloads[index as usize].names_groups);
        /// Whether its subnets have IPv6 addresses alone.
        is_ipv6_only: BOOL => |model, index| boolean(model.is_ipv6_only(WorkloadId(index)));
        /// Whether its groups together let all TCP out to 0.0.0.0/0, on every port but 0; to ::/0 where its subnets have IPv6 addresses alone.
        has_all_outbound_group: BOOL => |model, index| model.has_all_outbound(index);
        /// Whether it gets a public IP.
        public_ip: BOOL => |model, index| boolean(model.known(model.network.workloads[index as usize].public_ip)?), at |model, index| Some(model.network.workloads[index as usize].public_ip_at.clone());
        /// Whether it declares that it needs the internet.
        needs_internet: BOOL => |model, index| boolean(model.network.workloads[index as usize].needs.iter().any(|need| need.target == NeedTarget::Internet));
        /// Ports that its containers listen on, as ranges such as `8080` or `8000-8010`.
        ports: Type::List(&Type::String) => |model, index| port_ranges(&model.network.workloads[index as usize].ports);
        /// Whether it is registered with Cloud Map.
        is_discovered: BOOL => |model, index| boolean(model.network.workloads[index as usize].discovered.is_some()), at |model, index| Some(model.network.workloads[index as usize].discovered.as_ref()?.1.clone());
        /// Whether a rule of its groups is for one of the ports that it maps or registers with Cloud Map, whomever it lets in. True where no port is known.
        lets_its_finders_in: BOOL => |model, index| model.lets_its_finders_in(WorkloadId(index));
        /// Images that a pull-through cache of its own registry has not fetched yet, where it pulls by an endpoint and its subnets lead to no public address. Left out is what tasks run from.
        never_fetched: Type::List(&Type::String) => |model, index| strings(model.never_fetched(WorkloadId(index), false)), at |model, index| model.network.workloads[index as usize].images.first().map(|(_, place)| place.clone());
        /// Those of them whose repository has a rule's own prefix. Any other one, with a rule for `ROOT`, may be one that is yet to be pushed to.
        never_fetched_by_prefix: Type::List(&Type::String) => |model, index| strings(model.never_fetched(WorkloadId(index), true)), at |model, index| model.network.workloads[index as usize].images.first().map(|(_, place)| place.clone());
        /// Its containers and ports in target groups.
        registrations: Type::List(&Type::Entity(&registration::TYPE)) => |model, index| {
            list_of(&registration::TYPE, model.first_registration[index as usize]..model.first_registration[index as usize + 1])
        };
        /// Whether it registers with a load balancer's target group.
        is_load_balanced: BOOL => |model, index| boolean(!model.network.workloads[index as usize].registrations.is_empty());
        /// Names of the Classic Load Balancers that it registers with.
        classic_load_balancers: Type::List(&Type::String) => |model, index| strings(model.network.workloads[index as usize].classic_load_balancers.iter().map(|(name, _)| name.as_str())), at |model, index| model.network.workloads[index as usize].classic_load_balancers.first().map(|(_, place)| place.clone());
        /// Whether its groups together let every public address in on a TCP port of its tasks' own public addresses, of IPv4 or IPv6, in a subnet that leads to an internet gateway.
        is_open_to_public: BOOL => |model, index| model.is_open_to_public(WorkloadId(index)), at |model, index| Some(model.network.workloads[index as usize].place.clone());
        /// What it reaches, by name.
        reaches: Type::List(&Type::String) => |model, index| model.destinations(index, Verdict::Reachable);
        /// What it reaches through an internet gateway, by its public IP.
        reaches_by_public_ip: Type::List(&Type::String) => |model, index| model.by_public_ip(WorkloadId(index), false), at |model, index| Some(model.network.workloads[index as usize].public_ip_at.clone());
        /// AWS services that it reaches through an internet gateway, by the names of their endpoints.
        services_by_public_ip: Type::List(&Type::String) => |model, index| model.by_public_ip(WorkloadId(index), true), at |model, index| Some(model.network.workloads[index as usize].public_ip_at.clone());
        /// The AWS CLI's commands, one a line, by which endpoints lead to these services: in each zone of its subnets, for all of their route tables.
        endpoints_instead: STRING => |model, index| model.endpoints_instead(WorkloadId(index));
        /// What it reaches over the internet: through an internet gateway, an egress-only one or a NAT gateway.
        reaches_by_internet: Type::List(&Type::String) => |model, index| model.by_internet(WorkloadId(index));
        /// Whether the configuration says that nothing of it is to go over the internet (`profile = "endpoints"`).
        is_to_be_isolated: BOOL => |model, index| boolean(model.network.workloads[index as usize].isolated);
        /// Whether it reaches everything that it is known to need. Unknown while its needs are, or the way to one of them.
        reaches_all: BOOL => |model, index| model.reaches_all(index);
        /// How often the outbound rules of its security groups stop one of its flows.
        blocked_by_egress: INT => |model, index| {
            let flows = model.flows_of(WorkloadId(index)).iter();
            int(flows.flat_map(|flow| &flow.answer.blockers).filter(|blocker| blocker.code == crate::reach::Code::SgEgress).count() as i64)
        };
    }
}

entity! {
    /// A security group that a workload has.
    membership = "membership" membership {
        /// The workload.
        workload: Type::Entity(&workload::TYPE) => |model, index| entity_of(&workload::TYPE, model.memberships[index as usize].0.0);
        /// The group's id as the workload names it.
        group_id: STRING => |model, index| string(&model.member(index).id), at |model, index| Some(model.member(index).place.clone());
        /// Whether that group exists.
        exists: BOOL => |model, index| match model.member(index).group {
            Reference::To(_) => boolean(true),
            Reference::Gone => boolean(false),
            Reference::Unknown(missing) => Err(model.unknown(missing)),
        }, at |model, index| Some(model.member(index).place.clone());
        /// The group.
        group: Type::Entity(&security_group::TYPE) => |model, index| match model.member(index).group {
            Reference::To(id) => entity_of(&security_group::TYPE, id.0),
            Reference::Unknown(missing) => Err(model.unknown(missing)),
            Reference::Gone => Err(model.lost("ec2:DescribeSecurityGroups", "the group does not exist")),
        };
        /// Whether the group's VPC is that of the workload's subnets, or the group is associated with that VPC.
        is_of_vpc: BOOL => |model, index| model.is_of_vpc(index), at |model, index| Some(model.member(index).place.clone());
    }
}

/// Of what runs already a service alone can be given another network configuration.
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html>
fn is_replaced(workload: &Workload<'_>) -> bool {
    workload.is_task_set || workload.kind == WorkloadKind::Task
}

fn configuring_command(workload: &Workload<'_>) -> String {
    let cluster = workload.cluster.as_deref().unwrap_or("<cluster>");
    let definition = workload.task_definition.unwrap_or("<task-definition>");
    let name = workload.own_name();
    if let Some(file) = &workload.set_in {
        return format!(
            "# CloudReactor's deployer starts {name} with `subnets`, `security_groups` and `assign_public_ip: True` (or False)\n    \
             # of {file}, or else of common.yml, and undoes what is changed elsewhere. Write there:\n    #"
        );
    }
    match workload.kind {
        WorkloadKind::Task => {
            format!("aws ecs run-task --cluster {cluster} --task-definition {definition} --launch-type FARGATE")
        }
        _ if workload.is_task_set => {
            format!("aws ecs create-task-set --cluster {cluster} --service {name} --task-definition {definition}")
        }
        // "If the network configuration, platform version, task definition, or load balancer need to be updated, create a
        // new CodeDeploy deployment." https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html
        _ if workload.is_by_code_deploy => format!(
            "aws deploy create-deployment --application-name <application-name> --deployment-group-name \
             <deployment-group-name> --revision file://<revision-file>\n    \
             # CodeDeploy deploys {name}, and ECS refuses to update it: what that revision's AppSpec has to say is"
        ),
        _ => format!("aws ecs update-service --cluster {cluster} --service {name}"),
    }
}

impl Model<'_> {
    pub(super) fn member(&self, index: u32) -> &Membership {
        let (workload, position) = self.memberships[index as usize];
        let list = self.network.workload(workload).groups.as_deref().unwrap_or_default();
        &list[position as usize]
    }

    fn has_all_outbound<'f>(&self, index: u32) -> Reading<'f> {
        let groups =
            self.network.workloads[index as usize].groups.as_ref().map_err(|missing| self.unknown(*missing))?;
        let sets = groups.iter().filter_map(|member| match member.group {
            Reference::To(id) => Some(self.network.group(id).egress.as_ref().map_err(|missing| *missing)),
            Reference::Unknown(missing) => Some(Err(missing)),
            Reference::Gone => None,
        });
        self.let_all_tcp_out(sets, if self.is_ipv6_only(WorkloadId(index)) { ALL_V6 } else { ALL_V4 })
    }

    /// Whether all subnets of a workload have IPv6 addresses alone.
    fn is_ipv6_only(&self, id: WorkloadId) -> bool {
        let subnets = self.network.workload(id).subnets.iter().flatten();
        let mut native = subnets.map(|placement| {
            placement.subnet.known().is_some_and(|id| self.network.subnet(id).element.ipv6_native == Some(true))
        });
        native.next() == Some(true) && native.all(|native| native)
    }

    fn is_of_vpc<'f>(&self, index: u32) -> Reading<'f> {
        let (workload, _) = self.memberships[index as usize];
        let group = match self.member(index).group {
            Reference::To(group) => group,
            Reference::Unknown(missing) => return Err(self.unknown(missing)),
            // That it does not exist is told by itself.
            Reference::Gone => return boolean(true),
        };
        let workload = self.network.workload(workload);
        let subnets = workload.subnets.as_ref().map_err(|missing| self.unknown(*missing))?;
        let known = subnets.iter().filter_map(|placement| placement.subnet.known());
        let vpcs = known.filter_map(|id| self.network.subnet(id).element.vpc_id.as_deref());
        let serves: Vec<_> = vpcs.map(|vpc| self.network.group(group).serves(vpc)).collect();
        if serves.contains(&Ok(false)) {
            return boolean(false);
        }
        self.known(serves.into_iter().collect::<Known<Vec<bool>>>())?;
        boolean(true)
    }

    fn reaches_all<'f>(&self, index: u32) -> Reading<'f> {
        let mut doubt = None;
        for flow in self.flows_of(WorkloadId(index)) {
            match (flow.key.kind, flow.answer.verdict) {
                (FlowKind::Need(need), _)
                    if self.network.workloads[index as usize].needs[need as usize].is_presumed => {}
                (FlowKind::Need(_), Verdict::Blocked | Verdict::Partial) => return boolean(false),
                (FlowKind::Need(_), Verdict::Unknown) => doubt = doubt.or(flow.answer.doubts.first()),
                _ => {}
            }
        }
        self.known(self.network.workloads[index as usize].needs_known)?;
        match doubt {
            None => boolean(true),
            Some(Doubt::Missing(missing)) => Err(self.unknown(*missing)),
            Some(Doubt::Leaves(_) | Doubt::Hidden(_) | Doubt::Unreadable(_)) => {
                Err(self.lost("ec2:DescribeRouteTables", "whether it reaches all that it needs can't be told"))
            }
        }
    }

    fn destinations<'f>(&self, index: u32, verdict: Verdict) -> Reading<'f> {
        let mut names: Vec<String> = Vec::new();
        for flow in self.flows_of(WorkloadId(index)).iter().filter(|flow| flow.answer.verdict == verdict) {
            if let FlowKind::Need(_) = flow.key.kind {
                let name = crate::reach::destination_name(self.network, &flow.key);
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
        Ok(Value::List(names.into_iter().map(|name| Value::String(name.into())).collect()))
    }
}

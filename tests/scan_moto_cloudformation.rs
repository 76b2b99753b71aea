//! A template, and the account that it was deployed to: templates are deployed to a moto server, `fargcheck scan` collects
//! what came of them, and has to find there what `fargcheck lint` finds in the template itself: the same rules, of the same
//! severity, on the same resources, and the same verdicts over every flow.
//!
//! The templates are those that aws-cdk-lib synthesises (`fixtures/cloudformation/cdk`), as they are and with one fault each,
//! planted by an edit of the table below. Nothing here or behind it says what is to be found in the account: the template's
//! findings are compared with the account's.
//!
//! **What is moto's, what is ours.** moto evaluates the template, and makes VPCs, subnets, route tables, routes, gateways
//! and their attachments, Elastic IPs, NAT gateways, endpoints, security groups with their ingress, clusters, repositories,
//! load balancers, listeners, target groups and rules of EventBridge. It leaves out DNS attributes of VPCs, public addresses of
//! subnets, egress of groups, groups of endpoints' interfaces, which table and which network ACL a subnet has, network ACLs,
//! and all but the containers of task definitions and the number of tasks of services. `tests/moto/cloudformation.py` makes these with
//! the calls that CloudFormation makes, out of each resource's properties as moto evaluated them, and refuses what neither it nor
//! moto makes. moto's schedules start nothing, and a scan collects none: `tests/moto/stacks.py` starts their tasks, as EventBridge
//! does. What the API of moto itself answers otherwise than AWS's is in `tests/moto/README.md`.
#![cfg(feature = "scan")]

#[path = "moto_support/findings.rs"]
mod findings;
#[allow(dead_code, reason = "the tests of scan use more of it")]
mod moto_support;
mod python_support;
#[path = "moto_support/template.rs"]
mod template;

use findings::Report;
use moto_support::{Account, Moto, REGION, fargcheck};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use template::Template;

/// The templates, and the errors that they have as they are.
const TEMPLATES: [(&str, &[&str]); 7] = [
    ("application-load-balanced-fargate-service", &[]),
    ("isolated-with-endpoints", &[]),
    ("isolated-without-s3-gateway", &["endpoint/s3-gateway"]),
    ("public-only", &[]),
    ("queue-processing-fargate-service", &[]),
    ("scheduled-fargate-task", &[]),
    ("vpc-with-nat", &[]),
];

/// A fault: the templates that it is planted in, the rule that has to tell it as an error, and how it is planted.
type Fault = (&'static str, &'static [&'static str], &'static str, fn(&mut Template));

const BALANCED: &[&str] = &["application-load-balanced-fargate-service"];
const ISOLATED: &[&str] = &["isolated-with-endpoints"];
const PUBLIC: &[&str] = &["public-only"];
const QUEUE: &[&str] = &["queue-processing-fargate-service"];
/// moto runs no task in a VPC without DNS host names: what turns them off is planted where a service is.
const SCHEDULED: &[&str] = &["scheduled-fargate-task"];
const NAT: &[&str] = &["vpc-with-nat"];

#[rustfmt::skip]
const FAULTS: &[Fault] = &[
    ("route-to-nat-deleted", &["queue-processing-fargate-service", "scheduled-fargate-task", "vpc-with-nat"], "route/private-default-nat", |t| { let one = t.first("EC2::Route", to_nat); t.remove(&[one]) }),
    ("no-nat", SCHEDULED, "nat/present", no_nat),
    ("nat-in-private-subnet", &["queue-processing-fargate-service", "vpc-with-nat"], "nat/in-public-subnet", |t| { let subnet = t.subnets(false).remove(0); t.set("EC2::NatGateway", "SubnetId", &subnet) }),
    ("table-without-subnet", NAT, "route/private-default-nat", table_without_subnet),
    ("public-subnets-without-default-route", QUEUE, "route/public-default-igw", |t| { let all = t.all("EC2::Route", to_internet); t.remove(&all) }),
    ("internet-gateway-not-attached", &["public-only", "scheduled-fargate-task"], "igw/attached", |t| { let all = t.all("EC2::VPCGatewayAttachment", |_| true); t.remove(&all) }),
    ("tasks-in-public-subnets", &["scheduled-fargate-task", "vpc-with-nat"], "workload/public-ip", |t| t.placement()["Subnets"] = t.subnets(true).into()),
    ("nat-subnet-drops-replies", QUEUE, "nacl/nat-subnet", |t| { let public = t.subnets(true); t.filter(&public, &[OUT, (false, "allow", 0, 1023)]) }),
    ("no-public-address", PUBLIC, "workload/public-ip", |t| t.placement()["AssignPublicIp"] = json!("DISABLED")),
    ("no-s3-gateway", ISOLATED, "endpoint/s3-gateway", |t| { let all = t.endpoints(".s3"); t.remove(&all) }),
    ("s3-gateway-in-one-table", ISOLATED, "endpoint/s3-gateway-route", |t| { t.s3()["RouteTableIds"].as_array_mut().expect("a list").pop(); }),
    ("s3-policy-denies", ISOLATED, "endpoint/policy", |t| t.s3()["PolicyDocument"] = deny()),
    ("endpoint-group-without-443", ISOLATED, "sg/endpoint-ingress", |t| for port in ["FromPort", "ToPort"] { t.endpoint_group()["SecurityGroupIngress"][0][port] = json!(80) }),
    ("endpoint-group-for-others", &["isolated-without-s3-gateway"], "sg/endpoint-ingress", |t| t.endpoint_group()["SecurityGroupIngress"][0]["CidrIp"] = json!("10.1.0.0/16")),
    ("private-dns-off", ISOLATED, "endpoint/private-dns", |t| { let one = t.endpoints(".ecr.api").remove(0); t.of(&one)["PrivateDnsEnabled"] = json!(false) }),
    ("no-ecr-dkr", ISOLATED, "endpoint/ecr-pair", |t| { let all = t.endpoints(".ecr.dkr"); t.remove(&all) }),
    ("no-ecr-api", ISOLATED, "endpoint/ecr-pair", |t| { let all = t.endpoints(".ecr.api"); t.remove(&all) }),
    ("no-logs", ISOLATED, "endpoint/logs", |t| { let all = t.endpoints(".logs"); t.remove(&all) }),
    ("dns-host-names-off", ISOLATED, "dns/hostnames", |t| t.set("EC2::VPC", "EnableDnsHostnames", &json!(false))),
    ("image-of-a-public-registry", ISOLATED, "workload/public-registry", |t| t.container()["Image"] = json!("public.ecr.aws/nginx/nginx:1.27")),
    ("secret-without-endpoint", ISOLATED, "endpoint/needed", |t| t.container()["Secrets"] = json!([{ "Name": "PASSWORD", "ValueFrom": { "Fn::Sub": "arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:shop" } }])),
    ("dns-off", &["isolated-with-endpoints", "public-only"], "dns/support", |t| { t.set("EC2::VPC", "EnableDnsHostnames", &json!(false)); t.set("EC2::VPC", "EnableDnsSupport", &json!(false)) }),
    ("group-lets-nothing-out", &["isolated-with-endpoints", "scheduled-fargate-task"], "sg/egress", |t| t.task_egress(&closed())),
    ("group-lets-http-out-alone", PUBLIC, "sg/egress", |t| t.task_egress(&json!([{ "CidrIp": "0.0.0.0/0", "IpProtocol": "tcp", "FromPort": 80, "ToPort": 80 }]))),
    ("replies-dropped", &["public-only", "scheduled-fargate-task"], "nacl/return", |t| { let subnets = t.of_tasks(); t.filter(&subnets, &[OUT, (false, "allow", 0, 1023)]) }),
    // The endpoints are in the tasks' subnets: one entry stops the tasks' replies and theirs.
    ("replies-dropped", ISOLATED, "nacl/entry", |t| { let subnets = t.of_tasks(); t.filter(&subnets, &[OUT, (false, "allow", 0, 1023)]) }),
    ("some-replies-dropped", &["isolated-with-endpoints", "queue-processing-fargate-service"], "nacl/partial", |t| { let subnets = t.of_tasks(); t.filter(&subnets, &[OUT, (false, "deny", 40000, 50000), IN]) }),
    ("requests-dropped", &["application-load-balanced-fargate-service", "public-only"], "nacl/egress", |t| { let subnets = t.of_tasks(); t.filter(&subnets, &[IN, (true, "deny", 443, 443), OUT]) }),
    ("load-balancer-not-accepted", BALANCED, "sg/task-from-load-balancer", |t| { let all = t.all("EC2::SecurityGroupIngress", |_| true); t.remove(&all) }),
    ("another-port-accepted", BALANCED, "sg/task-from-load-balancer", |t| for port in ["FromPort", "ToPort"] { t.set("EC2::SecurityGroupIngress", port, &json!(8080)) }),
    ("clients-not-accepted", BALANCED, "sg/load-balancer-ingress", |t| t.balancer_group()["SecurityGroupIngress"][0]["CidrIp"] = json!("10.0.0.0/16")),
    ("load-balancer-lets-nothing-out", BALANCED, "sg/load-balancer-egress", balancer_lets_nothing_out),
    ("load-balancer-in-private-subnets", BALANCED, "lb/internet-facing-subnets", |t| { let private = t.subnets(false); t.set("ElasticLoadBalancingV2::LoadBalancer", "Subnets", &private.into()) }),
    ("health-check-of-another-port", BALANCED, "lb/health-check-port", |t| t.set("ElasticLoadBalancingV2::TargetGroup", "HealthCheckPort", &json!("9000"))),
    ("targets-are-instances", BALANCED, "lb/target-type", |t| t.set("ElasticLoadBalancingV2::TargetGroup", "TargetType", &json!("instance"))),
    ("nothing-listens", BALANCED, "lb/listener", |t| { let all = t.all("ElasticLoadBalancingV2::Listener", |_| true); t.remove(&all) }),
    ("port-not-mapped", BALANCED, "lb/target-port", |t| { let one = t.first("ECS::Service", |_| true); t.of(&one)["LoadBalancers"][0]["ContainerPort"] = json!(8080) }),
    ("clients-dropped", BALANCED, "nacl/load-balancer-subnet", |t| { let public = t.subnets(true); t.filter(&public, &[OUT, (false, "deny", 80, 80), IN]) }),
];

const OUT: (bool, &str, u16, u16) = (true, "allow", 0, 65535);
const IN: (bool, &str, u16, u16) = (false, "allow", 0, 65535);

/// What the CDK writes for a group that lets nothing out.
fn closed() -> Value {
    json!([{ "CidrIp": "255.255.255.255/32", "IpProtocol": "icmp", "FromPort": 252, "ToPort": 86 }])
}

/// A policy that permits nobody anything.
fn deny() -> Value {
    let statement = json!({ "Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*" });
    json!({ "Version": "2012-10-17", "Statement": [statement] })
}

fn to_nat(route: &Value) -> bool {
    !route["NatGatewayId"].is_null()
}

fn to_internet(route: &Value) -> bool {
    !route["GatewayId"].is_null()
}

fn no_nat(template: &mut Template) {
    for (kind, are) in
        [("EC2::Route", to_nat as fn(&Value) -> bool), ("EC2::NatGateway", |_| true), ("EC2::EIP", |_| true)]
    {
        let all = template.all(kind, are);
        template.remove(&all);
    }
}

/// A private subnet is associated with no table, and has the main one.
fn table_without_subnet(template: &mut Template) {
    let private = template.subnets(false).remove(0);
    let all = template.all("EC2::SubnetRouteTableAssociation", |one| one["SubnetId"] == private);
    template.remove(&all);
}

fn balancer_lets_nothing_out(template: &mut Template) {
    let all = template.all("EC2::SecurityGroupEgress", |_| true);
    template.remove(&all);
    template.balancer_group()["SecurityGroupEgress"] = closed();
}

impl Template {
    fn s3(&mut self) -> &mut Value {
        let one = self.endpoints(".s3").remove(0);
        self.of(&one)
    }

    fn endpoint_group(&mut self) -> &mut Value {
        let one = self.endpoints(".ecr.api").remove(0);
        let group = Template::named(&self.of(&one)["SecurityGroupIds"][0]);
        self.of(&group)
    }

    fn balancer_group(&mut self) -> &mut Value {
        let one = self.first("ElasticLoadBalancingV2::LoadBalancer", |_| true);
        let group = Template::named(&self.of(&one)["SecurityGroups"][0]);
        self.of(&group)
    }

    fn task_egress(&mut self, rules: &Value) {
        let group = self.task_group();
        self.of(&group)["SecurityGroupEgress"] = rules.clone();
    }

    fn of_tasks(&mut self) -> Vec<Value> {
        self.placement()["Subnets"].as_array().expect("a list").clone()
    }
}

#[test]
fn a_template_is_judged_as_what_it_makes() {
    let cases = TEMPLATES.map(|(name, errors)| (written(name, "as-it-is", |_| ()), errors.to_vec()));
    judged_alike(&cases);
}

#[test]
fn a_fault_in_a_template_is_a_fault_in_the_account() {
    let planted = FAULTS.iter().flat_map(|(fault, on, rule, plant)| {
        on.iter().map(move |template| (written(template, fault, plant), vec![*rule]))
    });
    judged_alike(&planted.collect::<Vec<_>>());
}

/// A template with an edit, in a file of its own.
fn written(template: &str, edit: &str, plant: impl Fn(&mut Template)) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures/cloudformation/cdk");
    let text = fs::read_to_string(folder.join(format!("{template}.template.json"))).expect("it is checked in");
    let mut template_in_hand = Template::read(&text);
    plant(&mut template_in_hand);
    let file = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{template}+{edit}.template.json"));
    fs::write(&file, template_in_hand.text()).expect("the target directory can be written");
    file.display().to_string()
}

/// Whether every template is judged as its account is, and has errors of these rules among its own, or none where none is given.
fn judged_alike(cases: &[(String, Vec<&str>)]) {
    let files: Vec<String> = cases.iter().map(|(file, _)| file.clone()).collect();
    let outcomes = Moto::start().deploy(&files, |account| {
        let (_, rules) = cases.iter().find(|(file, _)| *file == account.case).expect("it was asked for");
        alike(account, rules).map_err(|wrong| format!("{}: {wrong}", account.case))
    });
    let wrong: Vec<String> = outcomes.into_iter().filter_map(Result::err).collect();
    assert!(wrong.is_empty(), "{} of {} cases\n\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn alike(account: &Account, rules: &[&str]) -> Result<(), String> {
    let output = fargcheck(&["lint", "--format", "json", "--region", REGION, &account.case]).output();
    let template = Report::read(&output.map_err(|error| error.to_string())?)?;
    let snapshot = format!("{}/cloudformation-{}.json", env!("CARGO_TARGET_TMPDIR"), account.number);
    let live = Report::read(&account.fargcheck(&["scan", "--region", REGION, "-o", &snapshot, "--format", "json"]))?;
    let (expected, found) = (told(&template, account), told(&live, account));
    if expected != found || template.code != live.code {
        let lacking: Vec<_> = expected.difference(&found).collect();
        let more: Vec<_> = found.difference(&expected).collect();
        let codes = (template.code, live.code);
        return Err(format!("exits {codes:?}; the template's alone: {lacking:#?}\nthe account's alone: {more:#?}"));
    }
    let errors: BTreeSet<&str> = template.of_severity("error").map(|finding| finding.rule.as_str()).collect();
    let is_told = rules.iter().all(|rule| errors.contains(rule)) && errors.is_empty() == rules.is_empty();
    if is_told { Ok(()) } else { Err(format!("expected errors of {rules:?}\n{template}")) }
}

/// What is told, by logical ids: findings with their severity, rule and resource, flows with their subnet, destination, verdict
/// and way. A template doesn't tell of flow logs that another stack may make.
fn told(report: &Report, account: &Account) -> BTreeSet<[String; 4]> {
    let findings = report.findings.iter().filter(|finding| finding.rule != "vpc/flow-logs").map(|finding| {
        let (kind, id) = account.logical(&finding.kind, &finding.id);
        [finding.severity.clone(), finding.rule.clone(), kind, id]
    });
    let flows = report.flows.iter().map(|flow| {
        let [subnet, destination, verdict, via] = flow;
        let logical = |id: &str| account.logical("", id).1;
        [logical(subnet), destination.clone(), verdict.clone(), logical(via)]
    });
    findings.chain(flows).collect()
}

impl Account {
    /// The type and the logical id of what goes by an id. A task that a schedule started goes by its schedule, as in a template.
    fn logical(&self, kind: &str, id: &str) -> (String, String) {
        // A service and a task go by the last word of their ARN.
        let is_it =
            |physical: &str| physical == id || physical.strip_suffix(id).is_some_and(|rest| rest.ends_with('/'));
        let known = self.ids.iter().find(|(_, physical)| is_it(physical)).map(|(logical, _)| logical.as_str());
        match known.map(|logical| logical.split_once('@').map_or((logical, false), |(rule, _)| (rule, true))) {
            Some((rule, true)) => ("AWS::ECS::Service".to_owned(), rule.to_owned()),
            Some((logical, false)) => (kind.to_owned(), logical.to_owned()),
            None => (kind.to_owned(), id.to_owned()),
        }
    }
}

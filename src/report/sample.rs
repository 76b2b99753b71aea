//! A small network with faults, and what is found in it: what the tests of all formats show.

use super::{Checkout, Format, Input, RuleInfo, Style, render};
use crate::path;
use crate::rules::{
    Affected, Because, Finding, FlowSummary, Hop, HopOutcome, Judgement, Label, NotChecked, Resource, Seen, SeenIn,
    Severity, WorkloadSummary,
};
use crate::snapshot::{Location, Origin, Source, SourceId, Sources, Step};

/// The network as the AWS CLI prints it.
pub(super) const NETWORK: &str = include_str!("sample.json");

/// The network on one line, after `padding` spaces.
pub(super) fn minified(padding: usize) -> String {
    let value: serde_json::Value = serde_json::from_str(NETWORK).unwrap_or_default();
    format!("{}{value}", " ".repeat(padding))
}

/// A run to report.
pub(super) struct Sample {
    pub(super) sources: Sources,
    pub(super) judgement: Judgement,
    pub(super) rules: Vec<RuleInfo>,
}

impl Sample {
    /// A run over `texts`, each a name and a text, that found `findings`.
    pub(super) fn new(texts: &[(&str, &str)], findings: impl FnOnce(&Sources) -> Vec<Finding>) -> Self {
        let mut sources = Sources::default();
        for (name, text) in texts {
            sources.add(Source::new(*name, (*text).to_owned()));
        }
        let findings = findings(&sources);
        let rules = findings
            .iter()
            .map(|finding| RuleInfo {
                id: finding.rule.clone(),
                title: finding.title.clone().into(),
                severity: finding.severity,
                why: "A packet that finds no way out is dropped in silence.".into(),
            })
            .collect();
        let judgement = Judgement {
            declaration: None,
            findings,
            workloads: workloads(),
            not_checked: not_checked(),
            unexplained: unexplained(),
            rules_judged: 41,
            ignored: 3,
            baselined: 0,
        };
        Self { sources, judgement, rules }
    }

    /// The network with all its findings.
    pub(super) fn indented() -> Self {
        Self::new(&[("prod/snapshot.json", NETWORK)], all)
    }

    /// Nothing to find.
    pub(super) fn clean() -> Self {
        let mut sample = Self::new(&[("prod/snapshot.json", NETWORK)], |_| Vec::new());
        sample.judgement.not_checked.clear();
        sample.judgement.unexplained.clear();
        sample
    }

    pub(super) fn input(&self) -> Input<'_> {
        Input {
            sources: &self.sources,
            judgement: &self.judgement,
            inputs: self.sources.iter().map(|(_, source)| source.name().to_owned()).collect(),
            version: "0.0.0",
            rules: &self.rules,
            fail_on: Some(Severity::Error),
            incomplete_fails: true,
            exit_code: if self.judgement.findings.is_empty() { 0 } else { 1 },
            checkout: Checkout::at("/checkout"),
            quiet: false,
            verbose: false,
        }
    }

    /// The run in a format.
    pub(super) fn shown(&self, format: Format, style: &Style) -> String {
        let mut out = Vec::new();
        assert!(render(format, &self.input(), style, &mut out).is_ok());
        String::from_utf8(out).unwrap_or_default()
    }
}

fn unexplained() -> Vec<Seen> {
    vec![Seen {
        witness: SeenIn::ServiceEvents,
        owner: "service \u{1b}[31mworker".into(),
        count: 1,
        text: "(service worker) was unable to place a task. Reason: Capacity is unavailable at this time.".into(),
        last: None,
        meaning: Some("AWS has no Fargate capacity in the zone at this time."),
    }]
}

/// A place inside an element of a list of the source `source`.
pub(super) fn place<const N: usize>(
    sources: &Sources,
    source: u32,
    list: &'static str,
    index: u32,
    path: [Step; N],
) -> Location {
    let origin = |offset, key, index| Origin { source: SourceId(source), offset, key, index };
    let element = sources.resolve(&Location::inside(origin(0, "", None), [Step::from(list), Step::Index(index)]));
    Location::inside(origin(element.range.start as u64, list, Some(index)), path)
}

fn label(location: Location, text: &str, primary: bool) -> Label {
    Label { location, text: text.into(), primary }
}

fn hop(text: &str, outcome: HopOutcome, returning: bool) -> Hop {
    Hop { text: text.into(), resource: None, outcome, returning, branch: Vec::new(), by: Vec::new(), place: None }
}

fn affected(workload: &str, subnet: &str, destinations: &[&str]) -> Vec<Affected> {
    destinations
        .iter()
        .map(|destination| Affected {
            workload: workload.into(),
            subnet: Some(subnet.into()),
            destination: Some((*destination).into()),
        })
        .collect()
}

/// Three findings in the source 0.
pub(super) fn all(sources: &Sources) -> Vec<Finding> {
    vec![nat(sources), endpoint(sources, 0), route_table(sources)]
}

/// A NAT gateway in a private subnet.
pub(super) fn nat(sources: &Sources) -> Finding {
    let needs = ["ecr.api", "ecr.dkr", "s3", "logs", "secretsmanager", "ssm", "internet"];
    let mut affects = affected("web", "subnet-0a1111111111111111", &needs);
    affects.extend(affected("api", "subnet-0a1111111111111111", &needs[..4]));
    affects.extend(affected("cron", "subnet-0a1111111111111111", &needs[..4]));
    let resource = Resource {
        kind: "AWS::EC2::NatGateway",
        id: "nat-0a1b2c3d4e5f60718".into(),
        name: Some("shared-nat".into()),
        arn: None,
    };
    Finding {
        title: "A public NAT gateway sits in a subnet whose own default route is an attached internet gateway".into(),
        message: "NAT gateway nat-0a1b2c3d4e5f60718 (shared-nat) sits in a private subnet, so nothing that leaves \
                  through it arrives"
            .into(),
        help:
            "Move the NAT gateway to a subnet whose route table sends 0.0.0.0/0 to the internet gateway, or give its \
               subnet a table of its own that does:\n\
               aws ec2 create-route --route-table-id rtb-0a1111111111111111 --destination-cidr-block 0.0.0.0/0 \
               --gateway-id igw-0f6666666666666666"
                .into(),
        account: Some("123456789012".into()),
        region: Some("us-east-1".into()),
        vpc: Some("vpc-0a1b2c3d4e5f60718".into()),
        labels: vec![
            label(place(sources, 0, "NatGateways", 0, path!["SubnetId"]), "the NAT gateway sits in this subnet", true),
            label(
                place(sources, 0, "RouteTables", 0, path!["Associations", 1, "SubnetId"]),
                "which uses this route table",
                false,
            ),
            label(
                place(sources, 0, "RouteTables", 0, path!["Routes", 1, "NatGatewayId"]),
                "whose default route is the NAT gateway itself, not an internet gateway",
                false,
            ),
        ],
        affects,
        blockers: vec!["nat-route"],
        because: vec![
            Because { expression: "nat.connectivity_type".into(), value: "'public'".into() },
            Because { expression: "nat.subnet.default_route.target".into(), value: "'nat-gateway'".into() },
        ],
        trace: vec![
            hop("security group sg-0c3333333333333333 lets tcp 443 out", HopOutcome::Passed, false),
            Hop {
                place: Some(place(sources, 0, "RouteTables", 0, path!["RouteTableId"])),
                ..hop(
                    "route table rtb-0a1111111111111111 sends 0.0.0.0/0 to nat-0a1b2c3d4e5f60718",
                    HopOutcome::Passed,
                    false,
                )
            },
            hop("network ACL acl-0a1b2c3d lets tcp 443 out of subnet-0a1111111111111111", HopOutcome::Passed, false),
            hop("NAT gateway nat-0a1b2c3d4e5f60718 has no route to an internet gateway", HopOutcome::Blocked, false),
            hop("network ACL acl-0a1b2c3d lets replies to 32768-60999 in", HopOutcome::Passed, true),
        ],
        seen: vec![Seen {
            witness: SeenIn::StoppedTasks,
            owner: "service shop-web".into(),
            count: 12,
            text: "ResourceInitializationError: unable to pull secrets or registry auth: ...".into(),
            last: Some("2026-11-21T12:01:00Z".into()),
            meaning: None,
        }],
        traced: Some(Affected {
            workload: "web".into(),
            subnet: Some("subnet-0a1111111111111111".into()),
            destination: Some("ecr.api".into()),
        }),
        ..Finding::on(resource, "nat/in-public-subnet", Severity::Error)
    }
}

/// An endpoint's security group without 443, in the source `source`; its name is hostile.
pub(super) fn endpoint(sources: &Sources, source: u32) -> Finding {
    let resource = Resource {
        kind: "AWS::EC2::SecurityGroup",
        id: "sg-0d4444444444444444".into(),
        name: Some("end\u{1b}[31mpoints\u{202e}".into()),
        arn: None,
    };
    Finding {
        title: "An interface endpoint's groups accept 443 from the tasks' addresses".into(),
        message: "security group sg-0d4444444444444444 (end\u{1b}[31mpoints\u{202e}) keeps 443 away from \
                  vpce-0e5555555555555555"
            .into(),
        help: "Let the tasks in:\naws ec2 authorize-security-group-ingress --group-id sg-0d4444444444444444 \\\n    \
               --protocol tcp --port 443 --cidr 10.0.0.0/16"
            .into(),
        account: Some("123456789012".into()),
        region: Some("us-east-1".into()),
        vpc: Some("vpc-0a1b2c3d4e5f60718".into()),
        labels: vec![
            label(place(sources, source, "SecurityGroups", 0, path!["IpPermissions", 0]), "only this comes in", true),
            label(
                place(sources, 0, "VpcEndpoints", 0, path!["Groups", 0, "GroupId"]),
                "the endpoint's only group",
                false,
            ),
        ],
        affects: affected("web", "subnet-0a1111111111111111", &["ecr.api"]),
        blockers: vec!["endpoint-sg"],
        ..Finding::on(resource, "sg/endpoint-ingress", Severity::Warning)
    }
}

/// A table that no subnet uses.
fn route_table(sources: &Sources) -> Finding {
    let resource =
        Resource { kind: "AWS::EC2::RouteTable", id: "rtb-0c3333333333333333".into(), name: None, arn: None };
    Finding {
        title: "A route table is used".into(),
        message: "no subnet uses route table rtb-0c3333333333333333".into(),
        help: "Delete it, or associate it.".into(),
        region: Some("us-east-1".into()),
        labels: vec![
            label(place(sources, 0, "RouteTables", 1, path![]), "this table", true),
            label(place(sources, 0, "RouteTables", 1, path!["Routes", 7]), "only the local route", false),
        ],
        ..Finding::on(resource, "route/unused", Severity::Info)
    }
}

fn workloads() -> Vec<WorkloadSummary> {
    let flow = |destination: &str, via: &str| FlowSummary {
        subnet: "subnet-0a1111111111111111".into(),
        destination: destination.into(),
        verdict: "reachable",
        via: Some(via.into()),
    };
    ["web", "api"]
        .into_iter()
        .map(|name| WorkloadSummary {
            name: name.into(),
            flows: vec![
                flow("ecr.api", "vpce-0e5555555555555555"),
                flow("s3", "nat-0a1b2c3d4e5f60718"),
                flow("logs", "nat-0a1b2c3d4e5f60718"),
            ],
            is_plain: false,
        })
        .collect()
}

fn not_checked() -> Vec<NotChecked> {
    vec![
        NotChecked {
            what: "workload/storage".into(),
            why: "leaves the snapshot at transit gateway tgw-0123".into(),
            incomplete: false,
            is_note: false,
        },
        NotChecked {
            what: "nat/elastic-ip".into(),
            why: "the snapshot has no Addresses (ec2:DescribeAddresses was denied)".into(),
            incomplete: true,
            is_note: false,
        },
    ]
}

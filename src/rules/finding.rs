//! What a run of the rules yields.

use crate::network::Witness;
use crate::snapshot::Location;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth knowing; nothing breaks.
    Info,
    /// Breaks something under circumstances, or would break what nothing uses today.
    Warning,
    /// A workload does not work, or fails at random.
    Error,
}

impl Severity {
    /// One level down, `info` staying `info`.
    #[must_use]
    pub fn lower(self) -> Self {
        match self {
            Severity::Error => Severity::Warning,
            Severity::Warning | Severity::Info => Severity::Info,
        }
    }

    /// The word that flags and outputs use.
    pub fn as_str(self) -> &'static str {
        match self {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Info => "info",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// The resource that a finding accuses.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub struct Resource {
    /// CloudFormation's type name, such as `AWS::EC2::NatGateway`.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Its id; for ECS and load balancers the ARN's last part.
    pub id: String,
    /// Its Name tag, or the name that its API gives it.
    pub name: Option<String>,
    /// Its ARN, where the input holds one.
    pub arn: Option<String>,
}

/// A place with what to say about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub location: Location,
    /// What it is, in a few words.
    pub text: String,
    /// Whether this is the place to look at first.
    pub primary: bool,
}

/// A flow that a finding breaks.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub struct Affected {
    /// The workload's name.
    pub workload: String,
    /// The subnet it runs in.
    pub subnet: Option<String>,
    /// What it can't reach.
    pub destination: Option<String>,
}

/// One value that decided: "nat.subnet.default_route.target was 'nat-gateway'".
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
pub struct Because {
    /// The sub-expression.
    pub expression: String,
    /// Its value, as CEL writes it.
    pub value: String,
}

/// What happened at a hop of a trace.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, schemars::JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum HopOutcome {
    /// All packets pass.
    Passed,
    /// Some packets pass.
    Partial,
    /// None passes.
    Blocked,
    /// The snapshot doesn't say.
    Unknown,
}

/// One hop of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct Hop {
    /// What the packets meet: "route table rtb-… sends 0.0.0.0/0 to nat-…".
    pub text: String,
    /// The resource met.
    pub resource: Option<String>,
    /// How it went.
    pub outcome: HopOutcome,
    /// Whether this hop belongs to the replies' way.
    #[serde(rename = "return")]
    pub returning: bool,
    /// Which of the packets' branches it belongs to, outermost first: `for 10.0.1.0/25`. None where all go this way.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub branch: Vec<String>,
    /// What of the resource decided, as it is written there: a route, a rule of a security group (`tcp 443 to
    /// 0.0.0.0/0`), the number of an ACL's entry (`*` for the implicit deny), a statement of a policy. None where it is all of it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub by: Vec<String>,
    /// Where the resource is written.
    #[serde(skip)]
    pub place: Option<Location>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The rule's id, such as `nat/in-public-subnet`.
    pub rule: String,
    /// How grave it is here.
    pub severity: Severity,
    /// The rule's title: what must hold.
    pub title: String,
    /// What is wrong, in one sentence.
    pub message: String,
    /// What to change, with the exact command; may hold several lines.
    pub help: String,
    /// The guilty resource.
    pub resource: Resource,
    /// The name of its cluster, where it is of one and the input says of which.
    pub cluster: Option<String>,
    /// The account's number.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
    /// The VPC.
    pub vpc: Option<String>,
    /// Where to look; never empty, the primary label first.
    pub labels: Vec<Label>,
    /// What it breaks.
    pub affects: Vec<Affected>,
    /// Codes of the blockers that it explains.
    pub blockers: Vec<&'static str>,
    /// The values that made the rule's `require` fail.
    pub because: Vec<Because>,
    /// The path of one broken flow, hop by hop.
    pub trace: Vec<Hop>,
    /// Which flow that is.
    pub traced: Option<Affected>,
    /// What ECS said that this explains.
    pub seen: Vec<Seen>,
}

#[cfg(test)]
impl Finding {
    /// A finding on a resource of which nothing else is told.
    pub(crate) fn on(resource: Resource, rule: &str, severity: Severity) -> Self {
        Self {
            rule: rule.to_owned(),
            severity,
            title: String::new(),
            message: String::new(),
            help: String::new(),
            resource,
            cluster: None,
            account: None,
            region: None,
            vpc: None,
            labels: Vec::new(),
            affects: Vec::new(),
            blockers: Vec::new(),
            because: Vec::new(),
            trace: Vec::new(),
            traced: None,
            seen: Vec::new(),
        }
    }
}

/// Who told of something that went wrong.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum SeenIn {
    /// Tasks that stopped.
    #[default]
    StoppedTasks,
    /// Events of a service.
    ServiceEvents,
}

impl From<Witness> for SeenIn {
    fn from(witness: Witness) -> Self {
        match witness {
            Witness::StoppedTask => SeenIn::StoppedTasks,
            Witness::ServiceEvent => SeenIn::ServiceEvents,
        }
    }
}

/// What ECS says went wrong: so many times the same, but for ids, addresses and times.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub struct Seen {
    /// Who told of it.
    #[serde(rename = "in")]
    pub witness: SeenIn,
    /// Whose it is: `service web`, `task job:3`.
    #[serde(rename = "of")]
    pub owner: String,
    /// How many tasks or events.
    pub count: usize,
    /// What was said last; long texts are cut.
    pub text: String,
    /// When it was said last, in UTC; none where the input doesn't say.
    pub last: Option<String>,
    /// What it is about, where that is known not to be the network.
    pub meaning: Option<&'static str>,
}

/// What could not be checked, and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, schemars::JsonSchema)]
pub struct NotChecked {
    /// The rule, resource or part of the input.
    pub what: String,
    /// Why.
    pub why: String,
    /// Whether an error-level rule could not be judged for want of data, which makes the run incomplete (exit code 3).
    #[serde(skip)]
    pub incomplete: bool,
    /// Whether this only says how the input was taken: there is nothing that a rule could not judge.
    #[serde(skip)]
    pub is_note: bool,
}

/// One flow of a workload with its verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct FlowSummary {
    /// The subnet's id.
    pub subnet: String,
    /// What is to be reached: `ecr.api`, `s3`, `internet`, …
    pub destination: String,
    /// `reachable`, `blocked`, `partial` or `unknown`.
    pub verdict: &'static str,
    /// How it gets there: `nat-…`, `vpce-…`, `igw-…`.
    pub via: Option<String>,
}

/// One workload with its flows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, schemars::JsonSchema)]
pub struct WorkloadSummary {
    /// Its name.
    pub name: String,
    /// Its flows.
    pub flows: Vec<FlowSummary>,
    /// Whether nothing says that it runs: it is a plain task in a subnet.
    #[serde(skip)]
    pub is_plain: bool,
}

/// The outcome of a lint.
#[derive(Debug, Clone, Default)]
pub struct Judgement {
    /// What is wrong: errors first, then by rule and resource.
    pub findings: Vec<Finding>,
    /// What was asked of the network.
    pub workloads: Vec<WorkloadSummary>,
    /// What could not be checked.
    pub not_checked: Vec<NotChecked>,
    /// What ECS said that no finding explains.
    pub unexplained: Vec<Seen>,
    /// What to write into the configuration where nothing says what runs, or where: `[[workload]]`, to be filled in.
    pub declaration: Option<String>,
    /// How many rules were judged on at least one subject.
    pub rules_judged: usize,
    /// How many findings were left out by `--ignore`, the configuration or tags.
    pub ignored: usize,
    /// How many findings a baseline holds already.
    pub baselined: usize,
}

impl Judgement {
    /// How many things no rule could judge: rules, flows, workloads. What lacks more than one part of the input counts once.
    pub fn not_evaluated(&self) -> usize {
        let judged = self.not_checked.iter().filter(|entry| !entry.is_note);
        judged.map(|entry| entry.what.as_str()).collect::<BTreeSet<_>>().len()
    }
}

//! What `trace` takes.

use super::NetworkFlags;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// `fargcheck trace`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  fargcheck trace snapshot.json --from web --to ecr.api
  fargcheck trace snapshot.json --from web --to internet
  fargcheck trace snapshot.json --from web --to 10.1.2.3 --port 5432
  fargcheck trace plan.json --onto snapshot.json --from web --to s3
  fargcheck trace snapshot.json --from subnet-0a1b --security-group sg-0c2d --public-ip --to https://api.example.com

Exit codes: 0 reachable, 1 blocked in whole or in part, 2 wrong usage or unreadable input, 3 unknown.")]
pub(in crate::cli) struct Trace {
    /// A snapshot, a folder of AWS CLI outputs, a plan, a template, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// From where: a service, a task, a network interface, or a subnet
    #[arg(long, value_name = "WHAT")]
    pub(in crate::cli) from: String,
    /// Where to: an address or a block, internet, an AWS service (s3, ecr.api, logs), https://…, tcp://…, a service, a
    /// task or a load balancer, or the id of a network interface, an endpoint or a file system
    #[arg(long, value_name = "WHAT")]
    pub(in crate::cli) to: String,
    /// The protocol [default: that on which the destination listens, or tcp]
    #[arg(long, value_name = "PROTOCOL", value_enum)]
    pub(in crate::cli) protocol: Option<TraceProtocol>,
    /// The destination's port [default: each on which a service, a task or a load balancer listens, that of the URL, or 443]
    #[arg(long, value_name = "PORT", value_parser = clap::value_parser!(u16).range(1..))]
    pub(in crate::cli) port: Option<u16>,
    /// From a subnet: a security group of the task; may be repeated [default: one that lets everything out]
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(in crate::cli) security_group: Vec<String>,
    /// From a subnet: the task has a public IP address
    #[arg(long)]
    pub(in crate::cli) public_ip: bool,
    /// The form of what is printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human", help_heading = "Output")]
    pub(in crate::cli) format: TraceFormat,
    #[command(flatten)]
    pub(in crate::cli) network: NetworkFlags,
}

/// `fargcheck matrix`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  fargcheck matrix snapshot.json
  fargcheck matrix network/ --from web --to sts --to tcp://10.1.2.3:5432
  fargcheck matrix template.yaml --parameters VpcId=vpc-0a1b --onto snapshot.json
  fargcheck matrix snapshot.json --format json

Exit codes: 0 every need is reachable, 1 one is blocked in whole or in part, 2 wrong usage or unreadable input,
3 one is unknown.")]
pub(in crate::cli) struct Matrix {
    /// A snapshot, a folder of AWS CLI outputs, a plan, a template, or - for standard input
    #[arg(required = true, value_name = "PATH")]
    pub(in crate::cli) paths: Vec<PathBuf>,
    /// Only these services, tasks, network interfaces or subnets; may be repeated
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub(in crate::cli) from: Vec<String>,
    /// These as well as what the workloads need, named as for trace; may be repeated
    #[arg(long, value_name = "WHAT", value_delimiter = ',')]
    pub(in crate::cli) to: Vec<String>,
    /// The form of what is printed
    #[arg(long, value_name = "FORMAT", value_enum, default_value = "human", help_heading = "Output")]
    pub(in crate::cli) format: TraceFormat,
    #[command(flatten)]
    pub(in crate::cli) network: NetworkFlags,
}

/// The protocol of a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TraceProtocol {
    Tcp,
    Udp,
}

impl From<TraceProtocol> for crate::network::Protocol {
    fn from(protocol: TraceProtocol) -> Self {
        match protocol {
            TraceProtocol::Tcp => Self::Tcp,
            TraceProtocol::Udp => Self::Udp,
        }
    }
}

/// The form of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(in crate::cli) enum TraceFormat {
    /// For reading
    Human,
    /// For programs
    Json,
}

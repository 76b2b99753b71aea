//! Says whether an ECS Fargate task can work in an AWS network, what exactly stops it, and what to change.

pub mod report;
pub mod rules;
pub mod snapshot;

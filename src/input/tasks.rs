//! What ECS makes of a task definition that leaves something out.

/// The network mode of one that names none: "If no network mode is specified, the default is bridge."
/// <https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RegisterTaskDefinition.html>
pub(in crate::input) const DEFAULT_NETWORK_MODE: &str = "bridge";

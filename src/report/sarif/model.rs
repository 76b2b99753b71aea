//! The part of the standard's object model that fargcheck writes.

use crate::rules::{Affected, Because, Seen};
use serde::Serialize;

/// The whole file.
#[derive(Serialize)]
pub(super) struct Log<'a> {
    #[serde(rename = "$schema")]
    pub(super) schema: &'static str,
    pub(super) version: &'static str,
    pub(super) runs: [Run<'a>; 1],
}

/// One run of one tool.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Run<'a> {
    pub(super) tool: Tool<'a>,
    pub(super) column_kind: &'static str,
    pub(super) invocations: [Invocation<'a>; 1],
    pub(super) results: Vec<Outcome<'a>>,
}

/// What ran.
#[derive(Serialize)]
pub(super) struct Tool<'a> {
    pub(super) driver: Driver<'a>,
}

/// fargcheck itself.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Driver<'a> {
    pub(super) name: &'static str,
    pub(super) version: &'a str,
    pub(super) information_uri: &'static str,
    pub(super) rules: Vec<Descriptor>,
}

/// A rule.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Descriptor {
    pub(super) id: String,
    pub(super) short_description: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) full_description: Option<Text>,
    pub(super) help: Help,
    pub(super) help_uri: String,
    pub(super) default_configuration: Configuration,
}

/// A message.
#[derive(Serialize)]
pub(super) struct Text {
    pub(super) text: String,
}

/// What a rule is about.
#[derive(Serialize)]
pub(super) struct Help {
    pub(super) text: String,
    pub(super) markdown: String,
}

/// What a rule is unless something changes that.
#[derive(Serialize)]
pub(super) struct Configuration {
    pub(super) level: &'static str,
}

/// How the run went.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Invocation<'a> {
    pub(super) execution_successful: bool,
    pub(super) exit_code: u8,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tool_execution_notifications: Vec<Notification<'a>>,
}

/// What could not be checked, or what stopped the run.
#[derive(Serialize)]
pub(super) struct Notification<'a> {
    pub(super) level: &'static str,
    pub(super) message: Text,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) descriptor: Option<DescriptorReference>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) locations: Vec<Place>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) properties: Option<NotificationProperties<'a>>,
}

/// The kind of a notification.
#[derive(Serialize)]
pub(super) struct DescriptorReference {
    pub(super) id: &'static str,
}

/// What a notification is about.
#[derive(Serialize)]
pub(super) struct NotificationProperties<'a> {
    pub(super) what: &'a str,
}

/// A finding: the standard calls it a result.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Outcome<'a> {
    pub(super) rule_id: &'a str,
    pub(super) rule_index: usize,
    pub(super) level: &'static str,
    pub(super) message: Text,
    pub(super) locations: Vec<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) related_locations: Vec<Place>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) code_flows: Vec<CodeFlow>,
    pub(super) partial_fingerprints: Fingerprints,
    pub(super) properties: Properties<'a>,
}

/// The path of a flow.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CodeFlow {
    pub(super) thread_flows: [ThreadFlow; 1],
}

/// Its steps, in their order.
#[derive(Serialize)]
pub(super) struct ThreadFlow {
    pub(super) locations: Vec<ThreadFlowLocation>,
}

/// A step.
#[derive(Serialize)]
pub(super) struct ThreadFlowLocation {
    pub(super) location: Place,
    pub(super) importance: &'static str,
}

/// A place with what to say about it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Place {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<usize>,
    pub(super) physical_location: Physical,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) logical_locations: Vec<Logical>,
    pub(super) message: Text,
}

/// What a place is, apart from where it is written.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Logical {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) name: Option<String>,
    pub(super) fully_qualified_name: String,
    pub(super) kind: &'static str,
}

/// A file and a place in it.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Physical {
    pub(super) artifact_location: Artifact,
    pub(super) region: Region,
}

/// A file.
#[derive(Serialize)]
pub(super) struct Artifact {
    pub(super) uri: String,
}

/// A place in a file.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Region {
    pub(super) start_line: usize,
    pub(super) start_column: usize,
    pub(super) end_column: usize,
    pub(super) byte_offset: usize,
    pub(super) byte_length: usize,
}

/// What stays the same from run to run.
#[derive(Serialize)]
pub(super) struct Fingerprints {
    #[serde(rename = "fargcheckFinding/v1")]
    pub(super) finding: String,
    /// The only one that GitHub reads. Where it is missing, the action that uploads the file makes one of the line's text,
    /// which differs as soon as the line does.
    #[serde(rename = "primaryLocationLineHash")]
    pub(super) primary_location_line_hash: String,
}

/// What the standard has no field for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Properties<'a> {
    pub(super) resource_type: &'a str,
    pub(super) resource_id: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) resource_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) account: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) vpc: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) affects: &'a [Affected],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) blockers: &'a [&'static str],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) because: &'a [Because],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub(super) seen: &'a [Seen],
}

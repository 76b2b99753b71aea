//! Tasks that a schedule or an event starts. They run where a service would that is started by it, and are told as one.

use super::ecs::{LAUNCH_TYPES, network_configuration, providers};
use super::{As, Made, Maker, take};
use crate::input::cloudformation::template::Resource;
use crate::input::planned::{Fields, Node};

impl Maker<'_, '_> {
    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-events-rule.html>
    pub(super) fn event_rule(&mut self, resource: Resource<'_>) -> Made {
        let targets = self.get(resource, "Targets")?;
        self.note_unknown(resource.name, "Targets", targets.as_ref());
        let is_off = self.get(resource, "State")?.is_some_and(|state| state.as_str() == Some("DISABLED"));
        for (index, target) in targets.as_ref().map(Node::items).unwrap_or_default().iter().enumerate() {
            let Some(ecs) = target.get("EcsParameters") else { continue };
            let name = match index {
                0 => self.evaluator.id(resource.name),
                _ => format!("{}/{}", self.evaluator.id(resource.name), index),
            };
            self.started(resource, target, ecs, name, is_off)?;
        }
        Ok(())
    }

    /// <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-scheduler-schedule.html>
    pub(super) fn schedule(&mut self, resource: Resource<'_>) -> Made {
        let Some(target) = self.get(resource, "Target")? else { return Ok(()) };
        let is_off = self.get(resource, "State")?.is_some_and(|state| state.as_str() == Some("DISABLED"));
        if let Some(ecs) = target.get("EcsParameters") {
            let name = self.evaluator.id(resource.name);
            self.started(resource, &target, ecs, name, is_off)?;
        }
        Ok(())
    }

    fn started(&mut self, resource: Resource<'_>, target: &Node, ecs: &Node, name: String, is_off: bool) -> Made {
        self.check_word(resource, "LaunchType", ecs.get("LaunchType"), LAUNCH_TYPES)?;
        let mut fields = Fields::default()
            .with_text("serviceArn", name.as_str())
            .with_text("serviceName", name.as_str())
            .with_text("status", "ACTIVE");
        take(target, &mut fields, &[(As::Text, "Arn", "clusterArn")]);
        let members = [
            (As::Text, "TaskDefinitionArn", "taskDefinition"),
            (As::Text, "LaunchType", "launchType"),
            (As::Text, "PlatformVersion", "platformVersion"),
            (As::Number, "TaskCount", "desiredCount"),
            (As::Bool, "EnableExecuteCommand", "enableExecuteCommand"),
        ];
        take(ecs, &mut fields, &members);
        if let Some(strategy) = ecs.get("CapacityProviderStrategy") {
            fields.set("capacityProviderStrategy", providers(strategy));
        }
        match is_off {
            true => fields.set("desiredCount", 0.into()),
            false if fields.get("desiredCount").is_none() => fields.set("desiredCount", 1.into()),
            false => {}
        }
        if let Some(configuration) = ecs.get("NetworkConfiguration") {
            // EventBridge's rules and its scheduler write the member differently.
            let awsvpc = configuration.get("AwsVpcConfiguration").or(configuration.get("AwsvpcConfiguration"));
            self.check_public_ip(resource, awsvpc)?;
            fields.set("networkConfiguration", network_configuration(configuration, awsvpc));
        }
        if self.doubt.is_some() {
            self.put("services", resource, fields);
            return Ok(());
        }
        self.document.push("services", Node::from(fields).at(target.place.or(resource.node.place)));
        Ok(())
    }
}

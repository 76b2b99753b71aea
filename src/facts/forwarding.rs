//! What leads requests to a service's target group, and how it leads them to another one.

use super::model::Model;
use crate::network::text;

/// The target group that is to take another one's place, as commands write it.
const NEW: &str = "<new-target-group-arn>";

impl Model<'_> {
    /// The AWS CLI's commands, one a line as helps write them, by which what forwards to the target group of a registration
    /// forwards to a new one: ECS refuses a target group that no load balancer leads to. What else the same actions do (other
    /// target groups, an authentication) they are to go on doing: it is for the user to write.
    pub(super) fn forwarding_commands(&self, index: u32) -> String {
        let group = self.registration(index).arn.as_str();
        let mut lines = Vec::new();
        for listener in &self.network.listeners {
            let to_group = listener.forwarding.iter().filter(|forwarding| forwarding.targets.contains(&group));
            lines.extend(to_group.map(|forwarding| {
                let alone = forwarding.is_all && forwarding.targets.iter().all(|target| *target == group);
                let actions = match alone {
                    true => format!("Type=forward,TargetGroupArn={NEW}"),
                    false => format!("'<its-actions-with-{}>'", NEW.trim_matches(['<', '>'])),
                };
                match forwarding.rule {
                    Some(rule) => format!("aws elbv2 modify-rule --rule-arn {rule} --actions {actions}"),
                    None => {
                        let listener = text(&listener.element.listener_arn);
                        format!("aws elbv2 modify-listener --listener-arn {listener} --default-actions {actions}")
                    }
                }
            }));
        }
        match lines.is_empty() {
            true => self.new_listener_command(index).replace(group, NEW),
            false => lines.join("\n    "),
        }
    }
}

//! A CloudFormation template in hand, to be edited. Resources are found by what they are and say: nothing here knows a logical id.

use serde_json::{Map, Value, json};

/// A template.
pub(crate) struct Template(Value);

impl Template {
    /// Reads a template in JSON.
    pub(crate) fn read(text: &str) -> Template {
        Template(serde_json::from_str(text).expect("the template is JSON"))
    }

    /// Its text.
    pub(crate) fn text(&self) -> String {
        self.0.to_string()
    }

    fn resources(&mut self) -> &mut Map<String, Value> {
        self.0["Resources"].as_object_mut().expect("a template has resources")
    }

    /// The logical ids of a type of resources whose properties `are`, in order. There is one at least, or the edit is none.
    pub(crate) fn all(&mut self, kind: &str, are: impl Fn(&Value) -> bool) -> Vec<String> {
        let kind = format!("AWS::{kind}");
        let found = self.resources().iter().filter(|(_, one)| one["Type"] == *kind && are(&one["Properties"]));
        let names: Vec<String> = found.map(|(name, _)| name.clone()).collect();
        assert!(!names.is_empty(), "no such {kind}");
        names
    }

    /// The first of them.
    pub(crate) fn first(&mut self, kind: &str, are: impl Fn(&Value) -> bool) -> String {
        self.all(kind, are).swap_remove(0)
    }

    /// The properties of a resource.
    pub(crate) fn of(&mut self, name: &str) -> &mut Value {
        &mut self.resources()[name]["Properties"]
    }

    /// Sets a property of all resources of a type.
    pub(crate) fn set(&mut self, kind: &str, property: &str, value: &Value) {
        for name in self.all(kind, |_| true) {
            self.of(&name)[property] = value.clone();
        }
    }

    /// Takes resources out, and waits for them no longer.
    pub(crate) fn remove(&mut self, names: &[String]) {
        self.resources().retain(|name, _| !names.contains(name));
        for one in self.resources().values_mut() {
            if let Some(waits) = one.get_mut("DependsOn").and_then(Value::as_array_mut) {
                waits.retain(|name| !names.iter().any(|gone| name == gone));
            }
        }
    }

    /// Adds a resource.
    pub(crate) fn add(&mut self, name: &str, kind: &str, properties: Value) {
        self.resources().insert(name.to_owned(), json!({ "Type": format!("AWS::{kind}"), "Properties": properties }));
    }

    /// Where and how the tasks run, of a service or a schedule.
    pub(crate) fn placement(&mut self) -> &mut Value {
        let of_service = "/Properties/NetworkConfiguration/AwsvpcConfiguration";
        let of_schedule = "/Properties/Targets/0/EcsParameters/NetworkConfiguration/AwsVpcConfiguration";
        let mut all = self.resources().values_mut();
        all.find_map(|one| {
            let at = if one["Type"] == "AWS::ECS::Service" { of_service } else { of_schedule };
            one.pointer_mut(at)
        })
        .expect("something starts tasks")
    }

    /// The logical id of what `reference` refers to, by `Ref` or `Fn::GetAtt`.
    pub(crate) fn named(reference: &Value) -> String {
        let name = reference["Ref"].as_str().or_else(|| reference["Fn::GetAtt"][0].as_str());
        name.expect("a reference").to_owned()
    }

    /// The tasks' group.
    pub(crate) fn task_group(&mut self) -> String {
        Template::named(&self.placement()["SecurityGroups"][0])
    }

    /// The tasks' first container.
    pub(crate) fn container(&mut self) -> &mut Value {
        let definition = self.first("ECS::TaskDefinition", |_| true);
        &mut self.of(&definition)["ContainerDefinitions"][0]
    }

    /// The endpoints of a service: `.s3`, `.ecr.api`.
    pub(crate) fn endpoints(&mut self, service: &str) -> Vec<String> {
        self.all("EC2::VPCEndpoint", |endpoint| endpoint["ServiceName"].to_string().contains(&format!("\"{service}\"")))
    }

    /// References to the subnets of a kind.
    pub(crate) fn subnets(&mut self, public: bool) -> Vec<Value> {
        let names = self.all("EC2::Subnet", |subnet| subnet["MapPublicIpOnLaunch"] == public);
        names.iter().map(|name| json!({ "Ref": name })).collect()
    }

    /// A network ACL of its own for these subnets, with these entries: whether it is for what goes out, what it does, to or
    /// from which ports of TCP.
    pub(crate) fn filter(&mut self, subnets: &[Value], entries: &[(bool, &str, u16, u16)]) {
        let vpc = json!({ "Ref": self.first("EC2::VPC", |_| true) });
        self.add("Acl", "EC2::NetworkAcl", json!({ "VpcId": vpc }));
        for (number, (egress, action, from, to)) in entries.iter().enumerate() {
            let properties = json!({
                "NetworkAclId": { "Ref": "Acl" }, "RuleNumber": 100 + 10 * number, "Egress": egress, "Protocol": 6,
                "RuleAction": action, "CidrBlock": "0.0.0.0/0", "PortRange": { "From": from, "To": to },
            });
            self.add(&format!("AclEntry{number}"), "EC2::NetworkAclEntry", properties);
        }
        for (number, subnet) in subnets.iter().enumerate() {
            let properties = json!({ "NetworkAclId": { "Ref": "Acl" }, "SubnetId": subnet });
            self.add(&format!("AclOfSubnet{number}"), "EC2::SubnetNetworkAclAssociation", properties);
        }
    }
}

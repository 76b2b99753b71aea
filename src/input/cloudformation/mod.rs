//! CloudFormation templates, in JSON and YAML, as people write them and as the CDK synthesises them: evaluated as far as
//! that is possible before the deployment, and turned into the document that describes what they make.

mod check;
mod cidr;
mod error;
mod evaluate;
mod exports;
mod flatten;
mod functions;
mod loops;
mod nested;
mod parameters;
mod references;
mod resources;
mod stack;
mod substitute;
mod syntax;
mod template;
mod text;
mod types;

pub use error::TemplateError;
pub(super) use exports::Exports;
pub(super) use nested::Nested;
pub use parameters::Parameters;

use super::error::InputError;
use super::planned::{Document, Made, Names, Onto, complete};
use crate::snapshot::{KEYS, SourceId, Sources, Written};
use evaluate::{Evaluator, Target};
use resources::Maker;
use template::{LANGUAGE_EXTENSIONS, Template, is_included};

/// What is said of a deployment beside its template.
#[derive(Debug, Default, Clone)]
pub struct Stack {
    /// Values of the template's parameters.
    pub parameters: Parameters,
    /// The region that it is deployed to.
    pub region: Option<String>,
    /// The stack's name.
    pub name: Option<String>,
}

/// What a template makes, together with the nested stacks whose templates are at hand.
///
/// # Errors
/// It is no template that CloudFormation would take, or a parameter is given a value that it can't have.
pub(super) fn template(
    sources: &Sources,
    source: SourceId,
    nested: &Nested,
    said: &Stack,
    exports: &Exports,
    onto: Option<Onto<'_>>,
) -> Result<Made, InputError> {
    let mut target = Target {
        region: said.region.clone().or_else(|| onto.as_ref()?.region().map(str::to_owned)),
        account: onto.as_ref().and_then(|onto| onto.account().map(str::to_owned)),
        stack: said.name.clone(),
    };
    let template = loops::written_out(Template::read(sources, source)?, &said.parameters, &target)?;
    if !template.is_transformed() {
        check::check(&template)?;
    }
    let template = flatten::flattened(sources, nested, source, template)?;
    let there = stack::there(&template, onto.as_ref(), said.name.as_deref())?;
    let mut document = Document::new("the template", onto);
    document.set_place(None, said.region.clone());
    target.stack = target.stack.or(there.stack);
    let mut evaluator = Evaluator::new(&template, &said.parameters, target)?;
    evaluator.onto(there.ids, there.zones);
    evaluator.importing(exports);
    for resource in template.resources() {
        // That of a nested stack has its own name in its own file.
        let name = resource.name.rsplit('.').next().unwrap_or_default();
        let pointer = format!("/Resources/{}", name.replace('~', "~0").replace('/', "~1"));
        if let Some(Written { source, start, length }) = resource.node.place {
            let is_json = sources.get(source).is_json();
            document.block(Written { source, start, length }, if is_json { pointer } else { String::new() });
        }
    }
    for (list, id) in &there.deleted {
        document.delete(list, id);
    }
    let mut maker = Maker::new(evaluator, document);
    maker.make()?;
    let Maker { evaluator, mut document, .. } = maker;
    for name in &evaluator.missing {
        document.note(format!("what hangs on parameter {name}"), format!("it has no value: --parameters {name}=VALUE"));
    }
    for name in &evaluator.not_exported {
        let why = "no such export is given: aws cloudformation list-exports > exports.json, and --onto exports.json";
        document.note(format!("what hangs on the import of {name}"), why);
    }
    if evaluator.unknown.contains("AWS::Region") {
        document.note("what differs between partitions", "the region is not known: --region REGION");
    }
    for transform in template.transforms() {
        if !ADDS_NO_NETWORK.contains(&transform) {
            let why = format!("transform {transform} may add to what the template has");
            KEYS.iter().for_each(|key| document.partly_known(key.name, why.clone()));
        }
        if transform != LANGUAGE_EXTENSIONS {
            document
                .note(format!("what transform {transform} makes of the template"), "it does so when it is deployed");
        }
    }
    if template.repeats() || is_included(template.root()) {
        let why = "the template takes resources from what isn't known before the deployment";
        KEYS.iter().for_each(|key| document.partly_known(key.name, why));
        document
            .note("what loops and transforms add to the template's resources", "it isn't known before the deployment");
    }
    // Who makes a group makes its associations.
    document.whole("SecurityGroupVpcAssociations");
    complete(&mut document, &NAMES);
    Ok(document.finish())
}

/// Transforms that add nothing to a network: they make functions, secrets and deployments of what there is, or say more of
/// it. <https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/transform-reference.html>
const ADDS_NO_NETWORK: [&str; 5] = [
    LANGUAGE_EXTENSIONS,
    "AWS::CodeDeployBlueGreen",
    "AWS::SecretsManager-2020-07-23",
    "AWS::SecretsManager-2024-09-16",
    "AWS::Serverless-2016-10-31",
];

/// How what AWS makes along with a VPC is called.
const NAMES: Names = Names {
    security_group: default_security_group,
    network_acl: default_network_acl,
    route_table: |vpc| format!("{vpc}.MainRouteTable"),
};

/// How the default security group of a VPC is called, as `Fn::GetAtt` does.
fn default_security_group(vpc: &str) -> String {
    format!("{vpc}.DefaultSecurityGroup")
}

/// How the default network ACL of a VPC is called, as `Fn::GetAtt` does.
fn default_network_acl(vpc: &str) -> String {
    format!("{vpc}.DefaultNetworkAcl")
}

#[cfg(test)]
mod tests;

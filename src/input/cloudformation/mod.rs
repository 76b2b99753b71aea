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
mod several;
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
use several::One;
use stack::There;
use template::{LANGUAGE_EXTENSIONS, Template, is_included};

/// What is said of a deployment beside its templates.
#[derive(Debug, Default, Clone)]
pub struct Stack {
    /// Values of the templates' parameters.
    pub parameters: Parameters,
    /// The region that they are deployed to.
    pub region: Option<String>,
    /// The stack's name; of several, each as `FILE=NAME`.
    pub names: Vec<String>,
}

impl Stack {
    /// The name of the stack that is made by a template, which is called like this where there are several.
    fn name(&self, label: Option<&str>) -> Option<String> {
        let own = self.names.iter().rev().find_map(|said| match (label, said.split_once('=')) {
            (None, None) => Some(said.as_str()),
            (None, Some((_, name))) => Some(name),
            (Some(label), Some((of, name))) if of == label => Some(name),
            (Some(_), _) => None,
        });
        own.map(str::to_owned)
    }
}

/// A template of a run.
pub(super) struct File {
    pub(super) source: SourceId,
    /// How it is called among several.
    pub(super) label: Option<String>,
    /// The templates of its nested stacks.
    pub(super) nested: Nested,
}

/// What templates make, each together with the nested stacks whose templates are at hand: stacks of one account and region.
///
/// # Errors
/// One is no template that CloudFormation would take, or a parameter is given a value that it can't have.
pub(super) fn templates(
    sources: &Sources,
    files: &[File],
    said: &Stack,
    exports: &Exports,
    onto: Option<Onto<'_>>,
) -> Result<Made, InputError> {
    let mut target = Target {
        region: said.region.clone().or_else(|| onto.as_ref()?.region().map(str::to_owned)),
        account: onto.as_ref().and_then(|onto| onto.account().map(str::to_owned)),
        stack: None,
    };
    let read: Vec<Template> =
        files.iter().map(|file| Template::read(sources, file.source)).collect::<Result<_, InputError>>()?;
    let labels = || files.iter().map(|file| file.label.as_deref());
    let parameters = said.parameters.of_each(labels().zip(&read))?;
    let mut each = Vec::with_capacity(files.len());
    let mut there = There::default();
    for ((file, template), own) in files.iter().zip(read).zip(&parameters) {
        let label = file.label.as_deref();
        let mut stack = said.name(label);
        let own_target = Target { stack: stack.clone(), ..target.clone() };
        let template = loops::written_out(template, own, &own_target)?;
        if !template.is_transformed() {
            check::check(&template)?;
        }
        let template = flatten::flattened(sources, &file.nested, file.source, template)?;
        let found = stack::there(&template, onto.as_ref(), stack.as_deref())?;
        stack = stack.or_else(|| found.stack.clone());
        there.join(found, label);
        each.push(One { label: label.unwrap_or_default().to_owned(), template, stack });
    }
    let (template, exported) = match <[One; 1]>::try_from(each) {
        Ok([one]) => {
            target.stack = one.stack;
            (one.template, Vec::new())
        }
        Err(several) => several::joint(sources, &several)?,
    };
    let parameters = match parameters.as_slice() {
        [one] => one.clone(),
        several => Parameters::joined(labels().flatten().zip(several)),
    };
    let noun = if files.len() > 1 { "the deployment" } else { "the template" };
    let mut document = Document::new(noun, onto);
    document.set_place(None, said.region.clone());
    let mut evaluator = Evaluator::new(&template, &parameters, target)?;
    evaluator.onto(there.ids, there.zones);
    evaluator.importing(exports);
    evaluator.exporting(exported)?;
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
    for label in evaluator.nameless.iter().filter(|_| !evaluator.not_exported.is_empty()) {
        let why = format!("its stack's name is not known: --stack-name {label}=NAME");
        document.note(format!("what {label} exports"), why);
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
    complete(&mut document, &AsWritten);
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

/// What AWS makes along with a VPC is called as templates refer to it.
struct AsWritten;

impl Names for AsWritten {
    fn security_group(&self, vpc: &str) -> String {
        default_security_group(vpc)
    }

    fn network_acl(&self, vpc: &str) -> String {
        default_network_acl(vpc)
    }

    fn default_route_table(&self, vpc: &str) -> String {
        format!("{vpc}.MainRouteTable")
    }
}

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

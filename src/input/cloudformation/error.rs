//! What can be wrong with a template so that the network which it makes can't be told.

use crate::snapshot::{Location, Written};
use thiserror::Error;

/// A template, or a value for one of its parameters, that can't be used.
#[derive(Debug, Error)]
pub enum TemplateError {
    /// A section or a resource that isn't what it must be.
    #[error("{what}")]
    Malformed {
        /// What must be what.
        what: String,
        /// Where.
        location: Written,
    },
    /// A function that CloudFormation doesn't have.
    #[error("CloudFormation has no function `{name}`")]
    UnknownFunction {
        /// As it is written.
        name: String,
        /// Its name, if this one is misspelt.
        nearest: Option<String>,
        /// Where.
        location: Written,
    },
    /// Arguments that a function doesn't take.
    #[error("`{function}` takes {takes}")]
    Arguments {
        /// The function.
        function: String,
        /// What it takes.
        takes: &'static str,
        /// Where.
        location: Written,
    },
    /// A function that fails with these arguments.
    #[error("`{function}` fails: {why}")]
    Fails {
        /// The function.
        function: &'static str,
        /// Why.
        why: String,
        /// Where.
        location: Written,
    },
    /// A name that nothing in the template has.
    #[error("the template has no {what} `{name}`")]
    NoSuch {
        /// What it should name.
        what: &'static str,
        /// The name.
        name: String,
        /// A name that is there and similar.
        nearest: Option<String>,
        /// Where.
        location: Written,
    },
    /// A name that CloudFormation, or a type of resources, doesn't have.
    #[error("{owner} has no {what} `{name}`")]
    NoSuchOfType {
        /// `CloudFormation`, or the type.
        owner: String,
        /// What it should name.
        what: &'static str,
        /// The name.
        name: String,
        /// A name that it has and that is similar.
        nearest: Option<String>,
        /// Where.
        location: Written,
    },
    /// A resource that is referred to and isn't made.
    #[error("`{name}` is referred to and is not made: its condition `{condition}` is false")]
    NotMade {
        /// The resource.
        name: String,
        /// Its condition.
        condition: String,
        /// Where it is referred to, and where its condition stands.
        locations: [Written; 2],
    },
    /// Things that need each other.
    #[error("{what} need each other: {}", chain.join(" → "))]
    Cycle {
        /// `resources` or `conditions`.
        what: &'static str,
        /// Their names, the first one again at the end.
        chain: Vec<String>,
        /// Where each but the last is.
        locations: Vec<Written>,
    },
    /// Values that grow or nest beyond measure.
    #[error("the template's functions make more than any template may hold")]
    TooMuch {
        /// Where the limit is reached.
        location: Written,
    },
    /// A value for a parameter that it can't have.
    #[error("parameter `{name}` can't be `{value}`: {why}")]
    Parameter {
        /// The parameter.
        name: String,
        /// The value.
        value: String,
        /// Why.
        why: String,
        /// The parameter in the template.
        location: Written,
    },
    /// A value for a parameter that the template doesn't have.
    #[error("the template has no parameter `{name}`")]
    NoParameter {
        /// The parameter.
        name: String,
        /// A parameter of a similar name.
        nearest: Option<String>,
        /// The template's parameters.
        location: Written,
    },
    /// A file of parameters in no known form.
    #[error("`{file}` is no file of parameters")]
    NotParameters {
        /// The file.
        file: String,
        /// Where.
        location: Written,
    },
    /// Two templates export one name, which CloudFormation takes once in an account and region.
    #[error("two templates export `{name}`")]
    ExportedTwice {
        /// The name.
        name: String,
        /// Both outputs.
        locations: [Written; 2],
    },
    /// Several stacks of what is deployed onto may be the one that is updated.
    #[error("which stack is updated can't be told: {} have resources of these names", stacks.join(" and "))]
    WhichStack {
        /// Their names.
        stacks: Vec<String>,
        /// The template's resources.
        location: Written,
    },
}

impl TemplateError {
    /// Identifies the kind of error.
    pub fn code(&self) -> &'static str {
        match self {
            TemplateError::Malformed { .. } => "template/malformed",
            TemplateError::UnknownFunction { .. } => "template/unknown-function",
            TemplateError::Arguments { .. } => "template/arguments",
            TemplateError::Fails { .. } => "template/function-fails",
            TemplateError::NoSuch { .. } | TemplateError::NoSuchOfType { .. } => "template/no-such-name",
            TemplateError::NotMade { .. } => "template/not-made",
            TemplateError::Cycle { .. } => "template/cycle",
            TemplateError::TooMuch { .. } => "template/too-much",
            TemplateError::Parameter { .. } | TemplateError::NoParameter { .. } => "template/parameter",
            TemplateError::NotParameters { .. } => "template/not-parameters",
            TemplateError::ExportedTwice { .. } => "template/exported-twice",
            TemplateError::WhichStack { .. } => "template/which-stack",
        }
    }

    /// What to do about it.
    pub fn help(&self) -> String {
        let similar = |nearest: &Option<String>| nearest.as_ref().map(|name| format!("is `{name}` meant?"));
        match self {
            TemplateError::Malformed { .. } | TemplateError::Arguments { .. } | TemplateError::Fails { .. } => {
                "CloudFormation would refuse it: mend the template".into()
            }
            TemplateError::UnknownFunction { nearest, .. }
            | TemplateError::NoSuch { nearest, .. }
            | TemplateError::NoSuchOfType { nearest, .. } => {
                similar(nearest).unwrap_or_else(|| "CloudFormation would refuse it: mend the template".into())
            }
            TemplateError::Cycle { .. } => "CloudFormation makes one after the other: take one of the references out".into(),
            TemplateError::NotMade { condition, .. } => {
                format!("CloudFormation would refuse it: choose by `Fn::If` with `{condition}`, or give other parameters")
            }
            TemplateError::TooMuch { .. } => "check what wrote the template".into(),
            TemplateError::Parameter { .. } => "give another value".into(),
            TemplateError::NoParameter { nearest, .. } => {
                similar(nearest).unwrap_or_else(|| "leave it out: CloudFormation refuses values for what isn't there".into())
            }
            TemplateError::NotParameters { .. } => {
                "it must be a list of {\"ParameterKey\": …, \"ParameterValue\": …}, as the AWS CLI takes it, or {\"Parameters\": {…}}".into()
            }
            TemplateError::ExportedTwice { .. } => {
                "CloudFormation would refuse the second: give it another name, or judge the two stacks by themselves".into()
            }
            TemplateError::WhichStack { .. } => {
                "name it: --stack-name NAME, or --stack-name FILE=NAME where several templates are given".into()
            }
        }
    }

    /// Where, with what to say about each place.
    pub fn labels(&self) -> Vec<(Location, String)> {
        match self {
            TemplateError::Cycle { chain, locations, .. } => {
                let needs = chain.windows(2).map(|pair| match pair {
                    [one, other] => format!("{one} needs {other}"),
                    _ => String::new(),
                });
                locations.iter().map(span).zip(needs).collect()
            }
            TemplateError::ExportedTwice { locations, .. } => {
                let texts = ["exported here", "and again here"];
                locations.iter().map(span).zip(texts.map(str::to_owned)).collect()
            }
            TemplateError::NotMade { locations, .. } => {
                let texts = ["referred to here", "not made, by this condition"];
                locations.iter().map(span).zip(texts.map(str::to_owned)).collect()
            }
            TemplateError::Malformed { location, .. }
            | TemplateError::UnknownFunction { location, .. }
            | TemplateError::Arguments { location, .. }
            | TemplateError::Fails { location, .. }
            | TemplateError::NoSuch { location, .. }
            | TemplateError::NoSuchOfType { location, .. }
            | TemplateError::TooMuch { location, .. }
            | TemplateError::NotParameters { location, .. } => vec![(span(location), "here".into())],
            TemplateError::Parameter { location, .. } => vec![(span(location), "this parameter".into())],
            TemplateError::NoParameter { location, .. } => vec![(span(location), "its parameters".into())],
            TemplateError::WhichStack { location, .. } => vec![(span(location), "these resources".into())],
        }
    }
}

/// A place as reports take it.
fn span(written: &Written) -> Location {
    Location::Span { source: written.source, start: written.start, length: written.length.max(1) }
}

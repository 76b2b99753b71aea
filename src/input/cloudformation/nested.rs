//! Nested stacks whose templates are at hand: files beside the template, as `aws cloudformation package` takes them and
//! as the CDK writes them.
//! <https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/using-cfn-nested-stacks.html>

use super::functions::call;
use super::syntax;
use crate::input::error::InputError;
use crate::input::planned::{Fields, Node};
use crate::input::read::load_all;
use crate::snapshot::{SourceId, Sources};
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};

/// The type of a nested stack.
pub(super) const STACK: &str = "AWS::CloudFormation::Stack";

/// How many files nested stacks may name.
const MOST: usize = 200;

/// The templates that nested stacks name, or why one isn't followed, by the template that names them and how it does; and
/// the files that are followed.
#[derive(Debug, Default)]
pub(in crate::input) struct Nested(FxHashMap<(SourceId, String), Result<SourceId, String>>, Vec<PathBuf>);

impl Nested {
    /// Reads the files that the nested stacks of a template name, and those that they name.
    ///
    /// # Errors
    /// A file that is there can't be read, or is no template.
    pub(in crate::input) fn load(sources: &mut Sources, source: SourceId) -> Result<Self, InputError> {
        let mut found = FxHashMap::default();
        let Some(top) = folder(sources, source).and_then(|folder| folder.canonicalize().ok()) else {
            return Ok(Nested::default());
        };
        let mut files: FxHashMap<PathBuf, SourceId> = FxHashMap::default();
        let mut left = vec![source];
        while let Some(source) = left.pop() {
            let Some(own) = folder(sources, source) else { continue };
            for name in names(sources, source)? {
                let file = match beside(&top, &own, &name) {
                    Ok((real, shown)) => match files.get(&real) {
                        Some(known) => Ok(*known),
                        None if files.len() >= MOST => Err(format!("more than {MOST} files are named")),
                        None => match load_all(&[shown], sources)?.first() {
                            Some(file) => {
                                files.insert(real, file.source);
                                left.push(file.source);
                                Ok(file.source)
                            }
                            None => Err(format!("there is no file {name} beside it")),
                        },
                    },
                    Err(why) => Err(why),
                };
                found.insert((source, name), file);
            }
        }
        Ok(Nested(found, files.into_keys().collect()))
    }

    /// The files that are followed, as they really are.
    pub(in crate::input) fn files(&self) -> impl Iterator<Item = &Path> {
        self.1.iter().map(PathBuf::as_path)
    }

    /// The template of a stack, or why it isn't followed; none where the stack doesn't name a file.
    pub(super) fn of(&self, source: SourceId, stack: &Node) -> Option<&Result<SourceId, String>> {
        self.0.get(&(source, named(stack)?.to_owned()))
    }
}

/// The folder of a file; none of what comes by standard input.
fn folder(sources: &Sources, source: SourceId) -> Option<PathBuf> {
    let name = sources.get(source).name();
    let parent = Path::new(name).parent().filter(|_| name != "-")?;
    Some(if parent.as_os_str().is_empty() { PathBuf::from(".") } else { parent.to_owned() })
}

/// How the nested stacks of a template name theirs.
fn names(sources: &Sources, source: SourceId) -> Result<Vec<String>, InputError> {
    let text = std::str::from_utf8(sources.get(source).bytes()).unwrap_or_default();
    if !text.contains(STACK) {
        return Ok(Vec::new());
    }
    let root = syntax::read(sources, source)?;
    let resources = root.get("Resources").and_then(Node::fields).map(|Fields(fields)| fields.as_slice());
    let stacks = resources.unwrap_or_default().iter().map(|(_, node)| node);
    let stacks = stacks.filter(|node| node.get("Type").and_then(Node::as_str) == Some(STACK));
    Ok(stacks.filter_map(named).map(str::to_owned).collect())
}

/// The file that a stack names. That the CDK wrote beside the template stands in its metadata.
/// <https://docs.aws.amazon.com/cli/latest/reference/cloudformation/package.html>,
/// <https://github.com/aws/aws-cdk/blob/main/packages/aws-cdk-lib/core/lib/nested-stack.ts>
fn named(stack: &Node) -> Option<&str> {
    let url = stack.get("Properties")?.get("TemplateURL")?;
    if call(url).is_none() {
        return url.as_str();
    }
    let metadata = stack.get("Metadata")?;
    let is_url = metadata.get("aws:asset:property").and_then(Node::as_str) == Some("TemplateURL");
    metadata.get("aws:asset:path").filter(|_| is_url)?.as_str()
}

/// A file that is named in a folder and is below the template's: as it really is, and as it is shown.
fn beside(top: &Path, own: &Path, name: &str) -> Result<(PathBuf, PathBuf), String> {
    if name.contains("://") {
        return Err(format!("{name} is no file beside it"));
    }
    let path = own.join(name);
    // Links are followed before it is told where the file is.
    let real = path.canonicalize().ok().filter(|real| real.is_file());
    let Some(real) = real else { return Err(format!("there is no file {name} beside it")) };
    if !real.starts_with(top) {
        return Err(format!("{name} is outside its folder"));
    }
    let shown: PathBuf = path.components().filter(|part| *part != std::path::Component::CurDir).collect();
    Ok((real, shown))
}

//! What a plan or a template comes to is judged as any other snapshot: such files are translated before they are parsed.

use super::cloudformation::{self, Stack};
use super::error::InputError;
use super::kind::Kind;
use super::planned::{Made, Onto};
use super::read::{InputFile, load_all};
use super::terraform;
use crate::snapshot::{Source, SourceId, Sources};
use std::path::PathBuf;

/// Reads every path: a file, `-` for standard input, or a folder, of which every `*.json` below is read. The content tells
/// what a file is; a plan or a template becomes the snapshot of what it deploys.
///
/// # Errors
/// When a path can't be read, is empty or not UTF-8, or a folder has no JSON in it; or a plan or a template can't be used.
pub fn read(paths: &[PathBuf], sources: &mut Sources) -> Result<Vec<InputFile>, InputError> {
    read_stack(paths, &Stack::default(), sources)
}

/// As [`read`], with what is said of the stacks that templates among the paths make.
///
/// # Errors
/// As [`read`].
pub fn read_stack(paths: &[PathBuf], stack: &Stack, sources: &mut Sources) -> Result<Vec<InputFile>, InputError> {
    let mut files = load_all(paths, sources)?;
    for file in &mut files {
        if let Some(made) = made(sources, file.source, stack, &[])? {
            file.source = add(sources, file.source, made);
        }
    }
    Ok(files)
}

/// As [`read_stack`], with what the plans and templates among the paths deploy applied to the snapshot of other paths.
///
/// # Errors
/// As [`read`]; also where none of the paths is a plan or a template.
pub fn read_onto(
    paths: &[PathBuf],
    stack: &Stack,
    onto: &[PathBuf],
    sources: &mut Sources,
) -> Result<Vec<InputFile>, InputError> {
    let mut files = load_all(paths, sources)?;
    let mut there = load_all(onto, sources)?;
    let mut is_deployed = false;
    for file in &mut files {
        let Some(mut made) = made(sources, file.source, stack, &there)? else { continue };
        is_deployed = true;
        let superseded = std::mem::take(&mut made.superseded);
        file.source = add(sources, file.source, made);
        for base in &mut there {
            base.argument = file.argument;
            base.superseded.extend(superseded.iter().cloned());
        }
    }
    if !is_deployed {
        return Err(InputError::NothingToDeploy);
    }
    files.extend(there);
    Ok(files)
}

/// What a plan or a template comes to; none for any other file.
fn made(sources: &Sources, source: SourceId, stack: &Stack, there: &[InputFile]) -> Result<Option<Made>, InputError> {
    let onto = || if there.is_empty() { Ok(None) } else { Onto::read(there, sources).map(Some) };
    match Kind::of(sources.get(source)) {
        Kind::Snapshot => Ok(None),
        Kind::TerraformPlan => terraform::plan(sources, source, onto()?).map(Some),
        Kind::TerraformState => terraform::state(sources, source, onto()?).map(Some),
        Kind::Template => cloudformation::template(sources, source, stack, onto()?).map(Some),
    }
}

fn add(sources: &mut Sources, written: SourceId, made: Made) -> SourceId {
    let name = sources.get(written).name().to_owned();
    sources.add(Source::derived(name, made.text, made.origins))
}

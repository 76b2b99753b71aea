//! What a plan or a template comes to is judged as any other snapshot: such files are translated before they are parsed.

use super::cloudformation::{self, Stack};
use super::error::InputError;
use super::kind::Kind;
use super::planned::{Made, Onto};
use super::read::{InputFile, load_all};
use super::terraform;
use crate::snapshot::{Location, Source, SourceId, Sources};
use std::path::PathBuf;

/// Reads every path: a file, `-` for standard input, or a folder, of which every `*.json` below is read. The content tells
/// what a file is; a plan or a template becomes the snapshot of what it deploys.
///
/// # Errors
/// When a path can't be read, is empty or not UTF-8, or a folder has no JSON in it; or a plan or a template can't be used,
/// or there are several: references between two files can't be told from names that are alike by chance.
pub fn read(paths: &[PathBuf], sources: &mut Sources) -> Result<Vec<InputFile>, InputError> {
    read_stack(paths, &Stack::default(), sources)
}

/// As [`read`], with what is said of the stack that a template among the paths makes.
///
/// # Errors
/// As [`read`]; also where something is said of a stack and no template is among the paths.
pub fn read_stack(paths: &[PathBuf], stack: &Stack, sources: &mut Sources) -> Result<Vec<InputFile>, InputError> {
    let (mut files, planned) = load_planned(paths, sources)?;
    refuse_stack(stack, planned.as_ref())?;
    if let Some(Planned { index, kind }) = planned {
        let file = &mut files[index];
        if let Some(made) = made(sources, file.source, kind, stack, None)? {
            file.source = add(sources, file.source, made);
        }
    }
    Ok(files)
}

/// As [`read_stack`], with what the plans and templates among the paths deploy applied to the snapshot of other paths.
///
/// # Errors
/// As [`read_stack`]; also where none of the paths is a plan or a template, or what is there is itself one.
pub fn read_onto(
    paths: &[PathBuf],
    stack: &Stack,
    onto: &[PathBuf],
    sources: &mut Sources,
) -> Result<Vec<InputFile>, InputError> {
    let (mut files, planned) = load_planned(paths, sources)?;
    let Some(Planned { index, kind }) = planned else { return Err(InputError::NothingToDeploy) };
    refuse_stack(stack, Some(&Planned { index, kind }))?;
    let (mut there, planned) = load_planned(onto, sources)?;
    if let Some(planned) = planned {
        let source = there[planned.index].source;
        let name = sources.get(source).name().to_owned();
        return Err(InputError::OntoPlanned { name, location: Location::Span { source, start: 0, length: 1 } });
    }
    let file = &mut files[index];
    let known = Onto::read(&there, sources)?;
    if let Some(mut made) = made(sources, file.source, kind, stack, Some(known))? {
        let superseded = std::mem::take(&mut made.superseded);
        file.source = add(sources, file.source, made);
        for base in &mut there {
            base.argument = file.argument;
            base.superseded.clone_from(&superseded);
        }
    }
    files.extend(there);
    Ok(files)
}

/// The file that says what is to be deployed.
struct Planned {
    index: usize,
    kind: Kind,
}

/// What is said of a stack says nothing of anything else.
fn refuse_stack(stack: &Stack, planned: Option<&Planned>) -> Result<(), InputError> {
    let flags = [
        ("--parameters", !stack.parameters.is_empty()),
        ("--region", stack.region.is_some()),
        ("--stack-name", stack.name.is_some()),
    ];
    let flags: Vec<&str> = flags.into_iter().filter(|(_, is_given)| *is_given).map(|(flag, _)| flag).collect();
    if flags.is_empty() || planned.is_some_and(|planned| planned.kind == Kind::Template) {
        return Ok(());
    }
    Err(InputError::NoTemplate { flags: flags.join(" and ") })
}

/// Reads every path, of which one file at most may say what is to be deployed.
fn load_planned(paths: &[PathBuf], sources: &mut Sources) -> Result<(Vec<InputFile>, Option<Planned>), InputError> {
    let files = load_all(paths, sources)?;
    let kinds = files.iter().map(|file| Kind::of(sources.get(file.source))).enumerate();
    let mut planned = kinds.filter(|(_, kind)| *kind != Kind::Snapshot).map(|(index, kind)| Planned { index, kind });
    let first = planned.next();
    if let (Some(first), Some(second)) = (&first, planned.next()) {
        let name = |planned: &Planned| sources.get(files[planned.index].source).name().to_owned();
        return Err(InputError::SeveralPlanned {
            first: name(first),
            second: name(&second),
            location: Location::Span { source: files[second.index].source, start: 0, length: 1 },
        });
    }
    drop(planned);
    Ok((files, first))
}

/// What a plan or a template comes to; none for any other file.
fn made(
    sources: &Sources,
    source: SourceId,
    kind: Kind,
    stack: &Stack,
    onto: Option<Onto<'_>>,
) -> Result<Option<Made>, InputError> {
    match kind {
        Kind::Snapshot => Ok(None),
        Kind::TerraformPlan => terraform::plan(sources, source, onto).map(Some),
        Kind::TerraformState => terraform::state(sources, source, onto).map(Some),
        Kind::Template => cloudformation::template(sources, source, stack, onto).map(Some),
    }
}

fn add(sources: &mut Sources, written: SourceId, made: Made) -> SourceId {
    let name = sources.get(written).name().to_owned();
    sources.add(Source::derived(name, made.text, made.origins))
}

//! What a plan or a template comes to is judged as any other snapshot: such files are translated before they are parsed.

use super::cloudformation::{self, Exports, Nested, Stack};
use super::error::InputError;
use super::kind::Kind;
use super::planned::{Made, Onto, There};
use super::read::{InputFile, load_all};
use super::terraform;
use crate::snapshot::{Location, Source, SourceId, Sources};
use std::path::PathBuf;

/// What is said of plans and templates beside them.
#[derive(Debug, Default)]
pub struct Beside {
    /// Of the stack that a template makes.
    pub stack: Stack,
    /// The directory of the root module that a Terraform plan was made of.
    pub terraform: Option<PathBuf>,
}

/// Reads every path: a file, `-` for standard input, or a folder, of which every `*.json` below is read. The content tells
/// what a file is; a plan or a template becomes the snapshot of what it deploys.
///
/// # Errors
/// When a path can't be read, is empty or not UTF-8, or a folder has no JSON in it; or a plan or a template can't be used,
/// or there are several: references between two files can't be told from names that are alike by chance.
pub fn read(paths: &[PathBuf], sources: &mut Sources) -> Result<Vec<InputFile>, InputError> {
    read_beside(paths, &Beside::default(), sources)
}

/// As [`read`], with what is said of the plan or the template among the paths.
///
/// # Errors
/// As [`read`]; also where something is said of a plan or a template and none is among the paths.
pub fn read_beside(paths: &[PathBuf], beside: &Beside, sources: &mut Sources) -> Result<Vec<InputFile>, InputError> {
    let (mut files, planned) = load_planned(paths, sources)?;
    refuse(beside, planned.as_ref())?;
    if let Some(Planned { index, kind }) = planned {
        let source = files[index].source;
        let followed =
            Followed { nested: nested(sources, source, kind)?, exports: exports(&mut [&mut files], kind, sources)? };
        let made = made(sources, source, kind, &followed, beside, None)?;
        put_in(&mut files, source, &mut [], made, sources);
    }
    Ok(files)
}

/// As [`read_beside`], with what the plans and templates among the paths deploy applied to the snapshot of other paths.
///
/// # Errors
/// As [`read_beside`]; also where none of the paths is a plan or a template, or what is there is itself one.
pub fn read_onto(
    paths: &[PathBuf],
    beside: &Beside,
    onto: &[PathBuf],
    sources: &mut Sources,
) -> Result<Vec<InputFile>, InputError> {
    let (mut files, planned) = load_planned(paths, sources)?;
    let Some(Planned { index, kind }) = planned else { return Err(InputError::NothingToDeploy) };
    refuse(beside, Some(&Planned { index, kind }))?;
    let (mut there, planned) = load_planned(onto, sources)?;
    if let Some(planned) = planned {
        let source = there[planned.index].source;
        let name = sources.get(source).name().to_owned();
        return Err(InputError::OntoPlanned { name, location: Location::Span { source, start: 0, length: 1 } });
    }
    let source = files[index].source;
    let was_there = !there.is_empty();
    let exports = exports(&mut [&mut files, &mut there], kind, sources)?;
    let followed = Followed { nested: nested(sources, source, kind)?, exports };
    // Exports alone say nothing of what is there.
    let onto = (!was_there || !there.is_empty()).then_some(there.as_slice());
    let made = made(sources, source, kind, &followed, beside, onto)?;
    put_in(&mut files, source, &mut there, made, sources);
    files.extend(there);
    Ok(files)
}

/// The file that says what is to be deployed.
struct Planned {
    index: usize,
    kind: Kind,
}

/// What is said of a stack or of a plan says nothing of anything else.
fn refuse(Beside { stack, terraform }: &Beside, planned: Option<&Planned>) -> Result<(), InputError> {
    if terraform.is_some() && planned.is_none_or(|planned| planned.kind != Kind::TerraformPlan) {
        return Err(InputError::NoPlan);
    }
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

/// What a plan or a template comes to in one region, and which of the files of what is there are of that region.
struct InRegion {
    made: Made,
    onto: Vec<usize>,
}

/// The templates of a template's nested stacks.
fn nested(sources: &mut Sources, source: SourceId, kind: Kind) -> Result<Nested, InputError> {
    match kind {
        Kind::Template => Nested::load(sources, source),
        _ => Ok(Nested::default()),
    }
}

/// What a template is evaluated with: the templates of its nested stacks, and what other stacks export.
struct Followed {
    nested: Nested,
    exports: Exports,
}

/// What other stacks export, as files beside a template and of what is there say. Files that say nothing else are done with.
fn exports(files: &mut [&mut Vec<InputFile>], kind: Kind, sources: &Sources) -> Result<Exports, InputError> {
    let mut exports = Exports::default();
    if kind != Kind::Template {
        return Ok(exports);
    }
    for files in files {
        let mut kept = Vec::with_capacity(files.len());
        for file in files.drain(..) {
            let is_snapshot = Kind::of(sources.get(file.source)) == Kind::Snapshot;
            if !is_snapshot || !exports.take(sources, file.source)? {
                kept.push(file);
            }
        }
        **files = kept;
    }
    Ok(exports)
}

/// What a plan or a template comes to, region by region; nothing for any other file.
fn made(
    sources: &Sources,
    source: SourceId,
    kind: Kind,
    followed: &Followed,
    beside: &Beside,
    onto: Option<&[InputFile]>,
) -> Result<Vec<InRegion>, InputError> {
    let there = onto.map(|files| files.iter().map(|file| There::read(file, sources)).collect::<Result<Vec<_>, _>>());
    let there = there.transpose()?;
    let deployment = match kind {
        Kind::Snapshot => return Ok(Vec::new()),
        Kind::TerraformPlan => terraform::Deployment::plan(sources, source, beside.terraform.as_deref())?,
        Kind::TerraformState => terraform::Deployment::state(sources, source)?,
        Kind::Template => {
            let known = there.as_ref().map(|files| Onto::of(files, sources));
            let onto = (0..there.map_or(0, |files| files.len())).collect();
            let Followed { nested, exports } = followed;
            let made = cloudformation::template(sources, source, nested, &beside.stack, exports, known)?;
            return Ok(vec![InRegion { made, onto }]);
        }
    };
    let regions = deployment.regions();
    let in_region = |scope: usize| {
        let files = there.iter().flatten().enumerate();
        let own: Vec<usize> =
            files.filter(|(_, file)| scope_of(file, &regions) == Some(scope)).map(|(index, _)| index).collect();
        let known = there.as_ref().map(|files| Onto::of(own.iter().filter_map(|index| files.get(*index)), sources));
        InRegion { made: deployment.made(scope, known), onto: own }
    };
    Ok((0..regions.len()).map(in_region).collect())
}

/// In which of a plan's regions a file of what is there is. One that doesn't say it is in the first.
fn scope_of(file: &There<'_>, regions: &[Option<&str>]) -> Option<usize> {
    let Some(region) = file.region.as_deref() else { return Some(0) };
    let same = regions.iter().position(|known| *known == Some(region));
    same.or_else(|| regions.iter().position(Option::is_none).filter(|index| *index == 0))
}

/// Puts what was made in the place of the file that it was made from. What is deployed onto a file belongs to the same
/// account and region as that.
fn put_in(
    files: &mut Vec<InputFile>,
    written: SourceId,
    there: &mut [InputFile],
    made: Vec<InRegion>,
    sources: &mut Sources,
) {
    let Some(index) = files.iter().position(|file| file.source == written) else { return };
    let own = files[index].argument;
    let arguments = files.len();
    for base in &mut *there {
        base.argument += arguments + made.len();
    }
    for (scope, InRegion { made, onto }) in made.into_iter().enumerate() {
        let argument = if scope == 0 { own } else { arguments + scope };
        for base in onto {
            there[base].argument = argument;
            there[base].superseded.clone_from(&made.superseded);
        }
        let name = sources.get(written).name().to_owned();
        let source = sources.add(Source::derived(name, made.text, made.origins));
        match files.get_mut(index).filter(|_| scope == 0) {
            Some(file) => file.source = source,
            None => files.push(InputFile::new(source, argument, None)),
        }
    }
}

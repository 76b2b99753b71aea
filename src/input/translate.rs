//! What a plan or a template comes to is judged as any other snapshot: such files are translated before they are parsed.

use super::cloudformation::{self, Exports, Nested, Stack};
use super::error::InputError;
use super::kind::Kind;
use super::planned::{Made, Onto, There};
use super::read::{InputFile, load_all};
use super::terraform;
use crate::snapshot::{Location, Source, SourceId, Sources};
use rustc_hash::FxHashSet;
use std::path::{Path, PathBuf};

/// What is said of plans and templates beside them.
#[derive(Debug, Default)]
pub struct Beside {
    /// Of the stacks that templates make.
    pub stack: Stack,
    /// The directories of the root modules that Terraform plans were made of, in the order of the plans.
    pub terraform: Vec<PathBuf>,
}

/// Reads every path: a file, `-` for standard input, or a folder, of which every `*.json` below is read. The content tells
/// what a file is; plans or templates become the snapshot of what they deploy together.
///
/// # Errors
/// When a path can't be read, is empty or not UTF-8, or a folder has no JSON in it; or a plan or a template can't be used,
/// or there are plans and templates.
pub fn read(paths: &[PathBuf], sources: &mut Sources) -> Result<Vec<InputFile>, InputError> {
    read_beside(paths, &Beside::default(), sources)
}

/// As [`read`], with what is said of the plans or the templates among the paths.
///
/// # Errors
/// As [`read`]; also where something is said of a plan or a template and none is among the paths.
pub fn read_beside(paths: &[PathBuf], beside: &Beside, sources: &mut Sources) -> Result<Vec<InputFile>, InputError> {
    let (mut files, planned) = load_planned(paths, sources)?;
    let Some(deployed) = Deployed::of(&planned, beside, sources)? else { return Ok(files) };
    let exports = exports(&mut [&mut files], &deployed, sources)?;
    let made = made(sources, &deployed, &exports, &beside.stack, None)?;
    put_in(&mut files, &planned, &mut [], made, sources);
    Ok(files)
}

/// As [`read_beside`], with what the plans or templates among the paths deploy applied to the snapshot of other paths.
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
    let Some(deployed) = Deployed::of(&planned, beside, sources)? else { return Err(InputError::NothingToDeploy) };
    let (mut there, not_there) = load_planned(onto, sources)?;
    if let Some((source, _)) = not_there.first() {
        let name = sources.get(*source).name().to_owned();
        let location = Location::Span { source: *source, start: 0, length: 1 };
        return Err(InputError::OntoPlanned { name, location });
    }
    let was_there = !there.is_empty();
    let exports = exports(&mut [&mut files, &mut there], &deployed, sources)?;
    // Exports alone say nothing of what is there.
    let onto = (!was_there || !there.is_empty()).then_some(there.as_slice());
    let made = made(sources, &deployed, &exports, &beside.stack, onto)?;
    put_in(&mut files, &planned, &mut there, made, sources);
    files.extend(there);
    Ok(files)
}

/// A file that says what is to be deployed.
type Planned = (SourceId, Kind);

/// The files that say what is to be deployed, with what is said of each.
enum Deployed<'b> {
    Templates(Vec<cloudformation::File>),
    Terraform(Vec<terraform::Described<'b>>),
}

impl<'b> Deployed<'b> {
    /// None where no file says what is to be deployed.
    ///
    /// # Errors
    /// The files can't be judged together, something is said of what isn't there, or the template of a nested stack can't be
    /// read.
    fn of(planned: &[Planned], beside: &'b Beside, sources: &mut Sources) -> Result<Option<Self>, InputError> {
        let (templates, terraform): (Vec<_>, Vec<_>) =
            planned.iter().copied().partition(|(_, kind)| *kind == Kind::Template);
        if let (Some((template, _)), Some((other, _))) = (templates.first(), terraform.first()) {
            let (first, second) = (template.min(other), template.max(other));
            let name = |source: SourceId| sources.get(source).name().to_owned();
            let location = Location::Span { source: *second, start: 0, length: 1 };
            return Err(InputError::UnlikePlanned { first: name(*first), second: name(*second), location });
        }
        let (templates, terraform) = (each_once(templates, sources), each_once(terraform, sources));
        refuse(beside, &templates, &terraform)?;
        if !templates.is_empty() {
            return Self::templates(templates.into_iter().map(|(source, _)| source).collect(), beside, sources);
        }
        let labels = labels(terraform.iter().map(|(source, _)| *source), sources);
        let mut configurations = beside.terraform.iter();
        let described = terraform.into_iter().zip(labels).map(|((source, kind), label)| {
            let kind = if kind == Kind::TerraformPlan { terraform::Kind::Plan } else { terraform::Kind::State };
            let configuration = if kind == terraform::Kind::Plan { configurations.next() } else { None };
            terraform::Described { source, kind, label, configuration: configuration.map(PathBuf::as_path) }
        });
        let described: Vec<_> = described.collect();
        Ok(Some(described).filter(|described| !described.is_empty()).map(Deployed::Terraform))
    }

    fn templates(found: Vec<SourceId>, beside: &Beside, sources: &mut Sources) -> Result<Option<Self>, InputError> {
        let mut nested: Vec<Nested> = Vec::with_capacity(found.len());
        for source in &found {
            nested.push(Nested::load(sources, *source)?);
        }
        // What a stack of another template names is made by that one: a folder of the CDK has all of them.
        let followed: FxHashSet<&Path> = nested.iter().flat_map(Nested::files).collect();
        let is_nested = |source: &SourceId| !followed.is_empty() && followed.contains(real(*source, sources).as_path());
        let keeps: Vec<bool> = found.iter().map(|source| !is_nested(source)).collect();
        let kept: Vec<(SourceId, Nested)> =
            found.into_iter().zip(nested).zip(keeps).filter(|(_, keeps)| *keeps).map(|(file, _)| file).collect();
        let labels = labels(kept.iter().map(|(source, _)| *source), sources);
        let named: Vec<&str> = match kept.as_slice() {
            // One alone is called so only to say which file is meant.
            [(source, _)] => vec![stem(sources.get(*source).name())],
            _ => labels.iter().flatten().map(String::as_str).collect(),
        };
        let is_label = |said: &String| match said.split_once('=') {
            Some((label, _)) => named.contains(&label),
            None => kept.len() == 1,
        };
        if let Some(said) = beside.stack.names.iter().find(|said| !named.is_empty() && !is_label(said)) {
            let labels = named.into_iter().map(str::to_owned).collect();
            return Err(InputError::WhichTemplate { said: said.clone(), labels });
        }
        let files = kept.into_iter().zip(labels);
        let files = files.map(|((source, nested), label)| cloudformation::File { source, label, nested });
        Ok(Some(Deployed::Templates(files.collect())))
    }
}

/// Files, of which one that several paths lead to is there once.
fn each_once(files: Vec<Planned>, sources: &Sources) -> Vec<Planned> {
    let mut seen = FxHashSet::default();
    files.into_iter().filter(|(source, _)| seen.insert(real(*source, sources))).collect()
}

/// A file's path with links followed.
fn real(source: SourceId, sources: &Sources) -> PathBuf {
    let name = sources.get(source).name();
    Path::new(name).canonicalize().unwrap_or_else(|_| PathBuf::from(name))
}

/// How files are called among several, by which what they make is told apart: by their names without what stands behind
/// the first point, or where these are alike by their paths. One alone needs no such name.
fn labels(files: impl Iterator<Item = SourceId>, sources: &Sources) -> Vec<Option<String>> {
    let names: Vec<&str> = files.map(|source| sources.get(source).name()).collect();
    if names.len() < 2 {
        return vec![None; names.len()];
    }
    let stems: Vec<String> = names.iter().map(|name| stem(name).to_owned()).collect();
    let alike = |stem: &String| stems.iter().filter(|other| *other == stem).count() > 1;
    let each = names.iter().zip(&stems).map(|(name, stem)| match alike(stem) {
        false => stem.clone(),
        true => (*name).to_owned(),
    });
    each.map(Some).collect()
}

/// A file's name without what stands behind the first point.
fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.split('.').find(|part| !part.is_empty()).unwrap_or(name)
}

/// What is said of a stack or of a plan says nothing of anything else.
fn refuse(
    Beside { stack, terraform }: &Beside,
    templates: &[Planned],
    described: &[Planned],
) -> Result<(), InputError> {
    let plans = described.iter().filter(|(_, kind)| *kind == Kind::TerraformPlan).count();
    if !terraform.is_empty() && plans == 0 {
        return Err(InputError::NoPlan);
    }
    if !terraform.is_empty() && terraform.len() != plans {
        return Err(InputError::WhichConfiguration { plans, directories: terraform.len() });
    }
    let flags = [
        ("--parameters", !stack.parameters.is_empty()),
        ("--region", stack.region.is_some()),
        ("--stack-name", !stack.names.is_empty()),
    ];
    let flags: Vec<&str> = flags.into_iter().filter(|(_, is_given)| *is_given).map(|(flag, _)| flag).collect();
    if flags.is_empty() || !templates.is_empty() {
        return Ok(());
    }
    Err(InputError::NoTemplate { flags: flags.join(" and ") })
}

/// Reads every path, and tells which files say what is to be deployed.
fn load_planned(paths: &[PathBuf], sources: &mut Sources) -> Result<(Vec<InputFile>, Vec<Planned>), InputError> {
    let files = load_all(paths, sources)?;
    let kinds = files.iter().map(|file| (file.source, Kind::of(sources.get(file.source))));
    let planned = kinds.filter(|(_, kind)| *kind != Kind::Snapshot).collect();
    Ok((files, planned))
}

/// What a plan or a template comes to in one region, and which of the files of what is there are of that region.
struct InRegion {
    made: Made,
    onto: Vec<usize>,
}

/// What other stacks export, as files beside a template and of what is there say. Files that say nothing else are done with.
fn exports(
    files: &mut [&mut Vec<InputFile>],
    deployed: &Deployed<'_>,
    sources: &Sources,
) -> Result<Exports, InputError> {
    let mut exports = Exports::default();
    if !matches!(deployed, Deployed::Templates(_)) {
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

/// What plans or templates come to, region by region.
fn made(
    sources: &Sources,
    deployed: &Deployed<'_>,
    exports: &Exports,
    stack: &Stack,
    onto: Option<&[InputFile]>,
) -> Result<Vec<InRegion>, InputError> {
    let there = onto.map(|files| files.iter().map(|file| There::read(file, sources)).collect::<Result<Vec<_>, _>>());
    let there = there.transpose()?;
    let deployment = match deployed {
        Deployed::Terraform(files) => terraform::Deployment::read(sources, files)?,
        Deployed::Templates(files) => {
            let known = there.as_ref().map(|files| Onto::of(files, sources));
            let onto = (0..there.map_or(0, |files| files.len())).collect();
            let made = cloudformation::templates(sources, files, stack, exports, known)?;
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

/// Puts what was made in the place of the files that it was made from. What is deployed onto a file belongs to the same
/// account and region as that.
fn put_in(
    files: &mut Vec<InputFile>,
    planned: &[Planned],
    there: &mut [InputFile],
    made: Vec<InRegion>,
    sources: &mut Sources,
) {
    let written: Vec<SourceId> = planned.iter().map(|(source, _)| *source).collect();
    let Some(index) = files.iter().position(|file| written.contains(&file.source)) else { return };
    let all: Vec<&str> = written.iter().map(|source| sources.get(*source).name()).collect();
    let name = all.join(" and ");
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
        let source = sources.add(Source::derived(name.as_str(), made.text, made.origins));
        match files.get_mut(index).filter(|_| scope == 0) {
            Some(file) => file.source = source,
            None => files.push(InputFile::new(source, argument, None)),
        }
    }
    files.retain(|file| !written.contains(&file.source));
}

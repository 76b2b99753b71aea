//! `fargcheck lint`: judges a network and reports what is wrong with it.

use super::arguments::{Lint, LintFlags, Looks, PlannedFlags};
use super::network::Given;
use super::suppress::{Baseline, Exception, Known, Place, baseline};
use super::{CLEAN, FINDINGS, INCOMPLETE, Outcome, TROUBLE};
use super::{choice, cloudreactor, judged, network, output, problems, tell, workload_flags};
use crate::cli::config::Settings;
use crate::facts::Model;
use crate::network::Declaration;
use crate::report::problem::Problem;
use crate::report::{Checkout, Input, RuleInfo, Style};
use crate::rules::{Catalogue, Choice, Judgement, Severity};
use crate::snapshot::Sources;
use std::mem::ManuallyDrop;
use std::path::PathBuf;

/// Judges the network of some paths.
pub(super) fn run(arguments: &Lint, looks: &Looks, sources: &mut Sources) -> Outcome {
    judge(&arguments.paths, &arguments.planned, &arguments.flags, looks, sources)
}

/// Checks all that can be wrong with the flags and the configuration before there is a network.
#[cfg(feature = "scan")]
pub(super) fn check(flags: &LintFlags, sources: &mut Sources) -> Result<(), Vec<Problem>> {
    let settings = Settings::load(&flags.judging.places, sources)?;
    let catalogue = settings.catalogue(sources)?;
    wishes(&catalogue, &settings, flags, sources).map(drop)
}

/// What a run is to do, as flags and the configuration say.
struct Wishes<'c> {
    choice: Choice<'c>,
    declarations: Vec<Declaration>,
    exceptions: Vec<Exception>,
    baseline: Option<Baseline>,
}

/// The rules that are wanted, the workloads that are declared, and the findings that are known; or all that is wrong with
/// them.
fn wishes<'c>(
    catalogue: &'c Catalogue,
    settings: &Settings,
    flags: &LintFlags,
    sources: &mut Sources,
) -> Result<Wishes<'c>, Vec<Problem>> {
    let choice = choice::choose(catalogue, &flags.judging, settings);
    let deployed = cloudreactor::declarations(&flags.deployment, sources);
    let declared = problems::both(settings.declarations(), workload_flags::declare(&flags.workload, sources));
    let declared = problems::both(declared, deployed);
    let outputs = output::check(&flags.reporting.output, flags.judging.write_baseline.as_deref());
    let baseline = flags.judging.baseline.as_ref().map(|path| Baseline::read(path)).transpose();
    let known = problems::both(settings.exceptions(catalogue), baseline);
    let rest = problems::both(problems::both(outputs, known), declared);
    let (choice, (((), (exceptions, baseline)), ((mut declarations, own), deployed))) = problems::both(choice, rest)?;
    declarations.extend(own);
    declarations.extend(deployed);
    Ok(Wishes { choice, declarations, exceptions, baseline })
}

/// Judges the network of some paths, as flags and the configuration say.
pub(super) fn judge(
    paths: &[PathBuf],
    planned: &PlannedFlags,
    flags: &LintFlags,
    looks: &Looks,
    sources: &mut Sources,
) -> Outcome {
    let judging = &flags.judging;
    let settings = Settings::load(&judging.places, sources)?;
    // Left to the end of the process, with all that is compiled of it.
    let catalogue = ManuallyDrop::new(settings.catalogue(sources)?);
    let Wishes { choice, declarations, exceptions, baseline } = wishes(&catalogue, &settings, flags, sources)?;
    let given = Given { paths, planned, deployment: &flags.deployment, knowledge: &flags.knowledge };
    let ingredients = given.read(declarations, sources)?;
    output::spare(&flags.reporting.output, judging.write_baseline.as_deref(), paths, sources)?;
    let fail_on = judging.fail_on.unwrap_or(settings.fail_on()).severity();
    network::with(&ingredients, sources, |snapshot, network| {
        // Left to the end of the process, as the network itself is.
        let model = ManuallyDrop::new(Model::new(network));
        let mut judgement = judged::judge(&model, &choice, snapshot, paths, sources);
        let place = |scope: usize| {
            let of = snapshot.scopes.get(scope).map(|scope| &scope.collection);
            of.map_or_else(Place::default, |of| Place { account: of.account.clone(), region: of.region.clone() })
        };
        let known = Known {
            catalogue: &catalogue,
            selected: &choice.selected,
            exceptions: &exceptions,
            tags: snapshot.ignores.iter().map(|tag| (place(tag.scope), tag)).collect(),
            model: &model,
            baseline,
            ignores: !judging.no_ignores,
        };
        let told = known.apply(&mut judgement);
        if !told.is_empty() {
            tell(&told, sources, looks);
        }
        if let Some(path) = &judging.write_baseline {
            baseline::write(path, &model, &mut judgement)?;
        }
        let code = exit_code(&judgement, fail_on, judging.exit_zero, judging.allow_incomplete);
        let input = Input {
            sources,
            judgement: &judgement,
            inputs: paths.iter().map(|path| path.to_string_lossy().into_owned()).collect(),
            version: env!("CARGO_PKG_VERSION"),
            rules: &rule_infos(&choice),
            fail_on: if judging.exit_zero { None } else { fail_on },
            incomplete_fails: !judging.allow_incomplete,
            exit_code: code,
            checkout: Checkout::of_process(),
            quiet: looks.quiet,
            verbose: looks.verbose,
        };
        let style = Style::for_stdout(looks.color);
        match output::write(&input, flags.reporting.format, &flags.reporting.output, &style) {
            Ok(()) => Ok(code),
            // What could be written says what was judged, and stays.
            Err(problems) => {
                tell(&problems, sources, looks);
                Ok(TROUBLE)
            }
        }
    })
}

/// The exit code, the same for every format.
fn exit_code(judgement: &Judgement, fail_on: Option<Severity>, exit_zero: bool, allow_incomplete: bool) -> u8 {
    let fails = fail_on.is_some_and(|level| judgement.findings.iter().any(|finding| finding.severity >= level));
    let incomplete = judgement.not_checked.iter().any(|entry| entry.incomplete);
    match (fails, incomplete) {
        (true, _) if exit_zero => CLEAN,
        (true, _) => FINDINGS,
        (false, true) if !allow_incomplete => INCOMPLETE,
        (false, _) => CLEAN,
    }
}

/// The rules that are run, as reports show them.
fn rule_infos(choice: &Choice<'_>) -> Vec<RuleInfo> {
    let info = |rule: &&crate::rules::Rule| RuleInfo {
        id: rule.id().to_owned(),
        title: rule.file().title.clone(),
        severity: choice.severities.get(rule.id()).copied().unwrap_or(rule.file().severity),
        why: rule.file().why.clone().unwrap_or_default(),
    };
    choice.all.iter().filter(|rule| choice.selected.contains(rule.id())).map(info).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{Finding, NotChecked, Resource};

    fn judgement(found: Option<Severity>, incomplete: Option<bool>) -> Judgement {
        let vpc = Resource { kind: "AWS::EC2::VPC", id: "vpc-1".into(), name: None, arn: None };
        let finding = |severity| Finding::on(vpc, "a/b", severity);
        Judgement {
            findings: found.map(finding).into_iter().collect(),
            not_checked: incomplete
                .map(|incomplete| NotChecked { what: "a/b".into(), why: "unknown".into(), incomplete, is_note: false })
                .into_iter()
                .collect(),
            ..Judgement::default()
        }
    }

    #[test]
    fn exit_codes() {
        use Severity::{Error, Info, Warning};
        type Case = (Option<Severity>, Option<bool>, Option<Severity>, [u8; 4]);
        // The code as it is, with --exit-zero, with --allow-incomplete, with both.
        let cases: [Case; 12] = [
            (None, None, Some(Error), [0, 0, 0, 0]),
            (Some(Error), None, Some(Error), [1, 0, 1, 0]),
            (Some(Warning), None, Some(Error), [0, 0, 0, 0]),
            (Some(Warning), None, Some(Warning), [1, 0, 1, 0]),
            (Some(Info), None, Some(Warning), [0, 0, 0, 0]),
            (Some(Info), None, Some(Info), [1, 0, 1, 0]),
            (Some(Error), None, None, [0, 0, 0, 0]),
            (None, Some(true), Some(Error), [3, 3, 0, 0]),
            (None, Some(false), Some(Error), [0, 0, 0, 0]),
            (Some(Error), Some(true), Some(Error), [1, 0, 1, 0]),
            (Some(Warning), Some(true), Some(Error), [3, 3, 0, 0]),
            (Some(Error), Some(true), None, [3, 3, 0, 0]),
        ];
        for (found, incomplete, fail_on, expected) in cases {
            let judgement = judgement(found, incomplete);
            let code = |zero, allow| exit_code(&judgement, fail_on, zero, allow);
            let codes = [code(false, false), code(true, false), code(false, true), code(true, true)];
            assert_eq!(codes, expected, "{found:?} {incomplete:?} {fail_on:?}");
        }
    }
}

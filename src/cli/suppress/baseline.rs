//! Baselines: the findings of an earlier run, so that only new ones are reported.
//!
//! A finding is known again by its rule, under whatever name the rule has now, and its resource: by its id, or where
//! that was made anew, which is where the input has it no more, by its type and name in the same VPC, or in one of that one's name where that is gone too;
//! and by its account, region and cluster, as far as both are known. Neither the place in a file nor the wording counts. What is graver than it was is new.

use super::Place;
use super::inventory::{Inventory, VpcNames};
use crate::cli::output;
use crate::cli::problems;
use crate::facts::Model;
use crate::report::problem::Problem;
use crate::rules::{Catalogue, Finding, Judgement, NotChecked, Severity};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// The version of the file's form.
const SCHEMA: u32 = 1;

/// A baseline, and the file that it was read from.
#[derive(Debug)]
pub(in crate::cli) struct Baseline {
    path: PathBuf,
    entries: Vec<Entry>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Document {
    schema: u32,
    findings: Vec<Entry>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Entry {
    rule: String,
    #[serde(rename = "type")]
    kind: String,
    id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    /// That of a service or a task, whose id and name others may have in other clusters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cluster: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<String>,
    /// That of the resource: every VPC has a security group `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    vpc: Option<String>,
    #[serde(rename = "vpcName", default, skip_serializing_if = "Option::is_none")]
    vpc_name: Option<String>,
    /// How grave it was. An earlier fargcheck didn't write it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    severity: Option<Severity>,
}

impl Entry {
    fn of(finding: &Finding, vpcs: &VpcNames<'_>) -> Self {
        let vpc_name = finding.vpc.as_ref().and_then(|vpc| vpcs.of_vpc(vpc)).flatten();
        Entry {
            rule: finding.rule.clone(),
            kind: finding.resource.kind.to_owned(),
            id: finding.resource.id.clone(),
            name: finding.resource.name.clone(),
            cluster: finding.cluster.clone(),
            account: finding.account.clone(),
            region: finding.region.clone(),
            vpc: finding.vpc.clone(),
            vpc_name: vpc_name.map(str::to_owned),
            severity: Some(finding.severity),
        }
    }

    fn place(&self) -> Place {
        Place { account: self.account.clone(), region: self.region.clone() }
    }

    fn may_be_of_cluster(&self, cluster: Option<&String>) -> bool {
        self.cluster.is_none() || cluster.is_none() || self.cluster.as_ref() == cluster
    }

    fn is_of(&self, finding: &Finding, catalogue: &Catalogue) -> bool {
        let rule = catalogue.get(&self.rule).map_or(self.rule.as_str(), |rule| rule.id());
        rule == finding.rule
            && self.kind == finding.resource.kind
            && self.severity.is_none_or(|known| finding.severity <= known)
            && self.may_be_of_cluster(finding.cluster.as_ref())
            && self.place().may_be(&Place::of(finding))
    }

    fn has_id_of(&self, finding: &Finding) -> bool {
        self.id == finding.resource.id
    }

    fn has_name_of(&self, finding: &Finding, vpcs: &VpcNames<'_>) -> bool {
        self.name.is_some() && self.name == finding.resource.name && self.may_be_in_vpc_of(finding, vpcs)
    }

    /// Whether the VPC of a finding is that of the entry, or may be what was made in its place.
    fn may_be_in_vpc_of(&self, finding: &Finding, vpcs: &VpcNames<'_>) -> bool {
        let (Some(own), Some(other)) = (&self.vpc, &finding.vpc) else { return true };
        let is_gone = || vpcs.of_vpc(own).is_none();
        own == other || is_gone() && vpcs.of_vpc(other).flatten() == self.vpc_name.as_deref()
    }

    /// Whether the input has its resource still.
    fn is_held(&self, inventory: &Inventory) -> bool {
        inventory.called(&self.id).iter().any(|held| {
            self.kind == held.kind && self.may_be_of_cluster(held.cluster.as_ref()) && self.place().may_be(&held.place)
        })
    }
}

impl Baseline {
    /// Reads a baseline.
    ///
    /// # Errors
    /// It can't be read, is none, or a later fargcheck wrote it.
    pub(in crate::cli) fn read(path: &Path) -> Result<Self, Vec<Problem>> {
        let shown = path.display();
        let help = "this writes one:\nfargcheck lint PATH --write-baseline FILE";
        let text = fs::read_to_string(path).map_err(|error| {
            vec![Problem::new("baseline/unreadable", format!("can't read `{shown}`: {error}")).with_help(help)]
        })?;
        let none = |why: String| {
            vec![Problem::new("baseline/not-a-baseline", format!("`{shown}` is no baseline: {why}")).with_help(help)]
        };
        let value: serde_json::Value = serde_json::from_str(&text)
            .map_err(|error| none(format!("it is not JSON (line {}, column {})", error.line(), error.column())))?;
        let lacks = || none("it lacks `schema`, or `findings`, each with its `rule`, `type` and `id`".to_owned());
        // serde would take a list in the place of the object.
        let object = Some(value).filter(serde_json::Value::is_object).ok_or_else(lacks)?;
        let document = Document::deserialize(object).map_err(|_| lacks())?;
        if document.schema > SCHEMA {
            let message = format!(
                "the baseline `{shown}` has schema {}, and this fargcheck reads schema {SCHEMA}",
                document.schema
            );
            return Err(vec![
                Problem::new("baseline/newer-schema", message)
                    .with_help("update fargcheck, or write the baseline anew"),
            ]);
        }
        Ok(Self { path: path.to_owned(), entries: document.findings })
    }

    /// Takes out what the baseline holds, each of its entries once; says how many entries have no finding (any more).
    pub(super) fn apply(
        mut self,
        catalogue: &Catalogue,
        model: &Model<'_>,
        findings: &mut Vec<Finding>,
    ) -> Option<NotChecked> {
        // All ids first: a name must not take the entry of another resource.
        let mut used =
            self.take(findings, |entry, finding| entry.is_of(finding, catalogue) && entry.has_id_of(finding));
        if !findings.is_empty() {
            let named = self.entries.iter().filter(|entry| entry.name.is_some());
            let inventory = Inventory::of(model, &named.map(|entry| entry.id.as_str()).collect());
            let vpcs = VpcNames::of(model);
            used.extend(self.take(findings, |entry, finding| {
                entry.is_of(finding, catalogue) && entry.has_name_of(finding, &vpcs) && !entry.is_held(&inventory)
            }));
        }
        let twice = self.entries.iter().filter(|entry| used.contains(entry)).count();
        let gone = match self.entries.len() - twice {
            0 => None,
            1 => Some("one of its findings is gone".to_owned()),
            number => Some(format!("{number} of its findings are gone")),
        };
        let twice = match twice {
            0 => None,
            1 => Some("one of its entries is there more often than there are such findings".to_owned()),
            number => Some(format!("{number} of its entries are there more often than there are such findings")),
        };
        let why: Vec<String> = gone.into_iter().chain(twice).collect();
        let what = format!("the baseline {}", self.path.display());
        let why = (!why.is_empty()).then(|| format!("{}: write it anew", why.join(", ")))?;
        Some(NotChecked { what, why, incomplete: false, is_note: true })
    }

    /// Takes out the findings that entries are of, and these entries, which it gives.
    fn take(&mut self, findings: &mut Vec<Finding>, is_of: impl Fn(&Entry, &Finding) -> bool) -> Vec<Entry> {
        let mut used = Vec::new();
        findings.retain(|finding| match self.entries.iter().position(|entry| is_of(entry, finding)) {
            Some(position) => {
                used.push(self.entries.swap_remove(position));
                false
            }
            None => true,
        });
        used
    }
}

/// Writes the findings of a judgement as a baseline; they are known from then on.
///
/// # Errors
/// The file can't be written.
pub(in crate::cli) fn write(path: &Path, model: &Model<'_>, judgement: &mut Judgement) -> Result<(), Vec<Problem>> {
    let vpcs = VpcNames::of(model);
    let mut entries: Vec<Entry> = judgement.findings.iter().map(|finding| Entry::of(finding, &vpcs)).collect();
    entries.sort();
    let document = Document { schema: SCHEMA, findings: entries };
    let text = serde_json::to_string_pretty(&document).unwrap_or_default();
    output::write_whole(path, format!("{text}\n").as_bytes()).map_err(|error| problems::unwritable(path, &error))?;
    judgement.baselined += judgement.findings.len();
    judgement.findings.clear();
    Ok(())
}

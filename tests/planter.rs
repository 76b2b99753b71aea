//! Faults planted in sound networks: every fault gives exactly its finding, and what is harmless gives none.

mod planter {
    pub(crate) mod account;
    pub(crate) mod architectures;
    pub(crate) mod case;
    pub(crate) mod harmless;
    pub(crate) mod judge;
    pub(crate) mod operators;
    pub(crate) mod snapshot;
}

use fargcheck::rules::Severity;
use planter::architectures::{self, Architecture};
use planter::judge::{self, Told};
use planter::operators;

/// What is said beyond what the architecture itself earns.
fn new_in(architecture: &Architecture, told: &[Told]) -> Vec<Told> {
    let earned = |told: &&Told| {
        let known = architecture.warned.iter().any(|(rule, resource, _)| *rule == told.rule && *resource == told.resource);
        told.severity == Severity::Warning && known
    };
    told.iter().filter(|told| !earned(told)).cloned().collect()
}

#[test]
fn sound_networks_are_left_alone() {
    for architecture in architectures::all() {
        let verdict = judge::judged(&architecture.document);
        assert_eq!(new_in(&architecture, &verdict.told), [], "{}", architecture.name);
        assert_eq!(verdict.incomplete, Vec::<String>::new(), "{}", architecture.name);
    }
}

#[test]
fn faults() {
    let architectures = architectures::all();
    let (mut cases, mut held) = (0, 0);
    let folder = std::env::var_os("PLANTER_DUMP").map(std::path::PathBuf::from);
    let harmless: (&str, &[planter::case::Operator]) = ("Harmless", planter::harmless::OPERATORS);
    for (topic, list) in operators::TOPICS.iter().chain([&harmless]) {
        for operator in *list {
            for architecture in &architectures {
                for case in (operator.plant)(architecture) {
                    cases += 1;
                    let verdict = judge::judged(&case.document);
                    let got = new_in(architecture, &verdict.told);
                    if got == case.expect {
                        held += 1;
                        continue;
                    }
                    let show = |told: &[Told]| told.iter().map(ToString::to_string).collect::<Vec<_>>().join(" + ");
                    println!("{topic} | {} | {} | {} | expected {} | got {}{}", operator.name, architecture.name, case.site, show(&case.expect), show(&got),
                        if verdict.incomplete.is_empty() { String::new() } else { format!(" incomplete {:?}", verdict.incomplete) });
                    if let Some(folder) = &folder {
                        let name: String = format!("{}-{}-{}", operator.name, architecture.name, case.site).chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
                        std::fs::write(folder.join(format!("{name}.json")), serde_json::to_string_pretty(&case.document).unwrap()).unwrap();
                    }
                }
            }
        }
    }
    println!("{held} of {cases} held");
}

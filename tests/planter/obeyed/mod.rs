//! What a finding advises, obeyed: its commands carried out on the network as AWS would, or refused.

mod endpoints;
mod filters;
mod gateways;
mod others;
mod routes;
mod shell;

use super::judge::{self, Advised, Told};
use fargcheck::rules::Severity;
use serde_json::Value;
use shell::Command;
use std::collections::BTreeMap;

/// What comes of a finding's advice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The finding is gone, and no error is there that was not there before.
    Mended,
    /// The finding is gone, and what it hid on the same resource is told then: that ends once it is obeyed too, or what it
    /// leaves to be chosen is chosen.
    Uncovers,
    /// The commands leave something to be chosen: what stands in these angle brackets.
    Choice(String),
    /// There is no command that changes anything.
    Words,
    /// AWS would refuse a command.
    Refused(String),
    /// All was done, and the finding is there still.
    Remains,
    /// All was done, and errors came of it.
    Breaks(Vec<Told>),
}

/// A finding of a planted fault, and what comes of obeying it.
pub(crate) struct Obeyed {
    /// What was planted, and where.
    pub(crate) of: String,
    pub(crate) told: Told,
    pub(crate) help: String,
    pub(crate) outcome: Outcome,
}

/// Why a command changes nothing.
enum Refusal {
    Choice(String),
    Aws(String),
}

type Done = Result<(), Refusal>;

fn refused<T>(why: impl Into<String>) -> Result<T, Refusal> {
    Err(Refusal::Aws(why.into()))
}

/// An account that commands change.
struct Obeying {
    document: Value,
    /// What stands for ids of what was created: `<route-table-id>`.
    created: BTreeMap<&'static str, String>,
    count: usize,
}

impl Obeying {
    fn run(&mut self, command: &Command) -> Done {
        let done = [routes::run, filters::run, gateways::run, endpoints::run, others::run];
        for run in done {
            if let Some(done) = run(self, command) {
                return done;
            }
        }
        refused(format!("{} is no command that is known here", command.name))
    }

    /// An id for something new, by which the placeholders of these names are replaced from now on.
    fn create(&mut self, prefix: &str, placeholders: &[&'static str]) -> String {
        self.count += 1;
        let id = format!("{prefix}-new-{}", self.count);
        for name in placeholders {
            self.created.insert(name, id.clone());
        }
        id
    }

    /// The command with the ids of what was created before; what is left in angle brackets is somebody's choice.
    fn filled(&self, line: &str) -> Result<String, Refusal> {
        let mut line = line.to_owned();
        for (name, id) in &self.created {
            line = line.replace(&format!("<{name}>"), id);
        }
        if line.contains(" file://") {
            return Err(Refusal::Choice("file".to_owned()));
        }
        match line.split_once('<').and_then(|(_, rest)| rest.split_once('>')) {
            Some((choice, _)) => Err(Refusal::Choice(choice.to_owned())),
            None => Ok(line),
        }
    }
}

/// Whether a command only looks.
fn only_looks(line: &str) -> bool {
    let verb = line.split(' ').nth(2).unwrap_or_default();
    line.starts_with("fargcheck ") || verb.starts_with("describe-") || verb.starts_with("get-")
}

/// The commands that a help begins with: up to the first text behind one that changes something.
fn first_alternative(help: &str) -> Vec<&str> {
    let mut commands = Vec::new();
    for line in help.lines() {
        match line.strip_prefix("    ") {
            Some(command) if !only_looks(command) => commands.push(command),
            Some(_) => {}
            None if commands.is_empty() => {}
            None => break,
        }
    }
    commands
}

/// The network after a help's commands.
fn obey(document: &Value, commands: &[&str]) -> Result<Value, Refusal> {
    let mut obeying = Obeying { document: document.clone(), created: BTreeMap::new(), count: 0 };
    for line in commands {
        let command = obeying.filled(line).and_then(|line| Command::read(&line).map_err(Refusal::Aws))?;
        obeying.run(&command).map_err(|refusal| match refusal {
            Refusal::Aws(why) => Refusal::Aws(format!("{line}: {why}")),
            choice => choice,
        })?;
    }
    Ok(obeying.document)
}

/// What comes of obeying a finding of a network.
pub(crate) fn outcome(document: &Value, told: &[Told], advised: &Advised) -> Outcome {
    let commands = first_alternative(&advised.help);
    if commands.is_empty() {
        return Outcome::Words;
    }
    let changed = match obey(document, &commands) {
        Ok(changed) => changed,
        Err(Refusal::Choice(what)) => return Outcome::Choice(what),
        Err(Refusal::Aws(why)) => return Outcome::Refused(why),
    };
    let after = judge::judged(&changed);
    let errors = |all: &[Told]| -> Vec<Told> {
        all.iter().filter(|found| found.severity == Severity::Error && !told.contains(found)).cloned().collect()
    };
    let new = errors(&after.told);
    let is_same = |found: &&Told| found.rule == advised.told.rule && found.resource == advised.told.resource;
    let was_hidden = || {
        let next = after.advised.iter().filter(|next| new.contains(&next.told));
        let commands: Vec<&str> = next.flat_map(|next| first_alternative(&next.help)).collect();
        let mended = obey(&changed, &commands).map(|mended| errors(&judge::judged(&mended).told));
        let ends = match mended {
            Ok(left) => left.is_empty(),
            Err(Refusal::Choice(_)) => true,
            Err(Refusal::Aws(_)) => false,
        };
        ends && new.iter().all(|found| found.resource == advised.told.resource)
    };
    match (new.is_empty(), after.told.iter().any(|found| is_same(&found))) {
        (false, _) if was_hidden() => Outcome::Uncovers,
        (false, _) => Outcome::Breaks(new),
        (true, true) => Outcome::Remains,
        (true, false) => Outcome::Mended,
    }
}

//! Test data of one run: made before the plan, undone after it, whatever happened in between.
//!
//! In come the steps of a target ([`Recipe`]), a client and a
//! [`Journal`](crate::session::journal::Journal); out come the kept values, which
//! become parameters of the run, and in the end what could not be undone. Every request is written to
//! the journal before it is sent, and its values before they are used.
//!
//! Nothing is undone but what the run made: the path of a tear-down step leads to something whose id an
//! answer to a set-up step gave that makes it ([`Recipe::check`]).

mod about;
mod answer;
mod called;
mod failure;
mod fill;
mod foreign;
mod making;
mod manner;
mod named;
mod own;
mod rules;
mod search;
mod seen;
mod sign;
mod taken;
mod undoing;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

pub(super) use answer::success;
pub(super) use called::is_self;
pub use making::{Made, set_up};
pub use seen::Seen;
pub use undoing::{Unanswered, undo};

use crate::config::Step;
use crate::contract::Contract;
use crate::run::{Leftover, NoTestData};
use crate::session::event::Warning;
use crate::session::journal::{self, FOLDER, Header, JournalError, NamedValues};
use crate::settings::{Chosen, Settings};

/// The placeholder for a text that no other run has.
pub const RUN: &str = "run";

/// How the test data of a target is made and undone.
#[derive(Debug, Clone, Default)]
pub struct Recipe {
    /// The target's name in the configuration file.
    pub target: String,
    /// What is made before the run, in this order.
    pub set_up: Vec<Step>,
    /// What is undone after it, in this order.
    pub tear_down: Vec<Step>,
    /// The folder of the journals.
    pub journals: PathBuf,
    /// The documented paths by which what is made is read, by the name as which its id is kept.
    pub reads: BTreeMap<String, String>,
}

/// What undoing came to.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Undoing {
    /// How many requests undid something.
    pub undone: usize,
    /// The same by the name of the step.
    pub steps: BTreeMap<String, usize>,
    /// How many found that it was gone already.
    pub gone: usize,
    /// Unanswered requests that were closed, as a person wanted it, and what is not known of each.
    pub given_up: Vec<Leftover>,
    /// What may be left.
    pub left: Vec<Leftover>,
}

/// Why steps cannot be carried out as they are written: a fault of the configuration.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[error("the step `{step}` of target `{target}` {problem}")]
pub struct RecipeError {
    /// The target.
    pub target: String,
    /// The step.
    pub step: String,
    /// What is wrong with it, and what would be right.
    pub problem: String,
}

/// Why there is no test data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unmade {
    /// Somebody wants an end.
    Stopped,
    /// The run has no more time.
    OutOfTime,
    /// It could not be made.
    Failed(NoTestData),
}

impl Recipe {
    /// The steps of the target that the configuration file names; none where it names none.
    #[must_use]
    pub fn of(settings: &Settings) -> Self {
        let Some(Chosen { name, entry, file }) = &settings.chosen else {
            return Self::default();
        };
        Self {
            target: name.clone(),
            set_up: entry.set_up.clone(),
            tear_down: entry.tear_down.clone(),
            journals: file.folder.join(FOLDER),
            reads: BTreeMap::new(),
        }
    }

    /// The same with the reads that a contract has of what is made: those whose path ends in its id.
    #[must_use]
    pub fn reading(mut self, contract: &Contract) -> Self {
        let made = self.makes();
        let reads = contract.operations.iter().filter(|one| one.reads());
        let reads = reads.filter_map(|one| {
            let last = fill::bare_steps(&one.path).next()?;
            let name = fill::whole(last).filter(|name| made.contains(name))?;
            Some((name, &one.path))
        });
        let mut reads: Vec<(&str, &String)> = reads.collect();
        // What needs no other value is asked first.
        reads.sort_by_key(|(_, path)| (fill::names_in(path).len(), path.len()));
        reads.reverse();
        let reads = reads.into_iter();
        let reads = reads.map(|(name, path)| (name.to_owned(), path.clone()));
        self.reads = reads.collect();
        self
    }

    /// Whether there is nothing to make.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.set_up.is_empty()
    }

    /// The parameters that set-up steps keep, by name.
    #[must_use]
    pub fn keeps(&self) -> BTreeSet<&str> {
        let keeps = self.set_up.iter().flat_map(|step| step.keep.keys());
        keeps.map(String::as_str).collect()
    }

    /// The same, and the names of the steps.
    #[must_use]
    pub fn keepers(&self) -> BTreeMap<String, Vec<String>> {
        let mut keepers: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for step in &self.set_up {
            for name in step.keep.keys() {
                let of_name = keepers.entry(name.clone()).or_default();
                of_name.push(step.name.clone());
            }
        }
        keepers
    }

    /// Values in the place of those that the steps will keep, as many of each: what is planned with them has
    /// the cases of the run.
    #[must_use]
    pub fn stand_ins(&self) -> NamedValues {
        let mut values = NamedValues::new();
        for name in self.set_up.iter().flat_map(|step| step.keep.keys()) {
            let of_name = values.entry(name.clone()).or_default();
            of_name.push((of_name.len() + 1).to_string());
        }
        values
    }

    /// Those of them that name what a step made: no other step may keep them as well.
    fn makes(&self) -> BTreeSet<&str> {
        let keeps = |is_wanted: fn(&Step) -> bool| -> BTreeSet<&str> {
            let steps = self.set_up.iter().filter(|step| is_wanted(step));
            let names = steps.flat_map(|step| step.keep.keys());
            names.map(String::as_str).collect()
        };
        let (made, other) = (keeps(creates), keeps(|step| !creates(step)));
        made.difference(&other).copied().collect()
    }

    /// The set-up steps whose things nobody can look for where their answers never come, by name.
    pub fn unfindable(&self) -> impl Iterator<Item = &str> {
        let steps = self.set_up.iter();
        let makers = steps.filter(|step| creates(step) && !step.keep.is_empty());
        makers
            .filter(|step| step.find.is_none())
            .map(|step| step.name.as_str())
    }

    /// What a run would leave where it is killed, and what earlier ones left.
    #[must_use]
    pub fn warnings(&self, allows_writes: bool) -> Vec<Warning> {
        let steps = self.unfindable().filter(|_| allows_writes);
        let mut warnings: Vec<Warning> = steps
            .map(|step| Warning::Unfindable {
                step: step.to_owned(),
            })
            .collect();
        let runs = journal::left(&self.journals);
        if runs > 0 {
            warnings.push(Warning::LeftBehind { runs });
        }
        warnings
    }

    /// The first line of the journal of a new run.
    #[must_use]
    pub fn header(&self, url: &str, parameters: &NamedValues) -> Header {
        let keeps = self.keeps();
        let finds = self.set_up.iter().filter_map(|step| step.find.as_ref());
        let mut needed: BTreeSet<String> = self.tear_down.iter().flat_map(fill::names).collect();
        needed.extend(finds.flat_map(|find| fill::names_in(&find.path)));
        let named = parameters
            .iter()
            .filter(|(name, _)| needed.contains(*name) && !keeps.contains(name.as_str()));
        Header {
            target: self.target.clone(),
            url: url.to_owned(),
            run: journal::new_run(),
            named: named
                .map(|(name, values)| (name.clone(), values.clone()))
                .collect(),
        }
    }
}

/// Whether what a set-up step keeps names something that it makes: the others read, change or delete what
/// is there.
fn creates(step: &Step) -> bool {
    matches!(step.method.as_str(), "POST" | "PUT")
}

impl Undoing {
    /// Whether nothing is left.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        self.left.is_empty()
    }
}

impl From<JournalError> for Unmade {
    fn from(error: JournalError) -> Self {
        Self::Failed(NoTestData::Journal(error.to_string()))
    }
}

/// Values for placeholders; `None` for a name that nothing gives.
fn values_of<'a>(
    run: &'a str,
    layers: &'a [&'a BTreeMap<String, Vec<String>>],
) -> impl Fn(&str) -> Vec<String> + 'a {
    move |name| {
        if name == RUN {
            return vec![run.to_owned()];
        }
        let found = layers.iter().find_map(|layer| layer.get(name));
        found.cloned().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;

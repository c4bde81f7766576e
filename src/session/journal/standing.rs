//! Where a run stands, by all lines of its journal.

use std::collections::{BTreeMap, BTreeSet};

use crate::session::journal::{Entry, NamedValues};

/// Where a run stands, by all lines of its journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Standing {
    /// What was kept, each value once.
    pub kept: NamedValues,
    /// Those of the kept values that name what the run made.
    pub made: NamedValues,
    /// Requests of which nobody knows what they made, and their steps' names.
    pub open: BTreeMap<usize, String>,
    /// The status codes of those that were answered.
    pub answered: BTreeMap<usize, u16>,
    /// Those of them that were answered with a page for people.
    pub pages: BTreeSet<usize>,
    /// What was undone.
    pub undone: BTreeSet<(String, NamedValues)>,
    /// What cases of the run took away.
    pub taken: NamedValues,
    /// What was there before the run made anything of the kind.
    pub existed: BTreeMap<String, BTreeSet<String>>,
    /// How many requests were begun.
    pub requests: usize,
    /// Requests whose kept values name what they make.
    makers: BTreeSet<usize>,
}

impl Standing {
    /// Takes note of a line.
    pub(super) fn add(&mut self, entry: &Entry) {
        match entry {
            Entry::Begun { at, step, makes } => {
                self.requests = self.requests.max(at.saturating_add(1));
                self.open.insert(*at, step.clone());
                if *makes {
                    self.makers.insert(*at);
                }
            }
            Entry::Answered { at, status, page } => {
                self.answered.insert(*at, *status);
                if *page {
                    self.pages.insert(*at);
                }
            }
            Entry::Ended { at, kept } => {
                self.open.remove(at);
                add(&mut self.kept, kept);
                if self.makers.contains(at) {
                    add(&mut self.made, kept);
                }
            }
            Entry::Doubted { name, id } => {
                for all in [&mut self.kept, &mut self.made] {
                    if let Some(values) = all.get_mut(name) {
                        values.retain(|value| value != id);
                    }
                }
            }
            Entry::Existed { ids } => {
                for (name, ids) in ids {
                    let existed = self.existed.entry(name.clone()).or_default();
                    existed.extend(ids.iter().cloned());
                }
            }
            Entry::GivenUp { at } => {
                self.open.remove(at);
            }
            Entry::Taken { ids } => add(&mut self.taken, ids),
            Entry::Undone { step, values } => {
                self.undone.insert((step.clone(), values.clone()));
            }
        }
    }
}

/// Adds values, each once.
fn add(all: &mut NamedValues, more: &NamedValues) {
    for (name, values) in more {
        let known = all.entry(name.clone()).or_default();
        for value in values {
            if !known.contains(value) {
                known.push(value.clone());
            }
        }
    }
}

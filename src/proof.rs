//! Proves noise and silence: the suite against every fault and every lawful variation of the reference
//! portal.
//!
//! In comes a suite, out comes a [`Proof`]: which faults were caught by the cases that must catch them,
//! and which variations were wrongly called violations. Every change runs against a portal of its own,
//! many at a time.

mod fault;
mod owed;
mod pattern;
mod prover;
mod sample;
mod subject;
#[cfg(test)]
mod tests_support;
mod variation;

use std::collections::BTreeSet;
use std::time::Duration;

pub use fault::{Fault, faults};
pub use pattern::{CasePattern, CheckPattern};
pub use prover::Prover;
pub use sample::{NoSample, Sample};
pub use variation::{Variation, variations};

use crate::case::CaseId;
use crate::check::{Family, Rule};
use crate::exit_code::ExitCode;
use crate::level::Level;

/// What came of all faults and variations.
#[derive(Debug, Clone)]
pub struct Proof {
    /// One entry for each fault, in the order of the catalogue.
    pub faults: Vec<FaultResult>,
    /// One entry for each variation, in the order of the catalogue.
    pub variations: Vec<VariationResult>,
    /// The faults that altered no answer to what the cases ask: there is nothing to catch.
    pub unseen: Vec<String>,
    /// Whether some operation is asked and has an answer that faults can alter; without one, nothing is proved.
    pub can_show: bool,
    /// How long all of it took.
    pub elapsed: Duration,
}

/// What came of one fault.
#[derive(Debug, Clone)]
pub struct FaultResult {
    /// The fault's name.
    pub id: String,
    /// The family that it belongs to.
    pub family: Family,
    /// Whether it must fail the run, or be told as a remark and fail nothing.
    pub level: Level,
    /// The cases that told of it, in the order of the plan.
    pub caught_by: Vec<Caught>,
    /// Cases that must catch it and did not; a fault without such is caught.
    pub missed_by: Vec<CasePattern>,
    /// The rules without which it would be missed.
    pub needs: Vec<Rule>,
    /// How many lines the report has.
    pub lines: usize,
    /// Whether it altered an answer.
    pub has_shown: bool,
    /// How many requests were sent.
    pub requests: usize,
}

/// One case that told of a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caught {
    /// Which one.
    pub case: CaseId,
    /// The rules that were broken in it, each once; none where the portal was not judged.
    pub rules: Vec<Rule>,
}

/// What came of one variation.
#[derive(Debug, Clone)]
pub struct VariationResult {
    /// The variation's name.
    pub id: String,
    /// The family that could take it for a fault.
    pub family: Family,
    /// The report, where it was called anything but conforming.
    pub alarm: Option<String>,
    /// How many requests were sent.
    pub requests: usize,
}

impl FaultResult {
    /// Whether every case that must catch the fault did.
    #[must_use]
    pub fn is_caught(&self) -> bool {
        self.missed_by.is_empty() && !self.caught_by.is_empty()
    }

    /// The rules that were broken, each once.
    #[must_use]
    pub fn rules(&self) -> Vec<Rule> {
        let rules = self.caught_by.iter().flat_map(|caught| &caught.rules);
        rules
            .copied()
            .collect::<BTreeSet<_>>()
            .into_iter()
            .collect()
    }
}

impl Proof {
    /// How the process should end: a missed fault or a false alarm is a failure of the suite.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        let missed = self.faults.iter().any(|fault| !fault.is_caught());
        let alarmed = self
            .variations
            .iter()
            .any(|variation| variation.alarm.is_some());
        if missed || alarmed {
            ExitCode::FaultMissed
        } else if !self.can_show || (self.faults.is_empty() && self.variations.is_empty()) {
            ExitCode::NothingSelected
        } else {
            ExitCode::Conforms
        }
    }

    /// The middle of the lines that the reports of caught faults have.
    #[must_use]
    pub fn median_lines(&self) -> usize {
        let mut lines: Vec<usize> = self.faults.iter().map(|fault| fault.lines).collect();
        lines.sort_unstable();
        lines.get(lines.len() / 2).copied().unwrap_or(0)
    }
}

//! One portal beside what it was.

use std::collections::{HashMap, HashSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::compare::deviation::{Atom, Deviation, together};
use crate::compare::doubts::doubts_since;
use crate::compare::recorded::Recorded;
use crate::exit_code::ExitCode;
use crate::report_file::term::Verdict;

/// The rules of which what came says how bad it is, and holds no data that changes from run to run.
pub(super) const OF_CLASSES: [&str; 3] = ["media-type", "root", "status"];

/// What changed between two reports of a portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "since")]
pub struct Since {
    /// When the earlier run began, in UTC (RFC 3339).
    pub old: String,
    /// When the later one did.
    pub new: String,
    /// What makes it doubtful that it is the portal that changed, a sentence each.
    pub doubts: Vec<String>,
    /// What the later report tells and the earlier one does not, or tells of another status, media type or root.
    pub fresh: Vec<Deviation>,
    /// What both tell alike.
    pub still: Vec<Deviation>,
    /// What the earlier one tells, and the later one has looked at and does not.
    pub gone: Vec<Deviation>,
    /// What the earlier one tells, and the later one forgives.
    pub waived: Vec<Deviation>,
    /// What the earlier one tells, and the later one has not looked at.
    pub unknown: Vec<Deviation>,
    /// The cases that were judged before, and could not be judged now.
    pub blocked: Vec<String>,
    /// The cases that were judged before, and were not asked now.
    pub unasked: Vec<String>,
}

impl Since {
    /// Holds a report beside an earlier one.
    #[must_use]
    pub fn of(old: &Recorded, new: &Recorded) -> Self {
        let everywhere = new.places().len();
        let told = |report: &Recorded, is_meant: &dyn Fn(&Atom) -> bool| {
            let atoms = report.broken.iter().filter(|(atom, _)| is_meant(atom));
            together(
                atoms.map(|(atom, broken)| (atom, &broken.told, Vec::new(), broken.ids())),
                everywhere,
            )
        };
        let judged = new.cases.iter().filter(|case| case.verdict.is_judged());
        let judged: HashSet<&str> = judged.map(|case| case.id.as_str()).collect();
        let is_looked_at = |atom: &Atom| {
            let cases = old.broken.get(atom).into_iter();
            let mut cases = cases.flat_map(|broken| &broken.cases);
            cases.any(|case| judged.contains(case.as_str()))
        };
        // A refusal that becomes a crash is no old acquaintance.
        let is_known = |atom: &Atom| {
            let (before, now) = (old.broken.get(atom), new.broken.get(atom));
            before.is_some_and(|before| {
                !OF_CLASSES.contains(&atom.rule.as_str())
                    || now.is_some_and(|now| now.told.actual == before.told.actual)
            })
        };
        // A rule that fails nothing now is not held against the portal any more.
        let is_looked_at = |atom: &Atom| {
            let family = old
                .broken
                .get(atom)
                .map_or("", |broken| &broken.told.family);
            is_looked_at(atom) && new.rules.judge(&atom.rule, family)
        };
        let is_waived = |atom: &Atom| new.waived.contains(atom);
        let is_left = |atom: &Atom| !new.broken.contains_key(atom);
        // Findings that are known ended the run: what was not run for them is nothing that somebody chose.
        let is_cut_off =
            |verdict: Option<Verdict>| new.is_cut_short && verdict == Some(Verdict::Ignored);
        Self {
            old: old.started.clone(),
            new: new.started.clone(),
            doubts: doubts_since(old, new),
            fresh: told(new, &|atom| !is_known(atom)),
            still: told(new, &is_known),
            gone: told(old, &|atom| {
                is_left(atom) && !is_waived(atom) && is_looked_at(atom)
            }),
            waived: told(old, &|atom| is_left(atom) && is_waived(atom)),
            unknown: told(old, &|atom| {
                is_left(atom) && !is_waived(atom) && !is_looked_at(atom)
            }),
            blocked: no_longer(old, new, |verdict| {
                verdict == Some(Verdict::Blocked) || is_cut_off(verdict)
            }),
            unasked: no_longer(old, new, |verdict| {
                verdict.is_none_or(|verdict| verdict == Verdict::Ignored) && !is_cut_off(verdict)
            }),
        }
    }

    /// 1 where something is new; 3 where nothing is, but something could not be judged that was judged
    /// before; else 0.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        if !self.fresh.is_empty() {
            ExitCode::Violates
        } else if !self.blocked.is_empty() {
            ExitCode::NotJudged
        } else {
            ExitCode::Conforms
        }
    }
}

/// The cases that were judged in one report and are so in another.
fn no_longer(
    old: &Recorded,
    new: &Recorded,
    is_meant: impl Fn(Option<Verdict>) -> bool,
) -> Vec<String> {
    let now = new
        .cases
        .iter()
        .map(|case| (case.id.as_str(), case.verdict));
    let now: HashMap<&str, Verdict> = now.collect();
    let judged = old.cases.iter().filter(|case| case.verdict.is_judged());
    let lost = judged.filter(|case| is_meant(now.get(case.id.as_str()).copied()));
    lost.map(|case| case.id.clone()).collect()
}

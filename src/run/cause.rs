//! Violations grouped by their cause.
//!
//! Two violations have one cause where they break one rule in one member, whatever the operation, the
//! format or the item of a list. What follows from a broken member is told with that member.

use std::collections::BTreeMap;

use crate::case::{CaseId, Check, Scope};
use crate::check::{Family, Observed, Promise, Rule, Violation};
use crate::contract::Contract;
use crate::level::Level;
use crate::run::follow::Causes;
use crate::run::{Outcome, Seen};

/// The causes that one case shows, and no case before it has told.
#[derive(Debug)]
pub struct Telling<'a> {
    /// The case.
    pub outcome: &'a Outcome,
    /// Its violations by cause, in the order of the rules; of each at least one.
    pub groups: Vec<Vec<&'a Seen>>,
    /// Other cases in which nothing but these causes shows.
    pub also: Vec<&'a CaseId>,
}

/// Groups what outcomes show of a level: each cause once, in the first case that shows it.
#[must_use]
pub fn by_cause<'a>(
    outcomes: &'a [Outcome],
    contract: &Contract,
    level: Level,
) -> Vec<Telling<'a>> {
    let concerned = outcomes
        .iter()
        .filter(|outcome| unwaived(outcome, level).next().is_some());
    let mut ordered: Vec<&Outcome> = concerned.collect();
    ordered.sort_by_key(|outcome| rank(contract, outcome, level));
    let mut told = Told::default();
    let mut all: Vec<Telling<'_>> = Vec::new();
    for outcome in ordered {
        let mut groups: Vec<Vec<&Seen>> = Vec::new();
        let mut known: Vec<(&Seen, usize)> = Vec::new();
        for seen in unwaived(outcome, level) {
            let cause = Cause::of(seen);
            if let Some(at) = told.teller(&cause, seen) {
                known.push((seen, at));
                continue;
            }
            match groups.iter_mut().find(|group| alike(group[0], seen)) {
                Some(group) => group.push(seen),
                None => groups.push(vec![seen]),
            }
        }
        for seen in groups.iter().flatten() {
            told.add(seen, all.len());
        }
        // What follows from it in these answers is told there, too.
        for (seen, at) in &known {
            told.earlier.add(seen, *at);
        }
        if groups.is_empty() {
            if let Some(telling) = known.first().and_then(|(_, at)| all.get_mut(*at)) {
                telling.also.push(&outcome.id);
            }
        } else {
            groups.sort_by_key(|group| group[0].violation.rule);
            all.push(Telling {
                outcome,
                groups,
                also: Vec::new(),
            });
        }
    }
    all
}

/// What makes two violations one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause<'a> {
    /// The rule that is broken.
    pub rule: Rule,
    /// The documented member; empty for the answer as a whole.
    pub member: &'a str,
    /// What tells findings apart that concern no member, but the answer as a whole.
    pub detail: Option<(&'a Promise, Observed)>,
}

impl<'a> Cause<'a> {
    /// That of a violation.
    #[must_use]
    pub fn of(seen: &'a Seen) -> Self {
        let violation = &seen.violation;
        let detail = match violation.family {
            Family::Transport | Family::Refusal => {
                Some((&violation.expected, violation.actual.essence()))
            }
            _ => None,
        };
        Self {
            rule: violation.rule,
            member: &violation.member,
            detail,
        }
    }
}

/// What was told, and by which case.
#[derive(Debug, Default)]
struct Told<'a> {
    causes: BTreeMap<Cause<'a>, usize>,
    /// What other violations may follow from.
    earlier: Causes,
}

impl<'a> Told<'a> {
    fn add(&mut self, seen: &'a Seen, at: usize) {
        self.causes.entry(Cause::of(seen)).or_insert(at);
        self.earlier.add(seen, at);
    }

    /// The case that has told what this follows from, or the same cause.
    fn teller(&self, cause: &Cause<'_>, seen: &Seen) -> Option<usize> {
        let earlier = self.earlier.first_of(seen);
        earlier.or_else(|| self.causes.get(cause).copied())
    }
}

/// What a case shows of a level that nothing forgives.
pub fn unwaived(outcome: &Outcome, level: Level) -> impl Iterator<Item = &Seen> {
    let seen = match level {
        Level::Deny => outcome.violations.as_slice(),
        Level::Warn => &outcome.remarks,
        Level::Allow => &[],
    };
    seen.iter().filter(|seen| seen.waived.is_none())
}

/// Whether two violations of one case are told together.
fn alike(a: &Seen, b: &Seen) -> bool {
    let (a, b) = (&a.violation, &b.violation);
    a.rule == b.rule
        && !is_apart(a, b)
        && (a.member == b.member || a.rule != Rule::Type || a.expected == b.expected)
}

/// Whether two violations of one rule in the answer as a whole are two findings.
#[must_use]
pub fn is_apart(a: &Violation, b: &Violation) -> bool {
    a.actual.is_aside() && a.actual != b.actual
}

/// Causes first: cases whose violations explain others come before those; then the case that a person would
/// look at first: a plain one before one with wrong or unknown ids, a read before a write, one resource
/// before several.
#[must_use]
pub fn rank(contract: &Contract, outcome: &Outcome, level: Level) -> (Family, bool, bool, bool) {
    let families = unwaived(outcome, level).map(|seen| seen.violation.family);
    // JSON before XML is the order of the cases, which the sort keeps.
    let family = families.min().unwrap_or(Family::Snapshot);
    let family = match family {
        Family::Shape => Family::Schema,
        family => family,
    };
    let is_special = matches!(outcome.id.check, Check::UnknownListed | Check::Refusal(_));
    let writes = contract.operations[outcome.operation].writes();
    (family, is_special, writes, outcome.id.scope == Scope::All)
}

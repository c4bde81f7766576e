//! Violations grouped by their cause.

use std::collections::BTreeSet;

use crate::case::{CaseId, Check, Scope};
use crate::check::{Family, Observed, Promise, Rule, Violation};
use crate::contract::Format;
use crate::level::Level;
use crate::run::{Outcome, Run, Seen};
use crate::waiver::Pattern;

/// The findings of one case that no case before it has told.
#[derive(Debug)]
pub struct Block<'a> {
    /// The case.
    pub outcome: &'a Outcome,
    /// Its violations by cause, in the order of the rules.
    pub groups: Vec<Group<'a>>,
    /// Other cases in which nothing but these causes shows.
    pub also: Vec<&'a CaseId>,
    /// Whether they fail the run, or are remarks.
    pub level: Level,
}

/// Violations with one cause.
#[derive(Debug)]
pub struct Group<'a> {
    /// The rule that is broken.
    pub rule: Rule,
    /// The violations in the first case that shows them: one for each place.
    pub seen: Vec<&'a Seen>,
}

impl Group<'_> {
    /// The documented members that are concerned, each once, in the order of the answer.
    #[must_use]
    pub fn members(&self) -> Vec<&str> {
        let mut members: Vec<&str> = Vec::new();
        for seen in &self.seen {
            let member = seen.violation.member.as_str();
            if !members.contains(&member) {
                members.push(member);
            }
        }
        members
    }
}

/// Groups the violations of a run: each cause once, in the first case that shows it.
///
/// Two violations have one cause where they break one rule in one member, whatever the operation, the
/// format or the item of a list. What follows from a broken member (JSON and XML then differ, the
/// answer is unlike the one read before) is told with that member, and not as a cause of its own.
#[must_use]
pub fn findings(run: &Run) -> Vec<Block<'_>> {
    blocks(run, Level::Deny)
}

/// Groups what fails nothing in the same way.
#[must_use]
pub fn remarks(run: &Run) -> Vec<Block<'_>> {
    blocks(run, Level::Warn)
}

fn blocks(run: &Run, level: Level) -> Vec<Block<'_>> {
    // Everything follows from the wrong profile.
    if run.misfit.is_some() {
        return Vec::new();
    }
    let outcomes = run.outcomes.iter();
    let concerned = outcomes.filter(|outcome| unwaived(outcome, level).next().is_some());
    let mut ordered: Vec<&Outcome> = concerned.collect();
    ordered.sort_by_key(|outcome| rank(run, outcome, level));
    let mut told: BTreeSet<Cause> = BTreeSet::new();
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for outcome in ordered {
        let mut groups: Vec<Group<'_>> = Vec::new();
        let mut earlier: Option<usize> = None;
        for seen in unwaived(outcome, level) {
            let cause = Cause::of(seen);
            if let Some(at) = teller(&blocks, &told, &cause, seen) {
                earlier = earlier.or(Some(at));
                continue;
            }
            match groups.iter_mut().find(|group| alike(group.seen[0], seen)) {
                Some(group) => group.seen.push(seen),
                None => groups.push(Group {
                    rule: seen.violation.rule,
                    seen: vec![seen],
                }),
            }
        }
        told.extend(
            groups
                .iter()
                .flat_map(|group| &group.seen)
                .map(|seen| Cause::of(seen)),
        );
        if groups.is_empty() {
            if let Some(block) = earlier.and_then(|at| blocks.get_mut(at)) {
                block.also.push(&outcome.id);
            }
        } else {
            groups.sort_by_key(|group| group.rule);
            blocks.push(Block {
                outcome,
                groups,
                also: Vec::new(),
                level,
            });
        }
    }
    blocks
}

/// What makes two violations one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cause {
    rule: Rule,
    member: String,
    /// What tells findings apart that concern no member, but the answer as a whole.
    detail: Option<(Promise, Observed)>,
}

impl Cause {
    fn of(seen: &Seen) -> Self {
        let violation = &seen.violation;
        let detail = match violation.family {
            Family::Transport | Family::Refusal => {
                Some((violation.expected.clone(), violation.actual.essence()))
            }
            _ => None,
        };
        Self {
            rule: violation.rule,
            member: violation.member.clone(),
            detail,
        }
    }
}

/// The block that has told this cause already, or one that this follows from.
fn teller(
    blocks: &[Block<'_>],
    told: &BTreeSet<Cause>,
    cause: &Cause,
    seen: &Seen,
) -> Option<usize> {
    if told.contains(cause) {
        return block_with(blocks, |other| Cause::of(other) == *cause);
    }
    let family = seen.violation.family;
    if !family.follows() {
        return None;
    }
    block_with(blocks, |other| {
        let earlier = &other.violation;
        // An envelope that is not as documented is not as reviewed either.
        let is_envelope = family == Family::Snapshot && earlier.family <= Family::Envelope;
        is_envelope || seen.violation.follows_from(earlier)
    })
}

fn block_with(blocks: &[Block<'_>], wanted: impl Fn(&Seen) -> bool) -> Option<usize> {
    blocks.iter().position(|block| {
        block
            .groups
            .iter()
            .flat_map(|group| &group.seen)
            .any(|seen| wanted(seen))
    })
}

/// What a case shows of a level that nothing forgives.
pub(super) fn unwaived(outcome: &Outcome, level: Level) -> impl Iterator<Item = &Seen> {
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
pub(super) fn is_apart(a: &Violation, b: &Violation) -> bool {
    a.actual.is_aside() && a.actual != b.actual
}

/// Causes first: cases whose violations explain others come before those; then the case that a person would
/// look at first: a plain one before one with wrong or unknown ids, a read before a write, one resource
/// before several.
fn rank(run: &Run, outcome: &Outcome, level: Level) -> (Family, bool, bool, bool) {
    let families = unwaived(outcome, level).map(|seen| seen.violation.family);
    // JSON before XML is the order of the cases, which the sort keeps.
    let family = families.min().unwrap_or(Family::Snapshot);
    let family = match family {
        Family::Shape => Family::Schema,
        family => family,
    };
    let is_special = matches!(outcome.id.check, Check::UnknownListed | Check::Refusal(_));
    let writes = run.contract.operations[outcome.operation].writes();
    (family, is_special, writes, outcome.id.scope == Scope::All)
}

/// Every case in which the causes of a group show: the one that tells them, then the others
/// in the order of the run.
///
/// Cases in which only consequences show belong to the first group of their block.
pub(super) fn cases<'a>(run: &'a Run, block: &Block<'a>, group: &Group<'a>) -> Vec<&'a CaseId> {
    let causes = |group: &Group<'_>| -> Vec<Cause> {
        group.seen.iter().map(|seen| Cause::of(seen)).collect()
    };
    let own = causes(group);
    let all: Vec<Cause> = block.groups.iter().flat_map(causes).collect();
    let leads = block
        .groups
        .first()
        .is_some_and(|first| std::ptr::eq(first, group));
    let shows = |outcome: &Outcome, causes: &[Cause]| {
        unwaived(outcome, block.level).any(|seen| causes.contains(&Cause::of(seen)))
    };
    let others = run.outcomes.iter().filter(|outcome| {
        let follows = || leads && block.also.contains(&&outcome.id) && !shows(outcome, &all);
        outcome.id != block.outcome.id && (shows(outcome, &own) || follows())
    });
    std::iter::once(&block.outcome.id)
        .chain(others.map(|outcome| &outcome.id))
        .collect()
}

/// The waiver that would cover a group wherever its causes show.
pub(super) fn waiver<'a>(run: &'a Run, block: &Block<'a>, group: &Group<'a>) -> Option<Pattern> {
    let ids = cases(run, block, group);
    let causes: BTreeSet<Cause> = group.seen.iter().map(|seen| Cause::of(seen)).collect();
    let concerned = run
        .outcomes
        .iter()
        .filter(|outcome| ids.contains(&&outcome.id));
    let violations: Vec<(Format, &Violation)> = concerned
        .flat_map(|outcome| unwaived(outcome, block.level).map(|seen| (outcome.id.format, seen)))
        .filter(|(_, seen)| causes.contains(&Cause::of(seen)))
        .map(|(format, seen)| (format, &seen.violation))
        .collect();
    Pattern::over(&ids, &violations)
}

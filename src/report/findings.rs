//! Violations grouped by their cause.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::{CaseId, Check, Scope};
use crate::check::{Causes, Family, Observed, Promise, Rule, Violation};
use crate::contract::Format;
use crate::digest::fnv;
use crate::level::Level;
use crate::report::finding_id::FindingId;
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
    /// What the finding is called.
    pub id: FindingId,
    /// The rule that is broken.
    pub rule: Rule,
    /// The violations in the first case that shows them: one for each place.
    pub seen: Vec<&'a Seen>,
}

impl<'a> Group<'a> {
    /// A violation that no other one of the case is told with.
    pub(super) fn of(case: &CaseId, seen: &'a Seen) -> Self {
        let Violation { rule, member, .. } = &seen.violation;
        Self {
            id: FindingId::of(case, *rule, member),
            rule: *rule,
            seen: vec![seen],
        }
    }
}

impl Group<'_> {
    /// The documented members that are concerned, each once, in the order of the answer.
    #[must_use]
    pub fn members(&self) -> Vec<&str> {
        let mut known = BTreeSet::new();
        let members = self.seen.iter().map(|seen| seen.violation.member.as_str());
        members.filter(|member| known.insert(*member)).collect()
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
    let mut told = Told::default();
    let mut blocks: Vec<Block<'_>> = Vec::new();
    for outcome in ordered {
        let mut groups: Vec<Group<'_>> = Vec::new();
        let mut earlier: Option<usize> = None;
        for seen in unwaived(outcome, level) {
            let cause = Cause::of(seen);
            if let Some(at) = told.teller(&cause, seen) {
                earlier = earlier.or(Some(at));
                continue;
            }
            match groups.iter_mut().find(|group| alike(group.seen[0], seen)) {
                Some(group) => group.seen.push(seen),
                None => groups.push(Group::of(&outcome.id, seen)),
            }
        }
        for seen in groups.iter().flat_map(|group| &group.seen) {
            told.add(seen, blocks.len());
        }
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
    tell_apart(&mut blocks);
    blocks
}

/// Numbers findings that would have one name: those of an answer as a whole.
fn tell_apart(blocks: &mut [Block<'_>]) {
    let mut known: BTreeMap<FindingId, usize> = BTreeMap::new();
    for group in blocks.iter_mut().flat_map(|block| &mut block.groups) {
        let times = known.entry(group.id).or_default();
        *times += 1;
        group.id = group.id.numbered(*times);
    }
}

/// What the findings of a run are called, by what they are about.
#[derive(Debug)]
pub(super) struct Ids<'a>(BTreeMap<Cause<'a>, FindingId>);

impl<'a> Ids<'a> {
    /// Those of a run.
    pub(super) fn of(run: &'a Run) -> Self {
        let mut ids = BTreeMap::new();
        let blocks = findings(run).into_iter().chain(remarks(run));
        for group in blocks.flat_map(|block| block.groups) {
            for seen in group.seen {
                ids.entry(Cause::of(seen)).or_insert(group.id);
            }
        }
        Self(ids)
    }

    /// The finding that tells a violation, where it is not told as what follows from others.
    pub(super) fn telling(&self, seen: &Seen) -> Option<FindingId> {
        self.0.get(&Cause::of(seen)).copied()
    }
}

/// What makes two violations one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Cause<'a> {
    rule: Rule,
    member: &'a str,
    /// What tells findings apart that concern no member, but the answer as a whole.
    detail: Option<(&'a Promise, Observed)>,
}

impl<'a> Cause<'a> {
    fn of(seen: &'a Seen) -> Self {
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

/// What tells a cause from others, in whatever process: 16 hexadecimal digits.
pub(super) fn cause_name(seen: &Seen) -> String {
    let Cause {
        rule,
        member,
        detail,
    } = Cause::of(seen);
    format!("{:016x}", fnv(&format!("{rule}\n{member}\n{detail:?}")))
}

/// When the findings of a block are told: those of a lower rank come first.
pub(super) fn rank_of(run: &Run, block: &Block<'_>) -> [usize; 4] {
    let (family, is_special, writes, is_all) = rank(run, block.outcome, block.level);
    let family = Family::ALL.iter().position(|one| *one == family);
    [
        family.unwrap_or_default(),
        usize::from(is_special),
        usize::from(writes),
        usize::from(is_all),
    ]
}

/// What was told, and by which block.
#[derive(Debug, Default)]
struct Told<'a> {
    causes: BTreeMap<Cause<'a>, usize>,
    /// What other violations may follow from.
    earlier: Causes,
    /// The first block that tells of an envelope, or of what is below one.
    envelope: Option<usize>,
}

impl<'a> Told<'a> {
    fn add(&mut self, seen: &'a Seen, block: usize) {
        self.causes.entry(Cause::of(seen)).or_insert(block);
        self.earlier.add(&seen.violation, block);
        if seen.violation.family <= Family::Envelope {
            self.envelope.get_or_insert(block);
        }
    }

    /// The block that has told this cause already, or one that this follows from.
    fn teller(&self, cause: &Cause<'_>, seen: &Seen) -> Option<usize> {
        if let Some(block) = self.causes.get(cause) {
            return Some(*block);
        }
        let earlier = self.earlier.first_of(&seen.violation);
        // An envelope that is not as documented is not as reviewed either.
        let is_snapshot = seen.violation.family == Family::Snapshot;
        let envelope = self.envelope.filter(|_| is_snapshot);
        earlier.into_iter().chain(envelope).min()
    }
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
    fn causes<'a>(group: &Group<'a>) -> BTreeSet<Cause<'a>> {
        group.seen.iter().map(|seen| Cause::of(seen)).collect()
    }
    let own = causes(group);
    let all: BTreeSet<Cause<'_>> = block.groups.iter().flat_map(causes).collect();
    let leads = block
        .groups
        .first()
        .is_some_and(|first| std::ptr::eq(first, group));
    let shows = |outcome: &Outcome, causes: &BTreeSet<Cause<'_>>| {
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
    let causes: BTreeSet<Cause<'_>> = group.seen.iter().map(|seen| Cause::of(seen)).collect();
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

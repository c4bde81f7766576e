//! Violations grouped by their cause.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::CaseId;
use crate::check::{Family, Rule, Violation};
use crate::contract::Format;
use crate::digest::fnv;
use crate::level::Level;
use crate::report::finding_id::FindingId;
use crate::run::{self, Cause, Outcome, Run, Seen, rank, unwaived};
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
        Self::all_of(case, vec![seen])
    }

    /// Violations with one cause, at least one.
    fn all_of(case: &CaseId, seen: Vec<&'a Seen>) -> Self {
        let Violation { rule, member, .. } = &seen[0].violation;
        Self {
            id: FindingId::of(case, *rule, member),
            rule: *rule,
            seen,
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
    let told = run::by_cause(&run.outcomes, &run.contract, level).into_iter();
    let mut blocks: Vec<Block<'_>> = told
        .map(|told| Block {
            outcome: told.outcome,
            groups: told
                .groups
                .into_iter()
                .map(|seen| Group::all_of(&told.outcome.id, seen))
                .collect(),
            also: told.also,
            level,
        })
        .collect();
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
    let (family, is_special, writes, is_all) = rank(&run.contract, block.outcome, block.level);
    let family = Family::ALL.iter().position(|one| *one == family);
    [
        family.unwrap_or_default(),
        usize::from(is_special),
        usize::from(writes),
        usize::from(is_all),
    ]
}

/// Every case in which the causes of a group show: the one that tells them, then the others
/// in the order of the run.
pub(super) fn cases<'a>(run: &'a Run, block: &Block<'a>, group: &Group<'a>) -> Vec<&'a CaseId> {
    led_by(block, &showing(run, block, group))
}

/// The cases of these outcomes, the one that tells first.
fn led_by<'a>(block: &Block<'a>, outcomes: &[&'a Outcome]) -> Vec<&'a CaseId> {
    let ids = outcomes.iter().map(|outcome| &outcome.id);
    let others = ids.filter(|id| **id != block.outcome.id);
    std::iter::once(&block.outcome.id).chain(others).collect()
}

/// The outcomes in which the causes of a group show, in the order of the run.
///
/// Those in which only consequences show belong to the first group of their block.
fn showing<'a>(run: &'a Run, block: &Block<'a>, group: &Group<'a>) -> Vec<&'a Outcome> {
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
    let concerned = run.outcomes.iter().filter(|outcome| {
        let follows = || leads && block.also.contains(&&outcome.id) && !shows(outcome, &all);
        outcome.id == block.outcome.id || shows(outcome, &own) || follows()
    });
    concerned.collect()
}

/// The waiver that would cover a group wherever its causes show.
pub(super) fn waiver<'a>(run: &'a Run, block: &Block<'a>, group: &Group<'a>) -> Option<Pattern> {
    let concerned = showing(run, block, group);
    let ids = led_by(block, &concerned);
    let causes: BTreeSet<Cause<'_>> = group.seen.iter().map(|seen| Cause::of(seen)).collect();
    let violations: Vec<(Format, &Violation)> = concerned
        .iter()
        .flat_map(|outcome| unwaived(outcome, block.level).map(|seen| (outcome.id.format, seen)))
        .filter(|(_, seen)| causes.contains(&Cause::of(seen)))
        .map(|(format, seen)| (format, &seen.violation))
        .collect();
    Pattern::over(&ids, &violations)
}

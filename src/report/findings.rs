//! Violations grouped by their cause.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::case::CaseId;
use crate::check::{Family, Rule, Violation};
use crate::contract::OperationId;
use crate::level::Level;
use crate::report::finding_id::FindingId;
use crate::run::{self, Cause, Outcome, Run, Seen, is_apart, rank, unwaived};
use crate::waiver::{Beside, Pattern};

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
    /// Where its causes show.
    pub(super) reach: Arc<Reach<'a>>,
}

/// Where the causes of a group show.
#[derive(Debug)]
pub(super) struct Reach<'a> {
    /// The cases: the one that tells them, then the others in the order of the run. Those in which only what
    /// follows from the causes of a block shows belong to the first group of that.
    pub(super) cases: Vec<&'a CaseId>,
    /// The waivers that would cover the group there.
    pub(super) waivers: Vec<Pattern>,
}

impl<'a> Group<'a> {
    /// Violations with one cause, at least one.
    fn of(seen: Vec<&'a Seen>, reach: Arc<Reach<'a>>) -> Self {
        let id = |seen: &Seen| FindingId::of(&Cause::of(seen));
        let others = seen.iter().skip(1).map(|seen| id(seen));
        Self {
            id: others.fold(id(seen[0]), Ord::min),
            rule: seen[0].violation.rule,
            seen,
            reach,
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
    blocks(run, &Showing::new(run, Level::Deny))
}

/// Groups what fails nothing in the same way.
#[must_use]
pub fn remarks(run: &Run) -> Vec<Block<'_>> {
    blocks(run, &Showing::new(run, Level::Warn))
}

fn blocks<'a>(run: &'a Run, showing: &Showing<'a>) -> Vec<Block<'a>> {
    // Everything follows from the wrong profile.
    if run.misfit.is_some() {
        return Vec::new();
    }
    let level = showing.level;
    let told = run::by_cause(&run.outcomes, &run.contract, level).into_iter();
    let mut blocks: Vec<Block<'_>> = told
        .map(|told| {
            let id = &told.outcome.id;
            let mut follow = showing.following(&told.groups, &told.also);
            let groups = told.groups.into_iter().map(|seen| {
                let reach = showing.reach(id, &seen, std::mem::take(&mut follow));
                Group::of(seen, Arc::new(reach))
            });
            Block {
                outcome: told.outcome,
                groups: groups.collect(),
                also: told.also,
                level,
            }
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

/// In which outcomes of a run each cause shows.
#[derive(Debug)]
struct Showing<'a> {
    level: Level,
    outcomes: &'a [Outcome],
    index: BTreeMap<&'a CaseId, usize>,
    causes: BTreeMap<Cause<'a>, Vec<usize>>,
    /// What waivers should not forgive as well.
    beside: Beside<'a>,
}

impl<'a> Showing<'a> {
    fn new(run: &'a Run, level: Level) -> Self {
        let mut causes: BTreeMap<Cause<'_>, Vec<usize>> = BTreeMap::new();
        let mut index = BTreeMap::new();
        let mut of_operations: BTreeMap<&OperationId, Vec<&CaseId>> = BTreeMap::new();
        for case in &run.plan.cases {
            of_operations
                .entry(&case.id.operation)
                .or_default()
                .push(&case.id);
        }
        for (at, outcome) in run.outcomes.iter().enumerate() {
            index.insert(&outcome.id, at);
            for seen in unwaived(outcome, level) {
                let places = causes.entry(Cause::of(seen)).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
        }
        Self {
            level,
            outcomes: &run.outcomes,
            index,
            causes,
            beside: Beside {
                operations: run.contract.operations.iter().map(|one| &one.id).collect(),
                cases: of_operations,
            },
        }
    }

    /// Where one of these causes shows.
    fn places(&self, seen: &[&Seen]) -> BTreeSet<usize> {
        let causes: BTreeSet<Cause<'_>> = seen.iter().map(|seen| Cause::of(seen)).collect();
        let places = causes.iter().filter_map(|cause| self.causes.get(cause));
        places.flatten().copied().collect()
    }

    /// Those of some cases in which none of the causes of a block shows.
    fn following(&self, groups: &[Vec<&Seen>], cases: &[&CaseId]) -> BTreeSet<usize> {
        let all = groups.iter().flat_map(|seen| self.places(seen));
        let all: BTreeSet<usize> = all.collect();
        let cases = cases.iter().filter_map(|id| self.index.get(id)).copied();
        cases.filter(|at| !all.contains(at)).collect()
    }

    /// Where causes show that one case tells, and what follows from them.
    fn reach(&self, teller: &'a CaseId, seen: &[&Seen], follow: BTreeSet<usize>) -> Reach<'a> {
        let mut places = self.places(seen);
        places.extend(follow);
        let outcomes = places.iter().map(|at| &self.outcomes[*at]);
        let others = outcomes.clone().map(|outcome| &outcome.id);
        let others = others.filter(|id| *id != teller);
        let cases: Vec<&CaseId> = std::iter::once(teller).chain(others).collect();
        let sought: BTreeSet<Cause<'_>> = seen.iter().map(|seen| Cause::of(seen)).collect();
        let violations: Vec<(&CaseId, &Violation)> = outcomes
            .flat_map(|outcome| unwaived(outcome, self.level).map(|seen| (&outcome.id, seen)))
            .filter(|(_, seen)| sought.contains(&Cause::of(seen)))
            .map(|(id, seen)| (id, &seen.violation))
            .collect();
        let shown: BTreeSet<&CaseId> = violations.iter().map(|(id, _)| *id).collect();
        let following = cases.iter().filter(|id| !shown.contains(*id)).copied();
        let following: Vec<&CaseId> = following.collect();
        let waivers = Pattern::over(&violations, &following, &self.beside);
        Reach { cases, waivers }
    }
}

/// Some causes at one level.
type Sought<'a> = (Level, BTreeSet<Cause<'a>>);

/// The findings of a run, for who tells one case after the other.
#[derive(Debug)]
pub(super) struct Told<'a> {
    ids: BTreeMap<Cause<'a>, FindingId>,
    /// Of what fails the run, and of the remarks.
    showing: [Showing<'a>; 2],
    /// What is worked out for one case holds for all with these causes.
    known: RefCell<BTreeMap<Sought<'a>, Arc<Reach<'a>>>>,
}

impl<'a> Told<'a> {
    /// Those of a run.
    pub(super) fn of(run: &'a Run) -> Self {
        let mut ids = BTreeMap::new();
        let showing = [Level::Deny, Level::Warn].map(|level| Showing::new(run, level));
        let blocks = showing.iter().flat_map(|showing| blocks(run, showing));
        for group in blocks.flat_map(|block| block.groups) {
            for seen in group.seen {
                ids.entry(Cause::of(seen)).or_insert(group.id);
            }
        }
        Self {
            ids,
            showing,
            known: RefCell::default(),
        }
    }

    /// What one case shows, what it shares with others included, by level.
    pub(super) fn by(&self, outcome: &'a Outcome) -> impl Iterator<Item = Block<'a>> {
        self.showing.iter().map(|showing| {
            let mut groups: Vec<Vec<&Seen>> = Vec::new();
            for seen in unwaived(outcome, showing.level) {
                let violation = &seen.violation;
                match groups.iter_mut().find(|group| {
                    let first = &group[0].violation;
                    first.rule == violation.rule && !is_apart(first, violation)
                }) {
                    Some(group) => group.push(seen),
                    None => groups.push(vec![seen]),
                }
            }
            let groups = groups.into_iter().map(|seen| {
                // A finding that tells it, where it is not told as what follows from others.
                let told = self.ids.get(&Cause::of(seen[0])).copied();
                let reach = self.reach(showing, outcome, &seen);
                let own = Group::of(seen, reach);
                let id = told.unwrap_or(own.id);
                Group { id, ..own }
            });
            Block {
                outcome,
                groups: groups.collect(),
                also: Vec::new(),
                level: showing.level,
            }
        })
    }

    fn reach(
        &self,
        showing: &Showing<'a>,
        outcome: &'a Outcome,
        seen: &[&'a Seen],
    ) -> Arc<Reach<'a>> {
        let causes = seen.iter().map(|seen| Cause::of(seen)).collect();
        let mut known = self.known.borrow_mut();
        let reach = known
            .entry((showing.level, causes))
            .or_insert_with(|| Arc::new(showing.reach(&outcome.id, seen, BTreeSet::new())));
        Arc::clone(reach)
    }
}

/// Whether a run shows a finding, be it told with others or as what follows from them.
#[must_use]
pub fn is_told(id: FindingId, run: &Run) -> bool {
    [Level::Deny, Level::Warn].into_iter().any(|level| {
        let shown = run.outcomes.iter();
        let mut shown = shown.flat_map(|outcome| unwaived(outcome, level));
        shown.any(|seen| id.is_of(&Cause::of(seen)))
    })
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

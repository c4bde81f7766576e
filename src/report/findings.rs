//! Violations grouped by their cause.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::case::CaseId;
use crate::check::{Family, Rule, Violation};
use crate::contract::{Contract, OperationId};
use crate::level::Level;
use crate::report::finding_id::FindingId;
use crate::run::{self, Cause, Outcome, Run, Seen, alike, parted, rank, unwaived};
use crate::waiver::{Beside, Pattern};

/// The findings of one case that no case before it has told.
#[derive(Debug)]
pub struct Block<'a> {
    /// The case.
    pub outcome: &'a Outcome,
    /// Its findings, in the order of the rules; those that people read together stand one after the other.
    pub groups: Vec<Group<'a>>,
    /// What people read together, of all findings in their order.
    pub(super) joined: Vec<Joined>,
    /// Whether they fail the run, or are remarks.
    pub level: Level,
}

/// How many findings in a row break one rule in the same way, and what would waive them together.
#[derive(Debug)]
pub(super) struct Joined {
    findings: usize,
    waivers: Vec<Pattern>,
}

/// Findings that people read together, with what would waive them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Together<'b, 'a> {
    /// At least one.
    pub(super) findings: &'b [Group<'a>],
    pub(super) waivers: &'b [Pattern],
}

impl<'a> Block<'a> {
    /// Adds what people read together; what follows from it belongs to the first finding. Told is where some
    /// violations show, and what follows from them.
    fn join(
        &mut self,
        together: &[Vec<&'a Seen>],
        mut follow: BTreeSet<usize>,
        reach: &mut impl FnMut(&[&'a Seen], BTreeSet<usize>) -> Arc<Reach<'a>>,
    ) {
        let all = (together.len() > 1).then(|| reach(&together.concat(), follow.clone()));
        let first = self.groups.len();
        for seen in together {
            let reach = reach(seen, std::mem::take(&mut follow));
            self.groups.push(Group::of(seen.clone(), reach));
        }
        let all = all.unwrap_or_else(|| Arc::clone(&self.groups[first].reach));
        self.joined.push(Joined {
            findings: together.len(),
            waivers: all.waivers.clone(),
        });
    }

    /// How many violations of the case are told here, and how many were told with cases before it.
    pub(super) fn told(&self) -> (usize, usize) {
        let told = self.groups.iter().map(|group| group.seen.len()).sum();
        let all = unwaived(self.outcome, self.level).count();
        (told, all.saturating_sub(told))
    }

    /// Whether all of its findings show in the same cases, those aside in which only what follows from them does.
    pub(super) fn shows_alike(&self) -> bool {
        let mut all = self.groups.iter().map(|group| group.reach.shown());
        let first = all.next();
        all.all(|one| Some(one) == first)
    }

    /// The findings as people read them.
    pub(super) fn together(&self) -> impl Iterator<Item = Together<'_, 'a>> {
        let mut left = self.groups.as_slice();
        self.joined.iter().map(move |joined| {
            let (findings, rest) = left.split_at(joined.findings);
            left = rest;
            Together {
                findings,
                waivers: &joined.waivers,
            }
        })
    }
}

impl<'b, 'a> Together<'b, 'a> {
    /// All violations, those of one finding after the other.
    pub(super) fn seen(&self) -> Vec<&'a Seen> {
        let seen = self.findings.iter().flat_map(|group| &group.seen);
        seen.copied().collect()
    }

    /// The other cases in which one of them shows, or what follows from it, each once.
    pub(super) fn others(&self) -> Vec<&'a CaseId> {
        let mut known = BTreeSet::new();
        let cases = self.findings.iter().flat_map(Group::others);
        cases.copied().filter(|id| known.insert(*id)).collect()
    }

    /// The names of the findings, in their order.
    pub(super) fn ids(&self) -> impl Iterator<Item = FindingId> + use<'b, 'a> {
        self.findings.iter().map(|group| group.id)
    }
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
    /// Those of them in which only what follows shows.
    following: Vec<&'a CaseId>,
    /// The documented members, each once, in the order of the run: one that a definition holds may stand in several
    /// places. Empty is the answer as a whole.
    pub(super) members: Vec<&'a str>,
    /// Where pages promise what is broken, each place once with the first that shows it: at least one, first that of
    /// the case that tells it.
    pub(super) places: Vec<(&'a Outcome, &'a Seen)>,
    /// The waivers that would cover the group there.
    pub(super) waivers: Vec<Pattern>,
}

impl<'a> Group<'a> {
    /// Violations with one cause, at least one.
    fn of(seen: Vec<&'a Seen>, reach: Arc<Reach<'a>>) -> Self {
        Self {
            id: FindingId::of(&Cause::of(seen[0])),
            rule: seen[0].violation.rule,
            seen,
            reach,
        }
    }
}

impl<'a> Reach<'a> {
    /// The cases in which the causes themselves show.
    fn shown(&self) -> Vec<&'a CaseId> {
        let following: BTreeSet<&CaseId> = self.following.iter().copied().collect();
        let cases = self.cases.iter().copied();
        cases.filter(|id| !following.contains(id)).collect()
    }
}

impl<'a> Group<'a> {
    /// The other cases in which the finding shows, or what follows from it, in the order of the run.
    #[must_use]
    pub fn others(&self) -> &[&'a CaseId] {
        self.reach.cases.get(1..).unwrap_or_default()
    }

    /// The documented members that are concerned, each once, in the order of the run; one, but where a document
    /// defines it once and leads to it in several places. The empty one is the answer as a whole.
    #[must_use]
    pub fn members(&self) -> &[&'a str] {
        &self.reach.members
    }
}

/// Groups the violations of a run: each cause once, in the first case that shows it.
///
/// Two violations have one cause where they break one rule in one member, whatever the operation, the
/// format or the item of a list; a member that a document defines once is one. What follows from a broken member
/// (JSON and XML then differ, the answer is unlike the one read before) is told with that member, and not as a
/// cause of its own.
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
            let mut block = Block {
                outcome: told.outcome,
                groups: Vec::new(),
                joined: Vec::new(),
                level,
            };
            for together in told.groups.chunk_by(|one, other| alike(one[0], other[0])) {
                let mut reach = |seen: &[&Seen], follow: BTreeSet<usize>| {
                    Arc::new(showing.reach(id, seen, follow))
                };
                let follow = std::mem::take(&mut follow);
                block.join(together, follow, &mut reach);
            }
            block
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
    contract: &'a Contract,
    outcomes: &'a [Outcome],
    index: BTreeMap<&'a CaseId, usize>,
    /// Each with the place of the outcome and that in it.
    causes: BTreeMap<Cause<'a>, Vec<(usize, usize, &'a Seen)>>,
    /// What waivers should not forgive as well.
    beside: Beside<'a>,
}

impl<'a> Showing<'a> {
    fn new(run: &'a Run, level: Level) -> Self {
        let mut causes: BTreeMap<Cause<'_>, Vec<(usize, usize, &Seen)>> = BTreeMap::new();
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
            for (number, seen) in unwaived(outcome, level).enumerate() {
                let places = causes.entry(Cause::of(seen)).or_default();
                places.push((at, number, seen));
            }
        }
        Self {
            level,
            contract: &run.contract,
            outcomes: &run.outcomes,
            index,
            causes,
            beside: Beside {
                operations: run.contract.operations.iter().map(|one| &one.id).collect(),
                cases: of_operations,
            },
        }
    }

    /// What shows one of these causes, in the order of the run: the place of its outcome, and the violation.
    fn shown(&self, seen: &[&Seen]) -> Vec<(usize, &'a Seen)> {
        let causes: BTreeSet<Cause<'_>> = seen.iter().map(|seen| Cause::of(seen)).collect();
        let shown = causes.iter().filter_map(|cause| self.causes.get(cause));
        let mut shown: Vec<_> = shown.flatten().copied().collect();
        shown.sort_by_key(|(at, number, _)| (*at, *number));
        shown.into_iter().map(|(at, _, seen)| (at, seen)).collect()
    }

    /// Those of some cases in which none of the causes of a block shows.
    fn following(&self, groups: &[Vec<&Seen>], cases: &[&CaseId]) -> BTreeSet<usize> {
        let all = groups.iter().flat_map(|seen| self.shown(seen));
        let all: BTreeSet<usize> = all.map(|(at, _)| at).collect();
        let cases = cases.iter().filter_map(|id| self.index.get(id)).copied();
        cases.filter(|at| !all.contains(at)).collect()
    }

    /// Where causes show that one case tells, and what follows from them.
    fn reach(&self, teller: &'a CaseId, seen: &[&Seen], follow: BTreeSet<usize>) -> Reach<'a> {
        let shown = self.shown(seen);
        let mut places: BTreeSet<usize> = shown.iter().map(|(at, _)| *at).collect();
        places.extend(follow);
        let others = places.iter().map(|at| &self.outcomes[*at].id);
        let others = others.filter(|id| *id != teller);
        let cases: Vec<&CaseId> = std::iter::once(teller).chain(others).collect();
        let violations: Vec<(&CaseId, &'a Violation)> = shown
            .iter()
            .map(|(at, seen)| (&self.outcomes[*at].id, &seen.violation))
            .collect();
        let showing: BTreeSet<&CaseId> = violations.iter().map(|(id, _)| *id).collect();
        let following = cases.iter().filter(|id| !showing.contains(*id)).copied();
        let following: Vec<&CaseId> = following.collect();
        let waivers = Pattern::over(&violations, &following, &self.beside);
        let mut known = BTreeSet::new();
        let members = violations.iter().map(|(_, found)| found.member.as_str());
        Reach {
            places: self.places(teller, &shown),
            members: members.filter(|member| known.insert(*member)).collect(),
            cases,
            following,
            waivers,
        }
    }
}

impl<'a> Showing<'a> {
    /// Where pages promise what is shown: each place once, first that of one case.
    fn places(&self, teller: &CaseId, shown: &[(usize, &'a Seen)]) -> Vec<(&'a Outcome, &'a Seen)> {
        let shown = shown.iter().map(|(at, seen)| (&self.outcomes[*at], *seen));
        let is_own = |(outcome, _): &(&Outcome, &Seen)| outcome.id == *teller;
        let (own, others): (Vec<_>, Vec<_>) = shown.partition(is_own);
        let mut known = BTreeSet::new();
        let fresh = own.into_iter().chain(others).filter(|(outcome, seen)| {
            let source = &self.contract.operations[outcome.operation].source;
            let promised = seen.violation.promised.map(|span| span.start);
            known.insert((source.name.clone(), promised))
        });
        fresh.collect()
    }
}

/// Some causes at one level.
type Sought<'a> = (Level, BTreeSet<Cause<'a>>);

/// The findings of a run, for who tells one case after the other.
#[derive(Debug)]
pub(super) struct FindingsOf<'a> {
    ids: BTreeMap<Cause<'a>, FindingId>,
    /// Of what fails the run, and of the remarks.
    showing: [Showing<'a>; 2],
    /// What is worked out for one case holds for all with these causes.
    known: RefCell<BTreeMap<Sought<'a>, Arc<Reach<'a>>>>,
}

impl<'a> FindingsOf<'a> {
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
            let groups = parted(unwaived(outcome, showing.level).collect());
            let mut block = Block {
                outcome,
                groups: Vec::new(),
                joined: Vec::new(),
                level: showing.level,
            };
            for together in groups.chunk_by(|one, other| alike(one[0], other[0])) {
                let mut reach = |seen: &[&'a Seen], _| self.reach(showing, outcome, seen);
                block.join(together, BTreeSet::new(), &mut reach);
            }
            for group in &mut block.groups {
                // A finding that tells it, where it is not told as what follows from others.
                let told = self.ids.get(&Cause::of(group.seen[0]));
                group.id = told.copied().unwrap_or(group.id);
            }
            block
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
    let family = Family::ALL.iter().position(|one| Some(*one) == family);
    [
        family.unwrap_or_default(),
        usize::from(is_special),
        usize::from(writes),
        usize::from(is_all),
    ]
}

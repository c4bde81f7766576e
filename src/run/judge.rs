//! From answers to outcomes.

mod aside;
mod comparison;
mod defied;
mod echoed;
mod effect;
mod garbled;
mod listed;
mod living;
mod opened;
mod read;
mod refusal;
mod seen;
mod undone;
mod unkept;
mod written;

use seen::{beside, seen};

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::case::{Case, Check, Expected, NotAsked, Plan, QuestionIndex, Selected};
use crate::check::{self, Expectation, Family, Observed, Violation, identity};
use crate::client::{Repeat, Token};
use crate::contract::Format;
use crate::run::ask::Asked;
use crate::run::difference::{Answer, Refusals};
use crate::run::follow::without_ending;
use crate::run::judge::opened::Opened;
use crate::run::{Halt, Obstacle, Outcome, Reason, Seen, Suite, UnkeptAnswer, Verdict, unnamed};
use crate::shape::Kind;
use crate::snapshot;
use crate::target::Target;

/// Judges every selected case, as long as there is time: until when, and how much the run had; and answers to set-up
/// steps that do not hold what is kept of them. With the outcomes, the operations that the account may not use at all.
pub(super) fn outcomes(
    suite: &Suite,
    selected: &Selected,
    (asked, unkept): (&Asked, &[UnkeptAnswer]),
    obstacle: Option<&Obstacle>,
    target: &Target,
    (until, time): (Instant, Duration),
) -> (Vec<Outcome>, BTreeSet<usize>) {
    let living = Judge::of(suite, selected.plan(), asked, target).living();
    let beside = living.beside(suite);
    let judge = Judge {
        living: living.told,
        ..Judge::of(
            beside.as_ref().unwrap_or(suite),
            selected.plan(),
            asked,
            target,
        )
    };
    let mut counted = BTreeSet::new();
    let outcomes = selected.cases().map(|case| {
        let subjects = case.subjects.iter().copied();
        let share = subjects
            .filter(|question| case.ignored.is_none() && counted.insert(*question))
            .map(|question| judge.elapsed(question))
            .sum();
        let outcome = if Instant::now() < until {
            judge.outcome(case, obstacle)
        } else {
            judge.unjudged(case, time)
        };
        Outcome { share, ..outcome }
    });
    let mut outcomes: Vec<Outcome> = outcomes.collect();
    if obstacle.is_some() {
        return (outcomes, BTreeSet::new());
    }
    judge.add_unwritten(selected, &mut outcomes);
    judge.add_undone(selected, &mut outcomes);
    judge.add_unlike_sent(selected, &mut outcomes);
    judge.add_defied(selected, &mut outcomes);
    judge.add_asides(selected, &mut outcomes);
    judge.add_unkept(selected, unkept, &mut outcomes);
    let forbidden = judge.forbidden().clone();
    (outcomes, forbidden)
}

/// Judges cases on the answers so far: what stays so, whatever else is answered.
pub(super) fn sure(
    suite: &Suite,
    plan: &Plan,
    asked: &Asked,
    target: &Target,
    cases: &[&Case],
) -> Vec<Outcome> {
    let judge = Judge::of(suite, plan, asked, target);
    cases.iter().map(|case| judge.sure(case)).collect()
}

/// The reads that say otherwise than writes did, where that is a violation.
pub(super) fn late(
    suite: &Suite,
    selected: &Selected,
    asked: &Asked,
    target: &Target,
) -> BTreeSet<QuestionIndex> {
    let living = Judge::of(suite, selected.plan(), asked, target).living();
    let beside = living.beside(suite);
    let suite = beside.as_ref().unwrap_or(suite);
    let judge = Judge::of(suite, selected.plan(), asked, target);
    let cases = selected.cases().filter(|case| {
        let operation = &suite.contract.operations[case.operation];
        case.ignored.is_none() && operation.writes()
    });
    let reads = cases.flat_map(|case| {
        let late = match case.id.check {
            Check::Read => [judge.read_late(case), judge.unwritten_reads(case)].concat(),
            Check::Transport => [judge.unwritten_reads(case), judge.undone_reads(case)].concat(),
            Check::Effect => judge.not_kept(case),
            _ => return Vec::new(),
        };
        [late, judge.old_reads(case)].concat()
    });
    reads.collect()
}

/// Whether a check holds answers against others, so that one alone decides nothing.
pub(super) fn compares(check: &Check) -> bool {
    matches!(
        check,
        Check::Parity | Check::Repeated | Check::Read | Check::Effect | Check::UnknownListed
    )
}

/// Whether a check looks at the payload, and finds nothing wrong where there is none.
fn looks_inside(check: &Check) -> bool {
    matches!(
        check,
        Check::Members | Check::Parity | Check::Asked | Check::Repeated | Check::Read
    )
}

/// What a check finds, or why it cannot be made.
type Found = Result<Vec<Seen>, Reason>;

struct Judge<'a> {
    suite: &'a Suite,
    plan: &'a Plan,
    asked: &'a Asked,
    target: &'a Target,
    /// What refusals say, and must not.
    refusals: Refusals<'a>,
    /// The operations that the account may not use at all.
    forbidden: OnceCell<BTreeSet<usize>>,
    /// The operations that know nothing of the pages' examples, with the parameters that nobody named.
    unnamed: OnceCell<BTreeMap<usize, Vec<String>>>,
    /// What the right token opened.
    opened: OnceCell<Opened>,
    /// Whether the first answer about each of several resources is unlike all others.
    is_cold: OnceCell<bool>,
    /// Whether garbled texts are stored so.
    stored_garbled: OnceCell<bool>,
    /// What lives, in the answers to each question.
    living: BTreeMap<QuestionIndex, Vec<Violation>>,
    /// The reads with the target's own token, by their paths without what asks for a format.
    reads: OnceCell<BTreeMap<&'a str, Vec<QuestionIndex>>>,
}

impl<'a> Judge<'a> {
    fn of(suite: &'a Suite, plan: &'a Plan, asked: &'a Asked, target: &'a Target) -> Self {
        Self {
            suite,
            plan,
            asked,
            target,
            refusals: Refusals::of(suite, plan, asked.all()),
            forbidden: OnceCell::new(),
            unnamed: OnceCell::new(),
            opened: OnceCell::new(),
            is_cold: OnceCell::new(),
            stored_garbled: OnceCell::new(),
            living: BTreeMap::new(),
            reads: OnceCell::new(),
        }
    }
}

impl Judge<'_> {
    fn opened(&self) -> &Opened {
        self.opened.get_or_init(|| Opened::of(self))
    }

    fn outcome(&self, case: &Case, obstacle: Option<&Obstacle>) -> Outcome {
        self.outcome_of(case, obstacle, self.found(case))
    }

    /// What of a case stays so, whatever else is answered.
    fn sure(&self, case: &Case) -> Outcome {
        let expectation = self.suite.expectations.of_case(case);
        let found = match (&case.id.check, expectation) {
            // What it gives away beside others is not known yet.
            (Check::Refusal(refusal), Some(expectation)) => {
                Ok(self.collect(case, |exchange, _| {
                    if refusal::is_throttled(exchange) {
                        return Vec::new();
                    }
                    match self.read_loosely(case, expectation, refusal, exchange) {
                        Some(status) => vec![check::refusal::read_loosely(expectation, status)],
                        None => check::refusal::judge(expectation, exchange, refusal.expected()),
                    }
                }))
            }
            _ => self.found(case),
        };
        let found = found.map(|mut found| {
            // Other answers may show that they are stored so.
            found.retain(|seen| !matches!(seen.violation.actual, Observed::Garbled(..)));
            found
        });
        self.outcome_of(case, None, found)
    }

    fn outcome_of(&self, case: &Case, obstacle: Option<&Obstacle>, found: Found) -> Outcome {
        let is_refusal = self.is_refused(case);
        let (verdict, violations) = match (&case.ignored, obstacle, found) {
            (Some(reason), _, _) => (Verdict::unasked(reason), Vec::new()),
            (None, Some(_), Ok(found)) if !is_refusal || !found.is_empty() => {
                (Verdict::Blocked(Reason::Obstacle), Vec::new())
            }
            (None, Some(_), Err(_)) => (Verdict::Blocked(Reason::Obstacle), Vec::new()),
            (None, _, Ok(found)) if found.is_empty() => (Verdict::Conforms, found),
            (None, _, Ok(found)) => (Verdict::Violates, found),
            // What is not offered is no fault of anybody's.
            (None, None, Err(Reason::NotOffered(status))) => (
                Verdict::Ignored(NotAsked::NotOffered { status }),
                Vec::new(),
            ),
            (None, None, Err(Reason::Cached)) => (Verdict::Ignored(NotAsked::Cached), Vec::new()),
            (None, None, Err(Reason::Trial)) => (Verdict::Ignored(NotAsked::Trial), Vec::new()),
            (None, None, Err(Reason::NothingHeld)) => {
                (Verdict::Ignored(NotAsked::NothingHeld), Vec::new())
            }
            (None, None, Err(Reason::Unasked(Some(Halt::Failures(most))))) => {
                (Verdict::Ignored(NotAsked::Failures(most)), Vec::new())
            }
            (None, None, Err(reason)) => (Verdict::Blocked(reason), Vec::new()),
        };
        let subjects = case.subjects.iter();
        let elapsed = subjects.map(|question| self.elapsed(*question)).sum();
        Outcome {
            id: case.id.clone(),
            operation: case.operation,
            verdict,
            violations: if case.ignored.is_some() {
                Vec::new()
            } else {
                violations
            },
            remarks: Vec::new(),
            elapsed,
            share: Duration::ZERO,
        }
    }

    /// What is said of a case for which there was no time.
    fn unjudged(&self, case: &Case, time: Duration) -> Outcome {
        let verdict = match &case.ignored {
            Some(reason) => Verdict::unasked(reason),
            None => Verdict::Blocked(Reason::Unjudged(time)),
        };
        let subjects = case.subjects.iter();
        Outcome {
            id: case.id.clone(),
            operation: case.operation,
            verdict,
            violations: Vec::new(),
            remarks: Vec::new(),
            elapsed: subjects.map(|question| self.elapsed(*question)).sum(),
            share: Duration::ZERO,
        }
    }

    /// Whether a case wants refusals and got some: a page in their place holds no data either.
    fn is_refused(&self, case: &Case) -> bool {
        let Check::Refusal(refusal) = &case.id.check else {
            return false;
        };
        let is_refusal = |(exchange, _): &Answer| {
            exchange
                .status()
                .is_some_and(|status| (400..500).contains(&status))
        };
        let mut answers = case
            .subjects
            .iter()
            .flat_map(|question| self.asked.of(*question));
        let has_some = answers.clone().next().is_some();
        match refusal.expected() {
            Expected::Dataless | Expected::Loose | Expected::Misplaced => {
                has_some && answers.all(is_refusal)
            }
            Expected::Unauthenticated
            | Expected::Unknown
            | Expected::Invalid
            | Expected::Hidden => true,
        }
    }

    /// The reads at a path, with the target's own token.
    fn reads_at(&self, place: &str) -> &[QuestionIndex] {
        let reads = self.reads.get_or_init(|| {
            let mut reads: BTreeMap<&str, Vec<QuestionIndex>> = BTreeMap::new();
            for (at, question) in self.plan.questions.iter().enumerate() {
                let request = &question.request;
                let is_own = request.token == Token::Valid && question.aftermath.is_none();
                if request.method == "GET" && is_own {
                    let place = without_ending(&request.path);
                    reads.entry(place).or_default().push(at);
                }
            }
            reads
        });
        reads.get(place).map_or(&[], Vec::as_slice)
    }

    /// The reads beside a write whose last answers a cache gave, so that they may be older than the write.
    fn old_reads(&self, case: &Case) -> Vec<QuestionIndex> {
        let writes = case.subjects.iter();
        let times = writes.flat_map(|write| self.asked.times(*write));
        let Some(last) = times.map(|time| time.to).max() else {
            return Vec::new();
        };
        let places = case.subjects.iter().map(|write| {
            let request = &self.plan.questions[*write].request;
            without_ending(&request.path)
        });
        let at_places = places.flat_map(|place| self.reads_at(place));
        let reads: BTreeSet<QuestionIndex> = case.beside.iter().chain(at_places).copied().collect();
        let is_old = |read: &QuestionIndex| {
            let answer = self.asked.times(*read).last();
            answer.is_some_and(|time| time.from <= last && time.is_old)
        };
        reads.into_iter().filter(is_old).collect()
    }

    /// How long all answers to a question took.
    fn elapsed(&self, question: QuestionIndex) -> Duration {
        let answers = self.asked.of(question).iter();
        answers.map(|(exchange, _)| exchange.elapsed).sum()
    }

    fn found(&self, case: &Case) -> Found {
        if case.ignored.is_some() {
            return Ok(Vec::new());
        }
        let Some(expectation) = self.suite.expectations.of_case(case) else {
            return Err(Reason::NoExample);
        };
        let is_throttled = self.is_case_throttled(case);
        let mut subjects = case.subjects.iter();
        if !is_throttled && subjects.any(|question| self.is_put_off(*question)) {
            return Err(Reason::PutOff);
        }
        if self.asked.is_cut_short() && compares(&case.id.check) {
            return Err(Reason::Unasked(self.asked.halt));
        }
        let is_unasked = |question: &QuestionIndex| self.asked.of(*question).is_empty();
        let found = self.found_in(case, expectation);
        match &found {
            Ok(found) if !found.is_empty() && !matches!(case.id.check, Check::Refusal(_)) => {
                let unnamed = self
                    .unnamed
                    .get_or_init(|| unnamed::of(self.suite, self.plan, self.asked, self.target));
                if let Some(parameters) = unnamed.get(&case.operation) {
                    return Err(Reason::NotThere(parameters.clone()));
                }
            }
            // What was asked before the run gave up counts.
            Ok(found) if !found.is_empty() => {}
            _ if is_throttled => return Err(Reason::Throttled),
            _ if case.subjects.iter().any(is_unasked) => {
                return Err(Reason::Unasked(self.asked.halt));
            }
            Ok(_) if looks_inside(&case.id.check) => self.any_payload(case, expectation)?,
            Err(Reason::NoBody | Reason::NoPair | Reason::NoSecond | Reason::NoReader)
                if self.is_some_bare(case, expectation) =>
            {
                return Err(Reason::NothingHeld);
            }
            _ => {}
        }
        found
    }

    /// Whether some answer is a success whose body is documented by nothing that is read.
    fn is_some_bare(&self, case: &Case, expectation: &Expectation) -> bool {
        let operation = &expectation.operation;
        let is_bare = |status: u16| self.suite.profile.succeeds_otherwise(operation, status);
        let subjects = case.subjects.iter();
        let mut answers = subjects.flat_map(|question| self.asked.of(*question));
        answers.any(|(exchange, _)| exchange.status().is_some_and(is_bare))
    }

    /// Whether some answer held what a check looks at: what judged nothing has not passed.
    fn any_payload(&self, case: &Case, expectation: &Expectation) -> Result<(), Reason> {
        let kind = &expectation.answer.payload().kind;
        if kind.is_open() {
            return Ok(());
        }
        let is_open = matches!(kind, Kind::List(item) if item.kind.is_open());
        let questions = case.subjects.iter();
        let bodies: Vec<&Value> = questions
            .flat_map(|question| self.asked.outlines(*question))
            .collect();
        let is_held = |body: &&Value| !expectation.resources(body).is_empty();
        if bodies.is_empty() || bodies.iter().any(is_held) {
            return Ok(());
        }
        // An empty list has no element in XML, and where the payload may be left out nothing else tells it either.
        let is_list = matches!(kind, Kind::List(_)) && case.id.format == Format::Xml;
        let pointer = expectation.answer.payload_pointer();
        let payload = expectation.answer.envelope.at(&pointer);
        let may_be_missing = is_list || payload.is_some_and(|member| !member.is_required());
        let is_there = |body: &&Value| expectation.payload(body).is_some();
        if !may_be_missing && !bodies.iter().any(is_there) {
            return Err(Reason::NoPayload);
        }
        // That two answers hold nothing alike is something that was judged, and so is a list of whatever it may be.
        if case.id.check == Check::Members && !is_open {
            return Err(Reason::NothingHeld);
        }
        Ok(())
    }

    /// Whether the only answer to what may not be repeated is that it should be.
    fn is_put_off(&self, question: QuestionIndex) -> bool {
        let limits_pace = |(exchange, _): &Answer| {
            let outcome = exchange.outcome.as_ref();
            outcome.is_ok_and(|response| response.limits_pace)
        };
        let answers = self.asked.of(question);
        self.plan.questions[question].repeat == Repeat::Never && answers.iter().any(limits_pace)
    }

    fn found_in(&self, case: &Case, expectation: &Expectation) -> Found {
        match &case.id.check {
            Check::Transport => {
                let found = self.by_family(case, &[Family::Transport]);
                Ok(self.stored_or_garbled(found))
            }
            Check::Envelope => self.read_family(case, &[Family::Envelope]),
            Check::Members => self.read_family(case, &[Family::Schema, Family::Shape]),
            Check::Parity => self.parity(case, expectation),
            Check::Asked => self.each_body(case, |question, body| {
                let ids = &self.plan.questions[question].ids;
                identity::asked(expectation, body, ids)
            }),
            Check::UnknownListed => {
                let found = self.unknown_listed(case, expectation);
                Ok(self.stored_or_garbled(found))
            }
            Check::Repeated => self.repeated(case, expectation),
            Check::Read => self.read(case, expectation),
            Check::Effect => self.effect(case, expectation),
            Check::Snapshot => self.snapshot(case, expectation),
            Check::Refusal(refusal) => {
                let found = self.refused(case, expectation, refusal);
                self.not_of_rights(case, refusal, found)
            }
        }
    }

    /// The violations of a family that single answers show.
    fn by_family(&self, case: &Case, families: &[Family]) -> Vec<Seen> {
        self.collect(case, |_, reading| {
            let violations = reading.map(|reading| reading.violations.as_slice());
            violations
                .unwrap_or_default()
                .iter()
                .filter(|violation| families.contains(&violation.family))
                .cloned()
                .collect()
        })
    }

    /// The same for families that need a body.
    fn read_family(&self, case: &Case, families: &[Family]) -> Found {
        self.any_reading(case)?;
        Ok(self.by_family(case, families))
    }

    /// Whether some answer has a body that was read, even if it is not kept.
    fn any_reading(&self, case: &Case) -> Result<(), Reason> {
        if self.any_body(case).is_ok() || self.is_set_aside(&case.subjects) {
            Ok(())
        } else {
            self.any_body(case)
        }
    }

    fn any_body(&self, case: &Case) -> Result<(), Reason> {
        let has_body = case
            .subjects
            .iter()
            .any(|question| !self.asked.bodies(*question).is_empty());
        if has_body {
            Ok(())
        } else {
            Err(self.without(&case.subjects, Reason::NoBody))
        }
    }

    /// Why answers cannot be compared: they were too large to be kept, or as the caller says.
    fn without(&self, questions: &[QuestionIndex], otherwise: Reason) -> Reason {
        if self.is_set_aside(questions) {
            Reason::TooLarge
        } else {
            otherwise
        }
    }

    fn is_set_aside(&self, questions: &[QuestionIndex]) -> bool {
        questions
            .iter()
            .flat_map(|question| self.asked.of(*question))
            .any(|(_, reading)| reading.as_ref().is_some_and(|reading| reading.set_aside))
    }

    fn each_body(
        &self,
        case: &Case,
        judge: impl Fn(QuestionIndex, &Value) -> Vec<Violation>,
    ) -> Found {
        self.any_body(case)?;
        let mut all = Vec::new();
        for question in &case.subjects {
            all.extend(self.collect_of(&[*question], |_, reading| {
                let body = reading.and_then(|reading| reading.body.as_deref());
                body.map(|body| judge(*question, body)).unwrap_or_default()
            }));
        }
        Ok(all)
    }

    /// Everything that each of these answers shows by itself, and whether it holds other resources.
    fn unknown_listed(&self, case: &Case, expectation: &Expectation) -> Vec<Seen> {
        let mut all = Vec::new();
        for question in &case.subjects {
            let ids = &self.plan.questions[*question].ids;
            all.extend(self.collect_of(&[*question], |_, reading| {
                let Some(reading) = reading else {
                    return Vec::new();
                };
                let body = reading.body.as_deref();
                let found = body.map(|body| identity::asked(expectation, body, ids));
                [reading.violations.clone(), found.unwrap_or_default()].concat()
            }));
        }
        all
    }

    fn snapshot(&self, case: &Case, expectation: &Expectation) -> Found {
        self.any_body(case)?;
        let subjects = case.subjects.iter();
        let answers = subjects.flat_map(|question| self.asked.of(*question));
        let read = answers.filter_map(|(exchange, reading)| {
            Some((exchange.outcome.as_ref().ok()?, reading.as_ref()?))
        });
        let snapshots = &self.suite.snapshots;
        let settled = snapshot::Settled::of(expectation, read, self.target, snapshots);
        Ok(self.collect(case, |exchange, reading| {
            let (Ok(response), Some(reading)) = (&exchange.outcome, reading) else {
                return Vec::new();
            };
            settled.judge(response, reading).into_iter().collect()
        }))
    }
}

#[cfg(test)]
mod tests;

//! From answers to outcomes.

mod refusal;

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;

use crate::case::{Case, Check, Expected, Plan, Question, QuestionIndex, Selected};
use crate::check::refusal::{Places, Told};
use crate::check::steadiness::{Steadiness, Timed, steadiness, steadiness_beside};
use crate::check::{
    Expectation, Family, Reading, Violation, Word, identity, parity, shown_pointer,
};
use crate::client::media_type::media_type;
use crate::client::{Exchange, Repeat};
use crate::run::ask::{Answer, Asked};
use crate::run::{Obstacle, Outcome, Reason, Seen, Suite, Verdict};
use crate::snapshot;
use crate::target::Target;

/// Judges every selected case.
pub(super) fn outcomes(
    suite: &Suite,
    selected: &Selected,
    asked: &Asked,
    obstacle: Option<&Obstacle>,
    target: &Target,
) -> Vec<Outcome> {
    let judge = Judge {
        suite,
        plan: selected.plan(),
        asked,
        target,
        told: OnceCell::new(),
        said_anyway: OnceCell::new(),
    };
    let mut counted = BTreeSet::new();
    let outcomes = selected.cases().map(|case| {
        let subjects = case.subjects.iter().copied();
        let share = subjects
            .filter(|question| case.ignored.is_none() && counted.insert(*question))
            .map(|question| judge.elapsed(question))
            .sum();
        Outcome {
            share,
            ..judge.outcome(case, obstacle)
        }
    });
    outcomes.collect()
}

/// What a check finds, or why it cannot be made.
type Found = Result<Vec<Seen>, Reason>;

struct Judge<'a> {
    suite: &'a Suite,
    plan: &'a Plan,
    asked: &'a Asked,
    target: &'a Target,
    /// What no refusal may hold.
    told: OnceCell<Told>,
    /// What refusals say that can know nothing.
    said_anyway: OnceCell<Places>,
}

impl Judge<'_> {
    fn outcome(&self, case: &Case, obstacle: Option<&Obstacle>) -> Outcome {
        let found = self.found(case);
        let is_refusal = self.is_refused(case);
        let (verdict, violations) = match (&case.ignored, obstacle, found) {
            (Some(reason), _, _) => (Verdict::Ignored(reason.clone()), Vec::new()),
            (None, Some(_), Ok(found)) if !is_refusal || !found.is_empty() => {
                (Verdict::Blocked(Reason::Obstacle), Vec::new())
            }
            (None, Some(_), Err(_)) => (Verdict::Blocked(Reason::Obstacle), Vec::new()),
            (None, _, Ok(found)) if found.is_empty() => (Verdict::Conforms, found),
            (None, _, Ok(found)) => (Verdict::Violates, found),
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
        match refusal.expected() {
            Expected::Dataless | Expected::Loose | Expected::Misplaced => answers.all(is_refusal),
            Expected::Unauthenticated | Expected::Unknown | Expected::Invalid => true,
        }
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
        let Some(expectation) = self.suite.expectations.get(case.operation, case.id.format) else {
            return Err(Reason::NoExample);
        };
        if case
            .subjects
            .iter()
            .any(|question| self.is_put_off(*question))
        {
            return Err(Reason::PutOff);
        }
        let is_unasked = |question: &QuestionIndex| self.asked.of(*question).is_empty();
        let found = self.found_in(case, expectation);
        match &found {
            // What was asked before the run gave up counts.
            Ok(found) if !found.is_empty() => {}
            _ if case.subjects.iter().any(is_unasked) => {
                return Err(Reason::Unasked(self.asked.halt));
            }
            _ => {}
        }
        found
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
            Check::Transport => Ok(self.by_family(case, &[Family::Transport])),
            Check::Envelope => self.read_family(case, &[Family::Envelope]),
            Check::Members => self.read_family(case, &[Family::Schema, Family::Shape]),
            Check::Parity => self.parity(case, expectation),
            Check::Asked => self.each_body(case, |question, body| {
                let ids = &self.plan.questions[question].ids;
                identity::asked(expectation, body, ids)
            }),
            Check::UnknownListed => Ok(self.unknown_listed(case, expectation)),
            Check::Repeated => self.repeated(case, expectation),
            Check::Read => self.read(case, expectation),
            Check::Snapshot => self.snapshot(case, expectation),
            Check::Refusal(refusal) => Ok(self.refused(case, expectation, refusal)),
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

    fn parity(&self, case: &Case, expectation: &Expectation) -> Found {
        let plan = self.plan;
        let mut all = Vec::new();
        let mut compared = false;
        for question in &case.subjects {
            let ids = &plan.questions[*question].ids;
            let twin = case
                .beside
                .iter()
                .find(|other| plan.questions[**other].ids == *ids);
            let xml = self.asked.bodies(*question);
            let json = twin
                .map(|twin| self.asked.bodies(*twin))
                .unwrap_or_default();
            let (Some(json), Some(xml)) = (json.last(), xml.last()) else {
                continue;
            };
            compared = true;
            let found = parity::judge(expectation, json, xml);
            all.extend(self.seen_in(*question, found));
        }
        if compared {
            Ok(all)
        } else {
            let both = [case.subjects.as_slice(), &case.beside].concat();
            Err(self.without(&both, Reason::NoPair))
        }
    }

    fn repeated(&self, case: &Case, expectation: &Expectation) -> Found {
        let mut all = Vec::new();
        let mut compared = false;
        for question in &case.subjects {
            let bodies = self.asked.timed(*question);
            if bodies.len() > 1 {
                compared = true;
                let behaved = self.steadiness(*question, expectation, &bodies);
                let mut found = identity::repeated(expectation, &bodies, behaved);
                found.extend(identity::reordered(expectation, &bodies));
                all.extend(self.seen_in(*question, found));
            }
            // A second asking that is refused is no answer alike, whatever its reason.
            let answers = self.asked.of(*question);
            if let [(first, _), rest @ ..] = answers
                && first.outcome.is_ok()
                && let Some((other, _)) = rest
                    .iter()
                    .find(|(other, _)| other.status() != first.status())
                && !bodies.is_empty()
                && bodies.len() < answers.len()
            {
                compared = true;
                let found = identity::refused_again(expectation, first.status(), other.status());
                all.extend(self.seen_in(*question, vec![found]));
            }
        }
        if compared {
            Ok(all)
        } else {
            Err(self.without(&case.subjects, Reason::NoSecond))
        }
    }

    /// How the answers to a question behaved, beside those in the other format where it names resources.
    fn steadiness(
        &self,
        question: QuestionIndex,
        expectation: &Expectation,
        answers: &[Timed<'_>],
    ) -> Steadiness {
        let questions = &self.plan.questions;
        let this = &questions[question];
        let is_twin = |other: &Question| {
            other.operation == this.operation
                && other.ids == this.ids
                && other.format != this.format
                && other.repeat == Repeat::Allowed
        };
        let twin = questions
            .iter()
            .position(is_twin)
            .filter(|_| !this.ids.is_empty());
        let beside = twin.and_then(|twin| {
            let (operation, format) = (this.operation, questions[twin].format);
            let other = self.suite.expectations.get(operation, format)?;
            Some((other, self.asked.timed(twin)))
        });
        match beside {
            Some((other, beside)) => steadiness_beside((expectation, answers), (other, &beside)),
            None => steadiness(expectation, answers),
        }
    }

    /// What a write answered, where the read after it said something else, more than once: somebody may
    /// have edited a resource in between, but not each time.
    fn read_after(&self, case: &Case, expectation: &Expectation) -> Vec<Seen> {
        let questions = &self.plan.questions;
        let mut all = Vec::new();
        for write in &case.subjects {
            let answers = self.asked.timed(*write);
            let of_format = |read: &&QuestionIndex| questions[**read].format == case.id.format;
            for read in case.beside.iter().filter(of_format) {
                let asked = &questions[*read];
                let reader = self.suite.expectations.get(asked.operation, asked.format);
                let (Some(reader), [id]) = (reader, asked.ids.as_slice()) else {
                    continue;
                };
                let reads = self.asked.timed(*read);
                let mut contradicted = BTreeMap::new();
                for answer in &answers {
                    let Some(next) = reads.iter().find(|read| read.from > answer.to) else {
                        continue;
                    };
                    let read = BTreeMap::from([(id.clone(), reader.resources(next.body))]);
                    let found = identity::as_read(expectation, answer.body, &read);
                    if !found.is_empty() {
                        contradicted.insert(next.from, found);
                    }
                }
                if contradicted.len() > 1
                    && let Some((_, found)) = contradicted.pop_last()
                {
                    all.extend(self.seen_in(*write, found));
                }
            }
        }
        all
    }

    fn read(&self, case: &Case, expectation: &Expectation) -> Found {
        let plan = self.plan;
        let mut reads: BTreeMap<String, Vec<&Value>> = BTreeMap::new();
        for question in &case.beside {
            let asked = &plan.questions[*question];
            let reader = self.suite.expectations.get(asked.operation, asked.format);
            if let (Some(reader), [id]) = (reader, asked.ids.as_slice()) {
                let bodies = self.asked.bodies(*question);
                let resources = bodies.into_iter().flat_map(|body| reader.resources(body));
                reads.entry(id.clone()).or_default().extend(resources);
            }
        }
        reads.retain(|_, resources| !resources.is_empty());
        if reads.is_empty() {
            return Err(self.without(&case.beside, Reason::NoReader));
        }
        let found = self.each_body(case, |_, body| identity::as_read(expectation, body, &reads))?;
        if found.is_empty() {
            return Ok(self.read_after(case, expectation));
        }
        Ok(found)
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
        if !snapshot::is_known(expectation, &self.suite.snapshots) {
            return Err(Reason::NoSnapshot(snapshot::name_of(expectation)));
        }
        Ok(self.collect(case, |exchange, reading| {
            let (Ok(response), Some(reading)) = (&exchange.outcome, reading) else {
                return Vec::new();
            };
            let found = snapshot::judge(
                expectation,
                response,
                reading,
                self.target,
                &self.suite.snapshots,
            );
            found.into_iter().collect()
        }))
    }

    fn collect(
        &self,
        case: &Case,
        judge: impl Fn(&Exchange, Option<&Reading>) -> Vec<Violation>,
    ) -> Vec<Seen> {
        self.collect_of(&case.subjects, judge)
    }

    /// Judges every answer to some questions; equal violations are one, with a count.
    fn collect_of(
        &self,
        questions: &[QuestionIndex],
        judge: impl Fn(&Exchange, Option<&Reading>) -> Vec<Violation>,
    ) -> Vec<Seen> {
        let answers: Vec<&Answer> = questions
            .iter()
            .flat_map(|question| self.asked.of(*question))
            .collect();
        let mut all: Vec<Seen> = Vec::new();
        for (exchange, reading) in &answers {
            for violation in judge(exchange, reading.as_ref()) {
                let known = all.iter_mut().find(|seen| {
                    seen.violation.rule == violation.rule
                        && seen.violation.pointer == violation.pointer
                        && seen.violation.actual == violation.actual
                });
                match known {
                    Some(seen) => seen.times += 1,
                    None => all.push(seen(violation, exchange, answers.len())),
                }
            }
        }
        all
    }

    /// Violations that several answers show together, tied to the last exchange of a question.
    fn seen_in(&self, question: QuestionIndex, violations: Vec<Violation>) -> Vec<Seen> {
        let answers = self.asked.of(question);
        let Some((exchange, _)) = answers.last() else {
            return Vec::new();
        };
        violations
            .into_iter()
            .map(|violation| Seen {
                times: answers.len(),
                ..seen(violation, exchange, answers.len())
            })
            .collect()
    }
}

fn seen(mut violation: Violation, exchange: &Exchange, of: usize) -> Seen {
    // What docs/checks.md says of a rule holds for what is found.
    debug_assert!(
        violation.rule.entry().families.contains(&violation.family),
        "{} is not seen by {}",
        violation.rule,
        violation.family
    );
    // A violation goes with names of the portal's; a result is shown to many.
    violation.pointer = shown_pointer(&violation.pointer);
    violation.member = shown_pointer(&violation.member);
    let header = exchange
        .outcome
        .as_ref()
        .ok()
        .and_then(|response| response.content_types.first());
    Seen {
        violation,
        request: exchange.request.clone(),
        status: exchange.status(),
        media_type: header.map_or_else(String::new, |header| {
            let read = media_type(header);
            let word = read.map_or(Word::Hidden, |read| Word::of(&read.essence));
            word.to_string()
        }),
        times: 1,
        of,
        waived: None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::sync::Arc;

    use super::*;
    use crate::case::Selection;
    use crate::check::{Expectations, Rule};
    use crate::client::Response;
    use crate::run::Halt;
    use crate::run::ask::unasked;
    use crate::snapshot::Snapshots;
    use crate::{case, contract, page, profile};

    /// A suite and the plan for one target.
    struct Trying {
        suite: Suite,
        plan: Arc<Plan>,
    }

    /// The built-in pages and a portal that nobody may write to.
    fn trying() -> Trying {
        let contract = Arc::new(contract::of_sources(page::builtin()).unwrap());
        let profile = Arc::new(profile::load("as-documented").unwrap());
        let plan = Arc::new(case::plan(&contract, &profile, &target()));
        let suite = Suite {
            expectations: Arc::new(Expectations::of(&contract, &profile, false)),
            snapshots: Snapshots::Builtin { exact: false },
            levels: crate::check::Levels::default(),
            contract,
            profile,
        };
        Trying { suite, plan }
    }

    fn target() -> Target {
        Target::new("http://portal.test".parse().unwrap())
    }

    /// Answers a question with nothing but a status.
    fn answer(trying: &Trying, asked: &mut Asked, question: QuestionIndex, status: u16) {
        answer_with(trying, asked, question, status, "");
    }

    /// Answers a question with a status and a body.
    fn answer_with(
        trying: &Trying,
        asked: &mut Asked,
        question: QuestionIndex,
        status: u16,
        body: &str,
    ) {
        let of = &trying.plan.questions[question];
        let exchange = Exchange {
            request: of.request.clone(),
            outcome: Ok(Response {
                head: crate::client::Head::default(),
                status,
                content_types: Vec::new(),
                body: body.as_bytes().to_vec(),
                keeps_open: true,
                limits_pace: status == 429,
                location: None,
            }),
            retries: 0,
            elapsed: Duration::from_millis(1),
        };
        let expectation = trying
            .suite
            .expectations
            .get(of.operation, of.format)
            .unwrap();
        let reading = expectation.read(&exchange);
        asked.add(question, (exchange, Some(reading)));
    }

    fn judged(trying: &Trying, asked: &Asked, obstacle: Option<&Obstacle>) -> Vec<Outcome> {
        let all = trying.plan.select(&Selection::default());
        outcomes(&trying.suite, &all, asked, obstacle, &target())
    }

    fn case<'a>(trying: &'a Trying, check: &str) -> (usize, &'a Case) {
        let name = format!("get-crm-contact-contactid::json::{check}");
        let mut cases = trying.plan.cases.iter().enumerate();
        cases.find(|(_, case)| case.id.to_string() == name).unwrap()
    }

    fn obstacle() -> Obstacle {
        Obstacle::OnlyHtml { title: None }
    }

    #[test]
    fn an_answer_counts_for_the_first_case_that_judges_it() {
        let trying = trying();
        let mut asked = unasked(&trying.plan);
        let (at, transport) = case(&trying, "transport");
        let (later, envelope) = case(&trying, "envelope");
        assert_eq!(transport.subjects, envelope.subjects);
        for question in &transport.subjects {
            answer(&trying, &mut asked, *question, 401);
        }
        let outcomes = judged(&trying, &asked, None);
        assert_ne!(outcomes[at].share, Duration::ZERO);
        assert_eq!(outcomes[at].share, outcomes[at].elapsed);
        assert_eq!(outcomes[later].share, Duration::ZERO);
        assert_eq!(outcomes[later].elapsed, outcomes[at].elapsed);
    }

    #[test]
    fn an_obstacle_blocks_what_it_broke_and_spares_refusals_that_hold() {
        let trying = trying();
        let (transport, broken) = case(&trying, "transport");
        let (kept, no_token) = case(&trying, "refusal::no-token");
        let (unknown, of_nothing) = case(&trying, "refusal::unknown-contactid");
        let (unasked_one, _) = case(&trying, "refusal::empty-token");
        let mut asked = unasked(&trying.plan);
        for question in [broken, no_token, of_nothing].map(|case| &case.subjects) {
            for question in question {
                answer(&trying, &mut asked, *question, 401);
            }
        }
        let without = judged(&trying, &asked, None);
        assert_eq!(without[transport].verdict, Verdict::Violates);
        assert_eq!(without[kept].verdict, Verdict::Conforms);
        assert_eq!(without[unknown].verdict, Verdict::Violates);
        assert!(matches!(without[unasked_one].verdict, Verdict::Blocked(_)));
        let with = judged(&trying, &asked, Some(&obstacle()));
        for blocked in [transport, unknown, unasked_one] {
            let outcome = &with[blocked];
            let blocked = Verdict::Blocked(Reason::Obstacle);
            assert_eq!(outcome.verdict, blocked, "{}", outcome.id);
            assert_eq!(outcome.violations.len(), 0, "{}", outcome.id);
        }
        assert_eq!(with[kept].verdict, Verdict::Conforms);
        // What is not asked by the user's wish stays so, whatever is in the way.
        let ignored = trying
            .plan
            .cases
            .iter()
            .position(|case| case.ignored.is_some());
        assert!(matches!(
            with[ignored.unwrap()].verdict,
            Verdict::Ignored(_)
        ));
    }

    #[test]
    fn what_was_asked_in_part_counts_where_it_broke_something_and_only_there() {
        let trying = trying();
        let (at, wrong_token) = case(&trying, "refusal::wrong-token");
        assert!(wrong_token.subjects.len() > 1);
        let first = wrong_token.subjects[0];
        let mut asked = unasked(&trying.plan);
        answer(&trying, &mut asked, first, 401);
        asked.halt = Some(Halt::Gone);
        assert_eq!(
            judged(&trying, &asked, None)[at].verdict,
            Verdict::Blocked(Reason::Unasked(Some(Halt::Gone))),
            "the others might have been let in"
        );
        let mut asked = unasked(&trying.plan);
        answer(&trying, &mut asked, first, 200);
        asked.halt = Some(Halt::Gone);
        let outcome = &judged(&trying, &asked, None)[at];
        assert_eq!(outcome.verdict, Verdict::Violates);
        assert_eq!(outcome.violations[0].violation.rule, Rule::Accepted);
        let mut asked = unasked(&trying.plan);
        for question in &wrong_token.subjects {
            answer(&trying, &mut asked, *question, 401);
        }
        assert_eq!(judged(&trying, &asked, None)[at].verdict, Verdict::Conforms);
    }

    #[test]
    fn equal_violations_are_one_and_counted() {
        let trying = trying();
        let (at, wrong_token) = case(&trying, "refusal::wrong-token");
        let mut asked = unasked(&trying.plan);
        let questions = &wrong_token.subjects;
        for (question, status) in questions
            .iter()
            .zip([200, 500, 200, 500, 200].iter().cycle())
        {
            answer(&trying, &mut asked, *question, *status);
        }
        answer(&trying, &mut asked, questions[0], 200);
        let outcome = &judged(&trying, &asked, None)[at];
        let told: Vec<(Rule, usize, usize)> = outcome
            .violations
            .iter()
            .map(|seen| (seen.violation.rule, seen.times, seen.of))
            .collect();
        let of = questions.len() + 1;
        let refused =
            (questions.len() - 1).div_ceil(5) + questions.len().saturating_sub(3).div_ceil(5);
        assert_eq!(
            told,
            [
                (Rule::Accepted, of - refused, of),
                (Rule::RefusalStatus, refused, of)
            ]
        );
    }

    #[test]
    fn violations_in_two_places_are_two() {
        let trying = trying();
        let (at, members) = case(&trying, "schema");
        let mut asked = unasked(&trying.plan);
        for question in &members.subjects {
            let body =
                r#"{"status":0,"response":{"ID":1.5,"TaskCount":1.5,"About":7,"Tags":[1,2]}}"#;
            answer_with(&trying, &mut asked, *question, 200, body);
            answer_with(&trying, &mut asked, *question, 200, body);
        }
        let outcome = &judged(&trying, &asked, None)[at];
        let of = 2 * members.subjects.len();
        let mut places = BTreeSet::new();
        for seen in &outcome.violations {
            assert_eq!(
                (seen.times, seen.of),
                (of, of),
                "{}",
                seen.violation.pointer
            );
            assert!(places.insert(seen.violation.pointer.clone()));
            assert_eq!(seen.media_type, "");
        }
        assert!(places.contains("/response/TaskCount"), "{places:?}");
        assert!(places.contains("/response/About"), "{places:?}");
    }

    #[test]
    fn what_was_too_large_to_keep_is_judged_alone_and_not_compared() {
        let trying = trying();
        let body = r#"{"status":0,"response":{}}"#;
        let compared = ["identity::asked", "identity::repeated", "snapshot"];
        for set_aside in [false, true] {
            let mut asked = unasked(&trying.plan);
            let (_, case_of_all) = case(&trying, "transport");
            for question in &case_of_all.subjects {
                let of = &trying.plan.questions[*question];
                let expectation = &trying.suite.expectations;
                let expectation = expectation.get(of.operation, of.format).unwrap();
                let mut other = unasked(&trying.plan);
                answer_with(&trying, &mut other, *question, 200, body);
                let (exchange, _) = &other.of(*question)[0];
                let mut reading = expectation.read(exchange);
                if set_aside {
                    reading.set_aside();
                } else {
                    reading.body = None;
                }
                asked.add(*question, (exchange.clone(), Some(reading)));
            }
            let all = judged(&trying, &asked, None);
            let verdict = |check: &str| &all[case(&trying, check).0].verdict;
            for check in ["envelope", "schema"] {
                let is_judged = *verdict(check) != Verdict::Blocked(Reason::NoBody);
                assert_eq!(is_judged, set_aside, "{check}");
            }
            for check in compared {
                let otherwise = if check == "identity::repeated" {
                    Reason::NoSecond
                } else {
                    Reason::NoBody
                };
                let reason = if set_aside {
                    Reason::TooLarge
                } else {
                    otherwise
                };
                assert_eq!(*verdict(check), Verdict::Blocked(reason), "{check}");
            }
        }
    }

    #[test]
    fn only_what_may_not_be_repeated_is_put_off() {
        let mut trying = trying();
        let (at, transport) = case(&trying, "transport");
        let questions = transport.subjects.clone();
        for (repeat, expected) in [
            (Repeat::Allowed, Verdict::Violates),
            (Repeat::Never, Verdict::Blocked(Reason::PutOff)),
        ] {
            for question in &questions {
                Arc::make_mut(&mut trying.plan).questions[*question].repeat = repeat;
            }
            let mut asked = unasked(&trying.plan);
            for question in &questions {
                answer(&trying, &mut asked, *question, 429);
            }
            assert_eq!(judged(&trying, &asked, None)[at].verdict, expected);
        }
    }

    #[test]
    fn an_answer_is_alike_or_not_only_beside_a_second_one() {
        const BODY: &str = r#"{"status":0,"response":{}}"#;
        let trying = trying();
        let (at, repeated) = case(&trying, "identity::repeated");
        let question = repeated.subjects[0];
        for (answers, expected) in [
            (vec![(200, BODY)], Verdict::Blocked(Reason::NoSecond)),
            (vec![(200, BODY), (200, BODY)], Verdict::Conforms),
            (vec![(200, BODY), (201, BODY)], Verdict::Conforms),
            (vec![(200, BODY), (500, "")], Verdict::Violates),
        ] {
            let mut asked = unasked(&trying.plan);
            for (status, body) in &answers {
                answer_with(&trying, &mut asked, question, *status, body);
            }
            let verdict = &judged(&trying, &asked, None)[at].verdict;
            assert_eq!(*verdict, expected, "{answers:?}");
        }
    }
}

//! When a run has found enough: asking then ends early.
//!
//! In come the answers so far, out comes whether as many findings are sure as were wanted. Sure is what no
//! later answer can take back: what single answers break, and in the end what answers break beside others.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::sync::Mutex;

use time::Date;

use crate::case::{Case, Check, Plan, QuestionIndex, Selected};
use crate::level::Level;
use crate::run::ask::Asked;
use crate::run::{Outcome, Suite, Verdict, by_cause, judge, level, waive};
use crate::target::Target;
use crate::waiver::Waiver;

/// With how many findings asking ends, and what is none.
#[derive(Debug, Clone, Copy)]
pub struct MaxFailures<'a> {
    /// So many that fail the run.
    pub most: NonZeroUsize,
    /// What is forgiven.
    pub waivers: &'a [Waiver],
    /// The day on which it is, in UTC.
    pub today: Date,
}

/// Counts findings while a run asks.
#[derive(Debug)]
pub(super) struct Enough<'a> {
    max: MaxFailures<'a>,
    plan: &'a Plan,
    cases: Vec<&'a Case>,
    /// The cases that each question is a subject of, by their places.
    of_question: Vec<Vec<usize>>,
    judging: Mutex<Judging>,
}

#[derive(Debug, Default)]
struct Judging {
    /// Whether the portal gave what it is asked for: until then, nothing it says need be about the contract.
    is_open: bool,
    judged: BTreeSet<usize>,
    /// Answered, not judged yet.
    waiting: BTreeSet<usize>,
    /// What broke something, as it was found.
    broken: Vec<Outcome>,
}

impl<'a> Enough<'a> {
    pub(super) fn of(max: MaxFailures<'a>, selected: &'a Selected) -> Self {
        let plan = selected.plan();
        let cases: Vec<&Case> = selected
            .cases()
            .filter(|case| case.ignored.is_none())
            .collect();
        let mut of_question = vec![Vec::new(); plan.questions.len()];
        for (at, case) in cases.iter().enumerate() {
            for question in &case.subjects {
                of_question[*question].push(at);
            }
        }
        Self {
            max,
            plan,
            cases,
            of_question,
            judging: Mutex::default(),
        }
    }

    /// How many findings were wanted, where so many are sure: after an answer to a question, or after all.
    pub(super) fn is_reached(
        &self,
        suite: &Suite,
        target: &Target,
        asked: &Asked,
        question: Option<QuestionIndex>,
    ) -> Option<usize> {
        let mut judging = self.judging.lock().ok()?;
        let concerned: Vec<usize> = match question {
            Some(question) => {
                judging.is_open = judging.is_open || has_opened(self.plan, asked, question);
                self.of_question[question].clone()
            }
            None => (0..self.cases.len()).collect(),
        };
        let is_over = question.is_none();
        let ready = concerned.into_iter().filter(|at| {
            let case = self.cases[*at];
            (is_over || !judge::compares(&case.id.check)) && is_answered(asked, case)
        });
        let ready: Vec<usize> = ready.collect();
        judging.waiting.extend(ready);
        if !judging.is_open {
            return None;
        }
        let waiting = std::mem::take(&mut judging.waiting);
        let fresh: Vec<usize> = waiting
            .into_iter()
            .filter(|at| judging.judged.insert(*at))
            .collect();
        let cases: Vec<&Case> = fresh.iter().map(|at| self.cases[*at]).collect();
        let mut has_failed = false;
        for outcome in judge::sure(suite, self.plan, asked, target, &cases) {
            if outcome.violations.is_empty() {
                continue;
            }
            has_failed |= self.findings(suite, vec![outcome.clone()]) > 0;
            judging.broken.push(outcome);
        }
        let most = self.max.most.get();
        (has_failed && self.findings(suite, judging.broken.clone()) >= most).then_some(most)
    }

    /// How many findings outcomes tell that fail the run.
    fn findings(&self, suite: &Suite, mut outcomes: Vec<Outcome>) -> usize {
        level::part(&mut outcomes, &suite.levels);
        waive::waive(&mut outcomes, self.max.waivers, self.plan, self.max.today);
        outcomes.retain(|outcome| outcome.verdict == Verdict::Violates);
        let told = by_cause(&outcomes, &suite.contract, Level::Deny);
        told.iter().map(|telling| telling.groups.len()).sum()
    }
}

/// Whether all answers that a case is judged on are complete, and none speaks of the pace alone.
fn is_answered(asked: &Asked, case: &Case) -> bool {
    case.subjects.iter().all(|question| {
        let answers = asked.of(*question);
        let is_whole = |outcome: &Result<crate::client::Response, crate::client::Failure>| {
            matches!(outcome, Ok(response) if !response.limits_pace)
        };
        !answers.is_empty() && answers.iter().all(|(exchange, _)| is_whole(&exchange.outcome))
    })
}

/// Whether a question was answered with a body that was read, as it should be.
fn has_opened(plan: &Plan, asked: &Asked, question: QuestionIndex) -> bool {
    let is_own = plan.cases.iter().any(|case| {
        !matches!(case.id.check, Check::Refusal(_)) && case.subjects.contains(&question)
    });
    is_own && !asked.bodies(question).is_empty()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::sync::Arc;

    use time::macros::date;

    use super::*;
    use crate::case::Selection;
    use crate::check::Rule;
    use crate::client::{Exchange, tests_support};
    use crate::contract::Format;
    use crate::run::ask::unasked;
    use crate::run::tests_support::suite;
    use crate::waiver::Pattern;
    use crate::{case, contract, page, profile};

    /// What a portal answered so far, and the plan behind it.
    struct Trying {
        suite: Suite,
        selected: Selected,
        target: Target,
        asked: Asked,
    }

    impl Trying {
        fn new() -> Self {
            let contract = Arc::new(contract::of_sources(page::builtin()).unwrap());
            let profile = Arc::new(profile::load("as-documented").unwrap());
            let target = Target::new("http://portal.test".parse().unwrap());
            let plan = Arc::new(case::plan(&contract, &profile, &target));
            Self {
                suite: suite(contract, profile),
                asked: unasked(&plan),
                selected: plan.select(&Selection::default()),
                target,
            }
        }

        fn questions(&self, check: &str) -> Vec<QuestionIndex> {
            let name = format!("get-crm-contact-contactid::json::{check}");
            let mut cases = self.selected.cases();
            let case = cases.find(|case| case.id.to_string() == name);
            case.unwrap().subjects.clone()
        }

        fn question(&self, check: &str) -> QuestionIndex {
            self.questions(check)[0]
        }

        fn answer(&mut self, question: QuestionIndex, status: u16, body: &str) {
            let of = &self.selected.plan().questions[question];
            let response = crate::client::Response {
                content_types: vec!["application/json".to_owned()],
                ..tests_support::response(status, body)
            };
            let exchange = Exchange {
                request: of.request.clone(),
                ..tests_support::exchange(Ok(response))
            };
            let expectation = self.suite.expectations.get(of.operation, of.format);
            let reading = expectation.unwrap().read(&exchange);
            self.asked.add(question, (exchange, Some(reading)));
        }

        fn enough<'a>(&'a self, most: usize, waivers: &'a [Waiver]) -> Enough<'a> {
            let max = MaxFailures {
                most: NonZeroUsize::new(most).unwrap(),
                waivers,
                today: date!(2026 - 01 - 02),
            };
            Enough::of(max, &self.selected)
        }

        fn is_reached(&self, enough: &Enough<'_>, question: QuestionIndex) -> Option<usize> {
            enough.is_reached(&self.suite, &self.target, &self.asked, Some(question))
        }
    }

    /// The example of the page without a member, and one with another type.
    fn drifted(trying: &Trying) -> String {
        let operation = &trying.suite.contract.operations[0];
        let mut examples = operation.responses.iter();
        let example = examples.find(|example| example.format == Format::Json);
        let text = operation.source.slice(example.unwrap().body).to_owned();
        let text = text.replace("\"TaskCount\": 1,", "");
        text.replace("\"HaveLateTasks\": true", "\"HaveLateTasks\": 1")
    }

    #[test]
    fn a_finding_counts_once_and_so_many_are_enough() {
        let mut trying = Trying::new();
        let read = trying.question("schema");
        let text = drifted(&trying);
        trying.answer(read, 200, &text);
        for (most, reached) in [(1, Some(1)), (2, Some(2)), (3, None)] {
            let enough = trying.enough(most, &[]);
            assert_eq!(trying.is_reached(&enough, read), reached, "{most}");
            assert_eq!(trying.is_reached(&enough, read), None, "it is judged once");
        }
    }

    #[test]
    fn nothing_is_sure_before_the_portal_gave_anything() {
        let mut trying = Trying::new();
        let read = trying.question("schema");
        let refused = trying.questions("refusal::no-token");
        let open = *refused.last().unwrap();
        for one in &refused {
            trying.answer(*one, 200, "{}");
        }
        let enough = trying.enough(1, &[]);
        assert_eq!(trying.is_reached(&enough, open), None);
        trying.answer(read, 429, "");
        let enough = trying.enough(1, &[]);
        assert_eq!(trying.is_reached(&enough, read), None);
        // Then what came before counts too.
        let mut trying = Trying::new();
        for one in &refused {
            trying.answer(*one, 200, "{}");
        }
        let text = drifted(&trying);
        trying.answer(read, 200, &text);
        let enough = trying.enough(3, &[]);
        assert_eq!(trying.is_reached(&enough, open), None);
        assert_eq!(trying.is_reached(&enough, read), Some(3));
    }

    #[test]
    fn what_is_forgiven_does_not_count() {
        let mut trying = Trying::new();
        let read = trying.question("schema");
        let text = drifted(&trying).replace("\"HaveLateTasks\": 1", "\"HaveLateTasks\": true");
        trying.answer(read, 200, &text);
        let waiver = |until| Waiver {
            pattern: Pattern {
                cases: vec!["*".to_owned()],
                pointers: Vec::new(),
                rule: Rule::Missing,
            },
            reason: "known".to_owned(),
            until,
        };
        let (live, expired) = (date!(2026 - 01 - 02), date!(2026 - 01 - 01));
        for (until, reached) in [(live, None), (expired, Some(1))] {
            let waivers = [waiver(until)];
            let enough = trying.enough(1, &waivers);
            assert_eq!(trying.is_reached(&enough, read), reached, "{until}");
        }
    }
}

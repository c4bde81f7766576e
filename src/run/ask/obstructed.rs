//! What keeps a portal from being judged, in the answers of a run.

use std::collections::BTreeSet;

use crate::case::{Plan, QuestionIndex, Selected};
use crate::client::Exchange;
use crate::run::anyone::telling;
use crate::run::ask::asked::Asked;
use crate::run::ask::wanted::successes;
use crate::run::barred::{self, Sent};
use crate::run::halt::Halt;
use crate::run::standing::is_of_api;
use crate::run::{Hint, Obstacle, Suite, obstacle};
use crate::target::Target;

impl Asked {
    /// Whether some answer to a question is the API's.
    fn keeps(&self, suite: &Suite, plan: &Plan, question: QuestionIndex) -> bool {
        let of = &plan.questions[question];
        let expectation = suite.expectations.get(of.operation, of.format);
        let readings = self.of(question).iter();
        let mut readings = readings.filter_map(|(_, reading)| reading.as_ref());
        expectation.is_some_and(|of| readings.any(|reading| is_of_api(of, reading)))
    }

    /// What kept the portal from being judged at all, or what to look at before the findings.
    pub(in crate::run) fn obstacle(
        &self,
        suite: &Suite,
        selected: &Selected,
        target: &Target,
    ) -> (Option<Obstacle>, Vec<Hint>) {
        let all: Vec<&Exchange> = self
            .answers
            .iter()
            .flatten()
            .map(|(exchange, _)| exchange)
            .collect();
        let sent = self.sent(suite, selected);
        let documented = sent.iter().filter(|sent| sent.is_documented);
        let documented: Vec<&Exchange> = documented.map(|sent| sent.exchange).collect();
        // Whatever stands before a portal may answer other requests itself.
        let documented = if documented.is_empty() {
            all.clone()
        } else {
            documented
        };
        let asked = successes(selected.cases()).into_iter();
        let asked: Vec<QuestionIndex> = asked.filter(|one| !self.of(*one).is_empty()).collect();
        let successes: Vec<&Exchange> = asked
            .iter()
            .flat_map(|question| self.of(*question))
            .map(|(exchange, _)| exchange)
            .collect();
        let halted = match self.halt {
            Some(Halt::Gone) => obstacle::gone(&all),
            Some(Halt::TooFast(waited)) => Some(obstacle::too_fast(&all, waited)),
            _ => None,
        };
        // What pages promise may be little.
        let is_kept = || {
            let mut asked = asked.iter();
            asked.any(|question| self.keeps(suite, selected.plan(), *question))
        };
        let is_shown =
            |found: &Obstacle| !matches!(found, Obstacle::OneAnswer { .. }) || !is_kept();
        let found = obstacle::descriptors(&all)
            .or_else(|| obstacle::obstacle(&documented, &successes, target))
            .or_else(|| of_telling(&sent, suite, target))
            .filter(is_shown)
            .or(halted);
        if let Some(found) = found {
            let found = at_path(found, &documented, suite, target);
            return (Some(found), Vec::new());
        }
        let hint = obstacle::hint(&all, &successes, || named(suite, target));
        let hint = hint.map(|hint| of_path(hint, suite, (selected.plan(), &asked), target));
        let halt = self.halt.map(Hint::Halted);
        let woken = self.woken.iter();
        let woken = woken.map(|at| selected.plan().questions[*at].operation);
        let woken: BTreeSet<usize> = woken.collect();
        let woken: Vec<_> = woken
            .into_iter()
            .map(|at| suite.contract.operations[at].id.clone())
            .collect();
        let woken = (!woken.is_empty()).then_some(Hint::Woken(woken));
        (None, hint.into_iter().chain(halt).chain(woken).collect())
    }
}

/// What kept the portal from being judged but for what it answers to anyone.
fn of_telling(sent: &[Sent<'_>], suite: &Suite, target: &Target) -> Option<Obstacle> {
    let telling = telling(sent, &suite.contract.operations);
    if telling.len() == sent.len() {
        return None;
    }
    let documented = telling.iter().filter(|sent| sent.is_documented);
    let successes = documented.clone().filter(|sent| sent.must_succeed);
    let documented: Vec<&Exchange> = documented.map(|sent| sent.exchange).collect();
    let successes: Vec<&Exchange> = successes.map(|sent| sent.exchange).collect();
    obstacle::obstacle(&documented, &successes, target).filter(Obstacle::is_an_answer)
}

/// The same obstacle; where nothing is known at all, with what of the URL may be the reason.
fn at_path(found: Obstacle, all: &[&Exchange], suite: &Suite, target: &Target) -> Obstacle {
    let is_unknown = |exchange: &&Exchange| exchange.status() == Some(404);
    let twice = || {
        let operations = suite.contract.operations.iter();
        let paths: Vec<&str> = operations.map(|one| one.path.as_str()).collect();
        twice(target.url.path(), &paths)
    };
    match found {
        Obstacle::UnknownPaths { .. } => Obstacle::UnknownPaths { twice: twice() },
        Obstacle::OnlyHtml { .. } if all.iter().all(is_unknown) => match twice() {
            None => found,
            twice => Obstacle::UnknownPaths { twice },
        },
        found => found,
    }
}

/// The same hint, but where an operation whose path names nothing is not known either: it is the path then.
fn of_path(
    hint: Hint,
    suite: &Suite,
    (plan, asked): (&Plan, &[QuestionIndex]),
    target: &Target,
) -> Hint {
    let operations = &suite.contract.operations;
    let names_nothing = |question: &QuestionIndex| {
        let operation = plan.questions[*question].operation;
        !operations[operation].path.contains('{')
    };
    let is_path = matches!(hint, Hint::UnknownPaths { .. }) || asked.iter().any(names_nothing);
    if !is_path {
        return hint;
    }
    let paths: Vec<&str> = operations.iter().map(|one| one.path.as_str()).collect();
    Hint::UnknownPaths {
        twice: twice(target.url.path(), &paths),
    }
}

/// What a path ends in and all others begin with, in whole steps.
pub(super) fn twice(path: &str, others: &[&str]) -> Option<String> {
    let path = path.trim_matches('/');
    let starts = path.match_indices('/').map(|(at, _)| at + 1);
    let mut ends = std::iter::once(0).chain(starts).map(|at| &path[at..]);
    let begins = |end: &str, other: &str| {
        let rest = other.strip_prefix(end);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let found = ends.find(|end| !end.is_empty() && others.iter().all(|one| begins(end, one)))?;
    (!others.is_empty()).then(|| found.to_owned())
}

impl Asked {
    /// All answers, with what was asked.
    fn sent(&self, suite: &Suite, selected: &Selected) -> Vec<Sent<'_>> {
        let plan = selected.plan();
        let successes = successes(selected.cases());
        let of_question = |at: QuestionIndex| {
            let asked = &plan.questions[at];
            let operation = &suite.contract.operations[asked.operation];
            let is_documented = asked.request.method == operation.method && asked.manner.is_none();
            let must_succeed = successes.contains(&at);
            let answers = self.answers[at].iter().zip(&self.times[at]);
            answers.map(move |((exchange, _), time)| Sent {
                exchange,
                question: at,
                operation: asked.operation,
                must_succeed,
                is_documented,
                from: time.from,
                to: time.to,
            })
        };
        (0..self.answers.len()).flat_map(of_question).collect()
    }

    /// Lets go of what got no answer as it failed to log in too often.
    pub(in crate::run) fn until_locked_out(&mut self, suite: &Suite, selected: &Selected) {
        let sent = self.sent(suite, selected);
        let Some(since) = barred::locked_out(&sent) else {
            return;
        };
        let dropped = sent.iter().filter(|sent| since.holds(sent));
        let dropped = dropped.map(|sent| sent.from).collect();
        self.let_go(&dropped);
        self.is_throttled = true;
    }

    /// Lets go of what was asked at these times.
    fn let_go(&mut self, gone: &BTreeSet<usize>) {
        for (answers, times) in self.answers.iter_mut().zip(&mut self.times) {
            let mut is_gone = times.iter().map(|time| gone.contains(&time.from));
            answers.retain(|_| !is_gone.next().unwrap_or_default());
            times.retain(|time| !gone.contains(&time.from));
        }
    }

    /// Lets go of what is none of the API's answers, from some moment on; what is to be said of it.
    pub(in crate::run) fn until_barred(
        &mut self,
        suite: &Suite,
        selected: &Selected,
        target: &Target,
    ) -> Option<Hint> {
        let sent = self.sent(suite, selected);
        let operations = &suite.contract.operations;
        let since = barred::since(&sent).or_else(|| barred::since(&telling(&sent, operations)))?;
        let barred = || sent.iter().filter(|sent| since.holds(sent));
        let answered =
            || barred().filter(|sent| sent.is_documented && sent.exchange.outcome.is_ok());
        let all: Vec<&Exchange> = answered().map(|sent| sent.exchange).collect();
        let successes = answered().filter(|sent| sent.must_succeed);
        let successes: Vec<&Exchange> = successes.map(|sent| sent.exchange).collect();
        let by = Box::new(obstacle::obstacle(&all, &successes, target)?);
        let gone = barred().map(|sent| sent.from).collect();
        self.let_go(&gone);
        self.halt = Some(Halt::Barred);
        let left = self.answers.iter().flatten();
        let answers = left
            .filter(|(exchange, _)| exchange.outcome.is_ok())
            .count();
        Some(Hint::Barred { answers, by })
    }
}

/// The parameters that name resources, with the values that were tried.
fn named(suite: &Suite, target: &Target) -> Vec<(String, Vec<String>)> {
    let operations = suite.contract.operations.iter();
    let mut named: Vec<(String, Vec<String>)> = operations
        .zip(suite.expectations.names())
        .flat_map(|(operation, names)| {
            let parameters = operation.parameters.iter();
            let repeated = parameters.filter(move |parameter| {
                let mut names = names.iter();
                names.any(|one| one.parameter == parameter.name && one.member.is_some())
            });
            repeated.map(|parameter| (parameter.name.clone(), target.values(parameter)))
        })
        .collect();
    named.sort();
    named.dedup();
    named
}

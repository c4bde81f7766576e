//! What a portal says beside the content of its answers: each thing once for the run, in the first case
//! that shows it.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::{Case, Check, QuestionIndex, Selected};
use crate::check::aside::{self, Aside, Echo};
use crate::check::{Family, Observed, Rule, refusal};
use crate::client::{Exchange, Response, Token, is_success};
use crate::config::Scheme;
use crate::contract::Format;
use crate::run::judge::{Judge, seen};
use crate::run::{Outcome, Seen, Verdict};

/// How many things are told of one rule; a portal may send any number of names.
const MAX_TOLD: usize = 20;

/// Where a portal gives tokens, where no profile says otherwise.
const LOGIN: &str = "api/2.0/authentication";

/// What was found in a run.
#[derive(Default)]
struct Findings<'a> {
    /// By the rule and what came: the first outcome that shows it, and how.
    found: BTreeMap<(Rule, Observed), (usize, Seen)>,
    /// How many things were found of each rule.
    told: BTreeMap<Rule, usize>,
    /// How many answers there were, how many of them refusals or failures.
    answers: usize,
    refusals: usize,
    /// The answers with validators, by what was asked for.
    tags: BTreeMap<(usize, Format, &'a str), Vec<Tagged<'a>>>,
}

/// An answer about one resource, and the outcome that tells of it.
struct Tagged<'a> {
    outcome: usize,
    ids: &'a [String],
    exchange: &'a Exchange,
    response: &'a Response,
}

impl Findings<'_> {
    fn add(&mut self, outcome: usize, family: Family, exchange: &Exchange, aside: Aside) {
        debug_assert!(aside.rule.is_told_once(), "{}", aside.rule);
        let key = (aside.rule, aside.actual.essence());
        if let Some((_, seen)) = self.found.get_mut(&key) {
            seen.times += 1;
            return;
        }
        let told = self.told.entry(aside.rule).or_insert(0);
        *told += 1;
        if *told <= MAX_TOLD {
            let seen = seen(aside.violation(family), exchange, 1);
            self.found.insert(key, (outcome, seen));
        }
    }

    /// Validators that several resources have which are not the same.
    fn shared_tags(&mut self) {
        for tagged in std::mem::take(&mut self.tags).into_values() {
            let Some(first) = tagged.first() else {
                continue;
            };
            let others = tagged.iter().filter(|other| {
                other.ids != first.ids && other.response.body != first.response.body
            });
            let ids: BTreeSet<&[String]> = others.map(|other| other.ids).collect();
            if !ids.is_empty() {
                let aside = aside::shared_tag(ids.len() + 1);
                self.add(first.outcome, Family::Transport, first.exchange, aside);
            }
        }
    }
}

impl Judge<'_> {
    /// Adds what the answers that were judged say beside their content.
    ///
    /// Each answer is looked at once, whatever the number of cases that judge it.
    pub(super) fn add_asides(&self, selected: &Selected, outcomes: &mut [Outcome]) {
        let mut findings = Findings::default();
        let echo = Echo::of(&self.target.credentials).with(&self.target.recorded.sent);
        let mut looked = BTreeSet::new();
        for (at, (case, outcome)) in selected.cases().zip(outcomes.iter()).enumerate() {
            if !is_judged(outcome) {
                continue;
            }
            for question in &case.subjects {
                if looked.insert(*question) {
                    self.look(case, *question, at, &echo, &mut findings);
                }
            }
        }
        // What names no resource is judged by no case of its own.
        let neutral: BTreeSet<QuestionIndex> = self.plan.neutral.iter().copied().collect();
        for (at, (case, outcome)) in selected.cases().zip(outcomes.iter()).enumerate() {
            let nobodys = case.beside.iter().filter(|one| neutral.contains(*one));
            for question in nobodys.filter(|_| is_judged(outcome)) {
                if looked.insert(*question) {
                    self.look_beside(*question, (at, case.operation), &echo, &mut findings);
                }
            }
        }
        findings.shared_tags();
        let (answers, refusals) = (findings.answers, findings.refusals);
        for ((rule, _), (at, mut seen)) in findings.found {
            let of = match rule {
                Rule::Disclosure | Rule::RefusalFormat | Rule::ErrorEnvelope => refusals,
                Rule::SharedTag => seen.times,
                _ => answers,
            };
            seen.of = of.max(seen.times);
            let outcome = &mut outcomes[at];
            outcome.violations.push(seen);
            outcome.verdict = Verdict::Violates;
        }
    }

    /// Looks at the answers to one question.
    fn look<'a>(
        &'a self,
        case: &Case,
        question: QuestionIndex,
        at: usize,
        echo: &Echo,
        findings: &mut Findings<'a>,
    ) {
        let of = &self.plan.questions[question];
        let family = match case.id.check {
            Check::Refusal(_) => Family::Refusal,
            _ => Family::Transport,
        };
        for (exchange, _) in self.asked.of(question) {
            let Ok(response) = &exchange.outcome else {
                continue;
            };
            findings.answers += 1;
            findings.refusals += usize::from(response.status >= 400);
            let expectation = self.suite.expectations.of_case(case);
            let form = match (&case.id.check, expectation) {
                (Check::Refusal(refused), Some(expectation)) => {
                    refusal::form(expectation, response, refused.expected())
                }
                _ => None,
            };
            let said = self.said_beside(case.operation, exchange, response, echo);
            for aside in said.into_iter().chain(form) {
                findings.add(at, family, exchange, aside);
            }
            let is_public = self.suite.contract.operations[of.operation].is_public;
            let is_right = of.request.token == Token::Valid || is_public;
            let is_read = of.request.method == "GET" && is_right;
            if is_read
                && of.ids.len() == 1
                && response.status == 200
                && let Some(tag) = aside::storable_tag(&response.head)
            {
                let key = (of.operation, of.format, tag);
                findings.tags.entry(key).or_default().push(Tagged {
                    outcome: at,
                    ids: &of.ids,
                    exchange,
                    response,
                });
            }
        }
    }

    /// Looks at the answers to a question that names no resource and no operation, told in the outcome at a place, of
    /// an operation: any form is right for them.
    fn look_beside(
        &self,
        question: QuestionIndex,
        (at, operation): (usize, usize),
        echo: &Echo,
        findings: &mut Findings<'_>,
    ) {
        for (exchange, _) in self.asked.of(question) {
            let Ok(response) = &exchange.outcome else {
                continue;
            };
            findings.answers += 1;
            findings.refusals += usize::from(response.status >= 400);
            for aside in self.said_beside(operation, exchange, response, echo) {
                findings.add(at, Family::Refusal, exchange, aside);
            }
        }
    }

    /// What one answer says beside its content.
    fn said_beside(
        &self,
        operation: usize,
        exchange: &Exchange,
        response: &Response,
        echo: &Echo,
    ) -> Vec<Aside> {
        let (target, head, request) = (self.target, &response.head, &exchange.request);
        let operation = &self.suite.contract.operations[operation];
        let mut asides = aside::versions(head);
        asides.extend(aside::origin(head));
        asides.extend(aside::cookies(head, target.url.scheme() == "https"));
        let is_private = operation.authenticated && request.token == Token::Valid;
        if is_private && request.method == "GET" && is_success(response.status) {
            let is_by_cookie = target.credentials.scheme == Scheme::Cookie;
            asides.extend(aside::caching(head, is_by_cookie));
        }
        // A refusal may show the URL that was asked, and a login is there to tell a token.
        let login = self.suite.profile.requests.login.as_deref();
        let is_login = operation.path.trim_matches('/') == login.unwrap_or(LOGIN);
        if request.token != Token::InQuery && !is_login {
            asides.extend(echo.in_answer(response));
        }
        if response.status >= 400 {
            asides.extend(aside::disclosed(response, &target.url));
        }
        asides
    }
}

/// Whether the answers of a case were judged.
fn is_judged(outcome: &Outcome) -> bool {
    matches!(outcome.verdict, Verdict::Conforms | Verdict::Violates)
}

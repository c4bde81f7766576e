//! What refusals answer, and what they give away beside one another.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::case::{Case, Expected, Refusal, WrongId, number_in_path};
use crate::check::refusal::{Places, Strictness};
use crate::check::{Expectation, Observed, Rule, Violation, identity, refusal};
use crate::client::{Exchange, Request, Response, is_success};
use crate::run::difference::HEAD;
use crate::run::judge::opened::{alone, is_very};
use crate::run::judge::{Found, Judge};
use crate::run::{Reason, Seen, forbidden};

impl Judge<'_> {
    /// Everything that the answers to requests break that must be refused.
    pub(super) fn refused(
        &self,
        case: &Case,
        expectation: &Expectation,
        refusal: &Refusal,
    ) -> Vec<Seen> {
        let expected = refusal.expected();
        let strictness = self.strictness(case, expected);
        let in_the_open =
            |response: &Response| expected == Expected::Dataless && is_success(response.status);
        let differing = self.refusals.differing(case).into_iter();
        let differing =
            differing.map(|(question, said)| (&self.plan.questions[question].request, said));
        let differing: Vec<(&Request, Observed)> = differing.collect();
        let in_codes = self.refusals.existence_in_codes(case);
        let in_words = self.refusals.existence_in_words(case);
        let mut all = self.collect(case, |exchange, _| {
            if let Some(status) = self.read_loosely(case, expectation, refusal, exchange) {
                return vec![refusal::read_loosely(expectation, status)];
            }
            let mut found = Vec::new();
            if !is_throttled(exchange) {
                found = refusal::judge(expectation, exchange, expected);
            }
            let is_opened = expected == Expected::Misplaced && !found.is_empty();
            let token = exchange.request.token;
            let mut told = in_codes.iter();
            let told = told.find(|(request, _)| **request == exchange.request);
            let unknown = told.map(|(_, code)| *code);
            let existence = if exchange.request.method == HEAD {
                refusal::existence_by_head
            } else {
                refusal::existence
            };
            found.extend(existence(expectation, exchange.status(), unknown));
            if in_words.contains(&token) && !exchange.is_success() {
                found.push(refusal::existence_in_words(expectation));
            }
            // What a token gets that opens is the data, and no refusal; nor is what a write answers with that is taken
            // for an id of nobody: it shows what was sent.
            let is_made = expected == Expected::Unknown
                && expectation.operation.writes()
                && exchange.is_success();
            if let (Ok(response), false) = (&exchange.outcome, is_opened || is_made) {
                let held = refusal::members_held(expectation, response);
                // Below names of a resource it is data, however often it is said.
                let is_data = refusal::names_members(held);
                let tells_a_value = || {
                    let mut told = self.told_beside_request(exchange, response);
                    told.retain(|place| !self.refusals.said_anyway().contains(place));
                    !told.is_empty()
                };
                let leaked = refusal::leaked_members(expectation, held, tells_a_value);
                let leaked = leaked.or_else(|| {
                    let told = self.told_beside_request(exchange, response);
                    let is_text = self.refusals.told().describe(&told)
                        || in_the_open(response) && self.opens_a_word(case, &told)
                        || self.tells(told, strictness, is_data);
                    let mut differing = differing.iter();
                    let said = differing.find(|(asked, _)| **asked == exchange.request);
                    let text = is_text.then_some(Observed::LeakedText);
                    text.or_else(|| said.map(|(_, said)| said.clone()))
                });
                let holds_payload = || {
                    let of = (case.operation, expectation);
                    self.opened().are_in(exchange, of, expected)
                };
                let leaked =
                    leaked.or_else(|| holds_payload().then(|| refusal::payload_told(held)));
                found.extend(leaked.map(|actual| refusal::leak(expectation, actual)));
            }
            found
        });
        if matches!(refusal, Refusal::OtherAccount { .. }) {
            all.extend(self.kept_for_other(case, expectation));
        }
        all
    }

    /// The same, but 403 in the place of 404 where the account may not use the operation at all: nothing was looked up
    /// for it.
    pub(super) fn not_of_rights(&self, case: &Case, refusal: &Refusal, found: Vec<Seen>) -> Found {
        let is_of_rights = |seen: &Seen| {
            let Violation { rule, actual, .. } = &seen.violation;
            *rule == Rule::RefusalStatus && matches!(actual, Observed::Status(403, _))
        };
        let is_it = refusal.expected() == Expected::Unknown && found.iter().any(is_of_rights);
        if is_it && found.iter().all(is_of_rights) && self.forbidden().contains(&case.operation) {
            return Err(Reason::Forbidden);
        }
        Ok(found)
    }

    /// The operations that the account may not use at all.
    pub(super) fn forbidden(&self) -> &BTreeSet<usize> {
        let forbidden = || forbidden::of(self.plan, self.asked);
        self.forbidden.get_or_init(forbidden)
    }

    /// Whether some question of a case was never answered as a refusal, as the portal bounds how often one may
    /// try to log in.
    pub(super) fn is_case_throttled(&self, case: &Case) -> bool {
        case.subjects.iter().any(|question| {
            let answers = self.asked.of(*question);
            let token = self.plan.questions[*question].request.token;
            let is_unasked = self.asked.is_throttled && !token.opens() && answers.is_empty();
            let mut all = answers.iter();
            is_unasked || (!answers.is_empty() && all.all(|(exchange, _)| is_throttled(exchange)))
        })
    }

    /// The status of a success with the very resource whose number the request spells otherwise, or with something
    /// behind it: what else is known of that resource, or its id, says so. Of a write, an answer without content does
    /// too.
    pub(super) fn read_loosely(
        &self,
        case: &Case,
        expectation: &Expectation,
        refusal: &Refusal,
        exchange: &Exchange,
    ) -> Option<u16> {
        let Refusal::InvalidId {
            kind: WrongId::Loose | WrongId::Text,
            parameter,
        } = refusal
        else {
            return None;
        };
        let response = exchange.outcome.as_ref().ok()?;
        if !is_success(response.status) {
            return None;
        }
        let operation = &expectation.operation;
        let extension = expectation
            .profile
            .ending(&operation.path, expectation.format);
        let path = exchange.request.path.as_str();
        let id = number_in_path(&operation.path, parameter, path, extension)?;
        let reading = expectation.read(exchange);
        let is_same = match reading.body.as_deref() {
            None => operation.writes() && response.body.is_empty(),
            Some(body) => {
                let shape = &expectation.answer.envelope;
                let payload = |body: &Value| {
                    let payload = expectation.payload(body)?;
                    Some(alone(expectation, payload))
                };
                let known = case.beside.iter().flat_map(|one| self.asked.bodies(*one));
                let mut known = known.filter_map(payload);
                let told = payload(body);
                let told = told.as_ref();
                identity::holds(expectation, body, &id)
                    || told.is_some_and(|told| known.any(|known| is_very(&known, told, shape)))
            }
        };
        is_same.then_some(response.status)
    }

    /// What an answer tells of resources that its request does not say itself.
    fn told_beside_request(&self, exchange: &Exchange, response: &Response) -> Places {
        let told = self.refusals.told();
        let mut found = told.in_answer(response);
        if !found.is_empty() {
            let asked = told.in_request(&exchange.request);
            found.retain(|place| !asked.contains(place));
        }
        found
    }

    /// Whether there is a text of a resource that no refusal says anyway.
    fn tells(&self, mut found: Places, strictness: Strictness, is_data: bool) -> bool {
        let said_anyway = self.refusals.said_anyway();
        found.retain(|place| is_data || !said_anyway.contains(place));
        self.refusals.told().tell(&found, strictness)
    }

    /// Whether what succeeds without a token tells a word of a resource that the answers to requests that name
    /// no resource do not say, be they the one page of a site for every path.
    fn opens_a_word(&self, case: &Case, found: &Places) -> bool {
        let told = self.refusals.told();
        if !told.tell(found, Strictness::Words) {
            return false;
        }
        let mut found = found.clone();
        for response in self.beside(case) {
            let anyway = told.in_answer(response);
            found.retain(|place| !anyway.contains(place));
        }
        self.beside(case).next().is_some() && told.tell(&found, Strictness::Words)
    }

    /// The answers to requests that name no resource.
    fn beside(&self, case: &Case) -> impl Iterator<Item = &Response> {
        let questions = case.beside.iter();
        let answers = questions.flat_map(|question| self.asked.of(*question));
        answers.filter_map(|(exchange, _)| exchange.outcome.as_ref().ok())
    }

    /// Every word counts where nobody may know anything, and where it is known what refusals say anyway.
    fn strictness(&self, case: &Case, expected: Expected) -> Strictness {
        let is_known = self.beside(case).next().is_some();
        match expected {
            Expected::Unauthenticated if is_known => Strictness::Words,
            Expected::Dataless if is_known => Strictness::Names,
            _ => Strictness::Telling,
        }
    }
}

/// Whether an answer only says that somebody without a token that opens tries too often: it holds no data, and is
/// no verdict on the token.
pub(super) fn is_throttled(exchange: &Exchange) -> bool {
    !exchange.request.token.opens() && exchange.status() == Some(429)
}

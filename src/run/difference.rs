//! What refusals say of one resource and not of another, or of what there is and not of what there is not.
//!
//! In come the answers so far, out go pairs of questions that are refused differently. One answer to each
//! is a hint; what counts is what stays so however often both are asked. The rules stand in
//! docs/refusals.md.

use std::cell::OnceCell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde_json::Value;

use crate::case::{Case, Check, Expected, Plan, Question, QuestionIndex, Refusal, WrongToken};
use crate::check::meaning::id_form;
use crate::check::refusal::{
    Owners, Places, ToldValues, Words, differ, is_refusal, parts, said, said_in_request,
};
use crate::check::{Observed, Reading, identity};
use crate::client::{Exchange, Request, Response, Token, is_success};
use crate::run::Suite;

/// How many answers on each side must agree before they differ by more than chance.
///
/// What stands in an answer with a probability p stands in so many of one and in none of the other with
/// (p (1 - p)) to this power, which is 6 in 100 million for a coin and less for a digit.
pub(super) const SURE: usize = 12;

/// The method that asks whether there is something (RFC 9110, 9.3.2).
pub(super) const HEAD: &str = "HEAD";

/// The same of status codes, which change with the time, as when failed logins are counted, and seldom by chance.
pub(super) const SURE_OF_CODES: usize = 4;

/// How many values of the portal's are collected; fewer are looked for.
const MAX_COLLECTED: usize = 20_000;

/// An answer, and what it says where it should succeed; refusals are judged unread.
pub(super) type Answer = (Exchange, Option<Reading>);

/// Two questions that are refused differently.
pub(super) type Pair = (QuestionIndex, QuestionIndex);

/// Two questions that seem to be refused differently.
#[derive(Debug, Clone, Copy)]
pub(super) struct Doubt {
    pub(super) pair: Pair,
    /// How many answers to each make sure that they are.
    pub(super) sure: usize,
}

/// The refusals of a run, and the data that none may hold.
pub(super) struct Refusals<'a> {
    suite: &'a Suite,
    plan: &'a Plan,
    answers: &'a [Vec<Answer>],
    told: Arc<OnceLock<ToldValues>>,
    said_anyway: OnceCell<Places>,
    neutral_words: OnceCell<Words>,
}

/// What the answers to a question hold.
struct Sample<'a, T> {
    at: QuestionIndex,
    question: &'a Question,
    /// The status of all of them; `None` where they have several.
    status: Option<u16>,
    /// What each of them holds.
    found: Vec<BTreeSet<T>>,
}

/// How refusals are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum By {
    /// Values of the portal's resources, in any part of an answer.
    Values,
    /// Words of any kind, in the reason phrase and the body.
    Words,
}

impl<'a> Refusals<'a> {
    pub(super) fn of(suite: &'a Suite, plan: &'a Plan, answers: &'a [Vec<Answer>]) -> Self {
        Self::knowing(suite, plan, answers, Arc::default())
    }

    /// The same, with the values that an earlier look has found.
    pub(super) fn knowing(
        suite: &'a Suite,
        plan: &'a Plan,
        answers: &'a [Vec<Answer>],
        told: Arc<OnceLock<ToldValues>>,
    ) -> Self {
        Self {
            suite,
            plan,
            answers,
            told,
            said_anyway: OnceCell::new(),
            neutral_words: OnceCell::new(),
        }
    }

    /// Pairs that seem to be refused differently; the first of each shows what the second does not, or is
    /// about what there is and the second about what there is not.
    pub(super) fn doubts(&self, case: &Case) -> Vec<Doubt> {
        let mut pairs = self.apart(case, By::Values, 1);
        if is_unauthenticated(case) {
            pairs.extend(self.apart(case, By::Words, 1));
        }
        let known = self.known_and_unknown(case);
        let in_words = known.iter();
        let in_words = in_words.filter(|(_, named, unknown)| self.tells_existence(named, *unknown));
        pairs.extend(in_words.map(|(_, named, unknown)| (named[0], *unknown)));
        let in_codes = known.iter().flat_map(|(_, named, unknown)| {
            let named = named.iter().map(|one| (*one, *unknown));
            named.filter(|pair| self.tells_in_codes(*pair, 1).is_some())
        });
        let heads = self.heads(case).into_iter();
        let by_head = heads.filter(|pair| self.tells_by_head(*pair, 1).is_some());
        let doubt = |sure: usize| move |pair: Pair| Doubt { pair, sure };
        let pairs = pairs.into_iter().map(doubt(SURE));
        let all = pairs.chain(in_codes.chain(by_head).map(doubt(SURE_OF_CODES)));
        let mut seen = BTreeSet::new();
        all.filter(|doubt| seen.insert(doubt.pair)).collect()
    }

    /// Whether a pair is still refused differently, after all answers so far.
    pub(super) fn still_differs(&self, case: &Case, (one, other): Pair) -> bool {
        let narrow = Case {
            subjects: vec![one, other],
            ..case.clone()
        };
        self.doubts(&narrow)
            .iter()
            .any(|Doubt { pair, .. }| *pair == (one, other) || *pair == (other, one))
    }

    /// The requests whose refusals surely say something that those for other resources do not, and what it is.
    pub(super) fn differing(&self, case: &Case) -> BTreeMap<QuestionIndex, Observed> {
        let of = |by, observed: Observed| {
            let pairs = self.apart(case, by, SURE).into_iter();
            pairs.map(move |(one, _)| (one, observed.clone()))
        };
        let mut differing = BTreeMap::new();
        if is_unauthenticated(case) {
            differing.extend(of(By::Words, Observed::LeakedWords));
        }
        // A word that a resource has is its text.
        differing.extend(of(By::Values, Observed::LeakedText));
        differing
    }

    /// The tokens with which refusals surely tell by their words what there is.
    pub(super) fn existence_in_words(&self, case: &Case) -> Vec<Token> {
        let sure = |question: &QuestionIndex| self.answers[*question].len() >= SURE;
        self.known_and_unknown(case)
            .into_iter()
            .filter(|(_, named, unknown)| sure(unknown) && named.iter().any(sure))
            .filter(|(_, named, unknown)| self.tells_existence(named, *unknown))
            .map(|(token, ..)| token)
            .collect()
    }

    /// The requests whose refusals surely tell by their codes what there is, with the code of what nothing has.
    pub(super) fn existence_in_codes(&self, case: &Case) -> Vec<(&'a Request, u16)> {
        let known = self.known_and_unknown(case).into_iter();
        let pairs =
            known.flat_map(|(_, named, unknown)| named.into_iter().map(move |one| (one, unknown)));
        let sure = pairs.filter_map(|pair| Some((pair, self.tells_in_codes(pair, SURE_OF_CODES)?)));
        let heads = self.heads(case).into_iter();
        let by_head =
            heads.filter_map(|pair| Some((pair, self.tells_by_head(pair, SURE_OF_CODES)?)));
        sure.chain(by_head)
            .map(|((one, _), code)| (&self.plan.questions[one].request, code))
            .collect()
    }

    /// The code with which what nothing has is refused, where what there is never is, nor the other way round, in
    /// so many answers at least.
    fn tells_in_codes(&self, (known, unknown): Pair, least: usize) -> Option<u16> {
        let [known, unknown] = [known, unknown].map(|question| {
            let codes = self.refusals_of(question).map(|response| response.status);
            codes.filter(|code| is_refusal(*code)).collect::<Vec<u16>>()
        });
        let is_told = known.len() >= least
            && unknown.len() >= least
            && !known.iter().any(|code| unknown.contains(code));
        is_told.then(|| unknown.first().copied()).flatten()
    }

    /// The same of `HEAD`, which may succeed for what there is.
    fn tells_by_head(&self, (known, unknown): Pair, least: usize) -> Option<u16> {
        let codes_of = |question: QuestionIndex| {
            let codes = self.answers_to(question).map(|response| response.status);
            codes.collect::<Vec<u16>>()
        };
        let is_told = |code: &u16| is_success(*code) || is_refusal(*code);
        let (mut known, mut unknown) = (codes_of(known), codes_of(unknown));
        known.retain(is_told);
        unknown.retain(|code| is_refusal(*code));
        let is_told = known.len() >= least
            && unknown.len() >= least
            && !known.iter().any(|code| unknown.contains(code));
        is_told.then(|| unknown[0])
    }

    /// `HEAD` without a token of each resource, and of what there is not; where the case asks that.
    fn heads(&self, case: &Case) -> Vec<Pair> {
        let is_head = |question: &QuestionIndex| {
            let request = &self.plan.questions[*question].request;
            request.method == HEAD && request.token == Token::None
        };
        let mut beside = case.beside.iter().copied();
        let Some(nobody) = beside.find(|one| is_in_other_manner(case) && is_head(one)) else {
            return Vec::new();
        };
        let known = case.subjects.iter().copied().filter(is_head);
        known.map(|known| (known, nobody)).collect()
    }

    /// The question of a case of tokens that names nothing, with this token.
    fn nobodys(&self, case: &Case, token: Token) -> Option<QuestionIndex> {
        let is_compared = matches!(
            &case.id.check,
            Check::Refusal(Refusal::Token(WrongToken::Missing | WrongToken::Wrong))
        );
        let is_it =
            |question: &&QuestionIndex| self.plan.questions[**question].request.token == token;
        let mut beside = case.beside.iter().filter(|_| is_compared);
        beside.find(is_it).copied()
    }

    /// For each token the questions that name resources, and the one that names nothing.
    fn known_and_unknown(&self, case: &Case) -> Vec<(Token, Vec<QuestionIndex>, QuestionIndex)> {
        let mut named: BTreeMap<QuestionIndex, (Token, Vec<QuestionIndex>)> = BTreeMap::new();
        for subject in &case.subjects {
            let Question { request, ids, .. } = &self.plan.questions[*subject];
            if ids.is_empty() {
                continue;
            }
            if let Some(unknown) = self.nobodys(case, request.token) {
                let (_, of) = named.entry(unknown).or_insert((request.token, Vec::new()));
                of.push(*subject);
            }
        }
        let named = named.into_iter();
        named
            .map(|(unknown, (token, named))| (token, named, unknown))
            .collect()
    }

    /// Whether a word stands in all refusals of what there is and in none of what there is not, or the
    /// other way round.
    fn tells_existence(&self, named: &[QuestionIndex], unknown: QuestionIndex) -> bool {
        let known: Vec<&Response> = named
            .iter()
            .flat_map(|one| self.refusals_of(*one))
            .collect();
        let unknown: Vec<&Response> = self.refusals_of(unknown).collect();
        let mut statuses = known.iter().chain(&unknown).map(|response| response.status);
        let first = statuses.next();
        // Where the codes differ, they say so themselves.
        if !statuses.all(|status| Some(status) == first) {
            return false;
        }
        let asked = named.iter().flat_map(|one| {
            let Question { request, .. } = &self.plan.questions[*one];
            said_in_request(request)
        });
        let asked: Words = asked.collect();
        let [known, unknown] = [known, unknown].map(|all| {
            let words = all.into_iter().map(said);
            words.collect::<Vec<Words>>()
        });
        differ(&known, &unknown, &asked) || differ(&unknown, &known, &asked)
    }

    /// The pairs of which all refusals of the first hold something that none of the second does, and that
    /// is not said anyway; of so many answers at least.
    fn apart(&self, case: &Case, by: By, least: usize) -> Vec<Pair> {
        match by {
            By::Values => {
                let told = self.told();
                self.pairs_by(
                    case,
                    least,
                    |answer| told.in_answer(answer),
                    |request| {
                        let mut anyway = self.said_anyway().clone();
                        anyway.extend(told.in_request(request));
                        anyway
                    },
                    |_, _| true,
                )
            }
            // Of one resource a refusal may speak otherwise than of several.
            By::Words => self.pairs_by(
                case,
                least,
                said,
                |request| self.neutral_words() | &said_in_request(request),
                |one, other| one.ids.len() == other.ids.len(),
            ),
        }
    }

    fn pairs_by<T: Ord>(
        &self,
        case: &Case,
        least: usize,
        held: impl Fn(&Response) -> BTreeSet<T>,
        anyway: impl Fn(&Request) -> BTreeSet<T>,
        is_alike: impl Fn(&Question, &Question) -> bool,
    ) -> Vec<Pair> {
        // What else may succeed without a token may do so for any resource alike.
        let may_succeed = is_in_other_manner(case);
        let sample = |at: &QuestionIndex| {
            let question = &self.plan.questions[*at];
            let answers = self.answers_to(*at);
            let answers = answers.filter(|answer| may_succeed || !is_success(answer.status));
            let answers: Vec<&Response> = answers.collect();
            Sample {
                at: *at,
                question,
                status: only_status(&answers),
                found: answers.into_iter().map(&held).collect(),
            }
        };
        let samples = case.subjects.iter();
        let samples = samples.filter(|at| !self.plan.questions[**at].ids.is_empty());
        let samples = samples
            .map(sample)
            .filter(|one| one.found.len() >= least && one.status.is_some());
        let samples: Vec<Sample<'_, T>> = samples.collect();
        let mut pairs = Vec::new();
        for one in &samples {
            let others = samples.iter().filter(|other| {
                let (of_one, of_other) = (one.question, other.question);
                // An error of another kind has its own words: its code says that it is one.
                one.status == other.status
                    && of_one.request.token == of_other.request.token
                    && of_one.manner == of_other.manner
                    && of_one.ids != of_other.ids
                    && is_alike(of_one, of_other)
            });
            let mut others = others.peekable();
            if others.peek().is_none() {
                continue;
            }
            let anyway = anyway(&one.question.request);
            let differing = others.filter(|other| differ(&one.found, &other.found, &anyway));
            pairs.extend(differing.map(|other| (one.at, other.at)));
        }
        pairs
    }

    /// The complete answers to a question that tell of no success.
    fn refusals_of(&self, question: QuestionIndex) -> impl Iterator<Item = &Response> {
        let answers = self.answers_to(question);
        answers.filter(|response| !is_success(response.status))
    }

    fn answers_to(&self, question: QuestionIndex) -> impl Iterator<Item = &Response> {
        let answers = self.answers[question].iter();
        answers.filter_map(|(exchange, _)| exchange.outcome.as_ref().ok())
    }

    /// Every value that the portal told about its resources.
    pub(super) fn told(&self) -> &ToldValues {
        self.told.get_or_init(|| {
            let mut values: BTreeMap<String, Owners> = BTreeMap::new();
            let mut owners: BTreeMap<String, usize> = BTreeMap::new();
            for question in &self.plan.told {
                let asked = &self.plan.questions[*question];
                // What anybody reads is no secret.
                if asked.request.token == Token::None {
                    continue;
                }
                let reader = self.suite.expectations.get(asked.operation, asked.format);
                let mut readings = self.answers[*question].iter();
                let body = readings.find_map(|(_, reading)| reading.as_ref()?.body.as_deref());
                let (Some(reader), Some(body)) = (reader, body) else {
                    continue;
                };
                let id = identity::id_place(reader);
                for resource in reader.resources(body) {
                    let id = id.as_ref().and_then(|place| resource.pointer(place));
                    let owner = id.and_then(id_form).map(|id| {
                        let next = owners.len();
                        *owners.entry(id).or_insert(next)
                    });
                    collect(resource, owner, &mut values);
                }
            }
            let texts = values.keys().map(String::as_str);
            let owned = values.iter().map(|(value, of)| (value.as_str(), of));
            ToldValues::of_resources(owned, texts.flat_map(parts))
        })
    }

    /// What refusals say of requests that name no resource.
    pub(super) fn said_anyway(&self) -> &Places {
        self.said_anyway.get_or_init(|| {
            let told = self.told();
            self.neutral()
                .flat_map(|response| told.in_answer(response))
                .collect()
        })
    }

    fn neutral_words(&self) -> &Words {
        self.neutral_words
            .get_or_init(|| self.neutral().flat_map(said).collect())
    }

    /// Refusals of requests that name no resource.
    fn neutral(&self) -> impl Iterator<Item = &Response> {
        let neutral = self.plan.neutral.iter();
        neutral.flat_map(|question| self.refusals_of(*question))
    }
}

/// The status that all of these have; `None` where they have several.
fn only_status(answers: &[&Response]) -> Option<u16> {
    let mut statuses = answers.iter().map(|answer| answer.status);
    let first = statuses.next()?;
    statuses.all(|status| status == first).then_some(first)
}

/// Collects the values of a resource, and that it has them.
fn collect(resource: &Value, owner: Option<usize>, values: &mut BTreeMap<String, Owners>) {
    let mut pending = vec![resource];
    while let Some(value) = pending.pop()
        && values.len() < MAX_COLLECTED
    {
        let text = match value {
            Value::Array(items) => {
                pending.extend(items);
                continue;
            }
            Value::Object(members) => {
                pending.extend(members.values());
                continue;
            }
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Null => continue,
        };
        values.entry(text).or_default().insert(owner);
    }
}

/// Whether a case is about requests of those who may know nothing.
fn is_unauthenticated(case: &Case) -> bool {
    is_in_other_manner(case)
        || matches!(&case.id.check, Check::Refusal(refusal) if refusal.expected() == Expected::Unauthenticated)
}

/// Whether a case is about requests without a token that no page documents.
fn is_in_other_manner(case: &Case) -> bool {
    case.id.check == Check::Refusal(Refusal::Token(WrongToken::MissingOtherwise))
}

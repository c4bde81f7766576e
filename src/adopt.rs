//! What a profile must say so that the answers of a portal that is taken to be right keep the contract.
//!
//! In come answers of the portal and the name of a profile to extend, out comes a [`Draft`]: the fewest entries
//! of a profile under which these answers keep the contract, each with what it rests on. What no entry can say
//! stays a violation: data in refusals, a missing authentication, 5xx for what is not there, and whatever
//! the formats say differently. Words, files and asking are left to others.

mod draft;
mod envelope;
mod kinds;
mod licence;
mod member;
mod outer;
mod refused;
mod resource;
mod tally;
mod words;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Instant;

use serde_json::Value;

pub use draft::{
    Draft, Entry, EnvelopeEntry, Evidence, MemberEntry, MemberPlace, NoteEntry, Says, Where,
};
pub use refused::{Refusals, refusals};

use crate::adopt::tally::Tallies;
use crate::adopt::words::{Pairs, Spelled};
use crate::check::{Expectation, Expectations, Family, Observed, Promise, Rule, Violation};
use crate::client::Exchange;
use crate::contract::{Contract, Format};
use crate::profile::{self, MemberCase, Profile, ProfileError};
use crate::shape::{Kind, Type};

/// Fewer answers are few: what they have in common is not called certain without saying so.
pub const FEW: usize = 10;
/// More rounds than these find nothing new: each says what the one before made visible.
const MAX_ROUNDS: usize = 8;
/// So many answers tell which profile fits best.
const ENOUGH_TO_CHOOSE: usize = 60;

/// A success of the portal's.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The place of its operation in the contract.
    pub operation: usize,
    /// The format that was asked for.
    pub format: Format,
    /// What was asked and what came.
    pub exchange: Exchange,
    /// Whether its values are others of the same type and length.
    pub is_masked: bool,
    /// In which ways it was asked for.
    pub asked: Asked,
    /// What was asked, whatever the format: path, query and body, as far as they choose a resource.
    pub about: String,
    /// What tells it from other answers to the same question: its body without the portal's data.
    pub likeness: Vec<u8>,
}

/// An operation, by its place in the contract, and what was asked of it.
type Question = (usize, String);

impl Answer {
    fn question(&self) -> Question {
        (self.operation, self.about.clone())
    }
}

/// How many questions were answered, each once in a format, however often it was asked.
#[must_use]
pub fn questions<'a>(answers: impl IntoIterator<Item = &'a Answer>) -> usize {
    let asked = answers.into_iter();
    let asked = asked.map(|answer| (answer.operation, answer.format, answer.about.as_str()));
    asked.collect::<HashSet<_>>().len()
}

/// In which ways the format of an answer was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Asked {
    /// By the ending of the path.
    pub by_ending: bool,
    /// Otherwise.
    pub otherwise: bool,
}

impl Asked {
    /// How a path asks for a format.
    #[must_use]
    pub fn by(path: &str, format: Format) -> Self {
        let path = path.split('?').next().unwrap_or_default();
        let by_ending = path.ends_with(&format!(".{format}"));
        Self {
            by_ending,
            otherwise: !by_ending,
        }
    }
}

/// Each answer once; of the same one, that which holds what the portal said.
#[must_use]
pub fn distinct(answers: Vec<Answer>) -> Vec<Answer> {
    let mut places: HashMap<(usize, Format, String, Vec<u8>), usize> = HashMap::new();
    let mut distinct: Vec<Answer> = Vec::new();
    for answer in answers {
        let key = (
            answer.operation,
            answer.format,
            answer.about.clone(),
            answer.likeness.clone(),
        );
        match places.get(&key) {
            None => {
                places.insert(key, distinct.len());
                distinct.push(answer);
            }
            Some(at) => {
                let kept = &mut distinct[*at];
                let asked = Asked {
                    by_ending: kept.asked.by_ending || answer.asked.by_ending,
                    otherwise: kept.asked.otherwise || answer.asked.otherwise,
                };
                if kept.is_masked && !answer.is_masked {
                    *kept = answer;
                }
                kept.asked = asked;
            }
        }
    }
    distinct
}

/// What is adopted, and how entries are written.
pub struct Adopting<'a> {
    /// What the pages promise.
    pub contract: &'a Contract,
    /// What the portal answered, each answer once.
    pub answers: &'a [Answer],
    /// How it refused.
    pub refusals: &'a Refusals,
    /// Whether a break of a rule fails a run.
    pub is_denied: &'a dyn Fn(Rule) -> bool,
    /// The text of a draft as a profile.
    pub write: &'a dyn Fn(&Draft) -> String,
    /// When it is to end: what was found by then is proposed.
    pub until: Option<Instant>,
}

/// The rules for names that the built-in profiles have.
const BUILT_IN_CASES: [MemberCase; 2] = [MemberCase::Documented, MemberCase::Camel];

/// What the answers say under one profile.
struct Read {
    tallies: Tallies,
    /// The words of XML where JSON says true and false.
    spelled: Spelled,
    /// The violations, each with the place of its answer.
    violations: Vec<(usize, Violation)>,
    /// The answers in which no payload is where it should be, so that nothing of it is judged.
    lost: BTreeSet<usize>,
}

/// What is broken under one profile and one rule for names, before any member is forgiven.
struct Broken {
    /// How many documented members are seen.
    seen: usize,
    /// How many violations each answer has; `None` where its payload is not found.
    each: Vec<Option<usize>>,
}

/// A profile to extend, with a rule for names.
struct Tried {
    broken: Broken,
    /// Whether all is kept under it, without forgiving most of what is documented.
    fits: bool,
    /// How many entries it needs, and how much it allows in vain.
    cost: usize,
    begun: Draft,
}

impl Broken {
    /// How many violations there are. An answer of which nothing is judged fits no better than it does under the
    /// profile that it breaks most.
    fn count(&self, most: &[usize]) -> usize {
        let each = self.each.iter().zip(most);
        each.map(|(count, most)| count.unwrap_or(most + 1)).sum()
    }
}

impl Adopting<'_> {
    /// The draft over the one of several profiles, in one of the rules for names, that the answers break least.
    ///
    /// Where everything can be kept, what that takes decides: the entries, and what the profile allows that many answers
    /// did not need. Else counted is what is broken before any member is forgiven: under a profile that does not know
    /// the names, or looks for the payload elsewhere, nothing is left to break. A rule for names that no built-in
    /// profile has is tried where it finds more members than those that they have.
    ///
    /// # Errors
    ///
    /// [`ProfileError`]: a profile that is to be extended cannot be used.
    pub fn best(&self, first: &Draft, bases: &[String]) -> Result<Draft, ProfileError> {
        let answers = unlike(self.answers, ENOUGH_TO_CHOOSE);
        let some = answers.len();
        let few = Adopting {
            contract: self.contract,
            answers: &answers,
            refusals: self.refusals,
            is_denied: self.is_denied,
            write: self.write,
            until: self.until,
        };
        let mut tried = Vec::new();
        for base in bases {
            if self.is_over() && !tried.is_empty() {
                break;
            }
            let own = profile::load(base)?.member_case;
            let plain = Draft {
                base: base.clone(),
                entries: Vec::new(),
                ..first.clone()
            };
            let tallies = few.read(&plain)?.tallies;
            // Before any member is forgiven for not standing where it is documented.
            let around = envelope::around_documented(&profile::load(base)?, &tallies);
            let begun = |case: MemberCase| {
                let mut begun = Draft {
                    base: base.clone(),
                    entries: Vec::new(),
                    ..first.clone()
                };
                if case != own {
                    begun.put(Says::MemberCase(case), Evidence::of(some, some));
                }
                if let Some((says, evidence)) = &around {
                    begun.put(says.clone(), evidence.clone());
                }
                begun
            };
            let profile = profile::load(base)?;
            for (case, broken) in few.cases(&begun)? {
                let begun = begun(case);
                let (mut whole, read) = few.learned(begun.clone(), &|_| true)?;
                whole.weigh(read.tallies.documented());
                let keeps_all = read.violations.is_empty() && read.lost.is_empty();
                tried.push(Tried {
                    broken,
                    fits: keeps_all && !whole.is_of_other_pages(),
                    cost: whole.entries.len() + licence::unused(&profile, &read.tallies),
                    begun,
                });
            }
        }
        let most_of = |at: usize| {
            let counts = tried.iter().filter_map(|one| one.broken.each[at]);
            counts.max().unwrap_or_default()
        };
        let most: Vec<usize> = (0..some).map(most_of).collect();
        let best = tried.into_iter().min_by_key(|one| {
            let broken = if one.fits { 0 } else { one.broken.count(&most) };
            (!one.fits, broken, one.cost)
        });
        let begun = best.map_or_else(|| first.clone(), |one| one.begun);
        self.drafted(begun)
    }

    /// The rules for names that are worth a trial, each with what it leaves broken in the payload: those of the
    /// built-in profiles, and the one that finds the most members where that is more than they do.
    fn cases(
        &self,
        begun: &dyn Fn(MemberCase) -> Draft,
    ) -> Result<Vec<(MemberCase, Broken)>, ProfileError> {
        let mut cases = Vec::new();
        let mut most = 0;
        for case in BUILT_IN_CASES {
            let broken = self.outer(begun(case))?;
            most = most.max(broken.seen);
            cases.push((case, broken));
        }
        let mut more = None;
        for case in MemberCase::ALL {
            if BUILT_IN_CASES.contains(&case) || self.is_over() {
                continue;
            }
            let broken = self.outer(begun(case))?;
            if broken.seen > most {
                (most, more) = (broken.seen, Some((case, broken)));
            }
        }
        cases.extend(more);
        Ok(cases)
    }

    /// What a draft must say beside what it says, with what it rests on counted anew.
    ///
    /// # Errors
    ///
    /// [`ProfileError`]: the profile that is to be extended cannot be used.
    pub fn drafted(&self, begun: Draft) -> Result<Draft, ProfileError> {
        let (draft, left) = self.completed(begun)?;
        let mut draft = self.sharpened(draft, left)?;
        let tallies = self.read(&draft)?.tallies;
        draft.weigh(tallies.documented());
        draft.below = tallies.below().map(str::to_owned);
        outer::snapshots(self.contract, &profile::load(&draft.base)?, &mut draft);
        // Answers come in any order.
        draft.entries.sort_by_key(|entry| entry.says.place());
        Ok(draft)
    }

    /// What is broken under a draft once it says what holds for whole answers: members are found where the
    /// payload is known.
    fn outer(&self, begun: Draft) -> Result<Broken, ProfileError> {
        let (_, read) = self.learned(begun, &|family| {
            !matches!(family, Family::Schema | Family::Shape)
        })?;
        let mut counts = vec![0; self.answers.len()];
        for (at, _) in &read.violations {
            counts[*at] += 1;
        }
        let counts = counts.into_iter().enumerate();
        Ok(Broken {
            seen: read.tallies.seen(),
            each: counts
                .map(|(at, count)| (!read.lost.contains(&at)).then_some(count))
                .collect(),
        })
    }

    /// The same draft, and how many violations stay.
    fn completed(&self, begun: Draft) -> Result<(Draft, usize), ProfileError> {
        let (draft, read) = self.learned(begun, &|_| true)?;
        Ok((draft, read.violations.len()))
    }

    /// What a draft must say because of some violations, and what is read under it.
    fn learned(
        &self,
        begun: Draft,
        is_meant: &dyn Fn(Family) -> bool,
    ) -> Result<(Draft, Read), ProfileError> {
        let base = profile::load(&begun.base)?;
        let mut draft = Draft {
            entries: begun.entries.into_iter().filter(Entry::is_chosen).collect(),
            ..begun
        };
        outer::requests(self, &base, &mut draft);
        let mut read = self.read(&draft)?;
        for _ in 0..MAX_ROUNDS {
            let before = draft.clone();
            self.learn(&base, &read, is_meant, &mut draft);
            if draft == before || self.is_over() {
                break;
            }
            read = self.read(&draft)?;
        }
        Ok((draft, read))
    }

    /// Adds what every answer has and no page documents, where that breaks none.
    fn sharpened(&self, draft: Draft, left: usize) -> Result<Draft, ProfileError> {
        if self.is_over() {
            return Ok(draft);
        }
        let read = self.read(&draft)?;
        let base = profile::load(&draft.base)?;
        let place =
            |(at, violation): &(usize, Violation)| (*at, violation.rule, violation.member.clone());
        let known: BTreeSet<(usize, Rule, String)> = read.violations.iter().map(place).collect();
        let mut sharper = draft.clone();
        member::always_there(&read.tallies, &mut sharper);
        member::fractions(&base, &read.tallies, &mut sharper);
        // What turns out to be said of too much is taken back, one round after the other.
        for _ in 0..MAX_ROUNDS {
            let read = self.read(&sharper)?;
            if read.violations.len() <= left {
                return Ok(sharper);
            }
            // What was broken before is nobody's fault here.
            let fresh = read.violations.iter();
            let fresh = fresh.filter(|one| !known.contains(&place(one)));
            let mut names: BTreeSet<&str> = BTreeSet::new();
            let mut rules: BTreeSet<Rule> = BTreeSet::new();
            for (_, violation) in fresh {
                names.extend(violation.member.rsplit('/').next());
                rules.insert(violation.rule);
            }
            let count = sharper.entries.len();
            let is_to_blame = |entry: &Entry| entry.asks_of(&names, &rules);
            sharper.entries.retain(|entry| !is_to_blame(entry));
            if sharper.entries.len() == count {
                break;
            }
        }
        Ok(draft)
    }

    fn is_over(&self) -> bool {
        self.until.is_some_and(|until| Instant::now() >= until)
    }

    /// The profile that a draft is.
    fn profile(&self, draft: &Draft) -> Result<Arc<Profile>, ProfileError> {
        profile::parse(&draft.name, &(self.write)(draft)).map(Arc::new)
    }

    fn read(&self, draft: &Draft) -> Result<Read, ProfileError> {
        let profile = self.profile(draft)?;
        let contract = profile.widened(self.contract.clone());
        let expectations = Expectations::of(&contract, &profile, false);
        let mut tallies = Tallies::default();
        let mut pairs = Pairs::default();
        let mut violations = Vec::new();
        let mut lost = BTreeSet::new();
        for (at, answer) in self.answers.iter().enumerate() {
            let expectation = expectations.get(answer.operation, answer.format);
            let (Some(expectation), Ok(response)) = (expectation, &answer.exchange.outcome) else {
                continue;
            };
            let reading = expectation.read(&answer.exchange);
            let Some(body) = &reading.body else {
                continue;
            };
            // What stands for a word is none.
            if !answer.is_masked {
                pairs.add(answer, expectation, body);
            }
            tallies.add(expectation, answer, response.status, body);
            if !holds_payload(expectation, body) {
                lost.insert(at);
            }
            let told = reading.violations.into_iter().filter(|violation| {
                let is_of_value = violation.rule.is_of_values();
                (self.is_denied)(violation.rule) && !(answer.is_masked && is_of_value)
            });
            violations.extend(told.map(|violation| (at, violation)));
        }
        Ok(Read {
            tallies,
            spelled: pairs.spelled(),
            violations,
            lost,
        })
    }

    /// Says of each violation what makes it none, where an entry can.
    fn learn(
        &self,
        base: &Profile,
        read: &Read,
        is_meant: &dyn Fn(Family) -> bool,
        draft: &mut Draft,
    ) {
        outer::refused(self.refusals, base, draft);
        if is_meant(Family::Schema) {
            licence::withdraw(base, &read.tallies, draft);
        }
        for ((operation, format, member), reads) in &self.refusals.varying {
            let of = (operation.as_str(), *format);
            member::varying(base, &read.tallies, of, member, *reads, draft);
        }
        let mut families = read
            .violations
            .iter()
            .map(|(_, violation)| violation.family);
        if families.any(|family| family == Family::Envelope) {
            envelope::payload(base, &read.tallies, draft);
        }
        let is_recorded = *self.refusals == Refusals::default();
        envelope::marks_of_answers(base, &read.tallies, is_recorded, draft);
        let is_of_words = |(_, violation): &(usize, Violation)| {
            let of_type =
                matches!(&violation.expected, Promise::Type { kind, .. } if *kind == Type::Boolean);
            of_type || matches!(violation.actual, Observed::BooleanWord(_))
        };
        if read.violations.iter().any(is_of_words)
            && let Some((words, evidence)) = read.spelled.words()
        {
            draft.put(words, evidence);
        }
        // What is counted over all answers says the same of each of them.
        let mut told: HashSet<(usize, Format, Rule, &str)> = HashSet::new();
        for (at, violation) in &read.violations {
            let answer = &self.answers[*at];
            let member = violation.member.as_str();
            let is_of_whole = matches!(
                violation.rule,
                Rule::Status | Rule::MediaType | Rule::Root | Rule::Lexical
            );
            let place = (answer.operation, answer.format, violation.rule, member);
            if !is_of_whole && !told.insert(place) {
                continue;
            }
            match violation.rule {
                Rule::Status | Rule::MediaType | Rule::Root | Rule::Lexical => {
                    outer::learn(self, base, answer, violation, draft);
                }
                _ => match violation.family {
                    Family::Envelope => {
                        envelope::learn(base, &read.tallies, violation, draft);
                    }
                    family @ (Family::Schema | Family::Shape) if is_meant(family) => {
                        let operation = &self.contract.operations[answer.operation].id;
                        let of = (operation.as_str(), answer.format);
                        member::learn(base, &read.tallies, of, violation, draft);
                    }
                    _ => {}
                },
            }
        }
    }
}

/// Whether something stands in the place of the payload that is an object or a list where the page has one.
fn holds_payload(expectation: &Expectation, body: &Value) -> bool {
    match (
        expectation.payload(body),
        &expectation.answer.payload().kind,
    ) {
        (None, _) => false,
        (Some(payload), Kind::Object(_)) => payload.is_object() || payload.is_null(),
        (Some(payload), Kind::List(_)) => payload.is_array() || payload.is_null(),
        (Some(_), _) => true,
    }
}

/// Some answers, to as many questions as there are; the first to each before the others.
fn unlike(answers: &[Answer], most: usize) -> Vec<Answer> {
    let mut asked = HashSet::new();
    let (first, again): (Vec<&Answer>, Vec<&Answer>) = answers
        .iter()
        .partition(|answer| asked.insert((answer.format, answer.question())));
    let some = first.into_iter().chain(again).take(most);
    some.cloned().collect()
}

/// The number of items of a payload, as an envelope counts them.
fn items(payload: Option<&Value>) -> i64 {
    match payload {
        Some(Value::Array(items)) => i64::try_from(items.len()).unwrap_or(i64::MAX),
        _ => 1,
    }
}

#[cfg(test)]
mod tests;

//! What recorded traffic asked, as a plan: the same cases as of a run, on the questions that somebody else
//! chose.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::plan::{plain_id, unanswered};
use crate::case::twin::twins;
use crate::case::{
    Case, CaseId, Check, NotAsked, Plan, Question, QuestionIndex, Refusal, Schedule, Scope,
};
use crate::client::{Repeat, Request};
use crate::contract::{Contract, Format, Operation, Parameter};
use crate::profile::{Basis, Profile, UnknownListed};
use crate::shape::text::is_key;

/// A request that belongs to an operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// What was asked, without what nobody may read.
    pub request: Request,
    /// The place of the operation in the contract.
    pub operation: usize,
    /// The format that was asked for.
    pub format: Format,
    /// The ids of the resources that the answer must hold; empty where nothing is known of them.
    pub ids: Vec<String>,
    /// What the request is about, whatever its format: equal in both formats of one resource.
    pub about: String,
    /// How many requests that write were sent before it: only reads between two writes say the same.
    pub epoch: usize,
    /// Whether what it asks for is there: it was refused as unknown otherwise.
    pub is_known: bool,
}

/// The cases that recorded requests can judge, and the question that each of the requests is.
#[must_use]
pub fn recorded(
    contract: &Contract,
    profile: &Profile,
    asked: &[Asked],
) -> (Plan, Vec<QuestionIndex>) {
    let mut questions: Vec<Question> = Vec::new();
    let mut places = Vec::new();
    let mut known: BTreeMap<(usize, Format, &str, usize, bool), QuestionIndex> = BTreeMap::new();
    // The answers to each question, and whether its resource is known.
    let mut counts: Vec<(usize, bool)> = Vec::new();
    for one in asked {
        let is_read = !contract.operations[one.operation].writes();
        let key = (
            one.operation,
            one.format,
            one.about.as_str(),
            one.epoch,
            one.is_known,
        );
        let place = known.get(&key).copied().filter(|_| is_read);
        let place = place.unwrap_or_else(|| {
            questions.push(Question {
                request: one.request.clone(),
                operation: one.operation,
                format: one.format,
                ids: one.ids.clone(),
                written: Vec::new(),
                // What the formats say at one moment is not known: no answer is held against the other's.
                repeat: Repeat::Never,
                listing: None,
                manner: None,
                strangers: Vec::new(),
                aftermath: None,
            });
            counts.push((0, one.is_known));
            known.insert(key, questions.len() - 1);
            questions.len() - 1
        });
        counts[place].0 += 1;
        places.push(place);
    }
    let pairs = pairs(asked, &places);
    let mut cases = Vec::new();
    for (index, operation) in contract.operations.iter().enumerate() {
        if operation.documents_no_answer() {
            cases.push(unanswered(index, operation));
        }
        for format in Format::ALL {
            if operation.response(format).is_none() {
                continue;
            }
            let of = |is_known: bool| -> Vec<QuestionIndex> {
                let all = questions.iter().enumerate();
                let own = all.filter(|(at, one)| {
                    (one.operation, one.format) == (index, format) && counts[*at].1 == is_known
                });
                own.map(|(at, _)| at).collect()
            };
            let topic = Topic {
                index,
                operation,
                format,
                identity: identity(profile, operation),
                read: of(true),
                unknown: of(false),
            };
            let again = |question: &QuestionIndex| counts[*question].0 > 1;
            let names = |question: &QuestionIndex| !questions[*question].ids.is_empty();
            topic.add(&pairs, again, names, &mut cases);
        }
    }
    let told = questions.iter().enumerate();
    let told = told
        .filter(|(at, _)| counts[*at].1)
        .map(|(at, _)| at)
        .collect();
    let plan = Plan {
        twins: twins(&questions, &cases),
        questions,
        schedule: Schedule::default(),
        cases,
        told,
        neutral: Vec::new(),
        inferred: Vec::new(),
        unasked: Vec::new(),
    };
    (plan, places)
}

/// The last question about a thing in each format, where no write lies between them, by the operation: JSON
/// and XML.
type Pairs = BTreeMap<usize, Vec<(QuestionIndex, QuestionIndex)>>;

fn pairs(asked: &[Asked], places: &[QuestionIndex]) -> Pairs {
    let mut both: BTreeMap<(usize, &str, usize), [Option<QuestionIndex>; 2]> = BTreeMap::new();
    for (one, place) in asked.iter().zip(places).filter(|(one, _)| one.is_known) {
        let of = both
            .entry((one.operation, &one.about, one.epoch))
            .or_default();
        of[usize::from(one.format == Format::Xml)] = Some(*place);
    }
    // One for the same ids: comparisons know resources by them.
    let mut last: BTreeMap<(usize, &[String]), (QuestionIndex, QuestionIndex)> = BTreeMap::new();
    let ids: BTreeMap<QuestionIndex, &[String]> = asked
        .iter()
        .zip(places)
        .map(|(one, place)| (*place, one.ids.as_slice()))
        .collect();
    for ((operation, _, _), of) in both {
        if let [Some(json), Some(xml)] = of {
            last.insert((operation, ids[&xml]), (json, xml));
        }
    }
    let mut pairs = Pairs::new();
    for ((operation, _), pair) in last {
        pairs.entry(operation).or_default().push(pair);
    }
    pairs
}

/// One operation in one format, and what was asked of it.
struct Topic<'a> {
    index: usize,
    operation: &'a Operation,
    format: Format,
    identity: Option<&'a Parameter>,
    read: Vec<QuestionIndex>,
    unknown: Vec<QuestionIndex>,
}

impl Topic<'_> {
    fn add(
        &self,
        pairs: &Pairs,
        again: impl Fn(&QuestionIndex) -> bool,
        names: impl Fn(&QuestionIndex) -> bool,
        cases: &mut Vec<Case>,
    ) {
        let mut add = |check: Check, subjects: Vec<QuestionIndex>, beside: Vec<QuestionIndex>| {
            cases.push(Case {
                id: CaseId {
                    operation: self.operation.id.clone(),
                    format: self.format,
                    check,
                    scope: Scope::One,
                },
                operation: self.index,
                ignored: subjects.is_empty().then_some(NotAsked::NotRecorded),
                subjects,
                beside,
            });
        };
        let of_one = [Check::Transport, Check::Envelope, Check::Members];
        for check in of_one {
            add(check, self.read.clone(), Vec::new());
        }
        if self.format == Format::Xml && self.operation.response(Format::Json).is_some() {
            let pairs = pairs.get(&self.index).into_iter().flatten();
            let (json, xml): (Vec<_>, Vec<_>) = pairs.copied().unzip();
            add(Check::Parity, xml, json);
        }
        if self.identity.is_some() {
            let of_ids = self.read.iter().copied().filter(names);
            add(Check::Asked, of_ids.collect(), Vec::new());
        }
        if !self.operation.writes() {
            let again = self.read.iter().copied().filter(again);
            add(Check::Repeated, again.collect(), Vec::new());
        }
        let parameter = self.operation.path_parameters().next();
        if let Some(parameter) = parameter.filter(|_| !self.unknown.is_empty()) {
            let unknown = Refusal::UnknownId {
                parameter: parameter.name.clone(),
            };
            add(Check::Refusal(unknown), self.unknown.clone(), Vec::new());
        }
    }
}

/// The parameter whose value an answer repeats as the id of its resources.
fn identity<'a>(profile: &Profile, operation: &'a Operation) -> Option<&'a Parameter> {
    let named = profile.identity_of(operation)?;
    let mut parameters = operation.parameters.iter();
    parameters.find(|one| one.name == named.parameter)
}

/// The ids that a request names: of the parameter whose value an answer repeats, in its path or its body.
#[must_use]
pub fn recorded_ids(
    profile: &Profile,
    operation: &Operation,
    in_path: &[(String, String)],
    body: Option<&str>,
) -> Vec<String> {
    let Some(parameter) = identity(profile, operation) else {
        return Vec::new();
    };
    let named = profile.identity_of(operation);
    let is_inferred = named.is_some_and(|named| named.basis == Basis::Inferred);
    let in_path = in_path.iter().find(|(name, _)| *name == parameter.name);
    if let Some((_, value)) = in_path {
        // What may stand in the place of an id names nothing.
        if is_inferred && !parameter.may_be_id() {
            return Vec::from_iter(is_key(value).then(|| value.clone()));
        }
        return vec![plain_id(value)];
    }
    // Ids that nothing has may be left out: which those are is not known.
    let is_known = profile.unknown_listed != Some(UnknownListed::Dropped);
    let Some(body) = body.filter(|_| is_known) else {
        return Vec::new();
    };
    let same = |name: &str| {
        let name = name.trim_end_matches("[]");
        name.eq_ignore_ascii_case(&parameter.name)
    };
    let mut ids = Vec::new();
    if let Ok(serde_json::Value::Object(members)) = serde_json::from_str(body) {
        for (_, value) in members.iter().filter(|(name, _)| same(name)) {
            let items = value
                .as_array()
                .map_or(std::slice::from_ref(value), Vec::as_slice);
            ids.extend(items.iter().filter_map(|item| match item {
                serde_json::Value::String(text) => Some(plain_id(text)),
                serde_json::Value::Number(number) => Some(number.to_string()),
                _ => None,
            }));
        }
    } else {
        let form = url::form_urlencoded::parse(body.as_bytes());
        ids.extend(
            form.filter(|(name, _)| same(name))
                .map(|(_, value)| plain_id(&value)),
        );
    }
    // An answer holds each once.
    let mut seen = BTreeSet::new();
    ids.retain(|id| seen.insert(id.clone()));
    ids
}

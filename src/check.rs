//! Answers held against the contract.
//!
//! In comes an exchange, out comes a [`Reading`]: what the answer says, and every violation that can
//! be seen in it alone. Comparisons of several answers ([`parity`], [`identity`]) and of refusals
//! ([`refusal`]) work on readings. A violation is a result, not an error, and says which rule, where in
//! the answer, what was promised where in the page, and what came.

pub mod aside;
mod bound;
pub mod compare;
pub mod deleted;
mod domain;
pub mod effect;
mod envelope;
mod escape;
mod homonym;
pub mod identity;
mod json;
pub mod later;
mod likeness;
pub mod listed;
pub(crate) mod living;
pub(crate) mod lookalike;
pub mod manner;
pub mod meaning;
mod name;
mod observed;
pub mod parity;
mod promise;
pub mod refusal;
mod rule;
pub mod sent;
pub mod steadiness;
#[cfg(test)]
pub(crate) mod tests_support;
mod transport;
mod violation;
mod way;
pub mod written;
mod xml;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, OnceLock};

use serde_json::Value;

pub use crate::budget::Excess;
pub use bound::MAX_VIOLATIONS;
pub use homonym::Homonyms;
pub use likeness::Likeness;
pub use name::{KnownNames, Meant, Name, Word, count};
pub use observed::{
    AnswerPart, Caching, Compression, DateForm, ErrorFlaw, Foreign, Garbling, Guard, Inside,
    LineChange, Malformed, Observed, Origin, PathStyle, Platform, Review, Sketch, Slip,
    SyntaxFault, Within,
};
pub use promise::Promise;
pub use rule::{About, Entry, Family, LevelError, Levels, REMARKS, Rule};
pub use transport::{Texts, texts};
pub use violation::{Violation, is_within};

use crate::case::{Case, Check};
use crate::check::refusal::MemberFinder;
use crate::client::Exchange;
use crate::contract::{Contract, Format, Operation};
use crate::pointer::unescaped;
use crate::profile::{AnswerShape, Named, Profile};
use crate::shape::{Kind, Member, wrapping};
use crate::source::Span;

/// What one exchange says.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// The violations that this answer shows by itself; at most [`MAX_VIOLATIONS`].
    pub violations: Vec<Violation>,
    /// The body as a JSON tree, whatever its format; `None` where there is no body to judge. Equal bodies
    /// of several answers may be one.
    pub body: Option<Arc<Value>>,
    /// The ids that the answer lists, where it was asked for them and has such a list.
    pub listed: Option<Vec<String>>,
    /// Whether there was a body that was judged and, for its size, not kept for comparisons.
    pub set_aside: bool,
    /// What such a body held: its members without texts, and of each list the first items.
    pub outline: Option<Arc<Value>>,
}

/// Everything that answers of one operation in one format are held against; made once.
#[derive(Debug)]
pub struct Expectation {
    /// The operation.
    pub operation: Operation,
    /// The format.
    pub format: Format,
    /// The shape of its answers.
    pub answer: AnswerShape,
    /// The parameters that name a resource.
    pub named: Arc<[Named]>,
    /// How this kind of portal speaks.
    pub profile: Arc<Profile>,
    /// Whether undocumented members break the contract everywhere.
    pub strict: bool,
    /// The names in it that pages and profile give.
    pub known: KnownNames,
    /// Made when the first answer in JSON is judged: a run may be about few of many operations.
    validator: OnceLock<jsonschema::Validator>,
    /// Made when the first refusal is judged.
    member_finder: OnceLock<MemberFinder>,
}

/// The expectations of a contract under a profile, each made when it is first needed: a run may be about few of
/// many operations, and the first request waits for none.
#[derive(Debug)]
pub struct Expectations {
    operations: Vec<Operation>,
    names: Vec<Arc<[Named]>>,
    all: Vec<[OnceLock<Option<Expectation>>; 2]>,
    /// Of operations that document no answer, for what they must refuse.
    undocumented: Vec<OnceLock<Expectation>>,
    known: OnceLock<KnownNames>,
    homonyms: OnceLock<Homonyms>,
    profile: Arc<Profile>,
    strict: bool,
    /// Where answers hold what lives.
    living: Living,
}

/// Places of answers that hold what lives, as JSON pointers, by the operation's place in the contract and the format.
pub type Living = BTreeMap<(usize, Format), BTreeSet<String>>;

impl Expectations {
    /// What answers of a contract are held against, once for all runs.
    #[must_use]
    pub fn of(contract: &Contract, profile: &Arc<Profile>, strict: bool) -> Self {
        let operations = &contract.operations;
        let named = |operation| profile.named(operation).into();
        Self {
            names: operations.iter().map(named).collect(),
            all: operations.iter().map(|_| Default::default()).collect(),
            undocumented: operations.iter().map(|_| OnceLock::new()).collect(),
            operations: operations.clone(),
            known: OnceLock::new(),
            homonyms: OnceLock::new(),
            profile: Arc::clone(profile),
            strict,
            living: Living::new(),
        }
    }

    /// The same, where some places of answers hold another value each time: no comparison tells of them.
    #[must_use]
    pub fn but_for(&self, living: Living) -> Self {
        let operations = &self.operations;
        Self {
            operations: operations.clone(),
            names: self.names.clone(),
            all: operations.iter().map(|_| Default::default()).collect(),
            undocumented: operations.iter().map(|_| OnceLock::new()).collect(),
            known: self.known.clone(),
            homonyms: OnceLock::new(),
            profile: Arc::clone(&self.profile),
            strict: self.strict,
            living,
        }
    }

    fn made(&self, at: usize, format: Format) -> Option<Expectation> {
        let mut answer = self.profile.answer(&self.operations[at], format)?;
        for pointer in self.living.get(&(at, format)).into_iter().flatten() {
            answer.envelope.vary(pointer);
        }
        Some(self.made_of(at, format, answer))
    }

    fn made_of(&self, at: usize, format: Format, answer: AnswerShape) -> Expectation {
        let (operation, profile) = (&self.operations[at], &self.profile);
        let mut known = KnownNames::default();
        known.add(&answer.envelope);
        known.add_name(&answer.root);
        known.add_name(&profile.xml.root);
        Expectation {
            operation: operation.clone(),
            format,
            known,
            answer,
            named: Arc::clone(&self.names[at]),
            profile: Arc::clone(profile),
            strict: self.strict,
            validator: OnceLock::new(),
            member_finder: OnceLock::new(),
        }
    }

    /// Whether undocumented members are violations.
    #[must_use]
    pub fn is_strict(&self) -> bool {
        self.strict
    }

    /// The names that pages and profile give.
    #[must_use]
    pub fn known(&self) -> &KnownNames {
        self.known.get_or_init(|| {
            let mut known = KnownNames::default();
            let pairs = (0..self.all.len()).flat_map(|at| Format::ALL.map(|format| (at, format)));
            for (at, format) in pairs {
                if let Some(expectation) = self.get(at, format) {
                    known.extend(&expectation.known);
                }
            }
            known
        })
    }

    /// What tells members of one name apart, which is asked where something is wrong.
    #[must_use]
    pub fn homonyms(&self) -> &Homonyms {
        self.homonyms
            .get_or_init(|| Homonyms::among(&self.operations, &self.profile))
    }

    /// The parameters of each operation that name a resource, in the order of the contract.
    #[must_use]
    pub fn names(&self) -> &[Arc<[Named]>] {
        &self.names
    }

    /// The expectation of an operation, by its place in the contract.
    #[must_use]
    pub fn get(&self, operation: usize, format: Format) -> Option<&Expectation> {
        let formats = self.all.get(operation)?;
        let made = match format {
            Format::Json => &formats[0],
            Format::Xml => &formats[1],
        };
        made.get_or_init(|| self.made(operation, format)).as_ref()
    }

    /// What the answers of a case are held against. A refusal needs no documented answer.
    #[must_use]
    pub fn of_case(&self, case: &Case) -> Option<&Expectation> {
        let at = case.operation;
        let documented = self.get(at, case.id.format);
        documented.or_else(|| {
            let operation = self.operations.get(at)?;
            match case.id.check {
                Check::Transport => self.bodiless(at),
                Check::Refusal(_) if operation.documents_no_answer() => {
                    Some(self.undocumented(at, operation))
                }
                _ => None,
            }
        })
    }

    /// What the answers of an operation are held against whose success has no body.
    #[must_use]
    pub fn bodiless(&self, operation: usize) -> Option<&Expectation> {
        let of = self.operations.get(operation)?;
        let has_no_body = of.has_no_body && of.documents_no_answer();
        has_no_body.then(|| self.undocumented(operation, of))
    }

    fn undocumented(&self, at: usize, operation: &Operation) -> &Expectation {
        self.undocumented[at].get_or_init(|| {
            let answer = AnswerShape::undocumented(operation, &self.profile);
            self.made_of(at, Format::Json, answer)
        })
    }
}

impl Reading {
    /// How much memory the body takes, roughly, in bytes.
    #[must_use]
    pub fn weight(&self) -> usize {
        self.body.as_deref().map_or(0, crate::budget::weight)
    }

    /// Lets the body go; what it showed by itself stays, and which members it held.
    pub fn set_aside(&mut self) {
        if let Some(body) = self.body.take() {
            self.set_aside = true;
            self.outline = Some(Arc::new(bound::outline(&body)));
        }
    }
}

impl Expectation {
    /// Accepts the answers in JSON that keep the contract.
    fn validator(&self) -> &jsonschema::Validator {
        let validator = || {
            let schema = crate::schema::response(&self.operation, &self.answer);
            json::validator(&schema, &self.answer.envelope)
        };
        self.validator.get_or_init(validator)
    }

    /// Finds the members of a resource in what should hold none.
    fn member_finder(&self) -> &MemberFinder {
        let finder = || {
            let members = self.profile.envelope.members.iter();
            let names = members.map(|member| member.name.as_str());
            let around: Vec<&str> = names.collect();
            let resource = wrapping::core(self.answer.resource());
            MemberFinder::of(resource, &around, &self.operation.of_refusals)
        };
        self.member_finder.get_or_init(finder)
    }

    /// Judges one answer by itself.
    #[must_use]
    pub fn read(&self, exchange: &Exchange) -> Reading {
        let mut violations = Vec::new();
        let text = transport::body(self, exchange, &mut violations);
        let body = text.and_then(|text| match self.format {
            Format::Json => json::read(self, text, &mut violations),
            Format::Xml => xml::read(self, text, &mut violations),
        });
        if let (Some(text), Some(body)) = (text, &body) {
            if transport::goes_beyond_ascii(self.format, text) {
                transport::mojibake(self, body, &mut violations);
            }
            envelope::judge(self, exchange.status(), body, &mut violations);
            envelope::error_in_place(self, body, &mut violations);
        }
        violations.truncate(MAX_VIOLATIONS);
        Reading {
            violations,
            body: body.map(Arc::new),
            ..Reading::default()
        }
    }

    /// What a text shows by its members alone, which is what the schema files say of it too: no encoding,
    /// no counts, no names that are only like documented ones. `None` for what cannot be read.
    #[must_use]
    pub fn members(&self, text: &str) -> Option<Vec<Violation>> {
        let mut violations = Vec::new();
        match self.format {
            Format::Json => json::members(self, text, &mut violations)?,
            Format::Xml => xml::members(self, text, &mut violations)?,
        };
        if violations.iter().any(|found| found.rule == Rule::Syntax) {
            return None;
        }
        violations.retain(|found| found.family != Family::Transport);
        violations.truncate(MAX_VIOLATIONS);
        Some(violations)
    }

    /// The payload of a body.
    #[must_use]
    pub fn payload<'a>(&self, body: &'a Value) -> Option<&'a Value> {
        body.pointer(&self.answer.payload_pointer())
    }

    /// The resources in a body: the payload, or the items of its list.
    #[must_use]
    pub fn resources<'a>(&self, body: &'a Value) -> Vec<&'a Value> {
        match (self.payload(body), &self.answer.payload().kind) {
            (Some(Value::Array(items)), Kind::List(_)) => items.iter().collect(),
            (Some(payload), _) if !payload.is_null() => vec![payload],
            _ => Vec::new(),
        }
    }

    /// Where the page promises a place in a body, and the place in documented names.
    fn promise(&self, pointer: &str) -> (Option<Span>, String) {
        let promised = self.answer.envelope.at(pointer).and_then(Member::promised);
        (promised, documented_path(&self.answer, pointer))
    }

    /// What promises that a member is there.
    fn presence(&self, pointer: &str) -> Promise {
        match self.promise(pointer) {
            (Some(_), _) => Promise::Documented,
            (None, member) => Promise::OfProfile {
                profile: self.profile.name.clone(),
                because: self.profile.because(&member).map(str::to_owned),
            },
        }
    }

    /// Which family sees a violation at a place: the envelope's, or the payload's.
    fn family_at(&self, pointer: &str) -> Family {
        let payload = self.answer.payload_pointer();
        let inside = pointer
            .strip_prefix(&payload)
            .is_some_and(|rest| rest.starts_with('/') || (payload.is_empty() && rest.is_empty()));
        match (inside, self.format) {
            (false, _) => Family::Envelope,
            (true, Format::Json) => Family::Schema,
            (true, Format::Xml) => Family::Shape,
        }
    }

    /// The same at the place where the answer itself has it: XML paths start with the root element.
    fn violation_in_tree(
        &self,
        rule: Rule,
        pointer: &str,
        expected: Promise,
        actual: Observed,
    ) -> Violation {
        let mut violation = self.violation(rule, pointer, expected, actual);
        if self.format == Format::Xml {
            violation.pointer = format!("/{}{pointer}", self.answer.root);
        }
        violation
    }

    /// A violation at a JSON pointer of the common tree.
    fn violation(
        &self,
        rule: Rule,
        pointer: &str,
        expected: Promise,
        actual: Observed,
    ) -> Violation {
        let (promised, member) = self.promise(pointer);
        // What an answer is as a whole is said of no member.
        let whole = pointer.is_empty().then_some(self.operation.heading);
        let promised = promised.or(whole);
        Violation {
            rule,
            family: self.family_at(pointer),
            pointer: pointer.to_owned(),
            member,
            expected,
            actual,
            value: None,
            promised,
        }
    }
}

/// The documented names on the way to a place, from the payload on.
fn documented_path(answer: &AnswerShape, pointer: &str) -> String {
    let mut shape = &answer.envelope;
    let mut names = Vec::new();
    for token in pointer.split('/').skip(1) {
        let token = unescaped(token);
        match &shape.kind {
            Kind::List(item) => {
                names.push("*".to_owned());
                shape = item;
            }
            Kind::Object(object) => match (shape.member(&token), &object.others) {
                (Some(member), _) => {
                    names.push(member.documented.clone());
                    shape = &member.shape;
                }
                (None, Some(other)) => {
                    names.push("*".to_owned());
                    shape = other;
                }
                (None, None) => {
                    names.push(token);
                    break;
                }
            },
            _ => break,
        }
    }
    // The payload's own name and place in a list say nothing about the member.
    let inside = answer
        .payload
        .as_ref()
        .is_some_and(|name| names.first() == Some(name) && names.len() > 1);
    if inside {
        names.remove(0);
        if matches!(answer.payload().kind, Kind::List(_)) && names.len() > 1 {
            names.remove(0);
        }
    }
    names.join("/")
}

#[cfg(test)]
mod tests;

//! A step as a request, and what is read in its answer.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::client::{
    Body, Client, Exchange, FailureKind, Guise, Repeat, Request, Response, Token, is_success,
};
use crate::config::Step;
use crate::run::{FailedStep, StepProblem, Unkept};
use crate::session::journal::{Journal, Kept};
use crate::session::recipe::creates;
use crate::session::recipe::fill::{Filled, bare_steps};
use crate::session::recipe::own::{self, Called, Ownership, is_bare, is_called_id};

/// The longest text that is taken for an id, in characters.
pub(super) const MAX_ID: usize = 64;

pub(super) fn request(method: &str, filled: &Filled) -> Request {
    Request {
        method: method.to_owned(),
        path: filled.path.trim_start_matches('/').to_owned(),
        accept: "application/json".to_owned(),
        token: Token::Valid,
        guise: Guise::Plain,
        body: filled.body.as_ref().map(|text| Body {
            content_type: "application/json".to_owned(),
            text: text.clone(),
        }),
    }
}

/// Whether a tear-down step may be sent again: its method is idempotent (RFC 9110, 9.2.2), or it says so.
pub(super) fn repeat(step: &Step) -> Repeat {
    if step.repeatable || matches!(step.method.as_str(), "DELETE" | "PUT") {
        Repeat::Allowed
    } else {
        Repeat::Never
    }
}

pub(super) fn failed(
    client: &Client,
    step: &Step,
    filled: &Filled,
    problem: StepProblem,
) -> FailedStep {
    FailedStep {
        step: step.name.clone(),
        method: step.method.clone(),
        path: client.target().scrub(&filled.path),
        problem,
    }
}

/// What is known of a run before an answer comes.
pub(super) struct Before<'a> {
    pub(super) journal: &'a Journal,
    /// The long ids in answers to earlier steps.
    pub(super) seen: &'a BTreeSet<String>,
}

/// The shortest id that no two things have; small numbers are ids of many things.
const MIN_UNIQUE: usize = 16;

/// Takes note of the ids of an answer: what they name is there already.
pub(super) fn note_ids(exchange: &Exchange, seen: &mut BTreeSet<String>) {
    let answer = exchange.outcome.as_ref().ok();
    if let Some(body) = answer.and_then(|response| json(response).ok()) {
        note_texts(&body, seen);
    }
}

fn note_texts(value: &Value, seen: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| note_texts(item, seen)),
        Value::Object(members) => members.values().for_each(|one| note_texts(one, seen)),
        text => seen.extend(plain_id(text).filter(|id| id.len() >= MIN_UNIQUE)),
    }
}

/// What a step keeps of an answer, or what is wrong with it.
pub(super) fn kept_of(
    client: &Client,
    step: &Step,
    filled: &Filled,
    before: &Before<'_>,
    exchange: &Exchange,
) -> Result<Kept, StepProblem> {
    let response = success(exchange)?;
    if step.keep.is_empty() {
        return Ok(Kept::new());
    }
    let status = response.status;
    kept_in(client, step, filled, before, response)
        .map_err(|unkept| StepProblem::Answer { status, unkept })
}

/// What a step keeps of an answer that says that it did what it was asked.
fn kept_in(
    client: &Client,
    step: &Step,
    filled: &Filled,
    before: &Before<'_>,
    response: &Response,
) -> Result<Kept, Unkept> {
    let body = json(response)?;
    let Before { journal, seen } = before;
    let mut kept = Kept::new();
    for (name, pointer) in &step.keep {
        let value = body.pointer(pointer).ok_or_else(|| Unkept::Nothing {
            pointer: pointer.clone(),
            name: name.clone(),
        })?;
        let id = id(client, name, pointer, value)?;
        // Else it would be undone in the end.
        if creates(step) {
            let (name, pointer) = (name.clone(), pointer.clone());
            match own::ownership(&body, &pointer, &journal.header.run) {
                Ownership::Own => {}
                Ownership::Foreign => return Err(Unkept::Foreign { pointer, name }),
                Ownership::Unmarked => return Err(Unkept::Unmarked { pointer, name }),
            }
            if is_named(client, &name, &id) {
                return Err(Unkept::Existed { name, id });
            }
            let kind = Called::made(&step.path).and(&name);
            if is_named_by(filled, journal, &id, &kind) {
                return Err(Unkept::Named { name, id });
            }
            if seen.contains(&id) && !is_made(journal, &id) {
                return Err(Unkept::Seen { name, id });
            }
        }
        kept.insert(name.clone(), vec![id]);
    }
    Ok(kept)
}

/// Whether the target names this value.
pub(super) fn is_named(client: &Client, name: &str, id: &str) -> bool {
    let named = client.target().parameters.get(name);
    named.is_some_and(|values| values.iter().any(|value| value == id))
}

/// Whether a request is about what has this id, so that it did not make it: it stands in its path, in a
/// place for ids of its query, in a list of its body, or in a place of its body for ids of what the step
/// makes; or, where nothing in the request bears the name of the run, in any place for ids of its body.
///
/// Small numbers are ids of many things, so other places say nothing. What the run made is its own.
fn is_named_by(filled: &Filled, journal: &Journal, id: &str, kind: &Called) -> bool {
    let run = &journal.header.run;
    if id.contains(run) || is_made(journal, id) {
        return false;
    }
    let body = filled.body.as_deref().unwrap_or_default();
    let places = Places {
        kind,
        bears_run: filled.path.contains(run) || body.contains(run),
    };
    let (path, query) = filled.path.split_once('?').unwrap_or((&filled.path, ""));
    let mut pairs = query
        .split(['&', ';'])
        .filter_map(|pair| pair.split_once('='));
    bare_steps(path).any(|step| step == id)
        || pairs.any(|(name, value)| is_called_id(name) && lists(value, id))
        || serde_json::from_str(body).is_ok_and(|body| places.hold(&body, id, false, true))
}

/// Whether the run is known to have made what has this id.
fn is_made(journal: &Journal, id: &str) -> bool {
    journal.state.made.values().flatten().any(|made| made == id)
}

/// The places for ids of a body.
struct Places<'a> {
    kind: &'a Called,
    bears_run: bool,
}

impl Places<'_> {
    /// Whether a value holds an id where ids stand: in a list, or in a member whose name says so. `is_about`
    /// is whether the value is what the step makes, and not something that it names.
    fn hold(&self, value: &Value, id: &str, is_place: bool, is_about: bool) -> bool {
        match value {
            Value::String(text) => is_place && lists(text, id),
            Value::Number(number) => is_place && number.to_string() == id,
            Value::Array(items) => {
                let mut items = items.iter();
                items.any(|item| self.hold(item, id, true, is_about))
            }
            Value::Object(members) => members.iter().any(|(name, member)| {
                let is_place = self.is_one(name, is_about);
                self.hold(member, id, is_place, self.kind.is_called(name))
            }),
            Value::Null | Value::Bool(_) => false,
        }
    }

    fn is_one(&self, name: &str, is_about: bool) -> bool {
        let kind = self.kind;
        kind.is_named_id(name)
            || is_about && is_bare(name)
            || !self.bears_run && (is_called_id(name) || kind.is_called(name))
    }
}

/// Whether a text is an id, or a list with it.
fn lists(text: &str, id: &str) -> bool {
    text.split([',', ';', ' ']).any(|one| one == id)
}

/// An id of the portal: nothing else of its answers is kept, and no secret that it repeats.
pub(super) fn id(
    client: &Client,
    name: &str,
    pointer: &str,
    value: &Value,
) -> Result<String, Unkept> {
    let (name, pointer) = (name.to_owned(), pointer.to_owned());
    match plain_id(value) {
        None => Err(Unkept::NoId {
            pointer,
            name,
            longest: MAX_ID,
        }),
        Some(id) if client.target().scrub(&id) != id => Err(Unkept::Secret { pointer, name }),
        Some(id) => Ok(id),
    }
}

pub(in crate::session) fn plain_id(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        Value::String(text) => {
            let is_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
            let fits = (1..=MAX_ID).contains(&text.len());
            (fits && text.chars().all(is_id)).then(|| text.clone())
        }
        _ => None,
    }
}

/// The answer, where the portal says that it did what it was asked.
pub(in crate::session) fn success(exchange: &Exchange) -> Result<&Response, StepProblem> {
    let response = exchange
        .outcome
        .as_ref()
        .map_err(|failure| StepProblem::Failure {
            kind: failure.kind,
            message: failure.message.clone(),
        })?;
    let status = response.status;
    if exchange.html_page().is_some() {
        Err(StepProblem::Page(status))
    } else if is_success(status) {
        Ok(response)
    } else {
        Err(StepProblem::Status(status))
    }
}

pub(super) fn json(response: &Response) -> Result<Value, Unkept> {
    let body = response.body.strip_prefix(b"\xef\xbb\xbf");
    serde_json::from_slice(body.unwrap_or(&response.body)).map_err(|_| Unkept::NoJson)
}

/// Whether it is certain that a request had no effect: it was refused, or never arrived.
pub(super) fn makes_nothing(exchange: &Exchange) -> bool {
    match &exchange.outcome {
        Ok(response) => (400..500).contains(&response.status) && response.status != 408,
        Err(failure) => {
            failure.status.is_none()
                && matches!(failure.kind, FailureKind::Connect | FailureKind::Tls)
        }
    }
}

/// Whether a portal that answers so is done with what it was asked, so that it makes nothing later: one that
/// only accepted it (202) is not, and what waited in vain before it (408, 502 to 504, 520 to 527) does not know.
pub(super) fn is_over(status: u16) -> bool {
    !matches!(status, 202 | 408 | 502..=504 | 520..=527)
}

//! A step as a request, and what is read in its answer.

use serde_json::Value;

use crate::budget;
use crate::client::{
    Body, Client, Exchange, FailureKind, Guise, Repeat, Request, Response, Token, is_success,
};
use crate::config::Step;
use crate::run::{FailedStep, StepProblem, Unkept};
use crate::session::journal::{Journal, MAX_ID, NamedValues, plain_id};
use crate::session::recipe::called::Called;
use crate::session::recipe::creates;
use crate::session::recipe::fill::{Filled, bare, keyed};
use crate::session::recipe::named::{Named, spelled};
use crate::session::recipe::own::{self, Ownership};
use crate::session::recipe::seen::Seen;

/// Something was made (RFC 9110, 15.3.2).
const CREATED: u16 = 201;

pub(super) fn request(method: &str, filled: &Filled) -> Request {
    Request {
        method: method.to_owned(),
        path: filled.path.trim_start_matches('/').to_owned(),
        accept: "application/json".to_owned(),
        token: Token::Valid,
        guise: Guise::Plain,
        headers: crate::client::Headers::default(),
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

/// Whether what is kept is taken of the header that says where what was made is.
pub(super) fn is_location(pointer: &str) -> bool {
    pointer
        .split_once(':')
        .is_some_and(|(kind, name)| kind == "header" && name.eq_ignore_ascii_case("location"))
}

/// The id at the end of the one `Location` of a 201, which leads to what was made (RFC 9110, 15.3.2): behind a word
/// for things of this kind.
fn located<'a>(response: &'a Response, kind: &Called) -> Option<&'a str> {
    let mut locations = response.head.all("location");
    let location = locations.next().filter(|_| response.status == CREATED)?;
    if locations.next().is_some() {
        return None;
    }
    let path = match location.split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => location,
    };
    let path = path.split(['?', '#']).next().unwrap_or_default();
    let mut steps = path.split('/').rev().filter(|step| !step.is_empty());
    let last = bare(steps.next()?);
    let (word, id) = keyed(last).or_else(|| Some((steps.next()?, last)))?;
    Called::stated([word]).is_of(kind).then_some(id)
}

/// What is known of a run before an answer comes.
pub(super) struct Before<'a> {
    pub(super) journal: &'a Journal,
    /// The ids that somebody names.
    pub(super) named: &'a Named,
    /// The ids in answers to earlier steps.
    pub(super) seen: &'a Seen,
}

impl Before<'_> {
    /// Why an id that a step is said to have made is that of something else, where it is.
    pub(super) fn existed(
        &self,
        step: &Step,
        filled: &Filled,
        (name, id): (&str, &str),
    ) -> Option<Unkept> {
        let standing = &self.journal.standing;
        let is_of_run = id.contains(&self.journal.header.run);
        let listed = standing.existed.get(name);
        let (name, id) = (name.to_owned(), id.to_owned());
        if self.named.is_of_target(&id) {
            Some(Unkept::Existed { name, id })
        } else if !is_of_run && self.named.is_of_steps(&id, step, filled, &standing.made) {
            Some(Unkept::Named { name, id })
        } else if self.seen.holds(step, filled, (&name, &id), &standing.made) {
            Some(Unkept::Seen { name, id })
        } else if listed.is_some_and(|ids| ids.contains(&spelled(&id))) {
            Some(Unkept::Listed { name, id })
        } else {
            None
        }
    }
}

/// What a step keeps of an answer.
#[derive(Default)]
pub(super) struct Taken {
    pub(super) kept: NamedValues,
    /// The names of what nothing in the answer says to be an id of what was made: a `find` can show it.
    pub(super) unsaid: Vec<String>,
}

/// What a step keeps of an answer, or what is wrong with it.
pub(super) fn kept_of(
    client: &Client,
    step: &Step,
    filled: &Filled,
    before: &Before<'_>,
    exchange: &Exchange,
) -> Result<Taken, StepProblem> {
    let response = success(exchange)?;
    if step.keep.is_empty() {
        return Ok(Taken::default());
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
) -> Result<Taken, Unkept> {
    let mut taken = Taken::default();
    let kind = Called::made_by(step);
    let is_in_body = step.keep.values().any(|pointer| !is_location(pointer));
    let body = if is_in_body {
        json(response)?
    } else {
        Value::Null
    };
    for (name, pointer) in &step.keep {
        if is_location(pointer) {
            let value = located(response, &kind).map_or(Value::Null, Value::from);
            let id = id(client, name, pointer, &value).map_err(|unkept| match unkept {
                Unkept::NoId { name, .. } => Unkept::NoLocation { name },
                other => other,
            })?;
            if let Some(unkept) = before.existed(step, filled, (name, &id)) {
                return Err(unkept);
            }
            taken.kept.insert(name.clone(), vec![id]);
            continue;
        }
        let value = body.pointer(pointer).ok_or_else(|| Unkept::Nothing {
            pointer: pointer.clone(),
            name: name.clone(),
        })?;
        let id = id(client, name, pointer, value)?;
        // Else it would be undone in the end.
        if creates(step) {
            let (name, pointer) = (name.clone(), pointer.clone());
            match own::ownership(&body, &pointer, &before.journal.header.run, &kind) {
                Ownership::Own => {}
                Ownership::Unsaid => taken.unsaid.push(name.clone()),
                Ownership::Beside if step.find.is_some() => taken.unsaid.push(name.clone()),
                Ownership::Beside => return Err(Unkept::Beside { pointer, name }),
                Ownership::Foreign => return Err(Unkept::Foreign { pointer, name }),
                Ownership::Unmarked => return Err(Unkept::Unmarked { pointer, name }),
            }
            if let Some(unkept) = before.existed(step, filled, (&name, &id)) {
                return Err(unkept);
            }
        }
        taken.kept.insert(name.clone(), vec![id]);
    }
    Ok(taken)
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
    let body = body.unwrap_or(&response.body);
    budget::json::value(body).map_err(|unread| unread.told(Unkept::TooLarge, Unkept::NoJson))
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

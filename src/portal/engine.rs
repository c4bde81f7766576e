//! From a request to its answer.
//!
//! The order of the stages is fixed: path, method, token, values in the path, body, resources, text.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::request::Parts;
use serde_json::{Map, Value};

use crate::contract::{Format, Operation};
use crate::portal::json;
use crate::portal::refusal::Refusal;
use crate::portal::reply::Reply;
use crate::portal::request;
use crate::portal::route::{self, Route};
use crate::portal::store::{Resource, Store, Written};
use crate::portal::xml::Element;
use crate::portal::{Logged, Settings};
use crate::profile::Profile;

/// The portal without its connections: answers requests and keeps what they wrote.
#[derive(Debug)]
pub(crate) struct Engine {
    settings: Settings,
    store: Store,
    state: Mutex<State>,
}

/// What requests leave behind.
#[derive(Debug, Default)]
struct State {
    written: Written,
    log: Vec<Logged>,
    answers: u64,
}

impl Engine {
    pub(crate) fn new(settings: Settings) -> Self {
        Self {
            store: Store::of(&settings.contract, &settings.profile),
            settings,
            state: Mutex::default(),
        }
    }

    pub(crate) fn prefix(&self) -> &str {
        &self.settings.prefix
    }

    pub(crate) fn log(&self) -> Vec<Logged> {
        self.state().log.clone()
    }

    /// How long to wait before the next answer: spread evenly up to the longest delay.
    pub(crate) fn pause(&self) -> Duration {
        if self.settings.max_delay.is_zero() {
            return Duration::ZERO;
        }
        let mut state = self.state();
        state.answers += 1;
        // The fractions of multiples of the golden ratio spread evenly and need no generator.
        let spread = state.answers.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 56;
        let spread = u32::try_from(spread).unwrap_or(0);
        self.settings.max_delay * spread / 255
    }

    /// Answers one request and logs it.
    pub(crate) fn answer(&self, parts: &Parts, body: &[u8]) -> Reply {
        let reply = self.reply(parts, body);
        let path = parts.uri.path_and_query();
        self.state().log.push(Logged {
            method: parts.method.to_string(),
            path: path.map_or(String::new(), ToString::to_string),
            status: reply.status,
            changed: reply.changed,
        });
        reply
    }

    fn reply(&self, parts: &Parts, body: &[u8]) -> Reply {
        let profile = &self.settings.profile;
        let path = parts.uri.path();
        let format = route::format(path, &parts.headers, profile);
        let Some(path) = path.strip_prefix(self.prefix()) else {
            return self.refuse(&nowhere(), format);
        };
        match route::route(&self.settings.contract, parts.method.as_str(), path) {
            Route::Operation(at, values) => match self.success(at, &values, format, parts, body) {
                Ok(reply) => reply,
                Err(refusal) => self.refuse(&refusal, format),
            },
            Route::OtherMethod(methods) => {
                let refusal = Refusal::new("method", 405, "Method not allowed");
                let mut reply = self.refuse(&refusal, format);
                let allow = ("Allow".to_owned(), methods.join(", "));
                reply.headers.push(allow);
                reply
            }
            Route::Nowhere => self.refuse(&nowhere(), format),
        }
    }

    fn success(
        &self,
        at: usize,
        values: &[(String, String)],
        format: Format,
        parts: &Parts,
        body: &[u8],
    ) -> Result<Reply, Refusal> {
        let profile = &self.settings.profile;
        let operation = &self.settings.contract.operations[at];
        let kept = self.store.kept(at);
        if operation.authenticated {
            request::token(&parts.headers, &self.settings.token, profile)?;
        }
        let path_id = request::path_values(operation, values, kept, profile)?;
        let body_ids = request::body_values(operation, &parts.headers, body, profile)?;
        let resources: Vec<&Resource> = match (body_ids, path_id) {
            (Some(ids), _) => ids
                .iter()
                .map(|id| {
                    kept.resource(*id)
                        .ok_or_else(|| Refusal::unknown("unknown-listed", profile))
                })
                .collect::<Result<_, _>>()?,
            (None, Some(id)) => kept.resource(id).into_iter().collect(),
            (None, None) => kept.resources.iter().take(1).collect(),
        };
        let changed = operation.writes() && self.write(operation, values, &resources);
        let codes = profile.success_codes(&operation.method);
        let status = codes.first().copied().unwrap_or(200);
        let payload = if kept.is_list {
            resources
                .iter()
                .map(|resource| resource.value.clone())
                .collect()
        } else {
            resources
                .first()
                .map_or(Value::Null, |resource| resource.value.clone())
        };
        let answer = envelope(profile, status, payload);
        let mut reply = Reply::of(status, format, self.text(&answer, format));
        reply.changed = changed;
        Ok(reply)
    }

    /// Keeps what was written; whether any of it is new.
    fn write(
        &self,
        operation: &Operation,
        values: &[(String, String)],
        resources: &[&Resource],
    ) -> bool {
        let place: Vec<String> = values.iter().map(|(_, value)| value.clone()).collect();
        let mut state = self.state();
        let mut changed = false;
        for resource in resources {
            let entry = (operation.id.to_string(), place.clone(), resource.id);
            changed |= state.written.insert(entry);
        }
        changed
    }

    fn refuse(&self, refusal: &Refusal, format: Format) -> Reply {
        let body = refusal.body(&self.settings.profile);
        Reply::of(refusal.status, format, self.text(&body, format))
    }

    fn text(&self, answer: &Value, format: Format) -> Vec<u8> {
        let forms = &self.settings.profile.xml;
        match format {
            Format::Json => json::write(answer),
            Format::Xml => Element::of(&forms.root, answer, forms).write(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn nowhere() -> Refusal {
    Refusal::new("path", 404, "Not found")
}

/// The payload in the profile's envelope.
fn envelope(profile: &Profile, status: u16, payload: Value) -> Value {
    let mut answer = Map::new();
    for member in &profile.envelope.members {
        let value = match (member.constant, member.name.as_str()) {
            (Some(constant), _) => constant.into(),
            (None, "statusCode") => status.into(),
            (None, "count") => match &payload {
                Value::Array(items) => items.len().into(),
                _ => 1.into(),
            },
            (None, _) => continue,
        };
        answer.insert(member.name.clone(), value);
    }
    answer.insert(profile.envelope.payload.clone(), payload);
    Value::Object(answer)
}

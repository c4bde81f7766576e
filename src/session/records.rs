//! What a run asks and gets, kept without anything that tells who asks.

use std::sync::Arc;

use time::OffsetDateTime;

use crate::case::Question;
use crate::check::Expectations;
use crate::client::{Exchange, Response};
use crate::recording::Recorder;
use crate::session::mask::Mask;
use crate::target::Target;

/// Where a run is recorded, and how.
#[derive(Debug, Clone)]
pub struct Records {
    /// What keeps it.
    pub recorder: Arc<Recorder>,
    /// Whether the portal's data is kept; other values of the same type and length are otherwise.
    pub show_values: bool,
}

impl Records {
    /// Keeps an answer, without credentials.
    pub(super) fn add(
        &self,
        expectations: &Expectations,
        target: &Target,
        question: &Question,
        exchange: &Exchange,
    ) {
        let expectation = expectations.get(question.operation, question.format);
        let (Ok(response), Some(expectation)) = (&exchange.outcome, expectation) else {
            return;
        };
        let mask = Mask::of(expectation, &question.ids);
        let body = match std::str::from_utf8(&response.body) {
            Ok(text) if self.show_values => target.scrub(text).into_bytes(),
            _ => mask.body(&response.body),
        };
        let mut response = Response {
            body,
            ..response.clone()
        };
        let head = &mut response.head;
        head.reason = target.scrub(&head.reason);
        for (name, value) in &mut head.headers {
            *value = target.scrub(&header(name, value));
        }
        for value in &mut response.content_types {
            *value = target.scrub(value);
        }
        let started = OffsetDateTime::now_utc() - exchange.elapsed;
        let milliseconds = (exchange.elapsed.as_secs_f64() * 1e6).round() / 1e3;
        let url = target.scrub(&target.url_of(&exchange.request.path));
        let request = &exchange.request;
        self.recorder
            .add(started, milliseconds, &url, request, &response);
    }
}

/// The value of a header, without what opens a session or leads to somebody.
pub(super) fn header(name: &str, value: &str) -> String {
    match name {
        "set-cookie" => {
            let (pair, attributes) = value.split_once(';').unwrap_or((value, ""));
            let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
            let end = if attributes.is_empty() { "" } else { ";" };
            format!("{name}=***{end}{attributes}")
        }
        "location" | "content-location" | "link" => {
            let (before, _) = value.split_once('?').unwrap_or((value, ""));
            before.to_owned()
        }
        _ => value.to_owned(),
    }
}

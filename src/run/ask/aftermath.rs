//! What is read to tell what a write did, once it was answered.

use serde_json::Value;

use crate::case::{Aftermath, QuestionIndex};
use crate::check::later::is_later;
use crate::check::{Expectation, identity};
use crate::client::{Exchange, Request, Response, is_success};
use crate::run::ask::Asker;

impl Asker<'_> {
    /// The request that tells what a write did; none where it was refused, is done later, or gives no id of what it
    /// made.
    pub(super) fn behind(&self, question: QuestionIndex, aftermath: &Aftermath) -> Option<Request> {
        let of = &self.plan.questions[question];
        let write = &self.plan.questions[aftermath.write()];
        let operation = &self.suite.contract.operations[write.operation];
        let expectations = &self.suite.expectations;
        let answers = self.answers.lock().ok()?;
        let (exchange, reading) = answers[aftermath.write()].last()?;
        let response = done(exchange)?;
        let documented = expectations.get(write.operation, write.format);
        let body = reading.as_ref().and_then(|reading| reading.body.as_deref());
        let resource = documented.zip(body).and_then(|(of, body)| of.payload(body));
        if is_later(operation, response, resource) {
            return None;
        }
        match aftermath {
            Aftermath::Deleted { .. } => Some(of.request.clone()),
            Aftermath::Made { .. } => {
                let reader = expectations.get(of.operation, of.format)?;
                let id = id_in(reader, resource).or_else(|| id_at(&exchange.request, response))?;
                Some(aftermath.about(&of.request, &id))
            }
        }
    }

    /// Reads once more, before a question is asked that deletes what stands around other things, which of these
    /// are there although they were deleted: with it they go as well.
    pub(super) async fn read_before(&self, question: QuestionIndex, earlier: &[QuestionIndex]) {
        let questions = &self.plan.questions;
        let around = &questions[question].request.path;
        let is_below = |one: &&QuestionIndex| {
            let of = &questions[**one];
            let rest = of.request.path.strip_prefix(around.as_str());
            of.aftermath.is_some() && rest.is_some_and(|rest| rest.starts_with('/'))
        };
        let below: Vec<QuestionIndex> = earlier.iter().filter(is_below).copied().collect();
        if questions[question].aftermath.is_none() && !below.is_empty() {
            self.read_late_of(|read| below.contains(read)).await;
        }
    }
}

/// What a write was answered with, where it was accepted.
fn done(exchange: &Exchange) -> Option<&Response> {
    let response = exchange.outcome.as_ref().ok()?;
    is_success(response.status).then_some(response)
}

/// The id of a resource, in the member that repeats it where it is read.
fn id_in(reader: &Expectation, resource: Option<&Value>) -> Option<String> {
    let member = identity::id_member(reader)?;
    let id = match resource?.get(&member)? {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    };
    id.filter(|id| !id.is_empty())
}

/// The last step of the place that an answer names, where that is one below the path of the request.
fn id_at(request: &Request, response: &Response) -> Option<String> {
    let place = response.head.all("location").next()?;
    let place = place.split(['?', '#']).next()?.trim_end_matches('/');
    let (above, id) = place.rsplit_once('/')?;
    let path = request.path.split('?').next()?.trim_matches('/');
    let id = percent_encoding::percent_decode_str(id)
        .decode_utf8()
        .ok()?;
    (above.ends_with(path) && !id.is_empty()).then(|| id.into_owned())
}

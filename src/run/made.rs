//! What the cases of a run made on a portal, and left there.
//!
//! In come the answers of a run, out come the operations whose POSTs made things, and how many: nobody undoes them, as
//! only what test data is made for a run is undone.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::case::{Plan, QuestionIndex};
use crate::client::Exchange;
use crate::run::Suite;
use crate::run::ask::Asked;

/// Names of members that hold the id of what they stand in, in small letters.
const ID_NAMES: [&str; 5] = ["_id", "guid", "gid", "id", "uuid"];

/// The places of these operations in the contract, each with how many requests made something.
pub(super) fn of(suite: &Suite, plan: &Plan, asked: &Asked) -> BTreeMap<usize, usize> {
    let mut made = BTreeMap::new();
    // What somebody else asked is nothing that the run made.
    if asked.is_recorded {
        return made;
    }
    let posts = plan.questions.iter().enumerate();
    let posts = posts.filter(|(_, question)| question.request.method == "POST");
    let posts: Vec<(QuestionIndex, usize)> = posts.map(|(at, of)| (at, of.operation)).collect();
    for (at, operation) in &posts {
        let question = &plan.questions[*at];
        let expectation = suite.expectations.get(*operation, question.format);
        let shows_new = asked.of(*at).iter().any(|(exchange, reading)| {
            let body = reading.as_ref().and_then(|reading| reading.body.as_deref());
            let resource = expectation
                .zip(body)
                .and_then(|(of, body)| of.payload(body));
            exchange.is_success()
                && (has_place(exchange)
                    || resource.is_some_and(|resource| is_new(exchange, resource)))
        });
        if shows_new {
            made.insert(*operation, 0);
        }
    }
    // What was let through all the same made as much.
    for (at, operation) in posts {
        if let Some(count) = made.get_mut(&operation) {
            *count += asked
                .of(at)
                .iter()
                .filter(|(exchange, _)| exchange.is_success())
                .count();
        }
    }
    made
}

/// Whether an answer says where what was made is (RFC 9110, 15.3.2).
fn has_place(exchange: &Exchange) -> bool {
    let response = exchange.outcome.as_ref().ok();
    let created = response.filter(|response| response.status == 201);
    created.is_some_and(|created| created.head.all("location").next().is_some())
}

/// Whether an answer is one resource with an id that its request does not name.
fn is_new(exchange: &Exchange, resource: &Value) -> bool {
    let members = resource.as_object();
    let mut ids = members.into_iter().flatten().filter_map(|(name, value)| {
        let is_id = ID_NAMES.contains(&name.to_ascii_lowercase().as_str());
        match value {
            Value::String(text) if is_id && !text.is_empty() => Some(text.clone()),
            Value::Number(number) if is_id => Some(number.to_string()),
            _ => None,
        }
    });
    let request = &exchange.request;
    let sent = request.body.as_ref().map(|body| body.text.as_str());
    let said = format!("{} {}", request.path, sent.unwrap_or_default());
    let mut words = said.split(|c: char| !(c.is_alphanumeric() || "-_".contains(c)));
    ids.next().is_some_and(|id| !words.any(|word| word == id))
}

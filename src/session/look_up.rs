//! Looks up values of parameters on the portal: one read for each, before anything is made or tried.
//!
//! What is kept of an answer is ids, and no more of them than are wanted.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::client::{Client, Guise, Repeat, Request, Token};
use crate::config::LookUp;
use crate::contract::{Contract, ParameterType};
use crate::look_up::{Came, NoValue};
use crate::run::StepProblem;
use crate::session::journal::plain_id;
use crate::session::recipe::success;
use crate::session::stop::Stop;
use crate::target::Target;

/// How many values of an answer are looked at.
const MOST_SEEN: usize = 10_000;

/// What the look-ups of a target found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The values, by parameter; never empty lists.
    pub(super) values: BTreeMap<String, Vec<String>>,
    /// The parameters of which none were found, and why.
    pub(super) unfound: BTreeMap<String, NoValue>,
}

/// Carries out the look-ups of a client's target, one after the other; none after somebody wants an end.
pub(super) async fn found(
    client: &Client,
    contract: &Contract,
    accept: &str,
    stop: &Stop,
) -> Found {
    let mut found = Found::default();
    for (name, look_up) in &client.target().look_ups {
        let request = Request {
            method: "GET".to_owned(),
            path: look_up.get.trim_start_matches('/').to_owned(),
            accept: accept.to_owned(),
            token: Token::Valid,
            guise: Guise::Plain,
            body: None,
        };
        let exchange = tokio::select! {
            exchange = client.ask(request, Repeat::Allowed) => exchange,
            () = stop.wanted() => return found,
        };
        let read = match success(&exchange) {
            Ok(response) => serde_json::from_slice(&response.body).map_err(|_| Came::NoJson),
            Err(problem) => Err(came(problem)),
        };
        let types = types_of(name, contract);
        let ids = read.and_then(|body: Value| {
            let is_secret = |id: &str| client.target().scrub(id) != id;
            let accepts = |id: &str| types.iter().all(|one| one.accepts(id)) && !is_secret(id);
            ids(&body, look_up, accepts)
        });
        match ids {
            Ok(ids) => {
                found.values.insert(name.clone(), ids);
            }
            Err(came) => {
                let unfound = NoValue {
                    get: look_up.get.clone(),
                    at: look_up.at.clone(),
                    came,
                };
                found.unfound.insert(name.clone(), unfound);
            }
        }
    }
    found
}

/// Values in the place of those that will be found, to lay out what is asked.
pub(super) fn stand_ins(target: &Target) -> BTreeMap<String, Vec<String>> {
    let look_ups = target.look_ups.iter();
    let numbers = |look_up: &LookUp| (1..=look_up.taken()).map(|one| one.to_string()).collect();
    look_ups
        .map(|(name, look_up)| (name.clone(), numbers(look_up)))
        .collect()
}

/// The types that the pages give a parameter of this name.
fn types_of(name: &str, contract: &Contract) -> Vec<ParameterType> {
    let operations = contract.operations.iter();
    let parameters = operations.flat_map(|operation| &operation.parameters);
    let named = parameters.filter(|parameter| parameter.name == name);
    named.map(crate::contract::Parameter::value_type).collect()
}

/// The ids at a place of an answer, each once, as many as are wanted.
fn ids(
    body: &Value,
    look_up: &LookUp,
    accepts: impl Fn(&str) -> bool,
) -> Result<Vec<String>, Came> {
    let values = at(body, &look_up.at);
    if values.is_empty() {
        return Err(Came::Nothing);
    }
    let mut ids: Vec<String> = Vec::new();
    for value in values {
        if ids.len() == look_up.taken() {
            break;
        }
        let id = plain_id(value).filter(|id| accepts(id) && !ids.contains(id));
        ids.extend(id);
    }
    if ids.is_empty() {
        return Err(Came::NoId);
    }
    Ok(ids)
}

/// The values at a JSON pointer (RFC 6901) in which `*` stands for each item of a list, in their order.
fn at<'a>(body: &'a Value, pointer: &str) -> Vec<&'a Value> {
    let mut here = vec![body];
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let below = here.into_iter().flat_map(|value| -> Vec<&Value> {
            match value {
                Value::Array(items) if step == "*" => items.iter().take(MOST_SEEN).collect(),
                Value::Array(items) => {
                    let place = step.parse().ok();
                    place
                        .and_then(|at: usize| items.get(at))
                        .into_iter()
                        .collect()
                }
                Value::Object(members) => members.get(&step).into_iter().collect(),
                _ => Vec::new(),
            }
        });
        here = below.take(MOST_SEEN).collect();
    }
    here
}

fn came(problem: StepProblem) -> Came {
    match problem {
        StepProblem::Failure { message, .. } => Came::NoAnswer(message),
        StepProblem::Page(status) => Came::Page(status),
        StepProblem::Status(status) | StepProblem::Answer { status, .. } => Came::Status(status),
        _ => Came::NoJson,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_taken_from_their_place_each_once_as_many_as_are_wanted() {
        let body = json!({ "response": [
            { "id": 7, "tags": [{ "id": "a" }, { "id": "b" }] },
            { "id": 7, "tags": [] },
            { "id": 8.5 }, { "id": "../x" }, { "id": null }, { "id": "" }, {},
            { "id": "0f" }, { "id": 9 }
        ], "a/b": [1] });
        let taken = |pointer: &str, take| {
            let look_up = LookUp {
                get: "x".to_owned(),
                at: pointer.to_owned(),
                take: Some(take),
            };
            ids(&body, &look_up, |_| true)
        };
        let owned = |ids: &[&str]| Ok(ids.iter().map(|id| (*id).to_owned()).collect());
        assert_eq!(taken("/response/*/id", 1), owned(&["7"]));
        assert_eq!(taken("/response/*/id", 2), owned(&["7", "0f"]));
        assert_eq!(taken("/response/*/id", 9), owned(&["7", "0f", "9"]));
        assert_eq!(taken("/response/*/tags/*/id", 9), owned(&["a", "b"]));
        assert_eq!(taken("/response/0/id", 9), owned(&["7"]));
        assert_eq!(taken("/a~1b/*", 9), owned(&["1"]));
        assert_eq!(taken("/response/2/id", 1), Err(Came::NoId));
        assert_eq!(taken("/response", 1), Err(Came::NoId));
        for nothing in [
            "/response/*/name",
            "/response/1/tags/*",
            "/nothing/*/id",
            "/response/id",
        ] {
            assert_eq!(taken(nothing, 1), Err(Came::Nothing), "{nothing}");
        }
        let look_up = LookUp {
            get: "x".to_owned(),
            at: "/response/*/id".to_owned(),
            take: None,
        };
        let number = ids(&body, &look_up, |id| id == "9");
        assert_eq!(number, owned(&["9"]), "what is no value is passed over");
    }
}

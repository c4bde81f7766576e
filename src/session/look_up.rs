//! Looks up values of parameters on the portal: one read for each, before anything is made or tried.
//!
//! What is kept of an answer is ids, and no more of them than are wanted.

use std::collections::BTreeMap;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::budget::json;
use crate::client::{Client, Guise, Repeat, Request, Token};
use crate::config::LookUp;
use crate::contract::{Contract, Operation, ParameterType, path_variables};
use crate::look_up::{Came, LookUps, NoValue, example, in_order, items};
use crate::pointer::unescaped;
use crate::profile::Profile;
use crate::run::StepProblem;
use crate::session::journal::plain_id;
use crate::session::recipe::{Seen, is_self, success};
use crate::session::stop::Stop;
use crate::target::Target;

/// How many values of an answer are looked at.
const MOST_SEEN: usize = 10_000;
/// What stands in a path or query as it is (RFC 3986, 2.3).
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// What the look-ups of a target found.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// The values, by parameter; never empty lists.
    pub(super) values: BTreeMap<String, Vec<String>>,
    /// The parameters of which none were found, and why.
    pub(super) unfound: BTreeMap<String, NoValue>,
    /// The ids in their answers: of what was there before the run made anything.
    pub(super) seen: Seen,
}

/// Carries out the look-ups of a client's target, one after the other; none after somebody wants an end.
///
/// Where the run makes something, what else is read by the way was there before: what a look-up finds whose
/// value is made, and who asks.
pub(super) async fn found(
    client: &Client,
    contract: &Contract,
    profile: &Profile,
    stop: &Stop,
) -> Found {
    let mut found = Found::default();
    let ask = async |path: &str, accept: String| {
        let request = Request {
            method: "GET".to_owned(),
            path: path.trim_start_matches('/').to_owned(),
            accept,
            token: Token::Valid,
            guise: Guise::Plain,
            headers: crate::client::Headers::default(),
            body: None,
        };
        let exchange = tokio::select! {
            exchange = client.ask(request, Repeat::Allowed) => exchange,
            () = stop.wanted() => return None,
        };
        Some(match success(&exchange) {
            Ok(response) => json::value(&response.body)
                .map_err(|unread| unread.told(Came::TooLarge, Came::NoJson)),
            Err(problem) => Err(came(problem)),
        })
    };
    let target = client.target();
    let look_ups = &target.look_ups;
    let wanted = sorted(look_ups, contract).into_iter();
    let wanted = wanted.map(|name| (name, &look_ups[name]));
    for (name, look_up) in wanted.chain(&target.replaced) {
        let first = |name: &str| {
            let values = found.values.get(name);
            let values = values.or_else(|| target.parameters.get(name));
            values.and_then(|values| values.first()).cloned()
        };
        // What is looked up in vain is not what the page's example names.
        let is_shown = |name: &str| !look_ups.contains_key(name) && !target.made.contains(name);
        let path = filled(&look_up.get, |name| {
            let shown = || example(name, &look_up.get, contract).filter(|_| is_shown(name));
            first(name).or_else(shown)
        });
        let read: Result<Value, Came> = match &path {
            Ok(path) => match ask(path, profile.accept_at(contract, &look_up.get)).await {
                Some(read) => read,
                None => return found,
            },
            Err(other) => Err(Came::Unfilled(other.clone())),
        };
        if let (Ok(path), Ok(body)) = (&path, &read) {
            let there = at(body, &look_up.at).into_iter().filter_map(plain_id);
            found.seen.name(name, there);
            found.seen.note(path, body);
        }
        if target.replaced.contains_key(name) {
            continue;
        }
        let types = types_of(name, contract);
        let ids = read.and_then(|body| {
            let is_secret = |id: &str| target.scrub(id) != id;
            let accepts = |id: &str| types.iter().all(|one| one.accepts(id)) && !is_secret(id);
            let together = beside(name, look_ups, contract);
            let together = together.filter_map(|(other, at)| Some((at, first(other)?)));
            ids(&body, look_up, &together.collect::<Vec<_>>(), accepts)
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
    if !target.made.is_empty() {
        for path in own_reads(contract) {
            match ask(&path, profile.accept_at(contract, &path)).await {
                Some(Ok(body)) => found.seen.note(&path, &body),
                Some(Err(_)) => {}
                None => return found,
            }
        }
    }
    found
}

/// The parameters in the order in which they are looked up: those first that others need, or that stand before
/// others which the same answer gives.
fn sorted<'a>(look_ups: &'a LookUps, contract: &Contract) -> Vec<&'a String> {
    in_order(look_ups, |name| beside(name, look_ups, contract).count())
}

/// The parameters that stand before one in some path and that the same items give, with where in an item.
fn beside<'a>(
    name: &'a str,
    look_ups: &'a LookUps,
    contract: &'a Contract,
) -> impl Iterator<Item = (&'a str, &'a str)> {
    let own = &look_ups[name];
    let others = look_ups.iter().filter(move |(other, _)| *other != name);
    others.filter_map(move |(other, look_up)| {
        let (list, _) = items(&own.at)?;
        let (others, rest) = items(&look_up.at)?;
        let is_before = |operation: &crate::contract::Operation| {
            let path = path_variables(&operation.path);
            let [one, other] = [name, other].map(|name| path.iter().position(|one| *one == name));
            one.is_some() && other.is_some() && other < one
        };
        let is_one = own.get == look_up.get && list == others;
        (is_one && contract.operations.iter().any(is_before)).then_some((other.as_str(), rest))
    })
}

/// A path with a value in the place of each name in braces, or the name that has none.
fn filled(path: &str, value: impl Fn(&str) -> Option<String>) -> Result<String, String> {
    let mut filled = path.to_owned();
    for name in path_variables(path) {
        let value = value(name).ok_or_else(|| name.to_owned())?;
        let value = utf8_percent_encode(&value, ESCAPED).to_string();
        filled = filled.replace(&format!("{{{name}}}"), &value);
    }
    Ok(filled)
}

/// The documented reads about whoever asks.
fn own_reads(contract: &Contract) -> impl Iterator<Item = String> {
    let operations = contract.operations.iter();
    let reads =
        operations.filter(|one| one.reads() && is_self(&one.path) && !one.path.contains('{'));
    reads.map(Operation::documented_path)
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
///
/// Where others are found in the same items, those items count that have the value of each which is used.
fn ids(
    body: &Value,
    look_up: &LookUp,
    together: &[(&str, String)],
    accepts: impl Fn(&str) -> bool,
) -> Result<Vec<String>, Came> {
    let values = match items(&look_up.at).filter(|_| !together.is_empty()) {
        Some((list, rest)) => {
            let has = |item: &Value, (at_item, used): &(&str, String)| {
                let mut there = at(item, at_item).into_iter().filter_map(plain_id);
                there.any(|id| id == *used)
            };
            let all = at(body, list).into_iter();
            let all = all.filter(|item| together.iter().all(|other| has(item, other)));
            all.flat_map(|item| at(item, rest)).collect()
        }
        None => at(body, &look_up.at),
    };
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

/// The values at a JSON pointer (RFC 6901) in which `*` stands for each item of a list, or each member of an
/// object, in their order.
fn at<'a>(body: &'a Value, pointer: &str) -> Vec<&'a Value> {
    let mut here = vec![body];
    for step in pointer.split('/').skip(1) {
        let step = unescaped(step);
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
                Value::Object(members) if step == "*" && !members.contains_key("*") => {
                    members.values().take(MOST_SEEN).collect()
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
    fn what_others_need_is_looked_up_before_them() {
        let text = "GET api/room/{z}/exhibit/{a}\nReturns\nX\n";
        let contract = crate::contract::of_sources(vec![crate::source::Source::new("x", text)]);
        let contract = contract.unwrap();
        let look_ups = |entries: &[(&str, &str, &str)]| -> LookUps {
            let entries = entries.iter().map(|(name, get, at)| {
                let (get, at) = ((*get).to_owned(), (*at).to_owned());
                (
                    (*name).to_owned(),
                    LookUp {
                        get,
                        at,
                        take: None,
                    },
                )
            });
            entries.collect()
        };
        let of_one = look_ups(&[("a", "x", "/*/id"), ("z", "x", "/*/room")]);
        assert_eq!(sorted(&of_one, &contract), ["z", "a"]);
        let together: Vec<_> = beside("a", &of_one, &contract).collect();
        assert_eq!(together, [("z", "/room")]);
        assert_eq!(beside("z", &of_one, &contract).count(), 0);
        let of_each = look_ups(&[("a", "x/{z}", "/*/id"), ("z", "x", "/*/id")]);
        assert_eq!(sorted(&of_each, &contract), ["z", "a"]);
        let path = filled("x/{z}?y={z}", |_| Some("1/2".to_owned()));
        assert_eq!(path, Ok("x/1%2F2?y=1%2F2".to_owned()));
        assert_eq!(filled("x/{z}", |_| None), Err("z".to_owned()));
    }

    #[test]
    fn ids_are_taken_from_their_place_each_once_as_many_as_are_wanted() {
        let body = json!({ "response": [
            { "id": 7, "tags": [{ "id": "a" }, { "id": "b" }] },
            { "id": 7, "tags": [] },
            { "id": 8.5 }, { "id": "../x" }, { "id": null }, { "id": "" }, {},
            { "id": "0f" }, { "id": 9 }
        ], "a/b": [1], "by": { "4": { "id": "c" }, "17": { "id": "d" } } });
        let taken = |pointer: &str, take| {
            let look_up = LookUp {
                get: "x".to_owned(),
                at: pointer.to_owned(),
                take: Some(take),
            };
            ids(&body, &look_up, &[], |_| true)
        };
        let owned = |ids: &[&str]| Ok(ids.iter().map(|id| (*id).to_owned()).collect());
        assert_eq!(taken("/response/*/id", 1), owned(&["7"]));
        assert_eq!(taken("/response/*/id", 2), owned(&["7", "0f"]));
        assert_eq!(taken("/response/*/id", 9), owned(&["7", "0f", "9"]));
        assert_eq!(taken("/response/*/tags/*/id", 9), owned(&["a", "b"]));
        assert_eq!(taken("/response/0/id", 9), owned(&["7"]));
        assert_eq!(taken("/a~1b/*", 9), owned(&["1"]));
        assert_eq!(taken("/by/*/id", 9), owned(&["c", "d"]));
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
        let number = ids(&body, &look_up, &[], |id| id == "9");
        assert_eq!(number, owned(&["9"]), "what is no value is passed over");
        let body = json!([{ "id": 1, "room": 7 }, { "id": 2, "room": 8 }, { "id": 3, "room": 8 }]);
        let look_up = LookUp {
            get: "x".to_owned(),
            at: "/*/id".to_owned(),
            take: Some(9),
        };
        let of_room = |room: &str| ids(&body, &look_up, &[("/room", room.to_owned())], |_| true);
        assert_eq!(of_room("8"), owned(&["2", "3"]));
        assert_eq!(of_room("9"), Err(Came::Nothing));
    }

    #[tokio::test]
    async fn who_asks_was_there_before_where_something_is_made() {
        let body = json!({ "response": { "id": 7, "userName": "x" } });
        let pages = ["people/@self", "people/{userid}/me", "things"].map(|path| {
            let text = format!("GET api/2.0/{path}\nReturns\nX\n");
            crate::source::Source::new(path, &text)
        });
        let contract = crate::contract::of_sources(pages.into()).unwrap();
        let make = |path: &str| crate::config::Step {
            name: "make".to_owned(),
            method: "POST".to_owned(),
            path: path.to_owned(),
            body: None,
            keep: BTreeMap::new(),
            find: None,
            repeatable: false,
            makes: None,
            spares_others: Vec::new(),
        };
        let profile = crate::profile::load("as-documented").unwrap();
        for makes in [false, true] {
            let url = crate::client::tests_support::portal(200, body.to_string());
            let mut target = Target::new(url.parse().unwrap());
            if makes {
                target.made.insert("userid".to_owned());
            }
            let client = Client::new(std::sync::Arc::new(target)).unwrap();
            let found = found(&client, &contract, &profile, &Stop::never()).await;
            let seen = |path| found.seen.alike(&make(path), "userid").count();
            assert_eq!(seen("api/2.0/people"), usize::from(makes));
            assert_eq!(seen("api/2.0/project"), 0);
            assert_eq!(client.sent(), usize::from(makes));
        }
    }
}

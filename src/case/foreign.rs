//! What a request names that may be somebody's, where it replaces or deletes.
//!
//! In comes a request as it is documented, out comes the first value in it that a look-up finds or that the page's
//! example says, and that may name a thing: a portal is free to take it for what is to be replaced or deleted,
//! wherever it stands. What somebody names or set-up makes is his own.

use serde_json::Value;

use crate::case::NotAsked;
use crate::case::request::Requests;
use crate::contract::{Operation, Parameter, ParameterIn, ParameterType, replaces};
use crate::names::folded;
use crate::shape::text::{is_guid, is_key};
use crate::writes::Writes;

/// Steps of a path behind which a number is the version of the API.
const BEFORE_VERSION: [&str; 4] = ["api", "rest", "v", "version"];

/// Why a request that replaces or deletes is not asked, where what it names is nobody's own.
pub(super) fn foreign(requests: Requests<'_>) -> Option<NotAsked> {
    let Requests {
        operation, target, ..
    } = requests;
    // What the reference portal holds is nobody's.
    let is_harmless =
        target.writes == Writes::All || target.stand_in.is_some() || !replaces(&operation.method);
    if is_harmless {
        return None;
    }
    if let Some(step) = named_step(&operation.path) {
        let step = step.to_owned();
        return Some(NotAsked::ForeignStep { step });
    }
    let mut parameters = operation.parameters.iter();
    parameters.find_map(|one| {
        let name = &one.name;
        let is_looked_up = target.look_ups.contains_key(name);
        let is_own = target.parameters.contains_key(name) || target.made.contains(name);
        let is_sent = one.sent_in == ParameterIn::Path || requests.is_sent(one);
        let is_foreign = is_sent && (is_looked_up || !is_own && may_name(one, operation, requests));
        is_foreign.then(|| NotAsked::Foreign {
            parameter: name.clone(),
            is_looked_up,
        })
    })
}

/// The step of a path that is written out and is the id of one thing: a number or a GUID.
fn named_step(path: &str) -> Option<&str> {
    let steps: Vec<&str> = path.split('/').filter(|step| !step.is_empty()).collect();
    let mut pairs = steps.windows(2);
    let found = pairs.find(|pair| {
        let bare = pair[1].split('.').next().unwrap_or_default();
        let is_number = !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit());
        let is_version = BEFORE_VERSION
            .iter()
            .any(|word| word.eq_ignore_ascii_case(pair[0]));
        // `api/2.0` is a version wherever it stands.
        is_guid(bare) || is_number && !is_version && !is_fraction(pair[1])
    });
    found.map(|pair| pair[1])
}

fn is_fraction(step: &str) -> bool {
    step.contains('.') && step.bytes().all(|b| b.is_ascii_digit() || b == b'.')
}

/// Whether the documented value of a parameter may name what is replaced or deleted.
fn may_name(parameter: &Parameter, operation: &Operation, requests: Requests<'_>) -> bool {
    let mut named = requests.named.iter();
    if parameter.sent_in == ParameterIn::Path || named.any(|one| one.parameter == parameter.name) {
        return true;
    }
    let examples = || parameter.examples().into_iter();
    let shown = match &parameter.documented {
        Some(value) => value.clone(),
        None => examples().map(Value::from).collect(),
    };
    // What is deleted is all that the request says.
    if operation.method == "DELETE" {
        return parameter.value_type() != ParameterType::Boolean && says_something(&shown);
    }
    let is_alone = parameter.sent_in == ParameterIn::Query
        && operation.path_parameters().next().is_none()
        && parameter.value_type() != ParameterType::Boolean;
    names_thing(&parameter.name, &shown) || is_alone && examples().any(|value| is_key(&value))
}

/// Whether a value says more than yes, no or nothing.
fn says_something(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::String(text) => !matches!(text.trim(), "" | "true" | "false"),
        Value::Number(_) => true,
        Value::Array(items) => items.iter().any(says_something),
        Value::Object(members) => members.values().any(says_something),
    }
}

/// Whether a value, or one in it, is called an id or is a GUID.
fn names_thing(name: &str, value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(_) => is_called_id(name),
        Value::String(text) => is_guid(text) || is_called_id(name) && says_something(value),
        Value::Array(items) => items.iter().any(|item| names_thing(name, item)),
        Value::Object(members) => members.iter().any(|(name, one)| names_thing(name, one)),
    }
}

/// Whether a name says that ids are its values: `lockid`, `fileIds`, `lock[id]`.
fn is_called_id(name: &str) -> bool {
    let name = folded(name);
    let name = name.strip_suffix('s').unwrap_or(&name);
    name.ends_with("id")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::contract;
    use crate::profile;
    use crate::source::Source;
    use crate::target::Target;

    const GUID: &str = "0b6c1f7e-1d0a-4c2b-9f7d-2a4b6c8d0e1f";

    /// What of a page's request is somebody's, where these parameters are named.
    fn of(heading: &str, rows: &str, request: &str, own: &[&str]) -> Option<NotAsked> {
        let table = match rows {
            "" => String::new(),
            rows => format!("Parameters\nName Description Type Example\n{rows}\n"),
        };
        let text = format!(
            "{heading}\n\n{table}Example\n{heading}{request}\n\nExample Response\n\n{{\"status\": 0}}\n"
        );
        let contract = contract::of_sources(vec![Source::new("page", &text)]).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let mut target = Target::new("http://portal.test".parse().unwrap());
        for name in own {
            let value = vec!["7".to_owned()];
            target.parameters.insert((*name).to_owned(), value);
        }
        let operation = &contract.operations[0];
        foreign(Requests {
            operation,
            named: &profile.named(operation),
            profile: &profile,
            target: &target,
        })
    }

    fn parameter(name: &str) -> NotAsked {
        NotAsked::Foreign {
            parameter: name.to_owned(),
            is_looked_up: false,
        }
    }

    #[test]
    fn an_id_of_the_page_is_somebodys_wherever_it_stands() {
        let in_query = "lockid\nsent in query\nLock number 41\n";
        let in_body = "lockid\nsent in body\nLock number 41\n";
        let code = "code\nsent in query\nCode string LK-41\n";
        for (heading, rows, request, name) in [
            ("DELETE api/2.0/lock", in_query, "?lockid=41", "lockid"),
            (
                "DELETE api/2.0/lock",
                in_body,
                "\n\n{\"lockid\": 41}",
                "lockid",
            ),
            (
                "DELETE api/2.0/lock",
                "",
                "\n\n{\"codes\": [\"x y\"]}",
                "codes",
            ),
            ("DELETE api/2.0/lock", "", "?days=30", "days"),
            ("PUT api/2.0/lock", in_query, "?lockid=41", "lockid"),
            (
                "PATCH api/2.0/lock",
                in_body,
                "\n\n{\"lockid\": 41}",
                "lockid",
            ),
            ("PUT api/2.0/lock", code, "?code=LK-41", "code"),
            (
                "PUT api/2.0/lock",
                "",
                "\n\n{\"lock\": {\"Id\": 41}}",
                "lock",
            ),
            (
                "PUT api/2.0/lock",
                "",
                "\n\n{\"fileIds\": [\"a\"]}",
                "fileIds",
            ),
        ] {
            assert_eq!(
                of(heading, rows, request, &[]),
                Some(parameter(name)),
                "{heading}{request}"
            );
            assert_eq!(
                of(heading, rows, request, &[name]),
                None,
                "{heading}{request}"
            );
        }
        let owner = format!("\n\n{{\"owner\": \"{GUID}\"}}");
        assert_eq!(
            of("PUT api/2.0/lock", "", &owner, &[]),
            Some(parameter("owner"))
        );
    }

    #[test]
    fn an_id_that_is_written_out_in_the_path_is_somebodys() {
        let row = "lockid\nsent in url\nLock number 41\n";
        for (heading, rows, step) in [
            ("DELETE api/2.0/lock/41", row, "41"),
            ("PUT api/2.0/lock/41/code", "", "41"),
            ("DELETE api/2.0/lock/41.json", "", "41.json"),
            (&format!("DELETE lock/{GUID}"), "", GUID),
        ] {
            let step = step.to_owned();
            let expected = Some(NotAsked::ForeignStep { step });
            assert_eq!(of(heading, rows, "", &["lockid"]), expected, "{heading}");
        }
    }

    #[test]
    fn plain_data_and_what_only_makes_or_reads_is_nobodys() {
        let title = "\n\n{\"title\": \"a lock\", \"size\": 3, \"paid\": true}";
        let row = "lockid\nsent in url\nLock number 41\n";
        for (heading, rows, request) in [
            ("PUT api/2.0/lock/{lockid}", row, title),
            ("PUT api/2.0/settings", "", title),
            ("PUT api/2.0/lock/{lockid}", row, "?version=3"),
            ("DELETE api/2.0/cache", "", "?immediately=true"),
            ("DELETE api/2.0/cache", "", ""),
            ("DELETE rest/api/2/cache", "", ""),
            ("DELETE api/v2/@self", "", ""),
            ("POST api/2.0/lock/41", "", "\n\n{\"lockid\": 41}"),
            ("GET api/2.0/lock/41", "", ""),
        ] {
            assert_eq!(
                of(heading, rows, request, &["lockid"]),
                None,
                "{heading}{request}"
            );
        }
    }
}

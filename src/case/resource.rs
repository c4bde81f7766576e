//! What in the body of a request names the resource that its path names.

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::client::Request;
use crate::contract::{Operation, Parameter, replaces};
use crate::profile::Named;

/// Puts the ids of a path where the body repeats them: in members that are called as the parameters are, and, where
/// the path ends in what is replaced, in the one that is called `id` or as the resource has it. A body of one object
/// alone is looked into.
pub(super) fn renamed(
    operation: &Operation,
    named: &[Named],
    value: impl Fn(&Parameter) -> Option<String>,
    members: &mut Map<String, Value>,
) {
    for parameter in operation.path_parameters().filter(|one| one.may_be_id()) {
        let Some(id) = value(parameter) else {
            continue;
        };
        let is_it = |name: &str| names_resource(operation, named, parameter, name);
        put(members, &is_it, &id);
        if members.len() == 1
            && let Some(Value::Object(inner)) = members.values_mut().next()
        {
            put(inner, &is_it, &id);
        }
    }
}

/// Whether a member of the body names the resource that a parameter of the path names, as far as names tell.
fn names_resource(
    operation: &Operation,
    named: &[Named],
    parameter: &Parameter,
    name: &str,
) -> bool {
    let is_replaced =
        replaces(&operation.method) && operation.path.ends_with(&format!("{{{}}}", parameter.name));
    let own = || {
        let mut all = named.iter().filter(|one| one.parameter == parameter.name);
        all.any(|one| {
            one.member
                .as_ref()
                .is_some_and(|member| member.wire == name)
        })
    };
    name.eq_ignore_ascii_case(&parameter.name)
        || is_replaced && (bare(name).eq_ignore_ascii_case("id") || own())
}

/// A name without the signs before it, as in `_id` and `@id`.
fn bare(name: &str) -> &str {
    name.trim_start_matches(|c: char| !c.is_alphanumeric())
}

/// Puts an id into the members that are meant, as a value of the type that stands there.
fn put(members: &mut Map<String, Value>, is_it: &impl Fn(&str) -> bool, id: &str) {
    for (_, value) in members.iter_mut().filter(|(name, _)| is_it(name)) {
        match value {
            Value::String(text) => id.clone_into(text),
            Value::Number(number) => {
                // What is no plain number is no id, and stands in the path alone.
                let plain = id.parse::<u64>().ok().filter(|one| one.to_string() == id);
                if let Some(plain) = plain {
                    *number = plain.into();
                }
            }
            _ => {}
        }
    }
}

/// Whether the body of a request holds an id that is not the one in its path, so that it may be refused for that.
pub(crate) fn contradicts_path(operation: &Operation, request: &Request) -> bool {
    let Some(parameter) = operation.path_parameters().last() else {
        return false;
    };
    let body = request.body.as_ref();
    let body = body.and_then(|body| serde_json::from_str::<Value>(&body.text).ok());
    let path = request.path.split('?').next().unwrap_or_default();
    let steps: Vec<String> = path
        .split('/')
        .map(|step| percent_decode_str(step).decode_utf8_lossy().into_owned())
        .collect();
    let is_of_path = |id: &str| {
        let mut steps = steps.iter();
        steps.any(|step| step == id || step.split('.').next() == Some(id))
    };
    let mut pending: Vec<&Value> = body.iter().collect();
    while let Some(value) = pending.pop() {
        match value {
            Value::Array(items) => pending.extend(items),
            Value::Object(members) => {
                for (name, value) in members {
                    let is_id = name.eq_ignore_ascii_case(&parameter.name)
                        || bare(name).eq_ignore_ascii_case("id");
                    let id = match value {
                        Value::String(text) => Some(text.clone()),
                        Value::Number(number) => Some(number.to_string()),
                        _ => None,
                    };
                    if is_id && id.is_some_and(|id| !is_of_path(&id)) {
                        return true;
                    }
                    pending.push(value);
                }
            }
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::client::{Body, tests_support};
    use crate::contract::of_sources;
    use crate::source::Source;
    use serde_json::json;

    fn operation(path: &str, method: &str) -> Operation {
        let text = format!(
            "openapi: 3.1.0\npaths:\n  {path}:\n    {method}:\n      parameters: [{{name: boat, in: path, required: true, \
             schema: {{type: integer}}}}]\n      responses: {{'204': {{description: x}}}}\n"
        );
        let contract = of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
        contract.operations[0].clone()
    }

    #[test]
    fn an_id_goes_into_the_body_wherever_that_names_the_same_resource() {
        let renamed = |path: &str, method: &str, id: &str, body: Value| {
            let Value::Object(mut members) = body else {
                return Value::Null;
            };
            let operation = operation(path, method);
            renamed(&operation, &[], |_| Some(id.to_owned()), &mut members);
            Value::Object(members)
        };
        let (one, below) = ("/boats/{boat}", "/boats/{boat}/oars");
        for (path, method, id, body, expected) in [
            (
                one,
                "put",
                "9",
                json!({"id": 7, "x": 7}),
                json!({"id": 9, "x": 7}),
            ),
            (one, "put", "9", json!({"_id": "7"}), json!({"_id": "9"})),
            (one, "patch", "9", json!({"Boat": 7}), json!({"Boat": 9})),
            (
                one,
                "put",
                "9",
                json!({"data": {"id": "7", "type": "boats"}}),
                json!({"data": {"id": "9", "type": "boats"}}),
            ),
            // Somebody else's, and what is no id.
            (
                one,
                "put",
                "9",
                json!({"owner": {"id": 7}, "x": 1}),
                json!({"owner": {"id": 7}, "x": 1}),
            ),
            (one, "put", "+9", json!({"id": 7}), json!({"id": 7})),
            (
                below,
                "post",
                "9",
                json!({"id": 7, "boat": 7}),
                json!({"id": 7, "boat": 9}),
            ),
        ] {
            assert_eq!(renamed(path, method, id, body.clone()), expected, "{body}");
        }
    }

    #[test]
    fn a_body_contradicts_its_path_where_it_names_another_one() {
        let operation = operation("/boats/{boat}", "put");
        for (path, body, expected) in [
            ("boats/9", "{\"id\": 7}", true),
            ("boats/9", "{\"a\": {\"b\": [{\"boat\": \"7\"}]}}", true),
            ("boats/9.json?x=7", "{\"id\": 9}", false),
            ("boats/a%20b", "{\"id\": \"a b\"}", false),
            ("boats/9", "{\"name\": \"7\"}", false),
            ("boats/9", "{", false),
        ] {
            let mut request = tests_support::exchange(Ok(tests_support::response(200, ""))).request;
            request.path = path.to_owned();
            request.body = Some(Body {
                content_type: "application/json".to_owned(),
                text: body.to_owned(),
            });
            assert_eq!(
                contradicts_path(&operation, &request),
                expected,
                "{path} {body}"
            );
        }
    }
}

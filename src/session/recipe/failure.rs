//! Bodies by which a portal says that it did not do what it was asked, under a status that says it did.
//!
//! APIs with an envelope answer so: ONLYOFFICE with `status` 1 and `error`, `JSend` with `status` "fail" or "error",
//! OCS with `ocs.meta.status` "failure", others with `success` or `ok` false, or with the code of an error.

use serde_json::{Map, Value};

use crate::client::Response;
use crate::session::recipe::answer::json;

/// Members that hold an error where something stands in them.
const ERRORS: [&str; 4] = ["error", "errors", "errormessage", "exception"];
/// Members that say whether it was done.
const SUCCESSES: [&str; 4] = ["issuccess", "ok", "succeeded", "success"];
/// Members that hold the status code of HTTP.
const CODES: [&str; 4] = ["code", "httpstatus", "httpstatuscode", "statuscode"];
/// What `status` or `result` says of what failed.
const FAILURES: [&str; 5] = ["error", "fail", "failed", "failure", "ko"];
/// Objects that hold what is said of the answer.
const AROUND: [&str; 3] = ["meta", "ocs", "result"];
/// The most of these that stand in each other.
const DEPTH: usize = 2;

/// Whether the body of a success says that it failed. What is no JSON object says nothing.
pub(super) fn says_failure(response: &Response) -> bool {
    match json(response) {
        Ok(Value::Object(members)) => fails(&members, DEPTH),
        _ => false,
    }
}

fn fails(members: &Map<String, Value>, depth: usize) -> bool {
    members.iter().any(|(name, value)| {
        let name = name.to_ascii_lowercase().replace(['_', '-'], "");
        let name = name.as_str();
        match value {
            Value::Object(below) if AROUND.contains(&name) && depth > 0 => fails(below, depth - 1),
            Value::Bool(false) => SUCCESSES.contains(&name),
            Value::Number(number) if CODES.contains(&name) => number
                .as_u64()
                .is_some_and(|code| (400..600).contains(&code)),
            Value::String(text) if matches!(name, "result" | "status") => {
                FAILURES.contains(&text.to_ascii_lowercase().as_str())
            }
            _ => ERRORS.contains(&name) && is_filled(value),
        }
    })
}

/// Whether something stands in a member: not `false`, `null`, 0 or nothing.
pub(super) fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::Bool(is_so) => *is_so,
        Value::Number(number) => number.as_f64() != Some(0.0),
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(items) => !items.is_empty(),
        Value::Object(members) => !members.is_empty(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_error_under_a_success_is_read_in_its_envelope() {
        for (body, expected) in [
            (
                json!({"status": 1, "statusCode": 500, "error": {"message": "Access denied"}}),
                true,
            ),
            (
                json!({"status": 1, "error": {"message": "Access denied"}}),
                true,
            ),
            (json!({"success": false, "message": "no"}), true),
            (json!({"is_success": false}), true),
            (json!({"status": "fail", "data": {"id": "unknown"}}), true),
            (
                json!({"ocs": {"meta": {"status": "failure", "statuscode": 997}}}),
                true,
            ),
            (json!({"code": 403}), true),
            (json!({"errors": ["no"]}), true),
            // What was removed is answered, or nothing.
            (json!({}), false),
            (
                json!({"status": 0, "statusCode": 200, "response": {"error": "kept", "status": "failed"}}),
                false,
            ),
            (
                json!({"success": true, "error": null, "errors": [], "code": 0}),
                false,
            ),
            (json!({"error": false, "status": "ok"}), false),
            (
                json!({"ocs": {"meta": {"status": "ok", "statuscode": 100}, "data": []}}),
                false,
            ),
            (
                json!({"id": 7, "status": "closed", "code": "X-500", "result": true}),
                false,
            ),
            (json!([{"error": "of an item"}]), false),
        ] {
            let members = body.as_object();
            assert_eq!(
                members.is_some_and(|members| fails(members, DEPTH)),
                expected,
                "{body}"
            );
        }
    }
}

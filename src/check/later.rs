//! Whether what a write answers, or what is documented of it, says that it is done later, or otherwise than at once.

use serde_json::Value;

use crate::client::Response;
use crate::contract::Operation;
use crate::names::folded;

/// Steps of a path that take work to be done later, and words of descriptions that say so.
const STEPS: [&str; 9] = [
    "async", "batch", "bulk", "deferred", "enqueue", "import", "queue", "queued", "schedule",
];
const WORDS: [&str; 4] = ["asynchron", "eventually", "in the background", "queue"];
/// Members that name the work, and those that say how far it is, with what they say; without signs, in small letters.
const WORK: [&str; 4] = ["jobid", "operationid", "progress", "taskid"];
const STATES: [&str; 5] = ["jobstatus", "lifecycle", "phase", "state", "status"];
const UNDER_WAY: [&str; 12] = [
    "accepted",
    "creating",
    "deleting",
    "deletionpending",
    "inprogress",
    "pending",
    "processing",
    "provisioning",
    "queued",
    "running",
    "scheduled",
    "submitted",
];
/// Headers that lead to the work.
const HEADERS: [&str; 3] = ["azure-asyncoperation", "operation-location", "retry-after"];

/// Whether a write that was answered with success may not be done yet: 202 (RFC 9110, 15.3.3), a header that leads to
/// the work, a resource that is not there yet, or an operation that says of itself that it does its work later.
#[must_use]
pub fn is_later(operation: &Operation, response: &Response, resource: Option<&Value>) -> bool {
    let steps = operation.path.split('/').map(folded);
    let description = operation.description.to_lowercase();
    let head = &response.head;
    let mut preferences = head.all("preference-applied");
    let is_under_way = |name: &str, value: &Value| {
        let text = value.as_str().map(folded).unwrap_or_default();
        WORK.contains(&name) || (STATES.contains(&name) && UNDER_WAY.contains(&text.as_str()))
    };
    let members = resource.and_then(Value::as_object).into_iter().flatten();
    response.status == 202
        || steps.into_iter().any(|step| STEPS.contains(&step.as_str()))
        || WORDS.iter().any(|word| description.contains(word))
        || HEADERS.iter().any(|name| head.all(name).next().is_some())
        || preferences.any(|value| value.contains("respond-async"))
        || members
            .into_iter()
            .any(|(name, value)| is_under_way(&folded(name), value))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::*;
    use crate::client::tests_support::response;
    use crate::contract;
    use crate::source::Source;

    #[test]
    fn what_is_done_later_says_so() {
        let later = |path: &str,
                     description: &str,
                     status,
                     header: Option<(&str, &str)>,
                     body: &Value| {
            let text = format!(
                "openapi: 3.0.3\npaths:\n  {path}:\n    post:\n      description: {description}\n      \
                 responses: {{'201': {{description: made}}}}\n"
            );
            let contract = contract::of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
            let mut answer = response(status, "");
            let headers = header.map(|(name, value)| (name.to_owned(), value.to_owned()));
            answer.head.headers.extend(headers);
            is_later(&contract.operations[0], &answer, Some(body))
        };
        let plain = json!({ "id": 1, "status": "open" });
        assert!(!later("/boats", "Adds a boat.", 201, None, &plain));
        assert!(!later(
            "/boats",
            "Adds a boat.",
            201,
            Some(("location", "/boats/1")),
            &plain
        ));
        for (path, description, status, header, body) in [
            ("/boats", "Adds a boat.", 202, None, &plain),
            ("/boats/batch", "Adds boats.", 201, None, &plain),
            ("/boats", "Adds a boat asynchronously.", 201, None, &plain),
            (
                "/boats",
                "Adds a boat.",
                201,
                Some(("operation-location", "/work/1")),
                &plain,
            ),
            (
                "/boats",
                "Adds a boat.",
                201,
                Some(("preference-applied", "respond-async")),
                &plain,
            ),
            ("/boats", "Adds a boat.", 201, None, &json!({ "jobId": 7 })),
            (
                "/boats",
                "Adds a boat.",
                201,
                None,
                &json!({ "status": "IN_PROGRESS" }),
            ),
        ] {
            assert!(
                later(path, description, status, header, body),
                "{path} {description} {status}"
            );
        }
    }
}

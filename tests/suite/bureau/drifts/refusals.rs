//! Of what is refused.

#![allow(
    clippy::semicolon_if_nothing_returned,
    clippy::too_many_lines,
    reason = "tables of small closures"
)]

use serde_json::{Value, json};

use super::{Drift, let_in, welcome};
use crate::bureau::{ANNA, Habit, Kind, Reply};

pub(super) fn refusals() -> Vec<Drift> {
    use Habit::{Reply as R, Request as Q, Tree};
    vec![
        (
            "no token needed",
            Q(|request| {
                if !request.headers.contains_key("authorization") {
                    let_in(request)
                }
            }),
            "read::json::refusal::no-token",
        ),
        (
            "an empty token will do",
            Q(|request| {
                if request
                    .headers
                    .get("authorization")
                    .is_some_and(String::is_empty)
                {
                    let_in(request)
                }
            }),
            "read::xml::refusal::empty-token",
        ),
        (
            "any token will do",
            Q(|request| {
                if request
                    .headers
                    .get("authorization")
                    .is_some_and(|value| !value.is_empty())
                {
                    let_in(request)
                }
            }),
            "link::json::refusal::wrong-token",
        ),
        (
            "anybody may link",
            Q(|request| {
                if request.method == "POST" {
                    let_in(request)
                }
            }),
            "link::xml::refusal::malformed-token",
        ),
        (
            "401 sends to a page",
            R(|asked, reply| {
                if asked.status == 401 {
                    *reply = Reply::page(302, "Found", "");
                    reply.set("Location", "/auth.aspx");
                }
            }),
            "read::json::refusal::no-token",
        ),
        (
            "500 for strangers",
            R(|asked, reply| {
                if asked.status == 401 {
                    reply.status = 500
                }
            }),
            "link::json::refusal::empty-token",
        ),
        (
            "nothing is found with 200",
            R(|asked, reply| {
                if asked.status == 404 {
                    welcome(reply)
                }
            }),
            "read::json::refusal::unknown-contactid",
        ),
        (
            "unknown projects are server errors",
            R(|asked, reply| {
                if asked.status == 404 && asked.kind == Kind::Link {
                    reply.status = 500
                }
            }),
            "link::json::refusal::unknown-projectid",
        ),
        (
            "words are server errors",
            R(|asked, reply| {
                if asked.status == 404 && asked.kind == Kind::Other {
                    reply.status = 500
                }
            }),
            "read::json::refusal::text-contactid",
        ),
        (
            "negative ids are welcome",
            Q(|request| request.path = request.path.replace("/-", "/")),
            "read::json::refusal::negative-contactid",
        ),
        (
            "zero is unknown",
            R(|asked, reply| {
                if asked.status == 400 && asked.kind == Kind::Read {
                    reply.status = 500
                }
            }),
            "read::json::refusal::zero-contactid",
        ),
        (
            "large ids are server errors",
            R(|asked, reply| {
                if asked.status == 400 && asked.kind == Kind::Read {
                    reply.status = 500
                }
            }),
            "read::xml::refusal::oversized-contactid",
        ),
        (
            "broken bodies are empty",
            Q(|request| {
                if request.method == "POST"
                    && request.media_type() == "application/json"
                    && serde_json::from_slice::<Value>(&request.body).is_err()
                {
                    request.body = format!("{{\"contactid\":[{ANNA}]}}").into_bytes()
                }
            }),
            "link::json::refusal::malformed-body",
        ),
        (
            "empty bodies link everybody",
            Q(|request| {
                if request.method == "POST" && !String::from_utf8_lossy(&request.body).contains('4')
                {
                    request.headers.insert(
                        "content-type".to_owned(),
                        "application/x-www-form-urlencoded".to_owned(),
                    );
                    request.body = format!("contactid={ANNA}").into_bytes()
                }
            }),
            "link::json::refusal::empty-body",
        ),
        (
            "bad bodies are server errors",
            R(|asked, reply| {
                if asked.status == 400 && asked.kind == Kind::Link {
                    reply.status = 500
                }
            }),
            "link::json::refusal::mistyped-body",
        ),
        (
            "missing bodies are server errors",
            R(|asked, reply| {
                if asked.status == 400 && asked.kind == Kind::Link {
                    reply.status = 500
                }
            }),
            "link::xml::refusal::missing-body",
        ),
        (
            "errors with a response",
            Tree(|asked, tree| {
                if asked.status >= 400 {
                    tree["response"] = json!({"id": ANNA, "displayName": "Anna Berg"})
                }
            }),
            "read::json::refusal::unknown-contactid",
        ),
        (
            "strangers are told names",
            R(|asked, reply| {
                if asked.status == 401 {
                    reply.body =
                        br#"{"status":0,"response":{"id":4711,"displayName":"Anna Berg"}}"#.to_vec()
                }
            }),
            "read::json::refusal::no-token",
        ),
    ]
}

//! HAR 1.2, as a run writes it: without anything that tells who asks.

use std::collections::BTreeSet;
use std::sync::Mutex;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::client::{Request, Response};
use crate::shape::text;

/// So many bytes of bodies are recorded.
const MAX_BYTES: usize = 64 * 1024 * 1024;

/// Shorter words of letters and digits are names.
const MARK: usize = 12;

/// What `_masked` says where values stand in an answer that the contract bounds otherwise than the portal's.
pub(super) const OTHER_VALUES: &str = "values";

/// What a run asked and got, as it comes.
#[derive(Debug, Default)]
pub struct Recorder {
    kept: Mutex<Recorded>,
}

#[derive(Debug, Default)]
struct Recorded {
    entries: Vec<(OffsetDateTime, Value)>,
    bytes: usize,
    more: usize,
}

impl Recorder {
    /// Keeps a request to a URL and its answer, when it was sent and how long it took; the caller has taken out of
    /// the body what nobody may read, tells how it is taken out of a text, and says whether it put values in the
    /// place of others of which the contract says something else.
    pub fn add(
        &self,
        (started, milliseconds): (OffsetDateTime, f64),
        url: &str,
        request: &Request,
        response: &Response,
        other_values: bool,
        without: &dyn Fn(&str) -> String,
    ) {
        let Ok(mut kept) = self.kept.lock() else {
            return;
        };
        if kept.bytes + response.body.len() > MAX_BYTES {
            kept.more += 1;
            return;
        }
        kept.bytes += response.body.len();
        let mut entry = entry(started, milliseconds, url, request, response, without);
        if other_values {
            entry["_masked"] = OTHER_VALUES.into();
            entry["comment"] =
                "the bounds of values are not judged: others stand in their place".into();
        }
        kept.entries.push((started, entry));
    }

    /// How many answers were not kept, as there were too many.
    #[must_use]
    pub fn more(&self) -> usize {
        self.kept.lock().map_or(0, |kept| kept.more)
    }

    /// The file, its entries in the order of time.
    #[must_use]
    pub fn text(&self) -> String {
        let mut entries = self
            .kept
            .lock()
            .map_or(Vec::new(), |kept| kept.entries.clone());
        entries.sort_by_key(|(started, _)| *started);
        let entries: Vec<Value> = entries.into_iter().map(|(_, entry)| entry).collect();
        let har = json!({"log": {
            "version": "1.2",
            "creator": {"name": env!("CARGO_PKG_NAME"), "version": env!("CARGO_PKG_VERSION")},
            "entries": entries,
        }});
        format!("{har:#}\n")
    }
}

/// The entries of two files that a run wrote in one, the same answer to the same request once.
///
/// # Errors
///
/// What the parser says of one that is none.
pub fn joined(earlier: &str, later: &str) -> Result<String, serde_json::Error> {
    let mut all: Value = serde_json::from_str(earlier)?;
    let mut later: Value = serde_json::from_str(later)?;
    let mut entries = Vec::new();
    let mut seen = BTreeSet::new();
    for file in [&mut all, &mut later] {
        let Some(own) = file["log"]["entries"].as_array_mut() else {
            continue;
        };
        for entry in own.drain(..) {
            let (request, response) = (&entry["request"], &entry["response"]);
            let accept = request["headers"][0]["value"].to_string();
            let of = (
                request["method"].to_string(),
                request["url"].to_string(),
                accept,
                response["status"].to_string(),
                likeness(&response["content"]),
            );
            if seen.insert(of) {
                entries.push(entry);
            }
        }
    }
    all["log"]["entries"] = entries.into();
    Ok(format!("{all:#}\n"))
}

/// What tells an answer from others: its content, whatever marks each of them, such as an id of the request.
fn likeness(content: &Value) -> String {
    let text = content["text"].as_str().unwrap_or_default();
    let mut like = format!("{}{}", content["mimeType"], content["encoding"]);
    let is_of = |c: char| c.is_ascii_alphanumeric() || c == '-';
    for part in text.split_inclusive(|c| !is_of(c)) {
        let word = part.trim_end_matches(|c| !is_of(c));
        let rest = &part[word.len()..];
        like.push_str(if is_mark(word) { "#" } else { word });
        like.push_str(rest);
    }
    like
}

/// Whether a word is one that no two answers share: long, of letters and digits.
fn is_mark(word: &str) -> bool {
    let mut pieces = word.split('-').filter(|piece| piece.len() >= MARK);
    let is_mixed = |piece: &str| {
        let letters = piece.bytes().filter(u8::is_ascii_alphabetic).count();
        letters > 0 && letters < piece.len()
    };
    text::is_guid(word) || pieces.any(is_mixed)
}

fn entry(
    started: OffsetDateTime,
    milliseconds: f64,
    url: &str,
    request: &Request,
    response: &Response,
    without: &dyn Fn(&str) -> String,
) -> Value {
    let pair = |name: &str, value: &str| json!({"name": name, "value": value});
    let mut sent = vec![pair("accept", &request.accept)];
    let body = request.body.as_ref();
    sent.extend(body.map(|body| pair("content-type", &body.content_type)));
    let mut asked = json!({
        "method": request.method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": sent,
        "queryString": [],
        "headersSize": -1,
        "bodySize": body.map_or(0, |body| body.text.len()),
    });
    if let Some(body) = body {
        asked["postData"] = json!({"mimeType": body.content_type, "text": body.text});
    }
    let headers = response.head.headers.iter();
    let headers: Vec<Value> = headers.map(|(name, value)| pair(name, value)).collect();
    let media_type = response.content_types.first().cloned().unwrap_or_default();
    let content = json!({"size": response.body.len(), "mimeType": media_type});
    let mut entry = json!({
        "startedDateTime": started.format(&Rfc3339).unwrap_or_default(),
        "time": milliseconds,
        "request": asked,
        "response": {
            "status": response.status,
            "statusText": response.head.reason,
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": headers,
            "content": content,
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": response.body.len(),
        },
        "cache": {},
        "timings": {"send": 0, "wait": milliseconds, "receive": 0},
    });
    clean(&mut entry, without);
    let content = &mut entry["response"]["content"];
    match std::str::from_utf8(&response.body) {
        Ok(text) => content["text"] = text.into(),
        Err(_) => {
            content["text"] = STANDARD.encode(&response.body).into();
            content["encoding"] = "base64".into();
        }
    }
    entry
}

/// Takes out of all texts what nobody may read: names of headers are the portal's too.
fn clean(value: &mut Value, without: &dyn Fn(&str) -> String) {
    match value {
        Value::String(text) => *text = without(text),
        Value::Array(items) => items.iter_mut().for_each(|item| clean(item, without)),
        Value::Object(members) => {
            let members = members.iter_mut();
            members.for_each(|(_, member)| clean(member, without));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_answer_to_the_same_request_stands_once_in_files_that_are_joined() {
        let entry = |url: &str, text: &str| {
            json!({
                "request": {"method": "GET", "url": url, "headers": [{"name": "accept", "value": "a"}]},
                "response": {"status": 200, "content": {"text": text}},
            })
        };
        let file = |entries: &[Value]| json!({"log": {"entries": entries}}).to_string();
        let earlier = file(&[entry("/1", "a"), entry("/2", "b")]);
        let later = file(&[entry("/2", "b"), entry("/2", "c"), entry("/3", "a")]);
        let all: Value = serde_json::from_str(&joined(&earlier, &later).unwrap()).unwrap();
        let expected = [
            entry("/1", "a"),
            entry("/2", "b"),
            entry("/2", "c"),
            entry("/3", "a"),
        ];
        assert_eq!(all["log"]["entries"], json!(expected));
        assert!(joined(&earlier, "no file").is_err());
        // An id of the request makes no other answer of it; another type of a value does.
        let told = |id: &str, rest: &str| entry("/4", &format!("{{\"id\":\"{id}\"{rest}}}"));
        let one = told("6fa459ea-ee8a-4ca4-894e-db77e160355e", "");
        let again = [
            told("16fd2706-8baf-433b-82eb-8c7fada847da", ""),
            told("16fd2706-8baf-433b-82eb-8c7fada847da", ",\"a\":1"),
            told("17", ""),
        ];
        let all = joined(&file(std::slice::from_ref(&one)), &file(&again)).unwrap();
        let all: Value = serde_json::from_str(&all).unwrap();
        assert_eq!(all["log"]["entries"], json!([one, again[1], again[2]]));
    }
}

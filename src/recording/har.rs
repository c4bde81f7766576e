//! HAR 1.2 (<http://www.softwareishard.com/blog/har-12-spec/>), as Chromium, Firefox and mitmproxy write it.
//!
//! What a tool leaves out or adds is no error; what makes an entry useless is.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde::Deserialize;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use url::Url;

use crate::client::{Head, MAX_HEAD, Response};
use crate::config::Scheme;
use crate::input;
use crate::recording::{Entry, Gap, MAX_ENTRIES, Recording};
use crate::secret::Secret;
use crate::target::TOKEN_COOKIE;

/// Longer times are none that somebody waited.
const LONGEST: f64 = 24.0 * 3600.0 * 1000.0;
/// Some tools count a byte order mark that the text has not.
const MARK: usize = 3;

/// Why a text is no recorded traffic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}:{column}: no HAR file: {message}")]
pub struct HarError {
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in bytes.
    pub column: usize,
    /// What is wrong, without any value of the file.
    pub message: String,
}

#[derive(Deserialize)]
struct Har {
    log: Log,
}

#[derive(Deserialize)]
struct Log {
    entries: Vec<Written>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    started_date_time: Option<String>,
    time: Option<f64>,
    request: Request,
    response: Answer,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Request {
    method: String,
    url: String,
    headers: Option<Vec<Pair>>,
    cookies: Option<Vec<Pair>>,
    post_data: Option<PostData>,
}

#[derive(Deserialize)]
struct PostData {
    text: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Answer {
    status: f64,
    status_text: Option<String>,
    headers: Option<Vec<Pair>>,
    content: Option<Content>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    size: Option<f64>,
    mime_type: Option<String>,
    text: Option<String>,
    encoding: Option<String>,
}

#[derive(Deserialize)]
struct Pair {
    name: String,
    value: Option<String>,
}

/// Reads recorded traffic.
///
/// # Errors
///
/// [`HarError`]: the text is no JSON, or has not the members that every HAR file has.
pub fn read(text: &str) -> Result<Recording, HarError> {
    let har: Har = serde_json::from_str(text).map_err(|error| wrong(&error))?;
    let mut entries = har.log.entries;
    let more = entries.len().saturating_sub(MAX_ENTRIES);
    entries.truncate(MAX_ENTRIES);
    let mut entries: Vec<Entry> = entries.into_iter().filter_map(entry).collect();
    // Where a time is missing, the order of the file is that of time.
    if entries.iter().all(|entry| entry.started.is_some()) {
        entries.sort_by_key(|entry| entry.started);
    }
    Ok(Recording { entries, more })
}

/// What the parser says, without the values that it quotes.
fn wrong(error: &serde_json::Error) -> HarError {
    let (line, column) = (error.line(), error.column());
    let message = input::message(error);
    let message = match (message.find(" \""), message.rfind("\", expected")) {
        (Some(from), Some(to)) => format!("{}{}", &message[..from], &message[to + 1..]),
        (Some(from), None) => message[..from].to_owned(),
        _ => message,
    };
    let message = match message.split_once("expected struct ") {
        Some((before, _)) => format!("{before}expected an object"),
        None => message,
    };
    HarError {
        line,
        column,
        message,
    }
}

/// An entry; nothing of one that was not sent to a server, such as `data:` and `blob:`.
fn entry(written: Written) -> Option<Entry> {
    let Written {
        request, response, ..
    } = written;
    let mut url = Url::parse(&request.url).ok()?;
    if !matches!(url.scheme(), "http" | "https") {
        return None;
    }
    // Those without a host cannot have a user either.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_fragment(None);
    let headers = request.headers.unwrap_or_default();
    let header = |name: &str| {
        let mut named = headers
            .iter()
            .filter(|pair| pair.name.eq_ignore_ascii_case(name));
        named.find_map(|pair| pair.value.clone())
    };
    let started = written.started_date_time;
    let started = started.and_then(|text| OffsetDateTime::parse(&text, &Rfc3339).ok());
    let elapsed = written.time.unwrap_or_default().clamp(0.0, LONGEST);
    let status = whole(response.status);
    Some(Entry {
        method: request.method.to_ascii_uppercase(),
        accept: header("accept").unwrap_or_default(),
        body: request.post_data.and_then(|data| data.text),
        credential: credential(header("authorization"), header("cookie"), request.cookies),
        started,
        elapsed: Duration::from_secs_f64(elapsed / 1000.0),
        status,
        answer: answer(status, response),
        url,
    })
}

/// A status code; 0 for what is none.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "it is a whole number of three digits"
)]
fn whole(status: f64) -> u16 {
    let is_code = (100.0..1000.0).contains(&status) && status.fract() == 0.0;
    if is_code { status as u16 } else { 0 }
}

/// What told who asks: the header, or the portals' cookie.
fn credential(
    header: Option<String>,
    cookie: Option<String>,
    cookies: Option<Vec<Pair>>,
) -> Option<(Scheme, Secret)> {
    if let Some(header) = header.filter(|header| !header.trim().is_empty()) {
        let (scheme, rest) = header.split_once(' ').unwrap_or(("", header.as_str()));
        let (scheme, token) = if scheme.eq_ignore_ascii_case("bearer") {
            (Scheme::Bearer, rest)
        } else if scheme.eq_ignore_ascii_case("basic") {
            (Scheme::Basic, rest)
        } else {
            (Scheme::Raw, header.as_str())
        };
        return Some((scheme, Secret::new(token.trim())));
    }
    let named = cookies.into_iter().flatten();
    let named = named.filter(|pair| pair.name == TOKEN_COOKIE);
    let mut values = named.filter_map(|pair| pair.value);
    let in_header = cookie.and_then(|cookie| {
        let mut parts = cookie.split(';').filter_map(|part| part.split_once('='));
        let token = parts.find(|(name, _)| name.trim() == TOKEN_COOKIE);
        token.map(|(_, value)| value.trim().to_owned())
    });
    let token = values.next().or(in_header)?;
    (!token.is_empty()).then(|| (Scheme::Cookie, Secret::new(&token)))
}

fn answer(status: u16, answer: Answer) -> Result<Response, Gap> {
    if status == 0 {
        return Err(Gap::Answer);
    }
    let mut left = MAX_HEAD;
    let mut headers = Vec::new();
    for pair in answer.headers.unwrap_or_default() {
        let value = pair.value.unwrap_or_default();
        let Some(rest) = left.checked_sub(pair.name.len() + value.len()) else {
            break;
        };
        left = rest;
        // Chromium writes those of HTTP/2 that are no headers.
        if !pair.name.starts_with(':') {
            headers.push((pair.name.to_ascii_lowercase(), value));
        }
    }
    let content = answer.content;
    let mime = content
        .as_ref()
        .and_then(|content| content.mime_type.clone());
    let of_type = headers.iter().filter(|(name, _)| name == "content-type");
    let mut content_types: Vec<String> = of_type.map(|(_, value)| value.clone()).collect();
    if headers.is_empty() {
        let mime = mime.filter(|mime| !mime.is_empty() && mime != "x-unknown");
        content_types.extend(mime);
    }
    let body = body(content)?;
    let usual = StatusCode::from_u16(status).ok();
    let usual = usual
        .and_then(|code| code.canonical_reason())
        .unwrap_or_default();
    let reason = answer.status_text.unwrap_or_default();
    let reason = if reason.eq_ignore_ascii_case(usual) {
        String::new()
    } else {
        reason.chars().take(200).collect()
    };
    let named = |name: &str| {
        let mut named = headers.iter().filter(|(own, _)| own == name);
        named.next().map(|(_, value)| value.clone())
    };
    let limits_pace = status == 429 || (status == 503 && named("retry-after").is_some());
    let location = named("location").filter(|_| (300..400).contains(&status));
    Ok(Response {
        status,
        content_types,
        body,
        keeps_open: true,
        limits_pace,
        location,
        head: Head { reason, headers },
    })
}

/// The bytes of a body, as far as they were recorded.
fn body(content: Option<Content>) -> Result<Vec<u8>, Gap> {
    let Some(content) = content else {
        return Err(Gap::Body);
    };
    let says_nothing = content.size.is_none_or(|size| size <= 0.0);
    let Some(text) = content.text else {
        return if content.size == Some(0.0) {
            Ok(Vec::new())
        } else {
            Err(Gap::Body)
        };
    };
    if text.is_empty() && !says_nothing {
        return Err(Gap::Body);
    }
    let body = match content.encoding.as_deref() {
        None | Some("") => text.into_bytes(),
        Some(encoding) if encoding.eq_ignore_ascii_case("base64") => {
            let digits: Vec<u8> = text
                .bytes()
                .filter(|byte| !byte.is_ascii_whitespace())
                .collect();
            STANDARD.decode(digits).map_err(|_| Gap::Encoding)?
        }
        Some(_) => return Err(Gap::Encoding),
    };
    #[expect(clippy::cast_precision_loss, reason = "no body is near 2^52 bytes")]
    let is_short = !says_nothing && content.size > Some((body.len() + MARK) as f64);
    if is_short { Err(Gap::End) } else { Ok(body) }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn one(response: &str) -> Entry {
        let text = format!(
            r#"{{"log":{{"entries":[{{"request":{{"method":"get","url":"https://u:p@h/a?b#c"}},"response":{response}}}]}}}}"#
        );
        read(&text).unwrap().entries.remove(0)
    }

    #[test]
    fn what_a_tool_leaves_out_is_a_gap_and_no_error() {
        for (response, gap) in [
            (r#"{"status":0,"headers":[]}"#, Gap::Answer),
            (r#"{"status":200}"#, Gap::Body),
            (
                r#"{"status":200,"content":{"size":5,"mimeType":""}}"#,
                Gap::Body,
            ),
            (
                r#"{"status":200,"content":{"size":5,"text":""}}"#,
                Gap::Body,
            ),
            (r#"{"status":200,"content":{"size":-1}}"#, Gap::Body),
            (
                r#"{"status":200,"content":{"size":50,"text":"{\"a\":"}}"#,
                Gap::End,
            ),
            (
                r#"{"status":200,"content":{"text":"?","encoding":"base64"}}"#,
                Gap::Encoding,
            ),
            (
                r#"{"status":200,"content":{"text":"x","encoding":"gzip"}}"#,
                Gap::Encoding,
            ),
        ] {
            assert_eq!(one(response).answer.unwrap_err(), gap, "{response}");
        }
        for (response, body) in [
            (r#"{"status":204,"content":{"size":0}}"#, ""),
            (r#"{"status":200,"content":{"size":-1,"text":"{}"}}"#, "{}"),
            (r#"{"status":200,"content":{"size":5,"text":"{}"}}"#, "{}"),
            (
                r#"{"status":200,"content":{"text":"e30=","encoding":"base64","size":2}}"#,
                "{}",
            ),
        ] {
            assert_eq!(
                one(response).answer.unwrap().body,
                body.as_bytes(),
                "{response}"
            );
        }
        let entry = one(r#"{"status":200}"#);
        assert_eq!(
            (entry.method.as_str(), entry.url.as_str()),
            ("GET", "https://h/a?b")
        );
    }

    #[test]
    fn the_media_type_stands_in_the_headers_where_there_are_any() {
        let typed = |headers: &str| {
            let response = format!(
                r#"{{"status":200,"headers":{headers},"content":{{"text":"","size":0,"mimeType":"text/xml"}}}}"#
            );
            one(&response).answer.unwrap().content_types
        };
        assert_eq!(typed("[]"), ["text/xml"]);
        assert_eq!(typed(r#"[{"name":"Content-Type","value":"a/b"}]"#), ["a/b"]);
        assert_eq!(typed(r#"[{"name":"Date","value":"x"}]"#), [""; 0]);
    }

    #[test]
    fn what_is_no_har_is_refused_with_its_place_and_none_of_its_values() {
        for (text, line, message) in [
            ("{\n\"log\": {", 2, "EOF while parsing an object"),
            ("{}", 1, "missing field `log`"),
            (
                "{\"log\":\n{\"entries\": \"secret, \\\"text\"}}",
                2,
                "invalid type: string, expected a sequence",
            ),
            (
                "[\"secret\"]",
                1,
                "invalid type: string, expected an object",
            ),
            (
                "{\"log\":{\"entries\":[{\"request\":{\"url\":\"x\"}}]}}",
                1,
                "missing field `method`",
            ),
        ] {
            let error = read(text).unwrap_err();
            assert_eq!(error.line, line, "{error}");
            assert!(error.message.starts_with(message), "{error}");
            assert!(!error.to_string().contains("secret"), "{error}");
        }
    }

    #[test]
    fn who_asks_is_known_by_header_or_cookie() {
        let of = |header: Option<&str>, cookie: Option<&str>| {
            let found = credential(header.map(str::to_owned), cookie.map(str::to_owned), None);
            found.map(|(scheme, secret)| (scheme, secret.reveal().to_owned()))
        };
        assert_eq!(of(Some("abc"), None), Some((Scheme::Raw, "abc".to_owned())));
        assert_eq!(
            of(Some("bearer abc"), None),
            Some((Scheme::Bearer, "abc".to_owned()))
        );
        let cookie = of(None, Some("x=1; asc_auth_key=abc==; y=2"));
        assert_eq!(cookie, Some((Scheme::Cookie, "abc==".to_owned())));
        assert_eq!(of(Some(" "), Some("x=1")), None);
    }

    #[test]
    fn entries_are_in_the_order_of_time() {
        let entry = |at: &str| {
            format!(
                r#"{{"startedDateTime":"2026-01-01T00:00:0{at}Z","time":1,"request":{{"method":"GET","url":"http://h/{at}"}},"response":{{"status":200}}}}"#
            )
        };
        let text = format!(
            "{{\"log\":{{\"entries\":[{},{}]}}}}",
            entry("2"),
            entry("1")
        );
        let paths = read(&text).unwrap().entries;
        let paths: Vec<&str> = paths.iter().map(|entry| entry.url.path()).collect();
        assert_eq!(paths, ["/1", "/2"]);
    }
}

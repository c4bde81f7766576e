//! HAR 1.2 (<http://www.softwareishard.com/blog/har-12-spec/>), as Chromium, Firefox and mitmproxy write it.
//!
//! What a tool leaves out or adds is no error; what makes an entry useless is.

mod body;
mod credentials;
mod escape;
mod format;

use std::borrow::Cow;
use std::time::Duration;

use http::StatusCode;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use url::Url;

use crate::client::page::KnownPage;
use crate::client::{Head, MAX_HEAD, Response};
use crate::config::Scheme;
use crate::input;
use crate::recording::write::OTHER_VALUES;
use crate::recording::{Entry, Gap, MAX_ENTRIES, Odd, RecordedCredentials, Recording};
use crate::secret::Secret;
use crate::target::TOKEN_COOKIE;
use body::{Said, body, codings, decoded, undone};
use escape::Stands;
use format::{Har, HarResponse, Pair, PostData, Read, Request, Written, pairs};

/// Longer times are none that somebody waited.
const LONGEST: f64 = 24.0 * 3600.0 * 1000.0;

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

/// Reads recorded traffic.
///
/// # Errors
///
/// [`HarError`]: the text is no JSON, or has not the members that every HAR file has.
pub fn read(text: &str) -> Result<Recording, HarError> {
    let (text, stands) = escape::sound(text);
    let har: Har = serde_json::from_str(&text).map_err(|error| wrong(&error))?;
    let mut written = har.log.entries;
    let more = written.len().saturating_sub(MAX_ENTRIES);
    written.truncate(MAX_ENTRIES);
    let mut odd = Vec::new();
    let mut entries: Vec<Entry> = Vec::new();
    let mut credentials = RecordedCredentials::default();
    for (at, one) in written.into_iter().enumerate() {
        match one {
            Read::Entry(written) => {
                collect(&written.request, Some(&written.response), &mut credentials);
                // Only what was sent to a server has a host to be asked.
                let has_address = Url::parse(&written.request.url).is_ok();
                match entry(*written, stands) {
                    None if !has_address => odd.push((at + 1, Odd::Address)),
                    read => entries.extend(read),
                }
            }
            Read::Odd(why, request) => {
                if let Some(request) = request {
                    collect(&request, None, &mut credentials);
                }
                odd.push((at + 1, why));
            }
        }
    }
    // Where a time is missing, the order of the file is that of time.
    if entries.iter().all(|entry| entry.started.is_some()) {
        entries.sort_by_key(|entry| entry.started);
    }
    Ok(Recording {
        entries,
        more,
        odd,
        credentials,
    })
}

/// Adds what an entry tells of who asked.
fn collect(request: &Request, answer: Option<&HarResponse>, all: &mut RecordedCredentials) {
    fn values(all: Option<&Vec<Pair>>) -> Vec<&str> {
        pairs(all).into_iter().map(|(_, value)| value).collect()
    }
    let content = answer.and_then(|answer| answer.content.as_ref());
    let body = || {
        let content = content?;
        let text = content.text.as_deref()?;
        let decoded = content.is_base64().then(|| decoded(text)).flatten();
        let headers = pairs(answer.and_then(|answer| answer.headers.as_ref()));
        let codings = codings(headers.into_iter());
        let decoded = decoded.and_then(|bytes| undone(bytes, &codings));
        let decoded = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
        Some(decoded.map_or(Cow::Borrowed(text), Cow::Owned))
    };
    let sent = request.post_data.as_ref().and_then(PostData::body);
    credentials::collect(
        &credentials::Asked {
            url: Url::parse(&request.url).ok().as_ref(),
            headers: pairs(request.headers.as_ref()),
            cookies: values(request.cookies.as_ref()),
            body: sent.as_deref(),
        },
        &credentials::Came {
            headers: pairs(answer.and_then(|answer| answer.headers.as_ref())),
            cookies: values(answer.and_then(|answer| answer.cookies.as_ref())),
            body: &body,
        },
        all,
    );
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
fn entry(written: Written, stands: Stands) -> Option<Entry> {
    let (asker, is_cached) = (written.asker(), written.is_cached());
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
    let (answer, head) = answer(status, &request.method, response, stands);
    Some(Entry {
        accept: header("accept").unwrap_or_default(),
        body: request.post_data.as_ref().and_then(PostData::body),
        credential: credential(header("authorization"), header("cookie"), request.cookies),
        started,
        elapsed: Duration::from_secs_f64(elapsed / 1000.0),
        status,
        method: request.method.to_ascii_uppercase(),
        answer,
        head,
        other_values: written.masked == Some(OTHER_VALUES.into()),
        asker,
        is_cached,
        is_part: status == 206 && header("range").is_some(),
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

/// An answer; where its body was not recorded, why, and what came else.
fn answer(
    status: u16,
    method: &str,
    answer: HarResponse,
    stands: Stands,
) -> (Result<Response, Gap>, Option<Box<Response>>) {
    if status == 0 {
        return (Err(Gap::Answer), None);
    }
    let has_failed = answer.has_failed();
    let body_size = answer.body_size;
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
            headers.push((pair.name.to_ascii_lowercase(), stands.plain(value)));
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
    let named = |name: &str| {
        let mut named = headers.iter().filter(|(own, _)| own == name);
        named.next().map(|(_, value)| value.clone())
    };
    let said = Said {
        is_bodiless: matches!(status, 204 | 205 | 304) || method.eq_ignore_ascii_case("HEAD"),
        has_failed,
        body_size,
        length: named("content-length").and_then(|length| length.trim().parse().ok()),
        is_coded: named("content-encoding")
            .is_some_and(|coding| !coding.trim().eq_ignore_ascii_case("identity")),
        codings: codings(headers.iter().map(|(name, value)| (&**name, &**value))),
        is_chunked: named("transfer-encoding").is_some(),
        is_utf8: content_types.iter().all(|one| is_utf8(one)),
    };
    let body = body(content, &said, stands);
    let usual = StatusCode::from_u16(status).ok();
    let usual = usual
        .and_then(|code| code.canonical_reason())
        .unwrap_or_default();
    let reason = stands.plain(answer.status_text.unwrap_or_default());
    let reason = if reason.eq_ignore_ascii_case(usual) {
        String::new()
    } else {
        reason.chars().take(200).collect()
    };
    let limits_pace = status == 429 || (status == 503 && named("retry-after").is_some());
    let location = named("location").filter(|_| (300..400).contains(&status));
    let mut response = Response {
        status,
        content_types,
        body: Vec::new(),
        keeps_open: true,
        limits_pace,
        location,
        page: KnownPage::default(),
        head: Head { reason, headers },
    };
    match body {
        Ok(body) => {
            response.body = body;
            (Ok(response), None)
        }
        Err(gap) => (Err(gap), Some(Box::new(response))),
    }
}

/// Whether a media type names no other charset than UTF-8.
fn is_utf8(media_type: &str) -> bool {
    let media_type = media_type.to_ascii_lowercase();
    let charset = media_type
        .split_once("charset=")
        .map(|(_, charset)| charset);
    charset.is_none_or(|charset| charset.trim_start_matches('"').starts_with("utf-8"))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::body::GZIP;
    use super::*;

    fn one(response: &str) -> Entry {
        let text = format!(
            r#"{{"log":{{"entries":[{{"request":{{"method":"get","url":"https://u:p@h/a?b#c"}},"response":{response}}}]}}}}"#
        );
        read(&text).unwrap().entries.remove(0)
    }

    #[test]
    fn a_body_that_is_written_down_as_it_was_on_the_way_is_read() {
        // `{"a":1}`, gzipped.
        let coded = "H4sIAAAAAAAC/6tWSlSyMqwFAK+sG1YHAAAA";
        let of = |header: &str, size: usize| {
            let response = format!(
                r#"{{"status":200,"headers":[{header}],"content":{{"size":{size},"encoding":"base64","text":"{coded}"}}}}"#
            );
            one(&response).answer
        };
        let gzip = r#"{"name":"Content-Encoding","value":"gzip"}"#;
        for size in [7, 27, 0] {
            let body = of(gzip, size).unwrap().body;
            assert_eq!(String::from_utf8_lossy(&body), r#"{"a":1}"#, "{size}");
        }
        // Nothing says that it is coded.
        assert!(of("", 27).unwrap().body.starts_with(&GZIP));
        let other = r#"{"name":"Content-Encoding","value":"br"}"#;
        assert_eq!(of(other, 27).unwrap_err(), Gap::Encoding);
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
            (r#"{"status":200,"content":{"size":0}}"#, Gap::Body),
            (
                r#"{"status":200,"content":{"size":0,"text":null}}"#,
                Gap::Body,
            ),
            (
                r#"{"status":200,"content":{"size":0,"text":""},"_error":"net::ERR_ABORTED"}"#,
                Gap::Body,
            ),
            (
                r#"{"status":200,"bodySize":0,"content":{"size":0},"_failureText":"cut"}"#,
                Gap::Body,
            ),
            (
                r#"{"status":200,"content":{"size":2,"text":"{}"},"_error":"net::ERR_INCOMPLETE"}"#,
                Gap::End,
            ),
            (
                r#"{"status":200,"bodySize":0,"content":{"size":0,"compression":0},
                    "headers":[{"name":"Content-Length","value":"367"},{"name":"Content-Encoding","value":"gzip"}]}"#,
                Gap::Body,
            ),
            (
                r#"{"status":200,"bodySize":0,"content":{"size":0},"headers":[{"name":"Transfer-Encoding","value":"chunked"}]}"#,
                Gap::Body,
            ),
            (
                r#"{"status":200,"content":{"size":0,"text":""},"headers":[{"name":"Content-Length","value":"9"}]}"#,
                Gap::Body,
            ),
            (
                r#"{"status":200,"content":{"size":2,"text":"{\"a\":1"},"headers":[{"name":"Content-Length","value":"90"}]}"#,
                Gap::End,
            ),
            (
                r#"{"status":200,"content":{"text":"<r><a>1</a>"},"headers":[{"name":"Content-Length","value":"90"}]}"#,
                Gap::End,
            ),
            (
                r#"{"status":200,"content":{"text":"<r><r>1</r"},"headers":[{"name":"Content-Length","value":"90"}]}"#,
                Gap::End,
            ),
            (
                r#"{"status":200,"content":{"text":"12"},"headers":[{"name":"Content-Length","value":"90"}]}"#,
                Gap::End,
            ),
            (
                r#"{"status":200,"content":{"size":90,"compression":-14,"text":"{\"a\":1"}}"#,
                Gap::End,
            ),
            (
                r#"{"status":200,"content":{"size":90,"text":"<r><r>1</r>"}}"#,
                Gap::End,
            ),
            (
                r#"{"status":200,"content":{"size":90,"text":"e30=","encoding":"base64"}}"#,
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
    }

    #[test]
    fn a_body_is_empty_or_whole_where_the_answer_says_so() {
        for (response, body) in [
            (r#"{"status":204,"content":{"size":0}}"#, ""),
            (r#"{"status":204}"#, ""),
            (r#"{"status":200,"bodySize":0,"content":{"size":0}}"#, ""),
            (
                r#"{"status":200,"content":{"size":0},"headers":[{"name":"content-length","value":"0"}]}"#,
                "",
            ),
            (
                r#"{"status":200,"content":{"size":0,"text":""},"_error":null}"#,
                "",
            ),
            // Who takes values out leaves the size as it was.
            (
                r#"{"status":200,"content":{"size":90,"text":"{\"a\":\"\"}"}}"#,
                r#"{"a":""}"#,
            ),
            (
                r#"{"status":200,"content":{"size":90,"text":"<r><r/><r>1</r></r>"}}"#,
                "<r><r/><r>1</r></r>",
            ),
            // mitmproxy's size is that on the way; others save what they say.
            (
                r#"{"status":200,"content":{"size":18,"compression":-14,"text":"{}"},
                    "headers":[{"name":"content-length","value":"18"},{"name":"content-encoding","value":"gzip"}]}"#,
                "{}",
            ),
            (
                r#"{"status":200,"content":{"size":2,"compression":30,"text":"{}"}}"#,
                "{}",
            ),
            (
                r#"{"status":200,"content":{"text":"e30gICAgICAg","encoding":"base64","size":12}}"#,
                "{}       ",
            ),
            (
                r#"{"status":200,"content":{"text":"{}"},"headers":[{"name":"Content-Length","value":"40"},{"name":"Content-Type","value":"a/b; charset=UTF-16"}]}"#,
                "{}",
            ),
            // Who took values out of it left its length as it was.
            (
                r#"{"status":200,"content":{"size":2,"text":"{\"a\":1}"},"headers":[{"name":"Content-Length","value":"90"}]}"#,
                r#"{"a":1}"#,
            ),
            (
                r#"{"status":200,"content":{"text":"<?xml version='1.0'?><!-- a --><r a='1'><r>1</r>\n</r >\n"},"headers":[{"name":"Content-Length","value":"90"}]}"#,
                "<?xml version='1.0'?><!-- a --><r a='1'><r>1</r>\n</r >\n",
            ),
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
    fn an_odd_entry_is_counted_and_the_others_are_read() {
        let text = r#"{"log":{"entries":[
            {"request":{"url":"x"},"response":{"status":200}},
            {"request":{"method":"GET","url":"http://h/"},"response":null},
            {"request":{"method":"GET","url":"http://h/"},"response":{"status":"200"}},
            {"request":{"method":"GET","url":"http://h/"},"response":{"status":200,"headers":{"a":"b"}}},
            {"request":{"method":"GET","url":"http://h/"},"response":{"status":200},"time":"12"},
            7,
            {"request":{"method":"GET","url":"/api/x"},"response":{"status":200}},
            {"request":{"method":"GET","url":"data:text/plain,x"},"response":{"status":200}},
            {"request":{"method":"GET","url":"http://h/"},"response":{"status":200}}]}}"#;
        let recording = read(text).unwrap();
        let odd = [
            (1, Odd::Method),
            (2, Odd::Response),
            (3, Odd::Status),
            (4, Odd::Headers),
            (5, Odd::Other),
            (6, Odd::Request),
            (7, Odd::Address),
        ];
        // What was sent to no server is nothing odd.
        assert_eq!(recording.odd, odd);
        assert_eq!(recording.entries.len(), 1);
    }

    #[test]
    fn a_form_may_be_written_field_by_field() {
        let sent = |data: &str| {
            let text = format!(
                r#"{{"log":{{"entries":[{{"request":{{"method":"POST","url":"http://h/","postData":{data}}},"response":{{"status":200}}}}]}}}}"#
            );
            read(&text).unwrap().entries.remove(0).body
        };
        let params = r#""params":[{"name":"a[]","value":"1 2"},{"name":"b"}]"#;
        assert_eq!(
            sent(&format!("{{{params}}}")).as_deref(),
            Some("a%5B%5D=1+2&b=")
        );
        let both = format!(r#"{{"text":"a=3",{params}}}"#);
        assert_eq!(sent(&both).as_deref(), Some("a=3"));
        assert_eq!(sent(r#"{"text":"","params":[]}"#).as_deref(), Some(""));
        assert_eq!(sent("{}"), None);
    }

    #[test]
    fn half_a_character_costs_no_file_and_bytes_that_were_no_text_stay_such() {
        let of = |text: &str| {
            let response = format!(
                r#"{{"status":200,"statusText":"a\udce9","headers":[{{"name":"X","value":"b\udce9"}}],"content":{{"text":"{text}"}}}}"#
            );
            one(&response).answer.unwrap()
        };
        let response = of(r"VAL\udce9UT\\udce9 \ud83d \uD83D\uDE00");
        let expected = [
            b"VAL\xe9UT\\udce9 ".as_slice(),
            "\u{fffd} \u{1f600}".as_bytes(),
        ];
        assert_eq!(response.body, expected.concat());
        assert_eq!(response.head.reason, "a\u{fffd}");
        assert_eq!(response.head.headers[0].1, "b\u{fffd}");
        // Where the characters that stand for bytes are taken, none is one.
        assert_eq!(
            of("\u{10ff80}\\udce9").body,
            "\u{10ff80}\u{fffd}".as_bytes()
        );
        assert_eq!(
            of("\\udbff\\udfe9\\udce9").body,
            "\u{10ffe9}\u{fffd}".as_bytes()
        );
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

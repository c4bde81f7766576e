//! HAR 1.2 (<http://www.softwareishard.com/blog/har-12-spec/>), as Chromium, Firefox and mitmproxy write it.
//!
//! What a tool leaves out or adds is no error; what makes an entry useless is.

mod credentials;
mod escape;

use std::borrow::Cow;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::StatusCode;
use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use url::Url;

use crate::client::decode::decode;
use crate::client::page::KnownPage;
use crate::client::{Head, MAX_HEAD, Response};
use crate::config::Scheme;
use crate::digest::Digest;
use crate::input;
use crate::recording::asker::asker;
use crate::recording::write::OTHER_VALUES;
use crate::recording::{Entry, Gap, MAX_ENTRIES, Odd, RecordedCredentials, Recording};
use crate::secret::Secret;
use crate::target::TOKEN_COOKIE;
use escape::Stands;

/// How every gzip begins (RFC 1952, 2.3.1).
const GZIP: [u8; 3] = [0x1f, 0x8b, 8];
/// The largest body that is made of a coded one, in bytes.
const MAX_DECODED: usize = 64 * 1024 * 1024;
/// How long that may take.
const DECODING: Duration = Duration::from_secs(10);
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
    entries: Vec<Read>,
}

/// An entry, or what is odd about it: one that a tool broke off says nothing against the others.
enum Read {
    Entry(Box<Written>),
    /// With its request, which may tell who asked.
    Odd(Odd, Option<Box<Request>>),
}

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(match Written::deserialize(&value) {
            Ok(written) => Self::Entry(Box::new(written)),
            Err(_) => {
                let request = Request::deserialize(&value["request"]).ok();
                Self::Odd(odd(&value), request.map(Box::new))
            }
        })
    }
}

/// What of an entry cannot be read, once one cannot.
fn odd(entry: &Value) -> Odd {
    let (request, response) = (&entry["request"], &entry["response"]);
    let is_list = |value: &Value| value.is_null() || value.is_array();
    if !request.is_object() {
        Odd::Request
    } else if !request["method"].is_string() {
        Odd::Method
    } else if !request["url"].is_string() {
        Odd::Url
    } else if !response.is_object() {
        Odd::Response
    } else if !response["status"].is_number() {
        Odd::Status
    } else if !is_list(&request["headers"]) || !is_list(&response["headers"]) {
        Odd::Headers
    } else {
        Odd::Other
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Written {
    started_date_time: Option<String>,
    time: Option<f64>,
    request: Request,
    response: HarResponse,
    /// What a recorded run says of what it masked.
    #[serde(rename = "_masked")]
    masked: Option<Value>,
    /// Which cache answered, as Chromium writes it.
    #[serde(rename = "_fromCache")]
    from_cache: Option<Value>,
}

impl Written {
    /// Whether the answer came out of a cache of the browser.
    fn is_cached(&self) -> bool {
        let from = self.from_cache.as_ref();
        from.is_some_and(|from| !from.is_null() && *from != Value::Bool(false))
    }

    /// What chooses the answer beside what is asked for.
    fn asker(&self) -> Digest {
        let came = pairs(self.response.headers.as_ref());
        let vary = came
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case("vary"));
        let vary: Vec<&str> = vary.map(|(_, value)| *value).collect();
        let vary = vary.join(",");
        asker(
            &pairs(self.request.headers.as_ref()),
            &pairs(self.request.cookies.as_ref()),
            Some(&vary),
        )
    }
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
    params: Option<Vec<Pair>>,
}

impl PostData {
    /// What was sent; a form may stand there field by field alone.
    fn body(&self) -> Option<String> {
        let fields = self.params.as_ref().filter(|fields| !fields.is_empty());
        let as_form = |fields: &Vec<Pair>| {
            let mut form = url::form_urlencoded::Serializer::new(String::new());
            for field in fields {
                form.append_pair(&field.name, field.value.as_deref().unwrap_or_default());
            }
            form.finish()
        };
        let text = self
            .text
            .clone()
            .filter(|text| !text.is_empty() || fields.is_none());
        text.or_else(|| fields.map(as_form))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct HarResponse {
    status: f64,
    status_text: Option<String>,
    headers: Option<Vec<Pair>>,
    cookies: Option<Vec<Pair>>,
    content: Option<Content>,
    body_size: Option<f64>,
    /// Why the answer was broken off, as Chromium writes it.
    #[serde(rename = "_error")]
    error: Option<Value>,
    /// The same, as Playwright writes it.
    #[serde(rename = "_failureText")]
    failure_text: Option<Value>,
}

impl HarResponse {
    /// Whether the request was given up or failed before the answer was whole.
    fn has_failed(&self) -> bool {
        let why = [&self.error, &self.failure_text];
        let mut why = why.into_iter().flatten();
        why.any(|why| !why.is_null() && *why != Value::Bool(false) && why.as_str() != Some(""))
    }
}

#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    size: Option<f64>,
    /// How many bytes of the body were saved on its way; with it, mitmproxy's size is that on the way.
    compression: Option<f64>,
    mime_type: Option<String>,
    text: Option<String>,
    encoding: Option<String>,
}

impl Content {
    /// Whether its text is in Base64.
    fn is_base64(&self) -> bool {
        let encoding = self.encoding.as_deref();
        encoding.is_some_and(|encoding| encoding.eq_ignore_ascii_case("base64"))
    }
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

/// Names and values.
fn pairs(all: Option<&Vec<Pair>>) -> Vec<(&str, &str)> {
    let pairs = all.into_iter().flatten();
    let pairs = pairs.map(|pair| {
        (
            pair.name.as_str(),
            pair.value.as_deref().unwrap_or_default(),
        )
    });
    pairs.collect()
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

/// What an answer says of its body.
#[expect(clippy::struct_excessive_bools, reason = "each is said by itself")]
struct Said {
    /// It has none, whatever else is said.
    is_bodiless: bool,
    /// It was broken off.
    has_failed: bool,
    /// So many bytes came; negative where nobody knows.
    body_size: Option<f64>,
    /// `Content-Length`.
    length: Option<u64>,
    /// Whether the bytes on the way are others than the body's.
    is_coded: bool,
    /// `Content-Encoding`.
    codings: Vec<String>,
    is_chunked: bool,
    /// Whether a text has as many bytes as the body had.
    is_utf8: bool,
}

impl Said {
    /// Whether a body of which nothing was written down is known to be empty: tools leave out what they did
    /// not keep in the same way.
    fn is_empty(&self) -> bool {
        let came_empty = self.body_size == Some(0.0) && !self.is_coded && !self.is_chunked;
        match self.length {
            _ if self.is_bodiless => true,
            _ if self.has_failed => false,
            Some(length) => length == 0,
            None => came_empty,
        }
    }

    /// So many bytes the body has at least, as its head says.
    fn least(&self) -> u64 {
        let says = !self.is_coded && !self.is_bodiless;
        self.length.filter(|_| says).unwrap_or_default()
    }
}

/// What Base64 stands for, in however many lines it is written.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let digits = text.bytes().filter(|byte| !byte.is_ascii_whitespace());
    STANDARD.decode(digits.collect::<Vec<u8>>()).ok()
}

/// How a body was coded on its way, the first coding first.
fn codings<'a>(headers: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<String> {
    let codings = headers.filter(|(name, _)| name.eq_ignore_ascii_case("content-encoding"));
    codings.map(|(_, value)| value.to_owned()).collect()
}

/// A body without its codings, where what stands in Base64 is what was on the way; `None` where it is not coded so.
fn undone(body: Vec<u8>, codings: &[String]) -> Option<Vec<u8>> {
    if codings.is_empty() || !body.starts_with(&GZIP) {
        return Some(body);
    }
    let until = Instant::now() + DECODING;
    decode(codings, &body, MAX_DECODED, until).ok()
}

/// Whether a text is a document to its end, which none is that was cut off.
fn is_whole(body: &[u8]) -> bool {
    let text = String::from_utf8_lossy(body);
    let text = text.trim();
    match text.chars().next() {
        Some('{' | '[') => serde_json::from_str::<IgnoredAny>(text).is_ok(),
        Some('<') => {
            let root = text
                .rsplit_once("</")
                .map(|(before, end)| (before, end.trim_end_matches('>').trim_end()));
            root.is_some_and(|(before, name)| {
                let mut tags = before.split('<').skip(1);
                let first = tags.find(|tag| !tag.starts_with(['?', '!']));
                let rest = first.and_then(|tag| tag.strip_prefix(name));
                !name.is_empty()
                    && text.ends_with('>')
                    && rest.is_some_and(|rest| {
                        rest.starts_with(['>', '/']) || rest.starts_with(char::is_whitespace)
                    })
            })
        }
        _ => false,
    }
}

/// The bytes of a body, as far as they were recorded.
fn body(content: Option<Content>, said: &Said, stands: Stands) -> Result<Vec<u8>, Gap> {
    let content = content.unwrap_or_default();
    let is_base64 = content.is_base64();
    let says_nothing = content.size.is_none_or(|size| size <= 0.0);
    let Some(text) = content.text else {
        return if says_nothing && said.is_empty() {
            Ok(Vec::new())
        } else {
            Err(Gap::Body)
        };
    };
    if text.is_empty() && !said.is_bodiless {
        let is_missing = !says_nothing || said.has_failed || said.least() > 0;
        return if is_missing {
            Err(Gap::Body)
        } else {
            Ok(Vec::new())
        };
    }
    let written = text.len();
    let (body, is_text) = match content.encoding.as_deref() {
        None | Some("") => (stands.bytes(text), true),
        Some(_) if is_base64 => (decoded(&text).ok_or(Gap::Encoding)?, false),
        Some(_) => return Err(Gap::Encoding),
    };
    let body = if is_text {
        body
    } else {
        undone(body, &said.codings).ok_or(Gap::Encoding)?
    };
    // Some tools write the size on the way, some that of the text which stands there.
    let size = content.size.unwrap_or_default();
    let saved = content.compression.unwrap_or_default();
    #[expect(clippy::cast_precision_loss, reason = "no body is near 2^52 bytes")]
    let is_short = {
        let is_size = |length: usize| size.min(size + saved) <= length as f64;
        !(is_size(body.len() + MARK) || !is_text && is_size(written))
    };
    // A text of another charset has another length, and who took values out of one left its head as it was.
    let is_told = !is_text || said.is_utf8;
    let is_short_of = said.least() > (body.len() + MARK) as u64;
    let is_cut = is_told && is_short_of && !(is_text && is_whole(&body));
    if is_short || is_cut || said.has_failed {
        Err(Gap::End)
    } else {
        Ok(body)
    }
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
                r#"{"status":200,"content":{"size":90,"compression":-14,"text":"{}"}}"#,
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

//! What a run asks and gets, kept without anything that tells who asks.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use time::OffsetDateTime;

use crate::case::Question;
use crate::check::Expectations;
use crate::client::{Exchange, Response};
use crate::recording::Recorder;
use crate::secret::HIDDEN;
use crate::session::mask::Mask;
use crate::target::Target;

/// Where a run is recorded, and how.
#[derive(Debug, Clone)]
pub struct Records {
    /// What keeps it.
    pub recorder: Arc<Recorder>,
    /// Whether the portal's data is kept; other values of the same type and length are otherwise.
    pub show_values: bool,
}

impl Records {
    /// Keeps an answer, without credentials.
    pub(super) fn add(
        &self,
        expectations: &Expectations,
        target: &Target,
        question: &Question,
        exchange: &Exchange,
    ) {
        let expectation = expectations.get(question.operation, question.format);
        let (Ok(response), Some(expectation)) = (&exchange.outcome, expectation) else {
            return;
        };
        let mask = Mask::of(expectation, &question.ids);
        let is_text = std::str::from_utf8(&response.body).is_ok();
        let body = if self.show_values && is_text {
            without(target, &response.body)
        } else {
            // Names stay, and a portal may choose a secret for one.
            without(target, &mask.body(&response.body))
        };
        let split = split(target, &response.head.headers);
        let mut response = Response {
            body,
            ..response.clone()
        };
        let head = &mut response.head;
        let shown = |name: &str, value: &str| {
            if split.contains(name) {
                return HIDDEN.to_owned();
            }
            let value = header(target, name, value);
            if self.show_values {
                value
            } else {
                masked(name, &value, &mask)
            }
        };
        let is_coded = head
            .headers
            .iter()
            .any(|(name, _)| name == "content-encoding");
        let length = response.body.len().to_string();
        for (name, value) in &mut head.headers {
            // That of the body as it is written down, which another letter may have made shorter.
            if name == "content-length" && !is_coded {
                value.clone_from(&length);
            }
            *value = shown(name, value);
        }
        for value in &mut response.content_types {
            *value = shown("content-type", value);
        }
        let started = OffsetDateTime::now_utc() - exchange.elapsed;
        let milliseconds = (exchange.elapsed.as_secs_f64() * 1e6).round() / 1e3;
        let url = target.url_of(&exchange.request.path);
        let request = &exchange.request;
        let other_values = !self.show_values && mask.is_unlike();
        self.recorder.add(
            (started, milliseconds),
            &url,
            request,
            &response,
            other_values,
            &|text| target.scrub(text),
        );
    }
}

/// A body without credentials, whatever it holds beside text.
fn without(target: &Target, body: &[u8]) -> Vec<u8> {
    let mut clean = Vec::with_capacity(body.len());
    for chunk in body.utf8_chunks() {
        if !chunk.valid().is_empty() {
            clean.extend_from_slice(target.scrub(chunk.valid()).as_bytes());
        }
        clean.extend_from_slice(chunk.invalid());
    }
    clean
}

/// The headers whose values are no data of the portal's: they say how it is sent, kept and guarded.
const PLAIN: [&str; 25] = [
    "accept-ranges",
    "access-control-allow-credentials",
    "access-control-allow-headers",
    "access-control-allow-methods",
    "access-control-allow-origin",
    "age",
    "allow",
    "cache-control",
    "cdn-cache-control",
    "connection",
    "content-encoding",
    "content-length",
    "date",
    "etag",
    "expires",
    "keep-alive",
    "pragma",
    "retry-after",
    "server",
    "set-cookie",
    "strict-transport-security",
    "surrogate-control",
    "transfer-encoding",
    "vary",
    "x-content-type-options",
];
/// The parameters of a media type that say how to read it.
const READ_BY: [&str; 3] = ["charset", "version", "q"];

/// The value of a header with others in the place of the portal's.
fn masked(name: &str, value: &str, mask: &Mask<'_>) -> String {
    match name {
        "content-type" => {
            let mut parts = value.split(';');
            let essence = parts.next().unwrap_or_default();
            let is_type = essence.len() <= 100
                && essence.trim().split('/').count() == 2
                && essence.chars().all(|c| c.is_ascii_graphic() || c == ' ');
            let essence = if is_type {
                essence.to_owned()
            } else {
                mask.text_of(essence)
            };
            let parts = parts.map(|part| {
                let (name, _) = part.split_once('=').unwrap_or((part, ""));
                let name = name.trim().to_ascii_lowercase();
                let is_known = READ_BY.contains(&name.as_str());
                if is_known {
                    part.to_owned()
                } else {
                    mask.text_of(part)
                }
            });
            [essence]
                .into_iter()
                .chain(parts)
                .collect::<Vec<_>>()
                .join(";")
        }
        "www-authenticate" | "proxy-authenticate" => {
            let (scheme, rest) = value.split_once(' ').unwrap_or((value, ""));
            let end = if rest.is_empty() { "" } else { " " };
            format!("{scheme}{end}{}", mask.text_of(rest))
        }
        "location" | "content-location" => {
            let path = value.find("://").map_or(0, |at| {
                let host = at + "://".len();
                value[host..]
                    .find('/')
                    .map_or(value.len(), |end| host + end)
            });
            let (host, path) = value.split_at(path);
            let steps: Vec<String> = path.split('/').map(|step| mask.text_of(step)).collect();
            format!("{host}{}", steps.join("/"))
        }
        _ if PLAIN.contains(&name) => value.to_owned(),
        _ => mask.text_of(value),
    }
}

/// The names of headers that are sent several times, and together hold a secret that none of them does: nothing of
/// them is shown.
pub(super) fn split<'a>(target: &Target, headers: &'a [(String, String)]) -> BTreeSet<&'a str> {
    let mut all: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (name, value) in headers {
        all.entry(name).or_default().push(value);
    }
    let several = all.into_iter().filter(|(_, values)| values.len() > 1);
    let split = several.filter(|(_, values)| {
        let each = values.iter().map(|value| target.scrub(value));
        // A secret may be folded: what parts its lines says nothing.
        let each: Vec<String> = each.collect();
        target.scrub(&values.join("\n")) != each.join("\n")
    });
    split.map(|(name, _)| name).collect()
}

/// The value of a header, without what opens a session or leads to somebody.
pub(super) fn header(target: &Target, name: &str, value: &str) -> String {
    // A secret of which a part is cut off, as at the `;` of `&#84;`, is not known any more.
    let value = &*target.scrub(value);
    match name {
        "set-cookie" => {
            let (pair, attributes) = value.split_once(';').unwrap_or((value, ""));
            let (name, _) = pair.split_once('=').unwrap_or((pair, ""));
            let end = if attributes.is_empty() { "" } else { ";" };
            format!("{name}={HIDDEN}{end}{attributes}")
        }
        "location" | "content-location" | "link" => {
            let (before, _) = value.split_once('?').unwrap_or((value, ""));
            before.to_owned()
        }
        _ => value.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::case::Question;
    use crate::client::tests_support;
    use crate::secret::Secret;

    #[test]
    fn a_secret_in_two_headers_of_one_name_is_shown_in_none() {
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.credentials.token = Some(Secret::new("geheim-und-lang"));
        let headers = |values: &[&str]| -> Vec<(String, String)> {
            let values = values.iter();
            let headers = values.map(|value| ("x-echo".to_owned(), (*value).to_owned()));
            headers.collect()
        };
        let of = |values: &[&str]| split(&target, &headers(values)).len();
        assert_eq!(of(&["a", "geheim-", "und-lang"]), 1);
        assert_eq!(of(&["a geheim-u", "nd-lang b"]), 1);
        assert_eq!(
            of(&["geheim-und-lang", "a"]),
            0,
            "it is hidden where it stands"
        );
        assert_eq!(of(&["geheim-", "a"]), 0);
        assert_eq!(of(&["geheim-und"]), 0);
    }

    #[test]
    fn a_secret_that_a_portal_makes_a_name_is_recorded_nowhere() {
        const TOKEN: &str = "Zq7kMv2xWp9LtB4nRd6h";
        let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
        let profile = Arc::new(crate::profile::load("as-documented").unwrap());
        let expectations = Expectations::of(&contract, &profile, false);
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.credentials.token = Some(Secret::new(TOKEN));
        let coded = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, TOKEN);
        let lower = TOKEN.to_lowercase();
        let wide: String = TOKEN.chars().flat_map(|c| [c, '\0']).collect();
        let bodies = [TOKEN, &lower, &coded].map(|token| {
            [
                format!("{{\"{token}\":1,\"a\":[{{\"x{token}\":null}}]}}"),
                format!(
                    "<?xml version='1.0' encoding='{token}'?><{token} xmlns:b='{token}' {token}='1'><b:{token}/></{token}>"
                ),
            ]
        });
        let mut bodies: Vec<Vec<u8>> = bodies.concat().into_iter().map(Into::into).collect();
        // What is no UTF-8 is kept in Base64.
        bodies.push([b"\xff", wide.as_bytes(), b"\xff", TOKEN.as_bytes()].concat());
        let plan = crate::case::plan(&contract, &profile, &target);
        let question: &Question = &plan.questions[0];
        for show_values in [false, true] {
            let records = Records {
                recorder: Arc::new(Recorder::default()),
                show_values,
            };
            for body in &bodies {
                let mut response = Response {
                    body: body.clone(),
                    ..tests_support::response(200, "")
                };
                response.head.reason = TOKEN.to_owned();
                response.head.headers = vec![
                    (format!("x-{lower}"), "1".to_owned()),
                    ("etag".to_owned(), TOKEN.to_owned()),
                ];
                response.content_types = vec![format!("application/{TOKEN}")];
                let exchange = tests_support::exchange(Ok(response));
                records.add(&expectations, &target, question, &exchange);
            }
            let har: serde_json::Value = serde_json::from_str(&records.recorder.text()).unwrap();
            let entries = har["log"]["entries"].as_array().unwrap();
            assert_eq!(entries.len(), bodies.len());
            for entry in entries {
                let content = &entry["response"]["content"];
                let mut text = entry.to_string();
                if content["encoding"] == "base64" {
                    let engine = &base64::engine::general_purpose::STANDARD;
                    let body = content["text"].as_str().unwrap();
                    let body = base64::Engine::decode(engine, body).unwrap();
                    text.push_str(&String::from_utf8_lossy(&body).replace('\0', ""));
                }
                let text = text.to_lowercase();
                assert!(!text.contains(&lower), "{show_values}: {text}");
                assert!(!text.contains(&coded.to_lowercase()), "{text}");
            }
        }
    }

    #[test]
    fn a_secret_is_taken_out_of_a_header_before_it_is_cut() {
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.credentials.token = Some(Secret::new("geheim-und-lang"));
        let coded = "geheim-und-lang".bytes().map(|byte| format!("&#{byte};"));
        let value = format!("sid={}; Path=/", coded.collect::<String>());
        let told = header(&target, "set-cookie", &value);
        assert_eq!(told, "sid=***; Path=/");
    }

    #[test]
    fn headers_keep_what_is_no_data() {
        let ids = ["1234".to_owned()];
        let mask = Mask::with(&ids, std::iter::empty());
        for (name, value, shown) in [
            ("x-user", "Jane Roe", "Aaaa Aaa"),
            ("x-count", "1234", "1234"),
            (
                "content-disposition",
                "attachment; filename=\"Roe 7.pdf\"",
                "aaaaaaaaaa; aaaaaaaa=\"Aaa 1.aaa\"",
            ),
            (
                "content-type",
                "application/json; Charset=utf-8; secret=VAL",
                "application/json; Charset=utf-8; aaaaaa=AAA",
            ),
            ("content-type", "Jane Roe", "Aaaa Aaa"),
            ("cache-control", "private, max-age=0", "private, max-age=0"),
            ("server", "nginx/1.25.3", "nginx/1.25.3"),
            (
                "www-authenticate",
                "Bearer realm=\"Roe\"",
                "Bearer aaaaa=\"Aaa\"",
            ),
            (
                "location",
                "https://h.example/contact/1234/roe",
                "https://h.example/aaaaaaa/1234/aaa",
            ),
            ("link", "<https://h/roe", "<aaaaa://a/aaa"),
        ] {
            assert_eq!(masked(name, value, &mask), shown, "{name}");
        }
    }
}

//! In which form a refusal says why.

use serde_json::Value;

use crate::budget::{Unread, json, xml};
use crate::case::Expected;
use crate::check::aside::Aside;
use crate::check::refusal::{is_refusal, words};
use crate::check::{ErrorFlaw, Expectation, Observed, Promise, Rule, Word};
use crate::client::Response;
use crate::client::page::{html_page, is_labelled_page};
use crate::contract::Format;
use crate::media_type::{Syntax, media_type};
use crate::profile::{Profile, RefusalBody, Repeats};
use crate::shape::Kind;

/// What is unlike the format that was asked for, or unlike what the profile says of errors.
///
/// A refusal may say nothing, and what is asked in a strange manner may be refused in any.
#[must_use]
pub fn form(expectation: &Expectation, response: &Response, expected: Expected) -> Option<Aside> {
    let profile = &expectation.profile;
    let written = match expected {
        Expected::Unauthenticated => profile.refusal.authentication_body,
        Expected::Invalid | Expected::Loose => profile.refusal.unrouted_body,
        Expected::Hidden if profile.refusal.authentication.contains(&response.status) => {
            profile.refusal.authentication_body
        }
        Expected::Unknown | Expected::Hidden => RefusalBody::Envelope,
        Expected::Dataless | Expected::Misplaced => return None,
    };
    if !is_refusal(response.status) || response.body.trim_ascii().is_empty() {
        return None;
    }
    let is_page = html_page(response).is_some();
    let actual = match response.content_types.as_slice() {
        _ if is_page => Observed::Page,
        [] => Observed::NoMediaType,
        [header] => match media_type(header) {
            Ok(read) if is_of(expectation, &read.essence) => {
                return error(expectation, response);
            }
            Ok(read) => Observed::Word(Word::of(&read.essence)),
            Err(reason) => Observed::Word(Word::of_header(header, reason)),
        },
        several => Observed::MediaTypes(several.len()),
    };
    let is_page = is_page || is_labelled_page(response);
    let is_plain = is_page || actual == Observed::Word(Word::of("text/plain"));
    let is_as_usual = match written {
        RefusalBody::Envelope => false,
        RefusalBody::Page => is_page,
        RefusalBody::Text => is_plain,
    };
    (!is_as_usual).then_some(Aside {
        rule: Rule::RefusalFormat,
        expected: Promise::Syntax(expectation.format),
        actual,
    })
}

/// Whether a media type is one of the format that was asked for, such as a problem of RFC 9457.
fn is_of(expectation: &Expectation, essence: &str) -> bool {
    let syntax = expectation.format.syntax();
    let profile = &expectation.profile;
    let own = profile.media_types_of(&expectation.operation, expectation.format);
    Syntax::of(essence) == Some(syntax) || own.iter().any(|own| own == essence)
}

/// Whether a refusal holds a payload in the envelope of a success, where the payload has no members by which
/// it could be known.
pub(super) fn is_success(expectation: &Expectation, response: &Response) -> bool {
    let (profile, answer) = (&expectation.profile, &expectation.answer);
    let kind = &answer.resource().kind;
    let has_members = matches!(kind, Kind::Object(_) | Kind::Unknown | Kind::Mixed);
    if answer.payload.is_none() || has_members || response.body.len() >= words::MAX_SEARCHED {
        return false;
    }
    let Ok(envelope) = read(expectation, response) else {
        return false;
    };
    let holds = match envelope.get(&profile.envelope.payload) {
        None | Some(Value::Null) => false,
        Some(Value::String(text)) => !text.is_empty(),
        Some(Value::Array(items)) => !items.is_empty(),
        Some(_) => true,
    };
    let members = profile.envelope.members.iter();
    let mut constants = members
        .filter(|member| member.constant.is_some())
        .peekable();
    holds
        && constants.peek().is_some()
        && constants.all(|member| number(&envelope, &member.name) == member.constant)
}

/// The envelope of an answer.
fn read(expectation: &Expectation, response: &Response) -> Result<Value, Unread<()>> {
    match expectation.format {
        Format::Json => json::value(&response.body).map_err(Unread::bare),
        Format::Xml => {
            let roots = [&*expectation.answer.root, &*expectation.profile.xml.root];
            of_xml(&response.body, &roots)
        }
    }
}

/// A number in an envelope of either format.
fn number(envelope: &Value, name: &str) -> Option<i64> {
    let value = envelope.get(name)?;
    let text = value.as_str().and_then(|text| text.trim().parse().ok());
    value.as_i64().or(text)
}

/// What is unlike the error of the profile, where it has one.
fn error(expectation: &Expectation, response: &Response) -> Option<Aside> {
    let profile = &expectation.profile;
    // What was cut off cannot be read.
    if profile.refusal.error.is_empty() || response.body.len() >= words::MAX_SEARCHED {
        return None;
    }
    let flaw = match read(expectation, response) {
        // What is more than is read may be anything.
        Err(Unread::Excess(_)) => return None,
        Err(Unread::Malformed(())) => ErrorFlaw::Unreadable,
        Ok(envelope) => flaw(profile, &envelope, response.status)?,
    };
    Some(Aside {
        rule: Rule::ErrorEnvelope,
        expected: Promise::ErrorOf(profile.name.clone()),
        actual: Observed::ErrorForm(flaw),
    })
}

fn flaw(profile: &Profile, envelope: &Value, status: u16) -> Option<ErrorFlaw> {
    let has_payload = |value: &Value| !value.is_null();
    if envelope
        .get(&profile.envelope.payload)
        .is_some_and(has_payload)
    {
        return Some(ErrorFlaw::Payload);
    }
    let message = envelope.pointer("/error/message");
    if !message.is_some_and(Value::is_string) {
        return Some(ErrorFlaw::NoMessage);
    }
    profile.envelope.members.iter().find_map(|member| {
        let number = number(envelope, &member.name);
        let says_success = member.constant.is_some() && number == member.constant;
        let repeats = member.equals == Some(Repeats::StatusCode);
        match () {
            () if says_success => Some(ErrorFlaw::Success),
            () if repeats && number != Some(i64::from(status)) => Some(ErrorFlaw::StatusCode),
            () => None,
        }
    })
}

/// The envelope of an XML body, as far as it is looked at: members of texts, and of those in `error`.
fn of_xml(body: &[u8], roots: &[&str]) -> Result<Value, Unread<()>> {
    let text = std::str::from_utf8(body).map_err(|_| Unread::Malformed(()))?;
    let text = text.trim_start_matches('\u{feff}');
    let document = xml::read(text).map_err(Unread::bare)?;
    let top = document.root_element();
    if !roots.contains(&top.tag_name().name()) {
        return Ok(Value::Null);
    }
    let text = |node: roxmltree::Node<'_, '_>| Value::from(node.text().unwrap_or_default());
    let members = |of: roxmltree::Node<'_, '_>,
                   inner: &dyn Fn(roxmltree::Node<'_, '_>) -> Value| {
        let elements = of.children().filter(roxmltree::Node::is_element);
        elements
            .map(|node| (node.tag_name().name().to_owned(), inner(node)))
            .collect::<Value>()
    };
    Ok(members(top, &|node| {
        if node.tag_name().name() == "error" {
            members(node, &text)
        } else {
            text(node)
        }
    }))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::sync::Arc;

    use super::*;
    use crate::check::Expectations;
    use crate::client::tests_support;

    /// What is told of an answer with this label and body.
    fn told(profile: &str, expected: Expected, label: &str, body: &str) -> Option<Observed> {
        let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
        let profile = Arc::new(crate::profile::load(profile).unwrap());
        let expectations = Expectations::of(&contract, &profile, false);
        let format = if body.starts_with("<result") {
            Format::Xml
        } else {
            Format::Json
        };
        let response = Response {
            content_types: vec![label.to_owned()],
            ..tests_support::response(404, body)
        };
        let expectation = expectations.get(0, format).unwrap();
        form(expectation, &response, expected).map(|aside| aside.actual)
    }

    #[test]
    fn a_refusal_is_in_the_format_that_was_asked_for_or_as_the_profile_says() {
        use Expected::{Dataless, Invalid, Unauthenticated, Unknown};
        let (own, server) = ("as-documented", "community-server");
        let page = "<!DOCTYPE html><title>Not found</title>";
        let plain = || Some(Observed::Word(Word::of("text/plain")));
        for (profile, expected, label, body, actual) in [
            (own, Unknown, "application/json", "{\"x\": 1}", None),
            (own, Unknown, "application/problem+json", "{\"x\": 1}", None),
            (own, Unknown, "text/plain", " ", None),
            (own, Unknown, "text/html", page, Some(Observed::Page)),
            (own, Unknown, "application/json", page, Some(Observed::Page)),
            (own, Unauthenticated, "text/plain", "No", plain()),
            (own, Dataless, "text/plain", "No", None),
            (server, Unauthenticated, "text/html", "Unauthorized", None),
            (server, Unauthenticated, "text/plain", "Unauthorized", None),
            (server, Invalid, "text/html", page, None),
            (server, Invalid, "text/plain", "No", plain()),
            (server, Unknown, "text/html", page, Some(Observed::Page)),
        ] {
            let found = told(profile, expected, label, body);
            assert_eq!(found, actual, "{profile} {expected:?} {label} {body}");
        }
    }

    #[test]
    fn an_error_has_the_form_that_the_profile_says_where_it_says_one() {
        use ErrorFlaw::{NoMessage, Payload, StatusCode, Success, Unreadable};
        // What is too much to be read takes no time, and nothing is said of it.
        let nested = |at| format!("<a xmlns:b{at}='x'>");
        let nested: String = (0..4990).map(nested).collect();
        let nested = format!("<result>{nested}");
        for (body, expected) in [
            (
                r#"{"status":1,"statusCode":404,"error":{"message":"x"}}"#,
                None,
            ),
            (
                r#"{"status":1,"statusCode":404,"error":{"message":"x","data":{}}}"#,
                None,
            ),
            (
                "<result><status>1</status><statusCode>404</statusCode><error><message>x</message><data /></error></result>",
                None,
            ),
            (
                r#"{"status":1,"statusCode":404,"error":"x"}"#,
                Some(NoMessage),
            ),
            (r#"{"title":"x"}"#, Some(NoMessage)),
            ("<result><message>x</message></result>", Some(NoMessage)),
            (
                r#"{"status":0,"statusCode":404,"error":{"message":"x"}}"#,
                Some(Success),
            ),
            (
                r#"{"status":1,"statusCode":200,"error":{"message":"x"}}"#,
                Some(StatusCode),
            ),
            (
                r#"{"status":1,"statusCode":404,"response":{},"error":{"message":"x"}}"#,
                Some(Payload),
            ),
            (nested.as_str(), None),
            ("{\"error\":", Some(Unreadable)),
            ("<result><error>", Some(Unreadable)),
        ] {
            let label = if body.starts_with('<') {
                "text/xml"
            } else {
                "application/json"
            };
            let found = told("community-server", Expected::Unknown, label, body);
            assert_eq!(found, expected.map(Observed::ErrorForm), "{body}");
            let silent = told("as-documented", Expected::Unknown, label, body);
            assert_eq!(silent, None, "{body}");
        }
    }
}

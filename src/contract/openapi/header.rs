//! The headers and cookies that a document asks for with each request, and which of them are the target's to say.

use serde_json::Value;

use crate::contract::Header;
use crate::contract::openapi::form;
use crate::contract::openapi::meant::Meant;
use crate::contract::openapi::tree::At;
use crate::contract::openapi::written::Written;
use crate::names::is_credential;
use crate::source::Span;

/// The headers that a client writes itself, and those that are made for tokens.
const OWN_HEADERS: [&str; 19] = [
    "accept",
    "accept-encoding",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "cookie",
    "date",
    "expect",
    "host",
    "keep-alive",
    "proxy-authorization",
    "range",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
];

/// A header that each request must have, with its place in the document.
#[derive(Debug)]
pub(super) struct HeaderRow {
    pub(super) name: String,
    value: Option<String>,
    place: Span,
}

impl HeaderRow {
    /// All cookies in one header (RFC 6265, 5.4), which has no value where one of them has none.
    pub(super) fn of_cookies(cookies: Vec<Self>) -> Option<Self> {
        let place = cookies.first()?.place;
        let pair = |cookie: Self| Some(format!("{}={}", cookie.name, cookie.value?));
        let pairs: Option<Vec<String>> = cookies.into_iter().map(pair).collect();
        Some(Self {
            name: "Cookie".to_owned(),
            value: pairs.map(|pairs| pairs.join("; ")),
            place,
        })
    }

    pub(super) fn written(self, text: &mut Written) -> Header {
        Header {
            span: text.line(&self.name, self.place),
            name: self.name,
            value: self.value,
        }
    }
}

/// Whether a header or a cookie goes with each request as the document says.
pub(super) fn must_be_sent(listed: At<'_>, name: At<'_>) -> bool {
    let name = name.text().unwrap_or_default();
    let is_sign = |c: char| c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c);
    form::means(listed, "required") && !name.is_empty() && name.chars().all(is_sign)
}

/// Whether a header is none of the document's to say: what tells who asks is the target's, and `Accept` and
/// `Content-Type` are said elsewhere (`OpenAPI` 3.1, 4.8.12).
pub(super) fn is_of_client(root: At<'_>, name: &str) -> bool {
    OWN_HEADERS.iter().any(|own| own.eq_ignore_ascii_case(name)) || is_token(root, "header", name)
}

/// Whether a header or a cookie tells who asks: one that a security scheme of the document names, or, where it has no
/// schemes, one that is named as credentials are.
pub(super) fn is_token(root: At<'_>, sent_in: &str, name: &str) -> bool {
    let schemes = root.get("components");
    let schemes = schemes.and_then(|components| components.get("securitySchemes"));
    let mut schemes = schemes.into_iter().flat_map(At::entries).peekable();
    if schemes.peek().is_none() {
        return is_credential(name);
    }
    let mut schemes = schemes.filter_map(|(_, scheme)| root.led(scheme).ok());
    schemes.any(|scheme| {
        let own = scheme.text_of("name");
        // Names of cookies have a letter case (RFC 6265, 5.4).
        let is_it = own == name || sent_in == "header" && own.eq_ignore_ascii_case(name);
        is_it && scheme.text_of("in").eq_ignore_ascii_case(sent_in)
    })
}

/// A header or a cookie that each request must have, with the value that the document gives.
pub(super) fn row(name: At<'_>, meant: Meant) -> HeaderRow {
    let stated = meant.stated.filter(|_| meant.is_explicit);
    let value = stated.and_then(|value| match value {
        Value::String(text) => Some(text),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    });
    // Visible signs and blanks between them (RFC 9110, 5.5).
    let can_be_sent =
        |text: &String| text.trim() == text && text.chars().all(|c| (' '..='~').contains(&c));
    HeaderRow {
        name: name.text().unwrap_or_default().to_owned(),
        value: value.filter(can_be_sent),
        place: name.span(),
    }
}

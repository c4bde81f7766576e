//! A header that a person gives for every request.

use std::fmt;

use crate::secret::Secret;

/// Where a header of every request comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderOrigin {
    /// The URL.
    Url,
    /// The format that a case asks for.
    Format,
    /// What the client can decode.
    Coding,
    /// The request's own framing.
    Framing,
}

/// Why a text is no header to give.
#[derive(Debug, thiserror::Error)]
pub enum HeaderError {
    /// A header is not written as `Name: value`.
    #[error("a header is not written as `Name: value`")]
    Form,
    /// A header that no user gives.
    #[error("the header `{name}` is not yours to give: {from}")]
    Own {
        /// The header's name.
        name: String,
        /// Where it comes from.
        from: HeaderOrigin,
    },
}

/// What every request has anyway, and where it comes from (RFC 9110, 7 and 8; RFC 9112, 6 and 9).
const OWN_HEADERS: [(&str, HeaderOrigin); 13] = [
    ("Host", HeaderOrigin::Url),
    ("Accept", HeaderOrigin::Format),
    ("Content-Type", HeaderOrigin::Format),
    ("Accept-Encoding", HeaderOrigin::Coding),
    ("Content-Encoding", HeaderOrigin::Framing),
    ("Content-Length", HeaderOrigin::Framing),
    ("Transfer-Encoding", HeaderOrigin::Framing),
    ("Trailer", HeaderOrigin::Framing),
    ("TE", HeaderOrigin::Framing),
    ("Connection", HeaderOrigin::Framing),
    ("Keep-Alive", HeaderOrigin::Framing),
    ("Upgrade", HeaderOrigin::Framing),
    ("Expect", HeaderOrigin::Framing),
];

impl fmt::Display for HeaderOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "it goes with the URL; give the portal's own name there",
            Self::Format => {
                "each case asks for its own format; a profile says how (json.accept, xml.accept, json.body)"
            }
            Self::Coding => "answers are decoded, and judged, as they are asked for here",
            Self::Framing => "it frames the request and goes with its body",
        })
    }
}

/// Reads a `Name: value` argument.
///
/// # Errors
///
/// [`HeaderError::Own`] where every request has that header anyway; [`HeaderError::Form`] where
/// it is not of that form; the text itself is not shown, it may hold a secret.
pub fn parse(argument: &str) -> Result<(String, Secret), HeaderError> {
    let (name, value) = argument.split_once(':').ok_or(HeaderError::Form)?;
    let (name, value) = (name.trim(), value.trim());
    if http::HeaderName::try_from(name).is_err() || http::HeaderValue::try_from(value).is_err() {
        return Err(HeaderError::Form);
    }
    let own = OWN_HEADERS.iter();
    if let Some((_, from)) = own.copied().find(|(own, _)| own.eq_ignore_ascii_case(name)) {
        let name = name.to_owned();
        return Err(HeaderError::Own { name, from });
    }
    Ok((name.to_owned(), Secret::new(value)))
}

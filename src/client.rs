//! One question, one answer.
//!
//! In come [`Request`]s as plain data, out come [`Exchange`]s: what the portal answered, or why there
//! is no answer. Redirects are not followed, so a token never travels to another host. A request is
//! repeated where a portal asks for that with 429 or 503 and `Retry-After`, where a refusal of that kind may mean
//! the pace of the run, within a budget of the whole run, and where a kept connection turns out to be closed. What
//! an answer means is left to [`crate::check`].

mod age;
mod body;
mod cause;
mod certificate;
mod clue;
mod connection;
mod credential;
mod crowd;
pub(crate) mod decode;
mod head;
mod lane;
mod limit;
pub mod location;
mod pace;
pub mod page;
mod proxy;
mod retry;
#[cfg(test)]
pub(crate) mod tests_support;
mod tls;
mod transport;
mod wire;

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

pub use clue::Clue;
pub use credential::{can_send, credentials_of, curl_argument, curl_header, curl_query, given};
pub use limit::Bucket;
use page::{HtmlPage, KnownPage};
pub use retry::Notice;
pub use transport::Client;

use crate::digest::Digest;

/// Somebody who is told of each exchange as it ends, whole.
#[derive(Clone)]
pub struct Witness(Arc<dyn Fn(&Exchange) + Send + Sync>);

impl Witness {
    /// One who does this with each.
    pub fn new(told: impl Fn(&Exchange) + Send + Sync + 'static) -> Self {
        Self(Arc::new(told))
    }

    fn tell(&self, exchange: &Exchange) {
        (self.0)(exchange);
    }
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Witness")
    }
}

/// Why no client can be made of a target.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// A certificate file cannot be read.
    #[error("cannot read {path}: {error}")]
    Io {
        /// The file.
        path: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// A certificate file holds no usable certificate.
    #[error("{path} holds no usable {what} in PEM form")]
    Certificate {
        /// The file.
        path: String,
        /// What was looked for.
        what: &'static str,
    },
    /// The TLS library cannot be set up.
    #[error("cannot set up a client: {message}")]
    Setup {
        /// What the library says.
        message: String,
    },
}

/// What is asked; no secret in it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Request {
    /// The method, upper case.
    pub method: String,
    /// The path below the target's URL, percent-encoded, without a leading slash.
    pub path: String,
    /// The `Accept` header.
    pub accept: String,
    /// Which token is sent.
    pub token: Token,
    /// What it shows itself as.
    pub guise: Guise,
    /// Headers that are documented for it, by name and value; one of the target's stands in the place of one.
    pub headers: Headers,
    /// The body and its media type; without it neither is sent.
    pub body: Option<Body>,
}

/// Names and values of headers.
pub type Headers = Arc<[(String, String)]>;

/// What a request shows itself as, in further headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Guise {
    /// What it is.
    #[default]
    Plain,
    /// A browser that follows a link from another site.
    Browser,
    /// A script in a page of the portal.
    Script,
    /// A proxy of the portal's own, for somebody at this address.
    Inside(&'static str),
    /// A proxy that wrote another path in the place of the one that was asked for, which is the same.
    Rewritten,
    /// A client that cannot send the method that it means, which is `GET`.
    Overridden,
}

/// Whether a request is sent again where the portal says "later".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Repeat {
    /// It is: it reads, or doing it twice is doing it once.
    Allowed,
    /// It is not, as what it creates could be there twice.
    Never,
}

/// A request body as it is sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Body {
    /// The `Content-Type` header.
    pub content_type: String,
    /// The text; may be empty.
    pub text: String,
}

/// Which token a request carries, in the scheme of the target's credentials: where that is `Basic`, a
/// token is a user's name and password, where it is `Cookie`, no header means no cookie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Token {
    /// The target's own.
    Valid,
    /// That of the target's second account.
    Other,
    /// No `Authorization` header.
    None,
    /// An `Authorization` header without value.
    Empty,
    /// A token of the right form that nobody has.
    Unknown,
    /// The target's own with one character more, for portals that compare only its start.
    Extended,
    /// The first half of the target's own.
    Halved,
    /// The target's own in the other letter case, where that makes it another token.
    Recased,
    /// A token that nobody has, behind the scheme `Bearer`.
    UnknownBearer,
    /// The target's own without its last character.
    Cut,
    /// The target's own with another first character.
    Altered,
    /// The target's own with another character in the middle.
    AlteredInside,
    /// The target's own with another last character.
    AlteredEnd,
    /// The target's own, read from its end.
    Reversed,
    /// The target's own, where it is a JSON Web Token, as one that says that nothing signs it (RFC 7519, 6.1).
    Unsigned,
    /// The same with its own header, and without its signature.
    Unsealed,
    /// The target's own, in the query, where it is written down by every server on the way.
    InQuery,
    /// The target's own, in headers that no page names.
    InHeader,
    /// A value that is no token: a broken `Basic` credential.
    Malformed,
    /// A value that is no token: a scheme and nothing behind it.
    Bare,
    /// A value that is no token: what scripts write that have none.
    Null,
    /// The same of other scripts.
    Undefined,
}

/// One request and what came of it.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// What was asked.
    pub request: Request,
    /// What came.
    pub outcome: Result<Response, Failure>,
    /// How often it was sent again, as the portal asked to come back later or as the run was too fast.
    pub retries: u32,
    /// From the first byte sent to the last byte received of the last try.
    pub elapsed: Duration,
}

/// A complete answer.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// What stands above the body.
    pub head: Head,
    /// Every `Content-Type` header, as sent.
    pub content_types: Vec<String>,
    /// The body, decompressed.
    pub body: Vec<u8>,
    /// Whether the connection stays open for more requests.
    pub keeps_open: bool,
    /// Whether it speaks of the client's pace and not of the request: 429, 503 with `Retry-After`, 403 with it or with
    /// no requests left where the token opens, or any 503 to what may not be repeated where others went away at a
    /// lower pace.
    pub limits_pace: bool,
    /// Where a redirect (3xx) points, as sent.
    pub location: Option<String>,
    /// What is known of it as a page for people; nothing at first.
    pub page: KnownPage,
}

/// What stands above the body of an answer; the first [`MAX_HEAD`] bytes of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Head {
    /// The reason phrase, where it is not the usual one of the status code.
    pub reason: String,
    /// Names, in lower case, and values of the headers, in their order.
    pub headers: Vec<(String, String)>,
}

/// How much of an answer's head is kept, in bytes.
pub const MAX_HEAD: usize = 32 * 1024;

/// The site that a browser claims to come from: one that no portal knows.
pub const FOREIGN_ORIGIN: &str = "https://elsewhere.example.invalid";

/// Why there is no complete answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// The status code, where the answer had begun.
    pub status: Option<u16>,
    /// What the libraries say of it, without URL.
    pub message: String,
    /// What it points at, where that is known.
    pub clue: Option<Clue>,
}

/// What can go wrong below an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FailureKind {
    /// No connection: wrong name, nobody listens, no route.
    Connect,
    /// A connection, but no agreement on TLS.
    Tls,
    /// No complete answer in time.
    Timeout,
    /// The connection ended early.
    Broken,
    /// What came is not HTTP.
    Malformed,
    /// The body is larger than is read.
    TooLarge,
    /// The body is not compressed as its header says.
    Encoding,
}

impl Token {
    /// Whether it is an account's own, sent as pages say.
    #[must_use]
    pub fn opens(self) -> bool {
        matches!(self, Self::Valid | Self::Other)
    }

    /// Whether it is none by its syntax (RFC 9110, 11.4): nothing, a scheme and nothing behind it, or what may not
    /// stand there.
    #[must_use]
    pub fn is_malformed(self) -> bool {
        matches!(self, Self::Empty | Self::Malformed | Self::Bare)
    }

    /// Whether it is made of the target's own token.
    #[must_use]
    pub fn is_derived(self) -> bool {
        matches!(
            self,
            Self::Valid
                | Self::Extended
                | Self::Halved
                | Self::Recased
                | Self::Cut
                | Self::Altered
                | Self::AlteredInside
                | Self::AlteredEnd
                | Self::Reversed
                | Self::Unsigned
                | Self::Unsealed
                | Self::InQuery
                | Self::InHeader
        )
    }
}

impl Guise {
    /// The headers of it, in a request for a URL.
    #[must_use]
    pub fn headers(self, url: &str) -> Vec<(&'static str, String)> {
        if self == Self::Rewritten {
            let path = url.split_once("://").map_or(url, |(_, rest)| rest);
            let path = path.find('/').map_or("/", |at| &path[at..]);
            let names = ["X-Original-URL", "X-Rewrite-URL"];
            return names.map(|name| (name, path.to_owned())).into();
        }
        if let Self::Inside(address) = self {
            let names = [
                "X-Forwarded-For",
                "X-Real-IP",
                "X-Client-IP",
                "True-Client-IP",
            ];
            let mut headers: Vec<_> = names.map(|name| (name, address.to_owned())).into();
            headers.push(("Forwarded", format!("for={address}")));
            headers.push(("X-Forwarded-Host", "localhost".to_owned()));
            return headers;
        }
        let headers = self.constant().iter();
        headers
            .map(|(name, value)| (*name, (*value).to_owned()))
            .collect()
    }

    fn constant(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Plain | Self::Rewritten | Self::Inside(_) => &[],
            Self::Overridden => &[
                ("X-HTTP-Method-Override", "GET"),
                ("X-Method-Override", "GET"),
            ],
            Self::Browser => &[
                (
                    "User-Agent",
                    "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0",
                ),
                ("Accept-Language", "en-US,en;q=0.5"),
                ("Origin", FOREIGN_ORIGIN),
                ("Sec-Fetch-Mode", "navigate"),
                ("Sec-Fetch-Site", "cross-site"),
                ("Cookie", "session=none"),
            ],
            Self::Script => &[
                ("X-Requested-With", "XMLHttpRequest"),
                ("Range", "bytes=0-"),
            ],
        }
    }
}

impl Head {
    /// The values of all headers of a name, which is written in lower case.
    pub fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let headers = self.headers.iter().filter(move |(own, _)| own == name);
        headers.map(|(_, value)| value.as_str())
    }
}

/// Whether a status says that the request was carried out (RFC 9110, 15.3).
#[must_use]
pub fn is_success(status: u16) -> bool {
    (200..300).contains(&status)
}

impl Exchange {
    /// What tells a complete answer from others, but for its status: the method, the media types and the body.
    pub(crate) fn said(&self) -> Option<Digest> {
        let response = self.outcome.as_ref().ok()?;
        Some(Digest::of_all(&[
            Digest::of_bytes(self.request.method.as_bytes()),
            Digest::of_bytes(response.content_types.join("\n").as_bytes()),
            Digest::of_bytes(&response.body),
        ]))
    }

    /// Whether it was carried out, as far as its status says.
    #[must_use]
    pub fn is_success(&self) -> bool {
        self.status().is_some_and(is_success)
    }

    /// The page for people that answers in the API's place, where one does.
    #[must_use]
    pub fn html_page(&self) -> Option<HtmlPage> {
        page::html_page(self.outcome.as_ref().ok()?)
    }

    /// Whether it was not complete in time.
    #[must_use]
    pub fn is_late(&self) -> bool {
        matches!(&self.outcome, Err(failure) if failure.kind == FailureKind::Timeout)
    }

    /// The status code, where there is one.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        match &self.outcome {
            Ok(response) => Some(response.status),
            Err(failure) => failure.status,
        }
    }
}

//! Recorded traffic: what somebody asked a portal, and what it answered.
//!
//! In comes a HAR file as browsers and proxies write it, out come its entries in the order of time, with the
//! answers as a client would have got them, as far as the file says. What of it belongs to the contract is
//! left to others.

mod asker;
mod har;
mod write;

use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

use time::OffsetDateTime;
use url::Url;

use crate::client::Response;
use crate::config::Scheme;
use crate::digest::Digest;
use crate::secret::{HIDDEN, Secret};

pub use har::{HarError, read};
pub use write::{Recorder, joined};

/// Recorded traffic, in the order of time.
#[derive(Debug, Clone, Default)]
pub struct Recording {
    /// The entries, at most [`MAX_ENTRIES`].
    pub entries: Vec<Entry>,
    /// How many more there are.
    pub more: usize,
    /// Those that are none, by their number in the file, the first being 1.
    pub odd: Vec<(usize, Odd)>,
    /// Whatever in any of them tells who asks.
    pub credentials: RecordedCredentials,
}

/// What nobody may read, each once.
#[derive(Clone, Default)]
pub struct RecordedCredentials {
    /// What was sent to say who asks: no answer may repeat it.
    pub sent: BTreeSet<String>,
    /// Cookies, passwords, users and what else is shown nowhere.
    pub others: BTreeSet<String>,
}

impl fmt::Debug for RecordedCredentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(HIDDEN)
    }
}

/// What of an entry cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Odd {
    /// It has no request.
    Request,
    /// Its method is no text.
    Method,
    /// Its URL is no text.
    Url,
    /// Its URL names no host.
    Address,
    /// It has no response.
    Response,
    /// Its status is no number.
    Status,
    /// The headers are no list.
    Headers,
    /// Something else is of another type than every tool writes.
    Other,
}

/// More entries than these are counted and not looked at.
pub const MAX_ENTRIES: usize = 20_000;

/// One request and what was recorded of its answer.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Where it was sent; user, password and fragment are left out.
    pub url: Url,
    /// The method, upper case.
    pub method: String,
    /// The `Accept` header; empty for none.
    pub accept: String,
    /// The body, where one was recorded.
    pub body: Option<String>,
    /// What told who asks, where that was recorded.
    pub credential: Option<(Scheme, Secret)>,
    /// When it was sent, where the file says.
    pub started: Option<OffsetDateTime>,
    /// How long the answer took.
    pub elapsed: Duration,
    /// The status code; 0 where none was recorded.
    pub status: u16,
    /// What came.
    pub answer: Result<Response, Gap>,
    /// What came without its body, where that was not recorded.
    pub head: Option<Box<Response>>,
    /// Whether others stand in the place of values that the contract bounds.
    pub other_values: bool,
    /// What decides what comes beside URL, method and body: equal where the same one asks in the same way.
    pub asker: Digest,
    /// Whether a cache of the tool's gave the answer, and nobody was asked.
    pub is_cached: bool,
    /// Whether the answer is the part of another that was asked for (RFC 9110, 14).
    pub is_part: bool,
}

/// What of an answer was not recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Gap {
    /// The answer itself: the request failed or was given up.
    Answer,
    /// The body.
    Body,
    /// The end of the body.
    End,
    /// What the body was: it is not encoded as the file says.
    Encoding,
}

//! Why a request is refused, and what is said about it.

use serde_json::Value;

use crate::portal::objection::Objection;
use crate::profile::{Profile, RefusalBody, Repeats};

/// One refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// What is wrong with the request.
    pub(crate) objection: Objection,
    /// The status code.
    pub(crate) status: u16,
    /// What the body says.
    pub(crate) message: String,
    /// How the body says it.
    pub(crate) written: RefusalBody,
}

impl Refusal {
    pub(crate) fn new(objection: Objection, status: u16, message: impl Into<String>) -> Self {
        Self {
            objection,
            status,
            message: message.into(),
            written: RefusalBody::Envelope,
        }
    }

    /// A token that does not open the portal.
    pub(crate) fn token(objection: Objection, profile: &Profile) -> Self {
        let status = profile.refusal.authentication.first().copied();
        Self {
            written: profile.refusal.authentication_body,
            ..Self::new(objection, status.unwrap_or(401), "Unauthorized")
        }
    }

    /// A path that no route has; `status` is what portals answer that look at every path themselves.
    pub(crate) fn unrouted(objection: Objection, status: u16, profile: &Profile) -> Self {
        let written = profile.refusal.unrouted_body;
        let status = if written == RefusalBody::Page {
            404
        } else {
            status
        };
        Self {
            written,
            ..Self::new(objection, status, "Not found")
        }
    }

    /// An id that nothing has.
    pub(crate) fn unknown(objection: Objection, profile: &Profile) -> Self {
        let status = profile.refusal.unknown.first().copied();
        Self::new(objection, status.unwrap_or(404), "Not found")
    }

    /// A value or body that is none.
    pub(crate) fn bad(objection: Objection, message: impl Into<String>) -> Self {
        Self::new(objection, 400, message)
    }

    /// The envelope of an error, with the status code where the profile's envelope has it.
    pub(crate) fn envelope(&self, profile: &Profile) -> Value {
        let mut body = serde_json::Map::new();
        body.insert("status".to_owned(), 1.into());
        for member in &profile.envelope.members {
            if member.equals == Some(Repeats::StatusCode) {
                body.insert(member.name.clone(), self.status.into());
            }
        }
        let mut error = profile.refusal.error.clone();
        error.shift_insert(0, "message".to_owned(), self.message.as_str().into());
        body.insert("error".to_owned(), error.into());
        Value::Object(body)
    }

    /// The same as a page.
    pub(crate) fn page(&self) -> String {
        format!(
            "<!DOCTYPE html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>",
            self.message
        )
    }
}

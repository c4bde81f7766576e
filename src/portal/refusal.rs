//! Why a request is refused, and what is said about it.

use serde_json::{Value, json};

use crate::portal::envelope::STATUS_CODE;
use crate::profile::Profile;

/// One refusal, named as the cases that ask for it are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Refusal {
    /// The name, such as `no-token` or `unknown-contactid`.
    pub(crate) what: String,
    /// The status code.
    pub(crate) status: u16,
    /// What the body says.
    pub(crate) message: String,
}

impl Refusal {
    pub(crate) fn new(what: impl Into<String>, status: u16, message: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            status,
            message: message.into(),
        }
    }

    /// A token that does not open the portal.
    pub(crate) fn token(what: &str, profile: &Profile) -> Self {
        let status = profile.refusal.authentication.first().copied();
        Self::new(what, status.unwrap_or(401), "Unauthorized")
    }

    /// An id that nothing has.
    pub(crate) fn unknown(what: &str, profile: &Profile) -> Self {
        let status = profile.refusal.unknown.first().copied();
        Self::new(what, status.unwrap_or(404), "Not found")
    }

    /// A value or body that is none.
    pub(crate) fn bad(what: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(what, 400, message)
    }

    /// The body: the envelope of an error, with the status code where the profile's envelope has it.
    pub(crate) fn body(&self, profile: &Profile) -> Value {
        let mut body = serde_json::Map::new();
        for member in &profile.envelope.members {
            if member.name == STATUS_CODE {
                body.insert(member.name.clone(), self.status.into());
            }
        }
        body.insert("status".to_owned(), 1.into());
        body.insert("error".to_owned(), json!({ "message": self.message }));
        Value::Object(body)
    }
}

//! What stands in a journal in the place of ids and names of runs.
//!
//! The same rules hold for what a portal answers and for what a file says, which somebody may have changed: an
//! empty id leads to a whole collection, and an empty name stands in everything.

use std::hash::{BuildHasher, RandomState};
use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::Value;

use crate::address::leads_away;
use crate::session::journal::{Entry, Header, NamedValues};

/// The longest text that is taken for an id, in characters.
pub(in crate::session) const MAX_ID: usize = 64;
/// How the name of a run begins.
const RUN_MARK: &str = "pc";
/// So many hexadecimal digits of it are random.
const RANDOM: usize = 16;

/// A text of letters and digits that no other run has.
pub(in crate::session) fn new_run() -> String {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    // The keys of a new hasher are random.
    let random = RandomState::new().hash_one(std::process::id());
    format!("{RUN_MARK}{:x}{random:016x}", since.as_secs())
}

fn is_run(text: &str) -> bool {
    let digits = text.strip_prefix(RUN_MARK).unwrap_or_default();
    digits.len() > RANDOM
        && digits.len() <= MAX_ID
        && digits
            .bytes()
            .all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// An id of a portal.
pub(in crate::session) fn plain_id(value: &Value) -> Option<String> {
    match value {
        Value::Number(number) if number.is_i64() || number.is_u64() => Some(number.to_string()),
        Value::String(text) => is_id(text).then(|| text.clone()),
        _ => None,
    }
}

fn is_id(text: &str) -> bool {
    let is_of_id = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    (1..=MAX_ID).contains(&text.len()) && text.chars().all(is_of_id)
}

impl Header {
    /// Whether a run can have written it.
    pub(super) fn is_sound(&self) -> bool {
        let named = self.named.values().flatten();
        let is_value = |value: &String| !value.trim().is_empty() && !leads_away(value);
        is_run(&self.run) && named.into_iter().all(is_value)
    }
}

impl Entry {
    /// Whether a run can have written it: what it kept and undid are ids.
    pub(super) fn is_sound(&self, header: &Header) -> bool {
        let are_ids = |values: &NamedValues| values.values().flatten().all(|value| is_id(value));
        match self {
            Self::Ended { kept: ids, .. } | Self::Existed { ids } | Self::Taken { ids } => {
                are_ids(ids)
            }
            Self::Doubted { id, .. } => is_id(id),
            Self::Undone { values, .. } => values.iter().all(|(name, values)| {
                let named = header.named.get(name).map_or(&[][..], Vec::as_slice);
                values
                    .iter()
                    .all(|value| is_id(value) || named.contains(value))
            }),
            Self::Begun { .. } | Self::Answered { .. } | Self::GivenUp { .. } => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_runs_are_alike() {
        let (one, two) = (new_run(), new_run());
        assert_ne!(one, two);
        assert!(is_run(&one) && is_id(&one), "{one}");
        let of_length = |length| format!("{RUN_MARK}{}", "0a".repeat(length / 2));
        assert!(is_run(&of_length(MAX_ID)));
        for text in [
            &of_length(MAX_ID + 2),
            &of_length(RANDOM),
            "",
            "e",
            "pc",
            "pc1",
            "pcX6b08e33adf1c1d2932f",
            "b08e33adf1c1d2932fdc2fa",
        ] {
            assert!(!is_run(text), "{text}");
        }
    }
}

//! Values that are looked up on the portal before it is tried.

use std::collections::BTreeMap;

use crate::address::leads_away;
use crate::config::LookUp;
use crate::contract::Contract;
use crate::names::nearest;

/// The look-ups of a target, by the parameters that they find values of.
pub type LookUps = BTreeMap<String, LookUp>;

/// Why a look-up found no value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoValue {
    /// The path that was read.
    pub get: String,
    /// Where in the answer values should have been.
    pub at: String,
    /// What came instead.
    pub came: Came,
}

/// What came in the place of values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Came {
    /// No complete answer; what the libraries say.
    NoAnswer(String),
    /// A page for people with this status code.
    Page(u16),
    /// A status code that is no success.
    Status(u16),
    /// A success that is no JSON.
    NoJson,
    /// JSON that has nothing there, as an empty list.
    Nothing,
    /// Values that are none of the parameter.
    NoId,
}

/// Why a look-up cannot be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LookUpError {
    /// No page documents the parameter.
    #[error("no page documents a parameter `{name}`{advice}")]
    Unknown {
        /// What was given.
        name: String,
        /// The nearest documented names.
        advice: String,
    },
    /// What is read is no path below the portal's URL.
    #[error("`get` is a path below the target's URL, such as api/2.0/crm/contact/filter.json")]
    Path,
    /// What names a place in the answer does not.
    #[error("`at` is a JSON pointer in which * stands for each item, such as /response/*/id")]
    Pointer,
    /// It takes none, or more than anybody tries.
    #[error("`take` is a number from 1 to {MOST_TAKEN}")]
    Take,
}

/// How many values a look-up may take.
const MOST_TAKEN: usize = 100;

impl LookUpError {
    /// The key of the look-up that is wrong, where one is.
    #[must_use]
    pub fn key(&self) -> Option<&'static str> {
        match self {
            Self::Unknown { .. } => None,
            Self::Path => Some("get"),
            Self::Pointer => Some("at"),
            Self::Take => Some("take"),
        }
    }
}

/// Holds the look-up of a parameter against the contract.
///
/// # Errors
///
/// [`LookUpError`] for what is wrong first.
pub fn check_look_up(name: &str, look_up: &LookUp, contract: &Contract) -> Result<(), LookUpError> {
    let known = contract.parameter_names();
    if !known.contains(&name) {
        return Err(LookUpError::Unknown {
            name: name.to_owned(),
            advice: nearest(name, &known),
        });
    }
    let path = look_up.get.as_str();
    let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"{}\\#".contains(c);
    let (steps, _) = path.split_once('?').unwrap_or((path, ""));
    let leads_up = steps.split('/').any(leads_away);
    if path.trim_matches('/').is_empty()
        || steps.contains("://")
        || leads_up
        || !path.chars().all(is_plain)
    {
        return Err(LookUpError::Path);
    }
    if !look_up.at.is_empty() && !look_up.at.starts_with('/') {
        return Err(LookUpError::Pointer);
    }
    if !(1..=MOST_TAKEN).contains(&look_up.taken()) {
        return Err(LookUpError::Take);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{contract, page};

    #[test]
    fn a_look_up_reads_below_the_portal_and_nothing_else() {
        let contract = contract::of_sources(page::builtin()).unwrap();
        let told = |name: &str, get: &str, at: &str, take| {
            let look_up = LookUp {
                get: get.to_owned(),
                at: at.to_owned(),
                take,
            };
            check_look_up(name, &look_up, &contract).err()
        };
        let (get, at) = ("api/2.0/crm/contact/filter.json?count=2", "/response/*/id");
        assert_eq!(told("contactid", get, at, None), None);
        assert_eq!(told("contactid", &format!("/{get}"), "", Some(100)), None);
        assert_eq!(
            told("contactid", get, "response", None),
            Some(LookUpError::Pointer)
        );
        for take in [0, 101] {
            assert_eq!(
                told("contactid", get, at, Some(take)),
                Some(LookUpError::Take)
            );
        }
        for path in [
            "",
            "/",
            "https://elsewhere.example/x",
            "a/../b",
            "a b",
            "a/{run}",
            "a#b",
        ] {
            assert_eq!(
                told("contactid", path, at, None),
                Some(LookUpError::Path),
                "{path}"
            );
        }
        let unknown = told("contctid", get, at, None).unwrap().to_string();
        assert!(unknown.ends_with("did you mean `contactid`?"), "{unknown}");
    }
}

//! What is forgiven, why and until when.
//!
//! In comes what the configuration file says, out come [`Waiver`]s whose case and rule exist. Which
//! violations of a run they forgive is left to [`crate::run`].

mod over;
mod pattern;

use time::Date;
use time::macros::format_description;

pub use over::Beside;
pub use pattern::Pattern;
pub(crate) use pattern::inline;

use crate::case::Plan;
use crate::check::Rule;
use crate::config::{Texts, WaiverEntry};
use crate::names::{closest, matches, nearest};

/// One thing that is forgiven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// What it forgives.
    pub pattern: Pattern,
    /// Why.
    pub reason: String,
    /// The last day on which it does, in UTC.
    pub until: Date,
}

/// Why a waiver cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WaiverError {
    /// No rule has this name.
    #[error("no rule `{name}`{advice}")]
    Rule {
        /// The name.
        name: String,
        /// The nearest right ones.
        advice: String,
    },
    /// No case has such a name, but some nearly have.
    #[error("no case `{name}`; did you mean `{near}`?")]
    NearCase {
        /// The name.
        name: String,
        /// The pattern or the name that is nearest.
        near: String,
    },
    /// No case has such a name.
    #[error("no case `{name}`; `*` stands for any part of a name")]
    Case {
        /// The name.
        name: String,
    },
    /// A pointer leads nowhere.
    #[error(
        "`{pointer}` is no place in an answer: expected one such as /response/TaskCount, as findings show it"
    )]
    Pointer {
        /// The pointer.
        pointer: String,
    },
    /// Nobody says why.
    #[error("a waiver needs a reason")]
    Reason,
    /// The last day is none.
    #[error("`{day}` is no day: expected one such as 2026-12-31")]
    Day {
        /// What stands in its place.
        day: String,
    },
}

impl WaiverError {
    /// The key of the entry that is wrong.
    #[must_use]
    pub fn key(&self) -> &'static str {
        match self {
            Self::Rule { .. } => "kind",
            Self::NearCase { .. } | Self::Case { .. } => "case",
            Self::Pointer { .. } => "pointer",
            Self::Reason => "reason",
            Self::Day { .. } => "until",
        }
    }
}

impl Waiver {
    /// Reads an entry of the file and holds it against the rules and the cases.
    ///
    /// # Errors
    ///
    /// [`WaiverError`]: no rule of that name, no case that matches, no reason, no day.
    pub fn of(entry: &WaiverEntry, plan: &Plan) -> Result<Self, WaiverError> {
        let Some(rule) = Rule::named(&entry.kind) else {
            let known: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
            let advice = nearest(&entry.kind, &known);
            return Err(WaiverError::Rule {
                name: entry.kind.clone(),
                advice,
            });
        };
        for case in entry.case.texts() {
            if !plan
                .cases
                .iter()
                .any(|known| matches(case, &known.id.to_string()))
            {
                return Err(unknown_case(case, plan));
            }
        }
        let pointers = entry.pointer.as_ref().map_or(&[][..], Texts::texts);
        for pointer in pointers {
            if !pointer.is_empty() && !pointer.starts_with('/') {
                let pointer = pointer.clone();
                return Err(WaiverError::Pointer { pointer });
            }
        }
        let pattern = Pattern {
            cases: entry.case.texts().to_vec(),
            pointers: pointers.to_vec(),
            rule,
        };
        if entry.reason.trim().is_empty() {
            return Err(WaiverError::Reason);
        }
        let day = format_description!("[year]-[month]-[day]");
        let Ok(until) = Date::parse(&entry.until, &day) else {
            let day = entry.until.clone();
            return Err(WaiverError::Day { day });
        };
        Ok(Self {
            pattern,
            reason: entry.reason.clone(),
            until,
        })
    }

    /// Whether its last day has passed.
    #[must_use]
    pub fn is_expired(&self, today: Date) -> bool {
        today > self.until
    }
}

/// What is to be said of a case that nothing matches.
fn unknown_case(case: &str, plan: &Plan) -> WaiverError {
    let is_operation = !case.contains("::");
    let ids = plan.cases.iter().map(|case| &case.id);
    let mut known: Vec<String> = if is_operation {
        ids.map(|id| id.operation.to_string()).collect()
    } else {
        ids.map(ToString::to_string).collect()
    };
    known.dedup();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    let name = case.to_owned();
    match closest(case, &known) {
        Some(near) if !case.contains('*') => WaiverError::NearCase {
            name,
            near: format!("{near}{}", if is_operation { "::*" } else { "" }),
        },
        _ => WaiverError::Case { name },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_waiver_that_cannot_be_used_is_told_by_its_key() {
        let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
        let profile = crate::profile::load("as-documented").unwrap();
        let target = crate::target::Target::new("http://portal.test".parse().unwrap());
        let plan = crate::case::plan(&contract, &profile, &target);
        let first = plan.cases[0].id.to_string();
        let of = |case: &str, pointer: Option<&str>, kind: &str, reason: &str, until: &str| {
            let entry = WaiverEntry {
                case: Texts::List(vec![first.clone(), case.to_owned()]),
                pointer: pointer.map(|text| Texts::One(text.to_owned())),
                kind: kind.to_owned(),
                reason: reason.to_owned(),
                until: until.to_owned(),
            };
            Waiver::of(&entry, &plan).map_err(|error| (error.key(), error.to_string()))
        };
        let good = of("*", Some("/a"), "missing", "r", "2026-12-31").unwrap();
        assert_eq!(good.pattern.cases, [first.as_str(), "*"]);
        assert_eq!(good.pattern.pointers, ["/a"]);
        assert_eq!(good.reason, "r");
        assert!(of("*", Some(""), "missing", "r", "2026-12-31").is_ok());
        assert!(of("*", None, "missing", "r", "2026-12-31").is_ok());
        let mistyped = first.replace("crm", "crn");
        let operation = mistyped.split("::").next().unwrap();
        let pattern = format!("{mistyped}*");
        let right = first.split("::").next().unwrap();
        let (case, near) = (format!("`{first}`"), format!("`{right}::*`"));
        for (told, key, words) in [
            (
                of("*", None, "mising", "r", "2026-12-31"),
                "kind",
                "`missing`",
            ),
            (
                of(&mistyped, None, "missing", "r", "2026-12-31"),
                "case",
                &*case,
            ),
            (
                of(operation, None, "missing", "r", "2026-12-31"),
                "case",
                &*near,
            ),
            (
                of("get-crn-*", None, "missing", "r", "2026-12-31"),
                "case",
                "any part",
            ),
            (
                of(&pattern, None, "missing", "r", "2026-12-31"),
                "case",
                "any part",
            ),
            (
                of("zzz", None, "missing", "r", "2026-12-31"),
                "case",
                "any part",
            ),
            (
                of("*", Some("a"), "missing", "r", "2026-12-31"),
                "pointer",
                "`a`",
            ),
            (
                of("*", None, "missing", " ", "2026-12-31"),
                "reason",
                "needs a reason",
            ),
            (
                of("*", None, "missing", "r", "2026-13-01"),
                "until",
                "`2026-13-01`",
            ),
        ] {
            let (found, message) = told.unwrap_err();
            assert_eq!(found, key, "{message}");
            assert!(message.contains(words), "{message} {words}");
        }
    }

    #[test]
    fn a_waiver_holds_to_the_end_of_its_last_day() {
        let until = time::macros::date!(2026 - 12 - 31);
        let waiver = Waiver {
            pattern: Pattern {
                cases: vec!["*".to_owned()],
                pointers: Vec::new(),
                rule: Rule::Missing,
            },
            reason: "r".to_owned(),
            until,
        };
        assert!(!waiver.is_expired(until.previous_day().unwrap()));
        assert!(!waiver.is_expired(until), "the last day itself");
        assert!(waiver.is_expired(until.next_day().unwrap()));
    }
}

//! What is forgiven, why and until when.
//!
//! In comes what the configuration file says, out come [`Waiver`]s whose case and rule exist. Which
//! violations of a run they forgive is left to [`crate::run`].

mod over;
mod pattern;

use time::Date;
use time::macros::format_description;

pub use pattern::Pattern;

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
#[error("{message}")]
pub struct WaiverError {
    /// The key of the entry that is wrong.
    pub key: &'static str,
    /// What is wrong with it.
    pub message: String,
}

impl Waiver {
    /// Reads an entry of the file and holds it against the rules and the cases.
    ///
    /// # Errors
    ///
    /// [`WaiverError`]: no rule of that name, no case that matches, no reason, no day.
    pub fn of(entry: &WaiverEntry, plan: &Plan) -> Result<Self, WaiverError> {
        let wrong = |key, message| Err(WaiverError { key, message });
        let Some(rule) = Rule::ALL.iter().find(|rule| rule.id() == entry.kind) else {
            let known: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
            let advice = nearest(&entry.kind, &known);
            return wrong("kind", format!("no rule `{}`{advice}", entry.kind));
        };
        for case in entry.case.texts() {
            if !plan
                .cases
                .iter()
                .any(|known| matches(case, &known.id.to_string()))
            {
                let advice = case_advice(case, plan);
                return wrong("case", format!("no case `{case}`{advice}"));
            }
        }
        let pointers = entry.pointer.as_ref().map_or(&[][..], Texts::texts);
        for pointer in pointers {
            if !pointer.is_empty() && !pointer.starts_with('/') {
                let message = format!(
                    "`{pointer}` is no place in an answer: expected one such as /response/TaskCount, as findings show it"
                );
                return wrong("pointer", message);
            }
        }
        let pattern = Pattern {
            cases: entry.case.texts().to_vec(),
            pointers: pointers.to_vec(),
            rule: *rule,
        };
        if entry.reason.trim().is_empty() {
            return wrong("reason", "a waiver needs a reason".to_owned());
        }
        let day = format_description!("[year]-[month]-[day]");
        let Ok(until) = Date::parse(&entry.until, &day) else {
            let message = format!(
                "`{}` is no day: expected one such as 2026-12-31",
                entry.until
            );
            return wrong("until", message);
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

/// What to write in place of a case that nothing matches.
fn case_advice(case: &str, plan: &Plan) -> String {
    let is_operation = !case.contains("::");
    let ids = plan.cases.iter().map(|case| &case.id);
    let mut known: Vec<String> = if is_operation {
        ids.map(|id| id.operation.to_string()).collect()
    } else {
        ids.map(ToString::to_string).collect()
    };
    known.dedup();
    let known: Vec<&str> = known.iter().map(String::as_str).collect();
    match closest(case, &known) {
        _ if case.contains('*') => None,
        Some(near) if is_operation => Some(format!("; did you mean `{near}::*`?")),
        near => near.map(|near| format!("; did you mean `{near}`?")),
    }
    .unwrap_or_else(|| {
        "; `run --list` names them, and `*` stands for any part of a name".to_owned()
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

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

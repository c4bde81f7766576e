//! What is forgiven, why and until when.
//!
//! In comes what the configuration file says, out come [`Waiver`]s whose case and rule exist. Which
//! violations of a run they forgive is left to [`crate::run`].

use std::fmt;

use time::Date;
use time::macros::format_description;

use crate::case::{CaseId, Plan};
use crate::check::{Family, Rule, Violation};
use crate::config::WaiverEntry;
use crate::contract::Format;
use crate::names::nearest;

/// Stands for a number of steps that differs; no name holds it.
const MANY: &str = "**";

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

/// Which violations are meant; written as the file writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern {
    /// The cases: a name in which `*` stands for any part.
    pub case: String,
    /// The places: a pointer in which `*` stands for one step and `**` for any number; `None` for any.
    pub pointer: Option<String>,
    /// The rule.
    pub rule: Rule,
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
        let pattern = Pattern {
            case: entry.case.clone(),
            pointer: entry.pointer.clone(),
            rule: *rule,
        };
        if !plan.cases.iter().any(|case| pattern.is_of_case(&case.id)) {
            let known: Vec<&str> = plan.cases.iter().map(|case| case.id.as_str()).collect();
            let near = nearest(&entry.case, &known);
            let advice = if near.starts_with("; did") && !entry.case.contains('*') {
                near
            } else {
                "; `run --list` names them, and `*` stands for any part of a name".to_owned()
            };
            return wrong("case", format!("no case `{}`{advice}", entry.case));
        }
        if let Some(pointer) = &entry.pointer
            && !pointer.is_empty()
            && !pointer.starts_with('/')
        {
            let message = format!(
                "`{pointer}` is no place in an answer: expected one such as /response/TaskCount, as findings show it"
            );
            return wrong("pointer", message);
        }
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

impl Pattern {
    /// Whether it means violations of a case.
    #[must_use]
    pub fn is_of_case(&self, id: &CaseId) -> bool {
        let parts: Vec<&str> = self.case.split('*').collect();
        has_parts(id.as_str(), &parts)
    }

    /// Whether it means a violation of a case in a format.
    #[must_use]
    pub fn covers(&self, id: &CaseId, format: Format, violation: &Violation) -> bool {
        self.rule == violation.rule
            && self.is_of_case(id)
            && self.pointer.as_ref().is_none_or(|wanted| {
                is_at(wanted, &violation.pointer) || is_at(wanted, place(format, violation))
            })
    }

    /// The pattern that covers violations of one rule in some cases, and as little else as one can.
    ///
    /// Names and places that are alike stay as they are; `None` where there is no violation.
    #[must_use]
    pub fn over(cases: &[&CaseId], violations: &[(Format, &Violation)]) -> Option<Self> {
        let rule = violations.first()?.1.rule;
        let ids: Vec<Vec<&str>> = cases
            .iter()
            .map(|id| id.as_str().split("::").collect())
            .collect();
        // Unlike `**`, a star in a name does not bring its separators along.
        let case = common(&ids, MANY).join("::");
        let case = case.replace(&format!("::{MANY}"), MANY);
        let case = case.replace(&format!("{MANY}::"), MANY).replace(MANY, "*");
        let places: Vec<Vec<&str>> = violations
            .iter()
            .map(|(format, violation)| place(*format, violation).split('/').collect())
            .collect();
        Some(Self {
            case,
            pointer: Some(common_place(&places).join("/")).filter(|pointer| !pointer.is_empty()),
            rule,
        })
    }
}

/// The place of a violation, without the root element of XML: the same in both formats.
fn place(format: Format, violation: &Violation) -> &str {
    let pointer = violation.pointer.as_str();
    let has_root = format == Format::Xml
        && matches!(violation.family, Family::Envelope | Family::Shape)
        && pointer.starts_with('/');
    if !has_root {
        return pointer;
    }
    pointer[1..].find('/').map_or("", |at| &pointer[at + 1..])
}

/// What is common to some places: as for names, but places in lists do not count as steps, so that a
/// contact and one in a list of them have the same members at the same place.
fn common_place<'a>(places: &[Vec<&'a str>]) -> Vec<&'a str> {
    let is_item = |step: &&str| !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    let without_items = |place: &Vec<&'a str>| -> Vec<&'a str> {
        place
            .iter()
            .filter(|step| !is_item(step))
            .copied()
            .collect()
    };
    let names: Vec<Vec<&str>> = places.iter().map(without_items).collect();
    let is_even = names.windows(2).all(|pair| pair[0].len() == pair[1].len());
    if !is_even || places.windows(2).all(|pair| pair[0].len() == pair[1].len()) {
        return common(places, MANY);
    }
    // How many places in lists stand before each name, and after the last.
    let gaps = |place: &Vec<&str>| -> Vec<usize> {
        place
            .split(|step| !is_item(step))
            .map(<[&str]>::len)
            .collect()
    };
    let gaps: Vec<Vec<usize>> = places.iter().map(gaps).collect();
    let mut steps = Vec::new();
    for (at, name) in common(&names, MANY)
        .into_iter()
        .map(Some)
        .chain([None])
        .enumerate()
    {
        let count = gaps[0][at];
        if gaps.iter().all(|gap| gap[at] == count) {
            steps.extend(std::iter::repeat_n("*", count));
        } else {
            steps.push(MANY);
        }
        steps.extend(name);
    }
    steps
}

/// What is common to some names, each cut into steps: steps that differ become `*`, and where the
/// numbers of steps differ, `many` stands between what they begin and what they end with.
fn common<'a>(names: &[Vec<&'a str>], many: &'a str) -> Vec<&'a str> {
    let Some((first, rest)) = names.split_first() else {
        return Vec::new();
    };
    let agree = |step: &&str, at: &dyn Fn(&[&'a str]) -> Option<&'a str>| {
        rest.iter().all(|other| at(other) == Some(step))
    };
    if rest.iter().all(|other| other.len() == first.len()) {
        let steps = first.iter().enumerate();
        return steps
            .map(|(index, step)| {
                if agree(step, &|other| other.get(index).copied()) {
                    *step
                } else {
                    "*"
                }
            })
            .collect();
    }
    let shortest = names.iter().map(Vec::len).min().unwrap_or(0);
    let start = (0..shortest)
        .take_while(|index| agree(&first[*index], &|other| other.get(*index).copied()))
        .count();
    let end = (1..=shortest - start)
        .take_while(|back| {
            let step = &first[first.len() - back];
            agree(step, &|other| other.get(other.len() - back).copied())
        })
        .count();
    let mut steps = first[..start].to_vec();
    steps.push(many);
    steps.extend(&first[first.len() - end..]);
    steps
}

/// Whether a text is some parts in their order with anything between them.
fn has_parts(text: &str, parts: &[&str]) -> bool {
    let [first, middle @ .., last] = parts else {
        return parts.first() == Some(&text);
    };
    let Some(rest) = text.strip_prefix(first) else {
        return false;
    };
    let Some(mut rest) = rest.strip_suffix(last) else {
        return false;
    };
    middle.iter().all(|part| match rest.find(part) {
        Some(at) => {
            rest = &rest[at + part.len()..];
            true
        }
        None => false,
    })
}

/// Whether a pointer is at a place that a pattern means.
fn is_at(pattern: &str, pointer: &str) -> bool {
    fn steps(pattern: &[&str], pointer: &[&str]) -> bool {
        match (pattern, pointer) {
            ([], []) => true,
            (["**", rest @ ..], _) => {
                (0..=pointer.len()).any(|skipped| steps(rest, &pointer[skipped..]))
            }
            ([wanted, pattern @ ..], [step, pointer @ ..]) => {
                (*wanted == "*" || wanted == step) && steps(pattern, pointer)
            }
            _ => false,
        }
    }
    let pattern: Vec<&str> = pattern.split('/').collect();
    let pointer: Vec<&str> = pointer.split('/').collect();
    steps(&pattern, &pointer)
}

impl fmt::Display for Pattern {
    /// The inline table of a waiver, without reason and day.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What JSON escapes in a text is escaped alike in TOML.
        let quoted = |text: &str| serde_json::Value::from(text).to_string();
        write!(f, "{{ case = {}", quoted(&self.case))?;
        if let Some(pointer) = &self.pointer {
            write!(f, ", pointer = {}", quoted(pointer))?;
        }
        write!(f, ", kind = \"{}\" }}", self.rule)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::case::Scope;

    fn violation(rule: Rule, family: Family, pointer: &str) -> Violation {
        Violation {
            rule,
            family,
            pointer: pointer.to_owned(),
            member: String::new(),
            expected: String::new(),
            actual: String::new(),
            value: None,
            promised: None,
        }
    }

    #[test]
    fn a_star_stands_for_any_part_of_a_case() {
        for (pattern, name, is_meant) in [
            ("a::json::schema", "a::json::schema", true),
            ("a::json::schema", "a::json::schema::all", false),
            ("a::*", "a::json::schema", true),
            ("*", "a::json::schema", true),
            ("*::schema", "a::json::schema", true),
            ("*json*", "a::json::schema", true),
            ("*xml*", "a::json::schema", false),
            ("a*a", "a", false),
            ("*b*a*", "a::b", false),
        ] {
            let parts: Vec<&str> = pattern.split('*').collect();
            assert_eq!(has_parts(name, &parts), is_meant, "{pattern} {name}");
        }
    }

    #[test]
    fn a_star_stands_for_one_step_and_two_for_any_number() {
        for (pattern, pointer, is_meant) in [
            ("/response/*/ID", "/response/0/ID", true),
            ("/response/*/ID", "/response/ID", false),
            ("/response/*", "/response/0/ID", false),
            ("/response/**/ID", "/response/ID", true),
            ("/response/**/ID", "/response/0/X/ID", true),
            ("/response/**", "/response", true),
            ("/response/I*", "/response/ID", false),
            ("", "", true),
            ("", "/response", false),
            ("/**", "", true),
        ] {
            assert_eq!(is_at(pattern, pointer), is_meant, "{pattern} {pointer}");
        }
    }

    #[test]
    fn the_pattern_of_some_violations_covers_them_and_little_else() {
        let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
        let operation = &contract.operations[0].id;
        let id = |name, scope| CaseId::new(operation, Format::Json, name, scope);
        let schema = id("schema", Scope::One);
        let parity = id("parity", Scope::One);
        let json = violation(Rule::Missing, Family::Schema, "/response/ID");
        let xml = violation(Rule::Missing, Family::Shape, "/result/response/ID");
        let item = violation(Rule::Missing, Family::Schema, "/response/0/ID");
        let of = |violations: &[(Format, &Violation)]| {
            Pattern::over(&[&schema, &parity], violations).unwrap()
        };
        let both = of(&[(Format::Json, &json), (Format::Xml, &xml)]);
        assert_eq!(
            both.to_string(),
            r#"{ case = "get-crm-contact-contactid::json::*", pointer = "/response/ID", kind = "missing" }"#
        );
        assert!(both.covers(&schema, Format::Xml, &xml));
        assert!(!both.covers(&schema, Format::Json, &item));
        let street = violation(
            Rule::Missing,
            Family::Schema,
            "/response/1/Addresses/0/Street",
        );
        let city = violation(Rule::Missing, Family::Schema, "/response/Addresses/1/City");
        let several = of(&[(Format::Json, &street), (Format::Json, &city)]);
        assert_eq!(
            several.pointer.as_deref(),
            Some("/response/**/Addresses/*/*")
        );
        assert!(several.covers(&schema, Format::Json, &street));
        assert!(several.covers(&schema, Format::Json, &city));
        let all = of(&[(Format::Json, &json), (Format::Json, &item)]);
        assert_eq!(all.pointer.as_deref(), Some("/response/**/ID"));
        let scopes = [&schema, &id("schema", Scope::All)];
        let both = Pattern::over(&scopes, &[(Format::Json, &json)]).unwrap();
        assert_eq!(both.case, "get-crm-contact-contactid::json::schema*");
        assert!(scopes.iter().all(|id| both.covers(id, Format::Json, &json)));
        let other = violation(Rule::Missing, Family::Schema, "/response/1/Name");
        let items = of(&[(Format::Json, &item), (Format::Json, &other)]);
        assert_eq!(items.pointer.as_deref(), Some("/response/*/*"));
        assert!(!items.covers(
            &schema,
            Format::Json,
            &Violation {
                rule: Rule::Null,
                ..item.clone()
            }
        ));
    }
}

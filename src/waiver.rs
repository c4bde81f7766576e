//! What is forgiven, why and until when.
//!
//! In comes what the configuration file says, out come [`Waiver`]s whose case and rule exist. Which
//! violations of a run they forgive is left to [`crate::run`].

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use time::Date;
use time::macros::format_description;

use crate::case::{CaseId, Plan};
use crate::check::{Family, Rule, Violation};
use crate::config::{Texts, WaiverEntry};
use crate::contract::{Format, OperationId};
use crate::names::{closest, matches, nearest};

/// Stands for any number of steps.
const MANY: &str = "**";
/// So many members of one object are named one by one; more are named together.
const MOST_MEMBERS: usize = 4;

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
    /// The cases: names in which `*` stands for any part.
    pub cases: Vec<String>,
    /// The places: pointers in which `*` stands for one step and `**` for any number, and steps into
    /// lists may be left out but for the last; empty for any.
    pub pointers: Vec<String>,
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

impl Pattern {
    /// Whether it means violations of a case.
    #[must_use]
    pub fn is_of_case(&self, id: &CaseId) -> bool {
        let name = id.to_string();
        self.cases.iter().any(|case| matches(case, &name))
    }

    /// Whether it means a violation of a case.
    #[must_use]
    pub fn covers(&self, id: &CaseId, violation: &Violation) -> bool {
        self.rule == violation.rule
            && self.is_of_case(id)
            && (self.pointers.is_empty()
                || self.pointers.iter().any(|wanted| {
                    is_at(wanted, &violation.pointer) || is_at(wanted, place(id.format, violation))
                }))
    }

    /// The pattern that covers violations of one rule in some cases, and as little else as one can:
    /// of each operation its own cases; the places, or the object whose members they all are.
    ///
    /// `None` where there is no violation.
    #[must_use]
    pub fn over(cases: &[&CaseId], violations: &[(Format, &Violation)]) -> Option<Self> {
        let rule = violations.first()?.1.rule;
        let places = violations
            .iter()
            .map(|(format, violation)| unindexed(place(*format, violation)));
        let places: BTreeSet<String> = places.collect();
        Some(Self {
            cases: by_operation(cases),
            pointers: by_object(places),
            rule,
        })
    }
}

/// Patterns for the names of some cases: one for each operation, in the order of the cases.
fn by_operation(cases: &[&CaseId]) -> Vec<String> {
    let mut operations: Vec<(&OperationId, Vec<Vec<String>>)> = Vec::new();
    for id in cases {
        let steps = id.steps().split_off(1);
        match operations
            .iter_mut()
            .find(|(known, _)| **known == id.operation)
        {
            Some((_, names)) => names.push(steps),
            None => operations.push((&id.operation, vec![steps])),
        }
    }
    let operations = operations.iter();
    operations
        .map(|(operation, names)| format!("{operation}::{}", common(names)))
        .collect()
}

/// The pattern of some names of one operation, in steps: what they begin with, a star, what they end
/// with.
fn common(names: &[Vec<String>]) -> String {
    let Some((first, rest)) = names.split_first() else {
        return String::new();
    };
    if rest.iter().all(|other| other == first) {
        return first.join("::");
    }
    let shortest = names.iter().map(Vec::len).min().unwrap_or(0);
    let start = (0..shortest)
        .take_while(|at| rest.iter().all(|other| other[*at] == first[*at]))
        .count();
    let of_end = |name: &[String], back: usize| name[name.len() - back].clone();
    let end = (1..=shortest - start)
        .take_while(|back| {
            rest.iter()
                .all(|other| of_end(other, *back) == of_end(first, *back))
        })
        .count();
    let (head, tail) = (
        first[..start].join("::"),
        first[first.len() - end..].join("::"),
    );
    if names.iter().any(|name| name.len() == start + end) {
        // A star in a name does not bring its separators along: `schema*` is `schema::all` too.
        return format!("{head}*{tail}");
    }
    let parts = [head.as_str(), "*", tail.as_str()].into_iter();
    parts
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("::")
}

/// Each place by itself; where one object has many of them, its members together.
fn by_object(places: BTreeSet<String>) -> Vec<String> {
    let parent = |place: &str| place.rsplit_once('/').map(|(parent, _)| parent.to_owned());
    let mut of_objects: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for place in &places {
        *of_objects.entry(parent(place)).or_default() += 1;
    }
    let shown = places.into_iter().map(|place| {
        let object = parent(&place);
        match (&object, of_objects.get(&object)) {
            (Some(path), Some(count)) if *count > MOST_MEMBERS => format!("{path}/*"),
            _ => place,
        }
    });
    let shown: BTreeSet<String> = shown.collect();
    shown.into_iter().collect()
}

/// Whether a step of a pointer is a place in a list.
fn is_index(step: &str) -> bool {
    !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit())
}

/// A pointer without the places in lists that lead to it; one at its end is a star.
fn unindexed(pointer: &str) -> String {
    let mut steps: Vec<&str> = pointer.split('/').collect();
    let last = steps.pop().unwrap_or_default();
    steps.retain(|step| !is_index(step));
    steps.push(if is_index(last) { "*" } else { last });
    steps.join("/")
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

/// Whether a pointer is at a place that a pattern means; places in lists on the way may be left out.
fn is_at(pattern: &str, pointer: &str) -> bool {
    fn steps(pattern: &[&str], pointer: &[&str]) -> bool {
        match (pattern, pointer) {
            ([], []) => true,
            ([MANY, rest @ ..], _) => {
                (0..=pointer.len()).any(|skipped| steps(rest, &pointer[skipped..]))
            }
            ([wanted, rest @ ..], [step, more @ ..]) => {
                let is_meant = *wanted == "*" || wanted == step;
                (is_meant && steps(rest, more))
                    || (is_index(step) && !more.is_empty() && steps(pattern, more))
            }
            _ => false,
        }
    }
    let pattern: Vec<&str> = pattern.split('/').collect();
    let pointer: Vec<&str> = pointer.split('/').collect();
    steps(&pattern, &pointer)
}

/// A text, or a list of several.
fn listed(texts: &[String]) -> serde_json::Value {
    match texts {
        [one] => one.as_str().into(),
        several => several.into(),
    }
}

impl fmt::Display for Pattern {
    /// The inline table of a waiver, without reason and day.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // What JSON escapes in a text is escaped alike in TOML.
        let quoted = |texts: &[String]| match listed(texts) {
            serde_json::Value::Array(texts) => {
                let texts: Vec<String> = texts.iter().map(ToString::to_string).collect();
                format!("[{}]", texts.join(", "))
            }
            text => text.to_string(),
        };
        write!(f, "{{ case = {}", quoted(&self.cases))?;
        if !self.pointers.is_empty() {
            write!(f, ", pointer = {}", quoted(&self.pointers))?;
        }
        write!(f, ", kind = \"{}\" }}", self.rule)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::case::{Check, Scope};
    use crate::check::{Observed, Promise};

    fn violation(rule: Rule, family: Family, pointer: &str) -> Violation {
        Violation {
            rule,
            family,
            pointer: pointer.to_owned(),
            member: String::new(),
            expected: Promise::Documented,
            actual: Observed::Missing,
            value: None,
            promised: None,
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

    #[test]
    fn a_star_stands_for_one_step_and_two_for_any_number() {
        for (pattern, pointer, is_meant) in [
            ("/response/*/ID", "/response/0/ID", true),
            ("/response/*/ID", "/response/ID", false),
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
    fn places_in_lists_may_be_left_out_but_for_the_last() {
        for (pattern, pointer, is_meant) in [
            ("/response/ID", "/response/0/ID", true),
            ("/response/A/B", "/response/0/A/12/B", true),
            ("/response/1/A", "/response/1/A", true),
            ("/response/1/A", "/response/0/A", false),
            ("/response/*", "/response/0/ID", true),
            ("/response/*", "/response/0", true),
            ("/response/*", "/response/0/A/B", false),
            ("/response", "/response/0", false),
            ("/response/ID", "/response/0/X/ID", false),
            ("/response/ID", "/response/ID/0", false),
        ] {
            assert_eq!(is_at(pattern, pointer), is_meant, "{pattern} {pointer}");
        }
    }

    #[test]
    fn the_pattern_of_some_violations_covers_them_and_little_else() {
        let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
        let [read, write] = [0, 1].map(|at| &contract.operations[at].id);
        let id = |operation: &OperationId, format, check, scope| CaseId {
            operation: operation.clone(),
            format,
            check,
            scope,
        };
        let of_read = |check, scope| id(read, Format::Json, check, scope);
        let schema = of_read(Check::Members, Scope::One);
        let parity = of_read(Check::Parity, Scope::One);
        let shape = id(read, Format::Xml, Check::Members, Scope::One);
        let json = violation(Rule::Missing, Family::Schema, "/response/ID");
        let xml = violation(Rule::Missing, Family::Shape, "/result/response/ID");
        let item = violation(Rule::Missing, Family::Schema, "/response/0/ID");
        let of = |violations: &[(Format, &Violation)]| {
            Pattern::over(&[&schema, &parity], violations).unwrap()
        };
        let seen = [(Format::Json, &json), (Format::Xml, &xml)];
        let both = of(&seen);
        assert_eq!(
            both.to_string(),
            r#"{ case = "get-crm-contact-contactid::json::*", pointer = "/response/ID", kind = "missing" }"#
        );
        assert!(both.covers(&schema, &item));
        assert!(!both.covers(&shape, &xml));
        let formats = Pattern::over(&[&schema, &shape], &seen).unwrap();
        assert_eq!(formats.cases, ["get-crm-contact-contactid::*"]);
        assert!(formats.covers(&shape, &xml));
        assert!(formats.covers(&schema, &json));
        let all = of(&[(Format::Json, &json), (Format::Json, &item)]);
        assert_eq!(all.pointers, ["/response/ID"]);
        let other = violation(Rule::Null, Family::Schema, "/response/ID");
        assert!(!both.covers(&schema, &other));
        let scopes = [&schema, &of_read(Check::Members, Scope::All)];
        let both = Pattern::over(&scopes, &[(Format::Json, &json)]).unwrap();
        assert_eq!(both.cases, ["get-crm-contact-contactid::json::schema*"]);
        assert!(scopes.iter().all(|id| both.covers(id, &json)));
        let written = id(write, Format::Xml, Check::Members, Scope::One);
        let operations = Pattern::over(&[&schema, &written], &[(Format::Json, &item)]).unwrap();
        let cases = [schema.to_string(), written.to_string()];
        assert_eq!(operations.cases, cases, "no star for both");
        let printed: toml::Table = format!("waiver = {operations}").parse().unwrap();
        let printed = &printed["waiver"]["case"];
        assert_eq!(printed.as_array().unwrap().len(), 2);
    }

    #[test]
    fn the_pattern_of_a_member_spares_members_of_the_same_name_elsewhere() {
        let id = {
            let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
            CaseId {
                operation: contract.operations[0].id.clone(),
                format: Format::Json,
                check: Check::Members,
                scope: Scope::One,
            }
        };
        let null = |pointer: &str| violation(Rule::Null, Family::Schema, pointer);
        let over = |pointers: &[&str]| {
            let violations: Vec<Violation> = pointers.iter().map(|at| null(at)).collect();
            let seen: Vec<_> = violations.iter().map(|it| (Format::Json, it)).collect();
            let pattern = Pattern::over(&[&id], &seen).unwrap();
            for violation in &violations {
                assert!(pattern.covers(&id, violation), "{pattern}");
            }
            pattern
        };
        let spares = |pattern: &Pattern, pointer| {
            assert!(!pattern.covers(&id, &null(pointer)), "{pattern} {pointer}");
        };
        let title = over(&["/response/title", "/response/0/title"]);
        assert_eq!(title.pointers, ["/response/title"]);
        spares(&title, "/response/createBy/title");
        spares(&title, "/response/1/currency/title");
        let two = over(&["/response/createBy/title", "/response/3/title"]);
        assert_eq!(
            two.pointers,
            ["/response/createBy/title", "/response/title"]
        );
        spares(&two, "/response/currency/title");
        let letters = ["a", "b", "c", "d", "e"];
        let many = letters.map(|name| format!("/response/1/addresses/0/{name}"));
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let many = over(&[&many[..], &["/response/title"]].concat());
        assert_eq!(many.pointers, ["/response/addresses/*", "/response/title"]);
        spares(&many, "/response/addresses/0/owner/title");
        spares(&many, "/response/id");
        let item = over(&["/response/tags/0", "/response/tags/7"]);
        assert_eq!(item.pointers, ["/response/tags/*"]);
        spares(&item, "/response/tags");
        let whole = over(&[""]);
        assert_eq!(whole.pointers, [""]);
        spares(&whole, "/response");
    }
}

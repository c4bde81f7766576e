//! Which violations a waiver means.

use std::fmt;

use crate::case::CaseId;
use crate::check::{Family, Rule, Violation};
use crate::contract::Format;
use crate::names::matches;
use crate::pointer::is_index;

/// Stands for any number of steps.
const MANY: &str = "**";

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
}

/// The place of a violation, without the root element of XML: the same in both formats.
pub(super) fn place(format: Format, violation: &Violation) -> &str {
    let pointer = violation.pointer.as_str();
    let has_root = format == Format::Xml
        && matches!(violation.family, Family::Envelope | Family::Shape)
        && pointer.starts_with('/');
    if !has_root {
        return pointer;
    }
    pointer[1..].find('/').map_or("", |at| &pointer[at + 1..])
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

impl fmt::Display for Pattern {
    /// The inline table of a waiver, without reason and day.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&inline(&self.cases, &self.pointers, self.rule.id()))
    }
}

/// The inline table of a waiver, without reason and day; no pointers stand for any place.
pub(crate) fn inline(cases: &[String], pointers: &[String], rule: &str) -> String {
    // What JSON escapes in a text is escaped alike in TOML.
    let quoted = |text: &String| serde_json::Value::from(text.as_str()).to_string();
    let listed = |texts: &[String]| match texts {
        [one] => quoted(one),
        several => {
            let several: Vec<String> = several.iter().map(quoted).collect();
            format!("[{}]", several.join(", "))
        }
    };
    let pointers = match pointers {
        [] => String::new(),
        some => format!(" pointer = {},", listed(some)),
    };
    format!(
        "{{ case = {},{pointers} kind = \"{rule}\" }}",
        listed(cases)
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::tests_support::violation;

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
    fn a_pattern_is_written_as_the_file_writes_it() {
        let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect();
        for (cases, pointers, expected) in [
            (
                &["a::*"][..],
                &[][..],
                r#"{ case = "a::*", kind = "missing" }"#,
            ),
            (
                &["a", "b"],
                &["/x\""],
                r#"{ case = ["a", "b"], pointer = "/x\"", kind = "missing" }"#,
            ),
            (
                &["a"],
                &["/x", "/y"],
                r#"{ case = "a", pointer = ["/x", "/y"], kind = "missing" }"#,
            ),
        ] {
            let pattern = Pattern {
                cases: texts(cases),
                pointers: texts(pointers),
                rule: Rule::Missing,
            };
            assert_eq!(pattern.to_string(), expected);
        }
    }

    #[test]
    fn a_violation_is_meant_by_case_rule_and_place() {
        let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
        let id = CaseId {
            operation: contract.operations[0].id.clone(),
            format: Format::Xml,
            check: crate::case::Check::Members,
            scope: crate::case::Scope::One,
        };
        let violation = |rule, pointer| violation(rule, Family::Shape, pointer);
        let at = "/result/response/A";
        for (case, pointers, rule, expected) in [
            ("*", &[][..], Rule::Missing, true),
            ("*", &[], Rule::Null, false),
            ("other", &[], Rule::Missing, false),
            ("*", &["/response/A"], Rule::Missing, true),
            ("*", &["/result/response/A"], Rule::Missing, true),
            ("*", &["/response/B", "/response/A"], Rule::Missing, true),
            ("*", &["/response/B"], Rule::Missing, false),
            ("other", &["/response/A"], Rule::Missing, false),
        ] {
            let pattern = Pattern {
                cases: vec![case.to_owned()],
                pointers: pointers.iter().map(|text| (*text).to_owned()).collect(),
                rule: Rule::Missing,
            };
            assert_eq!(pattern.covers(&id, &violation(rule, at)), expected);
        }
        for (pointer, expected) in [("/result", ""), ("result/a", "result/a"), ("", "")] {
            let of_xml = violation(Rule::Missing, pointer);
            assert_eq!(place(Format::Xml, &of_xml), expected);
        }
    }

    #[test]
    fn the_root_of_an_xml_answer_is_no_part_of_a_place() {
        let of = |family| violation(Rule::Missing, family, "/result/status");
        for (family, format, expected) in [
            (Family::Envelope, Format::Xml, "/status"),
            (Family::Shape, Format::Xml, "/status"),
            (Family::Parity, Format::Xml, "/result/status"),
            (Family::Envelope, Format::Json, "/result/status"),
        ] {
            assert_eq!(place(format, &of(family)), expected, "{family} {format}");
        }
    }
}

//! The text of a body as a tree, or why it is none.

use serde_json::Value;

use crate::budget::{Unread, json};
use crate::check::{
    Expectation, Foreign, Name, Observed, Promise, Rule, Slip, SyntaxFault, Violation, transport,
};
use crate::contract::Format;

/// Parses a body and tells what is wrong with its text; `None` where it cannot be read.
pub(super) fn body(
    expectation: &Expectation,
    text: &str,
    violations: &mut Vec<Violation>,
) -> Option<Value> {
    let mut duplicates = Vec::new();
    let body = match json::noted(text, &mut duplicates) {
        Ok(body) => body,
        Err(Unread::Excess(excess)) => {
            violations.push(transport::unreadable(expectation, excess));
            return None;
        }
        Err(Unread::Malformed(error)) => {
            let fault = if text.trim().is_empty() {
                SyntaxFault::Empty
            } else {
                fault(text, &error)
            };
            violations.push(transport::violation(
                expectation,
                Rule::Syntax,
                Promise::Syntax(Format::Json),
                Observed::Syntax(fault),
            ));
            return None;
        }
    };
    for pointer in duplicates {
        let mut found = transport::violation(
            expectation,
            Rule::DuplicateMember,
            Promise::Once,
            Observed::Twice,
        );
        (found.promised, found.member) = expectation.promise(&pointer);
        found.pointer = pointer;
        violations.push(found);
    }
    Some(body)
}

/// What is wrong with the syntax, without the text around it.
fn fault(text: &str, error: &serde_json::Error) -> SyntaxFault {
    let (line, column) = (error.line(), error.column());
    let slip = Slip::of(error);
    if error.is_syntax()
        && let Some(what) = foreign(text, &slip, line, column)
    {
        return SyntaxFault::Foreign {
            what,
            is_behind: slip == Slip::Behind,
            slip,
            line,
            column,
        };
    }
    SyntaxFault::Parser { slip, line, column }
}

/// Words that other notations have for values.
const WORDS: [&str; 10] = [
    "NaN",
    "nan",
    "Infinity",
    "inf",
    "undefined",
    "None",
    "True",
    "False",
    "TRUE",
    "FALSE",
];
/// What PHP begins its messages with.
const PHP: [&str; 5] = [
    "Warning:",
    "Notice:",
    "Deprecated:",
    "Fatal error:",
    "Parse error:",
];

/// What keeps an answer from being run as a script of another site's.
const GUARDS: [&str; 5] = [")]}'", "for(;;);", "for (;;);", "while(1);", "while (1);"];

/// What stands at a place in the place of JSON; `None` for a slip within it, such as a comma too many.
fn foreign(text: &str, slip: &Slip, line: usize, column: usize) -> Option<Foreign> {
    let line = text.split('\n').nth(line.checked_sub(1)?)?;
    let at = line.floor_char_boundary(column.saturating_sub(1));
    // The parser goes into a word as far as it looks like one of its own.
    let is_letter = |c: char| c.is_ascii_alphabetic();
    let start = line[..at].trim_end_matches(is_letter).len();
    let rest = &line[start..];
    let word = rest.trim_start_matches('-');
    let end = word.find(|c: char| !is_letter(c)).unwrap_or(word.len());
    if let Some(known) = WORDS.into_iter().find(|known| *known == &word[..end]) {
        return Some(Foreign::Word(known));
    }
    if let Some(known) = PHP.into_iter().find(|known| rest.starts_with(known)) {
        return Some(Foreign::Php(known));
    }
    if let Some(known) = GUARDS.into_iter().find(|known| rest.starts_with(known)) {
        return Some(Foreign::Guard(known));
    }
    if is_call(rest) {
        return Some(Foreign::Call);
    }
    // It ends in its line, so that it is no apostrophe of a text.
    let is_quoted = matches!(slip, Slip::NoValue | Slip::BareName);
    if is_quoted
        && rest
            .strip_prefix('\'')
            .is_some_and(|text| text.contains('\''))
    {
        return Some(Foreign::Quotes);
    }
    if let Some(tag) = rest.strip_prefix('<') {
        let end = tag.find(|c: char| !c.is_ascii_alphanumeric());
        let name = &tag[..end.unwrap_or(tag.len())];
        return Some(match name {
            "" => Foreign::Markup,
            name => Foreign::Tag(Name::of(name)),
        });
    }
    // A name without quotation marks is told as such.
    let is_text = matches!(slip, Slip::NoValue | Slip::Behind) && rest.starts_with(is_letter);
    is_text.then(|| Foreign::Text(rest.trim_end().chars().count()))
}

/// Whether a text begins as a call of a script's does that is given an object or a list.
fn is_call(text: &str) -> bool {
    let text = text.trim_start_matches("/**/").trim_start();
    let is_of_name = |c: char| c.is_ascii_alphanumeric() || "_$.".contains(c);
    let argument = text.trim_start_matches(is_of_name);
    let has_name = argument.len() < text.len();
    let argument = argument.strip_prefix('(').map(str::trim_start);
    has_name && argument.is_some_and(|argument| argument.starts_with(['{', '[']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_in_the_place_of_json_is_told_and_a_slip_within_it_is_not() {
        let of = |text: &str| {
            let error = serde_json::from_str::<Value>(text).map_or_else(Some, |_| None);
            match error.map(|error| fault(text, &error)) {
                Some(SyntaxFault::Foreign {
                    what, is_behind, ..
                }) => Some((what, is_behind)),
                _ => None,
            }
        };
        let tag = |name: &str| Foreign::Tag(Name::of(name));
        for (text, expected) in [
            ("{\"a\": NaN}", Some((Foreign::Word("NaN"), false))),
            ("{\"a\": nan}", Some((Foreign::Word("nan"), false))),
            ("[None, 1]", Some((Foreign::Word("None"), false))),
            (
                "{\"a\": -Infinity}",
                Some((Foreign::Word("Infinity"), false)),
            ),
            (
                "\nWarning: x in /var on line 12\n{}",
                Some((Foreign::Php("Warning:"), false)),
            ),
            ("<br />\n{}", Some((tag("br"), false))),
            ("{}\n<!-- cached -->", Some((Foreign::Markup, true))),
            ("Ada Lovelace", Some((Foreign::Text(12), false))),
            ("{\"a\": 1,}", None),
            ("[1 2]", None),
            ("{\"a\"", None),
            ("'a'", Some((Foreign::Quotes, false))),
            ("{'a': 1}", Some((Foreign::Quotes, false))),
            ("{\"a\": 'b'}", Some((Foreign::Quotes, false))),
            ("{\"a\": 1 'b'}", None),
            ("'", None),
            (")]}',\n{}", Some((Foreign::Guard(")]}'"), false))),
            ("for (;;); {}", Some((Foreign::Guard("for (;;);"), false))),
            ("callback({\"a\": 1});", Some((Foreign::Call, false))),
            ("/**/ jQuery12_3.f([1])", Some((Foreign::Call, false))),
            ("missing (no item)", Some((Foreign::Text(17), false))),
            ("{} f({})", Some((Foreign::Call, true))),
            ("{name: 1}", None),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }
}

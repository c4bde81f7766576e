//! The text of a body as a tree, or why it is none.

use serde_json::Value;

use crate::budget::{Unread, json};
use crate::check::{Expectation, Flaw, Observed, Promise, Rule, Violation, transport};
use crate::contract::Format;
use crate::input;

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
            let flaw = if text.trim().is_empty() {
                Flaw::Empty
            } else {
                flaw(&error)
            };
            violations.push(transport::violation(
                expectation,
                Rule::Syntax,
                Promise::Syntax(Format::Json),
                Observed::Syntax(flaw),
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
fn flaw(error: &serde_json::Error) -> Flaw {
    let (line, column) = (error.line(), error.column());
    let message = input::message(error);
    // What is said of values quotes them, and they are the portal's data.
    let message = if error.is_data() {
        "another text".to_owned()
    } else {
        message
    };
    Flaw::Parser {
        message,
        line,
        column,
    }
}

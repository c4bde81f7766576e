//! JSON and XML of one resource say the same.

use serde_json::Value;

use crate::check::compare::{self, Difference};
use crate::check::manner::{self, Sides, Unlikeness};
use crate::check::{Expectation, Family, Observed, Promise, Rule, Violation, documented_path};
use crate::shape::Member;

/// Compares what JSON and XML say of one resource: the latest body of each, as an earlier one may have
/// been overtaken by an edit.
#[must_use]
pub fn judge(expectation: &Expectation, json: &Value, xml: &Value) -> Vec<Violation> {
    let differences = compare::differences(json, xml, &expectation.answer.envelope);
    let differences = differences.into_iter();
    let unlike = manner::unlikenesses(expectation, json, xml, Sides::Formats);
    differences
        .map(|difference| violation(expectation, difference))
        .chain(unlike.into_iter().map(|one| remark(expectation, one)))
        .collect()
}

/// Whether JSON and XML of one resource say something else.
#[must_use]
pub fn disagrees(expectation: &Expectation, json: &Value, xml: &Value) -> bool {
    !compare::differences(json, xml, &expectation.answer.envelope).is_empty()
}

/// Where both say the same, and say it otherwise.
fn remark(expectation: &Expectation, unlike: Unlikeness) -> Violation {
    let promised = expectation.answer.envelope.at(&unlike.pointer);
    let (expected, actual) = match unlike.rule {
        Rule::Spelling => (Promise::SpelledAsInJson, Observed::OtherSpelling),
        Rule::Order | Rule::Ordered => (Promise::SameOrder, Observed::OtherOrder),
        _ if unlike.left == unlike.right => (Promise::AsInJson(unlike.left), Observed::OtherValue),
        _ => (
            Promise::AsInJson(unlike.left),
            Observed::value(unlike.right),
        ),
    };
    Violation {
        rule: unlike.rule,
        family: Family::Parity,
        member: documented_path(&expectation.answer, &unlike.pointer),
        expected,
        actual,
        promised: promised.and_then(Member::promised),
        pointer: unlike.pointer,
        value: None,
    }
}

fn violation(expectation: &Expectation, difference: Difference) -> Violation {
    let promised = expectation.answer.envelope.at(&difference.pointer);
    let value = difference.told("in JSON", "in XML");
    Violation {
        rule: difference.rule,
        family: Family::Parity,
        member: documented_path(&expectation.answer, &difference.pointer),
        expected: Promise::AsInJson(difference.left),
        actual: difference.observed(),
        pointer: difference.pointer,
        value,
        promised: promised.and_then(Member::promised),
    }
}

//! JSON and XML of one resource say the same.

use serde_json::Value;

use crate::check::compare::{self, Difference};
use crate::check::{Expectation, Family, Promise, Violation, documented_path};
use crate::shape::Member;

/// Compares what JSON and XML say of one resource: the latest body of each, as an earlier one may have
/// been overtaken by an edit.
#[must_use]
pub fn judge(expectation: &Expectation, json: &Value, xml: &Value) -> Vec<Violation> {
    compare::differences(json, xml, &expectation.answer.envelope)
        .into_iter()
        .map(|difference| violation(expectation, difference))
        .collect()
}

fn violation(expectation: &Expectation, difference: Difference) -> Violation {
    let promised = expectation.answer.envelope.at(&difference.pointer);
    Violation {
        rule: difference.rule,
        family: Family::Parity,
        member: documented_path(&expectation.answer, &difference.pointer),
        expected: Promise::AsInJson(difference.left),
        actual: difference.observed(),
        pointer: difference.pointer,
        value: difference
            .values
            .map(|(json, xml)| format!("{json} in JSON, {xml} in XML")),
        promised: promised.and_then(Member::promised),
    }
}

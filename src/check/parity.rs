//! JSON and XML of one resource say the same.

use serde_json::Value;

use crate::check::compare::{self, Difference};
use crate::check::{Expectation, Family, Rule, Violation, documented_path};

/// Compares what JSON and XML said; both histories in the order of time, none empty.
///
/// A resource may change while it is read, so any pair that agrees keeps the contract; whether an
/// answer changes more often than that is the matter of [`crate::check::identity`].
#[must_use]
pub fn judge(expectation: &Expectation, json: &[&Value], xml: &[&Value]) -> Vec<Violation> {
    let shape = &expectation.answer.envelope;
    let mut fewest: Option<Vec<Difference>> = None;
    for xml in distinct(xml, expectation) {
        for json in distinct(json, expectation) {
            let found = compare::differences(json, xml, shape);
            if found.is_empty() {
                return Vec::new();
            }
            if fewest
                .as_ref()
                .is_none_or(|least| found.len() < least.len())
            {
                fewest = Some(found);
            }
        }
    }
    fewest
        .unwrap_or_default()
        .into_iter()
        .map(|difference| violation(expectation, difference))
        .collect()
}

/// The bodies that differ from one another, the latest first.
fn distinct<'a>(bodies: &[&'a Value], expectation: &Expectation) -> Vec<&'a Value> {
    let mut distinct: Vec<&Value> = Vec::new();
    for body in bodies.iter().rev() {
        let is_new = distinct.iter().all(|known| {
            *known != *body
                && !compare::differences(known, body, &expectation.answer.envelope).is_empty()
        });
        if is_new {
            distinct.push(body);
        }
    }
    distinct
}

fn violation(expectation: &Expectation, difference: Difference) -> Violation {
    let promised = expectation.answer.envelope.at(&difference.pointer);
    let (expected, actual) = match difference.rule {
        // Two texts of one length look alike in words; what differs is their content.
        Rule::Differs if difference.left == difference.right => (
            format!("{} as in JSON", difference.left),
            "another value".to_owned(),
        ),
        _ => (
            format!("{} as in JSON", difference.left),
            difference.right.clone(),
        ),
    };
    Violation {
        rule: difference.rule,
        family: Family::Parity,
        member: documented_path(&expectation.answer, &difference.pointer),
        pointer: difference.pointer,
        expected,
        actual,
        value: difference
            .values
            .map(|(json, xml)| format!("{json} in JSON, {xml} in XML")),
        promised: promised.map(|member| member.span),
    }
}

//! What the envelope says of the answer around it: its status code, how many items it holds.

use serde_json::Value;

use crate::check::meaning::whole_number;
use crate::check::{Expectation, Observed, Promise, Rule, Violation};
use crate::pointer::below;
use crate::profile::{EnvelopeMember, Repeats};

/// Judges the members of the envelope that repeat something, or are left out at 0.
///
/// Types are the matter of schema and shape: what is no whole number is not looked at here.
pub(super) fn judge(
    expectation: &Expectation,
    status: Option<u16>,
    body: &Value,
    violations: &mut Vec<Violation>,
) {
    let payload = expectation.payload(body);
    let Some(payload) = payload.filter(|_| expectation.answer.payload.is_some()) else {
        return;
    };
    for member in &expectation.profile.envelope.members {
        let repeated = member.equals.and_then(|repeats| match repeats {
            Repeats::StatusCode => Some((Rule::StatusCode, u64::from(status?))),
            Repeats::Items => Some((Rule::ItemCount, items(payload))),
        });
        let found = body.get(&member.name);
        let pointer = below("", &member.name);
        let presence = || expectation.presence(&pointer);
        if let Some((rule, expected, actual)) = disagreement(member, found, repeated, presence) {
            let mut violation = expectation.violation_in_tree(rule, &pointer, expected, actual);
            violation.value = found.map(Value::to_string);
            violations.push(violation);
        }
    }
}

fn items(payload: &Value) -> u64 {
    match payload {
        Value::Array(items) => items.len() as u64,
        _ => 1,
    }
}

/// What is wrong with one member: the rule, what was expected, what came.
fn disagreement(
    member: &EnvelopeMember,
    found: Option<&Value>,
    repeated: Option<(Rule, u64)>,
    presence: impl Fn() -> Promise,
) -> Option<(Rule, Promise, Observed)> {
    let Some(found) = found else {
        let is_due = member.omitted_at_zero && repeated.is_some_and(|(_, number)| number > 0);
        return is_due.then(|| (Rule::Missing, presence(), Observed::Missing));
    };
    let number = whole_number(found)?;
    if let Some((rule, wanted)) = repeated
        && i64::try_from(wanted) != Ok(number)
    {
        let expected = match rule {
            Rule::StatusCode => Promise::StatusCode(wanted),
            _ => Promise::ItemCount(wanted),
        };
        return Some((rule, expected, Observed::Number(number)));
    }
    if let Some(least) = member.at_least.filter(|least| number < *least) {
        let expected = Promise::AtLeast(least);
        return Some((Rule::TooSmall, expected, Observed::SmallerInteger));
    }
    (number == 0 && member.omitted_at_zero).then_some((
        Rule::Zero,
        Promise::OmittedAtZero,
        Observed::Number(0),
    ))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::profile::NotedType;

    fn judged(found: Option<&Value>, repeated: Option<(Rule, u64)>) -> Option<Rule> {
        let member = EnvelopeMember {
            varies: false,
            name: "count".to_owned(),
            kind: NotedType::Integer,
            constant: None,
            optional: false,
            equals: None,
            tells: None,
            omitted_at_zero: true,
            at_least: Some(0),
            because: None,
        };
        disagreement(&member, found, repeated, || Promise::Documented).map(|(rule, ..)| rule)
    }

    #[test]
    fn a_count_is_there_exactly_where_there_are_items() {
        let items = |number| Some((Rule::ItemCount, number));
        assert_eq!(judged(Some(&json!(2)), items(2)), None);
        assert_eq!(judged(None, items(0)), None);
        assert_eq!(judged(None, items(1)), Some(Rule::Missing));
        assert_eq!(judged(Some(&json!(0)), items(0)), Some(Rule::Zero));
        assert_eq!(judged(Some(&json!(3)), items(2)), Some(Rule::ItemCount));
        assert_eq!(judged(Some(&json!("2")), items(2)), None);
        assert_eq!(judged(Some(&json!(2.0)), items(2)), None);
        assert_eq!(judged(Some(&json!(3.0)), items(2)), Some(Rule::ItemCount));
        assert_eq!(judged(Some(&json!(-0.0)), items(0)), Some(Rule::Zero));
        assert_eq!(judged(Some(&json!(0)), None), Some(Rule::Zero));
        assert_eq!(judged(None, None), None);
        assert_eq!(judged(Some(&json!(-1)), None), Some(Rule::TooSmall));
    }
}

//! What the envelope says of the answer around it: its status code, how many items it holds.

use serde_json::Value;

use crate::check::meaning::whole_number;
use crate::check::{Expectation, Observed, Promise, Rule, Violation};
use crate::pointer::below;
use crate::profile::{EnvelopeMember, Repeats, Tells};

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
        let disagreement = disagreement(member, found, repeated, presence)
            .or_else(|| too_few(member, found?, payload));
        if let Some((rule, expected, actual)) = disagreement {
            let mut violation = expectation.violation_in_tree(rule, &pointer, expected, actual);
            violation.value = found.map(Value::to_string);
            violations.push(violation);
        }
    }
}

/// Whether a total is less than the items that the same answer holds: those of other parts come on top of them.
fn too_few(
    member: &EnvelopeMember,
    found: &Value,
    payload: &Value,
) -> Option<(Rule, Promise, Observed)> {
    let is_total = member.tells == Some(Tells::Total) && payload.is_array();
    let (total, items) = (whole_number(found).filter(|_| is_total)?, items(payload));
    let is_less = u64::try_from(total).map_or(true, |total| total < items);
    is_less.then_some((
        Rule::ItemCount,
        Promise::Total(items),
        Observed::Number(total),
    ))
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

    fn member(tells: Option<Tells>) -> EnvelopeMember {
        EnvelopeMember {
            varies: false,
            name: "count".to_owned(),
            kind: NotedType::Integer,
            constant: None,
            optional: false,
            equals: None,
            tells,
            omitted_at_zero: true,
            at_least: Some(0),
            because: None,
        }
    }

    #[test]
    fn a_total_is_no_less_than_the_items_of_one_part() {
        let list = json!([{}, {}, {}]);
        for (tells, found, payload, is_wrong) in [
            (Tells::Total, json!(2), &list, true),
            (Tells::Total, json!(0), &list, true),
            (Tells::Total, json!(-1), &list, true),
            (Tells::Total, json!(-1), &json!([]), true),
            (Tells::Total, json!(3), &list, false),
            (Tells::Total, json!(10), &list, false),
            (Tells::Total, json!(10), &json!([]), false),
            (Tells::Total, json!(0), &json!([]), false),
            (Tells::Total, json!(0), &json!({}), false),
            (Tells::Total, json!(null), &list, false),
            (Tells::Total, json!("2"), &list, false),
            (Tells::Next, json!(2), &list, false),
        ] {
            let wrong = too_few(&member(Some(tells)), &found, payload);
            assert_eq!(wrong.is_some(), is_wrong, "{tells:?} {found} {payload}");
        }
    }

    fn judged(found: Option<&Value>, repeated: Option<(Rule, u64)>) -> Option<Rule> {
        let member = member(None);
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

//! What the envelope says of the answer around it: its status code, how many items it holds.

use serde_json::Value;

use crate::check::meaning::whole_number;
use crate::check::{Expectation, Family, Observed, Promise, Rule, Violation};
use crate::names::folded;
use crate::pointer::below;
use crate::profile::{EnvelopeMember, NotedType, Repeats, Tells};
use crate::shape::{Kind, Member, Object, Shape};

/// What an error is called in the place of the payload.
const ERROR: &str = "error";
/// What the number of all items of a list is called, without signs and in small letters.
const TOTALS: [&str; 6] = [
    "totalcount",
    "totalelements",
    "totalitems",
    "totalrecords",
    "totalresults",
    "totalhits",
];
/// What the number of the items of a list, or of a part of it, is called.
const COUNT: &str = "count";
/// What the place of the first item of this part and of the next one are called.
const START_INDEX: &str = "startindex";
const NEXT_INDEX: &str = "nextindex";
/// What an object beside a list is called that says which part of it this is.
const PAGING: [&str; 5] = ["meta", "metadata", "page", "pagination", "paging"];
/// What stands beside the list of which a `total` is the count: how much of it is there, and what follows.
const BESIDE_TOTAL: [&str; 19] = [
    "count",
    "cursor",
    "hasmore",
    "limit",
    "next",
    "nextcursor",
    "nextindex",
    "nextpage",
    "offset",
    "pagesize",
    "perpage",
    "prev",
    "previous",
    "skip",
    "start",
    "startat",
    "startindex",
    "take",
    "top",
];
/// What stands beside a `total` that may be the number of pages.
const BY_NUMBER: [&str; 8] = [
    "current",
    "currentpage",
    "lastpage",
    "number",
    "page",
    "pages",
    "records",
    "totalpages",
];

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
        let path = &expectation.operation.path;
        for (pointer, total, items) in contradicted(&expectation.answer.envelope, path, body) {
            let (expected, actual) = (Promise::Total(items), Observed::Number(total));
            let rule = Rule::ItemCount;
            let mut violation = expectation.violation_in_tree(rule, &pointer, expected, actual);
            violation.value = Some(total.to_string());
            violations.push(violation);
        }
        return;
    };
    let is_of_kind = match expectation.answer.payload().kind {
        Kind::List(_) => payload.is_array(),
        Kind::Object(_) => payload.is_object(),
        _ => true,
    };
    for member in &expectation.profile.envelope.members {
        let repeated = member.equals.and_then(|repeats| match repeats {
            Repeats::StatusCode => Some((Rule::StatusCode, u64::from(status?))),
            // What is no list, or no object, counts nothing.
            Repeats::Items => is_of_kind.then(|| (Rule::ItemCount, items(payload))),
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
    beside_list(expectation, body, payload, violations);
}

/// Tells an error that is answered as a success once: what else of a success the envelope lacks follows from it.
pub(super) fn error_in_place(
    expectation: &Expectation,
    body: &Value,
    violations: &mut Vec<Violation>,
) {
    let place = expectation.answer.payload_pointer();
    let payload = expectation.payload(body);
    let is_documented = expectation.answer.envelope.member(ERROR).is_some();
    let is_error = match body.get(ERROR) {
        Some(Value::Object(members)) => !members.is_empty(),
        Some(Value::String(text)) => !text.is_empty(),
        _ => false,
    };
    if place.is_empty() || payload.is_some_and(|one| !one.is_null()) || is_documented || !is_error {
        return;
    }
    let in_xml = format!("/{}{place}", expectation.answer.root);
    let is_of_payload = |one: &Violation| one.pointer == place || one.pointer == in_xml;
    let Some(at) = violations.iter().position(is_of_payload) else {
        return;
    };
    let mut told = violations.swap_remove(at);
    told.actual = Observed::ErrorInPlace;
    violations.retain(|one| one.family < Family::Envelope);
    violations.push(told);
}

/// Judges what stands beside a list: numbers of items that the page documents and the profile does not know, and that
/// are less than the items of this part; and a next part, of either, that starts no later than this one. Others may
/// count what they like, and the next part starts one item further than it should where a portal counts so.
fn beside_list(
    expectation: &Expectation,
    body: &Value,
    payload: &Value,
    violations: &mut Vec<Violation>,
) {
    let (Kind::Object(object), Value::Array(items)) = (&expectation.answer.envelope.kind, payload)
    else {
        return;
    };
    let members = &expectation.profile.envelope.members;
    let is_known = |pointer: &str| members.iter().any(|one| below("", &one.name) == *pointer);
    let count = items.len() as u64;
    let found = less(counts(object, body, true), count);
    let found = found.filter(|(pointer, _)| !is_known(pointer));
    let found = found.map(|(pointer, number)| {
        let expected = Promise::Total(count);
        (
            pointer,
            number,
            Rule::ItemCount,
            expected,
            Observed::Number(number),
        )
    });
    let back = goes_back(object, members, body).filter(|_| count > 0);
    let back = back.map(|(pointer, next, least)| {
        let expected = Promise::AtLeast(least);
        (
            pointer,
            next,
            Rule::TooSmall,
            expected,
            Observed::SmallerInteger,
        )
    });
    violations.extend(
        found
            .chain(back)
            .map(|(pointer, number, rule, expected, actual)| {
                let mut violation = expectation.violation_in_tree(rule, &pointer, expected, actual);
                violation.value = Some(number.to_string());
                violation
            }),
    );
}

/// Where a next part starts no later than this one, with its place, and where it starts at the least; at 0 there may be
/// none. Both are whole numbers that the profile or the page knows.
fn goes_back(
    object: &Object,
    known: &[EnvelopeMember],
    body: &Value,
) -> Option<(String, i64, i64)> {
    let documented = object.members.iter();
    let documented = documented.filter(|member| member.shape.kind == Kind::Integer);
    let known = known.iter().filter(|one| one.kind == NotedType::Integer);
    let names = known.map(|one| one.name.as_str());
    let names = names.chain(documented.map(|member| member.name.as_str()));
    let names: Vec<&str> = names.collect();
    let number = |name: &str| {
        let name = names.iter().find(|own| folded(own) == name)?;
        Some((*name, whole_number(body.get(name)?)?))
    };
    let ((name, next), (_, start)) = (number(NEXT_INDEX)?, number(START_INDEX)?);
    (next > 0 && next <= start).then(|| (below("", name), next, start.saturating_add(1)))
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

/// Whether an object says which part of its list it holds.
fn is_paged(object: &Object) -> bool {
    let mut names = object.members.iter().map(|member| folded(&member.name));
    names.any(|name| BESIDE_TOTAL.contains(&name.as_str()))
}

/// The totals of an answer without an envelope that are less than the items of its one list, each with its place and
/// how many items there are; what is below 0 counts nothing. They are documented whole numbers that are called so, beside the list or in an object
/// beside it.
fn contradicted(shape: &Shape, path: &str, body: &Value) -> Vec<(String, i64, u64)> {
    let Kind::Object(object) = &shape.kind else {
        return Vec::new();
    };
    let is_list = |member: &&Member| matches!(member.shape.kind, Kind::List(_));
    let mut lists = object.members.iter().filter(is_list);
    let (Some(list), None) = (lists.next(), lists.next()) else {
        return Vec::new();
    };
    let Some(Value::Array(items)) = body.get(&list.name) else {
        return Vec::new();
    };
    let count = items.len() as u64;
    let less = less(
        counts(object, body, is_of_many(path) && is_paged(object)),
        count,
    );
    less.map(|(pointer, total)| (pointer, total, count))
        .collect()
}

/// Those of some numbers that are less than another one.
fn less(all: Vec<(String, i64)>, items: u64) -> impl Iterator<Item = (String, i64)> {
    let is_less = move |number: i64| u64::try_from(number).is_ok_and(|number| number < items);
    all.into_iter().filter(move |(_, number)| is_less(*number))
}

/// The numbers of items beside a list, in what is around it or in an object beside it, with their places.
fn counts(object: &Object, body: &Value, is_about_list: bool) -> Vec<(String, i64)> {
    let mut all = totals(object, body, "", is_about_list);
    for member in &object.members {
        if let (Kind::Object(inner), Some(value)) = (&member.shape.kind, body.get(&member.name)) {
            let is_paging = PAGING.contains(&folded(&member.name).as_str());
            all.extend(totals(inner, value, &below("", &member.name), is_paging));
        }
    }
    all
}

/// The totals in an object, with their places. A plain `total` may be a sum of money, or of pages: it counts where the
/// object is known to be about a list, and says nothing of pages by their numbers. So does a `count`, be it that of all
/// items or that of one part.
fn totals(object: &Object, value: &Value, place: &str, is_about_list: bool) -> Vec<(String, i64)> {
    let mut names = object.members.iter().map(|member| folded(&member.name));
    let is_plain_known = is_about_list && !names.any(|name| BY_NUMBER.contains(&name.as_str()));
    let members = object.members.iter().filter(|member| {
        let name = folded(&member.name);
        let is_total = TOTALS.contains(&name.as_str())
            || (is_plain_known && (name == "total" || name == COUNT));
        is_total && member.shape.kind == Kind::Integer
    });
    let found = members.filter_map(|member| {
        let total = whole_number(value.get(&member.name)?)?;
        Some((below(place, &member.name), total))
    });
    found.collect()
}

/// Whether a path leads to many things, as its last word says, and not to one of them.
fn is_of_many(path: &str) -> bool {
    let last = path.trim_end_matches('/').rsplit('/').next();
    last.is_some_and(|last| last.ends_with('s') && !last.ends_with("ss"))
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
    use crate::shape;
    use crate::source::{Source, Span};

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
    fn a_total_beside_the_only_list_is_no_less_than_its_items() {
        let paged = |paging: Value| json!({ "data": [{ "id": 1 }, { "id": 2 }], "paging": paging });
        let flat = |more: Value| {
            let mut body = json!({ "data": [{ "id": 1 }, { "id": 2 }] });
            body.as_object_mut()
                .unwrap()
                .append(&mut more.as_object().unwrap().clone());
            body
        };
        for (path, body, expected) in [
            (
                "tools",
                flat(json!({ "total": 1, "limit": 10 })),
                &["/total"][..],
            ),
            (
                "tools",
                flat(json!({ "total": 1, "next_page": "x" })),
                &["/total"],
            ),
            ("tools", flat(json!({ "total": 2, "limit": 10 })), &[]),
            ("tools", flat(json!({ "total": 1.5, "limit": 10 })), &[]),
            ("tools", flat(json!({ "count": 1 })), &["/count"]),
            ("tools", flat(json!({ "count": 25 })), &[]),
            ("tool", flat(json!({ "count": 1 })), &[]),
            ("tool", paged(json!({ "count": 1 })), &["/paging/count"]),
            ("tool", paged(json!({ "count": 1, "pages": 1 })), &[]),
            // Money, or pages.
            (
                "refunds",
                flat(json!({ "total": 1, "currency": "EUR" })),
                &[],
            ),
            ("refunds", flat(json!({ "total": -500, "limit": 10 })), &[]),
            ("cart", flat(json!({ "total": 1, "limit": 10 })), &[]),
            ("tools/{id}", flat(json!({ "total": 1, "limit": 10 })), &[]),
            (
                "tools",
                flat(json!({ "total": 1, "page": 1, "records": 2 })),
                &[],
            ),
            (
                "tools/{id}",
                flat(json!({ "total_count": 0 })),
                &["/total_count"],
            ),
            ("tools", flat(json!({ "totalCount": 1 })), &["/totalCount"]),
            ("tools", flat(json!({ "totalCount": -1 })), &[]),
            (
                "tool",
                paged(json!({ "total": 1, "next": "x" })),
                &["/paging/total"],
            ),
            ("tool", paged(json!({ "total": 1, "page": 1 })), &[]),
            ("tool", paged(json!({ "totalItems": 5 })), &[]),
            // Which of two lists is counted is not known.
            (
                "tools",
                flat(json!({ "total": 1, "limit": 10, "tags": ["a"] })),
                &[],
            ),
        ] {
            let text = body.to_string();
            let end = text.len();
            let source = Source::new("page", &text);
            let shape = shape::json::shape(&source, Span { start: 0, end });
            let found = contradicted(&shape, path, &body);
            let places: Vec<&str> = found.iter().map(|(place, ..)| place.as_str()).collect();
            assert_eq!(places, expected, "{path} {body}");
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

//! What was written is there when it is read back, and nothing else has changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::budget;
use crate::check::meaning::id_form;
use crate::check::{Expectation, Family, Observed, Promise, Rule, Violation, json};
use crate::client::{Exchange, is_success};
use crate::contract::Format;
use crate::profile::Tells;
use crate::shape::xml::text_of;

/// The ids in a list that is read back, in its order; `None` where the answer has no such list, or a part of
/// it alone.
#[must_use]
pub fn listed(
    expectation: &Expectation,
    exchange: &Exchange,
    list: &[String],
    member: &str,
) -> Option<Vec<String>> {
    let response = exchange.outcome.as_ref().ok()?;
    if !is_success(response.status) {
        return None;
    }
    let text = std::str::from_utf8(&response.body).ok()?;
    let text = text.trim_start_matches('\u{feff}');
    match expectation.format {
        Format::Json => in_json(expectation, text, list, member),
        Format::Xml => in_xml(expectation, text, list, member),
    }
}

/// The names of members that tell where a list goes on.
fn next(expectation: &Expectation) -> impl Iterator<Item = &str> {
    let members = expectation.profile.envelope.members.iter();
    let next = members.filter(|member| member.tells == Some(Tells::Next));
    next.map(|member| member.name.as_str())
}

/// An id as a whole number is written, where it is one: XML may give it a sign and zeros (XML Schema, 3.4.13.2).
fn by_value(id: &str) -> String {
    let number = id.parse::<i64>();
    number.map_or_else(|_| id.to_owned(), |number| number.to_string())
}

fn in_json(
    expectation: &Expectation,
    text: &str,
    list: &[String],
    member: &str,
) -> Option<Vec<String>> {
    let body = json::tree(expectation, text)?;
    if next(expectation).any(|name| body.get(name).is_some_and(|next| !next.is_null())) {
        return None;
    }
    let mut place = &body;
    for name in list {
        place = place.get(name)?;
    }
    let items = place.as_array()?.iter();
    let ids = items.map(|item| id_form(item.get(member)?));
    ids.map(|id| id.map(|id| by_value(&id))).collect()
}

fn in_xml(
    expectation: &Expectation,
    text: &str,
    list: &[String],
    member: &str,
) -> Option<Vec<String>> {
    let document = budget::xml::read(text).ok()?;
    let root = document.root_element();
    let roots = [&expectation.answer.root, &expectation.profile.xml.root];
    if !roots.iter().any(|name| *name == root.tag_name().name()) {
        return None;
    }
    let has = |name: &str| root.children().any(|node| node.has_tag_name(name));
    if next(expectation).any(has) {
        return None;
    }
    // An empty list has no element, so that an answer must show that it is one by what is around.
    let mut places = vec![root];
    for name in list {
        let below = places.iter().flat_map(roxmltree::Node::children);
        places = below
            .filter(|node| node.has_tag_name(name.as_str()))
            .collect();
    }
    let is_empty = |node: &roxmltree::Node<'_, '_>| !node.children().any(|node| node.is_element());
    // Text is no list, nor is an error where a list belongs.
    let is_text =
        |node: &roxmltree::Node<'_, '_>| is_empty(node) && !text_of(*node).trim().is_empty();
    if places.iter().any(is_text) || places.is_empty() && has("error") {
        return None;
    }
    let items = places.iter().filter(|item| !is_empty(item));
    items
        .map(|item| {
            let id = item.children().find(|node| node.has_tag_name(member))?;
            Some(by_value(text_of(id).trim()))
        })
        .collect()
}

/// What is wrong with a list that was read after a write, beside the one before it: ids that were written
/// and are not there, or twice, and others that are gone.
#[must_use]
pub fn after_write(
    expectation: &Expectation,
    written: &[String],
    before: Option<&[String]>,
    after: &[String],
) -> Vec<Violation> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for id in after {
        *counts.entry(id).or_default() += 1;
    }
    let written: BTreeSet<String> = written.iter().map(|id| by_value(id)).collect();
    let written: BTreeSet<&str> = written.iter().map(String::as_str).collect();
    let missing = written
        .iter()
        .filter(|id| !counts.contains_key(*id))
        .count();
    let is_twice = |id: &&&str| counts.get(**id).is_some_and(|times| *times > 1);
    let twice = written.iter().filter(is_twice).count();
    let before: BTreeSet<&str> = before.into_iter().flatten().map(String::as_str).collect();
    let others = before.difference(&written);
    let lost = others.filter(|id| !counts.contains_key(*id)).count();
    [
        (
            missing,
            Rule::NotKept,
            Promise::Kept(written.len()),
            Observed::MissingResources(missing),
        ),
        (
            twice,
            Rule::KeptTwice,
            Promise::EachOnce,
            Observed::SameAgain,
        ),
        (
            lost,
            Rule::OthersLost,
            Promise::OthersKept,
            Observed::MissingResources(lost),
        ),
    ]
    .into_iter()
    .filter(|(count, ..)| *count > 0)
    .map(|(_, rule, expected, actual)| violation(expectation, rule, expected, actual))
    .collect()
}

/// What came to be there although it was refused, between a list and a later one.
#[must_use]
pub fn of_refused(
    expectation: &Expectation,
    asked: &[String],
    before: &[String],
    after: &[String],
) -> Option<Violation> {
    let is_new = |id: &String| after.contains(id) && !before.contains(id);
    let new = asked.iter().map(|id| by_value(id)).filter(is_new).count();
    let actual = Observed::Kept(new);
    (new > 0).then(|| violation(expectation, Rule::RefusedKept, Promise::NoEffect, actual))
}

/// What a write made is not there when it is read by the id that was answered; the status code that says so.
#[must_use]
pub fn not_made(status: u16) -> Violation {
    of_nothing(Rule::NotKept, Promise::Made, Observed::Gone(status))
}

/// What a write deleted is there as it was.
#[must_use]
pub fn not_deleted() -> Violation {
    of_nothing(Rule::NotDeleted, Promise::Deleted, Observed::StillThere)
}

/// What is told of a write, and of no place in its answer.
fn of_nothing(rule: Rule, expected: Promise, actual: Observed) -> Violation {
    Violation {
        rule,
        family: Family::Identity,
        pointer: String::new(),
        member: String::new(),
        expected,
        actual,
        value: None,
        promised: None,
    }
}

fn violation(
    expectation: &Expectation,
    rule: Rule,
    expected: Promise,
    actual: Observed,
) -> Violation {
    Violation {
        rule,
        family: Family::Identity,
        pointer: expectation.answer.payload_pointer(),
        member: String::new(),
        expected,
        actual,
        value: None,
        promised: None,
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::check::Expectations;
    use crate::client::tests_support::{exchange, response};
    use crate::contract::Operation;
    use crate::{contract, page, profile};

    fn expectations() -> (Expectations, usize) {
        let contract = contract::of_sources(page::builtin()).unwrap();
        let profile = Arc::new(profile::load("community-server").unwrap());
        let write = contract.operations.iter().position(Operation::writes);
        (Expectations::of(&contract, &profile, false), write.unwrap())
    }

    #[test]
    fn a_list_is_read_in_either_format_or_not_at_all() {
        let (expectations, write) = expectations();
        let of = |format, status, body: &str| {
            let expectation = expectations.get(write, format).unwrap();
            let list = ["response".to_owned()];
            listed(
                expectation,
                &exchange(Ok(response(status, body))),
                &list,
                "id",
            )
        };
        let some = |ids: &[&str]| Some(ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
        for (status, body, expected) in [
            (
                200,
                r#"{"count":2,"response":[{"id":7},{"id":"8"}]}"#,
                some(&["7", "8"]),
            ),
            (200, r#"{"status":0,"response":[]}"#, some(&[])),
            (200, r#"{"status":0,"response":{}}"#, None),
            (200, r#"{"status":0}"#, None),
            (200, r#"{"nextIndex":2,"response":[{"id":7}]}"#, None),
            (200, r#"{"response":[{"ID":7}]}"#, None),
            (200, "<html/>", None),
            (404, r#"{"response":[]}"#, None),
        ] {
            assert_eq!(of(Format::Json, status, body), expected, "{body}");
        }
        for (body, expected) in [
            (
                "<result><response><id>7</id></response><response><id>8</id></response></result>",
                some(&["7", "8"]),
            ),
            (
                "<result><response><id>007</id></response><response><id> +8\n</id></response></result>",
                some(&["7", "8"]),
            ),
            ("<result><status>0</status></result>", some(&[])),
            (
                "<result><nextIndex>2</nextIndex><response><id>7</id></response></result>",
                None,
            ),
            ("<result><response><name>7</name></response></result>", None),
            ("<result><response>true</response></result>", None),
            ("<result><response> </response></result>", some(&[])),
            (
                "<result><status>1</status><error><message>x</message></error></result>",
                None,
            ),
            ("<html/>", None),
            ("{}", None),
        ] {
            assert_eq!(of(Format::Xml, 200, body), expected, "{body}");
        }
    }

    #[test]
    fn what_was_written_is_there_once_and_nothing_is_gone() {
        let (expectations, write) = expectations();
        let expectation = expectations.get(write, Format::Json).unwrap();
        let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>();
        let written = ids(&["1", "2"]);
        for (before, after, rules) in [
            (ids(&["9"]), ids(&["2", "9", "1"]), vec![]),
            // Somebody else wrote meanwhile.
            (ids(&["9"]), ids(&["2", "9", "1", "10"]), vec![]),
            (ids(&["1", "9"]), ids(&["1", "2", "9"]), vec![]),
            (ids(&["9"]), ids(&["1", "9"]), vec![Rule::NotKept]),
            (
                ids(&["9"]),
                ids(&["1", "2", "2", "9"]),
                vec![Rule::KeptTwice],
            ),
            (ids(&["9"]), ids(&["1", "2"]), vec![Rule::OthersLost]),
            (ids(&["1"]), ids(&[]), vec![Rule::NotKept]),
        ] {
            let found = after_write(expectation, &written, Some(&before), &after);
            let found: Vec<Rule> = found.iter().map(|found| found.rule).collect();
            assert_eq!(found, rules, "{after:?}");
            let spelled = after_write(expectation, &ids(&["01", "002"]), Some(&before), &after);
            assert_eq!(spelled.len(), found.len(), "{after:?}");
        }
        let refused = |first: &[&str], then: &[&str]| {
            of_refused(expectation, &written, &ids(first), &ids(then)).is_some()
        };
        assert!(refused(&[], &["2"]));
        assert!(!refused(&["2"], &["2", "9"]));
    }
}

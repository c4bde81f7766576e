//! Items of a list held against the reads of the same resources by their ids.
//!
//! An item is such a resource where the path of the read is that of the list and an id, and one definition of the
//! document holds the ids of both. A list may show less of a resource, or shorten what it shows; what it shows
//! otherwise is a difference.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;
use time::Duration;

use crate::check::bound::MAX_VIOLATIONS;
use crate::check::compare::differences;
use crate::check::identity::violation;
use crate::check::meaning::{id_form, unmarked};
use crate::check::{Expectation, Observed, Promise, Rule, Violation, documented_path};
use crate::contract::{Operation, ParameterType};
use crate::names::folded;
use crate::pointer::below;
use crate::shape::{Kind, Shape, text};

/// The bytes of letters and digits of a text that may be a part of another one, without a sign of it.
const PART: usize = 16;
/// What round numbers of characters are multiples of.
const ROUND: usize = 10;

/// A list of resources that another operation reads by their ids.
#[derive(Debug, Clone)]
pub struct ReadableList<'a> {
    /// Where it stands in an answer, as a JSON pointer.
    pub place: String,
    /// What an item is.
    item: &'a Shape,
    /// The member that holds an item's id.
    id: String,
}

impl<'a> ReadableList<'a> {
    /// The list in the answers of one operation of what another one reads, by the member that holds the id there;
    /// `None` where there is none: the list is the payload, or stands beside nothing but what is around it.
    #[must_use]
    pub fn of(expectation: &'a Expectation, reader: &Expectation, id: &str) -> Option<Self> {
        let is_one = |one: &Expectation| !matches!(one.answer.payload().kind, Kind::List(_));
        let name = |one: &Expectation, pointer: &str| {
            let member = documented_path(&one.answer, pointer);
            let defined = &one.operation.defined;
            defined.name_of(one.answer.named_from(), &member)
        };
        let read = name(reader, &below(&reader.answer.payload_pointer(), id))?;
        let is_same_source = expectation.operation.source.name == reader.operation.source.name;
        if !is_same_source || !is_one(reader) || !is_in(&reader.operation, &expectation.operation) {
            return None;
        }
        let payload = expectation.answer.payload_pointer();
        let around = [
            (String::new(), &expectation.answer.envelope),
            (payload, expectation.answer.payload()),
        ];
        let lists = around
            .into_iter()
            .flat_map(|(place, shape)| match &shape.kind {
                Kind::List(item) => vec![(place, &**item)],
                Kind::Object(object) => {
                    let members = object.members.iter();
                    let lists = members.filter_map(|member| match &member.shape.kind {
                        Kind::List(item) => Some((below(&place, &member.name), &**item)),
                        _ => None,
                    });
                    lists.collect()
                }
                _ => Vec::new(),
            });
        let mut lists = lists.filter(|(place, item)| {
            let own = name(expectation, &below(&format!("{place}/0"), id));
            item.member(id).is_some() && own.as_ref() == Some(&read)
        });
        let (place, item) = lists.next()?;
        Some(Self {
            place,
            item,
            id: id.to_owned(),
        })
    }

    /// The items of an answer, each with its place and its id; those without a readable id are other findings.
    fn items<'b>(&self, body: &'b Value) -> impl Iterator<Item = (usize, String, &'b Value)> {
        let items = body.pointer(&self.place).and_then(Value::as_array);
        let items = items.into_iter().flatten().enumerate();
        items.filter_map(|(at, item)| Some((at, id_form(item.get(&self.id)?)?, item)))
    }

    /// The resources that stand twice in a list. Items of one id that tell otherwise may be several, such as
    /// versions.
    #[must_use]
    pub fn doubled(&self, expectation: &Expectation, body: &Value) -> Vec<Violation> {
        let mut known: BTreeMap<String, (&Value, bool)> = BTreeMap::new();
        let second = self
            .items(body)
            .filter(|(_, id, item)| match known.entry(id.clone()) {
                Entry::Vacant(new) => {
                    new.insert((item, false));
                    false
                }
                Entry::Occupied(mut first) => {
                    let (first, is_told) = first.get_mut();
                    let is_same = !*is_told && first == item;
                    *is_told |= is_same;
                    is_same
                }
            });
        let found = second.take(MAX_VIOLATIONS).map(|(at, id, _)| {
            let pointer = format!("{}/{at}/{}", self.place, self.id);
            let (expected, actual) = (Promise::EachOnce, Observed::SameAgain);
            violation(
                expectation,
                Rule::Doubled,
                &pointer,
                expected,
                actual,
                Some(id),
            )
        });
        found.collect()
    }

    /// Whether a query asks for no more than a part of the list: another one may ask for another view.
    #[must_use]
    pub fn is_plain(expectation: &Expectation, path: &str) -> bool {
        let query = path.split_once('?').map_or("", |(_, query)| query);
        let mut names = query.split('&').filter(|pair| !pair.is_empty());
        let parameters = &expectation.operation.parameters;
        names.all(|pair| {
            let name = pair.split('=').next().unwrap_or_default();
            let mut own = parameters.iter().filter(|one| one.name == name);
            own.any(|one| one.value_type() == ParameterType::Integer)
        })
    }

    /// What items show otherwise than the reads before and after their answer, which agree; by id.
    #[must_use]
    pub fn unlike_reads(
        &self,
        expectation: &Expectation,
        body: &Value,
        reads: &BTreeMap<&str, (&Value, &Value)>,
    ) -> Vec<Violation> {
        let mut found = Vec::new();
        for (at, id, item) in self.items(body) {
            let Some((before, after)) = reads.get(id.as_str()) else {
                continue;
            };
            let moved = differences(before, after, self.item);
            let moved: BTreeSet<String> = moved.into_iter().map(|one| one.pointer).collect();
            let unlike = differences(before, item, self.item).into_iter();
            let unlike = unlike.filter(|one| {
                !moved.contains(&one.pointer) && {
                    is_told_otherwise(&one.pointer, (before, item), self.item)
                }
            });
            found.extend(unlike.map(|difference| {
                let value = difference.told("as read", "here");
                let actual = difference.observed();
                let pointer = format!("{}/{at}{}", self.place, difference.pointer);
                let expected = Promise::AsRead(difference.left);
                let rule = Rule::UnlikeRead;
                violation(expectation, rule, &pointer, expected, actual, value)
            }));
            if found.len() >= MAX_VIOLATIONS {
                found.truncate(MAX_VIOLATIONS);
                break;
            }
        }
        found
    }
}

/// Whether a path is that of a list and one parameter behind it.
fn is_in(reader: &Operation, list: &Operation) -> bool {
    let behind = reader.path.strip_prefix(list.path.trim_end_matches('/'));
    let behind = behind.and_then(|behind| behind.strip_prefix('/'));
    behind.is_some_and(|step| step.starts_with('{') && !step.contains('/'))
}

/// Whether both show a value, and neither is the other one shortened, rounded, masked, or in another form.
fn is_told_otherwise(at: &str, (read, item): (&Value, &Value), shape: &Shape) -> bool {
    // A list may be cut, so that others stand in the place of its items.
    let mut above = at.match_indices('/').map(|(end, _)| &at[..end]).skip(1);
    if above.any(|above| read.pointer(above).is_some_and(Value::is_array)) {
        return false;
    }
    match (read.pointer(at), item.pointer(at)) {
        (Some(Value::String(read)), Some(Value::String(item))) => {
            let domain = shape
                .at(at)
                .and_then(|member| member.shape.domain.as_deref());
            !is_same_text(read, item, domain.and_then(|domain| domain.longest))
        }
        (Some(Value::Number(read)), Some(Value::Number(item))) => {
            match (read.as_f64(), item.as_f64()) {
                // It is not reckoned in lists.
                (_, Some(0.0)) => false,
                // One of them has no fraction.
                (Some(read), Some(item)) if read.fract() != 0.0 || item.fract() != 0.0 => {
                    (read - item).abs() >= 1.0
                }
                _ => true,
            }
        }
        (Some(Value::Bool(_)), Some(Value::Bool(_))) => true,
        // Of what is null, or of another kind, less may be shown.
        _ => false,
    }
}

/// Whether one text may be the other one: a part of it, without its markup, masked, with another query of a URL, in
/// other letter case or punctuation, or a moment of the same second.
///
/// A part is one of some length, or one that says that it is cut, or its beginning of a round length or the longest that
/// is documented: shorter ones are other names and numbers.
fn is_same_text(read: &str, item: &str, longest: Option<usize>) -> bool {
    if let (Some(read), Some(item)) = (text::date_time(read), text::date_time(item)) {
        return (read - item).abs() < Duration::SECOND;
    }
    let is_masked = |text: &str| text.contains("**") || text.contains('\u{2022}');
    let (one, other) = (plain(read), plain(item));
    let part = if one.len() < other.len() { read } else { item };
    let is_cut = part.contains('\u{2026}') || part.contains("..");
    let length = part.chars().count();
    let is_at_bound = length > 0 && (length.is_multiple_of(ROUND) || Some(length) == longest);
    let may_be_part = is_cut || one.len().min(other.len()) >= PART;
    is_masked(read)
        || is_masked(item)
        || one == other
        || (may_be_part && (one.contains(&other) || other.contains(&one)))
        || (is_at_bound && (one.starts_with(&other) || other.starts_with(&one)))
}

/// The letters and digits of a text that are neither markup nor a query of a URL, in lower case.
fn plain(text: &str) -> String {
    let text = unmarked(text);
    let is_url = text.contains("://");
    folded(text.split('?').next().filter(|_| is_url).unwrap_or(&text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_may_show_less_of_a_text() {
        for (read, item, expected) in [
            ("Ada", "Ida", false),
            ("sea", "harbour", false),
            ("2026-05-01T10:00:05Z", "2026-05-01T11:00:05Z", false),
            (
                "2026-05-01T10:00:05.900Z",
                "2026-05-01T10:00:05+00:00",
                true,
            ),
            ("2026-05-01T10:00:05.900Z", "2026-05-01T10:00:06Z", true),
            ("A long text about boats", "A long\u{2026}", true),
            ("A long text about boats", "... text about ...", true),
            ("<p>Ada &amp; <b>Ida</b></p>", "Ada & Ida", true),
            ("ada@example.org", "a***@example.org", true),
            ("Ada", "***", true),
            (
                "https://x.test/a.png?size=9",
                "https://x.test/a.png?size=2",
                true,
            ),
            (
                "https://x.test/a.png?size=9",
                "https://x.test/b.png?size=9",
                false,
            ),
            ("What? A boat", "What? A ship", false),
            ("Berth 12", "Berth 1", false),
            ("Ada Lovelace", "Ada", false),
            ("A long text about boats", "A long text about boa", true),
            ("A long text about boats", "long text about boats", true),
            ("A long text", "A long tex", true),
            ("A long text", "A long", true),
            ("A long text", "A lon", false),
        ] {
            assert_eq!(is_same_text(read, item, Some(6)), expected, "{read} {item}");
        }
    }

    #[test]
    fn a_list_may_show_fewer_items_and_no_number() {
        let shape = Shape::of(Kind::Mixed);
        let read = serde_json::json!({"tags": ["a", "b", "c"], "likes": 7, "open": true});
        for (item, expected) in [
            (
                serde_json::json!({"tags": ["b", "c"], "likes": 7, "open": true}),
                0,
            ),
            (serde_json::json!({"tags": [], "likes": 0, "open": true}), 0),
            (
                serde_json::json!({"tags": ["a", "b", "c"], "likes": 8, "open": false}),
                2,
            ),
        ] {
            let places = ["/tags", "/tags/0", "/likes", "/open"];
            let told = places.into_iter().filter(|place| {
                let (left, right) = (read.pointer(place), item.pointer(place));
                left != right && is_told_otherwise(place, (&read, &item), &shape)
            });
            assert_eq!(told.count(), expected, "{item}");
        }
    }
}

//! The answer is about the resources that were asked for, and stays the same.

use std::collections::{BTreeMap, HashSet};
use std::ptr;

use serde_json::Value;

use crate::check::bound::MAX_VIOLATIONS;
use crate::check::compare::{Difference, differences};
use crate::check::living;
use crate::check::manner::{self, Sides};
use crate::check::meaning::{id_form, whole_number};
use crate::check::sent::Sent;
use crate::check::steadiness::{Steadiness, Timed};
use crate::check::{
    Expectation, Family, Observed, Promise, Rule, Violation, documented_path, is_within,
};
use crate::pointer::below;
use crate::profile::{Repeating, Tells};
use crate::shape::Member;
use crate::shape::text::folded_guid;

/// How many resources of one id in an answer are held against the readings of it: one is due, and others of
/// its id are told as such.
const MAX_ALIKE: usize = 10;

/// What is known of a resource that was read by its id.
#[derive(Debug, Clone, Default)]
pub struct KnownReads<'a> {
    /// The readings that it may be held against, in the order of time.
    pub reads: Vec<&'a Value>,
    /// Where something else than what is judged may have changed it, as JSON pointers into the resource: nothing
    /// is said of what stands there, above or below it.
    pub moved: Vec<String>,
}

impl<'a> From<Vec<&'a Value>> for KnownReads<'a> {
    fn from(reads: Vec<&'a Value>) -> Self {
        Self {
            reads,
            moved: Vec::new(),
        }
    }
}

impl KnownReads<'_> {
    /// Whether something else may have changed what stands at a place.
    fn may_have_moved(&self, pointer: &str) -> bool {
        let is_below = |one: &str, other: &str| {
            let rest = one.strip_prefix(other);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let mut moved = self.moved.iter();
        moved.any(|place| is_below(pointer, place) || is_below(place, pointer))
    }
}

/// Whether the resources in a body are those of the request, each once, whatever their order.
///
/// `ids` are those of the request; the member that repeats them is the profile's.
#[must_use]
pub fn asked(expectation: &Expectation, body: &Value, ids: &[String]) -> Vec<Violation> {
    let Some(member) = id_place(expectation) else {
        return Vec::new();
    };
    let single = !matches!(expectation.payload(body), Some(Value::Array(_)));
    let resources = expectation.resources(body);
    // What is of another kind altogether is the finding of schema or shape, and names nothing.
    if !resources.is_empty() && !resources.iter().any(|one| one.is_object()) {
        return Vec::new();
    }
    let mut found = Vec::new();
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for (at, resource) in resources.into_iter().enumerate() {
        let pointer = if single {
            format!("{}{member}", expectation.answer.payload_pointer())
        } else {
            format!("{}/{at}{member}", expectation.answer.payload_pointer())
        };
        // A resource without a readable id is the finding of schema or shape.
        let Some(id) = resource.pointer(&member).and_then(id_form) else {
            // Where it may be missing, nobody else says that the resource cannot be told from another one.
            let shape = expectation.answer.envelope.at(&pointer);
            let may_lack = shape.is_some_and(|one| one.optional || one.shape.nullable);
            let is_nothing = resource.pointer(&member).is_none_or(Value::is_null);
            if single && may_lack && is_nothing {
                let (expected, actual) = (Promise::AskedId, Observed::Nothing);
                let rule = Rule::Unidentified;
                found.push(violation(
                    expectation,
                    rule,
                    &pointer,
                    expected,
                    actual,
                    None,
                ));
            }
            continue;
        };
        let times = counts.entry(id.clone()).or_default();
        *times += 1;
        if !ids.contains(&id) {
            let (rule, expected) = if single {
                (Rule::OtherResource, Promise::AskedId)
            } else {
                (Rule::Added, Promise::AskedIds)
            };
            let actual = Observed::OtherId;
            found.push(violation(
                expectation,
                rule,
                &pointer,
                expected,
                actual,
                Some(id),
            ));
        } else if *times == 2 {
            let actual = Observed::SameAgain;
            found.push(violation(
                expectation,
                Rule::Doubled,
                &pointer,
                Promise::EachOnce,
                actual,
                Some(id),
            ));
        }
        if found.len() >= MAX_VIOLATIONS {
            return found;
        }
    }
    let missing: Vec<&String> = ids.iter().filter(|id| !counts.contains_key(*id)).collect();
    if !single && !missing.is_empty() {
        let pointer = expectation.answer.payload_pointer();
        let expected = Promise::AllAsked(ids.len());
        let actual = Observed::MissingResources(missing.len());
        let held = expectation.resources(body).len();
        let rule = if is_part(expectation, body, held) {
            Rule::Part
        } else {
            Rule::Dropped
        };
        found.push(violation(
            expectation,
            rule,
            &pointer,
            expected,
            actual,
            None,
        ));
    }
    found
}

/// Whether an answer holds a resource of this id.
#[must_use]
pub fn holds(expectation: &Expectation, body: &Value, id: &str) -> bool {
    let Some(member) = id_place(expectation) else {
        return false;
    };
    let mut resources = expectation.resources(body).into_iter();
    resources.any(|resource| {
        let told = resource.pointer(&member).and_then(id_form);
        told == Some(folded_guid(id.to_owned()))
    })
}

/// Whether an answer says that its list goes on in a next part: where that starts, and that there are more
/// items than these.
fn is_part(expectation: &Expectation, body: &Value, held: usize) -> bool {
    let told = |what: Tells| {
        let mut members = expectation.profile.envelope.members.iter();
        let member = members.find(|member| member.tells == Some(what))?;
        whole_number(body.get(&member.name)?)
    };
    let has_more = |total: i64| usize::try_from(total).is_ok_and(|total| total > held);
    held > 0 && told(Tells::Next).is_some() && told(Tells::Total).is_some_and(has_more)
}

/// Reports answers that do not stay the same, and where they differ: how they behaved is known.
#[must_use]
pub fn repeated(
    expectation: &Expectation,
    answers: &[Timed<'_>],
    behaved: Steadiness,
) -> Vec<Violation> {
    let (rule, differing, of) = match behaved {
        Steadiness::Unsteady { differing, of } => (Rule::Unsteady, differing, of),
        Steadiness::FirstAlone { of } => (Rule::FirstAnswer, 1, of),
        Steadiness::Steady | Steadiness::Changed => return Vec::new(),
    };
    let moved = moved(expectation, answers).take(MAX_VIOLATIONS);
    moved
        .map(|one| unsteady(expectation, answers, rule, (differing, of), one))
        .collect()
}

/// What lives, as violations, and where else the answers to one question differ, as JSON pointers; `beside` are those to
/// the same question in the other format.
#[must_use]
pub fn living(
    expectation: &Expectation,
    answers: &[Timed<'_>],
    beside: &[Timed<'_>],
) -> (Vec<Violation>, Vec<String>) {
    let lives = |one: &Difference| living::lives(expectation, answers, beside, &one.pointer);
    let (living, others): (Vec<_>, Vec<_>) = moved(expectation, answers).partition(lives);
    let told = living.into_iter().map(|one| {
        let values = answers
            .iter()
            .map(|answer| answer.body.pointer(&one.pointer));
        let values: Vec<_> = values.collect();
        let times = |value: Option<&Value>| values.iter().filter(|other| **other == value).count();
        let most = values.iter().copied().map(times).max().unwrap_or_default();
        let differing = (values.len() - most, values.len());
        unsteady(expectation, answers, Rule::Living, differing, one)
    });
    let others = others.into_iter().map(|one| one.pointer);
    (told.collect(), others.collect())
}

/// Where an answer differs from the one before it, each place once.
fn moved(expectation: &Expectation, answers: &[Timed<'_>]) -> impl Iterator<Item = Difference> {
    let shape = &expectation.answer.envelope;
    let mut places = HashSet::new();
    let pairs = answers
        .windows(2)
        .filter(|pair| !ptr::eq(pair[0].body, pair[1].body));
    let all = pairs.flat_map(|pair| differences(pair[0].body, pair[1].body, shape));
    all.filter(move |one| places.insert(one.pointer.clone()))
}

fn unsteady(
    expectation: &Expectation,
    answers: &[Timed<'_>],
    rule: Rule,
    (differing, of): (usize, usize),
    difference: Difference,
) -> Violation {
    let payload = expectation.answer.payload_pointer();
    let pointer = &difference.pointer;
    let actual = Observed::Unsteady {
        differing,
        of,
        moves_on: living::moves_on(answers, pointer),
        around: !payload.is_empty() && !is_within(pointer, &payload),
    };
    let values = difference.values;
    let values = values.map(|(before, after)| format!("{before}, then {after}"));
    violation(
        expectation,
        rule,
        pointer,
        Promise::SameAnswer,
        actual,
        values,
    )
}

/// Reports lists whose items stand in another order in the next answer.
#[must_use]
pub fn reordered(expectation: &Expectation, answers: &[Timed<'_>]) -> Vec<Violation> {
    let mut places = HashSet::new();
    let pairs = answers
        .windows(2)
        .filter(|pair| pair[0].body != pair[1].body);
    let unlike = pairs.flat_map(|pair| {
        manner::unlikenesses(expectation, pair[0].body, pair[1].body, Sides::Answers)
    });
    let fresh = unlike.filter(|one| places.insert(one.pointer.clone()));
    let found = fresh.take(MAX_VIOLATIONS).map(|one| {
        let (expected, actual) = (Promise::SameOrder, Observed::OtherOrder);
        violation(expectation, one.rule, &one.pointer, expected, actual, None)
    });
    found.collect()
}

/// The same question was answered and refused.
#[must_use]
pub fn refused_again(
    expectation: &Expectation,
    first: Option<u16>,
    other: Option<u16>,
) -> Violation {
    Violation {
        promised: Some(expectation.operation.heading),
        ..violation(
            expectation,
            Rule::Unsteady,
            "",
            Promise::SameStatus(first),
            Observed::OtherStatus(other),
            None,
        )
    }
}

/// Whether each resource in an answer equals one of the readings of the same resource.
///
/// `reads` is what is known of the resources that were read by their ids, by id.
#[must_use]
pub fn as_read(
    expectation: &Expectation,
    body: &Value,
    reads: &BTreeMap<String, KnownReads<'_>>,
) -> Vec<Violation> {
    unlike(expectation, body, reads)
        .map(|(pointer, difference)| {
            let value = difference.told("as read", "here");
            let actual = difference.observed();
            let expected = Promise::AsRead(difference.left);
            let rule = Rule::UnlikeRead;
            violation(expectation, rule, &pointer, expected, actual, value)
        })
        .take(MAX_VIOLATIONS)
        .collect()
}

/// Lists of each resource in an answer whose items stand in another order than in all readings of it.
#[must_use]
pub fn reordered_as_read(
    expectation: &Expectation,
    body: &Value,
    reads: &BTreeMap<String, KnownReads<'_>>,
) -> Vec<Violation> {
    let reorderings = |read: &Value, resource: &Value| {
        let found = manner::reorderings(expectation, read, resource).into_iter();
        found.map(|one| (one.pointer.clone(), one)).collect()
    };
    most_alike(expectation, body, reads, reorderings)
        .map(|(pointer, one)| {
            let (expected, actual) = (Promise::SameOrder, Observed::OtherOrder);
            violation(expectation, one.rule, &pointer, expected, actual, None)
        })
        .take(MAX_VIOLATIONS)
        .collect()
}

/// What an answer to a write tells otherwise of a resource than the last read before the write, but for what
/// the write sent of it.
#[must_use]
pub fn changed_by_write(
    expectation: &Expectation,
    body: &Value,
    before: &BTreeMap<String, KnownReads<'_>>,
    sent: Option<&Sent<'_>>,
) -> Vec<Violation> {
    let shape = expectation.answer.resource();
    let payload = expectation.answer.payload_pointer();
    let is_sent = |pointer: &str| {
        let place = pointer.strip_prefix(&payload);
        sent.zip(place)
            .is_some_and(|(sent, place)| sent.sets(place, shape))
    };
    unlike(expectation, body, before)
        .filter(|(pointer, _)| !is_sent(pointer))
        .map(|(pointer, difference)| {
            let value = difference.told("before", "after");
            let actual = difference.observed();
            let expected = Promise::AsBeforeWrite(difference.left);
            let rule = Rule::ChangedByWrite;
            violation(expectation, rule, &pointer, expected, actual, value)
        })
        .take(MAX_VIOLATIONS)
        .collect()
}

/// What an answer to a write tells otherwise of its one resource than the write sent.
#[must_use]
pub fn unlike_sent(expectation: &Expectation, body: &Value, sent: &Sent<'_>) -> Vec<Violation> {
    let payload = expectation.payload(body);
    let Some(resource) = payload.filter(|payload| payload.is_object()) else {
        return Vec::new();
    };
    let place = expectation.answer.payload_pointer();
    let found = sent.contradicted(resource, expectation.answer.resource());
    // Who makes a resource gives it its id.
    let id = id_place(expectation);
    let found = found
        .into_iter()
        .filter(|one| id.as_ref() != Some(&one.pointer));
    told_unlike_sent(expectation, &place, found)
}

/// What an answer to a write that makes its one resource, or of which nothing else is read, tells otherwise of what
/// the write had to send, in any form.
#[must_use]
pub fn made_unlike_sent(
    expectation: &Expectation,
    body: &Value,
    sent: &Sent<'_>,
) -> Vec<Violation> {
    let payload = expectation.payload(body);
    let Some(resource) = payload.filter(|payload| payload.is_object()) else {
        return Vec::new();
    };
    let place = expectation.answer.payload_pointer();
    let found = sent.refashioned(resource, expectation.answer.resource());
    told_unlike_sent(expectation, &place, found.into_iter())
}

fn told_unlike_sent(
    expectation: &Expectation,
    place: &str,
    found: impl Iterator<Item = Difference>,
) -> Vec<Violation> {
    found
        .map(|difference| {
            let value = difference.told("sent", "here");
            let actual = difference.observed();
            let pointer = format!("{place}{}", difference.pointer);
            let expected = Promise::AsSent(difference.left);
            let rule = Rule::ChangedByWrite;
            violation(expectation, rule, &pointer, expected, actual, value)
        })
        .take(MAX_VIOLATIONS)
        .collect()
}

/// A write that did nothing: these members of what a read shows are as they were before it.
#[must_use]
pub fn not_written(reader: &Expectation, members: &[&Member]) -> Option<Violation> {
    let place = reader.answer.payload_pointer();
    let pointer = match members {
        [] => return None,
        [one] if reader.answer.resource().member(&one.name).is_some() => below(&place, &one.name),
        _ => place,
    };
    let actual = Observed::Unwritten(members.len());
    let (rule, expected) = (Rule::NotWritten, Promise::Written);
    Some(Violation {
        // Told of the write, whose document is another place than that of the read.
        promised: None,
        ..violation(reader, rule, &pointer, expected, actual, None)
    })
}

/// Where each resource in an answer differs from that of its readings which is most like it.
fn unlike<'a>(
    expectation: &'a Expectation,
    body: &'a Value,
    reads: &'a BTreeMap<String, KnownReads<'a>>,
) -> impl Iterator<Item = (String, Difference)> {
    let shape = expectation.answer.resource();
    most_alike(expectation, body, reads, move |read, resource| {
        let found = differences(read, resource, shape).into_iter();
        found.map(|one| (one.pointer.clone(), one)).collect()
    })
}

/// What is found between each resource in an answer and that of its readings for which it is least, with
/// its place in the answer; `compare` gives it with its place in the resource.
fn most_alike<'a, T>(
    expectation: &'a Expectation,
    body: &'a Value,
    reads: &'a BTreeMap<String, KnownReads<'a>>,
    compare: impl Fn(&Value, &Value) -> Vec<(String, T)>,
) -> impl Iterator<Item = (String, T)> {
    let payload = expectation.answer.payload_pointer();
    let in_list = matches!(expectation.payload(body), Some(Value::Array(_)));
    let member = id_place(expectation);
    let resources = expectation.resources(body).into_iter().enumerate();
    let mut compared = BTreeMap::new();
    resources.flat_map(move |(at, resource)| {
        let id = member
            .as_ref()
            .and_then(|member| id_form(resource.pointer(member)?));
        let known = id.and_then(|id| reads.get_key_value(&id));
        let known = known.filter(|(id, _)| {
            let times = compared.entry(*id).or_insert(0);
            *times += 1;
            *times <= MAX_ALIKE
        });
        let fewest = known.and_then(|(_, known)| {
            let found = distinct(&known.reads).map(|read| {
                let mut found = compare(read, resource);
                found.retain(|(pointer, _)| !known.may_have_moved(pointer));
                found
            });
            found.min_by_key(Vec::len)
        });
        let fewest = fewest.unwrap_or_default();
        let place = if in_list {
            format!("{payload}/{at}")
        } else {
            payload.clone()
        };
        let placed = fewest.into_iter();
        placed.map(move |(pointer, one)| (format!("{place}{pointer}"), one))
    })
}

/// Readings of one resource, each that tells something of its own: most are equal, and one of them tells as
/// much as all.
fn distinct<'a>(readings: &'a [&Value]) -> impl Iterator<Item = &'a Value> {
    let mut distinct: Vec<&Value> = Vec::new();
    readings.iter().copied().filter(move |reading| {
        let is_new = !distinct.contains(reading);
        if is_new {
            distinct.push(reading);
        }
        is_new
    })
}

/// The wire name of the member that repeats the id of a resource, where the resource itself has it.
#[must_use]
pub fn id_member(expectation: &Expectation) -> Option<String> {
    repeating(expectation)?.own().map(str::to_owned)
}

/// Where the id of a resource is repeated, as a JSON pointer into the resource.
#[must_use]
pub fn id_place(expectation: &Expectation) -> Option<String> {
    Some(repeating(expectation)?.place())
}

fn repeating(expectation: &Expectation) -> Option<&Repeating> {
    let mut named = expectation.named.iter();
    named.find_map(|named| named.member.as_ref())
}

pub(super) fn violation(
    expectation: &Expectation,
    rule: Rule,
    pointer: &str,
    expected: Promise,
    actual: Observed,
    value: Option<String>,
) -> Violation {
    Violation {
        rule,
        family: Family::Identity,
        pointer: pointer.to_owned(),
        member: documented_path(&expectation.answer, pointer),
        expected,
        actual,
        value,
        promised: expectation
            .answer
            .envelope
            .at(pointer)
            .and_then(Member::promised),
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::Arc;

    use serde_json::json;

    use super::*;
    use crate::check::Expectations;
    use crate::contract::{Format, Operation};
    use crate::{contract, page, profile};

    #[test]
    fn a_resource_without_its_id_is_told_where_that_may_be_missing() {
        let contract = contract::of_sources(page::builtin()).unwrap();
        let read = contract.operations.iter().position(|one| !one.writes());
        for (more, told) in [
            ("", false),
            (
                "[[note]]\nat = \"id\"\noptional = true\nbecause = \"x\"\n",
                true,
            ),
            (
                "[[note]]\nat = \"id\"\nnullable = true\nbecause = \"x\"\n",
                true,
            ),
        ] {
            let text = format!("extends = \"as-documented\"\nname = \"mine\"\n{more}");
            let profile = Arc::new(profile::parse("mine", &text).unwrap());
            let expectations = Expectations::of(&contract, &profile, false);
            let expectation = expectations.get(read.unwrap(), Format::Json).unwrap();
            let rules = |resource: Value| -> Vec<Rule> {
                let body = json!({ "response": resource });
                let found = asked(expectation, &body, &["7".to_owned()]);
                found.iter().map(|one| one.rule).collect()
            };
            let expected = Vec::from_iter(told.then_some(Rule::Unidentified));
            assert_eq!(rules(json!({ "DisplayName": "x" })), expected, "{more}");
            assert_eq!(rules(json!({ "id": 7 })), []);
            assert_eq!(rules(json!({ "id": 8 })), [Rule::OtherResource]);
        }
    }

    #[test]
    fn equal_readings_are_compared_once() {
        let contract = contract::of_sources(page::builtin()).unwrap();
        let profile = Arc::new(profile::load("as-documented").unwrap());
        let expectations = Expectations::of(&contract, &profile, false);
        let write = contract.operations.iter().position(Operation::writes);
        let expectation = expectations.get(write.unwrap(), Format::Json).unwrap();
        let (one, same) = (json!({ "id": 1 }), json!({ "id": 1 }));
        let other = json!({ "id": 1, "DisplayName": "other" });
        let reads = vec![&one, &other, &same, &other, &one];
        let reads = BTreeMap::from([("1".to_owned(), reads.into())]);
        let body = json!({ "response": [{ "id": 1 }] });
        let compared = Cell::new(0);
        let compare = |_: &Value, _: &Value| {
            compared.set(compared.get() + 1);
            Vec::<(String, ())>::new()
        };
        assert_eq!(most_alike(expectation, &body, &reads, compare).count(), 0);
        assert_eq!(compared.get(), 2);
    }
}

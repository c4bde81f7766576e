//! Values that live: counters, clocks, cursors and signed addresses, which are others in each answer.
//!
//! None of their values comes back, and each is of a form that portals make anew. What flaps comes back, and a word that
//! changes is of no such form. An id never lives: it names the same thing each time.

use serde_json::Value;
use time::{Duration, OffsetDateTime};

use crate::check::Expectation;
use crate::check::meaning::text_form;
use crate::check::steadiness::Timed;
use crate::names::{folded, is_credential};
use crate::pointer::{is_index, unescaped};
use crate::shape::text;

/// So many values of which none comes back are no edit.
const MANY_VALUES: usize = 3;
/// So many characters, letters and digits among them, are no word.
const OPAQUE: usize = 16;
/// A clock goes no further while a run asks.
const CLOCK: Duration = Duration::HOUR;
/// How the names of ids begin that are made for each request, or for a part of a list.
const PASSING: [&str; 9] = [
    "activity",
    "correlation",
    "cursor",
    "page",
    "request",
    "session",
    "span",
    "trace",
    "transaction",
];
/// What the queries of signed addresses name beside a token or a signature.
const SIGNED: [&str; 7] = ["exp", "expires", "expiry", "hash", "nonce", "se", "st"];

/// What one answer holds, when that was asked for, and when it was there.
type Held<'a> = (&'a str, usize, usize);

/// A value, and when it was told.
struct Told<'a> {
    text: &'a str,
    /// When the last answer with it was asked for.
    last: usize,
    /// When the first one was there.
    first: usize,
}

/// Whether a place, as a JSON pointer, holds one value after the other, and none of them again: what flickers comes
/// back. Several answers may hold one value, as of a clock that says the second, and of those that were under way at
/// once either may have been made up first.
#[must_use]
pub(super) fn moves_on(answers: &[Timed<'_>], pointer: &str) -> bool {
    let is_scalar = |value: &&Value| !value.is_object() && !value.is_array();
    let texts: Option<Vec<String>> = answers
        .iter()
        .map(|answer| Some(answer.body.pointer(pointer).filter(is_scalar)?.to_string()))
        .collect();
    texts.is_some_and(|texts| {
        let told = told(&held(&texts, answers));
        told.len() >= MANY_VALUES && are_in_turn(&told)
    })
}

/// Whether a place, as a JSON pointer, holds what lives, in the answers to one question; those to the same question in
/// the other format, which may be none, hold one value with it.
#[must_use]
pub(super) fn lives(
    expectation: &Expectation,
    answers: &[Timed<'_>],
    beside: &[Timed<'_>],
    pointer: &str,
) -> bool {
    let (Some(own), Some(others)) = (texts(answers, pointer), texts(beside, pointer)) else {
        return false;
    };
    let (own, others) = (held(&own, answers), held(&others, beside));
    let stays = others.len() > 1 && told(&others).len() == 1;
    may_live(expectation, pointer)
        && told(&own).len() >= MANY_VALUES
        && !stays
        && is_living(&[own, others].concat())
}

/// Whether what is documented at a place may be another value each time: no id, no item of a list, and none of a few
/// values.
fn may_live(expectation: &Expectation, pointer: &str) -> bool {
    let envelope = &expectation.answer.envelope;
    let Some(last) = pointer.rsplit('/').next().filter(|last| !is_index(last)) else {
        return false;
    };
    let name = unescaped(last);
    let named = expectation.named.iter();
    let mut named = named.flat_map(|named| {
        let member = named.member.iter();
        let repeated = member.flat_map(|member| [&member.wire, &member.documented]);
        repeated.chain([&named.parameter])
    });
    let member = envelope.at(pointer);
    let is_listed = member.is_some_and(|member| {
        let domain = member.shape.domain.as_deref();
        member.constant.is_some() || domain.is_some_and(|domain| !domain.one_of.is_empty())
    });
    envelope.place(pointer).is_some()
        && !is_listed
        && !is_id(&name)
        && !named.any(|one| folded(one) == folded(&name))
}

/// Whether a name is that of an id: `id`, `ownerId`, `owner_id`; not what names a request.
pub(crate) fn is_id(name: &str) -> bool {
    let ends = ["Id", "ID", "_id", "-id", "Guid", "GUID", "Uuid", "UUID"];
    let mut owners = ends.iter().filter_map(|end| name.strip_suffix(end));
    let is_whole = matches!(folded(name).as_str(), "id" | "guid" | "uuid");
    is_whole
        || owners.next().is_some_and(|owner| {
            let owner = folded(owner);
            !PASSING.iter().any(|passing| owner.ends_with(passing))
        })
}

/// Texts and numbers at a place, as texts; none where some answer holds anything else there.
fn texts(answers: &[Timed<'_>], pointer: &str) -> Option<Vec<String>> {
    let of = |answer: &Timed<'_>| {
        let value = answer.body.pointer(pointer);
        text_form(value.filter(|value| value.is_string() || value.is_number())?)
    };
    answers.iter().map(of).collect()
}

fn held<'a>(texts: &'a [String], answers: &[Timed<'_>]) -> Vec<Held<'a>> {
    let texts = texts.iter().zip(answers);
    texts
        .map(|(text, answer)| (text.as_str(), answer.from, answer.to))
        .collect()
}

/// Each value once, in the order in which they were there first.
fn told<'a>(held: &[Held<'a>]) -> Vec<Told<'a>> {
    let mut told: Vec<Told<'a>> = Vec::new();
    for (text, from, to) in held {
        match told.iter_mut().find(|known| known.text == *text) {
            Some(known) => {
                known.last = known.last.max(*from);
                known.first = known.first.min(*to);
            }
            None => told.push(Told {
                text,
                last: *from,
                first: *to,
            }),
        }
    }
    told.sort_by_key(|one| one.first);
    told
}

/// Whether none of these values was asked for when a later one was there already.
fn are_in_turn<'a>(told: impl IntoIterator<Item = &'a Told<'a>>) -> bool {
    let mut last = None;
    told.into_iter().all(|one| {
        let is_after = last.is_none_or(|last| last < one.first);
        last = last.max(Some(one.last));
        is_after
    })
}

fn is_living(held: &[Held<'_>]) -> bool {
    let told = told(held);
    counts(&told)
        || is_clock(&told)
        || (are_in_turn(&told) && (are_opaque(&told) || are_addresses(held)))
}

/// Numbers that only grow, or only fall.
fn counts(told: &[Told<'_>]) -> bool {
    let number = |one: &Told<'_>| one.text.parse().ok().filter(|_| text::is_number(one.text));
    let Some(numbers) = told.iter().map(number).collect::<Option<Vec<f64>>>() else {
        return false;
    };
    let mut order: Vec<usize> = (0..told.len()).collect();
    order.sort_by(|one, other| numbers[*one].total_cmp(&numbers[*other]));
    are_in_turn(order.iter().map(|at| &told[*at]))
        || are_in_turn(order.iter().rev().map(|at| &told[*at]))
}

/// Moments that only grow, and are near one another.
fn is_clock(told: &[Told<'_>]) -> bool {
    let moments = told.iter().map(|one| text::date_time(one.text));
    let Some(moments) = moments.collect::<Option<Vec<OffsetDateTime>>>() else {
        return false;
    };
    let mut order: Vec<usize> = (0..told.len()).collect();
    order.sort_by_key(|at| moments[*at]);
    let is_near = moments.iter().min().zip(moments.iter().max());
    is_near.is_some_and(|(least, most)| *most - *least <= CLOCK)
        && are_in_turn(order.iter().map(|at| &told[*at]))
}

/// Texts of about one length that nobody reads.
fn are_opaque(told: &[Told<'_>]) -> bool {
    let lengths = || told.iter().map(|one| one.text.len());
    let (least, most) = (lengths().min(), lengths().max());
    let is_even = least.zip(most);
    is_even.is_some_and(|(least, most)| most <= least + least / 4)
        && told.iter().all(|one| is_opaque(one.text))
}

fn is_opaque(text: &str) -> bool {
    let has = |is: fn(&u8) -> bool| text.as_bytes().iter().any(is);
    let is_sign = |byte: u8| b"-_.~+/=%:|".contains(&byte);
    text.len() >= OPAQUE
        && has(u8::is_ascii_alphabetic)
        && has(u8::is_ascii_digit)
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || is_sign(byte))
        && text::date_time(text).is_none()
}

/// Addresses that differ in steps that nobody reads, or in what a query says of their signature.
fn are_addresses(held: &[Held<'_>]) -> bool {
    let parts = held.iter().map(|(text, ..)| {
        let is_address = text.starts_with('/') || text.contains("://");
        let (path, query) = text.split_once('?').unwrap_or((text, ""));
        let steps = path.split('/').map(|step| ("", step));
        let pairs = query.split('&');
        let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let parts: Vec<(&str, &str)> = steps.chain(pairs).collect();
        is_address.then_some(parts)
    });
    let Some(parts) = parts.collect::<Option<Vec<_>>>() else {
        return false;
    };
    let Some(first) = parts.first() else {
        return false;
    };
    let is_alike = |parts: &Vec<(&str, &str)>| {
        let names = parts.iter().map(|(name, _)| name);
        names.eq(first.iter().map(|(name, _)| name))
    };
    parts.iter().all(is_alike)
        && first.iter().enumerate().all(|(at, (name, value))| {
            let column: Vec<Held<'_>> = parts
                .iter()
                .zip(held)
                .map(|(parts, (_, from, to))| (parts[at].1, *from, *to))
                .collect();
            let stays = column.iter().all(|(one, ..)| one == value);
            let is_signed = || is_credential(name) || SIGNED.contains(&folded(name).as_str());
            let lives = || {
                let told = told(&column);
                are_opaque(&told) || (!name.is_empty() && (counts(&told) || is_clock(&told)))
            };
            stays || (!name.is_empty() && is_signed()) || lives()
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    /// Values one after the other.
    fn in_turn<'a>(values: &[&'a str]) -> Vec<Held<'a>> {
        let values = values.iter().enumerate();
        values
            .map(|(at, value)| (*value, 2 * at, 2 * at + 1))
            .collect()
    }

    fn holds(cases: &[(&[&str], bool)]) {
        for (values, expected) in cases {
            assert_eq!(is_living(&in_turn(values)), *expected, "{values:?}");
        }
    }

    #[test]
    fn numbers_and_moments_live_that_go_one_way() {
        holds(&[
            // Counters up or down, as numbers or texts.
            (&["1", "2", "3"][..], true),
            (&["1", "1", "20", "300"], true),
            (&["9", "8", "7"], true),
            (
                &["9007199254740993", "9007199254740995", "9007199254740999"],
                true,
            ),
            (&["1", "3", "2"], false),
            (&["1", "2", "1", "3"], false),
            // Clocks.
            (
                &[
                    "2026-05-01T10:00:00Z",
                    "2026-05-01T10:00:01Z",
                    "2026-05-01T12:00:02+02:00",
                ],
                true,
            ),
            (
                &[
                    "2026-05-01T10:00:00Z",
                    "2026-05-01T10:00:02Z",
                    "2026-05-01T10:00:01Z",
                ],
                false,
            ),
            (
                &[
                    "2024-05-01T10:00:00Z",
                    "2025-05-01T10:00:00Z",
                    "2026-05-01T10:00:00Z",
                ],
                false,
            ),
        ]);
    }

    #[test]
    fn texts_live_that_nobody_reads() {
        holds(&[
            // Cursors and nonces.
            (
                &["eyJvIjoxMjN9aaaa", "eyJvIjoxMjR9bbbb", "eyJvIjoxMjV9cccc"],
                true,
            ),
            (
                &[
                    "7c9e6679-7425-40de-944b-e07fc1f90ae7",
                    "c56a4180-65aa-42ec-a945-5fd21dec0538",
                    "0f8fad5b-d9cb-469f-a165-70867728950e",
                ],
                true,
            ),
            (
                &[
                    "eyJvIjoxMjN9aaaa",
                    "eyJvIjoxMjR9bbbb",
                    "eyJvIjoxMjN9aaaa",
                    "eyJvIjoxMjV9cccc",
                ],
                false,
            ),
            (
                &[
                    "eyJvIjoxMjN9aaaa",
                    "eyJvIjoxMjR9bbbbeyJvIjoxMjR9bbbb",
                    "eyJvIjoxMjV9cccc",
                ],
                false,
            ),
            // Words.
            (&["Sea Breeze", "Sea Breeze!", "Sea Breeze!!"], false),
            (
                &[
                    "a harbour with 16 berths",
                    "a harbour with 17 berths",
                    "a harbour with 18 berths",
                ],
                false,
            ),
            (
                &["harbourmasters", "harbourmistress", "harbourpilotess"],
                false,
            ),
            (&["a1", "b2", "c3"], false),
        ]);
    }

    #[test]
    fn addresses_live_but_for_where_they_lead() {
        holds(&[
            // Signed addresses.
            (
                &[
                    "https://a.test/1.png?sig=ab",
                    "https://a.test/1.png?sig=cd",
                    "https://a.test/1.png?sig=ef",
                ],
                true,
            ),
            (
                &[
                    "/f?expires=10&size=2&token=a",
                    "/f?expires=11&size=2&token=b",
                    "/f?expires=11&size=2&token=c",
                ],
                true,
            ),
            (
                &[
                    "https://a.test/f/0a1b2c3d4e5f6071/x",
                    "https://a.test/f/1a1b2c3d4e5f6072/x",
                    "https://a.test/f/2a1b2c3d4e5f6073/x",
                ],
                true,
            ),
            (
                &[
                    "https://a.test/1?sig=ab",
                    "https://b.test/1?sig=cd",
                    "https://c.test/1?sig=ef",
                ],
                false,
            ),
            (
                &[
                    "https://a.test/1?sig=ab",
                    "https://a.test/2?sig=cd",
                    "https://a.test/3?sig=ef",
                ],
                false,
            ),
            (
                &[
                    "https://a.test/1?view=ab",
                    "https://a.test/1?view=cd",
                    "https://a.test/1?view=ef",
                ],
                false,
            ),
            (&["/1?sig=ab", "/1?sig=cd&a=1", "/1?sig=ef"], false),
        ]);
    }

    #[test]
    fn of_answers_under_way_at_once_either_may_be_the_earlier() {
        let at_once = [("1", 0, 1), ("3", 2, 4), ("2", 3, 5), ("4", 6, 7)];
        assert!(is_living(&at_once));
        let one_by_one = [("1", 0, 1), ("3", 2, 3), ("2", 4, 5), ("4", 6, 7)];
        assert!(!is_living(&one_by_one));
    }

    #[test]
    fn ids_are_known_by_their_names() {
        for (name, expected) in [
            ("id", true),
            ("ID", true),
            ("_id", true),
            ("uuid", true),
            ("ownerId", true),
            ("owner_id", true),
            ("requestId", false),
            ("X-Correlation-ID", false),
            ("nextPageId", false),
            ("paid", false),
            ("nextCursor", false),
        ] {
            assert_eq!(is_id(name), expected, "{name}");
        }
    }

    #[test]
    fn a_value_moves_on_where_none_comes_back() {
        for (values, expected) in [
            (&[1, 2, 3][..], true),
            (&[1, 1, 2, 2, 3], true),
            (&[1, 2, 1, 3], false),
            (&[1, 2], false),
            (&[1, 1, 2], false),
        ] {
            let bodies: Vec<Value> = values.iter().map(|value| json!({"a": value})).collect();
            let answers: Vec<Timed<'_>> = bodies
                .iter()
                .enumerate()
                .map(|(at, body)| Timed {
                    body,
                    from: 2 * at,
                    to: 2 * at + 1,
                    is_old: false,
                })
                .collect();
            assert_eq!(moves_on(&answers, "/a"), expected, "{values:?}");
            assert!(!moves_on(&answers, ""));
        }
    }
}

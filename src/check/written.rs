//! Where answers differ because a run wrote between them.
//!
//! What a write makes of a place it makes again each time: a place that holds what it held before is no matter of
//! the writes where the last of them has made something else of it. What differs with no write between is none either.

use std::collections::{BTreeMap, BTreeSet};
use std::ptr;

use serde_json::Value;

use crate::check::Expectation;
use crate::check::compare::differences;
use crate::check::steadiness::Timed;

/// A write of a run that may have changed something.
#[derive(Debug, Clone, Copy)]
pub struct Written {
    /// Which one: equal writes have one number.
    pub which: usize,
    /// When it was sent, by the clock of the answers.
    pub from: usize,
    /// When its answer was there.
    pub to: usize,
}

impl Written {
    /// Whether it may have happened between two answers, or beside one of them.
    fn lies_between(&self, one: &Timed<'_>, other: &Timed<'_>) -> bool {
        let (from, to) = (one.from.min(other.from), one.to.max(other.to));
        self.from < to && from < self.to
    }
}

/// Two answers, one after the other.
struct Pair<'a> {
    before: &'a Value,
    after: &'a Value,
    /// Where they differ, as JSON pointers.
    places: BTreeSet<String>,
    /// The last write between them.
    write: Option<usize>,
}

/// The places, as JSON pointers, in which answers in the order of time differ and writes say why; and those in
/// which they differ otherwise.
#[must_use]
pub fn parted(
    expectation: &Expectation,
    answers: &[Timed<'_>],
    writes: &[Written],
) -> (BTreeSet<String>, BTreeSet<String>) {
    let shape = &expectation.answer.envelope;
    let unlike = answers
        .windows(2)
        .filter(|pair| !ptr::eq(pair[0].body, pair[1].body));
    let pairs = unlike.map(|pair| {
        let differences = differences(pair[0].body, pair[1].body, shape).into_iter();
        let between = writes
            .iter()
            .filter(|write| write.lies_between(&pair[0], &pair[1]));
        let last = between.max_by_key(|write| write.to);
        Pair {
            before: pair[0].body,
            after: pair[1].body,
            places: differences.map(|one| one.pointer).collect(),
            write: last.map(|write| write.which),
        }
    });
    let pairs: Vec<Pair<'_>> = pairs.filter(|pair| !pair.places.is_empty()).collect();
    let all: BTreeSet<&String> = pairs.iter().flat_map(|pair| &pair.places).collect();
    let all = all.into_iter().cloned();
    all.partition(|place| is_of_writes(place, &pairs))
}

/// Whether writes say why a place holds one thing after another.
fn is_of_writes(place: &str, pairs: &[Pair<'_>]) -> bool {
    let mut told: Vec<Option<&Value>> = Vec::new();
    // What each write has made of it.
    let mut made: BTreeMap<usize, Option<&Value>> = BTreeMap::new();
    let mut changes = pairs.iter().filter(|pair| pair.places.contains(place));
    changes.all(|pair| {
        let (before, after) = (pair.before.pointer(place), pair.after.pointer(place));
        if !told.contains(&before) {
            told.push(before);
        }
        let Some(write) = pair.write else {
            return false;
        };
        let comes_back = told.contains(&after);
        let known = made.insert(write, after);
        !comes_back || known.is_none_or(|known| known == after)
    })
}

//! Whether the answers to one question stay the same, or changed as an edit changes them.
//!
//! Somebody may edit a resource while it is tried, once or a few times: then there is a moment before which all
//! answers tell the old and after which all tell the new, in every format, and in the end it rests. Anything
//! else is a portal that flickers, be it one that tells again what it told before.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::ptr;

use serde_json::Value;

use crate::check::Expectation;
use crate::check::compare::differences;
use crate::check::meaning::canonical;

/// So many edits of one resource are taken for such while it is tried.
const MOST_EDITS: usize = 4;

/// The body of an answer, and when it was under way.
#[derive(Debug, Clone, Copy)]
pub struct Timed<'a> {
    /// What it says.
    pub body: &'a Value,
    /// When it was asked for, by a clock that ticks at each start and each end.
    pub from: usize,
    /// When it was there.
    pub to: usize,
    /// Whether a cache gave it, so that it may be older than the run.
    pub is_old: bool,
}

/// How an answer behaved over several times of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steadiness {
    /// It stayed the same.
    Steady,
    /// It changed once or a few times and stayed: the resource was edited meanwhile.
    Changed,
    /// The first answer alone differs, of all answers about the resource: it was edited at once, or nobody
    /// edited it.
    FirstAlone {
        /// How many answers there were.
        of: usize,
    },
    /// It went back, or did not come to rest.
    Unsteady {
        /// How many answers differ from the most frequent one.
        differing: usize,
        /// How many answers there were.
        of: usize,
    },
}

/// The answers that tell the same.
#[derive(Clone, Copy)]
struct Variant<'a> {
    form: Form,
    body: &'a Value,
    /// How many there are.
    count: usize,
    /// When the last of them was asked for: it was told until then, at the least.
    last: usize,
    /// When the first of them was there: it was told from then on, at the latest.
    first: usize,
}

/// How the answers to one question behaved, in the order in which they were there.
#[must_use]
pub fn steadiness(expectation: &Expectation, answers: &[Timed<'_>]) -> Steadiness {
    if answers.windows(2).all(|pair| pair[0].body == pair[1].body) {
        return Steadiness::Steady;
    }
    of_forms(&forms(expectation, answers), answers)
}

/// How answers behaved in these places alone, each a JSON pointer into their bodies.
#[must_use]
pub fn steadiness_at(answers: &[Timed<'_>], places: &BTreeSet<String>) -> Steadiness {
    let form = |answer: &Timed<'_>| {
        let values = places.iter().map(|place| answer.body.pointer(place));
        form_of(&values.collect::<Vec<_>>())
    };
    of_forms(&answers.iter().map(form).collect::<Vec<_>>(), answers)
}

fn of_forms(forms: &[Form], answers: &[Timed<'_>]) -> Steadiness {
    if forms.windows(2).all(|pair| pair[0] == pair[1]) {
        return Steadiness::Steady;
    }
    if one_by_one(forms, answers).is_some() {
        return Steadiness::Changed;
    }
    let most = forms
        .iter()
        .map(|form| forms.iter().filter(|other| *other == form).count())
        .max()
        .unwrap_or(0);
    Steadiness::Unsteady {
        differing: forms.len() - most,
        of: forms.len(),
    }
}

/// How answers behaved between which nobody knows what else was done: only one that tells again what was told
/// before another is unsteady, anything else may be edits.
#[must_use]
pub fn steadiness_as_seen(expectation: &Expectation, answers: &[Timed<'_>]) -> Steadiness {
    let behaved = steadiness(expectation, answers);
    if !matches!(behaved, Steadiness::Unsteady { .. }) {
        return behaved;
    }
    let mut moves = forms(expectation, answers);
    moves.dedup();
    let told: BTreeSet<&Form> = moves.iter().collect();
    if told.len() == moves.len() {
        Steadiness::Changed
    } else {
        behaved
    }
}

/// How they behaved beside the answers to the same question in the other format: an edit shows in both, at
/// one moment.
#[must_use]
pub fn steadiness_beside(
    (expectation, answers): (&Expectation, &[Timed<'_>]),
    (other, beside): (&Expectation, &[Timed<'_>]),
) -> Steadiness {
    let alone = steadiness(expectation, answers);
    if alone != Steadiness::Changed {
        return alone;
    }
    let told = [(expectation, answers), (other, beside)]
        .map(|(expectation, answers)| one_by_one(&forms(expectation, answers), answers));
    let differ = |here: &Variant<'_>, there: &Value| {
        !differences(here.body, there, &other.answer.envelope).is_empty()
    };
    let is_explained = match &told {
        [Some(here), Some(there)] => {
            go_together(here, there, |one, other| !differ(one, other.body))
        }
        // The other format told the new before as after: what was old was never true.
        [Some(here), None] => {
            let is_steady = steadiness(other, beside) == Steadiness::Steady;
            let is_untrue = |pair: &[Variant<'_>]| {
                beside.iter().any(|one| one.to <= pair[0].last)
                    && beside.iter().any(|one| one.from >= pair[1].first)
                    && beside.first().is_some_and(|one| differ(&pair[0], one.body))
            };
            !(is_steady && here.windows(2).any(is_untrue))
        }
        [None, _] => true,
    };
    match (is_explained, &told[0]) {
        (false, Some(told)) => Steadiness::Unsteady {
            differing: told[..told.len() - 1].iter().map(|one| one.count).sum(),
            of: answers.len(),
        },
        _ => alone,
    }
}

/// Whether what both formats told, one thing after another, may be what one resource was.
fn go_together<'a>(
    here: &[Variant<'a>],
    there: &[Variant<'a>],
    is_same: impl Fn(&Variant<'a>, &Variant<'a>) -> bool,
) -> bool {
    let (Some(new), Some(other)) = (here.last(), there.last()) else {
        return true;
    };
    if is_same(new, other) {
        let mut both = here.to_vec();
        for one in there {
            match both.iter_mut().find(|known| is_same(known, one)) {
                Some(known) => {
                    known.last = known.last.max(one.last);
                    known.first = known.first.min(one.first);
                }
                None => both.push(*one),
            }
        }
        let new = new.form;
        both.sort_by_key(|one| (one.form == new, one.first));
        return is_one_by_one(&both);
    }
    // What they tell otherwise is another finding; they changed at the same moments.
    let mut edits = here.windows(2).zip(there.windows(2));
    here.len() == there.len()
        && edits
            .all(|(one, other)| one[0].last.max(other[0].last) < one[1].first.min(other[1].first))
}

/// From when to when something changed, where the first answer alone differs and all later ones are alike.
#[must_use]
pub fn first_alone(expectation: &Expectation, answers: &[Timed<'_>]) -> Option<Range<usize>> {
    let forms = forms(expectation, answers);
    let [first, second, rest @ ..] = forms.as_slice() else {
        return None;
    };
    let is_alone = first != second && !rest.is_empty() && rest.iter().all(|other| other == second);
    is_alone.then(|| answers[0].from..answers[1].to)
}

/// When answers changed as by the first of some edits, and how many tell what was before it.
#[must_use]
pub fn changed(expectation: &Expectation, answers: &[Timed<'_>]) -> Option<(Range<usize>, usize)> {
    let told = one_by_one(&forms(expectation, answers), answers)?;
    let [old, new, ..] = told.as_slice() else {
        return None;
    };
    Some((old.last..new.first, old.count))
}

/// The meaning of an answer, by two sums over it: a tree for each of many answers would be far more than
/// they are.
type Form = (u64, u64);

/// The meanings of some answers; answers that share a body are looked at once.
fn forms(expectation: &Expectation, answers: &[Timed<'_>]) -> Vec<Form> {
    let shape = &expectation.answer.envelope;
    let mut forms: Vec<Form> = Vec::new();
    for answer in answers {
        let mut earlier = answers.iter().zip(&forms);
        let known = earlier.find(|(earlier, _)| ptr::eq(earlier.body, answer.body));
        let form = known.map(|(_, form)| *form);
        forms.push(form.unwrap_or_else(|| form_of(&canonical(answer.body, shape))));
    }
    forms
}

fn form_of(meaning: &impl Hash) -> Form {
    let sum = |start: u8| {
        let mut hasher = DefaultHasher::new();
        start.hash(&mut hasher);
        meaning.hash(&mut hasher);
        hasher.finish()
    };
    (sum(0), sum(1))
}

/// What was told, one thing after another and none of it again, where edits explain it: answers differ, and
/// the new ones have come to rest.
fn one_by_one<'a>(forms: &[Form], answers: &[Timed<'a>]) -> Option<Vec<Variant<'a>>> {
    let [.., before_last, new] = forms else {
        return None;
    };
    let mut told: Vec<Variant<'a>> = Vec::new();
    for (form, answer) in forms.iter().zip(answers) {
        let is_full = told.len() > MOST_EDITS;
        match told.iter_mut().find(|one| one.form == *form) {
            Some(one) => {
                one.count += 1;
                one.last = one.last.max(answer.from);
                one.first = one.first.min(answer.to);
            }
            None if is_full => return None,
            None => told.push(Variant {
                form: *form,
                body: answer.body,
                count: 1,
                last: answer.from,
                first: answer.to,
            }),
        }
    }
    told.sort_by_key(|one| (one.form == *new, one.first));
    (before_last == new && told.len() > 1 && is_one_by_one(&told)).then_some(told)
}

/// Whether nothing of what was told must have been told after what follows it: an answer was made up at some
/// moment between its start and its end.
fn is_one_by_one(told: &[Variant<'_>]) -> bool {
    let mut later = told;
    while let Some((earlier, rest)) = later.split_first() {
        if rest.iter().any(|one| earlier.last >= one.first) {
            return false;
        }
        later = rest;
    }
    true
}

//! Whether the answers to one question stay the same, or changed as an edit changes them.
//!
//! Somebody may edit a resource while it is tried: then there is one moment before which all answers tell
//! the old and after which all tell the new, in every format. Anything else is a portal that flickers.

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;
use std::ptr;

use serde_json::Value;

use crate::check::Expectation;
use crate::check::compare::differences;
use crate::check::meaning::canonical;

/// The body of an answer, and when it was under way.
#[derive(Debug, Clone, Copy)]
pub struct Timed<'a> {
    /// What it says.
    pub body: &'a Value,
    /// When it was asked for, by a clock that ticks at each start and each end.
    pub from: usize,
    /// When it was there.
    pub to: usize,
}

/// How an answer behaved over several times of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Steadiness {
    /// It stayed the same.
    Steady,
    /// It changed once and stayed: the resource was edited meanwhile.
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

/// One edit that explains why answers differ.
struct Edit<'a> {
    old: &'a Value,
    /// How many answers tell the old.
    count: usize,
    /// It was not before this.
    after: usize,
    /// It was not after this.
    before: usize,
}

/// How the answers to one question behaved, in the order in which they were there.
#[must_use]
pub fn steadiness(expectation: &Expectation, answers: &[Timed<'_>]) -> Steadiness {
    if answers.windows(2).all(|pair| pair[0].body == pair[1].body) {
        return Steadiness::Steady;
    }
    let forms = forms(expectation, answers);
    if forms.windows(2).all(|pair| pair[0] == pair[1]) {
        return Steadiness::Steady;
    }
    if edit(&forms, answers).is_some() {
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
    let edits = [(expectation, answers), (other, beside)]
        .map(|(expectation, answers)| edit(&forms(expectation, answers), answers));
    let is_explained = match &edits {
        [Some(here), Some(there)] => here.after.max(there.after) < here.before.min(there.before),
        // The other format told the new before as after: what was old was never true.
        [Some(here), None] => {
            let was_asked_before = beside.iter().any(|one| one.to <= here.after);
            let was_asked_after = beside.iter().any(|one| one.from >= here.before);
            let is_steady = steadiness(other, beside) == Steadiness::Steady;
            let differs = beside.first().is_some_and(|one| {
                !differences(here.old, one.body, &other.answer.envelope).is_empty()
            });
            !(is_steady && was_asked_before && was_asked_after && differs)
        }
        [None, _] => true,
    };
    match (is_explained, &edits[0]) {
        (false, Some(edit)) => Steadiness::Unsteady {
            differing: edit.count,
            of: answers.len(),
        },
        _ => alone,
    }
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

/// When answers changed as by one edit, and how many tell what was before it.
#[must_use]
pub fn changed(expectation: &Expectation, answers: &[Timed<'_>]) -> Option<(Range<usize>, usize)> {
    let edit = edit(&forms(expectation, answers), answers)?;
    Some((edit.after..edit.before, edit.count))
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

fn form_of(meaning: &Value) -> Form {
    let sum = |start: u8| {
        let mut hasher = DefaultHasher::new();
        start.hash(&mut hasher);
        meaning.hash(&mut hasher);
        hasher.finish()
    };
    (sum(0), sum(1))
}

/// The one edit that explains all answers, where they differ and the new ones have come to rest.
fn edit<'a>(forms: &[Form], answers: &[Timed<'a>]) -> Option<Edit<'a>> {
    let [.., before_last, new] = forms else {
        return None;
    };
    let (is_old, is_new): (Vec<usize>, Vec<usize>) =
        (0..forms.len()).partition(|at| forms[*at] != *new);
    let old = forms.get(*is_old.first()?)?;
    if before_last != new || is_old.iter().any(|at| forms[*at] != *old) {
        return None;
    }
    // An answer was made up at some moment between its start and its end.
    let after = is_old.iter().map(|at| answers[*at].from).max()?;
    let before = is_new.iter().map(|at| answers[*at].to).min()?;
    (after < before).then_some(Edit {
        old: answers[*is_old.first()?].body,
        count: is_old.len(),
        after,
        before,
    })
}

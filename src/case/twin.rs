//! Which two questions ask for the same in both formats.

use std::collections::HashMap;

use crate::case::{Case, Check, Question, QuestionIndex};
use crate::contract::Format;

/// Of each question the one about the same in the other format: the first that names the same resources, or
/// the one that parity holds it against.
pub(super) fn twins(questions: &[Question], cases: &[Case]) -> Vec<Option<QuestionIndex>> {
    let mut first: HashMap<(usize, Format, &[String]), QuestionIndex> = HashMap::new();
    for (at, one) in questions.iter().enumerate() {
        first
            .entry((one.operation, one.format, &one.ids))
            .or_insert(at);
    }
    let twin = |one: &Question| {
        let mut others = Format::ALL.into_iter().filter(|other| *other != one.format);
        let twin = others.find_map(|other| first.get(&(one.operation, other, &one.ids)));
        twin.copied().filter(|_| !one.ids.is_empty())
    };
    let mut twins: Vec<Option<QuestionIndex>> = questions.iter().map(twin).collect();
    for case in cases.iter().filter(|case| case.id.check == Check::Parity) {
        for (one, other) in case.subjects.iter().zip(&case.beside) {
            twins[*one].get_or_insert(*other);
            twins[*other].get_or_insert(*one);
        }
    }
    twins
}

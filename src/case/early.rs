//! The reads before anything is written.

use crate::case::{Plan, QuestionIndex};

/// Each read twice in a row, the formats of one resource after one another, and for every second resource
/// in the other order: whatever differs the first time only then contradicts an answer before it.
pub(super) fn early(plan: &Plan) -> Vec<QuestionIndex> {
    let mut of_resources: Vec<Vec<QuestionIndex>> = Vec::new();
    let is_twin = |one: QuestionIndex, other: QuestionIndex| {
        let (one, other) = (&plan.questions[one], &plan.questions[other]);
        one.operation == other.operation && one.ids == other.ids && !one.ids.is_empty()
    };
    for index in &plan.schedule.quiet {
        if of_resources.iter().flatten().any(|known| known == index) {
            continue;
        }
        match of_resources.iter_mut().find(|of| is_twin(of[0], *index)) {
            Some(of) => of.push(*index),
            None => of_resources.push(vec![*index]),
        }
    }
    for every_second in of_resources.iter_mut().skip(1).step_by(2) {
        every_second.reverse();
    }
    let reads = of_resources.into_iter().flatten();
    reads.flat_map(|index| [index; 2]).collect()
}

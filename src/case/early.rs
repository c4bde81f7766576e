//! The reads before anything is written.

use std::collections::BTreeSet;

use crate::case::{Case, Check, Plan, QuestionIndex, Refusal, Scope};
use crate::contract::Format;

/// Each read twice in a row, the formats of one resource after one another, and for every second resource
/// in the other order: whatever differs the first time only then contradicts an answer before it.
pub(super) fn early(plan: &Plan) -> Vec<QuestionIndex> {
    let mut of_resources = of_resources(plan);
    for every_second in of_resources.iter_mut().skip(1).step_by(2) {
        every_second.reverse();
    }
    let reads = of_resources.into_iter().flatten();
    reads.flat_map(|index| [index; 2]).collect()
}

/// One read in each format of each resource that a write answers with, in front of the first write: what is
/// told otherwise after that, the write did, or somebody at that very moment.
pub(super) fn before_writes(plan: &Plan) -> Vec<QuestionIndex> {
    let read_back = plan
        .cases
        .iter()
        .filter(|case| case.id.check == Check::Read);
    let beside: BTreeSet<QuestionIndex> = read_back.flat_map(|case| case.beside.clone()).collect();
    let reads = of_resources(plan).into_iter().flatten();
    reads.filter(|read| beside.contains(read)).collect()
}

/// The writes in their order, but that the first one in each format stands between reads of what it writes:
/// JSON with one resource, XML with all, so that each of them is the first to write some. Behind these stands
/// one resource alone once more, in JSON and in XML: what replaces a list then loses the others.
pub(super) fn effects_first(plan: &Plan) -> Vec<QuestionIndex> {
    let mut ordered = plan.schedule.ordered.clone();
    let mut first = Vec::new();
    let of_effect = |case: &&Case| case.id.check == Check::Effect;
    let cases: Vec<&Case> = plan.cases.iter().filter(of_effect).collect();
    let mut operations: Vec<usize> = cases.iter().map(|case| case.operation).collect();
    operations.dedup();
    for operation in operations {
        let cases = || cases.iter().filter(|case| case.operation == operation);
        let reads: BTreeSet<QuestionIndex> = cases().flat_map(|case| case.beside.clone()).collect();
        let of = |format, scope| {
            let mut cases = cases();
            cases.find(|case| case.id.format == format && case.id.scope == scope)
        };
        let one = Format::ALL.map(|format| of(format, Scope::One));
        let all = of(Format::Xml, Scope::All).filter(|case| case.ignored.is_none());
        let first_one = one.into_iter().flatten().take(1);
        let again = one.into_iter().flatten().filter(|_| all.is_some());
        let mut has_begun = false;
        for write in first_one
            .chain(all)
            .chain(again)
            .flat_map(|case| &case.subjects)
        {
            let Some(at) = ordered.iter().position(|other| other == write) else {
                continue;
            };
            ordered.remove(at);
            if !has_begun {
                first.extend(take_wrong_bodies(plan, operation, &mut ordered));
                first.extend(&reads);
            }
            has_begun = true;
            first.push(*write);
            first.extend(&reads);
        }
    }
    [first, ordered].concat()
}

/// Takes out the requests of an operation whose body is wrong: in front of the first write it shows whether what
/// was refused is there all the same.
fn take_wrong_bodies(
    plan: &Plan,
    operation: usize,
    ordered: &mut Vec<QuestionIndex>,
) -> Vec<QuestionIndex> {
    let is_it = |case: &&Case| {
        case.operation == operation && matches!(case.id.check, Check::Refusal(Refusal::Body(_)))
    };
    let cases = plan.cases.iter().filter(is_it);
    let wrong: BTreeSet<QuestionIndex> = cases.flat_map(|case| case.subjects.clone()).collect();
    ordered.extract_if(.., |one| wrong.contains(one)).collect()
}

/// The reads of each resource, one in each format.
fn of_resources(plan: &Plan) -> Vec<Vec<QuestionIndex>> {
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
    of_resources
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::case;
    use crate::target::Target;
    use crate::writes::Writes;
    use crate::{contract, page, profile};

    #[test]
    fn a_list_is_read_around_each_first_write_and_around_one_resource_behind_all() {
        let contract = contract::of_sources(page::builtin()).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.writes = Writes::All;
        for (ids, expected) in [
            (
                &["1234", "1235"][..],
                &[
                    "read", "Json 1", "read", "Xml 2", "read", "Json 1", "read", "Xml 1", "read",
                ][..],
            ),
            (&["1234"], &["read", "Json 1", "read"]),
        ] {
            let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
            target.parameters.insert("contactid".to_owned(), ids);
            let plan = case::plan(&contract, &profile, &target);
            let is_list = |question: QuestionIndex| plan.questions[question].listing.is_some();
            let ordered = &plan.schedule.ordered;
            let first = ordered.iter().position(|one| is_list(*one)).unwrap();
            let wrong = plan.cases.iter();
            let wrong = wrong
                .filter(|case| matches!(case.id.check, Check::Refusal(Refusal::Body(_))))
                .flat_map(|case| &case.subjects);
            let wrong: Vec<&QuestionIndex> = wrong.collect();
            assert!(!wrong.is_empty());
            assert!(wrong.iter().all(|one| ordered[..first].contains(one)));
            let last = ordered.iter().rposition(|one| is_list(*one)).unwrap();
            let told = ordered[first..=last].iter().map(|one| {
                let question = &plan.questions[*one];
                if is_list(*one) {
                    "read".to_owned()
                } else {
                    format!("{:?} {}", question.format, question.ids.len())
                }
            });
            let mut told: Vec<String> = told.collect();
            told.dedup();
            assert_eq!(told, expected);
        }
    }
}

//! What no answer showed, in words.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::NotAsked;
use crate::check::is_within;
use crate::config::Effort;
use crate::contract::{Parameter, ParameterIn};
use crate::report::Report;
use crate::report::words::{MAX_APART, some_of};
use crate::run::{Coverage, OperationCoverage, Outcome, Run, Verdict};

/// How many members are named before the rest is counted.
const MAX_NAMED: usize = 6;

/// How much of the documented members was seen; nothing where nobody looked for members, or where
/// something else explains that none was found.
pub(super) fn headline(run: &Run) -> Option<String> {
    let coverage = told(run)?;
    let (seen, documented) = (coverage.seen(), coverage.documented());
    (documented > 0 || run.required.is_some()).then(|| {
        format!(
            "{seen} of {documented} documented members were seen ({})",
            coverage.share()
        )
    })
}

/// What was not seen, a line for each operation; operations of which the same is said share one.
pub(super) fn unseen(report: &Report<'_>) -> Vec<String> {
    let coverage = told(report.run).into_iter();
    let operations = coverage.flat_map(|coverage| &coverage.operations);
    let mut outcomes: BTreeMap<usize, Vec<&Outcome>> = BTreeMap::new();
    for outcome in &report.run.outcomes {
        outcomes.entry(outcome.operation).or_default().push(outcome);
    }
    let outcomes_of =
        |one: &OperationCoverage| outcomes.get(&one.operation).map_or(&[][..], Vec::as_slice);
    let unseen = operations
        .map(|one| (one, outcomes_of(one)))
        .filter(|(_, outcomes)| !is_passed_over(outcomes.iter().map(|one| &one.verdict)))
        .filter_map(|(one, outcomes)| of_operation(report, one, outcomes));
    let mut alike: Vec<(String, Vec<String>)> = Vec::new();
    for (call, what) in unseen {
        match alike.iter_mut().find(|(known, _)| *known == what) {
            Some((_, calls)) => calls.push(call),
            None => alike.push((what, vec![call])),
        }
    }
    let lines = alike.into_iter().flat_map(|(what, calls)| {
        let calls = if calls.len() > MAX_APART {
            vec![some_of(&calls)]
        } else {
            calls
        };
        let lines = calls.into_iter().map(move |call| format!("{call}: {what}"));
        lines.collect::<Vec<_>>()
    });
    lines.collect()
}

/// Whether a run ended with its findings before it came to an operation, which is told of its cases.
fn is_passed_over<'a>(mut verdicts: impl Iterator<Item = &'a Verdict> + Clone) -> bool {
    let is_it = |verdict: &Verdict| matches!(verdict, Verdict::Ignored(NotAsked::Failures(_)));
    verdicts.clone().any(is_it) && verdicts.all(|one| matches!(one, Verdict::Ignored(_)))
}

/// The same of the operation at a place of the contract.
pub(super) fn unseen_of(report: &Report<'_>, operation: usize) -> Option<String> {
    let mut operations = told(report.run)?.operations.iter();
    let of = operations.find(|one| one.operation == operation)?;
    let outcomes = report.run.outcomes.iter();
    let outcomes: Vec<&Outcome> = outcomes.filter(|one| one.operation == operation).collect();
    let (call, what) = of_operation(report, of, &outcomes)?;
    Some(format!("{call}: {what}"))
}

fn told(run: &Run) -> Option<&Coverage> {
    (run.obstacle.is_none() && run.misfit.is_none()).then_some(&run.coverage)
}

/// An operation, what was not seen of it, and which parameter would show it; nothing where all was.
fn of_operation(
    report: &Report<'_>,
    of: &OperationCoverage,
    outcomes: &[&Outcome],
) -> Option<(String, String)> {
    let operation = &report.contract.operations[of.operation];
    let call = format!("{} {}", operation.method, operation.documented_path());
    if operation.documents_no_answer() {
        return Some((
            call,
            "no answer is documented that could be read".to_owned(),
        ));
    }
    let found: BTreeSet<&str> = outcomes
        .iter()
        .flat_map(|outcome| outcome.violations.iter().chain(&outcome.remarks))
        .map(|seen| seen.violation.member.as_str())
        .collect();
    // What a finding says is missing needs no second line.
    let is_found = |name: &str| found.iter().any(|member| is_within(name, member));
    let names = of.lacking.iter().map(String::as_str);
    let unseen: Vec<&str> = names.filter(|name| !is_found(name)).collect();
    if !of.unseen.iter().any(|name| !is_found(name)) {
        return None;
    }
    if of.seen == 0 {
        return Some((call, "no answer held a member".to_owned()));
    }
    // No value shows what no answer told of.
    let silent: Vec<String> = of.silent.iter().map(ToString::to_string).collect();
    let silent = match &silent[..] {
        [] => String::new(),
        formats => format!("no answer in {} was read", formats.join(" and ")),
    };
    if unseen.is_empty() {
        return (!silent.is_empty()).then_some((call, silent));
    }
    // What stands in another unseen member is not seen with it.
    let is_inner = |name: &str| {
        let mut others = unseen.iter();
        others.any(|other| *other != name && is_within(name, other))
    };
    let names = unseen.iter().copied();
    let outer: Vec<&str> = names.filter(|name| !is_inner(name)).collect();
    // A document may name a member by nothing at all.
    let shown = outer.iter().take(MAX_NAMED);
    let shown = shown.map(|name| if name.is_empty() { "``" } else { *name });
    let shown = shown.collect::<Vec<_>>();
    let rest = match outer.len() - shown.len() {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    let parameter = operation.parameters.iter().find(|one| one.collection);
    let last = operation.path_parameters().last();
    // What is made below a resource is not shown by another one.
    let names = |one: &&Parameter| operation.path.ends_with(&format!("{{{}}}", one.name));
    let last = last.filter(|one| !operation.writes() || names(one));
    let parameter = parameter.or(last);
    // What was recorded was asked by somebody else.
    let is_asked = report.run.subject.recording.is_none();
    let parameter = parameter.filter(|_| is_asked);
    let advice = parameter.map_or(String::new(), |parameter| {
        let steps = report.run.subject.made.get(&parameter.name);
        let target = &report.run.target;
        let steps = steps.map_or(&[][..], Vec::as_slice);
        let mut unasked = report.run.plan.unasked.iter();
        if unasked.any(|one| one.parameter == parameter.name && steps.is_empty()) {
            return of_first_alone(&parameter.name);
        }
        let values = target.values(parameter).len();
        let of_one = (parameter.name.as_str(), parameter.sent_in, values);
        advice(of_one, steps, target.effort)
    });
    let what = format!(
        "no answer held {}{rest}{advice}{}{silent}",
        shown.join(", "),
        if silent.is_empty() { "" } else { "; " }
    );
    Some((call, what))
}

/// The same where several values are named and nothing says that they name what is answered.
fn of_first_alone(parameter: &str) -> String {
    format!(
        "; of the values of {parameter} the first alone is asked, as nothing says that it names what is answered: an [[identity]] of the profile does, or name another one first"
    )
}

/// What would show members: another value of a parameter, of which so many are named, or, where steps put theirs in
/// its place, what they make.
fn advice(
    (parameter, sent_in, values): (&str, ParameterIn, usize),
    steps: &[String],
    effort: Effort,
) -> String {
    match steps {
        _ if effort == Effort::Quick && values > 1 => {
            format!("; --effort thorough asks every named {parameter}, `quick` the first alone")
        }
        // What stands there chooses among resources.
        [] if sent_in == ParameterIn::Query => {
            format!("; another --param {parameter}=... may choose one that has them")
        }
        [] => format!("; --param {parameter}=... names a resource that has them"),
        [step] => format!("; the set-up step `{step}` must make a resource that has them"),
        steps => format!(
            "; one of the set-up steps {} must make a resource that has them",
            quoted(steps)
        ),
    }
}

/// Names, each in its marks.
fn quoted(names: &[String]) -> String {
    let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_run_did_not_come_to_is_passed_over() {
        let ended = || Verdict::Ignored(NotAsked::Failures(1));
        let left = || Verdict::Ignored(NotAsked::Effort);
        for (verdicts, is_it) in [
            (vec![], false),
            (vec![ended()], true),
            (vec![ended(), left()], true),
            (vec![left()], false),
            (vec![ended(), Verdict::Conforms], false),
        ] {
            assert_eq!(is_passed_over(verdicts.iter()), is_it, "{verdicts:?}");
        }
    }

    #[test]
    fn what_a_step_makes_is_not_named_by_a_parameter() {
        let of = |steps: &[&str]| {
            let steps: Vec<String> = steps.iter().map(|step| (*step).to_owned()).collect();
            advice(("contactid", ParameterIn::Path, 1), &steps, Effort::Quick)
        };
        assert!(of(&[]).contains("--param contactid=..."));
        let one = "; the set-up step `a person` must make a resource that has them";
        assert_eq!(of(&["a person"]), one);
        assert!(of(&["a", "b"]).contains("one of the set-up steps `a`, `b` must"));
        let filter = advice(("tags", ParameterIn::Query, 1), &[], Effort::Quick);
        assert_eq!(
            filter,
            "; another --param tags=... may choose one that has them"
        );
        let several = |effort| advice(("contactid", ParameterIn::Path, 2), &[], effort);
        let thorough = "; --effort thorough asks every named contactid";
        assert!(several(Effort::Quick).starts_with(thorough));
        assert!(several(Effort::Thorough).contains("--param contactid=..."));
    }
}

//! What no answer showed, in words.

use crate::report::Report;
use crate::run::{Coverage, OperationCoverage, Run};

/// How many members are named before the rest is counted.
const MAX_NAMED: usize = 6;

/// How much of the documented members was seen; nothing where nobody looked for members, or where
/// something else explains that none was found.
pub(super) fn headline(run: &Run) -> Option<String> {
    let coverage = told(run)?;
    let (seen, documented) = (coverage.seen(), coverage.documented());
    (documented > 0).then(|| {
        format!(
            "{seen} of {documented} documented members were seen ({})",
            coverage.share()
        )
    })
}

/// What was not seen, a line for each operation.
pub(super) fn unseen(report: &Report<'_>) -> Vec<String> {
    let coverage = told(report.run).into_iter();
    let operations = coverage.flat_map(|coverage| &coverage.operations);
    operations
        .filter_map(|one| of_operation(report, one))
        .collect()
}

fn told(run: &Run) -> Option<&Coverage> {
    (run.obstacle.is_none() && run.misfit.is_none()).then_some(&run.coverage)
}

/// What was not seen of an operation, and which parameter would show it; nothing where all was.
fn of_operation(report: &Report<'_>, of: &OperationCoverage) -> Option<String> {
    // What a finding says is missing needs no second line.
    let found = report
        .run
        .outcomes
        .iter()
        .filter(|one| one.operation == of.operation);
    let found: Vec<String> = found
        .flat_map(|outcome| outcome.violations.iter().chain(&outcome.remarks))
        .map(|seen| seen.violation.member.clone())
        .filter(|member| !member.is_empty())
        .collect();
    let unseen: Vec<String> = of
        .unseen
        .iter()
        .filter(|name| !found.contains(name) && !is_within(name, &found))
        .cloned()
        .collect();
    if unseen.is_empty() {
        return None;
    }
    let operation = &report.contract.operations[of.operation];
    // What stands in another unseen member is not seen with it.
    let outer: Vec<&str> = unseen
        .iter()
        .map(String::as_str)
        .filter(|name| !is_within(name, &unseen))
        .collect();
    let call = format!("{} {}", operation.method, operation.path);
    if of.seen == 0 {
        return Some(format!("{call}: no answer held a member"));
    }
    let named = outer.iter().take(MAX_NAMED).copied().collect::<Vec<_>>();
    let rest = match outer.len() - named.len() {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    let parameter = operation.parameters.iter().find(|one| one.collection);
    let parameter = parameter.or_else(|| operation.path_parameters().last());
    let advice = parameter.map_or(String::new(), |parameter| {
        format!(
            "; --param {}=... names a resource that has them",
            parameter.name
        )
    });
    Some(format!(
        "{call}: no answer held {}{rest}{advice}",
        named.join(", ")
    ))
}

fn is_within(name: &str, others: &[String]) -> bool {
    others.iter().any(|other| {
        name.strip_prefix(other.as_str())
            .is_some_and(|rest| rest.starts_with('/'))
    })
}

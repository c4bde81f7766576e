//! `run --list`: what would be asked.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use crate::case::{Case, Check, NotAsked, Plan, Proposal, Selected};
use crate::check::count;
use crate::cli::args::TrialFormat;
use crate::cli::{UsageError, eprint, print, words};
use crate::config::LookUp;
use crate::contract::{Contract, Operation, OperationId, Parameter, ParameterType};
use crate::report;
use crate::run::{Load, Writes};
use crate::session::Session;

/// Prints the names of the selected cases as libtest does; what is left out, and why, what changes the
/// portal and how much is sent goes to standard error, or into libtest's JSON.
pub(super) fn list(
    session: &Session,
    selected: &Selected,
    format: Option<TrialFormat>,
) -> Result<(), UsageError> {
    let cases: Vec<&Case> = selected.cases().collect();
    let load = session.load(selected);
    if format == Some(TrialFormat::Json) {
        return print(&machine(session, &cases, &load));
    }
    let names = cases.iter().map(|case| format!("{}: test\n", case.id));
    print(&names.collect::<String>())?;
    let operations = by_operation(session.contract(), &cases).into_iter();
    if let Some(base) = session.base() {
        let url = session.target().scrub(session.target().url.as_str());
        eprint(&format!("{}, below {url}\n", words::base_once(base)));
    }
    // Why nothing is asked of the others is told below.
    for (operation, of) in operations.filter(|(_, (all, ignored))| ignored < all) {
        eprint(&format!("{}\n", asked(operation, of)));
    }
    for (reason, cases) in reasons(&cases) {
        let reason = report::not_asked(reason);
        eprint(&format!("{} ignored: {reason}\n", count(cases, "case")));
    }
    look_ups(session);
    for proposal in session.proposals(selected) {
        eprint(&proposed(&proposal));
    }
    let listed: BTreeSet<usize> = cases.iter().map(|case| case.operation).collect();
    let inferred = selected.plan().inferred.iter();
    let inferred: Vec<_> = inferred
        .filter(|(at, _)| listed.contains(at))
        .map(|(at, named)| (&session.contract().operations[*at].id, named))
        .collect();
    eprint(&report::inferred(&inferred));
    eprint(&report::unheld(&unheld(
        selected.plan(),
        session.contract(),
        &listed,
    )));
    for line in report::unasked(&selected.plan().unasked, &listed) {
        eprint(&format!("{line}\n"));
    }
    changes(session, &load.changes);
    eprint(&format!("{}\n", effort(session, &load)));
    Ok(())
}

/// How many cases of an operation there are, and how many of them are not asked.
type Counts = (usize, usize);

/// The operations of cases, in their order.
fn by_operation<'a>(contract: &'a Contract, cases: &[&Case]) -> Vec<(&'a Operation, Counts)> {
    let mut counts: BTreeMap<usize, Counts> = BTreeMap::new();
    for case in cases {
        let (all, ignored) = counts.entry(case.operation).or_default();
        *all += 1;
        *ignored += usize::from(case.ignored.is_some());
    }
    let counts = counts.into_iter();
    counts
        .map(|(at, counts)| (&contract.operations[at], counts))
        .collect()
}

/// What is asked of an operation, in words.
fn asked(operation: &Operation, (all, ignored): Counts) -> String {
    let (method, path) = (&operation.method, operation.documented_path());
    let cases = count(all, "case");
    let call = report::without_danger(&format!("{method} {path}"));
    let without = if operation.is_public {
        ", without a token, as its document says that none is needed"
    } else {
        ""
    };
    match ignored {
        0 => format!("{call}: {cases}{without}"),
        ignored => format!("{call}: {cases}, {ignored} ignored{without}"),
    }
}

/// The texts that paths of asked reads end with and that no answer is held against.
fn unheld<'a>(
    plan: &Plan,
    contract: &'a Contract,
    listed: &BTreeSet<usize>,
) -> Vec<(&'a OperationId, &'a Parameter)> {
    let is_asked = |at: usize, check: Check| {
        let mut cases = plan.cases.iter();
        cases.any(|case| (case.operation, &case.id.check) == (at, &check) && case.ignored.is_none())
    };
    let unheld = listed.iter().filter_map(|at| {
        let operation = &contract.operations[*at];
        let last = operation.path_parameters().last()?;
        let is_last = operation.path.ends_with(&format!("/{{{}}}", last.name));
        let is_meant = is_last
            && !operation.writes()
            && last.value_type() == ParameterType::Text
            && is_asked(*at, Check::Members)
            && !is_asked(*at, Check::Asked);
        is_meant.then_some((&operation.id, last))
    });
    unheld.collect()
}

/// Why cases are not asked, and how many for each reason, in the order in which they come first.
fn reasons<'a>(cases: &[&'a Case]) -> Vec<(&'a NotAsked, usize)> {
    let mut reasons: Vec<(&NotAsked, usize)> = Vec::new();
    for reason in cases.iter().filter_map(|case| case.ignored.as_ref()) {
        match reasons.last_mut().filter(|(last, _)| *last == reason) {
            Some((_, cases)) => *cases += 1,
            None => match reasons.iter_mut().find(|(known, _)| *known == reason) {
                Some((_, cases)) => *cases += 1,
                None => reasons.push((reason, 1)),
            },
        }
    }
    reasons
}

/// The reads that find values of parameters.
fn look_ups(session: &Session) {
    for (name, look_up) in &session.target().look_ups {
        let LookUp { get, at, .. } = look_up;
        let most = look_up.taken();
        eprint(&format!(
            "looked up when the run begins: {name}, by GET {get} at {at}, {most} at most\n"
        ));
    }
}

/// A look-up that nobody asked for, as a line for the configuration file.
fn proposed(proposal: &Proposal) -> String {
    let Proposal {
        parameter,
        lists,
        reads,
        needs,
        ..
    } = proposal;
    let once = match needs.as_slice() {
        [] => String::new(),
        needs => format!(", once a value of {} is named", needs.join(" and ")),
    };
    format!(
        "{parameter} could be looked up{once}, as {lists} lists what {reads} reads: [target.NAME.look-up] {}\n",
        report::look_up(parameter, &proposal.look_up)
    )
}

/// Every request that changes the portal, or would where it is not refused.
fn changes(session: &Session, changes: &[Writes]) {
    let steps: Vec<_> = session.steps().collect();
    if changes.is_empty() && steps.is_empty() {
        return;
    }
    eprint("sent to change the portal:\n");
    for step in steps {
        let vouched = match step.spares_others.as_slice() {
            [] => String::new(),
            names => format!("; spares-others = {}", names.join(", ")),
        };
        eprint(&format!(
            "  {} {} (step {}{vouched})\n",
            step.method, step.path, step.name
        ));
    }
    for change in changes {
        let Writes {
            operation, method, ..
        } = change;
        for (path, times) in &change.paths {
            eprint(&format!(
                "  {method} {path} ({operation}), {}\n",
                count(*times, "time")
            ));
        }
        if change.refused > 0 {
            eprint(&format!(
                "  {method} that must be refused ({operation}), {}\n",
                count(change.refused, "time")
            ));
        }
    }
}

/// How much is sent, and how long that takes.
pub(super) fn effort(session: &Session, load: &Load) -> String {
    let requests = count(load.requests, "request");
    let time = load.time(session.target().limits.rate).as_secs_f64();
    if time < 0.5 {
        format!("{requests}, which the rate limit does not slow down")
    } else {
        format!("{requests}, which take {time:.0} s or more at the rate limit")
    }
}

/// The events of libtest's own `--list --format json`, one in each line; the last has more members.
fn machine(session: &Session, cases: &[&Case], load: &Load) -> String {
    let ignored = cases.iter().filter(|case| case.ignored.is_some()).count();
    let mut lines = vec![json!({"type": "suite", "event": "discovery"})];
    lines.extend(cases.iter().map(|case| {
        json!({
            "type": "test",
            "event": "discovered",
            "name": case.id.to_string(),
            "ignore": case.ignored.is_some(),
            "ignore_message": case.ignored.as_ref().map(report::not_asked).unwrap_or_default(),
        })
    }));
    lines.push(json!({
        "type": "suite",
        "event": "completed",
        "tests": cases.len(),
        "benchmarks": 0,
        "total": cases.len(),
        "ignored": ignored,
        "requests": load.requests,
        "seconds": load.time(session.target().limits.rate).as_secs_f64(),
        "steps": session.steps().map(|step| json!({
            "name": step.name,
            "method": step.method,
            "path": step.path,
            "spares-others": step.spares_others,
        })).collect::<Value>(),
        "look-ups": session.target().look_ups.iter().map(|(name, look_up)| json!({
            "parameter": name,
            "get": look_up.get,
            "at": look_up.at,
            "take": look_up.taken(),
        })).collect::<Value>(),
        "operations": by_operation(session.contract(), cases)
            .into_iter()
            .map(|(operation, (all, ignored))| json!({
                "operation": operation.id.as_str(),
                "method": operation.method,
                "path": operation.documented_path(),
                "cases": all,
                "ignored": ignored,
            }))
            .collect::<Value>(),
        "changes": load.changes.iter().map(machine_change).collect::<Value>(),
    }));
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    lines.join("\n") + "\n"
}

fn machine_change(change: &Writes) -> Value {
    let paths = change.paths.iter();
    json!({
        "operation": change.operation.as_str(),
        "method": change.method,
        "paths": paths.map(|(path, times)| json!({"path": path, "times": times})).collect::<Value>(),
        "refused": change.refused,
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::contract::of_sources;
    use crate::source::Source;

    #[test]
    fn what_is_asked_without_a_token_is_said() {
        let text = "openapi: 3.1.0\nsecurity: [{token: []}]\npaths:\n  /a:\n    get: {}\n  /b:\n    get: {security: []}\n";
        let contract = of_sources(vec![Source::new("a.yaml", text)]).unwrap();
        let said = |at: usize, counts| asked(&contract.operations[at], counts);
        assert_eq!(said(0, (2, 1)), "GET a: 2 cases, 1 ignored");
        let without = "without a token, as its document says that none is needed";
        assert_eq!(said(1, (2, 0)), format!("GET b: 2 cases, {without}"));
    }
}

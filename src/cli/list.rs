//! `run --list`: what would be asked.

use serde_json::json;

use crate::case::{Case, NotAsked, Selected};
use crate::check::count;
use crate::cli::args::TrialFormat;
use crate::cli::{UsageError, eprint, print};
use crate::report;

/// Prints the names of the selected cases as libtest does; what is left out, and why, goes to standard
/// error, or into libtest's JSON.
pub(super) fn list(selected: &Selected, format: Option<TrialFormat>) -> Result<(), UsageError> {
    let cases: Vec<&Case> = selected.cases().collect();
    if format == Some(TrialFormat::Json) {
        return print(&machine(&cases));
    }
    let names = cases.iter().map(|case| format!("{}: test\n", case.id));
    print(&names.collect::<String>())?;
    let mut reasons: Vec<(&NotAsked, usize)> = Vec::new();
    for reason in cases.iter().filter_map(|case| case.ignored.as_ref()) {
        match reasons.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, cases)) => *cases += 1,
            None => reasons.push((reason, 1)),
        }
    }
    for (reason, cases) in reasons {
        let reason = report::not_asked(reason);
        eprint(&format!("{} ignored: {reason}\n", count(cases, "case")));
    }
    Ok(())
}

/// The events of libtest's own `--list --format json`, one in each line.
fn machine(cases: &[&Case]) -> String {
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
    }));
    let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
    lines.join("\n") + "\n"
}

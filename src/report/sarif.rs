//! The report that code scanners read: SARIF 2.1.0 (OASIS), as GitHub and Azure take it.
//!
//! A result is a finding or a remark, at the lines of the pages that promise what is broken; what is waived
//! is a result that is suppressed.

use std::collections::BTreeSet;

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Value, json};

use crate::check::Rule;
use crate::contract::Operation;
use crate::level::Level;
use crate::report::json::safe_json;
use crate::report::outline::sentence;
use crate::report::waived::waiver_of;
use crate::report::words::said;
use crate::report::{Block, Checkout, Group, Report, coverage, findings, reason, remarks, subject};
use crate::run::{Outcome, Seen};

/// What is written otherwise in the path of a URI (RFC 3986, 3.3).
const NOT_IN_A_PATH: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'%')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'#')
    .add(b'[')
    .add(b']')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The run as SARIF, with files as the place of the run knows them.
#[must_use]
pub fn sarif(report: &Report<'_>, place: &Checkout) -> String {
    let run = report.run;
    let code = run.exit_code();
    let mut results = Vec::new();
    if run.obstacle.is_none() {
        for block in findings(run).iter().chain(&remarks(run)) {
            let groups = block.groups.iter();
            results.extend(groups.map(|group| told(report, place, block, group)));
        }
        results.extend(waived(report, place));
    }
    let obstacle = run.obstacle.as_ref();
    let obstacle = obstacle.map(|obstacle| reason::obstacle(&run.target, obstacle));
    let misfit = run.misfit.as_ref().map(reason::misfit);
    let hints = run.hints.iter().map(|hint| reason::hint(&run.target, hint));
    let unseen = coverage::unseen(report).into_iter();
    let hints = hints.chain(unseen.map(|line| format!("not judged: {line}")));
    let grave = obstacle.into_iter().chain(misfit);
    let notes = grave
        .map(|text| (text, "error"))
        .chain(hints.map(|text| (text, "note")));
    let notes =
        notes.map(|(text, level)| json!({"level": level, "message": message(report, &text)}));
    let name = run.subject.target.as_deref().unwrap_or("portal");
    let document = json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {"driver": {
                "name": env!("CARGO_PKG_NAME"),
                "version": env!("CARGO_PKG_VERSION"),
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "rules": Rule::ALL.iter().map(|one| rule(*one)).collect::<Value>(),
            }},
            "automationDetails": {
                "id": format!("{}/{}/", env!("CARGO_PKG_NAME"), report.safe(name)),
                "description": message(report, &subject(report)),
            },
            "invocations": [{
                "executionSuccessful": run.obstacle.is_none(),
                "exitCode": code as u8,
                "exitCodeDescription": reason::upshot(run),
                "startTimeUtc": subject::timestamp(run.started),
                "toolExecutionNotifications": notes.collect::<Value>(),
            }],
            "columnKind": "unicodeCodePoints",
            "results": results,
        }],
    });
    safe_json(&document)
}

fn rule(rule: Rule) -> Value {
    let entry = rule.entry();
    json!({
        "id": entry.id,
        "shortDescription": {"text": sentence(rule.sentence())},
        "fullDescription": {"text": entry.reason},
        "help": {"text": crate::report::explain::rule(rule)},
        "defaultConfiguration": match entry.level {
            Level::Deny => json!({"level": "error"}),
            Level::Warn => json!({"level": "warning"}),
            Level::Allow => json!({"enabled": false, "level": "note"}),
        },
        "properties": {"tags": entry.seen_by()},
    })
}

fn told(report: &Report<'_>, place: &Checkout, block: &Block<'_>, group: &Group<'_>) -> Value {
    let level = match block.level {
        Level::Deny => "error",
        Level::Warn | Level::Allow => "warning",
    };
    let mut result = result(report, place, block.outcome, group.seen[0], level);
    let others = group.reach.places.iter().skip(1);
    let others = others.map(|(outcome, seen)| location(report, place, outcome, seen));
    if let Some(locations) = result["locations"].as_array_mut() {
        locations.extend(others);
    }
    result["partialFingerprints"] = json!({"findingId/v1": group.id.to_string()});
    let members = group.members().iter();
    let members = members.filter(|member| !member.is_empty());
    result["properties"] = json!({
        "members": members.map(|member| report.safe(member)).collect::<Vec<_>>(),
    });
    result
}

/// What is forgiven: each member and rule once for each waiver.
fn waived(report: &Report<'_>, place: &Checkout) -> Vec<Value> {
    let mut known = BTreeSet::new();
    let mut results = Vec::new();
    for outcome in &report.run.outcomes {
        let seen = outcome.violations.iter().map(|seen| (seen, "error"));
        let seen = seen.chain(outcome.remarks.iter().map(|seen| (seen, "warning")));
        for (seen, level) in seen {
            let Some(used) = waiver_of(report.run, seen) else {
                continue;
            };
            let violation = &seen.violation;
            if !known.insert((violation.rule, &violation.member, seen.waived)) {
                continue;
            }
            let mut result = result(report, place, outcome, seen, level);
            let until = used.waiver.until;
            result["suppressions"] = json!([{
                "kind": "external",
                "status": "accepted",
                "justification":
                    report.safe(&format!("{} (until {until})", used.waiver.reason)),
            }]);
            results.push(result);
        }
    }
    results
}

fn result(
    report: &Report<'_>,
    checkout: &Checkout,
    outcome: &Outcome,
    seen: &Seen,
    level: &str,
) -> Value {
    let violation = &seen.violation;
    let place = match violation.pointer.as_str() {
        "" => "answer",
        pointer => pointer,
    };
    let text = format!("{}: {place}: {}", outcome.id, said(seen));
    json!({
        "ruleId": violation.rule.id(),
        "ruleIndex": Rule::ALL.iter().position(|rule| *rule == violation.rule),
        "level": level,
        "message": message(report, &text),
        "locations": [location(report, checkout, outcome, seen)],
    })
}

/// Where a page promises it, for a case that shows it.
fn location(report: &Report<'_>, checkout: &Checkout, outcome: &Outcome, seen: &Seen) -> Value {
    let operation = &report.contract.operations[outcome.operation];
    json!({
        "physicalLocation": physical(report, checkout, operation, seen),
        "logicalLocations": [{"fullyQualifiedName": report.safe(&outcome.id.to_string())}],
    })
}

/// Where a page promises it; the page where none of its lines does.
fn physical(report: &Report<'_>, place: &Checkout, operation: &Operation, seen: &Seen) -> Value {
    let promised = seen.violation.promised.unwrap_or_default();
    let file = place.file(report.run, &operation.source, promised.start);
    let name = report.safe(&file).replace('\\', "/");
    let mut uri = utf8_percent_encode(&name, NOT_IN_A_PATH).to_string();
    if name.starts_with('/') {
        uri.insert_str(0, "file://");
    } else if name.split('/').next().unwrap_or_default().contains(':') {
        // A drive, or a name that would be read as a scheme.
        uri.insert_str(0, "./");
    }
    let mut place = json!({"artifactLocation": {"uri": uri}});
    if let Some(span) = seen.violation.promised {
        let pos = operation.source.pos(span.start);
        place["region"] = json!({"startLine": pos.line, "startColumn": pos.column});
    }
    place
}

fn message(report: &Report<'_>, text: &str) -> Value {
    json!({"text": report.safe(text.trim())})
}

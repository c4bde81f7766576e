//! The JSON report and the schema that is promised for it.

use std::fs;

use portal_conformance::check::{Family, Observed, Promise, Rule};
use portal_conformance::contract;
use portal_conformance::report::{self, Report};
use portal_conformance::run::{
    Left, Leftover, Misfit, Obstacle, Outcome, Run, Seen, Verdict, WaiverState,
};
use portal_conformance::source::Source;
use serde_json::{Value, json};

use crate::reports::{PAGE, every_verdict};
use crate::support::project;

const PATH: &str = "docs/report.schema.json";

/// The report is what its schema says, and holds nothing that the schema does not tell.
pub(crate) fn check_json(report: &Value) {
    let errors = errors(report);
    assert!(errors.is_empty(), "{errors:#?}");
    let summary = report["summary"].as_object().unwrap();
    let parts = summary
        .iter()
        .filter(|(name, _)| !["cases", "remarked"].contains(&name.as_str()));
    let sum: u64 = parts.map(|(_, number)| number.as_u64().unwrap()).sum();
    assert_eq!(report["summary"]["cases"], sum);
    // Every case that violates belongs to a finding.
    let found = |id: &Value| {
        let mut findings = report["findings"].as_array().unwrap().iter();
        findings.any(|finding| finding["cases"].as_array().unwrap().contains(id))
    };
    for case in report["cases"].as_array().unwrap() {
        assert_eq!(
            case["verdict"] == "violates" && report["misfit"].is_null(),
            found(&case["id"]),
            "{}",
            case["id"]
        );
    }
}

/// What the committed schema says against a report, members that it does not list included.
fn errors(report: &Value) -> Vec<String> {
    let schema = fs::read_to_string(project().join(PATH)).unwrap();
    let mut schema: Value = serde_json::from_str(&schema).unwrap();
    close(&mut schema);
    let validator = jsonschema::validator_for(&schema).unwrap();
    validator
        .iter_errors(report)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

/// Forbids members that a schema does not list.
fn close(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(close);
            if members.get("type").is_some_and(|kind| kind == "object") {
                members.insert("additionalProperties".to_owned(), false.into());
            }
        }
        Value::Array(items) => items.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn the_schema_of_the_report_is_that_of_its_types() {
    let path = project().join(PATH);
    let text = format!("{:#}\n", report::json_schema());
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "{PATH} is stale: renew it with `UPDATE_SCHEMA=1 cargo test --test suite schema_of_the_report`"
    );
}

/// A run in which every rule is broken, and everything else is that a report may hold.
fn everything() -> Run {
    let contract = contract::of_sources(vec![Source::new("pages/get-x.txt", PAGE)]).unwrap();
    let run = every_verdict(&contract);
    let mut violating = run.outcomes.iter();
    let violating = violating.position(|outcome| outcome.verdict == Verdict::Violates);
    let outcome = run.outcomes[violating.unwrap()].clone();
    let first = outcome.violations[0].clone();
    let families = Family::ALL.iter().cycle();
    let violations = Rule::ALL.iter().zip(families).map(|(rule, family)| {
        let mut seen = first.clone();
        seen.violation.rule = *rule;
        seen.violation.family = *family;
        seen
    });
    let mut unanswered = first.clone();
    unanswered.violation.rule = Rule::NoAnswer;
    unanswered.violation.promised = None;
    unanswered.violation.expected = Promise::Answer;
    unanswered.violation.actual = Observed::Nothing;
    unanswered.status = None;
    unanswered.media_type = String::new();
    let violations: Vec<Seen> = violations.chain([unanswered]).collect();
    let mut waivers = run.waivers.clone();
    waivers[0].waiver.pattern.cases.push("get-*".to_owned());
    let places = ["/a".to_owned(), "/b/**".to_owned()];
    waivers[0].waiver.pattern.pointers.extend(places);
    let mut outcomes = run.outcomes.clone();
    outcomes.push(Outcome {
        remarks: Vec::new(),
        violations,
        ..outcome
    });
    Run {
        outcomes,
        waivers,
        left: Left {
            target: "staging".to_owned(),
            problems: vec![Leftover::Journal("contact 7 is still there".to_owned())],
        },
        ..run
    }
}

fn json_of(run: &Run, show_values: bool) -> Value {
    let report = Report {
        show_values,
        ..Report::of(run)
    };
    serde_json::from_str(&report::json(&report)).unwrap()
}

#[test]
fn a_report_that_holds_everything_keeps_the_schema() {
    let run = everything();
    let report = json_of(&run, true);
    check_json(&report);
    // It does hold everything.
    let all = |list: &str, member: &str| -> Vec<String> {
        let entries = report[list].as_array().unwrap().iter();
        let texts = entries.map(|entry| entry[member].as_str().unwrap().to_owned());
        texts.collect()
    };
    for verdict in ["conforms", "violates", "waived", "blocked", "ignored"] {
        assert!(all("cases", "verdict").contains(&verdict.to_owned()));
    }
    for state in WaiverState::ALL {
        assert!(all("waivers", "state").contains(&state.as_str().to_owned()));
    }
    let cases = report["cases"].as_array().unwrap();
    let violations = || {
        cases
            .iter()
            .flat_map(|case| case["violations"].as_array().unwrap())
    };
    for rule in Rule::ALL {
        assert!(
            violations().any(|violation| violation["rule"] == rule.id()),
            "{rule}"
        );
    }
    for family in Family::ALL {
        assert!(violations().any(|violation| violation["family"] == family.as_str()));
    }
    assert!(violations().any(|violation| violation["promised"].is_null()));
    assert!(violations().any(|violation| violation["status"].is_null()));
    assert!(violations().any(|violation| !violation["waived"].is_null()));
    assert!(violations().any(|violation| violation["value"] == "data"));
    assert!(report["left"][0].as_str().unwrap().contains("contact 7"));
    assert!(report["findings"][0]["waiver"]["case"].is_string());
    assert!(report["waivers"][0]["pointer"].is_array());
    // Without the data, and where one thing stands in the way of all others.
    let report = json_of(&run, false);
    check_json(&report);
    assert!(!report.to_string().contains("\"value\""));
    let misfit = Run {
        misfit: Some(Misfit {
            tried: "as-documented".to_owned(),
            fits: "community-server".to_owned(),
            path: "api/2.0/x.json".to_owned(),
            before: Some(50),
            after: 0,
            letter_case: 40,
        }),
        ..everything()
    };
    check_json(&json_of(&misfit, false));
    let obstacle = Run {
        obstacle: Some(Obstacle::Silent {
            message: "it hangs up".to_owned(),
            clue: None,
        }),
        ..everything()
    };
    let report = json_of(&obstacle, false);
    assert_eq!(errors(&report), [""; 0]);
    assert!(report["obstacle"].is_string());
}

#[test]
fn the_schema_refuses_what_no_report_holds() {
    let report = json_of(&everything(), false);
    for (pointer, wrong) in [
        ("/version", json!(2)),
        ("/exit/code", json!(5)),
        ("/digest", json!("sha256:0")),
        ("/certificate/account/scheme", json!("token")),
        ("/cases/0/verdict", json!("green")),
        ("/cases/0/format", json!("yaml")),
        ("/cases/1/violations/0/rule", json!("presence")),
        ("/cases/1/violations/0/family", Value::Null),
        ("/cases/1/violations/0/times", json!(0)),
        ("/findings/0/cases", json!([])),
        ("/findings/0/members", Value::Null),
        ("/waivers/0/state", json!("old")),
        ("/waivers/0/case", json!(["one"])),
        ("/obstacle", json!(7)),
        ("/elapsed_ms", json!(-1)),
        ("/summary/cases", json!("many")),
        ("/tool", json!({})),
    ] {
        let mut report = report.clone();
        *report.pointer_mut(pointer).unwrap() = wrong;
        assert_ne!(errors(&report), [""; 0], "{pointer}");
    }
    for member in report.as_object().unwrap().keys() {
        let mut report = report.clone();
        report.as_object_mut().unwrap().shift_remove(member);
        // What is left is said only where something is.
        assert_eq!(errors(&report).is_empty(), member == "left", "{member}");
    }
}

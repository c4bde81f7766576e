//! A run that ends with enough findings.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ended, Served, program, run, test_binary};

/// A member that the portal leaves out of its JSON answers.
const DROPPED: &str = "schema:get-crm-contact-contactid:drop:TaskCount";

/// What a run printed, and its JSON report.
struct Tried {
    ended: Ended,
    report: Value,
    _folder: TempDir,
}

impl Tried {
    fn new(served: &Served, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report.json");
        let mut command = served.run(arguments);
        command.current_dir(&folder).arg("--report-json").arg(&path);
        let ended = run(&mut command);
        let report = fs::read(&path).unwrap_or_default();
        let report = serde_json::from_slice(&report);
        let report = report.unwrap_or_else(|error| panic!("{error}: {}", ended.stderr));
        Self {
            ended,
            report,
            _folder: folder,
        }
    }

    fn number(&self, pointer: &str) -> u64 {
        self.report.pointer(pointer).unwrap().as_u64().unwrap()
    }

    fn findings(&self) -> usize {
        self.report["findings"].as_array().unwrap().len()
    }
}

#[test]
fn asking_ends_with_the_first_finding_and_what_is_not_run_is_told() {
    let served = Served::start(&["--fault", DROPPED]);
    let whole = Tried::new(&served, &[]);
    let folder = tempfile::tempdir().unwrap();
    let junit = folder.path().join("junit.xml");
    let junit_option = format!("--report-junit={}", junit.display());
    let early = Tried::new(&served, &["--fail-fast", &junit_option]);
    assert_eq!(early.ended.code, Some(1), "{}", early.ended.stderr);
    assert_eq!(early.findings(), 1);
    assert!(early.number("/requests") < whole.number("/requests") / 2);
    assert_eq!(early.number("/stopped_after"), 1);
    assert_eq!(early.number("/summary/blocked"), 0);
    assert_eq!(
        early.number("/summary/cases"),
        whole.number("/summary/cases")
    );
    assert!(whole.report.get("stopped_after").is_none());
    let reason = "not run, as --fail-fast (--max-failures 1) ends asking with 1 finding";
    let cases = early.report["cases"].as_array().unwrap().iter();
    let unrun = cases.filter(|case| case["reason"] == reason).count();
    assert!(unrun > 0);
    let told = format!("{unrun} cases ignored: {reason}\n");
    assert!(early.ended.stdout.contains(&told), "{}", early.ended.stdout);
    let ignored = early.number("/summary/ignored");
    assert_eq!(whole.number("/summary/ignored") + unrun as u64, ignored);
    let junit = fs::read_to_string(junit).unwrap();
    assert_eq!(junit.matches("<skipped").count() as u64, ignored);
    // What is found is what a whole run finds.
    let id = |tried: &Tried| tried.report["findings"][0]["id"].clone();
    assert_eq!(id(&early), id(&whole));
}

#[test]
fn a_portal_that_keeps_the_contract_is_asked_all_the_same() {
    let served = Served::start(&[]);
    let whole = Tried::new(&served, &[]);
    let careful = Tried::new(&served, &["--max-failures", "1"]);
    assert_eq!(careful.ended.code, Some(0), "{}", careful.ended.stdout);
    assert_eq!(careful.report["summary"], whole.report["summary"]);
    assert_eq!(careful.number("/requests"), whole.number("/requests"));
    assert!(careful.report.get("stopped_after").is_none());
}

#[test]
fn more_findings_than_there_are_end_nothing() {
    let served = Served::start(&["--fault", DROPPED]);
    let whole = Tried::new(&served, &[]);
    let patient = Tried::new(&served, &["--max-failures", "2"]);
    assert_eq!(patient.ended.code, Some(1));
    assert_eq!(patient.report["summary"], whole.report["summary"]);
    assert_eq!(patient.report["findings"], whole.report["findings"]);
}

#[test]
fn what_is_forgiven_or_lowered_ends_nothing() {
    let served = Served::start(&["--fault", DROPPED]);
    let lowered = Tried::new(&served, &["--fail-fast", "--warn", "missing"]);
    assert_eq!(lowered.ended.code, Some(0), "{}", lowered.ended.stdout);
    let folder = tempfile::tempdir().unwrap();
    let config = folder.path().join("portal-conformance.toml");
    let text = format!(
        "[target.here]\nurl = \"{}\"\n[[target.here.waiver]]\ncase = \"*\"\npointer = \"/response/TaskCount\"\n\
         kind = \"missing\"\nreason = \"known\"\nuntil = \"9000-01-01\"\n",
        served.url
    );
    fs::write(&config, text).unwrap();
    let mut command = program(&["run", "--target", "here", "--fail-fast"]);
    command
        .current_dir(&folder)
        .env("PORTAL_TOKEN", crate::support::TOKEN);
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(!ended.stdout.contains("not run"), "{}", ended.stdout);
}

#[test]
fn a_refusal_that_opens_ends_a_run_too() {
    let served = Served::start(&[
        "--fault",
        "refusal:get-crm-contact-contactid:json:no-token:200-empty",
    ]);
    let early = Tried::new(&served, &["--fail-fast"]);
    assert_eq!(early.ended.code, Some(1), "{}", early.ended.stdout);
    assert_eq!(early.number("/stopped_after"), 1);
}

#[test]
fn formats_that_differ_are_found_once_all_was_read() {
    let fault = "parity:get-crm-contact-contactid:one-more-in-xml:Addresses";
    let served = Served::start(&["--fault", fault]);
    let early = Tried::new(&served, &["--fail-fast"]);
    assert_eq!(early.ended.code, Some(1), "{}", early.ended.stdout);
    let found = &early.report["findings"][0]["family"];
    assert_eq!(found, "parity", "{}", early.ended.stdout);
}

#[test]
fn another_dialect_and_refused_credentials_are_no_findings() {
    let served = Served::start(&["--profile", "community-server"]);
    let other = run(&mut served.run(&["--fail-fast"]));
    assert_eq!(other.code, Some(1));
    let advice = "try: --profile community-server";
    assert!(other.stdout.contains(advice), "{}", other.stdout);
    let served = Served::start(&[]);
    let mut command = served.run(&["--fail-fast"]);
    let refused = run(command.env("PORTAL_TOKEN", "another-token-for-tests"));
    assert_eq!(refused.code, Some(3), "{}", refused.stdout);
    assert!(refused.stdout.contains("refuses the credentials"));
}

#[test]
fn what_was_not_run_since_is_no_proof() {
    let served = Served::start(&["--fault", DROPPED]);
    let folder = tempfile::tempdir().unwrap();
    for (name, arguments) in [("old.json", &[][..]), ("new.json", &["--fail-fast"])] {
        let mut command = served.run(arguments);
        command.current_dir(&folder).args(["--report-json", name]);
        assert_eq!(run(&mut command).code, Some(1));
    }
    let mut command = program(&["compare", "new.json", "--since", "old.json"]);
    let ended = run(command.current_dir(&folder));
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    let mut command = program(&["report", "check", "new.json"]);
    let ended = run(command.current_dir(&folder));
    let limit = "asking ended early, with 1 or more findings (--max-failures)";
    assert!(ended.stdout.contains(limit), "{}", ended.stdout);
}

#[test]
fn a_listing_is_the_same_and_numbers_are_from_1_on() {
    let list = |more: &[&str]| run(program(&["run", "--list"]).args(more));
    let (plain, early) = (list(&[]), list(&["--max-failures", "3"]));
    assert_eq!(
        (plain.code, &plain.stdout, &plain.stderr),
        (early.code, &early.stdout, &early.stderr)
    );
    for wrong in [
        &["--max-failures", "0"][..],
        &["--max-failures", "x"],
        &["--max-failures", "2", "--fail-fast"],
    ] {
        assert_eq!(run(program(&["run"]).args(wrong)).code, Some(2));
    }
}

#[test]
fn a_test_binary_says_whose_option_it_is() {
    let Some(binary) = test_binary() else {
        return;
    };
    for option in ["--fail-fast", "--max-failures=2"] {
        let ended = run(std::process::Command::new(&binary).arg(option));
        assert_ne!(ended.code, Some(0));
        let advice = "is no option of a test binary";
        assert!(ended.stderr.contains(advice), "{}", ended.stderr);
    }
}

//! Levels: what fails a run, what is told as a remark, and what is not told.

use std::fs;

use serde_json::Value;

use crate::support::{Served, program, run};

/// A portal whose formats differ in a text.
const FAULT: &str = "parity:get-crm-contact-contactid:text-in-json:Addresses/*/Street";
/// A portal without a documented member in JSON.
const NO_CREATED: &str = "schema:get-crm-contact-contactid:drop:Created";

/// The cases of one operation in JSON.
const READS: &[&str] = &["get-crm-contact-contactid::json::"];

#[test]
fn what_nobody_has_reviewed_is_a_remark_until_it_is_denied() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let report = report.to_str().unwrap();
    let snapshots = folder.path().join("snapshots");
    let snapshots = snapshots.to_str().unwrap();
    let tried = |more: &[&str]| {
        let name = "get-crm-contact-contactid::json::snapshot";
        let fixed = ["run", "--exact", name, "--snapshots", snapshots];
        run(&mut program(&[&fixed, more].concat()))
    };
    let first = tried(&["--report-json", report]);
    assert_eq!(first.code, Some(0), "{}", first.stdout);
    for words in [
        "json::snapshot ... remark",
        "1 remark\n",
        "a reviewed snapshot",
        "remarks in 1 case, which fail nothing",
        "keeps the contract",
    ] {
        assert!(first.stdout.contains(words), "{words}: {}", first.stdout);
    }
    let json: Value = serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    assert_eq!(json["summary"]["conforms"], 1);
    assert_eq!(json["summary"]["remarked"], 1);
    assert_eq!(json["findings"], serde_json::json!([]));
    assert_eq!(json["remarks"][0]["rule"], "snapshot-unreviewed");
    assert_eq!(
        json["cases"][0]["remarks"][0]["rule"],
        "snapshot-unreviewed"
    );
    for deny in ["snapshot-unreviewed", "remarks"] {
        let denied = tried(&["--deny", deny]);
        assert_eq!(denied.code, Some(1), "{deny}: {}", denied.stdout);
        assert!(denied.stdout.contains("FAILED"), "{}", denied.stdout);
    }
    let allowed = tried(&["--allow", "snapshot-unreviewed"]);
    assert_eq!(allowed.code, Some(0));
    assert!(!allowed.stdout.contains("remark"), "{}", allowed.stdout);
}

#[test]
fn a_lowered_rule_takes_its_consequences_with_it_and_nothing_else() {
    let served = Served::start(&["--fault", NO_CREATED]);
    let all = ["get-crm-contact-contactid"];
    assert_eq!(run(&mut served.run(&all)).code, Some(1));
    let lowered = run(&mut served.run(&["get-crm-contact-contactid", "--warn", "missing"]));
    assert_eq!(lowered.code, Some(0), "{}", lowered.stdout);
    assert!(
        lowered.stdout.contains("documented, missing"),
        "{}",
        lowered.stdout
    );
    let silent = run(&mut served.run(&["get-crm-contact-contactid", "--allow", "missing"]));
    assert_eq!(silent.code, Some(0), "{}", silent.stdout);
    assert!(
        !silent.stdout.contains("documented, missing"),
        "{}",
        silent.stdout
    );
    let sharper = [
        "get-crm-contact-contactid",
        "--warn",
        "missing",
        "--deny",
        "missing",
    ];
    assert_eq!(run(&mut served.run(&sharper)).code, Some(1));
    let other = run(&mut served.run(&["get-crm-contact-contactid", "--warn", "null"]));
    assert_eq!(other.code, Some(1), "another rule changes nothing");
    // A difference between the formats that no other rule explains stays one.
    let served = Served::start(&["--fault", FAULT]);
    let differs = run(&mut served.run(&["get-crm-contact-contactid", "--warn", "type"]));
    assert_eq!(differs.code, Some(1), "{}", differs.stdout);
}

#[test]
fn flags_beat_the_target_which_beats_the_profile() {
    let folder = tempfile::tempdir().unwrap();
    let profile = "extends = 'as-documented'\nname = 'mine'\n[levels]\nmissing = 'warn'\n";
    fs::write(folder.path().join("mine.toml"), profile).unwrap();
    let served = Served::start(&["--fault", NO_CREATED]);
    let tried = |levels: &str, more: &[&str]| {
        let file = format!(
            "[target.a]\nurl = '{}'\nprofile = 'mine.toml'\n{levels}",
            served.url
        );
        let path = folder.path().join("portal-conformance.toml");
        fs::write(&path, file).unwrap();
        let fixed = ["run", "--config", path.to_str().unwrap(), "--target", "a"];
        let mut command = program(&[&fixed, READS, more].concat());
        run(command.env("PORTAL_TOKEN", crate::support::TOKEN))
    };
    let of_profile = tried("", &[]);
    assert_eq!(
        of_profile.code,
        Some(0),
        "{}{}",
        of_profile.stdout,
        of_profile.stderr
    );
    assert!(
        of_profile.stdout.contains("remark"),
        "{}",
        of_profile.stdout
    );
    let of_target = "[target.a.levels]\nmissing = 'deny'\n";
    assert_eq!(tried(of_target, &[]).code, Some(1));
    let flagged = tried(of_target, &["--allow", "missing"]);
    assert_eq!(flagged.code, Some(0));
    assert!(!flagged.stdout.contains("remark"), "{}", flagged.stdout);
    for (levels, words) in [
        (
            "[target.a.levels]\nmising = 'deny'\n",
            "no rule `mising`; did you mean `missing`",
        ),
        (
            "[target.a.levels]\nmissing = 'error'\n",
            "unknown value `error`; known are deny, warn, allow",
        ),
    ] {
        let wrong = tried(levels, &[]);
        assert_eq!(wrong.code, Some(2), "{}", wrong.stdout);
        assert!(wrong.stderr.contains(words), "{}", wrong.stderr);
        assert!(
            wrong.stderr.contains("portal-conformance.toml:5:"),
            "{}",
            wrong.stderr
        );
    }
    let wrong = tried("", &["--deny", "mising"]);
    assert_eq!(wrong.code, Some(2));
    assert!(
        wrong.stderr.contains("no rule `mising`"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn a_waiver_covers_a_remark_too() {
    let folder = tempfile::tempdir().unwrap();
    let served = Served::start(&["--fault", NO_CREATED]);
    let file = format!(
        "[target.a]\nurl = '{}'\n[target.a.levels]\nmissing = 'warn'\n[[target.a.waiver]]\n\
         case = '*'\nkind = 'missing'\nreason = 'known'\nuntil = 2099-12-31\n",
        served.url
    );
    let path = folder.path().join("portal-conformance.toml");
    fs::write(&path, file).unwrap();
    let fixed = ["run", "--config", path.to_str().unwrap(), "--target", "a"];
    let mut command = program(&[&fixed, READS].concat());
    let ended = run(command.env("PORTAL_TOKEN", crate::support::TOKEN));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended.stdout.contains("waived until 2099-12-31: known"),
        "{}",
        ended.stdout
    );
    assert!(!ended.stdout.contains("remark"), "{}", ended.stdout);
}

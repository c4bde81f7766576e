//! One run on several machines is one run.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ended, Served, program, run};

/// So many operations that nothing ties to each other.
const OPERATIONS: usize = 5;

/// Pages of a portal as it was promised, and as it is.
struct Drifted {
    folder: TempDir,
    served: Served,
}

fn page(at: usize, members: &[(&str, &str, &str)]) -> String {
    let json = members
        .iter()
        .map(|(name, json, _)| format!("\"{name}\": {json}"));
    let json: Vec<String> = json.collect();
    let xml = members
        .iter()
        .map(|(name, _, xml)| format!("<{name}>{xml}</{name}>"));
    let xml: String = xml.collect();
    format!(
        "GET api/2.0/things{at} This function requires authentication\n\nReturns\n\nThing\n\nExample Response\n\n\
         application/json\n\n{{\"status\": 0, \"response\": {{{}}}}}\n\n\
         text/xml\n\n<result><status>0</status><response>{xml}</response></result>\n",
        json.join(", ")
    )
}

impl Drifted {
    fn new() -> Self {
        Self::serving(&["--fault", "transport:server-version"])
    }

    fn serving(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, at: usize, text: String| {
            let pages = folder.path().join(name);
            fs::create_dir_all(&pages).unwrap();
            fs::write(pages.join(format!("things{at}.txt")), text).unwrap();
        };
        for at in 0..OPERATIONS {
            let (title, hours, note) = (
                ("Title", "\"a\"", "a"),
                ("Hours", "1", "1"),
                ("Note", "\"b\"", "b"),
            );
            write("promised", at, page(at, &[title, hours, note]));
            let text = ("Hours", "\"one\"", "one");
            let is: &[_] = match at % 3 {
                // Two members drift here, one of them there: what is told where depends on who is first.
                0 => &[title, text],
                1 => &[title, hours],
                _ => &[title, text, note],
            };
            write("served", at, page(at, is));
        }
        let served = folder.path().join("served");
        let served = Served::start(&[&["--pages", served.to_str().unwrap()], arguments].concat());
        Self { folder, served }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A run with its JSON report in a file.
    fn run(&self, report: &str, arguments: &[&str]) -> Ended {
        let mut command = self.served.run(arguments);
        command.arg("--pages").arg(self.path("promised"));
        run(command.arg("--report-json").arg(self.path(report)))
    }

    fn merge(&self, reports: &[String], arguments: &[&str]) -> Ended {
        let mut command = program(&["report", "merge"]);
        command.args(reports.iter().map(|name| self.path(name)));
        run(command
            .args(arguments)
            .arg("--report-json")
            .arg(self.path("merged.json")))
    }
}

fn read(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// What two reports of the same answers have alike, whoever wrote them.
fn counts(report: &Value) -> Value {
    let told = |name: &str| -> Value {
        let findings = report[name].as_array().unwrap().iter();
        let told = findings.map(|one| {
            let cases = one["cases"].as_array().unwrap().iter();
            let cases: BTreeSet<&str> = cases.map(|case| case.as_str().unwrap()).collect();
            serde_json::json!([one["id"], one["members"], one["expected"], cases])
        });
        told.collect()
    };
    let cases = report["cases"].as_array().unwrap().iter();
    let cases: Value = cases
        .map(|case| serde_json::json!([case["id"], case["verdict"]]))
        .collect();
    serde_json::json!({
        "summary": report["summary"],
        "exit": report["exit"],
        "coverage": report["coverage"],
        "unselected": report["certificate"]["unselected"],
        "cases": cases,
        "findings": told("findings"),
        "remarks": told("remarks"),
    })
}

#[test]
fn five_shards_are_one_run_in_every_count() {
    let drifted = Drifted::new();
    let whole = drifted.run("whole.json", &[]);
    assert_eq!(whole.code, Some(1), "{}{}", whole.stdout, whole.stderr);
    let mut reports = Vec::new();
    for number in 1..=5 {
        let name = format!("{number}.json");
        let shard = format!("{number}/5");
        let ended = drifted.run(&name, &["--shard", &shard]);
        assert!(matches!(ended.code, Some(0 | 1)), "{}", ended.stderr);
        let report = read(&drifted.path(&name));
        let operations = report["cases"].as_array().unwrap().iter();
        let operations: BTreeSet<&str> = operations
            .map(|case| case["operation"].as_str().unwrap())
            .collect();
        assert_eq!(operations.len(), OPERATIONS / 5, "{shard}");
        reports.push(name);
    }
    // In whatever order they come.
    reports.reverse();
    let merged = drifted.merge(&reports, &[]);
    assert_eq!(merged.code, Some(1), "{}{}", merged.stdout, merged.stderr);
    let (whole, joined) = (
        read(&drifted.path("whole.json")),
        read(&drifted.path("merged.json")),
    );
    assert_eq!(counts(&joined), counts(&whole));
    // What belongs to no operation, each machine asks for itself.
    assert!(joined["requests"].as_u64() >= whole["requests"].as_u64());
    assert!(whole["findings"].as_array().unwrap().len() > 1);
    // Each shard sees it, and it is told once.
    let remarks = joined["remarks"].as_array().unwrap();
    let of_server = remarks.iter().filter(|one| one["rule"] == "server-version");
    assert_eq!(of_server.count(), 1, "{remarks:?}");
    assert_eq!(joined["summary"]["remarked"], whole["summary"]["remarked"]);
    let id = whole["findings"][0]["id"].as_str().unwrap();
    assert!(merged.stdout.contains(id), "{}", merged.stdout);
    // It is as good as any other.
    let mut check = program(&["report", "check"]);
    check
        .arg(drifted.path("merged.json"))
        .arg("--pages")
        .arg(drifted.path("promised"));
    let check = run(&mut check);
    assert_eq!(check.code, Some(0), "{}{}", check.stdout, check.stderr);
}

#[test]
fn a_shard_that_holds_nothing_of_what_is_selected_is_a_part_all_the_same() {
    let drifted = Drifted::serving(&[]);
    let mut reports = Vec::new();
    let mut codes = BTreeSet::new();
    for number in 1..=3 {
        let name = format!("{number}.json");
        let ended = drifted.run(&name, &["--shard", &format!("{number}/3"), "get-things1"]);
        if ended.code == Some(0) {
            let told = "none of the selected cases that can be tried is in this shard (exit 0)";
            assert!(ended.stdout.contains(told), "{}", ended.stdout);
            let report = read(&drifted.path(&name));
            assert_eq!(
                (&report["summary"]["cases"], &report["requests"]),
                (&0.into(), &0.into())
            );
            let mut check = program(&["report", "check", "--pages"]);
            check.arg(drifted.path("promised")).arg(drifted.path(&name));
            let check = run(&mut check);
            assert_eq!(check.code, Some(0), "{}{}", check.stdout, check.stderr);
        }
        codes.insert(ended.code);
        reports.push(name);
    }
    assert_eq!(codes, BTreeSet::from([Some(0), Some(1)]));
    let merged = drifted.merge(&reports, &[]);
    assert_eq!(merged.code, Some(1), "{}{}", merged.stdout, merged.stderr);
    let told = "the portal violates the contract (exit 1)";
    assert!(merged.stdout.contains(told), "{}", merged.stdout);
    // What is in no shard is a mistake, and not the matter of others.
    let ended = drifted.run("0.json", &["--shard", "1/3", "no-such-case"]);
    assert_eq!(ended.code, Some(4), "{}", ended.stderr);
    assert!(!drifted.path("0.json").exists());
}

#[test]
fn joined_reports_say_what_was_forgiven_and_what_was_not_asked() {
    let reports = ["1.json", "2.json"].map(str::to_owned);
    let drifted = Drifted::serving(&[]);
    let config = drifted.path("portal-conformance.toml");
    let waiver = "[[target.t.waiver]]\ncase = \"get-things1::*\"\nkind = \"missing\"\nreason = \"known\"\nuntil = ";
    let url = &drifted.served.url;
    let text =
        format!("[target.t]\nurl = \"{url}\"\n{waiver}\"2999-01-01\"\n{waiver}\"2001-01-01\"\n");
    fs::write(&config, text).unwrap();
    let mut stray = 0;
    for number in 1..=2 {
        let mut command = program(&["run", "--target", "t", "--shard"]);
        command
            .arg(format!("{number}/2"))
            .arg("--config")
            .arg(&config)
            .arg("--pages")
            .arg(drifted.path("promised"))
            .arg("--report-json")
            .arg(drifted.path(&reports[number - 1]))
            .env("PORTAL_TOKEN", crate::support::TOKEN);
        let ended = run(&mut command);
        assert!(
            !ended.stdout.contains("cover 0 violations"),
            "{}",
            ended.stdout
        );
        stray += ended
            .stdout
            .matches("none of whose cases was tried")
            .count();
    }
    assert_eq!(stray, 1, "one of the two has the operation");
    let merged = drifted.merge(&reports, &[]);
    for part in [
        "waived until 2999-01-01: { case = \"get-things1::*\", kind = \"missing\" }",
        "waiver expired on 2001-01-01: ",
        "cases ignored: no envelope of the page's answers is built in",
    ] {
        assert!(merged.stdout.contains(part), "{part}: {}", merged.stdout);
    }
}

/// What was not asked at all is told once, and not operation by operation.
#[test]
fn what_an_early_end_never_came_to_is_not_called_unseen() {
    let drifted = Drifted::serving(&[]);
    let ended = drifted.run("early.json", &["--fail-fast", "--jobs", "1"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    let out = &ended.stdout;
    assert!(
        out.contains("cases ignored: not run, as --fail-fast"),
        "{out}"
    );
    assert!(!out.contains("no answer held a member"), "{out}");
}

#[test]
fn shards_of_other_runs_and_missing_ones_are_told() {
    let drifted = Drifted::new();
    for (name, arguments) in [
        ("1.json", &["--shard=1/2", "--effort=quick"][..]),
        ("2.json", &["--shard=2/2", "--effort=quick"]),
        (
            "strict.json",
            &["--shard=2/2", "--effort=quick", "--strict"],
        ),
        ("whole.json", &["things0::json::schema"]),
    ] {
        let ended = drifted.run(name, arguments);
        assert!(matches!(ended.code, Some(0 | 1)), "{}", ended.stderr);
    }
    let changed = fs::read_to_string(drifted.path("2.json"))
        .unwrap()
        .replacen("\"verdict\": \"conforms\"", "\"verdict\": \"blocked\"", 1);
    fs::write(drifted.path("changed.json"), changed).unwrap();
    for (names, told) in [
        (&["1.json"][..], "of 2 shards, there is no report of 2"),
        (&["1.json", "2.json", "1.json"], "are both of shard 1"),
        (&["1.json", "strict.json"], "differ in --strict"),
        (
            &["1.json", "whole.json"],
            "whole.json: it is no report of `run --shard`",
        ),
        (
            &["1.json", "changed.json"],
            "changed.json: it was changed after it was written",
        ),
    ] {
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let ended = drifted.merge(&names, &[]);
        assert_eq!(
            ended.code,
            Some(2),
            "{told}: {}{}",
            ended.stdout,
            ended.stderr
        );
        assert!(ended.stderr.contains(told), "{told}: {}", ended.stderr);
        assert!(!drifted.path("merged.json").exists(), "{told}");
    }
}

#[test]
fn more_shards_than_there_are_groups_are_refused_before_anything_is_asked() {
    let ended = run(&mut program(&["run", "--shard", "1/2"]));
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.stderr.contains("--shard: 2 parts are more than"),
        "{}",
        ended.stderr
    );
    let ended = run(&mut program(&["run", "--shard", "3/2"]));
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("such as 2/5"), "{}", ended.stderr);
}

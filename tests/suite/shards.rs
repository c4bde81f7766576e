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
        let served = Served::start(&["--pages", served.to_str().unwrap()]);
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

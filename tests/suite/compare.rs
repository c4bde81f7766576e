//! `compare`, as somebody uses it: reports of real runs, of portals that differ, and of one that changed.

use std::fs;
use std::path::{Path, PathBuf};

use portal_conformance::compare;
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ended, Served, TOKEN, program, project, run};

const SCHEMA: &str = "docs/compare.schema.json";
const DROPS: &str = "schema:get-crm-contact-contactid:drop:TaskCount";
const RENAMES: &str = "schema:get-crm-contact-contactid:recase:DisplayName";

/// The report of a run against a portal with or without a fault.
fn report(folder: &TempDir, name: &str, fault: Option<&str>) -> PathBuf {
    let path = folder.path().join(name);
    let fault = fault.map(|fault| ["--fault", fault]);
    let arguments: Vec<&str> = fault.into_iter().flatten().collect();
    let served = Served::start(&arguments);
    let mut command = served.run(&["transport", "schema", "shape", "parity", "--report-json"]);
    run(command.arg(&path));
    path
}

fn compared(paths: &[&Path], arguments: &[&str]) -> Ended {
    let mut command = program(&["compare"]);
    run(command.args(paths).args(arguments))
}

/// What the committed schema says against a comparison.
fn check(path: &Path) -> Value {
    let schema = fs::read_to_string(project().join(SCHEMA)).unwrap();
    let schema = serde_json::from_str(&schema).unwrap();
    let written: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&written)
        .map(|error| error.to_string())
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    written
}

#[test]
fn the_schema_of_a_comparison_is_that_of_its_types() {
    let path = project().join(SCHEMA);
    let text = format!("{:#}\n", compare::json_schema());
    if std::env::var_os("UPDATE_SCHEMA").is_some() {
        fs::write(&path, &text).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == text,
        "{SCHEMA} is stale: renew it with `UPDATE_SCHEMA=1 cargo test --test suite schema_of_a_comparison`"
    );
}

#[test]
fn portals_are_laid_beside_each_other_in_every_format() {
    let folder = tempfile::tempdir().unwrap();
    let good = report(&folder, "good.json", None);
    let bad = report(&folder, "bad.json", Some(DROPS));
    let out = |name: &str| folder.path().join(name);
    let [json, markdown, html] = ["c.json", "c.md", "c.html"].map(out);
    let ended = compared(
        &[&good, &bad, &bad],
        &[
            "--report-json",
            json.to_str().unwrap(),
            "--report-markdown",
            markdown.to_str().unwrap(),
            "--report-html",
            html.to_str().unwrap(),
        ],
    );
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(
        ended.stdout.contains("B and C: missing"),
        "{}",
        ended.stdout
    );
    assert!(ended.stdout.contains("TaskCount"), "{}", ended.stdout);
    let widest = ended.stdout.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(100), "{}", ended.stdout);
    let written = check(&json);
    let comparison = &written["comparison"];
    assert_eq!(comparison["portals"].as_array().unwrap().len(), 3);
    assert_eq!(
        comparison["deviations"][0]["portals"],
        serde_json::json!([1, 2])
    );
    let breaks = |written_for: usize, used_with: usize| {
        let mut pairs = comparison["pairs"].as_array().unwrap().iter();
        let pair =
            pairs.find(|pair| pair["written_for"] == written_for && pair["used_with"] == used_with);
        pair.unwrap()["breaks"].as_array().unwrap().len()
    };
    assert!(breaks(0, 1) > 0);
    assert_eq!((breaks(1, 0), breaks(1, 2)), (0, 0));
    assert!(
        fs::read_to_string(&markdown)
            .unwrap()
            .contains("**B and C**")
    );
    let html = fs::read_to_string(&html).unwrap();
    assert!(html.contains("B and C") && !html.contains("<script"));
    let ended = compared(&[&good, &good], &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    // A later run that judged nothing says nothing of what is new.
    let mut down: Value = serde_json::from_str(&fs::read_to_string(&good).unwrap()).unwrap();
    down["obstacle"] = "nobody answers".into();
    let path = out("down.json");
    fs::write(&path, down.to_string()).unwrap();
    let ended = compared(&[&path], &["--since", good.to_str().unwrap()]);
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    assert!(ended.stderr.contains("nobody answers"), "{}", ended.stderr);
}

#[test]
fn only_what_is_new_since_an_earlier_report_fails() {
    let folder = tempfile::tempdir().unwrap();
    let old = report(&folder, "old.json", Some(DROPS));
    let new = report(&folder, "new.json", Some(RENAMES));
    let since = |new: &Path, old: &Path| compared(&[new, Path::new("--since"), old], &[]);
    let same = since(&old, &old);
    assert_eq!(same.code, Some(0), "{}", same.stdout);
    assert!(same.stdout.contains("still: missing"), "{}", same.stdout);
    let json = folder.path().join("since.json");
    let changed = compared(
        &[&new, Path::new("--since"), &old],
        &["--report-json", json.to_str().unwrap()],
    );
    assert_eq!(changed.code, Some(1), "{}", changed.stdout);
    assert!(
        changed.stdout.contains("gone: missing"),
        "{}",
        changed.stdout
    );
    assert!(changed.stdout.contains("DisplayName"), "{}", changed.stdout);
    let fresh = &check(&json)["since"]["fresh"][0];
    let id = fresh["findings"][0].as_str().unwrap();
    assert!(changed.stdout.contains(id), "{}", changed.stdout);
    let explained = run(&mut program(&["explain", id]));
    assert_eq!(explained.code, Some(0), "{id}: {}", explained.stderr);
}

#[test]
fn targets_are_run_before_they_are_compared() {
    let served = Served::start(&[]);
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "[target.one]\nurl = \"{0}\"\n[target.two]\nurl = \"{0}\"\nprofile = \"community-server\"\n",
        served.url
    );
    fs::write(folder.path().join("portal-conformance.toml"), text).unwrap();
    let mut command = program(&["compare", "--target", "one", "--target", "two"]);
    let ended = run(command
        .current_dir(folder.path())
        .env("PORTAL_TOKEN", TOKEN));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    for word in ["one", "two", "profiles differ"] {
        assert!(ended.stdout.contains(word), "{}", ended.stdout);
    }
}

#[test]
fn what_cannot_be_compared_is_2_with_advice() {
    let folder = tempfile::tempdir().unwrap();
    let good = report(&folder, "good.json", None);
    let page = folder.path().join("page.txt");
    fs::write(&page, "GET api/2.0/x").unwrap();
    let gone = folder.path().join("gone.json");
    for (paths, says) in [
        (&[good.as_path()][..], "name two reports"),
        (
            &[&good, &page],
            "page.txt: it is no report of `run --report-json`",
        ),
        (&[&good, &gone], "gone.json: cannot read it"),
        (
            &[&good, &good, Path::new("--since"), &good],
            "--since compares one",
        ),
        (
            &[&good, &good, Path::new("--report-json"), &good],
            "the run reads this file",
        ),
    ] {
        let ended = compared(paths, &[]);
        assert_eq!(ended.code, Some(2), "{says}: {}", ended.stdout);
        assert!(ended.stderr.contains(says), "{says}: {}", ended.stderr);
    }
}

/// A portal that answers nothing before another one was asked as well.
fn waiting(met: &std::sync::Arc<std::sync::Barrier>) -> u16 {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let met = std::sync::Arc::clone(met);
    std::thread::spawn(move || {
        let is_first = std::sync::Once::new();
        crate::support::answer_by_path(&listener, |_| {
            is_first.call_once(|| {
                met.wait();
            });
            let body = "{\"status\": 1}".to_owned();
            (
                "400 Bad Request".to_owned(),
                "application/json".to_owned(),
                body,
            )
        });
    });
    port
}

#[test]
fn targets_on_several_hosts_are_run_side_by_side() {
    let met = std::sync::Arc::new(std::sync::Barrier::new(2));
    let folder = tempfile::tempdir().unwrap();
    let text = format!(
        "[target.one]\nurl = \"http://127.0.0.1:{}\"\n[target.two]\nurl = \"http://localhost:{}\"\n",
        waiting(&met),
        waiting(&met)
    );
    fs::write(folder.path().join("portal-conformance.toml"), text).unwrap();
    let mut command = program(&["compare", "--target", "one", "--target", "two"]);
    let ended = run(command
        .current_dir(folder.path())
        .env("PORTAL_TOKEN", TOKEN));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    // Each waited for the other, so that none of them timed out, and they stand in the order of the arguments.
    assert!(!ended.stdout.contains("timed out"), "{}", ended.stdout);
    for told in ["A  one", "B  two"] {
        assert!(ended.stdout.contains(told), "{}", ended.stdout);
    }
}

//! Which files are read for pages, and that one bad page stops no others and leaves no gate in silence.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Ended, program, project, run};

/// The shipped pages in a folder of a folder, one of them without its ending, and a page that is none.
fn pages() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let below = folder.path().join("crm/contacts");
    fs::create_dir_all(&below).unwrap();
    for (name, other) in [
        ("get-crm-contact-contactid.txt", "read"),
        ("post-crm-contact-project-projectid.txt", "link.txt"),
    ] {
        fs::copy(project().join("pages").join(name), below.join(other)).unwrap();
    }
    fs::write(folder.path().join("bad.txt"), "GET api/x\n\nwords\n").unwrap();
    fs::write(folder.path().join("notes.md"), "Nothing for a machine.\n").unwrap();
    folder
}

fn tried(arguments: &[&str], pages: &[&Path]) -> Ended {
    let mut command = program(arguments);
    for pages in pages {
        command.arg("--pages").arg(pages);
    }
    run(&mut command)
}

fn assert_tells(ended: &Ended, code: i32, words: &[&str]) {
    let said = format!("{}{}", ended.stdout, ended.stderr);
    assert_eq!(ended.code, Some(code), "{said}");
    for word in words {
        assert!(said.contains(word), "{word}: {said}");
    }
}

#[test]
fn a_bad_page_is_told_in_the_report_and_is_no_success() {
    let pages = pages();
    let report = pages.path().join("report.json");
    let report = report.to_str().unwrap();
    let ended = tried(&["run", "--report-json", report], &[pages.path()]);
    let told = [
        "1 page was not read",
        "bad.txt:1:1: expected titles",
        "--exclude-page",
    ];
    assert_tells(&ended, 2, &told);
    assert!(ended.stdout.contains("conform"), "{}", ended.stdout);
    let report: Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    assert_eq!(report["exit"]["code"], 2);
    let unread = report["unread_pages"].as_array().unwrap();
    assert_eq!(unread.len(), 1);
    assert!(unread[0].as_str().unwrap().contains("bad.txt:1:1"));
    assert!(report["cases"].as_array().unwrap().len() > 50);
}

#[test]
fn a_bad_page_that_is_left_out_by_name_is_no_matter() {
    let pages = pages();
    let ended = tried(&["run", "--exclude-page", "bad.txt"], &[pages.path()]);
    assert_tells(&ended, 0, &["the portal keeps the contract"]);
    assert!(!ended.stdout.contains("not read"), "{}", ended.stdout);
    let ended = tried(&["run", "--exclude-page", "bed.txt"], &[pages.path()]);
    assert_tells(
        &ended,
        2,
        &["no page is named `bed.txt`, the nearest is bad.txt"],
    );
    let config = pages.path().join("portal-conformance.toml");
    let text = "[target.a]\nurl = \"http://127.0.0.1:9\"\npages = [\"crm\", \"bad.txt\"]\n";
    fs::write(&config, format!("{text}exclude-pages = [\"bad.*\"]\n")).unwrap();
    let config = config.to_str().unwrap();
    let list = ["run", "--list", "--target", "a", "--config", config];
    let ended = tried(&list, &[]);
    assert_tells(&ended, 0, &["post-crm-contact-project-projectid::json"]);
    assert!(!ended.stderr.contains("not read"), "{}", ended.stderr);
}

#[test]
fn a_violation_counts_more_than_a_page_that_is_not_read() {
    let pages = pages();
    let fault = "schema:get-crm-contact-contactid:drop:TaskCount";
    let served = crate::support::Served::start(&["--fault", fault]);
    let mut command = served.run(&["get-crm-contact-contactid::json", "--skip", "refusal"]);
    let ended = run(command.arg("--pages").arg(pages.path()));
    assert_tells(&ended, 1, &["1 page was not read", "TaskCount"]);
}

#[test]
fn other_commands_do_what_they_can_and_fail() {
    let pages = pages();
    let out = pages.path().join("out");
    let path = out.to_str().unwrap();
    let told = ["page not read", "bad.txt:1:1", "1 page was not read"];
    let ended = tried(&["generate", "--out", path], &[pages.path()]);
    assert_tells(&ended, 2, &told);
    assert!(out.join("get-crm-contact-contactid").is_dir());
    assert_tells(&tried(&["lint"], &[pages.path()]), 2, &told);
    let few = ["faults", "transport:json:page"];
    assert_tells(&tried(&few, &[pages.path()]), 2, &told);
}

#[test]
fn pages_of_several_places_are_one_contract() {
    let pages = pages();
    let (read, link) = ("crm/contacts/read", "crm/contacts/link.txt");
    let both = [&*pages.path().join(read), &*pages.path().join(link)];
    let ended = tried(&["run", "--list"], &both);
    let operations = ["get-crm-contact-contactid", "post-crm-contact-project"];
    assert_tells(&ended, 0, &operations);
    let ended = tried(&["run"], &both);
    assert_tells(&ended, 0, &["read and ", "link.txt"]);
}

#[test]
fn what_is_no_page_is_told_and_costs_nothing() {
    let pages = tempfile::tempdir().unwrap();
    let page = "get-crm-contact-contactid.txt";
    fs::copy(project().join("pages").join(page), pages.path().join(page)).unwrap();
    let files = [
        (
            "README.md",
            "# Pages\n\nTry `GET /api/2.0/crm`:\n\n```\nGET /api/2.0/crm\n```\n",
        ),
        ("LICENSE", "May be used.\n"),
        (
            "index.html",
            "<html><ul><li><a href='x'>GET api/2.0/crm</a></li></ul></html>",
        ),
        ("logo.svg", "<svg/>"),
    ];
    for (name, text) in files {
        fs::write(pages.path().join(name), text).unwrap();
    }
    let reports = tempfile::tempdir().unwrap();
    let others = ["README.md", "LICENSE", "index.html"];
    let report = reports.path().join("report.json");
    let html = reports.path().join("report.html");
    let options = [
        "run",
        "json::schema",
        "--report-json",
        report.to_str().unwrap(),
    ];
    let more = ["--report-html", html.to_str().unwrap()];
    let ended = tried(&[&options[..], &more].concat(), &[pages.path()]);
    assert_tells(&ended, 0, &others);
    let words = "3 files among the pages hold none and are passed over:";
    assert!(ended.stdout.contains(words), "{}", ended.stdout);
    assert_eq!(ended.stderr.matches("passed over").count(), 0, "told once");
    assert!(fs::read_to_string(&html).unwrap().contains(words));
    let report: Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    let told = report["passed_over"].as_array().unwrap();
    assert_eq!(told.len(), 3, "{told:?}");
    assert!(told[0].as_str().unwrap().ends_with("LICENSE"), "{told:?}");
    let listed = tried(&["run", "json::schema", "--list"], &[pages.path()]);
    assert_eq!(
        listed.stderr.matches("passed over").count(),
        3,
        "{}",
        listed.stderr
    );
    assert!(!ended.stdout.contains("not read"), "{}", ended.stdout);
    let ended = tried(&["lint"], &[pages.path()]);
    assert_tells(&ended, 0, &others);
    assert_tells(&ended, 0, &["remark: no page", "1 operation, 3 remarks"]);
    assert!(!ended.stdout.contains("logo"), "{}", ended.stdout);
    let json = tried(&["lint", "--format", "json"], &[pages.path()]);
    let told: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(told["passed_over"].as_array().unwrap().len(), 3);
    // What is named itself was meant.
    let readme = pages.path().join("README.md");
    assert_tells(
        &tried(&["lint"], &[&readme]),
        2,
        &["README.md:", "expected"],
    );
    let strict = ["lint", "--deny", "remarks", "--exclude-page", "*.html"];
    assert_tells(&tried(&strict, &[pages.path()]), 1, &["2 remarks"]);
}

//! The report for CI servers, held against the rules of those that are strictest.

use std::fs;
use std::time::Duration;

use roxmltree::Node;
use serde_json::Value;

use crate::support::{program, run};

/// What an element may hold by the schema of Jenkins' xunit plugin (junit-10): attributes that it must
/// have, those that it may have, children, and whether text stands in it.
type Rules = (
    &'static [&'static str],
    &'static [&'static str],
    &'static [&'static str],
    bool,
);

fn rules(name: &str) -> Option<Rules> {
    const COUNTS: &[&str] = &["name", "tests", "failures", "errors"];
    const OF_A_SUITE: &[&str] = &["time", "skipped", "timestamp", "hostname", "id", "package"];
    const RESULT: &[&str] = &["type", "message"];
    const RESULTS: &[&str] = &["skipped", "error", "failure", "system-out", "system-err"];
    const IN_A_SUITE: &[&str] = &["properties", "testcase", "system-out", "system-err"];
    Some(match name {
        "testsuites" => (
            &[],
            &["name", "time", "tests", "failures", "errors"],
            &["testsuite"],
            false,
        ),
        "testsuite" => (COUNTS, OF_A_SUITE, IN_A_SUITE, false),
        "properties" => (&[], &[], &["property"], false),
        "property" => (&["name", "value"], &[], &[], false),
        "testcase" => (&["name"], &["time", "classname"], RESULTS, false),
        "failure" | "error" | "skipped" => (&[], RESULT, &[], true),
        "system-out" | "system-err" => (&[], &[], &[], true),
        _ => return None,
    })
}

/// Every element is one that the strictest readers know, and holds nothing else.
pub(crate) fn check_structure(root: Node<'_, '_>) {
    assert!(root.has_tag_name("testsuites"));
    for node in root.descendants().filter(Node::is_element) {
        let name = node.tag_name().name();
        let (needed, allowed, children, has_text) =
            rules(name).unwrap_or_else(|| panic!("<{name}>"));
        for wanted in needed {
            assert!(node.has_attribute(*wanted), "<{name}> without {wanted}");
        }
        for attribute in node.attributes() {
            let is_known = [needed, allowed].concat().contains(&attribute.name());
            assert!(is_known, "<{name} {}>", attribute.name());
        }
        for child in node.children() {
            let is_known = child.is_element() && children.contains(&child.tag_name().name());
            let is_text = child.is_text() && (has_text || child.text().unwrap().trim().is_empty());
            assert!(is_known || is_text, "<{name}>: {child:?}");
        }
        // Digits and a point, as surefire writes them.
        if let Some(time) = node.attribute("time") {
            let (seconds, parts) = time.split_once('.').unwrap();
            let digits = format!("{seconds}{parts}");
            assert!(digits.bytes().all(|digit| digit.is_ascii_digit()), "{time}");
        }
        if let Some(timestamp) = node.attribute("timestamp") {
            let form = time::format_description::well_known::Rfc3339;
            let read = time::OffsetDateTime::parse(timestamp, &form).unwrap();
            assert!(read.offset().is_utc(), "{timestamp}");
        }
    }
    let suites = root.children().filter(Node::is_element);
    for suite in suites {
        assert!(suite.has_attribute("timestamp"));
        let cases = suite
            .children()
            .filter(|node| node.has_tag_name("testcase"));
        assert_eq!(time_of(suite), cases.map(time_of).sum::<Duration>());
    }
}

fn time_of(node: Node<'_, '_>) -> Duration {
    let (seconds, micros) = node.attribute("time").unwrap().split_once('.').unwrap();
    assert_eq!(micros.len(), 6, "microseconds");
    Duration::new(
        seconds.parse().unwrap(),
        micros.parse::<u32>().unwrap() * 1000,
    )
}

#[test]
fn one_answer_after_the_other_takes_no_longer_than_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let before = time::OffsetDateTime::now_utc();
    // Writes go in a lane of their own, beside the reads.
    let mut command = program(&["run", "get-crm-contact", "--jobs", "1"]);
    command.arg("--report-junit").arg(path("x.xml"));
    command.arg("--report-json").arg(path("x.json"));
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let junit = fs::read_to_string(path("x.xml")).unwrap();
    let document = roxmltree::Document::parse(&junit).unwrap();
    let root = document.root_element();
    let json: Value = serde_json::from_slice(&fs::read(path("x.json")).unwrap()).unwrap();
    let milliseconds = |value: &Value| value.as_f64().unwrap();
    let elapsed = milliseconds(&json["elapsed_ms"]);
    assert!((time_of(root).as_secs_f64() * 1e3 - elapsed).abs() < 0.01);
    let suites = root.children().filter(Node::is_element);
    let sum: Duration = suites.clone().map(time_of).sum();
    assert!(sum <= time_of(root), "{sum:?} of {elapsed} ms");
    assert!(sum > Duration::ZERO);
    // The JSON report counts an answer for every case that judges it.
    let cases = json["cases"].as_array().unwrap().iter();
    let shared: f64 = cases.map(|case| milliseconds(&case["elapsed_ms"])).sum();
    assert!(sum.as_secs_f64() * 1e3 < shared);
    for suite in suites {
        let form = time::format_description::well_known::Rfc3339;
        let started = suite.attribute("timestamp").unwrap();
        let started = time::OffsetDateTime::parse(started, &form).unwrap();
        assert!(started >= before - Duration::from_secs(1));
        assert!(started <= time::OffsetDateTime::now_utc());
    }
}

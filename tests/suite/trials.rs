//! What libtest's formats say: each case as it ended, and how long its answers took.

use std::io::Write;
use std::time::{Duration, Instant};

use libtest_mimic::FormatSetting;
use portal_conformance::case::Selection;
use portal_conformance::contract;
use portal_conformance::report::{Report, Trials};
use portal_conformance::run::Verdict;
use portal_conformance::source::Source;
use serde_json::Value;

use crate::reports::{PAGE, every_verdict};
use crate::support::hostile::{Hostile, whole};
use crate::support::{program, run, test_binary};

fn lines(json: &str) -> Vec<Value> {
    json.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

#[test]
fn a_trial_ends_as_its_case_did() {
    let contract = contract::of_sources(vec![Source::new("pages/get-x.txt", PAGE)]).unwrap();
    let of = every_verdict(&contract);
    let trials = Trials::of(&Report::of(&of));
    // What the formats have no place for is told beside them.
    let says = |words: &str| trials.beside.iter().any(|line| line.contains(words));
    assert!(says("1 of 2 documented members were seen"));
    assert!(says("not judged: GET api/2.0/x: no answer held"));
    assert_eq!(says("remarks in "), of.remarked() > 0);
    let ends: Vec<&str> = of
        .outcomes
        .iter()
        .map(|outcome| match outcome.verdict {
            Verdict::Conforms | Verdict::Waived => "ok",
            Verdict::Ignored(_) => "ignored",
            _ => "failed",
        })
        .collect();
    let many = |wanted: &str| ends.iter().filter(|end| **end == wanted).count();
    assert!(many("ok") > 1 && many("failed") > 1 && many("ignored") > 0);
    let told = lines(&trials.text(FormatSetting::Json, true));
    assert_eq!(told[0]["test_count"], ends.len());
    let ended = told
        .iter()
        .filter(|line| line["type"] == "test" && line["event"] != "started");
    for ((line, outcome), end) in ended.zip(&of.outcomes).zip(&ends) {
        assert_eq!(line["name"], outcome.id.to_string());
        assert_eq!(line["event"], *end);
        let time = outcome.elapsed.as_secs_f64();
        assert!(*end == "ignored" || line["exec_time"] == time, "{line}");
        let says = line["stdout"].as_str().unwrap_or_default();
        assert_eq!(*end == "failed", !says.trim().is_empty(), "{line}");
    }
    let last = told.last().unwrap();
    assert_eq!(last["event"], "failed");
    assert_eq!(last["passed"], many("ok"));
    assert_eq!(last["failed"], many("failed"));
    assert_eq!(last["ignored"], many("ignored"));
    assert_eq!(last["exec_time"], of.elapsed.as_secs_f64());
    let pretty = trials.text(FormatSetting::Pretty, false);
    for (outcome, end) in of.outcomes.iter().zip(&ends) {
        let word = if *end == "failed" { "FAILED" } else { end };
        let begin = format!("test {} ", outcome.id);
        let mut lines = pretty.lines();
        assert!(lines.any(|line| line.starts_with(&begin) && line.ends_with(word)));
        let is_named = pretty.contains(&format!("---- {} ----\n", outcome.id));
        assert_eq!(is_named, *end == "failed");
    }
    let finished = format!("finished in {:.2}s\n", of.elapsed.as_secs_f64());
    assert!(pretty.contains(&finished), "{pretty}");
    let terse = trials.text(FormatSetting::Terse, false);
    let letters = ends.iter().map(|end| match *end {
        "ok" => '.',
        "failed" => 'F',
        _ => 'i',
    });
    let letters: String = letters.collect();
    assert!(terse.contains(&format!("tests\n{letters}\n")), "{terse}");
    // Colours are added, and nothing else is changed.
    for format in [FormatSetting::Pretty, FormatSetting::Terse] {
        let colored = trials.text(format, true);
        assert!(colored.contains('\u{1b}'));
        let plain = anstream::adapter::strip_str(&colored).to_string();
        assert_eq!(plain, trials.text(format, false));
    }
}

#[test]
fn what_is_not_selected_is_filtered_out_and_what_is_included_must_be_asked() {
    let contract = contract::of_sources(vec![Source::new("pages/get-x.txt", PAGE)]).unwrap();
    let of = every_verdict(&contract);
    let all = Trials::of(&Report::of(&of));
    let ignored = of
        .outcomes
        .iter()
        .find(|outcome| matches!(outcome.verdict, Verdict::Ignored(_)));
    let selection = Selection {
        filters: vec![ignored.unwrap().id.to_string()],
        exact: true,
        ..Selection::default()
    };
    let one = all.clone().only(&selection, false);
    assert!(!one.has_failed());
    let told = lines(&one.text(FormatSetting::Json, false));
    let last = told.last().unwrap();
    assert_eq!(
        (last["ignored"].as_u64(), &last["event"]),
        (Some(1), &"ok".into())
    );
    assert_eq!(last["filtered_out"], of.plan.cases.len().saturating_sub(1));
    let included = all.only(&selection, true);
    assert!(included.has_failed());
    assert!(
        included
            .text(FormatSetting::Pretty, false)
            .contains("not asked: ")
    );
}

/// How long each answer of the slow portal takes.
const PAUSE: Duration = Duration::from_millis(300);

/// The portal is slow by itself: the times must be its, whatever this machine does besides.
#[test]
fn times_are_those_of_the_answers() {
    let slow = Hostile::answering(|stream, _| {
        std::thread::sleep(PAUSE);
        stream.write_all(&whole(
            "application/json",
            b"{\"status\": 0, \"response\": []}",
        ))
    });
    let case = "get-crm-contact-contactid::json::transport";
    let arguments = ["--url", &slow.url, "--exact", case];
    let by_program = |format: &str| {
        let mut command = program(&["run", "--format", format]);
        command.args(arguments).env("PORTAL_TOKEN", "x");
        command
    };
    let by_binary = |format: &str| {
        let mut command = std::process::Command::new(test_binary()?);
        command
            .args(["--format", format, "--exact", case])
            .env_clear()
            .env("PORTAL_URL", &slow.url)
            .env("PORTAL_TOKEN", "x");
        Some(command)
    };
    for command in [Some(by_program("json")), by_binary("json")] {
        let Some(mut command) = command else { continue };
        let start = Instant::now();
        let ended = run(&mut command);
        let took = start.elapsed().as_secs_f64();
        let told = lines(&ended.stdout);
        for line in &told[told.len() - 2..] {
            let time = line["exec_time"].as_f64().unwrap();
            assert!(
                (PAUSE.as_secs_f64()..took).contains(&time),
                "{line}, took {took}"
            );
        }
    }
    for command in [Some(by_program("pretty")), by_binary("pretty")] {
        let Some(mut command) = command else { continue };
        let start = Instant::now();
        let ended = run(&mut command);
        // Two digits are shown.
        let took = start.elapsed().as_secs_f64() + 0.01;
        let (_, time) = ended.stdout.rsplit_once("finished in ").unwrap();
        let time: f64 = time.trim_end().trim_end_matches('s').parse().unwrap();
        assert!(
            (PAUSE.as_secs_f64()..took).contains(&time),
            "{time}, took {took}"
        );
    }
}

#[test]
fn the_test_binary_takes_several_filters_as_libtest_does() {
    let Some(binary) = test_binary() else { return };
    let tried = |words: &[&str]| {
        let mut command = std::process::Command::new(&binary);
        run(command.args(words).env_clear())
    };
    let (one, other) = ("contactid::json::transport", "contactid::xml::envelope");
    let listed = tried(&["--list", one, other]);
    let names: Vec<&str> = listed.stdout.lines().collect();
    let of = |name| format!("get-crm-contact-{name}: test");
    assert_eq!(names, [of(one), of(other)], "{}", listed.stderr);
    let ended = tried(&[one, other, "--quiet"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("2 passed; 0 failed"),
        "{}",
        ended.stdout
    );
}

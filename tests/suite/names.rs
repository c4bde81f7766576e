//! Names of the page are nobody's data: they are shown as they are, whatever their letters.

use std::fs;
use std::io::Write;

use serde_json::json;
use tempfile::TempDir;

use crate::support::hostile::{Hostile, whole};
use crate::support::{program, run};

const PAGE: &str = "GET api/2.0/things This function requires authentication\n\nDescription\n\nThings.\n\n\
    Returns\n\nThing\n\nExample Response\n\napplication/json\n\n\
    {\"status\": 0, \"response\": {\"Имя\": \"слово\", \"@type\": \"Thing\", \"a b\": 1, \
    \"Список\": [{\"первый ключ\": 1}]}}\n\n";

fn pages() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("get-things.txt"), PAGE).unwrap();
    folder
}

/// What is printed and every report, of a portal that gives this answer.
fn told(response: &serde_json::Value) -> Vec<(&'static str, String)> {
    let body = json!({"status": 0, "response": response}).to_string();
    let portal = Hostile::answering(move |stream, head| {
        let head = head.to_lowercase();
        let is_known = head.contains("authorization: x\r\n");
        let answer = if is_known {
            whole("application/json", body.as_bytes())
        } else {
            b"HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()
        };
        stream.write_all(&answer)
    });
    let folder = pages();
    let mut command = program(&["run", "--strict", "--url", &portal.url, "schema", "--pages"]);
    command.arg(folder.path()).env("PORTAL_TOKEN", "x");
    let kinds = ["junit", "json", "markdown", "html"];
    let reports = tempfile::tempdir().unwrap();
    let path = |kind: &str| reports.path().join(format!("report.{kind}"));
    for kind in kinds {
        command.arg(format!("--report-{kind}")).arg(path(kind));
    }
    let ended = run(&mut command);
    let mut told = vec![("text", ended.stdout)];
    for kind in kinds {
        told.push((kind, fs::read_to_string(path(kind)).unwrap()));
    }
    let trials = run(command.args(["--format", "pretty"]));
    told.push(("pretty", trials.stdout));
    told
}

#[test]
fn documented_names_are_told_as_they_are_and_others_by_the_rule() {
    let all = told(&json!({
        "Имя": 5,
        "a b": "x",
        "Список": [{"первый ключ": null}],
        "Анна Мустер": 1,
        "Plain": 1,
    }));
    for (kind, text) in all {
        for name in [
            "/response/Имя",
            "/response/@type",
            "/response/a b",
            "/response/Список/0/первый ключ",
            "/response/Plain",
            "a name of 11 characters",
        ] {
            assert!(text.contains(name), "{kind}, {name}: {text}");
        }
        assert!(!text.contains("Анна"), "{kind}: {text}");
    }
}

#[test]
fn documented_names_that_no_answer_held_are_listed_as_they_are() {
    let all = told(&json!({"Имя": "y", "@type": "y", "a b": 2, "Список": []}));
    for (kind, text) in all.iter().filter(|(kind, _)| *kind != "pretty") {
        assert!(text.contains("Список/*/первый ключ"), "{kind}: {text}");
    }
    assert!(all[0].1.contains("no answer held Список/*/первый ключ"));
}

#[test]
fn a_waiver_as_it_is_printed_forgives_a_member_of_any_name() {
    let all = told(&json!({"Имя": "y", "@type": "y", "a b": "x", "Список": [{"первый ключ": 1}]}));
    let line = all[0]
        .1
        .lines()
        .find_map(|line| line.trim().strip_prefix("waive: "));
    assert!(
        line.unwrap().contains("pointer = \"/response/a b\""),
        "{}",
        all[0].1
    );
}

//! Which of two truths a run tells: what expired against what follows, what was left against what held,
//! how many ask at once.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Command;
use std::sync::{Arc, Condvar, Mutex};
use std::time::Duration;

use crate::support::hostile::{Hostile, TOKEN, whole};
use crate::support::scene::{STEPS, Scene};
use crate::support::{Ended, Served, program, run};
use serde_json::Value;

/// Runs a command with a report for programs.
fn reported(mut command: Command) -> (Ended, Value) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("report.json");
    let ended = run(command.arg("--report-json").arg(&path));
    let report = std::fs::read_to_string(&path).unwrap();
    (ended, serde_json::from_str(&report).unwrap())
}

#[test]
fn an_expired_waiver_forgives_neither_a_violation_nor_what_follows_from_it() {
    let served = Served::start(&["--fault", "schema:get-crm-contact-contactid:drop:TaskCount"]);
    let reported = |until: Option<&str>| {
        let folder = tempfile::tempdir().unwrap();
        let waiver = until.map_or(String::new(), |until| {
            format!(
                "[[target.a.waiver]]\ncase = \"*\"\npointer = \"/response/TaskCount\"\nkind = \"missing\"\nreason = \"r\"\nuntil = {until}\n"
            )
        });
        let file = folder.path().join("portal-conformance.toml");
        let text = format!("[target.a]\nurl = \"{}\"\n{waiver}", served.url);
        std::fs::write(&file, text).unwrap();
        let mut command = program(&["run", "--target", "a", "--config"]);
        command
            .arg(&file)
            .arg("get-crm-contact-contactid")
            .env("PORTAL_TOKEN", crate::support::TOKEN);
        reported(command)
    };
    let (without, plain) = reported(None);
    assert_eq!(without.code, Some(1), "{}", without.stdout);
    let violates = plain["summary"]["violates"].as_u64().unwrap();
    let (live, forgiven) = reported(Some("2999-12-31"));
    assert_eq!(live.code, Some(0), "{}", live.stdout);
    assert_eq!(forgiven["summary"]["waived"], violates);
    // The formats differ where one of them lacks a member.
    let families = |report: &Value| -> Vec<String> {
        let cases = report["cases"].as_array().unwrap().iter();
        let all = cases.flat_map(|case| case["violations"].as_array().unwrap());
        let waived = all.filter(|violation| !violation["waived"].is_null());
        waived
            .map(|violation| violation["family"].as_str().unwrap().to_owned())
            .collect()
    };
    assert!(families(&forgiven).contains(&"parity".to_owned()));
    let (expired, report) = reported(Some("2020-01-31"));
    assert_eq!(expired.code, Some(1), "{}", expired.stdout);
    assert_eq!(report["summary"]["waived"], 0);
    assert_eq!(report["summary"]["violates"], violates);
    assert_eq!(families(&report), [""; 0]);
    assert_eq!(report["waivers"][0]["state"], "expired");
}

#[test]
fn data_that_is_left_makes_a_good_run_3_and_no_bad_one_better() {
    let refuses = |scene: &Scene| {
        let refusal = ("DELETE project".to_owned(), 403, "{}".to_owned());
        scene.office.with(|state| state.answers.push(refusal));
    };
    let tried = |scene: &Scene, filter: &str| {
        reported(scene.program(&["run", "--target", "office", filter]))
    };
    let kept = "get-crm-contact-contactid::json::refusal::no-token";
    let broken = "get-crm-contact-contactid::json::schema";
    for (filter, is_left, code, sentence) in [
        (kept, false, 0, "the portal keeps the contract"),
        (
            kept,
            true,
            3,
            "the portal keeps the contract, but test data may be left on it",
        ),
        (broken, false, 1, "the portal violates the contract"),
        (broken, true, 1, "the portal violates the contract"),
    ] {
        let scene = Scene::with(None, "allow-writes = true", STEPS);
        if is_left {
            refuses(&scene);
        }
        let (ended, report) = tried(&scene, filter);
        assert_eq!(ended.code, Some(code), "{filter} {}", ended.stdout);
        assert_eq!(report["exit"]["code"], code);
        assert_eq!(report["exit"]["sentence"], sentence);
        assert_eq!(report["left"].is_array(), is_left, "{report}");
    }
}

/// How many requests are under way, and the most that ever were.
#[derive(Default)]
struct Crowd(Mutex<(usize, usize)>, Condvar);

impl Crowd {
    /// Lets each request wait until so many are there, or none comes any more.
    fn wait_for(&self, count: usize) {
        let mut state = self.0.lock().unwrap();
        state.0 += 1;
        state.1 = state.1.max(state.0);
        self.1.notify_all();
        let pause = Duration::from_millis(300);
        let (mut state, _) = self
            .1
            .wait_timeout_while(state, pause, |(_, most)| *most < count)
            .unwrap();
        state.0 -= 1;
    }

    fn most(&self) -> usize {
        self.0.lock().unwrap().1
    }
}

/// Answers requests on one connection for as long as they come.
fn kept_open(stream: TcpStream, answer: impl Fn()) -> io::Result<()> {
    let mut stream = BufReader::new(stream);
    loop {
        let mut length = 0;
        loop {
            let mut line = String::new();
            if stream.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.to_lowercase();
            if let Some(text) = line.strip_prefix("content-length: ") {
                length = text.trim().parse().unwrap_or(0);
            }
            if line.trim().is_empty() {
                break;
            }
        }
        io::copy(&mut (&mut stream).take(length), &mut io::sink())?;
        answer();
        stream.get_mut().write_all(
            b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}",
        )?;
    }
}

#[test]
fn a_portal_that_closes_each_connection_is_asked_by_few_at_once() {
    /// As many as a backlog takes, whatever `--jobs` says.
    const FEW: usize = 4;
    let arguments = ["get-crm-contact-contactid", "--jobs", "12"];
    let closing = Arc::new(Crowd::default());
    let crowd = Arc::clone(&closing);
    let portal = Hostile::answering(move |stream, _| {
        crowd.wait_for(FEW);
        stream.write_all(&whole("application/json", b"{}"))
    });
    portal.tried(&arguments);
    assert_eq!(closing.most(), FEW);
    let open = Arc::new(Crowd::default());
    let crowd = Arc::clone(&open);
    let portal = Hostile::accepting(move |stream| {
        let crowd = Arc::clone(&crowd);
        kept_open(stream, move || crowd.wait_for(FEW + 1))
    });
    portal.tried(&arguments);
    assert!(open.most() > FEW, "{}", open.most());
    assert!(open.most() <= 12, "{}", open.most());
}

#[test]
fn every_page_of_a_portal_that_cannot_be_judged_is_blocked_and_not_broken() {
    // Under it, refusals that hold are worth saying; what the obstacle broke is not.
    for (answer, held) in [
        (
            "HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_owned(),
            true,
        ),
        (
            "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 15\r\nConnection: close\r\n\r\n<!DOCTYPE html>".to_owned(),
            false,
        ),
    ] {
        let portal = Hostile::saying(answer);
        let mut command = program(&["run", "--url", &portal.url]);
        command.env("PORTAL_TOKEN", TOKEN);
        let (ended, report) = reported(command);
        assert_eq!(ended.code, Some(3), "{}", ended.stdout);
        assert!(report["obstacle"].is_string());
        assert_eq!(report["summary"]["violates"], 0);
        assert_eq!(report["findings"].as_array().unwrap().len(), 0);
        for case in report["cases"].as_array().unwrap() {
            let check = case["check"].as_str().unwrap();
            let expected = match case["verdict"].as_str().unwrap() {
                "ignored" => "ignored",
                // 401 refuses a token and a wrong request, and says nothing of an unknown resource.
                _ if held && check.starts_with("refusal::") && !check.contains("unknown") => {
                    "conforms"
                }
                _ => "blocked",
            };
            assert_eq!(case["verdict"], expected, "{}", case["id"]);
            assert_eq!(case["violations"].as_array().unwrap().len(), 0);
        }
    }
}

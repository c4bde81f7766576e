//! What changes while a run goes is no drift of the portal's: gateways, pages, tokens, and logins that fail too often.

use crate::bureau::{ANNA, Asked, Bureau, Framing, Habit, Kind, Reply, TOKEN};
use crate::support::{Ended, program};
#[cfg(unix)]
use crate::support::{run, scene::Running};

/// How a portal changes its answers.
type Change = fn(&Asked, &mut Reply);

/// What came of trying a bureau with a habit, and how many requests it got.
fn tried(habit: Change) -> (Ended, usize) {
    let bureau = Bureau::open(Habit::Reply(habit));
    let ended = bureau.judged();
    (ended, bureau.log().len())
}

/// Says each of the words, and none of the others.
fn says(ended: &Ended, code: i32, words: &[&str], others: &[&str]) {
    let Ended { stdout, stderr, .. } = ended;
    assert_eq!(ended.code, Some(code), "{stdout}{stderr}");
    for word in words {
        assert!(stdout.contains(word), "`{word}` is not said:\n{stdout}");
    }
    for word in others {
        assert!(!stdout.contains(word), "`{word}` is said:\n{stdout}");
    }
}

fn is_late(asked: &Asked) -> bool {
    asked.number > 150
}

fn gateway() -> Reply {
    Reply::page(502, "Bad Gateway", "<html><title>502</title></html>")
}

#[test]
fn what_answers_in_the_place_of_the_api_from_some_moment_on_is_not_judged() {
    let habits: [(Change, &str); 4] = [
        (
            |asked, reply| {
                if is_late(asked) {
                    *reply = gateway();
                }
            },
            "answers every request with 502",
        ),
        (
            |asked, reply| {
                if is_late(asked) {
                    *reply = Reply::page(200, "OK", "<!doctype html><title>Soon</title>");
                }
            },
            "an HTML page titled `Soon`",
        ),
        (
            |asked, reply| {
                if is_late(asked) {
                    reply.status = 302;
                    reply.set("Location", "/login");
                }
            },
            "redirects every request (302)",
        ),
        (
            |asked, reply| {
                if is_late(asked) {
                    reply.status = 401;
                }
            },
            "refuses the credentials",
        ),
    ];
    for (habit, words) in habits {
        let (ended, _) = tried(habit);
        let all = [
            "what came after 1",
            " answers is not judged: ",
            words,
            "(exit 3)",
        ];
        says(&ended, 3, &all, &["FAILED"]);
    }
    // What was violated before is told all the same.
    let (ended, _) = tried(|asked, reply| {
        if is_late(asked) {
            *reply = gateway();
        } else if asked.is(Kind::Read) {
            reply.status = 201;
        }
    });
    let all = [" answers is not judged: ", "expected 200, got 201"];
    says(&ended, 1, &all, &["got 502"]);
}

#[test]
fn an_operation_that_a_gateway_answers_from_some_moment_on_is_told() {
    for habit in [
        (|asked, reply| {
            if asked.kind == Kind::Link && is_late(asked) {
                *reply = gateway();
            }
        }) as Change,
        |asked, reply| {
            if asked.kind == Kind::Read && is_late(asked) && asked.status < 300 {
                *reply = gateway();
            }
        },
    ] {
        let (ended, _) = tried(habit);
        says(&ended, 1, &["got 502", "FAILED"], &["is not judged: "]);
    }
}

#[test]
fn failed_logins_that_are_bounded_are_no_drift() {
    let (ended, requests) = tried(|asked, reply| {
        if asked.status == 401 && asked.number > 90 {
            reply.status = 429;
        }
    });
    let words = ["answers no more failed logins for some time"];
    says(&ended, 3, &words, &["FAILED", "remark"]);
    assert!(requests < 400, "{requests}: no more of them are sent");
    let (ended, _) = tried(|asked, reply| {
        if asked.status == 401 && asked.number > 90 {
            reply.framing = Framing::Short(9);
        }
    });
    says(&ended, 3, &words, &["FAILED", "remark"]);
    let (ended, _) = tried(|asked, reply| {
        if asked.status == 401 && asked.number > 90 {
            reply.status = 403;
        }
    });
    says(&ended, 0, &[], &["FAILED", "existence"]);
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_reports_what_was_answered() {
    let bureau = Bureau::open(Habit::Reply(|asked, reply| {
        if asked.number > 60 {
            std::thread::sleep(std::time::Duration::from_millis(200));
        } else if asked.is(Kind::Read) {
            reply.status = 201;
        }
    }));
    let folder = tempfile::tempdir().unwrap();
    let [json, xml] = ["r.json", "r.xml"].map(|name| folder.path().join(name));
    let mut command = program(&["run", "--no-config", "--profile", "community-server"]);
    command
        .args([
            "--url",
            &bureau.url,
            "--param",
            &format!("contactid={ANNA}"),
        ])
        .arg("--report-json")
        .arg(&json)
        .arg("--report-junit")
        .arg(&xml)
        .env("PORTAL_TOKEN", TOKEN);
    let mut running = Running::start(&mut command);
    while bureau.log().len() < 62 {
        assert!(!running.has_ended());
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    running.signal("-INT");
    let ended = running.end();
    let words = [
        "the run was interrupted",
        "expected 200, got 201",
        "interrupted (exit 130)",
    ];
    says(&ended, 130, &words, &[]);
    assert!(ended.stderr.ends_with("interrupted\n"), "{}", ended.stderr);
    let check = run(&mut program(&["report", "check", json.to_str().unwrap()]));
    let words = ["the report is whole", "note: the run was interrupted"];
    says(&check, 0, &words, &[]);
    for (report, word) in [(json, "\"code\": 130"), (xml, "")] {
        let text = std::fs::read_to_string(report).unwrap();
        assert!(text.contains("201") && text.contains(word), "{text}");
    }
}

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::sync::Mutex;

use super::*;
use crate::check::Rule;
use crate::config::File;
use crate::exit_code::ExitCode;
use crate::level::Level;
use crate::run::{Hint, Leftover, Unused, Verdict};
use crate::session::journal::NamedValues;
use crate::session::recipe::Seen;
use crate::settings::{Given, Surroundings};

const STEPS: &str = r#"
[[target.office.set-up]]
name = "make"
method = "POST"
path = "contact"
body = { name = "{run}" }
keep = { contactid = "/id" }

[[target.office.tear-down]]
name = "undo"
method = "DELETE"
path = "contact/{contactid}"
"#;

/// Settings as a file and somebody give them, with a token for the portal of the file.
fn settings(given: &Given, text: Option<&str>, folder: &Path) -> Settings {
    let around = Surroundings {
        variable: &|name| {
            let is_there = name == "PORTAL_TOKEN" && text.is_some();
            is_there.then(|| OsString::from("geheim"))
        },
        read: &|_| Err(io::ErrorKind::NotFound.into()),
        sends_nothing: false,
    };
    let file = text.map(|text| File::parse("f.toml", text, folder.to_owned()).unwrap());
    Settings::of(given, around, file).unwrap()
}

fn office(lines: &str) -> Settings {
    let text = format!("[target.office]\nurl = \"http://127.0.0.1:1\"\n{lines}");
    let folder = tempfile::tempdir().unwrap();
    settings(&Given::target("office"), Some(&text), folder.path())
}

/// A few cases that need few questions.
fn few() -> Selection {
    Selection {
        filters: vec!["get-crm-contact-contactid::json::".to_owned()],
        ..Selection::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_portal_is_tried_where_none_is_named() {
    let settings = settings(&Given::default(), None, Path::new(""));
    let session = Session::prepare(&settings).unwrap();
    assert_eq!(session.warnings(), []);
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = {
        let told = Arc::clone(&told);
        move |event| told.lock().unwrap().push(event)
    };
    let run = session.run(&few(), tell, Stop::never()).await.unwrap();
    assert_eq!(run.exit_code(), ExitCode::Conforms);
    let selected = session.plan().select(&few()).cases().count();
    assert!(selected > 5 && selected < session.plan().cases.len());
    assert_eq!(run.outcomes.len(), selected);
    assert!(run.requests > 0);
    let told = told.lock().unwrap();
    assert_eq!(told.first(), Some(&Event::TestData { is_there: false }));
    assert_eq!(told.last(), Some(&Event::AllAsked));
    let asked = told
        .iter()
        .filter(|event| matches!(event, Event::Asked { .. }));
    assert_eq!(asked.count(), run.requests);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_to_end_is_heeded_before_and_after() {
    let settings = settings(&Given::default(), None, Path::new(""));
    let session = Session::prepare(&settings).unwrap();
    let (stopper, stop) = Stop::new();
    assert!(!stop.is_wanted() && !Stop::never().is_wanted());
    let wanted = stop.wanted();
    tokio::pin!(wanted);
    assert!(futures::poll!(&mut wanted).is_pending());
    stopper.stop();
    assert!(stop.is_wanted());
    wanted.await;
    assert!(futures::poll!(std::pin::pin!(Stop::never().wanted())).is_pending());
    let ended = session.run(&few(), |_| {}, stop.clone()).await;
    assert!(matches!(ended, Err(SessionError::Stopped { left, .. }) if left.is_empty()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_to_end_after_the_last_answer_is_heeded_too() {
    let settings = settings(&Given::default(), None, Path::new(""));
    let session = Session::prepare(&settings).unwrap();
    let (stopper, stop) = Stop::new();
    let tell = move |event| {
        if event == Event::AllAsked {
            stopper.stop();
        }
    };
    let ended = session.run(&few(), tell, stop).await;
    assert!(matches!(ended, Err(SessionError::Stopped { left, .. }) if left.is_empty()));
}

#[tokio::test]
async fn a_portal_that_cannot_be_reached_is_a_run_that_judges_nothing() {
    let session = Session::prepare(&office("")).unwrap();
    let run = session.run(&few(), |_| {}, Stop::never()).await.unwrap();
    assert_eq!(run.exit_code(), ExitCode::NotJudged);
    assert!(matches!(run.obstacle, Some(Obstacle::Unreachable { .. })));
    // Steps that cannot be carried out leave nothing to ask.
    let text = format!("allow-writes = true\n{STEPS}");
    let session = Session::prepare(&office(&text)).unwrap();
    let run = session.run(&few(), |_| {}, Stop::never()).await.unwrap();
    assert!(matches!(run.obstacle, Some(Obstacle::TestData(_))));
    assert!(run.left.is_empty(), "{:?}", run.left);
    let is_blocked = |verdict: &Verdict| matches!(verdict, Verdict::Blocked(_));
    assert!(run.count(is_blocked) > 0);
}

#[test]
fn steps_are_carried_out_with_leave_to_write_alone() {
    let allowed = |lines: &str| {
        let session = Session::prepare(&office(lines)).unwrap();
        let told = Arc::new(Mutex::new(Vec::new()));
        let listener: Listener = {
            let told = Arc::clone(&told);
            Arc::new(move |event| told.lock().unwrap().push(event))
        };
        let allowed = session.allowed(&listener);
        let told = told.lock().unwrap().clone();
        (allowed.map(|recipe| recipe.set_up.len()), told)
    };
    let with_leave = format!("allow-writes = true\n{STEPS}");
    let (steps, told) = allowed(&with_leave);
    assert_eq!((steps.unwrap(), told.len()), (1, 0));
    let (steps, told) = allowed("");
    assert_eq!((steps.unwrap(), told.len()), (0, 0));
    let (steps, told) = allowed(STEPS);
    let error = steps.unwrap_err();
    assert!(
        matches!(&error, SessionError::NotAllowed { target, parameter }
            if target == "office" && parameter == "contactid"),
        "{error}"
    );
    assert_eq!(told, []);
    let (steps, told) = allowed(&format!("parameters = {{ contactid = 5 }}\n{STEPS}"));
    assert_eq!(steps.unwrap(), 0);
    assert_eq!(told, [Event::Warning(Warning::NoSetUp)]);
    // What no page needs nobody has to name.
    let other = STEPS.replace("contactid", "mine");
    let (steps, told) = allowed(&other);
    assert_eq!((steps.unwrap(), told.len()), (0, 1));
}

#[test]
fn levels_and_waivers_are_those_of_the_target_and_what_is_given_wins() {
    let waiver = "[[target.office.waiver]]\ncase = \"*\"\nkind = \"missing\"\nreason = \"r\"\nuntil = \"2099-01-01\"\n";
    let levels_of = "levels = { missing = \"warn\", type = \"allow\" }\n";
    let settings = office(&format!("{levels_of}{waiver}"));
    let session = Session::prepare(&settings).unwrap();
    assert_eq!(session.waivers.len(), 1);
    let of = |session: &Session, rule| session.suite.levels.of(rule);
    assert_eq!(of(&session, Rule::Missing), Level::Warn);
    assert_eq!(of(&session, Rule::Type), Level::Allow);
    let mut given = settings.clone();
    given.levels = vec![("missing".to_owned(), Level::Deny)];
    let session = Session::prepare(&given).unwrap();
    assert_eq!(of(&session, Rule::Missing), Level::Deny);
    assert_eq!(of(&session, Rule::Type), Level::Allow);
    given.levels = vec![("mising".to_owned(), Level::Deny)];
    let error = Session::prepare(&given).unwrap_err();
    assert!(matches!(error, SessionError::Level(_)), "{error}");
    let wrong = office(&format!("{waiver}{}", waiver.replace("missing", "mising")));
    let error = Session::prepare(&wrong).unwrap_err();
    assert!(matches!(error, SessionError::Waiver(_)), "{error}");
    let told = error.to_string();
    assert!(
        told.starts_with("f.toml:") && told.contains("mising"),
        "{told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_somebody_vouches_for_is_said_in_the_run() {
    let vouching = STEPS.replace(
        "contact/{contactid}",
        "contact/{contactid}?workflow=true\"\nspares-others = [\"workflow\"]\n#",
    );
    for (writes, steps, is_said) in [
        (true, vouching.as_str(), true),
        (true, STEPS, false),
        (false, &vouching, false),
    ] {
        let settings = office(&format!(
            "allow-writes = {writes}\nparameters = {{ contactid = 7 }}\n{steps}"
        ));
        let session = Session::prepare(&settings).unwrap();
        let run = session.run(&few(), |_| {}, Stop::never()).await.unwrap();
        let mut hints = run.hints.iter();
        let hint = hints.find(|hint| matches!(hint, Hint::Vouched(_)));
        assert_eq!(hint.is_some(), is_said, "{writes} {:?}", run.hints);
        if let Some(hint) = hint {
            let told = crate::report::hint(&run.target, hint);
            assert!(told.ends_with("says: `undo` (workflow)"), "{told}");
        }
    }
}

/// The URL of a portal that makes the contact 7, and says so often that it deletes it; what else it knows nothing of.
fn deleting(mut deletions: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let head = (&mut stream).lines().map_while(Result::ok);
            let head: Vec<String> = head.take_while(|line| !line.is_empty()).collect();
            let length = |line: &String| {
                let line = line.to_lowercase();
                line.strip_prefix("content-length: ")?.parse().ok()
            };
            let sent = head.iter().find_map(length).unwrap_or(0);
            let _ = std::io::copy(&mut (&mut stream).take(sent), &mut std::io::sink());
            let line = head.first().cloned().unwrap_or_default();
            let knows = head.iter().any(|line| line.ends_with(": geheim"));
            let (status, body) = if line.starts_with("POST ") {
                (201, r#"{"id": 7}"#)
            } else if !knows {
                (401, "{}")
            } else if line.starts_with("DELETE /contact/7") && deletions > 0 {
                deletions -= 1;
                (200, r#"{"status": 0}"#)
            } else {
                (404, "{}")
            };
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            let _ = stream.get_mut().write_all(answer.as_bytes());
        }
    });
    url
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_case_of_the_run_deleted_is_not_left() {
    let page = "DELETE contact/{contactid} This function requires authentication\n\nParameters\n\
        Name Description Type Example\ncontactid\nsent in url\nWhich one\nnumber 1234\n\nReturns\n\nContact\n\n\
        Example Response\n\napplication/json\n\n{\"status\": 0}\n\n";
    for (deletions, is_left) in [(1, false), (0, true)] {
        let folder = tempfile::tempdir().unwrap();
        let pages = folder.path().join("contact.txt");
        std::fs::write(&pages, page).unwrap();
        let text = format!(
            "[target.office]\nurl = \"{}\"\nallow-writes = [\"delete-*\"]\n{STEPS}",
            deleting(deletions)
        );
        let mut settings = settings(&Given::target("office"), Some(&text), folder.path());
        settings.pages.paths = vec![pages];
        let session = Session::prepare(&settings).unwrap();
        let all = Selection::default();
        let run = session.run(&all, |_| {}, Stop::never()).await.unwrap();
        let left = run.left;
        assert_eq!(!left.problems.is_empty(), is_left, "{left:?}");
    }
}

#[tokio::test]
async fn test_data_is_told_of_while_it_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let mut settings = office(&format!("allow-writes = true\n{STEPS}"));
    settings.chosen.as_mut().unwrap().file.folder = folder.path().to_owned();
    let recipe = Recipe::of(&settings);
    assert_eq!(recipe.set_up.len(), 1);
    let target = Arc::new(settings.target.clone());
    let client = Client::new(Arc::clone(&target)).unwrap();
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell: Listener = {
        let told = Arc::clone(&told);
        Arc::new(move |event| {
            match event {
                Event::TestData { is_there } => told.lock().unwrap().push(is_there),
                // Nothing was made that a step could undo.
                event => assert_eq!(event, Event::Undone(BTreeMap::new())),
            }
        })
    };
    let journals = || journal::list(&recipe.journals).unwrap().len();
    let never = Stop::never();
    let mut data = TestData::begin(&recipe, &client, &tell, &never).unwrap();
    assert_eq!(journals(), 1);
    let (stopper, stop) = Stop::new();
    stopper.stop();
    let made = data
        .make(&client, (&NamedValues::new(), Seen::default()), &stop)
        .await;
    assert!(matches!(made, Err(Unmade::Stopped)), "{made:?}");
    assert_eq!(data.undo(&client, &never).await.problems, []);
    assert_eq!(journals(), 0, "nothing is left");
    assert_eq!(*told.lock().unwrap(), [true, false]);
    // What nobody can look for stays written down.
    let header = recipe.header(target.url.as_str(), &target.parameters);
    let longest = std::time::Duration::MAX;
    let mut left = journal::Journal::create(&recipe.journals, header, longest, &never).unwrap();
    let begun = journal::Entry::Begun {
        at: 0,
        step: "make".to_owned(),
        makes: true,
    };
    left.write(&begun).unwrap();
    let undoing = undone(
        &client,
        &recipe,
        left,
        recipe::Unanswered::StaysOpen,
        longest,
        &never,
    )
    .await;
    assert!(matches!(
        undoing.left.as_slice(),
        [Leftover::Unfound { .. }]
    ));
    assert_eq!(journals(), 1);
    let none = Recipe::default();
    told.lock().unwrap().clear();
    let mut data = TestData::begin(&none, &client, &tell, &never).unwrap();
    let found = (&NamedValues::new(), Seen::default());
    let made = data.make(&client, found, &never).await.unwrap();
    assert_eq!(made.kept, NamedValues::new());
    assert_eq!(data.undo(&client, &never).await, Left::default());
    assert_eq!(*told.lock().unwrap(), [false]);
    let names: BTreeSet<&str> = recipe.keeps();
    assert_eq!(names, BTreeSet::from(["contactid"]));
}

/// Recorded reads of one contact, each a second after the other.
fn recorded_reads(times: usize) -> crate::recording::Recording {
    let entry = |at: usize| {
        let content =
            serde_json::json!({ "mimeType": "application/json", "text": "{\"status\":0}" });
        serde_json::json!({
            "startedDateTime": format!("2026-11-20T10:00:{at:02}Z"),
            "time": 10,
            "request": { "method": "GET", "url": "http://127.0.0.1:1/api/2.0/crm/contact/7.json" },
            "response": { "status": 200, "headers": [], "content": content }
        })
    };
    let entries: Vec<_> = (0..times).map(entry).collect();
    let text = serde_json::json!({ "log": { "entries": entries } }).to_string();
    crate::recording::read(&text).unwrap()
}

#[test]
fn recorded_answers_are_judged_up_to_a_number_and_beside_so_many_credentials() {
    let session = Session::prepare(&office("")).unwrap();
    let judge = |recording| session.judge(&recording, Path::new("a.har"), None, &few());
    for (times, unused) in [
        (40, None),
        (42, Some(Hint::Unused(vec![(Unused::Enough, 2)]))),
    ] {
        let run = judge(recorded_reads(times)).unwrap();
        assert_eq!(run.requests, times.min(40));
        let mut hints = run.hints.into_iter();
        let found = hints.find(|hint| matches!(hint, Hint::Unused(_)));
        assert_eq!(found, unused, "{times}");
    }
    let with = |lengths: [usize; 2]| {
        let mut recording = recorded_reads(1);
        let [sent, other] = lengths.map(|length| "a".repeat(length));
        recording.credentials.sent.insert(sent);
        recording.credentials.others.insert(other);
        judge(recording)
    };
    let half = 2 * 1024 * 1024;
    let error = with([half, half + 1]).unwrap_err();
    assert!(
        matches!(error, RecordedError::ManyCredentials(_)),
        "{error}"
    );
}

//! The life of a run from Rust: login, test data and waivers, without the command line.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use portal_conformance::case::Selection;
use portal_conformance::config::File;
use portal_conformance::exit_code::ExitCode;
use portal_conformance::report::{self, Report};
use portal_conformance::run::{Verdict, WaiverState};
use portal_conformance::session::{Event, Session, SessionError, Stop, Warning};
use portal_conformance::settings::{Given, Settings, Surroundings};

use crate::support::office::{PASSWORD, TOKEN, USER};
use crate::support::scene::{STEPS, Scene};

const LOGIN: &str = "allow-writes = true\naccount.scheme = \"login\"\n";
const WAIVER: &str = "[[target.office.waiver]]\ncase = \"*::json::envelope\"\nkind = \"undocumented\"\nreason = \"it says more\"\nuntil = 2999-12-31\n";

/// A session with the portal of a scene.
fn session(scene: &Scene, password: &str) -> Session {
    let file = File::read(&scene.folder.path().join("portal-conformance.toml")).unwrap();
    let variable = |name: &str| match name {
        "PORTAL_USER" => Some(USER.into()),
        "PORTAL_PASSWORD" => Some(password.into()),
        _ => None,
    };
    let around = Surroundings {
        variable: &variable,
        ..Surroundings::of_process()
    };
    let settings = Settings::of(&Given::target("office"), around, Some(file)).unwrap();
    Session::prepare(&settings).unwrap()
}

fn reads() -> Selection {
    Selection {
        filters: vec!["get-crm-contact".to_owned()],
        ..Selection::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_portal_is_logged_in_to_given_data_judged_forgiven_and_left_as_it_was() {
    let scene = Scene::with(None, LOGIN, &format!("{STEPS}{WAIVER}"));
    let session = session(&scene, PASSWORD);
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = {
        let told = Arc::clone(&told);
        move |event| told.lock().unwrap().push(event)
    };
    let run = session.run(&reads(), tell, Stop::never()).await.unwrap();
    assert_eq!(scene.office.with(|state| state.logins), 1);
    scene.assert_clean("after a run");
    // What was made became parameters of the run, and is in its plan.
    assert_eq!(run.target.parameters["contactid"], ["77", "78"]);
    assert!(run.left.is_empty());
    let waived = |verdict: &Verdict| *verdict == Verdict::Waived;
    assert!(run.count(waived) > 0);
    assert_eq!(run.waivers[0].state, WaiverState::Used);
    let sent = scene.office.with(|state| state.log.len());
    assert_eq!(run.requests, sent, "the login and the test data count");
    let text = report::text(&Report::of(&run));
    assert!(text.contains(" waived"), "{text}");
    assert!(!text.contains(TOKEN) && !text.contains(PASSWORD), "{text}");
    let told = told.lock().unwrap();
    let data = |is_there| told.contains(&Event::TestData { is_there });
    assert!(data(true) && data(false), "{told:?}");
    let all = told.iter().rev().find_map(|event| match event {
        Event::Asked { done, of } => Some((*done, *of)),
        _ => None,
    });
    let (done, of) = all.unwrap();
    assert_eq!(done, of);
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_runs_more_than_once() {
    let scene = Scene::with(None, LOGIN, STEPS);
    let session = session(&scene, PASSWORD);
    let one = session.run(&reads(), |_| {}, Stop::never()).await.unwrap();
    let two = session.run(&reads(), |_| {}, Stop::never()).await.unwrap();
    assert_eq!(one.target.parameters["contactid"], ["77", "78"]);
    assert_eq!(two.target.parameters["contactid"], ["80", "81"]);
    assert_eq!(one.outcomes.len(), two.outcomes.len());
    scene.assert_clean("after two runs");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refused_login_is_no_error_but_a_run_that_was_not_judged() {
    let scene = Scene::with(None, LOGIN, STEPS);
    let session = session(&scene, "wrong");
    let run = session.run(&reads(), |_| {}, Stop::never()).await.unwrap();
    assert_eq!(run.exit_code(), ExitCode::NotJudged);
    assert_eq!(run.requests, 1);
    assert_eq!(scene.office.with(|state| state.writes()), 0);
    let text = report::text(&Report::of(&run));
    assert!(text.starts_with("cannot log in at "), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stop_undoes_what_was_made() {
    let scene = Scene::with(None, LOGIN, STEPS);
    let session = session(&scene, PASSWORD);
    let (stopper, stop) = Stop::new();
    let stopper = Mutex::new(Some(stopper));
    let tell = move |event| {
        // The first answer of the plan: everything is made by then.
        if matches!(event, Event::Asked { .. })
            && let Some(stopper) = stopper.lock().unwrap().take()
        {
            stopper.stop();
        }
    };
    let reads = reads();
    let ended = session.run(&reads, tell, stop);
    let ended = tokio::time::timeout(Duration::from_mins(1), ended).await;
    let Err(SessionError::Stopped { left, run }) = ended.unwrap() else {
        panic!("it was not stopped");
    };
    assert!(left.is_empty());
    let run = run.expect("what was answered is judged");
    // A part of a run never conforms.
    assert_eq!(run.exit_code(), ExitCode::Interrupted);
    scene.assert_clean("after a stop");
    assert!(scene.office.with(|state| state.writes()) > 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_leave_to_write_others_name_what_is_needed() {
    let login = LOGIN.replace("allow-writes = true\n", "");
    let scene = Scene::with(None, &login, STEPS);
    let unnamed = session(&scene, PASSWORD);
    let ended = unnamed.run(&reads(), |_| {}, Stop::never()).await;
    let error = ended.unwrap_err();
    assert!(
        matches!(&error, SessionError::NotAllowed { target, parameter }
            if target == "office" && parameter == "contactid"),
        "{error}"
    );
    assert!(!error.to_string().contains("--"), "{error}");
    let named = format!("{login}parameters = {{ contactid = 5, projectid = 6 }}\n");
    let scene = Scene::with(None, &named, STEPS);
    let session = session(&scene, PASSWORD);
    let told = Arc::new(Mutex::new(Vec::new()));
    let tell = {
        let told = Arc::clone(&told);
        move |event| told.lock().unwrap().push(event)
    };
    session.run(&reads(), tell, Stop::never()).await.unwrap();
    let told = told.lock().unwrap();
    assert!(told.contains(&Event::Warning(Warning::NoSetUp)), "{told:?}");
    assert_eq!(scene.office.with(|state| state.writes()), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_reference_portal_is_tried_where_none_is_named() {
    let around = Surroundings {
        variable: &|_| None,
        ..Surroundings::of_process()
    };
    let given = Given {
        parameters: vec!["contactid=1235".to_owned()],
        ..Given::default()
    };
    let settings = Settings::of(&given, around, None).unwrap();
    let session = Session::prepare(&settings).unwrap();
    let run = session.run(&reads(), |_| {}, Stop::never()).await.unwrap();
    assert_eq!(run.exit_code(), ExitCode::Conforms);
    assert_eq!(run.target.parameters["contactid"], ["1235"], "of the user");
    assert!(run.target.url.port().is_some());
    let settings = Settings::of(&Given::default(), around, None).unwrap();
    let session = Session::prepare(&settings).unwrap();
    let run = session.run(&reads(), |_| {}, Stop::never()).await.unwrap();
    assert_eq!(
        run.target.parameters["contactid"],
        ["1234", "1235"],
        "its own"
    );
}

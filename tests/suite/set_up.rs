//! Test data on a live portal: made, used, undone, whenever and however the run ends.

use std::fs;
use std::path::Path;

use crate::support::office::{Office, PASSWORD, Stall, USER};
use crate::support::rows::each;
use crate::support::run;
use crate::support::scene::{STEPS, Scene};

/// As many writes as the steps below make: three things and a link, two links and three things undone.
const WRITES: usize = 9;

#[test]
fn a_run_makes_its_own_resources_and_leaves_none() {
    let scene = Scene::new(None);
    let ended = run(&mut scene.run());
    // This portal knows too little of a contact to conform.
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    scene.assert_clean("after a run");
    let log = scene.office.with(|state| state.log.clone());
    // Both persons were made before they were read, and deleted last but one.
    assert!(
        log.iter().any(|line| line == "GET crm/contact/77"),
        "{log:?}"
    );
    assert!(
        log.iter().any(|line| line == "GET crm/contact/78"),
        "{log:?}"
    );
    assert!(!log.iter().any(|line| line.contains("1234")), "{log:?}");
    let end: Vec<&str> = log[log.len() - 9..].iter().map(String::as_str).collect();
    assert_eq!(
        end,
        [
            "DELETE crm/contact/77/project/79",
            "DELETE crm/contact/78/project/79",
            // What is told as before when it is deleted would be left behind.
            "GET crm/contact/77",
            "DELETE crm/contact/77",
            "GET crm/contact/78",
            "DELETE crm/contact/78",
            "DELETE project/79",
            // Neither is listed any more.
            "GET crm/contact/filter",
            "GET project",
        ]
    );
    assert_eq!(scene.office.with(|state| state.writes()), WRITES);
    let ended = scene.cleanup();
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (Some(0), "nothing to undo\n")
    );
}

#[test]
fn the_documented_operations_are_tried_on_it() {
    let scene = Scene::new(None);
    let ended = run(&mut scene.program(&["run", "--target", "office"]));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    // What no answer held a step must make: a parameter of that name would be replaced.
    let said = &ended.stdout;
    assert!(!said.contains("--param contactid"), "{said}");
    // This portal answers in JSON whatever is asked for, so that no step shows what is unseen in XML.
    let line = "GET api/2.0/crm/contact/{contactid}: no answer in xml was read";
    assert!(said.contains(line), "{said}");
    let log = scene.office.with(|state| state.log.clone());
    assert!(
        log.iter().any(|line| line == "POST crm/contact/project/79"),
        "{log:?}"
    );
    scene.assert_clean("after a run");
}

/// Kills a run at a write, lets the portal end what it was at, and cleans up.
fn killed(stall: Stall, forgets: bool) {
    killed_selecting("get-crm-contact", stall, forgets);
}

fn killed_selecting(filter: &str, stall: Stall, forgets: bool) {
    let what = format!("killed {stall:?}");
    let scene = Scene::new(Some(stall));
    scene.office.with(|state| state.forgets = forgets);
    let mut running = scene.start_selecting(filter);
    let stalled = scene.office.wait_for_stall(&mut || running.has_ended());
    assert!(stalled, "{what}: {}", running.end().stderr);
    running.child().kill().unwrap();
    running.end();
    assert_eq!(scene.journals().len(), 1, "{what}");
    scene.office.release();
    let ended = scene.cleanup();
    assert_eq!(
        ended.code,
        Some(0),
        "{what}: {}{}",
        ended.stdout,
        ended.stderr
    );
    assert!(
        ended.stdout.contains("target office, run pc"),
        "{what}: {}",
        ended.stdout
    );
    scene.assert_clean(&what);
    assert_eq!(scene.cleanup().stdout, "nothing to undo\n", "{what}");
}

#[test]
fn killed_after_any_write_was_carried_out_nothing_stays() {
    for number in 1..=WRITES {
        killed(Stall::After(number), false);
    }
}

#[test]
fn killed_before_any_write_is_carried_out_nothing_stays() {
    for number in 1..=WRITES {
        killed(Stall::Before(number), false);
    }
}

#[test]
fn killed_before_a_write_that_is_never_carried_out_nothing_stays() {
    // An unlink: it is asked again.
    killed(Stall::Before(5), true);
    // What could still be made is open until a person looked.
    for number in [1, 3] {
        let scene = Scene::new(Some(Stall::Before(number)));
        scene.office.with(|state| state.forgets = true);
        scene.kill_at_stall();
        scene.office.release();
        let ended = scene.cleanup();
        assert_eq!(ended.code, Some(3), "{number}: {}", ended.stdout);
        for part in [
            ", 1 left\n",
            "the portal may still carry it out",
            "cleanup --give-up",
        ] {
            assert!(ended.stdout.contains(part), "{part}: {}", ended.stdout);
        }
        assert!(scene.office.with(|state| state.is_empty()));
        assert_eq!(scene.journals().len(), 1);
        let ended = scene.give_up();
        assert_eq!(ended.code, Some(0), "{number}: {}", ended.stdout);
        assert!(ended.stdout.contains("1 given up"), "{}", ended.stdout);
        scene.assert_clean("after it was given up");
        assert_eq!(scene.cleanup().stdout, "nothing to undo\n");
    }
}

/// Interrupts a run at a write, lets the portal end what it was at, and looks at what the run does.
fn interrupted(filter: &str, stall: Stall, signal: &str) {
    let what = format!("{signal} {stall:?}");
    let scene = Scene::new(Some(stall));
    let mut running = scene.start_selecting(filter);
    let stalled = scene.office.wait_for_stall(&mut || running.has_ended());
    assert!(stalled, "{what}: {}", running.end().stderr);
    running.signal(signal);
    // The signal is there before the answer, on a busy machine too.
    std::thread::sleep(std::time::Duration::from_millis(500));
    scene.office.release();
    let ended = running.end();
    assert_eq!(
        ended.code,
        Some(130),
        "{what}: {}{}",
        ended.stdout,
        ended.stderr
    );
    assert!(
        ended.stderr.contains("undoing the test data"),
        "{what}: {}",
        ended.stderr
    );
    assert_eq!(
        ended
            .stderr
            .contains("the test data of the run was undone: `"),
        scene
            .office
            .with(|state| state.log.iter().any(|line| line.starts_with("DELETE "))),
        "{what}: {}",
        ended.stderr
    );
    scene.assert_clean(&what);
}

#[test]
#[cfg(unix)]
fn interrupted_at_any_write_the_run_undoes_its_data() {
    for number in 1..=WRITES {
        interrupted("get-crm-contact", Stall::Before(number), "-INT");
    }
    for number in [2, 4, 7] {
        interrupted("get-crm-contact", Stall::After(number), "-TERM");
        interrupted("get-crm-contact", Stall::Before(number), "-HUP");
    }
}

/// The writes with these numbers are the suite's own: it links what was made once more.
#[test]
#[cfg(unix)]
fn ended_at_a_write_of_the_suite_nothing_stays() {
    for number in [WRITES - 4, WRITES - 3] {
        killed_selecting("post-", Stall::Before(number), false);
        killed_selecting("post-", Stall::After(number), false);
        interrupted("post-", Stall::Before(number), "-INT");
        interrupted("post-", Stall::After(number), "-INT");
    }
}

#[test]
#[cfg(unix)]
fn interrupted_twice_it_ends_at_once_and_names_the_way_out() {
    let scene = Scene::new(Some(Stall::After(2)));
    let mut running = scene.start();
    assert!(scene.office.wait_for_stall(&mut || running.has_ended()));
    running.signal("-INT");
    std::thread::sleep(std::time::Duration::from_millis(200));
    running.signal("-INT");
    let ended = running.end();
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("`portal-conformance cleanup`"),
        "{}",
        ended.stderr
    );
    scene.office.release();
    assert_eq!(scene.cleanup().code, Some(0));
    scene.assert_clean("after cleanup");
}

#[test]
fn a_run_under_way_is_not_cleaned_up_by_others() {
    let scene = Scene::new(Some(Stall::After(3)));
    let mut running = scene.start();
    assert!(scene.office.wait_for_stall(&mut || running.has_ended()));
    let ended = scene.cleanup();
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stdout.contains("its run is under way"),
        "{}",
        ended.stdout
    );
    let held = scene
        .office
        .with(|state| (state.persons.len(), state.projects.len()));
    assert_eq!(held, (2, 1));
    scene.office.release();
    // This portal knows too little of a contact to conform.
    assert_eq!(running.end().code, Some(1));
    scene.assert_clean("after the run");
}

#[test]
fn several_interrupted_runs_are_undone_together() {
    let scene = Scene::new(Some(Stall::After(3)));
    scene.kill_at_stall();
    scene.office.release();
    scene.office.with(|state| state.stall_at(Stall::After(6)));
    scene.kill_at_stall();
    scene.office.release();
    assert_eq!(scene.journals().len(), 2);
    let path = scene.folder.path().join("portal-conformance.toml");
    let text = fs::read_to_string(&path).unwrap();
    let more = "[target.other]\nurl = \"http://127.0.0.1:9\"\n";
    fs::write(&path, format!("{text}\n{more}")).unwrap();
    let other = run(&mut scene.program(&["cleanup", "--target", "other"]));
    // A target that has another name now may be among them.
    let of_others = "target office: 2 runs left data too; `portal-conformance cleanup --target office` undoes it";
    assert_eq!(other.stdout, format!("nothing to undo\n{of_others}\n"));
    assert_eq!(scene.cleanup().code, Some(0));
    scene.assert_clean("after cleanup");
}

#[test]
fn a_step_that_fails_is_named_and_what_came_before_is_undone() {
    let scene = Scene::new(None);
    let refusal = ("POST project".to_owned(), 403, "{\"geheim\":1}".to_owned());
    scene.office.with(|state| state.answers.push(refusal));
    let report = scene.folder.path().join("report.json");
    let mut command = scene.run();
    let ended = run(command.arg("--report-json").arg(&report));
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    assert!(
        ended
            .stdout
            .contains("the set-up step `project` failed: POST /api/2.0/project: answered with 403"),
        "{}",
        ended.stdout
    );
    assert!(!ended.stdout.contains("geheim"));
    assert!(
        fs::read_to_string(report)
            .unwrap()
            .contains("the set-up step")
    );
    scene.assert_clean("after a failed step");
}

#[test]
fn ids_that_are_none_are_not_used() {
    let ids = ["\"../../people\"", "\"\"", "1.5", "null", "[1]", "true"];
    each(&ids, |id| {
        let scene = Scene::new(None);
        let body = format!("{{\"response\":{{\"id\":{id}}}}}");
        scene
            .office
            .with(|state| state.answers.push(("POST project".to_owned(), 201, body)));
        let ended = run(&mut scene.run());
        // What needs no project is judged: this portal knows too little of a contact to conform.
        assert_eq!(ended.code, Some(1), "{id}: {}", ended.stdout);
        assert!(
            ended.stdout.contains("/response/id of the answer is no id"),
            "{}",
            ended.stdout
        );
        assert!(!ended.stdout.contains("people"), "{}", ended.stdout);
        scene.assert_clean(id);
    });
}

#[test]
fn what_the_target_names_is_never_undone() {
    let more = "allow-writes = true\nparameters = { contactid = 500 }";
    let scene = Scene::with(None, more, STEPS);
    let body = "{\"response\":{\"id\":500}}".to_owned();
    scene.office.with(|state| {
        state
            .persons
            .insert(500, ("Somebody".to_owned(), "Else".to_owned()));
        state
            .answers
            .push(("POST crm/contact/person".to_owned(), 201, body));
    });
    let ended = run(&mut scene.run());
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("names as one that exists"),
        "{}",
        ended.stdout
    );
    let (is_there, log) = scene
        .office
        .with(|state| (state.persons.contains_key(&500), state.log.clone()));
    assert!(
        is_there && !log.iter().any(|line| line.contains("500")),
        "{log:?}"
    );
}

#[test]
fn what_cannot_be_undone_is_said_and_tried_again_by_cleanup() {
    let scene = Scene::new(None);
    let refusal = ("DELETE crm/contact/77".to_owned(), 403, "{}".to_owned());
    scene.office.with(|state| state.answers.push(refusal));
    let ended = run(&mut scene.run());
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    for part in [
        "the tear-down step `delete contact` failed: DELETE /api/2.0/crm/contact/77: answered with 403",
        "cleanup --target office",
    ] {
        assert!(ended.stdout.contains(part), "{part}: {}", ended.stdout);
    }
    // The others were tried.
    let held = scene
        .office
        .with(|state| (state.persons.len(), state.projects.len()));
    assert_eq!(held, (1, 0));
    let ended = scene.cleanup();
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    scene.office.with(|state| {
        state.answers.clear();
        state.links.clear();
    });
    let ended = scene.cleanup();
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    scene.assert_clean("after cleanup");
}

#[test]
fn a_page_that_says_404_does_not_count_as_gone() {
    let scene = Scene::new(None);
    let page = "<!DOCTYPE html><html><title>Not here</title></html>".to_owned();
    let refusal = ("DELETE project".to_owned(), 404, page);
    scene.office.with(|state| state.answers.push(refusal));
    let ended = run(&mut scene.run());
    assert!(
        ended.stdout.contains("404 and an HTML page"),
        "{}",
        ended.stdout
    );
    assert_eq!(scene.journals().len(), 1);
}

#[test]
fn without_find_cleanup_says_what_may_be_left() {
    let scene = Scene::with(
        Some(Stall::After(2)),
        "allow-writes = true",
        &without_find(),
    );
    scene.kill_at_stall();
    scene.office.release();
    let ended = scene.cleanup();
    assert_eq!(ended.code, Some(3));
    assert!(
        ended
            .stdout
            .contains("the answer of the set-up step `second person` never came"),
        "{}",
        ended.stdout
    );
    let marker = scene.office.with(|state| state.persons[&78].1.clone());
    assert!(
        ended
            .stdout
            .contains(&format!("look on the portal for `{marker}`"))
    );
    // What is known was undone.
    assert_eq!(scene.office.with(|state| state.persons.len()), 1);
}

#[test]
fn data_is_undone_where_it_was_made_and_nowhere_else() {
    let scene = Scene::new(Some(Stall::After(2)));
    scene.kill_at_stall();
    scene.office.release();
    let path = scene.folder.path().join("portal-conformance.toml");
    let text = fs::read_to_string(&path).unwrap();
    let before = scene.office.with(|state| state.log.len());
    // The same portal by another name: credentials stay with the host that they were given for.
    fs::write(&path, text.replace("127.0.0.1", "localhost")).unwrap();
    let ended = scene.cleanup();
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("is left alone"), "{}", ended.stderr);
    assert_eq!(scene.office.with(|state| state.log.len()), before);
    // The same host at another port is another portal as well.
    let other = Office::start(None);
    fs::write(&path, text.replace(&scene.office.url, &other.url)).unwrap();
    let ended = scene.cleanup();
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("is left alone"), "{}", ended.stderr);
    assert_eq!(other.with(|state| state.log.len()), 0);
    fs::write(&path, &text).unwrap();
    assert_eq!(scene.cleanup().code, Some(0));
    scene.assert_clean("where it was made");
}

#[test]
fn without_leave_to_write_no_step_is_carried_out() {
    let scene = Scene::with(None, "", STEPS);
    let ended = run(&mut scene.run());
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(ended.stderr.contains("--allow-writes"), "{}", ended.stderr);
    assert_eq!(scene.office.with(|state| state.log.len()), 0);
    let mut named = scene.run();
    named.args(["--param", "contactid=5", "--param", "projectid=6"]);
    let ended = run(&mut named);
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    assert!(ended.stderr.contains("not carried out"), "{}", ended.stderr);
    let log = scene.office.with(|state| state.log.clone());
    let is_safe = |line: &String| {
        ["GET ", "HEAD ", "OPTIONS "]
            .iter()
            .any(|safe| line.starts_with(safe))
    };
    assert!(log.iter().all(is_safe), "{log:?}");
}

#[test]
fn a_parameter_that_a_step_replaces_is_told() {
    let told =
        "--param projectid is not used: the set-up step `project` keeps what takes its place";
    let list = ["run", "--target", "office", "--list"];
    let scene = Scene::new(None);
    let ended = run(scene.program(&list).args(["--param", "projectid=6"]));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    // Nobody gave it for this run, or it is what is used.
    for (more, arguments) in [
        (
            "allow-writes = true\nparameters = { projectid = 6 }",
            &[][..],
        ),
        ("", &["--param", "projectid=6"]),
    ] {
        let scene = Scene::with(None, more, STEPS);
        let ended = run(scene.program(&list).args(arguments));
        assert!(!ended.stderr.contains("is not used"), "{}", ended.stderr);
    }
}

#[test]
fn a_list_sends_nothing_and_makes_no_file() {
    let scene = Scene::new(None);
    let ended = run(&mut scene.program(&["run", "--target", "office", "--list"]));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert_eq!(scene.office.with(|state| state.log.len()), 0);
    assert!(!Path::new(&scene.folder.path().join(".portal-conformance")).exists());
    assert!(!ended.stderr.contains("spares-others"), "{}", ended.stderr);
    let steps = STEPS.replacen(
        "\"api/2.0/project/{projectid}\"",
        "\"api/2.0/project/{projectid}?workflow=true\"\nspares-others = [\"workflow\"]",
        1,
    );
    let scene = Scene::with(None, "allow-writes = true", &steps);
    let ended = run(&mut scene.program(&["run", "--target", "office", "--list"]));
    assert!(
        ended.stderr.contains("; spares-others = workflow)\n"),
        "{}",
        ended.stderr
    );
}

fn without_find() -> String {
    let lines = STEPS.split_inclusive('\n');
    lines.filter(|line| !line.starts_with("find")).collect()
}

#[test]
fn what_a_kill_would_leave_and_what_it_left_is_said() {
    let scene = Scene::with(
        Some(Stall::After(2)),
        "allow-writes = true",
        &without_find(),
    );
    let ended = run(&mut scene.program(&["run", "--target", "office", "--list"]));
    for step in ["first person", "second person", "project"] {
        let line = format!("the set-up step `{step}` has no `find`: ");
        assert!(ended.stderr.contains(&line), "{line}{}", ended.stderr);
    }
    assert!(!ended.stderr.contains("`link`"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("interrupted"), "{}", ended.stderr);
    let mut running = scene.start();
    assert!(scene.office.wait_for_stall(&mut || running.has_ended()));
    let list = || run(&mut scene.program(&["run", "--target", "office", "--list"])).stderr;
    assert!(!list().contains("interrupted"), "a run under way left data");
    running.child().kill().unwrap();
    running.end();
    scene.office.release();
    let line = "1 interrupted run left test data: portal-conformance cleanup\n";
    assert!(list().contains(line));
    // To tell of it changes nothing.
    assert_eq!(scene.cleanup().code, Some(3));
    let scene = Scene::new(None);
    let ended = run(&mut scene.program(&["run", "--target", "office", "--list"]));
    assert!(!ended.stderr.contains("find"), "{}", ended.stderr);
}

#[test]
fn a_mistyped_target_is_not_one_where_nothing_is_left() {
    let scene = Scene::new(None);
    let ended = run(&mut scene.program(&["cleanup", "--target", "ofice"]));
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(
        ended.stderr.contains("no target `ofice`") && ended.stderr.contains("mean `office`?"),
        "{}",
        ended.stderr
    );
    let ended = run(&mut scene.program(&["cleanup", "--target", "office"]));
    assert_eq!(
        (ended.code, ended.stdout.as_str()),
        (Some(0), "nothing to undo\n")
    );
}

#[test]
fn an_answer_that_does_not_say_what_was_made_is_told_as_such() {
    let body = "{\"response\":{\"name\":\"geheim\"}}";
    for (steps, is_found) in [(without_find(), false), (STEPS.to_owned(), true)] {
        let scene = Scene::with(None, "allow-writes = true", &steps);
        let answer = ("POST project".to_owned(), 201, body.to_owned());
        scene.office.with(|state| state.answers.push(answer));
        let ended = run(&mut scene.run());
        // The contacts, of which this portal knows too little to conform, are judged.
        assert_eq!(ended.code, Some(1), "{}", ended.stdout);
        let part = "POST /api/2.0/project: answered with 201, but the answer has no /response/id";
        assert!(ended.stdout.contains(part), "{}", ended.stdout);
        let part = "the set-up step `project` was answered with 201, which tells nothing of what it made, and what it made cannot be looked for: it has no `find`";
        assert_eq!(ended.stdout.contains(part), !is_found, "{}", ended.stdout);
        assert!(!ended.stdout.contains("never came"), "{}", ended.stdout);
        assert!(!ended.stdout.contains("geheim"), "{}", ended.stdout);
        assert_eq!(scene.journals().is_empty(), is_found);
        let ended = scene.cleanup();
        assert_eq!(ended.stdout.contains("answered with 201"), !is_found);
    }
}

#[test]
fn every_request_is_counted() {
    let scene = Scene::new(None);
    let mut command = scene.run();
    command
        .env_remove("PORTAL_TOKEN")
        .env("PORTAL_USER", USER)
        .env("PORTAL_PASSWORD", PASSWORD);
    let ended = run(&mut command);
    let sent = scene.office.with(|state| state.log.len());
    let part = format!("; {sent} requests in ");
    assert!(ended.stdout.contains(&part), "{part}{}", ended.stdout);
}

#[test]
fn what_is_listed_knows_what_the_steps_will_make() {
    let scene = Scene::new(None);
    let ended = run(&mut scene.program(&["run", "--target", "office", "--list"]));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(!ended.stderr.contains("ignored"), "{}", ended.stderr);
    // Without leave to write, nothing will be made.
    let mut without = scene.program(&["run", "--target", "office", "--list"]);
    let ended = run(without.arg("--allow-writes=false"));
    assert!(ended.stderr.contains("ignored"), "{}", ended.stderr);
    assert_eq!(scene.office.with(|state| state.log.len()), 0);
}

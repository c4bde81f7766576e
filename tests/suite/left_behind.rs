//! What a portal does later than anybody waits, says of what is not there, or lets others take for its own:
//! nothing stays that nobody was told of, and nothing foreign is touched.

use std::fs;
use std::time::{Duration, Instant};

use crate::support::office::{Stall, TOKEN};
use crate::support::scene::{Running, STEPS, Scene};
use crate::support::{program, run};

const NOT_YET: &str = "the answer of the set-up step `first person` never came, and what it made is not there yet: the portal may still carry it out";

/// A cleanup that finds too little, then one when the portal has done what it was asked.
fn found_later(scene: &Scene) {
    assert_eq!(scene.journals().len(), 1);
    let ended = scene.cleanup();
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    assert!(ended.stdout.contains(NOT_YET), "{}", ended.stdout);
    assert_eq!(scene.journals().len(), 1);
    scene.office.release();
    assert!(!scene.office.with(|state| state.is_empty()));
    let ended = scene.cleanup();
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(ended.stdout.contains(": 1 undone\n"), "{}", ended.stdout);
    scene.assert_clean("when it was made");
    assert_eq!(scene.cleanup().stdout, "nothing to undo\n");
}

#[test]
fn what_is_made_after_the_timeout_is_found_by_a_later_cleanup() {
    let scene = Scene::new(Some(Stall::Before(1)));
    let mut command = scene.run();
    let ended = run(command.args(["--request-timeout", "1s"]));
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    let told = format!("left on the portal: {NOT_YET}");
    for part in [
        told.as_str(),
        "cleanup --target office",
        "cleanup --give-up",
    ] {
        assert!(ended.stdout.contains(part), "{part}: {}", ended.stdout);
    }
    found_later(&scene);
}

#[test]
fn what_is_made_after_a_kill_is_found_by_a_later_cleanup() {
    let scene = Scene::new(Some(Stall::Before(1)));
    scene.kill_at_stall();
    found_later(&scene);
}

#[test]
fn what_is_given_up_is_looked_for_once_more() {
    let scene = Scene::new(Some(Stall::Before(2)));
    scene.kill_at_stall();
    scene.office.release();
    let ended = scene.give_up();
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(ended.stdout.contains(": 2 undone\n"), "{}", ended.stdout);
    scene.assert_clean("what was there was found");
}

/// The whole portal answers so, as an ingress does before one that is down.
fn goes_down(scene: &Scene) {
    let absent = (String::new(), 404, "{}".to_owned());
    scene.office.with(|state| state.answers.push(absent));
}

fn comes_back(scene: &Scene) {
    scene.office.with(|state| state.answers.clear());
    let ended = scene.cleanup();
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    scene.assert_clean("when it is there again");
}

const UNSHOWN: &str =
    "answered with 404, and the portal did not show that it answers for what is there";

#[test]
fn nothing_is_gone_from_a_portal_that_is_down() {
    let scene = Scene::new(Some(Stall::After(4)));
    scene.kill_at_stall();
    scene.office.release();
    goes_down(&scene);
    let ended = scene.cleanup();
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    assert!(ended.stdout.contains(": 0 undone"), "{}", ended.stdout);
    assert!(!ended.stdout.contains("gone already"), "{}", ended.stdout);
    assert!(ended.stdout.contains(UNSHOWN), "{}", ended.stdout);
    assert_eq!(scene.journals().len(), 1);
    comes_back(&scene);
}

#[test]
fn a_portal_that_is_starting_is_waited_for_before_it_is_tidied_up() {
    let scene = Scene::new(Some(Stall::After(4)));
    scene.kill_at_stall();
    scene.office.release();
    let starting = (String::new(), 503, "{}".to_owned());
    scene.office.with(|state| state.answers.push(starting));
    let ended = run(&mut scene.program(&["cleanup", "--wait-ready", "1s"]));
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    let told = "is not ready after 1 s: it still answers 503";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    assert_eq!(scene.journals().len(), 1);
    let running = Running::start(&mut scene.program(&["cleanup", "--wait-ready", "60s"]));
    std::thread::sleep(Duration::from_secs(1));
    scene.office.with(|state| state.answers.clear());
    let ended = running.end();
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    scene.assert_clean("when it had started");
}

#[test]
fn a_portal_that_goes_down_while_it_is_tidied_up_keeps_its_journal() {
    // The first unlink is held back: the next ones meet a portal that is down.
    let scene = Scene::new(Some(Stall::Before(5)));
    let mut running = scene.start();
    assert!(scene.office.wait_for_stall(&mut || running.has_ended()));
    goes_down(&scene);
    scene.office.release();
    let ended = running.end();
    let told = format!(
        "left on the portal: the tear-down step `delete contact` failed: DELETE /api/2.0/crm/contact/77: {UNSHOWN}"
    );
    assert!(ended.stdout.contains(&told), "{}", ended.stdout);
    assert_eq!(scene.journals().len(), 1);
    comes_back(&scene);
}

#[test]
fn a_path_that_is_mistaken_undoes_nothing_and_says_so() {
    let steps = STEPS.replace(
        "path = \"api/2.0/crm/contact/{contactid}\"",
        "path = \"api/2.0/contact/{contactid}\"",
    );
    let scene = Scene::with(None, "allow-writes = true", &steps);
    // A portal that speaks of it as its API does.
    let absent = ("DELETE contact/".to_owned(), 404, "{}".to_owned());
    scene.office.with(|state| state.answers.push(absent));
    let ended = run(&mut scene.run());
    let told = "DELETE /api/2.0/contact/77: answered with 404, but the `find` of its set-up step still finds it";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    assert_eq!(scene.journals().len(), 1);
}

/// Tear-down steps that would undo what others made.
fn foreign() -> Vec<String> {
    let others = [
        "path = \"api/2.0/crm/contact/1235.json?why={run}\"",
        "path = \"api/2.0/crm/contact/1234.json?after={contactid}\"",
        "path = \"api/2.0/people/{userid}?why={run}\"",
        "path = \"api/2.0/people/{userid}/{run}\"",
        "path = \"api/2.0/crm/contact/1234\"\nbody = { why = \"{run}\" }",
        "path = \"api/2.0/crm/contact/{contactid}/project/1234\"",
        "path = \"api/2.0/people/{contactid}\"",
        "path = \"api/2.0/crm/contact/{projectid}\"",
    ];
    let step = |rest| {
        format!(
            "{STEPS}\n[[target.office.tear-down]]\nname = \"other\"\nmethod = \"DELETE\"\n{rest}\n"
        )
    };
    others.into_iter().map(step).collect()
}

#[test]
fn what_others_made_is_refused_before_anything_is_sent() {
    for steps in foreign() {
        let scene = Scene::with(None, "allow-writes = true", &steps);
        let ended = run(&mut scene.run());
        assert_eq!(ended.code, Some(2), "{steps}: {}", ended.stdout);
        let told = "what others made is never undone";
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
        assert_eq!(scene.office.with(|state| state.log.len()), 0);
    }
}

#[test]
fn what_others_made_is_not_undone_by_a_file_that_changed_since() {
    let scene = Scene::new(Some(Stall::After(2)));
    scene.kill_at_stall();
    scene.office.release();
    let path = scene.folder.path().join("portal-conformance.toml");
    let text = fs::read_to_string(&path).unwrap();
    let before = scene.office.with(|state| state.log.len());
    for steps in foreign() {
        fs::write(&path, text.replace(STEPS, &steps)).unwrap();
        let ended = scene.cleanup();
        assert_eq!(ended.code, Some(2), "{}", ended.stdout);
        assert!(ended.stderr.contains("is left alone: "), "{}", ended.stderr);
        assert_eq!(scene.office.with(|state| state.log.len()), before);
    }
    // A step that is not there any more undoes nothing.
    let end = text.rfind("[[target.office.tear-down]]").unwrap();
    let start = text[..end].rfind("[[target.office.tear-down]]").unwrap();
    let without = format!("{}{}", &text[..start], &text[end..]);
    fs::write(&path, without).unwrap();
    let ended = scene.cleanup();
    assert_eq!(ended.code, Some(2), "{}{}", ended.stdout, ended.stderr);
    let told = "makes `contactid`, which no tear-down step undoes";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    assert!(scene.office.with(|state| state.persons.contains_key(&77)));
    assert_eq!(scene.journals().len(), 1);
    fs::write(&path, &text).unwrap();
    assert_eq!(scene.cleanup().code, Some(0));
}

#[test]
fn what_no_step_is_about_any_more_is_named_with_its_journal() {
    let scene = Scene::new(Some(Stall::After(2)));
    scene.kill_at_stall();
    scene.office.release();
    let path = scene.folder.path().join("portal-conformance.toml");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("contactid", "personid")).unwrap();
    let ended = scene.cleanup();
    assert_eq!(ended.code, Some(3), "{}{}", ended.stdout, ended.stderr);
    let told = "the run made the `contactid` 77, and no tear-down step is about it";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    assert_eq!(scene.journals().len(), 1);
}

#[test]
fn a_secret_that_comes_back_as_an_id_is_not_written_down() {
    // Nobody can look for the project, so that the journal stays.
    let find = STEPS.rfind("find = ").unwrap();
    let end = find + STEPS[find..].find('\n').unwrap();
    let steps = format!("{}{}", &STEPS[..find], &STEPS[end..]);
    let scene = Scene::with(None, "allow-writes = true", &steps);
    let body = format!("{{\"response\":{{\"id\":\"{TOKEN}\"}}}}");
    let answer = ("POST project".to_owned(), 201, body);
    scene.office.with(|state| state.answers.push(answer));
    let ended = run(&mut scene.run());
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    let told = "/response/id of the answer is a secret of this run, or holds one: it is not kept as `projectid`";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    assert!(!ended.stdout.contains(TOKEN), "{}", ended.stdout);
    let [journal] = scene.journals().try_into().unwrap();
    let text = fs::read_to_string(&journal).unwrap();
    assert!(text.contains("project") && !text.contains(TOKEN), "{text}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&journal).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
#[cfg(unix)]
fn a_hangup_that_is_ignored_ends_nothing() {
    let scene = Scene::new(Some(Stall::After(2)));
    let run = scene.run();
    let mut command = std::process::Command::new("sh");
    command.args(["-c", "trap '' HUP; exec \"$0\" \"$@\""]);
    command.arg(run.get_program()).args(run.get_args());
    command.current_dir(scene.folder.path());
    command.env_clear().env("PORTAL_TOKEN", TOKEN);
    let mut running = Running::start(&mut command);
    assert!(scene.office.wait_for_stall(&mut || running.has_ended()));
    running.signal("-HUP");
    std::thread::sleep(Duration::from_millis(300));
    scene.office.release();
    let ended = running.end();
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    scene.assert_clean("after a run that went on");
}

/// Nothing was made, so that no answer is worth more than a moment.
#[test]
#[cfg(unix)]
fn a_signal_ends_a_run_on_a_portal_that_hangs() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let mut command = program(&["run", "--no-config", "--url", &url]);
    command.args(["--request-timeout", "10m"]);
    let mut running = Running::start(command.env("PORTAL_TOKEN", TOKEN));
    let _held = listener.accept().unwrap();
    running.signal("-TERM");
    let begun = Instant::now();
    while !running.has_ended() {
        assert!(begun.elapsed() < Duration::from_mins(1), "it hangs on");
        std::thread::sleep(Duration::from_millis(20));
    }
    let ended = running.end();
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    // Behind what is said before anything is asked, and on a line of its own.
    assert!(
        ended.stderr.ends_with(" at the rate limit\ninterrupted\n")
            || ended.stderr.ends_with(" slow down\ninterrupted\n"),
        "{}",
        ended.stderr
    );
}

/// What was made is undone; only the file of that is left where another process holds its folder.
#[test]
#[cfg(unix)]
fn a_signal_waits_for_no_lock() {
    let scene = Scene::new(Some(Stall::Before(3)));
    let mut running = Running::start(&mut scene.run());
    assert!(scene.office.wait_for_stall(&mut || running.has_ended()));
    let journals = scene.journals();
    let lock = fs::File::open(journals[0].with_file_name("lock")).unwrap();
    lock.try_lock().unwrap();
    running.signal("-TERM");
    std::thread::sleep(Duration::from_millis(300));
    let begun = Instant::now();
    scene.office.release();
    let ended = running.end();
    // The lock alone would take ten seconds.
    assert!(begun.elapsed() < Duration::from_secs(8), "{}", ended.stderr);
    assert_eq!(ended.code, Some(130), "{}", ended.stderr);
    assert!(
        ended.stderr.contains("another process holds it"),
        "{}",
        ended.stderr
    );
    drop(lock);
    assert_eq!(scene.journals().len(), 1);
    assert_eq!(scene.cleanup().code, Some(0));
    scene.assert_clean("after a lock was held");
}

/// From the last request on, nothing has to be ended in order: answers are judged, and told to a pipe that
/// takes nothing.
#[test]
#[cfg(unix)]
fn a_signal_ends_a_run_that_judges_or_reports() {
    use std::io::Write;
    // What is started by `nohup` is not to end by it, and neither is what that starts.
    let signals = ["-TERM", "-INT", "-HUP"].into_iter();
    for signal in signals.filter(|signal| *signal != "-HUP" || !hangups_are_ignored()) {
        let scene = Scene::new(None);
        let pipe = scene.folder.path().join("report.pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status();
        assert!(made.unwrap().success());
        // Both ends are held here, and it is full.
        let mut held = fs::File::options()
            .read(true)
            .write(true)
            .open(&pipe)
            .unwrap();
        held.write_all(&vec![b' '; 1 << 16]).unwrap();
        let mut command = scene.run();
        command.arg("--report-json").arg(&pipe);
        let mut running = Running::start(&mut command);
        let is_last = |line: &String| line == "DELETE project/79";
        let patience = Instant::now();
        let mut is_signalled = false;
        while !running.has_ended() {
            let is_over = scene.office.with(|state| state.log.iter().any(is_last));
            if is_over && scene.journals().is_empty() && !is_signalled {
                running.signal(signal);
                is_signalled = true;
            }
            assert!(patience.elapsed() < Duration::from_mins(1), "{signal}");
            std::thread::sleep(Duration::from_millis(5));
        }
        let ended = running.end();
        assert_eq!(ended.code, Some(130), "{signal}: {}", ended.stderr);
        assert!(ended.stderr.contains("interrupted"), "{}", ended.stderr);
        scene.assert_clean(signal);
    }
}

/// Whether this process, and so each that it starts, ignores SIGHUP.
fn hangups_are_ignored() -> bool {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let mask = mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    mask.is_some_and(|mask| mask & 1 == 1)
}

/// The look-up finds what the portal then says that it made: the value of the set-up takes its place, but what
/// it finds was there before.
#[test]
fn what_a_replaced_look_up_finds_is_not_undone() {
    let look_up = "allow-writes = true\nlook-up.contactid = { get = \"api/2.0/other/list\", at = \"/response/*/id\" }";
    for given in [&[][..], &["--param", "contactid=5"]] {
        let scene = Scene::with(None, look_up, STEPS);
        // More than are taken are seen.
        let list = "{\"response\":[{\"id\":3},{\"id\":77}]}".to_owned();
        let answer = ("GET other/list".to_owned(), 200, list);
        scene.office.with(|state| state.answers.push(answer));
        let ended = run(scene.run().args(given));
        assert_eq!(ended.code, Some(3), "{}{}", ended.stdout, ended.stderr);
        let told =
            "the portal says it made the `contactid` 77, which an earlier answer held already";
        assert!(ended.stdout.contains(told), "{}", ended.stdout);
        let told = "the `contactid` 77, which its `find` finds, was there before";
        assert!(ended.stdout.contains(told), "{}", ended.stdout);
        let log = scene.office.with(|state| state.log.clone());
        let is_delete = |line: &String| line.starts_with("DELETE");
        assert!(!log.iter().any(is_delete), "{log:?}");
        let ended = scene.cleanup();
        assert!(ended.stdout.contains(told), "{}", ended.stdout);
        assert!(scene.office.with(|state| state.persons.contains_key(&77)));
        assert_eq!(scene.journals().len(), 1);
    }
}

//! The processes of one nextest run share one asked run.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, SystemTime};

use serde_json::json;

use crate::support::office::{PASSWORD, Stall, USER};
use crate::support::scene::{Running, Scene};
use crate::support::{Ended, program, project, run, test_binary};

const RUN: &str = "1f79aa0d-4ec8-4a5c-aa83-5e8dc2f36573";

/// Cases of all kinds.
const CASES: [&str; 6] = [
    "get-crm-contact-contactid::json::transport",
    "get-crm-contact-contactid::xml::transport",
    "get-crm-contact-contactid::json::schema",
    "get-crm-contact-contactid::json::refusal::no-token",
    "post-crm-contact-project-projectid::json::transport",
    "post-crm-contact-project-projectid::json::transport::all",
];

/// A portal with an account, and a folder for what is temporary.
struct Place {
    scene: Scene,
    binary: PathBuf,
    temporary: PathBuf,
}

impl Place {
    fn new(stall: Option<Stall>) -> Option<Self> {
        let binary = test_binary()?;
        let scene = Scene::new(stall);
        let temporary = scene.folder.path().join("temporary");
        fs::create_dir(&temporary).unwrap();
        Some(Self {
            scene,
            binary,
            temporary,
        })
    }

    /// The surroundings of every process.
    fn around<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command
            .current_dir(&self.scene.folder)
            .env_remove("NEXTEST_ATTEMPT")
            .env_remove("NEXTEST_BINARY_ID")
            .env_remove("NEXTEST_STRESS_CURRENT")
            .env("NEXTEST_RUN_ID", RUN)
            .env("TMPDIR", &self.temporary)
            .env("PORTAL_TARGET", "office")
            .env("PORTAL_USER", USER)
            .env("PORTAL_PASSWORD", PASSWORD)
    }

    /// One case as nextest starts it.
    fn process(&self, case: &str) -> Command {
        // The variables that the program reads are taken away as for the program itself.
        let cleared = program(&[]);
        let mut command = Command::new(&self.binary);
        for (name, value) in cleared.get_envs() {
            assert!(value.is_none());
            command.env_remove(name);
        }
        self.around(command.args([case, "--exact", "--nocapture"]));
        command
    }

    fn all_at_once(&self) -> Vec<Ended> {
        let start = |case: &&str| Running::start(&mut self.process(case));
        let running: Vec<Running> = CASES.iter().map(start).collect();
        running.into_iter().map(Running::end).collect()
    }

    fn logins(&self) -> usize {
        self.scene.office.with(|state| state.logins)
    }

    /// How often a person was made: each set-up makes two.
    fn persons(&self) -> usize {
        let made = |line: &&String| line.as_str() == "POST crm/contact/person";
        self.scene
            .office
            .with(|state| state.log.iter().filter(made).count())
    }

    /// Where the processes meet.
    fn meeting(&self) -> PathBuf {
        self.temporary
            .join(format!("portal-conformance-nextest-{RUN}"))
    }
}

#[test]
fn the_processes_of_a_nextest_run_log_in_and_set_up_once() {
    let Some(place) = Place::new(None) else {
        return;
    };
    let all = place.all_at_once();
    assert_eq!((place.logins(), place.persons()), (1, 2));
    place.scene.assert_clean("after all processes");
    for (case, ended) in CASES.iter().zip(&all) {
        // This portal knows too little of a contact, and no XML.
        let lacks = case.ends_with("schema");
        let expected = if lacks || case.contains("xml") {
            101
        } else {
            0
        };
        assert_eq!(ended.code, Some(expected), "{case}: {}", ended.stdout);
        assert!(ended.stdout.contains("running 1 test\n"), "{case}");
        assert!(ended.stdout.contains(&format!("test {case} ... ")));
        assert!(
            ended
                .stderr
                .contains("(target office), profile as-documented")
        );
        assert_eq!(ended.stdout.contains("documented, missing"), lacks);
    }
    // Another run asks again, and so does a process that tries more than one case.
    let mut other = place.process(CASES[0]);
    run(other.env("NEXTEST_RUN_ID", "another"));
    assert_eq!((place.logins(), place.persons()), (2, 4));
    let mut plain = place.process("get-crm-contact-contactid::json::transport");
    let ended = run(plain.env("PORTAL_PROFILE", "community-server"));
    assert!(ended.stderr.contains("profile community-server"));
    assert_eq!((place.logins(), place.persons()), (3, 6));
}

#[test]
fn a_wrong_password_is_sent_once_even_where_cases_are_tried_again() {
    let Some(place) = Place::new(None) else {
        return;
    };
    let refused = (500, "{\"status\":1,\"statusCode\":500}".to_owned());
    place
        .scene
        .office
        .with(|state| state.login_answer = Some(refused));
    for ended in place.all_at_once() {
        assert_eq!(ended.code, Some(101));
        assert!(ended.stdout.contains("PORTAL_PASSWORD"), "{}", ended.stdout);
    }
    let again = run(place.process(CASES[0]).env("NEXTEST_ATTEMPT", "2"));
    assert_eq!(again.code, Some(101));
    assert_eq!((place.logins(), place.persons()), (1, 0));
}

#[test]
fn a_case_that_is_tried_again_is_asked_again_once_for_all() {
    let Some(place) = Place::new(None) else {
        return;
    };
    let broken = ("GET crm/contact/".to_owned(), 500, "{}".to_owned());
    place.scene.office.with(|state| state.answers.push(broken));
    let first = place.all_at_once();
    assert_eq!(first[0].code, Some(101));
    place.scene.office.with(|state| state.answers.clear());
    for case in [CASES[0], CASES[3]] {
        let again = run(place.process(case).env("NEXTEST_ATTEMPT", "2"));
        assert_eq!(again.code, Some(0), "{}", again.stdout);
    }
    assert_eq!((place.logins(), place.persons()), (2, 4));
}

/// What one process was killed at, the next one does; what the first made is left to `cleanup`.
#[test]
fn where_the_process_that_asks_dies_another_takes_over() {
    let Some(place) = Place::new(Some(Stall::After(1))) else {
        return;
    };
    let mut first = Running::start(&mut place.process(CASES[0]));
    let stalled = place.scene.office.wait_for_stall(&mut || first.has_ended());
    assert!(stalled);
    let second = Running::start(&mut place.process(CASES[3]));
    first.child().kill().unwrap();
    first.end();
    place.scene.office.with(|state| state.stall = None);
    place.scene.office.release();
    let ended = second.end();
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(place.logins(), 2);
    assert_eq!(run(&mut place.process(CASES[0])).code, Some(0));
    assert_eq!(place.logins(), 2);
    let cleanup = run(place.around(&mut program(&["cleanup"])));
    assert_eq!(cleanup.code, Some(0), "{}", cleanup.stderr);
    place.scene.assert_clean("after the clean-up");
}

#[test]
fn what_they_share_is_read_by_nobody_else_and_holds_no_secret() {
    let Some(place) = Place::new(None) else {
        return;
    };
    let stale = place.temporary.join("portal-conformance-nextest-old");
    let recent = place.temporary.join("portal-conformance-nextest-new");
    let other = place.temporary.join("other");
    let long_ago = SystemTime::now() - Duration::from_hours(48);
    for folder in [&stale, &recent, &other] {
        fs::create_dir(folder).unwrap();
        fs::write(folder.join("x.json"), "{}").unwrap();
        if folder != &recent {
            let times = fs::FileTimes::new().set_modified(long_ago);
            fs::File::open(folder).unwrap().set_times(times).unwrap();
        }
    }
    run(&mut place.process(CASES[0]));
    let left: BTreeSet<PathBuf> = entries(&place.temporary).into_iter().collect();
    assert_eq!(left, BTreeSet::from([other, recent, place.meeting()]));
    let files = entries(&place.meeting());
    assert_eq!(files.len(), 2, "a lock and what was told: {files:?}");
    for file in &files {
        let text = fs::read_to_string(file).unwrap();
        for secret in [USER, PASSWORD, crate::support::office::TOKEN, "Second pc"] {
            assert!(!text.contains(secret), "{secret}");
        }
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&place.meeting()), 0o700);
        assert!(files.iter().all(|file| mode(file) == 0o600));
        // A folder that others can look into may be theirs.
        fs::set_permissions(place.meeting(), PermissionsExt::from_mode(0o755)).unwrap();
        let ended = run(&mut place.process(CASES[0]));
        assert_eq!(ended.code, Some(2), "{}", ended.stdout);
        assert!(ended.stderr.contains("TMPDIR"), "{}", ended.stderr);
        assert_eq!(place.logins(), 1);
    }
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|entry| entry.unwrap().path()).collect()
}

/// The suite by nextest itself, of binaries that are built already; none where there is no nextest.
fn nextest(place: &Place, arguments: &[&str]) -> Option<Ended> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let is_there = Command::new(&cargo)
        .args(["nextest", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !is_there.is_ok_and(|status| status.success()) {
        // Straight to stderr, which the test harness does not capture.
        let _ = writeln!(std::io::stderr(), "skipped: cargo nextest is not installed");
        return None;
    }
    let (binaries, metadata) = (
        place.temporary.join("binaries.json"),
        place.temporary.join("metadata.json"),
    );
    let described = Command::new(&cargo)
        .args(["metadata", "--no-deps", "--offline", "--format-version=1"])
        .current_dir(project())
        .output()
        .unwrap();
    // nextest starts tests in the folder of their package: the one with the configuration.
    let folder = place.scene.folder.path().canonicalize().unwrap();
    let mut described: serde_json::Value = serde_json::from_slice(&described.stdout).unwrap();
    described["workspace_root"] = json!(folder);
    let packages = described["packages"].as_array_mut().unwrap();
    packages.retain(|package| package["name"] == "portal-conformance");
    packages[0]["manifest_path"] = json!(folder.join("Cargo.toml"));
    let package = packages[0]["id"].clone();
    for of_workspace in ["workspace_members", "workspace_default_members"] {
        described[of_workspace] = json!([package]);
    }
    fs::write(&metadata, described.to_string()).unwrap();
    fs::write(folder.join("Cargo.toml"), "").unwrap();
    let built = place.binary.parent().unwrap().parent().unwrap();
    let described = json!({
        "rust-build-meta": {
            "target-directory": built.parent().unwrap(),
            "base-output-directories": [],
            "non-test-binaries": {},
            "build-script-out-dirs": {},
            "linked-paths": [],
            "platforms": null,
            "target-platforms": [],
            "target-platform": null,
        },
        "rust-binaries": {"x::conformance": {
            "binary-id": "x::conformance",
            "binary-name": "conformance",
            "package-id": package,
            "kind": "test",
            "binary-path": place.binary,
            "build-platform": "target",
        }},
    });
    fs::write(&binaries, described.to_string()).unwrap();
    let mut command = Command::new(&cargo);
    command.args([
        "nextest",
        "run",
        "--no-fail-fast",
        "--user-config-file=none",
    ]);
    command.args(arguments);
    command.arg("--binaries-metadata").arg(&binaries);
    command.arg("--cargo-metadata").arg(&metadata);
    for (name, _) in program(&[]).get_envs() {
        command.env_remove(name);
    }
    Some(run(place.around(&mut command)))
}

/// The cases that a run of nextest told, each with whether it passed.
fn told(ended: &Ended) -> BTreeMap<String, bool> {
    let lines = ended.stderr.lines().filter_map(|line| {
        let (status, rest) = line.trim_start().split_once(' ')?;
        let passed = match status {
            "PASS" => true,
            "FAIL" => false,
            _ => return None,
        };
        Some((rest.rsplit(' ').next()?.to_owned(), passed))
    });
    lines.collect()
}

#[test]
fn nextest_logs_in_and_sets_up_once() {
    let Some(place) = Place::new(None) else {
        return;
    };
    let Some(ended) = nextest(&place, &[]) else {
        return;
    };
    // Nothing is skipped for want of what the set-up will make.
    let listed = run(place.around(&mut program(&["run", "--list"])));
    let cases = listed.stdout.lines().count();
    let all = format!("{cases} tests run: ");
    assert!(cases > 50, "{}", listed.stderr);
    assert!(ended.stderr.contains(&all), "{all}: {}", ended.stderr);
    assert!(ended.stderr.contains(", 0 skipped"), "{}", ended.stderr);
    assert_eq!(
        (place.logins(), place.persons()),
        (1, 2),
        "{}",
        ended.stderr
    );
    place.scene.assert_clean("after nextest");
}

#[test]
fn the_parts_of_nextest_tell_what_one_run_tells() {
    let Some(place) = Place::new(None) else {
        return;
    };
    let Some(whole) = nextest(&place, &[]) else {
        return;
    };
    let whole = told(&whole);
    assert!(whole.len() > 50 && whole.values().any(|passed| !passed));
    let mut joined = BTreeMap::new();
    for part in 1..=3 {
        let before = (place.logins(), place.persons());
        // Machines that share nothing, so that each asks.
        let machine = Place {
            temporary: place.temporary.join(part.to_string()),
            scene: Scene::new(None),
            binary: place.binary.clone(),
        };
        fs::create_dir(&machine.temporary).unwrap();
        let ended = nextest(&machine, &["--partition", &format!("count:{part}/3")]).unwrap();
        assert_eq!((machine.logins(), machine.persons()), (1, 2), "part {part}");
        assert_eq!((place.logins(), place.persons()), before);
        machine.scene.assert_clean("after a part");
        for (case, passed) in told(&ended) {
            assert!(joined.insert(case, passed).is_none(), "told twice");
        }
    }
    assert_eq!(joined, whole);
}

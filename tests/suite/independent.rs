//! A portal that was written without this crate conforms; what is wrong with it is found, what is lawful is not.

use std::collections::BTreeMap;

use crate::bureau::{ANNA, Bureau, EVERYBODY, Habit, ODD, PROJECT, SHELL, TOKEN, WORKS};
use crate::support::rows::{complaints, one_of_three};
use crate::support::scene::STEPS;
use crate::support::{Ended, program, run};
use serde_json::Value;

/// What came of trying a bureau: exit code and, by case, `ok`, `failed` or `ignored`.
struct Tried {
    code: Option<i32>,
    cases: BTreeMap<String, String>,
    text: String,
}

impl Tried {
    fn failed(&self) -> Vec<&str> {
        let failed = self.cases.iter().filter(|(_, event)| *event != "ok");
        failed.map(|(name, _)| name.as_str()).collect()
    }
}

impl From<Ended> for Tried {
    fn from(ended: Ended) -> Self {
        let lines = ended.stdout.lines();
        let events = lines.filter_map(|line| serde_json::from_str::<Value>(line).ok());
        let cases = events.filter(|event| event["type"] == "test" && event["event"] != "started");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let cases = cases.map(|case| (text(&case["name"]), text(&case["event"])));
        Self {
            code: ended.code,
            cases: cases.collect(),
            text: format!("{}{}", ended.stdout, ended.stderr),
        }
    }
}

/// Tries the cases whose names hold a part.
fn attempt(bureau: &Bureau, contacts: &[i64], part: &str) -> Tried {
    let contacts: Vec<String> = contacts.iter().map(i64::to_string).collect();
    let mut command = program(&["run", "--no-config", "--profile", "community-server"]);
    command
        .args(["--allow-writes", "--format", "json", "--url", &bureau.url])
        .args(["--param", &format!("contactid={}", contacts.join(","))])
        .args(["--param", &format!("projectid={PROJECT}"), part])
        .env("PORTAL_TOKEN", TOKEN);
    let ended = run(&mut command);
    assert!(bureau.is_sound(), "a habit panicked");
    Tried::from(ended)
}

#[test]
fn a_portal_written_without_this_crate_conforms() {
    for first in EVERYBODY {
        let bureau = Bureau::open(Habit::Plain);
        let mut contacts = vec![first];
        contacts.extend(EVERYBODY.iter().filter(|id| **id != first));
        let tried = attempt(&bureau, &contacts, "");
        assert_eq!(tried.code, Some(0), "{first}: {}", tried.text);
        assert_eq!(tried.failed(), [""; 0], "{first}");
        assert!(tried.cases.len() > 80, "{first}: {}", tried.cases.len());
    }
}

/// The operations have short names in the table.
fn full(case: &str) -> String {
    case.replace("read::json", "get-crm-contact-contactid::json")
        .replace("read::xml", "get-crm-contact-contactid::xml")
        .replace("link::json", "post-crm-contact-project-projectid::json")
        .replace("link::xml", "post-crm-contact-project-projectid::xml")
}

#[test]
fn what_it_gets_wrong_is_found() {
    let drifts = crate::bureau::drifts::all();
    assert!(drifts.len() >= 40, "{}", drifts.len());
    let missed = complaints(&one_of_three(drifts), |(name, habit, case)| {
        let case = full(case);
        let operation = case.split("::").next().unwrap_or_default();
        let tried = attempt(&Bureau::open(*habit), &[ANNA, WORKS], operation);
        let is_named = tried.failed().contains(&case.as_str());
        // A page of a proxy is not the portal's answer.
        let code = if *name == "a page of a proxy" { 3 } else { 1 };
        let is_told = tried.code == Some(code);
        (!is_named || !is_told).then(|| {
            format!(
                "{name}: {:?}, not {case} but {:?}",
                tried.code,
                tried.failed()
            )
        })
    });
    assert!(missed.is_empty(), "{}", missed.join("\n"));
}

/// What is printed of the portal with two contacts.
fn printed(habit: Habit) -> Ended {
    Bureau::open(habit).judged()
}

#[test]
fn what_is_merely_unwise_is_told_as_a_remark() {
    let plain = printed(Habit::Plain);
    assert_eq!(plain.code, Some(0), "{}", plain.stdout);
    assert!(!plain.stdout.contains("remark"), "{}", plain.stdout);
    let manners = crate::bureau::manners::all();
    let wrong = complaints(&one_of_three(manners), |(name, habit, rule)| {
        let ended = printed(*habit);
        let is_told = ended.stdout.contains(&format!("kind = \"{rule}\""));
        (ended.code != Some(0) || !is_told)
            .then(|| format!("{name}: {:?}, no {rule}\n{}", ended.code, ended.stdout))
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_it_does_otherwise_is_lawful() {
    let variations = crate::bureau::variations::all();
    assert!(variations.len() >= 25, "{}", variations.len());
    let blamed = complaints(&one_of_three(variations), |(name, habit)| {
        let tried = attempt(&Bureau::open(*habit), &[ANNA, SHELL, ODD], "");
        (tried.code != Some(0)).then(|| format!("{name}: {:?}, {:?}", tried.code, tried.failed()))
    });
    assert!(blamed.is_empty(), "{}", blamed.join("\n"));
}

#[test]
fn a_run_with_data_of_its_own_conforms_and_leaves_none() {
    let bureau = Bureau::open(Habit::Plain);
    let before = bureau.sizes();
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portal-conformance.toml");
    let url = &bureau.url;
    let head = format!(
        "[target.office]\nurl = \"{url}\"\nprofile = \"community-server\"\nallow-writes = true\n"
    );
    std::fs::write(&path, head + STEPS).unwrap();
    let mut command = program(&["run", "--target", "office", "--format", "json"]);
    command
        .current_dir(folder.path())
        .env("PORTAL_TOKEN", TOKEN);
    let tried = Tried::from(run(&mut command));
    assert_eq!(tried.code, Some(0), "{}", tried.text);
    assert_eq!(tried.failed(), [""; 0]);
    assert!(tried.cases.len() > 80, "{}", tried.cases.len());
    assert_eq!(bureau.sizes(), before);
    let log = bureau.log();
    let made = log
        .iter()
        .filter(|line| line.starts_with("POST /api/2.0/crm/contact/person"));
    assert_eq!(made.count(), 2, "{log:?}");
}

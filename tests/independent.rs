//! A portal that was written without this crate conforms; what is wrong with it is found, what is lawful is not.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod bureau;
mod support;

use std::collections::BTreeMap;

use bureau::{ANNA, BARE, Bureau, EVERYBODY, Habit, ODD, PROJECT, SHELL, TOKEN, WORKS};
use serde_json::Value;
use support::{program, run};

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

fn attempt(bureau: &Bureau, contacts: &[i64]) -> Tried {
    let contacts: Vec<String> = contacts.iter().map(i64::to_string).collect();
    let mut command = program(&["run", "--no-config", "--profile", "community-server"]);
    command
        .args(["--allow-writes", "--format", "json", "--url", &bureau.url])
        .args(["--param", &format!("contactid={}", contacts.join(","))])
        .args(["--param", &format!("projectid={PROJECT}")])
        .env("PORTAL_TOKEN", TOKEN);
    let ended = run(&mut command);
    let events = ended.stdout.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let cases = events.filter(|event| event["type"] == "test" && event["event"] != "started");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    Tried {
        code: ended.code,
        cases: cases.map(|case| (text(&case["name"]), text(&case["event"]))).collect(),
        text: format!("{}{}", ended.stdout, ended.stderr),
    }
}

#[test]
fn a_portal_written_without_this_crate_conforms() {
    for first in EVERYBODY {
        let bureau = Bureau::open(Habit::Plain);
        let mut contacts = vec![first];
        contacts.extend(EVERYBODY.iter().filter(|id| **id != first));
        let tried = attempt(&bureau, &contacts);
        assert_eq!(tried.code, Some(0), "{first}: {}", tried.text);
        assert_eq!(tried.failed(), [""; 0], "{first}");
        assert!(tried.cases.len() > 80, "{first}: {}", tried.cases.len());
    }
}

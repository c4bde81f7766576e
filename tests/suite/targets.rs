//! The configuration file from the command line: found, chosen, refused.

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use crate::support::{Served, TOKEN, program, run};

/// A folder with a configuration file.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("portal-conformance.toml"), text).unwrap();
    folder
}

fn inside(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = program(arguments);
    command.current_dir(folder);
    command
}

#[test]
fn a_target_is_found_upward_and_tried() {
    let served = Served::start(&[]);
    let text = format!(
        "[target.staging]\nurl = \"{}\"\nparameters = {{ contactid = [1234, 1235] }}\n\
         allow-writes = true\naccount.token = {{ file = \"token\" }}\n",
        served.url
    );
    let folder = folder(&text);
    fs::write(folder.path().join("token"), format!("{TOKEN}\n")).unwrap();
    let below = folder.path().join("a/b");
    fs::create_dir_all(&below).unwrap();
    let ended = run(&mut inside(&below, &["run", "--target", "staging"]));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(!ended.stdout.contains("ignored"), "{}", ended.stdout);
    let ended = run(inside(&below, &["run", "get-"]).env("PORTAL_TARGET", "staging"));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let careful = ["run", "--target", "staging", "--allow-writes=false"];
    let ended = run(&mut inside(&below, &careful));
    assert!(ended.stdout.contains("ignored"), "{}", ended.stdout);
    // From anywhere, where the file is named.
    let file = folder.path().join("portal-conformance.toml");
    let named = [
        "run",
        "--target",
        "staging",
        "--config",
        file.to_str().unwrap(),
        "get-",
    ];
    let ended = run(&mut program(&named));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    // The reference portal stays what is tried where nothing is named.
    let ended = run(&mut inside(&below, &["run", "get-"]));
    assert_eq!(ended.code, Some(0));
    assert!(
        ended.stderr.contains("the reference portal is tried"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_configuration_that_cannot_be_used_is_2() {
    let good = "[target.staging]\nurl = \"http://127.0.0.1:1\"\n";
    let unknown = format!("{good}request-timout = 3\n");
    for (text, arguments, advice) in [
        (
            good,
            &["run", "--target", "stagin"][..],
            "did you mean `staging`?; known are staging",
        ),
        (
            &unknown,
            &["run", "--list"],
            "portal-conformance.toml:3:1: unknown key `request-timout`",
        ),
        (good, &["run", "--config", "nowhere.toml"], "nowhere.toml"),
        (
            good,
            &["run", "--no-config", "--target", "staging"],
            "cannot be used with",
        ),
        (
            good,
            &["run", "--target", "staging", "--url", ""],
            "--url expects a URL",
        ),
    ] {
        let folder = folder(text);
        let ended = run(&mut inside(folder.path(), arguments));
        assert_eq!(ended.code, Some(2), "{arguments:?} {}", ended.stderr);
        assert!(
            ended.stderr.contains(advice),
            "{arguments:?} {}",
            ended.stderr
        );
    }
    let empty = tempfile::tempdir().unwrap();
    let ended = run(&mut inside(empty.path(), &["run", "--target", "staging"]));
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("--config"), "{}", ended.stderr);
}

#[test]
fn a_dry_run_sends_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let text = format!(
        "[target.staging]\nurl = \"http://{}\"\n",
        listener.local_addr().unwrap()
    );
    let folder = folder(&text);
    let ended = run(&mut inside(
        folder.path(),
        &["run", "--target", "staging", "--list"],
    ));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stdout.contains("::json::transport: test\n"),
        "{}",
        ended.stdout
    );
    assert!(listener.accept().is_err(), "somebody connected");
    // The same listener sees a run that is none.
    let real = [
        "run",
        "--target",
        "staging",
        "--request-timeout",
        "0.2",
        "json::transport",
    ];
    let _ = run(&mut inside(folder.path(), &real));
    assert!(listener.accept().is_ok(), "nobody connected");
}

/// A portal with a fault, and the text of a file with a target for it and one waiver.
fn with_waiver(fault: &str, waiver: &str) -> (Served, tempfile::TempDir) {
    let served = Served::start(&["--fault", fault]);
    let text = format!(
        "[target.staging]\nurl = \"{}\"\nparameters = {{ contactid = [1234, 1235] }}\n\
         allow-writes = true\naccount.token = {{ env = \"STAGING_TOKEN\" }}\n\n\
         [[target.staging.waiver]]\n{waiver}\n",
        served.url
    );
    let folder = folder(&text);
    (served, folder)
}

const FAULT: &str = "schema:get-crm-contact-contactid:drop:TaskCount";

fn try_it(folder: &Path, more: &[&str]) -> crate::support::Ended {
    let mut command = inside(folder, &["run", "--target", "staging"]);
    run(command.args(more).env("STAGING_TOKEN", TOKEN))
}

#[test]
fn the_waiver_that_a_finding_prints_covers_it() {
    let (_served, folder) = with_waiver(
        FAULT,
        "case = \"*\"\nkind = \"guid\"\nreason = \"r\"\nuntil = 2999-12-31",
    );
    let before = try_it(folder.path(), &[]);
    assert_eq!(before.code, Some(1), "{}", before.stdout);
    let printed = before
        .stdout
        .lines()
        .find_map(|line| line.trim().strip_prefix("waive: "));
    let (printed, _) = printed.unwrap().split_once(" } # id: ").unwrap();
    assert!(
        before.stdout.contains("waiver without use"),
        "{}",
        before.stdout
    );
    let file = folder.path().join("portal-conformance.toml");
    let text = fs::read_to_string(&file).unwrap();
    let (text, _) = text.split_once("[[").unwrap();
    let text = format!(
        "{text}waiver = [\n  {printed}, reason = \"release 12.6 mends it\", until = 2999-12-31 }},\n]\n"
    );
    fs::write(&file, text).unwrap();
    let report = folder.path().join("report.json");
    let after = try_it(folder.path(), &["--report-json", report.to_str().unwrap()]);
    assert_eq!(after.code, Some(0), "{}{}", after.stdout, after.stderr);
    for part in [
        "waived until 2999-12-31: release 12.6 mends it\n",
        "get-crm-contact-contactid::json::schema /response/TaskCount: documented, missing\n",
        " waived; ",
    ] {
        assert!(after.stdout.contains(part), "{part}\n{}", after.stdout);
    }
    let report: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(report).unwrap()).unwrap();
    assert_eq!(report["waivers"][0]["state"], "used");
    assert_eq!(report["summary"]["violates"], 0);
    assert!(report["summary"]["waived"].as_u64() > Some(0));
    assert_eq!(report["findings"].as_array().unwrap().len(), 0);
}

#[test]
fn a_waiver_without_use_is_told_of_the_cases_that_were_tried() {
    let after = |case: &str, more: &[&str]| {
        let rest = "kind = \"guid\"\nreason = \"r\"\nuntil = 2999-12-31";
        let (_served, folder) = with_waiver(FAULT, &format!("case = \"{case}\"\n{rest}"));
        try_it(folder.path(), more).stdout
    };
    let whole = after("*", &[]);
    let words = "waiver without use, to be removed: ";
    assert!(whole.contains(words), "{whole}");
    let read_only = after("*", &["--allow-writes=false"]);
    assert!(read_only.contains("waiver not used by the "), "{read_only}");
    let words = " cases that were tried: { case";
    assert!(read_only.contains(words), "{read_only}");
    let none = after("post-*", &["get-crm-contact-contactid::json::schema"]);
    assert!(!none.contains("waiver "), "{none}");
}

#[test]
fn a_listing_needs_no_secret() {
    let (_served, folder) = with_waiver(
        FAULT,
        "case = \"*\"\nkind = \"guid\"\nreason = \"r\"\nuntil = 2999-12-31",
    );
    let listed = |set: &[(&str, &str)]| {
        let mut command = inside(folder.path(), &["run", "--target", "staging", "--list"]);
        run(command
            .env_remove("STAGING_TOKEN")
            .envs(set.iter().copied()))
    };
    let without = listed(&[]);
    assert_eq!(without.code, Some(0), "{}", without.stderr);
    let with = listed(&[("STAGING_TOKEN", TOKEN)]);
    assert_eq!(without.stdout, with.stdout);
    assert!(!without.stdout.is_empty());
}

#[test]
fn a_waiver_forgives_its_cases_alone() {
    let (_served, folder) = with_waiver(
        FAULT,
        "case = \"*::json::schema\"\npointer = \"/response/TaskCount\"\nkind = \"missing\"\nreason = \"r\"\nuntil = 2999-12-31",
    );
    let ended = try_it(folder.path(), &[]);
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert!(ended.stdout.contains(" 1 waived; "), "{}", ended.stdout);
    let one = try_it(folder.path(), &["get-crm-contact-contactid::json::schema"]);
    assert_eq!(one.code, Some(0), "{}", one.stdout);
}

#[test]
fn a_waiver_that_has_expired_fails_the_run() {
    for (case, kind) in [("*", "missing"), ("*", "guid")] {
        let (_served, folder) = with_waiver(
            FAULT,
            &format!("case = \"{case}\"\nkind = \"{kind}\"\nreason = \"r\"\nuntil = 2020-01-31"),
        );
        let ended = try_it(folder.path(), &[]);
        assert_eq!(ended.code, Some(1), "{}", ended.stdout);
        assert!(
            ended.stdout.contains("waiver expired on 2020-01-31"),
            "{}",
            ended.stdout
        );
        assert!(
            ended.stdout.contains("TaskCount: documented, missing"),
            "{}",
            ended.stdout
        );
        let good = try_it(folder.path(), &["refusal"]);
        assert_eq!(good.code, Some(1), "{}", good.stdout);
        assert!(
            good.stdout.contains("a waiver has expired (exit 1)"),
            "{}",
            good.stdout
        );
    }
}

#[test]
fn a_waiver_needs_no_pointer_where_the_whole_answer_is_meant() {
    let (_served, folder) = with_waiver(
        "transport:get-crm-contact-contactid:status-201",
        "case = \"*\"\nkind = \"status\"\nreason = \"r\"\nuntil = 2999-12-31",
    );
    let ended = try_it(folder.path(), &["json::transport"]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stdout.contains(" waived"), "{}", ended.stdout);
}

#[test]
fn a_waiver_that_can_mean_nothing_is_2_at_its_place() {
    let good = [
        ("case", "*"),
        ("kind", "missing"),
        ("reason", "r"),
        ("until", "2026-12-31"),
    ];
    for (key, value, advice) in [
        (
            "kind",
            "mising",
            "no rule `mising`; did you mean `missing`?",
        ),
        (
            "case",
            "get-crm-contact-contactid::json::schma",
            "did you mean `get-crm-contact-contactid::json::schema`?",
        ),
        (
            "case",
            "get-crm-contact",
            "did you mean `get-crm-contact-contactid::*`?",
        ),
        ("case", "*::yaml::*", "`run --list` names them"),
        ("reason", "", "a waiver needs a reason"),
        ("until", "31.12.2026", "is no day"),
    ] {
        let lines = good.map(|(name, usual)| {
            let value = if name == key { value } else { usual };
            format!("{name} = \"{value}\"")
        });
        let (_served, folder) = with_waiver(FAULT, &lines.join("\n"));
        let ended = try_it(folder.path(), &["--list"]);
        assert_eq!(ended.code, Some(2), "{key}: {}", ended.stdout);
        assert!(ended.stderr.contains(advice), "{key}: {}", ended.stderr);
        let place = format!(
            "error: portal-conformance.toml:{}:",
            8 + good.iter().position(|(name, _)| *name == key).unwrap()
        );
        assert!(ended.stderr.starts_with(&place), "{place} {}", ended.stderr);
    }
}

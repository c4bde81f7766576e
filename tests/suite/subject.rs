//! A verdict names its subject and its reach: which portal was tried, and what of its answers was seen.

use std::fs;
use std::os::unix::ffi::OsStringExt;

use serde_json::Value;

use crate::support::{Served, TOKEN, program, run};

#[test]
fn an_empty_or_garbled_variable_is_2_and_tries_nothing() {
    for name in [
        "PORTAL_URL",
        "PORTAL_TARGET",
        "PORTAL_PROFILE",
        "PORTAL_TOKEN",
        "PORTAL_USER",
    ] {
        for value in ["".into(), std::ffi::OsString::from_vec(vec![0xff])] {
            let ended = run(program(&["run"]).env(name, &value));
            assert_eq!(ended.code, Some(2), "{name}: {}", ended.stdout);
            assert!(ended.stderr.contains(name), "{}", ended.stderr);
            assert_eq!(ended.stdout, "");
        }
    }
}

#[test]
fn an_empty_or_garbled_variable_is_2_for_every_command() {
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    for (arguments, name) in [
        (&["generate", "--check"][..], "PORTAL_PROFILE"),
        (&["faults", "nothing"], "PORTAL_PROFILE"),
        (&serve, "PORTAL_PROFILE"),
        (&serve, "PORTAL_USER"),
        (&serve, "PORTAL_TOKEN"),
    ] {
        for (value, words) in [
            ("".into(), "empty"),
            (std::ffi::OsString::from_vec(vec![0xff]), "UTF-8"),
        ] {
            let mut command = program(arguments);
            command.env("PORTAL_TOKEN", "sesame-0123456789");
            let ended = run(command.env(name, &value));
            assert_eq!(ended.code, Some(2), "{name}: {}", ended.stdout);
            let is_told = ended.stderr.contains(name) && ended.stderr.contains(words);
            assert!(is_told, "{words}: {}", ended.stderr);
        }
    }
}

#[test]
fn an_account_without_a_portal_is_2() {
    for name in ["PORTAL_TOKEN", "PORTAL_USER", "PORTAL_PASSWORD"] {
        let ended = run(program(&["run"]).env(name, "x"));
        assert_eq!(ended.code, Some(2), "{}", ended.stdout);
        let words = format!("{name} is set, but no portal is named");
        assert!(ended.stderr.contains(&words), "{}", ended.stderr);
    }
}

#[test]
fn what_sends_nothing_is_not_refused_for_an_account() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let report = report.to_str().unwrap();
    run(&mut program(&["run", "--report-json", report]));
    for arguments in [
        &["run", "--list"][..],
        &["lint"],
        &["explain", "missing"],
        &["report", "check", report],
        &["compare", report, report],
        &["generate", "--openapi", "out.json"],
    ] {
        for name in ["PORTAL_TOKEN", "PORTAL_USER", "PORTAL_PASSWORD"] {
            let mut command = program(arguments);
            let ended = run(command.current_dir(folder.path()).env(name, "x"));
            assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
        }
    }
}

#[test]
fn every_output_says_what_was_tried() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let files = ["junit", "json", "markdown", "html"].map(|kind| (kind, path(kind)));
    let options: Vec<String> = files
        .iter()
        .map(|(kind, path)| format!("--report-{kind}={path}"))
        .collect();
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let tool = concat!("portal-conformance ", env!("CARGO_PKG_VERSION"));
    let reference = "the reference portal in this process";
    let ended = run(&mut program(&[&["run"], options.as_slice()].concat()));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let (_, last) = ended.stdout.trim_end().rsplit_once('\n').unwrap();
    assert!(last.starts_with(reference), "{last}");
    assert!(
        last.ends_with(": the portal keeps the contract (exit 0)"),
        "{last}"
    );
    let about = format!("{reference}, profile as-documented, built-in pages, {tool}, 20");
    assert!(ended.stdout.contains(&about), "{}", ended.stdout);
    for (kind, path) in &files {
        let text = fs::read_to_string(path).unwrap();
        assert!(text.contains("as-documented"), "{kind}");
        assert!(text.contains("built-in pages"), "{kind}");
        assert!(*kind == "json" || text.contains(reference), "{kind}");
        assert!(text.contains(env!("CARGO_PKG_VERSION")), "{kind}");
    }
    let json: Value = serde_json::from_str(&fs::read_to_string(&files[1].1).unwrap()).unwrap();
    assert_eq!(json["target"]["reference"], true);
    assert_eq!(json["target"]["name"], Value::Null);
    assert!(json["started"].as_str().unwrap().ends_with('Z'));
    for format in ["pretty", "terse", "json"] {
        let ended = run(&mut program(&["run", "--format", format]));
        assert!(ended.stderr.contains(&about), "{format}: {}", ended.stderr);
    }
    // A target by its name, with pages of one's own.
    let served = Served::start(&[]);
    let pages = crate::support::project().join("pages");
    let pages = pages.to_str().unwrap();
    let file = format!(
        "[target.staging]\nurl = '{}'\nparameters = {{ contactid = 1234 }}\npages = '{pages}'\n",
        served.url
    );
    fs::write(folder.path().join("portal-conformance.toml"), file).unwrap();
    let mut command = program(&["run", "get-crm", "--target", "staging"]);
    let ended = run(command
        .current_dir(folder.path())
        .env("PORTAL_TOKEN", TOKEN));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let about = format!(
        "{}/ (target staging), profile as-documented, pages of ",
        served.url
    );
    assert!(ended.stdout.contains(&about), "{}", ended.stdout);
    assert!(
        ended
            .stdout
            .ends_with(": the portal keeps the contract (exit 0)\n")
    );
}

#[test]
fn what_no_answer_held_is_told_and_may_be_a_condition() {
    let full = run(&mut program(&["run", "--require-coverage", "100%"]));
    assert_eq!(full.code, Some(0), "{}", full.stdout);
    assert!(
        full.stdout.contains("documented members were seen (100%)"),
        "{}",
        full.stdout
    );
    assert!(!full.stdout.contains("not judged:"), "{}", full.stdout);
    let served = Served::start(&["--fault", "shape:no-items:Addresses"]);
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let one = [
        "get-crm-contact-contactid",
        "--report-json",
        report.to_str().unwrap(),
    ];
    let ended = run(&mut served.run(&one));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let words = "api/2.0/crm/contact/{contactid}: no answer held Addresses/*/";
    assert!(ended.stdout.contains(words), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("; --param contactid=... names a"),
        "{}",
        ended.stdout
    );
    let json: Value = serde_json::from_str(&fs::read_to_string(&report).unwrap()).unwrap();
    let unseen = json["coverage"]["unseen"][0]["members"].as_array().unwrap();
    assert!(unseen.contains(&"Addresses/*/City".into()), "{unseen:?}");
    let (seen, all) = (&json["coverage"]["seen"], &json["coverage"]["documented"]);
    assert_eq!(
        all.as_u64().unwrap() - seen.as_u64().unwrap(),
        2 * unseen.len() as u64
    );
    let short = run(&mut served.run(&["get-crm-contact-contactid", "--require-coverage", "95%"]));
    assert_eq!(short.code, Some(3), "{}", short.stdout);
    assert!(
        short
            .stdout
            .contains("fewer documented members were seen than required (exit 3)")
    );
    let enough = run(&mut served.run(&["get-crm-contact-contactid", "--require-coverage", "5%"]));
    assert_eq!(enough.code, Some(0), "{}", enough.stdout);
    let wrong = run(&mut program(&["run", "--require-coverage", "101%"]));
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("is no share"), "{}", wrong.stderr);
}

//! A configuration file that is written for a portal: by reads alone, and over nothing.

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, Mutex};

use portal_conformance::page;

use crate::connections::starting;
use crate::look_up::Things;
use crate::requests::Served;
use crate::support::hostile::{Hostile, whole};
use crate::support::{self, Ended, TOKEN, program, run};

const FILE: &str = "portal-conformance.toml";
const SCHEMA: &str = "portal-conformance.schema.json";

fn init(folder: &Path, url: &str, arguments: &[&str]) -> Command {
    let mut command = program(&["init", "--url", url]);
    command.args(arguments).current_dir(folder);
    command
}

fn with_token(command: &mut Command) -> Ended {
    run(command.env("PORTAL_TOKEN", TOKEN))
}

fn speaking(profile: &str) -> Served {
    let pages = page::builtin();
    let pages: Vec<&str> = pages.iter().map(|page| page.text.as_ref()).collect();
    Served::speaking(profile, &pages)
}

#[test]
fn the_file_that_is_written_is_one_that_run_takes() {
    for profile in ["as-documented", "community-server"] {
        let served = speaking(profile);
        let folder = tempfile::tempdir().unwrap();
        let url = served.portal.url();
        let ended = with_token(&mut init(folder.path(), &url, &["--target", "office"]));
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
        assert_eq!(ended.stdout, format!("./{FILE}\n"));
        let log = served.portal.log();
        assert!(
            !log.is_empty() && log.iter().all(|one| one.method == "GET"),
            "{log:?}"
        );
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(
            text.contains(&format!("profile = \"{profile}\"\n")),
            "{text}"
        );
        assert!(
            text.contains("account.token = { env = \"PORTAL_TOKEN\" }\n"),
            "{text}"
        );
        assert!(
            text.contains("allow-writes = false\n# allow-writes = [\"post-crm-"),
            "{text}"
        );
        assert!(!text.contains(TOKEN), "{text}");
        let mut command = program(&["run", "--target", "office"]);
        let ended = with_token(command.current_dir(folder.path()));
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
        // Editors find the schema of this version beside it, and it takes the file.
        let schema = fs::read_to_string(folder.path().join(SCHEMA)).unwrap();
        let published =
            fs::read_to_string(crate::support::project().join("docs").join(SCHEMA)).unwrap();
        assert_eq!(schema, published);
        let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
        let file: serde_json::Value = toml::from_str(&text).unwrap();
        let validator = jsonschema::validator_for(&schema).unwrap();
        assert!(validator.is_valid(&file), "{text}");
    }
}

#[test]
fn a_portal_that_is_starting_is_waited_for() {
    let ready = "the portal is not ready (503): it is waited for, 60 s at most";
    let late = "and no file is written: http";
    for (answers, longest, waits) in [(2, "60s", true), (usize::MAX, "1s", false)] {
        let portal = starting(answers, "503 Starting");
        let folder = tempfile::tempdir().unwrap();

        let ended = with_token(&mut init(
            folder.path(),
            &portal.url,
            &["--wait-ready", longest],
        ));
        let code = if waits { 0 } else { 3 };
        assert_eq!(ended.code, Some(code), "{}{}", ended.stdout, ended.stderr);
        assert_eq!(ended.stderr.contains(ready), waits, "{}", ended.stderr);
        assert_eq!(ended.stderr.contains(late), !waits, "{}", ended.stderr);
        let told = "is not ready after 1 s: it still answers 503";
        assert_eq!(ended.stderr.contains(told), !waits, "{}", ended.stderr);
    }
}

#[test]
fn look_ups_that_find_something_are_written_and_the_others_are_told() {
    let sound = Things::sound("");
    fs::remove_file(sound.folder.path().join(FILE)).unwrap();
    let ended = with_token(&mut init(
        sound.folder.path(),
        &sound.url,
        &["--pages", "pages"],
    ));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(
        sound.asked().iter().all(|line| line.starts_with("GET ")),
        "{:?}",
        sound.asked()
    );
    let text = fs::read_to_string(sound.folder.path().join(FILE)).unwrap();
    let found = "# get-things lists what get-things-thingid reads; it found 2 values.\n\
                 thingid = { get = \"api/2.0/things\", at = \"/response/*/Id\", take = 2 }\n";
    assert!(text.contains(found), "{text}");
    let mut command = program(&[
        "run",
        "--target",
        "portal",
        "get-things-thingid::json::schema",
    ]);
    let ended = with_token(command.current_dir(sound.folder.path()));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(sound.asked().contains(&"GET /api/2.0/things/71".to_owned()));

    let empty = Things::listing("404 X", "text/plain", "", "");
    fs::remove_file(empty.folder.path().join(FILE)).unwrap();
    let ended = with_token(&mut init(
        empty.folder.path(),
        &empty.url,
        &["--pages", "pages"],
    ));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let text = fs::read_to_string(empty.folder.path().join(FILE)).unwrap();
    assert!(
        text.contains("GET api/2.0/things was answered with 404"),
        "{text}"
    );
    assert!(text.contains("\n# thingid = { get = "), "{text}");
}

#[test]
fn nothing_is_written_over_and_nothing_sent_where_something_stands() {
    for (name, out) in [(FILE, "."), (SCHEMA, "."), (FILE, "below")] {
        let served = speaking("as-documented");
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("below")).unwrap();
        let place = folder.path().join(out).join(name);
        fs::write(&place, "mine").unwrap();
        let mut command = init(folder.path(), &served.portal.url(), &["--out", out]);
        let ended = with_token(&mut command);
        assert_eq!(ended.code, Some(2), "{}", ended.stdout);
        let told = format!("{name} is there already and is not overwritten");
        assert!(ended.stderr.contains(&told), "{}", ended.stderr);
        assert_eq!(fs::read_to_string(place).unwrap(), "mine");
        assert_eq!(served.portal.log().len(), 0);
        let files = fs::read_dir(folder.path().join(out)).unwrap().flatten();
        let files = files.filter(|file| file.path().is_file());
        assert_eq!(files.count(), 1);
    }
    // The schema of this version is no obstacle, and two portals have two folders.
    let served = speaking("as-documented");
    let folder = tempfile::tempdir().unwrap();
    fs::copy(
        crate::support::project().join("docs").join(SCHEMA),
        folder.path().join(SCHEMA),
    )
    .unwrap();
    let ended = with_token(&mut init(folder.path(), &served.portal.url(), &[]));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

#[test]
fn without_a_token_nothing_is_sent_not_even_a_login() {
    let served = speaking("community-server");
    for (variables, account) in [
        (&[][..], "account.token = { env = \"PORTAL_TOKEN\" }\n"),
        (
            &[("PORTAL_USER", "anna"), ("PORTAL_PASSWORD", "geheim")],
            "account.scheme = \"login\"\naccount.user = { env = \"PORTAL_USER\" }\naccount.password = { env = \"PORTAL_PASSWORD\" }\n",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut command = init(folder.path(), &served.portal.url(), &[]);
        let ended = run(command.envs(variables.iter().copied()));
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(text.contains(account), "{text}");
        assert!(
            text.contains("nothing was read, as there was no token"),
            "{text}"
        );
        assert!(!text.contains("anna") && !text.contains("geheim"), "{text}");
        assert_eq!(served.portal.log().len(), 0);
    }
}

#[test]
fn a_portal_that_is_not_there_gets_no_file() {
    let folder = tempfile::tempdir().unwrap();
    let ended = with_token(&mut init(folder.path(), "http://127.0.0.1:1", &[]));
    assert_eq!(ended.code, Some(3), "{}", ended.stderr);
    let told = "the portal could not be read, so nothing is known of it, and no file is written";
    assert!(ended.stderr.contains(told), "{}", ended.stderr);
    assert!(!folder.path().join(FILE).exists());
    // Without a token nothing is asked of it.
    let mut command = init(folder.path(), "http://127.0.0.1:1", &[]);
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
    assert!(text.contains("profile = \"as-documented\"\n"), "{text}");
}

#[test]
fn how_the_portal_is_asked_stands_in_the_file() {
    let heads = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&heads);
    let portal = Hostile::answering(move |stream, head| {
        noted.lock().unwrap().push(head.to_owned());
        stream.write_all(&whole("application/json", b"{}"))
    });
    let folder = tempfile::tempdir().unwrap();
    let header = [
        "-H",
        "X-Team: {env:TEAM}",
        "-H",
        "X-Kind: probe",
        "-H",
        "Cookie: a={env:TEAM}",
    ];
    let limits = [
        "--rate-limit",
        "50/2s",
        "--request-timeout",
        "7s",
        "--max-body-size",
        "1MB",
    ];
    let account = ["--auth", "bearer", "--token-env", "OURS"];
    let arguments = [&header[..], &limits, &account].concat();
    let mut command = init(folder.path(), &portal.url, &arguments);
    let ended = run(command.env("OURS", TOKEN).env("TEAM", "geheim-17"));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let heads = heads.lock().unwrap().clone();
    let is_whole = |head: &String| {
        let said = [
            "x-kind: probe",
            "x-team: geheim-17",
            "authorization: bearer ",
        ];
        said.iter().all(|line| head.contains(line))
    };
    assert!(!heads.is_empty() && heads.iter().all(is_whole), "{heads:?}");
    let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
    for expected in [
        "account.scheme = \"bearer\"\naccount.token = { env = \"OURS\" }\n",
        "[target.portal.headers]\nX-Team = { env = \"TEAM\" }\nX-Kind = \"probe\"\n",
        "# Cookie = { env = \"VARIABLE\" }\n",
        "[target.portal.limits]\nrate = \"50/2s\"\nrequest-timeout = \"7s\"\nmax-body-size = 1000000\n",
    ] {
        assert!(text.contains(expected), "{text}");
    }
    assert!(!text.contains("geheim-17"), "{text}");
    let mut command = program(&["config", "show", "--target", "portal"]);
    let command = command.current_dir(folder.path());
    let ended = run(command.env("OURS", TOKEN).env("TEAM", "geheim-17"));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(ended.stdout.contains("50/2 s"), "{}", ended.stdout);
}

#[test]
fn what_the_document_says_of_tokens_is_proposed_and_a_refused_one_is_told() {
    let document = |scheme: &str| {
        format!(
            "openapi: 3.1.0\nsecurity: [{{one: []}}]\npaths:\n  /api/boats:\n    get:\n      responses: {{'200': \
             {{description: x, content: {{application/json: {{schema: {{type: array, items: {{type: string}}}}}}}}}}}}\n\
             components: {{securitySchemes: {{one: {scheme}}}}}\n"
        )
    };
    for (scheme, line) in [
        (
            "{type: http, scheme: bearer}",
            "account.scheme = \"bearer\"    # as the document",
        ),
        (
            "{type: apiKey, in: header, name: X-Key}",
            "# X-Key = { env = \"PORTAL_KEY\" }",
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let pages = folder.path().join("boats.yaml");
        fs::write(&pages, document(scheme)).unwrap();
        let pages = pages.to_str().unwrap();
        let served = support::Served::start(&["--pages", pages]);
        let mut command = init(folder.path(), &served.url, &["--pages", pages]);
        let ended = run(command.env("PORTAL_TOKEN", "nobodys-token"));
        assert_eq!(ended.code, Some(3), "{}{}", ended.stdout, ended.stderr);
        let told = "refuses the credentials: every request was answered with 401";
        assert!(ended.stderr.contains(told), "{}", ended.stderr);
        assert!(!folder.path().join(FILE).exists());
        let ended = with_token(&mut init(folder.path(), &served.url, &["--pages", pages]));
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
        let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(text.contains(line), "{text}");
    }
}

#[test]
fn a_key_that_is_given_as_a_header_is_the_token_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("boats.yaml");
    let document = "openapi: 3.1.0\nsecurity: [{one: []}]\npaths:\n  /api/boats:\n    get:\n      responses: {'200': \
                    {description: x, content: {application/json: {schema: {type: array, items: {type: string}}}}}}\n\
                    components: {securitySchemes: {one: {type: apiKey, in: header, name: X-Key}}}\n";
    fs::write(&pages, document).unwrap();
    let pages = pages.to_str().unwrap();
    let answering = Hostile::saying(whole("application/json", b"[\"a\"]"));
    let given = ["--pages", pages, "-H", "X-Key: {env:OURS}"];
    let mut command = init(folder.path(), &answering.url, &given);
    let ended = run(command.env_remove("PORTAL_TOKEN").env("OURS", "geheim-17"));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let text = fs::read_to_string(folder.path().join(FILE)).unwrap();
    assert!(text.contains("X-Key = { env = \"OURS\" }"), "{text}");
    assert!(!text.contains("account.token"), "{text}");
    let mut command = program(&["config", "show", "--target", "portal"]);
    let command = command.current_dir(folder.path());
    let ended = run(command.env_remove("PORTAL_TOKEN").env("OURS", "geheim-17"));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
}

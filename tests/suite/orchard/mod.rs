//! A folder of made-up pages with answers of every kind, and made-up pages that look as if a parameter named
//! what is answered.

pub(crate) mod folder;

use std::collections::BTreeMap;
use std::fs;
use std::net::TcpListener;

use serde_json::Value;

use crate::support::{Ended, answer_by_path, program, run};
use folder::{Folder, Page};

/// What a run in JSON said of each case.
fn verdicts(report: &std::path::Path) -> BTreeMap<String, String> {
    let report: Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    let cases = report["cases"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    cases
        .map(|one| (text(&one["id"]), text(&one["verdict"])))
        .collect()
}

#[test]
fn pages_of_every_kind_are_kept_by_the_reference_portal() {
    let folder = Folder::of(&folder::orchard());
    assert!(folder.pages >= 60, "{}", folder.pages);
    let report = folder.path("report.json");
    let mut command = program(&["run", "--report-json"]);
    let ended = run(command.arg(&report).args(["--pages", &folder.text()]));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let verdicts = verdicts(&report);
    let conform = |end: &str| {
        let of_end = verdicts.iter().filter(|(id, _)| id.ends_with(end));
        of_end.filter(|(_, verdict)| *verdict == "conforms").count()
    };
    assert_eq!(conform("::json::schema"), folder.pages);
    assert_eq!(conform("::json::transport"), folder.pages);
    // A write that may not be repeated is sent in JSON alone.
    assert_eq!(conform("::xml::shape"), 8);
    assert_eq!(conform("::identity::asked"), 4, "{verdicts:?}");
    assert!(
        verdicts
            .values()
            .all(|verdict| verdict == "conforms" || verdict == "ignored")
    );
}

#[test]
fn faults_on_pages_of_every_kind_are_caught() {
    let folder = Folder::of(&folder::orchard());
    let mut command = program(&["faults", "--sample", "1/300", "--pages", &folder.text()]);
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
}

const BOAT: &str = r#"{"id": 7, "name": "Quay"}"#;

/// Tries a portal that answers each path with one body, whatever the values in it.
fn tried(pages: &[Page], arguments: &[&str]) -> Ended {
    let folder = Folder::of(pages);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answers: Vec<(String, String)> = pages.iter().map(Page::answer).collect();
    std::thread::spawn(move || {
        answer_by_path(&listener, |line| {
            let path = line.split(' ').nth(1).unwrap_or_default();
            let mut answers = answers.iter();
            let body = answers.find(|(start, _)| path.starts_with(start.as_str()));
            let (status, body) = match body {
                Some((_, body)) => ("200 OK", body.as_str()),
                None => (
                    "404 Not Found",
                    r#"{"status": 1, "error": {"message": "no"}}"#,
                ),
            };
            (
                status.to_owned(),
                "application/json".to_owned(),
                body.to_owned(),
            )
        });
    });
    let mut command = program(&["run", "--url", &url, "--pages", &folder.text()]);
    run(command.args(arguments))
}

#[test]
fn what_only_looks_like_an_id_of_what_is_answered_is_not_held_against_a_portal() {
    let id = "boatid\nsent in url\nBoat ID number 7\n";
    let crew = r#"[{"id": 31, "name": "Ada"}, {"id": 32, "name": "Bea"}]"#;
    let page = |path: &str, rows: &str, returns: &str, payload: &str| {
        Page::read(&format!("api/2.0/{path}"), rows, returns, payload)
    };
    let one = r#"{"id": 55, "name": "Cy"}"#;
    let pages = [
        // What belongs to a resource, in a list.
        page("boat/{boatid}/crew", id, "Crew", crew),
        page("crew/boat/{boatid}", id, "Boat", crew),
        // Filters by number.
        page(
            "fleet/boat/filter",
            "id\nsent in query\nBerth number 7\n",
            "Boat",
            "[{\"id\": 3}]",
        ),
        page(
            "fleet/boat",
            "boatid\nsent in query\nBoat number 7\n",
            "Boat",
            "{\"id\": 3}",
        ),
        // Whoever asks, beside names.
        page("sailor/@self", "", "Sailor", one),
        page(
            "sailor/{sailorid}",
            "sailorid\nsent in url\nWho\nstring ada\n",
            "Sailor",
            one,
        ),
        // What may be left out.
        page(
            "dock/{dockid}",
            "dockid\nsent in url\nDock\noptional\nnumber 7\n",
            "Dock",
            one,
        ),
        // What belongs to a resource, alone.
        page("captain/{boatid}", id, "Captain", one),
        page("owner/boat/{boatid}", id, "Owner of the boat", one),
        page("survey/boat/{boatid}", id, "Boat survey", one),
        // What chooses.
        page(
            "kinds/boat/{kind}",
            "kind\nsent in url\nKind number 2\n",
            "Boat",
            one,
        ),
        page(
            "byport/{id}",
            "id\nsent in url\nPort number 7\n",
            "Boat",
            BOAT,
        ),
        // An answer that contradicts the request beside it, or has two ids.
        page(
            "pier/{pierid}",
            "pierid\nsent in url\nPier number 7\n",
            "Pier",
            one,
        ),
        page(
            "mole/{moleid}",
            "moleid\nsent in url\nMole number 7\n",
            "Mole",
            r#"{"id": 7, "moleId": 7}"#,
        ),
        // A part of a segment.
        page(
            "mast/no-{mastid}",
            "mastid\nsent in url\nMast number 7\n",
            "Mast",
            BOAT,
        ),
    ];
    let listed = tried(&pages, &["--list"]);
    assert!(
        !listed.stderr.contains("taken for the id"),
        "{}",
        listed.stderr
    );
    assert!(
        listed.stdout.contains("get-mole-moleid::json::schema"),
        "{}",
        listed.stdout
    );
    for case in ["identity::asked", "refusal::"] {
        assert!(!listed.stdout.contains(case), "{case}: {}", listed.stdout);
    }
    let ended = tried(&pages, &[]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
}

#[test]
fn an_id_that_the_page_leaves_no_doubt_of_is_tried_until_data_says_no() {
    let rows = "boatid\nsent in url\nBoat ID number 7\n";
    let page = || Page::read("api/2.0/boats/{boatid}", rows, "The boat information", BOAT);
    let listed = tried(&[page()], &["--list"]);
    assert!(
        listed.stderr.contains("get-boats-boatid: boatid is id\n"),
        "{}",
        listed.stderr
    );
    // The portal has a boat 7 under every number.
    let ended = tried(&[page()], &[]);
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    let case = "get-boats-boatid::json::refusal::unknown-boatid ... FAILED";
    assert!(ended.stdout.contains(case), "{}", ended.stdout);
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("mine.toml");
    let text = "extends = \"as-documented\"\nname = \"mine\"\n\
                [[identity]]\noperation = \"get-boats-*\"\nparameter = \"*\"\nis = false\n";
    fs::write(&profile, text).unwrap();
    let profile = profile.to_str().unwrap();
    let ended = tried(&[page()], &["--profile", profile]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let listed = tried(&[page()], &["--profile", profile, "--list"]);
    assert!(!listed.stderr.contains("boatid is id"), "{}", listed.stderr);
}

/// What answers in the vendors' documents hold beside plain objects.
const HARBOUR: &str = r##"{"openapi": "3.0.1", "info": {"title": "Harbour", "version": "1"}, "paths": {
  "/api/2.0/tides": {"get": {"security": [{"k": []}], "responses": {"200": {"description": "Tides", "content":
    {"application/json": {"schema": {"type": "array", "items": {"type": "array", "items": {"type": "string"}}}}}}}}},
  "/api/2.0/authentication": {"post": {"requestBody": {"content": {"application/json": {"schema": {"type": "object",
    "properties": {"userName": {"type": "string"}}}}}}, "responses": {"200": {"description": "Token",
    "content": {"application/json": {"schema": {"type": "object", "properties": {"token": {"type": "string"}}}}}}}}},
  "/api/2.0/jobs/{kind}": {"get": {"parameters": [{"name": "kind", "in": "path", "required": true, "schema":
    {"type": "string", "example": "Move"}}], "responses": {"200": {"description": "Job", "content":
    {"application/json": {"schema": {"type": "object", "properties": {"progress": {"type": "integer"}}}}}}}}},
  "/api/2.0/jobs/move": {"get": {"responses": {"200": {"description": "Where to", "content": {"application/json":
    {"schema": {"type": "object", "properties": {"place": {"type": "string"}}}}}}}}},
  "/api/2.0/owner": {"post": {"security": [{"k": []}], "requestBody": {"content": {"application/json": {"schema":
    {"type": "object", "properties": {"owner": {"type": "integer"}, "of": {}, "berths": {"type": "array",
    "items": {"type": "object", "properties": {"key": {"type": "integer"}}}}}}}}}, "responses": {"200":
    {"description": "What came of it", "content": {"application/json": {"schema": {"type": "object", "properties":
    {"status": {"type": "integer"}, "message": {"type": "string"}}}}}}}}},
  "/api/2.0/jetty/{id}": {
    "get": {"parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
      "responses": {"200": {"description": "Jetty", "content": {"application/json": {"schema":
      {"$ref": "#/components/schemas/Jetty"}}}}}},
    "delete": {"parameters": [{"name": "id", "in": "path", "required": true, "schema": {"type": "integer"}}],
      "responses": {"200": {"description": "Jetty", "content": {"application/json": {"schema":
      {"$ref": "#/components/schemas/JettyWrapper"}}}}}}},
  "/api/2.0/muted": {"get": {"responses": {"200": {"description": "Rooms", "content": {"application/json": {"schema":
    {"type": "object", "properties": {"rooms": {"type": "array", "nullable": true, "items": {"type": "object"}}}}}}}}}}
  },
  "components": {"securitySchemes": {"k": {"type": "apiKey", "in": "header", "name": "Authorization"}}, "schemas": {
    "Jetty": {"type": "object", "properties": {"id": {"type": "integer"}, "length": {"type": "number"}}},
    "JettyWrapper": {"type": "object", "properties": {"id": {"type": "integer"}, "planks":
      {"type": "integer"}}}}}}"##;

#[test]
fn documents_with_every_kind_of_answer_are_kept_by_the_reference_portal() {
    let folder = tempfile::tempdir().unwrap();
    let pages = folder.path().join("harbour.json");
    fs::write(&pages, HARBOUR).unwrap();
    let report = folder.path().join("report.json");
    let writes = ["--allow-writes=*", "--allow-writes=delete-*"];
    let mut command = program(&["run", "--profile", "community-server"]);
    command.args(writes).arg("--pages").arg(&pages);
    let ended = run(command.arg("--report-json").arg(&report));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let verdicts = verdicts(&report);
    for id in [
        "get-tides::xml::shape",
        "get-tides::xml::parity",
        "post-authentication::json::schema",
        "post-owner::json::refusal::malformed-body",
        "delete-jetty-id::json::identity::asked",
        "get-muted::xml::parity",
    ] {
        assert_eq!(verdicts[id], "conforms", "{id}");
    }
    // On a portal whose paths know no letter case it would be another operation.
    assert_eq!(verdicts["get-jobs-kind::json::schema"], "ignored");
    assert_eq!(verdicts["get-jobs-move::json::schema"], "conforms");
    // What is documented as something else is not held against what a read tells.
    assert_ne!(
        verdicts.get("delete-jetty-id::json::identity::read"),
        Some(&"conforms".to_owned())
    );
    let mut command = program(&["run", "--list", "--profile", "community-server"]);
    let listed = run(command.args(writes).arg("--pages").arg(&pages));
    let told = "the value of the page for kind leads to get-jobs-move";
    assert!(listed.stderr.contains(told), "{}", listed.stderr);
}

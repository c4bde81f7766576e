//! Pages of one's own: the reference portal offers them, the suite judges them, faults of them are told.

use std::fs;
use std::path::PathBuf;

use crate::support::{Ended, Served, TOKEN, program, run};
use serde_json::Value;
use tempfile::TempDir;

/// Made-up pages of tasks, and a profile that knows what names one.
struct Tasks {
    folder: TempDir,
}

const TASK: &str = "{\"Id\": 7, \"Title\": \"Write pages\", \"Done\": false, \"Hours\": 1.5}";
const TASK_XML: &str = "<Id>7</Id><Title>Write pages</Title><Done>False</Done><Hours>1.5</Hours>";
const ID: &str = "taskid\nsent in url\nWhich task\nnumber 7\n";
const BODY: &str = "Title\nsent in body\nIts title\nstring Write pages\n\
                    Done\nsent in body\nWhether it is done\nboolean false\n";
const QUERY: &str = "count\nsent in query\nHow many\nnumber 10\n\
                     sort\nsent in query\nBy what\noptional\nstring title\n";

fn page(heading: &str, rows: &str, json: &str, xml: &str) -> String {
    format!(
        "{heading} This function requires authentication\n\nDescription\n\nTasks.\n\n\
         Parameters\nName Description Type Example\n{rows}\nReturns\n\nTask\n\nExample Response\n\n\
         application/json\n\n{{\"status\": 0, \"response\": {json}}}\n\n\
         text/xml\n\n<result><status>0</status>{xml}</result>\n"
    )
}

impl Tasks {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pages = folder.path().join("pages");
        fs::create_dir(&pages).unwrap();
        let one = format!("<response>{TASK_XML}</response>");
        let path = "api/2.0/tasks/{taskid}";
        for (name, heading, rows, json, xml) in [
            (
                "list",
                "GET api/2.0/tasks".to_owned(),
                QUERY.to_owned(),
                format!("[{TASK}]"),
                one.clone(),
            ),
            (
                "read",
                format!("GET {path}"),
                ID.to_owned(),
                TASK.to_owned(),
                one.clone(),
            ),
            (
                "change",
                format!("PUT {path}"),
                format!("{ID}{BODY}"),
                TASK.to_owned(),
                one.clone(),
            ),
            (
                "remove",
                format!("DELETE {path}"),
                ID.to_owned(),
                TASK.to_owned(),
                one,
            ),
        ] {
            let page = page(&heading, &rows, &json, &xml);
            fs::write(pages.join(format!("{name}.txt")), page).unwrap();
        }
        let profile = "extends = \"as-documented\"\nname = \"tasks\"\n\
                       [[identity]]\nparameter = \"taskid\"\nmember = \"Id\"\n";
        fs::write(folder.path().join("tasks.toml"), profile).unwrap();
        Self { folder }
    }

    fn options(&self) -> Vec<String> {
        let path = |name: &str| -> PathBuf { self.folder.path().join(name) };
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        vec![
            "--pages".to_owned(),
            text(path("pages")),
            "--profile".to_owned(),
            text(path("tasks.toml")),
        ]
    }

    /// The portal of the pages in another process.
    fn serve(&self, arguments: &[&str]) -> Served {
        let options = self.options();
        let options: Vec<&str> = options.iter().map(String::as_str).collect();
        Served::start(&[&options, arguments].concat())
    }

    /// Tries a portal.
    fn run(&self, served: &Served, arguments: &[&str]) -> Ended {
        let mut command = served.run(&["--param", "taskid=7"]);
        command.args(self.options()).args(arguments);
        run(&mut command)
    }
}

fn status(served: &Served, method: &str, path: &str) -> String {
    use std::io::{Read, Write};
    let address = served.url.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {TOKEN}\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer[9..12].to_owned()
}

#[test]
fn pages_with_queries_put_and_delete_are_served_and_kept() {
    let tasks = Tasks::new();
    let served = tasks.serve(&[]);
    let report = tasks.folder.path().join("report.json");
    let report = report.to_str().unwrap();
    let ended = tasks.run(
        &served,
        &["--allow-writes=*,delete-*", "--report-json", report],
    );
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let report: Value = serde_json::from_slice(&fs::read(report).unwrap()).unwrap();
    let cases = report["cases"].as_array().unwrap();
    for case in [
        "get-tasks::json::schema",
        "get-tasks::xml::shape",
        "get-tasks-taskid::json::identity::asked",
        "get-tasks-taskid::xml::parity",
        "put-tasks-taskid::json::schema",
        "put-tasks-taskid::json::refusal::malformed-body",
        "put-tasks-taskid::xml::refusal::unknown-taskid",
        "delete-tasks-taskid::json::transport",
        "delete-tasks-taskid::xml::refusal::no-token",
    ] {
        let found = cases.iter().find(|one| one["id"] == case);
        let verdict = found.map(|one| &one["verdict"]);
        assert_eq!(verdict, Some(&Value::from("conforms")), "{case}: {found:?}");
    }
    // No envelope of these pages was ever reviewed, which is no fault of the portal's.
    let found = cases
        .iter()
        .find(|one| one["id"] == "get-tasks::json::snapshot");
    assert_eq!(found.unwrap()["verdict"], "ignored", "{found:?}");
    assert!(ended.stdout.contains("--snapshots DIR"), "{}", ended.stdout);
    // Without leave nothing of it is written.
    let ended = tasks.run(&served, &["--format", "pretty"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let case = "test delete-tasks-taskid::json::transport ";
    let mut lines = ended.stdout.lines();
    let line = lines.find(|line| line.starts_with(case)).unwrap();
    assert!(line.ends_with("... ignored"), "{line}");
}

#[test]
fn envelopes_that_nobody_reviewed_wait_and_fail_only_where_that_is_asked_for() {
    let tasks = Tasks::new();
    let served = tasks.serve(&[]);
    let folder = tasks.folder.path().join("snapshots");
    fs::create_dir(&folder).unwrap();
    let snapshots = ["--snapshots", folder.to_str().unwrap(), "get-tasks::"];
    let ended = tasks.run(&served, &snapshots);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(folder.join("get-tasks-json.snap.new").exists());
    assert!(
        ended.stdout.contains("snapshot-unreviewed"),
        "{}",
        ended.stdout
    );
    let deny = ["--deny", "snapshot-unreviewed"];
    let ended = tasks.run(&served, &[&snapshots[..], &deny].concat());
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    // Without a folder there is nothing that could be reviewed, which is told where it is asked for.
    let ended = tasks.run(&served, &["get-tasks::"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let ended = tasks.run(&served, &["get-tasks::", "--deny", "snapshot-unreviewed"]);
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    let case = "get-tasks::json::snapshot ... FAILED";
    assert!(ended.stdout.contains(case), "{}", ended.stdout);
    // What differs from a reviewed one is drift, and another rule.
    for file in ["get-tasks-json.snap.new", "get-tasks-xml.snap.new"] {
        let kept = folder.join(file);
        fs::rename(&kept, kept.with_extension("")).unwrap();
    }
    let ended = tasks.run(&served, &[&snapshots[..], &deny].concat());
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let json = folder.join("get-tasks-json.snap");
    let text = fs::read_to_string(&json).unwrap();
    fs::write(&json, text.replace("200", "201")).unwrap();
    let ended = tasks.run(&served, &snapshots);
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
}

#[test]
fn a_query_that_is_owed_is_asked_for_and_judged_by_the_portal() {
    let served = Tasks::new().serve(&[]);
    for (query, expected) in [
        ("", "400"),
        ("?count=", "400"),
        ("?count=ten", "400"),
        ("?count=10", "200"),
        ("?sort=title&count=3", "200"),
    ] {
        let path = format!("/api/2.0/tasks{query}");
        assert_eq!(status(&served, "GET", &path), expected, "{query}");
    }
}

#[test]
fn faults_of_pages_of_ones_own_are_told() {
    let tasks = Tasks::new();
    for (fault, case) in [
        ("schema:get-tasks:drop:Title", "get-tasks::json::schema"),
        (
            "schema:put-tasks-taskid:number:Title",
            "put-tasks-taskid::json::schema",
        ),
        (
            "transport:delete-tasks-taskid:json:cut-body",
            "delete-tasks-taskid::json::transport",
        ),
        (
            "identity:get-tasks-taskid:json:next",
            "get-tasks-taskid::json::identity::asked",
        ),
        (
            "refusal:put-tasks-taskid:json:empty-body:500",
            "put-tasks-taskid::json::refusal::empty-body",
        ),
    ] {
        let served = tasks.serve(&["--fault", fault]);
        let ended = tasks.run(&served, &["--allow-writes=*,delete-*"]);
        assert_eq!(
            ended.code,
            Some(1),
            "{fault}: {}{}",
            ended.stdout,
            ended.stderr
        );
        let line = format!("{case} ... FAILED");
        assert!(ended.stdout.contains(&line), "{fault}: {}", ended.stdout);
    }
}

#[test]
fn a_fault_that_no_page_has_is_refused_with_advice() {
    let tasks = Tasks::new();
    let mut command = program(&["serve", "--listen", "127.0.0.1:0"]);
    command
        .args(tasks.options())
        .args(["--fault", "schema:get-tasks:drop:Titel"])
        .env("PORTAL_TOKEN", TOKEN);
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(2));
    assert!(
        ended
            .stderr
            .contains("did you mean `schema:get-tasks:drop:Title`"),
        "{}",
        ended.stderr
    );
}

/// What stands under names that are data: departures by stop, and days off by date.
const TIMETABLE: &str = "GET api/tram/timetable\n\nReturns\n\nThe times\n\nExample Response\n\n\
    application/json\n{\n  \"status\": 0,\n  \"response\": {\n    \"line\": \"ring\",\n    \
    \"departures\": {\n      \"17\": {\n        \"stop\": \"quay\",\n        \"minutes\": [5, 35]\n      }\n    },\n    \
    \"off\": {\n      \"2024-05-06\": true,\n      \"2024-12-25\": false\n    }\n  }\n}\n\n\
    text/xml\n<result><status>0</status><response><line>ring</line><departures><_x0031_7><stop>quay</stop>\
    <minutes>5</minutes><minutes>35</minutes></_x0031_7></departures><off><_x0032_024-05-06>True</_x0032_024-05-06>\
    <_x0032_024-12-25>False</_x0032_024-12-25></off></response></result>\n";

#[test]
fn values_of_free_names_are_told_in_both_formats() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("timetable.txt");
    fs::write(&file, TIMETABLE).unwrap();
    let mut lint = program(&["lint"]);
    let ended = run(lint.arg(&file));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    for told in [
        "timetable.txt:15:7: remark: the names of the members of `/response/departures`, such as `17`, look like data",
        "timetable.txt:21:7: remark: the names of the members of `/response/off`, such as `2024-05-06`, look like data",
        "2 remarks",
    ] {
        assert!(ended.stdout.contains(told), "{told}\n{}", ended.stdout);
    }
    let mut faults = program(&["faults", "--pages"]);
    let ended = run(faults.arg(&file).args([
        "schema:get-api-tram-timetable",
        "shape:get-api-tram-timetable",
        "parity:",
        "extra-",
    ]));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    for fault in ["fraction:departures/*/minutes/*", "string:off/*"] {
        let id = format!("schema:get-api-tram-timetable:{fault}");
        let served = Served::start(&["--pages", file.to_str().unwrap(), "--fault", &id]);
        let mut command = served.run(&["--skip", "snapshot", "--pages"]);
        let ended = run(command.arg(&file));
        assert_eq!(
            ended.code,
            Some(1),
            "{id}: {}{}",
            ended.stdout,
            ended.stderr
        );
    }
}

#[test]
fn pages_of_every_kind_are_kept_by_their_own_portal() {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        (
            "crew.txt",
            "PUT api/tram/{id}/crew\n\nParameters\nName Description Type Example\n\
             id\nsent in url\nThe tram number 7\n\
             crew\nsent in body\nWho drives list of drivers\n\n\
             Example\n\nPUT api/tram/7/crew\n\n\
             {\n  \"crew\": [{\"name\": \"Ada\", \"lines\": [1, 2]}],\n  \"route\": {\"from\": \"A\"}\n}\n\n\
             Returns\n\nThe tram\n\nExample Response\n\napplication/json\n\
             {\n  \"status\": 0,\n  \"response\": {\n    \"id\": 7\n  }\n}\n",
        ),
        (
            "segment.txt",
            "GET api/tram/line-{line}\n\nParameters\nName Description Type Example\n\
             line\nsent in url\nWhich line string some text\n\n\
             Returns\n\nA line\n\nExample Response\n\napplication/json\n\
             {\n  \"status\": 0,\n  \"response\": {\n    \"name\": \"ring\"\n  }\n}\n",
        ),
        (
            "bare.txt",
            "GET api/tram/all\n\nReturns\n\nTrams\n\nExample Response\n\napplication/json\n\
             [\n  {\n    \"id\": 7,\n    \"stops\": {\n      \"first\": \"quay\"\n    }\n  }\n]\n",
        ),
        (
            "named.txt",
            "GET api/tram/fleet\n\nReturns\n\nTrams\n\nExample Response\n\napplication/json\n\
             {\n  \"trams\": [\n    {\n      \"id\": 7\n    }\n  ],\n  \"total\": 1\n}\n",
        ),
        ("timetable.txt", TIMETABLE),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let pages = folder.path().to_str().unwrap();
    let report = folder.path().join("report.json");
    let mut command = crate::support::program(&["run", "--pages", pages, "--report-json"]);
    let ended = run(command.arg(&report));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let report: Value = serde_json::from_slice(&fs::read(&report).unwrap()).unwrap();
    let cases = report["cases"].as_array().unwrap();
    for case in [
        "put-api-tram-id-crew::json::schema",
        "get-api-tram-line-line::json::schema",
        "get-api-tram-all::json::schema",
        "get-api-tram-fleet::json::schema",
        "get-api-tram-timetable::json::schema",
        "get-api-tram-timetable::xml::shape",
        "get-api-tram-timetable::xml::parity",
    ] {
        let found = cases.iter().find(|one| one["id"] == case);
        let verdict = found.map(|one| &one["verdict"]);
        assert_eq!(verdict, Some(&Value::from("conforms")), "{case}: {cases:?}");
    }
}

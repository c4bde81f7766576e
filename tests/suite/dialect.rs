//! The profile of deployed servers against a portal in another process: what is asked, what is judged,
//! and what is said under the wrong profile.

use std::net::TcpListener;

use crate::support::xmllint::{Judged, judge_all};
use crate::support::{Served, TOKEN, program, run};
use portal_conformance::contract::{self, Contract, Format};
use portal_conformance::{page, profile, schema};
use serde_json::{Value, json};

const DIALECT: &str = "community-server";

fn served() -> Served {
    Served::start(&["--profile", DIALECT])
}

fn contract() -> Contract {
    contract::of_sources(page::builtin()).unwrap()
}

/// One answer of a portal: its head and its body.
fn fetch(served: &Served, request: &str, headers: &str, body: &str) -> (String, String) {
    use std::io::{Read, Write};
    let address = served.url.strip_prefix("http://").unwrap();
    let mut stream = std::net::TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "{request} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}Content-Length: {length}\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_owned(), body.to_owned())
}

#[test]
fn the_portal_of_the_dialect_keeps_it() {
    let all = ["run", "--profile", DIALECT];
    let ended = run(&mut program(&all));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(ended.stdout.contains("100 conform"), "{}", ended.stdout);
    let parameters = ["--param", "contactid=1234,1235,1236,1237"];
    let more = [&all[1..], &parameters, &["--allow-writes", "--strict"]].concat();
    let ended = run(&mut served().run(&more));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
}

#[test]
fn a_format_is_asked_for_by_the_ending_and_xml_by_a_form() {
    let report = tempfile::NamedTempFile::new().unwrap();
    let path = report.path().to_str().unwrap();
    // A portal that takes neither shows every request in its findings.
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        crate::support::answer_all(&listener, "204 No Content", "text/plain", "");
    });
    let mut command = program(&["run", "--profile", DIALECT, "-u", &url, "--allow-writes"]);
    command.env("PORTAL_TOKEN", TOKEN);
    run(command.args(["--report-json", path, "transport"]));
    let report: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let text = report.to_string();
    assert!(text.contains("api/2.0/crm/contact/1234.json"), "{text}");
    assert!(text.contains("api/2.0/crm/contact/1234.xml"), "{text}");
    let of_xml: Vec<&Value> = report["cases"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|case| case["id"].as_str().unwrap().contains("xml"))
        .collect();
    let text = json!(of_xml).to_string();
    assert!(text.contains("project/1234.xml"), "{text}");
    assert!(!text.contains("application/json"), "{text}");
}

#[test]
fn the_portal_answers_as_deployed_servers_do() {
    let served = served();
    let token = format!("Authorization: {TOKEN}\r\n");
    let contact = "GET /api/2.0/crm/contact";
    let (head, body) = fetch(&served, &format!("{contact}/1234"), &token, "");
    assert!(head.contains("200 OK") && head.contains("application/json"));
    let body: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(
        (&body["count"], &body["statusCode"]),
        (&json!(1), &json!(200))
    );
    assert_eq!(body["response"]["isCompany"], json!(false));
    assert!(body["response"]["firstName"].is_string());
    assert!(body["response"].get("tags").is_none());
    let accept = format!("{token}Accept: text/xml\r\n");
    let (head, _) = fetch(&served, &format!("{contact}/1234"), &accept, "");
    assert!(head.contains("application/json"), "{head}");
    let (head, body) = fetch(&served, &format!("{contact}/1234.xml"), &token, "");
    assert!(head.contains("text/xml"), "{head}");
    assert!(body.contains("<isCompany>false</isCompany>"), "{body}");
    for (path, status, said) in [
        ("/1234", "401", "Unauthorized"),
        ("/abc", "404", "<html>"),
        ("/-5", "404", "<html>"),
    ] {
        let (head, body) = fetch(&served, &format!("{contact}{path}"), "", "");
        assert!(head.contains(status), "{path}: {head}");
        assert!(body.contains(said), "{path}: {body}");
    }
    for (path, status) in [("/0", "400"), ("/99999999999", "400"), ("/9999", "404")] {
        let (head, body) = fetch(&served, &format!("{contact}{path}"), &token, "");
        assert!(head.contains(status), "{path}: {head}");
        assert!(body.contains("\"statusCode\":"), "{path}: {body}");
    }
    let link = "POST /api/2.0/crm/contact/project/1234.xml";
    let labelled = format!("{token}Content-Type: application/json\r\n");
    let (head, _) = fetch(&served, link, &labelled, "{\"contactid\":[1234]}");
    assert!(
        head.contains("201") && head.contains("application/json"),
        "{head}"
    );
    let form = format!("{token}Content-Type: application/x-www-form-urlencoded\r\n");
    let (head, body) = fetch(&served, link, &form, "contactid=1234&contactid=77");
    assert!(head.contains("201") && head.contains("text/xml"), "{head}");
    assert_eq!(body.matches("<response>").count(), 1, "{body}");
    let (_, body) = fetch(&served, link, &form, "contactid=77");
    assert_eq!(
        body,
        "<result><status>0</status><statusCode>201</statusCode></result>"
    );
}

#[test]
fn the_wrong_profile_is_one_finding_that_names_the_right_one() {
    let plain = Served::start(&[]);
    for (served, tried, fits) in [
        (served(), "as-documented", DIALECT),
        (plain, DIALECT, "as-documented"),
    ] {
        for filter in ["", "get-crm-contact-contactid::xml"] {
            let ended = run(&mut served.run(&["--profile", tried, filter]));
            assert_eq!(ended.code, Some(1), "{}", ended.stdout);
            let advice = format!("try: --profile {fits}");
            assert!(ended.stdout.contains(&advice), "{}", ended.stdout);
            assert!(!ended.stdout.contains("FAILED"), "{}", ended.stdout);
            assert!(ended.stdout.lines().count() < 10, "{}", ended.stdout);
        }
    }
}

#[test]
fn a_few_drifts_are_no_other_profile() {
    let fault = "schema:get-crm-contact-contactid:drop:TaskCount";
    let served = Served::start(&["--fault", fault]);
    let ended = run(&mut served.run(&[]));
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert!(
        ended
            .stdout
            .contains("/response/TaskCount: documented, missing")
    );
    assert!(!ended.stdout.contains("--profile"), "{}", ended.stdout);
}

#[test]
fn a_page_is_not_the_answer_of_the_api() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let page = "<html><head><title>Gate of the office</title></head><body>x</body></html>";
    std::thread::spawn(move || crate::support::answer_all(&listener, "200 OK", "text/html", page));
    let ended = run(program(&["run", "-u", &url]).env("PORTAL_TOKEN", TOKEN));
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("Gate of the office"),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stdout.contains("not the API's answer"),
        "{}",
        ended.stdout
    );
}

#[test]
fn generated_schemas_know_persons_and_companies() {
    let served = served();
    let token = format!("Authorization: {TOKEN}\r\n");
    let profile = profile::load(DIALECT).unwrap();
    let contract = contract();
    let operation = &contract.operations[0];
    let json_schema =
        schema::response(operation, &profile.answer(operation, Format::Json).unwrap());
    let json_schema = jsonschema::options()
        .should_validate_formats(true)
        .build(&json_schema)
        .unwrap();
    let grammar = schema::relax_ng(&profile.answer(operation, Format::Xml).unwrap());
    for (id, owed) in [(1234, "firstName"), (1235, "companyName")] {
        let read = |ending| {
            let request = format!("GET /api/2.0/crm/contact/{id}.{ending}");
            fetch(&served, &request, &token, "").1
        };
        let mut body: Value = serde_json::from_str(&read("json")).unwrap();
        assert!(json_schema.is_valid(&body), "{id}");
        let one = body["response"].as_object_mut().unwrap();
        one.remove(owed).unwrap();
        assert!(!json_schema.is_valid(&body), "{id} without {owed}");
        let xml = read("xml");
        let renamed = xml.replace(owed, "undocumented");
        let short = xml.replace("T17:37:04.5916406Z", "T17:37:04Z");
        let Some(judged) = judge_all(&grammar, &[xml.clone(), renamed, short.clone()]) else {
            return;
        };
        assert_eq!(judged[0], Judged::Valid, "{id}: {xml}");
        assert_eq!(judged[1], Judged::Invalid, "{id} without {owed}");
        if short != xml {
            assert_eq!(judged[2], Judged::Invalid, "{id} with a short date");
        }
    }
}

#[test]
fn a_page_among_answers_is_told_apart_with_its_title() {
    let page = "<html><head><title>502 Bad Gateway</title></head></html>";
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let answers = move |path: &str| {
        let (status, media_type, body) = if path.contains(".xml") {
            ("502 Bad Gateway", "text/html", page)
        } else {
            ("200 OK", "application/json", "{\"status\":0}")
        };
        (status.to_owned(), media_type.to_owned(), body.to_owned())
    };
    std::thread::spawn(move || crate::support::answer_by_path(&listener, answers));
    let ended = run(program(&["run", "-u", &url, "--profile", DIALECT]).env("PORTAL_TOKEN", TOKEN));
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    let said = "expected the API's answer, got 502, an HTML page titled `502 Bad Gateway`";
    assert!(ended.stdout.contains(said), "{}", ended.stdout);
}

#[test]
fn a_post_of_200_is_told_by_its_status_and_read_all_the_same() {
    let fault = "transport:post-crm-contact-project-projectid:status-200";
    let served = Served::start(&["--profile", DIALECT, "--fault", fault]);
    let arguments = [
        "--profile",
        DIALECT,
        "--allow-writes",
        "--param",
        "contactid=1234,1235",
    ];
    let ended = run(&mut served.run(&arguments));
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("expected 201, got 200"),
        "{}",
        ended.stdout
    );
    assert!(!ended.stdout.contains("not judged"), "{}", ended.stdout);
}

#[test]
fn a_closed_portal_is_not_judged() {
    for (status, said) in [
        ("503 Service Unavailable", "try again later"),
        ("402 Payment Required", "not paid"),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || crate::support::answer_all(&listener, status, "text/plain", ""));
        let ended = run(program(&["run", "-u", &url]).env("PORTAL_TOKEN", TOKEN));
        assert_eq!(ended.code, Some(3), "{}", ended.stdout);
        assert!(ended.stdout.contains(said), "{}", ended.stdout);
        assert!(ended.stdout.lines().count() < 8, "{}", ended.stdout);
    }
}

#[test]
fn a_portal_that_goes_away_is_not_judged() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        // Six answers, then nobody listens any more.
        crate::support::answer_some(listener, 6, "200 OK", "application/json", "{\"status\":0}");
    });
    let ended = run(program(&["run", "-u", &url, "-j", "1"]).env("PORTAL_TOKEN", TOKEN));
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("went away after 6 answers"),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_run_that_asks_nothing_is_no_success() {
    let served = served();
    let ended = run(&mut served.run(&["--profile", DIALECT, "post-"]));
    assert_eq!(ended.code, Some(4), "{}", ended.stdout);
}

#[test]
fn a_full_disk_is_told_and_no_panic() {
    for format in ["pretty", "terse", "json"] {
        let full = std::fs::OpenOptions::new().write(true).open("/dev/full");
        let Ok(full) = full else { return };
        let mut command = program(&["run", "--format", format]);
        let output = command.stdout(full).output().unwrap();
        let stderr = String::from_utf8_lossy(&output.stderr);
        assert!(!stderr.contains("panicked"), "{stderr}");
        assert_eq!(output.status.code(), Some(2), "{stderr}");
        assert!(stderr.contains("standard output takes no more"), "{stderr}");
    }
}

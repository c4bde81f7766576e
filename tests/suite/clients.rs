//! The reference portal under the profile of deployed servers, asked as their clients ask: each takes
//! liberties that the pages do not show, and the server takes them all.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portal_conformance::contract::{self, Contract};
use portal_conformance::page;
use portal_conformance::portal::{Account, Deployment, Unserved};
use portal_conformance::profile::{self, Profile};
use serde_json::Value;

use crate::support::{Served, TOKEN, program, run};

const SERVER: &str = "community-server";
const CONTACT: &str = "/api/2.0/crm/contact/1234";
const LINK: &str = "/api/2.0/crm/contact/project/1234";
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

fn portal(profile: &str) -> Unserved {
    let contract: Contract = contract::of_sources(page::builtin()).unwrap();
    let profile: Profile = profile::load(profile).unwrap();
    Unserved::new(Deployment::new(
        Arc::new(contract),
        Arc::new(profile),
        TOKEN,
    ))
}

/// Status and body of an answer.
fn ask(portal: &Unserved, line: &str, headers: &[(&str, &str)], body: &str) -> (u16, String) {
    let (method, path) = line.split_once(' ').unwrap();
    let mut request = http::Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (status, body) = portal.answer(request.body(body.as_bytes().to_vec()).unwrap());
    (status, String::from_utf8(body).unwrap())
}

fn read(portal: &Unserved, path: &str) -> (u16, String) {
    ask(
        portal,
        &format!("GET {path}"),
        &[("Authorization", TOKEN)],
        "",
    )
}

/// Links contacts, by a body under a label.
fn link(portal: &Unserved, path: &str, label: &str, body: &str) -> (u16, String) {
    let mut headers = vec![("Authorization", TOKEN)];
    if !label.is_empty() {
        headers.push(("Content-Type", label));
    }
    ask(portal, &format!("POST {path}"), &headers, body)
}

/// The ids in an answer in JSON.
fn ids(body: &str) -> Vec<i64> {
    let body: Value = serde_json::from_str(body).unwrap();
    let contacts = body["response"].as_array().unwrap();
    contacts
        .iter()
        .map(|one| one["id"].as_i64().unwrap())
        .collect()
}

#[test]
fn a_path_may_be_spelled_otherwise() {
    let server = portal(SERVER);
    for path in [
        "/api/2.0/CRM/Contact/1234",
        "/API/2.0/crm/contact/1234.json",
        "/api/2.0/crm/contact/1234/",
        "/api/2.0/crm/contact/001234",
        "/api/2.0/crm/contact/1234?contactId=9",
    ] {
        let (status, body) = read(&server, path);
        assert_eq!(status, 200, "{path}");
        assert!(body.starts_with('{'), "{path}: {body}");
    }
    for path in [
        "/api/2.0/crm/contact/1234.xml",
        "/api/2.0/crm/contact/1234.tml",
        "/api/2.0/crm/contact/1234.tml/",
    ] {
        let (status, body) = read(&server, path);
        assert_eq!(status, 200, "{path}");
        assert!(body.starts_with("<result>"), "{path}: {body}");
    }
    // Endings are compared letter by letter, and nothing may stand between.
    for path in [
        "/api/2.0/crm/contact/1234.XML",
        "/api/2.0/crm/contact/1234.csv",
        "/api/2.0/crm//contact/1234",
        "/api/2.0/crm/contact/1234//",
        "/api/2.0/crm/contact/+1234",
        "/api/2.0/crm/contact/1234.0",
    ] {
        let (status, body) = read(&server, path);
        assert_eq!(status, 404, "{path}");
        assert!(body.contains("<html>"), "{path}: {body}");
    }
}

#[test]
fn a_token_may_come_in_many_ways() {
    let server = portal(SERVER);
    let ask =
        |name: &str, value: &str| ask(&server, &format!("GET {CONTACT}"), &[(name, value)], "").0;
    let Account { user, password } = Account::default();
    let basic = |text: String| format!("Basic {}", STANDARD.encode(text));
    for (name, value, status) in [
        ("Authorization", TOKEN.to_owned(), 200),
        ("Authorization", format!("Bearer {TOKEN}"), 200),
        ("Authorization", format!("{TOKEN}, x"), 200),
        ("Authorization", basic(format!("{user}:{password}")), 200),
        ("Cookie", format!("a=b; asc_auth_key={TOKEN}"), 200),
        ("Authorization", format!("x, {TOKEN}"), 401),
        ("Authorization", basic(format!("{user}:")), 401),
        ("Authorization", basic(TOKEN.to_owned()), 401),
        ("Authorization", ",".to_owned(), 401),
        ("Cookie", format!("asc_auth={TOKEN}"), 401),
        ("Cookie", "asc_auth_key=".to_owned(), 401),
        ("Cookie", format!("asc_auth_key={TOKEN}x"), 401),
        ("X-Token", TOKEN.to_owned(), 401),
    ] {
        assert_eq!(ask(name, &value), status, "{name}: {value}");
    }
}

#[test]
fn a_body_is_read_by_its_label_and_its_values_by_their_text() {
    let server = portal(SERVER);
    for (label, body, expected) in [
        (JSON, r#"{"contactid": [1234, 1235]}"#, &[1234, 1235][..]),
        (JSON, r#"{"contactId": [1234]}"#, &[1234]),
        (JSON, r#"{"CONTACTID": 1234}"#, &[1234]),
        (JSON, r#"{"contactid": ["1234"]}"#, &[1234]),
        (JSON, r#"{"contactid": [1234.0]}"#, &[1234]),
        (JSON, r#"{"contactid": [1234, 1234]}"#, &[1234]),
        (JSON, r#"{"contactid": [0, -5, 424242, 1235]}"#, &[1235]),
        (JSON, r#"{"contactid": [424242]}"#, &[]),
        (
            "application/json; charset=utf-8",
            r#"{"contactid": [1234]}"#,
            &[1234],
        ),
        (FORM, "contactid=1234&contactid=1235", &[1234, 1235]),
        (FORM, "contactId[]=1234&contactId[]=1235", &[1234, 1235]),
        (FORM, "contactid%5B0%5D=1234", &[1234]),
        (
            "text/xml",
            "<request><contactid>1234</contactid><contactId>1235</contactId></request>",
            &[1234, 1235],
        ),
        (
            "text/xml; charset=utf-8",
            "<?xml version=\"1.0\"?><any><contactid> 1234 </contactid></any>",
            &[1234],
        ),
    ] {
        let (status, answer) = link(&server, LINK, label, body);
        assert_eq!(status, 201, "{label}: {body}: {answer}");
        assert_eq!(ids(&answer), expected, "{label}: {body}");
    }
    // What the query names is added.
    let (status, answer) = link(
        &server,
        &format!("{LINK}?contactid=1235"),
        JSON,
        r#"{"contactid": [1234]}"#,
    );
    assert_eq!((status, ids(&answer).len()), (201, 2));
    let (status, answer) = link(&server, &format!("{LINK}.json?ContactId[]=1235"), "", "");
    assert_eq!((status, ids(&answer)), (201, vec![1235]));
    for (label, body, expected) in [
        (JSON, r#"{"contactid": [2147483648]}"#, 400),
        (JSON, r#"{"contactid": ["99999999999"]}"#, 400),
        (JSON, r#"{"contactid": [1234.5]}"#, 400),
        (JSON, r#"{"contactid": [true]}"#, 400),
        (JSON, r#"{"contactid": ["1234", ""]}"#, 400),
        (JSON, r#"{"contactid": null}"#, 400),
        (JSON, r#"{"contactid": [[1234], [1235]]}"#, 400),
        (JSON, r#"{"contactid": [{"id": 1234}]}"#, 400),
        (JSON, "null", 400),
        (JSON, "[1234]", 400),
        (JSON, r#"{"contactid": [}"#, 400),
        (JSON, "", 400),
        (FORM, "contactid=abc", 400),
        (FORM, "contact_id=1234", 400),
        ("", r#"{"contactid": [1234]}"#, 400),
        ("text/plain", "contactid=1234", 400),
        (
            "application/xml",
            "<request><contactid>1234</contactid></request>",
            400,
        ),
        ("text/xml", "<request><contactid>12", 500),
    ] {
        let (status, answer) = link(&server, LINK, label, body);
        assert_eq!(status, expected, "{label}: {body}: {answer}");
        let code = format!("\"statusCode\":{expected}");
        assert!(answer.contains(&code), "{label}: {body}: {answer}");
    }
}

#[test]
fn a_portal_that_speaks_as_its_pages_do_takes_none_of_it() {
    let plain = portal("as-documented");
    for path in [
        "/api/2.0/CRM/Contact/1234",
        "/api/2.0/crm/contact/1234/",
        "/api/2.0/crm/contact/1234.tml",
    ] {
        assert_ne!(read(&plain, path).0, 200, "{path}");
    }
    let get = format!("GET {CONTACT}");
    let cookie = format!("asc_auth_key={TOKEN}");
    assert_eq!(ask(&plain, &get, &[("Cookie", &cookie)], "").0, 401);
    let value = format!("{TOKEN}, x");
    assert_eq!(ask(&plain, &get, &[("Authorization", &value)], "").0, 401);
    for (label, body) in [
        (JSON, r#"{"contactId": [1234]}"#),
        (JSON, r#"{"contactid": ["1234"]}"#),
        (JSON, r#"{"contactid": [1234.0]}"#),
        ("text/xml", "<request><contactid>1234</contactid></request>"),
    ] {
        assert_eq!(link(&plain, LINK, label, body).0, 400, "{body}");
    }
    let login = "POST /api/2.0/authentication.json";
    assert_eq!(ask(&plain, login, &[("Content-Type", JSON)], "{}").0, 404);
}

#[test]
fn what_is_wrong_with_a_request_is_told_as_the_server_tells_it() {
    let server = portal(SERVER);
    // The body is read before anybody looks for the project.
    for (path, body, status) in [
        ("/api/2.0/crm/contact/project/99", "contactid=1234", 404),
        ("/api/2.0/crm/contact/project/99", "contactid=abc", 400),
        ("/api/2.0/crm/contact/project/99", "", 400),
        ("/api/2.0/crm/contact/project/0", "contactid=1234", 400),
        (
            "/api/2.0/crm/contact/project/99999999999",
            "contactid=1234",
            400,
        ),
    ] {
        let (told, answer) = link(&server, path, FORM, body);
        assert_eq!(told, status, "{path}: {body}");
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(answer["status"], 1);
        assert_eq!(answer["statusCode"], status);
        let error = answer["error"].as_object().unwrap();
        assert!(error["message"].is_string() && error["hresult"].is_i64());
        assert_eq!(error["data"], serde_json::json!({}));
    }
    let (_, answer) = read(&server, "/api/2.0/crm/contact/9999.xml");
    assert!(answer.contains("<data />"), "{answer}");
    let other = |method: &str| ask(&server, &format!("{method} {CONTACT}"), &[], "");
    assert_eq!(other("OPTIONS"), (200, String::new()));
    assert_eq!(other("HEAD").0, 404);
    assert_eq!(other("PUT").0, 404);
}

#[test]
fn a_login_gives_the_token_or_is_an_error_of_the_portals() {
    let server = portal(SERVER);
    let Account { user, password } = Account::default();
    let login = |path: &str, label: &str, body: &str| {
        ask(
            &server,
            &format!("POST /api/2.0/{path}"),
            &[("Content-Type", label)],
            body,
        )
    };
    let right = format!(r#"{{"userName": "{user}", "password": "{password}"}}"#);
    for path in [
        "authentication",
        "authentication.json",
        "Authentication.json",
    ] {
        let (status, answer) = login(path, JSON, &right);
        assert_eq!(status, 201, "{path}: {answer}");
        let answer: Value = serde_json::from_str(&answer).unwrap();
        assert_eq!(
            (&answer["count"], &answer["statusCode"]),
            (&1.into(), &201.into())
        );
        assert_eq!(answer["response"]["token"], TOKEN);
        assert!(answer["response"]["expires"].is_string());
    }
    let form = format!("username={}&password={password}", user.replace('@', "%40"));
    let (status, answer) = login("authentication.xml", FORM, &form);
    assert_eq!(status, 201, "{answer}");
    assert!(
        answer.contains(&format!("<token>{TOKEN}</token>")),
        "{answer}"
    );
    let wrong = right.replace(&password, "wrong");
    for body in [wrong.as_str(), "{}", ""] {
        let (status, answer) = login("authentication.json", JSON, body);
        assert_eq!(status, 500, "{body}");
        assert!(answer.contains("\"status\":1,"), "{answer}");
        assert!(!answer.contains(TOKEN), "{answer}");
    }
    assert_eq!(read(&server, "/api/2.0/authentication").0, 404);
}

#[test]
fn a_login_can_be_rehearsed_against_the_served_portal() {
    let served = Served::start(&["--profile", SERVER]);
    let Account { user, password } = Account::default();
    let attempt = |password: &str| {
        let mut command = program(&["run", "--auth", "login", "--profile", SERVER]);
        command
            .args(["--url", &served.url, "--allow-writes"])
            .args(["--param", "contactid=1234,1235"])
            .env("PORTAL_USER", &user)
            .env("PORTAL_PASSWORD", password);
        run(&mut command)
    };
    let ended = attempt(&password);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let ended = attempt("not-that-one");
    assert_eq!(ended.code, Some(3), "{}{}", ended.stdout, ended.stderr);
    let said = "as it does for a wrong user name or password";
    let text = format!("{}{}", ended.stdout, ended.stderr);
    assert!(text.contains(said), "{text}");
}

#[test]
fn the_account_of_the_served_portal_may_be_chosen() {
    let serve = |user: Option<&str>, password: Option<&str>| {
        let mut command = program(&["serve", "--listen", "127.0.0.1:1", "--profile", SERVER]);
        command.env("PORTAL_TOKEN", TOKEN);
        command.envs(user.map(|user| ("PORTAL_USER", user)));
        command.envs(password.map(|password| ("PORTAL_PASSWORD", password)));
        run(&mut command).stderr
    };
    for (user, password) in [(Some("ann"), None), (None, Some("secret"))] {
        let said = serve(user, password);
        assert!(said.contains("PORTAL_USER and PORTAL_PASSWORD"), "{said}");
        assert!(!said.contains("secret"), "{said}");
    }
}

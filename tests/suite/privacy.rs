//! Nothing of credentials, and nothing of a portal's data, in anything that is written.
//!
//! A portal stands between the program and the reference portal, and sends marked texts back in every
//! place and spelling it can, while everything fails in every way it can. Texts with the word `canary`
//! are data, which `--show-values` alone may show; credentials are shown never.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::sync::Arc;

use crate::support::rows::{each, one_of_three};
use crate::support::{Served, TOKEN as INNER_TOKEN, program, run};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Map, Value, json};

const TOKEN: &str = "Tk7+qZ/0Wv9x4JrEu2Lm8c==Yb6NdHs";
const USER: &str = "vq73.kxw@zzj.example";
const PASSWORD: &str = "Gx\"5&hQ<8>%2B 'wTz9~e";
const KEY: &str = "pL4-nB8-yR2-fM6";
const ORDINARY: &str = "oW9-jC3-tX7-sD1";

/// Every spelling in which the portal sends a secret, and in which none may be found.
fn spellings(secret: &str) -> Vec<String> {
    let percent = |text: &str| -> String {
        let hex = text.bytes().map(|byte| match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        });
        hex.collect::<Vec<_>>().concat()
    };
    let json = Value::from(secret).to_string();
    let unicode: Vec<String> = secret
        .bytes()
        .map(|byte| format!("\\u{byte:04x}"))
        .collect();
    let html = secret
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    vec![
        secret.to_owned(),
        secret.to_lowercase(),
        secret.to_uppercase(),
        percent(secret),
        percent(&percent(secret)),
        json[1..json.len() - 1].to_owned(),
        unicode.concat(),
        html,
        secret.replace('~', "~0").replace('/', "~1"),
        STANDARD.encode(secret),
        URL_SAFE.encode(secret),
        STANDARD.encode(format!("{secret} ")),
        secret.chars().take(13).collect(),
    ]
}

/// What the portal knows, and how it spells it.
#[derive(Clone, Copy)]
struct Echo {
    secrets: &'static [&'static str],
    spelling: usize,
}

impl Echo {
    fn spelled(self, secret: &str, more: usize) -> String {
        let spellings = spellings(secret);
        spellings[(self.spelling + more) % spellings.len()].clone()
    }

    /// All secrets in one line.
    fn all(self, more: usize) -> String {
        let all = self.secrets.iter();
        let all: Vec<String> = all.map(|secret| self.spelled(secret, more)).collect();
        all.join(" , ")
    }

    fn one(self) -> String {
        self.spelled(self.secrets[self.spelling % self.secrets.len()], 0)
    }
}

/// What the portal is told in a scheme.
fn told(scheme: &str) -> &'static [&'static str] {
    match scheme {
        "basic" => &[USER, PASSWORD, KEY, ORDINARY],
        "login" => &[TOKEN, USER, PASSWORD, KEY, ORDINARY],
        _ => &[TOKEN, KEY, ORDINARY],
    }
}

/// One way to fail.
type Fail = fn(&Answer, Echo) -> Vec<u8>;

/// The answer of the reference portal.
struct Answer {
    status: u16,
    media_type: String,
    body: String,
}

impl Answer {
    fn is_json(&self) -> bool {
        self.media_type.contains("json")
    }
}

fn http(status: u16, headers: &str, body: &str) -> Vec<u8> {
    format!(
        "HTTP/1.1 {status} X\r\n{headers}Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

fn typed(media_type: &str) -> String {
    format!("Content-Type: {media_type}\r\n")
}

/// Every text of a tree is data and secrets, every number a text.
fn texts_marked(value: &Value, text: &str) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter();
            let marked = members.map(|(name, member)| (name.clone(), texts_marked(member, text)));
            Value::Object(marked.collect())
        }
        Value::Array(items) => items.iter().map(|item| texts_marked(item, text)).collect(),
        _ => Value::from(text),
    }
}

/// Every member has a strange one beside it, and some are renamed.
fn names_marked(value: &Value, name: &str) -> Value {
    match value {
        Value::Object(members) => {
            let mut marked = Map::new();
            for (at, (known, member)) in members.iter().enumerate() {
                let known = if at % 2 == 0 {
                    format!("{known}s")
                } else {
                    known.clone()
                };
                marked.insert(known, names_marked(member, name));
                marked.insert(format!("{name} {at}"), Value::from(1));
            }
            Value::Object(marked)
        }
        Value::Array(items) => items.iter().map(|item| names_marked(item, name)).collect(),
        other => other.clone(),
    }
}

/// The texts between the tags of an XML document, and its tags, replaced.
fn xml_marked(body: &str, text: &str, element: Option<&str>) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;");
    let mut marked = String::new();
    for part in body.split_inclusive('>') {
        let (before, tag) = part.split_once('<').unwrap_or((part, ""));
        let is_text = !before.trim().is_empty();
        marked.push_str(if is_text { &text } else { before });
        if !tag.is_empty() {
            let tag = match element {
                Some(element) => tag.replace("TaskCount", element),
                None => tag.to_owned(),
            };
            marked.push('<');
            marked.push_str(&tag);
        }
    }
    marked
}

fn json_of(answer: &Answer) -> Value {
    serde_json::from_str(&answer.body).unwrap_or_else(|_| json!({"response": "canary person"}))
}

const FAILS: [(&str, Fail); 13] = [
    ("wrong types", |answer, echo| {
        let text = format!("Canary Person {}", echo.all(0));
        let body = if answer.is_json() {
            texts_marked(&json_of(answer), &text).to_string()
        } else {
            xml_marked(&answer.body, &text, None)
        };
        http(answer.status, &typed(&answer.media_type), &body)
    }),
    ("an error", |_, echo| {
        let message = format!("Canary message {}", echo.all(0));
        let body = json!({"status": 1, "statusCode": 500, "error": {"message": message, "stack": message}});
        http(500, &typed("application/json"), &body.to_string())
    }),
    ("a page", |_, echo| {
        // The title alone tells which page it is, so it is shown, without what is secret in it.
        let body = format!(
            "<!DOCTYPE html><html><head><title>{}</title></head><body>Canary page {}</body></html>",
            echo.all(0),
            echo.all(1)
        );
        http(200, &typed("text/html"), &body)
    }),
    ("a page with a long title", |_, echo| {
        let body = format!(
            "<html><title>{}{}</title>Canary page",
            "x".repeat(50),
            echo.all(0)
        );
        http(404, &typed("text/html"), &body)
    }),
    ("a body that is cut", |answer, echo| {
        let body = format!("{{\"response\": \"Canary Person {}", echo.all(0));
        let head = format!(
            "HTTP/1.1 {} X\r\nContent-Type: {}\r\nContent-Length: 99999\r\n\r\n{body}",
            answer.status, answer.media_type
        );
        head.into_bytes()
    }),
    ("a body that is broken", |answer, echo| {
        let body = if answer.is_json() {
            format!("{{\"Canary Member\": 1, \"x\": canary {}}}", echo.all(0))
        } else {
            format!("<result><Canary>{}</canary></result>", echo.all(0))
        };
        http(answer.status, &typed(&answer.media_type), &body)
    }),
    ("strange headers", |answer, echo| {
        let echoed = echo.all(0);
        let headers = format!(
            "Content-Type: canary {echoed}; charset=\"canary {echoed}\"\r\nX-Canary: {echoed}\r\nWWW-Authenticate: canary {echoed}\r\nSet-Cookie: canary={echoed}\r\n"
        );
        http(answer.status, &headers, &answer.body)
    }),
    ("secret media types", |answer, echo| {
        let secret = &echo.one();
        http(
            answer.status,
            &typed(&format!("{secret}/{secret}; charset={secret}")),
            &answer.body,
        )
    }),
    ("a redirect", |_, echo| {
        let headers = format!("Location: http://127.0.0.1:9/canary?{}\r\n", echo.all(0));
        http(302, &headers, "Canary")
    }),
    ("strange names", |answer, echo| {
        let name = format!("Canary Member {}", echo.all(0));
        let body = if answer.is_json() {
            names_marked(&json_of(answer), &name).to_string()
        } else {
            let element = "Canary\u{e9}lement canary=\"1\"";
            xml_marked(&answer.body, &name, Some(element))
        };
        http(answer.status, &typed(&answer.media_type), &body)
    }),
    ("names that are secrets", |answer, echo| {
        let secret = &echo.one();
        let body = names_marked(&json_of(answer), secret).to_string();
        http(answer.status, &typed(&answer.media_type), &body)
    }),
    ("no refusals", |answer, echo| {
        let text = format!("Canary Person {}", echo.all(0));
        let body =
            json!({"status": 0, "response": {"ID": 1, "DisplayName": text, "TaskCount": text}});
        http(200, &typed(&answer.media_type), &body.to_string())
    }),
    ("strange encodings", |answer, echo| {
        let secret = &echo.one();
        let headers = format!("Content-Encoding: xx{secret}\r\n");
        http(
            answer.status,
            &format!("{headers}{}", typed(&answer.media_type)),
            "Canary",
        )
    }),
];

/// Sends a request on to the reference portal, whose token it takes.
fn inner(served: &str, method: &str, path: &str, accept: &str, body: &[u8]) -> Answer {
    let address = served.trim_start_matches("http://").trim_end_matches('/');
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: {INNER_TOKEN}\r\nAccept: {accept}\r\nContent-Type: application/json\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )
    .unwrap();
    stream.write_all(body).unwrap();
    let mut text = Vec::new();
    stream.read_to_end(&mut text).unwrap();
    let text = String::from_utf8_lossy(&text).into_owned();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let media_type = head.lines().find_map(|line| {
        let (name, value) = line.split_once(": ")?;
        name.eq_ignore_ascii_case("content-type")
            .then(|| value.to_owned())
    });
    Answer {
        status,
        media_type: media_type.unwrap_or_else(|| "application/json".to_owned()),
        body: body.to_owned(),
    }
}

/// How the portal treats logins and test data.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Start {
    /// All is well until the suite asks.
    Well,
    /// The login is refused.
    NoLogin,
    /// The step is refused.
    NoData,
    /// The step answers with a secret for an id.
    SecretId,
}

struct Fiend {
    url: String,
    _served: Arc<Served>,
}

impl Fiend {
    fn start(fail: Fail, echo: Echo, begin: Start) -> Self {
        let served = Arc::new(Served::start(&[]));
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let portal = served.url.clone();
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let portal = portal.clone();
                std::thread::spawn(move || {
                    let _ = connection(stream, &portal, fail, echo, begin);
                });
            }
        });
        Self {
            url,
            _served: served,
        }
    }
}

fn connection(
    mut stream: TcpStream,
    served: &str,
    fail: Fail,
    echo: Echo,
    begin: Start,
) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (Some(method), Some(path)) = (words.next(), words.next()) else {
        return Ok(());
    };
    let (mut length, mut accept) = (0, String::new());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        match name.to_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "accept" => value.trim().clone_into(&mut accept),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let echoed = echo.all(0);
    let message = json!({"error": {"message": format!("Canary message {echoed}")}}).to_string();
    let json_type = typed("application/json");
    let created = |id: Value| {
        http(
            201,
            &json_type,
            &json!({"response": {"id": id}}).to_string(),
        )
    };
    let answer = if path.contains("authentication") {
        match begin {
            Start::NoLogin => http(500, &json_type, &message),
            _ => {
                let token = json!({"response": {"token": TOKEN}}).to_string();
                http(201, &json_type, &token)
            }
        }
    } else if path.contains("person") {
        match begin {
            Start::NoData => http(400, &json_type, &message),
            Start::SecretId => created(Value::from(TOKEN)),
            _ => created(Value::from(1234)),
        }
    } else {
        fail(&inner(served, method, path, &accept, &body), echo)
    };
    stream.write_all(&answer)
}

/// All that a run wrote: what it printed, and every file.
fn written(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            written(&path, found);
        } else if !path.ends_with("portal-conformance.toml") {
            let text = String::from_utf8_lossy(&fs::read(&path).unwrap()).into_owned();
            found.push((format!("{}: {text}", path.display()), text));
        }
    }
}

const CONFIG: &str = r#"
allow-writes = true
headers = { X-Api-Key = { env = "OFFICE_KEY" }, X-Office = { env = "OFFICE_ORDINARY" } }

[[target.office.set-up]]
name = "person"
method = "POST"
path = "api/2.0/crm/contact/person"
body = { firstName = "{run}" }
keep = { contactid = "/response/id" }
find = { path = "api/2.0/find/{run}", list = "/response", holds = "/name", keep = { contactid = "/id" } }

[[target.office.tear-down]]
name = "delete"
method = "DELETE"
path = "api/2.0/crm/contact/{contactid}"
"#;

/// Runs against the fiend, and looks through everything that was written.
fn tried(fail: (&str, Fail), at: usize, begin: Start, shows_values: bool) {
    let schemes = ["raw", "bearer", "basic", "login"];
    let scheme = if begin == Start::NoLogin {
        "login"
    } else {
        schemes[at % schemes.len()]
    };
    let what = format!("{} (spelling {at}, {scheme})", fail.0);
    let secrets = told(scheme);
    let echo = Echo {
        secrets,
        spelling: at,
    };
    let fiend = Fiend::start(fail.1, echo, begin);
    let folder = tempfile::tempdir().unwrap();
    let config = format!("[target.office]\nurl = \"{}\"\n{CONFIG}", fiend.url);
    fs::write(folder.path().join("portal-conformance.toml"), config).unwrap();
    let mut command = program(&["run", "--target", "office", "--auth", scheme]);
    command
        .current_dir(folder.path())
        .args([
            "--request-timeout",
            "5",
            "--snapshots",
            "snapshots",
            "--strict",
        ])
        .env("PORTAL_USER", USER)
        .env("PORTAL_PASSWORD", PASSWORD)
        .env("OFFICE_KEY", KEY)
        .env("OFFICE_ORDINARY", ORDINARY)
        .env(
            "INSTA_UPDATE",
            if at.is_multiple_of(2) {
                "always"
            } else {
                "new"
            },
        );
    for format in ["junit", "json", "markdown", "html"] {
        command.arg(format!("--report-{format}")).arg(format);
    }
    if matches!(scheme, "raw" | "bearer") {
        command.env("PORTAL_TOKEN", TOKEN);
    }
    if shows_values {
        command.arg("--show-values");
    }
    if let Some(format) = ["pretty", "terse", "json"].get(at % 4) {
        command.args(["--format", format]);
    }
    let ended = run(&mut command);
    assert!(
        matches!(ended.code, Some(1 | 3)),
        "{what}: {}",
        ended.stderr
    );
    let mut found = vec![
        (format!("stdout: {}", ended.stdout), ended.stdout),
        (format!("stderr: {}", ended.stderr), ended.stderr),
    ];
    written(folder.path(), &mut found);
    assert!(found.len() >= 6, "{what}: reports are missing");
    for (whole, text) in &found {
        let text = text.to_lowercase();
        let wanted = secrets.iter().flat_map(|secret| spellings(secret));
        let mut wanted: Vec<String> = wanted.map(|spelling| spelling.to_lowercase()).collect();
        if !shows_values {
            wanted.push("canary".to_owned());
        }
        for wanted in wanted {
            if let Some(place) = text.find(&wanted) {
                let start = text.floor_char_boundary(place.saturating_sub(200));
                let end = text.ceil_char_boundary((place + 200).min(text.len()));
                let around = &text[start..end];
                let place = whole.split(':').next().unwrap();
                panic!("{what}: {wanted} in {place}: {around}");
            }
        }
    }
}

#[test]
fn nothing_is_told_however_the_portal_fails() {
    let fails = FAILS.into_iter().enumerate().collect();
    each(&one_of_three(fails), |(at, fail)| {
        tried(*fail, *at, Start::Well, false);
    });
}

#[test]
fn values_are_shown_where_they_are_wanted_and_credentials_never() {
    // Others than those without values.
    let fails = FAILS.into_iter().enumerate().skip(1).collect();
    each(&one_of_three(fails), |(at, fail)| {
        tried(*fail, at + 5, Start::Well, true);
    });
}

/// Where texts of a portal's are shown as they are.
const SHOWN: [(&str, Fail); 4] = [FAILS[2], FAILS[3], FAILS[7], FAILS[10]];

#[test]
fn nothing_is_told_in_any_spelling() {
    let all = (0..13).flat_map(|spelling| SHOWN.map(|fail| (spelling, fail)));
    each(&one_of_three(all.collect()), |(spelling, fail)| {
        tried(*fail, *spelling, Start::Well, spelling % 2 == 0);
    });
}

#[test]
fn nothing_is_told_where_the_run_does_not_even_begin() {
    for (at, begin) in [Start::NoLogin, Start::NoData, Start::SecretId]
        .into_iter()
        .enumerate()
    {
        for spelling in [at, at + 3, at + 7] {
            tried(FAILS[at], spelling, begin, true);
        }
    }
}

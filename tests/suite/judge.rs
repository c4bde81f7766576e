//! `judge`: recorded traffic held against the contract, as browsers and proxies write it down. The traffic is
//! that of the reference portal, changed where a test says so.

use std::collections::BTreeSet;
use std::fs;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use portal_conformance::contract;
use portal_conformance::page::PageFiles;
use portal_conformance::portal::{Deployment, Unserved};
use portal_conformance::profile;
use serde_json::{Value, json};

use crate::report_schema::check_json;
use crate::support::{Ended, Served, TOKEN as SERVED, program, run};

const TOKEN: &str = "Tk7qZ0Wv9x4JrEu2Lm8cYb6NdHs";
const CONTACT: &str = "/api/2.0/crm/contact/1234";
const LINK: &str = "/api/2.0/crm/contact/project/1234";

/// Who wrote the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tool {
    Chromium,
    Firefox,
    Mitmproxy,
}

const TOOLS: [Tool; 3] = [Tool::Chromium, Tool::Firefox, Tool::Mitmproxy];

/// One request and its answer.
#[derive(Debug, Clone)]
struct Told {
    method: &'static str,
    url: String,
    accept: String,
    sent: Option<String>,
    status: u16,
    media_type: String,
    body: Vec<u8>,
}

/// What portals of a profile answer.
struct Office {
    portal: Unserved,
    profile: &'static str,
}

impl Office {
    fn of(name: &'static str) -> Self {
        let contract = contract::load(&PageFiles::default()).unwrap();
        let profile = Arc::new(profile::load(name).unwrap());
        let contract = Arc::new(profile.widened(contract));
        let deployment = Deployment::new(contract, profile, TOKEN);
        Self {
            portal: Unserved::new(deployment),
            profile: name,
        }
    }

    fn ask(&self, method: &'static str, path: &str, format: &str, sent: Option<&str>) -> Told {
        let of_server = self.profile == "community-server";
        let path = if of_server {
            format!("{path}.{format}")
        } else {
            path.to_owned()
        };
        let accept = if of_server {
            "*/*".to_owned()
        } else {
            format!("application/{format}")
        };
        let mut request = http::Request::builder()
            .method(method)
            .uri(&path)
            .header("Authorization", TOKEN)
            .header("Accept", &accept);
        if sent.is_some() {
            request = request.header("Content-Type", "application/json");
        }
        let body = sent.unwrap_or_default().as_bytes().to_vec();
        let request = request.body(body).unwrap();
        let (status, body) = self.portal.answer(request);
        Told {
            method,
            url: format!("https://portal.example.com{path}"),
            accept,
            sent: sent.map(str::to_owned),
            status,
            media_type: match format {
                "xml" if of_server => "text/xml; charset=utf-8".to_owned(),
                format => format!("application/{format}"),
            },
            body,
        }
    }

    fn read(&self, format: &str) -> Told {
        self.ask("GET", CONTACT, format, None)
    }

    /// Both formats of a read, and a write.
    fn all(&self) -> Vec<Told> {
        let sent = Some("{\"contactid\":[1234]}");
        vec![
            self.read("json"),
            self.read("xml"),
            self.ask("POST", LINK, "json", sent),
        ]
    }
}

fn office() -> Office {
    Office::of("as-documented")
}

impl Told {
    fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    fn with(&self, old: &str, new: &str) -> Self {
        let text = self.text();
        assert!(text.contains(old), "{old}: {text}");
        Self {
            body: text.replace(old, new).into_bytes(),
            ..self.clone()
        }
    }

    fn refused(&self, status: u16) -> Self {
        Self {
            status,
            body: b"{\"status\":1,\"error\":{\"message\":\"no\"}}".to_vec(),
            ..self.clone()
        }
    }

    /// An entry as a tool writes it, a second after the one before.
    fn entry(&self, at: usize, tool: Tool) -> Value {
        let pair = |name: &str, value: &str| json!({"name": name, "value": value});
        let mut headers = vec![pair("Accept", &self.accept)];
        let mut request = json!({
            "method": self.method, "url": self.url, "httpVersion": "HTTP/1.1", "queryString": [],
            "cookies": [], "headersSize": -1, "bodySize": 0,
        });
        if tool == Tool::Chromium {
            headers.push(pair(":authority", "portal.example.com"));
        } else {
            headers.push(pair("authorization", TOKEN));
        }
        request["headers"] = headers.into();
        if let Some(sent) = &self.sent {
            request["postData"] = json!({"mimeType": "application/json", "text": sent});
        }
        let mut content = json!({"size": self.body.len(), "mimeType": self.media_type});
        if tool == Tool::Mitmproxy {
            content["encoding"] = "base64".into();
            content["text"] = STANDARD.encode(&self.body).into();
            content["compression"] = 0.into();
        } else {
            content["text"] = String::from_utf8_lossy(&self.body).into();
        }
        let mut entry = json!({
            "startedDateTime": format!("2026-11-26T10:{:02}:{:02}.123+01:00", at / 60, at % 60),
            "time": 12.5,
            "request": request,
            "response": {
                "status": self.status, "statusText": "", "httpVersion": "HTTP/1.1", "cookies": [],
                "headers": [pair("content-type", &self.media_type)],
                "content": content, "redirectURL": "", "headersSize": -1, "bodySize": self.body.len(),
            },
            "cache": {},
            "timings": {"send": 0, "wait": 12.5, "receive": 0},
        });
        match tool {
            Tool::Chromium => {
                entry["_resourceType"] = "fetch".into();
                entry["response"]["_transferSize"] = 712.into();
            }
            Tool::Firefox => entry["pageref"] = "page_1".into(),
            Tool::Mitmproxy => entry["serverIPAddress"] = "192.0.2.7".into(),
        }
        entry
    }
}

fn har(entries: &[Value]) -> String {
    let log = json!({"log": {
        "version": "1.2", "creator": {"name": "made up", "version": "1"}, "pages": [],
        "entries": entries,
    }});
    log.to_string()
}

fn written(told: &[Told], tool: Tool) -> String {
    let entries = told.iter().enumerate();
    let entries: Vec<Value> = entries.map(|(at, one)| one.entry(at, tool)).collect();
    har(&entries)
}

/// What came of judging a file, and its JSON report.
fn judged(text: &str, arguments: &[&str]) -> (Ended, Value) {
    let folder = tempfile::tempdir().unwrap();
    let (file, report) = (
        folder.path().join("traffic.har"),
        folder.path().join("r.json"),
    );
    fs::write(&file, text).unwrap();
    let mut command = program(&["judge", file.to_str().unwrap(), "--report-json"]);
    let ended = run(command.arg(&report).args(arguments));
    let report = fs::read_to_string(&report).unwrap_or_default();
    let report: Value = serde_json::from_str(&report).unwrap_or_default();
    if !report.is_null() {
        check_json(&report);
    }
    (ended, report)
}

fn told(told: &[Told]) -> (Ended, Value) {
    judged(&written(told, Tool::Firefox), &[])
}

fn verdict<'a>(report: &'a Value, id: &str) -> &'a str {
    let mut cases = report["cases"].as_array().unwrap().iter();
    let case = cases.find(|case| case["id"] == id);
    case.unwrap_or_else(|| panic!("no case {id}"))["verdict"]
        .as_str()
        .unwrap()
}

#[test]
fn traffic_of_a_portal_that_conforms_conforms_whatever_tool_wrote_it() {
    for tool in TOOLS {
        let (ended, report) = judged(&written(&office().all(), tool), &[]);
        assert_eq!(
            ended.code,
            Some(0),
            "{tool:?}: {}{}",
            ended.stdout,
            ended.stderr
        );
        assert_eq!(report["target"]["url"], "https://portal.example.com/");
        assert!(
            report["target"]["recording"]
                .as_str()
                .unwrap()
                .ends_with("traffic.har")
        );
        let scheme = if tool == Tool::Chromium {
            "none"
        } else {
            "raw"
        };
        assert_eq!(report["certificate"]["account"]["scheme"], scheme);
        for case in [
            "json::schema",
            "xml::shape",
            "xml::parity",
            "json::identity::asked",
        ] {
            let id = format!("get-crm-contact-contactid::{case}");
            assert_eq!(verdict(&report, &id), "conforms", "{tool:?} {id}");
        }
        let link = "post-crm-contact-project-projectid::json";
        assert_eq!(
            verdict(&report, &format!("{link}::identity::asked")),
            "conforms"
        );
        assert_eq!(
            verdict(&report, "post-crm-contact-project-projectid::xml::shape"),
            "ignored"
        );
        assert!(!ended.stdout.contains(TOKEN) && !report.to_string().contains(TOKEN));
        // What a run could ask besides, nobody asks here.
        assert!(
            ended.stdout.contains("no answer in xml was read"),
            "{}",
            ended.stdout
        );
        assert!(!ended.stdout.contains("--param"), "{}", ended.stdout);
    }
}

#[test]
fn a_report_of_recorded_traffic_says_that_it_is_one() {
    let (_, report) = told(&office().all());
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("r.json");
    fs::write(&file, report.to_string()).unwrap();
    let ended = run(program(&["report", "check"]).arg(&file));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("the portal was not asked"),
        "{}",
        ended.stdout
    );
}

#[test]
fn who_asks_again_sends_what_the_target_says_where_the_recording_is_cleaned() {
    let mut all = office().all();
    all[0] = all[0].with("\"TaskCount\"", "\"TasksCount\"");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portal-conformance.toml");
    let text = "[target.a]\nurl = \"https://portal.example.com\"\naccount = { scheme = \"bearer\", token = { env = \"A_TOKEN\" } }\n";
    fs::write(&file, text).unwrap();
    // Chromium writes no credentials down.
    let written = written(&all, Tool::Chromium);
    let options = ["--target", "a", "--config", file.to_str().unwrap()];
    let (ended, _) = judged(&written, &options);
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    let line = "-H \"Authorization: Bearer $A_TOKEN\"";
    assert!(ended.stdout.contains(line), "{}", ended.stdout);
}

#[test]
fn a_drift_is_the_same_finding_as_in_a_run() {
    for tool in TOOLS {
        let mut all = office().all();
        all[0] = all[0].with("\"TaskCount\"", "\"TasksCount\"");
        let (ended, report) = judged(&written(&all, tool), &[]);
        assert_eq!(ended.code, Some(1), "{tool:?}: {}", ended.stdout);
        let id = "get-crm-contact-contactid::json::schema";
        assert_eq!(verdict(&report, id), "violates");
        assert_eq!(
            verdict(&report, "get-crm-contact-contactid::xml::shape"),
            "conforms"
        );
        assert!(
            ended.stdout.contains("/response/TaskCount"),
            "{}",
            ended.stdout
        );
        assert!(ended.stdout.contains("documented here"), "{}", ended.stdout);
    }
    let mut all = office().all();
    all[2] = all[2].with("\"id\":1234", "\"id\":1299");
    let (ended, report) = told(&all);
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    let id = "post-crm-contact-project-projectid::json::identity::asked";
    assert_eq!(verdict(&report, id), "violates");
}

#[test]
fn formats_are_compared_where_no_write_lies_between_them() {
    let office = office();
    let [json, xml, link] = <[Told; 3]>::try_from(office.all()).unwrap();
    let name = xml.text();
    let (_, name) = name.split_once("<DisplayName>").unwrap();
    let (name, _) = name.split_once('<').unwrap();
    let other = xml.with(name, "Somebody");
    let id = "get-crm-contact-contactid::xml::parity";
    let (ended, report) = told(&[json.clone(), other.clone()]);
    assert_eq!(
        (ended.code, verdict(&report, id)),
        (Some(1), "violates"),
        "{}",
        ended.stdout
    );
    // A write that no page documents may change a contact, too.
    let undocumented = Told {
        method: "PUT",
        url: "https://portal.example.com/api/2.0/crm/contact/1234/name".to_owned(),
        ..link.clone()
    };
    for write in [link, undocumented.clone()] {
        let (ended, report) = told(&[json.clone(), write, other.clone()]);
        assert_eq!(
            (ended.code, verdict(&report, id)),
            (Some(0), "ignored"),
            "{}",
            ended.stdout
        );
    }
    // A read changes nothing, nor does what another host was sent.
    let elsewhere = Told {
        url: "https://other.example.com/api/2.0/crm/contact/1234/name".to_owned(),
        ..undocumented.clone()
    };
    for between in [
        Told {
            method: "GET",
            ..undocumented
        },
        elsewhere,
    ] {
        let (ended, report) = told(&[json.clone(), between, other.clone()]);
        assert_eq!(
            (ended.code, verdict(&report, id)),
            (Some(1), "violates"),
            "{}",
            ended.stdout
        );
    }
}

#[test]
fn an_answer_that_flickers_is_told_and_an_edit_is_not() {
    let office = office();
    let (one, link) = (office.read("json"), office.all().remove(2));
    let other = one.with("\"TaskCount\":1", "\"TaskCount\":2");
    let third = one.with("\"TaskCount\":1", "\"TaskCount\":3");
    let id = "get-crm-contact-contactid::json::identity::repeated";
    for (all, code, said) in [
        (vec![one.clone(), one.clone()], 0, "conforms"),
        (
            vec![one.clone(), other.clone(), other.clone()],
            0,
            "conforms",
        ),
        (vec![one.clone(), other.clone()], 0, "conforms"),
        (
            vec![one.clone(), other.clone(), third.clone()],
            0,
            "conforms",
        ),
        (vec![one.clone(), other.clone(), one.clone()], 1, "violates"),
        (
            vec![one.clone(), other.clone(), one.clone(), other.clone()],
            1,
            "violates",
        ),
        (
            vec![one.clone(), link.clone(), other.clone(), link, one.clone()],
            0,
            "ignored",
        ),
    ] {
        let (ended, report) = told(&all);
        assert_eq!(
            (ended.code, verdict(&report, id)),
            (Some(code), said),
            "{}",
            ended.stdout
        );
    }
}

#[test]
fn refusals_and_gaps_break_nothing_and_are_counted() {
    let one = office().read("json");
    let mut entries: Vec<Value> = [401, 403, 429, 302, 304]
        .iter()
        .map(|status| one.refused(*status))
        .enumerate()
        .map(|(at, told)| told.entry(at, Tool::Firefox))
        .collect();
    let mut gap = |change: fn(&mut Value)| {
        let mut entry = one.entry(10, Tool::Firefox);
        change(&mut entry["response"]);
        entries.push(entry);
    };
    gap(|response| drop(response["content"].as_object_mut().unwrap().remove("text")));
    gap(|response| {
        // A body that ends as it must is whole, whatever was counted.
        let text = response["content"]["text"].as_str().unwrap();
        response["content"]["text"] = text[..text.len() / 2].into();
        response["content"]["size"] = 1_000_000.into();
    });
    gap(|response| response["status"] = 0.into());
    gap(|response| response["content"]["encoding"] = "gzip".into());
    let (ended, report) = judged(&har(&entries), &[]);
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    let hints = report["hints"].to_string();
    for told in [
        "2 that refuse",
        "1 that put off",
        "2 that lead elsewhere",
        "1 without a recorded body",
        "1 with a body that was cut off",
        "1 without an answer",
        "1 with a body in an encoding",
    ] {
        assert!(hints.contains(told), "{told}: {hints}");
    }
    assert!(
        ended
            .stdout
            .contains("nothing that was recorded can be judged: 9 of 9 entries"),
        "{}",
        ended.stdout
    );
    // Beside them, what can be judged is.
    entries.push(one.entry(20, Tool::Firefox));
    let (ended, _) = judged(&har(&entries), &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    // What nobody may answer is a violation, recorded or not.
    let (ended, _) = told(&[one.clone(), one.refused(500)]);
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    // An id that is not there is refused as it should be, in the profile's form.
    let nobody = Told {
        url: one.url.replace("1234", "99"),
        ..one.refused(404)
    };
    let (ended, report) = told(&[one, nobody]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let id = "get-crm-contact-contactid::json::refusal::unknown-contactid";
    assert_eq!(verdict(&report, id), "conforms");
}

#[test]
fn entries_of_no_operation_are_counted_and_named_without_what_may_be_secret() {
    let office = office();
    let one = office.read("json");
    let elsewhere = |path: &str| Told {
        url: format!("https://cdn.example.com{path}"),
        ..one.clone()
    };
    let all = [
        one.clone(),
        elsewhere("/app.js?key=geheim"),
        elsewhere("/app.js?key=geheim2"),
        elsewhere("/reset/a1b2c3d4e5f6a7b8c9d0e1f2a3b4c5d6"),
    ];
    let (ended, report) = told(&all);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let hints = report["hints"].to_string();
    assert!(
        hints.contains("3 entries of no documented operation"),
        "{hints}"
    );
    assert!(
        hints.contains("https://cdn.example.com/app.js (2 times)"),
        "{hints}"
    );
    assert!(hints.contains("/reset/***"), "{hints}");
    for text in [&hints, &ended.stdout] {
        assert!(
            !text.contains("geheim") && !text.contains("a1b2c3"),
            "{text}"
        );
    }
    let (ended, report) = told(&all[1..]);
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    assert!(
        report["obstacle"]
            .as_str()
            .unwrap()
            .contains("belongs to a documented operation")
    );
}

#[test]
fn no_token_of_a_query_or_a_cookie_is_shown() {
    let one = office()
        .read("json")
        .with("\"TaskCount\":1", &format!("\"TaskCount\":\"{TOKEN}\""));
    let asked = Told {
        url: format!("{}?asc_auth_key={TOKEN}&x={TOKEN}", one.url),
        ..one
    };
    let mut entry = asked.entry(0, Tool::Chromium);
    let cookie = json!({"name": "Cookie", "value": format!("a=b; asc_auth_key={TOKEN}")});
    entry["request"]["headers"]
        .as_array_mut()
        .unwrap()
        .push(cookie);
    for shows in [&[][..], &["--show-values"]] {
        let (ended, report) = judged(&har(std::slice::from_ref(&entry)), shows);
        assert_eq!(ended.code, Some(1), "{}", ended.stdout);
        assert_eq!(report["certificate"]["account"]["scheme"], "cookie");
        assert!(
            report.to_string().contains("?asc_auth_key=***&x=***"),
            "{report}"
        );
        assert!(!report.to_string().contains(TOKEN), "{report}");
        assert!(!ended.stdout.contains(TOKEN), "{}", ended.stdout);
    }
}

#[test]
fn no_credential_of_any_entry_is_shown_whatever_tells_it() {
    const SECRET: &str = "Zq7SECRETab12cd34ef56";
    let one = office()
        .read("json")
        .with("\"TaskCount\":1", &format!("\"TaskCount\":\"{SECRET}\""));
    let header = |name: &str, value: &str| {
        let mut entry = one.entry(0, Tool::Chromium);
        let pair = json!({"name": name, "value": value});
        let headers = entry["request"]["headers"].as_array_mut().unwrap();
        headers.push(json!({"name": "Authorization", "value": "first-token-of-all"}));
        headers.push(pair);
        vec![entry]
    };
    let url = |url: &str| {
        let mut entry = one.entry(0, Tool::Chromium);
        entry["request"]["url"] = url.replace("HOST", "portal.example.com").into();
        vec![entry]
    };
    let other = |change: &dyn Fn(&mut Value)| {
        let mut entry = one.entry(1, Tool::Chromium);
        entry["request"]["url"] = "https://sso.example.com/sign-in".into();
        entry["request"]["method"] = "POST".into();
        entry["response"]["content"] = json!({"size": 2, "text": "{}"});
        change(&mut entry);
        vec![one.entry(0, Tool::Chromium), entry]
    };
    let pair = STANDARD.encode(format!("joe:{SECRET}"));
    let all = [
        header("X-Api-Key", SECRET),
        header("X-Auth-Token", SECRET),
        header("authorization", &format!("Bearer {SECRET}")),
        header("Proxy-Authorization", &format!("Basic {pair}")),
        header("Cookie", &format!("a=b; ASP.NET_SessionId={SECRET}")),
        url(&format!("https://joe:{SECRET}@HOST{CONTACT}")),
        url(&format!("https://HOST{CONTACT}?access_token={SECRET}")),
        url(&format!("https://HOST{CONTACT}#access_token={SECRET}")),
        other(&|entry| {
            entry["request"]["postData"] = json!({"text": format!("user=joe&password={SECRET}")});
        }),
        other(&|entry| {
            entry["request"]["postData"] = json!({"params": [{"name": "pwd", "value": SECRET}]});
        }),
        other(&|entry| {
            entry["request"]["postData"] = json!({"text": "{\"password\": \"hunter22\"}"});
            entry["response"]["content"]["text"] =
                format!("{{\"response\":{{\"token\":\"{SECRET}\"}}}}").into();
        }),
        other(&|entry| {
            entry["request"]["postData"] = json!({"text": "{\"password\": \"hunter22\"}"});
            entry["response"]["content"]["text"] = format!("<r><token>{SECRET}</token></r>").into();
        }),
        other(&|entry| {
            entry["response"]["headers"] =
                json!([{"name": "Set-Cookie", "value": format!("s={SECRET}; Path=/")}]);
        }),
        // One that is broken off tells who asked as well.
        other(&|entry| {
            entry["request"]["headers"] = json!([{"name": "Authorization", "value": SECRET}]);
            entry["response"] = Value::Null;
        }),
    ];
    for (at, entries) in all.iter().enumerate() {
        let (ended, report) = judged(&har(entries), &["--show-values"]);
        assert_eq!(
            ended.code,
            Some(1),
            "{at}: {}{}",
            ended.stdout,
            ended.stderr
        );
        assert!(report.to_string().contains("***"), "{at}: {report}");
        for text in [report.to_string(), ended.stdout, ended.stderr] {
            assert!(!text.contains(SECRET), "{at}: {text}");
        }
        // Those that say who asks are not to be repeated either.
        let echoed = report["findings"].to_string().contains("echoed-token");
        assert_eq!(echoed, [0, 1, 2, 13].contains(&at), "{at}");
    }
}

#[test]
fn a_failure_is_judged_by_its_status_whether_its_body_was_recorded_or_not() {
    let one = office().read("json");
    let id = "get-crm-contact-contactid::json::transport";
    for content in [
        json!({"size": 120, "mimeType": "text/html"}),
        json!({"size": 0, "mimeType": "text/html"}),
        Value::Null,
    ] {
        let mut entry = one.refused(500).entry(1, Tool::Chromium);
        entry["response"]["content"] = content;
        let (ended, report) = judged(&har(&[one.entry(0, Tool::Chromium), entry]), &[]);
        assert_eq!(
            (ended.code, verdict(&report, id)),
            (Some(1), "violates"),
            "{}",
            ended.stdout
        );
    }
    // Of a success nothing is known.
    let mut entry = one.entry(1, Tool::Chromium);
    entry["response"]["content"] = json!({"size": 120});
    let (ended, _) = judged(&har(&[one.entry(0, Tool::Chromium), entry]), &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
}

#[test]
fn an_odd_entry_is_counted_with_the_number_of_the_first() {
    let one = office().read("json").entry(0, Tool::Firefox);
    let odd = |change: fn(&mut Value)| {
        let mut entry = one.clone();
        change(&mut entry);
        entry
    };
    let null = odd(|entry| entry["response"] = Value::Null);
    let status = odd(|entry| entry["response"]["status"] = "200".into());
    let (ended, report) = judged(&har(&[one.clone(), null.clone(), status]), &[]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let told = "2 in entries that cannot be read, the first of them number 2 in the file: it has no response";
    assert!(report["hints"].to_string().contains(told), "{report}");
    let (ended, report) = judged(&har(&[null]), &[]);
    assert_eq!(ended.code, Some(3), "{}{}", ended.stdout, ended.stderr);
    let told = "1 in an entry that cannot be read, number 1 in the file: it has no response";
    assert!(report["hints"].to_string().contains(told), "{report}");
}

#[test]
fn half_a_character_costs_no_file_and_a_byte_that_is_no_text_is_told() {
    let one = office().read("json");
    let name = "\"TaskCount\":1";
    let whole = written(std::slice::from_ref(&one), Tool::Firefox);
    let escaped = name.replace('"', "\\\"");
    assert!(whole.contains(&escaped), "{whole}");
    let with = |half: &str| {
        let text = format!("{escaped},\\\"More\\\":\\\"VAL{half}UE\\\"");
        judged(&whole.replace(&escaped, &text), &[])
    };
    let (ended, report) = with(r"\ud83d");
    assert!(!report.is_null(), "{}", ended.stderr);
    let (ended, report) = with(r"\udce9");
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    assert!(
        report["findings"].to_string().contains("\"encoding\""),
        "{report}"
    );
}

#[test]
fn a_portal_is_known_by_its_paths_below_any_prefix_and_one_is_chosen_by_its_url() {
    let one = office().read("json");
    let at = |base: &str| Told {
        url: one.url.replace("https://portal.example.com", base),
        ..one.clone()
    };
    let (a, b) = (
        at("https://a.example.com/office"),
        at("https://b.example.com"),
    );
    let (ended, report) = told(std::slice::from_ref(&a));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(report["target"]["url"], "https://a.example.com/office");
    let wrong = b.with("\"TaskCount\":1", "\"TaskCount\":\"1\"");
    let both = written(&[a, wrong], Tool::Firefox);
    let (ended, _) = judged(&both, &[]);
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(
        ended.stderr.contains("https://b.example.com (1)"),
        "{}",
        ended.stderr
    );
    assert!(ended.stderr.contains("--url"), "{}", ended.stderr);
    for (url, code) in [
        ("https://a.example.com/office", 0),
        ("https://b.example.com", 1),
        ("https://a.example.com", 3),
    ] {
        let (ended, _) = judged(&both, &["--url", url]);
        assert_eq!(
            ended.code,
            Some(code),
            "{url}: {}{}",
            ended.stdout,
            ended.stderr
        );
    }
}

#[test]
fn answers_are_held_against_each_other_where_the_same_one_asks_in_the_same_way() {
    let office = office();
    let one = office.read("json");
    let other = one.with("\"TaskCount\":1", "\"TaskCount\":2");
    let three = [&one, &other, &one];
    let with = |header: [&str; 2], vary: &str| {
        let entries = three.iter().enumerate().map(|(at, told)| {
            let mut entry = told.entry(at, Tool::Firefox);
            let value = if at == 1 {
                header[1].to_owned() + "2"
            } else {
                header[1].to_owned()
            };
            let pair = |name: &str, value: &str| json!({"name": name, "value": value});
            let headers = entry["request"]["headers"].as_array_mut().unwrap();
            headers.retain(|own| own["name"] != header[0]);
            headers.push(pair(header[0], &value));
            let came = entry["response"]["headers"].as_array_mut().unwrap();
            came.push(pair("Vary", vary));
            entry
        });
        har(&entries.collect::<Vec<_>>())
    };
    let id = "get-crm-contact-contactid::json::identity::repeated";
    for (header, vary, code) in [
        (
            ["authorization", "Tk7qZ0Wv9x4JrEu2Lm8cYb6NdHs"],
            "Accept",
            0,
        ),
        (["X-Tenant", "harbour"], "Accept", 0),
        (["Sub-Site", "harbour"], "Sub-Site", 0),
        (["Sub-Site", "harbour"], "Accept", 1),
        (["X-Request-Id", "17"], "Accept-Encoding", 1),
    ] {
        let (ended, report) = judged(&with(header, vary), &[]);
        assert_eq!(
            ended.code,
            Some(code),
            "{header:?} {vary}: {}",
            ended.stdout
        );
        let expected = if code == 0 { "ignored" } else { "violates" };
        assert!(code == 0 || verdict(&report, id) == expected, "{header:?}");
    }
    // What no portal said just then, or said in part, is counted.
    let mut cached = other.entry(1, Tool::Chromium);
    cached["_fromCache"] = "disk".into();
    let mut part = other.entry(1, Tool::Chromium);
    part["response"]["status"] = 206.into();
    let range = json!({"name": "Range", "value": "bytes=0-49"});
    part["request"]["headers"]
        .as_array_mut()
        .unwrap()
        .push(range);
    for (odd, said) in [
        (cached, "that a cache gave"),
        (part, "that are parts of others"),
    ] {
        let [first, last] = [0, 2].map(|at| one.entry(at, Tool::Chromium));
        let (ended, _) = judged(&har(&[first, odd, last]), &[]);
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        assert!(ended.stdout.contains(said), "{}", ended.stdout);
    }
}

#[test]
fn what_asks_for_something_else_than_the_pages_document_is_counted_and_opens_no_portal() {
    const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let one = office().read("json");
    let asked = |accept: &str, media_type: &str, base: &str| Told {
        accept: accept.to_owned(),
        media_type: media_type.to_owned(),
        body: b"<!doctype html><html></html>".to_vec(),
        url: one.url.replace("/api/", base),
        ..one.clone()
    };
    for (accept, media_type, base, code) in [
        ("text/html", "text/html; charset=utf-8", "/api/", 0),
        (BROWSER, "text/html", "/api/", 0),
        (BROWSER, "text/html", "/app/api/", 0),
        ("text/csv", "text/csv", "/api/", 0),
        ("text/csv, application/json;q=0", "text/csv", "/api/", 0),
        // A page in the place of what was asked for is a drift.
        ("application/json, text/plain, */*", "text/html", "/api/", 1),
        ("*/*", "text/html", "/api/", 1),
        ("", "text/html", "/api/", 1),
        (BROWSER, "application/json", "/api/", 1),
        ("text/csv, application/json", "text/csv", "/api/", 1),
    ] {
        let (ended, _) = told(&[asked(accept, media_type, base), one.clone()]);
        assert_eq!(
            ended.code,
            Some(code),
            "{accept} {media_type}: {}",
            ended.stdout
        );
        let is_counted = ended.stdout.contains("to requests for something else");
        assert_eq!(
            is_counted,
            code == 0 && base == "/api/",
            "{accept}: {}",
            ended.stdout
        );
    }
}

#[test]
fn a_broken_file_is_refused_with_its_place() {
    let whole = written(&office().all(), Tool::Firefox);
    for (text, told) in [
        (&whole[..200], "traffic.har:1:2"),
        ("", "traffic.har:1:0: no HAR file"),
        (
            "{\n \"log\": {}\n}",
            "traffic.har:2:10: no HAR file: missing field `entries`",
        ),
        ("PK\u{3}\u{4}", "traffic.har:1:1: no HAR file"),
    ] {
        let (ended, report) = judged(text, &[]);
        assert_eq!(ended.code, Some(2), "{told}: {}", ended.stdout);
        assert!(ended.stderr.contains(told), "{told}: {}", ended.stderr);
        assert!(report.is_null());
    }
    let (ended, _) = judged("{\"log\": {\"entries\": []}}", &[]);
    assert_eq!(ended.code, Some(3), "{}{}", ended.stdout, ended.stderr);
}

#[test]
fn traffic_in_another_dialect_is_one_finding_that_names_it() {
    let all = Office::of("community-server").all();
    let (ended, report) = told(&all);
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert_eq!(
        report["misfit"]["fits"], "community-server",
        "{}",
        ended.stdout
    );
    let text = written(&all, Tool::Firefox);
    let (ended, report) = judged(&text, &["--profile", "community-server"]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let id = "get-crm-contact-contactid::xml::parity";
    assert_eq!(verdict(&report, id), "conforms");
}

/// The file of a recorded run, and what the run found: rules and members.
fn recorded(command: &mut std::process::Command, code: i32) -> (String, BTreeSet<String>) {
    let folder = tempfile::tempdir().unwrap();
    let (file, report) = (folder.path().join("run.har"), folder.path().join("r.json"));
    command.arg("--record").arg(&file);
    let ended = run(command.arg("--report-json").arg(&report));
    assert_eq!(ended.code, Some(code), "{}{}", ended.stdout, ended.stderr);
    let report = fs::read_to_string(&report).unwrap();
    let text = fs::read_to_string(&file).unwrap();
    (text, found(&serde_json::from_str(&report).unwrap()))
}

/// The findings of a report about single answers and both formats.
fn found(report: &Value) -> BTreeSet<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let findings = findings.filter(|one| {
        let family = one["family"].as_str().unwrap();
        ["transport", "envelope", "schema", "shape", "parity"].contains(&family)
    });
    let told = findings.map(|one| format!("{} {} {}", one["family"], one["rule"], one["members"]));
    told.collect()
}

const READS: &str = "get-crm-contact-contactid";

#[test]
fn a_recorded_run_is_judged_as_the_run_was() {
    for profile in ["as-documented", "community-server"] {
        let arguments = ["run", "--profile", profile, "--effort", "quick"];
        let (text, _) = recorded(&mut program(&arguments), 0);
        let (ended, report) = judged(&text, &["--profile", profile]);
        assert_eq!(ended.code, Some(0), "{profile}: {}", ended.stdout);
        let id = "get-crm-contact-contactid::xml::parity";
        assert_eq!(verdict(&report, id), "conforms");
    }
    for fault in [
        "schema:get-crm-contact-contactid:drop:TaskCount",
        "schema:get-crm-contact-contactid:recase:DisplayName",
        "schema:get-crm-contact-contactid:fraction:TaskCount",
    ] {
        let served = Served::start(&["--fault", fault]);
        let (text, told) = recorded(&mut served.run(&[READS]), 1);
        assert!(!told.is_empty(), "{fault}");
        let (ended, report) = judged(&text, &[]);
        assert_eq!(ended.code, Some(1), "{fault}: {}", ended.stdout);
        assert_eq!(found(&report), told, "{fault}");
    }
}

#[test]
fn a_recorded_run_holds_no_credential_and_the_data_only_where_it_is_wanted() {
    let served = Served::start(&[]);
    let of_data = [
        "Tadjeddine",
        "Zanyatski",
        "support@onlyoffice.com",
        "14523423",
    ];
    for (more, shows) in [(&[][..], false), (&["--show-values"][..], true)] {
        let (text, _) = recorded(served.run(&[READS]).args(more), 0);
        for data in of_data {
            assert_eq!(text.contains(data), shows, "{data}");
        }
        assert!(!text.contains(SERVED), "{text}");
        assert!(!text.to_lowercase().contains("authorization"));
        let hides = |c: char| c != '\n' && c.is_control();
        assert!(!text.contains(hides), "{text}");
        assert!(
            text.contains("DisplayName") && text.contains("1234"),
            "{text}"
        );
        let (ended, _) = judged(&text, &[]);
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    }
}

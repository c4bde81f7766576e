//! A portal in a dialect of its own, which no built-in profile speaks, written from nothing of this crate: its
//! own data, routes and writers. A drift lets it differ at one place afterwards.
//!
//! It names members as the pages do, asks for XML by the ending and labels JSON as `text/json`; its envelope
//! repeats the status code and counts; contacts never have a type, count tasks as a text, have an access list
//! where they are private, and members that no page shows. What is not there is gone (410).

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

pub(crate) const TOKEN: &str = "atelier-token-for-tests";

/// The ids of the contacts that it has.
pub(crate) const CONTACTS: std::ops::RangeInclusive<i64> = 301..=314;

/// Where it differs from what it was.
#[derive(Clone, Copy)]
pub(crate) enum Drift {
    None,
    /// In a contact, before it is written.
    Contact(fn(&mut Value)),
    /// In the whole answer, before it is written.
    Answer(fn(&mut Value)),
    /// In the text of an answer in XML.
    Markup(fn(String) -> String),
    /// In the status code, media type and body of the reply to a path without a valid token, or with one.
    Reply(fn(&str, bool, &mut Reply)),
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) media_type: &'static str,
    pub(crate) body: String,
}

/// The portal, for as long as the test lasts.
pub(crate) struct Atelier {
    pub(crate) url: String,
    log: Arc<Mutex<Vec<String>>>,
}

impl Atelier {
    pub(crate) fn open(drift: Drift) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let log = Arc::new(Mutex::new(Vec::new()));
        let lines = Arc::clone(&log);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let lines = Arc::clone(&lines);
                std::thread::spawn(move || serve(stream, drift, &lines));
            }
        });
        Self { url, log }
    }

    /// The first words of all requests.
    pub(crate) fn log(&self) -> Vec<String> {
        self.log.lock().unwrap().clone()
    }
}

fn serve(stream: TcpStream, drift: Drift, log: &Mutex<Vec<String>>) {
    let mut reader = BufReader::new(stream);
    let mut head = Vec::new();
    loop {
        let mut line = String::new();
        match reader.read_line(&mut line) {
            Ok(0) | Err(_) => return,
            Ok(_) if line.trim_end().is_empty() => break,
            Ok(_) => head.push(line.trim_end().to_owned()),
        }
    }
    let header = |name: &str| {
        let lines = head.iter().skip(1).filter_map(|line| line.split_once(':'));
        let mut found = lines.filter(|(own, _)| own.eq_ignore_ascii_case(name));
        found.next().map(|(_, value)| value.trim().to_owned())
    };
    let length = header("content-length").and_then(|length| length.parse().ok());
    let _ = reader
        .by_ref()
        .take(length.unwrap_or(0))
        .read_to_end(&mut Vec::new());
    let first = head.first().cloned().unwrap_or_default();
    let (method, path) = {
        let mut words = first.split(' ');
        let method = words.next().unwrap_or_default().to_owned();
        (method, words.next().unwrap_or_default().to_owned())
    };
    log.lock().unwrap().push(format!("{method} {path}"));
    let is_known = header("authorization").is_some_and(|token| token == TOKEN);
    let mut reply = answer(&method, &path, is_known, drift);
    if let Drift::Reply(change) = drift {
        change(&path, is_known, &mut reply);
    }
    let body = if method == "HEAD" { "" } else { &reply.body };
    let text = format!(
        "HTTP/1.1 {} As Said\r\nContent-Type: {}\r\nContent-Length: {}\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n{body}",
        reply.status,
        reply.media_type,
        reply.body.len()
    );
    let _ = reader.get_mut().write_all(text.as_bytes());
}

fn answer(method: &str, path: &str, is_known: bool, drift: Drift) -> Reply {
    let path = path.split('?').next().unwrap_or_default();
    let (path, is_xml) = match path.strip_suffix(".xml") {
        Some(path) => (path, true),
        None => (path, false),
    };
    let (status, mut answer) = if is_known {
        let id = path.strip_prefix("/api/2.0/crm/contact/");
        let is_number =
            |id: &&str| !id.starts_with('0') && id.bytes().all(|byte| byte.is_ascii_digit());
        let id = id.filter(is_number).and_then(|id| id.parse::<i64>().ok());
        match (method, id) {
            ("GET", Some(id)) if CONTACTS.contains(&id) => (200, found(id, drift)),
            ("GET" | "HEAD", _) => (410, refused("no such thing")),
            _ => (400, refused("not like this")),
        }
    } else {
        (401, refused("who asks?"))
    };
    if let Drift::Answer(change) = drift
        && status == 200
    {
        change(&mut answer);
    }
    let body = if is_xml {
        let mut text = String::new();
        element(&mut text, "answer", &answer);
        match drift {
            Drift::Markup(change) if status == 200 => change(text),
            _ => text,
        }
    } else {
        answer.to_string()
    };
    let media_type = if is_xml { "text/xml" } else { "text/json" };
    Reply {
        status,
        media_type,
        body,
    }
}

fn refused(why: &str) -> Value {
    json!({"status": 1, "error": {"message": why}})
}

fn found(id: i64, drift: Drift) -> Value {
    let mut contact = contact(id);
    if let Drift::Contact(change) = drift {
        change(&mut contact);
    }
    json!({"status": 200, "response": contact, "found": 1, "edition": "seven"})
}

/// A contact; which members it has follows from its id.
fn contact(id: i64) -> Value {
    let number = id - 300;
    let (is_company, is_private) = (number % 3 == 0, number % 2 == 0);
    let person = |number: i64| {
        json!({
            "Id": format!("0f1e2d3c-0000-4000-8000-{number:012}"),
            "DisplayName": format!("Member Number{number}"),
            "Title": "Clerk",
            "AvatarSmall": format!("/avatars/{number}.png"),
            "ProfileUrl": format!("/people/{number}"),
        })
    };
    let mut address = json!({
        "Street": format!("Canal street {number}"),
        "City": "Riga",
        "State": "",
        "Zip": format!("LV-10{number:02}"),
        "Country": "Latvia",
        "CategoryName": "Work",
        "IsPrimary": number % 4 == 0,
    });
    if number % 4 != 1 {
        address["Category"] = json!(number % 5);
    }
    let mut members = Map::new();
    let mut put = |name: &str, value: Value| members.insert(name.to_owned(), value);
    put("Addresses", json!([address]));
    put("CreateBy", person(number));
    put(
        "Created",
        json!(format!(
            "2021-03-{:02}T08:09:10.{:03}Z",
            number,
            100 + number
        )),
    );
    put("About", json!(format!("About contact {number}")));
    if number % 5 != 2 {
        put("Industry", json!("Printing"));
    }
    put(
        "ContactStatus",
        json!({"id": number, "Title": "Warm", "Description": "answers", "Color": "#a0b0c0", "SortOrder": number}),
    );
    put(
        "CommonData",
        json!([{"InfoType": 1, "Category": 0, "Data": format!("desk{number}@atelier.test"), "CategoryName": "Work", "IsPrimary": true, "id": 900 + number}]),
    );
    put(
        "CustomFields",
        json!([{"EntityId": id, "Label": "Size", "FieldValue": format!("{number} people"), "FieldType": 1, "Position": number, "Mask": "", "id": 700 + number}]),
    );
    put("Tags", json!([format!("tag{number}"), "all"]));
    put("TaskCount", json!(number.to_string()));
    put("HaveLateTasks", json!(number % 7 == 0));
    put("id", json!(id));
    put("SmallFotoUrl", json!(format!("/photos/{id}/small")));
    put("MediumFotoUrl", json!(format!("/photos/{id}/medium")));
    put("DisplayName", json!(format!("Contact Number{number}")));
    put("IsCompany", json!(is_company));
    if is_private {
        put("AccessList", json!([person(50 + number)]));
    }
    put("IsPrivate", json!(is_private));
    put("IsShared", json!(number % 11 == 0));
    put("ShareType", json!(number % 3));
    let currency = json!({"Title": "Euro", "Symbol": "€", "Abbreviation": "EUR", "CultureName": "LV", "IsConvertable": true, "IsBasic": number % 2 == 1});
    put(
        "Currency",
        if number % 6 == 1 {
            Value::Null
        } else {
            currency
        },
    );
    put("CanEdit", json!(number % 13 != 0));
    put("CanDelete", json!(number % 4 != 3));
    put("Rating", json!(number * 10));
    if !is_company {
        put("Nickname", json!(format!("Nick{number}")));
    }
    members.into()
}

/// Writes a value as an element: lists as repeated elements, nothing for an empty one.
fn element(text: &mut String, name: &str, value: &Value) {
    let mut enclosed = |value: &str| text.extend(["<", name, ">", value, "</", name, ">"]);
    match value {
        Value::Array(items) => items.iter().for_each(|item| element(text, name, item)),
        Value::Null => text.extend(["<", name, " />"]),
        Value::Object(members) => {
            let mut inside = String::new();
            for (name, value) in members {
                element(&mut inside, name, value);
            }
            enclosed(&inside);
        }
        Value::String(value) => enclosed(&value.replace('&', "&amp;").replace('<', "&lt;")),
        value => enclosed(&value.to_string()),
    }
}

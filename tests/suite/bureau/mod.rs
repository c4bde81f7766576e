//! A portal written from the description of how deployed community servers speak, and from nothing of
//! this crate: its own data, its own routes, its own writers. A habit lets it differ at one place.

mod data;
pub(crate) mod drifts;
pub(crate) mod manners;
mod text;
pub(crate) mod variations;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};

use flate2::Compression;
use flate2::write::GzEncoder;
use serde_json::{Value, json};

use data::FOREIGN_PROJECT;
pub(crate) use data::{ANNA, EVERYBODY, ODD, PROJECT, SHELL, WORKS};

use crate::support::{Ended, program, run};

pub(crate) const TOKEN: &str = "bureau-token-for-tests";

/// Where a portal differs from what is described.
#[derive(Clone, Copy)]
pub(crate) enum Habit {
    Plain,
    /// In what it takes a request for.
    Request(fn(&mut Request)),
    /// In the tree of an answer, before it is written.
    Tree(fn(&Asked, &mut Value)),
    /// In the text of an answer.
    Text(fn(&Asked, String) -> String),
    /// In the answer as it is sent.
    Reply(fn(&Asked, &mut Reply)),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    Json,
    Xml,
}

/// What is asked for, as far as a habit may want to know.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Kind {
    /// `GET crm/contact/{id}`.
    Read,
    /// `POST crm/contact/project/{id}`.
    Link,
    /// Anything else that is there.
    Other,
}

/// What was asked, and what the answer is before a habit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) kind: Kind,
    pub(crate) form: Form,
    pub(crate) status: u16,
    /// The number of the request, 1-based.
    pub(crate) number: usize,
}

impl Asked {
    pub(crate) fn is(self, kind: Kind) -> bool {
        self.kind == kind && self.status < 300
    }
}

/// A request as read.
#[derive(Debug, Default)]
pub(crate) struct Request {
    pub(crate) method: String,
    /// Without the query.
    pub(crate) path: String,
    pub(crate) query: String,
    /// Names in lower case.
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) body: Vec<u8>,
}

impl Request {
    pub(crate) fn media_type(&self) -> &str {
        let value = self.headers.get("content-type").map_or("", String::as_str);
        value.split(';').next().unwrap_or_default().trim()
    }
}

/// How the end of a body is told.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Framing {
    Length,
    Chunked,
    /// The connection is closed before this many bytes more came.
    Short(usize),
}

pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) reason: &'static str,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) framing: Framing,
    /// Compress where the client takes it.
    pub(crate) may_compress: bool,
}

impl Reply {
    pub(crate) fn set(&mut self, name: &'static str, value: &str) {
        self.headers.retain(|(there, _)| *there != name);
        self.headers.push((name, value.to_owned()));
    }

    pub(crate) fn page(status: u16, reason: &'static str, body: &str) -> Self {
        Self {
            status,
            reason,
            headers: vec![("Content-Type", "text/html; charset=utf-8".to_owned())],
            body: body.as_bytes().to_vec(),
            framing: Framing::Length,
            may_compress: false,
        }
    }
}

/// Status, reason, message and number of an exception.
type Failure = (u16, &'static str, &'static str, i64);

const BAD: Failure = (
    400,
    "Invalid arguments",
    "Value does not fall within the expected range.",
    -2_147_024_809,
);
const TOO_LARGE: Failure = (
    400,
    "Invalid arguments",
    "Value was either too large or too small for an Int32.",
    -2_146_233_066,
);
const NOT_FOUND: Failure = (
    404,
    "The record could not be found",
    "Not found",
    -2_147_467_259,
);
const FORBIDDEN: Failure = (403, "Access denied", "Access denied.", -2_146_233_078);
const BROKEN: Failure = (
    500,
    "Server error",
    "Data at the root level is invalid.",
    -2_146_232_000,
);

struct State {
    contacts: BTreeMap<i64, Value>,
    projects: BTreeMap<i64, Value>,
    links: Vec<(i64, i64)>,
    next_id: i64,
    requests: usize,
    log: Vec<String>,
}

pub(crate) struct Bureau {
    pub(crate) url: String,
    state: Arc<Mutex<State>>,
}

impl Bureau {
    /// Opens it at a free port; its threads end with the test.
    pub(crate) fn open(habit: Habit) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let contacts = data::contacts().into_iter();
        let contacts = contacts.map(|contact| (contact["id"].as_i64().unwrap(), contact));
        let projects = [(PROJECT, "Open"), (FOREIGN_PROJECT, "Closed")];
        let projects = projects.map(|(id, title)| (id, data::project(id, title)));
        let state = Arc::new(Mutex::new(State {
            contacts: contacts.collect(),
            projects: projects.into_iter().collect(),
            links: Vec::new(),
            next_id: 5000,
            requests: 0,
            log: Vec::new(),
        }));
        let served = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&served);
                std::thread::spawn(move || {
                    let _ = serve(stream, habit, &state);
                });
            }
        });
        Self { url, state }
    }

    /// What the program says of it, with two of its contacts.
    pub(crate) fn judged(&self) -> Ended {
        let mut command = program(&["run", "--no-config", "--profile", "community-server"]);
        command
            .args(["--allow-writes", "--url", &self.url])
            .args(["--param", &format!("contactid={ANNA},{WORKS}")])
            .args(["--param", &format!("projectid={PROJECT}")])
            .env("PORTAL_TOKEN", TOKEN);
        let ended = run(&mut command);
        assert!(self.is_sound(), "a habit panicked");
        ended
    }

    /// Whether no habit panicked: what follows on that says nothing.
    pub(crate) fn is_sound(&self) -> bool {
        !self.state.is_poisoned()
    }

    pub(crate) fn log(&self) -> Vec<String> {
        self.state.lock().unwrap().log.clone()
    }

    /// Contacts, projects and links.
    pub(crate) fn sizes(&self) -> (usize, usize, usize) {
        let state = self.state.lock().unwrap();
        (
            state.contacts.len(),
            state.projects.len(),
            state.links.len(),
        )
    }
}

fn serve(stream: TcpStream, habit: Habit, state: &Mutex<State>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut stream = stream;
    while let Some(mut request) = read_request(&mut reader)? {
        if let Habit::Request(change) = habit {
            change(&mut request);
        }
        let reply = answer(&request, habit, &mut state.lock().unwrap());
        if !send(&mut stream, &request, reply)? {
            break;
        }
    }
    Ok(())
}

fn read_request(reader: &mut BufReader<TcpStream>) -> std::io::Result<Option<Request>> {
    let mut line = String::new();
    if reader.read_line(&mut line)? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (Some(method), Some(target)) = (words.next(), words.next()) else {
        return Ok(None);
    };
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut request = Request {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        ..Request::default()
    };
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        let value = value.trim().to_owned();
        request.headers.insert(name.to_lowercase(), value);
    }
    let length = request.headers.get("content-length");
    let length = length.and_then(|length| length.parse().ok()).unwrap_or(0);
    request.body = vec![0; length];
    reader.read_exact(&mut request.body)?;
    Ok(Some(request))
}

/// Sends an answer; false where the connection ends with it.
fn send(stream: &mut TcpStream, request: &Request, mut reply: Reply) -> std::io::Result<bool> {
    let accepted = request.headers.get("accept-encoding");
    let is_accepted = accepted.is_some_and(|list| list.split(',').any(|one| one == "gzip"));
    if reply.may_compress && reply.status < 300 && is_accepted {
        let mut coder = GzEncoder::new(Vec::new(), Compression::fast());
        coder.write_all(&reply.body)?;
        reply.body = coder.finish()?;
        reply.headers.push(("Content-Encoding", "gzip".to_owned()));
    }
    let mut bytes = format!("HTTP/1.1 {} {}\r\n", reply.status, reply.reason).into_bytes();
    for (name, value) in &reply.headers {
        write!(bytes, "{name}: {value}\r\n")?;
    }
    match reply.framing {
        Framing::Length => write!(bytes, "Content-Length: {}\r\n\r\n", reply.body.len())?,
        Framing::Short(more) => {
            write!(bytes, "Content-Length: {}\r\n\r\n", reply.body.len() + more)?;
        }
        Framing::Chunked => bytes.extend(b"Transfer-Encoding: chunked\r\n\r\n"),
    }
    if reply.framing == Framing::Chunked {
        for chunk in reply.body.chunks(100) {
            write!(bytes, "{:x}\r\n", chunk.len())?;
            bytes.extend(chunk);
            bytes.extend(b"\r\n");
        }
        bytes.extend(b"0\r\n\r\n");
    } else {
        bytes.extend(&reply.body);
    }
    stream.write_all(&bytes)?;
    Ok(!matches!(reply.framing, Framing::Short(_)))
}

/// The steps of a path with the numbers in it, and the form that its extension asks for.
struct Route {
    kind: Kind,
    steps: Vec<String>,
    extension: Option<Form>,
}

/// Finds the route; an id that is no run of digits has none, nor has an unknown extension.
fn route(request: &Request) -> Option<Route> {
    let path = request.path.strip_prefix("/api/2.0/")?;
    let (path, extension) = match path.rsplit_once('.') {
        None => (path, None),
        Some((path, "json")) => (path, Some(Form::Json)),
        Some((path, "xml" | "tml")) => (path, Some(Form::Xml)),
        Some(_) => return None,
    };
    let steps: Vec<String> = path.split('/').map(str::to_owned).collect();
    let is_id = |step: &str| !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit());
    let names: Vec<&str> = steps
        .iter()
        .map(|step| if is_id(step) { "#" } else { step.as_str() })
        .collect();
    let kind = match (request.method.as_str(), names.as_slice()) {
        ("GET", ["crm", "contact", "#"]) => Kind::Read,
        ("POST", ["crm", "contact", "project", "#"]) => Kind::Link,
        (
            "GET",
            ["people", "@self"]
            | ["crm", "contact", "filter"]
            | ["crm", "contact", "project", "#"]
            | ["project"],
        )
        | ("POST", ["crm", "contact", "person"] | ["project"])
        | (
            "DELETE",
            ["crm", "contact", "#"] | ["crm", "contact", "#", "project", "#"] | ["project", "#"],
        ) => Kind::Other,
        _ => return None,
    };
    Some(Route {
        kind,
        steps,
        extension,
    })
}

fn is_known(request: &Request) -> bool {
    let header = request.headers.get("authorization");
    let value = header.and_then(|value| value.split(',').next());
    let value = value.unwrap_or_default().trim();
    let cookies = request.headers.get("cookie").map_or("", String::as_str);
    let mut cookies = cookies
        .split(';')
        .filter_map(|pair| pair.trim().split_once('='));
    value.strip_prefix("Bearer ").unwrap_or(value) == TOKEN
        || cookies.any(|(name, value)| name == "asc_auth_key" && value == TOKEN)
}

fn answer(request: &Request, habit: Habit, state: &mut State) -> Reply {
    state.requests += 1;
    state
        .log
        .push(format!("{} {}", request.method, request.path));
    let is_json = request.media_type() == "application/json";
    let route = route(request);
    let extension = route.as_ref().and_then(|route| route.extension);
    let mut asked = Asked {
        kind: route.as_ref().map_or(Kind::Other, |route| route.kind),
        // A request that says it is JSON is answered so, whatever its extension.
        form: extension.filter(|_| !is_json).unwrap_or(Form::Json),
        status: 404,
        number: state.requests,
    };
    let mut reply = match route {
        None => Reply::page(
            404,
            "Not Found",
            "<!DOCTYPE html>\r\n<html><head><title>404</title></head><body>Nothing here</body></html>",
        ),
        Some(_) if !is_known(request) => {
            asked.status = 401;
            let mut reply = Reply::page(401, "Unauthorized", "Unauthorized");
            if request.headers.contains_key("authorization") {
                reply.set("WWW-Authenticate", "Basic Realm=\"127.0.0.1\"");
            }
            reply
        }
        Some(route) => {
            let result = act(request, &route, state);
            answered(&mut asked, result, habit)
        }
    };
    if let Habit::Reply(change) = habit {
        change(&asked, &mut reply);
    }
    reply
}

fn answered(asked: &mut Asked, result: Result<(u16, Value), Failure>, habit: Habit) -> Reply {
    let (reason, mut tree) = match result {
        Ok((status, response)) => {
            asked.status = status;
            ("OK", success(status, &response))
        }
        Err((status, reason, message, number)) => {
            asked.status = status;
            let error = json!({"message": message, "hresult": number, "data": {}});
            let tree = json!({"status": 1, "statusCode": status, "error": error});
            (reason, tree)
        }
    };
    if let Habit::Tree(change) = habit {
        change(asked, &mut tree);
    }
    let (mut body, media_type) = match asked.form {
        Form::Json => (text::json(&tree), "application/json; charset=UTF-8"),
        Form::Xml => (text::xml(&tree), "text/xml; charset=UTF-8"),
    };
    if let Habit::Text(change) = habit {
        body = change(asked, body);
    }
    let mut reply = Reply::page(asked.status, reason, &body);
    reply.may_compress = true;
    reply.set("Content-Type", media_type);
    reply.set("Cache-Control", "private, max-age=0");
    reply.set("ETag", &format!("\"{:x}\"", asked.number * 7919));
    reply
}

/// The members of an envelope; a count of none is left out.
fn success(status: u16, response: &Value) -> Value {
    let count = response.as_array().map_or(1, Vec::len);
    let mut tree = json!({"count": count, "status": 0, "statusCode": status, "response": response});
    if count == 0
        && let Value::Object(members) = &mut tree
    {
        members.shift_remove("count");
    }
    tree
}

/// A number as the server takes it from a text: 32 bits, leading zeros allowed.
fn number(text: &str) -> Result<i64, Failure> {
    match text.trim().parse::<i64>() {
        Ok(number) if i32::try_from(number).is_ok() => Ok(number),
        Ok(_) => Err(TOO_LARGE),
        Err(_) => Err(BAD),
    }
}

fn act(request: &Request, route: &Route, state: &mut State) -> Result<(u16, Value), Failure> {
    let pairs = pairs(request)?;
    let all = |wanted: &'static str| {
        let named = pairs.iter().filter(move |(name, _)| {
            let name = name.split('[').next().unwrap_or_default();
            name.eq_ignore_ascii_case(wanted)
        });
        named.map(|(_, value)| value.as_str())
    };
    let one = |wanted| all(wanted).next();
    let steps: Vec<&str> = route.steps.iter().map(String::as_str).collect();
    match (request.method.as_str(), steps.as_slice()) {
        ("GET", ["people", "@self"]) => Ok((
            200,
            json!({"id": data::USER_ID, "displayName": "Ilse Kramer"}),
        )),
        ("GET", ["crm", "contact", "filter"]) => {
            let wanted = one("filterValue").unwrap_or_default();
            let holds =
                |contact: &&Value| contact["displayName"].as_str().unwrap().contains(wanted);
            Ok((
                200,
                state.contacts.values().filter(holds).cloned().collect(),
            ))
        }
        ("GET", ["project"]) => Ok((200, state.projects.values().cloned().collect())),
        ("POST", ["project"]) => {
            let (Some(title), Some(_)) = (one("title"), one("responsibleId")) else {
                return Err(BAD);
            };
            state.next_id += 1;
            let project = data::project(state.next_id, title);
            state.projects.insert(state.next_id, project.clone());
            Ok((201, project))
        }
        ("POST", ["crm", "contact", "person"]) => {
            let (Some(first), Some(last)) = (one("firstName"), one("lastName")) else {
                return Err(BROKEN);
            };
            state.next_id += 1;
            let person = data::new_person(state.next_id, first, last);
            let answer = data::as_created(&person);
            state.contacts.insert(state.next_id, person);
            Ok((201, answer))
        }
        ("GET", ["crm", "contact", id]) => match number(id)? {
            0 => Err(BAD),
            id => state
                .contacts
                .get(&id)
                .cloned()
                .map(|contact| (200, contact))
                .ok_or(NOT_FOUND),
        },
        // A project that there is none of has no contacts.
        ("GET", ["crm", "contact", "project", project]) => match number(project)? {
            0 => Err(BAD),
            project => {
                let of = |id: &i64| state.links.contains(&(*id, project));
                let linked = state.contacts.iter().filter(|(id, _)| of(id));
                Ok((200, linked.map(|(_, contact)| contact.clone()).collect()))
            }
        },
        ("POST", ["crm", "contact", "project", project]) => {
            let project = number(project)?;
            let ids = all("contactid")
                .map(number)
                .collect::<Result<Vec<_>, _>>()?;
            link(state, project, &ids)
        }
        ("DELETE", ["crm", "contact", contact, "project", project]) => {
            let (contact, project) = (number(contact)?, number(project)?);
            let known = state
                .contacts
                .get(&contact)
                .filter(|_| state.projects.contains_key(&project));
            let answer = data::base(known.ok_or(NOT_FOUND)?);
            state.links.retain(|link| *link != (contact, project));
            Ok((200, answer))
        }
        // Links of what is deleted stay behind.
        ("DELETE", ["crm", "contact", id]) => {
            let gone = state.contacts.remove(&number(id)?);
            gone.map(|contact| (200, contact)).ok_or(NOT_FOUND)
        }
        ("DELETE", ["project", id]) => {
            let gone = state.projects.remove(&number(id)?);
            gone.map(|project| (200, project)).ok_or(NOT_FOUND)
        }
        _ => Err(BROKEN),
    }
}

/// Links the contacts that there are, and answers with them in the order of the table.
fn link(state: &mut State, project: i64, ids: &[i64]) -> Result<(u16, Value), Failure> {
    if project == 0 || ids.is_empty() {
        return Err(BAD);
    }
    if !state.projects.contains_key(&project) {
        return Err(NOT_FOUND);
    }
    if project == FOREIGN_PROJECT {
        return Err(FORBIDDEN);
    }
    let known = state.contacts.iter().filter(|(id, _)| ids.contains(id));
    for (id, _) in known.clone() {
        if !state.links.contains(&(*id, project)) {
            state.links.push((*id, project));
        }
    }
    Ok((201, known.map(|(_, contact)| contact.clone()).collect()))
}

/// Everything that a request names, body before query, types already lost.
fn pairs(request: &Request) -> Result<Vec<(String, String)>, Failure> {
    let mut pairs = match request.media_type() {
        "application/json" => json_pairs(&request.body)?,
        "text/xml" => xml_pairs(&request.body)?,
        "application/x-www-form-urlencoded" => form_pairs(&String::from_utf8_lossy(&request.body)),
        _ => Vec::new(),
    };
    pairs.extend(form_pairs(&request.query));
    Ok(pairs)
}

fn json_pairs(body: &[u8]) -> Result<Vec<(String, String)>, Failure> {
    if body.is_empty() {
        return Ok(Vec::new());
    }
    let members = match serde_json::from_slice(body) {
        Ok(Value::Object(members)) => members,
        Ok(Value::Null) => return Ok(Vec::new()),
        _ => return Err(BAD),
    };
    let mut pairs = Vec::new();
    for (name, value) in members {
        let items = match value {
            Value::Array(items) => items,
            one => vec![one],
        };
        for item in items {
            match item {
                Value::String(text) => pairs.push((name.clone(), text)),
                Value::Null => pairs.push((name.clone(), String::new())),
                // What is nested is named otherwise, and nothing takes it.
                Value::Array(_) | Value::Object(_) => {}
                plain => pairs.push((name.clone(), plain.to_string())),
            }
        }
    }
    Ok(pairs)
}

fn xml_pairs(body: &[u8]) -> Result<Vec<(String, String)>, Failure> {
    let text = std::str::from_utf8(body).map_err(|_| BROKEN)?;
    let document = roxmltree::Document::parse(text).map_err(|_| BROKEN)?;
    let elements = document.root_element().children();
    let elements = elements.filter(roxmltree::Node::is_element);
    let pair = |element: roxmltree::Node| {
        let text = element.text().unwrap_or_default();
        (element.tag_name().name().to_owned(), text.to_owned())
    };
    Ok(elements.map(pair).collect())
}

fn form_pairs(text: &str) -> Vec<(String, String)> {
    let pairs = text.split('&').filter(|pair| !pair.is_empty());
    let pairs = pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs
        .map(|(name, value)| (unescaped(name), unescaped(value)))
        .collect()
}

fn unescaped(text: &str) -> String {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let [first, after @ ..] = rest {
        rest = after;
        match (first, after) {
            (b'+', _) => bytes.push(b' '),
            (b'%', [high, low, after @ ..]) => {
                let digits = [*high, *low];
                let digits = std::str::from_utf8(&digits).unwrap_or_default();
                bytes.push(u8::from_str_radix(digits, 16).unwrap_or(b'?'));
                rest = after;
            }
            (byte, _) => bytes.push(*byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

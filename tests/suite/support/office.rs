//! A small portal that speaks as community servers do: it keeps what it is told, and can stop at any
//! write, before or after carrying it out, so that a test can end the client just there.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

pub(crate) const TOKEN: &str = "office-token-for-tests";
pub(crate) const USER: &str = "somebody@example.com";
pub(crate) const PASSWORD: &str = "office-password-for-tests";

/// The longest that a test waits for anything.
const PATIENCE: Duration = Duration::from_mins(1);

/// Where the portal stops.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stall {
    /// Before it carries out the write with this number, 1-based.
    Before(usize),
    /// After it has, before it answers.
    After(usize),
}

/// How long the portal takes over a write, whoever still waits for it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Lag {
    /// Until it carries it out.
    pub(crate) before: Duration,
    /// Until it answers after that.
    pub(crate) after: Duration,
}

/// How a request must tell who asks; nothing else is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Scheme {
    #[default]
    Raw,
    Bearer,
    Cookie,
    Basic,
}

/// What a request says of who asks.
#[derive(Debug, Default)]
struct Claim {
    authorization: Option<String>,
    cookie: Option<String>,
}

/// What the portal holds and has seen.
#[derive(Debug, Default)]
#[allow(clippy::struct_excessive_bools, reason = "each is a habit of its own")]
pub(crate) struct State {
    pub(crate) persons: BTreeMap<u64, (String, String)>,
    pub(crate) projects: BTreeMap<u64, String>,
    pub(crate) links: BTreeSet<(u64, u64)>,
    /// Every request: method and path.
    pub(crate) log: Vec<String>,
    /// How often somebody tried to log in.
    pub(crate) logins: usize,
    /// What a login is answered with, in place of a token: status and body.
    pub(crate) login_answer: Option<(u16, String)>,
    /// Requests that are answered otherwise: a part of `METHOD path`, status and body.
    pub(crate) answers: Vec<(String, u16, String)>,
    /// How a request must tell who asks.
    pub(crate) scheme: Scheme,
    /// How often the right user came with a wrong password.
    pub(crate) wrong_passwords: usize,
    /// Takes every token that begins as the right one.
    pub(crate) compares_starts: bool,
    pub(crate) stall: Option<Stall>,
    is_stalled: bool,
    is_released: bool,
    /// A write that was held back is not carried out when it goes on.
    pub(crate) forgets: bool,
    /// How long it takes over writes, by their numbers, 1-based.
    pub(crate) lags: BTreeMap<usize, Lag>,
    /// How many writes it has not carried out yet.
    pub(crate) pending: usize,
    writes: usize,
    next_id: u64,
}

impl State {
    pub(crate) fn is_empty(&self) -> bool {
        self.persons.is_empty() && self.projects.is_empty() && self.links.is_empty()
    }

    /// Whether nothing is there that anybody can reach: a link goes with what it links.
    pub(crate) fn is_bare(&self) -> bool {
        self.persons.is_empty() && self.projects.is_empty()
    }

    /// Counts writes anew, and stops at one of them.
    pub(crate) fn stall_at(&mut self, stall: Stall) {
        self.writes = 0;
        self.is_released = false;
        self.stall = Some(stall);
    }

    pub(crate) fn writes(&self) -> usize {
        self.writes
    }

    fn new_id(&mut self) -> u64 {
        self.next_id += 1;
        76 + self.next_id
    }
}

type Shared = Arc<(Mutex<State>, Condvar)>;

/// The portal while it is served; its thread ends with the test.
pub(crate) struct Office {
    pub(crate) url: String,
    shared: Shared,
}

impl Office {
    pub(crate) fn start(stall: Option<Stall>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let state = State {
            stall,
            ..State::default()
        };
        let shared: Shared = Arc::new((Mutex::new(state), Condvar::new()));
        let served = Arc::clone(&shared);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let shared = Arc::clone(&served);
                std::thread::spawn(move || {
                    let _ = connection(stream, &shared);
                });
            }
        });
        Self { url, shared }
    }

    pub(crate) fn with<T>(&self, read: impl FnOnce(&mut State) -> T) -> T {
        read(&mut self.shared.0.lock().unwrap())
    }

    /// Waits until the portal stops at its write; false where the client ends before.
    pub(crate) fn wait_for_stall(&self, has_ended: &mut dyn FnMut() -> bool) -> bool {
        let start = Instant::now();
        while !self.with(|state| state.is_stalled) {
            if has_ended() {
                return false;
            }
            assert!(start.elapsed() < PATIENCE, "the portal was never asked");
            std::thread::sleep(Duration::from_millis(5));
        }
        true
    }

    /// Waits until the portal has carried out all that it was asked.
    pub(crate) fn settle(&self) {
        let start = Instant::now();
        while self.with(|state| state.pending > 0) {
            assert!(start.elapsed() < PATIENCE, "the portal never comes to rest");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Lets the portal go on, and waits until it has carried out what it was at.
    pub(crate) fn release(&self) {
        let mut state = self.shared.0.lock().unwrap();
        state.is_released = true;
        self.shared.1.notify_all();
        let start = Instant::now();
        while state.is_stalled && start.elapsed() < PATIENCE {
            let (next, _) = self
                .shared
                .1
                .wait_timeout(state, Duration::from_millis(50))
                .unwrap();
            state = next;
        }
    }
}

fn connection(stream: TcpStream, shared: &Shared) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let mut words = line.split_whitespace();
    let (Some(method), Some(path)) = (words.next(), words.next()) else {
        return Ok(());
    };
    let (mut length, mut claim) = (0, Claim::default());
    loop {
        let mut header = String::new();
        reader.read_line(&mut header)?;
        let Some((name, value)) = header.trim_end().split_once(':') else {
            break;
        };
        match name.to_lowercase().as_str() {
            "content-length" => length = value.trim().parse().unwrap_or(0),
            "authorization" => claim.authorization = Some(value.trim().to_owned()),
            "cookie" => claim.cookie = Some(value.trim().to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let (status, text) = answer(method, path, &claim, &body, shared);
    let media_type = if text.starts_with('{') {
        "application/json; charset=utf-8"
    } else {
        "text/html; charset=utf-8"
    };
    let mut stream = stream;
    write!(
        stream,
        "HTTP/1.1 {status} X\r\nContent-Type: {media_type}\r\nSet-Cookie: asc_auth_key={TOKEN}; path=/; HttpOnly\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{text}",
        text.len()
    )
}

type Answer = (u16, String);

fn answer(method: &str, path: &str, claim: &Claim, body: &[u8], shared: &Shared) -> Answer {
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    let path = path
        .trim_start_matches("/api/2.0/")
        .trim_end_matches(".json");
    let body: Value = serde_json::from_slice(body).unwrap_or(Value::Null);
    let (lock, changed) = (&shared.0, &shared.1);
    let mut state = lock.lock().unwrap();
    state.log.push(format!("{method} {path}"));
    if path == "authentication" {
        return login(&mut state, &body);
    }
    if !is_known(&mut state, claim) {
        return (401, "Unauthorized".to_owned());
    }
    let asked = format!("{method} {path}");
    let other = state.answers.iter().find(|(part, ..)| asked.contains(part));
    if let Some((_, status, body)) = other {
        return (*status, body.clone());
    }
    if method == "GET" {
        return read(&state, path, query);
    }
    state.writes += 1;
    let number = state.writes;
    if state.stall == Some(Stall::Before(number)) {
        state.is_stalled = true;
        while !state.is_released {
            state = changed.wait(state).unwrap();
        }
        let answer = if state.forgets {
            error(500)
        } else {
            write(&mut state, method, path, &body)
        };
        state.is_stalled = false;
        changed.notify_all();
        return answer;
    }
    let lag = state.lags.get(&number).copied().unwrap_or_default();
    if !lag.before.is_zero() {
        state.pending += 1;
        drop(state);
        std::thread::sleep(lag.before);
        state = lock.lock().unwrap();
        state.pending -= 1;
    }
    let answer = write(&mut state, method, path, &body);
    if !lag.after.is_zero() {
        drop(state);
        std::thread::sleep(lag.after);
        return answer;
    }
    if state.stall == Some(Stall::After(number)) {
        state.is_stalled = true;
        while !state.is_released {
            state = changed.wait(state).unwrap();
        }
        state.is_stalled = false;
        changed.notify_all();
    }
    answer
}

fn is_known(state: &mut State, claim: &Claim) -> bool {
    let authorization = claim.authorization.as_deref().unwrap_or_default();
    let token = match state.scheme {
        Scheme::Raw => authorization,
        Scheme::Bearer => authorization.strip_prefix("Bearer ").unwrap_or_default(),
        Scheme::Cookie => {
            let cookies = claim.cookie.iter().flat_map(|cookies| cookies.split("; "));
            let mut pairs = cookies.filter_map(|cookie| cookie.split_once('='));
            let pair = pairs.find(|(name, _)| *name == "asc_auth_key");
            pair.map_or("", |(_, value)| value)
        }
        Scheme::Basic => {
            let coded = authorization.strip_prefix("Basic ").unwrap_or_default();
            let pair = STANDARD.decode(coded).unwrap_or_default();
            let pair = String::from_utf8(pair).unwrap_or_default();
            let is_right = pair == format!("{USER}:{PASSWORD}");
            if !is_right && pair.starts_with(USER) {
                state.wrong_passwords += 1;
            }
            return is_right;
        }
    };
    token == TOKEN || state.compares_starts && token.starts_with(TOKEN)
}

fn login(state: &mut State, body: &Value) -> Answer {
    state.logins += 1;
    if let Some((status, body)) = &state.login_answer {
        return (*status, body.clone());
    }
    if body["userName"] == USER && body["password"] == PASSWORD {
        let token = json!({"token": TOKEN, "expires": "2999-01-01T00:00:00.0000000Z"});
        return success(201, &token);
    }
    error(500)
}

fn success(status: u16, response: &Value) -> Answer {
    let envelope = match response.as_array() {
        // A portal leaves `count` out where it is 0.
        Some(list) if list.is_empty() => json!({"status": 0, "statusCode": status, "response": []}),
        Some(list) => {
            json!({"count": list.len(), "status": 0, "statusCode": status, "response": list})
        }
        None => json!({"count": 1, "status": 0, "statusCode": status, "response": response}),
    };
    (status, envelope.to_string())
}

fn error(status: u16) -> Answer {
    let error = json!({"message": "told to nobody", "hresult": -1, "data": {}});
    let envelope = json!({"status": 1, "statusCode": status, "error": error});
    (status, envelope.to_string())
}

fn person(state: &State, id: u64) -> Option<Value> {
    let (first, last) = state.persons.get(&id)?;
    Some(
        json!({"id": id, "firstName": first, "lastName": last, "displayName": format!("{first} {last}")}),
    )
}

fn read(state: &State, path: &str, query: &str) -> Answer {
    let steps: Vec<&str> = path.split('/').collect();
    match steps.as_slice() {
        ["people", "@self"] => success(200, &json!({"id": "93580c54-1132-4d6b-bf2d-da0bfaaa1a28"})),
        ["crm", "contact", "filter"] => {
            let wanted = query.strip_prefix("filterValue=").unwrap_or_default();
            let ids = state.persons.keys();
            let all = ids.filter_map(|id| person(state, *id));
            let found = all.filter(|item| item["displayName"].as_str().unwrap().contains(wanted));
            success(200, &found.collect())
        }
        ["project"] => {
            let all = state.projects.iter();
            success(
                200,
                &all.map(|(id, title)| json!({"id": id, "title": title}))
                    .collect(),
            )
        }
        ["crm", "contact", id] => match id.parse().ok().and_then(|id| person(state, id)) {
            Some(person) => success(200, &person),
            None => error(404),
        },
        _ => (404, "<!DOCTYPE html><title>404</title>".to_owned()),
    }
}

fn write(state: &mut State, method: &str, path: &str, body: &Value) -> Answer {
    let steps: Vec<&str> = path.split('/').collect();
    let text = |name: &str| body[name].as_str().map(str::to_owned);
    let number = |text: &str| text.parse::<u64>().unwrap_or(0);
    match (method, steps.as_slice()) {
        ("POST", ["crm", "contact", "person"]) => {
            let (Some(first), Some(last)) = (text("firstName"), text("lastName")) else {
                return error(500);
            };
            let id = state.new_id();
            state.persons.insert(id, (first, last));
            success(201, &person(state, id).unwrap())
        }
        ("POST", ["project"]) => {
            let (Some(title), Some(_)) = (text("title"), text("responsibleId")) else {
                return error(400);
            };
            let id = state.new_id();
            state.projects.insert(id, title.clone());
            success(201, &json!({"id": id, "title": title}))
        }
        ("POST", ["crm", "contact", "project", project]) => {
            let project = number(project);
            if !state.projects.contains_key(&project) {
                return error(404);
            }
            let Some(ids) = body["contactid"].as_array() else {
                return error(400);
            };
            let known = ids.iter().filter_map(Value::as_u64);
            let known: Vec<u64> = known.filter(|id| state.persons.contains_key(id)).collect();
            state.links.extend(known.iter().map(|id| (*id, project)));
            success(
                201,
                &known.iter().filter_map(|id| person(state, *id)).collect(),
            )
        }
        ("DELETE", ["crm", "contact", contact, "project", project]) => {
            if !state.projects.contains_key(&number(project)) {
                return error(404);
            }
            state.links.remove(&(number(contact), number(project)));
            success(200, &json!({"id": number(contact)}))
        }
        // Links of what is deleted stay behind, as rows that nobody can reach.
        ("DELETE", ["crm", "contact", id]) => match state.persons.remove(&number(id)) {
            Some(_) => success(200, &json!({"id": number(id)})),
            None => error(404),
        },
        ("DELETE", ["project", id]) => match state.projects.remove(&number(id)) {
            Some(_) => success(200, &json!({"id": number(id)})),
            None => error(404),
        },
        _ => (404, "<!DOCTYPE html><title>404</title>".to_owned()),
    }
}

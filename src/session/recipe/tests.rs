#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod before;
mod rules;
mod undoing;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use serde_json::{Value, json};
use tempfile::TempDir;

use super::answer::{makes_nothing, request};
use super::fill::Filled;
use super::*;
use crate::client::{Client, Exchange, FailureKind};
use crate::config::Find;
use crate::report::{given_up, leftover};
use crate::run::{StepProblem, Unkept};
use crate::secret::Secret;
use crate::session::journal::{Header, Journal, MAX_ID, plain_id};
use crate::session::stop::Stop;
use crate::target::Target;

/// What a portal says to `METHOD /path`: a status, a media type and a body; status 0 ends the
/// connection instead.
type Answer = (&'static str, u16, &'static str, String);

/// A portal that says what it is told to, 404 to all else, and what it was asked.
struct Portal {
    client: Client,
    asked: Arc<Mutex<Vec<String>>>,
    folder: TempDir,
}

impl Portal {
    /// The last answer to a request counts as often as it is asked again. What a DELETE removes (200, not 204)
    /// is in no list any more.
    fn new(answers: &[Answer]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let (log, mut answers) = (Arc::clone(&asked), answers.to_vec());
        let mut removed = Vec::new();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = BufReader::new(stream.unwrap());
                let Some(line) = read_request(&mut stream) else {
                    continue;
                };
                let is_any = |(of, ..): &Answer| *of == "*" && line.contains("=pc");
                let at = answers.iter().position(|(of, ..)| *of == line);
                let at = at.or_else(|| answers.iter().position(is_any));
                let is_last = answers.iter().filter(|(of, ..)| *of == line).count() < 2;
                let (_, status, media_type, body) = match at {
                    Some(at) if is_last => answers[at].clone(),
                    Some(at) => answers.remove(at),
                    None => ("", 404, "text/plain", String::new()),
                };
                if status == 200
                    && let Some(id) = line.strip_prefix("DELETE /contact/")
                {
                    removed.extend(id.parse::<u64>());
                }
                let body = without(&removed, body);
                log.lock().unwrap().push(line);
                let length = body.len();
                if status > 0 {
                    let later = if status == 503 {
                        "Retry-After: 0\r\n"
                    } else {
                        ""
                    };
                    let answer = format!(
                        "HTTP/1.1 {status} X\r\n{later}Content-Type: {media_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
                    );
                    stream.get_mut().write_all(answer.as_bytes()).unwrap();
                }
            }
        });
        let mut target = Target::new(url.parse().unwrap());
        target
            .parameters
            .insert("contactid".to_owned(), vec!["500".to_owned()]);
        Self {
            client: Client::new(Arc::new(target)).unwrap(),
            asked,
            folder: tempfile::tempdir().unwrap(),
        }
    }

    fn journal(&self) -> Journal {
        self.journal_of("run1")
    }

    fn journal_of(&self, run: &str) -> Journal {
        let header = Header {
            target: "t".to_owned(),
            url: self.client.target().url.to_string(),
            run: run.to_owned(),
            named: NamedValues::from([("contactid".to_owned(), vec!["500".to_owned()])]),
        };
        Journal::create(self.folder.path(), header, Duration::MAX, &Stop::never()).unwrap()
    }

    /// Looks for names that nobody has excepted.
    fn asked(&self) -> Vec<String> {
        let asked = self.asked.lock().unwrap();
        let of_nobody = |line: &&String| line.contains("=pc");
        asked
            .iter()
            .filter(|line| !of_nobody(line))
            .cloned()
            .collect()
    }

    /// Carries steps out, and undoes them.
    fn tried(&self, recipe: &Recipe) -> (Result<NamedValues, Unmade>, Undoing) {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut journal = self.journal();
            let made = set_up(
                &self.client,
                recipe,
                &mut journal,
                (&NamedValues::new(), Seen::default()),
                &|| None,
            )
            .await;
            let made = made.and_then(whole);
            let undoing = undo(
                &self.client,
                recipe,
                &mut journal,
                Unanswered::StaysOpen,
                Duration::MAX,
            )
            .await;
            (made, undoing)
        })
    }
}

/// A list without what was removed.
fn without(removed: &[u64], body: String) -> String {
    let Ok(mut value) = serde_json::from_str::<Value>(&body) else {
        return body;
    };
    let Some(Value::Array(items)) = value.get_mut("list") else {
        return body;
    };
    items.retain(|item| {
        let id = item["id"].as_u64();
        id.is_none_or(|id| !removed.contains(&id))
    });
    value.to_string()
}

/// What was kept, or the first step whose answer does not hold what is kept of it.
#[expect(clippy::result_large_err, reason = "it is the error of what is tried")]
fn whole(made: Made) -> Result<NamedValues, Unmade> {
    match made.unkept.into_iter().next() {
        None => Ok(made.kept),
        Some(answer) => Err(Unmade::Failed(NoTestData::Step(answer.failed))),
    }
}

/// What went wrong with a set-up step.
fn problem(made: Result<NamedValues, Unmade>) -> StepProblem {
    match made {
        Err(Unmade::Failed(NoTestData::Step(failed))) => failed.problem,
        other => panic!("{other:?}"),
    }
}

/// Reads a request to its end; its method and path. `None` for the greeting of TLS, with which a client
/// finds out what broke a connection.
fn read_request(stream: &mut impl BufRead) -> Option<String> {
    let mut head = Vec::new();
    for line in stream.lines() {
        let line = line.ok()?.to_lowercase();
        if line.is_empty() {
            break;
        }
        head.push(line);
    }
    let length = head
        .iter()
        .find_map(|line| line.strip_prefix("content-length: "));
    let length = length.map_or(0, |length| length.parse().unwrap());
    std::io::copy(&mut stream.take(length), &mut std::io::sink()).unwrap();
    let mut words = head.first()?.split_whitespace();
    let (method, path) = (words.next()?, words.next()?);
    Some(format!("{} {path}", method.to_uppercase()))
}

fn json(of: &'static str, status: u16, body: &Value) -> Answer {
    (of, status, "application/json", body.to_string())
}

/// A step that makes a contact, findable or not, and one that undoes it.
fn recipe(is_findable: bool) -> Recipe {
    let find = Find {
        path: "find?by={run}".to_owned(),
        list: "/list".to_owned(),
        keep: [("contactid".to_owned(), "/id".to_owned())].into(),
        holds: "/name".to_owned(),
        gone: None,
    };
    Recipe {
        target: "t".to_owned(),
        set_up: vec![Step {
            name: "make".to_owned(),
            method: "POST".to_owned(),
            path: "make".to_owned(),
            body: Some(json!({ "name": "{run}" })),
            keep: [("contactid".to_owned(), "/id".to_owned())].into(),
            find: is_findable.then_some(find),
            repeatable: false,
            makes: None,
            spares_others: Vec::new(),
        }],
        tear_down: vec![Step {
            name: "undo".to_owned(),
            method: "DELETE".to_owned(),
            path: "contact/{contactid}".to_owned(),
            body: None,
            keep: [].into(),
            find: None,
            repeatable: false,
            makes: None,
            spares_others: Vec::new(),
        }],
        journals: std::path::PathBuf::new(),
        reads: BTreeMap::new(),
    }
}

const MAKE: &str = "POST /make";
const FIND: &str = "GET /find?by=run1";
const DELETE: &str = "DELETE /contact/7";

fn ours(ids: &[u64]) -> Answer {
    let items = ids.iter().map(|id| json!({ "id": id, "name": "of run1" }));
    json(FIND, 200, &json!({ "list": items.collect::<Vec<_>>() }))
}

#[test]
fn what_was_refused_made_nothing_and_is_not_looked_for() {
    for status in [400, 403, 404, 409, 422, 499] {
        let portal = Portal::new(&[json(MAKE, status, &json!({})), ours(&[7])]);
        let (made, undoing) = portal.tried(&recipe(true));
        assert_eq!(problem(made), StepProblem::Status(status));
        assert_eq!(undoing, Undoing::default(), "{status}");
        assert_eq!(portal.asked(), [MAKE], "{status}");
    }
}

#[test]
fn what_may_have_been_carried_out_is_looked_for_and_undone() {
    let page = "<!DOCTYPE html><title>Busy</title>".to_owned();
    for answer in [
        json(MAKE, 408, &json!({})),
        json(MAKE, 500, &json!({})),
        json(MAKE, 302, &json!({})),
        json(MAKE, 201, &json!({ "no": "id" })),
        (MAKE, 200, "text/html", page),
        (MAKE, 201, "application/json", "no JSON".to_owned()),
        (MAKE, 0, "", String::new()),
    ] {
        let what = format!("{answer:?}");
        let portal = Portal::new(&[answer, ours(&[7]), json(DELETE, 200, &json!({}))]);
        let (made, undoing) = portal.tried(&recipe(true));
        assert!(made.is_err(), "{what}");
        assert_eq!((undoing.undone, undoing.gone), (1, 0), "{what}");
        assert!(undoing.is_complete(), "{what}: {:?}", undoing.left);
        assert_eq!(portal.asked(), [MAKE, FIND, DELETE, FIND], "{what}");
    }
}

#[test]
fn a_portal_that_was_never_reached_made_nothing() {
    let gone = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", gone.local_addr().unwrap());
    drop(gone);
    let portal = Portal::new(&[]);
    let client = Client::new(Arc::new(Target::new(url.parse().unwrap()))).unwrap();
    let portal = Portal { client, ..portal };
    let (made, undoing) = portal.tried(&recipe(false));
    assert!(matches!(
        problem(made),
        StepProblem::Failure {
            kind: FailureKind::Connect,
            ..
        }
    ));
    assert_eq!(undoing, Undoing::default());
}

#[test]
fn an_answer_that_broke_off_may_have_made_something() {
    let failed = |kind, status| Exchange {
        request: request(
            "POST",
            &Filled {
                path: "make".to_owned(),
                body: None,
                values: NamedValues::new(),
            },
        ),
        outcome: Err(crate::client::Failure {
            kind,
            status,
            message: String::new(),
            clue: None,
        }),
        retries: 0,
        elapsed: Duration::ZERO,
    };
    for (kind, status, expected) in [
        (FailureKind::Connect, None, true),
        (FailureKind::Tls, None, true),
        (FailureKind::Tls, Some(201), false),
        (FailureKind::Timeout, None, false),
        (FailureKind::Broken, None, false),
        (FailureKind::Broken, Some(201), false),
        (FailureKind::TooLarge, Some(201), false),
    ] {
        let makes_nothing = makes_nothing(&failed(kind, status));
        assert_eq!(makes_nothing, expected, "{kind:?} {status:?}");
    }
}

#[test]
fn what_cannot_be_looked_for_is_said_with_what_is_known_of_it() {
    for (status, words) in [
        (
            500,
            "was answered with 500, which tells nothing of what it made",
        ),
        (0, "the answer of the set-up step `make` never came"),
    ] {
        let portal = Portal::new(&[json(MAKE, status, &json!({}))]);
        let (_, undoing) = portal.tried(&recipe(false));
        assert_eq!(undoing.left.len(), 1, "{:?}", undoing.left);
        let left = leftover(&undoing.left[0]);
        assert!(left.contains(words), "{left}");
        assert!(left.contains("look on the portal for `run1`"), "{left}");
        assert_eq!(portal.asked(), [MAKE]);
    }
}

#[test]
fn what_makes_nothing_of_its_own_is_not_looked_for() {
    let mut silent = recipe(false);
    silent.set_up[0].keep.clear();
    silent.tear_down.clear();
    let mut reading = recipe(false);
    reading.set_up[0].method = "GET".to_owned();
    for (recipe, line) in [(silent, MAKE), (reading, "GET /make")] {
        let portal = Portal::new(&[json(line, 500, &json!({}))]);
        let (made, undoing) = portal.tried(&recipe);
        assert!(made.is_err());
        assert_eq!(undoing, Undoing::default(), "{line}");
    }
}

#[test]
fn only_what_holds_the_name_of_the_run_and_nobody_named_is_found() {
    let list = json!({ "list": [
        { "id": 500, "name": "of run1" },
        { "id": 6, "name": "of run2" },
        { "id": 5 },
        { "id": 7, "name": "of run1" },
    ]});
    let portal = Portal::new(&[
        json(MAKE, 500, &json!({})),
        json(FIND, 200, &list),
        json(DELETE, 200, &json!({})),
    ]);
    let (_, undoing) = portal.tried(&recipe(true));
    assert!(undoing.is_complete(), "{:?}", undoing.left);
    assert_eq!(portal.asked(), [MAKE, FIND, DELETE, FIND]);
}

#[test]
fn what_comes_to_light_late_is_waited_for() {
    let portal = Portal::new(&[
        json(MAKE, 500, &json!({})),
        json(FIND, 200, &json!({})),
        ours(&[7]),
        json(DELETE, 200, &json!({})),
    ]);
    let (_, undoing) = portal.tried(&recipe(true));
    assert_eq!(undoing.undone, 1);
    assert_eq!(portal.asked(), [MAKE, FIND, FIND, DELETE, FIND]);
}

#[test]
fn a_look_that_fails_leaves_a_sentence() {
    let ours_without_id = json!({ "list": [{ "name": "of run1" }] });
    for (answer, words) in [
        (json(FIND, 500, &json!({})), "answered with 500"),
        (
            json(FIND, 200, &json!({})),
            "/list of the answer is no list",
        ),
        (
            json(FIND, 200, &json!({ "list": {} })),
            "/list of the answer is no list",
        ),
        (json(FIND, 200, &ours_without_id), "has no id at /id"),
    ] {
        let portal = Portal::new(&[json(MAKE, 500, &json!({})), answer]);
        let (_, undoing) = portal.tried(&recipe(true));
        assert_eq!(undoing.left.len(), 1, "{:?}", undoing.left);
        let left = leftover(&undoing.left[0]);
        assert!(left.contains(words), "{left}");
    }
}

#[test]
fn what_a_step_read_may_be_what_the_target_names_what_it_made_may_not() {
    let answer = |line| json(line, 200, &json!({ "id": 500 }));
    let (made, _) = Portal::new(&[answer(MAKE)]).tried(&recipe(false));
    let existed = Unkept::Existed {
        name: "contactid".to_owned(),
        id: "500".to_owned(),
    };
    let expected = StepProblem::Answer {
        status: 200,
        unkept: existed,
    };
    assert_eq!(problem(made), expected);
    let mut reading = recipe(false);
    reading.set_up[0].method = "GET".to_owned();
    reading.tear_down.clear();
    let (read, _) = Portal::new(&[answer("GET /make")]).tried(&reading);
    assert_eq!(read.unwrap()["contactid"], ["500"]);
}

#[test]
fn no_secret_is_kept_as_an_id() {
    let secret = "geheim-token-1234567890";
    for id in [secret, &secret.to_uppercase(), &format!("x-{secret}")] {
        let portal = Portal::new(&[json(MAKE, 201, &json!({ "id": id })), ours(&[])]);
        let mut target = portal.client.target().clone();
        target.credentials.token = Some(Secret::new(secret));
        let client = portal.client.knowing(Arc::new(target));
        let portal = Portal { client, ..portal };
        let (made, _) = portal.tried(&recipe(false));
        let StepProblem::Answer {
            unkept: unkept @ Unkept::Secret { .. },
            ..
        } = problem(made)
        else {
            panic!("{id}");
        };
        assert!(!format!("{unkept:?}").contains(id));
        for entry in std::fs::read_dir(portal.folder.path()).unwrap() {
            let text = std::fs::read_to_string(entry.unwrap().path()).unwrap();
            let text = text.to_lowercase();
            assert!(!text.contains(secret), "{text}");
        }
        // It is not found by it either.
        let item = json!({ "list": [{ "id": id, "name": "of run1" }] });
        let found = Portal::new(&[json(MAKE, 500, &json!({})), json(FIND, 200, &item)]);
        let client = found.client.knowing(portal.client.shared_target());
        let mut target = client.target().clone();
        target.url = found.client.target().url.clone();
        let client = Client::new(Arc::new(target)).unwrap();
        let found = Portal { client, ..found };
        let (_, undoing) = found.tried(&recipe(true));
        assert_eq!(undoing.left.len(), 1, "{id}");
        assert_eq!(found.asked(), [MAKE, FIND], "{id}");
    }
}

#[test]
fn what_a_request_names_it_did_not_make() {
    let named = |method: &str, path: &str, body: &Value, id: u64| {
        let line: &'static str = format!("{method} /{path}").leak();
        let answers = [json(line, 200, &json!({ "id": id })), ours(&[])];
        let portal = Portal::new(&answers);
        let mut recipe = recipe(false);
        recipe.set_up[0].method = method.to_owned();
        recipe.set_up[0].path = path.to_owned();
        recipe.set_up[0].body = Some(body.clone());
        let (made, _) = portal.tried(&recipe);
        assert!(
            portal
                .asked()
                .iter()
                .all(|line| !line.starts_with("DELETE"))
                || made.is_ok()
        );
        let is_named = |problem| {
            let unkept = Unkept::Named {
                name: "contactid".to_owned(),
                id: id.to_string(),
            };
            problem
                == StepProblem::Answer {
                    status: 200,
                    unkept,
                }
        };
        match made {
            Ok(_) => false,
            made => is_named(problem(made)),
        }
    };
    let run = json!({ "name": "{run}" });
    for path in [
        "contact/1234",
        "contact/1234.json?x=1",
        "contact/1234/status",
        "contact/%31234/x",
        "contact(1234)/x",
        "contact/id=1234/x",
        "contact/01234/x",
        "contact/x?ref=1234",
        "note?contactid=1234",
        "note?x=1;page=1234",
        "note?contactids[]=6,1234",
    ] {
        assert!(named("PUT", path, &run, 1234), "{path}");
    }
    assert!(!named("POST", "contact/12345/note", &run, 1234));
    assert!(!named("POST", "contact/1234", &run, 1235));
    assert!(!named("POST", "api/2.0/contact", &run, 2));
    // A name of the run in it does not say that nothing else is changed.
    for body in [
        json!({ "fromcontactid": 7, "tocontactid": 1234, "note": "{run}" }),
        json!({ "from": 1234, "to": 7, "note": "{run}" }),
        json!({ "masterid": 1234, "note": "{run}" }),
        json!({ "why": "{run}", "contactid": [6, 1234] }),
        json!({ "of": { "all": { "x": "1234" } }, "note": "{run}" }),
        json!({ "filter": "id eq 1234", "note": "{run}" }),
        json!({ "status": 1234 }),
    ] {
        assert!(named("POST", "contact", &body, 1234), "{body}");
    }
    let sentence = json!({ "name": "Task 7 of {run}" });
    assert!(!named("POST", "task", &sentence, 7));
}

#[test]
fn what_the_target_or_any_step_names_was_not_made() {
    let tried = |target: &dyn Fn(&mut Target), looked_up: &NamedValues, recipe: &Recipe| {
        let portal = Portal::new(&[
            json(MAKE, 201, &json!({ "id": 1234 })),
            json("GET /contact/1234", 200, &json!({ "name": "other" })),
        ]);
        let mut known = portal.client.target().clone();
        target(&mut known);
        let client = portal.client.knowing(Arc::new(known));
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mut journal = portal.journal();
        let made = set_up(
            &client,
            recipe,
            &mut journal,
            (looked_up, Seen::default()),
            &|| None,
        );
        match runtime.block_on(made).and_then(whole) {
            Ok(_) => "made",
            made => match problem(made) {
                StepProblem::Answer { unkept, .. } => match unkept {
                    Unkept::Existed { .. } => "existed",
                    Unkept::Named { .. } => "named",
                    _ => "other",
                },
                _ => "failed",
            },
        }
    };
    let ids = |id: &str| vec![id.to_owned()];
    let none = NamedValues::new();
    let make = recipe(false);
    assert_eq!(tried(&|_| {}, &none, &make), "made");
    let other_name = |target: &mut Target| {
        let parameters = &mut target.parameters;
        parameters.insert("projectid".to_owned(), ids("01234"));
    };
    assert_eq!(tried(&other_name, &none, &make), "existed");
    let hidden = |target: &mut Target| {
        let mut other = crate::target::Other::default();
        other.hidden.insert("contactid".to_owned(), ids("1234"));
        target.other = Some(other);
    };
    assert_eq!(tried(&hidden, &none, &make), "existed");
    let looked_up = NamedValues::from([("projectid".to_owned(), ids("1234"))]);
    assert_eq!(tried(&|_| {}, &looked_up, &make), "existed");
    let mut reading = recipe(false);
    let read = Step {
        name: "read".to_owned(),
        method: "GET".to_owned(),
        path: "contact/1234".to_owned(),
        body: None,
        keep: [].into(),
        ..reading.set_up[0].clone()
    };
    reading.set_up.push(read);
    assert_eq!(tried(&|_| {}, &none, &reading), "named");
}

#[test]
fn an_id_that_two_steps_were_given_is_nobodys() {
    let portal = Portal::new(&[json(MAKE, 201, &json!({ "id": 7 }))]);
    let mut recipe = recipe(false);
    let second = Step {
        name: "make another".to_owned(),
        ..recipe.set_up[0].clone()
    };
    recipe.set_up.push(second);
    let (made, undoing) = portal.tried(&recipe);
    assert!(is_unkept(made.map_err(|why| problem(Err(why))), |one| {
        matches!(one, Unkept::Seen { .. })
    }));
    assert_eq!((undoing.undone, undoing.left.len()), (0, 1));
    assert_eq!(portal.asked(), [MAKE, MAKE]);
}

/// What a step that makes something and keeps what stands at a pointer makes of its answer.
fn kept(pointer: &str, answer: &Value) -> Result<NamedValues, StepProblem> {
    let portal = Portal::new(&[json(MAKE, 201, answer)]);
    let mut recipe = recipe(false);
    recipe.set_up[0].keep = [("contactid".to_owned(), pointer.to_owned())].into();
    let (made, _) = portal.tried(&recipe);
    match made {
        Ok(kept) => Ok(kept),
        made => Err(problem(made)),
    }
}

fn is_unkept(kept: Result<NamedValues, StepProblem>, of: fn(&Unkept) -> bool) -> bool {
    match kept {
        Err(StepProblem::Answer { unkept, .. }) => of(&unkept),
        _ => false,
    }
}

#[test]
fn only_the_own_id_of_what_was_made_is_kept() {
    let made = json!({ "response": {
        "id": 77, "contactId": 5, "name": "of run1", "createBy": { "id": 1234, "name": "run1" }
    }});
    assert!(kept("/response/id", &made).is_ok());
    for pointer in ["/response/createBy/id", "/response/contactId"] {
        let kept = kept(pointer, &made);
        assert!(
            is_unkept(kept, |one| matches!(one, Unkept::Foreign { .. })),
            "{pointer}"
        );
    }
    let of_author = json!({ "author": { "id": 7 }, "text": "run1" });
    assert!(is_unkept(kept("/author/id", &of_author), |one| matches!(
        one,
        Unkept::Beside { .. }
    )));
    // Whatever a search or a link lists was there before, but what bears the name of the run.
    let listed = json!([{ "id": 7, "name": "of run1" }, { "id": 1235, "name": "Smith" }]);
    assert!(kept("/0/id", &listed).is_ok());
    let kept = kept("/1/id", &listed);
    assert!(is_unkept(kept, |one| matches!(
        one,
        Unkept::Unmarked { .. }
    )));
}

#[test]
fn what_may_be_a_count_is_held_against_the_find_or_not_kept() {
    let counted = json!({ "count": 1, "response": { "id": 7, "name": "run1" } });
    let kept_as_count = kept("/count", &counted);
    assert!(is_unkept(kept_as_count, |one| matches!(
        one,
        Unkept::Beside { .. }
    )));
    // The first list comes too early for what is right.
    for (answer, lists, is_kept) in [
        (counted, [ours(&[7]), ours(&[7])], false),
        (json!({ "response": 7 }), [ours(&[]), ours(&[7])], true),
        (
            json!({ "count": 7, "response": { "id": 7 } }),
            [ours(&[6]), ours(&[7])],
            true,
        ),
    ] {
        let [early, late] = lists;
        let all = [
            json(MAKE, 201, &answer),
            early,
            late,
            json(DELETE, 200, &json!({})),
        ];
        let portal = Portal::new(&all);
        let mut recipe = recipe(true);
        let pointer = if answer["count"].is_null() {
            "/response"
        } else {
            "/count"
        };
        recipe.set_up[0].keep = [("contactid".to_owned(), pointer.to_owned())].into();
        let (made, undoing) = portal.tried(&recipe);
        if is_kept {
            assert_eq!(made.unwrap()["contactid"], ["7"]);
        } else {
            let made = made.map_err(|why| problem(Err(why)));
            assert!(is_unkept(made, |one| matches!(one, Unkept::Unshown { .. })));
        }
        // What the run made is found and undone, and nothing else is.
        assert_eq!((undoing.undone, undoing.left.len()), (1, 0), "{answer}");
        let asked = portal.asked();
        let sent: Vec<_> = asked.iter().filter(|line| line.starts_with('D')).collect();
        assert_eq!(sent, [DELETE], "{answer}");
    }
}

#[test]
fn an_id_in_whose_place_the_find_lists_another_is_not_kept() {
    let other = "DELETE /contact/8";
    let made = json(MAKE, 201, &json!({ "id": 7, "name": "run1" }));
    let deleted = json(other, 200, &json!({}));
    let portal = Portal::new(&[made.clone(), ours(&[8]), deleted.clone()]);
    let (kept, undoing) = portal.tried(&recipe(true));
    assert!(is_unkept(
        kept.map_err(|why| problem(Err(why))),
        |one| matches!(one, Unkept::Contradicted { .. })
    ));
    assert_eq!((undoing.undone, undoing.left.len()), (1, 0));
    let asked = portal.asked();
    assert!(!asked.contains(&DELETE.to_owned()), "{asked:?}");
    // A list may be late, or hold others as well: what it holds in the end is said.
    let portal = Portal::new(&[
        made.clone(),
        ours(&[8]),
        ours(&[7, 8]),
        json(DELETE, 200, &json!({})),
    ]);
    let (kept, undoing) = portal.tried(&recipe(true));
    assert_eq!(kept.unwrap()["contactid"], ["7"]);
    let [Leftover::Undoable { id, .. }] = undoing.left.as_slice() else {
        panic!("{:?}", undoing.left);
    };
    assert_eq!((undoing.undone, id.as_str()), (1, "8"));
    // Nothing is said by no list.
    for list in [ours(&[]), json(FIND, 500, &json!({}))] {
        let portal = Portal::new(&[made.clone(), list, json(DELETE, 200, &json!({}))]);
        assert!(portal.tried(&recipe(true)).0.is_ok());
    }
}

#[test]
fn what_an_answer_without_a_word_made_is_found_where_it_is_one() {
    for (status, listed, is_kept) in [
        (201, &[7][..], true),
        (202, &[7], true),
        (201, &[7, 8], false),
        (201, &[], false),
    ] {
        let silent = (MAKE, status, "text/plain", String::new());
        let deleted = ["DELETE /contact/8", DELETE].map(|of| json(of, 200, &json!({})));
        let [one, other] = deleted;
        let portal = Portal::new(&[silent, ours(listed), one, other]);
        let (kept, undoing) = portal.tried(&recipe(true));
        assert_eq!(kept.is_ok(), is_kept, "{listed:?}");
        assert_eq!((undoing.undone, undoing.left.len()), (listed.len(), 0));
    }
    let silent = (MAKE, 201, "text/plain", String::new());
    let portal = Portal::new(&[silent]);
    assert!(portal.tried(&recipe(false)).0.is_err());
}

#[test]
fn what_an_earlier_answer_held_was_not_made() {
    let me = "9b1f4d2c-0000-4000-8000-0123456789ab";
    let mut reading = recipe(false);
    let step = Step {
        name: "read".to_owned(),
        method: "GET".to_owned(),
        path: "list".to_owned(),
        body: None,
        keep: [].into(),
        ..reading.set_up[0].clone()
    };
    reading.set_up.insert(0, step);
    let list = json(
        "GET /list",
        200,
        &json!([{ "owner": { "id": me } }, { "id": 12 }, 7]),
    );
    let tried = |id: &Value| {
        let made = json(MAKE, 201, &json!({ "id": id }));
        let (made, _) = Portal::new(&[list.clone(), made]).tried(&reading);
        made.map_err(|why| problem(Err(why)))
    };
    let is_seen = is_unkept(tried(&json!(me)), |one| matches!(one, Unkept::Seen { .. }));
    assert!(is_seen);
    // Small numbers are ids of many things, but not of two things of one kind.
    assert!(tried(&json!(7)).is_ok());
    assert!(is_unkept(tried(&json!(12)), |one| matches!(
        one,
        Unkept::Seen { .. }
    )));
}

#[test]
fn a_stop_comes_between_requests() {
    let portal = Portal::new(&[json(MAKE, 201, &json!({ "id": 7 }))]);
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut journal = portal.journal();
    let recipe = recipe(true);
    let none = NamedValues::new();
    let stopped = set_up(
        &portal.client,
        &recipe,
        &mut journal,
        (&none, Seen::default()),
        &|| Some(Unmade::Stopped),
    );
    let made = runtime.block_on(stopped);
    assert!(matches!(made, Err(Unmade::Stopped)), "{made:?}");
    assert_eq!(portal.asked(), [""; 0]);
}

#[test]
fn ids_are_whole_numbers_and_short_words() {
    let long = "a".repeat(MAX_ID);
    let longer = "a".repeat(MAX_ID + 1);
    for (value, expected) in [
        (json!(7), Some("7")),
        (json!(-7), Some("-7")),
        (json!(u64::MAX), Some("18446744073709551615")),
        (json!("a-B_9"), Some("a-B_9")),
        (json!(&long), Some(&*long)),
        (json!(&longer), None),
        (json!(""), None),
        (json!("a b"), None),
        (json!("../x"), None),
        (json!("é"), None),
        (json!(7.5), None),
        (json!(true), None),
        (json!(null), None),
        (json!(["7"]), None),
    ] {
        assert_eq!(plain_id(&value).as_deref(), expected, "{value}");
    }
}

#[test]
fn what_a_step_is_known_to_have_made_is_not_what_another_made() {
    let other = "DELETE /contact/8";
    let portal = Portal::new(&[
        json(MAKE, 201, &json!({ "id": 7 })),
        json(MAKE, 500, &json!({})),
        ours(&[7, 8]),
        json(DELETE, 200, &json!({})),
        json(other, 200, &json!({})),
    ]);
    let mut recipe = recipe(true);
    let second = Step {
        name: "make another".to_owned(),
        ..recipe.set_up[0].clone()
    };
    recipe.set_up.push(second);
    let (_, undoing) = portal.tried(&recipe);
    assert_eq!(undoing.undone, 2);
    let asked = [MAKE, FIND, MAKE, FIND, DELETE, other, FIND];
    assert_eq!(portal.asked(), asked);
}

#[test]
fn the_id_at_the_end_of_a_location_is_that_of_what_was_made() {
    for (status, head, expected) in [
        (201, "application/json\r\nLocation: /api/make/7", Some("7")),
        (
            201,
            "text/plain\r\nlocation: http://inner:8080/api/Make/7/?x=1",
            Some("7"),
        ),
        (201, "text/plain\r\nLocation: makes(7)", Some("7")),
        (201, "text/plain\r\nLocation: /make/a1-7.json", Some("a1-7")),
        (201, "text/plain\r\nLocation: /owner/7", None),
        (201, "text/plain\r\nLocation: /make/7/status", None),
        (201, "text/plain\r\nLocation: /make/", None),
        (201, "text/plain\r\nLocation: http://make/7", None),
        (
            201,
            "text/plain\r\nLocation: /make/7\r\nLocation: /make/8",
            None,
        ),
        (201, "text/plain", None),
        (200, "text/plain\r\nLocation: /make/7", None),
        (202, "text/plain\r\nLocation: /make/7", None),
    ] {
        let portal = Portal::new(&[(MAKE, status, head, String::new())]);
        let mut recipe = recipe(false);
        let keep = &mut recipe.set_up[0].keep;
        keep.insert("contactid".to_owned(), "header:Location".to_owned());
        let (made, _) = portal.tried(&recipe);
        match expected {
            Some(id) => assert_eq!(made.unwrap()["contactid"], [id], "{head}"),
            None => {
                let made = made.map_err(|why| problem(Err(why)));
                let is_told = is_unkept(made, |one| matches!(one, Unkept::NoLocation { .. }));
                assert!(is_told, "{status} {head}");
            }
        }
    }
    // What the target names was not made.
    let head = "text/plain\r\nLocation: /make/500";
    let portal = Portal::new(&[(MAKE, 201, head, String::new())]);
    let mut recipe = recipe(false);
    let keep = &mut recipe.set_up[0].keep;
    keep.insert("contactid".to_owned(), "header:Location".to_owned());
    let (made, _) = portal.tried(&recipe);
    let made = made.map_err(|why| problem(Err(why)));
    assert!(is_unkept(made, |one| matches!(one, Unkept::Existed { .. })));
}

#[test]
fn ids_in_one_body_undo_all_that_was_made() {
    let second = json(MAKE, 201, &json!({ "id": 8 }));
    let undo = "POST /makes/delete";
    let portal = Portal::new(&[
        json(MAKE, 201, &json!({ "id": 7 })),
        second,
        json(undo, 204, &json!({})),
    ]);
    let mut recipe = recipe(false);
    let other = Step {
        name: "make another".to_owned(),
        ..recipe.set_up[0].clone()
    };
    recipe.set_up.push(other);
    let step = &mut recipe.tear_down[0];
    (step.method, step.path) = ("POST".to_owned(), "makes/delete".to_owned());
    step.body = Some(json!({ "ids": ["{contactid}"] }));
    assert_eq!(recipe.check(&NamedValues::new()), Ok(()));
    let (made, undoing) = portal.tried(&recipe);
    assert_eq!(made.unwrap()["contactid"], ["7", "8"]);
    assert_eq!((undoing.undone, undoing.left.len()), (1, 0));
    assert_eq!(portal.asked(), [MAKE, MAKE, undo]);
}

#[test]
fn an_answer_that_does_not_hold_what_is_kept_leaves_out_what_needs_it_alone() {
    let step = |name: &str, path: &str, keep: &str| Step {
        name: name.to_owned(),
        path: path.to_owned(),
        keep: [(keep.to_owned(), "/id".to_owned())].into(),
        ..recipe(false).set_up[0].clone()
    };
    let project = "POST /project";
    let id = json!({ "id": 7 });
    for (answer, kept, unmade, asked) in [
        (
            json!({ "contactId": 7 }),
            &["projectid"][..],
            &["contactid", "taskid"][..],
            &[MAKE, project][..],
        ),
        (
            json!({ "id": { "of": 7 } }),
            &["projectid"],
            &["contactid", "taskid"],
            &[MAKE, project],
        ),
        (
            id.clone(),
            &["contactid", "projectid", "taskid"],
            &[],
            &[MAKE, MAKE, "POST /contact/7/task", project],
        ),
    ] {
        let mut portal = vec![json(MAKE, 201, &answer)];
        portal.push(json(MAKE, 201, &json!({ "id": 8 })));
        portal.push(json("POST /contact/7/task", 201, &json!({ "id": 9 })));
        portal.push(json("POST /contact/8/task", 201, &json!({ "id": 10 })));
        portal.push(json(project, 201, &json!({ "id": 11 })));
        let portal = Portal::new(&portal);
        let recipe = Recipe {
            set_up: vec![
                step("make", "make", "contactid"),
                // It is not made once more.
                step("make another", "make", "contactid"),
                step("task", "contact/{contactid}/task", "taskid"),
                step("project", "project", "projectid"),
            ],
            ..recipe(false)
        };
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let mut journal = portal.journal();
        let none = NamedValues::new();
        let before = (&none, Seen::default());
        let made = set_up(&portal.client, &recipe, &mut journal, before, &|| None);
        let made = runtime.block_on(made).unwrap();
        assert_eq!(made.kept.keys().collect::<Vec<_>>(), kept);
        assert_eq!(made.unmade.keys().collect::<Vec<_>>(), unmade);
        let steps = made.unkept.iter().map(|one| one.failed.step.as_str());
        assert_eq!(steps.count(), usize::from(!unmade.is_empty()));
        let sent: Vec<String> = portal.asked();
        let sent: Vec<&str> = sent
            .iter()
            .map(String::as_str)
            .filter(|line| !line.contains("/8/"))
            .collect();
        assert_eq!(sent, asked);
    }
}

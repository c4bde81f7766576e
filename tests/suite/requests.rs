//! What leaves the process for pages of one's own, by the log of the reference portal.

use std::fs;
use std::net::TcpListener;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use portal_conformance::portal::{Deployment, Logged, Portal};
use portal_conformance::source::Source;
use portal_conformance::{contract, profile};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::support::{Ended, TOKEN, answer_by_path, program, run};

/// The reference portal of some pages, and the pages in a folder.
pub(crate) struct Served {
    pages: TempDir,
    pub(crate) portal: Portal,
    _runtime: Runtime,
}

impl Served {
    pub(crate) fn of(pages: &[&str]) -> Self {
        Self::speaking("as-documented", pages)
    }

    /// That of a profile.
    pub(crate) fn speaking(profile: &str, pages: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut sources = Vec::new();
        for (at, page) in pages.iter().enumerate() {
            let name = format!("page-{at}.txt");
            fs::write(folder.path().join(&name), page).unwrap();
            sources.push(Source::new(&name, page));
        }
        let contract = Arc::new(contract::of_sources(sources).unwrap());
        let profile = Arc::new(profile::load(profile).unwrap());
        let runtime = Runtime::new().unwrap();
        let deployment = Deployment::new(contract, profile, TOKEN);
        let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let portal = runtime.block_on(Portal::start(deployment, listen)).unwrap();
        Self {
            pages: folder,
            portal,
            _runtime: runtime,
        }
    }

    /// Where the pages are.
    pub(crate) fn pages(&self) -> &std::path::Path {
        self.pages.path()
    }

    /// Tries the portal with everything but the snapshots, as none are built in for these pages.
    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let arguments = [&["--skip", "snapshot"], arguments].concat();
        let mut command = program(&["run", "--url", &self.portal.url(), "--pages"]);
        command.arg(self.pages.path()).args(arguments);
        run(command.env("PORTAL_TOKEN", TOKEN))
    }

    /// What was sent to documented paths, and not in another place or with a token where none belongs.
    fn sent(&self, wanted: impl Fn(&Logged) -> bool) -> Vec<String> {
        const OTHERWISE: [&str; 9] = [
            "2.0//",
            "/%",
            ";x",
            ".json",
            ".xml",
            "access_token=",
            "x=1",
            ".tml",
            "/nothing/of/that/kind",
        ];
        let log = self.portal.log().into_iter();
        let is_documented = |logged: &Logged| {
            let (path, _) = logged.path.split_once('?').unwrap_or((&logged.path, ""));
            logged.method != "HEAD"
                && logged.method != "OPTIONS"
                && !path.ends_with('/')
                && path == path.to_lowercase()
                && !OTHERWISE.iter().any(|part| logged.path.contains(part))
        };
        log.filter(|logged| is_documented(logged) && wanted(logged))
            .map(|logged| format!("{} {}", logged.method, logged.path))
            .collect()
    }
}

/// A page with both examples of an answer that has one member.
pub(crate) fn page(heading: &str, parameters: &str) -> String {
    let table = if parameters.is_empty() {
        "This method doesn't have any parameters.\n".to_owned()
    } else {
        format!("Name Description Type Example\n{parameters}")
    };
    format!(
        "{heading} This function requires authentication\n\nParameters\n{table}\nReturns\n\nThing\n\n\
         Example Response\n\napplication/json\n\n{{\"status\": 0, \"response\": {{\"Title\": \"a thing\"}}}}\n\n\
         text/xml\n\n<result><status>0</status><response><Title>a thing</Title></response></result>\n"
    )
}

#[test]
fn an_optional_query_parameter_is_sent_where_it_is_named() {
    let rows = "kind\nsent in query\nWhich ones\noptional\nstring any\n\
                depth\nsent in url\nHow deep\noptional\nnumber 1\n";
    let served = Served::of(&[&page("GET api/2.0/things", rows)]);
    assert_eq!(served.run(&[]).code, Some(0));
    assert_eq!(
        served.sent(|logged| logged.path.contains('?')),
        [] as [&str; 0]
    );
    let before = served.portal.log().len();
    assert_eq!(served.run(&["--param", "kind=big & small"]).code, Some(0));
    let after = served.sent(|_| true).split_off(before);
    assert!(!after.is_empty());
    for sent in after {
        assert_eq!(sent, "GET /api/2.0/things?kind=big%20%26%20small");
    }
}

#[test]
fn a_collection_in_the_query_is_sent_with_all_its_values() {
    let rows = "kind\nsent in query\nWhich ones Collection of strings\noptional\ncollection\nany\n\
                depth\nsent in query\nHow deep\noptional\nnumber 1\n";
    let served = Served::of(&[&page("GET api/2.0/things", rows)]);
    let named = ["--param", "kind=big,not small", "--param", "depth=1,2"];
    assert_eq!(served.run(&named).code, Some(0));
    let sent = served.sent(|_| true);
    assert!(!sent.is_empty());
    for sent in sent {
        assert_eq!(
            sent,
            "GET /api/2.0/things?kind=big&kind=not%20small&depth=1"
        );
    }
}

/// Successful writes of a run, in the order of the answers.
fn written(served: &Served) -> Vec<String> {
    served.sent(|logged| logged.method != "GET" && logged.status < 300)
}

pub(crate) const ID: &str = "thingid\nsent in url\nWhich one\nnumber 1234\n";
pub(crate) const TITLE: &str = "Title\nsent in body\nIts name\nstring a thing\n";
const WRITES: &[&str] = &["--allow-writes=*,delete-*"];

#[test]
fn a_write_that_no_profile_calls_repeatable_is_sent_once() {
    let with_id = format!("{ID}{TITLE}");
    for (heading, rows, sent) in [
        ("POST api/2.0/things", TITLE, "POST /api/2.0/things"),
        ("POST api/2.0/things", "", "POST /api/2.0/things"),
        (
            "PUT api/2.0/things/{thingid}",
            &with_id,
            "PUT /api/2.0/things/1234",
        ),
        (
            "DELETE api/2.0/things/{thingid}",
            ID,
            "DELETE /api/2.0/things/1234",
        ),
    ] {
        let served = Served::of(&[&page(heading, rows)]);
        let method = heading.split(' ').next().unwrap().to_lowercase();
        let leave = format!("--allow-writes={method}-things*");
        let own = heading
            .contains("thingid")
            .then_some("--param=thingid=1234");
        let arguments = |more: &[&'static str]| -> Vec<String> {
            let all = own.iter().chain(more).map(|one| (*one).to_owned());
            all.chain([leave.clone()]).collect()
        };
        let tried = |more: &[&'static str]| {
            let arguments = arguments(more);
            served.run(&arguments.iter().map(String::as_str).collect::<Vec<_>>())
        };
        let ended = tried(&["--format", "pretty"]);
        assert_eq!(ended.code, Some(0), "{heading}: {}", ended.stdout);
        assert_eq!(written(&served), [sent], "{heading}");
        for left_out in ["json::identity::repeated", "xml::transport", "xml::parity"] {
            let line = ended.stdout.lines().find(|line| line.contains(left_out));
            assert!(
                line.is_some_and(|line| line.contains(" ... ignored")),
                "{heading}: {line:?}"
            );
        }
        let refused = served.sent(|logged| logged.status == 401);
        assert!(
            refused.len() > 4,
            "refusals are tried in both formats: {refused:?}"
        );
        let listed = tried(&["--list"]);
        assert!(
            listed
                .stderr
                .contains("it would send the write again, which is sent once, in json"),
            "{}",
            listed.stderr
        );
    }
}

#[test]
fn what_the_page_says_by_example_is_neither_replaced_nor_deleted() {
    let with_id = format!("{ID}{TITLE}");
    for (heading, rows) in [
        ("PUT api/2.0/things/{thingid}", with_id.as_str()),
        ("PATCH api/2.0/things/{thingid}", &with_id),
        ("DELETE api/2.0/things/{thingid}", ID),
    ] {
        let served = Served::of(&[&page(heading, rows)]);
        let method = heading.split(' ').next().unwrap().to_lowercase();
        let leave = format!("--allow-writes={method}-things-*");
        let ended = served.run(&[leave.as_str()]);
        assert_eq!(written(&served), [""; 0], "{heading}");
        let why = "the example of the page says thingid, which is then somebody's";
        assert!(ended.stdout.contains(why), "{heading}: {}", ended.stdout);
        let ended = served.run(&[&leave, "--param", "thingid=1234"]);
        assert_eq!(written(&served).len(), 1, "{heading}: {}", ended.stdout);
    }
}

#[test]
fn what_may_be_left_out_is_no_mistake() {
    let rows = "Title\nsent in body\nIts name\noptional\nstring a thing\n";
    let served = Served::of(&[&page("POST api/2.0/things", rows)]);
    let ended = served.run(&["--allow-writes=post-things"]);
    assert_eq!(written(&served).len(), 1, "{}", ended.stdout);
}

#[test]
fn a_write_that_the_profile_calls_repeatable_is_repeated() {
    let served = Served::of(&[&page("POST api/2.0/things", TITLE)]);
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("mine.toml");
    let entry = "[[repeatable]]\noperation = \"post-*\"\nbecause = \"names are unique\"\n";
    let extends = "extends = \"as-documented\"\nname = \"mine\"\n";
    fs::write(&profile, format!("{extends}{entry}")).unwrap();
    let profile = profile.to_str().unwrap();
    let ended = served.run(&["--allow-writes", "--profile", profile]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert_eq!(written(&served).len(), 6);
    // A later entry takes it back.
    let not =
        "[[repeatable]]\noperation = \"post-things\"\nis = false\nbecause = \"they are not\"\n";
    fs::write(profile, format!("{extends}{entry}{not}")).unwrap();
    served.run(&["--allow-writes", "--profile", profile]);
    assert_eq!(written(&served).len(), 6, "it is not harmless any more");
    served.run(&["--allow-writes=post-things", "--profile", profile]);
    assert_eq!(written(&served).len(), 6 + 1);
}

#[test]
fn what_is_deleted_is_deleted_when_all_else_is_done_from_the_inside_out() {
    let part = format!("{ID}partid\nsent in url\nWhich part\nnumber 7\n");
    let served = Served::of(&[
        &page("DELETE api/2.0/things/{thingid}", ID),
        &page("DELETE api/2.0/things/{thingid}/parts/{partid}", &part),
        &page("GET api/2.0/things/{thingid}", ID),
        &page("PUT api/2.0/things/{thingid}", &format!("{ID}{TITLE}")),
    ]);
    let own = ["--param", "thingid=1234", "--param", "partid=7"];
    let ended = served.run(&[&own, WRITES].concat());
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let sent = served.sent(|_| true);
    assert_eq!(
        sent[sent.len() - 3..],
        [
            "DELETE /api/2.0/things/1234/parts/7",
            "DELETE /api/2.0/things/1234",
            // It must be gone.
            "GET /api/2.0/things/1234"
        ]
    );
    assert_eq!(written(&served).len(), 3);
}

#[test]
fn a_write_that_may_not_be_repeated_is_not_sent_again_where_the_portal_says_later() {
    let page = page("POST api/2.0/things", TITLE);
    let served = Served::of(&[&page]);
    let posts = Arc::new(AtomicUsize::new(0));
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let seen = Arc::clone(&posts);
    thread::spawn(move || {
        answer_by_path(&listener, |_| {
            seen.fetch_add(1, Ordering::SeqCst);
            let later = "429 Too Many Requests\r\nRetry-After: 0";
            (later.to_owned(), "text/plain".to_owned(), String::new())
        });
    });
    let mut command = program(&["run", "--url", &url, "--allow-writes=*", "json::transport"]);
    command.arg("--pages").arg(served.pages.path());
    let ended = run(command.env("PORTAL_TOKEN", TOKEN));
    assert_eq!(posts.load(Ordering::SeqCst), 1);
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
}

#[test]
fn a_refusal_is_searched_for_what_any_read_tells_wherever_its_operation_stands() {
    let rows = "number\nsent in url\nWhich one\nnumber 1\n";
    let served = Served::of(&[
        &page("GET api/2.0/first/{number}", rows),
        &page("GET api/2.0/second", ""),
    ]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        answer_by_path(&listener, |line| {
            let body =
                |title| format!("{{\"status\": 0, \"response\": {{\"Title\": \"{title}\"}}}}");
            let (status, body) = if line.contains("/first/1abc") {
                ("400 X", "told by Ada Lovelace".to_owned())
            } else if line.contains("/second") {
                ("200 OK", body("told by Ada Lovelace"))
            } else {
                ("200 OK", body("another text"))
            };
            (status.to_owned(), "application/json".to_owned(), body)
        });
    });
    // Nothing on the page says that the number names what is answered.
    let own = TempDir::new().unwrap();
    let profile = own.path().join("mine.toml");
    let named = "extends = \"as-documented\"\nname = \"mine\"\n\
                 [[identity]]\noperation = \"get-first-number\"\nparameter = \"number\"\n\
                 because = \"it is looked up by it\"\n";
    fs::write(&profile, named).unwrap();
    let mut command = program(&["run", "--url", &url, "json::"]);
    command.arg("--pages").arg(served.pages.path());
    command.arg("--profile").arg(&profile);
    let ended = run(command.env("PORTAL_TOKEN", TOKEN));
    let refusal = "get-first-number::json::refusal::text-number";
    assert!(ended.stdout.contains(refusal), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("a text of a resource"),
        "{}",
        ended.stdout
    );
}

//! What a run may do to a portal: no write without leave, none to what nobody named, no faster than told.

use std::io::{self, Read, Write};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use crate::support::hostile::{Hostile, request, tried, whole};
use crate::support::{program, run, test_binary};
use portal_conformance::client::{Client, Repeat};
use portal_conformance::portal::{Deployment, Logged, Portal};
use portal_conformance::target::Target;
use portal_conformance::{contract, page, profile};
use tokio::runtime::Runtime;

/// The reference portal in this process, whose log tells what came.
struct Served {
    portal: Portal,
    _runtime: Runtime,
}

impl Served {
    fn new() -> Self {
        let runtime = Runtime::new().unwrap();
        let contract = Arc::new(contract::of_sources(page::builtin()).unwrap());
        let profile = Arc::new(profile::load("as-documented").unwrap());
        let deployment = Deployment::new(contract, profile, crate::support::hostile::TOKEN);
        let listen = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
        let portal = runtime.block_on(Portal::start(deployment, listen)).unwrap();
        Self {
            portal,
            _runtime: runtime,
        }
    }

    fn tried(&self, arguments: &[&str]) -> crate::support::hostile::Tried {
        tried(&[&["--url", &self.portal.url()], arguments].concat())
    }

    fn writes(&self) -> Vec<Logged> {
        let mut log = self.portal.log();
        // RFC 9110, 9.2.1.
        log.retain(|logged| !["GET", "HEAD", "OPTIONS"].contains(&logged.method.as_str()));
        log
    }
}

#[test]
fn without_leave_only_reads_leave_the_process() {
    for arguments in [
        &[][..],
        &["post-"],
        &[
            "post-crm-contact-project-projectid::json::transport",
            "--exact",
        ],
        &["--format", "json"],
        &["--format", "pretty", "identity"],
        &[
            "--strict",
            "--param",
            "contactid=1234,1235",
            "--param",
            "projectid=1234",
        ],
        &["refusal", "--jobs", "1"],
    ] {
        let served = Served::new();
        served.tried(arguments);
        assert_eq!(served.writes(), [], "{arguments:?}");
    }
    let served = Served::new();
    let plain = served.tried(&[]);
    assert_eq!(plain.ended.code, Some(0), "{}", plain.ended.stdout);
    assert!(!served.portal.log().is_empty());
}

#[test]
fn the_test_binary_writes_nothing_to_a_portal_of_the_environment() {
    let Some(binary) = test_binary() else { return };
    let served = Served::new();
    for arguments in [&[][..], &["post-"], &["--include-ignored"]] {
        let mut command = std::process::Command::new(&binary);
        command
            .args(arguments)
            .env_clear()
            .env("PORTAL_URL", served.portal.url())
            .env("PORTAL_TOKEN", crate::support::hostile::TOKEN);
        run(&mut command);
    }
    assert!(!served.portal.log().is_empty());
    assert_eq!(served.writes(), []);
}

#[test]
fn listing_sends_nothing() {
    let served = Served::new();
    for arguments in [&["--list"][..], &["--list", "--allow-writes"]] {
        assert_eq!(served.tried(arguments).ended.code, Some(0));
    }
    assert_eq!(served.portal.log(), []);
}

/// What a portal saw, in order.
type Shared<T> = Arc<Mutex<Vec<T>>>;

/// Every request with its body, as it came to a portal that answers each alike.
fn recorded() -> (Hostile, Shared<(String, String)>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let all = Arc::clone(&seen);
    let portal = Hostile::accepting(move |mut stream| {
        let (head, body) = with_body(&mut stream)?;
        all.lock().unwrap().push((head, body));
        stream.write_all(&whole(
            "application/json",
            b"{\"status\": 0, \"response\": []}",
        ))
    });
    (portal, seen)
}

fn with_body(stream: &mut impl Read) -> io::Result<(String, String)> {
    let mut kept = Vec::new();
    let head = request(&mut Tee(stream, &mut kept))?;
    let body = String::from_utf8_lossy(&kept[head.len()..]).into_owned();
    Ok((head, body))
}

/// Keeps what is read.
struct Tee<'a, R>(&'a mut R, &'a mut Vec<u8>);

impl<R: Read> Read for Tee<'_, R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.0.read(buffer)?;
        self.1.extend_from_slice(&buffer[..count]);
        Ok(count)
    }
}

#[test]
fn writes_touch_only_what_was_named() {
    /// Ids that no resource has: beyond those that a portal gives away, or no ids at all.
    const NOBODY: [&str; 5] = ["1940382171", "0", "-1", "abc", ""];
    let (portal, seen) = recorded();
    portal.tried(&[
        "--allow-writes",
        "--param",
        "contactid=71,72",
        "--param",
        "projectid=83",
    ]);
    let seen = seen.lock().unwrap();
    let writes: Vec<_> = seen
        .iter()
        .filter(|(head, _)| {
            !["get ", "head ", "options "]
                .iter()
                .any(|safe| head.starts_with(safe))
        })
        .collect();
    assert!(writes.len() > 20, "{}", writes.len());
    for (head, body) in writes {
        let path = head.split_whitespace().nth(1).unwrap();
        let (_, project) = path.rsplit_once('/').unwrap();
        let is_nobody = NOBODY.contains(&project)
            || project.parse::<u64>().map_or(true, |id| id > 2_147_483_647);
        assert!(project == "83" || is_nobody, "{path}");
        let numbers = body
            .split(|c: char| !c.is_ascii_digit())
            .filter(|number| !number.is_empty());
        for number in numbers {
            // The last one is nobody's: so it is known what is refused anyway.
            assert!(["71", "72", "1940382171"].contains(&number), "{body}");
        }
    }
}

#[test]
fn a_rate_limit_spreads_a_run_and_the_default_does_not() {
    let times = Arc::new(Mutex::new(Vec::new()));
    let all = Arc::clone(&times);
    let portal = Hostile::answering(move |stream, _| {
        all.lock().unwrap().push(Instant::now());
        stream.write_all(&whole("application/json", b"{}"))
    });
    let arguments = ["get-crm-contact-contactid", "--rate-limit", "20/1s"];
    let slow = portal.tried(&arguments);
    let times = times.lock().unwrap();
    let (count, first) = (times.len(), times[0]);
    assert!(count > 60, "{count}");
    // A burst of twenty, then one every 50 ms.
    let least = Duration::from_millis(50) * u32::try_from(count - 20).unwrap();
    let took = *times.last().unwrap() - first;
    assert!(took >= least.mul_f64(0.8), "{count} requests in {took:?}");
    let early = times
        .iter()
        .filter(|time| **time - first < Duration::from_millis(900));
    assert!(early.count() <= 41, "the burst is as long as told");
    drop(times);
    // The default lets a run of this size pass at once.
    let quick = Served::new().tried(&["get-crm-contact-contactid"]);
    assert!(quick.elapsed < slow.elapsed, "{:?}", quick.elapsed);
}

#[test]
fn a_rate_limit_that_is_none_is_explained() {
    for wrong in ["fast", "5", "0/s", "5/0s", "5/h", "-1/s", "1/1/1"] {
        let argument = format!("--rate-limit={wrong}");
        let ended = run(&mut program(&["run", &argument]));
        assert_eq!(ended.code, Some(2), "{wrong}");
        assert!(ended.stderr.contains("such as 500/10s"), "{}", ended.stderr);
    }
}

const TOO_MANY: &str = "429 Too Many Requests";

/// Answers "later" so many times to each request line, then as the contract says nothing.
fn busy(
    times: usize,
    status: &'static str,
    header: &'static str,
) -> (Hostile, Shared<(String, Instant)>) {
    let seen = Arc::new(Mutex::new(Vec::<(String, Instant)>::new()));
    let all = Arc::clone(&seen);
    let portal = Hostile::answering(move |stream, head| {
        let mut seen = all.lock().unwrap();
        let before = seen.iter().filter(|(other, _)| other == head).count();
        seen.push((head.to_owned(), Instant::now()));
        drop(seen);
        if before < times {
            let answer = format!(
                "HTTP/1.1 {status}\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n"
            );
            return stream.write_all(answer.as_bytes());
        }
        stream.write_all(&whole("application/json", b"{}"))
    });
    (portal, seen)
}

const ONE: [&str; 2] = ["get-crm-contact-contactid::json::transport", "--exact"];

#[test]
fn a_portal_that_asks_to_come_back_is_obeyed_and_it_is_shown() {
    let (portal, seen) = busy(1, TOO_MANY, "Retry-After: 1\r\n");
    let folder = tempfile::tempdir().unwrap();
    let json = folder.path().join("report.json");
    let report = ["--report-json", json.to_str().unwrap()];
    let tried = portal.tried(&[&ONE[..], &report].concat());
    tried.says(
        0,
        &["2 requests (1 asked again after 1.0 s of waiting, as the portal put them off: 429)"],
    );
    let told = "waiting 1 s, as the portal takes no more now";
    assert!(tried.ended.stderr.contains(told), "{}", tried.ended.stderr);
    let seen = seen.lock().unwrap();
    assert!(seen[1].1 - seen[0].1 >= Duration::from_millis(900));
    let report: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(&json).unwrap()).unwrap();
    assert_eq!(report["retries"], 1);
    assert!(report["waited_ms"].as_f64().unwrap() >= 900.0);
    let quiet = busy(1, TOO_MANY, "Retry-After: 1\r\n")
        .0
        .tried(&[&ONE[..], &["--quiet"]].concat());
    assert_eq!(quiet.ended.stderr, "");
}

#[test]
fn a_date_may_say_when_to_come_back() {
    // A date that is past: the wait is over.
    let (portal, seen) = busy(
        1,
        TOO_MANY,
        "Retry-After: Wed, 21 Oct 2015 07:28:00 GMT\r\n",
    );
    let told = "2 requests (1 asked again at once, as the portal put them off: 429) in";
    portal.tried(&ONE).says(0, &[told]);
    assert_eq!(seen.lock().unwrap().len(), 2);
}

#[test]
fn who_failed_for_a_moment_is_named() {
    let (portal, _) = busy(1, "503 Service Unavailable", "Retry-After: 0\r\n");
    let told = "as the portal put them off: 503; get-crm-contact-contactid failed at first) in";
    portal.tried(&ONE).says(0, &[told]);
}

#[test]
fn later_for_some_requests_is_a_violation() {
    let portal = Hostile::answering(|stream, head| {
        if head.contains("accept: text/xml") {
            return stream
                .write_all(b"HTTP/1.1 429 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        }
        stream.write_all(&whole("application/json", b"{}"))
    });
    portal
        .tried(&["get-crm-contact-contactid"])
        .says(1, &["expected 200, got 429"]);
}

#[test]
fn what_creates_something_is_sent_once() {
    let runtime = Runtime::new().unwrap();
    for (repeat, sent) in [(Repeat::Never, 1), (Repeat::Allowed, 2)] {
        let (portal, seen) = busy(1, TOO_MANY, "Retry-After: 0\r\n");
        let target = Target::new(portal.url.parse().unwrap());
        let client = Client::new(Arc::new(target)).unwrap();
        let request = crate::support::request("POST");
        let exchange = runtime.block_on(client.ask(request, repeat));
        assert_eq!(seen.lock().unwrap().len(), sent);
        assert_eq!(exchange.retries as usize, sent - 1);
    }
}

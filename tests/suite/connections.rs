//! What servers and networks do to connections is no drift, as long as a fresh connection is answered.

use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::support::hostile::{Hostile, Tried, request};

const JSON_READS: [&str; 3] = ["get-crm-contact-contactid::json", "--skip", "schema"];

/// An answer that says nothing of the connection, so that it stays open.
fn kept(stream: &mut TcpStream, status: &str, headers: &str) -> io::Result<()> {
    let head = "Content-Type: application/json";
    let answer = format!("HTTP/1.1 {status}\r\n{head}\r\n{headers}Content-Length: 2\r\n\r\n{{}}");
    stream.write_all(answer.as_bytes())
}

/// Answers so many requests on each connection; of the next it reads a byte, and resets.
fn ending_after(most: usize) -> Hostile {
    Hostile::accepting(move |mut stream| {
        for _ in 0..most {
            request(&mut stream)?;
            kept(&mut stream, "401 Who", "")?;
        }
        stream.read_exact(&mut [0]).map(drop)
    })
}

/// What is said of requests without an answer.
fn says_broken(tried: &Tried) -> bool {
    let said = &tried.ended.stdout;
    said.contains("the connection broke") || said.contains("answers no request")
}

#[test]
fn a_kept_connection_that_ends_without_notice_is_no_finding() {
    for most in [1, 2, 3, 20] {
        for jobs in ["1", "16"] {
            let portal = ending_after(most);
            let tried = portal.tried(&["--jobs", jobs]);
            assert!(!says_broken(&tried), "{most}: {}", tried.ended.stdout);
            // Refused credentials, which is what the portal says, and nothing else.
            tried.says(3, &["refuses the credentials"]);
            assert!(portal.connections() > 1);
        }
    }
}

#[test]
fn a_connection_that_ends_while_idle_is_no_finding() {
    let portal = Hostile::accepting(|mut stream| {
        stream.set_read_timeout(Some(Duration::from_millis(5)))?;
        loop {
            request(&mut stream)?;
            kept(&mut stream, "401 Who", "")?;
        }
    });
    for jobs in ["1", "4"] {
        let tried = portal.tried(&["--jobs", jobs, "--rate-limit", "5/50ms"]);
        assert!(!says_broken(&tried), "{}", tried.ended.stdout);
    }
}

/// Answers so many requests on each connection, and says 408 where no further one came in time.
fn parting_after(most: usize, pause: Duration, headers: &'static str) -> Hostile {
    Hostile::accepting(move |mut stream| {
        for _ in 0..most {
            request(&mut stream)?;
            kept(&mut stream, "401 Who", "")?;
        }
        std::thread::sleep(pause);
        let head = format!("HTTP/1.1 408 Request Timeout\r\n{headers}Content-Length: 0\r\n\r\n");
        stream.write_all(head.as_bytes())
    })
}

#[test]
fn a_408_on_a_kept_connection_says_nothing_of_the_next_request() {
    for pause in [0, 1, 20] {
        for jobs in ["1", "4"] {
            let portal = parting_after(2, Duration::from_millis(pause), "Connection: close\r\n");
            let tried = portal.tried(&["--jobs", jobs]);
            tried.says(3, &["refuses the credentials"]);
            // A port may hold these digits as well.
            let told = tried.ended.stdout.replace(&portal.url, "");
            assert!(!told.contains("408"), "{told}");
        }
    }
}

#[test]
fn a_408_on_a_fresh_connection_is_an_answer() {
    let portal = Hostile::accepting(|mut stream| {
        request(&mut stream)?;
        kept(&mut stream, "408 Request Timeout", "Connection: close\r\n")
    });
    portal
        .tried(&JSON_READS)
        .says(3, &["answers every request alike, with 408"]);
}

#[test]
fn a_fresh_connection_that_ends_is_a_finding() {
    let count = AtomicUsize::new(0);
    let portal = Hostile::accepting(move |mut stream| {
        request(&mut stream)?;
        if count.fetch_add(1, Ordering::Relaxed) % 5 == 3 {
            return Ok(());
        }
        kept(&mut stream, "200 OK", "Connection: close\r\n")
    });
    let tried = portal.tried(&JSON_READS);
    tried.says(1, &["the connection broke before the answer was complete (the connection ended before an answer"]);
}

#[test]
fn an_answer_that_has_begun_is_not_asked_for_again() {
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    let portal = Hostile::accepting(move |mut stream| {
        request(&mut stream)?;
        kept(&mut stream, "200 OK", "")?;
        request(&mut stream)?;
        count.fetch_add(1, Ordering::Relaxed);
        stream.write_all(b"HTTP/1.1 2")
    });
    let tried = portal.tried(&["get-crm-contact-contactid::json", "--jobs", "1"]);
    tried.says(1, &["the connection ended in the headers"]);
    assert!(seen.load(Ordering::Relaxed) > 0);
}

#[test]
fn what_must_be_sent_once_gets_a_connection_of_its_own() {
    use portal_conformance::client::{Client, Repeat};
    use portal_conformance::target::Target;

    let portal = ending_after(1);
    let target = Target::new(portal.url.parse().unwrap());
    let client = Client::new(Arc::new(target)).unwrap();
    let write = crate::support::request("POST");
    let runtime = tokio::runtime::Runtime::new().unwrap();
    for sent in 1..4 {
        let exchange = runtime.block_on(client.ask(write.clone(), Repeat::Never));
        assert_eq!(exchange.outcome.unwrap().status, 401);
        assert_eq!(client.sent(), sent);
    }
    assert_eq!(client.reconnects(), 0);
    let exchange = runtime.block_on(client.ask(write, Repeat::Allowed));
    assert_eq!(exchange.outcome.unwrap().status, 401);
}

/// Answers with 429 to requests of some numbers, counted from 1.
fn put_off(
    numbers: impl Fn(usize) -> bool + Send + Sync + 'static,
    headers: &'static str,
) -> (Hostile, Arc<AtomicUsize>) {
    let seen = Arc::new(AtomicUsize::new(0));
    let count = Arc::clone(&seen);
    let portal = Hostile::accepting(move |mut stream| {
        loop {
            request(&mut stream)?;
            let number = count.fetch_add(1, Ordering::Relaxed) + 1;
            let status = if numbers(number) {
                "429 Too Many Requests"
            } else {
                "200 OK"
            };
            kept(&mut stream, status, headers)?;
        }
    });
    (portal, seen)
}

#[test]
fn a_burst_that_was_too_much_is_waited_for() {
    for jobs in ["1", "16"] {
        let (portal, _) = put_off(|number| (10..14).contains(&number), "");
        let tried = portal.tried(&["get-", "--jobs", jobs]);
        assert!(
            !tried.ended.stdout.contains("got 429"),
            "{}",
            tried.ended.stdout
        );
        // What it says to all is none of an API.
        tried.says(3, &["asked again "]);
    }
}

#[test]
fn one_request_that_was_put_off_once_is_asked_again_and_counted() {
    for header in [
        "",
        "Retry-After: 0\r\n",
        "Retry-After: 1\r\n",
        // Longer than any wait of a run, and about this request alone.
        "Retry-After: 3600\r\n",
    ] {
        let (portal, seen) = put_off(|number| number == 12, header);
        let tried = portal.tried(&["get-", "--jobs", "4"]);
        let said = &tried.ended.stdout;
        assert!(seen.load(Ordering::Relaxed) > 12);
        assert!(!said.contains("got 429"), "{header}: {said}");
        assert!(said.contains("(1 asked again "), "{header}: {said}");
    }
}

#[test]
fn a_limit_that_the_control_used_up_puts_no_request_off_alone() {
    // The request and what is sent right behind the control find nothing left; the control does not.
    for put_off_too in [&[12, 14][..], &[12, 14, 16]] {
        let (portal, _) = put_off(move |number| put_off_too.contains(&number), "");
        let tried = portal.tried(&["get-", "--jobs", "1"]);
        let said = &tried.ended.stdout;
        assert!(!said.contains("got 429"), "{said}");
        // What it says to all is none of an API.
        tried.says(3, &["asked again "]);
    }
}

#[test]
fn a_portal_that_takes_no_more_requests_is_not_judged() {
    // It says that no wait of this run is long enough.
    let (portal, seen) = put_off(|number| number > 10, "Retry-After: 3600\r\n");
    let tried = portal.tried(&["get-", "--jobs", "4"]);
    tried.says(
        3,
        &[
            "and then every request with 429, after 0 s of waiting as well: the requests come too fast",
            "lower --rate-limit (such as 50/10s) or --jobs",
        ],
    );
    assert!(seen.load(Ordering::Relaxed) < 30, "nothing more is asked");
}

#[test]
fn one_request_that_is_always_put_off_is_a_violation() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let all = Arc::clone(&asked);
    let portal = Hostile::accepting(move |mut stream| {
        loop {
            let head = request(&mut stream)?;
            let is_xml = head.contains("accept: text/xml");
            all.lock().unwrap().push(is_xml);
            let status = if is_xml { "429 No" } else { "200 OK" };
            kept(&mut stream, status, "")?;
        }
    });
    let tried = portal.tried(&["get-crm-contact-contactid"]);
    tried.says(1, &["expected 200, got 429"]).within(30);
}

/// Says the same with each of its answers until so many have come.
pub(crate) fn starting(count: usize, status: &'static str) -> Hostile {
    let seen = AtomicUsize::new(0);
    Hostile::answering(move |stream, _| {
        let status = match seen.fetch_add(1, Ordering::Relaxed) < count {
            true if status.is_empty() => return Ok(()),
            true => status,
            false => "200 OK",
        };
        kept(stream, status, "Connection: close\r\n")
    })
}

const READ: [&str; 2] = ["get-crm-contact-contactid::json::transport", "--exact"];

#[test]
fn a_portal_that_is_starting_is_waited_for() {
    for status in ["502 Bad Gateway", "503 Starting", "504 Late", ""] {
        let portal = starting(2, status);
        let tried = portal.tried(&[&READ[..], &["--wait-ready", "60s"]].concat());
        tried.says(0, &["keeps the contract"]);
        let told = &tried.ended.stderr;
        assert!(told.contains("the portal is not ready ("), "{told}");
        assert!(told.contains("it is waited for, 60 s at most"), "{told}");
        // Without the option, it is judged as it comes.
        let tried = starting(2, status).tried(&READ);
        assert_ne!(tried.ended.code, Some(0));
    }
    let ready = starting(0, "").tried(&[&READ[..], &["--wait-ready", "1m"]].concat());
    ready.says(0, &["keeps the contract"]);
    assert!(
        !ready.ended.stderr.contains("not ready"),
        "{}",
        ready.ended.stderr
    );
}

#[test]
fn a_portal_that_does_not_start_is_not_judged() {
    let portal = starting(usize::MAX, "503 Starting");
    let tried = portal.tried(&[&READ[..], &["--wait-ready", "1500ms"]].concat());
    tried.says(3, &["is not ready after 2 s: it still answers 503"]);
    // The time that was waited is time of the run.
    let told = &tried.ended.stdout;
    assert!(told.contains(" in 1.") || told.contains(" in 2."), "{told}");
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let tried = crate::support::hostile::tried(&["--url", &url, "--wait-ready", "1s"]);
    tried.says(3, &["is not ready after 1 s: Connection refused"]);
    // What starts does not answer so.
    let refused = starting(usize::MAX, "401 Who");
    refused
        .tried(&["--wait-ready", "60s"])
        .says(3, &["refuses the credentials"])
        .within(30);
}

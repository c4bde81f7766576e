//! The reference portal in another process, spoken to as clients of all kinds do.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::support::{Served, TOKEN, program};

const CONTACT: &str = "/api/2.0/crm/contact/1234";
const PROJECT: &str = "/api/2.0/crm/contact/project/1234";

#[test]
fn a_signal_ends_it_with_the_code_of_an_interrupt() {
    for signal in ["-INT", "-TERM", "-HUP"] {
        let mut command = program(&["serve", "--listen", "127.0.0.1:0"]);
        let mut child = command
            .env("PORTAL_TOKEN", TOKEN)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut url).unwrap();
        let id = child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status().unwrap();
        assert!(sent.success());
        assert_eq!(child.wait().unwrap().code(), Some(130), "{signal}");
    }
}

/// One connection to a portal.
struct Connection {
    stream: BufReader<TcpStream>,
}

/// One answer.
#[derive(Debug)]
struct Answer {
    head: String,
    body: Vec<u8>,
}

impl Connection {
    fn to(served: &Served) -> Self {
        let address = served.url.strip_prefix("http://").unwrap();
        let stream = TcpStream::connect(address).unwrap();
        // A portal that hangs is to fail the test, not to stop it.
        stream
            .set_read_timeout(Some(Duration::from_mins(1)))
            .unwrap();
        Self {
            stream: BufReader::new(stream),
        }
    }

    fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.get_mut().write_all(bytes.as_ref()).unwrap();
    }

    fn ask(&mut self, line: &str, headers: &str, body: &[u8]) -> Answer {
        self.send(head(line, headers));
        self.send(body);
        self.answer()
    }

    fn answer(&mut self) -> Answer {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            assert_ne!(self.stream.read_line(&mut head).unwrap(), 0, "{head}");
        }
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length")
                .then(|| value.trim().parse().unwrap())
        });
        let mut body = vec![0; length.unwrap_or(0)];
        self.stream.read_exact(&mut body).unwrap();
        Answer { head, body }
    }

    fn is_closed(&mut self) -> bool {
        self.stream.read(&mut [0]).unwrap() == 0
    }
}

impl Answer {
    fn status(&self) -> &str {
        &self.head[9..12]
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

fn head(line: &str, headers: &str) -> String {
    format!("{line}\r\nHost: portal\r\nAuthorization: {TOKEN}\r\n{headers}\r\n")
}

/// A body for the link of a contact, blown up to a size.
fn link(size: usize) -> Vec<u8> {
    let mut body = vec![b' '; size];
    body.extend(b"{\"contactid\":[1234,1235]}");
    body
}

#[test]
fn json_and_xml_come_over_one_connection() {
    let served = Served::start(&[]);
    let mut connection = Connection::to(&served);
    let get = format!("GET {CONTACT} HTTP/1.1");
    for _ in 0..3 {
        let json = connection.ask(&get, "Accept: application/json\r\n", b"");
        assert_eq!(json.status(), "200");
        let value: serde_json::Value = serde_json::from_slice(&json.body).unwrap();
        assert_eq!(value["response"]["id"], 1234);
        let xml = connection.ask(&get, "Accept: text/xml\r\n", b"");
        assert!(xml.text().contains("<id>1234</id>"), "{}", xml.text());
        assert!(roxmltree::Document::parse(xml.text()).is_ok());
    }
    // Two at once are answered in turn.
    let other = format!("DELETE {PROJECT} HTTP/1.1");
    connection.send([head(&get, ""), head(&other, "")].concat());
    assert_eq!(connection.answer().status(), "200");
    assert_eq!(connection.answer().status(), "405");
    let last = connection.ask(&get, "Connection: TE, Close\r\n", b"");
    assert_eq!(last.status(), "200");
    assert!(connection.is_closed());
}

#[test]
fn bodies_come_by_length_in_chunks_or_when_asked_for() {
    let served = Served::start(&[]);
    let mut connection = Connection::to(&served);
    let post = format!("POST {PROJECT} HTTP/1.1");
    let json = "Content-Type: application/json\r\n";
    let body = link(900_000);
    let length = format!("{json}Content-Length: {}\r\n", body.len());
    let mut chunked = Vec::new();
    for chunk in body.chunks(50_000) {
        chunked.extend(format!("{:X}\r\n", chunk.len()).into_bytes());
        chunked.extend(chunk);
        chunked.extend(b"\r\n");
    }
    chunked.extend(b"0\r\n\r\n");
    let in_chunks = format!("{json}Transfer-Encoding: chunked\r\n");
    let first = connection.ask(&post, &length, &body);
    let second = connection.ask(&post, &in_chunks, &chunked);
    connection.send(head(&post, &format!("{length}Expect: 100-continue\r\n")));
    assert_eq!(connection.answer().head, "HTTP/1.1 100 Continue\r\n\r\n");
    connection.send(&body);
    for answer in [first, second, connection.answer()] {
        assert_eq!(answer.status(), "200");
        let value: serde_json::Value = serde_json::from_slice(&answer.body).unwrap();
        assert_eq!(value["response"].as_array().map(Vec::len), Some(2));
    }
}

#[test]
fn a_body_that_is_too_long_is_refused_and_the_refusal_arrives() {
    let served = Served::start(&[]);
    let post = format!("POST {PROJECT} HTTP/1.1");
    let length = "Content-Length: 20000000\r\n";
    let mut connection = Connection::to(&served);
    connection.send(head(&post, length));
    // The client sends on; how much of it the portal takes is its matter.
    let mut sender = connection.stream.get_ref().try_clone().unwrap();
    let sent = std::thread::spawn(move || {
        let _ = sender.write_all(&vec![b' '; 20_000_000]);
    });
    let answer = connection.answer();
    assert_eq!(answer.status(), "413");
    assert!(answer.head.contains("Connection: close\r\n"), "{answer:?}");
    sent.join().unwrap();
    // A client that asks first need not send at all.
    let mut connection = Connection::to(&served);
    let asked = connection.ask(&post, &format!("{length}Expect: 100-continue\r\n"), b"");
    assert_eq!(asked.status(), "413");
    assert!(connection.is_closed());
}

#[test]
fn old_clients_are_answered_and_their_connections_closed() {
    let served = Served::start(&[]);
    let get = format!("GET {CONTACT} HTTP/1.0");
    let mut connection = Connection::to(&served);
    let kept = connection.ask(&get, "Connection: keep-alive\r\n", b"");
    assert!(kept.head.contains("Connection: keep-alive\r\n"), "{kept:?}");
    let last = connection.ask(&get, "", b"");
    assert_eq!((kept.status(), last.status()), ("200", "200"));
    assert!(connection.is_closed());
}

#[test]
fn what_is_no_request_is_refused_and_others_are_still_answered() {
    let served = Served::start(&[]);
    for (garbage, status) in [
        ("\u{16}\u{3}\u{1}\r\n\r\n".to_owned(), "400"),
        ("GET /\r\n\r\n".to_owned(), "400"),
        ("GET / HTTP/1.1\r\nHost\r\n\r\n".to_owned(), "400"),
        (
            format!("GET / HTTP/1.1\r\nX: {}", "y".repeat(70_000)),
            "431",
        ),
    ] {
        let mut connection = Connection::to(&served);
        connection.send(garbage);
        assert_eq!(connection.answer().status(), status);
        assert!(connection.is_closed());
    }
    // Clients that go away in the middle of a request, or before its answer.
    let get = format!("GET {CONTACT} HTTP/1.1");
    for part in [
        "GET / HT".to_owned(),
        head(&get, "Content-Length: 9\r\n"),
        head(&get, ""),
    ] {
        Connection::to(&served).send(part);
    }
    let answer = Connection::to(&served).ask(&get, "", b"");
    assert_eq!(answer.status(), "200");
    let mut connection = Connection::to(&served);
    let ask = format!("HEAD {CONTACT} HTTP/1.1");
    connection.send(head(&ask, "Connection: close\r\n"));
    let mut none = String::new();
    connection.stream.read_to_string(&mut none).unwrap();
    assert!(
        none.starts_with("HTTP/1.1 405 ") && none.ends_with("\r\n\r\n"),
        "{none}"
    );
}

#[test]
fn many_clients_are_answered_side_by_side() {
    let served = Served::start(&["--delay", "5"]);
    let get = format!("GET {CONTACT} HTTP/1.1");
    // All are open before the first one asks.
    let mut connections: Vec<Connection> = (0..200).map(|_| Connection::to(&served)).collect();
    for _ in 0..3 {
        for connection in &mut connections {
            connection.send(head(&get, ""));
        }
        for connection in &mut connections {
            assert_eq!(connection.answer().status(), "200");
        }
    }
}

//! Requests and answers for tests that send nothing, and a portal that says one thing to all.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use crate::client::page::KnownPage;
use crate::client::{Exchange, Failure, FailureKind, Guise, Head, Request, Response, Token};

/// A read with a token.
pub(crate) fn request() -> Request {
    Request {
        method: "GET".to_owned(),
        path: String::new(),
        accept: String::new(),
        token: Token::Valid,
        guise: Guise::Plain,
        headers: crate::client::Headers::default(),
        body: None,
    }
}

/// A complete answer on a connection that stays open, without any header.
pub(crate) fn response(status: u16, body: &str) -> Response {
    Response {
        head: Head::default(),
        status,
        content_types: Vec::new(),
        body: body.as_bytes().to_vec(),
        keeps_open: true,
        limits_pace: status == 429,
        location: None,
        page: KnownPage::default(),
    }
}

/// No answer, of which nothing more is known.
pub(crate) fn failure(kind: FailureKind) -> Failure {
    Failure {
        kind,
        status: None,
        message: String::new(),
        clue: None,
    }
}

/// What came of that read, at once.
pub(crate) fn exchange(outcome: Result<Response, Failure>) -> Exchange {
    Exchange {
        request: request(),
        outcome,
        retries: 0,
        elapsed: Duration::ZERO,
    }
}

/// The URL of a portal that answers every request alike.
pub(crate) fn portal(status: u16, mut body: String) -> String {
    let length = body.len();
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    body.insert_str(0, &head);
    portal_of(body)
}

/// The URL of a portal whose answers are these bytes.
pub(crate) fn portal_of(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let mut head = (&mut stream).lines().map_while(Result::ok);
            assert!(head.any(|line| line.is_empty()));
            // Whoever has seen enough hangs up.
            let _ = stream.get_mut().write_all(answer.as_bytes());
        }
    });
    url
}

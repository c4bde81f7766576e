//! Portals that are broken or mean harm: each run ends soon, in bounded memory, with a verdict that says
//! what came. `docs/hostile.md` lists the rows.

use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::hostile::{Hostile, whole};
use flate2::Compression;
use flate2::write::GzEncoder;
use portal_conformance::contract::Format;
use portal_conformance::{contract, page};

const HEAD: &str =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nConnection: close\r\n";
const JSON: &str = "application/json; charset=utf-8";
const XML: &str = "text/xml; charset=utf-8";
/// Cases whose requests are few and must succeed.
const XML_READS: &str = "get-crm-contact-contactid::xml";
/// Long enough for a busy machine, short enough for a test.
const QUICK: [&str; 2] = ["--request-timeout", "2"];

fn repeated(stream: &mut TcpStream, piece: &[u8], pause: Duration) -> io::Result<()> {
    loop {
        stream.write_all(piece)?;
        std::thread::sleep(pause);
    }
}

#[test]
fn a_body_without_end_is_read_up_to_the_limit() {
    let plain = Hostile::answering(|stream, _| {
        stream.write_all(format!("{HEAD}\r\n[").as_bytes())?;
        repeated(stream, &b" ".repeat(1 << 16), Duration::ZERO)
    });
    let chunked = Hostile::answering(|stream, _| {
        stream.write_all(format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n").as_bytes())?;
        let chunk = [b"10000\r\n", b" ".repeat(1 << 16).as_slice(), b"\r\n"].concat();
        repeated(stream, &chunk, Duration::ZERO)
    });
    for portal in [plain, chunked] {
        portal
            .tried(&[])
            .says(
                1,
                &[
                    "some requests were not sent: every answer was larger than is read",
                    "the body is larger than is read (more than 67108864 bytes; --max-body-size",
                ],
            )
            .within(90);
        assert!(portal.connections() < 40, "{}", portal.connections());
        let small = portal.tried(&["--max-body-size", "1000"]);
        small.says(1, &["more than 1000 bytes"]).within(30);
    }
}

#[test]
fn a_portal_that_drips_or_hangs_is_left_after_a_few_timeouts() {
    let pause = Duration::from_millis(50);
    let head = Hostile::answering(move |stream, _| {
        stream.write_all(b"HTTP/1.1 200 OK\r\nX-Slow: ")?;
        repeated(stream, b"x", pause)
    });
    let body = Hostile::answering(move |stream, _| {
        stream.write_all(format!("{HEAD}\r\n[").as_bytes())?;
        repeated(stream, b" ", pause)
    });
    let nothing = Hostile::accepting(|stream| {
        std::thread::sleep(Duration::from_mins(5));
        drop(stream);
        Ok(())
    });
    for portal in [head, body, nothing] {
        let words = [
            "completes no answer in time: 2 s passed",
            "--request-timeout",
        ];
        let tried = portal.tried(&QUICK);
        tried.says(3, &words).within(20);
        assert!(
            tried.elapsed < Duration::from_secs(12),
            "{:?}",
            tried.elapsed
        );
        assert!(portal.connections() < 40, "{}", portal.connections());
    }
}

#[test]
fn interim_answers_without_end_are_no_answer() {
    let portal = Hostile::answering(|stream, _| {
        repeated(
            stream,
            &b"HTTP/1.1 100 Continue\r\n\r\n".repeat(100),
            Duration::from_millis(1),
        )
    });
    let one = ["get-crm-contact-contactid::json::transport", "--exact"];
    let tried = portal.tried(&[QUICK.as_slice(), &one].concat());
    tried.says(3, &["completes no answer in time"]).within(90);
    assert!(tried.peak < 300_000, "{} KiB", tried.peak);
}

#[test]
fn a_portal_that_hangs_at_times_costs_a_few_timeouts_and_is_still_judged() {
    // JSON hangs, all else is refused.
    let portal = Hostile::answering(|stream, head| {
        if head.contains("accept: application/json") {
            std::thread::sleep(Duration::from_mins(5));
        }
        stream.write_all(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    });
    let tried = portal.tried(&["--request-timeout", "1", "--allow-writes"]);
    tried.says(
        1,
        &[
            "no complete answer in time (1 s passed)",
            "s were lost on answers that did not come in time",
        ],
    );
    assert!(
        tried.elapsed < Duration::from_secs(15),
        "{:?}",
        tried.elapsed
    );
}

#[test]
fn a_bomb_is_not_unpacked() {
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all(&b" ".repeat(10 << 20)).unwrap();
    // A gigabyte in a hundred members.
    let bomb = packed.finish().unwrap().repeat(100);
    let head = format!(
        "{HEAD}Content-Encoding: gzip\r\nContent-Length: {}\r\n\r\n",
        bomb.len()
    );
    let portal = Hostile::saying([head.as_bytes(), &bomb].concat());
    let tried = portal.tried(&[]);
    tried.says(1, &["more than 67108864 bytes"]).within(90);
    assert!(tried.peak < 400_000, "{} KiB", tried.peak);
}

#[test]
fn an_xml_bomb_is_refused_at_its_doctype() {
    let mut bomb = "<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY a0 \"ha\">".to_owned();
    for level in 1..30 {
        let before = format!("&a{};", level - 1).repeat(10);
        bomb = format!("{bomb}<!ENTITY a{level} \"{before}\">");
    }
    bomb.push_str("]><result>&a29;</result>");
    let portal = Hostile::saying(whole(XML, bomb.as_bytes()));
    portal
        .tried(&[XML_READS])
        .says(1, &["expected XML, got a DOCTYPE"])
        .within(60);
}

#[test]
fn attributes_and_namespaces_beyond_number_are_not_parsed() {
    let many = |one: fn(u32) -> String| (0..300_000).map(one).collect::<Vec<_>>().concat();
    let attributes = many(|at| format!(" a{at}=''"));
    let namespaces = many(|at| format!("<a xmlns:b{at}='c'>"));
    for (body, words) in [
        (
            format!("<result{attributes}/>"),
            "more than 1000 attributes",
        ),
        (
            format!("<result>{namespaces}"),
            "more than 5000 namespace declarations",
        ),
        (
            format!("<result>{}</result>", "<a/>".repeat(1_800_000)),
            "more than 400 MB of memory",
        ),
    ] {
        let portal = Hostile::saying(whole(XML, body.as_bytes()));
        let tried = portal.tried(&[XML_READS, "--skip", "refusal"]);
        tried.says(1, &[words]).within(60);
        assert!(tried.peak < 400_000, "{} KiB", tried.peak);
    }
}

#[test]
fn depth_is_an_error_and_no_overflow() {
    let deep = "recursion limit exceeded";
    for (depth, media_type, open, close, words) in [
        (10_000, JSON, "[", "]", deep),
        (1_000_000, JSON, "[", "]", deep),
        (1_000_000, JSON, "{\"a\":", "", deep),
        (10_000, XML, "<result>", "</result>", "documented, missing"),
        (300_000, XML, "<result>", "</result>", "documented, missing"),
        (900_000, XML, "<a>", "", "expected XML, got"),
        (1_300_000, XML, "<a>", "</a>", "expected the root element"),
    ] {
        // Few cases, as each body takes seconds where nothing is optimised.
        let cases = if media_type == JSON {
            ["json::transport", "json::envelope"]
        } else {
            ["xml::transport", "xml::envelope"]
        };
        let [one, other] = cases.map(|case| format!("get-crm-contact-contactid::{case}"));
        let body = format!("{}{}", open.repeat(depth), close.repeat(depth));
        let portal = Hostile::saying(whole(media_type, body.as_bytes()));
        let tried = portal.tried(&["--exact", &one, &other]);
        tried.says(1, &[words]).within(60);
    }
}

/// The documented contact with something more in it.
fn contact_with(more: &str) -> String {
    let contract = contract::of_sources(page::builtin()).unwrap();
    let operation = &contract.operations[0];
    let example = operation.response(Format::Json).unwrap();
    let text = operation.source.slice(example.body).to_owned();
    let (before, after) = text.split_once("\"TaskCount\"").unwrap();
    format!("{before}\"More\": {more}, \"TaskCount\"{after}")
}

#[test]
fn a_hundred_megabytes_are_read_only_on_request() {
    let body = contact_with(&format!("\"{}\"", "x".repeat(100_000_000)));
    let portal = Hostile::saying(whole(JSON, body.as_bytes()));
    let schema = "get-crm-contact-contactid::json::schema";
    let default = portal.tried(&[schema, "--exact"]);
    default.says(3, &["see the transport case"]).within(60);
    assert!(default.peak < 200_000, "{} KiB", default.peak);
    let transport = portal.tried(&["get-crm-contact-contactid::json::transport", "--exact"]);
    transport.says(1, &["more than 67108864 bytes"]).within(60);
    let wide = portal.tried(&[schema, "--exact", "--max-body-size", "200000000"]);
    wide.says(0, &["keeps the contract"]).within(90);
    assert!(wide.peak < 1_000_000, "{} KiB", wide.peak);
}

#[test]
fn every_mix_of_values_is_read_in_bounded_memory() {
    let object = "{\"abcdefghijk\":\"abcdefghijkl\"},".repeat(1_200_000);
    let body = format!("{{\"status\": 0, \"response\": [{object}{{}}]}}");
    let portal = Hostile::saying(whole(JSON, body.as_bytes()));
    let case = "get-crm-contact-contactid::json::transport";
    let tried = portal.tried(&[case, "--exact"]);
    tried.says(1, &["more than 400 MB of memory"]).within(60);
    assert!(tried.peak < 600_000, "{} KiB", tried.peak);
    let element = "<aaaaaa><bbbbb>xxxxx</bbbbb></aaaaaa>".repeat(700_000);
    let body = format!("<result><response>{element}</response></result>");
    let portal = Hostile::saying(whole(XML, body.as_bytes()));
    let case = "get-crm-contact-contactid::xml::transport";
    let tried = portal.tried(&[case, "--exact"]);
    tried.says(1, &["more than 400 MB of memory"]).within(60);
    assert!(tried.peak < 600_000, "{} KiB", tried.peak);
}

#[test]
fn the_memory_of_a_run_does_not_grow_with_its_requests() {
    // Each value takes far more memory than the two or three bytes that it has here.
    for more in [
        format!("[{}0]", "0,".repeat(8_000_000)),
        format!("[{}0]", "{},".repeat(100_000)),
        format!("\"{}\"", "x".repeat(20_000_000)),
    ] {
        let portal = Hostile::saying(whole(JSON, contact_with(&more).as_bytes()));
        let tried = portal.tried(&["::json::", "--skip", "refusal"]);
        tried.within(110);
        assert!(
            matches!(tried.ended.code, Some(0 | 1 | 3)),
            "{}",
            tried.ended.stdout
        );
        assert!(tried.peak < 700_000, "{} KiB", tried.peak);
    }
}

#[test]
fn a_violation_in_each_of_a_million_items_is_told_within_bounds() {
    let contract = contract::of_sources(page::builtin()).unwrap();
    assert_eq!(contract.operations[1].method, "POST");
    let items = format!("{}{{}}", "{},".repeat(500_000));
    let body = format!("{{\"status\": 0, \"response\": [{items}]}}");
    let portal = Hostile::saying(whole(JSON, body.as_bytes()));
    let tried = portal.tried(&[
        "post-crm-contact-project-projectid::json::schema",
        "--exact",
        "--allow-writes",
    ]);
    tried.says(1, &["documented, missing"]).within(110);
    assert!(tried.peak < 1_000_000, "{} KiB", tried.peak);
}

/// A link answer with so many contacts.
fn contacts(count: usize) -> String {
    let contract = contract::of_sources(page::builtin()).unwrap();
    let operation = &contract.operations[1];
    let example = operation.response(Format::Json).unwrap();
    let text = operation.source.slice(example.body);
    let mut body: serde_json::Value = serde_json::from_str(text).unwrap();
    let one = body["response"][0].clone();
    body["response"] = vec![one; count].into();
    body.to_string()
}

#[test]
fn a_long_list_is_judged_to_its_end() {
    let body = contacts(3000);
    let schema = "post-crm-contact-project-projectid::json::schema";
    let arguments = [schema, "--exact", "--allow-writes"];
    let portal = Hostile::saying(whole(JSON, body.as_bytes()));
    portal.tried(&arguments).says(0, &["keeps the contract"]);
    let (before, after) = body.rsplit_once("\"TaskCount\"").unwrap();
    let body = format!("{before}\"Tasks\"{after}");
    let portal = Hostile::saying(whole(JSON, body.as_bytes()));
    let words = "/response/2999/TaskCount: documented, missing";
    portal.tried(&arguments).says(1, &[words]);
}

#[test]
fn answers_too_large_to_be_kept_are_not_compared() {
    let repeated = "post-crm-contact-project-projectid::json::identity::repeated";
    let asked = AtomicUsize::new(0);
    let portal = Hostile::answering(move |stream, _| {
        let more = asked.fetch_add(1, Ordering::Relaxed);
        stream.write_all(&whole(JSON, contacts(8000 + more).as_bytes()))
    });
    let tried = portal.tried(&[repeated, "--exact", "--allow-writes"]);
    tried.says(3, &["too large to be kept for a comparison"]);
    assert!(tried.peak < 650_000, "{} KiB", tried.peak);
    // What says the same is kept once, and compared.
    let portal = Hostile::saying(whole(JSON, contacts(8000).as_bytes()));
    let tried = portal.tried(&[repeated, "--exact", "--allow-writes"]);
    tried.says(0, &["1 conform;"]);
    assert!(tried.peak < 650_000, "{} KiB", tried.peak);
}

#[test]
fn bytes_that_are_no_text_are_told() {
    let portal = Hostile::saying(whole(
        JSON,
        b"{\"status\": 0, \"response\": \"\xff\xfe\xc3\"}",
    ));
    // What answers everybody so is no API.
    portal
        .tried(&["get-crm-contact-contactid::json::transport"])
        .says(1, &["expected UTF-8, got bytes that are no UTF-8"])
        .within(60);
}

const NO_LENGTH: &str =
    "does not answer as HTTP does: Content-Length is no number, or several that differ";

#[test]
fn a_wrong_length_is_a_broken_answer() {
    for (headers, words) in [
        ("Content-Length: 5\r\n", "violates the contract"),
        ("Content-Length: 5000\r\n", "the connection broke"),
        ("Content-Length: many\r\n", NO_LENGTH),
        ("Content-Length: -1\r\n", NO_LENGTH),
        ("Content-Length: 20\r\nContent-Length: 30\r\n", NO_LENGTH),
        ("Content-Length: 99999999999999999999999\r\n", NO_LENGTH),
        ("Content-Length: 9999999999999\r\n", "larger than is read"),
    ] {
        let portal = Hostile::saying(format!(
            "{HEAD}{headers}\r\n{{\"status\": 0, \"response\": {{}}}}"
        ));
        let code = if words == NO_LENGTH { 3 } else { 1 };
        // The answer to HEAD has no body whose length matters.
        let read = "get-crm-contact-contactid::json::transport";
        portal.tried(&[read]).says(code, &[words]).within(60);
    }
}

#[test]
fn a_connection_may_end_at_any_stage() {
    for (answer, code, words) in [
        (String::new(), 3, "answers no request"),
        ("HTTP/1.1 20".to_owned(), 3, "answers no request"),
        (format!("{HEAD}Content-Le"), 3, "answers no request"),
        (
            format!("{HEAD}Content-Length: 90\r\n\r\n{{\"sta"),
            1,
            "the connection broke",
        ),
        (
            format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n20\r\n{{\"sta"),
            1,
            "the connection broke",
        ),
        (
            format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n5\r\n{{\"sta\r\n"),
            1,
            "the connection broke",
        ),
        (
            format!("{HEAD}Transfer-Encoding: chunked\r\n\r\nzz\r\n{{}}"),
            1,
            "the connection broke",
        ),
    ] {
        let portal = Hostile::saying(answer);
        portal.tried(&QUICK).says(code, &[words]).within(60);
    }
}

#[test]
fn what_is_no_http_is_told_by_what_is_wrong_with_it() {
    let plain = "HTTP/1.1 200 OK\r\n";
    for (answer, words) in [
        ("nonsense\r\n\r\n".to_owned(), "the status line is none"),
        (
            "HTTP/1.1 fine, thanks\r\n\r\n".to_owned(),
            "the status line is none",
        ),
        (
            "<html><body>It works</body></html>\r\n\r\n".to_owned(),
            "the status line is none",
        ),
        (
            format!("{plain}this is no header\r\n\r\n"),
            "a header line is none",
        ),
        (
            format!("{plain}{}\r\n", "X: y\r\n".repeat(5001)),
            "more than 1000 headers",
        ),
        (
            format!("{plain}Transfer-Encoding: zip\r\n\r\n"),
            "violates the contract",
        ),
    ] {
        let code = if words.starts_with("violates") { 1 } else { 3 };
        let portal = Hostile::saying(answer);
        let tried = portal.tried(&QUICK);
        tried.says(code, &[words]).within(60);
        if code == 3 {
            tried.says(3, &["does not answer as HTTP does"]);
            assert!(!tried.ended.stdout.contains("answers no request"));
        }
    }
    // In one format only, it is a violation as any other.
    let portal = Hostile::answering(|stream, head| {
        if head.contains("accept: text/xml") {
            return stream.write_all(b"HTTP/1.1 200 OK\r\nno header\r\n\r\n");
        }
        stream.write_all(&whole(JSON, b"{}"))
    });
    let words = "what came is no answer of HTTP (a header line is none)";
    portal.tried(&[]).says(1, &[words]);
}

#[test]
fn a_redirect_is_not_followed_and_the_token_stays() {
    let other = Hostile::saying(whole(JSON, b"{}"));
    for (status, code) in [(301, 3), (302, 3), (303, 3), (307, 3), (308, 3)] {
        let portal = Hostile::saying(format!(
            "HTTP/1.1 {status} Elsewhere\r\nLocation: {}/api?token={}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            other.url,
            crate::support::hostile::TOKEN
        ));
        let to = format!(
            "redirects every request ({status}) to {}: is the URL right?",
            other.url
        );
        portal.tried(&QUICK).says(code, &[&to]).within(60);
    }
    let same = Hostile::saying(
        "HTTP/1.1 302 Found\r\nLocation: /auth.aspx?back=1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
    );
    same.tried(&QUICK)
        .says(3, &["to /auth.aspx on the same host"])
        .within(60);
    assert_eq!(other.connections(), 0);
}

#[test]
fn a_path_that_is_not_there_is_one_hint() {
    let nowhere =
        Hostile::saying("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let words = "every documented path is unknown here (404): is the URL's path right?";
    let tried = nowhere.tried(&QUICK);
    tried.says(3, &["with a token and without", words]);
    assert_eq!(tried.ended.stdout.matches("unknown here").count(), 1);
    let no_such = Hostile::answering(|stream, head| {
        let status = if head.contains(crate::support::hostile::TOKEN) {
            404
        } else {
            401
        };
        let answer =
            format!("HTTP/1.1 {status} No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
        stream.write_all(answer.as_bytes())
    });
    no_such.tried(&QUICK).says(
        1,
        &[
            "no named resource is known here (404)",
            "--param contactid=... (was 1234",
        ],
    );
    let named = [&QUICK[..], &["--param", "contactid=7"]].concat();
    no_such.tried(&named).says(1, &["expected 200, got 404"]);
}

#[test]
fn headers_without_end_are_not_read_for_ever() {
    let huge = Hostile::answering(|stream, _| {
        let header = format!("X-Huge: {}\r\n\r\n{{}}", "x".repeat(10 << 20));
        stream.write_all(format!("{HEAD}{header}").as_bytes())
    });
    let endless = Hostile::answering(|stream, _| {
        stream.write_all(HEAD.as_bytes())?;
        repeated(stream, b"X-More: more\r\n", Duration::ZERO)
    });
    for (portal, words) in [
        (huge, "more than 409600 bytes of headers"),
        (endless, "more than 1000 headers"),
    ] {
        let tried = portal.tried(&QUICK);
        tried.says(3, &[words]).within(60);
        assert!(tried.peak < 300_000, "{} KiB", tried.peak);
    }
}

#[test]
fn a_portal_that_says_later_for_ever_is_left() {
    let later = |status: &str, header: &str| {
        Hostile::saying(format!(
            "HTTP/1.1 {status}\r\n{header}Content-Length: 0\r\nConnection: close\r\n\r\n"
        ))
    };
    for (status, header) in [
        ("429 Too Many Requests", ""),
        ("429 Too Many Requests", "Retry-After: 0\r\n"),
        ("429 Too Many Requests", "Retry-After: 1\r\n"),
        ("503 Service Unavailable", "Retry-After: 3600\r\n"),
        (
            "503 Service Unavailable",
            "Retry-After: 99999999999999999999999\r\n",
        ),
        (
            "503 Service Unavailable",
            "Retry-After: Wed, 01 Jan 2200 00:00:00 GMT\r\n",
        ),
    ] {
        let portal = later(status, header);
        let words = format!("answers every request with {}", &status[..3]);
        portal
            .tried(&QUICK)
            .says(3, &[&words, "--rate-limit", "try again later"])
            .within(60);
        assert!(portal.connections() < 100, "{}", portal.connections());
    }
    // Without a word of when to come back, a portal that answers nothing else is closed.
    later("503 Service Unavailable", "")
        .tried(&QUICK)
        .says(3, &["answers every request with 503", "restored"]);
}

#[test]
fn what_stands_before_a_portal_is_told_apart_from_it() {
    for (status, words) in [
        (
            "502 Bad Gateway",
            "a gateway before the portal does not reach it",
        ),
        (
            "504 Gateway Timeout",
            "a gateway before the portal does not reach it",
        ),
        (
            "511 Network Authentication Required",
            "asks for a login in a browser",
        ),
        ("522 Connection timed out", "a content delivery network"),
        ("530 Origin DNS Error", "a content delivery network"),
        (
            "407 Proxy Authentication Required",
            "a proxy on the way asks who you are",
        ),
    ] {
        let page = "<html><title>Oops</title></html>";
        let typed = format!("Content-Type: text/html\r\nContent-Length: {}", page.len());
        for (headers, body) in [("Content-Length: 0", ""), (&typed, page)] {
            let answer = format!("HTTP/1.1 {status}\r\n{headers}\r\n\r\n{body}");
            Hostile::saying(answer).tried(&[]).says(3, &[words]);
        }
    }
    for page in [
        "<!-- cached -->\n<HEAD><TITLE>Sign in</TITLE>",
        "Bad gateway",
        "<h1>It works!</h1>",
        " \n",
    ] {
        let answer = whole("Text/HTML", page.as_bytes());
        Hostile::saying(answer)
            .tried(&[])
            .says(3, &["an HTML page"]);
    }
    for (head, body, words) in [
        (
            "HTTP/1.1 400 \r\nContent-Type: text/plain;charset=UTF-8",
            "Bad Request\r\nThis combination of host and port requires TLS.\r\n",
            "does the port speak TLS? try https://",
        ),
        (
            "HTTP/1.0 400 Bad Request",
            "Client sent an HTTP request to an HTTPS server.\n",
            "does the port speak TLS? try https://",
        ),
        (
            "HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\ncf-mitigated: challenge",
            "<!DOCTYPE html><title>Just a moment...</title>",
            "with 403 and an HTML page titled `Just a moment...`",
        ),
    ] {
        let answer = format!("{head}\r\nConnection: close\r\n\r\n{body}");
        Hostile::saying(answer).tried(&[]).says(3, &[words]);
    }
}

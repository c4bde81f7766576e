//! What the rows of `docs/hostile.md` cost: the command that measures them, for whoever renews the tables there.
//!
//! `SUITE_PROGRAM=target/release/portal-conformance cargo test --test suite -- --ignored measured:: --nocapture`

#![allow(clippy::print_stderr, reason = "what is measured is what it is for")]

use std::io::Write;
use std::sync::Arc;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::bounded::{documented_contact, flickering};
use crate::support::hostile::{Hostile, whole};

const JSON: &str = "application/json; charset=utf-8";
const XML: &str = "text/xml; charset=utf-8";
const NO_REFUSALS: &[&str] = &["--allow-writes", "--skip", "refusal"];
const ALL: &[&str] = &["--allow-writes"];

/// What a portal answers, in JSON and in XML.
type Bodies = (Vec<u8>, Vec<u8>);

fn saying((json, xml): Bodies) -> Hostile {
    let answers = [whole(JSON, &json), whole(XML, &xml)].map(Arc::new);
    Hostile::answering(move |stream, head| {
        let is_json = head.contains("accept: application/json");
        stream.write_all(&answers[usize::from(!is_json)])
    })
}

fn listed(items: impl Iterator<Item = String>) -> String {
    let items = items.collect::<Vec<_>>().join(",");
    format!(r#"{{"status": 0, "response": [{items}]}}"#)
}

fn in_result(text: &str) -> Vec<u8> {
    format!("<result><status>0</status>{text}</result>").into_bytes()
}

/// A list of contacts with these ids, and nothing else of them.
fn ids(ids: impl Iterator<Item = usize> + Clone) -> Bodies {
    let json = listed(ids.clone().map(|id| format!(r#"{{"ID":{id}}}"#)));
    let xml = ids.map(|id| format!("<response><ID>{id}</ID></response>"));
    let xml = xml.collect::<Vec<_>>().concat();
    (json.into_bytes(), in_result(&xml))
}

fn text(json: impl Into<Vec<u8>>) -> Bodies {
    (json.into(), b"<result/>".to_vec())
}

fn markup(xml: String) -> Bodies {
    (b"{}".to_vec(), xml.into_bytes())
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(body).unwrap();
    packed.finish().unwrap()
}

/// A portal that sends so in all codings.
fn coded(codings: &str, body: &[u8]) -> Hostile {
    let media_type = format!("{JSON}\r\nContent-Encoding: {codings}");
    Hostile::saying(whole(&media_type, body))
}

/// So many texts, one behind the other.
fn joined(count: usize, text: impl Fn(usize) -> String) -> String {
    (0..count).map(text).collect::<Vec<_>>().concat()
}

fn measured(row: &str, portal: &Hostile, arguments: &[&str]) {
    let tried = portal.tried(arguments);
    eprintln!(
        "{row} | {:.1} s of the processor, {:.1} s in all | {} MB | exit {:?}",
        tried.processor.as_secs_f64(),
        tried.elapsed.as_secs_f64(),
        tried.peak * 1024 / 1_000_000,
        tried.ended.code
    );
}

#[test]
#[ignore = "takes minutes, and prints what it measures"]
fn the_rows_that_cost_time() {
    let open = joined(4990, |at| format!("<a xmlns:b{at}='c'>"));
    let nested = format!("<result>{open}{}</result>", "</a>".repeat(4990));
    measured(
        "4,990 nested namespaces",
        &saying(markup(nested)),
        NO_REFUSALS,
    );
    let all = joined(900, |at| format!(" a{at}=''"));
    let many = format!("<result>{}</result>", format!("<a{all}/>").repeat(1400));
    measured("10 MB of attributes", &saying(markup(many)), NO_REFUSALS);
    let layers = (0..200).fold(b"{}".to_vec(), |body, _| gzip(&body));
    let codings = vec!["gzip"; 200].join(", ");
    measured("packed 200 times", &coded(&codings, &layers), NO_REFUSALS);
    let members = gzip(b"").repeat(300_000);
    measured(
        "300,000 empty members",
        &coded("gzip", &members),
        NO_REFUSALS,
    );
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nContent-Length: 99000000000\r\nConnection: close\r\n\r\n"
    );
    let broken = Hostile::saying([head.into_bytes(), b" ".repeat(400_000)].concat());
    let wide = [NO_REFUSALS, &["--max-body-size", "200GB"]].concat();
    measured("Content-Length: 99000000000", &broken, &wide);
    let same = |count| saying(ids(std::iter::repeat_n(1234, count)));
    measured("one id 2,000 times", &same(2000), ALL);
    measured("one id 400,000 times", &same(400_000), NO_REFUSALS);
    let others = saying(ids(2000..402_000));
    measured("400,000 other ids", &others, NO_REFUSALS);
    let contact = documented_contact().to_string().len();
    measured(
        "a flickering list, 200 KB",
        &flickering(200_000 / contact),
        ALL,
    );
    measured(
        "a flickering list, 400 KB",
        &flickering(400_000 / contact),
        ALL,
    );
}

#[test]
#[ignore = "takes minutes, and prints what it measures"]
fn the_rows_that_cost_memory() {
    let small = r#"{"status": 0, "response": {"id": 1234}}"#;
    measured("small", &saying(text(small)), ALL);
    let one = format!(
        r#"{{"status": 0, "response": "{}"}}"#,
        "a".repeat(60_000_000)
    );
    measured("60 MB in one text", &saying(text(one)), NO_REFUSALS);
    let digits = format!("{{\"response\": [{}1]}}", "1,".repeat(30_000_000));
    measured("60 MB of digits", &saying(text(digits)), NO_REFUSALS);
    let zeros = gzip(&b" ".repeat(1_000_000_000));
    measured("a gigabyte of gzip", &coded("gzip", &zeros), NO_REFUSALS);
    let empty = listed((0..500_000).map(|_| "{}".to_owned()));
    measured(
        "half a million empty objects",
        &saying(text(empty)),
        NO_REFUSALS,
    );
    let deep = format!(
        "<result>{}{}</result>",
        "<a>".repeat(900_000),
        "</a>".repeat(900_000)
    );
    measured(
        "900,000 nested elements",
        &saying(markup(deep)),
        NO_REFUSALS,
    );
    let members = listed((0..1_900_000).map(|at| format!(r#"{{"abcdefghijk":{at}}}"#)));
    measured("objects of one member", &saying(text(members)), NO_REFUSALS);
    let held = "<abcdefghij><klmnopqrs/></abcdefghij>".repeat(1_680_000);
    measured(
        "1.7 million elements with one",
        &saying(markup(format!("<result>{held}</result>"))),
        NO_REFUSALS,
    );
    let empty = format!("<result>{}</result>", "<a/>".repeat(15_000_000));
    measured(
        "15 million empty elements",
        &saying(markup(empty)),
        NO_REFUSALS,
    );
    measured(
        "400,000 contacts of an id",
        &saying(ids(0..400_000)),
        NO_REFUSALS,
    );
    let lines = format!(
        "{{\"status\": 0,{}\"response\": {{}}}}",
        "\n".repeat(10_000_000)
    );
    measured("10 MB of empty lines", &saying(text(lines)), ALL);
}

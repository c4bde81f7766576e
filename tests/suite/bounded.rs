//! Answers that cost far more than they weigh, and runs that would take for ever: each ends soon, with a
//! verdict that says so. `docs/hostile.md` lists the rows.

use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::support::hostile::{Hostile, Tried, tried, whole};
use crate::support::office::Stall;
use crate::support::scene::{Running, Scene};
use crate::support::{program, program_path, run};
use flate2::Compression;
use flate2::write::GzEncoder;
use portal_conformance::contract::Format;
use portal_conformance::{contract, page};

const JSON: &str = "application/json; charset=utf-8";
const XML: &str = "text/xml; charset=utf-8";
/// A read in both formats, and nothing that must be refused.
const READS: [&str; 3] = ["get-crm-contact-contactid", "--skip", "refusal"];
/// Far less than it took before there was a bound, and far more than it takes.
const SOON: u64 = 60;

/// A portal that answers all questions in one way for each format.
fn saying(json: impl Into<String>, xml: impl Into<String>) -> Hostile {
    let (json, xml) = (json.into(), xml.into());
    Hostile::answering(move |stream, head| {
        stream.write_all(&if head.contains("accept: application/json") {
            whole(JSON, json.as_bytes())
        } else {
            whole(XML, xml.as_bytes())
        })
    })
}

fn list(items: &[String]) -> String {
    format!(r#"{{"status": 0, "response": [{}]}}"#, items.join(","))
}

#[test]
fn one_id_many_times_in_a_list_is_judged_in_time() {
    let json = list(&vec![r#"{"ID":1234}"#.to_owned(); 20_000]);
    let xml = "<response><ID>1234</ID></response>".repeat(20_000);
    let portal = saying(json, format!("<result><status>0</status>{xml}</result>"));
    let tried = portal.tried(&["--allow-writes", "post-crm", "--skip", "refusal"]);
    tried.says(1, &["documented, missing"]).within(SOON);
    assert!(tried.peak < 300_000, "{} KiB", tried.peak);
}

#[test]
fn other_ids_in_thousands_are_judged_in_time() {
    let ids = 2000..22_000;
    let items = ids.clone().map(|id| format!(r#"{{"ID":{id}}}"#));
    let json = list(&items.collect::<Vec<_>>());
    let elements = ids.map(|id| format!("<response><ID>{id}</ID></response>"));
    let xml = elements.collect::<Vec<_>>().concat();
    let portal = saying(json, format!("<result><status>0</status>{xml}</result>"));
    let tried = portal.tried(&["--allow-writes", "post-crm", "--skip", "refusal"]);
    tried.says(1, &["documented, missing"]).within(SOON);
    assert!(tried.peak < 300_000, "{} KiB", tried.peak);
}

#[test]
fn names_without_end_are_not_read() {
    let name = "n".repeat(100_000);
    let open = format!("{{\"{name}\":").repeat(60);
    let json = format!("{open}1{}", "}".repeat(60));
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    let xml = format!("<result>{}{}</result>", open.repeat(60), close.repeat(60));
    let portal = saying(json, xml);
    for format in ["json", "xml"] {
        let case = format!("get-crm-contact-contactid::{format}::transport");
        let tried = portal.tried(&[&case, "--exact"]);
        let told = "a name of more than 16384 bytes";
        tried.says(1, &[told]).within(SOON);
    }
}

/// The contact of the page.
pub(crate) fn documented_contact() -> serde_json::Value {
    let contract = contract::of_sources(page::builtin()).unwrap();
    let operation = &contract.operations[0];
    let example = operation.response(Format::Json).unwrap();
    let body = operation.source.slice(example.body);
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    body["response"].clone()
}

/// A portal whose answers are lists of so many times the documented contact, those to reads of one as well, with
/// another number in each item of each answer.
pub(crate) fn flickering(count: usize) -> Hostile {
    let one = documented_contact();
    let turn = AtomicUsize::new(0);
    Hostile::answering(move |stream, _| {
        let turn = turn.fetch_add(1, Ordering::Relaxed);
        let items = (0..count).map(|at| {
            let mut item = one.clone();
            item["TaskCount"] = (turn + at).into();
            item.to_string()
        });
        stream.write_all(&whole(JSON, list(&items.collect::<Vec<_>>()).as_bytes()))
    })
}

#[test]
fn a_flickering_list_of_one_id_is_paired_in_time() {
    let portal = flickering(150);
    let tried = portal.tried(&["--allow-writes", "::identity::", "::parity"]);
    tried.says(1, &["unsteady"]).within(SOON);
}

#[test]
fn namespaces_around_one_element_are_bounded() {
    let open = (0..1500).map(|at| format!("<a xmlns:b{at}='c'>"));
    let open = open.collect::<Vec<_>>().concat();
    let deep = format!("<result>{open}{}</result>", "</a>".repeat(1500));
    let words = "more than 100 namespaces in force at one place";
    saying("{}", deep.clone())
        .tried(&READS)
        .says(1, &[words])
        .within(SOON);
    // Whether it is a page for people is asked of it before it is read.
    let labelled = whole("text/html", deep.as_bytes());
    let page = Hostile::answering(move |stream, _| stream.write_all(&labelled));
    page.tried(&READS).says(1, &[words]).within(SOON);
}

#[test]
fn attributes_are_bounded_in_all() {
    let all = (0..900).map(|at| format!(" a{at}=''"));
    let element = format!("<a{}/>", all.collect::<Vec<_>>().concat());
    let many = format!("<result>{}</result>", element.repeat(400));
    let words = "more than 100000 attributes in all";
    saying("{}", many)
        .tried(&READS)
        .says(1, &[words])
        .within(SOON);
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(body).unwrap();
    packed.finish().unwrap()
}

/// Tries a portal that answers all questions with a coded body.
fn coded(codings: &str, body: &[u8]) -> Tried {
    let answer = whole(&format!("{JSON}\r\nContent-Encoding: {codings}"), body);
    let portal = Hostile::saying(answer);
    portal.tried(&["get-crm-contact-contactid::json::transport", "--exact"])
}

#[test]
fn codings_and_members_beyond_number_are_not_undone() {
    let layers = (0..200).fold(b"{}".to_vec(), |body, _| gzip(&body));
    let codings = vec!["gzip"; 200].join(", ");
    let words = "more than 4 codings on top of one another";
    coded(&codings, &layers).says(1, &[words]).within(SOON);
    let members = gzip(b"").repeat(200_000);
    let words = "more than 10000 members of one gzip";
    coded("gzip", &members).says(1, &[words]).within(SOON);
}

#[test]
fn a_length_is_no_reason_to_take_memory() {
    let head = format!(
        "HTTP/1.1 200 OK\r\nContent-Type: {JSON}\r\nContent-Length: 99000000000\r\nConnection: close\r\n\r\n"
    );
    let portal = Hostile::saying([head.into_bytes(), b" ".repeat(400_000)].concat());
    let one = ["get-crm-contact-contactid::json::transport", "--exact"];
    let tried = portal.tried(&[&one[..], &["--max-body-size", "200GB"]].concat());
    tried.says(1, &["the connection broke"]).within(SOON);
    assert!(tried.peak < 200_000, "{} KiB", tried.peak);
}

#[test]
fn a_run_ends_when_its_time_is_over() {
    let slow = |status: u16| {
        Hostile::answering(move |stream, _| {
            std::thread::sleep(Duration::from_millis(700));
            let head = format!("HTTP/1.1 {status} No\r\n");
            stream.write_all(
                format!("{head}Content-Length: 0\r\nConnection: close\r\n\r\n").as_bytes(),
            )
        })
    };
    let portal = slow(404);
    let limits = ["--max-time", "2s", "--jobs", "1"];
    let tried = portal.tried(&[&limits[..], &["refusal::"]].concat());
    tried.says(
        3,
        &[
            "some requests were not sent: the run had taken 2 s; --max-time gives it longer",
            "could not be judged (exit 3)",
        ],
    );
    let asked = portal.connections();
    assert!((1..8).contains(&asked), "{asked}");
    // What violates the contract is told all the same.
    let tried = slow(500).tried(&[&limits[..], &["get-crm-contact"]].concat());
    tried.says(1, &["--max-time gives it longer", "expected 200, got 500"]);
}

#[test]
fn time_that_went_by_waiting_is_told_as_that() {
    let asked = AtomicUsize::new(0);
    let portal = Hostile::answering(move |stream, _| {
        stream.write_all(if asked.fetch_add(1, Ordering::Relaxed) < 5 {
            b"HTTP/1.1 401 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        } else {
            b"HTTP/1.1 429 No\r\nRetry-After: 1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        })
    });
    let tried = portal.tried(&["--max-time", "3s", "--jobs", "1", "refusal::no-token"]);
    let words =
        "of them as the portal asked it to wait: the requests come too fast; lower --rate-limit";
    tried
        .says(3, &["some requests were not sent", words])
        .within(SOON);
}

#[test]
fn the_time_of_a_run_holds_for_what_comes_before_its_questions() {
    // Nothing is made any more.
    let scene = Scene::new(None);
    let ended = run(scene.run().args(["--max-time", "1ms"]));
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    let told =
        "the run had taken 0.001 s before the test data was made; --max-time gives it longer";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    assert_eq!(scene.office.with(|state| state.writes()), 0);
    scene.assert_clean("when there was no time");
    let starting = Hostile::answering(|stream, _| {
        stream.write_all(b"HTTP/1.1 503 No\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
    });
    let tried = starting.tried(&["--wait-ready", "100s", "--max-time", "1s"]);
    tried.says(3, &["before the portal was ready"]).within(SOON);
    let silent = Hostile::answering(|_, _| {
        std::thread::sleep(Duration::from_secs(90));
        Ok(())
    });
    let mut command = program(&["run", "--url", &silent.url, "--max-time", "1s"]);
    command.env_remove("PORTAL_TOKEN");
    command.args(["--request-timeout", "80s"]);
    let ended = run(command
        .env("PORTAL_USER", "user")
        .env("PORTAL_PASSWORD", "geheimnis"));
    assert_eq!(ended.code, Some(3), "{}{}", ended.stdout, ended.stderr);
    let told = "before the login was answered";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
}

#[test]
fn what_was_made_is_undone_when_the_time_is_over() {
    let scene = Scene::new(Some(Stall::Before(2)));
    let mut running = Running::start(scene.run().args(["--max-time", "1s"]));
    assert!(scene.office.wait_for_stall(&mut || running.has_ended()));
    std::thread::sleep(Duration::from_millis(1100));
    scene.office.release();
    let ended = running.end();
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    let told = "the run had taken 1 s before the test data was made";
    assert!(ended.stdout.contains(told), "{}", ended.stdout);
    assert!(scene.office.with(|state| state.writes()) > 2);
    scene.assert_clean("when the time was over");
}

/// Runs the program where it may have so many files open.
#[cfg(unix)]
fn limited(files: usize, url: &str) -> (Option<i32>, String) {
    let inner = program(&["run", "--url", url]);
    let mut shell = std::process::Command::new("sh");
    let script = format!("ulimit -n {files} && exec \"$0\" \"$@\"");
    shell
        .args(["-c", &script])
        .arg(inner.get_program())
        .args(inner.get_args());
    for (name, value) in inner.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let ended = shell.stdin(Stdio::null()).output().unwrap();
    let told = [ended.stdout, ended.stderr].concat();
    (ended.status.code(), String::from_utf8(told).unwrap())
}

#[cfg(unix)]
#[test]
fn too_few_files_are_told_as_such() {
    let portal = Hostile::answering(|stream, _| {
        std::thread::sleep(Duration::from_millis(200));
        stream.write_all(b"HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n")
    });
    for files in [6, 8, 12, 16] {
        let (code, told) = limited(files, &portal.url);
        assert_eq!(code, Some(2), "{files}: {told}");
        let words = "this process may open too few files and connections";
        assert!(told.contains(words), "{files}: {told}");
        assert!(!told.contains("panicked"), "{files}: {told}");
    }
    let mut faults = Command::new("sh");
    let script = format!(
        "ulimit -n 8; exec {} faults nothing",
        program_path().display()
    );
    let ended = run(faults.args(["-c", &script]));
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(ended.stderr.contains("too few files"), "{}", ended.stderr);
    let (code, told) = limited(22, &portal.url);
    assert_eq!(code, Some(3), "{told}");
    assert!(told.contains("cannot open more connections"), "{told}");
    assert!(
        told.contains("raise `ulimit -n`, or lower --jobs"),
        "{told}"
    );
    assert!(!told.contains("went away"), "{told}");
}

#[test]
fn a_time_for_a_run_is_one() {
    let ended = tried(&["--url", "http://127.0.0.1:1", "--max-time", "0"]).ended;
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("--max-time expects seconds above 0"));
}

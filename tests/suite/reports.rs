//! Reports, as files that the program writes, and as functions of a run.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use crate::report_schema::check_json;
use crate::support::office::Stall;
use crate::support::scene::{Running, Scene};
use crate::support::{Ended, program, program_path, run, snapshot};
use portal_conformance::address;
use portal_conformance::case::{self, CaseId, Check, NotAsked, Scope};
use portal_conformance::check::{Family, Observed, Promise, Rule, Sketch, Violation};
use portal_conformance::client::{Request, Token};
use portal_conformance::contract::{self, Contract, Format};
use portal_conformance::profile;
use portal_conformance::report::{self, Report};
use portal_conformance::run::{
    Coverage, Halt, Hint, Left, Obstacle, OperationCoverage, Outcome, Reason, Run, Seen, Shown,
    Subject, Terms, Verdict, WaiverState, WaiverUse,
};
use portal_conformance::shape::Type;
use portal_conformance::source::{Source, Span};
use portal_conformance::target::Target;
use portal_conformance::waiver::{Pattern, Waiver};
use serde_json::Value;
use tempfile::TempDir;
use time::{Date, Month};

/// The four reports of one run.
struct Reports {
    ended: Ended,
    junit: String,
    json: Value,
    markdown: String,
    html: String,
    _folder: TempDir,
}

/// Runs with all reports; the folder for them does not exist before.
fn reports(arguments: &[&str], token: Option<&str>) -> Reports {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join("new/folder").join(name);
    let mut command = program(&["run"]);
    command.args(arguments);
    for format in ["junit", "json", "markdown", "html"] {
        command.arg(format!("--report-{format}")).arg(path(format));
    }
    if let Some(token) = token {
        command.env("PORTAL_TOKEN", token);
    }
    let ended = run(&mut command);
    let read = |name: &str| {
        fs::read_to_string(path(name))
            .unwrap_or_else(|error| panic!("{name}: {error}\n{}", ended.stderr))
    };
    Reports {
        junit: read("junit"),
        json: serde_json::from_str(&read("json")).unwrap(),
        markdown: read("markdown"),
        html: read("html"),
        ended,
        _folder: folder,
    }
}

#[test]
fn a_run_that_conforms_is_written_in_four_formats() {
    let reports = reports(&[], None);
    assert_eq!(reports.ended.code, Some(0), "{}", reports.ended.stderr);
    let cases = check_junit(&reports.junit, &reports.json);
    assert!(cases > 50);
    check_json(&reports.json);
    assert_eq!(reports.json["summary"]["conforms"], cases);
    assert_eq!(reports.json["findings"], Value::Array(Vec::new()));
    assert!(
        reports
            .markdown
            .starts_with("## ✅ The portal keeps the contract\n")
    );
    assert!(reports.html.contains("The portal keeps the contract"));
    check_html(&reports.html);
}

#[test]
fn what_is_not_asked_is_skipped_with_its_reason() {
    let portal = Hostile::start(|_| answer(503, "text/plain", b"later".as_slice()));
    let reports = reports(&["--url", &portal.url], Some("sesame-0123456789"));
    check_junit(&reports.junit, &reports.json);
    check_json(&reports.json);
    let document = roxmltree::Document::parse(&reports.junit).unwrap();
    let skipped = document
        .descendants()
        .find(|node| node.has_tag_name("skipped"))
        .unwrap();
    assert!(
        skipped
            .attribute("message")
            .unwrap()
            .contains("--allow-writes")
    );
    assert!(
        reports
            .markdown
            .contains("ignored: `it writes to the portal")
    );
    assert!(reports.html.contains("ignored: it writes to the portal"));
}

#[test]
fn a_portal_that_cannot_be_judged_is_written_too() {
    // A port that was free a moment ago, and that nobody listens on.
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .unwrap()
        .local_addr()
        .unwrap();
    let url = format!("http://{port}");
    let reports = reports(&["--url", &url], None);
    assert_eq!(reports.ended.code, Some(3), "{}", reports.ended.stderr);
    check_junit(&reports.junit, &reports.json);
    check_json(&reports.json);
    let obstacle = reports.json["obstacle"].as_str().unwrap();
    assert!(obstacle.contains("cannot reach"), "{obstacle}");
    assert!(reports.junit.contains("<error message=\"cannot reach"));
    for report in [&reports.markdown, &reports.html] {
        assert!(report.contains("The portal could not be judged"));
        assert!(report.contains("cannot reach"));
    }
    check_html(&reports.html);
}

/// What a portal sends to break a report, beside its token.
const HOSTILE: &str = "<script>alert(1)</script>]]>&amp;--><!--`|```\u{202e}";
const TOKEN: &str = "Sesame/Open+0123456789abcdefABCDEF==";

#[test]
fn hostile_answers_break_no_report_and_show_no_token() {
    let portal = Hostile::start(|request| {
        // A name with a character that no XML may hold, and with whatever token was sent.
        let name = format!("{HOSTILE}\\u0000\\u001b[31m\\uffff{TOKEN}");
        let token = header(request, "authorization").unwrap_or_default();
        if request.to_lowercase().contains("accept: text/xml") {
            let body = format!("<r><a b=\"{TOKEN}\">{TOKEN}</a><{TOKEN}");
            return answer(200, &format!("text/{TOKEN}<b>"), body.as_bytes());
        }
        let body = format!(
            "{{\"status\":0,\"{name}\":1,\"response\":{{\"TaskCount\":\"{TOKEN}{HOSTILE}\",\"{name}\":1,\"isCompany`{token}\":{{}}}}}}"
        );
        answer(
            200,
            &format!("application/{}<b>; charset={TOKEN}", token.to_uppercase()),
            body.as_bytes(),
        )
    });
    for arguments in [&["--strict"][..], &["--strict", "--show-values"]] {
        let arguments: Vec<&str> = ["--url", &portal.url]
            .iter()
            .chain(arguments)
            .copied()
            .collect();
        let reports = reports(&arguments, Some(TOKEN));
        assert_eq!(reports.ended.code, Some(1), "{}", reports.ended.stdout);
        check_junit(&reports.junit, &reports.json);
        check_json(&reports.json);
        check_html(&reports.html);
        // Names of this kind are told by their length, values are shown where they are wanted.
        let shows = arguments.contains(&"--show-values");
        let is_shown = reports.html.contains("&lt;script&gt;alert(1)");
        assert_eq!(is_shown, shows, "{}", reports.html);
        check_markdown(&reports.markdown);
        let json = reports.json.to_string();
        for report in [
            &reports.junit,
            &json,
            &reports.markdown,
            &reports.html,
            &reports.ended.stdout,
        ] {
            let lower = report.to_lowercase();
            assert!(!lower.contains("open+0123456789"), "{report}");
            assert!(!shows || report.contains("***"), "{report}");
        }
        let stderr = reports.ended.stderr.to_lowercase();
        assert!(!stderr.contains("open+0123456789"), "{stderr}");
        for report in [
            &reports.junit,
            &reports.markdown,
            &reports.html,
            &reports.ended.stdout,
        ] {
            assert!(!report.contains(['\u{0}', '\u{1b}', '\u{202e}']));
        }
    }
}

#[test]
fn a_page_that_repeats_the_token_shows_it_in_no_format() {
    let portal = Hostile::start(|_| {
        let page = format!("<!DOCTYPE html><title>Sign in, {TOKEN}</title>");
        answer(200, "text/html", page.as_bytes())
    });
    for format in [&[][..], &["--format", "pretty"], &["--format", "json"]] {
        let arguments = [&["--url", portal.url.as_str()], format].concat();
        let reports = reports(&arguments, Some(TOKEN));
        assert_eq!(reports.ended.code, Some(3), "{}", reports.ended.stdout);
        let json = reports.json.to_string();
        for report in [
            &reports.junit,
            &json,
            &reports.markdown,
            &reports.html,
            &reports.ended.stdout,
        ] {
            assert!(report.contains("Sign in, ***"), "{report}");
            let lower = report.to_lowercase();
            assert!(!lower.contains("open+0123456789"), "{report}");
        }
    }
}

#[test]
fn the_portals_data_is_shown_only_when_asked_for() {
    let portal = Hostile::start(|_| {
        answer(
            200,
            "application/json",
            br#"{"status":0,"response":{"TaskCount":"Hidden Person 77"}}"#.as_slice(),
        )
    });
    let arguments = ["--url", &portal.url];
    let hidden = reports(&arguments, Some("sesame-0123456789"));
    let shown = reports(
        &[&arguments[..], &["--show-values"]].concat(),
        Some("sesame-0123456789"),
    );
    for (reports, is_shown) in [(hidden, false), (shown, true)] {
        let json = reports.json.to_string();
        for report in [
            &reports.junit,
            &json,
            &reports.markdown,
            &reports.html,
            &reports.ended.stdout,
        ] {
            assert_eq!(report.contains("Hidden Person"), is_shown, "{report}");
        }
    }
}

#[test]
fn a_path_that_cannot_be_written_is_told_before_anything_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    let portal = Hostile::start(|request| panic!("asked: {request}"));
    let path = |path: PathBuf| path.to_str().unwrap().to_owned();
    for (format, given) in [
        ("junit", path(folder.path().to_owned())),
        ("json", path(file.join("below/a/file"))),
        ("markdown", "-".to_owned()),
    ] {
        let option = format!("--report-{format}");
        let written = path(folder.path().join("written.html"));
        let arguments = [
            "run",
            "--url",
            &portal.url,
            "--report-html",
            &written,
            &option,
            &given,
        ];
        let ended = run(&mut program(&arguments));
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        assert!(
            ended.stderr.contains(&option) && ended.stderr.contains(&given),
            "{}",
            ended.stderr
        );
        assert_eq!(ended.stdout, "");
        assert!(!Path::new(&written).exists(), "an empty report is none");
    }
    let same = path(folder.path().join("same"));
    let ended = run(&mut program(&[
        "run",
        "--report-html",
        &same,
        "--report-json",
        &same,
    ]));
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
}

#[cfg(unix)]
#[test]
fn a_report_may_go_to_a_pipe_or_to_standard_output() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let reader = {
        let pipe = pipe.clone();
        thread::spawn(move || fs::read_to_string(pipe).unwrap())
    };
    let one = "get-crm-contact-contactid::json::transport";
    let arguments = ["run", one, "--exact", "--report-json"];
    let ended = run(program(&arguments).arg(&pipe));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    let json: Value = serde_json::from_str(&reader.join().unwrap()).unwrap();
    assert_eq!(json["exit"]["code"], 0);
    assert!(!pipe.is_file() && pipe.exists(), "it is a pipe still");
    let ended = run(program(&arguments).arg("/dev/stdout"));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stdout.contains("\"version\": ") && ended.stdout.contains("1 case"),
        "{}",
        ended.stdout
    );
}

#[cfg(unix)]
#[test]
fn an_interrupted_run_leaves_no_old_report_and_no_draft_of_a_new_one() {
    let scene = Scene::new(Some(Stall::Before(2)));
    let report = scene.folder.path().join("report.json");
    fs::write(&report, "of an earlier run").unwrap();
    let mut command = scene.run();
    command.arg("--report-json").arg(&report);
    let mut running = Running::start(&mut command);
    assert!(scene.office.wait_for_stall(&mut || running.has_ended()));
    assert!(!report.exists(), "from the first request on");
    running.signal("-INT");
    scene.office.release();
    assert_eq!(running.end().code, Some(130));
    let names = fs::read_dir(scene.folder.path()).unwrap();
    let mut names: Vec<_> = names.map(|entry| entry.unwrap().file_name()).collect();
    names.sort();
    assert_eq!(names, [".portal-conformance", "portal-conformance.toml"]);
    scene.assert_clean("after a run");
}

#[test]
fn colours_change_no_character() {
    let portal =
        Hostile::start(|_| answer(200, "application/json", b"{\"response\": {}}".as_slice()));
    let text = |arguments: &[&str]| {
        let mut command = program(&["run", "get-crm", "--url", &portal.url]);
        let ended = run(command
            .args(arguments)
            .env("PORTAL_TOKEN", "sesame-0123456789")
            .env("COLUMNS", "20"));
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        // All but the two lines that tell times.
        let lines = ended.stdout.lines();
        let lines: Vec<&str> = lines
            .filter(|line| !line.contains("portal-conformance 0.") && !line.contains(" s"))
            .collect();
        lines.join("\n")
    };
    let plain = text(&[]);
    assert_eq!(text(&["--color", "never"]), plain);
    let colored = text(&["--color", "always"]);
    assert_ne!(colored, plain);
    assert_eq!(anstream::adapter::strip_str(&colored).to_string(), plain);
}

pub(crate) const PAGE: &str = r#"GET api/2.0/x

Returns

X

Example Response

application/json

{
  "status": 0,
  "response": {
    "TaskCount": 1,
    "<b>`|": 2
  }
}
"#;

#[test]
fn every_verdict_has_its_place() {
    let contract = contract::of_sources(vec![Source::new("pages/get-x.txt", PAGE)]).unwrap();
    let run = every_verdict(&contract);
    let report = Report::of(&run);
    let junit = report::junit(&report);
    let json: Value = serde_json::from_str(&report::json(&report)).unwrap();
    let html = report::html(&report);
    check_junit(&junit, &json);
    check_json(&json);
    check_html(&html);
    snapshot("reports", "every-verdict.xml", &junit);
    snapshot("reports", "every-verdict.md", &report::markdown(&report));
    // Style sheet and version are left out.
    let (_, body) = html.split_once("<body>").unwrap();
    let (body, _) = body.split_once("<footer>").unwrap();
    // One element a line, so that a difference is found.
    snapshot("reports", "every-verdict.html", &body.replace("><", ">\n<"));
}

#[test]
fn a_run_without_cases_and_one_with_an_obstacle_are_written() {
    let contract = contract::of_sources(vec![Source::new("pages/get-x.txt", PAGE)]).unwrap();
    let empty = Run {
        outcomes: Vec::new(),
        ..every_verdict(&contract)
    };
    let obstacle = Run {
        obstacle: Some(Obstacle::OnlyHtml {
            title: Some(HOSTILE.to_owned()),
        }),
        ..every_verdict(&contract)
    };
    for run in [empty, obstacle] {
        let report = Report::of(&run);
        let json: Value = serde_json::from_str(&report::json(&report)).unwrap();
        check_junit(&report::junit(&report), &json);
        check_html(&report::html(&report));
        check_markdown(&report::markdown(&report));
        assert_eq!(json["exit"]["code"], run.exit_code() as u8);
    }
}

#[test]
fn cases_that_were_not_asked_keep_their_reason_beside_findings() {
    let contract = contract::of_sources(vec![Source::new("pages/get-x.txt", PAGE)]).unwrap();
    let mut run = every_verdict(&contract);
    let unread = "1 case not judged, for want of a readable answer\n";
    let text = report::text(&Report::of(&run));
    assert!(text.contains(unread), "{text}");
    assert!(text.ends_with("the portal violates the contract (exit 1)\n"));
    let mut unasked = run.outcomes[3].clone();
    unasked.verdict = Verdict::Blocked(Reason::Unasked(Some(Halt::Stopped)));
    run.outcomes.push(unasked);
    run.interrupted = true;
    let report = Report::of(&run);
    let text = report::text(&report);
    let own = "1 case not judged: it was not asked: the run was interrupted\n";
    assert!(text.contains(unread) && text.contains(own), "{text}");
    assert!(text.ends_with("interrupted (exit 130)\n"), "{text}");
    let json: Value = serde_json::from_str(&report::json(&report)).unwrap();
    assert_eq!(json["exit"]["code"], 130);
    check_json(&json);
}

/// A run with one outcome of each kind.
#[expect(clippy::too_many_lines, reason = "a run with everything in it")]
pub(crate) fn every_verdict(contract: &Contract) -> Run {
    let operation = &contract.operations[0];
    let promised = |text: &str| {
        let start = PAGE.find(text).unwrap();
        let end = start + PAGE[start..].find(['\n', ',']).unwrap();
        Some(Span { start, end })
    };
    let violation = |rule, pointer: &str, actual| Seen {
        violation: Violation {
            rule,
            family: Family::Schema,
            pointer: format!("/response/{pointer}"),
            member: pointer.to_owned(),
            expected: Promise::Type {
                kind: Type::Integer,
                or_null: false,
            },
            actual: Observed::Value(actual),
            value: Some("data".to_owned()),
            promised: promised(pointer),
        },
        definition: None,
        request: Request {
            method: "GET".to_owned(),
            path: "api/2.0/x".to_owned(),
            accept: "application/json".to_owned(),
            token: Token::Valid,
            guise: portal_conformance::client::Guise::Plain,
            headers: portal_conformance::client::Headers::default(),
            body: None,
        },
        status: Some(200),
        media_type: "application/json".to_owned(),
        waived: None,
        times: 1,
        of: 2,
        shown: Shown::default(),
    };
    let outcome = |check, verdict, violations| Outcome {
        remarks: Vec::new(),
        id: CaseId {
            operation: operation.id.clone(),
            format: Format::Json,
            check,
            scope: Scope::One,
        },
        operation: 0,
        verdict,
        violations,
        elapsed: Duration::from_micros(1500),
        share: Duration::from_micros(500),
    };
    let seen = vec![
        violation(Rule::Type, "TaskCount", Sketch::Text(1)),
        violation(Rule::Null, "<b>`|", Sketch::Null),
    ];
    let forgiven = seen.iter().cloned().map(|seen| Seen {
        waived: Some(0),
        ..seen
    });
    let forgiven = forgiven.collect();
    let used = |kind, pointer: Option<&str>, reason: &str, state, violations| WaiverUse {
        waiver: Waiver {
            pattern: Pattern {
                cases: vec!["*::identity::*".to_owned()],
                pointers: pointer.map(str::to_owned).into_iter().collect(),
                rule: kind,
            },
            reason: reason.to_owned(),
            until: Date::from_calendar_date(2026, Month::December, 31).unwrap(),
        },
        state,
        violations,
        cases: 1,
        tried: 1,
    };
    let blocked = Verdict::Blocked(Reason::NoSecond);
    let ignored = Verdict::Ignored(NotAsked::NeedsSeveral {
        parameter: "a | <b>".to_owned(),
        named: vec!["1".to_owned()],
        is_made: false,
    });
    let target = Target::new(address::parse_url("https://portal.example.com/office").unwrap());
    let profile = Arc::new(profile::load("as-documented").unwrap());
    let contract = Arc::new(contract.clone());
    Run {
        plan: Arc::new(case::plan(&contract, &profile, &target)),
        contract,
        target: Arc::new(target),
        profile: "as-documented".to_owned(),
        terms: Terms::default(),
        subject: Subject {
            target: Some("<staging>".to_owned()),
            is_reference: false,
            pages: vec!["our | pages".into()],
            recording: None,
            made: std::collections::BTreeMap::new(),
        },
        coverage: Coverage {
            operations: vec![OperationCoverage {
                operation: 0,
                documented: 2,
                seen: 1,
                unseen: vec!["<i>`|".to_owned()],
                silent: Vec::new(),
                lacking: vec!["<i>`|".to_owned()],
            }],
        },
        required: None,
        outcomes: vec![
            outcome(Check::Transport, Verdict::Conforms, Vec::new()),
            outcome(Check::Members, Verdict::Violates, seen.clone()),
            outcome(Check::Asked, Verdict::Waived, forgiven),
            outcome(Check::Repeated, blocked, Vec::new()),
            outcome(Check::Read, ignored, Vec::new()),
        ],
        obstacle: None,
        requests: 7,
        left: Left::default(),
        later: std::collections::BTreeMap::new(),
        recovered: Vec::new(),
        retries: 2,
        waited: Duration::from_secs(3),
        misfit: None,
        hints: vec![Hint::UnknownResources(vec![(
            "<this> | that".to_owned(),
            vec!["7".to_owned()],
        )])],
        started: time::macros::datetime!(2026-11-25 23:59:59.9 +1),
        elapsed: Duration::from_millis(250),
        interrupted: false,
        waivers: vec![
            used(
                Rule::Type,
                None,
                "release 12.6 | <mends> it",
                WaiverState::Used,
                2,
            ),
            used(
                Rule::Null,
                Some("/response/A"),
                "it was so",
                WaiverState::Unused,
                0,
            ),
            used(Rule::Null, Some(""), "too long", WaiverState::Expired, 1),
            used(Rule::Guid, None, "nobody knows", WaiverState::Untried, 0),
        ],
    }
}

/// The XML is well-formed, the totals are those of the cases; returns their number.
fn check_junit(junit: &str, json: &Value) -> usize {
    let document = roxmltree::Document::parse(junit).unwrap();
    let root = document.root_element();
    crate::junit::check_structure(root);
    let number = |node: roxmltree::Node<'_, '_>, name| {
        let text = node.attribute(name).unwrap();
        text.parse::<usize>().unwrap()
    };
    let below = |node: roxmltree::Node<'_, '_>, name| {
        node.descendants()
            .filter(|node| node.has_tag_name(name))
            .count()
    };
    let suites = root.children().filter(roxmltree::Node::is_element);
    for suite in suites.clone() {
        assert_eq!(number(suite, "skipped"), below(suite, "skipped"));
    }
    for node in suites {
        assert_eq!(number(node, "tests"), below(node, "testcase"));
        assert_eq!(number(node, "failures"), below(node, "failure"));
        assert_eq!(number(node, "errors"), below(node, "error"));
    }
    let cases = below(root, "testcase");
    assert_eq!(json["summary"]["cases"], cases);
    for failure in root
        .descendants()
        .filter(|node| node.has_tag_name("failure"))
    {
        let message = failure.attribute("message").unwrap();
        assert!(failure.text().unwrap().trim_start().starts_with(message));
    }
    cases
}

/// A page as XML: well-formed, but for the tags that HTML leaves open.
pub(crate) fn page_as_xml(html: &str) -> String {
    let rest = html.strip_prefix("<!DOCTYPE html>").unwrap();
    let mut parts = rest.split("<meta");
    let mut xml = parts.next().unwrap().to_owned();
    for part in parts {
        xml.push_str("<meta");
        xml.push_str(&part.replacen('>', "/>", 1));
    }
    xml.replace("<br>", "<br/>").replace("<wbr>", "<wbr/>")
}

/// The page is well-formed, and loads nothing.
fn check_html(html: &str) {
    let xml = page_as_xml(html);
    let document = roxmltree::Document::parse(&xml).unwrap();
    for node in document.descendants().filter(roxmltree::Node::is_element) {
        let name = node.tag_name().name();
        assert!(
            !["script", "link", "img", "iframe", "object"].contains(&name),
            "{name}"
        );
        for attribute in node.attributes() {
            // A link leads to another place of the page alone.
            let is_inner =
                name == "a" && attribute.name() == "href" && attribute.value().starts_with('#');
            assert!(
                is_inner
                    || !["src", "href", "style"].contains(&attribute.name())
                        && !attribute.name().starts_with("on")
            );
        }
    }
    let headings = |name| {
        document
            .descendants()
            .filter(|node| node.has_tag_name(name))
            .count()
    };
    assert_eq!(headings("h1"), 1);
    for table in document
        .descendants()
        .filter(|node| node.has_tag_name("table"))
    {
        assert!(table.descendants().any(|node| node.has_tag_name("caption")));
        let mut cells = table.descendants().filter(|node| node.has_tag_name("th"));
        assert!(cells.all(|cell| cell.has_attribute("scope")));
    }
}

/// Outside of code nothing but the report's own tags stands.
fn check_markdown(markdown: &str) {
    let mut fence: Option<&str> = None;
    for line in markdown.lines() {
        let marks = &line[..line.len() - line.trim_start_matches('`').len()];
        match fence {
            Some(open) if line.trim_end() == marks && marks.len() >= open.len() => fence = None,
            Some(_) => {}
            None if marks.len() >= 3 => fence = Some(marks),
            None => assert!(!line.contains("script"), "{line}"),
        }
    }
    assert_eq!(fence, None);
}

/// A portal of a few lines that answers each request as it is told.
struct Hostile {
    url: String,
}

impl Hostile {
    fn start(reply: impl Fn(&str) -> Vec<u8> + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let reply = std::sync::Arc::new(reply);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let reply = std::sync::Arc::clone(&reply);
                thread::spawn(move || serve(stream, reply.as_ref()));
            }
        });
        Self { url }
    }
}

/// Answers one request of a connection; those of the tests that get here have no body.
fn serve(mut stream: TcpStream, reply: &dyn Fn(&str) -> Vec<u8>) {
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.windows(4).any(|window| window == b"\r\n\r\n") {
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(length) => request.extend_from_slice(&buffer[..length]),
        }
    }
    let _ = stream.write_all(&reply(&String::from_utf8_lossy(&request)));
}

fn answer(status: u16, content_type: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status} X\r\nContent-Type: {content_type}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    request
        .lines()
        .filter_map(|line| line.split_once(": "))
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

#[test]
fn no_report_takes_the_place_of_what_the_run_reads() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (config, profile) = (path("portal-conformance.toml"), path("mine.toml"));
    fs::write(&profile, "extends = 'as-documented'\nname = 'mine'\n").unwrap();
    for name in ["token", "key", "other"] {
        fs::write(path(name), "t\n").unwrap();
    }
    fs::write(
        &config,
        "[target.a]\nurl = 'http://127.0.0.1:1'\nprofile = 'mine.toml'\naccount.token = { file = 'token' }\nheaders = { X-Api-Key = { file = 'key' } }\n[target.b]\nurl = 'http://127.0.0.1:1'\naccount.token = { file = 'other' }\n",
    )
    .unwrap();
    for (file, option) in [
        (&config, "--report-json"),
        (&profile, "--report-html"),
        (&path("token"), "--report-junit"),
        (&path("key"), "--report-json"),
        (&path("other"), "--report-json"),
    ] {
        let before = fs::read_to_string(file).unwrap();
        let fixed = ["run", "--config", &config, "--target", "a"];
        let ended = run(&mut program(&[&fixed[..], &[option, file]].concat()));
        assert_eq!(ended.code, Some(2), "{}", ended.stdout);
        assert!(
            ended.stderr.contains("the run reads this file"),
            "{}",
            ended.stderr
        );
        assert_eq!(fs::read_to_string(file).unwrap(), before);
    }
    let report = path("report.json");
    let both = [
        "run",
        "--no-config",
        "--record",
        &report,
        "--report-json",
        &report,
    ];
    let ended = run(&mut program(&both));
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    let words = "or writes it for another option";
    assert!(ended.stderr.contains(words), "{}", ended.stderr);
    assert!(!Path::new(&report).exists());
}

#[cfg(unix)]
#[test]
fn a_report_beyond_the_size_of_files_is_an_error_and_no_end() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.html");
    let script = format!(
        "ulimit -f 1; exec {} run --no-config --report-html {}",
        program_path().display(),
        report.display()
    );
    let mut shell = Command::new("sh");
    let ended = run(shell.args(["-c", &script]).env_remove("PORTAL_URL"));
    assert_eq!(ended.code, Some(2), "{}{}", ended.stdout, ended.stderr);
    assert!(ended.stderr.contains("report.html"), "{}", ended.stderr);
    assert!(
        ended.stdout.contains("keeps the contract"),
        "{}",
        ended.stdout
    );
}

#[test]
fn no_report_of_an_earlier_run_survives_one_that_writes_none() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("report.json");
    let path = report.to_str().unwrap();
    let write = || {
        let ended = run(&mut program(&["run", "--report-json", path]));
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        assert!(report.exists());
    };
    for (wrong, code) in [
        (&["run", "--profile", "no-such"][..], 2),
        (&["run", "--param", "no-such=1"], 2),
        (&["run", "no such case"], 4),
        (&["run", "--no-such-option"], 2),
        (&["run", "-j", "-1"], 2),
        (&["run", "http://127.0.0.1:9"], 2),
        (&["run", "--allow-writes", "false"], 2),
    ] {
        write();
        let ended = run(&mut program(&[wrong, &["--report-json", path]].concat()));
        assert_eq!(ended.code, Some(code), "{}", ended.stderr);
        assert!(!report.exists(), "{wrong:?}");
    }
    write();
    let other = format!("--report-json={path}");
    let ended = run(&mut program(&["run", &other, "--request-timeout", "soon"]));
    assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    assert!(!report.exists());
    // A question for help is no run.
    write();
    let ended = run(&mut program(&["run", "--report-json", path, "--help"]));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(report.exists());
    // What is no report of this program is not taken away.
    fs::write(&report, "{}").unwrap();
    let wrong = ["run", "--profile", "no-such", "--report-json", path];
    assert_eq!(run(&mut program(&wrong)).code, Some(2));
    assert!(report.exists());
    let listed = run(&mut program(&["run", "--list", "--report-json", path]));
    assert_eq!(listed.code, Some(2), "{}", listed.stdout);
    assert!(
        listed.stderr.contains("cannot be used with"),
        "{}",
        listed.stderr
    );
}

#[test]
fn what_a_portal_chose_is_no_command_for_a_ci_server() {
    let title = "##vso[task.complete] ##[error]x ::error file=a::b ##teamcity[x]";
    let page = format!("<!-- login --><head><title>{title}</title></head>");
    let portal = Hostile::start(move |_| answer(200, "text/html", page.as_bytes()));
    let folder = tempfile::tempdir().unwrap();
    let path = |kind: &str| folder.path().join(kind).to_str().unwrap().to_owned();
    let kinds = ["junit", "json", "markdown", "html"];
    let options: Vec<String> = kinds
        .iter()
        .map(|kind| format!("--report-{kind}={}", path(kind)))
        .collect();
    let mut command = program(&["run", "get-crm", "--url", &portal.url]);
    let ended = run(command
        .args(&options)
        .env("PORTAL_TOKEN", "sesame-0123456789"));
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    let mut outputs = vec![ended.stdout];
    outputs.extend(kinds.map(|kind| fs::read_to_string(path(kind)).unwrap()));
    for output in outputs {
        assert!(output.contains("task.complete"), "{output}");
        for command in ["##vso[", "##[", "##teamcity[", "::error"] {
            assert!(!output.contains(command), "{command}: {output}");
        }
    }
}

#[test]
fn one_sentence_for_several_members_is_true_of_each() {
    let contract = contract::of_sources(vec![Source::new("pages/get-x.txt", PAGE)]).unwrap();
    let told = |sketches: [Sketch; 4]| {
        let mut run = every_verdict(&contract);
        run.outcomes
            .retain(|outcome| outcome.verdict == Verdict::Violates);
        let first = run.outcomes[0].violations[0].clone();
        let members = ["A", "B", "C", "D"].into_iter().zip(sketches);
        let seen = members.map(|(member, sketch)| {
            let mut seen = first.clone();
            seen.violation.member = member.to_owned();
            seen.violation.pointer = format!("/response/{member}");
            seen.violation.actual = Observed::Value(sketch);
            seen
        });
        run.outcomes[0].violations = seen.collect();
        report::text(&Report::of(&run))
    };
    let alike = told([Sketch::Null; 4]);
    assert!(
        alike.contains("4 members (type): expected integer, got null\n"),
        "{alike}"
    );
    let other = told([
        Sketch::Text(4),
        Sketch::Integer,
        Sketch::List(2),
        Sketch::Null,
    ]);
    let words =
        "4 members (type): expected integer, got other values, such as string (4 characters)\n";
    assert!(other.contains(words), "{other}");
}

#[test]
fn a_finding_stands_under_the_case_that_a_person_looks_at_first() {
    let contract = contract::of_sources(vec![Source::new("pages/get-x.txt", PAGE)]).unwrap();
    let mut run = every_verdict(&contract);
    run.outcomes
        .retain(|outcome| outcome.verdict == Verdict::Violates);
    let plain = run.outcomes[0].clone();
    let mut special = plain.clone();
    special.id.check = Check::UnknownListed;
    let mut several = plain.clone();
    several.id.scope = Scope::All;
    run.outcomes = vec![special, several, plain];
    let blocks = report::findings(&run);
    assert_eq!(blocks.len(), 1);
    assert_eq!(blocks[0].outcome.id.to_string(), "get-x::json::schema");
    assert_eq!(blocks[0].groups[0].others().len(), 2);
}

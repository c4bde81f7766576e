//! The picture of a failing run in `README.md`: what a terminal shows of a real one, drawn.

use std::fmt::Write;
use std::fs;
use std::sync::Arc;
use std::time::Duration;

use portal_conformance::case::Selection;
use portal_conformance::report::{self, Report};
use portal_conformance::run::Run;
use portal_conformance::session::{Session, Stop};
use portal_conformance::settings::{Given, Settings, Surroundings};
use time::macros::datetime;
use unicode_width::UnicodeWidthStr;

use crate::support::{Served, TOKEN, project};

/// What the portal has drifted in.
const FAULT: &str = "schema:get-crm-contact-contactid:all-integers-text";
/// The width of the terminal, in columns.
const COLUMNS: usize = 100;
/// Pixels from column to column, from line to line, and around all.
const COLUMN: f64 = 8.4;
const LINE: f64 = 19.0;
const MARGIN: f64 = 16.0;

/// A run against a portal that drifted, as if it were one elsewhere, long ago.
async fn run() -> Run {
    let served = Served::start(&["--fault", FAULT]);
    let given = Given {
        url: Some(served.url.clone()),
        ..Given::default()
    };
    let variable = |name: &str| (name == "PORTAL_TOKEN").then(|| TOKEN.into());
    let around = Surroundings {
        variable: &variable,
        ..Surroundings::of_process()
    };
    let settings = Settings::of(&given, around, None).unwrap();
    let session = Session::prepare(&settings).unwrap();
    let all = Selection::default();
    let mut run = session.run(&all, |_| {}, Stop::never()).await.unwrap();
    Arc::make_mut(&mut run.target).url = "https://portal.example.com".parse().unwrap();
    run.started = datetime!(2026-01-02 03:04:05 UTC);
    run.elapsed = Duration::from_millis(420);
    for outcome in &mut run.outcomes {
        outcome.share = Duration::ZERO;
    }
    run
}

/// A part of a line, and the class of its colour.
type Part = (&'static str, String);

/// The lines of a text with the colours of a terminal, broken where the terminal ends.
fn lines(text: &str) -> Vec<Vec<Part>> {
    let mut lines: Vec<Vec<Part>> = vec![Vec::new()];
    let mut class = "";
    let mut column = 0;
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(code) = rest.strip_prefix("\u{1b}[") {
            let (code, after) = code.split_once('m').unwrap();
            class = match code {
                "0" => "",
                "1" => class,
                "2" => "dim",
                "31" => "red",
                "32" => "green",
                "33" => "yellow",
                "34" => "blue",
                other => panic!("{other} is no colour of a report"),
            };
            rest = after;
            continue;
        }
        rest = &rest[c.len_utf8()..];
        if c == '\n' || column == COLUMNS {
            lines.push(Vec::new());
            column = 0;
        }
        if c == '\n' {
            continue;
        }
        column += 1;
        let line = lines.last_mut().unwrap();
        match line.last_mut() {
            Some((last, text)) if *last == class => text.push(c),
            _ => line.push((class, c.to_string())),
        }
    }
    while lines.last().is_some_and(Vec::is_empty) {
        lines.pop();
    }
    lines
}

/// The lines as a picture that needs nothing else.
fn drawn(lines: &[Vec<Part>]) -> String {
    let width = COLUMN * 100.0 + 2.0 * MARGIN;
    let mut body = String::new();
    let mut y = MARGIN;
    for line in lines {
        y += LINE;
        let text: String = line.iter().map(|(_, text)| text.as_str()).collect();
        if text.trim().is_empty() {
            continue;
        }
        let mut length = 0.0;
        (0..text.width()).for_each(|_| length += COLUMN);
        let _ = write!(
            body,
            "  <text x=\"{MARGIN}\" y=\"{y}\" textLength=\"{length:.1}\" xml:space=\"preserve\">"
        );
        for (class, text) in line {
            let text = text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace(' ', "\u{a0}");
            let _ = match *class {
                "" => write!(body, "{text}"),
                class => write!(body, "<tspan class=\"{class}\">{text}</tspan>"),
            };
        }
        body.push_str("</text>\n");
    }
    let height = y + MARGIN;
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-label=\"A run that fails: the terminal shows the finding, the line of the page that promised otherwise, and how to ask again\">\n\
         \x20 <style>\n\
         \x20   text {{ font: 14px ui-monospace, Consolas, \"DejaVu Sans Mono\", monospace; fill: #e4e9ef }}\n\
         \x20   .red {{ fill: #ffaba3; font-weight: 700 }} .green {{ fill: #7ee2a0; font-weight: 700 }}\n\
         \x20   .yellow {{ fill: #f0cf7c; font-weight: 700 }} .blue {{ fill: #9ecbff; font-weight: 700 }} .dim {{ fill: #a3acb7 }}\n\
         \x20 </style>\n\
         \x20 <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0f1318\"/>\n\
         {body}</svg>\n"
    )
}

#[tokio::test(flavor = "multi_thread")]
async fn the_picture_in_readme_is_that_of_a_run() {
    let run = run().await;
    let shown = report::on_terminal(&Report::of(&run), Some(COLUMNS), true);
    let command = "$ portal-conformance run --url https://portal.example.com\n";
    let picture = drawn(&lines(&format!("{command}{shown}")));
    roxmltree::Document::parse(&picture).unwrap();
    let path = project().join("docs/failing-run.svg");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, &picture).unwrap();
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        committed == picture,
        "docs/failing-run.svg is stale: UPDATE_DOCS=1 cargo test --test suite picture"
    );
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    assert!(readme.contains("](docs/failing-run.svg)"));
}

#[test]
fn a_line_ends_where_the_terminal_does_and_keeps_its_colour() {
    let text = format!("\u{1b}[1m\u{1b}[31m{}\u{1b}[0m<\n", "x".repeat(COLUMNS + 1));
    let lines = lines(&text);
    let lengths = lines.iter().map(|line| line[0].1.len());
    assert_eq!(lengths.collect::<Vec<_>>(), [COLUMNS, 1]);
    assert_eq!(lines[1], [("red", "x".to_owned()), ("", "<".to_owned())]);
    assert!(drawn(&lines).contains("<tspan class=\"red\">x</tspan>&lt;</text>"));
}

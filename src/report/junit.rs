//! The report that CI servers read: `JUnit` XML, as Jenkins, GitLab and GitHub's actions take it.
//!
//! A suite is an operation, a test case is a case. What violates is a failure, what could not be judged
//! an error, what was not asked or is forgiven is skipped.
//!
//! Elements and attributes are those that both the schema of Jenkins' xunit plugin and that of Ant's reports
//! know: none at the root, `system-out` and `system-err` in every suite and in no case, a `timestamp` in UTC
//! without a zone. The library for `JUnit` files, quick-junit, writes others.

use std::fmt::Write as _;
use std::io;
use std::time::Duration;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use quick_xml::writer::ElementWriter;

use crate::contract::Operation;
use crate::level::Level;
use crate::report::findings::FindingsOf;
use crate::report::outline::Tally;
use crate::report::subject::{self, timestamp};
use crate::report::{Report, coverage, reason, text};
use crate::run::{Outcome, Verdict, unwaived};

/// The run as `JUnit` XML.
///
/// The time of a case is that of the answers that it judges first, so that a sum counts each answer once;
/// answers that came side by side take more time together than the whole run, whose time is a property of
/// each suite.
#[must_use]
pub fn junit(report: &Report<'_>) -> String {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory does not fail.
    let _ = document(&mut writer, report);
    let mut text = String::from_utf8(writer.into_inner()).unwrap_or_default();
    text.push('\n');
    text
}

type Xml = Writer<Vec<u8>>;

fn document(writer: &mut Xml, report: &Report<'_>) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let outcomes = &report.run.outcomes;
    let root = writer.create_element("testsuites");
    if outcomes.is_empty() {
        root.write_empty()?;
        return Ok(());
    }
    root.write_inner_content(|writer| {
        let findings = FindingsOf::of(report.run);
        let mut suites = 0_usize..;
        for (index, operation) in report.contract.operations.iter().enumerate() {
            let of_operation = outcomes.iter().filter(|outcome| outcome.operation == index);
            let of_operation: Vec<&Outcome> = of_operation.collect();
            if !of_operation.is_empty() {
                let number = suites.next().unwrap_or_default();
                suite(
                    writer,
                    report,
                    &findings,
                    (number, operation),
                    &of_operation,
                )?;
            }
        }
        Ok(())
    })?;
    Ok(())
}

fn suite<'a>(
    writer: &mut Xml,
    report: &Report<'_>,
    findings: &FindingsOf<'a>,
    (number, operation): (usize, &Operation),
    outcomes: &[&'a Outcome],
) -> io::Result<()> {
    let element = writer
        .create_element("testsuite")
        .with_attribute(("id", number.to_string().as_str()))
        .with_attribute(("package", env!("CARGO_PKG_NAME")))
        // Which machine asked is no matter of the report.
        .with_attribute(("hostname", "localhost"));
    let skipped = Tally::of(outcomes.iter().copied());
    let skipped = (skipped.ignored + skipped.waived).to_string();
    let times = times(outcomes);
    let elapsed = times.iter().sum();
    let element = totals(element, operation.id.as_str(), outcomes)
        .with_attribute(("skipped", skipped.as_str()))
        .with_attribute(("time", seconds(elapsed).as_str()))
        .with_attribute((
            "timestamp",
            timestamp(report.run.started).trim_end_matches('Z'),
        ));
    element.write_inner_content(|writer| {
        let call = format!("{} {}", operation.method, operation.documented_path());
        let url = report.target.url.as_str();
        let retries = report.run.retries.to_string();
        let elapsed = seconds(report.run.elapsed);
        let (portal, pages) = (subject::portal(report.run), subject::pages(report.run));
        let name = report.run.subject.target.clone().unwrap_or_default();
        let unseen = outcomes.first().map(|outcome| outcome.operation);
        let unseen = unseen.and_then(|operation| coverage::unseen_of(report, operation));
        let unseen = unseen.iter().map(|line| ("not-judged", line.as_str()));
        let properties = [
            ("operation", call.as_str()),
            ("target", url),
            ("portal", portal.as_str()),
            ("target-name", name.as_str()),
            ("pages", pages.as_str()),
            ("tool", subject::TOOL),
            ("profile", &report.run.profile),
            ("seconds-of-run", &elapsed),
            ("retries-of-run", &retries),
        ];
        let element = writer.create_element("properties");
        element.write_inner_content(|writer| {
            for (name, value) in properties.into_iter().chain(unseen) {
                writer
                    .create_element("property")
                    .with_attribute(("name", name))
                    .with_attribute(("value", report.safe(value).as_str()))
                    .write_empty()?;
            }
            Ok(())
        })?;
        let mut remarks = String::new();
        for (outcome, time) in outcomes.iter().zip(&times) {
            case(writer, report, findings, (outcome, *time))?;
            let mut told = unwaived(outcome, Level::Warn);
            if outcome.verdict == Verdict::Conforms && told.next().is_some() {
                let text = report.safe(&text::told(report, findings, outcome));
                let _ = writeln!(remarks, "{}\n{text}\n", outcome.id);
            }
        }
        for (name, text) in [("system-out", remarks.trim_end()), ("system-err", "")] {
            writer
                .create_element(name)
                .write_text_content(BytesText::new(text))?;
        }
        Ok(())
    })?;
    Ok(())
}

fn case<'a>(
    writer: &mut Xml,
    report: &Report<'_>,
    findings: &FindingsOf<'a>,
    (outcome, time): (&'a Outcome, Duration),
) -> io::Result<()> {
    let element = writer
        .create_element("testcase")
        .with_attribute(("classname", outcome.id.topic_name().as_str()))
        .with_attribute(("name", outcome.id.check_name().as_str()))
        .with_attribute(("time", seconds(time).as_str()));
    let text = || report.safe(&text::told(report, findings, outcome));
    let reason = || report.safe(&reason::of(report.run, &outcome.verdict).unwrap_or_default());
    let first = |text: &str| text.lines().next().unwrap_or_default().trim().to_owned();
    match &outcome.verdict {
        // Its remarks stand in the output of the suite.
        Verdict::Conforms => {
            element.write_empty()?;
        }
        Verdict::Violates => {
            let text = text();
            let rule = unwaived(outcome, Level::Deny).next();
            let rule = rule.map_or("", |seen| seen.violation.rule.id());
            element.write_inner_content(|writer| {
                writer
                    .create_element("failure")
                    .with_attribute(("message", first(&text).as_str()))
                    .with_attribute(("type", rule))
                    .write_text_content(BytesText::new(&text))?;
                Ok(())
            })?;
        }
        Verdict::Blocked(_) => {
            let reason = reason();
            element.write_inner_content(|writer| {
                writer
                    .create_element("error")
                    .with_attribute(("message", first(&reason).as_str()))
                    .with_attribute(("type", "not-judged"))
                    .write_text_content(BytesText::new(&reason))?;
                Ok(())
            })?;
        }
        Verdict::Ignored(_) => {
            let reason = reason();
            element.write_inner_content(|writer| {
                let skipped = writer.create_element("skipped");
                skipped
                    .with_attribute(("message", first(&reason).as_str()))
                    .write_empty()?;
                Ok(())
            })?;
        }
        Verdict::Waived => {
            let text = text();
            let message = first(&text);
            element.write_inner_content(|writer| {
                let skipped = writer.create_element("skipped");
                skipped
                    .with_attribute(("message", message.as_str()))
                    .write_text_content(BytesText::new(&text))?;
                Ok(())
            })?;
        }
    }
    Ok(())
}

/// The name and the counts of a suite.
fn totals<'a>(
    element: ElementWriter<'a, Vec<u8>>,
    name: &str,
    outcomes: &[&Outcome],
) -> ElementWriter<'a, Vec<u8>> {
    let tally = Tally::of(outcomes.iter().copied());
    let number = |number: usize| number.to_string();
    element
        .with_attribute(("name", name))
        .with_attribute(("tests", number(tally.total()).as_str()))
        .with_attribute(("failures", number(tally.violates).as_str()))
        .with_attribute(("errors", number(tally.blocked).as_str()))
}

/// The times of cases in whole milliseconds, as Jenkins' schema takes no more than three digits. What is cut
/// off one is added to the next, so that the sum is true.
fn times(outcomes: &[&Outcome]) -> Vec<Duration> {
    let mut left = Duration::ZERO;
    let times = outcomes.iter().map(|outcome| {
        let time = outcome.share + left;
        let shown = Duration::new(time.as_secs(), time.subsec_millis() * 1_000_000);
        left = time.saturating_sub(shown);
        shown
    });
    times.collect()
}

fn seconds(time: Duration) -> String {
    format!("{}.{:03}", time.as_secs(), time.subsec_millis())
}

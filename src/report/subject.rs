//! What a report is about: portal, target, profile, pages, tool and time.

use time::format_description::StaticFormatDescription;
use time::macros::format_description;
use time::{OffsetDateTime, UtcOffset};

use crate::report::Report;
use crate::report::outline::without_danger;
use crate::run::{Run, Subject};
use crate::target::Target;

/// The program and its version.
pub(super) const TOOL: &str = concat!(env!("CARGO_PKG_NAME"), " ", env!("CARGO_PKG_VERSION"));

/// What is tried where no portal is named.
const REFERENCE: &str = "the reference portal in this process";

/// The portal, in words: its URL, or that it is the one in this process.
pub(super) fn portal(run: &Run) -> String {
    if run.subject.is_reference {
        REFERENCE.to_owned()
    } else if let Some(file) = &run.subject.recording {
        format!("{} as recorded in {}", run.target.url, file.display())
    } else {
        run.target.url.to_string()
    }
}

/// Which pages its contract is made of.
pub(super) fn pages(run: &Run) -> String {
    pages_of(&run.subject)
}

fn pages_of(subject: &Subject) -> String {
    let paths = subject.pages.iter();
    let paths: Vec<String> = paths.map(|path| path.display().to_string()).collect();
    if paths.is_empty() {
        "built-in pages".to_owned()
    } else {
        format!("pages of {}", paths.join(" and "))
    }
}

/// All of it in one line.
#[must_use]
pub fn subject(report: &Report<'_>) -> String {
    let run = report.run;
    let target = run.subject.target.as_ref();
    let target = target.map_or(String::new(), |name| format!(" (target {name})"));
    report.safe(&format!(
        "{}{target}, profile {}, {}, {TOOL}, {}",
        portal(run),
        run.profile,
        pages(run),
        timestamp(run.started)
    ))
}

/// What is about to be tried, before there is a run.
#[must_use]
pub fn heading(target: &Target, subject: &Subject, profile: &str) -> String {
    let portal = if subject.is_reference {
        REFERENCE.to_owned()
    } else {
        target.url.to_string()
    };
    let name = subject.target.as_ref();
    let name = name.map_or(String::new(), |name| format!(" (target {name})"));
    let text = format!("{portal}{name}, profile {profile}, {}", pages_of(subject));
    without_danger(&target.scrub(&text))
}

/// A time in UTC, of whole seconds (RFC 3339).
pub(super) fn timestamp(time: OffsetDateTime) -> String {
    const FORM: StaticFormatDescription =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    time.to_offset(UtcOffset::UTC)
        .format(FORM)
        .unwrap_or_default()
}

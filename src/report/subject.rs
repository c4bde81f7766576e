//! What a report is about: portal, target, profile, pages, tool and time.

use std::collections::BTreeSet;
use std::path::{Path, is_separator};

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

/// The same for whoever gets the report: they need no place on this machine.
pub(super) fn pages_handed_on(run: &Run) -> String {
    let paths = run.subject.pages.iter();
    pages_at(paths.map(|path| handed_on(&path.display().to_string())))
}

/// A file as a report names it that is handed on: of an absolute path its last two steps; what stands behind the path
/// of a message stays.
pub(super) fn handed_on(text: &str) -> String {
    let (path, behind) = match text.split_once(':') {
        Some((path, _)) if Path::new(path).is_absolute() => text.split_at(path.len()),
        _ => (text, ""),
    };
    if !Path::new(path).is_absolute() {
        return text.to_owned();
    }
    let steps: Vec<&str> = path
        .split(is_separator)
        .filter(|step| !step.is_empty())
        .collect();
    let last = steps.len().saturating_sub(2);
    format!("{}{behind}", steps[last..].join("/"))
}

fn pages_of(subject: &Subject) -> String {
    let paths = subject.pages.iter();
    pages_at(paths.map(|path| path.display().to_string()))
}

fn pages_at(paths: impl Iterator<Item = String>) -> String {
    let mut known = BTreeSet::new();
    let paths: Vec<String> = paths.filter(|path| known.insert(path.clone())).collect();
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_that_are_named_twice_are_told_once() {
        let told = |paths: &[&str]| pages_at(paths.iter().map(|path| (*path).to_owned()));
        assert_eq!(told(&["a", "b", "a"]), "pages of a and b");
        assert_eq!(told(&[]), "built-in pages");
    }

    #[cfg(unix)]
    #[test]
    fn a_report_that_is_handed_on_names_files_and_no_place_on_this_machine() {
        for (text, expected) in [
            ("/home/ann/portal/pages/get.txt", "pages/get.txt"),
            ("/pages", "pages"),
            ("pages/deep/get.txt", "pages/deep/get.txt"),
            ("get.txt: no page", "get.txt: no page"),
            ("/home/ann/a/b.txt:3:1: no page", "a/b.txt:3:1: no page"),
            ("", ""),
        ] {
            assert_eq!(handed_on(text), expected, "{text}");
        }
    }
}

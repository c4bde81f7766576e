//! The words of reports: one place for what several formats say.

use crate::check::Rule;
use crate::run::{Run, Seen};

/// The longest line of a page that is shown.
pub(super) const MAX_LINE: usize = 100;

/// What was asked and what came, in one line.
pub(super) fn exchange(seen: &Seen) -> String {
    let status = seen
        .status
        .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let media_type = match seen.media_type.as_str() {
        "" => String::new(),
        media_type => format!(" {media_type}"),
    };
    format!(
        "{} /{} -> {status}{}",
        seen.request.method,
        seen.request.path,
        one_line(&media_type)
    )
}

/// What was promised and what came.
pub(super) fn said(seen: &Seen) -> String {
    let violation = &seen.violation;
    let said = match violation.expected.as_str() {
        "documented" => format!("documented, {}", violation.actual),
        expected => format!("expected {expected}, got {}", violation.actual),
    };
    // The difference of a snapshot alone has lines, whose names cannot begin others.
    if violation.rule == Rule::Snapshot {
        said
    } else {
        one_line(&said)
    }
}

/// A text that may hold names of the portal, which begin no line of their own.
pub(super) fn one_line(text: &str) -> String {
    let steers = |c: char| {
        if c.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    text.chars().map(steers).collect()
}

/// How many requests were repeated, and how long the run waited for it; nothing where none was.
pub(super) fn retries(run: &Run) -> String {
    match run.retries {
        0 => String::new(),
        retries => format!(
            " ({retries} asked again after {:.1} s of waiting, as the portal wished)",
            run.waited.as_secs_f64()
        ),
    }
}

/// Cuts a line that would run out of the terminal, and keeps it one line.
pub(super) fn clip(line: &str) -> String {
    let mut text: String = line
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_LINE)
        .collect();
    if line.chars().count() > MAX_LINE {
        text.push('…');
    }
    text
}

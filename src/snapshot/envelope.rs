//! The lines of a snapshot: what they say, how they are read and written, and how two lists of them
//! differ.

use std::fmt;

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::check::meaning::is_whole;
use crate::check::{Expectation, LineChange, Meant, Rule, Violation, Word};
use crate::client::Response;
use crate::client::media_type::{MediaType, media_type};
use crate::contract::Format;
use crate::pointer::below;

/// A line of a snapshot; nothing of the portal's data is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Line {
    /// The status code.
    Status(u16),
    /// The media type, and the charset where one is named.
    MediaType(String),
    /// A member of the envelope.
    Member {
        /// Its place: a JSON pointer, or the path of an XML element.
        path: String,
        /// The word for its type.
        kind: String,
    },
    /// What was asked, and whatever else a reviewer left.
    Other(String),
}

/// Looks at an answer; `hide` takes out what nobody may read.
pub(super) fn of_answer(
    expectation: &Expectation,
    response: &Response,
    body: &Value,
    hide: impl Fn(&str) -> String,
) -> Vec<Line> {
    let operation = &expectation.operation;
    let mut lines = vec![
        Line::Other(format!("{} {}", operation.method, operation.path)),
        Line::Status(response.status),
    ];
    lines.extend(response.content_types.iter().map(|header| {
        let words = match media_type(header) {
            Ok(MediaType { essence, charset }) => {
                let charset = charset
                    .map(|charset| format!("; charset={}", Word::meant(Meant::Charset, &charset)));
                format!("{}{}", Word::of(&essence), charset.unwrap_or_default())
            }
            Err(reason) => Word::of_header(header, reason).to_string(),
        };
        Line::MediaType(hide(&words))
    }));
    let root = root_of(expectation);
    // Names of members are the portal's to choose, so a secret may be among them.
    let member = |pointer: &str, value: &Value| Line::Member {
        path: hide(&format!(
            "{root}{}",
            expectation.known.shown_pointer(pointer)
        )),
        kind: type_word(value).to_owned(),
    };
    let mut members: Vec<Line> = match body {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| member(&below("", name), value))
            .collect(),
        other => vec![member("", other)],
    };
    // The order of members means nothing. An empty XML list shows no element, so it is told like one.
    members.sort_by_cached_key(Line::to_string);
    lines.extend(members);
    lines
}

/// What stands before the path of every member.
fn root_of(expectation: &Expectation) -> String {
    match expectation.format {
        Format::Json => String::new(),
        Format::Xml => format!("/{}", expectation.answer.root),
    }
}

fn type_word(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) if is_whole(value) => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Reads the text of a snapshot.
pub(super) fn read(text: &str) -> Vec<Line> {
    let line = |line: &str| {
        let status = line.strip_prefix("status: ").map(str::parse);
        match (status, line.strip_prefix("media type: ")) {
            (Some(Ok(status)), _) => Line::Status(status),
            (_, Some(media_type)) => Line::MediaType(media_type.to_owned()),
            _ => match line.rsplit_once(": ") {
                Some((path, kind)) if path.is_empty() || path.starts_with('/') => Line::Member {
                    path: path.to_owned(),
                    kind: kind.to_owned(),
                },
                _ => Line::Other(line.to_owned()),
            },
        }
    };
    // As insta reads its files: ends of lines and empty lines around the text mean nothing.
    let text = text.trim_start_matches(['\r', '\n']).trim_end();
    text.lines().map(line).collect()
}

/// Writes lines as a snapshot has them.
pub(super) fn text(lines: &[Line]) -> String {
    let lines: Vec<String> = lines.iter().map(Line::to_string).collect();
    lines.join("\n")
}

/// Which lines of an answer are compared.
pub(super) struct Compared {
    status: bool,
    media_type: bool,
    /// The paths of members that are left out.
    optional: Vec<String>,
}

impl Compared {
    /// All of them.
    pub(super) fn all() -> Self {
        Self {
            status: true,
            media_type: true,
            optional: Vec::new(),
        }
    }

    /// Those with one lawful content: status and media type only where the transport rules find them
    /// broken, and members of the envelope only where they may not be missing.
    pub(super) fn fixed(expectation: &Expectation, violations: &[Violation]) -> Self {
        let is_broken = |rules: &[Rule]| {
            let mut broken = violations.iter().map(|violation| violation.rule);
            broken.any(|rule| rules.contains(&rule))
        };
        let root = root_of(expectation);
        let members = expectation.answer.envelope.members().iter();
        Self {
            status: is_broken(&[Rule::Status]),
            media_type: is_broken(&[Rule::MediaType, Rule::Charset]),
            optional: members
                .filter(|member| member.optional)
                .map(|member| format!("{root}/{}", member.name))
                .collect(),
        }
    }

    fn has(&self, line: &Line) -> bool {
        match line {
            Line::Status(_) => self.status,
            Line::MediaType(_) => self.media_type,
            Line::Member { path, .. } => !self.optional.contains(path),
            Line::Other(_) => true,
        }
    }
}

/// The lines that differ, in their order; none where the two say the same.
pub(super) fn changes(reviewed: &[Line], came: &[Line], compared: &Compared) -> Vec<LineChange> {
    let texts = |lines: &[Line]| -> Vec<String> {
        let lines = lines.iter().filter(|line| compared.has(line));
        lines.map(Line::to_string).collect()
    };
    let (reviewed, came) = (texts(reviewed), texts(came));
    let reviewed: Vec<&str> = reviewed.iter().map(String::as_str).collect();
    let came: Vec<&str> = came.iter().map(String::as_str).collect();
    TextDiff::from_slices(&reviewed, &came)
        .iter_all_changes()
        .filter_map(|change| {
            let line = change.value().trim_end().to_owned();
            match change.tag() {
                ChangeTag::Equal => None,
                ChangeTag::Delete => Some(LineChange::Reviewed(line)),
                ChangeTag::Insert => Some(LineChange::Came(line)),
            }
        })
        .collect()
}

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status(status) => write!(f, "status: {status}"),
            Self::MediaType(media_type) => write!(f, "media type: {media_type}"),
            Self::Member { path, kind } => write!(f, "{path}: {kind}"),
            Self::Other(line) => f.write_str(line),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_read_as_they_are_written() {
        let text_of =
            "GET api/2.0/a: b\nstatus: 200\nmedia type: a/b; charset=c\n: list\n/a: b: null";
        let lines = read(&format!("\n{}\n\n", text_of.replace('\n', "\r\n")));
        assert_eq!(text(&lines), text_of);
        let member = |path: &str, kind: &str| Line::Member {
            path: path.to_owned(),
            kind: kind.to_owned(),
        };
        assert_eq!(
            lines[1..],
            [
                Line::Status(200),
                Line::MediaType("a/b; charset=c".to_owned()),
                member("", "list"),
                member("/a: b", "null"),
            ]
        );
        assert_eq!(
            read("status: fine"),
            [Line::Other("status: fine".to_owned())]
        );
    }

    #[test]
    fn a_line_more_at_the_end_is_one_change() {
        let found = changes(
            &read("/a: list"),
            &read("/a: list\n/b: null"),
            &Compared::all(),
        );
        assert_eq!(found, [LineChange::Came("/b: null".to_owned())]);
    }

    #[test]
    fn what_is_not_compared_makes_no_difference() {
        let reviewed = read("GET a\nstatus: 200\nmedia type: a/b\n/a: null\n/b: list");
        let came = read("GET a\nstatus: 201\nmedia type: a/c\nmedia type: a/d\n/b: list\n/c: null");
        let mut compared = Compared {
            status: false,
            media_type: false,
            optional: vec!["/a".to_owned(), "/c".to_owned()],
        };
        assert_eq!(changes(&reviewed, &came, &compared), []);
        compared.status = true;
        assert_eq!(
            changes(&reviewed, &came, &compared),
            [
                LineChange::Reviewed("status: 200".to_owned()),
                LineChange::Came("status: 201".to_owned())
            ]
        );
        compared.optional.pop();
        let found = changes(&reviewed, &came, &compared);
        assert_eq!(found.last(), Some(&LineChange::Came("/c: null".to_owned())));
        assert_eq!(changes(&reviewed, &came, &Compared::all()).len(), 7);
    }
}

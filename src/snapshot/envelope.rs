//! The lines of a snapshot: what they say, how they are read and written, and how two lists of them
//! differ.

use std::fmt;

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::check::meaning::is_whole;
use crate::check::{Expectation, LineChange, Meant, Rule, Violation, Word};
use crate::client::Response;
use crate::contract::Format;
use crate::media_type::{MediaType, media_type};
use crate::pointer::below;
use crate::shape::Member;

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
        Line::Other(format!(
            "{} {}",
            operation.method,
            operation.documented_path()
        )),
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
        // All that a bare answer holds is its content.
        Value::Object(members) if !is_bare(expectation) => members
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

/// Whether nothing surrounds what is answered.
fn is_bare(expectation: &Expectation) -> bool {
    expectation.answer.payload.is_none()
}

/// What stands before the path of every member.
fn root_of(expectation: &Expectation) -> String {
    match expectation.format {
        Format::Json => String::new(),
        Format::Xml => format!("/{}", expectation.answer.root),
    }
}

/// The word for nothing.
const NULL: &str = "null";

fn type_word(value: &Value) -> &'static str {
    match value {
        Value::Null => NULL,
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
#[derive(Default)]
pub(super) struct Compared {
    status: bool,
    media_type: bool,
    /// The paths of members that are left out.
    optional: Vec<String>,
    /// What stands before every path, where members are the content of a bare answer.
    bare: Option<String>,
    /// The paths of members that may be missing.
    missing: Vec<String>,
    /// The paths of members that may be null.
    nullable: Vec<String>,
}

impl Compared {
    /// All of them, but where the contract lets a member be missing or null.
    pub(super) fn all(expectation: &Expectation) -> Self {
        let root = root_of(expectation);
        let of = |may: fn(&Member) -> bool| {
            let members = expectation.answer.envelope.members().iter();
            let members = members.filter(|member| may(member));
            members
                .map(|member| format!("{root}/{}", member.name))
                .collect()
        };
        Self {
            status: true,
            media_type: true,
            optional: Vec::new(),
            missing: of(|member| !member.is_required()),
            nullable: of(|member| member.shape.nullable),
            bare: is_bare(expectation).then_some(root),
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
            missing: Vec::new(),
            nullable: Vec::new(),
            bare: is_bare(expectation).then_some(root),
        }
    }

    /// The lines that are compared. Snapshots of before have the members of a bare answer, which are its content.
    fn lines(&self, lines: &[Line]) -> Vec<Line> {
        let is_content = |line: &Line| {
            let below = self.bare.as_ref().map(|root| format!("{root}/"));
            below.is_some_and(
                |below| matches!(line, Line::Member { path, .. } if path.starts_with(&below)),
            )
        };
        let compared = lines
            .iter()
            .filter(|line| self.has(line) && !is_content(line));
        let mut compared: Vec<Line> = compared.cloned().collect();
        if let (Some(root), true) = (&self.bare, lines.iter().any(is_content)) {
            compared.push(Line::Member {
                path: root.clone(),
                kind: type_word(&Value::Object(serde_json::Map::new())).to_owned(),
            });
        }
        compared
    }

    /// The lines of an answer with what a snapshot says of members that may be missing or null: either is lawful.
    fn settled(&self, came: &[Line], reviewed: &[Line]) -> Vec<Line> {
        let kind_in = |lines: &[Line], wanted: &str| {
            lines.iter().find_map(|line| match line {
                Line::Member { path, kind } if path == wanted => Some(kind.clone()),
                _ => None,
            })
        };
        let mut settled: Vec<Line> = Vec::new();
        for line in came {
            let Line::Member { path, kind } = line else {
                settled.push(line.clone());
                continue;
            };
            match kind_in(reviewed, path) {
                None if self.missing.contains(path) => {}
                Some(known) if self.nullable.contains(path) && (known == NULL || kind == NULL) => {
                    settled.push(Line::Member {
                        path: path.clone(),
                        kind: known,
                    });
                }
                _ => settled.push(line.clone()),
            }
        }
        let is_left_out = |line: &&Line| {
            matches!(line, Line::Member { path, .. }
                if self.missing.contains(path) && kind_in(came, path).is_none())
        };
        settled.extend(reviewed.iter().filter(is_left_out).cloned());
        let first = settled
            .iter()
            .position(|line| matches!(line, Line::Member { .. }));
        if let Some(first) = first {
            settled[first..].sort_by_cached_key(Line::to_string);
        }
        settled
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
    let texts = |lines: &[Line]| lines.iter().map(Line::to_string).collect::<Vec<_>>();
    let reviewed = compared.lines(reviewed);
    let came = compared.settled(&compared.lines(came), &reviewed);
    let (reviewed, came) = (texts(&reviewed), texts(&came));
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
    use crate::check::Expectations;
    use crate::client::tests_support;
    use crate::source::Source;
    use crate::{contract, profile};

    /// Everything, where nothing may be missing or null.
    fn whole() -> Compared {
        Compared {
            status: true,
            media_type: true,
            ..Compared::default()
        }
    }

    /// Whether an answer looks as another one, or as these reviewed lines, where this is its schema.
    fn looks_alike(schema: &str, reviewed: Result<&str, &str>, body: &str) -> bool {
        let text = format!(
            "openapi: 3.0.0\npaths:\n  /boat:\n    get: {{responses: {{'200': {{description: B, content: \
             {{application/json: {{schema: {schema}}}}}}}}}}}\n"
        );
        let contract = contract::of_sources(vec![Source::new("boat.yaml", &text)]).unwrap();
        let profile = profile::load("as-documented").unwrap().into();
        let expectations = Expectations::of(&contract, &profile, false);
        let expectation = expectations.get(0, Format::Json).unwrap();
        let look = |body: &str| {
            let response = Response {
                content_types: vec!["application/json".to_owned()],
                ..tests_support::response(200, body)
            };
            let body = serde_json::from_str(body).unwrap();
            of_answer(expectation, &response, &body, str::to_owned)
        };
        let reviewed = match reviewed {
            Ok(body) => look(body),
            Err(lines) => read(&format!(
                "GET boat\nstatus: 200\nmedia type: application/json\n{lines}"
            )),
        };
        changes(&reviewed, &look(body), &Compared::all(expectation)).is_empty()
    }

    #[test]
    fn what_a_bare_answer_holds_is_no_envelope() {
        let schema = "{type: object, properties: {id: {type: integer}, notes: {type: string, nullable: true}}}";
        let alike = |one: Result<&str, &str>, body: &str| looks_alike(schema, one, body);
        let null = r#"{"id": 7, "notes": null}"#;
        for other in [r#"{"id": 8, "notes": "fine"}"#, r#"{"id": 8}"#, "{}"] {
            assert!(alike(Ok(null), other) && alike(Ok(other), null), "{other}");
        }
        // One that was accepted when members were in it holds on.
        assert!(alike(
            Err("/id: integer\n/notes: null"),
            r#"{"id": 8, "notes": "fine"}"#
        ));
        assert!(!alike(Ok(null), "[]") && !alike(Ok("[]"), null));
        assert!(!alike(Err("/id: integer"), "[]"));
    }

    #[test]
    fn what_may_be_null_or_missing_makes_no_other_envelope() {
        let schema = "{type: object, required: [response, status, page], properties: {response: {type: object, \
                      nullable: true, properties: {id: {type: integer}}}, status: {type: integer}, page: {type: \
                      integer}, total: {type: integer}}}";
        let alike = |one: &str, other: &str| looks_alike(schema, Ok(one), other);
        let full = r#"{"response": {"id": 1}, "status": 0, "page": 1, "total": 1}"#;
        for lawful in [
            r#"{"response": null, "status": 0, "page": 1, "total": 1}"#,
            r#"{"response": {"id": 1}, "status": 0, "page": 1}"#,
        ] {
            assert!(alike(full, lawful) && alike(lawful, full), "{lawful}");
        }
        for drift in [
            r#"{"response": {"id": 1}, "status": 0, "page": null, "total": 1}"#,
            r#"{"response": {"id": 1}, "status": 0, "total": 1}"#,
            r#"{"response": {"id": 1}, "status": 0, "page": 1, "total": "1"}"#,
            r#"{"response": [], "status": 0, "page": 1, "total": 1}"#,
            r#"{"response": {"id": 1}, "status": 0, "page": 1, "total": 1, "more": 1}"#,
        ] {
            assert!(!alike(full, drift) && !alike(drift, full), "{drift}");
        }
    }

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
        let found = changes(&read("/a: list"), &read("/a: list\n/b: null"), &whole());
        assert_eq!(found, [LineChange::Came("/b: null".to_owned())]);
    }

    #[test]
    fn what_is_not_compared_makes_no_difference() {
        let reviewed = read("GET a\nstatus: 200\nmedia type: a/b\n/a: null\n/b: list");
        let came = read("GET a\nstatus: 201\nmedia type: a/c\nmedia type: a/d\n/b: list\n/c: null");
        let mut compared = Compared {
            optional: vec!["/a".to_owned(), "/c".to_owned()],
            ..Compared::default()
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
        assert_eq!(changes(&reviewed, &came, &whole()).len(), 7);
    }
}

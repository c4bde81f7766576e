//! The envelope of an answer, as somebody reviewed it.
//!
//! In comes an answer, out comes a short text of its status, media type and envelope, compared with an
//! insta snapshot of the case. The files are insta's own, so `cargo insta review` shows pending ones and
//! `INSTA_UPDATE` decides what is written; insta's assertion is not used, as its banner and panic would
//! stand between the reader and the difference, and no `cargo` is asked where the files are.

use std::fs;
use std::path::{Path, PathBuf};

use insta::internals::TextSnapshotContents;
use insta::{Snapshot, TextSnapshotKind};
use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use crate::check::{
    Change, Expectation, Family, Observed, Promise, Reading, Review, Rule, Violation, Word, below,
    shown_pointer,
};
use crate::client::Response;
use crate::client::media_type::{MediaType, media_type};
use crate::contract::{Contract, Format};
use crate::names::nearest;
use crate::target::Target;

/// The reviewed snapshots of the built-in pages under the built-in profiles: profile, name, file.
const BUILTIN: [(&str, &str, &str); 8] = [
    (
        "as-documented",
        "get-crm-contact-contactid-json",
        include_str!("../snapshots/get-crm-contact-contactid-json.snap"),
    ),
    (
        "as-documented",
        "get-crm-contact-contactid-xml",
        include_str!("../snapshots/get-crm-contact-contactid-xml.snap"),
    ),
    (
        "as-documented",
        "post-crm-contact-project-projectid-json",
        include_str!("../snapshots/post-crm-contact-project-projectid-json.snap"),
    ),
    (
        "as-documented",
        "post-crm-contact-project-projectid-xml",
        include_str!("../snapshots/post-crm-contact-project-projectid-xml.snap"),
    ),
    (
        "community-server",
        "get-crm-contact-contactid-json",
        include_str!("../snapshots/community-server/get-crm-contact-contactid-json.snap"),
    ),
    (
        "community-server",
        "get-crm-contact-contactid-xml",
        include_str!("../snapshots/community-server/get-crm-contact-contactid-xml.snap"),
    ),
    (
        "community-server",
        "post-crm-contact-project-projectid-json",
        include_str!("../snapshots/community-server/post-crm-contact-project-projectid-json.snap"),
    ),
    (
        "community-server",
        "post-crm-contact-project-projectid-xml",
        include_str!("../snapshots/community-server/post-crm-contact-project-projectid-xml.snap"),
    ),
];

/// Where the reviewed snapshots are, and what is done with new ones.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Snapshots {
    /// Those of the reference portal. Another portal may spell status and media type in any lawful
    /// way, so these two lines count only for the reference portal itself.
    Builtin {
        /// Whether the portal is the reference portal.
        exact: bool,
    },
    /// Those of the portal that is tried, in a folder.
    Folder {
        /// The folder.
        path: PathBuf,
        /// What is done with a new or changed snapshot.
        update: Update,
    },
}

/// What is done with a new or changed snapshot, as insta's `INSTA_UPDATE` says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Update {
    /// A `.snap.new` file is left for review.
    New,
    /// The snapshot is replaced.
    Always,
    /// An unknown snapshot is written, a changed one left for review.
    Unseen,
    /// Nothing is written.
    No,
}

impl Update {
    /// Reads `INSTA_UPDATE` and `CI` as insta does; `variable` looks one up.
    ///
    /// ```
    /// # use portal_conformance::snapshot::Update;
    /// let always = |name: &str| (name == "INSTA_UPDATE").then(|| "always".to_owned());
    /// assert_eq!(Update::from_environment(always).unwrap(), Update::Always);
    /// ```
    ///
    /// # Errors
    ///
    /// [`SnapshotError::Update`]: a value that insta does not know.
    pub fn from_environment(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SnapshotError> {
        let set = |name| variable(name).filter(|value| !value.is_empty());
        Ok(match set("INSTA_UPDATE").as_deref() {
            Some("always" | "1" | "force") => Self::Always,
            Some("new") => Self::New,
            Some("unseen") => Self::Unseen,
            Some("no" | "0") => Self::No,
            Some(value) if value != "auto" => {
                return Err(SnapshotError::Update {
                    value: value.to_owned(),
                    advice: nearest(value, &["auto", "always", "new", "unseen", "no", "force"]),
                });
            }
            _ if set("CI").is_some_and(|value| value != "false" && value != "0") => Self::No,
            _ => Self::New,
        })
    }
}

/// Why snapshots cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// `INSTA_UPDATE` has a value that means nothing.
    #[error("INSTA_UPDATE is `{value}`{advice}")]
    Update {
        /// The value.
        value: String,
        /// The nearest right ones.
        advice: String,
    },
    /// New snapshots have no place.
    #[error("the folder for snapshots {} cannot be written: {error}", path.display())]
    Folder {
        /// The folder.
        path: PathBuf,
        /// What the system says.
        error: std::io::Error,
    },
    /// A file is no snapshot.
    #[error("the snapshot {} cannot be read: {message}; restore it, or remove it and review a new one", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        message: String,
    },
}

impl Snapshots {
    /// Looks whether the snapshots of a contract can be read, and new ones written where they are to be.
    ///
    /// # Errors
    ///
    /// [`SnapshotError`]: a file that is no snapshot, a folder that cannot be written.
    pub fn check(&self, contract: &Contract) -> Result<(), SnapshotError> {
        let Self::Folder { path, update } = self else {
            return Ok(());
        };
        if *update != Update::No {
            check_folder(path)?;
        }
        for operation in &contract.operations {
            for format in Format::ALL {
                check_file(&path.join(format!("{}-{format}.snap", operation.id)))?;
            }
        }
        Ok(())
    }
}

/// New snapshots need a folder that takes files.
fn check_folder(path: &Path) -> Result<(), SnapshotError> {
    let probe = path.join(format!(".portal-conformance-{}", std::process::id()));
    fs::create_dir_all(path)
        .and_then(|()| fs::write(&probe, ""))
        .and_then(|()| fs::remove_file(&probe))
        .map_err(|error| SnapshotError::Folder {
            path: path.to_owned(),
            error,
        })
}

/// insta takes any text for a snapshot of an older format, and says so in its own words.
fn check_file(path: &Path) -> Result<(), SnapshotError> {
    let wrong = |message: String| SnapshotError::File {
        path: path.to_owned(),
        message,
    };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(wrong(error.to_string())),
    };
    let mut lines = text.lines().map(str::trim_end);
    if lines.next() != Some("---") || !lines.any(|line| line == "---") {
        return Err(wrong(
            "it does not begin with a header between two lines `---`".to_owned(),
        ));
    }
    let read = Snapshot::from_file(path).map_err(|error| wrong(error.to_string()))?;
    match read.as_text() {
        Some(_) => Ok(()),
        None => Err(wrong("it holds no text".to_owned())),
    }
}

/// The name of a snapshot: operation and format.
#[must_use]
pub fn name_of(expectation: &Expectation) -> String {
    format!("{}-{}", expectation.operation.id, expectation.format)
}

/// Whether there is anything to compare with, or a place to write it to.
#[must_use]
pub fn is_known(expectation: &Expectation, snapshots: &Snapshots) -> bool {
    match snapshots {
        Snapshots::Folder { .. } => true,
        Snapshots::Builtin { .. } => builtin(expectation).is_some(),
    }
}

/// Compares an answer with its reviewed snapshot; writes a new one where asked to.
#[must_use]
pub fn judge(
    expectation: &Expectation,
    response: &Response,
    reading: &Reading,
    target: &Target,
    snapshots: &Snapshots,
) -> Option<Violation> {
    let body = reading.body.as_deref()?;
    // Names of members are the portal's to choose, so a secret may be among them.
    let mut came = target.scrub(&render(expectation, response, body));
    let reviewed = match snapshots {
        Snapshots::Builtin { exact } => {
            let reviewed = builtin(expectation)?;
            if !exact {
                came = in_words_of(expectation, reviewed, &came, reading);
            }
            Some(reviewed.to_owned())
        }
        Snapshots::Folder { path, .. } => load(&path.join(file_name(expectation))),
    };
    let is_same = reviewed.as_ref().is_some_and(|reviewed| {
        let contents =
            |text: &str| TextSnapshotContents::new(text.to_owned(), TextSnapshotKind::File);
        contents(reviewed).matches_latest(&contents(&came))
    });
    let mut review = Review::None;
    if let Snapshots::Folder { path, update } = snapshots {
        let file = path.join(file_name(expectation));
        if is_same {
            // What was left for review is settled.
            let _ = fs::remove_file(pending(&file));
            return None;
        }
        match keep(&file, expectation, &came, *update, reviewed.is_none()) {
            Ok(Kept::Accepted) => return None,
            Ok(Kept::Pending) => {
                review = Review::Pending(pending(&file));
            }
            Ok(Kept::Nothing) => {}
            Err(error) => {
                review = Review::Unwritable {
                    file,
                    error: error.to_string(),
                };
            }
        }
    } else if is_same {
        return None;
    }
    let (expected, actual) = match reviewed {
        Some(reviewed) => (
            Promise::Envelope(name_of(expectation)),
            Observed::OtherEnvelope {
                changes: changes(&reviewed, &came),
                review,
            },
        ),
        None => (
            Promise::Reviewed(name_of(expectation)),
            Observed::NoSnapshot(review),
        ),
    };
    let example = expectation.operation.response(expectation.format);
    Some(Violation {
        rule: Rule::Snapshot,
        family: Family::Snapshot,
        pointer: String::new(),
        member: String::new(),
        expected,
        actual,
        value: None,
        promised: example.map(|example| example.media_type),
    })
}

/// What a snapshot holds: nothing of the portal's data.
fn render(expectation: &Expectation, response: &Response, body: &Value) -> String {
    let operation = &expectation.operation;
    let mut lines = vec![
        format!("{} {}", operation.method, operation.path),
        format!("status: {}", response.status),
    ];
    for header in &response.content_types {
        let words = match media_type(header) {
            Ok(MediaType { essence, charset }) => {
                let charset = charset.map(|charset| format!("; charset={}", Word::of(&charset)));
                format!("{}{}", Word::of(&essence), charset.unwrap_or_default())
            }
            Err(_) => Word::Hidden.to_string(),
        };
        lines.push(format!("media type: {words}"));
    }
    let root = root_of(expectation);
    let mut members: Vec<String> = match body {
        Value::Object(members) => members
            .iter()
            .map(|(name, value)| {
                let pointer = shown_pointer(&below("", name));
                format!("{root}{pointer}: {}", type_words(value))
            })
            .collect(),
        other => vec![format!("{root}: {}", type_words(other))],
    };
    // The order of members means nothing. An empty XML list shows no element, so it is told like one.
    members.sort();
    lines.extend(members);
    lines.join("\n")
}

fn type_words(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "list",
        Value::Object(_) => "object",
    }
}

/// Takes status and media type from the reviewed text where the transport rules find them lawful, and
/// members of the envelope that may be missing.
fn in_words_of(expectation: &Expectation, reviewed: &str, came: &str, reading: &Reading) -> String {
    let is_broken = |rules: &[Rule]| {
        reading
            .violations
            .iter()
            .any(|violation| rules.contains(&violation.rule))
    };
    let line_of = |prefix: &str, rules: &[Rule]| {
        (!is_broken(rules))
            .then(|| reviewed.lines().find(|line| line.starts_with(prefix)))
            .flatten()
    };
    let media = line_of("media type: ", &[Rule::MediaType, Rule::Charset]);
    let optional: Vec<String> = expectation
        .answer
        .envelope
        .members()
        .iter()
        .filter(|member| member.optional)
        .map(|member| format!("{}/{}: ", root_of(expectation), member.name))
        .collect();
    let may_be_missing = |line: &str| optional.iter().any(|start| line.starts_with(start));
    let mut lines: Vec<&str> = came
        .lines()
        .map(|line| match line.split_once(' ') {
            Some(("status:", _)) => line_of("status: ", &[Rule::Status]).unwrap_or(line),
            Some(("media", _)) => media.unwrap_or(line),
            _ => line,
        })
        .filter(|line| !may_be_missing(line))
        .collect();
    lines.extend(reviewed.lines().filter(|line| may_be_missing(line)));
    // Those of the members stand at the end, sorted.
    let first = lines.iter().position(|line| line.starts_with('/'));
    lines[first.unwrap_or_default()..].sort_unstable();
    lines.join("\n")
}

/// What stands before the path of every member.
fn root_of(expectation: &Expectation) -> String {
    match expectation.format {
        Format::Json => String::new(),
        Format::Xml => format!("/{}", expectation.profile.xml.root),
    }
}

fn builtin(expectation: &Expectation) -> Option<&'static str> {
    let (profile, name) = (&expectation.profile.snapshots, name_of(expectation));
    let (_, _, file) = BUILTIN
        .iter()
        .find(|(of, builtin, _)| of == profile && *builtin == name)?;
    // The header of insta's files ends with the second line of dashes.
    let (_, contents) = file.strip_prefix("---\n")?.split_once("\n---\n")?;
    Some(contents.trim_end())
}

fn file_name(expectation: &Expectation) -> String {
    format!("{}.snap", name_of(expectation))
}

fn pending(file: &Path) -> PathBuf {
    file.with_extension("snap.new")
}

fn load(file: &Path) -> Option<String> {
    let snapshot = Snapshot::from_file(file).ok()?;
    Some(snapshot.as_text()?.to_string())
}

enum Kept {
    Accepted,
    Pending,
    Nothing,
}

fn keep(
    file: &Path,
    expectation: &Expectation,
    contents: &str,
    update: Update,
    is_unseen: bool,
) -> std::io::Result<Kept> {
    let (path, kept) = match update {
        Update::No => return Ok(Kept::Nothing),
        Update::Unseen if is_unseen => (file.to_owned(), Kept::Accepted),
        Update::Always => (file.to_owned(), Kept::Accepted),
        Update::New | Update::Unseen => (pending(file), Kept::Pending),
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let text = format!(
        "---\nsource: src/snapshot.rs\ndescription: \"the envelope of {} {} in {}\"\n---\n{contents}\n",
        expectation.operation.method, expectation.operation.path, expectation.format
    );
    fs::write(&path, text)?;
    if matches!(kept, Kept::Accepted) {
        let _ = fs::remove_file(pending(file));
    }
    Ok(kept)
}

/// The lines that differ.
fn changes(reviewed: &str, came: &str) -> Vec<Change> {
    TextDiff::from_lines(reviewed, came)
        .iter_all_changes()
        .filter_map(|change| {
            let line = change.value().trim_end().to_owned();
            match change.tag() {
                ChangeTag::Equal => None,
                ChangeTag::Delete => Some(Change::Reviewed(line)),
                ChangeTag::Insert => Some(Change::Came(line)),
            }
        })
        .collect()
}

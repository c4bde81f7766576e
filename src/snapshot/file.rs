//! The files of snapshots, as insta reads and writes them.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};

use insta::Snapshot;

use crate::draft;
use crate::input;
use crate::names::nearest;

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
    /// let always = |name: &str| (name == "INSTA_UPDATE").then(|| "always".into());
    /// assert_eq!(Update::from_environment(always).unwrap(), Update::Always);
    /// ```
    ///
    /// # Errors
    ///
    /// [`SnapshotError::Update`]: a value that insta does not know.
    pub fn from_environment(
        variable: impl Fn(&str) -> Option<OsString>,
    ) -> Result<Self, SnapshotError> {
        // What is not UTF-8 is no word of insta's either.
        let set = |name| {
            let value = variable(name).filter(|value| !value.is_empty());
            value.map(|value| value.to_string_lossy().into_owned())
        };
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
    /// A folder of snapshots cannot be read.
    #[error("the folder of snapshots {} cannot be read: {error}", path.display())]
    Unreadable {
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

/// New snapshots need a folder that takes files.
pub(super) fn check_folder(path: &Path) -> Result<(), SnapshotError> {
    let probe = path.join(format!(".portal-conformance-{}", std::process::id()));
    fs::create_dir_all(path)
        .and_then(|()| fs::write(&probe, ""))
        .and_then(|()| fs::remove_file(&probe))
        .map_err(|error| SnapshotError::Folder {
            path: path.to_owned(),
            error,
        })
}

/// How many signs that nest may stand at the beginning of a line of a header: insta's reader calls itself for
/// each level.
const MAX_LEAD: usize = 64;

/// How many signs that nest stand at the beginning of a line.
fn lead(line: &str) -> usize {
    let nests = |byte: &u8| matches!(byte, b' ' | b'\t' | b'-' | b'?' | b':');
    line.bytes().take_while(nests).count()
}

/// insta takes any text for a snapshot of an older format, and says so in its own words.
pub(super) fn check_file(path: &Path) -> Result<(), SnapshotError> {
    let wrong = |message: String| SnapshotError::File {
        path: path.to_owned(),
        message,
    };
    let text = match input::text(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(wrong(error.to_string())),
    };
    let mut lines = text.lines().map(str::trim_end);
    let begins = lines.next() == Some("---");
    let header: Vec<&str> = lines.by_ref().take_while(|line| *line != "---").collect();
    // The line that ended the header was taken with it.
    let has_end = header.len() + 1 < text.lines().count();
    if !begins || !has_end {
        return Err(wrong(
            "it does not begin with a header between two lines `---`".to_owned(),
        ));
    }
    if header.iter().any(|line| lead(line) > MAX_LEAD) {
        return Err(wrong("its header nests too deep".to_owned()));
    }
    let read = Snapshot::from_file(path).map_err(|error| wrong(error.to_string()))?;
    match read.as_text() {
        Some(_) => Ok(()),
        None => Err(wrong("it holds no text".to_owned())),
    }
}

/// Where a new text waits for review.
pub(super) fn pending(file: &Path) -> PathBuf {
    file.with_extension("snap.new")
}

/// The text of a snapshot, where there is one.
pub(super) fn load(file: &Path) -> Option<String> {
    let snapshot = Snapshot::from_file(file).ok()?;
    Some(snapshot.as_text()?.to_string())
}

/// What became of a new text.
pub(super) enum Updated {
    /// It is the snapshot now.
    Accepted,
    /// It waits for review.
    Pending,
    /// It was not written.
    Nothing,
}

/// Writes a new text as [`Update`] says, with a description of what it is.
pub(super) fn keep(
    file: &Path,
    description: &str,
    contents: &str,
    update: Update,
    is_unseen: bool,
) -> std::io::Result<Updated> {
    let (path, kept) = match update {
        Update::No => return Ok(Updated::Nothing),
        Update::Unseen if is_unseen => (file.to_owned(), Updated::Accepted),
        Update::Always => (file.to_owned(), Updated::Accepted),
        Update::New | Update::Unseen => (pending(file), Updated::Pending),
    };
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let text =
        format!("---\nsource: src/snapshot.rs\ndescription: \"{description}\"\n---\n{contents}\n");
    draft::write(&path, &text)?;
    if matches!(kept, Updated::Accepted) {
        let _ = fs::remove_file(pending(file));
    }
    Ok(kept)
}

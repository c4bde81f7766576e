//! What waits for review in a folder of snapshots, and what becomes of it.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use similar::{ChangeTag, TextDiff};

use crate::draft;
use crate::snapshot::file::{self, SnapshotError};

/// A new or changed snapshot that waits for review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Operation and format.
    pub name: String,
    /// The file that waits.
    pub file: PathBuf,
    /// Whether there is a reviewed one.
    pub is_known: bool,
    /// Its lines beside those of the reviewed one, in the order of both.
    pub lines: Vec<(Side, String)>,
}

/// Where a line stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// In both.
    Both,
    /// In the reviewed one alone.
    Reviewed,
    /// In the new one alone.
    New,
}

/// Everything that waits in a folder, sorted by name; nothing in one that does not exist.
///
/// # Errors
///
/// [`SnapshotError`]: a folder that cannot be read, a file that is no snapshot.
pub fn pending(folder: &Path) -> Result<Vec<Pending>, SnapshotError> {
    let wrong = |error| SnapshotError::Unreadable {
        path: folder.to_owned(),
        error,
    };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(wrong(error)),
    };
    let mut all = Vec::new();
    for entry in entries {
        let file = entry.map_err(wrong)?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if let Some(name) = name.strip_suffix(".snap.new") {
            all.push(Pending::read(name.to_owned(), file.clone())?);
        }
    }
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

impl Pending {
    fn read(name: String, file: PathBuf) -> Result<Self, SnapshotError> {
        let reviewed = place(&file);
        file::check_file(&file)?;
        file::check_file(&reviewed)?;
        let reviewed = file::load(&reviewed);
        let text = file::load(&file).unwrap_or_default();
        let old = reviewed.as_deref().unwrap_or_default();
        // A last line without its end would differ from the same one with it.
        let [old, text] = [old, &text].map(|lines| format!("{}\n", lines.trim()));
        let old = if reviewed.is_some() { &old } else { "" };
        let diff = TextDiff::from_lines(old, &text);
        let lines = diff.iter_all_changes().map(|change| {
            let side = match change.tag() {
                ChangeTag::Equal => Side::Both,
                ChangeTag::Delete => Side::Reviewed,
                ChangeTag::Insert => Side::New,
            };
            (side, change.value().trim_end().to_owned())
        });
        Ok(Self {
            name,
            is_known: reviewed.is_some(),
            lines: lines.collect(),
            file,
        })
    }

    /// Makes it the reviewed one.
    ///
    /// # Errors
    ///
    /// What the file system says; then it waits as before.
    pub fn accept(&self) -> io::Result<()> {
        let text = fs::read_to_string(&self.file)?;
        draft::write(&place(&self.file), &text)?;
        fs::remove_file(&self.file)
    }

    /// Takes it away; the reviewed one, where there is one, stays.
    ///
    /// # Errors
    ///
    /// What the file system says.
    pub fn reject(&self) -> io::Result<()> {
        fs::remove_file(&self.file)
    }
}

/// Where a pending snapshot belongs: `a.snap` of `a.snap.new`.
fn place(file: &Path) -> PathBuf {
    file.with_extension("")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn snapshot(lines: &str) -> String {
        format!("---\nsource: x\n---\n{lines}\n")
    }

    #[test]
    fn what_waits_is_shown_beside_what_was_reviewed() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        assert_eq!(pending(&path("none")).unwrap(), []);
        fs::write(path("b.snap"), snapshot("one\ntwo\nthree")).unwrap();
        fs::write(path("b.snap.new"), snapshot("one\n2\nthree")).unwrap();
        fs::write(path("a.snap.new"), snapshot("new")).unwrap();
        fs::write(path("c.snap"), snapshot("reviewed")).unwrap();
        fs::write(path("readme.new"), "other").unwrap();
        let all = pending(folder.path()).unwrap();
        let names: Vec<&str> = all.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names, ["a", "b"]);
        assert!(!all[0].is_known && all[1].is_known);
        assert_eq!(all[0].lines, [(Side::New, "new".to_owned())]);
        let lines: Vec<(Side, &str)> = all[1]
            .lines
            .iter()
            .map(|(side, line)| (*side, line.as_str()))
            .collect();
        assert_eq!(
            lines,
            [
                (Side::Both, "one"),
                (Side::Reviewed, "two"),
                (Side::New, "2"),
                (Side::Both, "three"),
            ]
        );
    }

    #[test]
    fn a_line_that_stays_is_shown_as_such_where_another_one_becomes_the_last() {
        let folder = tempfile::tempdir().unwrap();
        for (old, new) in [
            ("one\ntwo", "one\ntwo\nthree"),
            ("one\ntwo\nthree", "one\ntwo"),
        ] {
            fs::write(folder.path().join("a.snap"), snapshot(old)).unwrap();
            fs::write(folder.path().join("a.snap.new"), snapshot(new)).unwrap();
            let all = pending(folder.path()).unwrap();
            let lines: Vec<(Side, &str)> = all[0]
                .lines
                .iter()
                .map(|(side, line)| (*side, line.as_str()))
                .collect();
            let last = if new.ends_with("three") {
                Side::New
            } else {
                Side::Reviewed
            };
            assert_eq!(
                lines,
                [(Side::Both, "one"), (Side::Both, "two"), (last, "three")]
            );
        }
    }

    #[test]
    fn accepted_it_is_the_reviewed_one_and_rejected_it_is_gone() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        for name in ["a", "b"] {
            fs::write(path(&format!("{name}.snap")), snapshot("old")).unwrap();
            fs::write(path(&format!("{name}.snap.new")), snapshot("new")).unwrap();
        }
        let all = pending(folder.path()).unwrap();
        all[0].accept().unwrap();
        all[1].reject().unwrap();
        assert_eq!(pending(folder.path()).unwrap(), []);
        let text = |name: &str| fs::read_to_string(path(name)).unwrap();
        assert_eq!(text("a.snap"), snapshot("new"));
        assert_eq!(text("b.snap"), snapshot("old"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 2);
    }

    #[test]
    fn what_is_no_snapshot_is_told_and_not_taken() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a.snap.new");
        fs::write(&file, "<<<<<<< HEAD").unwrap();
        let error = pending(folder.path()).unwrap_err().to_string();
        assert!(error.contains("a.snap.new"), "{error}");
    }
}

//! The folder that journals lie in.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::path::{Path, PathBuf};

use crate::input;
use crate::session::journal::{Header, JournalError};

/// How the name of a journal ends.
const EXTENSION: &str = "jsonl";
/// The file whose lock is held while journals come and go.
const LOCK: &str = "lock";

/// The journals of a folder, sorted by name; none where there is no folder.
///
/// # Errors
///
/// [`JournalError::Io`] where the folder cannot be read.
pub fn list(folder: &Path) -> Result<Vec<PathBuf>, JournalError> {
    let failed = |error| JournalError::io("read", folder, error);
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(failed(error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry.map_err(failed)?.path();
        if path.extension().is_some_and(|end| end == EXTENSION) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Makes the folder where it is not there.
pub(super) fn make(folder: &Path) -> Result<(), JournalError> {
    fs::create_dir_all(folder).map_err(|error| JournalError::io("make", folder, error))?;
    // Ids of test data are of no use to anybody who shares the project.
    let ignore = folder.join(".gitignore");
    if !ignore.exists() {
        fs::write(&ignore, "*\n").map_err(|error| JournalError::io("write", &ignore, error))?;
    }
    Ok(())
}

/// Where the journal of a run lies.
pub(super) fn place(folder: &Path, header: &Header) -> PathBuf {
    let name = format!("{}-{}.{EXTENSION}", plain(&header.target), header.run);
    folder.join(name)
}

/// Holds off everybody who makes, opens or removes journals, until it is dropped.
pub(super) fn lock(folder: &Path) -> Result<File, JournalError> {
    let path = folder.join(LOCK);
    input::regular(&path).map_err(|error| JournalError::io("open", &path, error))?;
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|error| JournalError::io("open", &path, error))?;
    file.lock()
        .map_err(|error| JournalError::io("lock", &path, error))?;
    Ok(file)
}

/// A new file is on the disk when its folder is; systems that cannot sync folders do it themselves.
pub(super) fn sync(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// A name that any file system takes.
fn plain(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let plain = name.chars().map(|c| if is_plain(c) { c } else { '_' });
    plain.take(64).collect()
}

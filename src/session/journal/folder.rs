//! The folder that journals lie in.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use crate::input;
use crate::session::journal::{Header, JournalError};
use crate::session::stop::Stop;

/// How the name of a journal ends.
const EXTENSION: &str = "jsonl";
/// The file whose lock is held while journals come and go.
const LOCK: &str = "lock";
/// So long it is waited for: others hold it for a moment.
pub(super) const PATIENCE: Duration = Duration::from_secs(10);
/// So long it is waited for where somebody wants an end.
const HASTE: Duration = Duration::from_millis(500);
/// The time between two tries.
const PAUSE: Duration = Duration::from_millis(10);

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
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    let made = builder.create(folder);
    made.map_err(|error| JournalError::io("make", folder, error))?;
    JournalError::guard(folder)?;
    // Ids of test data are of no use to anybody who shares the project. No link is followed.
    let ignore = folder.join(".gitignore");
    let mut options = OpenOptions::new();
    match options.write(true).create_new(true).open(&ignore) {
        Ok(mut file) => file.write_all(b"*\n"),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(error) => Err(error),
    }
    .map_err(|error| JournalError::io("write", &ignore, error))
}

/// Where the journal of a run lies.
pub(super) fn place(folder: &Path, header: &Header) -> PathBuf {
    let name = format!("{}-{}.{EXTENSION}", plain(&header.target), header.run);
    folder.join(name)
}

/// Holds off everybody who makes, opens or removes journals, until it is dropped. Who wants an end waits for a
/// moment, from then on.
pub(super) fn lock(folder: &Path, longest: Duration, stop: &Stop) -> Result<File, JournalError> {
    JournalError::guard(folder)?;
    let start = Instant::now();
    let mut unwanted = start;
    let mut is_patient = || {
        let now = Instant::now();
        if !stop.is_wanted() {
            unwanted = now;
        }
        now - start < longest.min(PATIENCE) && now - unwanted < HASTE
    };
    let path = folder.join(LOCK);
    let failed = |doing| move |error| JournalError::io(doing, &folder.join(LOCK), error);
    input::regular(&path).map_err(failed("open"))?;
    let mut options = OpenOptions::new();
    options.write(true);
    // What is made is no link's other end.
    let file = match options.clone().create_new(true).open(&path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => options.open(&path),
        other => other,
    };
    let file = file.map_err(failed("open"))?;
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::Error(error)) => return Err(failed("lock")(error)),
            Err(TryLockError::WouldBlock) if is_patient() => {
                thread::sleep(PAUSE);
            }
            Err(TryLockError::WouldBlock) => {
                let held = "another process holds it, and does not let go";
                let error = io::Error::new(io::ErrorKind::TimedOut, held);
                return Err(failed("lock")(error));
            }
        }
    }
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

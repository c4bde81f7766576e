//! The journal of one run, as its file: written line by line, read whole.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use crate::input;
use crate::session::journal::folder::{self, list};
use crate::session::journal::{Entry, Header, JournalError, State};

/// The journal of one run; others leave its data alone for as long as this lives.
#[derive(Debug)]
pub struct Journal {
    pub(super) path: PathBuf,
    pub(super) file: File,
    /// Whose data it is.
    pub header: Header,
    /// Where the run stands.
    pub state: State,
}

/// What another process's journal is found to be.
#[derive(Debug)]
pub enum Opened {
    /// Its run is over.
    Left(Box<Journal>),
    /// Its run is under way.
    InUse,
    /// Its run ended before it sent anything; it is gone.
    Unused,
}

impl Journal {
    /// Begins the journal of a run.
    ///
    /// # Errors
    ///
    /// [`JournalError::Io`] where folder or file cannot be written.
    pub fn create(folder: &Path, header: Header) -> Result<Self, JournalError> {
        folder::make(folder)?;
        let _lock = folder::lock(folder)?;
        let path = folder::place(folder, &header);
        let mut options = OpenOptions::new();
        options.read(true).append(true).create_new(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options
            .open(&path)
            .map_err(|error| JournalError::io("make", &path, error))?;
        file.try_lock()
            .map_err(|error| JournalError::io("lock", &path, error.into()))?;
        let mut journal = Self {
            path,
            file,
            header,
            state: State::default(),
        };
        let line = serde_json::json!(journal.header);
        journal.append(&line.to_string())?;
        folder::sync(folder);
        Ok(journal)
    }

    /// Writes an entry and waits until it is on the disk.
    ///
    /// The state holds it even where writing fails, so that what was made can still be undone.
    ///
    /// # Errors
    ///
    /// [`JournalError::Io`] where it cannot be written.
    pub fn write(&mut self, entry: &Entry) -> Result<(), JournalError> {
        self.state.add(entry);
        let line = serde_json::json!(entry);
        self.append(&line.to_string())
    }

    pub(super) fn append(&mut self, line: &str) -> Result<(), JournalError> {
        let written = self.file.write_all(format!("{line}\n").as_bytes());
        written
            .and_then(|()| self.file.sync_data())
            .map_err(|error| JournalError::io("write", &self.path, error))
    }

    /// Removes the file: nothing is left to undo.
    ///
    /// # Errors
    ///
    /// [`JournalError::Io`] where it cannot be removed.
    pub fn remove(self) -> Result<(), JournalError> {
        let _lock = folder::lock(self.path.parent().unwrap_or(Path::new(".")))?;
        fs::remove_file(&self.path).map_err(|error| JournalError::io("remove", &self.path, error))
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// Opens the journal of a run that is over.
///
/// A line that was cut by the end of its process is taken off; what it would have said is not known.
///
/// # Errors
///
/// [`JournalError`] where it cannot be read.
pub fn open(path: &Path) -> Result<Opened, JournalError> {
    let failed = |doing| move |error| JournalError::io(doing, path, error);
    let _lock = folder::lock(path.parent().unwrap_or(Path::new(".")))?;
    input::regular(path).map_err(failed("open"))?;
    let mut file = match OpenOptions::new().read(true).append(true).open(path) {
        Ok(file) => file,
        // Its run ended meanwhile.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Opened::Unused),
        Err(error) => return Err(JournalError::io("open", path, error)),
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Opened::InUse),
        Err(TryLockError::Error(error)) => return Err(JournalError::io("lock", path, error)),
    }
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes).map_err(failed("read"))?;
    let complete = bytes
        .iter()
        .rposition(|byte| *byte == b'\n')
        .map_or(0, |at| at + 1);
    if complete == 0 {
        fs::remove_file(path).map_err(failed("remove"))?;
        return Ok(Opened::Unused);
    }
    if complete < bytes.len() {
        bytes.truncate(complete);
        file.set_len(complete as u64).map_err(failed("write"))?;
        file.seek(SeekFrom::End(0)).map_err(failed("write"))?;
    }
    let (header, state) = match read(&bytes) {
        Ok(read) => read,
        // Nothing is sent before the first line is there.
        Err(1) if lines(&bytes) == 1 => {
            fs::remove_file(path).map_err(failed("remove"))?;
            return Ok(Opened::Unused);
        }
        Err(line) => {
            return Err(JournalError::Line {
                path: path.to_owned(),
                line,
            });
        }
    };
    Ok(Opened::Left(Box::new(Journal {
        path: path.to_owned(),
        file,
        header,
        state,
    })))
}

/// How many runs that are over may have left something on a portal: those that sent something.
#[must_use]
pub fn left(folder: &Path) -> usize {
    let paths = list(folder).unwrap_or_default();
    // While it is held, nobody else opens a journal: the locks below are in nobody's way.
    let lock = (!paths.is_empty()).then(|| folder::lock(folder));
    match lock {
        Some(Ok(_lock)) => paths.iter().filter(|path| is_left(path)).count(),
        _ => 0,
    }
}

fn is_left(path: &Path) -> bool {
    // What is no file is left to whoever cleans up, who says so.
    if input::regular(path).is_err() {
        return true;
    }
    let Ok(mut file) = File::open(path) else {
        return false;
    };
    let mut bytes = Vec::new();
    file.try_lock_shared().is_ok() && file.read_to_end(&mut bytes).is_ok() && lines(&bytes) > 1
}

/// How many lines are complete.
fn lines(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

/// The header and the folded entries; the number of the line that is not understood.
fn read(bytes: &[u8]) -> Result<(Header, State), usize> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let header = serde_json::from_slice(lines.next().unwrap_or_default()).map_err(|_| 1_usize)?;
    let mut state = State::default();
    for (at, line) in lines.enumerate() {
        if !line.is_empty() {
            state.add(&serde_json::from_slice(line).map_err(|_| at + 2)?);
        }
    }
    Ok((header, state))
}

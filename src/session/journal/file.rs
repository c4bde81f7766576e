//! The journal of one run, as its file: written line by line, read whole.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::input::{self, InputError, MAX_BYTES};
use crate::session::journal::folder::{self, PATIENCE, list};
use crate::session::journal::{Entry, Header, JournalError, Standing};
use crate::session::stop::Stop;

/// So long a run looks for what earlier ones left.
const GLANCE: Duration = Duration::from_secs(1);

/// The journal of one run; others leave its data alone for as long as this lives.
#[derive(Debug)]
pub struct Journal {
    pub(super) path: PathBuf,
    pub(super) file: File,
    /// Whose data it is.
    pub header: Header,
    /// Where the run stands.
    pub standing: Standing,
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
    /// Begins the journal of a run; others who are at the folder are waited for so long at most, and for a
    /// moment where somebody wants an end.
    ///
    /// # Errors
    ///
    /// [`JournalError`] where folder or file cannot be written, or the folder is somebody else's.
    pub fn create(
        folder: &Path,
        header: Header,
        longest: Duration,
        stop: &Stop,
    ) -> Result<Self, JournalError> {
        folder::make(folder)?;
        let _lock = folder::lock(folder, longest, stop)?;
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
            standing: Standing::default(),
        };
        let line = serde_json::json!(journal.header);
        journal.append(&line.to_string())?;
        folder::sync(folder);
        Ok(journal)
    }

    /// Writes an entry and waits until it is on the disk.
    ///
    /// The standing holds it even where writing fails, so that what was made can still be undone.
    ///
    /// # Errors
    ///
    /// [`JournalError::Io`] where it cannot be written.
    pub fn write(&mut self, entry: &Entry) -> Result<(), JournalError> {
        self.standing.add(entry);
        let line = serde_json::json!(entry);
        self.append(&line.to_string())
    }

    pub(super) fn append(&mut self, line: &str) -> Result<(), JournalError> {
        let written = self.file.write_all(format!("{line}\n").as_bytes());
        written
            .and_then(|()| self.file.sync_data())
            .map_err(|error| JournalError::io("write", &self.path, error))
    }

    /// Removes the file: nothing is left to undo. Others who are at the folder are waited for, for a moment
    /// where somebody wants an end.
    ///
    /// # Errors
    ///
    /// [`JournalError::Io`] where it cannot be removed.
    pub fn remove(self, stop: &Stop) -> Result<(), JournalError> {
        let folder = self.path.parent().unwrap_or(Path::new("."));
        let _lock = folder::lock(folder, PATIENCE, stop)?;
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
    let folder = path.parent().unwrap_or(Path::new("."));
    let _lock = folder::lock(folder, PATIENCE, &Stop::never())?;
    input::regular(path).map_err(failed("open"))?;
    JournalError::guard(path)?;
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
    let mut bytes = whole(&mut file).map_err(failed("read"))?;
    if is_unused(&bytes) {
        fs::remove_file(path).map_err(failed("remove"))?;
        return Ok(Opened::Unused);
    }
    // Of what has no line at all, nothing is taken off: it is no journal that was cut.
    let complete = bytes.iter().rposition(|byte| *byte == b'\n');
    let complete = complete.map_or(bytes.len(), |at| at + 1);
    if complete < bytes.len() {
        bytes.truncate(complete);
        file.set_len(complete as u64).map_err(failed("write"))?;
        file.seek(SeekFrom::End(0)).map_err(failed("write"))?;
    }
    let (header, standing) = read(&bytes).map_err(|line| JournalError::Line {
        path: path.to_owned(),
        line,
    })?;
    Ok(Opened::Left(Box::new(Journal {
        path: path.to_owned(),
        file,
        header,
        standing,
    })))
}

/// How many runs that are over may have left something on a portal: those that sent something.
#[must_use]
pub fn left(folder: &Path) -> usize {
    let paths = list(folder).unwrap_or_default();
    // While it is held, nobody else opens a journal: the locks below are in nobody's way.
    let lock = (!paths.is_empty()).then(|| folder::lock(folder, GLANCE, &Stop::never()));
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
    if file.try_lock_shared().is_err() {
        return false;
    }
    // What is too large to be read, or damaged, is left to them as well.
    whole(&mut file).map_or(true, |bytes| {
        let sent_nothing = read(&bytes).is_ok_and(|(_, standing)| standing.requests == 0);
        !(is_unused(&bytes) || sent_nothing)
    })
}

/// The bytes of a journal; a larger file is none.
fn whole(file: &mut File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    if file.metadata()?.len() <= MAX_BYTES {
        file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
        if bytes.len() as u64 <= MAX_BYTES {
            return Ok(bytes);
        }
    }
    Err(InputError::TooLarge(MAX_BYTES).into())
}

/// Whether the process ended while it wrote the first line: nothing is sent before that is there. Only the
/// beginning of such a line is taken for it, as nobody knows of anything else what it was.
fn is_unused(bytes: &[u8]) -> bool {
    if lines(bytes) > 0 {
        return false;
    }
    match serde_json::from_slice::<Header>(bytes) {
        Ok(_) => true,
        Err(error) => error.is_eof(),
    }
}

/// How many lines are complete.
fn lines(bytes: &[u8]) -> usize {
    bytes.split(|byte| *byte == b'\n').count() - 1
}

/// The header and the folded entries; the number of the line that is not understood.
fn read(bytes: &[u8]) -> Result<(Header, Standing), usize> {
    let mut lines = bytes.split(|byte| *byte == b'\n');
    let header = serde_json::from_slice(lines.next().unwrap_or_default()).ok();
    let header = header.filter(Header::is_sound).ok_or(1_usize)?;
    let mut standing = Standing::default();
    for (at, line) in lines.enumerate() {
        if !line.is_empty() {
            let entry = serde_json::from_slice(line).ok();
            let entry = entry.filter(|entry: &Entry| entry.is_sound(&header));
            standing.add(&entry.ok_or(at + 2)?);
        }
    }
    Ok((header, standing))
}

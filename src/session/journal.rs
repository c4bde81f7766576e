//! What a run made on a portal, written down before it is used, so that it can be undone after a crash.
//!
//! One file for each run, a JSON object on each line, each line synced before what it announces happens.
//! It holds ids, the names of steps, and the target's name and URL: no secret, nothing else of the
//! portal. A run holds a lock on its file until it ends, however it ends, so nobody else takes its data
//! for left behind. What has to be done about it is left to [`crate::session::recipe`].

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// The folder of the journals, beside the configuration file.
pub const FOLDER: &str = ".portal-conformance";

/// How the name of a journal ends.
const EXTENSION: &str = "jsonl";
/// The file whose lock is held while journals come and go.
const LOCK: &str = "lock";

/// Values by the name of the parameter, in the order in which they came.
pub type Kept = BTreeMap<String, Vec<String>>;

/// The first line: whose data it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The target's name in the configuration file.
    pub target: String,
    /// The portal's URL.
    pub url: String,
    /// The text that no other run has.
    pub run: String,
    /// The values that the user named and the tear-down steps need.
    pub named: Kept,
}

/// Every other line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Entry {
    /// A request of a set-up step is about to be sent.
    Begun {
        /// Which request of the run it is, 0-based.
        at: usize,
        /// The step's name.
        step: String,
    },
    /// An answer came that does not say what it made.
    Answered {
        /// Which request of the run it is.
        at: usize,
        /// The answer's status code.
        status: u16,
    },
    /// What it made is known: its answer came, or what it made was looked for.
    Ended {
        /// Which request of the run it is.
        at: usize,
        /// What is kept of the answer.
        kept: Kept,
    },
    /// A request of a tear-down step succeeded.
    Undone {
        /// The step's name.
        step: String,
        /// The values it was about.
        values: Kept,
    },
}

/// Where a run stands, by all lines of its journal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct State {
    /// What was kept, each value once.
    pub kept: Kept,
    /// Requests of which nobody knows what they made, and their steps' names.
    pub open: BTreeMap<usize, String>,
    /// The status codes of those that were answered.
    pub answered: BTreeMap<usize, u16>,
    /// What was undone.
    pub undone: BTreeSet<(String, Kept)>,
    /// How many requests were begun.
    pub requests: usize,
}

/// The journal of one run; others leave its data alone for as long as this lives.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
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

/// Why a journal cannot be kept or read.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The system refuses.
    #[error("cannot {doing} {}: {error}", path.display())]
    Io {
        /// What was tried.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// What the system says.
        error: io::Error,
    },
    /// A line in its middle is not understood.
    #[error(
        "{}:{line}: no line of a journal; look at the portal yourself, then delete the file",
        path.display()
    )]
    Line {
        /// The file.
        path: PathBuf,
        /// 1-based.
        line: usize,
    },
}

impl State {
    fn add(&mut self, entry: &Entry) {
        match entry {
            Entry::Begun { at, step } => {
                self.requests = self.requests.max(at + 1);
                self.open.insert(*at, step.clone());
            }
            Entry::Answered { at, status } => {
                self.answered.insert(*at, *status);
            }
            Entry::Ended { at, kept } => {
                self.open.remove(at);
                for (name, values) in kept {
                    let known = self.kept.entry(name.clone()).or_default();
                    for value in values {
                        if !known.contains(value) {
                            known.push(value.clone());
                        }
                    }
                }
            }
            Entry::Undone { step, values } => {
                self.undone.insert((step.clone(), values.clone()));
            }
        }
    }
}

impl Journal {
    /// Begins the journal of a run.
    ///
    /// # Errors
    ///
    /// [`JournalError::Io`] where folder or file cannot be written.
    pub fn create(folder: &Path, header: Header) -> Result<Self, JournalError> {
        fs::create_dir_all(folder).map_err(|error| io_error("make", folder, error))?;
        // Ids of test data are of no use to anybody who shares the project.
        let ignore = folder.join(".gitignore");
        if !ignore.exists() {
            fs::write(&ignore, "*\n").map_err(|error| io_error("write", &ignore, error))?;
        }
        let _lock = lock_folder(folder)?;
        let name = format!("{}-{}.{EXTENSION}", plain(&header.target), header.run);
        let path = folder.join(name);
        let file = OpenOptions::new()
            .read(true)
            .append(true)
            .create_new(true)
            .open(&path)
            .map_err(|error| io_error("make", &path, error))?;
        file.try_lock()
            .map_err(|error| io_error("lock", &path, error.into()))?;
        let mut journal = Self {
            path,
            file,
            header,
            state: State::default(),
        };
        let line = serde_json::json!(journal.header);
        journal.append(&line.to_string())?;
        sync_folder(folder);
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

    fn append(&mut self, line: &str) -> Result<(), JournalError> {
        let written = self.file.write_all(format!("{line}\n").as_bytes());
        written
            .and_then(|()| self.file.sync_data())
            .map_err(|error| io_error("write", &self.path, error))
    }

    /// Removes the file: nothing is left to undo.
    ///
    /// # Errors
    ///
    /// [`JournalError::Io`] where it cannot be removed.
    pub fn remove(self) -> Result<(), JournalError> {
        let _lock = lock_folder(self.path.parent().unwrap_or(Path::new(".")))?;
        fs::remove_file(&self.path).map_err(|error| io_error("remove", &self.path, error))
    }

    /// Where the file is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

/// The journals of a folder, sorted by name; none where there is no folder.
///
/// # Errors
///
/// [`JournalError::Io`] where the folder cannot be read.
pub fn list(folder: &Path) -> Result<Vec<PathBuf>, JournalError> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io_error("read", folder, error)),
    };
    let mut paths = Vec::new();
    for entry in entries {
        let path = entry
            .map_err(|error| io_error("read", folder, error))?
            .path();
        if path.extension().is_some_and(|end| end == EXTENSION) {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(paths)
}

/// Opens the journal of a run that is over.
///
/// A line that was cut by the end of its process is taken off; what it would have said is not known.
///
/// # Errors
///
/// [`JournalError`] where it cannot be read.
pub fn open(path: &Path) -> Result<Opened, JournalError> {
    let failed = |doing| move |error| io_error(doing, path, error);
    let _lock = lock_folder(path.parent().unwrap_or(Path::new(".")))?;
    let mut file = match OpenOptions::new().read(true).append(true).open(path) {
        Ok(file) => file,
        // Its run ended meanwhile.
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Opened::Unused),
        Err(error) => return Err(io_error("open", path, error)),
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(Opened::InUse),
        Err(TryLockError::Error(error)) => return Err(io_error("lock", path, error)),
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
    let lock = (!paths.is_empty()).then(|| lock_folder(folder));
    match lock {
        Some(Ok(_lock)) => paths.iter().filter(|path| is_left(path)).count(),
        _ => 0,
    }
}

fn is_left(path: &Path) -> bool {
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

/// Holds off everybody who makes, opens or removes journals, until it is dropped.
fn lock_folder(folder: &Path) -> Result<File, JournalError> {
    let path = folder.join(LOCK);
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(false)
        .open(&path)
        .map_err(|error| io_error("open", &path, error))?;
    file.lock()
        .map_err(|error| io_error("lock", &path, error))?;
    Ok(file)
}

/// A new file is on the disk when its folder is; systems that cannot sync folders do it themselves.
fn sync_folder(folder: &Path) {
    let _ = File::open(folder).and_then(|folder| folder.sync_all());
}

/// A name that any file system takes.
fn plain(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let plain = name.chars().map(|c| if is_plain(c) { c } else { '_' });
    plain.take(64).collect()
}

fn io_error(doing: &'static str, path: &Path, error: io::Error) -> JournalError {
    JournalError::Io {
        doing,
        path: path.to_owned(),
        error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header() -> Header {
        Header {
            target: "a/b".to_owned(),
            url: "http://127.0.0.1:1/".to_owned(),
            run: "pc1".to_owned(),
            named: Kept::new(),
        }
    }

    fn kept(name: &str, value: &str) -> Kept {
        Kept::from([(name.to_owned(), vec![value.to_owned()])])
    }

    fn begun(at: usize) -> Entry {
        Entry::Begun {
            at,
            step: format!("step {at}"),
        }
    }

    fn reopened(path: &Path) -> Journal {
        match open(path).unwrap() {
            Opened::Left(journal) => *journal,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_was_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(folder.path(), header()).unwrap();
        for entry in [
            begun(0),
            Entry::Ended {
                at: 0,
                kept: kept("contactid", "77"),
            },
            begun(1),
            Entry::Undone {
                step: "delete".to_owned(),
                values: kept("contactid", "77"),
            },
        ] {
            journal.write(&entry).unwrap();
        }
        let (path, state) = (journal.path().to_owned(), journal.state.clone());
        drop(journal);
        let journal = reopened(&path);
        assert_eq!(journal.header, header());
        assert_eq!(journal.state, state);
        assert_eq!(journal.state.kept, kept("contactid", "77"));
        assert_eq!(journal.state.requests, 2);
        assert_eq!(journal.state.undone.len(), 1);
        assert_eq!(
            journal.state.open.into_iter().collect::<Vec<_>>(),
            [(1, "step 1".to_owned())]
        );
    }

    #[test]
    fn a_journal_cut_anywhere_is_understood() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(folder.path(), header()).unwrap();
        journal.write(&begun(0)).unwrap();
        let path = journal.path().to_owned();
        let ended = Entry::Ended {
            at: 0,
            kept: kept("contactid", "77"),
        };
        let before = fs::metadata(&path).unwrap().len();
        journal.write(&ended).unwrap();
        drop(journal);
        let whole = fs::read(&path).unwrap();
        for end in 0..whole.len() {
            fs::write(&path, &whole[..end]).unwrap();
            let opened = open(&path).unwrap();
            if let Opened::Left(mut journal) = opened {
                assert_eq!(journal.state.open.len(), usize::from(end as u64 >= before));
                // The next line is not glued to the cut one.
                journal.write(&ended).unwrap();
                drop(journal);
                assert_eq!(reopened(&path).state.kept, kept("contactid", "77"));
            } else {
                assert!(matches!(opened, Opened::Unused), "{end}");
                assert!(!path.exists());
            }
        }
    }

    #[test]
    fn the_journal_of_a_run_under_way_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::create(folder.path(), header()).unwrap();
        let path = journal.path().to_owned();
        assert_eq!(list(folder.path()).unwrap(), std::slice::from_ref(&path));
        assert!(matches!(open(&path).unwrap(), Opened::InUse));
        drop(journal);
        reopened(&path).remove().unwrap();
        assert!(list(folder.path()).unwrap().is_empty());
    }

    #[test]
    fn nobody_removes_a_journal_while_others_look_at_the_folder() {
        let folder = tempfile::tempdir().unwrap();
        let journal = Journal::create(folder.path(), header()).unwrap();
        let path = journal.path().to_owned();
        let looking = lock_folder(folder.path()).unwrap();
        let (sender, removed) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            journal.remove().unwrap();
            sender.send(()).unwrap();
        });
        let wait = std::time::Duration::from_millis(300);
        assert!(removed.recv_timeout(wait).is_err(), "it waits");
        assert!(path.exists());
        drop(looking);
        thread.join().unwrap();
        assert!(!path.exists());
    }

    #[test]
    fn a_value_that_was_kept_twice_is_known_once() {
        let mut state = State::default();
        for value in ["77", "78", "77"] {
            let kept = kept("contactid", value);
            state.add(&Entry::Ended { at: 0, kept });
        }
        assert_eq!(state.kept["contactid"], ["77", "78"]);
        state.add(&begun(4));
        state.add(&begun(2));
        assert_eq!(state.requests, 5);
    }

    #[test]
    fn a_folder_holds_journals_and_is_nobody_elses() {
        let folder = tempfile::tempdir().unwrap();
        let ignore = folder.path().join(".gitignore");
        for run in ["pc2", "pc1"] {
            let run = run.to_owned();
            Journal::create(folder.path(), Header { run, ..header() }).unwrap();
            assert_eq!(fs::read_to_string(&ignore).unwrap(), "*\n");
        }
        fs::write(&ignore, "mine\n").unwrap();
        let long = Header {
            target: "ä-_9".repeat(40),
            ..header()
        };
        Journal::create(
            folder.path(),
            Header {
                run: "pc3".to_owned(),
                ..long
            },
        )
        .unwrap();
        assert_eq!(fs::read_to_string(&ignore).unwrap(), "mine\n");
        fs::write(folder.path().join("notes.txt"), "").unwrap();
        let names = list(folder.path()).unwrap();
        let names: Vec<_> = names.iter().map(|path| path.file_name().unwrap()).collect();
        let long = format!("{}-pc3.jsonl", "_-_9".repeat(16));
        assert_eq!(names, [long.as_str(), "a_b-pc1.jsonl", "a_b-pc2.jsonl"]);
    }

    #[test]
    fn what_cannot_be_read_is_no_run_that_ended() {
        let folder = tempfile::tempdir().unwrap();
        let gone = folder.path().join("a-pc1.jsonl");
        assert!(matches!(open(&gone), Ok(Opened::Unused)));
        fs::create_dir(&gone).unwrap();
        assert!(matches!(open(&gone), Err(JournalError::Io { .. })));
        assert!(list(&folder.path().join("none")).unwrap().is_empty());
        let file = folder.path().join("file");
        fs::write(&file, "").unwrap();
        assert!(matches!(list(&file), Err(JournalError::Io { .. })));
        let created = Journal::create(&file, header());
        assert!(matches!(created, Err(JournalError::Io { .. })));
    }

    #[test]
    fn what_is_written_is_on_the_disk_and_what_cannot_be_is_said() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(folder.path(), header()).unwrap();
        journal.write(&begun(0)).unwrap();
        let text = fs::read_to_string(journal.path()).unwrap();
        assert_eq!(text.lines().count(), 2, "{text}");
        assert!(text.ends_with('\n'), "{text}");
        fs::remove_file(journal.path()).unwrap();
        assert!(matches!(journal.remove(), Err(JournalError::Io { .. })));
        let path = folder.path().join("read-only");
        fs::write(&path, "").unwrap();
        let mut journal = Journal {
            file: File::open(&path).unwrap(),
            path,
            header: header(),
            state: State::default(),
        };
        let written = journal.write(&begun(0));
        assert!(matches!(written, Err(JournalError::Io { .. })));
        assert_eq!(journal.state.open.len(), 1, "it is known all the same");
    }

    #[test]
    fn a_line_that_is_none_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(folder.path(), header()).unwrap();
        journal.append("x").unwrap();
        journal.write(&begun(0)).unwrap();
        let path = journal.path().to_owned();
        drop(journal);
        let error = open(&path).unwrap_err().to_string();
        assert!(error.contains("jsonl:2: no line of a journal"), "{error}");
    }

    #[test]
    fn a_broken_first_line_alone_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a-pc1.jsonl");
        fs::write(&path, "{\"target\":\"a\n").unwrap();
        assert!(matches!(open(&path).unwrap(), Opened::Unused));
        assert!(!path.exists());
        fs::write(&path, "{\"target\":\"a\n{}\n").unwrap();
        let error = open(&path).unwrap_err().to_string();
        assert!(error.contains("jsonl:1: no line of a journal"), "{error}");
        assert!(path.exists());
    }

    #[test]
    fn only_ended_runs_that_sent_something_left_something() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(left(&folder.path().join("none")), 0);
        let mut journal = Journal::create(folder.path(), header()).unwrap();
        journal.write(&begun(0)).unwrap();
        assert_eq!(left(folder.path()), 0);
        drop(journal);
        let run = "pc2".to_owned();
        drop(Journal::create(folder.path(), Header { run, ..header() }).unwrap());
        assert_eq!(left(folder.path()), 1);
    }

    #[test]
    fn an_answer_that_says_nothing_is_remembered() {
        let folder = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(folder.path(), header()).unwrap();
        journal.write(&begun(0)).unwrap();
        let (at, status) = (0, 201);
        journal.write(&Entry::Answered { at, status }).unwrap();
        let path = journal.path().to_owned();
        drop(journal);
        let state = reopened(&path).state;
        assert_eq!(state.answered, BTreeMap::from([(0, 201)]));
        assert_eq!(state.open.len(), 1);
    }
}

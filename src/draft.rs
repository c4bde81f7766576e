//! Files that are written whole or not at all.
//!
//! In come a path and a text. What is written stands beside its place until it is complete, and then
//! takes the place in one step, so that whoever reads meanwhile, or after a crash, finds the old file or
//! the new one. What is no regular file, such as a pipe, is written to directly.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use tempfile::{Builder, NamedTempFile};

/// More links than any path leads through.
const MAX_LINKS: usize = 40;
/// So long somebody has to come who reads a pipe.
const READER_COMES: Duration = Duration::from_secs(2);
/// So long whoever reads a pipe may rest.
const READER_RESTS: Duration = Duration::from_mins(1);
/// How much is written to a pipe in one step, in bytes.
const STEP: usize = 16 * 1024;

/// Writes a file: whole, or not at all.
///
/// It has the permissions of the file that it replaces, or those of any new file.
///
/// # Errors
///
/// What the file system says; what stood there before still does.
pub(crate) fn write(path: &Path, text: &str) -> io::Result<()> {
    let Some(place) = place(path) else {
        let mut file = open(path)?;
        return through(&mut file, text);
    };
    let mut draft = draft(&place)?;
    draft.write_all(text.as_bytes())?;
    // Where the machine stops, the name must not stand before what it names.
    draft.as_file().sync_data()?;
    if let Ok(old) = fs::metadata(&place) {
        fs::set_permissions(draft.path(), old.permissions())?;
    }
    draft.persist(&place)?;
    Ok(())
}

/// Opens what is no regular file, to write to it: a pipe only if somebody comes soon to read it.
///
/// # Errors
///
/// What the system says, or that nobody reads the pipe.
pub(crate) fn open(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    if !fs::metadata(path).is_ok_and(|found| is_pipe(&found)) {
        return options.open(path);
    }
    let (sender, opened) = mpsc::channel();
    let place = path.to_owned();
    // Whoever opens a pipe for writing waits for a reader: it is left to wait where none comes.
    thread::Builder::new().spawn(move || sender.send(options.open(place)))?;
    opened.recv_timeout(READER_COMES).unwrap_or_else(|_| {
        Err(io::Error::new(
            io::ErrorKind::TimedOut,
            "nobody reads this pipe",
        ))
    })
}

/// Writes to what is no regular file; a pipe as long as somebody reads it.
///
/// # Errors
///
/// What the system says, or that nobody reads the pipe any more.
pub(crate) fn through(file: &mut File, text: &str) -> io::Result<()> {
    if !file.metadata().is_ok_and(|found| is_pipe(&found)) {
        file.write_all(text.as_bytes())?;
        return file.flush();
    }
    let (sender, steps) = mpsc::channel();
    let (mut pipe, bytes) = (file.try_clone()?, text.as_bytes().to_vec());
    thread::Builder::new().spawn(move || {
        for step in bytes.chunks(STEP) {
            let written = pipe.write_all(step);
            let is_over = written.is_err();
            if sender.send(written).is_err() || is_over {
                break;
            }
        }
    })?;
    loop {
        match steps.recv_timeout(READER_RESTS) {
            Ok(written) => written?,
            Err(RecvTimeoutError::Disconnected) => return Ok(()),
            Err(RecvTimeoutError::Timeout) => {
                let message = "nobody reads this pipe any more";
                return Err(io::Error::new(io::ErrorKind::TimedOut, message));
            }
        }
    }
}

#[cfg(unix)]
fn is_pipe(found: &fs::Metadata) -> bool {
    std::os::unix::fs::FileTypeExt::is_fifo(&found.file_type())
}

#[cfg(not(unix))]
fn is_pipe(_: &fs::Metadata) -> bool {
    false
}

/// Finds out whether a file can be written whole, and changes nothing.
///
/// # Errors
///
/// What the file system says of a new file beside it.
pub(crate) fn check(place: &Path) -> io::Result<()> {
    draft(place).map(drop)
}

/// Where the file of a path lies, with links followed; `None` where it is, or may become, something that
/// is no regular file: a device, a pipe, an open descriptor.
#[must_use]
pub(crate) fn place(path: &Path) -> Option<PathBuf> {
    let mut place = path.to_owned();
    for _ in 0..MAX_LINKS {
        // The names of descriptors lead to files that others hold open: their places are not free.
        if cfg!(unix) && (place.starts_with("/dev") || place.starts_with("/proc")) {
            return None;
        }
        match fs::read_link(&place) {
            Ok(to) => place = folder_of(&place).join(to),
            Err(_) => {
                let is_regular = fs::metadata(&place).map_or(true, |found| found.is_file());
                let folder = folder_of(&place).canonicalize();
                let whole = folder.ok().zip(place.file_name());
                let whole = whole.map_or_else(|| place.clone(), |(folder, name)| folder.join(name));
                return is_regular.then_some(whole);
            }
        }
    }
    None
}

fn draft(place: &Path) -> io::Result<NamedTempFile> {
    let mut builder = Builder::new();
    builder.prefix(".portal-conformance-").suffix(".draft");
    // As for any new file, what nobody else shall read is left to the umask.
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    builder.tempfile_in(folder_of(place))
}

fn folder_of(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    #[test]
    fn a_file_is_replaced_and_nothing_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report");
        for text in ["one", "two"] {
            write(&path, text).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
            assert_eq!(names(folder.path()), ["report"]);
        }
        check(&path).unwrap();
        assert_eq!(names(folder.path()), ["report"]);
        assert!(write(&folder.path().join("none/report"), "x").is_err());
    }

    /// A reader that opened the old file reads it to its end: it was not cut while it was read.
    #[cfg(unix)]
    #[test]
    fn who_reads_the_old_file_reads_all_of_it() {
        use std::io::Read;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("schema");
        write(&path, "the old one").unwrap();
        let mut open = fs::File::open(&path).unwrap();
        write(&path, "new").unwrap();
        let mut text = String::new();
        open.read_to_string(&mut text).unwrap();
        assert_eq!(text, "the old one");
        assert_eq!(fs::read_to_string(&path).unwrap(), "new");
    }

    #[cfg(unix)]
    #[test]
    fn permissions_and_links_stay() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (path, link) = (folder.path().join("file"), folder.path().join("link"));
        let plain = folder.path().join("plain");
        symlink("file", &link).unwrap();
        // A link that leads nowhere yet.
        write(&link, "one").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "one");
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        fs::write(&plain, "").unwrap();
        assert_eq!(mode(&path), mode(&plain), "as any new file");
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        write(&link, "two").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "two");
        assert_eq!(mode(&path), 0o640);
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
    }

    #[cfg(unix)]
    #[test]
    fn what_is_no_regular_file_has_no_place() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(place(Path::new("/dev/stdout")), None);
        assert_eq!(place(folder.path()), None);
        let link = folder.path().join("link");
        symlink("/dev/null", &link).unwrap();
        assert_eq!(place(&link), None);
        write(&link, "into the void").unwrap();
        let around = folder.path().join("around");
        symlink("around", &around).unwrap();
        assert_eq!(place(&around), None);
        let new = folder.path().join("new");
        let whole = folder.path().canonicalize().unwrap().join("new");
        assert_eq!(place(&new), Some(whole));
    }
}

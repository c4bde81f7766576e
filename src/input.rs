//! Files that somebody names: read whole, soon, and with a sentence for each that cannot be read.
//!
//! In comes a path, out come bytes or text, or why not. What is no regular file is not opened: a pipe
//! keeps its reader waiting, and a device may never end. What the file means is left to others.

mod encoding;
mod json;

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

pub(crate) use encoding::Looks;
pub(crate) use json::json;
pub(crate) use json::message;

/// Larger files are not read: no page, profile, configuration, certificate or secret is near it.
pub(crate) const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// So long a file of no size has to say that it is empty.
const SAYS_NOTHING: Duration = Duration::from_secs(2);

/// Why a file that can be opened is not read; inside an [`io::Error`].
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum InputError {
    /// It is something else than a regular file.
    #[error("it is {0}, expected a file")]
    NoFile(&'static str),
    /// The system shows something else as a file, which gives nothing for long.
    #[error("it gives nothing, expected a file")]
    Silent,
    /// It is larger than so many bytes.
    #[error("it is larger than {} MiB", .0 / 1024 / 1024)]
    TooLarge(u64),
    /// It is no text in UTF-8.
    #[error("it is no text in UTF-8 (line {line}): it looks like {looks}{}", looks.advice())]
    Encoding {
        /// The first line that is none, 1-based.
        line: usize,
        /// What it may be instead.
        looks: Looks,
    },
}

impl From<InputError> for io::Error {
    fn from(error: InputError) -> Self {
        Self::new(io::ErrorKind::InvalidData, error)
    }
}

/// Reads the bytes of a regular file.
///
/// # Errors
///
/// What the system says, or an [`InputError`].
pub(crate) fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    bytes_up_to(path, MAX_BYTES)
}

fn bytes_up_to(path: &Path, most: u64) -> io::Result<Vec<u8>> {
    // Opening a pipe waits for somebody who writes, so the question comes first.
    check(&fs::metadata(path)?)?;
    let file = File::open(path)?;
    let found = file.metadata()?;
    check(&found)?;
    let bytes = if found.len() == 0 {
        // What the system shows as files, such as those of `/proc`, has no size, and may wait.
        within(SAYS_NOTHING, move || whole(file, most))?
    } else {
        whole(file, most)?
    };
    if bytes.len() as u64 > most {
        return Err(InputError::TooLarge(most).into());
    }
    Ok(bytes)
}

/// What is read within a time; whoever reads longer is left to it.
fn within(
    longest: Duration,
    read: impl FnOnce() -> io::Result<Vec<u8>> + Send + 'static,
) -> io::Result<Vec<u8>> {
    let (sender, bytes) = mpsc::channel();
    thread::Builder::new().spawn(move || sender.send(read()))?;
    let bytes = bytes.recv_timeout(longest);
    bytes.map_err(|_| InputError::Silent)?
}

fn whole(file: File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// Sees to it that a path leads to a regular file, or to nothing yet: others keep whoever opens them waiting.
///
/// # Errors
///
/// [`InputError::NoFile`], or what the system says.
pub(crate) fn regular(path: &Path) -> io::Result<()> {
    match fs::metadata(path) {
        Ok(found) => Ok(check(&found)?),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    }
}

/// Reads the text of a regular file, without the byte order mark that editors on Windows put before it.
///
/// # Errors
///
/// What the system says, or an [`InputError`].
pub(crate) fn text(path: &Path) -> io::Result<String> {
    text_up_to(path, MAX_BYTES)
}

/// The same of a file that may be larger than others, or must be smaller.
///
/// # Errors
///
/// As of [`text`].
pub(crate) fn text_up_to(path: &Path, most: u64) -> io::Result<String> {
    let text = encoding::utf8(bytes_up_to(path, most)?)?;
    Ok(match text.strip_prefix('\u{feff}') {
        Some(rest) => rest.to_owned(),
        None => text,
    })
}

/// Whether a file may be read.
fn check(found: &fs::Metadata) -> Result<(), InputError> {
    if found.is_file() {
        return Ok(());
    }
    Err(InputError::NoFile(kind(found)))
}

#[cfg(unix)]
fn kind(found: &fs::Metadata) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    let kind = found.file_type();
    if found.is_dir() {
        "a folder"
    } else if kind.is_fifo() {
        "a pipe"
    } else if kind.is_socket() {
        "a socket"
    } else {
        "a device"
    }
}

#[cfg(not(unix))]
fn kind(found: &fs::Metadata) -> &'static str {
    if found.is_dir() {
        "a folder"
    } else {
        "a device"
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_text_is_read_without_its_byte_order_mark() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::write(&path, "\u{feff}a\u{feff}b\n").unwrap();
        assert_eq!(text(&path).unwrap(), "a\u{feff}b\n");
        assert_eq!(bytes(&path).unwrap().len(), 9);
    }

    #[test]
    fn what_is_no_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = bytes(folder.path()).unwrap_err();
        assert_eq!(error.to_string(), "it is a folder, expected a file");
        if cfg!(unix) {
            let error = bytes(Path::new("/dev/zero")).unwrap_err();
            assert_eq!(error.to_string(), "it is a device, expected a file");
        }
        let error = bytes(&folder.path().join("none")).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::NotFound);
    }

    #[test]
    fn what_gives_nothing_is_left_to_itself() {
        let (_sender, never) = mpsc::channel::<()>();
        let waits = move || {
            let _ = never.recv();
            Ok(Vec::new())
        };
        let error = within(Duration::from_millis(1), waits).unwrap_err();
        assert_eq!(error.to_string(), "it gives nothing, expected a file");
        let minute = Duration::from_mins(1);
        assert_eq!(within(minute, || Ok(vec![7])).unwrap(), [7]);
        let folder = tempfile::tempdir().unwrap();
        let empty = folder.path().join("empty");
        fs::write(&empty, "").unwrap();
        assert_eq!(bytes(&empty).unwrap(), [0_u8; 0]);
    }

    #[test]
    fn a_file_is_read_up_to_a_size() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        let file = File::create(&path).unwrap();
        file.set_len(MAX_BYTES).unwrap();
        assert_eq!(bytes(&path).unwrap().len() as u64, MAX_BYTES);
        file.set_len(MAX_BYTES + 1).unwrap();
        let error = bytes(&path).unwrap_err();
        assert_eq!(error.to_string(), "it is larger than 16 MiB");
    }
}

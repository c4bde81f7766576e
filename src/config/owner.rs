//! Whose file it is that was found in the working folder or above it.
//!
//! A folder such as `/tmp` is everybody's: whoever puts a configuration there says where the credentials
//! of others go.

use std::fmt;
use std::path::Path;

/// Who else a file may be from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Untrusted {
    /// Another user owns it.
    Owner {
        /// The user's number.
        user: u32,
    },
    /// Everybody may write it.
    Writable,
}

impl fmt::Display for Untrusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Owner { user } => write!(f, "belongs to another user ({user})"),
            Self::Writable => f.write_str("can be written by everybody"),
        }
    }
}

impl Untrusted {
    /// What speaks against a file that nobody named; what cannot be looked at is left to its reader.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        untrusted(path)
    }
}

#[cfg(unix)]
fn untrusted(path: &Path) -> Option<Untrusted> {
    use std::fs;
    use std::os::unix::fs::MetadataExt;
    let me = rustix::process::geteuid().as_raw();
    // A link belongs to whoever chose where it leads.
    let both = [fs::symlink_metadata(path), fs::metadata(path)];
    both.into_iter().flatten().find_map(|found| {
        let user = found.uid();
        if user != me && user != 0 {
            Some(Untrusted::Owner { user })
        } else if found.mode() & 0o002 != 0 && !found.is_symlink() {
            Some(Untrusted::Writable)
        } else {
            None
        }
    })
}

/// Elsewhere files tell neither owner nor rights in this way.
#[cfg(not(unix))]
fn untrusted(_path: &Path) -> Option<Untrusted> {
    None
}

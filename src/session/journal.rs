//! What a run made on a portal, written down before it is used, so that it can be undone after a crash.
//!
//! One file for each run, a JSON object on each line, each line synced before what it announces happens.
//! It holds ids, the names of steps, and the target's name and URL: no secret, nothing else of the
//! portal; and nobody but its user can read it. A run holds a lock on its file until it ends, however it
//! ends, so nobody else takes its data for left behind. What has to be done about it is left to
//! [`crate::session::recipe`].

mod file;
mod folder;
mod standing;
mod value;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::config::Untrusted;

pub use file::{Journal, Opened, left, open};
pub use folder::list;
pub use standing::Standing;
pub(super) use value::{MAX_ID, new_run, plain_id};

/// The folder of the journals, beside the configuration file.
pub const FOLDER: &str = ".portal-conformance";

/// Values by the name of the parameter, in the order in which they came.
pub type NamedValues = BTreeMap<String, Vec<String>>;

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
    pub named: NamedValues,
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
        /// Whether what is kept of its answer names something that it makes.
        makes: bool,
    },
    /// An answer came that does not say what it made.
    Answered {
        /// Which request of the run it is.
        at: usize,
        /// The answer's status code.
        status: u16,
        /// Whether it was a page for people, which comes from what stands before a portal.
        #[serde(default)]
        page: bool,
    },
    /// What it made is known: its answer came, or what it made was looked for.
    Ended {
        /// Which request of the run it is.
        at: usize,
        /// What is kept of the answer.
        kept: NamedValues,
    },
    /// The portal gave this id to another step as well: nobody knows whether the run made what it names.
    Doubted {
        /// The name under which it was kept.
        name: String,
        /// The id.
        id: String,
    },
    /// What is known to have been there before a step that makes something: ids, by the name under which its
    /// own would be kept.
    Existed {
        /// The ids.
        ids: NamedValues,
    },
    /// A person says that nothing is there that it made.
    GivenUp {
        /// Which request of the run it is.
        at: usize,
    },
    /// The portal said to cases of the run that it deleted what the run made.
    Taken {
        /// The ids, by the name under which they were kept.
        ids: NamedValues,
    },
    /// A request of a tear-down step succeeded.
    Undone {
        /// The step's name.
        step: String,
        /// The values it was about.
        values: NamedValues,
    },
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
    /// Somebody else may have written it.
    #[error(
        "{} {why}: it says what is undone on a portal, so it is not used; look at it, then make it your own or delete it",
        path.display()
    )]
    Foreign {
        /// The file or folder.
        path: PathBuf,
        /// Who else it may be from.
        why: Untrusted,
    },
    /// A line is not understood, or holds what no run writes.
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

impl JournalError {
    /// Sees to it that nobody else says what is undone: as of a configuration that nobody named.
    fn guard(path: &Path) -> Result<(), Self> {
        match Untrusted::of(path) {
            None => Ok(()),
            Some(why) => Err(Self::Foreign {
                path: path.to_owned(),
                why,
            }),
        }
    }

    fn io(doing: &'static str, path: &Path, error: io::Error) -> Self {
        Self::Io {
            doing,
            path: path.to_owned(),
            error,
        }
    }
}

#[cfg(test)]
mod tests;

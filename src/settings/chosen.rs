//! The target of a file that was chosen.

use std::path::{Path, PathBuf};

use crate::config::{ConfigError, File, TargetEntry};

/// A target of a configuration file.
#[derive(Debug, Clone)]
pub struct Chosen {
    /// Its name.
    pub name: String,
    /// What the file says of it.
    pub entry: TargetEntry,
    /// The file.
    pub file: File,
}

impl Chosen {
    /// An error at a place of the target: keys and positions in lists on the way to it.
    #[must_use]
    pub fn error(&self, way: &[&str], message: &str) -> ConfigError {
        let whole: Vec<&str> = ["target", &self.name]
            .into_iter()
            .chain(way.iter().copied())
            .collect();
        self.file.error(&whole, message)
    }

    /// A path of the file, from the working folder.
    pub(super) fn path(&self, path: &Path) -> PathBuf {
        self.file.path(path)
    }
}

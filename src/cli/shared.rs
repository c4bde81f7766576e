//! One asked run for all processes of one nextest run.
//!
//! nextest starts a process for each case. The first that comes asks for all of them: one login, one set-up,
//! one tear-down. The others wait for it, and read what it would have told of their cases. What lies in
//! between is in a folder of this user alone, named after `NEXTEST_RUN_ID`: a file that is locked while
//! somebody asks, which the system unlocks where that process dies, and what was told.

use std::env;
use std::fs::{self, File};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use libtest_mimic::Arguments;
use serde::{Deserialize, Serialize};
use tempfile::NamedTempFile;

use crate::cli::UsageError;
use crate::report::Trials;
use crate::settings::Settings;

/// What the names of the folders begin with.
const PREFIX: &str = "portal-conformance-nextest-";

/// Longer than any run of nextest takes: what was left longer ago is nobody's.
const STALE: Duration = Duration::from_hours(24);

/// The place where the processes of one nextest run meet.
pub(super) struct Shared {
    folder: PathBuf,
    /// What tells runs apart that ask something else.
    name: String,
    /// How often nextest has tried the case, this time included.
    attempt: u32,
}

/// What a process left for the others.
#[derive(Serialize, Deserialize)]
enum Record {
    /// What came of the run.
    Told(Trials),
    /// Why there was none.
    Refused(String),
}

impl Shared {
    /// The place of this process, where nextest started it to try one case.
    pub(super) fn of_nextest(arguments: &Arguments, settings: &Settings) -> Option<Self> {
        let id = env::var("NEXTEST_RUN_ID")
            .ok()
            .filter(|id| !id.is_empty())?;
        // What a test started for purposes of its own has the same variables.
        if !arguments.exact || arguments.filter.is_none() {
            return None;
        }
        let is_plain = |c: char| c.is_ascii_alphanumeric() || c == '-';
        let id = if id.len() <= 64 && id.chars().all(is_plain) {
            id
        } else {
            hash(&id)
        };
        let asks = (
            env::current_exe().ok(),
            env::current_dir().ok(),
            env::var_os("NEXTEST_BINARY_ID"),
            env::var_os("NEXTEST_STRESS_CURRENT"),
            // Secrets are not among what it shows.
            format!("{settings:?}"),
        );
        let attempt = env::var("NEXTEST_ATTEMPT").ok();
        Some(Self {
            folder: env::temp_dir().join(format!("{PREFIX}{id}")),
            name: hash(&asks),
            attempt: attempt.and_then(|number| number.parse().ok()).unwrap_or(1),
        })
    }

    /// What another process was told, or what `ask` tells: it is kept for the others, but where somebody
    /// wanted an end (`None`).
    ///
    /// A case that nextest tries again is asked again, once for all of them; but not where the credentials
    /// were refused, as that could lock the account.
    pub(super) fn trials(
        &self,
        ask: impl FnOnce() -> Result<Option<Trials>, UsageError>,
    ) -> Result<Option<Trials>, UsageError> {
        let unusable = |error: io::Error| {
            UsageError(format!(
                "the processes of this nextest run cannot meet in {}: {error}; name a folder of your own in TMPDIR",
                self.folder.display()
            ))
        };
        make(&self.folder).map_err(unusable)?;
        let lock = self.folder.join(format!("{}.lock", self.name));
        let mut options = File::options();
        options.create(true).truncate(false).write(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let lock = options.open(lock).map_err(unusable)?;
        lock.lock().map_err(unusable)?;
        if let Some(record) = self.known() {
            return match record {
                Record::Told(trials) => Ok(Some(trials)),
                Record::Refused(message) => Err(UsageError(message)),
            };
        }
        let told = ask();
        let record = match &told {
            Ok(None) => return told,
            Ok(Some(trials)) => Record::Told(trials.clone()),
            Err(error) => Record::Refused(error.to_string()),
        };
        self.keep(&record).map_err(unusable)?;
        told
    }

    /// What is known of this attempt, or holds for every attempt.
    fn known(&self) -> Option<Record> {
        let earlier = (1..self.attempt).filter_map(|attempt| self.read(attempt));
        let is_final = |record: &Record| matches!(record, Record::Told(trials) if trials.is_final);
        self.read(self.attempt)
            .or_else(|| earlier.into_iter().find(is_final))
    }

    fn read(&self, attempt: u32) -> Option<Record> {
        let text = fs::read_to_string(self.file(attempt)).ok()?;
        serde_json::from_str(&text).ok()
    }

    fn keep(&self, record: &Record) -> io::Result<()> {
        // Nobody else can read a temporary file.
        let mut file = NamedTempFile::new_in(&self.folder)?;
        file.write_all(serde_json::to_string(record)?.as_bytes())?;
        file.persist(self.file(self.attempt))?;
        Ok(())
    }

    fn file(&self, attempt: u32) -> PathBuf {
        self.folder.join(format!("{}-{attempt}.json", self.name))
    }
}

fn hash(what: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

/// Makes a folder that nobody else can look into, or finds it made so.
fn make(folder: &Path) -> io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    match builder.create(folder) {
        Ok(()) => {
            remove_stale(folder);
            Ok(())
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => check(folder),
        Err(error) => Err(error),
    }
}

fn check(folder: &Path) -> io::Result<()> {
    let found = fs::symlink_metadata(folder)?;
    #[cfg(unix)]
    let is_open = std::os::unix::fs::MetadataExt::mode(&found) & 0o077 != 0;
    #[cfg(not(unix))]
    let is_open = false;
    if !found.is_dir() || is_open {
        return Err(io::Error::other("it is no folder of one user alone"));
    }
    Ok(())
}

/// Takes away what earlier runs left beside a folder; what cannot be taken away stays.
fn remove_stale(folder: &Path) {
    let beside = folder.parent().map(fs::read_dir);
    for entry in beside.into_iter().flatten().flatten().flatten() {
        let is_ours = entry.file_name().to_string_lossy().starts_with(PREFIX);
        let Ok(found) = entry.metadata() else {
            continue;
        };
        let age = found.modified().ok().and_then(|time| time.elapsed().ok());
        if is_ours && found.is_dir() && age.is_some_and(|age| age > STALE) {
            let _ = fs::remove_dir_all(entry.path());
        }
    }
}

//! GitHub Actions: annotations and the job summary, where a run finds itself there.

use std::env;
use std::fs::{self, OpenOptions};
use std::io::Write as _;

use crate::cli::eprint;
use crate::report::{self, Checkout, Report};

/// Tells GitHub what came of a run; elsewhere, nothing. What cannot be told changes no verdict.
pub(super) fn tell(report: &Report<'_>) {
    if !is_here() {
        return;
    }
    let place = checkout();
    eprint(&report::annotations(report, &place));
    let Some(path) = env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) else {
        return;
    };
    let file = OpenOptions::new().create(true).append(true).open(&path);
    let written = file.and_then(|mut file| file.write_all(report::job_summary(report).as_bytes()));
    if let Err(error) = written {
        eprint(&format!("the job summary cannot be written: {error}\n"));
    }
}

/// Whether the process runs on GitHub Actions.
fn is_here() -> bool {
    env::var_os("GITHUB_ACTIONS").is_some_and(|value| value == "true")
}

/// Where GitHub looks for files; elsewhere, files are what they are called.
pub(super) fn checkout() -> Checkout {
    let root = env::var_os("GITHUB_WORKSPACE").filter(|path| is_here() && !path.is_empty());
    let folder = env::current_dir().unwrap_or_default();
    Checkout {
        // A link on the way there is no other folder.
        root: root.map(|path| fs::canonicalize(&path).unwrap_or_else(|_| path.into())),
        folder: fs::canonicalize(&folder).unwrap_or(folder),
    }
}

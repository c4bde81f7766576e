//! The files that reports are written to.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};

use crate::cli::UsageError;
use crate::cli::args::Reports;
use crate::report::{self, Report};

/// Open files, each with what writes it.
///
/// They are opened before anything is asked, so that a path that cannot be written costs nothing. A run
/// that is interrupted removes them: an empty or an old report would be taken for its result.
pub(super) struct ReportFiles(Vec<(Writer, ReportFile)>);

/// A file that is opened before the work and written after it.
pub(super) struct ReportFile {
    path: PathBuf,
    file: File,
    is_written: bool,
}

type Writer = fn(&Report<'_>) -> String;

impl ReportFiles {
    /// Makes the files and the folders that they lie in.
    pub(super) fn open(options: &Reports) -> Result<Self, UsageError> {
        let wanted: [(&str, &Option<PathBuf>, Writer); 4] = [
            ("--report-junit", &options.junit, report::junit),
            ("--report-json", &options.json, report::json),
            ("--report-markdown", &options.markdown, report::markdown),
            ("--report-html", &options.html, report::html),
        ];
        let mut files = Self(Vec::new());
        for (option, path, format) in wanted {
            let Some(path) = path else { continue };
            let file = ReportFile::open(option, path)?;
            let is_taken = files.0.iter().any(|(_, other)| is_same(&other.path, path));
            if is_taken {
                return Err(UsageError(format!(
                    "{option} {}: another report is written there; give each a file of its own",
                    path.display()
                )));
            }
            files.0.push((format, file));
        }
        Ok(files)
    }

    /// Writes them all.
    pub(super) fn write(mut self, report: &Report<'_>) -> Result<(), UsageError> {
        for (format, file) in &mut self.0 {
            file.write(&format(report))?;
        }
        Ok(())
    }
}

impl ReportFile {
    /// Makes the file that an option names, and the folders that it lies in.
    pub(super) fn open(option: &str, path: &Path) -> Result<Self, UsageError> {
        let file = create(path).map_err(|error| {
            UsageError(format!(
                "{option} {}: cannot write it: {error}",
                path.display()
            ))
        })?;
        Ok(Self {
            path: path.to_owned(),
            file,
            is_written: false,
        })
    }

    /// Writes it.
    pub(super) fn write(&mut self, text: &str) -> Result<(), UsageError> {
        let written = self.file.write_all(text.as_bytes());
        written.and_then(|()| self.file.flush()).map_err(|error| {
            UsageError(format!(
                "{}: cannot write the report: {error}",
                self.path.display()
            ))
        })?;
        self.is_written = true;
        Ok(())
    }
}

impl Drop for ReportFile {
    fn drop(&mut self) {
        let is_file = self.file.metadata().is_ok_and(|data| data.is_file());
        if is_file && !self.is_written {
            let _ = fs::remove_file(&self.path);
        }
    }
}

fn create(path: &Path) -> std::io::Result<File> {
    if path == Path::new("-") {
        return Err(std::io::Error::other(
            "give a file; standard output holds the findings",
        ));
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    File::create(path)
}

/// Whether two paths lead to one regular file; both exist.
fn is_same(a: &Path, b: &Path) -> bool {
    b.is_file() && matches!((a.canonicalize(), b.canonicalize()), (Ok(a), Ok(b)) if a == b)
}

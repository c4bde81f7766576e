//! The files that reports are written to.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Seek};
use std::path::{Path, PathBuf};

use walkdir::{DirEntry, WalkDir};

use crate::cli::args::{Pages, Reports};
use crate::cli::{UsageError, eprint, github};
use crate::config::{HeaderValue, TargetEntry};
use crate::draft;
use crate::exit_code::ExitCode;
use crate::profile;
use crate::report::{self, Report};
use crate::session::journal::FOLDER;
use crate::settings::{self, Settings};

/// The files of a run, each with what writes it.
///
/// They are tried before anything is asked, so that a path that cannot be written costs nothing. An old
/// report goes then as well, as it would be taken for the result of a run that is interrupted; where the
/// file itself has to stay, it holds the old one until the new one is there, as an empty file says nothing.
pub(super) struct ReportFiles(Vec<(Writer, ReportFile)>);

/// A file that is tried before the work and written after it.
pub(super) struct ReportFile {
    path: PathBuf,
    way: Destination,
}

/// How a file is written.
enum Destination {
    /// In one step, at this place.
    Whole(PathBuf),
    /// Bit by bit: a pipe, a device, or a file whose place cannot be taken by another.
    Direct(File),
}

type Writer = fn(&Report<'_>) -> String;

/// The files that the settings of a run name, and the configuration file, from whatever target it is
/// tried.
pub(super) fn inputs(settings: &Settings, config: Option<&Path>) -> Vec<PathBuf> {
    let mut files = read_from(&settings.profile, &settings.pages.paths);
    files.extend(config.map(Path::to_owned));
    let tls = &settings.target.tls;
    files.extend(tls.cacert.iter().chain(&tls.cert).cloned());
    files.extend(
        settings
            .snapshots
            .iter()
            .flat_map(|folder| files_in(folder)),
    );
    if let Some(chosen) = &settings.chosen {
        files.push(PathBuf::from(chosen.file.name()));
        let targets = chosen.file.config.targets.values();
        let paths = targets.flat_map(secret_files);
        files.extend(paths.map(|path| chosen.file.path(path)));
    }
    files
}

/// The files that a target's secrets stand in.
fn secret_files(target: &TargetEntry) -> impl Iterator<Item = &PathBuf> {
    let account = &target.account;
    let account = [&account.token, &account.user, &account.password];
    let headers = target.headers.values().map(|header| match header {
        HeaderValue::Text(_) => None,
        HeaderValue::Found(secret) => Some(secret),
    });
    let secrets = account.into_iter().map(Option::as_ref).chain(headers);
    secrets.flatten().filter_map(|secret| secret.file.as_ref())
}

/// The files that pages and a profile are read from, and the configuration file.
pub(super) fn source_inputs(profile: &str, pages: &Pages) -> Vec<PathBuf> {
    read_from(profile, &pages.paths)
}

fn read_from(profile: &str, pages: &[PathBuf]) -> Vec<PathBuf> {
    let profiles = profile::lineage(profile).into_iter();
    let mut files: Vec<PathBuf> = profiles.map(PathBuf::from).collect();
    files.extend(settings::nearest_path());
    files.extend(pages.iter().flat_map(|path| files_in(path)));
    files
}

/// The files below a folder, or the one file that a path leads to.
fn files_in(folder: &Path) -> Vec<PathBuf> {
    let entries = WalkDir::new(folder).into_iter().flatten();
    entries.map(DirEntry::into_path).collect()
}

/// Sees to it that no report takes the place of what the run is made of.
pub(super) fn check(options: &Reports, inputs: &[PathBuf]) -> Result<(), UsageError> {
    for Kind { option, path, .. } in wanted(options) {
        if let Some(path) = path {
            check_one(option, path, inputs)?;
        }
    }
    Ok(())
}

/// Sees to it that one report does not.
pub(super) fn check_one(option: &str, path: &Path, inputs: &[PathBuf]) -> Result<(), UsageError> {
    if is_of_journals(path) {
        return Err(UsageError(format!(
            "{option} {}: in {FOLDER} stands what `cleanup` undoes by, and nothing else; give {option} a file elsewhere",
            path.display()
        )));
    }
    if inputs.iter().any(|input| is_same(path, input)) {
        return Err(UsageError(format!(
            "{option} {}: the run reads this file, or writes it for another option; give {option} a file of its own",
            path.display()
        )));
    }
    Ok(())
}

/// Where reports are wanted.
pub(super) fn paths(options: &Reports) -> impl Iterator<Item = &Path> {
    wanted(options).into_iter().filter_map(|kind| kind.path)
}

/// Takes away the reports of an earlier run, which would be taken for those of one that wrote none.
pub(super) fn discard(options: &Reports) {
    for kind in wanted(options) {
        if let Some(path) = kind.path {
            kind.discard(path);
        }
    }
}

/// The same, of reports that are named among arguments which are wrong somewhere.
pub(super) fn discard_named(arguments: impl Iterator<Item = OsString>) {
    let kinds = Reports::default();
    let kinds = wanted(&kinds);
    let mut arguments = arguments.map(|argument| argument.to_string_lossy().into_owned());
    while let Some(argument) = arguments.next() {
        let (option, path) = match argument.split_once('=') {
            Some((option, path)) => (option, Some(path.to_owned())),
            None => (argument.as_str(), None),
        };
        if let Some(kind) = kinds.iter().find(|kind| kind.option == option)
            && let Some(path) = path.or_else(|| arguments.next())
        {
            kind.discard(Path::new(&path));
        }
    }
}

/// One kind of report.
struct Kind<'a> {
    /// The option that asks for it.
    option: &'static str,
    /// Where it is wanted, if it is.
    path: Option<&'a Path>,
    writer: Writer,
    /// How a report of this kind begins, and nothing that a run reads does.
    begins: &'static [&'static str],
}

impl Kind<'_> {
    fn discard(&self, path: &Path) {
        if self.is_report(path) {
            let _ = fs::remove_file(path);
        }
    }

    /// Whether a regular file is a report of this kind that this program wrote.
    fn is_report(&self, path: &Path) -> bool {
        let is_regular = fs::metadata(path).is_ok_and(|found| found.is_file());
        let text = is_regular.then(|| fs::read_to_string(path));
        matches!(text, Some(Ok(text)) if text.contains(env!("CARGO_PKG_NAME"))
            && self.begins.iter().any(|begin| text.starts_with(begin)))
    }
}

/// Every kind of report, in the order of the options.
fn wanted(options: &Reports) -> [Kind<'_>; 5] {
    [
        Kind {
            option: "--report-junit",
            path: options.junit.as_deref(),
            writer: report::junit,
            begins: &["<?xml"],
        },
        Kind {
            option: "--report-json",
            path: options.json.as_deref(),
            writer: report::json,
            begins: &["{"],
        },
        Kind {
            option: "--report-markdown",
            path: options.markdown.as_deref(),
            writer: report::markdown,
            begins: &["## \u{2705} ", "## \u{274c} ", "## \u{2754} "],
        },
        Kind {
            option: "--report-html",
            path: options.html.as_deref(),
            writer: report::html,
            begins: &["<!DOCTYPE html>"],
        },
        Kind {
            option: "--report-sarif",
            path: options.sarif.as_deref(),
            writer: |report| report::sarif(report, &github::checkout()),
            begins: &["{"],
        },
    ]
}

impl ReportFiles {
    /// Makes the files and the folders that they lie in.
    pub(super) fn open(options: &Reports) -> Result<Self, UsageError> {
        let mut files = Self(Vec::new());
        for Kind {
            option,
            path,
            writer,
            ..
        } in wanted(options)
        {
            let Some(path) = path else { continue };
            let file = ReportFile::open(option, path)?;
            let is_taken = files.0.iter().any(|(_, other)| other.is_at_place_of(&file));
            if is_taken {
                return Err(UsageError(format!(
                    "{option} {}: another report is written there; give each a file of its own",
                    path.display()
                )));
            }
            files.0.push((writer, file));
        }
        Ok(files)
    }

    /// Writes them all, and says which could not be: one that cannot keeps no other from it.
    pub(super) fn write(self, report: &Report<'_>) -> Vec<UsageError> {
        let written = self.0.into_iter();
        let written = written.map(|(writer, file)| file.write(&writer(report)));
        written.filter_map(Result::err).collect()
    }
}

/// How a process ends whose verdict is there, and whose results could not all be written: what is said of
/// the portal stays, unless it is that all is well.
pub(super) fn ended(verdict: ExitCode, errors: &[UsageError]) -> ExitCode {
    for error in errors {
        eprint(&format!("error: {error}\n"));
    }
    match verdict {
        ExitCode::Conforms if !errors.is_empty() => ExitCode::Usage,
        verdict => verdict,
    }
}

impl ReportFile {
    /// Tries the file that an option names, and makes the folders that it lies in.
    pub(super) fn open(option: &str, path: &Path) -> Result<Self, UsageError> {
        let way = way(path).map_err(|error| {
            UsageError(format!(
                "{option} {}: cannot write it: {error}",
                path.display()
            ))
        })?;
        Ok(Self {
            path: path.to_owned(),
            way,
        })
    }

    /// Writes it.
    pub(super) fn write(self, text: &str) -> Result<(), UsageError> {
        let written = match self.way {
            Destination::Whole(place) => draft::write(&place, text),
            Destination::Direct(file) => direct(file, text),
        };
        written.map_err(|error| {
            UsageError(format!(
                "{}: cannot write the report: {error}",
                self.path.display()
            ))
        })
    }

    /// Whether both would be written to one place.
    fn is_at_place_of(&self, other: &Self) -> bool {
        match (&self.way, &other.way) {
            (Destination::Whole(place), Destination::Whole(other)) => place == other,
            (Destination::Direct(_), Destination::Direct(_)) => is_same(&self.path, &other.path),
            _ => false,
        }
    }
}

/// Writes over what a file holds, and cuts off what is left of it; a pipe has neither.
fn direct(mut file: File, text: &str) -> io::Result<()> {
    let is_regular = file.metadata()?.is_file();
    if is_regular {
        file.rewind()?;
    }
    draft::through(&mut file, text)?;
    if is_regular {
        file.set_len(text.len() as u64)?;
    }
    Ok(())
}

fn way(path: &Path) -> io::Result<Destination> {
    if path == Path::new("-") {
        return Err(io::Error::other(
            "give a file; standard output holds the findings",
        ));
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    let Some(place) = draft::place(path) else {
        return draft::open(path).map(Destination::Direct);
    };
    let old = match OpenOptions::new().write(true).open(&place) {
        Ok(old) => Some(old),
        Err(error) if error.kind() == io::ErrorKind::NotFound => None,
        Err(error) => return Err(error),
    };
    match (draft::check(&place), old) {
        (Ok(()), None) => Ok(Destination::Whole(place)),
        (Ok(()), Some(_)) if fs::remove_file(&place).is_ok() => Ok(Destination::Whole(place)),
        // A file that is mounted by itself, or lies in a folder that takes no others.
        (_, Some(old)) => Ok(Destination::Direct(old)),
        (Err(error), None) => Err(error),
    }
}

/// Whether a path leads into the folder of the journals.
fn is_of_journals(path: &Path) -> bool {
    let place = path.canonicalize().ok();
    let folder = path.parent().and_then(|folder| folder.canonicalize().ok());
    let mut steps = [place.as_deref(), folder.as_deref(), Some(path)]
        .into_iter()
        .flatten()
        .flat_map(Path::components);
    steps.any(|step| step.as_os_str() == FOLDER)
}

/// Whether two paths lead to one regular file, or to one that is still to be made.
fn is_same(a: &Path, b: &Path) -> bool {
    let place = |path: &Path| {
        path.canonicalize().ok().or_else(|| {
            let folder = path.parent().filter(|folder| *folder != Path::new(""));
            let folder = folder.unwrap_or(Path::new(".")).canonicalize().ok()?;
            Some(folder.join(path.file_name()?))
        })
    };
    let is_file = |path: &Path| path.is_file() || !path.exists();
    is_file(b) && matches!((place(a), place(b)), (Some(a), Some(b)) if a == b)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    /// As where a folder takes no other files, which root can put into any.
    #[test]
    fn a_file_that_has_to_stay_holds_the_old_report_until_the_new_one_is_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("report");
        for text in ["new", "a new one that is longer"] {
            fs::write(&path, "the old report").unwrap();
            let file = ReportFile {
                way: Destination::Direct(OpenOptions::new().write(true).open(&path).unwrap()),
                path: path.clone(),
            };
            assert_eq!(fs::read_to_string(&path).unwrap(), "the old report");
            file.write(text).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), text);
        }
    }

    #[test]
    fn what_undoes_an_interrupted_run_is_no_place_for_a_report() {
        let folder = tempfile::tempdir().unwrap();
        let journals = folder.path().join(FOLDER);
        fs::create_dir(&journals).unwrap();
        fs::write(journals.join("lock"), "").unwrap();
        std::os::unix::fs::symlink(&journals, folder.path().join("link")).unwrap();
        std::os::unix::fs::symlink(journals.join("lock"), folder.path().join("file")).unwrap();
        for (path, is_refused) in [
            (".portal-conformance/s-pc1.jsonl", true),
            (".portal-conformance/lock", true),
            (".portal-conformance/new/../r.json", true),
            ("link/r.json", true),
            ("file", true),
            ("r.json", false),
            ("portal-conformance/r.json", false),
            ("missing/r.json", false),
        ] {
            let checked = check_one("--report-json", &folder.path().join(path), &[]);
            assert_eq!(checked.is_err(), is_refused, "{path}");
        }
    }

    #[test]
    fn what_could_not_be_written_changes_only_a_good_end() {
        let errors = [UsageError("x".to_owned())];
        for (verdict, expected) in [
            (ExitCode::Conforms, ExitCode::Usage),
            (ExitCode::Violates, ExitCode::Violates),
            (ExitCode::NotJudged, ExitCode::NotJudged),
        ] {
            assert_eq!(ended(verdict, &errors), expected);
            assert_eq!(ended(verdict, &[]), verdict);
        }
    }
}

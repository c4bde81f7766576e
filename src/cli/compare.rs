//! `compare`: portals beside each other, or a portal beside what it was.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::thread;

use clap::Parser;

use crate::cli::args::{Command, Compare as Options};
use crate::cli::interrupt::Interrupt;
use crate::cli::reports::{self, ReportFile};
use crate::cli::{UsageError, eprint, print, run, width};
use crate::compare::{self, Comparison, Recorded, Since};
use crate::exit_code::ExitCode;
use crate::input;
use crate::report::{self, Report};
use crate::session::Session;
use crate::settings;

/// Compares, and prints what came of it.
pub(super) fn compare(options: &Options) -> Result<ExitCode, UsageError> {
    let mut recorded = Vec::new();
    for path in &options.reports {
        recorded.push(read(path)?);
    }
    let old = options.since.as_deref().map(read).transpose()?;
    let named = recorded.len() + options.targets.len();
    if old.is_none() && named < 2 {
        return Err(UsageError(
            "name two reports or targets at least, or one and --since OLD.json".to_owned(),
        ));
    }
    if old.is_some() && named != 1 {
        return Err(UsageError(format!(
            "--since compares one report or target with an earlier report: {named} are named"
        )));
    }
    let mut inputs = options.reports.clone();
    inputs.extend(options.since.iter().chain(&options.config).cloned());
    inputs.extend(settings::nearest_path());
    let mut sessions = Vec::new();
    for name in &options.targets {
        let (session, of_session) = prepared(name, options)?;
        sessions.push(session);
        inputs.extend(of_session);
    }
    // What is written goes when it is opened: all that is read was read by now.
    let files = Files::open(options, inputs)?;
    let Some(tried) = tried(&sessions)? else {
        eprint("interrupted\n");
        return Ok(ExitCode::Interrupted);
    };
    recorded.extend(tried);
    if let (Some(old), [new]) = (old, recorded.as_slice()) {
        let since = Since::of(&old, new);
        if let Some(obstacle) = new.obstacle() {
            eprint(&format!(
                "nothing can be said of what is new: the later run judged nothing: {obstacle}\n"
            ));
            return Ok(ExitCode::NotJudged);
        }
        let texts = [
            compare::json_since(&since),
            compare::markdown_since(&since),
            compare::html_since(&since),
        ];
        let on_terminal = compare::since_on_terminal(&since, width());
        return Ok(tell(&on_terminal, files, &texts, since.exit_code()));
    }
    let comparison = Comparison::of(&recorded);
    let texts = [
        compare::json(&comparison),
        compare::markdown(&comparison),
        compare::html(&comparison),
    ];
    let on_terminal = compare::on_terminal(&comparison, width());
    Ok(tell(&on_terminal, files, &texts, comparison.exit_code()))
}

/// Prints and writes what came of it, in JSON, Markdown and HTML; how the process ends.
fn tell(on_terminal: &str, files: Files, texts: &[String; 3], verdict: ExitCode) -> ExitCode {
    let printed = print(on_terminal);
    let unwritten = files.write(texts);
    let errors: Vec<UsageError> = printed.err().into_iter().chain(unwritten).collect();
    reports::ended(verdict, &errors)
}

fn read(path: &Path) -> Result<Recorded, UsageError> {
    let told = |error: &dyn std::fmt::Display| UsageError(format!("{}: {error}", path.display()));
    let text = input::text(path).map_err(|error| told(&format!("cannot read it: {error}")))?;
    Recorded::of_text(&text).map_err(|error| told(&error))
}

/// Runs the targets, as `run --target` does: those of one host one after the other, hosts side by side;
/// `None` where the user interrupts it.
fn tried(sessions: &[Session]) -> Result<Option<Vec<Recorded>>, UsageError> {
    if sessions.is_empty() {
        return Ok(Some(Vec::new()));
    }
    let mut hosts: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, session) in sessions.iter().enumerate() {
        let host = session.target().url.host_str().unwrap_or_default();
        hosts.entry(host).or_default().push(at);
    }
    let interrupt = Interrupt::listen()?;
    let of_host = |places: &[usize]| -> Result<Vec<(usize, Option<Recorded>)>, UsageError> {
        let tried = places.iter().map(|at| {
            let run = run::tried_beside(&sessions[*at], &interrupt)?;
            let written = run.map(|run| Recorded::of_text(&report::json(&Report::of(&run))));
            Ok((*at, written.transpose().map_err(UsageError::of)?))
        });
        tried.collect()
    };
    let of_hosts: Vec<_> = thread::scope(|scope| {
        let of_host = &of_host;
        let running: Vec<_> = hosts
            .values()
            .map(|places| scope.spawn(move || of_host(places)))
            .collect();
        let ended = running.into_iter().map(thread::ScopedJoinHandle::join);
        ended.collect()
    });
    interrupt.release();
    let mut all = Vec::new();
    for ended in of_hosts {
        let ended = ended.map_err(|_| UsageError("a run came to no end".to_owned()))?;
        all.extend(ended?);
    }
    all.sort_by_key(|(at, _)| *at);
    Ok(all.into_iter().map(|(_, recorded)| recorded).collect())
}

/// What is known of a target before it is run, and the files that it is made of.
fn prepared(target: &str, options: &Options) -> Result<(Session, Vec<PathBuf>), UsageError> {
    let mut arguments = vec!["portal-conformance", "run", "--target", target];
    let config = options.config.as_ref().map(|path| path.to_string_lossy());
    if let Some(config) = &config {
        arguments.extend(["--config", config]);
    }
    let parsed = crate::cli::Arguments::try_parse_from(arguments).map_err(UsageError::of)?;
    let Command::Run(run_options) = parsed.command else {
        return Err(UsageError("`run` is another command".to_owned()));
    };
    let (session, inputs) = run::prepare_with_inputs(&run_options)?;
    run::tell_others(&session);
    Ok((session, inputs))
}

/// The files that a comparison is written to.
struct Files {
    json: Option<ReportFile>,
    markdown: Option<ReportFile>,
    html: Option<ReportFile>,
}

impl Files {
    /// Makes them where they take the place of nothing that is read, or of each other.
    fn open(options: &Options, mut inputs: Vec<PathBuf>) -> Result<Self, UsageError> {
        let wanted = [
            ("--report-json", options.json.as_deref()),
            ("--report-markdown", options.markdown.as_deref()),
            ("--report-html", options.html.as_deref()),
        ];
        for (option, path) in wanted {
            if let Some(path) = path {
                reports::check_one(option, path, &inputs)?;
                inputs.push(path.to_owned());
            }
        }
        let open = |(option, path): (&str, Option<&Path>)| -> Result<_, UsageError> {
            path.map(|path| ReportFile::open(option, path)).transpose()
        };
        let [json, markdown, html] = wanted;
        Ok(Self {
            json: open(json)?,
            markdown: open(markdown)?,
            html: open(html)?,
        })
    }

    /// Writes them all, and says which could not be: one that cannot keeps no other from it.
    fn write(self, texts: &[String; 3]) -> Vec<UsageError> {
        let files = [self.json, self.markdown, self.html];
        let files = files.into_iter().zip(texts);
        let written = files.filter_map(|(file, text)| Some(file?.write(text)));
        written.filter_map(Result::err).collect()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::fs;

    use super::*;

    #[test]
    fn nothing_goes_before_all_is_read() {
        let folder = tempfile::tempdir().unwrap();
        let notes = folder.path().join("notes");
        let bad = folder.path().join("bad.json");
        fs::write(&bad, "{}").unwrap();
        let bad = bad.to_str().unwrap();
        for option in ["--report-json", "--report-markdown", "--report-html"] {
            fs::write(&notes, "my own").unwrap();
            let named = [bad, bad, option, notes.to_str().unwrap()];
            let arguments = ["portal-conformance", "compare"].iter().chain(&named);
            let parsed = crate::cli::Arguments::try_parse_from(arguments).unwrap();
            let Command::Compare(options) = parsed.command else {
                panic!("another command");
            };
            assert!(compare(&options).is_err());
            assert_eq!(fs::read_to_string(&notes).unwrap(), "my own", "{option}");
            // Nor does what is read, or another report.
            let inputs = vec![notes.clone()];
            assert!(Files::open(&options, inputs).is_err());
            assert_eq!(fs::read_to_string(&notes).unwrap(), "my own", "{option}");
        }
    }

    #[test]
    fn a_report_that_cannot_be_written_keeps_no_other_from_it() {
        let folder = tempfile::tempdir().unwrap();
        let html = folder.path().join("c.html");
        let files = Files {
            json: Some(ReportFile::open("--report-json", Path::new("/dev/full")).unwrap()),
            markdown: None,
            html: Some(ReportFile::open("--report-html", &html).unwrap()),
        };
        let errors = files.write(&["{}", "", "<p>"].map(str::to_owned));
        assert_eq!(errors.len(), 1);
        assert_eq!(fs::read_to_string(&html).unwrap(), "<p>");
    }
}

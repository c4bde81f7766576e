//! `compare`: portals beside each other, or a portal beside what it was.

use std::collections::BTreeMap;
use std::path::Path;
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

/// Compares, and prints what came of it.
pub(super) fn compare(options: &Options) -> Result<ExitCode, UsageError> {
    let files = Files::open(options)?;
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
    let Some(tried) = tried(options)? else {
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
        print(&compare::since_on_terminal(&since, width()))?;
        files.write(
            &compare::json_since(&since),
            &compare::markdown_since(&since),
            &compare::html_since(&since),
        )?;
        return Ok(since.exit_code());
    }
    let comparison = Comparison::of(&recorded);
    print(&compare::on_terminal(&comparison, width()))?;
    files.write(
        &compare::json(&comparison),
        &compare::markdown(&comparison),
        &compare::html(&comparison),
    )?;
    Ok(comparison.exit_code())
}

fn read(path: &Path) -> Result<Recorded, UsageError> {
    let told = |error: &dyn std::fmt::Display| UsageError(format!("{}: {error}", path.display()));
    let text = input::text(path).map_err(|error| told(&format!("cannot read it: {error}")))?;
    Recorded::of_text(&text).map_err(|error| told(&error))
}

/// Runs the targets, as `run --target` does: those of one host one after the other, hosts side by side;
/// `None` where the user interrupts it.
fn tried(options: &Options) -> Result<Option<Vec<Recorded>>, UsageError> {
    let sessions = options.targets.iter().map(|name| prepared(name, options));
    let sessions = sessions.collect::<Result<Vec<Session>, UsageError>>()?;
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

/// What is known of a target before it is run.
fn prepared(target: &str, options: &Options) -> Result<Session, UsageError> {
    let mut arguments = vec!["portal-conformance", "run", "--target", target];
    let config = options.config.as_ref().map(|path| path.to_string_lossy());
    if let Some(config) = &config {
        arguments.extend(["--config", config]);
    }
    let parsed = crate::cli::Arguments::try_parse_from(arguments).map_err(UsageError::of)?;
    let Command::Run(run_options) = parsed.command else {
        return Err(UsageError("`run` is another command".to_owned()));
    };
    let session = run::prepare(&run_options)?;
    run::tell_others(&session);
    Ok(session)
}

/// The files that a comparison is written to.
struct Files {
    json: Option<ReportFile>,
    markdown: Option<ReportFile>,
    html: Option<ReportFile>,
}

impl Files {
    fn open(options: &Options) -> Result<Self, UsageError> {
        let mut inputs = options.reports.clone();
        inputs.extend(options.since.clone());
        let open = |option: &str, path: Option<&Path>| -> Result<Option<ReportFile>, UsageError> {
            let Some(path) = path else { return Ok(None) };
            reports::check_one(option, path, &inputs)?;
            ReportFile::open(option, path).map(Some)
        };
        Ok(Self {
            json: open("--report-json", options.json.as_deref())?,
            markdown: open("--report-markdown", options.markdown.as_deref())?,
            html: open("--report-html", options.html.as_deref())?,
        })
    }

    fn write(self, json: &str, markdown: &str, html: &str) -> Result<(), UsageError> {
        for (file, text) in [
            (self.json, json),
            (self.markdown, markdown),
            (self.html, html),
        ] {
            if let Some(file) = file {
                file.write(text)?;
            }
        }
        Ok(())
    }
}

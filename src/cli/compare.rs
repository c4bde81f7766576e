//! `compare`: portals beside each other, or a portal beside what it was.

use std::path::Path;

use clap::Parser;

use crate::case::Selection;
use crate::cli::args::{Command, Compare as Options};
use crate::cli::reports::{self, ReportFile};
use crate::cli::{UsageError, eprint, print, run};
use crate::compare::{self, Comparison, Recorded, Since};
use crate::exit_code::ExitCode;
use crate::input;
use crate::report::{self, Report};

/// Compares, and prints what came of it.
pub(super) fn compare(options: &Options) -> Result<ExitCode, UsageError> {
    let files = Files::open(options)?;
    let mut recorded = Vec::new();
    for path in &options.reports {
        recorded.push(read(path)?);
    }
    for target in &options.targets {
        let Some(report) = tried(target, options)? else {
            eprint("interrupted\n");
            return Ok(ExitCode::Interrupted);
        };
        recorded.push(report);
    }
    if let Some(old) = &options.since {
        let [new] = recorded.as_slice() else {
            return Err(UsageError(format!(
                "--since compares one report or target with an earlier report: {} are named",
                recorded.len()
            )));
        };
        let since = Since::of(&read(old)?, new);
        if let Some(obstacle) = new.obstacle() {
            return Err(UsageError(format!(
                "nothing can be said of what is new: the later run judged nothing: {obstacle}"
            )));
        }
        print(&compare::text_since(&since))?;
        files.write(
            &compare::json_since(&since),
            &compare::markdown_since(&since),
            None,
        )?;
        return Ok(since.exit_code());
    }
    if recorded.len() < 2 {
        return Err(UsageError(
            "name two reports or targets at least, or one and --since OLD.json".to_owned(),
        ));
    }
    let comparison = Comparison::of(&recorded);
    print(&compare::text(&comparison))?;
    files.write(
        &compare::json(&comparison),
        &compare::markdown(&comparison),
        Some(&compare::html(&comparison)),
    )?;
    Ok(comparison.exit_code())
}

fn read(path: &Path) -> Result<Recorded, UsageError> {
    let told = |error: &dyn std::fmt::Display| UsageError(format!("{}: {error}", path.display()));
    let text = input::text(path).map_err(|error| told(&format!("cannot read it: {error}")))?;
    Recorded::of_text(&text).map_err(|error| told(&error))
}

/// Runs a target, as `run --target` does; `None` where the user interrupts it.
fn tried(target: &str, options: &Options) -> Result<Option<Recorded>, UsageError> {
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
    let run = run::tried(&session, &Selection::default(), false)?;
    let Some(run) = run else { return Ok(None) };
    let written = report::json(&Report::of(&run));
    Recorded::of_text(&written)
        .map(Some)
        .map_err(UsageError::of)
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

    fn write(self, json: &str, markdown: &str, html: Option<&str>) -> Result<(), UsageError> {
        for (file, text) in [
            (self.json, Some(json)),
            (self.markdown, Some(markdown)),
            (self.html, html),
        ] {
            if let (Some(file), Some(text)) = (file, text) {
                file.write(text)?;
            }
        }
        Ok(())
    }
}

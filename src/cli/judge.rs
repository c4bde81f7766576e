//! `judge`: recorded traffic, held against the contract; nothing is sent.

use std::env;

use crate::address;
use crate::case::Selection;
use crate::cli::args::Judge as Options;
use crate::cli::reports::{self, ReportFiles};
use crate::cli::run::tell_others;
use crate::cli::settings;
use crate::cli::{UsageError, run, words};
use crate::exit_code::ExitCode;
use crate::input;
use crate::recording;
use crate::report::Report;
use crate::session::Session;
use crate::settings::{Given, Settings, Surroundings};

/// The largest file that is read: recorded traffic holds every answer.
const MAX_BYTES: u64 = 256 * 1024 * 1024;

/// Judges recorded traffic, and prints what came of it.
pub(super) fn judge(options: &Options) -> Result<ExitCode, UsageError> {
    let path = options.recording.display();
    let url = options.url.as_deref().map(address::parse_url).transpose();
    let url = url.map_err(UsageError::of)?;
    let settings = settings(options)?;
    let mut inputs = reports::inputs(&settings, options.config.as_deref());
    inputs.push(options.recording.clone());
    reports::check(&options.reports, &inputs)?;
    let text = input::text_up_to(&options.recording, MAX_BYTES)
        .map_err(|error| UsageError(format!("{path}: cannot read it: {error}")))?;
    let recording =
        recording::read(&text).map_err(|error| UsageError(format!("{path}:{error}")))?;
    drop(text);
    let session = Session::prepare(&settings).map_err(words::session)?;
    tell_others(&session);
    let files = ReportFiles::open(&options.reports)?;
    let url = url.or_else(|| (!settings.is_reference).then(|| settings.target.url.clone()));
    let selection = Selection {
        filters: options.filters.clone(),
        skip: options.skip.clone(),
        ..Selection::default()
    };
    let run = session
        .judge(&recording, &options.recording, url.as_ref(), &selection)
        .map_err(|error| UsageError(format!("{path}: {error}; say which is meant with --url")))?;
    let report = Report {
        show_values: options.show_values,
        ..Report::of(&run)
    };
    let printed = run::print_colored(&report, options.color);
    let unwritten = files.write(&report);
    let errors: Vec<UsageError> = printed.err().into_iter().chain(unwritten).collect();
    Ok(reports::ended(run.exit_code(), &errors))
}

/// What holds for it: which portal was asked is in the file, and no secret is needed.
fn settings(options: &Options) -> Result<Settings, UsageError> {
    let given = Given {
        target: options.target.clone(),
        profile: options.profile.clone(),
        pages: options.pages.paths.clone(),
        excluded_pages: options.pages.excluded.clone(),
        strict: options.strict,
        levels: options.levels.given(),
        require_coverage: options.require_coverage,
        ..Given::default()
    };
    let variable = |name: &str| {
        let is_read = name == "PORTAL_PROFILE";
        is_read.then(|| env::var_os(name)).flatten()
    };
    let around = Surroundings {
        variable: &variable,
        sends_nothing: true,
        ..Surroundings::of_process()
    };
    let file = match &options.target {
        Some(_) => settings::file(options.config.as_deref(), false)?,
        None => None,
    };
    Settings::of(&given, around, file).map_err(words::settings)
}

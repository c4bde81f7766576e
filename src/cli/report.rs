//! `report`: what somebody asks of reports that are written.

use std::path::Path;

use crate::cli::args::{Report as Options, ReportCheck, ReportCommand, ReportMerge};
use crate::cli::reports::{self, ReportFile};
use crate::cli::{UsageError, contract, print};
use crate::exit_code::ExitCode;
use crate::input;
use crate::profile;
use crate::report::{self, Wanted};
use crate::settings;

/// Carries out what is asked of reports.
pub(super) fn report(options: &Options) -> Result<ExitCode, UsageError> {
    match &options.command {
        ReportCommand::Check(options) => check(options),
        ReportCommand::Merge(options) => merge(options),
    }
}

/// Says whether a report is whole and fits.
fn check(options: &ReportCheck) -> Result<ExitCode, UsageError> {
    let path = options.report.display();
    let text = read(&options.report)?;
    let contract = contract(&options.pages.files())?;
    let profile = options.profile.as_deref().map(profile::load).transpose();
    let profile = profile.map_err(UsageError::of)?;
    let wanted = Wanted {
        contract: &contract,
        profile: profile.as_ref(),
    };
    let checked = report::check(&text, wanted);
    let checked = checked.map_err(|error| UsageError(format!("{path}: {error}")))?;
    print(&checked.text())?;
    Ok(if checked.flaws.is_empty() {
        ExitCode::Conforms
    } else {
        ExitCode::Violates
    })
}

/// Joins the reports of all shards of a run.
fn merge(options: &ReportMerge) -> Result<ExitCode, UsageError> {
    let mut texts = Vec::new();
    for path in &options.reports {
        texts.push((path.display().to_string(), read(path)?));
    }
    let merged = report::merge(&texts, options.require_coverage).map_err(UsageError::of)?;
    // What is written goes when it is opened: all that is read was read by now.
    let option = "--report-json";
    let mut inputs = options.reports.clone();
    inputs.extend(settings::nearest_path());
    let file = match &options.json {
        Some(path) => {
            reports::check_one(option, path, &inputs)?;
            Some(ReportFile::open(option, path)?)
        }
        None => None,
    };
    let printed = print(&merged.text());
    let written = file.map_or(Ok(()), |file| file.write(&merged.json()));
    let errors: Vec<UsageError> = [printed, written]
        .into_iter()
        .filter_map(Result::err)
        .collect();
    Ok(reports::ended(merged.exit_code(), &errors))
}

fn read(path: &Path) -> Result<String, UsageError> {
    input::text(path)
        .map_err(|error| UsageError(format!("{}: cannot read it: {error}", path.display())))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::fs;

    use clap::Parser;

    use super::*;
    use crate::cli::args::Command;

    #[test]
    fn nothing_goes_before_all_parts_are_read() {
        let folder = tempfile::tempdir().unwrap();
        let (notes, bad) = (folder.path().join("notes"), folder.path().join("bad.json"));
        fs::write(&notes, "my own").unwrap();
        fs::write(&bad, "{}").unwrap();
        let arguments = ["portal-conformance", "report", "merge"].map(str::to_owned);
        let named = [
            "--report-json",
            notes.to_str().unwrap(),
            bad.to_str().unwrap(),
        ];
        let arguments = arguments.into_iter().chain(named.map(str::to_owned));
        let parsed = crate::cli::Arguments::try_parse_from(arguments).unwrap();
        let Command::Report(options) = parsed.command else {
            panic!("another command");
        };
        assert!(report(&options).is_err());
        assert_eq!(fs::read_to_string(&notes).unwrap(), "my own");
    }
}

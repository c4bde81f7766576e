//! `report`: what somebody asks of reports that are written.

use crate::cli::args::{Report as Options, ReportCheck, ReportCommand};
use crate::cli::{UsageError, contract, print};
use crate::exit_code::ExitCode;
use crate::input;
use crate::profile;
use crate::report::{self, Wanted};

/// Carries out what is asked of reports.
pub(super) fn report(options: &Options) -> Result<ExitCode, UsageError> {
    match &options.command {
        ReportCommand::Check(options) => check(options),
    }
}

/// Says whether a report is whole and fits.
fn check(options: &ReportCheck) -> Result<ExitCode, UsageError> {
    let path = options.report.display();
    let text = input::text(&options.report)
        .map_err(|error| UsageError(format!("{path}: cannot read it: {error}")))?;
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

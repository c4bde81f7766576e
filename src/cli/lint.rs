//! `lint`: what is wrong or doubtful in the pages.

use crate::check::count;
use crate::cli::args::Lint as Options;
use crate::cli::{UsageError, print};
use crate::contract;
use crate::exit_code::ExitCode;
use crate::lint::remarks;
use crate::page;

/// Prints every remark; any makes the command fail.
pub(super) fn lint(options: &Options) -> Result<ExitCode, UsageError> {
    let mut sources = Vec::new();
    for path in options.pages.iter().chain(&options.files) {
        sources.extend(page::read(path).map_err(UsageError::of)?);
    }
    if options.pages.is_none() && options.files.is_empty() {
        sources = page::builtin();
    }
    let contract = contract::of_sources(sources).map_err(UsageError::of)?;
    let remarks = remarks(&contract);
    let mut lines: Vec<String> = remarks.iter().map(ToString::to_string).collect();
    let pages = count(contract.operations.len(), "page");
    lines.push(match remarks.len() {
        0 => format!("{pages}, nothing to remark\n"),
        found => format!("{pages}, {}\n", count(found, "remark")),
    });
    print(&lines.join("\n"))?;
    Ok(if remarks.is_empty() {
        ExitCode::Conforms
    } else {
        ExitCode::Violates
    })
}

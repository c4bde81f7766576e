//! `lint`: what is wrong or doubtful in the pages.

use crate::check::count;
use crate::cli::args::Lint as Options;
use crate::cli::{UsageError, all_pages, contract, print};
use crate::exit_code::ExitCode;
use crate::lint::remarks;

/// Prints every remark; any makes the command fail.
pub(super) fn lint(options: &Options) -> Result<ExitCode, UsageError> {
    let mut files = options.pages.files();
    files.paths.extend(options.files.iter().cloned());
    let contract = contract(&files)?;
    let remarks = remarks(&contract);
    let mut lines: Vec<String> = remarks.iter().map(ToString::to_string).collect();
    let pages = count(contract.operations.len(), "page");
    lines.push(match remarks.len() {
        0 => format!("{pages}, nothing to remark\n"),
        found => format!("{pages}, {}\n", count(found, "remark")),
    });
    print(&lines.join("\n"))?;
    let code = if remarks.is_empty() {
        ExitCode::Conforms
    } else {
        ExitCode::Violates
    };
    all_pages(contract.unread.len())?;
    Ok(code)
}

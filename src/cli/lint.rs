//! `lint`: what is wrong or doubtful in the pages.

use crate::check::count;
use crate::cli::args::Lint as Options;
use crate::cli::{UsageError, print};
use crate::contract;
use crate::lint::remarks;
use crate::page;
use crate::run::ExitCode;

/// Prints every remark; any makes the command fail.
pub(super) fn lint(options: &Options) -> Result<ExitCode, UsageError> {
    let sources = if options.files.is_empty() {
        page::builtin()
    } else {
        let read = |path| page::read_file(path).map_err(UsageError::of);
        let paths = options.files.iter().map(std::path::PathBuf::as_path);
        paths.map(read).collect::<Result<_, _>>()?
    };
    let contract = contract::of_sources(sources).map_err(UsageError::of)?;
    let remarks = remarks(&contract);
    let mut lines: Vec<String> = remarks.iter().map(ToString::to_string).collect();
    let pages = count(contract.operations.len(), "page");
    lines.push(match remarks.len() {
        0 => format!("{pages}, nothing to remark\n"),
        found => format!("{pages}, {}\n", count(found, "remark")),
    });
    print(&lines.join("\n"));
    Ok(if remarks.is_empty() {
        ExitCode::Conforms
    } else {
        ExitCode::Violates
    })
}

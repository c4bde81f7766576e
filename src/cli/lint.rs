//! `lint`: what is wrong or doubtful in the pages.

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
    let mut text: String = remarks.iter().map(|remark| format!("{remark}\n")).collect();
    text.push_str(&match remarks.len() {
        0 => format!("{} pages, nothing to remark\n", contract.operations.len()),
        count => format!("{} pages, {count} remarks\n", contract.operations.len()),
    });
    print(&text);
    Ok(if remarks.is_empty() {
        ExitCode::Conforms
    } else {
        ExitCode::Violates
    })
}

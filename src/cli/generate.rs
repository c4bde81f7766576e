//! `generate`: pages to schemas.

use crate::check::count;
use crate::cli::args::Generate as Options;
use crate::cli::{UsageError, contract, of_all_pages, print, profile, profile_name};
use crate::exit_code::ExitCode;
use crate::schema::{self, Stale};

/// Writes what is stale, or names it.
pub(super) fn generate(options: &Options) -> Result<ExitCode, UsageError> {
    let contract = contract(&options.source.pages.files())?;
    let profile = profile(&profile_name(&options.source)?, &contract)?;
    let files = schema::files(&contract, &profile);
    let folder = &options.out;
    let failed = |error| UsageError(format!("{}: {error}", folder.display()));
    let stale = if options.check {
        schema::stale(folder, &files).map_err(failed)?
    } else {
        schema::write(folder, &files).map_err(failed)?
    };
    if stale.is_empty() {
        print(&format!("{} up to date\n", count(files.len(), "file")))?;
    }
    for entry in &stale {
        let word = match entry {
            _ if options.check => entry.word(),
            Stale::Superfluous(_) => "removed",
            _ => "written",
        };
        print(&format!(
            "{}: {word}\n",
            folder.join(entry.path()).display()
        ))?;
    }
    let code = if options.check && !stale.is_empty() {
        ExitCode::Violates
    } else {
        ExitCode::Conforms
    };
    of_all_pages(&contract, code)
}

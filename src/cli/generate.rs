//! `generate`: pages to schemas.

use crate::cli::args::Generate as Options;
use crate::cli::{UsageError, contract, print, profile};
use crate::run::ExitCode;
use crate::schema;

/// Writes what is stale, or names it.
pub(super) fn generate(options: &Options) -> Result<ExitCode, UsageError> {
    let contract = contract(options.source.pages.as_deref())?;
    let profile = profile(&options.source.profile)?;
    let files = schema::files(&contract, &profile);
    let folder = &options.out;
    let failed = |error| UsageError(format!("{}: {error}", folder.display()));
    let stale = if options.check {
        schema::stale(folder, &files).map_err(failed)?
    } else {
        schema::write(folder, &files).map_err(failed)?
    };
    let mut text = String::new();
    for entry in &stale {
        let path = folder.join(entry.path());
        let word = if options.check {
            entry.word()
        } else {
            "written"
        };
        let word = match entry {
            schema::Stale::Superfluous(_) if !options.check => "removed",
            _ => word,
        };
        text.push_str(&format!("{}: {word}\n", path.display()));
    }
    if stale.is_empty() {
        text = format!("{} files are up to date\n", files.len());
    }
    print(&text);
    Ok(if options.check && !stale.is_empty() {
        ExitCode::Violates
    } else {
        ExitCode::Conforms
    })
}

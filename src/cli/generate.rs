//! `generate`: pages to schemas, or to one `OpenAPI` document.

use std::io;
use std::path::Path;

use crate::check::count;
use crate::cli::args::Generate as Options;
use crate::cli::{UsageError, contract, of_all_pages, print, profile, profile_name};
use crate::contract::Contract;
use crate::exit_code::ExitCode;
use crate::profile::Profile;
use crate::schema::{self, Notation, Stale};

/// Writes what is stale, or names it.
pub(super) fn generate(options: &Options) -> Result<ExitCode, UsageError> {
    let contract = contract(&options.source.pages.files())?;
    let (profile, contract) = profile(&profile_name(&options.source)?, contract)?;
    let stale = match &options.openapi {
        Some(file) => document(file, options.check, &contract, &profile)?,
        None => schemas(options, &contract, &profile)?,
    };
    let code = if options.check && stale > 0 {
        ExitCode::Violates
    } else {
        ExitCode::Conforms
    };
    of_all_pages(&contract, code)
}

/// The schemas in a folder; how many are stale.
fn schemas(options: &Options, contract: &Contract, profile: &Profile) -> Result<usize, UsageError> {
    let files = schema::files(contract, profile);
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
        told(&folder.join(entry.path()), entry, options.check)?;
    }
    Ok(stale.len())
}

/// One document; 1 where it is stale.
fn document(
    file: &Path,
    is_check: bool,
    contract: &Contract,
    profile: &Profile,
) -> Result<usize, UsageError> {
    let Some(notation) = Notation::of(file) else {
        return Err(UsageError(format!(
            "{}: a name that ends in .json, .yaml or .yml says how the document is written",
            file.display()
        )));
    };
    let text = notation.write(&schema::openapi(contract, profile));
    let failed = |error: io::Error| UsageError(format!("{}: {error}", file.display()));
    let stale = if is_check {
        schema::stale_document(file, &text)
    } else {
        schema::write_document(file, &text)
    };
    let Some(stale) = stale.map_err(failed)? else {
        print(&format!("{} is up to date\n", file.display()))?;
        return Ok(0);
    };
    told(file, &stale, is_check)?;
    Ok(1)
}

/// Says what is wrong with a file, or what was done to it.
fn told(path: &Path, stale: &Stale, is_check: bool) -> Result<(), UsageError> {
    let word = match stale {
        _ if is_check => stale.word(),
        Stale::Superfluous(_) => "removed",
        _ => "written",
    };
    print(&format!("{}: {word}\n", path.display()))
}

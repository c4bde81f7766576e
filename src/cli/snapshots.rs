//! `snapshots`: what waits for review is shown, accepted or rejected.

use std::collections::BTreeSet;
use std::path::PathBuf;

use crate::check::count;
use crate::cli::args::Snapshots as Options;
use crate::cli::{UsageError, is_colored, print, settings};
use crate::config::File;
use crate::exit_code::ExitCode;
use crate::names::nearest;
use crate::report;
use crate::snapshot::{self, Pending};

/// Shows what waits, or settles it; what only is shown still waits, which is exit code 1.
pub(super) fn snapshots(options: &Options) -> Result<ExitCode, UsageError> {
    let mut all = Vec::new();
    for folder in folders(options)? {
        all.extend(snapshot::pending(&folder).map_err(UsageError::of)?);
    }
    let is_meant = |one: &&Pending| {
        let mut filters = options.filters.iter();
        filters.len() == 0 || filters.any(|filter| one.name.contains(filter))
    };
    let meant: Vec<&Pending> = all.iter().filter(is_meant).collect();
    if !options.filters.is_empty() && meant.is_empty() && !all.is_empty() {
        let filters = options.filters.join("` or `");
        let others = count(all.len(), "other");
        print(&format!(
            "no snapshot that waits for review has `{filters}` in its name; {others}\n"
        ))?;
        return Ok(ExitCode::NothingSelected);
    }
    if meant.is_empty() {
        print("no snapshot waits for review\n")?;
        return Ok(ExitCode::Conforms);
    }
    if !options.accept && !options.reject {
        print(&report::pending(&meant, is_colored(options.color)))?;
        return Ok(ExitCode::Violates);
    }
    let (settle, done): (fn(&Pending) -> std::io::Result<()>, &str) = if options.accept {
        (Pending::accept, "accepted")
    } else {
        (Pending::reject, "rejected")
    };
    for one in &meant {
        settle(one).map_err(|error| UsageError(format!("{}: {error}", one.file.display())))?;
        print(&format!("{done} {}\n", one.name))?;
    }
    Ok(ExitCode::Conforms)
}

/// The folder that is named, or that of a target, or those of all targets.
fn folders(options: &Options) -> Result<BTreeSet<PathBuf>, UsageError> {
    if let Some(folder) = &options.folder {
        if !folder.is_dir() {
            let message = format!("--snapshots {}: there is no such folder", folder.display());
            return Err(UsageError(message));
        }
        return Ok(BTreeSet::from([folder.clone()]));
    }
    let advice = "name a folder with --snapshots DIR";
    let file = settings::file(options.config.as_deref(), false)?;
    let Some(file) = file else {
        return Err(UsageError(format!(
            "there is no configuration file: {advice}"
        )));
    };
    let folders = match &options.target {
        Some(name) => BTreeSet::from([folder_of(&file, name, advice)?]),
        None => {
            let targets = file.config.targets.values();
            let named = targets.filter_map(|target| target.snapshots.as_ref());
            named.map(|folder| file.path(folder)).collect()
        }
    };
    if folders.is_empty() {
        let name = file.name();
        return Err(UsageError(format!(
            "no target of {name} has `snapshots`: {advice}"
        )));
    }
    Ok(folders)
}

fn folder_of(file: &File, name: &str, advice: &str) -> Result<PathBuf, UsageError> {
    let targets = &file.config.targets;
    let Some(target) = targets.get(name) else {
        let known: Vec<&str> = targets.keys().map(String::as_str).collect();
        let known = nearest(name, &known);
        return Err(UsageError(format!(
            "no target `{name}` in {}{known}",
            file.name()
        )));
    };
    let folder = target.snapshots.as_ref();
    folder.map(|folder| file.path(folder)).ok_or_else(|| {
        UsageError(format!(
            "the target `{name}` has no `snapshots` in {}: {advice}",
            file.name()
        ))
    })
}

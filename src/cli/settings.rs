//! Arguments, environment and configuration file, as the process finds them.

use std::num::NonZeroUsize;
use std::path::Path;

use crate::cli::args::{PortalOptions, Run};
use crate::cli::{UsageError, eprint, words};
use crate::config;
use crate::input;
use crate::settings::{self, Given, Settings, Surroundings};
use crate::writes::Writes;

/// The configuration file: the one that is named, or the nearest above the working folder.
pub(super) fn file(
    named: Option<&Path>,
    is_unwanted: bool,
) -> Result<Option<config::File>, UsageError> {
    match named {
        Some(path) => config::File::read(path).map(Some).map_err(UsageError::of),
        None if is_unwanted => Ok(None),
        None => settings::nearest_file().map_err(words::settings),
    }
}

/// Finds what holds for a run.
pub(super) fn of_run(run: &Run) -> Result<Settings, UsageError> {
    let given = Given {
        strict: run.strict,
        levels: run.levels.given(),
        require_coverage: run.require_coverage,
        max_failures: if run.fail_fast {
            Some(NonZeroUsize::MIN)
        } else {
            run.max_failures
        },
        ..given(&run.portal)?
    };
    let (mut settings, others) = of_given(&run.portal, &given, run.list)?;
    tell_reference(&settings, others);
    if run.shard.is_some() {
        // A part sees a part: it is asked of all of them together.
        settings.require_coverage = None;
    }
    Ok(settings)
}

/// Finds what holds for a portal.
pub(super) fn of_portal(options: &PortalOptions) -> Result<Settings, UsageError> {
    let (settings, others) = of_given(options, &given(options)?, false)?;
    tell_reference(&settings, others);
    Ok(settings)
}

/// Finds what holds where recorded traffic stands for a portal that nobody names: nothing is sent then.
pub(super) fn of_recorded(options: &PortalOptions) -> Result<Settings, UsageError> {
    let given = given(options)?;
    let (settings, _) = of_given(options, &given, true)?;
    if settings.is_reference {
        return Ok(settings);
    }
    let (settings, _) = of_given(options, &given, false)?;
    Ok(settings)
}

/// Finds what holds, and which other portals the file knows; secrets only where something is sent.
fn of_given(
    options: &PortalOptions,
    given: &Given,
    sends_nothing: bool,
) -> Result<(Settings, Option<String>), UsageError> {
    let file = file(options.config.as_deref(), options.no_config)?;
    let others = file.as_ref().and_then(others);
    let around = Surroundings {
        sends_nothing,
        ..Surroundings::of_process()
    };
    let settings = Settings::of(given, around, file).map_err(words::settings)?;
    // The client's certificate holds a key, which a listing does not need; a flag names it all the same.
    let needs_cert = !sends_nothing || options.access.cert.is_some();
    let tls = &settings.target.tls;
    let cert = tls.cert.as_ref().filter(|_| needs_cert);
    for path in tls.cacert.iter().chain(cert) {
        let read = input::bytes(path).map(drop);
        read.map_err(|error| UsageError(format!("cannot read {}: {error}", path.display())))?;
    }
    Ok((settings, others))
}

/// Says that the reference portal is tried where the file knows others.
fn tell_reference(settings: &Settings, others: Option<String>) {
    if let Some(others) = others.filter(|_| settings.is_reference) {
        eprint(&format!(
            "no portal is named, so the reference portal is tried; {others}\n"
        ));
    }
}

/// What a file knows beside the reference portal, where it knows anything.
fn others(file: &config::File) -> Option<String> {
    let targets = &file.config.targets;
    let names: Vec<&str> = targets.keys().map(String::as_str).collect();
    let names = names.join(", ");
    (!targets.is_empty()).then(|| format!("{} knows --target {names}", file.name()))
}

fn given(options: &PortalOptions) -> Result<Given, UsageError> {
    let allow_writes = Writes::parse(&options.allow_writes)
        .map_err(|error| UsageError(format!("--allow-writes: {error}")))?;
    Ok(Given {
        effort: options.effort,
        allow_writes,
        target: options.target.clone(),
        url: options.url.clone(),
        profile: options.profile.clone(),
        pages: options.pages.paths.clone(),
        excluded_pages: options.pages.excluded.clone(),
        snapshots: options.snapshots.clone(),
        parameters: options.parameters.clone(),
        jobs: options.jobs,
        max_time: options.max_time,
        ..options.access.given()
    })
}

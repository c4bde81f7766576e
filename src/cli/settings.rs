//! Arguments, environment and configuration file, as the process finds them.

use std::env;
use std::fs;
use std::path::Path;

use crate::cli::args::Portal as Options;
use crate::cli::{UsageError, eprint};
use crate::config::File;
use crate::settings::{Given, Settings, Surroundings};

/// The configuration file: the one that is named, or the nearest above the working folder.
pub(super) fn file(named: Option<&Path>, is_unwanted: bool) -> Result<Option<File>, UsageError> {
    match named {
        Some(path) => File::read(path).map(Some).map_err(UsageError::of),
        None if is_unwanted => Ok(None),
        None => {
            let here = env::current_dir().map_err(|error| {
                UsageError(format!("the working folder cannot be read: {error}"))
            })?;
            File::find(&here).map_err(UsageError::of)
        }
    }
}

/// Finds what holds; secrets only where something is sent.
pub(super) fn settings(
    options: &Options,
    is_strict: bool,
    sends_nothing: bool,
) -> Result<Settings, UsageError> {
    let file = file(options.config.as_deref(), options.no_config)?;
    let around = Surroundings {
        variable: &|name| env::var(name).ok(),
        read: &|path| fs::read_to_string(path),
        sends_nothing,
    };
    let settings =
        Settings::of(&given(options, is_strict), around, file).map_err(UsageError::of)?;
    // The client's certificate holds a key, which a listing does not need; a flag names it all the same.
    let needs_cert = !sends_nothing || options.cert.is_some();
    let cert = settings.tls.cert.as_ref().filter(|_| needs_cert);
    for path in settings.tls.cacert.iter().chain(cert) {
        let opened = fs::File::open(path).map(drop);
        opened.map_err(|error| UsageError(format!("cannot read {}: {error}", path.display())))?;
    }
    if settings.url.is_none()
        && let Some(file) = &settings.file
        && !file.config.targets.is_empty()
    {
        let names: Vec<&str> = file.config.targets.keys().map(String::as_str).collect();
        eprint(&format!(
            "no portal is named, so the reference portal is tried; {} knows --target {}\n",
            file.name(),
            names.join(", ")
        ));
    }
    Ok(settings)
}

fn given(options: &Options, is_strict: bool) -> Given {
    Given {
        target: options.target.clone(),
        url: options.url.clone(),
        profile: options.profile.clone(),
        pages: options.pages.clone(),
        snapshots: options.snapshots.clone(),
        parameters: options.parameters.clone(),
        allow_writes: options.allow_writes,
        scheme: options.auth,
        token_env: options.token_env.clone(),
        headers: options.headers.clone(),
        rate: options.rate_limit,
        request_timeout: options.request_timeout,
        max_body_size: options.max_body_size,
        jobs: options.jobs,
        insecure: options.insecure,
        cacert: options.cacert.clone(),
        cert: options.cert.clone(),
        strict: is_strict,
    }
}

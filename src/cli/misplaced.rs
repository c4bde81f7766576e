//! Words that are meant for an option and stand where FILTERs do.

use std::path::Path;

use crate::cli::UsageError;
use crate::cli::args::Run as Options;
use crate::config;
use crate::settings;

/// Refuses what can be no part of a case's name, before it selects nothing, or leaves a flag set that it
/// should have taken back.
pub(super) fn check(options: &Options) -> Result<(), UsageError> {
    for filter in &options.filters {
        if filter.contains("://") {
            // It may hold a password.
            return Err(UsageError(
                "a URL stands where a FILTER of cases does: name the portal with --url URL"
                    .to_owned(),
            ));
        }
        if !is_boolean(filter) {
            continue;
        }
        let portal = &options.portal;
        let flags = [
            ("--allow-writes", !portal.allow_writes.is_empty()),
            ("--insecure", portal.access.insecure.is_some()),
        ];
        if let Some((flag, _)) = flags.into_iter().find(|(_, is_given)| *is_given) {
            return Err(UsageError(format!(
                "`{filter}` stands where a FILTER of cases does: a value of {flag} is tied to it, as in {flag}=false"
            )));
        }
    }
    Ok(())
}

/// What filters that select nothing may be meant for.
pub(super) fn advice(options: &Options) -> String {
    let meant = options
        .filters
        .iter()
        .find_map(|filter| meant(options, filter));
    meant.map_or(String::new(), |option| {
        format!(", or did you mean {option}?")
    })
}

fn meant(options: &Options, filter: &str) -> Option<String> {
    if is_boolean(filter) {
        return Some("a value of an option, as in --allow-writes=false".to_owned());
    }
    if filter.contains('=') {
        return Some(format!("--param {filter}"));
    }
    if is_target(options, filter) {
        return Some(format!("--target {filter}"));
    }
    if Path::new(filter).exists() {
        let option = match Path::new(filter).extension() {
            Some(end) if end == "toml" => "--profile or --config",
            _ => "--pages",
        };
        return Some(format!("{option} {filter}"));
    }
    if crate::profile::builtin_names().contains(&filter) {
        return Some(format!("--profile {filter}"));
    }
    let is_host = filter.contains('.') || filter.starts_with("localhost");
    is_host.then(|| "--url, with http:// or https://".to_owned())
}

/// Whether the configuration file knows a target of this name.
fn is_target(options: &Options, name: &str) -> bool {
    let file = match &options.portal.config {
        Some(path) => config::File::read(path).ok(),
        None if options.portal.no_config => None,
        None => settings::nearest_file().ok().flatten(),
    };
    file.is_some_and(|file| file.config.targets.contains_key(name))
}

fn is_boolean(word: &str) -> bool {
    matches!(
        word.to_ascii_lowercase().as_str(),
        "true" | "false" | "yes" | "no" | "on" | "off"
    )
}

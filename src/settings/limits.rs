//! How long and how much: flags over the file over defaults.

use std::time::Duration;

use crate::config::TargetEntry;
use crate::settings::{Given, Place, SettingsError};
use crate::target::{Limits, TargetError};

/// The limits that are given, those of the file, or the defaults.
pub(super) fn limits(
    given: &Given,
    entry: Option<(&TargetEntry, Place<'_>)>,
) -> Result<Limits, SettingsError> {
    const SECONDS: &str = "seconds above 0, such as 2.5";
    const POSITIVE: &str = "a number from 1 on";
    let default = Limits::default();
    let of_file = entry.map(|(entry, place)| (&entry.limits, place));
    let flag = |flag, expected| SettingsError::Flag { flag, expected };
    let wrong = |place: Place<'_>, key: &str, expected: &str| {
        SettingsError::from(place.error(&["limits", key], &format!("`{key}` expects {expected}")))
    };
    let seconds = |seconds: f64| {
        Duration::try_from_secs_f64(seconds)
            .ok()
            .filter(|timeout| !timeout.is_zero())
    };
    let request_timeout = match (given.request_timeout, of_file) {
        (Some(given), _) => seconds(given).ok_or_else(|| flag("--request-timeout", SECONDS))?,
        (None, Some((file, place))) => match file.request_timeout {
            Some(value) => {
                seconds(value).ok_or_else(|| wrong(place, "request-timeout", SECONDS))?
            }
            None => default.request_timeout,
        },
        (None, None) => default.request_timeout,
    };
    let positive = |name, key, given: Option<usize>, value: Option<usize>, default| match (
        given, value, of_file,
    ) {
        (Some(0), _, _) => Err(flag(name, POSITIVE)),
        (None, Some(0), Some((_, place))) => Err(wrong(place, key, POSITIVE)),
        (given, value, _) => Ok(given.or(value).unwrap_or(default)),
    };
    let file_jobs = of_file.and_then(|(file, _)| file.jobs);
    let file_size = of_file.and_then(|(file, _)| file.max_body_size);
    let rate = match (given.rate, of_file) {
        (Some(rate), _) => rate,
        (None, Some((file, place))) => match &file.rate {
            Some(text) => text.parse().map_err(|error: TargetError| {
                place.error(&["limits", "rate"], &error.to_string())
            })?,
            None => default.rate,
        },
        (None, None) => default.rate,
    };
    Ok(Limits {
        request_timeout,
        max_body_size: positive(
            "--max-body-size",
            "max-body-size",
            given.max_body_size,
            file_size,
            default.max_body_size,
        )?,
        jobs: positive("--jobs", "jobs", given.jobs, file_jobs, default.jobs)?,
        rate,
    })
}

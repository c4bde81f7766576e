//! How long and how much: what is given over the file over defaults.

use std::time::Duration;

use crate::amount;
use crate::amount::{Rate, RateError};
use crate::config::Quantity;
use crate::settings::{Chosen, Given, Setting, SettingsError};
use crate::target::Limits;

const TIME: &str = "seconds above 0, such as 2.5, or a time such as 30s or 2m";
const SIZE: &str =
    "a number from 1 on, in bytes, or a size such as 64MB (1000 kB) or 64MiB (1024 KiB)";
const POSITIVE: &str = "a number from 1 on";

/// The limits that are given, those of the file, or the defaults.
pub(super) fn limits(given: &Given, chosen: Option<&Chosen>) -> Result<Limits, SettingsError> {
    let default = Limits::default();
    let of_file = chosen.map(|chosen| chosen.entry.limits.clone());
    let of_file = of_file.unwrap_or_default();
    let lookup = Lookup { chosen };
    let as_text = |quantity: Option<Quantity>| quantity.map(|quantity| quantity.text());
    let request_timeout = lookup.value(
        (
            given.request_timeout.map(|seconds| seconds.to_string()),
            as_text(of_file.request_timeout),
        ),
        (Setting::RequestTimeout, "request-timeout", TIME),
        |text| amount::parse_time(&text).filter(|timeout| !timeout.is_zero()),
    )?;
    let max_time = lookup.value(
        (
            given.max_time.map(|time| time.as_secs_f64().to_string()),
            as_text(of_file.max_time),
        ),
        (Setting::MaxTime, "max-time", TIME),
        |text| amount::parse_time(&text).filter(|time| !time.is_zero()),
    )?;
    let positive = |number: usize| (number > 0).then_some(number);
    let max_body_size = lookup.value(
        (
            given.max_body_size.map(|bytes| bytes.to_string()),
            as_text(of_file.max_body_size),
        ),
        (Setting::MaxBodySize, "max-body-size", SIZE),
        |text| amount::parse_size(&text).and_then(positive),
    )?;
    let jobs = lookup.value(
        (given.jobs, of_file.jobs),
        (Setting::Jobs, "jobs", POSITIVE),
        positive,
    )?;
    let rate = match given.rate {
        Some(rate) => Some(rate),
        None => rate_of(chosen)?,
    };
    Ok(Limits {
        request_timeout: request_timeout.unwrap_or(default.request_timeout),
        max_body_size: max_body_size.unwrap_or(default.max_body_size),
        jobs: jobs.unwrap_or(default.jobs),
        rate: rate.unwrap_or(default.rate),
        wait_ready: match given.wait_ready {
            Some(wait) => Some(wait),
            None => wait_of(chosen)?,
        },
        max_time: max_time.unwrap_or(default.max_time),
        late_reads: default.late_reads,
    })
}

/// How long the file waits for a portal that is still starting.
fn wait_of(chosen: Option<&Chosen>) -> Result<Option<Duration>, SettingsError> {
    let text = chosen.and_then(|chosen| chosen.entry.limits.wait_ready.as_ref());
    let (Some(chosen), Some(text)) = (chosen, text) else {
        return Ok(None);
    };
    match amount::parse_time(text) {
        Some(wait) => Ok(Some(wait)),
        None => Err(chosen
            .error(
                &["limits", "wait-ready"],
                "`wait-ready` expects a time such as 60s",
            )
            .into()),
    }
}

/// The rate that the file names.
fn rate_of(chosen: Option<&Chosen>) -> Result<Option<Rate>, SettingsError> {
    let Some(chosen) = chosen else {
        return Ok(None);
    };
    let rate = chosen.entry.limits.rate.as_ref().map(|text| text.parse());
    rate.transpose()
        .map_err(|error: RateError| chosen.error(&["limits", "rate"], &error.to_string()).into())
}

struct Lookup<'a> {
    chosen: Option<&'a Chosen>,
}

impl Lookup<'_> {
    /// The value that is given, or that of the file, where it can be one.
    fn value<T, V>(
        &self,
        (given, of_file): (Option<T>, Option<T>),
        (setting, key, expected): (Setting, &str, &'static str),
        read: impl Fn(T) -> Option<V>,
    ) -> Result<Option<V>, SettingsError> {
        match (given, of_file, self.chosen) {
            (Some(value), _, _) => match read(value) {
                Some(value) => Ok(Some(value)),
                None => Err(SettingsError::Value { setting, expected }),
            },
            (None, Some(value), Some(chosen)) => match read(value) {
                Some(value) => Ok(Some(value)),
                None => {
                    let message = format!("`{key}` expects {expected}");
                    Err(chosen.error(&["limits", key], &message).into())
                }
            },
            _ => Ok(None),
        }
    }
}

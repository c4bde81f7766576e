//! Times, sizes and rates, as people write them.

use std::str::FromStr;
use std::time::Duration;

/// So many requests in so long.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rate {
    /// Requests, at least 1.
    pub requests: u32,
    /// The time in which that many may start.
    pub per: Duration,
}

/// Requests that are counted over a longer time are no rate.
const LONGEST_RATE: Duration = Duration::from_hours(24);

/// Nobody waits longer, and clocks cannot count to any number.
const LONGEST_TIME: Duration = Duration::from_hours(24 * 365);

/// Reads a time such as `60s`, `500ms`, `2m` or `60`, which is in seconds; at most a year.
#[must_use]
pub fn parse_time(text: &str) -> Option<Duration> {
    let (digits, unit) = parts(text);
    let unit = match unit {
        "ms" => 0.001,
        "s" | "" => 1.0,
        "m" | "min" => 60.0,
        _ => return None,
    };
    let count: f64 = digits.parse().ok()?;
    let time = Duration::try_from_secs_f64(count * unit).ok();
    time.filter(|time| *time <= LONGEST_TIME)
}

/// Reads a size such as `64MB`, `1.5 GiB` or `67108864`, which is in bytes.
///
/// ```
/// # use portal_conformance::amount::parse_size;
/// assert_eq!(parse_size("64MiB"), Some(64 * 1024 * 1024));
/// assert_eq!(parse_size("1.5kB"), Some(1500));
/// assert_eq!(parse_size("64M"), None);
/// ```
#[must_use]
pub fn parse_size(text: &str) -> Option<usize> {
    let (digits, unit) = parts(text);
    let unit: u128 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "kb" => 1_000,
        "mb" => 1_000_000,
        "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return None,
    };
    let (whole, part) = digits.split_once('.').unwrap_or((digits, ""));
    let digits = [whole, part].concat();
    let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || part.len() > 9 {
        return None;
    }
    let scale = 10_u128.pow(u32::try_from(part.len()).ok()?);
    let scaled = digits.parse::<u128>().ok()?.checked_mul(unit)?;
    // Half a byte is none.
    (scaled % scale == 0).then(|| usize::try_from(scaled / scale).ok())?
}

/// A number and the unit behind it.
fn parts(text: &str) -> (&str, &str) {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    (digits.trim_end(), &text[digits.len()..])
}

/// A rate is not written as `500/10s`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no rate: expected requests per time, such as 500/10s")]
pub struct RateError {
    /// What was given.
    pub text: String,
}

impl Rate {
    /// A rate that slows nothing down.
    pub const UNLIMITED: Self = Self {
        requests: u32::MAX,
        per: Duration::from_secs(1),
    };
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let error = || RateError {
            text: text.to_owned(),
        };
        let (requests, per) = text.split_once('/').ok_or_else(error)?;
        let requests: u32 = requests.trim().parse().map_err(|_| error())?;
        let per = per.trim();
        // `5/s` is five in one second.
        let is_unit = per.starts_with(|c: char| c.is_ascii_alphabetic());
        let one = if is_unit { "1" } else { "" };
        let per = parse_time(&format!("{one}{per}")).ok_or_else(error)?;
        if requests == 0 || per.is_zero() || per > LONGEST_RATE {
            return Err(error());
        }
        Ok(Self { requests, per })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::target::Limits;

    #[test]
    fn rates_have_a_count_and_a_time() {
        let rate: Rate = "500/10s".parse().unwrap();
        assert_eq!(rate, Limits::default().rate);
        assert_eq!("5/s".parse::<Rate>().unwrap().per, Duration::from_secs(1));
        for text in ["", "5", "0/s", "5/0s", "5/h", "x/s", "5/1e12s"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    #[test]
    fn times_have_units_and_an_end() {
        for (text, milliseconds) in [
            ("30", 30_000),
            ("30s", 30_000),
            (" 2.5 s ", 2500),
            ("500ms", 500),
            ("2m", 120_000),
            ("2min", 120_000),
            ("0", 0),
            ("31536000", 31_536_000_000),
        ] {
            let time = Duration::from_millis(milliseconds);
            assert_eq!(parse_time(text), Some(time), "{text}");
        }
        for text in [
            "", "s", "30h", "-1", "1e308", "1e19", "31536001", "nan", "inf", "3 0s",
        ] {
            assert_eq!(parse_time(text), None, "{text}");
        }
    }

    #[test]
    fn sizes_have_units_of_thousands_and_of_1024() {
        for (text, bytes) in [
            ("0", 0),
            ("64", 64),
            ("64B", 64),
            ("64kB", 64_000),
            ("64 KiB", 65_536),
            ("64MB", 64_000_000),
            ("64mb", 64_000_000),
            ("64MiB", 67_108_864),
            ("1GB", 1_000_000_000),
            ("1GiB", 1_073_741_824),
            ("1.5MB", 1_500_000),
            ("0.5KiB", 512),
            (".5kB", 500),
            ("1.0", 1),
        ] {
            assert_eq!(parse_size(text), Some(bytes), "{text}");
        }
        for text in [
            "",
            ".",
            "MB",
            "64M",
            "64TB",
            "-5",
            "1.5",
            "0.0001kB",
            "1e6",
            "1_000",
            "1,5MB",
            "99999999999999999999GiB",
            "1.0000000000MB",
        ] {
            assert_eq!(parse_size(text), None, "{text}");
        }
    }
}

//! A share in hundredths.

use std::fmt;
use std::str::FromStr;

/// A share from 0 to 100 %.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percent(f64);

/// A text is no share.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no share: expected one from 0% to 100%, such as 90%")]
pub struct PercentError {
    /// What was given.
    pub text: String,
}

impl Percent {
    /// The share of a part in a whole; none of it where the whole is nothing.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    pub fn of(part: usize, whole: usize) -> Self {
        Self(if whole == 0 {
            0.0
        } else {
            part as f64 * 100.0 / whole as f64
        })
    }

    /// Whether this is less than another share.
    #[must_use]
    pub fn is_below(self, other: Self) -> bool {
        self.0 < other.0
    }
}

impl FromStr for Percent {
    type Err = PercentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let bare = text.strip_suffix('%');
        let number = bare.unwrap_or(text).trim();
        let share = number.parse::<f64>().ok();
        // `0.9` may mean 90 %, and would ask for nearly nothing.
        let is_doubtful = bare.is_none() && number.contains('.');
        share
            .filter(|share| (0.0..=100.0).contains(share))
            .filter(|share| !is_doubtful || *share > 1.0)
            .map(Self)
            .ok_or_else(|| PercentError {
                text: text.to_owned(),
            })
    }
}

impl fmt::Display for Percent {
    /// With one digit behind the point, and never rounded up to all.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths = (self.0 * 10.0).floor() / 10.0;
        write!(f, "{tenths}%")
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_share_is_read_with_and_without_its_sign() {
        let share = |text: &str| text.parse::<Percent>();
        assert_eq!(share("90%").unwrap(), Percent(90.0));
        assert_eq!(share("99.5").unwrap(), Percent(99.5));
        assert_eq!(share("0.9%").unwrap(), Percent(0.9));
        assert_eq!(share("0").unwrap(), Percent(0.0));
        for wrong in [
            "0.9",
            ".9",
            "1.0",
            "",
            "%",
            "101%",
            "-1%",
            "nan",
            "all",
            "90 percent",
        ] {
            assert!(share(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn what_is_not_all_is_never_shown_as_all() {
        assert_eq!(Percent::of(1999, 2000).to_string(), "99.9%");
        assert_eq!(Percent::of(2, 2).to_string(), "100%");
        assert_eq!(Percent::of(0, 0).to_string(), "0%");
        assert!(Percent::of(1, 2).is_below(Percent::of(2, 3)));
        assert!(!Percent::of(1, 2).is_below(Percent::of(2, 4)));
    }
}

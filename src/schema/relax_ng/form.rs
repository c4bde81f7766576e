//! The lexical forms that several elements share, each written once under a name.
//!
//! Names hold a hyphen, so that no shape of a profile has them.

use crate::shape::Fraction;
use crate::shape::text::{GUID_PATTERN, INTEGER_PATTERN, NUMBER_PATTERN, date_time_pattern};

/// A lexical form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LexicalForm {
    Whole,
    Number,
    DateTime(Fraction),
    Guid,
}

impl LexicalForm {
    /// The name to refer to.
    pub(super) fn name(self) -> String {
        match self {
            Self::Whole => "whole-number".to_owned(),
            Self::Number => "any-number".to_owned(),
            Self::DateTime(Fraction::Any) => "date-time".to_owned(),
            Self::DateTime(Fraction::Digits(digits)) => format!("date-time-{digits}"),
            Self::Guid => "hyphenated-guid".to_owned(),
        }
    }

    /// What it is, for those who read the grammar.
    pub(super) fn words(self) -> &'static str {
        match self {
            Self::Whole => "a whole number of any length that a double holds",
            Self::Number => "a number, neither NaN nor infinite",
            Self::DateTime(Fraction::Any) => "a date-time of RFC 3339",
            Self::DateTime(Fraction::Digits(_)) => {
                "a date-time of RFC 3339 whose fraction has a fixed length"
            }
            Self::Guid => "8-4-4-4-12 hexadecimal digits",
        }
    }

    /// The type of XML Schema, and its parameters.
    pub(super) fn data(self) -> (&'static str, Vec<(&'static str, String)>) {
        match self {
            Self::Whole => number(INTEGER_PATTERN),
            Self::Number => number(NUMBER_PATTERN),
            // `dateTime` knows no leap second, no small `t` and no offset beyond 14 hours.
            Self::DateTime(fraction) => token(date_time_pattern(fraction)),
            Self::Guid => token(GUID_PATTERN.to_owned()),
        }
    }

    /// A number that is not beyond its bounds.
    pub(super) fn between(
        self,
        least: Option<i64>,
        most: Option<i64>,
    ) -> (&'static str, Vec<(&'static str, String)>) {
        let (kind, mut parameters) = self.data();
        for (bound, exclusive, inclusive) in [
            (least, "minExclusive", "minInclusive"),
            (most, "maxExclusive", "maxInclusive"),
        ] {
            if let Some(bound) = bound {
                parameters.retain(|(name, _)| *name != exclusive);
                parameters.push((inclusive, bound.to_string()));
            }
        }
        (kind, parameters)
    }

    /// A number of one value, however it is spelled.
    pub(super) fn only(value: i64) -> (&'static str, Vec<(&'static str, String)>) {
        let bounds = ["minInclusive", "maxInclusive"].map(|bound| (bound, value.to_string()));
        let pattern = ("pattern", with_blanks(NUMBER_PATTERN));
        ("double", [pattern].into_iter().chain(bounds).collect())
    }
}

fn token(pattern: String) -> (&'static str, Vec<(&'static str, String)>) {
    ("token", vec![("pattern", pattern)])
}

/// Numbers as XML Schema spells them, but for its words: `integer` may be cut to 18 digits by a
/// processor, and is to 24 by xmllint.
fn number(pattern: &str) -> (&'static str, Vec<(&'static str, String)>) {
    let parameters = vec![
        ("pattern", with_blanks(pattern)),
        ("minExclusive", "-INF".to_owned()),
        ("maxExclusive", "INF".to_owned()),
    ];
    ("double", parameters)
}

/// xmllint holds patterns of numbers against the text before its white space is folded.
fn with_blanks(pattern: &str) -> String {
    format!("\\s*{pattern}\\s*")
}

//! The lexical forms of texts and numbers, the same for JSON, XML and the generated schemas.

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::shape::{Fraction, Kind};

/// A GUID, as a regular expression for schemas: 8-4-4-4-12 hexadecimal digits.
pub const GUID_PATTERN: &str =
    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

/// The moment that a date-time of RFC 3339 names; `None` where the text is none.
///
/// Seven and more digits of a fraction are lawful; a missing offset is not.
///
/// ```
/// # use portal_conformance::shape::text::date_time;
/// assert!(date_time("2020-12-08T20:37:04.0000000+03:00").is_some());
/// assert!(date_time("2020-12-08T20:37:04").is_none());
/// assert!(date_time("2020-13-08T20:37:04Z").is_none());
/// ```
#[must_use]
pub fn date_time(text: &str) -> Option<OffsetDateTime> {
    // RFC 3339, 5.6 has `T` between date and time; the note that allows a blank is for readers.
    let between = text.as_bytes().get(10)?;
    if !between.eq_ignore_ascii_case(&b'T') {
        return None;
    }
    OffsetDateTime::parse(text, &Rfc3339).ok()
}

/// Whether a text is a date-time in the wanted form; where the digits of the fraction are fixed, so are
/// the capitals `T` and `Z`.
#[must_use]
pub fn is_date_time(text: &str, fraction: Fraction) -> bool {
    date_time(text).is_some()
        && match fraction {
            Fraction::Any => true,
            Fraction::Digits(wanted) => {
                fraction_digits(text) == usize::from(wanted) && !text.contains(['t', 'z'])
            }
        }
}

fn fraction_digits(text: &str) -> usize {
    text.split_once('.').map_or(0, |(_, rest)| {
        rest.bytes().take_while(u8::is_ascii_digit).count()
    })
}

/// Whether a text is a GUID in its hyphenated form, any letter case.
#[must_use]
pub fn is_guid(text: &str) -> bool {
    const GROUPS: [usize; 5] = [8, 4, 4, 4, 12];
    let mut groups = text.split('-');
    GROUPS.iter().all(|length| {
        groups.next().is_some_and(|group| {
            group.len() == *length && group.bytes().all(|byte| byte.is_ascii_hexdigit())
        })
    }) && groups.next().is_none()
}

/// Whether a text is a whole number as XML Schema spells it: digits, a sign before them allowed.
#[must_use]
pub fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a text is a number as JSON and XML Schema spell it.
#[must_use]
pub fn is_number(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E'))
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// What the text of an example looks like: a date-time, a GUID or just a text.
#[must_use]
pub fn looks_like(text: &str) -> Kind {
    if is_guid(text) {
        Kind::Guid
    } else if date_time(text).is_some() {
        Kind::DateTime(Fraction::Any)
    } else {
        Kind::Text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fixed_fraction_fixes_the_form() {
        let is_one = |text| is_date_time(text, Fraction::Digits(7));
        assert!(is_one("2020-12-08T20:37:04.0000000+03:00"));
        for text in [
            "2020-12-08T20:37:04Z",
            "2020-12-08T20:37:04.000000Z",
            "2020-12-08t20:37:04.0000000z",
            "2020-12-08T20:37:04.0000000",
        ] {
            assert!(!is_one(text), "{text}");
        }
    }

    #[test]
    fn lawful_date_times() {
        for text in [
            "2020-12-08T17:37:04.5916406Z",
            "2020-12-08T17:37:04Z",
            "2020-12-08T17:37:04.5Z",
            "2020-12-08T17:37:04.123456789123Z",
            "2020-12-08T17:37:04-03:30",
            "2020-12-08t17:37:04z",
            "0001-01-01T00:00:00.0000000Z",
            "2016-12-31T23:59:60Z",
            "2020-02-29T00:00:00+14:00",
        ] {
            assert!(date_time(text).is_some(), "{text}");
        }
    }

    #[test]
    fn texts_that_are_no_date_time() {
        for text in [
            "",
            "2020-12-08",
            "2020-12-08 17:37:04Z",
            "2020-12-08T17:37:04",
            "2020-12-08T17:37Z",
            "2020-12-08T25:00:00Z",
            "2019-02-29T00:00:00Z",
            "2020-12-08T17-37-04.000Z",
            "12/08/2020 17:37:04",
            "2020-12-08T17:37:04.Z",
            "2020-12-08T17:37:04+0300",
            "/Date(1607449024000)/",
            "1607449024",
        ] {
            assert!(date_time(text).is_none(), "{text}");
        }
    }

    #[test]
    fn guids_are_hyphenated_in_any_letter_case() {
        assert!(is_guid("00000000-0000-0000-0000-000000000000"));
        assert!(is_guid("4A515A15-D4D6-4b8e-828e-E0586F18F3A3"));
        for text in [
            "",
            "{4a515a15-d4d6-4b8e-828e-e0586f18f3a3}",
            "4a515a15d4d64b8e828ee0586f18f3a3",
            "4a515a15-d4d6-4b8e-828e-e0586f18f3a",
            "4a515a15-d4d6-4b8e-828e-e0586f18f3ag",
        ] {
            assert!(!is_guid(text), "{text}");
        }
    }

    #[test]
    fn numbers_are_told_from_texts() {
        assert!(is_integer("-7") && is_integer("007"));
        assert!(!is_integer("1.0") && !is_integer("") && !is_integer("1e3"));
        assert!(is_number("1E+30") && !is_number("NaN") && !is_number("inf") && !is_number(""));
    }
}

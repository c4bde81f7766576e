//! The lexical forms of texts and numbers, the same for JSON, XML and the generated schemas.

use std::borrow::Cow;
use std::fmt::Write;

use time::{Date, Duration, Month, OffsetDateTime, PrimitiveDateTime, Time, UtcOffset};

use crate::shape::{Fraction, Kind};

/// A GUID, as a regular expression for schemas: 8-4-4-4-12 hexadecimal digits.
pub const GUID_PATTERN: &str =
    "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

/// The namespace of the attribute `nil`, by which an empty element says that it is null (XML Schema, 2.6.2).
pub const NIL_NAMESPACE: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// What that attribute holds then.
pub const IS_NIL: [&str; 2] = ["true", "1"];

/// A whole number in XML, as a regular expression: the lexical form of XML Schema's `integer`.
pub const INTEGER_PATTERN: &str = "[+\\-]?[0-9]+";

/// A number in XML, as a regular expression: the lexical form of XML Schema's `double` without its words
/// `INF` and `NaN`, which JSON has not.
pub const NUMBER_PATTERN: &str = "[+\\-]?([0-9]+(\\.[0-9]*)?|\\.[0-9]+)([eE][+\\-]?[0-9]+)?";

/// A day of RFC 3339, as a regular expression for schemas: years of four digits (5.6), each month with its days,
/// 29 February in leap years (5.7).
pub const DATE_PATTERN: &str = "(\
    [0-9]{4}-(\
        (0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])\
        |(0[469]|11)-(0[1-9]|[12][0-9]|30)\
        |02-(0[1-9]|1[0-9]|2[0-8])\
    )\
    |([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29\
)";
const HOUR_PATTERN: &str = "([01][0-9]|2[0-3])";

/// A date-time of RFC 3339, as a regular expression for schemas; what [`is_date_time`] takes.
///
/// Neither anchors nor groups that do not capture stand in it, so that it means the same in XML Schema
/// and in JSON Schema, where it needs `^` and `$` around it.
#[must_use]
pub fn date_time_pattern(fraction: Fraction) -> String {
    let (separator, zulu, digits) = match fraction {
        Fraction::Any => ("[Tt]", "[Zz]", "(\\.[0-9]+)?".to_owned()),
        Fraction::Digits(0) => ("T", "Z", String::new()),
        Fraction::Digits(digits) => ("T", "Z", format!("\\.[0-9]{{{digits}}}")),
    };
    let (date, hour, sixty) = (DATE_PATTERN, HOUR_PATTERN, "[0-5][0-9]");
    format!(
        "{date}{separator}(({hour}:{sixty}:{sixty}|23:59:60){digits}{zulu}\
         |{hour}:{sixty}:({sixty}|60){digits}[+\\-]{hour}:{sixty})"
    )
}

/// Whether the name of a member is a value and no name: a number, a GUID, a date or a moment, an address of
/// mail or of the web.
///
/// ```
/// # use portal_conformance::shape::text::is_data;
/// assert!(is_data("2024-05-06") && is_data("17") && is_data("ada@example.com"));
/// assert!(!is_data("total") && !is_data("v2") && !is_data(""));
/// ```
#[must_use]
pub fn is_data(name: &str) -> bool {
    let is_number = is_number(name) && name.bytes().any(|byte| byte.is_ascii_digit());
    let is_mail = name.split_once('@').is_some_and(|(who, host)| {
        let is_part = |part: &str| !part.is_empty() && !part.contains(['@', ' ']);
        is_part(who) && is_part(host) && host.trim_matches('.').contains('.')
    });
    let is_url = name.starts_with("http://") || name.starts_with("https://");
    is_number || is_guid(name) || is_day(name) || is_mail || is_url
}

/// Whether a text is digits in the places of a day or a month, whatever stands behind them as a time.
pub(crate) fn is_day(text: &str) -> bool {
    let (day, time) = match text.split_once(['T', ' ']) {
        Some((day, time)) => (day, Some(time)),
        None => (text, None),
    };
    let is_time = time.is_none_or(|time| {
        time.starts_with(|c: char| c.is_ascii_digit())
            && time.contains(':')
            && time
                .chars()
                .all(|c| c.is_ascii_digit() || ":.+-Z".contains(c))
    });
    let parts: Vec<&str> = day.split(['-', '/', '.']).collect();
    let is_digits = |part: &&str| {
        matches!(part.len(), 1 | 2 | 4) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let years = parts.iter().filter(|part| part.len() == 4).count();
    is_time && matches!(parts.len(), 2 | 3) && years == 1 && parts.iter().all(is_digits)
}

/// The name of the element of a member: what cannot stand in a name of XML is written `_xHHHH_`, as .NET
/// does it.
///
/// ```
/// # use portal_conformance::shape::text::{element_name, member_name};
/// assert_eq!(element_name("2024 a"), "_x0032_024_x0020_a");
/// assert_eq!(member_name("_x0032_024_x0020_a"), "2024 a");
/// ```
#[must_use]
pub fn element_name(member: &str) -> Cow<'_, str> {
    let is_start = |c: char| c.is_alphabetic() || c == '_';
    let is_inner = |c: char| is_start(c) || c.is_ascii_digit() || "-.".contains(c);
    let is_escape = |at: usize| escaped(&member[at..]).is_some();
    let is_plain = |(at, c): (usize, char)| {
        (is_start(c) || (at > 0 && is_inner(c))) && !(c == '_' && is_escape(at))
    };
    if member.char_indices().all(is_plain) {
        return member.into();
    }
    let mut name = String::new();
    for (at, c) in member.char_indices() {
        if is_plain((at, c)) {
            name.push(c);
        } else {
            // Writing to memory cannot fail.
            let _ = write!(name, "_x{:04X}_", u32::from(c));
        }
    }
    name.into()
}

/// The name of the member of an element.
#[must_use]
pub fn member_name(element: &str) -> Cow<'_, str> {
    if !element.contains("_x") {
        return element.into();
    }
    let mut name = String::new();
    let mut rest = element;
    while let Some(first) = rest.chars().next() {
        let (c, length) = escaped(rest).unwrap_or((first, first.len_utf8()));
        name.push(c);
        rest = &rest[length..];
    }
    name.into()
}

/// The character that is written as `_xHHHH_` at the start of a text, and how long that is.
fn escaped(text: &str) -> Option<(char, usize)> {
    let rest = text.strip_prefix("_x")?;
    let digits = rest.split('_').next()?;
    let is_hex = matches!(digits.len(), 4..=8) && digits.bytes().all(|b| b.is_ascii_hexdigit());
    let is_closed = rest[digits.len()..].starts_with('_');
    let c = char::from_u32(u32::from_str_radix(digits, 16).ok()?)?;
    (is_hex && is_closed).then_some((c, digits.len() + 3))
}

/// A date-time in its parts.
struct Parts<'a> {
    date: Date,
    clock: [u8; 3],
    /// The digits of the fraction, without the point.
    fraction: &'a str,
    offset: UtcOffset,
    /// Whether `T` and `Z` are capitals.
    in_capitals: bool,
}

impl<'a> Parts<'a> {
    /// Reads a date-time of RFC 3339, 5.6: with `T` or `t`, as the note that allows a blank is for
    /// readers.
    ///
    /// A leap second is the last of a day in UTC. Beside an offset it may stand in any minute: patterns
    /// cannot subtract, and schemas say the same.
    fn of(text: &'a str) -> Option<Self> {
        let (date, rest) = text.split_at_checked(10)?;
        let [year, month, day] = three(date, '-')?;
        let (year, month) = (digits(year, 4)?, Month::try_from(two(month)?).ok()?);
        let date = Date::from_calendar_date(i32::from(year), month, two(day)?).ok()?;
        let (clock, rest) = rest.strip_prefix(['T', 't'])?.split_at_checked(8)?;
        let [hour, minute, second] = three(clock, ':')?;
        let clock = [two(hour)?, two(minute)?, two(second)?];
        let (fraction, zone) = match rest.strip_prefix('.') {
            Some(rest) => rest.split_at(rest.bytes().take_while(u8::is_ascii_digit).count()),
            None => ("", rest),
        };
        if rest.starts_with('.') && fraction.is_empty() {
            return None;
        }
        let is_utc = zone.eq_ignore_ascii_case("z");
        let offset = if is_utc {
            UtcOffset::UTC
        } else {
            offset(zone)?
        };
        let is_in_time = match clock {
            [hour, minute, 60] => {
                hour < 24 && minute < 60 && (!is_utc || [hour, minute] == [23, 59])
            }
            [hour, minute, second] => hour < 24 && minute < 60 && second < 60,
        };
        is_in_time.then(|| Self {
            date,
            clock,
            fraction,
            offset,
            in_capitals: !text.contains(['t', 'z']),
        })
    }

    /// The moment, to the nanosecond; `None` where it is beyond the last year.
    fn moment(&self) -> Option<OffsetDateTime> {
        let [hour, minute, second] = self.clock;
        let nanos: String = self
            .fraction
            .chars()
            .chain("000000000".chars())
            .take(9)
            .collect();
        let time = Time::from_hms(hour, minute, second.min(59)).ok()?;
        let moment = PrimitiveDateTime::new(self.date, time).assume_offset(self.offset);
        moment.checked_add(Duration::new(i64::from(second == 60), nanos.parse().ok()?))
    }
}

fn three(text: &str, separator: char) -> Option<[&str; 3]> {
    let mut parts = text.split(separator);
    let three = [parts.next()?, parts.next()?, parts.next()?];
    parts.next().is_none().then_some(three)
}

fn digits(text: &str, count: usize) -> Option<u16> {
    let is_number = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().ok())?
}

fn two(text: &str) -> Option<u8> {
    u8::try_from(digits(text, 2)?).ok()
}

/// An offset such as `+03:00`.
fn offset(zone: &str) -> Option<UtcOffset> {
    let (hour, minute) = zone.strip_prefix(['+', '-'])?.split_once(':')?;
    let (hour, minute) = (two(hour)?, two(minute)?);
    if hour > 23 || minute > 59 {
        return None;
    }
    let sign = if zone.starts_with('-') { -1 } else { 1 };
    let seconds = sign * (i32::from(hour) * 3600 + i32::from(minute) * 60);
    UtcOffset::from_whole_seconds(seconds).ok()
}

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
    Parts::of(text)?.moment()
}

/// Whether a text is a date-time of RFC 3339 in the wanted form; where the digits of the fraction are
/// fixed, so are the capitals `T` and `Z`.
#[must_use]
pub fn is_date_time(text: &str, fraction: Fraction) -> bool {
    Parts::of(text).is_some_and(|parts| match fraction {
        Fraction::Any => true,
        Fraction::Digits(wanted) => {
            parts.fraction.len() == usize::from(wanted) && parts.in_capitals
        }
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

/// Whether a text is the id of one thing as far as one sees: a key, and no word that stands for one (`me`), no name of
/// a person (`ann7@example.com`) and no title (`2024-annual-report`), in whose place answers have the key.
#[must_use]
pub fn is_key(text: &str) -> bool {
    let is_word = |part: &&str| part.len() > 2 && part.bytes().all(|b| b.is_ascii_lowercase());
    let words = text.split(['-', '_']).filter(is_word).count();
    let is_of_key = |b: u8| b.is_ascii_alphanumeric() || b"-_.~:".contains(&b);
    text.bytes().any(|b| b.is_ascii_digit()) && text.bytes().all(is_of_key) && words < 2
}

/// A text in the letter case in which ids are compared: a GUID is the same in any (RFC 9562, 4), other texts are not.
#[must_use]
pub fn folded_guid(text: String) -> String {
    if is_guid(&text) {
        text.to_ascii_lowercase()
    } else {
        text
    }
}

/// Whether a text is a whole number as XML Schema spells it, digits with a sign before them allowed, and
/// one that a double holds, as [`is_number`] has it.
#[must_use]
pub fn is_integer(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_whole && is_number(text)
}

/// Whether a text is a number as XML Schema spells it, and one that a double holds: JSON has no other
/// (RFC 8259, 6).
#[must_use]
pub fn is_number(text: &str) -> bool {
    text.bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b'-' | b'+' | b'.' | b'e' | b'E'))
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

/// What pages write in the place of a value, which is none: what the value is of.
const TYPE_WORDS: [&str; 12] = [
    "integer",
    "int",
    "int32",
    "int64",
    "number",
    "double",
    "float",
    "decimal",
    "boolean",
    "bool",
    "datetime",
    "date-time",
];

/// Whether the text of an example names the type of a value in place of one: a value of that type is no text.
#[must_use]
pub fn names_type(text: &str) -> bool {
    TYPE_WORDS
        .iter()
        .any(|word| word.eq_ignore_ascii_case(text))
}

/// What the text of an example looks like: a date-time, a GUID or just a text; anything where it names a type.
#[must_use]
pub fn looks_like(text: &str) -> Kind {
    if names_type(text) {
        Kind::Unknown
    } else if is_guid(text) {
        Kind::Guid
    } else if is_date_time(text, Fraction::Any) {
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
        assert!(is_date_time("2020-12-08T20:37:04Z", Fraction::Digits(0)));
        assert!(!is_date_time("2020-12-08T20:37:04.0Z", Fraction::Digits(0)));
    }

    #[test]
    fn a_leap_second_is_the_last_of_a_day_in_utc() {
        let moment = date_time("2016-12-31T23:59:60.5Z").unwrap();
        assert_eq!(Some(moment), date_time("2017-01-01T00:00:00.5Z"));
        // An example of RFC 3339, 5.8.
        let moment = date_time("1990-12-31T15:59:60-08:00").unwrap();
        assert_eq!(Some(moment), date_time("1990-12-31T23:59:60Z"));
        assert!(date_time("2016-12-31T12:00:60Z").is_none());
        // Nothing comes after the last year, but the text is one all the same.
        let last = "9999-12-31T23:59:60Z";
        assert!(is_date_time(last, Fraction::Any) && date_time(last).is_none());
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
            "0000-01-01T00:00:00Z",
            "0001-01-01T00:00:00.0000000Z",
            "9999-12-31T23:59:59.9999999-23:59",
            "2020-12-08T17:37:04-00:00",
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
            "2020-12-08T17:37:04+24:00",
            "2020-12-08T24:00:00Z",
            "10000-12-08T17:37:04Z",
            "-2020-12-08T17:37:04Z",
            "1900-02-29T00:00:00Z",
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
        assert!(is_number("+.5") && is_number("5.") && !is_number(".") && !is_number("1e"));
        assert!(is_number("1.7976931348623157e308") && !is_number("1e309"));
        assert!(is_integer(&"9".repeat(308)) && !is_integer(&"9".repeat(309)));
    }
}

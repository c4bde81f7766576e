//! What a text that is none of the promised form looks like, without anything of what it says.

use crate::shape::{Fraction, text};

/// The longest text that is looked at as a date, in bytes.
const MAX_DATE: usize = 64;

/// How a text spells a date or a time that is no date-time of RFC 3339.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum DateForm {
    /// One of RFC 3339, with a fraction of another length or in small letters.
    Otherwise,
    /// Without a zone.
    NoZone,
    /// The first moment of the year 1, without a zone: what has no value in .NET.
    YearOne,
    /// With a blank in the place of `T`.
    Blank,
    /// With a zone that has no colon.
    NoColon,
    /// A day alone.
    Day,
    /// Digits alone, as of seconds or milliseconds.
    Digits,
    /// `/Date(...)/`, as the older serialisers of .NET write it.
    Ticks,
    /// As headers of HTTP write it (RFC 9110, 5.6.7).
    Http,
    /// Day, month and year in another order or with other signs.
    Local,
}

impl DateForm {
    /// Recognises a text that is no date-time of the wanted form; `None` for one that looks like no date.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        if text.len() > MAX_DATE || !text.is_ascii() {
            return None;
        }
        let is_moment = |text: &str| text::is_date_time(text, Fraction::Any);
        let is_zoneless = |text: &str| is_moment(&format!("{text}Z"));
        let with_t = text.replacen(' ', "T", 1);
        let digits = text.strip_prefix('-').unwrap_or(text);
        if is_moment(text) {
            Some(Self::Otherwise)
        } else if is_zoneless(text) {
            let is_least = text.starts_with("0001-01-01T00:00:00");
            Some(if is_least {
                Self::YearOne
            } else {
                Self::NoZone
            })
        } else if is_moment(&with_t) || is_zoneless(&with_t) {
            Some(Self::Blank)
        } else if text.len() > 5 && is_moment(&format!("{}:{}", before(text, 2), last(text, 2))) {
            Some(Self::NoColon)
        } else if is_moment(&format!("{text}T00:00:00Z")) {
            Some(Self::Day)
        } else if digits.len() >= 9 && digits.bytes().all(|byte| byte.is_ascii_digit()) {
            Some(Self::Digits)
        } else if text.starts_with("/Date(") && text.ends_with(")/") {
            Some(Self::Ticks)
        } else if text.ends_with(" GMT") && text.get(3..5) == Some(", ") {
            Some(Self::Http)
        } else {
            (!text.contains('T') && text::is_day(text)).then_some(Self::Local)
        }
    }
}

/// All but so many of the last bytes of an ASCII text.
fn before(text: &str, last: usize) -> &str {
    &text[..text.len() - last]
}

/// So many of the last bytes of an ASCII text.
fn last(text: &str, last: usize) -> &str {
    &text[text.len() - last..]
}

/// Whether a text looks like an object or a list of JSON, as one that was written twice does: by its brackets, and by
/// what it begins with. What stands for a value that was taken out, as `[REDACTED]`, is none.
pub(super) fn is_json(text: &str) -> bool {
    let text = text.trim();
    let inner = |open, close| text.strip_prefix(open)?.strip_suffix(close).map(str::trim);
    if let Some(members) = inner('{', '}') {
        return members.is_empty() || members.starts_with('"');
    }
    let Some(items) = inner('[', ']') else {
        return false;
    };
    let first = items.split(',').next().unwrap_or_default().trim_end();
    let is_number = || first.parse::<f64>().is_ok() && !first.ends_with(char::is_alphabetic);
    items.is_empty()
        || items.starts_with(['"', '{', '['])
        || matches!(first, "true" | "false" | "null")
        || is_number()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_of_another_form_is_known_by_it() {
        use DateForm::{
            Blank, Day, Digits, Http, Local, NoColon, NoZone, Otherwise, Ticks, YearOne,
        };
        for (text, expected) in [
            ("2020-12-08T17:37:04.59Z", Some(Otherwise)),
            ("2020-12-08T17:37:04", Some(NoZone)),
            ("2020-12-08T17:37:04.5916406", Some(NoZone)),
            ("0001-01-01T00:00:00", Some(YearOne)),
            ("2020-12-08 17:37:04", Some(Blank)),
            ("2020-12-08 17:37:04Z", Some(Blank)),
            ("2020-12-08T17:37:04+0100", Some(NoColon)),
            ("2020-12-08", Some(Day)),
            ("1607449024", Some(Digits)),
            ("1607449024123", Some(Digits)),
            ("/Date(1607449024123+0100)/", Some(Ticks)),
            ("Tue, 08 Dec 2020 17:37:04 GMT", Some(Http)),
            ("08.12.2020 17:37", Some(Local)),
            ("12/8/2020", Some(Local)),
            ("", None),
            ("2020", None),
            ("yesterday", None),
            ("Ada Lovelace", None),
            ("é", None),
            ("2020-13-08T17:37:04", None),
        ] {
            assert_eq!(DateForm::of(text), expected, "{text}");
        }
        assert_eq!(DateForm::of(&"1".repeat(MAX_DATE + 1)), None);
    }

    #[test]
    fn json_within_a_text_is_known_by_its_brackets() {
        for (text, expected) in [
            ("{\"a\": 1}", true),
            (" [1]\n", true),
            ("[-1.5e3, 2]", true),
            ("[null, 1]", true),
            ("[ {\"a\": [1]} ]", true),
            ("[]", true),
            ("{}", true),
            ("[REDACTED]", false),
            ("[none, all]", false),
            ("[nan]", false),
            ("{name}", false),
            ("[see below]", false),
            ("{", false),
            ("{a]", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(is_json(text), expected, "{text}");
        }
    }
}

//! Moments as a document's own example has them, where that is no date-time of RFC 3339.
//!
//! In comes an example beside `format: date-time`, out comes the expression of what is written like it. A document that
//! contradicts itself is told so (`lint`), and its portal sends what the example shows.

use std::fmt::Write;

use crate::contract::openapi::tree::At;
use crate::shape::Fraction;
use crate::shape::text::{date_time_pattern, is_date_time};

/// The longest example that is looked at, in bytes.
const MAX_LENGTH: usize = 64;
/// So many digits at least are a moment.
const MIN_DIGITS: usize = 4;

/// The example of a schema of date-times that is none, with its place.
pub(super) fn own_example(schema: At<'_>) -> Option<(At<'_>, &str)> {
    let examples = schema.get("examples");
    let place = schema
        .get("example")
        .or_else(|| examples?.items().next())
        .filter(|_| schema.text_of("format") == "date-time")?;
    let text = place
        .text()
        .filter(|_| place.value().is_some_and(|value| value.is_string()))?;
    (!is_date_time(text, Fraction::Any)).then_some((place, text))
}

/// What is written as an example of a schema of date-times that is none, or as RFC 3339 has it; none where the example
/// is one, or no moment.
pub(super) fn of_example(schema: At<'_>) -> Option<String> {
    let (_, text) = own_example(schema)?;
    let form = form(text)?;
    Some(format!("^({form}|{})$", date_time_pattern(Fraction::Any)))
}

/// The expression of what is written like a text: as many digits, any fraction of a second, any words in the place of
/// words.
fn form(text: &str) -> Option<String> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits < MIN_DIGITS || text.len() > MAX_LENGTH || !text.is_ascii() {
        return None;
    }
    let mut form = String::new();
    let mut rest = text;
    let mut before = ' ';
    let mut is_time = false;
    while let Some(sign) = rest.chars().next() {
        let of = |is: fn(&char) -> bool| rest.chars().take_while(is).count();
        let length = match sign {
            '0'..='9' => of(char::is_ascii_digit),
            'a'..='z' | 'A'..='Z' => of(char::is_ascii_alphabetic),
            _ => 1,
        };
        let part;
        (part, rest) = rest.split_at(length);
        is_time |= sign == ':';
        match sign {
            '0'..='9' if is_time && matches!(before, '.' | ',') => form.push_str("[0-9]+"),
            '0'..='9' => {
                let _ = write!(form, "[0-9]{{{length}}}");
            }
            'a'..='z' | 'A'..='Z' if matches!(part, "T" | "Z") => form.push_str(part),
            'a'..='z' | 'A'..='Z' => form.push_str("[A-Za-z]+"),
            '+' | '-' if is_time => form.push_str("[+\\-]"),
            ' ' | '-' | ':' | ',' | '/' => form.push(sign),
            '.' | '+' | '(' | ')' => form.extend(['\\', sign]),
            _ => return None,
        }
        before = sign;
    }
    Some(form)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::shape::domain::Pattern;

    #[test]
    fn what_is_written_like_an_example_has_its_form() {
        for (example, alike, others) in [
            (
                "2021-01-17T12:34:00.000+0000",
                &[
                    "1999-12-31T00:00:00.5-0930",
                    "2021-01-17T12:34:00.123456+0000",
                ][..],
                &["2021-01-17T12:34:00.000", "2021-01-17", "17.01.2021"][..],
            ),
            (
                "2024-01-05T10:00:00",
                &["1999-12-31T23:59:59"],
                &["2024-01-05 10:00:00", "2024-01-05T10:00:00+0000"],
            ),
            (
                "Fri, 05 Jan 2024 10:00:00 GMT",
                &["Mon, 01 Apr 2024 00:00:00 UTC"],
                &["2024-01-05"],
            ),
            ("1577836800", &["1577836801"], &["15778", "x"]),
        ] {
            let form = Pattern::whole(&form(example).unwrap()).unwrap();
            assert!(form.is_match(example), "{example}");
            for one in alike {
                assert!(form.is_match(one), "{example} {one}");
            }
            for one in others {
                assert!(!form.is_match(one), "{example} {one}");
            }
        }
        for example in ["", "now", "yesterday", "2024\u{2013}01", "{2024}"] {
            assert_eq!(form(example), None, "{example}");
        }
    }
}

//! Numbers behind a sign that make it a version.

use crate::check::aside::around::{Around, MAX_BETWEEN, digits};

/// A version that follows.
struct Numbers<'a> {
    /// How many numbers it has.
    count: usize,
    /// Whether something says that it is one: a slash, a dash, `v` or the word.
    is_said: bool,
    /// What stands behind it.
    rest: &'a [u8],
}

/// The version that follows, as in `PostgreSQL 13.4`, `MySQL Server v5.7` and `MariaDB-10.5`; a date is none.
fn numbers_behind<'a>(at: &Around<'a>) -> Option<Numbers<'a>> {
    const BETWEEN: [&[u8]; 7] = [
        b"/",
        b"-",
        b" ",
        b"server ",
        b"version ",
        b"version: ",
        b"v",
    ];
    let mut rest = at.behind();
    let mut is_said = false;
    for between in BETWEEN {
        if let Some((before, after)) = rest.split_at_checked(between.len())
            && before.eq_ignore_ascii_case(between)
        {
            is_said |= between != b" " && between != b"server ";
            rest = after;
        }
    }
    if !at.is_word_start() || rest.len() == at.behind().len() {
        return None;
    }
    let mut numbers: Vec<&[u8]> = Vec::new();
    loop {
        let (number, after) = rest.split_at(digits(rest));
        rest = after;
        numbers.push(number);
        match rest.split_first() {
            Some((b'.', after)) if digits(after) > 0 => rest = after,
            _ => break,
        }
    }
    let value = |number: &[u8]| std::str::from_utf8(number).ok()?.parse::<u64>().ok();
    let is_date = match numbers.as_slice() {
        [day, month, year] => {
            let is_day = value(day).is_some_and(|day| (1..=31).contains(&day));
            let is_month = value(month).is_some_and(|month| (1..=12).contains(&month));
            is_day && is_month && year.len() == 4
        }
        [_] => true,
        _ => false,
    };
    (!is_date && !numbers[0].is_empty()).then_some(Numbers {
        count: numbers.len(),
        is_said,
        rest,
    })
}

/// A version follows that a sentence does not go on behind, as it does in `the PHP 7.4 course`, or that cannot
/// be anything else.
pub(in crate::check::aside) fn version_behind(at: &Around<'_>) -> bool {
    numbers_behind(at).is_some_and(|version| {
        const GO_ON: [&[u8]; 6] = [b"on ", b"at ", b"is ", b"as ", b"for ", b"error"];
        let word = version.rest.strip_prefix(b" ").unwrap_or_default();
        let goes_on = word.first().is_some_and(u8::is_ascii_alphabetic)
            && !GO_ON.iter().any(|start| word.starts_with(start));
        // A name in a sentence, and no value of a member.
        let is_name = matches!(version.rest.first(), Some(b'"' | b'\'' | b'`'))
            && at.before().ends_with(&version.rest[..1])
            && at.before()[..at.before().len() - 1]
                .trim_ascii_end()
                .last()
                .is_some_and(u8::is_ascii_alphanumeric);
        version.is_said || version.count > 2 || !(goes_on || is_name)
    })
}

/// A version follows that cannot be anything else.
pub(in crate::check::aside) fn exact_version(at: &Around<'_>) -> bool {
    numbers_behind(at).is_some_and(|version| {
        let says_so = at.behind().get(1..8).unwrap_or_default();
        version.count > 2 || says_so.eq_ignore_ascii_case(b"version")
    })
}

/// A digit follows soon.
pub(in crate::check::aside) fn number_behind(at: &Around<'_>) -> bool {
    at.behind().iter().take(MAX_BETWEEN).any(u8::is_ascii_digit)
}

pub(in crate::check::aside) fn five_digits(at: &Around<'_>) -> bool {
    at.is_word_start() && digits(at.behind()) == 5
}

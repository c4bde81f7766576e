//! A secret in any spelling that a portal or a report may give it.
//!
//! Found are other letter case, percent-encoding (RFC 3986, also twice), escapes of JSON and of programs (also
//! twice), XML and HTML references, JSON pointer escapes, Base64 in both alphabets at any offset (also twice),
//! hexadecimal digits, with what parts them as well, UTF-16, also in Base64 and digits, lines that are folded, the
//! secret without the scheme before it, and the start of a secret: from [`MIN_START`] characters on
//! anywhere, from [`MIN_CUT`] on where a mark says that the text was cut there.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

use crate::character_reference;
use crate::secret::HIDDEN;

/// Shorter secrets than this are left where they stand.
const MIN_SECRET: usize = 4;
/// The start of a secret is one as well, from so many characters on.
const MIN_START: usize = 12;
/// The same before a mark that stands for the rest.
const MIN_CUT: usize = 4;
/// Coded texts look like other texts: only so many characters of them are telling.
const MIN_CODED: usize = 8;
/// No escape has more digits.
const MAX_DIGITS: usize = 8;
/// An escape that was escaped again, and once more, begins with no more of these.
const MAX_BACKSLASHES: usize = 8;
/// Blanks between two characters are no more than this, nor what parts two digits of one byte from those of the next.
const MAX_BETWEEN: usize = 4;
/// The end of a line, as it is written or escaped, and what is put before the next one are no longer than this.
const MAX_FOLD: usize = 80;
/// The ends of lines as they are escaped: by JSON and programs, in URLs, XML and HTML.
const ENDS: [&str; 16] = [
    "\\n", "\\r", "\\t", "\\u000a", "\\u000d", "%0a", "%0d", "%09", "&#10;", "&#13;", "&#xa;",
    "&#xd;", "&#9;", "<br>", "<br/>", "<br />",
];
/// A line of a secret of several is one as well, from so many characters on.
const MIN_LINE: usize = 16;
/// The marks that stand for the rest of a text.
const CUT: [&str; 2] = ["…", "..."];

/// All that is looked for of one secret; made once, as reports are long.
#[derive(Debug)]
pub(super) struct Spellings {
    forms: Vec<Form>,
    /// The pairs of characters with which a form begins: `PAIR` entries for each first one.
    starts: Vec<bool>,
    /// The forms that begin with a pair of characters, and which follow on the first.
    by_pair: HashMap<(char, char), Vec<usize>>,
    by_first: HashMap<char, Vec<char>>,
}

/// One form of a secret.
#[derive(Debug)]
struct Form {
    text: Box<str>,
    /// How many characters it has.
    count: usize,
    between: Between,
}

/// What may stand between two characters of a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Between {
    /// The fold of a line (RFC 9112, 5.2), or the end of a line of Base64 (RFC 2045, 6.8).
    Fold,
    /// Behind each second character a sign, such as `:`, and what says that digits follow: `0x`, `\\x`.
    Digits,
}

/// How many characters are told apart where a form may begin.
const PAIR: usize = 128;

impl Spellings {
    pub(super) fn of(secret: &str) -> Self {
        Self::of_all([secret])
    }

    /// Those of any number of secrets.
    pub(super) fn of_all<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut forms: Vec<Form> = Vec::new();
        let mut add = |text: &str, least: usize, between: Between| {
            let count = text.chars().count();
            if count >= least {
                let text = text.into();
                forms.push(Form {
                    text,
                    count,
                    between,
                });
            }
        };
        for secret in secrets {
            // Behind a short first word, a scheme, may stand a common one.
            let bare = secret.split_once(' ').map(|(_, bare)| bare.trim());
            let is_bare = |bare: &&str| bare.len() >= MIN_START && !bare.contains('\n');
            let bare = bare.filter(is_bare);
            // The lines of a key may be told one by one; the first and the last are those of all keys.
            let lines = secret.lines().map(str::trim);
            let lines = lines.filter(|line| {
                *line != secret && line.len() >= MIN_LINE && !line.starts_with("-----")
            });
            for secret in [secret].into_iter().chain(bare).chain(lines) {
                add(secret, MIN_SECRET, Between::Fold);
                for form in coded(secret) {
                    add(&form, MIN_CODED, Between::Fold);
                }
                for bytes in written(secret) {
                    let digits: Vec<String> =
                        bytes.iter().map(|byte| format!("{byte:02x}")).collect();
                    add(&digits.concat(), MIN_CODED, Between::Digits);
                }
            }
        }
        let mut all = Self {
            forms: Vec::new(),
            starts: vec![false; PAIR * PAIR],
            by_pair: HashMap::new(),
            by_first: HashMap::new(),
        };
        for (at, form) in forms.iter().enumerate() {
            let mut characters = form.text.chars().map(|c| c.to_ascii_lowercase());
            if let (Some(first), Some(second)) = (characters.next(), characters.next()) {
                if let (Some(first), Some(second)) = (place(first), place(second)) {
                    all.starts[first * PAIR + second] = true;
                }
                let of_pair = all.by_pair.entry((first, second)).or_default();
                if of_pair.is_empty() {
                    all.by_first.entry(first).or_default().push(second);
                }
                of_pair.push(at);
            }
        }
        all.forms = forms;
        all
    }

    /// A text without the secret.
    pub(super) fn without(&self, text: &str) -> String {
        let mut clean = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(first) = rest.chars().next() {
            let found = if self.may_begin(rest.as_bytes()) {
                self.longest(rest)
            } else {
                None
            };
            if found.is_some() {
                clean.push_str(HIDDEN);
            } else {
                clean.push(first);
            }
            rest = &rest[found.unwrap_or(first.len_utf8())..];
        }
        clean
    }

    /// How many bytes at the start of a text are a form, or its start.
    fn longest(&self, text: &str) -> Option<usize> {
        let mut characters = text.chars().map(|c| c.to_ascii_lowercase());
        let (first, second) = (characters.next()?, characters.next()?);
        let of = |pair: (char, char)| {
            let forms = self.by_pair.get(&pair).into_iter().flatten();
            forms.filter_map(|at| self.forms[*at].length(text)).max()
        };
        if !is_mark(first) && !is_mark(second) && !begins_fold(second) {
            return of((first, second));
        }
        let folded = |rest: &str, second: char| {
            let fold = fold(rest);
            fold > 0 && spelled(&rest[fold..], second).is_some()
        };
        // An escape may be any character, but few forms begin with the two that stand here.
        let firsts = self.by_first.iter().filter_map(|(first, seconds)| {
            let rest = &text[spelled(text, *first)?..];
            let seconds = seconds.iter();
            let alike = seconds
                .filter(|second| spelled(rest, **second).is_some() || folded(rest, **second));
            alike.filter_map(|second| of((*first, *second))).max()
        });
        firsts.max()
    }

    /// Whether a form may begin with these bytes; most texts are passed over by this alone.
    fn may_begin(&self, text: &[u8]) -> bool {
        let (Some(first), Some(second)) = (text.first(), text.get(1)) else {
            return false;
        };
        let is_plain = |byte: &u8| byte.is_ascii() && !is_mark(char::from(*byte));
        if !is_plain(first) || !is_plain(second) {
            return true;
        }
        if begins_fold(char::from(*second)) {
            let first = char::from(first.to_ascii_lowercase());
            return self.by_first.contains_key(&first);
        }
        let place = |byte: &u8| usize::from(byte.to_ascii_lowercase());
        self.starts[place(first) * PAIR + place(second)]
    }
}

fn place(c: char) -> Option<usize> {
    let place = u32::from(c.to_ascii_lowercase());
    usize::try_from(place).ok().filter(|place| *place < PAIR)
}

/// Whether an escaped spelling begins with this character.
fn is_mark(c: char) -> bool {
    matches!(c, '%' | '\\' | '&' | '~' | '+')
}

impl Form {
    /// How many bytes at the start of a text are this form, or its start.
    fn length(&self, text: &str) -> Option<usize> {
        let (count, bytes) = alike(text, &self.text, self.between);
        let is_cut = || CUT.iter().any(|mark| text[bytes..].starts_with(mark));
        let is_found = count >= self.count.min(MIN_START) || count >= MIN_CUT && is_cut();
        is_found.then_some(bytes)
    }
}

/// The bytes of a secret: UTF-8, and UTF-16 in either order.
fn written(secret: &str) -> [Vec<u8>; 3] {
    let units = || secret.encode_utf16();
    [
        secret.as_bytes().to_vec(),
        units().flat_map(u16::to_le_bytes).collect(),
        units().flat_map(u16::to_be_bytes).collect(),
    ]
}

/// The forms of a secret that hold none of its characters, but its digits.
fn coded(secret: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for bytes in written(secret) {
        for form in in_base64(&bytes) {
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    let once = in_base64(secret.as_bytes());
    for form in once.iter().flat_map(|form| in_base64(form.as_bytes())) {
        if !forms.contains(&form) {
            forms.push(form);
        }
    }
    // UTF-16, in either order of its bytes.
    if secret.is_ascii() {
        let characters: Vec<String> = secret.chars().map(String::from).collect();
        forms.push(characters.join("\0"));
    }
    forms
}

/// Bytes in Base64, in either alphabet, at any offset.
fn in_base64(bytes: &[u8]) -> Vec<String> {
    let mut forms = Vec::new();
    for offset in 0..3 {
        let mut shifted = vec![0; offset];
        shifted.extend_from_slice(bytes);
        // The characters at both ends hold bits of what stands beside the secret.
        let first = (offset * 8).div_ceil(6);
        let last = shifted.len() * 8 / 6;
        for form in [
            STANDARD_NO_PAD.encode(&shifted),
            URL_SAFE_NO_PAD.encode(&shifted),
        ] {
            let form = form.get(first..last).unwrap_or_default().to_owned();
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    forms
}

/// How many of the wanted characters a text begins with, in any spelling, and in how many bytes.
fn alike(text: &str, wanted: &str, between: Between) -> (usize, usize) {
    let (mut count, mut bytes) = (0, 0);
    for wanted in wanted.chars() {
        let rest = &text[bytes..];
        let behind = || {
            let gap = match between {
                _ if count == 0 => 0,
                Between::Fold => fold(rest),
                Between::Digits if count % 2 == 0 => gap(rest),
                Between::Digits => 0,
            };
            Some(gap + spelled(rest.get(gap..).filter(|_| gap > 0)?, wanted)?)
        };
        // `\x33` is the digit 3 as well, but not among digits that are parted so.
        let is_escaped = || matches!(rest.as_bytes().first(), Some(b'\\' | b'%' | b'&'));
        let length = match between {
            // The end of a line of the secret may be any, or none where its lines are joined.
            Between::Fold if matches!(wanted, '\r' | '\n') && count > 0 => Some(fold(rest)),
            // `\n` is an `n` as well.
            Between::Fold if is_escaped() => behind().or_else(|| spelled(rest, wanted)),
            Between::Fold => spelled(rest, wanted).or_else(behind),
            Between::Digits => behind().or_else(|| spelled(rest, wanted)),
        };
        match length {
            Some(length) => bytes += length,
            None => break,
        }
        count += 1;
    }
    (count, bytes)
}

/// How many bytes of blanks and ends of lines a text begins with, written or escaped.
fn fold(text: &str) -> usize {
    let (mut bytes, mut has_end) = (0, false);
    while bytes < MAX_FOLD {
        let rest = &text.as_bytes()[bytes..];
        let step = match rest.first() {
            Some(b'\r' | b'\n') => {
                has_end = true;
                1
            }
            Some(b' ' | b'\t') => 1,
            Some(b'\\' | b'%' | b'&' | b'<') => {
                let marks = rest.iter().take(MAX_BACKSLASHES);
                let marks = marks.take_while(|byte| **byte == b'\\').count();
                let again = marks.saturating_sub(1);
                let is_end = |end: &&&str| {
                    let found = rest.get(again..again + end.len());
                    found.is_some_and(|found| found.eq_ignore_ascii_case(end.as_bytes()))
                };
                match ENDS.iter().find(is_end) {
                    Some(end) => {
                        has_end = true;
                        again + end.len()
                    }
                    // A line goes on behind a backslash at its end.
                    None if marks > 0 && matches!(rest.get(marks), Some(b'\r' | b'\n')) => marks,
                    None => break,
                }
            }
            _ => break,
        };
        bytes += step;
    }
    if has_end {
        bytes
    } else {
        bytes.min(MAX_BETWEEN)
    }
}

/// Whether what parts two characters begins so.
fn begins_fold(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\r' | '\n' | '<')
}

/// In how many bytes a text parts the digits of one byte from those of the next.
fn gap(text: &str) -> usize {
    let signs = text.bytes().take(MAX_BETWEEN);
    let signs = signs.take_while(|byte| b" \t\r\n:-,;._|/\\".contains(byte));
    let signs = signs.count();
    let says = text[signs..].starts_with("0x") || text[signs..].starts_with("0X");
    let is_escape = text[..signs].ends_with('\\') && text[signs..].starts_with(['x', 'X']);
    signs + if says { 2 } else { usize::from(is_escape) }
}

/// In how many bytes a text begins with a character, in any spelling.
fn spelled(text: &str, wanted: char) -> Option<usize> {
    let first = text.chars().next()?;
    // Where a mark is wanted, its escaped spelling is the longer one.
    let escaped = if is_mark(first) {
        escaped(text, wanted)
    } else {
        None
    };
    escaped.or_else(|| {
        first
            .eq_ignore_ascii_case(&wanted)
            .then(|| first.len_utf8())
    })
}

fn escaped(text: &str, wanted: char) -> Option<usize> {
    let same = |c: Option<char>| c.filter(|c| c.eq_ignore_ascii_case(&wanted));
    if text.starts_with('%') {
        return percent(text, wanted);
    }
    if text.starts_with('\\') {
        return escape(text, wanted);
    }
    if text.starts_with('&') {
        let (found, length) = character_reference::at_start(text)?;
        return same(Some(found)).map(|_| length);
    }
    match (text.get(..2), wanted) {
        (Some("~0"), '~') | (Some("~1"), '/') => Some(2),
        _ if text.starts_with('+') && wanted == ' ' => Some(1),
        _ => None,
    }
}

/// Percent-encoding of the character's UTF-8 bytes, once or twice.
fn percent(text: &str, wanted: char) -> Option<usize> {
    let mut buffer = [0; 4];
    let mut length = 0;
    for byte in wanted.encode_utf8(&mut buffer).bytes() {
        let rest = text[length..].strip_prefix('%')?;
        let twice = rest.strip_prefix("25").map(|rest| (3, rest));
        let is_byte = |rest: &str| {
            let digits = rest.get(..2)?;
            let code = u8::from_str_radix(digits, 16).ok()?;
            code.eq_ignore_ascii_case(&byte).then_some(2)
        };
        let twice = twice.and_then(|(before, rest)| Some(before + is_byte(rest)?));
        length += twice.or_else(|| Some(1 + is_byte(rest)?))?;
    }
    Some(length)
}

/// An escape of JSON or of a program for a character, which may have been escaped again.
fn escape(text: &str, wanted: char) -> Option<usize> {
    let marks = text.bytes().take(MAX_BACKSLASHES);
    let marks = marks.take_while(|byte| *byte == b'\\').count();
    if wanted == '\\' && marks > 1 {
        return Some(2);
    }
    let rest = &text[marks..];
    let is_wanted = |digits: &str| {
        let code = u32::from_str_radix(digits, 16).ok();
        let found = code.and_then(char::from_u32);
        found.is_some_and(|found| found.eq_ignore_ascii_case(&wanted))
    };
    let of_digits = match rest.chars().next()? {
        'u' if rest[1..].starts_with('{') => {
            let digits = digits(&rest[2..], 16);
            let is_whole = rest[2 + digits.len()..].starts_with('}');
            (is_whole && is_wanted(digits)).then(|| digits.len() + 3)
        }
        'u' => rest.get(1..5).filter(|code| is_wanted(code)).map(|_| 5),
        'U' => rest.get(1..9).filter(|code| is_wanted(code)).map(|_| 9),
        'x' => rest.get(1..3).filter(|code| is_wanted(code)).map(|_| 3),
        _ => None,
    };
    let itself = || {
        let next = rest.chars().next()?;
        next.eq_ignore_ascii_case(&wanted).then(|| next.len_utf8())
    };
    of_digits.or_else(itself).map(|length| marks + length)
}

/// The digits that a text begins with, of so many kinds.
fn digits(text: &str, radix: u32) -> &str {
    let is_digit = |byte: &u8| char::from(*byte).is_digit(radix);
    let count = text.bytes().take(MAX_DIGITS).take_while(is_digit).count();
    &text[..count]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn without(text: &str, secret: &str) -> String {
        Spellings::of(secret).without(text)
    }

    const SECRET: &str = "Ab\"c/0123 é56789%efghijklm";

    fn found(spelled: &str) {
        let clean = without(&format!("¥ {spelled}, x"), SECRET);
        assert_eq!(clean, "¥ ***, x", "{spelled}");
    }

    #[test]
    fn every_spelling_is_found() {
        for spelled in [
            SECRET.to_owned(),
            SECRET.to_uppercase().replace('É', "é"),
            SECRET.to_lowercase(),
            "Ab%22c%2F0123%20%C3%A956789%25efghijklm".to_owned(),
            "ab%22c%2f0123+%c3%a956789%25efghijklm".to_owned(),
            "Ab%2522c%252F0123%2520%25C3%25A956789%2525efghijklm".to_owned(),
            "%41%62%22%63%2F%30%31%32%33%20%C3%A956789%25efghijklm".to_owned(),
            r#"Ab\"c\/0123 \u00e956789%efghijklm"#.to_owned(),
            r"\u0041b\u0022c/0123 é56789%efghijklm".to_owned(),
            "Ab&quot;c&#x2F;0123 &#233;56789%efghijklm".to_owned(),
            "Ab\"c~10123 é56789%efghijklm".to_owned(),
            r"\x41b\u{22}c\u{00002f}0123 \U000000e956789%efghijklm".to_owned(),
            r#"Ab\\\"c\\/0123 \\u00e956789%efghijklm"#.to_owned(),
            "&#65b&quotc&#x2F0123 &#23356789&#37efghijklm"
                .replace("&#x2F0", "&sol;0")
                .replace("&#233", "&#233;"),
            "Ab\"c/01\r\n\t23 é5678\n9%efghijklm".to_owned(),
            r#"Ab\"c/01\n23 é5678\r\n9%efghijklm"#.to_owned(),
            r#"Ab\"c/01\\r\\n23 é56789%efghijklm"#.to_owned(),
            "Ab\"c/01%0D%0A23 é5678&#10;9%efgh<br/>ijklm".to_owned(),
            "Ab\"c/01\n                23 é56789%efghijklm".to_owned(),
            "A\nb\"c/0123 é56789%efghijklm".to_owned(),
            "A\\nb\"c/0123 é56789%efghijklm".to_owned(),
            "Ab\"c/0123 é56789%efghij\\\nklm".to_owned(),
        ] {
            found(&spelled);
        }
    }

    #[test]
    fn coded_secrets_are_found_wherever_they_begin() {
        for before in ["", "a", "ab", "user:"] {
            let whole = format!("{before}{SECRET}tail");
            for coded in [
                STANDARD_NO_PAD.encode(&whole),
                URL_SAFE_NO_PAD.encode(&whole),
            ] {
                let clean = without(&coded, SECRET);
                assert!(clean.contains("***"), "{before}: {clean}");
                assert!(clean.len() < before.len() + 20, "{before}: {clean}");
            }
        }
        let wide: String = "a-token-of-letters"
            .chars()
            .flat_map(|c| ['\0', c])
            .collect();
        assert_eq!(without(&wide, "a-token-of-letters"), "\0***");
        for bytes in written(SECRET) {
            let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
            for (between, before) in [
                ("", ""),
                (":", ""),
                (" ", ""),
                (", ", ""),
                (" 0x", "0x"),
                (", 0x", "0x"),
                ("\\x", "\\x"),
                ("\\\\x", "\\\\x"),
            ] {
                let text = format!("{before}{}", digits.join(between));
                let clean = without(&text, SECRET);
                assert!(clean.ends_with("***") && clean.len() < 7, "{text} {clean}");
            }
            let coded = STANDARD_NO_PAD.encode([b"ab", bytes.as_slice(), b"c"].concat());
            let clean = without(&coded, SECRET);
            assert!(clean.len() < 16 && clean.contains("***"), "{coded} {clean}");
        }
        for before in ["", "a", "ab"] {
            let twice = STANDARD_NO_PAD.encode(STANDARD_NO_PAD.encode(format!("{before}{SECRET}")));
            let clean = without(&twice, SECRET);
            assert!(clean.len() < 20 && clean.contains("***"), "{twice} {clean}");
        }
    }

    #[test]
    fn the_start_of_a_secret_is_found() {
        found("Ab\"c/0123 é5");
        let clean = without("title `Ab\"c/01…`", SECRET);
        assert_eq!(clean, "title `***…`");
        assert_eq!(without("Ab\"c/01 else", SECRET), "Ab\"c/01 else");
    }

    #[test]
    fn a_secret_of_several_lines_is_found_joined_and_line_by_line() {
        let lines = [
            "-----BEGIN PRIVATE KEY-----",
            "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC",
            "nBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj",
            "-----END PRIVATE KEY-----",
        ];
        let secret = lines.join("\n");
        for end in [
            "\n",
            "\r\n",
            " ",
            "",
            "\\n",
            "\\r\\n",
            "\n        ",
            "&#10;",
        ] {
            let text = format!("key: {}.", lines.join(end));
            assert_eq!(without(&text, &secret), "key: ***.", "{end:?}");
        }
        for line in &lines[1..3] {
            assert_eq!(without(&format!("1 {line} 2"), &secret), "1 *** 2");
        }
        let other = "-----END PRIVATE KEY-----";
        assert_eq!(without(other, &secret), other);
        // An end of a line that is none of the secret's parts no other words.
        assert_eq!(without("ge\\nhe-im", "geheim"), "ge\\nhe-im");
        // `\n` may be an `n` of a program's escape as well as an end of a line.
        assert_eq!(without("abc\\nnxyz", "abcnxyz"), "***");
        assert_eq!(without("abc\\nxyz", "abcnxyz"), "***");
    }

    #[test]
    fn a_text_of_marks_takes_no_longer_than_another() {
        // From each `&` on, the text was once looked through to its end.
        let begun = std::time::Instant::now();
        let text = "&".repeat(200_000);
        assert_eq!(without(&text, "geheim-und-lang"), text);
        for mark in [
            "&#", "%", "%25", "\\", "\\u", "~", "+", "…", "&amp", "é", "g\n", "g ", "<br>", "\\n",
        ] {
            let text = mark.repeat(5_000);
            assert_eq!(without(&text, "geheim-und-lang"), text, "{mark}");
        }
        let many: Vec<String> = (0..1000).map(|at| format!("{at:05}-secret")).collect();
        let all = Spellings::of_all(many.iter().map(String::as_str));
        let text = "%20&#32;".repeat(2_000);
        assert_eq!(all.without(&text), text);
        let took = begun.elapsed();
        assert!(took < std::time::Duration::from_secs(10), "{took:?}");
        // A reference is one with zeros before its number, as long as a reader may take it.
        assert_eq!(without("&#000103;eheim", "geheim"), "***");
    }

    #[test]
    fn common_words_stay() {
        assert_eq!(without("abc", "abc"), "abc");
        assert_eq!(
            without("a reference portal", "reference-portal-token"),
            "a reference portal"
        );
        assert_eq!(without("100 %", "geheim"), "100 %");
        assert_eq!(without("\\u12", "geheim"), "\\u12");
        // What stands between its characters is a fold, and nothing else.
        for text in [
            "ge, heim",
            "g e h e-i m",
            "ge:heim",
            "67:65:68",
            "67 65 and 68 65 69 6d",
        ] {
            assert_eq!(without(text, "geheim"), text);
        }
    }
}

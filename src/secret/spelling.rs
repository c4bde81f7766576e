//! A secret in any spelling that a portal or a report may give it.
//!
//! Found are other letter case, percent-encoding (RFC 3986, also twice), JSON escapes, XML and HTML
//! references, JSON pointer escapes, Base64 in both alphabets at any offset, hexadecimal digits, UTF-16, the
//! secret without the scheme before it, and the start of a secret: from [`MIN_START`] characters on
//! anywhere, from [`MIN_CUT`] on where a mark says that the text was cut there.

use std::collections::HashMap;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Shorter secrets than this are left where they stand.
const MIN_SECRET: usize = 4;
/// The start of a secret is one as well, from so many characters on.
const MIN_START: usize = 12;
/// The same before a mark that stands for the rest.
const MIN_CUT: usize = 4;
/// Coded texts look like other texts: only so many characters of them are telling.
const MIN_CODED: usize = 8;
/// No reference to a character has a longer name.
const MAX_REFERENCE: usize = 8;
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
        let mut add = |text: &str, least: usize| {
            let count = text.chars().count();
            if count >= least {
                let text = text.into();
                forms.push(Form { text, count });
            }
        };
        for secret in secrets {
            // Behind a short first word, a scheme, may stand a common one.
            let bare = secret.split_once(' ').map(|(_, bare)| bare.trim());
            let bare = bare.filter(|bare| bare.len() >= MIN_START);
            for secret in [secret].into_iter().chain(bare) {
                add(secret, MIN_SECRET);
                for form in coded(secret) {
                    add(&form, MIN_CODED);
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
                clean.push_str("***");
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
        if !is_mark(first) && !is_mark(second) {
            return of((first, second));
        }
        // An escape may be any character, but few forms begin with the two that stand here.
        let firsts = self.by_first.iter().filter_map(|(first, seconds)| {
            let rest = &text[spelled(text, *first)?..];
            let seconds = seconds.iter();
            let alike = seconds.filter(|second| spelled(rest, **second).is_some());
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
        let (count, bytes) = alike(text, &self.text);
        let is_cut = || CUT.iter().any(|mark| text[bytes..].starts_with(mark));
        let is_found = count >= self.count.min(MIN_START) || count >= MIN_CUT && is_cut();
        is_found.then_some(bytes)
    }
}

/// The forms of a secret that hold none of its characters.
fn coded(secret: &str) -> Vec<String> {
    let mut forms = Vec::new();
    for offset in 0..3 {
        let mut bytes = vec![0; offset];
        bytes.extend_from_slice(secret.as_bytes());
        // The characters at both ends hold bits of what stands beside the secret.
        let first = (offset * 8).div_ceil(6);
        let last = bytes.len() * 8 / 6;
        for form in [
            STANDARD_NO_PAD.encode(&bytes),
            URL_SAFE_NO_PAD.encode(&bytes),
        ] {
            let form = form.get(first..last).unwrap_or_default().to_owned();
            if !forms.contains(&form) {
                forms.push(form);
            }
        }
    }
    let digits: Vec<String> = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
    forms.push(digits.concat());
    // UTF-16, in either order of its bytes.
    if secret.is_ascii() {
        let characters: Vec<String> = secret.chars().map(String::from).collect();
        forms.push(characters.join("\0"));
    }
    forms
}

/// How many of the wanted characters a text begins with, in any spelling, and in how many bytes.
fn alike(text: &str, wanted: &str) -> (usize, usize) {
    let (mut count, mut bytes) = (0, 0);
    for wanted in wanted.chars() {
        match spelled(&text[bytes..], wanted) {
            Some(length) => bytes += length,
            None => break,
        }
        count += 1;
    }
    (count, bytes)
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
    if let Some(rest) = text.strip_prefix("\\u") {
        let digits = rest.get(..4)?;
        let code = u32::from_str_radix(digits, 16).ok()?;
        return same(char::from_u32(code)).map(|_| 6);
    }
    if let Some(rest) = text.strip_prefix('\\') {
        return same(rest.chars().next()).map(|c| 1 + c.len_utf8());
    }
    if let Some(rest) = text.strip_prefix('&') {
        let end = rest.bytes().take(MAX_REFERENCE + 1);
        let name = &rest[..end.into_iter().position(|byte| byte == b';')?];
        return same(reference(name)).map(|_| name.len() + 2);
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

/// The character that an XML or HTML reference stands for.
fn reference(name: &str) -> Option<char> {
    match name {
        "amp" => Some('&'),
        "lt" => Some('<'),
        "gt" => Some('>'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = name.strip_prefix('#')?;
            let code = match number.strip_prefix(['x', 'X']) {
                Some(digits) => u32::from_str_radix(digits, 16).ok()?,
                None => number.parse().ok()?,
            };
            char::from_u32(code)
        }
    }
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
        let digits: Vec<String> = SECRET.bytes().map(|byte| format!("{byte:02X}")).collect();
        assert_eq!(without(&digits.concat(), SECRET), "***");
    }

    #[test]
    fn the_start_of_a_secret_is_found() {
        found("Ab\"c/0123 é5");
        let clean = without("title `Ab\"c/01…`", SECRET);
        assert_eq!(clean, "title `***…`");
        assert_eq!(without("Ab\"c/01 else", SECRET), "Ab\"c/01 else");
    }

    #[test]
    fn a_text_of_marks_takes_no_longer_than_another() {
        // From each `&` on, the text was once looked through to its end.
        let begun = std::time::Instant::now();
        let text = "&".repeat(200_000);
        assert_eq!(without(&text, "geheim-und-lang"), text);
        for mark in ["&#", "%", "%25", "\\", "\\u", "~", "+", "…", "&amp", "é"] {
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
    }
}

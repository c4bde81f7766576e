//! Halves of characters in the escapes of JSON: no JSON text may hold them, and tools write them.
//!
//! mitmproxy writes a byte that is no text as `\udc80` to `\udcff`, as Python does (PEP 383); browsers cut
//! texts between the halves of a character. The first are kept, as characters that nothing else is, until it
//! is known whether they stand in a body; there they are bytes again. All others become U+FFFD.

use std::borrow::Cow;

/// U+10FF00, a private use area: from `0x80` on its characters stand for bytes.
const BYTES: u32 = 0x0010_ff00;
/// What stands for whatever is no character.
const LOST: &str = "\\ufffd";

/// What characters of a file stand for: bytes where it was written so, else themselves.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stands {
    for_bytes: bool,
}

/// The text of a file without halves of characters.
pub(super) fn sound(text: &str) -> (Cow<'_, str>, Stands) {
    let stands = |for_bytes| Stands { for_bytes };
    if !text.contains("\\u") {
        return (Cow::Borrowed(text), stands(false));
    }
    let halves = halves(text);
    if halves.lone.is_empty() {
        return (Cow::Borrowed(text), stands(false));
    }
    let is_taken = halves.takes_bytes || text.chars().any(|c| byte(c).is_some());
    let mut out = String::with_capacity(text.len());
    let mut from = 0;
    for (at, code) in halves.lone {
        out.push_str(&text[from..at]);
        match code {
            0xdc80..=0xdcff if !is_taken => {
                out.extend(char::from_u32(BYTES + (code - 0xdc00)));
            }
            _ => out.push_str(LOST),
        }
        from = at + LENGTH;
    }
    out.push_str(&text[from..]);
    (Cow::Owned(out), stands(!is_taken))
}

impl Stands {
    /// The bytes of a text that was recorded.
    pub(super) fn bytes(self, text: String) -> Vec<u8> {
        if !self.for_bytes || !text.chars().any(|c| byte(c).is_some()) {
            return text.into_bytes();
        }
        let mut bytes = Vec::with_capacity(text.len());
        let mut buffer = [0; 4];
        for c in text.chars() {
            match byte(c) {
                Some(byte) => bytes.push(byte),
                None => bytes.extend_from_slice(c.encode_utf8(&mut buffer).as_bytes()),
            }
        }
        bytes
    }

    /// A text in which nothing stands for bytes.
    pub(super) fn plain(self, text: String) -> String {
        if !self.for_bytes || !text.chars().any(|c| byte(c).is_some()) {
            return text;
        }
        let plain = |c: char| byte(c).map_or(c, |_| '\u{fffd}');
        text.chars().map(plain).collect()
    }
}

/// The byte that a character stands for.
fn byte(c: char) -> Option<u8> {
    let code = u32::from(c).checked_sub(BYTES)?;
    u8::try_from(code).ok().filter(|byte| *byte >= 0x80)
}

/// So many bytes an escape has.
const LENGTH: usize = 6;

struct Halves {
    /// Those without the other half: where the escape begins, and its code.
    lone: Vec<(usize, u32)>,
    /// Whether a whole character is written that would stand for a byte.
    takes_bytes: bool,
}

fn halves(text: &str) -> Halves {
    let mut found = Halves {
        lone: Vec::new(),
        takes_bytes: false,
    };
    let mut at = 0;
    while let Some(next) = text[at..].find('\\') {
        at += next;
        let Some(code) = code(&text[at..]) else {
            // An escaped backslash begins no other escape.
            let escaped = text[at + 1..].chars().next();
            at += 1 + escaped.map_or(0, char::len_utf8);
            continue;
        };
        let other = || code_at(text, at + LENGTH).filter(|code| (0xdc00..0xe000).contains(code));
        match code {
            0xd800..0xdc00 => match other() {
                Some(other) => {
                    found.takes_bytes |= code == 0xdbff && other >= 0xdf80;
                    at += LENGTH;
                }
                None => found.lone.push((at, code)),
            },
            0xdc00..0xe000 => found.lone.push((at, code)),
            _ => {}
        }
        at += LENGTH;
    }
    found
}

fn code_at(text: &str, at: usize) -> Option<u32> {
    code(text.get(at..)?)
}

/// The code of the escape that a text begins with.
fn code(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    let is_code = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_code.then(|| u32::from_str_radix(digits, 16).ok())?
}

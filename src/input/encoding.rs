//! What bytes that are no text in UTF-8 look like.

use std::fmt;

use crate::input::InputError;

/// What a file may be that is no text in UTF-8; a guess for a message, and for nothing else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Looks {
    /// Two bytes for a character, the lower one first.
    Utf16Le,
    /// Two bytes for a character, the higher one first.
    Utf16Be,
    /// Four bytes for a character.
    Utf32,
    /// One byte for a character, as in the west of Europe: ISO 8859-1.
    Latin1,
    /// The same with what Windows put where ISO 8859-1 has no letters.
    Windows1252,
    /// Most letters are beyond ASCII: another script than the Latin one.
    OtherScript,
    /// UTF-8, but for a few bytes.
    Damaged,
    /// A format of its own.
    Format(&'static str),
    /// No text at all.
    Binary,
}

/// How files of some formats begin.
const FORMATS: [(&[u8], &str); 5] = [
    (b"%PDF-", "a PDF document"),
    (
        b"PK\x03\x04",
        "a zip archive, as documents of office programs are",
    ),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
];

/// So many bytes at the beginning tell UTF-16 from other bytes.
const SAMPLE: usize = 4096;

/// The text that bytes are.
pub(super) fn utf8(bytes: Vec<u8>) -> Result<String, InputError> {
    let not_text = |bytes: &[u8], valid: usize, looks| {
        let before = &bytes[..valid];
        let line = before.split(|byte| *byte == b'\n').count();
        InputError::Encoding { line, looks }
    };
    // Of letters in ASCII alone, UTF-16 is valid UTF-8.
    if let Some(looks) = wide(&bytes) {
        return Err(not_text(&bytes, 0, looks));
    }
    String::from_utf8(bytes).map_err(|error| {
        let valid = error.utf8_error().valid_up_to();
        let bytes = error.as_bytes();
        not_text(bytes, valid, looks(bytes))
    })
}

/// Texts of more than a byte for each character.
fn wide(bytes: &[u8]) -> Option<Looks> {
    match bytes {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => return Some(Looks::Utf32),
        [0xff, 0xfe, ..] => return Some(Looks::Utf16Le),
        [0xfe, 0xff, ..] => return Some(Looks::Utf16Be),
        _ => {}
    }
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let zeros = |at: usize| {
        let of_half = sample.iter().skip(at).step_by(2);
        of_half.filter(|byte| **byte == 0).count()
    };
    let (even, odd) = (zeros(0), zeros(1));
    // Line ends and blanks are of ASCII in every script.
    let is_some = |zeros: usize| zeros * 20 > sample.len();
    match (is_some(even), is_some(odd)) {
        (false, true) if even == 0 => Some(Looks::Utf16Le),
        (true, false) if odd == 0 => Some(Looks::Utf16Be),
        (true, true) => Some(Looks::Binary),
        _ => None,
    }
}

fn looks(bytes: &[u8]) -> Looks {
    let format = FORMATS.iter().find(|(begin, _)| bytes.starts_with(begin));
    if let Some((_, format)) = format {
        return Looks::Format(format);
    }
    let is_control = |byte: &u8| byte.is_ascii_control() && !b"\t\n\r\x0c\x1b".contains(byte);
    if bytes.iter().any(is_control) {
        return Looks::Binary;
    }
    let chunks = bytes.utf8_chunks();
    let (sound, unsound) = chunks.fold((0, 0), |(sound, unsound), chunk| {
        let beyond = chunk.valid().chars().filter(|c| !c.is_ascii()).count();
        (sound + beyond, unsound + chunk.invalid().len())
    });
    if sound > unsound {
        return Looks::Damaged;
    }
    let high = bytes.iter().filter(|byte| !byte.is_ascii()).count();
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic());
    if high > letters.count() {
        return Looks::OtherScript;
    }
    if bytes.iter().any(|byte| (0x80..0xa0).contains(byte)) {
        Looks::Windows1252
    } else {
        Looks::Latin1
    }
}

impl Looks {
    /// What to do about it.
    pub(super) fn advice(self) -> &'static str {
        match self {
            Self::Format(_) | Self::Binary => "; expected a text",
            Self::Damaged => "; mend that line",
            _ => "; save it as UTF-8",
        }
    }
}

impl fmt::Display for Looks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Utf16Le => "UTF-16 (little endian)",
            Self::Utf16Be => "UTF-16 (big endian)",
            Self::Utf32 => "UTF-32",
            Self::Latin1 => "Latin-1 (ISO 8859-1) or another encoding of one byte for a character",
            Self::Windows1252 => "Windows-1252 or another encoding of one byte for a character",
            Self::OtherScript => "an older encoding of another script, such as Windows-1251",
            Self::Damaged => "UTF-8 with some bytes that are damaged",
            Self::Format(format) => format,
            Self::Binary => "no text",
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    const TEXT: &str = "GET api/2.0/crm\n\nReturns\nthe contact, b\u{fc}rgerlich\n";

    fn of(bytes: Vec<u8>) -> (usize, Looks) {
        match utf8(bytes).unwrap_err() {
            InputError::Encoding { line, looks } => (line, looks),
            other => panic!("{other}"),
        }
    }

    fn utf16(text: &str, to_bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    }

    #[test]
    fn what_is_utf8_is_its_text() {
        for text in [
            "",
            "a",
            TEXT,
            "\u{feff}a",
            "\u{41f}\u{440}\u{438}\u{432}\u{435}\u{442}",
        ] {
            assert_eq!(utf8(text.as_bytes().to_vec()).unwrap(), text);
        }
    }

    #[test]
    fn wide_texts_are_named_with_and_without_their_mark() {
        for text in [
            TEXT,
            "GET a\n",
            "\u{feff}GET a\n",
            "\u{feff}\u{41f}\u{440}\n",
        ] {
            assert_eq!(of(utf16(text, u16::to_le_bytes)), (1, Looks::Utf16Le));
            assert_eq!(of(utf16(text, u16::to_be_bytes)), (1, Looks::Utf16Be));
        }
        assert_eq!(of(b"\xff\xfe\0\0G\0\0\0".to_vec()), (1, Looks::Utf32));
    }

    #[test]
    fn texts_of_one_byte_for_a_character_are_named_with_their_line() {
        let latin: Vec<u8> = TEXT.chars().map(|c| u8::try_from(c).unwrap()).collect();
        assert_eq!(of(latin.clone()), (4, Looks::Latin1));
        assert_eq!(
            of([&latin, &b"\x93x\x94"[..]].concat()),
            (4, Looks::Windows1252)
        );
        let russian = b"\xcf\xf0\xe8\xe2\xe5\xf2, \xec\xe8\xf0\nGET a\n";
        assert_eq!(of(russian.to_vec()), (1, Looks::OtherScript));
        let damaged = "ä ö ü ß\n".repeat(3).into_bytes();
        assert_eq!(of([&damaged, &b"\xe4\n"[..]].concat()), (4, Looks::Damaged));
    }

    #[test]
    fn what_is_no_text_is_named() {
        let looks = |bytes: &[u8]| of(bytes.to_vec()).1;
        assert_eq!(
            looks(b"%PDF-1.7\n%\xe2\xe3\xcf\n"),
            Looks::Format("a PDF document")
        );
        assert!(matches!(looks(b"\x1f\x8b\x08\xff"), Looks::Format(_)));
        assert_eq!(looks(b"a\x01\xff"), Looks::Binary);
        assert_eq!(looks(&[0; 9]), Looks::Binary);
    }
}

//! Alterations of the bytes of a body.

use std::io::Write;

use flate2::Compression;
use flate2::write::{GzEncoder, ZlibEncoder};

/// What is done to the bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Bytes {
    /// Another body.
    Whole(Vec<u8>),
    /// So many bytes missing at the end.
    CutEnd(usize),
    /// Only the first half.
    FirstHalf,
    /// These bytes first.
    Before(Vec<u8>),
    /// These bytes last.
    After(Vec<u8>),
    /// Another text for the first occurrence of one.
    Replace(String, String),
    /// Another text for all occurrences of one.
    ReplaceAll(String, String),
    /// Another text for the last occurrence of one.
    ReplaceLast(String, String),
    /// UTF-8 taken for Latin-1 and encoded again.
    EncodedTwice,
    /// U+FFFD for everything but ASCII.
    Replacements,
    /// One byte for each character up to U+00FF, a question mark for others.
    Latin1,
    /// UTF-16, little end first, with a byte order mark.
    Utf16,
    /// A byte that UTF-8 never has, for everything but ASCII.
    NotUtf8,
    /// Compressed, as in `Content-Encoding: gzip`.
    Gzip,
    /// Compressed, as in `Content-Encoding: br`.
    Brotli,
    /// Compressed, as in `Content-Encoding: deflate`.
    Deflate,
}

/// Alters a body.
pub(crate) fn apply(body: &mut Vec<u8>, edit: &Bytes) {
    match edit {
        Bytes::Whole(other) => other.clone_into(body),
        Bytes::CutEnd(count) => body.truncate(body.len().saturating_sub(*count)),
        Bytes::FirstHalf => body.truncate(body.len() / 2),
        Bytes::Before(start) => {
            body.splice(..0, start.iter().copied());
        }
        Bytes::After(end) => body.extend(end),
        Bytes::Gzip => {
            let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
            // Writing into memory does not fail, here and below.
            let _ = encoder.write_all(body);
            *body = encoder.finish().unwrap_or_default();
        }
        Bytes::Deflate => {
            let mut encoder = ZlibEncoder::new(Vec::new(), Compression::fast());
            let _ = encoder.write_all(body);
            *body = encoder.finish().unwrap_or_default();
        }
        Bytes::Brotli => {
            let mut encoder = brotli::CompressorWriter::new(Vec::new(), 4096, 1, 18);
            let _ = encoder.write_all(body);
            *body = encoder.into_inner();
        }
        edit => {
            let text = String::from_utf8_lossy(body).into_owned();
            *body = altered(&text, edit);
        }
    }
}

fn altered(text: &str, edit: &Bytes) -> Vec<u8> {
    let per_letter = |letter: fn(char) -> Vec<u8>| text.chars().flat_map(letter).collect();
    match edit {
        Bytes::Replace(from, to) => text.replacen(from, to, 1).into_bytes(),
        Bytes::ReplaceAll(from, to) => text.replace(from, to).into_bytes(),
        Bytes::ReplaceLast(from, to) => match text.rfind(from.as_str()) {
            Some(at) => {
                let (before, after) = (&text[..at], &text[at + from.len()..]);
                [before, to, after].concat().into_bytes()
            }
            None => text.as_bytes().to_vec(),
        },
        Bytes::EncodedTwice => {
            let letters = text.bytes().map(char::from);
            letters.collect::<String>().into_bytes()
        }
        Bytes::Replacements => text
            .replace(|letter: char| !letter.is_ascii(), "\u{FFFD}")
            .into_bytes(),
        Bytes::Latin1 => per_letter(|letter| vec![u8::try_from(letter).unwrap_or(b'?')]),
        Bytes::Utf16 => std::iter::once(0xFEFF)
            .chain(text.encode_utf16())
            .flat_map(u16::to_le_bytes)
            .collect(),
        Bytes::NotUtf8 => per_letter(|letter| match u8::try_from(letter) {
            Ok(byte) if byte.is_ascii() => vec![byte],
            _ => vec![0xFF],
        }),
        _ => text.as_bytes().to_vec(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_what_they_say() {
        let altered = |edit| {
            let mut body = "a¥".as_bytes().to_vec();
            apply(&mut body, &edit);
            body
        };
        assert_eq!(altered(Bytes::EncodedTwice), "aÂ¥".as_bytes());
        assert_eq!(altered(Bytes::Replacements), "a\u{FFFD}".as_bytes());
        assert_eq!(altered(Bytes::Latin1), b"a\xA5");
        assert_eq!(altered(Bytes::Utf16), b"\xFF\xFEa\0\xA5\0");
        assert_eq!(altered(Bytes::NotUtf8), b"a\xFF");
        assert_eq!(
            altered(Bytes::ReplaceLast("a".into(), "b".into())),
            "b¥".as_bytes()
        );
    }
}

//! Lawful spellings of one and the same JSON value.

use std::io;

use serde::Serialize;
use serde_json::Value;
use serde_json::ser::{CharEscape, CompactFormatter, Formatter, PrettyFormatter, Serializer};

/// How JSON is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spelling {
    /// Indented by this text.
    Indented(&'static str),
    /// One blank after each comma and colon.
    Spaced,
    /// Everything but ASCII as `\u` references, beyond the first plane as pairs of them.
    AsciiOnly,
    /// Every character of texts and names as `\u` references.
    AllReferences,
    /// `\/` for `/`.
    EscapedSlashes,
}

/// Writes a value in a spelling; without one, without a blank.
pub(crate) fn write(value: &Value, spelling: Option<Spelling>) -> Vec<u8> {
    let mut text = Vec::new();
    // Writing into memory does not fail.
    let _ = match spelling {
        None => serde_json::to_writer(&mut text, value),
        Some(Spelling::Indented(by)) => {
            let formatter = PrettyFormatter::with_indent(by.as_bytes());
            value.serialize(&mut Serializer::with_formatter(&mut text, formatter))
        }
        Some(spelling) => {
            let formatter = Spelled(spelling, CompactFormatter);
            value.serialize(&mut Serializer::with_formatter(&mut text, formatter))
        }
    };
    text
}

/// Writes without line breaks, in a spelling.
struct Spelled(Spelling, CompactFormatter);

impl Spelled {
    fn is_reference(&self, letter: char) -> bool {
        match self.0 {
            Spelling::AsciiOnly => !letter.is_ascii(),
            Spelling::AllReferences => true,
            _ => false,
        }
    }

    fn blank<W: ?Sized + io::Write>(&self, writer: &mut W) -> io::Result<()> {
        match self.0 {
            Spelling::Spaced => writer.write_all(b" "),
            _ => Ok(()),
        }
    }
}

impl Formatter for Spelled {
    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for letter in fragment.chars() {
            if letter == '/' && self.0 == Spelling::EscapedSlashes {
                writer.write_all(b"\\/")?;
            } else if self.is_reference(letter) {
                for unit in letter.encode_utf16(&mut [0; 2]) {
                    write!(writer, "\\u{unit:04X}")?;
                }
            } else {
                writer.write_all(letter.encode_utf8(&mut [0; 4]).as_bytes())?;
            }
        }
        Ok(())
    }

    fn write_char_escape<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        escape: CharEscape,
    ) -> io::Result<()> {
        self.1.write_char_escape(writer, escape)
    }

    fn begin_array_value<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.blank(writer)
    }

    fn begin_object_key<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        first: bool,
    ) -> io::Result<()> {
        if !first {
            writer.write_all(b",")?;
        }
        self.blank(writer)
    }

    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        writer.write_all(b":")?;
        self.blank(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_is_the_same_value() {
        let value = serde_json::json!({"a/b": ["😀 \"¥\"\\\n", 1, true, null, {}], "c": []});
        for spelling in [
            None,
            Some(Spelling::Indented("\t")),
            Some(Spelling::Spaced),
            Some(Spelling::AsciiOnly),
            Some(Spelling::AllReferences),
            Some(Spelling::EscapedSlashes),
        ] {
            let text = write(&value, spelling);
            let again: Value = serde_json::from_slice(&text).unwrap();
            assert_eq!(again, value, "{spelling:?}");
        }
        let text = write(&"😀".into(), Some(Spelling::AsciiOnly));
        assert_eq!(text, b"\"\\uD83D\\uDE00\"");
    }
}

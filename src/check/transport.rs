//! Status, media type, encoding: whether there is a body to judge at all.

mod garbling;

use serde_json::Value;

use crate::check::bound::{self, MAX_VIOLATIONS};
use crate::check::transport::garbling::{Soundness, soundness};
use crate::check::{
    Compression, Excess, Expectation, Family, Garbling, Meant, Observed, Promise, Rule, Sketch,
    SyntaxFault, Violation, Word,
};
use crate::client::page::html_page;
use crate::client::{Exchange, Response};
use crate::contract::Format;
use crate::media_type::{NoMediaType, media_type};
use crate::pointer::below;

/// Judges everything below the body's content; the text, where there is one to read.
pub(super) fn body<'a>(
    expectation: &Expectation,
    exchange: &'a Exchange,
    violations: &mut Vec<Violation>,
) -> Option<&'a str> {
    let mut add = |rule, expected, actual| {
        violations.push(violation(expectation, rule, expected, actual));
    };
    let response = match &exchange.outcome {
        Ok(response) => response,
        Err(failure) => {
            add(Rule::NoAnswer, Promise::Answer, Observed::failure(failure));
            return None;
        }
    };
    let page = html_page(response);
    let codes = expectation.profile.success_codes(&expectation.operation);
    if let Some(page) = page {
        let actual = Observed::Status(response.status, Some(page));
        add(Rule::Html, Promise::ApiAnswer, actual);
        return None;
    }
    if !codes.contains(&response.status) {
        let actual = Observed::Status(response.status, None);
        let mut codes = codes.to_vec();
        codes.sort_unstable();
        add(Rule::Status, Promise::Status(codes), actual);
        // Another success has the same body.
        if !matches!(response.status, 200 | 201) {
            return None;
        }
    } else if expectation
        .operation
        .success
        .other
        .contains(&response.status)
    {
        // What such an answer holds is not what is documented here.
        return None;
    }
    if expectation.operation.documents_no_answer() {
        // No body is promised, and what is in one by no success.
        return None;
    }
    label(expectation, response, &mut add);
    let bytes = response.body.as_slice();
    let Ok(text) = std::str::from_utf8(bytes) else {
        let has_mark = bytes.starts_with(&[0xfe, 0xff]) || bytes.starts_with(&[0xff, 0xfe]);
        let actual = match Compression::of(bytes) {
            Some(compression) => Observed::Compressed(compression),
            None if has_mark => Observed::Utf16,
            None => Observed::NoUtf8,
        };
        add(Rule::Encoding, Promise::Utf8, actual);
        return None;
    };
    let syntax = Promise::Syntax(expectation.format);
    match expectation.format {
        Format::Json if text.starts_with('\u{feff}') => {
            // RFC 8259, 8.1: a sender must not add a byte order mark.
            add(
                Rule::Syntax,
                syntax,
                Observed::Syntax(SyntaxFault::ByteOrderMark),
            );
            Some(text.trim_start_matches('\u{feff}'))
        }
        Format::Json => Some(text),
        Format::Xml => {
            // XML 1.0, 4.3.3: one byte order mark belongs to the encoding, a second one to the text.
            let text = text.strip_prefix('\u{feff}').unwrap_or(text);
            if text.starts_with('\u{feff}') {
                add(
                    Rule::Syntax,
                    syntax,
                    Observed::Syntax(SyntaxFault::ByteOrderMarks),
                );
            }
            if let Some(name) = declared_encoding(text)
                && !means_utf8(name, bytes)
            {
                let actual = Observed::Declared(Word::meant(Meant::Encoding, name));
                add(Rule::Encoding, Promise::Utf8, actual);
            }
            Some(text)
        }
    }
}

fn label(
    expectation: &Expectation,
    response: &Response,
    add: &mut impl FnMut(Rule, Promise, Observed),
) {
    let profile = &expectation.profile;
    let allowed = profile.media_types_of(&expectation.operation, expectation.format);
    let expected = Promise::MediaType(allowed.clone());
    match response.content_types.as_slice() {
        [] => add(Rule::MediaType, expected, Observed::NoMediaType),
        [header] => match media_type(header) {
            Ok(read) => {
                if !allowed.contains(&read.essence) {
                    let actual = Observed::Word(Word::of(&read.essence));
                    add(Rule::MediaType, expected, actual);
                }
                if let Some(charset) = read.charset
                    && !means_utf8(&charset, &response.body)
                {
                    let actual = Observed::Word(Word::meant(Meant::Charset, &charset));
                    add(Rule::Charset, Promise::Charset, actual);
                }
            }
            Err(reason) => {
                let actual = match reason {
                    NoMediaType::Nothing => Observed::Nothing,
                    NoMediaType::Several => Observed::MediaTypeList,
                    NoMediaType::Other => Observed::Word(Word::of_header(header, reason)),
                };
                add(Rule::MediaType, expected, actual);
            }
        },
        several => add(
            Rule::MediaType,
            expected,
            Observed::MediaTypes(several.len()),
        ),
    }
}

/// One finding for an answer that is more than is read.
pub(super) fn unreadable(expectation: &Expectation, excess: Excess) -> Violation {
    let actual = Observed::Excess(excess);
    violation(expectation, Rule::NoAnswer, Promise::ReadableAnswer, actual)
}

pub(super) fn violation(
    expectation: &Expectation,
    rule: Rule,
    expected: Promise,
    actual: Observed,
) -> Violation {
    let response = expectation.operation.response(expectation.format);
    Violation {
        rule,
        family: Family::Transport,
        pointer: String::new(),
        member: String::new(),
        expected,
        actual,
        value: None,
        promised: match rule {
            Rule::Status | Rule::NoAnswer => Some(expectation.operation.heading),
            _ => response.map(|response| response.media_type),
        },
    }
}

/// Encodings in which the bytes of ASCII mean what they mean in UTF-8, in lower case, by how their names begin;
/// what else is called so is a number of the family (<https://www.iana.org/assignments/character-sets>).
const LIKE_ASCII: [&str; 13] = [
    "us-ascii",
    "ascii",
    "ansi_x3.4-1968",
    "iso-8859-",
    "iso8859-",
    "iso_8859-",
    "latin",
    "windows-125",
    "cp125",
    "koi8-",
    "gb18030",
    "gbk",
    "euc-",
];

/// Whether bytes mean the same in the encoding of this name as in UTF-8: where all are of ASCII, many others say
/// nothing else.
fn means_utf8(name: &str, bytes: &[u8]) -> bool {
    let name = name.to_ascii_lowercase();
    let is_like_ascii = LIKE_ASCII.iter().any(|known| name.starts_with(known));
    name == "utf-8" || is_like_ascii && bytes.is_ascii()
}

/// The encoding that an XML declaration names.
fn declared_encoding(text: &str) -> Option<&str> {
    let declaration = text.strip_prefix("<?xml")?.split_once("?>")?.0;
    let value = declaration.split_once("encoding")?.1.trim_start();
    let value = value.strip_prefix('=')?.trim_start();
    let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    value[1..].split(quote).next()
}

/// Whether a body can hold texts beyond ASCII, as they are or as references.
pub(super) fn goes_beyond_ascii(format: Format, text: &str) -> bool {
    let reference = match format {
        Format::Json => "\\u",
        Format::Xml => "&#",
    };
    !text.is_ascii() || text.contains(reference)
}

/// Looks for texts that were encoded twice, or lost characters on the way.
///
/// Encoding is a property of the whole answer: where one text beyond ASCII is sound, a garbled one was
/// most likely given to the portal so.
pub(super) fn mojibake(expectation: &Expectation, body: &Value, violations: &mut Vec<Violation>) {
    let mut found = Found::default();
    found.collect(body);
    let rule = if found.has_sound {
        Rule::Garbled
    } else {
        Rule::Encoding
    };
    for (pointer, text, garbling) in found.garbled {
        let mut garbled = violation(
            expectation,
            rule,
            Promise::EncodedOnce,
            Observed::Garbled(garbling, Sketch::of_text(text)),
        );
        (garbled.promised, garbled.member) = expectation.promise(&pointer);
        garbled.pointer = pointer;
        garbled.value = Some(bound::shown_text(text));
        violations.push(garbled);
    }
}

/// What became of the texts beyond ASCII in a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// All are sound.
    Sound,
    /// Some are garbled and some sound.
    Mixed,
    /// All are garbled.
    Garbled,
}

/// What became of the texts beyond ASCII in a value; none where nothing tells.
#[must_use]
pub fn texts(value: &Value) -> Option<Texts> {
    let mut found = Found::default();
    found.collect(value);
    match (found.has_sound, found.garbled.is_empty()) {
        (true, true) => Some(Texts::Sound),
        (true, false) => Some(Texts::Mixed),
        (false, false) => Some(Texts::Garbled),
        (false, true) => None,
    }
}

/// The texts beyond ASCII of a value.
#[derive(Default)]
struct Found<'a> {
    /// Garbled texts with their places and what happened to them.
    garbled: Vec<(String, &'a str, Garbling)>,
    has_sound: bool,
}

impl<'a> Found<'a> {
    fn collect(&mut self, value: &'a Value) {
        match value {
            Value::Array(items) => {
                for (at, item) in items.iter().enumerate() {
                    self.below(&|| at.to_string(), item);
                }
            }
            Value::Object(members) => {
                for (name, member) in members {
                    self.below(&|| name.clone(), member);
                }
            }
            Value::String(text) if !text.is_ascii() => match soundness(text) {
                Soundness::Garbled(garbling) if self.garbled.len() < MAX_VIOLATIONS => {
                    self.garbled.push((String::new(), text, garbling));
                }
                Soundness::Sound => self.has_sound = true,
                Soundness::Garbled(_) | Soundness::Either => {}
            },
            _ => {}
        }
    }

    /// Pointers grow on the way back up, so that a body without garbled texts costs nothing more.
    fn below(&mut self, step: &dyn Fn() -> String, value: &'a Value) {
        let before = self.garbled.len();
        self.collect(value);
        if self.garbled.len() > before {
            let step = below("", &step());
            for (pointer, ..) in &mut self.garbled[before..] {
                pointer.insert_str(0, &step);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_of_ascii_mean_the_same_in_most_encodings() {
        for (name, of_ascii, beyond) in [
            ("utf-8", true, true),
            ("UTF-8", true, true),
            ("US-ASCII", true, false),
            ("ISO-8859-1", true, false),
            ("latin1", true, false),
            ("windows-1252", true, false),
            ("utf-16", false, false),
            ("UTF-16LE", false, false),
            ("utf-7", false, false),
            ("ibm037", false, false),
            ("iso-2022-jp", false, false),
            ("", false, false),
        ] {
            assert_eq!(means_utf8(name, b"<a>&#233;</a>"), of_ascii, "{name}");
            assert_eq!(means_utf8(name, "<a>é</a>".as_bytes()), beyond, "{name}");
        }
    }

    #[test]
    fn a_declared_encoding_is_found_in_both_quotes() {
        assert_eq!(
            declared_encoding("<?xml version='1.0' encoding='latin1'?><a/>"),
            Some("latin1")
        );
        assert_eq!(
            declared_encoding("<?xml version=\"1.0\"?><a encoding=\"x\"/>"),
            None
        );
    }
}

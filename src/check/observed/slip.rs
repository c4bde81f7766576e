//! What is wrong within a text of JSON: the words of its parser, which are read here alone.

use crate::input;

/// What is wrong within a text of JSON, none of the text in it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Slip {
    /// The text ends within a list, an object, a text or before a value.
    End(Within),
    /// Something that is no value.
    NoValue,
    /// Something that begins as `true`, `false` or `null` does and is none of them.
    NoWord,
    /// A name without quotation marks.
    BareName,
    /// More stands behind the value.
    Behind,
    /// No `:` stands behind a name.
    NoColon,
    /// No `,` stands between two items.
    NoCommaInList,
    /// No `,` stands between two members.
    NoCommaInObject,
    /// A `,` stands behind the last item or member.
    TrailingComma,
    /// An escape for half a character, which no other half follows or comes before.
    HalfEscape,
    /// An escape that JSON does not have.
    Escape,
    /// A number that is not written as JSON writes them.
    Number,
    /// A number that no client holds.
    NumberRange,
    /// An escape for what is no character.
    CodePoint,
    /// A control character in a text.
    ControlCharacter,
    /// Lists and objects in each other, deeper than is read.
    Depth,
    /// What is said of values, which quotes them.
    Value,
    /// Words that are not known here.
    Other(String),
}

/// What a text ends in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Within {
    /// A list.
    List,
    /// An object.
    Object,
    /// A text.
    Text,
    /// What should be a value.
    Value,
}

/// The sentences of the parser, without the place.
const SENTENCES: [(&str, Slip); 20] = [
    ("EOF while parsing a list", Slip::End(Within::List)),
    ("EOF while parsing an object", Slip::End(Within::Object)),
    ("EOF while parsing a string", Slip::End(Within::Text)),
    ("EOF while parsing a value", Slip::End(Within::Value)),
    ("expected value", Slip::NoValue),
    ("expected ident", Slip::NoWord),
    ("key must be a string", Slip::BareName),
    ("trailing characters", Slip::Behind),
    ("expected `:`", Slip::NoColon),
    ("expected `,` or `]`", Slip::NoCommaInList),
    ("expected `,` or `}`", Slip::NoCommaInObject),
    ("trailing comma", Slip::TrailingComma),
    ("lone leading surrogate in hex escape", Slip::HalfEscape),
    ("unexpected end of hex escape", Slip::HalfEscape),
    ("invalid escape", Slip::Escape),
    ("invalid number", Slip::Number),
    ("number out of range", Slip::NumberRange),
    ("invalid unicode code point", Slip::CodePoint),
    (
        "control character (\\u0000-\\u001F) found while parsing a string",
        Slip::ControlCharacter,
    ),
    ("recursion limit exceeded", Slip::Depth),
];

impl Slip {
    /// What the parser says is wrong.
    pub(crate) fn of(error: &serde_json::Error) -> Self {
        if error.is_data() {
            return Self::Value;
        }
        let words = input::message(error);
        let mut known = SENTENCES.into_iter();
        let known = known.find(|(sentence, _)| *sentence == words);
        known.map_or(Self::Other(words), |(_, slip)| slip)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Breaks where another version of the parser says it in other words.
    #[test]
    fn every_sentence_of_the_parser_is_known() {
        let deep = "[".repeat(1000);
        for (text, expected) in [
            ("[1", Slip::End(Within::List)),
            ("{\"a\": 1", Slip::End(Within::Object)),
            ("\"a", Slip::End(Within::Text)),
            ("{\"a\":", Slip::End(Within::Value)),
            ("x", Slip::NoValue),
            ("nul]", Slip::NoWord),
            ("{a: 1}", Slip::BareName),
            ("1 2", Slip::Behind),
            ("{\"a\" 1}", Slip::NoColon),
            ("[1 2]", Slip::NoCommaInList),
            ("{\"a\": 1 \"b\": 2}", Slip::NoCommaInObject),
            ("[1,]", Slip::TrailingComma),
            ("{\"a\": 1,}", Slip::TrailingComma),
            ("\"\\udc00\"", Slip::HalfEscape),
            ("\"\\ud800\"", Slip::HalfEscape),
            ("\"\\x\"", Slip::Escape),
            ("01", Slip::Number),
            ("1.x", Slip::Number),
            ("\"\u{1}\"", Slip::ControlCharacter),
            (&deep, Slip::Depth),
        ] {
            let error = serde_json::from_str::<Value>(text).map_or_else(Some, |_| None);
            assert_eq!(
                error.map(|error| Slip::of(&error)),
                Some(expected),
                "{text}"
            );
        }
        let range = serde_json::from_str::<f64>("1e999").map_or_else(Some, |_| None);
        let range = range.map(|error| Slip::of(&error));
        assert_eq!(range, Some(Slip::NumberRange));
    }

    #[test]
    fn what_is_said_of_values_and_in_other_words_is_kept_apart() {
        let error = serde_json::from_str::<u8>("\"geheim\"").map_or_else(Some, |_| None);
        assert_eq!(error.map(|error| Slip::of(&error)), Some(Slip::Value));
        let other = std::io::Error::other("the disk is gone");
        let other = Slip::of(&serde_json::Error::io(other));
        assert_eq!(other, Slip::Other("the disk is gone".to_owned()));
    }
}

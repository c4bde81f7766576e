//! The words of a stated type, and the JSON type behind them.

use crate::shape::Kind;

/// The JSON type that a parameter's stated type asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParameterType {
    /// A whole number.
    Integer,
    /// A number with a fraction.
    Number,
    /// `true` or `false`.
    Boolean,
    /// Any text, and any type that the vocabulary of the pages does not tie to a JSON type.
    Text,
}

/// The words of a type that say a number with a fraction; each may stand in the plural.
const NUMBERS: [&str; 3] = ["decimal", "double", "float"];
/// The words that say a whole number.
pub(super) const INTEGERS: [&str; 12] = [
    "number", "integer", "int", "int16", "int32", "int64", "uint", "short", "long", "ulong",
    "byte", "sbyte",
];
/// The words that say a GUID.
pub(super) const GUIDS: [&str; 2] = ["guid", "uuid"];
/// The words that say text, beside values that are written as one.
pub(super) const TEXTS: [&str; 8] = [
    "string", "text", "char", "guid", "uuid", "uri", "url", "date",
];
/// The words that say `true` or `false`.
const BOOLEANS: [&str; 2] = ["bool", "boolean"];

impl ParameterType {
    /// The type that words mean.
    pub(super) fn of_words(words: impl Iterator<Item = String>) -> Self {
        let words: Vec<String> = words.collect();
        let any = |names: &[&str]| words.iter().any(|word| names.contains(&word.as_str()));
        if any(&NUMBERS) {
            Self::Number
        } else if any(&INTEGERS) {
            Self::Integer
        } else if any(&BOOLEANS) {
            Self::Boolean
        } else {
            Self::Text
        }
    }

    /// Whether a text is a value of this type.
    #[must_use]
    pub fn accepts(self, text: &str) -> bool {
        match self {
            Self::Integer => text.parse::<i64>().is_ok(),
            Self::Number => text.parse::<f64>().is_ok_and(f64::is_finite),
            Self::Boolean => matches!(text, "true" | "false"),
            Self::Text => true,
        }
    }

    /// The type in words of JSON.
    #[must_use]
    pub fn in_words(self) -> &'static str {
        match self {
            Self::Integer => "whole number",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::Text => "text",
        }
    }
}

/// The words of a type, in lower case and the singular.
pub(super) fn words_of(type_name: &str) -> impl Iterator<Item = String> {
    let words = type_name.split(|c: char| !c.is_alphanumeric());
    words.map(|word| {
        let word = word.to_lowercase();
        word.strip_suffix('s').map_or(word.clone(), str::to_owned)
    })
}

/// What words say of the values of a dictionary; nothing where they name no type that is known.
pub(super) fn kind_of(type_name: &str) -> Kind {
    match ParameterType::of_words(words_of(type_name)) {
        ParameterType::Integer => Kind::Integer,
        ParameterType::Number => Kind::Number,
        ParameterType::Boolean => Kind::Boolean,
        ParameterType::Text if words_of(type_name).any(|word| word == "string") => Kind::Text,
        ParameterType::Text => Kind::Unknown,
    }
}

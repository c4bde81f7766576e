//! A parameter of an operation, and what its stated type says of its values.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::openapi::keeps;
use crate::contract::type_words::{GUIDS, INTEGERS, TEXTS, kind_of, words_of};
use crate::contract::{ParameterIn, ParameterType, Serialization, type_cell};
use crate::shape::{Kind, Shape};
use crate::source::Span;

/// One row of the table of parameters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parameter {
    /// Its name, in the page's letter case.
    pub name: String,
    /// Where it is sent: in the path where the path holds it in braces, else where its row says.
    pub sent_in: ParameterIn,
    /// Where its row says that it is sent; `None` where the page has no row for it.
    pub stated_in: Option<ParameterIn>,
    /// What it means; may be empty.
    pub description: String,
    /// The type in the page's words, such as `number` or `Collection of numbers`; empty where no words
    /// of the row look like one.
    pub type_name: String,
    /// Whether its value is a list: the row says so, or the example request shows one.
    pub collection: bool,
    /// Whether the row has the flag `collection`.
    pub flagged: bool,
    /// Whether the row says `optional`.
    pub optional: bool,
    /// The value that is sent where nobody names one, as text, the first of a list: that of the example
    /// request, else that of the Example cell; may be empty.
    pub example: String,
    /// What the Example cell says; may be empty.
    pub cell: String,
    /// The whole value in the example request, where that shows one.
    pub documented: Option<Value>,
    /// How its value is written in the path or the query, where a document is read that says how or has a rule
    /// of it; a page has none: a list repeats its name in a query.
    pub serialization: Option<Serialization>,
    /// What a schema says of its values, places aside; `None` where the words of a page are all that is known.
    pub shape: Option<Arc<Shape>>,
    /// Where the name stands.
    pub span: Span,
    /// Where the example value stands.
    pub example_span: Span,
}

impl Parameter {
    /// A parameter of which nothing is known but its name, where it is sent and where that is said.
    pub(super) fn bare(name: &str, sent_in: ParameterIn, span: Span) -> Self {
        Self {
            name: name.to_owned(),
            sent_in,
            stated_in: None,
            description: String::new(),
            type_name: String::new(),
            collection: false,
            flagged: false,
            optional: false,
            example: String::new(),
            cell: String::new(),
            documented: None,
            serialization: None,
            shape: None,
            span,
            example_span: span,
        }
    }

    /// Whether a value keeps what its schema says, where there is one.
    pub(crate) fn admits(&self, value: &Value) -> bool {
        let shape = self.shape.as_deref();
        shape.is_none_or(|shape| keeps(shape, value))
    }

    /// The members of an object that a text holds in JSON, where values of it may be objects that are written by
    /// their members.
    pub(crate) fn members_in(&self, text: &str) -> Option<Vec<(String, String)>> {
        self.serialization?;
        let kind = &self.shape.as_deref()?.kind;
        if self.collection || !matches!(kind, Kind::Object(_) | Kind::Mixed) {
            return None;
        }
        let members: serde_json::Map<String, Value> = serde_json::from_str(text).ok()?;
        let members = members.into_iter();
        members
            .map(|(name, value)| Some((name, scalar(&value)?)))
            .collect()
    }

    /// Whether the stated type calls it a collection, in a word of its own.
    #[must_use]
    pub fn is_named_collection(&self) -> bool {
        // A namespace, too, may be called so.
        let mut words = self.type_name.split_whitespace();
        words.any(|word| {
            word.eq_ignore_ascii_case("collection") || word.eq_ignore_ascii_case("collections")
        })
    }

    /// Whether the stated type says that there may be several values.
    pub(crate) fn is_list(&self) -> bool {
        self.is_named_collection() || type_cell::is_list(&self.type_name)
    }

    /// Whether the stated type says that a value, or each of several, is an object.
    pub(crate) fn is_of_objects(&self) -> bool {
        let mut words = self.type_words();
        self.dictionary().is_some() || words.any(|word| word == "object" || word == "dictionary")
    }

    /// The words of the stated type, in lower case and the singular.
    fn type_words(&self) -> impl Iterator<Item = String> {
        words_of(&self.type_name)
    }

    /// Whether the stated type is a GUID and nothing else.
    #[must_use]
    pub fn is_guid(&self) -> bool {
        let mut words = self.type_words();
        let first = words.next();
        first.is_some_and(|word| GUIDS.contains(&word.as_str())) && words.next().is_none()
    }

    /// Whether its values may be ids: whole numbers and GUIDs. Other texts have several spellings.
    #[must_use]
    pub fn may_be_id(&self) -> bool {
        self.value_type() == ParameterType::Integer || self.is_guid()
    }

    /// Whether a value, of a list an item, may be an object or a list: its type says so, or says none.
    #[must_use]
    pub fn may_hold_others(&self) -> bool {
        let kind = self.shape.as_ref().map(|shape| match &shape.kind {
            Kind::List(item) if self.collection => &item.kind,
            kind => kind,
        });
        match kind {
            Some(Kind::Object(_) | Kind::List(_) | Kind::Mixed | Kind::Unknown) => true,
            Some(_) => false,
            None => self.dictionary().is_some() || !self.has_known_type(),
        }
    }

    /// Whether the stated type says which JSON type stands behind it; what says none is taken for text.
    #[must_use]
    pub fn has_known_type(&self) -> bool {
        self.value_type() != ParameterType::Text
            || self.type_words().any(|word| {
                TEXTS.contains(&word.as_str())
                    || word.starts_with("date")
                    || word.starts_with("time")
            })
    }

    /// The JSON type behind the stated type.
    #[must_use]
    pub fn value_type(&self) -> ParameterType {
        if self.dictionary().is_some() {
            return ParameterType::Text;
        }
        let kind = ParameterType::of_words(self.type_words());
        // A number may be whole, until the page shows one that is not.
        let is_whole = self.example.is_empty() || kind.accepts(&self.example);
        let is_number = ParameterType::Number.accepts(&self.example);
        let says_no_more = self
            .type_words()
            .all(|word| !INTEGERS[1..].contains(&word.as_str()));
        if kind == ParameterType::Integer && !is_whole && is_number && says_no_more {
            return ParameterType::Number;
        }
        // In a sentence, as in "the bytes of a picture", a word may mean something else: what is documented tells.
        let is_sentence = self.type_words().count() > 2 && !type_cell::is_type(&self.type_name);
        let is_text = self.documented.as_ref().is_some_and(Value::is_string);
        if is_sentence && (is_text || !self.example.is_empty() && !kind.accepts(&self.example)) {
            return ParameterType::Text;
        }
        kind
    }

    /// What the values are, where the type is a dictionary.
    #[must_use]
    pub fn dictionary(&self) -> Option<Kind> {
        type_cell::dictionary(&self.type_name).map(kind_of)
    }
}

/// A text, a number or a boolean as text.
pub(super) fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::ParameterType;

    #[test]
    fn a_number_that_is_shown_with_a_fraction_is_not_whole() {
        for (type_name, example, expected) in [
            ("number", "7.25", ParameterType::Number),
            ("Number", "7", ParameterType::Integer),
            ("number", "seven", ParameterType::Integer),
            ("integer number", "7.25", ParameterType::Integer),
            ("int", "7.25", ParameterType::Integer),
        ] {
            let parameter = Parameter {
                type_name: type_name.to_owned(),
                example: example.to_owned(),
                ..Parameter::bare("x", ParameterIn::Query, Span::default())
            };
            assert_eq!(parameter.value_type(), expected, "{type_name} {example}");
        }
    }

    #[test]
    fn a_word_in_a_sentence_means_a_type_where_what_is_documented_does_not_say_otherwise() {
        let of = |type_name: &str, example: &str, documented: Option<Value>| {
            let parameter = Parameter {
                type_name: type_name.to_owned(),
                example: example.to_owned(),
                documented,
                ..Parameter::bare("x", ParameterIn::Body, Span::default())
            };
            parameter.value_type()
        };
        let sentence = "The bytes of one picture";
        assert_eq!(of(sentence, "", None), ParameterType::Integer);
        assert_eq!(of(sentence, "12", None), ParameterType::Integer);
        assert_eq!(of(sentence, "N/A", None), ParameterType::Text);
        let text = Some(Value::from("12"));
        assert_eq!(
            of("Integer as a text", "12", text.clone()),
            ParameterType::Text
        );
        for named in ["integer", "Collection of integers"] {
            assert_eq!(of(named, "12", text.clone()), ParameterType::Integer);
            assert_eq!(of(named, "N/A", None), ParameterType::Integer);
        }
    }

    #[test]
    fn type_words_are_whole_words() {
        let of = |type_name: &str| Parameter {
            type_name: type_name.to_owned(),
            ..Parameter::bare("x", ParameterIn::Query, Span::default())
        };
        for (type_name, expected) in [
            ("number", ParameterType::Integer),
            ("Collection of numbers", ParameterType::Integer),
            ("System.Int32", ParameterType::Integer),
            ("List of bytes", ParameterType::Integer),
            ("Collection of points", ParameterType::Text),
            ("print settings", ParameterType::Text),
            ("Collection of belongings", ParameterType::Text),
            ("kilobyte", ParameterType::Text),
            ("Array of doubles", ParameterType::Number),
            ("doublet", ParameterType::Text),
            ("Bool value", ParameterType::Boolean),
            ("Date and Time", ParameterType::Text),
        ] {
            assert_eq!(of(type_name).value_type(), expected, "{type_name}");
        }
        for (type_name, is) in [
            ("Collection of numbers", true),
            ("collections", true),
            ("Recollection", false),
            ("collectionid", false),
        ] {
            assert_eq!(of(type_name).is_named_collection(), is, "{type_name}");
        }
    }
}

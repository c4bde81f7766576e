//! Patterns of names as a file or a flag gives them: one, or a list.

use std::fmt;

use serde::de::{Error, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};

use crate::names::matches;

/// Names in which `*` stands for any part; a text, or a list of texts that is not empty.
///
/// ```
/// # use portal_conformance::names::Patterns;
/// let patterns = Patterns::of(["get-crm-*", "post-crm-contact"]);
/// assert!(patterns.mean("get-crm-contact-contactid"));
/// assert!(!patterns.mean("post-crm-contact-person"));
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Patterns(Vec<String>);

impl Patterns {
    /// Patterns of some texts.
    pub fn of<T: Into<String>>(texts: impl IntoIterator<Item = T>) -> Self {
        Self(texts.into_iter().map(Into::into).collect())
    }

    /// Whether any of them means a name.
    #[must_use]
    pub fn mean(&self, name: &str) -> bool {
        self.0.iter().any(|pattern| matches(pattern, name))
    }

    /// The patterns in their order, as written.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl<'de> Deserialize<'de> for Patterns {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Patterns;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a pattern of names or a list of them")
            }

            fn visit_str<E>(self, text: &str) -> Result<Patterns, E> {
                Ok(Patterns::of([text]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Patterns, A::Error> {
                let mut texts: Vec<String> = Vec::new();
                while let Some(text) = items.next_element()? {
                    texts.push(text);
                }
                if texts.is_empty() {
                    return Err(A::Error::custom("an empty list means nothing"));
                }
                Ok(Patterns(texts))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_one_text_or_several() {
        let read = |text: &str| serde_json::from_str::<Patterns>(text);
        assert_eq!(read(r#""get-*""#).unwrap(), Patterns::of(["get-*"]));
        let several = read(r#"["get-*", "put-x"]"#).unwrap();
        assert!(several.mean("get-x") && several.mean("put-x") && !several.mean("put-y"));
        assert!(read("[]").is_err() && read("5").is_err() && read("[5]").is_err());
    }
}

//! A document written in JSON.
//!
//! Read level by level, each value as it stands in the text, so that each has its place.

use serde_json::value::RawValue;

use crate::contract::Unread;
use crate::contract::openapi::tree::{self, Data, Scalar, Tree};
use crate::shape::json::Entries;
use crate::source::{Source, Span};

/// How deep a document may nest.
const MAX_LEVELS: usize = 100;

/// Reads a document.
pub(super) fn read(source: &Source) -> Result<Tree, Unread> {
    let text: &str = source.text.trim_start_matches('\u{feff}');
    let whole: &RawValue = serde_json::from_str(text).map_err(|error| {
        let lines = text.split_inclusive('\n');
        let before: usize = lines
            .take(error.line().saturating_sub(1))
            .map(str::len)
            .sum();
        let start = source.span_of(text).start;
        let words = error.to_string();
        let cause = words.split(" at line ").next().unwrap_or(&words);
        Unread {
            offset: start + (before + error.column().saturating_sub(1)).min(text.len()),
            expected: "a document in JSON".to_owned(),
            found: format!("none ({cause})"),
        }
    })?;
    let mut tree = Tree::default();
    tree.root = value(&mut tree, source, whole.get(), MAX_LEVELS)?;
    Ok(tree)
}

fn value(tree: &mut Tree, source: &Source, text: &str, levels: usize) -> Result<usize, Unread> {
    let span = source.span_of(text);
    let flaw = |expected: &str, found: &str| Unread {
        offset: span.start,
        expected: expected.to_owned(),
        found: found.to_owned(),
    };
    let data = match text.as_bytes().first() {
        Some(b'{' | b'[') if levels == 0 => {
            let expected = format!("a document of at most {MAX_LEVELS} levels");
            return Err(flaw(&expected, "one more level"));
        }
        Some(b'{') => {
            let Ok(Entries(members)) = serde_json::from_str(text) else {
                return Err(flaw("an object", "none that can be read"));
            };
            let mut entries = Vec::new();
            for (name, member) in members {
                let value_span = source.span_of(member.get());
                let start = match &name {
                    std::borrow::Cow::Borrowed(name) => {
                        source.span_of(name).start.saturating_sub(1)
                    }
                    std::borrow::Cow::Owned(_) => value_span.start,
                };
                let place = Span {
                    start,
                    end: (start + name.len() + 2).min(value_span.end),
                };
                let place = Span {
                    end: source.text.floor_char_boundary(place.end),
                    ..place
                };
                let key = tree.add(place, Data::Scalar(name.into_owned(), Scalar::Text))?;
                let member = value(tree, source, member.get(), levels - 1)?;
                entries.push((key, member));
            }
            tree.map(entries)?
        }
        Some(b'[') => {
            let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(text) else {
                return Err(flaw("a list", "none that can be read"));
            };
            let mut list = Vec::new();
            for item in items {
                list.push(value(tree, source, item.get(), levels - 1)?);
            }
            Data::List(list)
        }
        Some(b'"') => {
            let Ok(text) = serde_json::from_str::<String>(text) else {
                return Err(flaw("a text", "none that can be read"));
            };
            Data::Scalar(text, Scalar::Text)
        }
        _ => Data::Scalar(text.to_owned(), tree::meaning(text)),
    };
    tree.add(span, data)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn source(text: &str) -> Source {
        Source::new("a.json", text)
    }

    #[test]
    fn each_value_has_its_place() {
        let source = source("{\"a\": {\"b\\u00e9\": \"\\ud83d\\ude00\"},\n \"c\": [1, null]}");
        let tree = read(&source).unwrap();
        let (key, value) = tree.root().entry("c").unwrap();
        assert_eq!(source.slice(key.span()), "\"c\"");
        assert_eq!(source.pos(value.span().start).to_string(), "2:7");
        let text = tree.root().get("a").unwrap().get("bé").unwrap().text();
        assert_eq!(text, Some("😀"));
    }

    #[test]
    fn what_is_no_document_is_refused_where_it_is_not() {
        for (text, at, found) in [
            ("{\"a\": 1, \"a\": 2}", 9, "a second `a`"),
            ("{\"a\": 1,\n \"b\" 2}", 14, "none (expected `:`)"),
        ] {
            let flaw = read(&source(text)).unwrap_err();
            assert_eq!((flaw.offset, flaw.found.as_str()), (at, found), "{text}");
        }
        let deep = format!("{}{}", "[".repeat(200_000), "]".repeat(200_000));
        assert_eq!(read(&source(&deep)).unwrap_err().found, "one more level");
    }
}

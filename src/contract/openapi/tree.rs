//! A document as a tree of values with their places, whatever notation it is written in.
//!
//! Values that stand under several names (aliases of YAML) are one value; what walks through a tree bounds
//! its own depth and length.

use std::collections::HashMap;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Number, Value};

use crate::contract::Unread;
use crate::pointer::unescaped;
use crate::source::Span;

/// How many values a document may have.
pub(super) const MAX_VALUES: usize = 1_000_000;
/// From how many members on they are looked up in a table.
const MANY: usize = 8;
/// How deep a value may nest that is taken as it is.
const MAX_LEVELS: usize = 32;
/// How many values may be in one that is taken as it is.
const MAX_EXAMPLE: usize = 2000;
/// How many references may lead to one another.
const MAX_HOPS: usize = 16;

/// The values of a document.
#[derive(Debug, Default)]
pub(super) struct Tree {
    nodes: Vec<Node>,
    /// The outermost value.
    pub(super) root: usize,
}

#[derive(Debug)]
struct Node {
    span: Span,
    data: Data,
}

/// What stands at one place.
#[derive(Debug)]
pub(super) enum Data {
    /// One that is no collection: its text, and what that means.
    Scalar(String, Scalar),
    /// Items.
    List(Vec<usize>),
    /// Names and values, in the order of the document.
    Map(Vec<(usize, usize)>, HashMap<String, usize>),
}

/// What a scalar means.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Scalar {
    Null,
    Boolean(bool),
    Number(Number),
    Text,
}

/// A value of a tree.
#[derive(Debug, Clone, Copy)]
pub(super) struct At<'a> {
    tree: &'a Tree,
    /// What tells it from all other values.
    pub(super) id: usize,
}

impl Tree {
    /// Adds a value.
    pub(super) fn add(&mut self, span: Span, data: Data) -> Result<usize, Unread> {
        if self.nodes.len() >= MAX_VALUES {
            return Err(Unread {
                offset: span.start,
                expected: format!("a document of at most {MAX_VALUES} values"),
                found: "one more".to_owned(),
            });
        }
        self.nodes.push(Node { span, data });
        Ok(self.nodes.len() - 1)
    }

    /// Adds a place for a value that is still to be read.
    pub(super) fn open(&mut self, span: Span) -> Result<usize, Unread> {
        self.add(span, Data::List(Vec::new()))
    }

    /// Fills the place of a value.
    pub(super) fn close(&mut self, id: usize, end: usize, data: Data) {
        let node = &mut self.nodes[id];
        node.span.end = end.max(node.span.start);
        node.data = data;
    }

    /// Names and values as a collection, in which no name stands twice.
    pub(super) fn map(&self, entries: Vec<(usize, usize)>) -> Result<Data, Unread> {
        let mut places = HashMap::new();
        for (at, (key, _)) in entries.iter().enumerate() {
            let key = self.at(*key);
            let name = key.text().unwrap_or_default();
            if places.insert(name.to_owned(), at).is_some() {
                return Err(Unread {
                    offset: key.span().start,
                    expected: "each name once".to_owned(),
                    found: format!("a second `{name}`"),
                });
            }
        }
        if entries.len() <= MANY {
            places = HashMap::new();
        }
        Ok(Data::Map(entries, places))
    }

    /// The value of an id.
    pub(super) fn at(&self, id: usize) -> At<'_> {
        At { tree: self, id }
    }

    /// The outermost value.
    pub(super) fn root(&self) -> At<'_> {
        self.at(self.root)
    }

    /// Names and values of a value, by their ids.
    pub(super) fn ids(&self, id: usize) -> &[(usize, usize)] {
        match &self.nodes[id].data {
            Data::Map(entries, _) => entries,
            _ => &[],
        }
    }
}

impl<'a> At<'a> {
    fn node(self) -> &'a Node {
        &self.tree.nodes[self.id]
    }

    /// Where it stands.
    pub(super) fn span(self) -> Span {
        self.node().span
    }

    /// The name and the value of a member.
    pub(super) fn entry(self, name: &str) -> Option<(At<'a>, At<'a>)> {
        let Data::Map(entries, places) = &self.node().data else {
            return None;
        };
        let entry = if places.is_empty() {
            let named = |(key, _): &&(usize, usize)| self.tree.at(*key).text() == Some(name);
            entries.iter().find(named)?
        } else {
            entries.get(*places.get(name)?)?
        };
        Some((self.tree.at(entry.0), self.tree.at(entry.1)))
    }

    /// The value of a member; none where it is null.
    pub(super) fn get(self, name: &str) -> Option<At<'a>> {
        let (_, value) = self.entry(name)?;
        (!value.is_null()).then_some(value)
    }

    /// The names and values of a collection of them.
    pub(super) fn entries(self) -> impl Iterator<Item = (At<'a>, At<'a>)> {
        let entries = self.tree.ids(self.id).iter();
        entries.map(move |(key, value)| (self.tree.at(*key), self.tree.at(*value)))
    }

    /// The items of a list.
    pub(super) fn items(self) -> impl Iterator<Item = At<'a>> {
        let items = match &self.node().data {
            Data::List(items) => items.as_slice(),
            _ => &[],
        };
        items.iter().map(move |id| self.tree.at(*id))
    }

    pub(super) fn is_list(self) -> bool {
        matches!(self.node().data, Data::List(_))
    }

    pub(super) fn is_map(self) -> bool {
        matches!(self.node().data, Data::Map(..))
    }

    pub(super) fn is_number(self) -> bool {
        matches!(self.node().data, Data::Scalar(_, Scalar::Number(_)))
    }

    pub(super) fn is_null(self) -> bool {
        matches!(self.node().data, Data::Scalar(_, Scalar::Null))
    }

    /// The text of a scalar, whatever it means.
    pub(super) fn text(self) -> Option<&'a str> {
        match &self.node().data {
            Data::Scalar(text, _) => Some(text),
            _ => None,
        }
    }

    /// The text of a member; empty where there is none.
    pub(super) fn text_of(self, name: &str) -> &'a str {
        self.get(name).and_then(At::text).unwrap_or_default()
    }

    /// What `true` or `false` says.
    pub(super) fn boolean(self) -> Option<bool> {
        match self.node().data {
            Data::Scalar(_, Scalar::Boolean(is)) => Some(is),
            _ => None,
        }
    }

    /// Whether a member says `true`.
    pub(super) fn says(self, name: &str) -> bool {
        self.get(name).and_then(At::boolean) == Some(true)
    }

    /// What it is, for messages.
    pub(super) fn what(self) -> &'static str {
        match &self.node().data {
            Data::List(_) => "a list",
            Data::Map(..) => "an object",
            Data::Scalar(_, Scalar::Null) => "nothing",
            Data::Scalar(_, Scalar::Boolean(_)) => "a boolean",
            Data::Scalar(_, Scalar::Number(_)) => "a number",
            Data::Scalar(_, Scalar::Text) => "a text",
        }
    }

    /// That another thing is expected here.
    pub(super) fn unlike(self, expected: &str) -> Unread {
        Unread {
            offset: self.span().start,
            expected: expected.to_owned(),
            found: self.what().to_owned(),
        }
    }

    /// It and all in it as a value of JSON; none where it is too deep or too long for an example.
    pub(super) fn value(self) -> Option<Value> {
        self.value_of(MAX_EXAMPLE)
    }

    /// As [`At::value`], where there may be so many values in it.
    pub(super) fn value_of(self, mut values: usize) -> Option<Value> {
        self.value_in(MAX_LEVELS, &mut values)
    }

    fn value_in(self, levels: usize, left: &mut usize) -> Option<Value> {
        let below = levels.checked_sub(1)?;
        *left = left.checked_sub(1)?;
        Some(match &self.node().data {
            Data::Scalar(text, scalar) => match scalar {
                Scalar::Null => Value::Null,
                Scalar::Boolean(is) => Value::Bool(*is),
                Scalar::Number(number) => Value::Number(number.clone()),
                Scalar::Text => Value::String(text.clone()),
            },
            Data::List(_) => {
                let items = self.items().map(|item| item.value_in(below, left));
                Value::Array(items.collect::<Option<_>>()?)
            }
            Data::Map(..) => {
                let members = self.entries().map(|(name, value)| {
                    let name = name.text().unwrap_or_default().to_owned();
                    Some((name, value.value_in(below, left)?))
                });
                Value::Object(members.collect::<Option<Map<_, _>>>()?)
            }
        })
    }

    /// What a reference leads to, where this is one; and itself where it is none. `self` is what the
    /// references of a document start at.
    pub(super) fn led(self, from: At<'a>) -> Result<At<'a>, Unread> {
        let mut here = from;
        for _ in 0..MAX_HOPS {
            match here.get("$ref") {
                None => return Ok(here),
                Some(reference) => here = self.target(reference)?,
            }
        }
        Err(Unread {
            offset: from.span().start,
            expected: "a reference that leads to something".to_owned(),
            found: "references that lead to one another".to_owned(),
        })
    }

    /// Whether a document is meant by what stands before `#` in a reference: nothing, or its own address in `$self`, be
    /// it relative to that (`OpenAPI` 3.2, 4.1.2).
    fn is_called(self, document: &str) -> bool {
        let own = self.text_of("$self");
        let file = own.rsplit('/').next().unwrap_or_default();
        let is_own = document == own || document.trim_start_matches("./") == file;
        document.is_empty() || !own.is_empty() && is_own
    }

    /// What the text of a reference names.
    pub(super) fn target(self, reference: At<'a>) -> Result<At<'a>, Unread> {
        let flaw = |found: String| Unread {
            offset: reference.span().start,
            expected: "a reference into this document, such as `#/components/schemas/Contact` \
                       (bundle several files into one)"
                .to_owned(),
            found,
        };
        let Some(text) = reference.text() else {
            return Err(flaw(reference.what().to_owned()));
        };
        let (document, pointer) = text.split_once('#').unwrap_or((text, ""));
        if !self.is_called(document) {
            return Err(flaw(format!("`{text}`, which is elsewhere")));
        }
        let pointer = percent_decode_str(pointer).decode_utf8_lossy();
        let mut here = self;
        for token in pointer.split('/').skip(1) {
            let name = unescaped(token);
            let next = match name.parse::<usize>() {
                Ok(at) if here.is_list() => here.items().nth(at),
                _ => here.get(&name),
            };
            here = next.ok_or_else(|| flaw(format!("`{text}`, where nothing is")))?;
        }
        Ok(here)
    }
}

/// What a scalar of JSON or a plain one of YAML means (YAML 1.2.2, 10.3.2).
pub(super) fn meaning(text: &str) -> Scalar {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Scalar::Null,
        "true" | "True" | "TRUE" => return Scalar::Boolean(true),
        "false" | "False" | "FALSE" => return Scalar::Boolean(false),
        _ => {}
    }
    let digits = |prefix: &str, radix| i64::from_str_radix(text.strip_prefix(prefix)?, radix).ok();
    if let Some(number) = digits("0x", 16).or_else(|| digits("0o", 8)) {
        return Scalar::Number(number.into());
    }
    let is_numeric = text.starts_with(|c: char| c.is_ascii_digit() || "+-.".contains(c))
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || "+-.eE".contains(c));
    if !is_numeric {
        return Scalar::Text;
    }
    let number = text
        .parse::<i64>()
        .map(Number::from)
        .or_else(|_| text.parse::<u64>().map(Number::from))
        .ok()
        .or_else(|| Number::from_f64(text.parse().ok()?));
    number.map_or(Scalar::Text, Scalar::Number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_scalar_means_what_the_core_schema_says() {
        for (text, expected) in [
            ("~", Scalar::Null),
            ("True", Scalar::Boolean(true)),
            ("yes", Scalar::Text),
            ("-12", Scalar::Number((-12).into())),
            ("0x1F", Scalar::Number(31.into())),
            ("1e3", Scalar::Number(Number::from_f64(1000.0).unwrap())),
            ("2024-05-06", Scalar::Text),
            ("1.2.3", Scalar::Text),
            ("-", Scalar::Text),
            (".inf", Scalar::Text),
            ("1e999", Scalar::Text),
        ] {
            assert_eq!(meaning(text), expected, "{text}");
        }
    }
}

//! A document written in YAML.
//!
//! Anchors and aliases name one value, so that they multiply nothing; merge keys (`<<`) are laid in.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use saphyr_parser::{Event, Parser, ScalarStyle};

use crate::contract::Unread;
use crate::contract::openapi::tree::{self, Data, Scalar, Tree};
use crate::source::Span;

/// How many brackets are put on the line before: each costs a reading.
const MAX_JOINED: usize = 32;
/// How deep a document may nest.
const MAX_LEVELS: usize = 100;
/// The name that lays other members in.
const MERGE: &str = "<<";

/// Where the characters of a text are: its reader counts characters, places are bytes.
struct Offsets<'a> {
    text: &'a str,
    /// The byte at which each [`STEP`]th character begins; none where characters are bytes.
    marks: Vec<usize>,
}

const STEP: usize = 64;

impl<'a> Offsets<'a> {
    fn new(text: &'a str) -> Self {
        let marks = if text.is_ascii() {
            Vec::new()
        } else {
            text.char_indices()
                .step_by(STEP)
                .map(|(at, _)| at)
                .collect()
        };
        Self { text, marks }
    }

    fn byte(&self, character: usize) -> usize {
        if self.marks.is_empty() {
            return character.min(self.text.len());
        }
        let Some(start) = self.marks.get(character / STEP) else {
            return self.text.len();
        };
        let mut rest = self.text[*start..].char_indices();
        rest.nth(character % STEP)
            .map_or(self.text.len(), |(at, _)| start + at)
    }
}

/// A collection that is not at its end.
struct Open {
    id: usize,
    anchor: usize,
    kind: Collection,
}

enum Collection {
    List(Vec<usize>),
    /// The members, and the name whose value is still to come.
    Map(Vec<(usize, usize)>, Option<usize>),
}

/// Reads one document.
pub(super) fn read(text: &str) -> Result<Tree, Unread> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..MAX_JOINED {
        let flaw = match read_once(&text) {
            Ok(tree) => return Ok(tree),
            Err(flaw) => flaw,
        };
        match joined(&text, flaw.offset) {
            Some(joined) => text = Cow::Owned(joined),
            None => return Err(flaw),
        }
    }
    read_once(&text)
}

/// A text of the same length in which a bracket stands on the line of what it ends, where it began a line and that
/// could not be read: the parser refuses one behind a text in quotes that stands no further right than the name of
/// its list, which others take (YAML 1.2.2, 7.4, asks for more blanks, and no value hangs on them).
fn joined(text: &str, bracket: usize) -> Option<String> {
    let (before, behind) = text.split_at_checked(bracket)?;
    let item = before.trim_end();
    let is_meant = behind.starts_with([']', '}'])
        && item.ends_with(['"', '\''])
        && before[item.len()..].contains('\n');
    // A comment would take the bracket in.
    let line = item.lines().next_back().unwrap_or_default();
    (is_meant && !line.contains('#')).then(|| {
        let blanks = " ".repeat(bracket - item.len());
        format!("{item}{blanks}{behind}")
    })
}

fn read_once(text: &str) -> Result<Tree, Unread> {
    let mut reader = Reader {
        tree: Tree::default(),
        offsets: Offsets::new(text),
        anchors: HashMap::new(),
        open: Vec::new(),
        merged: 0,
    };
    let mut documents = 0;
    let mut is_read = false;
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| Unread {
            offset: reader.offsets.byte(error.marker().index()),
            expected: "YAML or JSON".to_owned(),
            found: format!("none ({})", error.info()),
        })?;
        let span = Span {
            start: reader.offsets.byte(span.start.index()),
            end: reader.offsets.byte(span.end.index()),
        };
        match event {
            Event::DocumentStart(_) => {
                documents += 1;
                if documents > 1 {
                    return Err(flaw(span, "one document", "a second one"));
                }
            }
            event => {
                if let Some(root) = reader.event(event, span)? {
                    reader.tree.root = root;
                    is_read = true;
                }
            }
        }
    }
    if is_read {
        Ok(reader.tree)
    } else {
        Err(flaw(Span::default(), "a document", "an empty one"))
    }
}

fn flaw(span: Span, expected: &str, found: &str) -> Unread {
    Unread {
        offset: span.start,
        expected: expected.to_owned(),
        found: found.to_owned(),
    }
}

struct Reader<'a> {
    tree: Tree,
    offsets: Offsets<'a>,
    /// The values that have names, by the numbers of these.
    anchors: HashMap<usize, usize>,
    open: Vec<Open>,
    /// How many members were laid in.
    merged: usize,
}

impl Reader<'_> {
    /// Takes a part of the document; gives the outermost value when it is whole.
    fn event(&mut self, event: Event<'_>, span: Span) -> Result<Option<usize>, Unread> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let is_text = tag
                    .is_some_and(|tag| tag.is_yaml_core_schema() && tag.suffix == "str")
                    || style != ScalarStyle::Plain;
                let scalar = if is_text {
                    Scalar::Text
                } else {
                    tree::meaning(&text)
                };
                let id = self
                    .tree
                    .add(span, Data::Scalar(text.into_owned(), scalar))?;
                self.anchor(anchor, id);
                self.value(id)
            }
            Event::Alias(anchor) => match self.anchors.get(&anchor) {
                Some(id) => self.value(*id),
                None => Err(flaw(
                    span,
                    "an alias of a value before it",
                    "one that stands in what it names",
                )),
            },
            Event::SequenceStart(anchor, _) => {
                self.opens(Collection::List(Vec::new()), anchor, span)
            }
            Event::MappingStart(anchor, _) => {
                self.opens(Collection::Map(Vec::new(), None), anchor, span)
            }
            Event::SequenceEnd | Event::MappingEnd => self.closes(span),
            _ => Ok(None),
        }
    }

    fn anchor(&mut self, anchor: usize, id: usize) {
        if anchor > 0 {
            self.anchors.insert(anchor, id);
        }
    }

    fn opens(
        &mut self,
        kind: Collection,
        anchor: usize,
        span: Span,
    ) -> Result<Option<usize>, Unread> {
        if self.open.len() >= MAX_LEVELS {
            let expected = format!("a document of at most {MAX_LEVELS} levels");
            return Err(flaw(span, &expected, "one more level"));
        }
        let id = self.tree.open(span)?;
        self.open.push(Open { id, anchor, kind });
        Ok(None)
    }

    fn closes(&mut self, span: Span) -> Result<Option<usize>, Unread> {
        let Some(open) = self.open.pop() else {
            return Ok(None);
        };
        let data = match open.kind {
            Collection::List(items) => Data::List(items),
            Collection::Map(entries, _) => {
                let entries = self.laid_in(entries)?;
                self.tree.map(entries)?
            }
        };
        self.tree.close(open.id, span.end, data);
        self.anchor(open.anchor, open.id);
        self.value(open.id)
    }

    /// Puts a whole value where it belongs.
    fn value(&mut self, id: usize) -> Result<Option<usize>, Unread> {
        match self.open.last_mut().map(|open| &mut open.kind) {
            None => return Ok(Some(id)),
            Some(Collection::List(items)) => items.push(id),
            Some(Collection::Map(entries, name)) => match name.take() {
                Some(name) => entries.push((name, id)),
                None if self.tree.at(id).text().is_some() => *name = Some(id),
                None => {
                    let place = self.tree.at(id).span();
                    return Err(flaw(place, "a name that is a text", "another one"));
                }
            },
        }
        Ok(None)
    }

    /// Members with those that `<<` names, where they do not stand there themselves.
    fn laid_in(&mut self, entries: Vec<(usize, usize)>) -> Result<Vec<(usize, usize)>, Unread> {
        let is_merge = |(key, _): &&(usize, usize)| self.tree.at(*key).text() == Some(MERGE);
        let Some(merge) = entries.iter().find(is_merge).copied() else {
            return Ok(entries);
        };
        let mut all: Vec<(usize, usize)> = entries;
        all.retain(|entry| *entry != merge);
        let name = |id: usize| self.tree.at(id).text().unwrap_or_default();
        let mut known: HashSet<&str> = all.iter().map(|(key, _)| name(*key)).collect();
        let value = self.tree.at(merge.1);
        let sources: Vec<usize> = if value.is_list() {
            value.items().map(|item| item.id).collect()
        } else {
            vec![merge.1]
        };
        for source in sources {
            for entry in self.tree.ids(source) {
                self.merged += 1;
                if self.merged > tree::MAX_VALUES {
                    let place = self.tree.at(merge.0).span();
                    return Err(flaw(place, "fewer merged members", "too many"));
                }
                if known.insert(name(entry.0)) {
                    all.push(*entry);
                }
            }
        }
        Ok(all)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use serde_json::json;

    fn value(text: &str) -> serde_json::Value {
        read(text).unwrap().root().value().unwrap()
    }

    #[test]
    fn aliases_and_merge_keys_are_laid_in() {
        let text = "base: &b\n  a: 1\n  c: x\nother:\n  <<: *b\n  a: 2\nlist: [*b, 'true']\n";
        assert_eq!(
            value(text),
            json!({
                "base": {"a": 1, "c": "x"},
                "other": {"a": 2, "c": "x"},
                "list": [{"a": 1, "c": "x"}, "true"],
            })
        );
    }

    #[test]
    fn a_bracket_below_the_name_of_its_list_ends_it() {
        let text = "a:\n  é: [\n    \"b\",\n    \"#c\"\n  ]\n  l: [\n    x,\n    \"b\"\n  ]\n  m: {\n    n: 'o'\n  }\n  p: |\n    [\n     \"q\"\n    ]\n";
        assert!(read(text).is_err(), "a comment may stand there");
        let text = text.replace('#', "");
        assert_eq!(
            value(&text),
            json!({"a": {"é": ["b", "c"], "l": ["x", "b"], "m": {"n": "o"}, "p": "[\n \"q\"\n]\n"}})
        );
        let tree = read(&text).unwrap();
        let (name, _) = tree.root().get("a").unwrap().entry("m").unwrap();
        assert_eq!(&text[name.span().range()], "m");
        for wrong in ["a: \"b\"\n]\n", "a: [\n  b\n}\n", "a:\n  - \"b\"\n  ]\n"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn places_are_bytes_whatever_the_script() {
        let long = "日本語".repeat(40);
        let text = format!("a: \"{long}\"\nbé: [x, {long}]\nc:\n  d: 1\n");
        let tree = read(&text).unwrap();
        let place = |name: &str| {
            let (key, _) = tree.root().entry(name).unwrap();
            &text[key.span().range()]
        };
        assert_eq!((place("a"), place("bé"), place("c")), ("a", "bé", "c"));
    }

    #[test]
    fn what_is_no_document_is_refused_where_it_is_not() {
        for (text, at, found) in [
            ("a: 1\nb: 2\na: 3\n", 10, "a second `a`"),
            ("a: &x [1, *x]\n", 10, "one that stands in what it names"),
            ("a: 1\n---\nb: 1\n", 5, "a second one"),
            ("? [a]\n: b\n", 2, "another one"),
            ("", 0, "an empty one"),
        ] {
            let flaw = read(text).unwrap_err();
            assert_eq!((flaw.offset, flaw.found.as_str()), (at, found), "{text}");
        }
        let deep = format!("{}{}", "[".repeat(101), "]".repeat(101));
        assert_eq!(read(&deep).unwrap_err().offset, 100);
        let deep = "- ".repeat(200_000);
        assert_eq!(read(&deep).unwrap_err().found, "one more level");
        assert!(read("a: [1\nb: {").unwrap_err().found.starts_with("none"));
    }

    #[test]
    fn aliases_multiply_nothing() {
        let lines = (1..60).map(|at| {
            let before = format!("*a{}", at - 1);
            format!("a{at}: &a{at} [{before}, {before}]\n")
        });
        let text = format!("a0: &a0 [x, x]\n{}", lines.collect::<String>());
        let tree = read(&text).unwrap();
        assert!(
            tree.root()
                .get("a59")
                .is_some_and(|last| last.value().is_none())
        );
    }
}

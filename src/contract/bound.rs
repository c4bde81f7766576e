//! How much one page may hold: a page may come from anywhere, and all that is made of its examples nests
//! and repeats as they do.
//!
//! In comes a body before it is parsed, out comes what is too much of it and where. What is no JSON or XML
//! is left to its parser.

use std::collections::HashSet;
use std::fmt;

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// How deep an example may nest. All that is read of one calls itself for each level.
const MAX_LEVELS: usize = 64;
/// How many values or elements an example may have.
const MAX_VALUES: usize = 20_000;
/// How many names of members or elements may differ in an example: each is compared with those beside it.
const MAX_NAMES: usize = 1000;
/// How long such a name may be, in bytes: those of all levels make one path.
const MAX_NAME: usize = 1000;
/// How many attributes an element may have: each is compared with all others.
const MAX_ATTRIBUTES: usize = 100;
/// How many namespaces an example may declare: each is known to all elements below.
const MAX_NAMESPACES: usize = 100;
/// How many rows the table of parameters may have: each takes its value from the example request.
pub(super) const MAX_PARAMETERS: usize = 200;
/// How long an example request may be, in bytes.
pub(super) const MAX_REQUEST: usize = 64 * 1024;
/// How long the path of a heading may be, in bytes: each name in it is looked up among the parameters.
pub(super) const MAX_PATH: usize = 2000;

/// What is too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Excess {
    Levels,
    Values,
    Names,
    Name,
    Attributes,
    Namespaces,
}

/// Too much of something, and at which byte of the body it is.
pub(super) type TooMuch = (usize, Excess);

impl Excess {
    /// What there may be of it.
    pub(super) fn expected(self) -> String {
        let (most, of) = match self {
            Self::Levels => (MAX_LEVELS, "levels"),
            Self::Values => (MAX_VALUES, "values"),
            Self::Names => (MAX_NAMES, "different names"),
            Self::Name => (MAX_NAME, "bytes of one name"),
            Self::Attributes => (MAX_ATTRIBUTES, "attributes of one element"),
            Self::Namespaces => (MAX_NAMESPACES, "namespace declarations"),
        };
        format!("an example of at most {most} {of}")
    }
}

impl fmt::Display for Excess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Levels => "one more level",
            Self::Values => "one more value",
            Self::Names => "one more name",
            Self::Name => "a longer name",
            Self::Attributes => "one more attribute",
            Self::Namespaces => "one more namespace",
        })
    }
}

/// What was met so far of an example.
#[derive(Default)]
struct Met {
    levels: usize,
    values: usize,
    names: HashSet<String>,
    namespaces: usize,
}

impl Met {
    fn value(&mut self) -> Result<(), Excess> {
        self.values += 1;
        too_much(self.values, MAX_VALUES, Excess::Values)
    }

    fn opens(&mut self) -> Result<(), Excess> {
        self.levels += 1;
        too_much(self.levels, MAX_LEVELS, Excess::Levels)
    }

    fn closes(&mut self) {
        self.levels = self.levels.saturating_sub(1);
    }

    fn name(&mut self, name: &str) -> Result<(), Excess> {
        too_much(name.len(), MAX_NAME, Excess::Name)?;
        if !self.names.contains(name) {
            self.names.insert(name.to_owned());
        }
        too_much(self.names.len(), MAX_NAMES, Excess::Names)
    }

    fn element(&mut self, start: &BytesStart<'_>) -> Result<(), Excess> {
        self.value()?;
        self.name(start.local_name().as_ref())?;
        let mut attributes = 0;
        // What is no attribute is left to the parser.
        for attribute in start.attributes().with_checks(false).flatten() {
            attributes += 1;
            too_much(attributes, MAX_ATTRIBUTES, Excess::Attributes)?;
            self.namespaces += usize::from(attribute.key.as_namespace_binding().is_some());
            too_much(self.namespaces, MAX_NAMESPACES, Excess::Namespaces)?;
        }
        Ok(())
    }
}

fn too_much(found: usize, most: usize, excess: Excess) -> Result<(), Excess> {
    if found > most { Err(excess) } else { Ok(()) }
}

/// Whether a JSON text can be read in bounded time and depth; each text and each comma stands for a value.
pub(super) fn json(text: &str) -> Result<(), TooMuch> {
    let bytes = text.as_bytes();
    let mut met = Met::default();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        let start = at;
        let counted = match byte {
            b'[' | b'{' => met.opens().and_then(|()| met.value()),
            b']' | b'}' => {
                met.closes();
                Ok(())
            }
            b',' => met.value(),
            b'"' => {
                at = end_of_text(bytes, at);
                let behind = bytes.get(at + 1..).unwrap_or_default();
                if is_name(behind) {
                    met.name(&text[start + 1..at])
                } else {
                    Ok(())
                }
            }
            _ => Ok(()),
        };
        counted.map_err(|excess| (start, excess))?;
        at += 1;
    }
    Ok(())
}

/// Where the text that begins at a quote ends: its closing quote, or the end of all.
fn end_of_text(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

/// Whether a text is a member's name, by what follows it.
fn is_name(behind: &[u8]) -> bool {
    let mark = behind.iter().find(|byte| !byte.is_ascii_whitespace());
    mark == Some(&b':')
}

/// Whether an XML text can be read in bounded time and depth; `false` where its markup is none and the
/// rest was not looked at.
pub(super) fn xml(text: &str) -> Result<bool, TooMuch> {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    let mut met = Met::default();
    loop {
        let at = usize::try_from(reader.buffer_position()).unwrap_or(usize::MAX);
        let counted = match reader.read_event() {
            Ok(Event::Start(start)) => met.opens().and_then(|()| met.element(&start)),
            Ok(Event::Empty(start)) => met.element(&start),
            Ok(Event::End(_)) => {
                met.closes();
                Ok(())
            }
            Ok(Event::Eof) => return Ok(true),
            Ok(_) => Ok(()),
            Err(_) => return Ok(false),
        };
        counted.map_err(|excess| (at, excess))?;
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn nested(open: &str, close: &str, levels: usize) -> String {
        [open.repeat(levels), close.repeat(levels)].concat()
    }

    #[test]
    fn what_nests_too_deep_is_refused_where_it_does() {
        for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("[\"]]\\\"]\",", "]")] {
            assert_eq!(json(&nested(open, close, 64)), Ok(()), "{open}");
            let deep = json(&nested(open, close, 65));
            assert_eq!(deep, Err((64 * open.len(), Excess::Levels)), "{open}");
        }
        assert_eq!(json(&"[]".repeat(9000)), Ok(()), "beside one another");
        assert_eq!(xml(&nested("<a>", "</a>", 64)), Ok(true));
        let deep = xml(&nested("<a>", "</a>", 65));
        assert_eq!(deep, Err((64 * 3, Excess::Levels)));
        assert_eq!(xml(&"<a>x</a>".repeat(9000)), Ok(true));
    }

    #[test]
    fn what_is_too_much_is_refused() {
        let list = |count: usize| format!("[{}1]", "1,".repeat(count));
        assert_eq!(json(&list(19_999)), Ok(()));
        assert!(matches!(json(&list(20_000)), Err((_, Excess::Values))));
        let names = |count: usize| {
            let members = (0..count).map(|at| format!("\"a{at}\" : \"a\","));
            members.collect::<Vec<_>>().concat()
        };
        assert_eq!(json(&names(1000).repeat(2)), Ok(()));
        assert!(matches!(json(&names(1001)), Err((_, Excess::Names))));
        let long = |length: usize| format!("{{\"{}\": 1}}", "a".repeat(length));
        assert_eq!(json(&long(1000)), Ok(()));
        assert_eq!(json(&long(1001)), Err((1, Excess::Name)));
        let long = |length: usize| format!("<{}/>", "a".repeat(length));
        assert_eq!(xml(&long(1000)), Ok(true));
        assert_eq!(xml(&long(1001)), Err((0, Excess::Name)));
        assert_eq!(xml(&"<a/>".repeat(20_000)), Ok(true));
        assert!(matches!(
            xml(&"<a/>".repeat(20_001)),
            Err((_, Excess::Values))
        ));
        let elements = |count: usize| {
            let elements = (0..count).map(|at| format!("<a{at}/>"));
            elements.collect::<Vec<_>>().concat()
        };
        assert_eq!(xml(&elements(1000)), Ok(true));
        assert!(matches!(xml(&elements(1001)), Err((_, Excess::Names))));
    }

    #[test]
    fn attributes_and_namespaces_are_counted() {
        let with = |prefix: &str, count: usize| {
            let all = (0..count).map(|at| format!(" {prefix}{at}='>'"));
            format!("<a{}/>", all.collect::<Vec<_>>().concat())
        };
        assert_eq!(xml(&with("b", 100)), Ok(true));
        assert_eq!(xml(&with("b", 101)), Err((0, Excess::Attributes)));
        assert_eq!(xml(&with("xmlns:b", 100)), Ok(true));
        assert_eq!(
            xml(&with("xmlns:b", 51).repeat(2)),
            Err((with("xmlns:b", 51).len(), Excess::Namespaces))
        );
        let declared = "<a xmlns='b'/>".repeat(101);
        assert!(matches!(xml(&declared), Err((_, Excess::Namespaces))));
    }

    #[test]
    fn what_is_no_example_is_left_to_its_parser() {
        for text in ["", "\"", "\"\\", "]]}", "{\"a\" 1", "\u{e9}\"\u{e9}\":"] {
            assert_eq!(json(text), Ok(()), "{text}");
        }
        for text in ["<a", "<!--", "<![CDATA[", "<a b='", "</a>"] {
            assert_eq!(xml(text), Ok(false), "{text}");
        }
    }
}

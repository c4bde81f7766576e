//! How much of one answer is read and told: an answer may be of any size and made to cost as much as it
//! can.

use std::io::{self, Write};

use roxmltree::Document;
use serde_json::Value;

use crate::check::Excess;
use crate::contract::Format;

/// How many violations of one answer are told; one drift in a long list shows in fewer.
pub const MAX_VIOLATIONS: usize = 1000;
/// How much memory the reading of one answer may take beside its text, in bytes. Values are far larger in
/// memory than in a body, so that more need a body that is not made of little else.
const MAX_MEMORY: usize = 400_000_000;
/// The same for each byte of a larger body of JSON.
const MEMORY_OF_BYTE: usize = 10;
/// The same for XML, which is a document before it is values: an indented element has three nodes.
const MEMORY_OF_XML_BYTE: usize = 14;
/// What one value takes in memory, with the room that a list keeps for more while it is read, at most.
const VALUE: usize = 150;
/// What an item takes in a list that is made for as many as there are.
const ITEM: usize = 80;
/// What a text takes beside its bytes.
const TEXT: usize = 32;
/// What a member takes beside its name and its value while its object is read.
const MEMBER: usize = 200;
/// What a member takes with its value in an object that is made for as many as there are; an element, as the
/// member of an object or as an item.
const ELEMENT: usize = 130;
/// What an object takes that has a member.
const OBJECT: usize = 64;
/// What a node of an XML document takes.
const NODE: usize = 80;
/// How long the name of a member or an element may be, in bytes: each stands in the place of all below.
const MAX_NAME: usize = 16 * 1024;
/// How many attributes an element may have: each is compared with all others.
const MAX_ATTRIBUTES: usize = 1000;
/// How many attributes a document may have: what the contract knows of has none.
const MAX_ALL_ATTRIBUTES: usize = 100_000;
/// How many namespaces a document may declare: each is known to all elements below.
const MAX_NAMESPACES: usize = 5000;
/// How many namespaces may be declared around one element: each declaration is compared with all of them,
/// for each of them.
const MAX_NAMESPACES_IN_FORCE: usize = 100;
/// How many items of each list, and values in all, stay of a body that is not kept.
const MAX_OUTLINED: (usize, usize) = (20, 20_000);
/// How much of a value is kept to be shown, in bytes.
const MAX_SHOWN: usize = 4096;
/// How much memory is left for reading one answer.
#[derive(Debug, Clone, Copy)]
pub(super) struct Budget {
    most: usize,
    left: usize,
}

impl Budget {
    /// What a body of this text may take.
    pub(super) fn of(text: &str, format: Format) -> Self {
        let each = match format {
            Format::Json => MEMORY_OF_BYTE,
            Format::Xml => MEMORY_OF_XML_BYTE,
        };
        let most = MAX_MEMORY.max(text.len().saturating_mul(each));
        Self { most, left: most }
    }

    #[cfg(test)]
    pub(super) fn limited(most: usize) -> Self {
        Self { most, left: most }
    }

    /// What is said where it is exceeded.
    pub(super) fn exceeded(&self) -> Excess {
        Excess::Memory(self.most)
    }

    /// Takes so much of it.
    pub(super) fn take(&mut self, bytes: usize) -> Result<(), Excess> {
        self.left = self.left.checked_sub(bytes).ok_or(self.exceeded())?;
        Ok(())
    }

    /// Takes what a value needs that is no text, list or object.
    pub(super) fn value(&mut self) -> Result<(), Excess> {
        self.take(VALUE)
    }

    /// Takes what a text needs beside being a value.
    pub(super) fn text(&mut self, text: &str) -> Result<(), Excess> {
        self.take(TEXT + text.len())
    }

    /// Takes what a member needs beside its value.
    pub(super) fn member(&mut self, name: &str, is_first: bool) -> Result<(), Excess> {
        if name.len() > MAX_NAME {
            return Err(Excess::Name(MAX_NAME));
        }
        let object = if is_first { OBJECT } else { 0 };
        self.take(MEMBER + name.len() + object)
    }

    /// Gives back what a list of so many items took more while it grew.
    pub(super) fn list(&mut self, items: usize) {
        self.left += items * (VALUE - ITEM);
    }

    /// The same of an object with so many members.
    pub(super) fn object(&mut self, members: usize) {
        self.left += members * (VALUE + MEMBER - ELEMENT - TEXT);
    }

    /// What is left of it.
    #[cfg(test)]
    pub(super) fn left(&self) -> usize {
        self.left
    }

    /// How many nodes an XML document may have.
    pub(super) fn nodes(&self) -> usize {
        self.left / NODE
    }

    /// Whether there is memory for so many elements, each as a node and as a value.
    pub(super) fn admits(&self, elements: usize) -> Result<(), Excess> {
        let each = NODE + ELEMENT + TEXT;
        let is_enough = elements.saturating_mul(each) <= self.left;
        is_enough.then_some(()).ok_or(self.exceeded())
    }

    /// Takes what a document needs; what is made of it comes on top.
    pub(super) fn document(&mut self, document: &Document<'_>) -> Result<(), Excess> {
        self.take(document.descendants().len().saturating_mul(NODE))
    }

    /// Takes what an element becomes as a value with this name, beside what is in it.
    pub(super) fn element(&mut self, name: &str, value: &Value) -> Result<(), Excess> {
        if name.len() > MAX_NAME {
            return Err(Excess::Name(MAX_NAME));
        }
        let content = match value {
            Value::String(text) => TEXT + text.len(),
            Value::Object(members) if !members.is_empty() => OBJECT,
            _ => 0,
        };
        self.take(ELEMENT + TEXT + name.len() + content)
    }
}

/// How much memory a tree takes, at most, in bytes.
pub(super) fn weight(tree: &Value) -> usize {
    VALUE + content(tree)
}

/// What a value takes beside its place.
fn content(value: &Value) -> usize {
    match value {
        Value::String(text) => TEXT + text.len(),
        Value::Array(items) => items.iter().map(|item| ITEM + content(item)).sum(),
        Value::Object(members) if !members.is_empty() => {
            let members = members.iter();
            let members = members.map(|(name, one)| ELEMENT + TEXT + name.len() + content(one));
            OBJECT + members.sum::<usize>()
        }
        _ => 0,
    }
}

/// The members of a body without texts, and of each list the first items.
pub(super) fn outline(body: &Value) -> Value {
    let (_, mut left) = MAX_OUTLINED;
    outlined(body, &mut left)
}

fn outlined(value: &Value, left: &mut usize) -> Value {
    *left = left.saturating_sub(1);
    match value {
        Value::String(_) => Value::String(String::new()),
        Value::Array(items) => {
            let mut kept = Vec::new();
            for item in items.iter().take(MAX_OUTLINED.0) {
                if *left == 0 {
                    break;
                }
                kept.push(outlined(item, left));
            }
            kept.into()
        }
        Value::Object(members) => {
            let mut kept = serde_json::Map::new();
            for (name, member) in members {
                if *left == 0 {
                    break;
                }
                kept.insert(name.clone(), outlined(member, left));
            }
            kept.into()
        }
        other => other.clone(),
    }
}

/// The start of a value as JSON.
pub(super) fn shown(value: &Value) -> String {
    let mut start = Start(Vec::new());
    // An error means that there is more than is shown.
    let _ = serde_json::to_writer(&mut start, value);
    String::from_utf8_lossy(&start.0).into_owned()
}

/// The start of a text.
pub(super) fn shown_text(text: &str) -> String {
    text[..text.floor_char_boundary(MAX_SHOWN)].to_owned()
}

/// Takes so many bytes and no more.
struct Start(Vec<u8>);

impl Write for Start {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(MAX_SHOWN.saturating_sub(self.0.len()));
        self.0.extend_from_slice(&bytes[..taken]);
        if taken == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::WriteZero.into());
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether an XML text can be parsed in bounded time and memory, and how many elements it has; if not, what is
/// too much of it.
///
/// The parser compares each attribute with all others of its element, and hands each namespace down to
/// every element below, one by one, so both are counted first. What is no XML is left to the parser.
pub(super) fn xml(text: &str) -> Result<usize, Excess> {
    const SKIPPED: [(&str, &str); 3] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
    let (mut rest, mut namespaces, mut attributes, mut elements) = (text, 0, 0, 0);
    // How many declarations are in force in each open element.
    let mut open: Vec<usize> = Vec::new();
    let mut most_in_force = 0;
    while let Some(start) = rest.find('<') {
        rest = &rest[start..];
        let skipped = SKIPPED.iter().find(|(open, _)| rest.starts_with(open));
        if let Some((open, close)) = skipped {
            match rest[open.len()..].find(close) {
                Some(end) => rest = &rest[open.len() + end + close.len()..],
                None => break,
            }
            continue;
        }
        let tag = tag(rest);
        if tag.name > MAX_NAME {
            return Err(Excess::Name(MAX_NAME));
        }
        if tag.attributes > MAX_ATTRIBUTES {
            return Err(Excess::Attributes(MAX_ATTRIBUTES));
        }
        attributes += tag.attributes;
        if attributes > MAX_ALL_ATTRIBUTES {
            return Err(Excess::AllAttributes(MAX_ALL_ATTRIBUTES));
        }
        namespaces += tag.namespaces;
        if namespaces > MAX_NAMESPACES {
            return Err(Excess::Namespaces(MAX_NAMESPACES));
        }
        if rest.starts_with("</") {
            open.pop();
        } else {
            elements += 1;
            let in_force = open.last().copied().unwrap_or(0) + tag.namespaces;
            most_in_force = most_in_force.max(in_force);
            if !tag.is_empty {
                open.push(in_force);
            }
        }
        rest = &rest[tag.length..];
    }
    if most_in_force > MAX_NAMESPACES_IN_FORCE {
        return Err(Excess::NamespacesInForce(MAX_NAMESPACES_IN_FORCE));
    }
    Ok(elements)
}

struct Tag {
    length: usize,
    /// How long its longest name is, with what is around it.
    name: usize,
    attributes: usize,
    namespaces: usize,
    /// Whether it is an element's only one.
    is_empty: bool,
}

/// Measures the tag at the start of a text; a `>` in quotes does not end it.
fn tag(text: &str) -> Tag {
    // Most tags are a name alone.
    if let Some(end) = text.find('>') {
        let bare = &text.as_bytes()[..end];
        if !bare.iter().any(|byte| matches!(byte, b'=' | b'"' | b'\'')) && bare.len() <= MAX_NAME {
            return Tag {
                length: end + 1,
                name: bare.len(),
                attributes: 0,
                namespaces: 0,
                is_empty: bare.ends_with(b"/"),
            };
        }
    }
    let bytes = text.as_bytes();
    let mut tag = Tag {
        length: bytes.len(),
        name: 0,
        attributes: 0,
        namespaces: 0,
        is_empty: false,
    };
    let mut quote = None;
    let mut begun = 0;
    for (at, byte) in bytes.iter().enumerate() {
        if quote.is_none() {
            if byte.is_ascii_whitespace() || matches!(byte, b'=' | b'"' | b'\'') {
                begun = at;
            }
            tag.name = tag.name.max(at - begun);
        }
        match (quote, byte) {
            (Some(open), byte) if open == byte => {
                quote = None;
                begun = at;
            }
            (None, b'"' | b'\'') => quote = Some(byte),
            (None, b'=') => tag.attributes += 1,
            (None, b'x') if bytes[at..].starts_with(b"xmlns") => tag.namespaces += 1,
            (None, b'>') => {
                tag.length = at + 1;
                tag.is_empty = bytes[..at].ends_with(b"/");
                break;
            }
            _ => {}
        }
    }
    tag
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_shown_by_its_start() {
        assert_eq!(shown(&json!({"a": 1})), "{\"a\":1}");
        assert_eq!(shown(&json!(["ä".repeat(9000)])).chars().count(), 2049);
        assert!(shown_text(&"ä".repeat(9000)).len() <= MAX_SHOWN);
    }

    #[test]
    fn markup_that_costs_more_than_its_size_is_seen_before_it_is_parsed() {
        let attributes = |count: usize| {
            let all = (0..count).map(|at| format!(" a{at}='>'"));
            all.collect::<Vec<_>>().concat()
        };
        assert!(xml(&format!("<a{}/>", attributes(1000))).is_ok());
        let many = format!("<a{}/>", attributes(1001));
        assert_eq!(xml(&many), Err(Excess::Attributes(1000)));
        let nested = |count: usize| {
            let all = (0..count).map(|at| format!("<a xmlns:b{at}='x'>"));
            all.collect::<Vec<_>>().concat()
        };
        assert_eq!(xml(&nested(5001)), Err(Excess::Namespaces(5000)));
        assert_eq!(xml(&nested(101)), Err(Excess::NamespacesInForce(100)));
        assert_eq!(xml(&nested(100)), Ok(100));
        for lawful in [
            "<a><!-- = > = --><![CDATA[ <a = ]]></a>",
            "<?xml version='1.0'?><a b='1'>x = y</a>",
            "<a",
            "<a b='",
            "<!--",
            "",
        ] {
            assert!(xml(lawful).is_ok(), "{lawful}");
        }
        let text = format!("<a>{}</a>", "= xmlns ".repeat(10_000));
        assert!(xml(&text).is_ok());
    }

    #[test]
    fn what_is_no_tag_ends_where_it_ends() {
        // A quote before the end opens nothing, and what comes after the end counts.
        let signs = "' = ".repeat(3000);
        let attributes = (0..1001).map(|at| format!(" a{at}=''"));
        let attributes = attributes.collect::<Vec<_>>().concat();
        for (open, close) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")] {
            let lawful = format!("<a>{open} <'{close}{signs}</a>");
            assert_eq!(xml(&lawful), Ok(1), "{open}");
            let inside = format!("<a>{open} <b{attributes}>{close}</a>");
            assert_eq!(xml(&inside), Ok(1), "{open}");
            let after = format!("<a>{open} x {close}<b{attributes}/></a>");
            assert_eq!(xml(&after), Err(Excess::Attributes(1000)), "{open}");
            let endless = format!("<a>{open}<b{attributes}/></a>");
            assert_eq!(xml(&endless), Ok(1), "{open}");
        }
        let declared = |count: usize| {
            let all = (0..count).map(|at| format!("<a xmlns:b{at}='x'><c/></a><d xmlns:b='>'/>"));
            all.collect::<Vec<_>>().concat()
        };
        assert_eq!(
            xml(&declared(2500)),
            Ok(3 * 2500),
            "what is closed is no longer in force"
        );
        assert_eq!(xml(&declared(2501)), Err(Excess::Namespaces(5000)));
        let all = format!("<a{attributes}/>").replace(" a1000=''", "");
        assert_eq!(xml(&all.repeat(100)), Ok(100));
        assert_eq!(xml(&all.repeat(101)), Err(Excess::AllAttributes(100_000)));
        let many = format!("<a {}>", "b='xmlns = ' ".repeat(600));
        assert_eq!(xml(&many), Ok(1), "what stands in quotes is no attribute");
    }

    #[test]
    fn what_is_read_is_bounded_by_what_it_takes_in_memory() {
        let mut budget = Budget::limited(1000);
        assert_eq!(budget.text(&"a".repeat(900)), Ok(()));
        assert_eq!(budget.take(68), Ok(()));
        assert_eq!(budget.take(1), Err(Excess::Memory(1000)));
        for (format, each) in [
            (Format::Json, MEMORY_OF_BYTE),
            (Format::Xml, MEMORY_OF_XML_BYTE),
        ] {
            assert_eq!(Budget::of("", format).most, MAX_MEMORY);
            let large = "x".repeat(MAX_MEMORY / each + 1);
            assert_eq!(Budget::of(&large, format).most, large.len() * each);
        }
        let name = "n".repeat(MAX_NAME);
        assert_eq!(Budget::of("", Format::Json).member(&name, true), Ok(()));
        let longer = format!("{name}n");
        let too_long = Err(Excess::Name(MAX_NAME));
        assert_eq!(Budget::of("", Format::Json).member(&longer, true), too_long);
        // What stands in quotes is no name.
        assert_eq!(
            xml(&format!("<a b='{longer}' c='{longer}'>{longer}</a>")),
            Ok(1)
        );
        assert_eq!(xml(&format!("<a b='{longer} {longer}'/>")), Ok(1));
        for named in [
            format!("<{longer}/>"),
            format!("<a></{longer}>"),
            format!("<a {longer}='x'/>"),
            format!("<a b=''{longer}=''/>"),
        ] {
            assert_eq!(xml(&named), Err(Excess::Name(MAX_NAME)));
        }
    }

    #[test]
    fn an_element_takes_what_it_becomes_at_least() {
        // The bucket of a map, with its hash and its place in the index.
        let bucket = size_of::<(u64, String, Value)>() + 2 * size_of::<usize>();
        assert!(bucket <= ELEMENT, "{bucket}");
        assert!(size_of::<Value>() <= ITEM, "{}", size_of::<Value>());
        for (value, expected) in [
            (json!(1), 0),
            (json!("abc"), TEXT + 3),
            (json!({}), 0),
            (json!({"a": 1}), OBJECT),
        ] {
            let mut budget = Budget::limited(1000);
            budget.element("name", &value).unwrap();
            assert_eq!(1000 - budget.left, ELEMENT + TEXT + 4 + expected, "{value}");
        }
        let document = Document::parse("<a>\n<b>1</b>\n</a>").unwrap();
        let mut budget = Budget::limited(6 * NODE);
        assert_eq!((budget.nodes(), budget.document(&document)), (6, Ok(())));
        assert_eq!(budget.document(&document), Err(Excess::Memory(6 * NODE)));
        let elements = Budget::limited(10 * (NODE + ELEMENT + TEXT));
        assert_eq!(elements.admits(10), Ok(()));
        assert!(elements.admits(11).is_err());
        let long = "n".repeat(MAX_NAME + 1);
        let too_long = Err(Excess::Name(MAX_NAME));
        assert_eq!(Budget::limited(100_000).element(&long, &json!(1)), too_long);
    }

    #[test]
    fn an_outline_has_the_members_and_no_more_than_it_may() {
        let body = json!({"a": [{"b": "text"}, {"c": [1, null]}], "d": {"e": true}});
        let expected = json!({"a": [{"b": ""}, {"c": [1, null]}], "d": {"e": true}});
        assert_eq!(outline(&body), expected);
        let (items, all) = MAX_OUTLINED;
        let long = outline(&json!(vec![json!([]); items + 1]));
        assert_eq!(long.as_array().unwrap().len(), items);
        let members: serde_json::Map<String, Value> = (0..all + 10)
            .map(|at| (at.to_string(), json!(at)))
            .collect();
        assert_eq!(outline(&members.into()).as_object().unwrap().len(), all - 1);
    }

    #[test]
    fn a_tree_weighs_what_it_holds() {
        for (tree, expected) in [
            (json!(null), VALUE),
            (json!({}), VALUE),
            (json!("abc"), VALUE + TEXT + 3),
            (json!(["a", "bc"]), VALUE + 2 * ITEM + 2 * TEXT + 3),
            (
                json!({ "name": "bc" }),
                VALUE + OBJECT + ELEMENT + 2 * TEXT + 6,
            ),
        ] {
            assert_eq!(weight(&tree), expected, "{tree}");
        }
        assert_eq!(shown_text("abc"), "abc");
        assert_eq!(shown_text(&"a".repeat(5000)).len(), 4096);
        let mut start = Start(vec![b' '; MAX_SHOWN - 1]);
        assert_eq!(start.write(b"ab").unwrap(), 1);
        assert!(start.write(b"ab").is_err());
        assert_eq!(start.write(b"").unwrap(), 0);
    }
}

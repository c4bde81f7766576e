//! What is read of one body of a portal's, which may be of any size and made to cost as much as it can: how
//! much memory it may take, and JSON and XML read within it.
//!
//! Nothing else parses what a portal sent.

pub(crate) mod json;
pub(crate) mod xml;

use roxmltree::Document;
use serde_json::Value;

/// Of what an answer has more than is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Excess {
    /// More memory than this, in bytes.
    Memory(usize),
    /// A name of more bytes than this.
    Name(usize),
    /// More attributes of an element than this.
    Attributes(usize),
    /// More attributes than this.
    AllAttributes(usize),
    /// More namespace declarations than this.
    Namespaces(usize),
    /// More namespaces declared around one element than this.
    NamespacesInForce(usize),
}

/// Why a body is not read.
#[derive(Debug)]
pub(crate) enum Unread<E> {
    /// It is more than is read.
    Excess(Excess),
    /// It is none of its format.
    Malformed(E),
}

impl<E> Unread<E> {
    /// What is told of it: how much more it is than is read, else what is said of what is none.
    pub(crate) fn told<T>(self, excess: impl FnOnce(Excess) -> T, malformed: T) -> T {
        match self {
            Self::Excess(more) => excess(more),
            Self::Malformed(_) => malformed,
        }
    }

    /// The same without what the parser says.
    pub(crate) fn bare(self) -> Unread<()> {
        match self {
            Self::Excess(excess) => Unread::Excess(excess),
            Self::Malformed(_) => Unread::Malformed(()),
        }
    }
}

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
/// What a node of an XML document, or an attribute, takes.
const NODE: usize = 80;
/// How long the name of a member or an element may be, in bytes: each stands in the place of all below.
const MAX_NAME: usize = 16 * 1024;
/// How much memory is left for reading one answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Budget {
    most: usize,
    left: usize,
}

impl Budget {
    /// What a body of so many bytes may take, where each may take so much.
    fn of(length: usize, each: usize) -> Self {
        let most = MAX_MEMORY.max(length.saturating_mul(each));
        Self { most, left: most }
    }

    /// What a body of JSON of so many bytes may take.
    pub(crate) fn json(length: usize) -> Self {
        Self::of(length, MEMORY_OF_BYTE)
    }

    /// What one of XML may take.
    pub(crate) fn xml(length: usize) -> Self {
        Self::of(length, MEMORY_OF_XML_BYTE)
    }

    #[cfg(test)]
    pub(crate) fn limited(most: usize) -> Self {
        Self { most, left: most }
    }

    /// What is said where it is exceeded.
    pub(crate) fn exceeded(&self) -> Excess {
        Excess::Memory(self.most)
    }

    /// Takes so much of it.
    pub(crate) fn take(&mut self, bytes: usize) -> Result<(), Excess> {
        self.left = self.left.checked_sub(bytes).ok_or(self.exceeded())?;
        Ok(())
    }

    /// Takes what a value needs that is no text, list or object.
    pub(crate) fn value(&mut self) -> Result<(), Excess> {
        self.take(VALUE)
    }

    /// Takes what a text needs beside being a value.
    pub(crate) fn text(&mut self, text: &str) -> Result<(), Excess> {
        self.take(TEXT + text.len())
    }

    /// Takes what a member needs beside its value.
    pub(crate) fn member(&mut self, name: &str, is_first: bool) -> Result<(), Excess> {
        if name.len() > MAX_NAME {
            return Err(Excess::Name(MAX_NAME));
        }
        let object = if is_first { OBJECT } else { 0 };
        self.take(MEMBER + name.len() + object)
    }

    /// Gives back what a list of so many items took more while it grew.
    pub(crate) fn list(&mut self, items: usize) {
        self.left += items * (VALUE - ITEM);
    }

    /// The same of an object with so many members.
    pub(crate) fn object(&mut self, members: usize) {
        self.left += members * (VALUE + MEMBER - ELEMENT - TEXT);
    }

    /// What is left of it.
    #[cfg(test)]
    pub(crate) fn left(&self) -> usize {
        self.left
    }

    /// Whether there is memory for so many nodes and attributes, for which the parser takes room beforehand.
    fn reserves(&self, nodes: usize, attributes: usize) -> Result<(), Excess> {
        let all = nodes.saturating_add(attributes).saturating_mul(NODE);
        (all <= self.left).then_some(()).ok_or(self.exceeded())
    }

    /// How many nodes an XML document may have.
    fn nodes(&self) -> usize {
        self.left / NODE
    }

    /// Whether there is memory for so many elements, each as a node and as a value.
    fn admits(&self, elements: usize) -> Result<(), Excess> {
        let each = NODE + ELEMENT + TEXT;
        let is_enough = elements.saturating_mul(each) <= self.left;
        is_enough.then_some(()).ok_or(self.exceeded())
    }

    /// Takes what a document needs; what is made of it comes on top.
    fn document(&mut self, document: &Document<'_>) -> Result<(), Excess> {
        self.take(document.descendants().len().saturating_mul(NODE))
    }

    /// Takes what an element becomes as a value with this name, beside what is in it.
    pub(crate) fn element(&mut self, name: &str, value: &Value) -> Result<(), Excess> {
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
pub(crate) fn weight(tree: &Value) -> usize {
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

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_read_is_bounded_by_what_it_takes_in_memory() {
        let mut budget = Budget::limited(1000);
        assert_eq!(budget.text(&"a".repeat(900)), Ok(()));
        assert_eq!(budget.take(68), Ok(()));
        assert_eq!(budget.take(1), Err(Excess::Memory(1000)));
        for (budget, each) in [
            (Budget::json as fn(usize) -> Budget, MEMORY_OF_BYTE),
            (Budget::xml, MEMORY_OF_XML_BYTE),
        ] {
            assert_eq!(budget(0).most, MAX_MEMORY);
            let large = MAX_MEMORY / each + 1;
            assert_eq!(budget(large).most, large * each);
        }
        let name = "n".repeat(MAX_NAME);
        assert_eq!(Budget::json(0).member(&name, true), Ok(()));
        let longer = format!("{name}n");
        let too_long = Err(Excess::Name(MAX_NAME));
        assert_eq!(Budget::json(0).member(&longer, true), too_long);
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
        let bare = size_of::<[usize; 9]>();
        assert!(bare <= NODE, "a node, and an attribute, of roxmltree");
        let document = xml::read("<a>\n<b>1</b>\n</a>").unwrap();
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
    }
}

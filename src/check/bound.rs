//! How much of one answer is read and told: an answer may be of any size and made to cost as much as it
//! can.

use std::io::{self, Write};

use serde_json::Value;

use crate::check::Excess;

/// How many violations of one answer are told; one drift in a long list shows in fewer.
pub const MAX_VIOLATIONS: usize = 1000;
/// How many values, or nodes of an XML document, any answer may have. In memory each is far larger than
/// in the body, so that more need a body that is not made of little else.
const MAX_VALUES: usize = 1_000_000;
/// How many bytes of JSON stand for one value, at least; contacts have 20 and more.
pub(super) const JSON_VALUE: usize = 16;
/// How many bytes of XML stand for one node, at least; an element with a text is two.
pub(super) const XML_NODE: usize = 12;
/// How many attributes an element may have: each is compared with all others.
const MAX_ATTRIBUTES: usize = 1000;
/// How many attributes a document may have: what the contract knows of has none.
const MAX_ALL_ATTRIBUTES: usize = 100_000;
/// How many namespaces a document may declare: each is known to all elements below.
const MAX_NAMESPACES: usize = 5000;
/// How many namespaces may be declared around one element: each declaration is compared with all of them,
/// for each of them.
const MAX_NAMESPACES_IN_FORCE: usize = 100;
/// How much of a value is kept to be shown, in bytes.
const MAX_SHOWN: usize = 4096;
/// What one value takes in memory beside its text, roughly, in bytes.
const VALUE_WEIGHT: usize = 150;

/// How many values a body of this length may have, each of so many bytes at least.
pub(super) fn most_values(text: &str, bytes: usize) -> usize {
    MAX_VALUES.max(text.len() / bytes)
}

/// How much memory a tree takes, roughly, in bytes.
pub(super) fn weight(tree: &Value) -> usize {
    VALUE_WEIGHT
        + match tree {
            Value::String(text) => text.len(),
            Value::Array(items) => items.iter().map(weight).sum(),
            Value::Object(members) => members
                .iter()
                .map(|(name, member)| name.len() + weight(member))
                .sum(),
            _ => 0,
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

/// Whether an XML text can be parsed in bounded time and memory; if not, what is too much of it.
///
/// The parser compares each attribute with all others of its element, and hands each namespace down to
/// every element below, one by one, so both are counted first. What is no XML is left to the parser.
pub(super) fn xml(text: &str) -> Result<(), Excess> {
    const SKIPPED: [(&str, &str); 3] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
    let (mut rest, mut namespaces, mut attributes) = (text, 0, 0);
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
        let tag = tag(rest.as_bytes());
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
    Ok(())
}

struct Tag {
    length: usize,
    attributes: usize,
    namespaces: usize,
    /// Whether it is an element's only one.
    is_empty: bool,
}

/// Measures the tag at the start of a text; a `>` in quotes does not end it.
fn tag(bytes: &[u8]) -> Tag {
    let mut tag = Tag {
        length: bytes.len(),
        attributes: 0,
        namespaces: 0,
        is_empty: false,
    };
    let mut quote = None;
    for (at, byte) in bytes.iter().enumerate() {
        match (quote, byte) {
            (Some(open), byte) if open == byte => quote = None,
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
        assert_eq!(xml(&nested(100)), Ok(()));
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
            assert_eq!(xml(&lawful), Ok(()), "{open}");
            let inside = format!("<a>{open} <b{attributes}>{close}</a>");
            assert_eq!(xml(&inside), Ok(()), "{open}");
            let after = format!("<a>{open} x {close}<b{attributes}/></a>");
            assert_eq!(xml(&after), Err(Excess::Attributes(1000)), "{open}");
            let endless = format!("<a>{open}<b{attributes}/></a>");
            assert_eq!(xml(&endless), Ok(()), "{open}");
        }
        let declared = |count: usize| {
            let all = (0..count).map(|at| format!("<a xmlns:b{at}='x'><c/></a><d xmlns:b='>'/>"));
            all.collect::<Vec<_>>().concat()
        };
        assert_eq!(
            xml(&declared(2500)),
            Ok(()),
            "what is closed is no longer in force"
        );
        assert_eq!(xml(&declared(2501)), Err(Excess::Namespaces(5000)));
        let all = format!("<a{attributes}/>").replace(" a1000=''", "");
        assert_eq!(xml(&all.repeat(100)), Ok(()));
        assert_eq!(xml(&all.repeat(101)), Err(Excess::AllAttributes(100_000)));
        let many = format!("<a {}>", "b='xmlns = ' ".repeat(600));
        assert_eq!(xml(&many), Ok(()), "what stands in quotes is no attribute");
    }

    #[test]
    fn a_tree_weighs_what_it_holds() {
        for (tree, expected) in [
            (json!(null), VALUE_WEIGHT),
            (json!("abc"), VALUE_WEIGHT + 3),
            (json!(["a", "bc"]), 3 * VALUE_WEIGHT + 3),
            (json!({ "name": "bc" }), 2 * VALUE_WEIGHT + 6),
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

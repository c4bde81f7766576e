//! XML of a portal's: counted, then parsed.

use roxmltree::{Document, Error, ParsingOptions};

use crate::budget::{Budget, Excess, MAX_NAME, Unread};

/// How many attributes an element may have: each is compared with all others.
const MAX_ATTRIBUTES: usize = 1000;
/// How many attributes a document may have: what the contract knows of has none.
const MAX_ALL_ATTRIBUTES: usize = 100_000;
/// How many namespaces a document may declare: each is known to all elements below.
const MAX_NAMESPACES: usize = 5000;
/// How many namespaces may be declared around one element: each declaration is compared with all of them,
/// for each of them.
const MAX_NAMESPACES_IN_FORCE: usize = 100;

/// Parses a text within a budget.
///
/// # Errors
///
/// [`Unread`], where it is more than is read or no XML.
pub(crate) fn within<'a>(
    text: &'a str,
    budget: &mut Budget,
) -> Result<Document<'a>, Unread<Error>> {
    let elements = count(text).map_err(Unread::Excess)?;
    budget.admits(elements).map_err(Unread::Excess)?;
    // The parser takes room for each of these signs, wherever they stand.
    let signs = |sign: u8| text.bytes().filter(|byte| *byte == sign).count();
    let reserved = budget.reserves(signs(b'<'), signs(b'='));
    reserved.map_err(Unread::Excess)?;
    let options = ParsingOptions {
        nodes_limit: u32::try_from(budget.nodes()).unwrap_or(u32::MAX),
        ..ParsingOptions::default()
    };
    #[expect(clippy::disallowed_methods, reason = "what it may take was counted")]
    let document = match Document::parse_with_options(text, options) {
        Ok(document) => document,
        Err(Error::NodesLimitReached) => return Err(Unread::Excess(budget.exceeded())),
        Err(error) => return Err(Unread::Malformed(error)),
    };
    budget.document(&document).map_err(Unread::Excess)?;
    Ok(document)
}

/// Parses a text of which no values are made.
///
/// # Errors
///
/// [`Unread`], where it is more than is read or no XML.
pub(crate) fn read(text: &str) -> Result<Document<'_>, Unread<Error>> {
    within(text, &mut Budget::xml(text.len()))
}

/// Whether an XML text can be parsed in bounded time and memory, and how many elements it has; if not, what is
/// too much of it.
///
/// The parser compares each attribute with all others of its element, and hands each namespace down to
/// every element below, one by one, so both are counted first. What is no XML is left to the parser.
fn count(text: &str) -> Result<usize, Excess> {
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
    use super::*;
    use crate::budget::{MAX_MEMORY, NODE};

    #[test]
    fn markup_that_costs_more_than_its_size_is_seen_before_it_is_parsed() {
        let attributes = |many: usize| {
            let all = (0..many).map(|at| format!(" a{at}='>'"));
            all.collect::<Vec<_>>().concat()
        };
        assert!(count(&format!("<a{}/>", attributes(1000))).is_ok());
        let many = format!("<a{}/>", attributes(1001));
        assert_eq!(count(&many), Err(Excess::Attributes(1000)));
        let nested = |many: usize| {
            let all = (0..many).map(|at| format!("<a xmlns:b{at}='x'>"));
            all.collect::<Vec<_>>().concat()
        };
        assert_eq!(count(&nested(5001)), Err(Excess::Namespaces(5000)));
        assert_eq!(count(&nested(101)), Err(Excess::NamespacesInForce(100)));
        assert_eq!(count(&nested(100)), Ok(100));
        for lawful in [
            "<a><!-- = > = --><![CDATA[ <a = ]]></a>",
            "<?xml version='1.0'?><a b='1'>x = y</a>",
            "<a",
            "<a b='",
            "<!--",
            "",
        ] {
            assert!(count(lawful).is_ok(), "{lawful}");
        }
        let text = format!("<a>{}</a>", "= xmlns ".repeat(10_000));
        assert!(count(&text).is_ok());
    }

    #[test]
    fn what_is_no_tag_ends_where_it_ends() {
        // A quote before the end opens nothing, and what comes after the end counts.
        let signs = "' = ".repeat(3000);
        let attributes = (0..1001).map(|at| format!(" a{at}=''"));
        let attributes = attributes.collect::<Vec<_>>().concat();
        for (open, close) in [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")] {
            let lawful = format!("<a>{open} <'{close}{signs}</a>");
            assert_eq!(count(&lawful), Ok(1), "{open}");
            let inside = format!("<a>{open} <b{attributes}>{close}</a>");
            assert_eq!(count(&inside), Ok(1), "{open}");
            let after = format!("<a>{open} x {close}<b{attributes}/></a>");
            assert_eq!(count(&after), Err(Excess::Attributes(1000)), "{open}");
            let endless = format!("<a>{open}<b{attributes}/></a>");
            assert_eq!(count(&endless), Ok(1), "{open}");
        }
        let declared = |many: usize| {
            let all = (0..many).map(|at| format!("<a xmlns:b{at}='x'><c/></a><d xmlns:b='>'/>"));
            all.collect::<Vec<_>>().concat()
        };
        assert_eq!(
            count(&declared(2500)),
            Ok(3 * 2500),
            "what is closed is no longer in force"
        );
        assert_eq!(count(&declared(2501)), Err(Excess::Namespaces(5000)));
        let all = format!("<a{attributes}/>").replace(" a1000=''", "");
        assert_eq!(count(&all.repeat(100)), Ok(100));
        assert_eq!(count(&all.repeat(101)), Err(Excess::AllAttributes(100_000)));
        let many = format!("<a {}>", "b='xmlns = ' ".repeat(600));
        assert_eq!(count(&many), Ok(1), "what stands in quotes is no attribute");
    }

    #[test]
    fn no_name_is_longer_than_its_place_may_cost() {
        let longer = "n".repeat(MAX_NAME + 1);
        // What stands in quotes is no name.
        assert_eq!(
            count(&format!("<a b='{longer}' c='{longer}'>{longer}</a>")),
            Ok(1)
        );
        assert_eq!(count(&format!("<a b='{longer} {longer}'/>")), Ok(1));
        for named in [
            format!("<{longer}/>"),
            format!("<a></{longer}>"),
            format!("<a {longer}='x'/>"),
            format!("<a b=''{longer}=''/>"),
        ] {
            assert_eq!(count(&named), Err(Excess::Name(MAX_NAME)));
        }
    }

    #[test]
    fn a_document_has_the_room_that_its_parser_takes() {
        // In a section, a comment and a text, no sign is counted as a tag.
        let signs = MAX_MEMORY / NODE + 1;
        for (before, sign, after) in [
            ("<a><![CDATA[", "<", "]]></a>"),
            ("<a><!--", "<", "--></a>"),
            ("<a>", "=", "</a>"),
            ("<a b='", "=", "'/>"),
        ] {
            let few = format!("{before}{}{after}", sign.repeat(1000));
            assert!(read(&few).is_ok(), "{before}");
            let many = format!("{before}{}{after}", sign.repeat(signs));
            let found = read(&many);
            assert!(
                matches!(found, Err(Unread::Excess(Excess::Memory(MAX_MEMORY)))),
                "{before}{sign}"
            );
        }
        assert!(matches!(read("<a>"), Err(Unread::Malformed(_))));
        let nested = "<a xmlns:b='x'>".repeat(101);
        assert!(matches!(read(&nested), Err(Unread::Excess(_))));
    }
}

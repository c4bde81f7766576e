//! The shape of an XML example, read beside the shape of its JSON twin.
//!
//! A repeated element is a list; one element is a list where the twin says so, because a list of one
//! looks like a single element. Elements that the twin does not have are read on their own.

use std::borrow::Cow;
use std::collections::HashMap;

use roxmltree::{Document, Node};

use crate::shape::{Kind, Member, Object, Seen, Shape, text};
use crate::source::{Source, Span};

/// Derives the shape of the XML text in a span of a page: that of the root element's content.
///
/// The twin is the shape of the JSON example of the same answer, where the page has one.
///
/// ```
/// # use portal_conformance::{shape::{json, xml, Kind}, source::{Source, Span}};
/// let page = |text: &str| (Source::new("page.txt", text), Span { start: 0, end: text.len() });
/// let (source, span) = page(r#"{"Tags": ["a"]}"#);
/// let twin = json::shape(&source, span);
/// let (source, span) = page("<result><Tags>a</Tags></result>");
/// let shape = xml::shape(&source, span, Some(&twin));
/// assert!(matches!(shape.member("Tags").unwrap().shape.kind, Kind::List(_)));
/// ```
#[must_use]
pub fn shape(source: &Source, span: Span, twin: Option<&Shape>) -> Shape {
    let text = source.slice(span);
    #[expect(clippy::disallowed_methods, reason = "pages are bounded by `contract`")]
    let document = Document::parse(text);
    match document {
        Ok(document) => of_element(document.root_element(), span.start, twin),
        Err(_) => Shape::of(Kind::Mixed),
    }
}

/// Reads one element; `offset` is where the XML text starts in its page.
fn of_element(element: Node<'_, '_>, offset: usize, twin: Option<&Shape>) -> Shape {
    let children: Vec<Node<'_, '_>> = element.children().filter(Node::is_element).collect();
    // Lists and objects that are printed as JSON say what the twin says.
    if let Some(twin) = twin
        && children.is_empty()
        && is_json(&text_of(element))
    {
        return twin.clone();
    }
    if children.is_empty() && !twin.is_some_and(|twin| matches!(twin.kind, Kind::Object(_))) {
        return of_leaf(&text_of(element), twin);
    }
    // A list inside a list repeats its own name.
    if let Some(Kind::List(item)) = twin.map(|twin| &twin.kind)
        && children
            .iter()
            .all(|child| child.tag_name() == element.tag_name())
    {
        let items = children
            .iter()
            .map(|child| of_element(*child, offset, Some(item)));
        let item = items
            .reduce(Shape::merge)
            .unwrap_or(Shape::of(Kind::Unknown));
        return Shape::of(Kind::List(Box::new(item)));
    }
    let mut members: Vec<Member> = Vec::new();
    for (child, same) in by_name(&children) {
        let name = child.tag_name().name();
        let twin_shape = twin
            .and_then(|twin| {
                twin.member(name)
                    .or_else(|| twin.member(&text::member_name(name)))
            })
            .map(|member| &member.shape);
        let item_twin = match twin_shape.map(|shape| &shape.kind) {
            Some(Kind::List(item)) => Some(item.as_ref()),
            _ => twin_shape,
        };
        let is_list =
            same.len() > 1 || twin_shape.is_some_and(|shape| matches!(shape.kind, Kind::List(_)));
        let item = same
            .iter()
            .map(|element| of_element(**element, offset, item_twin))
            .reduce(Shape::merge)
            .unwrap_or(Shape::of(Kind::Unknown));
        let range = child.range();
        members.push(Member {
            name: name.to_owned(),
            documented: name.to_owned(),
            shape: if is_list {
                Shape::of(Kind::List(Box::new(item)))
            } else {
                item
            },
            optional: false,
            seen: Seen::ONCE,
            when: None,
            constant: None,
            span: Span {
                start: offset + range.start,
                end: offset + range.end,
            },
        });
    }
    // A list without items has no element.
    let listed = twin.map(Shape::members).unwrap_or_default().iter();
    for list in listed.filter(|one| matches!(one.shape.kind, Kind::List(_))) {
        if members.iter().all(|member| member.name != list.name) {
            let range = element.range();
            let span = Span {
                start: offset + range.start,
                end: offset + range.end,
            };
            members.push(Member {
                span,
                ..list.clone()
            });
        }
    }
    Shape::of(Kind::Object(Object {
        members,
        examples: Seen::ONCE,
        ..Object::default()
    }))
}

/// Whether a text is a list or an object of JSON.
fn is_json(text: &str) -> bool {
    text.trim_start().starts_with(['[', '{'])
        && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok()
}

/// The first element of each name, with all of that name, in the order of the first ones.
fn by_name<'a, 'd, 'i>(elements: &'a [Node<'d, 'i>]) -> Vec<(Node<'d, 'i>, Vec<&'a Node<'d, 'i>>)> {
    let mut at: HashMap<&str, usize> = HashMap::new();
    let mut groups: Vec<(Node<'d, 'i>, Vec<&Node<'d, 'i>>)> = Vec::new();
    for element in elements {
        let place = *at.entry(element.tag_name().name()).or_insert(groups.len());
        if place == groups.len() {
            groups.push((*element, Vec::new()));
        }
        groups[place].1.push(element);
    }
    groups
}

/// A leaf has the type of its twin; alone it is what its text looks like.
fn of_leaf(value: &str, twin: Option<&Shape>) -> Shape {
    if let Some(twin) = twin
        && !matches!(twin.kind, Kind::Unknown)
    {
        return twin.clone();
    }
    let kind = match value {
        "" => Kind::Unknown,
        "True" | "False" | "true" | "false" => Kind::Boolean,
        value if text::is_integer(value) => Kind::Integer,
        value => text::looks_like(value),
    };
    Shape::of(kind)
}

/// The text of an element: its own text nodes joined, CDATA included, comments left out.
#[must_use]
pub fn text_of<'a>(element: Node<'a, '_>) -> Cow<'a, str> {
    let mut texts = texts_of(element);
    let first = texts.next().unwrap_or_default();
    match texts.next() {
        None => first.into(),
        Some(second) => [first, second]
            .into_iter()
            .chain(texts)
            .collect::<String>()
            .into(),
    }
}

/// The text nodes of an element, CDATA included.
pub fn texts_of<'a>(element: Node<'a, '_>) -> impl Iterator<Item = &'a str> {
    let nodes = element.children().filter(Node::is_text);
    nodes.filter_map(|node| node.text())
}

#[cfg(test)]
mod tests {
    #![allow(
        clippy::disallowed_methods,
        reason = "what a test parses it has made itself"
    )]

    use super::*;

    fn of(text: &str, twin: Option<&Shape>) -> Shape {
        let source = Source::new("page.txt", text);
        shape(
            &source,
            Span {
                start: 0,
                end: text.len(),
            },
            twin,
        )
    }

    #[test]
    fn without_a_twin_only_repetition_makes_a_list() {
        let shape = of("<r><a>1</a><a>2</a><b>1</b></r>", None);
        assert!(matches!(
            shape.member("a").unwrap().shape.kind,
            Kind::List(_)
        ));
        assert_eq!(shape.member("b").unwrap().shape.kind, Kind::Integer);
    }

    #[test]
    fn what_is_printed_as_json_has_the_shape_of_its_twin() {
        let text = r#"{"a": [{"b": 1}], "c": {"d": ""}, "e": ["x"]}"#;
        let twin = super::super::json::shape(
            &Source::new("page.txt", text),
            Span {
                start: 0,
                end: text.len(),
            },
        );
        let shape = of(
            "<r><a>[{\"b\": 1}]</a><c>{\"d\": \"\"}</c><e>[x]</e></r>",
            Some(&twin),
        );
        let Kind::List(item) = &shape.member("a").unwrap().shape.kind else {
            panic!("no list")
        };
        assert_eq!(item.member("b").unwrap().shape.kind, Kind::Integer);
        assert!(shape.member("c").unwrap().shape.member("d").is_some());
        let Kind::List(item) = &shape.member("e").unwrap().shape.kind else {
            panic!("no list")
        };
        assert_eq!(item.kind, Kind::Text);
    }

    #[test]
    fn text_around_comments_and_cdata_is_one_text() {
        let document = Document::parse("<a>x<!-- y --><![CDATA[<z>]]></a>").unwrap();
        assert_eq!(text_of(document.root_element()), "x<z>");
    }

    #[test]
    fn list_of_one_in_xml_stays_a_list() {
        let twin = super::super::json::shape(
            &Source::new("page.txt", r#"{"a": [{"b": 1}]}"#),
            Span { start: 0, end: 17 },
        );
        let shape = of("<r><a><b>1</b></a></r>", Some(&twin));
        let Kind::List(item) = &shape.member("a").unwrap().shape.kind else {
            panic!("no list")
        };
        assert_eq!(item.member("b").unwrap().shape.kind, Kind::Integer);
    }
}

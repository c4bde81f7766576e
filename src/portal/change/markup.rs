//! Alterations of the elements of an XML answer.

use std::collections::HashMap;

use quick_xml::escape::escape;

use crate::portal::change::tree::{Selector, Step};
use crate::portal::xml::{Element, Node};

/// What is done to the elements.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Markup {
    /// Something at each element that is selected.
    At(Selector, Mark),
    /// The root has another name.
    Root(String),
    /// The root stands in another one.
    InRoot(String),
    /// Something for the whole text, lawful.
    Notation(Notation),
}

/// What is done at one element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// The element becomes an attribute of the one around it.
    ToAttribute,
    /// An attribute more.
    Attribute(String, String),
    /// A prefix before the name, bound to a namespace here.
    Prefix(String, String),
    /// Text before the first child.
    TextBefore(String),
    /// Text after the last child.
    TextAfter(String),
    /// Text with a comment in its middle, lawful.
    CommentInside,
}

/// How one and the same XML is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notation {
    /// Indented by this text, one element per line.
    Indented(String),
    /// A comment before each element.
    Comments,
    /// A processing instruction before each element.
    Instructions,
    /// All texts in CDATA sections.
    CData,
    /// All texts as hexadecimal references.
    References,
    /// All texts as decimal references.
    DecimalReferences,
    /// Quotes and apostrophes as `&quot;` and `&apos;`, `>` as it is where it may be.
    Entities,
    /// `<X></X>` for every element without content.
    OpenAndClose,
    /// Elements of one name stand apart from each other.
    Scattered,
}

/// Alters the elements of an answer.
pub(crate) fn apply(root: &mut Element, edit: &Markup, payload: Option<&str>, is_list: bool) {
    match edit {
        Markup::At(selector, mark) => {
            if let Some(steps) = selector.steps_from_answer(payload, is_list) {
                at(root, &steps, mark);
            }
        }
        Markup::Root(name) => name.clone_into(&mut root.name),
        Markup::InRoot(name) => {
            let inner = std::mem::take(root);
            root.name.clone_from(name);
            root.children.push(Node::Element(inner));
        }
        Markup::Notation(form) => write_in(root, form, 0),
    }
}

/// Follows the steps; items of a list are elements of one name beside each other.
fn at(element: &mut Element, steps: &[Step], mark: &Mark) {
    let name = match steps.first() {
        Some(Step::Member(name)) => name,
        // The items of an answer that is a list itself.
        Some(Step::Items | Step::Item(_)) => {
            let only = match steps[0] {
                Step::Item(number) => Some(number),
                _ => None,
            };
            let items = element.children.iter_mut().filter_map(|child| match child {
                Node::Element(child) => Some(child),
                _ => None,
            });
            for (number, item) in items.enumerate() {
                if only.is_none_or(|only| only == number) {
                    at(item, &steps[1..], mark);
                }
            }
            return;
        }
        None => {
            mark_element(element, mark);
            return;
        }
    };
    let (only, rest) = match steps.get(1) {
        Some(Step::Item(number)) => (Some(*number), &steps[2..]),
        Some(Step::Items) => (None, &steps[2..]),
        _ => (None, &steps[1..]),
    };
    if rest.is_empty() && *mark == Mark::ToAttribute {
        to_attribute(element, name);
        return;
    }
    let named = element.children.iter_mut().filter_map(|child| match child {
        Node::Element(child) if child.name == *name => Some(child),
        _ => None,
    });
    for (number, child) in named.enumerate() {
        if only.is_none_or(|only| only == number) {
            at(child, rest, mark);
        }
    }
}

/// Turns the elements of a name into one attribute; a second of the same name would be no XML.
fn to_attribute(element: &mut Element, name: &str) {
    let is_named = |child: &Node| matches!(child, Node::Element(child) if child.name == name);
    let value = element
        .children
        .iter()
        .find(|child| is_named(child))
        .map(text_of);
    element.children.retain(|child| !is_named(child));
    if let Some(value) = value {
        element.attributes.push((name.to_owned(), value));
    }
}

fn text_of(node: &Node) -> String {
    match node {
        Node::Element(element) => element.children.iter().map(text_of).collect(),
        Node::Text(text) | Node::CData(text) => text.clone(),
        Node::Raw(_) | Node::Comment(_) | Node::Instruction(_) => String::new(),
    }
}

fn mark_element(element: &mut Element, mark: &Mark) {
    match mark {
        Mark::ToAttribute => {}
        Mark::Attribute(name, value) => {
            element.attributes.push((name.clone(), value.clone()));
        }
        Mark::Prefix(prefix, namespace) => {
            let declaration = (format!("xmlns:{prefix}"), namespace.clone());
            element.attributes.push(declaration);
            element.name = format!("{prefix}:{}", element.name);
        }
        Mark::TextBefore(text) => element.children.insert(0, Node::Text(text.clone())),
        Mark::TextAfter(text) => element.children.push(Node::Text(text.clone())),
        Mark::CommentInside => {
            if let [Node::Text(text)] = element.children.as_slice() {
                let middle = text.chars().count() / 2;
                element.children = vec![
                    Node::Text(text.chars().take(middle).collect()),
                    Node::Comment(" half ".to_owned()),
                    Node::Text(text.chars().skip(middle).collect()),
                ];
            }
        }
    }
}

fn write_in(element: &mut Element, form: &Notation, depth: usize) {
    if *form == Notation::OpenAndClose && element.children.is_empty() {
        element.children.push(Node::Raw(String::new()));
    }
    if *form == Notation::Scattered {
        scatter(&mut element.children);
    }
    let has_elements = element
        .children
        .iter()
        .any(|child| matches!(child, Node::Element(_)));
    let mut children = Vec::with_capacity(element.children.len());
    for mut child in std::mem::take(&mut element.children) {
        match (&mut child, form) {
            (Node::Element(inner), form) => {
                match form {
                    Notation::Indented(by) => {
                        children.push(Node::Raw(format!("\n{}", by.repeat(depth + 1))));
                    }
                    Notation::Comments => {
                        children.push(Node::Comment(format!(" {} follows ", inner.name)));
                    }
                    Notation::Instructions => {
                        children.push(Node::Instruction(format!("next {}", inner.name)));
                    }
                    _ => {}
                }
                write_in(inner, form, depth + 1);
            }
            (Node::Text(text), Notation::CData) if !text.contains('\r') => {
                child = Node::CData(std::mem::take(text));
            }
            (Node::Text(text), form) => {
                if let Some(raw) = written(text, form) {
                    child = Node::Raw(raw);
                }
            }
            _ => {}
        }
        children.push(child);
    }
    if let Notation::Indented(by) = form
        && has_elements
    {
        children.push(Node::Raw(format!("\n{}", by.repeat(depth))));
    }
    element.children = children;
}

/// A text in a form of its own, where it has one.
fn written(text: &str, form: &Notation) -> Option<String> {
    match form {
        Notation::References => Some(references(text, |code| format!("&#x{code:x};"))),
        Notation::DecimalReferences => Some(references(text, |code| format!("&#{code};"))),
        Notation::Entities => {
            let mut raw = escape(text).into_owned();
            if !text.contains("]]>") {
                raw = raw.replace("&gt;", ">");
            }
            Some(raw)
        }
        _ => None,
    }
}

fn references(text: &str, of: fn(u32) -> String) -> String {
    text.chars().map(u32::from).map(of).collect()
}

/// Puts the first element of every name first, then the second ones, and so on.
fn scatter(children: &mut [Node]) {
    let mut seen: HashMap<String, usize> = HashMap::new();
    children.sort_by_cached_key(|child| match child {
        Node::Element(element) => {
            let number = seen.entry(element.name.clone()).or_default();
            *number += 1;
            *number
        }
        _ => 0,
    });
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::portal::change::tree::Of;

    fn altered(edit: &Markup) -> String {
        let payload = serde_json::json!({"Tags": ["a", "b"], "x": "", "y": "zz"});
        let answer = serde_json::json!({"status": 0, "response": payload});
        let profile = crate::profile::load("as-documented").unwrap();
        let mut root = Element::of("result", &answer, &profile.xml.booleans());
        apply(&mut root, edit, Some("response"), false);
        let text = String::from_utf8(root.write()).unwrap();
        let (_, text) = text.split_once("</status>").unwrap();
        text.trim_end_matches("</result>").to_owned()
    }

    #[test]
    fn marks_are_put_where_the_place_says() {
        let at = |path, mark| altered(&Markup::At(Selector::new(Of::Resource, path), mark));
        assert_eq!(
            at("Tags/1", Mark::TextAfter("!".into())),
            "<response><Tags>a</Tags><Tags>b!</Tags><x /><y>zz</y></response>"
        );
        assert_eq!(
            at("y", Mark::ToAttribute),
            "<response y=\"zz\"><Tags>a</Tags><Tags>b</Tags><x /></response>"
        );
        assert_eq!(
            at("y", Mark::CommentInside),
            "<response><Tags>a</Tags><Tags>b</Tags><x /><y>z<!-- half -->z</y></response>"
        );
    }

    #[test]
    fn forms_apply_to_the_whole_text() {
        assert_eq!(
            altered(&Markup::Notation(Notation::Scattered)),
            "<response><Tags>a</Tags><x /><y>zz</y><Tags>b</Tags></response>"
        );
        assert_eq!(
            altered(&Markup::Notation(Notation::OpenAndClose)),
            "<response><Tags>a</Tags><Tags>b</Tags><x></x><y>zz</y></response>"
        );
        assert!(altered(&Markup::Notation(Notation::CData)).contains("<y><![CDATA[zz]]></y>"));
        assert!(altered(&Markup::Notation(Notation::References)).contains("<y>&#x7a;&#x7a;</y>"));
    }
}

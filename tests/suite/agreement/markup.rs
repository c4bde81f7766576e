//! XML answers that are altered element by element.

use std::fmt::Write;

use proptest::prelude::*;
use proptest::sample::Index;
use roxmltree::Document;

use super::forms::{self, BLANKS, Form};

/// One element; its texts are markup already.
#[derive(Debug, Clone, Default)]
pub(super) struct Element {
    name: String,
    attributes: Vec<String>,
    children: Vec<Node>,
}

#[derive(Debug, Clone)]
enum Node {
    Element(Element),
    Text(String),
}

/// One alteration; the first index picks the element.
#[derive(Debug, Clone)]
pub(super) enum Change {
    /// The text of a leaf is another, between two blanks.
    Form(Index, Form, [&'static str; 2]),
    /// A child is left out.
    Drop(Index, Index),
    /// A child stands there once more.
    Double(Index, Index),
    /// A child stands somewhere else among its siblings.
    Move(Index, Index, Index),
    /// Another name.
    Rename(Index, String),
    /// Nothing in it, or white space alone.
    Empty(Index, &'static str),
    /// What stands in another element.
    Copy(Index, Index),
    /// One more attribute, or declaration.
    Attribute(Index, &'static str),
    /// A prefix.
    Prefix(Index, &'static str),
    /// One element around the children.
    Wrap(Index, String),
    /// More markup before or after the children.
    Insert(Index, &'static str, bool),
}

const ATTRIBUTES: [&str; 14] = [
    "a=\"1\"",
    "xml:lang=\"lv\"",
    "xml:lang=\"\"",
    "xml:space=\"preserve\"",
    "xml:space=\"other\"",
    "xml:id=\"a\"",
    "xml:base=\"http://x/\"",
    "lang=\"lv\"",
    "xmlns=\"urn:portal\"",
    "xmlns=\"\"",
    "xmlns:q=\"urn:portal\"",
    "xmlns:q=\"urn:portal\" q:a=\"1\"",
    "xmlns:xml=\"http://www.w3.org/XML/1998/namespace\"",
    "type=\"array\"",
];

const PIECES: [&str; 24] = [
    "x",
    " x ",
    "&#32;",
    "&#160;",
    "\n  ",
    "<!-- x -->",
    "<?x y?>",
    "<?xMl y?>",
    "<![CDATA[x]]>",
    "<![CDATA[ ]]>",
    "<![CDATA[]]>",
    "<Undocumented/>",
    "<Undocumented>x</Undocumented><Undocumented/>",
    "<Undocumented> <a>x</a>y<b/></Undocumented>",
    "<Undocumented a=\"1\">x</Undocumented>",
    "<Undocumented><a b=\"1\"/></Undocumented>",
    "<Undocumented xml:lang=\"lv\"><a xml:space=\"preserve\"> </a></Undocumented>",
    "<Undocumented xml:id=\"a\"/>",
    "<Undocumented xmlns=\"urn:portal\"/>",
    "<Undocumented xmlns:q=\"urn:portal\"><a><q:b/></a></Undocumented>",
    "<Undocumented xmlns:q=\"urn:portal\"/>",
    "<xml:Undocumented/>",
    "<Title>x</Title>",
    "<id>1</id>",
];

/// A few alterations, seldom none.
pub(super) fn changes() -> impl Strategy<Value = Vec<Change>> {
    let index = || any::<Index>();
    let name = || {
        prop::sample::select(
            &[
                "Undocumented",
                "title",
                "Title",
                "id",
                "Id",
                "IsCompany",
                "Tags",
                "result",
            ][..],
        )
        .prop_map(str::to_owned)
    };
    let blank = || prop::sample::select(&BLANKS[..]);
    let space = || prop_oneof![8 => Just(""), 1 => blank()];
    let change = prop_oneof![
        8 => (index(), forms::form(), space(), space())
            .prop_map(|(at, form, a, b)| Change::Form(at, form, [a, b])),
        1 => (index(), index()).prop_map(|(at, child)| Change::Drop(at, child)),
        1 => (index(), index()).prop_map(|(at, child)| Change::Double(at, child)),
        1 => (index(), index(), index()).prop_map(|(at, child, to)| Change::Move(at, child, to)),
        1 => (index(), name()).prop_map(|(at, name)| Change::Rename(at, name)),
        1 => (index(), blank()).prop_map(|(at, blank)| Change::Empty(at, blank)),
        1 => (index(), index()).prop_map(|(at, from)| Change::Copy(at, from)),
        1 => (index(), prop::sample::select(&ATTRIBUTES[..]))
            .prop_map(|(at, attribute)| Change::Attribute(at, attribute)),
        1 => (index(), prop::sample::select(&["q", "xml"][..]))
            .prop_map(|(at, prefix)| Change::Prefix(at, prefix)),
        1 => (index(), name()).prop_map(|(at, name)| Change::Wrap(at, name)),
        3 => (index(), prop::sample::select(&PIECES[..]), any::<bool>())
            .prop_map(|(at, piece, first)| Change::Insert(at, piece, first)),
    ];
    prop::collection::vec(change, 0..4)
}

impl Element {
    /// The root of a text; comments and the like are left out.
    pub(super) fn parse(text: &str) -> Self {
        Self::of(Document::parse(text).unwrap().root_element())
    }

    fn of(node: roxmltree::Node<'_, '_>) -> Self {
        let children = node.children().filter_map(|child| match child.text() {
            _ if child.is_element() => Some(Node::Element(Self::of(child))),
            Some(text) if child.is_text() && !text.trim().is_empty() => {
                let text = text.replace('&', "&amp;").replace('<', "&lt;");
                Some(Node::Text(text.replace('>', "&gt;").replace('\r', "&#13;")))
            }
            _ => None,
        });
        Self {
            name: node.tag_name().name().to_owned(),
            attributes: Vec::new(),
            children: children.collect(),
        }
    }

    /// The same, altered.
    pub(super) fn altered(&self, changes: &[Change]) -> String {
        let mut altered = self.clone();
        for change in changes {
            altered.alter(change);
        }
        let mut text = String::new();
        altered.write(&mut text);
        text
    }

    fn write(&self, text: &mut String) {
        let _ = write!(text, "<{}", self.name);
        for attribute in &self.attributes {
            let _ = write!(text, " {attribute}");
        }
        text.push('>');
        for child in &self.children {
            match child {
                Node::Element(element) => element.write(text),
                Node::Text(markup) => text.push_str(markup),
            }
        }
        let _ = write!(text, "</{}>", self.name);
    }

    fn count(&self) -> usize {
        1 + self.elements().map(Self::count).sum::<usize>()
    }

    fn elements(&self) -> impl Iterator<Item = &Self> {
        self.children.iter().filter_map(|child| match child {
            Node::Element(element) => Some(element),
            Node::Text(_) => None,
        })
    }

    /// The element of a number, in the order of the text.
    fn nth(&mut self, number: &mut usize) -> Option<&mut Self> {
        let Some(left) = number.checked_sub(1) else {
            return Some(self);
        };
        *number = left;
        self.children.iter_mut().find_map(|child| match child {
            Node::Element(element) => element.nth(number),
            Node::Text(_) => None,
        })
    }

    fn pick(&mut self, at: Index) -> &mut Self {
        let mut number = at.index(self.count());
        self.nth(&mut number).unwrap()
    }

    /// An element that has elements in it, or one that has none; the root where there is no such.
    fn pick_one(&mut self, at: Index, is_parent: bool) -> &mut Self {
        let mut all = Vec::new();
        self.kinds(&mut all);
        let fitting = all.iter().enumerate().filter(|(_, one)| **one == is_parent);
        let fitting: Vec<usize> = fitting.map(|(number, _)| number).collect();
        let mut number = fitting
            .get(at.index(fitting.len().max(1)))
            .copied()
            .unwrap_or(0);
        self.nth(&mut number).unwrap()
    }

    /// Whether each element has elements in it, in the order of the text.
    fn kinds(&self, all: &mut Vec<bool>) {
        all.push(self.elements().next().is_some());
        self.elements().for_each(|element| element.kinds(all));
    }

    fn alter(&mut self, change: &Change) {
        match change {
            Change::Form(at, form, [before, after]) => {
                let leaf = self.pick_one(*at, false);
                let text = leaf.children.iter().map(|child| match child {
                    Node::Text(text) => text.as_str(),
                    Node::Element(_) => "",
                });
                let text: String = text.collect();
                let other = form.instead_of(&text);
                leaf.children = vec![Node::Text(format!("{before}{other}{after}"))];
            }
            Change::Drop(at, child) => {
                let element = self.pick_one(*at, true);
                if !element.children.is_empty() {
                    let at = child.index(element.children.len());
                    element.children.remove(at);
                }
            }
            Change::Double(at, child) => {
                let element = self.pick_one(*at, true);
                if !element.children.is_empty() {
                    let at = child.index(element.children.len());
                    element.children.push(element.children[at].clone());
                }
            }
            Change::Move(at, child, to) => {
                let element = self.pick_one(*at, true);
                if !element.children.is_empty() {
                    let at = child.index(element.children.len());
                    let child = element.children.remove(at);
                    let to = to.index(element.children.len() + 1);
                    element.children.insert(to, child);
                }
            }
            Change::Rename(at, name) => self.pick(*at).name.clone_from(name),
            Change::Empty(at, blank) => {
                self.pick(*at).children = vec![Node::Text((*blank).to_owned())];
            }
            Change::Copy(at, from) => {
                let children = self.pick(*from).children.clone();
                self.pick(*at).children = children;
            }
            Change::Attribute(at, attribute) => {
                let element = self.pick(*at);
                element.attributes = vec![(*attribute).to_owned()];
            }
            Change::Prefix(at, prefix) => {
                let element = self.pick(*at);
                if !element.name.contains(':') {
                    element.name = format!("{prefix}:{}", element.name);
                }
                if *prefix == "q" {
                    element.attributes = vec!["xmlns:q=\"urn:portal\"".to_owned()];
                }
            }
            Change::Wrap(at, name) => {
                let element = self.pick(*at);
                let children = std::mem::take(&mut element.children);
                let name = name.clone();
                element.children = vec![Node::Element(Self {
                    name,
                    children,
                    ..Self::default()
                })];
            }
            Change::Insert(at, piece, first) => {
                let children = &mut self.pick(*at).children;
                let place = if *first { 0 } else { children.len() };
                children.insert(place, Node::Text((*piece).to_owned()));
            }
        }
    }
}

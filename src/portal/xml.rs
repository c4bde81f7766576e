//! Answers as XML: a tree that can hold what JSON cannot, and its text.

use std::io;

use quick_xml::Writer;
use quick_xml::escape::partial_escape;
use quick_xml::events::{BytesCData, BytesEnd, BytesPI, BytesStart, BytesText, Event};
use serde_json::Value;

use crate::profile::Booleans;
use crate::shape::text;

/// One element.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Element {
    /// The name, with its prefix where it has one.
    pub(crate) name: String,
    /// Names and values of attributes, namespace declarations included.
    pub(crate) attributes: Vec<(String, String)>,
    /// What stands in it.
    pub(crate) children: Vec<Node>,
}

/// What can stand in an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// An element.
    Element(Element),
    /// Text, escaped when it is written.
    Text(String),
    /// Text that is written as it is, such as numeric references.
    Raw(String),
    /// A CDATA section.
    CData(String),
    /// A comment.
    Comment(String),
    /// A processing instruction: target, blank, content.
    Instruction(String),
}

impl Element {
    /// The tree of an answer in the forms of a profile: members are elements, lists repeat theirs, those in
    /// lists once more inside, nothing stands for an empty list.
    pub(crate) fn of(root: &str, answer: &Value, booleans: &Booleans) -> Self {
        let mut element = Self {
            name: root.to_owned(),
            ..Self::default()
        };
        match answer {
            Value::Object(members) => {
                for (name, value) in members {
                    element.push(&text::element_name(name), value, booleans);
                }
            }
            Value::Array(items) => {
                for item in items {
                    element.push(root, item, booleans);
                }
            }
            Value::Null => {}
            Value::Bool(is) => element.text(booleans.word(*is)),
            Value::Number(number) => element.text(&number.to_string()),
            Value::String(text) => element.text(text),
        }
        element
    }

    /// Gives the elements in it this name.
    pub(crate) fn call_items(&mut self, name: &str) {
        for child in &mut self.children {
            if let Node::Element(item) = child {
                name.clone_into(&mut item.name);
            }
        }
    }

    fn push(&mut self, name: &str, value: &Value, booleans: &Booleans) {
        if let Value::Array(items) = value {
            for item in items {
                self.children
                    .push(Node::Element(Self::of(name, item, booleans)));
            }
        } else {
            self.children
                .push(Node::Element(Self::of(name, value, booleans)));
        }
    }

    fn text(&mut self, text: &str) {
        if !text.is_empty() {
            self.children.push(Node::Text(text.to_owned()));
        }
    }

    /// The text of the tree, without a declaration and without a blank between elements.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut writer = Writer::new(Vec::new());
        writer.config_mut().add_space_before_slash_in_empty_elements = true;
        // Writing into memory does not fail.
        let _ = self.write_to(&mut writer);
        writer.into_inner()
    }

    fn write_to(&self, writer: &mut Writer<Vec<u8>>) -> io::Result<()> {
        let mut start = BytesStart::new(self.name.as_str());
        for (name, value) in &self.attributes {
            start.push_attribute((name.as_str(), value.as_str()));
        }
        if self.children.is_empty() {
            return writer.write_event(Event::Empty(start));
        }
        writer.write_event(Event::Start(start))?;
        for child in &self.children {
            match child {
                Node::Element(element) => element.write_to(writer)?,
                Node::Text(text) => {
                    let text = BytesText::from_escaped(partial_escape(text.as_str()));
                    writer.write_event(Event::Text(text))?;
                }
                Node::Raw(text) => {
                    writer.write_event(Event::Text(BytesText::from_escaped(text)))?;
                }
                Node::CData(text) => {
                    for section in BytesCData::escaped(text) {
                        writer.write_event(Event::CData(section))?;
                    }
                }
                Node::Comment(text) => {
                    writer.write_event(Event::Comment(BytesText::from_escaped(text)))?;
                }
                Node::Instruction(text) => writer.write_event(Event::PI(BytesPI::new(text)))?,
            }
        }
        writer.write_event(Event::End(BytesEnd::new(self.name.as_str())))
    }
}

//! Attributes, which no page documents: each is told, but for what XML has itself and what says that an element is null.

use roxmltree::{Attribute, Node};

use crate::check::way::Way;
use crate::check::xml::elements::children;
use crate::check::xml::{Reader, trimmed};
use crate::check::{Name, Observed, Promise, Rule};
use crate::shape::text::{IS_NIL, NIL_NAMESPACE};
use crate::shape::xml::text_of;

impl Reader<'_> {
    /// One finding for the attributes of an undocumented element and all below it.
    pub(super) fn attributes_below(&mut self, node: Node<'_, '_>, way: &Way<'_>) {
        let has_some = |node: &Node<'_, '_>| foreign_attributes(*node).next().is_some();
        if let Some(node) = node.descendants().find(has_some) {
            self.attributes(node, way);
        }
    }

    pub(super) fn attributes(&mut self, node: Node<'_, '_>, way: &Way<'_>) {
        let names = foreign_attributes(node).map(|attribute| attribute.name());
        self.no_attributes(&names.collect::<Vec<_>>(), way);
    }

    /// The attributes of an element beside the one that says that it is null.
    pub(super) fn other_attributes(&mut self, node: Node<'_, '_>, way: &Way<'_>) {
        let names = foreign_attributes(node).filter(|attribute| !says_nil(attribute));
        let names = names.map(|attribute| attribute.name());
        self.no_attributes(&names.collect::<Vec<_>>(), way);
    }

    fn no_attributes(&mut self, names: &[&str], way: &Way<'_>) {
        if let Some(first) = names.first() {
            let actual = Observed::Attributes(names.len(), Name::of(first));
            self.add(Rule::Attribute, way, Promise::NoAttribute, actual, None);
        }
    }
}

/// Whether an element holds nothing and says that it is null (XML Schema, 2.6.2).
pub(super) fn is_nil(node: Node<'_, '_>) -> bool {
    node.attributes().any(|attribute| says_nil(&attribute))
        && trimmed(&text_of(node)).is_empty()
        && children(node).next().is_none()
}

fn says_nil(attribute: &Attribute<'_, '_>) -> bool {
    attribute.name() == "nil"
        && attribute.namespace() == Some(NIL_NAMESPACE)
        && IS_NIL.contains(&trimmed(attribute.value()))
}

/// The attributes of an element but for those that XML itself has (XML 1.0, 2.10 and 2.12).
fn foreign_attributes<'a, 'input>(
    node: Node<'a, 'input>,
) -> impl Iterator<Item = Attribute<'a, 'input>> {
    node.attributes().filter(|attribute| {
        let is_xml = attribute.namespace() == Some(roxmltree::NS_XML_URI);
        !is_xml || !matches!(attribute.name(), "lang" | "space")
    })
}

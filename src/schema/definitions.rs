//! Which shapes of an answer are written once, and under which name.

use crate::schema::evidence::Evidence;
use crate::shape::{Kind, Object, Shape};

/// The named object shapes of an answer in the order in which they are first met, outermost first.
///
/// Two shapes share a name only where they are equal; a second one that differs is written in place.
#[derive(Debug, Default)]
pub(super) struct Definitions<'a> {
    pub(super) named: Vec<(&'a str, &'a Object)>,
    /// What the shapes rest on, where that is to be said.
    pub(super) evidence: Option<&'a Evidence>,
}

impl<'a> Definitions<'a> {
    /// Collects the named shapes below a shape.
    pub(super) fn of(shape: &'a Shape) -> Self {
        let mut definitions = Self::default();
        definitions.collect(shape);
        definitions
    }

    fn collect(&mut self, shape: &'a Shape) {
        match &shape.kind {
            Kind::List(item) => self.collect(item),
            Kind::Object(object) => {
                if let Some(name) = &object.name
                    && is_name(name)
                    && !self.named.iter().any(|(other, _)| other == name)
                {
                    self.named.push((name, object));
                }
                for shape in object.shapes() {
                    self.collect(shape);
                }
            }
            _ => {}
        }
    }

    /// The name to refer to, where this shape is written elsewhere.
    pub(super) fn name_of(&self, object: &Object) -> Option<&'a str> {
        let name = object.name.as_deref()?;
        self.named
            .iter()
            .find(|(other, definition)| *other == name && same(definition, object))
            .map(|(name, _)| *name)
    }

    /// Whether a shape of this name is written.
    pub(super) fn has(&self, name: &str) -> bool {
        self.named.iter().any(|(other, _)| *other == name)
    }

    /// Names and shapes, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&'a str, &'a Object)> + '_ {
        self.named.iter().copied()
    }
}

/// Whether a name can stand in a JSON Schema reference and as a RELAX NG pattern; others are written in
/// place. `anything` is the grammar's own.
pub(super) fn is_name(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name != "anything"
}

/// Whether two shapes say the same, wherever they stand in the page.
pub(super) fn same(a: &Object, b: &Object) -> bool {
    a.closed == b.closed
        && a.sealed == b.sealed
        && a.write_only == b.write_only
        && a.read_only == b.read_only
        && a.one_set_of == b.one_set_of
        && a.name == b.name
        && a.members.len() == b.members.len()
        && a.members.iter().zip(&b.members).all(|(a, b)| {
            a.name == b.name
                && a.optional == b.optional
                && a.when == b.when
                && a.constant == b.constant
                && same_shape(&a.shape, &b.shape)
        })
        && match (&a.others, &b.others) {
            (Some(a), Some(b)) => same_shape(a, b),
            (a, b) => a == b,
        }
}

fn same_shape(a: &Shape, b: &Shape) -> bool {
    a.nullable == b.nullable
        && a.domain == b.domain
        && match (&a.kind, &b.kind) {
            (Kind::Object(a), Kind::Object(b)) => same(a, b),
            (Kind::List(a), Kind::List(b)) => same_shape(a, b),
            (a, b) => a == b,
        }
}

//! The text of one operation, made of what a document says of it in many places.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use crate::contract::Unread;
use crate::shape::{Kind, Shape};
use crate::source::{Original, Piece, Source, Span};

/// A text that grows, with what its parts stand for.
#[derive(Debug, Default)]
pub(super) struct Written {
    text: String,
    pieces: Vec<Piece>,
}

impl Written {
    /// Writes a line that stands for a place in the document.
    pub(super) fn line(&mut self, text: &str, original: Span) -> Span {
        let made = self.part(text, original);
        self.text.push('\n');
        made
    }

    fn part(&mut self, text: &str, original: Span) -> Span {
        let start = self.text.len();
        self.text.push_str(text);
        let made = Span {
            start,
            end: self.text.len(),
        };
        self.pieces.push(Piece { made, original });
        made
    }

    /// Writes what is not read, so that it has a place.
    pub(super) fn unread(&mut self, flaw: Unread) -> Unread {
        let original = Span {
            start: flaw.offset,
            end: flaw.offset,
        };
        let place = self.line("-", original);
        Unread {
            offset: place.start,
            ..flaw
        }
    }

    /// Writes a value as JSON; members of the shape get their places in what is written.
    pub(super) fn json(&mut self, value: &Value, shape: &mut Shape, original: Span) -> Span {
        let start = self.text.len();
        let at = self.begins(original);
        self.value(value, shape);
        self.ends(at);
        let end = self.text.len();
        self.text.push('\n');
        self.domains(shape, &mut HashMap::new());
        Span { start, end }
    }

    /// Writes lines for what is said of values, so that it has places.
    fn domains(&mut self, shape: &mut Shape, known: &mut HashMap<Span, Span>) {
        for span in shape
            .domain
            .iter_mut()
            .flat_map(|domain| domain.said.places())
        {
            let made = match known.get(span) {
                Some(made) => *made,
                None => self.line("-", *span),
            };
            known.insert(*span, made);
            *span = made;
        }
        match &mut shape.kind {
            Kind::List(item) => self.domains(item, known),
            Kind::Object(object) => {
                for shape in object.shapes_mut() {
                    self.domains(shape, known);
                }
            }
            _ => {}
        }
    }

    fn begins(&mut self, original: Span) -> usize {
        let start = self.text.len();
        self.pieces.push(Piece {
            made: Span { start, end: start },
            original,
        });
        self.pieces.len() - 1
    }

    fn ends(&mut self, at: usize) -> Span {
        let piece = &mut self.pieces[at];
        piece.made.end = self.text.len();
        piece.made
    }

    fn value(&mut self, value: &Value, shape: &mut Shape) {
        match (value, &mut shape.kind) {
            (Value::Object(values), Kind::Object(object)) if object.is_told() => {
                self.text.push('{');
                let mut is_first = true;
                for member in &mut object.members {
                    let Some(value) = values.get(&member.name) else {
                        continue;
                    };
                    if !std::mem::replace(&mut is_first, false) {
                        self.text.push_str(", ");
                    }
                    let at = self.begins(member.span);
                    self.text
                        .push_str(&Value::from(member.name.as_str()).to_string());
                    self.text.push_str(": ");
                    self.value(value, &mut member.shape);
                    member.span = self.ends(at);
                }
                let free = values
                    .iter()
                    .filter(|(name, _)| object.members.iter().all(|member| member.name != **name));
                let free: Vec<(&String, &Value)> = free.collect();
                // All have the shape of the first.
                for (at, (name, value)) in free.into_iter().enumerate() {
                    let Some(other) = object.others.as_deref_mut() else {
                        break;
                    };
                    if !std::mem::replace(&mut is_first, false) {
                        self.text.push_str(", ");
                    }
                    self.text.push_str(&Value::from(name.as_str()).to_string());
                    self.text.push_str(": ");
                    if at == 0 {
                        self.value(value, other);
                    } else {
                        self.value(value, &mut other.clone());
                    }
                }
                self.text.push('}');
            }
            (Value::Array(items), Kind::List(item)) => {
                self.text.push('[');
                // All items have the shape of the first.
                let mut others = item.as_ref().clone();
                for (at, value) in items.iter().enumerate() {
                    if at == 0 {
                        self.value(value, item);
                    } else {
                        self.text.push_str(", ");
                        self.value(value, &mut others);
                        others = item.as_ref().clone();
                    }
                }
                self.text.push(']');
            }
            (value, _) => self.text.push_str(&value.to_string()),
        }
    }

    /// The text so far, from a place on.
    pub(super) fn since(&self, span: Span) -> &str {
        &self.text[span.range()]
    }

    /// The text as a source that shows the places of its original.
    pub(super) fn source(self, original: &Arc<Original>) -> Source {
        Source::made(&self.text, original, self.pieces)
    }
}

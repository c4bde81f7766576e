//! An element that holds a text: its value, its spelling, and the constant that it may have to be.

use roxmltree::Node;
use serde_json::{Number, Value};

use crate::check::domain;
use crate::check::way::Way;
use crate::check::xml::elements::children;
use crate::check::xml::{Reader, is_null, trimmed};
use crate::check::{Observed, Promise, Rule, Sketch};
use crate::shape::xml::text_of;
use crate::shape::{Kind, Member, Shape, text};

impl Reader<'_> {
    pub(super) fn constant(&mut self, node: Node<'_, '_>, member: &Member, way: &Way<'_>) {
        let Some(constant) = member.constant else {
            return;
        };
        let text = text_of(node);
        let token = trimmed(&text);
        // What is no number is told by its type.
        let is_another = match member.shape.kind {
            Kind::Integer => text::is_integer(token) && number(token) != constant,
            _ => {
                let constant = Value::from(constant);
                text::is_number(token) && number(token).as_f64() != constant.as_f64()
            }
        };
        if is_another {
            self.add(
                Rule::Constant,
                way,
                Promise::Constant(constant),
                Observed::OtherInteger,
                Some(node),
            );
        }
    }

    /// Signs, zeros and white space that JSON does not have around a number (RFC 8259, 6), and the sign of a
    /// zero, which JSON does not need; a grammar takes them.
    fn spelling(&mut self, content: &str, token: &str, way: &Way<'_>, node: Node<'_, '_>) {
        let digits = token.strip_prefix('-').unwrap_or(token);
        let has_zeros = digits.len() > 1
            && digits.starts_with('0')
            && digits[1..].starts_with(|c: char| c.is_ascii_digit());
        let is_below_zero =
            token.starts_with('-') && digits.bytes().all(|byte| matches!(byte, b'0' | b'.'));
        if token.starts_with('+') || has_zeros || is_below_zero {
            self.spelled(way, node);
        } else {
            self.blanks(content, token, way, node);
        }
    }

    /// White space around what is no text.
    fn blanks(&mut self, content: &str, token: &str, way: &Way<'_>, node: Node<'_, '_>) {
        if content != token {
            self.spelled(way, node);
        }
    }

    fn spelled(&mut self, way: &Way<'_>, node: Node<'_, '_>) {
        if self.lookalikes {
            let (expected, actual) = (Promise::SpelledAsInJson, Observed::OtherSpelling);
            self.add(Rule::Spelling, way, expected, actual, Some(node));
        }
    }

    pub(super) fn leaf(&mut self, node: Node<'_, '_>, shape: &Shape, way: &Way<'_>) -> Value {
        let elements = children(node).count();
        let content = text_of(node);
        // An empty element is null where null is lawful; what is not empty has the type.
        let expected = Promise::Type {
            kind: shape.kind.type_of(),
            or_null: false,
        };
        if elements > 0 {
            let actual = Observed::Elements(elements);
            self.add(Rule::Type, way, expected, actual, Some(node));
            return self.untyped(node, 0);
        }
        if shape.nullable && is_null(node, shape) {
            return Value::Null;
        }
        // XML Schema folds the white space around everything but texts.
        let token = trimmed(&content);
        let booleans = &self.expectation.answer.booleans;
        let wrong = match shape.kind {
            Kind::Integer if text::is_integer(token) => {
                self.spelling(&content, token, way, node);
                return self.in_domain(number(token), shape, way, node);
            }
            Kind::Integer if text::is_number(token) => Rule::Fraction,
            Kind::Number if text::is_number(token) => {
                self.spelling(&content, token, way, node);
                return self.in_domain(number(token), shape, way, node);
            }
            Kind::Boolean if token == booleans.yes || token == booleans.no => {
                let is_true = token == booleans.yes;
                self.blanks(&content, token, way, node);
                return self.in_domain(Value::Bool(is_true), shape, way, node);
            }
            Kind::Boolean if is_boolean_word(token) => Rule::Lexical,
            Kind::DateTime(fraction) if text::is_date_time(token, fraction) => {
                return self.in_domain(token.into(), shape, way, node);
            }
            Kind::DateTime(_) => Rule::DateTime,
            Kind::Guid if text::is_guid(token) => {
                return self.in_domain(token.into(), shape, way, node);
            }
            Kind::Guid => Rule::Guid,
            Kind::Text => return self.in_domain(content.into(), shape, way, node),
            _ => Rule::Type,
        };
        let (expected, actual) = match wrong {
            Rule::Lexical => (
                Promise::Booleans {
                    yes: booleans.yes.clone(),
                    no: booleans.no.clone(),
                },
                Observed::BooleanWord(token.to_owned()),
            ),
            Rule::Fraction => (expected, Observed::Value(Sketch::Fraction)),
            _ if token.is_empty() => (expected, Observed::EmptyElement),
            Rule::DateTime => (expected, Observed::no_date_time(token)),
            _ => (expected, Observed::Value(Sketch::of_text(token))),
        };
        self.add(wrong, way, expected, actual, Some(node));
        content.into()
    }

    /// A value of its type, held against those that the place admits.
    pub(super) fn in_domain(
        &mut self,
        value: Value,
        shape: &Shape,
        way: &Way<'_>,
        node: Node<'_, '_>,
    ) -> Value {
        if let Some(found) = domain::breach(shape, &value) {
            let told = self.violations.len();
            self.add(found.rule, way, found.expected, found.actual, Some(node));
            if let (Some(said), Some(added)) = (found.said, self.violations.get_mut(told)) {
                added.promised = Some(said);
            }
        }
        value
    }
}

/// A number as JSON would carry it.
pub(super) fn number(token: &str) -> Value {
    let token = token.strip_prefix('+').unwrap_or(token);
    let whole = token.parse::<i64>().map(Number::from);
    let whole = whole.or_else(|_| token.parse::<u64>().map(Number::from));
    match whole {
        Ok(number) => number.into(),
        Err(_) => token
            .parse::<f64>()
            .map_or_else(|_| token.into(), Value::from),
    }
}

pub(super) fn is_boolean_word(token: &str) -> bool {
    ["true", "false", "1", "0"]
        .iter()
        .any(|word| token.eq_ignore_ascii_case(word))
}

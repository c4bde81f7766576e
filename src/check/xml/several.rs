//! What an element may hold that is one of several types: in comes its text, out comes whether it is one of them.

use roxmltree::Node;
use serde_json::Value;

use crate::check::meaning::text_form;
use crate::check::way::Way;
use crate::check::xml::elements::children;
use crate::check::xml::leaf::{is_boolean_word, number};
use crate::check::xml::{Reader, is_null, trimmed};
use crate::check::{Observed, Promise, Rule};
use crate::profile::Booleans;
use crate::shape::domain::Domain;
use crate::shape::xml::text_of;
use crate::shape::{Kind, Shape, text};

impl Reader<'_> {
    /// Holds an element against what it may be, where that is one of several types or values.
    pub(super) fn one_of_several(&mut self, node: Node<'_, '_>, shape: &Shape, way: &Way<'_>) {
        let Some(domain) = shape.domain.as_deref() else {
            return;
        };
        let elements = children(node).count();
        if elements > 0 {
            if !may_have_elements(domain) {
                let actual = Observed::Elements(elements);
                self.add(Rule::Type, way, Promise::of(shape), actual, Some(node));
            }
            return;
        }
        if shape.nullable && is_null(node, shape) {
            return;
        }
        let content = text_of(node);
        let booleans = &self.expectation.answer.booleans;
        if keeps(domain, &content, booleans) {
            return;
        }
        let value = read(domain, &content);
        self.in_domain(value, shape, way, node);
    }
}

/// Whether several elements of one name may stand for one value.
pub(super) fn may_repeat(shape: &Shape) -> bool {
    let domain = shape.domain.as_deref();
    domain.is_none_or(|domain| {
        domain.any_of.is_empty() && domain.one_of.is_empty() || has_list(domain)
    })
}

/// Whether elements may stand in the element.
fn may_have_elements(domain: &Domain) -> bool {
    let is_object = |one: &Shape| matches!(one.kind, Kind::Object(_));
    let says_nothing = domain.any_of.is_empty() && domain.one_of.is_empty();
    says_nothing || has_list(domain) || domain.any_of.iter().any(is_object)
}

/// Whether a text keeps what one of the types admits. An element without elements may be an item of a list, and an
/// empty one an object of no members.
fn keeps(domain: &Domain, content: &str, booleans: &Booleans) -> bool {
    let token = trimmed(content);
    let is_listed = |value: &Value| match value {
        Value::String(text) => text == content,
        Value::Bool(is) => booleans.word(*is) == token || token == is.to_string(),
        value => text::is_number(token) && text_form(&number(token)) == text_form(value),
    };
    let are_listed = domain.one_of.is_empty() || domain.one_of.iter().any(is_listed);
    let is_kept = |one: &Shape| {
        let admits = |value: &Value| one.keeps_domain(value);
        match &one.kind {
            Kind::Object(_) => token.is_empty(),
            Kind::List(_) | Kind::Unknown => true,
            Kind::Mixed => {
                let domain = one.domain.as_deref();
                domain.is_none_or(|domain| keeps(domain, content, booleans))
            }
            Kind::Integer => text::is_integer(token) && admits(&number(token)),
            Kind::Number => text::is_number(token) && admits(&number(token)),
            Kind::Boolean => {
                let is_word = token == booleans.yes || token == booleans.no;
                is_word || is_boolean_word(token)
            }
            Kind::DateTime(fraction) => {
                text::is_date_time(token, *fraction) && admits(&token.into())
            }
            Kind::Guid => text::is_guid(token) && admits(&token.into()),
            Kind::Text => admits(&content.into()),
        }
    };
    are_listed && (domain.any_of.is_empty() || domain.any_of.iter().any(is_kept))
}

/// The value that a text most likely stands for, where it keeps none of the types.
fn read(domain: &Domain, content: &str) -> Value {
    let token = trimmed(content);
    let is_text = domain.any_of.iter().any(|one| one.kind.is_text());
    if !is_text && text::is_number(token) {
        return number(token);
    }
    content.into()
}

fn has_list(domain: &Domain) -> bool {
    let mut any_of = domain.any_of.iter();
    any_of.any(|one| matches!(one.kind, Kind::List(_) | Kind::Unknown | Kind::Mixed))
}

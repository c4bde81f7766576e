//! The shape of a JSON example, each member with its place.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::shape::{Kind, Member, Object, Seen, Shape, text};
use crate::source::{Source, Span};

/// Derives the shape of the JSON text in a span of a page.
///
/// A text that is no JSON gives [`Kind::Mixed`]; pages are checked before they get here.
///
/// ```
/// # use portal_conformance::{shape::json, source::{Source, Span}};
/// let page = Source::new("page.txt", r#"{"status": 0, "response": {"Tags": ["a"]}}"#);
/// let shape = json::shape(&page, Span { start: 0, end: page.text.len() });
/// assert_eq!(page.pos(shape.at("/response/Tags").unwrap().span.start).to_string(), "1:28");
/// ```
#[must_use]
pub fn shape(source: &Source, span: Span) -> Shape {
    of_text(source, source.slice(span).trim())
}

fn of_text(source: &Source, value: &str) -> Shape {
    let kind = match value.as_bytes().first() {
        Some(b'{') => object(source, value),
        Some(b'[') => list(source, value),
        Some(b'"') => serde_json::from_str::<String>(value)
            .map_or(Kind::Mixed, |value| text::looks_like(&value)),
        Some(b't' | b'f') => Kind::Boolean,
        Some(b'n') => Kind::Unknown,
        Some(_) if value.contains(['.', 'e', 'E']) => Kind::Number,
        Some(_) => Kind::Integer,
        None => Kind::Mixed,
    };
    Shape {
        nullable: value == "null",
        ..Shape::of(kind)
    }
}

fn object(source: &Source, value: &str) -> Kind {
    let Ok(Entries(entries)) = serde_json::from_str(value) else {
        return Kind::Mixed;
    };
    let mut members: Vec<Member> = Vec::new();
    for (name, value) in entries {
        let shape = of_text(source, value.get());
        // A name without escapes is borrowed from the page, so its address is its place; the quote
        // before it belongs to it.
        let start = match &name {
            Cow::Borrowed(name) => source.span_of(name).start.saturating_sub(1),
            Cow::Owned(_) => source.span_of(value.get()).start,
        };
        let span = Span {
            start,
            end: source.span_of(value.get()).end,
        };
        match members.iter_mut().find(|member| member.name == *name) {
            Some(member) => member.shape = member.shape.clone().merge(shape),
            None => members.push(Member {
                name: name.to_string(),
                documented: name.to_string(),
                shape,
                optional: false,
                seen: Seen::ONCE,
                when: None,
                constant: None,
                span,
            }),
        }
    }
    Kind::Object(Object {
        members,
        examples: Seen::ONCE,
        ..Object::default()
    })
}

fn list(source: &Source, value: &str) -> Kind {
    let Ok(items) = serde_json::from_str::<Vec<&RawValue>>(value) else {
        return Kind::Mixed;
    };
    let item = items
        .into_iter()
        .map(|item| of_text(source, item.get()))
        .reduce(Shape::merge)
        .unwrap_or(Shape::of(Kind::Unknown));
    Kind::List(Box::new(item))
}

/// The members of an object as they stand in the text, none parsed further.
pub(crate) struct Entries<'a>(pub(crate) Vec<(Cow<'a, str>, &'a RawValue)>);

/// A member name, borrowed where it holds no escape.
struct Name<'a>(Cow<'a, str>);

impl<'de> Deserialize<'de> for Name<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Names;
        impl<'de> Visitor<'de> for Names {
            type Value = Name<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a member name")
            }

            fn visit_borrowed_str<E>(self, name: &'de str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Borrowed(name)))
            }

            fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
                Ok(Name(Cow::Owned(name.to_owned())))
            }
        }
        deserializer.deserialize_str(Names)
    }
}

impl<'de> Deserialize<'de> for Entries<'de> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Map;
        impl<'de> Visitor<'de> for Map {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some((Name(name), value)) = map.next_entry()? {
                    entries.push((name, value));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Map)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(text: &str) -> Shape {
        let source = Source::new("page.txt", text);
        shape(
            &source,
            Span {
                start: 0,
                end: text.len(),
            },
        )
    }

    #[test]
    fn items_that_differ_make_members_optional() {
        let shape = of(r#"[{"a": 1, "b": ""}, {"a": 1.5}]"#);
        let Kind::List(item) = shape.kind else {
            panic!("no list")
        };
        assert_eq!(item.member("a").unwrap().shape.kind, Kind::Number);
        assert!(!item.member("a").unwrap().optional);
        assert!(item.member("b").unwrap().optional);
    }

    #[test]
    fn null_implies_nothing_but_null() {
        let shape = of(r#"{"a": null}"#);
        let a = &shape.member("a").unwrap().shape;
        assert_eq!((&a.kind, a.nullable), (&Kind::Unknown, true));
    }

    #[test]
    fn an_empty_list_says_nothing_of_its_items() {
        assert_eq!(
            of("[]").kind,
            Kind::List(Box::new(Shape::of(Kind::Unknown)))
        );
    }

    #[test]
    fn a_member_is_found_in_its_line() {
        let text = "{\n  \"a\": {\n    \"b\": 1\n  }\n}";
        let source = Source::new("page.txt", text);
        let shape = of(text);
        let b = shape.at("/a/b").unwrap();
        assert_eq!(source.pos(b.span.start).to_string(), "3:5");
        assert_eq!(source.slice(b.span), "\"b\": 1");
    }
}

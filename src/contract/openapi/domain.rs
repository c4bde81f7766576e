//! Which values of its type a schema admits.
//!
//! Bounds with a fraction, `multipleOf` and formats that are not listed here are not judged; what cannot be is told.

use serde_json::Value;

use crate::contract::Unread;
use crate::contract::openapi::tree::At;
use crate::contract::openapi::{date_form, expression, sample};
use crate::shape::domain::{Domain, Outside, Patterns};
use crate::shape::text::DATE_PATTERN;
use crate::shape::{Kind, Shape};
use crate::source::Span;

/// How many values may be listed: each answer is held against all of them.
const MAX_LISTED: usize = 1000;
/// The formats of texts that are judged, beside those that are types: each by what all values of it have in common.
///
/// A day of RFC 3339, 5.6 (`full-date`), that there is (5.7); an address of e-mail has something on both sides of
/// an `@` (RFC 5321, 4.1.2), and no blank in its domain; a URI has a scheme and no blank (RFC 3986, 3);
/// Base64 has the letters of either alphabet, in lines or not (RFC 4648, 4 and 5; RFC 2045, 6.8).
const FORMATS: [(&str, &str); 4] = [
    ("byte", r"[A-Za-z0-9+/_\s-]*={0,2}\s*"),
    ("date", DATE_PATTERN),
    ("email", r"(?s:.+)@[^\s@]+"),
    ("uri", r"[A-Za-z][A-Za-z0-9+.-]*:\S*"),
];

/// What the keywords of a schema say of the values of a type, each with its place.
pub(super) fn of(
    schema: At<'_>,
    kind: &Kind,
    patterns: &mut Patterns,
    told: &mut Vec<Unread>,
) -> Option<Domain> {
    let mut domain = Domain::default();
    if *kind == Kind::Mixed && are_listed_by_themselves(schema) {
        listed(schema, kind, &mut domain, told);
        return (domain != Domain::default()).then_some(domain);
    }
    if !kind.is_scalar() {
        return None;
    }
    listed(schema, kind, &mut domain, told);
    match kind {
        Kind::Integer | Kind::Number => {
            bounds(schema, kind, &mut domain);
            if *kind == Kind::Integer {
                of_format(schema, &mut domain);
            }
        }
        Kind::Text => {
            for (keyword, way) in [("minLength", Outside::Short), ("maxLength", Outside::Long)] {
                let Some((place, value)) = schema.entry(keyword) else {
                    continue;
                };
                let Some(length) = value.text().and_then(|text| text.parse().ok()) else {
                    continue;
                };
                match way {
                    // Every text has that many.
                    Outside::Short if length == 0 => continue,
                    Outside::Short => domain.shortest = Some(length),
                    _ => domain.longest = Some(length),
                }
                domain.said.add(way, place.span());
            }
            pattern(schema, &mut domain, patterns, told);
        }
        _ => {}
    }
    (domain != Domain::default()).then_some(domain)
}

/// Whether `enum` or `const` list values by themselves, neither objects nor lists.
fn are_listed_by_themselves(schema: At<'_>) -> bool {
    let Some((_, values)) = schema.entry("enum") else {
        return false;
    };
    let mut all = values.items();
    all.all(|value| !value.is_map() && !value.is_list())
}

/// The values that `enum` or `const` list, as values of the type.
fn listed(schema: At<'_>, kind: &Kind, domain: &mut Domain, told: &mut Vec<Unread>) {
    let shape = Shape::of(kind.clone());
    let Some((place, values)) = schema.entry("const").or_else(|| schema.entry("enum")) else {
        return;
    };
    let is_list = values.is_list();
    let one = (!is_list).then_some(values);
    let all: Vec<At<'_>> = values.items().chain(one).collect();
    let known: Vec<Value> = all
        .iter()
        .filter(|value| !value.is_null())
        .take(MAX_LISTED + 1)
        .filter_map(|value| sample::fitted(&shape, value.value()?))
        .collect();
    let are_all = known.len() == all.iter().filter(|value| !value.is_null()).count();
    if known.is_empty() || !are_all || known.len() > MAX_LISTED {
        told.push(Unread {
            offset: place.span().start,
            expected: format!(
                "at most {MAX_LISTED} values of the type `{}`",
                kind.type_of().as_str()
            ),
            found: "others, so that the list is not judged".to_owned(),
        });
        return;
    }
    domain.one_of = known;
    domain.said.add(Outside::Unlisted, place.span());
}

/// The least and the greatest number.
fn bounds(schema: At<'_>, kind: &Kind, domain: &mut Domain) {
    let whole = |name: &str| {
        let (place, value) = schema.entry(name)?;
        let value = value.value()?;
        let number = value.as_i64().or_else(|| {
            let number = value.as_f64()?;
            let text = format!("{number:.0}");
            ((number - number.trunc()).abs() < f64::EPSILON).then(|| text.parse().ok())?
        })?;
        Some((place.span(), number))
    };
    let is_exclusive = |name: &str| schema.says(name);
    for (name, exclusive, way, step) in [
        ("minimum", "exclusiveMinimum", Outside::Below, 1),
        ("maximum", "exclusiveMaximum", Outside::Above, -1),
    ] {
        let inclusive = whole(name).filter(|_| !is_exclusive(exclusive));
        // 3.0 has a flag beside the bound, 3.1 another bound.
        let beyond = if is_exclusive(exclusive) {
            whole(name)
        } else {
            whole(exclusive)
        };
        let beyond = beyond.filter(|_| *kind == Kind::Integer);
        let beyond =
            beyond.and_then(|(place, bound): (Span, i64)| Some((place, bound.checked_add(step)?)));
        let bound = match (inclusive, beyond) {
            (Some(one), Some(other)) if (way == Outside::Below) == (other.1 > one.1) => Some(other),
            (one, other) => one.or(other),
        };
        let Some((place, bound)) = bound else {
            continue;
        };
        if way == Outside::Below {
            domain.at_least = Some(bound);
        } else {
            domain.at_most = Some(bound);
        }
        domain.said.add(way, place);
    }
}

/// What 32 bits hold, where a format says that no more are there.
fn of_format(schema: At<'_>, domain: &mut Domain) {
    let Some((place, format)) = schema.entry("format") else {
        return;
    };
    if format.text() != Some("int32") {
        return;
    }
    let (least, most) = (i64::from(i32::MIN), i64::from(i32::MAX));
    if domain.at_least.is_none_or(|own| own < least) {
        domain.at_least = Some(least);
        domain.said.add(Outside::Below, place.span());
    }
    if domain.at_most.is_none_or(|own| own > most) {
        domain.at_most = Some(most);
        domain.said.add(Outside::Above, place.span());
    }
}

/// The expression that texts match, or that of their format.
fn pattern(schema: At<'_>, domain: &mut Domain, patterns: &mut Patterns, told: &mut Vec<Unread>) {
    let format = schema.text_of("format");
    let known = FORMATS.iter().find(|(name, _)| *name == format);
    let known = known.map(|(name, text)| (*name, format!("^(?:{text})$")));
    let (place, text, name) = match (schema.entry("pattern"), known) {
        (Some((place, pattern)), known) => {
            let text = pattern.text().unwrap_or_default().to_owned();
            let is_of_format = known.as_ref().is_some_and(|(_, own)| *own == text);
            (
                place,
                text,
                known.filter(|_| is_of_format).map(|(name, _)| name),
            )
        }
        (None, Some((name, text))) => {
            let Some((place, _)) = schema.entry("format") else {
                return;
            };
            (place, text, Some(name))
        }
        (None, None) => {
            let Some(form) = date_form::of_example(schema) else {
                return;
            };
            if let Some((place, example)) = date_form::own_example(schema) {
                told.push(Unread {
                    offset: place.span().start,
                    expected: "an example of the type `date-time` that its schema states"
                        .to_owned(),
                    found: format!("`{example}`"),
                });
            }
            let Some((place, _)) = schema.entry("format") else {
                return;
            };
            (place, form, None)
        }
    };
    let made = patterns.within(&match name {
        Some(_) => text,
        None => expression::translated(&text),
    });
    let made = made.map(|pattern| match name {
        Some(name) => pattern.of_format(name),
        None => pattern,
    });
    match made {
        Ok(pattern) => {
            domain.matches = Some(pattern);
            domain.said.add(Outside::Unlike, place.span());
        }
        Err(error) => told.push(Unread {
            offset: place.span().start,
            expected: "a regular expression that is judged".to_owned(),
            found: error.to_string(),
        }),
    }
}

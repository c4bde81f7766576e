//! Members that may be missing, and stand there under another name.
//!
//! Nothing misses them, so a schema cannot see that they were renamed. Two things tell: a member that
//! differs from an absent one only in letter case, and an object that holds its members one step deeper.

use serde_json::{Map, Value};

use crate::check::bound::MAX_VIOLATIONS;
use crate::check::{Expectation, Name, Observed, Promise, Rule, Violation, below};
use crate::contract::Format;
use crate::shape::{Kind, Member, Object, Shape};

/// Judges every object of a body in which members may be missing.
pub(super) fn judge(expectation: &Expectation, body: &Value, violations: &mut Vec<Violation>) {
    walk(
        expectation,
        body,
        &expectation.answer.envelope,
        "",
        violations,
    );
}

fn walk(
    expectation: &Expectation,
    value: &Value,
    shape: &Shape,
    pointer: &str,
    violations: &mut Vec<Violation>,
) {
    if violations.len() >= MAX_VIOLATIONS {
        return;
    }
    match (value, &shape.kind) {
        (Value::Array(items), Kind::List(item)) if has_optional(item) => {
            for (at, value) in items.iter().enumerate() {
                let pointer = below(pointer, &at.to_string());
                walk(expectation, value, item, &pointer, violations);
            }
        }
        (Value::Object(members), Kind::Object(object)) => {
            for (name, rule, actual) in lookalikes(members, object, expectation.format) {
                let pointer = below(pointer, name);
                let expected = expectation.presence(&pointer);
                violations.push(expectation.violation_in_tree(rule, &pointer, expected, actual));
            }
            if let Some(name) = wrapper(members, object) {
                let actual = Observed::Below(Name::of(name));
                violations.push(expectation.violation_in_tree(
                    Rule::Missing,
                    pointer,
                    Promise::ItsMembers,
                    actual,
                ));
            }
            for member in &object.members {
                if let Some(value) = members.get(&member.name)
                    && has_optional(&member.shape)
                {
                    let pointer = below(pointer, &member.name);
                    walk(expectation, value, &member.shape, &pointer, violations);
                }
            }
        }
        _ => {}
    }
}

/// Whether anything in a shape may be missing.
fn has_optional(shape: &Shape) -> bool {
    match &shape.kind {
        Kind::List(item) => has_optional(item),
        Kind::Object(object) => object.members.iter().any(|member| {
            let is_list = matches!(member.shape.kind, Kind::List(_));
            member.optional || is_list || has_optional(&member.shape)
        }),
        _ => false,
    }
}

/// Optional members that are absent, while one of the same letters in another case is there.
fn lookalikes<'a>(
    members: &'a Map<String, Value>,
    object: &'a Object,
    format: Format,
) -> impl Iterator<Item = (&'a str, Rule, Observed)> {
    let is_absent = move |member: &&Member| match members.get(&member.name) {
        None => member.optional,
        // In XML nothing stands for an empty list.
        Some(Value::Array(items)) => format == Format::Xml && items.is_empty(),
        Some(_) => false,
    };
    object
        .members
        .iter()
        .filter(is_absent)
        .filter_map(|member| {
            let wanted = member.name.to_lowercase();
            let other = members.keys().find(|name| {
                name.to_lowercase() == wanted
                    && !object.members.iter().any(|known| known.name == **name)
            })?;
            let actual = Observed::InItsPlace(Name::of(other));
            Some((member.name.as_str(), Rule::LetterCase, actual))
        })
}

/// The member that holds the members of an object one step too deep, where they may all be missing and
/// are.
fn wrapper<'a>(members: &'a Map<String, Value>, object: &Object) -> Option<&'a str> {
    let known = &object.members;
    let holds_some = |value: &Value| match value {
        Value::Object(inner) => known.iter().any(|member| inner.contains_key(&member.name)),
        _ => false,
    };
    let is_wrapper = |value: &Value| match value {
        Value::Array(items) => items.iter().any(holds_some),
        value => holds_some(value),
    };
    let may_be_empty = known.iter().all(|member| member.optional)
        && !known
            .iter()
            .any(|member| members.contains_key(&member.name));
    let mut members = members.iter().filter(|_| may_be_empty);
    let (name, _) = members.find(|(_, value)| is_wrapper(value))?;
    Some(name)
}

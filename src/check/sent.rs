//! What the body of a write says of the resource that the write answers with.

use serde_json::{Map, Value};
use time::Duration;

use crate::check::compare::{Difference, differences};
use crate::client::Request;
use crate::contract::Operation;
use crate::names::folded;
use crate::shape::{Kind, Member, Shape, text};

/// The bytes of a text that one may be shortened to.
const SHORTENED: usize = 16;
/// As far as moments of one day may be apart.
const DAY: Duration = Duration::DAY;

/// The body of a write.
#[derive(Debug, Clone)]
pub struct Sent<'a> {
    operation: &'a Operation,
    members: Map<String, Value>,
}

impl<'a> Sent<'a> {
    /// That of a request of an operation; `None` without an object in JSON.
    #[must_use]
    pub fn of(operation: &'a Operation, request: &Request) -> Option<Self> {
        let body = request.body.as_ref()?;
        match serde_json::from_str(&body.text) {
            Ok(Value::Object(members)) => Some(Self { operation, members }),
            _ => None,
        }
    }

    /// Whether the write may set what a JSON pointer into its resource leads to: its body names the member there,
    /// or it replaces all that its body documents, and leaves this out (RFC 9110, 9.3.4).
    #[must_use]
    pub fn sets(&self, pointer: &str, shape: &Shape) -> bool {
        let first = pointer.split('/').nth(1).unwrap_or_default();
        let Some(member) = shape.member(first) else {
            return false;
        };
        let mut documented = self.operation.body_parameters();
        let replaces = self.operation.method == "PUT";
        self.value_of(member).is_some()
            || (replaces && documented.any(|one| is_called(member, &one.name)))
    }

    /// Where a resource tells otherwise than it was sent, as JSON pointers into it: the members of the same name
    /// and type.
    #[must_use]
    pub fn contradicted(&self, resource: &Value, shape: &Shape) -> Vec<Difference> {
        let members = shape.members().iter();
        let both = members.filter_map(|member| {
            let sent = self.value_of(member)?;
            let told = resource.get(&member.name)?;
            is_of(sent, &member.shape).then_some((member, sent, told))
        });
        let found = both.flat_map(|(member, sent, told)| {
            let found = differences(sent, told, &member.shape).into_iter();
            // What an object was sent without, it may have all the same.
            let found = found.filter(|one| one.left.is_some());
            let place = crate::pointer::below("", &member.name);
            found.map(move |one| Difference {
                pointer: format!("{place}{}", one.pointer),
                ..one
            })
        });
        found.collect()
    }

    /// The members that a read before the write shows otherwise than it was sent, and each read after it shows as they
    /// were; none where one of them has changed, or more of them were as they were sent. What may be one value in
    /// another form is no change to look for, nor is what is empty: a portal may take that for nothing.
    #[must_use]
    pub fn unwritten<'s>(
        &self,
        (before, after): (&Value, &[&Value]),
        shape: &'s Shape,
        is_left: impl Fn(&Member, &Value) -> bool,
    ) -> Vec<&'s Member> {
        let members = shape.members().iter();
        let both = members.filter_map(|member| {
            let sent = self.value_of(member)?;
            let shown = before.get(&member.name)?;
            let is_whole = !is_empty(sent) && !member.shape.varies;
            let is_read = [sent, shown]
                .iter()
                .all(|one| is_of(one, &member.shape) && is_admitted(one, &member.shape));
            (is_whole && is_read && is_left(member, shown)).then_some((member, sent, shown))
        });
        let (same, other): (Vec<_>, Vec<_>) =
            both.partition(|(member, sent, shown)| is_alike(sent, shown, &member.shape));
        let stays = |member: &Member, shown: &Value| {
            let mut later = after.iter().map(|read| read.get(&member.name));
            later.all(|read| {
                read.is_some_and(|read| differences(shown, read, &member.shape).is_empty())
            })
        };
        let is_undone = other.len() >= same.len()
            && !after.is_empty()
            && other.iter().all(|(member, _, shown)| stays(member, shown));
        let members = other.into_iter().filter(|_| is_undone);
        members.map(|(member, ..)| member).collect()
    }

    /// Whether this write may set a member to a value: it sends one like it, or replaces all and leaves it out
    /// (RFC 9110, 9.3.4).
    #[must_use]
    pub fn may_set_to(&self, member: &Member, value: &Value) -> bool {
        match self.value_of(member) {
            Some(sent) => is_alike(sent, value, &member.shape),
            None => self.operation.method == "PUT",
        }
    }

    fn value_of(&self, member: &Member) -> Option<&Value> {
        let mut sent = self.members.iter();
        let (_, value) = sent.find(|(name, _)| is_called(member, name))?;
        Some(value)
    }
}

/// Whether a member has this name, in its answer or on its page, in whatever letter case.
fn is_called(member: &Member, name: &str) -> bool {
    let mut names = [&member.name, &member.documented].into_iter();
    names.any(|one| one.eq_ignore_ascii_case(name))
}

/// Whether a value that was sent has the type of a member: what has another, such as an id for an object, is told in
/// other words.
fn is_of(value: &Value, shape: &Shape) -> bool {
    match (&shape.kind, value) {
        (Kind::List(item), Value::Array(items)) => {
            let is_plain = !matches!(item.kind, Kind::List(_) | Kind::Object(_));
            is_plain && items.iter().all(|one| is_of(one, item))
        }
        (Kind::DateTime(_), Value::String(token)) => text::date_time(token).is_some(),
        (Kind::Object(_), Value::Object(_))
        | (Kind::Text | Kind::Guid, Value::String(_))
        | (Kind::Integer | Kind::Number, Value::Number(_))
        | (Kind::Boolean, Value::Bool(_)) => true,
        _ => false,
    }
}

/// Whether a portal may take a value for one that was not sent.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        _ => false,
    }
}

/// Whether a value is one of those that a place admits.
fn is_admitted(value: &Value, shape: &Shape) -> bool {
    let domain = shape.domain.as_deref();
    domain.is_none_or(|domain| domain.outside(value).is_none())
}

/// Whether a value that was sent may be the one that is shown, in another form: trimmed, in other letter case or
/// punctuation, shortened, rounded, or a moment told by its day or in another zone.
fn is_alike(sent: &Value, shown: &Value, shape: &Shape) -> bool {
    let otherwise = differences(sent, shown, shape);
    // What an object was sent without, it may have all the same.
    let mut otherwise = otherwise.iter().filter(|one| one.left.is_some());
    otherwise.all(
        |one| match (sent.pointer(&one.pointer), shown.pointer(&one.pointer)) {
            (Some(Value::String(sent)), Some(Value::String(shown))) => is_like_text(sent, shown),
            (Some(Value::Number(sent)), Some(Value::Number(shown))) => {
                let numbers = sent.as_f64().zip(shown.as_f64());
                numbers.is_some_and(|(sent, shown)| {
                    let is_whole = sent.fract() == 0.0 && shown.fract() == 0.0;
                    !is_whole && (sent - shown).abs() < 1.0
                })
            }
            _ => false,
        },
    )
}

fn is_like_text(one: &str, other: &str) -> bool {
    if let (Some(one), Some(other)) = (text::date_time(one), text::date_time(other)) {
        return (one - other).abs() < DAY;
    }
    let (one, other) = (folded(one), folded(other));
    let (short, long) = if one.len() < other.len() {
        (one, other)
    } else {
        (other, one)
    };
    short == long || (short.len() >= SHORTENED && long.starts_with(&short))
}

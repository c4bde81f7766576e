//! What the body of a write says of the resource that the write answers with.

use serde_json::{Map, Value};

use crate::check::compare::{Difference, differences};
use crate::client::Request;
use crate::contract::{Operation, ParameterIn};
use crate::shape::{Kind, Member, Shape, text};

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
        let parameters = self.operation.parameters.iter();
        let mut documented = parameters.filter(|one| one.sent_in == ParameterIn::Body);
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

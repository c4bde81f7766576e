//! The members around a payload, as the profile lists them.

use serde_json::{Map, Value};

use crate::profile::{EnvelopeMember, Profile, Repeats};

/// The payload in its envelope; members that the portal knows no value of are left out.
pub(crate) fn of(profile: &Profile, status: u16, payload: Value) -> Value {
    let mut answer = Map::new();
    for member in &profile.envelope.members {
        let value = match (member.constant, member.equals) {
            (Some(constant), _) => constant.into(),
            (None, Some(Repeats::StatusCode)) => status.into(),
            (None, Some(Repeats::Items)) => match &payload {
                Value::Array(items) => items.len().into(),
                _ => 1.into(),
            },
            (None, None) => continue,
        };
        if !(member.omitted_at_zero && value == 0) {
            answer.insert(member.name.clone(), value);
        }
    }
    answer.insert(profile.envelope.payload.clone(), payload);
    Value::Object(answer)
}

/// Whether the portal knows a value of a member.
pub(crate) fn is_told(member: &EnvelopeMember) -> bool {
    member.constant.is_some() || member.equals.is_some()
}

//! The members around a payload, as the profile lists them.

use serde_json::{Map, Value};

use crate::profile::Profile;
use crate::shape::Member;

/// The member that repeats the status code.
pub(crate) const STATUS_CODE: &str = "statusCode";
/// The member that counts the resources.
const COUNT: &str = "count";

/// The payload in its envelope; members that the portal knows no value of are left out.
pub(crate) fn of(profile: &Profile, status: u16, payload: Value) -> Value {
    let mut answer = Map::new();
    for member in &profile.envelope.members {
        let value = match (member.constant, member.name.as_str()) {
            (Some(constant), _) => constant.into(),
            (None, STATUS_CODE) => status.into(),
            (None, COUNT) => match &payload {
                Value::Array(items) => items.len().into(),
                _ => 1.into(),
            },
            (None, _) => continue,
        };
        answer.insert(member.name.clone(), value);
    }
    answer.insert(profile.envelope.payload.clone(), payload);
    Value::Object(answer)
}

/// Whether the portal knows a value of a member.
pub(crate) fn is_told(member: &Member) -> bool {
    member.constant.is_some() || matches!(member.name.as_str(), STATUS_CODE | COUNT)
}

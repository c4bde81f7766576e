//! The members around a payload, as the profile lists them.

use serde_json::{Map, Value};

use crate::profile::{EnvelopeMember, NotedType, Profile, Repeats};

/// The payload in its envelope; those of a type alone have some value of it, optional
/// ones are left out.
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
            (None, None) if is_sampled(member) => sample(member),
            (None, None) => continue,
        };
        if !(member.omitted_at_zero && value == 0) {
            answer.insert(member.name.clone(), value);
        }
    }
    answer.insert(profile.envelope.payload.clone(), payload);
    Value::Object(answer)
}

/// Whether a member must be there, whatever it says: what tells of parts says nothing where there are none, and
/// what is left out at 0 is 0.
fn is_sampled(member: &EnvelopeMember) -> bool {
    !member.optional && !member.omitted_at_zero && member.tells.is_none()
}

/// Some value of a member of which its type alone is known.
fn sample(member: &EnvelopeMember) -> Value {
    match member.kind {
        NotedType::Text | NotedType::Any => "text".into(),
        NotedType::Integer => member.at_least.map_or(1, |least| least.max(1)).into(),
        NotedType::Number => member.at_least.map_or(1, |least| least.max(1)).into(),
        NotedType::Boolean => true.into(),
        NotedType::DateTime => "2020-12-08T17:37:04.5916406Z".into(),
        NotedType::Guid => "4a515a15-d4d6-4b8e-828e-e0586f18f3a3".into(),
    }
}

/// Whether the portal knows a value of a member, and not any other would do.
pub(crate) fn is_told(member: &EnvelopeMember) -> bool {
    let is_known = member.constant.is_some() || member.equals.is_some();
    is_known || (is_sampled(member) && member.kind != NotedType::Any)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::profile;

    #[test]
    fn members_of_a_type_alone_have_some_value_of_it() {
        let members = ["text", "integer", "number", "boolean", "date-time", "guid"];
        let listed = members
            .map(|kind| format!("[[envelope.member]]\nname = \"{kind}\"\ntype = \"{kind}\"\n"))
            .concat();
        let rest = "[[envelope.member]]\nname = \"next\"\ntype = \"integer\"\noptional = true\n\
                    [[envelope.member]]\nname = \"least\"\ntype = \"integer\"\nat-least = 7\n\
                    [[envelope.member]]\nname = \"start\"\ntype = \"integer\"\nomitted-at-zero = true\n";
        let text = format!("extends = \"as-documented\"\nname = \"mine\"\n{listed}{rest}");
        let profile = profile::parse("mine.toml", &text).unwrap();
        let answer = of(&profile, 200, Value::Null);
        assert_eq!(answer["text"], "text");
        assert_eq!(answer["least"], 7);
        assert_eq!(answer.get("next"), None);
        assert_eq!(answer.get("start"), None);
        for kind in members {
            assert!(answer.get(kind).is_some(), "{kind}: {answer}");
        }
        assert_eq!(answer["boolean"], json!(true));
    }
}

//! Whether a resource that is still told says that it is deleted.

use serde_json::{Map, Value};

use crate::names::folded;

/// Words for what is put aside, without signs and in small letters: texts that say it in whatever member, and members
/// that say it where they are true.
const PUT_ASIDE: [&str; 9] = [
    "archived",
    "deactivated",
    "deleted",
    "inactive",
    "isarchived",
    "isdeleted",
    "istrashed",
    "removed",
    "trashed",
];
/// Members that say when it was, or by whom.
const SINCE: [&str; 5] = [
    "archivedat",
    "deletedat",
    "deletedby",
    "deletedon",
    "removedat",
];

/// Whether a resource says so in one of its own members.
#[must_use]
pub fn says_deleted(resource: &Map<String, Value>) -> bool {
    resource.iter().any(|(name, value)| {
        let name = folded(name);
        let text = value.as_str().map(folded).unwrap_or_default();
        let is_word = PUT_ASIDE.contains(&text.as_str());
        let is_flag = PUT_ASIDE.contains(&name.as_str()) && *value == Value::Bool(true);
        let is_moment = SINCE.contains(&name.as_str()) && !value.is_null();
        is_word || is_flag || is_moment
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_put_aside_says_so_in_a_word_a_flag_or_a_moment() {
        for (resource, expected) in [
            (json!({ "id": 1, "status": "DELETED" }), true),
            (json!({ "id": 1, "is_deleted": true }), true),
            (
                json!({ "id": 1, "deletedAt": "2026-01-01T00:00:00Z" }),
                true,
            ),
            (
                json!({ "id": 1, "archived": false, "deletedAt": null }),
                false,
            ),
            (
                json!({ "id": 1, "status": "open", "notes": "the sail was removed" }),
                false,
            ),
            (json!({ "id": 1, "last": { "deleted": true } }), false),
        ] {
            let resource = resource.as_object().unwrap();
            assert_eq!(says_deleted(resource), expected, "{resource:?}");
        }
    }
}

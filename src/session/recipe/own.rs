//! Whose id it is that stands in a place of an answer: that of what a step made, or of something that it names.
//!
//! In come places of answers, and what a step is about. What a portal makes has its id in a member of its own;
//! its creator, owner or parent stand beside it, or in an object below it, and counts and states around it.

use serde_json::{Map, Value};

use crate::pointer::{is_index, unescaped};
use crate::session::recipe::called::{Called, is_bare, is_called_id, is_own, is_own_alone, words};

/// Members that hold what an answer is about.
const AROUND: [&str; 25] = [
    "attributes",
    "body",
    "content",
    "d",
    "data",
    "details",
    "entity",
    "entries",
    "entry",
    "item",
    "items",
    "list",
    "metadata",
    "object",
    "objects",
    "ocs",
    "payload",
    "record",
    "records",
    "resource",
    "response",
    "result",
    "results",
    "value",
    "values",
];
/// Words of members that hold what was made just now.
const MADE: [&str; 8] = [
    "added",
    "created",
    "inserted",
    "new",
    "registered",
    "saved",
    "stored",
    "submitted",
];
/// Last words of members by which things are known that have no id: a count, a state or a version is none.
const KEYS: [&str; 10] = [
    "handle",
    "key",
    "login",
    "name",
    "no",
    "number",
    "reference",
    "slug",
    "title",
    "username",
];
/// Members in which an id stands that is called as what is around them: `nid: [{ value: 7 }]`, `_id: { $oid: 7 }`.
const TYPED: [&str; 2] = ["$oid", "value"];

/// Whether a pointer into an answer can lead to the id of what a step of this kind made: at its top, below
/// what is around it, or in an item of a list. What nothing says of is one only where a `find` shows it.
pub(super) fn can_be_made(pointer: &str, kind: &Called, is_shown: bool) -> bool {
    let steps = steps(pointer);
    match steps.as_slice() {
        // The answer is the id, or what is around it holds nothing else.
        [] => true,
        [last] if is_index(last) => false,
        [last] if is_called_id(last) || is_bare(last) => kind.is_id(last),
        [last] => is_shown || is_around(last, kind) || is_key(last, kind),
        [first, way @ .., last] => {
            // `createBy` is no envelope, and an item of a list has members.
            let is_first = is_index(first) || !is_called_id(first);
            let mut way = way.iter();
            let is_way = way.all(|step| is_index(step) || is_around(step, kind));
            // By a name it is known where the name of the run stands in it, or a `find` shows it.
            let is_key = || is_key(last, kind) && (is_index(first) || is_around(first, kind));
            is_first && is_way && (kind.is_id(last) || is_key())
        }
    }
}

/// Whether a pointer into an item of a list leads to the item's own id.
pub(super) fn can_be_found(pointer: &str, kind: &Called) -> bool {
    match steps(pointer).as_slice() {
        [] => true,
        [last] => !is_index(last) && kind.is_id(last),
        _ => false,
    }
}

fn is_around(name: &str, kind: &Called) -> bool {
    kind.is_called(name) || AROUND.contains(&name.to_ascii_lowercase().as_str())
}

/// Whether a member is called as what was made just now: `created`, `newContact`.
fn is_of_making(name: &str, kind: &Called) -> bool {
    let words = words(name);
    let (made, of): (Vec<String>, Vec<String>) = words
        .into_iter()
        .partition(|word| MADE.contains(&word.as_str()));
    !made.is_empty() && (of.is_empty() || kind.is_called(&of.concat()))
}

/// Whether a member is called as what things of this kind are known by: `key`, `orderNumber` of an order.
fn is_key(name: &str, kind: &Called) -> bool {
    match words(name).as_slice() {
        [of @ .., last] if KEYS.contains(&last.as_str()) => {
            of.is_empty() || kind.is_called(&of.concat())
        }
        _ => false,
    }
}

/// What an answer says of the place to which a pointer leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ownership {
    /// It is the id of the thing that is answered.
    Own,
    /// Nothing says that it is an id: it may be a count.
    Unsaid,
    /// Something else in the answer looks like the thing.
    Beside,
    /// It stands in the thing that is answered, or beside its id: something else is meant.
    Foreign,
    /// It is the id of an item of a list that does not bear the name of the run.
    Unmarked,
}

/// Whose id it is that stands in an answer to the run of this name, about what is of this kind.
pub(super) fn ownership(answer: &Value, pointer: &str, run: &str, kind: &Called) -> Ownership {
    let steps = steps(pointer);
    let Some((last, way)) = steps.split_last() else {
        return if has_run(answer, run) {
            Ownership::Own
        } else {
            Ownership::Unsaid
        };
    };
    let mut at = answer;
    let (mut is_item, mut is_beside) = (false, false);
    for step in way {
        if has_id(at) {
            return Ownership::Foreign;
        }
        is_item |= at.is_array();
        let next = below(at, step);
        let mut others = others(at, step);
        is_beside |= !has_run(next, run) && others.any(|other| has_id(other) && bears(other, run));
        // `author` and `customer` are something else, unless the name of the run is there and nowhere else.
        // So is `created`, unless it is all there is, and not `{ "by": 7 }`.
        let is_alone = || {
            let mut others = self::others(at, step);
            is_of_making(step, kind) && !others.any(Value::is_object)
        };
        is_beside |= !is_index(step)
            && !is_around(step, kind)
            && (!has_run(next, run) && !is_alone() || has_run_beside(at, step, run));
        at = next;
    }
    let members = at.as_object();
    let is_own_id = members.is_none_or(|members| is_id_of(members, last));
    let is_of_run = is_text_with(below(at, last), run);
    if has_id(at) && !is_own_id && !is_of_run || is_bare(last) && !is_own_id {
        Ownership::Foreign
    } else if is_item && !bears(at, run) {
        Ownership::Unmarked
    } else if is_of_run {
        Ownership::Own
    } else if is_beside {
        Ownership::Beside
    } else {
        among(at, last, run)
    }
}

/// The same of a member by what stands beside it.
fn among(at: &Value, last: &str, run: &str) -> Ownership {
    let is_id = is_bare(last) || is_called_id(last);
    let is_key = is_key(last, &Called::default());
    let is_around = is_around(last, &Called::default());
    let is_made = |other: &Value| match (has_id(other), bears(other, run)) {
        (true, true) => true,
        (true, false) => !is_id && !is_key,
        (false, true) => !is_id && !is_key && !is_around,
        (false, false) => false,
    };
    match (is_id, others(at, last).any(is_made)) {
        (true, false) => Ownership::Own,
        (false, true) => Ownership::Beside,
        _ => Ownership::Unsaid,
    }
}

/// What stands at a step below a value.
fn below<'a>(at: &'a Value, step: &str) -> &'a Value {
    let below = match at {
        Value::Array(items) => step.parse().ok().and_then(|at: usize| items.get(at)),
        other => other.get(step),
    };
    below.unwrap_or(&Value::Null)
}

/// Whether a text beside a member bears the name of the run, at any depth.
fn has_run_beside(at: &Value, step: &str, run: &str) -> bool {
    let mut members = at.as_object().into_iter().flatten();
    members.any(|(name, other)| name != step && has_run(other, run))
}

/// The objects that stand beside a member, and in lists there.
fn others<'a>(at: &'a Value, step: &'a str) -> impl Iterator<Item = &'a Value> {
    let members = at.as_object().into_iter().flatten();
    let others = members.filter(move |(name, _)| *name != step);
    others.flat_map(|(_, other)| match other {
        Value::Array(items) => items.as_slice(),
        other => std::slice::from_ref(other),
    })
}

/// Whether a value is an object with an id of its own.
fn has_id(value: &Value) -> bool {
    let members = value.as_object();
    members.is_some_and(|members| members.keys().any(|name| is_id_of(members, name)))
}

/// Whether a member of an object holds the object's own id: of several, none that may be something else's.
pub(super) fn is_id_of(members: &Map<String, Value>, name: &str) -> bool {
    // The `id` of JSON-RPC is that of the request.
    if members.contains_key("jsonrpc") {
        return false;
    }
    let is_alone = || !members.keys().any(|name| is_own(name));
    let has_text = || {
        let text = members.get(name).and_then(Value::as_str);
        text.is_some_and(|text| text.contains(|c: char| c.is_ascii_alphabetic()))
    };
    is_own(name) || is_own_alone(name) && (is_alone() || has_text())
}

/// Whether a text of an object bears the name of the run.
fn bears(value: &Value, run: &str) -> bool {
    let mut texts = value.as_object().into_iter().flat_map(Map::values);
    texts.any(|member| is_text_with(member, run))
}

/// Whether a text anywhere in a value does.
fn has_run(value: &Value, run: &str) -> bool {
    match value {
        Value::Array(items) => items.iter().any(|item| has_run(item, run)),
        Value::Object(members) => members.values().any(|member| has_run(member, run)),
        text => is_text_with(text, run),
    }
}

fn is_text_with(value: &Value, run: &str) -> bool {
    value.as_str().is_some_and(|text| text.contains(run))
}

/// The steps of a JSON pointer (RFC 6901), without those that lead into an id alone.
fn steps(pointer: &str) -> Vec<String> {
    let mut steps: Vec<String> = pointer.split('/').skip(1).map(unescaped).collect();
    let ids = match steps.as_slice() {
        [.., id, index, last] if is_index(index) && TYPED.contains(&last.as_str()) => Some((id, 2)),
        [.., id, last] if TYPED.contains(&last.as_str()) => Some((id, 1)),
        _ => None,
    };
    let typed = ids.filter(|(id, _)| is_bare(id) || is_called_id(id));
    if let Some((_, typed)) = typed {
        steps.truncate(steps.len() - typed);
    }
    steps
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_the_first_object_of_an_answer_is_what_was_made() {
        let kind = Called::made("crm/contact");
        for (pointer, expected) in [
            ("", true),
            ("/id", true),
            ("/response", true),
            ("/response/id", true),
            ("/response/contactId", true),
            ("/response/0/id", true),
            ("/0/id", true),
            ("/response/ownerId", false),
            ("/ownerId", false),
            ("/response/createBy", false),
            ("/response/createBy/id", false),
            ("/response/0/createBy/id", false),
            ("/response/0", false),
            ("/0", false),
            ("/response/a/0/id", false),
            ("/response/items/0/0", false),
            ("/ocs/data/id", true),
            ("/data/contact/id", true),
            ("/result/item/id", true),
            ("/data/0/details/id", true),
            ("/data/owner/id", false),
            ("/data/contact/owner/id", false),
            ("/gid", true),
            ("/iid", true),
            ("/sid", true),
            ("/objectId", true),
            ("/data/documentId", true),
            ("/nid/0/value", true),
            ("/_id/$oid", true),
            ("/ownerId/0/value", false),
            ("/contact", true),
            ("/metadata/name", true),
            ("/response/0/key", true),
            ("/data/contactNumber", true),
            ("/data/count", false),
            ("/owner/name", false),
            ("/data/ownerName", false),
            ("/key", true),
            ("/contactNumber", true),
            ("/count", false),
            ("/status", false),
            ("/version", false),
            ("/total", false),
            ("/newest", false),
            ("/ownerNumber", false),
        ] {
            assert_eq!(can_be_made(pointer, &kind, false), expected, "{pointer}");
        }
        // What a look will be held against may be called as it likes, but as something else's id.
        let with_find = ["/newest", "/count", "/ownerId", "/0"];
        let allowed = with_find.map(|pointer| can_be_made(pointer, &kind, true));
        assert_eq!(allowed, [true, true, false, false]);
        let person = Called::made("api/people");
        assert!(can_be_made("/personId", &person, false));
        for (pointer, expected) in [
            ("", true),
            ("/id", true),
            ("/contactId", true),
            ("/ownerId", false),
            ("/createBy/id", false),
            ("/0", false),
        ] {
            assert_eq!(can_be_found(pointer, &kind), expected, "{pointer}");
        }
    }

    #[test]
    fn an_id_inside_of_what_has_one_is_that_of_something_else() {
        let answer = json!({ "status": 0, "response": {
            "id": 77, "contactId": 5, "createBy": { "id": 1234 }
        }});
        let bare = json!({ "Id": 77, "createBy": { "id": 1234 }, "owner": 1234 });
        let listed = json!({ "response": [
            { "id": 7, "name": "of run1" },
            { "id": 8, "name": "other", "owner": { "id": 9, "name": "run1" } },
        ]});
        for (answer, pointer, expected) in [
            (&answer, "/response/id", Ownership::Own),
            (&answer, "/response/contactId", Ownership::Foreign),
            (&answer, "/response/createBy/id", Ownership::Foreign),
            (&bare, "/Id", Ownership::Own),
            (&bare, "/createBy/id", Ownership::Foreign),
            (&bare, "/owner", Ownership::Foreign),
            (&json!(77), "", Ownership::Unsaid),
            (&json!({ "response": 77 }), "/response", Ownership::Unsaid),
            (
                &json!({ "response": { "contactId": 7 } }),
                "/response/contactId",
                Ownership::Own,
            ),
            (&listed, "/response/0/id", Ownership::Own),
            (&listed, "/response/1/id", Ownership::Unmarked),
            (&listed, "/response/2/id", Ownership::Unmarked),
            (&json!([{ "id": 7 }]), "/0/id", Ownership::Unmarked),
        ] {
            let found = ownership(answer, pointer, "run1", &Called::made("contact"));
            assert_eq!(found, expected, "{pointer}");
        }
    }

    #[test]
    fn a_count_beside_what_was_made_is_no_id_of_it() {
        let made = json!({ "id": 101, "name": "run1" });
        for (answer, pointer, expected) in [
            (
                json!({ "count": 1, "status": 0, "response": made }),
                "/count",
                Ownership::Beside,
            ),
            (
                json!({ "count": 1, "response": [{ "id": 101 }] }),
                "/count",
                Ownership::Beside,
            ),
            (
                json!({ "rows": 1, "contact": { "name": "run1" } }),
                "/rows",
                Ownership::Beside,
            ),
            (
                json!({ "result": 1, "contact": made }),
                "/result",
                Ownership::Beside,
            ),
            (
                json!({ "owner": { "id": 3 }, "contact": made }),
                "/owner/id",
                Ownership::Beside,
            ),
            // The id of a request.
            (
                json!({ "jsonrpc": "2.0", "id": 1, "result": made }),
                "/id",
                Ownership::Foreign,
            ),
            (
                json!({ "jsonrpc": "2.0", "id": 1, "result": made }),
                "/result/id",
                Ownership::Own,
            ),
            (
                json!({ "id": 1, "contact": made }),
                "/id",
                Ownership::Unsaid,
            ),
            (json!({ "rows": 1 }), "/rows", Ownership::Unsaid),
            // What was made has parts, and is repeated.
            (
                json!({ "id": 7, "fields": { "name": "run1" }, "owner": { "id": 3 } }),
                "/id",
                Ownership::Own,
            ),
            (
                json!({ "key": "A-1", "fields": { "name": "run1" }, "owner": { "id": 3 } }),
                "/key",
                Ownership::Unsaid,
            ),
            (
                json!({ "request": { "name": "run1" }, "result": { "id": 7 } }),
                "/result/id",
                Ownership::Own,
            ),
            (
                json!({ "request": { "name": "run1" }, "result": 7 }),
                "/result",
                Ownership::Unsaid,
            ),
            // A name that holds that of the run is nobody else's.
            (
                json!({ "id": 7, "name": "run1", "owner": { "id": 3 } }),
                "/name",
                Ownership::Own,
            ),
            (
                json!({ "id": 7, "name": "Ann" }),
                "/name",
                Ownership::Foreign,
            ),
        ] {
            let found = ownership(&answer, pointer, "run1", &Called::made("contact"));
            assert_eq!(found, expected, "{pointer} {answer}");
        }
    }

    #[test]
    fn a_wrapper_of_another_name_holds_what_was_made_where_the_run_is_named_in_it_alone() {
        let kind = Called::made("crm/contact");
        for name in ["author", "customer", "company", "parent", "account"] {
            let pointer = format!("/{name}/id");
            let made = json!({ name: { "id": 7, "name": "of run1" } });
            assert_eq!(ownership(&made, &pointer, "run1", &kind), Ownership::Own);
            for answer in [
                json!({ name: { "id": 7 }, "text": "run1" }),
                json!({ name: { "id": 7, "name": "Eve" }, "data": { "title": "run1" } }),
                json!({ name: { "id": 7, "of": "run1" }, "title": "run1" }),
                json!({ name: { "id": 7 } }),
            ] {
                let found = ownership(&answer, &pointer, "run1", &kind);
                assert_eq!(found, Ownership::Beside, "{answer}");
            }
        }
        // What was made just now is it, where nothing else stands there.
        for (answer, pointer, expected) in [
            (
                json!({ "created": { "id": 7 } }),
                "/created/id",
                Ownership::Own,
            ),
            (
                json!({ "status": 0, "newContact": { "id": 7 } }),
                "/newContact/id",
                Ownership::Own,
            ),
            (
                json!({ "newOwner": { "id": 7 } }),
                "/newOwner/id",
                Ownership::Beside,
            ),
            (
                json!({ "created": { "id": 7 }, "title": "run1" }),
                "/created/id",
                Ownership::Beside,
            ),
            (
                json!({ "created": { "id": 7 }, "owner": { "id": 3 } }),
                "/created/id",
                Ownership::Beside,
            ),
        ] {
            let found = ownership(&answer, pointer, "run1", &kind);
            assert_eq!(found, expected, "{answer}");
        }
        // What is called as it is, or says nothing, may stand beside a message.
        for name in ["contact", "contacts", "data", "result"] {
            let answer = json!({ name: { "id": 7 }, "message": "made run1" });
            let found = ownership(&answer, &format!("/{name}/id"), "run1", &kind);
            assert_eq!(found, Ownership::Own, "{name}");
        }
    }

    #[test]
    fn an_id_that_may_be_the_authors_is_the_own_one_where_no_other_is() {
        for (answer, pointer, expected) in [
            (json!({ "uid": 7 }), "/uid", Ownership::Own),
            (
                json!({ "data": { "gid": "7" } }),
                "/data/gid",
                Ownership::Own,
            ),
            (json!({ "id": 7, "iid": 2 }), "/iid", Ownership::Own),
            (json!({ "id": 7, "uid": "cIBg" }), "/uid", Ownership::Own),
            (
                json!({ "id": 7, "documentId": 5 }),
                "/documentId",
                Ownership::Foreign,
            ),
            (
                json!({ "nid": [{ "value": 7 }], "uid": [{ "value": 1 }] }),
                "/nid/0/value",
                Ownership::Own,
            ),
            (
                json!({ "nid": [{ "value": 7 }], "uid": [{ "value": 1 }] }),
                "/uid/0/value",
                Ownership::Foreign,
            ),
            (
                json!({ "nid": [{ "value": 7 }], "uid": [{ "id": 1 }] }),
                "/uid/0/id",
                Ownership::Foreign,
            ),
            (
                json!({ "_id": { "$oid": "a1" } }),
                "/_id/$oid",
                Ownership::Own,
            ),
        ] {
            let found = ownership(&answer, pointer, "run1", &Called::made("contact"));
            assert_eq!(found, expected, "{pointer} {answer}");
        }
    }
}

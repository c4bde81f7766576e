//! Whose id it is that stands in a place: that of what a step is about, or of something that it names.
//!
//! In come places of answers, bodies and queries, and the path of a step. What a portal makes has its id
//! in a member of its own; its creator, owner or parent stand beside it, or in an object below it.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::pointer::unescaped;
use crate::session::recipe::fill::{bare_steps, decoded, whole};

/// The members that hold the id of the object in which they stand.
const OWN: [&str; 5] = ["id", "_id", "guid", "uid", "uuid"];

/// Words of paths that say what is done, and to nothing: `contact/delete/7` is about a contact.
const DOINGS: [&str; 12] = [
    "archive",
    "cancel",
    "clear",
    "close",
    "deactivate",
    "disable",
    "revoke",
    "terminate",
    "undo",
    "unlink",
    "unpublish",
    "update",
];
/// Those that take away what they are done to.
const REMOVING: [&str; 8] = [
    "delete", "destroy", "discard", "drop", "erase", "purge", "remove", "trash",
];
/// Words behind what is made that say how: `contact/create` makes a contact.
const MAKING: [&str; 19] = [
    "add",
    "batch",
    "bulk",
    "clone",
    "copy",
    "create",
    "draft",
    "duplicate",
    "import",
    "insert",
    "make",
    "new",
    "quick",
    "register",
    "save",
    "simple",
    "submit",
    "upload",
    "upsert",
];
/// Words behind what is made that say of what sort: `contact/person` makes a contact.
const SORTS: [&str; 9] = [
    "active",
    "company",
    "guest",
    "individual",
    "organisation",
    "organization",
    "person",
    "private",
    "public",
];

/// Steps of paths that name whoever asks; `@my` and its like are folders, and only at the end one of them.
const OWNERS: [&str; 3] = ["self", "me", "current"];

/// What the things that a path is about are called, such as `contact`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Called(BTreeSet<String>);

impl Called {
    /// What a step makes that has this path: its last word, and the one before it where that says how it is
    /// made or of what sort it is. Whatever else stands before is a place: `project/task` makes a task. A word
    /// that a value follows is about something that is there.
    pub(super) fn made(path: &str) -> Self {
        let mut steps = bare_steps(path).take_while(|step| is_word(step)).peekable();
        let mut words = Vec::new();
        while let Some(word) = steps.next_if(|word| is_one_of(&MAKING, word)) {
            words.push(word);
        }
        for word in steps {
            words.push(word);
            if !is_one_of(&SORTS, word) {
                break;
            }
        }
        Self::of(words.into_iter())
    }

    /// What a path may be about that makes something: its words, but not those that a value follows.
    pub(super) fn words(path: &str) -> Self {
        let steps: Vec<&str> = bare_steps(path).collect();
        let words = steps.iter().enumerate().filter(|(at, word)| {
            let behind = at.checked_sub(1).map(|at| steps[at]);
            is_word(word) && behind.is_none_or(is_word)
        });
        Self::of(words.map(|(_, word)| *word))
    }

    /// What the value of a name is of in a path: the last word before it that says no doing, such as `delete`.
    pub(super) fn before(path: &str, name: &str) -> Self {
        let steps = bare_steps(path).skip_while(|step| whole(step) != Some(name));
        let mut words = steps.skip(1).take_while(|step| is_word(step));
        let word = words.find(|word| !is_doing(word));
        Self::of(word.into_iter())
    }

    /// Whether something may be of both.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        !self.0.is_disjoint(&other.0)
    }

    /// What a step is about whose path leads to the value of a name: the name, and the word before it.
    pub(super) fn named(path: &str, name: &str) -> Self {
        let mut steps = bare_steps(path).skip_while(|step| whole(step) != Some(name));
        let before = steps.nth(1).filter(|step| is_word(step));
        Self::of(before.into_iter().chain([name]))
    }

    /// The same, and another kind.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    fn of<'a>(words: impl Iterator<Item = &'a str>) -> Self {
        Self(words.flat_map(kinds).collect())
    }

    /// Whether a member of this name holds the id of what is of this kind, or ids.
    pub(super) fn is_id(&self, name: &str) -> bool {
        is_bare(name) || self.is_named_id(name)
    }

    /// The same of a name that says of what it is an id.
    pub(super) fn is_named_id(&self, name: &str) -> bool {
        let name = plain(name);
        let one = name.strip_suffix('s').unwrap_or(&name);
        let kind = one.strip_suffix("id");
        kind.is_some_and(|kind| self.0.contains(kind.trim_end_matches(['_', '-'])))
    }

    /// Whether a member is called as this kind is.
    pub(super) fn is_called(&self, name: &str) -> bool {
        let name = plain(name);
        let one = name.strip_suffix('s').unwrap_or(&name);
        self.0.contains(&name) || self.0.contains(one)
    }
}

/// A name, what one of several is called, and what has ids of that name.
fn kinds(name: &str) -> impl Iterator<Item = String> {
    let name = plain(name);
    let of_ids = name.strip_suffix("id").map(str::to_owned);
    let one = name.strip_suffix('s').map(str::to_owned);
    let ending_so = name.strip_suffix("es").map(str::to_owned);
    let of_y = name.strip_suffix("ies").map(|stem| format!("{stem}y"));
    let all = of_ids
        .into_iter()
        .chain(one)
        .chain(ending_so)
        .chain(of_y)
        .chain([name]);
    all.filter(|name| !name.is_empty())
}

/// Whether a word of a path says what is done.
fn is_doing(word: &str) -> bool {
    is_one_of(&DOINGS, word) || is_removing(word)
}

/// Whether it says that something is taken away.
pub(super) fn is_removing(word: &str) -> bool {
    is_one_of(&REMOVING, word)
}

fn is_one_of(words: &[&str], word: &str) -> bool {
    let word = word.trim_start_matches('@').to_ascii_lowercase();
    words.contains(&word.as_str())
}

/// A name of a member or parameter, as it is compared: without case, escapes, the brackets of lists, marks such
/// as those of `@id` and `$id`, and what stands before the last point, as in `contact.id`.
fn plain(name: &str) -> String {
    let name = decoded(name).to_ascii_lowercase();
    let name = name.split('[').next().unwrap_or_default();
    let name = name.rsplit('.').next().unwrap_or_default();
    let is_mark = |c: char| !c.is_alphanumeric() && c != '_';
    name.trim_matches(is_mark).to_owned()
}

/// Whether the name of a member or of a parameter says that ids are its values, as one of a list too:
/// `contactids`, `contactid[]`, `contactid%5B0%5D`.
pub(super) fn is_called_id(name: &str) -> bool {
    let name = plain(name);
    name.ends_with("id") || name.ends_with("ids")
}

/// Whether a member of this name holds the id of the object in which it stands, or ids.
pub(super) fn is_bare(name: &str) -> bool {
    let name = plain(name);
    OWN.contains(&name.strip_suffix('s').unwrap_or(&name))
}

/// Whether a path is about whoever asks, who was there before, or about what belongs to them.
pub(in crate::session) fn is_self(path: &str) -> bool {
    let path = decoded(path.split('?').next().unwrap_or_default());
    let mut steps = bare_steps(&path);
    let last = steps.next().unwrap_or_default();
    let is_named = |step: &str| {
        let word = step.trim_start_matches('@').to_lowercase();
        OWNERS.contains(&word.as_str())
    };
    last.starts_with('@')
        || last.eq_ignore_ascii_case("my")
        || is_named(last)
        || steps.any(is_named)
}

/// Whether a pointer into an answer can lead to the id of what a step of this kind made: at its top, below
/// one word that is around it, or in an item of the first list.
pub(super) fn can_be_made(pointer: &str, kind: &Called) -> bool {
    let steps = steps(pointer);
    let is_index = |step: &String| is_index(step);
    match steps.as_slice() {
        // The answer is the id, or what is around it holds nothing else.
        [] => true,
        [last] => !is_index(last) && (!is_called_id(last) || kind.is_id(last)),
        [around, last] => {
            // `createBy` is no envelope, and an item of a list has members.
            let is_around = is_index(around) || !is_called_id(around);
            is_around && kind.is_id(last)
        }
        [around, item, last] => !is_index(around) && is_index(item) && kind.is_id(last),
        _ => false,
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

/// What an answer says of the place to which a pointer leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ownership {
    /// It is the id of the thing that is answered.
    Own,
    /// It stands in the thing that is answered, or beside its id: something else is meant.
    Foreign,
    /// It is the id of an item of a list that does not bear the name of the run.
    Unmarked,
}

/// Whose id it is that stands in an answer to the run of this name.
pub(super) fn ownership(answer: &Value, pointer: &str, run: &str) -> Ownership {
    let steps = steps(pointer);
    let Some((last, way)) = steps.split_last() else {
        return Ownership::Own;
    };
    let mut at = answer;
    let mut is_item = false;
    for step in way {
        if has_id(at) {
            return Ownership::Foreign;
        }
        is_item |= at.is_array();
        at = match at {
            Value::Array(items) => step.parse().ok().and_then(|at: usize| items.get(at)),
            other => other.get(step),
        }
        .unwrap_or(&Value::Null);
    }
    if has_id(at) && !OWN.contains(&plain(last).as_str()) {
        Ownership::Foreign
    } else if is_item && !bears(at, run) {
        Ownership::Unmarked
    } else {
        Ownership::Own
    }
}

/// Whether a value is an object with an id of its own.
fn has_id(value: &Value) -> bool {
    let members = value.as_object();
    members.is_some_and(|members| {
        members
            .keys()
            .any(|name| OWN.contains(&plain(name).as_str()))
    })
}

/// Whether a text of an object bears the name of the run.
fn bears(value: &Value, run: &str) -> bool {
    let mut texts = value.as_object().into_iter().flat_map(|all| all.values());
    texts.any(|member| member.as_str().is_some_and(|text| text.contains(run)))
}

/// The steps of a JSON pointer (RFC 6901).
fn steps(pointer: &str) -> Vec<String> {
    pointer.split('/').skip(1).map(unescaped).collect()
}

fn is_index(step: &str) -> bool {
    !step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_word(step: &str) -> bool {
    let is_of_word = |byte: u8| byte.is_ascii_alphabetic() || b"-_@".contains(&byte);
    step.bytes().all(is_of_word)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_path_says_what_is_made_and_not_of_what() {
        let kind = Called::made("api/2.0/crm/contact/person.json");
        for (name, expected) in [
            ("id", true),
            ("ID", true),
            ("_id", true),
            ("uuid", true),
            ("contactId", true),
            ("contact_id", true),
            ("personids[]", true),
            ("ownerId", false),
            ("createBy", false),
            ("valid", false),
            ("companyid", false),
        ] {
            assert_eq!(kind.is_id(name), expected, "{name}");
        }
        let task = Called::made("contacts/{contactid}/tasks?x=company/person");
        assert!(task.is_id("taskId") && !task.is_id("contactId") && !task.is_id("companyId"));
        let task = Called::made("contact/1234/task");
        assert!(task.is_id("taskId") && !task.is_id("contactId"));
        let undone = Called::named("project/1/contacts/{contactid}.json", "contactid");
        assert!(undone.is_id("contactids") && undone.is_called("contact"));
        assert!(!undone.is_id("projectid") && !undone.is_called("project"));
    }

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
        ] {
            assert_eq!(can_be_made(pointer, &kind), expected, "{pointer}");
        }
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
            (&json!(77), "", Ownership::Own),
            (&json!({ "response": 77 }), "/response", Ownership::Own),
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
            assert_eq!(ownership(answer, pointer, "run1"), expected, "{pointer}");
        }
    }

    #[test]
    fn whoever_asks_was_there_before() {
        for (path, expected) in [
            ("people/@self.json", true),
            ("people/%40self", true),
            ("people/%2540SELF/x", true),
            ("contact/@self/x.json", true),
            ("users/me/photo", true),
            ("files/@my", true),
            ("files/@my/file", false),
            ("people/me?x=1", true),
            ("people/{userid}", false),
            ("people", false),
            ("", false),
        ] {
            assert_eq!(is_self(path), expected, "{path}");
        }
    }
}

//! What the path of a step is about, as its words call it, and which names hold ids of such things.
//!
//! In come the paths of steps, and the names of members and parameters.

use std::collections::BTreeSet;

use crate::config::Step;
use crate::names::doing::{DOINGS, REMOVING};
use crate::profile::{MemberCase, letters};
use crate::session::recipe::fill::{bare_steps, decoded};

/// The members that hold the id of the object in which they stand, as [`folded`].
const OWN: [&str; 5] = ["guid", "id", "iid", "nid", "uuid"];
/// Those that do where none of these stands beside them, or their text is no number: else they may be the author,
/// the revision or what it belongs to.
const OWN_ALONE: [&str; 11] = [
    "documentid",
    "entityid",
    "gid",
    "objectid",
    "oid",
    "pk",
    "recordid",
    "resourceid",
    "sid",
    "uid",
    "vid",
];

/// What several are called, and one of them, where the one is no beginning of the other.
const IRREGULAR: [(&str, &str); 4] = [
    ("children", "child"),
    ("indices", "index"),
    ("media", "medium"),
    ("people", "person"),
];

/// Words before what is made in one word with it: `createContact` makes a contact.
const MAKING_OF: [&str; 5] = ["add", "create", "insert", "make", "upsert"];
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
/// Words for whatever is meant.
const ANY: [&str; 5] = ["entity", "object", "record", "resource", "selected"];
/// Those by which somebody comes to be one of those that stand before it, where these are people: an `event/signup` is
/// none of events.
const JOINING: [&str; 2] = ["sign-up", "signup"];
/// Words for people.
const PEOPLE: [&str; 10] = [
    "account",
    "accounts",
    "customer",
    "customers",
    "member",
    "members",
    "people",
    "person",
    "user",
    "users",
];
/// Words beside a doing that say to how many it is done: `bulk-delete`, `deleteByIds`.
const MANY: [&str; 9] = [
    "batch", "bulk", "by", "id", "ids", "many", "mass", "multiple", "selected",
];
/// Words beside or behind it that say how: `delete-permanent`, `{contactid}/actions/delete`, `gdpr-delete`.
const HOW: [&str; 15] = [
    "action",
    "actions",
    "async",
    "force",
    "forever",
    "gdpr",
    "hard",
    "immediate",
    "immediately",
    "now",
    "operation",
    "operations",
    "permanent",
    "permanently",
    "soft",
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
    /// What a step makes: what it states, or what its path says.
    pub(super) fn made_by(step: &Step) -> Self {
        match &step.makes {
            Some(makes) => Self::stated(makes.all().iter().map(String::as_str)),
            None => Self::made(&step.path),
        }
    }

    /// What is called by these words, and one of several that are.
    pub(super) fn stated<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let words: Vec<&str> = words.into_iter().collect();
        let others = words.iter().filter_map(|word| other_number(word));
        Self::of(words.iter().copied().chain(others))
    }

    /// What a step makes that has this path: its last word, and the one before it where that says how it is
    /// made or of what sort it is. Whatever else stands before is a place: `project/task` makes a task. A word
    /// that a value follows is about something that is there.
    pub(super) fn made(path: &str) -> Self {
        let mut steps = bare_steps(path).take_while(|step| is_word(step)).peekable();
        let (mut words, mut last) = (Vec::new(), None);
        while let Some(word) = steps.next_if(|word| is_one_of(&MAKING, word)) {
            words.push(word);
        }
        if let Some(word) = steps.next_if(|word| is_one_of(&JOINING, word)) {
            words.push(word);
            if !steps.peek().is_some_and(|of| is_one_of(&PEOPLE, of)) {
                return Self::of(words.into_iter());
            }
        }
        for word in steps {
            words.push(word);
            last = Some(word);
            if !is_one_of(&SORTS, word) {
                break;
            }
        }
        // A contact of the sort `person` is none of `people`.
        let other = last.and_then(other_number);
        let of_verb = last.and_then(|word| behind(word, |verb| is_one_of(&MAKING_OF, verb)));
        Self::of(words.into_iter().chain(other).chain(of_verb.as_deref()))
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

    /// What a path is about that ends in words: the last of them that says no doing, such as `delete`; and the words
    /// behind it.
    pub(super) fn at_end(path: &str) -> (Self, Self) {
        Self::behind(bare_steps(path), says_many)
    }

    /// The same of steps before an id, the last one first.
    pub(super) fn last<'a>(steps: impl Iterator<Item = &'a str>) -> (Self, Self) {
        Self::behind(steps, |_| false)
    }

    fn behind<'a>(
        steps: impl Iterator<Item = &'a str>,
        is_beside: impl Fn(&str) -> bool,
    ) -> (Self, Self) {
        let mut passed = Vec::new();
        let mut words = steps.take_while(|step| is_word(step));
        let word = words.find(|word| {
            // `contact/vid/7` is a contact by one of its ids.
            let is_passed = is_doing(word) || is_bare(word) || says_how(word) || is_beside(word);
            if is_passed {
                passed.push(*word);
            }
            !is_passed
        });
        let of_verb = word.and_then(|word| behind(word, is_doing));
        let called = Self::of(word.into_iter().chain(of_verb.as_deref()));
        (called, Self::of(passed.into_iter()))
    }

    /// Whether it is called by nothing but a word for several, as what is made at `batches`.
    pub(super) fn is_many(&self) -> bool {
        let is_of_many = |word: &String| MANY.iter().any(|many| word.starts_with(many));
        !self.0.is_empty() && self.0.iter().all(is_of_many)
    }

    /// Whether something may be of both.
    pub(super) fn is_of(&self, other: &Self) -> bool {
        !self.0.is_disjoint(&other.0)
    }

    /// What a step is about whose path leads to the value of a name: the name, and the word before it, of the steps
    /// before it, the last one first.
    pub(super) fn named<'a>(mut before: impl Iterator<Item = &'a str>, name: &'a str) -> Self {
        let before = before.next().filter(|step| is_word(step));
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
        kind.is_some_and(|kind| {
            let kind = kind.trim_end_matches(['_', '-']);
            let is_of_people = || self.0.contains("people") || self.0.contains("user");
            self.0.contains(kind) || matches!(kind, "person" | "user") && is_of_people()
        })
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

/// What stands behind a verb in one word with it, as in `deleteContact` and `add-contact`.
pub(super) fn behind(word: &str, is_verb: impl Fn(&str) -> bool) -> Option<String> {
    match words(word).as_slice() {
        [verb, of @ ..] if !of.is_empty() && is_verb(verb) => Some(of.concat()),
        _ => None,
    }
}

/// Whether a word of a path says what is done, and nothing of what it is done to but to how many.
pub(super) fn is_doing(word: &str) -> bool {
    let is_plain = |word: &str| is_one_of(&DOINGS, word) || is_one_of(&REMOVING, word);
    let words = words(word);
    let mut says = words
        .iter()
        .filter(|word| !is_one_of(&MANY, word) && !says_how(word));
    is_plain(word) || says.clone().count() > 0 && says.all(|word| is_plain(word))
}

/// Whether it says that what is done is done to several.
pub(super) fn says_many(word: &str) -> bool {
    is_one_of(&MANY, word)
}

/// Whether it is for what is done to things of several kinds, which the body names: `fileops`, `file-operations`. `shops` are things.
pub(super) fn is_of_operations(word: &str) -> bool {
    let is_last = |last: &String| matches!(last.as_str(), "operation" | "operations" | "ops");
    let all = words(word);
    is_one_of(&["bulkops", "fileops"], word) || all.len() > 1 && all.last().is_some_and(is_last)
}

/// Whether a name says only that ids of what is meant are its values: `entityIds`, `selected_ids`.
pub(super) fn is_any_id(name: &str) -> bool {
    match words(name.trim_end_matches("[]").trim_end_matches("[0]")).as_slice() {
        [of @ .., last] => {
            matches!(
                last.as_str(),
                "id" | "ids" | "uid" | "uids" | "uuid" | "uuids" | "guid" | "guids"
            ) && !of.is_empty()
                && of
                    .iter()
                    .all(|word| is_one_of(&ANY, word) || is_one_of(&REMOVING, word))
        }
        [] => false,
    }
}

/// Whether a word of a path says how something is done.
pub(super) fn says_how(word: &str) -> bool {
    is_one_of(&HOW, word)
}

/// The same, or what is done and to what in one word: `deleteContact`.
pub(super) fn is_doing_of_any(word: &str) -> bool {
    is_doing(word) || behind(word, is_doing).is_some()
}

/// The same of what is of this kind.
pub(super) fn is_doing_of(word: &str, kind: &Called) -> bool {
    is_doing(word) || behind(word, is_doing).is_some_and(|of| kind.is_called(&of))
}

/// Whether it says that something is taken away.
pub(super) fn is_removing(word: &str) -> bool {
    let is_one = |word: &String| is_one_of(&REMOVING, word);
    is_one_of(&REMOVING, word) || is_doing_of_any(word) && words(word).iter().any(is_one)
}

/// What several are called, of what one is, or the other way round, where the one is no beginning of the other.
fn other_number(word: &str) -> Option<&'static str> {
    let word = plain(word);
    let pair = IRREGULAR
        .iter()
        .find(|pair| pair.0 == word || pair.1 == word)?;
    Some(if pair.0 == word { pair.1 } else { pair.0 })
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
    is_own(name) || is_own_alone(name)
}

/// The same whatever stands beside it.
pub(super) fn is_own(name: &str) -> bool {
    is_of(&OWN, name)
}

/// The same where nothing else does beside it.
pub(super) fn is_own_alone(name: &str) -> bool {
    is_of(&OWN_ALONE, name)
}

fn is_of(names: &[&str], name: &str) -> bool {
    let name = folded(name);
    names.contains(&name.strip_suffix('s').unwrap_or(&name))
}

/// A name as it is compared, without what joins its words.
fn folded(name: &str) -> String {
    letters(&plain(name))
}

/// The words of a name, in small letters.
pub(super) fn words(name: &str) -> Vec<String> {
    let parts = name.split(|c: char| !c.is_alphanumeric());
    let parts = parts.filter(|part| !part.is_empty());
    let words = parts.map(|part| MemberCase::Snake.spelled(part));
    words
        .flat_map(|part| part.split('_').map(str::to_owned).collect::<Vec<_>>())
        .collect()
}

/// Whether a path is about whoever asks, who was there before, or about what belongs to them.
pub(in crate::session) fn is_self(path: &str) -> bool {
    let decoded = decoded(path.split('?').next().unwrap_or_default());
    ends_in_self(path) || bare_steps(&decoded).any(is_owner)
}

/// Whether it leads to whoever asks, and not to what belongs to them.
pub(super) fn ends_in_self(path: &str) -> bool {
    let path = decoded(path.split('?').next().unwrap_or_default());
    let last = bare_steps(&path).next().unwrap_or_default();
    last.starts_with('@') || last.eq_ignore_ascii_case("my") || is_owner(last)
}

fn is_owner(step: &str) -> bool {
    let word = step.trim_start_matches('@').to_lowercase();
    OWNERS.contains(&word.as_str())
}

/// Whether a step of a path is a word, and no value.
pub(super) fn is_word(step: &str) -> bool {
    let is_of_word = |byte: u8| byte.is_ascii_alphabetic() || b"-_@".contains(&byte);
    step.bytes().all(is_of_word)
}

#[cfg(test)]
mod tests {
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
        let undone = Called::named(["contacts", "1", "project"].into_iter(), "contactid");
        assert!(undone.is_id("contactids") && undone.is_called("contact"));
        assert!(!undone.is_id("projectid") && !undone.is_called("project"));
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

    #[test]
    fn some_are_called_otherwise_than_one_of_them() {
        let is_of = |made: &str, undone: &str| Called::at_end(undone).0.is_of(&Called::made(made));
        assert!(is_of("api/people", "person") && is_of("person", "people"));
        assert!(is_of("children", "child/archive"));
        // A contact of the sort `person` is nobody of `people`.
        assert!(!is_of("crm/contact/person", "people"));
        // By which id something is told.
        assert!(is_of("contact", "contact/vid") && !is_of("task", "contact/vid"));
    }

    #[test]
    fn words_are_told_by_case_and_signs() {
        for (name, expected) in [
            ("deleteAll", "delete all"),
            ("for_everyone", "for everyone"),
            ("API-Version", "api version"),
            ("userID", "user id"),
            ("", ""),
        ] {
            assert_eq!(words(name).join(" "), expected, "{name}");
        }
    }
}

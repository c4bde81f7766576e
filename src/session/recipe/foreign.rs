//! What a step that undoes would touch beside what the run made.
//!
//! In come the path and the body of a tear-down step as they are written; out comes the part of them that may
//! lead to something else. A portal is free to take any number for an id, so no place makes one harmless.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::config::Step;
use crate::session::recipe::RUN;
use crate::session::recipe::called::{
    Called, is_any_id, is_bare, is_called_id, is_removing, words,
};
use crate::session::recipe::fill::{
    bare, bare_steps, decoded, names_in, parts, whole, without_names,
};
use crate::session::recipe::manner::{
    self, admits, is_able, is_flag, is_plain_name, is_telling, leaves, says_no, says_yes,
    without_list,
};
use crate::session::recipe::named::{holds_id, is_guid};

/// Members that stand around what a step is about, and say nothing of it.
const AROUND: [&str; 11] = [
    "all", "data", "entries", "input", "inputs", "item", "items", "list", "object", "objects",
    "values",
];
/// Words that are no ids.
const NO_IDS: [&str; 3] = ["false", "null", "true"];

/// Words of paths that mean more than one thing.
const ALL: [&str; 8] = [
    "all",
    "any",
    "anybody",
    "anyone",
    "every",
    "everybody",
    "everyone",
    "everything",
];

/// Words of paths behind what a step is about: what is sent there says what becomes of it.
const BECOMING: [&str; 7] = [
    "move",
    "phase",
    "stage",
    "state",
    "status",
    "transition",
    "transitions",
];

/// What a step may name.
pub(super) struct Known<'a> {
    /// The names of what the run makes.
    pub(super) makes: BTreeSet<&'a str>,
    /// Those of all that its steps keep.
    pub(super) keeps: BTreeSet<&'a str>,
    /// What the step is about.
    pub(super) kind: Called,
    /// What any step is about.
    pub(super) kinds: Called,
    /// Whether its body is what becomes of the thing, and selects nothing: see [`sets`].
    pub(super) sets: bool,
    /// The parts of the queries with which that is made: they say where.
    pub(super) places: BTreeSet<&'a str>,
    /// Whether its path leads to what it is about, so that what stands beside that finds nothing else.
    pub(super) leads: bool,
    /// The names of which somebody vouches that they touch nothing of others.
    pub(super) vouched: BTreeSet<&'a str>,
}

/// Whether the body of a step is what becomes of what it is about: that of PUT and PATCH, and of POST behind a word for
/// that, as `order/{orderid}/status`.
pub(super) fn sets(step: &Step) -> bool {
    let mut words = bare_steps(&step.path);
    let is_becoming = words
        .next()
        .is_some_and(|word| BECOMING.contains(&word.to_ascii_lowercase().as_str()));
    let is_behind = words.next().is_some_and(|name| whole(name).is_some());
    match step.method.as_str() {
        "PATCH" | "PUT" => true,
        "POST" => is_becoming && is_behind,
        _ => false,
    }
}

/// The parts of a path's query.
pub(super) fn query(path: &str) -> impl Iterator<Item = &str> {
    let query = path.split_once('?').map(|(_, query)| query);
    query.into_iter().flat_map(|query| query.split(['&', ';']))
}

/// The names of all parameters in the query of a step, and of all members of its body.
pub(super) fn names(step: &Step) -> BTreeSet<String> {
    fn of_body(body: &Value, names: &mut BTreeSet<String>) {
        match body {
            Value::Array(items) => items.iter().for_each(|item| of_body(item, names)),
            Value::Object(members) => {
                for (name, member) in members {
                    names.insert(without_list(name).to_owned());
                    of_body(member, names);
                }
            }
            _ => {}
        }
    }
    let of_query = query(&step.path).map(|part| {
        let name = decoded(part.split('=').next().unwrap_or_default());
        without_list(&name).to_owned()
    });
    let mut names = of_query.collect();
    if let Some(body) = &step.body {
        of_body(body, &mut names);
    }
    names
}

/// What stands in a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Ids of what the step is about: of what the run made.
    Own,
    /// Ids of others.
    Ids,
    /// Anything.
    Any,
}

/// What stands around a value of a body.
#[derive(Clone, Copy)]
struct Around<'a> {
    /// The member in which it stands.
    name: &'a str,
    place: Place,
    /// Whether that is a thing the step is about.
    is_about: bool,
    /// Whether all that is around it is known.
    is_known: bool,
}

/// A step of a path that may lead elsewhere for some readers: what is escaped, or cut off at a sign, a
/// number with an ending before the end of the path, a word for all there is, and a GUID of letters alone.
pub(super) fn in_path(path: &str) -> Option<&str> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.~@$".contains(c);
    let mut steps = path
        .split('?')
        .next()
        .unwrap_or_default()
        .split('/')
        .peekable();
    while let Some(step) = steps.next() {
        let ends = step.rsplit_once('.').is_some_and(|(number, end)| {
            let is_number = number.bytes().any(|byte| byte.is_ascii_digit());
            is_number && end.contains(|c: char| c.is_ascii_alphabetic())
        });
        let ends = ends && !is_version(bare(step));
        let means_more = |part: &str| is_of_all(part) || takes_all(part) || is_guid(bare(part));
        let is_odd = |part: &str| !without_names(part).chars().all(is_plain);
        // `contacts.deleteAll` is a method of its own.
        let mut words = step.split('.');
        let mut parts = parts(step);
        let is_foreign =
            parts.any(|part| is_odd(part) || means_more(part)) || words.any(means_more);
        if ends && steps.peek().is_some() || is_foreign {
            return Some(step);
        }
    }
    None
}

/// Whether a step of a path is that of a version of the API, whatever it ends with: `v2.php`.
fn is_version(step: &str) -> bool {
    let number = step.strip_prefix(['v', 'V']).unwrap_or_default();
    (1..=2).contains(&number.len()) && number.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a step of a path means more than one thing: `all`, `@all`, `-all.json`.
fn is_of_all(step: &str) -> bool {
    let word = bare(step).trim_matches(|c: char| !c.is_ascii_alphanumeric());
    ALL.iter().any(|all| word.eq_ignore_ascii_case(all))
}

/// The same of a step that says with it what is taken: `purge-all`, `deleteAll`.
fn takes_all(step: &str) -> bool {
    let words = words(bare(step));
    words.iter().any(|word| is_removing(word)) && words.iter().any(|word| is_of_all(word))
}

/// Whether a value of a query or a body means all there is: `all`, `-all`, `*`, `{run}*`.
fn means_all(text: &str) -> bool {
    let text = decoded(&without_names(text));
    let text = text.trim();
    is_of_all(text) || text.contains('*') && !text.contains(char::is_whitespace)
}

/// Whether a name has a word for all there is: `all`, `deleteAll`, `for_everyone`.
fn is_named_all(name: &str) -> bool {
    words(name).iter().any(|word| ALL.contains(&word.as_str()))
}

/// A value of a query without what says how it is compared (`PostgREST`).
pub(super) fn compared(value: &str) -> &str {
    value.strip_prefix("eq.").unwrap_or(value)
}

/// Whether a part of a query says which version of the API is asked: `api-version=2024-01-01-preview`.
fn is_version_of_api(name: &str, value: &str) -> bool {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '.');
    matches!(words(name).concat().as_str(), "apiversion") && value.chars().all(is_plain)
}

impl Known<'_> {
    /// A part of a path's query that may name what the run did not make, or turn round or widen what it names.
    pub(super) fn foreign_in_query<'a>(&self, path: &'a str) -> Option<&'a str> {
        let mut parts = query(path).filter(|part| !part.is_empty());
        parts.find(|part| {
            let (name, value) = part.split_once('=').unwrap_or((part, ""));
            let name = decoded(name);
            let value = compared(value);
            let place = self.place(&name, Place::Any, true);
            if self.is_vouched(&name) {
                return self.is_unknown(value);
            }
            let is_flag = is_flag(&name) && matches!(value, "0" | "1") || self.leaves(&name, value);
            let is_word = NO_IDS.contains(&decoded(value).trim().to_ascii_lowercase().as_str());
            let is_of_all =
                says_yes(value) && is_named_all(&name) && !is_able(&name) || means_all(value);
            let is_place = self.places.contains(part);
            // The workspace in which it was made: beside its own id, nothing else is found there.
            let is_where = is_place && self.leads && place != Place::Own && !is_bare(&name);
            let is_known = is_version_of_api(&name, value)
                || is_flag
                || is_where && !is_of_all && !holds_id(without_list(&name));
            !is_known
                && (holds_id(without_list(&name))
                    || is_of_all
                    || is_word && self.is_id(&name)
                    || !is_place && !self.stands(&name, value, place)
                    || self.is_foreign(value, place))
        })
    }

    /// A part of a body that may do.
    pub(super) fn foreign_in_body(&self, body: &Value) -> Option<String> {
        let around = Around {
            name: "",
            place: Place::Own,
            is_about: true,
            is_known: true,
        };
        self.foreign_in(body, around)
    }

    fn foreign_in(&self, body: &Value, around: Around<'_>) -> Option<String> {
        let Around { name, place, .. } = around;
        let stands = |text: &str| self.sets || around.is_known && self.stands(name, text, place);
        match body {
            Value::Number(number) => Some(number.to_string()),
            Value::String(text) => {
                let is_foreign = means_all(text) || self.is_foreign(text, place) || !stands(text);
                is_foreign.then(|| body.to_string())
            }
            Value::Array(items) => items.iter().find_map(|item| self.foreign_in(item, around)),
            Value::Object(members) => members.iter().find_map(|(name, member)| {
                let is_yes = match member {
                    Value::Bool(is_yes) => *is_yes,
                    Value::String(text) => says_yes(text),
                    _ => false,
                };
                let is_0_or_1 = is_flag(name) && matches!(member.as_u64(), Some(0 | 1));
                if is_0_or_1 || member.as_u64() == Some(0) && self.leaves(name, "0") {
                    return None;
                }
                if is_simple(member) && self.is_vouched(name) {
                    let is_unknown = texts(member).any(|text| self.is_unknown(text));
                    return is_unknown.then(|| format!("{name}: {member}"));
                }
                if self.sets && is_pointer(members, name) {
                    return None;
                }
                let below = Around {
                    name,
                    place: self.place(name, place, around.is_about),
                    is_about: self.kind.is_called(name) || around.is_about && is_around(name),
                    is_known: around.is_known
                        && (around.name.is_empty() || self.is_way(around.name)),
                };
                // `true` is 1 for some, and all for others.
                let is_foreign = holds_id(without_list(name))
                    || !self.sets && !is_plain_name(name)
                    || member.is_boolean() && self.is_id(name)
                    || is_yes && is_named_all(name) && !is_able(name)
                    || self.foreign_in(member, below).is_some();
                is_foreign.then(|| format!("{name}: {member}"))
            }),
            Value::Bool(is_yes) => {
                let text = if *is_yes { "true" } else { "false" };
                (!stands(text)).then(|| text.to_owned())
            }
            Value::Null => None,
        }
    }

    /// Whether members stand around ids of what a step is about, what says how, or who has to do with it.
    fn is_way(&self, name: &str) -> bool {
        is_around(name)
            || manner::is_around(name)
            || self.kind.is_called(name)
            || self.kinds.is_called(name)
            || is_telling(name)
    }

    /// Whether a text under a name takes nothing but what the run made: it is its id, is told of it, or says how it is
    /// undone or why. What is no such thing may select others, turn it round or widen it.
    fn stands(&self, name: &str, text: &str, place: Place) -> bool {
        if !name.is_empty() && !is_plain_name(name) {
            return false;
        }
        let names = names_in(text);
        if place != Place::Any && is_list(text) {
            return place == Place::Own
                || self.is_way(name)
                || names.iter().all(|of| is_after(name, of));
        }
        let is_told = || is_telling(name) || names.iter().all(|of| is_after(name, of));
        admits(name, text)
            || self.leaves(name, text)
            || says_no(text) && is_named_all(name)
            || place == Place::Any && !names.is_empty() && is_told()
    }

    /// Whether a value leaves the step as it is, whatever its name means.
    fn leaves(&self, name: &str, value: &str) -> bool {
        let is_for_ids = self.is_id(name) || self.place(name, Place::Any, true) != Place::Any;
        is_plain_name(name) && !is_for_ids && leaves(name, value, self.leads)
    }

    /// Whether somebody vouches for a name that is none for ids.
    fn is_vouched(&self, name: &str) -> bool {
        self.vouched.contains(without_list(name)) && self.is_for_vouching(name)
    }

    /// Whether somebody may vouch for a name: ids below it would be those of others.
    pub(super) fn is_for_vouching(&self, name: &str) -> bool {
        is_plain_name(name)
            && !holds_id(without_list(name))
            && !is_called_id(name)
            && !self.is_id(name)
            && self.place(name, Place::Any, true) == Place::Any
    }

    /// Whether a value has a name in it that no step of the run keeps.
    fn is_unknown(&self, text: &str) -> bool {
        let names = names_in(text);
        let mut names = names.iter().map(String::as_str);
        names.any(|name| name != RUN && !self.keeps.contains(name))
    }

    /// Whether a name is that of the id of what a step is about, and no word that ends as those do.
    fn is_id(&self, name: &str) -> bool {
        is_bare(name) || self.kind.is_named_id(name) || self.kinds.is_named_id(name)
    }

    /// What stands under a name.
    fn place(&self, name: &str, around: Place, is_about: bool) -> Place {
        let is_its = is_about && (is_bare(name) || is_any_id(name));
        if self.kind.is_named_id(name) || self.kind.is_called(name) || is_its {
            Place::Own
        } else if is_called_id(name) || is_bare(name) || self.kinds.is_called(name) {
            Place::Ids
        } else if is_around(name) {
            around
        } else {
            Place::Any
        }
    }

    /// Whether a text may be an id of what the run did not make.
    fn is_foreign(&self, text: &str, place: Place) -> bool {
        let known = match place {
            Place::Own => &self.makes,
            Place::Ids | Place::Any => &self.keeps,
        };
        let names = names_in(text);
        let mut names = names.iter().map(String::as_str);
        if names.any(|name| name != RUN && !known.contains(name)) {
            return true;
        }
        let text = decoded(&without_names(text));
        let is_id = text.contains(char::is_alphanumeric)
            && !NO_IDS.contains(&text.trim().to_ascii_lowercase().as_str());
        holds_id(&text) || place != Place::Any && is_id
    }
}

/// Whether a member holds no other members.
fn is_simple(member: &Value) -> bool {
    match member {
        Value::Object(_) => false,
        Value::Array(items) => items
            .iter()
            .all(|item| !item.is_object() && !item.is_array()),
        _ => true,
    }
}

/// The texts of what holds no other members.
fn texts(member: &Value) -> impl Iterator<Item = &str> {
    let items = match member {
        Value::Array(items) => items.as_slice(),
        one => std::slice::from_ref(one),
    };
    items.iter().filter_map(Value::as_str)
}

/// Whether a member of a JSON patch (RFC 6902) is a place in the thing that is changed.
fn is_pointer(members: &Map<String, Value>, name: &str) -> bool {
    let of_patch = members.contains_key("op") && matches!(name, "from" | "path");
    let text = members.get(name).and_then(Value::as_str);
    of_patch && text.is_some_and(|text| text.starts_with('/') && names_in(text).is_empty())
}

/// Whether a member is called as the value is that stands in it.
fn is_after(name: &str, value: &str) -> bool {
    let kind = Called::stated([value]);
    value != RUN && (kind.is_named_id(name) || kind.is_called(name))
}

/// Whether a text is names alone, or nothing, and all that parts them is what parts a list: `-{NAME}` and `{NAME}..` are
/// others.
fn is_list(text: &str) -> bool {
    let text = decoded(text);
    text.split(',').all(|item| {
        let item = item.trim_matches(|c: char| c.is_whitespace() || "[]\"'".contains(c));
        item.is_empty() || whole(item).is_some()
    })
}

pub(super) fn is_around(name: &str) -> bool {
    AROUND.contains(&name.trim().to_ascii_lowercase().as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_holds_words_and_names() {
        for (path, expected) in [
            ("api/2.0/crm/contact/{contactid}.json?x=%31", None),
            ("a.b/..c/index.php/{contactid}/@x/{run}", None),
            ("contact/1234/%252e%252e/{contactid}", Some("%252e%252e")),
            ("contact/1234;/{contactid}", Some("1234;")),
            ("..;/{contactid}", Some("..;")),
            ("contact/1234%0d%0a/{contactid}", Some("1234%0d%0a")),
            ("contact/1234%253F/{contactid}", Some("1234%253F")),
            ("contact/1234&/{contactid}", Some("1234&")),
            ("contact/1234.aspx/{contactid}", Some("1234.aspx")),
            ("contact/{contactid}/all.json", Some("all.json")),
            ("ocs/v2.php/apps/contact/{contactid}", None),
            ("ocs/v2012.php/contact/{contactid}", Some("v2012.php")),
            ("contact/{contactid}:delete", None),
            ("contact/{contactid}:purgeAll", Some("{contactid}:purgeAll")),
            ("contact/1234:move/{contactid}", Some("1234:move")),
            ("Contacts({contactid})", None),
            ("Contacts(1234)/x({contactid})", Some("Contacts(1234)")),
            ("contact/all({contactid})", Some("all({contactid})")),
            ("contact/{contactid}/@All/{projectid}", Some("@All")),
            ("contact/all/{contactid}", Some("all")),
            ("contact/{contactid}/purge-all", Some("purge-all")),
            ("contact/{contactid}/deleteAll.json", Some("deleteAll.json")),
            ("contact/{contactid}/remove-hall", None),
            (
                "contact/{contactid}/abcdefab-cdef-abcd-efab-cdefabcdefab",
                Some("abcdefab-cdef-abcd-efab-cdefabcdefab"),
            ),
            ("hall/{contactid}/allowance.json", None),
            ("crm.contact.delete?id={contactid}", None),
            ("crm.contact.deleteAll", Some("crm.contact.deleteAll")),
            ("crm.all.delete", Some("crm.all.delete")),
        ] {
            assert_eq!(in_path(path), expected, "{path}");
        }
    }
}

//! The ids that earlier answers held, to look-ups and to steps: what they name is there already.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::config::Step;
use crate::session::journal::{NamedValues, plain_id};
use crate::session::recipe::fill::{Filled, bare_steps, whole};
use crate::session::recipe::named::spelled;
use crate::session::recipe::own::is_id_of;

/// The shortest id that no two things have; small numbers are ids of many things.
const MIN_UNIQUE: usize = 16;

/// The ids in earlier answers.
#[derive(Debug, Default)]
pub struct Seen {
    /// Those that no two things have.
    unique: BTreeSet<String>,
    /// The own ids of what was read, and the words of the path.
    read: Vec<(Vec<String>, BTreeSet<String>)>,
    /// Those that a look-up found, by its parameter.
    named: BTreeMap<String, BTreeSet<String>>,
}

impl Seen {
    /// Takes note of the ids of an answer that says what was made.
    pub(super) fn note_made(&mut self, body: &Value) {
        note_unique(body, &mut self.unique);
    }

    /// Takes note of the ids of an answer to any other request.
    pub(in crate::session) fn note(&mut self, path: &str, body: &Value) {
        note_unique(body, &mut self.unique);
        let mut own = BTreeSet::new();
        note_own(body, &mut own);
        self.read.push((words(path), own));
    }

    /// Takes note of what a look-up found for a parameter.
    pub(in crate::session) fn name(&mut self, name: &str, ids: impl Iterator<Item = String>) {
        let named = self.named.entry(name.to_owned()).or_default();
        named.extend(ids.map(|id| spelled(&id)));
    }

    /// The ids of what there was of the kind that a step makes, kept by a name.
    pub(in crate::session) fn alike(
        &self,
        step: &Step,
        name: &str,
    ) -> impl Iterator<Item = &String> {
        let path = words(&step.path);
        let read = self.read.iter();
        let alike = read.filter(move |(read, _)| are_alike(read, &path));
        let named = self.named.get(name).into_iter().flatten();
        alike.flat_map(|(_, ids)| ids).chain(named)
    }

    /// Whether the portal knew the id that it gives what a step makes: an answer held it that is no other
    /// thing's, a read of the like did, or another step made it, and this one does not say so.
    pub(super) fn holds(
        &self,
        step: &Step,
        filled: &Filled,
        (name, id): (&str, &str),
        made: &NamedValues,
    ) -> bool {
        let of = |values: &NamedValues| {
            let values = values.get(name);
            values.is_some_and(|values| values.iter().any(|value| value == id))
        };
        if of(made) {
            return !of(&filled.values);
        }
        let id = spelled(id);
        self.unique.contains(&id) || self.alike(step, name).any(|seen| *seen == id)
    }
}

/// The words of a path, without what names one of several.
fn words(path: &str) -> Vec<String> {
    let mut words: Vec<String> = bare_steps(path)
        .filter(|step| whole(step).is_none() && step.contains(|c: char| c.is_ascii_alphabetic()))
        .map(str::to_ascii_lowercase)
        .collect();
    words.reverse();
    words
}

/// Whether two paths may be about things of one kind: they are the same but for the last word of either,
/// as `crm/contact/filter` and `crm/contact/person`.
fn are_alike(one: &[String], other: &[String]) -> bool {
    let common = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    common + 1 >= one.len().max(other.len())
}

fn note_unique(value: &Value, unique: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| note_unique(item, unique)),
        Value::Object(members) => members.values().for_each(|one| note_unique(one, unique)),
        text => {
            let id = plain_id(text).filter(|id| id.len() >= MIN_UNIQUE);
            unique.extend(id.as_deref().map(spelled));
        }
    }
}

/// The own ids of the things of an answer: those of what stands in one of them are something else's.
fn note_own(value: &Value, own: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| note_own(item, own)),
        Value::Object(members) => {
            let ids = members.iter().filter(|(name, _)| is_id_of(members, name));
            let ids: Vec<String> = ids
                .filter_map(|(_, id)| plain_id(id))
                .map(|id| spelled(&id))
                .collect();
            if ids.is_empty() {
                members.values().for_each(|member| note_own(member, own));
            }
            own.extend(ids);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn paths_are_alike_that_may_be_about_one_kind() {
        let alike = |one: &str, other: &str| are_alike(&words(one), &words(other));
        assert!(alike("api/2.0/crm/contact/1234", "api/2.0/crm/contact/x"));
        assert!(alike(
            "api/2.0/crm/contact/filter.json?x=1",
            "api/2.0/crm/contact/person"
        ));
        assert!(alike("crm/contact/{contactid}", "crm/contact"));
        assert!(!alike("api/2.0/people/@self", "api/2.0/project"));
        assert!(!alike("api/2.0/crm/category", "api/2.0/crm/contact/person"));
    }

    #[test]
    fn what_stands_in_a_thing_is_something_elses() {
        let mut own = BTreeSet::new();
        let task = json!({ "ID": 4, "contact": { "id": 5 } });
        note_own(
            &json!({ "count": 1, "response": [task, { "id": "06" }] }),
            &mut own,
        );
        assert_eq!(own.into_iter().collect::<Vec<_>>(), ["4", "6"]);
    }
}

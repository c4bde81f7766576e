//! What a tear-down step is about, and where it is named.
//!
//! In come the steps of a target; out comes the one value of the run's that a step leads to: by its path, or where the
//! path ends in what is done to it (`contact/delete`), by an id in the query or the body.

use serde_json::Value;

use crate::config::{Kinds, Step};
use crate::session::recipe::called::{
    Called, is_any_id, is_bare, is_doing, is_doing_of_any, is_of_operations, is_word, says_how,
    says_many,
};
use crate::session::recipe::fill::{self, bare_steps, decoded, names_in, whole};
use crate::session::recipe::foreign::{compared, is_around, query};
use crate::session::recipe::manner::{empties, is_plain_name};
use crate::session::recipe::{RUN, Recipe, creates};

/// What a tear-down step is about.
pub(super) struct About<'a> {
    /// The parameter as which it is kept.
    pub(super) name: &'a str,
    /// Where it is named.
    pub(super) place: Place,
    /// What the word in the path calls it.
    pub(super) called: Called,
    /// What the words behind that call it that say what is done: the thing itself only where a step states it.
    pub(super) passed: Called,
    /// What holds ids of it in the query and the body.
    pub(super) kind: Called,
}

/// Where a step names what it is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    Path,
    Query,
    Body,
}

impl Recipe {
    /// What a step is about; `None` where it names nothing, or nobody can say what.
    pub(super) fn about<'a>(&'a self, step: &'a Step) -> Option<About<'a>> {
        self.beside(step).or_else(|| {
            let name = fill::own(&step.path)?;
            let before = self.before(&step.path, name);
            let (called, passed) = Called::last(before.iter().copied());
            let kind = Called::named(before.iter().copied(), name);
            Some(About {
                name,
                place: Place::Path,
                called,
                passed,
                kind,
            })
        })
    }

    /// The steps of a path before the value of a name, the last one first, without those that say where it was made:
    /// `repos/{org}/{repo}` of what is made at `orgs/{org}/repos`, and with `acme` in the place of `{org}`.
    fn before<'a>(&self, path: &'a str, name: &str) -> Vec<&'a str> {
        let steps = bare_steps(path).skip_while(|step| whole(step) != Some(name));
        let mut before: Vec<&str> = steps.skip(1).collect();
        let is_in_all = |is_in: &dyn Fn(&str) -> bool| {
            let mut makers = self.makers(name).peekable();
            makers.peek().is_some() && makers.all(|maker| is_in(&maker.path))
        };
        let values = before.iter().take_while(|step| {
            whole(step)
                .is_some_and(|of| of != RUN && is_in_all(&|path| names_in(path).contains(of)))
        });
        let values = values.count();
        before.drain(..values);
        if let [owner, of, ..] = before.as_slice()
            && values == 0
            && is_in_all(&|path| is_owner(path, owner, of))
        {
            before.remove(0);
        }
        before
    }

    /// What a step is about whose path ends in what is done to it, and not in its id.
    fn beside<'a>(&'a self, step: &'a Step) -> Option<About<'a>> {
        let (called, passed) = Called::at_end(&step.path);
        let says = |step: &&str| is_doing_of_any(step) || says_how(step) || says_many(step);
        let mut doings = bare_steps(&step.path).take_while(says);
        let mut last = bare_steps(&step.path).skip_while(|step| says_many(step));
        // Who passes over the id would empty the whole place.
        let does = last.next().is_some_and(is_doing_of_any) && !doings.any(empties);
        // `fileops/delete` says nothing of what is deleted: the names of its ids do.
        let mut words = bare_steps(&step.path).skip_while(|step| is_doing(step) || says_many(step));
        let is_open = words.next().is_some_and(is_of_operations);
        let path = step.path.split('?').next().unwrap_or_default();
        let in_path = names_in(path);
        // Where the thing was made, no other thing is meant.
        let of_path = |name: &str| {
            let mut makers = self.makers(name);
            makers.all(|maker| {
                let of_maker = names_in(&maker.path);
                let mut names = in_path.iter().filter(|name| *name != RUN);
                names.all(|name| of_maker.contains(name))
            })
        };
        let mut all = self.makes().into_iter().filter_map(|name| {
            let made = self.made_as(name);
            let called = if made.is_many() {
                Called::last(bare_steps(&step.path)).0
            } else {
                called.clone()
            };
            let is_so = called.is_of(&made) || passed.is_of(&self.stated_as(name));
            if !is_so && !is_open || !of_path(name) {
                return None;
            }
            if !is_so {
                let body = step
                    .body
                    .as_ref()
                    .filter(|_| step.method != "DELETE" && does);
                let is_named = body.is_some_and(|body| is_under_own_name(body, name, &made));
                return is_named.then(|| About {
                    name,
                    place: Place::Body,
                    called: made.clone(),
                    passed: passed.clone(),
                    kind: made,
                });
            }
            let kind = called.clone().and(made);
            let kind = kind.and(Called::stated([name]));
            let in_query = || is_in_query(&step.path, name, &kind);
            // Who passes a DELETE on may drop its body (RFC 9110, 9.3.5), and then it is about all there are.
            let in_body = || {
                let body = step.body.as_ref();
                step.method != "DELETE" && body.is_some_and(|body| is_in_body(body, name, &kind))
            };
            // Who does not know a parameter passes over it, and then a DELETE is about all there are too.
            let place = if does && in_query() {
                Place::Query
            } else if does && in_body() {
                Place::Body
            } else {
                return None;
            };
            Some(About {
                name,
                place,
                called: called.clone(),
                passed: passed.clone(),
                kind,
            })
        });
        let first = all.next()?;
        all.next().is_none().then_some(first)
    }

    /// What the steps make that keep a value by this name.
    pub(super) fn made_as(&self, name: &str) -> Called {
        self.makers(name).fold(Called::default(), |kinds, step| {
            kinds.and(Called::made_by(step))
        })
    }

    /// The same as far as the steps state it.
    pub(super) fn stated_as(&self, name: &str) -> Called {
        let makers = self.makers(name);
        let stated = makers.flat_map(|step| step.makes.iter());
        Called::stated(stated.flat_map(Kinds::all).map(String::as_str))
    }

    /// The steps that make what is kept by a name.
    pub(super) fn makers(&self, name: &str) -> impl Iterator<Item = &Step> {
        let steps = self.set_up.iter();
        steps.filter(move |step| creates(step) && step.keep.contains_key(name))
    }
}

/// Whether a word in a path is one of several (`of`) of the kind that is made at another, where it stands between what
/// it is one of and what is made: `acme` of `orgs/acme/repos`. No kind of thing stands there.
fn is_owner(made_at: &str, owner: &str, of: &str) -> bool {
    let is_several = |word: &str| is_word(word) && word.ends_with('s') && !word.ends_with("ss");
    let mut steps = bare_steps(made_at);
    let (made, place, around) = (steps.next(), steps.next(), steps.next());
    is_word(owner)
        && !is_several(owner)
        && made == Some(of)
        && is_several(of)
        && place == Some(owner)
        && around.is_some_and(is_several)
}

/// Whether the name stands in a body under one that says of what it is an id, and of what the step makes.
fn is_under_own_name(body: &Value, name: &str, made: &Called) -> bool {
    let mut members = body.as_object().into_iter().flatten();
    members.any(|(key, member)| {
        made.is_named_id(key)
            && is_plain_name(key)
            && match member {
                Value::Array(items) => items
                    .iter()
                    .any(|item| item.as_str().and_then(whole) == Some(name)),
                one => one.as_str().and_then(whole) == Some(name),
            }
    })
}

fn is_in_query(path: &str, name: &str, kind: &Called) -> bool {
    query(path).any(|part| {
        let (key, value) = part.split_once('=').unwrap_or((part, ""));
        let key = decoded(key);
        let is_of_ids = kind.is_id(&key) || kind.is_called(&key) || is_any_id(&key);
        whole(compared(value)) == Some(name) && is_of_ids
    })
}

fn is_in_body(body: &Value, name: &str, kind: &Called) -> bool {
    holds(body, (name, kind), body.is_array(), true)
}

/// Whether the name stands in a body where ids of the kind do: `{ ids = ["{name}"] }`, not `{ owner = { id = "{name}" } }`.
fn holds(
    body: &Value,
    (name, kind): (&str, &Called),
    is_place_of_ids: bool,
    is_about: bool,
) -> bool {
    match body {
        Value::String(text) => is_place_of_ids && whole(text) == Some(name),
        Value::Array(items) => {
            let mut items = items.iter();
            items.any(|item| holds(item, (name, kind), is_place_of_ids, is_about))
        }
        Value::Object(members) => members.iter().any(|(key, member)| {
            let is_of_ids = kind.is_named_id(key)
                || is_about && is_any_id(key)
                || kind.is_called(key)
                || is_about && is_bare(key)
                || is_place_of_ids && is_around(key);
            let is_about = kind.is_called(key) || is_about && is_around(key);
            holds(member, (name, kind), is_of_ids, is_about)
        }),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_of_a_kind_stand_in_places_for_them() {
        let kind = Called::made("crm/contact");
        for (body, expected) in [
            (json!({ "ids": ["{x}"] }), true),
            (json!({ "id": "{x}" }), true),
            (json!({ "contactIds": ["{x}"], "why": "a test" }), true),
            (json!({ "contacts": [{ "id": "{x}" }] }), true),
            (json!({ "data": { "ids": ["{x}"] } }), true),
            (json!(["{x}"]), true),
            (json!([{ "id": "{x}" }]), true),
            (json!({ "objectIds": ["{x}"] }), true),
            (json!({ "selected_ids": ["{x}"] }), true),
            (json!({ "inputs": [{ "id": "{x}" }] }), true),
            (json!({ "leadIds": ["{x}"] }), false),
            (json!({ "userIds": ["{x}"] }), false),
            (json!({ "excludeIds": ["{x}"] }), false),
            (json!({ "owner": { "objectId": "{x}" } }), false),
            (json!({ "owner": { "id": "{x}" } }), false),
            (json!({ "ownerId": "{x}" }), false),
            (json!({ "note": "{x}" }), false),
            (json!({ "ids": ["a{x}"] }), false),
            (json!({ "ids": ["{y}"] }), false),
            (json!("{x}"), false),
        ] {
            assert_eq!(is_in_body(&body, "x", &kind), expected, "{body}");
        }
    }
}

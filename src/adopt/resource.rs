//! Which resource an object in an answer is, however often and in whichever format it was read.

use std::collections::HashMap;

use serde_json::{Map, Value};

use crate::adopt::draft::MemberPlace;
use crate::adopt::{Answer, Question};
use crate::profile::letters;
use crate::shape::Object;

/// A resource, or a part of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Resource(usize);

/// An id, and the place of the objects that have it.
type Id = (MemberPlace, String);

/// All that answers told of.
#[derive(Debug, Default)]
pub(super) struct Resources {
    questions: HashMap<Question, Resource>,
    /// What stands in a resource, by the step that leads there.
    within: HashMap<(Resource, String), Resource>,
    by_id: HashMap<Id, Resource>,
    /// Whether each has an id.
    has_id: Vec<bool>,
}

#[cfg(test)]
impl Resource {
    pub(super) fn number(number: usize) -> Self {
        Self(number)
    }
}

impl Resources {
    /// What an answer is about.
    pub(super) fn asked(&mut self, answer: &Answer) -> Resource {
        let question = answer.question();
        if let Some(known) = self.questions.get(&question) {
            return *known;
        }
        let fresh = self.fresh();
        self.questions.insert(question, fresh);
        fresh
    }

    /// What stands in a resource: the one of its id, wherever it was seen, where it has one.
    pub(super) fn within(&mut self, whole: Resource, step: &str, id: Option<Id>) -> Resource {
        let place = (whole, step.to_owned());
        let here = self.within.get(&place).copied();
        let Some(id) = id else {
            let own = here.unwrap_or_else(|| self.fresh());
            self.within.insert(place, own);
            return own;
        };
        let own = match self.by_id.get(&id) {
            Some(known) => *known,
            None => {
                // Another one may have stood here in another read.
                let free = here.filter(|one| !self.has_id[one.0]);
                let own = free.unwrap_or_else(|| self.fresh());
                self.has_id[own.0] = true;
                self.by_id.insert(id, own);
                own
            }
        };
        self.within.entry(place).or_insert(own);
        own
    }

    fn fresh(&mut self) -> Resource {
        self.has_id.push(false);
        Resource(self.has_id.len() - 1)
    }
}

/// What an object says is its id: a documented member of that name, whose value is not what stands for none.
pub(super) fn id(object: &Object, members: &Map<String, Value>) -> Option<String> {
    let mut documented = object.members.iter();
    let member = documented.find(|member| letters(&member.documented) == "id")?;
    let id = match members.get(&member.name)? {
        Value::Number(number) => number.to_string(),
        Value::String(text) => text.trim().to_owned(),
        _ => return None,
    };
    let is_some = id.chars().any(|c| !matches!(c, '0' | '-'));
    (is_some && id != "-1").then_some(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(id: &str) -> Id {
        let place = MemberPlace {
            definition: "Thing".to_owned(),
            at: String::new(),
        };
        (place, id.to_owned())
    }

    #[test]
    fn what_has_an_id_is_one_wherever_it_stands_and_what_has_none_is_one_where_it_stands() {
        let mut all = Resources::default();
        let (one, two) = (all.fresh(), all.fresh());
        let plain = all.within(one, "a", None);
        assert_eq!(all.within(one, "a", None), plain);
        assert_ne!(all.within(one, "b", None), plain);
        assert_ne!(all.within(two, "a", None), plain);
        // What stood there without one is it.
        assert_eq!(all.within(one, "a", Some(of("7"))), plain);
        assert_eq!(all.within(two, "c", Some(of("7"))), plain);
        // Another one in its place is another one.
        let other = all.within(one, "a", Some(of("8")));
        assert_ne!(other, plain);
        assert_eq!(all.within(two, "d", Some(of("8"))), other);
        assert_eq!(all.within(one, "a", None), plain);
    }
}

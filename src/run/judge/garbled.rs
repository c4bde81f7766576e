//! Whether texts were garbled on their way to the client, or are stored so: the answers of the whole run
//! decide.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::check::meaning::id_form;
use crate::check::{self, Observed, Rule, identity};
use crate::run::Seen;
use crate::run::judge::Judge;

/// The resources with texts beyond ASCII, by what became of these.
#[derive(Debug, Default)]
struct Texts {
    sound: BTreeSet<String>,
    /// With sound texts beside garbled ones in one answer.
    mixed: BTreeSet<String>,
    garbled: BTreeSet<String>,
    /// Whether words of the portal itself are garbled.
    has_own: bool,
}

impl Texts {
    /// A portal that garbles does so with every resource and with its own words, or shows one resource
    /// sound here and garbled there; where none of this is seen, somebody typed or imported it so.
    fn are_stored(&self) -> bool {
        let is_everywhere =
            self.garbled.len() > 1 && self.sound.is_empty() && self.mixed.is_empty();
        let is_here_and_there = !self.garbled.is_disjoint(&self.sound);
        !(self.has_own || is_everywhere || is_here_and_there)
    }
}

impl Judge<'_> {
    /// Takes for a remark what only says that texts were garbled before the portal got them.
    pub(super) fn stored_or_garbled(&self, mut found: Vec<Seen>) -> Vec<Seen> {
        let is_about_texts = |seen: &Seen| {
            let violation = &seen.violation;
            violation.rule == Rule::Encoding && matches!(violation.actual, Observed::Garbled(..))
        };
        let are_stored = || {
            let texts = || self.texts_beyond_ascii().are_stored();
            *self.stored_garbled.get_or_init(texts)
        };
        if found.iter().any(is_about_texts) && are_stored() {
            for seen in found.iter_mut().filter(|seen| is_about_texts(seen)) {
                seen.violation.rule = Rule::Garbled;
            }
        }
        found
    }

    fn texts_beyond_ascii(&self) -> Texts {
        let mut texts = Texts::default();
        for index in &self.plan.told {
            let question = &self.plan.questions[*index];
            let expectations = &self.suite.expectations;
            let Some(expectation) = expectations.get(question.operation, question.format) else {
                continue;
            };
            let id_place = identity::id_place(expectation);
            let payload = expectation.answer.payload.as_deref();
            for body in self.asked.bodies(*index) {
                for (at, resource) in expectation.resources(body).into_iter().enumerate() {
                    let id = id_place.as_ref().and_then(|place| resource.pointer(place));
                    // Without an id, the place stands for it.
                    let id = id.and_then(id_form);
                    let id = id.unwrap_or_else(|| format!("{} {at}", question.operation));
                    match check::texts(resource) {
                        Some(check::Texts::Garbled) => texts.garbled.insert(id),
                        Some(check::Texts::Mixed) => texts.mixed.insert(id),
                        Some(check::Texts::Sound) => texts.sound.insert(id),
                        None => false,
                    };
                }
                if let (Value::Object(members), Some(payload)) = (body, payload) {
                    let mut around = members.iter().filter(|(name, _)| *name != payload);
                    texts.has_own |=
                        around.any(|(_, value)| check::texts(value) == Some(check::Texts::Garbled));
                }
            }
        }
        texts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_garbled_resource_alone_is_stored_so() {
        let of = |sound: &[&str], garbled: &[&str], has_own| {
            let set = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect();
            let texts = Texts {
                sound: set(sound),
                mixed: BTreeSet::new(),
                garbled: set(garbled),
                has_own,
            };
            texts.are_stored()
        };
        assert!(of(&["1", "2"], &["3"], false));
        assert!(of(&[], &["3"], false));
        assert!(of(&["1"], &["2", "3"], false), "some of those typed");
        assert!(!of(&[], &["2", "3"], false), "every resource");
        assert!(!of(&["1", "3"], &["3"], false), "here and there");
        let mixed = Texts {
            mixed: BTreeSet::from(["1".to_owned()]),
            garbled: BTreeSet::from(["2".to_owned(), "3".to_owned()]),
            ..Texts::default()
        };
        assert!(mixed.are_stored(), "a sound text beside garbled ones");
        assert!(!of(&["1", "2"], &["3"], true), "the portal's own words");
    }
}

//! The ids that somebody names: what they are of was there before.
//!
//! In come the target, what its look-ups found, and steps as they are written; out come ids in one spelling.
//! A number may be the id of anything, whatever its place is called: `{ from = 3, to = 4 }` names two.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::config::Step;
use crate::session::journal::NamedValues;
use crate::session::recipe::RUN;
use crate::session::recipe::called::{is_bare, is_called_id};
use crate::session::recipe::fill::{Filled, decoded, without_names};
use crate::target::Target;

/// So many digits has a number that is an id wherever it stands; shorter ones are counts and versions as well.
const LONG: usize = 3;

/// What a run knows of ids before it makes anything.
#[derive(Debug, Clone, Default)]
pub(super) struct Named {
    target: BTreeSet<String>,
    steps: BTreeSet<String>,
}

impl Named {
    /// What the target names, for any of its accounts and parameters, and what its look-ups found.
    pub(super) fn by(target: &Target, looked_up: &NamedValues) -> Self {
        let hidden = target.other.iter().flat_map(|other| other.hidden.values());
        let values = target.parameters.values().chain(hidden);
        let values = values.chain(looked_up.values()).flatten();
        Self {
            target: values.map(|value| spelled(value)).collect(),
            steps: BTreeSet::new(),
        }
    }

    /// The same, and what steps name.
    pub(super) fn and<'a>(mut self, steps: impl Iterator<Item = &'a Step>) -> Self {
        let mut ids = Ids {
            found: std::mem::take(&mut self.steps),
            least: LONG,
        };
        for step in steps {
            ids.step(&step.path, step.body.as_ref());
            if let Some(find) = &step.find {
                ids.step(&find.path, None);
            }
        }
        self.steps = ids.found;
        self
    }

    pub(super) fn is_of_target(&self, id: &str) -> bool {
        self.target.contains(&spelled(id))
    }

    /// Whether a step names it, or this request of one: with what is written in it, or with a value that the
    /// run did not make.
    pub(super) fn is_of_steps(
        &self,
        id: &str,
        step: &Step,
        filled: &Filled,
        made: &NamedValues,
    ) -> bool {
        let id = spelled(id);
        let mut ids = Ids {
            found: BTreeSet::new(),
            least: 1,
        };
        ids.step(&step.path, step.body.as_ref());
        let values = filled.values.iter().filter(|(name, _)| *name != RUN);
        for (name, values) in values {
            let made = made.get(name).map_or(&[][..], Vec::as_slice);
            let others = values.iter().filter(|value| !made.contains(value));
            ids.found.extend(others.map(|value| spelled(value)));
        }
        self.steps.contains(&id) || ids.found.contains(&id)
    }
}

/// An id as it is compared: `01234` and `1234` are one, and so are GUIDs in either letter case.
pub(super) fn spelled(id: &str) -> String {
    if !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_digit()) {
        let bare = id.trim_start_matches('0');
        return if bare.is_empty() { "0" } else { bare }.to_owned();
    }
    id.to_ascii_lowercase()
}

/// Whether a text that somebody wrote holds what may be an id: a number, or a GUID.
pub(super) fn holds_id(text: &str) -> bool {
    let mut ids = Ids {
        found: BTreeSet::new(),
        least: 1,
    };
    ids.value(text, 1);
    // Digits of other scripts are numbers to some.
    let is_foreign = |c: char| c.is_numeric() && !c.is_ascii();
    if decoded(&without_names(text)).contains(is_foreign) {
        return true;
    }
    let is_number = |id: &String| id.bytes().all(|byte| byte.is_ascii_digit());
    ids.found.iter().any(|id| is_number(id) || is_guid(id))
}

/// Ids in what is written.
struct Ids {
    found: BTreeSet<String>,
    /// The fewest digits of a number where nothing says that ids stand.
    least: usize,
}

impl Ids {
    fn step(&mut self, path: &str, body: Option<&Value>) {
        let (path, query) = path.split_once('?').unwrap_or((path, ""));
        for step in path.split('/') {
            self.text(&decoded(&without_names(step)), 1);
        }
        for pair in query.split(['&', ';']) {
            let (name, value) = pair.split_once('=').unwrap_or(("", pair));
            let least = self.least_under(&decoded(name));
            self.text(&decoded(&without_names(value)), least);
        }
        if let Some(body) = body {
            self.body(body, self.least);
        }
    }

    fn least_under(&self, name: &str) -> usize {
        if is_called_id(name) || is_bare(name) {
            1
        } else {
            self.least
        }
    }

    fn body(&mut self, body: &Value, least: usize) {
        match body {
            Value::Number(number) => self.text(&number.to_string(), least),
            Value::String(text) => self.value(text, least),
            Value::Array(items) => items.iter().for_each(|item| self.body(item, least)),
            Value::Object(members) => {
                for (name, member) in members {
                    self.value(name, LONG);
                    self.body(member, self.least_under(name));
                }
            }
            Value::Null | Value::Bool(_) => {}
        }
    }

    /// A text of a body: a sentence counts things with short numbers.
    fn value(&mut self, text: &str, least: usize) {
        let text = decoded(&without_names(text));
        let is_sentence = text.contains(char::is_alphabetic) && text.contains(char::is_whitespace);
        self.text(&text, if is_sentence { LONG } else { least });
    }

    fn text(&mut self, text: &str, least: usize) {
        let is_of_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        for word in text.split(|c| !is_of_word(c)) {
            let mut parts = word.split('.');
            // A version, such as 2.0.
            if word.contains('.') && parts.all(is_digits) {
                continue;
            }
            for part in word.split('.') {
                self.word(part, least);
            }
        }
    }

    fn word(&mut self, word: &str, least: usize) {
        if is_digits(word) {
            if word.len() >= least {
                self.found.insert(spelled(word));
            }
            return;
        }
        if word.is_empty() {
            return;
        }
        self.found.insert(spelled(word));
        if is_guid(word) {
            return;
        }
        // Days are numbers with signs, `contact-5` is an id with its kind, and `v2` is a version.
        let is_of_kind = word.contains(|c: char| c.is_ascii_alphabetic());
        for part in word.split(['-', '_']) {
            let digits = part.split(|c: char| !c.is_ascii_digit());
            let least = if is_of_kind && is_digits(part) {
                least
            } else {
                LONG
            };
            let long = digits.filter(|digits| !digits.is_empty() && digits.len() >= least);
            self.found.extend(long.map(spelled));
        }
    }
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a word is a GUID, with its signs or without them.
pub(super) fn is_guid(word: &str) -> bool {
    let bare: String = word.chars().filter(|c| *c != '-').collect();
    bare.len() == 32 && bare.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn ids(path: &str, body: &Value, least: usize) -> Vec<String> {
        let mut ids = Ids {
            found: BTreeSet::new(),
            least,
        };
        ids.step(path, Some(body));
        let is_number = |id: &String| id.starts_with(|c: char| c.is_ascii_digit());
        ids.found.into_iter().filter(is_number).collect()
    }

    #[test]
    fn a_number_in_any_spelling_and_place_is_named() {
        for path in [
            "contact/1234/x",
            "contact/%31234/x",
            "contact/%2531234/x",
            "contact/01234.json",
            "contact(1234)/x",
            "contact/id=1234/x",
            "contact/contact-1234",
            "contact/contact1234",
            "x?ref=1234",
            "x;id=1234",
            "x?%69ds%5B%5D=1234,",
            "x?1234",
        ] {
            assert_eq!(ids(path, &Value::Null, 1), ["1234"], "{path}");
        }
        for body in [
            json!({ "from": 1234, "note": "{run}" }),
            json!({ "masterid": "1234" }),
            json!({ "of": [{ "all": ["1234"] }] }),
            json!({ "filter": "id eq 1234" }),
            json!({ "1234": true }),
            json!(1234),
        ] {
            assert_eq!(ids("api/2.0/v2/contact", &body, LONG), ["1234"], "{body}");
        }
    }

    #[test]
    fn short_numbers_are_counts_where_another_step_has_them() {
        let body = json!({ "type": 1, "contactId": 5, "title": "Task 7", "due": "2.5" });
        let path = "api/2.0/v3/contact/4?count=10&projectid=6";
        assert_eq!(ids(path, &body, LONG), ["4", "5", "6"]);
        assert_eq!(ids(path, &body, 1), ["1", "10", "4", "5", "6"]);
    }

    #[test]
    fn a_guid_is_one_id() {
        let guid = "9B1F4D2C-0000-4000-8000-0123456789AB";
        let all = ids(&format!("people/{guid}"), &Value::Null, 1);
        assert_eq!(all, [guid.to_lowercase()]);
        assert!(holds_id(guid) && holds_id("1,2") && holds_id("%31") && !holds_id("{run} x"));
        assert!(!holds_id("closed") && !holds_id("Undone 2 times") && holds_id("id eq 1235"));
        assert_eq!(
            [spelled("007"), spelled("000"), spelled("")],
            ["7", "0", ""]
        );
    }
}

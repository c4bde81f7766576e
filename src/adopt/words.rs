//! The words for true and false in XML, where JSON shows at the same place which of both is meant.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use serde_json::Value;

use crate::adopt::draft::{Evidence, Says};
use crate::adopt::{Answer, Question};
use crate::check::Expectation;
use crate::contract::Format;
use crate::profile::Booleans;
use crate::shape::{Kind, Shape};

/// So often each of two words must stand that no writer of XML is known to use.
const ENOUGH: usize = 3;
/// Longer words are no words for booleans.
const MAX_LENGTH: usize = 16;

/// What was read of one resource in both formats, by the question.
#[derive(Default)]
pub(super) struct Pairs<'a> {
    json: HashMap<Question, Vec<Arc<Value>>>,
    xml: Vec<(Question, &'a Expectation, Arc<Value>)>,
}

/// Which words stood where JSON says false, and where it says true.
#[derive(Debug, Default)]
pub(super) struct Spelled {
    words: [BTreeMap<String, usize>; 2],
    /// What was asked for where they stood.
    answers: HashSet<Question>,
    of: HashSet<Question>,
}

impl<'a> Pairs<'a> {
    /// Adds an answer that holds what the portal said.
    pub(super) fn add(
        &mut self,
        answer: &'a Answer,
        expectation: &'a Expectation,
        body: &Arc<Value>,
    ) {
        let question = answer.question();
        match answer.format {
            Format::Json => self
                .json
                .entry(question)
                .or_default()
                .push(Arc::clone(body)),
            Format::Xml => self.xml.push((question, expectation, Arc::clone(body))),
        }
    }

    /// What the pairs show.
    pub(super) fn spelled(&self) -> Spelled {
        let mut spelled = Spelled::default();
        let mut agreed: HashMap<&Question, Vec<Value>> = HashMap::new();
        for (question, expectation, xml) in &self.xml {
            spelled.of.insert(question.clone());
            let Some(json) = self.json.get(question) else {
                continue;
            };
            let json = agreed
                .entry(question)
                .or_insert_with(|| agreement(expectation, json));
            let before = spelled.times();
            let xml = expectation.resources(xml);
            if json.len() == xml.len() {
                for (json, xml) in json.iter().zip(xml) {
                    spelled.meet(expectation, expectation.answer.resource(), json, xml);
                }
            }
            if spelled.times() > before {
                spelled.answers.insert(question.clone());
            }
        }
        spelled
    }
}

/// What all answers to one question say alike of its resources; null where they do not.
fn agreement(expectation: &Expectation, all: &[Arc<Value>]) -> Vec<Value> {
    let mut all = all.iter().map(|body| expectation.resources(body));
    let first = all.next().into_iter().flatten();
    let mut agreed: Vec<Value> = first.cloned().collect();
    for other in all {
        if other.len() != agreed.len() {
            return Vec::new();
        }
        let both = agreed.iter_mut().zip(other);
        both.for_each(|(one, other)| keep_alike(one, other));
    }
    agreed
}

fn keep_alike(one: &mut Value, other: &Value) {
    match (&mut *one, other) {
        (Value::Object(one), Value::Object(other)) => {
            for (name, value) in one {
                keep_alike(value, other.get(name).unwrap_or(&Value::Null));
            }
        }
        (Value::Array(one), Value::Array(other)) if one.len() == other.len() => {
            let both = one.iter_mut().zip(other);
            both.for_each(|(one, other)| keep_alike(one, other));
        }
        (own, other) if *own == *other => {}
        _ => *one = Value::Null,
    }
}

impl Spelled {
    fn times(&self) -> usize {
        self.words.iter().flat_map(BTreeMap::values).sum()
    }

    fn meet(&mut self, expectation: &Expectation, shape: &Shape, json: &Value, xml: &Value) {
        match (&shape.kind, json, xml) {
            (Kind::Boolean, Value::Bool(is), Value::String(word)) => self.note(*is, word.trim()),
            (Kind::Boolean, Value::Bool(is), Value::Bool(read)) => {
                self.note(*is, expectation.answer.booleans.word(*read));
            }
            (Kind::Object(object), Value::Object(json), Value::Object(xml)) => {
                for member in &object.members {
                    if let (Some(json), Some(xml)) = (json.get(&member.name), xml.get(&member.name))
                    {
                        self.meet(expectation, &member.shape, json, xml);
                    }
                }
            }
            (Kind::List(item), Value::Array(json), Value::Array(xml))
                if json.len() == xml.len() =>
            {
                for (json, xml) in json.iter().zip(xml) {
                    self.meet(expectation, item, json, xml);
                }
            }
            _ => {}
        }
    }

    fn note(&mut self, is: bool, word: &str) {
        *self.words[usize::from(is)]
            .entry(word.to_owned())
            .or_default() += 1;
    }

    /// The two words, where each of both has one; of one alone, the one that belongs to it.
    pub(super) fn words(&self) -> Option<(Says, Evidence)> {
        let one = |is: bool| match self.words[usize::from(is)].iter().collect::<Vec<_>>()[..] {
            [] => Some(None),
            [(word, times)] if is_word(word) => Some(Some((word.clone(), *times))),
            _ => None,
        };
        let (yes, no) = match (one(true)?, one(false)?) {
            (Some((yes, yes_times)), Some((no, no_times))) => {
                let is_known = Booleans::like(&yes).is_some() && Booleans::like(&no).is_some();
                let is_told = is_known || yes_times.min(no_times) >= ENOUGH;
                (is_told && yes != no).then_some((yes, no))?
            }
            (Some((yes, _)), None) => {
                let both = Booleans::like(&yes).filter(|both| both.yes == yes)?;
                (both.yes, both.no)
            }
            (None, Some((no, _))) => {
                let both = Booleans::like(&no).filter(|both| both.no == no)?;
                (both.yes, both.no)
            }
            (None, None) => return None,
        };
        let (answers, of) = (self.answers.len(), self.of.len());
        Some((Says::Words { yes, no }, Evidence::of(answers, of)))
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= MAX_LENGTH && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(words: &[(bool, &str)]) -> Option<[String; 2]> {
        let mut spelled = Spelled::default();
        for (is, word) in words {
            spelled.note(*is, word);
        }
        match spelled.words() {
            Some((Says::Words { yes, no }, _)) => Some([yes, no]),
            _ => None,
        }
    }

    #[test]
    fn the_words_are_those_that_stand_where_json_says_which_is_meant() {
        for (words, expected) in [
            (&[(true, "yes"), (false, "no")][..], Some(["yes", "no"])),
            (&[(true, "1"), (false, "0")], Some(["1", "0"])),
            (&[(true, "T")], Some(["T", "F"])),
            (&[(false, "OFF")], Some(["ON", "OFF"])),
            (&[(false, "No")], Some(["Yes", "No"])),
            // One that nobody knows tells nothing of the other, and may be data.
            (&[(true, "ja")], None),
            (&[(true, "ja"), (false, "nein")], None),
            // Two ways to say one thing are none.
            (&[(true, "yes"), (true, "True"), (false, "no")], None),
            (&[(true, "yes"), (false, "yes")], None),
            (&[(true, "no")], None),
            (&[(true, ""), (false, "no")], None),
            (&[], None),
        ] {
            let expected = expected.map(|words| words.map(str::to_owned));
            assert_eq!(said(words), expected, "{words:?}");
        }
        let often = [(true, "ja"), (false, "nein")].repeat(ENOUGH);
        assert_eq!(said(&often), Some(["ja", "nein"].map(str::to_owned)));
    }
}

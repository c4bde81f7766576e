//! Which documented members the answers held: what no answer held was not judged.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::case::{Case, Check, NotAsked, QuestionIndex, Selected, is_never_asked};
use crate::check::lookalike;
use crate::contract::Format;
use crate::percent::Percent;
use crate::run::Suite;
use crate::run::ask::Asked;
use crate::shape::{Kind, Shape};

/// The documented members of all selected operations, as far as cases judge members.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage {
    /// The operations, in the order of the contract.
    pub operations: Vec<OperationCoverage>,
}

/// The documented members of one operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperationCoverage {
    /// The place of the operation in the contract.
    pub operation: usize,
    /// How many members its answers may hold; one that is in both formats counts twice, and an answer that could
    /// not be read is one.
    pub documented: usize,
    /// How many of them some answer held.
    pub seen: usize,
    /// Those that no answer held in some format, by the names of the page, `*` for list items; empty for a whole
    /// answer.
    pub unseen: Vec<String>,
    /// The formats in which no answer could be read, where one could in another.
    pub silent: Vec<Format>,
    /// Those of the unseen that some answer could have held: in a format in which one could be read.
    pub lacking: Vec<String>,
}

impl Coverage {
    /// How many members there are.
    #[must_use]
    pub fn documented(&self) -> usize {
        self.operations.iter().map(|one| one.documented).sum()
    }

    /// How many of them some answer held.
    #[must_use]
    pub fn seen(&self) -> usize {
        self.operations.iter().map(|one| one.seen).sum()
    }

    /// The share that was seen.
    #[must_use]
    pub fn share(&self) -> Percent {
        Percent::of(self.seen(), self.documented())
    }
}

/// Holds the answers of a run against the documented members.
pub(super) fn coverage(suite: &Suite, selected: &Selected, asked: &Asked) -> Coverage {
    let mut topics: BTreeMap<(usize, Format), BTreeSet<QuestionIndex>> = BTreeMap::new();
    for case in selected.cases() {
        if case.id.check == Check::Members && !is_left_out(suite, case) {
            let questions = topics.entry((case.operation, case.id.format)).or_default();
            if case.ignored.is_none() {
                questions.extend(&case.subjects);
            }
        }
    }
    let mut operations: Vec<OperationCoverage> = Vec::new();
    for ((operation, format), questions) in topics {
        let Some(expectation) = suite.expectations.get(operation, format) else {
            continue;
        };
        let shape = expectation.answer.resource();
        let mut node = Node::default();
        let mut is_silent = true;
        for question in questions {
            for body in asked.outlines(question) {
                is_silent = false;
                for resource in expectation.resources(body) {
                    node.meet(shape, resource);
                }
            }
        }
        let mut count = Count::default();
        node.count(shape, "", &mut count);
        let silent = (is_silent && count.documented > 0).then_some(format);
        let lacking = if is_silent { &[][..] } else { &count.unseen };
        let lacking = lacking.to_vec();
        match operations.last_mut() {
            Some(last) if last.operation == operation => {
                last.documented += count.documented;
                last.seen += count.documented - count.unseen.len();
                let known = |name: &String| !last.unseen.contains(name);
                let more: Vec<String> = count.unseen.into_iter().filter(known).collect();
                last.unseen.extend(more);
                last.silent.extend(silent);
                let known = |name: &String| !last.lacking.contains(name);
                let more: Vec<String> = lacking.into_iter().filter(known).collect();
                last.lacking.extend(more);
            }
            _ => operations.push(OperationCoverage {
                operation,
                documented: count.documented,
                seen: count.documented - count.unseen.len(),
                unseen: count.unseen,
                silent: silent.into_iter().collect(),
                lacking,
            }),
        }
    }
    // What documents no answer that could be read has one all the same, and nobody saw it.
    let unread = |case: &&Case| case.ignored == Some(NotAsked::NoAnswer);
    operations.extend(
        selected
            .cases()
            .filter(unread)
            .map(|case| OperationCoverage {
                operation: case.operation,
                documented: 1,
                seen: 0,
                unseen: vec![String::new()],
                silent: Vec::new(),
                lacking: Vec::new(),
            }),
    );
    operations.sort_by_key(|one| one.operation);
    Coverage { operations }
}

/// Whether a case is left out in each run, so that nobody can see what it would judge: a write that leaves once
/// has no answer in another format. What was recorded was sent by others, in any format.
fn is_left_out(suite: &Suite, case: &Case) -> bool {
    let operation = &suite.contract.operations[case.operation];
    let is_sent = match &case.ignored {
        None | Some(NotAsked::NotRecorded) => true,
        Some(_) => false,
    };
    !is_sent && is_never_asked(operation, case.id.format, &suite.profile)
}

/// What was met of a shape; its members in the order of the shape, once one was met.
#[derive(Debug, Default)]
struct Node {
    is_met: bool,
    below: Vec<Node>,
}

#[derive(Debug, Default)]
struct Count {
    documented: usize,
    unseen: Vec<String>,
}

impl Node {
    fn child(&mut self, at: usize) -> &mut Self {
        if self.below.len() <= at {
            self.below.resize_with(at + 1, Self::default);
        }
        &mut self.below[at]
    }

    fn meet(&mut self, shape: &Shape, value: &Value) {
        self.is_met = true;
        match (&shape.kind, value) {
            (Kind::Object(object), Value::Object(members)) => {
                for (at, member) in object.members.iter().enumerate() {
                    let spelled = || {
                        let is_known =
                            |name: &str| object.members.iter().any(|known| known.name == name);
                        let name = lookalike::in_other_case(&member.name, members, is_known)?;
                        members.get(name)
                    };
                    if let Some(value) = members.get(&member.name).or_else(spelled) {
                        self.child(at).meet(&member.shape, value);
                    }
                }
                if let Some(other) = &object.others {
                    let at = object.members.len();
                    let free = members.iter().filter(|(name, _)| {
                        object.members.iter().all(|member| member.name != **name)
                    });
                    for (_, value) in free {
                        self.child(at).meet(other, value);
                    }
                }
            }
            (Kind::List(item), Value::Array(items)) => {
                for value in items {
                    self.child(0).meet(item, value);
                }
            }
            _ => {}
        }
    }

    fn count(&self, shape: &Shape, path: &str, count: &mut Count) {
        let none = Self::default();
        let below = |at: usize| self.below.get(at).unwrap_or(&none);
        let step = |name: &str| match path {
            "" => name.to_owned(),
            path => format!("{path}/{name}"),
        };
        match &shape.kind {
            Kind::Object(object) => {
                for (at, member) in object.members.iter().enumerate() {
                    let path = step(&member.documented);
                    count.documented += 1;
                    if !below(at).is_met {
                        count.unseen.push(path.clone());
                    }
                    below(at).count(&member.shape, &path, count);
                }
                if let Some(other) = &object.others {
                    below(object.members.len()).count(other, &step("*"), count);
                }
            }
            Kind::List(item) => below(0).count(item, &step("*"), count),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::*;
    use crate::check::Expectations;
    use crate::run::tests_support::suite;
    use crate::{contract, page, profile};

    fn unseen(bodies: &[Value]) -> (usize, Vec<String>) {
        let contract = contract::of_sources(page::builtin()).unwrap();
        let profile = profile::load("as-documented").unwrap().into();
        let expectations = Expectations::of(&contract, &profile, false);
        let shape = expectations.get(0, Format::Json).unwrap().answer.resource();
        let mut node = Node::default();
        for body in bodies {
            node.meet(shape, body);
        }
        let mut count = Count::default();
        node.count(shape, "", &mut count);
        (count.documented, count.unseen)
    }

    #[test]
    fn what_no_answer_held_is_unseen_and_so_is_all_below_it() {
        let (all, nothing) = unseen(&[]);
        assert_eq!(nothing.len(), all);
        let (_, empty) = unseen(&[json!({ "Addresses": [], "About": null })]);
        assert!(!empty.contains(&"Addresses".to_owned()));
        assert!(!empty.contains(&"About".to_owned()));
        assert!(empty.contains(&"Addresses/*/City".to_owned()), "{empty:?}");
        let two = [
            json!({ "Addresses": [{ "City": "x" }] }),
            json!({ "Addresses": [{}, { "Street": 1 }] }),
        ];
        let (_, two) = unseen(&two);
        let mut expected = nothing;
        let is_seen = ["Addresses", "Addresses/*/City", "Addresses/*/Street"];
        expected.retain(|member| !is_seen.contains(&member.as_str()));
        assert_eq!(two, expected);
        // What stands in another letter case is judged, and so it is seen.
        let (_, spelt) = unseen(&[json!({ "addresses": [{ "City": "x", "street": 1 }] })]);
        assert_eq!(spelt, expected);
    }

    #[test]
    fn what_no_run_asks_is_not_counted() {
        use std::sync::Arc;

        use crate::case::{self, Selection};
        use crate::run::ask::unasked;
        use crate::target::Target;
        use crate::writes::Writes;

        let contract = Arc::new(contract::of_sources(page::builtin()).unwrap());
        let count = |text: &str, writes: Writes| {
            let profile = Arc::new(profile::parse("own.toml", text).unwrap());
            let mut target = Target::new("http://portal.test".parse().unwrap());
            target.writes = writes;
            let plan = Arc::new(case::plan(&contract, &profile, &target));
            let suite = suite(Arc::clone(&contract), profile);
            let all = plan.select(&Selection::default());
            let found = coverage(&suite, &all, &unasked(&plan));
            found.operations.iter().map(|one| one.documented).collect()
        };
        let once = "extends = \"as-documented\"\nname = \"own\"\n[[repeatable]]\n\
                    operation = \"post-*\"\nis = false\nbecause = \"x\"\n";
        let again = "extends = \"as-documented\"\nname = \"own\"\n";
        for writes in [Writes::All, Writes::default()] {
            let both: Vec<usize> = count(again, writes.clone());
            let less: Vec<usize> = count(once, writes);
            assert_eq!(both[0], less[0], "a read is asked in each format");
            assert!(less[1] > 0 && less[1] < both[1], "{less:?} {both:?}");
        }
    }

    #[test]
    fn members_are_counted_for_each_operation_and_each_format() {
        use std::sync::Arc;

        use crate::case::{self, Selection};
        use crate::check::Reading;
        use crate::client::tests_support::{exchange, response};
        use crate::run::ask::unasked;
        use crate::target::Target;
        use crate::writes::Writes;

        let contract = Arc::new(contract::of_sources(page::builtin()).unwrap());
        let profile = Arc::new(profile::load("as-documented").unwrap());
        let mut target = Target::new("http://portal.test".parse().unwrap());
        let of = |target: &Target| Arc::new(case::plan(&contract, &profile, target));
        let suite = suite(Arc::clone(&contract), Arc::clone(&profile));
        let reads_only = of(&target);
        target.writes = Writes::All;
        let plan = of(&target);
        let all = plan.select(&Selection::default());
        let shape = |operation, format| {
            let expectation = suite.expectations.get(operation, format).unwrap();
            let mut count = Count::default();
            let shape = expectation.answer.resource();
            Node::default().count(shape, "", &mut count);
            count.documented
        };
        let nothing = coverage(&suite, &all, &unasked(&plan));
        assert_eq!(nothing.operations.len(), contract.operations.len());
        for (at, found) in nothing.operations.iter().enumerate() {
            let both = Format::ALL.map(|format| shape(at, format));
            assert_eq!((found.operation, found.seen), (at, 0));
            assert_eq!(found.documented, both[0] + both[1]);
            assert_eq!(found.unseen.len(), both[0].max(both[1]), "each once");
        }
        let documented: usize = nothing.operations.iter().map(|one| one.documented).sum();
        assert_eq!((nothing.documented(), nothing.seen()), (documented, 0));
        let mut asked = unasked(&plan);
        let said = |asked: &mut Asked, operation: usize, format: Format| {
            let is_meant = |case: &&case::Case| {
                case.id.check == Check::Members
                    && (case.operation, case.id.format) == (operation, format)
            };
            let question = plan.cases.iter().find(is_meant).unwrap().subjects[0];
            let expectation = suite.expectations.get(operation, format).unwrap();
            let resource = json!({ "About": "x" });
            let payload = if expectation.resources(&json!({ "response": [1, 2] })).len() == 2 {
                json!([resource])
            } else {
                resource
            };
            let reading = Reading {
                body: Some(Arc::new(json!({ "response": payload }))),
                ..Reading::default()
            };
            asked.add(question, (exchange(Ok(response(200, ""))), Some(reading)));
        };
        said(&mut asked, 0, Format::Json);
        let one = coverage(&suite, &all, &asked);
        assert_eq!(one.operations[0].silent, [Format::Xml]);
        assert!(!one.operations[0].lacking.contains(&"About".to_owned()));
        assert_eq!(one.operations[0].seen, 1);
        let about = "About".to_owned();
        assert!(one.operations[0].unseen.contains(&about), "not in XML");
        said(&mut asked, 0, Format::Xml);
        said(&mut asked, 1, Format::Json);
        let both = coverage(&suite, &all, &asked);
        let seen: Vec<usize> = both.operations.iter().map(|one| one.seen).collect();
        assert_eq!(seen, [2, 1]);
        assert_eq!(both.seen(), 3);
        assert_eq!(both.operations[0].silent, []);
        assert!(!both.operations[0].unseen.contains(&about));
        assert_eq!(both.share(), Percent::of(3, documented));
        // What is not asked is not seen, whatever else was said.
        let reads_only = reads_only.select(&Selection::default());
        let ignored = coverage(&suite, &reads_only, &asked);
        let seen: Vec<usize> = ignored.operations.iter().map(|one| one.seen).collect();
        assert_eq!(seen, [2, 0]);
        let json_alone = plan.select(&Selection {
            filters: vec!["get-crm-contact-contactid::json::".to_owned()],
            ..Selection::default()
        });
        let alone = coverage(&suite, &json_alone, &asked);
        assert_eq!(alone.operations.len(), 1);
        assert_eq!(alone.documented(), shape(0, Format::Json));
    }
}

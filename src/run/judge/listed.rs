//! Items of lists held against the reads of the same resources, as far as nothing was written between.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::case::{Case, QuestionIndex};
use crate::check::listed::ReadableList;
use crate::check::steadiness::Timed;
use crate::check::{Expectation, Violation};
use crate::client::Token;
use crate::contract::is_safe;
use crate::run::Seen;
use crate::run::judge::{Judge, beside};

impl Judge<'_> {
    /// What a list shows twice, or otherwise than the reads of its items by their ids.
    pub(super) fn listed(&self, case: &Case, expectation: &Expectation) -> Vec<Seen> {
        // What others asked in between nobody knows.
        if !is_safe(&expectation.operation.method) || self.asked.is_recorded {
            return Vec::new();
        }
        let Some((reader, list)) = self.readable_list(case, expectation) else {
            return Vec::new();
        };
        let format = case.id.format;
        let Some(reading) = self.suite.expectations.get(reader, format) else {
            return Vec::new();
        };
        let questions = self.plan.questions.iter().enumerate();
        let reads: Vec<(QuestionIndex, &str, Vec<Timed<'_>>)> = questions
            .filter(|(_, asked)| {
                let is_own = asked.request.token == Token::Valid;
                asked.operation == reader && asked.format == format && is_own
            })
            .filter_map(|(at, asked)| match asked.ids.as_slice() {
                [id] => Some((at, id.as_str(), self.asked.timed(at))),
                _ => None,
            })
            .collect();
        let writes = self.writes();
        let mut all = Vec::new();
        for question in &case.subjects {
            let asked = &self.plan.questions[*question].request;
            let answers = self.asked.timed(*question);
            let mut doubled = Vec::new();
            let mut unlike: Option<Vec<Violation>> = None;
            for answer in &answers {
                if doubled.is_empty() {
                    doubled = list.doubled(expectation, answer.body);
                }
                if !ReadableList::is_plain(expectation, &asked.path) {
                    continue;
                }
                let mut known: BTreeMap<&str, (&Value, &Value)> = BTreeMap::new();
                for (_, id, timed) in &reads {
                    if let Some((before, after)) = around(answer, timed, &writes)
                        && let (Some(before), Some(after)) =
                            (reading.payload(before.body), reading.payload(after.body))
                    {
                        known.insert(id, (before, after));
                    }
                }
                if known.is_empty() {
                    continue;
                }
                // A list that comes to agree was late.
                let found = list.unlike_reads(expectation, answer.body, &known);
                unlike = Some(match unlike {
                    None => found,
                    Some(before) => {
                        let members: BTreeSet<&str> =
                            before.iter().map(|one| one.member.as_str()).collect();
                        let found = found.into_iter();
                        found
                            .filter(|one| members.contains(one.member.as_str()))
                            .collect()
                    }
                });
            }
            let read: Vec<QuestionIndex> = reads.iter().map(|(at, ..)| *at).collect();
            all.extend(self.seen_in(*question, doubled));
            all.extend(beside(
                self.seen_in(*question, unlike.unwrap_or_default()),
                &read,
            ));
        }
        all
    }

    /// The list in the answers of a case of what another operation reads by its id, and that operation.
    fn readable_list<'e>(
        &self,
        case: &Case,
        expectation: &'e Expectation,
    ) -> Option<(usize, ReadableList<'e>)> {
        let names = self.suite.expectations.names();
        let names_own = |at: usize| names[at].iter().find_map(|one| one.member.as_ref());
        // What stands in a resource may tell what was.
        if names_own(case.operation).is_some() {
            return None;
        }
        (0..names.len()).find_map(|at| {
            let id = names_own(at)?;
            let reader = self.suite.expectations.get(at, case.id.format)?;
            let is_read = is_safe(&reader.operation.method) && at != case.operation;
            let list = ReadableList::of(expectation, reader, id.own()?)?;
            is_read.then_some((at, list))
        })
    }

    /// When anything was under way that may have changed something.
    pub(super) fn writes(&self) -> Vec<(usize, usize)> {
        let questions = self.plan.questions.iter().enumerate();
        let writes = questions.filter(|(_, one)| !is_safe(&one.request.method));
        writes.flat_map(|(at, _)| self.asked.done(at)).collect()
    }
}

/// The last read before an answer and the first one behind it, with no write between them.
fn around<'a>(
    answer: &Timed<'_>,
    reads: &[Timed<'a>],
    writes: &[(usize, usize)],
) -> Option<(Timed<'a>, Timed<'a>)> {
    let before = reads.iter().filter(|read| read.to < answer.from);
    let after = reads.iter().filter(|read| read.from > answer.to);
    let before = before.max_by_key(|read| read.to)?;
    let after = after.min_by_key(|read| read.from)?;
    let mut writes = writes.iter();
    let is_between = writes.any(|(from, to)| *from < after.to && before.from < *to);
    (!is_between).then_some((*before, *after))
}

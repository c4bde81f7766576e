//! What is asked again: reads that have not come to rest, writes that read otherwise than they said, refusals
//! that seem to differ.

use std::collections::BTreeSet;
use std::mem;
use std::sync::Arc;
use std::time::Duration;

use crate::case::{Case, Check, QuestionIndex, Selected};
use crate::check::steadiness::{Steadiness, steadiness};
use crate::check::{identity, parity};
use crate::client::Repeat;
use crate::contract::{Format, is_safe};
use crate::run::ask::Asker;
use crate::run::ask::asked::{Time, bodies, timed};
use crate::run::difference::{Answer, Doubt, Refusals};

/// How often an answer that changes is read again before it is called unsteady.
const SETTLE_ROUNDS: usize = 4;
/// The pause between two such rounds, so that an edit under way can end.
const SETTLE_PAUSE: Duration = Duration::from_millis(50);
/// Which part of the time that reads may be late passes before they are asked again, the rest of it before the
/// last time.
const FIRST_LATE: u32 = 5;
/// How many questions may hang so that they are asked once more.
const MOST_HUNG: usize = 3;
/// How often a write is repeated that reads otherwise than it said.
const REPEATED_WRITES: usize = 2;
/// How many requests a case may cost to find out whether what is refused differently is so each time.
const MOST_ASKED_AGAIN: usize = 60;

/// A write, and the reads of what it answers with.
pub(super) struct ReadBack {
    pub(super) write: QuestionIndex,
    pub(super) reads: Vec<QuestionIndex>,
}

/// The writes that are read back and may be repeated, each with the reads in its own format.
pub(super) fn read_back(selected: &Selected) -> Vec<ReadBack> {
    let questions = &selected.plan().questions;
    let is_read_back = |case: &&Case| case.id.check == Check::Read && case.ignored.is_none();
    let cases = selected.cases().filter(is_read_back);
    let writes = cases.flat_map(|case| {
        case.subjects.iter().map(|write| {
            let of = &questions[*write];
            let reads = case.beside.iter().copied().filter(|read| {
                let read = &questions[*read];
                read.format == of.format && read.ids.iter().all(|id| of.ids.contains(id))
            });
            ReadBack {
                write: *write,
                reads: reads.collect(),
            }
        })
    });
    writes
        .filter(|one| questions[one.write].repeat == Repeat::Allowed && !one.reads.is_empty())
        .collect()
}

impl Asker<'_> {
    /// Asks once more what hung, when all else has been answered: a portal may be slow to wake up. Not where much hung,
    /// and no more once something hangs again.
    pub(super) async fn ask_hung_again(&self) {
        let hung: Vec<QuestionIndex> = {
            let Ok(answers) = self.answers.lock() else {
                return;
            };
            let hung = answers.iter().enumerate().filter(|(at, answers)| {
                let asked = &self.plan.questions[*at];
                let has_hung = |(exchange, _): &Answer| exchange.is_late();
                asked.repeat == Repeat::Allowed
                    && is_safe(&asked.request.method)
                    && answers.iter().any(has_hung)
            });
            hung.map(|(at, _)| at).collect()
        };
        if hung.len() > MOST_HUNG {
            return;
        }
        for question in hung {
            if self.watch.halt().is_some() || !self.watch.may_lose_more() {
                return;
            }
            let hung = self.let_go(question);
            // As often as any read.
            self.one(question).await;
            self.one(question).await;
            if self.has_failed(question) {
                self.put_back(question, hung);
                return;
            }
            if let Ok(mut woken) = self.woken.lock() {
                woken.push(question);
            }
        }
    }

    /// Lets go of the answers to a question, with their times.
    fn let_go(&self, question: QuestionIndex) -> (Vec<Answer>, Vec<Time>) {
        let (Ok(mut answers), Ok(mut times)) = (self.answers.lock(), self.times.lock()) else {
            return (Vec::new(), Vec::new());
        };
        (
            mem::take(&mut answers[question]),
            mem::take(&mut times[question]),
        )
    }

    /// Puts answers before those that came later.
    fn put_back(&self, question: QuestionIndex, (earlier, then): (Vec<Answer>, Vec<Time>)) {
        if let (Ok(mut answers), Ok(mut times)) = (self.answers.lock(), self.times.lock()) {
            answers[question].splice(0..0, earlier);
            times[question].splice(0..0, then);
        }
    }

    /// Asks one after the other. A list that lacks what was written before it is read again before anything else is
    /// written, as a write that repeats the first would hide that the portal is late; once that was in vain, no more.
    pub(super) async fn in_order(&self, questions: impl Iterator<Item = QuestionIndex>) {
        let is_list = |read: &QuestionIndex| self.plan.questions[*read].listing.is_some();
        let mut is_waited_for = true;
        let mut questions = questions.peekable();
        while let Some(question) = questions.next() {
            self.one(question).await;
            let ends_lists = is_list(&question) && !questions.peek().is_some_and(is_list);
            if is_waited_for && ends_lists && self.read_late_of(is_list).await {
                is_waited_for = self.late(is_list).is_empty();
            }
        }
    }

    /// The reads of some that say otherwise than writes did.
    fn late(&self, is_meant: impl Fn(&QuestionIndex) -> bool) -> BTreeSet<QuestionIndex> {
        let late = self.late.and_then(|late| self.of_asked(late));
        let mut late = late.unwrap_or_default();
        late.retain(is_meant);
        late
    }

    /// Reads again what says otherwise than writes did, as it may have been read before what they wrote was
    /// everywhere. Whether some were.
    pub(super) async fn read_late(&self) -> bool {
        self.read_late_of(|_| true).await
    }

    /// The same of some reads.
    pub(super) async fn read_late_of(
        &self,
        is_meant: impl Fn(&QuestionIndex) -> bool + Copy,
    ) -> bool {
        let mut is_read = false;
        let time = self.client.target().limits.late_reads;
        let first = time / FIRST_LATE;
        for pause in [first, time.saturating_sub(first)] {
            if pause.is_zero() || self.watch.halt().is_some() {
                break;
            }
            let reads = self.late(is_meant);
            if reads.is_empty() {
                break;
            }
            tokio::time::sleep(pause).await;
            for read in reads {
                self.one(read).await;
            }
            is_read = true;
        }
        is_read
    }

    /// Reads again what was written and reads otherwise, until it is known why.
    pub(super) async fn read_all_again(&self, selected: &Selected) {
        let mut is_repeated = false;
        for one in read_back(selected) {
            is_repeated |= self.read_again(&one).await;
        }
        // What somebody edited meanwhile was read in the format of the write alone.
        if is_repeated {
            self.settle().await;
        }
    }

    /// Writes once more what reads otherwise than the write said, and reads it again: a coincidental edit
    /// does not recur. Whether it was done.
    pub(super) async fn read_again(&self, ReadBack { write, reads }: &ReadBack) -> bool {
        let ask = async || {
            self.one(*write).await;
            for read in reads {
                self.one(*read).await;
            }
        };
        let mut is_repeated = false;
        for _ in 0..REPEATED_WRITES {
            if !reads.iter().any(|read| self.reads_otherwise(*write, *read)) {
                break;
            }
            is_repeated = true;
            ask().await;
        }
        // What somebody edited is told twice, or has not come to rest.
        if is_repeated {
            ask().await;
        }
        is_repeated
    }

    /// Asks again what seems to be refused differently, until it is not, or surely is.
    pub(super) async fn tell_apart(&self, selected: &Selected) {
        let is_refusal = |case: &&Case| matches!(case.id.check, Check::Refusal(_));
        let cases = selected.cases().filter(|case| case.ignored.is_none());
        let doubtful: Vec<(&Case, Vec<Doubt>)> = {
            let Ok(answers) = self.answers.lock() else {
                return;
            };
            let refusals = self.refusals(&answers);
            let doubts = cases
                .filter(is_refusal)
                .map(|case| (case, refusals.doubts(case)));
            doubts.filter(|(_, doubts)| !doubts.is_empty()).collect()
        };
        for (case, doubts) in doubtful {
            let mut left = MOST_ASKED_AGAIN;
            for doubt in doubts {
                let is_sure = self.ask_both(case, doubt, &mut left).await;
                if is_sure || left == 0 {
                    break;
                }
            }
        }
    }

    /// Asks both of a pair until they are refused alike, or have differed so often that they surely do;
    /// whether they do.
    async fn ask_both(&self, case: &Case, Doubt { pair, sure }: Doubt, left: &mut usize) -> bool {
        // In an order without a period, as a portal may answer in turns.
        for turn in 0_u32.. {
            let Ok((differs, is_sure)) = self.answers.lock().map(|answers| {
                let refusals = self.refusals(&answers);
                let is_sure = answers[pair.0].len() >= sure && answers[pair.1].len() >= sure;
                // Both have one more answer at each second turn.
                let differs = turn % 2 == 1 || refusals.still_differs(case, pair);
                (differs, is_sure && turn % 2 == 0)
            }) else {
                return false;
            };
            if is_sure || !differs || *left == 0 || self.watch.halt().is_some() {
                return is_sure && differs;
            }
            let is_first = turn.count_ones().is_multiple_of(2);
            self.one(if is_first { pair.0 } else { pair.1 }).await;
            *left -= 1;
        }
        false
    }

    /// The refusals so far. What they must not tell was read before any of them is looked at.
    fn refusals<'b>(&'b self, answers: &'b [Vec<Answer>]) -> Refusals<'b> {
        Refusals::knowing(self.suite, self.plan, answers, Arc::clone(&self.told))
    }

    /// Whether the last answer to a read tells something else than the last one to a write.
    pub(super) fn reads_otherwise(&self, write: QuestionIndex, read: QuestionIndex) -> bool {
        let expectation = |question: QuestionIndex| {
            let question = &self.plan.questions[question];
            let expectations = &self.suite.expectations;
            expectations.get(question.operation, question.format)
        };
        let Ok(answers) = self.answers.lock() else {
            return false;
        };
        let last = |question: QuestionIndex| bodies(&answers[question]).pop();
        let (Some(written), Some(reader)) = (expectation(write), expectation(read)) else {
            return false;
        };
        let (Some(told), Some(body)) = (last(write), last(read)) else {
            return false;
        };
        // What a cache gave may be older than the write.
        let is_after = self.times.lock().is_ok_and(|times| {
            let (write, read) = (times[write].last(), times[read].last());
            write
                .zip(read)
                .is_some_and(|(write, read)| read.from > write.to)
        });
        if !is_after {
            return false;
        }
        let reads = self.plan.questions[read].ids.iter().cloned();
        let reads = reads
            .map(|id| (id, reader.resources(body).into()))
            .collect();
        !identity::as_read(written, told, &reads).is_empty()
    }

    /// Reads again what changed while it was tried, until it rests or must be called unsteady.
    pub(super) async fn settle(&self) {
        for round in 0..SETTLE_ROUNDS {
            let moving = self.moving(round == 0);
            if moving.is_empty() {
                return;
            }
            if round > 0 {
                tokio::time::sleep(SETTLE_PAUSE).await;
            }
            for question in moving {
                self.one(question).await;
            }
        }
    }

    /// The questions whose answers do not rest yet, with their twins in the other format.
    ///
    /// Where the formats disagree, the resource may have changed between them, so both are asked once
    /// more even if each was steady.
    pub(super) fn moving(&self, is_first: bool) -> BTreeSet<QuestionIndex> {
        let plan = self.plan;
        let (Ok(answers), Ok(times)) = (self.answers.lock(), self.times.lock()) else {
            return BTreeSet::new();
        };
        let mut moving = BTreeSet::new();
        for (index, question) in plan.questions.iter().enumerate() {
            if question.repeat == Repeat::Never || question.aftermath.is_some() {
                continue;
            }
            let Some(expectation) = self
                .suite
                .expectations
                .get(question.operation, question.format)
            else {
                continue;
            };
            let history = timed(&answers[index], &times[index]);
            let twin = plan.twin(index).filter(|_| question.format == Format::Xml);
            let is_unsteady = history.len() > 1
                && matches!(
                    steadiness(expectation, &history),
                    Steadiness::Unsteady { .. }
                );
            let twin_history = twin.map(|twin| timed(&answers[twin], &times[twin]));
            let twin_history = twin_history.unwrap_or_default();
            let changed = || {
                [&history, &twin_history].iter().any(|history| {
                    history.len() > 1 && steadiness(expectation, history) != Steadiness::Steady
                })
            };
            let disagrees = || match (twin_history.last(), history.last()) {
                (Some(json), Some(xml)) => {
                    (is_first || changed()) && parity::disagrees(expectation, json.body, xml.body)
                }
                _ => false,
            };
            if is_unsteady || disagrees() {
                moving.extend([Some(index), twin].into_iter().flatten());
            }
        }
        moving
    }
}

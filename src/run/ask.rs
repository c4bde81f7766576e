//! All questions of the selected cases, asked side by side, in order, and at rest.

mod again;
mod clock;
mod extras;

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use futures::stream::{self, StreamExt};

use crate::case::{
    Case, Check, Listing, Plan, Question, QuestionIndex, Schedule, Selected, Stranger,
};
use crate::check::refusal::ToldValues;
use crate::check::steadiness::Timed;
use crate::check::{Reading, effect, identity, refusal};
use crate::client::{Client, Exchange, Request, Token};
use crate::contract::{Format, is_safe};
use crate::digest::Digest;
use crate::run::anyone::telling;
use crate::run::ask::clock::Clock;
use crate::run::ask::extras::Extras;
use crate::run::barred::{self, Sent};
use crate::run::difference::Answer;
use crate::run::halt::{Halt, Watch};
use crate::run::standing::Standing;
use crate::run::{Hint, Obstacle, RecordedAnswer, Suite, obstacle};
use crate::target::Target;

/// From so many bytes on, an answer takes longer to read than to be known again.
const LARGE: usize = 64 * 1024;
/// With a portal that closes each connection, more requests at once would overrun its backlog.
const JOBS_WITHOUT_KEEP_ALIVE: usize = 4;

/// Of so many operations one read each is asked first, where there are more than twice as many: what all of them are
/// answered with is then known soon.
const SAMPLED: usize = 10;

/// How many bytes of read answers a run keeps to compare them, roughly.
const MAX_KEPT: usize = 192 * 1024 * 1024;

/// Told after each answer: how many are done, and of how many.
pub type Progress<'a> = dyn Fn(usize, usize) + Send + Sync + 'a;

/// Told of each answer that must succeed, as a whole: the question, and what came.
pub type Tap<'a> = dyn Fn(&Question, &Exchange) + Send + Sync + 'a;

/// Asked after an answer to a question, or after all: how many findings were wanted, where so many are sure.
pub(super) type IsEnough<'a> =
    dyn Fn(&Asked, Option<QuestionIndex>) -> Option<usize> + Send + Sync + 'a;

/// Asked when all was read: the reads that say otherwise than writes did, as far as that breaks the contract.
pub(super) type IsLate<'a> = dyn Fn(&Asked) -> BTreeSet<QuestionIndex> + Send + Sync + 'a;

/// When an answer was asked for and when it was there, by a clock that ticks at each start and each end. What a cache
/// gave may have been true at any time since it was made: that is when it was asked for.
pub(super) type Time = (usize, usize);

/// The ids that an answer lists, and when it was under way.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed<'a> {
    pub(super) ids: &'a [String],
    pub(super) from: usize,
    pub(super) to: usize,
    /// Whether a cache gave it, so that it may be older than the run.
    pub(super) is_old: bool,
}

/// The answers to each question, in the order of time.
#[derive(Debug)]
pub(super) struct Asked {
    answers: Vec<Vec<Answer>>,
    /// When each of them was under way.
    times: Vec<Vec<Time>>,
    /// Why the rest was not asked, where it was not.
    pub(super) halt: Option<Halt>,
    /// Whether what changed meanwhile was read until it rested.
    is_settled: bool,
    /// Whether requests without a token that opens were not sent, as the portal admits no more of them.
    pub(super) is_throttled: bool,
    /// Whether somebody else asked, who may have done anything meanwhile.
    pub(super) is_recorded: bool,
    /// What hung once, and was answered when it was asked again.
    woken: Vec<QuestionIndex>,
}

/// What was recorded, in the place of answers; what is read of them is bounded as in a run.
pub(super) fn recorded(suite: &Suite, plan: &Plan, recorded: Vec<RecordedAnswer>) -> Asked {
    let mut asked = Asked {
        is_recorded: true,
        ..unasked(plan)
    };
    let mut left = MAX_KEPT;
    for RecordedAnswer {
        question,
        mut exchange,
        from,
        to,
        other_values,
    } in recorded
    {
        let of = &plan.questions[question];
        let expectation = suite.expectations.get(of.operation, of.format);
        let answers = &mut asked.answers[question];
        let mut reading = expectation.map(|expectation| expectation.read(&exchange));
        if let Some(reading) = &mut reading {
            if other_values {
                reading.violations.retain(|one| !one.rule.is_of_values());
            }
            let earlier = answers.iter().filter_map(|(_, earlier)| earlier.as_ref());
            let mut earlier = earlier.filter_map(|earlier| earlier.body.as_ref());
            let same = earlier.find(|body| Some(*body) == reading.body.as_ref());
            match (same, left.checked_sub(reading.weight())) {
                (Some(same), _) => reading.body = Some(Arc::clone(same)),
                (None, Some(rest)) => left = rest,
                (None, None) => reading.set_aside(),
            }
        }
        refusal::keep_searched(&mut exchange);
        answers.push((exchange, reading));
        asked.times[question].push((from, to));
    }
    asked
}

/// What is known of a portal that was not asked.
pub(super) fn unasked(plan: &Plan) -> Asked {
    Asked {
        answers: vec![Vec::new(); plan.questions.len()],
        times: vec![Vec::new(); plan.questions.len()],
        halt: None,
        is_settled: true,
        is_throttled: false,
        is_recorded: false,
        woken: Vec::new(),
    }
}

/// Asks what the selected cases need, and nothing else.
pub(super) async fn ask(
    suite: &Suite,
    client: &Client,
    selected: &Selected,
    progress: &Progress<'_>,
    tap: &Tap<'_>,
    (enough, late): (Option<&IsEnough<'_>>, Option<&IsLate<'_>>),
    stopped: impl Future<Output = ()>,
) -> Asked {
    let schedule = wanted(selected);
    let plan = selected.plan();
    let total = schedule.all().count();
    let successes: BTreeSet<QuestionIndex> = successes(plan.cases.iter())
        .into_iter()
        .chain(plan.told.iter().copied())
        .collect();
    let asker = Asker {
        suite,
        plan,
        client,
        progress,
        tap,
        done: AtomicUsize::new(0),
        total,
        standing: standing(plan, &schedule, &successes),
        successes,
        answers: Mutex::new(vec![Vec::new(); plan.questions.len()]),
        times: Mutex::new(vec![Vec::new(); plan.questions.len()]),
        clock: Clock::default(),
        watch: Watch::new(client.target().limits.request_timeout),
        keep: AtomicUsize::new(MAX_KEPT),
        large: Mutex::default(),
        strangers: AtomicUsize::new(0),
        told: Arc::default(),
        extras: Extras::of(plan, &schedule, client.target().effort),
        enough,
        late,
        is_settled: AtomicBool::new(false),
        is_throttled: AtomicBool::new(false),
        woken: Mutex::default(),
    };
    let limits = client.target().limits;
    let over = async {
        let left = limits.max_time.saturating_sub(client.age());
        // A sleep of no time would let a request out.
        if !left.is_zero() {
            tokio::time::sleep(left).await;
        }
        // What is under way may still change the portal: it is waited for.
        let _ = tokio::time::timeout(limits.request_timeout, client.rest()).await;
        asker.watch.stop(Halt::OutOfTime {
            time: limits.max_time,
            waited: client.waited().min(limits.max_time),
        });
    };
    tokio::select! {
        biased;
        () = over => {}
        () = stopped => asker.watch.stop(Halt::Stopped),
        () = asker.all(schedule, selected) => {}
    }
    let halt = asker.watch.halt();
    let (answers, times) = (asker.answers.into_inner(), asker.times.into_inner());
    Asked {
        answers: answers.unwrap_or_else(PoisonError::into_inner),
        times: times.unwrap_or_else(PoisonError::into_inner),
        halt,
        is_settled: asker.is_settled.into_inner(),
        is_throttled: asker.is_throttled.into_inner(),
        is_recorded: false,
        woken: asker
            .woken
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner),
    }
}

/// The schedule, without the questions that no selected case judges.
pub(super) fn wanted(selected: &Selected) -> Schedule {
    let plan = selected.plan();
    let cases = || selected.cases().filter(|case| case.ignored.is_none());
    let needed: BTreeSet<QuestionIndex> = cases()
        // A refusal is looked through for what was read anyway; nothing is read for it.
        .flat_map(|case| case.subjects.iter().chain(&case.beside))
        .copied()
        .collect();
    let compares = cases().any(|case| {
        matches!(
            case.id.check,
            Check::Parity | Check::Repeated | Check::Read | Check::Effect
        )
    });
    let keep = |list: &[QuestionIndex]| -> Vec<QuestionIndex> {
        list.iter()
            .copied()
            .filter(|question| needed.contains(question))
            .collect()
    };
    let ordered = keep(&plan.schedule.ordered);
    // Reads in front of writes that nobody asks for.
    let is_read = |question: &QuestionIndex| plan.schedule.quiet.contains(question);
    let is_idle = !compares || ordered.iter().all(is_read);
    Schedule {
        early: if compares {
            keep(&plan.schedule.early)
        } else {
            Vec::new()
        },
        free: if compares {
            keep(&plan.schedule.free)
        } else {
            once(keep(&plan.schedule.free))
        },
        ordered: if is_idle {
            ordered.into_iter().filter(|one| !is_read(one)).collect()
        } else {
            ordered
        },
        quiet: if compares {
            keep(&plan.schedule.quiet)
        } else {
            Vec::new()
        },
        after: keep(&plan.schedule.after),
        last: keep(&plan.schedule.last),
    }
}

/// Each question once, where it was asked first.
fn once(questions: Vec<QuestionIndex>) -> Vec<QuestionIndex> {
    let mut known = BTreeSet::new();
    let questions = questions.into_iter();
    questions.filter(|one| known.insert(*one)).collect()
}

/// The questions of some cases whose answers must succeed.
pub(super) fn successes<'a>(cases: impl Iterator<Item = &'a Case>) -> BTreeSet<QuestionIndex> {
    cases
        .filter(|case| !matches!(case.id.check, Check::Refusal(_)))
        .flat_map(|case| case.subjects.iter().copied())
        .collect()
}

/// What a large answer says, as far as it is read: another one that says the same is read alike.
fn said(exchange: &Exchange) -> Option<Digest> {
    let response = exchange.outcome.as_ref().ok()?;
    let said = (response.body.len() >= LARGE).then(|| exchange.said())??;
    let status = Digest::of_bytes(&response.status.to_be_bytes());
    Some(Digest::of_all(&[status, said]))
}

/// Nothing is known yet of the operations that are asked with the right token.
fn standing(plan: &Plan, schedule: &Schedule, successes: &BTreeSet<QuestionIndex>) -> Standing {
    let asked = schedule
        .all()
        .filter(|question| successes.contains(question));
    let asked = asked.map(|question| &plan.questions[question]);
    let with_token = asked.filter(|question| question.request.token == Token::Valid);
    let operations: BTreeSet<usize> = with_token.map(|question| question.operation).collect();
    Standing::of(operations.len())
}

struct Asker<'a> {
    suite: &'a Suite,
    plan: &'a Plan,
    client: &'a Client,
    progress: &'a Progress<'a>,
    tap: &'a Tap<'a>,
    done: AtomicUsize,
    total: usize,
    /// Questions that must succeed; the others are judged as refusals, their bodies unread.
    successes: BTreeSet<QuestionIndex>,
    answers: Mutex<Vec<Vec<Answer>>>,
    times: Mutex<Vec<Vec<Time>>>,
    clock: Clock,
    watch: Watch,
    standing: Standing,
    /// How many more bytes of answers may be kept for comparison.
    keep: AtomicUsize,
    /// How large answers were read, by what they say.
    large: Mutex<BTreeMap<(QuestionIndex, Digest), Reading>>,
    /// How many of the ids that nothing should have turned out to be somebody's.
    strangers: AtomicUsize,
    /// What no refusal may tell, once it is known.
    told: Arc<OnceLock<ToldValues>>,
    /// What may be asked beyond the plan.
    extras: Extras,
    /// Where asking ends early with enough findings, whether it has them.
    enough: Option<&'a IsEnough<'a>>,
    /// Which reads may have come before what was written reached them.
    late: Option<&'a IsLate<'a>>,
    is_settled: AtomicBool,
    is_throttled: AtomicBool,
    /// What hung once, and was answered when it was asked again.
    woken: Mutex<Vec<QuestionIndex>>,
}

impl Asker<'_> {
    /// Asks in phases: reads, refusals, writes, reads. Each begins when the one before has ended, so that no
    /// verdict hangs on which request came first.
    async fn all(&self, schedule: Schedule, selected: &Selected) {
        let mut early = schedule.early.into_iter();
        let mut free = self.mixed(schedule.free).into_iter();
        let mut ordered = schedule.ordered.into_iter();
        // One question alone: a portal that cannot be reached gets no second one.
        let mut last = schedule.last.into_iter();
        let first = early.next().or_else(|| free.next());
        let first = first.or_else(|| ordered.next()).or_else(|| last.next());
        let Some(first) = first else {
            return;
        };
        self.one(first).await;
        if self.is_unreachable(first) {
            return;
        }
        let most = if self.closes(first) {
            JOBS_WITHOUT_KEEP_ALIVE
        } else {
            usize::MAX
        };
        let jobs = self.client.target().limits.jobs.clamp(1, most);
        let phases = async {
            let mut before = first;
            for question in early {
                // What waits in vain waits side by side with all else.
                if self.has_failed(before) {
                    break;
                }
                self.one(question).await;
                before = question;
            }
            let (sample, free) = self.sampled(free);
            self.side_by_side(sample.into_iter(), jobs).await;
            // Which ids are nobody's is known before anything is written, or refused for it.
            let (probes, free): (Vec<_>, Vec<_>) =
                free.into_iter().partition(|one| self.is_probe(*one));
            let mut probes = probes.into_iter();
            for probe in probes.by_ref() {
                self.one(probe).await;
                if self.has_failed(probe) {
                    break;
                }
            }
            self.side_by_side(probes.chain(free), jobs).await;
            for question in ordered {
                self.one(question).await;
            }
        };
        tokio::select! {
            () = phases => {}
            // What is under way is given up as well.
            () = self.watch.halted() => return,
        }
        if self.watch.halt().is_some() {
            return;
        }
        self.ask_hung_again().await;
        for question in schedule.quiet.iter().copied() {
            self.one(question).await;
        }
        // Where little is asked, what differs between formats is read once more all the same.
        if !schedule.quiet.is_empty() || self.extras.are_few() {
            self.settle().await;
        }
        if self.read_late().await {
            self.settle().await;
        }
        self.read_all_again(selected).await;
        let (bare, after): (Vec<_>, Vec<_>) = schedule
            .after
            .into_iter()
            .partition(|one| self.is_bare(*one));
        self.side_by_side(bare.into_iter(), jobs).await;
        for question in after {
            self.one(question).await;
        }
        self.tell_apart(selected).await;
        self.is_settled.store(true, Ordering::Relaxed);
        self.weigh(None);
        for question in last {
            self.one(question).await;
        }
    }

    async fn side_by_side(&self, questions: impl Iterator<Item = QuestionIndex>, jobs: usize) {
        stream::iter(questions)
            .map(|question| self.one(question))
            .buffer_unordered(jobs)
            .collect::<()>()
            .await;
    }

    /// Parts the first questions that must succeed of some operations from all others, where many operations are asked.
    fn sampled(
        &self,
        questions: impl Iterator<Item = QuestionIndex>,
    ) -> (Vec<QuestionIndex>, Vec<QuestionIndex>) {
        let questions: Vec<QuestionIndex> = questions.collect();
        let of = |question: &QuestionIndex| &self.plan.questions[*question];
        let mut firsts: BTreeMap<usize, QuestionIndex> = BTreeMap::new();
        for question in &questions {
            if self.successes.contains(question) && of(question).request.token == Token::Valid {
                firsts.entry(of(question).operation).or_insert(*question);
            }
        }
        if firsts.len() <= 2 * SAMPLED {
            return (Vec::new(), questions);
        }
        let step = firsts.len() / SAMPLED;
        let sample: BTreeSet<QuestionIndex> = firsts.into_values().step_by(step).collect();
        questions
            .into_iter()
            .partition(|question| sample.contains(question))
    }

    /// Whether a question has no complete answer.
    fn has_failed(&self, question: QuestionIndex) -> bool {
        let answers = self.answers.lock();
        answers.is_ok_and(|answers| {
            let mut outcomes = answers[question].iter();
            outcomes.any(|(exchange, _)| exchange.outcome.is_err())
        })
    }

    /// Whether a question reads what nothing should have.
    fn is_probe(&self, question: QuestionIndex) -> bool {
        let Question {
            request,
            operation,
            strangers,
            ..
        } = &self.plan.questions[question];
        let operation = &self.suite.contract.operations[*operation];
        let is_right = request.token == Token::Valid || operation.is_public;
        !strangers.is_empty() && request.method == "GET" && is_right
    }

    /// Whether a question reads without a token: no portal counts it as a failed login, and nothing hangs on its turn.
    fn is_bare(&self, question: QuestionIndex) -> bool {
        let request = &self.plan.questions[question].request;
        request.token == Token::None && is_safe(&request.method)
    }

    /// Asks one question; where it is about an id that nothing should have and something has, about
    /// another one.
    async fn one(&self, question: QuestionIndex) {
        let Question {
            request, strangers, ..
        } = &self.plan.questions[question];
        let is_more = || self.extras.take(question, &self.plan.questions[question]);
        if !is_more() {
            return;
        }
        if strangers.is_empty() {
            self.send(question, request, |_| false).await;
            return;
        }
        for at in self.strangers.load(Ordering::Relaxed)..strangers.len() {
            let Stranger { id, request } = &strangers[at];
            let is_last = at + 1 == strangers.len();
            let is_known =
                |exchange: &Exchange| !is_last && self.holds(question, exchange, id) && is_more();
            if !self.send(question, request, is_known).await {
                break;
            }
            self.strangers.fetch_max(at + 1, Ordering::Relaxed);
        }
    }

    /// Whether an answer holds a resource of this id.
    fn holds(&self, question: QuestionIndex, exchange: &Exchange, id: &str) -> bool {
        let Question {
            operation, format, ..
        } = self.plan.questions[question];
        let expectation = self.suite.expectations.get(operation, format);
        let expectation = expectation.filter(|_| exchange.is_success());
        expectation.is_some_and(|expectation| {
            let reading = expectation.read(exchange);
            let body = reading.body.as_deref();
            body.is_some_and(|body| identity::holds(expectation, body, id))
        })
    }

    /// Sends a request of a question; an answer that is not wanted is let go of. Whether it was.
    async fn send(
        &self,
        question: QuestionIndex,
        request: &Request,
        is_unwanted: impl Fn(&Exchange) -> bool,
    ) -> bool {
        if self.watch.halt().is_some() || self.was_late(question) {
            return false;
        }
        let asked = &self.plan.questions[question];
        if self.is_held(asked, request) {
            return false;
        }
        let must_succeed = self.successes.contains(&question);
        if !must_succeed && self.client.throttles(request.token) {
            self.is_throttled.store(true, Ordering::Relaxed);
            return false;
        }
        let mut is_let_go = false;
        let read = |exchange: &mut Exchange| {
            is_let_go = is_unwanted(exchange);
            if must_succeed && asked.strangers.is_empty() {
                (self.tap)(asked, exchange);
            }
            // What is read for the list is let go before all is read.
            let listed = self.listed(question, exchange);
            let mut reading = must_succeed.then(|| self.read(question, exchange));
            if let Some(listed) = listed {
                reading.get_or_insert_default().listed = Some(listed);
            }
            refusal::keep_searched(exchange);
            reading
        };
        let from = self.clock.tick();
        let (exchange, reading) = self
            .client
            .ask_and(request.clone(), asked.repeat, read)
            .await;
        self.watch.note(&exchange, must_succeed);
        if self.client.is_too_fast() {
            self.watch.stop(Halt::TooFast(self.client.waited()));
        }
        let operation = &self.suite.contract.operations[asked.operation];
        let is_documented = request.method == operation.method && asked.manner.is_none();
        if is_documented && self.standing.note(&exchange, asked.operation, must_succeed) {
            self.watch.end(Halt::Alike);
        }
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if !is_let_go
            && let (Ok(mut answers), Ok(mut times)) = (self.answers.lock(), self.times.lock())
        {
            let to = self.clock.tick();
            let age = exchange.age().filter(|_| is_safe(&request.method));
            let from = age.map_or(from, |age| self.clock.back(from, age));
            answers[question].push((exchange, reading));
            times[question].push((from, to));
        }
        self.weigh(Some(question));
        (self.progress)(done, self.total.max(done));
        is_let_go
    }

    /// Judges what the answers so far decide, where asking ends with so many findings: those to a question,
    /// or all of them.
    fn weigh(&self, question: Option<QuestionIndex>) {
        let Some(enough) = self.enough else {
            return;
        };
        if let Some(most) = self.of_asked(|asked| enough(asked, question)).flatten() {
            self.watch.end(Halt::Failures(most));
        }
    }

    /// What the answers so far say.
    fn of_asked<T>(&self, look: impl FnOnce(&Asked) -> T) -> Option<T> {
        let (Ok(mut answers), Ok(mut times)) = (self.answers.lock(), self.times.lock()) else {
            return None;
        };
        let asked = Asked {
            answers: mem::take(&mut *answers),
            times: mem::take(&mut *times),
            halt: None,
            is_settled: true,
            is_throttled: false,
            is_recorded: false,
            woken: Vec::new(),
        };
        let said = look(&asked);
        (*answers, *times) = (asked.answers, asked.times);
        Some(said)
    }

    /// Whether a request writes and nothing lets it out. No case asks for one; this is the last place before
    /// the portal, whatever a plan says.
    fn is_held(&self, asked: &Question, request: &Request) -> bool {
        let operation = &self.suite.contract.operations[asked.operation];
        let is_repeatable = self.suite.profile.is_repeatable(operation);
        let writes = &self.client.target().writes;
        let is_let_out = operation.writes() && writes.let_out(operation, is_repeatable);
        !is_safe(&request.method) && !is_let_out
    }

    /// What was not answered in time once is not waited for again.
    fn was_late(&self, question: QuestionIndex) -> bool {
        let answers = self.answers.lock();
        answers.is_ok_and(|answers| {
            let mut before = answers[question].iter();
            before.any(|(exchange, _)| exchange.is_late())
        })
    }

    /// What an answer lists, where it is asked for what was written.
    fn listed(&self, question: QuestionIndex, exchange: &Exchange) -> Option<Vec<String>> {
        let asked = &self.plan.questions[question];
        let Listing { list, member } = asked.listing.as_ref()?;
        let expectations = &self.suite.expectations;
        let expectation = expectations.get(asked.operation, asked.format)?;
        effect::listed(expectation, exchange, list, member)
    }

    /// Reads an answer; one that says what an earlier one to the same question said is read by that.
    fn read(&self, question: QuestionIndex, exchange: &Exchange) -> Reading {
        let Some(said) = said(exchange) else {
            return self.read_anew(question, exchange);
        };
        let key = (question, said);
        let known = self.large.lock().ok();
        if let Some(reading) = known.and_then(|known| known.get(&key).cloned()) {
            return reading;
        }
        let reading = self.read_anew(question, exchange);
        if let Ok(mut known) = self.large.lock() {
            known.insert(key, reading.clone());
        }
        reading
    }

    fn read_anew(&self, question: QuestionIndex, exchange: &Exchange) -> Reading {
        let asked = &self.plan.questions[question];
        let expectations = &self.suite.expectations;
        let documented = expectations.get(asked.operation, asked.format);
        let mut reading = match documented.or_else(|| expectations.bodiless(asked.operation)) {
            Some(expectation) => expectation.read(exchange),
            None => Reading::default(),
        };
        if self.shares_body(question, &mut reading) {
            return reading;
        }
        let weight = reading.weight();
        let left = self
            .keep
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| {
                left.checked_sub(weight)
            });
        if left.is_err() {
            reading.set_aside();
        }
        reading
    }

    /// Takes the body of an earlier answer to the same question, where it says the same.
    fn shares_body(&self, question: QuestionIndex, reading: &mut Reading) -> bool {
        let Ok(answers) = self.answers.lock() else {
            return false;
        };
        let earlier = answers[question]
            .iter()
            .filter_map(|(_, earlier)| earlier.as_ref());
        let mut earlier = earlier.filter_map(|earlier| earlier.body.as_ref());
        let same = earlier
            .find(|body| Some(*body) == reading.body.as_ref())
            .cloned();
        if same.is_some() {
            reading.body = same;
            return true;
        }
        false
    }

    fn is_unreachable(&self, question: QuestionIndex) -> bool {
        self.answers.lock().is_ok_and(|answers| {
            answers[question].iter().any(|(exchange, _)| {
                exchange
                    .outcome
                    .as_ref()
                    .is_err_and(|failure| failure.kind.is_final())
            })
        })
    }

    /// Whether the portal closed the connection behind its answer.
    fn closes(&self, question: QuestionIndex) -> bool {
        self.answers.lock().is_ok_and(|answers| {
            let outcomes = answers[question]
                .iter()
                .map(|(exchange, _)| &exchange.outcome);
            outcomes.flatten().any(|response| !response.keeps_open)
        })
    }

    /// The formats in turn: a portal that hangs in one of them is not taken for a silent one.
    fn mixed(&self, questions: Vec<QuestionIndex>) -> Vec<QuestionIndex> {
        let is_json =
            |question: &QuestionIndex| self.plan.questions[*question].format == Format::Json;
        let (json, xml): (Vec<_>, Vec<_>) = questions.into_iter().partition(is_json);
        let longest = json.len().max(xml.len());
        (0..longest)
            .flat_map(|at| [json.get(at).copied(), xml.get(at).copied()])
            .flatten()
            .collect()
    }
}

fn bodies(answers: &[Answer]) -> Vec<&serde_json::Value> {
    answers
        .iter()
        .filter_map(|(_, reading)| reading.as_ref()?.body.as_deref())
        .collect()
}

/// The bodies that were read, with their times.
fn timed<'a>(answers: &'a [Answer], times: &[Time]) -> Vec<Timed<'a>> {
    let answers = answers.iter().zip(times);
    answers
        .filter_map(|((_, reading), (from, to))| {
            Some(Timed {
                body: reading.as_ref()?.body.as_deref()?,
                from: *from,
                to: *to,
            })
        })
        .collect()
}

impl Asked {
    #[cfg(test)]
    pub(super) fn add(&mut self, question: QuestionIndex, answer: Answer) {
        let time = 2 * self.times.iter().map(Vec::len).sum::<usize>();
        let is_old = is_safe(&answer.0.request.method) && answer.0.age().is_some();
        self.answers[question].push(answer);
        let from = if is_old { 0 } else { time };
        self.times[question].push((from, time + 1));
    }

    #[cfg(test)]
    pub(super) fn replace_last(&mut self, question: QuestionIndex, answer: Answer) {
        self.answers[question].pop();
        self.answers[question].push(answer);
    }

    /// Whether asking ended with enough findings before answers could be held against others.
    pub(super) fn is_cut_short(&self) -> bool {
        matches!(self.halt, Some(Halt::Failures(_))) && !self.is_settled
    }

    /// The answers to all questions, in the order of time.
    pub(super) fn all(&self) -> &[Vec<Answer>] {
        &self.answers
    }

    /// The answers to a question, in the order of time.
    pub(super) fn of(&self, question: QuestionIndex) -> &[Answer] {
        &self.answers[question]
    }

    /// The answers to those of some questions that are asked with the right token, each with the place of its
    /// operation.
    pub(super) fn opened<'a>(
        &'a self,
        plan: &'a Plan,
        questions: BTreeSet<QuestionIndex>,
    ) -> impl Iterator<Item = (usize, &'a Exchange)> {
        let with_token = questions
            .into_iter()
            .filter(|at| plan.questions[*at].request.token == Token::Valid);
        with_token.flat_map(|at| {
            let operation = plan.questions[at].operation;
            let answers = self.of(at).iter();
            answers.map(move |(exchange, _)| (operation, exchange))
        })
    }

    /// The bodies of the answers to a question, in the order of time.
    pub(super) fn bodies(&self, question: QuestionIndex) -> Vec<&serde_json::Value> {
        bodies(&self.answers[question])
    }

    /// The same, with what is left of those that were too large to be kept.
    pub(super) fn outlines(&self, question: QuestionIndex) -> Vec<&serde_json::Value> {
        let readings = self.answers[question]
            .iter()
            .filter_map(|(_, reading)| reading.as_ref());
        readings
            .filter_map(|reading| reading.body.as_deref().or(reading.outline.as_deref()))
            .collect()
    }

    /// The lists in the answers to a question, with the times in which they were under way.
    pub(super) fn listed(&self, question: QuestionIndex) -> Vec<Listed<'_>> {
        let answers = self.answers[question].iter().zip(&self.times[question]);
        answers
            .filter_map(|((_, reading), (from, to))| {
                Some(Listed {
                    ids: reading.as_ref()?.listed.as_deref()?,
                    from: *from,
                    to: *to,
                    is_old: self.is_old(question, *to),
                })
            })
            .collect()
    }

    /// Whether a cache gave the answer to a question that was there at a tick, so that it may be older than the run.
    pub(super) fn is_old(&self, question: QuestionIndex, to: usize) -> bool {
        let mut answers = self.answers[question].iter().zip(&self.times[question]);
        let answer = answers.find(|(_, (_, there))| *there == to);
        answer.is_some_and(|((exchange, _), _)| {
            is_safe(&exchange.request.method) && exchange.age().is_some()
        })
    }

    /// When each of the answers to a question was under way.
    pub(super) fn times(&self, question: QuestionIndex) -> &[Time] {
        &self.times[question]
    }

    /// The same, with the times in which they were under way.
    pub(super) fn timed(&self, question: QuestionIndex) -> Vec<Timed<'_>> {
        timed(&self.answers[question], &self.times[question])
    }

    /// When each answer to a question was under way that was none of a refusal.
    pub(super) fn done(&self, question: QuestionIndex) -> impl Iterator<Item = Time> {
        let answers = self.answers[question].iter().zip(&self.times[question]);
        let done = answers.filter(|((exchange, _), _)| {
            let status = exchange.status();
            status.is_none_or(|status| !(400..500).contains(&status))
        });
        done.map(|(_, time)| *time)
    }

    pub(super) fn retries(&self) -> u32 {
        self.answers
            .iter()
            .flatten()
            .map(|(exchange, _)| exchange.retries)
            .sum()
    }

    /// What kept the portal from being judged at all, or what to look at before the findings.
    pub(super) fn obstacle(
        &self,
        suite: &Suite,
        selected: &Selected,
        target: &Target,
    ) -> (Option<Obstacle>, Vec<Hint>) {
        let all: Vec<&Exchange> = self
            .answers
            .iter()
            .flatten()
            .map(|(exchange, _)| exchange)
            .collect();
        let sent = self.sent(suite, selected);
        let documented = sent.iter().filter(|sent| sent.is_documented);
        let documented: Vec<&Exchange> = documented.map(|sent| sent.exchange).collect();
        // Whatever stands before a portal may answer other requests itself.
        let documented = if documented.is_empty() {
            all.clone()
        } else {
            documented
        };
        let asked = successes(selected.cases()).into_iter();
        let asked: Vec<QuestionIndex> = asked.filter(|one| !self.of(*one).is_empty()).collect();
        let successes: Vec<&Exchange> = asked
            .iter()
            .flat_map(|question| self.of(*question))
            .map(|(exchange, _)| exchange)
            .collect();
        let halted = match self.halt {
            Some(Halt::Gone) => obstacle::gone(&all),
            Some(Halt::TooFast(waited)) => Some(obstacle::too_fast(&all, waited)),
            _ => None,
        };
        let found = obstacle::descriptors(&all)
            .or_else(|| obstacle::obstacle(&documented, &successes, target))
            .or_else(|| of_telling(&sent, suite, target))
            .or(halted);
        if let Some(found) = found {
            let found = at_path(found, &documented, suite, target);
            return (Some(found), Vec::new());
        }
        let hint = obstacle::hint(&all, &successes, || named(suite, target));
        let hint = hint.map(|hint| of_path(hint, suite, (selected.plan(), &asked), target));
        let halt = self.halt.map(Hint::Halted);
        let woken = self.woken.iter();
        let woken = woken.map(|at| selected.plan().questions[*at].operation);
        let woken: BTreeSet<usize> = woken.collect();
        let woken: Vec<_> = woken
            .into_iter()
            .map(|at| suite.contract.operations[at].id.clone())
            .collect();
        let woken = (!woken.is_empty()).then_some(Hint::Woken(woken));
        (None, hint.into_iter().chain(halt).chain(woken).collect())
    }
}

/// What kept the portal from being judged but for what it answers to anyone.
fn of_telling(sent: &[Sent<'_>], suite: &Suite, target: &Target) -> Option<Obstacle> {
    let telling = telling(sent, &suite.contract.operations);
    if telling.len() == sent.len() {
        return None;
    }
    let documented = telling.iter().filter(|sent| sent.is_documented);
    let successes = documented.clone().filter(|sent| sent.must_succeed);
    let documented: Vec<&Exchange> = documented.map(|sent| sent.exchange).collect();
    let successes: Vec<&Exchange> = successes.map(|sent| sent.exchange).collect();
    obstacle::obstacle(&documented, &successes, target).filter(Obstacle::is_an_answer)
}

/// The same obstacle; where nothing is known at all, with what of the URL may be the reason.
fn at_path(found: Obstacle, all: &[&Exchange], suite: &Suite, target: &Target) -> Obstacle {
    let is_unknown = |exchange: &&Exchange| exchange.status() == Some(404);
    let twice = || {
        let operations = suite.contract.operations.iter();
        let paths: Vec<&str> = operations.map(|one| one.path.as_str()).collect();
        twice(target.url.path(), &paths)
    };
    match found {
        Obstacle::UnknownPaths { .. } => Obstacle::UnknownPaths { twice: twice() },
        Obstacle::OnlyHtml { .. } if all.iter().all(is_unknown) => match twice() {
            None => found,
            twice => Obstacle::UnknownPaths { twice },
        },
        found => found,
    }
}

/// The same hint, but where an operation whose path names nothing is not known either: it is the path then.
fn of_path(
    hint: Hint,
    suite: &Suite,
    (plan, asked): (&Plan, &[QuestionIndex]),
    target: &Target,
) -> Hint {
    let operations = &suite.contract.operations;
    let names_nothing = |question: &QuestionIndex| {
        let operation = plan.questions[*question].operation;
        !operations[operation].path.contains('{')
    };
    let is_path = matches!(hint, Hint::UnknownPaths { .. }) || asked.iter().any(names_nothing);
    if !is_path {
        return hint;
    }
    let paths: Vec<&str> = operations.iter().map(|one| one.path.as_str()).collect();
    Hint::UnknownPaths {
        twice: twice(target.url.path(), &paths),
    }
}

/// What a path ends in and all others begin with, in whole steps.
fn twice(path: &str, others: &[&str]) -> Option<String> {
    let path = path.trim_matches('/');
    let starts = path.match_indices('/').map(|(at, _)| at + 1);
    let mut ends = std::iter::once(0).chain(starts).map(|at| &path[at..]);
    let begins = |end: &str, other: &str| {
        let rest = other.strip_prefix(end);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let found = ends.find(|end| !end.is_empty() && others.iter().all(|one| begins(end, one)))?;
    (!others.is_empty()).then(|| found.to_owned())
}

impl Asked {
    /// All answers, with what was asked.
    fn sent(&self, suite: &Suite, selected: &Selected) -> Vec<Sent<'_>> {
        let plan = selected.plan();
        let successes = successes(selected.cases());
        let of_question = |at: QuestionIndex| {
            let asked = &plan.questions[at];
            let operation = &suite.contract.operations[asked.operation];
            let is_documented = asked.request.method == operation.method && asked.manner.is_none();
            let must_succeed = successes.contains(&at);
            let answers = self.answers[at].iter().zip(&self.times[at]);
            answers.map(move |((exchange, _), (from, to))| Sent {
                exchange,
                question: at,
                operation: asked.operation,
                must_succeed,
                is_documented,
                from: *from,
                to: *to,
            })
        };
        (0..self.answers.len()).flat_map(of_question).collect()
    }

    /// Lets go of what got no answer as it failed to log in too often.
    pub(super) fn until_locked_out(&mut self, suite: &Suite, selected: &Selected) {
        let sent = self.sent(suite, selected);
        let Some(since) = barred::locked_out(&sent) else {
            return;
        };
        let dropped = sent.iter().filter(|sent| since.holds(sent));
        let dropped = dropped.map(|sent| sent.from).collect();
        self.let_go(&dropped);
        self.is_throttled = true;
    }

    /// Lets go of what was asked at these times.
    fn let_go(&mut self, gone: &BTreeSet<usize>) {
        for (answers, times) in self.answers.iter_mut().zip(&mut self.times) {
            let mut is_gone = times.iter().map(|(from, _)| gone.contains(from));
            answers.retain(|_| !is_gone.next().unwrap_or_default());
            times.retain(|(from, _)| !gone.contains(from));
        }
    }

    /// Lets go of what is none of the API's answers, from some moment on; what is to be said of it.
    pub(super) fn until_barred(
        &mut self,
        suite: &Suite,
        selected: &Selected,
        target: &Target,
    ) -> Option<Hint> {
        let sent = self.sent(suite, selected);
        let operations = &suite.contract.operations;
        let since = barred::since(&sent).or_else(|| barred::since(&telling(&sent, operations)))?;
        let barred = || sent.iter().filter(|sent| since.holds(sent));
        let answered =
            || barred().filter(|sent| sent.is_documented && sent.exchange.outcome.is_ok());
        let all: Vec<&Exchange> = answered().map(|sent| sent.exchange).collect();
        let successes = answered().filter(|sent| sent.must_succeed);
        let successes: Vec<&Exchange> = successes.map(|sent| sent.exchange).collect();
        let by = Box::new(obstacle::obstacle(&all, &successes, target)?);
        let gone = barred().map(|sent| sent.from).collect();
        self.let_go(&gone);
        self.halt = Some(Halt::Barred);
        let left = self.answers.iter().flatten();
        let answers = left
            .filter(|(exchange, _)| exchange.outcome.is_ok())
            .count();
        Some(Hint::Barred { answers, by })
    }
}

/// The parameters that name resources, with the values that were tried.
fn named(suite: &Suite, target: &Target) -> Vec<(String, Vec<String>)> {
    let operations = suite.contract.operations.iter();
    let mut named: Vec<(String, Vec<String>)> = operations
        .zip(suite.expectations.names())
        .flat_map(|(operation, names)| {
            let parameters = operation.parameters.iter();
            let repeated = parameters.filter(move |parameter| {
                let mut names = names.iter();
                names.any(|one| one.parameter == parameter.name && one.member.is_some())
            });
            repeated.map(|parameter| (parameter.name.clone(), target.values(parameter)))
        })
        .collect();
    named.sort();
    named.dedup();
    named
}

#[cfg(test)]
mod tests;

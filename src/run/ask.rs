//! All questions of the selected cases, asked side by side, in order, and at rest.

mod aftermath;
mod again;
mod asked;
mod clock;
mod extras;
mod obstructed;
mod wanted;

use std::collections::{BTreeMap, BTreeSet};
use std::mem;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use futures::stream::{self, StreamExt};

pub(super) use asked::{Asked, Listed, Time, recorded, unasked};
pub(super) use wanted::{successes, wanted};

use crate::case::{Listing, Plan, Question, QuestionIndex, Schedule, Selected, Stranger};
use crate::check::refusal::ToldValues;
use crate::check::{Reading, effect, identity, refusal};
use crate::client::{Client, Exchange, Request, Token};
use crate::contract::{Format, is_safe};
use crate::digest::Digest;
use crate::run::Suite;
use crate::run::ask::asked::MAX_KEPT;
use crate::run::ask::clock::Clock;
use crate::run::ask::extras::Extras;
use crate::run::difference::Answer;
use crate::run::halt::{Halt, Watch};
use crate::run::standing::{Answered, Standing, is_of_api};

/// From so many bytes on, an answer takes longer to read than to be known again.
const LARGE: usize = 64 * 1024;
/// With a portal that closes each connection, more requests at once would overrun its backlog.
const JOBS_WITHOUT_KEEP_ALIVE: usize = 4;

/// Of so many operations one read each is asked first, where there are more than twice as many: what all of them are
/// answered with is then known soon.
const SAMPLED: usize = 10;

/// Told after each answer: how many are done, and of how many.
pub type Progress<'a> = dyn Fn(usize, usize) + Send + Sync + 'a;

/// Told of each answer that must succeed, as a whole: the question, and what came.
pub type Tap<'a> = dyn Fn(&Question, &Exchange) + Send + Sync + 'a;

/// Asked after an answer to a question, or after all: how many findings were wanted, where so many are sure.
pub(super) type IsEnough<'a> =
    dyn Fn(&Asked, Option<QuestionIndex>) -> Option<usize> + Send + Sync + 'a;

/// Asked when all was read: the reads that say otherwise than writes did, as far as that breaks the contract.
pub(super) type IsLate<'a> = dyn Fn(&Asked) -> BTreeSet<QuestionIndex> + Send + Sync + 'a;

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
            self.in_order(ordered).await;
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
        if Box::pin(self.read_late()).await {
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
        let mut asked = Vec::new();
        for question in last {
            Box::pin(self.read_before(question, &asked)).await;
            self.one(question).await;
            asked.push(question);
        }
        Box::pin(self.read_late_of(|read| asked.contains(read))).await;
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
            request,
            strangers,
            aftermath,
            ..
        } = &self.plan.questions[question];
        if let Some(aftermath) = aftermath {
            if let Some(request) = self.behind(question, aftermath) {
                self.send(question, &request, |_| false).await;
            }
            return;
        }
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
            // A write that was taken is done, and no further one is tried.
            let is_read = is_safe(&request.method);
            let is_known = |exchange: &Exchange| {
                !is_last && is_read && self.holds(question, exchange, id) && is_more()
            };
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
            let is_read = must_succeed || asked.aftermath.is_some();
            let mut reading = is_read.then(|| self.read(question, exchange));
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
        let is_documented = request.method == operation.method
            && asked.manner.is_none()
            && asked.aftermath.is_none();
        let expectation = self.suite.expectations.get(asked.operation, asked.format);
        let answered = Answered {
            exchange: &exchange,
            operation: asked.operation,
            must_succeed,
            keeps: expectation
                .zip(reading.as_ref())
                .is_some_and(|(of, reading)| is_of_api(of, reading)),
        };
        if is_documented && self.standing.note(&answered) {
            self.watch.end(Halt::Alike);
        }
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if !is_let_go
            && let (Ok(mut answers), Ok(mut times)) = (self.answers.lock(), self.times.lock())
        {
            let to = self.clock.tick();
            let age = exchange.age().filter(|_| is_safe(&request.method));
            let from = age.map_or(from, |age| self.clock.back(from, age));
            times[question].push(Time::of(&exchange, from, to));
            answers[question].push((exchange, reading));
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
        let may_write = !is_safe(&request.method) || operation.writes_by_get();
        may_write && !is_let_out
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

#[cfg(test)]
mod tests;

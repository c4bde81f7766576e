//! Asks, judges, and says what came of it.
//!
//! In come a plan and a client, out comes a [`Run`]: plain results that every report is a pure function
//! of. All questions are asked first, each as rarely as its cases allow; then every case is judged on
//! the answers. libtest-mimic trials are made here and nowhere else, for what is listed.

mod anyone;
mod ask;
mod barred;
mod cause;
mod coverage;
mod difference;
mod enough;
mod follow;
mod forbidden;
mod halt;
mod judge;
mod level;
mod load;
mod made;
mod no_data;
mod no_token;
mod obstacle;
mod recognise;
mod recorded;
mod sameness;
mod standing;
mod trials;
mod unnamed;
mod waive;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use time::{Date, OffsetDateTime};

pub use ask::{Progress, Tap};
pub use cause::{Cause, Telling, alike, by_cause, parted, rank, unwaived};
pub use coverage::{Coverage, OperationCoverage};
pub use enough::MaxFailures;
pub use follow::Shown;
pub use halt::Halt;
pub use load::{Load, Writes, load};
pub use no_data::{FailedStep, Leftover, NoTestData, StepProblem, Unfound, Unkept, UnkeptAnswer};
pub use no_token::{Closure, LoginAnswer, NoToken, SecondFactor};
pub use obstacle::{Doubt, Hint, Obstacle, Stage, Unready};
pub use recognise::Misfit;
pub use recorded::{RecordedAnswer, Unused};
pub use trials::{trials, unasked_trials};
pub use waive::{WaiverState, WaiverUse};

use crate::case::{self, Case, CaseId, Check, NotAsked, Plan, Refusal, Selected, Shard};
use crate::check::{Expectations, Levels, Rule, Violation};
use crate::client::{Client, FailureKind, Request};
use crate::contract::{Contract, OperationId};
use crate::digest::Digest;
use crate::exit_code::{ExitCode, Facts};
use crate::level::Level;
use crate::look_up::NoValue;
use crate::percent::Percent;
use crate::profile::Profile;
use crate::run::enough::Enough;
use crate::snapshot::{self, Snapshots};
use crate::target::Target;
use crate::waiver::Waiver;

/// So long a run may judge when its time is over.
const TIME_TO_JUDGE: Duration = Duration::from_secs(30);
/// A longer time is none that a clock can add.
const LONGEST: Duration = Duration::from_hours(24 * 365);

/// What is known of a contract, whatever the portal; shared by many runs.
#[derive(Debug, Clone)]
pub struct Suite {
    /// What the pages promise.
    pub contract: Arc<Contract>,
    /// How the portal speaks.
    pub profile: Arc<Profile>,
    /// What answers are held against.
    pub expectations: Arc<Expectations>,
    /// The reviewed envelopes.
    pub snapshots: Snapshots,
    /// What a break of each rule does.
    pub levels: Levels,
}

/// What a portal answered, not judged yet.
#[derive(Debug)]
pub struct Answers {
    selected: Selected,
    asked: ask::Asked,
    obstacle: Option<Obstacle>,
    misfit: Option<Misfit>,
    hints: Vec<Hint>,
    /// Answers to set-up steps that do not hold what is kept of them.
    unkept: Vec<UnkeptAnswer>,
    started: OffsetDateTime,
    waited: Duration,
    later: BTreeMap<u16, u32>,
    recovered: BTreeSet<(String, String)>,
    elapsed: Duration,
}

/// What is known of recorded traffic beside its answers.
#[derive(Debug, Clone)]
pub struct Traffic {
    /// How many entries were recorded.
    pub entries: usize,
    /// How many of them belong to an operation.
    pub matched: usize,
    /// When the first request was sent.
    pub started: OffsetDateTime,
    /// From then to the last answer.
    pub elapsed: Duration,
    /// What of it is not judged.
    pub hints: Vec<Hint>,
}

/// What is known of a run when all is over, beside the answers.
#[derive(Debug, Clone)]
pub struct Ending<'a> {
    /// How many requests were sent for it.
    pub requests: usize,
    /// What of its test data may be left on the portal.
    pub left: Left,
    /// What is forgiven.
    pub waivers: &'a [Waiver],
    /// The day on which it is, in UTC.
    pub today: Date,
    /// What the run is about.
    pub subject: Subject,
    /// Which share of the documented members must be seen.
    pub required: Option<Percent>,
}

/// What a run is about, beside its portal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Subject {
    /// The target's name in the configuration file, where one was chosen.
    pub target: Option<String>,
    /// Whether the portal is the reference portal in this process.
    pub is_reference: bool,
    /// The folders of the pages, and pages; without any, the built-in ones.
    pub pages: Vec<PathBuf>,
    /// The file of recorded traffic that was judged in the place of answers to requests of the run.
    pub recording: Option<PathBuf>,
    /// The parameters whose values set-up steps made, and the names of these steps.
    pub made: BTreeMap<String, Vec<String>>,
}

/// What of the test data of a run may be left on the portal.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Left {
    /// The target's name in the configuration file.
    pub target: String,
    /// What may be, and why; none where nothing is left.
    pub problems: Vec<Leftover>,
}

/// By what a run judged, beside the contract.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Terms {
    /// What tells the profile from others.
    pub profile: Digest,
    /// Whether undocumented members are violations.
    pub strict: bool,
    /// What a break of each rule does.
    pub levels: Levels,
    /// Which part of the operations was tried, where other runs try the rest.
    pub shard: Option<Shard>,
}

/// What came of trying one portal.
#[derive(Debug, Clone)]
pub struct Run {
    /// What the pages promise.
    pub contract: Arc<Contract>,
    /// All cases, the selected ones among them.
    pub plan: Arc<Plan>,
    /// The portal, as it was asked; its secrets are scrubbed from every report.
    pub target: Arc<Target>,
    /// The profile's name.
    pub profile: String,
    /// By what it was judged.
    pub terms: Terms,
    /// What the run is about, beside its portal.
    pub subject: Subject,
    /// Which documented members the answers held.
    pub coverage: Coverage,
    /// Which share of them must be seen.
    pub required: Option<Percent>,
    /// One outcome for each selected case, in the order of the plan.
    pub outcomes: Vec<Outcome>,
    /// Why the portal could not be judged, where it could not.
    pub obstacle: Option<Obstacle>,
    /// What of its test data may be left on the portal.
    pub left: Left,
    /// How many requests were sent: repeated ones, the login and those for test data included.
    pub requests: usize,
    /// How often the portal asked to come back later.
    pub retries: u32,
    /// How often each status code said so.
    pub later: BTreeMap<u16, u32>,
    /// The operations that were asked again as the portal was not there for a moment (503 and the like); sorted.
    pub recovered: Vec<OperationId>,
    /// How long the run was held back for it.
    pub waited: Duration,
    /// Another profile that fits the portal better; it is then the one finding.
    pub misfit: Option<Misfit>,
    /// What to look at before the findings are read.
    pub hints: Vec<Hint>,
    /// When the first request was sent, in UTC.
    pub started: OffsetDateTime,
    /// From the first request to the last answer.
    pub elapsed: Duration,
    /// The waivers and what each did.
    pub waivers: Vec<WaiverUse>,
    /// Whether the user ended it, so that it tells what was answered by then.
    pub interrupted: bool,
}

/// What came of one case.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The case.
    pub id: CaseId,
    /// The place of its operation in the contract.
    pub operation: usize,
    /// How it ended.
    pub verdict: Verdict,
    /// The violations, equal ones once.
    pub violations: Vec<Seen>,
    /// What is told and fails nothing, equal ones once.
    pub remarks: Vec<Seen>,
    /// How long its answers took, waits excluded.
    pub elapsed: Duration,
    /// The same without the answers that an outcome before it judges too: the sum counts each once.
    pub share: Duration,
}

/// How a case ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The portal keeps this part of the contract.
    Conforms,
    /// It does not.
    Violates,
    /// It does not, and that is forgiven.
    Waived,
    /// It could not be judged, and why.
    Blocked(Reason),
    /// It was not asked, and why.
    Ignored(NotAsked),
}

impl Verdict {
    /// That of a case that is not asked: where the portal had nothing to ask for, nothing was judged that
    /// should have been.
    #[must_use]
    pub fn unasked(reason: &NotAsked) -> Self {
        match reason.clone() {
            NotAsked::NoValue { parameter, why } => {
                Self::Blocked(Reason::NoValue { parameter, why })
            }
            NotAsked::Unmade { parameter, step } => {
                Self::Blocked(Reason::Unmade { parameter, step })
            }
            reason => Self::Ignored(reason),
        }
    }
}

/// Why a case could not be judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The portal could not be judged at all: [`Run::obstacle`] says why.
    Obstacle,
    /// The page has no example of the answer.
    NoExample,
    /// A question was not asked; why the run stopped asking, where it did.
    Unasked(Option<Halt>),
    /// The portal said "later", and what may not be repeated is not sent again.
    PutOff,
    /// The portal admits no more requests without a token that opens, for some time.
    Throttled,
    /// No answer has a readable body.
    NoBody,
    /// No readable answer has what its envelope is around.
    NoPayload,
    /// Every answer held an empty list, or null: nothing of what it documents.
    NothingHeld,
    /// No resource has readable answers in both formats.
    NoPair,
    /// No question has two readable answers.
    NoSecond,
    /// The account may not use the operation at all.
    Forbidden,
    /// The portal does not have what the examples of the page name, and nobody named anything else: the parameters.
    NotThere(Vec<String>),
    /// No resource could be read by its id.
    NoReader,
    /// The portal does not offer the read that tells what a write did; its status code, where it answered.
    NotOffered(Option<u16>),
    /// A cache gave each answer that would tell, so that it may be older than what it would tell of.
    Cached,
    /// Every write asks that nothing is done yet.
    Trial,
    /// The run had no more time; how much it had.
    Unjudged(Duration),
    /// The answers were too large to be kept until they are compared.
    TooLarge,
    /// A value was looked up in vain.
    NoValue {
        /// The parameter.
        parameter: String,
        /// Why there is none.
        why: NoValue,
    },
    /// A set-up step was to make a value, and no answer held it.
    Unmade {
        /// The parameter.
        parameter: String,
        /// The name of the step.
        step: String,
    },
}

/// What is to be said of a run in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Upshot {
    /// What its exit code says.
    Plain(ExitCode),
    /// The portal keeps the contract, but test data may be left on it.
    DataLeft,
    /// Nothing violates but what a waiver forgave for too long.
    WaiverExpired,
    /// The portal keeps the contract as far as it was seen, and too little of it was.
    TooLittleSeen,
    /// Nothing was judged but what must be refused.
    RefusalsAlone,
    /// The portal keeps what the pages promise that could be read, and some could not.
    PagesUnread,
    /// Other machines try what there is to try.
    OfOtherShards,
}

/// A violation and the exchange in which it was seen.
#[derive(Debug, Clone)]
pub struct Seen {
    /// What disagrees.
    pub violation: Violation,
    /// What the documented member is, where its path does not say it: the definition that holds it, or what is
    /// promised of it, where other operations promise otherwise: see [`crate::check::Homonyms`].
    pub definition: Option<String>,
    /// What was asked when it was seen first.
    pub request: Request,
    /// What came: the status, where there was one.
    pub status: Option<u16>,
    /// The media type of the answer; empty for none.
    pub media_type: String,
    /// In how many answers it was seen.
    pub times: usize,
    /// Of how many.
    pub of: usize,
    /// Which answers show it.
    pub shown: Shown,
    /// The place in [`Run::waivers`] of the one that forgives it.
    pub waived: Option<usize>,
}

impl Left {
    /// Whether nothing is left.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.problems.is_empty()
    }
}

impl Run {
    /// How the process should end after this run.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        let facts = self.facts();
        ExitCode::of_run(Facts {
            unjudged: facts.unjudged || !self.left.is_empty() || self.saw_too_little(),
            unread: !self.contract.unread.is_empty(),
            ..facts
        })
    }

    /// Whether fewer documented members were seen than is asked for.
    fn saw_too_little(&self) -> bool {
        let required = self.required;
        required.is_some_and(|required| self.coverage.share().is_below(required))
    }

    /// The same, whatever was left behind, not seen or not read.
    fn judged(&self) -> ExitCode {
        ExitCode::of_run(self.facts())
    }

    /// What the verdicts say of how it ends.
    fn facts(&self) -> Facts {
        let any = |wanted: fn(&Verdict) -> bool| {
            self.outcomes.iter().any(|outcome| wanted(&outcome.verdict))
        };
        let is_ignored = |outcome: &Outcome| matches!(outcome.verdict, Verdict::Ignored(_));
        Facts {
            interrupted: self.interrupted,
            idle: self.terms.shard.is_none() && self.outcomes.iter().all(is_ignored),
            obstructed: self.obstacle.is_some(),
            violated: any(|verdict| *verdict == Verdict::Violates) || self.has_expired(),
            unjudged: any(|verdict| matches!(verdict, Verdict::Blocked(_))) || self.asked_less(),
            unread: false,
            bare: self.terms.shard.is_none() && self.judged_refusals_alone(),
        }
    }

    /// Whether it was to judge more than refusals, and judged none of it.
    fn judged_refusals_alone(&self) -> bool {
        let is_refusal = |outcome: &&Outcome| matches!(outcome.id.check, Check::Refusal(_));
        let mut others = self.outcomes.iter().filter(|outcome| !is_refusal(outcome));
        let is_ignored = |outcome: &Outcome| matches!(outcome.verdict, Verdict::Ignored(_));
        others.clone().next().is_some() && others.all(is_ignored)
    }

    /// What is to be said of it in the end.
    #[must_use]
    pub fn upshot(&self) -> Upshot {
        let code = self.exit_code();
        let violates = self.count(|verdict| *verdict == Verdict::Violates) > 0;
        if self.judged() == ExitCode::Conforms && !self.left.is_empty() {
            Upshot::DataLeft
        } else if self.judged() == ExitCode::Conforms && self.saw_too_little() {
            Upshot::TooLittleSeen
        } else if code == ExitCode::Usage {
            Upshot::PagesUnread
        } else if code == ExitCode::NothingSelected
            && self.count(|verdict| !matches!(verdict, Verdict::Ignored(_))) > 0
        {
            Upshot::RefusalsAlone
        } else if code == ExitCode::Violates && !violates {
            Upshot::WaiverExpired
        } else if code == ExitCode::Conforms
            && self.count(|verdict| !matches!(verdict, Verdict::Ignored(_))) == 0
        {
            Upshot::OfOtherShards
        } else {
            Upshot::Plain(code)
        }
    }

    /// With how many findings asking ended, where it ended early for that.
    #[must_use]
    pub fn stopped_after(&self) -> Option<usize> {
        self.hints.iter().find_map(|hint| match hint {
            Hint::Halted(Halt::Failures(most)) => Some(*most),
            _ => None,
        })
    }

    /// Whether not all was asked that it would have: it ended before, or has not all of its test data. What was
    /// asked is then judged on less.
    fn asked_less(&self) -> bool {
        let is_it = |hint: &Hint| {
            matches!(
                hint,
                Hint::Halted(Halt::OutOfTime { .. } | Halt::Failures(_) | Halt::Stopped)
                    | Hint::Barred { .. }
                    | Hint::Unkept(_)
            )
        };
        self.hints.iter().any(is_it)
    }

    fn has_expired(&self) -> bool {
        let mut states = self.waivers.iter().map(|used| used.state);
        states.any(|state| state == WaiverState::Expired)
    }

    /// How many cases have remarks that nothing forgives.
    #[must_use]
    pub fn remarked(&self) -> usize {
        let is_told = |seen: &Seen| seen.waived.is_none();
        let outcomes = self.outcomes.iter();
        outcomes
            .filter(|outcome| outcome.remarks.iter().any(is_told))
            .count()
    }

    /// How many outcomes have a verdict of this kind.
    #[must_use]
    pub fn count(&self, wanted: impl Fn(&Verdict) -> bool) -> usize {
        self.outcomes
            .iter()
            .filter(|outcome| wanted(&outcome.verdict))
            .count()
    }
}

/// What is to be said of pages that could not be read, of references in them that lead nowhere, and of files that are none.
fn of_pages(contract: &Contract) -> impl Iterator<Item = Hint> + use<> {
    let lines: Vec<String> = contract.unread_lines().map(str::to_owned).collect();
    let unread = (!lines.is_empty()).then_some(Hint::Unread(lines));
    let others = contract.passed_over.clone();
    let others = (!others.is_empty()).then_some(Hint::PassedOver(others));
    let open = open_places(contract);
    unread.into_iter().chain(open).chain(others)
}

/// References of documented answers that lead nowhere.
pub(crate) fn open_places(contract: &Contract) -> Option<Hint> {
    let places: Vec<String> = contract.open_lines().collect();
    (!places.is_empty()).then_some(Hint::Open(places))
}

/// The operations that were asked by these methods and paths; sorted.
fn operations_of(
    plan: &Plan,
    contract: &Contract,
    asked: &BTreeSet<(String, String)>,
) -> Vec<OperationId> {
    if asked.is_empty() {
        return Vec::new();
    }
    let asked: BTreeSet<(&str, &str)> = asked
        .iter()
        .map(|(method, path)| (method.as_str(), path.as_str()))
        .collect();
    let is_asked =
        |request: &Request| asked.contains(&(request.method.as_str(), request.path.as_str()));
    let questions = plan.questions.iter();
    let operations = questions.filter(|question| is_asked(&question.request));
    let operations: BTreeSet<usize> = operations.map(|question| question.operation).collect();
    let ids = operations.into_iter();
    ids.map(|operation| contract.operations[operation].id.clone())
        .collect()
}

/// What cases made on a portal, which stays there.
fn made_by_cases(
    suite: &Suite,
    plan: &Plan,
    asked: &ask::Asked,
    subject: &Subject,
) -> Option<Hint> {
    let made = made::of(suite, plan, asked).into_iter();
    let named =
        made.map(|(operation, count)| (suite.contract.operations[operation].id.clone(), count));
    let named: Vec<(OperationId, usize)> = named.collect();
    (!named.is_empty() && !subject.is_reference).then_some(Hint::Made(named))
}

/// The writes that are tried with the second account, where nothing reads back whether they took effect.
fn not_read_back(selected: &Selected, contract: &Contract, profile: &Profile) -> Option<Hint> {
    let is_tried = |case: &&Case| {
        let check = &case.id.check;
        let is_other = matches!(check, Check::Refusal(Refusal::OtherAccount { .. }));
        is_other && case.ignored.is_none()
    };
    let cases = selected.cases().filter(is_tried);
    let mut operations: Vec<OperationId> = cases
        .map(|case| &contract.operations[case.operation])
        .filter(|operation| operation.writes() && profile.effect_of(operation).is_none())
        .map(|operation| operation.id.clone())
        .collect();
    operations.dedup();
    (!operations.is_empty()).then_some(Hint::NotReadBack(operations))
}

impl Answers {
    /// The same, and answers to set-up steps that do not hold what is kept of them.
    #[must_use]
    pub fn beside(self, unkept: Vec<UnkeptAnswer>) -> Self {
        Self { unkept, ..self }
    }
}

impl Suite {
    /// What there is to ask of a portal; cases for which no snapshot is known are left out, but where that
    /// fails the run.
    #[must_use]
    pub fn plan(&self, target: &Target) -> Plan {
        let names = self.expectations.names();
        let mut plan = case::plan_of(&self.contract, &self.profile, names, target);
        // Who asks for reviewed snapshots is told of each that there is none of.
        if self.levels.of(Rule::SnapshotUnreviewed) != Level::Deny {
            snapshot::leave_out_unknown(&mut plan, &self.profile, &self.snapshots);
        }
        plan
    }

    /// Asks what the selected cases need of a portal.
    pub async fn ask(
        &self,
        client: &Client,
        selected: &Selected,
        progress: &Progress<'_>,
    ) -> Answers {
        let never = std::future::pending();
        self.ask_telling(client, selected, progress, &|_, _| {}, None, never)
            .await
    }

    /// The same, and tells of each answer that must succeed; asking ends with so many findings, or when it is
    /// `stopped`.
    pub async fn ask_telling(
        &self,
        client: &Client,
        selected: &Selected,
        progress: &Progress<'_>,
        tap: &Tap<'_>,
        max: Option<MaxFailures<'_>>,
        stopped: impl Future<Output = ()>,
    ) -> Answers {
        let (started, start) = (OffsetDateTime::now_utc(), Instant::now());
        let mut asked = {
            let enough = max.map(|max| Enough::of(max, selected));
            let is_enough = enough.as_ref().map(|enough| {
                |asked: &ask::Asked, question| {
                    enough.is_reached(self, client.target(), asked, question)
                }
            });
            let is_enough = is_enough.as_ref().map(|is| is as &ask::IsEnough<'_>);
            let late = |asked: &ask::Asked| judge::late(self, selected, asked, client.target());
            let looks = (is_enough, Some(&late as &ask::IsLate<'_>));
            ask::ask(self, client, selected, progress, tap, looks, stopped).await
        };
        let (mut obstacle, mut hints) = asked.obstacle(self, selected, client.target());
        let barred = obstacle
            .is_none()
            .then(|| asked.until_barred(self, selected, client.target()));
        if let Some(hint) = barred.flatten() {
            hints = vec![hint];
        }
        if obstacle.is_none() {
            asked.until_locked_out(self, selected);
        }
        // Another profile may be the reason why there is nothing but pages.
        let misfit = match obstacle {
            None
            | Some(
                Obstacle::OnlyHtml { .. } | Obstacle::BlankHtml | Obstacle::UnknownPaths { .. },
            ) if matches!(asked.halt, None | Some(Halt::Failures(_) | Halt::Alike)) => {
                recognise::misfit(self, selected.plan(), client, &asked).await
            }
            _ => None,
        };
        if misfit.is_some() {
            (obstacle, hints) = (None, Vec::new());
        }
        if client.served_alone() > 0 {
            hints.push(Hint::Crowded(client.served_alone()));
        }
        if obstacle.as_ref().is_some_and(Obstacle::is_an_answer) {
            hints.extend(client.forwarder().map(Hint::Forwarded));
        }
        Answers {
            selected: selected.clone(),
            asked,
            obstacle,
            misfit,
            hints,
            unkept: Vec::new(),
            started,
            waited: client.waited(),
            later: client.later(),
            recovered: client.recovered(),
            elapsed: start.elapsed(),
        }
    }

    /// What there is to judge of a portal that could not be asked.
    #[must_use]
    pub fn unasked(&self, selected: &Selected, obstacle: Obstacle) -> Answers {
        Answers {
            obstacle: Some(obstacle),
            ..self.nothing_asked(selected)
        }
    }

    /// What there is to judge where nothing has to be asked.
    #[must_use]
    pub fn nothing_asked(&self, selected: &Selected) -> Answers {
        Answers {
            selected: selected.clone(),
            asked: ask::unasked(selected.plan()),
            obstacle: None,
            misfit: None,
            hints: Vec::new(),
            unkept: Vec::new(),
            started: OffsetDateTime::now_utc(),
            waited: Duration::ZERO,
            later: BTreeMap::new(),
            recovered: BTreeSet::new(),
            elapsed: Duration::ZERO,
        }
    }

    /// What there is to judge of a portal that could not be asked, since some moment and after so long.
    #[must_use]
    pub fn unasked_since(
        &self,
        selected: &Selected,
        obstacle: Obstacle,
        (started, elapsed): (OffsetDateTime, Duration),
    ) -> Answers {
        Answers {
            started,
            elapsed,
            ..self.unasked(selected, obstacle)
        }
    }

    /// What there is to judge of recorded answers, in the order of time.
    #[must_use]
    pub fn recorded(
        &self,
        selected: &Selected,
        answers: Vec<RecordedAnswer>,
        traffic: Traffic,
        target: &Target,
    ) -> Answers {
        let is_empty = answers.is_empty();
        let misfit = recognise::recorded_misfit(self, selected.plan(), &answers);
        let asked = ask::recorded(self, selected.plan(), answers);
        let (mut obstacle, hints) = asked.obstacle(self, selected, target);
        if is_empty {
            let (entries, matched) = (traffic.entries, traffic.matched);
            obstacle = Some(Obstacle::NothingRecorded { entries, matched });
        }
        if misfit.is_some() {
            obstacle = None;
        }
        Answers {
            selected: selected.clone(),
            asked,
            obstacle,
            misfit,
            hints: traffic.hints.into_iter().chain(hints).collect(),
            unkept: Vec::new(),
            started: traffic.started,
            waited: Duration::ZERO,
            later: BTreeMap::new(),
            recovered: BTreeSet::new(),
            elapsed: traffic.elapsed,
        }
    }

    /// Judges the cases that were selected on the answers of a portal.
    #[must_use]
    pub fn judge(&self, target: &Arc<Target>, answers: Answers, ending: Ending<'_>) -> Run {
        let Answers {
            selected,
            asked,
            obstacle,
            ..
        } = answers;
        let plan = selected.plan();
        let time = target.limits.max_time;
        let left = time.saturating_sub(answers.elapsed).max(TIME_TO_JUDGE);
        let (mut outcomes, forbidden) = judge::outcomes(
            self,
            &selected,
            (&asked, &answers.unkept),
            obstacle.as_ref(),
            target,
            (Instant::now() + left.min(LONGEST), time),
        );
        let coverage = coverage::coverage(self, &selected, &asked);
        let unkept = answers.unkept.into_iter();
        let unkept = unkept.map(|answer| Hint::Unkept(answer.failed));
        let made = made_by_cases(self, plan, &asked, &ending.subject);
        let not_read_back = not_read_back(&selected, &self.contract, &self.profile);
        let forbidden = forbidden.into_iter();
        let forbidden = forbidden.map(|operation| self.contract.operations[operation].id.clone());
        let forbidden: Vec<OperationId> = forbidden.collect();
        level::part(&mut outcomes, &self.levels);
        let waivers = waive::waive(&mut outcomes, ending.waivers, plan, ending.today);
        Run {
            contract: Arc::clone(&self.contract),
            plan: Arc::clone(plan),
            target: Arc::clone(target),
            profile: self.profile.name.clone(),
            terms: Terms {
                profile: self.profile.digest(),
                strict: self.expectations.is_strict(),
                levels: self.levels.clone(),
                shard: selected.shard(),
            },
            subject: ending.subject,
            coverage,
            required: ending.required,
            outcomes,
            obstacle,
            left: ending.left,
            requests: ending.requests,
            retries: asked.retries(),
            later: answers.later,
            recovered: operations_of(plan, &self.contract, &answers.recovered),
            waited: answers.waited,
            misfit: answers.misfit,
            hints: of_pages(&self.contract)
                .chain(unkept)
                .chain(answers.hints)
                .chain((!forbidden.is_empty()).then_some(Hint::Forbidden(forbidden)))
                .chain(not_read_back)
                .chain(made)
                .collect(),
            started: answers.started,
            elapsed: answers.elapsed,
            waivers,
            interrupted: false,
        }
    }

    /// Asks and judges, where nothing is forgiven and nothing was made that could be left.
    pub async fn run(&self, client: &Client, selected: &Selected, progress: &Progress<'_>) -> Run {
        let answers = self.ask(client, selected, progress).await;
        let ending = Ending {
            requests: client.sent(),
            left: Left::default(),
            waivers: &[],
            today: OffsetDateTime::now_utc().date(),
            subject: Subject::default(),
            required: None,
        };
        self.judge(&client.shared_target(), answers, ending)
    }
}

impl FailureKind {
    /// Whether no request can be answered after this.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Connect | Self::Tls)
    }
}

#[cfg(test)]
mod tests;
#[cfg(test)]
pub(crate) mod tests_support;

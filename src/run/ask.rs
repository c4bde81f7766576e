//! All questions of the selected cases, asked side by side, in order, and at rest.

use std::collections::BTreeSet;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures::stream::{self, StreamExt};

use crate::case::{Check, QuestionIndex, Schedule};
use crate::check::identity::{Steadiness, steadiness};
use crate::check::{self, HtmlPage, Reading, parity};
use crate::client::{Client, Exchange, FailureKind};
use crate::contract::Format;
use crate::run::{Obstacle, Suite};
use crate::target::Target;

/// How often an answer that changes is read again before it is called unsteady.
const SETTLE_ROUNDS: usize = 4;
/// The pause between two such rounds, so that an edit under way can end.
const SETTLE_PAUSE: Duration = Duration::from_millis(50);
/// With a portal that closes each connection, more requests at once would overrun its backlog.
const JOBS_WITHOUT_KEEP_ALIVE: usize = 4;

/// Told after each answer: how many are done, and of how many.
pub type Progress<'a> = dyn Fn(usize, usize) + Send + Sync + 'a;

/// An answer, and what it says where it should succeed; refusals are judged unread.
pub(super) type Answer = (Exchange, Option<Reading>);

/// The answers to each question, in the order of time.
#[derive(Debug)]
pub(super) struct Asked {
    answers: Vec<Vec<Answer>>,
}

/// Asks what the selected cases need, and nothing else.
pub(super) async fn ask(
    suite: &Suite,
    client: &Client,
    selected: &[bool],
    progress: &Progress<'_>,
) -> Asked {
    let schedule = wanted(suite, selected);
    let total = schedule.free.len() + schedule.ordered.len() + schedule.quiet.len();
    let asker = Asker {
        suite,
        client,
        progress,
        done: AtomicUsize::new(0),
        total,
        successes: successes(suite, &vec![true; suite.plan.cases.len()]),
        answers: Mutex::new(vec![Vec::new(); suite.plan.questions.len()]),
    };
    asker.all(schedule).await;
    let answers = asker.answers.into_inner();
    Asked {
        answers: answers.unwrap_or_else(std::sync::PoisonError::into_inner),
    }
}

/// The schedule, without the questions that no selected case judges.
fn wanted(suite: &Suite, selected: &[bool]) -> Schedule {
    let plan = &suite.plan;
    let cases = || {
        plan.cases
            .iter()
            .zip(selected)
            .filter(|(case, is_selected)| **is_selected && case.ignored.is_none())
            .map(|(case, _)| case)
    };
    let needed: BTreeSet<QuestionIndex> = cases()
        .flat_map(|case| {
            // A refusal is looked through for what was read anyway; nothing is read for it.
            let beside = match case.check {
                Check::Refusal(_) => &[],
                _ => case.beside.as_slice(),
            };
            case.subjects.iter().chain(beside)
        })
        .copied()
        .collect();
    let compares =
        cases().any(|case| matches!(case.check, Check::Parity | Check::Repeated | Check::Read));
    let keep = |list: &[QuestionIndex]| -> Vec<QuestionIndex> {
        list.iter()
            .copied()
            .filter(|question| needed.contains(question))
            .collect()
    };
    Schedule {
        free: keep(&plan.schedule.free),
        ordered: keep(&plan.schedule.ordered),
        quiet: if compares {
            keep(&plan.schedule.quiet)
        } else {
            Vec::new()
        },
    }
}

/// The questions of the selected cases whose answers must succeed.
fn successes(suite: &Suite, selected: &[bool]) -> BTreeSet<QuestionIndex> {
    let cases = suite.plan.cases.iter().zip(selected);
    cases
        .filter(|(case, is_selected)| **is_selected && !matches!(case.check, Check::Refusal(_)))
        .flat_map(|(case, _)| case.subjects.iter().copied())
        .collect()
}

struct Asker<'a> {
    suite: &'a Suite,
    client: &'a Client,
    progress: &'a Progress<'a>,
    done: AtomicUsize,
    total: usize,
    /// Questions that must succeed; the others are judged as refusals, their bodies unread.
    successes: BTreeSet<QuestionIndex>,
    answers: Mutex<Vec<Vec<Answer>>>,
}

impl Asker<'_> {
    async fn all(&self, schedule: Schedule) {
        let mut free = schedule.free.into_iter();
        let mut ordered = schedule.ordered.into_iter();
        // One question alone: a portal that cannot be reached gets no second one.
        let first = free.next().or_else(|| ordered.next());
        let Some(first) = first else {
            return;
        };
        self.one(first).await;
        if self.is_unreachable(first) {
            return;
        }
        let most = if self.keeps_open(first) {
            usize::MAX
        } else {
            JOBS_WITHOUT_KEEP_ALIVE
        };
        let jobs = self.client.target().limits.jobs.clamp(1, most);
        let side_by_side = stream::iter(free)
            .map(|question| self.one(question))
            .buffer_unordered(jobs)
            .collect::<()>();
        let in_order = async {
            for question in ordered {
                self.one(question).await;
            }
        };
        futures::join!(side_by_side, in_order);
        for question in schedule.quiet.iter().copied() {
            self.one(question).await;
        }
        if !schedule.quiet.is_empty() {
            self.settle().await;
        }
    }

    async fn one(&self, question: QuestionIndex) {
        let plan = &self.suite.plan;
        let exchange = self
            .client
            .ask(plan.questions[question].request.clone())
            .await;
        let must_succeed = self.successes.contains(&question);
        let reading = must_succeed.then(|| self.read(question, &exchange));
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        if let Ok(mut answers) = self.answers.lock() {
            answers[question].push((exchange, reading));
        }
        (self.progress)(done, self.total.max(done));
    }

    fn read(&self, question: QuestionIndex, exchange: &Exchange) -> Reading {
        let asked = &self.suite.plan.questions[question];
        match self.suite.expectations.get(asked.operation, asked.format) {
            Some(expectation) => expectation.read(exchange),
            None => Reading {
                violations: Vec::new(),
                body: None,
            },
        }
    }

    /// Reads again what changed while it was tried, until it rests or must be called unsteady.
    async fn settle(&self) {
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
    fn moving(&self, is_first: bool) -> BTreeSet<QuestionIndex> {
        let plan = &self.suite.plan;
        let Ok(answers) = self.answers.lock() else {
            return BTreeSet::new();
        };
        let mut moving = BTreeSet::new();
        for (index, question) in plan.questions.iter().enumerate() {
            let Some(expectation) = self
                .suite
                .expectations
                .get(question.operation, question.format)
            else {
                continue;
            };
            let history = bodies(&answers[index]);
            let twin = plan.questions.iter().position(|other| {
                other.operation == question.operation
                    && other.ids == question.ids
                    && other.format == Format::Json
                    && question.format == Format::Xml
                    && !question.ids.is_empty()
            });
            let is_unsteady = history.len() > 1
                && matches!(
                    steadiness(expectation, &history),
                    Steadiness::Unsteady { .. }
                );
            let twin_history = twin.map(|twin| bodies(&answers[twin])).unwrap_or_default();
            let changed = || {
                [&history, &twin_history].iter().any(|history| {
                    history.len() > 1 && steadiness(expectation, history) != Steadiness::Steady
                })
            };
            let disagrees = || match (twin_history.last(), history.last()) {
                (Some(json), Some(xml)) => {
                    (is_first || changed()) && !parity::judge(expectation, json, xml).is_empty()
                }
                _ => false,
            };
            if is_unsteady || disagrees() {
                moving.extend([Some(index), twin].into_iter().flatten());
            }
        }
        moving
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

    fn keeps_open(&self, question: QuestionIndex) -> bool {
        self.answers.lock().is_ok_and(|answers| {
            answers[question].iter().any(|(exchange, _)| {
                exchange
                    .outcome
                    .as_ref()
                    .is_ok_and(|response| response.keeps_open)
            })
        })
    }
}

fn bodies(answers: &[Answer]) -> Vec<&serde_json::Value> {
    answers
        .iter()
        .filter_map(|(_, reading)| reading.as_ref()?.body.as_ref())
        .collect()
}

impl Asked {
    /// The answers to a question, in the order of time.
    pub(super) fn of(&self, question: QuestionIndex) -> &[Answer] {
        &self.answers[question]
    }

    /// The bodies of the answers to a question, in the order of time.
    pub(super) fn bodies(&self, question: QuestionIndex) -> Vec<&serde_json::Value> {
        bodies(&self.answers[question])
    }

    pub(super) fn requests(&self) -> usize {
        self.answers
            .iter()
            .flatten()
            .map(|(exchange, _)| 1 + exchange.retries as usize)
            .sum()
    }

    pub(super) fn retries(&self) -> u32 {
        self.answers
            .iter()
            .flatten()
            .map(|(exchange, _)| exchange.retries)
            .sum()
    }

    /// What kept the portal from being judged at all, where something did.
    pub(super) fn obstacle(
        &self,
        suite: &Suite,
        selected: &[bool],
        target: &Target,
    ) -> Option<Obstacle> {
        let url = target.url.to_string();
        let has_token = target.credentials.token.is_some();
        let all: Vec<&Exchange> = self
            .answers
            .iter()
            .flatten()
            .map(|(exchange, _)| exchange)
            .collect();
        let first = all
            .iter()
            .find_map(|exchange| exchange.outcome.as_ref().err());
        if let Some(failure) = first
            && all.iter().all(|exchange| exchange.status().is_none())
        {
            let message = failure.message.clone();
            return Some(match failure.kind {
                FailureKind::Connect => Obstacle::Unreachable { url, message },
                FailureKind::Tls => Obstacle::Tls { url, message },
                _ => Obstacle::Silent { url, message },
            });
        }
        let answers: Vec<&Answer> = successes(suite, selected)
            .iter()
            .flat_map(|question| self.of(*question))
            .collect();
        let (exchange, _) = answers.first()?;
        let refused = |status: Option<u16>| matches!(status, Some(401 | 403));
        if answers
            .iter()
            .all(|(exchange, _)| refused(exchange.status()))
        {
            let advice = if has_token {
                "is the token in PORTAL_TOKEN set, valid and not expired?"
            } else {
                "no token was sent"
            };
            return Some(Obstacle::Credentials {
                url,
                status: exchange.status()?,
                advice,
            });
        }
        let pages: Vec<HtmlPage> = answers
            .iter()
            .map_while(|(exchange, _)| check::html_page(exchange))
            .collect();
        if pages.len() == answers.len() {
            let title = pages.into_iter().find_map(|page| page.title);
            let title = title.map_or(String::new(), |title| format!(" titled `{title}`"));
            return Some(Obstacle::OnlyHtml { url, title });
        }
        None
    }
}

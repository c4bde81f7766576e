//! Tries the suite against portals with and without a change, many at a time.

use std::collections::{BTreeSet, HashMap};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, Instant};

use futures::stream::{self, StreamExt};
use url::Url;

use crate::amount::Rate;
use crate::case::{Case, CaseId, Selected, Selection};
use crate::check::{Expectations, Levels, Rule};
use crate::client::Client;
use crate::contract::{Contract, Format, OperationId};
use crate::exit_code::ExitCode;
use crate::level::Level;
use crate::portal::change::{Act, Answers, Frame, Policy};
use crate::portal::{self, Change, Deployment, Lesser, Objection, Portal};
use crate::profile::Profile;
use crate::proof::subject::{Subject, hidden};
use crate::proof::{
    CasePattern, Caught, Fault, FaultResult, Proof, Sample, Variation, VariationResult, faults,
    variations,
};
use crate::report::{self, Report};
use crate::run::{Outcome, Run, Subject as RunSubject, Suite, Verdict};
use crate::snapshot::Snapshots;
use crate::target::{Credentials, Limits, Other, Target};
use crate::writes::Writes;

/// The token that portals in this process take.
const TOKEN: &str = "reference-portal-token";
/// That of their second account, where they have one.
const LESSER_TOKEN: &str = "the-lesser-account-of-it";
/// How many portals are tried at the same time by one thread.
const PORTALS_AT_ONCE: usize = 8;
/// How many requests one portal gets at a time: without a network between, more gain nothing.
const JOBS: usize = 4;
/// Of so many operations at most, all are asked for what is lawful, and for what shows by what else is
/// asked; of more, only those that a change is about.
const MOST_OPERATIONS: usize = 8;
/// How many operations are asked for a change that is about all of them.
const SOME: usize = 3;
/// How long an answer may take that never comes.
const SILENT_TIMEOUT: Duration = Duration::from_secs(2);
/// How long any other answer may take, on a machine that is busy with other portals.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(20);

/// What is proved: the suite, against the reference portal.
#[derive(Debug, Clone)]
pub struct Prover {
    suite: Arc<Suite>,
    /// All cases.
    selected: Selected,
    target: Target,
    client: Client,
    /// Which part of what is wanted is tried; without it, all.
    sample: Option<Sample>,
    /// What the portals are and whence the pages, for reports.
    subject: RunSubject,
    /// The cases and the target with a second account, laid out where the first change needs them.
    lesser: Arc<OnceLock<(Selected, Target)>>,
}

impl Prover {
    /// A prover for the reference portal of a contract and a profile.
    ///
    /// # Errors
    ///
    /// What [`Client::new`] says.
    pub fn new(
        contract: &Arc<Contract>,
        profile: &Arc<Profile>,
    ) -> Result<Self, crate::client::ClientError> {
        let target = Target {
            credentials: Credentials::raw(TOKEN),
            parameters: portal::parameters(contract, profile).into_iter().collect(),
            stand_in: Some(portal::stand_in()),
            writes: Writes::All,
            limits: Limits {
                request_timeout: REQUEST_TIMEOUT,
                jobs: JOBS,
                rate: Rate {
                    requests: 1_000_000,
                    per: Duration::from_secs(1),
                },
                // The reference portal keeps what is written at once.
                late_reads: Duration::ZERO,
                ..Limits::default()
            },
            ..Target::new(local_url(SocketAddr::from((Ipv4Addr::LOCALHOST, 1))))
        };
        let suite = Suite {
            contract: Arc::clone(contract),
            profile: Arc::clone(profile),
            expectations: Arc::new(Expectations::of(contract, profile, false)),
            // As a portal of somebody else is judged: any lawful spelling conforms.
            snapshots: Snapshots::Builtin { exact: false },
            levels: Levels::default(),
        };
        let plan = Arc::new(suite.plan(&target));
        let client = Client::new(Arc::new(target.clone()))?;
        Ok(Self {
            suite: Arc::new(suite),
            selected: plan.select(&Selection::default()),
            target,
            client,
            sample: None,
            subject: RunSubject {
                is_reference: true,
                ..RunSubject::default()
            },
            lesser: Arc::default(),
        })
    }

    /// The same for some of the cases, with so many requests at a time.
    #[must_use]
    pub fn trying(mut self, selection: &Selection, jobs: usize) -> Self {
        self.selected = self.selected.plan().select(selection);
        self.target.limits.jobs = jobs;
        self
    }

    /// The same for a sample of what is wanted.
    #[must_use]
    pub fn sampling(mut self, sample: Option<Sample>) -> Self {
        self.sample = sample;
        self
    }

    /// The same, said of the pages at these paths.
    #[must_use]
    pub fn of_pages(mut self, paths: &[PathBuf]) -> Self {
        paths.clone_into(&mut self.subject.pages);
        self
    }

    /// What is tried, in a line: the portal, the profile and the pages.
    #[must_use]
    pub fn heading(&self) -> String {
        report::heading(&self.target, &self.subject, &self.suite.profile.name)
    }

    /// Whether some operation is asked and has an answer that faults can alter.
    fn can_show(&self) -> bool {
        let (contract, profile) = (&self.suite.contract, &self.suite.profile);
        let cases = self.selected.plan().cases.iter();
        let asked = cases.filter(|case| case.ignored.is_none());
        let asked: BTreeSet<&OperationId> = asked.map(|case| &case.id.operation).collect();
        let mut subjects = Subject::all(contract, profile).into_iter();
        subjects.any(|subject| asked.contains(&subject.operation.id))
    }

    /// The suite that is proved.
    #[must_use]
    pub fn suite(&self) -> &Suite {
        &self.suite
    }

    /// Tries all faults and variations of the names that are wanted; told after each.
    ///
    /// Each thread has a runtime of its own, so that a portal and whoever asks it share a thread and
    /// need not wake one another across cores.
    #[must_use]
    pub fn prove(
        &self,
        is_wanted: impl Fn(&str) -> bool,
        progress: &(dyn Fn(usize, usize) + Sync),
    ) -> Proof {
        let start = Instant::now();
        let (contract, profile) = (&self.suite.contract, &self.suite.profile);
        let faults = faults(contract, profile).into_iter();
        let mut faults: Vec<Fault> = faults.filter(|fault| is_wanted(&fault.id)).collect();
        let variations = variations(contract, profile).into_iter();
        let mut variations: Vec<Variation> = variations
            .filter(|variation| is_wanted(&variation.id))
            .collect();
        if let Some(sample) = self.sample {
            faults = sample.faults(faults);
            variations = sample.variations(variations);
        }
        let can_show = self.can_show();
        if !can_show {
            // Nothing that is answered is the reference portal's own.
            variations.clear();
        }
        let mut unseen = self.leave_out(&mut faults);
        let total = faults.len() + variations.len();
        let (next, done) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let results = Mutex::new((vec![None; faults.len()], vec![None; variations.len()]));
        let work = |prover: &Self, at: usize| {
            let (prover, results, done) = (prover.clone(), &results, &done);
            let (faults, variations) = (&faults, &variations);
            async move {
                if let Some(fault) = faults.get(at) {
                    let result = prover.fault(fault).await;
                    lock(results).0[at] = Some(result);
                } else if let Some(variation) = variations.get(at - faults.len()) {
                    let result = prover.variation(variation).await;
                    lock(results).1[at - faults.len()] = Some(result);
                }
                progress(done.fetch_add(1, Ordering::Relaxed) + 1, total);
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            for _ in 0..threads {
                scope.spawn(|| {
                    let mut builder = tokio::runtime::Builder::new_current_thread();
                    let Ok(runtime) = builder.enable_all().build() else {
                        return;
                    };
                    runtime.block_on(async {
                        // Connections belong to a runtime, so each has a client of its own.
                        let Ok(client) = Client::new(Arc::new(self.target.clone())) else {
                            return;
                        };
                        let prover = Self {
                            client,
                            ..self.clone()
                        };
                        let places =
                            std::iter::repeat_with(|| next.fetch_add(1, Ordering::Relaxed));
                        stream::iter(places.take_while(|at| *at < total))
                            .map(|at| work(&prover, at))
                            .buffer_unordered(PORTALS_AT_ONCE)
                            .collect::<()>()
                            .await;
                    });
                });
            }
        });
        let (tried, varied) = results.into_inner().unwrap_or_else(PoisonError::into_inner);
        let tried = tried.into_iter().flatten();
        let is_seen = |one: &FaultResult| one.has_shown;
        let (seen, idle): (Vec<_>, Vec<_>) = tried.partition(is_seen);
        unseen.extend(idle.into_iter().map(|one| one.id));
        Proof {
            faults: seen,
            variations: varied.into_iter().flatten().collect(),
            unseen,
            can_show,
            elapsed: start.elapsed(),
        }
    }

    /// The same with a second account, which must not see the third of the resources held.
    fn with_lesser(&self) -> Self {
        let (selected, target) = self.lesser.get_or_init(|| self.lesser()).clone();
        Self {
            selected,
            target,
            ..self.clone()
        }
    }

    fn lesser(&self) -> (Selected, Target) {
        let contract = &self.suite.contract;
        let hidden = contract.operations.iter().filter_map(|operation| {
            let named = self.suite.profile.identity_of(operation)?;
            let mut parameters = operation.parameters.iter();
            let parameter = parameters.find(|one| one.name == named.parameter)?;
            let id = hidden(parameter)?.to_string();
            Some((parameter.name.clone(), vec![id]))
        });
        let other = Other {
            credentials: Credentials::raw(LESSER_TOKEN),
            hidden: hidden.collect(),
        };
        let target = Target {
            other: Some(other),
            ..self.target.clone()
        };
        let plan = Arc::new(self.suite.plan(&target));
        (plan.select(&Selection::default()), target)
    }

    /// Takes out of the faults, and of the cases that must notice each, what no case of these pages is about;
    /// the names of the faults of which nothing is left.
    fn leave_out(&self, faults: &mut Vec<Fault>) -> Vec<String> {
        let mut asked: HashMap<&OperationId, Vec<&Case>> = HashMap::new();
        for case in &self.selected.plan().cases {
            if case.ignored.is_none() {
                asked.entry(&case.id.operation).or_default().push(case);
            }
        }
        for fault in faults.iter_mut() {
            if is_of_lesser(&fault.change) {
                continue;
            }
            let is_everywhere = fault.change.scope.operation.is_none();
            let some = self.some(&fault.id);
            fault.caught_by.retain(|pattern| {
                let cases = asked.get(&pattern.operation).into_iter().flatten();
                let mut cases =
                    cases.filter(|case| !is_everywhere || some.contains(&case.operation));
                cases.any(|case| pattern.covers(&case.id))
            });
        }
        let is_idle = |fault: &Fault| fault.caught_by.is_empty();
        let idle = faults.iter().filter(|fault| is_idle(fault));
        let idle = idle.map(|fault| fault.id.clone()).collect();
        faults.retain(|fault| !is_idle(fault));
        idle
    }

    fn has_few_operations(&self) -> bool {
        self.suite.contract.operations.len() <= MOST_OPERATIONS
    }

    /// The places of some operations, of all where there are few; other ones for each name of a change, and the
    /// same ones whatever else is tried.
    fn some(&self, id: &str) -> BTreeSet<usize> {
        let all = self.suite.contract.operations.len();
        if self.has_few_operations() {
            return (0..all).collect();
        }
        let apart = all / SOME;
        let letters = id.bytes().map(usize::from);
        let number = letters.fold(0, |sum: usize, one| (sum * 31 + one) % all);
        (0..SOME).map(|one| (number + one * apart) % all).collect()
    }

    /// The cases that are asked for a change: those of the operations that it is about, and of those that
    /// must notice it.
    fn about(&self, id: &str, change: &Change, told: &[CasePattern]) -> Selected {
        let some = self.some(id);
        let scope = change.scope.operation.as_ref();
        self.selected.only(|case| {
            let operation = &case.id.operation;
            match scope {
                None => some.contains(&case.operation),
                Some(one) => {
                    one == operation || told.iter().any(|pattern| pattern.operation == *operation)
                }
            }
        })
    }

    async fn fault(&self, fault: &Fault) -> FaultResult {
        if self.target.other.is_none() && is_of_lesser(&fault.change) {
            return Box::pin(self.with_lesser().fault(fault)).await;
        }
        let mut prover = self.clone();
        if !self.has_few_operations() || !fault.change.hangs_on_others() {
            prover.selected = self.about(&fault.id, &fault.change, &fault.caught_by);
        }
        prover.fault_of(fault).await
    }

    async fn fault_of(&self, fault: &Fault) -> FaultResult {
        let (run, target, shown) = if is_silent(&fault.change) {
            let mut hurried = self.clone();
            hurried.target.limits.request_timeout = SILENT_TIMEOUT;
            hurried
                .tried(Some(fault.change.clone()), Duration::ZERO)
                .await
        } else {
            self.tried(Some(fault.change.clone()), Duration::ZERO).await
        };
        let caught = run
            .outcomes
            .iter()
            .filter(|outcome| is_told(&run, outcome, fault.level))
            .map(|outcome| {
                let seen = match fault.level {
                    Level::Deny => &outcome.violations,
                    Level::Warn | Level::Allow => &outcome.remarks,
                };
                let rules = seen.iter().map(|seen| seen.violation.rule);
                let rules: BTreeSet<Rule> = rules.collect();
                Caught {
                    case: outcome.id.clone(),
                    rules: rules.into_iter().collect(),
                }
            });
        let caught_by: Vec<Caught> = caught.collect();
        let failed: Vec<&CaseId> = caught_by.iter().map(|caught| &caught.case).collect();
        let is_everywhere = fault.change.scope.operation.is_none();
        let missed = fault.missed(&failed).into_iter();
        // What alters some operations is noticed in those.
        let missed = missed.filter(|pattern| {
            let is_meant = |(operation, format): &(OperationId, Format)| {
                *operation == pattern.operation && pattern.format.is_none_or(|one| one == *format)
            };
            !is_everywhere || shown.iter().any(is_meant)
        });
        let missed_by = missed.cloned().collect();
        // What alters nothing that a case is about is not to be noticed there.
        let is_seen = |(operation, format): &(OperationId, Format)| {
            let mut patterns = fault.caught_by.iter();
            patterns.any(|pattern| {
                *operation == pattern.operation && pattern.format.is_none_or(|one| one == *format)
            })
        };
        let has_shown = if is_everywhere && caught_by.is_empty() {
            shown.iter().any(is_seen)
        } else {
            !shown.is_empty()
        };
        FaultResult {
            id: fault.id.clone(),
            family: fault.family,
            level: fault.level,
            needs: needed(fault, &caught_by),
            caught_by,
            missed_by,
            lines: self.text(&run, &target).lines().count(),
            has_shown,
            requests: run.requests,
        }
    }

    async fn variation(&self, variation: &Variation) -> VariationResult {
        if self.target.other.is_none() && is_of_lesser(&variation.change) {
            return Box::pin(self.with_lesser().variation(variation)).await;
        }
        let mut prover = self.clone();
        // Nothing may be called, so that all are asked where they are few.
        if !self.has_few_operations() {
            prover.selected = self.about(&variation.id, &variation.change, &[]);
        }
        let (run, target) = prover
            .run(Some(variation.change.clone()), Duration::ZERO)
            .await;
        VariationResult {
            id: variation.id.clone(),
            family: variation.family,
            alarm: (run.exit_code() != ExitCode::Conforms || is_remarked(&run, variation))
                .then(|| self.text(&run, &target)),
            requests: run.requests,
        }
    }

    /// Tries one portal with a change, or without.
    pub async fn run(&self, change: Option<Change>, max_delay: Duration) -> (Run, Arc<Target>) {
        let (run, target, _) = self.tried(change, max_delay).await;
        (run, target)
    }

    /// The same, and of which operations in which formats the change altered an answer.
    async fn tried(
        &self,
        change: Option<Change>,
        max_delay: Duration,
    ) -> (Run, Arc<Target>, BTreeSet<(OperationId, Format)>) {
        let (contract, profile) = (&self.suite.contract, &self.suite.profile);
        let other = self.target.other.as_ref();
        let lesser = other.map(|other| Lesser {
            token: LESSER_TOKEN.to_owned(),
            hidden: other
                .hidden
                .values()
                .flatten()
                .filter_map(|id| id.parse().ok())
                .collect(),
        });
        let deployment = Deployment {
            lesser,
            change,
            max_delay,
            ..Deployment::new(Arc::clone(contract), Arc::clone(profile), TOKEN)
        };
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let portal = Portal::start(deployment, listen).await;
        let address = portal.as_ref().map_or(listen, Portal::address);
        let target = Arc::new(Target {
            url: local_url(address),
            ..self.target.clone()
        });
        let client = self.client.retarget(Arc::clone(&target));
        let mut run = self.suite.run(&client, &self.selected, &|_, _| {}).await;
        self.subject.clone_into(&mut run.subject);
        let shown = portal.map(|portal| portal.shown()).unwrap_or_default();
        (run, target, shown)
    }

    fn text(&self, run: &Run, target: &Target) -> String {
        report::text(&Report {
            run,
            contract: &self.suite.contract,
            target,
            show_values: false,
        })
    }
}

/// The rules without which a fault would be missed: no case that must catch it breaks another one.
fn needed(fault: &Fault, caught_by: &[Caught]) -> Vec<Rule> {
    let rules = caught_by.iter().flat_map(|caught| &caught.rules);
    let rules: BTreeSet<Rule> = rules.copied().collect();
    let is_needed = |rule: &Rule| {
        let is_blind = |caught: &&Caught| caught.rules == [*rule];
        let others = caught_by.iter().filter(|caught| !is_blind(caught));
        let failed: Vec<&CaseId> = others.map(|caught| &caught.case).collect();
        failed.is_empty() || !fault.missed(&failed).is_empty()
    };
    rules.into_iter().filter(is_needed).collect()
}

/// Whether a change shows to a second account alone.
fn is_of_lesser(change: &Change) -> bool {
    let mut acts = change.acts.iter();
    acts.any(|act| matches!(act, Act::Policy(Policy::ShowLesser)))
        || matches!(&change.scope.answers, Answers::Refusals(of) if of.contains(&Objection::Hidden))
}

/// Whether something is remarked that the variation is not lawfully taken for.
fn is_remarked(run: &Run, variation: &Variation) -> bool {
    let remarks = run.outcomes.iter().flat_map(|outcome| &outcome.remarks);
    let mut rules = remarks.map(|seen| seen.violation.rule);
    rules.any(|rule| !variation.taken_for.contains(&rule))
}

/// Whether some answer never comes to its end.
fn is_silent(change: &Change) -> bool {
    let mut acts = change.acts.iter();
    acts.any(|act| matches!(act, Act::Frame(Frame::Stall)))
}

/// Whether a case tells of a fault as it should; what should be a remark must not fail the run.
fn is_told(run: &Run, outcome: &Outcome, level: Level) -> bool {
    match (level, &outcome.verdict) {
        (Level::Deny, Verdict::Violates) => true,
        (Level::Deny, Verdict::Blocked(_)) => run.obstacle.is_some(),
        (Level::Deny, _) => false,
        (Level::Warn | Level::Allow, _) => {
            run.exit_code() == ExitCode::Conforms && !outcome.remarks.is_empty()
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn local_url(address: SocketAddr) -> Url {
    Url::parse(&format!("http://{address}"))
        .unwrap_or_else(|_| unreachable!("an address is a host"))
}

#[cfg(test)]
mod tests;

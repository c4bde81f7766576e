//! Proves noise and silence: the suite against every fault and every lawful variation of the reference
//! portal.
//!
//! In comes a suite, out comes a [`Proof`]: which faults were caught by the cases that must catch them,
//! and which variations were wrongly called violations. Every change runs against a portal of its own,
//! many at a time.

mod fault;
mod owed;
mod pattern;
mod subject;
#[cfg(test)]
mod tests_support;
mod variation;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures::stream::{self, StreamExt};
use url::Url;

pub use fault::{Fault, faults};
pub use pattern::{CasePattern, CheckPattern};
pub use variation::{Variation, variations};

use crate::case::{self, CaseId, Selected, Selection};
use crate::check::{Expectations, Family, Rule};
use crate::client::Client;
use crate::contract::Contract;
use crate::exit_code::ExitCode;
use crate::portal::{self, Change, Deployment, Portal};
use crate::profile::Profile;
use crate::report::{self, Report};
use crate::run::{Run, Suite, Verdict};
use crate::snapshot::Snapshots;
use crate::target::{Credentials, Limits, Rate, Target};

/// The token that portals in this process take.
const TOKEN: &str = "reference-portal-token";
/// How many portals are tried at the same time by one thread.
const PORTALS_AT_ONCE: usize = 8;
/// How many requests one portal gets at a time: without a network between, more gain nothing.
const JOBS: usize = 4;
/// How long an answer of a faulty portal may take: some faults are answers that never come.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(2);
/// How long a lawful answer may take, on a machine that is busy with other portals.
const LAWFUL_TIMEOUT: Duration = Duration::from_secs(20);

/// What came of all faults and variations.
#[derive(Debug, Clone)]
pub struct Proof {
    /// One entry for each fault, in the order of the catalogue.
    pub faults: Vec<FaultResult>,
    /// One entry for each variation, in the order of the catalogue.
    pub variations: Vec<VariationResult>,
    /// How long all of it took.
    pub elapsed: Duration,
}

/// What came of one fault.
#[derive(Debug, Clone)]
pub struct FaultResult {
    /// The fault's name.
    pub id: String,
    /// The family that it belongs to.
    pub family: Family,
    /// The cases that did not conform, in the order of the plan.
    pub caught_by: Vec<CaseId>,
    /// Cases that must catch it and did not; a fault without such is caught.
    pub missed_by: Vec<CasePattern>,
    /// The rules that were broken, each once.
    pub rules: Vec<Rule>,
    /// How many lines the report has.
    pub lines: usize,
    /// How many requests were sent.
    pub requests: usize,
}

/// What came of one variation.
#[derive(Debug, Clone)]
pub struct VariationResult {
    /// The variation's name.
    pub id: String,
    /// The family that could take it for a fault.
    pub family: Family,
    /// The report, where it was called anything but conforming.
    pub alarm: Option<String>,
    /// How many requests were sent.
    pub requests: usize,
}

/// What is proved: the suite, and rules that are switched off to see what is then missed.
#[derive(Debug, Clone)]
pub struct Prover {
    suite: Arc<Suite>,
    /// All cases.
    selected: Selected,
    target: Target,
    client: Client,
    without: Option<Rule>,
}

impl FaultResult {
    /// Whether every case that must catch the fault did.
    #[must_use]
    pub fn is_caught(&self) -> bool {
        self.missed_by.is_empty() && !self.caught_by.is_empty()
    }
}

impl Proof {
    /// How the process should end: a missed fault or a false alarm is a failure of the suite.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        let missed = self.faults.iter().any(|fault| !fault.is_caught());
        let alarmed = self
            .variations
            .iter()
            .any(|variation| variation.alarm.is_some());
        if missed || alarmed {
            ExitCode::FaultMissed
        } else if self.faults.is_empty() && self.variations.is_empty() {
            ExitCode::NothingSelected
        } else {
            ExitCode::Conforms
        }
    }

    /// The middle of the lines that the reports of caught faults have.
    #[must_use]
    pub fn median_lines(&self) -> usize {
        let mut lines: Vec<usize> = self.faults.iter().map(|fault| fault.lines).collect();
        lines.sort_unstable();
        lines.get(lines.len() / 2).copied().unwrap_or(0)
    }
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
            parameters: portal::parameters().into_iter().collect(),
            allow_writes: true,
            limits: Limits {
                request_timeout: REQUEST_TIMEOUT,
                jobs: JOBS,
                rate: Rate {
                    requests: 1_000_000,
                    per: Duration::from_secs(1),
                },
                ..Limits::default()
            },
            ..Target::new(local_url(SocketAddr::from((Ipv4Addr::LOCALHOST, 1))))
        };
        let plan = Arc::new(case::plan(contract, profile, &target));
        let client = Client::new(Arc::new(target.clone()))?;
        Ok(Self {
            suite: Arc::new(Suite {
                contract: Arc::clone(contract),
                profile: Arc::clone(profile),
                expectations: Arc::new(Expectations::of(contract, profile, false)),
                // As a portal of somebody else is judged: any lawful spelling conforms.
                snapshots: Snapshots::Builtin { exact: false },
            }),
            selected: plan.select(&Selection::default()),
            target,
            client,
            without: None,
        })
    }

    /// The same suite blind for one rule.
    #[must_use]
    pub fn without(&self, rule: Rule) -> Self {
        Self {
            without: Some(rule),
            ..self.clone()
        }
    }

    /// The suite that is proved.
    #[must_use]
    pub fn suite(&self) -> &Suite {
        &self.suite
    }

    /// Tries all faults and variations whose name contains a text; told after each.
    ///
    /// Each thread has a runtime of its own, so that a portal and whoever asks it share a thread and
    /// need not wake one another across cores.
    #[must_use]
    pub fn prove(&self, filter: &str, progress: &(dyn Fn(usize, usize) + Sync)) -> Proof {
        let start = Instant::now();
        let (contract, profile) = (&self.suite.contract, &self.suite.profile);
        let faults = faults(contract, profile).into_iter();
        let faults: Vec<Fault> = faults.filter(|fault| fault.id.contains(filter)).collect();
        let variations = variations(contract, profile).into_iter();
        let variations: Vec<Variation> = variations
            .filter(|variation| variation.id.contains(filter))
            .collect();
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
        Proof {
            faults: tried.into_iter().flatten().collect(),
            variations: varied.into_iter().flatten().collect(),
            elapsed: start.elapsed(),
        }
    }

    async fn fault(&self, fault: &Fault) -> FaultResult {
        let (run, target) = self.run(Some(fault.change.clone()), Duration::ZERO).await;
        let caught_by: Vec<CaseId> = run
            .outcomes
            .iter()
            .filter(|outcome| is_caught(&run, &outcome.verdict))
            .map(|outcome| outcome.id.clone())
            .collect();
        let failed: Vec<&CaseId> = caught_by.iter().collect();
        let missed_by = fault.missed(&failed).into_iter().cloned().collect();
        let mut rules: Vec<Rule> = run
            .outcomes
            .iter()
            .flat_map(|outcome| &outcome.violations)
            .map(|seen| seen.violation.rule)
            .collect();
        rules.sort();
        rules.dedup();
        FaultResult {
            id: fault.id.clone(),
            family: fault.family,
            caught_by,
            missed_by,
            rules,
            lines: self.text(&run, &target).lines().count(),
            requests: run.requests,
        }
    }

    async fn variation(&self, variation: &Variation) -> VariationResult {
        let mut patient = self.clone();
        patient.target.limits.request_timeout = LAWFUL_TIMEOUT;
        let (run, target) = patient
            .run(Some(variation.change.clone()), Duration::ZERO)
            .await;
        VariationResult {
            id: variation.id.clone(),
            family: variation.family,
            alarm: (run.exit_code() != ExitCode::Conforms).then(|| self.text(&run, &target)),
            requests: run.requests,
        }
    }

    /// Tries one portal with a change, or without.
    pub async fn run(&self, change: Option<Change>, max_delay: Duration) -> (Run, Arc<Target>) {
        let (contract, profile) = (&self.suite.contract, &self.suite.profile);
        let deployment = Deployment {
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
        if let Some(rule) = self.without {
            forget(&mut run, rule);
        }
        (run, target)
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

/// Drops the violations of a rule, and the verdicts that rest on them alone.
fn forget(run: &mut Run, rule: Rule) {
    for outcome in &mut run.outcomes {
        outcome
            .violations
            .retain(|seen| seen.violation.rule != rule);
        if outcome.violations.is_empty() && outcome.verdict == Verdict::Violates {
            outcome.verdict = Verdict::Conforms;
        }
    }
}

fn is_caught(run: &Run, verdict: &Verdict) -> bool {
    match verdict {
        Verdict::Violates => true,
        Verdict::Blocked(_) => run.obstacle.is_some(),
        _ => false,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn local_url(address: SocketAddr) -> Url {
    Url::parse(&format!("http://{address}"))
        .unwrap_or_else(|_| unreachable!("an address is a host"))
}

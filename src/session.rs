//! The life of one run: log in, make test data, ask, judge, undo.
//!
//! In come [`Settings`], out comes a [`Session`], which holds all that is known before the first request;
//! out of that, with a selection, comes one [`Run`]. What happens meanwhile is told as an [`Event`], and a
//! [`Stop`] ends it early. Arguments, signals and printing are left to the caller.
//!
//! ```no_run
//! # use portal_conformance::{report::{self, Report}, case::Selection};
//! # use portal_conformance::{session::{Session, Stop}, settings::{Given, Settings}};
//! # async fn text() -> Result<String, Box<dyn std::error::Error>> {
//! let settings = Settings::of_process(&Given::target("staging"))?;
//! let session = Session::prepare(&settings)?;
//! let run = session.run(&Selection::default(), |_| {}, Stop::never()).await?;
//! Ok(report::text(&Report::of(&run)))
//! # }
//! ```

mod aside;
mod event;
mod exchanges;
mod look_up;
mod mask;
pub mod ready;
mod recorded;
mod records;
mod reference;
mod stop;
mod test_data;

pub mod journal;
pub mod login;
pub mod recipe;
pub mod survey;

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::io;
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use time::OffsetDateTime;

pub use event::{Event, Listener, ToldExchange, Warning, Whole};
pub use exchanges::{Detail, Exchanges};
pub use recorded::RecordedError;
pub use records::Records;
pub use stop::{Stop, Stopper};
pub use test_data::undone;

use crate::base_path;
use crate::case::{self, Plan, Proposal, Question, Selected, Selection};
use crate::check::{Expectations, LevelError, Levels, Rule};
use crate::client::{Client, ClientError, Exchange, Request};
use crate::config::{ConfigError, Scheme, Step};
use crate::contract::{self, Contract, Format, LoadError};
use crate::level::Level;
use crate::percent::Percent;
use crate::portal::route::{Route, route};
use crate::profile::{Profile, ProfileError};
use crate::run::{
    self, Answers, Ending, Hint, Left, Load, MaxFailures, Obstacle, Run, Stage, Subject, Suite,
};
use crate::secret::Secret;
use crate::session::journal::JournalError;
use crate::session::look_up::Found;
use crate::session::mask::Mask;
use crate::session::recipe::{Made, Recipe, RecipeError, Unmade};
use crate::session::reference::Reference;
use crate::session::test_data::TestData;
use crate::settings::{Chosen, Settings, SettingsError};
use crate::snapshot::{SnapshotError, Snapshots, Update};
use crate::target::Target;
use crate::waiver::{Waiver, WaiverError};

/// How long is waited for what is under way, where somebody wants an end and nothing has to be undone.
const SOON: Duration = Duration::from_millis(300);
/// How long is judged then.
const SOON_JUDGED: Duration = Duration::from_secs(1);

/// Everything that is known of a run before its first request; one session may run often.
#[derive(Debug, Clone)]
pub struct Session {
    suite: Suite,
    /// All cases; its questions have stand-ins for test data and a token that are not there yet.
    plan: Arc<Plan>,
    waivers: Vec<Waiver>,
    /// The portal; without a URL of its own where it is the reference portal.
    target: Arc<Target>,
    /// The path of the documented server, where the portal's URL ended in it too.
    base: Option<String>,
    subject: Subject,
    /// Which share of the documented members must be seen.
    required: Option<Percent>,
    /// With how many findings asking ends.
    max_failures: Option<NonZeroUsize>,
    recipe: Recipe,
    /// The parameters that are given for this run and replaced by what steps keep.
    replaced: Vec<String>,
    recorders: Vec<Records>,
    exchanges: Option<Exchanges>,
}

/// Why there is no run.
#[derive(Debug, thiserror::Error)]
pub enum SessionError {
    /// The pages cannot be used.
    #[error(transparent)]
    Pages(#[from] LoadError),
    /// The profile and the pages do not fit.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The settings cannot be used.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// A waiver cannot be used.
    #[error(transparent)]
    Waiver(#[from] WrongWaiver),
    /// A level cannot be set.
    #[error(transparent)]
    Level(#[from] LevelError),
    /// The level of a rule in the configuration file cannot be set.
    #[error(transparent)]
    FileLevel(#[from] ConfigError),
    /// The level of a rule in a profile cannot be set.
    #[error("profile `{profile}`, [levels]: {error}")]
    ProfileLevel {
        /// The profile's name.
        profile: String,
        /// What is wrong.
        error: LevelError,
    },
    /// The steps that make test data cannot be carried out.
    #[error(transparent)]
    Recipe(#[from] RecipeError),
    /// The snapshots cannot be used.
    #[error(transparent)]
    Snapshots(#[from] SnapshotError),
    /// No client can be made of the target.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The reference portal does not start.
    #[error(transparent)]
    Reference(io::Error),
    /// There is no thread to judge on.
    #[error("cannot judge: {0}")]
    Judging(io::Error),
    /// What is made cannot be written down, so nothing is made.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// Test data is needed that must not be made.
    #[error(
        "the set-up steps of target `{target}`, which make `{parameter}`, write to the portal: allow writes, or name what exists there as `{parameter}`"
    )]
    NotAllowed {
        /// The target's name in the configuration file.
        target: String,
        /// A parameter that the steps would keep and nobody names.
        parameter: String,
    },
    /// Somebody wanted an end.
    #[error("interrupted")]
    Stopped {
        /// What of the test data may be left on the portal.
        left: Left,
        /// What was answered by then, where it could be judged soon.
        run: Option<Box<Run>>,
    },
}

/// A waiver that cannot be used, and where it stands.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.told(&self.error.to_string()))]
pub struct WrongWaiver {
    chosen: Box<Chosen>,
    at: usize,
    /// What is wrong with it.
    pub error: WaiverError,
}

impl WrongWaiver {
    /// The same in other words, at its place in the file.
    #[must_use]
    pub fn told(&self, words: &str) -> ConfigError {
        let way = ["waiver", &self.at.to_string(), self.error.key()];
        self.chosen.error(&way, words)
    }
}

impl Session {
    /// The waivers whose last day is over, in UTC: with one of them, every run violates.
    pub fn expired_waivers(&self) -> impl Iterator<Item = &Waiver> {
        let today = OffsetDateTime::now_utc().date();
        let waivers = self.waivers.iter();
        waivers.filter(move |waiver| waiver.is_expired(today))
    }

    /// Reads pages, profile and waivers, and finds what cannot work before anything is sent.
    ///
    /// # Errors
    ///
    /// [`SessionError`]: what cannot be read, or is not written as it should be.
    pub fn prepare(settings: &Settings) -> Result<Self, SessionError> {
        Self::speaking(settings, None)
    }

    /// The same with a profile that is in no file; without one, that of the settings.
    ///
    /// # Errors
    ///
    /// [`SessionError`], as of [`Self::prepare`].
    pub fn speaking(settings: &Settings, profile: Option<Profile>) -> Result<Self, SessionError> {
        let contract = contract::load(&settings.pages)?;
        let profile = Arc::new(match profile {
            Some(profile) => profile,
            None => settings.load_profile()?,
        });
        let contract = Arc::new(profile.widened(contract));
        profile.check(&contract)?;
        settings.check(&contract)?;
        let is_reference = settings.is_reference;
        let mut target = settings.target.clone();
        if is_reference {
            reference::complete(&mut target, &contract, &profile);
        }
        let base = base_path::taken_once(&mut target.url, &contract);
        target.find_token(&contract);
        let recipe = Recipe::of(settings).reading(&contract);
        recipe.check(&target.parameters)?;
        if target.writes.any() {
            let keeps = recipe.keeps().into_iter();
            target.made = keeps.map(str::to_owned).collect();
        }
        let keepers = if target.writes.any() {
            recipe.keepers()
        } else {
            BTreeMap::new()
        };
        let given = keepers.keys().filter(|name| settings.is_given(name));
        let replaced = given.cloned().collect();
        // What is made for the run beats what is there.
        let made = &target.made;
        target.look_ups.retain(|name, _| !made.contains(name));
        let entry = settings.chosen.as_ref().map(|chosen| &chosen.entry);
        let look_ups = entry.into_iter().flat_map(|entry| &entry.look_ups);
        let of_made = look_ups.filter(|(name, _)| made.contains(*name));
        target.replaced = of_made
            .map(|(name, look_up)| (name.clone(), look_up.clone()))
            .collect();
        let mut planned = target.clone();
        planned.parameters.extend(look_up::stand_ins(&target));
        if target.writes.any() {
            planned.parameters.extend(recipe.stand_ins());
        }
        let credentials = &mut planned.credentials;
        if credentials.scheme == Scheme::Login && credentials.token.is_none() {
            credentials.token = Some(Secret::new("of the login"));
        }
        let suite = Suite {
            expectations: Arc::new(Expectations::of(&contract, &profile, settings.strict)),
            snapshots: snapshots(settings.snapshots.clone(), is_reference)?,
            levels: levels(settings, &profile)?,
            contract,
            profile,
        };
        let plan = Arc::new(suite.plan(&planned));
        let waivers = waivers(settings, &plan)?;
        Ok(Self {
            suite,
            plan,
            waivers,
            target: Arc::new(target),
            base,
            subject: Subject {
                target: settings.chosen.as_ref().map(|chosen| chosen.name.clone()),
                is_reference,
                pages: settings.pages.paths.clone(),
                recording: None,
                made: keepers,
            },
            replaced,
            required: settings.require_coverage,
            max_failures: settings.max_failures,
            recipe,
            recorders: Vec::new(),
            exchanges: None,
        })
    }

    /// The path of the documented server, without slashes around it, where the portal's URL ended in it too and it is
    /// sent once.
    #[must_use]
    pub fn base(&self) -> Option<&str> {
        self.base.as_deref()
    }

    /// The same, and keeps what it asks and gets.
    #[must_use]
    pub fn recording(mut self, records: Records) -> Self {
        self.recorders.push(records);
        self
    }

    /// The same, and tells each exchange as it ends.
    #[must_use]
    pub fn telling(self, exchanges: Exchanges) -> Self {
        Self {
            exchanges: Some(exchanges),
            ..self
        }
    }

    /// All cases; the questions have stand-ins for test data and a token that are not there yet.
    #[must_use]
    pub fn plan(&self) -> &Arc<Plan> {
        &self.plan
    }

    /// What the selected cases send, the steps for test data and a login excepted.
    #[must_use]
    pub fn load(&self, selected: &Selected) -> Load {
        run::load(&self.suite.contract, &self.target, selected)
    }

    /// Whether a break of a rule fails a run.
    #[must_use]
    pub fn denies(&self, rule: Rule) -> bool {
        self.suite.levels.of(rule) == Level::Deny
    }

    /// What the pages promise.
    #[must_use]
    pub fn contract(&self) -> &Contract {
        &self.suite.contract
    }

    /// What a run is about, beside its portal.
    #[must_use]
    pub fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The dialect that the portal is held to.
    #[must_use]
    pub fn profile(&self) -> &Profile {
        &self.suite.profile
    }

    /// The portal, as it is asked.
    #[must_use]
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The steps of set-up and tear-down that change the portal and are carried out, in their order.
    pub fn steps(&self) -> impl Iterator<Item = &Step> {
        let recipe = &self.recipe;
        let steps = recipe.set_up.iter().chain(&recipe.tear_down);
        steps.filter(|step| self.target.writes.any() && step.method != "GET")
    }

    /// Look-ups that the pages suggest for parameters of selected cases.
    #[must_use]
    pub fn proposals(&self, selected: &Selected) -> Vec<Proposal> {
        if self.subject.is_reference {
            return Vec::new();
        }
        let Suite {
            contract, profile, ..
        } = &self.suite;
        let cases = selected.cases();
        let asked: BTreeSet<usize> = cases.map(|case| case.operation).collect();
        let parameters = asked
            .iter()
            .flat_map(|at| contract.operations[*at].path_parameters());
        let names: BTreeSet<&str> = parameters.map(|one| one.name.as_str()).collect();
        let mut proposals = case::proposals(contract, profile, &self.target);
        proposals.retain(|one| names.contains(one.parameter.as_str()));
        proposals
    }

    /// Why pages could not be read; what they document is not tried.
    #[must_use]
    pub fn unread_pages(&self) -> &[String] {
        &self.suite.contract.unread
    }

    /// Files that lie among the pages and hold none.
    #[must_use]
    pub fn passed_over(&self) -> &[String] {
        &self.suite.contract.passed_over
    }

    /// References of the pages that lead nowhere.
    #[must_use]
    pub fn open_places(&self) -> Option<Hint> {
        run::open_places(&self.suite.contract)
    }

    /// What to know before the run.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let mut warnings = self.recipe.warnings(self.target.writes.any());
        let steps = |name: &String| self.subject.made.get(name).cloned().unwrap_or_default();
        warnings.extend(self.replaced.iter().map(|name| Warning::Replaced {
            parameter: name.clone(),
            steps: steps(name),
        }));
        warnings
    }

    /// Finds what keeps a run from its beginning, though it was prepared.
    ///
    /// # Errors
    ///
    /// [`SessionError`]: a reviewed snapshot cannot be read.
    pub fn check(&self) -> Result<(), SessionError> {
        Ok(self.suite.snapshots.check(&self.suite.contract)?)
    }

    /// Logs in, makes test data, asks the selected cases, undoes the test data, and judges.
    ///
    /// `tell` is told from several threads; `stop` is heeded between requests, what was made is undone all the
    /// same, and what was answered is judged where that takes no time. While answers are judged it is heeded at
    /// once: the thread that judges them is left to itself.
    ///
    /// # Errors
    ///
    /// [`SessionError`] where nothing can be sent, or somebody wants an end. What a portal does is never
    /// an error: it stands in the run.
    pub async fn run(
        &self,
        selection: &Selection,
        tell: impl Fn(Event) + Send + Sync + 'static,
        stop: Stop,
    ) -> Result<Run, SessionError> {
        let tell: Listener = Arc::new(tell);
        if let Some(run) = self.of_other_shards(selection) {
            return Ok(run);
        }
        let recipe = self.allowed(&tell)?;
        self.check()?;
        let mut target = Arc::clone(&self.target);
        // It serves for as long as it is kept.
        let mut reference = None;
        if self.subject.is_reference {
            let portal = Reference::start(&self.suite.contract, &self.suite.profile).await;
            let portal = reference.insert(portal.map_err(SessionError::Reference)?);
            Arc::make_mut(&mut target).url = portal.url.clone();
        }
        let client = Client::new(target)?;
        if let Some(proxy) = client.reader() {
            tell(Event::Warning(Warning::Overheard { proxy }));
        }
        if let Some(base) = self.base.clone() {
            tell(Event::Warning(Warning::BaseOnce { base }));
        }
        let client = self.told(client, &tell, false);
        let mut left = Left::default();
        let begun = (OffsetDateTime::now_utc(), Instant::now());
        let ready = ready::wait(&client, (&self.suite.contract, &self.plan), &tell, &stop).await;
        if stop.is_wanted() {
            return Err(SessionError::Stopped { left, run: None });
        }
        let known = match ready {
            Ok(()) => self.entered(&client, &tell, &stop).await,
            Err(obstacle) => Err(obstacle),
        };
        let tried = match known {
            Err(obstacle) => Some(self.untried(&client, selection, obstacle, begun)),
            Ok((client, found)) => {
                let data = TestData::begin(&recipe, &client, &tell, &stop);
                if data.is_err() && stop.is_wanted() {
                    return Err(SessionError::Stopped { left, run: None });
                }
                let mut data = data?;
                let mut found = found;
                let seen = std::mem::take(&mut found.seen);
                let tried = match data.make(&client, (&found.values, seen), &stop).await {
                    Ok(made) => {
                        let values = (found, made);
                        Some(self.asked(&client, values, selection, &tell, &stop).await)
                    }
                    Err(Unmade::Failed(why)) => {
                        let obstacle = Obstacle::TestData(why);
                        Some(self.untried(&client, selection, obstacle, begun))
                    }
                    Err(Unmade::OutOfTime) => {
                        let obstacle = ready::out_of_time(&client, Stage::SetUp);
                        Some(self.untried(&client, selection, obstacle, begun))
                    }
                    Err(Unmade::Stopped) => None,
                };
                if let Some(tried) = &tried {
                    data.note_taken(&tried.taken);
                }
                left = data.undo(&client, &stop).await;
                tried
            }
        };
        let Some(tried) = tried else {
            return Err(SessionError::Stopped { left, run: None });
        };
        let judging = self.judging(tried, client.sent(), left.clone());
        if stop.is_wanted() {
            let judged = aside::unless(tokio::time::sleep(SOON_JUDGED), judging).await;
            let run = judged.map_err(SessionError::Judging)?;
            let run = run.map(|run| {
                Box::new(Run {
                    interrupted: true,
                    ..run
                })
            });
            return Err(SessionError::Stopped { left, run });
        }
        let judged = aside::unless_stopped(&stop, judging).await;
        let run = judged.map_err(SessionError::Judging)?;
        run.ok_or(SessionError::Stopped { left, run: None })
    }

    /// Logs in and looks values up: the client that the portal knows, and what was found.
    async fn entered(
        &self,
        client: &Client,
        tell: &Listener,
        stop: &Stop,
    ) -> Result<(Client, Found), Obstacle> {
        let known = tokio::time::timeout(ready::time_left(client), login::logged_in(client)).await;
        let Ok(known) = known else {
            return Err(ready::out_of_time(client, Stage::Login));
        };
        let client = self.told(known?, tell, true);
        let found = look_up::found(&client, &self.suite.contract, &self.suite.profile, stop);
        match tokio::time::timeout(ready::time_left(&client), found).await {
            Ok(found) => Ok((client, found)),
            Err(_) => Err(ready::out_of_time(&client, Stage::LookUp)),
        }
    }

    /// A client whose exchanges are told, where that is asked for: of those before the portal knows who asks,
    /// a line each, as they hold what opens a session.
    fn told(&self, client: Client, tell: &Listener, is_known: bool) -> Client {
        let Some(exchanges) = self.exchanges else {
            return client;
        };
        let exchanges = Exchanges {
            detail: if is_known {
                exchanges.detail
            } else {
                Detail::Line
            },
            ..exchanges
        };
        let operations = self.suite.contract.operations.iter();
        let parameters = operations.flat_map(|operation| &operation.parameters);
        let ids = parameters.flat_map(|parameter| client.target().values(parameter));
        let ids = ids.collect();
        let operations = 0..self.suite.contract.operations.len();
        let answers = operations.flat_map(|operation| {
            let expectations = &self.suite.expectations;
            let of = move |format| expectations.get(operation, format);
            Format::ALL.into_iter().filter_map(of)
        });
        let envelope = answers.flat_map(Mask::around).map(str::to_owned);
        exchanges.told(client, (ids, envelope.collect()), tell)
    }

    /// Asks what is selected, with what was looked up and what was kept of the test data for parameters, until
    /// somebody wants an end.
    async fn asked(
        &self,
        client: &Client,
        (found, made): (Found, Made),
        selection: &Selection,
        tell: &Listener,
        stop: &Stop,
    ) -> Tried {
        let mut target = client.target().clone();
        target.parameters.extend(found.values);
        target.unfound = found.unfound;
        target.parameters.extend(made.kept);
        target.unmade = made.unmade;
        let plan = self.suite.plan(&target);
        let selected = Arc::new(plan).select(selection);
        let target = Arc::new(target);
        let waits = Arc::clone(tell);
        let client = client
            .knowing(Arc::clone(&target))
            .telling(Arc::new(move |wait| waits(Event::Waits(wait))));
        let client = self.told(client, tell, true);
        let progress = |done, of| tell(Event::Asked { done, of });
        let taken = Mutex::new(BTreeSet::new());
        let tap = |question: &Question, exchange: &Exchange| {
            let operation = &self.suite.contract.operations[question.operation];
            let mut taken = taken.lock().unwrap_or_else(PoisonError::into_inner);
            let documented = (operation.method.as_str(), operation.path.as_str());
            taken.extend(self.recipe.taken(documented, exchange));
            drop(taken);
            for records in &self.recorders {
                records.add(
                    &self.suite.expectations,
                    client.target(),
                    question,
                    exchange,
                );
            }
        };
        let max = self.max_failures.map(|most| MaxFailures {
            most,
            waivers: &self.waivers,
            today: OffsetDateTime::now_utc().date(),
        });
        let has_data = self.steps().next().is_some();
        let stopped = async {
            stop.wanted().await;
            // What is under way may still change what has to be undone: it is waited for.
            if has_data {
                client.rest().await;
            } else {
                let _ = tokio::time::timeout(SOON, client.rest()).await;
            }
        };
        let suite = &self.suite;
        let asked = suite.ask_telling(&client, &selected, &progress, &tap, max, stopped);
        let answers = Box::pin(asked).await;
        tell(Event::AllAsked);
        let mut unkept = made.unkept;
        for answer in &mut unkept {
            answer.operation = self.operation_of(&answer.exchange.request);
        }
        Tried {
            answers: answers.beside(unkept),
            target,
            waivers: self.waivers.clone(),
            taken: taken.into_inner().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// The place of the documented operation that a request asks, where there is one.
    fn operation_of(&self, request: &Request) -> Option<usize> {
        let path = request.path.split('?').next().unwrap_or_default();
        let path = format!("/{path}");
        let Suite {
            contract, profile, ..
        } = &self.suite;
        match route(contract, &request.method, &path, profile) {
            Route::Operation(operation, _) => Some(operation),
            Route::OtherMethod(_) | Route::Nowhere => None,
        }
    }

    /// The run of a part in which nothing is selected: there is a report, as of every part, and nothing is
    /// asked for it.
    fn of_other_shards(&self, selection: &Selection) -> Option<Run> {
        selection.part.as_ref()?;
        let selected = self.plan.select(selection);
        selected.is_empty().then(|| {
            let ending = Ending {
                requests: 0,
                left: Left::default(),
                waivers: &self.waivers,
                today: OffsetDateTime::now_utc().date(),
                subject: self.subject.clone(),
                required: None,
            };
            let answers = self.suite.nothing_asked(&selected);
            self.suite.judge(&self.target, answers, ending)
        })
    }

    /// What there is to judge where the portal could not be asked, since some moment.
    fn untried(
        &self,
        client: &Client,
        selection: &Selection,
        obstacle: Obstacle,
        (started, start): (OffsetDateTime, Instant),
    ) -> Tried {
        let selected = self.plan.select(selection);
        let time = (started, start.elapsed());
        Tried {
            answers: self.suite.unasked_since(&selected, obstacle, time),
            target: client.shared_target(),
            waivers: Vec::new(),
            taken: BTreeSet::new(),
        }
    }

    /// What judges, wherever that is done.
    fn judging(
        &self,
        tried: Tried,
        requests: usize,
        left: Left,
    ) -> impl FnOnce() -> Run + Send + 'static {
        let (suite, subject, required) = (self.suite.clone(), self.subject.clone(), self.required);
        let steps = self.steps().filter(|step| !step.spares_others.is_empty());
        let steps = steps.map(|step| (step.name.clone(), step.spares_others.clone()));
        let vouched: Vec<(String, Vec<String>)> = steps.collect();
        move || {
            let ending = Ending {
                requests,
                left,
                waivers: &tried.waivers,
                today: OffsetDateTime::now_utc().date(),
                subject,
                required,
            };
            let mut run = suite.judge(&tried.target, tried.answers, ending);
            if !vouched.is_empty() {
                run.hints.push(Hint::Vouched(vouched));
            }
            run
        }
    }

    /// The steps that may be carried out: without leave to write, none, and then others must name what
    /// the cases need.
    fn allowed(&self, tell: &Listener) -> Result<Recipe, SessionError> {
        let (recipe, target) = (&self.recipe, &self.target);
        if recipe.is_empty() || target.writes.any() {
            return Ok(recipe.clone());
        }
        let documented = self.suite.contract.parameter_names();
        let mut missing = recipe
            .keeps()
            .into_iter()
            .filter(|name| documented.contains(name) && !target.parameters.contains_key(*name))
            .filter(|name| !target.look_ups.contains_key(*name));
        if let Some(parameter) = missing.next() {
            return Err(SessionError::NotAllowed {
                target: recipe.target.clone(),
                parameter: parameter.to_owned(),
            });
        }
        tell(Event::Warning(Warning::NoSetUp));
        Ok(Recipe::default())
    }
}

/// What there is to judge, and how.
struct Tried {
    answers: Answers,
    target: Arc<Target>,
    waivers: Vec<Waiver>,
    /// What the cases took away of the test data: names and ids.
    taken: BTreeSet<(String, String)>,
}

/// The levels of rules: what is given beats the target of the file, which beats the profile.
fn levels(settings: &Settings, profile: &Profile) -> Result<Levels, SessionError> {
    let mut levels = Levels::default();
    for (rule, level) in &profile.levels {
        let set = levels.set(rule, *level);
        set.map_err(|error| SessionError::ProfileLevel {
            profile: profile.name.clone(),
            error,
        })?;
    }
    if let Some(chosen) = &settings.chosen {
        for (rule, level) in &chosen.entry.levels {
            let set = levels.set(rule, *level);
            set.map_err(|error| chosen.error(&["levels", rule], &error.to_string()))?;
        }
    }
    for (rule, level) in &settings.levels {
        levels.set(rule, *level)?;
    }
    Ok(levels)
}

/// The waivers of the target, held against the plan.
fn waivers(settings: &Settings, plan: &Plan) -> Result<Vec<Waiver>, WrongWaiver> {
    let Some(chosen) = &settings.chosen else {
        return Ok(Vec::new());
    };
    let entries = chosen.entry.waivers.iter().enumerate();
    let read = entries.map(|(at, entry)| {
        Waiver::of(entry, plan).map_err(|error| WrongWaiver {
            chosen: Box::new(chosen.clone()),
            at,
            error,
        })
    });
    read.collect()
}

fn snapshots(folder: Option<PathBuf>, is_reference: bool) -> Result<Snapshots, SnapshotError> {
    let update = Update::from_environment(|name| env::var_os(name))?;
    Ok(match folder {
        Some(path) => Snapshots::Folder { path, update },
        None => Snapshots::Builtin {
            exact: is_reference,
        },
    })
}

#[cfg(test)]
mod tests;

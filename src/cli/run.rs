//! `run`: try a portal.

use std::env;
use std::io::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anstream::{AutoStream, ColorChoice};
use clap::Parser;
use indicatif::ProgressBar;
use libtest_mimic::{ColorSetting, FormatSetting};
use time::OffsetDateTime;
use tokio::runtime::Runtime;

use crate::case::{self, Plan};
use crate::check::Expectations;
use crate::cli::args::{Color, Format, Run as Options};
use crate::cli::interrupt::Interrupt;
use crate::cli::list;
use crate::cli::live::{self, TestData, Unmade};
use crate::cli::reports::ReportFiles;
use crate::cli::settings::settings;
use crate::cli::{UsageError, contract, eprint, print, progress_bar, runtime};
use crate::client::{self, Client};
use crate::config::ConfigError;
use crate::contract::Contract;
use crate::exit_code::ExitCode;
use crate::portal::{self, Portal, Settings as PortalSettings};
use crate::profile::Profile;
use crate::report::{self, Report};
use crate::run::{Obstacle, Outcome, Run, Selection, Suite, run_trials};
use crate::session::journal::Kept;
use crate::session::recipe::Recipe;
use crate::settings::Settings;
use crate::snapshot::{Snapshots, Update};
use crate::target::{self, Credentials, Target};
use crate::waiver::Waiver;

/// The token of the reference portal when it runs in this process.
const REFERENCE_TOKEN: &str = "reference-portal-token";

/// Tries a portal and prints what came of it.
pub(super) fn run(options: &Options) -> Result<ExitCode, UsageError> {
    let arguments = libtest_arguments(options);
    let mut trying = Trying::prepare(options)?;
    let selection = Selection::from_arguments(&arguments);
    let selected = selection.of(&trying.suite.plan);
    if !selected.contains(&true) {
        eprint(&format!(
            "no case is selected: none of the {} names matches; see --list\n",
            selected.len()
        ));
        return Ok(ExitCode::NothingSelected);
    }
    if options.list {
        list::list(&trying.suite.plan, &selected, options.format);
        return Ok(ExitCode::Conforms);
    }
    let files = ReportFiles::open(&options.reports)?;
    let Some(run) = trying.run(options, &selection)? else {
        eprint("interrupted\n");
        return Ok(ExitCode::Interrupted);
    };
    let report = trying.report(&run, options);
    if options.format.is_some() {
        let message = |outcome: &Outcome| report::case_text(&report, outcome);
        // The exit code says more than libtest's: it is taken from the run.
        let _ = run_trials(&arguments, &trying.suite.plan, Some(&run), message);
    } else {
        print_colored(&report::text(&report), run.exit_code(), options.color);
    }
    files.write(&report)?;
    Ok(run.exit_code())
}

/// The same as a libtest binary: its arguments, its output, its exit codes 0 and 101.
pub(super) fn libtest() -> Result<std::process::ExitCode, UsageError> {
    let arguments = libtest_mimic::Arguments::from_args();
    // No argument of this program is given, so defaults and environment alone speak.
    let program = crate::cli::Arguments::try_parse_from(["portal-conformance", "run"]);
    let crate::cli::args::Command::Run(options) = program.map_err(UsageError::of)?.command else {
        return Err(UsageError("`run` is another command".to_owned()));
    };
    let mut trying = Trying::prepare(&options)?;
    let is_asked = !arguments.list && !arguments.ignored;
    let run = if is_asked {
        trying.run(&options, &Selection::from_arguments(&arguments))?
    } else {
        None
    };
    let plan = &trying.suite.plan;
    let conclusion = match &run {
        None => run_trials(&arguments, plan, None, |_| String::new()),
        Some(run) => {
            let report = trying.report(run, &options);
            run_trials(&arguments, plan, Some(run), |outcome| {
                report::case_text(&report, outcome)
            })
        }
    };
    // Where standard output is gone, nobody reads why: libtest's failure is told all the same.
    Ok(conclusion.map_or(101.into(), |conclusion| conclusion.exit_code()))
}

/// Everything that is known before the first request.
struct Trying {
    suite: Suite,
    waivers: Vec<Waiver>,
    target: Arc<Target>,
    recipe: Recipe,
    runtime: Runtime,
    /// Kept running for as long as it is tried.
    _portal: Option<Portal>,
}

impl Trying {
    fn prepare(options: &Options) -> Result<Self, UsageError> {
        let settings = settings(&options.portal, options.list)?;
        let contract = contract(settings.pages.as_deref())?;
        let profile = Arc::new(settings.load_profile().map_err(UsageError::of)?);
        profile.check(&contract).map_err(UsageError::of)?;
        let runtime = runtime()?;
        let (base, portal) = match &settings.url {
            Some(url) => (Target::new(url.clone()), None),
            None => {
                let portal = runtime
                    .block_on(reference(&contract, &profile))
                    .map_err(UsageError::of)?;
                (reference_target(&portal)?, Some(portal))
            }
        };
        let target = settings.target(base, &contract).map_err(UsageError::of)?;
        let recipe = live::recipe(&settings);
        recipe.check(&target.parameters).map_err(UsageError::of)?;
        live::warn(&recipe, &target);
        let plan = Arc::new(case::plan(&contract, &profile, &target));
        let waivers = waivers(&settings, &plan).map_err(UsageError::of)?;
        let suite = Suite {
            expectations: Arc::new(Expectations::of(&contract, &profile, options.strict)),
            snapshots: snapshots(&settings, portal.is_some())?,
            contract,
            profile,
            plan,
        };
        Ok(Self {
            suite,
            waivers,
            target: Arc::new(target),
            recipe,
            runtime,
            _portal: portal,
        })
    }

    /// Logs in, makes test data, asks, judges, and undoes the test data; `None` where the user
    /// interrupts it.
    fn run(&mut self, options: &Options, selection: &Selection) -> Result<Option<Run>, UsageError> {
        let recipe = live::allowed(&self.recipe, &self.target, &self.suite.contract)?;
        let snapshots = &self.suite.snapshots;
        snapshots
            .check(&self.suite.contract)
            .map_err(UsageError::of)?;
        let client = Client::new(Arc::clone(&self.target)).map_err(UsageError::of)?;
        let interrupt = Interrupt::listen(&self.runtime);
        let client = match self.runtime.block_on(live::logged_in(&client)) {
            Ok(client) => client,
            Err(obstacle) => {
                let requests = client.sent();
                let run = self.blocked(selection, obstacle);
                return Ok(Some(Run { requests, ..run }));
            }
        };
        // Reports are scrubbed of the token as well.
        self.target = client.shared_target();
        let mut data = TestData::begin(&recipe, client.target(), &interrupt)?;
        let run = match self.runtime.block_on(data.make(&client)) {
            Ok(kept) => self.asked(options, selection, &client, kept, &interrupt),
            Err(Unmade::Obstacle(obstacle)) => Some(self.blocked(selection, obstacle)),
            Err(Unmade::Stopped) => None,
        };
        let left = self.runtime.block_on(data.undo(&client));
        match run.filter(|_| !interrupt.is_raised()) {
            Some(run) => Ok(Some(Run {
                left,
                requests: client.sent(),
                ..run
            })),
            None => {
                for left in left {
                    eprint(&format!("left on the portal: {left}\n"));
                }
                Ok(None)
            }
        }
    }

    /// Asks and judges, with what was kept of the test data for parameters.
    fn asked(
        &mut self,
        options: &Options,
        selection: &Selection,
        client: &Client,
        kept: Kept,
        interrupt: &Interrupt,
    ) -> Option<Run> {
        let mut target = client.target().clone();
        target.parameters.extend(kept);
        self.target = Arc::new(target);
        let client = client.knowing(Arc::clone(&self.target));
        let suite = &mut self.suite;
        suite.plan = Arc::new(case::plan(&suite.contract, &suite.profile, &self.target));
        let selected = selection.of(&suite.plan);
        let bar = progress_bar("asking", options.quiet);
        let client = client.telling(notice(bar.clone(), options.quiet));
        let progress = |done: usize, total: usize| {
            bar.set_message("");
            bar.set_length(total as u64);
            bar.set_position(done as u64);
        };
        let run = self.runtime.block_on(async {
            // What is under way may still change the portal: it is waited for.
            let stopped = async {
                interrupt.raised().await;
                client.rest().await
            };
            tokio::select! {
                run = self.suite.run(&client, &selected, &progress) => Some(run),
                _ = stopped => None,
            }
        });
        bar.finish_and_clear();
        let today = OffsetDateTime::now_utc().date();
        run.map(|mut run| {
            run.waive(&self.waivers, &self.suite.plan, today);
            run
        })
    }

    fn blocked(&self, selection: &Selection, obstacle: Obstacle) -> Run {
        let selected = selection.of(&self.suite.plan);
        self.suite.blocked(&self.target, &selected, obstacle)
    }

    fn report<'a>(&'a self, run: &'a Run, options: &Options) -> Report<'a> {
        Report {
            run,
            contract: &self.suite.contract,
            target: &self.target,
            show_values: options.show_values,
        }
    }
}

/// Tells of waits: in the bar, or where there is none, of the first in a line.
fn notice(bar: ProgressBar, is_quiet: bool) -> client::Notice {
    let is_told = AtomicBool::new(is_quiet);
    Arc::new(move |wait| {
        let seconds = wait.as_secs_f64().ceil();
        if !bar.is_hidden() {
            bar.set_message(format!("waiting {seconds:.0} s, as the portal asks"));
        } else if !is_told.swap(true, Ordering::Relaxed) {
            eprint(&format!(
                "waiting {seconds:.0} s, as the portal asks; so may more requests\n"
            ));
        }
    })
}

/// Starts the reference portal in this process.
async fn reference(contract: &Arc<Contract>, profile: &Arc<Profile>) -> std::io::Result<Portal> {
    let settings = PortalSettings::new(Arc::clone(contract), Arc::clone(profile), REFERENCE_TOKEN);
    Portal::start(settings, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await
}

fn reference_target(portal: &Portal) -> Result<Target, UsageError> {
    let url = target::parse_url(&portal.url()).map_err(UsageError::of)?;
    Ok(Target {
        credentials: Credentials::raw(REFERENCE_TOKEN),
        parameters: portal::parameters().into_iter().collect(),
        allow_writes: true,
        ..Target::new(url)
    })
}

/// The waivers of the target, held against the plan.
fn waivers(settings: &Settings, plan: &Plan) -> Result<Vec<Waiver>, ConfigError> {
    let entries = settings.entry.iter().flat_map(|entry| &entry.waivers);
    let mut waivers = Vec::new();
    for (at, entry) in entries.enumerate() {
        match Waiver::of(entry, plan) {
            Ok(waiver) => waivers.push(waiver),
            Err(error) => {
                let way = ["waiver", &at.to_string(), error.key];
                return Err(settings.error(&way, &error.message));
            }
        }
    }
    Ok(waivers)
}

fn snapshots(settings: &Settings, is_reference: bool) -> Result<Snapshots, UsageError> {
    let update = Update::from_environment(|name| env::var(name).ok()).map_err(UsageError::of)?;
    Ok(match &settings.snapshots {
        Some(path) => Snapshots::Folder {
            path: path.clone(),
            update,
        },
        None => Snapshots::Builtin {
            exact: is_reference,
        },
    })
}

/// Prints the findings, with colours where they are wanted and shown.
fn print_colored(text: &str, code: ExitCode, color: Color) {
    let stdout = std::io::stdout();
    let is_colored = match color {
        Color::Auto => AutoStream::choice(&stdout) != ColorChoice::Never,
        Color::Always => true,
        Color::Never => false,
    };
    if is_colored {
        // Old consoles need more than the bytes. A reader that has gone away is no error.
        let mut stdout = AutoStream::always(stdout);
        let _ = stdout.write_all(report::colored(text, code).as_bytes());
        let _ = stdout.flush();
    } else {
        print(text);
    }
}

/// The same selection in libtest's words.
fn libtest_arguments(options: &Options) -> libtest_mimic::Arguments {
    let mut arguments = libtest_mimic::Arguments::default();
    arguments.filter.clone_from(&options.filter);
    arguments.exact = options.exact;
    arguments.skip.clone_from(&options.skip);
    arguments.quiet = options.quiet;
    arguments.format = options.format.map(|format| match format {
        Format::Pretty => FormatSetting::Pretty,
        Format::Terse => FormatSetting::Terse,
        Format::Json => FormatSetting::Json,
    });
    arguments.color = Some(match options.color {
        Color::Auto => ColorSetting::Auto,
        Color::Always => ColorSetting::Always,
        Color::Never => ColorSetting::Never,
    });
    arguments
}

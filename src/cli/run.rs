//! `run`: try a portal.

use std::collections::{BTreeMap, BTreeSet};
use std::env;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anstream::AutoStream;
use clap::{CommandFactory, FromArgMatches, Parser};
use indicatif::ProgressBar;
use libtest_mimic::{ColorSetting, FormatSetting};

use crate::case::{Case, Check, Part, Selection};
use crate::check::{Homonyms, Rule, count};
use crate::cli::args::{Color, Run as Options, TrialFormat};
use crate::cli::exchanges;
use crate::cli::github;
use crate::cli::interrupt::Interrupt;
use crate::cli::list;
use crate::cli::misplaced;
use crate::cli::progress::Progress;
use crate::cli::reports::{self, ReportFile, ReportFiles};
use crate::cli::settings;
use crate::cli::shared::Shared;
use crate::cli::{
    UsageError, all_pages, broken, eprint, eprint_sentence, is_colored, print, printed, runtime,
    tell_passed_over, tell_unread, width, words,
};
use crate::draft;
use crate::exit_code::ExitCode;
use crate::recording::Recorder;
use crate::report::{self, FindingId, Report, Trials, explain as explained};
use crate::run::{Run, Unready, trials, unasked_trials};
use crate::session::{Detail, Event, Exchanges, Listener, Records, Session, SessionError, Warning};
use crate::settings::Settings;

/// Tries a portal and prints what came of it.
pub(super) fn run(options: &Options) -> Result<ExitCode, UsageError> {
    let discard = |_: &UsageError| reports::discard(&options.reports);
    misplaced::check(options).inspect_err(discard)?;
    let session = prepare(options).inspect_err(discard)?;
    let selection = selection(options, &session).inspect_err(discard)?;
    let selected = session.plan().select(&selection);
    let is_elsewhere = selected.is_empty() && {
        let whole = Selection {
            part: None,
            ..selection.clone()
        };
        !session.plan().select(&whole).is_empty()
    };
    if selected.is_empty() && !is_elsewhere {
        reports::discard(&options.reports);
        tell_others(&session);
        eprint(&match session.plan().cases.len() {
            0 => "no case is selected: no page documents an answer, so there is nothing to ask; `lint` tells what each page lacks\n".to_owned(),
            cases => format!(
                "no case is selected: none of the {cases} names matches; see --list{}\n",
                misplaced::advice(options)
            ),
        });
        return Ok(ExitCode::NothingSelected);
    }
    if options.list {
        tell_others(&session);
        list::list(&session, &selected, options.format)?;
        return Ok(ExitCode::Conforms);
    }
    let files = ReportFiles::open(&options.reports)?;
    let record = options.record.as_deref();
    let record = record.map(|path| ReportFile::open("--record", path));
    let record = record.transpose()?;
    let recorder = Arc::new(Recorder::default());
    let session = match &record {
        Some(_) => session.recording(Records {
            recorder: Arc::clone(&recorder),
            show_values: options.show_values,
        }),
        None => session,
    };
    let session = match options.verbose {
        0 => session,
        level => session.telling(Exchanges {
            detail: if level == 1 {
                Detail::Line
            } else {
                Detail::Whole
            },
            show_values: options.show_values,
        }),
    };
    let run = match tried_or_seen(&session, &selection, options.quiet)? {
        Ended::Whole(run) | Ended::Interrupted(Some(run)) => *run,
        Ended::Interrupted(None) => {
            eprint("interrupted\n");
            return Ok(ExitCode::Interrupted);
        }
    };
    let report = Report {
        show_values: options.show_values,
        ..Report::of(&run)
    };
    let printed = match options.format {
        Some(format) => {
            let trials = Trials::of(&report);
            tell_beside(&trials);
            print(&trials.text(format.into(), is_colored(options.color)))
        }
        None => print_colored(&report, options.color),
    };
    tell_unseen(&options.filters, &run);
    github::tell(&report);
    let mut unwritten = files.write(&report);
    if let Some(file) = record {
        let text = report::visible_json(&recorder.text());
        unwritten.extend(file.write(&text).err());
        if recorder.more() > 0 {
            eprint(&format!(
                "{} answers were not recorded, as they are too large together\n",
                recorder.more()
            ));
        }
    }
    let errors: Vec<UsageError> = printed.err().into_iter().chain(unwritten).collect();
    let ended = reports::ended(run.exit_code(), &errors);
    if run.interrupted {
        eprint("interrupted\n");
        return Ok(ExitCode::Interrupted);
    }
    Ok(ended)
}

/// How trying a portal ended.
enum Ended {
    /// All was tried.
    Whole(Box<Run>),
    /// The user interrupted it: what had been answered by then, where something had.
    Interrupted(Option<Box<Run>>),
}

impl Ended {
    fn whole(self) -> Option<Run> {
        match self {
            Self::Whole(run) => Some(*run),
            Self::Interrupted(_) => None,
        }
    }
}

/// The same as a libtest binary: its arguments, its output, its exit codes 0 and 101. No argument of this
/// program is given, so defaults and environment alone say which portal is tried.
pub(super) fn libtest() -> Result<std::process::ExitCode, UsageError> {
    libtest_of(|| {
        let program = crate::cli::Arguments::try_parse_from(["portal-conformance", "run"]);
        match program.map_err(UsageError::of)?.command {
            crate::cli::args::Command::Run(options) => settings::of_run(&options),
            _ => Err(UsageError("`run` is another command".to_owned())),
        }
    })
}

/// The same of the portal of some settings.
pub(super) fn libtest_of(
    settings: impl FnOnce() -> Result<Settings, UsageError>,
) -> Result<std::process::ExitCode, UsageError> {
    refuse_early_end(env::args_os())?;
    let (mut arguments, filters) = arguments();
    let mut settings = settings()?;
    // Each of its cases is told, whatever came of others.
    settings.max_failures = None;
    if arguments.list || arguments.ignored {
        let session = prepare_whole(&settings)?;
        let mut trials = trials(session.plan());
        if filters.len() > 1 {
            let selection = Selection {
                filters,
                ..Selection::from(&arguments)
            };
            trials.retain(|trial| selection.means(trial.name()));
            arguments.filter = None;
        }
        let conclusion = unasked_trials(&arguments, trials);
        // Where standard output is gone, nobody reads why: libtest's failure is told all the same.
        return Ok(conclusion.map_or(101.into(), |conclusion| conclusion.exit_code()));
    }
    let selection = Selection {
        filters,
        ..Selection::from(&arguments)
    };
    let shared = Shared::of_nextest(&arguments, &settings);
    let trials = match shared {
        None => asked(&settings, &selection)?,
        // Which cases the others want is not known: all of them are asked.
        Some(shared) => shared.trials(|| asked(&settings, &Selection::default()))?,
    };
    let Some(trials) = trials else {
        eprint("interrupted\n");
        return Ok(101.into());
    };
    let trials = trials.only(&selection, arguments.include_ignored);
    tell_beside(&trials);
    let is_written = write(&arguments, &trials).is_ok();
    let has_passed = is_written && !trials.has_failed();
    Ok(if has_passed { 0.into() } else { 101.into() })
}

/// What libtest's formats have no place for.
fn tell_beside(trials: &Trials) {
    for line in [&trials.subject].into_iter().chain(&trials.beside) {
        eprint(&format!("{line}\n"));
    }
}

/// Refuses what is no option of libtest, and says where it is one.
fn refuse_early_end(arguments: impl Iterator<Item = OsString>) -> Result<(), UsageError> {
    for argument in arguments {
        let argument = argument.to_string_lossy();
        let name = argument.split('=').next().unwrap_or_default();
        if matches!(name, "--fail-fast" | "--max-failures") {
            return Err(UsageError(format!(
                "{name} is no option of a test binary, whose cases are all told: `portal-conformance run {name}` ends early, and `cargo nextest run` starts no more cases with its own --fail-fast and --max-fail"
            )));
        }
    }
    Ok(())
}

/// libtest's arguments, and the names that are wanted: libtest takes several, the library one.
fn arguments() -> (libtest_mimic::Arguments, Vec<String>) {
    let command = libtest_mimic::Arguments::command().mut_arg("filter", |filter| {
        filter.num_args(0..).action(clap::ArgAction::Append)
    });
    let matches = command.get_matches();
    let filters = matches.get_many("filter").unwrap_or_default().cloned();
    let filters = filters.collect();
    let arguments = libtest_mimic::Arguments::from_arg_matches(&matches);
    (arguments.unwrap_or_else(|error| error.exit()), filters)
}

/// What there is to tell of the selected cases; `None` where the user wants an end.
fn asked(settings: &Settings, selection: &Selection) -> Result<Option<Trials>, UsageError> {
    let session = prepare_whole(settings)?;
    let run = tried(&session, selection, false)?;
    Ok(run.map(|run| Trials::of(&Report::of(&run))))
}

/// Writes where libtest's arguments say.
fn write(arguments: &libtest_mimic::Arguments, trials: &Trials) -> io::Result<()> {
    let format = match arguments.format {
        _ if arguments.quiet => FormatSetting::Terse,
        format => format.unwrap_or(FormatSetting::Pretty),
    };
    let color = arguments.color.unwrap_or(ColorSetting::Auto);
    if let Some(file) = &arguments.logfile {
        return draft::write(Path::new(file), &trials.text(format, false));
    }
    let text = trials.text(format, is_colored(color.into()));
    let mut stdout = io::stdout();
    stdout.write_all(text.as_bytes())?;
    stdout.flush()
}

/// Everything that is known before the first request.
pub(super) fn prepare(options: &Options) -> Result<Session, UsageError> {
    prepare_with_inputs(options).map(|(session, _)| session)
}

/// The same, and the files that it is made of.
pub(super) fn prepare_with_inputs(
    options: &Options,
) -> Result<(Session, Vec<PathBuf>), UsageError> {
    let settings = settings::of_run(options)?;
    let inputs = reports::inputs(&settings, options.portal.config.as_deref());
    reports::check(&options.reports, &inputs)?;
    if let Some(path) = &options.record {
        let mut taken = inputs.clone();
        taken.extend(reports::paths(&options.reports).map(Path::to_owned));
        reports::check_one("--record", path, &taken)?;
    }
    Ok((prepare_of(&settings)?, inputs))
}

fn prepare_of(settings: &Settings) -> Result<Session, UsageError> {
    let session = Session::prepare(settings).map_err(words::session)?;
    session.warnings().iter().for_each(warn);
    Ok(session)
}

/// Tells which files are no pages that could be read, where no report does.
pub(super) fn tell_others(session: &Session) {
    session.unread_pages().iter().for_each(tell_unread);
    session.passed_over().iter().for_each(tell_passed_over);
    if let Some(open) = session.open_places() {
        eprint(&format!("{}\n", report::hint(session.target(), &open)));
    }
}

/// The same, but where there is no other word for pages that were not read than an error.
fn prepare_whole(settings: &Settings) -> Result<Session, UsageError> {
    let session = prepare_of(settings)?;
    tell_others(&session);
    all_pages(session.unread_pages().len())?;
    Ok(session)
}

/// What came of the portal; `None` where the user interrupts it.
pub(super) fn tried(
    session: &Session,
    selection: &Selection,
    is_quiet: bool,
) -> Result<Option<Run>, UsageError> {
    Ok(tried_or_seen(session, selection, is_quiet)?.whole())
}

fn tried_or_seen(
    session: &Session,
    selection: &Selection,
    is_quiet: bool,
) -> Result<Ended, UsageError> {
    session.check().map_err(words::session)?;
    let runtime = runtime()?;
    let interrupt = Interrupt::listen()?;
    let progress = Progress::new(name(session), is_quiet);
    let run = tried_until(runtime, session, selection, is_quiet, &progress, &interrupt);
    interrupt.release();
    run
}

/// The same beside others that end with it, with lines in the place of a bar.
pub(super) fn tried_beside(
    session: &Session,
    interrupt: &Interrupt,
) -> Result<Option<Run>, UsageError> {
    session.check().map_err(words::session)?;
    let progress = Progress::in_lines(name(session));
    let all = Selection::default();
    let ended = tried_until(runtime()?, session, &all, false, &progress, interrupt)?;
    Ok(ended.whole())
}

fn tried_until(
    runtime: tokio::runtime::Runtime,
    session: &Session,
    selection: &Selection,
    is_quiet: bool,
    progress: &Progress,
    interrupt: &Interrupt,
) -> Result<Ended, UsageError> {
    let stop = interrupt.stop.clone();
    interrupt.shows(progress.bar());
    if !is_quiet {
        progress.say(&broken(&heading(session, selection)));
    }
    let made = Arc::new(Made::default());
    let tell = listener(
        interrupt.clone(),
        progress.clone(),
        Arc::clone(&made),
        is_quiet,
    );
    let lines = runtime.spawn(progress.clone().lines());
    let ended = runtime.block_on(session.run(selection, tell, stop));
    lines.abort();
    progress.clear();
    // Nobody waits for what judges on.
    runtime.shutdown_background();
    let (left, run) = match ended {
        Ok(run) if !interrupt.stop.is_wanted() => return Ok(Ended::Whole(Box::new(run))),
        // It came once all was judged.
        Ok(mut run) => {
            run.interrupted = true;
            (run.left.clone(), Some(Box::new(run)))
        }
        Err(SessionError::Stopped { left, run }) => (left, run),
        Err(error) => return Err(words::session(error)),
    };
    let problems = report::left(&left);
    if problems.is_empty() && made.is_there.load(Ordering::SeqCst) {
        eprint(&format!("{}\n", made.undone()));
    }
    for left in problems {
        eprint(&format!("left on the portal: {left}\n"));
    }
    Ok(Ended::Interrupted(run))
}

/// What of test data was made, and undone.
#[derive(Default)]
struct Made {
    is_there: AtomicBool,
    /// By the name of the tear-down step, how many requests undid something.
    steps: Mutex<BTreeMap<String, usize>>,
}

impl Made {
    fn undone(&self) -> String {
        let steps = self.steps.lock().unwrap_or_else(PoisonError::into_inner);
        if steps.is_empty() {
            return "the run had made no test data yet: nothing had to be undone".to_owned();
        }
        let steps = steps.iter().map(|(name, requests)| match requests {
            1 => format!("`{name}`"),
            more => format!("`{name}` ({more} times)"),
        });
        let steps: Vec<String> = steps.collect();
        format!("the test data of the run was undone: {}", steps.join(", "))
    }
}

/// What is about to be tried, and how much of it.
fn heading(session: &Session, selection: &Selection) -> String {
    let selected = session.plan().select(selection);
    let about = report::heading(session.target(), session.subject(), &session.profile().name);
    format!(
        "{} {} tries {about}: {}, {}\n",
        env!("CARGO_PKG_NAME"),
        env!("CARGO_PKG_VERSION"),
        count(selected.cases().count(), "case"),
        list::effort(session, &session.load(&selected)),
    )
}

/// What a line calls the portal.
fn name(session: &Session) -> String {
    let subject = session.subject();
    let host = session.target().url.host_str();
    let name = match (&subject.target, host) {
        _ if subject.is_reference => "the reference portal",
        (Some(name), _) => name,
        (None, Some(host)) => host,
        (None, None) => "the portal",
    };
    report::without_danger(name)
}

/// Shows what happens.
fn listener(
    interrupt: Interrupt,
    progress: Progress,
    made: Arc<Made>,
    is_quiet: bool,
) -> impl Fn(Event) + Send + Sync + 'static {
    let is_wait_told = AtomicBool::new(is_quiet);
    let has_data = AtomicBool::new(false);
    move |event| match event {
        Event::Warning(warning) => progress.bar().suspend(|| warn(&warning)),
        Event::Asked { done, of } => {
            progress.asked(done, of);
        }
        Event::Exchanged(told) => {
            progress.say(&exchanges::text(&told));
        }
        Event::AllAsked => progress.clear(),
        Event::Waits(wait) => tell_wait(wait, progress.bar(), &is_wait_told),
        Event::NotReady { last, longest } if !is_quiet => {
            progress.bar().suspend(|| tell_unready(&last, longest));
        }
        Event::NotReady { .. } => {}
        Event::Undone(steps) => {
            let mut undone = made.steps.lock().unwrap_or_else(PoisonError::into_inner);
            *undone = steps;
        }
        Event::TestData { is_there } => {
            made.is_there.fetch_or(is_there, Ordering::SeqCst);
            if has_data.swap(is_there, Ordering::SeqCst) != is_there {
                interrupt.has_data(is_there);
            }
        }
    }
}

/// Tells of a wait: in the bar, or where there is none, of the first in a line.
fn tell_wait(wait: Duration, bar: &ProgressBar, is_told: &AtomicBool) {
    let seconds = wait.as_secs_f64().ceil();
    if !bar.is_hidden() {
        bar.set_message(format!(
            "waiting {seconds:.0} s, as the portal takes no more now"
        ));
    } else if !is_told.swap(true, Ordering::Relaxed) {
        eprint(&format!(
            "waiting {seconds:.0} s, as the portal takes no more now; so may more requests\n"
        ));
    }
}

/// What tells of a wait for a portal that is starting, and of nothing else.
pub(super) fn told() -> Listener {
    Arc::new(|event| {
        if let Event::NotReady { last, longest } = event {
            tell_unready(&last, longest);
        }
    })
}

/// Says that a portal that is starting is waited for.
fn tell_unready(last: &Unready, longest: Duration) {
    let says = match last {
        Unready::Status(code) => code.to_string(),
        Unready::Nothing { message } => message.clone(),
    };
    let seconds = longest.as_secs_f64();
    eprint(&format!(
        "the portal is not ready ({says}): it is waited for, {seconds} s at most\n"
    ));
}

/// Prints a warning in a line.
pub(super) fn warn(warning: &Warning) {
    let line = match warning {
        Warning::Unfindable { step } => format!(
            "the set-up step `{step}` has no `find`: where its answer never comes, what it made stays on the portal"
        ),
        Warning::Overheard { proxy } => format!(
            "credentials and headers go in clear to {proxy}, as the portal's URL begins with http://: NO_PROXY asks the portal directly, https:// hides them"
        ),
        Warning::LeftBehind { runs: 1 } => {
            "1 interrupted run left test data: portal-conformance cleanup".to_owned()
        }
        Warning::LeftBehind { runs } => {
            format!("{runs} interrupted runs left test data: portal-conformance cleanup")
        }
        Warning::NoSetUp => {
            "the set-up steps write to the portal: not carried out without --allow-writes"
                .to_owned()
        }
        Warning::BaseOnce { base } => words::base_once(base),
        Warning::Replaced { parameter, steps } => format!(
            "--param {parameter} is not used: the set-up step `{}` keeps what takes its place",
            steps.join("`, `")
        ),
    };
    eprint_sentence(&format!("{line}\n"));
}

/// Prints the findings, with colours where they are wanted and shown.
pub(super) fn print_colored(report: &Report<'_>, color: Color) -> Result<(), UsageError> {
    if is_colored(color) {
        // Old consoles need more than the bytes.
        let mut stdout = AutoStream::always(io::stdout());
        let text = report::on_terminal(report, width(), true);
        let written = stdout.write_all(text.as_bytes());
        printed(written.and_then(|()| stdout.flush()))
    } else {
        print(&report::on_terminal(report, width(), false))
    }
}

impl From<TrialFormat> for FormatSetting {
    fn from(format: TrialFormat) -> Self {
        match format {
            TrialFormat::Pretty => Self::Pretty,
            TrialFormat::Terse => Self::Terse,
            TrialFormat::Json => Self::Json,
        }
    }
}

impl From<ColorSetting> for Color {
    fn from(color: ColorSetting) -> Self {
        match color {
            ColorSetting::Auto => Self::Auto,
            ColorSetting::Always => Self::Always,
            ColorSetting::Never => Self::Never,
        }
    }
}

/// Tells which of the findings that were asked for were not told again.
fn tell_unseen(filters: &[String], run: &Run) {
    if run.misfit.is_some() || run.obstacle.is_some() {
        return;
    }
    for (filter, id) in filters
        .iter()
        .filter_map(|filter| Some((filter, FindingId::parse(filter)?)))
    {
        if !report::is_told(id, run) {
            eprint(&format!(
                "{filter} was not told again by the cases that look for it; what they could not judge is said above\n"
            ));
        }
    }
}

/// Which cases are meant; the id of a finding means the cases that can tell it, and where those hold a refusal
/// against what is read, the reads too.
fn selection(options: &Options, session: &Session) -> Result<Selection, UsageError> {
    let plan = session.plan();
    let mut filters = Vec::new();
    let mut whole = Vec::new();
    for filter in &options.filters {
        let before = whole.len();
        if let Some(id) = FindingId::parse(filter) {
            let (contract, profile) = (session.contract(), session.profile());
            let homonyms = Homonyms::of(contract, profile);
            let of = (contract, profile, &homonyms);
            if !explained::is_possible(id, of) {
                return Err(UsageError(explained::not_of_these(id)));
            }
            let told = explained::tellers(id, of, &plan.cases);
            let operations: BTreeSet<usize> = told.iter().map(|case| case.operation).collect();
            let is_read = |case: &&Case| {
                id.rule() == Rule::Leak
                    && case.id.check == Check::Members
                    && operations.contains(&case.operation)
            };
            let read = plan.cases.iter().filter(is_read);
            whole.extend(told.into_iter().chain(read).map(|case| case.id.to_string()));
        }
        if whole.len() == before {
            filters.push(filter.clone());
        }
    }
    let part = options.shard.map(|shard| {
        let operations = plan.operations_of(shard);
        operations.map(|operations| Part { shard, operations })
    });
    let part = part.transpose();
    Ok(Selection {
        filters,
        whole,
        exact: options.exact,
        skip: options.skip.clone(),
        part: part.map_err(|error| UsageError(format!("--shard: {error}")))?,
    })
}

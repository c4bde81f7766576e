//! `run`: try a portal.

use std::io::Write;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anstream::{AutoStream, ColorChoice};
use clap::Parser;
use indicatif::ProgressBar;
use libtest_mimic::{ColorSetting, FormatSetting};

use crate::case::Selection;
use crate::cli::args::{Color, Run as Options, TrialFormat};
use crate::cli::interrupt::Interrupt;
use crate::cli::list;
use crate::cli::reports::{self, ReportFiles};
use crate::cli::settings;
use crate::cli::{UsageError, eprint, print, progress_bar, runtime, words};
use crate::exit_code::ExitCode;
use crate::report::{self, Report};
use crate::run::{Outcome, Run, Unready, run_trials};
use crate::session::{Event, Session, SessionError, Warning};

/// Tries a portal and prints what came of it.
pub(super) fn run(options: &Options) -> Result<ExitCode, UsageError> {
    let arguments = libtest_arguments(options);
    let session = prepare(options).inspect_err(|_| reports::discard(&options.reports))?;
    let selection = Selection::from(&arguments);
    let selected = session.plan().select(&selection);
    if selected.is_empty() {
        reports::discard(&options.reports);
        eprint(&format!(
            "no case is selected: none of the {} names matches; see --list\n",
            session.plan().cases.len()
        ));
        return Ok(ExitCode::NothingSelected);
    }
    if options.list {
        list::list(&selected, options.format);
        return Ok(ExitCode::Conforms);
    }
    let files = ReportFiles::open(&options.reports)?;
    let Some(run) = tried(&session, &selection, options.quiet)? else {
        eprint("interrupted\n");
        return Ok(ExitCode::Interrupted);
    };
    let report = Report {
        show_values: options.show_values,
        ..Report::of(&run)
    };
    if options.format.is_some() {
        eprint(&format!("{}\n", report::subject(&report)));
        let message = |outcome: &Outcome| report::case_text(&report, outcome);
        // The exit code says more than libtest's: it is taken from the run.
        let _ = run_trials(&arguments, &run.plan, Some(&run), message);
    } else {
        print_colored(&report, options.color);
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
    let session = prepare(&options)?;
    let is_asked = !arguments.list && !arguments.ignored;
    let run = if is_asked {
        tried(&session, &Selection::from(&arguments), options.quiet)?
    } else {
        None
    };
    let conclusion = match &run {
        None => run_trials(&arguments, session.plan(), None, |_| String::new()),
        Some(run) => {
            let report = Report::of(run);
            eprint(&format!("{}\n", report::subject(&report)));
            run_trials(&arguments, &run.plan, Some(run), |outcome| {
                report::case_text(&report, outcome)
            })
        }
    };
    // Where standard output is gone, nobody reads why: libtest's failure is told all the same.
    Ok(conclusion.map_or(101.into(), |conclusion| conclusion.exit_code()))
}

/// Everything that is known before the first request.
fn prepare(options: &Options) -> Result<Session, UsageError> {
    let settings = settings::of_run(options)?;
    reports::check(&options.reports, &reports::inputs(&settings))?;
    let session = Session::prepare(&settings).map_err(words::session)?;
    session.warnings().iter().for_each(warn);
    Ok(session)
}

/// What came of the portal; `None` where the user interrupts it.
fn tried(
    session: &Session,
    selection: &Selection,
    is_quiet: bool,
) -> Result<Option<Run>, UsageError> {
    let runtime = runtime()?;
    let interrupt = Interrupt::listen(&runtime);
    let stop = interrupt.stop.clone();
    let tell = listener(interrupt, is_quiet);
    match runtime.block_on(session.run(selection, tell, stop)) {
        Ok(run) => Ok(Some(run)),
        Err(SessionError::Stopped { left }) => {
            for left in report::left(&left) {
                eprint(&format!("left on the portal: {left}\n"));
            }
            Ok(None)
        }
        Err(error) => Err(words::session(error)),
    }
}

/// Shows what happens.
fn listener(interrupt: Interrupt, is_quiet: bool) -> impl Fn(Event) + Send + Sync + 'static {
    let bar = progress_bar("asking", is_quiet);
    let is_wait_told = AtomicBool::new(is_quiet);
    move |event| match event {
        Event::Warning(warning) => warn(&warning),
        Event::Asked { done, of } => {
            bar.set_message("");
            bar.set_length(of as u64);
            bar.set_position(done as u64);
        }
        Event::AllAsked => bar.finish_and_clear(),
        Event::Waits(wait) => tell_wait(wait, &bar, &is_wait_told),
        Event::NotReady { last, longest } if !is_quiet => tell_unready(&last, longest),
        Event::NotReady { .. } => {}
        Event::TestData { is_there } => interrupt.has_data.store(is_there, Ordering::SeqCst),
    }
}

/// Tells of a wait: in the bar, or where there is none, of the first in a line.
fn tell_wait(wait: Duration, bar: &ProgressBar, is_told: &AtomicBool) {
    let seconds = wait.as_secs_f64().ceil();
    if !bar.is_hidden() {
        bar.set_message(format!("waiting {seconds:.0} s, as the portal asks"));
    } else if !is_told.swap(true, Ordering::Relaxed) {
        eprint(&format!(
            "waiting {seconds:.0} s, as the portal asks; so may more requests\n"
        ));
    }
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
fn warn(warning: &Warning) {
    let line = match warning {
        Warning::Unfindable { step } => format!(
            "the set-up step `{step}` has no `find`: where its answer never comes, what it made stays on the portal"
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
    };
    eprint(&format!("{line}\n"));
}

/// Prints the findings, with colours where they are wanted and shown.
fn print_colored(report: &Report<'_>, color: Color) {
    let stdout = std::io::stdout();
    let is_colored = match color {
        Color::Auto => AutoStream::choice(&stdout) != ColorChoice::Never,
        Color::Always => true,
        Color::Never => false,
    };
    if is_colored {
        // Old consoles need more than the bytes. A reader that has gone away is no error.
        let mut stdout = AutoStream::always(stdout);
        let _ = stdout.write_all(report::colored(report).as_bytes());
        let _ = stdout.flush();
    } else {
        print(&report::text(report));
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
        TrialFormat::Pretty => FormatSetting::Pretty,
        TrialFormat::Terse => FormatSetting::Terse,
        TrialFormat::Json => FormatSetting::Json,
    });
    arguments.color = Some(match options.color {
        Color::Auto => ColorSetting::Auto,
        Color::Always => ColorSetting::Always,
        Color::Never => ColorSetting::Never,
    });
    arguments
}

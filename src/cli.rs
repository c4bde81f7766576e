//! The command line: raw arguments in, exit code out.
//!
//! Results go to standard output, progress and errors to standard error.

mod adopt;
mod args;
mod cleanup;
mod compare;
mod config;
mod exchanges;
mod explain;
mod faults;
mod generate;
mod github;
mod help;
mod init;
mod interrupt;
mod judge;
mod lint;
mod list;
mod manual;
mod misplaced;
mod progress;
mod report;
mod reports;
mod run;
mod serve;
mod settings;
mod shared;
mod snapshots;
mod typed;
mod words;

use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::sync::Arc;

use anstream::{AutoStream, ColorChoice};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use terminal_size::{Height, Width};

pub use args::Arguments;

use crate::cli::args::PagesAndProfile;
use crate::contract::{self, Contract};
use crate::exit_code::ExitCode;
use crate::page::PageFiles;
use crate::profile::{self, Profile};
use crate::report::wrapped;
use crate::settings::{DEFAULT_PROFILE, Settings, SettingsError, Surroundings};

/// Why a command cannot be carried out: exit code 2.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(String);

impl UsageError {
    /// Takes over the message of another error.
    pub(crate) fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// Carries out the command of the process's arguments.
#[must_use]
pub fn main() -> ExitCode {
    let arguments = match typed::arguments(std::env::args_os()) {
        Ok(arguments) => arguments,
        Err(error) => {
            if error.use_stderr() {
                reports::discard_named(std::env::args_os());
            }
            return typed::told(&error);
        }
    };
    let result = match &arguments.command {
        args::Command::Run(options) => run::run(options),
        args::Command::Generate(options) => generate::generate(options),
        args::Command::Init(options) => init::init(options),
        args::Command::Adopt(options) => adopt::adopt(options),
        args::Command::Lint(options) => lint::lint(options),
        args::Command::Serve(options) => serve::serve(options),
        args::Command::Cleanup(options) => cleanup::cleanup(options),
        args::Command::Compare(options) => compare::compare(options),
        args::Command::Judge(options) => judge::judge(options),
        args::Command::Report(options) => report::report(options),
        args::Command::Config(options) => config::config(options),
        args::Command::Completions(options) => manual::completions(options),
        args::Command::Man(options) => manual::man(options),
        args::Command::Explain(options) => explain::explain(options),
        args::Command::Faults(options) => faults::faults(options),
        args::Command::Snapshots(options) => snapshots::snapshots(options),
    };
    result.unwrap_or_else(|error| {
        eprint(&format!("error: {error}\n"));
        ExitCode::Usage
    })
}

/// Tries the portal of the environment as a libtest binary; see `tests/conformance.rs`.
#[must_use]
pub fn libtest() -> std::process::ExitCode {
    run::libtest().unwrap_or_else(|error| {
        eprint(&format!("error: {error}\n"));
        ExitCode::Usage.into()
    })
}

/// Tries the portal of some settings as a libtest binary, for a test suite of somebody's own: a test with
/// `harness = false`, whose `main` it is. It takes libtest's arguments, and ends as libtest does.
#[must_use]
pub fn libtest_of(settings: Result<Settings, SettingsError>) -> std::process::ExitCode {
    let settings = settings.map_err(words::settings);
    run::libtest_of(|| settings).unwrap_or_else(|error| {
        eprint(&format!("error: {error}\n"));
        ExitCode::Usage.into()
    })
}

/// Reads pages, or the built-in ones, and tells which could not be read.
fn contract(pages: &PageFiles) -> Result<Arc<Contract>, UsageError> {
    let contract = contract::load(pages).map_err(UsageError::of)?;
    contract.unread.iter().for_each(tell_unread);
    contract.passed_over.iter().for_each(tell_passed_over);
    Ok(Arc::new(contract))
}

/// Tells that a file among the pages holds none.
fn tell_passed_over(file: &String) {
    eprint(&format!("passed over: {file} holds no page\n"));
}

/// Tells why a page could not be read.
fn tell_unread(error: &String) {
    eprint(&format!("page not read: {error}\n"));
}

/// How a command ends that did all it could with the pages that were read: what is missing is no success.
fn of_all_pages(contract: &Contract, code: ExitCode) -> Result<ExitCode, UsageError> {
    if code == ExitCode::Conforms {
        all_pages(contract.unread.len())?;
    }
    Ok(code)
}

/// Sees to it that so many pages that were not read are none.
fn all_pages(unread: usize) -> Result<(), UsageError> {
    if unread == 0 {
        return Ok(());
    }
    Err(UsageError(format!(
        "{}, so what they document is left out: mend them, or name them with --exclude-page",
        crate::report::not_read(unread)
    )))
}

/// What a variable holds, where it is set; one that nobody filled is an error.
fn variable(name: &str) -> Result<Option<String>, UsageError> {
    let value = Surroundings::of_process().filled(name);
    value.map_err(words::settings)
}

/// The profile that is given, or that the environment names.
fn profile_name(source: &PagesAndProfile) -> Result<String, UsageError> {
    let name = crate::settings::profile_name(source.profile.as_deref(), Surroundings::of_process());
    let name = name.map_err(words::settings)?;
    Ok(name.unwrap_or_else(|| DEFAULT_PROFILE.to_owned()))
}

/// The profile of a name, and the contract in all formats in which its portals answer.
fn profile(
    name: &str,
    contract: Arc<Contract>,
) -> Result<(Arc<Profile>, Arc<Contract>), UsageError> {
    let profile = profile::load(name).map_err(UsageError::of)?;
    let contract = profile.widened(Arc::unwrap_or_clone(contract));
    profile.check(&contract).map_err(UsageError::of)?;
    Ok((Arc::new(profile), Arc::new(contract)))
}

/// So many files and connections are open at once, at least, where anything is asked.
const LEAST_OPEN: usize = 16;

/// Whether this process may open so many files: the libraries panic where they get none.
fn can_open(files: usize) -> Result<(), UsageError> {
    let null = if cfg!(windows) { "NUL" } else { "/dev/null" };
    let mut opened = Vec::new();
    for _ in 0..files {
        match File::open(null) {
            Ok(file) => opened.push(file),
            Err(error) if error.kind() == io::ErrorKind::NotFound => break,
            Err(error) => {
                return Err(UsageError(format!(
                    "this process may open too few files and connections: {error}; raise `ulimit -n`"
                )));
            }
        }
    }
    Ok(())
}

/// A runtime for everything that waits on the network.
fn runtime() -> Result<tokio::runtime::Runtime, UsageError> {
    can_open(LEAST_OPEN)?;
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(UsageError::of)
}

/// A bar on a terminal, nothing elsewhere. It leaves room in its line, as a terminal writes `^C` behind it.
fn progress_bar(doing: &str, is_quiet: bool) -> ProgressBar {
    let is_shown = !is_quiet && io::stderr().is_terminal();
    let target = if is_shown {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(None, target);
    if let Ok(style) = ProgressStyle::with_template(&format!(
        "{doing} {{pos}}/{{len}} {{bar:20}} {{elapsed}} {{msg}}"
    )) {
        bar.set_style(style);
    }
    bar
}

/// Whether what goes to standard output is coloured.
fn is_colored(color: args::Color) -> bool {
    match color {
        args::Color::Auto => AutoStream::choice(&io::stdout()) != ColorChoice::Never,
        args::Color::Always => true,
        args::Color::Never => false,
    }
}

/// Writes results; a reader that has gone away is no error, but a full disk is.
fn print(text: &str) -> Result<(), UsageError> {
    let mut stdout = io::stdout();
    printed(
        stdout
            .write_all(text.as_bytes())
            .and_then(|()| stdout.flush()),
    )
}

/// What came of writing to standard output.
fn printed(written: io::Result<()>) -> Result<(), UsageError> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(UsageError(format!(
            "standard output takes no more: {error}"
        ))),
        _ => Ok(()),
    }
}

/// Writes a sentence.
fn eprint_sentence(text: &str) {
    eprint(&broken(text));
}

/// A sentence for people, broken between words where a terminal shows it.
fn broken(text: &str) -> String {
    wrapped(text, columns(terminal_size::terminal_size_of(io::stderr())))
}

/// How many columns the terminal has, where results go to one.
fn width() -> Option<usize> {
    columns(terminal_size::terminal_size_of(io::stdout()))
}

fn columns(size: Option<(Width, Height)>) -> Option<usize> {
    let (width, _) = size?;
    // Less than this is a mistake of the terminal's.
    Some(usize::from(width.0).max(20))
}

/// Writes progress and errors.
fn eprint(text: &str) {
    let _ = io::stderr().write_all(text.as_bytes());
}

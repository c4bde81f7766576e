//! What was typed, read by clap, with what it says in this program's way.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{CommandFactory, Error, FromArgMatches};

use crate::cli::args::Arguments;
use crate::cli::{eprint, help, printed};
use crate::config::looks_like_secret;
use crate::exit_code::ExitCode;

/// Reads the arguments of a process.
pub(super) fn arguments(typed: impl IntoIterator<Item = OsString>) -> Result<Arguments, Error> {
    let matches = command()
        .try_get_matches_from(typed)
        .map_err(without_secrets)?;
    Arguments::from_arg_matches(&matches)
}

/// Says what is wrong with them, or what they ask for: the help or the version.
pub(super) fn told(error: &Error) -> ExitCode {
    let written = error.print();
    if error.use_stderr() {
        return ExitCode::Usage;
    }
    match printed(written) {
        Ok(()) => ExitCode::Conforms,
        Err(error) => {
            eprint(&format!("error: {error}\n"));
            ExitCode::Usage
        }
    }
}

/// The command line with its help as a terminal shows it: the marks of the comments that it is made of
/// mean nothing there.
pub(super) fn command() -> clap::Command {
    plain(help::helped(Arguments::command()))
}

fn plain(command: clap::Command) -> clap::Command {
    let of = |text: &clap::builder::StyledStr| text.to_string().replace('`', "");
    let command = command.mut_args(|argument| {
        let (short, long) = (
            argument.get_help().map(of),
            argument.get_long_help().map(of),
        );
        let argument = match short {
            Some(text) => argument.help(text),
            None => argument,
        };
        match long {
            Some(text) => argument.long_help(text),
            None => argument,
        }
    });
    command.mut_subcommands(plain)
}

/// A token that was put into the wrong place stays out of logs.
fn without_secrets(mut error: Error) -> Error {
    if error.kind() == ErrorKind::DisplayHelp {
        return error;
    }
    for kind in [ContextKind::InvalidValue, ContextKind::InvalidSubcommand] {
        if let Some(ContextValue::String(text)) = error.get(kind)
            && looks_like_secret(&letters_of(text))
        {
            error.insert(kind, ContextValue::String("***".to_owned()));
        }
    }
    error
}

/// The letters and digits of a text: marks stand between the parts of many tokens.
fn letters_of(text: &str) -> String {
    text.chars().filter(char::is_ascii_alphanumeric).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn error(arguments: &[&str]) -> String {
        let typed = [&["portal-conformance"], arguments].concat();
        arguments_of(&typed).unwrap_err().to_string()
    }

    fn arguments_of(typed: &[&str]) -> Result<Arguments, Error> {
        super::arguments(typed.iter().map(OsString::from))
    }

    #[test]
    fn no_help_shows_the_marks_of_comments() {
        let mut whole = command();
        whole.build();
        let mut helps = vec![whole.render_help(), whole.render_long_help()];
        for part in whole.get_subcommands_mut() {
            helps.extend([part.render_help(), part.render_long_help()]);
        }
        assert!(helps.len() > 12);
        for help in helps {
            let help = help.to_string();
            assert!(!help.contains('`'), "{help}");
        }
    }

    #[test]
    fn a_token_in_the_place_of_a_word_is_not_shown() {
        for place in [&["run", "--auth"][..], &["run", "--color"], &[]] {
            for token in [
                "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
                "4a515a15-d4d6-4b8e-828e-e0586f18f3a3",
            ] {
                let told = error(&[place, &[token]].concat());
                assert!(!told.contains(token) && told.contains("***"), "{told}");
            }
        }
        assert!(error(&["run", "--auth", "baerer"]).contains("'baerer'"));
    }
}

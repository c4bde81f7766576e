//! `completions` and `man`: what shells and `man` read of the command line.

use clap_complete::Shell;
use clap_mangen::Man;

use crate::cli::args::{Completions, Manual};
use crate::cli::{UsageError, print, typed};
use crate::exit_code::ExitCode;

const NAME: &str = env!("CARGO_PKG_NAME");

/// Prints the completions of a shell.
pub(super) fn completions(options: &Completions) -> Result<ExitCode, UsageError> {
    print(&completed(options.shell))?;
    Ok(ExitCode::Conforms)
}

fn completed(shell: Shell) -> String {
    let mut text = Vec::new();
    clap_complete::generate(shell, &mut typed::command(), NAME, &mut text);
    let text = String::from_utf8_lossy(&text).into_owned();
    match shell {
        // It writes the hyphen of the name in two ways, so that no command below is found.
        Shell::Bash => text.replace(&NAME.replace('-', "__subcmd__"), &NAME.replace('-', "__")),
        _ => text,
    }
}

/// Prints a page of the manual.
pub(super) fn man(options: &Manual) -> Result<ExitCode, UsageError> {
    let mut command = typed::command();
    command.build();
    for word in &options.command {
        let below = command.find_subcommand(word);
        let Some(below) = below.cloned() else {
            return Err(UsageError(format!(
                "no command `{}`: --help lists them",
                options.command.join(" ")
            )));
        };
        command = below;
    }
    let mut text = Vec::new();
    let page = Man::new(command)
        .source(concat!(
            env!("CARGO_PKG_NAME"),
            " ",
            env!("CARGO_PKG_VERSION")
        ))
        .manual("Commands");
    page.render(&mut text).map_err(UsageError::of)?;
    let text = String::from_utf8_lossy(&text);
    print(&text.replace(".SH EXTRA\n", ".SH EXAMPLES AND EXIT CODES\n"))?;
    Ok(ExitCode::Conforms)
}

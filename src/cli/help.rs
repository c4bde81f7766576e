//! What `--help` says beside the options: examples and exit codes of every command, the groups of options,
//! and the version.

use std::fmt::Write as _;
use std::sync::LazyLock;

use crate::exit_code::ExitCode;

/// What is said of one command.
struct Help {
    /// The words that name it.
    command: &'static str,
    /// What somebody might type behind the program's name, and why.
    examples: &'static [(&'static str, &'static str)],
    /// How it ends, where that means something else than the sentence of the code.
    codes: &'static [(ExitCode, &'static str)],
}

const UNUSABLE: &str = "the arguments, the configuration or the pages cannot be used";

const COMMANDS: &[Help] = &[
    Help {
        command: "run",
        examples: &[
            ("run", "the reference portal, in this process"),
            (
                "run --url https://portal.example.com --list",
                "what would be asked; sends nothing",
            ),
            (
                "run --target staging --report-html report.html",
                "a portal of the configuration file",
            ),
            (
                "run --target staging get-crm-contact xml",
                "cases whose names contain one of these",
            ),
            (
                "run --target staging missing-4f1c9a03",
                "the one finding with this id",
            ),
            (
                "run --target staging --fail-fast -v",
                "each request as it goes, until something is wrong for sure",
            ),
        ],
        codes: &[
            (ExitCode::Conforms, "the portal keeps the contract"),
            (ExitCode::Violates, "the portal violates the contract"),
            (
                ExitCode::Usage,
                "the arguments, the configuration or a page cannot be used",
            ),
            (
                ExitCode::NotJudged,
                "the portal could not be judged, too little of it was seen, or test data is left on it",
            ),
            (ExitCode::NothingSelected, "no case was selected"),
            (ExitCode::Interrupted, "interrupted, after clean-up"),
        ],
    },
    Help {
        command: "init",
        examples: &[(
            "init --url https://portal.example.com --pages our-pages",
            "writes portal-conformance.toml",
        )],
        codes: &[
            (ExitCode::Conforms, "the file is written"),
            (
                ExitCode::Usage,
                "there is one already, or the arguments cannot be used",
            ),
            (ExitCode::NotJudged, "the portal cannot be read"),
        ],
    },
    Help {
        command: "adopt",
        examples: &[
            (
                "adopt --target theirs",
                "proposes theirs.toml.new, and says what it would forgive",
            ),
            (
                "adopt --target theirs --accept",
                "makes it theirs.toml, for --profile theirs.toml",
            ),
            (
                "adopt --from traffic.har --out theirs.toml",
                "from recorded traffic, sends nothing",
            ),
        ],
        codes: &[
            (
                ExitCode::Conforms,
                "the portal keeps the contract under what is proposed, or the proposal is accepted",
            ),
            (
                ExitCode::Violates,
                "something stays that no entry of a profile can say",
            ),
            (
                ExitCode::Usage,
                "the arguments cannot be used, or a file would be lost that somebody edited",
            ),
            (
                ExitCode::NotJudged,
                "the portal could not be judged, or only in part",
            ),
            (ExitCode::Interrupted, "interrupted; nothing is written"),
        ],
    },
    Help {
        command: "generate",
        examples: &[
            ("generate --check", "names what is stale, changes nothing"),
            (
                "generate --openapi portal.yaml",
                "the contract as OpenAPI 3.1",
            ),
        ],
        codes: &[
            (ExitCode::Conforms, "all is written, or nothing is stale"),
            (ExitCode::Violates, "with --check: something is stale"),
            (ExitCode::Usage, UNUSABLE),
        ],
    },
    Help {
        command: "lint",
        examples: &[
            ("lint our-pages", "what is wrong or doubtful in them"),
            (
                "lint our-pages --deny remarks --format json",
                "for a gate of pages",
            ),
        ],
        codes: &[
            (ExitCode::Conforms, "no page contradicts itself"),
            (ExitCode::Violates, "some page does"),
            (ExitCode::Usage, "a page cannot be read"),
        ],
    },
    Help {
        command: "serve",
        examples: &[
            (
                "serve --listen 127.0.0.1:0",
                "on any free port, which is printed",
            ),
            (
                "serve --fault schema:get-crm-contact-contactid:drop:TaskCount",
                "a portal that drifted",
            ),
        ],
        codes: &[
            (
                ExitCode::Usage,
                "the arguments cannot be used, or the place to listen is taken",
            ),
            (ExitCode::Interrupted, "interrupted, which is how it ends"),
        ],
    },
    Help {
        command: "snapshots",
        examples: &[
            ("snapshots --target staging", "what waits for review"),
            (
                "snapshots --target staging --accept",
                "makes it the reviewed one",
            ),
        ],
        codes: &[
            (ExitCode::Conforms, "nothing waits any more"),
            (ExitCode::Violates, "something waits for review"),
            (ExitCode::Usage, "the folder cannot be used"),
        ],
    },
    Help {
        command: "cleanup",
        examples: &[(
            "cleanup",
            "undoes what interrupted runs left on all portals",
        )],
        codes: &[
            (ExitCode::Conforms, "nothing is left"),
            (ExitCode::Usage, "what was written down cannot be used"),
            (ExitCode::NotJudged, "something is left"),
        ],
    },
    Help {
        command: "compare",
        examples: &[
            (
                "compare a.json b.json c.json",
                "who keeps what, and what several do alike",
            ),
            (
                "compare new.json --since old.json",
                "fails only for what is new",
            ),
        ],
        codes: &[
            (
                ExitCode::Conforms,
                "every portal conforms; with --since: nothing is new",
            ),
            (
                ExitCode::Violates,
                "some portal does not; with --since: something is new",
            ),
            (
                ExitCode::Usage,
                "the reports or the arguments cannot be used",
            ),
            (
                ExitCode::NotJudged,
                "with --since: nothing is new, but what was judged before could not be judged now",
            ),
        ],
    },
    Help {
        command: "judge",
        examples: &[(
            "judge traffic.har --url https://portal.example.com",
            "what a browser or a proxy recorded; sends nothing",
        )],
        codes: &[
            (ExitCode::Conforms, "what was recorded keeps the contract"),
            (ExitCode::Violates, "it does not"),
            (ExitCode::Usage, UNUSABLE),
            (
                ExitCode::NotJudged,
                "nothing of it could be judged, or too little of the contract was recorded",
            ),
            (ExitCode::NothingSelected, "no case was selected"),
        ],
    },
    Help {
        command: "report",
        examples: &[
            (
                "report check ours.json",
                "whether it is whole, and fits pages and profile",
            ),
            (
                "report merge 1.json 2.json --report-json whole.json",
                "all shards of a run",
            ),
        ],
        codes: &[
            (
                ExitCode::Conforms,
                "the report is whole and fits; merge: the portal keeps the contract",
            ),
            (
                ExitCode::Violates,
                "it is not, or does not; merge: the portal violates the contract",
            ),
            (
                ExitCode::Usage,
                "it is no report, or pages or profile cannot be read",
            ),
            (
                ExitCode::NotJudged,
                "merge: the portal could not be judged, or too little of it was seen",
            ),
            (ExitCode::NothingSelected, "merge: no case was asked"),
        ],
    },
    Help {
        command: "report check",
        examples: &[(
            "report check ours.json",
            "whether it is whole, and fits pages and profile",
        )],
        codes: &[
            (
                ExitCode::Conforms,
                "the report is whole, and was judged by these pages and this profile",
            ),
            (ExitCode::Violates, "it is not"),
            (
                ExitCode::Usage,
                "it is no report, or pages or profile cannot be read",
            ),
        ],
    },
    Help {
        command: "report merge",
        examples: &[(
            "report merge 1.json 2.json --report-json whole.json",
            "all shards of a run",
        )],
        codes: &[
            (ExitCode::Conforms, "the portal keeps the contract"),
            (ExitCode::Violates, "the portal violates the contract"),
            (
                ExitCode::Usage,
                "the reports are not those of all shards of one run, or a page could not be read",
            ),
            (
                ExitCode::NotJudged,
                "the portal could not be judged, or too little of it was seen",
            ),
            (ExitCode::NothingSelected, "no case was asked"),
        ],
    },
    Help {
        command: "explain",
        examples: &[
            ("explain missing", "a rule"),
            ("explain schema", "a family of checks"),
            ("explain refusal::no-token", "a check"),
            (
                "explain missing-4f1c9a03",
                "a finding, by the id in a report",
            ),
        ],
        codes: &[
            (ExitCode::Conforms, "it is explained"),
            (ExitCode::Usage, "nothing has this name"),
        ],
    },
    Help {
        command: "config",
        examples: &[
            (
                "config check",
                "every target, with its pages, profile and waivers; sends nothing",
            ),
            (
                "config show --target staging",
                "what holds for it, secrets masked",
            ),
            (
                "config schema",
                "the JSON Schema of the configuration file, for editors",
            ),
        ],
        codes: &[
            (ExitCode::Conforms, "nothing is wrong, or it is printed"),
            (
                ExitCode::Usage,
                "there is no file or no such target, or something in it is wrong",
            ),
        ],
    },
    Help {
        command: "config schema",
        examples: &[(
            "config schema",
            "the JSON Schema of the configuration file, for editors",
        )],
        codes: &[(ExitCode::Conforms, "it is printed")],
    },
    Help {
        command: "config check",
        examples: &[(
            "config check",
            "every target, with its pages, profile and waivers; sends nothing",
        )],
        codes: &[
            (
                ExitCode::Conforms,
                "nothing in it is wrong; secrets and certificates are not looked for",
            ),
            (
                ExitCode::Usage,
                "there is no file, or something in it is wrong",
            ),
        ],
    },
    Help {
        command: "config show",
        examples: &[(
            "config show --target staging",
            "what holds for it, secrets masked",
        )],
        codes: &[
            (ExitCode::Conforms, "it is printed"),
            (
                ExitCode::Usage,
                "there is no such target, or something in it is wrong",
            ),
        ],
    },
    Help {
        command: "completions",
        examples: &[
            (
                "completions bash",
                "for ~/.local/share/bash-completion/completions/portal-conformance",
            ),
            (
                "completions zsh",
                "for a file _portal-conformance in a folder of $fpath",
            ),
        ],
        codes: &[(ExitCode::Conforms, "they are printed")],
    },
    Help {
        command: "man",
        examples: &[
            ("man", "the page of the program"),
            ("man report merge", "that of a command"),
        ],
        codes: &[
            (ExitCode::Conforms, "it is printed"),
            (ExitCode::Usage, "there is no such command"),
        ],
    },
    Help {
        command: "faults",
        examples: &[
            ("faults parity", "those of a family"),
            ("faults --sample 1/20", "one of twenty"),
        ],
        codes: &[
            (
                ExitCode::Conforms,
                "every fault was noticed, and no lawful answer was called a violation",
            ),
            (ExitCode::Usage, UNUSABLE),
            (
                ExitCode::FaultMissed,
                "a fault was missed, or a lawful answer was called a violation",
            ),
            (ExitCode::Interrupted, "interrupted"),
        ],
    },
];

/// Groups of options, by what somebody looks for.
const GROUPS: &[(&str, &[&str])] = &[
    (
        "Which portal and pages",
        &[
            "url",
            "target",
            "config",
            "no_config",
            "profile",
            "paths",
            "excluded",
        ],
    ),
    (
        "What is asked",
        &[
            "parameters",
            "allow_writes",
            "effort",
            "exact",
            "skip",
            "shard",
            "list",
            "snapshots",
        ],
    ),
    ("Who asks", &["token_env", "auth", "headers"]),
    (
        "Limits",
        &[
            "rate_limit",
            "request_timeout",
            "max_body_size",
            "jobs",
            "wait_ready",
            "max_time",
            "max_failures",
            "fail_fast",
        ],
    ),
    ("TLS", &["insecure", "cacert", "cert"]),
    (
        "What counts",
        &["strict", "require_coverage", "deny", "warn", "allow"],
    ),
    (
        "Output and reports",
        &[
            "format",
            "color",
            "quiet",
            "verbose",
            "show_values",
            "junit",
            "json",
            "markdown",
            "html",
            "sarif",
            "record",
        ],
    ),
];

/// Options that a command shares with others and refuses: it does not offer them.
const UNOFFERED: &[(&str, &[&str])] = &[("adopt", &["allow_writes", "snapshots"])];

/// The program's version: of the package, and where whoever built it said so, of its source.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let commit = option_env!("PORTAL_CONFORMANCE_COMMIT").unwrap_or("unknown");
    let date = option_env!("PORTAL_CONFORMANCE_DATE").unwrap_or("unknown");
    format!(
        "{} (commit {commit}, date {date}, TLS rustls with ring)",
        env!("CARGO_PKG_VERSION")
    )
});

/// A command line with all that.
pub(super) fn helped(command: clap::Command) -> clap::Command {
    told(command.version(VERSION.as_str()), "")
}

fn told(command: clap::Command, above: &str) -> clap::Command {
    let command = command.mut_subcommands(|one| {
        let words = format!("{above} {}", one.get_name());
        told(one, words.trim())
    });
    let Some(help) = COMMANDS.iter().find(|help| help.command == above) else {
        return command;
    };
    let refused = UNOFFERED.iter().find(|(command, _)| *command == above);
    let refused = refused.map_or(&[][..], |(_, ids)| ids);
    // Few options need no order but that of the alphabet of their makers.
    let is_long = command.get_arguments().count() > 12;
    let command = command.mut_args(|argument| {
        let is_refused = refused.contains(&argument.get_id().as_str());
        let argument = argument.hide(is_refused);
        let id = argument.get_id().as_str();
        let group = GROUPS.iter().find(|(_, ids)| ids.contains(&id));
        match group {
            Some((heading, _)) if is_long && !argument.is_positional() => {
                argument.help_heading(*heading)
            }
            _ => argument,
        }
    });
    command.after_help(help.text())
}

impl Help {
    fn text(&self) -> String {
        let mut text = "Examples:\n".to_owned();
        for (line, why) in self.examples {
            let _ = writeln!(text, "    portal-conformance {line}\n        {why}");
        }
        text.push_str("\nExit codes:\n");
        for (code, meaning) in self.codes {
            let _ = writeln!(text, "  {:>3}  {meaning}", *code as u8);
        }
        text.truncate(text.trim_end().len());
        text
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsString;

    use super::*;
    use crate::cli::typed;

    /// The words that name each command, those that only hold others among them.
    fn commands(command: &clap::Command, above: &str) -> Vec<String> {
        let below = command.get_subcommands();
        let below = below.filter(|one| one.get_name() != "help");
        let below = below.flat_map(|one| {
            let words = format!("{above} {}", one.get_name());
            let words = words.trim().to_owned();
            let more = commands(one, &words);
            [words].into_iter().chain(more)
        });
        below.collect()
    }

    #[test]
    fn every_command_has_examples_that_can_be_typed_and_its_exit_codes() {
        let whole = typed::command();
        let mut known: Vec<&str> = COMMANDS.iter().map(|help| help.command).collect();
        let mut commands = commands(&whole, "");
        known.sort_unstable();
        commands.sort_unstable();
        assert_eq!(known, commands);
        for help in COMMANDS {
            assert!(!help.examples.is_empty() && !help.codes.is_empty());
            for (line, _) in help.examples {
                assert!(line.starts_with(help.command), "{line}");
                let typed = ["portal-conformance"].into_iter().chain(line.split(' '));
                let parsed = typed::arguments(typed.map(OsString::from));
                assert!(parsed.is_ok(), "{line}: {parsed:?}");
            }
        }
    }

    #[test]
    fn every_option_of_a_run_stands_in_a_group() {
        let whole = typed::command();
        let run = whole.find_subcommand("run");
        for argument in run.into_iter().flat_map(clap::Command::get_arguments) {
            let is_plain = argument.is_positional() || argument.get_id() == "help";
            let heading = argument.get_help_heading();
            assert!(is_plain || heading.is_some(), "{}", argument.get_id());
        }
    }

    #[test]
    fn every_command_that_asks_a_portal_takes_the_same_options_for_it() {
        let whole = typed::command();
        let of = |name: &str| -> Vec<String> {
            let command = whole.find_subcommand(name);
            let all = command.into_iter().flat_map(clap::Command::get_arguments);
            all.map(|one| one.get_id().to_string()).collect()
        };
        let access = <crate::cli::args::Access as clap::Args>::augment_args(clap::Command::new(""));
        let access: Vec<&str> = access
            .get_arguments()
            .map(|one| one.get_id().as_str())
            .collect();
        assert!(access.contains(&"headers") && access.contains(&"cert"));
        for name in ["run", "adopt", "init", "cleanup"] {
            let own = of(name);
            assert!(
                access.iter().all(|id| own.iter().any(|own| own == id)),
                "{name}: {own:?}"
            );
        }
    }
}

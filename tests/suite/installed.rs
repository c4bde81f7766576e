//! What an installed program says of itself, and what shells and editors are given.

use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::support::{Served, program, project, run};

#[test]
fn the_version_says_of_what_and_with_which_tls_library() {
    for option in ["-V", "--version"] {
        let told = run(&mut program(&[option]));
        assert_eq!(told.code, Some(0));
        let line = told.stdout.trim_end();
        let version = concat!(
            "portal-conformance ",
            env!("CARGO_PKG_VERSION"),
            " (commit "
        );
        assert!(line.starts_with(version), "{line}");
        assert!(
            line.contains(", date ") && line.ends_with("TLS rustls with ring)"),
            "{line}"
        );
    }
}

#[test]
fn every_shell_completes_commands_and_options() {
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let told = run(&mut program(&["completions", shell]));
        assert_eq!(told.code, Some(0), "{}", told.stderr);
        for word in ["explain", "report-sarif", "merge"] {
            assert!(told.stdout.contains(word), "{shell}: {word}");
        }
        if shell == "bash" {
            let folder = tempfile::tempdir().unwrap();
            let path = folder.path().join("completions");
            fs::write(&path, &told.stdout).unwrap();
            for (words, expected) in [
                (&["re"][..], &["report"][..]),
                (&["report", "me"], &["merge"]),
                (&["config", "sh"], &["show"]),
                (
                    &["run", "--rep"],
                    &[
                        "--report-junit",
                        "--report-json",
                        "--report-markdown",
                        "--report-html",
                        "--report-sarif",
                    ],
                ),
                (&["run", "--auth", "b"], &["bearer", "basic"]),
                (&["report", "merge", "--req"], &["--require-coverage"]),
            ] {
                let Some(mut completed) = completed(&path, words) else {
                    return;
                };
                let mut expected = expected.to_vec();
                completed.sort_unstable();
                expected.sort_unstable();
                assert_eq!(completed, expected, "{words:?}");
            }
        }
    }
}

/// What bash proposes for the last of some words; nothing where there is no bash.
fn completed(path: &Path, words: &[&str]) -> Option<Vec<String>> {
    let before = ["portal-conformance"].iter().chain(words).rev().nth(1)?;
    let script = format!(
        "source {}; COMP_WORDS=(portal-conformance {}); COMP_CWORD={}; \
         $(complete -p portal-conformance | sed 's/.*-F \\([^ ]*\\).*/\\1/') portal-conformance {} {before}; \
         echo \"${{COMPREPLY[@]}}\"",
        path.display(),
        words.join(" "),
        words.len(),
        words.last()?,
    );
    let completed = Command::new("bash").args(["-c", &script]).output().ok()?;
    let proposed = String::from_utf8_lossy(&completed.stdout).into_owned();
    Some(proposed.split_whitespace().map(str::to_owned).collect())
}

#[test]
fn every_command_has_a_page_of_the_manual() {
    for (words, title, parts) in [
        (
            &[][..],
            "portal-conformance",
            &["explain", "SUBCOMMANDS"][..],
        ),
        (
            &["run"],
            "portal-conformance-run",
            &["report\\-sarif", "Exit codes", "Examples"],
        ),
        (
            &["report", "merge"],
            "portal-conformance-report-merge",
            &["require\\-coverage"],
        ),
    ] {
        let told = run(program(&["man"]).args(words));
        assert_eq!(told.code, Some(0), "{}", told.stderr);
        assert!(
            told.stdout.contains(&format!(".TH {title} 1")),
            "{}",
            told.stdout
        );
        for part in parts {
            assert!(
                told.stdout.contains(part),
                "{title}: {part}: {}",
                told.stdout
            );
        }
    }
    assert_eq!(run(&mut program(&["man", "nothing"])).code, Some(2));
}

#[test]
fn the_configuration_file_is_described_checked_and_shown() {
    let schema = run(&mut program(&["config", "schema"]));
    let committed =
        fs::read_to_string(project().join("docs/portal-conformance.schema.json")).unwrap();
    let read = |text: &str| -> Value { serde_json::from_str(text).unwrap() };
    assert_eq!(read(&schema.stdout), read(&committed));
    let folder = tempfile::tempdir().unwrap();
    let in_folder = |arguments: &[&str]| run(program(arguments).current_dir(folder.path()));
    let none = in_folder(&["config", "check"]);
    assert_eq!(none.code, Some(2));
    assert!(none.stderr.contains("`init` writes one"), "{}", none.stderr);
    let path = folder.path().join("portal-conformance.toml");
    let text = "[target.staging]\nurl = \"https://someone:sesame@portal.example.com\"\nprofile = \"community-server\"\nparameters = { contactid = 7 }\n\
        account.token = { env = \"STAGING_TOKEN\" }\nheaders = { X-Team = \"blue\" }\nlimits.rate = \"5/1s\"\n";
    fs::write(&path, text.replace("someone:sesame@", "")).unwrap();
    let checked = in_folder(&["config", "check"]);
    assert_eq!(
        checked.code,
        Some(0),
        "{}{}",
        checked.stdout,
        checked.stderr
    );
    assert!(
        checked.stdout.contains("nothing is wrong"),
        "{}",
        checked.stdout
    );
    let shown = in_folder(&["config", "show", "--target", "staging"]);
    assert_eq!(shown.code, Some(0), "{}", shown.stderr);
    let words = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<String> = shown.stdout.lines().map(words).collect();
    for line in [
        "url https://portal.example.com/",
        "profile community-server",
        "parameter contactid = 7",
        "token *** from the environment variable STAGING_TOKEN",
        "rate 5/1 s",
        "jobs 16",
    ] {
        assert!(
            lines.iter().any(|one| one == line),
            "{line}: {}",
            shown.stdout
        );
    }
    assert!(!shown.stdout.contains("blue"), "{}", shown.stdout);
    let missing = in_folder(&["config", "show", "--target", "stagin"]);
    assert_eq!(missing.code, Some(2));
    assert!(missing.stderr.contains("staging"), "{}", missing.stderr);
    fs::write(
        &path,
        text.replace("someone:sesame@", "")
            .replace("community-server", "nobody"),
    )
    .unwrap();
    let wrong = in_folder(&["config", "check"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("staging: "), "{}", wrong.stderr);
    let waiver = "[[target.staging.waiver]]\ncase = \"*\"\nkind = \"missing\"\nreason = \"until the move\"\n\
                  until = \"2026-01-31\"\n";
    let text = text.replace("someone:sesame@", "");
    fs::write(&path, format!("{text}{waiver}")).unwrap();
    let over = in_folder(&["config", "check"]);
    assert_eq!(over.code, Some(2));
    let words = "staging: a waiver has expired on 2026-01-31: until the move";
    assert!(over.stderr.contains(words), "{}", over.stderr);
}

#[test]
fn a_run_says_what_it_is_about_to_do_and_a_list_what_would_be_asked() {
    let served = Served::start(&[]);
    let told = run(&mut served.run(&["get-crm-contact-contactid::json"]));
    let head = told.stderr.lines().next().unwrap();
    let url = &served.url;
    let begin = format!(
        "portal-conformance {} tries {url}/, profile as-documented, built-in pages: ",
        env!("CARGO_PKG_VERSION")
    );
    assert!(head.starts_with(&begin), "{head}");
    assert!(
        head.contains(" cases, ") && head.contains(" requests, "),
        "{head}"
    );
    let quiet = run(&mut served.run(&["get-crm-contact-contactid::json", "--quiet"]));
    assert_eq!(quiet.stderr, "");
    let list = run(&mut served.run(&["--list"]));
    assert!(
        list.stderr
            .contains("GET api/2.0/crm/contact/{contactid}: "),
        "{}",
        list.stderr
    );
    assert!(!list.stderr.contains("POST"), "{}", list.stderr);
    let machine = run(&mut served.run(&["--list", "--format", "json"]));
    let end: Value = serde_json::from_str(machine.stdout.lines().last().unwrap()).unwrap();
    let operations = end["operations"].as_array().unwrap();
    assert_eq!(operations[0]["method"], "GET");
    assert_eq!(operations[1]["cases"], operations[1]["ignored"]);
}

#[test]
fn the_table_of_readme_names_every_command() {
    let readme = fs::read_to_string(project().join("README.md")).unwrap();
    let (_, table) = readme.split_once("| command | does |").unwrap();
    let (table, _) = table.split_once("\n\n").unwrap();
    let help = run(&mut program(&["--help"])).stdout;
    let (_, commands) = help.split_once("Commands:\n").unwrap();
    let (commands, _) = commands.split_once("\n\n").unwrap();
    let names = commands.lines().filter_map(|line| {
        let name = line.strip_prefix("  ")?;
        (!name.starts_with(' ')).then(|| name.split(' ').next().unwrap())
    });
    let names: Vec<&str> = names.filter(|name| *name != "help").collect();
    assert!(names.len() > 10, "{help}");
    for name in names {
        assert!(table.contains(&format!("[`{name}`]")), "{name}");
    }
}

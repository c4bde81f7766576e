//! What the documents tell a new user to do, done word for word.

use std::fs;

use crate::bureau::{Bureau, Habit, TOKEN};
use crate::support::{Ended, Served, program, project, run};

/// The configuration of a section of README, for a portal elsewhere than it says.
fn configuration(heading: &str, url: &str) -> String {
    let text = fs::read_to_string(project().join("README.md")).unwrap();
    let (_, section) = text.split_once(heading).unwrap();
    let (_, block) = section.split_once("```toml\n").unwrap();
    let (block, _) = block.split_once("```").unwrap();
    assert!(block.contains("https://staging.example.com"), "{block}");
    block.replace("https://staging.example.com", url)
}

fn try_staging(configuration: &str, arguments: &[&str]) -> Ended {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("portal-conformance.toml"), configuration).unwrap();
    let mut command = program(&["run", "--target", "staging"]);
    command.args(arguments);
    let ended = run(command
        .current_dir(folder.path())
        .env("STAGING_TOKEN", TOKEN));
    let left = fs::read_dir(folder.path().join(".portal-conformance"));
    let journals = left.map_or(0, |entries| {
        let paths = entries.map(|entry| entry.unwrap().path());
        paths
            .filter(|path| path.extension().is_some_and(|end| end == "jsonl"))
            .count()
    });
    assert_eq!(journals, 0, "{}{}", ended.stdout, ended.stderr);
    ended
}

#[test]
fn the_target_of_readme_that_writes_asks_everything_and_leaves_nothing() {
    let bureau = Bureau::open(Habit::Plain);
    let before = bureau.sizes();
    let text = configuration("**Let it write, on data of its own.**", &bureau.url);
    let listed = try_staging(&text, &["--list"]);
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    assert_eq!(bureau.log().len(), 0, "a list sends nothing");
    let ended = try_staging(&text, &[]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    for word in [" ignored", "it needs", "has no `find`"] {
        assert!(!ended.stdout.contains(word), "{word}: {}", ended.stdout);
        assert!(!ended.stderr.contains(word), "{word}: {}", ended.stderr);
    }
    assert_eq!(bureau.sizes(), before);
}

#[test]
fn one_person_too_few_is_told_with_what_makes_another() {
    let bureau = Bureau::open(Habit::Plain);
    let text = configuration("**Let it write, on data of its own.**", &bureau.url);
    let (before, rest) = text
        .split_once("[[target.staging.set-up]]\n   name = \"another person\"")
        .unwrap();
    let (_, after) = rest.split_once("[[target.staging.set-up]]").unwrap();
    let ended = try_staging(&format!("{before}[[target.staging.set-up]]{after}"), &[]);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(
        ended.stdout.contains(
            "it needs two values of contactid, which set-up makes: let two of its steps keep one each"
        ),
        "{}",
        ended.stdout
    );
    assert!(
        !ended.stdout.contains("name them with --param contactid"),
        "{}",
        ended.stdout
    );
}

#[test]
fn what_a_profile_says_is_never_sent_is_lawful_where_it_comes() {
    let folder = tempfile::tempdir().unwrap();
    let profile = folder.path().join("mine.toml");
    let text = "extends = \"as-documented\"\nname = \"mine\"\n[[note]]\nat = \"TaskCount\"\nnever = true\nbecause = \"nobody has tasks\"\n";
    fs::write(&profile, text).unwrap();
    let served = Served::start(&[]);
    let profile = ["--profile", profile.to_str().unwrap(), "get-"];
    let ended = run(&mut served.run(&profile));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let ended = run(served.run(&profile).arg("--strict"));
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("/response/TaskCount: "),
        "{}",
        ended.stdout
    );
    // One that leaves it out and one that changes its type are as good.
    for fault in ["drop", "fraction"] {
        let id = format!("schema:get-crm-contact-contactid:{fault}:TaskCount");
        let served = Served::start(&["--fault", &id]);
        let ended = run(&mut served.run(&profile));
        assert_eq!(ended.code, Some(0), "{fault}: {}", ended.stdout);
    }
}

//! `snapshots`: reviewed with the program itself, as insta's files are.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::support::{Ended, program, run};

/// A folder with what a first run leaves, and a changed snapshot.
fn left() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let ended = run(program(&["run", "snapshot", "--snapshots"]).arg(folder.path()));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    let file = folder.path().join("get-crm-contact-contactid-json.snap");
    let text = fs::read_to_string(file.with_extension("snap.new")).unwrap();
    fs::write(&file, text.replace("status: 200", "status: 299")).unwrap();
    folder
}

fn snapshots(folder: &Path, arguments: &[&str]) -> Ended {
    let mut command = program(&["snapshots", "--snapshots"]);
    run(command.arg(folder).args(arguments))
}

/// The names of files that end so.
fn files(folder: &Path, end: &str) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.filter(|name| name.ends_with(end)).collect();
    names.sort();
    names
}

#[test]
fn what_waits_is_shown_and_changes_nothing() {
    let folder = left();
    let path = folder.path();
    let before = (files(path, ".snap"), files(path, ".snap.new"));
    assert_eq!((before.0.len(), before.1.len()), (1, 4));
    let shown = snapshots(path, &[]);
    assert_eq!(shown.code, Some(1), "{}", shown.stderr);
    let changed = "get-crm-contact-contactid-json: changed\n";
    let new = "get-crm-contact-contactid-xml: new\n";
    let difference = "    GET api/2.0/crm/contact/{contactid}\n  - status: 299\n  + status: 200\n";
    for part in [changed, new, difference, "4 snapshots wait for review"] {
        assert!(shown.stdout.contains(part), "{}", shown.stdout);
    }
    assert_eq!((files(path, ".snap"), files(path, ".snap.new")), before);
    let colored = snapshots(path, &["--color", "always"]);
    assert!(colored.stdout.contains('\u{1b}'));
    let plain = anstream::adapter::strip_str(&colored.stdout).to_string();
    assert_eq!(plain, shown.stdout);
}

#[test]
fn accepted_and_rejected_as_the_filter_says() {
    let folder = left();
    let path = folder.path();
    let none = snapshots(path, &["--accept", "nothing-of-this-name"]);
    assert_eq!(none.code, Some(4), "{}", none.stdout);
    let several = snapshots(path, &["--accept", "nothing", "like-this"]);
    let told = "has `nothing` or `like-this` in its name; 4 others";
    assert!(several.stdout.contains(told), "{}", several.stdout);
    // Each of several filters takes its own.
    let accepted = snapshots(path, &["--accept", "contactid-json", "contactid-xml"]);
    assert_eq!(
        accepted.stdout,
        "accepted get-crm-contact-contactid-json\naccepted get-crm-contact-contactid-xml\n"
    );
    assert_eq!(accepted.code, Some(0));
    let rejected = snapshots(path, &["--reject"]);
    assert_eq!(rejected.code, Some(0), "{}", rejected.stderr);
    assert!(rejected.stdout.starts_with("rejected post-crm-contact"));
    assert_eq!(files(path, ".new"), Vec::<String>::new());
    assert_eq!(files(path, ".snap").len(), 2);
    let settled = snapshots(path, &[]);
    assert_eq!(settled.code, Some(0));
    assert_eq!(settled.stdout, "no snapshot waits for review\n");
    // What was accepted is what a run compares with, and what insta reads.
    let mut again = program(&["run", "get-crm", "--snapshots"]);
    let again = run(again.arg(path).env("INSTA_UPDATE", "no"));
    assert_eq!(again.code, Some(0), "{}", again.stdout);
    assert!(!again.stdout.contains("remark"), "{}", again.stdout);
    let file = path.join("get-crm-contact-contactid-json.snap");
    let read = insta::Snapshot::from_file(&file).unwrap();
    let text = read.as_text().unwrap().to_string();
    assert!(text.contains("status: 200"), "{text}");
}

#[test]
fn the_folders_are_those_of_the_configuration_file() {
    let folder = left();
    let work = tempfile::tempdir().unwrap();
    let command = |arguments: &[&str]| {
        let mut command = program(&["snapshots"]);
        run(command.args(arguments).current_dir(work.path()))
    };
    let without = command(&[]);
    assert_eq!(without.code, Some(2));
    assert!(
        without.stderr.contains("--snapshots DIR"),
        "{}",
        without.stderr
    );
    let text = format!(
        "[target.a]\nurl = \"http://127.0.0.1:1\"\nsnapshots = '{}'\n[target.b]\nurl = \"http://127.0.0.1:1\"\nsnapshots = \"later\"\n[target.c]\nurl = \"http://127.0.0.1:1\"\n",
        folder.path().display()
    );
    fs::write(work.path().join("portal-conformance.toml"), text).unwrap();
    for (arguments, code, says) in [
        (&[][..], 1, "4 snapshots wait"),
        (&["--target", "a"], 1, "4 snapshots wait"),
        (&["--target", "b"], 0, "no snapshot waits"),
        (&["--target", "c"], 2, "has no `snapshots`"),
        (&["--target", "d"], 2, "no target `d`"),
        (&["--snapshots", "none"], 2, "no such folder"),
        (&["--accept", "--reject"], 2, "cannot be used with"),
        (&["--target", "a", "--accept"], 0, "accepted"),
    ] {
        let ended = command(arguments);
        assert_eq!(ended.code, Some(code), "{arguments:?}: {}", ended.stderr);
        let told = format!("{}{}", ended.stdout, ended.stderr);
        assert!(told.contains(says), "{arguments:?}: {told}");
    }
    assert_eq!(files(folder.path(), ".snap").len(), 4);
}

#[test]
fn a_name_that_speaks_to_a_terminal_or_a_ci_server_is_shown_without_its_power() {
    let folder = tempfile::tempdir().unwrap();
    let text = "---\nsource: x\n---\nGET x\n/a##vso[task]\u{1b}[31m: null\n";
    fs::write(folder.path().join("x.snap.new"), text).unwrap();
    let shown = snapshots(folder.path(), &[]);
    assert!(
        shown.stdout.contains("/a# #vso[task]\u{fffd}[31m"),
        "{}",
        shown.stdout
    );
}

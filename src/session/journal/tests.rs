#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use super::folder::lock;
use super::*;
use crate::session::stop::Stop;

const RUN: &str = "pc0123456789abcdef01";

fn create(folder: &Path, header: Header) -> Result<Journal, JournalError> {
    Journal::create(folder, header, Duration::MAX, &Stop::never())
}

fn header() -> Header {
    Header {
        target: "a/b".to_owned(),
        url: "http://127.0.0.1:1/".to_owned(),
        run: RUN.to_owned(),
        named: NamedValues::new(),
    }
}

fn kept(name: &str, value: &str) -> NamedValues {
    NamedValues::from([(name.to_owned(), vec![value.to_owned()])])
}

fn begun(at: usize) -> Entry {
    Entry::Begun {
        at,
        step: format!("step {at}"),
        makes: true,
    }
}

fn reopened(path: &Path) -> Journal {
    match open(path).unwrap() {
        Opened::Left(journal) => *journal,
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_was_written_is_read_again() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = create(folder.path(), header()).unwrap();
    for entry in [
        begun(0),
        Entry::Ended {
            at: 0,
            kept: kept("contactid", "77"),
        },
        begun(1),
        Entry::Undone {
            step: "delete".to_owned(),
            values: kept("contactid", "77"),
        },
    ] {
        journal.write(&entry).unwrap();
    }
    let (path, standing) = (journal.path().to_owned(), journal.standing.clone());
    drop(journal);
    let journal = reopened(&path);
    assert_eq!(journal.header, header());
    assert_eq!(journal.standing, standing);
    assert_eq!(journal.standing.kept, kept("contactid", "77"));
    assert_eq!(journal.standing.requests, 2);
    assert_eq!(journal.standing.undone.len(), 1);
    assert_eq!(
        journal.standing.open.into_iter().collect::<Vec<_>>(),
        [(1, "step 1".to_owned())]
    );
}

#[test]
fn a_journal_cut_anywhere_is_understood() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = create(folder.path(), header()).unwrap();
    journal.write(&begun(0)).unwrap();
    let path = journal.path().to_owned();
    let ended = Entry::Ended {
        at: 0,
        kept: kept("contactid", "77"),
    };
    let before = fs::metadata(&path).unwrap().len();
    journal.write(&ended).unwrap();
    drop(journal);
    let whole = fs::read(&path).unwrap();
    for end in 0..whole.len() {
        fs::write(&path, &whole[..end]).unwrap();
        let opened = open(&path).unwrap();
        if let Opened::Left(mut journal) = opened {
            assert_eq!(
                journal.standing.open.len(),
                usize::from(end as u64 >= before)
            );
            // The next line is not glued to the cut one.
            journal.write(&ended).unwrap();
            drop(journal);
            assert_eq!(reopened(&path).standing.kept, kept("contactid", "77"));
        } else {
            assert!(matches!(opened, Opened::Unused), "{end}");
            assert!(!path.exists());
        }
    }
}

#[test]
fn the_journal_of_a_run_under_way_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let journal = create(folder.path(), header()).unwrap();
    let path = journal.path().to_owned();
    assert_eq!(list(folder.path()).unwrap(), std::slice::from_ref(&path));
    assert!(matches!(open(&path).unwrap(), Opened::InUse));
    drop(journal);
    reopened(&path).remove(&Stop::never()).unwrap();
    assert!(list(folder.path()).unwrap().is_empty());
}

#[test]
fn nobody_removes_a_journal_while_others_look_at_the_folder() {
    let folder = tempfile::tempdir().unwrap();
    let journal = create(folder.path(), header()).unwrap();
    let path = journal.path().to_owned();
    let looking = lock(folder.path(), Duration::MAX, &Stop::never()).unwrap();
    let (sender, removed) = std::sync::mpsc::channel();
    let thread = std::thread::spawn(move || {
        journal.remove(&Stop::never()).unwrap();
        sender.send(()).unwrap();
    });
    let wait = std::time::Duration::from_millis(300);
    assert!(removed.recv_timeout(wait).is_err(), "it waits");
    assert!(path.exists());
    drop(looking);
    thread.join().unwrap();
    assert!(!path.exists());
}

#[test]
fn a_value_that_was_kept_twice_is_known_once() {
    let mut standing = Standing::default();
    for value in ["77", "78", "77"] {
        let kept = kept("contactid", value);
        standing.add(&Entry::Ended { at: 0, kept });
    }
    assert_eq!(standing.kept["contactid"], ["77", "78"]);
    standing.add(&begun(4));
    standing.add(&begun(2));
    assert_eq!(standing.requests, 5);
}

#[test]
fn a_folder_holds_journals_and_is_nobody_elses() {
    let folder = tempfile::tempdir().unwrap();
    let ignore = folder.path().join(".gitignore");
    for run in ["pc2", "pc1"] {
        let run = run.to_owned();
        create(folder.path(), Header { run, ..header() }).unwrap();
        assert_eq!(fs::read_to_string(&ignore).unwrap(), "*\n");
    }
    fs::write(&ignore, "mine\n").unwrap();
    let long = Header {
        target: "ä-_9".repeat(40),
        ..header()
    };
    create(
        folder.path(),
        Header {
            run: "pc3".to_owned(),
            ..long
        },
    )
    .unwrap();
    assert_eq!(fs::read_to_string(&ignore).unwrap(), "mine\n");
    fs::write(folder.path().join("notes.txt"), "").unwrap();
    let names = list(folder.path()).unwrap();
    let names: Vec<_> = names.iter().map(|path| path.file_name().unwrap()).collect();
    let long = format!("{}-pc3.jsonl", "_-_9".repeat(16));
    assert_eq!(names, [long.as_str(), "a_b-pc1.jsonl", "a_b-pc2.jsonl"]);
}

#[test]
fn what_cannot_be_read_is_no_run_that_ended() {
    let folder = tempfile::tempdir().unwrap();
    let gone = folder.path().join("a-pc1.jsonl");
    assert!(matches!(open(&gone), Ok(Opened::Unused)));
    fs::create_dir(&gone).unwrap();
    assert!(matches!(open(&gone), Err(JournalError::Io { .. })));
    assert!(list(&folder.path().join("none")).unwrap().is_empty());
    let file = folder.path().join("file");
    fs::write(&file, "").unwrap();
    assert!(matches!(list(&file), Err(JournalError::Io { .. })));
    let created = create(&file, header());
    assert!(matches!(created, Err(JournalError::Io { .. })));
}

#[test]
fn what_is_written_is_on_the_disk_and_what_cannot_be_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = create(folder.path(), header()).unwrap();
    journal.write(&begun(0)).unwrap();
    let text = fs::read_to_string(journal.path()).unwrap();
    assert_eq!(text.lines().count(), 2, "{text}");
    assert!(text.ends_with('\n'), "{text}");
    fs::remove_file(journal.path()).unwrap();
    assert!(matches!(
        journal.remove(&Stop::never()),
        Err(JournalError::Io { .. })
    ));
    let path = folder.path().join("read-only");
    fs::write(&path, "").unwrap();
    let mut journal = Journal {
        file: File::open(&path).unwrap(),
        path,
        header: header(),
        standing: Standing::default(),
    };
    let written = journal.write(&begun(0));
    assert!(matches!(written, Err(JournalError::Io { .. })));
    assert_eq!(journal.standing.open.len(), 1, "it is known all the same");
}

#[test]
fn a_line_that_is_none_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = create(folder.path(), header()).unwrap();
    journal.append("x").unwrap();
    journal.write(&begun(0)).unwrap();
    let path = journal.path().to_owned();
    drop(journal);
    let error = open(&path).unwrap_err().to_string();
    assert!(error.contains("jsonl:2: no line of a journal"), "{error}");
}

#[test]
fn what_is_no_journal_that_was_cut_stays_and_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a-pc1.jsonl");
    let first = serde_json::json!(header()).to_string();
    let begun = serde_json::json!(begun(0)).to_string();
    for (text, line) in [
        ("{\"target\":\"a\n".to_owned(), 1),
        ("{\"target\":\"a\n{}\n".to_owned(), 1),
        (format!("{first}{begun}\n"), 1),
        (format!("{first}{begun}"), 1),
        (format!("{first}{}", &begun[..9]), 1),
        (format!("{first}\r{begun}\r"), 1),
        (format!("{first}\n{begun}{begun}\n"), 2),
        ("\0\0\0\n".to_owned(), 1),
        ("\0\0\0".to_owned(), 1),
        ("garbage".to_owned(), 1),
    ] {
        fs::write(&path, &text).unwrap();
        let error = open(&path).unwrap_err().to_string();
        let told = format!("jsonl:{line}: no line of a journal");
        assert!(error.contains(&told), "{text:?}: {error}");
        assert_eq!(fs::read_to_string(&path).unwrap(), text);
        assert_eq!(left(folder.path()), 1, "{text:?}");
    }
    // Editors on Windows end lines otherwise.
    fs::write(&path, format!("{first}\r\n{begun}\r\n")).unwrap();
    assert_eq!(reopened(&path).standing.open.len(), 1);
    for cut in ["", "{\"target\":\"a", first.as_str()] {
        fs::write(&path, cut).unwrap();
        assert!(matches!(open(&path).unwrap(), Opened::Unused), "{cut}");
        assert!(!path.exists());
    }
}

#[test]
fn what_no_run_writes_is_damage() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a-pc1.jsonl");
    let is_damaged = |header: &Header, entry: &Entry| {
        let lines = [serde_json::json!(header), serde_json::json!(entry)];
        fs::write(&path, format!("{}\n{}\n", lines[0], lines[1])).unwrap();
        open(&path).is_err()
    };
    let ended = |value: &str| Entry::Ended {
        at: usize::MAX - 1,
        kept: kept("contactid", value),
    };
    assert!(!is_damaged(&header(), &ended("a-B_9")));
    for value in ["", "..", ".", "1234/../1235", "1 2", "a?b", "a%2f"] {
        assert!(is_damaged(&header(), &ended(value)), "{value}");
        let undone = Entry::Undone {
            step: "undo".to_owned(),
            values: kept("contactid", value),
        };
        assert!(is_damaged(&header(), &undone), "{value}");
        let ids = kept("contactid", value);
        assert!(is_damaged(&header(), &Entry::Taken { ids }), "{value}");
        let (name, id) = ("contactid".to_owned(), value.to_owned());
        assert!(
            is_damaged(&header(), &Entry::Doubted { name, id }),
            "{value}"
        );
    }
    for run in ["", "e", "pc1", "\u{1b}[31m", "PC0123456789ABCDEF01"] {
        let run = run.to_owned();
        assert!(is_damaged(&Header { run, ..header() }, &begun(0)));
    }
    for value in ["", " ", ".."] {
        let named = kept("projectid", value);
        assert!(
            is_damaged(&Header { named, ..header() }, &begun(0)),
            "{value}"
        );
    }
    assert!(!is_damaged(&header(), &begun(usize::MAX)));
}

#[test]
fn what_is_too_large_is_not_read() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = create(folder.path(), header()).unwrap();
    journal.write(&begun(0)).unwrap();
    let path = journal.path().to_owned();
    journal.file.set_len(2_500_000_000).unwrap();
    drop(journal);
    let error = open(&path).unwrap_err().to_string();
    assert!(error.ends_with("it is larger than 16 MiB"), "{error}");
    assert_eq!(left(folder.path()), 1);
}

#[test]
fn nobody_waits_longer_than_a_run_may_take() {
    let folder = tempfile::tempdir().unwrap();
    let held = lock(folder.path(), Duration::MAX, &Stop::never()).unwrap();
    let short = Duration::from_millis(30);
    let never = Stop::never();
    let error = Journal::create(folder.path(), header(), short, &never).unwrap_err();
    assert!(
        error.to_string().contains("another process holds it"),
        "{error}"
    );
    drop(held);
    assert!(Journal::create(folder.path(), header(), Duration::ZERO, &never).is_ok());
}

#[test]
fn who_wants_an_end_waits_for_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let journal = create(folder.path(), header()).unwrap();
    let held = lock(folder.path(), Duration::MAX, &Stop::never()).unwrap();
    let (stopper, stop) = Stop::new();
    let begun = Instant::now();
    let waiting = thread::spawn(move || journal.remove(&stop));
    thread::sleep(Duration::from_millis(100));
    stopper.stop();
    let error = waiting.join().unwrap().unwrap_err();
    assert!(error.to_string().contains("another process holds it"));
    // Without that wish it takes ten seconds.
    assert!(begun.elapsed() < Duration::from_secs(8));
    drop(held);
    assert_eq!(list(folder.path()).unwrap().len(), 1);
    // What is held for a moment is waited for all the same.
    let held = lock(folder.path(), Duration::MAX, &Stop::never()).unwrap();
    let (stopper, stop) = Stop::new();
    stopper.stop();
    let path = list(folder.path()).unwrap().remove(0);
    let waiting = thread::spawn(move || lock(path.parent().unwrap(), Duration::MAX, &stop).is_ok());
    thread::sleep(Duration::from_millis(50));
    drop(held);
    assert!(waiting.join().unwrap());
}

#[test]
fn only_ended_runs_that_sent_something_left_something() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(left(&folder.path().join("none")), 0);
    let mut journal = create(folder.path(), header()).unwrap();
    journal.write(&begun(0)).unwrap();
    assert_eq!(left(folder.path()), 0);
    drop(journal);
    let run = "pc0123456789abcdef02".to_owned();
    drop(create(folder.path(), Header { run, ..header() }).unwrap());
    assert_eq!(left(folder.path()), 1);
}

#[test]
fn an_answer_that_says_nothing_is_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let mut journal = create(folder.path(), header()).unwrap();
    journal.write(&begun(0)).unwrap();
    let (at, status, page) = (0, 201, true);
    journal
        .write(&Entry::Answered { at, status, page })
        .unwrap();
    let path = journal.path().to_owned();
    drop(journal);
    let standing = reopened(&path).standing;
    assert_eq!(standing.answered, BTreeMap::from([(0, 201)]));
    assert!(standing.pages.contains(&0));
    assert_eq!(standing.open.len(), 1);
}

#[test]
fn what_a_step_only_read_was_not_made() {
    let mut standing = Standing::default();
    for (at, makes) in [(0, false), (1, true), (2, true)] {
        let step = "step".to_owned();
        standing.add(&Entry::Begun { at, step, makes });
    }
    for (at, name) in [(0, "userid"), (1, "contactid")] {
        let kept = kept(name, "7");
        standing.add(&Entry::Ended { at, kept });
    }
    assert_eq!(standing.kept.len(), 2);
    assert_eq!(standing.made, kept("contactid", "7"));
    assert_eq!(standing.open.len(), 1);
    standing.add(&Entry::GivenUp { at: 2 });
    assert!(standing.open.is_empty());
    assert_eq!(standing.made, kept("contactid", "7"));
}

#[test]
#[cfg(unix)]
fn nobody_else_reads_a_journal() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let journal = create(folder.path(), header()).unwrap();
    let mode = fs::metadata(journal.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[test]
#[cfg(unix)]
fn what_anybody_may_write_says_not_what_is_undone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let journals = folder.path().join("journals");
    let journal = create(&journals, header()).unwrap();
    let path = journal.path().to_owned();
    let opened = |guarded: &Path, mode: u32| {
        let before = fs::metadata(guarded).unwrap().permissions();
        fs::set_permissions(guarded, fs::Permissions::from_mode(mode)).unwrap();
        let told = open(&path).map(|_| ()).map_err(|error| error.to_string());
        fs::set_permissions(guarded, before).unwrap();
        told
    };
    for (guarded, mode) in [(&path, 0o606), (&journals, 0o777)] {
        let told = opened(guarded, mode).unwrap_err();
        let words = format!("{} can be written by everybody", guarded.display());
        assert!(told.starts_with(&words), "{told}");
    }
    assert_eq!(opened(&path, 0o664), Ok(()));
    assert_eq!(
        fs::metadata(&journals).unwrap().permissions().mode() & 0o777,
        0o700
    );
}

#[test]
#[cfg(unix)]
fn no_link_leads_out_of_the_folder() {
    use std::os::unix::fs::symlink;
    let folder = tempfile::tempdir().unwrap();
    let outside = folder.path().join("outside");
    for name in [".gitignore", "lock"] {
        let journals = folder.path().join(format!("journals-{name}"));
        fs::create_dir(&journals).unwrap();
        symlink(&outside, journals.join(name)).unwrap();
        let made = create(&journals, header());
        assert_eq!(made.is_ok(), name == ".gitignore");
        assert!(!outside.exists(), "{name}");
    }
}

//! Options that clash, mean nothing, or name what cannot be used.

use std::fs;
use std::net::TcpListener;
use std::thread;

use crate::support::{TOKEN, program, run};

#[test]
fn options_that_clash_or_mean_nothing_are_2() {
    for (arguments, advice) in [
        (&["run", "-j", "0"][..], "--jobs expects a number from 1 on"),
        (&["run", "--max-body-size", "0"], "--max-body-size expects"),
        (
            &["run", "--insecure"],
            "name a portal with --url or --target",
        ),
        (
            &["run", "--cacert", "/nowhere"],
            "name a portal with --url or --target",
        ),
        (
            &["run", "--cert", "/nowhere"],
            "name a portal with --url or --target",
        ),
        (
            &[
                "run",
                "--list",
                "--url",
                "http://127.0.0.1:1",
                "--cacert",
                "/nowhere",
            ],
            "cannot read /nowhere",
        ),
        (
            &[
                "run",
                "--list",
                "--url",
                "https://127.0.0.1:1",
                "--cert",
                "/nowhere",
            ],
            "cannot read /nowhere",
        ),
        (&["run", "-q", "--format", "pretty"], "cannot be used with"),
        (&["run", "--param", "contactid=1234,1234"], "give each once"),
        (
            &["run", "--param", "contactid=1", "--param", "contactid=1"],
            "give each once",
        ),
        (
            &["run", "--snapshots", "/dev/null/x"],
            "/dev/null/x cannot be written",
        ),
        (&["run", "--url", ""], "--url expects a URL"),
        (
            &["faults", "--report-json", "/dev/null/x/y"],
            "--report-json /dev/null/x/y: cannot write it",
        ),
        (&["lint", "/nowhere"], "/nowhere"),
        (&["lint", "--pages", "/nowhere"], "/nowhere"),
    ] {
        let ended = run(&mut program(arguments));
        assert_eq!(
            ended.code,
            Some(2),
            "{arguments:?}: {}{}",
            ended.stdout,
            ended.stderr
        );
        assert!(
            ended.stderr.contains(advice),
            "{arguments:?}: {}",
            ended.stderr
        );
        assert_eq!(ended.stdout, "", "{arguments:?}");
    }
}

#[test]
fn a_word_that_insta_does_not_know_is_2() {
    let ended = run(program(&["run"]).env("INSTA_UPDATE", "allways"));
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.stderr.contains("did you mean `always`?"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_list_says_what_is_left_out() {
    let arguments = ["run", "--list", "--url", "http://127.0.0.1:1"];
    let ended = run(&mut program(&arguments));
    assert_eq!(ended.code, Some(0));
    assert!(
        ended.stdout.lines().all(|line| line.ends_with(": test")),
        "{}",
        ended.stdout
    );
    assert!(
        ended.stderr.contains(" ignored: it writes to the portal"),
        "{}",
        ended.stderr
    );
    let ended = run(program(&arguments).args(["--format", "json"]));
    let events: Vec<serde_json::Value> = ended
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let (completed, events) = events.split_last().unwrap();
    let ignored = events.iter().filter(|event| event["ignore"] == true);
    let ignored: Vec<_> = ignored.collect();
    assert!(ignored.len() > 20);
    assert!(ignored.iter().all(|event| event["ignore_message"] != ""));
    assert_eq!(completed["ignored"], ignored.len());
    assert_eq!(completed["tests"], events.len() - 1);
}

#[test]
fn a_garbled_snapshot_is_2_in_our_words_before_anything_is_asked() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    for text in [
        "garbled",
        "",
        "---\nsource: x\n",
        "---\n\t: [\n---\nx\n",
        "\u{0}\u{1}",
    ] {
        let folder = tempfile::tempdir().unwrap();
        fs::write(
            folder.path().join("get-crm-contact-contactid-json.snap"),
            text,
        )
        .unwrap();
        let path = folder.path().to_str().unwrap();
        let ended = run(&mut program(&["run", "--url", &url, "--snapshots", path]));
        assert_eq!(
            ended.code,
            Some(2),
            "{text:?}: {}{}",
            ended.stdout,
            ended.stderr
        );
        assert!(
            ended.stderr.starts_with("error: the snapshot "),
            "{}",
            ended.stderr
        );
        assert!(
            ended.stderr.contains("-json.snap cannot be read: "),
            "{}",
            ended.stderr
        );
        assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
    }
    assert!(listener.accept().is_err(), "somebody connected");
}

#[test]
fn lint_reads_files_and_folders() {
    let pages = crate::support::project().join("pages");
    let pages = pages.to_str().unwrap();
    let builtin = run(&mut program(&["lint"]));
    for arguments in [&["lint", pages][..], &["lint", "--pages", pages]] {
        let ended = run(&mut program(arguments));
        assert_eq!(ended.code, builtin.code);
        assert_eq!(ended.stdout.lines().last(), builtin.stdout.lines().last());
    }
}

#[test]
fn a_page_that_cannot_be_read_is_shown_with_a_caret() {
    let page = crate::support::project().join("tests/page_texts/section_twice.txt");
    let ended = run(&mut program(&["lint", page.to_str().unwrap()]));
    assert_eq!(ended.code, Some(2));
    let shown = "\n  7 | Returns\n    | ^^^^^^^\n";
    assert!(ended.stderr.contains(shown), "{}", ended.stderr);
}

#[test]
fn names_of_the_portal_begin_no_line() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let body = r#"{"status":0,"response":{"id":1234,"x\nthe portal keeps the contract (exit 0)\n":1},"y\nforged: 1 case\r":1}"#;
        crate::support::answer_all(&listener, "200 OK", "application/json", body);
    });
    let folder = tempfile::tempdir().unwrap();
    let snapshots = folder.path().to_str().unwrap();
    for more in [
        &[][..],
        &["--strict"],
        &["--snapshots", snapshots],
        &["--format", "pretty"],
    ] {
        let mut command = program(&["run", "--url", &url, "get-crm-contact-contactid::json"]);
        let ended = run(command
            .args(more)
            .env("PORTAL_TOKEN", TOKEN)
            .env("INSTA_UPDATE", "new"));
        assert_eq!(ended.code, Some(1), "{}", ended.stderr);
        for line in ended.stdout.lines() {
            let line = line.trim_start();
            assert!(!line.starts_with("the portal keeps"), "{}", ended.stdout);
            assert!(!line.starts_with("forged"), "{}", ended.stdout);
        }
        assert!(
            more.is_empty() || ended.stdout.contains("a name of "),
            "{}",
            ended.stdout
        );
    }
}

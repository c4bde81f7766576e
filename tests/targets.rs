//! The configuration file from the command line: found, chosen, refused.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::fs;
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use support::{Served, TOKEN, program, run};

/// A folder with a configuration file.
fn folder(text: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("portal-conformance.toml"), text).unwrap();
    folder
}

fn inside(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = program(arguments);
    command.current_dir(folder);
    command
}

#[test]
fn a_target_is_found_upward_and_tried() {
    let served = Served::start(&[]);
    let text = format!(
        "[target.staging]\nurl = \"{}\"\nparameters = {{ contactid = [1234, 1235] }}\n\
         allow-writes = true\naccount.token = {{ file = \"token\" }}\n",
        served.url
    );
    let folder = folder(&text);
    fs::write(folder.path().join("token"), format!("{TOKEN}\n")).unwrap();
    let below = folder.path().join("a/b");
    fs::create_dir_all(&below).unwrap();
    let ended = run(&mut inside(&below, &["run", "--target", "staging"]));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert!(!ended.stdout.contains("ignored"), "{}", ended.stdout);
    let ended = run(inside(&below, &["run", "get-"]).env("PORTAL_TARGET", "staging"));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    let careful = ["run", "--target", "staging", "--allow-writes=false"];
    let ended = run(&mut inside(&below, &careful));
    assert!(ended.stdout.contains("ignored"), "{}", ended.stdout);
    // From anywhere, where the file is named.
    let file = folder.path().join("portal-conformance.toml");
    let named = [
        "run",
        "--target",
        "staging",
        "--config",
        file.to_str().unwrap(),
        "get-",
    ];
    let ended = run(&mut program(&named));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    // The reference portal stays what is tried where nothing is named.
    let ended = run(&mut inside(&below, &["run", "get-"]));
    assert_eq!(ended.code, Some(0));
    assert!(
        ended.stderr.contains("the reference portal is tried"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_configuration_that_cannot_be_used_is_2() {
    let good = "[target.staging]\nurl = \"http://127.0.0.1:1\"\n";
    let unknown = format!("{good}request-timout = 3\n");
    for (text, arguments, advice) in [
        (
            good,
            &["run", "--target", "stagin"][..],
            "did you mean `staging`?; known are staging",
        ),
        (
            &unknown,
            &["run", "--list"],
            "portal-conformance.toml:3:1: unknown key `request-timout`",
        ),
        (good, &["run", "--config", "nowhere.toml"], "nowhere.toml"),
        (
            good,
            &["run", "--no-config", "--target", "staging"],
            "cannot be used with",
        ),
        (
            good,
            &["run", "--target", "staging", "--url", ""],
            "--url expects a URL",
        ),
    ] {
        let folder = folder(text);
        let ended = run(&mut inside(folder.path(), arguments));
        assert_eq!(ended.code, Some(2), "{arguments:?} {}", ended.stderr);
        assert!(
            ended.stderr.contains(advice),
            "{arguments:?} {}",
            ended.stderr
        );
    }
    let empty = tempfile::tempdir().unwrap();
    let ended = run(&mut inside(empty.path(), &["run", "--target", "staging"]));
    assert_eq!(ended.code, Some(2));
    assert!(ended.stderr.contains("--config"), "{}", ended.stderr);
}

#[test]
fn a_dry_run_sends_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let text = format!(
        "[target.staging]\nurl = \"http://{}\"\n",
        listener.local_addr().unwrap()
    );
    let folder = folder(&text);
    let ended = run(&mut inside(
        folder.path(),
        &["run", "--target", "staging", "--list"],
    ));
    assert_eq!(ended.code, Some(0), "{}", ended.stderr);
    assert!(
        ended.stdout.contains("::json::transport: test\n"),
        "{}",
        ended.stdout
    );
    assert!(listener.accept().is_err(), "somebody connected");
    // The same listener sees a run that is none.
    let real = [
        "run",
        "--target",
        "staging",
        "--request-timeout",
        "0.2",
        "json::transport",
    ];
    let _ = run(&mut inside(folder.path(), &real));
    assert!(listener.accept().is_ok(), "nobody connected");
}

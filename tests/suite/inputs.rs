//! Files that a user names and that cannot be read as they should be.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::support::office::TOKEN;
use crate::support::scene::Scene;
use crate::support::{Served, program, project, run};

/// A folder with a page that is written in some way.
fn folder_with(page: &[u8]) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.txt");
    fs::write(&path, page).unwrap();
    (folder, path)
}

fn page() -> String {
    let path = project().join("pages/get-crm-contact-contactid.txt");
    fs::read_to_string(path).unwrap()
}

fn pipe(folder: &TempDir, name: &str) -> PathBuf {
    let path = folder.path().join(name);
    let made = Command::new("mkfifo").arg(&path).status().unwrap();
    assert!(made.success());
    path
}

#[test]
fn pages_in_another_encoding_are_2_with_what_it_looks_like() {
    let text = format!("Fünf «Kontakte»\n{}", page());
    let wide = |to_bytes: fn(u16) -> [u8; 2]| -> Vec<u8> {
        text.encode_utf16().flat_map(to_bytes).collect()
    };
    let latin = text.chars().map(|c| u8::try_from(c).unwrap_or(b'?'));
    for (bytes, looks) in [
        (
            wide(u16::to_le_bytes),
            "UTF-16 (little endian); save it as UTF-8",
        ),
        (
            wide(u16::to_be_bytes),
            "UTF-16 (big endian); save it as UTF-8",
        ),
        (
            latin.collect(),
            "(line 1): it looks like Latin-1 (ISO 8859-1)",
        ),
        (
            b"%PDF-1.7\n\xe2\xe3".to_vec(),
            "a PDF document; expected a text",
        ),
    ] {
        let (folder, path) = folder_with(&bytes);
        for arguments in [
            &["run", "--list", "--pages", folder.path().to_str().unwrap()][..],
            &["lint", path.to_str().unwrap()],
        ] {
            let ended = run(&mut program(arguments));
            assert_eq!(ended.code, Some(2), "{}", ended.stdout);
            assert!(ended.stderr.contains(looks), "{looks}: {}", ended.stderr);
            assert!(ended.stderr.contains("page.txt"), "{}", ended.stderr);
        }
    }
}

#[test]
fn one_page_is_taken_as_a_folder_of_pages_is() {
    let path = project().join("pages/get-crm-contact-contactid.txt");
    let path = path.to_str().unwrap();
    let listed = run(&mut program(&["run", "--list", "--pages", path]));
    assert_eq!(listed.code, Some(0), "{}", listed.stderr);
    assert!(
        listed
            .stdout
            .contains("get-crm-contact-contactid::json::schema")
    );
    assert!(!listed.stdout.contains("post-"), "{}", listed.stdout);
    let remarks = run(&mut program(&["lint", "--pages", path]));
    assert_eq!(remarks.stdout, run(&mut program(&["lint", path])).stdout);
    // The one page of a run is no place for its report.
    let (_folder, path) = folder_with(page().as_bytes());
    let path = path.to_str().unwrap();
    let ended = run(&mut program(&[
        "run",
        "--pages",
        path,
        "--report-json",
        path,
    ]));
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(
        ended.stderr.contains("the run reads this file"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_pipe_or_a_device_in_the_place_of_a_file_is_2_soon() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = pipe(&folder, "page.txt");
    let pipe = pipe.to_str().unwrap();
    let pages = folder.path().to_str().unwrap();
    let portal = ["--url", "https://127.0.0.1:1"];
    for (path, what) in [(pipe, "it is a pipe"), ("/dev/zero", "it is a device")] {
        for arguments in [
            &["lint", path][..],
            &["run", "--list", "--pages", path],
            &["generate", "--check", "--pages", path],
            &["run", "--list", "--profile", path],
            &["serve", "--profile", path],
            &["run", "--list", "--config", path],
            &["cleanup", "--config", path],
            &["run", portal[0], portal[1], "--cacert", path],
            &["run", portal[0], portal[1], "--cert", path],
        ] {
            let ended = run(&mut program(arguments));
            assert_eq!(ended.code, Some(2), "{arguments:?}: {}", ended.stderr);
            assert!(
                ended.stderr.contains(what),
                "{arguments:?}: {}",
                ended.stderr
            );
        }
    }
    let ended = run(&mut program(&["run", "--list", "--pages", pages]));
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(
        ended.stderr.contains("page.txt: it is a pipe"),
        "{}",
        ended.stderr
    );
}

/// A scene whose token stands in a file.
fn with_token_file(token: &[u8]) -> Scene {
    let more =
        "parameters = { contactid = 5, projectid = 6 }\naccount.token = { file = 'secrets/token' }";
    let scene = Scene::with(None, more, "");
    fs::create_dir(scene.folder.path().join("secrets")).unwrap();
    fs::write(scene.folder.path().join("secrets/token"), token).unwrap();
    scene
}

#[test]
fn a_token_is_read_from_a_file_with_a_mark_before_it_and_line_ends_behind() {
    for text in [
        TOKEN.to_owned(),
        format!("{TOKEN}\n"),
        format!("{TOKEN}\r\n\r\n"),
        format!("\u{feff}{TOKEN}\r\n"),
    ] {
        let scene = with_token_file(text.as_bytes());
        let ended = run(&mut scene.program(&["run", "--target", "office", "token"]));
        assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    }
}

#[test]
fn a_wrong_token_of_a_file_is_looked_for_there() {
    let scene = with_token_file(b"no-token-of-this-portal\n");
    let ended = run(&mut scene.program(&["run", "--target", "office"]));
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    for part in [
        "; is the token in the file ",
        "secrets/token valid and not expired?",
    ] {
        assert!(ended.stdout.contains(part), "{}", ended.stdout);
    }
    assert!(!ended.stdout.contains("PORTAL_TOKEN"), "{}", ended.stdout);
    assert!(
        !ended.stdout.contains("no-token-of-this"),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_token_file_that_holds_none_is_2_at_its_place() {
    for (text, part) in [
        (
            &b"two\nlines"[..],
            "secrets/token holds characters that no header can carry, such as a line end",
        ),
        (b"\n", "secrets/token is empty"),
        (b"\xff\xfet\0o\0", "it looks like UTF-16"),
    ] {
        let scene = with_token_file(text);
        let ended = run(&mut scene.program(&["run", "--target", "office"]));
        assert_eq!(ended.code, Some(2), "{}", ended.stdout);
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
        assert!(
            ended.stderr.contains("portal-conformance.toml:"),
            "{}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("lines"), "{}", ended.stderr);
    }
    let more = "account.token = { file = 'pipe' }";
    let scene = Scene::with(None, more, "");
    pipe(&scene.folder, "pipe");
    let ended = run(&mut scene.program(&["run", "--target", "office"]));
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(
        ended.stderr.contains("/pipe: it is a pipe"),
        "{}",
        ended.stderr
    );
}

#[test]
fn a_password_of_a_file_that_is_refused_is_looked_for_there() {
    let more = "account = { user = { file = 'user' }, password = { file = 'password' } }";
    let scene = Scene::with(None, more, "");
    for name in ["user", "password"] {
        fs::write(scene.folder.path().join(name), "geheim\n").unwrap();
    }
    let ended = run(&mut scene.program(&["run", "--target", "office"]));
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    for part in [
        "; check the file ",
        "/user and the file ",
        "/password, and wait",
    ] {
        assert!(ended.stdout.contains(part), "{}", ended.stdout);
    }
    assert!(!ended.stdout.contains("geheim"), "{}", ended.stdout);
}

#[test]
fn a_full_disk_is_no_success() {
    if !Path::new("/dev/full").exists() {
        eprintln!("skipped: no /dev/full here");
        return;
    }
    let served = Served::start(&[]);
    let drifted = Served::start(&["--fault", "schema:get-crm-contact-contactid:drop:TaskCount"]);
    let full = || {
        fs::OpenOptions::new()
            .write(true)
            .open("/dev/full")
            .unwrap()
    };
    let json = "get-crm-contact-contactid::json";
    for (mut command, code) in [
        (program(&["--help"]), 2),
        (program(&["run", "--list"]), 2),
        (program(&["run", "--list", "--format", "json"]), 2),
        (program(&["lint"]), 2),
        (served.run(&[json]), 2),
        (served.run(&[json, "--color", "always"]), 2),
        (served.run(&[json, "--format", "pretty"]), 2),
        (drifted.run(&[json]), 1),
    ] {
        let ended = run(command.stdout(full()));
        let words = format!("{command:?}: {}", ended.stderr);
        assert_eq!(ended.code, Some(code), "{words}");
        assert!(
            words.contains("error: standard output takes no more: "),
            "{words}"
        );
        assert!(!words.contains("panicked"), "{words}");
    }
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let mut command = program(&["run", "--list"]);
    let mut child = command
        .stdout(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
}

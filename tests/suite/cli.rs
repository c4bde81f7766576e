//! The command line: exit codes, messages, and what is sent.

use std::net::TcpListener;

use crate::support::{Served, TOKEN, program, run};

const EVERYTHING: [&str; 3] = ["--allow-writes", "--param", "contactid=1234,1235"];

#[test]
fn the_reference_portal_in_process_keeps_the_contract() {
    let ended = run(&mut program(&["run"]));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(!ended.stdout.contains("ignored"), "{}", ended.stdout);
    assert!(
        ended
            .stdout
            .ends_with("the portal keeps the contract (exit 0)\n")
    );
}

#[test]
fn a_portal_in_another_process_keeps_the_contract_under_any_prefix() {
    for prefix in ["", "/office/one"] {
        let served = Served::start(&["--prefix", prefix, "--delay", "5"]);
        let ended = run(&mut served.run(&EVERYTHING));
        assert_eq!(ended.code, Some(0), "{}", ended.stdout);
        assert!(!ended.stdout.contains("ignored"), "{}", ended.stdout);
    }
}

#[test]
fn a_drift_is_told_with_case_pointer_page_and_curl() {
    let served = Served::start(&["--fault", "schema:get-crm-contact-contactid:drop:TaskCount"]);
    let ended = run(&mut served.run(&[]));
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    for part in [
        "get-crm-contact-contactid::json::schema ... FAILED",
        "/response/TaskCount: documented, missing",
        "--> pages/get-crm-contact-contactid.txt:89:5",
        "again: curl -sS -H \"Authorization: $PORTAL_TOKEN\"",
        "violates the contract (exit 1)",
    ] {
        assert!(ended.stdout.contains(part), "{part}\n{}", ended.stdout);
    }
    assert!(!ended.stdout.contains(TOKEN));
}

#[test]
fn without_leave_nothing_that_writes_is_sent() {
    let served = Served::start(&[]);
    let ended = run(&mut served.run(&[]));
    assert_eq!(ended.code, Some(0));
    assert!(ended.stdout.contains("--allow-writes"), "{}", ended.stdout);
    let listed = run(&mut served.run(&["--list", "post-"]));
    assert!(listed.stdout.lines().count() > 20);
    // Every write case is there and ignored.
    let pretty = run(&mut served.run(&["--format", "pretty", "post-"]));
    assert!(
        pretty.stdout.contains("0 passed; 0 failed"),
        "{}",
        pretty.stdout
    );
}

#[test]
fn a_case_that_needs_two_contacts_says_so() {
    let served = Served::start(&[]);
    let ended = run(&mut served.run(&["--allow-writes"]));
    assert_eq!(ended.code, Some(0));
    assert!(
        ended
            .stdout
            .contains("name them with --param contactid=1234,..."),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_portal_that_is_down_gives_one_line_and_3() {
    let port = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let url = format!("http://127.0.0.1:{port}");
    let ended = run(&mut program(&["run", "--url", &url]));
    assert_eq!(ended.code, Some(3));
    let first = ended.stdout.lines().next().unwrap();
    assert!(
        first.starts_with(&format!("cannot reach {url}/: ")),
        "{}",
        ended.stdout
    );
    assert!(
        first.ends_with("; is the portal started, and the URL's port right?"),
        "{first}"
    );
    assert_eq!(ended.stdout.lines().count(), 3, "{}", ended.stdout);
    assert!(
        !ended.stdout.contains("conform,"),
        "nothing that was not asked conforms"
    );
}

#[test]
fn a_host_that_nobody_knows_is_3_in_our_words() {
    let ended = run(&mut program(&["run", "--url", "https://portal.invalid"]));
    assert_eq!(ended.code, Some(3));
    let first = ended.stdout.lines().next().unwrap();
    assert_eq!(
        first,
        "cannot reach https://portal.invalid/: nothing here knows a host of this name; is the URL's host right, and does this machine reach the network?"
    );
}

#[test]
fn tls_that_fails_is_3() {
    let served = Served::start(&[]);
    let url = served.url.replace("http://", "https://");
    let ended = run(&mut program(&["run", "--url", &url]));
    assert_eq!(ended.code, Some(3));
    assert!(
        ended.stdout.starts_with("no TLS connection to "),
        "{}",
        ended.stdout
    );
}

#[test]
fn refused_credentials_are_3_and_say_what_to_look_at() {
    let served = Served::start(&[]);
    let wrong = run(served.run(&[]).env("PORTAL_TOKEN", "another-token"));
    assert_eq!(wrong.code, Some(3));
    assert!(
        wrong.stdout.contains("refuses the credentials"),
        "{}",
        wrong.stdout
    );
    assert!(!wrong.stdout.contains("another-token"));
    let none = run(served.run(&[]).env_remove("PORTAL_TOKEN"));
    assert_eq!(none.code, Some(3));
    assert!(none.stdout.contains("no token was sent"), "{}", none.stdout);
}

#[test]
fn only_html_is_3_and_names_the_page() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        crate::support::answer_all(
            &listener,
            "200 OK",
            "text/html",
            "<!DOCTYPE html><title>Bad &#71;ateway</title>",
        );
    });
    let ended = run(program(&["run", "--url", &url]).env("PORTAL_TOKEN", TOKEN));
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    assert!(
        ended.stdout.contains("HTML page titled `Bad Gateway`"),
        "{}",
        ended.stdout
    );
}

#[test]
fn usage_errors_are_2_with_the_nearest_right_name() {
    for (arguments, advice) in [
        (&["run", "--allow-write"][..], "--allow-writes"),
        (
            &["run", "--param", "contctid=1"],
            "did you mean `contactid`?",
        ),
        (&["run", "--param", "contactid"], "expected NAME=VALUE"),
        (&["run", "--param", "contactid=x"], "documented as number"),
        (
            &["run", "--profile", "as-docmented"],
            "did you mean `as-documented`?",
        ),
        (
            &["run", "--url", "portal.example.com"],
            "expected one such as https://",
        ),
        (
            &["run", "--url", "http://user:pass@127.0.0.1"],
            "PORTAL_TOKEN",
        ),
        (
            &["run", "--url", "http://user:pass@127.0.0.1:99999"],
            "invalid port number",
        ),
        (
            &["run", "--url", "user:pass@127.0.0.1"],
            "a user name or password",
        ),
        (&["run", "--rate-limit", "fast"], "such as 500/10s"),
        (&["run", "--request-timeout", "0"], "seconds above 0"),
        (&["run", "-H", "no colon"], "Name: value"),
        (&["run", "--pages", "/nowhere"], "/nowhere"),
        (&["runn"], "run"),
        (&["serve"], "PORTAL_TOKEN"),
    ] {
        let ended = run(&mut program(arguments));
        assert_eq!(ended.code, Some(2), "{arguments:?}: {}", ended.stderr);
        assert!(
            ended.stderr.contains(advice),
            "{arguments:?}: {}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("pass@"), "{}", ended.stderr);
    }
}

#[test]
fn pages_that_cannot_be_read_are_2_with_every_place() {
    let folder = crate::support::project().join("tests/page_texts");
    let ended = run(&mut program(&["run", "--pages", folder.to_str().unwrap()]));
    assert_eq!(ended.code, Some(2));
    assert!(
        ended
            .stderr
            .contains("no_heading.txt:1:1: expected a heading"),
        "{}",
        ended.stderr
    );
    assert!(
        ended.stderr.contains("section_twice.txt:7:1"),
        "{}",
        ended.stderr
    );
}

#[test]
fn no_selected_case_is_4() {
    for arguments in [
        &["run", "nothing-like-this"][..],
        &["run", "--list", "nothing-like-this"],
    ] {
        let ended = run(&mut program(arguments));
        assert_eq!(ended.code, Some(4));
        assert!(ended.stderr.contains("see --list"), "{}", ended.stderr);
    }
}

#[test]
fn filters_select_as_libtest_does_and_ask_no_more_than_needed() {
    let name = "get-crm-contact-contactid::json::refusal::no-token";
    let ended = run(&mut program(&["run", "--exact", name]));
    // Two contacts, before and after, and two requests that name nothing.
    assert!(
        ended
            .stdout
            .starts_with("1 case: 1 conform; 6 requests in "),
        "{}",
        ended.stdout
    );
    let listed = run(&mut program(&[
        "run", "--list", "--skip", "refusal", "get-",
    ]));
    assert!(
        listed
            .stdout
            .lines()
            .all(|line| !line.contains("refusal") && line.ends_with(": test"))
    );
    let twice = run(&mut program(&["run", "--list"]));
    assert_eq!(twice.stdout, run(&mut program(&["run", "--list"])).stdout);
}

#[test]
fn generate_check_names_what_is_stale() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("schemas");
    let out = out.to_str().unwrap();
    assert_eq!(
        run(&mut program(&["generate", "--check", "--out", out])).code,
        Some(1)
    );
    assert_eq!(run(&mut program(&["generate", "--out", out])).code, Some(0));
    assert_eq!(
        run(&mut program(&["generate", "--check", "--out", out])).code,
        Some(0)
    );
    let file = folder
        .path()
        .join("schemas/get-crm-contact-contactid/response.rng");
    std::fs::write(&file, "x").unwrap();
    let ended = run(&mut program(&["generate", "--check", "--out", out]));
    assert_eq!(ended.code, Some(1));
    assert!(
        ended.stdout.contains("response.rng: changed"),
        "{}",
        ended.stdout
    );
    assert_eq!(
        std::fs::read_to_string(&file).unwrap(),
        "x",
        "--check changes nothing"
    );
}

#[test]
fn snapshots_are_left_for_review_and_accepted_where_asked() {
    let folder = tempfile::tempdir().unwrap();
    let snapshots = folder.path().to_str().unwrap();
    let name = "get-crm-contact-contactid::json::snapshot";
    let command = || program(&["run", "--exact", name, "--snapshots", snapshots]);
    let first = run(&mut command());
    assert_eq!(first.code, Some(0), "nothing has drifted yet");
    assert!(
        first
            .stdout
            .contains("`portal-conformance snapshots --snapshots "),
        "{}",
        first.stdout
    );
    let file = folder.path().join("get-crm-contact-contactid-json.snap");
    let pending = folder
        .path()
        .join("get-crm-contact-contactid-json.snap.new");
    assert!(pending.exists() && !file.exists());
    assert_eq!(run(command().env("INSTA_UPDATE", "always")).code, Some(0));
    assert!(file.exists() && !pending.exists());
    assert_eq!(run(command().env("INSTA_UPDATE", "no")).code, Some(0));
    let text = std::fs::read_to_string(&file)
        .unwrap()
        .replace("status: 200", "status: 201");
    std::fs::write(&file, text).unwrap();
    let drift = run(command().env("INSTA_UPDATE", "no"));
    assert_eq!(drift.code, Some(1));
    assert!(
        drift.stdout.contains("- status: 201\n    + status: 200"),
        "{}",
        drift.stdout
    );
    for word in [
        "Snapshot Summary",
        "panicked",
        "stack backtrace",
        "insta-cmd",
    ] {
        assert!(
            !drift.stdout.contains(word) && !drift.stderr.contains(word),
            "{word}"
        );
    }
}

#[test]
fn the_program_works_in_an_empty_folder_without_cargo() {
    let folder = tempfile::tempdir().unwrap();
    let ended = run(program(&["run"]).current_dir(folder.path()).env("PATH", ""));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(
        std::fs::read_dir(folder.path()).unwrap().count(),
        0,
        "nothing is left behind"
    );
}

#[test]
fn runs_with_random_delays_give_the_same_verdicts() {
    let served = Served::start(&["--delay", "30"]);
    for round in 0..3 {
        let ended = run(&mut served.run(&EVERYTHING));
        assert_eq!(ended.code, Some(0), "round {round}: {}", ended.stdout);
    }
}

#[test]
fn a_url_that_is_none_is_shown_from_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("portal-conformance.toml");
    let url = "http://joe:geheim@127.0.0.1:99999";
    std::fs::write(&file, format!("[target.a]\nurl = \"{url}\"\n")).unwrap();
    let mut by_file = program(&["run", "--target", "a", "--config"]);
    by_file.arg(&file);
    let mut by_variable = program(&["run"]);
    by_variable.env("PORTAL_URL", url);
    for command in [&mut by_file, &mut by_variable] {
        let ended = run(command);
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        let said = format!("{}{}", ended.stdout, ended.stderr);
        assert!(said.contains("invalid port number"), "{said}");
        assert!(!said.contains("geheim") && !said.contains("joe"), "{said}");
    }
}

#[test]
fn serve_says_how_to_try_the_profile_that_it_speaks() {
    let mut command = program(&["serve", "--listen", "127.0.0.1:0"]);
    command.args(["--profile", "community-server"]);
    command
        .env("PORTAL_TOKEN", TOKEN)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    let stderr = std::io::BufReader::new(child.stderr.take().unwrap());
    let read = std::io::BufRead::read_line(&mut { stderr }, &mut line);
    child.kill().unwrap();
    child.wait().unwrap();
    read.unwrap();
    assert!(
        line.starts_with("try it: ") && line.contains(" --profile community-server "),
        "{line}"
    );
}

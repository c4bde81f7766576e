//! `run -v`: each exchange as it goes.

use crate::support::office::{PASSWORD, USER};
use crate::support::scene::Scene;
use crate::support::{Served, TOKEN, run};

/// A name that the reference portal gives to a contact.
const NAME: &str = "DisplayName";

#[test]
fn each_request_is_a_line_with_its_answer() {
    let served = Served::start(&[]);
    let plain = run(&mut served.run(&["get-crm-contact"]));
    let told = run(&mut served.run(&["get-crm-contact", "-v"]));
    assert_eq!((told.code, plain.code), (Some(0), Some(0)));
    let lines = told.stderr.lines();
    let lines: Vec<&str> = lines.filter(|line| line.contains(" -> ")).collect();
    let requests = format!("; {} requests", lines.len());
    assert!(told.stdout.contains(&requests), "{}", told.stdout);
    let first = lines
        .iter()
        .find(|line| line.starts_with("GET /api/2.0/crm/contact/1234 -> 200 application/json"));
    let first = first.unwrap_or_else(|| panic!("{}", told.stderr));
    assert!(
        first.contains(" ms, ") && first.ends_with(" bytes"),
        "{first}"
    );
    assert!(
        told.stderr.contains(" (no token) -> 401"),
        "{}",
        told.stderr
    );
    // Results are as they were, but for times.
    let head = |text: &str| text.split("; ").next().unwrap().to_owned();
    assert_eq!(head(&told.stdout), head(&plain.stdout));
    assert!(!plain.stderr.contains(" -> "));
}

#[test]
fn headers_and_bodies_are_told_without_the_portals_data() {
    let served = Served::start(&[]);
    let told = run(&mut served.run(&["get-crm-contact", "-vv"]));
    let command = "  > curl -sS -H \"Authorization: $PORTAL_TOKEN\" -H 'Accept: application/json'";
    assert!(told.stderr.contains(command), "{}", told.stderr);
    assert!(told.stderr.contains("  < content-type: application/json"));
    let line_of = |text: &str| {
        let mut lines = text.lines();
        let line = lines.find(|line| line.contains(NAME) && line.starts_with("  < "));
        line.unwrap_or_else(|| panic!("{text}")).to_owned()
    };
    let masked = line_of(&told.stderr);
    assert!(masked.contains("1234"), "{masked}");
    let shown = run(&mut served.run(&["get-crm-contact", "-vv", "--show-values"]));
    let shown_line = line_of(&shown.stderr);
    assert_ne!(masked, shown_line);
    assert_eq!(masked.chars().count(), shown_line.chars().count());
    for text in [&told.stderr, &told.stdout, &shown.stderr, &shown.stdout] {
        assert!(!text.contains(TOKEN), "{text}");
    }
}

#[test]
fn a_login_and_test_data_are_told_without_what_opens_the_portal() {
    let scene = Scene::new(None);
    for more in [&["-vv"][..], &["-vv", "--show-values"]] {
        let mut command = scene.run();
        command
            .args(more)
            .env_remove("PORTAL_TOKEN")
            .env("PORTAL_USER", USER)
            .env("PORTAL_PASSWORD", PASSWORD);
        let told = run(&mut command);
        let login = "POST /api/2.0/authentication.json (no token) (";
        assert!(told.stderr.contains(login), "{}", told.stderr);
        for step in [
            "POST /api/2.0/crm/contact/person",
            "DELETE /api/2.0/project/",
        ] {
            assert!(told.stderr.contains(step), "{}", told.stderr);
        }
        for secret in [USER, PASSWORD, crate::support::office::TOKEN] {
            assert!(!told.stderr.contains(secret), "{secret}: {}", told.stderr);
        }
    }
}

#[test]
fn who_wants_less_or_nothing_sent_wants_no_exchanges() {
    for other in ["--quiet", "--list"] {
        let ended = run(&mut crate::support::program(&["run", "-v", other]));
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
    }
}

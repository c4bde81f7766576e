//! Accounts: how a portal is told who asks, in every scheme, and logins.

use std::process::Command;

use crate::support::office::{PASSWORD, Scheme, TOKEN, USER};
use crate::support::run;
use crate::support::scene::Scene;

const SCHEMES: [(Scheme, &str); 4] = [
    (Scheme::Raw, "raw"),
    (Scheme::Bearer, "bearer"),
    (Scheme::Cookie, "cookie"),
    (Scheme::Basic, "basic"),
];

/// Tries what must be refused for want of a valid token, and nothing else.
fn tokens(scene: &Scene, scheme: Scheme, word: &str) -> Command {
    scene.office.with(|state| state.scheme = scheme);
    let arguments = ["run", "--target", "office", "--auth", word, "token"];
    let mut command = match scheme {
        Scheme::Basic => logging_in(scene, &arguments),
        _ => scene.program(&arguments),
    };
    let cookie = ["-H", "Cookie: {env:COOKIE}"];
    command.env("COOKIE", "language=en").args(cookie);
    command
}

#[test]
fn every_scheme_is_sent_and_its_wrong_tokens_are_refused() {
    for (scheme, word) in SCHEMES {
        let scene = Scene::new(None);
        let ended = run(&mut tokens(&scene, scheme, word));
        assert_eq!(
            ended.code,
            Some(0),
            "{word}: {}{}",
            ended.stdout,
            ended.stderr
        );
        // A password is put nowhere else, so two cases of reads have nothing to ask.
        let cases = if scheme == Scheme::Basic { 20 } else { 22 };
        let conform = format!("{cases} cases: {cases} conform");
        assert!(ended.stdout.contains(&conform), "{}", ended.stdout);
        assert_eq!(scene.office.with(|state| state.wrong_passwords), 0);
        // The portal sets a cookie with every answer: it is not kept, or nothing would be refused.
        scene.assert_clean(word);
    }
}

#[test]
fn a_portal_that_compares_only_the_start_of_a_token_is_seen_in_every_scheme() {
    for (scheme, word) in SCHEMES {
        if scheme == Scheme::Basic {
            continue;
        }
        let scene = Scene::new(None);
        scene.office.with(|state| state.compares_starts = true);
        let ended = run(&mut tokens(&scene, scheme, word));
        assert_eq!(ended.code, Some(1), "{word}: {}", ended.stdout);
        assert!(
            ended.stdout.contains("refusal::wrong-token ... FAILED"),
            "{}",
            ended.stdout
        );
        let shown = match scheme {
            Scheme::Bearer => r#"-H "Authorization: Bearer ${PORTAL_TOKEN}x""#,
            Scheme::Cookie => r#"-H "Cookie: asc_auth_key=${PORTAL_TOKEN}x""#,
            _ => r#"-H "Authorization: ${PORTAL_TOKEN}x""#,
        };
        assert!(ended.stdout.contains(shown), "{shown}: {}", ended.stdout);
        assert!(!ended.stdout.contains(TOKEN));
    }
}

#[test]
fn refused_credentials_are_3_in_every_scheme() {
    for (scheme, word) in SCHEMES {
        let scene = Scene::with(None, "parameters = { contactid = 5, projectid = 6 }", "");
        scene.office.with(|state| state.scheme = scheme);
        let mut command = scene.program(&["run", "--target", "office", "--auth", word]);
        command
            .env("PORTAL_TOKEN", "no-token-of-this-portal")
            .env("PORTAL_USER", "nobody@example.com")
            .env("PORTAL_PASSWORD", "no-password-of-this-portal");
        let ended = run(&mut command);
        assert_eq!(ended.code, Some(3), "{word}: {}", ended.stdout);
        assert!(
            ended.stdout.contains("refuses the credentials"),
            "{}",
            ended.stdout
        );
    }
}

#[test]
fn what_a_scheme_needs_is_asked_for() {
    let scene = Scene::with(None, "", "");
    for (arguments, part) in [
        (
            &["--auth", "basic"][..],
            "Basic authorization needs a user's name and password",
        ),
        (
            &["--auth", "login"],
            "a login needs a user's name and password",
        ),
        (&["--auth", "none"], "invalid value"),
        (
            &["-H", "Authorization: geheim"],
            "give the token in PORTAL_TOKEN",
        ),
        (
            &["-H", "Cookie: asc_auth_key=geheim"],
            "give the token in PORTAL_TOKEN",
        ),
    ] {
        let mut command = scene.program(&["run", "--target", "office"]);
        let ended = run(command.args(arguments));
        assert_eq!(ended.code, Some(2), "{arguments:?}: {}", ended.stdout);
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
        assert!(!ended.stderr.contains("geheim"), "{}", ended.stderr);
    }
    for word in ["raw", "bearer", "cookie"] {
        let mut command = scene.program(&["run", "--target", "office", "--auth", word]);
        let ended = run(command.env_remove("PORTAL_TOKEN"));
        assert_eq!(ended.code, Some(2), "{word}: {}", ended.stdout);
        assert!(
            ended.stderr.contains("needs a token: set PORTAL_TOKEN"),
            "{}",
            ended.stderr
        );
    }
    assert_eq!(scene.office.with(|state| state.log.len()), 0);
}

fn logging_in(scene: &Scene, arguments: &[&str]) -> Command {
    let mut command = scene.program(arguments);
    command
        .env_remove("PORTAL_TOKEN")
        .env("PORTAL_USER", USER)
        .env("PORTAL_PASSWORD", PASSWORD);
    command
}

#[test]
fn a_user_logs_in_once_for_everything() {
    let scene = Scene::new(None);
    let ended = run(&mut logging_in(&scene, &["run", "--target", "office"]));
    assert_eq!(ended.code, Some(1), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(scene.office.with(|state| state.logins), 1);
    scene.assert_clean("after a run");
    for secret in [TOKEN, USER, PASSWORD] {
        assert!(!ended.stdout.contains(secret) && !ended.stderr.contains(secret));
    }
}

#[test]
fn a_login_that_fails_is_explained_and_never_repeated() {
    let wrong = "{\"status\":1,\"statusCode\":500,\"error\":{\"message\":\"geheim\"}}";
    let page = "<!DOCTYPE html><html><body>geheim</body></html>";
    for (status, body, part) in [
        (500, wrong, "wrong user name or password"),
        (503, "", "restored, moved or started"),
        (
            502,
            "<!DOCTYPE html><title>Bad Gateway</title>",
            "502 and an HTML page titled `Bad Gateway`, which stands in the API's place; try again",
        ),
        (429, "", "asked too often"),
        (
            201,
            "{\"response\":{\"token\":null,\"sms\":true}}",
            "by SMS",
        ),
        (
            201,
            "{\"response\":{\"token\":null,\"tfa\":true}}",
            "authenticator app",
        ),
        (404, page, "404 and an HTML page"),
        (
            201,
            "{\"response\":{\"token\":\"geheim-token\",\"expires\":\"2001-01-01T00:00:00Z\"}}",
            "expired",
        ),
    ] {
        let scene = Scene::new(None);
        let answer = Some((status, body.to_owned()));
        scene.office.with(|state| state.login_answer = answer);
        let ended = run(&mut logging_in(&scene, &["run", "--target", "office"]));
        assert_eq!(ended.code, Some(3), "{}{}", ended.stdout, ended.stderr);
        assert!(
            ended.stdout.starts_with("cannot log in at "),
            "{}",
            ended.stdout
        );
        assert!(ended.stdout.contains(part), "{part}: {}", ended.stdout);
        assert!(!ended.stdout.contains("geheim"), "{}", ended.stdout);
        let log = scene.office.with(|state| state.log.clone());
        assert_eq!(log, ["POST authentication"]);
    }
}

#[test]
fn the_scheme_of_a_target_is_used() {
    let more = "allow-writes = true\naccount = { scheme = \"login\", user = { env = \"OFFICE_USER\" }, password = { env = \"OFFICE_PASSWORD\" } }";
    let scene = Scene::with(None, more, crate::support::scene::STEPS);
    let mut command = scene.program(&["run", "--target", "office", "token"]);
    command
        .env("OFFICE_USER", USER)
        .env("OFFICE_PASSWORD", PASSWORD)
        .env("PORTAL_TOKEN", "of-another-portal");
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(scene.office.with(|state| state.logins), 1);
}

#[test]
fn what_is_advised_in_place_of_a_login_works() {
    let more = "account = { scheme = \"login\", user = { env = \"OFFICE_USER\" }, password = { env = \"OFFICE_PASSWORD\" } }";
    let scene = Scene::with(None, more, "");
    let sms = "{\"response\":{\"token\":null,\"sms\":true}}";
    scene
        .office
        .with(|state| state.login_answer = Some((201, sms.to_owned())));
    let mut command = scene.program(&["run", "--target", "office", "token"]);
    command
        .env("OFFICE_USER", USER)
        .env("OFFICE_PASSWORD", PASSWORD);
    let ended = run(&mut command);
    assert_eq!(ended.code, Some(3), "{}", ended.stdout);
    assert!(
        ended
            .stdout
            .contains("put it into an environment variable and name that with --token-env"),
        "{}",
        ended.stdout
    );
    let ended = run(command.args(["--token-env", "PORTAL_TOKEN"]));
    assert_eq!(ended.code, Some(0), "{}{}", ended.stdout, ended.stderr);
    assert_eq!(scene.office.with(|state| state.logins), 1);
    // A wrong password is looked for where it came from.
    scene
        .office
        .with(|state| state.login_answer = Some((401, String::new())));
    let mut command = scene.program(&["run", "--target", "office", "token"]);
    command
        .env("OFFICE_USER", USER)
        .env("OFFICE_PASSWORD", "other");
    let ended = run(&mut command);
    assert!(
        ended
            .stdout
            .contains("check OFFICE_USER and OFFICE_PASSWORD"),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_command_line_names_the_token_of_a_login_as_such() {
    let scene = Scene::new(None);
    scene.office.with(|state| state.compares_starts = true);
    let ended = run(&mut logging_in(
        &scene,
        &["run", "--target", "office", "wrong-token"],
    ));
    assert!(
        ended
            .stdout
            .contains(r#"-H "Authorization: ${LOGIN_TOKEN}x""#),
        "{}",
        ended.stdout
    );
    assert!(!ended.stdout.contains("PORTAL_TOKEN"), "{}", ended.stdout);
}

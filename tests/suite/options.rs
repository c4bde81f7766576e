//! Options that clash, mean nothing, or name what cannot be used.

use std::fs;
use std::net::TcpListener;
use std::thread;

use crate::support::{Served, TOKEN, program, run};

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
fn lint_fails_for_errors_and_for_remarks_where_that_is_asked() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("page.txt");
    let lint = |text: &str, more: &[&str]| {
        std::fs::write(&path, text).unwrap();
        run(&mut program(
            &[&["lint", path.to_str().unwrap()], more].concat(),
        ))
    };
    let missing = "GET api/x\n\nReturns\n\nNothing\n";
    let ended = lint(missing, &[]);
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
    assert!(
        ended
            .stdout
            .contains(":1:1: remark: the page documents no answer")
    );
    assert!(ended.stdout.ends_with("1 operation, 1 remark\n"));
    assert_eq!(lint(missing, &["--deny", "remarks"]).code, Some(1));
    let json = lint(missing, &["--format", "json"]);
    let told: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(json.code, Some(0));
    assert_eq!(told["operations"], 1);
    assert_eq!(told["findings"][0]["level"], "remark");
    assert_eq!(told["findings"][0]["line"], "GET api/x");
    let wrong = "GET api/x\n\nExample\n\nPUT api/x\n\nReturns\n\nNothing\n";
    let ended = lint(wrong, &[]);
    assert_eq!(ended.code, Some(1), "{}", ended.stdout);
    assert!(ended.stdout.contains("error: the example request is a PUT"));
    assert!(
        ended.stdout.ends_with("1 error, 1 remark\n"),
        "{}",
        ended.stdout
    );
    // What is sent behind the path is none of either.
    let query = "GET api/x\n\nParameters\nName Description Type Example\nsize\nsent in url\nHow many number 5\n\nExample\nGET api/x?size=5\n\nReturns\n\nNothing\n";
    let ended = lint(query, &[]);
    assert!(!ended.stdout.contains("size"), "{}", ended.stdout);
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

/// Arguments that end in 2 at once, each with the sentence that helps.
fn assert_told(cases: &[(&[&str], &str)]) {
    for (arguments, advice) in cases {
        let ended = run(&mut program(arguments));
        let said = format!("{arguments:?}: {}{}", ended.stdout, ended.stderr);
        assert_eq!(ended.code, Some(2), "{said}");
        assert!(ended.stderr.contains(advice), "{advice}\n{said}");
        assert_eq!(ended.stdout, "", "{said}");
    }
}

#[test]
fn a_url_in_the_wrong_form_or_place_is_told_how_it_is_given() {
    assert_told(&[
        (
            &["run", "-u", "127.0.0.1:8701"],
            "no scheme: expected one such as http://127.0.0.1:8701/ or https://127.0.0.1:8701/",
        ),
        (
            &["run", "-u", "localhost:8701/office"],
            "such as http://localhost:8701/office or https://localhost:8701/office",
        ),
        (
            &["run", "-u", "portal.example.com"],
            "such as https://portal.example.com/ or http://portal.example.com/",
        ),
        (
            &["run", "-u", "htp://portal.example.com"],
            "expected http or https",
        ),
        (
            &["run", "http://127.0.0.1:8701"],
            "name the portal with --url URL",
        ),
        (
            &["run", "json", "https://joe:geheim@portal.test"],
            "with --url URL",
        ),
    ]);
    let ended = run(program(&["run"]).env("PORTAL_URL", "127.0.0.1:8701"));
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(
        ended.stderr.contains("or https://127.0.0.1:8701/"),
        "{}",
        ended.stderr
    );
    let ended = run(&mut program(&["run", "https://joe:geheim@portal.test"]));
    assert!(!ended.stderr.contains("geheim"), "{}", ended.stderr);
}

#[test]
fn a_value_that_is_no_value_of_a_flag_takes_nothing_back_and_sends_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let url = url.as_str();
    assert_told(&[
        (
            &["run", "-u", url, "--allow-writes", "false"],
            "--allow-writes is tied to it, as in --allow-writes=false",
        ),
        // With a filter beside it, everything would be written.
        (
            &["run", "-u", url, "--allow-writes", "no", "post-"],
            "--allow-writes=false",
        ),
        (
            &["run", "-u", url, "--insecure", "False"],
            "--insecure=false",
        ),
    ]);
    assert!(listener.accept().is_err(), "somebody connected");
}

#[test]
fn amounts_take_units_and_say_which() {
    let elsewhere = ["--list", "--url", "http://127.0.0.1:1"];
    for (option, value) in [
        ("--request-timeout", "30s"),
        ("--request-timeout", "2m"),
        ("--request-timeout", "500ms"),
        ("--request-timeout", "2.5"),
        ("--max-body-size", "64MB"),
        ("--max-body-size", "64MiB"),
        ("--max-body-size", "1.5GiB"),
        ("--max-body-size", "64kB"),
        ("--max-body-size", "1000"),
        ("--wait-ready", "60s"),
        ("--max-time", "10m"),
    ] {
        let ended = run(program(&["run", option, value]).args(elsewhere));
        assert_eq!(ended.code, Some(0), "{option} {value}: {}", ended.stderr);
    }
    assert_told(&[
        (
            &["run", "--request-timeout", "1e308"],
            "expected a time such as 60s, 2m or 500ms",
        ),
        (&["run", "--request-timeout", "1e19"], "(at most a year)"),
        (
            &["run", "--request-timeout", "-1"],
            "expected a time such as 60s",
        ),
        (
            &["run", "--request-timeout", "30 hours"],
            "expected a time such as 60s",
        ),
        (
            &["run", "--wait-ready", "-5s"],
            "expected a time such as 60s",
        ),
        (&["run", "--wait-ready", "1e19"], "(at most a year)"),
        (
            &["run", "--max-body-size", "64M"],
            "a size such as 64MB or 64MiB",
        ),
        (
            &["run", "--max-body-size", "-5"],
            "a size such as 64MB or 64MiB",
        ),
        (
            &["run", "--max-body-size", "1.5"],
            "a size such as 64MB or 64MiB",
        ),
        (
            &["run", "--max-body-size", "0kB"],
            "--max-body-size expects a number from 1 on",
        ),
        (
            &["run", "-j", "-1"],
            "expected a number from 1 on, such as 4",
        ),
        (
            &["run", "-j", "many"],
            "expected a number from 1 on, such as 4",
        ),
        (
            &["run", "-j", "1.5"],
            "expected a number from 1 on, such as 4",
        ),
        (
            &["serve", "--delay", "soon"],
            "expected milliseconds, or a time such as 50ms or 2s",
        ),
    ]);
}

#[test]
fn amounts_of_a_file_take_the_same_units() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("f.toml");
    let list = |limits: &str| {
        let text = format!("[target.a]\nurl = 'http://127.0.0.1:1'\nlimits.{limits}\n");
        fs::write(&path, text).unwrap();
        let mut command = program(&["run", "--list", "--target", "a", "--config"]);
        run(command.arg(&path))
    };
    for limits in [
        "request-timeout = '30s'",
        "request-timeout = 30",
        "request-timeout = 0.5",
        "max-body-size = '64MB'",
        "max-body-size = 64",
    ] {
        let ended = list(limits);
        assert_eq!(ended.code, Some(0), "{limits}: {}", ended.stderr);
    }
    for (limits, part) in [
        (
            "request-timeout = 'soon'",
            "`request-timeout` expects seconds above 0, such as 2.5, or a time such as 30s",
        ),
        (
            "request-timeout = -1",
            "`request-timeout` expects seconds above 0",
        ),
        (
            "request-timeout = true",
            "expected a number, or a text with its unit, found boolean",
        ),
        (
            "max-body-size = '64M'",
            "or a size such as 64MB (1000 kB) or 64MiB (1024 KiB)",
        ),
        (
            "max-body-size = 1.5",
            "`max-body-size` expects a number from 1 on",
        ),
    ] {
        let ended = list(limits);
        assert_eq!(ended.code, Some(2), "{limits}: {}", ended.stdout);
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
        assert!(ended.stderr.contains("f.toml:3:"), "{}", ended.stderr);
    }
}

#[test]
fn of_several_filters_each_selects() {
    let list = |arguments: &[&str]| {
        let ended = run(program(&["run", "--list"]).args(arguments));
        assert_eq!(ended.code, Some(0), "{arguments:?}: {}", ended.stderr);
        ended.stdout.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let (schema, shape) = (list(&["json::schema"]), list(&["xml::shape"]));
    let both = list(&["json::schema", "xml::shape"]);
    assert_eq!(both.len(), schema.len() + shape.len());
    assert!(schema.iter().chain(&shape).all(|name| both.contains(name)));
    let names = [
        "get-crm-contact-contactid::json::schema",
        "get-crm-contact-contactid::xml::shape",
    ];
    let exact = list(&["--exact", names[0], names[1]]);
    assert_eq!(exact, names.map(|name| format!("{name}: test")));
    let arguments = ["run", "--exact", names[0], names[1]];
    let ended = run(&mut program(&arguments));
    assert!(
        ended.stdout.starts_with("2 cases: 2 conform; "),
        "{}",
        ended.stdout
    );
    let ended = run(program(&arguments).args(["--format", "pretty"]));
    assert!(
        ended.stdout.contains("2 passed; 0 failed"),
        "{}",
        ended.stdout
    );
}

#[test]
fn a_word_that_selects_nothing_is_told_what_it_may_be_meant_for() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(
        folder.path().join("portal-conformance.toml"),
        "[target.staging]\nurl = 'http://127.0.0.1:1'\n",
    )
    .unwrap();
    fs::write(folder.path().join("mine.toml"), "").unwrap();
    fs::create_dir(folder.path().join("pages")).unwrap();
    for (word, advice) in [
        ("staging", "did you mean --target staging?"),
        (
            "portal.example.com",
            "did you mean --url, with http:// or https://?",
        ),
        ("127.0.0.1:8701", "did you mean --url"),
        ("localhost", "did you mean --url"),
        (
            "community-server",
            "did you mean --profile community-server?",
        ),
        ("contactid=77", "did you mean --param contactid=77?"),
        ("mine.toml", "did you mean --profile or --config mine.toml?"),
        ("pages", "did you mean --pages pages?"),
        ("false", "as in --allow-writes=false?"),
    ] {
        let ended = run(program(&["run", word]).current_dir(&folder));
        assert_eq!(ended.code, Some(4), "{word}: {}", ended.stdout);
        assert!(ended.stderr.contains(advice), "{word}: {}", ended.stderr);
    }
}

#[test]
fn a_place_to_listen_and_a_prefix_are_told_what_is_wrong_with_them() {
    let serve = |arguments: &[&str]| {
        run(program(&["serve"])
            .args(arguments)
            .env("PORTAL_TOKEN", TOKEN))
    };
    for (arguments, part) in [
        (
            &["--listen", "8080"][..],
            "expected HOST:PORT such as 127.0.0.1:8080 or localhost:8080",
        ),
        (
            &["--listen", "http://127.0.0.1:8080"],
            "a URL, expected HOST:PORT",
        ),
        (&["--listen", "localhost"], "no port, expected HOST:PORT"),
        (
            &["--listen", "no-such-host.invalid:80"],
            "no such host here",
        ),
        (
            &["--prefix", "a b?c"],
            "--prefix expects a path such as /office: ' ' does not stand in a path",
        ),
        (&["--prefix", "/a?b"], "'?' does not stand in a path"),
    ] {
        let ended = serve(arguments);
        assert_eq!(ended.code, Some(2), "{arguments:?}: {}", ended.stdout);
        assert!(ended.stderr.contains(part), "{part}: {}", ended.stderr);
    }
    let served = Served::at("localhost:0", &["--prefix", "office"]);
    assert!(served.url.ends_with("/office"), "{}", served.url);
    let ended = run(&mut served.run(&["get-crm-contact-contactid::json"]));
    assert_eq!(ended.code, Some(0), "{}", ended.stdout);
}

#[test]
fn a_token_in_the_place_of_a_variable_is_not_shown() {
    let portal = ["-u", "http://127.0.0.1:1"];
    for token in [
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc",
        "Sj3lsPq0Ft4wLksiK8Gy",
        "4a515a15-d4d6-4b8e-828e-e0586f18f3a3",
        "geheim token",
    ] {
        let folder = tempfile::tempdir().unwrap();
        let file = |line: &str| {
            let path = folder.path().join(format!("{}.toml", line.len()));
            let text = format!("[target.a]\nurl = 'http://127.0.0.1:1'\n{line}\n");
            fs::write(&path, text).unwrap();
            path.to_str().unwrap().to_owned()
        };
        let account = file(&format!("account.token = {{ env = '{token}' }}"));
        let header = file(&format!(
            "headers = {{ X-Api-Key = {{ env = '{token}' }} }}"
        ));
        for arguments in [
            &["run", portal[0], portal[1], "--token-env", token][..],
            &["serve", "--token-env", token],
            &["run", "--target", "a", "--config", &account],
            &["run", "--target", "a", "--config", &header],
            &["run", portal[0], portal[1], "--auth", token],
            &["run", portal[0], portal[1], "-H", token],
            &["run", &format!("--token={token}")],
            &[token],
        ] {
            let ended = run(&mut program(arguments));
            let said = format!("{}{}", ended.stdout, ended.stderr);
            assert_eq!(ended.code, Some(2), "{arguments:?}: {said}");
            let is_word = token == "geheim token" && arguments.contains(&token);
            assert!(is_word || !said.contains(token), "{arguments:?}: {said}");
        }
        let ended = run(program(&["run", portal[0], portal[1]]).args(["--token-env", token]));
        assert!(
            ended
                .stderr
                .contains("--token-env takes the name of an environment variable")
                && ended
                    .stderr
                    .contains("may be the token itself; put the token into PORTAL_TOKEN"),
            "{}",
            ended.stderr
        );
        assert!(!ended.stderr.contains("geheim"), "{}", ended.stderr);
    }
    for token in ["sdjhfskjdhkqy739459234", "sk_live_abcdef0123456789"] {
        let ended = run(program(&["run", portal[0], portal[1]]).args(["--token-env", token]));
        assert_eq!(ended.code, Some(2), "{}", ended.stderr);
        assert!(
            !ended.stderr.contains(token) && ended.stderr.contains("may be the token itself"),
            "{}",
            ended.stderr
        );
    }
    let named = ["--token-env", "NO_SUCH_TOKEN_1"];
    let ended = run(program(&["run", portal[0], portal[1]]).args(named));
    assert!(
        ended
            .stderr
            .contains("--token-env NO_SUCH_TOKEN_1: this environment variable is not set"),
        "{}",
        ended.stderr
    );
}

#[test]
fn several_media_types_in_one_header_are_told_as_such() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let body = r#"{"status":0,"response":{"Id":1234}}"#;
        crate::support::answer_all(&listener, "200 OK", "a/b, c/d", body);
    });
    let mut command = program(&[
        "run",
        "--url",
        &url,
        "get-crm-contact-contactid::json::transport",
    ]);
    let ended = run(command.env("PORTAL_TOKEN", TOKEN));
    assert_eq!(ended.code, Some(1), "{}", ended.stderr);
    for part in [
        "-> 200 several media types, 1 violation",
        "expected application/json, got several media types in one Content-Type",
    ] {
        assert!(ended.stdout.contains(part), "{}", ended.stdout);
    }
}

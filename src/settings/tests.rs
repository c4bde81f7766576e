#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io;
use std::time::Duration;

use super::*;
use crate::secret::Secret;

const FILE: &str = r#"
[target.staging]
url = "https://staging.example.com/office"
profile = "as-documented"
pages = "pages"
snapshots = "envelopes"
parameters = { contactid = [77, "78"], projectid = 5 }
account.token = { env = "STAGING_TOKEN" }
headers = { X-Trace = "a", X-Api-Key = { file = "key.txt" } }
limits = { rate = "5/s", request-timeout = 2.5, jobs = 3, max-body-size = 1000 }
tls = { cacert = "ca.pem" }

[target.plain]
url = "http://127.0.0.1:1"
"#;

fn settle(
    given: &Given,
    variables: &[(&str, &str)],
    text: Option<&str>,
) -> Result<Settings, String> {
    settle_for(given, variables, text, false)
}

fn settle_for(
    given: &Given,
    variables: &[(&str, &str)],
    text: Option<&str>,
    sends_nothing: bool,
) -> Result<Settings, String> {
    let variable = |name: &str| {
        let found = variables.iter().find(|(other, _)| *other == name);
        found.map(|(_, value)| (*value).into())
    };
    let read = |path: &Path| match path.to_str() {
        Some("/etc/pc/key.txt") => Ok("key-from-file\r\n".to_owned()),
        _ => Err(io::Error::from(io::ErrorKind::NotFound)),
    };
    let around = Surroundings {
        variable: &variable,
        read: &read,
        sends_nothing,
    };
    let file = text.map(|text| File::parse("f.toml", text, "/etc/pc".into()).unwrap());
    Settings::of(given, around, file).map_err(|error| error.to_string())
}

fn token(settings: &Settings) -> Option<&str> {
    settings
        .target
        .credentials
        .token
        .as_ref()
        .map(Secret::reveal)
}

fn url(settings: &Settings) -> &Url {
    assert!(!settings.is_reference);
    &settings.target.url
}

fn name(settings: &Settings) -> Option<&str> {
    let chosen = settings.chosen.as_ref();
    chosen.map(|chosen| chosen.name.as_str())
}

fn header<'a>(settings: &'a Settings, name: &str) -> Vec<&'a str> {
    let headers = settings
        .target
        .headers
        .iter()
        .filter(|(other, _)| other == name);
    headers.map(|(_, value)| value.reveal()).collect()
}

#[test]
fn a_target_brings_everything_with_it() {
    let staging = &[
        ("STAGING_TOKEN", "t"),
        ("PORTAL_TOKEN", "of another portal"),
    ];
    let settings = settle(&Given::target("staging"), staging, Some(FILE)).unwrap();
    assert_eq!(
        url(&settings).as_str(),
        "https://staging.example.com/office"
    );
    assert_eq!(settings.pages.paths, [Path::new("/etc/pc/pages")]);
    assert_eq!(
        settings.snapshots.as_deref(),
        Some(Path::new("/etc/pc/envelopes"))
    );
    assert_eq!(settings.target.parameters["contactid"], ["77", "78"]);
    assert_eq!(settings.target.parameters["projectid"], ["5"]);
    assert_eq!(token(&settings), Some("t"));
    assert_eq!(header(&settings, "X-Api-Key"), ["key-from-file"]);
    assert_eq!(
        settings.target.limits.request_timeout,
        Duration::from_millis(2500)
    );
    assert_eq!(settings.target.limits.rate.requests, 5);
    assert_eq!(
        (
            settings.target.limits.jobs,
            settings.target.limits.max_body_size
        ),
        (3, 1000)
    );
    assert_eq!(
        settings.target.tls.cacert.as_deref(),
        Some(Path::new("/etc/pc/ca.pem"))
    );
    assert!(!settings.target.writes.any());
}

#[test]
fn flags_beat_the_file() {
    let given = Given {
        url: Some("https://staging.example.com:443/other".to_owned()),
        profile: Some("other".to_owned()),
        pages: vec!["p".into()],
        snapshots: Some("s".into()),
        parameters: vec!["contactid=1".to_owned()],
        allow_writes: Some(Writes::repeatable()),
        token_env: Some("MY_TOKEN".to_owned()),
        headers: vec!["x-trace: b".to_owned()],
        rate: Some("7/s".parse().unwrap()),
        request_timeout: Some(9.0),
        max_body_size: Some(9),
        jobs: Some(9),
        insecure: Some(true),
        cacert: Some("c".into()),
        cert: Some("d".into()),
        ..Given::target("staging")
    };
    let settings = settle(&given, &[("MY_TOKEN", "mine")], Some(FILE)).unwrap();
    assert_eq!(url(&settings).path(), "/other");
    assert_eq!(settings.profile, "other");
    assert_eq!(settings.pages.paths, [Path::new("p")]);
    assert_eq!(settings.snapshots.as_deref(), Some(Path::new("s")));
    assert_eq!(settings.target.parameters["contactid"], ["1"]);
    assert_eq!(
        settings.target.parameters["projectid"],
        ["5"],
        "another name stays"
    );
    assert_eq!(settings.target.writes, Writes::repeatable());
    assert_eq!(token(&settings), Some("mine"));
    assert_eq!(header(&settings, "x-trace"), ["b"]);
    assert!(header(&settings, "X-Trace").is_empty());
    assert_eq!(header(&settings, "X-Api-Key"), ["key-from-file"]);
    assert_eq!(settings.target.limits.rate.requests, 7);
    assert_eq!(
        settings.target.limits.request_timeout,
        Duration::from_secs(9)
    );
    assert_eq!(
        (
            settings.target.limits.jobs,
            settings.target.limits.max_body_size
        ),
        (9, 9)
    );
    assert!(settings.target.tls.insecure);
    assert_eq!(settings.target.tls.cacert.as_deref(), Some(Path::new("c")));
    assert_eq!(settings.target.tls.cert.as_deref(), Some(Path::new("d")));
}

#[test]
fn the_environment_stands_between() {
    let env = &[
        ("PORTAL_URL", "http://127.0.0.1:2"),
        ("PORTAL_PROFILE", "of-env"),
        ("PORTAL_TARGET", "plain"),
    ];
    let settings = settle(&Given::default(), env, Some(FILE)).unwrap();
    assert_eq!(name(&settings), Some("plain"));
    assert_eq!(url(&settings).port(), Some(2), "beats the file");
    assert_eq!(settings.profile, "of-env");
    let given = Given {
        url: Some("http://127.0.0.1:3".to_owned()),
        profile: Some("of-flag".to_owned()),
        ..Given::default()
    };
    let settings = settle(&given, env, Some(FILE)).unwrap();
    assert_eq!(url(&settings).port(), Some(3), "loses to a flag");
    assert_eq!(settings.profile, "of-flag");
    assert_eq!(
        name(&settings),
        None,
        "a URL that is given beats a target of the environment"
    );
}

#[test]
fn a_variable_that_is_set_but_empty_is_an_error() {
    let portal = ("PORTAL_URL", "https://portal.example.com");
    for name in ["PORTAL_URL", "PORTAL_TARGET", "PORTAL_PROFILE"] {
        let error = settle(&Given::default(), &[(name, "")], Some(FILE)).unwrap_err();
        assert!(
            error.contains(name) && error.contains("set but empty"),
            "{error}"
        );
    }
    for name in ["PORTAL_TOKEN", "PORTAL_USER", "PORTAL_PASSWORD"] {
        for env in [&[(name, "")][..], &[portal, (name, "")]] {
            let error = settle(&Given::default(), env, Some(FILE)).unwrap_err();
            assert!(
                error.contains(name) && error.contains("set but empty"),
                "{error}"
            );
        }
    }
    // A URL that is given beats the variable, which is then not read.
    let given = Given {
        url: Some("https://portal.example.com".to_owned()),
        ..Given::default()
    };
    assert!(settle(&given, &[("PORTAL_URL", "")], Some(FILE)).is_ok());
}

#[test]
fn an_account_without_a_portal_is_an_error() {
    for name in ["PORTAL_TOKEN", "PORTAL_USER", "PORTAL_PASSWORD"] {
        let error = settle(&Given::default(), &[(name, "x")], Some(FILE)).unwrap_err();
        assert!(
            error.contains(&format!("{name} is set, but no portal is named")),
            "{error}"
        );
        // What sends nothing needs none.
        for value in ["x", ""] {
            let settled = settle_for(&Given::default(), &[(name, value)], Some(FILE), true);
            assert!(settled.unwrap().is_reference);
        }
    }
    let given = Given {
        token_env: Some("MINE".to_owned()),
        ..Given::default()
    };
    let error = settle(&given, &[("MINE", "x")], Some(FILE)).unwrap_err();
    assert!(
        error.contains("MINE is set, but no portal is named"),
        "{error}"
    );
}

#[test]
fn one_target_alone_is_no_default() {
    let one = "[target.only]\nurl = \"https://portal.example.com\"\n";
    assert!(
        settle(&Given::default(), &[], Some(one))
            .unwrap()
            .is_reference
    );
}

#[test]
fn what_is_meant_for_one_host_goes_to_no_other() {
    let elsewhere = |url: &str, name: &str| Given {
        url: Some(url.to_owned()),
        ..Given::target(name)
    };
    let env = &[("STAGING_TOKEN", "t")];
    for url in [
        "https://evil.example.com",
        "http://staging.example.com",
        "http://staging.example.com:443",
        "https://staging.example.com:8443/office",
    ] {
        let error = settle(&elsewhere(url, "staging"), env, Some(FILE)).unwrap_err();
        let expected = "the URL leads to another scheme, host or port than the target `staging` (https://staging.example.com)";
        assert!(error.starts_with(expected), "{error}");
    }
    let env = &[
        ("STAGING_TOKEN", "t"),
        ("PORTAL_URL", "https://evil.example.com"),
    ];
    let error = settle(&Given::target("staging"), env, Some(FILE)).unwrap_err();
    assert!(error.starts_with("PORTAL_URL leads"), "{error}");
    // Nothing of this target could come to harm.
    assert!(settle(&elsewhere("http://127.0.0.2", "plain"), &[], Some(FILE)).is_ok());
}

#[test]
fn secrets_that_are_not_there_are_named() {
    let error = settle(&Given::target("staging"), &[], Some(FILE)).unwrap_err();
    assert!(error.starts_with("f.toml:8:"), "{error}");
    assert!(error.contains("STAGING_TOKEN is not set"), "{error}");
    let text = FILE.replace("key.txt", "none.txt");
    let env = &[("STAGING_TOKEN", "t")];
    let error = settle(&Given::target("staging"), env, Some(&text)).unwrap_err();
    assert!(error.contains("cannot read /etc/pc/none.txt"), "{error}");
    let given = Given {
        token_env: Some("NOPE".to_owned()),
        ..Given::target("plain")
    };
    let error = settle(&given, &[], Some(FILE)).unwrap_err();
    assert!(
        error.starts_with("NOPE, which should hold the token"),
        "{error}"
    );
}

#[test]
fn what_sends_nothing_needs_no_secret() {
    let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
    for scheme in ["raw", "bearer", "cookie", "basic", "login"] {
        let text = format!("{FILE}account.scheme = \"{scheme}\"\naccount.user.env = \"U\"\n");
        for name in ["staging", "plain"] {
            let given = Given {
                token_env: (name == "staging").then(|| "NOPE".to_owned()),
                ..Given::target(name)
            };
            let settings = settle_for(&given, &[], Some(&text), true).unwrap();
            settings.check(&contract).unwrap();
            // Whoever asks again by hand is told where the secrets are.
            let variables = &settings.target.credentials.variables;
            let is_staging = name == "staging";
            assert_eq!(variables.token == "NOPE", is_staging, "{scheme} {name}");
        }
    }
}

#[test]
fn headers_of_framing_and_format_are_refused() {
    for name in [
        "Host",
        "content-length",
        "Transfer-Encoding",
        "Content-Type",
        "Connection",
        "Accept-Encoding",
    ] {
        let given = Given {
            headers: vec![format!("{name}: 5")],
            ..Given::default()
        };
        let error = settle(&given, &[], None).unwrap_err();
        let expected = format!("the header `{name}` is not yours to give: ");
        assert!(error.starts_with(&expected), "{error}");
        let text = format!("[target.a]\nurl = \"http://h\"\nheaders = {{ {name} = \"5\" }}\n");
        let error = settle(&Given::target("a"), &[], Some(&text)).unwrap_err();
        assert!(error.starts_with("f.toml:3:"), "{error}");
        assert!(error.contains(&expected), "{error}");
    }
}

#[test]
fn default_variables_are_taken_where_nothing_is_named() {
    let env = &[
        ("PORTAL_TOKEN", "t"),
        ("PORTAL_USER", "u"),
        ("PORTAL_PASSWORD", "p"),
    ];
    let plain = settle(&Given::target("plain"), env, Some(FILE)).unwrap();
    assert_eq!(token(&plain), Some("t"));
    assert!(plain.target.credentials.user.is_none(), "a token is enough");
    let plain = settle(&Given::target("plain"), &env[1..], Some(FILE)).unwrap();
    assert_eq!(
        plain.target.credentials.password.as_ref().unwrap().reveal(),
        "p"
    );
    let login = "[target.a]\nurl = \"http://h\"\naccount.scheme = \"login\"\n";
    let settings = settle(&Given::target("a"), env, Some(login)).unwrap();
    assert_eq!(token(&settings), None, "a login needs none");
    assert_eq!(
        settings.target.credentials.user.as_ref().unwrap().reveal(),
        "u"
    );
}

#[test]
fn a_credential_in_plain_sight_is_refused() {
    let text = "[target.a]\nurl = \"http://h\"\nheaders = { Authorization = \"geheim\" }\n";
    let error = settle(&Given::default(), &[], Some(text)).unwrap_err();
    assert!(error.starts_with("f.toml:3:"), "{error}");
    assert!(error.contains("{ env = \"VARIABLE\" }"), "{error}");
    assert!(!error.contains("geheim"), "{error}");
    let text = "[target.a]\nurl = \"https://user:geheim@h\"\n";
    let error = settle(&Given::target("a"), &[], Some(text)).unwrap_err();
    assert!(!error.contains("geheim"), "{error}");
}

#[test]
fn limits_that_cannot_be_are_refused() {
    for (limits, expected) in [
        ("jobs = 0", "`jobs` expects a number from 1 on"),
        ("max-body-size = 0", "`max-body-size` expects"),
        (
            "request-timeout = 0",
            "`request-timeout` expects seconds above 0",
        ),
        (
            "request-timeout = -1.5",
            "`request-timeout` expects seconds above 0",
        ),
        ("rate = \"fast\"", "such as 500/10s"),
    ] {
        let text = format!("[target.a]\nurl = \"http://h\"\nlimits.{limits}\n");
        let error = settle(&Given::target("a"), &[], Some(&text)).unwrap_err();
        assert!(error.starts_with("f.toml:3:"), "{error}");
        assert!(error.contains(expected), "{error}");
    }
    let given = Given {
        jobs: Some(0),
        ..Given::default()
    };
    let error = settle(&given, &[], None).unwrap_err();
    assert_eq!(error, "`jobs` expects a number from 1 on");
}

#[test]
fn a_flag_for_tls_needs_a_portal() {
    let insecure = |insecure| Given {
        insecure,
        ..Given::default()
    };
    let error = settle(&insecure(Some(true)), &[], None).unwrap_err();
    assert!(error.starts_with("`insecure` means nothing"), "{error}");
    assert!(settle(&insecure(Some(false)), &[], None).is_ok());
}

#[test]
fn certificates_are_looked_at_unless_somebody_says_not() {
    let text = "[target.lax]\nurl = \"https://h\"\ntls.insecure = true\n\
                [target.strict]\nurl = \"https://h\"\n";
    let url = Given {
        url: Some("https://h".to_owned()),
        ..Given::default()
    };
    for (given, flag, expected) in [
        (Given::target("lax"), None, true),
        (Given::target("lax"), Some(false), false),
        (Given::target("lax"), Some(true), true),
        (Given::target("strict"), None, false),
        (Given::target("strict"), Some(false), false),
        (Given::target("strict"), Some(true), true),
        (url.clone(), None, false),
        (url.clone(), Some(false), false),
        (url, Some(true), true),
    ] {
        let given = Given {
            insecure: flag,
            ..given
        };
        let settings = settle(&given, &[], Some(text)).unwrap();
        assert_eq!(
            settings.target.tls.insecure, expected,
            "{:?} {flag:?}",
            given.target
        );
    }
}

#[test]
fn each_thing_that_a_target_trusts_a_host_with_keeps_it_there() {
    let elsewhere = Given {
        url: Some("https://evil.example.com".to_owned()),
        ..Given::target("a")
    };
    let step = "set-up = [{ name = \"s\", method = \"GET\", path = \"p\" }]";
    let env = &[("T", "t"), ("U", "u"), ("P", "p")];
    for stake in [
        "account.token.env = \"T\"",
        "account.user.env = \"U\"",
        "account.password.env = \"P\"",
        "allow-writes = true",
        "headers = { X-Trace = \"a\" }",
        "tls.cert = \"c.pem\"",
        "tls.insecure = true",
        step,
    ] {
        let text = format!("[target.a]\nurl = \"https://h\"\n{stake}\n");
        let error = settle(&elsewhere, env, Some(&text)).unwrap_err();
        assert!(
            error.contains("leads to another scheme"),
            "{stake}: {error}"
        );
    }
    // Leave to write that the flag takes back is none.
    let text = "[target.a]\nurl = \"https://h\"\nallow-writes = true\ntls.cacert = \"c.pem\"\n";
    let careful = Given {
        allow_writes: Some(Writes::Held),
        ..elsewhere
    };
    let settings = settle(&careful, env, Some(text)).unwrap();
    assert_eq!(url(&settings).host_str(), Some("evil.example.com"));
}

#[test]
fn parameters_of_the_file_are_held_against_the_contract() {
    let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
    for (parameter, place, expected) in [
        ("contctid = 1", "f.toml:3:25", "did you mean `contactid`?"),
        ("contactid = 'x'", "f.toml:3:26", "documented as number"),
        ("contactid = [1, 1]", "f.toml:3:26", "give each once"),
    ] {
        let text = format!("[target.a]\nurl = \"http://h\"\nparameters = {{ {parameter} }}\n");
        let settings = settle(&Given::target("a"), &[], Some(&text)).unwrap();
        let error = settings.check(&contract).unwrap_err().to_string();
        assert!(
            error.starts_with(place) || error.starts_with("f.toml:3:"),
            "{error}"
        );
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn a_credential_that_is_given_in_a_header_comes_from_a_variable() {
    let given = |text: &str| Given {
        url: Some("http://h".to_owned()),
        headers: vec![text.to_owned()],
        ..Given::default()
    };
    let variables = [("KEY", "key-5"), ("B_2", "b"), ("TWO", "a\nb")];
    for (text, value) in [
        ("X-Api-Key: {env:KEY}", "key-5"),
        ("X-Api-Key:   Key {env:KEY}/{env:B_2}.", "Key key-5/b."),
        ("X-Api-Key: {env:KEY}{env:KEY}", "key-5key-5"),
        (
            "X-Api-Key: key=\"{env:KEY}\"; id={env:B_2}",
            "key=\"key-5\"; id=b",
        ),
    ] {
        let settings = settle(&given(text), &variables, None).unwrap();
        assert_eq!(header(&settings, "X-Api-Key"), [value], "{text}");
    }
    let trace = settle(&given("X-Trace: a {b} {env"), &variables, None).unwrap();
    assert_eq!(header(&trace, "X-Trace"), ["a {b} {env"]);
    for (text, expected) in [
        (
            "X-Api-Key: geheim",
            "the header `X-Api-Key` carries a credential",
        ),
        (
            "X-Api-Key: geheim4711{env:KEY}",
            "the header `X-Api-Key` carries a credential",
        ),
        (
            "X-Api-Key: {env:KEY} geheim",
            "the header `X-Api-Key` carries a credential",
        ),
        (
            "X-Api-Key: geheim4711 {env:KEY}",
            "the header `X-Api-Key` carries a credential",
        ),
        (
            "X-JWT-Assertion: a",
            "the header `X-JWT-Assertion` carries a credential",
        ),
        ("X-Sid: a", "the header `X-Sid` carries a credential"),
        (
            "X-Session-Id: a",
            "the header `X-Session-Id` carries a credential",
        ),
        (
            "X-Csrf: geheim",
            "the header `X-Csrf` carries a credential, by its name, which other processes and logs would see: put its value into an environment variable, and write `X-Csrf: {env:VARIABLE}`",
        ),
        (
            "X-Signature: geheim",
            "the header `X-Signature` carries a credential",
        ),
        (
            "Cookie: geheim=1",
            "the header `Cookie` carries a credential",
        ),
        (
            "proxy-authorization: geheim",
            "the header `proxy-authorization` carries",
        ),
        (
            "X-Api-Key: {env:GEHEIM",
            "the header `X-Api-Key` refers to no environment variable: expected {env:VARIABLE}",
        ),
        (
            "X-Trace: {env:}",
            "the header `X-Trace` refers to no environment variable",
        ),
        (
            "X-Api-Key: {env:geheim-1}",
            "the header `X-Api-Key` refers to no environment variable",
        ),
        (
            "X-Api-Key: {env:a1b2c3d4e5f6a7b8c9}",
            "the header `X-Api-Key` refers to no environment variable",
        ),
        (
            "X-Api-Key: {env:NONE}",
            "the header `X-Api-Key` refers to NONE: this environment variable is not set",
        ),
        (
            "X-Api-Key: {env:TWO}",
            "the header `X-Api-Key` holds characters that no header can carry",
        ),
    ] {
        let error = settle(&given(text), &variables, None).unwrap_err();
        assert!(error.starts_with(expected), "{text}: {error}");
        assert!(!error.to_lowercase().contains("geheim"), "{error}");
        assert!(!error.contains("a1b2"), "{error}");
    }
    // Where nothing is sent, no secret is looked for.
    let listed = settle_for(&given("X-Api-Key: {env:NONE}"), &[], None, true).unwrap();
    assert_eq!(header(&listed, "X-Api-Key"), [crate::settings::UNSENT]);
}

#[test]
fn a_second_account_is_found_or_left_out() {
    let file = |more: &str| {
        format!(
            "[target.a]\nurl = \"http://portal.test\"\naccount.token = {{ env = \"FIRST\" }}\n{more}"
        )
    };
    let whole = file(
        "other-account = { scheme = \"bearer\", token = { env = \"SECOND\" } }\nhidden = { contactid = [99, \"100\"] }\n",
    );
    let first = ("FIRST", "first-token");
    let both = [first, ("SECOND", "second-token")];
    let settings = settle(&Given::target("a"), &both, Some(&whole)).unwrap();
    let other = settings.target.other.as_ref().unwrap();
    assert_eq!(other.hidden["contactid"], ["99", "100"]);
    assert_eq!(other.credentials.variables.token, "SECOND");
    let token = other.credentials.token.as_ref().map(Secret::reveal);
    assert_eq!(token, Some("second-token"));
    // Its token is as secret as the first one.
    let told = settings.target.scrub("first-token and second-token");
    assert!(
        !told.contains("second-token") && !told.contains("first-token"),
        "{told}"
    );
    assert!(!format!("{:?}", settings.target).contains("second-token"));
    // Who does not have it is not kept from trying the rest.
    let settings = settle(&Given::target("a"), &[first], Some(&whole)).unwrap();
    let other = settings.target.other.unwrap();
    assert!(other.credentials.token.is_none());
    let none = settle(&Given::target("a"), &[first], Some(&file(""))).unwrap();
    assert!(none.target.other.is_none());
    for (more, expected) in [
        (
            "other-account = { token = { env = \"SECOND\" } }\n",
            "needs what it must not see",
        ),
        (
            "other-account = { scheme = \"login\" }\nhidden = { contactid = 9 }\n",
            "a second account does not log in",
        ),
    ] {
        let error = settle(&Given::target("a"), &both, Some(&file(more))).unwrap_err();
        assert!(error.contains(expected), "{error}");
    }
}

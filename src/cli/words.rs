//! The words for what cannot be used, with the options that say it and those that help.
//!
//! The library knows no options: what its errors mean on a command line is said here.

use crate::cli::UsageError;
use crate::config::ConfigError;
use crate::request_header::{HeaderError, HeaderOrigin};
use crate::session::SessionError;
use crate::settings::{Setting, SettingsError};
use crate::target::{CredentialsError, TargetError};
use crate::waiver::WaiverError;

/// That the path of the documented server, without slashes around it, is sent once.
pub(super) fn base_once(base: &str) -> String {
    format!(
        "the portal's URL ends in /{base}, with which the documented paths begin: it is sent once"
    )
}

/// Why settings cannot be used.
pub(super) fn settings(error: SettingsError) -> UsageError {
    let words = match error {
        SettingsError::Target(error) => target(&error),
        SettingsError::NoFile { .. } => format!("{error} with --config"),
        SettingsError::Config(error @ ConfigError::Foreign { .. }) => {
            format!("{error}: name it with --config, or read none with --no-config")
        }
        SettingsError::OtherHost { by, name, host } => format!(
            "{} leads to another scheme, host or port than the target `{name}` ({host}), whose credentials, headers and writes are meant for that portal alone: name a portal by its URL or by its target, not by both",
            option(by)
        ),
        SettingsError::Value { setting, expected } => {
            format!("{} expects {expected}", option(setting))
        }
        SettingsError::NoToken { name } => {
            format!("--token-env {name}: this environment variable is not set, or empty")
        }
        SettingsError::NoVariable => {
            "--token-env takes the name of an environment variable: what is given names none, and is not shown, as it may be the token itself; put the token into PORTAL_TOKEN, or name the variable that holds it".to_owned()
        }
        SettingsError::NoPortal { setting } => format!(
            "{} means nothing for the reference portal in this process: name a portal with --url or --target",
            option(setting)
        ),
        error => error.to_string(),
    };
    UsageError(words)
}

/// What keeps a session from a run.
pub(super) fn session(error: SessionError) -> UsageError {
    match error {
        SessionError::Settings(error) => settings(error),
        SessionError::NotAllowed { target, parameter } => UsageError(format!(
            "the set-up steps of target `{target}`, which make `{parameter}`, write to the portal: allow them with --allow-writes, or name what exists there with --param {parameter}=..."
        )),
        SessionError::Waiver(waiver) => UsageError::of(match &waiver.error {
            WaiverError::Case { name } => waiver.told(&format!(
                "no case `{name}`; `run --list` names them, and `*` stands for any part of a name"
            )),
            error => waiver.told(&error.to_string()),
        }),
        error => UsageError::of(error),
    }
}

/// Why what is given names no target.
fn target(error: &TargetError) -> String {
    match error {
        TargetError::Header(HeaderError::Form) => "a header given with -H is not written as `Name: value`".to_owned(),
        TargetError::Header(HeaderError::Own {
            name,
            from: HeaderOrigin::Url,
        }) => format!(
            "the header `{name}` is not yours to give: it goes with the URL; give the portal's own name in --url"
        ),
        TargetError::CredentialHeader { name } => format!(
            "a header `{name}` is given beside the credentials; give the token in PORTAL_TOKEN and its scheme with --auth"
        ),
        TargetError::Credentials(CredentialsError::TwiceBearer) => "the token itself begins with `Bearer`, which --auth bearer puts before it: leave the word out".to_owned(),
        error => error.to_string(),
    }
}

/// What the command line calls it.
fn option(setting: Setting) -> &'static str {
    match setting {
        Setting::Url => "--url",
        Setting::PortalUrl => "PORTAL_URL",
        Setting::RequestTimeout => "--request-timeout",
        Setting::MaxBodySize => "--max-body-size",
        Setting::MaxTime => "--max-time",
        Setting::Jobs => "--jobs",
        Setting::Insecure => "--insecure",
        Setting::Cacert => "--cacert",
        Setting::Cert => "--cert",
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::config::Scheme;
    use crate::settings::{Given, Settings, Surroundings};

    fn given() -> Given {
        Given {
            url: Some("http://127.0.0.1:1".to_owned()),
            ..Given::default()
        }
    }

    #[test]
    fn what_cannot_be_used_is_called_as_it_is_typed() {
        for (given, expected) in [
            (
                Given {
                    jobs: Some(0),
                    ..given()
                },
                "--jobs expects a number from 1 on",
            ),
            (
                Given {
                    max_body_size: Some(0),
                    ..given()
                },
                "--max-body-size expects a number from 1 on",
            ),
            (
                Given {
                    request_timeout: Some(0.0),
                    ..given()
                },
                "--request-timeout expects seconds above 0",
            ),
            (
                Given {
                    url: Some(String::new()),
                    ..given()
                },
                "--url expects a URL such as https://portal.example.com; it is empty",
            ),
            (
                Given {
                    url: None,
                    insecure: Some(true),
                    ..given()
                },
                "--insecure means nothing for the reference portal in this process: name a portal with --url or --target",
            ),
            (
                Given {
                    token_env: Some("NOPE".to_owned()),
                    ..given()
                },
                "--token-env NOPE: this environment variable is not set, or empty",
            ),
            (
                Given {
                    target: Some("staging".to_owned()),
                    ..given()
                },
                "no target `staging`: there is no portal-conformance.toml in this folder or above it; write one, or name a file with --config",
            ),
            (
                Given {
                    headers: vec!["geheim".to_owned()],
                    ..given()
                },
                "a header given with -H is not written as `Name: value`",
            ),
            (
                Given {
                    headers: vec!["Host: x".to_owned()],
                    ..given()
                },
                "the header `Host` is not yours to give: it goes with the URL; give the portal's own name in --url",
            ),
            (
                Given {
                    headers: vec!["Authorization: x".to_owned()],
                    ..given()
                },
                "a header `Authorization` is given beside the credentials; give the token in PORTAL_TOKEN and its scheme with --auth",
            ),
            (
                Given {
                    scheme: Some(Scheme::Bearer),
                    ..given()
                },
                "the token itself begins with `Bearer`, which --auth bearer puts before it: leave the word out",
            ),
        ] {
            let token = |name: &str| (name == "PORTAL_TOKEN").then(|| "Bearer x".into());
            let around = Surroundings {
                variable: &|name| given.scheme.as_ref().and_then(|_| token(name)),
                read: &|_| Ok(String::new()),
                sends_nothing: false,
            };
            let error = Settings::of(&given, around, None).unwrap_err();
            assert!(!error.to_string().contains("--"), "{error}");
            let words = settings(error).to_string();
            assert!(words.starts_with(expected), "{words}");
        }
    }
}

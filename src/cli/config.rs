//! `config`: the schema of the configuration file, what is wrong in one, what holds for a target.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::check::Rule;
use crate::cli::args::{Config as Options, ConfigCommand, ConfigFile, ConfigShow};
use crate::cli::{UsageError, print, settings, words};
use crate::config::{Config, FILE_NAME, File, SecretRef};
use crate::exit_code::ExitCode;
use crate::session::Session;
use crate::settings::{Given, Settings, Surroundings};
use crate::target::{Limits, SecretSource};
use crate::writes::Writes;

/// A name and what holds for it.
type Line = (&'static str, String);

/// Carries out what is asked of the configuration file.
pub(super) fn config(options: &Options) -> Result<ExitCode, UsageError> {
    match &options.command {
        ConfigCommand::Schema => {
            let rules: Vec<&str> = Rule::ALL.iter().map(|rule| rule.id()).collect();
            print(&format!("{:#}\n", Config::json_schema(&rules)))?;
        }
        ConfigCommand::Check(options) => check(options)?,
        ConfigCommand::Show(options) => print(&shown(options)?)?,
    }
    Ok(ExitCode::Conforms)
}

/// The file that is named, or the nearest one.
fn file(named: Option<&Path>) -> Result<File, UsageError> {
    settings::file(named, false)?.ok_or_else(|| {
        UsageError(format!(
            "there is no {FILE_NAME} in this folder or above it; `init` writes one, --config names another"
        ))
    })
}

/// What holds for a target, with no secret looked for.
fn resolved(file: &File, target: &str) -> Result<Settings, UsageError> {
    let around = Surroundings {
        sends_nothing: true,
        ..Surroundings::of_process()
    };
    Settings::of(&Given::target(target), around, Some(file.clone())).map_err(words::settings)
}

/// Reads all that runs of the targets would read, and sends nothing.
fn check(options: &ConfigFile) -> Result<(), UsageError> {
    let file = file(options.config.as_deref())?;
    let mut told = String::new();
    let mut wrong = Vec::new();
    for name in file.config.targets.keys() {
        let session = resolved(&file, name)
            .and_then(|settings| Session::prepare(&settings).map_err(words::session));
        match session {
            Ok(session) => {
                let cases = session.plan().cases.len();
                let _ = writeln!(told, "{name}: {cases} cases");
                let unread = session.unread_pages();
                wrong.extend(
                    unread
                        .iter()
                        .map(|line| format!("{name}: page not read: {line}")),
                );
                wrong.extend(session.expired_waivers().map(|waiver| {
                    format!(
                        "{name}: a waiver has expired on {}: {}",
                        waiver.until, waiver.reason
                    )
                }));
            }
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    print(&told)?;
    if !wrong.is_empty() {
        return Err(UsageError(wrong.join("\nerror: ")));
    }
    print(&format!("{}: nothing is wrong\n", file.name()))
}

/// What holds for a target, in lines.
fn shown(options: &ConfigShow) -> Result<String, UsageError> {
    let file = file(options.file.config.as_deref())?;
    let settings = resolved(&file, &options.target)?;
    let target = &settings.target;
    let mut lines: Vec<Line> = Vec::new();
    let mut url = target.url.clone();
    // Those without a host cannot have a user either.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    lines.push(("url", url.to_string()));
    lines.push(("profile", settings.profile.clone()));
    let pages: Vec<String> = settings
        .pages
        .paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    lines.push(("pages", or(&pages, "the built-in ones")));
    lines.push(("exclude-pages", or(&settings.pages.excluded, "none")));
    for (name, values) in &target.parameters {
        lines.push(("parameter", format!("{name} = {}", values.join(", "))));
    }
    for (name, look_up) in &target.look_ups {
        lines.push((
            "look-up",
            format!("{name} by GET {} at {}", look_up.get, look_up.at),
        ));
    }
    lines.push(("effort", format!("{:?}", target.effort).to_lowercase()));
    let writes = match &target.writes {
        Writes::Held => "none".to_owned(),
        Writes::All => "all".to_owned(),
        Writes::Some { named, .. } => or(named, "those that may be repeated"),
    };
    lines.push(("allow-writes", writes));
    lines.extend(account(&settings));
    lines.extend(limits(&target.limits));
    let path = |path: &Option<PathBuf>| {
        path.as_ref()
            .map_or("none".to_owned(), |path| path.display().to_string())
    };
    let trusted = if target.tls.insecure {
        "any certificate".to_owned()
    } else {
        "the system's".to_owned()
    };
    lines.push(("trusted", trusted));
    lines.push(("cacert", path(&target.tls.cacert)));
    lines.push(("cert", path(&target.tls.cert)));
    lines.push(("snapshots", path(&settings.snapshots)));
    if let Some(chosen) = &settings.chosen {
        let entry = &chosen.entry;
        for (rule, level) in &entry.levels {
            lines.push(("level", format!("{rule} at {}", level.as_str())));
        }
        lines.push(("waivers", entry.waivers.len().to_string()));
        lines.push(("set-up steps", entry.set_up.len().to_string()));
        lines.push(("tear-down steps", entry.tear_down.len().to_string()));
    }
    let mut text = format!("target {} of {}\n", options.target, file.name());
    for (name, value) in lines {
        let value = crate::report::without_danger(&value).replace('\n', " ");
        let _ = writeln!(text, "  {name:<16} {value}");
    }
    Ok(text)
}

/// Who asks, and what goes with every request: secrets by their places alone.
fn account(settings: &Settings) -> Vec<Line> {
    let target = &settings.target;
    let mut lines = Vec::new();
    let credentials = &target.credentials;
    let account = settings.chosen.as_ref().map(|chosen| &chosen.entry.account);
    lines.push(("scheme", format!("{:?}", credentials.scheme).to_lowercase()));
    let places = [
        (
            "token",
            &credentials.token,
            account.and_then(|account| account.token.as_ref()),
            credentials.token_source(),
        ),
        (
            "user",
            &credentials.user,
            account.and_then(|account| account.user.as_ref()),
            credentials.user_source(),
        ),
        (
            "password",
            &credentials.password,
            account.and_then(|account| account.password.as_ref()),
            credentials.password_source(),
        ),
    ];
    for (name, secret, written, place) in places {
        if secret.is_some() {
            let place = written.and_then(place_of).unwrap_or(place);
            lines.push((name, format!("*** from {}", words_of(&place))));
        }
    }
    for (name, _) in &target.headers {
        lines.push(("header", format!("{name}: ***")));
    }
    lines
}

fn limits(limits: &Limits) -> Vec<Line> {
    let mut lines = Vec::new();
    let seconds = |time: Duration| format!("{} s", time.as_secs_f64());
    lines.push((
        "rate",
        format!(
            "{}/{} s",
            limits.rate.requests,
            limits.rate.per.as_secs_f64()
        ),
    ));
    lines.push(("request-timeout", seconds(limits.request_timeout)));
    lines.push(("max-body-size", format!("{} bytes", limits.max_body_size)));
    lines.push(("jobs", limits.jobs.to_string()));
    let ready = limits.wait_ready.map_or("not at all".to_owned(), seconds);
    lines.push(("wait-ready", ready));
    lines.push(("max-time", seconds(limits.max_time)));
    lines
}

fn or(words: &[String], none: &str) -> String {
    if words.is_empty() {
        none.to_owned()
    } else {
        words.join(", ")
    }
}

/// Where the file says that a secret is.
fn place_of(secret: &SecretRef) -> Option<SecretSource> {
    let file = secret.file.clone().map(SecretSource::File);
    secret.env.clone().map(SecretSource::Variable).or(file)
}

fn words_of(place: &SecretSource) -> String {
    match place {
        SecretSource::Variable(name) => format!("the environment variable {name}"),
        SecretSource::File(path) => format!("the file {}", path.display()),
    }
}

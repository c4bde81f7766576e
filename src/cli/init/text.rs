//! The text of a configuration file that `init` writes.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::path::PathBuf;
use std::time::Duration;

use clap::ValueEnum;
use serde_json::Value;

use crate::check::count;
use crate::cli::args::Init as Options;
use crate::config::{Scheme, is_variable_name};
use crate::contract::{Contract, Operation, Parameter};
use crate::report;
use crate::session::survey::{Survey, Tried};
use crate::settings::{DEFAULT_PROFILE, Settings};

/// What the file is made of.
pub(super) struct Outset<'a> {
    pub(super) options: &'a Options,
    pub(super) settings: &'a Settings,
    pub(super) contract: &'a Contract,
    /// The profile, where somebody named it.
    pub(super) named: Option<&'a str>,
    pub(super) survey: &'a Survey,
    /// Whether the scheme is the one that the documents ask for, and nobody named one.
    pub(super) is_asked_for: bool,
    /// The header in which the documents ask for a key.
    pub(super) key_header: Option<&'a str>,
    /// Whether there was a token, so that the portal was read.
    pub(super) can_read: bool,
    /// The pages, as the file names them.
    pub(super) pages: Vec<PathBuf>,
    /// The certificates, as the file names them.
    pub(super) cacert: Option<PathBuf>,
    /// The client's certificate, as the file names it.
    pub(super) cert: Option<PathBuf>,
}

/// How many names of writes are shown.
const MOST_WRITES: usize = 8;

/// The text.
pub(super) fn outset(of: &Outset<'_>) -> String {
    let name = &of.options.target;
    let mut text = format!(
        "#:schema ./portal-conformance.schema.json\n\
         # Written by `portal-conformance init`; every key is described in the schema beside this file.\n\
         # What would be asked: portal-conformance run --target {name} --list\n\n\
         [target.{name}]\nurl = {}\n",
        quoted(&of.options.url)
    );
    profile(&mut text, of);
    pages(&mut text, of);
    parameters(&mut text, of);
    writes(&mut text, of);
    account(&mut text, of);
    line(
        &mut text,
        "# How much is asked: all of it, or at most 6 requests for an operation in a format.",
    );
    line(&mut text, "# effort = \"quick\"");
    line(
        &mut text,
        "# Your own reviewed envelopes: `portal-conformance snapshots` shows what waits for review.",
    );
    let _ = writeln!(text, "# snapshots = \"envelopes/{name}\"");
    look_ups(&mut text, of);
    headers(&mut text, of);
    limits(&mut text, of);
    tls(&mut text, of);
    text
}

fn profile(text: &mut String, of: &Outset<'_>) {
    let fit = of.survey.fit.as_ref();
    let (name, why) = match (of.named, fit) {
        (Some(name), _) => (name, "as it was named".to_owned()),
        (None, Some(fit)) if fit.answers == 0 => (
            fit.profile.as_str(),
            format!(
                "{} as it has them, and no answer could be read",
                count(fit.refusals, "refusal")
            ),
        ),
        (None, Some(fit)) => (
            fit.profile.as_str(),
            format!(
                "it fits best: {} could be read, {} under it",
                count(fit.answers, "answer"),
                count(fit.violations, "violation")
            ),
        ),
        (None, None) if of.can_read => (
            DEFAULT_PROFILE,
            "the default: no answer could be read that would tell".to_owned(),
        ),
        (None, None) => (
            DEFAULT_PROFILE,
            "the default: nothing was read, as there was no token".to_owned(),
        ),
    };
    let _ = writeln!(
        text,
        "# How the portal speaks; {why}.\nprofile = {}",
        quoted(name)
    );
}

fn pages(text: &mut String, of: &Outset<'_>) {
    let list = |paths: Vec<String>| match paths.as_slice() {
        [path] => quoted(path),
        paths => Value::from(paths).to_string(),
    };
    if of.pages.is_empty() {
        line(
            text,
            "# The pages behind the contract; without a word, the built-in ones.",
        );
        line(text, "# pages = \"pages\"");
    } else {
        let paths = of.pages.iter().map(|path| path.display().to_string());
        let _ = writeln!(text, "pages = {}", list(paths.collect()));
    }
    let excluded = &of.options.pages.excluded;
    if !excluded.is_empty() {
        let _ = writeln!(text, "exclude-pages = {}", Value::from(excluded.clone()));
    }
}

/// What exists on the portal, and which parameters of paths nobody knows a value of.
fn parameters(text: &mut String, of: &Outset<'_>) {
    let named = &of.settings.target.parameters;
    line(
        text,
        "# What exists on the portal, by documented parameters: one value, or several in a list.",
    );
    if !named.is_empty() {
        let entries = named.iter().map(|(name, values)| {
            let values = Value::from(values.clone());
            format!("{} = {values}", key(name))
        });
        let _ = writeln!(
            text,
            "parameters = {{ {} }}",
            entries.collect::<Vec<_>>().join(", ")
        );
    }
    let looked_up: BTreeSet<&str> = found(of)
        .map(|one| one.proposal.parameter.as_str())
        .collect();
    let operations = of.contract.operations.iter();
    let all = operations.flat_map(Operation::path_parameters);
    let is_open =
        |one: &&Parameter| !named.contains_key(&one.name) && !looked_up.contains(one.name.as_str());
    let open: BTreeSet<&str> = all.filter(is_open).map(|one| one.name.as_str()).collect();
    if !open.is_empty() {
        let open = open.into_iter().map(|name| format!("{} = ...", key(name)));
        let open = open.collect::<Vec<_>>().join(", ");
        let _ = writeln!(
            text,
            "# Those that nobody named, of which the pages' examples are tried: {open}"
        );
    }
}

fn writes(text: &mut String, of: &Outset<'_>) {
    line(
        text,
        "# Which requests that change the portal are sent: none. true: those that the profile calls",
    );
    line(
        text,
        "# repeatable; else the names of operations, in which * stands for any part; what deletes begins",
    );
    line(text, "# with delete.");
    let operations = of.contract.operations.iter();
    let writes: Vec<&str> = operations
        .filter(|one| one.writes())
        .map(|one| one.id.as_str())
        .collect();
    let shown: Vec<&str> = writes.iter().take(MOST_WRITES).copied().collect();
    let more = writes.len() - shown.len();
    let more = if more > 0 {
        format!("    # and {more} more: run --list names them")
    } else {
        String::new()
    };
    line(text, "allow-writes = false");
    if !shown.is_empty() {
        let _ = writeln!(text, "# allow-writes = {}{more}", Value::from(shown));
    }
}

fn account(text: &mut String, of: &Outset<'_>) {
    let credentials = &of.settings.target.credentials;
    let variables = &credentials.variables;
    let (token, user, password) = (&variables.token, &variables.user, &variables.password);
    line(
        text,
        "# Whose account is used. No secret stands in this file: variables hold them, or { file = \"PATH\" }.",
    );
    if let Some(scheme) = credentials.scheme.to_possible_value()
        && credentials.scheme != Scheme::default()
    {
        let why = if of.is_asked_for {
            "    # as the document asks for it (securitySchemes)"
        } else {
            ""
        };
        let _ = writeln!(text, "account.scheme = {}{why}", quoted(scheme.get_name()));
    }
    if let Some(carried) = credentials.carried.as_ref().filter(|one| !one.in_query) {
        let _ = writeln!(
            text,
            "# The header {} below tells the portal who asks.",
            carried.header
        );
        return;
    }
    if of.key_header.is_some() && !credentials.are_given() {
        line(
            text,
            "# The header below, in which the document asks for a key, tells the portal who asks.",
        );
        return;
    }
    match credentials.scheme {
        Scheme::Login | Scheme::Basic => {
            let _ = writeln!(
                text,
                "account.user = {{ env = \"{user}\" }}\naccount.password = {{ env = \"{password}\" }}"
            );
        }
        _ => {
            let _ = writeln!(text, "account.token = {{ env = \"{token}\" }}");
        }
    }
}

/// The look-ups that found something.
fn found<'a>(of: &'a Outset<'_>) -> impl Iterator<Item = &'a Tried> {
    of.survey.look_ups.iter().filter(|one| one.found.is_ok())
}

fn look_ups(text: &mut String, of: &Outset<'_>) {
    let _ = writeln!(
        text,
        "\n# Reads that find values of parameters when a run begins; `parameters` and --param win over them.\n[target.{}.look-up]",
        of.options.target
    );
    for Tried { proposal, found } in &of.survey.look_ups {
        let entry = report::look_up(&proposal.parameter, &proposal.look_up);
        let basis = format!("{} lists what {} reads", proposal.lists, proposal.reads);
        let _ = match found {
            Ok(values) => writeln!(
                text,
                "# {basis}; it found {}.\n{entry}",
                count(*values, "value")
            ),
            Err(why) => {
                let why = report::no_value(&proposal.parameter, why);
                let why = of.settings.target.scrub(&why).replace(['\n', '\r'], " ");
                writeln!(text, "# {basis}, but {why}\n# {entry}")
            }
        };
    }
}

/// Headers as they are given: a variable stands for a whole value or for none of it.
fn headers(text: &mut String, of: &Outset<'_>) {
    let headers = &of.options.access.headers;
    if headers.is_empty() && of.key_header.is_none() {
        return;
    }
    let _ = writeln!(text, "\n[target.{}.headers]", of.options.target);
    let is_given = |name: &str| {
        let mut names = headers.iter().filter_map(|header| header.split_once(':'));
        names.any(|(own, _)| own.trim().eq_ignore_ascii_case(name))
    };
    if let Some(name) = of.key_header.filter(|name| !is_given(name)) {
        // Beside a token, it would be one more.
        let mark = if of.settings.target.credentials.are_given() {
            "# "
        } else {
            ""
        };
        let _ = writeln!(
            text,
            "# The document asks for a key in this header (securitySchemes), which is then the token.\n\
             {mark}{} = {{ env = \"PORTAL_KEY\" }}",
            key(name)
        );
    }
    for header in headers {
        let (name, value) = header.split_once(':').unwrap_or((header, ""));
        let (name, value) = (key(name.trim()), value.trim());
        let variable = value
            .strip_prefix("{env:")
            .and_then(|rest| rest.strip_suffix('}'));
        let _ = match variable.filter(|variable| is_variable_name(variable)) {
            Some(variable) => writeln!(text, "{name} = {{ env = {} }}", quoted(variable)),
            None if value.contains("{env:") => writeln!(
                text,
                "# A variable holds a whole value: one with {} in it, or -H with each run.\n# {name} = {{ env = \"VARIABLE\" }}",
                quoted(value)
            ),
            None => writeln!(text, "{name} = {}", quoted(value)),
        };
    }
}

fn limits(text: &mut String, of: &Outset<'_>) {
    let access = &of.options.access;
    let seconds = |time: Duration| quoted(&format!("{}s", time.as_secs_f64()));
    let rate = access.rate_limit.map(|rate| {
        let per = rate.per.as_secs_f64();
        quoted(&format!("{}/{per}s", rate.requests))
    });
    let timeout = access
        .request_timeout
        .map(|_| seconds(of.settings.target.limits.request_timeout));
    let size = access.max_body_size.map(|size| size.to_string());
    let _ = writeln!(text, "\n[target.{}.limits]", of.options.target);
    for (key, given, example) in [
        (
            "rate",
            rate,
            "\"500/10s\"          # a bucket: a burst of 500 passes at once",
        ),
        ("request-timeout", timeout, "\"30s\""),
        ("max-body-size", size, "\"64MiB\""),
        ("max-time", None, "\"10m\""),
        (
            "wait-ready",
            None,
            "\"60s\"        # for a portal that is still starting",
        ),
    ] {
        let _ = match given {
            Some(given) => writeln!(text, "{key} = {given}"),
            None => writeln!(text, "# {key} = {example}"),
        };
    }
}

fn tls(text: &mut String, of: &Outset<'_>) {
    let is_insecure = of.options.access.insecure == Some(true);
    let files = [("cacert", &of.cacert), ("cert", &of.cert)];
    if !is_insecure && files.iter().all(|(_, path)| path.is_none()) {
        return;
    }
    let _ = writeln!(text, "\n[target.{}.tls]", of.options.target);
    if is_insecure {
        line(text, "insecure = true");
    }
    for (key, path) in files {
        if let Some(path) = path {
            let _ = writeln!(text, "{key} = {}", quoted(&path.display().to_string()));
        }
    }
}

fn line(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

/// A text of TOML.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

/// A key of TOML.
fn key(name: &str) -> String {
    let is_bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    if !name.is_empty() && name.chars().all(is_bare) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

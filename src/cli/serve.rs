//! `serve`: the reference portal on its own.

use std::io;
use std::net::{SocketAddr, ToSocketAddrs};

use crate::cli::args::{Pages, Serve as Options};
use crate::cli::interrupt::Interrupt;
use crate::cli::{
    UsageError, contract, eprint, print, profile, profile_name, runtime, variable, words,
};
use crate::config::{is_variable_name, looks_like_secret};
use crate::contract::Contract;
use crate::exit_code::ExitCode;
use crate::names::closest;
use crate::portal::{self, Account, Change, Deployment, Portal};
use crate::profile::Profile;
use crate::proof;
use crate::settings::{DEFAULT_PROFILE, SettingsError};

/// The variables that name the user who may log in.
const USER: &str = "PORTAL_USER";
const PASSWORD: &str = "PORTAL_PASSWORD";

/// Serves until it is interrupted.
pub(super) fn serve(options: &Options) -> Result<ExitCode, UsageError> {
    let contract = contract(&options.source.pages.files())?;
    let name = profile_name(&options.source)?;
    let (profile, contract) = profile(&name, contract)?;
    let token = token(&options.token_env)?;
    let prefix = prefix(&options.prefix)?;
    let addresses = addresses(&options.listen)?;
    let change = match &options.fault {
        Some(id) => Some(change(id, &contract, &profile)?),
        None => None,
    };
    let account = account()?;
    let login = profile.requests.login.as_ref().map(|_| match &account {
        Some(_) => format!("{USER} and {PASSWORD} as here"),
        None => {
            let Account { user, password } = Account::default();
            format!("{USER}={user} {PASSWORD}={password}")
        }
    });
    let held = portal::parameters(&contract, &profile).into_iter();
    let parameters: Vec<String> = held
        .map(|(name, values)| format!(" --param {name}={}", values.join(",")))
        .collect();
    let deployment = Deployment {
        account: account.unwrap_or_default(),
        change,
        max_delay: options.delay,
        prefix,
        ..Deployment::new(contract, profile, &token)
    };
    // Nothing has to be ended in order: the first signal ends the process.
    Interrupt::listen()?.release();
    runtime()?.block_on(async {
        let portal = started(deployment, &addresses)
            .await
            .map_err(|error| UsageError(format!("cannot listen on {}: {error}", options.listen)))?;
        print(&format!("{}\n", portal.url()))?;
        eprint(&format!(
            "try it: portal-conformance run --url {}{} --allow-writes{}\n",
            portal.url(),
            source(&options.source.pages, &name),
            parameters.concat()
        ));
        if let Some(login) = login {
            eprint(&format!("or with --auth login, and {login}\n"));
        }
        portal.ended().await;
        Err(UsageError("the portal ended by itself".to_owned()))
    })
}

/// The token that the portal takes.
fn token(name: &str) -> Result<String, UsageError> {
    if !is_variable_name(name) {
        return Err(words::settings(SettingsError::NoVariable));
    }
    variable(name)?.ok_or_else(|| {
        if looks_like_secret(name) {
            return words::settings(SettingsError::NoVariable);
        }
        UsageError(format!(
            "set {name} to the token that the portal shall take"
        ))
    })
}

/// A path that stands before every other, as requests write it (RFC 3986, 3.3).
fn prefix(given: &str) -> Result<String, UsageError> {
    let inner = given.trim_end_matches('/');
    let inner = inner.strip_prefix('/').unwrap_or(inner);
    if inner.is_empty() {
        return Ok(String::new());
    }
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-._~!$&'()*+,;=:@/".contains(c);
    let problem = if let Some(other) = inner.chars().find(|c| !is_plain(*c)) {
        format!("{other:?} does not stand in a path as it is")
    } else if inner.split('/').any(|step| matches!(step, "" | "." | "..")) {
        "a step of it is empty, `.` or `..`".to_owned()
    } else {
        return Ok(format!("/{inner}"));
    };
    Err(UsageError(format!(
        "--prefix expects a path such as /office: {problem}"
    )))
}

/// The addresses that `HOST:PORT` stands for, those of IPv4 first.
fn addresses(given: &str) -> Result<Vec<SocketAddr>, UsageError> {
    let wrong = |problem: &str| {
        UsageError(format!(
            "--listen {given}: {problem}, expected HOST:PORT such as 127.0.0.1:8080 or localhost:8080"
        ))
    };
    if given.contains("://") {
        return Err(wrong("a URL"));
    }
    let (host, port) = match given.rsplit_once(':') {
        Some((host, port)) if !host.is_empty() => (host, port),
        None if port_of(given).is_none() => return Err(wrong("no port")),
        _ => return Err(wrong("no host")),
    };
    let port = port_of(port).ok_or_else(|| wrong("the port is no number up to 65535"))?;
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let found = (host, port).to_socket_addrs();
    let mut found: Vec<SocketAddr> = found
        .map_err(|error| UsageError(format!("--listen {given}: no such host here: {error}")))?
        .collect();
    found.sort_by_key(SocketAddr::is_ipv6);
    Ok(found)
}

fn port_of(text: &str) -> Option<u16> {
    text.parse().ok()
}

/// The portal at the first address that can be listened on.
async fn started(deployment: Deployment, addresses: &[SocketAddr]) -> io::Result<Portal> {
    let mut failure = io::Error::from(io::ErrorKind::AddrNotAvailable);
    for address in addresses {
        match Portal::start(deployment.clone(), *address).await {
            Ok(portal) => return Ok(portal),
            Err(error) => failure = error,
        }
    }
    Err(failure)
}

/// The account of the environment: both parts of it, or none.
fn account() -> Result<Option<Account>, UsageError> {
    match (variable(USER)?, variable(PASSWORD)?) {
        (Some(user), Some(password)) => Ok(Some(Account { user, password })),
        (None, None) => Ok(None),
        _ => Err(UsageError(format!(
            "set both {USER} and {PASSWORD} to the account that may log in, or neither"
        ))),
    }
}

/// The options that say which pages and which profile, where those are not the defaults.
fn source(pages: &Pages, profile: &str) -> String {
    let paths = pages.paths.iter();
    let paths = paths.map(|path| option("pages", &path.to_string_lossy()));
    let excluded = pages.excluded.iter();
    let excluded = excluded.map(|pattern| option("exclude-page", pattern));
    let pages: String = paths.chain(excluded).collect();
    let profile = if profile == DEFAULT_PROFILE {
        String::new()
    } else {
        option("profile", profile)
    };
    format!("{pages}{profile}")
}

/// An option with its value as a word for a POSIX shell.
fn option(name: &str, value: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./".contains(c);
    if !value.is_empty() && value.chars().all(is_plain) {
        format!(" --{name} {value}")
    } else {
        format!(" --{name} '{}'", value.replace('\'', r"'\''"))
    }
}

/// The fault or variation of a name.
fn change(id: &str, contract: &Contract, profile: &Profile) -> Result<Change, UsageError> {
    let faults = proof::faults(contract, profile);
    let faults = faults.into_iter().map(|fault| (fault.id, fault.change));
    let variations = proof::variations(contract, profile);
    let variations = variations
        .into_iter()
        .map(|lawful| (lawful.id, lawful.change));
    let mut all: Vec<(String, Change)> = faults.chain(variations).collect();
    match all.iter().position(|(name, _)| name == id) {
        Some(at) => Ok(all.swap_remove(at).1),
        None => {
            let names: Vec<&str> = all.iter().map(|(name, _)| name.as_str()).collect();
            let advice = match closest(id, &names) {
                Some(near) => format!("; did you mean `{near}`?"),
                None => "; see `faults`".to_owned(),
            };
            Err(UsageError(format!("no fault or variation `{id}`{advice}")))
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_prefix_is_a_path_that_requests_can_write() {
        for (given, expected) in [
            ("", ""),
            ("/", ""),
            ("/office", "/office"),
            ("office/one/", "/office/one"),
            ("/a;b=c", "/a;b=c"),
        ] {
            assert_eq!(prefix(given).unwrap(), expected, "{given}");
        }
        for given in [
            "a b?c",
            "/a?b",
            "/a#b",
            "/{x}",
            "/a%20b",
            "/b\u{fc}ro",
            "//x",
            "/a/../b",
            "/a//b",
        ] {
            let error = prefix(given).unwrap_err().to_string();
            assert!(
                error.starts_with("--prefix expects a path such as /office: "),
                "{error}"
            );
        }
    }

    #[test]
    fn a_place_to_listen_is_a_host_and_a_port() {
        let loopback: SocketAddr = "127.0.0.1:8080".parse().unwrap();
        for given in ["127.0.0.1:8080", "localhost:8080"] {
            assert_eq!(addresses(given).unwrap()[0], loopback, "{given}");
        }
        assert_eq!(addresses("[::1]:0").unwrap(), ["[::1]:0".parse().unwrap()]);
        for (given, part) in [
            ("8080", "no host, expected HOST:PORT"),
            (":8080", "no host"),
            ("localhost", "no port"),
            ("localhost:http", "the port is no number"),
            ("localhost:70000", "the port is no number up to 65535"),
            ("http://127.0.0.1:8080", "a URL, expected HOST:PORT"),
        ] {
            let error = addresses(given).unwrap_err().to_string();
            assert!(error.contains(part), "{given}: {error}");
        }
    }
}

//! `serve`: the reference portal on its own.

use std::env;
use std::time::Duration;

use crate::cli::args::{DEFAULT_PROFILE, PagesAndProfile, Serve as Options};
use crate::cli::{UsageError, contract, eprint, print, profile, runtime};
use crate::contract::Contract;
use crate::exit_code::ExitCode;
use crate::names::closest;
use crate::portal::{self, Account, Change, Deployment, Portal};
use crate::profile::Profile;
use crate::proof;

/// The variables that name the user who may log in.
const USER: &str = "PORTAL_USER";
const PASSWORD: &str = "PORTAL_PASSWORD";

/// Serves until it is interrupted.
pub(super) fn serve(options: &Options) -> Result<ExitCode, UsageError> {
    let contract = contract(options.source.pages.as_deref())?;
    let profile = profile(&options.source.profile, &contract)?;
    let token = env::var(&options.token_env)
        .ok()
        .filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| {
        UsageError(format!(
            "set {} to the token that the portal shall take",
            options.token_env
        ))
    })?;
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
    let deployment = Deployment {
        account: account.unwrap_or_default(),
        change,
        max_delay: Duration::from_millis(options.delay),
        prefix: options.prefix.trim_end_matches('/').to_owned(),
        ..Deployment::new(contract, profile, &token)
    };
    runtime()?.block_on(async {
        let portal = Portal::start(deployment, options.listen)
            .await
            .map_err(|error| UsageError(format!("cannot listen on {}: {error}", options.listen)))?;
        let parameters: Vec<String> = portal::parameters()
            .into_iter()
            .map(|(name, values)| format!(" --param {name}={}", values.join(",")))
            .collect();
        print(&format!("{}\n", portal.url()));
        eprint(&format!(
            "try it: portal-conformance run --url {}{} --allow-writes{}\n",
            portal.url(),
            source(&options.source),
            parameters.concat()
        ));
        if let Some(login) = login {
            eprint(&format!("or with --auth login, and {login}\n"));
        }
        portal.stopped().await;
        Ok(ExitCode::Conforms)
    })
}

/// The account of the environment: both parts of it, or none.
fn account() -> Result<Option<Account>, UsageError> {
    let set = |name| env::var(name).ok().filter(|value| !value.is_empty());
    match (set(USER), set(PASSWORD)) {
        (Some(user), Some(password)) => Ok(Some(Account { user, password })),
        (None, None) => Ok(None),
        _ => Err(UsageError(format!(
            "set both {USER} and {PASSWORD} to the account that may log in, or neither"
        ))),
    }
}

/// The options that say which pages and which profile, where those are not the defaults.
fn source(source: &PagesAndProfile) -> String {
    let pages = source.pages.as_ref();
    let pages = pages.map_or(String::new(), |path| {
        option("pages", &path.to_string_lossy())
    });
    let profile = if source.profile == DEFAULT_PROFILE {
        String::new()
    } else {
        option("profile", &source.profile)
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

//! Secrets, found where the file or the defaults say they are.

use crate::config::{Account, Scheme, SecretRef, is_variable_name, looks_like_secret};
use crate::secret::Secret;
use crate::settings::{Chosen, Given, SettingsError, Surroundings, UNSENT};
use crate::target::{Credentials, Files, SecretSource, TargetError, Variables};

/// Finds the account of a run.
///
/// The variable that is given for the token beats what the file names; `PORTAL_TOKEN`, `PORTAL_USER` and
/// `PORTAL_PASSWORD` are the variables where nothing is named. They are defaults: a target that names its
/// own gets no token that was meant for another portal.
pub(super) fn credentials(
    given: &Given,
    around: Surroundings<'_>,
    chosen: Option<&Chosen>,
) -> Result<Credentials, SettingsError> {
    let account = chosen.map(|chosen| chosen.entry.account.clone());
    let account = account.unwrap_or_default();
    if given
        .token_env
        .as_deref()
        .is_some_and(|name| !is_variable_name(name))
    {
        return Err(SettingsError::NoVariable);
    }
    let scheme = given.scheme.or(account.scheme);
    let is_password = matches!(scheme, Some(Scheme::Basic | Scheme::Login));
    let is_replaced = given.token_env.is_some() && given.scheme.is_none() && is_password;
    let scheme = scheme.filter(|_| !is_replaced);
    if around.sends_nothing {
        let secret = || Some(Secret::new(UNSENT));
        return Ok(Credentials {
            variables: variables(given, &account),
            files: files(given, &account, chosen),
            ..Credentials::of(scheme, secret(), secret(), secret()).map_err(TargetError::from)?
        });
    }
    let names_user = is_password || account.user.is_some() || account.password.is_some();
    let find = |place: &Option<SecretRef>, key: &str, default: Option<&str>| match (place, chosen) {
        (Some(place), Some(chosen)) => found(place, around, chosen, &["account", key]).map(Some),
        _ => default.map_or(Ok(None), |name| around.filled(name)),
    };
    let variables = variables(given, &account);
    let files = files(given, &account, chosen);
    let token = match &given.token_env {
        Some(name) => Some(around.filled(name)?.ok_or_else(|| no_token(name))?),
        None => find(
            &account.token,
            "token",
            (!names_user).then_some("PORTAL_TOKEN"),
        )?,
    };
    if let Some(token) = &token
        && http::HeaderValue::try_from(token.as_str()).is_err()
    {
        let place = Credentials {
            variables,
            files,
            ..Credentials::default()
        }
        .token_source();
        return Err(match (place, chosen) {
            (place @ SecretSource::File(_), Some(chosen)) => {
                let error = SettingsError::Token { place }.to_string();
                chosen.error(&["account", "token"], &error).into()
            }
            (place, _) => SettingsError::Token { place },
        });
    }
    // Where a token is there, nobody needs a password.
    let needs_user = given.token_env.is_none() && (token.is_none() || names_user);
    let of_user = |place, key, default| {
        if needs_user {
            find(place, key, Some(default))
        } else {
            Ok(None)
        }
    };
    let user = of_user(&account.user, "user", "PORTAL_USER")?;
    let password = of_user(&account.password, "password", "PORTAL_PASSWORD")?;
    let secret = |text: Option<String>| text.map(|text| Secret::new(&text));
    Ok(Credentials {
        variables,
        files,
        ..Credentials::of(scheme, secret(token), secret(user), secret(password))
            .map_err(TargetError::from)?
    })
}

/// A variable that is named and not set; a secret that was pasted in its place is not shown.
fn no_token(name: &str) -> SettingsError {
    // Names of variables are mostly in capitals.
    let has = |kind: fn(&u8) -> bool| name.as_bytes().iter().any(kind);
    let is_mixed = has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit);
    if is_mixed || looks_like_secret(name) {
        return SettingsError::NoVariable;
    }
    SettingsError::NoToken {
        name: name.to_owned(),
    }
}

/// The files that hold the secrets.
fn files(given: &Given, account: &Account, chosen: Option<&Chosen>) -> Files {
    let file = |place: &Option<SecretRef>| {
        let path = place.as_ref()?.file.as_ref()?;
        Some(chosen?.path(path))
    };
    Files {
        token: file(&account.token).filter(|_| given.token_env.is_none()),
        user: file(&account.user),
        password: file(&account.password),
    }
}

/// Where a shell finds the secrets.
fn variables(given: &Given, account: &Account) -> Variables {
    let default = Variables::default();
    let named = |place: &Option<SecretRef>, default: String| {
        let variable = place.as_ref().and_then(|place| place.env.clone());
        variable.unwrap_or(default)
    };
    let token = given.token_env.clone();
    Variables {
        token: token.unwrap_or_else(|| named(&account.token, default.token)),
        user: named(&account.user, default.user),
        password: named(&account.password, default.password),
    }
}

/// The secret that the file refers to.
pub(super) fn found(
    place: &SecretRef,
    around: Surroundings<'_>,
    chosen: &Chosen,
    way: &[&str],
) -> Result<String, SettingsError> {
    if around.sends_nothing {
        return Ok(UNSENT.to_owned());
    }
    let wrong = |message: String| SettingsError::from(chosen.error(way, &message));
    match (&place.env, &place.file) {
        (Some(name), None) => around
            .filled(name)
            .map_err(|error| wrong(error.to_string()))?
            .ok_or_else(|| {
                wrong(if looks_like_secret(name) {
                    "this environment variable is not set: its name is not shown, as it looks like a secret itself; `env` takes the name of the variable that holds it".to_owned()
                } else {
                    format!("the environment variable {name} is not set")
                })
            }),
        (None, Some(path)) => {
            let path = chosen.path(path);
            let text = (around.read)(&path)
                .map_err(|error| wrong(format!("cannot read {}: {error}", path.display())))?;
            let text = text.trim_end_matches(['\r', '\n']);
            if text.is_empty() {
                return Err(wrong(format!("{} is empty", path.display())));
            }
            Ok(text.to_owned())
        }
        _ => Err(wrong("expected exactly one of `env` and `file`".to_owned())),
    }
}

//! Secrets, found where the file or the defaults say they are.

use crate::config::{Account, Scheme, Source};
use crate::secret::Secret;
use crate::settings::{Given, Place, SettingsError, Surroundings, UNSENT};
use crate::target::Variables;

/// The account of a run, its secrets found.
#[derive(Debug, Clone, Default)]
pub struct FoundAccount {
    /// How the portal is told who asks; `None` where nothing is said.
    pub scheme: Option<Scheme>,
    /// The token.
    pub token: Option<Secret>,
    /// The user's name.
    pub user: Option<Secret>,
    /// The user's password.
    pub password: Option<Secret>,
    /// The environment variables that hold them.
    pub variables: Variables,
}

impl FoundAccount {
    /// Finds the account.
    ///
    /// `--token-env` beats what the file names; `PORTAL_TOKEN`, `PORTAL_USER` and `PORTAL_PASSWORD` are
    /// the variables where nothing is named. They are defaults: a target that names its own sources gets
    /// no token that was meant for another portal.
    pub(super) fn of(
        given: &Given,
        around: Surroundings<'_>,
        entry: Option<(&Account, Place<'_>)>,
    ) -> Result<Self, SettingsError> {
        let variable = |name: &str| (around.variable)(name).filter(|value| !value.is_empty());
        let account = entry
            .map(|(account, _)| account.clone())
            .unwrap_or_default();
        let scheme = given.scheme.or(account.scheme);
        let is_password = matches!(scheme, Some(Scheme::Basic | Scheme::Login));
        let is_replaced = given.token_env.is_some() && given.scheme.is_none() && is_password;
        if around.sends_nothing {
            return Ok(Self::unsent(scheme.filter(|_| !is_replaced)));
        }
        let names_user = is_password || account.user.is_some() || account.password.is_some();
        let find = |source: &Option<Source>, key: &str, default: Option<&str>| match (source, entry)
        {
            (Some(source), Some((_, place))) => {
                found(source, around, place, &["account", key]).map(Some)
            }
            _ => Ok(default.and_then(variable)),
        };
        let token = match &given.token_env {
            Some(name) => Some((name.clone(), required(name, around)?)),
            None => {
                let default = (!names_user).then_some("PORTAL_TOKEN");
                let name = account
                    .token
                    .as_ref()
                    .map_or("PORTAL_TOKEN", |_| "the token");
                find(&account.token, "token", default)?.map(|token| (name.to_owned(), token))
            }
        };
        if let Some((name, token)) = &token
            && http::HeaderValue::try_from(token.as_str()).is_err()
        {
            return Err(SettingsError::Secret {
                message: format!("the value of {name} holds characters that no header can carry"),
            });
        }
        let scheme = account.scheme.filter(|_| !is_replaced);
        // Where a token is there, nobody needs a password.
        let needs_user = given.token_env.is_none() && (token.is_none() || names_user);
        let user = |source, key, default| {
            if needs_user {
                find(source, key, Some(default))
            } else {
                Ok(None)
            }
        };
        let default = Variables::default();
        let named = |source: &Option<Source>, default: String| {
            let source = source.as_ref().and_then(|source| source.env.clone());
            source.unwrap_or(default)
        };
        let variables = Variables {
            token: given
                .token_env
                .clone()
                .unwrap_or_else(|| named(&account.token, default.token)),
            user: named(&account.user, default.user),
            password: named(&account.password, default.password),
        };
        Ok(Self {
            variables,
            scheme: given.scheme.or(scheme),
            user: user(&account.user, "user", "PORTAL_USER")?.map(|user| Secret::new(&user)),
            password: user(&account.password, "password", "PORTAL_PASSWORD")?
                .map(|password| Secret::new(&password)),
            token: token.map(|(_, token)| Secret::new(&token)),
        })
    }

    /// Something in the place of every secret: enough to say what would be asked.
    fn unsent(scheme: Option<Scheme>) -> Self {
        let secret = || Some(Secret::new(UNSENT));
        Self {
            scheme,
            token: secret(),
            user: secret(),
            password: secret(),
            variables: Variables::default(),
        }
    }
}

fn required(name: &str, around: Surroundings<'_>) -> Result<String, SettingsError> {
    let value = (around.variable)(name).filter(|value| !value.is_empty());
    value.ok_or_else(|| SettingsError::Secret {
        message: format!("--token-env {name}: this environment variable is not set, or empty"),
    })
}

/// The value of a source of the file.
pub(super) fn found(
    source: &Source,
    around: Surroundings<'_>,
    place: Place<'_>,
    way: &[&str],
) -> Result<String, SettingsError> {
    if around.sends_nothing {
        return Ok(UNSENT.to_owned());
    }
    let wrong = |message: String| SettingsError::from(place.error(way, &message));
    match (&source.env, &source.file) {
        (Some(name), None) => (around.variable)(name)
            .filter(|value| !value.is_empty())
            .ok_or_else(|| {
                wrong(format!(
                    "the environment variable {name} is not set, or empty"
                ))
            }),
        (None, Some(path)) => {
            let path = place.file.path(path);
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

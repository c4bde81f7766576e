//! The second, lesser account of a target.

use crate::config::{Account, Scheme, SecretRef};
use crate::secret::Secret;
use crate::settings::{Chosen, SettingsError, Surroundings, account, named};
use crate::target::{Credentials, Files, Other, TargetError, Variables};

/// Finds the second account. One whose variable is not set is there without a token, so that nothing is
/// asked with it: who runs the suite elsewhere may not have it.
pub(super) fn other(
    around: Surroundings<'_>,
    chosen: &Chosen,
) -> Result<Option<Other>, SettingsError> {
    let Some(entry) = &chosen.entry.other_account else {
        return Ok(None);
    };
    let wrong = |way: &[&str], message: &str| SettingsError::from(chosen.error(way, message));
    if chosen.entry.hidden.is_empty() {
        let message = "a second account needs what it must not see: hidden = { contactid = [...] }";
        return Err(wrong(&["other-account"], message));
    }
    if entry.scheme == Some(Scheme::Login) {
        let message = "a second account does not log in: give its token, or the scheme basic";
        return Err(wrong(&["other-account", "scheme"], message));
    }
    let find = |place: &Option<SecretRef>, key: &str| {
        let Some(place) = place else {
            return Ok(None);
        };
        if let Some(name) = &place.env
            && !around.sends_nothing
            && around.filled(name)?.is_none()
        {
            return Ok(None);
        }
        account::found(place, around, chosen, &["other-account", key]).map(Some)
    };
    let secret = |text: Option<String>| text.map(|text| Secret::new(&text));
    let token = secret(find(&entry.token, "token")?);
    let user = secret(find(&entry.user, "user")?);
    let password = secret(find(&entry.password, "password")?);
    let is_there = match entry.scheme {
        Some(Scheme::Basic) => user.is_some() && password.is_some(),
        _ => token.is_some(),
    };
    let credentials = if is_there {
        Credentials::of(entry.scheme.or(Some(Scheme::Raw)), token, user, password)
            .map_err(TargetError::from)?
    } else {
        Credentials::default()
    };
    Ok(Some(Other {
        credentials: Credentials {
            variables: variables(entry),
            files: Files {
                token: entry.token.as_ref().and_then(|place| {
                    let path = place.file.as_ref()?;
                    Some(chosen.path(path))
                }),
                ..Files::default()
            },
            ..credentials
        },
        hidden: named(&chosen.entry.hidden),
    }))
}

/// Where a shell finds the secrets; names that nobody gives are told by what they hold.
fn variables(account: &Account) -> Variables {
    let named = |place: &Option<SecretRef>, default: &str| {
        let variable = place.as_ref().and_then(|place| place.env.clone());
        variable.unwrap_or_else(|| default.to_owned())
    };
    Variables {
        token: named(&account.token, "OTHER_TOKEN"),
        user: named(&account.user, "OTHER_USER"),
        password: named(&account.password, "OTHER_PASSWORD"),
    }
}

//! Whose account is used: a token, or a user's name and password, and how a request carries them.

use std::path::PathBuf;

use crate::config::Scheme;
use crate::header_token::{Carried, Documented, SecretSource};
use crate::secret::Secret;

/// The cookie in which the portals look for a token.
pub const TOKEN_COOKIE: &str = "asc_auth_key";

/// From this length on, the value of any header is a secret.
pub(crate) const MIN_SECRET: usize = 8;

/// Whose account is used.
#[derive(Debug, Clone, Default)]
pub struct Credentials {
    /// How a request tells who asks.
    pub scheme: Scheme,
    /// The token, without the scheme before it; of a login, the one that it gave. Without it nothing is
    /// sent, but for `Basic`.
    pub token: Option<Secret>,
    /// The user's name, for `Basic` and login.
    pub user: Option<Secret>,
    /// The user's password, for `Basic` and login.
    pub password: Option<Secret>,
    /// Where a shell finds them, for command lines that are shown.
    pub variables: Variables,
    /// The files in which they were found, where they were.
    pub files: Files,
    /// The header that holds the token, where it is given as one.
    pub carried: Option<Carried>,
    /// Where documents say that tokens stand.
    pub documented: Documented,
}

/// The files that hold credentials.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Files {
    /// That of the token.
    pub token: Option<PathBuf>,
    /// That of the user's name.
    pub user: Option<PathBuf>,
    /// That of the user's password.
    pub password: Option<PathBuf>,
}

/// The environment variables that hold the credentials.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Variables {
    /// That of the token.
    pub token: String,
    /// That of the user's name.
    pub user: String,
    /// That of the user's password.
    pub password: String,
}

/// What of a token hardly belongs to it, which a shell or a file may have left there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TokenFlaw {
    /// It stands in quotation marks.
    Quoted,
    /// White space stands before or behind it.
    Padded,
    /// It begins with `Bearer`.
    Bearer,
}

/// Why what is given is no account.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// A scheme needs what is not given.
    #[error("{scheme} needs {missing}: set {variables}")]
    Missing {
        /// The scheme.
        scheme: &'static str,
        /// What is not given.
        missing: &'static str,
        /// Where it is looked for.
        variables: &'static str,
    },
    /// A token brings the word along that its scheme puts before it.
    #[error(
        "the token itself begins with `Bearer`, which its scheme puts before it: leave the word out"
    )]
    TwiceBearer,
    /// A secret has characters that its place cannot hold.
    #[error("the {what} holds characters that {place} cannot carry")]
    Uncarried {
        /// Which secret.
        what: &'static str,
        /// Where it is sent.
        place: &'static str,
    },
}

impl Default for Variables {
    fn default() -> Self {
        Self {
            token: "PORTAL_TOKEN".to_owned(),
            user: "PORTAL_USER".to_owned(),
            password: "PORTAL_PASSWORD".to_owned(),
        }
    }
}

impl Credentials {
    /// A token that is sent as it is.
    #[must_use]
    pub fn raw(token: &str) -> Self {
        Self {
            token: Some(Secret::new(token)),
            ..Self::default()
        }
    }

    /// Holds what is given against what a scheme needs; without a scheme, a token is sent as it is, and
    /// a user without one logs in.
    ///
    /// # Errors
    ///
    /// [`CredentialsError::Missing`], [`CredentialsError::TwiceBearer`] and [`CredentialsError::Uncarried`].
    pub fn of(
        scheme: Option<Scheme>,
        token: Option<Secret>,
        user: Option<Secret>,
        password: Option<Secret>,
    ) -> Result<Self, CredentialsError> {
        let given = |secret: Option<Secret>| secret.filter(|secret| !secret.reveal().is_empty());
        let (token, user, password) = (given(token), given(user), given(password));
        let is_asked = scheme.is_some();
        let scheme = scheme.unwrap_or_else(|| {
            let logs_in = token.is_none() && user.is_some() && password.is_some();
            if logs_in { Scheme::Login } else { Scheme::Raw }
        });
        let missing = |scheme, missing, variables| CredentialsError::Missing {
            scheme,
            missing,
            variables,
        };
        let words = scheme.words();
        let uncarried = |what, place| CredentialsError::Uncarried { what, place };
        match scheme {
            Scheme::Basic | Scheme::Login => {
                let (Some(user), Some(password)) = (user, password) else {
                    let variables = "PORTAL_USER and PORTAL_PASSWORD";
                    return Err(missing(words, "a user's name and password", variables));
                };
                // RFC 7617, 2.
                if scheme == Scheme::Basic && user.reveal().contains(':') {
                    return Err(uncarried("user's name", "Basic authorization"));
                }
                Ok(Self {
                    scheme,
                    token: None,
                    user: Some(user),
                    password: Some(password),
                    ..Self::default()
                })
            }
            Scheme::Raw | Scheme::Bearer | Scheme::Cookie => {
                if token.is_none() && is_asked {
                    return Err(missing(words, "a token", "PORTAL_TOKEN"));
                }
                if let Some(token) = &token {
                    if !Self::can_carry(token) {
                        return Err(uncarried("token", "a header"));
                    }
                    if scheme == Scheme::Bearer && begins_with_bearer(token.reveal()) {
                        return Err(CredentialsError::TwiceBearer);
                    }
                    // RFC 6265, 4.1.1.
                    let is_cookie = |c: char| c.is_ascii_graphic() && !"\",;\\".contains(c);
                    if scheme == Scheme::Cookie && !token.reveal().chars().all(is_cookie) {
                        return Err(uncarried("token", "a cookie"));
                    }
                }
                Ok(Self {
                    scheme,
                    token,
                    ..Self::default()
                })
            }
        }
    }

    /// Whether a header can carry a token.
    #[must_use]
    pub fn can_carry(token: &Secret) -> bool {
        http::HeaderValue::try_from(token.reveal()).is_ok()
    }

    /// Whether a request can tell who asks, after a login where one is needed.
    #[must_use]
    pub fn are_given(&self) -> bool {
        self.token.is_some() || self.user.is_some()
    }

    /// What of the token hardly belongs to it.
    #[must_use]
    pub fn token_flaw(&self) -> Option<TokenFlaw> {
        TokenFlaw::of(self.token.as_ref()?.reveal())
    }

    /// Where the token is found.
    #[must_use]
    pub fn token_source(&self) -> SecretSource {
        place(self.files.token.as_ref(), &self.variables.token)
    }

    /// Where the user's name is found.
    #[must_use]
    pub fn user_source(&self) -> SecretSource {
        place(self.files.user.as_ref(), &self.variables.user)
    }

    /// Where the user's password is found.
    #[must_use]
    pub fn password_source(&self) -> SecretSource {
        place(self.files.password.as_ref(), &self.variables.password)
    }

    /// What must be shown nowhere.
    pub(crate) fn secrets(&self) -> impl Iterator<Item = &Secret> {
        // A short value of a cookie is a common word, such as `de`; its header is a secret anyway.
        let is_cookie = self
            .carried
            .as_ref()
            .is_some_and(|one| one.cookie.is_some());
        let is_short = |token: &Secret| token.reveal().len() < MIN_SECRET;
        let is_common = self
            .token
            .as_ref()
            .is_some_and(|token| is_cookie && is_short(token));
        let token = if is_common { &None } else { &self.token };
        [token, &self.user, &self.password].into_iter().flatten()
    }

    /// Whether a token is sent as it is.
    pub(crate) fn is_raw(&self) -> bool {
        self.scheme == Scheme::Raw
    }
}

impl TokenFlaw {
    /// The first that a token has.
    fn of(token: &str) -> Option<Self> {
        let inner = token.trim();
        let is_quoted =
            |mark: char| inner.len() > 1 && inner.starts_with(mark) && inner.ends_with(mark);
        if inner != token {
            Some(Self::Padded)
        } else if is_quoted('"') || is_quoted('\'') {
            Some(Self::Quoted)
        } else {
            begins_with_bearer(token).then_some(Self::Bearer)
        }
    }
}

impl Scheme {
    /// The name in options, files and reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::Bearer => "bearer",
            Self::Cookie => "cookie",
            Self::Basic => "basic",
            Self::Login => "login",
        }
    }

    /// What a message calls it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Raw => "authorization with a raw token",
            Self::Bearer => "authorization with a Bearer token",
            Self::Cookie => "authorization by cookie",
            Self::Basic => "Basic authorization",
            Self::Login => "a login",
        }
    }
}

/// Whether a token brings the word along that is put before it.
fn begins_with_bearer(token: &str) -> bool {
    let mut words = token.split_whitespace();
    let is_it = words
        .next()
        .is_some_and(|word| word.eq_ignore_ascii_case("bearer"));
    is_it && words.next().is_some()
}

fn place(file: Option<&PathBuf>, variable: &str) -> SecretSource {
    match file {
        Some(path) => SecretSource::File(path.clone()),
        None => SecretSource::Variable(variable.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_brings_its_scheme_along_is_refused_where_the_scheme_is_put_before_it() {
        let of = |scheme, token: &str| {
            Credentials::of(Some(scheme), Some(Secret::new(token)), None, None)
        };
        let twice = of(Scheme::Bearer, "bearer  geheim").unwrap_err();
        assert!(matches!(twice, CredentialsError::TwiceBearer));
        assert!(!twice.to_string().contains("geheim"), "{twice}");
        assert!(of(Scheme::Bearer, "Bearerhood").is_ok());
        assert!(of(Scheme::Raw, "Bearer geheim").is_ok(), "sent as it is");
    }
}

//! Why settings cannot be used.

use std::fmt;

use crate::config::ConfigError;
use crate::profile::ProfileError;
use crate::target::{SecretSource, TargetError};

/// Something that was given, whatever the way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Setting {
    /// The URL.
    Url,
    /// The URL that the environment variable `PORTAL_URL` holds.
    PortalUrl,
    /// How long one answer may take.
    RequestTimeout,
    /// How many bytes one answer may have.
    MaxBodySize,
    /// How long the run may ask.
    MaxTime,
    /// How many requests may be under way at once.
    Jobs,
    /// Whether any certificate is taken.
    Insecure,
    /// The certificates that are trusted.
    Cacert,
    /// The client's certificate.
    Cert,
}

/// Why settings cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// Something in the file.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Something that was given.
    #[error(transparent)]
    Target(#[from] TargetError),
    /// The profile cannot be used.
    #[error(transparent)]
    Profile(#[from] ProfileError),
    /// The working folder, above which a file is looked for, is unknown.
    #[error("the working folder cannot be read: {error}")]
    WorkingFolder {
        /// What the system says.
        error: std::io::Error,
    },
    /// A target is named, and there is no file.
    #[error(
        "no target `{name}`: there is no portal-conformance.toml in this folder or above it; write one, or name a file"
    )]
    NoFile {
        /// The target.
        name: String,
    },
    /// The URL leads elsewhere than the target's.
    #[error(
        "{by} leads to another scheme, host or port than the target `{name}` ({host}), whose credentials, headers and writes are meant for that portal alone: name a portal by its URL or by its target, not by both"
    )]
    OtherHost {
        /// Which URL.
        by: Setting,
        /// The target.
        name: String,
        /// Scheme, host and port of the target.
        host: String,
    },
    /// The environment variable that should hold the token does not.
    #[error("{name}, which should hold the token: this environment variable is not set, or empty")]
    NoToken {
        /// The variable.
        name: String,
    },
    /// What should name the environment variable of the token is no such name, or is most likely the token.
    #[error(
        "what should name the environment variable that holds the token names none: it is not shown, as it may be the token itself; put the token into PORTAL_TOKEN, or name the variable that holds it"
    )]
    NoVariable,
    /// An environment variable is set, and cannot be used.
    #[error("the environment variable {name} is set but {problem}: give it a value, or unset it")]
    Variable {
        /// The variable.
        name: String,
        /// Why not.
        problem: VariableProblem,
    },
    /// An account is there, and no portal that it could be for.
    #[error(
        "{name} is set, but no portal is named, so the reference portal in this process would be tried: name the portal by its URL or its target, or unset {name}"
    )]
    AccountWithoutPortal {
        /// The variable that holds a part of the account.
        name: String,
    },
    /// A token is none.
    #[error("the token in {place} holds characters that no header can carry, such as a line end")]
    Token {
        /// Where it is found.
        place: SecretSource,
    },
    /// A header that is given carries a credential for all to see.
    #[error(
        "the header `{name}` carries a credential, by its name, which other processes and logs would see: put its value into an environment variable, and write `{name}: {{env:VARIABLE}}`"
    )]
    HeaderSecret {
        /// The header.
        name: String,
    },
    /// A header refers to a variable, but not as it should.
    #[error("the header `{header}` refers to no environment variable: expected {{env:VARIABLE}}")]
    HeaderVariable {
        /// The header.
        header: String,
    },
    /// A header refers to a variable that is not there.
    #[error("the header `{header}` refers to {name}: this environment variable is not set")]
    HeaderUnset {
        /// The header.
        header: String,
        /// The variable.
        name: String,
    },
    /// A header that a variable fills is none.
    #[error("the header `{name}` holds characters that no header can carry, such as a line end")]
    HeaderValue {
        /// The header.
        name: String,
    },
    /// A value that cannot be.
    #[error("{setting} expects {expected}")]
    Value {
        /// Of what.
        setting: Setting,
        /// What it expects.
        expected: &'static str,
    },
    /// Something means nothing without a portal.
    #[error(
        "{setting} means nothing for the reference portal in this process: name a portal by its URL or by its target"
    )]
    NoPortal {
        /// What.
        setting: Setting,
    },
}

/// Why the value of an environment variable cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VariableProblem {
    /// It is empty.
    Empty,
    /// Its bytes are no text.
    NotUtf8,
}

impl fmt::Display for VariableProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Empty => "empty",
            Self::NotUtf8 => "not UTF-8",
        })
    }
}

impl fmt::Display for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Url => "the URL",
            Self::PortalUrl => "PORTAL_URL",
            Self::RequestTimeout => "`request-timeout`",
            Self::MaxBodySize => "`max-body-size`",
            Self::MaxTime => "`max-time`",
            Self::Jobs => "`jobs`",
            Self::Insecure => "`insecure`",
            Self::Cacert => "`cacert`",
            Self::Cert => "`cert`",
        })
    }
}

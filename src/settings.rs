//! What holds for one run: flags beat the environment, which beats the file, which beats defaults.
//!
//! In come [`Given`] flags, the [`Surroundings`] and a configuration [`File`], out come [`Settings`]. No
//! variable is read and no file opened but through the surroundings, so the rules can be tried without
//! either. What the settings mean for a contract is the last step, [`Settings::target`].

mod account;
mod headers;
mod limits;

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use url::Url;

pub use account::FoundAccount;

use crate::config::{ConfigError, File, Scheme, TargetEntry, Values};
use crate::contract::Contract;
use crate::profile::{self, Profile, ProfileError};
use crate::secret::Secret;
use crate::target::{self, Credentials, Limits, Rate, Target, TargetError, Tls};

/// The profile where nothing names one.
const DEFAULT_PROFILE: &str = "as-documented";

/// The flags of a command line; what was not given is `None` or empty.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// `--target`.
    pub target: Option<String>,
    /// `--url`.
    pub url: Option<String>,
    /// `--profile`.
    pub profile: Option<String>,
    /// `--pages`.
    pub pages: Option<PathBuf>,
    /// `--snapshots`.
    pub snapshots: Option<PathBuf>,
    /// `--param`, as typed.
    pub parameters: Vec<String>,
    /// `--allow-writes`.
    pub allow_writes: Option<bool>,
    /// The scheme of the credentials.
    pub scheme: Option<Scheme>,
    /// `--token-env`.
    pub token_env: Option<String>,
    /// `--header`, as typed.
    pub headers: Vec<String>,
    /// `--rate-limit`.
    pub rate: Option<Rate>,
    /// `--request-timeout`, in seconds.
    pub request_timeout: Option<f64>,
    /// `--max-body-size`, in bytes.
    pub max_body_size: Option<usize>,
    /// `--jobs`.
    pub jobs: Option<usize>,
    /// `--insecure`.
    pub insecure: Option<bool>,
    /// `--cacert`.
    pub cacert: Option<PathBuf>,
    /// `--cert`.
    pub cert: Option<PathBuf>,
    /// `--strict`.
    pub strict: bool,
}

/// What stands for every secret where nothing is sent.
pub const UNSENT: &str = "not-looked-for";

/// What a process sees around it.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Looks up an environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<String>,
    /// Reads a file that holds a secret.
    pub read: &'a dyn Fn(&Path) -> io::Result<String>,
    /// Whether nothing is sent: then no secret is looked for, and [`UNSENT`] stands for each.
    pub sends_nothing: bool,
}

/// What holds.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The target's name in the file, where it has one.
    pub name: Option<String>,
    /// The file's words on the target.
    pub entry: Option<TargetEntry>,
    /// The file.
    pub file: Option<File>,
    /// Where the portal is; without it, the reference portal is tried.
    pub url: Option<Url>,
    /// The profile: a built-in name, or a file.
    pub profile: String,
    /// A folder with pages.
    pub pages: Option<PathBuf>,
    /// A folder with reviewed snapshots.
    pub snapshots: Option<PathBuf>,
    /// Values of parameters, not yet held against the contract.
    pub parameters: BTreeMap<String, Vec<String>>,
    /// Whether requests that may change the portal are sent; `None` where nothing is said.
    pub allow_writes: Option<bool>,
    /// Whose account is used.
    pub account: FoundAccount,
    /// Further headers.
    pub headers: Vec<(String, Secret)>,
    /// How long and how much.
    pub limits: Limits,
    /// What is trusted under TLS.
    pub tls: Tls,
    /// Whether undocumented members are violations as well.
    pub strict: bool,
    /// The parameters that the file alone gives.
    file_parameters: Vec<String>,
    is_file_profile: bool,
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
    /// A target is named, and there is no file.
    #[error(
        "no target `{name}`: there is no portal-conformance.toml in this folder or above it; write one, or name a file with --config"
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
        /// The flag or variable.
        by: &'static str,
        /// The target.
        name: String,
        /// Scheme, host and port of the target.
        host: String,
    },
    /// A secret is not where it should be.
    #[error("{message}")]
    Secret {
        /// What is missing where.
        message: String,
    },
    /// A flag has a value that it cannot have.
    #[error("{flag} expects {expected}")]
    Flag {
        /// The flag.
        flag: &'static str,
        /// What it expects.
        expected: &'static str,
    },
    /// A flag means nothing without a portal.
    #[error(
        "{flag} means nothing for the reference portal in this process: name a portal with --url or --target"
    )]
    NoPortal {
        /// The flag.
        flag: &'static str,
    },
}

impl Settings {
    /// Lays flags over the environment over the file over defaults.
    ///
    /// `--url` and `--target` choose a portal; where neither is given, `PORTAL_URL` and `PORTAL_TARGET`
    /// do. A URL beside a target takes the place of the target's own, as long as the target's
    /// credentials stay with their scheme, host and port.
    ///
    /// # Errors
    ///
    /// [`SettingsError`]: an unknown target, a value that cannot be, a secret that is not there.
    pub fn of(
        given: &Given,
        around: Surroundings<'_>,
        file: Option<File>,
    ) -> Result<Self, SettingsError> {
        let variable = |name| (around.variable)(name).filter(|value| !value.is_empty());
        let name = match (&given.target, &given.url) {
            (Some(name), _) => Some(name.clone()),
            // A URL that is given beats a target that the environment names.
            (None, Some(_)) => None,
            (None, None) => variable("PORTAL_TARGET"),
        };
        let chosen = match (name, file) {
            (None, file) => (None, file),
            (Some(name), None) => return Err(SettingsError::NoFile { name }),
            (Some(name), Some(file)) => {
                let entry = file.target(&name)?.clone();
                (Some((name, entry)), Some(file))
            }
        };
        if let Some(file) = &chosen.1 {
            headers::check(file)?;
        }
        let (Some((name, entry)), Some(file)) = chosen else {
            return Self::without_target(given, around, chosen.1);
        };
        let place = Place {
            file: &file,
            name: &name,
        };
        let own = target::parse_url(&entry.url)
            .map_err(|error| place.error(&["url"], &error.to_string()))?;
        let other = match &given.url {
            Some(url) => Some(("--url", url.clone())),
            None => variable("PORTAL_URL").map(|url| ("PORTAL_URL", url)),
        };
        let url = match other {
            None => own,
            Some((by, url)) => {
                let url = given_url(by, &url)?;
                if own.origin() != url.origin() && has_stakes(&entry, given) {
                    let host = own.origin().ascii_serialization();
                    return Err(SettingsError::OtherHost { by, name, host });
                }
                url
            }
        };
        let profile = given.profile.clone().filter(|name| !name.is_empty());
        let profile = profile.or_else(|| variable("PORTAL_PROFILE"));
        let is_file_profile = profile.is_none() && entry.profile.is_some();
        let mut parameters = file_parameters(&entry);
        let flagged = target::parse_parameters(&given.parameters)?;
        let from_file = parameters
            .keys()
            .filter(|name| !flagged.contains_key(*name));
        let from_file = from_file.cloned().collect();
        parameters.extend(flagged);
        let path = |flag: &Option<PathBuf>, entry: &Option<PathBuf>| {
            let entry = entry.as_ref().map(|path| file.path(path));
            flag.clone().or(entry)
        };
        let limits = limits::limits(given, Some((&entry, place)))?;
        Ok(Self {
            url: Some(url),
            profile: profile
                .or_else(|| entry.profile.as_ref().map(|name| profile_of(&file, name)))
                .unwrap_or_else(|| DEFAULT_PROFILE.to_owned()),
            pages: path(&given.pages, &entry.pages),
            snapshots: path(&given.snapshots, &entry.snapshots),
            parameters,
            allow_writes: given.allow_writes.or(Some(entry.allow_writes)),
            account: FoundAccount::of(given, around, Some((&entry.account, place)))?,
            headers: headers::headers(given, around, Some((&entry, place)))?,
            limits,
            tls: Tls {
                insecure: given.insecure.unwrap_or(entry.tls.insecure),
                cacert: path(&given.cacert, &entry.tls.cacert),
                cert: path(&given.cert, &entry.tls.cert),
            },
            strict: given.strict,
            file_parameters: from_file,
            is_file_profile,
            name: Some(name),
            entry: Some(entry),
            file: Some(file),
        })
    }

    /// The same without a target of the file.
    fn without_target(
        given: &Given,
        around: Surroundings<'_>,
        file: Option<File>,
    ) -> Result<Self, SettingsError> {
        let variable = |name| (around.variable)(name).filter(|value| !value.is_empty());
        let url = match &given.url {
            Some(url) => Some(given_url("--url", url)?),
            None => match variable("PORTAL_URL") {
                Some(url) => Some(given_url("PORTAL_URL", &url)?),
                None => None,
            },
        };
        if url.is_none() {
            let tls = [
                ("--insecure", given.insecure == Some(true)),
                ("--cacert", given.cacert.is_some()),
                ("--cert", given.cert.is_some()),
            ];
            if let Some((flag, _)) = tls.into_iter().find(|(_, is_given)| *is_given) {
                return Err(SettingsError::NoPortal { flag });
            }
        }
        let profile = given.profile.clone().filter(|name| !name.is_empty());
        let account = match url {
            Some(_) => FoundAccount::of(given, around, None)?,
            None => FoundAccount::default(),
        };
        Ok(Self {
            name: None,
            entry: None,
            file,
            url,
            profile: profile
                .or_else(|| variable("PORTAL_PROFILE"))
                .unwrap_or_else(|| DEFAULT_PROFILE.to_owned()),
            pages: given.pages.clone(),
            snapshots: given.snapshots.clone(),
            parameters: target::parse_parameters(&given.parameters)?,
            allow_writes: given.allow_writes,
            account,
            headers: headers::headers(given, around, None)?,
            limits: limits::limits(given, None)?,
            tls: Tls {
                insecure: given.insecure.unwrap_or(false),
                cacert: given.cacert.clone(),
                cert: given.cert.clone(),
            },
            strict: given.strict,
            file_parameters: Vec::new(),
            is_file_profile: false,
        })
    }

    /// Loads the profile.
    ///
    /// # Errors
    ///
    /// [`SettingsError`]: there is none, or it cannot be used; with its place where the file names it.
    pub fn load_profile(&self) -> Result<Profile, SettingsError> {
        profile::load(&self.profile).map_err(|error| match self.place() {
            // An error with a place of its own needs no other.
            Some(place)
                if self.is_file_profile && !matches!(error, ProfileError::Invalid { .. }) =>
            {
                place.error(&["profile"], &error.to_string()).into()
            }
            _ => error.into(),
        })
    }

    /// Lays the settings over a target, and holds the parameters against the contract.
    ///
    /// # Errors
    ///
    /// [`SettingsError`]: a parameter that no page documents, or a value of another type.
    pub fn target(&self, mut base: Target, contract: &Contract) -> Result<Target, SettingsError> {
        for (name, values) in &self.parameters {
            target::check_parameter(name, values, contract).map_err(|error| {
                match self.place() {
                    Some(place) if self.file_parameters.contains(name) => {
                        SettingsError::from(place.error(&["parameters", name], &error.to_string()))
                    }
                    _ => error.into(),
                }
            })?;
        }
        let parameters = self.parameters.clone();
        base.parameters.extend(parameters);
        if let Some(allow_writes) = self.allow_writes {
            base.allow_writes = allow_writes;
        }
        if self.url.is_some() {
            let account = self.account.clone();
            base.credentials = Credentials {
                variables: account.variables,
                ..Credentials::of(
                    account.scheme,
                    account.token,
                    account.user,
                    account.password,
                )?
            };
        }
        base.headers.extend(self.headers.iter().cloned());
        target::check_headers(&base)?;
        base.limits = self.limits;
        base.tls = self.tls.clone();
        Ok(base)
    }

    /// An error at a place of the target in the file.
    #[must_use]
    pub fn error(&self, way: &[&str], message: &str) -> ConfigError {
        match self.place() {
            Some(place) => place.error(way, message),
            None => ConfigError::Invalid {
                place: "the settings".to_owned(),
                message: message.to_owned(),
                excerpt: String::new(),
            },
        }
    }

    fn place(&self) -> Option<Place<'_>> {
        Some(Place {
            file: self.file.as_ref()?,
            name: self.name.as_ref()?,
        })
    }
}

/// A target in a file.
#[derive(Clone, Copy)]
struct Place<'a> {
    file: &'a File,
    name: &'a str,
}

impl Place<'_> {
    fn error(self, way: &[&str], message: &str) -> ConfigError {
        let whole: Vec<&str> = ["target", self.name]
            .into_iter()
            .chain(way.iter().copied())
            .collect();
        self.file.error(&whole, message)
    }
}

fn given_url(by: &'static str, text: &str) -> Result<Url, SettingsError> {
    if text.is_empty() {
        return Err(SettingsError::Flag {
            flag: by,
            expected: "a URL such as https://portal.example.com; it is empty",
        });
    }
    Ok(target::parse_url(text)?)
}

/// Whether a target brings anything that must not reach another portal.
fn has_stakes(entry: &TargetEntry, given: &Given) -> bool {
    let account = &entry.account;
    let has_account =
        account.token.is_some() || account.user.is_some() || account.password.is_some();
    let writes = entry.allow_writes && given.allow_writes != Some(false);
    has_account
        || writes
        || !entry.headers.is_empty()
        || !entry.set_up.is_empty()
        || entry.tls.cert.is_some()
        || entry.tls.insecure
}

/// A built-in profile by its name, any other as a file beside the configuration file.
fn profile_of(file: &File, name: &str) -> String {
    let beside = file.path(Path::new(name));
    let is_path = name.contains(['/', '\\', '.']) || beside.is_file();
    if profile::builtin_names().contains(&name) || !is_path {
        name.to_owned()
    } else {
        beside.display().to_string()
    }
}

fn file_parameters(entry: &TargetEntry) -> BTreeMap<String, Vec<String>> {
    fn texts(values: &Values) -> Vec<String> {
        match values {
            Values::Integer(number) => vec![number.to_string()],
            Values::Text(text) => vec![text.clone()],
            Values::List(values) => values.iter().flat_map(texts).collect(),
        }
    }
    let parameters = entry.parameters.iter();
    parameters
        .map(|(name, values)| (name.clone(), texts(values)))
        .collect()
}

#[cfg(test)]
mod tests;

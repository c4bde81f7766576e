//! What holds for one run: what is given beats the environment, which beats the file, which beats defaults.
//!
//! In come what is [`Given`], the [`Surroundings`] and a configuration [`File`], out come [`Settings`]: a
//! [`Target`] and what it is held against. No variable is read and no file opened but through the
//! surroundings, so the rules can be tried without either.

mod account;
mod chosen;
mod error;
mod given;
mod headers;
mod limits;
mod other;

use std::collections::BTreeMap;
use std::env;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};

use url::Url;

pub use chosen::Chosen;
pub use error::{Setting, SettingsError, VariableProblem};
pub use given::{Given, Surroundings, UNSENT};

use crate::address;
use crate::config::{File, Leave, TargetEntry, Values};
use crate::contract::Contract;
use crate::level::Level;
use crate::look_up;
use crate::look_up::LookUps;
use crate::page::PageFiles;
use crate::parameter_value;
use crate::percent::Percent;
use crate::profile::{self, Profile, ProfileError};
use crate::target::{self, Credentials, Target, TargetError, Tls, Variables};
use crate::writes::Writes;

/// The profile where nothing names one.
pub const DEFAULT_PROFILE: &str = "as-documented";

/// What holds.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The portal; its parameters are not yet held against a contract.
    pub target: Target,
    /// Whether no portal is named, so that the reference portal is tried: its URL, its token and the ids
    /// that it knows are then added to the target where it is started.
    pub is_reference: bool,
    /// The target of the configuration file that is meant.
    pub chosen: Option<Chosen>,
    /// The profile: a built-in name, or a file.
    pub profile: String,
    /// Where the pages are.
    pub pages: PageFiles,
    /// A folder with reviewed snapshots.
    pub snapshots: Option<PathBuf>,
    /// Whether undocumented members are violations as well.
    pub strict: bool,
    /// What a break of a rule does, by the rule's name.
    pub levels: Vec<(String, Level)>,
    /// Which share of the documented members must be seen.
    pub require_coverage: Option<Percent>,
    /// With how many findings that fail the run asking ends.
    pub max_failures: Option<NonZeroUsize>,
    /// The parameters that the file alone gives.
    file_parameters: Vec<String>,
    is_file_profile: bool,
}

impl Settings {
    /// What holds in this process, with the nearest configuration file above the working folder.
    ///
    /// # Errors
    ///
    /// [`SettingsError`], as of [`Self::of`], and where the file cannot be used.
    pub fn of_process(given: &Given) -> Result<Self, SettingsError> {
        Self::of(given, Surroundings::of_process(), nearest_file()?)
    }

    /// Lays what is given over the environment over the file over defaults.
    ///
    /// A URL or a target that is given chooses a portal; where neither is, `PORTAL_URL` and
    /// `PORTAL_TARGET` do. A URL beside a target takes the place of the target's own, as long as the
    /// target's credentials stay with their scheme, host and port.
    ///
    /// # Errors
    ///
    /// [`SettingsError`]: an unknown target, a value that cannot be, a secret that is not there.
    pub fn of(
        given: &Given,
        around: Surroundings<'_>,
        file: Option<File>,
    ) -> Result<Self, SettingsError> {
        if let Some(file) = &file {
            headers::check(file)?;
        }
        let chosen = chosen(given, around, file)?;
        let entry = chosen.as_ref().map(|chosen| &chosen.entry);
        let url = url(given, around, chosen.as_ref())?;
        let is_reference = url.is_none();
        if is_reference {
            check_reference(given, around)?;
        }
        let path = |given: &Option<PathBuf>, of_file: fn(&TargetEntry) -> &Option<PathBuf>| {
            let of_file = chosen.as_ref().and_then(|chosen| {
                let path = of_file(&chosen.entry).as_ref();
                path.map(|path| chosen.path(path))
            });
            given.clone().or(of_file)
        };
        let profile = profile_name(given.profile.as_deref(), around)?;
        let file_profile = chosen.as_ref().and_then(profile_of);
        let flagged = parameter_value::parse_all(&given.parameters).map_err(TargetError::from)?;
        let mut parameters = entry.map(file_parameters).unwrap_or_default();
        let from_file = parameters
            .keys()
            .filter(|name| !flagged.contains_key(*name));
        let file_parameters = from_file.cloned().collect();
        parameters.extend(flagged);
        let mut look_ups = entry.map_or_else(LookUps::new, |entry| entry.look_ups.clone());
        look_ups.retain(|name, _| !parameters.contains_key(name));
        let (headers, header_sources) = headers::headers(given, around, chosen.as_ref())?;
        let target = Target {
            parameters,
            look_ups,
            effort: given
                .effort
                .or(entry.and_then(|entry| entry.effort))
                .unwrap_or_default(),
            writes: writes(given, entry, is_reference),
            limits: limits::limits(given, chosen.as_ref())?,
            credentials: if is_reference {
                Credentials::default()
            } else {
                account::credentials(given, around, chosen.as_ref())?
            },
            other: match &chosen {
                Some(chosen) if !is_reference => other::other(around, chosen)?,
                _ => None,
            },
            headers,
            header_sources,
            tls: Tls {
                insecure: given
                    .insecure
                    .unwrap_or(entry.is_some_and(|entry| entry.tls.insecure)),
                cacert: path(&given.cacert, |entry| &entry.tls.cacert),
                cert: path(&given.cert, |entry| &entry.tls.cert),
            },
            ..url.map_or_else(Target::in_process, Target::new)
        };
        target::check_headers(&target)?;
        headers::check_given(given)?;
        Ok(Self {
            target,
            is_reference,
            is_file_profile: profile.is_none() && file_profile.is_some(),
            profile: profile
                .or(file_profile)
                .unwrap_or_else(|| DEFAULT_PROFILE.to_owned()),
            pages: pages(given, chosen.as_ref()),
            snapshots: path(&given.snapshots, |entry| &entry.snapshots),
            strict: given.strict,
            levels: given.levels.clone(),
            require_coverage: given.require_coverage,
            max_failures: given.max_failures,
            file_parameters,
            chosen,
        })
    }

    /// Whether a parameter is given for this run, beside the file.
    #[must_use]
    pub fn is_given(&self, parameter: &str) -> bool {
        let mut of_file = self.file_parameters.iter();
        self.target.parameters.contains_key(parameter) && of_file.all(|name| name != parameter)
    }

    /// Loads the profile.
    ///
    /// # Errors
    ///
    /// [`SettingsError`]: there is none, or it cannot be used; with its place where the file names it.
    pub fn load_profile(&self) -> Result<Profile, SettingsError> {
        profile::load(&self.profile).map_err(|error| match &self.chosen {
            // An error with a place of its own needs no other.
            Some(chosen)
                if self.is_file_profile && !matches!(error, ProfileError::Invalid { .. }) =>
            {
                chosen.error(&["profile"], &error.to_string()).into()
            }
            _ => error.into(),
        })
    }

    /// Holds the parameters and the leave to write against the contract.
    ///
    /// # Errors
    ///
    /// [`SettingsError`]: a parameter that no page documents, a value of another type, a pattern of
    /// operations that means none.
    pub fn check(&self, contract: &Contract) -> Result<(), SettingsError> {
        self.check_writes(contract)?;
        self.check_look_ups(contract)?;
        for (name, values) in &self.target.parameters {
            parameter_value::check(name, values, contract).map_err(|error| match &self.chosen {
                Some(chosen) if self.file_parameters.contains(name) => {
                    SettingsError::from(chosen.error(&["parameters", name], &error.to_string()))
                }
                _ => TargetError::from(error).into(),
            })?;
        }
        let hidden = self.target.other.iter().flat_map(|other| &other.hidden);
        for (name, values) in hidden {
            parameter_value::check(name, values, contract).map_err(|error| match &self.chosen {
                Some(chosen) => {
                    SettingsError::from(chosen.error(&["hidden", name], &error.to_string()))
                }
                None => TargetError::from(error).into(),
            })?;
        }
        Ok(())
    }

    fn check_look_ups(&self, contract: &Contract) -> Result<(), SettingsError> {
        let Some(chosen) = &self.chosen else {
            return Ok(());
        };
        for (name, look_up) in &chosen.entry.look_ups {
            look_up::check_look_up(name, look_up, contract).map_err(|error| {
                let way = ["look-up", name, error.key().unwrap_or_default()];
                chosen.error(&way, &error.to_string())
            })?;
        }
        let named = &self.target.parameters;
        let ordered = look_up::check_order(&self.target.look_ups, |name, get| {
            let is_shown = || look_up::example(name, get, contract).is_some();
            named.contains_key(name) || (!self.target.made.contains(name) && is_shown())
        });
        ordered.map_err(|(name, error)| {
            let way = ["look-up", &name, error.key().unwrap_or_default()];
            chosen.error(&way, &error.to_string())
        })?;
        Ok(())
    }

    fn check_writes(&self, contract: &Contract) -> Result<(), SettingsError> {
        let writes = &self.target.writes;
        writes.check(contract).map_err(|(at, error)| {
            let is_file_leave = |entry: &TargetEntry| match &entry.allow_writes {
                Leave::Named(patterns) => patterns == writes.patterns(),
                Leave::All(_) => false,
            };
            let chosen = self.chosen.as_ref();
            let of_file = chosen.filter(|chosen| is_file_leave(&chosen.entry));
            match of_file {
                Some(chosen) => {
                    let way = ["allow-writes", &at.to_string()];
                    chosen.error(&way, &error.to_string()).into()
                }
                None => TargetError::from(error).into(),
            }
        })
    }
}

/// Which writes are let out: what is given beats the file, without which none are. The reference portal
/// is nobody's, so all are let out to it where none are named.
fn writes(given: &Given, entry: Option<&TargetEntry>, is_reference: bool) -> Writes {
    let of_file = entry.map(|entry| match &entry.allow_writes {
        Leave::All(false) => Writes::Held,
        Leave::All(true) => Writes::repeatable(),
        Leave::Named(patterns) => Writes::named(patterns),
    });
    let writes = given.allow_writes.clone().or(of_file);
    match writes {
        None if is_reference => Writes::All,
        Some(writes) if is_reference && writes == Writes::repeatable() => Writes::All,
        writes => writes.unwrap_or_default(),
    }
}

/// The profile that is given, or that the environment names.
///
/// # Errors
///
/// [`SettingsError::Variable`]: the variable is empty or not UTF-8.
pub fn profile_name(
    given: Option<&str>,
    around: Surroundings<'_>,
) -> Result<Option<String>, SettingsError> {
    match given.filter(|name| !name.is_empty()) {
        Some(name) => Ok(Some(name.to_owned())),
        None => around.filled("PORTAL_PROFILE"),
    }
}

/// Where the pages are; what is left out of them goes by the flags alone where these say something.
fn pages(given: &Given, chosen: Option<&Chosen>) -> PageFiles {
    let of_file = chosen.and_then(|chosen| Some((chosen, chosen.entry.pages.as_ref()?)));
    let of_file = of_file.map_or(Vec::new(), |(chosen, paths)| {
        let paths = paths.all().iter();
        paths.map(|path| chosen.path(path)).collect()
    });
    let excluded = chosen.map_or(&[][..], |chosen| &chosen.entry.exclude_pages);
    PageFiles {
        paths: if given.pages.is_empty() {
            of_file
        } else {
            given.pages.clone()
        },
        excluded: if given.excluded_pages.is_empty() {
            excluded.to_vec()
        } else {
            given.excluded_pages.clone()
        },
    }
}

/// The nearest configuration file above the working folder, where there is one.
///
/// # Errors
///
/// [`SettingsError`]: the working folder is unknown, or the file cannot be used.
pub fn nearest_file() -> Result<Option<File>, SettingsError> {
    let folder = env::current_dir().map_err(|error| SettingsError::WorkingFolder { error })?;
    Ok(File::find(&folder)?)
}

/// Where the nearest configuration file lies, whether or not it is used.
#[must_use]
pub fn nearest_path() -> Option<PathBuf> {
    File::path_above(&env::current_dir().ok()?)
}

/// The target of the file that is meant, where one is.
fn chosen(
    given: &Given,
    around: Surroundings<'_>,
    file: Option<File>,
) -> Result<Option<Chosen>, SettingsError> {
    let name = match (&given.target, &given.url) {
        (Some(name), _) => Some(name.clone()),
        // A URL that is given beats a target that the environment names.
        (None, Some(_)) => None,
        (None, None) => around.filled("PORTAL_TARGET")?,
    };
    match (name, file) {
        (None, _) => Ok(None),
        (Some(name), None) => Err(SettingsError::NoFile { name }),
        (Some(name), Some(file)) => {
            let entry = file.target(&name)?.clone();
            Ok(Some(Chosen { name, entry, file }))
        }
    }
}

/// Where the portal is, where anybody says so.
fn url(
    given: &Given,
    around: Surroundings<'_>,
    chosen: Option<&Chosen>,
) -> Result<Option<Url>, SettingsError> {
    let own = match chosen {
        Some(chosen) => Some(
            address::parse_url(&chosen.entry.url)
                .map_err(|error| chosen.error(&["url"], &error.to_string()))?,
        ),
        None => None,
    };
    let other = match &given.url {
        Some(url) => Some((Setting::Url, url.clone())),
        None => around
            .filled("PORTAL_URL")?
            .map(|url| (Setting::PortalUrl, url)),
    };
    let Some((by, text)) = other else {
        return Ok(own);
    };
    if text.is_empty() {
        return Err(SettingsError::Value {
            setting: by,
            expected: "a URL such as https://portal.example.com; it is empty",
        });
    }
    let url = address::parse_url(&text).map_err(TargetError::from)?;
    if let (Some(own), Some(chosen)) = (own, chosen)
        && own.origin() != url.origin()
        && has_stakes(&chosen.entry, given)
    {
        return Err(SettingsError::OtherHost {
            by,
            name: chosen.name.clone(),
            host: own.origin().ascii_serialization(),
        });
    }
    Ok(Some(url))
}

/// What is trusted under TLS means nothing in this process, and an account says that another portal was
/// meant, but where nothing is sent: all steps of a CI job may see it.
fn check_reference(given: &Given, around: Surroundings<'_>) -> Result<(), SettingsError> {
    let defaults = Variables::default();
    let token = given.token_env.as_ref().unwrap_or(&defaults.token);
    let account = [token, &defaults.user, &defaults.password];
    for name in account.into_iter().filter(|_| !around.sends_nothing) {
        if around.filled(name)?.is_some() {
            let name = name.clone();
            return Err(SettingsError::AccountWithoutPortal { name });
        }
    }
    let tls = [
        (Setting::Insecure, given.insecure == Some(true)),
        (Setting::Cacert, given.cacert.is_some()),
        (Setting::Cert, given.cert.is_some()),
    ];
    match tls.into_iter().find(|(_, is_given)| *is_given) {
        Some((setting, _)) => Err(SettingsError::NoPortal { setting }),
        None => Ok(()),
    }
}

/// Whether a target brings anything that must not reach another portal.
fn has_stakes(entry: &TargetEntry, given: &Given) -> bool {
    let account = &entry.account;
    let has_account =
        account.token.is_some() || account.user.is_some() || account.password.is_some();
    let is_taken_back = given.allow_writes == Some(Writes::Held);
    let writes = entry.allow_writes.any() && !is_taken_back;
    has_account
        || writes
        || entry.other_account.is_some()
        || !entry.headers.is_empty()
        || !entry.set_up.is_empty()
        || entry.tls.cert.is_some()
        || entry.tls.insecure
}

/// A built-in profile by its name, any other as a file beside the configuration file.
fn profile_of(chosen: &Chosen) -> Option<String> {
    let name = chosen.entry.profile.as_deref()?;
    let beside = chosen.path(Path::new(name));
    let is_path = name.contains(['/', '\\', '.']) || beside.is_file();
    Some(if profile::builtin_names().contains(&name) || !is_path {
        name.to_owned()
    } else {
        beside.display().to_string()
    })
}

fn file_parameters(entry: &TargetEntry) -> BTreeMap<String, Vec<String>> {
    named(&entry.parameters)
}

/// Values of parameters as texts.
fn named(parameters: &BTreeMap<String, Values>) -> BTreeMap<String, Vec<String>> {
    fn texts(values: &Values) -> Vec<String> {
        match values {
            Values::Integer(number) => vec![number.to_string()],
            Values::Text(text) => vec![text.clone()],
            Values::Object(members) => {
                vec![serde_json::Value::Object(members.clone()).to_string()]
            }
            Values::List(values) => values.iter().flat_map(texts).collect(),
        }
    }
    let parameters = parameters.iter();
    parameters
        .map(|(name, values)| (name.clone(), texts(values)))
        .collect()
}

#[cfg(test)]
mod tests;

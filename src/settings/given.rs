//! What is given for one run, and what a process sees around it.

use std::ffi::OsString;
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, io};

use crate::amount::Rate;
use crate::config::{Effort, Scheme};
use crate::input;
use crate::level::Level;
use crate::percent::Percent;
use crate::settings::error::{SettingsError, VariableProblem};
use crate::writes::Writes;

/// What somebody asks for; what is not given is `None` or empty.
#[derive(Debug, Clone, Default)]
pub struct Given {
    /// A target of the configuration file.
    pub target: Option<String>,
    /// The portal's URL.
    pub url: Option<String>,
    /// The profile: a built-in name, or a file.
    pub profile: Option<String>,
    /// Folders with pages, or pages.
    pub pages: Vec<PathBuf>,
    /// Patterns of pages that are left out.
    pub excluded_pages: Vec<String>,
    /// A folder with reviewed snapshots.
    pub snapshots: Option<PathBuf>,
    /// Values of documented parameters, each as `NAME=VALUE[,VALUE...]`.
    pub parameters: Vec<String>,
    /// How much is asked.
    pub effort: Option<Effort>,
    /// Which requests that may change the portal are sent.
    pub allow_writes: Option<Writes>,
    /// The scheme of the credentials.
    pub scheme: Option<Scheme>,
    /// The environment variable that holds the token.
    pub token_env: Option<String>,
    /// Further headers, each as `Name: value`.
    pub headers: Vec<String>,
    /// How many requests may start in how long.
    pub rate: Option<Rate>,
    /// How long one answer may take, in seconds.
    pub request_timeout: Option<f64>,
    /// How many bytes one answer may have.
    pub max_body_size: Option<usize>,
    /// How many requests may be under way at once.
    pub jobs: Option<usize>,
    /// How long a portal that is still starting is waited for.
    pub wait_ready: Option<Duration>,
    /// How long the run may ask.
    pub max_time: Option<Duration>,
    /// Whether any TLS certificate is taken.
    pub insecure: Option<bool>,
    /// A PEM file with certificates to trust beside the system's.
    pub cacert: Option<PathBuf>,
    /// A PEM file with the client's certificate and key.
    pub cert: Option<PathBuf>,
    /// Whether undocumented members are violations as well.
    pub strict: bool,
    /// What a break of a rule does, by the rule's name; the last one of a rule counts.
    pub levels: Vec<(String, Level)>,
    /// Which share of the documented members must be seen.
    pub require_coverage: Option<Percent>,
    /// With how many findings that fail the run asking ends; without it, all is asked.
    pub max_failures: Option<NonZeroUsize>,
}

impl Given {
    /// A target of the configuration file, and nothing else.
    #[must_use]
    pub fn target(name: &str) -> Self {
        Self {
            target: Some(name.to_owned()),
            ..Self::default()
        }
    }
}

/// What stands for every secret where nothing is sent.
pub const UNSENT: &str = "not-looked-for";

/// What a process sees around it.
#[derive(Clone, Copy)]
pub struct Surroundings<'a> {
    /// Looks up an environment variable.
    pub variable: &'a dyn Fn(&str) -> Option<OsString>,
    /// Reads a file that holds a secret.
    pub read: &'a dyn Fn(&Path) -> io::Result<String>,
    /// Whether nothing is sent: then no secret is looked for, and [`UNSENT`] stands for each.
    pub sends_nothing: bool,
}

impl Surroundings<'_> {
    /// The environment and the files of this process, for something that is sent.
    #[must_use]
    pub fn of_process() -> Self {
        Self {
            variable: &|name| env::var_os(name),
            read: &|path| input::text(path),
            sends_nothing: false,
        }
    }

    /// An environment variable, where it is set.
    ///
    /// # Errors
    ///
    /// [`SettingsError::Variable`]: it is empty, as a variable of a CI server that nobody filled, or not
    /// UTF-8.
    pub fn filled(&self, name: &str) -> Result<Option<String>, SettingsError> {
        let Some(value) = (self.variable)(name) else {
            return Ok(None);
        };
        let unusable = |problem| SettingsError::Variable {
            name: name.to_owned(),
            problem,
        };
        match value.into_string() {
            Ok(text) if text.is_empty() => Err(unusable(VariableProblem::Empty)),
            Ok(text) => Ok(Some(text)),
            Err(_) => Err(unusable(VariableProblem::NotUtf8)),
        }
    }
}

//! Who asks a portal, how fast, and which certificates count: the same options of every command that asks one.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use super::{seconds, size, time};
use crate::amount::Rate;
use crate::config::Scheme;
use crate::settings::Given;

/// What a request needs beside its URL.
#[derive(Debug, Clone, Default, Args)]
pub struct Access {
    /// The environment variable that holds the token [default: `PORTAL_TOKEN`]
    #[arg(long, value_name = "VAR")]
    pub token_env: Option<String>,
    /// How the portal is told who asks [default: raw; login where there is no token but `PORTAL_USER`
    /// and `PORTAL_PASSWORD`]
    #[arg(long, value_enum, value_name = "SCHEME")]
    pub auth: Option<Scheme>,
    /// A further header for every request (repeatable); `{env:NAME}` in it is what that variable holds,
    /// which headers that carry credentials need
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    pub headers: Vec<String>,
    /// How many requests may start in how long; a burst of that many passes [default: 500/10s]
    #[arg(long, value_name = "REQUESTS/TIME")]
    pub rate_limit: Option<Rate>,
    /// How long one answer may take, in seconds or with a unit, such as 500ms or 2m [default: 30s]
    #[arg(long, value_name = "TIME", value_parser = seconds, allow_hyphen_values = true)]
    pub request_timeout: Option<f64>,
    /// How much one answer may have, in bytes or with a unit, such as 64MB [default: 64MiB]
    #[arg(long, value_name = "SIZE", value_parser = size, allow_hyphen_values = true)]
    pub max_body_size: Option<usize>,
    /// How long to wait for a portal that is still starting: one that answers 502, 503 or 504, or not at all
    #[arg(long, value_name = "TIME", value_parser = time, allow_hyphen_values = true)]
    pub wait_ready: Option<Duration>,
    /// Take any TLS certificate
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true", hide_possible_values = true)]
    pub insecure: Option<bool>,
    /// PEM file with certificates to trust beside the system's
    #[arg(long, value_name = "FILE")]
    pub cacert: Option<PathBuf>,
    /// PEM file with the client's certificate and key
    #[arg(long, value_name = "FILE")]
    pub cert: Option<PathBuf>,
}

impl Access {
    /// The same as settings take it.
    pub fn given(&self) -> Given {
        Given {
            scheme: self.auth,
            token_env: self.token_env.clone(),
            headers: self.headers.clone(),
            rate: self.rate_limit,
            request_timeout: self.request_timeout,
            max_body_size: self.max_body_size,
            wait_ready: self.wait_ready,
            insecure: self.insecure,
            cacert: self.cacert.clone(),
            cert: self.cert.clone(),
            ..Given::default()
        }
    }
}

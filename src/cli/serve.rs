//! `serve`: the reference portal on its own.

use std::env;

use crate::cli::args::Serve as Options;
use crate::cli::{UsageError, contract, eprint, print, profile, runtime};
use crate::portal::{self, Portal, Settings};
use crate::run::ExitCode;

/// Serves until it is interrupted.
pub(super) fn serve(options: &Options) -> Result<ExitCode, UsageError> {
    let contract = contract(options.source.pages.as_deref())?;
    let profile = profile(&options.source.profile)?;
    let token = env::var(&options.token_env)
        .ok()
        .filter(|token| !token.is_empty());
    let token = token.ok_or_else(|| {
        UsageError(format!(
            "set {} to the token that the portal shall take",
            options.token_env
        ))
    })?;
    let settings = Settings {
        prefix: options.prefix.trim_end_matches('/').to_owned(),
        ..Settings::new(contract, profile, &token)
    };
    runtime()?.block_on(async {
        let portal = Portal::start(settings, options.listen)
            .await
            .map_err(|error| UsageError(format!("cannot listen on {}: {error}", options.listen)))?;
        let parameters: Vec<String> = portal::parameters()
            .into_iter()
            .map(|(name, values)| format!(" --param {name}={}", values.join(",")))
            .collect();
        print(&format!("{}\n", portal.url()));
        eprint(&format!(
            "try it: portal-conformance run --url {} --allow-writes{}\n",
            portal.url(),
            parameters.concat()
        ));
        portal.stopped().await;
        Ok(ExitCode::Conforms)
    })
}

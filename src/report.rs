//! A run, written down. Every format is a pure function of a [`Run`].
//!
//! The findings are the same in all of them: [`findings`] groups violations by their cause, so that one
//! drift is one finding wherever it shows.

mod color;
mod findings;
mod html;
mod json;
mod junit;
mod markdown;
mod outline;
mod text;
mod waived;

pub use color::colored;
pub use findings::{Block, Group, findings};
pub use html::html;
pub use json::{VERSION, json};
pub use junit::junit;
pub use markdown::markdown;
pub use text::{case_text, text};

use crate::client::{Request, curl_argument};
use crate::contract::Contract;
use crate::run::Run;
use crate::target::Target;

/// What a report is made of.
#[derive(Debug, Clone, Copy)]
pub struct Report<'a> {
    /// What came of the run.
    pub run: &'a Run,
    /// The pages behind it.
    pub contract: &'a Contract,
    /// The portal, for URLs; its secrets are scrubbed from every report.
    pub target: &'a Target,
    /// Whether the portal's data is shown.
    pub show_values: bool,
}

/// A `curl` command line that asks the same again; the token stays in its variable.
#[must_use]
pub fn curl(request: &Request, target: &Target) -> String {
    let mut words = vec!["curl -sS".to_owned()];
    if request.method != "GET" {
        words.push(format!("-X {}", request.method));
    }
    words.extend(curl_argument(&target.credentials, request.token));
    words.push(format!(
        "-H {}",
        quoted(&format!("Accept: {}", request.accept))
    ));
    for (name, _) in &target.headers {
        words.push(format!("-H {}", quoted(&format!("{name}: ***"))));
    }
    if let Some(body) = &request.body {
        let header = format!("Content-Type: {}", body.content_type);
        words.push(format!("-H {}", quoted(&header)));
        words.push(format!("--data {}", quoted(&body.text)));
    }
    if target.tls.insecure {
        words.push("--insecure".to_owned());
    }
    let files = [
        ("--cacert", &target.tls.cacert),
        ("--cert", &target.tls.cert),
    ];
    for (flag, file) in files {
        if let Some(file) = file {
            words.push(format!("{flag} {}", quoted(&file.display().to_string())));
        }
    }
    words.push(quoted(&target.url_of(&request.path)));
    words.join(" ")
}

/// A word for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

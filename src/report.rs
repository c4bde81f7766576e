//! A run, written down. Every format is a pure function of a [`Run`].
//!
//! The findings are the same in all of them: [`findings`] groups violations by their cause, so that one
//! drift is one finding wherever it shows.

mod adopted;
mod advice;
mod aside;
mod cases;
mod checkout;
mod checks;
mod color;
mod coverage;
mod curl;
mod evidence;
pub mod explain;
mod finding_id;
mod findings;
mod github;
mod html;
mod inferred;
mod json;
mod junit;
mod login;
mod look_up;
mod markdown;
mod merge;
mod outline;
mod reason;
mod review;
mod sarif;
mod steering;
mod subject;
mod test_data;
mod text;
mod trials;
mod unasked;
mod waived;
mod whole;
mod words;

pub use adopted::{adopted_doubt, adopted_profile, adopted_summary};
pub use cases::cases;
pub use checkout::Checkout;
pub use checks::checks;
pub use color::wrapped;
pub use curl::{curl, quoted};
pub use finding_id::FindingId;
pub use findings::{Block, Group, findings, is_told, remarks};
pub use github::annotations;
pub use html::html;
pub(crate) use html::page;
pub use inferred::{inferred, unheld};
pub use json::{json, sealed, visible_json};
pub use junit::junit;
pub use look_up::look_up;
pub(crate) use markdown::code_span;
pub use markdown::{job_summary, markdown};
pub use merge::{MergeError, Merged, merge};
pub(crate) use outline::without_danger;
pub use reason::{hint, no_value, not_asked, not_read, obstacle};
pub use review::pending;
pub use sarif::sarif;
pub use subject::{heading, subject};
pub use test_data::{given_up, left, leftover};
pub use text::{case_text, colored, on_terminal, text};
pub use trials::Trials;
pub use unasked::unasked;
pub use whole::{Checked, Flaw, Wanted, check};
pub(crate) use words::disagreement_of;

pub use crate::report_file::{NoReport, VERSION, json_schema};

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

impl<'a> Report<'a> {
    /// The report of a run, without the portal's data.
    #[must_use]
    pub fn of(run: &'a Run) -> Self {
        Self {
            run,
            contract: &run.contract,
            target: &run.target,
            show_values: false,
        }
    }
}

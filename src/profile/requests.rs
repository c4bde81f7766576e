//! What a kind of portal takes in requests beyond what its pages show.

use serde::Deserialize;

use crate::contract::Operation;
use crate::profile::{ExactIds, Profile};

impl Profile {
    /// Whether the ids of an operation have one spelling.
    #[must_use]
    pub fn has_exact_ids(&self, operation: &Operation) -> bool {
        match self.refusal.exact_ids {
            ExactIds::Always => true,
            ExactIds::OfPages => !operation.has_schema(),
            ExactIds::Never => false,
        }
    }
}

/// What the reference portal takes beyond what the pages show; nobody is held to it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Requests {
    /// Whether words of paths and names of parameters may have any letter case.
    pub any_case: bool,
    /// Whether a slash may end a path.
    pub trailing_slash: bool,
    /// Whether `OPTIONS` is answered with 200 and the methods that are taken, for any path.
    pub options: bool,
    /// What else may end a path where XML is asked for, such as `.tml`.
    pub xml_extensions: Vec<String>,
    /// How bodies are read.
    pub bodies: Bodies,
    /// What opens the portal.
    pub token: Tokens,
    /// Where a user's name and password are exchanged for the token: a path without its ending.
    pub login: Option<String>,
    /// The status code of a login that fails.
    pub login_refused: Option<u16>,
}

/// What opens the portal beside `Authorization: TOKEN` and `Authorization: Bearer TOKEN`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "kebab-case", deny_unknown_fields)]
pub struct Tokens {
    /// The cookie that may hold the token.
    pub cookie: Option<String>,
    /// Whether a user's name and password open it in the scheme `Basic` (RFC 7617).
    pub basic: bool,
    /// Whether what stands behind a comma in `Authorization` is left unread.
    pub cut_at_comma: bool,
}

/// How bodies of requests are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bodies {
    /// As JSON, whatever they are called, or as a form where they are called one; types are compared.
    #[default]
    Documented,
    /// As what they are called: JSON, a form, or `text/xml`, else not at all. What they hold are texts by
    /// name, to which the query adds: `"7"` and `7.0` are the number 7.
    Labelled,
}

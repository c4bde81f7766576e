//! The terms of a report: words of a list that the schema holds, and digests.
//!
//! What another version wrote may be on no list here, so that they are read as texts.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::check::{Family, Rule};
use crate::config::{Effort, Scheme};
use crate::contract::Format;
use crate::digest::Digest;
use crate::level::Level;
use crate::run::{self, WaiverState};

/// The format of the answers.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "format", extend("enum" = Format::ALL.map(Format::as_str)))]
pub(crate) struct FormatName(Cow<'static, str>);

/// SHA-256, in hexadecimal digits.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "digest")]
pub(crate) struct DigestText(#[schemars(regex(pattern = "^sha256:[0-9a-f]{64}$"))] String);

/// How a request told who asks; `none` where nobody did.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "scheme", extend("enum" = SCHEMES))]
pub(crate) struct SchemeName(Cow<'static, str>);

/// How much was asked.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "effort", extend("enum" = ["thorough", "quick"]))]
pub(crate) struct EffortName(Cow<'static, str>);

/// What a break of a rule does.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "level", extend("enum" = Level::ALL.map(Level::as_str)))]
pub(crate) struct LevelName(Cow<'static, str>);

/// The family of checks.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "family", extend("enum" = Family::ALL.map(Family::as_str)))]
pub(crate) struct FamilyName(Cow<'static, str>);

/// The rule that is broken.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "rule", extend("enum" = rule_ids()))]
pub(crate) struct RuleName(Cow<'static, str>);

/// `blocked`: it could not be judged; `ignored`: it was not asked; `waived`: it violates, and that is
/// forgiven.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
#[schemars(rename = "verdict")]
pub(crate) enum Verdict {
    Conforms,
    Violates,
    Waived,
    Blocked,
    Ignored,
}

impl Verdict {
    /// Whether something is known of the portal.
    pub(crate) fn is_judged(self) -> bool {
        matches!(self, Self::Conforms | Self::Violates | Self::Waived)
    }
}

/// `unused`: those of its cases that were judged have nothing to forgive. `untried`: none of its cases was
/// judged, so nobody knows whether it is needed. An expired one forgives nothing and fails the run.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "state", extend("enum" = WaiverState::ALL.map(WaiverState::as_str)))]
pub(crate) struct StateName(Cow<'static, str>);

fn rule_ids() -> Vec<&'static str> {
    Rule::ALL.iter().map(|rule| rule.id()).collect()
}

/// The ways to tell a portal who asks, and none.
const SCHEMES: [&str; 6] = [
    "none",
    Scheme::Raw.as_str(),
    Scheme::Bearer.as_str(),
    Scheme::Cookie.as_str(),
    Scheme::Basic.as_str(),
    Scheme::Login.as_str(),
];

impl From<Digest> for DigestText {
    fn from(digest: Digest) -> Self {
        Self(digest.to_string())
    }
}

impl From<Option<Scheme>> for SchemeName {
    fn from(scheme: Option<Scheme>) -> Self {
        Self(scheme.map_or("none", Scheme::as_str).into())
    }
}

impl From<Effort> for EffortName {
    fn from(effort: Effort) -> Self {
        let name = match effort {
            Effort::Thorough => "thorough",
            Effort::Quick => "quick",
        };
        Self(name.into())
    }
}

impl From<Level> for LevelName {
    fn from(level: Level) -> Self {
        Self(level.as_str().into())
    }
}

impl From<Format> for FormatName {
    fn from(format: Format) -> Self {
        Self(format.as_str().into())
    }
}

impl From<Family> for FamilyName {
    fn from(family: Family) -> Self {
        Self(family.as_str().into())
    }
}

impl From<Rule> for RuleName {
    fn from(rule: Rule) -> Self {
        Self(rule.id().into())
    }
}

impl From<&run::Verdict> for Verdict {
    fn from(verdict: &run::Verdict) -> Self {
        match verdict {
            run::Verdict::Conforms => Self::Conforms,
            run::Verdict::Violates => Self::Violates,
            run::Verdict::Waived => Self::Waived,
            run::Verdict::Blocked(_) => Self::Blocked,
            run::Verdict::Ignored(_) => Self::Ignored,
        }
    }
}

impl From<WaiverState> for StateName {
    fn from(state: WaiverState) -> Self {
        Self(state.as_str().into())
    }
}

/// Terms that readers look at as texts.
macro_rules! terms {
    ($($name:ident),*) => {
        $(impl $name {
            pub(crate) fn as_str(&self) -> &str {
                &self.0
            }
        })*
    };
}

terms!(
    DigestText, EffortName, FamilyName, FormatName, LevelName, RuleName
);

//! How much a break of a rule weighs.

use schemars::JsonSchema;
use serde::Deserialize;

/// What a break of a rule does to a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// It is a violation and fails the run.
    Deny,
    /// It is a remark, reported and counted apart.
    Warn,
    /// It is not looked for.
    Allow,
}

impl Level {
    /// Every level.
    pub const ALL: [Self; 3] = [Self::Deny, Self::Warn, Self::Allow];

    /// What a break of the rule does.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Deny => "is a violation and fails the run",
            Self::Warn => "is a remark that fails nothing",
            Self::Allow => "is not told",
        }
    }

    /// The name in reports and options.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Deny => "deny",
            Self::Warn => "warn",
            Self::Allow => "allow",
        }
    }
}

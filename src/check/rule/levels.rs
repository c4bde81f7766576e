//! Which level each rule has for one portal.

use std::collections::BTreeMap;

use crate::check::rule::Rule;
use crate::level::Level;
use crate::names::nearest;

/// The name that stands for all rules whose breaks are remarks.
pub const REMARKS: &str = "remarks";

/// The levels that a profile, a target or a person chose; every other rule has its own.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Levels {
    chosen: BTreeMap<Rule, Level>,
    remarks: Option<Level>,
}

/// Why a level cannot be set: no rule has this name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no rule `{name}`{advice}")]
pub struct LevelError {
    /// The name.
    pub name: String,
    /// The nearest right ones.
    pub advice: String,
}

impl Levels {
    /// Sets the level of a rule by its name; what was set before is replaced.
    ///
    /// # Errors
    ///
    /// [`LevelError`]: neither a rule nor [`REMARKS`].
    pub fn set(&mut self, rule: &str, level: Level) -> Result<(), LevelError> {
        if rule == REMARKS {
            self.remarks = Some(level);
            return Ok(());
        }
        let rule = Rule::named(rule).ok_or_else(|| {
            let known = Rule::ALL.iter().map(|rule| rule.id()).chain([REMARKS]);
            LevelError {
                name: rule.to_owned(),
                advice: nearest(rule, &known.collect::<Vec<_>>()),
            }
        })?;
        self.chosen.insert(rule, level);
        Ok(())
    }

    /// What a break of a rule does.
    #[must_use]
    pub fn of(&self, rule: Rule) -> Level {
        let level = self.chosen.get(&rule).copied();
        match level.unwrap_or(rule.entry().level) {
            Level::Warn => self.remarks.unwrap_or(Level::Warn),
            level => level,
        }
    }

    /// Whether a break of a rule would fail the run, had nobody chosen otherwise.
    #[must_use]
    pub fn is_lowered(&self, rule: Rule) -> bool {
        rule.entry().level == Level::Deny && self.of(rule) != Level::Deny
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    #[test]
    fn a_rule_has_its_own_level_until_somebody_chooses() {
        let mut levels = Levels::default();
        for rule in Rule::ALL {
            assert_eq!(levels.of(*rule), rule.entry().level);
            assert!(!levels.is_lowered(*rule));
        }
        levels.set("missing", Level::Warn).unwrap();
        assert_eq!(levels.of(Rule::Missing), Level::Warn);
        assert!(levels.is_lowered(Rule::Missing));
        levels.set("remarks", Level::Deny).unwrap();
        assert_eq!(levels.of(Rule::Missing), Level::Deny);
        assert_eq!(levels.of(Rule::SnapshotUnreviewed), Level::Deny);
        assert!(!levels.is_lowered(Rule::Missing));
        levels.set("missing", Level::Allow).unwrap();
        assert_eq!(levels.of(Rule::Missing), Level::Allow);
    }

    #[test]
    fn a_wrong_name_is_told_with_the_nearest_right_one() {
        let mut levels = Levels::default();
        let told = levels.set("mising", Level::Deny).unwrap_err().to_string();
        assert!(
            told.contains("no rule `mising`") && told.contains("`missing`"),
            "{told}"
        );
        assert_eq!(levels, Levels::default());
    }
}

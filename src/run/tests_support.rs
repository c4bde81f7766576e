//! What tests of runs have in common.

use std::sync::Arc;

use crate::check::{Expectations, Levels};
use crate::contract::Contract;
use crate::profile::Profile;
use crate::run::Suite;
use crate::snapshot::Snapshots;

/// A suite with the built-in snapshots and the levels that rules have by themselves.
pub(crate) fn suite(contract: Arc<Contract>, profile: Arc<Profile>) -> Suite {
    Suite {
        expectations: Arc::new(Expectations::of(&contract, &profile, false)),
        snapshots: Snapshots::Builtin { exact: false },
        levels: Levels::default(),
        contract,
        profile,
    }
}

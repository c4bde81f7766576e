//! The catalogue of lawful variations: answers unlike the pages' examples that keep the contract.

use crate::contract::Contract;
use crate::portal::{Change, Family};
use crate::profile::Profile;

/// One lawful way of the reference portal to answer otherwise.
#[derive(Debug, Clone)]
pub struct Variation {
    /// Its name.
    pub id: String,
    /// The family of checks that could take it for a fault.
    pub family: Family,
    /// What is done.
    pub change: Change,
}

/// Every variation of a portal.
#[must_use]
pub fn variations(_contract: &Contract, _profile: &Profile) -> Vec<Variation> {
    Vec::new()
}

//! A part of the catalogue that is the same each time.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;
use std::str::FromStr;

use crate::proof::{Fault, Variation};

/// One of so many faults and variations, in the order of the catalogue, and the first fault of each family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// Of how many one is taken.
    pub of: NonZeroUsize,
}

/// A text that names no sample.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a sample is one of so many, such as 1/20")]
pub struct NoSample;

impl FromStr for Sample {
    type Err = NoSample;

    fn from_str(text: &str) -> Result<Self, NoSample> {
        let of = text.strip_prefix("1/").ok_or(NoSample)?;
        let of = of.parse().map_err(|_| NoSample)?;
        Ok(Self { of })
    }
}

impl Sample {
    /// The faults that are in the sample.
    #[must_use]
    pub fn faults(self, faults: Vec<Fault>) -> Vec<Fault> {
        let mut families = BTreeSet::new();
        let numbered = faults.into_iter().enumerate();
        let sampled = numbered.filter(|(at, one)| self.has(*at) | families.insert(one.family));
        sampled.map(|(_, one)| one).collect()
    }

    /// The variations that are in the sample.
    #[must_use]
    pub fn variations(self, variations: Vec<Variation>) -> Vec<Variation> {
        variations.into_iter().step_by(self.of.get()).collect()
    }

    fn has(self, at: usize) -> bool {
        at.is_multiple_of(self.of.get())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::check::Family;
    use crate::proof::{faults, variations};
    use crate::{contract, page, profile};

    #[test]
    fn a_sample_is_one_of_so_many() {
        assert_eq!("1/20".parse::<Sample>().unwrap().of.get(), 20);
        for text in ["", "1", "20", "2/20", "1/0", "1/", "1/-1", "1/x", "1/20/3"] {
            assert_eq!(text.parse::<Sample>(), Err(NoSample), "{text}");
        }
    }

    #[test]
    fn a_sample_has_its_part_of_the_catalogue_and_every_family() {
        let contract = Arc::new(contract::of_sources(page::builtin()).unwrap());
        let profile = Arc::new(profile::load("as-documented").unwrap());
        let (faults, variations) = (faults(&contract, &profile), variations(&contract, &profile));
        let sample: Sample = "1/20".parse().unwrap();
        let taken = sample.faults(faults.clone());
        let least = faults.len().div_ceil(20);
        assert!((least..=least + Family::ALL.len()).contains(&taken.len()));
        let of_family = |family| taken.iter().any(|one| one.family == family);
        assert!(Family::ALL.iter().all(|family| of_family(*family)));
        let least = variations.len().div_ceil(20);
        assert_eq!(sample.variations(variations).len(), least);
        let all: Sample = "1/1".parse().unwrap();
        assert_eq!(all.faults(faults.clone()).len(), faults.len());
    }
}

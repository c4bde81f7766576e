//! Parts of a plan for several machines: each has operations of its own, whole.
//!
//! Operations that share a question, or whose answers are compared, stay together: what one machine
//! judges needs no answer of another. The parts are those of the plan alone, whatever is selected of it. An
//! operation keeps its part, as far as the parts stay even, when others come or go (rendezvous hashing).

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

use crate::case::{Case, Check, Plan, QuestionIndex, Refusal};
use crate::digest::Digest;

/// One of several parts, such as `2/5`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Shard {
    /// Which one, from 1 on.
    pub number: usize,
    /// Of how many.
    pub of: usize,
}

/// A text is no part of several.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("expected one of several parts, such as 2/5")]
pub struct NoShard;

/// There are not as many parts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{of} parts are more than the operations can be parted in: {groups} of them stand alone, or together with those that they are compared with"
)]
pub struct TooManyShards {
    /// How many there should be.
    pub of: usize,
    /// How many there can be.
    pub groups: usize,
}

impl FromStr for Shard {
    type Err = NoShard;

    fn from_str(text: &str) -> Result<Self, NoShard> {
        let count = |text: &str| {
            let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
            text.parse().ok().filter(|_| is_plain).ok_or(NoShard)
        };
        let (number, of) = text.split_once('/').ok_or(NoShard)?;
        let shard = Self {
            number: count(number)?,
            of: count(of)?,
        };
        let is_one = (1..=shard.of).contains(&shard.number);
        is_one.then_some(shard).ok_or(NoShard)
    }
}

impl Plan {
    /// The operations of one part, as places in the contract: parts have about as many cases each.
    ///
    /// # Errors
    ///
    /// [`TooManyShards`]: some part would be empty, whatever is selected.
    pub fn operations_of(&self, shard: Shard) -> Result<BTreeSet<usize>, TooManyShards> {
        let mut groups = self.groups();
        if groups.len() < shard.of {
            return Err(TooManyShards {
                of: shard.of,
                groups: groups.len(),
            });
        }
        let mut weights: BTreeMap<usize, usize> = BTreeMap::new();
        for case in &self.cases {
            *weights.entry(case.operation).or_default() += 1;
        }
        let weight = |group: &BTreeSet<usize>| -> usize {
            let of = group.iter().filter_map(|operation| weights.get(operation));
            of.sum()
        };
        let mut names: BTreeMap<usize, String> = BTreeMap::new();
        for case in &self.cases {
            let name = || case.id.operation.to_string();
            names.entry(case.operation).or_insert_with(name);
        }
        let groups = groups.drain(..).map(|operations| Group {
            weight: weight(&operations),
            name: operations
                .iter()
                .filter_map(|operation| names.get(operation))
                .min()
                .cloned()
                .unwrap_or_default(),
            operations,
        });
        Ok(parted(groups.collect(), shard.of).swap_remove(shard.number - 1))
    }

    /// The operations that have cases, those together that share questions.
    fn groups(&self) -> Vec<BTreeSet<usize>> {
        let mut leaders: BTreeMap<usize, usize> = BTreeMap::new();
        for case in &self.cases {
            let mut first = leader(&mut leaders, case.operation);
            for question in case.needed() {
                let other = leader(&mut leaders, self.questions[*question].operation);
                let least = first.min(other);
                leaders.insert(first.max(other), least);
                first = least;
            }
        }
        let mut groups: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
        let asked: BTreeSet<usize> = self.cases.iter().map(|case| case.operation).collect();
        for operation in asked {
            let leader = leader(&mut leaders, operation);
            groups.entry(leader).or_default().insert(operation);
        }
        groups.into_values().collect()
    }
}

/// Operations that stay together.
struct Group {
    operations: BTreeSet<usize>,
    /// How many cases they have.
    weight: usize,
    /// What the group is called whatever else there is.
    name: String,
}

/// Parts groups: the heaviest first, each to the part that it likes best of those that are not full. None is
/// then far from its share, and a group that comes or goes moves few others.
fn parted(mut groups: Vec<Group>, of: usize) -> Vec<BTreeSet<usize>> {
    groups.sort_by_cached_key(|group| (Reverse(group.weight), Digest::of_text(&group.name)));
    let weights: Vec<usize> = groups.iter().map(|group| group.weight).collect();
    let full = fair_share(&weights, of);
    let mut parts = vec![(0, BTreeSet::new()); of];
    let mut rest = groups.len();
    for group in groups {
        let liking = |part: usize| Digest::of_text(&format!("{} {}", part + 1, group.name));
        let empty = parts.iter().filter(|(_, part)| part.is_empty()).count();
        // No part stays empty.
        let must_begin = empty >= rest;
        let is_open = |(weight, part): &(usize, BTreeSet<usize>)| {
            part.is_empty() || !must_begin && weight + group.weight <= full
        };
        let open = (0..of).filter(|at| is_open(&parts[*at]));
        let liked = open.max_by_key(|at| liking(*at));
        let lightest = || (0..of).min_by_key(|at| (parts[*at].0, Reverse(liking(*at))));
        if let Some(at) = liked.or_else(lightest) {
            parts[at].0 += group.weight;
            parts[at].1.extend(group.operations);
        }
        rest -= 1;
    }
    parts.into_iter().map(|(_, part)| part).collect()
}

/// How much a part takes, of weights that fall: those that are more than a share have parts of their own.
fn fair_share(weights: &[usize], of: usize) -> usize {
    let mut sum: usize = weights.iter().sum();
    let mut parts = of.max(1);
    for weight in weights {
        if parts > 1 && *weight > sum.div_ceil(parts) {
            sum -= weight;
            parts -= 1;
        } else {
            break;
        }
    }
    sum.div_ceil(parts)
}

impl Case {
    /// The questions of operations that its own is compared with, and its own. Refusals of tokens are held
    /// against paths that no page has, which every machine asks for itself.
    fn needed(&self) -> impl Iterator<Item = &QuestionIndex> {
        let is_of_tokens = matches!(self.id.check, Check::Refusal(Refusal::Token(_)));
        let beside = self.beside.iter().filter(move |_| !is_of_tokens);
        self.subjects.iter().chain(beside)
    }
}

/// The first of the operations that stand together with one.
fn leader(leaders: &mut BTreeMap<usize, usize>, operation: usize) -> usize {
    let mut top = operation;
    while let Some(above) = leaders.get(&top).copied().filter(|above| *above != top) {
        top = above;
    }
    leaders.insert(operation, top);
    top
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use std::sync::Arc;

    use super::*;
    use crate::case::plan;
    use crate::contract;
    use crate::page;
    use crate::profile;
    use crate::source::Source;
    use crate::target::Target;

    /// A plan of the shipped pages and so many others, which nothing ties to each other.
    fn planned(others: usize) -> Plan {
        let mut sources = page::builtin();
        sources.extend((0..others).map(|at| {
            let text = format!(
                "GET api/2.0/x{at}\nReturns\nX\nExample Response\napplication/json\n{{\"status\": 0, \"response\": {{}}}}\n"
            );
            Source::new(&format!("x{at}.txt"), &text)
        }));
        let contract = Arc::new(contract::of_sources(sources).unwrap());
        let profile = profile::load("as-documented").unwrap();
        plan(&contract, &profile, &Target::in_process())
    }

    #[test]
    fn parts_have_every_operation_once_and_what_is_compared_together() {
        let plan = planned(7);
        for of in 1..=8 {
            let parts = (1..=of).map(|number| plan.operations_of(Shard { number, of }).unwrap());
            let parts: Vec<BTreeSet<usize>> = parts.collect();
            assert!(parts.iter().all(|part| !part.is_empty()), "{of}");
            for case in &plan.cases {
                let home = parts.iter().filter(|part| part.contains(&case.operation));
                let home: Vec<_> = home.collect();
                assert_eq!(home.len(), 1, "{of}: {}", case.id);
                for question in case.needed() {
                    let other = plan.questions[*question].operation;
                    assert!(home[0].contains(&other), "{of}: {}", case.id);
                }
            }
        }
        // The shipped pages stand together, as one links what the other one reads.
        let error = plan.operations_of(Shard { number: 1, of: 9 }).unwrap_err();
        assert_eq!(error, TooManyShards { of: 9, groups: 8 });
    }

    #[test]
    fn what_is_even_is_parted_evenly() {
        // The shipped ones weigh more than a share, and have a part of their own.
        let plan = planned(12);
        let mut sizes = sizes(&plan, 4);
        sizes.sort_unstable();
        assert_eq!(sizes, [2, 4, 4, 4]);
    }

    fn sizes(plan: &Plan, of: usize) -> Vec<usize> {
        let parts = (1..=of).map(|number| plan.operations_of(Shard { number, of }).unwrap());
        parts.map(|part| part.len()).collect()
    }

    #[test]
    fn an_operation_that_comes_moves_few_others() {
        let home = |plan: &Plan, of| -> BTreeMap<String, usize> {
            let mut homes = BTreeMap::new();
            for number in 1..=of {
                let part = plan.operations_of(Shard { number, of }).unwrap();
                for case in &plan.cases {
                    if part.contains(&case.operation) {
                        homes.insert(case.id.operation.to_string(), number);
                    }
                }
            }
            homes
        };
        for of in [2, 3, 5] {
            for others in [40, 41, 59, 60] {
                let (before, after) = (planned(others), planned(others + 1));
                let (was, is) = (home(&before, of), home(&after, of));
                let moved = was.iter().filter(|(name, home)| is[*name] != **home);
                let moved = moved.count();
                assert!(moved * 4 <= was.len(), "{of}: {moved} of {}", was.len());
            }
        }
    }

    #[test]
    fn what_is_more_than_a_share_has_a_part_of_its_own() {
        for (weights, of, expected) in [
            (&[4, 4, 4, 4][..], 2, 8),
            (&[9, 1, 1, 1], 2, 3),
            (&[9, 8, 2, 2], 3, 4),
            (&[5], 1, 5),
            (&[3, 2, 2], 2, 4),
        ] {
            assert_eq!(fair_share(weights, of), expected, "{weights:?} {of}");
        }
    }

    #[test]
    fn a_part_is_one_of_several() {
        assert_eq!("2/5".parse(), Ok(Shard { number: 2, of: 5 }));
        for text in [
            "",
            "2",
            "0/5",
            "6/5",
            "1/0",
            "+1/5",
            "1/5/5",
            "a/b",
            "1/99999999999999999999",
        ] {
            assert_eq!(text.parse::<Shard>(), Err(NoShard), "{text}");
        }
    }
}

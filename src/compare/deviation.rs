//! What differs from the contract, so that two reports can mean the same by it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

/// An operation in a format.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema)]
#[schemars(rename = "spot")]
pub struct Spot {
    /// The operation's name.
    pub operation: String,
    /// The format of its answers.
    pub format: String,
}

/// One rule that is broken for one member in one place: the same in every report of the same portal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Atom {
    pub(super) rule: String,
    /// Empty for the whole answer.
    pub(super) member: String,
    pub(super) place: Spot,
}

/// What a report says of it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Told {
    pub(super) family: String,
    pub(super) sentence: String,
    pub(super) expected: String,
    pub(super) actual: String,
}

/// A broken rule, with all members that break it alike in the same places.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "deviation")]
pub struct Deviation {
    /// The rule.
    pub rule: String,
    /// The family of checks that sees it.
    pub family: String,
    /// What the rule demands.
    pub sentence: String,
    /// The documented members; none where the whole answer is meant.
    pub members: Vec<String>,
    /// What the contract promises of the first of them.
    pub expected: String,
    /// What came instead.
    pub actual: String,
    /// Where.
    pub places: Vec<Spot>,
    /// The findings that tell it, by their ids, which `explain` and `run` take; none where the reports have none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<String>,
    /// Whose: indexes into the portals of the comparison; empty where there is one portal alone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub portals: Vec<usize>,
    /// Whether it is in every operation and format that was tried.
    pub everywhere: bool,
}

/// An atom, what is told of it, by which portals, and by which findings.
pub(super) type Broke<'a> = (&'a Atom, &'a Told, Vec<usize>, BTreeSet<&'a str>);

/// Puts together what is alike: first members with equal places, then the rest one by one.
///
/// `everywhere` is how many places there are in all.
pub(super) fn together<'a>(
    atoms: impl IntoIterator<Item = Broke<'a>>,
    everywhere: usize,
) -> Vec<Deviation> {
    type Alike<'a> = (&'a str, Vec<usize>, &'a Told);
    type Where<'a> = (BTreeSet<&'a Spot>, BTreeSet<&'a str>);
    let mut alike: BTreeMap<Alike<'a>, BTreeMap<&'a str, Where<'a>>> = BTreeMap::new();
    for (atom, told, portals, findings) in atoms {
        let members = alike.entry((&atom.rule, portals, told)).or_default();
        let (places, all) = members.entry(&atom.member).or_default();
        places.insert(&atom.place);
        all.extend(findings);
    }
    let mut found = Vec::new();
    for ((rule, portals, told), members) in alike {
        let mut by_places: BTreeMap<BTreeSet<&Spot>, (Vec<&str>, BTreeSet<&str>)> = BTreeMap::new();
        for (member, (places, findings)) in members {
            let (members, all) = by_places.entry(places).or_default();
            members.push(member);
            all.extend(findings);
        }
        for (places, (members, findings)) in by_places {
            let members = members.into_iter().filter(|member| !member.is_empty());
            found.push(Deviation {
                rule: rule.to_owned(),
                family: told.family.clone(),
                sentence: told.sentence.clone(),
                members: members.map(str::to_owned).collect(),
                expected: told.expected.clone(),
                actual: told.actual.clone(),
                everywhere: everywhere > 1 && places.len() == everywhere,
                places: places.into_iter().cloned().collect(),
                findings: findings.into_iter().map(str::to_owned).collect(),
                portals: portals.clone(),
            });
        }
    }
    found
}

//! What differs from the contract, so that two reports can mean the same by it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde::Serialize;

use crate::check::Rule;

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
pub(super) struct Wording {
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

/// The names of a member and of what it stands in, the whole answer excluded.
pub(super) fn ways(member: &str) -> impl Iterator<Item = &str> {
    let ends = member.match_indices('/').map(|(at, _)| at);
    let ways = ends.chain([member.len()]).map(|end| &member[..end]);
    ways.filter(|way| !way.is_empty())
}

/// An atom, what is told of it, by which portals, and by which findings.
pub(super) type Broke<'a> = (&'a Atom, &'a Wording, Vec<usize>, BTreeSet<&'a str>);

/// Puts together what is alike: first what one finding tells, then findings with equal places.
///
/// `everywhere` is how many places there are in all.
pub(super) fn together<'a>(
    atoms: impl IntoIterator<Item = Broke<'a>>,
    everywhere: usize,
) -> Vec<Deviation> {
    let mut alike: BTreeMap<Alike<'a>, BTreeMap<Finding<'a>, Unit<'a>>> = BTreeMap::new();
    for (atom, told, portals, findings) in atoms {
        let is_nameless = findings.is_empty();
        let finding = (findings, is_nameless.then_some(atom.member.as_str()));
        let units = alike.entry(Alike::of(atom, told, portals)).or_default();
        let unit = units.entry(finding).or_default();
        unit.places.insert(&atom.place);
        unit.members.insert(&atom.member);
        unit.told.insert((&told.expected, &told.actual));
    }
    let mut found = Vec::new();
    for (alike, units) in alike {
        let mut by_places: BTreeMap<BTreeSet<&Spot>, (Unit<'a>, BTreeSet<&str>)> = BTreeMap::new();
        for ((findings, _), unit) in units {
            let (whole, all) = by_places.entry(unit.places).or_default();
            whole.members.extend(unit.members);
            whole.told.extend(unit.told);
            all.extend(findings);
        }
        for (places, (unit, findings)) in by_places {
            let members = unit.members.into_iter().filter(|member| !member.is_empty());
            let expected = unit.told.iter().map(|(expected, _)| *expected);
            let actual = unit.told.iter().map(|(_, actual)| *actual);
            found.push(Deviation {
                rule: alike.rule.to_owned(),
                family: alike.family.to_owned(),
                sentence: alike.sentence.to_owned(),
                members: members.map(str::to_owned).collect(),
                expected: of_all(alike.rule, &expected.collect()),
                actual: of_all(alike.rule, &actual.collect()),
                everywhere: everywhere > 1 && places.len() == everywhere,
                places: places.into_iter().cloned().collect(),
                findings: findings.into_iter().map(str::to_owned).collect(),
                portals: alike.portals.clone(),
            });
        }
    }
    found
}

/// What several findings have in common that are told at once.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Alike<'a> {
    rule: &'a str,
    portals: Vec<usize>,
    family: &'a str,
    sentence: &'a str,
    expected: String,
    actual: String,
}

/// The ids of the findings that tell something; the member where the reports have none.
type Finding<'a> = (BTreeSet<&'a str>, Option<&'a str>);

/// What one finding tells.
#[derive(Debug, Default)]
struct Unit<'a> {
    members: BTreeSet<&'a str>,
    places: BTreeSet<&'a Spot>,
    /// What was expected, and what came.
    told: BTreeSet<(&'a str, &'a str)>,
}

impl<'a> Alike<'a> {
    fn of(atom: &'a Atom, told: &'a Wording, portals: Vec<usize>) -> Self {
        // Of a name in another letter case each says its own, and all say the same.
        let is_of_names = atom.rule == Rule::LetterCase.id();
        let plain = |text: &str| {
            if is_of_names {
                without_names(text)
            } else {
                text.to_owned()
            }
        };
        Self {
            rule: &atom.rule,
            portals,
            family: &told.family,
            sentence: &told.sentence,
            expected: plain(&told.expected),
            actual: plain(&told.actual),
        }
    }
}

/// A text without what stands in it between backticks.
fn without_names(text: &str) -> String {
    let parts = text.split('`').step_by(2);
    parts.collect::<Vec<_>>().join("`")
}

/// What is said of several members: of the first, where it is not the same of all.
fn of_all(rule: &str, texts: &BTreeSet<&str>) -> String {
    let mut texts = texts.iter();
    let first = texts.next().copied().unwrap_or_default();
    match texts.next() {
        None => first.to_owned(),
        Some(_) if rule == Rule::LetterCase.id() => {
            "member names in another letter case".to_owned()
        }
        Some(_) => format!("{first}, of the others alike"),
    }
}

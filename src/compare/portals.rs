//! Several portals beside each other.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use schemars::JsonSchema;
use serde::Serialize;

use crate::compare::deviation::{self, Atom, Deviation, Spot, Wording, together};
use crate::compare::doubts::{are_alike, doubts};
use crate::compare::recorded::Recorded;
use crate::exit_code::ExitCode;
use crate::report_file::term::Verdict;

/// The rules that tell how something is said, and not whether: who reads the one way of saying it does not read the
/// other, whichever of the two the contract asks for.
pub(super) const TWO_WAY: [&str; 12] = [
    "date-time",
    "fraction",
    "guid",
    "letter-case",
    "lexical",
    "media-type",
    "misplaced",
    "namespace",
    "repeated",
    "root",
    "status",
    "type",
];

/// The rules for the name by which a member is there at all.
const OF_NAMES: [&str; 2] = ["letter-case", "missing"];

/// Of so many documented members at least one must be in answers of two portals, that something is known of both.
const LEAST_SEEN: usize = 10;

/// How several portals stand to the contract, and to each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "comparison")]
pub struct Comparison {
    /// The portals, in the order of the reports.
    pub portals: Vec<Portal>,
    /// What cannot be compared, a sentence each.
    pub doubts: Vec<String>,
    /// How the cases of each operation, format and family ended.
    pub rows: Vec<Row>,
    /// What differs from the contract; what several portals do alike is told once.
    pub deviations: Vec<Deviation>,
    /// What a client that was written for one portal meets on another, of all portals that were judged.
    pub pairs: Vec<Pair>,
}

/// One portal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "portal")]
pub struct Portal {
    /// The name of its target, or its URL.
    pub name: String,
    /// Its URL.
    pub url: String,
    /// The profile by which it was judged.
    pub profile: String,
    /// The pages by which it was judged.
    pub pages: String,
    /// The version of the program that judged it.
    pub tool: String,
    /// When, in UTC (RFC 3339).
    pub started: String,
    /// The exit code of its run.
    pub code: u8,
    /// What that means.
    pub sentence: String,
    /// Why nothing of it is compared; null where it was judged by its own dialect.
    pub obstacle: Option<String>,
    /// How many cases its run had.
    pub cases: usize,
    /// How many of them were judged.
    pub judged: usize,
    /// How many of these conform.
    pub conforms: usize,
    /// How many members its operations document, in both formats.
    pub documented: usize,
    /// How many of them its answers held.
    pub seen: usize,
}

/// How the cases of an operation, a format and a family ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "row")]
pub struct Row {
    /// The operation and the format.
    #[serde(flatten)]
    pub place: Spot,
    /// The family of checks.
    pub family: String,
    /// A cell for each portal.
    pub cells: Vec<Cell>,
}

/// How many cases of one portal ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "cell")]
pub struct Cell {
    /// They keep the contract.
    pub conforms: usize,
    /// They do not.
    pub violates: usize,
    /// They do not, and that is forgiven.
    pub waived: usize,
    /// They could not be judged.
    pub blocked: usize,
    /// They were not asked.
    pub ignored: usize,
}

/// What a client that was written for one portal, and tried with it alone, meets on another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[schemars(rename = "pair")]
pub struct Pair {
    /// The portal that the client was written for.
    pub written_for: usize,
    /// The portal that it is used with.
    pub used_with: usize,
    /// How many cases were judged of both.
    pub judged: usize,
    /// How many were judged of the first alone: what the other does there is not known.
    pub unknown: usize,
    /// How many members both document.
    pub documented: usize,
    /// How many of them the answers of both held, at least.
    pub seen: usize,
    /// Whether both were judged by the same pages, the same profile and the same rules; what these allow is not among
    /// `breaks`.
    pub judged_alike: bool,
    /// Where the other portal deviates from the contract and the first does not, or does otherwise; and where the
    /// first alone deviates in how something is said, with what it says as what is expected.
    pub breaks: Vec<Deviation>,
}

impl Pair {
    /// Whether the answers of both hold enough in common to say that a client meets nothing.
    #[must_use]
    pub fn is_known(&self) -> bool {
        self.seen * LEAST_SEEN >= self.documented
    }
}

impl Cell {
    fn add(&mut self, verdict: Verdict) {
        let number = match verdict {
            Verdict::Conforms => &mut self.conforms,
            Verdict::Violates => &mut self.violates,
            Verdict::Waived => &mut self.waived,
            Verdict::Blocked => &mut self.blocked,
            Verdict::Ignored => &mut self.ignored,
        };
        *number += 1;
    }

    /// Whether the portal was asked, be it that nothing came of it.
    #[must_use]
    pub fn is_tried(self) -> bool {
        self.conforms + self.violates + self.waived + self.blocked > 0
    }

    /// Whether the portal keeps what was tried of it, and something was.
    #[must_use]
    pub fn is_kept(self) -> bool {
        self.violates + self.waived + self.blocked == 0 && self.conforms > 0
    }
}

impl Comparison {
    /// Lays reports beside each other; names that are alike get a number.
    #[must_use]
    pub fn of(reports: &[Recorded]) -> Self {
        let places: BTreeSet<&Spot> = reports.iter().flat_map(Recorded::places).collect();
        Self {
            portals: portals(reports),
            doubts: doubts(reports),
            rows: rows(reports),
            deviations: deviations(reports, places.len()),
            pairs: pairs(reports, places.len()),
        }
    }

    /// 0 where every portal conforms, else 1.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        if self.portals.iter().all(|portal| portal.code == 0) {
            ExitCode::Conforms
        } else {
            ExitCode::Violates
        }
    }
}

fn portals(reports: &[Recorded]) -> Vec<Portal> {
    let mut named: HashMap<&str, usize> = HashMap::new();
    let portals = reports.iter().map(|report| {
        let same = named.entry(report.label.as_str()).or_default();
        *same += 1;
        let name = match *same {
            1 => report.label.clone(),
            number => format!("{} #{number}", report.label),
        };
        let judged = report.cases.iter().filter(|case| case.verdict.is_judged());
        let conforming = judged.clone();
        let conforming = conforming.filter(|case| case.verdict == Verdict::Conforms);
        Portal {
            name,
            url: report.url.clone(),
            profile: report.profile.clone(),
            pages: report.pages.clone(),
            tool: report.tool.clone(),
            started: report.started.clone(),
            code: report.code,
            sentence: report.sentence.clone(),
            obstacle: report.obstacle.clone(),
            cases: report.cases.len(),
            judged: judged.count(),
            conforms: conforming.count(),
            documented: report.documented,
            seen: report.seen,
        }
    });
    portals.collect()
}

fn rows(reports: &[Recorded]) -> Vec<Row> {
    let mut at: HashMap<(&Spot, &str), usize> = HashMap::new();
    let mut rows: Vec<Row> = Vec::new();
    for (portal, report) in reports.iter().enumerate() {
        for case in &report.cases {
            let row = *at.entry((&case.place, &case.family)).or_insert_with(|| {
                rows.push(Row {
                    place: case.place.clone(),
                    family: case.family.clone(),
                    cells: vec![Cell::default(); reports.len()],
                });
                rows.len() - 1
            });
            rows[row].cells[portal].add(case.verdict);
        }
    }
    // Stable, so that families stay in the order of the reports.
    rows.sort_by(|a, b| a.place.cmp(&b.place));
    rows
}

fn deviations(reports: &[Recorded], everywhere: usize) -> Vec<Deviation> {
    type Whose<'a> = (Vec<usize>, BTreeSet<&'a str>);
    let mut whose: BTreeMap<(&Atom, &Wording), Whose<'_>> = BTreeMap::new();
    for (portal, report) in reports.iter().enumerate() {
        for (atom, broken) in &report.broken {
            let (of, findings) = whose.entry((atom, &broken.told)).or_default();
            of.push(portal);
            findings.extend(broken.ids());
        }
    }
    let atoms = whose.into_iter();
    let mut found = together(
        atoms.map(|((atom, told), (portals, findings))| (atom, told, portals, findings)),
        everywhere,
    );
    // What most portals do stands first.
    found.sort_by_key(|one| std::cmp::Reverse((one.portals.len(), one.places.len())));
    found
}

fn pairs(reports: &[Recorded], everywhere: usize) -> Vec<Pair> {
    let judged: Vec<BTreeSet<&str>> = reports
        .iter()
        .map(|report| {
            let judged = report.cases.iter().filter(|case| case.verdict.is_judged());
            judged.map(|case| case.id.as_str()).collect()
        })
        .collect();
    let mut pairs = Vec::new();
    for (written_for, first) in reports.iter().enumerate() {
        for (used_with, other) in reports.iter().enumerate() {
            // Of a portal that was not judged nothing is known.
            let are_judged = first.obstacle.is_none() && other.obstacle.is_none();
            if written_for == used_with || !are_judged {
                continue;
            }
            let mut met = does_otherwise(first, other, &judged[written_for]);
            let reverse = only_first(first, other, &judged[used_with]);
            // A member that is not there by its name is told by that, whatever the first one does with it.
            let is_of_name = |atom: &Atom| OF_NAMES.contains(&atom.rule.as_str());
            let nameless = met.iter().filter(|(atom, ..)| is_of_name(atom));
            let nameless: BTreeSet<(&str, &Spot)> = nameless
                .map(|(atom, ..)| (atom.member.as_str(), &atom.place))
                .collect();
            let is_told = |atom: &Atom| {
                let mut ways = deviation::ways(&atom.member);
                ways.any(|way| nameless.contains(&(way, &atom.place)))
            };
            let reverse: Vec<Met<'_>> = reverse.filter(|(atom, ..)| !is_told(atom)).collect();
            met.extend(reverse);
            let mut breaks = together(
                met.iter()
                    .map(|(atom, told, ids)| (*atom, told, Vec::new(), ids.clone())),
                everywhere,
            );
            // They are of the one report or of the other.
            for one in &mut breaks {
                one.findings.clear();
            }
            let both = judged[written_for].intersection(&judged[used_with]).count();
            pairs.push(Pair {
                written_for,
                used_with,
                judged: both,
                unknown: judged[written_for].len() - both,
                documented: first.documented.min(other.documented),
                seen: first.seen_with(other),
                judged_alike: are_alike(first, other),
                breaks,
            });
        }
    }
    pairs
}

/// A deviation that a client meets, with the ids of its findings.
type Met<'a> = (&'a Atom, Wording, BTreeSet<&'a str>);

/// Where the other portal deviates and the first one does not, or does otherwise, in cases that were judged of the
/// first: else nobody knows what it does. What the first never sends no client of it reads.
fn does_otherwise<'a>(
    first: &Recorded,
    other: &'a Recorded,
    judged: &BTreeSet<&str>,
) -> Vec<Met<'a>> {
    let unlike = other.broken.iter().filter(|(atom, broken)| {
        let same = first.broken.get(*atom);
        let mut cases = broken.cases.iter();
        same.is_none_or(|same| same.told.actual != broken.told.actual)
            && first.rules.judge(&atom.rule, &broken.told.family)
            && cases.any(|case| judged.contains(case.as_str()))
            && !first.lacks(atom)
    });
    let met = unlike.map(|(atom, broken)| (atom, broken.told.clone(), broken.ids()));
    met.collect()
}

/// What only the first portal does, where a client that knows nothing else cannot read what the contract asks for:
/// the other one's answers are what surprises it.
fn only_first<'a>(
    first: &'a Recorded,
    other: &'a Recorded,
    judged: &'a BTreeSet<&str>,
) -> impl Iterator<Item = Met<'a>> {
    let alone = first.broken.iter().filter(move |(atom, broken)| {
        let mut cases = broken.cases.iter();
        (TWO_WAY.contains(&atom.rule.as_str()) || broken.is_replaced)
            && !other.broken.contains_key(*atom)
            && !other.waived.contains(*atom)
            && other.rules.judge(&atom.rule, &broken.told.family)
            && cases.any(|case| judged.contains(case.as_str()))
    });
    alone.map(|(atom, broken)| {
        let told = &broken.told;
        let turned = Wording {
            expected: if broken.is_replaced {
                "something else in its place".to_owned()
            } else {
                told.actual.clone()
            },
            actual: match told.expected.as_str() {
                "documented" => "what is documented".to_owned(),
                expected => expected.to_owned(),
            },
            ..told.clone()
        };
        (atom, turned, broken.ids())
    })
}

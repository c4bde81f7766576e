//! What stands in the way of comparing reports.

use std::collections::BTreeSet;

use crate::compare::recorded::Recorded;

/// What reports have to have in common, and what it means for a comparison of portals where they do not.
const PORTALS: [(Kind, &str); 5] = [
    (
        Kind::Tool,
        "a rule that one of them does not have is not told of its portals",
    ),
    (
        Kind::Pages,
        "operations that only some reports have are compared among those",
    ),
    (
        Kind::Profile,
        "what a profile allows is no deviation of the portals that are judged by it",
    ),
    (
        Kind::Rules,
        "a rule that fails nothing in one report is not compared with its portal",
    ),
    (
        Kind::Effort,
        "what only the more thorough runs ask is not known of the other portals",
    ),
];

/// The same of two reports of one portal.
const TIMES: [(Kind, &str); 6] = [
    (
        Kind::Tool,
        "a rule that only one of them has is new or gone with it",
    ),
    (
        Kind::Pages,
        "what is new or gone may be so in the pages, and not in the portal",
    ),
    (
        Kind::Profile,
        "what is new or gone may be so in the profile, and not in the portal",
    ),
    (
        Kind::Rules,
        "a rule that only one of them fails for is new, or not looked at now",
    ),
    (
        Kind::Effort,
        "what only the more thorough of both asks may be new or gone with it",
    ),
    (
        Kind::Portal,
        "what is new or gone may be what another portal does",
    ),
];

/// Something by which a report was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Tool,
    Pages,
    Profile,
    Rules,
    Effort,
    Portal,
}

impl Kind {
    fn words(self) -> &'static str {
        match self {
            Self::Tool => "versions of the program",
            Self::Pages => "pages",
            Self::Profile => "profiles",
            Self::Rules => "levels of rules",
            Self::Effort => "efforts",
            Self::Portal => "portals",
        }
    }

    /// What it is called in a report, and what tells it from others of that name.
    fn of(self, report: &Recorded) -> (&str, &str) {
        let digests = &report.digests;
        match self {
            Self::Tool => (&report.tool, ""),
            Self::Pages => (&report.pages, &digests.pages),
            Self::Profile => (&report.profile, &digests.profile),
            Self::Rules => (&report.rules.words, ""),
            Self::Effort => (&report.rules.effort, ""),
            Self::Portal => (&report.url, ""),
        }
    }

    /// Whether two reports have the same: by its digest, where both say one.
    fn is_same(self, one: &Recorded, other: &Recorded) -> bool {
        let ((name, digest), (other_name, other_digest)) = (self.of(one), self.of(other));
        let is_said = !name.is_empty() && !other_name.is_empty();
        if matches!(self, Self::Rules | Self::Effort) && !is_said {
            true
        } else if digest.is_empty() || other_digest.is_empty() {
            name == other_name
        } else {
            digest == other_digest
        }
    }

    /// A sentence where reports differ in it.
    fn doubt(self, reports: &[&Recorded], so: &str) -> Option<String> {
        let (first, others) = reports.split_first()?;
        if others.iter().all(|other| self.is_same(first, other)) {
            return None;
        }
        let names: BTreeSet<&str> = reports.iter().map(|report| self.of(report).0).collect();
        let names: Vec<&str> = names.into_iter().collect();
        let what = self.words();
        Some(match names.as_slice() {
            [name] => format!("{what} called {name} differ in what they hold: {so}"),
            names => format!("{what} differ ({}): {so}", names.join("; ")),
        })
    }
}

/// What stands in the way of comparing portals, a sentence each.
pub(super) fn doubts(reports: &[Recorded]) -> Vec<String> {
    let reports: Vec<&Recorded> = reports.iter().collect();
    let kinds = PORTALS.into_iter();
    kinds
        .filter_map(|(kind, so)| kind.doubt(&reports, so))
        .collect()
}

/// What stands in the way of comparing two reports of one portal, a sentence each.
pub(super) fn doubts_since(old: &Recorded, new: &Recorded) -> Vec<String> {
    let kinds = TIMES.into_iter();
    kinds
        .filter_map(|(kind, so)| kind.doubt(&[old, new], so))
        .collect()
}

/// Whether two portals were judged by the same pages, the same profile and the same rules.
pub(super) fn are_alike(one: &Recorded, other: &Recorded) -> bool {
    [Kind::Pages, Kind::Profile, Kind::Rules]
        .iter()
        .all(|kind| kind.is_same(one, other))
}

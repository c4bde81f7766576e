//! A report as it was written, as far as it is compared.
//!
//! Somebody else may have written it: every text is made fit to be shown when it is read, and what is no
//! report is an error with advice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::Deserialize;

use crate::check::{Family, Rule};
use crate::compare::deviation::{Atom, Spot, Wording};
use crate::level::Level;
use crate::report::{self, NoReport};

/// A report of one run.
#[derive(Debug, Clone)]
pub struct Recorded {
    /// What the portal is called in words: its target, or its URL.
    pub(super) label: String,
    pub(super) url: String,
    pub(super) profile: String,
    pub(super) pages: String,
    /// The digests of profile and pages; empty where the report has none.
    pub(super) digests: Digests,
    pub(super) rules: Rules,
    pub(super) tool: String,
    pub(super) started: String,
    pub(super) code: u8,
    /// How the run ended, in a sentence.
    pub(super) sentence: String,
    /// Why there are no findings though the portal does not conform.
    pub(super) obstacle: Option<String>,
    /// Whether it ended with so many findings, so that cases were not run.
    pub(super) is_cut_short: bool,
    pub(super) documented: usize,
    pub(super) seen: usize,
    /// The documented members that no answer held, by operation.
    pub(super) unseen: BTreeSet<(String, String)>,
    pub(super) cases: Vec<CaseRecord>,
    /// What breaks the contract and is not forgiven.
    pub(super) broken: BTreeMap<Atom, Broken>,
    /// What breaks it and is forgiven.
    pub(super) waived: BTreeSet<Atom>,
}

/// What a portal was judged by, as its report certifies it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Digests {
    pub(super) profile: String,
    pub(super) pages: String,
}

/// How rules weighed in a run, and how much it asked; as the suite has it, where the report does not say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Rules {
    /// The level of each rule that weighed otherwise than the suite has it.
    levels: BTreeMap<String, String>,
    /// Whether undocumented members broke the contract.
    is_strict: bool,
    /// How the report calls it; empty where it does not say.
    pub(super) words: String,
    /// The same of how much was asked.
    pub(super) effort: String,
}

impl Rules {
    fn of(certificate: &Certificate) -> Self {
        let chosen = certificate.levels.iter();
        let levels: BTreeMap<String, String> = chosen
            .map(|chosen| (safe(&chosen.rule), safe(&chosen.level)))
            .collect();
        let mut words: Vec<String> = levels
            .iter()
            .map(|(rule, level)| format!("{rule}: {level}"))
            .collect();
        words.extend(certificate.strict.then(|| "strict".to_owned()));
        if words.is_empty() {
            words.push("as the suite has them".to_owned());
        }
        Self {
            levels,
            is_strict: certificate.strict,
            words: words.join(", "),
            effort: safe(&certificate.effort),
        }
    }

    /// Whether what breaks a rule was told as a violation.
    pub(super) fn judge(&self, rule: &str, family: &str) -> bool {
        let is_denied = match self.levels.get(rule) {
            Some(level) => level == Level::Deny.as_str(),
            None => Rule::named(rule).is_none_or(|rule| rule.entry().level == Level::Deny),
        };
        // Around the payload more members may break the contract in any run.
        let is_strict = rule == Rule::Undocumented.id() && family != Family::Envelope.as_str();
        is_denied && (self.is_strict || !is_strict)
    }
}

/// What is told of a deviation, and by which cases.
#[derive(Debug, Clone)]
pub(super) struct Broken {
    pub(super) told: Wording,
    pub(super) cases: Vec<String>,
    /// The ids of the findings that tell it, where the report has them.
    pub(super) findings: BTreeSet<String>,
}

impl Broken {
    pub(super) fn ids(&self) -> BTreeSet<&str> {
        self.findings.iter().map(String::as_str).collect()
    }
}

/// What came of one case.
#[derive(Debug, Clone)]
pub(super) struct CaseRecord {
    pub(super) id: String,
    pub(super) place: Spot,
    pub(super) family: String,
    pub(super) verdict: Verdict,
}

/// The verdicts of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum Verdict {
    Conforms,
    Violates,
    Waived,
    Blocked,
    Ignored,
}

impl Verdict {
    /// Whether something is known of the portal.
    pub(super) fn is_judged(self) -> bool {
        matches!(self, Self::Conforms | Self::Violates | Self::Waived)
    }
}

#[derive(Deserialize)]
struct Document {
    tool: Tool,
    target: Target,
    profile: String,
    pages: String,
    started: String,
    coverage: Coverage,
    exit: Exit,
    stopped_after: Option<usize>,
    obstacle: Option<String>,
    misfit: Option<Misfit>,
    cases: Vec<Case>,
    findings: Vec<Finding>,
    certificate: Option<Certificate>,
}

#[derive(Deserialize)]
struct Certificate {
    profile: String,
    pages: Pages,
    #[serde(default)]
    strict: bool,
    #[serde(default)]
    effort: String,
    #[serde(default)]
    levels: Vec<Chosen>,
}

#[derive(Deserialize)]
struct Chosen {
    rule: String,
    level: String,
}

#[derive(Deserialize)]
struct Pages {
    digest: String,
}

#[derive(Deserialize)]
struct Tool {
    version: String,
}

#[derive(Deserialize)]
struct Target {
    url: String,
    name: Option<String>,
    #[serde(default)]
    reference: bool,
}

impl Target {
    /// What the portal is called in words.
    fn label(&self) -> String {
        match self {
            Self {
                name: Some(name), ..
            } => safe(name),
            Self {
                reference: true, ..
            } => "reference portal".to_owned(),
            Self { url, .. } => host(&safe(url)).to_owned(),
        }
    }
}

#[derive(Deserialize)]
struct Coverage {
    documented: usize,
    seen: usize,
    #[serde(default)]
    unseen: Vec<Unseen>,
}

impl Coverage {
    fn unseen(&self) -> BTreeSet<(String, String)> {
        let unseen = self.unseen.iter().flat_map(|unseen| {
            let members = unseen.members.iter();
            members.map(|member| (safe(&unseen.operation), safe(member)))
        });
        unseen.collect()
    }
}

#[derive(Deserialize)]
struct Unseen {
    operation: String,
    members: Vec<String>,
}

#[derive(Deserialize)]
struct Exit {
    code: u8,
    sentence: String,
}

#[derive(Deserialize)]
struct Misfit {
    sentence: String,
}

#[derive(Deserialize)]
struct Case {
    id: String,
    operation: String,
    format: String,
    check: String,
    verdict: Verdict,
    #[serde(default)]
    violations: Vec<Violation>,
}

/// What breaks the contract and is not forgiven, with the cases that show it.
fn broken(document: &Document, cases: &[CaseRecord]) -> BTreeMap<Atom, Broken> {
    let records = document.cases.iter().zip(cases);
    let records: HashMap<&str, (&Case, &CaseRecord)> = records
        .map(|(case, record)| (case.id.as_str(), (case, record)))
        .collect();
    let mut broken: BTreeMap<Atom, Broken> = BTreeMap::new();
    for finding in &document.findings {
        let told = finding.told();
        let id = finding.id.as_ref().map(|id| safe(id));
        let whole = [String::new()];
        let members = if finding.members.is_empty() {
            &whole[..]
        } else {
            &finding.members
        };
        for member in members {
            // Other cases of a finding show what follows from it.
            let cases = finding.cases.iter();
            let mut cases = cases.filter_map(|case| records.get(case.as_str()));
            let shown = cases.clone();
            let shown = shown.filter(|(case, _)| case.shows(&finding.rule, member));
            let mut shown: Vec<_> = shown.collect();
            if shown.is_empty() {
                shown.extend(cases.next());
            }
            for (_, record) in shown {
                let atom = Atom {
                    rule: safe(&finding.rule),
                    member: safe(member),
                    place: record.place.clone(),
                };
                let broken = broken.entry(atom).or_insert_with(|| Broken {
                    told: told.clone(),
                    cases: Vec::new(),
                    findings: BTreeSet::new(),
                });
                broken.cases.push(record.id.clone());
                broken.findings.extend(id.clone());
            }
        }
    }
    broken
}

impl CaseRecord {
    fn of(case: &Case) -> Self {
        // What other versions ask is a family of its own.
        let family = Family::of_check(&case.check);
        Self {
            id: safe(&case.id),
            place: case.place(),
            family: family.map_or_else(|| safe(&case.check), |one| one.as_str().to_owned()),
            verdict: case.verdict,
        }
    }
}

impl Case {
    fn place(&self) -> Spot {
        Spot {
            operation: safe(&self.operation),
            format: safe(&self.format),
        }
    }

    /// What it shows that is forgiven.
    fn waived(&self) -> impl Iterator<Item = Atom> {
        let forgiven = self.violations.iter().filter(|one| one.waived.is_some());
        forgiven.map(|one| Atom {
            rule: safe(&one.rule),
            member: safe(&one.member),
            place: self.place(),
        })
    }

    fn shows(&self, rule: &str, member: &str) -> bool {
        let mut violations = self.violations.iter();
        violations.any(|one| one.rule == rule && one.member == member)
    }
}

#[derive(Deserialize)]
struct Violation {
    rule: String,
    member: String,
    waived: Option<serde_json::Value>,
}

#[derive(Deserialize)]
struct Finding {
    id: Option<String>,
    rule: String,
    family: String,
    sentence: String,
    members: Vec<String>,
    expected: String,
    actual: String,
    cases: Vec<String>,
}

impl Finding {
    fn told(&self) -> Wording {
        Wording {
            family: safe(&self.family),
            sentence: safe(&self.sentence),
            expected: safe(&self.expected),
            actual: safe(&self.actual),
        }
    }
}

/// A text of somebody's, fit to be shown on a line.
fn safe(text: &str) -> String {
    report::without_danger(text).replace('\n', " ")
}

impl Recorded {
    /// Reads a report.
    ///
    /// # Errors
    ///
    /// [`NoReport`] where the text is none, or one of another version.
    pub fn of_text(text: &str) -> Result<Self, NoReport> {
        let document = report::document(text)?;
        let document = Document::deserialize(document);
        let document = document.map_err(|error| NoReport::Text(error.to_string()))?;
        Ok(Self::of(&document))
    }

    fn of(document: &Document) -> Self {
        let cases: Vec<CaseRecord> = document.cases.iter().map(CaseRecord::of).collect();
        let broken = broken(document, &cases);
        let waived = document.cases.iter().flat_map(Case::waived).collect();
        let misfit = document.misfit.as_ref().map(|misfit| &misfit.sentence);
        let url = safe(&document.target.url);
        Self {
            label: document.target.label(),
            profile: safe(&document.profile),
            pages: safe(&document.pages),
            digests: document
                .certificate
                .as_ref()
                .map_or_else(Digests::default, |certificate| Digests {
                    profile: safe(&certificate.profile),
                    pages: safe(&certificate.pages.digest),
                }),
            rules: document
                .certificate
                .as_ref()
                .map_or_else(Rules::default, Rules::of),
            tool: safe(&document.tool.version),
            started: safe(&document.started),
            code: document.exit.code,
            sentence: safe(&document.exit.sentence),
            obstacle: document.obstacle.as_ref().or(misfit).map(|text| safe(text)),
            is_cut_short: document.stopped_after.is_some(),
            documented: document.coverage.documented,
            seen: document.coverage.seen,
            unseen: document.coverage.unseen(),
            url,
            cases,
            broken,
            waived,
        }
    }

    /// Why the portal was not judged by its own dialect, where it was not.
    #[must_use]
    pub fn obstacle(&self) -> Option<&str> {
        self.obstacle.as_deref()
    }

    /// How many documented members the answers of both portals held, at least.
    pub(super) fn seen_with(&self, other: &Self) -> usize {
        let places = self.places();
        let formats = |operation: &str| {
            let own = places.iter().filter(|place| place.operation == operation);
            own.count()
        };
        let alone = other.unseen.difference(&self.unseen);
        let alone: usize = alone.map(|(operation, _)| formats(operation)).sum();
        self.seen.saturating_sub(alone).min(other.seen)
    }

    /// The operations and formats of the report.
    pub(super) fn places(&self) -> BTreeSet<&Spot> {
        self.cases.iter().map(|case| &case.place).collect()
    }
}

/// The host and port of a URL, and its prefix.
fn host(url: &str) -> &str {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    rest.trim_end_matches('/')
}

//! What is compared of a report.
//!
//! Somebody else may have written it: every text is made fit to be shown when it is read, and what is no
//! report is an error with advice.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::check::{Family, Rule};
use crate::compare::deviation::{self, Atom, Spot, Wording};
use crate::level::Level;
use crate::report;
use crate::report_file::document::{
    Case, Certificate, Coverage, Document, Finding, Target, Violation,
};
use crate::report_file::term::{RuleName, Verdict};
use crate::report_file::{self, NoReport};

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
            .map(|chosen| (safe(chosen.rule.as_str()), safe(chosen.level.as_str())))
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
            effort: safe(certificate.effort.as_str()),
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
    /// Whether something else stands in the place of the member.
    pub(super) is_replaced: bool,
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

/// What the portal is called in words.
fn label(target: &Target) -> String {
    match target {
        Target {
            name: Some(name), ..
        } => safe(name),
        Target {
            reference: true, ..
        } => "reference portal".to_owned(),
        Target { url, .. } => host(&safe(url)).to_owned(),
    }
}

/// The documented members that no answer held, by operation.
fn unseen(coverage: &Coverage) -> BTreeSet<(String, String)> {
    let unseen = coverage.unseen.iter().flat_map(|unseen| {
        let members = unseen.members.iter();
        members.map(|member| (safe(&unseen.operation), safe(member)))
    });
    unseen.collect()
}

/// What breaks the contract and is not forgiven, with the cases that show it.
fn broken(document: &Document, cases: &[CaseRecord]) -> BTreeMap<Atom, Broken> {
    let records = document.cases.iter().zip(cases);
    let records: HashMap<&str, (&Case, &CaseRecord)> = records
        .map(|(case, record)| (case.id.as_str(), (case, record)))
        .collect();
    let mut broken: BTreeMap<Atom, Broken> = BTreeMap::new();
    for finding in &document.findings {
        let told = wording(finding);
        let id = (!finding.id.is_empty()).then(|| safe(&finding.id));
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
            let shown = shown.filter(|(case, _)| shows(case, &finding.rule, member));
            let mut shown: Vec<_> = shown.collect();
            if shown.is_empty() {
                shown.extend(cases.next());
            }
            for (case, record) in shown {
                let atom = Atom {
                    rule: safe(finding.rule.as_str()),
                    member: safe(member),
                    place: record.place.clone(),
                };
                let broken = broken.entry(atom).or_insert_with(|| Broken {
                    told: told.clone(),
                    cases: Vec::new(),
                    is_replaced: false,
                    findings: BTreeSet::new(),
                });
                let seen = seen(case, &finding.rule, member);
                broken.is_replaced |= seen.is_some_and(|one| one.replaced);
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
            place: place(case),
            family: family.map_or_else(|| safe(&case.check), |one| one.as_str().to_owned()),
            verdict: case.verdict,
        }
    }
}

fn place(case: &Case) -> Spot {
    Spot {
        operation: safe(&case.operation),
        format: safe(case.format.as_str()),
    }
}

/// What a case shows that is forgiven.
fn waived(case: &Case) -> impl Iterator<Item = Atom> {
    let forgiven = case.violations.iter().filter(|one| one.waived.is_some());
    forgiven.map(|one| Atom {
        rule: safe(one.rule.as_str()),
        member: safe(&one.member),
        place: place(case),
    })
}

fn shows(case: &Case, rule: &RuleName, member: &str) -> bool {
    seen(case, rule, member).is_some()
}

/// What a case shows of a member.
fn seen<'a>(case: &'a Case, rule: &RuleName, member: &str) -> Option<&'a Violation> {
    let mut violations = case.violations.iter();
    violations.find(|one| one.rule == *rule && one.member == member)
}

fn wording(finding: &Finding) -> Wording {
    Wording {
        family: safe(finding.family.as_str()),
        sentence: safe(&finding.sentence),
        expected: safe(&finding.expected),
        actual: safe(&finding.actual),
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
        let json = report_file::json(text)?;
        Ok(Self::of(&report_file::document(&json)?))
    }

    fn of(document: &Document) -> Self {
        let cases: Vec<CaseRecord> = document.cases.iter().map(CaseRecord::of).collect();
        let broken = broken(document, &cases);
        let waived = document.cases.iter().flat_map(waived).collect();
        let misfit = document.misfit.as_ref().map(|misfit| &misfit.sentence);
        let url = safe(&document.target.url);
        Self {
            label: label(&document.target),
            profile: safe(&document.profile),
            pages: safe(&document.pages),
            digests: document
                .certificate
                .as_ref()
                .map_or_else(Digests::default, |certificate| Digests {
                    profile: safe(certificate.profile.as_str()),
                    pages: safe(certificate.pages.digest.as_str()),
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
            unseen: unseen(&document.coverage),
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

    /// Whether no answer held a member, and nothing else stood in its place, where it or what it stands in must be
    /// there.
    pub(super) fn lacks(&self, atom: &Atom) -> bool {
        let mut around = deviation::ways(&atom.member);
        around.any(|member| {
            let missing = Atom {
                rule: Rule::Missing.id().to_owned(),
                member: member.to_owned(),
                place: atom.place.clone(),
            };
            let bare = member.trim_start_matches("*/").to_owned();
            let mut names = [member.to_owned(), bare].into_iter();
            let operation = &atom.place.operation;
            let broken = self.broken.get(&missing);
            broken.is_some_and(|broken| !broken.is_replaced)
                && names.any(|name| self.unseen.contains(&(operation.clone(), name)))
        })
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

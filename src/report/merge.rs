//! The JSON reports of all shards of a run, joined into the one that a single process would have written.
//!
//! What one shard tells, another need not tell again: findings are joined by cause, in the order in which
//! one run tells them. Reports that are not of one run are refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::check::{Rule, count};
use crate::exit_code::{ExitCode, Facts};
use crate::percent::Percent;
use crate::report::json::{safe_json, seal};
use crate::report::outline::without_danger;
use crate::report::text::waiver_lines;
use crate::report::whole::{self, Flaw, has_expired, judges_refusals_alone};
use crate::report::words::disagreement_of;
use crate::report_file::document::{
    Case, Certificate, Coverage, Document, Exit, Finding, Pattern, Promised, Shard, Texts, Unseen,
    Violation, Waiver,
};
use crate::report_file::term::Verdict;
use crate::report_file::{self, NoReport};
use crate::run::WaiverState;
use crate::waiver::inline;

/// Why reports cannot be joined.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MergeError {
    /// One is none.
    #[error("{name}: {error}")]
    NoReport {
        /// Which one.
        name: String,
        /// Why.
        error: NoReport,
    },
    /// One is not as it was written.
    #[error("{name}: {flaw}")]
    Flawed {
        /// Which one.
        name: String,
        /// What is wrong with it.
        flaw: String,
    },
    /// One is of a whole run.
    #[error("{name}: it is no report of `run --shard`")]
    NoShard {
        /// Which one.
        name: String,
    },
    /// Two are of different runs.
    #[error("{name} and {other} differ in {what}: they are not shards of one run")]
    Other {
        /// Which one.
        name: String,
        /// The first one.
        other: String,
        /// In what.
        what: &'static str,
    },
    /// Two are of one shard.
    #[error("{name} and {other} are both of shard {number}")]
    Doubled {
        /// Which one.
        name: String,
        /// The other one.
        other: String,
        /// The shard.
        number: u64,
    },
    /// Some are missing.
    #[error("of {of} shards, there is no report of {}", numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))]
    Missing {
        /// Which.
        numbers: Vec<u64>,
        /// Of how many.
        of: u64,
    },
}

/// Machines of one run begin no further apart, however long they queue.
const MAX_APART: Duration = Duration::hours(1);
/// So many missing shards are named.
const MAX_NAMED: usize = 20;

/// Several reports as one.
#[derive(Debug, Clone)]
pub struct Merged {
    document: Document,
    shards: usize,
    code: ExitCode,
}

/// The report of one shard.
struct Part<'a> {
    name: &'a String,
    report: Document,
    certificate: Certificate,
    shard: Shard,
}

/// Joins the reports of all shards of a run, each with a name.
///
/// # Errors
///
/// [`MergeError`]: they are not those of one run, or not all of them.
pub fn merge(texts: &[(String, String)], required: Option<Percent>) -> Result<Merged, MergeError> {
    let parts = texts.iter().map(|(name, text)| Part::of(name, text));
    let mut parts = parts.collect::<Result<Vec<_>, _>>()?;
    check(&parts)?;
    parts.sort_by_key(|part| part.shard.number);
    let missing = || MergeError::Missing {
        numbers: vec![1],
        of: 1,
    };
    let (document, code) = joined(&parts, required).ok_or_else(missing)?;
    Ok(Merged {
        document,
        shards: parts.len(),
        code,
    })
}

impl<'a> Part<'a> {
    fn of(name: &'a String, text: &str) -> Result<Self, MergeError> {
        let json = report_file::json(text).map_err(|error| MergeError::NoReport {
            name: name.clone(),
            error,
        })?;
        let (report, flaws) = whole::read(&json);
        let flawed = |flaw: &Flaw| MergeError::Flawed {
            name: name.clone(),
            flaw: flaw.sentence(),
        };
        if let Some(flaw) = flaws.first() {
            return Err(flawed(flaw));
        }
        let certified = report.and_then(|mut report| {
            let certificate = report.certificate.take()?;
            Some((report, certificate))
        });
        let (report, mut certificate) = certified.ok_or_else(|| flawed(&Flaw::Uncertified))?;
        let shard = certificate.shard.take();
        let shard = shard.ok_or_else(|| MergeError::NoShard { name: name.clone() })?;
        Ok(Self {
            name,
            report,
            certificate,
            shard,
        })
    }

    /// How many cases the run has.
    fn all_cases(&self) -> usize {
        self.report
            .summary
            .cases
            .saturating_add(self.certificate.unselected)
    }

    /// In what another report is of another run.
    fn differs(&self, other: &Self) -> Option<&'static str> {
        let (own, its) = (&self.report, &other.report);
        let (own_terms, its_terms) = (&self.certificate, &other.certificate);
        // Each process has a reference portal of its own.
        let is_one_url = its.target.reference || own.target.url == its.target.url;
        let are_one_portal = own.target.reference == its.target.reference && is_one_url;
        let are_one_text = own_terms.pages.digest == its_terms.pages.digest;
        let are_of_one_folder =
            own.unread_pages == its.unread_pages && own.passed_over == its.passed_over;
        let are_one_profile = own.profile == its.profile && own_terms.profile == its_terms.profile;
        let alike = [
            (
                own.tool.version == its.tool.version,
                "the version of the program",
            ),
            (own.target.name == its.target.name, "their target"),
            (are_one_portal, "their portal"),
            (are_one_text && are_of_one_folder, "their pages"),
            (are_one_profile, "their profile"),
            (own_terms.account == its_terms.account, "the account"),
            (own_terms.strict == its_terms.strict, "--strict"),
            (own_terms.effort == its_terms.effort, "--effort"),
            (own_terms.levels == its_terms.levels, "the levels of rules"),
            (own_terms.values == its_terms.values, "--show-values"),
            (self.shard.of == other.shard.of, "the number of shards"),
            (self.all_cases() == other.all_cases(), "their cases"),
        ];
        let differs = alike.into_iter().find(|(is_alike, _)| !is_alike);
        differs.map(|(_, what)| what)
    }
}

/// Sees to it that reports are those of all shards of one run.
fn check(parts: &[Part<'_>]) -> Result<(), MergeError> {
    let Some(first) = parts.first() else {
        return Ok(());
    };
    let mut known: BTreeMap<usize, &String> = BTreeMap::new();
    for part in parts {
        if let Some(what) = part.differs(first) {
            return Err(MergeError::Other {
                name: part.name.clone(),
                other: first.name.clone(),
                what,
            });
        }
        if let Some(other) = known.insert(part.shard.number, part.name) {
            return Err(MergeError::Doubled {
                name: part.name.clone(),
                other: other.clone(),
                number: part.shard.number as u64,
            });
        }
    }
    // A report may say any number.
    let missing = (1..=first.shard.of).filter(|one| !known.contains_key(one));
    let numbers: Vec<u64> = missing.take(MAX_NAMED).map(|one| one as u64).collect();
    if numbers.is_empty() {
        Ok(())
    } else {
        let of = first.shard.of as u64;
        Err(MergeError::Missing { numbers, of })
    }
}

/// What makes it doubtful that reports are of one time: one that never came leaves that of an earlier run in its
/// place.
fn apart<'a>(starts: impl Iterator<Item = &'a str>) -> Option<String> {
    let starts = starts.filter_map(|start| OffsetDateTime::parse(start, &Rfc3339).ok());
    let mut starts: Vec<OffsetDateTime> = starts.collect();
    starts.sort_unstable();
    let (first, last) = (starts.first()?, starts.last()?);
    (*last - *first > MAX_APART).then(|| {
        let shown = |time: &OffsetDateTime| time.format(&Rfc3339).unwrap_or_default();
        format!(
            "the shards began between {} and {}: see to it that none of the reports is of an earlier run",
            shown(first),
            shown(last)
        )
    })
}

/// The reports as one, and how its run ended; nothing of no reports.
fn joined(parts: &[Part<'_>], required: Option<Percent>) -> Option<(Document, ExitCode)> {
    let first = parts.first()?;
    let reports = || parts.iter().map(|part| &part.report);
    // A report may say any number.
    let sum = |of: fn(&Document) -> usize| reports().map(of).fold(0, usize::saturating_add);
    let mut cases: Vec<Case> = reports().flat_map(|one| one.cases.clone()).collect();
    // Each operation is in one shard, whose order stays.
    cases.sort_by(|a, b| a.operation.cmp(&b.operation));
    tell_once(&mut cases);
    let places = cases.iter().enumerate();
    let places = places.map(|(at, case)| (case.id.as_str(), at)).collect();
    let misfit = reports().find_map(|one| one.misfit.clone());
    let told = |of: fn(&Document) -> &[Finding]| match misfit {
        Some(_) => Vec::new(),
        None => findings(reports().flat_map(of), &places),
    };
    let (findings, remarks) = (told(|one| &one.findings), told(|one| &one.remarks));
    let mut known = BTreeSet::new();
    let hints = reports().flat_map(|one| &one.hints);
    let hints = hints.filter(|hint| known.insert(*hint)).cloned();
    let doubt = apart(reports().map(|one| one.started.as_str()));
    let mut unseen: Vec<Unseen> = reports()
        .flat_map(|one| one.coverage.unseen.clone())
        .collect();
    unseen.sort_by(|a, b| a.operation.cmp(&b.operation));
    let retries = reports().map(|one| one.retries);
    let started = reports().map(|one| &one.started).min();
    let mut all = Document {
        summary: whole::summary(&cases),
        requests: sum(|one| one.requests),
        retries: retries.fold(0, u32::saturating_add),
        waited_ms: reports().map(|one| one.waited_ms).sum(),
        // They ran beside each other.
        elapsed_ms: reports().map(|one| one.elapsed_ms).fold(0.0, f64::max),
        started: started.cloned().unwrap_or_default(),
        coverage: Coverage {
            documented: sum(|one| one.coverage.documented),
            seen: sum(|one| one.coverage.seen),
            unseen,
        },
        obstacle: reports().find_map(|one| one.obstacle.clone()),
        stopped_after: reports().find_map(|one| one.stopped_after),
        hints: hints.chain(doubt).collect(),
        left: reports().flat_map(|one| one.left.clone()).collect(),
        misfit,
        findings,
        remarks,
        waivers: waivers(reports().flat_map(|one| &one.waivers)),
        certificate: Some(Certificate {
            unselected: first
                .all_cases()
                .saturating_sub(sum(|one| one.summary.cases)),
            ..first.certificate.clone()
        }),
        cases,
        ..first.report.clone()
    };
    let coverage = &all.coverage;
    let seen = Percent::of(coverage.seen, coverage.documented);
    let saw_too_little = required.is_some_and(|required| seen.is_below(required));
    let any = |code: ExitCode| reports().any(|one| one.exit.code == code as u8);
    let code = ExitCode::of_run(Facts {
        // Who joins reports is not who ended a run.
        interrupted: false,
        idle: all.summary.ignored == all.summary.cases,
        obstructed: all.obstacle.is_some(),
        violated: all.summary.violates > 0 || has_expired(&all),
        unjudged: any(ExitCode::NotJudged) || any(ExitCode::Interrupted) || saw_too_little,
        unread: any(ExitCode::Usage),
        bare: judges_refusals_alone(&all.cases),
    });
    // One in which nothing was tried says that of itself alone.
    let tried = reports().filter(|one| one.summary.ignored < one.summary.cases);
    let mut same = tried.filter(|one| one.exit.code == code as u8);
    let sentence = same.next().map(|one| one.exit.sentence.clone());
    all.exit = Exit {
        code: code as u8,
        sentence: sentence.unwrap_or_else(|| code.sentence().to_owned()),
    };
    Some((all, code))
}

/// Takes away what is told once for a run and was told by an earlier case: each shard tells it for itself.
fn tell_once(cases: &mut [Case]) {
    let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
    for at in 0..cases.len() {
        let (earlier, rest) = cases.split_at_mut(at);
        let case = &mut rest[0];
        let mut is_new = |seen: &Violation| {
            if !Rule::named(seen.rule.as_str()).is_some_and(Rule::is_told_once) {
                return true;
            }
            let key = (seen.rule.as_str().to_owned(), seen.actual.clone());
            let first = *known.entry(key).or_insert(at);
            earlier
                .get_mut(first)
                .map(|case| add_times(case, seen))
                .is_none()
        };
        let told = case.violations.len() + case.remarks.len();
        case.violations.retain(&mut is_new);
        case.remarks.retain(&mut is_new);
        if case.violations.len() + case.remarks.len() < told {
            settle(case);
        }
    }
}

/// Counts in how many answers of all shards something was seen.
fn add_times(case: &mut Case, more: &Violation) {
    let mut told = case.violations.iter_mut().chain(&mut case.remarks);
    let first = told.find(|one| one.rule == more.rule && one.actual == more.actual);
    if let Some(first) = first {
        first.times = first.times.saturating_add(more.times);
        first.of = first.of.saturating_add(more.of);
    }
}

/// The verdict of a case some of whose violations another one tells.
fn settle(case: &mut Case) {
    if matches!(case.verdict, Verdict::Violates | Verdict::Waived) {
        case.verdict = match case.violations.as_slice() {
            [] => Verdict::Conforms,
            all if whole::open(all).next().is_some() => Verdict::Violates,
            _ => Verdict::Waived,
        };
    }
}

/// The waivers, each once: one that some shard needed is used.
fn waivers<'a>(all: impl Iterator<Item = &'a Waiver>) -> Vec<Waiver> {
    const STATES: [WaiverState; 4] = [
        WaiverState::Expired,
        WaiverState::Used,
        WaiverState::Unused,
        WaiverState::Untried,
    ];
    let weight = |waiver: &Waiver| STATES.iter().position(|one| waiver.state == (*one).into());
    let mut joined: Vec<Waiver> = Vec::new();
    for waiver in all {
        let is_same = |one: &&mut Waiver| {
            one.pattern == waiver.pattern
                && one.reason == waiver.reason
                && one.until == waiver.until
        };
        match joined.iter_mut().find(is_same) {
            Some(known) => {
                known.violations = known.violations.saturating_add(waiver.violations);
                if weight(waiver) < weight(known) {
                    known.state = waiver.state.clone();
                }
            }
            None => joined.push(waiver.clone()),
        }
    }
    joined
}

/// The findings of all shards: each cause once, in the first case that shows it.
fn findings<'a>(
    all: impl Iterator<Item = &'a Finding>,
    places: &BTreeMap<&str, usize>,
) -> Vec<Finding> {
    let teller = |finding: &Finding| {
        let first = finding.cases.first();
        first.and_then(|case| places.get(case.as_str())).copied()
    };
    let rank = |finding: &Finding| finding.turn.as_ref().map(|turn| turn.rank);
    let mut all: Vec<&Finding> = all.collect();
    all.sort_by_key(|finding| (rank(finding), teller(finding)));
    // What follows from what is known within a shard: what belongs together is never divided.
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    let mut joined: Vec<Finding> = Vec::new();
    // Findings of one case are told together: none of them follows from another.
    for block in all.chunk_by(|a, b| teller(a) == teller(b)) {
        let mut own = Vec::new();
        for finding in block {
            // A finding has one cause, which its definition may hold in several members.
            let cause = finding.turn.as_ref().and_then(|turn| turn.causes.first());
            let name = cause.map(|cause| cause.name.as_str());
            let is_once = Rule::named(finding.rule.as_str()).is_some_and(Rule::is_told_once);
            match name.and_then(|name| told.get(name)) {
                Some(at) if !is_once => show_in(&mut joined[*at], finding),
                Some(_) => {}
                None => own.push((finding, name)),
            }
        }
        for (finding, name) in own {
            told.entry(name.unwrap_or_default()).or_insert(joined.len());
            joined.push(Finding {
                turn: None,
                ..(*finding).clone()
            });
        }
    }
    joined
}

/// So many waivers of one finding are told.
const MAX_WAIVERS: usize = 40;

/// Adds the cases of another finding of the same cause, and what would waive it there.
fn show_in(finding: &mut Finding, other: &Finding) {
    let add = |own: &mut Vec<String>, more: &[String]| {
        let known: BTreeSet<&String> = own.iter().collect();
        let more = more.iter().filter(|one| !known.contains(one));
        let more: Vec<String> = more.cloned().collect();
        own.extend(more);
    };
    add(&mut finding.cases, &other.cases);
    // A member that a definition holds stands in other places of other operations.
    add(&mut finding.members, &other.members);
    let mut waivers: Vec<Pattern> = waivers_of(finding).cloned().collect();
    for waiver in waivers_of(other) {
        if !waivers.contains(waiver) {
            waivers.push(waiver.clone());
        }
    }
    // A waiver covers what was seen and nothing beside it, so that each shard has its own.
    let mut waivers = waivers.into_iter().take(MAX_WAIVERS);
    finding.waiver = waivers.next();
    finding.more_waivers = waivers.collect();
}

/// The waivers that would cover a finding.
fn waivers_of(finding: &Finding) -> impl Iterator<Item = &Pattern> {
    finding.waiver.iter().chain(&finding.more_waivers)
}

/// A waiver as it stands in a configuration file.
fn pattern(pattern: &Pattern) -> String {
    let pointers = pattern.pointer.as_ref().map_or(&[][..], Texts::as_slice);
    inline(pattern.case.as_slice(), pointers, pattern.kind.as_str())
}

impl Merged {
    /// How one run would have ended.
    #[must_use]
    pub fn exit_code(&self) -> ExitCode {
        self.code
    }

    /// The joined report, with a digest of its own.
    #[must_use]
    pub fn json(&self) -> String {
        let text = seal::sealed(&safe_json(&self.document));
        text + "\n"
    }

    /// The findings, the counts and the verdict, for people.
    #[must_use]
    pub fn text(&self) -> String {
        let all = &self.document;
        let mut out = String::new();
        let before = [
            all.obstacle.as_ref(),
            all.misfit.as_ref().map(|one| &one.sentence),
        ];
        for line in before.into_iter().flatten().chain(&all.hints) {
            let _ = writeln!(out, "{line}\n");
        }
        for finding in &all.findings {
            told(&mut out, finding, "FAILED");
        }
        for finding in &all.remarks {
            told(&mut out, finding, "remark");
        }
        if all.obstacle.is_none() {
            waived(&mut out, &all.waivers);
            not_done(&mut out, &all.cases);
        }
        for left in &all.left {
            let _ = writeln!(out, "left on the portal: {left}");
        }
        self.summary(&mut out);
        without_danger(&out)
    }

    fn summary(&self, out: &mut String) {
        let all = &self.document;
        let summary = &all.summary;
        let parts = [
            (summary.conforms, "conform"),
            (summary.violates, "violate"),
            (summary.waived, "waived"),
            (summary.blocked, "not judged"),
            (summary.ignored, "ignored"),
        ];
        let parts = parts.iter().filter(|(number, _)| *number > 0);
        let parts: Vec<String> = parts
            .map(|(number, words)| format!("{number} {words}"))
            .collect();
        let _ = writeln!(
            out,
            "{}: {}; {} of {} documented members seen; {} in {:.2} s",
            count(summary.cases, "case"),
            parts.join(", "),
            all.coverage.seen,
            all.coverage.documented,
            count(all.requests, "request"),
            all.elapsed_ms / 1e3,
        );
        let _ = writeln!(
            out,
            "{}, {}: {} (exit {})",
            whole::subject(all),
            count(self.shards, "shard"),
            all.exit.sentence,
            self.code as u8
        );
    }
}

/// What was forgiven, or is no longer.
fn waived(out: &mut String, waivers: &[Waiver]) {
    for waiver in waivers {
        let Waiver { until, reason, .. } = waiver;
        let pattern = pattern(&waiver.pattern);
        let violations = count(waiver.violations, "violation");
        let mut states = WaiverState::ALL.into_iter();
        let _ = match states.find(|state| waiver.state == (*state).into()) {
            Some(WaiverState::Used) => writeln!(
                out,
                "waived until {until}: {pattern}, {violations}: {reason}"
            ),
            Some(WaiverState::Expired) => writeln!(
                out,
                "waiver expired on {until}: {pattern}, which would cover {violations}: {reason}"
            ),
            Some(WaiverState::Unused) => {
                writeln!(out, "waiver not used: {pattern}, until {until}: {reason}")
            }
            Some(WaiverState::Untried) | None => Ok(()),
        };
    }
}

/// Why cases were not judged or not asked, each reason once.
fn not_done(out: &mut String, cases: &[Case]) {
    let mut reasons: Vec<((&str, &str), usize)> = Vec::new();
    for case in cases {
        let word = match case.verdict {
            Verdict::Blocked => "not judged",
            Verdict::Ignored => "ignored",
            Verdict::Conforms | Verdict::Violates | Verdict::Waived => continue,
        };
        let key = (word, case.reason.as_deref().unwrap_or_default());
        match reasons.iter_mut().find(|(known, _)| *known == key) {
            Some((_, cases)) => *cases += 1,
            None => reasons.push((key, 1)),
        }
    }
    for ((word, reason), cases) in reasons {
        let _ = writeln!(out, "{} {word}: {reason}", count(cases, "case"));
    }
}

/// One finding, for people.
fn told(out: &mut String, finding: &Finding, word: &str) {
    let first = finding.cases.first().map_or("", String::as_str);
    let members = &finding.members;
    let members = match members.len() {
        0 => "answer".to_owned(),
        1..=6 => members.join(", "),
        more => format!("{} and {} more", members[..6].join(", "), more - 6),
    };
    let _ = writeln!(
        out,
        "{first} ... {word}\n  {members}: {}",
        disagreement_of(&finding.expected, &finding.actual)
    );
    if let Some(Promised { file, line, column }) = &finding.promised {
        let _ = writeln!(out, "     --> {file}:{line}:{column}");
    }
    if finding.cases.len() > 1 {
        let _ = writeln!(out, "  shows in {}", count(finding.cases.len(), "case"));
    }
    let waivers: Vec<String> = waivers_of(finding).map(pattern).collect();
    for line in waiver_lines(waivers.into_iter(), &finding.id) {
        let _ = writeln!(out, "{line}");
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use serde_json::{Value, json};

    use super::*;

    /// A finding of which not all that every one has is told.
    fn finding(mut told: Value) -> Finding {
        let rest = json!({
            "rule": "missing", "family": "schema", "sentence": "", "members": [], "expected": "",
            "actual": "", "cases": [],
        });
        for (name, value) in rest.as_object().unwrap() {
            told.as_object_mut()
                .unwrap()
                .entry(name)
                .or_insert_with(|| value.clone());
        }
        serde_json::from_value(told).unwrap()
    }

    fn case(verdict: &str, violations: &Value, remarks: &Value) -> Case {
        let case = json!({
            "id": "", "operation": "", "format": "json", "check": "schema", "verdict": verdict,
            "violations": violations, "remarks": remarks,
        });
        serde_json::from_value(case).unwrap()
    }

    #[test]
    fn a_finding_of_several_shards_is_waived_in_each_by_its_own() {
        let of = |case: &str| {
            finding(json!({
                "id": "missing-0-0", "cases": [case], "members": ["Name"],
                "waiver": { "case": case, "pointer": "/Name", "kind": "missing" },
            }))
        };
        let mut both = of("a::json::schema");
        show_in(&mut both, &of("b::json::schema"));
        show_in(&mut both, &of("b::json::schema"));
        assert_eq!(both.cases, ["a::json::schema", "b::json::schema"]);
        let mut out = String::new();
        told(&mut out, &both, "FAILED");
        let lines: Vec<&str> = out.lines().filter(|line| line.contains("waive")).collect();
        assert_eq!(
            lines,
            [
                "  waive: { case = \"a::json::schema\", pointer = \"/Name\", kind = \"missing\" } # id: missing-0-0",
                "  waive: { case = \"b::json::schema\", pointer = \"/Name\", kind = \"missing\" } # id: missing-0-0",
            ]
        );
        let mut unwaived = finding(json!({"cases": ["a"], "waiver": null}));
        show_in(
            &mut unwaived,
            &finding(json!({"cases": ["b"], "waiver": null})),
        );
        assert_eq!(unwaived.waiver, None);
        assert_eq!(unwaived.more_waivers, []);
    }

    /// A definition stands in other places of other operations, and in one shard in several of them.
    #[test]
    fn a_finding_keeps_all_its_members_and_waivers_when_it_is_joined() {
        let waiver = |case: &str| json!({"case": case, "pointer": "/**/k", "kind": "missing"});
        let of = |cases: [&str; 2], members: [&str; 2]| {
            finding(json!({
                "id": "missing-1", "cases": cases, "members": members,
                "waiver": waiver(cases[0]), "more_waivers": [waiver(cases[1])],
                "turn": {
                    "rank": [1, 0, 0, 0],
                    "causes": [{"name": "0a", "member": members[0], "family": "schema"}],
                },
            }))
        };
        let all = [of(["a", "b"], ["*/k", "k"]), of(["c", "d"], ["k", "in/k"])];
        let places = ["a", "b", "c", "d"].into_iter().enumerate();
        let places = places.map(|(at, case)| (case, at)).collect();
        let waivers = ["b", "c", "d"].map(waiver);
        let expected = finding(json!({
            "id": "missing-1", "cases": ["a", "b", "c", "d"], "members": ["*/k", "k", "in/k"],
            "waiver": waiver("a"), "more_waivers": waivers,
        }));
        assert_eq!(findings(all.iter(), &places), [expected]);
    }

    #[test]
    fn what_explains_all_is_told_to_people_too() {
        let document = json!({
            "tool": {"version": "1"}, "target": {"url": "http://a.test/"}, "profile": "a",
            "pages": "p", "started": "", "coverage": {"documented": 1, "seen": 1},
            "exit": {"code": 1, "sentence": ""}, "cases": [], "findings": [],
            "misfit": {"fits": "b", "sentence": "the portal does not speak as `a`"},
        });
        let merged = Merged {
            document: serde_json::from_value(document).unwrap(),
            shards: 2,
            code: ExitCode::Violates,
        };
        let text = merged.text();
        assert!(
            text.starts_with("the portal does not speak as `a`\n\n"),
            "{text}"
        );
    }

    #[test]
    fn a_report_of_an_earlier_run_is_doubted() {
        let of = |starts: [&'static str; 2]| apart(starts.into_iter());
        assert_eq!(of(["2026-11-26T09:00:00Z", "2026-11-26T09:40:00Z"]), None);
        let told = of(["2026-11-26T09:00:00Z", "2026-11-25T23:00:00Z"]).unwrap_or_default();
        let began = "the shards began between 2026-11-25T23:00:00Z and 2026-11-26T09:00:00Z";
        assert!(told.starts_with(began), "{told}");
    }

    #[test]
    fn what_is_told_once_for_a_run_stays_in_the_first_case() {
        let none = json!([]);
        let seen = |rule: &str, times: u64| json!([{"rule": rule, "member": "", "actual": "one", "times": times, "of": times, "waived": null}]);
        let mut cases = vec![
            case("conforms", &none, &seen("server-version", 3)),
            case("conforms", &none, &seen("server-version", 4)),
            case("violates", &seen("echoed-token", 1), &none),
            case("violates", &seen("echoed-token", 2), &none),
            case("violates", &seen("missing", 2), &none),
            case("violates", &seen("missing", 2), &none),
        ];
        tell_once(&mut cases);
        let expected = [
            case("conforms", &none, &seen("server-version", 7)),
            case("conforms", &none, &none),
            case("violates", &seen("echoed-token", 3), &none),
            case("conforms", &none, &none),
            case("violates", &seen("missing", 2), &none),
            case("violates", &seen("missing", 2), &none),
        ];
        assert_eq!(cases, expected);
        let counts = whole::summary(&cases);
        assert_eq!((counts.violates, counts.remarked), (3, 1));
    }
}

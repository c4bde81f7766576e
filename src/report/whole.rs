//! A JSON report that somebody hands out: whether it is as it was written, and by what it was judged.
//!
//! In comes its text, out come the [`Flaw`]s that it shows. It may be anybody's: what it says is fit to be
//! shown before it is.

use std::collections::BTreeSet;
use std::fmt::Write;

use serde_json::Value;
use url::Url;

use crate::check::Family;
use crate::config::Effort;
use crate::contract::{Contract, Format};
use crate::digest::Digest;
use crate::exit_code::{ExitCode, Facts};
use crate::profile::{self, Profile};
use crate::report::json::{place, seal};
use crate::report::outline::without_danger;
use crate::report_file::document::{
    Case, Certificate, Coverage, Document, Finding, Summary, Violation,
};
use crate::report_file::term::Verdict;
use crate::report_file::{self, NoReport, json_schema};
use crate::run::WaiverState;

/// So many breaks of the schema are told.
const MAX_TOLD: usize = 5;
/// So much of a text of the report is shown, in characters.
const MAX_SHOWN: usize = 200;

/// By what a report should have been judged.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// The pages.
    pub contract: &'a Contract,
    /// The profile; where none is named, the built-in one that the report names.
    pub profile: Option<&'a Profile>,
}

/// A report and what is wrong with it.
#[derive(Debug, Clone)]
pub struct Checked {
    /// What it is about, in a line.
    pub subject: String,
    /// How the run ended, in a sentence.
    pub verdict: String,
    /// What keeps it from saying all that a run can, a sentence each.
    pub limits: Vec<String>,
    /// What is wrong; nothing where it is whole and fits.
    pub flaws: Vec<Flaw>,
}

/// What is wrong with a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Flaw {
    /// It breaks the schema of reports at a place.
    Schema {
        /// A JSON pointer.
        place: String,
        /// What is wrong there.
        message: String,
    },
    /// So many more breaks.
    More(usize),
    /// It was written without a certificate.
    Uncertified,
    /// It is not as it was written.
    Changed,
    /// A number does not fit what it counts.
    Count {
        /// A JSON pointer to the number.
        place: &'static str,
        /// What it says.
        says: u64,
        /// What it should say.
        is: u64,
    },
    /// The URL of its portal holds what no report names: who asks, a query or a fragment.
    Address,
    /// Two cases have one name.
    Twice(String),
    /// A case does not show what its verdict says.
    Verdict(String),
    /// A case violates and is in no finding.
    Untold(String),
    /// A finding names a case that does not violate.
    Unbroken {
        /// The finding.
        finding: String,
        /// The case.
        case: String,
    },
    /// None of the cases of a finding shows what it tells.
    Unshown(String),
    /// Two findings have one name.
    TwiceTold(String),
    /// The run cannot have ended so.
    Exit(u64),
    /// The sentence in which it ended is that of another exit code.
    Sentence(ExitCode),
    /// The digest of its pages is not that of the pages that it names.
    PagesDigest,
    /// It was judged by other pages; those that are not among the wanted ones.
    Pages(Vec<String>),
    /// It was judged by fewer pages than are wanted; how many are missing.
    FewerPages(usize),
    /// It was judged by another profile.
    Profile(String),
    /// It was judged by a profile that is not built in, and none was named.
    UnknownProfile(String),
}

/// Holds a report against itself and against pages and profile.
///
/// # Errors
///
/// [`NoReport`]: there is nothing to hold.
pub fn check(text: &str, wanted: Wanted<'_>) -> Result<Checked, NoReport> {
    let (document, mut flaws) = read(&report_file::json(text)?);
    let Some(document) = document else {
        return Ok(Checked {
            subject: "a report that cannot be read".to_owned(),
            verdict: "how its run ended is not known".to_owned(),
            limits: Vec::new(),
            flaws,
        });
    };
    if let Some(certificate) = &document.certificate
        && !flaws.contains(&Flaw::Uncertified)
    {
        pages(certificate, wanted.contract, &mut flaws);
        profile(&document, certificate, wanted.profile, &mut flaws);
    }
    Ok(Checked {
        subject: subject(&document),
        verdict: cut(&document.exit.sentence),
        limits: limits(&document),
        flaws,
    })
}

/// A report, and what is wrong with it whatever it should have been judged by; without one, something is.
pub(super) fn read(json: &Value) -> (Option<Document>, Vec<Flaw>) {
    let mut flaws = schema(json);
    let document = match report_file::document(json) {
        Ok(document) => Some(document),
        Err(error) => {
            // What the schema takes is read, but for numbers without bounds.
            if flaws.is_empty() {
                flaws.push(Flaw::Schema {
                    place: String::new(),
                    message: cut(&error.to_string()),
                });
            }
            None
        }
    };
    if json["certificate"].is_null() || json[seal::MEMBER].is_null() {
        return (document, vec![Flaw::Uncertified]);
    }
    if json[seal::MEMBER] != seal::digest(json).to_string() {
        flaws.push(Flaw::Changed);
    }
    if let Some(document) = &document
        && flaws.iter().all(|flaw| *flaw == Flaw::Changed)
    {
        counts(document, &mut flaws);
    }
    (document, flaws)
}

fn schema(report: &Value) -> Vec<Flaw> {
    let Ok(validator) = jsonschema::validator_for(&json_schema()) else {
        return Vec::new();
    };
    let mut errors = validator.iter_errors(report);
    let told = errors.by_ref().take(MAX_TOLD);
    let mut flaws: Vec<Flaw> = told
        .map(|error| Flaw::Schema {
            place: cut(&error.instance_path().to_string()),
            message: cut(&error.masked().to_string()),
        })
        .collect();
    let more = errors.count();
    if more > 0 {
        flaws.push(Flaw::More(more));
    }
    flaws
}

/// Holds the numbers of a report against its lists, and its cases against their violations.
fn counts(report: &Document, flaws: &mut Vec<Flaw>) {
    let mut ids = BTreeSet::new();
    for case in &report.cases {
        let open = open(&case.violations).count();
        let forgiven = case.violations.len() - open;
        let is_right = match case.verdict {
            Verdict::Violates => open > 0,
            Verdict::Waived => open == 0 && forgiven > 0,
            Verdict::Conforms => open + forgiven == 0,
            Verdict::Blocked | Verdict::Ignored => true,
        };
        if !is_right {
            flaws.push(Flaw::Verdict(cut(&case.id)));
        }
        if !ids.insert(&case.id) {
            flaws.push(Flaw::Twice(cut(&case.id)));
        }
    }
    let (says, is) = (&report.summary, summary(&report.cases));
    let mut count = |place, says: usize, is: usize| {
        if says != is {
            let (says, is) = (says as u64, is as u64);
            flaws.push(Flaw::Count { place, says, is });
        }
    };
    count("/summary/cases", says.cases, is.cases);
    count("/summary/conforms", says.conforms, is.conforms);
    count("/summary/violates", says.violates, is.violates);
    count("/summary/waived", says.waived, is.waived);
    count("/summary/blocked", says.blocked, is.blocked);
    count("/summary/ignored", says.ignored, is.ignored);
    count("/summary/remarked", says.remarked, is.remarked);
    count(
        "/coverage/seen",
        report.coverage.seen,
        seen(&report.coverage),
    );
    if as_named(&report.target.url).1 {
        flaws.push(Flaw::Address);
    }
    if report.misfit.is_none() {
        findings(report, flaws);
    }
    let code = report.exit.code;
    if !can_end(code, report, &is) {
        flaws.push(Flaw::Exit(code.into()));
    }
    let mut codes = ExitCode::ALL.into_iter();
    let says = codes.find(|other| report.exit.sentence == other.sentence());
    flaws.extend(says.filter(|says| code != *says as u8).map(Flaw::Sentence));
    if let Some(certificate) = &report.certificate {
        let pages = &certificate.pages;
        let mut digests: Vec<&str> = pages
            .files
            .iter()
            .map(|file| file.digest.as_str())
            .collect();
        digests.sort_unstable();
        if pages.digest != Digest::of_lines(digests).into() {
            flaws.push(Flaw::PagesDigest);
        }
    }
}

/// How many members were seen, where that fits those that were not: each is missing in one format or in both.
fn seen(coverage: &Coverage) -> usize {
    let unseen = coverage.unseen.iter();
    let unseen: usize = unseen.map(|one| one.members.len()).sum();
    let most = coverage.documented.saturating_sub(unseen);
    let in_all = unseen.saturating_mul(Format::ALL.len());
    coverage
        .seen
        .clamp(coverage.documented.saturating_sub(in_all), most)
}

/// A URL as reports name it, without who asks, a query and a fragment, and whether it had one of these.
fn as_named(text: &str) -> (String, bool) {
    let url = Url::parse(text).ok();
    let named = url.map(|url| (place(&url).to_string(), place(&url) != url));
    named.unwrap_or_else(|| (text.to_owned(), false))
}

/// What of all that a case shows is not forgiven.
pub(super) fn open(seen: &[Violation]) -> impl Iterator<Item = &Violation> {
    seen.iter().filter(|one| one.waived.is_none())
}

/// How many cases ended how.
pub(super) fn summary(cases: &[Case]) -> Summary {
    let of = |verdict| cases.iter().filter(|case| case.verdict == verdict).count();
    let is_remarked = |case: &&Case| open(&case.remarks).next().is_some();
    Summary {
        cases: cases.len(),
        conforms: of(Verdict::Conforms),
        violates: of(Verdict::Violates),
        waived: of(Verdict::Waived),
        blocked: of(Verdict::Blocked),
        ignored: of(Verdict::Ignored),
        remarked: cases.iter().filter(is_remarked).count(),
    }
}

/// Holds the findings of a report against its cases, and the cases that violate against the findings.
fn findings(report: &Document, flaws: &mut Vec<Flaw>) {
    let violating = report.cases.iter();
    let violating = violating.filter(|case| case.verdict == Verdict::Violates);
    let violating: BTreeSet<&str> = violating.map(|case| case.id.as_str()).collect();
    let broken = report.cases.iter().flat_map(|case| {
        let violations = case.violations.iter();
        violations.map(|one| (case.id.as_str(), one.rule.as_str()))
    });
    let broken: BTreeSet<(&str, &str)> = broken.collect();
    let (mut told, mut ids) = (BTreeSet::new(), BTreeSet::new());
    let mut wrong = Vec::new();
    for Finding {
        id, rule, cases, ..
    } in &report.findings
    {
        let mut shown = cases.iter();
        if let Some(case) = cases.iter().find(|case| !violating.contains(case.as_str())) {
            let (finding, case) = (cut(id), cut(case));
            wrong.push(Flaw::Unbroken { finding, case });
        } else if !shown.any(|case| broken.contains(&(case, rule.as_str()))) {
            wrong.push(Flaw::Unshown(cut(id)));
        }
        if !ids.insert(id) {
            wrong.push(Flaw::TwiceTold(cut(id)));
        }
        told.extend(cases.iter().map(String::as_str));
    }
    let untold = violating.difference(&told);
    wrong.extend(untold.map(|id| Flaw::Untold(cut(id))));
    flaws.extend(wrong.into_iter().take(MAX_TOLD));
}

/// Whether a run with these verdicts may end in a code: whether enough was seen and there was time for all, a
/// report does not say otherwise.
fn can_end(code: u8, report: &Document, verdicts: &Summary) -> bool {
    let certificate = report.certificate.as_ref();
    // What nobody can try in one part, others may try.
    let is_all = certificate.is_none_or(|certificate| certificate.shard.is_none());
    let ended = ExitCode::of_run(Facts {
        interrupted: code == ExitCode::Interrupted as u8,
        idle: is_all && verdicts.ignored == verdicts.cases,
        obstructed: report.obstacle.is_some(),
        violated: verdicts.violates > 0 || has_expired(report),
        unjudged: verdicts.blocked > 0 || !report.left.is_empty(),
        unread: !report.unread_pages.is_empty(),
        bare: is_all && judges_refusals_alone(&report.cases),
    });
    let may_be_unjudged = matches!(ended, ExitCode::Conforms | ExitCode::Usage);
    code == ended as u8 || (may_be_unjudged && code == ExitCode::NotJudged as u8)
}

/// Whether a report was to judge more than refusals, and judged none of it.
pub(super) fn judges_refusals_alone(cases: &[Case]) -> bool {
    let is_refusal = |case: &&Case| Family::of_check(&case.check) == Some(Family::Refusal);
    let mut others = cases.iter().filter(|case| !is_refusal(case));
    others.clone().next().is_some() && others.all(|case| case.verdict == Verdict::Ignored)
}

/// Whether a waiver of a report has expired.
pub(super) fn has_expired(report: &Document) -> bool {
    let mut waivers = report.waivers.iter();
    waivers.any(|waiver| waiver.state == WaiverState::Expired.into())
}

fn pages(certificate: &Certificate, wanted: &Contract, flaws: &mut Vec<Flaw>) {
    let certified = &certificate.pages;
    if certified.digest == wanted.digest().into() {
        return;
    }
    let mut known: Vec<String> = wanted
        .texts
        .iter()
        .map(|text| text.digest.to_string())
        .collect();
    let mut others = Vec::new();
    for file in &certified.files {
        match known.iter().position(|one| one == file.digest.as_str()) {
            Some(at) => drop(known.swap_remove(at)),
            None => others.push(cut(&file.name)),
        }
    }
    flaws.push(if others.is_empty() {
        Flaw::FewerPages(known.len())
    } else {
        Flaw::Pages(others)
    });
}

fn profile(
    report: &Document,
    certificate: &Certificate,
    wanted: Option<&Profile>,
    flaws: &mut Vec<Flaw>,
) {
    let name = cut(&report.profile);
    let digest = match wanted {
        Some(profile) => profile.digest(),
        None => {
            let is_builtin = profile::builtin_names().contains(&name.as_str());
            match profile::load(&name).ok().filter(|_| is_builtin) {
                Some(profile) => profile.digest(),
                None => return flaws.push(Flaw::UnknownProfile(name)),
            }
        }
    };
    if certificate.profile != digest.into() {
        flaws.push(Flaw::Profile(name));
    }
}

pub(super) fn subject(report: &Document) -> String {
    let target = &report.target;
    let portal = if target.reference {
        "the reference portal of the program".to_owned()
    } else {
        cut(&as_named(&target.url).0)
    };
    let name = target.name.as_ref();
    let name = name.map_or_else(String::new, |name| format!(" (target {})", cut(name)));
    format!(
        "{portal}{name}, profile {}, {}, {} {}, {}",
        cut(&report.profile),
        cut(&report.pages),
        cut(&report.tool.name),
        cut(&report.tool.version),
        cut(&report.started)
    )
}

/// What somebody should know who reads the verdict alone.
fn limits(report: &Document) -> Vec<String> {
    let certificate = report.certificate.as_ref();
    let mut limits = Vec::new();
    if let Some(shard) = certificate.and_then(|certificate| certificate.shard.as_ref()) {
        limits.push(format!(
            "it is part {} of {} (--shard)",
            shard.number, shard.of
        ));
    }
    if let Some(findings) = report.stopped_after {
        limits.push(format!(
            "asking ended early, with {findings} or more findings (--max-failures)"
        ));
    }
    if report.exit.code == ExitCode::Interrupted as u8 {
        limits.push("the run was interrupted".to_owned());
    }
    let mut told = |number: usize, words: &str| {
        if number > 0 {
            limits.push(format!("{number} {words}"));
        }
    };
    let (summary, coverage) = (&report.summary, &report.coverage);
    told(summary.waived, "cases are waived");
    told(summary.ignored, "cases were not asked");
    told(summary.blocked, "cases could not be judged");
    told(
        certificate.map_or(0, |certificate| certificate.unselected),
        "cases of the suite were not selected",
    );
    told(
        coverage.documented.saturating_sub(coverage.seen),
        "documented members were not seen",
    );
    if let Some(certificate) = certificate {
        let levels = certificate.levels.iter();
        let levels: Vec<String> = levels
            .map(|one| format!("{} at {}", cut(one.rule.as_str()), cut(one.level.as_str())))
            .collect();
        if !levels.is_empty() {
            limits.push(format!("levels were chosen: {}", cut(&levels.join(", "))));
        }
        if certificate.effort == Effort::Quick.into() {
            limits.push("little was asked (--effort quick)".to_owned());
        }
    }
    if let Some(file) = &report.target.recording {
        limits.push(format!(
            "the portal was not asked: what is judged was recorded in {}",
            cut(file)
        ));
    }
    if certificate.is_some_and(|certificate| certificate.values) {
        limits.push("it shows values of the portal's data".to_owned());
    }
    if !report.unread_pages.is_empty() {
        limits.push("some pages could not be read".to_owned());
    }
    limits
}

impl Checked {
    /// What came of it, for people.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{}\n{}\n", self.subject, self.verdict);
        for limit in &self.limits {
            let _ = writeln!(text, "  note: {limit}");
        }
        for flaw in &self.flaws {
            let _ = writeln!(text, "  {}", flaw.sentence());
        }
        text.push_str(if self.flaws.is_empty() {
            "the report is whole, and fits the pages and the profile\n"
        } else {
            "the report is not to be relied on\n"
        });
        text
    }
}

impl Flaw {
    /// What is wrong, in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Schema { place, message } if place.is_empty() => {
                format!("it breaks the schema of reports: {message}")
            }
            Self::Schema { place, message } => {
                format!("it breaks the schema of reports at {place}: {message}")
            }
            Self::More(more) => format!("it breaks the schema of reports in {more} more places"),
            Self::Uncertified => {
                "it bears no digest: an earlier version wrote it, or somebody took it out; run again".to_owned()
            }
            Self::Changed => "it was changed after it was written: its digest is another".to_owned(),
            Self::Count { place, says, is } => format!("{place} says {says}, and {is} fits the rest"),
            Self::Address => {
                "the URL of its portal names who asks, a query or a fragment, which no report does".to_owned()
            }
            Self::Twice(id) => format!("the case {id} stands in it twice"),
            Self::Verdict(id) => format!("the case {id} does not show what its verdict says"),
            Self::Untold(id) => format!("the case {id} violates and is in no finding"),
            Self::Unbroken { finding, case } => {
                format!("the finding {finding} names the case {case}, which does not violate")
            }
            Self::Unshown(id) => format!("no case of the finding {id} shows what it tells"),
            Self::TwiceTold(id) => format!("the finding {id} stands in it twice"),
            Self::Exit(code) => format!("no run with these cases ends in {code}"),
            Self::Sentence(says) => format!(
                "it ends in the sentence of exit code {}: {}",
                *says as u8,
                says.sentence()
            ),
            Self::PagesDigest => {
                "the digest of its pages is not that of the pages that it names".to_owned()
            }
            Self::Pages(names) => format!(
                "it was judged by other pages: {}; name its own with --pages",
                cut(&names.join(", "))
            ),
            Self::FewerPages(missing) => format!(
                "it was judged by fewer pages: {missing} of these are not among its own"
            ),
            Self::Profile(name) => format!(
                "its profile {name} is another than this one: name its own with --profile"
            ),
            Self::UnknownProfile(name) => {
                format!("its profile {name} is not built in: name it with --profile")
            }
        }
    }
}

/// A text of the report, fit to be shown on a line.
fn cut(text: &str) -> String {
    let mut line = without_danger(&text.replace(['\n', '\t'], " "));
    if let Some((at, _)) = line.char_indices().nth(MAX_SHOWN) {
        line.truncate(at);
        line.push('…');
    }
    line
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::*;

    #[test]
    fn members_that_were_seen_and_those_that_were_not_are_all_that_are_documented() {
        let of = |seen: usize| {
            let unseen = json!([
                {"operation": "a", "members": ["A", "B"]}, {"operation": "b", "members": [""]},
            ]);
            let coverage = json!({"documented": 20, "seen": seen, "unseen": unseen});
            super::seen(&serde_json::from_value(coverage).unwrap())
        };
        // One member may be unseen in one format or in both.
        for seen in 14..=17 {
            assert_eq!(of(seen), seen);
        }
        for (says, is) in [(18, 17), (20, 17), (13, 14), (100, 17)] {
            assert_eq!(of(says), is);
        }
    }

    #[test]
    fn the_url_of_a_portal_is_a_place_and_nothing_else() {
        for (url, told) in [
            ("https://h.test/office", false),
            ("http://127.0.0.1:8080/", false),
            ("https://user@h.test/", true),
            ("https://u:secret@h.test/", true),
            ("https://h.test/?token=secret", true),
            ("https://h.test/#secret", true),
        ] {
            let (named, is_more) = as_named(url);
            assert_eq!(is_more, told, "{url}");
            assert!(!named.contains("secret"), "{named}");
        }
    }

    #[test]
    fn a_report_of_refusals_alone_judged_nothing_that_is_documented() {
        let of = |cases: &[(&str, &str)]| {
            let cases = cases.iter().map(|(check, verdict)| {
                let case = json!({
                    "id": "a", "operation": "a", "format": "json", "check": check, "verdict": verdict,
                });
                serde_json::from_value(case).unwrap()
            });
            judges_refusals_alone(&cases.collect::<Vec<Case>>())
        };
        let refused = ("refusal::no-token", "conforms");
        assert!(of(&[("transport", "ignored"), refused]));
        assert!(!of(&[("transport", "ignored"), ("schema", "conforms")]));
        // Who asks for refusals alone gets what was asked for.
        assert!(!of(&[refused]));
        assert!(!of(&[]));
    }
}

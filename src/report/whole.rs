//! A JSON report that somebody hands out: whether it is as it was written, and by what it was judged.
//!
//! In comes its text, out come the [`Flaw`]s that it shows. It may be anybody's: what it says is fit to be
//! shown before it is.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use serde_json::Value;

use crate::check::Family;
use crate::contract::Contract;
use crate::digest::Digest;
use crate::exit_code::{ExitCode, Facts};
use crate::input;
use crate::profile::{self, Profile};
use crate::report::json::seal;
use crate::report::outline::without_danger;
use crate::report::{VERSION, json_schema};

/// So many breaks of the schema are told.
const MAX_TOLD: usize = 5;
/// So much of a text of the report is shown, in characters.
const MAX_SHOWN: usize = 200;

/// Why a text is no report that can be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoReport {
    /// It is no JSON, or has not the members of a report.
    #[error("it is no report of `run --report-json`: {0}")]
    Text(String),
    /// What `compare` writes.
    #[error(
        "it is a comparison of `compare --report-json`, and no report of `run --report-json`: name the reports that were compared"
    )]
    Comparison,
    /// A later form of the report.
    #[error(
        "its version is {0}, and this program reads version {VERSION}: make it again, or read it with the program that made it"
    )]
    Version(u64),
}

/// The JSON of a report, of the version that this program reads.
///
/// # Errors
///
/// [`NoReport`]: no JSON, a member twice, or a report of another version.
pub(crate) fn document(text: &str) -> Result<Value, NoReport> {
    let document = input::json(text).map_err(|error| NoReport::Text(error.to_string()))?;
    let is_comparison = |name: &str| document[name].is_object();
    if document["cases"].is_null() && ["comparison", "since"].into_iter().any(is_comparison) {
        return Err(NoReport::Comparison);
    }
    match document["version"].as_u64() {
        Some(version) if version == u64::from(VERSION) => Ok(document),
        Some(version) => Err(NoReport::Version(version)),
        None => Err(NoReport::Text("it has no version".to_owned())),
    }
}

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
    let report = document(text)?;
    let mut flaws = own_flaws(&report);
    if !flaws.contains(&Flaw::Uncertified) {
        pages(&report, wanted.contract, &mut flaws);
        profile(&report, wanted.profile, &mut flaws);
    }
    Ok(Checked {
        subject: subject(&report),
        verdict: shown(&report["exit"]["sentence"]),
        limits: limits(&report),
        flaws,
    })
}

/// What is wrong with a report whatever it should have been judged by.
pub(super) fn own_flaws(report: &Value) -> Vec<Flaw> {
    let mut flaws = schema(report);
    if report["certificate"].is_null() || report[seal::MEMBER].is_null() {
        return vec![Flaw::Uncertified];
    }
    if report[seal::MEMBER] != seal::digest(report).to_string() {
        flaws.push(Flaw::Changed);
    }
    if flaws.iter().all(|flaw| *flaw == Flaw::Changed) {
        counts(report, &mut flaws);
    }
    flaws
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
fn counts(report: &Value, flaws: &mut Vec<Flaw>) {
    let cases = list(report, "cases");
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut verdicts: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let mut tally: BTreeMap<String, u64> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    let mut remarked = 0;
    let counted = |name: &str, case: &Value, is_forgiven: bool| {
        let of = list(case, name)
            .iter()
            .filter(|one| one["waived"].is_null() != is_forgiven);
        of.count()
    };
    for case in cases {
        let (id, verdict) = (text(&case["id"]), text(&case["verdict"]));
        *tally.entry(verdict.clone()).or_default() += 1;
        remarked += u64::from(counted("remarks", case, false) > 0);
        let open = counted("violations", case, false);
        let forgiven = counted("violations", case, true);
        let is_right = match verdict.as_str() {
            "violates" => open > 0,
            "waived" => open == 0 && forgiven > 0,
            "conforms" => open + forgiven == 0,
            _ => true,
        };
        if !is_right {
            flaws.push(Flaw::Verdict(cut(&id)));
        }
        if !ids.insert(id.clone()) {
            flaws.push(Flaw::Twice(cut(&id)));
        }
        verdicts.entry(verdict).or_default().insert(id);
    }
    let of = |verdict: &str| tally.get(verdict).copied().unwrap_or_default();
    for (place, is) in [
        ("/summary/cases", cases.len() as u64),
        ("/summary/conforms", of("conforms")),
        ("/summary/violates", of("violates")),
        ("/summary/waived", of("waived")),
        ("/summary/blocked", of("blocked")),
        ("/summary/ignored", of("ignored")),
        ("/summary/remarked", remarked),
    ] {
        let says = number(report, place);
        if says != is {
            flaws.push(Flaw::Count { place, says, is });
        }
    }
    let (says, is) = (
        number(report, "/coverage/seen"),
        number(report, "/coverage/documented"),
    );
    if says > is {
        let place = "/coverage/seen";
        flaws.push(Flaw::Count { place, says, is });
    }
    if report["misfit"].is_null() {
        let violating = verdicts.remove("violates").unwrap_or_default();
        findings(report, &violating, flaws);
    }
    let code = number(report, "/exit/code");
    if !can_end(code, report, of) {
        flaws.push(Flaw::Exit(code));
    }
    let mut codes = ExitCode::ALL.into_iter();
    let says = codes.find(|other| report["exit"]["sentence"] == other.sentence());
    flaws.extend(
        says.filter(|says| code != u64::from(*says as u8))
            .map(Flaw::Sentence),
    );
    let pages = &report["certificate"]["pages"];
    let mut digests: Vec<&str> = list(pages, "files")
        .iter()
        .filter_map(|file| file["digest"].as_str())
        .collect();
    digests.sort_unstable();
    if pages["digest"] != Digest::of_lines(digests).to_string() {
        flaws.push(Flaw::PagesDigest);
    }
}

/// Holds the findings of a report against its cases, and the cases that violate against the findings.
fn findings(report: &Value, violating: &BTreeSet<String>, flaws: &mut Vec<Flaw>) {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let mut broken: BTreeSet<(&str, &str)> = BTreeSet::new();
    for case in list(report, "cases") {
        let rules = list(case, "violations").iter();
        let rules = rules.filter_map(|one| one["rule"].as_str());
        let id = case["id"].as_str().unwrap_or_default();
        broken.extend(rules.map(|rule| (id, rule)));
    }
    let (mut told, mut ids) = (BTreeSet::new(), BTreeSet::new());
    let mut wrong = Vec::new();
    for finding in list(report, "findings") {
        let (id, rule) = (text(&finding["id"]), text(&finding["rule"]));
        let cases: Vec<String> = list(finding, "cases").iter().map(text).collect();
        let good = cases.iter().find(|case| !violating.contains(*case));
        let mut shown = cases.iter();
        if let Some(case) = good {
            let (finding, case) = (cut(&id), cut(case));
            wrong.push(Flaw::Unbroken { finding, case });
        } else if !shown.any(|case| broken.contains(&(case, &rule))) {
            wrong.push(Flaw::Unshown(cut(&id)));
        }
        if !ids.insert(id.clone()) {
            wrong.push(Flaw::TwiceTold(cut(&id)));
        }
        told.extend(cases);
    }
    let untold = violating.difference(&told);
    wrong.extend(untold.map(|id| Flaw::Untold(cut(id))));
    flaws.extend(wrong.into_iter().take(MAX_TOLD));
}

/// Whether a run with these verdicts may end in a code: whether enough was seen and there was time for all, a
/// report does not say otherwise.
fn can_end(code: u64, report: &Value, of: impl Fn(&str) -> u64) -> bool {
    let ended = ExitCode::of_run(Facts {
        // What nobody can try in one part, others may try.
        idle: report["certificate"]["shard"].is_null()
            && of("ignored") == number(report, "/summary/cases"),
        obstructed: !report["obstacle"].is_null(),
        violated: of("violates") > 0 || has_expired(report),
        unjudged: of("blocked") > 0 || !report["left"].is_null(),
        unread: !report["unread_pages"].is_null(),
        bare: report["certificate"]["shard"].is_null() && judges_refusals_alone(report),
    });
    let may_be_unjudged = matches!(ended, ExitCode::Conforms | ExitCode::Usage);
    let is = |ended: ExitCode| code == u64::from(ended as u8);
    is(ended) || (may_be_unjudged && is(ExitCode::NotJudged))
}

/// Whether a report was to judge more than refusals, and judged none of it.
pub(super) fn judges_refusals_alone(report: &Value) -> bool {
    let is_refusal = |case: &&Value| {
        let check = case["check"].as_str().unwrap_or_default();
        Family::of_check(check) == Some(Family::Refusal)
    };
    let mut others = list(report, "cases")
        .iter()
        .filter(|case| !is_refusal(case));
    others.clone().next().is_some() && others.all(|case| case["verdict"] == "ignored")
}

/// Whether a waiver of a report has expired.
pub(super) fn has_expired(report: &Value) -> bool {
    let mut waivers = list(report, "waivers").iter();
    waivers.any(|waiver| waiver["state"] == "expired")
}

/// A number of a report; 0 where there is none.
pub(super) fn number(report: &Value, pointer: &str) -> u64 {
    let number = report.pointer(pointer).and_then(Value::as_u64);
    number.unwrap_or_default()
}

/// A list in an object; empty where there is none.
pub(super) fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn pages(report: &Value, wanted: &Contract, flaws: &mut Vec<Flaw>) {
    let certified = &report["certificate"]["pages"];
    if certified["digest"] == wanted.digest().to_string() {
        return;
    }
    let mut known: Vec<String> = wanted
        .texts
        .iter()
        .map(|text| text.digest.to_string())
        .collect();
    let files = certified["files"].as_array().into_iter().flatten();
    let mut others = Vec::new();
    for file in files {
        let digest = file["digest"].as_str().unwrap_or_default();
        match known.iter().position(|one| one == digest) {
            Some(at) => drop(known.swap_remove(at)),
            None => others.push(shown(&file["name"])),
        }
    }
    flaws.push(if others.is_empty() {
        Flaw::FewerPages(known.len())
    } else {
        Flaw::Pages(others)
    });
}

fn profile(report: &Value, wanted: Option<&Profile>, flaws: &mut Vec<Flaw>) {
    let name = shown(&report["profile"]);
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
    if report["certificate"]["profile"] != digest.to_string() {
        flaws.push(Flaw::Profile(name));
    }
}

pub(super) fn subject(report: &Value) -> String {
    let target = &report["target"];
    let portal = if target["reference"] == true {
        "the reference portal of the program".to_owned()
    } else {
        shown(&target["url"])
    };
    let name = match &target["name"] {
        Value::String(_) => format!(" (target {})", shown(&target["name"])),
        _ => String::new(),
    };
    format!(
        "{portal}{name}, profile {}, {}, {} {}, {}",
        shown(&report["profile"]),
        shown(&report["pages"]),
        shown(&report["tool"]["name"]),
        shown(&report["tool"]["version"]),
        shown(&report["started"])
    )
}

/// What somebody should know who reads the verdict alone.
fn limits(report: &Value) -> Vec<String> {
    let certificate = &report["certificate"];
    let number = |value: &Value| value.as_u64().unwrap_or_default();
    let mut limits = Vec::new();
    if let (Some(number), Some(of)) = (
        certificate["shard"]["number"].as_u64(),
        certificate["shard"]["of"].as_u64(),
    ) {
        limits.push(format!("it is part {number} of {of} (--shard)"));
    }
    if let Some(findings) = report["stopped_after"].as_u64() {
        limits.push(format!(
            "asking ended early, with {findings} or more findings (--max-failures)"
        ));
    }
    let mut told = |number: u64, words: &str| {
        if number > 0 {
            limits.push(format!("{number} {words}"));
        }
    };
    let summary = &report["summary"];
    told(number(&summary["waived"]), "cases are waived");
    told(number(&summary["ignored"]), "cases were not asked");
    told(number(&summary["blocked"]), "cases could not be judged");
    told(
        number(&certificate["unselected"]),
        "cases of the suite were not selected",
    );
    let coverage = &report["coverage"];
    let (documented, seen) = (number(&coverage["documented"]), number(&coverage["seen"]));
    told(
        documented.saturating_sub(seen),
        "documented members were not seen",
    );
    let levels = certificate["levels"].as_array().into_iter().flatten();
    let levels: Vec<String> = levels
        .map(|one| format!("{} at {}", shown(&one["rule"]), shown(&one["level"])))
        .collect();
    if !levels.is_empty() {
        limits.push(format!("levels were chosen: {}", cut(&levels.join(", "))));
    }
    if certificate["effort"] == "quick" {
        limits.push("little was asked (--effort quick)".to_owned());
    }
    if let Value::String(_) = &report["target"]["recording"] {
        let file = shown(&report["target"]["recording"]);
        limits.push(format!(
            "the portal was not asked: what is judged was recorded in {file}"
        ));
    }
    if certificate["values"] == true {
        limits.push("it shows values of the portal's data".to_owned());
    }
    if report["unread_pages"].is_array() {
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
fn shown(value: &Value) -> String {
    cut(value.as_str().unwrap_or("?"))
}

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
    use serde_json::json;

    use super::*;

    #[test]
    fn a_report_of_refusals_alone_judged_nothing_that_is_documented() {
        let of = |cases: &[(&str, &str)]| {
            let cases = cases.iter();
            let cases = cases.map(|(check, verdict)| json!({"check": check, "verdict": verdict}));
            judges_refusals_alone(&json!({"cases": cases.collect::<Vec<_>>()}))
        };
        let refused = ("refusal::no-token", "conforms");
        assert!(of(&[("transport", "ignored"), refused]));
        assert!(!of(&[("transport", "ignored"), ("schema", "conforms")]));
        // Who asks for refusals alone gets what was asked for.
        assert!(!of(&[refused]));
        assert!(!of(&[]));
    }
}

//! The JSON reports of all shards of a run, joined into the one that a single process would have written.
//!
//! What one shard tells, another need not tell again: findings are joined by cause, in the order in which
//! one run tells them. Reports that are not of one run are refused.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use serde_json::{Map, Value, json};
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime};

use crate::check::{Rule, count};
use crate::exit_code::{ExitCode, Facts};
use crate::percent::Percent;
use crate::report::json::{safe_json, seal};
use crate::report::outline::without_danger;
use crate::report::text::waiver_lines;
use crate::report::whole::{self, NoReport, has_expired, judges_refusals_alone, list, number};
use crate::report::words::disagreement_of;
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
    document: Value,
    shards: usize,
    code: ExitCode,
}

/// Joins the reports of all shards of a run, each with a name.
///
/// # Errors
///
/// [`MergeError`]: they are not those of one run, or not all of them.
pub fn merge(texts: &[(String, String)], required: Option<Percent>) -> Result<Merged, MergeError> {
    let mut reports = Vec::new();
    for (name, text) in texts {
        let report = whole::document(text).map_err(|error| MergeError::NoReport {
            name: name.clone(),
            error,
        })?;
        if let Some(flaw) = whole::own_flaws(&report).first() {
            return Err(MergeError::Flawed {
                name: name.clone(),
                flaw: flaw.sentence(),
            });
        }
        reports.push((name, report));
    }
    check(&reports)?;
    reports.sort_by_key(|(_, report)| number(report, "/certificate/shard/number"));
    let reports: Vec<Value> = reports.into_iter().map(|(_, report)| report).collect();
    let (document, code) = joined(&reports, required);
    Ok(Merged {
        document,
        shards: reports.len(),
        code,
    })
}

/// Sees to it that reports are those of all shards of one run.
fn check(reports: &[(&String, Value)]) -> Result<(), MergeError> {
    let Some((first_name, first)) = reports.first() else {
        return Ok(());
    };
    let is_reference = first["target"]["reference"] == true;
    let total = |report: &Value| {
        number(report, "/summary/cases") + number(report, "/certificate/unselected")
    };
    let mut known: BTreeMap<u64, &String> = BTreeMap::new();
    for (name, report) in reports {
        if report["certificate"]["shard"].is_null() {
            return Err(MergeError::NoShard {
                name: (*name).clone(),
            });
        }
        let alike = [
            ("/tool/version", "the version of the program"),
            ("/target/name", "their target"),
            ("/target/reference", "their portal"),
            ("/target/url", "their portal"),
            ("/certificate/pages/digest", "their pages"),
            ("/unread_pages", "their pages"),
            ("/passed_over", "their pages"),
            ("/profile", "their profile"),
            ("/certificate/profile", "their profile"),
            ("/certificate/account", "the account"),
            ("/certificate/strict", "--strict"),
            ("/certificate/effort", "--effort"),
            ("/certificate/levels", "the levels of rules"),
            ("/certificate/values", "--show-values"),
            ("/certificate/shard/of", "the number of shards"),
        ];
        let differs = alike.iter().find(|(pointer, _)| {
            // Each process has a reference portal of its own.
            !(is_reference && *pointer == "/target/url")
                && report.pointer(pointer) != first.pointer(pointer)
        });
        let what = differs.map(|(_, what)| *what);
        let what = what.or((total(report) != total(first)).then_some("their cases"));
        if let Some(what) = what {
            return Err(MergeError::Other {
                name: (*name).clone(),
                other: (*first_name).clone(),
                what,
            });
        }
        let shard = number(report, "/certificate/shard/number");
        if let Some(other) = known.insert(shard, name) {
            return Err(MergeError::Doubled {
                name: (*name).clone(),
                other: other.clone(),
                number: shard,
            });
        }
    }
    let of = number(first, "/certificate/shard/of");
    // A report may say any number.
    let missing = (1..=of).filter(|one| !known.contains_key(one));
    let numbers: Vec<u64> = missing.take(MAX_NAMED).collect();
    if numbers.is_empty() {
        Ok(())
    } else {
        Err(MergeError::Missing { numbers, of })
    }
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

/// What makes it doubtful that reports are of one time: one that never came leaves that of an earlier run in its
/// place.
fn apart(reports: &[Value]) -> Option<String> {
    let mut starts: Vec<OffsetDateTime> = reports
        .iter()
        .filter_map(|one| OffsetDateTime::parse(text(one, "started"), &Rfc3339).ok())
        .collect();
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

fn joined(reports: &[Value], required: Option<Percent>) -> (Value, ExitCode) {
    let Some(first) = reports.first() else {
        return (Value::Null, ExitCode::NothingSelected);
    };
    let mut all = first.clone();
    let cases = reports.iter().flat_map(|one| list(one, "cases"));
    let mut cases: Vec<Value> = cases.cloned().collect();
    // Each operation is in one shard, whose order stays.
    cases.sort_by(|a, b| text(a, "operation").cmp(text(b, "operation")));
    tell_once(&mut cases);
    let places = cases.iter().enumerate();
    let places: BTreeMap<&str, usize> = places.map(|(at, case)| (text(case, "id"), at)).collect();
    let sum = |pointer: &str| -> u64 { reports.iter().map(|one| number(one, pointer)).sum() };
    all["summary"] = summary(&cases);
    for name in ["requests", "retries"] {
        all[name] = sum(&format!("/{name}")).into();
    }
    let times = |name: &str| {
        let times = reports.iter().filter_map(|one| one[name].as_f64());
        times.collect::<Vec<f64>>()
    };
    all["waited_ms"] = times("waited_ms").iter().sum::<f64>().into();
    // They ran beside each other.
    all["elapsed_ms"] = times("elapsed_ms").into_iter().fold(0.0, f64::max).into();
    let started = reports.iter().map(|one| text(one, "started")).min();
    all["started"] = started.unwrap_or_default().into();
    let (documented, seen) = (sum("/coverage/documented"), sum("/coverage/seen"));
    let unseen = reports
        .iter()
        .flat_map(|one| list(&one["coverage"], "unseen"));
    let mut unseen: Vec<&Value> = unseen.collect();
    unseen.sort_by_key(|one| text(one, "operation"));
    all["coverage"] = json!({"documented": documented, "seen": seen, "unseen": unseen});
    for name in ["obstacle", "misfit"] {
        let mut found = reports.iter().map(|one| &one[name]);
        all[name] = found
            .find(|one| !one.is_null())
            .cloned()
            .unwrap_or_default();
    }
    let mut stopped = reports.iter().map(|one| &one["stopped_after"]);
    if let Some(stopped) = stopped.find(|one| !one.is_null()) {
        all["stopped_after"] = stopped.clone();
    }
    let mut known = BTreeSet::new();
    let hints = reports.iter().flat_map(|one| list(one, "hints"));
    let hints = hints.filter(|hint| known.insert(hint.as_str()));
    let hints = hints.cloned();
    all["hints"] = hints.chain(apart(reports).map(Value::from)).collect();
    let left: Vec<Value> = reports
        .iter()
        .flat_map(|one| list(one, "left"))
        .cloned()
        .collect();
    if !left.is_empty() {
        all["left"] = left.into();
    }
    for name in ["findings", "remarks"] {
        let told = if all["misfit"].is_null() {
            findings(reports, name, &places)
        } else {
            Vec::new()
        };
        all[name] = told.into();
    }
    all["waivers"] = waivers(reports).into();
    let whole = number(first, "/summary/cases") + number(first, "/certificate/unselected");
    all["certificate"]["unselected"] = whole.saturating_sub(sum("/summary/cases")).into();
    if let Some(certificate) = all["certificate"].as_object_mut() {
        certificate.shift_remove("shard");
    }
    all["cases"] = cases.into();
    let seen = Percent::of(usize_of(seen), usize_of(documented));
    let saw_too_little = required.is_some_and(|required| seen.is_below(required));
    let code = ended(reports, &all, saw_too_little);
    // One in which nothing was tried says that of itself alone.
    let tried = |one: &&Value| number(one, "/summary/ignored") < number(one, "/summary/cases");
    let same = reports.iter().filter(tried).map(|one| &one["exit"]);
    let mut same = same.filter(|exit| exit["code"] == code as u8);
    let sentence = same
        .next()
        .map_or(code.sentence(), |exit| text(exit, "sentence"));
    all["exit"] = json!({"code": code as u8, "sentence": sentence});
    (all, code)
}

/// Takes away what is told once for a run and was told by an earlier case: each shard tells it for itself.
fn tell_once(cases: &mut [Value]) {
    let mut known: BTreeMap<(String, String), usize> = BTreeMap::new();
    for at in 0..cases.len() {
        for name in ["violations", "remarks"] {
            let mut fresh = Vec::new();
            for seen in list(&cases[at], name).to_vec() {
                let is_once = Rule::named(text(&seen, "rule")).is_some_and(Rule::is_told_once);
                let key = (
                    text(&seen, "rule").to_owned(),
                    text(&seen, "actual").to_owned(),
                );
                match known.get(&key) {
                    Some(first) if is_once => add_times(&mut cases[*first], &seen),
                    _ => {
                        if is_once {
                            known.insert(key, at);
                        }
                        fresh.push(seen);
                    }
                }
            }
            if fresh.len() < list(&cases[at], name).len() {
                cases[at][name] = fresh.into();
                settle(&mut cases[at]);
            }
        }
    }
}

/// Counts in how many answers of all shards something was seen.
fn add_times(case: &mut Value, more: &Value) {
    for name in ["violations", "remarks"] {
        let told = case[name].as_array_mut().into_iter().flatten();
        let mut told =
            told.filter(|one| one["rule"] == more["rule"] && one["actual"] == more["actual"]);
        if let Some(first) = told.next() {
            for name in ["times", "of"] {
                let pointer = format!("/{name}");
                first[name] = (number(first, &pointer) + number(more, &pointer)).into();
            }
            return;
        }
    }
}

/// The verdict of a case some of whose violations another one tells.
fn settle(case: &mut Value) {
    let all = list(case, "violations");
    let is_open = all.iter().any(|seen| seen["waived"].is_null());
    let verdict = match all.len() {
        _ if is_open => "violates",
        0 => "conforms",
        _ => "waived",
    };
    if matches!(text(case, "verdict"), "violates" | "waived") {
        case["verdict"] = verdict.into();
    }
}

/// How many cases ended how.
fn summary(cases: &[Value]) -> Value {
    let of = |verdict: &str| {
        cases
            .iter()
            .filter(|case| case["verdict"] == verdict)
            .count()
    };
    let is_open = |seen: &Value| seen["waived"].is_null();
    let is_remarked = |case: &&Value| list(case, "remarks").iter().any(is_open);
    json!({
        "cases": cases.len(),
        "conforms": of("conforms"),
        "violates": of("violates"),
        "waived": of("waived"),
        "blocked": of("blocked"),
        "ignored": of("ignored"),
        "remarked": cases.iter().filter(is_remarked).count(),
    })
}

fn usize_of(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// How one run would have ended.
fn ended(reports: &[Value], all: &Value, saw_too_little: bool) -> ExitCode {
    let summary = |name: &str| number(all, &format!("/summary/{name}"));
    let any = |code: ExitCode| {
        let mut codes = reports.iter().map(|one| number(one, "/exit/code"));
        codes.any(|one| one == u64::from(code as u8))
    };
    ExitCode::of_run(Facts {
        idle: summary("ignored") == summary("cases"),
        obstructed: !all["obstacle"].is_null(),
        violated: summary("violates") > 0 || has_expired(all),
        unjudged: any(ExitCode::NotJudged) || saw_too_little,
        unread: any(ExitCode::Usage),
        bare: judges_refusals_alone(all),
    })
}

/// The waivers, each once: one that some shard needed is used.
fn waivers(reports: &[Value]) -> Vec<Value> {
    const STATES: [&str; 4] = ["expired", "used", "unused", "untried"];
    let weight = |waiver: &Value| STATES.iter().position(|one| waiver["state"] == *one);
    let mut joined: Vec<Value> = Vec::new();
    for waiver in reports.iter().flat_map(|one| list(one, "waivers")) {
        let is_same = |one: &&mut Value| {
            ["case", "pointer", "kind", "reason", "until"]
                .iter()
                .all(|name| one[*name] == waiver[*name])
        };
        match joined.iter_mut().find(is_same) {
            Some(known) => {
                let sum = number(known, "/violations") + number(waiver, "/violations");
                known["violations"] = sum.into();
                if weight(waiver) < weight(known) {
                    known["state"] = waiver["state"].clone();
                }
            }
            None => joined.push(waiver.clone()),
        }
    }
    joined
}

/// The findings of all shards: each cause once, in the first case that shows it.
fn findings(reports: &[Value], name: &str, places: &BTreeMap<&str, usize>) -> Vec<Value> {
    let teller = |finding: &Value| {
        let first = list(finding, "cases").first().and_then(Value::as_str);
        first.and_then(|case| places.get(case)).copied()
    };
    let rank = |finding: &Value| {
        let rank = list(&finding["turn"], "rank").iter();
        rank.map(|one| one.as_u64().unwrap_or_default())
            .collect::<Vec<u64>>()
    };
    let mut all: Vec<&Value> = reports.iter().flat_map(|one| list(one, name)).collect();
    all.sort_by_key(|finding| (rank(finding), teller(finding)));
    // What follows from what is known within a shard: what belongs together is never divided.
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    let mut joined: Vec<Value> = Vec::new();
    // Findings of one case are told together: none of them follows from another.
    for block in all.chunk_by(|a, b| teller(a) == teller(b)) {
        let mut own = Vec::new();
        for finding in block {
            // A finding has one cause, which its definition may hold in several members.
            let name = finding["turn"]["causes"][0]["name"].as_str();
            let is_once = Rule::named(text(finding, "rule")).is_some_and(Rule::is_told_once);
            match name.and_then(|name| told.get(name)) {
                Some(at) if !is_once => show_in(&mut joined[*at], finding),
                Some(_) => {}
                None => own.push((finding, name)),
            }
        }
        for (finding, name) in own {
            told.entry(name.unwrap_or_default()).or_insert(joined.len());
            let mut finding = (*finding).clone();
            if let Some(finding) = finding.as_object_mut() {
                finding.shift_remove("turn");
            }
            joined.push(finding);
        }
    }
    joined
}

/// So many waivers of one finding are told.
const MAX_WAIVERS: usize = 40;

/// Adds the cases of another finding of the same cause, and what would waive it there.
fn show_in(finding: &mut Value, other: &Value) {
    let known: BTreeSet<&str> = list(finding, "cases")
        .iter()
        .filter_map(Value::as_str)
        .collect();
    let more = list(other, "cases").iter();
    let more = more.filter(|case| !known.contains(case.as_str().unwrap_or_default()));
    let more: Vec<Value> = more.cloned().collect();
    // A member that a definition holds stands in other places of other operations.
    let known = list(finding, "members").to_vec();
    let members = list(other, "members").iter();
    let members: Vec<Value> = members
        .filter(|one| !known.contains(one))
        .cloned()
        .collect();
    if let Some(all) = finding["members"].as_array_mut() {
        all.extend(members);
    }
    let mut waivers = waivers_of(finding);
    for waiver in waivers_of(other) {
        if !waivers.contains(&waiver) {
            waivers.push(waiver);
        }
    }
    if let Some(cases) = finding["cases"].as_array_mut() {
        cases.extend(more);
    }
    // A waiver covers what was seen and nothing beside it, so that each shard has its own.
    let mut waivers = waivers.into_iter().take(MAX_WAIVERS);
    finding["waiver"] = waivers.next().unwrap_or_default();
    if waivers.len() > 0 {
        finding["more_waivers"] = waivers.collect();
    }
}

/// The waivers that would cover a finding.
fn waivers_of(finding: &Value) -> Vec<Value> {
    let first = Some(&finding["waiver"]).filter(|one| !one.is_null());
    let all = first.into_iter().chain(list(finding, "more_waivers"));
    all.cloned().collect()
}

/// A waiver as it stands in a configuration file.
fn pattern(waiver: &Value) -> String {
    let pointers = Some(&waiver["pointer"]).filter(|pointers| !pointers.is_null());
    inline(&waiver["case"], pointers, text(waiver, "kind"))
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
        if let Some(obstacle) = all["obstacle"].as_str() {
            let _ = writeln!(out, "{obstacle}\n");
        }
        if !all["misfit"].is_null() {
            let _ = writeln!(out, "{}\n", text(&all["misfit"], "sentence"));
        }
        for hint in list(all, "hints") {
            let _ = writeln!(out, "{}\n", hint.as_str().unwrap_or_default());
        }
        for (name, word) in [("findings", "FAILED"), ("remarks", "remark")] {
            for finding in list(all, name) {
                told(&mut out, finding, word);
            }
        }
        if all["obstacle"].is_null() {
            waived(&mut out, all);
            not_done(&mut out, all);
        }
        for left in list(all, "left") {
            let _ = writeln!(
                out,
                "left on the portal: {}",
                left.as_str().unwrap_or_default()
            );
        }
        self.summary(&mut out);
        without_danger(&out)
    }

    fn summary(&self, out: &mut String) {
        let all = &self.document;
        let summary = all["summary"].as_object().cloned().unwrap_or_else(Map::new);
        let parts = [
            ("conforms", "conform"),
            ("violates", "violate"),
            ("waived", "waived"),
            ("blocked", "not judged"),
            ("ignored", "ignored"),
        ];
        let parts = parts.iter().filter_map(|(name, words)| {
            let number = summary.get(*name).and_then(Value::as_u64)?;
            (number > 0).then(|| format!("{number} {words}"))
        });
        let parts: Vec<String> = parts.collect();
        let cases = count(usize_of(number(all, "/summary/cases")), "case");
        let seconds = all["elapsed_ms"].as_f64().unwrap_or_default() / 1e3;
        let _ = writeln!(
            out,
            "{cases}: {}; {} of {} documented members seen; {} in {seconds:.2} s",
            parts.join(", "),
            number(all, "/coverage/seen"),
            number(all, "/coverage/documented"),
            count(usize_of(number(all, "/requests")), "request"),
        );
        let _ = writeln!(
            out,
            "{}, {}: {} (exit {})",
            whole::subject(all),
            count(self.shards, "shard"),
            text(&all["exit"], "sentence"),
            self.code as u8
        );
    }
}

/// What was forgiven, or is no longer.
fn waived(out: &mut String, all: &Value) {
    for waiver in list(all, "waivers") {
        let (until, reason) = (text(waiver, "until"), text(waiver, "reason"));
        let pattern = pattern(waiver);
        let violations = count(usize_of(number(waiver, "/violations")), "violation");
        let _ = match text(waiver, "state") {
            "used" => writeln!(
                out,
                "waived until {until}: {pattern}, {violations}: {reason}"
            ),
            "expired" => writeln!(
                out,
                "waiver expired on {until}: {pattern}, which would cover {violations}: {reason}"
            ),
            "unused" => writeln!(out, "waiver not used: {pattern}, until {until}: {reason}"),
            _ => Ok(()),
        };
    }
}

/// Why cases were not judged or not asked, each reason once.
fn not_done(out: &mut String, all: &Value) {
    let mut reasons: Vec<((&str, &str), usize)> = Vec::new();
    for case in list(all, "cases") {
        let word = match text(case, "verdict") {
            "blocked" => "not judged",
            "ignored" => "ignored",
            _ => continue,
        };
        let key = (word, text(case, "reason"));
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
fn told(out: &mut String, finding: &Value, word: &str) {
    let cases = list(finding, "cases");
    let first = cases.first().and_then(Value::as_str).unwrap_or_default();
    let members = list(finding, "members").iter().filter_map(Value::as_str);
    let members: Vec<&str> = members.collect();
    let members = match members.len() {
        0 => "answer".to_owned(),
        1..=6 => members.join(", "),
        more => format!("{} and {} more", members[..6].join(", "), more - 6),
    };
    let _ = writeln!(
        out,
        "{first} ... {word}\n  {members}: {}",
        disagreement_of(text(finding, "expected"), text(finding, "actual"))
    );
    let promised = &finding["promised"];
    if !promised.is_null() {
        let _ = writeln!(
            out,
            "     --> {}:{}:{}",
            text(promised, "file"),
            number(promised, "/line"),
            number(promised, "/column")
        );
    }
    if cases.len() > 1 {
        let _ = writeln!(out, "  shows in {}", count(cases.len(), "case"));
    }
    let waivers = waivers_of(finding);
    let waivers = waivers.iter().map(pattern);
    for line in waiver_lines(waivers, text(finding, "id")) {
        let _ = writeln!(out, "{line}");
    }
    out.push('\n');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_finding_of_several_shards_is_waived_in_each_by_its_own() {
        let of = |case: &str| {
            json!({
                "id": "missing-0-0", "cases": [case], "members": ["Name"],
                "waiver": { "case": case, "pointer": "/Name", "kind": "missing" },
            })
        };
        let mut finding = of("a::json::schema");
        show_in(&mut finding, &of("b::json::schema"));
        show_in(&mut finding, &of("b::json::schema"));
        assert_eq!(
            finding["cases"],
            json!(["a::json::schema", "b::json::schema"])
        );
        let mut out = String::new();
        told(&mut out, &finding, "FAILED");
        let lines: Vec<&str> = out.lines().filter(|line| line.contains("waive")).collect();
        assert_eq!(
            lines,
            [
                "  waive: { case = \"a::json::schema\", pointer = \"/Name\", kind = \"missing\" } # id: missing-0-0",
                "  waive: { case = \"b::json::schema\", pointer = \"/Name\", kind = \"missing\" } # id: missing-0-0",
            ]
        );
        let mut unwaived = json!({"cases": ["a"], "waiver": null});
        show_in(&mut unwaived, &json!({"cases": ["b"], "waiver": null}));
        assert_eq!(unwaived["waiver"], Value::Null);
        assert!(unwaived.get("more_waivers").is_none());
    }

    /// A definition stands in other places of other operations, and in one shard in several of them.
    #[test]
    fn a_finding_keeps_all_its_members_and_waivers_when_it_is_joined() {
        let waiver = |case: &str| json!({"case": case, "pointer": "/**/k", "kind": "missing"});
        let finding = |cases: [&str; 2], members: [&str; 2]| {
            json!({
                "id": "missing-1", "rule": "missing", "cases": cases, "members": members,
                "waiver": waiver(cases[0]), "more_waivers": [waiver(cases[1])],
                "turn": {
                    "rank": [1, 0, 0, 0],
                    "causes": [{"name": "0a", "member": members[0], "family": "schema"}],
                },
            })
        };
        let reports = [
            json!({"findings": [finding(["a", "b"], ["*/k", "k"])]}),
            json!({"findings": [finding(["c", "d"], ["k", "in/k"])]}),
        ];
        let places = ["a", "b", "c", "d"].into_iter().enumerate();
        let places = places.map(|(at, case)| (case, at)).collect();
        let waivers = ["b", "c", "d"].map(waiver);
        let expected = json!({
            "id": "missing-1", "rule": "missing", "cases": ["a", "b", "c", "d"],
            "members": ["*/k", "k", "in/k"],
            "waiver": waiver("a"), "more_waivers": waivers,
        });
        assert_eq!(findings(&reports, "findings", &places), [expected]);
    }

    #[test]
    fn what_explains_all_is_told_to_people_too() {
        let merged = Merged {
            document: json!({"misfit": {"fits": "b", "sentence": "the portal does not speak as `a`"}}),
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
        let of = |starts: [&str; 2]| apart(&starts.map(|start| json!({"started": start})));
        assert_eq!(of(["2026-11-26T09:00:00Z", "2026-11-26T09:40:00Z"]), None);
        let told = of(["2026-11-26T09:00:00Z", "2026-11-25T23:00:00Z"]).unwrap_or_default();
        let began = "the shards began between 2026-11-25T23:00:00Z and 2026-11-26T09:00:00Z";
        assert!(told.starts_with(began), "{told}");
    }

    #[test]
    fn what_is_told_once_for_a_run_stays_in_the_first_case() {
        let seen = |rule: &str, times: u64| json!({"rule": rule, "actual": "one", "times": times, "of": times, "waived": null});
        let case = |verdict: &str, violations: Value, remarks: Value| json!({"verdict": verdict, "violations": violations, "remarks": remarks});
        let mut cases = vec![
            case("conforms", json!([]), json!([seen("server-version", 3)])),
            case("conforms", json!([]), json!([seen("server-version", 4)])),
            case("violates", json!([seen("echoed-token", 1)]), json!([])),
            case("violates", json!([seen("echoed-token", 2)]), json!([])),
            case("violates", json!([seen("missing", 2)]), json!([])),
            case("violates", json!([seen("missing", 2)]), json!([])),
        ];
        tell_once(&mut cases);
        let expected = [
            case("conforms", json!([]), json!([seen("server-version", 7)])),
            case("conforms", json!([]), json!([])),
            case("violates", json!([seen("echoed-token", 3)]), json!([])),
            case("conforms", json!([]), json!([])),
            case("violates", json!([seen("missing", 2)]), json!([])),
            case("violates", json!([seen("missing", 2)]), json!([])),
        ];
        assert_eq!(cases, expected);
        let counts = summary(&cases);
        assert_eq!(
            (&counts["violates"], &counts["remarked"]),
            (&3.into(), &1.into())
        );
    }
}

//! The report that a person reads.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::time::Duration;

use unicode_width::UnicodeWidthStr;

use crate::case::CaseId;
use crate::check::count;
use crate::contract::Operation;
use crate::level::Level;
use crate::report::color::{Tone, Toned};
use crate::report::evidence;
use crate::report::findings::{FindingsOf, Together};
use crate::report::outline::reasons_of;
use crate::report::words::{
    clip, exchange, often, one_line, retries, said, said_of_all, seen_words,
};
use crate::report::{
    Block, FindingId, Group, Report, coverage, curl, findings, reason, remarks, subject, test_data,
    waived,
};
use crate::run::{Outcome, Reason, Run, Seen, Verdict};
use crate::source::Span;

/// How many places of one cause are listed before the rest is counted.
const MAX_PLACES: usize = 3;
/// How many other cases are named before the rest is counted.
const MAX_CASES: usize = 3;
/// How many findings that are told together are named.
const MAX_IDS: usize = 40;
/// How many waivers of one finding are printed.
const MAX_WAIVERS: usize = 4;

/// The findings and the summary of a run.
#[must_use]
pub fn text(report: &Report<'_>) -> String {
    report.safe(&toned(report, None).plain())
}

/// The same with colours for a terminal: not a character of it is changed.
#[must_use]
pub fn colored(report: &Report<'_>) -> String {
    on_terminal(report, None, true)
}

/// The same as a terminal shows it: lines broken at its width, in colours or without.
#[must_use]
pub fn on_terminal(report: &Report<'_>, width: Option<usize>, is_colored: bool) -> String {
    toned(report, width).shown(|text| report.safe(text), is_colored)
}

/// What to look at, before the findings or beside what kept the portal from being judged.
fn hints(out: &mut Toned, run: &Run) {
    for hint in &run.hints {
        let _ = writeln!(out, "{}\n", reason::hint(&run.target, hint));
    }
}

fn toned(report: &Report<'_>, width: Option<usize>) -> Toned {
    let run = report.run;
    let mut out = Toned::for_width(width);
    if let Some(obstacle) = &run.obstacle {
        let _ = writeln!(out, "{}", reason::obstacle(&run.target, obstacle));
        hints(&mut out, run);
    } else {
        if let Some(misfit) = &run.misfit {
            let _ = writeln!(out, "{}\n", reason::misfit(misfit));
        }
        hints(&mut out, run);
        for block in findings(run).into_iter().chain(remarks(run)) {
            let _ = write!(out, "{} ... ", block.outcome.id);
            match block.level {
                Level::Deny => out.put(Tone::Failed, "FAILED"),
                Level::Warn | Level::Allow => out.put(Tone::Remark, "remark"),
            }
            let _ = writeln!(out);
            block_body(&mut out, report, &block, true);
            let _ = writeln!(out);
        }
        unseen(&mut out, report);
        waived::text(&mut out, report);
        blocked(&mut out, run);
        not_done(&mut out, run, |verdict| {
            matches!(verdict, Verdict::Ignored(_))
        });
    }
    summary(&mut out, report);
    out
}

/// Everything that one case found, or why it could not be judged or was not asked, for a libtest trial.
#[must_use]
pub fn case_text(report: &Report<'_>, outcome: &Outcome) -> String {
    told(report, &FindingsOf::of(report.run), outcome)
}

/// The same where the names of the findings are known.
pub(super) fn told<'a>(
    report: &Report<'_>,
    findings: &FindingsOf<'a>,
    outcome: &'a Outcome,
) -> String {
    if let Some(reason) = reason::of(report.run, &outcome.verdict) {
        let what = match outcome.verdict {
            Verdict::Ignored(_) => "not asked",
            _ => "could not be judged",
        };
        return report.safe(&format!("{what}: {reason}"));
    }
    if let Some(misfit) = &report.run.misfit {
        return report.safe(&reason::misfit(misfit));
    }
    let mut out = Toned::default();
    for block in findings.by(outcome) {
        block_body(&mut out, report, &block, false);
    }
    for seen in outcome.violations.iter().chain(&outcome.remarks) {
        if let Some(used) = waived::waiver_of(report.run, seen) {
            let until = used.waiver.until;
            let _ = writeln!(out, "  waived until {until}: {}", clip(&used.waiver.reason));
            let place = waived::place(seen);
            let _ = writeln!(out, "    {}", place.trim_start_matches(": ").trim_start());
        }
    }
    report.safe(out.plain().trim_end())
}

/// How many violations a case shows, and how many of them were told before.
pub(super) fn seen_in(block: &Block<'_>) -> String {
    match block.told() {
        (told, 0) => seen_words(block.level, told),
        (told, before) => format!(
            "{}, {before} of them told above",
            seen_words(block.level, told + before)
        ),
    }
}

/// The findings of one case, below its name, and where else they show.
pub(super) fn block_body(
    out: &mut Toned,
    report: &Report<'_>,
    block: &Block<'_>,
    names_others: bool,
) {
    let operation = &report.contract.operations[block.outcome.operation];
    let Some(first) = block.groups.first().and_then(|group| group.seen.first()) else {
        return;
    };
    let _ = writeln!(out, "  {}, {}", exchange(first), seen_in(block));
    let mut last_shown = None;
    let is_alike = block.shows_alike();
    for together in block.together() {
        let last_shown = &mut last_shown;
        let names_each = names_others && !is_alike;
        together_text(out, report, operation, (together, names_each), last_shown);
    }
    if names_others && is_alike {
        shows_in(out, block.groups[0].others());
    }
    let again = format!("  again: {}", curl(&first.request, report.target));
    out.put(Tone::Copied, &again);
    let _ = writeln!(out);
    // Last, as it is not what to do first.
    for together in block.together() {
        let waivers = together.waivers.iter().map(ToString::to_string);
        for line in waiver_lines(waivers, &ids(together.ids())) {
            out.put(Tone::Waiver, &line);
            let _ = writeln!(out);
        }
    }
}

/// The other cases in which findings show, as many as anybody reads.
fn shows_in(out: &mut Toned, others: &[&CaseId]) {
    let names = others.iter().take(MAX_CASES);
    let names: Vec<String> = names.map(ToString::to_string).collect();
    let rest = match others.len() - names.len() {
        0 => String::new(),
        rest => format!(" and {}", count(rest, "more case")),
    };
    if !names.is_empty() {
        let _ = writeln!(out, "  shows in: {}{rest}", names.join(", "));
    }
}

/// The names of findings that are told together, as many as anybody reads.
fn ids(ids: impl Iterator<Item = FindingId>) -> String {
    let all: Vec<String> = ids.map(|id| id.to_string()).collect();
    let shown = all.iter().take(MAX_IDS).map(String::as_str);
    let shown = shown.collect::<Vec<_>>().join(", ");
    match all.len().saturating_sub(MAX_IDS) {
        0 => shown,
        rest => format!("{shown} and {rest} more in --report-json"),
    }
}

/// What would waive a finding, or several, the first patterns one by one; what names the finding is a comment where they are
/// copied.
pub(super) fn waiver_lines(
    mut waivers: impl ExactSizeIterator<Item = String>,
    id: &str,
) -> Vec<String> {
    if waivers.len() == 0 {
        return vec![format!("  id: {id}")];
    }
    let first = waivers.by_ref().take(MAX_WAIVERS);
    let mut lines: Vec<String> = first
        .map(|pattern| format!("  waive: {pattern} # id: {id}"))
        .collect();
    if waivers.len() > 0 {
        let rest = count(waivers.len(), "more waiver");
        lines.push(format!("  waive: {rest} in --report-json"));
    }
    lines
}

fn together_text(
    out: &mut Toned,
    report: &Report<'_>,
    operation: &Operation,
    (together, names_others): (Together<'_, '_>, bool),
    last_shown: &mut Option<Span>,
) {
    let findings = together.findings;
    if findings.len() > MAX_PLACES {
        let seen = together.seen();
        let members = findings.iter().map(Group::members);
        let members: Vec<&str> = members
            .filter_map(<[&str]>::first)
            .map(|member| if member.is_empty() { "answer" } else { *member })
            .collect();
        let _ = writeln!(
            out,
            "  {} ({}): {}",
            count(members.len(), "member"),
            findings[0].rule,
            said_of_all(&seen)
        );
        let named = members.iter().take(2 * MAX_PLACES).copied();
        let named: Vec<&str> = named.collect();
        let rest = members.len().saturating_sub(2 * MAX_PLACES);
        let rest = if rest > 0 {
            format!(" and {rest} more")
        } else {
            String::new()
        };
        let _ = writeln!(out, "     {}{rest}", one_line(&named.join(", ")));
        snippet(out, operation, seen[0], last_shown);
        if names_others {
            shows_in(out, &together.others());
        }
        return;
    }
    for (at, group) in findings.iter().enumerate() {
        let first = group.seen[0];
        let pointer = match first.violation.pointer.as_str() {
            "" => "answer",
            pointer => &one_line(pointer),
        };
        let _ = writeln!(
            out,
            "  {pointer}: {}{}",
            said(first),
            often(report.run, &group.seen)
        );
        if report.show_values
            && let Some(value) = &first.violation.value
        {
            let _ = writeln!(out, "     value: {}", clip(value));
        }
        // One look at the page is enough for members that are told together.
        if at == 0 {
            snippet(out, operation, first, last_shown);
        } else if let Some(span) = first.violation.promised {
            arrow(out, 2, &operation.source.locate(span.start));
        }
        if names_others {
            shows_in(out, group.others());
        }
    }
}

/// The line of the page that promised it, unless it was shown just before.
fn snippet(out: &mut Toned, operation: &Operation, seen: &Seen, last_shown: &mut Option<Span>) {
    let Some(span) = seen.violation.promised else {
        return;
    };
    if last_shown.replace(span) == Some(span) {
        return;
    }
    let source = &operation.source;
    let excerpt = source.excerpt(span);
    let number = excerpt.number.to_string();
    // Beside a gutter, and the sign that something is cut off.
    let room = out.room_beside(number.len() + 6);
    let excerpt = match room {
        Some(room) => excerpt.within(room),
        None => excerpt,
    };
    let (indent, carets) = excerpt.carets();
    arrow(out, number.len(), &source.locate(span.start));
    gutter(out, &number);
    let _ = writeln!(out, " {}", excerpt.line());
    gutter(out, &" ".repeat(number.len()));
    let _ = write!(out, " {indent}");
    let seen = evidence::seen(operation, span).map_or_else(String::new, |seen| format!(", {seen}"));
    let note = format!("documented here{seen}");
    let wide = indent.len() + carets.len() + 1 + note.width();
    if room.is_some_and(|room| wide > room) {
        out.put(Tone::Page, &carets);
        let _ = writeln!(out);
        gutter(out, &" ".repeat(number.len()));
        let _ = write!(out, " ");
        out.put(Tone::Page, &note);
    } else {
        out.put(Tone::Page, &format!("{carets} {note}"));
    }
    let _ = writeln!(out);
}

/// Where the page is, the arrow behind a gutter of some width.
fn arrow(out: &mut Toned, width: usize, place: &str) {
    let _ = write!(out, "  {} ", " ".repeat(width));
    out.put(Tone::Page, "-->");
    let _ = writeln!(out, " {place}");
}

/// What stands before a line of the page.
fn gutter(out: &mut Toned, number: &str) {
    out.put(Tone::Gutter, &format!("  {number} |"));
}

/// Why cases were not judged; one line for all that had no answer to read, where findings say more of that.
fn blocked(out: &mut Toned, run: &Run) {
    let has_findings = run.count(|verdict| *verdict == Verdict::Violates) > 0;
    let is_told = |verdict: &Verdict| has_findings && has_no_answer(verdict);
    let cases = run.count(is_told);
    if cases > 0 {
        let _ = writeln!(
            out,
            "{} not judged, for want of a readable answer",
            count(cases, "case")
        );
    }
    not_done(out, run, |verdict| {
        matches!(verdict, Verdict::Blocked(_)) && !is_told(verdict)
    });
}

/// Whether a case could not be judged as no answer could be read, which another case says more of.
fn has_no_answer(verdict: &Verdict) -> bool {
    let Verdict::Blocked(reason) = verdict else {
        return false;
    };
    matches!(
        reason,
        Reason::NoBody | Reason::NoPayload | Reason::NoPair | Reason::NoSecond | Reason::NoReader
    )
}

/// Why cases ended so, in the order of the cases.
fn not_done(out: &mut Toned, run: &Run, is_meant: impl Fn(&Verdict) -> bool) {
    for (mark, reason, cases) in reasons_of(run, is_meant) {
        let _ = writeln!(out, "{} {}: {reason}", count(cases, "case"), mark.singular);
    }
}

/// Which documented members no answer held, so that nothing is known of them.
fn unseen(out: &mut Toned, report: &Report<'_>) {
    for line in coverage::unseen(report) {
        let _ = writeln!(out, "not judged: {line}");
    }
    for line in unasked(report.run) {
        let _ = writeln!(out, "{line}");
    }
}

/// What a format that has no place for it leaves unsaid: which members and values nothing is known of, and
/// that there are remarks.
pub(super) fn beside(report: &Report<'_>) -> Vec<String> {
    let run = report.run;
    let mut lines: Vec<String> = coverage::headline(run).into_iter().collect();
    let unseen = coverage::unseen(report).into_iter();
    lines.extend(unseen.map(|line| format!("not judged: {line}")));
    lines.extend(unasked(run));
    if let Some(cases) = remarked(run) {
        lines.push(format!(
            "remarks in {cases}, which fail nothing: `run` without --format tells them, and every report, such as --report-html FILE"
        ));
    }
    lines.iter().map(|line| report.safe(line)).collect()
}

/// In how many cases there are remarks, where there are any.
fn remarked(run: &Run) -> Option<String> {
    let remarked = run.remarked();
    (remarked > 0 && run.obstacle.is_none()).then(|| count(remarked, "case"))
}

/// The values that no request of the run could hold.
fn unasked(run: &Run) -> Vec<String> {
    // What was recorded was asked by somebody else.
    if run.obstacle.is_some() || run.subject.recording.is_some() {
        return Vec::new();
    }
    let operations = run.outcomes.iter().map(|outcome| outcome.operation);
    super::unasked(&run.plan.unasked, &operations.collect())
}

/// The last two lines: counts, then what was tried and what they mean for it.
fn summary(out: &mut Toned, report: &Report<'_>) {
    let run = report.run;
    let mut parts = Vec::new();
    let mut part = |number: usize, word: &str| {
        if number > 0 {
            parts.push(format!("{number} {word}"));
        }
    };
    part(
        run.count(|verdict| *verdict == Verdict::Conforms),
        "conform",
    );
    part(
        run.count(|verdict| *verdict == Verdict::Violates),
        "violate",
    );
    part(run.count(|verdict| *verdict == Verdict::Waived), "waived");
    part(
        run.count(|verdict| matches!(verdict, Verdict::Blocked(_))),
        "not judged",
    );
    part(
        run.count(|verdict| matches!(verdict, Verdict::Ignored(_))),
        "ignored",
    );
    if let Some(cases) = remarked(run) {
        let _ = writeln!(
            out,
            "remarks in {cases}, which fail nothing; --deny RULE or --deny remarks makes them fail"
        );
    }
    for sentence in test_data::left(&run.left) {
        let _ = writeln!(out, "left on the portal: {sentence}");
    }
    let blocks = findings(run);
    let found: usize = blocks.iter().map(|block| block.groups.len()).sum();
    let told = match found {
        0 => String::new(),
        found => format!("; {}", count(found, "finding")),
    };
    let colon = if parts.is_empty() { "" } else { ": " };
    let seen = coverage::headline(run);
    let seen = seen.map_or(String::new(), |seen| format!("; {seen}"));
    let _ = writeln!(
        out,
        "{}{colon}{}{seen}{told}; {}{} in {:.2} s{}",
        count(run.outcomes.len(), "case"),
        parts.join(", "),
        count(run.requests, "request"),
        retries(run),
        run.elapsed.as_secs_f64(),
        slowest(report),
    );
    let code = run.exit_code();
    let verdict = format!("{} (exit {})", reason::upshot(run), code as u8);
    let _ = write!(out, "{}: ", subject::subject(report));
    out.put(Tone::Verdict(code), &verdict);
    let _ = writeln!(out);
}

/// The operation whose answers took the most time, where there are several.
fn slowest(report: &Report<'_>) -> String {
    let mut times: BTreeMap<usize, Duration> = BTreeMap::new();
    for outcome in &report.run.outcomes {
        *times.entry(outcome.operation).or_default() += outcome.share;
    }
    let is_choice = times.len() > 1;
    let most = times.into_iter().max_by_key(|(_, time)| *time);
    match most.filter(|(_, time)| is_choice && !time.is_zero()) {
        Some((operation, time)) => format!(
            ", slowest {} ({:.2} s of answers)",
            report.contract.operations[operation].id,
            time.as_secs_f64()
        ),
        None => String::new(),
    }
}

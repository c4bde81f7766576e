//! The report that goes with an offer: one HTML file that needs nothing else.
//!
//! No script, no font, no picture, nothing from elsewhere; a policy in the page forbids what a slip in
//! escaping would let in. Verdicts are told in symbol and word, colour only repeats them. The style
//! sheet beside this file has a light and a dark side, a narrow one and one for paper.

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::case::CaseId;
use crate::check::{Family, count};
use crate::contract::{Format, Operation};
use crate::level::Level;
use crate::report::evidence;
use crate::report::findings::Together;
use crate::report::outline::{Mark, Row, Tally, VIOLATES, family_of, matrix, reasons, sentence};
use crate::report::text::seen_in;
use crate::report::words::{clip, exchange, often, retries, said};
use crate::report::{
    Block, FindingId, Group, Report, coverage, curl, findings, reason, remarks, subject, test_data,
    waived,
};
use crate::run::{Outcome, Reason, Run, Verdict};
use crate::source::{Source, Span};

const STYLE: &str = include_str!("style.css");
/// How many members of one cause are listed before the rest is counted.
const MAX_MEMBERS: usize = 20;

/// The run as a page.
#[must_use]
pub fn html(report: &Report<'_>) -> String {
    let verdict = sentence(reason::upshot(report.run));
    let url = report.safe(report.target.url.as_str());
    let run = report.run;
    let blocks = run.obstacle.is_none().then(|| findings(run));
    let blocks = blocks.unwrap_or_default();
    page(
        &format!("{verdict}: {url}"),
        &html! {
            header {
                h1 { "Portal conformance report" }
                (head(report, &verdict))
                (summary(report, &url))
            }
            main {
                (overview(report, &blocks))
                (all_findings(report, &blocks))
                (waived::html(report))
                (cases(report))
            }
            (foot(report))
        },
    )
}

/// A page that needs nothing else, and in which a policy forbids the rest.
pub(crate) fn page(title: &str, body: &Markup) -> String {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="referrer" content="no-referrer";
                meta name="robots" content="noindex";
                title { (title) }
                style { (PreEscaped(STYLE)) }
            }
            body { (body) }
        }
    };
    page.into_string()
}

/// The verdict, and what to know before all else.
fn head(report: &Report<'_>, verdict: &str) -> Markup {
    let run = report.run;
    let mark = Mark::of_run(run.exit_code());
    let left = test_data::left(&run.left).into_iter();
    let left = left.map(|left| format!("Left on the portal: {left}"));
    let obstacle = run.obstacle.as_ref();
    let obstacle = obstacle.map(|obstacle| reason::obstacle(&run.target, obstacle));
    let misfit = run.misfit.as_ref().map(reason::misfit);
    let hints = run.hints.iter().map(|hint| reason::hint(&run.target, hint));
    html! {
        p class={ "verdict " (mark.word) } { (symbol(mark)) " " (verdict) }
        @for line in left.chain(obstacle).chain(misfit).chain(hints) {
            p.obstacle { (report.safe(&line)) }
        }
    }
}

fn summary(report: &Report<'_>, url: &str) -> Markup {
    let run = report.run;
    let parts = Tally::of(&run.outcomes).parts().into_iter();
    let parts: Vec<String> = parts
        .map(|(mark, number)| format!("{number} {}", mark.words(number)))
        .collect();
    let colon = if parts.is_empty() { "" } else { ": " };
    let elapsed = run.elapsed.as_secs_f64();
    let (seen, unseen) = (coverage::headline(run), coverage::unseen(report));
    html! {
        dl {
            div {
                dt { "Portal" }
                dd {
                    @if run.subject.is_reference {
                        (subject::portal(run))
                    } @else {
                        code { (url) }
                        @if let Some(file) = &run.subject.recording {
                            " as recorded in " code { (report.safe(&file.display().to_string())) }
                        }
                    }
                    @if let Some(name) = &run.subject.target {
                        " (target " code { (report.safe(name)) } ")"
                    }
                }
            }
            div { dt { "Pages" } dd { (report.safe(&subject::pages(run))) } }
            div { dt { "Profile" } dd { code { (report.safe(&run.profile)) } } }
            div {
                dt { "Cases" }
                dd { (count(run.outcomes.len(), "case")) (colon) (parts.join(", ")) }
            }
            @if let Some(seen) = seen {
                div {
                    dt { "Members" }
                    dd {
                        (seen)
                        @for line in &unseen { br; (report.safe(line)) }
                    }
                }
            }
            div { dt { "Time" } dd { (subject::timestamp(run.started)) } }
            div {
                dt { "Requests" }
                dd { (run.requests) (retries(run)) " in " (format!("{elapsed:.2} s")) }
            }
        }
    }
}

/// For what is red in the overview, the finding to look at: by operation, format and family.
type Anchors = BTreeMap<(String, Format, Family), FindingId>;

fn anchors(blocks: &[Block<'_>]) -> Anchors {
    let mut anchors = Anchors::new();
    for group in blocks.iter().flat_map(|block| &block.groups) {
        for case in &group.reach.cases {
            let key = (case.operation.to_string(), case.format, family_of(case));
            anchors.entry(key).or_insert(group.id);
        }
    }
    anchors
}

fn overview(report: &Report<'_>, blocks: &[Block<'_>]) -> Markup {
    let (rows, anchors) = (matrix(report), anchors(blocks));
    let of_one_operation = |a: &Row<'_>, b: &Row<'_>| a.operation.id == b.operation.id;
    html! {
        @if !rows.is_empty() {
            section aria-labelledby="overview" {
                h2 #overview { "Overview" }
                table.matrix {
                    caption {
                        "Cases by operation, format and family of checks"
                        @if !anchors.is_empty() {
                            "; what violates leads to its finding, all are " a href="#findings" { "below" }
                        }
                    }
                    thead {
                        tr {
                            th scope="col" { "format" }
                            @for family in Family::ALL { th scope="col" { (family) } }
                        }
                    }
                    @for rows in rows.chunk_by(of_one_operation) { (operation(report, rows, &anchors)) }
                }
                (unjudged(report))
                details {
                    summary { "What each family judges" }
                    dl.families {
                        @for family in Family::ALL {
                            div { dt { (family) } dd { (meaning(family)) } }
                        }
                    }
                }
            }
        }
    }
}

/// The rows of one operation.
fn operation(report: &Report<'_>, rows: &[Row<'_>], anchors: &Anchors) -> Markup {
    let anchor =
        |row: &Row<'_>, family| anchors.get(&(row.operation.id.to_string(), row.format, family));
    let calls = rows.iter().take(1).map(|row| row.operation);
    let calls =
        calls.map(|operation| format!("{} {}", operation.method, operation.documented_path()));
    html! {
        tbody {
            @for call in calls {
                tr.operation {
                    th scope="rowgroup" colspan=(Family::ALL.len() + 1) {
                        code { (report.safe(&call)) }
                    }
                }
            }
            @for row in rows {
                tr {
                    th scope="row" { (row.format.as_str().to_uppercase()) }
                    @for (family, tally) in Family::ALL.into_iter().zip(row.cells) {
                        (cell(family, tally, anchor(row, family).copied()))
                    }
                }
            }
        }
    }
}

/// A cell of the overview, in the colour of what matters most.
fn cell(family: Family, tally: Tally, finding: Option<FindingId>) -> Markup {
    let parts = tally.parts();
    let Some((worst, _)) = parts.first().copied() else {
        return html! {
            td.none data-family=(family) {
                span aria-hidden="true" { "–" }
                span.unseen { "no case" }
            }
        };
    };
    html! {
        td class=(worst.word) data-family=(family) {
            @for (at, (mark, number)) in parts.iter().copied().enumerate() {
                @if at > 0 { " " }
                span {
                    @let words = html! {
                        (symbol(mark)) " " (number)
                        @if parts.len() > 1 && mark == worst { " of " (tally.total()) }
                        " " (mark.words(number))
                    };
                    @match finding.filter(|_| mark == VIOLATES) {
                        Some(id) => a href={ "#" (id) } { (words) },
                        None => (words),
                    }
                }
            }
        }
    }
}

/// Why cases were not judged or not asked; an obstacle has been told already.
fn unjudged(report: &Report<'_>) -> Markup {
    let reasons = reasons(report.run);
    html! {
        @if !reasons.is_empty() {
            ul.reasons {
                @for (mark, reason, cases) in reasons {
                    li {
                        (symbol(mark)) " " (count(cases, "case")) " " (mark.singular) ": "
                        (report.safe(&reason))
                    }
                }
            }
        }
    }
}

fn all_findings(report: &Report<'_>, blocks: &[Block<'_>]) -> Markup {
    let run = report.run;
    if run.obstacle.is_some() || run.outcomes.is_empty() {
        return Markup::default();
    }
    let told = remarks(run);
    html! {
        section aria-labelledby="findings" {
            h2 #findings { "Findings" }
            @if blocks.is_empty() { p { "No violation was seen." } }
            @for block in blocks { (article(report, block)) }
        }
        @if !told.is_empty() {
            section aria-labelledby="remarks" {
                h2 #remarks { "Remarks" }
                p { "They fail nothing; somebody should look at them." }
                @for block in &told { (article(report, block)) }
            }
        }
    }
}

fn article(report: &Report<'_>, block: &Block<'_>) -> Markup {
    let Some(first) = block.groups.first().and_then(|group| group.seen.first()) else {
        return Markup::default();
    };
    let is_alike = block.shows_alike();
    // The same snippet is not shown twice in a row.
    let mut last_shown = None;
    html! {
        article {
            h3 {
                @if block.level == Level::Deny { (symbol(VIOLATES)) " " }
                code { (report.safe(&block.outcome.id.to_string())) }
            }
            p.exchange {
                code { (report.safe(&clip(&exchange(first)))) } ", "
                (seen_in(block))
            }
            @for together in block.together() {
                (told(report, block, together, &mut last_shown))
                @if !is_alike { (shows_in(report, &together.others())) }
            }
            @if is_alike { (shows_in(report, block.groups[0].others())) }
            p.again { "Ask again:" }
            pre.curl { code { (report.safe(&curl(&first.request, report.target))) } }
        }
    }
}

/// The other cases in which findings show.
fn shows_in(report: &Report<'_>, others: &[&CaseId]) -> Markup {
    html! {
        @if !others.is_empty() {
            p.also {
                "Shows in " (count(others.len(), "other case")) " too: "
                @for (at, id) in others.iter().take(MAX_MEMBERS).enumerate() {
                    @if at > 0 { ", " }
                    code { (report.safe(&id.to_string())) }
                }
                @if others.len() > MAX_MEMBERS { " and " (others.len() - MAX_MEMBERS) " more" }
            }
        }
    }
}

fn told(
    report: &Report<'_>,
    block: &Block<'_>,
    together: Together<'_, '_>,
    last_shown: &mut Option<Span>,
) -> Markup {
    let findings = together.findings;
    html! {
        h4 {
            (sentence(findings[0].rule.sentence()))
            @for id in together.ids() { " " span.rule id=(id) { (id) } }
        }
        ul.places {
            @for (at, group) in findings.iter().take(MAX_MEMBERS).enumerate() {
                (place(report, block, group, last_shown, at == 0))
            }
            @if findings.len() > MAX_MEMBERS {
                li { "and " (count(findings.len() - MAX_MEMBERS, "more member")) }
            }
        }
        @for pattern in together.waivers {
            p.also { "Waiver: " code { (report.safe(&pattern.to_string())) } }
        }
    }
}

/// What was seen of a member: its first place, and how often it shows.
fn place(
    report: &Report<'_>,
    block: &Block<'_>,
    group: &Group<'_>,
    last_shown: &mut Option<Span>,
    has_snippet: bool,
) -> Markup {
    let seen = group.seen[0];
    let violation = &seen.violation;
    let pointer = match violation.pointer.as_str() {
        "" => "answer".to_owned(),
        pointer => clip(pointer),
    };
    let value = violation.value.as_ref().filter(|_| report.show_values);
    let operation = &report.contract.operations[block.outcome.operation];
    html! {
        li {
            code { (report.safe(&pointer)) } ": " span.said { (report.safe(&said(seen))) }
            (report.safe(&often(report.run, &group.seen)))
            @if let Some(value) = value {
                p.value { "Value: " code { (report.safe(&clip(value))) } }
            }
            @if let Some(span) = violation.promised {
                @if has_snippet && last_shown.replace(span) != Some(span) {
                    (snippet(report, operation, span))
                } @else {
                    span.page { (documented(report, &operation.source, span)) }
                }
            }
        }
    }
}

/// The line of the page that promised it, with the promise marked.
fn snippet(report: &Report<'_>, operation: &Operation, span: Span) -> Markup {
    let source = &operation.source;
    let excerpt = source.excerpt(span);
    html! {
        figure {
            figcaption {
                (documented(report, source, span))
                @if let Some(seen) = evidence::seen(operation, span) { ", " (seen) }
            }
            pre {
                code {
                    span.number { (excerpt.number) " " }
                    (report.safe(&excerpt.before))
                    mark { (report.safe(&excerpt.marked)) }
                    (report.safe(&excerpt.after))
                }
            }
        }
    }
}

fn documented(report: &Report<'_>, source: &Source, span: Span) -> Markup {
    html! { "Documented at " code { (report.safe(&source.locate(span.start))) } }
}

fn cases(report: &Report<'_>) -> Markup {
    let outcomes = &report.run.outcomes;
    let title = match outcomes.len() {
        0 => return Markup::default(),
        1 => "The one case".to_owned(),
        number => format!("All {number} cases"),
    };
    html! {
        section aria-labelledby="cases" {
            h2 #cases { "Cases" }
            details {
                summary { (title) }
                table.cases {
                    caption { "Every case, its verdict, and how long its answers took" }
                    thead {
                        tr {
                            th scope="col" { "case" }
                            th scope="col" { "verdict" }
                            th.time scope="col" { "time" }
                        }
                    }
                    tbody { @for outcome in outcomes { (case(report, outcome)) } }
                }
            }
        }
    }
}

fn case(report: &Report<'_>, outcome: &Outcome) -> Markup {
    let mark = Mark::of(&outcome.verdict);
    let id = outcome.id.to_string();
    let shown = report.safe(&id);
    let steps = if shown == id {
        outcome.id.steps()
    } else {
        vec![shown]
    };
    let milliseconds = outcome.elapsed.as_secs_f64() * 1e3;
    html! {
        tr {
            th scope="row" {
                code {
                    @for (at, step) in steps.iter().enumerate() {
                        // A long name may be broken between its steps.
                        @if at > 0 { "::" wbr; }
                        (step)
                    }
                }
            }
            td class=(mark.word) {
                (symbol(mark)) " " (mark.singular)
                @if let Some(reason) = reason_of(report.run, outcome) {
                    br;
                    span.reason { (report.safe(&reason)) }
                }
            }
            td.time { (format!("{milliseconds:.1} ms")) }
        }
    }
}

/// Why a case was not judged or not asked; an obstacle is told at the top.
fn reason_of(run: &Run, outcome: &Outcome) -> Option<String> {
    match &outcome.verdict {
        Verdict::Blocked(Reason::Obstacle) => None,
        verdict => reason::of(run, verdict),
    }
}

fn foot(report: &Report<'_>) -> Markup {
    let data = if report.show_values {
        "This report holds data of the portal."
    } else {
        "Findings name types and lengths, not the portal's data."
    };
    html! {
        footer {
            p {
                (env!("CARGO_PKG_NAME")) " " (env!("CARGO_PKG_VERSION"))
                ", exit code " (report.run.exit_code() as u8) ". " (data)
            }
        }
    }
}

fn symbol(mark: Mark) -> Markup {
    html! { span.symbol aria-hidden="true" { (mark.symbol) } }
}

fn meaning(family: Family) -> &'static str {
    match family {
        Family::Transport => "status code, media type, a complete and well-formed body",
        Family::Envelope => "the members around the payload",
        Family::Schema => "every documented member in JSON, of its type",
        Family::Shape => "every documented member in XML, of its type",
        Family::Identity => "the resources that were asked for, and the same each time",
        Family::Parity => "XML says what JSON says",
        Family::Refusal => "wrong requests are refused, and give no data away",
        Family::Snapshot => "status, media type and envelope look as reviewed",
    }
}

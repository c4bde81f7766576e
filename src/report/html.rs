//! The report that goes with an offer: one HTML file that needs nothing else.
//!
//! No script, no font, no picture, nothing from elsewhere; a policy in the page forbids what a slip in
//! escaping would let in. Verdicts are told in symbol and word, colour only repeats them. The style
//! sheet beside this file has a light and a dark side, a narrow one and one for paper.

use std::fmt::Write;

use crate::check::{Family, count};
use crate::report::findings::waiver;
use crate::report::outline::{Mark, Tally, VIOLATES, matrix, reasons, sentence};
use crate::report::words::{clip, exchange, retries, said};
use crate::report::{Block, Group, Report, curl, findings, reason, waived};
use crate::run::{Reason, Seen, Verdict};
use crate::source::{Source, Span};

const STYLE: &str = include_str!("style.css");
/// How many members of one cause are listed before the rest is counted.
const MAX_MEMBERS: usize = 20;

/// The run as a page.
#[must_use]
pub fn html(report: &Report<'_>) -> String {
    let mut page = Page {
        report,
        out: String::new(),
        last_shown: None,
    };
    page.head();
    page.verdict();
    page.overview();
    page.findings();
    page.out
        .push_str(&waived::html(report, &|text| page.safe(text)));
    page.cases();
    page.foot();
    page.out
}

struct Page<'a> {
    report: &'a Report<'a>,
    out: String,
    /// What the last snippet of the case shows: the same is not shown twice.
    last_shown: Option<Span>,
}

/// Writes to the page; writing to memory does not fail.
macro_rules! put {
    ($page:expr, $($argument:tt)*) => {
        { let _ = writeln!($page.out, $($argument)*); }
    };
}

impl Page<'_> {
    /// A text of any origin, between tags or in a quoted attribute.
    fn safe(&self, text: &str) -> String {
        escape(&self.report.safe(text))
    }

    fn head(&mut self) {
        let run = self.report.run;
        let url = self.safe(self.report.target.url.as_str());
        put!(
            self,
            r#"<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{}: {url}</title>
<style>
{STYLE}</style>
</head>
<body>"#,
            sentence(reason::verdict(run)),
        );
    }

    fn verdict(&mut self) {
        let run = self.report.run;
        let code = run.exit_code();
        let mark = Mark::of_run(code);
        let url = self.safe(self.report.target.url.as_str());
        put!(
            self,
            r#"<header>
<h1>Portal conformance report</h1>
<p class="verdict {}"><span class="symbol" aria-hidden="true">{}</span> {}</p>"#,
            mark.word,
            mark.symbol,
            sentence(reason::verdict(run)),
        );
        for left in reason::left(&run.left) {
            let left = self.safe(&left);
            put!(
                self,
                r#"<p class="obstacle">Left on the portal: {left}</p>"#
            );
        }
        if let Some(obstacle) = &run.obstacle {
            let obstacle = self.safe(&reason::obstacle(&run.target, obstacle));
            put!(self, r#"<p class="obstacle">{obstacle}</p>"#);
        }
        if let Some(misfit) = &run.misfit {
            let misfit = self.safe(&reason::misfit(misfit));
            put!(self, r#"<p class="obstacle">{misfit}</p>"#);
        }
        for hint in &run.hints {
            let hint = self.safe(&reason::hint(hint));
            put!(self, r#"<p class="obstacle">{hint}</p>"#);
        }
        let parts: Vec<String> = Tally::of(&run.outcomes)
            .parts()
            .into_iter()
            .map(|(mark, number)| format!("{number} {}", mark.words(number)))
            .collect();
        let colon = if parts.is_empty() { "" } else { ": " };
        let cases = count(run.outcomes.len(), "case");
        let profile = self.safe(&run.profile);
        put!(
            self,
            r"<dl>
<div><dt>Portal</dt><dd><code>{url}</code></dd></div>
<div><dt>Profile</dt><dd><code>{profile}</code></dd></div>
<div><dt>Cases</dt><dd>{cases}{colon}{}</dd></div>
<div><dt>Requests</dt><dd>{}{} in {:.2} s</dd></div>
</dl>
</header>
<main>",
            parts.join(", "),
            run.requests,
            retries(run),
            run.elapsed.as_secs_f64(),
        );
    }

    fn overview(&mut self) {
        let rows = matrix(self.report);
        if rows.is_empty() {
            return;
        }
        put!(
            self,
            r#"<section aria-labelledby="overview">
<h2 id="overview">Overview</h2>
<table class="matrix">
<caption>Cases by operation, format and family of checks</caption>
<thead>
<tr><th scope="col">format</th>{}</tr>
</thead>"#,
            Family::ALL
                .map(|family| format!(r#"<th scope="col">{family}</th>"#))
                .concat(),
        );
        let mut shown = None;
        for row in &rows {
            if shown != Some(&row.operation.id) {
                if shown.is_some() {
                    put!(self, "</tbody>");
                }
                let call = format!("{} {}", row.operation.method, row.operation.path);
                put!(
                    self,
                    r#"<tbody>
<tr class="operation"><th scope="rowgroup" colspan="{}"><code>{}</code></th></tr>"#,
                    Family::ALL.len() + 1,
                    self.safe(&call),
                );
                shown = Some(&row.operation.id);
            }
            let cells = Family::ALL.iter().zip(row.cells);
            let cells: String = cells.map(|(family, tally)| cell(*family, tally)).collect();
            let format = row.format.as_str().to_uppercase();
            put!(self, r#"<tr><th scope="row">{format}</th>{cells}</tr>"#);
        }
        put!(self, "</tbody>\n</table>");
        self.reasons();
        put!(
            self,
            "<details>\n<summary>What each family judges</summary>\n<dl class=\"families\">"
        );
        for family in Family::ALL {
            put!(
                self,
                "<div><dt>{family}</dt><dd>{}</dd></div>",
                meaning(family)
            );
        }
        put!(self, "</dl>\n</details>\n</section>");
    }

    /// Why cases were not judged or not asked; an obstacle has been told already.
    fn reasons(&mut self) {
        let reasons = reasons(self.report.run);
        if reasons.is_empty() {
            return;
        }
        put!(self, r#"<ul class="reasons">"#);
        for (mark, reason, cases) in reasons {
            put!(
                self,
                "<li>{} {} {}: {}</li>",
                symbol(mark),
                count(cases, "case"),
                mark.singular,
                self.safe(&reason)
            );
        }
        put!(self, "</ul>");
    }

    fn findings(&mut self) {
        let run = self.report.run;
        if run.obstacle.is_some() || run.outcomes.is_empty() {
            return;
        }
        let blocks = findings(run);
        put!(
            self,
            r#"<section aria-labelledby="findings">
<h2 id="findings">Findings</h2>"#
        );
        if blocks.is_empty() {
            put!(self, "<p>No violation was seen.</p>");
        }
        for block in &blocks {
            self.block(block);
        }
        put!(self, "</section>");
    }

    fn block(&mut self, block: &Block<'_>) {
        let Some(first) = block.groups.first().and_then(|group| group.seen.first()) else {
            return;
        };
        let total: usize = block.groups.iter().map(|group| group.seen.len()).sum();
        self.last_shown = None;
        put!(
            self,
            r#"<article>
<h3>{} <code>{}</code></h3>
<p class="exchange"><code>{}</code>, {}</p>"#,
            symbol(VIOLATES),
            self.safe(&block.outcome.id.to_string()),
            self.safe(&clip(&exchange(first))),
            count(total, "violation"),
        );
        for group in &block.groups {
            self.group(block, group);
        }
        if !block.also.is_empty() {
            let names = block.also.iter();
            let names: Vec<String> = names
                .map(|id| format!("<code>{}</code>", self.safe(&id.to_string())))
                .collect();
            put!(
                self,
                r#"<p class="also">Shows in {} too: {}</p>"#,
                count(names.len(), "other case"),
                names.join(", ")
            );
        }
        put!(
            self,
            "<p class=\"again\">Ask again:</p>\n<pre class=\"curl\"><code>{}</code></pre>\n</article>",
            self.safe(&curl(&first.request, self.report.target)),
        );
    }

    fn group(&mut self, block: &Block<'_>, group: &Group<'_>) {
        let members = group.members();
        put!(
            self,
            r#"<h4>{} <span class="rule">{}</span></h4>
<ul class="places">"#,
            sentence(group.rule.sentence()),
            group.rule,
        );
        for (at, member) in members.iter().take(MAX_MEMBERS).enumerate() {
            let mut same = group
                .seen
                .iter()
                .filter(|seen| seen.violation.member == *member);
            let Some(first) = same.next() else { continue };
            let more = match same.count() {
                0 => String::new(),
                more => format!(" (and {})", count(more, "other place")),
            };
            self.place(block, first, &more, at == 0);
        }
        if members.len() > MAX_MEMBERS {
            let rest = count(members.len() - MAX_MEMBERS, "more member");
            put!(self, "<li>and {rest}</li>");
        }
        put!(self, "</ul>");
        if let Some(pattern) = waiver(self.report.run, block, group) {
            let pattern = self.safe(&pattern.to_string());
            put!(
                self,
                r#"<p class="also">Waiver: <code>{pattern}</code></p>"#
            );
        }
    }

    fn place(&mut self, block: &Block<'_>, seen: &Seen, more: &str, has_snippet: bool) {
        let violation = &seen.violation;
        let pointer = match violation.pointer.as_str() {
            "" => "answer",
            pointer => &clip(pointer),
        };
        let often = if seen.times < seen.of {
            format!(", in {} of {} answers", seen.times, seen.of)
        } else {
            String::new()
        };
        put!(
            self,
            r#"<li><code>{}</code>: <span class="said">{}</span>{often}{more}"#,
            self.safe(pointer),
            self.safe(&said(seen)),
        );
        if self.report.show_values
            && let Some(value) = &violation.value
        {
            put!(
                self,
                r#"<p class="value">Value: <code>{}</code></p>"#,
                self.safe(&clip(value))
            );
        }
        if let Some(span) = violation.promised {
            let source = &self.report.contract.operations[block.outcome.operation].source;
            if has_snippet && self.last_shown.replace(span) != Some(span) {
                self.snippet(source, span);
            } else {
                let place = self.safe(&source.locate(span.start));
                put!(
                    self,
                    r#"<span class="page">Documented at <code>{place}</code></span>"#
                );
            }
        }
        put!(self, "</li>");
    }

    /// The line of the page that promised it, with the promise marked.
    fn snippet(&mut self, source: &Source, span: Span) {
        let excerpt = source.excerpt(span);
        put!(
            self,
            "<figure>\n<figcaption>Documented at <code>{}</code></figcaption>\n<pre><code><span class=\"number\">{} </span>{}<mark>{}</mark>{}</code></pre>\n</figure>",
            self.safe(&source.locate(span.start)),
            excerpt.number,
            self.safe(&excerpt.before),
            self.safe(&excerpt.marked),
            self.safe(&excerpt.after),
        );
    }

    fn cases(&mut self) {
        let run = self.report.run;
        if run.outcomes.is_empty() {
            return;
        }
        put!(
            self,
            r#"<section aria-labelledby="cases">
<h2 id="cases">Cases</h2>
<details>
<summary>{}</summary>
<table class="cases">
<caption>Every case, its verdict, and how long its answers took</caption>
<thead>
<tr><th scope="col">case</th><th scope="col">verdict</th><th scope="col" class="time">time</th></tr>
</thead>
<tbody>"#,
            match run.outcomes.len() {
                1 => "The one case".to_owned(),
                number => format!("All {number} cases"),
            }
        );
        for outcome in &run.outcomes {
            let mark = Mark::of(&outcome.verdict);
            let reason = match &outcome.verdict {
                // It is told at the top.
                Verdict::Blocked(Reason::Obstacle) => None,
                verdict => reason::of(run, verdict),
            };
            let reason = reason.map_or_else(String::new, |reason| {
                format!(r#"<br><span class="reason">{}</span>"#, self.safe(&reason))
            });
            put!(
                self,
                r#"<tr><th scope="row"><code>{}</code></th><td class="{}">{} {}{reason}</td><td class="time">{:.1} ms</td></tr>"#,
                self.safe(&outcome.id.to_string()).replace("::", "::<wbr>"),
                mark.word,
                symbol(mark),
                mark.singular,
                outcome.elapsed.as_secs_f64() * 1e3,
            );
        }
        put!(self, "</tbody>\n</table>\n</details>\n</section>");
    }

    fn foot(&mut self) {
        let run = self.report.run;
        put!(
            self,
            r"</main>
<footer>
<p>{} {}, exit code {}. {}</p>
</footer>
</body>
</html>",
            env!("CARGO_PKG_NAME"),
            env!("CARGO_PKG_VERSION"),
            run.exit_code() as u8,
            if self.report.show_values {
                "This report holds data of the portal."
            } else {
                "Findings name types and lengths, not the portal's data."
            },
        );
    }
}

/// A cell of the overview, in the colour of what matters most.
fn cell(family: Family, tally: Tally) -> String {
    let parts = tally.parts();
    let Some((worst, _)) = parts.first() else {
        return format!(
            r#"<td class="none" data-family="{family}"><span aria-hidden="true">–</span><span class="unseen">no case</span></td>"#
        );
    };
    let words: Vec<String> = parts
        .iter()
        .map(|(mark, number)| {
            let shown = if parts.len() > 1 && mark == worst {
                format!("{number} of {}", tally.total())
            } else {
                number.to_string()
            };
            format!(
                "<span>{} {shown} {}</span>",
                symbol(*mark),
                mark.words(*number)
            )
        })
        .collect();
    format!(
        r#"<td class="{}" data-family="{family}">{}</td>"#,
        worst.word,
        words.join(" ")
    )
}

fn symbol(mark: Mark) -> String {
    format!(
        r#"<span class="symbol" aria-hidden="true">{}</span>"#,
        mark.symbol
    )
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

/// For text between tags and in quoted attributes.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

//! The report for a job summary or a comment on a pull request: GitHub Flavored Markdown.
//!
//! What the portal chose stands in code spans and fenced blocks only, where no mark-up, mention or link
//! is read.

use std::fmt::Write;

use quick_xml::escape::escape;

use crate::check::{Family, count};
use crate::report::color::Toned;
use crate::report::outline::{MARKS, Mark, Tally, matrix, reasons, sentence};
use crate::report::text::block_body;
use crate::report::words::retries;
use crate::report::{
    Block, Report, coverage, findings, reason, remarks, subject, test_data, waived,
};

/// How many cases with findings are told before the rest is named: GitHub cuts long texts.
const MAX_BLOCKS: usize = 30;
/// How many of them are unfolded from the start.
const OPEN_BLOCKS: usize = 3;

/// GitHub refuses a job summary of more than 1 MiB.
const MAX_SUMMARY: usize = 1_000_000;

/// The run as Markdown, no longer than GitHub takes of a job summary.
#[must_use]
pub fn job_summary(report: &Report<'_>) -> String {
    within(report, MAX_SUMMARY)
}

/// As much of the Markdown as goes into so many bytes, with nothing cut in two.
fn within(report: &Report<'_>, most: usize) -> String {
    let whole = markdown(report);
    if whole.len() <= most {
        return whole;
    }
    let rest = "More than fits here: see the other reports.\n";
    let mut short = String::new();
    headline(&mut short, report);
    if short.len() + rest.len() > most {
        let mark = emoji(Mark::of_run(report.run.exit_code()));
        short = format!("## {mark} {}\n\n", sentence(reason::upshot(report.run)));
    }
    short + rest
}

/// The run as Markdown.
#[must_use]
pub fn markdown(report: &Report<'_>) -> String {
    let mut out = String::new();
    headline(&mut out, report);
    if !report.run.outcomes.is_empty() {
        table(&mut out, report);
    }
    if report.run.obstacle.is_none() {
        details(&mut out, report);
        forgiven(&mut out, report);
    }
    not_judged(&mut out, report);
    out
}

fn headline(out: &mut String, report: &Report<'_>) {
    let run = report.run;
    let code = run.exit_code();
    let mark = emoji(Mark::of_run(code));
    let _ = writeln!(out, "## {mark} {}\n", sentence(reason::upshot(run)));
    let about = code_span(&subject::subject(report));
    let _ = writeln!(out, "Portal {about}\n");
    if let Some(seen) = coverage::headline(run) {
        let _ = writeln!(out, "{seen}\n");
        let unseen = coverage::unseen(report);
        if !unseen.is_empty() {
            fenced(out, &report.safe(&unseen.join("\n")));
        }
    }
    if let Some(obstacle) = &run.obstacle {
        fenced(out, &report.safe(&reason::obstacle(&run.target, obstacle)));
    }
    if let Some(misfit) = &run.misfit {
        fenced(out, &report.safe(&reason::misfit(misfit)));
    }
    for hint in &run.hints {
        fenced(out, &report.safe(&reason::hint(&run.target, hint)));
    }
    for left in test_data::left(&run.left) {
        let _ = writeln!(out, "Left on the portal:\n");
        fenced(out, &report.safe(&left));
    }
    let parts = Tally::of(&run.outcomes).parts();
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(mark, number)| format!("{number} {}", mark.words(number)))
        .collect();
    let colon = if parts.is_empty() { "" } else { ": " };
    let _ = writeln!(
        out,
        "{}{colon}{}; {}{} in {:.2} s (exit {})\n",
        count(run.outcomes.len(), "case"),
        parts.join(", "),
        count(run.requests, "request"),
        retries(run),
        run.elapsed.as_secs_f64(),
        code as u8,
    );
}

/// Operations by families.
fn table(out: &mut String, report: &Report<'_>) {
    let families = Family::ALL.map(Family::as_str);
    let _ = writeln!(out, "| operation | format | {} |", families.join(" | "));
    let _ = writeln!(out, "|---|---|{}", "---|".repeat(families.len()));
    for row in matrix(report) {
        let call = format!(
            "{} {}",
            row.operation.method,
            row.operation.documented_path()
        );
        // A pipe ends a cell even in a code span.
        let call = code_span(&report.safe(&call)).replace('|', "\\|");
        let cells = row.cells.map(cell);
        let _ = writeln!(out, "| {call} | {} | {} |", row.format, cells.join(" | "));
    }
    let legend = MARKS.map(|mark| format!("{} {}", emoji(mark), mark.singular));
    let _ = writeln!(out, "\n<sub>{}</sub>\n", legend.join(" · "));
}

fn cell(tally: Tally) -> String {
    let parts = tally.parts();
    if parts.is_empty() {
        return "–".to_owned();
    }
    let parts: Vec<String> = parts
        .into_iter()
        .map(|(mark, number)| format!("{} {number}", emoji(mark)))
        .collect();
    parts.join(" ")
}

/// The findings and the remarks, each folded away.
fn details(out: &mut String, report: &Report<'_>) {
    blocks(out, report, "Findings", OPEN_BLOCKS, &findings(report.run));
    blocks(out, report, "Remarks", 0, &remarks(report.run));
}

fn blocks(
    out: &mut String,
    report: &Report<'_>,
    title: &str,
    unfolded: usize,
    blocks: &[Block<'_>],
) {
    if blocks.is_empty() {
        return;
    }
    let _ = writeln!(out, "### {title}\n");
    for (at, block) in blocks.iter().take(MAX_BLOCKS).enumerate() {
        let open = if at < unfolded { " open" } else { "" };
        let id = report.safe(&block.outcome.id.to_string());
        let id = escape(&id);
        let _ = writeln!(
            out,
            "<details{open}><summary><code>{id}</code>: {}</summary>\n",
            rules(block)
        );
        let mut body = Toned::default();
        block_body(&mut body, report, block, true);
        fenced(out, &report.safe(&body.plain()));
        let _ = writeln!(out, "</details>\n");
    }
    if blocks.len() > MAX_BLOCKS {
        let rest = count(blocks.len() - MAX_BLOCKS, "more case");
        let _ = writeln!(out, "And findings in {rest}: see the other reports.\n");
    }
}

/// The waivers and what they forgive.
fn forgiven(out: &mut String, report: &Report<'_>) {
    let mut text = Toned::default();
    waived::text(&mut text, report);
    let text = text.plain();
    if !text.is_empty() {
        let _ = writeln!(out, "### Waivers\n");
        fenced(out, &report.safe(&text));
    }
}

/// The names of the broken rules, each once.
fn rules(block: &Block<'_>) -> String {
    let mut rules: Vec<&str> = block.groups.iter().map(|group| group.rule.id()).collect();
    rules.dedup();
    rules.join(", ")
}

/// Why cases were not judged or not asked.
fn not_judged(out: &mut String, report: &Report<'_>) {
    for (mark, reason, cases) in reasons(report.run) {
        let reason = code_span(&report.safe(&reason));
        let cases = count(cases, "case");
        let _ = writeln!(out, "- {} {cases} {}: {reason}", emoji(mark), mark.singular);
    }
}

fn emoji(mark: Mark) -> &'static str {
    match mark.word {
        "conforms" => "✅",
        "violates" => "❌",
        "waived" => "🟡",
        "blocked" => "❔",
        _ => "⏭️",
    }
}

/// A text in which nothing is mark-up, on one line.
pub(crate) fn code_span(text: &str) -> String {
    let text = text.replace('\n', " ");
    let fence = "`".repeat(longest_run(&text) + 1);
    // One space on each side is taken away again where the text begins or ends with a backtick.
    let pad = if text.starts_with('`') || text.ends_with('`') || text.is_empty() {
        " "
    } else {
        ""
    };
    format!("{fence}{pad}{text}{pad}{fence}")
}

/// The same for several lines.
fn fenced(out: &mut String, text: &str) {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    let _ = writeln!(out, "{fence}text\n{}\n{fence}\n", text.trim_end());
}

/// The longest run of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fence_is_longer_than_any_inside() {
        assert_eq!(code_span("a"), "`a`");
        assert_eq!(code_span("a`b``c\n"), "```a`b``c ```");
        assert_eq!(code_span("`"), "`` ` ``");
        let mut out = String::new();
        fenced(&mut out, "````\n</details>\n");
        assert_eq!(out, "`````text\n````\n</details>\n`````\n\n");
    }
}

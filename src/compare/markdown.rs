//! A comparison as GitHub Flavored Markdown; what portals chose stands in code spans alone.

use std::fmt::Write;

use crate::check::count;
use crate::compare::deviation::Deviation;
use crate::compare::portals::Comparison;
use crate::compare::since::Since;
use crate::compare::text::{lost, parts, upshot};
use crate::compare::words;
use crate::report::code_span;

/// Portals beside each other.
#[must_use]
pub fn markdown(comparison: &Comparison) -> String {
    let mut out = String::from("## Portals compared\n\n");
    let _ = writeln!(
        out,
        "| | portal | profile | judged | conform | members seen | verdict |\n|---|---|---|---|---|---|---|"
    );
    for (at, portal) in comparison.portals.iter().enumerate() {
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} | {} | {} | {} |",
            words::letter(at),
            cell(&portal.name),
            cell(&portal.profile),
            portal.judged,
            words::share(portal.conforms, portal.judged),
            words::share(portal.seen, portal.documented),
            cell(&words::verdict(portal)),
        );
    }
    out.push('\n');
    for doubt in &comparison.doubts {
        let _ = writeln!(out, "> {}\n", code_span(doubt));
    }
    let letters: Vec<String> = (0..comparison.portals.len()).map(words::letter).collect();
    let _ = writeln!(
        out,
        "| operation | format | family | {} |\n|---|---|---|{}",
        letters.join(" | "),
        "---|".repeat(letters.len())
    );
    for row in &comparison.rows {
        let cells = row.cells.iter().map(|cell| {
            let (symbol, word, number) = words::cell(*cell);
            if number == 0 {
                symbol.to_owned()
            } else {
                format!("{symbol} {number} {word}")
            }
        });
        let cells: Vec<String> = cells.collect();
        let _ = writeln!(
            out,
            "| {} | {} | {} | {} |",
            cell(&row.place.operation),
            cell(&row.place.format),
            cell(&row.family),
            cells.join(" | ")
        );
    }
    let _ = writeln!(out, "\n### Deviations\n");
    if comparison.deviations.is_empty() {
        let _ = writeln!(out, "None.");
    }
    for deviation in &comparison.deviations {
        line(&mut out, &words::letters(&deviation.portals), deviation);
    }
    let _ = writeln!(out, "\n### What one client can serve\n");
    for pair in &comparison.pairs {
        let (first, other) = (
            words::letter(pair.written_for),
            words::letter(pair.used_with),
        );
        let meets = match pair.breaks.len() {
            0 => words::nothing(pair),
            ways => format!("breaks in {}", count(ways, "way")),
        };
        let _ = writeln!(
            out,
            "- A client for {first} with {other}: {meets} ({} judged of both, {} of {first} alone).",
            count(pair.judged, "case"),
            pair.unknown
        );
        for deviation in &pair.breaks {
            out.push_str("  ");
            line(&mut out, &other, deviation);
        }
    }
    out
}

/// A portal beside what it was.
#[must_use]
pub fn markdown_since(since: &Since) -> String {
    let mut out = format!("## {}\n\n", upshot(since));
    for doubt in &since.doubts {
        let _ = writeln!(out, "- note: {}", code_span(doubt));
    }
    for (title, deviations) in parts(since) {
        for deviation in deviations {
            line(&mut out, title, deviation);
        }
    }
    for (title, cases) in lost(since) {
        for case in cases {
            let _ = writeln!(out, "- {title}: {}", code_span(case));
        }
    }
    out
}

fn line(out: &mut String, whose: &str, deviation: &Deviation) {
    let members = words::members(deviation);
    let members = members.map_or(String::new(), |members| format!(" {}", code_span(&members)));
    let findings = words::findings(deviation);
    let findings = findings.map_or(String::new(), |ids| format!(", id {}", code_span(&ids)));
    let _ = writeln!(
        out,
        "- **{whose}**: {}{members}: {}, in {}{findings}",
        code_span(&deviation.rule),
        code_span(&words::told(deviation)),
        code_span(&words::places(deviation)),
    );
}

/// A code span in a table: a pipe ends a cell even there.
fn cell(text: &str) -> String {
    code_span(text).replace('|', "\\|")
}

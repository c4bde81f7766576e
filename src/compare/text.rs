//! A comparison for a terminal, of 80 columns where nothing says how many it has.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use crate::check::count;
use crate::compare::deviation::Deviation;
use crate::compare::portals::{Comparison, Pair, Row};
use crate::compare::since::Since;
use crate::compare::words;
use crate::report;

/// So many deviations that a client meets are told before the rest is counted.
const MAX_BREAKS: usize = 3;
/// Longer names of portals are cut in tables.
const MAX_NAME: usize = 28;
/// They leave no less of them, however narrow the terminal is.
const MIN_NAME: usize = 8;
/// What stands beside them: a letter, and the numbers.
const BESIDE_NAME: usize = 33;
/// What stands before the cells of a row: the format and the family.
const BEFORE_CELLS: usize = 18;

/// Portals beside each other.
#[must_use]
pub fn text(comparison: &Comparison) -> String {
    written(comparison, None)
}

/// The same as a terminal shows it: tables that fit its width, and lines broken at it.
#[must_use]
pub fn on_terminal(comparison: &Comparison, width: Option<usize>) -> String {
    report::wrapped(&written(comparison, width), width)
}

fn written(comparison: &Comparison, width: Option<usize>) -> String {
    let mut out = String::new();
    portals(&mut out, comparison, width);
    for doubt in &comparison.doubts {
        let _ = writeln!(out, "note: {doubt}");
    }
    overview(&mut out, comparison, width);
    for deviation in &comparison.deviations {
        let _ = writeln!(
            out,
            "\n{}: {}",
            words::letters(&deviation.portals),
            deviation.rule
        );
        body(&mut out, deviation);
    }
    let of_one_portal = |a: &Pair, b: &Pair| a.written_for == b.written_for;
    for pairs in comparison.pairs.chunk_by(of_one_portal) {
        for pair in pairs.iter().take(1) {
            let name = &comparison.portals[pair.written_for].name;
            let letter = words::letter(pair.written_for);
            let _ = writeln!(out, "\na client for {letter} ({name})");
        }
        for pair in pairs {
            client(&mut out, pair);
        }
    }
    out
}

fn portals(out: &mut String, comparison: &Comparison, width: Option<usize>) {
    let room = width.map_or(MAX_NAME, |width| {
        let room = width.saturating_sub(BESIDE_NAME);
        room.clamp(MIN_NAME, MAX_NAME)
    });
    let names = comparison.portals.iter();
    let names = names.map(|portal| cut(&portal.name, room));
    let names: Vec<String> = names.collect();
    let widest = names.iter().map(|name| name.width()).max().unwrap_or(0);
    let _ = writeln!(
        out,
        "   {}  cases  conform  members seen",
        padded("portal", widest)
    );
    for (at, (portal, name)) in comparison.portals.iter().zip(&names).enumerate() {
        let _ = writeln!(
            out,
            "{:2} {}  {:>5}  {:>7}  {:>12}",
            words::letter(at),
            padded(name, widest.max("portal".len())),
            portal.judged,
            words::share(portal.conforms, portal.judged),
            words::share(portal.seen, portal.documented),
        );
        let _ = writeln!(out, "   {}, {}", portal.profile, words::verdict(portal));
    }
}

/// The cells that are not kept by all.
fn overview(out: &mut String, comparison: &Comparison, width: Option<usize>) {
    let is_tried = |row: &Row| row.cells.iter().any(|cell| cell.is_tried());
    let is_dull = |row: &&Row| {
        let known = row.cells.iter();
        known
            .filter(|cell| cell.is_tried())
            .all(|cell| cell.is_kept())
    };
    let rows = comparison.rows.iter();
    let untried = rows.clone().filter(|row| !is_tried(row)).count();
    let kept = rows.filter(|row| is_tried(row) && is_dull(row)).count();
    let untried = match untried {
        0 => String::new(),
        untried => format!("\nnobody was tried with {untried}"),
    };
    let _ = writeln!(
        out,
        "\n{kept} of {} (operation, format, family) are kept by all who were tried with them{untried}",
        count(comparison.rows.len(), "row")
    );
    let mut operation = "";
    for row in comparison.rows.iter().filter(|row| !is_dull(row)) {
        if row.place.operation != operation {
            operation = &row.place.operation;
            let _ = writeln!(out, "{operation}");
        }
        let cells = row.cells.iter().enumerate().map(|(at, cell)| {
            let (symbol, _, number) = words::cell(*cell);
            format!("{} {symbol} {number:<3}", words::letter(at))
        });
        let cells: Vec<String> = cells.collect();
        let _ = writeln!(
            out,
            "  {:4} {:10} {}",
            row.place.format,
            row.family,
            laid(&cells, BEFORE_CELLS, width)
        );
    }
    let signs = [
        "\u{2713} conforms",
        "\u{2717} violates",
        "~ waived",
        "? not judged",
        "\u{25cb} ignored",
        "\u{2013} not in the report",
    ];
    let _ = writeln!(out, "{}", laid(&signs.map(str::to_owned), 0, width));
}

/// Cells beside each other, none of them broken, below each other where there is no room.
fn laid(cells: &[String], indent: usize, width: Option<usize>) -> String {
    let mut out = String::new();
    let mut column = indent;
    for (at, cell) in cells.iter().enumerate() {
        let room = cell.trim_end().width();
        let is_full = width.is_some_and(|width| column + 2 + room > width);
        if at > 0 && is_full {
            out.truncate(out.trim_end().len());
            let _ = write!(out, "\n{}", " ".repeat(indent));
            column = indent;
        } else if at > 0 {
            out.push_str("  ");
            column += 2;
        }
        out.push_str(cell);
        column += cell.width();
    }
    out.truncate(out.trim_end().len());
    out
}

fn body(out: &mut String, deviation: &Deviation) {
    if let Some(members) = words::members(deviation) {
        let _ = writeln!(out, "  {members}");
    }
    let _ = writeln!(out, "  {}", words::told(deviation));
    let _ = writeln!(out, "  {}", words::places(deviation));
    if let Some(findings) = words::findings(deviation) {
        let _ = writeln!(out, "  id: {findings}");
    }
}

fn client(out: &mut String, pair: &Pair) {
    let letter = words::letter(pair.used_with);
    let judged = count(pair.judged, "case");
    let unknown = match pair.unknown {
        0 => String::new(),
        unknown => format!("; what it does in {unknown} more is not known"),
    };
    if pair.breaks.is_empty() {
        let _ = writeln!(
            out,
            "  with {letter}: {} ({judged} judged of both{unknown})",
            words::nothing(pair)
        );
        return;
    }
    let _ = writeln!(
        out,
        "  with {letter}: breaks in {} ({judged} judged of both{unknown})",
        count(pair.breaks.len(), "way"),
    );
    for deviation in pair.breaks.iter().take(MAX_BREAKS) {
        let members =
            words::members(deviation).map_or(String::new(), |members| format!(" {members}"));
        let _ = writeln!(
            out,
            "    {}{members}: {}",
            deviation.rule,
            words::places(deviation)
        );
    }
    if pair.breaks.len() > MAX_BREAKS {
        let _ = writeln!(out, "    and {} more", pair.breaks.len() - MAX_BREAKS);
    }
}

/// A portal beside what it was, as a terminal shows it.
#[must_use]
pub fn since_on_terminal(since: &Since, width: Option<usize>) -> String {
    report::wrapped(&text_since(since), width)
}

/// A portal beside what it was.
#[must_use]
pub fn text_since(since: &Since) -> String {
    let mut out = String::new();
    for doubt in &since.doubts {
        let _ = writeln!(out, "note: {doubt}");
    }
    for (title, deviations) in parts(since) {
        for deviation in deviations {
            let _ = writeln!(out, "{title}: {}", deviation.rule);
            body(&mut out, deviation);
        }
    }
    for (title, cases) in lost(since) {
        if !cases.is_empty() {
            let shown: Vec<&str> = cases.iter().take(5).map(String::as_str).collect();
            let more = if cases.len() > 5 { ", ..." } else { "" };
            let number = count(cases.len(), "case");
            let _ = writeln!(out, "{title}: {number}: {}{more}", shown.join(", "));
        }
    }
    let _ = writeln!(out, "{}", upshot(since));
    out
}

/// Everything that changed or did not, what matters most first.
pub(super) fn parts(since: &Since) -> [(&'static str, &[Deviation]); 5] {
    [
        ("new", &since.fresh),
        ("still", &since.still),
        ("waived now", &since.waived),
        ("not looked at now", &since.unknown),
        ("gone", &since.gone),
    ]
}

/// The cases of which less is known than before, and what became of them.
pub(super) fn lost(since: &Since) -> [(&'static str, &[String]); 2] {
    [
        ("could not be judged any more", &since.blocked),
        ("not asked any more", &since.unasked),
    ]
}

/// The numbers in a line.
pub(super) fn upshot(since: &Since) -> String {
    let parts = parts(since).into_iter();
    let parts = parts.map(|(title, deviations)| format!("{} {title}", deviations.len()));
    let parts: Vec<String> = parts.collect();
    format!(
        "deviations from {} to {}: {}",
        since.old,
        since.new,
        parts.join(", ")
    )
}

/// A name that leaves room for the numbers.
fn cut(name: &str, room: usize) -> String {
    if name.width() <= room {
        return name.to_owned();
    }
    let mut short = String::new();
    for c in name.chars() {
        short.push(c);
        if short.width() >= room {
            short.pop();
            break;
        }
    }
    format!("{short}\u{2026}")
}

fn padded(text: &str, width: usize) -> String {
    let blanks = width.saturating_sub(text.width());
    format!("{text}{}", " ".repeat(blanks))
}

//! What GitHub Actions shows beside the log: annotations at the pages' lines.
//!
//! They are workflow commands, so what stands in them is escaped as GitHub's own toolkit does, after all
//! that a portal chose has lost what would begin a command.

use std::fmt::Write as _;

use crate::check::count;
use crate::level::Level;
use crate::report::words::said;
use crate::report::{Block, Checkout, Group, Report, findings, reason, remarks};

/// How many of a kind GitHub shows of one step.
const MOST: usize = 10;
/// How many further places one names.
const MOST_PLACES: usize = 3;

/// The findings as errors and the remarks as warnings, one in a line; what GitHub would not show is counted.
#[must_use]
pub fn annotations(report: &Report<'_>, place: &Checkout) -> String {
    let run = report.run;
    let mut out = String::new();
    let obstacle = run.obstacle.as_ref();
    let obstacle = obstacle.map(|obstacle| reason::obstacle(&run.target, obstacle));
    let misfit = run.misfit.as_ref().map(reason::misfit);
    for text in obstacle.into_iter().chain(misfit) {
        let properties = [("title", report.safe(reason::upshot(run)))];
        command(&mut out, "error", &properties, &report.safe(&text));
    }
    if run.obstacle.is_none() {
        for (word, blocks) in [("error", findings(run)), ("warning", remarks(run))] {
            let all = blocks
                .iter()
                .flat_map(|block| block.groups.iter().map(move |group| (block, group)));
            let all: Vec<_> = all.collect();
            // The last one counts those that have no room.
            let shown = if all.len() > MOST {
                MOST - 1
            } else {
                all.len()
            };
            for (block, group) in &all[..shown] {
                annotation(&mut out, (report, place), word, block, group);
            }
            if all.len() > shown {
                let rest = count(all.len() - shown, "more finding");
                let properties = [("title", rest.clone())];
                command(&mut out, word, &properties, &format!("{rest}: see the log"));
            }
        }
    }
    out
}

fn annotation(
    out: &mut String,
    (report, checkout): (&Report<'_>, &Checkout),
    word: &str,
    block: &Block<'_>,
    group: &Group<'_>,
) {
    let first = group.seen[0];
    let source = &report.contract.operations[block.outcome.operation].source;
    let mut properties = Vec::new();
    if let Some(span) = first.violation.promised {
        let pos = source.pos(span.start);
        let file = checkout.file(report.run, source, span.start);
        properties.push(("file", report.safe(&file)));
        properties.push(("line", pos.line.to_string()));
        properties.push(("col", pos.column.to_string()));
    }
    properties.push(("title", group.id.to_string()));
    let place = match first.violation.pointer.as_str() {
        "" => "answer",
        pointer => pointer,
    };
    let kind = match block.level {
        Level::Deny => "",
        Level::Warn | Level::Allow => "remark: ",
    };
    let mut text = format!("{kind}{}: {place}: {}", block.outcome.id, said(first));
    let mut others = group.reach.places.iter().skip(1);
    for (outcome, seen) in others.by_ref().take(MOST_PLACES) {
        let source = &report.contract.operations[outcome.operation].source;
        let start = seen.violation.promised.unwrap_or_default().start;
        let (file, line) = (
            checkout.file(report.run, source, start),
            source.pos(start).line,
        );
        let _ = write!(text, "\nand in {}, promised at {file}:{line}", outcome.id);
    }
    if others.len() > 0 {
        let _ = write!(text, "\nand at {}", count(others.len(), "more place"));
    }
    command(out, word, &properties, &report.safe(&text));
}

/// One workflow command.
fn command(out: &mut String, word: &str, properties: &[(&str, String)], message: &str) {
    let properties = properties
        .iter()
        .map(|(name, value)| format!("{name}={}", property(value)));
    let properties: Vec<String> = properties.collect();
    let _ = writeln!(
        out,
        "::{word} {}::{}",
        properties.join(","),
        data(message.trim())
    );
}

fn data(text: &str) -> String {
    let text = text.replace('%', "%25");
    text.replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_command_ends_it_or_begins_another() {
        let mut out = String::new();
        let file = "a,line=1::b\n%0A".to_owned();
        command(&mut out, "error", &[("file", file)], "100%\r\n::warning::x");
        assert_eq!(
            out,
            "::error file=a%2Cline=1%3A%3Ab%0A%250A::100%25%0D%0A::warning::x\n"
        );
    }
}

//! What was forgiven, for every format.

use std::fmt::Write;

use maud::{Markup, html};

use crate::check::count;
use crate::report::Report;
use crate::report::color::Toned;
use crate::report::words::{clip, said};
use crate::run::{Outcome, Run, Seen, WaiverState, WaiverUse};

/// How many forgiven places of one waiver are listed before the rest is counted.
const MAX_PLACES: usize = 3;
/// The same on a page, where there is more room.
const MAX_PLACES_HTML: usize = 20;

/// The violations that a waiver forgives, in the order of the run.
pub(super) fn forgiven(run: &Run, index: usize) -> Vec<(&Outcome, &Seen)> {
    let outcomes = run.outcomes.iter();
    outcomes
        .flat_map(|outcome| {
            outcome
                .violations
                .iter()
                .chain(&outcome.remarks)
                .map(move |seen| (outcome, seen))
        })
        .filter(|(_, seen)| seen.waived == Some(index))
        .collect()
}

/// The waiver that forgives a violation.
pub(super) fn waiver_of<'a>(run: &'a Run, seen: &Seen) -> Option<&'a WaiverUse> {
    run.waivers.get(seen.waived?)
}

/// What a waiver did, in one line; nothing where nobody knows.
pub(super) fn headline(used: &WaiverUse) -> Option<String> {
    let waiver = &used.waiver;
    let (until, pattern) = (waiver.until, &waiver.pattern);
    let reason = clip(&waiver.reason);
    Some(match used.state {
        WaiverState::Used => format!("waived until {until}: {reason}"),
        WaiverState::Expired if used.violations == 0 && used.tried == 0 => {
            format!("waiver expired on {until}: {pattern}, none of whose cases was tried: {reason}")
        }
        WaiverState::Expired => format!(
            "waiver expired on {until}: {pattern}, which would cover {}: {reason}",
            count(used.violations, "violation")
        ),
        WaiverState::Unused if used.tried < used.cases => format!(
            "waiver not used by the {} of {} that were tried: {pattern}, until {until}: {reason}",
            used.tried,
            count(used.cases, "case")
        ),
        WaiverState::Unused => {
            format!("waiver without use, to be removed: {pattern}, until {until}: {reason}")
        }
        WaiverState::Untried => return None,
    })
}

/// Where in an answer a forgiven violation was seen, and what, behind the name of its case.
pub(super) fn place(seen: &Seen) -> String {
    let pointer = match seen.violation.pointer.as_str() {
        "" => String::new(),
        pointer => format!(" {}", clip(pointer)),
    };
    let said = said(seen);
    let said = said.lines().next().unwrap_or_default();
    format!("{pointer}: {}", clip(said))
}

/// All waivers of a run and what they forgive, as text.
pub(super) fn text(out: &mut Toned, report: &Report<'_>) {
    for (index, used) in report.run.waivers.iter().enumerate() {
        let Some(line) = headline(used) else { continue };
        let _ = writeln!(out, "{line}");
        let forgiven = forgiven(report.run, index);
        for (outcome, seen) in forgiven.iter().take(MAX_PLACES) {
            let _ = writeln!(out, "  {}{}", outcome.id, place(seen));
        }
        if forgiven.len() > MAX_PLACES {
            let rest = count(forgiven.len() - MAX_PLACES, "more violation");
            let _ = writeln!(out, "  and {rest}");
        }
    }
}

/// The same as a section of the page.
pub(super) fn html(report: &Report<'_>) -> Markup {
    let run = report.run;
    let waivers = run.waivers.iter().enumerate();
    let told: Vec<(usize, String)> = waivers
        .filter_map(|(index, used)| Some((index, headline(used)?)))
        .collect();
    html! {
        @if !told.is_empty() && run.obstacle.is_none() {
            section aria-labelledby="waivers" {
                h2 #waivers { "Waivers" }
                ul.places {
                    @for (index, line) in told {
                        li { (report.safe(&line)) (places(report, &forgiven(run, index))) }
                    }
                }
            }
        }
    }
}

fn places(report: &Report<'_>, forgiven: &[(&Outcome, &Seen)]) -> Markup {
    html! {
        @if !forgiven.is_empty() {
            ul {
                @for (outcome, seen) in forgiven.iter().take(MAX_PLACES_HTML) {
                    li { code { (report.safe(&format!("{}{}", outcome.id, place(seen)))) } }
                }
                @if forgiven.len() > MAX_PLACES_HTML {
                    li { "and " (count(forgiven.len() - MAX_PLACES_HTML, "more violation")) }
                }
            }
        }
    }
}

//! A comparison as one HTML file that needs nothing else: no script, nothing from elsewhere.

use maud::{Markup, html as markup};

use crate::check::count;
use crate::compare::deviation::Deviation;
use crate::compare::portals::{Cell, Comparison, Pair};
use crate::compare::since::Since;
use crate::compare::text::{lost, parts, upshot};
use crate::compare::words;
use crate::report::page;

/// What is told of each portal; a narrow window shows the titles beside what they are about.
const COLUMNS: [&str; 6] = [
    "portal",
    "profile",
    "cases judged",
    "conform",
    "members seen",
    "verdict",
];

/// Portals beside each other.
#[must_use]
pub fn html(comparison: &Comparison) -> String {
    page(
        "Portals compared",
        &markup! {
            header { h1 { "Portals compared" } (portals(comparison)) }
            main {
                (overview(comparison))
                (deviations(comparison))
                (clients(comparison))
            }
        },
    )
}

/// A portal beside what it was.
#[must_use]
pub fn html_since(since: &Since) -> String {
    page(
        "A portal and what it was",
        &markup! {
            header { h1 { "A portal and what it was" } p { (upshot(since)) } }
            main {
                @for doubt in &since.doubts { p { (doubt) } }
                ul {
                    @for (title, deviations) in parts(since) {
                        @for deviation in deviations {
                            li { strong { (title) } ": " (told(deviation)) }
                        }
                    }
                    @for (title, cases) in lost(since) {
                        @for case in cases { li { (title) ": " code { (case) } } }
                    }
                }
            }
        },
    )
}

fn portals(comparison: &Comparison) -> Markup {
    markup! {
        table.matrix {
            caption { "Portals, each judged by its own profile" }
            thead {
                tr {
                    th scope="col" {}
                    @for title in COLUMNS { th scope="col" { (title) } }
                }
            }
            tbody {
                @for (at, portal) in comparison.portals.iter().enumerate() {
                    tr {
                        th scope="row" { (words::letter(at)) }
                        td data-family=(COLUMNS[0]) { code { (portal.name) } }
                        td data-family=(COLUMNS[1]) { code { (portal.profile) } }
                        td data-family=(COLUMNS[2]) { (portal.judged) }
                        td data-family=(COLUMNS[3]) { (words::share(portal.conforms, portal.judged)) }
                        td data-family=(COLUMNS[4]) { (words::share(portal.seen, portal.documented)) }
                        td data-family=(COLUMNS[5]) class=(if portal.code == 0 { "conforms" } else { "violates" }) {
                            (words::verdict(portal))
                        }
                    }
                }
            }
        }
        @for doubt in &comparison.doubts { p { (doubt) } }
    }
}

fn overview(comparison: &Comparison) -> Markup {
    markup! {
        section aria-labelledby="overview" {
            h2 #overview { "Overview" }
            table.matrix {
                caption { "Cases by operation, format and family of checks, for each portal" }
                thead {
                    tr {
                        th scope="col" { "format" }
                        th scope="col" { "family" }
                        @for at in 0..comparison.portals.len() {
                            th scope="col" { (words::letter(at)) }
                        }
                    }
                }
                @for rows in comparison.rows.chunk_by(|a, b| a.place.operation == b.place.operation) {
                    tbody {
                        @for row in rows.iter().take(1) {
                            tr.operation {
                                th scope="rowgroup" colspan=(comparison.portals.len() + 2) {
                                    code { (row.place.operation) }
                                }
                            }
                        }
                        @for row in rows {
                            tr {
                                th scope="row" { (row.place.format.to_uppercase()) }
                                td data-family="family" { (row.family) }
                                @for (at, one) in row.cells.iter().enumerate() {
                                    (cell(&words::letter(at), *one))
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(portal: &str, cell: Cell) -> Markup {
    let (symbol, word, number) = words::cell(cell);
    markup! {
        td data-family=(portal) class=(word) {
            span aria-hidden="true" { (symbol) }
            @if number > 0 { " " (number) }
            span.unseen { " " (word) }
        }
    }
}

fn deviations(comparison: &Comparison) -> Markup {
    markup! {
        section aria-labelledby="deviations" {
            h2 #deviations { "Deviations" }
            @if comparison.deviations.is_empty() { p { "None." } }
            ul {
                @for deviation in &comparison.deviations {
                    li { strong { (words::letters(&deviation.portals)) } ": " (told(deviation)) }
                }
            }
        }
    }
}

fn told(deviation: &Deviation) -> Markup {
    markup! {
        code { (deviation.rule) }
        @if let Some(members) = words::members(deviation) { " " code { (members) } }
        ": " (words::told(deviation)) ", in " (words::places(deviation))
        @if let Some(findings) = words::findings(deviation) { ", id " code { (findings) } }
    }
}

fn clients(comparison: &Comparison) -> Markup {
    markup! {
        section aria-labelledby="clients" {
            h2 #clients { "What one client can serve" }
            @for pair in &comparison.pairs { (client(pair)) }
        }
    }
}

fn client(pair: &Pair) -> Markup {
    markup! {
        details {
            summary {
                "A client for " (words::letter(pair.written_for))
                " with " (words::letter(pair.used_with)) ": "
                @if pair.breaks.is_empty() {
                    (words::nothing(pair))
                } @else {
                    "breaks in " (count(pair.breaks.len(), "way"))
                }
            }
            p {
                (count(pair.judged, "case")) " judged of both, " (pair.unknown) " of "
                (words::letter(pair.written_for)) " alone."
            }
            ul { @for deviation in &pair.breaks { li { (told(deviation)) } } }
        }
    }
}

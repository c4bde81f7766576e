//! Reports beside each other: several portals, or one portal and what it was before.
//!
//! In come reports as `run --report-json` writes them ([`Recorded`]), out go [`Comparison`] and [`Since`],
//! plain data, and their words. What is compared is a [`Deviation`]: a broken rule of a member in an
//! operation and a format, so that reports of different days and portals mean the same by it.

mod deviation;
mod document;
mod doubts;
mod html;
mod markdown;
mod portals;
mod recorded;
mod since;
mod text;
mod words;

pub use deviation::{Deviation, Spot};
pub use document::{json, json_schema, json_since};
pub use html::{html, html_since};
pub use markdown::{markdown, markdown_since};
pub use portals::{Cell, Comparison, Pair, Portal, Row};
pub use recorded::Recorded;
pub use since::Since;
pub use text::{on_terminal, since_on_terminal, text, text_since};

#[cfg(test)]
mod tests;

//! Snapshots that wait for review, for a person to read.

use std::fmt::Write;

use crate::check::count;
use crate::exit_code::ExitCode;
use crate::report::color::{Tone, Toned};
use crate::report::outline::without_danger;
use crate::snapshot::{Pending, Side};

/// What waits, each with its lines beside those that were reviewed.
#[must_use]
pub fn pending(all: &[&Pending], is_colored: bool) -> String {
    let mut out = Toned::default();
    for one in all {
        let what = if one.is_known { "changed" } else { "new" };
        let _ = writeln!(out, "{}: {what}", one.name);
        let _ = writeln!(out, "  in {}", one.file.display());
        for (side, line) in &one.lines {
            match side {
                Side::Both => out.put(Tone::Plain, &format!("    {line}")),
                Side::Reviewed => out.put(Tone::Failed, &format!("  - {line}")),
                Side::New => {
                    out.put(Tone::Verdict(ExitCode::Conforms), &format!("  + {line}"));
                }
            }
            let _ = writeln!(out);
        }
        let _ = writeln!(out);
    }
    let waits = if all.len() == 1 { "waits" } else { "wait" };
    let _ = writeln!(
        out,
        "{} {waits} for review: --accept takes what came, --reject keeps what was reviewed",
        count(all.len(), "snapshot")
    );
    if is_colored {
        out.shown(without_danger, true)
    } else {
        without_danger(&out.plain())
    }
}

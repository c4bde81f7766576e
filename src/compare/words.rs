//! Words that every format of a comparison shares.

use std::collections::{BTreeMap, BTreeSet};

use crate::compare::deviation::{Deviation, Spot};
use crate::compare::portals::{Cell, Pair, Portal};
use crate::report::disagreement_of;

/// So many operations of a deviation are named before the rest is counted.
const MAX_OPERATIONS: usize = 4;
/// So many members are.
const MAX_MEMBERS: usize = 8;

/// So many findings are.
const MAX_FINDINGS: usize = 4;

/// A letter for a portal, so that tables stay narrow.
pub(super) fn letter(portal: usize) -> String {
    match u8::try_from(portal) {
        Ok(small @ 0..26) => char::from(b'A' + small).to_string(),
        _ => format!("#{}", portal + 1),
    }
}

/// `A, B and C`.
pub(super) fn letters(portals: &[usize]) -> String {
    let mut letters: Vec<String> = portals.iter().map(|portal| letter(*portal)).collect();
    match letters.pop() {
        Some(last) if letters.is_empty() => last,
        Some(last) => format!("{} and {last}", letters.join(", ")),
        None => String::new(),
    }
}

/// `get-x (json, xml), post-y (json)`, or that it is everywhere.
pub(super) fn places(deviation: &Deviation) -> String {
    if deviation.everywhere {
        return "everywhere".to_owned();
    }
    let mut operations: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for Spot { operation, format } in &deviation.places {
        operations.entry(operation).or_default().push(format);
    }
    let rest = operations.len().saturating_sub(MAX_OPERATIONS);
    let named = operations.into_iter().take(MAX_OPERATIONS);
    let named = named.map(|(operation, formats)| format!("{operation} ({})", formats.join(", ")));
    let named: Vec<String> = named.collect();
    let more = match rest {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    format!("{}{more}", named.join(", "))
}

/// The members in a line, or nothing where the whole answer is meant.
pub(super) fn members(deviation: &Deviation) -> Option<String> {
    // A member of the items of a list is the one of a single resource.
    let bare = |member: &'_ String| member.trim_start_matches("*/").to_owned();
    let all: BTreeSet<String> = deviation.members.iter().map(bare).collect();
    let rest = all.len().saturating_sub(MAX_MEMBERS);
    let named: Vec<&str> = all.iter().take(MAX_MEMBERS).map(String::as_str).collect();
    let more = match rest {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    (!named.is_empty()).then(|| format!("{}{more}", named.join(", ")))
}

/// The ids of the findings, for who asks what they are about; nothing where the reports have none.
pub(super) fn findings(deviation: &Deviation) -> Option<String> {
    let ids = &deviation.findings;
    let rest = ids.len().saturating_sub(MAX_FINDINGS);
    let named: Vec<&str> = ids.iter().take(MAX_FINDINGS).map(String::as_str).collect();
    let more = match rest {
        0 => String::new(),
        rest => format!(" and {rest} more"),
    };
    (!named.is_empty()).then(|| format!("{}{more}", named.join(", ")))
}

/// What was promised and what came.
pub(super) fn told(deviation: &Deviation) -> String {
    disagreement_of(&deviation.expected, &deviation.actual)
}

/// That a client meets nothing on another portal, as far as that is known.
pub(super) fn nothing(pair: &Pair) -> String {
    let (seen, documented) = (pair.seen, pair.documented);
    if !pair.is_known() {
        format!(
            "what it meets is not known: {seen} of {documented} documented members were seen of both"
        )
    } else if pair.judged_alike {
        "meets nothing else".to_owned()
    } else {
        "nothing else is known, but what their profiles, pages or rules have otherwise it meets"
            .to_owned()
    }
}

/// `97%`, rounded down, so that only all is 100%; `-` of nothing.
pub(super) fn share(part: usize, of: usize) -> String {
    match (part * 100).checked_div(of) {
        Some(share) => format!("{share}%"),
        None => "-".to_owned(),
    }
}

/// What matters most of a cell: a symbol, and how many cases it stands for.
pub(super) fn cell(cell: Cell) -> (&'static str, &'static str, usize) {
    let all = [
        ("\u{2717}", "violates", cell.violates),
        ("?", "blocked", cell.blocked),
        ("~", "waived", cell.waived),
        ("\u{2713}", "conforms", cell.conforms),
        ("\u{25cb}", "ignored", cell.ignored),
    ];
    let worst = all.into_iter().find(|(_, _, number)| *number > 0);
    worst.unwrap_or(("\u{2013}", "none", 0))
}

/// How a portal was judged, in a line.
pub(super) fn verdict(portal: &Portal) -> String {
    match &portal.obstacle {
        Some(obstacle) => format!("{}: {obstacle}", portal.sentence),
        None => portal.sentence.clone(),
    }
}

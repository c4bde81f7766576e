//! What reports other than the text share: counts by family, words for verdicts, text without danger.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::{CaseId, Check};
use crate::check::Family;
use crate::contract::{Format, Operation};
use crate::exit_code::ExitCode;
use crate::report::reason::Lack;
use crate::report::steering::{is_unseen, steers, without_commands};
use crate::report::words::MAX_APART;
use crate::report::{Report, reason};
use crate::run::{Outcome, Reason, Run, Verdict};

/// How many cases ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Tally {
    pub(super) conforms: usize,
    pub(super) violates: usize,
    pub(super) waived: usize,
    pub(super) blocked: usize,
    pub(super) ignored: usize,
}

/// One line of the overview: an operation in a format, with a tally for each family.
#[derive(Debug)]
pub(super) struct Row<'a> {
    pub(super) operation: &'a Operation,
    pub(super) format: Format,
    pub(super) cells: [Tally; Family::ALL.len()],
}

/// How a verdict is shown: a word for style sheets and machines, a symbol, and words for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Mark {
    pub(super) word: &'static str,
    pub(super) symbol: &'static str,
    pub(super) singular: &'static str,
    pub(super) plural: &'static str,
}

pub(super) const CONFORMS: Mark = mark("conforms", "✓", "conforms", "conform");
pub(super) const VIOLATES: Mark = mark("violates", "✗", "violates", "violate");
pub(super) const WAIVED: Mark = mark("waived", "~", "waived", "waived");
pub(super) const BLOCKED: Mark = mark("blocked", "?", "not judged", "not judged");
pub(super) const IGNORED: Mark = mark("ignored", "○", "ignored", "ignored");

/// Every mark.
pub(super) const MARKS: [Mark; 5] = [CONFORMS, VIOLATES, WAIVED, BLOCKED, IGNORED];

const fn mark(
    word: &'static str,
    symbol: &'static str,
    singular: &'static str,
    plural: &'static str,
) -> Mark {
    Mark {
        word,
        symbol,
        singular,
        plural,
    }
}

impl Mark {
    pub(super) fn of(verdict: &Verdict) -> Self {
        match verdict {
            Verdict::Conforms => CONFORMS,
            Verdict::Violates => VIOLATES,
            Verdict::Waived => WAIVED,
            Verdict::Blocked(_) => BLOCKED,
            Verdict::Ignored(_) => IGNORED,
        }
    }

    /// The mark of a whole run.
    pub(super) fn of_run(code: ExitCode) -> Self {
        match code {
            ExitCode::Conforms => CONFORMS,
            ExitCode::Violates => VIOLATES,
            _ => BLOCKED,
        }
    }

    /// `1 case conforms`, `2 of 3 violate`: what comes after the number.
    pub(super) fn words(self, number: usize) -> &'static str {
        if number == 1 {
            self.singular
        } else {
            self.plural
        }
    }
}

impl Tally {
    pub(super) fn of<'a>(outcomes: impl IntoIterator<Item = &'a Outcome>) -> Self {
        let mut tally = Self::default();
        for outcome in outcomes {
            tally.add(&outcome.verdict);
        }
        tally
    }

    pub(super) fn total(self) -> usize {
        self.conforms + self.violates + self.waived + self.blocked + self.ignored
    }

    /// The verdicts that occur, the one that matters most first.
    pub(super) fn parts(self) -> Vec<(Mark, usize)> {
        [
            (VIOLATES, self.violates),
            (BLOCKED, self.blocked),
            (WAIVED, self.waived),
            (CONFORMS, self.conforms),
            (IGNORED, self.ignored),
        ]
        .into_iter()
        .filter(|(_, number)| *number > 0)
        .collect()
    }

    fn add(&mut self, verdict: &Verdict) {
        let number = match verdict {
            Verdict::Conforms => &mut self.conforms,
            Verdict::Violates => &mut self.violates,
            Verdict::Waived => &mut self.waived,
            Verdict::Blocked(_) => &mut self.blocked,
            Verdict::Ignored(_) => &mut self.ignored,
        };
        *number += 1;
    }
}

/// Operations and formats in the order of the cases, each with its tallies.
pub(super) fn matrix<'a>(report: &Report<'a>) -> Vec<Row<'a>> {
    let mut rows: Vec<Row<'a>> = Vec::new();
    for outcome in &report.run.outcomes {
        let operation = &report.contract.operations[outcome.operation];
        let known = rows
            .iter()
            .position(|row| row.operation.id == operation.id && row.format == outcome.id.format);
        let at = known.unwrap_or_else(|| {
            rows.push(Row {
                operation,
                format: outcome.id.format,
                cells: Default::default(),
            });
            rows.len() - 1
        });
        let cell = Family::ALL
            .iter()
            .position(|family| *family == family_of(&outcome.id));
        if let Some(cell) = cell {
            rows[at].cells[cell].add(&outcome.verdict);
        }
    }
    rows
}

/// The family of checks that a case belongs to.
pub(super) fn family_of(id: &CaseId) -> Family {
    match (&id.check, id.format) {
        (Check::Transport, _) => Family::Transport,
        (Check::Envelope, _) => Family::Envelope,
        (Check::Members, Format::Json) => Family::Schema,
        (Check::Members, Format::Xml) => Family::Shape,
        (Check::Parity, _) => Family::Parity,
        (
            Check::Asked | Check::Repeated | Check::Read | Check::Effect | Check::UnknownListed,
            _,
        ) => Family::Identity,
        (Check::Snapshot, _) => Family::Snapshot,
        (Check::Refusal(_), _) => Family::Refusal,
    }
}

/// Why cases were not judged or not asked, each reason once with how many cases have it, those that differ in
/// one name alone together where they are many; an obstacle is none of them.
pub(super) fn reasons(run: &Run) -> Vec<(Mark, String, usize)> {
    reasons_of(run, |_| true)
}

/// The same of some verdicts.
pub(super) fn reasons_of(
    run: &Run,
    is_meant: impl Fn(&Verdict) -> bool,
) -> Vec<(Mark, String, usize)> {
    let mut reasons: Vec<(&Verdict, usize)> = Vec::new();
    let verdicts = run.outcomes.iter().map(|outcome| &outcome.verdict);
    for verdict in verdicts.filter(|verdict| is_meant(verdict)) {
        if *verdict == Verdict::Blocked(Reason::Obstacle) {
            continue;
        }
        match reasons.iter_mut().find(|(known, _)| *known == verdict) {
            Some((_, cases)) => *cases += 1,
            None => reasons.push((verdict, 1)),
        }
    }
    let mut alike: BTreeMap<Lack, Vec<(&str, usize)>> = BTreeMap::new();
    for (verdict, cases) in &reasons {
        if let Some((lack, name)) = reason::lacking(verdict) {
            alike.entry(lack).or_default().push((name, *cases));
        }
    }
    alike.retain(|_, same| same.len() > MAX_APART);
    let mut told: Vec<(Mark, String, usize)> = Vec::new();
    let mut together: BTreeSet<Lack> = BTreeSet::new();
    for (verdict, cases) in &reasons {
        let mark = Mark::of(verdict);
        let same = reason::lacking(verdict).and_then(|(lack, _)| Some((lack, alike.get(&lack)?)));
        match same {
            None => told.extend(reason::of(run, verdict).map(|text| (mark, text, *cases))),
            Some((lack, same)) if together.insert(lack) => {
                let names: Vec<&str> = same.iter().map(|(name, _)| *name).collect();
                let cases = same.iter().map(|(_, cases)| cases).sum();
                told.push((mark, reason::of_several(lack, &names), cases));
            }
            Some(_) => {}
        }
    }
    told
}

/// `a`, with the first letter in upper case.
pub(super) fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

impl Report<'_> {
    /// A text that may hold what the portal chose, fit to be shown: no secret, no character that steers
    /// a terminal or turns the direction of what follows, none that XML 1.0 cannot hold, none that nobody
    /// sees, and nothing that a CI server takes for a command.
    pub(super) fn safe(&self, text: &str) -> String {
        without_danger(&self.target.scrub(text))
    }
}

/// A text without secrets, fit to be shown in the same way.
pub(crate) fn without_danger(text: &str) -> String {
    let text = without_commands(text);
    if !text.chars().any(|c| steers(c) || is_unseen(c)) {
        return text;
    }
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if steers(c) {
            shown.push(char::REPLACEMENT_CHARACTER);
        } else if is_unseen(c) {
            shown.extend(c.escape_unicode());
        } else {
            shown.push(c);
        }
    }
    shown
}

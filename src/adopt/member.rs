//! Entries about members of the payload.

use crate::adopt::draft::{Draft, Evidence, MemberEntry, MemberPlace, NoteEntry, Says, Where};
use crate::adopt::tally::{Counts, Tallies};
use crate::adopt::{FEW, envelope};
use crate::check::{Name, Rule, Violation};
use crate::contract::Format;
use crate::profile::{NotedType, Profile};
use crate::shape::Kind;

/// So often a member must stand where another one says so, and be absent where it does not.
const ENOUGH: usize = 3;

/// Says of a violation in the payload what makes it none, where the answers in JSON show it as well.
pub(super) fn learn(
    base: &Profile,
    tallies: &Tallies,
    (operation, format): (&str, Format),
    violation: &Violation,
    draft: &mut Draft,
) {
    if violation.rule == Rule::Sealed {
        sealed(tallies, violation, draft);
        return;
    }
    let Some((place, is_named, counts)) = tallies.at((operation, format), &violation.member) else {
        return;
    };
    if (violation.rule, format) == (Rule::Missing, Format::Xml)
        && let Some(times) = tallies.left_out_for_null(place)
    {
        if !is_named {
            return name(place, counts, draft);
        }
        let entry = NoteEntry {
            nullable: true,
            optional: true,
            ..begun(base, place, draft)
        };
        return draft.put(Says::Note(entry), counts.evidence(times));
    }
    let Some(evidence) = evidence(violation.rule, counts) else {
        return;
    };
    // What stands there by a name of the same letters is not absent.
    let is_of_absence = matches!(violation.rule, Rule::Missing | Rule::LetterCase);
    if is_of_absence && tallies.is_spelled_otherwise(place) {
        return;
    }
    if !is_named {
        name(place, counts, draft);
        return;
    }
    let mut entry = begun(base, place, draft);
    match violation.rule {
        Rule::Missing | Rule::LetterCase | Rule::Misplaced => {
            absence(&mut entry, counts);
        }
        Rule::Null => entry.nullable = true,
        Rule::DateTime if is_only_longer(base, tallies) => {
            fractions_of(base, tallies, draft);
            return;
        }
        _ => {
            entry.kind = Some(match counts.kinds.noted() {
                // What a documented date or GUID is not always, is a text.
                NotedType::DateTime | NotedType::Guid if is_lexical(violation.rule) => {
                    NotedType::Text
                }
                kind => kind,
            });
        }
    }
    draft.put(Says::Note(entry), evidence);
}

/// How often the answers show what a rule objects to; `None` where they do not, or no entry could say it.
fn evidence(rule: Rule, counts: &Counts) -> Option<Evidence> {
    let times = match rule {
        Rule::Missing | Rule::LetterCase => counts.absent.len(),
        Rule::Misplaced => counts.present.len(),
        Rule::Null => counts.kinds.nulls(),
        Rule::Type | Rule::Fraction | Rule::DateTime | Rule::Guid => {
            let documented = counts.documented.as_ref()?;
            if !counts.kinds.departs_from(documented) {
                return None;
            }
            counts.kinds.values()
        }
        Rule::OneOf | Rule::TooSmall | Rule::TooLarge | Rule::Matches | Rule::Length => {
            counts.kinds.values()
        }
        _ => return None,
    };
    (times > 0).then(|| counts.evidence(times))
}

fn is_lexical(rule: Rule) -> bool {
    matches!(rule, Rule::DateTime | Rule::Guid)
}

/// Says that a member is absent: everywhere, but where another one says so, or sometimes.
fn absence(entry: &mut NoteEntry, counts: &Counts) {
    entry.when = None;
    entry.never = false;
    if counts.absent.is_empty() {
        entry.optional = false;
    } else if counts.present.is_empty() {
        // What a few answers do not have may still come, and is then as the page shows it.
        entry.never = counts.answers.len().min(counts.objects()) >= FEW;
        entry.optional = !entry.never;
    } else if let Some((member, is)) = counts.decider(ENOUGH) {
        entry.when = Some(only_where(member, is));
        entry.optional = false;
    } else {
        entry.optional = true;
    }
}

fn only_where(member: &str, is: bool) -> Where {
    Where {
        member: member.to_owned(),
        is,
        only: true,
    }
}

/// What is said of a place already, in the draft or under it.
fn begun(base: &Profile, place: &MemberPlace, draft: &Draft) -> NoteEntry {
    let is_at = |at: &str, definition: Option<&str>| {
        at == place.at && definition.is_none_or(|one| one == place.definition)
    };
    let own = draft.entries.iter().find_map(|entry| match &entry.says {
        Says::Note(note) if is_at(&note.at, note.definition.as_deref()) => Some(note.clone()),
        _ => None,
    });
    // An entry takes the place of the one of the same name below, as a whole.
    let below = base
        .notes
        .iter()
        .rev()
        .find(|note| note.operation.is_none() && is_at(&note.at, note.definition.as_deref()));
    own.or_else(|| below.map(NoteEntry::of))
        .unwrap_or_else(|| NoteEntry {
            at: place.at.clone(),
            definition: Some(place.definition.clone()),
            kind: None,
            optional: false,
            nullable: false,
            when: None,
            never: false,
            varies: false,
        })
}

/// Says of a member that several reads tell otherwise, and nothing beside it, that it may be so.
pub(super) fn varying(
    base: &Profile,
    tallies: &Tallies,
    (operation, format): (&str, Format),
    member: &str,
    reads: usize,
    draft: &mut Draft,
) {
    let Some((place, is_named, counts)) = tallies.at((operation, format), member) else {
        return envelope::varying(base, tallies, member, reads, draft);
    };
    let is_of_parts = |kind: &Kind| matches!(kind, Kind::Object(_) | Kind::List(_));
    if counts.documented.as_ref().is_none_or(is_of_parts) {
        return;
    }
    if !is_named {
        return name(place, counts, draft);
    }
    let entry = NoteEntry {
        varies: true,
        ..begun(base, place, draft)
    };
    let evidence = Evidence {
        operations: vec![operation.to_owned()],
        ..Evidence::of(reads, reads)
    };
    draft.put(Says::Note(entry), evidence);
}

/// Gives what an operation answers a name.
fn name(place: &MemberPlace, counts: &Counts, draft: &mut Draft) {
    let evidence = Evidence::of(counts.answers.len(), counts.answers.len());
    draft.put(Says::Definition(place.definition.clone()), evidence);
}

/// A member beside those that a schema admits.
fn sealed(tallies: &Tallies, violation: &Violation, draft: &mut Draft) {
    let name = violation.member.rsplit('/').next().unwrap_or_default();
    let found = tallies.extras().find(|(_, extra)| *extra == name);
    let Some((place, name)) = found.filter(|(_, name)| is_plain(name)) else {
        return;
    };
    let counts = tallies.extra(place, name);
    if tallies.is_spelling(place, name) {
        return;
    }
    if !tallies.is_named(place) {
        return self::name(place, &counts, draft);
    }
    let entry = added(place, name, &counts, !counts.absent.is_empty(), None);
    let evidence = counts.evidence(counts.present.len());
    draft.put(Says::Member(entry), evidence);
}

/// Asks for the members that no page documents and every answer has, or every one in which another member
/// says so.
pub(super) fn always_there(tallies: &Tallies, draft: &mut Draft) {
    for (place, name) in tallies.extras() {
        let is_other = is_plain(name) && !tallies.is_spelling(place, name);
        let counts = tallies.extra(place, name);
        if !is_other || counts.kinds.values() == 0 {
            continue;
        }
        let decider = counts.decider(ENOUGH);
        let when = match (counts.absent.len(), decider) {
            (0, _) => None,
            (_, Some((member, is))) => Some(only_where(member, is)),
            (_, None) => continue,
        };
        if !tallies.is_named(place) {
            self::name(place, &counts, draft);
            // It stands in the objects of the new name.
        }
        let entry = added(place, name, &counts, false, when);
        let evidence = counts.evidence(counts.present.len());
        draft.put(Says::Member(entry), evidence);
    }
}

fn added(
    place: &MemberPlace,
    name: &str,
    counts: &Counts,
    optional: bool,
    when: Option<Where>,
) -> MemberEntry {
    MemberEntry {
        name: name.to_owned(),
        definition: place.definition.clone(),
        within: place.at.clone(),
        kind: counts.kinds.noted(),
        optional,
        nullable: counts.kinds.nulls() > 0,
        when,
    }
}

/// Whether a name is of a program's kind, and no data.
fn is_plain(name: &str) -> bool {
    matches!(Name::of(name), Name::Plain(_))
}

/// Whether all documented date-times have fractions of one length, only another one.
fn is_only_longer(base: &Profile, tallies: &Tallies) -> bool {
    base.inference.date_time_fraction_digits.is_some() && one_length(base, tallies).is_some()
}

/// The one length of all fractions, and how many there are.
fn one_length(base: &Profile, tallies: &Tallies) -> Option<(u8, usize)> {
    let (digits, dates) = tallies.fractions(&base.inference);
    match digits.iter().collect::<Vec<_>>().as_slice() {
        [Some(digits)] => Some((*digits, dates)),
        _ => None,
    }
}

fn fractions_of(base: &Profile, tallies: &Tallies, draft: &mut Draft) {
    if let Some((digits, dates)) = one_length(base, tallies) {
        draft.put(Says::FractionDigits(digits), Evidence::of(dates, dates));
    }
}

/// Asks for the length of fractions, where many date-times have one.
pub(super) fn fractions(base: &Profile, tallies: &Tallies, draft: &mut Draft) {
    let is_said = base.inference.date_time_fraction_digits.is_some();
    if !is_said && one_length(base, tallies).is_some_and(|(_, dates)| dates >= FEW) {
        fractions_of(base, tallies, draft);
    }
}

//! What a base allows beyond the pages, held against what the answers show.

use crate::adopt::FEW;
use crate::adopt::draft::{Draft, NoteEntry, Says, Where};
use crate::adopt::tally::Tallies;
use crate::profile::{Note, Profile};

impl NoteEntry {
    /// A note of a profile, as far as a draft says such things.
    pub(super) fn of(note: &Note) -> Self {
        Self {
            at: note.at.clone(),
            definition: note.definition.clone(),
            kind: note.kind,
            optional: note.optional == Some(true),
            nullable: note.nullable == Some(true),
            when: note.when.as_ref().map(|when| Where {
                member: when.member.clone(),
                is: when.is,
                only: when.only,
            }),
            never: note.never == Some(true),
            varies: note.varies == Some(true),
        }
    }
}

/// The notes of a base that allow something.
fn licences(base: &Profile) -> impl Iterator<Item = NoteEntry> {
    let notes = base.notes.iter().filter(|note| note.operation.is_none());
    notes.map(NoteEntry::of).filter(NoteEntry::allows)
}

/// How much a base allows that many answers did not need, or that they contradict.
pub(super) fn unused(base: &Profile, tallies: &Tallies) -> usize {
    let is_unused = |note: &NoteEntry| {
        if note.never {
            return tallies.sent(note).is_some();
        }
        let seen = tallies.seen_of(note);
        let is_needed = (note.optional || note.when.is_some()) && seen.absent > 0;
        seen.objects >= FEW && !is_needed && !(note.nullable && seen.nulls > 0)
    };
    licences(base).filter(is_unused).count()
}

/// Says that what the base has as never sent comes, where it does.
pub(super) fn withdraw(base: &Profile, tallies: &Tallies, draft: &mut Draft) {
    for note in licences(base).filter(|note| note.never) {
        let is_said = draft.entries.iter().any(|entry| match &entry.says {
            Says::Note(own) => own.at == note.at && own.definition == note.definition,
            _ => false,
        });
        let Some(counts) = tallies.sent(&note).filter(|_| !is_said) else {
            continue;
        };
        let entry = NoteEntry {
            never: false,
            optional: !counts.absent.is_empty(),
            nullable: counts.kinds.nulls() > 0,
            ..note
        };
        let evidence = counts.evidence(counts.present.len());
        draft.put(Says::Note(entry), evidence);
    }
}

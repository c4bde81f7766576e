//! Entries about what holds for whole answers: how a format is asked for, labels, roots, words, status codes.

use std::collections::BTreeSet;

use crate::adopt::draft::{Draft, Evidence, Says};
use crate::adopt::{Adopting, Answer, Refusals, questions};
use crate::check::{Name, Observed, Rule, Violation};
use crate::contract::{Contract, Format};
use crate::media_type::{Syntax, media_type};
use crate::profile::{Booleans, Profile};
use crate::snapshot;

/// Asks for each format as the answers in it were asked for: as the base does, where such were answered.
pub(super) fn requests(adopting: &Adopting<'_>, base: &Profile, draft: &mut Draft) {
    for format in Format::ALL {
        let own = base.extension(format);
        let all = adopting.answers.iter().filter(|one| one.format == format);
        let all: Vec<&Answer> = all.collect();
        let (as_base, ending) = if own.is_empty() {
            let is_so = all.iter().any(|one| one.asked.otherwise);
            (is_so, format!(".{format}"))
        } else {
            (all.iter().any(|one| one.asked.by_ending), String::new())
        };
        if !all.is_empty() && !as_base {
            let all = questions(all);
            let evidence = Evidence::of(all, all);
            draft.put(Says::Extension(format, ending), evidence);
        }
    }
}

/// Says of a violation of a whole answer what makes it none.
pub(super) fn learn(
    adopting: &Adopting<'_>,
    base: &Profile,
    answer: &Answer,
    violation: &Violation,
    draft: &mut Draft,
) {
    let format = answer.format;
    let own = adopting.answers.iter().filter(|one| one.format == format);
    let own: Vec<&Answer> = own.collect();
    let all = questions(own.iter().copied());
    let evidence = |times: usize| Evidence::of(times, all);
    match (violation.rule, &violation.actual) {
        (Rule::MediaType, Observed::Word(_)) => {
            let labels = own.iter().filter_map(|one| label(one));
            let labels: BTreeSet<String> = labels.collect();
            let is_other = |label: &&Answer| {
                let operation = &adopting.contract.operations[label.operation];
                let known = base.media_types_of(operation, format);
                self::label(label).is_some_and(|label| !known.contains(&label))
            };
            let times = questions(own.iter().copied().filter(is_other));
            // A page for people is none of the API's answers.
            let is_page = |label: &String| Syntax::of(label) == Some(Syntax::Html);
            if !labels.iter().any(is_page) && times > 0 {
                let says = Says::MediaTypes(format, labels.into_iter().collect());
                draft.put(says, evidence(times));
            }
        }
        (Rule::Status, Observed::Status(200..300, None)) => {
            let method = &answer.exchange.request.method;
            let same = adopting
                .answers
                .iter()
                .filter(|one| one.exchange.request.method == *method);
            let code = |one: &&Answer| one.exchange.status();
            let is_other = |one: &&Answer| {
                let known = base.success_codes(&adopting.contract.operations[one.operation]);
                code(one).is_some_and(|code| !known.contains(&code))
            };
            let times = questions(same.clone().filter(is_other));
            let of = questions(same.clone());
            let asked: BTreeSet<usize> = same.clone().map(|one| one.operation).collect();
            let mut codes: BTreeSet<u16> = same.filter_map(|one| code(&one)).collect();
            // The entry takes the place of what documents say of those that were not asked, too.
            let all = adopting.contract.operations.iter().enumerate();
            let unasked = all.filter(|(at, one)| one.method == *method && !asked.contains(at));
            codes.extend(unasked.flat_map(|(_, one)| one.success.named()));
            let says = Says::Success(method.clone(), codes.into_iter().collect());
            draft.put(says, Evidence::of(times, of));
        }
        (Rule::Root, Observed::Root(Name::Plain(root))) => {
            draft.put(Says::Root(root.clone()), evidence(all));
        }
        (Rule::Lexical, Observed::BooleanWord(word)) => {
            let Some(said) = said_words(draft, word) else {
                return;
            };
            draft.put(said, evidence(all));
        }
        _ => {}
    }
}

/// The words for true and false, where one of them was seen: both are spelled alike, until the other one is seen to be
/// spelled otherwise.
fn said_words(draft: &Draft, word: &str) -> Option<Says> {
    let is_yes = word.eq_ignore_ascii_case("true");
    if !is_yes && !word.eq_ignore_ascii_case("false") {
        return None;
    }
    let own = draft.entries.iter().find_map(|entry| match &entry.says {
        Says::Words { yes, no } => Some((yes.clone(), no.clone())),
        _ => None,
    });
    let like = || Booleans::like(word).map(|both| (both.yes, both.no));
    let (yes, no) = own.or_else(like)?;
    let word = word.to_owned();
    Some(if is_yes {
        Says::Words { yes: word, no }
    } else {
        Says::Words { yes, no: word }
    })
}

/// The media type of an answer, without parameters.
fn label(answer: &Answer) -> Option<String> {
    let response = answer.exchange.outcome.as_ref().ok()?;
    let first = response.content_types.first()?;
    Some(media_type(first).ok()?.essence)
}

/// Says with which status codes the portal refuses, where these are some 4xx.
pub(super) fn refused(refusals: &Refusals, base: &Profile, draft: &mut Draft) {
    let joined = |known: &[u16], seen: &BTreeSet<u16>| {
        let all: BTreeSet<u16> = known.iter().chain(seen).copied().collect();
        all.into_iter().collect::<Vec<u16>>()
    };
    let (authentication, unknown) = (&refusals.authentication, &refusals.unknown);
    if !authentication.codes.is_empty() {
        let says = joined(&base.refusal.authentication, &authentication.codes);
        let evidence = Evidence::of(authentication.times, authentication.of);
        draft.put(Says::Authentication(says), evidence);
    }
    if !unknown.codes.is_empty() {
        let says = joined(&base.refusal.unknown, &unknown.codes);
        draft.put(Says::Unknown(says), Evidence::of(unknown.times, unknown.of));
    }
    if refusals.loose > 0 {
        let of = refusals.loose_of.max(refusals.loose);
        draft.put(Says::LooseIds, Evidence::of(refusals.loose, of));
    }
    if refusals.has_other_snapshots {
        let all = refusals.snapshots;
        draft.put(Says::OwnSnapshots, Evidence::of(all, all));
    }
}

/// Says that the reviewed envelopes of the base are not those of the portal, where the draft says that what stands
/// around the payload is otherwise: a recording holds no case that compares them.
pub(super) fn snapshots(contract: &Contract, base: &Profile, draft: &mut Draft) {
    let is_around = |says: &Says| {
        matches!(
            says,
            Says::Root(_) | Says::Payload { .. } | Says::Envelope(_)
        )
    };
    let mut entries = draft.entries.iter();
    let is_said = entries.clone().any(|one| one.says == Says::OwnSnapshots);
    let is_otherwise = entries.any(|one| is_around(&one.says));
    if is_otherwise && !is_said && snapshot::are_built_in(contract, base) {
        draft.put(Says::OwnSnapshots, Evidence::default());
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use time::macros::date;

    use super::*;

    #[test]
    fn both_words_for_booleans_are_said_and_spelled_alike() {
        let mut draft = Draft::new("as-documented", "thing", date!(2026 - 11 - 26));
        for (word, yes, no) in [
            ("true", "true", "false"),
            ("false", "true", "false"),
            ("TRUE", "TRUE", "FALSE"),
            ("False", "True", "False"),
        ] {
            let (yes, no) = (yes.to_owned(), no.to_owned());
            assert_eq!(said_words(&draft, word), Some(Says::Words { yes, no }));
        }
        assert_eq!(said_words(&draft, "yes"), None);
        // What was seen of the other one holds.
        draft.put(said_words(&draft, "true").unwrap(), Evidence::of(1, 1));
        let (yes, no) = ("true".to_owned(), "False".to_owned());
        assert_eq!(said_words(&draft, "False"), Some(Says::Words { yes, no }));
    }
}

//! What follows from what: what is broken in an answer makes it differ from other answers as well.
//!
//! A difference follows from a break only where the same answers show both, in the same item: what another
//! resource, or another item of a list, says otherwise is a finding of its own.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::QuestionIndex;
use crate::check::{Family, Observed, Rule, Violation};
use crate::run::Seen;

/// Which answers show a violation, by their questions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Shown {
    /// Those that are wrong, or differ from each other.
    pub by: BTreeSet<QuestionIndex>,
    /// Those of other operations that they were held against.
    pub beside: BTreeSet<QuestionIndex>,
    /// Whether answers showed more than is told, so that nobody knows which items are concerned.
    pub is_cut: bool,
    /// How many items there are where it was seen in one, in the first answer that shows it; `None` where nobody
    /// counted them.
    pub items: Option<usize>,
    /// In how many answers this place breaks the rule in the same way, be it with a text, a list or an object of another
    /// length; 0 where nobody counted them.
    pub answers: usize,
    /// The same for each question: in how many answers, and of how many. Empty where every answer shows it, and where
    /// there is one question.
    pub each: Vec<(QuestionIndex, usize, usize)>,
}

impl Shown {
    /// By the answers to these questions alone.
    pub(super) fn by(questions: &[QuestionIndex]) -> Self {
        Self {
            by: questions.iter().copied().collect(),
            ..Self::default()
        }
    }
}

/// Violations that others may follow from, each with a number; asked as often as there are violations, so
/// none is looked through.
#[derive(Debug, Clone, Default)]
pub(super) struct Causes {
    of: BTreeMap<QuestionIndex, OfAnswers>,
    /// What was deleted although that must be refused, by its path.
    deleted: Vec<(String, usize)>,
}

/// Those that the answers to one question show.
#[derive(Debug, Clone, Default)]
struct OfAnswers {
    /// In the items of lists in which they were seen.
    placed: Members,
    /// Of which nobody knows the items.
    unplaced: Members,
    /// All of them, in whatever item.
    all: Members,
    /// The smallest number of those that the look of an envelope follows from.
    envelope: Option<usize>,
}

impl Causes {
    /// Takes note of a violation.
    pub(super) fn add(&mut self, cause: &Seen, number: usize) {
        let violation = &cause.violation;
        let (family, member) = (violation.family, violation.member.as_str());
        let place = place(cause);
        let is_done = matches!(violation.rule, Rule::Accepted | Rule::RefusedKept);
        if is_done && cause.request.method == "DELETE" {
            let path = without_ending(&cause.request.path).to_owned();
            self.deleted.push((path, number));
        }
        for question in &cause.shown.by {
            let of = self.of.entry(*question).or_default();
            of.all.add(family, member, number);
            match &place {
                Some(place) => of.placed.add(family, place, number),
                None => of.unplaced.add(family, member, number),
            }
            if family <= Family::Envelope && !violation.rule.is_told_once() {
                let least = of.envelope.get_or_insert(number);
                *least = number.min(*least);
            }
        }
    }

    /// The smallest number of those that a violation follows from.
    pub(super) fn first_of(&self, seen: &Seen) -> Option<usize> {
        let violation = &seen.violation;
        if is_gone(violation) {
            let path = without_ending(&seen.request.path);
            let deleted = self.deleted.iter().filter(|(deleted, _)| {
                let rest = path.strip_prefix(deleted.as_str());
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            });
            if let Some(least) = deleted.map(|(_, number)| *number).min() {
                return Some(least);
            }
        }
        if !violation.family.follows() {
            return None;
        }
        let place = place(seen);
        let member = violation.member.as_str();
        let own = seen.shown.by.iter().filter_map(|question| {
            let of = self.of.get(question)?;
            let in_member = match &place {
                Some(place) => {
                    let placed = of.placed.first(violation, place);
                    placed
                        .into_iter()
                        .chain(of.unplaced.first(violation, member))
                        .min()
                }
                None => of.all.first(violation, member),
            };
            // An envelope that is not as documented is not as reviewed either.
            let envelope = of.envelope.filter(|_| violation.rule == Rule::Snapshot);
            in_member.into_iter().chain(envelope).min()
        });
        // Other operations have the resource in other places.
        let beside = seen.shown.beside.iter().filter_map(|question| {
            let of = self.of.get(question)?;
            of.all.first(violation, member)
        });
        own.chain(beside).min()
    }
}

/// Whether an answer says that what was asked for is not there.
fn is_gone(violation: &Violation) -> bool {
    let status = match (violation.rule, &violation.actual) {
        (Rule::Status, Observed::Status(status, _)) => Some(*status),
        (Rule::Unsteady, Observed::OtherStatus(status)) => *status,
        _ => None,
    };
    matches!(status, Some(404 | 410))
}

/// A path without a query and the ending that asks for a format.
pub(super) fn without_ending(path: &str) -> &str {
    let path = path.split('?').next().unwrap_or_default();
    let path = path.strip_suffix('/').unwrap_or(path);
    let mut endings = [".json", ".xml"].into_iter();
    endings
        .find_map(|ending| path.strip_suffix(ending))
        .unwrap_or(path)
}

/// Numbers by family and member.
#[derive(Debug, Clone, Default)]
struct Members {
    /// The smallest number of those in a member.
    of: BTreeMap<(Family, String), usize>,
    /// The same of those in a member or below it.
    within: BTreeMap<(Family, String), usize>,
}

impl Members {
    fn add(&mut self, family: Family, member: &str, number: usize) {
        let note = |all: &mut BTreeMap<(Family, String), usize>, path: &str| {
            let least = all.entry((family, path.to_owned())).or_insert(number);
            *least = number.min(*least);
        };
        note(&mut self.of, member);
        for path in around(member) {
            note(&mut self.within, path);
        }
    }

    fn first(&self, violation: &Violation, member: &str) -> Option<usize> {
        let families = Family::ALL.into_iter();
        let earlier = families.filter(|family| violation.family.may_follow(*family));
        // A value in an item changes nothing in how many there are.
        let counts = violation.rule == Rule::Count;
        let found = earlier.flat_map(|family| {
            let of = |path: &str| self.of.get(&(family, path.to_owned())).copied();
            let below = self.within.get(&(family, member.to_owned())).copied();
            let below = below.filter(|_| !member.is_empty() && !counts);
            let around: Vec<usize> = around(member).filter_map(of).collect();
            around.into_iter().chain(below)
        });
        found.min()
    }
}

/// A documented path, and all that it is below; the empty one has none.
fn around(path: &str) -> impl Iterator<Item = &str> {
    let ends = path.match_indices('/').map(|(at, _)| at);
    let ends = ends.chain((!path.is_empty()).then_some(path.len()));
    ends.map(|end| &path[..end]).filter(|path| !path.is_empty())
}

/// The documented member with the number of each item on the way to it, that of the payload's own list
/// first; `None` where the pointer does not tell them.
fn place(seen: &Seen) -> Option<String> {
    let Violation {
        member, pointer, ..
    } = &seen.violation;
    if member.is_empty() || seen.shown.is_cut {
        return None;
    }
    let names: Vec<&str> = member.split('/').collect();
    let steps: Vec<&str> = pointer.split('/').skip(1).collect();
    let before = steps.len().checked_sub(names.len())?;
    let is_number = |step: &str| step.bytes().all(|byte| byte.is_ascii_digit());
    let (outer, inner) = steps.split_at(before);
    let outer = outer.iter().filter(|step| is_number(step));
    let mut place: Vec<&str> = outer.copied().collect();
    for (name, step) in names.into_iter().zip(inner) {
        match name {
            "*" if is_number(step) => place.push(step),
            "*" => return None,
            name => place.push(name),
        }
    }
    Some(place.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::{Violation, is_within};
    use crate::run::tests_support::seen_at;

    /// The rule in one line, beside which the search in maps must find the same.
    fn may_follow(later: &Violation, earlier: &Violation) -> bool {
        later.family.may_follow(earlier.family)
            && (is_within(&later.member, &earlier.member)
                || is_within(&earlier.member, &later.member))
    }

    #[test]
    fn causes_are_those_that_a_violation_follows_from() {
        let members = ["", "A", "A/*", "A/*/B", "AB", "A/B/C", "/"];
        let all: Vec<Seen> = Family::ALL
            .into_iter()
            .flat_map(|family| {
                members.map(|member| {
                    let mut seen = seen_at(Rule::Missing, family, member, "");
                    seen.shown = Shown::by(&[0]);
                    seen
                })
            })
            .collect();
        for skipped in 0..all.len() {
            let mut causes = Causes::default();
            let known = all.iter().enumerate();
            let known: Vec<_> = known.filter(|(at, _)| at % 7 != skipped % 7).collect();
            for (at, cause) in &known {
                causes.add(cause, *at);
            }
            let found = &all[skipped];
            let follows = |cause: &Seen| may_follow(&found.violation, &cause.violation);
            let first = known.iter().find(|(_, cause)| follows(cause));
            assert_eq!(
                causes.first_of(found),
                first.map(|(at, _)| *at),
                "{:?}",
                found.violation
            );
        }
    }

    #[test]
    fn a_violation_follows_from_one_of_an_earlier_family_in_the_same_place() {
        for (later, earlier, expected) in [
            (
                (Family::Parity, "Owner/Title"),
                (Family::Schema, "Owner/Title"),
                true,
            ),
            (
                (Family::Parity, "Owner/Title"),
                (Family::Shape, "Owner"),
                true,
            ),
            (
                (Family::Parity, "Owner"),
                (Family::Shape, "Owner/Title"),
                true,
            ),
            (
                (Family::Parity, "OwnerTitle"),
                (Family::Shape, "Owner"),
                false,
            ),
            ((Family::Parity, "Name"), (Family::Shape, "Owner"), false),
            ((Family::Parity, "Name"), (Family::Shape, ""), false),
            ((Family::Parity, ""), (Family::Shape, ""), false),
            ((Family::Schema, "Name"), (Family::Shape, "Name"), false),
            ((Family::Parity, "Name"), (Family::Identity, "Name"), true),
            ((Family::Identity, "Name"), (Family::Parity, "Name"), false),
            ((Family::Parity, "Name"), (Family::Parity, "Name"), false),
            ((Family::Snapshot, "Name"), (Family::Envelope, "Name"), true),
            ((Family::Refusal, "Name"), (Family::Envelope, "Name"), false),
        ] {
            let seen = |(family, member): (Family, &str)| {
                let mut seen = seen_at(Rule::Missing, family, member, "");
                seen.shown = Shown::by(&[0]);
                seen
            };
            let mut causes = Causes::default();
            causes.add(&seen(earlier), 0);
            let first = causes.first_of(&seen(later));
            assert_eq!(first.is_some(), expected, "{later:?} {earlier:?}");
        }
    }

    #[test]
    fn nothing_follows_from_what_another_answer_or_another_item_shows() {
        let zip = "Addresses/*/Zip";
        let cause = |member: &str, pointer: &str, by: &[usize]| {
            let mut cause = seen_at(Rule::Null, Family::Schema, member, pointer);
            cause.shown = Shown::by(by);
            cause
        };
        let found = |rule, member: &str, pointer: &str, by: &[usize], beside: &[usize]| {
            let mut found = seen_at(rule, Family::Parity, member, pointer);
            found.shown = Shown::by(by);
            found.shown.beside = beside.iter().copied().collect();
            found
        };
        let of_xml = cause(zip, "/result/response/Addresses/2/Zip", &[1, 4]);
        let of_list = cause("About", "/response/1/About", &[1]);
        for (cause, found, expected) in [
            (
                &of_xml,
                found(
                    Rule::Differs,
                    zip,
                    "/response/Addresses/2/Zip",
                    &[0, 1],
                    &[],
                ),
                true,
            ),
            (
                &of_xml,
                found(
                    Rule::Differs,
                    zip,
                    "/response/Addresses/1/Zip",
                    &[0, 1],
                    &[],
                ),
                false,
            ),
            (
                &of_xml,
                found(
                    Rule::Differs,
                    zip,
                    "/response/Addresses/2/Zip",
                    &[2, 3],
                    &[],
                ),
                false,
            ),
            (
                &of_xml,
                found(
                    Rule::Differs,
                    zip,
                    "/response/7/Addresses/1/Zip",
                    &[9],
                    &[4],
                ),
                true,
            ),
            (
                &of_xml,
                found(
                    Rule::Differs,
                    "Addresses",
                    "/response/Addresses",
                    &[0, 1],
                    &[],
                ),
                true,
            ),
            (
                &of_xml,
                found(
                    Rule::Count,
                    "Addresses",
                    "/response/Addresses",
                    &[0, 1],
                    &[],
                ),
                false,
            ),
            (
                &of_list,
                found(Rule::Differs, "About", "/response/1/About", &[0, 1], &[]),
                true,
            ),
            (
                &of_list,
                found(Rule::Differs, "About", "/response/0/About", &[0, 1], &[]),
                false,
            ),
            (
                &of_list,
                found(Rule::Differs, "About", "/x", &[0, 1], &[]),
                false,
            ),
        ] {
            let mut causes = Causes::default();
            causes.add(cause, 7);
            let first = causes.first_of(&found);
            assert_eq!(first, expected.then_some(7), "{:?}", found.violation);
        }
        // Where more was broken than is told, nobody knows where.
        let mut cut = of_list.clone();
        cut.shown.is_cut = true;
        let mut causes = Causes::default();
        causes.add(&cut, 7);
        let other = found(Rule::Differs, "About", "/response/0/About", &[0, 1], &[]);
        assert_eq!(causes.first_of(&other), Some(7));
    }

    #[test]
    fn what_is_not_there_follows_from_its_deletion_alone() {
        let seen = |rule, family, method: &str, path: &str, actual: Observed| {
            let mut seen = seen_at(rule, family, "", "");
            method.clone_into(&mut seen.request.method);
            path.clone_into(&mut seen.request.path);
            seen.violation.actual = actual;
            seen
        };
        let deleted = |rule, method| {
            let actual = Observed::Status(204, None);
            let cause = seen(rule, Family::Refusal, method, "boats/7.json", actual);
            let mut causes = Causes::default();
            causes.add(&cause, 3);
            causes
        };
        let read = |path: &str, actual: Observed| {
            let rule = match actual {
                Observed::Status(..) => Rule::Status,
                _ => Rule::Unsteady,
            };
            seen(rule, Family::Transport, "GET", path, actual)
        };
        let accepted = deleted(Rule::Accepted, "DELETE");
        let status = |status| Observed::Status(status, None);
        for (found, expected) in [
            (read("boats/7.xml?full=1", status(404)), true),
            (read("boats/7/crew", status(410)), true),
            (read("boats/7", Observed::OtherStatus(Some(404))), true),
            (read("boats/71", status(404)), false),
            (read("boats", status(404)), false),
            (read("boats/7", status(500)), false),
        ] {
            let first = accepted.first_of(&found);
            assert_eq!(first, expected.then_some(3), "{}", found.request.path);
        }
        let found = read("boats/7", status(404));
        let defied = deleted(Rule::RefusedKept, "DELETE");
        assert_eq!(defied.first_of(&found), Some(3));
        for (rule, method) in [(Rule::Accepted, "POST"), (Rule::RefusalStatus, "DELETE")] {
            let found = read("boats/7", status(404));
            assert_eq!(deleted(rule, method).first_of(&found), None);
        }
    }

    #[test]
    fn the_look_of_an_envelope_follows_from_what_shapes_it_in_the_same_answer() {
        let snapshot = |rule, by: &[usize]| {
            let mut found = seen_at(rule, Family::Snapshot, "", "");
            found.shown = Shown::by(by);
            found
        };
        for (rule, family, expected) in [
            (Rule::Status, Family::Transport, true),
            (Rule::Undocumented, Family::Envelope, true),
            (Rule::ServerVersion, Family::Transport, false),
            (Rule::Missing, Family::Schema, false),
        ] {
            let mut cause = seen_at(rule, family, "", "");
            cause.shown = Shown::by(&[3]);
            let mut causes = Causes::default();
            causes.add(&cause, 7);
            let first = causes.first_of(&snapshot(Rule::Snapshot, &[2, 3]));
            assert_eq!(first, expected.then_some(7), "{rule}");
            assert_eq!(causes.first_of(&snapshot(Rule::Snapshot, &[2])), None);
            let unreviewed = snapshot(Rule::SnapshotUnreviewed, &[3]);
            assert_eq!(causes.first_of(&unreviewed), None);
        }
    }
}

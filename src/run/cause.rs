//! Violations grouped by their cause.
//!
//! Two violations have one cause where they break one rule in one member, whatever the operation, the
//! format or the item of a list; a member that a document defines once is one, wherever a reference leads to it,
//! and one of which operations promise different things is several. What follows from a broken member is told with that member.

use std::collections::BTreeMap;

use crate::case::{CaseId, Check, Scope};
use crate::check::{Family, Observed, Promise, Rule, Violation};
use crate::contract::Contract;
use crate::level::Level;
use crate::run::follow::Causes;
use crate::run::{Outcome, Seen};

/// The causes that one case shows, and no case before it has told.
#[derive(Debug)]
pub struct Telling<'a> {
    /// The case.
    pub outcome: &'a Outcome,
    /// Its violations by cause, in the order of the rules, causes that are told together one after the other; of
    /// each at least one.
    pub groups: Vec<Vec<&'a Seen>>,
    /// Other cases in which nothing but these causes shows.
    pub also: Vec<&'a CaseId>,
}

/// Groups what outcomes show of a level: each cause once, in the first case that shows it.
#[must_use]
pub fn by_cause<'a>(
    outcomes: &'a [Outcome],
    contract: &Contract,
    level: Level,
) -> Vec<Telling<'a>> {
    let concerned = outcomes
        .iter()
        .filter(|outcome| unwaived(outcome, level).next().is_some());
    let mut ordered: Vec<&Outcome> = concerned.collect();
    ordered.sort_by_key(|outcome| rank(contract, outcome, level));
    let mut told = ToldCauses::default();
    let mut all: Vec<Telling<'_>> = Vec::new();
    for outcome in ordered {
        let mut fresh: Vec<&Seen> = Vec::new();
        let mut known: Vec<(&Seen, usize)> = Vec::new();
        for seen in unwaived(outcome, level) {
            match told.teller(&Cause::of(seen), seen) {
                Some(at) => known.push((seen, at)),
                None => fresh.push(seen),
            }
        }
        let groups = parted(fresh);
        for seen in groups.iter().flatten() {
            told.add(seen, all.len());
        }
        // What follows from it in these answers is told there, too.
        for (seen, at) in &known {
            told.earlier.add(seen, *at);
        }
        if groups.is_empty() {
            if let Some(telling) = known.first().and_then(|(_, at)| all.get_mut(*at)) {
                telling.also.push(&outcome.id);
            }
        } else {
            all.push(Telling {
                outcome,
                groups,
                also: Vec::new(),
            });
        }
    }
    all
}

/// Violations of one case by cause, in the order of the rules, with causes that are told together one after the
/// other.
#[must_use]
pub fn parted(seen: Vec<&Seen>) -> Vec<Vec<&Seen>> {
    let mut groups: Vec<Vec<&Seen>> = Vec::new();
    let mut of_causes: BTreeMap<Cause<'_>, Vec<usize>> = BTreeMap::new();
    for seen in seen {
        let own = of_causes.entry(Cause::of(seen)).or_default();
        let is_own = |at: &&usize| !is_apart(groups[**at][0], seen);
        if let Some(at) = own.iter().find(is_own) {
            groups[*at].push(seen);
        } else {
            own.push(groups.len());
            groups.push(vec![seen]);
        }
    }
    let mut together: Vec<Vec<Vec<&Seen>>> = Vec::new();
    for group in groups {
        match together.iter_mut().find(|all| alike(all[0][0], group[0])) {
            Some(all) => all.push(group),
            None => together.push(vec![group]),
        }
    }
    together.sort_by_key(|all| all[0][0].violation.rule);
    together.into_iter().flatten().collect()
}

/// What makes two violations one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cause<'a> {
    /// The rule that is broken.
    pub rule: Rule,
    /// The documented member, by the definition that holds it where there is one, or with what is promised of it
    /// where that differs; empty for the answer as a whole. Where none of the members of an object stands in its place,
    /// that is one break of the object, and texts that are garbled in any member are one break of all answers.
    pub member: &'a str,
    /// What tells findings apart that concern no member, but the answer as a whole.
    pub detail: Option<(&'a Promise, Observed)>,
}

impl<'a> Cause<'a> {
    /// That of a violation.
    #[must_use]
    pub fn of(seen: &'a Seen) -> Self {
        let violation = &seen.violation;
        let place = seen.definition.as_deref().unwrap_or(&violation.member);
        let member = match (&violation.expected, &violation.actual) {
            (_, Observed::Garbled(..)) => "",
            (Promise::NoneOfThese, _) | (_, Observed::Deeper(_) | Observed::NoneOfThem) => {
                place.rsplit_once('/').map_or("", |(around, _)| around)
            }
            _ => place,
        };
        Self {
            rule: violation.rule,
            member,
            detail: detail(violation),
        }
    }
}

/// What tells violations of one rule apart that concern no member.
pub(super) fn detail(violation: &Violation) -> Option<(&Promise, Observed)> {
    let concerns_whole = matches!(violation.family, Family::Transport | Family::Refusal);
    concerns_whole.then(|| (&violation.expected, violation.actual.essence()))
}

/// What was told, and by which case.
#[derive(Debug, Default)]
struct ToldCauses<'a> {
    causes: BTreeMap<Cause<'a>, usize>,
    /// What other violations may follow from.
    earlier: Causes,
}

impl<'a> ToldCauses<'a> {
    fn add(&mut self, seen: &'a Seen, at: usize) {
        self.causes.entry(Cause::of(seen)).or_insert(at);
        self.earlier.add(seen, at);
    }

    /// The case that has told what this follows from, or the same cause.
    fn teller(&self, cause: &Cause<'_>, seen: &Seen) -> Option<usize> {
        let earlier = self.earlier.first_of(seen);
        earlier.or_else(|| self.causes.get(cause).copied())
    }
}

/// What a case shows of a level that nothing forgives.
pub fn unwaived(outcome: &Outcome, level: Level) -> impl Iterator<Item = &Seen> {
    let seen = match level {
        Level::Deny => outcome.violations.as_slice(),
        Level::Warn => &outcome.remarks,
        Level::Allow => &[],
    };
    seen.iter().filter(|seen| seen.waived.is_none())
}

/// Whether two violations of one case are told together to people: members that break one rule in the same way.
#[must_use]
pub fn alike(a: &Seen, b: &Seen) -> bool {
    let is_one = !is_apart(a, b);
    let (a, b) = (&a.violation, &b.violation);
    a.rule == b.rule
        && is_one
        && (a.member == b.member || a.rule != Rule::Type || a.expected == b.expected)
}

/// Whether two violations of one rule in the answer as a whole are two findings.
fn is_apart(a: &Seen, b: &Seen) -> bool {
    let (a, b) = (&a.violation, &b.violation);
    a.actual.is_aside() && a.actual != b.actual
}

/// Causes first: a deletion that was to be refused and was done leaves nothing to read, and cases whose violations
/// explain others come before those; then the case that a person would
/// look at first: a plain one before one with wrong or unknown ids, a read before a write, one resource
/// before several.
#[must_use]
pub fn rank(
    contract: &Contract,
    outcome: &Outcome,
    level: Level,
) -> (Option<Family>, bool, bool, bool) {
    if unwaived(outcome, level).any(is_done_deletion) {
        return (None, false, false, false);
    }
    let families = unwaived(outcome, level).map(|seen| seen.violation.family);
    // JSON before XML is the order of the cases, which the sort keeps.
    let family = families.min().unwrap_or(Family::Snapshot);
    let family = match family {
        Family::Shape => Family::Schema,
        family => family,
    };
    let is_special = matches!(outcome.id.check, Check::UnknownListed | Check::Refusal(_));
    let writes = contract.operations[outcome.operation].writes();
    let is_all = outcome.id.scope == Scope::All;
    (Some(family), is_special, writes, is_all)
}

/// Whether a deletion was accepted that must be refused.
fn is_done_deletion(seen: &Seen) -> bool {
    seen.violation.rule == Rule::Accepted && seen.request.method == "DELETE"
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use super::*;
    use crate::case::Case;
    use crate::run::Verdict;
    use crate::run::tests_support::seen_at;
    use crate::target::Target;
    use crate::{case, contract, page, profile};

    fn of(rule: Rule, member: &str, definition: Option<&str>) -> Seen {
        Seen {
            definition: definition.map(str::to_owned),
            ..seen_at(rule, Family::Schema, member, &format!("/{member}"))
        }
    }

    #[test]
    fn each_member_is_a_cause_and_what_is_told_together_stands_together() {
        let all = [
            of(Rule::Null, "C", None),
            of(Rule::Missing, "A", None),
            of(Rule::Missing, "B", None),
            of(Rule::Missing, "A", None),
        ];
        let groups = parted(all.iter().collect());
        let told = groups.iter().map(|group| {
            let first = &group[0].violation;
            (first.rule, first.member.as_str(), group.len())
        });
        let expected = [
            (Rule::Missing, "A", 2),
            (Rule::Missing, "B", 1),
            (Rule::Null, "C", 1),
        ];
        assert_eq!(told.collect::<Vec<_>>(), expected);
        assert!(alike(groups[0][0], groups[1][0]));
        assert!(!alike(groups[1][0], groups[2][0]));
    }

    fn violating(case: &Case, violations: Vec<Seen>) -> Outcome {
        Outcome {
            id: case.id.clone(),
            operation: case.operation,
            verdict: Verdict::Violates,
            violations,
            remarks: Vec::new(),
            elapsed: Duration::ZERO,
            share: Duration::ZERO,
        }
    }

    #[test]
    fn a_cause_is_told_in_one_case_that_names_the_others() {
        let contract = Arc::new(contract::of_sources(page::builtin()).unwrap());
        let profile = Arc::new(profile::load("as-documented").unwrap());
        let target = Target::new("http://portal.test".parse().unwrap());
        let plan = case::plan(&contract, &profile, &target);
        let is_like = |case: &&Case| case.operation == 0 && case.id.scope == Scope::One;
        let mut cases = plan.cases.iter().filter(is_like);
        let missing = |member: &str| of(Rule::Missing, member, None);
        let all = [
            vec![missing("A")],
            vec![missing("A")],
            vec![missing("A"), missing("B")],
            vec![missing("B"), missing("A")],
        ];
        let all = all.map(|seen| violating(cases.next().unwrap(), seen));
        let told = by_cause(&all, &contract, Level::Deny);
        let told: Vec<_> = told
            .iter()
            .map(|one| {
                let members = one.groups.iter().flatten();
                let members = members.map(|seen| seen.violation.member.as_str());
                (&one.outcome.id, members.collect::<Vec<_>>(), &*one.also)
            })
            .collect();
        let [first, same, more, both] = all.each_ref().map(|outcome| &outcome.id);
        let expected = [
            (first, vec!["A"], &[same][..]),
            (more, vec!["B"], &[both][..]),
        ];
        assert_eq!(told, expected);
    }

    #[test]
    fn a_deletion_that_was_done_although_it_must_be_refused_comes_first() {
        let contract = Arc::new(contract::of_sources(page::builtin()).unwrap());
        let profile = Arc::new(profile::load("as-documented").unwrap());
        let target = Target::new("http://portal.test".parse().unwrap());
        let plan = case::plan(&contract, &profile, &target);
        let outcome = |case: usize, rule, family, method: &str| {
            let mut seen = seen_at(rule, family, "", "");
            method.clone_into(&mut seen.request.method);
            violating(&plan.cases[case], vec![seen])
        };
        for (method, rule, expected) in [
            ("DELETE", Rule::Accepted, 1),
            ("DELETE", Rule::RefusalStatus, 0),
            ("POST", Rule::Accepted, 0),
        ] {
            let all = [
                outcome(0, Rule::Status, Family::Transport, "GET"),
                outcome(1, rule, Family::Refusal, method),
            ];
            let told = by_cause(&all, &contract, Level::Deny);
            let first = &plan.cases[expected].id;
            assert_eq!(told[0].outcome.id, *first, "{method} {rule}");
        }
    }

    #[test]
    fn what_breaks_an_object_or_all_texts_is_one_cause_whatever_the_members() {
        let with = |rule, member, definition, actual: Observed| {
            let mut seen = of(rule, member, definition);
            seen.violation.actual = actual;
            seen
        };
        let deeper = || Observed::Deeper(crate::check::Name::of("boat"));
        let garbled = |length| {
            Observed::Garbled(
                crate::check::Garbling::EncodedTwice,
                crate::check::Sketch::Text(length),
            )
        };
        let mut other = of(Rule::Undocumented, "D", None);
        other.violation.expected = Promise::NoneOfThese;
        let mut another = other.clone();
        another.violation.member = "E".to_owned();
        let all = [
            with(Rule::Missing, "A", Some("#Boat/A"), deeper()),
            with(Rule::Missing, "B", Some("#Boat/B"), deeper()),
            with(Rule::Missing, "C/A", None, Observed::NoneOfThem),
            with(Rule::Missing, "C/B", None, Observed::NoneOfThem),
            // One of several that are there.
            with(Rule::Missing, "C/D", None, Observed::Missing),
            with(Rule::Encoding, "A", None, garbled(3)),
            with(Rule::Encoding, "F/B", None, garbled(7)),
            other,
            another,
        ];
        let mut groups: Vec<Vec<&str>> = parted(all.iter().collect())
            .iter()
            .map(|group| {
                group
                    .iter()
                    .map(|seen| seen.violation.member.as_str())
                    .collect()
            })
            .collect();
        groups.sort();
        let expected = [
            &["A", "B"][..],
            &["A", "F/B"],
            &["C/A", "C/B"],
            &["C/D"],
            &["D", "E"],
        ];
        assert_eq!(groups, expected);
    }

    #[test]
    fn a_member_that_is_defined_once_is_one_cause_wherever_it_stands() {
        let length = Some("#Boat/length");
        let all = [
            of(Rule::Missing, "items/*/length", length),
            of(Rule::Missing, "length", length),
            of(Rule::Missing, "pier/length", Some("#Pier/length")),
        ];
        let groups = parted(all.iter().collect());
        assert_eq!(groups.iter().map(Vec::len).collect::<Vec<_>>(), [2, 1]);
    }
}

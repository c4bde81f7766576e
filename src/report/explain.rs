//! What a rule or a family of checks is about, for who meets it in a report; `docs/checks.md` is made of
//! the same data.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use crate::case::Case;
use crate::check::{Entry, Family, Homonyms, Rule};
use crate::contract::{Contract, Format, Operation, OperationId};
use crate::profile::{AnswerShape, Profile};
use crate::report::outline::{family_of, sentence};
use crate::report::{FindingId, evidence};
use crate::report::{cases, words};

/// A rule: what it judges, why a client would break, an example, its level, how to waive.
#[must_use]
pub fn rule(rule: Rule) -> String {
    let id = rule.id();
    format!(
        "{}\nto waive it, with the case and the place that the finding prints:\n{}",
        judged(rule),
        template(id),
    )
}

/// A waiver of a rule, to be filled in.
fn template(rule: &str) -> String {
    indented(&format!(
        "[[target.NAME.waiver]]\ncase = \"OPERATION::*\"\nkind = \"{rule}\"\nreason = \"why\"\nuntil = \"YYYY-MM-DD\""
    ))
}

/// The same without the waiver, which a finding has of its own.
#[must_use]
pub fn judged(rule: Rule) -> String {
    let entry = rule.entry();
    let (expected, actual) = (entry.message)();
    let (id, level) = (entry.id, entry.level);
    format!(
        "{id} (a rule)\n\n{}.\n\nwhy: {}\nseen by: {}\nrests on: {}\nlevel: {}: a break {} \
         (--deny {id}, --warn {id} or --allow {id} changes it)\n\n\
         keeps it:\n{}\nbreaks it:\n{}\nthe report says:\n{}",
        sentence(rule.sentence()),
        entry.reason,
        entry.seen_by().join(", "),
        entry.reference,
        level.as_str(),
        level.sentence(),
        indented(entry.kept),
        indented(entry.broken),
        indented(&words::disagreement(&expected, &actual)),
    )
}

/// The waiver of a finding: of the operations that tell it and, where they are known, of the members that it is about.
#[must_use]
pub fn waiver(
    id: FindingId,
    operations: &BTreeSet<&OperationId>,
    members: &BTreeSet<String>,
) -> String {
    let cases = operations.iter().map(|one| format!("\"{one}::*\""));
    let listed = |all: Vec<String>| match all.as_slice() {
        [one] => one.clone(),
        several => format!("[{}]", several.join(", ")),
    };
    let case = listed(cases.collect());
    let pointers = members.iter().map(|member| format!("/**/{member}"));
    let pointers = pointers.map(|pointer| serde_json::Value::from(pointer).to_string());
    let pointer = match members.len() {
        0 => String::new(),
        _ => format!("pointer = {}\n", listed(pointers.collect())),
    };
    let rule = id.rule();
    format!(
        "to waive it:\n{}",
        indented(&format!(
            "[[target.NAME.waiver]]\ncase = {case}\n{pointer}kind = \"{rule}\"\nreason = \"why\"\nuntil = \"YYYY-MM-DD\""
        ))
    )
}

/// A check, by the name of its cases behind operation and format; nothing where there is none.
#[must_use]
pub fn check(name: &str) -> Option<String> {
    let known = cases::find(name.strip_suffix("::all").unwrap_or(name))?;
    let (of, needs) = cases::said(&known);
    let of = of.words();
    let family = Family::of_check(name)?;
    let needs = if needs.is_empty() {
        String::new()
    } else {
        format!("needs: {needs}\n")
    };
    Some(format!(
        "{name} (a check)\n\n{}.\n\nasked of: {of}\n{needs}\n{}",
        cases::tried(&known),
        self::family(family)
    ))
}

/// The cases that can tell a finding, in their order: those of a family that sees a break of its rule, and where a
/// member is documented that it is about, of the operations that answer with it.
#[must_use]
pub fn tellers<'a>(
    id: FindingId,
    (contract, profile, homonyms): (&Contract, &Profile, &Homonyms),
    cases: &'a [Case],
) -> Vec<&'a Case> {
    let families = id.rule().entry().families;
    let fitting = cases
        .iter()
        .filter(|case| families.contains(&family_of(&case.id)));
    let mut about: BTreeMap<(usize, Format, bool), bool> = BTreeMap::new();
    let (documented, others): (Vec<&Case>, Vec<&Case>) = fitting.partition(|case| {
        // These look at no member of the payload.
        let looks_inside = match family_of(&case.id) {
            Family::Transport => return false,
            family => family != Family::Envelope,
        };
        let place = (case.operation, case.id.format, looks_inside);
        *about.entry(place).or_insert_with(|| {
            let operation = &contract.operations[case.operation];
            let answer = profile.answer(operation, case.id.format);
            answer.is_some_and(|answer| {
                evidence::is_of_whole(id, homonyms, operation, &answer)
                    || looks_inside && !members(id, homonyms, operation, &answer).is_empty()
            })
        })
    });
    if documented.is_empty() {
        return others;
    }
    documented
}

/// The documented members that a finding may be about, each with where it is documented, and in how
/// many examples it is seen, where there are several.
#[must_use]
pub fn members(
    id: FindingId,
    homonyms: &Homonyms,
    operation: &Operation,
    answer: &AnswerShape,
) -> Vec<(String, String)> {
    evidence::members_of(id, homonyms, operation, answer)
}

/// Whether the pages can have a finding of this name: one whose rule is about documented members alone is of a
/// member that some answer documents.
#[must_use]
pub fn is_possible(
    id: FindingId,
    (contract, profile, homonyms): (&Contract, &Profile, &Homonyms),
) -> bool {
    let mut answers = contract.operations.iter().flat_map(|operation| {
        let formats = Format::ALL.into_iter();
        formats.filter_map(move |format| Some((operation, profile.answer(operation, format)?)))
    });
    !id.rule().is_of_documented()
        || answers.any(|(operation, answer)| evidence::is_made(id, homonyms, operation, &answer))
}

/// What is said of a finding that no member of the pages makes.
#[must_use]
pub fn not_of_these(id: FindingId) -> String {
    format!("no member of these pages makes {id}: name the --pages and the --profile of its report")
}

/// A family of checks: what it looks at, and its rules.
#[must_use]
pub fn family(family: Family) -> String {
    let rules = Rule::ALL.iter().map(|rule| (rule, rule.entry()));
    let rules = rules.filter(|(_, entry)| entry.families.contains(&family));
    let mut text = format!(
        "{family} (a family of checks)\n\nIt looks at {}.\n\nwhy: {}\n",
        family.sentence(),
        family.reason()
    );
    // The first that is of this family above all.
    let own = |(_, entry): &(&Rule, &Entry)| entry.families.first() == Some(&family);
    if let Some((rule, entry)) = rules.clone().find(own).or_else(|| rules.clone().next()) {
        let _ = writeln!(
            text,
            "\nfor example {rule}:\nkeeps it:\n{}breaks it:\n{}",
            indented(entry.kept),
            indented(entry.broken)
        );
    }
    text.push_str("its rules, which `explain RULE` tells more of:\n");
    for (rule, entry) in rules {
        let _ = writeln!(
            text,
            "  {} ({}): {}",
            entry.id,
            entry.level.as_str(),
            rule.sentence()
        );
    }
    let _ = write!(
        text,
        "\nto waive what one of them sees, with the case and the place that the finding prints:\n{}",
        template("RULE")
    );
    text
}

/// Every name that can be explained.
#[must_use]
pub fn names() -> Vec<String> {
    let families = Family::ALL.map(Family::as_str).into_iter();
    let rules = Rule::ALL.iter().map(|rule| rule.id());
    let names = families.chain(rules).map(str::to_owned);
    names.chain(cases::names()).collect()
}

fn indented(text: &str) -> String {
    let lines = text.lines().map(|line| format!("    {line}\n"));
    lines.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_explained_with_all_that_is_known_of_it() {
        for known in Rule::ALL {
            let (text, entry) = (rule(*known), known.entry());
            let example = entry.broken.lines().next().unwrap_or_default();
            for part in [entry.reason, entry.reference, entry.level.as_str(), example] {
                assert!(text.contains(part), "{known}: {part}");
            }
            assert!(text.contains(&format!("kind = \"{known}\"")), "{known}");
        }
    }

    #[test]
    fn every_rule_stands_in_a_family() {
        let told: String = Family::ALL.map(family).concat();
        for known in Rule::ALL {
            assert!(told.contains(&format!("  {known} (")), "{known}");
        }
    }
}

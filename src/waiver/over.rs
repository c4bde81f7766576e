//! The patterns that cover what was found, and as little else as one can.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::{CaseId, Check, Scope};
use crate::check::Violation;
use crate::contract::OperationId;
use crate::names::matches;
use crate::pointer::is_index;
use crate::waiver::pattern::{Pattern, place};

/// So many members of one object are named one by one, be they all that a resource has: what is added to it
/// later is not forgiven. More are named together.
const MOST_MEMBERS: usize = 40;

/// So many patterns are made where the places differ from case to case; what is left has one for all of it.
const MOST_PATTERNS: usize = 12;

/// So many operations that break a rule in the same places are named one by one; of more it is said what their
/// names begin with.
const MOST_OPERATIONS: usize = 8;

/// What there is beside what was found, which a pattern should not forgive.
#[derive(Debug, Clone, Default)]
pub struct Beside<'a> {
    /// All operations of the pages, asked or not.
    pub operations: Vec<&'a OperationId>,
    /// The cases of each operation, whatever came of them.
    pub cases: BTreeMap<&'a OperationId, Vec<&'a CaseId>>,
}

impl Pattern {
    /// The patterns that cover violations of one rule, each in the case in which it was seen, and as little
    /// else as one can: one for all places that were seen in the same cases, whatever their scope.
    ///
    /// Each names of each operation its own cases, those among the `following` in which the consequences show
    /// included; of many in which the same members are concerned what their names begin with and no other
    /// operation's does; and the places.
    #[must_use]
    pub fn over(
        violations: &[(&CaseId, &Violation)],
        following: &[&CaseId],
        beside: &Beside<'_>,
    ) -> Vec<Self> {
        let Some((_, first)) = violations.first() else {
            return Vec::new();
        };
        let mut known = BTreeSet::new();
        let cases = violations.iter().map(|(id, _)| *id);
        let cases: Vec<&CaseId> = cases.filter(|id| known.insert(*id)).collect();
        let patterns = by_cases(violations).into_iter().map(|(shown, places)| {
            let is_meant = |id: &&&CaseId| shown.contains(&topic(id));
            let operations: BTreeSet<&OperationId> = shown.iter().map(|id| &id.operation).collect();
            let is_known = |id: &CaseId| cases.iter().any(|one| one.operation == id.operation);
            let follow = following
                .iter()
                .filter(|id| operations.contains(&id.operation) || !is_known(id));
            let cases: Vec<&CaseId> = cases
                .iter()
                .filter(is_meant)
                .chain(follow)
                .copied()
                .collect();
            let named = by_operation(&cases, &shown, beside);
            // What an answer as a whole does, such as its status, is each operation's own.
            let cases = if operations.len() > MOST_OPERATIONS && !places.contains("") {
                by_beginning(&named, &beside.operations)
            } else {
                let named = named.iter();
                named
                    .map(|(name, case)| format!("{name}::{case}"))
                    .collect()
            };
            Self {
                cases,
                pointers: by_object(places),
                rule: first.rule,
            }
        });
        patterns.collect()
    }
}

/// A case, whatever its scope: one resource and all of them are promised the same.
fn topic(id: &CaseId) -> CaseId {
    CaseId {
        scope: Scope::One,
        ..id.clone()
    }
}

/// The places that were seen in the same cases, with these cases, in the order in which they were seen.
fn by_cases(violations: &[(&CaseId, &Violation)]) -> Vec<(BTreeSet<CaseId>, BTreeSet<String>)> {
    let mut order: Vec<String> = Vec::new();
    let mut shown: BTreeMap<String, BTreeSet<CaseId>> = BTreeMap::new();
    for (id, violation) in violations {
        let place = unindexed(place(id.format, violation));
        let cases = shown.entry(place).or_insert_with_key(|place| {
            order.push(place.clone());
            BTreeSet::new()
        });
        cases.insert(topic(id));
    }
    let mut groups: Vec<(BTreeSet<CaseId>, BTreeSet<String>)> = Vec::new();
    for place in order {
        let cases = shown.remove(&place).unwrap_or_default();
        let is_last = groups.len() == MOST_PATTERNS;
        match groups.iter_mut().find(|(of, _)| *of == cases) {
            Some((_, places)) => {
                places.insert(place);
            }
            None if is_last => {
                let (of, places) = &mut groups[MOST_PATTERNS - 1];
                of.extend(cases);
                places.insert(place);
            }
            None => groups.push((cases, BTreeSet::from([place]))),
        }
    }
    groups
}

/// The operations of some cases, in their order, and patterns for what stands behind their names; several where
/// one would mean cases in which the same might show and was not seen.
fn by_operation<'a>(
    cases: &[&'a CaseId],
    shown: &BTreeSet<CaseId>,
    beside: &Beside<'_>,
) -> Vec<(&'a str, String)> {
    let mut order: Vec<&'a OperationId> = Vec::new();
    let mut of_operations: BTreeMap<&OperationId, Vec<&CaseId>> = BTreeMap::new();
    for id in cases {
        let of_operation = of_operations.entry(&id.operation).or_insert_with(|| {
            order.push(&id.operation);
            Vec::new()
        });
        of_operation.push(id);
    }
    let checks: BTreeSet<&Check> = shown.iter().map(|id| &id.check).collect();
    let mut named = Vec::new();
    for operation in order {
        let others = beside.cases.get(operation).into_iter().flatten();
        let others = others.filter(|id| checks.contains(&id.check) && !shown.contains(&topic(id)));
        let others: Vec<String> = others.map(|id| behind_operation(id).join("::")).collect();
        let spares = |pattern: &String| !others.iter().any(|other| matches(pattern, other));
        let of = |cases: &[&CaseId]| {
            let steps: Vec<Vec<String>> = cases.iter().map(|id| behind_operation(id)).collect();
            common(&steps)
        };
        let cases = &of_operations[operation];
        let all = Some(of(cases)).filter(spares);
        let patterns = all.map_or_else(
            || {
                let mut patterns = Vec::new();
                for in_one in cases.chunk_by(|one, other| one.format == other.format) {
                    match Some(of(in_one)).filter(spares) {
                        Some(pattern) => patterns.push(pattern),
                        None => patterns.extend(in_one.iter().map(|id| of(&[id]))),
                    }
                }
                patterns
            },
            |pattern| vec![pattern],
        );
        named.extend(patterns.into_iter().map(|case| (operation.as_str(), case)));
    }
    named
}

/// The steps of a name behind that of the operation.
fn behind_operation(id: &CaseId) -> Vec<String> {
    id.steps().split_off(1)
}

/// Fewer patterns for the same cases: what several names begin with that have the same behind them, and no
/// other operation's name does.
fn by_beginning(named: &[(&str, String)], all: &[&OperationId]) -> Vec<String> {
    let mut of_cases: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (name, case) in named {
        of_cases.entry(case).or_default().insert(name);
    }
    let all: BTreeSet<&str> = all.iter().map(|one| one.as_str()).collect();
    let mut patterns = Vec::new();
    for (case, of_case) in of_cases {
        let others: BTreeSet<&str> = all.difference(&of_case).copied().collect();
        let mut left = of_case.into_iter().peekable();
        while let Some(name) = left.next() {
            let ends = name.match_indices('-').map(|(at, _)| at + 1);
            let mut beginnings = std::iter::once(0).chain(ends).map(|end| &name[..end]);
            let own = beginnings.find(|start| !begins(&others, start));
            let mut is_shared = false;
            while left
                .next_if(|next| own.is_some_and(|own| next.starts_with(own)))
                .is_some()
            {
                is_shared = true;
            }
            patterns.push(match own {
                Some(own) if is_shared => format!("{own}*::{case}"),
                _ => format!("{name}::{case}"),
            });
        }
    }
    patterns
}

/// Whether one of these names begins so.
fn begins(names: &BTreeSet<&str>, start: &str) -> bool {
    let mut from = names.range(start..);
    from.next().is_some_and(|name| name.starts_with(start))
}

/// The pattern of some names of one operation, in steps: what they begin with, a star, what they end
/// with.
fn common(names: &[Vec<String>]) -> String {
    let Some((first, rest)) = names.split_first() else {
        return String::new();
    };
    if rest.iter().all(|other| other == first) {
        return first.join("::");
    }
    let shortest = names.iter().map(Vec::len).min().unwrap_or(0);
    let start = (0..shortest)
        .take_while(|at| rest.iter().all(|other| other[*at] == first[*at]))
        .count();
    let of_end = |name: &[String], back: usize| name[name.len() - back].clone();
    let end = (1..=shortest - start)
        .take_while(|back| {
            rest.iter()
                .all(|other| of_end(other, *back) == of_end(first, *back))
        })
        .count();
    let (head, tail) = (
        first[..start].join("::"),
        first[first.len() - end..].join("::"),
    );
    if names.iter().any(|name| name.len() == start + end) {
        // A star in a name does not bring its separators along: `schema*` is `schema::all` too.
        return format!("{head}*{tail}");
    }
    let parts = [head.as_str(), "*", tail.as_str()].into_iter();
    parts
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join("::")
}

/// Each place by itself; where one object has many of them, its members together.
fn by_object(places: BTreeSet<String>) -> Vec<String> {
    let parent = |place: &str| place.rsplit_once('/').map(|(parent, _)| parent.to_owned());
    let mut of_objects: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for place in &places {
        *of_objects.entry(parent(place)).or_default() += 1;
    }
    let shown = places.into_iter().map(|place| {
        let object = parent(&place);
        match (&object, of_objects.get(&object)) {
            (Some(path), Some(count)) if *count > MOST_MEMBERS => format!("{path}/*"),
            _ => place,
        }
    });
    let shown: BTreeSet<String> = shown.collect();
    shown.into_iter().collect()
}

/// A pointer without the places in lists that lead to it; one at its end is a star.
fn unindexed(pointer: &str) -> String {
    let mut steps: Vec<&str> = pointer.split('/').collect();
    let last = steps.pop().unwrap_or_default();
    steps.retain(|step| !is_index(step));
    steps.push(if is_index(last) { "*" } else { last });
    steps.join("/")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use crate::check::tests_support::violation;
    use crate::check::{Family, Rule};
    use crate::contract::Format;

    #[test]
    fn the_pattern_of_some_violations_covers_them_and_little_else() {
        let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
        let [read, write] = [0, 1].map(|at| &contract.operations[at].id);
        let id = |operation: &OperationId, format, check, scope| CaseId {
            operation: operation.clone(),
            format,
            check,
            scope,
        };
        let of_read = |check, scope| id(read, Format::Json, check, scope);
        let schema = of_read(Check::Members, Scope::One);
        let parity = of_read(Check::Parity, Scope::One);
        let shape = id(read, Format::Xml, Check::Members, Scope::One);
        let json = violation(Rule::Missing, Family::Schema, "/response/ID");
        let xml = violation(Rule::Missing, Family::Shape, "/result/response/ID");
        let item = violation(Rule::Missing, Family::Schema, "/response/0/ID");
        let of = |seen: &[(&CaseId, &Violation)], following: &[&CaseId]| {
            let patterns = Pattern::over(seen, following, &Beside::default());
            let [pattern] = patterns.as_slice() else {
                panic!("{patterns:?}");
            };
            pattern.clone()
        };
        let both = of(&[(&schema, &json), (&schema, &item)], &[&parity]);
        assert_eq!(
            both.to_string(),
            r#"{ case = "get-crm-contact-contactid::json::*", pointer = "/response/ID", kind = "missing" }"#
        );
        assert!(both.covers(&schema, &item));
        assert!(!both.covers(&shape, &xml));
        let formats = of(&[(&schema, &json), (&shape, &xml)], &[]);
        assert_eq!(formats.cases, ["get-crm-contact-contactid::*"]);
        assert!(formats.covers(&shape, &xml));
        assert!(formats.covers(&schema, &json));
        let other = violation(Rule::Null, Family::Schema, "/response/ID");
        assert!(!both.covers(&schema, &other));
        let scopes = [&schema, &of_read(Check::Members, Scope::All)];
        let both = of(&scopes.map(|id| (id, &json)), &[]);
        assert_eq!(both.cases, ["get-crm-contact-contactid::json::schema*"]);
        assert!(scopes.iter().all(|id| both.covers(id, &json)));
        let written = id(write, Format::Xml, Check::Members, Scope::One);
        let operations = of(&[(&schema, &item), (&written, &xml)], &[]);
        let cases = [schema.to_string(), written.to_string()];
        assert_eq!(operations.cases, cases, "no star for both");
        let printed: toml::Table = format!("waiver = {operations}").parse().unwrap();
        let printed = &printed["waiver"]["case"];
        assert_eq!(printed.as_array().unwrap().len(), 2);
    }

    #[test]
    fn of_many_operations_a_waiver_says_what_their_names_alone_begin_with() {
        let id = |path: &str, format| CaseId {
            operation: OperationId::of("GET", path),
            format,
            check: Check::Envelope,
            scope: Scope::One,
        };
        let json = |path: String| id(&path, Format::Json);
        let areas = (0..9).map(|at| json(format!("area/{at}")));
        let docks = (0..3).map(|at| json(format!("docks/{at}")));
        let xml = id("area/0", Format::Xml);
        let ids: Vec<CaseId> = areas.chain(docks).collect();
        let beside = json("docks/none".to_owned());
        let cases = |broken: &[&CaseId], all: &[&CaseId], pointer: &str| {
            let found = violation(Rule::Missing, Family::Envelope, pointer);
            let in_xml = match pointer {
                "" => String::new(),
                pointer => format!("/result{pointer}"),
            };
            let in_xml = violation(Rule::Missing, Family::Envelope, &in_xml);
            let of = |id: &CaseId| match id.format {
                Format::Json => &found,
                Format::Xml => &in_xml,
            };
            let beside = Beside {
                operations: all.iter().map(|id| &id.operation).collect(),
                ..Beside::default()
            };
            let seen: Vec<(&CaseId, &Violation)> = broken.iter().map(|id| (*id, of(id))).collect();
            let patterns = Pattern::over(&seen, &[], &beside);
            assert_eq!(patterns.len(), 1, "{patterns:?}");
            for id in all {
                let is_broken = broken.iter().any(|broken| broken.operation == id.operation);
                assert_eq!(
                    patterns[0].covers(id, of(id)),
                    is_broken,
                    "{patterns:?} {id}"
                );
            }
            patterns[0].cases.clone()
        };
        let all: Vec<&CaseId> = ids.iter().collect();
        assert_eq!(cases(&all, &all, "/status"), ["*::json::envelope"]);
        let with_other = [&all[..], &[&beside]].concat();
        let expected = [
            "get-area-*::json::envelope",
            "get-docks-0::json::envelope",
            "get-docks-1::json::envelope",
            "get-docks-2::json::envelope",
        ];
        assert_eq!(cases(&all, &with_other, "/status"), expected);
        let but_one = [&all[..8], &all[9..]].concat();
        assert_eq!(
            cases(&but_one, &all, "/status").len(),
            9,
            "one keeps the rule"
        );
        let formats = [&all[1..], &[&xml]].concat();
        let formats = cases(&formats, &all[1..], "/status");
        assert_eq!(formats.last().unwrap(), "get-area-0::xml::envelope");
        assert_eq!(cases(&all[..8], &all, "/status").len(), 8);
        assert_eq!(
            cases(&all, &all, "").len(),
            12,
            "an answer as a whole is its own"
        );
    }

    #[test]
    fn no_case_is_forgiven_a_place_that_only_another_one_lost() {
        let id = |path: &str, format, check| CaseId {
            operation: OperationId::of("GET", path),
            format,
            check,
            scope: Scope::One,
        };
        let [door, gate] = ["door", "gate"].map(|path| id(path, Format::Json, Check::Members));
        let parity = id("door", Format::Xml, Check::Parity);
        let missing = |pointer: &str| violation(Rule::Missing, Family::Schema, pointer);
        let [name, inner] = ["/response/name", "/response/inner"].map(missing);
        let seen = [(&door, &name), (&door, &inner), (&gate, &name)];
        let patterns = Pattern::over(&seen, &[&parity], &Beside::default());
        let said: Vec<String> = patterns.iter().map(ToString::to_string).collect();
        assert_eq!(
            said,
            [
                r#"{ case = ["get-door::*", "get-gate::json::schema"], pointer = "/response/name", kind = "missing" }"#,
                r#"{ case = "get-door::*", pointer = "/response/inner", kind = "missing" }"#,
            ]
        );
        let is_forgiven = |id: &CaseId, violation: &Violation| {
            patterns.iter().any(|pattern| pattern.covers(id, violation))
        };
        assert!(
            seen.iter()
                .all(|(id, violation)| is_forgiven(id, violation))
        );
        assert!(!is_forgiven(&gate, &inner));
        // In one format it was seen, in the other only what follows.
        let xml = id("door", Format::Xml, Check::Members);
        let all = BTreeMap::from([(&door.operation, vec![&door, &xml, &parity])]);
        let beside = Beside {
            cases: all,
            ..Beside::default()
        };
        let patterns = Pattern::over(&[(&door, &name)], &[&parity], &beside);
        let expected = ["get-door::json::schema", "get-door::xml::parity"];
        assert_eq!(patterns[0].cases, expected);
        // Those of one format are one pattern where that leaves out what keeps the rule.
        let again = id("door", Format::Json, Check::Repeated);
        let patterns = Pattern::over(&[(&door, &name)], &[&again, &parity], &beside);
        let expected = ["get-door::json::*", "get-door::xml::parity"];
        assert_eq!(patterns[0].cases, expected);
        // Both scopes of one case are one.
        let all = CaseId {
            scope: Scope::All,
            ..door.clone()
        };
        let seen = [(&door, &name), (&door, &inner), (&all, &name)];
        assert_eq!(Pattern::over(&seen, &[], &Beside::default()).len(), 1);
        // Where each case has places of its own, there is an end to it.
        let many: Vec<CaseId> = (0..30)
            .map(|at| id(&format!("area/{at}"), Format::Json, Check::Members))
            .collect();
        let places: Vec<Violation> = (0..30)
            .map(|at| missing(&format!("/response/{at}x")))
            .collect();
        let seen: Vec<(&CaseId, &Violation)> = many.iter().zip(&places).collect();
        let patterns = Pattern::over(&seen, &[], &Beside::default());
        assert_eq!(patterns.len(), MOST_PATTERNS);
        for (id, violation) in seen {
            assert!(patterns.iter().any(|one| one.covers(id, violation)), "{id}");
        }
    }

    #[test]
    fn names_have_in_common_what_they_begin_and_end_with() {
        for (names, expected) in [
            (&["json::schema"][..], "json::schema"),
            (&["json::schema", "json::schema"], "json::schema"),
            (&["json::schema", "xml::schema"], "*::schema"),
            (&["json::schema", "json::parity"], "json::*"),
            (&["json::schema", "xml::shape"], "*"),
            (&["json::schema", "json::schema::all"], "json::schema*"),
            (&["json::schema::all", "json::schema"], "json::schema*"),
            (&["json::a::all", "json::b::all"], "json::*::all"),
            (&["json::a::b::all", "json::c::all"], "json::*::all"),
            (&["json::all", "json::a::all"], "json*all"),
            (&["json::all", "json::all::all"], "json::all*"),
            (&["all", "json::all"], "*all"),
        ] {
            let steps = |name: &&str| name.split("::").map(str::to_owned).collect();
            let steps: Vec<Vec<String>> = names.iter().map(steps).collect();
            assert_eq!(common(&steps), expected, "{names:?}");
        }
        assert_eq!(common(&[]), "");
    }

    #[test]
    fn members_of_an_object_are_named_one_by_one_as_far_as_anybody_reads_them() {
        let places = |count: usize| (0..count).map(|at| format!("/a/b{at:02}")).collect();
        let all = by_object(places(MOST_MEMBERS));
        assert_eq!(all.len(), MOST_MEMBERS);
        assert_eq!(all[0], "/a/b00");
        assert_eq!(by_object(places(MOST_MEMBERS + 1)), ["/a/*"]);
        for (pointer, expected) in [
            ("", ""),
            ("/a", "/a"),
            ("/a/0", "/a/*"),
            ("/0/a/1/b", "/a/b"),
            ("/a/0/1", "/a/*"),
        ] {
            assert_eq!(unindexed(pointer), expected, "{pointer}");
        }
    }

    #[test]
    fn the_pattern_of_a_member_spares_members_of_the_same_name_elsewhere() {
        let id = {
            let contract = crate::contract::of_sources(crate::page::builtin()).unwrap();
            CaseId {
                operation: contract.operations[0].id.clone(),
                format: Format::Json,
                check: Check::Members,
                scope: Scope::One,
            }
        };
        let null = |pointer: &str| violation(Rule::Null, Family::Schema, pointer);
        let over = |pointers: &[&str]| {
            let violations: Vec<Violation> = pointers.iter().map(|at| null(at)).collect();
            let seen: Vec<_> = violations.iter().map(|it| (&id, it)).collect();
            let pattern = Pattern::over(&seen, &[], &Beside::default()).remove(0);
            for violation in &violations {
                assert!(pattern.covers(&id, violation), "{pattern}");
            }
            pattern
        };
        let spares = |pattern: &Pattern, pointer| {
            assert!(!pattern.covers(&id, &null(pointer)), "{pattern} {pointer}");
        };
        let title = over(&["/response/title", "/response/0/title"]);
        assert_eq!(title.pointers, ["/response/title"]);
        spares(&title, "/response/createBy/title");
        spares(&title, "/response/1/currency/title");
        let two = over(&["/response/createBy/title", "/response/3/title"]);
        assert_eq!(
            two.pointers,
            ["/response/createBy/title", "/response/title"]
        );
        spares(&two, "/response/currency/title");
        let many: Vec<String> = (0..=MOST_MEMBERS)
            .map(|at| format!("/response/1/addresses/0/n{at}"))
            .collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let many = over(&[&many[..], &["/response/title"]].concat());
        assert_eq!(many.pointers, ["/response/addresses/*", "/response/title"]);
        spares(&many, "/response/addresses/0/owner/title");
        spares(&many, "/response/id");
        let item = over(&["/response/tags/0", "/response/tags/7"]);
        assert_eq!(item.pointers, ["/response/tags/*"]);
        spares(&item, "/response/tags");
        let whole = over(&[""]);
        assert_eq!(whole.pointers, [""]);
        spares(&whole, "/response");
    }
}

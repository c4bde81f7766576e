//! The pattern that covers what was found, and as little else as one can.

use std::collections::{BTreeMap, BTreeSet};

use crate::case::CaseId;
use crate::check::Violation;
use crate::contract::{Format, OperationId};
use crate::waiver::pattern::{Pattern, is_index, place};

/// So many members of one object are named one by one; more are named together.
const MOST_MEMBERS: usize = 4;

/// So many operations that break a rule in the same places are named one by one; of more it is said what their
/// names begin with.
const MOST_OPERATIONS: usize = 8;

impl Pattern {
    /// The pattern that covers violations of one rule in some cases, and as little else as one can:
    /// of each operation its own cases; of many in which the same members are concerned what their names begin
    /// with and no other of the `operations` does; the places, or the object whose members they all are.
    ///
    /// `None` where there is no violation.
    #[must_use]
    pub fn over(
        cases: &[&CaseId],
        violations: &[(Format, &Violation)],
        operations: &[&OperationId],
    ) -> Option<Self> {
        let rule = violations.first()?.1.rule;
        let places = violations
            .iter()
            .map(|(format, violation)| unindexed(place(*format, violation)));
        let places: BTreeSet<String> = places.collect();
        let named = by_operation(cases);
        // What an answer as a whole does, such as its status, is each operation's own.
        let cases = if named.len() > MOST_OPERATIONS && !places.contains("") {
            by_beginning(&named, operations)
        } else {
            let named = named.iter();
            named
                .map(|(name, case)| format!("{name}::{case}"))
                .collect()
        };
        Some(Self {
            cases,
            pointers: by_object(places),
            rule,
        })
    }
}

/// The operations of some cases, in their order, and patterns for what stands behind their names.
fn by_operation<'a>(cases: &[&'a CaseId]) -> Vec<(&'a str, String)> {
    let mut order: Vec<&'a OperationId> = Vec::new();
    let mut names: BTreeMap<&OperationId, Vec<Vec<String>>> = BTreeMap::new();
    for id in cases {
        let of_operation = names.entry(&id.operation).or_insert_with(|| {
            order.push(&id.operation);
            Vec::new()
        });
        of_operation.push(id.steps().split_off(1));
    }
    let order = order.into_iter();
    order
        .map(|operation| (operation.as_str(), common(&names[operation])))
        .collect()
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
    use crate::case::{Check, Scope};
    use crate::check::tests_support::violation;
    use crate::check::{Family, Rule};

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
        let of = |violations: &[(Format, &Violation)]| {
            Pattern::over(&[&schema, &parity], violations, &[]).unwrap()
        };
        let seen = [(Format::Json, &json), (Format::Xml, &xml)];
        let both = of(&seen);
        assert_eq!(
            both.to_string(),
            r#"{ case = "get-crm-contact-contactid::json::*", pointer = "/response/ID", kind = "missing" }"#
        );
        assert!(both.covers(&schema, &item));
        assert!(!both.covers(&shape, &xml));
        let formats = Pattern::over(&[&schema, &shape], &seen, &[]).unwrap();
        assert_eq!(formats.cases, ["get-crm-contact-contactid::*"]);
        assert!(formats.covers(&shape, &xml));
        assert!(formats.covers(&schema, &json));
        let all = of(&[(Format::Json, &json), (Format::Json, &item)]);
        assert_eq!(all.pointers, ["/response/ID"]);
        let other = violation(Rule::Null, Family::Schema, "/response/ID");
        assert!(!both.covers(&schema, &other));
        let scopes = [&schema, &of_read(Check::Members, Scope::All)];
        let both = Pattern::over(&scopes, &[(Format::Json, &json)], &[]).unwrap();
        assert_eq!(both.cases, ["get-crm-contact-contactid::json::schema*"]);
        assert!(scopes.iter().all(|id| both.covers(id, &json)));
        let written = id(write, Format::Xml, Check::Members, Scope::One);
        let operations =
            Pattern::over(&[&schema, &written], &[(Format::Json, &item)], &[]).unwrap();
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
            let operations: Vec<&OperationId> = all.iter().map(|id| &id.operation).collect();
            let seen = [(Format::Json, &found)];
            let pattern = Pattern::over(broken, &seen, &operations).unwrap();
            for id in all {
                let is_broken = broken.iter().any(|broken| broken.operation == id.operation);
                assert_eq!(pattern.covers(id, &found), is_broken, "{pattern} {id}");
            }
            pattern.cases
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
            (&["all", "json::all"], "*all"),
        ] {
            let steps = |name: &&str| name.split("::").map(str::to_owned).collect();
            let steps: Vec<Vec<String>> = names.iter().map(steps).collect();
            assert_eq!(common(&steps), expected, "{names:?}");
        }
        assert_eq!(common(&[]), "");
    }

    #[test]
    fn four_members_of_an_object_are_named_one_by_one_and_five_together() {
        let places = |names: &[&str]| names.iter().map(|name| format!("/a/{name}")).collect();
        let four = by_object(places(&["b", "c", "d", "e"]));
        assert_eq!(four, ["/a/b", "/a/c", "/a/d", "/a/e"]);
        assert_eq!(by_object(places(&["b", "c", "d", "e", "f"])), ["/a/*"]);
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
            let seen: Vec<_> = violations.iter().map(|it| (Format::Json, it)).collect();
            let pattern = Pattern::over(&[&id], &seen, &[]).unwrap();
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
        let letters = ["a", "b", "c", "d", "e"];
        let many = letters.map(|name| format!("/response/1/addresses/0/{name}"));
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

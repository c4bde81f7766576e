#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::{Value, json};

use super::*;
use crate::check::Rule;
use crate::compare::portals::TWO_WAY;
use crate::compare::since::OF_CLASSES;
use crate::exit_code::ExitCode;

const GET_JSON: &str = "get-boat::json::schema";
const GET_XML: &str = "get-boat::xml::shape";
const LIST_JSON: &str = "get-boats::json::schema";
const ALL: [&str; 3] = [GET_JSON, GET_XML, LIST_JSON];

/// A finding: the rule, the members, what came, the cases.
type Found<'a> = (&'a str, &'a [&'a str], &'a str, &'a [&'a str]);

/// A report of three cases, in which those of the findings violate.
fn report(name: &str, findings: &[Found<'_>]) -> Value {
    let case = |id: &&str| {
        let mut parts = id.split("::");
        let shown = findings.iter().filter(|(.., cases)| cases.contains(id));
        let violations: Vec<Value> = shown
            .flat_map(|(rule, members, ..)| members.iter().map(move |member| (rule, member)))
            .map(|(rule, member)| json!({ "rule": rule, "member": member, "waived": null }))
            .collect();
        json!({
            "id": id,
            "operation": parts.next(),
            "format": parts.next(),
            "check": parts.next(),
            "verdict": if violations.is_empty() { "conforms" } else { "violates" },
            "violations": violations,
        })
    };
    let finding = |(rule, members, actual, cases): &Found<'_>| {
        json!({
            "rule": rule, "family": "schema", "sentence": "it is so", "members": members,
            "expected": "a text", "actual": actual, "cases": cases,
        })
    };
    let code = i32::from(!findings.is_empty());
    json!({
        "version": 1,
        "tool": { "name": "portal-conformance", "version": "0.1.0" },
        "target": { "url": format!("http://{name}.test/"), "name": null },
        "profile": "as-documented", "pages": "built-in pages", "started": "2026-11-26T00:00:00Z",
        "coverage": { "documented": 8, "seen": 7 },
        "exit": { "code": code, "sentence": "so it ended" },
        "obstacle": null, "misfit": null,
        "cases": ALL.iter().map(case).collect::<Vec<_>>(),
        "findings": findings.iter().map(finding).collect::<Vec<_>>(),
    })
}

fn recorded(report: &Value) -> Recorded {
    Recorded::of_text(&report.to_string()).unwrap()
}

fn compared(reports: &[Value]) -> Comparison {
    let reports: Vec<Recorded> = reports.iter().map(recorded).collect();
    Comparison::of(&reports)
}

/// A deviation in short: whose, the rule, the members, how many places.
fn short(deviation: &Deviation) -> String {
    format!(
        "{:?} {} {} in {}{}",
        deviation.portals,
        deviation.rule,
        deviation.members.join(","),
        deviation.places.len(),
        if deviation.everywhere { ", all" } else { "" }
    )
}

#[test]
fn what_several_portals_do_alike_is_told_once() {
    let spelt: Found<'_> = ("misnamed", &["Name", "Owner"], "another letter case", &ALL);
    let alone: Found<'_> = ("null", &["Owner"], "null", &[GET_JSON]);
    let comparison = compared(&[
        report("a", &[]),
        report("b", &[spelt]),
        report("c", &[spelt, alone]),
    ]);
    let told: Vec<String> = comparison.deviations.iter().map(short).collect();
    assert_eq!(
        told,
        [
            "[1, 2] misnamed Name,Owner in 3, all",
            "[2] null Owner in 1"
        ]
    );
    assert_eq!(comparison.exit_code(), ExitCode::Violates);
    assert_eq!(
        compared(&[report("a", &[]), report("b", &[])]).exit_code(),
        ExitCode::Conforms
    );
}

#[test]
fn what_nobody_was_tried_with_is_kept_by_nobody() {
    let with = |verdict: &str| {
        let mut report = report("a", &[]);
        report["cases"][1]["verdict"] = verdict.into();
        report
    };
    let said = |one: &str, other: &str| text(&compared(&[with(one), with(other)]));
    let all = "3 of 3 rows (operation, format, family) are kept by all who were tried with them\n";
    assert!(said("conforms", "ignored").contains(all));
    let untried = all.replace("3 of 3", "2 of 3");
    let untried = untried.replace("them\n", "them\nnobody was tried with 1\n");
    assert!(said("ignored", "ignored").contains(&untried));
    assert!(said("ignored", "blocked").contains(&all.replace("3 of 3", "2 of 3")));
}

#[test]
fn what_they_do_in_different_ways_is_told_of_each() {
    let null: Found<'_> = ("type", &["Owner"], "null", &[GET_JSON]);
    let number: Found<'_> = ("type", &["Owner"], "a number", &[GET_JSON]);
    let comparison = compared(&[report("a", &[null]), report("b", &[number])]);
    let told: Vec<String> = comparison.deviations.iter().map(short).collect();
    assert_eq!(told, ["[0] type Owner in 1", "[1] type Owner in 1"]);
    // A client that knows the one breaks on the other.
    assert_eq!(comparison.pairs[0].breaks.len(), 1);
}

#[test]
fn a_client_breaks_where_the_other_portal_deviates_and_its_own_does_not() {
    let both: Found<'_> = ("missing", &["Name"], "nothing", &[GET_JSON]);
    let more: Found<'_> = ("missing", &["Owner"], "nothing", &[GET_JSON, GET_XML]);
    let comparison = compared(&[report("a", &[both]), report("b", &[both, more])]);
    let breaks = |written_for, used_with| {
        let mut pairs = comparison.pairs.iter();
        let pair =
            pairs.find(|pair| (pair.written_for, pair.used_with) == (written_for, used_with));
        let breaks = pair.unwrap().breaks.iter();
        breaks.map(short).collect::<Vec<_>>()
    };
    assert_eq!(breaks(0, 1), ["[] missing Owner in 2"]);
    assert_eq!(breaks(1, 0), [""; 0]);
    // What was not judged of the one is not known to break its clients on the other.
    let mut unjudged = report("a", &[both]);
    for case in unjudged["cases"].as_array_mut().unwrap() {
        if [GET_JSON, GET_XML].contains(&case["id"].as_str().unwrap()) {
            case["verdict"] = "ignored".into();
        }
    }
    let comparison = compared(&[unjudged, report("b", &[both, more])]);
    assert!(comparison.pairs.iter().all(|pair| pair.breaks.is_empty()));
}

#[test]
fn of_a_portal_that_was_not_judged_nothing_is_compared() {
    let mut down = report("down", &[]);
    down["obstacle"] = json!("nobody answers");
    down["exit"]["code"] = json!(3);
    for case in down["cases"].as_array_mut().unwrap() {
        case["verdict"] = json!("blocked");
    }
    let comparison = compared(&[report("a", &[]), down]);
    assert_eq!(comparison.pairs, []);
    assert_eq!(comparison.exit_code(), ExitCode::Violates);
    assert_eq!(comparison.rows[0].cells[1].blocked, 1);
    assert!(text(&comparison).contains("nobody answers"));
}

/// A report by its own rules: their levels, whether it was strict, and how much was asked.
fn by_rules(mut report: Value, levels: &[(&str, &str)], strict: bool, effort: &str) -> Value {
    let levels: Vec<Value> = levels
        .iter()
        .map(|(rule, level)| json!({ "rule": rule, "level": level }))
        .collect();
    report["certificate"] = json!({
        "profile": "q", "pages": { "digest": "p" }, "strict": strict, "effort": effort, "levels": levels,
    });
    report
}

#[test]
fn a_rule_that_fails_nothing_is_not_held_against_a_portal() {
    let missing: Found<'_> = ("missing", &["Name"], "nothing", &[GET_JSON]);
    let plain = |report| by_rules(report, &[], false, "thorough");
    let old = plain(report("a", &[missing]));
    for level in ["allow", "warn"] {
        let new = by_rules(report("a", &[]), &[("missing", level)], false, "thorough");
        let since = since(&old, &new);
        assert_eq!((since.gone.len(), since.unknown.len()), (0, 1), "{level}");
        let note = format!("levels of rules differ (as the suite has them; missing: {level}): ");
        assert!(since.doubts[0].starts_with(&note), "{:?}", since.doubts);
        // A client meets what the other one was not judged by, or it does not: nobody knows.
        let comparison = compared(&[new, old.clone()]);
        assert!(comparison.pairs[0].breaks.is_empty());
        assert!(!text(&comparison).contains("meets nothing else"));
    }
    let judged = since(&old, &plain(report("a", &[])));
    assert_eq!((judged.gone.len(), judged.doubts.len()), (1, 0));
    let more: Found<'_> = ("undocumented", &["More"], "a text", &[GET_JSON]);
    let strict = by_rules(report("a", &[more]), &[], true, "thorough");
    let loose = since(&strict, &plain(report("a", &[])));
    assert_eq!((loose.gone.len(), loose.unknown.len()), (0, 1));
    assert!(loose.doubts[0].contains("strict"), "{:?}", loose.doubts);
    let quick = by_rules(report("a", &[]), &[], false, "quick");
    let quick = since(&old, &quick);
    assert_eq!(quick.gone.len(), 1);
    assert!(quick.doubts[0].starts_with("efforts differ (quick; thorough): "));
}

#[test]
fn of_portals_of_which_almost_nothing_was_seen_nothing_is_known() {
    let seen = |name: &str, seen: usize, unseen: &[&str]| {
        let mut report = report(name, &[]);
        report["coverage"] = json!({
            "documented": 30, "seen": seen,
            "unseen": [{ "operation": "get-boat", "members": unseen }],
        });
        report
    };
    let all = seen("a", 30, &[]);
    let names: Vec<String> = (0..14).map(|number| format!("m{number}")).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    for (last, is_known) in [(13, true), (14, false)] {
        let few = seen("b", 30 - 2 * last, &names[..last]);
        for reports in [[all.clone(), few.clone()], [few.clone(), few.clone()]] {
            let comparison = compared(&reports);
            let said = text(&comparison);
            assert_eq!(said.contains("meets nothing else"), is_known, "{said}");
            assert_eq!(
                said.contains("2 of 30 documented members"),
                !is_known,
                "{said}"
            );
        }
    }
    // Each saw what the other one did not.
    let (first, rest) = (seen("a", 16, &names[..7]), seen("b", 16, &names[7..]));
    assert_eq!(compared(&[first, rest]).pairs[0].seen, 2);
}

#[test]
fn what_cannot_be_compared_is_said() {
    let mut other = report("b", &[]);
    other["tool"]["version"] = json!("0.2.0");
    other["pages"] = json!("other pages");
    other["profile"] = json!("community-server");
    let comparison = compared(&[report("a", &[]), other]);
    assert_eq!(comparison.doubts.len(), 3);
    assert!(comparison.doubts[0].contains("0.1.0; 0.2.0"));
    assert_eq!(
        compared(&[report("a", &[]), report("b", &[])]).doubts,
        [""; 0]
    );
}

#[test]
fn pages_and_profiles_are_told_apart_by_what_they_hold() {
    let with = |name: &str, pages: &str, profile: &str| {
        let mut report = report(name, &[]);
        report["certificate"] = json!({ "profile": profile, "pages": { "digest": pages } });
        report
    };
    let mut moved = with("b", "p1", "q1");
    moved["pages"] = json!("pages of elsewhere");
    assert_eq!(compared(&[with("a", "p1", "q1"), moved]).doubts, [""; 0]);
    let comparison = compared(&[with("a", "p1", "q1"), with("b", "p1", "q2")]);
    assert_eq!(comparison.doubts.len(), 1);
    let doubt = "profiles called as-documented differ in what they hold: ";
    assert!(
        comparison.doubts[0].starts_with(doubt),
        "{:?}",
        comparison.doubts
    );
    assert!(comparison.pairs.iter().all(|pair| !pair.judged_alike));
    assert!(!text(&comparison).contains("meets nothing else"));
    let changed = since(&with("a", "p1", "q1"), &with("a", "p2", "q1"));
    assert_eq!(changed.doubts.len(), 1);
    for said in [text_since(&changed), markdown_since(&changed)] {
        assert!(
            said.contains("pages called built-in pages differ"),
            "{said}"
        );
    }
    let elsewhere = since(&report("a", &[]), &report("b", &[]));
    assert!(elsewhere.doubts[0].starts_with("portals differ (http://a.test/; http://b.test/)"));
    assert_eq!(since(&report("a", &[]), &report("a", &[])).doubts, [""; 0]);
}

#[test]
fn who_reads_one_way_of_saying_it_does_not_read_the_other() {
    assert!(TWO_WAY.iter().all(|rule| Rule::named(rule).is_some()));
    let spelt: Found<'_> = ("letter-case", &["Name"], "`name`", &ALL);
    let lacks: Found<'_> = ("missing", &["Owner"], "nothing", &ALL);
    let comparison = compared(&[report("a", &[spelt, lacks]), report("b", &[])]);
    let [from_a, from_b] = comparison.pairs.as_slice() else {
        panic!("{:?}", comparison.pairs);
    };
    let met: Vec<&str> = from_a.breaks.iter().map(|one| one.rule.as_str()).collect();
    assert_eq!(met, ["letter-case"], "a member more harms nobody");
    let told = &from_a.breaks[0];
    assert_eq!((&*told.expected, &*told.actual), ("`name`", "a text"));
    assert_eq!(from_b.breaks.len(), 2);
}

/// What a client for the first of two portals meets on the other, and the other way round: rules and members.
fn met(first: &Value, other: &Value) -> [Vec<String>; 2] {
    let comparison = compared(&[first.clone(), other.clone()]);
    let met = comparison.pairs.iter().map(|pair| {
        let breaks = pair.breaks.iter();
        let breaks = breaks.map(|one| format!("{} {}", one.rule, one.members.join(",")));
        breaks.collect()
    });
    let met: Vec<Vec<String>> = met.collect();
    met.try_into().unwrap()
}

/// The same report with members that no answer held.
fn unseen(mut report: Value, operation: &str, members: &[&str]) -> Value {
    report["coverage"]["unseen"] = json!([{ "operation": operation, "members": members }]);
    report
}

/// The same report where something else stands in the place of the first member of the first case.
fn replaced(mut report: Value) -> Value {
    report["cases"][0]["violations"][0]["replaced"] = true.into();
    report
}

#[test]
fn who_reads_what_stands_in_the_place_of_a_member_does_not_read_the_member() {
    let plain = report("a", &[]);
    let found: Found<'_> = (
        "missing",
        &["Late"],
        "missing; renamed to `L`?",
        &[GET_JSON],
    );
    let there = ["missing Late".to_owned()];
    let both_ways = [&there[..], &there[..]];
    assert_eq!(met(&plain, &replaced(report("b", &[found]))), both_ways);
    let lost: Found<'_> = ("missing", &["Late"], "missing", &[GET_JSON]);
    let [to, back] = met(&plain, &report("b", &[lost]));
    assert_eq!((to.len(), back.len()), (1, 0), "a member more harms nobody");
    // Of several members that one finding tells, each case says what stands for which.
    let mut both = report(
        "b",
        &[("missing", &["Late", "Name"], "missing", &[GET_JSON])],
    );
    both["cases"][0]["violations"][0]["replaced"] = true.into();
    assert_eq!(met(&plain, &both)[1], ["missing Late"]);
}

#[test]
fn what_a_portal_never_sends_no_client_of_it_reads() {
    let lost: Found<'_> = ("missing", &["Late"], "missing", &[GET_JSON]);
    let spelt: Found<'_> = ("letter-case", &["Late"], "`late` in its place", &[GET_JSON]);
    let null: Found<'_> = ("null", &["Late"], "null", &[GET_JSON]);
    let never = unseen(report("b", &[lost]), "get-boat", &["Late"]);
    for found in [spelt, null] {
        let [to, back] = met(&never, &report("c", &[found]));
        assert_eq!(to, [""; 0]);
        assert_eq!(back, ["missing Late"], "told once");
    }
    // One that some answers lack is in others, and one that is called otherwise is read by that name.
    let sometimes = report("b", &[lost]);
    assert_eq!(met(&sometimes, &report("c", &[spelt]))[0].len(), 1);
    let renamed: Found<'_> = (
        "missing",
        &["Late"],
        "missing; renamed to `L`?",
        &[GET_JSON],
    );
    let renamed = unseen(replaced(report("b", &[renamed])), "get-boat", &["Late"]);
    assert_eq!(
        met(&renamed, &report("c", &[null]))[0],
        ["missing Late", "null Late"]
    );
    // What stands in it is not there either.
    let inner: Found<'_> = ("null", &["Late/Name"], "null", &[GET_JSON]);
    assert_eq!(met(&never, &report("c", &[inner]))[0], [""; 0]);
    // What one rule tells hides no other of a member that is there.
    let kind: Found<'_> = ("type", &["Late"], "a number", &[GET_JSON]);
    let [to, _] = met(&report("b", &[spelt]), &report("c", &[kind]));
    assert_eq!(to, ["letter-case Late", "type Late"]);
}

#[test]
fn what_one_finding_tells_is_one_deviation_and_names_in_another_case_are_one_way() {
    let name: Found<'_> = (
        "letter-case",
        &["*/Name", "Name"],
        "`name` in its place",
        &ALL,
    );
    let size: Found<'_> = (
        "letter-case",
        &["*/Size", "Size"],
        "`size` in its place",
        &ALL,
    );
    let lost: Found<'_> = (
        "missing",
        &["*/Owner", "Owner"],
        "nothing",
        &[GET_JSON, LIST_JSON],
    );
    let other: Found<'_> = ("missing", &["Site"], "renamed to `Place`", &[GET_JSON]);
    let mut b = report("b", &[name, size, lost, other]);
    for (at, finding) in b["findings"].as_array_mut().unwrap().iter_mut().enumerate() {
        finding["id"] = format!("{}-0000000{at}", finding["rule"].as_str().unwrap()).into();
    }
    // Each case shows the member by the name that it has there.
    for (at, case) in b["cases"].as_array_mut().unwrap().iter_mut().enumerate() {
        let is_list = at == 2;
        let violations = case["violations"].as_array_mut().unwrap();
        violations.retain(|one| one["member"].as_str().unwrap().starts_with("*/") == is_list);
    }
    let comparison = compared(&[report("a", &[]), b.clone()]);
    let told: Vec<String> = comparison.deviations.iter().map(short).collect();
    assert_eq!(
        told,
        [
            "[1] letter-case */Name,*/Size,Name,Size in 3, all",
            "[1] missing */Owner,Owner in 2",
            "[1] missing Site in 1",
        ]
    );
    let first = &comparison.deviations[0];
    assert_eq!(first.actual, "member names in another letter case");
    assert_eq!(
        first.findings,
        ["letter-case-00000000", "letter-case-00000001"]
    );
    let shown = text(&comparison);
    assert!(shown.contains("\n  Name, Size\n"), "{shown}");
    assert!(shown.contains("with B: breaks in 3 ways"), "{shown}");
    let fresh = since(&report("b", &[]), &b);
    assert_eq!(fresh.fresh.len(), 3);
    assert!(text_since(&fresh).contains("3 new"));
}

#[test]
fn another_status_than_before_is_new() {
    assert!(OF_CLASSES.iter().all(|rule| Rule::named(rule).is_some()));
    let found = |actual| -> Found<'_> { ("status", &[], actual, &[GET_JSON]) };
    let of = |before, now| since(&report("a", &[found(before)]), &report("a", &[found(now)]));
    let worse = of("202", "500");
    assert_eq!(
        (worse.fresh.len(), worse.still.len(), worse.gone.len()),
        (1, 0, 0)
    );
    assert_eq!(worse.exit_code(), ExitCode::Violates);
    let same = of("202", "202");
    assert_eq!((same.fresh.len(), same.still.len()), (0, 1));
    let value = |actual| -> Found<'_> { ("type", &["Name"], actual, &[GET_JSON]) };
    let other = since(&report("a", &[value("5")]), &report("a", &[value("6")]));
    assert_eq!(other.exit_code(), ExitCode::Conforms, "values come and go");
}

#[test]
fn two_portals_of_one_name_stay_two() {
    let comparison = compared(&[report("a", &[]), report("a", &[])]);
    let names: Vec<&str> = comparison
        .portals
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["a.test", "a.test #2"]);
}

fn since(old: &Value, new: &Value) -> Since {
    Since::of(&recorded(old), &recorded(new))
}

#[test]
fn only_what_is_new_fails() {
    let old: Found<'_> = ("missing", &["Name", "Owner"], "nothing", &[GET_JSON]);
    let less: Found<'_> = ("missing", &["Owner"], "nothing", &[GET_JSON]);
    let more: Found<'_> = ("missing", &["Owner"], "nothing", &[GET_JSON, GET_XML]);
    let changed = since(&report("a", &[old]), &report("a", &[less]));
    assert_eq!(changed.exit_code(), ExitCode::Conforms);
    assert_eq!(changed.fresh, []);
    assert_eq!(changed.still[0].members, ["Owner"]);
    assert_eq!(changed.gone[0].members, ["Name"]);
    let changed = since(&report("a", &[less]), &report("a", &[more]));
    assert_eq!(changed.exit_code(), ExitCode::Violates);
    assert_eq!(changed.fresh[0].places[0].format, "xml");
    assert_eq!(changed.still[0].places[0].format, "json");
}

#[test]
fn deviations_name_the_findings_that_tell_them() {
    let many: Found<'_> = ("missing", &["Name", "Owner"], "nothing", &[GET_JSON]);
    let one: Found<'_> = ("type", &["Size"], "a text", &[GET_XML]);
    let mut old = report("a", &[many]);
    old["findings"][0]["id"] = json!("missing-000001-0002");
    let mut new = report("a", &[many, one]);
    new["findings"][0]["id"] = json!("missing-000001-0002");
    new["findings"][1]["id"] = json!("type-000003-0004");
    let changed = since(&old, &new);
    assert_eq!(changed.fresh[0].findings, ["type-000003-0004"]);
    assert_eq!(changed.still[0].findings, ["missing-000001-0002"]);
    let shown = text_since(&changed);
    assert!(shown.contains("\n  id: type-000003-0004\n"), "{shown}");
    let written = [
        markdown_since(&changed),
        html_since(&changed),
        json_since(&changed),
    ];
    for (format, written) in written.iter().enumerate() {
        for id in ["type-000003-0004", "missing-000001-0002"] {
            assert!(written.contains(id), "{format}: {written}");
        }
    }
    // Several portals have one finding by one name.
    let both = compared(&[old.clone(), old]);
    assert_eq!(both.deviations[0].findings, ["missing-000001-0002"]);
    // An earlier version wrote none.
    let none = text_since(&since(&report("a", &[]), &report("a", &[one])));
    assert!(!none.contains("id:"), "{none}");
}

#[test]
fn what_was_not_looked_at_is_not_gone() {
    let old: Found<'_> = ("missing", &["Name"], "nothing", &[GET_JSON]);
    let with = |verdict: &str| {
        let mut new = report("a", &[]);
        new["cases"][0]["verdict"] = json!(verdict);
        since(&report("a", &[old]), &new)
    };
    let blocked = with("blocked");
    assert_eq!((blocked.gone.len(), blocked.unknown.len()), (0, 1));
    assert_eq!(blocked.blocked, [GET_JSON]);
    assert_eq!(blocked.exit_code(), ExitCode::NotJudged);
    let ignored = with("ignored");
    assert_eq!((ignored.gone.len(), ignored.unknown.len()), (0, 1));
    assert_eq!(ignored.unasked, [GET_JSON]);
    assert_eq!(ignored.exit_code(), ExitCode::Conforms);
    let mut fewer = report("a", &[]);
    fewer["cases"].as_array_mut().unwrap().remove(0);
    let changed = since(&report("a", &[old]), &fewer);
    assert_eq!(changed.unasked, [GET_JSON]);
    assert_eq!(changed.unknown.len(), 1);
}

#[test]
fn what_follows_from_a_deviation_in_another_format_is_none_of_its_places() {
    let found: Found<'_> = ("missing", &["Name"], "nothing", &[GET_JSON]);
    let mut old = report("a", &[found]);
    // As parity tells it in XML.
    old["cases"][1]["verdict"] = json!("violates");
    let violation = json!({ "rule": "differs", "member": "Name", "waived": null });
    old["cases"][1]["violations"] = json!([violation]);
    old["findings"][0]["cases"] = json!([GET_JSON, GET_XML]);
    let changed = since(&old, &report("a", &[]));
    assert_eq!(changed.gone[0].places.len(), 1);
    assert_eq!(changed.unknown, []);
}

#[test]
fn what_is_waived_now_is_neither_new_nor_gone() {
    let old: Found<'_> = ("missing", &["Name"], "nothing", &[GET_JSON]);
    let mut new = report("a", &[]);
    new["cases"][0]["verdict"] = json!("waived");
    new["cases"][0]["violations"] = json!([{
        "rule": "missing", "member": "Name", "waived": { "reason": "x", "until": "2027-01-01" },
    }]);
    let changed = since(&report("a", &[old]), &new);
    assert_eq!((changed.gone.len(), changed.waived.len()), (0, 1));
    assert_eq!(changed.exit_code(), ExitCode::Conforms);
}

#[test]
fn what_is_no_report_says_so() {
    for (text, expected) in [
        ("", "no report of `run --report-json`"),
        ("[]", "no report of `run --report-json`"),
        (r#"{"version": 1}"#, "missing field"),
        (r#"{"version": 2}"#, "its version is 2"),
    ] {
        let error = Recorded::of_text(text).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn what_a_report_says_steers_no_terminal_and_is_no_mark_up() {
    let hostile = "\u{1b}[31m<img src=x>`|\n::error::x\u{202e}";
    let found: Found<'_> = ("missing", &[hostile], hostile, &[GET_JSON]);
    let comparison = compared(&[report("a", &[]), report("b", &[found])]);
    for shown in [text(&comparison), markdown(&comparison), html(&comparison)] {
        assert!(!shown.contains('\u{1b}') && !shown.contains('\u{202e}'));
        assert!(!shown.contains("\n::error"));
    }
    assert!(!html(&comparison).contains("<img"));
}

#[test]
fn lines_are_broken_at_the_width_of_the_terminal_and_cells_are_not() {
    let words = ["a-member-of-some-length", "another-member"];
    let spelt: Found<'_> = (
        "misnamed",
        &words,
        "another letter case than the page",
        &ALL,
    );
    let found: Found<'_> = ("missing", &["Name"], "nothing", &[GET_JSON]);
    let reports = [
        report("a-very-long-name-of-a-portal-somewhere-far-away", &[]),
        report("b", &[spelt]),
        report("c", &[found, spelt]),
        report("d", &[found]),
        report("e", &[]),
    ];
    let comparison = compared(&reports);
    let whole = text(&comparison);
    for width in [120, 80, 50] {
        let shown = on_terminal(&comparison, Some(width));
        for line in shown.lines() {
            let is_word = line.split_whitespace().count() == 1;
            assert!(line.chars().count() <= width || is_word, "{width}: {line}");
        }
        // A cell stays whole, and below those before it.
        let cells = ["A \u{2713} 1", "E \u{2713} 1", "\u{2013} not in the report"];
        for cell in cells {
            assert!(shown.contains(cell), "{width}: {cell}\n{shown}");
        }
        let told = |text: &str| text.split_whitespace().count();
        assert_eq!(told(&shown), told(&whole), "{width}: {shown}");
    }
    assert_eq!(on_terminal(&comparison, None), whole);
    let changed = since(&report("c", &[]), &reports[2]);
    let shown = since_on_terminal(&changed, Some(50));
    assert!(
        shown.lines().all(|line| line.chars().count() <= 50),
        "{shown}"
    );
}

#[test]
fn a_terminal_of_80_columns_holds_the_tables() {
    let found: Found<'_> = ("missing", &["Name"], "nothing", &ALL);
    let long = report("a-very-long-name-of-a-portal-somewhere-far-away", &[found]);
    let text = text(&compared(&[report("a", &[]), long, report("c", &[found])]));
    let widest = text.lines().map(|line| line.chars().count()).max();
    assert!(widest <= Some(80), "{text}");
}

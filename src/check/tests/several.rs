//! Several answers held against each other, and what follows from what.

use std::collections::BTreeMap;

use super::*;
use crate::check::steadiness::{
    Steadiness, Timed, steadiness, steadiness_as_seen, steadiness_beside,
};

fn ids(ids: &[&str]) -> Vec<String> {
    ids.iter().map(|id| (*id).to_owned()).collect()
}

#[test]
fn an_answer_holds_what_was_asked_for() {
    let one = expectation(Speech::Documented, READS, Format::Json);
    let many = expectation(Speech::Documented, LINKS, Format::Json);
    let single = |id: Value| {
        told(&identity::asked(
            one,
            &json!({ "response": { "id": id } }),
            &ids(&["1"]),
        ))
    };
    assert_eq!(single(json!(1)), "");
    assert_eq!(single(json!("1")), "");
    assert_eq!(single(json!(1.0)), "");
    assert_eq!(single(json!(2)), "other-resource /response/id");
    assert_eq!(single(json!([1])), "", "the schema's finding");
    let guid = "0b6c1f7e-1d0a-4c2b-9f7d-2a4b6c8d0e1f";
    let of_guid = |id: &str| {
        told(&identity::asked(
            one,
            &json!({ "response": { "id": id } }),
            &ids(&[guid]),
        ))
    };
    assert_eq!(of_guid(guid), "");
    assert_eq!(of_guid(&guid.to_uppercase()), "");
    assert_eq!(
        of_guid("1b6c1f7e-1d0a-4c2b-9f7d-2a4b6c8d0e1f"),
        "other-resource /response/id"
    );
    let listed = |found: &[i64], wanted: &[&str]| {
        let items: Vec<Value> = found.iter().map(|id| json!({ "id": id })).collect();
        told(&identity::asked(
            many,
            &json!({ "response": items }),
            &ids(wanted),
        ))
    };
    for (found, wanted, expected) in [
        (&[1, 2][..], &["1", "2"][..], ""),
        (&[2, 1], &["1", "2"], ""),
        (&[1], &["1", "2"], "dropped /response"),
        (&[], &["1"], "dropped /response"),
        (&[1, 3], &["1"], "added /response/1/id"),
        (&[1, 1], &["1"], "doubled /response/1/id"),
        (&[1, 1, 1], &["1"], "doubled /response/1/id"),
        (&[3], &["1"], "added /response/0/id, dropped /response"),
    ] {
        assert_eq!(listed(found, wanted), expected, "{found:?} {wanted:?}");
    }
}

#[test]
fn answers_that_somebody_else_got_are_unsteady_only_where_one_comes_back() {
    let expectation = expectation(Speech::Documented, READS, Format::Json);
    let body = |name: &str| json!({ "status": 0, "response": { "id": 1, "Name": name } });
    let [a, b, c] = ["a", "b", "c"].map(body);
    let seen = |bodies: &[&Value]| steadiness_as_seen(expectation, &timed(bodies));
    assert_eq!(seen(&[&a]), Steadiness::Steady);
    assert_eq!(seen(&[&a, &a, &a]), Steadiness::Steady);
    for edited in [&[&a, &b, &b][..], &[&a, &b], &[&a, &a, &b, &c]] {
        assert_eq!(seen(edited), Steadiness::Changed, "{edited:?}");
    }
    let unsteady = |differing, of| Steadiness::Unsteady { differing, of };
    assert_eq!(seen(&[&a, &b, &a]), unsteady(1, 3));
    assert_eq!(seen(&[&a, &b, &b, &a]), unsteady(2, 4));
}

/// Answers one after the other.
fn timed<'a>(bodies: &[&'a Value]) -> Vec<Timed<'a>> {
    let bodies = bodies.iter().enumerate();
    bodies
        .map(|(at, body)| Timed {
            body,
            from: 2 * at,
            to: 2 * at + 1,
            is_old: false,
        })
        .collect()
}

#[test]
fn an_answer_stays_moves_on_or_is_unsteady() {
    let expectation = expectation(Speech::Documented, READS, Format::Json);
    let body = |name: &str| json!({ "status": 0, "response": { "id": 1, "Name": name } });
    let [a, b, c] = ["a", "b", "c"].map(body);
    let steadiness = |bodies: &[&Value]| steadiness(expectation, &timed(bodies));
    let repeated =
        |bodies: &[&Value]| identity::repeated(expectation, &timed(bodies), steadiness(bodies));
    let unsteady = |differing, of| Steadiness::Unsteady { differing, of };
    assert_eq!(steadiness(&[&a]), Steadiness::Steady);
    assert_eq!(steadiness(&[&a, &a, &a]), Steadiness::Steady);
    assert_eq!(steadiness(&[&a, &b, &b]), Steadiness::Changed);
    assert_eq!(
        steadiness(&[&a, &a, &b]),
        unsteady(1, 3),
        "it did not come to rest"
    );
    assert_eq!(steadiness(&[&a, &b]), unsteady(1, 2));
    assert_eq!(steadiness(&[&a, &b, &a]), unsteady(1, 3));
    // Somebody edits more than once, but nobody takes it back as often as it is read.
    assert_eq!(steadiness(&[&a, &b, &c, &c]), Steadiness::Changed);
    assert_eq!(steadiness(&[&a, &b, &c]), unsteady(2, 3));
    assert_eq!(steadiness(&[&a, &b, &a, &c, &c]), unsteady(3, 5));
    assert_eq!(steadiness(&[&a, &b, &c, &b, &b]), unsteady(2, 5));
    let many: Vec<Value> = (0..6).map(|at| body(&at.to_string())).collect();
    let many: Vec<&Value> = many.iter().collect();
    let resting = |from: usize| steadiness(&[&many[from..], &many[5..]].concat());
    assert_eq!(resting(1), Steadiness::Changed);
    assert_eq!(resting(0), unsteady(5, 7), "nobody edits so often");
    assert_eq!(steadiness(&[&a, &b, &a, &a]), unsteady(1, 4));
    let mut same = a.clone();
    same["response"]["undocumented"] = json!(1);
    assert_eq!(steadiness(&[&a, &same, &a]), Steadiness::Steady);
    let found = repeated(&[&a, &b, &a]);
    assert_eq!(told(&found), "unsteady /response/Name");
    assert_eq!(
        found[0].actual,
        Observed::Unsteady {
            moves_on: false,
            around: false,
            differing: 1,
            of: 3
        }
    );
    assert_eq!(told(&repeated(&[&a, &b, &b])), "");
    let refused = identity::refused_again(expectation, Some(200), None);
    assert_eq!(refused.rule, Rule::Unsteady);
    assert_eq!(refused.promised, Some(expectation.operation.heading));
}

/// Whether the one finding says that no value comes back: answers by when they were asked for and there.
fn moves_on(answers: &[(&str, usize, usize)]) -> bool {
    let expectation = expectation(Speech::Documented, READS, Format::Json);
    let bodies: Vec<Value> = answers
        .iter()
        .map(|(name, ..)| json!({ "status": 0, "response": { "id": 1, "Name": name } }))
        .collect();
    let timed: Vec<Timed<'_>> = bodies
        .iter()
        .zip(answers)
        .map(|(body, (_, from, to))| Timed {
            body,
            from: *from,
            to: *to,
            is_old: false,
        })
        .collect();
    let found = identity::repeated(expectation, &timed, steadiness(expectation, &timed));
    assert_eq!(told(&found), "unsteady /response/Name");
    matches!(found[0].actual, Observed::Unsteady { moves_on: true, .. })
}

#[test]
fn a_clock_moves_on_whichever_answer_comes_first() {
    for (answers, expected) in [
        // One value in several answers, one after the other.
        (
            &[("a", 0, 1), ("a", 2, 3), ("b", 4, 5), ("c", 6, 7)][..],
            true,
        ),
        // Under way at once: the later value came first.
        (
            &[
                ("a", 0, 1),
                ("b", 2, 4),
                ("a", 3, 5),
                ("b", 6, 7),
                ("c", 8, 9),
            ],
            true,
        ),
        // It comes back.
        (&[("a", 0, 1), ("b", 2, 3), ("a", 4, 5), ("c", 6, 7)], false),
        (
            &[
                ("a", 0, 1),
                ("b", 2, 4),
                ("a", 3, 5),
                ("b", 6, 7),
                ("a", 8, 9),
                ("c", 10, 11),
            ],
            false,
        ),
        // Two values are no clock yet.
        (&[("a", 0, 1), ("a", 2, 3), ("b", 4, 5)], false),
    ] {
        assert_eq!(moves_on(answers), expected, "{answers:?}");
    }
}

#[test]
fn a_resource_equals_one_of_its_readings() {
    let many = expectation(Speech::Documented, LINKS, Format::Json);
    let old = json!({ "id": 1, "Name": "old" });
    let new = json!({ "id": 1, "Name": "new" });
    let other = json!({ "id": 2, "Name": "other" });
    let reads = BTreeMap::from([("1".to_owned(), vec![&old, &new].into())]);
    let as_read = |items: &[&Value]| {
        told(&identity::as_read(
            many,
            &json!({ "response": items }),
            &reads,
        ))
    };
    assert_eq!(as_read(&[&new]), "");
    assert_eq!(as_read(&[&old, &other]), "", "nobody read the other");
    let strange = json!({ "id": 1, "Name": "strange" });
    assert_eq!(as_read(&[&other, &strange]), "unlike-read /response/1/Name");
    let one = expectation(Speech::Documented, READS, Format::Json);
    let found = identity::as_read(one, &json!({ "response": strange }), &reads);
    assert_eq!(told(&found), "unlike-read /response/Name");
    assert_eq!(found[0].member, "Name");
}

#[test]
fn a_list_stands_in_the_order_of_one_of_its_readings() {
    let one_read = expectation(Speech::Documented, READS, Format::Json);
    let of = |tags: &[&str]| json!({ "id": 1, "Tags": tags });
    let [one, other] = [of(&["a", "b", "c"]), of(&["b", "a", "c"])];
    let told = |reads: &[&Value], resource: Value| {
        let reads = BTreeMap::from([("1".to_owned(), reads.to_vec().into())]);
        let body = json!({ "response": resource });
        told(&identity::reordered_as_read(one_read, &body, &reads))
    };
    let reverse = || of(&["c", "b", "a"]);
    let order = "order /response/Tags";
    assert_eq!(told(&[&one, &other], reverse()), order);
    assert_eq!(told(&[&one, &other], other.clone()), "");
    assert_eq!(told(&[], reverse()), "", "nobody read it");
    assert_eq!(
        told(&[&one], of(&["a", "b"])),
        "",
        "other items are another finding"
    );
}

#[test]
fn the_formats_say_the_same_or_where_they_do_not() {
    let expectation = expectation(Speech::Documented, READS, Format::Xml);
    let json = json!({ "status": 0, "response": {
        "id": 1, "Name": "a", "IsSmall": true, "Tags": ["x", "y"], "Parts": [{ "id": 1, "Size": 2 }],
        "Rank": 1,
    } });
    for (place, value, expected) in [
        ("/response/Name", json!("a"), ""),
        ("/response/Name", json!("b"), "differs /response/Name"),
        ("/response/id", json!("1"), ""),
        ("/response/id", json!(1.0), ""),
        ("/response/IsSmall", json!("TRUE"), ""),
        (
            "/response/IsSmall",
            json!("false"),
            "differs /response/IsSmall",
        ),
        ("/response/Tags", json!(["y", "x"]), "order /response/Tags"),
        ("/response/Rank", json!("1"), ""),
        (
            "/response/Rank",
            json!("2"),
            "undocumented-differs /response/Rank",
        ),
        ("/response/Tags", json!(["x"]), "count /response/Tags"),
        (
            "/response/Tags",
            json!(["x", "z"]),
            "differs /response/Tags/1",
        ),
        (
            "/response/Parts/0/Size",
            json!(3),
            "differs /response/Parts/0/Size",
        ),
    ] {
        let mut xml = json.clone();
        *xml.pointer_mut(place).unwrap() = value;
        let found = parity::judge(expectation, &json, &xml);
        assert_eq!(told(&found), expected, "{place}");
        assert!(found.iter().all(|found| found.family == Family::Parity));
    }
    let mut without = json.clone();
    without["response"].as_object_mut().unwrap().remove("Name");
    assert_eq!(
        told(&parity::judge(expectation, &json, &without)),
        "differs /response/Name"
    );
    without["response"].as_object_mut().unwrap().remove("Tags");
    let mut empty = json.clone();
    empty["response"]["Tags"] = json!([]);
    empty["response"].as_object_mut().unwrap().remove("Name");
    assert_eq!(
        told(&parity::judge(expectation, &empty, &without)),
        "",
        "XML has no empty list"
    );
}

#[test]
fn an_empty_list_in_json_and_no_element_in_xml_say_the_same_wherever_the_list_stands() {
    let without = |place: &str, name: &str| {
        let mut xml = read_body();
        let parent = xml.pointer_mut(place).unwrap();
        parent.as_object_mut().unwrap().remove(name);
        xml
    };
    let with = |place: &str, name: &str, value: Value| {
        let mut json = read_body();
        json.pointer_mut(place).unwrap()[name] = value;
        json
    };
    let reads = expectation(Speech::Documented, READS, Format::Json);
    for (json, xml, expected) in [
        (
            with("/response", "Tags", json!([])),
            without("/response", "Tags"),
            "",
        ),
        // What nobody documents is held to the same.
        (with("/response", "More", json!([])), read_body(), ""),
        (
            with("/response", "More", json!({ "Inner": [] })),
            read_body(),
            "",
        ),
        (
            with("/response", "More", json!({ "Inner": [] })),
            with("/response", "More", json!("")),
            "",
        ),
        (
            with("/response/Parts/0", "More", json!([])),
            read_body(),
            "",
        ),
        (
            with("/response", "More", json!([""])),
            with("/response", "More", json!("")),
            "",
        ),
        (
            with("/response", "Tags", json!([])),
            read_body(),
            "count /response/Tags",
        ),
        (
            with("/response", "More", json!([])),
            with("/response", "More", json!(["x"])),
            "undocumented-differs /response/More",
        ),
    ] {
        let found = told(&parity::judge(reads, &json, &xml));
        assert_eq!(found, expected, "{json} beside {xml}");
    }
    let links = expectation(Speech::Documented, LINKS, Format::Json);
    let (json, xml) = (
        json!({ "status": 0, "response": [] }),
        json!({ "status": 0 }),
    );
    assert_eq!(told(&parity::judge(links, &json, &xml)), "");
}

/// The body of the page that reads, in JSON.
fn read_body() -> Value {
    serde_json::from_str(&json_with("\"a\"", "\"a\"")).unwrap()
}

#[test]
fn what_the_page_shows_as_null_may_come_filled_in_both_formats() {
    let expectation = expectation(Speech::Documented, READS, Format::Xml);
    for (filled, elements, expected) in [
        ("1", "<Rest>1</Rest>", ""),
        ("true", "<Rest>True</Rest>", ""),
        ("\"a \\u00e4\"", "<Rest>a ä</Rest>", ""),
        ("\"\"", "<Rest />", ""),
        ("2.50", "<Rest>2.5</Rest>", ""),
        ("[\"a\"]", "<Rest>a</Rest>", ""),
        ("[1, 2]", "<Rest>1</Rest><Rest>2</Rest>", ""),
        ("null", "", ""),
        ("[]", "", ""),
        ("{}", "", ""),
        (
            "[[1, 2], [3]]",
            "<Rest><Rest>1</Rest><Rest>2</Rest></Rest><Rest><Rest>3</Rest></Rest>",
            "",
        ),
        ("{\"7\": 1}", "<Rest><_x0037_>1</_x0037_></Rest>", ""),
        (
            "[{\"a\": null}, {\"a\": 1}]",
            "<Rest><a /></Rest><Rest><a>1</a></Rest>",
            "",
        ),
        (
            "{\"a\": {\"b\": []}, \"c\": [{\"d\": 1}]}",
            "<Rest><a /><c><d>1</d></c></Rest>",
            "",
        ),
        (
            "\"2020-12-08T17:37:04.5Z\"",
            "<Rest>2020-12-08T17:37:04.5Z</Rest>",
            "",
        ),
        ("1", "", "differs /response/Rest"),
        (
            "[[1, 2], [3]]",
            "<Rest><Rest>1</Rest><Rest>2</Rest></Rest>",
            "differs /response/Rest",
        ),
        (
            "{\"7\": 1}",
            "<Rest><_x0038_>1</_x0038_></Rest>",
            "differs /response/Rest",
        ),
    ] {
        let json = json_with("\"Rest\": null", &format!("\"Rest\": {filled}"));
        let xml = xml_with("<Rest />", elements);
        let json = read(
            super::expectation(Speech::Documented, READS, Format::Json),
            Ok(response(Format::Json, 200, &json)),
        );
        let xml = read(expectation, Ok(response(Format::Xml, 200, &xml)));
        assert_eq!(told(&json.violations), "", "{filled}");
        assert_eq!(told(&xml.violations), "", "{filled}");
        let found = parity::judge(
            expectation,
            json.body.as_deref().unwrap(),
            xml.body.as_deref().unwrap(),
        );
        assert_eq!(told(&found), expected, "{filled}");
    }
}

#[test]
fn an_edit_shows_at_one_moment_however_requests_overlap() {
    let expectation = expectation(Speech::Documented, READS, Format::Json);
    let body = |name: &str| json!({ "status": 0, "response": { "id": 1, "Name": name } });
    let [old, new] = ["old", "new"].map(body);
    let at = |body, from, to| Timed {
        body,
        from,
        to,
        is_old: false,
    };
    // Two requests run side by side, and the first of them to end was the second to be looked up.
    let overlapping = [
        at(&new, 1, 3),
        at(&old, 0, 4),
        at(&new, 5, 6),
        at(&new, 7, 8),
    ];
    assert_eq!(steadiness(expectation, &overlapping), Steadiness::Changed);
    let apart = [
        at(&new, 1, 3),
        at(&old, 4, 5),
        at(&new, 6, 7),
        at(&new, 8, 9),
    ];
    assert_ne!(steadiness(expectation, &apart), Steadiness::Changed);
}

#[test]
fn an_edit_shows_in_both_formats() {
    let json = expectation(Speech::Documented, READS, Format::Json);
    let xml = expectation(Speech::Documented, READS, Format::Xml);
    let body = |name: &str| json!({ "status": 0, "response": { "id": 1, "Name": name } });
    let [old, new] = ["old", "new"].map(body);
    let at = |body, time: usize| Timed {
        body,
        from: 2 * time,
        to: 2 * time + 1,
        is_old: false,
    };
    let beside =
        |here: &[Timed<'_>], there: &[Timed<'_>]| steadiness_beside((json, here), (xml, there));
    let changed = [at(&old, 1), at(&new, 4), at(&new, 5)];
    let unsteady = Steadiness::Unsteady {
        differing: 1,
        of: 3,
    };
    for (there, expected) in [
        (
            vec![at(&old, 0), at(&old, 2), at(&new, 6), at(&new, 7)],
            Steadiness::Changed,
        ),
        (
            vec![at(&old, 0), at(&new, 2), at(&new, 6)],
            Steadiness::Changed,
        ),
        (vec![], Steadiness::Changed),
        (vec![at(&new, 6), at(&new, 7)], Steadiness::Changed),
        (vec![at(&old, 0), at(&old, 2)], Steadiness::Changed),
        // It was new before the old was told.
        (vec![at(&new, 0), at(&new, 6)], unsteady),
        // It changed at another moment.
        (vec![at(&old, 5), at(&new, 6), at(&new, 7)], unsteady),
    ] {
        assert_eq!(beside(&changed, &there), expected, "{there:?}");
    }
    let steady = [at(&new, 1), at(&new, 2)];
    assert_eq!(beside(&steady, &changed), Steadiness::Steady);
    // Several edits, of which the other format shows those that it was asked between.
    let later = body("later");
    let changed = [at(&old, 1), at(&new, 4), at(&later, 7), at(&later, 8)];
    let unsteady = Steadiness::Unsteady {
        differing: 2,
        of: 4,
    };
    let between = body("between");
    for (there, expected) in [
        (
            vec![at(&old, 0), at(&new, 5), at(&later, 9), at(&later, 10)],
            Steadiness::Changed,
        ),
        (
            vec![at(&old, 0), at(&later, 9), at(&later, 10)],
            Steadiness::Changed,
        ),
        (
            vec![at(&old, 0), at(&between, 2), at(&later, 9), at(&later, 10)],
            Steadiness::Changed,
        ),
        (vec![at(&later, 9), at(&later, 10)], Steadiness::Changed),
        // The new was over when it was told.
        (vec![at(&old, 0), at(&later, 3), at(&later, 10)], unsteady),
        (
            vec![at(&old, 0), at(&old, 5), at(&later, 9), at(&later, 10)],
            unsteady,
        ),
    ] {
        assert_eq!(beside(&changed, &there), expected, "{there:?}");
    }
    // Formats that never agree changed together.
    let [other_old, other_new] = ["o", "n"].map(body);
    let changed = [at(&old, 1), at(&new, 4), at(&new, 5)];
    let there = [at(&other_old, 2), at(&other_new, 6), at(&other_new, 7)];
    assert_eq!(beside(&changed, &there), Steadiness::Changed);
    let there = [at(&other_old, 5), at(&other_new, 6), at(&other_new, 7)];
    assert_ne!(beside(&changed, &there), Steadiness::Changed);
}

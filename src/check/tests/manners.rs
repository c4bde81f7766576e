//! Bodies of one meaning that say it otherwise, lists that end early, and refusals that tell too much.

use super::*;
use crate::case::Expected;
use crate::check::manner::{Sides, unlikenesses};
use crate::check::refusal;
use crate::check::steadiness::Timed;
use crate::check::transport::{self, Texts};

/// The resource of the page, with one member.
fn with(name: &str, value: Value) -> Value {
    let mut body = json!({ "status": 0, "response": { "id": 1 } });
    body["response"][name] = value;
    body
}

fn unlike(sides: Sides, left: &Value, right: &Value) -> String {
    let expectation = expectation(Speech::Documented, READS, Format::Xml);
    let found = unlikenesses(expectation, left, right, sides);
    let told = found
        .iter()
        .map(|one| format!("{} {}", one.rule, one.pointer));
    told.collect::<Vec<_>>().join(", ")
}

#[test]
fn lists_of_the_same_items_stand_in_the_same_order_or_do_not() {
    let order = "order /response/Parts";
    let rank = "undocumented-differs /response/Parts/0/Rank";
    for (left, right, expected) in [
        (
            json!([{"id": 1}, {"id": 2}]),
            json!([{"id": 1}, {"id": 2}]),
            "",
        ),
        (
            json!([{"id": 1}, {"id": 2}]),
            json!([{"id": 2}, {"id": 1}]),
            order,
        ),
        (
            json!([{"id": 1}, {"id": 2}]),
            json!([{"id": 2}, {"id": 3}]),
            "",
        ),
        (json!([{"id": 1}, {"id": 2}]), json!([{"id": 2}]), ""),
        // Items are the same by their ids, whatever else they say.
        (
            json!([{"ID": 1, "Size": 2}, {"ID": 2, "Size": 2}]),
            json!([{"ID": "2", "Size": 3}, {"ID": "1", "Size": 3}]),
            order,
        ),
        (
            json!([{"id": 1, "Size": 2, "Rank": 1}]),
            json!([{"id": 1, "Size": 3, "Rank": 2}]),
            rank,
        ),
        // Without ids, only equal items are the same.
        (
            json!([{"Size": 2}, {"Size": 3}]),
            json!([{"Size": 3}, {"Size": 2}]),
            order,
        ),
        (
            json!([{"Size": 2, "Rank": 1}]),
            json!([{"Size": 2, "Rank": 2}]),
            rank,
        ),
        (
            json!([{"Size": 2, "Rank": 1}]),
            json!([{"Size": 3, "Rank": 2}]),
            "",
        ),
        (
            json!([{"id": 1, "Size": 2}, {"Size": 3}]),
            json!([{"id": 1, "Size": 4}, {"Size": 5}]),
            "",
        ),
    ] {
        let found = unlike(
            Sides::Formats,
            &with("Parts", left.clone()),
            &with("Parts", right.clone()),
        );
        assert_eq!(found, expected, "{left} {right}");
    }
    let [xy, yx] = [["x", "y"], ["y", "x"]].map(|tags| with("Tags", json!(tags)));
    for sides in [Sides::Formats, Sides::Answers] {
        assert_eq!(unlike(sides, &xy, &yx), "order /response/Tags");
    }
    let expectation = expectation(Speech::Documented, READS, Format::Xml);
    let found = unlikenesses(expectation, &xy, &yx, Sides::Answers);
    let list = Some(Sketch::List(2));
    assert_eq!((found[0].left, found[0].right), (list, list));
    // A profile may say that an order counts.
    let base = super::expectation(Speech::Documented, READS, Format::Xml);
    let mut profile = (*base.profile).clone();
    profile.ordered = vec!["Tags".to_owned()];
    let ordered = Expectation {
        operation: base.operation.clone(),
        format: Format::Xml,
        answer: base.answer.clone(),
        named: Arc::clone(&base.named),
        profile: Arc::new(profile),
        strict: false,
        validator: OnceLock::new(),
        member_finder: OnceLock::new(),
        known: base.known.clone(),
    };
    let found = unlikenesses(&ordered, &xy, &yx, Sides::Formats);
    assert_eq!(found[0].rule, Rule::Ordered);
}

#[test]
fn formats_spell_guids_and_undocumented_members_alike() {
    let guid = |text: &str| with("Owner", json!({ "Id": text }));
    let [lower, upper] = ["abcd", "ABCD"].map(guid);
    let spelling = "spelling /response/Owner/Id";
    assert_eq!(unlike(Sides::Formats, &lower, &upper), spelling);
    assert_eq!(unlike(Sides::Formats, &lower, &guid("abce")), "");
    assert_eq!(unlike(Sides::Answers, &lower, &upper), "");
    let of = |text: &str| with("Created", json!(text));
    let here = of("2020-12-08T17:37:04.5Z");
    for (there, expected) in [
        ("2020-12-08T19:37:04.5+02:00", "spelling /response/Created"),
        ("2020-12-08T19:37:04.6+02:00", ""),
        ("2020-12-08t17:37:04.500+00:00", ""),
    ] {
        assert_eq!(
            unlike(Sides::Formats, &here, &of(there)),
            expected,
            "{there}"
        );
        assert_eq!(unlike(Sides::Answers, &here, &of(there)), "");
    }
    let rank = "undocumented-differs /response/Rank";
    let of = |value| with("Rank", value);
    for (left, right, expected) in [
        (of(json!(1)), of(json!("1")), ""),
        (of(json!(1)), of(json!("2")), rank),
        (of(json!(null)), with("id", json!(1)), ""),
        (of(json!(1)), with("id", json!(1)), rank),
        (with("id", json!(1)), of(json!(1)), rank),
        (of(json!({"a": 1})), of(json!({"a": "1"})), ""),
        (of(json!({"a": 1})), of(json!({"a": "2"})), rank),
        // Other values of documented members are another finding.
        (with("Name", json!("a")), with("Name", json!("b")), ""),
    ] {
        assert_eq!(
            unlike(Sides::Formats, &left, &right),
            expected,
            "{left} {right}"
        );
        assert_eq!(unlike(Sides::Answers, &left, &right), "");
    }
    let mut around = with("id", json!(1));
    around["other"] = json!(1);
    let told = unlike(Sides::Formats, &around, &with("id", json!(1)));
    assert_eq!(told, "", "what may not be there at all is told by its own");
    let many = |value: &str| {
        let mut body = json!({ "response": { "id": 1 } });
        for at in 0..1100 {
            body["response"][format!("x{at}")] = json!(value);
        }
        body
    };
    let found = unlike(Sides::Formats, &many("a"), &many("b"));
    assert_eq!(found.split(", ").count(), MAX_VIOLATIONS);
}

#[test]
fn parity_shows_both_sides_of_what_no_page_documents() {
    let expectation = expectation(Speech::Documented, READS, Format::Xml);
    let of = |value| with("Rank", value);
    for (json, xml, actual) in [
        (json!("ab"), json!("cd"), Observed::OtherValue),
        (json!("ab"), json!("cde"), Observed::Value(Sketch::Text(3))),
    ] {
        let found = parity::judge(expectation, &of(json), &of(xml));
        assert_eq!(told(&found), "undocumented-differs /response/Rank");
        let promise = Promise::AsInJson(Some(Sketch::Text(2)));
        assert_eq!((&found[0].expected, &found[0].actual), (&promise, &actual));
    }
    let found = parity::judge(expectation, &of(json!(1)), &with("id", json!(1)));
    assert_eq!(found[0].actual, Observed::Nothing);
    let guid = |text: &str| with("Owner", json!({ "Id": text }));
    let found = parity::judge(expectation, &guid("ab"), &guid("AB"));
    let spelled = (Promise::SpelledAsInJson, Observed::OtherSpelling);
    assert_eq!(
        (found[0].expected.clone(), found[0].actual.clone()),
        spelled
    );
    assert_eq!(found[0].member, "Owner/Id");
    assert!(found[0].promised.is_some());
    assert!(!parity::disagrees(expectation, &guid("ab"), &guid("AB")));
    assert!(parity::disagrees(expectation, &guid("ab"), &guid("ac")));
}

#[test]
fn a_list_in_another_order_is_told_once_however_often_it_changes() {
    let expectation = expectation(Speech::Documented, READS, Format::Json);
    let [xy, yx, xz] = [["x", "y"], ["y", "x"], ["x", "z"]].map(|tags| with("Tags", json!(tags)));
    let reordered = |bodies: &[&Value]| {
        let answers: Vec<Timed<'_>> = bodies
            .iter()
            .enumerate()
            .map(|(at, body)| Timed {
                body,
                from: 2 * at,
                to: 2 * at + 1,
                is_old: false,
            })
            .collect();
        identity::reordered(expectation, &answers)
    };
    for (bodies, expected) in [
        (&[&xy][..], ""),
        (&[&xy, &xy], ""),
        (&[&xy, &xz], ""),
        (&[&xy, &yx], "order /response/Tags"),
        (&[&xy, &yx, &xy, &yx], "order /response/Tags"),
        (&[&xy, &xz, &yx], ""),
    ] {
        assert_eq!(told(&reordered(bodies)), expected, "{bodies:?}");
    }
    let found = reordered(&[&xy, &yx]).remove(0);
    assert_eq!(found.family, Family::Identity);
    let order = (Promise::SameOrder, Observed::OtherOrder);
    assert_eq!((found.expected, found.actual), order);
}

#[test]
fn a_list_that_says_where_it_goes_on_is_a_part() {
    let many = expectation(Speech::Server, LINKS, Format::Json);
    let wanted = ["1", "2"].map(str::to_owned);
    for (around, items, expected) in [
        (json!({ "nextIndex": 1, "total": 2 }), 1, "part /response"),
        (
            json!({ "nextIndex": 1, "total": 1 }),
            1,
            "dropped /response",
        ),
        (
            json!({ "nextIndex": 1, "total": 0 }),
            1,
            "dropped /response",
        ),
        (
            json!({ "nextIndex": 1, "total": -1 }),
            1,
            "dropped /response",
        ),
        (json!({ "nextIndex": 1 }), 1, "dropped /response"),
        (json!({ "total": 2 }), 1, "dropped /response"),
        (
            json!({ "nextIndex": "1", "total": 2 }),
            1,
            "dropped /response",
        ),
        (
            json!({ "nextIndex": 1, "total": "2" }),
            1,
            "dropped /response",
        ),
        (
            json!({ "nextIndex": 1, "total": 2 }),
            0,
            "dropped /response",
        ),
        (json!({ "nextIndex": 1, "total": 2 }), 2, ""),
    ] {
        let mut body = around.clone();
        let found = (1..=items).map(|id| json!({ "id": id }));
        body["response"] = found.collect();
        let found = told(&identity::asked(many, &body, &wanted));
        assert_eq!(found, expected, "{around} {items}");
    }
}

#[test]
fn a_resource_that_is_missing_is_counted() {
    let many = expectation(Speech::Documented, LINKS, Format::Json);
    let wanted = ["1", "2", "3"].map(str::to_owned);
    let found = identity::asked(many, &json!({ "response": [{ "id": 2 }] }), &wanted);
    assert_eq!(found[0].expected, Promise::AllAsked(3));
    assert_eq!(found[0].actual, Observed::MissingResources(2));
    let body = json!({ "response": [{ "id": 2 }, { "id": 2 }, { "id": 9 }, {}] });
    let found = identity::asked(many, &body, &wanted[1..2]);
    let actual: Vec<&Observed> = found.iter().map(|found| &found.actual).collect();
    assert_eq!(actual, [&Observed::SameAgain, &Observed::OtherId]);
    assert_eq!(found[1].value.as_deref(), Some("9"));
}

#[test]
fn refusals_differ_by_what_exists_only_where_both_are_refusals() {
    let expectation = expectation(Speech::Documented, READS, Format::Json);
    let told = |known, unknown| {
        let found = refusal::existence(expectation, known, unknown);
        found.map(|found| (found.rule, found.actual))
    };
    let differs = |status| Some((Rule::Existence, Observed::UnknownStatus(status)));
    assert_eq!(told(Some(401), Some(404)), differs(404));
    assert_eq!(told(Some(404), Some(401)), differs(401));
    for (known, unknown) in [
        (Some(401), Some(401)),
        (Some(401), Some(200)),
        (Some(200), Some(404)),
        (Some(401), Some(500)),
        (Some(401), Some(429)),
        (Some(429), Some(404)),
        (None, Some(404)),
        (Some(401), None),
    ] {
        assert_eq!(told(known, unknown), None, "{known:?} {unknown:?}");
    }
    // `HEAD` may succeed where it tells nothing.
    for (known, unknown, is_told) in [
        (200, 404, true),
        (401, 404, true),
        (404, 401, true),
        (200, 200, false),
        (404, 404, false),
        (401, 200, false),
        (500, 404, false),
        (429, 404, false),
        (200, 500, false),
        (200, 429, false),
    ] {
        let found = refusal::existence_by_head(expectation, Some(known), Some(unknown));
        let found = found.map(|found| (found.rule, found.actual));
        let expected = is_told.then(|| differs(unknown)).flatten();
        assert_eq!(found, expected, "{known} {unknown}");
    }
    let found = refusal::existence(expectation, Some(401), Some(404)).unwrap();
    assert_eq!(found.family, Family::Refusal);
    assert_eq!(found.expected, Promise::SameStatus(Some(401)));
    assert_eq!(found.promised, Some(expectation.operation.heading));
}

#[test]
fn what_asks_in_a_strange_manner_may_be_hung_up_on() {
    use Expected::{Dataless, Invalid, Loose, Misplaced, Unauthenticated, Unknown};
    let expectation = expectation(Speech::Documented, READS, Format::Json);
    for (expected, is_lawful) in [
        (Dataless, true),
        (Misplaced, true),
        (Invalid, false),
        (Loose, false),
        (Unauthenticated, false),
        (Unknown, false),
    ] {
        let failed = exchange(Err(tests_support::failure(FailureKind::Broken)));
        let found = refusal::judge(expectation, &failed, expected);
        let rules: Vec<Rule> = found.iter().map(|found| found.rule).collect();
        let none: &[Rule] = if is_lawful { &[] } else { &[Rule::NoAnswer] };
        assert_eq!(rules, none, "{expected:?}");
    }
    let of = |expected, status| {
        let answer = exchange(Ok(tests_support::response(status, "")));
        refusal::judge(expectation, &answer, expected).remove(0)
    };
    let authentication = expectation.profile.refusal.authentication.clone();
    let unknown = expectation.profile.refusal.unknown.clone();
    for (expected, promise) in [
        (Unauthenticated, Promise::Status(authentication.clone())),
        (Misplaced, Promise::Status(authentication)),
        (Unknown, Promise::Status(unknown)),
        (Invalid, Promise::ClientError),
        (Loose, Promise::ClientError),
    ] {
        let found = of(expected, 200);
        assert_eq!(found.expected, promise, "{expected:?}");
        assert_eq!(found.actual, Observed::Status(200, None));
        assert_eq!(found.family, Family::Refusal);
        assert_eq!(found.promised, Some(expectation.operation.heading));
    }
    let leak = refusal::leak(expectation, Observed::LeakedText);
    assert_eq!((leak.rule, leak.expected), (Rule::Leak, Promise::NoData));
    assert!(!refusal::names_members(1) && refusal::names_members(2));
}

#[test]
fn a_refusal_holds_a_resource_of_few_members_where_it_holds_all_of_them() {
    let few = expectation(Speech::Documented, LINKS, Format::Json);
    assert_eq!(few.answer.resource().members().len(), 2);
    assert_eq!(refusal::leaked_members(few, 1, || true), None);
    let leaked = Some(Observed::LeakedMembers(2));
    assert_eq!(refusal::leaked_members(few, 2, || true), leaked);
    // Words alone may be those of any refusal.
    assert_eq!(refusal::leaked_members(few, 2, || false), None);
    let held = |body: &str| refusal::members_held(few, &tests_support::response(404, body));
    assert_eq!(held(r#"{ "id": 1, "Name": "a" }"#), 2);
    assert_eq!(
        held("<id>1</id><Name/>"),
        1,
        "an empty element holds nothing"
    );
    assert_eq!(held(r#""name" "id""#), 0);
    let far = " ".repeat(256 * 1024);
    assert_eq!(held(&format!("\"id\": 1 {far} \"Name\": 1")), 1);
}

#[test]
fn a_token_without_the_scheme_that_is_asked_for_is_no_credential() {
    use crate::client::Token;
    let judged = |scheme: &str, token, status| {
        let document = format!(
            "openapi: 3.0.3\ncomponents: {{securitySchemes: {{key: {{type: http, scheme: {scheme}}}}}}}\n\
             security: [{{key: []}}]\npaths: {{/boats: {{get: {{responses: {{'200': {{description: B, \
             content: {{application/json: {{schema: {{type: object}}}}}}}}}}}}}}}}\n"
        );
        let contract = contract::of_sources(vec![Source::new("b.yaml", &document)]).unwrap();
        let profile = Arc::new(profile::load("as-documented").unwrap());
        let all = Expectations::of(&contract, &profile, false);
        let expectation = all.get(0, Format::Json).unwrap();
        let mut answer = exchange(Ok(tests_support::response(status, "")));
        answer.request.token = token;
        let found = refusal::judge(expectation, &answer, Expected::Unauthenticated);
        found.iter().map(|found| found.rule).collect::<Vec<_>>()
    };
    for (scheme, token, status, expected) in [
        ("bearer", Token::Unknown, 400, None),
        ("bearer", Token::Unknown, 404, Some(Rule::RefusalStatus)),
        (
            "bearer",
            Token::UnknownBearer,
            400,
            Some(Rule::RefusalStatus),
        ),
        ("basic", Token::Unknown, 400, Some(Rule::RefusalStatus)),
        ("basic", Token::Bare, 400, None),
    ] {
        let expected: Vec<Rule> = expected.into_iter().collect();
        assert_eq!(
            judged(scheme, token, status),
            expected,
            "{scheme} {token:?} {status}"
        );
    }
}

#[test]
fn texts_are_garbled_sound_or_mixed() {
    let twice = "caf\u{c3}\u{a9}";
    for (value, expected) in [
        (json!("plain"), None),
        (json!(1), None),
        (json!([]), None),
        (json!("café"), Some(Texts::Sound)),
        (json!("CAFÉ’S"), None),
        (json!(["CAFÉ’S", twice]), Some(Texts::Garbled)),
        (json!(["CAFÉ’S", "café"]), Some(Texts::Sound)),
        (json!(twice), Some(Texts::Garbled)),
        (json!("a\u{fffd}"), Some(Texts::Garbled)),
        (json!({ "a": ["b", { "c": twice }] }), Some(Texts::Garbled)),
        (json!([twice, "café"]), Some(Texts::Mixed)),
        (json!(["café", twice]), Some(Texts::Mixed)),
        (json!(["plain", twice]), Some(Texts::Garbled)),
    ] {
        assert_eq!(transport::texts(&value), expected, "{value}");
    }
    // Escapes and references are texts beyond ASCII too.
    let json = json_with("\"Name\": \"a\"", "\"Name\": \"caf\\u00c3\\u00a9\"");
    let found = judged(Speech::Documented, READS, Format::Json, 200, &json);
    assert_eq!(found, "encoding /response/Name");
    let xml = xml_with("<Name>a", "<Name>caf&#195;&#xa9;");
    let found = judged(Speech::Documented, READS, Format::Xml, 200, &xml);
    assert_eq!(found, "encoding /response/Name");
    let item = format!(r#"{{ "id": 1, "Name": "{twice}" }}"#);
    let body = format!(r#"{{ "status": 0, "response": [ {item}, {item} ] }}"#);
    let found = judged(Speech::Documented, LINKS, Format::Json, 200, &body);
    assert_eq!(
        found,
        "encoding /response/0/Name, encoding /response/1/Name"
    );
    let link = expectation(Speech::Documented, LINKS, Format::Json);
    let reading = read(link, Ok(response(Format::Json, 200, &body)));
    let found = &reading.violations[0];
    assert_eq!(found.member, "Name");
    let sketch = Sketch::Text(5);
    assert_eq!(
        found.actual,
        Observed::Garbled(Garbling::EncodedTwice, sketch)
    );
    assert_eq!(found.value.as_deref(), Some(twice));
}

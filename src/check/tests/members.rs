//! JSON, member by member, and the envelope.

use super::*;

#[test]
fn json_is_judged_member_by_member() {
    for (old, new, expected) in [
        // Values of other types.
        ("\"id\": 1,\n", "\"id\": \"1\",\n", "type /response/id"),
        ("\"id\": 1,\n", "\"id\": null,\n", "null /response/id"),
        ("\"id\": 1,\n", "\"id\": 1.5,\n", "fraction /response/id"),
        ("\"id\": 1,\n", "\"id\": 1.0,\n", ""),
        ("\"Name\": \"a\"", "\"Name\": 1", "type /response/Name"),
        ("\"Name\": \"a\"", "\"Name\": \"\"", ""),
        ("\"Rate\": 1.5", "\"Rate\": 2", ""),
        ("\"Rate\": 1.5", "\"Rate\": \"2\"", "type /response/Rate"),
        (
            "\"IsSmall\": true",
            "\"IsSmall\": 0",
            "type /response/IsSmall",
        ),
        (
            "\"2020-12-08T17:37:04.5916406Z\"",
            "\"2020-12-08t17:37:04+03:00\"",
            "",
        ),
        (
            "\"2020-12-08T17:37:04.5916406Z\"",
            "\"2020-12-08\"",
            "date-time /response/Created",
        ),
        (
            "\"2020-12-08T17:37:04.5916406Z\"",
            "7",
            "type /response/Created",
        ),
        (
            "\"00000000-0000-0000-0000-000000000000\"",
            "\"0\"",
            "guid /response/Owner/Id",
        ),
        (
            "\"00000000-0000-0000-0000-000000000000\"",
            "null",
            "null /response/Owner/Id",
        ),
        ("[ \"x\", \"y\" ]", "[]", ""),
        ("[ \"x\", \"y\" ]", "null", "null /response/Tags"),
        ("[ \"x\", \"y\" ]", "[ 1 ]", "type /response/Tags/0"),
        (
            "[ { \"id\": 1, \"Size\": 2 } ]",
            "[ { \"id\": 1 } ]",
            "missing /response/Parts/0/Size",
        ),
        (
            "[ { \"id\": 1, \"Size\": 2 } ]",
            "{ \"id\": 1, \"Size\": 2 }",
            "type /response/Parts",
        ),
        ("\"Rest\": null", "\"Rest\": { \"x\": [ 1 ] }", ""),
        // Members that are not there, or not under their name.
        ("\"Name\": \"a\",", "", "missing /response/Name"),
        ("\"Name\"", "\"name\"", "letter-case /response/Name"),
        ("\"Name\"", "\"Nome\"", "missing /response/Name"),
        (
            "\"Owner\": {",
            "\"Owner\": null, \"owner\": {",
            "null /response/Owner",
        ),
        (
            "\"Title\": \"b\"",
            "\"More\": 1",
            "missing /response/Owner/Title",
        ),
        ("\"Title\": \"b\"", "\"Title\": \"b\", \"More\": 1", ""),
        (
            "\"Title\": \"b\"",
            "\"Title\": \"b\", \"Title\": \"c\"",
            "duplicate-member /response/Owner/Title",
        ),
        (
            "\"Size\": 2",
            "\"Size\": 2, \"id\": 2",
            "duplicate-member /response/Parts/0/id",
        ),
        // The envelope.
        ("\"status\": 0", "\"status\": 1", "constant /status"),
        ("\"status\": 0", "\"status\": \"0\"", "type /status"),
        ("\"status\": 0", "\"status\": 0.5", "fraction /status"),
        ("\"status\": 0,", "", "missing /status"),
        (
            "\"status\": 0",
            "\"status\": 0, \"error\": {}",
            "undocumented /error",
        ),
        (
            "\"response\": {",
            "\"response\": null, \"other\": {",
            "null /response, undocumented /other",
        ),
    ] {
        let body = json_with(old, new);
        assert_eq!(
            judged(Speech::Documented, READS, Format::Json, 200, &body),
            expected,
            "{new}"
        );
    }
}

#[test]
fn a_payload_without_its_envelope_is_told_by_what_is_missing() {
    // One break is one violation, whatever the payload is called.
    for (new, expected) in [
        ("\"responses\": {", "missing /response"),
        ("\"Response\": {", "letter-case /response"),
        (
            "\"Response\": null, \"other\": {",
            "letter-case /response, null /response, undocumented /other",
        ),
    ] {
        let body = json_with("\"response\": {", new);
        let found = judged(Speech::Documented, READS, Format::Json, 200, &body);
        assert_eq!(found, expected, "{new}");
    }
    let bare = json!({ "id": 1, "Name": "a" }).to_string();
    let json = judged(Speech::Documented, READS, Format::Json, 200, &bare);
    assert_eq!(json, "missing /status, missing /response");
    let bare = "<result><id>1</id><Name>a</Name></result>";
    let xml = judged(Speech::Documented, READS, Format::Xml, 200, bare);
    assert_eq!(xml, "missing /result/status, missing /result/response");
}

#[test]
fn strict_is_about_members_at_any_depth() {
    for (old, new, json) in [
        (
            "\"Title\": \"b\"",
            "\"Title\": \"b\", \"More\": 1",
            "undocumented /response/Owner/More",
        ),
        (
            "\"Size\": 2",
            "\"Size\": 2, \"More\": 1",
            "undocumented /response/Parts/0/More",
        ),
        (
            "\"id\": 1,\n",
            "\"id\": 1, \"More\": { \"x\": 1 },\n",
            "undocumented /response/More",
        ),
        ("\"Rest\": null", "\"Rest\": { \"x\": 1 }", ""),
        (
            "\"status\": 0",
            "\"status\": 0, \"More\": 1",
            "undocumented /More",
        ),
    ] {
        let body = json_with(old, new);
        assert_eq!(
            judged(Speech::Strict, READS, Format::Json, 200, &body),
            json,
            "{new}"
        );
    }
    for (old, new, xml) in [
        (
            "<Title>b</Title>",
            "<Title>b</Title><More/><More/>",
            "undocumented /result/response/Owner/More",
        ),
        (
            "<Size>2</Size>",
            "<Size>2</Size><More/>",
            "undocumented /result/response/Parts/0/More",
        ),
        ("<Rest />", "<Rest><x/></Rest>", ""),
    ] {
        let body = xml_with(old, new);
        assert_eq!(
            judged(Speech::Strict, READS, Format::Xml, 200, &body),
            xml,
            "{new}"
        );
        assert_eq!(
            judged(Speech::Documented, READS, Format::Xml, 200, &body),
            "",
            "{new}"
        );
    }
}

/// A resource as deployed servers spell the one of the page.
const THING: &str = r#"{ "id": 1, "name": "a" }"#;

#[test]
fn the_envelope_says_what_is_around_it() {
    let judged = |envelope: &str, status, items: &str| {
        let body = format!("{{ {envelope}, \"status\": 0, \"response\": [ {items} ] }}");
        judged(Speech::Server, LINKS, Format::Json, status, &body)
    };
    let two = format!("{THING}, {THING}");
    for (envelope, items, expected) in [
        ("\"count\": 1, \"statusCode\": 201", THING, ""),
        ("\"count\": 2, \"statusCode\": 201", &two, ""),
        (
            "\"count\": 1, \"statusCode\": 201",
            &two,
            "item-count /count",
        ),
        ("\"statusCode\": 201", "", ""),
        ("\"statusCode\": 201", THING, "missing /count"),
        ("\"count\": 0, \"statusCode\": 201", "", "zero /count"),
        (
            "\"count\": 1, \"statusCode\": 200",
            THING,
            "status-code /statusCode",
        ),
        ("\"count\": 1", THING, "missing /statusCode"),
        (
            "\"count\": \"1\", \"statusCode\": 201",
            THING,
            "type /count",
        ),
        (
            "\"count\": 1, \"statusCode\": 201, \"startIndex\": -1",
            THING,
            "too-small /startIndex",
        ),
        (
            "\"count\": 2, \"statusCode\": 201, \"total\": 1",
            &two,
            "item-count /total",
        ),
        ("\"count\": 2, \"statusCode\": 201, \"total\": 2", &two, ""),
        (
            "\"count\": 1, \"statusCode\": 201, \"startIndex\": 0",
            THING,
            "zero /startIndex",
        ),
        (
            "\"count\": 1, \"statusCode\": 201, \"startIndex\": 5",
            THING,
            "",
        ),
        (
            "\"count\": 1, \"statusCode\": 201, \"nextIndex\": 0",
            THING,
            "too-small /nextIndex",
        ),
        (
            "\"count\": 1, \"statusCode\": 201, \"nextIndex\": 1",
            THING,
            "",
        ),
        (
            "\"count\": 1, \"statusCode\": 201, \"startIndex\": 5, \"nextIndex\": 6",
            THING,
            "",
        ),
        (
            "\"count\": 1, \"statusCode\": 201, \"startIndex\": 5, \"nextIndex\": 5",
            THING,
            "too-small /nextIndex",
        ),
        ("\"statusCode\": 201, \"total\": 0", "", ""),
        // What may be missing, under another letter case.
        (
            "\"count\": 1, \"statusCode\": 201, \"Total\": 0",
            THING,
            "undocumented /Total, letter-case /total",
        ),
    ] {
        assert_eq!(judged(envelope, 201, items), expected, "{envelope}");
    }
    assert_eq!(
        judged("\"count\": 1, \"statusCode\": 200", 200, THING),
        "status "
    );
}

#[test]
fn a_violation_says_where_the_page_promises_what() {
    let expectation = expectation(Speech::Documented, READS, Format::Json);
    let body = json_with("\"Size\": 2", "\"Size\": \"two\"");
    let reading = read(expectation, Ok(response(Format::Json, 200, &body)));
    let [found] = reading.violations.as_slice() else {
        panic!("{}", told(&reading.violations));
    };
    assert_eq!(
        (found.family, found.member.as_str()),
        (Family::Schema, "Parts/*/Size")
    );
    assert_eq!(found.value.as_deref(), Some("\"two\""));
    let promised = expectation.operation.source.slice(found.promised.unwrap());
    assert!(promised.contains("\"Size\": 2"), "{promised}");
    let body = json_with("\"status\": 0", "\"status\": 1");
    let reading = read(expectation, Ok(response(Format::Json, 200, &body)));
    let found = &reading.violations[0];
    assert_eq!(
        (found.family, found.member.as_str()),
        (Family::Envelope, "status")
    );
    assert_eq!(found.actual, Observed::OtherInteger);
    let body = json_with("\"Name\"", "\"Names\"");
    let reading = read(expectation, Ok(response(Format::Json, 200, &body)));
    let renamed = Observed::Renamed(Name::Plain("Names".to_owned()));
    assert_eq!(reading.violations[0].actual, renamed);
    // So is the payload, by what it holds.
    let renamed = Observed::Renamed(Name::Plain("boat".to_owned()));
    let body = json_with("\"response\"", "\"boat\"");
    let reading = read(expectation, Ok(response(Format::Json, 200, &body)));
    assert_eq!(reading.violations[0].actual, renamed);
    assert_eq!(reading.violations.len(), 1, "it is told once");
    let expectation = self::expectation(Speech::Documented, READS, Format::Xml);
    let body = xml_with("<response>", "<boat>").replace("</response>", "</boat>");
    let reading = read(expectation, Ok(response(Format::Xml, 200, &body)));
    assert_eq!(reading.violations[0].actual, renamed);
    assert_eq!(reading.violations.len(), 1, "it is told once");
}

#[test]
fn an_answer_tells_only_so_much() {
    let item = r#"{ "id": "1", "Name": 1 }"#;
    let items = [item; 600].join(",");
    let body = format!("{{ \"status\": 0, \"response\": [ {items} ] }}");
    let link = expectation(Speech::Documented, LINKS, Format::Json);
    let reading = read(link, Ok(response(Format::Json, 200, &body)));
    assert_eq!(reading.violations.len(), MAX_VIOLATIONS);
    let item = "<response><id>x</id><Nome>1</Nome></response>".repeat(600);
    let body = format!("<result><status>0</status>{item}</result>");
    let link = expectation(Speech::Documented, LINKS, Format::Xml);
    let reading = read(link, Ok(response(Format::Xml, 200, &body)));
    assert_eq!(reading.violations.len(), MAX_VIOLATIONS);
}

#[test]
fn a_long_list_is_judged_in_pieces_to_its_end() {
    let good = r#"{ "id": 1, "Name": "a" }"#;
    let judged = |items: &[&str], status: &str| {
        let body = format!("{{ {status} \"response\": [ {} ] }}", items.join(","));
        judged(Speech::Documented, LINKS, Format::Json, 200, &body)
    };
    let mut items = vec![good; 9000];
    assert_eq!(judged(&items, "\"status\": 0,"), "");
    items[8999] = r#"{ "id": 1 }"#;
    items[0] = r#"{ "id": "1", "Name": "a" }"#;
    let both = "type /response/0/id, missing /response/8999/Name";
    assert_eq!(judged(&items, "\"status\": 0,"), both);
    // What stands around the list is told once.
    let around = judged(&items, "\"status\": 1,");
    assert_eq!(around.matches("constant /status").count(), 1, "{around}");
    assert!(around.ends_with("missing /response/8999/Name"), "{around}");
}

#[test]
fn what_a_schema_has_for_requests_alone_is_told_in_an_answer() {
    let text = "openapi: 3.1.0\npaths:\n  /users:\n    get:\n      responses:\n        '200':\n          description: A user\n          \
                content:\n            application/json: &user {schema: {$ref: '#/components/schemas/User'}}\n            \
                application/xml: *user\ncomponents:\n  schemas:\n    Secret: {type: string, writeOnly: true}\n    User: {type: \
                object, required: [id, pin], properties: {id: {type: integer}, pin: {$ref: '#/components/schemas/Secret'}}}\n";
    let contract = contract::of_sources(vec![Source::new("users.yaml", text)]).unwrap();
    let profile = Arc::new(profile::load("as-documented").unwrap());
    // The document that is made of it says the same.
    let again = crate::schema::openapi(&contract, &profile).to_string();
    let again = contract::of_sources(vec![Source::new("again.json", &again)]).unwrap();
    for contract in [&contract, &again] {
        let all = Expectations::of(contract, &profile, false);
        for (format, body, expected) in [
            (Format::Json, "{\"id\": 1}", ""),
            (Format::Json, "{\"id\": 1, \"more\": 2}", ""),
            (
                Format::Json,
                "{\"id\": 1, \"pin\": \"2\"}",
                "write-only /pin",
            ),
            (Format::Xml, "<User><id>1</id></User>", ""),
            (
                Format::Xml,
                "<User><id>1</id><pin>2</pin></User>",
                "write-only /User/pin",
            ),
        ] {
            let expectation = all.get(0, format).unwrap();
            let reading = read(expectation, Ok(response(format, 200, body)));
            assert_eq!(told(&reading.violations), expected, "{body}");
        }
    }
}

#[test]
fn what_a_page_documents_beside_its_list_counts_no_less_than_it() {
    let page = LINK.replace(
        "{ \"status\": 0, ",
        "{ \"count\": 1, \"startIndex\": 5, \"nextIndex\": 6, \"total\": 9, \"status\": 0, ",
    );
    assert_ne!(page, LINK);
    let contract = contract::of_sources(vec![Source::new("link", &page)]).unwrap();
    let profile = Arc::new(profile::load("as-documented").unwrap());
    let expectations = Expectations::of(&contract, &profile, false);
    let expectation = expectations.get(0, Format::Json).unwrap();
    for (count, next, total, expected) in [
        (2, 7, 9, ""),
        // The portal counts all items, or those that were asked for; the vendor's next part starts one further.
        (9, 8, 2, ""),
        (25, 0, 9, ""),
        (1, 7, 9, "item-count /count"),
        (2, 7, 1, "item-count /total"),
        (2, 5, 9, "too-small /nextIndex"),
        (2, 2, 9, "too-small /nextIndex"),
    ] {
        let item = json!({ "id": 1, "Name": "a" });
        let body = json!({
            "count": count, "startIndex": 5, "nextIndex": next, "total": total, "status": 0,
            "response": [item, item]
        });
        let answer = response(Format::Json, 201, &body.to_string());
        let reading = read(expectation, Ok(answer));
        assert_eq!(told(&reading.violations), expected, "{body}");
    }
}

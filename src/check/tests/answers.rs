//! What stands before the content: status, label, encoding, syntax.

use super::*;

#[test]
fn what_cannot_be_read_is_one_violation() {
    for (format, body, expected) in [
        (Format::Json, "", "syntax "),
        (Format::Json, "{\"status\": 0", "syntax "),
        (Format::Json, "{\"status\": NaN}", "syntax "),
        (Format::Json, "{} {}", "syntax "),
        (Format::Xml, "", "syntax "),
        (Format::Xml, "<result>", "syntax "),
        (Format::Xml, "<!DOCTYPE result><result/>", "syntax "),
        (Format::Xml, "<result/><result/>", "syntax "),
    ] {
        let expectation = expectation(Speech::Documented, READS, format);
        let reading = read(expectation, Ok(response(format, 200, body)));
        assert_eq!(told(&reading.violations), expected, "{body}");
        assert!(reading.body.is_none(), "{body}");
    }
}

#[test]
fn marks_and_declarations_before_a_body_are_told_and_read_over() {
    let (json, xml) = (json_with("\"a\"", "\"a\""), xml_with("<Name>a", "<Name>a"));
    for (format, body, expected) in [
        (Format::Json, format!("\u{feff}{json}"), "syntax "),
        (Format::Xml, format!("\u{feff}{xml}"), ""),
        (
            Format::Xml,
            format!("<?xml version=\"1.0\" encoding=\"UTF-8\"?>{xml}"),
            "",
        ),
        (
            Format::Xml,
            format!("<?xml version='1.0' encoding='latin1'?>{xml}"),
            "",
        ),
        (
            Format::Xml,
            format!(
                "<?xml version='1.0' encoding='latin1'?>{}",
                xml.replace("<Name>a", "<Name>é")
            ),
            "encoding ",
        ),
        (
            Format::Xml,
            format!("<?xml version='1.0' encoding='utf-16'?>{xml}"),
            "encoding ",
        ),
        (
            Format::Xml,
            format!("<?XML version='1.0'?>{xml}"),
            "syntax ",
        ),
        (Format::Xml, format!("<?page version='1.0'?>{xml}"), ""),
    ] {
        let expectation = expectation(Speech::Documented, READS, format);
        let reading = read(expectation, Ok(response(format, 200, &body)));
        assert_eq!(told(&reading.violations), expected, "{body}");
        assert!(reading.body.is_some(), "{body}");
    }
}

#[test]
fn an_error_in_the_place_of_the_payload_is_told_once() {
    let error = r#""status":1,"statusCode":500,"error":{"message":"boom"}"#;
    let in_xml = "<status>1</status><error><message>boom</message></error>";
    for speech in [Speech::Documented, Speech::Server, Speech::Strict] {
        let of = |format, body: &str| {
            let reading = read(
                expectation(speech, READS, format),
                Ok(response(format, 200, body)),
            );
            let actual = reading.violations.iter().map(|one| one.actual.clone());
            (told(&reading.violations), actual.collect::<Vec<_>>())
        };
        let json = of(Format::Json, &format!("{{{error}}}"));
        let told = ("missing /response".to_owned(), vec![Observed::ErrorInPlace]);
        assert_eq!(json, told);
        let xml = of(Format::Xml, &format!("<result>{in_xml}</result>"));
        assert_eq!(xml, ("missing /result/response".to_owned(), told.1));
        // Without an error, or with what was asked for beside it, all is told.
        for body in [
            r#"{"status":1,"error":null}"#,
            r#"{"status":1,"error":{}}"#,
            r#"{"status":1,"error":{"message":"x"},"response":{"id":1}}"#,
        ] {
            let (_, actual) = of(Format::Json, body);
            assert!(!actual.contains(&Observed::ErrorInPlace), "{body}");
        }
    }
}

#[test]
fn what_is_compressed_and_not_labelled_so_is_told_from_other_bytes() {
    let expectation = expectation(Speech::Documented, READS, Format::Json);
    for (body, expected) in [
        (
            &[0x1f, 0x8b, 0x08, 0][..],
            Observed::Compressed(Compression::Gzip),
        ),
        (&[0xff, 0xfe, b'{', 0], Observed::Utf16),
        (&[0xff, 0xff], Observed::NoUtf8),
    ] {
        let response = Response {
            body: body.to_vec(),
            ..response(Format::Json, 200, "")
        };
        let reading = read(expectation, Ok(response));
        assert_eq!(told(&reading.violations), "encoding ");
        assert_eq!(reading.violations[0].actual, expected);
    }
}

#[test]
fn what_is_of_another_kind_counts_and_names_nothing() {
    let expectation = expectation(Speech::Server, LINKS, Format::Json);
    for (payload, expected) in [
        ("true", "type /response"),
        ("{}", "type /response"),
        ("[]", "item-count /count"),
    ] {
        let body = format!(r#"{{"count":2,"status":0,"statusCode":201,"response":{payload}}}"#);
        let reading = read(expectation, Ok(response(Format::Json, 201, &body)));
        assert_eq!(told(&reading.violations), expected, "{body}");
    }
    let asked = |body: &serde_json::Value| {
        let found = identity::asked(expectation, body, &["1".to_owned()]);
        told(&found)
    };
    assert_eq!(asked(&json!({ "response": ["true"] })), "");
    assert_eq!(asked(&json!({ "response": [] })), "dropped /response");
}

#[test]
fn status_and_label_are_those_of_the_profile() {
    let json = json_with("\"a\"", "\"a\"");
    let of = |status: u16, types: &[&str]| {
        let expectation = expectation(Speech::Documented, READS, Format::Json);
        let response = Response {
            content_types: types.iter().map(|text| (*text).to_owned()).collect(),
            ..response(Format::Json, status, &json)
        };
        let reading = read(expectation, Ok(response));
        (told(&reading.violations), reading.body.is_some())
    };
    let plain = &["application/json"][..];
    for (status, types, expected, is_read) in [
        (200, plain, "", true),
        (201, plain, "status ", true),
        (202, plain, "status ", false),
        (204, plain, "status ", false),
        (302, plain, "status ", false),
        (404, plain, "status ", false),
        (500, plain, "status ", false),
        (200, &["APPLICATION/JSON; Charset=\"UTF-8\""], "", true),
        // Where all bytes are of ASCII, they mean the same.
        (200, &["application/json; charset=latin1"], "", true),
        (200, &["application/json; charset=utf-16"], "charset ", true),
        (200, &["text/plain"], "media-type ", true),
        (
            200,
            &["text/plain; charset=utf-16"],
            "media-type , charset ",
            true,
        ),
        (200, &["nonsense"], "media-type ", true),
        (200, &["application/json, text/xml"], "media-type ", true),
        (
            200,
            &["application/json", "application/json"],
            "media-type ",
            true,
        ),
        (200, &[], "media-type ", true),
    ] {
        assert_eq!(
            of(status, types),
            (expected.to_owned(), is_read),
            "{status} {types:?}"
        );
    }
    let page = "<!DOCTYPE html><title>x</title>";
    for status in [200, 500] {
        assert_eq!(
            judged(Speech::Documented, READS, Format::Json, status, page),
            "html "
        );
    }
    let expectation = expectation(Speech::Documented, READS, Format::Json);
    let failure = Failure {
        kind: FailureKind::Timeout,
        status: None,
        message: String::new(),
        clue: None,
    };
    assert_eq!(
        told(&read(expectation, Err(failure)).violations),
        "no-answer "
    );
    let bytes = Response {
        body: b"{\"status\": \"\xff\"}".to_vec(),
        ..response(Format::Json, 200, "")
    };
    assert_eq!(told(&read(expectation, Ok(bytes)).violations), "encoding ");
}

#[test]
fn garbled_texts_are_a_remark_where_another_text_is_sound() {
    for (name, title, expected) in [
        ("caf\u{c3}\u{a9}", "b", "encoding /response/Name"),
        (
            "a\u{fffd}",
            "b\u{fffd}",
            "encoding /response/Name, encoding /response/Owner/Title",
        ),
        ("caf\u{c3}\u{a9}", "café", "garbled /response/Name"),
        ("café", "b\u{fffd}", "garbled /response/Owner/Title"),
        ("CAFÉ’S", "3×½", ""),
        ("café", "b", ""),
    ] {
        let body =
            json_with("\"a\"", &format!("\"{name}\"")).replace("\"b\"", &format!("\"{title}\""));
        assert_eq!(
            judged(Speech::Documented, READS, Format::Json, 200, &body),
            expected,
            "{name}"
        );
    }
}

#[test]
fn whole_numbers_are_whole_in_any_spelling() {
    let json = json_with("\"a\"", "\"a\"");
    for zero in ["0", "0.0", "-0", "0e0", "-0.0"] {
        for (old, new) in [
            ("\"status\": 0", format!("\"status\": {zero}")),
            ("\"Size\": 2", format!("\"Size\": {zero}")),
        ] {
            let body = json.replace(old, &new);
            assert!(body.contains(&new), "{new}");
            assert_eq!(
                judged(Speech::Documented, READS, Format::Json, 200, &body),
                "",
                "{new}"
            );
        }
    }
    // XML Schema, 3.4.13: a whole number has no point and no exponent there, but perhaps a sign.
    for (text, expected) in [
        ("-0", "spelling /result/status"),
        ("0.0", "fraction /result/status"),
        ("0e0", "fraction /result/status"),
    ] {
        let body = xml_with("<status>0", &format!("<status>{text}"));
        assert_eq!(
            judged(Speech::Documented, READS, Format::Xml, 200, &body),
            expected,
            "{text}"
        );
    }
}

#[test]
fn namespaces_that_no_name_uses_are_lawful() {
    let declared = "<result xmlns:xsi=\"urn:xsi\" xmlns:xsd=\"urn:xsd\"";
    for (root, expected) in [
        (format!("{declared}>"), ""),
        ("<result xmlns:a=\"urn:a\" xml:lang=\"en\">".to_owned(), ""),
        (
            format!("{declared} xsi:schemaLocation=\"a b\">"),
            "attribute /result",
        ),
        ("<result xmlns=\"urn:a\">".to_owned(), "namespace /result"),
    ] {
        let body = xml_with("<result>", &root);
        assert_eq!(
            judged(Speech::Documented, READS, Format::Xml, 200, &body),
            expected,
            "{root}"
        );
    }
}

#[test]
fn an_answer_may_have_the_media_type_that_is_documented_for_it() {
    let document = "openapi: 3.1.0\npaths:\n  /boats:\n    get:\n      responses:\n        '200':\n          \
                    description: Boats\n          content:\n            application/hal+json:\n              \
                    schema: {type: object, required: [id], properties: {id: {type: integer}}}\n";
    let mut profile = profile::load("as-documented").unwrap();
    profile.envelope.schemas = profile::Described::Payload;
    let profile = Arc::new(profile);
    let of = |document: String| {
        let source = Source::new("boats.yaml", &document);
        let contract = contract::of_sources(vec![source]).unwrap();
        (Expectations::of(&contract, &profile, false), contract)
    };
    let (all, contract) = of(document.to_owned());
    let again = crate::schema::openapi(&contract, &profile).to_string();
    assert!(again.contains("application/hal+json"), "{again}");
    let (read_back, _) = of(again);
    for all in [&all, &read_back] {
        let expectation = all.get(0, Format::Json).unwrap();
        for (media_type, expected) in [
            ("application/hal+json", ""),
            ("application/hal+json; charset=utf-8", ""),
            ("application/json", ""),
            ("application/vnd.api+json", "media-type "),
            ("text/html", "media-type "),
        ] {
            let body = "{\"status\": 0, \"response\": {\"id\": 1}}";
            let response = Response {
                content_types: vec![media_type.to_owned()],
                ..response(Format::Json, 200, body)
            };
            let reading = read(expectation, Ok(response));
            assert_eq!(told(&reading.violations), expected, "{media_type}");
        }
    }
}

#[test]
fn the_status_codes_that_a_document_names_keep_the_contract() {
    let schema = "content: {application/json: {schema: {type: object, required: [id], properties: {id: {type: \
                  integer}}}}}";
    let another = "content: {application/json: {schema: {type: object, required: [job], properties: {job: {type: \
                   integer}}}}}";
    let (same, other) = ("SAME", "OTHER");
    let right = "{\"id\": 1}";
    let own = "[success]\nPOST = [201]\n";
    for (said, answers, status, body, expected) in [
        ("", &[("201", same)][..], 201, right, ""),
        ("", &[("201", same)], 200, right, "status "),
        ("", &[("202", same)], 202, right, ""),
        ("", &[("202", same)], 202, "{}", "missing /id"),
        ("", &[("202", same)], 201, right, "status "),
        ("", &[("200", same)], 201, right, "status "),
        (
            "",
            &[("200", same), ("203", same)],
            203,
            "{}",
            "missing /id",
        ),
        ("", &[("2XX", same)], 226, "{}", "missing /id"),
        ("", &[("2XX", same)], 304, right, "status "),
        // What answers another thing is lawful, and not judged by this one.
        ("", &[("200", same), ("202", other)], 202, "{}", ""),
        ("", &[("204", ""), ("200", same)], 204, "", ""),
        ("", &[("204", ""), ("200", same)], 200, "{}", "missing /id"),
        // Where no answer has a body, the status is all that is judged.
        ("", &[("204", "")], 204, "", ""),
        ("", &[("204", "")], 200, "{}", "status "),
        ("", &[("204", "")], 404, "", "status "),
        // Where nothing is named, and where the profile states codes of its own, they are the profile's.
        ("", &[("default", same)], 201, right, ""),
        ("", &[("default", same)], 201, "{}", "missing /id"),
        (own, &[("200", same)], 201, right, ""),
        (own, &[("200", same)], 200, right, "status "),
        ("[success]\nGET = [201]\n", &[("202", same)], 202, right, ""),
    ] {
        let answers = answers.iter().map(|(code, content)| {
            let content = content.replace("SAME", schema).replace("OTHER", another);
            format!("        '{code}':\n          description: A\n          {content}\n")
        });
        let answers: String = answers.collect();
        let document =
            format!("openapi: 3.1.0\npaths:\n  /boats:\n    post:\n      responses:\n{answers}");
        let text = format!(
            "extends = \"as-documented\"\nname = \"mine\"\n[envelope]\npayload = \"\"\nschemas = \"answer\"\n{said}"
        );
        let profile = Arc::new(profile::parse("mine", &text).unwrap());
        let contract = contract::of_sources(vec![Source::new("boats.yaml", &document)]).unwrap();
        // The document that is made of it says the same.
        let again = crate::schema::openapi(&contract, &profile).to_string();
        let again = contract::of_sources(vec![Source::new("again.json", &again)]).unwrap();
        for contract in [&contract, &again] {
            let all = Expectations::of(contract, &profile, false);
            let expectation = all.get(0, Format::Json).or_else(|| all.bodiless(0));
            let found = expectation.map(|expectation| {
                let reading = read(expectation, Ok(response(Format::Json, status, body)));
                told(&reading.violations)
            });
            let found = found.unwrap_or_else(|| "unjudged".to_owned());
            assert_eq!(found, expected, "{said} {status} {body} {document}");
        }
    }
}

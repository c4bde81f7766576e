//! Values that a note bounds, and answers to pages that nobody has written notes for.

use super::*;

fn under(profile: &str, page: &str) -> Expectations {
    let contract = contract::of_sources(vec![Source::new("page", page)]).unwrap();
    let profile = Arc::new(profile::parse("mine.toml", profile).unwrap());
    Expectations::of(&contract, &profile, false)
}

fn judged_under(expectations: &Expectations, format: Format, body: &str) -> String {
    let expectation = expectations.get(0, format).unwrap();
    told(&read(expectation, Ok(response(format, 200, body))).violations)
}

#[test]
fn a_value_beyond_its_note_is_told_in_both_formats() {
    let notes = "extends = \"as-documented\"\nname = \"mine\"\n\
        [[note]]\nat = \"Size\"\none-of = [2, 3]\nnullable = true\nbecause = \"b\"\n\
        [[note]]\nat = \"Rate\"\nat-least = 1\nat-most = 2\nbecause = \"b\"\n\
        [[note]]\nat = \"Tags/*\"\none-of = [\"x\", \"y\", \"\"]\nbecause = \"b\"\n\
        [[note]]\nat = \"Owner/Id\"\nmatches = \"[0a-f-]+\"\nbecause = \"b\"\n\
        [[note]]\nat = \"Name\"\nmatches = \"a|bb\"\nbecause = \"b\"\n";
    let expectations = under(notes, READ);
    for (json, xml, place, rule) in [
        (("\"a\"", "\"bb\""), (">a<", ">bb<"), "Name", ""),
        (("\"a\"", "\"ab\""), (">a<", ">ab<"), "Name", "matches"),
        (("\"a\"", "\" a\""), (">a<", "> a<"), "Name", "matches"),
        (("2 }", "3 }"), (">2<", ">3<"), "Parts/0/Size", ""),
        (("2 }", "3.0 }"), (">2<", ">3<"), "Parts/0/Size", ""),
        (("2 }", "null }"), (">2<", "><"), "Parts/0/Size", ""),
        (("2 }", "4 }"), (">2<", ">4<"), "Parts/0/Size", "one-of"),
        (("1.5", "1"), ("1.5", "1"), "Rate", ""),
        (("1.5", "2.5"), ("1.5", "2.5"), "Rate", "too-large"),
        (("1.5", "0.5"), ("1.5", "0.5"), "Rate", "too-small"),
        (("1.5", "-7"), ("1.5", "-7"), "Rate", "too-small"),
        (("\"y\"", "\"\""), (">y<", "><"), "Tags/1", ""),
        (("\"y\"", "\"Y\""), (">y<", ">Y<"), "Tags/1", "one-of"),
        (
            ("00-0000000", "0a-0000000"),
            ("00-0000000", "0a-0000000"),
            "Owner/Id",
            "",
        ),
        (
            ("00-0000000", "0A-0000000"),
            ("00-0000000", "0A-0000000"),
            "Owner/Id",
            "matches",
        ),
    ] {
        let answers = [
            (Format::Json, json_with(json.0, json.1), "/response/"),
            (Format::Xml, xml_with(xml.0, xml.1), "/result/response/"),
        ];
        for (format, body, start) in answers {
            let expected = match rule {
                "" => String::new(),
                rule => format!("{rule} {start}{place}"),
            };
            assert_eq!(
                judged_under(&expectations, format, &body),
                expected,
                "{format} {body}"
            );
        }
    }
}

#[test]
fn a_value_of_another_format_is_told_by_the_name_of_the_format_in_both() {
    let document = "openapi: 3.1.0\npaths:\n  /days:\n    get:\n      responses:\n        '200':\n          \
                    description: D\n          content:\n            application/xml: &media\n              schema: \
                    {type: object, properties: {day: {type: string, format: date}, mail: {type: string, format: email}, \
                    site: {type: string, format: uri}}}\n            application/json: *media\n";
    let profile = "extends = \"as-documented\"\nname = \"mine\"\n[envelope]\npayload = \"\"\nschemas = \"answer\"\n";
    let expectations = under(profile, document);
    for (name, value, expected) in [
        ("day", "2024-02-29", None),
        ("day", "2026-02-31", Some("date")),
        ("day", "04/01/2026", Some("date")),
        ("mail", "a@b", None),
        ("mail", "a", Some("email")),
        ("site", "urn:a", None),
        ("site", "/a", Some("uri")),
    ] {
        for (format, body) in [
            (Format::Json, format!("{{\"{name}\": \"{value}\"}}")),
            (
                Format::Xml,
                format!("<result><{name}>{value}</{name}></result>"),
            ),
        ] {
            let expectation = expectations.get(0, format).unwrap();
            let found = read(expectation, Ok(response(format, 200, &body))).violations;
            let promised: Vec<&Promise> = found.iter().map(|one| &one.expected).collect();
            let expected: Vec<Promise> = expected.map(Promise::Format).into_iter().collect();
            assert_eq!(
                promised,
                expected.iter().collect::<Vec<_>>(),
                "{format} {body}"
            );
            assert!(found.iter().all(|one| one.rule == Rule::Matches), "{body}");
        }
    }
}

#[test]
fn what_may_be_anything_may_be_a_list_in_xml_too() {
    let note = "extends = \"as-documented\"\nname = \"mine\"\n\
        [[note]]\nat = \"Name\"\ntype = \"any\"\nbecause = \"b\"\n";
    let expectations = under(note, READ);
    for (format, body) in [
        (Format::Json, json_with("\"a\"", "[\"a\", \"b\"]")),
        (Format::Xml, xml_with("<Name>a<", "<Name>a</Name><Name>b<")),
        (Format::Xml, xml_with("<Name>a</Name>", "")),
    ] {
        assert_eq!(judged_under(&expectations, format, &body), "", "{body}");
    }
    let answer = &expectations.get(0, Format::Xml).unwrap().answer;
    let grammar = crate::schema::relax_ng(answer);
    let (before, _) = grammar.split_once("<element name=\"Name\">").unwrap();
    assert!(before.trim_end().ends_with("<zeroOrMore>"), "{before}");
}

/// A page of another part of the portal than the shipped ones.
const TASK: &str = r#"GET api/2.0/project/task/{taskid}

Returns

Task

Example Response

application/json

{
  "status": 0,
  "response": {
    "Id": 7,
    "Title": "Write pages",
    "Tags": [ "x" ],
    "Company": true,
    "DueDate": "2020-12-08T17:37:04Z",
    "Created": "2020-12-08T17:37:04.5916406Z",
    "StartOfBirthday": "2020-12-08T17:37:04Z",
    "Responsible": {
      "Id": "4a515a15-d4d6-4b8e-828e-e0586f18f3a3",
      "DisplayName": "Ann", "Title": "Manager", "AvatarSmall": "a.png", "ProfileUrl": "b"
    },
    "Place": { "Street": "s", "City": "c", "State": "", "Zip": "z", "Country": "y", "IsPrimary": false }
  }
}
"#;

#[test]
fn what_holds_server_wide_holds_on_pages_without_notes() {
    let server = "extends = \"community-server\"\nname = \"mine\"\n";
    let documented = "extends = \"as-documented\"\nname = \"mine\"\n";
    // Written by hand, after what is known of deployed servers: camel case, an envelope that counts, no
    // title of an employee, no member of an address at its default.
    let deployed = r#"{"count":1,"status":0,"statusCode":200,"response":{"id":7,"title":"t","tags":[],
        "company":false,"dueDate":"2021-01-02T03:04:05Z","created":"2021-01-02T03:04:05.0000000+03:00",
        "startOfBirthday":"tomorrow","responsible":{"id":"4A515A15-D4D6-4B8E-828E-E0586F18F3A3",
        "displayName":"","avatarSmall":"","profileUrl":""},"place":{"street":"s"},"firstName":5}}"#;
    let expectations = under(server, TASK);
    for (old, new, expected) in [
        ("t\"", "t\"", ""),
        ("\"tags\":[],", "", "missing /response/tags"),
        ("\"title\":\"t\",", "", "missing /response/title"),
        ("\"title\"", "\"Title\"", "letter-case /response/title"),
        (
            "\"company\":false",
            "\"company\":{}",
            "type /response/company",
        ),
        (".0000000+", "+", "date-time /response/created"),
        ("04:05Z", "04:05", "date-time /response/dueDate"),
        ("\"count\":1,", "", "missing /count"),
        (
            "\"avatarSmall\":\"\",",
            "",
            "missing /response/responsible/avatarSmall",
        ),
        (
            "\"street\":\"s\"",
            "\"street\":5",
            "type /response/place/street",
        ),
    ] {
        assert!(deployed.contains(old), "{old}");
        let body = deployed.replacen(old, new, 1);
        assert_eq!(
            judged_under(&expectations, Format::Json, &body),
            expected,
            "{new}"
        );
    }
    let example = TASK.split("application/json\n\n").nth(1).unwrap();
    let expectations = under(documented, TASK);
    for (old, new, expected) in [
        ("7,", "7,", ""),
        (
            "\"Title\": \"Manager\",",
            "",
            "missing /response/Responsible/Title",
        ),
        ("\"Zip\": \"z\",", "", "missing /response/Place/Zip"),
        (
            "\"2020-12-08T17:37:04Z\",\n    \"Cr",
            "\"soon\",\n    \"Cr",
            "date-time /response/DueDate",
        ),
        (
            "\"2020-12-08T17:37:04Z\",\n    \"Re",
            "\"soon\",\n    \"Re",
            "",
        ),
    ] {
        assert!(example.contains(old), "{old}");
        let body = example.replacen(old, new, 1);
        assert_eq!(
            judged_under(&expectations, Format::Json, &body),
            expected,
            "{new}"
        );
    }
}

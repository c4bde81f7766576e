//! What schemas say of values: for each keyword an answer that keeps it, and one that does not.

use super::*;

/// What answers of a document are held against whose only answer has this schema, in both formats; and of the document
/// that is made of it.
fn schema(schema: &str, components: &str) -> [Expectations; 2] {
    let text = format!(
        "openapi: 3.1.0\npaths:\n  /boats:\n    get:\n      responses:\n        '200':\n          description: B\n          \
         content:\n            application/xml: &media\n              schema: {schema}\n            application/json: \
         *media\ncomponents:\n  schemas:\n    None: {{}}\n{components}"
    );
    let profile = "extends = \"as-documented\"\nname = \"mine\"\n[envelope]\npayload = \"\"\nschemas = \"answer\"\n";
    let profile = Arc::new(profile::parse("mine.toml", profile).unwrap());
    let contract = contract::of_sources(vec![Source::new("boats.yaml", &text)]).unwrap();
    let again = crate::schema::openapi(&contract, &profile).to_string();
    let again = contract::of_sources(vec![Source::new("again.json", &again)]).unwrap();
    [contract, again].map(|contract| Expectations::of(&contract, &profile, false))
}

/// What is told of an answer, which is the same whichever document it is held against; a grammar takes what is lawful
/// in XML.
fn judged(all: &[Expectations; 2], body: &str) -> String {
    let format = if body.starts_with('<') {
        Format::Xml
    } else {
        Format::Json
    };
    let [found, again] = [&all[0], &all[1]].map(|expectations| {
        let expectation = expectations.get(0, format).unwrap();
        told(&read(expectation, Ok(response(format, 200, body))).violations)
    });
    assert_eq!(found, again, "{body}");
    found
}

/// An answer whose only member has a value, in JSON or, where it is an element, in XML.
fn body(value: &str) -> String {
    if value.starts_with('<') {
        format!("<result>{value}</result>")
    } else {
        format!("{{\"a\": {value}}}")
    }
}

/// The schema of a member, what is lawful, and what is not with the rule that it breaks.
type Row<'a> = (&'a str, &'a [&'a str], &'a [(&'a str, &'a str)]);

/// Holds each row of a table.
fn hold(rows: &[Row<'_>]) {
    for (of_member, lawful, drifts) in rows {
        let all = schema(
            &format!("{{type: object, required: [a], properties: {{a: {of_member}}}}}"),
            "",
        );
        for value in *lawful {
            assert_eq!(judged(&all, &body(value)), "", "{of_member} {value}");
        }
        for (value, rule) in *drifts {
            let root = if value.starts_with('<') {
                "/result"
            } else {
                ""
            };
            assert_eq!(
                judged(&all, &body(value)),
                format!("{rule} {root}/a"),
                "{of_member} {value}"
            );
        }
    }
}

#[test]
fn a_value_of_several_types_is_of_one_of_them_and_within_its_limits() {
    hold(&[
        (
            "{type: [string, integer]}",
            &["1", "\"x\"", "1.0", "<a>x</a>", "<a>1</a>", "<a/>"],
            &[
                ("true", "type"),
                ("1.5", "fraction"),
                ("null", "null"),
                ("[1]", "type"),
                ("{\"b\": 1}", "type"),
                ("<a><b>1</b></a>", "type"),
                ("<a>1</a><a>2</a>", "repeated"),
            ],
        ),
        (
            "{oneOf: [{type: integer, minimum: 3}, {type: boolean}, {type: 'null'}]}",
            &[
                "3",
                "true",
                "null",
                "<a>3</a>",
                "<a>True</a>",
                "<a>false</a>",
                "<a/>",
            ],
            &[
                ("2", "too-small"),
                ("\"3\"", "type"),
                ("<a>2</a>", "too-small"),
                ("<a>x</a>", "type"),
            ],
        ),
        (
            "{anyOf: [{type: string, maxLength: 3}, {type: number, maximum: 9}]}",
            &["\"abc\"", "9", "1.5", "<a>abc</a>", "<a>7</a>"],
            &[
                ("\"abcd\"", "length"),
                ("10", "too-large"),
                ("<a>abcd</a>", "length"),
            ],
        ),
        (
            "{anyOf: [{type: string, format: date}, {type: string, format: date-time}]}",
            &[
                "\"2024-02-29\"",
                "\"2024-02-29T00:00:00Z\"",
                "<a>2024-02-29</a>",
                "<a>2024-02-29T00:00:00Z</a>",
            ],
            &[("\"x\"", "type"), ("7", "type"), ("<a>x</a>", "type")],
        ),
        (
            "{oneOf: [{type: integer, maximum: 1}, {type: integer, minimum: 5}]}",
            &["0", "5", "<a>1</a>"],
            &[("3", "type"), ("<a>3</a>", "type")],
        ),
        (
            "{anyOf: [{type: string}, {type: object, properties: {id: {type: integer}}}]}",
            &[
                "\"x\"",
                "{\"id\": 1}",
                "{}",
                "<a>x</a>",
                "<a><id>1</id></a>",
            ],
            &[("7", "type"), ("[]", "type")],
        ),
        (
            "{anyOf: [{type: integer}, {type: array, items: {type: integer}}]}",
            &["1", "[1]", "[]", "<a>1</a><a>2</a>", "<a>1</a>"],
            &[("\"x\"", "type"), ("{}", "type")],
        ),
        (
            "{enum: [1, auto, null]}",
            &["1", "\"auto\"", "null", "<a>1</a>", "<a>auto</a>", "<a/>"],
            &[
                ("2", "one-of"),
                ("\"on\"", "one-of"),
                ("true", "one-of"),
                ("<a>on</a>", "one-of"),
            ],
        ),
        (
            "{oneOf: [{type: integer}, {}]}",
            &["1", "\"x\"", "null", "[1]"],
            &[],
        ),
        (
            "{allOf: [{type: [string, integer]}, {type: integer, minimum: 2}]}",
            &["2", "<a>2</a>"],
            &[("1", "too-small"), ("\"x\"", "type")],
        ),
    ]);
}

#[test]
fn an_object_that_is_one_of_several_has_the_members_of_one() {
    let all = schema(
        "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}]}",
        "    A: {type: object, required: [id, oars], properties: {id: {type: integer}, oars: {type: integer}}}\n    \
         B: {type: object, required: [id, sails], properties: {id: {type: [string, integer]}, sails: {type: integer}}}\n",
    );
    for (body, expected) in [
        ("{\"id\": 1, \"oars\": 1}", ""),
        ("{\"id\": \"x\", \"sails\": 1}", ""),
        ("{\"id\": 1, \"oars\": 1, \"sails\": 1}", ""),
        ("{\"id\": 1}", "missing "),
        ("{\"oars\": 1}", "missing /id"),
        ("{\"id\": true, \"sails\": 1}", "type /id"),
        ("7", "type "),
        ("<result><id>1</id><sails>1</sails></result>", ""),
        ("<result><id>1</id></result>", "missing /result"),
    ] {
        assert_eq!(judged(&all, body), expected, "{body}");
    }
    // A member that may be missing in one of them asks for nothing.
    let all = schema(
        "{anyOf: [{type: object, required: [a], properties: {a: {type: integer}}}, {type: object, properties: {b: {type: \
         integer}}}]}",
        "",
    );
    for body in ["{}", "{\"b\": 1}", "{\"a\": 1}", "<result></result>"] {
        assert_eq!(judged(&all, body), "", "{body}");
    }
    let all = schema(
        "{type: object, properties: {a: {type: integer}, b: {type: array, items: {type: integer}}}, anyOf: [{required: \
         [a]}, {required: [b]}]}",
        "",
    );
    for (body, expected) in [
        ("{\"a\": 1}", ""),
        ("{\"b\": []}", ""),
        ("{}", "missing "),
        ("<result></result>", ""),
    ] {
        assert_eq!(judged(&all, body), expected, "{body}");
    }
}

#[test]
fn what_keywords_say_of_one_value_is_judged() {
    hold(&[
        (
            "{type: string, format: uuid}",
            &["\"00000000-0000-0000-0000-00000000000A\""],
            &[("\"7\"", "guid"), ("<a>7</a>", "guid")],
        ),
        (
            "{type: string, format: email}",
            &["\"ada@example.com\""],
            &[("\"ada\"", "matches"), ("<a>ada</a>", "matches")],
        ),
        (
            "{type: string, format: uri}",
            &["\"https://example.com/\""],
            &[("\"/a\"", "matches"), ("<a>/a</a>", "matches")],
        ),
        (
            "{type: string, format: date}",
            &["\"2024-02-29\""],
            &[
                ("\"29.02.2024\"", "matches"),
                ("<a>2023-02-29</a>", "matches"),
            ],
        ),
        (
            "{type: string, format: byte}",
            &[
                "\"QUJD\"",
                "\"QUI=\"",
                "\"QU-_\"",
                "\"\"",
                "\"QUJD\\r\\nQUI=\"",
                "<a>QUI=</a>",
            ],
            &[("\"a b, c\"", "matches"), ("<a>{1}</a>", "matches")],
        ),
        (
            "{type: integer, format: int32}",
            &["2147483647"],
            &[
                ("2147483648", "too-large"),
                ("<a>2147483648</a>", "too-large"),
            ],
        ),
        (
            "{type: string, minLength: 2}",
            &["\"ab\""],
            &[("\"a\"", "length"), ("<a>a</a>", "length")],
        ),
        (
            "{const: 7}",
            &["7", "7.0", "<a>7</a>"],
            &[("8", "one-of"), ("\"7\"", "type"), ("<a>8</a>", "one-of")],
        ),
        (
            "{type: object, additionalProperties: {type: integer}}",
            &["{}", "{\"x\": 1}", "<a><x>1</x></a>"],
            &[],
        ),
    ]);
    let all = schema(
        "{type: object, required: [a], properties: {a: {type: object, additionalProperties: {type: integer}}, b: {type: \
         object, properties: {c: {type: integer}}, additionalProperties: false}}}",
        "",
    );
    for (body, expected) in [
        ("{\"a\": {\"x\": \"y\"}}", "type /a/x"),
        ("<result><a><x>y</x></a></result>", "type /result/a/x"),
        ("{\"a\": {}, \"b\": {\"c\": 1, \"d\": 2}}", "sealed /b/d"),
        ("<result><a/><b><d>2</d></b></result>", "sealed /result/b/d"),
    ] {
        assert_eq!(judged(&all, body), expected, "{body}");
    }
}

#[test]
fn a_schema_in_itself_is_judged_at_all_levels() {
    let direct = "    Node: {type: object, required: [id], properties: {id: {type: integer}, next: {$ref: \
                  '#/components/schemas/Node'}, all: {type: array, items: {$ref: '#/components/schemas/Node'}}}}\n";
    let parted = "    Node: {allOf: [{$ref: '#/components/schemas/Base'}, {type: object, properties: {next: {$ref: \
                  '#/components/schemas/Node'}, all: {type: array, items: {$ref: '#/components/schemas/Node'}}}}]}\n    \
                  Base: {type: object, required: [id], properties: {id: {type: integer}}}\n";
    let others = "    Node: {type: object, required: [id], properties: {id: {type: integer}, next: {$ref: \
                  '#/components/schemas/B.B'}, all: {type: array, items: {$ref: '#/components/schemas/Node'}}}}\n    B.B: \
                  {type: object, required: [id], properties: {id: {type: integer}, next: {$ref: \
                  '#/components/schemas/C'}, all: {type: array, items: {$ref: '#/components/schemas/B.B'}}}}\n    C: \
                  {type: object, required: [id], properties: {id: {type: integer}, next: {$ref: \
                  '#/components/schemas/Node'}, all: {type: array, items: {$ref: '#/components/schemas/C'}}}}\n";
    for components in [direct, parted, others] {
        let all = schema("{$ref: '#/components/schemas/Node'}", components);
        let json = |deepest: &str| {
            let inner = format!("{{\"id\": 4, \"all\": [{deepest}, {{\"id\": 5}}]}}");
            format!(
                "{{\"id\": 1, \"next\": {{\"id\": 2, \"next\": {{\"id\": 3, \"next\": {inner}}}}}}}"
            )
        };
        let xml = |deepest: &str| {
            format!(
                "<Node><id>1</id><next><id>2</id><next><id>3</id><next><id>4</id>{deepest}<all><id>5</id></all></next>\
                 </next></next></Node>"
            )
        };
        let way = "/next/next/next/all/0";
        for (body, expected) in [
            (json("{\"id\": 6}"), String::new()),
            (json("{\"id\": \"x\"}"), format!("type {way}/id")),
            (json("{}"), format!("missing {way}/id")),
            (json("7"), format!("type {way}")),
            (json("null"), format!("null {way}")),
            (xml("<all><id>6</id></all>"), String::new()),
            (xml("<all><id>x</id></all>"), format!("type /Node{way}/id")),
            (
                xml("<all><next><id>1</id></next></all>"),
                format!("missing /Node{way}/id"),
            ),
        ] {
            assert_eq!(judged(&all, &body), expected, "{components} {body}");
        }
        let expectation = all[0].get(0, Format::Xml).unwrap();
        let grammar = crate::schema::relax_ng(&expectation.answer);
        assert!(grammar.contains("<ref name=\"Node\"/>"), "{grammar}");
    }
    // However deep, and what may be null.
    let all = schema(
        "{$ref: '#/components/schemas/Node'}",
        "    Node: {type: object, properties: {id: {type: integer}, next: {anyOf: [{$ref: '#/components/schemas/Node'}, \
         {type: 'null'}]}}}\n",
    );
    for (body, expected) in [
        ("{\"next\": {\"next\": null}}", ""),
        (
            "{\"next\": {\"next\": {\"id\": \"x\"}}}",
            "type /next/next/id",
        ),
        ("{\"next\": {\"next\": 1}}", "type /next/next"),
        ("<Node><next><next/></next></Node>", ""),
    ] {
        assert_eq!(judged(&all, body), expected, "{body}");
    }
    let [open, close] = ["<next>", "</next>"].map(|tag| tag.repeat(500));
    let deep = format!("<Node>{open}<id>x</id>{close}</Node>");
    assert_eq!(judged(&all, &deep), "");
}

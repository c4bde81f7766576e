#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use serde_json::json;

use crate::contract::{Contract, Format, Operation, ParameterIn, of_sources};
use crate::shape::domain::Outside;
use crate::shape::{Kind, Shape};
use crate::source::Source;

fn read(text: &str) -> Contract {
    of_sources(vec![Source::new("harbour.yaml", text)]).unwrap()
}

/// The only operation of a document with this below its path `/boats/{id}`.
fn operation(rest: &str) -> Operation {
    let text = format!("openapi: 3.1.0\npaths:\n  /boats/{{id}}:\n    get:\n{rest}");
    let mut contract = read(&text);
    assert_eq!(contract.operations.len(), 1);
    contract.operations.remove(0)
}

/// The shape of the answer, and the one that is written for it, where this is its schema.
fn answer(schema: &str, components: &str) -> (Shape, serde_json::Value, Operation) {
    let operation = operation(&format!(
        "      responses:\n        '200':\n          description: Boat\n          content:\n            \
         application/json:\n              schema: {schema}\ncomponents:\n  schemas:\n{components}"
    ));
    let response = operation
        .response(Format::Json)
        .unwrap_or_else(|| panic!("{:?}", operation.unread));
    let shape = response.shape.as_deref().unwrap().clone();
    let value = serde_json::from_str(operation.source.slice(response.body)).unwrap();
    (shape, value, operation)
}

fn kind(shape: &Shape, name: &str) -> Kind {
    shape.member(name).unwrap().shape.kind.clone()
}

/// What is told of an operation, and where.
fn unread(operation: &Operation) -> Vec<String> {
    let told = operation.unread.iter();
    let told = told.map(|one| format!("{} {}", operation.source.pos(one.offset), one.found));
    told.collect()
}

#[test]
fn a_member_whose_schema_is_nowhere_is_open_and_the_rest_is_read() {
    let open = |operation: &Operation| -> Vec<String> {
        let open = operation.open.iter();
        let open = open.map(|one| format!("{} {}", operation.source.pos(one.offset), one.found));
        open.collect()
    };
    let (shape, value, operation) = answer(
        "{type: object, required: [id, owner], properties: {id: {type: integer}, owner: {$ref: \"./owner.yaml\"}, \
         crew: {type: array, items: {allOf: [{$ref: '#/components/schemas/Crw'}, {type: object, properties: {name: \
         {type: string}}}]}}}}",
        "    Crew: {type: object}\n",
    );
    assert_eq!(
        (kind(&shape, "id"), kind(&shape, "owner")),
        (Kind::Integer, Kind::Mixed)
    );
    assert!(!shape.member("owner").unwrap().optional);
    let Kind::List(crew) = kind(&shape, "crew") else {
        panic!("{shape:?}");
    };
    assert_eq!(kind(&crew, "name"), Kind::Text);
    assert_eq!(
        value,
        json!({"id": 1, "owner": null, "crew": [{"name": "text"}]})
    );
    let told = [
        "10:109 `./owner.yaml`, which is elsewhere",
        "10:169 `#/components/schemas/Crw`, where nothing is",
    ];
    assert_eq!(
        (open(&operation), unread(&operation)),
        (told.map(str::to_owned).to_vec(), vec![])
    );
    // What nothing is known of is no answer, nor is a list of it.
    for schema in [
        "{$ref: './b.yaml'}",
        "{type: array, items: {$ref: './b.yaml'}}",
    ] {
        let lost = operation_of(&format!("{{schema: {schema}}}"));
        assert!(lost.documents_no_answer() && !lost.has_no_body && open(&lost).is_empty());
        assert!(unread(&lost)[0].ends_with("`./b.yaml`, which is elsewhere"));
    }
}

/// An operation whose success in JSON is this.
fn operation_of(media: &str) -> Operation {
    operation(&format!(
        "      responses:\n        '200': {{description: B, content: {{application/json: {media}}}}}\n"
    ))
}

#[test]
fn a_keyword_whose_value_has_another_form_is_told_and_taken_where_it_is_plain() {
    let of = |schema: &str| {
        let (shape, _, operation) = answer(&format!("{{properties: {{a: {schema}}}}}"), "");
        let places = |flaws: &[crate::contract::Unread]| -> Vec<String> {
            let flaws = flaws.iter();
            let of = flaws.map(|one| format!("{}, found {}", one.expected, one.found));
            of.collect()
        };
        let member = shape.member("a").unwrap().clone();
        let told = (places(&operation.taken), places(&operation.unread));
        (member, told)
    };
    let flag = "`true` or `false` as";
    for (schema, nullable, taken) in [
        (
            "{type: string, nullable: yes}",
            true,
            "`nullable`, found a text `yes`",
        ),
        (
            "{type: string, nullable: \"true\"}",
            true,
            "`nullable`, found a text `true`",
        ),
        (
            "{type: string, nullable: 'no'}",
            false,
            "`nullable`, found a text `no`",
        ),
        (
            "{type: string, readOnly: Yes}",
            false,
            "`readOnly`, found a text `Yes`",
        ),
    ] {
        let (member, told) = of(schema);
        assert_eq!(member.shape.nullable, nullable, "{schema}");
        assert_eq!(told, (vec![format!("{flag} {taken}")], vec![]));
    }
    for (schema, unread) in [
        (
            "{type: string, nullable: 1}",
            "`true` or `false` as `nullable`, found a number `1`",
        ),
        (
            "{type: integer, required: true}",
            "a list of names as `required`, found a boolean `true`",
        ),
        (
            "{type: object, required: a}",
            "a list of names as `required`, found a text `a`",
        ),
        (
            "{type: integer, minimum: \"3\"}",
            "a number as `minimum`, found a text `3`",
        ),
        (
            "{type: string, pattern: [a]}",
            "a text as `pattern`, found a list",
        ),
        (
            "{type: string, minLength: -1}",
            "a whole number, 0 or more, as `minLength`, found a number `-1`",
        ),
        (
            "{type: object, xml: a}",
            "an object as `xml`, found a text `a`",
        ),
    ] {
        let (_, (taken, told)) = of(schema);
        assert_eq!((taken, told), (vec![], vec![unread.to_owned()]), "{schema}");
    }
    let (_, (taken, _)) = of("{type: string, minLength: \"3\"}");
    assert_eq!(taken.len(), 1);
    // What has its form is not told, whatever the version.
    for schema in [
        "{type: integer, minimum: 3, exclusiveMinimum: true, maximum: 9.5, nullable: true, format: int32}",
        "{type: integer, exclusiveMinimum: 3, exclusiveMaximum: 1e2, enum: [4, 5], readOnly: false}",
        "{type: string, minLength: 0, maxLength: 3.0, pattern: '1', writeOnly: false}",
        "{type: object, required: [a, 1], minProperties: 1, xml: {name: a}, properties: {required: {type: string}}}",
    ] {
        let (_, told) = of(schema);
        assert_eq!(told, (vec![], vec![]), "{schema}");
    }
}

#[test]
fn a_path_that_is_nowhere_is_a_page_that_is_not_read() {
    let text = "openapi: 3.1.0\npaths:\n  /boats: {$ref: './boats.yaml'}\n  /crew: {get: {responses: {}}}\n";
    let errors = of_sources(vec![Source::new("harbour.yaml", text)]).unwrap_err();
    assert!(
        errors.to_string().starts_with("harbour.yaml:3:18: "),
        "{errors}"
    );
    assert!(
        errors
            .to_string()
            .contains("`./boats.yaml`, which is elsewhere")
    );
}

#[test]
fn types_formats_and_values_are_read() {
    let (shape, value, operation) = answer(
        "{type: object, required: [id], properties: {\
         id: {type: integer, format: int32, example: \"1234\"}, \
         name: {type: string, nullable: true}, \
         length: {type: [number, 'null']}, \
         built: {type: string, format: date}, \
         owner: {type: string, format: uuid}, \
         seen: {type: string, format: date-time}, \
         secret: {type: string, writeOnly: true}, \
         tags: {type: array, items: {type: string, enum: [sail, steam]}}, \
         extra: {type: object, additionalProperties: {type: string}}, \
         flag: {enum: [on, off]}, some: {}}}",
        "",
    );
    assert_eq!(operation.unread, []);
    assert_eq!(
        value,
        json!({
            "id": 1234, "name": "text", "length": 1.5, "built": "2024-05-06",
            "owner": "11111111-2222-4333-8444-555555555555",
            "seen": "2024-05-06T07:08:09.0000000Z", "tags": ["sail"], "extra": {"name": "text"}, "flag": "on",
            "some": null,
        })
    );
    assert!(!shape.member("id").unwrap().optional);
    assert!(shape.member("name").unwrap().optional);
    assert!(shape.member("name").unwrap().shape.nullable);
    let length = &shape.member("length").unwrap().shape;
    assert_eq!((&length.kind, length.nullable), (&Kind::Number, true));
    assert_eq!(kind(&shape, "owner"), Kind::Guid);
    assert_eq!(kind(&shape, "flag"), Kind::Text);
    assert_eq!(kind(&shape, "some"), Kind::Mixed);
    assert!(matches!(kind(&shape, "extra"), Kind::Object(object) if object.members.is_empty()));
}

#[test]
fn what_an_answer_shows_and_a_request_leaves_out_is_known() {
    for (schema, expected) in [
        (
            "{type: object, properties: {id: {type: integer, readOnly: true}, name: {type: string}}}",
            &["id"][..],
        ),
        (
            "{type: object, properties: {id: {$ref: '#/components/schemas/Id'}, name: {type: string}}}",
            &["id"],
        ),
        (
            "{allOf: [{type: object, properties: {id: {type: integer, readOnly: true}}}, \
             {type: object, properties: {at: {type: string, readOnly: true}, name: {type: string}}}]}",
            &["at", "id"],
        ),
        (
            "{type: object, properties: {id: {type: integer, readOnly: false}}}",
            &[],
        ),
    ] {
        let (shape, ..) = answer(schema, "    Id: {type: integer, readOnly: true}\n");
        let Kind::Object(object) = &shape.kind else {
            panic!("{schema}")
        };
        assert_eq!(object.read_only, expected, "{schema}");
    }
}

#[test]
fn values_of_free_names_are_read() {
    let free = |schema: &str| {
        let (shape, value, operation) = answer(schema, "");
        assert_eq!(operation.unread, [], "{schema}");
        let Kind::Object(object) = shape.kind else {
            panic!("{schema}")
        };
        let others = object.others.map(|other| other.kind.type_of().as_str());
        (others.unwrap_or_default(), object.sealed, value)
    };
    for (schema, others, is_sealed, value) in [
        (
            "{additionalProperties: {type: integer, example: 3}}",
            "integer",
            false,
            json!({"name": 3}),
        ),
        (
            "{additionalProperties: {type: integer}, example: {a: 1, b: 2}}",
            "integer",
            false,
            json!({"a": 1, "b": 2}),
        ),
        (
            "{type: object, additionalProperties: true}",
            "anything",
            false,
            json!({}),
        ),
        (
            "{type: object, additionalProperties: false}",
            "",
            true,
            json!({}),
        ),
        (
            "{properties: {id: {type: integer}}, additionalProperties: {type: boolean}}",
            "boolean",
            false,
            json!({"id": 1}),
        ),
        (
            "{patternProperties: {'^a': {type: integer}}}",
            "anything",
            false,
            json!({}),
        ),
        (
            "{patternProperties: {'^a': {type: integer}}, additionalProperties: false}",
            "integer",
            false,
            json!({"name": 1}),
        ),
        (
            "{patternProperties: {'^a': {type: integer}}, additionalProperties: {type: number}}",
            "number",
            false,
            json!({"name": 1.5}),
        ),
        (
            "{allOf: [{additionalProperties: {type: integer}}, {properties: {id: {type: integer}}}]}",
            "integer",
            false,
            json!({"id": 1}),
        ),
        (
            "{oneOf: [{additionalProperties: {type: integer}}, {additionalProperties: {type: string}}]}",
            "anything",
            false,
            json!({"name": 1}),
        ),
        (
            "{oneOf: [{additionalProperties: {type: integer}}, {properties: {id: {type: string}}}]}",
            "anything",
            false,
            json!({"id": "text"}),
        ),
    ] {
        assert_eq!(free(schema), (others, is_sealed, value), "{schema}");
    }
}

#[test]
fn parts_of_a_schema_are_merged() {
    let (shape, value, _) = answer(
        "{$ref: '#/components/schemas/Yacht'}",
        "    Boat: {type: object, required: [id], properties: {id: {type: integer}, name: {type: string}}}\n    \
             Yacht:\n      allOf:\n        - $ref: '#/components/schemas/Boat'\n        \
             - {required: [name], properties: {sails: {type: integer, example: 3}}}\n",
    );
    assert_eq!(value, json!({"id": 1, "name": "text", "sails": 3}));
    let optional = |name: &str| shape.member(name).unwrap().optional;
    assert_eq!(
        [optional("id"), optional("name"), optional("sails")],
        [false, false, true]
    );
    let Kind::Object(object) = &shape.kind else {
        panic!("{shape:?}")
    };
    assert_eq!(object.name.as_deref(), Some("Yacht"));
}

#[test]
fn one_of_several_schemas_has_the_members_of_all() {
    let (shape, value, _) = answer(
        "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}, {type: 'null'}]}",
        "    A: {type: object, required: [id, oars], properties: {id: {type: integer}, oars: {type: integer}}}\n    \
             B: {type: object, required: [id, sails], properties: {id: {type: string}, sails: {type: number}}}\n",
    );
    assert!(shape.nullable);
    assert_eq!(kind(&shape, "id"), Kind::Mixed);
    assert!(!shape.member("id").unwrap().optional);
    assert!(shape.member("oars").unwrap().optional);
    assert_eq!(value, json!({"id": 1, "oars": 1, "sails": 1.5}));
    let (shape, value, _) = answer("{anyOf: [{type: integer}, {type: string}]}", "    A: {}\n");
    assert_eq!((shape.kind, value), (Kind::Mixed, json!(1)));
    let (shape, ..) = answer(
        "{type: object, properties: {a: {type: string}}, anyOf: [{required: [a]}, {required: [b]}]}",
        "    A: {}\n",
    );
    assert_eq!(kind(&shape, "a"), Kind::Text);
}

#[test]
fn a_discriminator_chooses_the_schema_that_is_kept() {
    let of = |discriminator: &str, of_a: &str| {
        answer(
            &format!(
                "{{oneOf: [{{$ref: '#/components/schemas/A'}}, {{$ref: '#/components/schemas/B'}}]{discriminator}}}"
            ),
            &format!(
                "    A: {{type: object, required: [kind, oars], properties: {{kind: {{type: string{of_a}}}, oars: {{type: integer}}}}}}\n    \
                 B: {{type: object, required: [kind, sails], properties: {{kind: {{type: string}}, sails: {{type: number}}, \
                 flag: {{type: string}}}}}}\n"
            ),
        )
    };
    let chosen = |shape: &Shape, name: &str| {
        let member = shape.member(name).unwrap();
        let when = member.when.as_ref();
        let one_of =
            when.map(|when| (when.member.clone(), when.one_of.clone(), when.is, when.only));
        (member.optional, one_of)
    };
    let by = |values: &[&str]| {
        let values = values.iter().map(|one| (*one).to_owned()).collect();
        (false, Some(("kind".to_owned(), values, true, false)))
    };
    for (discriminator, of_a, a, b) in [
        (
            ", discriminator: {propertyName: kind}",
            "",
            &["A"][..],
            &["B"][..],
        ),
        (
            ", discriminator: {propertyName: kind, mapping: {boat: '#/components/schemas/A', ship: B, yacht: B}}",
            "",
            &["boat"],
            &["ship", "yacht"],
        ),
        (
            ", discriminator: {propertyName: kind}",
            ", const: rowing",
            &["rowing"],
            &["B"],
        ),
    ] {
        let (shape, value, _) = of(discriminator, of_a);
        assert_eq!(chosen(&shape, "oars"), by(a));
        assert_eq!(chosen(&shape, "sails"), by(b));
        assert_eq!(chosen(&shape, "flag"), (true, None));
        assert_eq!(chosen(&shape, "kind"), (false, None));
        let listed = &shape
            .member("kind")
            .unwrap()
            .shape
            .domain
            .as_ref()
            .unwrap()
            .one_of;
        let all: Vec<_> = a.iter().chain(b).map(|one| json!(one)).collect();
        assert_eq!(*listed, all);
        assert_eq!(value["kind"], json!(a[0]));
    }
    // Without one, and where it tells nothing apart, any of both is kept.
    for discriminator in [
        "",
        ", discriminator: {propertyName: sort}",
        ", discriminator: {}",
    ] {
        let (shape, ..) = of(discriminator, "");
        assert_eq!(chosen(&shape, "oars"), (true, None));
    }
}

#[test]
fn a_schema_in_itself_is_the_object_of_its_name_and_told_where_there_is_none() {
    let boat = "    Boat:\n      type: object\n      properties:\n        id: {type: integer}\n        \
                tender: {$ref: '#/components/schemas/Boat'}\n        \
                others: {type: array, items: {$ref: '#/components/schemas/Boat'}}\n";
    let (shape, value, operation) = answer("{$ref: '#/components/schemas/Boat'}", boat);
    let tender = &shape.member("tender").unwrap().shape;
    assert_eq!(tender.is_again(), Some("Boat"));
    assert_eq!(shape.named("Boat"), Some(&shape));
    assert_eq!(shape.at("/others/0/tender/id").unwrap().name, "id");
    assert_eq!(value, json!({"id": 1, "others": []}));
    assert_eq!(unread(&operation), [""; 0]);
    // Put together with others it has no name, and what is no object has none either.
    let all = "{allOf: [{$ref: '#/components/schemas/Boat'}, {type: object, required: [x]}]}";
    let list = "    Boat: {type: array, items: {$ref: '#/components/schemas/Boat'}}\n";
    for (schema, components, told) in [
        (all, boat, 2),
        ("{$ref: '#/components/schemas/Boat'}", list, 1),
    ] {
        let (.., operation) = answer(schema, components);
        let found = unread(&operation);
        assert_eq!(found.len(), told, "{found:?}");
        assert!(
            found[0]
                .ends_with("`#/components/schemas/Boat` in itself, where any value is accepted")
        );
    }
}

#[test]
fn what_is_not_understood_costs_the_operation_its_answers() {
    for (schema, found) in [
        (
            "{$ref: 'other.yaml#/Boat'}",
            "`other.yaml#/Boat`, which is elsewhere",
        ),
        (
            "{$ref: '#/components/schemas/Bot'}",
            "`#/components/schemas/Bot`, where nothing is",
        ),
        (
            "{$ref: '#/components/schemas/Loop'}",
            "`#/components/schemas/Loop` in itself",
        ),
        ("{type: file}", "`file`"),
        ("{properties: [a]}", "a list"),
        ("{$dynamicRef: '#x'}", "`$dynamicRef`"),
        ("7", "a number"),
    ] {
        let operation = operation(&format!(
            "      responses:\n        '200':\n          content:\n            application/json:\n              \
             schema: {schema}\ncomponents:\n  schemas:\n    Loop: {{$ref: '#/components/schemas/Loop'}}\n"
        ));
        let told = unread(&operation);
        assert!(told.iter().any(|told| told.contains(found)), "{told:?}");
        let is_loop = found.ends_with("itself");
        assert_eq!(operation.responses.is_empty(), !is_loop, "{schema}");
    }
}

#[test]
fn variables_of_the_path_are_parameters_wherever_they_are_declared() {
    let contract = read(
        "openapi: 3.0.3\nservers: [{url: 'https://{host}/{base}', variables: {base: {default: api/2.0}}}]\n\
         paths:\n  /boat/{boatid:[0-9]+}/berth/{berth}/{day}/{other}:\n    \
         parameters: [{name: day, in: path, required: true, schema: {type: string, format: date}}]\n    \
         put:\n      parameters:\n        - {name: berth, in: query, schema: {type: integer}, example: 7}\n        \
         - {name: X-Trace, in: header, schema: {type: string}}\n      \
         requestBody:\n        content:\n          application/json:\n            schema:\n              \
         type: object\n              properties:\n                \
         boatId: {type: integer, description: Which boat, example: '12'}\n                \
         day: {type: string, example: Monday}\n      responses: {'200': {description: Done}}\n",
    );
    let operation = &contract.operations[0];
    assert_eq!(
        operation.path,
        "api/2.0/boat/{boatId}/berth/{berth}/{day}/{other}"
    );
    assert_eq!(
        operation.id.as_str(),
        "put-boat-boatid-berth-berth-day-other"
    );
    let rows: Vec<_> = operation
        .parameters
        .iter()
        .map(|row| {
            (
                row.name.as_str(),
                row.sent_in,
                row.stated_in,
                row.example.as_str(),
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            ("day", ParameterIn::Path, Some(ParameterIn::Path), ""),
            ("berth", ParameterIn::Path, Some(ParameterIn::Query), "7"),
            ("boatId", ParameterIn::Path, Some(ParameterIn::Body), "12"),
            ("day", ParameterIn::Body, Some(ParameterIn::Body), "Monday"),
            ("other", ParameterIn::Path, None, ""),
        ]
    );
    assert_eq!(operation.parameters[2].description, "Which boat");
    assert_eq!(
        unread(operation),
        ["9:18 one of `header`, which is left out"]
    );
}

#[test]
fn a_header_that_must_be_sent_is_read_with_its_value() {
    let contract = read(
        "openapi: 3.0.3\npaths:\n  /ocs:\n    parameters: [{name: x-mode, in: header, required: true, schema: {type: \
         string}}]\n    get:\n      parameters:\n        - {name: OCS-APIRequest, in: header, required: true, schema: \
         {type: boolean, default: true}}\n        - {name: X-Mode, in: header, required: true, schema: {type: string, \
         enum: [api]}}\n        - {name: X-Level, in: header, required: true, schema: {type: integer}, example: 3}\n        \
         - {name: X-When, in: header, required: true, schema: {type: string, format: date}}\n        - {name: Accept, \
         in: header, required: true, schema: {type: string, default: a/b}}\n        - {name: Authorization, in: header, \
         required: true, schema: {type: string, default: Basic}}\n        - {name: X-Api-Key, in: header, required: \
         true, example: abc}\n        - {name: X-Trace, in: header, schema: {type: string, default: a}}\n      \
         responses: {'204': {description: Done}}\n",
    );
    let operation = &contract.operations[0];
    let headers: Vec<_> = operation
        .headers
        .iter()
        .map(|header| {
            let line = operation.source.pos(header.span.start).line;
            (header.name.as_str(), header.value.as_deref(), line)
        })
        .collect();
    assert_eq!(
        headers,
        [
            ("OCS-APIRequest", Some("true"), 7),
            ("X-Mode", Some("api"), 8),
            ("X-Level", Some("3"), 9),
            ("X-When", None, 10),
        ]
    );
    assert_eq!(operation.parameters, []);
    // What says who asks is the target's, and the others are written by the client.
    assert_eq!(unread(operation).len(), 4);
}

#[test]
fn a_document_with_security_schemes_says_itself_which_headers_tell_who_asks() {
    let headers = |schemes: &str| {
        let names = ["Idempotency-Key", "X-Session-Id", "x-auth", "Authorization"];
        let rows =
            names.map(|name| format!("{{name: {name}, in: header, required: true, example: abc}}"));
        let cookies = "{name: sid, in: cookie, required: true, example: k}, {name: SID, in: cookie, required: true}";
        let contract = read(&format!(
            "openapi: 3.0.3\nsecurity: [{{a: []}}]\ncomponents: {{securitySchemes: {{{schemes}}}}}\npaths:\n  /a:\n    \
             get:\n      parameters: [{}, {cookies}]\n      responses: {{'204': {{description: Done}}}}\n",
            rows.join(", ")
        ));
        let operation = &contract.operations[0];
        let headers = operation.headers.iter();
        let headers = headers.map(|one| (one.name.clone(), one.value.clone()));
        (headers.collect::<Vec<_>>(), unread(operation).len())
    };
    let with = |names: &[&str], cookies: Option<&str>| {
        let names = names.iter();
        let mut all: Vec<_> = names
            .map(|name| ((*name).to_owned(), Some("abc".to_owned())))
            .collect();
        all.push(("Cookie".to_owned(), cookies.map(str::to_owned)));
        all
    };
    let all = ["Idempotency-Key", "X-Session-Id", "x-auth"];
    for (schemes, expected) in [
        ("a: {type: http, scheme: bearer}", (with(&all, None), 1)),
        (
            "a: {type: apiKey, in: header, name: X-Auth}, b: {type: apiKey, in: cookie, name: SID}",
            (with(&all[..2], Some("sid=k")), 3),
        ),
    ] {
        assert_eq!(headers(schemes), expected, "{schemes}");
    }
    // Without schemes, names tell.
    let mut expected = with(&all[..1], None);
    expected.pop();
    assert_eq!(headers(""), (expected, 5));
}

#[test]
fn a_slash_at_the_end_of_a_path_is_a_part_of_it() {
    let contract = read(
        "openapi: 3.1.0\nservers: [{url: /v1/}]\npaths:\n  /: {get: {}}\n  /a/: {get: {}, post: {}}\n  /a/{id}/: {get: \
         {}}\n  /b/{id}: {get: {}}\n",
    );
    let paths = contract.operations.iter();
    let paths = paths.map(|one| format!("{} {} {}", one.id, one.path, one.documented_path()));
    assert_eq!(
        paths.collect::<Vec<_>>(),
        [
            "get-v1 v1 v1/",
            "get-v1-a v1/a v1/a/",
            "get-v1-a-id v1/a/{id} v1/a/{id}/",
            "get-v1-b-id v1/b/{id} v1/b/{id}",
            "post-v1-a v1/a v1/a/",
        ]
    );
    assert_eq!(contract.operations[1].path_ending_in(".json"), "v1/a.json");
    // A document that is made of it says the same.
    let profile = crate::profile::load("as-documented").unwrap();
    let made = crate::schema::openapi(&contract, &profile);
    assert!(made.to_string().contains("\"/v1/a/{id}/\""), "{made}");
    assert!(made.to_string().contains("\"/v1/b/{id}\""), "{made}");
}

#[test]
fn a_body_is_sent_with_what_the_document_gives() {
    let operation = operation(
        "      requestBody:\n        required: true\n        content:\n          application/json:\n            \
         example: {name: Ada, crew: [{name: Bo}]}\n            schema:\n              type: object\n              \
         required: [day, size]\n              properties:\n                name: {type: string}\n                \
         crew: {type: array, items: {type: object, properties: {name: {type: string}}}}\n                \
         day: {type: string, format: date}\n                size: {type: integer}\n                \
         from: {type: string, format: date}\n                ids: {type: array, items: {type: integer}, example: '4'}\n                \
         id: {type: string, readOnly: true}\n",
    );
    let body: Vec<_> = operation
        .body_parameters()
        .map(|row| {
            let value = row.documented.clone().unwrap_or_default();
            (
                row.name.as_str(),
                row.type_name.as_str(),
                value,
                row.optional,
            )
        })
        .collect();
    assert_eq!(
        body,
        [
            ("name", "string", json!("Ada"), true),
            (
                "crew",
                "Collection of objects",
                json!([{"name": "Bo"}]),
                true
            ),
            ("day", "string", json!("2024-05-06"), false),
            ("size", "integer", json!(null), false),
            ("from", "string", json!(null), true),
            // An example of the whole body leaves it out.
            ("ids", "Collection of integers", json!(null), true),
        ]
    );
}

/// The media type of a body, and what of it is sent, where these are the media types that a document lists;
/// `null` for what must be sent and has no value.
fn sent_of(content: &str) -> (Option<String>, serde_json::Value) {
    let operation = operation(&format!(
        "      requestBody: {{required: true, content: {{{content}}}}}\n\
         components: {{schemas: {{A: {{type: object, required: [t, a], properties: {{t: {{type: string}}, a: {{type: \
         integer, example: 1}}}}}}, B: {{type: object, required: [t, b], properties: {{t: {{type: string}}, b: {{type: \
         integer, example: 2}}}}}}}}}}\n"
    ));
    let rows = operation.body_parameters();
    let rows = rows.filter(|row| row.documented.is_some() || !row.optional);
    let rows = rows.map(|row| (row.name.clone(), row.documented.clone().unwrap_or_default()));
    (operation.body_type.clone(), rows.collect())
}

#[test]
fn a_body_is_sent_as_the_media_type_that_is_documented() {
    let object = "{schema: {type: object, properties: {n: {type: string, example: x}}}}";
    let list = "{schema: {type: array, items: {type: string}}}";
    for (content, expected) in [
        (
            format!("application/json: {object}"),
            Some("application/json"),
        ),
        (
            format!("application/merge-patch+json: {object}"),
            Some("application/merge-patch+json"),
        ),
        (
            format!("'application/vnd.api+json; ext=x': {object}"),
            Some("application/vnd.api+json; ext=x"),
        ),
        (
            format!("application/json-patch+json: {list}, application/json: {object}"),
            Some("application/json"),
        ),
        (
            format!("multipart/form-data: {object}, application/x-www-form-urlencoded: {object}"),
            Some("application/x-www-form-urlencoded"),
        ),
        (
            format!("application/x-www-form-urlencoded: {object}, application/json: {object}"),
            Some("application/json"),
        ),
        (format!("'*/*': {object}"), None),
        (format!("application/*+json: {object}"), None),
    ] {
        let (media_type, sent) = sent_of(&content);
        assert_eq!(media_type.as_deref(), expected, "{content}");
        assert_eq!(sent, json!({"n": "x"}), "{content}");
    }
}

#[test]
fn an_example_of_a_body_is_all_of_it_but_for_what_the_schema_asks_for() {
    let two = "oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}], discriminator: \
               {propertyName: t}";
    let cards = "oneOf: [{type: object, required: [card], properties: {card: {type: string, example: c}}}, {type: \
                 object, required: [iban], properties: {iban: {type: string, example: i}}}]";
    for (media, expected) in [
        (format!("example: {{iban: DE1}}, schema: {{{cards}}}"), json!({"iban": "DE1"})),
        (format!("example: {{t: B, b: 5}}, schema: {{{two}}}"), json!({"t": "B", "b": 5})),
        (
            "schema: {type: object, additionalProperties: {type: string}, example: {k: v}}".to_owned(),
            json!({"k": "v"}),
        ),
        (
            "example: {x: 1, id: 3, n: {p: 2}}, schema: {type: object, required: [id, day], properties: {id: {type: \
             integer, readOnly: true}, day: {type: string, format: date}, m: {type: integer, example: 4}, n: {type: \
             object, required: [r], properties: {q: {type: integer, example: 7}, r: {type: integer, example: 8}}}}}"
                .to_owned(),
            json!({"day": "2024-05-06", "n": {"p": 2, "r": 8}, "x": 1}),
        ),
        (
            "example: {m: 1, x: 1}, schema: {type: object, additionalProperties: false, properties: {m: {type: \
             integer}}}"
                .to_owned(),
            json!({"m": 1}),
        ),
        // Without one, what the document gives of one branch.
        (format!("schema: {{{cards}}}"), json!({"card": "c"})),
        (format!("schema: {{{two}}}"), json!({"t": "A", "a": 1})),
        (
            format!("schema: {{type: object, properties: {{t: {{type: string, example: B}}}}, {two}}}"),
            json!({"t": "B", "b": 2}),
        ),
        (
            "schema: {anyOf: [{type: object, required: [card], properties: {card: {type: string}}}, {type: object, \
             required: [iban], properties: {iban: {type: string, format: date}}}]}"
                .to_owned(),
            json!({"iban": "2024-05-06"}),
        ),
        (
            "schema: {anyOf: [{type: object, required: [card], properties: {card: {type: string}}}, {type: object, \
             required: [iban], properties: {iban: {type: string}, x: {type: string, example: x}}}]}"
                .to_owned(),
            json!({"card": null}),
        ),
        (
            format!("schema: {{type: object, properties: {{iban: {{type: string, example: j}}}}, {cards}}}"),
            json!({"iban": "j", "card": "c"}),
        ),
    ] {
        let (_, sent) = sent_of(&format!("application/json: {{{media}}}"));
        assert_eq!(sent, expected, "{media}");
    }
}

#[test]
fn a_cookie_that_must_be_sent_is_read_with_its_value() {
    let cookies = |security: &str| {
        let operation = operation(&format!(
            "      parameters:\n        - {{name: session, in: cookie, required: true, example: abc}}\n        - \
             {{name: lang, in: cookie, required: true, schema: {{type: string, default: de}}}}\n        - {{name: \
             extra, in: cookie, example: x}}\n      security: {security}\n      responses: {{'204': {{description: \
             Done}}}}\n"
        ));
        let headers = operation.headers.iter();
        let headers = headers.map(|one| (one.name.clone(), one.value.clone()));
        (headers.collect::<Vec<_>>(), unread(&operation).len())
    };
    let cookie = |value: &str| vec![("Cookie".to_owned(), Some(value.to_owned()))];
    assert_eq!(cookies("[]"), (cookie("session=abc; lang=de"), 1));
    // Where a token is needed, one that may be a token is the target's.
    assert_eq!(cookies("[{token: []}]"), (cookie("lang=de"), 2));
}

#[test]
fn a_body_that_cannot_be_sent_costs_the_operation_its_answers() {
    for (media, schema, found) in [
        (
            "multipart/form-data",
            "{type: object, properties: {a: {type: string}}}",
            "one in `multipart/form-data`",
        ),
        (
            "application/json",
            "{type: array, items: {type: string}}",
            "one that is a list",
        ),
        (
            "application/x-www-form-urlencoded",
            "{type: object, properties: {a: {type: object}}}",
            "an object",
        ),
    ] {
        let operation = operation(&format!(
            "      requestBody: {{required: true, content: {{{media}: {{schema: {schema}}}}}}}\n      \
             responses: {{'200': {{content: {{application/json: {{schema: {{type: string}}}}}}}}}}\n"
        ));
        assert!(
            unread(&operation)[0].ends_with(found),
            "{:?}",
            operation.unread
        );
        assert!(operation.responses.is_empty());
        assert_eq!(
            operation.body_parameters().count(),
            usize::from(media != "application/json")
        );
    }
}

#[test]
fn a_body_that_need_not_be_sent_and_cannot_be_read_costs_no_answer() {
    let answers = |required: &str, content: &str| {
        let text = format!(
            "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      requestBody: {{{required}content: {{{content}}}}}\n      responses: \
             {{'200': {{description: A, content: {{application/json: {{schema: {{type: object}}}}}}}}}}\n"
        );
        let operation = read(&text).operations.remove(0);
        let of_body = operation.body_parameters().count();
        (operation.responses.len(), of_body, operation.unread.len())
    };
    let strange =
        "application/x-strange: {schema: {type: object, properties: {a: {type: string}}}}";
    let text = "text/plain: {schema: {type: string}}";
    let json = "application/json: {schema: {type: object, properties: {a: {type: string}}}}";
    for (required, content, expected) in [
        ("", strange, (1, 0, 1)),
        ("required: false, ", text, (1, 0, 1)),
        ("required: true, ", text, (0, 0, 1)),
        ("", json, (1, 1, 0)),
        ("required: true, ", json, (1, 1, 0)),
    ] {
        assert_eq!(answers(required, content), expected, "{required}{content}");
    }
}

#[test]
fn a_token_is_needed_where_every_way_asks_for_one() {
    let ways = "security: [{basic: []}]\n";
    let other = "  /b:\n    get:\n      security: [{basic: []}]\n";
    // Of the document, of its other operation and of this one: whether a token is needed, and whether it is said
    // that none is.
    for (of_all, of_other, own, needed, is_public) in [
        (ways, "", "security: [{token: []}]", true, false),
        (ways, "", "security: [{token: []}, {}]", false, false),
        (ways, "", "security: [{}, {token: []}]", false, false),
        (ways, "", "security: [{}]", false, true),
        (ways, "", "security: []", false, true),
        (ways, "", "summary: x", true, false),
        ("security: []\n", "", "summary: x", false, true),
        ("", "", "security: []", false, true),
        ("", "", "summary: x", false, false),
        ("", other, "summary: x", false, false),
        ("", other, "x-authentication: unsaid", false, false),
        ("", other, "security: {}", false, false),
    ] {
        let text =
            format!("openapi: 3.1.0\n{of_all}paths:\n  /a:\n    get:\n      {own}\n{of_other}");
        let contract = read(&text);
        let operation = &contract.operations[0];
        let said = (operation.authenticated, operation.is_public);
        assert_eq!(said, (needed, is_public), "{of_all} {of_other} {own}");
    }
}

#[test]
fn the_first_success_with_json_is_the_answer() {
    let operation = operation(
        "      responses:\n        '404': {description: none}\n        '204': {description: gone}\n        \
         '200': {$ref: '#/components/responses/Boat'}\n\
         components:\n  responses:\n    Boat:\n      description: A boat\n      content:\n        \
         text/html: {}\n        application/json; charset=utf-8:\n          \
         examples: {one: {value: {id: 7, tags: [a]}}}\n",
    );
    let response = operation.response(Format::Json).unwrap();
    assert_eq!(
        operation.source.slice(response.body),
        "{\"id\":7,\"tags\":[\"a\"]}"
    );
    assert_eq!(
        response.shape, None,
        "an example alone is read as that of a page"
    );
    assert_eq!(operation.returns, "A boat");
    assert_eq!(
        operation.source.locate(response.media_type.start),
        "harbour.yaml:15:9"
    );
}

#[test]
fn status_codes_of_successes_are_kept_with_those_that_answer_otherwise() {
    let operation = operation(
        "      responses:\n        204: {description: none}\n        201: {$ref: '#/components/responses/Boat'}\n        \
         401: {description: no}\n        200: {$ref: '#/components/responses/Boat'}\n        \
         202: {description: later, content: {application/json: {schema: {type: object}}}}\n        \
         203: {$ref: '#/components/responses/Nowhere'}\n        \
         206: {description: like it, content: {application/json: {schema: {$ref: '#/components/schemas/Boat'}}}}\n\
         components:\n  responses:\n    Boat:\n      description: A boat\n      content:\n        \
         application/json: {schema: {$ref: '#/components/schemas/Boat'}}\n  \
         schemas: {Boat: {type: object, properties: {id: {type: integer}}}}\n",
    );
    assert_eq!(operation.success.codes, [201, 200, 206, 204, 202, 203]);
    assert_eq!(operation.success.other, [204, 202, 203]);
    assert!(operation.response(Format::Json).is_some() && operation.unread.is_empty());
}

#[test]
fn places_are_those_of_the_document() {
    let (shape, _, operation) = answer(
        "{$ref: '#/components/schemas/Boat'}",
        "    Boat:\n      type: object\n      properties:\n        id: {type: integer}\n        crew:\n          \
             type: array\n          items:\n            type: object\n            properties:\n              name: {type: string}\n",
    );
    let place = |pointer: &str| {
        let member = shape.at(pointer).unwrap();
        operation.source.excerpt(member.span).to_string()
    };
    assert_eq!(
        place("/id"),
        "  16 |         id: {type: integer}\n     |         ^^"
    );
    assert_eq!(
        place("/crew/0/name"),
        "  22 |               name: {type: string}\n     |               ^^^^"
    );
    assert_eq!(
        operation.source.locate(operation.heading.start),
        "harbour.yaml:4:5"
    );
}

#[test]
fn a_document_is_known_by_what_stands_in_it() {
    for (text, expected) in [
        ("openapi: 3.1.0\npaths: {}\n", true),
        ("\u{feff}# A comment\n---\n\"openapi\" : 3.1.0\n", true),
        ("info: {}\npaths: {}\nopenapi: 3.0.0\n", true),
        ("{\"info\":{},\"openapi\":\"3.0.0\"}", true),
        ("swagger: '2.0'\n", true),
        ("---\n  info: {}\n  swagger: '2.0'\n", true),
        ("info: {}\nbody:\n  swagger: '2.0'\n", false),
        ("GET api/x\nReturns\nopenapi: 3.1.0\n", false),
        ("Banner\nGET x: y\nopenapi: 3\n", false),
        ("{\"a\": 1}", false),
        ("", false),
    ] {
        assert_eq!(crate::page::is_openapi(text), expected, "{text}");
    }
}

#[test]
fn what_is_no_document_that_is_read_is_refused_with_its_place() {
    for (text, message) in [
        (
            "swagger: '1.2'\npaths: {}\n",
            "harbour.yaml:1:1: expected OpenAPI 3.0 to 3.2, or Swagger 2.0, found `swagger: 1.2`",
        ),
        (
            "openapi: 4.0.0\npaths: {}\n",
            "1:1: expected OpenAPI 3.0 to 3.2, or Swagger 2.0, found `openapi: 4.0.0`",
        ),
        (
            "swagger: '2.0'\npaths: {}\n",
            "2:8: expected `paths` with operations to ask, found none",
        ),
        (
            "openapi: 3.1.0\n",
            "expected `paths` with operations to ask, found none",
        ),
        (
            "openapi: 3.1.0\nwebhooks:\n  x: {post: {responses: {}}}\n",
            "3:3: expected `paths` with operations to ask, found `webhooks` alone, which a portal sends",
        ),
        (
            "openapi: 3.1.0\npaths: {}\nwebhooks:\n  x: {post: {responses: {}}}\n",
            "4:3: expected `paths` with operations to ask, found `webhooks` alone, which a portal sends",
        ),
        (
            "openapi: 3.1.0\npaths:\n  /a: [\n",
            "expected YAML or JSON, found none",
        ),
        (
            "{\"openapi\": \"3.1.0\", \"paths\": {\"/a\": }",
            "1:38: expected a document in JSON",
        ),
        (
            "openapi: 3.1.0\npaths:\n  /a:\n    get: 7\n",
            "4:10: expected an operation, found a number",
        ),
    ] {
        let errors = of_sources(vec![Source::new("harbour.yaml", text)]).unwrap_err();
        assert!(errors.to_string().contains(message), "{errors}");
    }
}

#[test]
fn a_query_or_a_fragment_is_no_part_of_a_path() {
    let answer = "{get: {responses: {'200': {description: x}}}}";
    let text = format!(
        "openapi: 3.1.0\npaths:\n  /trams: {answer}\n  /trams#late: {answer}\n  /trams?late=1: {answer}\n"
    );
    let contract = read(&text);
    assert_eq!(contract.operations.len(), 1);
    assert_eq!(
        unread(&contract.operations[0]),
        ["4:17 one with `#` in it", "5:19 one with `?` in it"]
    );
}

#[test]
fn an_operation_that_is_refused_costs_the_others_nothing() {
    let contract = read(
        "openapi: 3.1.0\npaths:\n  /a: 7\n  /b: {get: {summary: x}}\n  /B: {get: {summary: y}}\n  x-y: {}\n",
    );
    assert_eq!(contract.operations.len(), 1);
    let operation = &contract.operations[0];
    assert_eq!(
        unread(operation),
        ["3:7 a number", "5:8 another one of this method and path"]
    );
}

#[test]
fn schemas_that_multiply_are_bounded() {
    let components: Vec<String> = (1..40)
        .map(|at| {
            let below = format!("{{$ref: '#/components/schemas/A{}'}}", at - 1);
            format!("    A{at}: {{type: object, properties: {{a: {below}, b: {below}}}}}\n")
        })
        .collect();
    let components = format!("    A0: {{type: string}}\n{}", components.concat());
    let operation = operation(&format!(
        "      responses: {{'200': {{content: {{application/json: {{schema: {{$ref: '#/components/schemas/A39'}}}}}}}}}}\n\
         components:\n  schemas:\n{components}"
    ));
    assert!(operation.responses.is_empty());
    assert!(
        operation.unread[0]
            .expected
            .starts_with("at most 5000 schemas")
    );
}

#[test]
fn schemas_of_many_parts_or_members_are_bounded() {
    let members = |count: usize| {
        let members = (0..count).map(|at| format!("k{at}: {{type: string}}"));
        members.collect::<Vec<_>>().join(", ")
    };
    let parts = |count: usize| {
        let parts = (0..count).map(|at| format!("{{properties: {{k{at}: {{}}}}}}"));
        parts.collect::<Vec<_>>().join(", ")
    };
    for (schema, expected) in [
        (
            format!("{{oneOf: [{}]}}", parts(201)),
            "at most 200 schemas",
        ),
        (
            format!("{{allOf: [{}]}}", parts(201)),
            "at most 200 schemas",
        ),
        (
            format!("{{properties: {{{}}}}}", members(1001)),
            "at most 1000 members",
        ),
        (
            format!(
                "{{properties: {{{}}}, allOf: [{}]}}",
                members(990),
                parts(2)
            ),
            "",
        ),
    ] {
        let operation = operation(&format!(
            "      responses: {{'200': {{content: {{application/json: {{schema: {schema}}}}}}}}}\n"
        ));
        let told = operation.unread.first();
        let told = told.map_or("", |told| told.expected.as_str());
        assert!(told.starts_with(expected), "{told}");
        assert_eq!(operation.responses.is_empty(), !expected.is_empty());
    }
}

#[test]
fn what_narrows_a_type_is_read_with_its_place() {
    let (shape, value, operation) = answer(
        "{type: object, additionalProperties: false, properties: {\
         hull: {enum: [1, 2]}, \
         rig: {type: [string, 'null'], enum: [sloop, ketch, null]}, \
         sails: {type: integer, exclusiveMinimum: 0, maximum: 9}, \
         old: {type: integer, minimum: 3, exclusiveMinimum: true}, \
         call: {type: string, pattern: '^[A-Z]{2}$', example: AB}, \
         code: {type: string, minLength: 3, maxLength: 3}, \
         odd: {type: string, pattern: '^(?!x)', example: a}, \
         rare: {type: string, pattern: '^qqq-.{7}$'}, \
         wrong: {type: string, enum: [a, b], example: c}, \
         mixed: {type: integer, enum: [1, two]}, \
         built: {type: string, format: date}}}",
        "",
    );
    let domain = |name: &str| shape.member(name).unwrap().shape.domain.clone();
    let said = |name: &str, way| {
        let span = domain(name).unwrap().said.of(way).unwrap();
        operation.source.excerpt(span).marked
    };
    assert_eq!(domain("hull").unwrap().one_of, [json!(1), json!(2)]);
    assert_eq!(said("hull", Outside::Unlisted), "enum");
    let rig = domain("rig").unwrap();
    assert_eq!(rig.one_of, [json!("sloop"), json!("ketch")]);
    assert!(shape.member("rig").unwrap().shape.nullable);
    let sails = domain("sails").unwrap();
    assert_eq!((sails.at_least, sails.at_most), (Some(1), Some(9)));
    assert_eq!(said("sails", Outside::Below), "exclusiveMinimum");
    assert_eq!(said("sails", Outside::Above), "maximum");
    assert_eq!(domain("old").unwrap().at_least, Some(4));
    assert_eq!(said("call", Outside::Unlike), "pattern");
    let code = domain("code").unwrap();
    assert_eq!((code.shortest, code.longest), (Some(3), Some(3)));
    assert_eq!(
        [domain("odd"), domain("rare"), domain("mixed")],
        [None, None, None]
    );
    assert!(
        domain("built")
            .unwrap()
            .outside(&json!("2024-13-01"))
            .is_some()
    );
    let Kind::Object(object) = &shape.kind else {
        panic!("{shape:?}")
    };
    assert!(object.sealed && !object.closed);
    assert_eq!(
        value,
        json!({
            "hull": 1, "rig": "sloop", "sails": 1, "old": 4, "call": "AB", "code": "Abc",
            "odd": "a", "rare": "text", "wrong": "a", "mixed": 1, "built": "2024-05-06",
        })
    );
    let told: Vec<&str> = operation
        .unread
        .iter()
        .map(|one| one.found.as_str())
        .collect();
    assert_eq!(told.len(), 4, "{told:?}");
    assert!(
        told.iter().any(|told| told.contains("regular expression")),
        "{told:?}"
    );
    assert!(told.contains(&"`c`"), "{told:?}");
}

#[test]
fn a_plain_expression_and_what_32_bits_hold_are_judged_without_an_example() {
    let (shape, value, operation) = answer(
        "{type: object, properties: {code: {type: string, pattern: '^[A-Z]{2}-\\d+$'}, \
         small: {type: integer, format: int32}, few: {type: integer, format: int32, minimum: 1, maximum: 9}, \
         large: {type: integer, format: int64}}}",
        "",
    );
    let outside = |name: &str, value: serde_json::Value| {
        let domain = shape.member(name).unwrap().shape.domain.clone();
        domain.and_then(|domain| domain.outside(&value))
    };
    for (name, value, expected) in [
        ("code", json!("AB-12"), None),
        ("code", json!("ab-12"), Some(Outside::Unlike)),
        ("code", json!("AB-\u{664}"), Some(Outside::Unlike)),
        ("small", json!(2_147_483_647), None),
        ("small", json!(2_147_483_648_i64), Some(Outside::Above)),
        ("small", json!(-2_147_483_649_i64), Some(Outside::Below)),
        ("few", json!(10), Some(Outside::Above)),
        ("few", json!(0), Some(Outside::Below)),
        ("large", json!(3_000_000_000_i64), None),
    ] {
        assert_eq!(outside(name, value), expected, "{name}");
    }
    assert_eq!(value["code"], "AA-0");
    assert!(operation.unread.is_empty(), "{:?}", operation.unread);
}

#[test]
fn formats_narrow_a_text_and_an_example_that_they_do_not_admit_is_told() {
    let (shape, value, operation) = answer(
        "{properties: {day: {type: string, format: date}, mail: {type: string, format: email}, \
         site: {type: string, format: uri}, code: {type: string, format: uri, pattern: '^x', example: xy}, \
         phone: {type: string, format: tel}, at: {type: string, format: date-time, example: yesterday}, \
         home: {type: string, format: uri, example: /harbour/7}}}",
        "",
    );
    let outside = |name: &str, text: &str| {
        let shape = &shape.member(name).unwrap().shape;
        let domain = shape.domain.as_deref();
        domain.and_then(|domain| domain.outside(&json!(text)))
    };
    for (name, kept, broken) in [
        (
            "day",
            &["2024-02-29", "2000-02-29", "2026-12-31", "0001-01-01"][..],
            &[
                "2026-02-29",
                "2024-02-30",
                "1900-02-29",
                "2026-04-31",
                "2026-01-00",
                "2024-13-01",
                "2024-1-1",
                "2026-02-28T00:00:00Z",
                " 2026-02-28",
                "",
            ][..],
        ),
        (
            "mail",
            &["a@b", "\"a b\"@host.example", "ü@müller.example"],
            &["a", "@b", "a@", "a@b c", ""],
        ),
        (
            "site",
            &[
                "https://host/x?y#z",
                "urn:a:b",
                "mailto:a@b",
                "https://müller/ü",
            ],
            &["/harbour", "host/x", "https://a b", ""],
        ),
        // What the schema says itself counts.
        ("code", &["xy"], &["https://host"]),
        ("phone", &["anything"], &[]),
    ] {
        for text in kept {
            assert_eq!(outside(name, text), None, "{name} {text}");
        }
        for text in broken {
            assert_eq!(outside(name, text), Some(Outside::Unlike), "{name} {text}");
        }
    }
    // It is no example of what keeps it.
    assert_eq!(value["home"], json!("https://example.com/"));
    let told = unread(&operation).join("\n");
    assert!(
        told.contains("`/harbour/7`") && told.contains("`yesterday`"),
        "{told}"
    );
}

#[test]
fn parts_narrow_a_type_together_and_choices_widen_it() {
    let (shape, ..) = answer(
        "{type: object, properties: {\
         both: {allOf: [{type: integer, minimum: 1, enum: [1, 2, 3]}, {maximum: 2, type: integer, enum: [2, 3]}]}, \
         any: {anyOf: [{type: string, enum: [a]}, {type: string, enum: [b]}, {type: 'null'}]}, \
         free: {anyOf: [{type: string, enum: [a]}, {type: string}]}, \
         named: {$ref: '#/components/schemas/Rig'}}}",
        "    Rig: {type: string, enum: [sloop]}\n",
    );
    let domain = |name: &str| shape.member(name).unwrap().shape.domain.clone();
    let both = domain("both").unwrap();
    assert_eq!(both.one_of, [json!(2), json!(3)]);
    assert_eq!((both.at_least, both.at_most), (Some(1), Some(2)));
    assert_eq!(domain("any").unwrap().one_of, [json!("a"), json!("b")]);
    assert_eq!(domain("free"), None);
    assert_eq!(domain("named").unwrap().one_of, [json!("sloop")]);
}

#[test]
fn all_media_types_of_a_format_are_lawful_and_the_first_is_asked_for() {
    let operation = operation(
        "      responses:\n        '200':\n          description: x\n          content:\n            \
         application/hal+json: {schema: {type: object}}\n            \
         application/json; charset=utf-8: {schema: {type: object}}\n            \
         application/vnd.boats.v2+json: {schema: {type: object}}\n            \
         '*/*': {schema: {type: object}}\n",
    );
    let profile = crate::profile::load("as-documented").unwrap();
    assert_eq!(
        profile.media_types_of(&operation, Format::Json),
        [
            "application/hal+json",
            "application/json",
            "application/vnd.boats.v2+json"
        ]
    );
    assert!(
        profile
            .accept_of(&operation, Format::Json)
            .starts_with("application/hal+json")
    );
}

#[test]
fn a_schema_that_is_referred_to_says_its_name_as_a_root_alone() {
    let xml = |port: &str, of_port: &str| {
        let operation = operation(&format!(
            "      responses:\n        '200':\n          description: x\n          content:\n            \
             application/xml:\n              schema: {{$ref: '#/components/schemas/Boat'}}\ncomponents:\n  schemas:\n    \
             Boat: {{type: object, xml: {{name: boat}}, properties: {{port: {port}}}}}\n    \
             Port: {{type: object, xml: {of_port}, properties: {{id: {{type: integer}}}}}}\n"
        ));
        let root = operation
            .response(Format::Xml)
            .map(|answer| answer.root.clone());
        root.map(Option::unwrap_or_default)
    };
    let referred = "{$ref: '#/components/schemas/Port'}";
    for (port, of_port, is_read) in [
        (referred, "{name: Harbour}", true),
        (referred, "{name: Harbour, prefix: h}", false),
        ("{type: string, xml: {name: port}}", "{}", true),
        ("{type: string, xml: {name: harbour}}", "{}", false),
        ("{type: string, xml: {attribute: true}}", "{}", false),
    ] {
        let expected = is_read.then(|| "boat".to_owned());
        assert_eq!(xml(port, of_port), expected, "{port} {of_port}");
    }
}

#[test]
fn what_a_document_says_of_tokens_and_of_bodies_that_must_be_sent_is_kept() {
    use crate::contract::AskedFor;
    for (scheme, expected) in [
        ("{type: http, scheme: Bearer}", Some(AskedFor::Bearer)),
        ("{type: http, scheme: basic}", Some(AskedFor::Basic)),
        ("{type: oauth2, flows: {}}", Some(AskedFor::Bearer)),
        (
            "{type: apiKey, in: header, name: X-Api-Key}",
            Some(AskedFor::Header("X-Api-Key".to_owned())),
        ),
        ("{type: apiKey, in: query, name: key}", None),
    ] {
        let text = format!(
            "openapi: 3.1.0\nsecurity: [{{one: []}}]\npaths:\n  /a:\n    post:\n      requestBody: {{required: true, \
             content: {{application/json: {{schema: {{type: object}}}}}}}}\n      responses: {{}}\n  /b:\n    post:\n      \
             security: []\n      requestBody: {{content: {{application/json: {{schema: {{type: object}}}}}}}}\n      \
             responses: {{}}\ncomponents: {{securitySchemes: {{one: {scheme}}}}}\n"
        );
        let contract = read(&text);
        let [a, b] = contract.operations.as_slice() else {
            panic!("{contract:?}")
        };
        assert_eq!((&a.asks_for, a.needs_body), (&expected, true), "{scheme}");
        assert_eq!((&b.asks_for, b.needs_body), (&None, false), "{scheme}");
    }
}

#[test]
fn a_member_has_the_name_of_the_innermost_definition_that_holds_it_wherever_it_stands() {
    let components = "    Boat:\n      type: object\n      required: [id, mast]\n      properties:\n        \
                      id: {type: integer}\n        \
                      hull: {type: object, properties: {length: {type: number}}}\n        \
                      tags: {type: array, items: {type: string}}\n        \
                      owner: {$ref: '#/components/schemas/Owner'}\n    \
                      Owner:\n      allOf:\n        - {type: object, properties: {email: {type: string}}}\n";
    let named = |schema: &str, components: &str, member: &str| {
        let (shape, _, operation) = answer(schema, components);
        operation.defined.name_of(&shape, member)
    };
    let boat = "{$ref: '#/components/schemas/Boat'}";
    let list = "{type: object, properties: {items: {type: array, \
                items: {$ref: '#/components/schemas/Boat'}}, total: {type: integer}}}";
    let moved =
        format!("    Pier: {{type: object, properties: {{id: {{type: integer}}}}}}\n{components}");
    for (member, name) in [
        ("id", "#Boat/id"),
        ("mast", "#Boat/mast"),
        ("hull/length", "#Boat/hull/length"),
        ("tags/*", "#Boat/tags/*"),
        ("owner", "#Boat/owner"),
        ("owner/email", "#Owner/email"),
        ("extra", "#Boat/extra"),
    ] {
        assert_eq!(named(boat, components, member).as_deref(), Some(name));
        assert_eq!(named(boat, &moved, member).as_deref(), Some(name));
        let listed = named(list, components, &format!("items/*/{member}"));
        assert_eq!(listed.as_deref(), Some(name), "{member}");
    }
    for member in ["items", "items/*", "total", ""] {
        assert_eq!(named(list, components, member), None, "{member}");
    }
    assert_eq!(
        named(
            "{type: object, properties: {id: {type: integer}}}",
            components,
            "id"
        ),
        None
    );
}

#[test]
fn what_goes_to_the_portal_alone_is_no_member_of_answers() {
    let text = |password: &str, required: &str| {
        format!(
            "openapi: 3.1.0\npaths:\n  /users:\n    get:\n      responses:\n        '200':\n          description: A user\n          \
             content: {{application/json: {{schema: {{allOf: [{{$ref: '#/components/schemas/User'}}, {{required: \
             [{required}]}}]}}}}}}\ncomponents:\n  schemas:\n    Secret: {{type: string, writeOnly: true}}\n    \
             User: {{type: object, required: [name], properties: {{name: {{type: string}}, password: {password}}}}}\n"
        )
    };
    for (password, is_there) in [
        ("{type: string, writeOnly: true}", false),
        ("{$ref: '#/components/schemas/Secret'}", false),
        (
            "{allOf: [{$ref: '#/components/schemas/Secret'}, {minLength: 3}]}",
            false,
        ),
        ("{type: string}", true),
        ("{type: string, readOnly: true}", true),
    ] {
        for required in ["name", "name, password"] {
            let contract = read(&text(password, required));
            let answer = &contract.operations[0].responses[0];
            let shape = answer.shape.as_ref().unwrap();
            let names = shape.members().iter().map(|member| member.name.as_str());
            let names: Vec<&str> = names.collect();
            let expected: &[&str] = if is_there {
                &["name", "password"]
            } else {
                &["name"]
            };
            assert_eq!(names, expected, "{password} {required}");
        }
    }
}

#[test]
fn the_root_of_xml_is_called_as_its_component_and_null_needs_no_element() {
    let read = |schema: &str, of_user: &str| {
        let contract = read(&format!(
            "openapi: 3.1.0\npaths:\n  /users:\n    get:\n      responses:\n        '200':\n          description: A user\n          \
             content:\n            application/json: &user {{schema: {schema}}}\n            application/xml: *user\n\
             components:\n  schemas:\n    User: {{type: object, {of_user}required: [name, email], properties: {{name: \
             {{type: string}}, email: {{type: [string, 'null']}}}}}}\n"
        ));
        let operation = contract.operations.into_iter().next().unwrap();
        let may_lack = |format| {
            let shape = operation.response(format)?.shape.clone()?;
            Some(["name", "email"].map(|name| shape.member(name).unwrap().optional))
        };
        let formats = [Format::Json, Format::Xml].map(may_lack);
        assert_eq!(formats, [Some([false, false]), Some([false, true])]);
        operation.response(Format::Xml).unwrap().root.clone()
    };
    let component = "{$ref: '#/components/schemas/User'}";
    assert_eq!(read(component, "").as_deref(), Some("User"));
    assert_eq!(
        read(component, "xml: {name: person}, ").as_deref(),
        Some("person")
    );
    let in_place = "{allOf: [{$ref: '#/components/schemas/User'}]}";
    assert_eq!(read(in_place, ""), None);
}

#[test]
fn items_by_their_places_are_told_and_of_any_kind() {
    let (shape, _, operation) = answer(
        "{type: object, properties: {a: {type: array, items: [{type: integer}, {type: string}]}}}",
        "",
    );
    assert_eq!(
        kind(&shape, "a"),
        Kind::List(Box::new(Shape::of(Kind::Mixed)))
    );
    assert_eq!(unread(&operation), ["10:75 a list"]);
}

#[test]
fn what_the_version_3_2_adds_is_read_or_told() {
    let contract = read(
        "openapi: 3.2.0\n$self: https://harbour.example/api/harbour.yaml\npaths:\n  /boats:\n    query:\n      requestBody: \
         {required: true, content: {application/json: {schema: {type: object, properties: {name: {type: string, example: \
         Ada}}}}}}\n      responses: {'200': {content: {application/json: {$ref: \
         'https://harbour.example/api/harbour.yaml#/components/mediaTypes/Boats'}}}}\n    additionalOperations:\n      \
         COPY: {responses: {'201': {content: {application/json: {$ref: './harbour.yaml#/components/mediaTypes/Boats'}}}}}\n      \
         Post: {responses: {'200': {}}}\n      'a b': {responses: {'200': {}}}\n  /log:\n    get:\n      parameters: \
         [{name: all, in: querystring, content: {application/json: {}}}]\n      responses: {'200': {content: \
         {application/jsonl: {itemSchema: {type: object}}}}}\n  /search:\n    get:\n      parameters: [{name: all, in: \
         querystring, required: true, content: {application/json: {}}}]\n      responses: {'200': {content: \
         {application/json: {examples: {one: {dataValue: {is: open}}}}}}}\n  /state:\n    get:\n      responses: {'200': \
         {content: {application/json: {examples: {one: {dataValue: {is: open}}}}, application/xml: {examples: {one: \
         {serializedValue: '<a><is>open</is></a>'}}}}}}\ncomponents:\n  mediaTypes: {Boats: {schema: {type: array, items: \
         {type: object, required: [id], properties: {id: {type: integer}}}}}}\n",
    );
    let of = |id: &str| {
        let mut all = contract.operations.iter();
        all.find(|one| one.id.to_string() == id)
            .unwrap_or_else(|| panic!("{id}"))
    };
    let body = |operation: &Operation, format| {
        let answer = operation.response(format)?;
        Some(operation.source.slice(answer.body).trim().to_owned())
    };
    assert_eq!(contract.operations.len(), 5);
    let query = of("query-boats");
    assert!(query.method == "QUERY" && !query.writes() && query.needs_body);
    assert_eq!(body(query, Format::Json).unwrap(), "[{\"id\": 1}]");
    let copy = of("copy-boats");
    assert!(copy.method == "COPY" && copy.writes());
    assert_eq!(body(copy, Format::Json).unwrap(), "[{\"id\": 1}]");
    assert_eq!(copy.success.codes, [201]);
    let told: Vec<_> = query.unread.iter().map(|one| one.found.as_str()).collect();
    assert_eq!(told, ["`Post`", "`a b`"]);
    let log = of("get-log");
    assert!(log.documents_no_answer());
    let told: Vec<_> = log.unread.iter().map(|one| one.found.as_str()).collect();
    assert_eq!(
        told,
        [
            "one of `querystring`, which is left out",
            "that of each item in `application/jsonl`, which is not judged"
        ]
    );
    let search = of("get-search");
    assert!(search.documents_no_answer());
    assert!(unread(search)[0].ends_with("one of `querystring`"));
    let state = of("get-state");
    assert_eq!(body(state, Format::Json).unwrap(), "{\"is\":\"open\"}");
    assert_eq!(body(state, Format::Xml).unwrap(), "<a><is>open</is></a>");
    // A value that nothing maps keeps the schema that `defaultMapping` names.
    let (shape, ..) = answer(
        "{oneOf: [{$ref: '#/components/schemas/A'}, {$ref: '#/components/schemas/B'}], discriminator: {propertyName: \
         kind, defaultMapping: B}}",
        "    A: {type: object, required: [kind, a], properties: {kind: {type: string}, a: {type: string}}}\n    B: {type: \
         object, properties: {kind: {type: string}}}\n",
    );
    let kind = shape.member("kind").unwrap();
    assert!(kind.shape.domain.is_none() && shape.member("a").unwrap().when.is_none());
}

#[test]
fn default_alone_is_the_answer_to_a_success_unless_refusals_have_it() {
    let contract = read(
        "openapi: 3.1.0\npaths:\n  /boats:\n    get:\n      responses:\n        default: {description: B, content: \
         {application/json: {schema: {$ref: '#/components/schemas/Boat'}}}}\n  /trams:\n    get:\n      responses:\n        \
         default: {$ref: '#/components/responses/Refused'}\n    post:\n      responses:\n        '200': {description: \
         T}\n        default: {$ref: '#/components/responses/Refused'}\n  /ships:\n    get:\n      responses:\n        \
         '404': {description: N, content: {application/json: {schema: {$ref: '#/components/schemas/Fault'}}}}\n        \
         default: {description: D, content: {application/json: {schema: {$ref: '#/components/schemas/Fault'}}}}\n  \
         /rafts:\n    get:\n      responses:\n        default: {description: D}\ncomponents:\n  schemas:\n    Boat: {type: \
         object, required: [id], properties: {id: {type: integer}}}\n    Fault: {type: object}\n  responses:\n    \
         Refused: {description: R, content: {application/json: {schema: {type: object}}}}\n",
    );
    let of = |id: &str| {
        let mut all = contract.operations.iter();
        all.find(|one| one.id.to_string() == id).unwrap()
    };
    let boats = of("get-boats");
    let answer = boats.response(Format::Json).unwrap();
    assert_eq!(boats.source.slice(answer.body).trim(), "{\"id\": 1}");
    // Whatever code a success has, it is that one.
    assert!(boats.success.codes.contains(&201) && boats.success.other.is_empty());
    assert!(unread(boats).is_empty());
    for id in ["get-trams", "get-ships", "get-rafts"] {
        assert!(of(id).documents_no_answer() && of(id).success.codes.is_empty());
        let told = unread(of(id));
        assert!(
            told[0].ends_with("`default` alone, which may be a refusal"),
            "{told:?}"
        );
    }
}

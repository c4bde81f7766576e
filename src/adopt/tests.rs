use serde_json::json;
use time::macros::date;

use super::*;
use crate::client::tests_support::{exchange, request, response};
use crate::client::{Request, Response};
use crate::contract;
use crate::profile::{NotedType, Repeats};
use crate::report;
use crate::source::Source;

const PAGE: &str = r#"GET api/2.0/thing/{id}
Parameters
Name Description Type Example
id
sent in url
The thing number 1
Returns
Thing
Example Response
application/json
{"status": 0, "response": {"Name": "a", "Count": 1, "IsOpen": true, "Note": "x", "Parts": [{"Size": 1, "Mark": "m"}], "Created": "2020-12-08T17:37:04.591Z"}}
"#;

/// A thing as the page has it.
fn thing() -> Value {
    json!({
        "Name": "b", "Count": 2, "IsOpen": false, "Note": "y",
        "Parts": [{"Size": 3, "Mark": "n"}], "Created": "2021-01-02T03:04:05.678Z",
    })
}

/// A thing that is otherwise.
fn but(change: impl FnOnce(&mut Value)) -> Value {
    let mut thing = thing();
    change(&mut thing);
    thing
}

fn without(thing: &mut Value, name: &str) {
    thing.as_object_mut().unwrap().shift_remove(name);
}

fn contract_of(page: &str) -> Contract {
    contract::of_sources(vec![Source::new("page.txt", page)]).unwrap()
}

fn answer(number: usize, body: &Value) -> Answer {
    Answer {
        operation: 0,
        format: Format::Json,
        exchange: Exchange {
            request: Request {
                path: format!("api/2.0/thing/{number}"),
                accept: "application/json".to_owned(),
                ..request()
            },
            ..exchange(Ok(Response {
                content_types: vec!["application/json".to_owned()],
                ..response(200, &body.to_string())
            }))
        },
        is_masked: false,
        asked: Asked {
            by_ending: false,
            otherwise: true,
        },
        about: format!("api/2.0/thing/{number}"),
        likeness: body.to_string().into_bytes(),
    }
}

/// What is proposed over the built-in profile that fits best.
fn best(contract: &Contract, answers: &[Answer]) -> Draft {
    best_beside(contract, answers, &Refusals::default())
}

fn best_beside(contract: &Contract, answers: &[Answer], refusals: &Refusals) -> Draft {
    let bases = ["as-documented", "community-server"].map(str::to_owned);
    best_over(&bases, contract, answers, refusals)
}

fn best_over(
    bases: &[String],
    contract: &Contract,
    answers: &[Answer],
    refusals: &Refusals,
) -> Draft {
    let adopting = Adopting {
        contract,
        answers,
        refusals,
        is_denied: &|rule| rule.entry().level == crate::level::Level::Deny,
        write: &report::adopted_profile,
        until: None,
    };
    let first = Draft::new("as-documented", "thing", date!(2026 - 11 - 26));
    adopting.best(&first, bases).unwrap()
}

/// What is proposed for whole answers.
fn drafted_of(page: &str, bodies: &[Value]) -> Draft {
    let contract = contract_of(page);
    let answers: Vec<Answer> = bodies
        .iter()
        .enumerate()
        .map(|(number, body)| answer(number, body))
        .collect();
    let draft = best(&contract, &answers);
    // The text is a profile that means documented members alone.
    let text = report::adopted_profile(&draft);
    let profile = profile::parse("thing", &text).unwrap();
    profile
        .check(&contract)
        .unwrap_or_else(|error| panic!("{error}\n{text}"));
    draft
}

/// What is proposed for things in the documented envelope.
fn drafted(things: &[Value]) -> Draft {
    let bodies: Vec<Value> = things
        .iter()
        .map(|thing| json!({"status": 0, "response": thing}))
        .collect();
    drafted_of(PAGE, &bodies)
}

fn notes(draft: &Draft) -> Vec<&NoteEntry> {
    let notes = draft.entries.iter().filter_map(|entry| match &entry.says {
        Says::Note(note) => Some(note),
        _ => None,
    });
    notes.collect()
}

fn members(draft: &Draft) -> Vec<&MemberEntry> {
    let members = draft.entries.iter().filter_map(|entry| match &entry.says {
        Says::Member(member) => Some(member),
        _ => None,
    });
    members.collect()
}

#[test]
fn answers_that_keep_the_contract_need_no_entry() {
    let draft = drafted(&[thing(), thing()]);
    assert_eq!(
        (draft.base.as_str(), draft.entries.len()),
        ("as-documented", 0)
    );
}

#[test]
fn a_member_that_some_answers_lack_is_optional_and_says_how_many() {
    let lacks = |thing: &mut Value| without(thing, "Note");
    let draft = drafted(&[thing(), but(lacks), but(lacks)]);
    let [note] = notes(&draft)[..] else {
        panic!("{draft:?}")
    };
    assert_eq!(
        (note.at.as_str(), note.optional, note.never),
        ("Note", true, false)
    );
    assert_eq!(note.definition.as_deref(), Some("Thing"));
    let evidence = &draft.entries[0].evidence;
    assert_eq!((evidence.times, evidence.of, evidence.answers), (2, 3, 3));
    assert_eq!(evidence.operations, ["get-thing-id"]);
}

#[test]
fn what_nobody_sends_is_called_so_after_ten_answers_alone() {
    let lacks = |thing: &mut Value| without(thing, "Note");
    for (answers, never) in [(FEW - 1, false), (FEW, true)] {
        let draft = drafted(&vec![but(lacks); answers]);
        let [note] = notes(&draft)[..] else {
            panic!("{draft:?}")
        };
        assert_eq!((note.never, note.optional), (never, !never), "{answers}");
    }
}

#[test]
fn a_member_that_a_flag_decides_about_is_asked_for_where_it_says_so() {
    let of = |open: bool| {
        but(|thing| {
            thing["IsOpen"] = json!(open);
            if !open {
                without(thing, "Note");
            }
        })
    };
    let draft = drafted(
        &[
            true, false, true, false, true, false, true, false, false, false,
        ]
        .map(of),
    );
    let [note] = notes(&draft)[..] else {
        panic!("{draft:?}")
    };
    let when = note.when.as_ref().unwrap();
    assert_eq!(
        (when.member.as_str(), when.is, when.only),
        ("IsOpen", true, true)
    );
    assert!(!note.optional);
    // What so few show may be chance.
    let draft = drafted(&[true, false, true, false, true, false].map(of));
    let [note] = notes(&draft)[..] else {
        panic!("{draft:?}")
    };
    assert!(note.when.is_none() && note.optional);
}

#[test]
fn types_and_null_are_said_of_the_member_and_of_nothing_else() {
    let draft = drafted(&[
        but(|thing| thing["Count"] = json!("2")),
        but(|thing| {
            thing["Count"] = json!("3");
            thing["Parts"][0]["Mark"] = Value::Null;
        }),
    ]);
    let notes = notes(&draft);
    let find = |at: &str| notes.iter().find(|note| note.at == at).unwrap();
    assert_eq!(notes.len(), 2, "{draft:?}");
    assert_eq!(find("Count").kind, Some(NotedType::Text));
    assert!(find("Parts/*/Mark").nullable && find("Parts/*/Mark").kind.is_none());
}

#[test]
fn a_member_that_is_absent_in_some_and_null_in_others_is_one_entry() {
    let draft = drafted(&[
        but(|thing| without(thing, "Note")),
        but(|thing| thing["Note"] = Value::Null),
        thing(),
    ]);
    let [note] = notes(&draft)[..] else {
        panic!("{draft:?}")
    };
    assert!(note.optional && note.nullable);
}

#[test]
fn undocumented_members_that_are_always_there_are_asked_for() {
    let more = |thing: &mut Value| thing["Extra"] = json!(7);
    let draft = drafted(&[but(more), but(more)]);
    let [member] = members(&draft)[..] else {
        panic!("{draft:?}")
    };
    assert_eq!(
        (member.name.as_str(), member.kind),
        ("Extra", NotedType::Integer)
    );
    assert!(!member.optional && draft.entries[0].only_asks());
    // One that comes and goes breaks nothing, and is not asked for; nor is one that may be named after data.
    let draft = drafted(&[but(more), thing()]);
    assert!(members(&draft).is_empty(), "{draft:?}");
    let draft = drafted(&vec![but(|thing| thing["Anna Berg"] = json!(7)); 3]);
    assert!(members(&draft).is_empty(), "{draft:?}");
}

/// A thing with one member under another name.
fn renamed(from: &str, to: &str) -> Value {
    but(|thing| {
        let value = thing.as_object_mut().unwrap().shift_remove(from).unwrap();
        thing[to] = value;
    })
}

#[test]
fn a_renamed_member_is_nobodys_and_its_new_name_is_asked_for() {
    let draft = drafted(&vec![renamed("Note", "Remark"); FEW]);
    let [note] = notes(&draft)[..] else {
        panic!("{draft:?}")
    };
    let [member] = members(&draft)[..] else {
        panic!("{draft:?}")
    };
    assert!(note.never);
    assert_eq!(member.name, "Remark");
}

#[test]
fn what_stands_there_by_a_name_of_the_same_letters_stays_a_finding() {
    let is_left = |draft: &Draft| notes(draft).is_empty() && members(draft).is_empty();
    for (from, to) in [
        ("Note", "note"),
        ("Note", "NOTE"),
        ("IsOpen", "is_open"),
        ("IsOpen", "Is-Open"),
    ] {
        for times in [1, FEW] {
            // Whether all say it or some.
            let mut things = vec![renamed(from, to); times];
            let draft = drafted(&things);
            assert!(is_left(&draft), "{draft:?}");
            things.push(thing());
            let draft = drafted(&things);
            assert!(is_left(&draft), "{draft:?}");
        }
    }
    let inside = |thing: &mut Value| thing["Parts"] = json!([{"size": 3, "Mark": "n"}]);
    assert!(is_left(&drafted(&vec![but(inside); FEW])));
    // Beside the documented one it is another member.
    let more = |thing: &mut Value| thing["note"] = json!("z");
    let draft = drafted(&vec![but(more); FEW]);
    let [member] = members(&draft)[..] else {
        panic!("{draft:?}")
    };
    assert_eq!(member.name, "note");
}

#[test]
fn pages_of_which_most_members_are_in_no_answer_are_hardly_the_portals() {
    let without_all =
        |names: &[&str]| but(|thing| names.iter().for_each(|name| without(thing, name)));
    let most = ["Name", "Count", "IsOpen", "Note"];
    for times in [1, FEW] {
        // Eight are documented: six of the thing, two of its parts.
        let draft = drafted(&vec![without_all(&most); times]);
        assert_eq!((draft.absent(), draft.documented), (4, 8), "{draft:?}");
        assert!(!draft.is_of_other_pages());
        assert_eq!(report::adopted_doubt(&draft), None);
        let more = ["Name", "Count", "IsOpen", "Note", "Created"];
        let draft = drafted(&vec![without_all(&more); times]);
        assert!(draft.is_of_other_pages(), "{draft:?}");
        let doubt = report::adopted_doubt(&draft).unwrap();
        assert_eq!(
            doubt,
            "these are hardly the pages of this portal: 5 of 8 documented members are in no answer; \
             name its own with --pages (exit 1)\n"
        );
    }
    let draft = drafted(&[thing()]);
    assert_eq!((draft.absent(), draft.documented), (0, 8));
}

#[test]
fn members_around_the_payload_are_typed_and_what_they_repeat_is_seen() {
    let body = |number: i64| json!({"status": 200, "response": thing(), "found": 1, "edition": "x", "page": number});
    let draft = drafted_of(PAGE, &[body(1), body(2)]);
    let find = |name: &str| {
        draft.entries.iter().find_map(|entry| match &entry.says {
            Says::Envelope(envelope) if envelope.name == name => Some(envelope),
            _ => None,
        })
    };
    assert_eq!(find("status").unwrap().equals, Some(Repeats::StatusCode));
    assert_eq!(find("found").unwrap().equals, Some(Repeats::Items));
    assert_eq!(find("edition").unwrap().kind, NotedType::Text);
    let page = find("page").unwrap();
    assert_eq!(
        (page.kind, page.equals, page.constant),
        (NotedType::Integer, None, None)
    );
    assert_eq!(draft.entries.len(), 4, "{draft:?}");
}

/// The same with names in camel case.
fn camel(value: &Value) -> Value {
    let text = value.to_string();
    let text = [
        "Name", "Count", "IsOpen", "Note", "Parts", "Size", "Mark", "Created",
    ]
    .iter()
    .fold(text, |text, name| {
        let (first, rest) = name.split_at(1);
        text.replace(
            &format!("\"{name}\""),
            &format!("\"{}{rest}\"", first.to_lowercase()),
        )
    });
    serde_json::from_str::<Value>(&text).unwrap()
}

#[test]
fn of_profiles_that_fit_alike_the_one_that_needs_fewer_entries_is_extended() {
    let date = json!("2021-01-02T03:04:05.6789012Z");
    let thing = camel(&but(|thing| thing["Created"] = date));
    let body = json!({"count": 1, "status": 0, "statusCode": 200, "response": thing});
    let draft = drafted_of(PAGE, &[body.clone(), body]);
    assert_eq!(draft.base, "community-server", "{draft:?}");
}

/// An `OpenAPI` document whose answers have no envelope, of one boat.
const BARE: &str = "openapi: 3.0.0\npaths:\n  /boats/{id}:\n    get:\n      parameters: [{name: id, in: path, required: \
                    true, schema: {type: integer}, example: 1}]\n      responses:\n        '200':\n          description: \
                    Boat\n          content:\n            application/json:\n              schema: {type: object, required: \
                    [id, name, sails, crew], properties: {id: {type: integer}, name: {type: string}, sails: {type: \
                    boolean}, crew: {type: array, items: {type: string}}}}\n";

#[test]
fn a_profile_that_looks_for_the_payload_elsewhere_fits_no_better_for_having_nothing_to_break() {
    let contract = contract::of_sources(vec![Source::new("boats.yaml", BARE)]).unwrap();
    let boats = [
        json!({"id": 1, "name": null, "crew": ["a"]}),
        json!({"id": 2, "name": 7, "sails": "yes", "crew": [1]}),
    ];
    let answers: Vec<Answer> = boats
        .iter()
        .enumerate()
        .map(|(at, boat)| answer(at + 1, boat))
        .collect();
    for bases in [
        ["as-documented", "community-server"],
        ["community-server", "as-documented"],
    ] {
        let bases = bases.map(str::to_owned);
        let draft = best_over(&bases, &contract, &answers, &Refusals::default());
        assert_eq!(draft.base, "as-documented", "{draft:?}");
        let is_of_payload = |entry: &Entry| !matches!(entry.says, Says::Envelope(_));
        assert!(draft.entries.iter().all(is_of_payload), "{draft:?}");
    }
    // Where each finds what is documented, the one that it breaks less is taken.
    let wrapped =
        |boat: &Value| json!({"count": 1, "status": 0, "statusCode": 200, "response": boat});
    let whole = json!({"id": 1, "name": "a", "sails": true, "crew": []});
    let mut answers = vec![answer(1, &wrapped(&whole))];
    // What is null is left out.
    answers.push(answer(
        2,
        &json!({"count": 1, "status": 0, "statusCode": 200}),
    ));
    let bases = ["as-documented", "community-server"].map(str::to_owned);
    let draft = best_over(&bases, &contract, &answers, &Refusals::default());
    assert_eq!(draft.base, "community-server", "{draft:?}");
}

#[test]
fn names_in_camel_case_are_one_entry() {
    let draft = drafted(&[camel(&thing()), camel(&thing())]);
    let says: Vec<&Says> = draft.entries.iter().map(|entry| &entry.says).collect();
    assert_eq!(says, [&Says::MemberCase(MemberCase::Camel)]);
}

/// An answer in XML.
fn in_xml(number: usize, body: &str) -> Answer {
    let mut answer = answer(number, &Value::Null);
    answer.format = Format::Xml;
    answer.exchange.request.accept = "text/xml".to_owned();
    if let Ok(response) = &mut answer.exchange.outcome {
        response.content_types = vec!["text/xml".to_owned()];
        response.body = body.into();
    }
    answer.likeness = body.into();
    answer
}

#[test]
fn what_is_said_of_too_much_is_taken_back_and_nothing_else_is() {
    const XML: &str = "<result><status>0</status><response><Name>b</Name><Count>2</Count>\
         <IsOpen>False</IsOpen><Note>y</Note><Parts><Size>3</Size><Mark>n</Mark></Parts>\
         <Created>2021-01-02T03:04:05.678Z</Created>MORE</response></result>";
    let page = format!("{PAGE}application/xml\n{}\n", XML.replace("MORE", ""));
    // Two members more in JSON, one of them in XML; and one that is in another letter case before.
    let body = json!({"status": 0, "response": but(|thing| {
        thing["Parts"] = json!([{"size": 3, "Mark": "n"}]);
        thing["Extra"] = json!(7);
        thing["Size"] = json!(7);
    })});
    let contract = contract_of(&page);
    let mut answers: Vec<Answer> = (0..FEW).map(|number| answer(number, &body)).collect();
    answers.push(in_xml(FEW, &XML.replace("MORE", "<Size>7</Size>")));
    let draft = best(&contract, &answers);
    let names: Vec<&str> = members(&draft)
        .iter()
        .map(|one| one.name.as_str())
        .collect();
    assert_eq!(names, ["Size"], "{draft:?}");
    let mut entries = draft.entries.iter();
    assert!(
        entries.any(|entry| entry.says == Says::FractionDigits(3)),
        "{draft:?}"
    );
}

/// What is proposed for answers of a document that shows one resource, as it is or around more.
fn drafted_of_document(bodies: &[Value]) -> Draft {
    let text = "openapi: 3.1.0\npaths:\n  /api/2.0/thing/{id}:\n    get:\n      parameters: [{name: id, in: path, \
                required: true, schema: {type: integer}}]\n      responses:\n        '200':\n          description: x\n          \
                content:\n            application/json:\n              schema: {type: object, required: [Name, Count, \
                IsOpen], properties: {Name: {type: string}, Count: {type: integer}, IsOpen: {type: boolean}}}\n";
    let contract = contract::of_sources(vec![Source::new("thing.yaml", text)]).unwrap();
    let answers: Vec<Answer> = bodies
        .iter()
        .enumerate()
        .map(|(number, body)| answer(number, body))
        .collect();
    best(&contract, &answers)
}

#[test]
fn what_stands_around_all_that_is_documented_is_the_envelope() {
    let thing = json!({"Name": "b", "Count": 2, "IsOpen": false});
    let drafted = |body: &Value| drafted_of_document(&vec![body.clone(); FEW]);
    let draft = drafted(&json!({"data": thing}));
    let of_data = |entry: &Entry| match &entry.says {
        Says::Payload {
            name, of_schemas, ..
        } => name == "data" && *of_schemas,
        _ => false,
    };
    assert!(draft.entries.iter().any(of_data), "{draft:?}");
    assert_eq!(draft.base, "as-documented");
    assert!(notes(&draft).is_empty(), "{draft:?}");
    let draft = drafted(&json!({"ok": true, "data": {"name": "b", "count": 2, "isOpen": false}}));
    assert!(draft.entries.iter().any(of_data), "{draft:?}");
    // What stands in its place, or below one of two, has nothing around it.
    for body in [
        thing.clone(),
        json!({"Name": "b", "Count": 2, "IsOpen": false, "data": thing}),
        json!({"data": thing, "more": thing}),
    ] {
        let draft = drafted(&body);
        assert!(!draft.entries.iter().any(of_data), "{body} {draft:?}");
    }
}

#[test]
fn the_fraction_is_said_of_date_times_that_it_holds_for_alone() {
    let fraction = |name: &str| {
        let page = PAGE.replace("Created", name);
        let things = (0..FEW).map(|_| {
            let mut thing = but(|thing| without(thing, "Created"));
            thing[name] = json!("2021-01-02T03:04:05.678Z");
            json!({"status": 0, "response": thing})
        });
        let draft = drafted_of(&page, &things.collect::<Vec<_>>());
        let mut entries = draft.entries.iter();
        entries.any(|entry| matches!(entry.says, Says::FractionDigits(3)))
    };
    assert!(fraction("Created"));
    assert!(!fraction("startDate"));
}

/// The same with all names by one rule.
fn spelled(case: MemberCase, value: &Value) -> Value {
    match value {
        Value::Object(members) => {
            let members = members.iter();
            let members = members.map(|(name, value)| (case.spelled(name), spelled(case, value)));
            Value::Object(members.collect())
        }
        Value::Array(items) => items.iter().map(|item| spelled(case, item)).collect(),
        value => value.clone(),
    }
}

#[test]
fn names_by_any_rule_are_one_entry_and_what_else_is_otherwise_is_said_of_documented_names() {
    let things = [thing(), but(|thing| without(thing, "Note"))];
    for case in MemberCase::ALL {
        let things = things.each_ref().map(|thing| spelled(case, thing));
        let draft = drafted(&things);
        // Those of the page are in Pascal case already.
        let is_said = !matches!(case, MemberCase::Documented | MemberCase::Pascal);
        let said = is_said.then_some(Says::MemberCase(case));
        let says: Vec<Says> = draft.entries.iter().map(|one| one.says.clone()).collect();
        let (cases, others): (Vec<Says>, Vec<Says>) = says
            .into_iter()
            .partition(|says| matches!(says, Says::MemberCase(_)));
        assert_eq!(cases, Vec::from_iter(said), "{draft:?}");
        let [Says::Note(note)] = &others[..] else {
            panic!("{draft:?}")
        };
        assert_eq!((note.at.as_str(), note.optional), ("Note", true));
    }
}

#[test]
fn a_profile_that_does_not_know_the_names_fits_no_better_for_having_nothing_to_break() {
    // What is broken here stays so under the right names, and would not be seen under others.
    let twice = |thing: &Value| {
        let text = thing.to_string();
        let text = text.replacen("\"Name\":\"b\"", "\"Name\":\"b\",\"Name\":\"b\"", 1);
        format!("{{\"status\":0,\"response\":{text}}}")
    };
    let contract = contract_of(PAGE);
    let mut answer = answer(1, &json!({}));
    if let Ok(response) = &mut answer.exchange.outcome {
        response.body = twice(&thing()).into_bytes();
    }
    let draft = best(&contract, &[answer]);
    assert_eq!(draft.base, "as-documented");
    assert!(notes(&draft).is_empty(), "{draft:?}");
}

#[test]
fn what_an_operation_answers_gets_a_name_where_the_page_gives_none() {
    let page = PAGE.replace("Returns\nThing\n", "Returns\nThe thing as it is\n");
    let lacks = but(|thing| without(thing, "Note"));
    let bodies = [&thing(), &lacks].map(|thing| json!({"status": 0, "response": thing}));
    let draft = drafted_of(&page, &bodies);
    let [note] = notes(&draft)[..] else {
        panic!("{draft:?}")
    };
    assert_eq!(note.definition.as_deref(), Some("get-thing-id"));
    let named = Says::Definition("get-thing-id".to_owned());
    assert!(
        draft.entries.iter().any(|entry| entry.says == named),
        "{draft:?}"
    );
}

#[test]
fn the_same_answer_again_is_counted_once() {
    let body = json!({"status": 0, "response": thing()});
    let masked = Answer {
        is_masked: true,
        ..answer(1, &body)
    };
    let mut by_ending = answer(1, &body);
    by_ending.exchange.request.path.push_str(".json");
    by_ending.asked = Asked::by(&by_ending.exchange.request.path, Format::Json);
    let changed = answer(
        1,
        &json!({"status": 0, "response": but(|thing| without(thing, "Note"))}),
    );
    let all = vec![
        masked,
        by_ending,
        answer(1, &body),
        answer(2, &body),
        changed,
    ];
    let distinct = distinct(all);
    let told: Vec<(&str, bool)> = distinct
        .iter()
        .map(|one| (one.exchange.request.path.as_str(), one.is_masked))
        .collect();
    let expected = [
        ("api/2.0/thing/1.json", false),
        ("api/2.0/thing/2", false),
        ("api/2.0/thing/1", false),
    ];
    assert_eq!(told, expected);
    // It was asked for in both ways.
    assert!(distinct[0].asked.by_ending && distinct[0].asked.otherwise);
    assert!(!distinct[1].asked.by_ending);
}

#[test]
fn what_no_two_reads_tell_alike_is_said_to_vary_and_loose_ids_are_said() {
    let read = |operation: &str, member: &str| {
        let place = (operation.to_owned(), Format::Json, member.to_owned());
        Refusals {
            varying: [(place, 6)].into(),
            loose: 1,
            loose_of: 2,
            ..Refusals::default()
        }
    };
    let contract = contract_of(PAGE);
    let body = |took: u8| json!({"status": 0, "response": thing(), "took": took});
    let answers: Vec<Answer> = (1..3)
        .map(|number| answer(number.into(), &body(number)))
        .collect();
    for (member, at) in [("Note", "Note"), ("Parts/*/Mark", "Parts/*/Mark")] {
        let draft = best_beside(&contract, &answers, &read("get-thing-id", member));
        let [note] = notes(&draft)[..] else {
            panic!("{draft:?}")
        };
        assert_eq!(
            (note.at.as_str(), note.varies, note.optional),
            (at, true, false)
        );
        let text = report::adopted_profile(&draft);
        let profile = profile::parse("thing", &text).unwrap();
        assert_eq!(profile.refusal.exact_ids, profile::ExactIds::Never);
        let answer = profile
            .answer(&contract.operations[0], Format::Json)
            .unwrap();
        let shape = answer
            .envelope
            .at(&format!("/response/{}", member.replace('*', "0")));
        assert!(shape.unwrap().shape.varies, "{text}");
        let summary = report::adopted_summary(&draft);
        assert!(
            summary.contains("another value each time in 6 of 6 answers"),
            "{summary}"
        );
        assert!(summary.contains("such as `+31`"), "{summary}");
    }
    // Around the payload, and what is no value.
    let draft = best_beside(&contract, &answers, &read("get-thing-id", "took"));
    let text = report::adopted_profile(&draft);
    let profile = profile::parse("thing", &text).unwrap();
    let answer = profile
        .answer(&contract.operations[0], Format::Json)
        .unwrap();
    assert!(
        answer.envelope.member("took").unwrap().shape.varies,
        "{text}"
    );
    let draft = best_beside(&contract, &answers, &read("get-thing-id", "Parts"));
    assert!(notes(&draft).is_empty(), "{draft:?}");
}

#[test]
fn names_that_are_data_are_no_members() {
    let text = "openapi: 3.1.0\npaths:\n  /prices:\n    get:\n      responses:\n        '200':\n          \
                description: x\n          content:\n            application/json:\n              schema: \
                {$ref: '#/components/schemas/Prices'}\ncomponents:\n  schemas:\n    Prices: {type: object, properties: \
                {id: {type: integer}, by: {type: object, additionalProperties: {type: integer}}, more: {type: object}}}\n";
    let contract = contract::of_sources(vec![Source::new("prices.yaml", text)]).unwrap();
    let body = json!({"id": 1, "by": {"eur": 2, "usd": 3}, "more": {"color": "red"}});
    let answers: Vec<Answer> = (0..FEW).map(|number| answer(number, &body)).collect();
    let draft = best(&contract, &answers);
    assert!(
        members(&draft).is_empty() && notes(&draft).is_empty(),
        "{draft:?}"
    );
    // What stands by them is said of all.
    let body = json!({"id": 1, "by": {"eur": "2", "usd": "3"}, "more": {}});
    let answers: Vec<Answer> = (0..FEW).map(|number| answer(number, &body)).collect();
    let bases = ["as-documented".to_owned()];
    let draft = best_over(&bases, &contract, &answers, &Refusals::default());
    let [note] = notes(&draft)[..] else {
        panic!("{draft:?}")
    };
    assert_eq!(
        (note.at.as_str(), note.kind),
        ("by/*", Some(NotedType::Text))
    );
}

/// A summary of what answers to some questions show: the number of the thing and the body.
fn counted(answers: &[(usize, Value)]) -> Draft {
    let contract = contract_of(PAGE);
    let answers: Vec<Answer> = answers
        .iter()
        .map(|(number, body)| answer(*number, body))
        .collect();
    best(&contract, &distinct(answers))
}

#[test]
fn reads_of_one_resource_are_one_however_they_vary() {
    let lacks = but(|thing| {
        without(thing, "Note");
        thing["Extra"] = json!(7);
    });
    let read = |number: usize, mark: usize| {
        let request = format!("r{mark}");
        (
            number,
            json!({"status": 0, "response": lacks, "request_id": request}),
        )
    };
    let one: Vec<_> = (0..19).map(|mark| read(1, mark)).collect();
    let draft = counted(&one);
    let [note] = notes(&draft)[..] else {
        panic!("{draft:?}")
    };
    assert!(note.optional && !note.never, "{draft:?}");
    for entry in &draft.entries {
        assert_eq!(
            (entry.evidence.of, entry.evidence.answers),
            (1, 1),
            "{entry:?}"
        );
    }
    let summary = report::adopted_summary(&draft);
    assert!(
        summary.contains("absent in 1 of 1 answer (only 1 answer: few)"),
        "{summary}"
    );
    // Ten things, each of them twice.
    let ten: Vec<_> = (0..2 * FEW).map(|mark| read(mark % FEW, mark)).collect();
    let draft = counted(&ten);
    let [note] = notes(&draft)[..] else {
        panic!("{draft:?}")
    };
    assert!(note.never, "{draft:?}");
    let evidence = &draft.entries.last().unwrap().evidence;
    assert_eq!(
        (evidence.times, evidence.of, evidence.answers),
        (FEW, FEW, FEW)
    );
}

#[test]
fn a_flag_that_a_few_things_have_decides_nothing_however_often_they_are_read() {
    let of = |number: usize, mark: usize| {
        let thing = but(|thing| {
            thing["IsOpen"] = json!(number.is_multiple_of(2));
            if !number.is_multiple_of(2) {
                without(thing, "Note");
            }
        });
        (
            number,
            json!({"status": 0, "response": thing, "mark": mark}),
        )
    };
    for (things, is_told) in [(4, false), (FEW, true)] {
        let reads: Vec<_> = (0..40).map(|mark| of(mark % things, mark)).collect();
        let draft = counted(&reads);
        let [note] = notes(&draft)[..] else {
            panic!("{draft:?}")
        };
        assert_eq!((note.when.is_some(), note.optional), (is_told, !is_told));
    }
}

#[test]
fn items_of_lists_are_counted_once_by_their_ids() {
    let page = PAGE
        .replace("{\"Name\": \"a\",", "[{\"ID\": 7, \"Name\": \"a\",")
        .replace("Z\"}}", "Z\"}]}");
    let contract = contract_of(&page);
    let item = |id: usize| {
        but(|thing| {
            without(thing, "Note");
            thing["ID"] = json!(id);
        })
    };
    // Pages of a list that overlap, read again and again.
    let list = |from: usize, mark: usize| {
        let items: Vec<Value> = (from..from + 3).map(item).collect();
        answer(from, &json!({"status": 0, "response": items, "mark": mark}))
    };
    let answers: Vec<Answer> = (0..30).map(|mark| list(1 + mark % 3, mark)).collect();
    let draft = best(&contract, &answers);
    let [note] = notes(&draft)[..] else {
        panic!("{draft:?}")
    };
    assert!(note.optional && !note.never);
    let says = |entry: &&Entry| matches!(&entry.says, Says::Note(_));
    let evidence = &draft.entries.iter().find(says).unwrap().evidence;
    assert_eq!((evidence.times, evidence.of, evidence.answers), (5, 5, 3));
}

/// A thing in XML, with words for booleans and what else stands around it.
fn thing_in_xml(open: &str, around: &str, parts: &str) -> String {
    format!(
        "<result><status>0</status>{around}<response><Name>b</Name><Count>2</Count>\
         <IsOpen>{open}</IsOpen><Note>y</Note>{parts}<Created>2021-01-02T03:04:05.678Z</Created>\
         </response></result>"
    )
}

const PARTS: &str = "<Parts><Size>3</Size><Mark>n</Mark></Parts>";

/// The page with an example in XML.
fn page_with_xml() -> String {
    format!(
        "{PAGE}application/xml\n{}\n",
        thing_in_xml("False", "", PARTS)
    )
}

#[test]
fn words_of_booleans_are_known_where_all_answers_in_json_agree_and_marks_differ() {
    let contract = contract_of(&page_with_xml());
    let mut answers = Vec::new();
    for (number, open, word) in [(1, false, "no"), (2, true, "yes")] {
        for mark in 0..3 {
            let thing = but(|thing| thing["IsOpen"] = json!(open));
            let body = json!({"status": 0, "mark": format!("m{mark}"), "response": thing});
            answers.push(answer(number, &body));
            let around = format!("<mark>x{mark}</mark>");
            answers.push(in_xml(number, &thing_in_xml(word, &around, PARTS)));
        }
    }
    let words = Says::Words {
        yes: "yes".to_owned(),
        no: "no".to_owned(),
    };
    let draft = best(&contract, &answers);
    let found = draft.entries.iter().find(|entry| entry.says == words);
    assert_eq!(found.unwrap().evidence, Evidence::of(2, 2));
    // Where they do not, nobody knows which one is meant.
    let other = but(|thing| thing["IsOpen"] = json!(true));
    answers.push(answer(1, &json!({"status": 0, "response": other})));
    let draft = best(
        &contract,
        &answers[..6]
            .iter()
            .chain(answers.last())
            .cloned()
            .collect::<Vec<_>>(),
    );
    let is_words = |entry: &Entry| matches!(entry.says, Says::Words { .. });
    assert!(!draft.entries.iter().any(is_words), "{draft:?}");
}

#[test]
fn what_marks_each_answer_varies_where_no_format_says_what_the_other_does() {
    let contract = contract_of(&page_with_xml());
    let of = |marks: &dyn Fn(usize) -> String, things: usize| {
        let mut answers = Vec::new();
        for number in 0..things {
            let body = json!({"status": 0, "mark": marks(2 * number), "response": thing()});
            answers.push(answer(number, &body));
            let around = format!("<mark>{}</mark>", marks(2 * number + 1));
            answers.push(in_xml(number, &thing_in_xml("False", &around, PARTS)));
        }
        let draft = best(&contract, &answers);
        let mut said = draft.entries.iter();
        said.any(
            |entry| matches!(&entry.says, Says::Envelope(one) if one.name == "mark" && one.varies),
        )
    };
    let id = |at: usize| format!("16fd2706-8baf-433b-82eb-8c7fada8{at:04}");
    assert!(of(&id, 3));
    assert!(!of(&id, 2), "what so few show may be chance");
    assert!(!of(&|_| "edition-7".to_owned(), 4));
    assert!(!of(&|at| id(at / 2), 4), "both formats say the same");
    // Where one format alone came, many answers show it, and nothing that was asked for marks them.
    let of_one_in = |mark: &dyn Fn(usize) -> Value, things: usize, refusals: &Refusals| {
        let answers: Vec<Answer> = (0..things)
            .map(|at| {
                let body = json!({"status": 0, "mark": mark(at), "response": thing()});
                answer(at, &body)
            })
            .collect();
        let draft = best_beside(&contract, &answers, refusals);
        let mut said = draft.entries.iter();
        said.any(
            |entry| matches!(&entry.says, Says::Envelope(one) if one.name == "mark" && one.varies),
        )
    };
    let of_one = |mark: &dyn Fn(usize) -> Value, things: usize| {
        of_one_in(mark, things, &Refusals::default())
    };
    assert!(of_one(&|at| json!(id(at)), FEW));
    assert!(
        !of_one(&|at| json!(id(at)), FEW - 1),
        "so few may be chance"
    );
    assert!(!of_one(&|at| json!(at), FEW), "it says what was asked for");
    assert!(!of_one(&|at| json!(id(at / 2)), FEW), "it is told twice");
    let run = Refusals {
        loose_of: 1,
        ..Refusals::default()
    };
    assert!(
        !of_one_in(&|at| json!(id(at)), FEW, &run),
        "a run asks again"
    );
    let path = |at: usize| {
        format!(
            "/things/{}{}",
            at / 2,
            if at.is_multiple_of(2) { "" } else { ".xml" }
        )
    };
    assert!(!of(&path, 4), "a path is no mark");
}

#[test]
fn what_is_null_in_json_and_no_element_of_xml_is_said_as_both() {
    let contract = contract_of(&page_with_xml());
    let lacking = but(|thing| thing["Note"] = Value::Null);
    let null = json!({"status": 0, "response": lacking});
    let whole = json!({"status": 0, "response": thing()});
    let with = thing_in_xml("False", "", PARTS);
    let without = with.replace("<Note>y</Note>", "");
    let found = |second: &str| {
        let answers = [
            answer(1, &null),
            in_xml(1, &without),
            answer(2, &whole),
            in_xml(2, second),
        ];
        let draft = best(&contract, &answers);
        let notes = notes(&draft);
        let note = notes.iter().find(|note| note.at == "Note").unwrap();
        (note.nullable, note.optional)
    };
    assert_eq!(found(&with), (true, true));
    // What XML alone lacks stays a finding.
    assert_eq!(found(&without), (true, false));
}

#[test]
fn the_payload_is_what_holds_the_documented_members() {
    let found = |body: &dyn Fn(Value) -> Value| {
        let bodies = [thing(), but(|thing| thing["Count"] = json!(7))].map(body);
        let draft = drafted_of(PAGE, &bodies);
        let mut said = draft.entries.iter();
        said.find_map(|entry| match &entry.says {
            Says::Payload { name, .. } => Some(name.clone()),
            _ => None,
        })
    };
    let of = |name: &str| Some(name.to_owned());
    let data = |thing| json!({"status": 0, "meta": {"took": 3}, "data": thing});
    assert_eq!(found(&data), of("data"));
    let data = |thing| json!({"status": 0, "data": camel(&thing), "errors": []});
    assert_eq!(found(&data), of("data"));
    let data = |thing| json!({"status": 0, "data": thing, "links": [{"Name": "self"}]});
    assert_eq!(found(&data), of("data"));
    let twice = |thing: Value| json!({"status": 0, "old": thing, "new": thing});
    assert_eq!(found(&twice), None);
    assert_eq!(found(&|thing| thing), of(""));
    // Whatever in it holds as much as something else in it.
    let tied = |mut thing: Value| {
        for name in ["Old", "New"] {
            thing[name] = json!({"Name": "x"});
        }
        thing
    };
    assert_eq!(found(&tied), of(""));
    let page = PAGE
        .replace("{\"Name\"", "[{\"Name\"")
        .replace("Z\"}}", "Z\"}]}");
    let draft = drafted_of(&page, &[json!([thing()]), json!([])]);
    let [Says::Payload { name, .. }] = &draft
        .entries
        .iter()
        .map(|one| one.says.clone())
        .collect::<Vec<_>>()[..]
    else {
        panic!("{draft:?}")
    };
    assert_eq!(name, "");
    assert_eq!(
        found(&|thing| json!({"status": 0, "response": thing, "data": {}})),
        None
    );
}

#[test]
fn answers_without_an_envelope_are_adopted_and_their_members_judged() {
    let contract = contract_of(PAGE);
    let lacks = but(|thing| without(thing, "Note"));
    let answers = [answer(1, &thing()), answer(2, &lacks)];
    let draft = best(&contract, &answers);
    let [note] = notes(&draft)[..] else {
        panic!("{draft:?}")
    };
    assert_eq!((note.at.as_str(), note.optional), ("Note", true));
    assert_eq!(draft.entries.len(), 2, "{draft:?}");
    let text = report::adopted_profile(&draft);
    let profile = Arc::new(profile::parse("thing", &text).unwrap());
    let expectations = Expectations::of(&contract, &profile, false);
    let expectation = expectations.get(0, Format::Json).unwrap();
    let broken = |thing: &Value| {
        let reading = expectation.read(&answer(3, thing).exchange);
        let told = reading.violations.into_iter();
        told.map(|one| (one.rule, one.member)).collect::<Vec<_>>()
    };
    assert_eq!(broken(&lacks), []);
    let less = but(|thing| without(thing, "Name"));
    assert_eq!(broken(&less), [(Rule::Missing, "Name".to_owned())]);
}

#[test]
fn where_the_envelope_is_another_the_reviewed_ones_are_not_compared() {
    let url = "api/2.0/crm/contact/{contactid}";
    let of = |page: &str, body: &dyn Fn(Value) -> Value| {
        let things = [thing(), but(|thing| thing["Count"] = json!(7))];
        let draft = drafted_of(page, &things.map(body));
        let mut entries = draft.entries.iter();
        let is_said = entries.any(|one| one.says == Says::OwnSnapshots);
        (is_said, report::adopted_profile(&draft))
    };
    let page = PAGE
        .replace("api/2.0/thing/{id}", url)
        .replace("\nid\n", "\ncontactid\n");
    let data = |thing| json!({"status": 0, "data": thing});
    let (is_said, text) = of(&page, &data);
    assert!(is_said, "{text}");
    assert!(text.contains("what stands around the payload is otherwise"));
    let more = |thing| json!({"status": 0, "response": thing, "more": "x"});
    assert!(of(&page, &more).0);
    let lacks = |mut thing: Value| {
        without(&mut thing, "Note");
        json!({"status": 0, "response": thing})
    };
    assert!(!of(&page, &lacks).0, "the payload is not in them");
    assert!(!of(PAGE, &data).0, "there are none of these pages");
}

#[test]
fn nothing_is_said_around_a_payload_that_is_in_no_answer() {
    let body = json!({"about": "x", "first": {"a": 1}, "second": {"a": 1}, "third": [1]});
    let bodies = vec![body; FEW];
    let draft = drafted_of(PAGE, &bodies);
    assert_eq!(draft.entries, [], "{draft:?}");
    assert_eq!((draft.absent(), draft.documented), (6, 6));
    let doubt = report::adopted_doubt(&draft).unwrap();
    assert!(doubt.starts_with("these are hardly the pages of this portal: 6 of 6"));
    // What stands a step too deep is told where it stands.
    let deep = |thing| json!({"meta": {"code": 200}, "data": {"thing": thing}});
    let draft = drafted_of(PAGE, &vec![deep(thing()); FEW]);
    let doubt = report::adopted_doubt(&draft).unwrap();
    assert!(
        doubt.starts_with("what is documented stands below data/thing, deeper"),
        "{doubt}"
    );
}

#[test]
fn a_profile_is_not_extended_for_what_it_allows_in_vain() {
    let allows = "extends = \"as-documented\"\nname = \"loose\"\n\
        [[note]]\nat = \"Name\"\noptional = true\nbecause = \"x\"\n\
        [[note]]\nat = \"Note\"\noptional = true\nbecause = \"x\"\n\
        [[note]]\nat = \"Count\"\noptional = true\nbecause = \"x\"\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("loose.toml");
    std::fs::write(&path, allows).unwrap();
    let bases = [path.to_str().unwrap(), "as-documented"].map(str::to_owned);
    let contract = contract_of(PAGE);
    let of = |names: &[&str]| {
        let lacking = but(|thing| names.iter().for_each(|name| without(thing, name)));
        let answers: Vec<Answer> = (0..2 * FEW)
            .map(|number| {
                let thing = if number.is_multiple_of(2) {
                    thing()
                } else {
                    lacking.clone()
                };
                answer(number, &json!({"status": 0, "response": thing}))
            })
            .collect();
        best_over(&bases, &contract, &answers, &Refusals::default()).base
    };
    assert_eq!(of(&["Note"]), "as-documented");
    assert_eq!(of(&["Note", "Name"]), bases[0]);
}

#[test]
fn what_a_base_says_is_never_sent_is_asked_for_where_it_comes() {
    let never = "extends = \"as-documented\"\nname = \"less\"\n\
        [[note]]\nat = \"Note\"\ndefinition = \"Thing\"\nnever = true\nbecause = \"x\"\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("less.toml");
    std::fs::write(&path, never).unwrap();
    let bases = [path.to_str().unwrap().to_owned()];
    let contract = contract_of(PAGE);
    let of = |things: &[Value]| {
        let answers: Vec<Answer> = things
            .iter()
            .enumerate()
            .map(|(at, thing)| answer(at, &json!({"status": 0, "response": thing})))
            .collect();
        let draft = best_over(&bases, &contract, &answers, &Refusals::default());
        let text = report::adopted_profile(&draft);
        profile::parse("thing", &text).unwrap();
        notes(&draft).into_iter().cloned().collect::<Vec<_>>()
    };
    let lacks = but(|thing| without(thing, "Note"));
    assert_eq!(of(std::slice::from_ref(&lacks)), []);
    let [note] = &of(&[thing()])[..] else {
        panic!("it is asked for")
    };
    assert!(note.is_plain() && note.at == "Note");
    let [note] = &of(&[thing(), lacks])[..] else {
        panic!("it may come")
    };
    assert!(note.optional && !note.never);
}

#[test]
fn who_has_no_more_time_proposes_what_was_found_first() {
    let contract = contract_of(PAGE);
    let more = but(|thing| thing["Extra"] = json!("x"));
    let body = json!({ "status": 0, "response": more });
    let answers: Vec<Answer> = (0..12).map(|number| answer(number, &body)).collect();
    let refusals = Refusals::default();
    let entries = |until: Option<std::time::Instant>| {
        let adopting = Adopting {
            contract: &contract,
            answers: &answers,
            refusals: &refusals,
            is_denied: &|rule| rule.entry().level == crate::level::Level::Deny,
            write: &report::adopted_profile,
            until,
        };
        let first = Draft::new("as-documented", "thing", date!(2026 - 11 - 26));
        let bases = ["as-documented", "community-server"].map(str::to_owned);
        adopting.best(&first, &bases).unwrap().entries.len()
    };
    assert!(entries(Some(std::time::Instant::now())) < entries(None));
}

#[test]
fn other_codes_of_success_are_said_beside_those_of_what_was_not_asked() {
    let read = |code: &str| {
        json!({ "get": { "responses": { code: { "description": "d", "content": { "application/json": {
            "schema": { "type": "object", "properties": { "Name": { "type": "string" } } }
        }}}}}})
    };
    let document = json!({
        "openapi": "3.0.3", "info": { "title": "t", "version": "1" },
        "paths": { "/things": read("200"), "/others": read("206") }
    });
    let page = Source::new("api.json", &document.to_string());
    let contract = contract::of_sources(vec![page]).unwrap();
    let mut operations = contract.operations.iter();
    let asked = operations.position(|one| one.path.contains("things"));
    let answers: Vec<Answer> = (0..3)
        .map(|number| {
            let mut answer = answer(number, &json!({ "Name": "a" }));
            answer.operation = asked.unwrap();
            if let Ok(response) = &mut answer.exchange.outcome {
                response.status = 201;
            }
            answer
        })
        .collect();
    let draft = best(&contract, &answers);
    let says = draft.entries.iter().map(|entry| &entry.says);
    let codes: Vec<&Says> = says
        .filter(|says| matches!(says, Says::Success(..)))
        .collect();
    let expected = Says::Success("GET".to_owned(), vec![201, 206]);
    assert_eq!(codes, [&expected], "{draft:?}");
    // Under it, they keep the contract, and what nobody asked keeps its own.
    let profile = profile::parse("thing", &report::adopted_profile(&draft)).unwrap();
    for operation in &contract.operations {
        assert_eq!(profile.success_codes(operation), [201, 206]);
    }
}

//! The contract as an `OpenAPI` document: valid, and read back to the same contract.

use std::fs;

use portal_conformance::contract::{self, Contract, Format};
use portal_conformance::page::PageFiles;
use portal_conformance::profile::{self, Profile};
use portal_conformance::schema::{self, Notation};
use portal_conformance::shape::domain::Said;
use portal_conformance::shape::{Kind, Seen, Shape};
use portal_conformance::source::{Source, Span};
use serde_json::Value;

use crate::forms;
use crate::support::{program, project, run};

const PROFILES: [&str; 2] = ["as-documented", "community-server"];

fn built_in() -> Contract {
    contract::load(&PageFiles::default()).unwrap()
}

fn made_up() -> Contract {
    contract::of_sources(forms::pages()).unwrap()
}

fn harbour() -> Contract {
    let path = project().join("tests/suite/openapi/harbour-3.1.yaml");
    let text = fs::read_to_string(path).unwrap();
    contract::of_sources(vec![Source::new("harbour-3.1.yaml", &text)]).unwrap()
}

/// Pages whose answers have no envelope, or hold what an example cannot tell, and rows that say odd things.
fn odd() -> Contract {
    let texts = [
        "GET api/2.0/kite/{Id}/log\n\nParameters\nName Description Type Example\nid\nsent in Body\nWhich number 7\n\
         from\nsent in url\nFrom when DateTime\n\"2024-05-06\"\n\nReturns\nString\n\nExample Response\n\
         application/json\n{\"status\": 0, \"response\": [{\"a\": null, \"b\": [], \"c\": 1.5}, {\"a\": 1, \"d\": {}}]}\n",
        "DELETE api/2.0/kite/{id}\n\nReturns\nKite\n\nExample Response\napplication/json\n[1, 2]\n",
        "PUT api/2.0/kite\n\nParameters\nName Description Type Example\ntail\nsent in body\nTail object none\n\
         knots\nsent in body\nKnots Collection of numbers\ncollection\nthree\n\nExample\n\
         PUT api/2.0/kite?x=1\nHost: kites.example.com\n\n{\"tail\": {\"l\": 2}, \"knots\": [1, 2]}\n\n\
         Returns\nKite\n\nExample Response\ntext/xml\n<result><status>0</status><response><Id>1</Id>\
         <Tags>a</Tags><Tags>b</Tags></response></result>\n",
        "GET api/2.0/kite/winds\n\nReturns\nDictionary<string, double>\n\nExample Response\napplication/json\n\
         {\"status\": 0, \"response\": {\"north\": 1.5, \"south\": 2}}\n",
        "GET api/2.0/kite/days\n\nReturns\nDays\n\nExample Response\napplication/json\n{\"status\": 0, \
         \"response\": [{\"of\": \"a\", \"flights\": {\"2024-05-06\": {\"long\": true}}}]}\ntext/xml\n<result><status>0\
         </status><response><of>a</of><flights><_x0032_024-05-06><long>True</long></_x0032_024-05-06></flights>\
         </response></result>\n",
        "POST api/2.0/kite/@self\n\nDescription\n\nFlies it.\n\nReturns\nNothing\n",
    ];
    let sources = texts.iter().enumerate();
    let sources = sources.map(|(at, text)| Source::new(&format!("kite-{at}.txt"), text));
    contract::of_sources(sources.collect()).unwrap()
}

fn contracts() -> [(&'static str, Contract); 4] {
    [
        ("built-in", built_in()),
        ("made-up", made_up()),
        ("harbour", harbour()),
        ("odd", odd()),
    ]
}

/// A shape without its places and the examples that it was made of.
pub(crate) fn placeless(mut shape: Shape) -> Shape {
    if let Some(domain) = &mut shape.domain {
        domain.said = Said::default();
    }
    match &mut shape.kind {
        Kind::List(item) => **item = placeless((**item).clone()),
        Kind::Object(object) => {
            object.examples = Seen::default();
            for member in &mut object.members {
                member.seen = Seen::default();
                let is_promised = member.promised().is_some();
                member.span = Span {
                    start: 0,
                    end: usize::from(is_promised),
                };
                member.shape = placeless(member.shape.clone());
            }
            if let Some(other) = &mut object.others {
                **other = placeless((**other).clone());
            }
        }
        _ => {}
    }
    shape
}

/// What the answers of all operations look like.
fn answers(contract: &Contract, profile: &Profile) -> Vec<String> {
    let operations = contract.operations.iter();
    operations
        .flat_map(|operation| {
            Format::ALL.map(|format| {
                let answer = profile.answer(operation, format).map(|mut answer| {
                    answer.envelope = placeless(answer.envelope);
                    answer
                });
                format!("{} {format} {answer:#?}", operation.id)
            })
        })
        .collect()
}

#[test]
fn a_document_is_read_back_to_the_same_contract() {
    for (name, written) in contracts() {
        for profile_name in PROFILES {
            let profile = profile::load(profile_name).unwrap();
            let document = schema::openapi(&written, &profile);
            let mut first = None;
            for (notation, file) in [(Notation::Json, "a.json"), (Notation::Yaml, "a.yaml")] {
                let text = notation.write(&document);
                let read = contract::of_sources(vec![Source::new(file, &text)])
                    .unwrap_or_else(|error| panic!("{name}: {error}"));
                let one = answers(&written, &profile).into_iter();
                for (one, other) in one.zip(answers(&read, &profile)) {
                    let lines = one.lines().zip(other.lines()).enumerate();
                    let first = lines.clone().find(|(_, (one, other))| one != other);
                    assert_eq!(first, None, "{name}, {profile_name}, {file}: {other}");
                }
                // Under the names of another profile, the examples are its own.
                if profile_name == PROFILES[0] && name != "harbour" {
                    assert_eq!(forms::told(&read), forms::told(&written), "{name}, {file}");
                }
                let again = schema::openapi(&read, &profile);
                let said = without_places(again);
                match &first {
                    None => assert_eq!(said, without_places(document.clone()), "{name}, {file}"),
                    Some(first) => assert_eq!(said, *first, "{name}, {file}"),
                }
                first = Some(said);
            }
        }
    }
}

/// A document without the places in the pages, and how many of their examples show what.
fn without_places(mut document: Value) -> Value {
    fn clear(value: &mut Value) {
        match value {
            Value::Object(members) => {
                members.remove("x-documented-at");
                let is_counted = |words: &Value| {
                    let words = words.as_str().unwrap_or_default();
                    words.contains(" examples") && words.starts_with(['o', 's'])
                };
                if members.get("description").is_some_and(is_counted) {
                    members.remove("description");
                }
                members.values_mut().for_each(clear);
            }
            Value::Array(items) => items.iter_mut().for_each(clear),
            _ => {}
        }
    }
    clear(&mut document);
    document
}

#[test]
fn a_document_is_one_of_openapi_3_1_and_its_examples_keep_its_schemas() {
    let path = project().join("tests/suite/openapi/openapi-3.1.schema.json");
    let form: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let form = jsonschema::validator_for(&form).unwrap();
    for (name, contract) in contracts() {
        for profile in PROFILES {
            let document = schema::openapi(&contract, &profile::load(profile).unwrap());
            let wrong: Vec<String> = form
                .iter_errors(&document)
                .map(|error| format!("{}: {error}", error.instance_path()))
                .collect();
            assert_eq!(wrong, Vec::<String>::new(), "{name}, {profile}");
            let mut tried = 0;
            examples(&document, &document, &mut tried);
            assert!(tried > 1, "{name}, {profile}");
        }
    }
}

/// Holds the examples in a part of a document against the schemas beside them.
fn examples(part: &Value, document: &Value, tried: &mut usize) {
    if let (Some(schema), Some(example)) = (part.get("schema"), part.get("example"))
        && !schema.is_string()
        && schema.get("xml").is_none()
    {
        let mut whole = schema.clone();
        whole["components"] = document["components"].clone();
        let validator = jsonschema::validator_for(&whole).unwrap();
        let wrong = validator.iter_errors(example).next();
        assert!(wrong.is_none(), "{wrong:?} of {example} against {schema}");
        *tried += 1;
    }
    match part {
        // What begins so is said for whoever knows it, and no part of the document's own words.
        Value::Object(members) => members
            .iter()
            .filter(|(name, _)| !name.starts_with("x-"))
            .for_each(|(_, value)| examples(value, document, tried)),
        Value::Array(items) => items
            .iter()
            .for_each(|value| examples(value, document, tried)),
        _ => {}
    }
}

#[test]
fn schemas_alone_say_what_the_examples_of_pages_imply() {
    let profile = profile::load("as-documented").unwrap();
    let contract = made_up();
    let mut document = schema::openapi(&contract, &profile);
    for item in document["paths"].as_object_mut().unwrap().values_mut() {
        for operation in item.as_object_mut().unwrap().values_mut() {
            let code = "/responses/200/content";
            let Some(content) = operation.pointer_mut(code) else {
                continue;
            };
            for media in content.as_object_mut().unwrap().values_mut() {
                media.as_object_mut().unwrap().remove("example").unwrap();
            }
        }
    }
    let text = Notation::Json.write(&document);
    let read = contract::of_sources(vec![Source::new("a.json", &text)]).unwrap();
    assert_eq!(answers(&read, &profile), answers(&contract, &profile));
}

#[test]
fn places_are_those_of_the_pages() {
    let document = schema::openapi(&built_in(), &profile::load("community-server").unwrap());
    let contact = &document["components"]["schemas"]["Contact"]["properties"];
    let tasks = &contact["taskCount"];
    assert_eq!(tasks["x-documented-name"], "TaskCount");
    let at = tasks["x-documented-at"].as_str().unwrap();
    let mut place = at.rsplit(':');
    let (column, line) = (place.next().unwrap(), place.next().unwrap());
    let page = project().join(at.split(':').next().unwrap());
    let page = fs::read_to_string(page).unwrap();
    let line = page
        .lines()
        .nth(line.parse::<usize>().unwrap() - 1)
        .unwrap();
    assert!(line[column.parse::<usize>().unwrap() - 1..].starts_with("\"TaskCount\""));
    assert_eq!(contact["firstName"]["x-of-profile"], true);
}

#[test]
fn a_file_that_somebody_else_made_is_not_written_over() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portal.yaml");
    let file = path.to_str().unwrap();
    let generate = |more: &[&str]| {
        let mut command = program(&["generate", "--openapi", file]);
        run(command.args(more))
    };
    let ended = generate(&["--check"]);
    assert_eq!((ended.code, path.exists()), (Some(1), false));
    assert_eq!(generate(&[]).code, Some(0));
    let made = fs::read_to_string(&path).unwrap();
    assert!(made.starts_with("openapi: \"3.1.0\"\n"), "{made}");
    let ended = generate(&["--check"]);
    assert_eq!(
        (ended.code, ended.stdout.contains("up to date")),
        (Some(0), true)
    );
    // Of another profile, but made by the same command.
    assert_eq!(generate(&["--profile", "community-server"]).code, Some(0));
    assert_ne!(fs::read_to_string(&path).unwrap(), made);
    fs::write(&path, "openapi: 3.1.0\npaths: {}\n").unwrap();
    let ended = generate(&[]);
    assert_eq!(ended.code, Some(2), "{}", ended.stdout);
    assert!(
        ended
            .stderr
            .contains("portal.yaml: a file that `generate` did not make"),
        "{}",
        ended.stderr
    );
    assert_eq!(
        fs::read_to_string(&path).unwrap(),
        "openapi: 3.1.0\npaths: {}\n"
    );
    let ended = run(&mut program(&["generate", "--openapi", "portal.txt"]));
    assert_eq!(ended.code, Some(2));
    assert!(
        ended.stderr.contains("ends in .json, .yaml or .yml"),
        "{}",
        ended.stderr
    );
}

#[test]
fn words_for_booleans_are_read_back_where_no_example_shows_them() {
    let text = "openapi: 3.1.0\npaths:\n  /boats:\n    get:\n      responses:\n        '200':\n          \
                description: x\n          content:\n            application/xml:\n              schema: \
                {type: object, properties: {open: {type: boolean}}}\n";
    let contract = contract::of_sources(vec![Source::new("boats.yaml", text)]).unwrap();
    let page = "GET api/2.0/boats\n\nReturns\nBoat\n\nExample Response\napplication/json\n\
                {\"status\": 0, \"response\": {\"open\": true}}\ntext/xml\n\
                <result><status>0</status><response><open>perhaps</open></response></result>\n";
    let page = contract::of_sources(vec![Source::new("page.txt", page)]).unwrap();
    let said =
        "extends = \"as-documented\"\nname = \"mine\"\n[xml]\ntrue = \"yes\"\nfalse = \"no\"\n";
    let documented = profile::load("as-documented").unwrap();
    let own = profile::parse("mine", said).unwrap();
    for (contract, profile, expected) in [
        (&contract, &documented, ["true", "false"]),
        (&contract, &own, ["yes", "no"]),
        (&page, &own, ["yes", "no"]),
        (&page, &documented, ["True", "False"]),
    ] {
        let text = schema::openapi(contract, profile).to_string();
        let back = contract::of_sources(vec![Source::new("back.json", &text)]).unwrap();
        // A profile that leaves it to the documents knows them as well.
        for reader in [profile, &documented] {
            let booleans = reader.booleans(&back.operations[0]);
            assert_eq!([&*booleans.yes, &*booleans.no], expected, "{text}");
        }
    }
}

#[test]
fn a_portal_keeps_what_was_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("portal.json");
    let file = path.to_str().unwrap();
    for profile in PROFILES {
        let options = ["--profile", profile];
        let ended = run(program(&["generate", "--openapi", file]).args(options));
        assert_eq!(ended.code, Some(0), "{}", ended.stderr);
        let ended = run(program(&["run", "--pages", file]).args(options));
        assert_eq!(
            ended.code,
            Some(0),
            "{profile}: {}{}",
            ended.stdout,
            ended.stderr
        );
    }
}

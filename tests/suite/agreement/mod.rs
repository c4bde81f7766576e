//! JSON Schema, RELAX NG and the walkers say the same: of every body of the catalogue, of the forms that
//! `docs/inference.md` decides, and of generated bodies.
//!
//! Schemas speak of members and their forms. What counts or compares (`count`, `statusCode`, least
//! numbers, names that are only like documented ones, encoding, a document type declaration) is the
//! suite's own matter.

mod cost;
mod decided;
mod forms;
mod markup;
mod subject;
mod values;

use std::collections::BTreeSet;
use std::fmt::Write;

use portal_conformance::contract::Format;
use portal_conformance::portal::change::Act;
use portal_conformance::portal::{Change, Deployment, Unserved};
use portal_conformance::proof;
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};

use markup::Element;
use subject::{Disagreements, Subject};

use crate::support::rows::is_whole;

const PROFILES: [&str; 2] = ["as-documented", "community-server"];

/// How many bodies are generated for each operation and format.
const GENERATED: u32 = 100;

/// Of so many changes of the catalogue one is looked at, under each profile another, but where all rows are tried.
const ONE_OF: usize = 3;

/// A page with a member of every type, and of every type that may be null.
const PAGE: &str = r#"GET api/2.0/forms
Returns
Form
Example Response
application/json
{"status": 0, "response": {
  "IsOpen": true, "HasNumbers": false,
  "Whole": 1, "Number": 1.5, "Id": "00000000-0000-0000-0000-000000000000",
  "Created": "2020-12-08T17:37:04Z", "Text": "x", "Null": null,
  "MaybeWhole": 1, "MaybeNumber": 1.5, "MaybeFlag": true, "MaybeText": "x",
  "MaybeCreated": "2020-12-08T17:37:04Z", "MaybeList": [1], "MaybeTexts": ["a"], "MaybeObject": {"a": 1},
  "Any": "x", "Numbers": [1, 2.5], "Empty": [], "Grid": [[1, 2], [3]],
  "Items": [{"a": 1, "b": "x"}, {"a": 2.5}],
  "Least": {"n": 1}}}
text/xml
<result><status>0</status><response>
<IsOpen>True</IsOpen><HasNumbers>False</HasNumbers>
<Whole>1</Whole><Number>1.5</Number><Id>00000000-0000-0000-0000-000000000000</Id>
<Created>2020-12-08T17:37:04Z</Created><Text>x</Text><Null></Null>
<MaybeWhole>1</MaybeWhole><MaybeNumber>1.5</MaybeNumber><MaybeFlag>True</MaybeFlag><MaybeText>x</MaybeText>
<MaybeCreated>2020-12-08T17:37:04Z</MaybeCreated><MaybeList>1</MaybeList><MaybeTexts>a</MaybeTexts>
<MaybeObject><a>1</a></MaybeObject>
<Any>x</Any><Numbers>1</Numbers><Numbers>2.5</Numbers>
<Grid><Grid>1</Grid><Grid>2</Grid></Grid><Grid><Grid>3</Grid></Grid>
<Items><a>1</a><b>x</b></Items><Items><a>2.5</a></Items>
<Least><n>1</n></Least></response></result>
"#;

/// Notes for that page: what may be null, two members that decide about others, one of which may be
/// missing or null.
fn notes() -> String {
    let mut text = String::from("extends = \"as-documented\"\nname = \"forms\"\n");
    text.push_str("[inference]\ndate-time-members = [\"Created\", \"MaybeCreated\"]\n");
    for name in [
        "Whole", "Number", "Flag", "Text", "Created", "List", "Texts", "Object",
    ] {
        let _ = write!(
            text,
            "[[note]]\nat = \"Maybe{name}\"\nnullable = true\nbecause = \"x\"\n"
        );
    }
    text.push_str("[[note]]\nat = \"Any\"\ntype = \"any\"\nbecause = \"x\"\n");
    text.push_str(
        "[[note]]\nat = \"HasNumbers\"\noptional = true\nnullable = true\nbecause = \"x\"\n",
    );
    for (name, decider, is, only) in [
        ("Opened", "IsOpen", true, false),
        ("Closed", "IsOpen", false, false),
        ("More", "HasNumbers", true, false),
        ("Less", "HasNumbers", false, false),
        ("Shut", "IsOpen", false, true),
        ("Counted", "HasNumbers", true, true),
    ] {
        let _ = write!(
            text,
            "[[member]]\nname = \"{name}\"\ntype = \"integer\"\n\
             when = {{ member = \"{decider}\", is = {is}, only = {only} }}\nbecause = \"x\"\n"
        );
    }
    text.push_str(
        "[[note]]\nat = \"Numbers\"\nwhen = { member = \"HasNumbers\", is = false, only = true }\nbecause = \"x\"\n",
    );
    text.push_str("[[envelope.member]]\nname = \"version\"\ntype = \"number\"\nconstant = -2\n");
    text
}

/// Lawful bodies of that page, which its example is not under these notes.
fn forms() -> (Subject, Value, String) {
    let subject = Subject::of(PAGE, &notes());
    let mut body: Value = serde_json::from_str(subject.example(0, Format::Json)).unwrap();
    body["version"] = json!(-2);
    body["response"]["Opened"] = json!(1);
    body["response"]["Less"] = json!(1);
    let xml = subject.example(0, Format::Xml).replace(
        "</response>",
        "<Opened>1</Opened><Less>1</Less></response><version>-2</version>",
    );
    (subject, body, xml)
}

/// Requests whose answers are looked at: a person, a company, and both.
fn requests(format: Format) -> [http::Request<Vec<u8>>; 3] {
    let request = |method: &str, path: &str, body: &str| {
        http::Request::builder()
            .method(method)
            .uri(format!("/api/2.0/crm/contact/{path}.{format}"))
            .header("Authorization", "token")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .body(body.as_bytes().to_vec())
            .unwrap()
    };
    let both = "contactid=1234&contactid=1235";
    [
        request("GET", "1234", ""),
        request("GET", "1235", ""),
        request("POST", "project/1234", both),
    ]
}

/// What the portal answers to these requests, with the operation of each.
fn answers(subject: &Subject, change: Option<Change>, format: Format) -> Vec<(usize, String)> {
    let (contract, profile) = (&subject.contract, &subject.profile);
    let changed = change.as_ref().map(|change| change.scope.operation.clone());
    let changed = changed.flatten();
    let portal = Unserved::new(Deployment {
        change,
        ..Deployment::new(contract.clone(), profile.clone(), "token")
    });
    let answered = requests(format).into_iter().filter_map(|request| {
        let at = usize::from(request.method() == "POST");
        // What another operation answers is what it answers without the change.
        if changed
            .as_ref()
            .is_some_and(|id| *id != contract.operations[at].id)
        {
            return None;
        }
        let (_, body) = portal.answer(request);
        // What is no UTF-8 is read by none of the judges.
        Some((at, String::from_utf8(body).ok()?))
    });
    answered.collect()
}

/// The texts that the portal answers with under faults and variations, each once, by operation; the
/// first of them is the `nth`.
fn catalogue(subject: &Subject, nth: usize, format: Format) -> [BTreeSet<String>; 2] {
    let (contract, profile) = (&subject.contract, &subject.profile);
    let faults = proof::faults(contract, profile).into_iter();
    let variations = proof::variations(contract, profile).into_iter();
    let changes = faults
        .map(|fault| fault.change)
        .chain(variations.map(|variation| variation.change))
        .filter(|change| change.scope.format.is_none_or(|only| only == format))
        .filter(|change| {
            let is_of_body = |act: &Act| !matches!(act, Act::Head(_) | Act::Frame(_));
            change.acts.iter().any(is_of_body)
        });
    let (first, step) = if is_whole() { (0, 1) } else { (nth, ONE_OF) };
    let changes = changes.skip(first).step_by(step);
    let mut texts = [BTreeSet::new(), BTreeSet::new()];
    for change in std::iter::once(None).chain(changes.map(Some)) {
        for (at, text) in answers(subject, change, format) {
            texts[at].insert(text);
        }
    }
    texts
}

/// Samples of a strategy, the same in each run; `PROPTEST_CASES` gives more.
fn samples<T>(strategy: &impl Strategy<Value = T>) -> Vec<T> {
    let count = std::env::var("PROPTEST_CASES").map_or(GENERATED, |count| count.parse().unwrap());
    let mut runner = TestRunner::deterministic();
    (0..count)
        .map(|_| strategy.new_tree(&mut runner).unwrap().current())
        .collect()
}

#[test]
fn schema_and_walker_agree_on_the_catalogue() {
    let mut all = Disagreements::default();
    for (nth, profile) in PROFILES.into_iter().enumerate() {
        let subject = Subject::builtin(profile);
        for (at, texts) in catalogue(&subject, nth, Format::Json).iter().enumerate() {
            let bodies = texts
                .iter()
                .filter_map(|text| serde_json::from_str(text).ok());
            all.add(subject.json(at, &bodies.collect::<Vec<Value>>()));
        }
    }
    all.assert_none(500);
}

#[test]
fn grammar_and_walker_agree_on_the_catalogue() {
    let mut all = Disagreements::default();
    for (nth, profile) in PROFILES.into_iter().enumerate() {
        let subject = Subject::builtin(profile);
        let texts = catalogue(&subject, nth, Format::Xml);
        for (at, texts) in texts.into_iter().enumerate() {
            let texts: Vec<String> = texts.into_iter().collect();
            let Some(found) = subject.xml(at, &texts) else {
                return;
            };
            all.add(found);
        }
    }
    all.assert_none(500);
}

#[test]
fn schema_and_walker_agree_on_generated_bodies() {
    let mut all = Disagreements::default();
    let mut tried = |subject: &Subject, at: usize, body: &Value| {
        let bodies: Vec<Value> = samples(&values::changes())
            .iter()
            .map(|changes| values::altered(body, changes))
            .collect();
        all.add(subject.json(at, &bodies));
    };
    for profile in PROFILES {
        let subject = Subject::builtin(profile);
        for (at, body) in answers(&subject, None, Format::Json) {
            tried(&subject, at, &serde_json::from_str(&body).unwrap());
        }
    }
    let (subject, body, _) = forms();
    tried(&subject, 0, &body);
    all.assert_none(500);
}

#[test]
fn grammar_and_walker_agree_on_generated_bodies() {
    let mut all = Disagreements::default();
    let mut tried = |subject: &Subject, at: usize, body: &str| {
        let body = Element::parse(body);
        let texts: Vec<String> = samples(&markup::changes())
            .iter()
            .map(|changes| body.altered(changes))
            .collect();
        match subject.xml(at, &texts) {
            Some(found) => all.add(found),
            None => return false,
        }
        true
    };
    for profile in PROFILES {
        let subject = Subject::builtin(profile);
        for (at, body) in answers(&subject, None, Format::Xml) {
            if !tried(&subject, at, &body) {
                return;
            }
        }
    }
    let (subject, _, xml) = forms();
    tried(&subject, 0, &xml);
    all.assert_none(500);
}

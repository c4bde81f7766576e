//! What is laid out to be asked, for small pages.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::{BTreeMap, BTreeSet};

use super::*;
use crate::client::Token;
use crate::contract::{self, Contract};
use crate::names::Patterns;
use crate::parameter_value;
use crate::profile::{self, Identity};
use crate::secret::Secret;
use crate::source::Source;
use crate::target::{Credentials, Other, Target};
use crate::writes::Writes;

const ID: &str = "contactid\nsent in url\nWhich one\nnumber 1234\n";
const IDS: &str = "contactid\nsent in body\nWhich ones Collection of numbers\ncollection\n1234\n";

/// A page with both examples of an answer.
fn page(heading: &str, rows: &str) -> Source {
    let text = format!(
        "{heading}\n\nParameters\nName Description Type Example\n{rows}\nReturns\n\nThing\n\n\
         Example Response\n\napplication/json\n\n{{\"status\": 0, \"response\": {{\"Title\": \"a thing\"}}}}\n\n\
         text/xml\n\n<result><status>0</status><response><Title>a thing</Title></response></result>\n"
    );
    Source::new(heading, &text)
}

fn contract() -> Contract {
    contract::of_sources(vec![
        page(
            "GET api/2.0/things",
            "kind\nsent in query\nWhich ones\nstring any\n",
        ),
        page("GET api/2.0/things/{contactid}", ID),
        page("DELETE api/2.0/things/{contactid}", ID),
        page("POST api/2.0/links", IDS),
        page(
            "POST api/2.0/things",
            "Title\nsent in body\nIts name\nstring a thing\n",
        ),
    ])
    .unwrap()
}

fn planned(ids: &[&str]) -> Plan {
    planned_by(ids, Some("id"))
}

/// The same, where answers repeat an id in this member, if in any.
fn planned_by(ids: &[&str], member: Option<&str>) -> Plan {
    let mut target = Target::new("http://portal.test".parse().unwrap());
    target.writes = Writes::All;
    target.credentials.token = Some(Secret::new("Geheim-42x"));
    let ids = ids.iter().map(|id| (*id).to_owned()).collect();
    target.parameters.insert("contactid".to_owned(), ids);
    let mut profile = profile::load("as-documented").unwrap();
    profile.identities.push(Identity {
        operation: Some(Patterns::of(["*"])),
        parameter: Patterns::of(["contactid"]),
        member: member.map(str::to_owned),
        is: true,
        because: None,
    });
    let mut contract = contract();
    for operation in &mut contract.operations {
        operation.authenticated = true;
    }
    plan(&contract, &profile, &target)
}

/// The requests of a list of questions that must succeed, each as its method and path.
fn successes(plan: &Plan, list: &[QuestionIndex]) -> Vec<String> {
    let is_success = |index: &&QuestionIndex| {
        let mut cases = plan.cases.iter();
        cases.any(|case| {
            !matches!(case.id.check, Check::Refusal(_)) && case.subjects.contains(index)
        })
    };
    let requests = list.iter().filter(is_success).map(|index| {
        let request = &plan.questions[*index].request;
        format!("{} {}", request.method, request.path)
    });
    requests.collect()
}

#[test]
fn a_write_that_may_not_be_repeated_leaves_once_and_a_deletion_last() {
    let plan = planned(&["1234", "1235"]);
    assert_eq!(
        successes(&plan, &plan.schedule.ordered),
        [
            "GET api/2.0/things/1234",
            "GET api/2.0/things/1234",
            "GET api/2.0/things/1235",
            "GET api/2.0/things/1235",
            "POST api/2.0/links",
            "POST api/2.0/things"
        ]
    );
    assert_eq!(
        successes(&plan, &plan.schedule.last),
        ["DELETE api/2.0/things/1234"]
    );
    for free in successes(&plan, &plan.schedule.free) {
        assert!(free.starts_with("GET "), "{free}");
    }
}

#[test]
fn every_named_value_of_what_a_profile_states_is_read_and_refused() {
    for member in [Some("id"), None] {
        let plan = planned_by(&["1234", "1235"], member);
        let asked = |check: Check| -> BTreeSet<&str> {
            let of_check = |case: &&Case| {
                let operation = case.id.operation.as_str();
                case.id.check == check && operation == "get-things-contactid"
            };
            let cases = plan.cases.iter().filter(of_check);
            let subjects = cases.flat_map(|case| &case.subjects);
            let paths = subjects.map(|index| plan.questions[*index].request.path.as_str());
            paths.collect()
        };
        let both = BTreeSet::from(["api/2.0/things/1234", "api/2.0/things/1235"]);
        let no_token = Check::Refusal(Refusal::Token(WrongToken::Missing));
        for check in [Check::Members, Check::Parity, no_token] {
            assert_eq!(asked(check.clone()), both, "{check:?} {member:?}");
        }
        let told = asked(Check::Asked);
        assert_eq!(told.is_empty(), member.is_none(), "no answer repeats it");
        let written = successes(&plan, &plan.schedule.last);
        assert_eq!(written, ["DELETE api/2.0/things/1234"]);
    }
}

#[test]
fn what_belongs_to_each_of_several_resources_is_read() {
    let answer = |schema: &str| {
        format!(
            "responses: {{'200': {{description: ok, content: {{application/json: {{schema: {schema}}}, application/xml: {{schema: {schema}}}}}}}}}\n"
        )
    };
    let one = "{$ref: '#/components/schemas/Ticket'}";
    let many = "{type: array, items: {type: object, properties: {text: {type: string}}}}";
    let ticket = "      parameters: [{name: ticketId, in: path, required: true, schema: {type: integer}, example: 501}]\n      ";
    let paths = [
        ("/tickets/{ticketId}", "get", one),
        ("/tickets/{ticketId}/notes", "get", many),
        ("/tickets/{ticketId}/close", "post", one),
        ("/boards/{ticketId}/notes", "get", many),
    ];
    let paths = paths.map(|(path, method, schema)| {
        format!("  {path}:\n    {method}:\n{ticket}{}", answer(schema))
    });
    let text = [
        "openapi: 3.0.0\npaths:\n",
        &paths.concat(),
        "components: {schemas: {Ticket: {type: object, properties: {id: {type: integer}, title: {type: string}}}}}\n",
    ]
    .concat();
    let contract = contract::of_sources(vec![Source::new("tickets.yaml", &text)]).unwrap();
    let profile = profile::load("as-documented").unwrap();
    for (values, expected) in [(&["501"][..], 1), (&["501", "502"], 2)] {
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.writes = Writes::All;
        let values = values.iter().map(|one| (*one).to_owned()).collect();
        target.parameters.insert("ticketId".to_owned(), values);
        let plan = plan(&contract, &profile, &target);
        let asked = |operation: &str, check: &Check| -> Vec<usize> {
            let cases = plan
                .cases
                .iter()
                .filter(|case| case.id.operation.as_str() == operation && case.id.check == *check);
            cases.map(|case| case.subjects.len()).collect()
        };
        for operation in ["get-tickets-ticketid", "get-tickets-ticketid-notes"] {
            let of_each = asked(operation, &Check::Members);
            assert_eq!(of_each, [expected; 2], "{operation}");
        }
        // Each in one format is held against the same in the other.
        let twins = plan
            .cases
            .iter()
            .filter(|case| case.id.check == Check::Parity);
        for case in twins {
            let ids = |list: &[QuestionIndex]| -> Vec<Vec<String>> {
                let ids = list.iter().map(|one| plan.questions[*one].ids.clone());
                ids.collect()
            };
            assert_eq!(ids(&case.subjects), ids(&case.beside), "{}", case.id);
        }
        // A write has one, and nothing says what a board is.
        assert_eq!(asked("post-tickets-ticketid-close", &Check::Members)[0], 1);
        assert_eq!(asked("get-boards-ticketid-notes", &Check::Members), [1; 2]);
    }
}

#[test]
fn what_needs_a_value_that_no_step_kept_is_not_asked_whatever_others_name() {
    let mut target = Target::new("http://portal.test".parse().unwrap());
    target.writes = Writes::All;
    for name in ["contactid", "other"] {
        let values = vec!["1234".to_owned()];
        target.parameters.insert(name.to_owned(), values);
    }
    let step = "make".to_owned();
    target.unmade.insert("contactid".to_owned(), step.clone());
    let plan = plan(
        &contract(),
        &profile::load("as-documented").unwrap(),
        &target,
    );
    let unmade = NotAsked::Unmade {
        parameter: "contactid".to_owned(),
        step,
    };
    for case in &plan.cases {
        let needs = case.id.operation.as_str();
        let needs = needs.ends_with("contactid") || needs == "post-links";
        assert_eq!(case.ignored == Some(unmade.clone()), needs, "{}", case.id);
    }
}

#[test]
fn what_succeeds_without_a_body_is_asked_and_must_refuse_wrong_tokens_all_the_same() {
    let text = "openapi: 3.0.0\nsecurity: [{t: []}]\npaths:\n  /things/{thingid}:\n    delete:\n      parameters: \
                [{name: thingid, in: path, required: true, schema: {type: integer}, example: 7}]\n      \
                responses: {'204': {description: Gone}}\n  /open:\n    post:\n      security: []\n      responses: \
                {'204': {description: Done}}\n  /zones:\n    get:\n      security: []\n      responses: {'200': {description: Zones, \
                content: {application/json: {schema: {type: array, items: {type: string}}}}}}\n";
    let contract = contract::of_sources(vec![Source::new("things.yaml", text)]).unwrap();
    let profile = profile::load("as-documented").unwrap();
    let names = |writes: Writes| {
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.credentials = Credentials::raw("Geheim-42x");
        target.parameters = [("thingid".to_owned(), vec!["7".to_owned()])].into();
        target.writes = writes;
        let plan = plan(&contract, &profile, &target);
        let valid = plan.questions.iter();
        let deletes = valid.filter(|one| one.request.method == "DELETE");
        let valid = deletes.filter(|one| one.request.token == Token::Valid);
        // It leaves once, after all else.
        assert_eq!(valid.count(), 1);
        let last = successes(&plan, &plan.schedule.last);
        assert_eq!(last, ["DELETE things/7"]);
        let cases = plan.cases.iter();
        let asked = cases.map(|case| (case.id.to_string(), case.ignored.is_none()));
        // They come behind what documents an answer.
        let asked = asked.skip_while(|(name, _)| name.starts_with("get-zones::"));
        asked.collect::<Vec<_>>()
    };
    let expected = |is_asked: bool| {
        let tokens = ["no", "empty", "wrong", "malformed"];
        let refusals = tokens.map(|kind| format!("refusal::{kind}-token"));
        let deletion = ["transport".to_owned()].into_iter().chain(refusals);
        let deletion = deletion.map(|name| format!("delete-things-thingid::json::{name}"));
        let all = deletion.chain(["post-open::json::transport".to_owned()]);
        all.map(|case| (case, is_asked)).collect::<Vec<_>>()
    };
    assert_eq!(names(Writes::All), expected(true));
    assert_eq!(names(Writes::default()), expected(false));
}

#[test]
fn what_needs_no_token_is_asked_without_one_and_refuses_none_as_what_may_have_one() {
    let text = "openapi: 3.0.0\nsecurity: [{t: []}]\npaths:\n  /things/{thingid}:\n    get: &read\n      parameters: \
                [{name: thingid, in: path, required: true, schema: {type: integer}, example: 7}]\n      security: []\n      \
                responses: {'200': {description: A thing, content: {application/json: {schema: {type: object, required: \
                [id], properties: {id: {type: integer}}}}}}}\n  /others/{thingid}:\n    get:\n      <<: *read\n      \
                security: [{t: []}]\n  /either/{thingid}:\n    get:\n      <<: *read\n      security: [{t: []}, {}]\n";
    let contract = contract::of_sources(vec![Source::new("things.yaml", text)]).unwrap();
    let profile = profile::load("as-documented").unwrap();
    let mut target = Target::new("http://portal.test".parse().unwrap());
    target.credentials = Credentials::raw("Geheim-42x");
    let plan = plan(&contract, &profile, &target);
    for (path, expected, refuses) in [
        ("things", Token::None, false),
        ("others", Token::Valid, true),
        // Either may be let in, and who has an account may see more.
        ("either", Token::Valid, false),
    ] {
        let cases = plan.cases.iter();
        let of = cases.filter(|case| contract.operations[case.operation].path.starts_with(path));
        let is_of_token = |case: &Case| matches!(case.id.check, Check::Refusal(Refusal::Token(_)));
        let (of_tokens, others): (Vec<&Case>, Vec<&Case>) = of.partition(|case| is_of_token(case));
        assert_eq!(!of_tokens.is_empty(), refuses, "{path}");
        let asked = others.iter().flat_map(|case| &case.subjects);
        let tokens: Vec<Token> = asked.map(|at| plan.questions[*at].request.token).collect();
        assert!(!tokens.is_empty(), "{path}");
        assert!(tokens.iter().all(|token| *token == expected), "{path}");
    }
}

#[test]
fn what_documents_no_answer_is_told_in_a_run_and_in_a_recording() {
    let text = "openapi: 3.0.0\npaths:\n  /lost:\n    get: {responses: {'200': {description: Lost, content: \
                {application/json: {schema: {$ref: './lost.yaml'}}}}}}\n  /any:\n    get: {responses: {default: \
                {description: Any}}}\n  /file:\n    get: {responses: {'200': {description: File, content: \
                {application/pdf: {}}}}}\n";
    let contract = contract::of_sources(vec![Source::new("lost.yaml", text)]).unwrap();
    let profile = profile::load("as-documented").unwrap();
    let target = Target::new("http://portal.test".parse().unwrap());
    let asked = plan(&contract, &profile, &target);
    let (seen, _) = recorded(&contract, &profile, &[]);
    for plan in [asked, seen] {
        let cases = plan.cases.iter();
        let told: Vec<_> = cases
            .map(|case| (case.id.to_string(), case.ignored.clone()))
            .collect();
        let expected = ["get-any", "get-file", "get-lost"]
            .map(|name| (format!("{name}::json::transport"), Some(NotAsked::NoAnswer)));
        assert_eq!(told, expected);
    }
}

#[test]
fn a_documented_header_is_sent_and_one_without_a_value_is_asked_for() {
    let text = "openapi: 3.0.0\npaths:\n  /ocs:\n    get:\n      parameters: [{name: OCS-APIRequest, in: header, \
                required: true, schema: {type: boolean, default: true}}]\n      responses: {'200': {description: A, \
                content: {application/json: {schema: {type: object}}}}}\n  /mode:\n    get:\n      parameters: [{name: \
                X-Mode, in: header, required: true, schema: {type: string}}]\n      responses: {'200': {description: A, \
                content: {application/json: {schema: {type: object}}}}}\n";
    let contract = contract::of_sources(vec![Source::new("ocs.yaml", text)]).unwrap();
    let profile = profile::load("as-documented").unwrap();
    let mut target = Target::new("http://portal.test".parse().unwrap());
    let asked = |target: &Target, path: &str| {
        let plan = plan(&contract, &profile, target);
        let at = contract.operations.iter().position(|one| one.path == path);
        let mut cases = plan.cases.iter();
        let case = cases.find(|case| Some(case.operation) == at).unwrap();
        let headers = plan.questions[case.subjects[0]].request.headers.to_vec();
        (headers, case.ignored.clone())
    };
    let sent = vec![("OCS-APIRequest".to_owned(), "true".to_owned())];
    assert_eq!(asked(&target, "ocs"), (sent, None));
    let owed = NotAsked::OwedHeader {
        header: "X-Mode".to_owned(),
    };
    assert_eq!(asked(&target, "mode"), (vec![], Some(owed)));
    target.headers = vec![
        ("x-mode".to_owned(), Secret::new("a")),
        ("ocs-apirequest".to_owned(), Secret::new("false")),
    ];
    assert_eq!(asked(&target, "mode"), (vec![], None));
    assert_eq!(asked(&target, "ocs"), (vec![], None));
}

#[test]
fn a_get_that_needs_no_body_need_not_look_at_one() {
    let rows =
        |flag: &str| format!("tags\nsent in body\nWhich ones Collection of strings{flag}\nsea\n");
    let refused = |heading: &str, flag: &str| {
        let contract = contract::of_sources(vec![page(heading, &rows(flag))]).unwrap();
        let target = Target::new("http://portal.test".parse().unwrap());
        let profile = profile::load("as-documented").unwrap();
        let plan = plan(&contract, &profile, &target);
        let mut cases = plan.cases.iter();
        cases.any(|case| matches!(case.id.check, Check::Refusal(Refusal::Body(_))))
    };
    assert!(!refused("GET api/2.0/things", "\noptional\ncollection"));
    assert!(refused("GET api/2.0/things", "\ncollection"));
    assert!(refused("PUT api/2.0/things", "\noptional\ncollection"));
}

#[test]
fn a_body_goes_out_as_the_media_type_that_is_documented_for_it() {
    let text = "openapi: 3.0.0\npaths:\n  /doc:\n    patch:\n      requestBody: {required: true, content: \
                {application/merge-patch+json: {schema: {type: object, properties: {n: {type: string, example: x}}}}}}\n      \
                responses: {'200': {description: A, content: {application/json: {schema: {type: object}}}}}\n";
    let contract = contract::of_sources(vec![Source::new("doc.yaml", text)]).unwrap();
    let profile = profile::load("as-documented").unwrap();
    let target = Target::new("http://portal.test".parse().unwrap());
    let plan = plan(&contract, &profile, &target);
    let bodies = plan.questions.iter();
    let mut bodies = bodies.filter_map(|question| question.request.body.as_ref());
    assert!(bodies.clone().any(|body| body.text == "{\"n\":\"x\"}"));
    assert!(bodies.all(|body| body.content_type == "application/merge-patch+json"));
}

#[test]
fn what_would_send_a_write_again_is_not_asked() {
    let plan = planned(&["1234", "1235"]);
    let name = |name: &str| {
        let mut cases = plan.cases.iter();
        let case = cases.find(|case| case.id.to_string() == format!("post-links::{name}"));
        case.unwrap().ignored.clone()
    };
    let once = Some(NotAsked::SentOnce {
        format: Format::Json,
    });
    for (case, ignored) in [
        ("json::transport", None),
        ("json::schema", None),
        ("json::refusal::empty-body", None),
        ("xml::refusal::empty-body", None),
        ("json::transport::all", once.clone()),
        ("json::identity::repeated", once.clone()),
        ("xml::transport", once.clone()),
        ("xml::parity", once),
    ] {
        assert_eq!(name(case), ignored, "{case}");
    }
}

#[test]
fn every_read_tells_what_no_refusal_may_hold() {
    let plan = planned(&["1234"]);
    let told: Vec<String> = successes(&plan, &plan.told);
    for read in ["GET api/2.0/things?kind=any", "GET api/2.0/things/1234"] {
        let times = told.iter().filter(|path| *path == read).count();
        assert_eq!(times, 2, "{read}, once in each format: {told:?}");
    }
    assert!(told.contains(&"POST api/2.0/links".to_owned()), "{told:?}");
    assert!(
        !told.contains(&"POST api/2.0/things".to_owned()),
        "{told:?}"
    );
}

/// The wrong tokens that are tried on a read in a format once others have succeeded, by the id that is read.
fn tried_after(plan: &Plan, format: Format) -> BTreeMap<String, BTreeSet<String>> {
    let mut tried: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for index in &plan.schedule.after {
        let Question {
            request,
            format: asked,
            ids,
            ..
        } = &plan.questions[*index];
        let id = request.path.strip_prefix("api/2.0/things/");
        if let Some(id) =
            id.filter(|_| *asked == format && request.method == "GET" && !ids.is_empty())
        {
            let token = format!("{:?}", request.token);
            tried.entry(id.to_owned()).or_default().insert(token);
        }
    }
    tried
}

#[test]
fn every_kind_of_wrong_token_is_tried_on_every_resource_once_others_succeeded() {
    let ids: Vec<String> = (1234..1246).map(|id| id.to_string()).collect();
    let ids: Vec<&str> = ids.iter().map(String::as_str).collect();
    let plan = planned(&ids);
    let [json, xml] = Format::ALL.map(|format| tried_after(&plan, format));
    assert_eq!(json.len(), 10, "{json:?}");
    let all = &json["1234"];
    for token in ["None", "Empty", "Halved", "Altered", "AlteredEnd", "Bare"] {
        assert!(all.contains(token), "{token}: {all:?}");
    }
    assert!(
        !all.contains("Valid") && !all.contains("InQuery"),
        "{all:?}"
    );
    for id in &ids[..2] {
        assert_eq!((&json[*id], &xml[*id]), (all, all), "{id}");
    }
    for id in &ids[2..10] {
        let both: BTreeSet<String> = &json[*id] | &xml[*id];
        assert_eq!(&both, all, "{id}");
        assert!(json[*id].len() < all.len(), "{id}");
    }
}

#[test]
fn what_a_body_names_is_tried_alone_with_wrong_tokens_as_well() {
    let plan = planned(&["1234", "1235", "1236"]);
    let tried = |check: &str| {
        let mut tried: BTreeMap<Vec<String>, BTreeSet<String>> = BTreeMap::new();
        for format in Format::ALL {
            let name = format!("post-links::{}::refusal::{check}", format.as_str());
            let mut cases = plan.cases.iter();
            let case = cases.find(|case| case.id.to_string() == name).unwrap();
            for index in &case.subjects {
                let Question { request, ids, .. } = &plan.questions[*index];
                let says = request.body.as_ref().map_or("", |body| body.text.as_str());
                assert!(ids.iter().all(|id| says.contains(id)), "{says}");
                let tokens = tried.entry(ids.clone()).or_default();
                tokens.insert(format!("{:?}", request.token));
            }
        }
        tried
    };
    let ids = |ids: &[&str]| -> Vec<String> { ids.iter().map(|id| (*id).to_owned()).collect() };
    for check in ["no-token", "wrong-token"] {
        let tried = tried(check);
        for named in [
            &["1234"][..],
            &["1235"],
            &["1236"],
            &["1234", "1235", "1236"],
        ] {
            assert_eq!(
                tried[&ids(named)],
                tried[&ids(&["1234"])],
                "{check} {named:?}"
            );
        }
    }
    // Other manners are tried on the first, and in turn on all at once and on each further one.
    let otherwise = tried("no-token-otherwise");
    assert_eq!(otherwise.len(), 4, "{otherwise:?}");
    let cases = plan.cases.iter();
    let cases = cases.filter(|case| {
        let name = case.id.to_string();
        name.starts_with("post-links::") && name.ends_with("::no-token-otherwise")
    });
    let mut manners: BTreeMap<(Format, Option<usize>), usize> = BTreeMap::new();
    for index in cases.flat_map(|case| &case.subjects) {
        let question = &plan.questions[*index];
        let named = manners.entry((question.format, question.manner));
        *named.or_default() += 1;
    }
    assert!(manners.keys().all(|(_, manner)| manner.is_some()));
    assert!(manners.values().all(|count| *count == 2), "{manners:?}");
}

#[test]
fn every_manner_without_a_token_is_tried_on_every_resource() {
    let plan = planned(&["1234", "1235", "1236"]);
    let tried = |format: Format, id: &str| -> BTreeSet<String> {
        let name = format!(
            "get-things-contactid::{}::refusal::no-token-otherwise",
            format.as_str()
        );
        let mut cases = plan.cases.iter();
        let case = cases.find(|case| case.id.to_string() == name).unwrap();
        let requests = case
            .subjects
            .iter()
            .map(|index| &plan.questions[*index].request);
        let of_id = requests.filter(|request| request.path.contains(id));
        of_id
            .map(|request| {
                assert_eq!(request.token, Token::None);
                let Request {
                    method,
                    path,
                    guise,
                    ..
                } = request;
                let path = path
                    .replace(id, "ID")
                    .replace(".xml", ".json")
                    .replace(".XML", ".JSON");
                format!("{method} {path} {guise:?}")
            })
            .collect()
    };
    let [json, xml] = Format::ALL.map(|format| move |id: &str| tried(format, id));
    let all = json("1234");
    assert_eq!(all, xml("1234"));
    assert_eq!(all.len(), 19, "{all:?}");
    for id in ["1235", "1236"] {
        assert_eq!(&json(id) | &xml(id), all, "{id}");
        assert!(
            json(id).len() < all.len() && xml(id).len() < all.len(),
            "{id}"
        );
    }
}

#[test]
fn what_tells_of_a_write_is_read_without_a_token_behind_it() {
    let contract = contract::of_sources(crate::page::builtin()).unwrap();
    let profile = profile::load("as-documented").unwrap();
    let mut target = Target::new("http://portal.test".parse().unwrap());
    target.writes = Writes::All;
    let plan = plan(&contract, &profile, &target);
    let name = "post-crm-contact-project-projectid::json::refusal::no-token-otherwise";
    let mut cases = plan.cases.iter();
    let case = cases.find(|case| case.id.to_string() == name).unwrap();
    let is_read = |at: &&QuestionIndex| plan.questions[**at].request.method == "GET";
    let read = case.subjects.iter().find(is_read).unwrap();
    assert_eq!(plan.questions[*read].request.token, Token::None);
    assert!(plan.schedule.after.contains(read));
    assert!(!plan.schedule.free.contains(read));
}

#[test]
fn what_nobody_should_have_is_asked_about_several_ids_and_read_before_it_is_written_to() {
    let plan = planned(&["1234"]);
    let of = |name: &str| {
        let mut cases = plan.cases.iter();
        cases.find(|case| case.id.to_string() == name).unwrap()
    };
    let read = of("get-things-contactid::json::refusal::unknown-contactid");
    let question = &plan.questions[read.subjects[0]];
    let ids: Vec<&str> = question
        .strangers
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    assert_eq!(ids, ["1940382171", "1503918467", "1286471903"]);
    for (stranger, path) in question.strangers.iter().zip(&ids) {
        assert_eq!(stranger.request.path, format!("api/2.0/things/{path}"));
    }
    assert_eq!(question.request, question.strangers[0].request);
    let deletes = of("delete-things-contactid::json::refusal::unknown-contactid");
    assert_eq!(deletes.beside, read.subjects);
    assert_eq!(plan.questions[deletes.subjects[0]].strangers.len(), 3);
}

#[test]
fn what_refusals_say_of_nobody_is_known_from_mistakes_that_name_nothing() {
    let plan = planned(&["1"]);
    let neutral: BTreeSet<String> = plan
        .neutral
        .iter()
        .map(|index| {
            let request = &plan.questions[*index].request;
            format!("{} {} {:?}", request.method, request.path, request.token)
        })
        .collect();
    let things = "api/2.0/things/";
    for said in [
        format!("GET {things}1940382171 Valid"),
        format!("GET {things}1940382171 None"),
        format!("GET {things}abc Valid"),
        format!("GET {things}0 Valid"),
        format!("GET {things}99999999999999999999 Valid"),
        "POST api/2.0/links Valid".to_owned(),
    ] {
        assert!(neutral.contains(&said), "{said}: {neutral:?}");
    }
    for said in ["GET api/2.0/things/-1 Valid", "GET api/2.0/things/1 None"] {
        assert!(!neutral.contains(said), "{said}");
    }
    assert!(
        neutral
            .iter()
            .any(|said| said.contains("/nothing/of/that/kind")),
        "{neutral:?}"
    );
    let options = neutral.iter().any(|said| said.starts_with("OPTIONS"));
    assert!(options, "{neutral:?}");
}

/// The requests that a page of one operation leads to, as method, path and body.
fn sent(heading: &str, rows: &str, example: &str) -> (Vec<String>, Vec<NotAsked>) {
    let page = page(heading, &format!("{rows}Example\n{example}\n"));
    let contract = contract::of_sources(vec![page]).unwrap();
    let profile = profile::load("as-documented").unwrap();
    let mut target = Target::new("http://portal.test".parse().unwrap());
    target.writes = Writes::All;
    let plan = plan(&contract, &profile, &target);
    let ignored = plan.cases.iter().filter_map(|case| case.ignored.clone());
    let first = plan.cases.iter().find(|case| case.ignored.is_none());
    let requests = first.into_iter().flat_map(|case| &case.subjects).map(|at| {
        let request = &plan.questions[*at].request;
        let body = request.body.as_ref().map_or("", |body| &body.text);
        format!("{} {} {body}", request.method, request.path)
    });
    (requests.take(1).collect(), ignored.collect())
}

#[test]
fn what_is_sent_is_the_documented_request() {
    for (heading, rows, example, expected) in [
        (
            "PUT api/2.0/boat/{boatid}/berth",
            "boatId\nsent in body\nBoat number 1\nowner\nsent in body\nOwner Acme.Owner\n\
             kind\nsent in body\nKind\noptional\nSail, Steam\n",
            "PUT api/2.0/boat/7/berth\n\n{\"kind\": \"sail\"}",
            "PUT api/2.0/boat/7/berth {\"kind\":\"sail\"}",
        ),
        (
            "PUT api/2.0/boat/{id:[0-9]{1,9}}/crew",
            "crew\nsent in body\nThe crew Collection of Sailors\ncollection\n\
             crew[0][Name]=Ann&crew[0][Rank]=1\n",
            "PUT api/2.0/boat/7/crew\n\n{\"crew\": [{\"Name\": \"Ann\"}]}",
            "PUT api/2.0/boat/7/crew {\"crew\":[{\"Name\":\"Ann\"}]}",
        ),
        (
            "GET api/2.0/boats/own-{owner}",
            "owner\nsent in url\nOwner string some text\n\
             colour\nsent in url\nColour\noptional\nstring some text\n\
             size\nsent in url\nSize\noptional\nnumber 3\n",
            "GET api/2.0/boats/own-Ada?colour=%22dark+red%22",
            "GET api/2.0/boats/own-Ada?colour=dark%20red ",
        ),
        (
            "POST api/2.0/crews",
            "names\nsent in body\nNames Collection of strings\ncollection\na\n\
             ids\nsent in body\nIds Collection of numbers\ncollection\n1\n",
            "POST api/2.0/crews\n\n{\"names\": [\"a\", \"b\", \"c\"], \"ids\": [1, 2], \"boat\": {\"id\": 5}}",
            "POST api/2.0/crews {\"names\":[\"a\",\"b\",\"c\"],\"ids\":[1,2],\"boat\":{\"id\":5}}",
        ),
        (
            "GET api/2.0/boats",
            "tag\nsent in url\nTags Collection of strings\ncollection\nold\n\
             size\nsent in url\nSize\noptional\nnumber 3\n",
            "GET api/2.0/boats?tag=old&tag=new&size=&limit=5",
            "GET api/2.0/boats?tag=old&tag=new&size=&limit=5 ",
        ),
    ] {
        let (requests, _) = sent(heading, rows, example);
        assert_eq!(requests, [expected], "{heading}");
    }
}

#[test]
fn a_path_without_a_value_is_not_asked() {
    let (requests, ignored) = sent(
        "GET api/2.0/boat/{id}",
        "size\nsent in url\nSize\noptional\nnumber 3\n",
        "GET api/2.0/boat/{id}",
    );
    assert!(requests.is_empty());
    let needed = NotAsked::NeedsValue {
        parameter: "id".to_owned(),
    };
    assert!(!ignored.is_empty() && ignored.iter().all(|reason| *reason == needed));
}

#[test]
fn a_request_without_a_value_that_it_must_have_is_not_asked() {
    let title = "title\nsent in body\nTitle\n";
    for (rows, named, expected) in [
        (format!("{title}string\n"), None, true),
        (format!("{title}string sail\n"), None, false),
        (format!("{title}optional\nstring\n"), None, false),
        (format!("{title}string\n"), Some("title"), false),
    ] {
        let contract = contract::of_sources(vec![page("POST api/2.0/boat", &rows)]).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.writes = Writes::All;
        let named = named.map(|name| (name.to_owned(), vec!["x".to_owned()]));
        target.parameters.extend(named);
        let owed = NotAsked::Owed {
            parameter: "title".to_owned(),
        };
        let of = |target: &Target| {
            let plan = plan(&contract, &profile, target);
            plan.cases
                .iter()
                .any(|case| case.ignored.as_ref() == Some(&owed))
        };
        assert_eq!(of(&target), expected, "{rows}");
        target.stand_in = Some("1".to_owned());
        assert!(
            !of(&target),
            "the reference portal takes what its pages show"
        );
    }
}

#[test]
fn what_a_write_writes_is_what_its_effect_names_whether_it_is_an_id_or_not() {
    let text = "extends = \"as-documented\"\nname = \"mine\"\n[[effect]]\noperation = \"post-things\"\n\
                read = \"api/2.0/things\"\nmember = \"Title\"\nparameter = \"Title\"\nbecause = \"b\"\n";
    let profile = profile::parse("mine.toml", text).unwrap();
    let mut target = Target::new("http://portal.test".parse().unwrap());
    target.writes = Writes::All;
    let contract = contract();
    let plan = plan(&contract, &profile, &target);
    let mut cases = plan.cases.iter();
    let case = cases.find(|case| case.id.check == Check::Effect).unwrap();
    let write = &plan.questions[case.subjects[0]];
    assert_eq!(write.written, ["a thing"]);
    assert!(write.ids.is_empty());
    // What sends nothing of it writes nothing that is listed.
    target.parameters.insert("Title".to_owned(), Vec::new());
    let plan = super::plan(&contract, &profile, &target);
    assert!(plan.cases.iter().all(|case| case.id.check != Check::Effect));
}

#[test]
fn what_a_second_account_must_not_see_is_asked_for_with_it_and_read_with_the_first() {
    let page = page(
        "GET api/2.0/boat/{boatid}",
        "boatid\nsent in url\nBoat\nnumber 7\n",
    );
    let mut contract = contract::of_sources(vec![page]).unwrap();
    contract.operations[0].authenticated = true;
    let text = "extends = \"as-documented\"\nname = \"mine\"\n[[identity]]\noperation = \"*\"\nparameter = \"boatid\"\nmember = \"id\"\n";
    let profile = profile::parse("mine.toml", text).unwrap();
    let of = |token: Option<&str>| {
        let mut target = Target::new("http://portal.test".parse().unwrap());
        target.credentials = Credentials::raw("first");
        let hidden = ("boatid".to_owned(), vec!["9".to_owned()]);
        target.other = Some(Other {
            credentials: token.map_or_else(Credentials::default, Credentials::raw),
            hidden: [hidden].into(),
        });
        let plan = plan(&contract, &profile, &target);
        let is_it = |case: &&Case| {
            case.id
                .to_string()
                .ends_with("json::refusal::other-account")
        };
        let case = plan.cases.iter().find(is_it).cloned().unwrap();
        let request = |at: &QuestionIndex| {
            let request = &plan.questions[*at].request;
            format!("{} {:?}", request.path, request.token)
        };
        let asked: Vec<String> = case
            .subjects
            .iter()
            .chain(&case.beside)
            .map(request)
            .collect();
        let told = case.beside.iter().all(|read| plan.told.contains(read));
        (asked, told, case.ignored)
    };
    let (asked, told, ignored) = of(Some("second"));
    assert_eq!(asked, ["api/2.0/boat/9 Other", "api/2.0/boat/9 Valid"]);
    assert_eq!((told, ignored), (true, None));
    let variable = "PORTAL_TOKEN".to_owned();
    assert_eq!(of(None).2, Some(NotAsked::NoOtherAccount { variable }));
}

#[test]
fn a_guid_of_nobody_is_asked_for_where_guids_name_resources_and_nothing_is_wrong_in_itself() {
    let guid = "0b6c1f7e-1d0a-4c2b-9f7d-2a4b6c8d0e1f";
    let text = format!(
        "openapi: 3.1.0\npaths:\n  /boats/{{boatId}}:\n    get:\n      parameters: [{{name: boatId, in: path, \
         required: true, schema: {{type: string, format: uuid}}, example: {guid}}}]\n      responses:\n        \
         '200': {{description: A boat, content: {{application/json: {{schema: {{title: Boat, type: object, \
         required: [id], properties: {{id: {{type: string, format: uuid}}}}}}}}}}}}\n"
    );
    let contract = contract::of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
    let profile = profile::load("as-documented").unwrap();
    let mut target = Target::new("http://portal.test".parse().unwrap());
    let capitals = guid.to_uppercase();
    let parameters = [("boatId".to_owned(), vec![capitals.clone()])];
    target.parameters = parameters.into_iter().collect();
    let plan = plan(&contract, &profile, &target);
    let of = |name: &str| {
        let mut cases = plan.cases.iter();
        cases.find(|case| case.id.to_string() == format!("get-boats-boatid::json::{name}"))
    };
    let unknown = of("refusal::unknown-boatId").unwrap();
    let strangers = &plan.questions[unknown.subjects[0]].strangers;
    let expected = "73a7e1db-3b1c-4f6e-9d27-6a0c5e8b41d3";
    assert_eq!(strangers[0].id, expected);
    assert_eq!(strangers[0].request.path, format!("boats/{expected}"));
    assert!(of("refusal::text-boatId").is_none());
    let asked = &plan.questions[of("identity::asked").unwrap().subjects[0]];
    assert_eq!(asked.request.path, format!("boats/{capitals}"));
    assert_eq!(asked.ids, [guid]);
}

#[test]
fn an_id_of_nobody_keeps_the_documented_bounds_where_it_can() {
    let first = |schema: &str, named: &[&str]| {
        let text = format!(
            "openapi: 3.1.0\npaths:\n  /boats/{{boatId}}:\n    get:\n      parameters: [{{name: boatId, in: path, \
             required: true, schema: {{{schema}}}, example: 7}}]\n      responses:\n        '200': {{description: A \
             boat, content: {{application/json: {{schema: {{title: Boat, type: object, required: [id], properties: \
             {{id: {{type: integer}}}}}}}}}}}}\n"
        );
        let contract = contract::of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let mut target = Target::new("http://portal.test".parse().unwrap());
        let named = named.iter().map(|id| (*id).to_owned()).collect();
        target.parameters = [("boatId".to_owned(), named)].into();
        let plan = plan(&contract, &profile, &target);
        let mut cases = plan.cases.iter();
        let case = cases.find(|case| case.id.to_string().ends_with("unknown-boatId"));
        let strangers = &plan.questions[case.unwrap().subjects[0]].strangers;
        assert_eq!(
            strangers[0].request.path,
            format!("boats/{}", strangers[0].id)
        );
        strangers[0].id.parse::<i64>().unwrap()
    };
    for (bounds, least, most) in [
        ("", 1_940_382_171, 1_940_382_171),
        (", maximum: 2147483647", 1_940_382_171, 1_940_382_171),
        (", minimum: 1, maximum: 99999", 50_000, 99_999),
        (", exclusiveMinimum: 0, exclusiveMaximum: 1000", 500, 999),
        (", minimum: 1900, maximum: 2100", 2000, 2100),
        (", minimum: 3000000000", 3_000_000_000, i64::MAX),
        // None is left.
        (", enum: [7, 8]", 1_940_382_171, 1_940_382_171),
        (", minimum: 7, maximum: 7", 1_940_382_171, 1_940_382_171),
    ] {
        let id = first(&format!("type: integer{bounds}"), &["7"]);
        assert!((least..=most).contains(&id), "{bounds}: {id}");
    }
    // What somebody names is taken.
    let few = "type: integer, minimum: 1, maximum: 4";
    let id = first(few, &["2", "3", "4"]);
    assert!(id > 4, "{id}");
    let id = first(few, &["2", "3"]);
    assert_eq!(id, 4);
}

#[test]
fn a_put_that_makes_what_is_not_there_has_no_case_of_unknown_ids() {
    for (method, codes, is_case) in [
        ("put", &["200"][..], true),
        ("put", &["200", "201"], false),
        ("put", &["201"], false),
        ("patch", &["200", "201"], true),
    ] {
        let answer = "description: A boat, content: {application/json: {schema: {title: Boat, type: object, required: \
                      [id], properties: {id: {type: integer}}}}}";
        let codes = codes.iter().map(|code| format!("'{code}': {{{answer}}}"));
        let codes: Vec<String> = codes.collect();
        let text = format!(
            "openapi: 3.1.0\npaths:\n  /boats/{{boatId}}:\n    {method}:\n      parameters: [{{name: boatId, in: path, \
             required: true, schema: {{type: integer}}, example: 7}}]\n      responses: {{{}}}\n",
            codes.join(", ")
        );
        let contract = contract::of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
        let profile = profile::load("as-documented").unwrap();
        let target = Target::new("http://portal.test".parse().unwrap());
        let plan = plan(&contract, &profile, &target);
        let mut cases = plan.cases.iter();
        let found = cases.any(|case| case.id.to_string().ends_with("unknown-boatId"));
        assert_eq!(found, is_case, "{method} {codes:?}");
    }
}

#[test]
fn a_value_that_is_an_object_or_a_list_is_sent_as_one() {
    let text = "openapi: 3.1.0\npaths:\n  /boats:\n    post:\n      requestBody:\n        required: true\n        content:\n          \
                application/json:\n            schema:\n              type: object\n              required: [labels, free, \
                rows, text, ids]\n              properties:\n                labels: {type: object, \
                additionalProperties: {type: string}}\n                free: {}\n                rows: {type: array, \
                items: {type: object}}\n                text: {type: string}\n                ids: {type: array, items: \
                {type: integer}}\n      responses: {'204': {description: Done}}\n";
    let contract = contract::of_sources(vec![Source::new("a.yaml", text)]).unwrap();
    let profile = profile::load("as-documented").unwrap();
    let mut target = Target::new("http://portal.test".parse().unwrap());
    target.writes = Writes::All;
    let given = [
        "labels={\"a\": \"b\"}",
        "free={\"a\": [1]}",
        "rows=[{\"a\": 1}, {\"a\": 2}]",
        "text={\"a\": 1}",
        "ids=[1, 2]",
    ];
    target.parameters = parameter_value::parse_all(&given.map(str::to_owned)).unwrap();
    let plan = plan(&contract, &profile, &target);
    let case = plan
        .cases
        .iter()
        .find(|case| case.id.check == Check::Transport);
    let sent = plan.questions[case.unwrap().subjects[0]]
        .request
        .body
        .as_ref();
    let sent: serde_json::Value = serde_json::from_str(&sent.unwrap().text).unwrap();
    let expected = serde_json::json!({
        "labels": {"a": "b"},
        "free": {"a": [1]},
        "rows": [{"a": 1}, {"a": 2}],
        "text": "{\"a\": 1}",
        "ids": [1, 2],
    });
    assert_eq!(sent, expected);
}

#[test]
fn a_get_whose_words_take_something_away_is_held_as_writes_are() {
    let answer = "'200': {description: Done, content: {application/json: {schema: {type: object, properties: {a: {type: \
                  integer}}}}}}";
    let text = format!(
        "openapi: 3.1.0\npaths:\n  /crm.boat.delete: {{get: {{responses: {{{answer}}}}}}}\n  /boats/deleted: {{get: \
         {{responses: {{{answer}}}}}}}\n  /boats/gone: {{get: {{operationId: purgeBoats, responses: {{{answer}}}}}}}\n"
    );
    let contract = contract::of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
    let profile = profile::load("as-documented").unwrap();
    let mut target = Target::new("http://portal.test".parse().unwrap());
    let held = |target: &Target| {
        let plan = plan(&contract, &profile, target);
        let mut held: Vec<String> = plan
            .cases
            .iter()
            .filter(|case| matches!(case.ignored, Some(NotAsked::Writes { .. })))
            .map(|case| case.id.operation.to_string())
            .collect();
        held.sort();
        held.dedup();
        held
    };
    assert_eq!(held(&target), ["get-boats-gone", "get-crm-boat-delete"]);
    target.writes = Writes::named(&["get-crm-*".to_owned()]);
    assert_eq!(held(&target), ["get-boats-gone"]);
    assert!(target.writes.check(&contract).is_ok());
}

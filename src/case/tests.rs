//! What is laid out to be asked, for small pages.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use super::*;
use crate::contract::{self, Contract};
use crate::profile;
use crate::source::Source;
use crate::target::Target;

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
    let mut target = Target::new("http://portal.test".parse().unwrap());
    target.allow_writes = true;
    let ids = ids.iter().map(|id| (*id).to_owned()).collect();
    target.parameters.insert("contactid".to_owned(), ids);
    let profile = profile::load("as-documented").unwrap();
    plan(&contract(), &profile, &target)
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

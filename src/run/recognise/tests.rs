#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use serde_json::Value;

use super::*;
use crate::check::Violation;
use crate::client::tests_support::{exchange, portal, response};
use crate::portal::Deployment;
use crate::portal::engine::Engine;
use crate::portal::tests_support::{ask, contract, get};
use crate::run::ask::unasked;
use crate::run::tests_support::suite;
use crate::target::Target;
use crate::writes::Writes;

/// What a server of the other profile answers, without some members.
fn answer_without(members: usize) -> String {
    let profile = Arc::new(profile::load("community-server").unwrap());
    let engine = Engine::new(Deployment::new(Arc::new(contract()), profile, "token"));
    let body = ask(&engine, &get(1234, "json")).body;
    let mut body: Value = serde_json::from_slice(&body).unwrap();
    let resource = body["response"].as_object_mut().unwrap();
    for name in ["id", "displayName", "isShared", "canEdit", "canDelete"]
        .iter()
        .take(members)
    {
        assert!(resource.remove(*name).is_some(), "{name}");
    }
    body.to_string()
}

fn violation(rule: Rule) -> Violation {
    crate::check::tests_support::violation(rule, crate::check::Family::Schema, "")
}

/// Which reading there is of a question under the profile that is tried.
struct Before {
    of_writes: bool,
    has_body: bool,
    set_aside: bool,
    letter_case: usize,
    others: usize,
}

const PLAIN: Before = Before {
    of_writes: false,
    has_body: true,
    set_aside: false,
    letter_case: 0,
    others: 0,
};

async fn misfit_of(before: &[Before], without: usize) -> Option<Misfit> {
    let contract = Arc::new(contract());
    let profile = Arc::new(profile::load("as-documented").unwrap());
    let mut target = Target::new(portal(200, answer_without(without)).parse().unwrap());
    target.writes = Writes::All;
    let plan = case::plan(&contract, &profile, &target);
    let mut asked = unasked(&plan);
    for before in before {
        let is_meant = |question: &Question| {
            contract.operations[question.operation].writes() == before.of_writes
        };
        let question = plan.questions.iter().position(is_meant).unwrap();
        let found = std::iter::repeat_n(Rule::LetterCase, before.letter_case)
            .chain(std::iter::repeat_n(Rule::Missing, before.others));
        let reading = Reading {
            violations: found.map(violation).collect(),
            body: before.has_body.then(|| Arc::new(Value::Null)),
            set_aside: before.set_aside,
            outline: None,
            listed: None,
        };
        let exchange = exchange(Ok(response(200, "")));
        asked.add(question, (exchange, Some(reading)));
    }
    let suite = suite(contract, profile);
    let client = Client::new(Arc::new(target)).unwrap();
    misfit(&suite, &plan, &client, &asked).await
}

#[tokio::test]
async fn another_profile_fits_where_it_leaves_a_quarter() {
    for (letter_case, others, without, fits) in [
        (4, 0, 0, false),
        (5, 0, 0, true),
        (0, 5, 0, true),
        (3, 4, 2, false),
        (3, 5, 2, true),
    ] {
        let before = Before {
            letter_case,
            others,
            ..PLAIN
        };
        let found = misfit_of(&[before], without).await;
        let expected = fits.then(|| Misfit {
            tried: "as-documented".to_owned(),
            fits: "community-server".to_owned(),
            path: "api/2.0/crm/contact/1234.json".to_owned(),
            before: Some(letter_case + others),
            after: without,
            letter_case,
        });
        assert_eq!(found, expected, "{letter_case} {others} {without}");
    }
}

#[tokio::test]
async fn another_profile_fits_where_it_alone_gets_an_answer() {
    let unread = || Before {
        has_body: false,
        others: 1,
        ..PLAIN
    };
    for (without, fits) in [(0, true), (4, true), (5, false)] {
        let found = misfit_of(&[unread()], without).await;
        let told = found.map(|found| (found.before, found.after));
        assert_eq!(told, fits.then_some((None, without)), "{without}");
    }
}

#[tokio::test]
async fn one_read_that_fits_is_enough_for_a_profile() {
    let bad = || Before { others: 9, ..PLAIN };
    assert!(misfit_of(&[bad()], 0).await.is_some());
    let good = Before { others: 1, ..PLAIN };
    assert_eq!(misfit_of(&[bad(), good], 0).await, None);
    let unread = Before {
        has_body: false,
        ..PLAIN
    };
    let found = misfit_of(&[unread, bad()], 0).await.unwrap();
    assert_eq!(found.before, Some(9), "what was read counts");
    assert_eq!(misfit_of(&[], 0).await, None);
    let large = Before {
        set_aside: true,
        ..bad()
    };
    assert_eq!(misfit_of(&[large], 0).await, None);
    let write = Before {
        of_writes: true,
        ..bad()
    };
    assert_eq!(misfit_of(&[write], 0).await, None);
}

/// The URL of a portal that answers as a server of the other profile where it is asked so, and this else.
fn portal_beside(otherwise: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        let found = answer_without(0);
        for stream in listener.incoming() {
            let mut stream = BufReader::new(stream.unwrap());
            let head: Vec<String> = (&mut stream)
                .lines()
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .collect();
            let is_other = head.first().is_some_and(|line| line.contains(".json "));
            let (media_type, body) = if is_other {
                ("application/json", found.as_str())
            } else {
                ("text/html", otherwise)
            };
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {media_type}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            stream.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    url
}

/// What comes of one case under the profile that is tried.
async fn run_at(url: &str) -> crate::run::Run {
    let contract = Arc::new(contract());
    let profile = Arc::new(profile::load("as-documented").unwrap());
    let target = Target::new(url.parse().unwrap());
    let plan = Arc::new(case::plan(&contract, &profile, &target));
    let suite = suite(contract, profile);
    let one = plan.select(&case::Selection {
        filters: vec!["get-crm-contact-contactid::json::transport".to_owned()],
        exact: true,
        ..case::Selection::default()
    });
    let client = Client::new(Arc::new(target)).unwrap();
    suite.run(&client, &one, &|_, _| {}).await
}

#[tokio::test]
async fn another_profile_explains_a_run_and_pages_but_not_what_is_in_its_way() {
    use crate::run::{Obstacle, Verdict};
    const PAGE: &str = "<!DOCTYPE html><title>x</title>";
    let known = run_at(&portal_beside(PAGE)).await;
    let misfit = known.misfit.as_ref().unwrap();
    assert_eq!(misfit.fits, "community-server");
    assert_eq!((misfit.before, misfit.after), (None, 0));
    assert_eq!((&known.obstacle, known.hints.len()), (&None, 0));
    assert_eq!(known.requests, 2);
    assert!(known.elapsed > std::time::Duration::ZERO);
    let pages = run_at(&portal(200, PAGE.to_owned())).await;
    assert!(matches!(pages.obstacle, Some(Obstacle::OnlyHtml { .. })));
    assert_eq!((pages.misfit, pages.outcomes.len()), (None, 1));
    let closed = run_at(&portal(402, answer_without(0))).await;
    assert_eq!(closed.obstacle, Some(Obstacle::Closed { status: 402 }));
    assert_eq!(closed.misfit, None, "it is not even looked for");
    assert_eq!(closed.requests, 1);
    assert!(matches!(closed.outcomes[0].verdict, Verdict::Blocked(_)));
}

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod beside;
mod cached;
mod defied;
mod effect;
mod listed;
mod living;
mod made;
mod refused;
mod rights;
mod undone;
mod writes;

use std::sync::Arc;

use super::*;
use crate::case::Selection;
use crate::check::{Observed, Reading, Rule};
use crate::client::{Exchange, Token, tests_support};
use crate::contract::Contract;
use crate::run::Halt;
use crate::run::ask::unasked;
use crate::run::judge::seen::Items;
use crate::run::tests_support::suite;
use crate::source::Source;
use crate::writes::Writes;
use crate::{case, contract, page, profile};

/// A suite and the plan for one target.
struct Trying {
    suite: Suite,
    plan: Arc<Plan>,
}

/// The built-in pages and a portal that nobody may write to.
fn trying() -> Trying {
    trying_at(&target())
}

/// The same and a portal with two contacts, which may be written to.
fn trying_two() -> Trying {
    trying_at(&two())
}

fn two() -> Target {
    let mut target = target();
    target.writes = Writes::All;
    let ids = ["1234", "1235"].map(str::to_owned).to_vec();
    target.parameters.insert("contactid".to_owned(), ids);
    target
}

fn trying_at(target: &Target) -> Trying {
    trying_of(contract::of_sources(page::builtin()).unwrap(), target)
}

fn trying_of(contract: Contract, target: &Target) -> Trying {
    let contract = Arc::new(contract);
    let profile = Arc::new(profile::load("as-documented").unwrap());
    let plan = Arc::new(case::plan(&contract, &profile, target));
    let suite = suite(contract, profile);
    Trying { suite, plan }
}

fn target() -> Target {
    Target::new("http://portal.test".parse().unwrap())
}

/// Answers a question with nothing but a status.
fn answer(trying: &Trying, asked: &mut Asked, question: QuestionIndex, status: u16) {
    answer_with(trying, asked, question, status, "");
}

/// Answers a question with a status and a body.
fn answer_with(
    trying: &Trying,
    asked: &mut Asked,
    question: QuestionIndex,
    status: u16,
    body: &str,
) {
    answer_aged(trying, asked, question, (status, None), body);
}

/// The same, out of a cache that says this of how old it is.
fn answer_aged(
    trying: &Trying,
    asked: &mut Asked,
    question: QuestionIndex,
    (status, age): (u16, Option<&str>),
    body: &str,
) {
    let of = &trying.plan.questions[question];
    let mut response = tests_support::response(status, body);
    let headers = &mut response.head.headers;
    headers.extend(age.map(|age| ("age".to_owned(), age.to_owned())));
    let exchange = Exchange {
        request: of.request.clone(),
        elapsed: Duration::from_millis(1),
        ..tests_support::exchange(Ok(response))
    };
    let expectation = trying
        .suite
        .expectations
        .get(of.operation, of.format)
        .unwrap();
    let mut reading = expectation.read(&exchange);
    reading.listed = of.listing.as_ref().and_then(|listing| {
        check::effect::listed(expectation, &exchange, &listing.list, &listing.member)
    });
    asked.add(question, (exchange, Some(reading)));
}

fn judged(trying: &Trying, asked: &Asked, obstacle: Option<&Obstacle>) -> Vec<Outcome> {
    let all = trying.plan.select(&Selection::default());
    outcomes(
        &trying.suite,
        &all,
        (asked, &[]),
        obstacle,
        &target(),
        time(),
    )
    .0
}

/// More than these tests need.
fn time() -> (Instant, Duration) {
    let minute = Duration::from_mins(1);
    (Instant::now() + minute, minute)
}

#[test]
fn what_there_is_no_time_for_is_not_judged() {
    let trying = trying();
    let asked = unasked(&trying.plan);
    let all = trying.plan.select(&Selection::default());
    let time = Duration::from_secs(7);
    let over = (Instant::now(), time);
    let outcomes = outcomes(&trying.suite, &all, (&asked, &[]), None, &target(), over).0;
    for outcome in outcomes {
        let is_told = match outcome.verdict {
            Verdict::Blocked(reason) => reason == Reason::Unjudged(time),
            verdict => matches!(verdict, Verdict::Ignored(_)),
        };
        assert!(is_told, "{}", outcome.id);
    }
}

fn case<'a>(trying: &'a Trying, check: &str) -> (usize, &'a Case) {
    let name = format!("get-crm-contact-contactid::json::{check}");
    let mut cases = trying.plan.cases.iter().enumerate();
    cases.find(|(_, case)| case.id.to_string() == name).unwrap()
}

/// The place of the case in JSON that holds a write against reads, the write and one of these.
fn written_and_read(plan: &Plan) -> (usize, QuestionIndex, QuestionIndex) {
    let is_json = |question: &&QuestionIndex| plan.questions[**question].format == Format::Json;
    let mut cases = plan.cases.iter().enumerate();
    let (at, case) = cases
        .find(|(_, case)| case.id.check == Check::Read && case.id.format == Format::Json)
        .unwrap();
    let reader = case.beside.iter().find(is_json).unwrap();
    (at, case.subjects[0], *reader)
}

fn obstacle() -> Obstacle {
    Obstacle::OnlyHtml { title: None }
}

#[test]
fn an_answer_counts_for_the_first_case_that_judges_it() {
    let trying = trying();
    let mut asked = unasked(&trying.plan);
    let (at, transport) = case(&trying, "transport");
    let (later, envelope) = case(&trying, "envelope");
    assert_eq!(transport.subjects, envelope.subjects);
    for question in &transport.subjects {
        answer(&trying, &mut asked, *question, 401);
    }
    let outcomes = judged(&trying, &asked, None);
    assert_ne!(outcomes[at].share, Duration::ZERO);
    assert_eq!(outcomes[at].share, outcomes[at].elapsed);
    assert_eq!(outcomes[later].share, Duration::ZERO);
    assert_eq!(outcomes[later].elapsed, outcomes[at].elapsed);
}

#[test]
fn an_obstacle_blocks_what_it_broke_and_spares_refusals_that_hold() {
    let trying = trying();
    let (transport, broken) = case(&trying, "transport");
    let (kept, no_token) = case(&trying, "refusal::no-token");
    let (unknown, of_nothing) = case(&trying, "refusal::unknown-contactid");
    let (unasked_one, _) = case(&trying, "refusal::empty-token");
    let mut asked = unasked(&trying.plan);
    for question in [broken, no_token, of_nothing].map(|case| &case.subjects) {
        for question in question {
            answer(&trying, &mut asked, *question, 401);
        }
    }
    let without = judged(&trying, &asked, None);
    assert_eq!(without[transport].verdict, Verdict::Violates);
    assert_eq!(without[kept].verdict, Verdict::Conforms);
    assert_eq!(without[unknown].verdict, Verdict::Violates);
    assert!(matches!(without[unasked_one].verdict, Verdict::Blocked(_)));
    let with = judged(&trying, &asked, Some(&obstacle()));
    for blocked in [transport, unknown, unasked_one] {
        let outcome = &with[blocked];
        let blocked = Verdict::Blocked(Reason::Obstacle);
        assert_eq!(outcome.verdict, blocked, "{}", outcome.id);
        assert_eq!(outcome.violations.len(), 0, "{}", outcome.id);
    }
    assert_eq!(with[kept].verdict, Verdict::Conforms);
    // What is not asked by the user's wish stays so, whatever is in the way.
    let ignored = trying
        .plan
        .cases
        .iter()
        .position(|case| case.ignored.is_some());
    assert!(matches!(
        with[ignored.unwrap()].verdict,
        Verdict::Ignored(_)
    ));
}

#[test]
fn what_was_asked_in_part_counts_where_it_broke_something_and_only_there() {
    let trying = trying();
    let (at, wrong_token) = case(&trying, "refusal::wrong-token");
    assert!(wrong_token.subjects.len() > 1);
    let first = wrong_token.subjects[0];
    let mut asked = unasked(&trying.plan);
    answer(&trying, &mut asked, first, 401);
    asked.halt = Some(Halt::Gone);
    assert_eq!(
        judged(&trying, &asked, None)[at].verdict,
        Verdict::Blocked(Reason::Unasked(Some(Halt::Gone))),
        "the others might have been let in"
    );
    let mut asked = unasked(&trying.plan);
    answer(&trying, &mut asked, first, 200);
    asked.halt = Some(Halt::Gone);
    let outcome = &judged(&trying, &asked, None)[at];
    assert_eq!(outcome.verdict, Verdict::Violates);
    assert_eq!(outcome.violations[0].violation.rule, Rule::Accepted);
    let mut asked = unasked(&trying.plan);
    for question in &wrong_token.subjects {
        answer(&trying, &mut asked, *question, 401);
    }
    assert_eq!(judged(&trying, &asked, None)[at].verdict, Verdict::Conforms);
}

#[test]
fn equal_violations_are_one_and_counted() {
    let trying = trying();
    let (at, wrong_token) = case(&trying, "refusal::wrong-token");
    let mut asked = unasked(&trying.plan);
    let questions = &wrong_token.subjects;
    for (question, status) in questions
        .iter()
        .zip([200, 500, 200, 500, 200].iter().cycle())
    {
        answer(&trying, &mut asked, *question, *status);
    }
    answer(&trying, &mut asked, questions[0], 200);
    let outcome = &judged(&trying, &asked, None)[at];
    let told: Vec<(Rule, usize, usize)> = outcome
        .violations
        .iter()
        .map(|seen| (seen.violation.rule, seen.times, seen.of))
        .collect();
    let of = questions.len() + 1;
    let refused = (questions.len() - 1).div_ceil(5) + questions.len().saturating_sub(3).div_ceil(5);
    assert_eq!(
        told,
        [
            (Rule::Accepted, of - refused, of),
            (Rule::RefusalStatus, refused, of)
        ]
    );
}

#[test]
fn violations_in_two_places_are_two() {
    let trying = trying();
    let (at, members) = case(&trying, "schema");
    let mut asked = unasked(&trying.plan);
    for question in &members.subjects {
        let body = r#"{"status":0,"response":{"ID":1.5,"TaskCount":1.5,"About":7,"Tags":[1,2]}}"#;
        answer_with(&trying, &mut asked, *question, 200, body);
        answer_with(&trying, &mut asked, *question, 200, body);
    }
    let outcome = &judged(&trying, &asked, None)[at];
    let of = 2 * members.subjects.len();
    let mut places = BTreeSet::new();
    for seen in &outcome.violations {
        assert_eq!(
            (seen.times, seen.of),
            (of, of),
            "{}",
            seen.violation.pointer
        );
        assert!(places.insert((seen.violation.pointer.clone(), seen.violation.rule)));
        assert_eq!(seen.media_type, "");
    }
    // What stands in another letter case is judged as well.
    for (pointer, rule) in [
        ("/response/TaskCount", Rule::Fraction),
        ("/response/About", Rule::Type),
        ("/response/id", Rule::LetterCase),
        ("/response/id", Rule::Fraction),
    ] {
        assert!(
            places.contains(&(pointer.to_owned(), rule)),
            "{rule} {pointer} in {places:?}"
        );
    }
}

#[test]
fn a_drift_reaches_as_far_as_its_rule_and_place_whatever_its_length() {
    let trying = trying_two();
    let (at, members) = case(&trying, "schema");
    let body = |created: &str| {
        let created = match created {
            "" => String::new(),
            created => format!(r#""Created":"{created}","#),
        };
        format!(r#"{{"status":0,"response":{{{created}"Tags":[7,{{}}]}}}}"#)
    };
    let (zoneless, dated) = ("2020-12-08T17:37:04", "2020-12-08T17:37:04Z");
    let reach = |of_second: &str| {
        let mut asked = unasked(&trying.plan);
        for (at, question) in members.subjects.iter().enumerate() {
            let created = if at == 0 { zoneless } else { of_second };
            answer_with(&trying, &mut asked, *question, 200, &body(created));
            answer_with(&trying, &mut asked, *question, 200, &body(created));
        }
        let outcome = judged(&trying, &asked, None).swap_remove(at);
        let seen = outcome.violations.into_iter();
        let of = |seen: Seen| {
            (
                seen.violation.rule,
                seen.shown.answers,
                seen.of,
                seen.shown.each,
            )
        };
        seen.map(of)
            .filter(|(rule, ..)| matches!(rule, Rule::DateTime | Rule::Type))
            .collect::<Vec<_>>()
    };
    let [first, second] = members.subjects[..] else {
        panic!("{members:?}");
    };
    let tags = || (Rule::Type, 4, 4, Vec::new());
    let all = || (Rule::DateTime, 4, 4, Vec::new());
    // Of another length in the second: one drift, which is seen in all.
    let longer = "2020-12-08T17:37:04.59";
    assert_eq!(reach(longer), [all(), tags(), tags(), all()]);
    let one = (Rule::DateTime, 2, 4, vec![(first, 2, 2), (second, 0, 2)]);
    assert_eq!(reach(dated), [one, tags(), tags()]);
    // What has no such member says nothing of it.
    let alone = (Rule::DateTime, 2, 4, vec![(first, 2, 2)]);
    assert_eq!(reach(""), [alone, tags(), tags()]);
}

#[test]
fn what_was_too_large_to_keep_is_judged_alone_and_not_compared() {
    let trying = trying();
    let body = r#"{"status":0,"response":{}}"#;
    let compared = ["identity::asked", "identity::repeated", "snapshot"];
    for set_aside in [false, true] {
        let mut asked = unasked(&trying.plan);
        let (_, case_of_all) = case(&trying, "transport");
        for question in &case_of_all.subjects {
            let of = &trying.plan.questions[*question];
            let expectation = &trying.suite.expectations;
            let expectation = expectation.get(of.operation, of.format).unwrap();
            let mut other = unasked(&trying.plan);
            answer_with(&trying, &mut other, *question, 200, body);
            let (exchange, _) = &other.of(*question)[0];
            let mut reading = expectation.read(exchange);
            if set_aside {
                reading.set_aside();
            } else {
                reading.body = None;
            }
            asked.add(*question, (exchange.clone(), Some(reading)));
        }
        let all = judged(&trying, &asked, None);
        let verdict = |check: &str| &all[case(&trying, check).0].verdict;
        for check in ["envelope", "schema"] {
            let is_judged = *verdict(check) != Verdict::Blocked(Reason::NoBody);
            assert_eq!(is_judged, set_aside, "{check}");
        }
        for check in compared {
            let otherwise = if check == "identity::repeated" {
                Reason::NoSecond
            } else {
                Reason::NoBody
            };
            let reason = if set_aside {
                Reason::TooLarge
            } else {
                otherwise
            };
            assert_eq!(*verdict(check), Verdict::Blocked(reason), "{check}");
        }
    }
}

/// A schema without a list of what is required lets the payload be missing, so that no envelope case tells it.
#[test]
fn a_payload_that_may_be_missing_blocks_nothing() {
    let document = r#"{"openapi": "3.0.0", "info": {"title": "x", "version": "1"}, "paths": {"/api/2.0/kites": {"get": {
        "responses": {"200": {"description": "x", "content": {"application/json": {"schema": {"type": "object",
        "properties": {"status": {"type": "integer"}, "response": {"type": "object",
        "properties": {"tail": {"type": "integer"}}}}}}}}}}}}}"#;
    let source = Source::new("kites.json", document);
    let trying = trying_of(contract::of_sources(vec![source]).unwrap(), &target());
    let mut asked = unasked(&trying.plan);
    for at in 0..trying.plan.questions.len() {
        answer_with(&trying, &mut asked, at, 200, r#"{"status": 0}"#);
    }
    let outcomes = judged(&trying, &asked, None);
    let members = outcomes.iter().find(|one| one.id.check == Check::Members);
    let ignored = Verdict::Ignored(NotAsked::NothingHeld);
    assert_eq!(members.unwrap().verdict, ignored);
    let is_blocked = |one: &&Outcome| one.verdict == Verdict::Blocked(Reason::NoPayload);
    assert_eq!(outcomes.iter().find(is_blocked).map(|one| &one.id), None);
}

/// A success that is documented without a body holds nothing that could be judged, which is nobody's fault.
#[test]
fn a_documented_success_without_a_body_blocks_nothing() {
    let document = r#"{"openapi": "3.0.0", "info": {"title": "x", "version": "1"}, "paths": {"/api/2.0/kites": {"get": {
        "responses": {"204": {"description": "none"}, "200": {"description": "x", "content": {"application/json":
        {"schema": {"type": "object", "properties": {"tail": {"type": "integer"}}}}}}}}}}}"#;
    let source = Source::new("kites.json", document);
    let trying = trying_of(contract::of_sources(vec![source]).unwrap(), &target());
    for (status, expected) in [
        (204, Verdict::Ignored(NotAsked::NothingHeld)),
        (202, Verdict::Blocked(Reason::NoBody)),
    ] {
        let mut asked = unasked(&trying.plan);
        for at in 0..trying.plan.questions.len() {
            answer_with(&trying, &mut asked, at, status, "");
        }
        let outcomes = judged(&trying, &asked, None);
        let of = |check: Check| {
            let outcome = outcomes.iter().find(|one| one.id.check == check);
            outcome.map(|one| one.verdict.clone()).unwrap()
        };
        let is_lawful = of(Check::Transport) == Verdict::Conforms;
        assert_eq!(is_lawful, status == 204);
        for check in [Check::Envelope, Check::Members] {
            assert_eq!(of(check), expected, "{status}");
        }
    }
}

#[test]
fn what_judged_nothing_has_not_passed() {
    let blocked = || Verdict::Blocked(Reason::NoPayload);
    let ignored = || Verdict::Ignored(NotAsked::NothingHeld);
    for (operation, format, body, expected) in [
        (0, Format::Json, r#"{"status": 0}"#, blocked()),
        (
            0,
            Format::Xml,
            "<result><status>0</status></result>",
            blocked(),
        ),
        (1, Format::Json, r#"{"status": 0}"#, blocked()),
        (
            1,
            Format::Json,
            r#"{"status": 0, "response": []}"#,
            ignored(),
        ),
    ] {
        let trying = trying_two();
        let mut asked = unasked(&trying.plan);
        for (at, question) in trying.plan.questions.iter().enumerate() {
            if (question.operation, question.format) == (operation, format) {
                answer_with(&trying, &mut asked, at, 200, body);
                answer_with(&trying, &mut asked, at, 200, body);
            }
        }
        let all = judged(&trying, &asked, None);
        let verdict = |check: &Check| {
            let is_meant = |one: &&Outcome| {
                (one.operation, one.id.format, &one.id.check) == (operation, format, check)
            };
            &all.iter().find(is_meant).unwrap().verdict
        };
        assert_eq!(*verdict(&Check::Members), expected, "{operation} {body}");
        if expected == ignored() {
            // That both held nothing is something.
            assert_eq!(*verdict(&Check::Repeated), Verdict::Conforms);
        }
    }
}

#[test]
fn only_what_may_not_be_repeated_is_put_off() {
    let mut trying = trying();
    let (at, transport) = case(&trying, "transport");
    let questions = transport.subjects.clone();
    for (repeat, expected) in [
        (Repeat::Allowed, Verdict::Violates),
        (Repeat::Never, Verdict::Blocked(Reason::PutOff)),
    ] {
        for question in &questions {
            Arc::make_mut(&mut trying.plan).questions[*question].repeat = repeat;
        }
        let mut asked = unasked(&trying.plan);
        for question in &questions {
            answer(&trying, &mut asked, *question, 429);
        }
        assert_eq!(judged(&trying, &asked, None)[at].verdict, expected);
    }
}

#[test]
fn an_answer_is_alike_or_not_only_beside_a_second_one() {
    const BODY: &str = r#"{"status":0,"response":{}}"#;
    let trying = trying();
    let (at, repeated) = case(&trying, "identity::repeated");
    let question = repeated.subjects[0];
    for (answers, expected) in [
        (vec![(200, BODY)], Verdict::Blocked(Reason::NoSecond)),
        (vec![(200, BODY), (200, BODY)], Verdict::Conforms),
        (vec![(200, BODY), (201, BODY)], Verdict::Conforms),
        (vec![(200, BODY), (500, "")], Verdict::Violates),
        // 429 is about the pace, and told as what it is.
        (
            vec![(200, BODY), (429, "")],
            Verdict::Blocked(Reason::NoSecond),
        ),
        (vec![(429, ""), (200, BODY), (200, BODY)], Verdict::Conforms),
    ] {
        let mut asked = unasked(&trying.plan);
        for (status, body) in &answers {
            answer_with(&trying, &mut asked, question, *status, body);
        }
        let verdict = &judged(&trying, &asked, None)[at].verdict;
        assert_eq!(*verdict, expected, "{answers:?}");
    }
}

#[test]
fn what_each_answer_says_of_its_server_is_told_once() {
    let trying = trying();
    let (at, transport) = case(&trying, "transport");
    let (refused_at, refused) = case(&trying, "refusal::no-token");
    let mut asked = unasked(&trying.plan);
    for (questions, status) in [(&transport.subjects, 200), (&refused.subjects, 401)] {
        for question in questions {
            let of = &trying.plan.questions[*question];
            let mut response = tests_support::response(status, "");
            let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
            response.head.headers = vec![header("server", "nginx/1.18.0")];
            if status == 401 {
                // Names without end are not told without end.
                let random = |n: usize| header("set-cookie", &format!("sid{n}{question}=a"));
                response.head.headers.extend((0..100).map(random));
            }
            let exchange = Exchange {
                request: of.request.clone(),
                ..tests_support::exchange(Ok(response))
            };
            asked.add(*question, (exchange, None));
        }
    }
    let outcomes = judged(&trying, &asked, None);
    let told = |rule: Rule| -> Vec<(usize, usize, usize)> {
        let outcomes = outcomes.iter().enumerate();
        let all = outcomes.flat_map(|(at, one)| one.violations.iter().map(move |seen| (at, seen)));
        let all = all.filter(|(_, seen)| seen.violation.rule == rule);
        all.map(|(at, seen)| (at, seen.times, seen.of)).collect()
    };
    let answers = transport.subjects.len() + refused.subjects.len();
    assert_eq!(told(Rule::ServerVersion), [(at, answers, answers)]);
    let cookies = told(Rule::Cookie);
    assert_eq!(cookies.len(), 20);
    assert!(cookies.iter().all(|(at, ..)| *at == refused_at));
    let obstructed = judged(&trying, &asked, Some(&obstacle()));
    assert!(obstructed.iter().all(|one| one.violations.is_empty()));
}

#[test]
fn a_validator_tells_resources_apart_that_are_not_the_same() {
    let trying = trying_two();
    let is_right =
        |request: &crate::client::Request| request.method == "GET" && request.token == Token::Valid;
    let told = |right: bool, tag_and_body: fn(&str) -> (&str, &str)| -> Vec<Observed> {
        let mut asked = unasked(&trying.plan);
        let mut told = 0;
        for (at, of) in trying.plan.questions.iter().enumerate() {
            let [id] = of.ids.as_slice() else {
                continue;
            };
            if is_right(&of.request) == right {
                let (tag, body) = tag_and_body(id);
                let mut response = tests_support::response(200, body);
                response.head.headers = vec![("etag".to_owned(), format!("\"{tag}\""))];
                let exchange = Exchange {
                    request: of.request.clone(),
                    ..tests_support::exchange(Ok(response))
                };
                asked.add(at, (exchange, None));
                told += 1;
            }
        }
        assert!(told > 1);
        let outcomes = judged(&trying, &asked, None);
        let all = outcomes
            .iter()
            .flat_map(|one| one.violations.iter().chain(&one.remarks));
        let all = all.filter(|seen| seen.violation.rule == Rule::SharedTag);
        all.map(|seen| seen.violation.actual.clone()).collect()
    };
    assert_eq!(told(true, |id| ("1", id)), [Observed::SharedTag(2)]);
    assert_eq!(told(true, |id| (id, id)), []);
    assert_eq!(told(true, |_| ("1", "same")), []);
    // What is written, or asked for without a token, is no such resource.
    assert_eq!(told(false, |id| ("1", id)), []);
}

#[test]
fn what_a_write_changed_is_told_beside_the_last_read_before_it() {
    let trying = trying_at(&Target {
        writes: Writes::All,
        ..target()
    });
    let plan = &trying.plan;
    let (at, write, reader) = written_and_read(plan);
    let id = &plan.questions[reader].ids[0];
    let contact = |about: u8| format!(r#"{{"id":{id},"About":"{about}"}}"#);
    for (before, linked, after, expected) in [
        // Edited while it was only read.
        ([1, 2], 2, 2, None),
        ([2, 2], 2, 2, None),
        ([2, 1], 2, 2, Some(Rule::ChangedByWrite)),
        // The write tells what no read does.
        ([1, 1], 2, 1, Some(Rule::UnlikeRead)),
    ] {
        let mut asked = unasked(plan);
        let one = |about| format!(r#"{{"status":0,"response":{}}}"#, contact(about));
        for about in before {
            answer_with(&trying, &mut asked, reader, 200, &one(about));
        }
        let list = format!(r#"{{"status":0,"response":[{}]}}"#, contact(linked));
        answer_with(&trying, &mut asked, write, 200, &list);
        answer_with(&trying, &mut asked, reader, 200, &one(after));
        let all = plan.select(&Selection::default());
        let outcome = &outcomes(&trying.suite, &all, (&asked, &[]), None, &target(), time()).0[at];
        let found = outcome.violations.iter().chain(&outcome.remarks);
        let rules: Vec<Rule> = found.map(|seen| seen.violation.rule).collect();
        assert_eq!(
            rules,
            Vec::from_iter(expected),
            "{before:?}, {linked}, {after}"
        );
    }
}

#[test]
fn what_was_written_may_reach_the_reads_late() {
    let trying = trying_at(&Target {
        writes: Writes::All,
        ..target()
    });
    let plan = &trying.plan;
    let (at, write, reader) = written_and_read(plan);
    let id = &plan.questions[reader].ids[0];
    for (said, expected) in [
        (&[(reader, 1), (write, 2), (reader, 2)][..], None),
        // It never comes to agree.
        (
            &[(reader, 1), (write, 2), (reader, 1)],
            Some(Rule::UnlikeRead),
        ),
        (
            &[
                (reader, 1),
                (write, 2),
                (reader, 1),
                (reader, 1),
                (reader, 1),
            ],
            Some(Rule::UnlikeRead),
        ),
        (&[(reader, 1), (write, 2), (reader, 1), (reader, 2)], None),
        // The same of a write that is repeated.
        (
            &[
                (reader, 1),
                (write, 2),
                (reader, 1),
                (write, 2),
                (reader, 1),
                (reader, 2),
            ],
            None,
        ),
        // What it answers was there before it alone.
        (
            &[
                (reader, 1),
                (write, 1),
                (reader, 2),
                (write, 1),
                (reader, 2),
                (reader, 2),
            ],
            Some(Rule::UnlikeRead),
        ),
    ] {
        let mut asked = unasked(plan);
        for (question, about) in said {
            let contact = format!(r#"{{"id":{id},"About":"{about}"}}"#);
            let payload = if *question == write {
                format!("[{contact}]")
            } else {
                contact
            };
            let body = format!(r#"{{"status":0,"response":{payload}}}"#);
            answer_with(&trying, &mut asked, *question, 200, &body);
        }
        let all = plan.select(&Selection::default());
        let outcome = &outcomes(&trying.suite, &all, (&asked, &[]), None, &target(), time()).0[at];
        let found = outcome.violations.iter().map(|seen| seen.violation.rule);
        let found = found.filter(|rule| *rule == Rule::UnlikeRead);
        assert_eq!(
            found.collect::<Vec<_>>(),
            Vec::from_iter(expected),
            "{said:?}"
        );
        let again = late(&trying.suite, &all, &asked, &target());
        assert_eq!(again.contains(&reader), expected.is_some(), "{said:?}");
    }
}

#[test]
fn first_answers_that_are_unlike_all_others_of_every_resource_are_no_edits() {
    let trying = trying_two();
    let (at, repeated) = case(&trying, "identity::repeated");
    let one = repeated.subjects[0];
    let questions = trying.plan.questions.iter().enumerate();
    let of_one = &trying.plan.questions[one];
    let (other, _) = questions
        .into_iter()
        .find(|(_, asked)| {
            asked.operation == of_one.operation
                && asked.format == of_one.format
                && asked.ids.len() == 1
                && asked.ids != of_one.ids
        })
        .unwrap();
    let body = |about: u8| format!(r#"{{"status":0,"response":{{"About":"{about}"}}}}"#);
    let (asked, rules) = (
        |answers: &[(QuestionIndex, u8)]| {
            let mut asked = unasked(&trying.plan);
            for (question, about) in answers {
                answer_with(&trying, &mut asked, *question, 200, &body(*about));
            }
            asked
        },
        |asked: &Asked| -> Vec<Rule> {
            let outcome = &judged(&trying, asked, None)[at];
            let found = outcome.violations.iter().chain(&outcome.remarks);
            found.map(|seen| seen.violation.rule).collect()
        },
    );
    let of = |question, abouts: [u8; 3]| abouts.map(|about| (question, about));
    // An edit at this very moment, or what one resource alone is told from late.
    let alone = &[Rule::FirstAnswer][..];
    for (answers, beside, expected) in [
        ([1, 2, 2], [1, 2, 2], &[Rule::Unsteady, Rule::Unsteady][..]),
        ([1, 2, 2], [2, 2, 2], alone),
        ([2, 2, 2], [1, 2, 2], alone),
        ([1, 1, 1], [2, 2, 2], &[]),
    ] {
        let all = [of(one, answers), of(other, beside)].concat();
        assert_eq!(rules(&asked(&all)), expected, "{answers:?} {beside:?}");
    }
    // Where something was said about the resource before, somebody edited it in between.
    let mut questions = trying.plan.questions.iter();
    let is_link = |asked: &crate::case::Question| {
        asked.operation != of_one.operation && asked.ids == of_one.ids
    };
    let link = questions.position(is_link).unwrap();
    let late = [&[(link, 1)], &of(one, [1, 2, 2])[..], &of(other, [2; 3])].concat();
    assert_eq!(rules(&asked(&late)), []);
}

#[test]
fn items_are_counted_where_one_was_seen() {
    let body = serde_json::json!({
        "items": [{"a": 1, "b": [{}, {}]}, {"b": [{}]}, null],
        "one": {"a": 1},
    });
    for (pointer, expected) in [
        ("/items/0/a", Some(2)),
        ("/items/7", Some(3)),
        ("/items/0/b/1/c", Some(3)),
        ("/one/a", None),
        ("/others/0/a", None),
        ("", None),
    ] {
        assert_eq!(
            Items::default().of(0, &body, pointer),
            expected,
            "{pointer}"
        );
    }
}

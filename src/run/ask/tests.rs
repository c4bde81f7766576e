#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod aftermath;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};

use super::*;
use crate::case::{self, Case, Check, Refusal, Selection, WrongToken};
use crate::check::Rule;
use crate::client::tests_support;
use crate::client::{FailureKind, Repeat, Response};
use crate::run::ask::again::read_back;
use crate::run::ask::asked::bodies;
use crate::run::ask::obstructed::twice;
use crate::run::ask::wanted::once;
use crate::run::tests_support::suite;
use crate::run::{Hint, Obstacle, RecordedAnswer};
use crate::secret::Secret;
use crate::target::{Limits, Target};
use crate::writes::Writes;
use crate::{contract, page, profile};

/// A suite, a portal that nobody can reach, and what it is asked.
struct Trying {
    suite: Suite,
    plan: Arc<Plan>,
    client: Client,
}

fn trying() -> Trying {
    trying_at("http://127.0.0.1:1")
}

fn trying_at(url: &str) -> Trying {
    trying_of(url, contract::of_sources(page::builtin()).unwrap())
}

fn trying_of(url: &str, contract: contract::Contract) -> Trying {
    let contract = Arc::new(contract);
    let profile = Arc::new(profile::load("as-documented").unwrap());
    let mut target = Target::new(url.parse().unwrap());
    target.credentials.token = Some(Secret::new("geheim"));
    target.writes = Writes::All;
    target.limits.late_reads = Duration::from_millis(10);
    let ids = ["1234", "1235"].map(str::to_owned).to_vec();
    target.parameters.insert("contactid".to_owned(), ids);
    let plan = Arc::new(case::plan(&contract, &profile, &target));
    let suite = suite(contract, profile);
    let client = Client::new(Arc::new(target)).unwrap();
    Trying {
        suite,
        plan,
        client,
    }
}

impl Trying {
    fn asker(&self) -> Asker<'_> {
        Asker {
            suite: &self.suite,
            plan: &self.plan,
            client: &self.client,
            progress: &|_, _| {},
            tap: &|_, _| {},
            done: AtomicUsize::new(0),
            total: 0,
            successes: successes(self.plan.cases.iter()),
            answers: Mutex::new(vec![Vec::new(); self.plan.questions.len()]),
            times: Mutex::new(vec![Vec::new(); self.plan.questions.len()]),
            clock: Clock::default(),
            watch: Watch::new(Duration::from_secs(10)),
            standing: Standing::of(2),
            keep: AtomicUsize::new(MAX_KEPT),
            large: Mutex::default(),
            strangers: AtomicUsize::new(0),
            told: Arc::default(),
            extras: Extras::default(),
            enough: None,
            late: None,
            is_settled: AtomicBool::new(false),
            is_throttled: AtomicBool::new(false),
            woken: Mutex::default(),
        }
    }

    /// The question that reads one contact in a format.
    fn reads(&self, id: &str, format: Format) -> QuestionIndex {
        let mut questions = self.plan.questions.iter();
        let found = questions.position(|question| {
            question.operation == 0 && question.format == format && question.ids == [id]
        });
        found.unwrap()
    }

    fn exchange(&self, question: QuestionIndex, body: &str) -> Exchange {
        self.ended(question, Ok(body))
    }

    fn failed(&self, question: QuestionIndex, kind: FailureKind) -> Exchange {
        self.ended(question, Err(kind))
    }

    fn ended(&self, question: QuestionIndex, outcome: Result<&str, FailureKind>) -> Exchange {
        let response = |body: &str| Response {
            content_types: vec!["application/json".to_owned()],
            ..tests_support::response(200, body)
        };
        let outcome = outcome.map(response).map_err(tests_support::failure);
        Exchange {
            request: self.plan.questions[question].request.clone(),
            retries: 2,
            ..tests_support::exchange(outcome)
        }
    }

    /// An answer that says something of the contact.
    fn told(&self, question: QuestionIndex, name: &str) -> Answer {
        let body = json!({ "status": 0, "response": { "ID": 1, "DisplayName": name } });
        let reading = Reading {
            body: Some(Arc::new(body)),
            ..Reading::default()
        };
        (self.exchange(question, ""), Some(reading))
    }
}

/// Notes an answer that came after all others.
fn push(asker: &Asker<'_>, question: QuestionIndex, answer: Answer) {
    let (from, _) = (asker.clock.tick(), asker.clock.tick());
    let time = Time::of(&answer.0, from, from + 1);
    asker.answers.lock().unwrap()[question].push(answer);
    asker.times.lock().unwrap()[question].push(time);
}

#[test]
fn what_moves_is_what_changed_or_what_the_formats_say_otherwise() {
    use Format::{Json, Xml};
    let trying = trying();
    let [first, _] = [Json, Xml].map(|format| trying.reads("1234", format));
    let [json, xml] = [Json, Xml].map(|format| trying.reads("1235", format));
    for (histories, at_first, later) in [
        (&[][..], &[][..], &[][..]),
        (&[(json, "aa"), (xml, "a")], &[], &[]),
        (&[(json, "a"), (xml, "b")], &[json, xml], &[]),
        (&[(json, "ab")], &[json], &[json]),
        (&[(xml, "ab")], &[xml, json], &[xml, json]),
        (&[(json, "aba"), (xml, "a")], &[json], &[json]),
        (&[(json, "abb"), (xml, "b")], &[], &[]),
        (&[(json, "abb"), (xml, "a")], &[json, xml], &[json, xml]),
        (&[(json, "b"), (xml, "abb")], &[], &[]),
        (&[(json, "a"), (xml, "abb")], &[json, xml], &[json, xml]),
        // Another contact says nothing of this one.
        (&[(first, "a"), (xml, "b")], &[], &[]),
        (&[(first, "a"), (json, "b"), (xml, "b")], &[], &[]),
    ] {
        let asker = trying.asker();
        for (question, names) in histories {
            for name in names.chars() {
                let answer = trying.told(*question, &name.to_string());
                push(&asker, *question, answer);
            }
        }
        for (is_first, expected) in [(true, at_first), (false, later)] {
            let expected: BTreeSet<QuestionIndex> = expected.iter().copied().collect();
            assert_eq!(asker.moving(is_first), expected, "{histories:?} {is_first}");
        }
    }
}

#[test]
fn what_may_not_be_repeated_is_never_asked_until_it_rests() {
    let mut trying = trying();
    let json = trying.reads("1235", Format::Json);
    for (repeat, expected) in [(Repeat::Allowed, 1), (Repeat::Never, 0)] {
        Arc::make_mut(&mut trying.plan).questions[json].repeat = repeat;
        let asker = trying.asker();
        for name in ["a", "b"] {
            push(&asker, json, trying.told(json, name));
        }
        assert_eq!(asker.moving(true).len(), expected);
    }
}

#[tokio::test]
async fn nothing_is_asked_after_a_reason_to_stop_or_an_answer_that_never_came() {
    let trying = trying();
    let [question, other] = ["1234", "1235"].map(|id| trying.reads(id, Format::Json));
    let count = |asker: &Asker<'_>, question: usize| asker.answers.lock().unwrap()[question].len();
    let asker = trying.asker();
    let late = (trying.failed(question, FailureKind::Timeout), None);
    push(&asker, question, late);
    asker.one(question).await;
    assert_eq!(count(&asker, question), 1, "it was waited for in vain");
    asker.one(other).await;
    assert_eq!(count(&asker, other), 1);
    asker.one(other).await;
    assert_eq!(count(&asker, other), 2, "it was no time that it cost");
    asker.one(other).await;
    assert_eq!(asker.watch.halt(), Some(Halt::Gone));
    asker.one(other).await;
    assert_eq!(count(&asker, other), 3);
}

#[tokio::test]
async fn a_portal_that_cannot_be_reached_gets_one_question() {
    let trying = trying();
    let all = trying.plan.select(&Selection::default());
    let asked = ask(
        &trying.suite,
        &trying.client,
        &all,
        &|_, _| {},
        &|_, _| {},
        (None, None),
        std::future::pending(),
    )
    .await;
    assert_eq!(asked.answers.iter().flatten().count(), 1);
    let (obstacle, hints) = asked.obstacle(&trying.suite, &all, trying.client.target());
    assert!(matches!(obstacle, Some(Obstacle::Unreachable { .. })));
    assert_eq!(hints, []);
}

#[test]
fn equal_answers_are_kept_once_and_what_is_too_much_is_set_aside() {
    let trying = trying();
    let question = trying.reads("1234", Format::Json);
    let body = |name: &str| format!(r#"{{"status":0,"response":{{"DisplayName":"{name}"}}}}"#);
    let asker = trying.asker();
    let [first, other] = ["one", "two"].map(|name| trying.exchange(question, &body(name)));
    let weight = asker.suite.expectations.get(0, Format::Json);
    let weight = weight.unwrap().read(&first).weight();
    asker.keep.store(weight + weight / 2, Ordering::Relaxed);
    let reading = asker.read(question, &first);
    assert!(!reading.set_aside);
    let kept = reading.body.clone().unwrap();
    let answer = (trying.exchange(question, ""), Some(reading));
    push(&asker, question, answer);
    for _ in 0..3 {
        let again = asker.read(question, &first);
        assert!(Arc::ptr_eq(&kept, &again.body.unwrap()));
    }
    let other = asker.read(question, &other);
    assert!(other.set_aside && other.body.is_none());
    assert!(!other.violations.is_empty(), "what it showed stays");
    assert_eq!(MAX_KEPT, 201_326_592);
}

#[test]
fn formats_are_asked_for_in_turn() {
    let trying = trying();
    let [json, other] = ["1234", "1235"].map(|id| trying.reads(id, Format::Json));
    let [xml, more] = ["1234", "1235"].map(|id| trying.reads(id, Format::Xml));
    let asker = trying.asker();
    let mixed = |questions: &[usize]| asker.mixed(questions.to_vec());
    assert_eq!(mixed(&[xml, more, json, other]), [json, xml, other, more]);
    assert_eq!(mixed(&[xml, more, json]), [json, xml, more]);
    assert_eq!(mixed(&[xml]), [xml]);
    assert_eq!(mixed(&[]), [0; 0]);
}

#[test]
fn a_portal_closes_its_connections_or_keeps_them() {
    let trying = trying();
    let question = trying.reads("1234", Format::Json);
    for (keeps_open, is_final) in [(true, false), (false, true)] {
        let asker = trying.asker();
        let mut exchange = trying.exchange(question, "");
        exchange.outcome.as_mut().unwrap().keeps_open = keeps_open;
        push(&asker, question, (exchange, None));
        assert_eq!(asker.closes(question), !keeps_open);
        assert!(!asker.is_unreachable(question));
        let kind = if is_final {
            FailureKind::Tls
        } else {
            FailureKind::Broken
        };
        let failed = (trying.failed(question, kind), None);
        asker.answers.lock().unwrap()[question].clear();
        push(&asker, question, failed);
        assert_eq!(asker.is_unreachable(question), is_final);
        assert!(!asker.closes(question));
    }
}

#[test]
fn a_schedule_holds_what_the_selected_cases_judge() {
    let trying = trying();
    let wanted = |filter: &str| {
        let selected = trying.plan.select(&Selection {
            filters: vec![filter.to_owned()],
            ..Selection::default()
        });
        let questions = selected.cases().flat_map(|case| &case.subjects);
        let questions: BTreeSet<QuestionIndex> = questions.copied().collect();
        (wanted(&selected), questions)
    };
    let (schedule, _) = wanted("transport");
    assert!(!schedule.free.is_empty());
    let read_again = [schedule.early, schedule.quiet].concat();
    assert_eq!(read_again, [0; 0], "nothing is compared");
    let (schedule, questions) = wanted("get-crm-contact-contactid::json::refusal::no-token");
    let all = [schedule.free, schedule.ordered, schedule.last].concat();
    assert!(!questions.is_empty());
    assert!(questions.iter().all(|question| all.contains(question)));
    for comparison in ["parity", "repeated", "read"] {
        let (schedule, _) = wanted(comparison);
        assert!(!schedule.quiet.is_empty(), "{comparison}");
    }
}

#[test]
fn what_no_answer_helped_against_is_told_of_the_whole_portal() {
    let trying = trying();
    let all = trying.plan.select(&Selection::default());
    let question = trying.reads("1234", Format::Json);
    let answered = |status: u16| {
        let mut exchange = trying.exchange(question, "");
        exchange.outcome.as_mut().unwrap().status = status;
        (exchange, None)
    };
    let refused = || (trying.failed(question, FailureKind::Connect), None);
    for (halt, is_gone) in [
        (Some(Halt::Gone), true),
        (Some(Halt::TooLarge), false),
        (None, false),
    ] {
        let mut asked = unasked(&trying.plan);
        asked.add(question, answered(200));
        asked.add(question, refused());
        asked.halt = halt;
        assert_eq!(asked.retries(), 4);
        let (obstacle, hints) = asked.obstacle(&trying.suite, &all, trying.client.target());
        assert_eq!(obstacle.is_some(), is_gone, "{halt:?}");
        let hint = halt.filter(|_| !is_gone).map(Hint::Halted);
        assert_eq!(hints, Vec::from_iter(hint), "{halt:?}");
    }
    // Not found, while another question is refused: it is the resources that nobody knows.
    let mut asked = unasked(&trying.plan);
    let refusal = trying.plan.cases.iter().find(|case| {
        matches!(case.id.check, Check::Refusal(_)) && !case.subjects.contains(&question)
    });
    asked.add(question, answered(404));
    asked.add(refusal.unwrap().subjects[0], answered(401));
    let (_, hints) = asked.obstacle(&trying.suite, &all, trying.client.target());
    let [Hint::UnknownResources(told)] = hints.as_slice() else {
        panic!("{hints:?}");
    };
    let contacts = ["1234", "1235"].map(str::to_owned).to_vec();
    assert_eq!(told[0], ("contactid".to_owned(), contacts));
    let names: BTreeSet<&String> = told.iter().map(|(name, _)| name).collect();
    assert_eq!(names.len(), told.len(), "each once");
    let bodies: Vec<&Value> = asked.bodies(question);
    assert!(bodies.is_empty());
}

/// The write whose answer is compared with the reads of what it names, and the read in its format.
fn write_and_read(trying: &Trying, format: Format) -> (QuestionIndex, QuestionIndex) {
    let mut cases = trying.plan.cases.iter();
    let case = cases
        .find(|case| case.id.check == Check::Read && case.id.format == format)
        .unwrap();
    let write = case.subjects[0];
    let id = &trying.plan.questions[write].ids[0];
    (write, trying.reads(id, format))
}

/// An answer that holds the contact of its question, or lists it where that writes.
fn held(trying: &Trying, question: QuestionIndex, name: &str) -> Answer {
    let (exchange, _) = trying.told(question, name);
    let of = &trying.plan.questions[question];
    let contact = json!({ "id": of.ids[0], "DisplayName": name });
    let payload = if of.operation == 0 {
        contact
    } else {
        json!([contact])
    };
    let reading = Reading {
        body: Some(Arc::new(json!({ "status": 0, "response": payload }))),
        ..Reading::default()
    };
    (exchange, Some(reading))
}

#[test]
fn a_write_reads_otherwise_by_the_last_answers_alone() {
    let trying = trying();
    let (write, read) = write_and_read(&trying, Format::Json);
    for (writes, reads, expected) in [
        ("", "", false),
        ("a", "", false),
        ("", "a", false),
        ("a", "a", false),
        ("a", "b", true),
        ("ab", "b", false),
        ("a", "ba", false),
        ("ab", "ba", true),
    ] {
        let asker = trying.asker();
        for name in writes.chars() {
            push(&asker, write, held(&trying, write, &name.to_string()));
        }
        for name in reads.chars() {
            push(&asker, read, held(&trying, read, &name.to_string()));
        }
        let found = asker.reads_otherwise(write, read);
        assert_eq!(found, expected, "{writes} {reads}");
    }
}

#[test]
fn writes_that_may_be_repeated_are_read_back_in_their_own_format() {
    let mut trying = trying();
    let all = trying.plan.select(&Selection::default());
    let found = read_back(&all);
    let expected = Format::ALL.map(|format| write_and_read(&trying, format));
    for (write, read) in expected {
        let one = found.iter().find(|one| one.write == write).unwrap();
        assert_eq!(one.reads, [read]);
    }
    for one in &found {
        let of = &trying.plan.questions[one.write];
        assert_eq!(one.reads.len(), of.ids.len());
        for read in &one.reads {
            let read = &trying.plan.questions[*read];
            assert_eq!(read.format, of.format);
            assert!(of.ids.contains(&read.ids[0]));
        }
    }
    let other = trying.plan.select(&Selection {
        filters: vec!["transport".to_owned()],
        ..Selection::default()
    });
    assert!(read_back(&other).is_empty(), "nothing is compared");
    let [(write, _), (kept, _)] = expected;
    Arc::make_mut(&mut trying.plan).questions[write].repeat = Repeat::Never;
    let all = trying.plan.select(&Selection::default());
    let found: Vec<QuestionIndex> = read_back(&all).iter().map(|one| one.write).collect();
    assert!(!found.contains(&write) && found.contains(&kept));
}

#[test]
fn only_a_read_shows_whether_an_id_is_anybodys() {
    let trying = trying();
    let asker = trying.asker();
    let questions = trying.plan.questions.iter().enumerate();
    let of_strangers = questions.filter(|(_, question)| !question.strangers.is_empty());
    let mut methods = BTreeMap::new();
    for (at, Question { request, .. }) in of_strangers {
        let asks = methods.entry(&*request.method).or_insert(false);
        *asks |= asker.is_probe(at);
    }
    assert!(methods.len() > 1 && methods["GET"], "{methods:?}");
    assert!(
        methods
            .iter()
            .all(|(method, asks)| *asks == (*method == "GET"))
    );
    assert!(!asker.is_probe(trying.reads("1234", Format::Json)));
}

#[tokio::test]
async fn an_id_that_somebody_has_is_let_go_of_for_the_next_one() {
    let question = |trying: &Trying| {
        let mut questions = trying.plan.questions.iter();
        let is_meant = |of: &Question| {
            of.operation == 0
                && of.format == Format::Json
                && of.request.token == Token::Valid
                && of.strangers.len() > 1
        };
        questions.position(is_meant).unwrap()
    };
    let planned = trying();
    let strangers = planned.plan.questions[question(&planned)].strangers.clone();
    for (id, most, kept) in [
        (&*strangers[0].id, 3, 1),
        ("5", 3, 0),
        // The last one is asked for whoever has it.
        (&*strangers[0].id, 1, 0),
    ] {
        let body = format!(r#"{{"status":0,"response":{{"id":{id}}}}}"#);
        let mut trying = trying_at(&tests_support::portal(200, body));
        let question = question(&trying);
        let plan = Arc::make_mut(&mut trying.plan);
        plan.questions[question].strangers.truncate(most);
        let asker = trying.asker();
        asker.one(question).await;
        let answers = asker.answers.lock().unwrap();
        let [(exchange, _)] = answers[question].as_slice() else {
            panic!("{} answers", answers[question].len());
        };
        let path = &strangers[kept].request.path;
        assert_eq!(exchange.request.path, *path, "{id} {most}");
    }
}

#[tokio::test]
async fn a_write_that_is_taken_for_an_id_of_nobody_is_tried_once() {
    let is_meant = |of: &Question| {
        of.operation == 0
            && of.format == Format::Json
            && of.request.token == Token::Valid
            && of.strangers.len() > 1
    };
    for (method, sent) in [("GET", 2), ("PUT", 1)] {
        let planned = trying();
        let question = planned.plan.questions.iter().position(is_meant).unwrap();
        let id = &planned.plan.questions[question].strangers[0].id;
        let body = format!(r#"{{"status":0,"response":{{"id":{id}}}}}"#);
        let mut trying = trying_at(&tests_support::portal(200, body));
        Arc::make_mut(&mut trying.suite.contract).operations[0].method = method.to_owned();
        let strangers = &mut Arc::make_mut(&mut trying.plan).questions[question].strangers;
        for stranger in strangers {
            stranger.request.method = method.to_owned();
        }
        let asker = trying.asker();
        asker.one(question).await;
        assert_eq!(trying.client.sent(), sent, "{method}");
    }
}

#[test]
fn what_stands_for_recorded_values_is_held_to_types_and_not_to_bounds() {
    let notes = "extends = \"as-documented\"\nname = \"mine\"\n\
        [[note]]\nat = \"DisplayName\"\none-of = [\"Ann\"]\nbecause = \"b\"\n";
    let trying = trying();
    let profile = Arc::new(profile::parse("mine.toml", notes).unwrap());
    let suite = suite(Arc::clone(&trying.suite.contract), profile);
    let question = trying.reads("1234", Format::Json);
    for (name, other_values, expected) in [
        ("\"Bob\"", false, vec![Rule::OneOf]),
        ("\"Bob\"", true, vec![]),
        ("1", true, vec![Rule::Type]),
    ] {
        let body = format!(r#"{{"status":0,"response":{{"DisplayName":{name}}}}}"#);
        let answer = RecordedAnswer {
            question,
            exchange: trying.exchange(question, &body),
            from: 0,
            to: 1,
            other_values,
        };
        let asked = recorded(&suite, &trying.plan, vec![answer]);
        let [(_, Some(reading))] = asked.of(question) else {
            panic!("{name}");
        };
        let found = reading.violations.iter();
        let found = found.filter(|one| one.pointer.ends_with("/DisplayName"));
        let rules: Vec<Rule> = found.map(|one| one.rule).collect();
        assert_eq!(rules, expected, "{name} {other_values}");
    }
}

#[test]
fn a_question_has_failed_where_some_answer_is_not_complete() {
    let trying = trying();
    let question = trying.reads("1234", Format::Json);
    let asker = trying.asker();
    assert!(!asker.has_failed(question) && !asker.was_late(question));
    push(&asker, question, (trying.exchange(question, ""), None));
    assert!(!asker.has_failed(question) && !asker.was_late(question));
    let broken = trying.failed(question, FailureKind::Broken);
    push(&asker, question, (broken, None));
    assert!(asker.has_failed(question) && !asker.was_late(question));
    let late = trying.failed(question, FailureKind::Timeout);
    push(&asker, question, (late, None));
    assert!(asker.was_late(question));
}

#[test]
fn what_is_not_compared_is_asked_once() {
    let trying = trying();
    let of = |filter: &str| {
        let selected = trying.plan.select(&Selection {
            filters: vec![filter.to_owned()],
            ..Selection::default()
        });
        wanted(&selected)
    };
    let times =
        |list: &[QuestionIndex], question| list.iter().filter(|one| **one == question).count();
    let question = trying.reads("1234", Format::Json);
    let read = "get-crm-contact-contactid::json::transport";
    assert_eq!(times(&of(read).free, question), 1);
    let compared = of("get-crm-contact-contactid::json::identity::repeated");
    assert_eq!(times(&compared.free, question), 2);
    assert!(!compared.early.is_empty() && !compared.quiet.is_empty());
    assert_eq!(once(vec![3, 1, 3, 1, 2]), [3, 1, 2]);
    let refusals = of("get-crm-contact-contactid::json::refusal::no-token");
    assert!(!refusals.after.is_empty(), "asked again after successes");
    assert_eq!(times(&refusals.free, question), 0, "nothing is read for it");
    let ignored = trying
        .plan
        .cases
        .iter()
        .filter(|case| case.ignored.is_some());
    let of_ignored: BTreeSet<_> = ignored.flat_map(|case| &case.subjects).collect();
    let others = trying
        .plan
        .cases
        .iter()
        .filter(|case| case.ignored.is_none());
    let of_others: BTreeSet<_> = others
        .flat_map(|case| case.subjects.iter().chain(&case.beside))
        .collect();
    let asked: Vec<_> = of("").all().collect();
    for question in of_ignored.difference(&of_others) {
        assert!(!asked.contains(question), "{question}");
    }
}

#[test]
fn answers_have_their_times() {
    let trying = trying();
    let question = trying.reads("1234", Format::Json);
    let mut asked = unasked(&trying.plan);
    asked.add(question, trying.told(question, "a"));
    asked.add(question, (trying.exchange(question, ""), None));
    asked.add(question, trying.told(question, "b"));
    let times: Vec<(usize, usize)> = asked
        .timed(question)
        .iter()
        .map(|one| (one.from, one.to))
        .collect();
    assert_eq!(times, [(0, 1), (4, 5)], "those that were read");
    assert_eq!(asked.bodies(question).len(), 2);
    assert_eq!(asked.of(question).len(), 3);
}

#[test]
fn what_is_written_is_read_back_around_the_first_writes_and_only_where_it_is_written() {
    let of = |writes| {
        let trying = trying();
        let target = Target {
            writes,
            ..trying.client.target().clone()
        };
        let plan = case::plan(&trying.suite.contract, &trying.suite.profile, &target);
        let selected = Arc::new(plan).select(&Selection::default());
        let Schedule {
            early,
            free,
            ordered,
            quiet,
            after,
            last,
        } = wanted(&selected);
        let words = |list: Vec<QuestionIndex>| {
            let questions = &selected.plan().questions;
            let words = list.into_iter().map(|at| {
                let question = &questions[at];
                let what = match (&question.listing, question.request.method.as_str()) {
                    (Some(_), _) => "list",
                    (None, "POST") => "write",
                    (None, _) => "read",
                };
                (what, question.format, question.ids.len())
            });
            words.collect::<Vec<_>>()
        };
        [early, free, ordered, quiet, after, last].map(words)
    };
    let is_list = |(what, ..): &&(&str, Format, usize)| *what == "list";
    let none = of(Writes::Held);
    assert_eq!(none.iter().flatten().filter(is_list).count(), 0);
    let [early, _, ordered, quiet, ..] = of(Writes::All);
    let (json, xml) = (Format::Json, Format::Xml);
    let lists = [("list", json, 0), ("list", xml, 0)];
    assert_eq!(early.iter().filter(is_list).count(), 4);
    assert_eq!(quiet.iter().filter(is_list).count(), 2);
    let start = ordered.iter().position(|one| one.0 == "list").unwrap();
    let around = &ordered[start..start + 8];
    let writes = [("write", json, 1), ("write", xml, 2)];
    let expected = [&lists[..], &writes[..1], &lists, &writes[1..], &lists].concat();
    assert_eq!(around, expected);
    // Wrong bodies go before, as what they wrote shows there alone.
    let mut before = ordered[..start].iter();
    assert!(before.all(|(what, _, ids)| *what == "read" || *ids == 0));
    assert_eq!(ordered.iter().filter(|one| **one == writes[0]).count(), 3);
}

/// A portal that calls every contact `b` in its first answers and `c` in all others.
fn renaming(first: usize) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for (at, stream) in listener.incoming().enumerate() {
            let mut stream = stream.unwrap();
            let mut head = Vec::new();
            let mut bytes = [0; 4096];
            while !String::from_utf8_lossy(&head).contains("\r\n\r\n") {
                let read = stream.read(&mut bytes).unwrap();
                head.extend_from_slice(&bytes[..read]);
            }
            let head = String::from_utf8_lossy(&head).to_lowercase();
            let name = if at < first { "b" } else { "c" };
            let is_xml =
                head.contains("accept: text/xml") || head.contains("accept: application/xml");
            let (label, contact) = if is_xml {
                (
                    "text/xml",
                    format!("<id>1234</id><DisplayName>{name}</DisplayName>"),
                )
            } else {
                (
                    "application/json",
                    format!("{{\"id\": 1234, \"DisplayName\": \"{name}\"}}"),
                )
            };
            let body = match (is_xml, head.starts_with("post")) {
                (true, _) => {
                    format!("<result><status>0</status><response>{contact}</response></result>")
                }
                (false, true) => format!("{{\"status\": 0, \"response\": [{contact}]}}"),
                (false, false) => format!("{{\"status\": 0, \"response\": {contact}}}"),
            };
            let length = body.len();
            let answer = format!(
                "HTTP/1.1 200 OK\r\nContent-Type: {label}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}"
            );
            stream.write_all(answer.as_bytes()).unwrap();
        }
    });
    url
}

#[tokio::test]
async fn what_is_edited_while_an_edit_is_looked_into_is_read_in_both_formats() {
    let trying = trying_at(&renaming(2));
    let (write, json) = write_and_read(&trying, Format::Json);
    let xml = trying.reads("1234", Format::Xml);
    let mut asker = trying.asker();
    asker.successes.extend([write, json, xml]);
    for (question, name) in [(write, "a"), (json, "b"), (xml, "b")] {
        push(&asker, question, held(&trying, question, name));
    }
    let all = trying.plan.select(&Selection::default());
    asker.read_all_again(&all).await;
    let answers = asker.answers.lock().unwrap();
    let last = |question: QuestionIndex| bodies(&answers[question]).pop().unwrap();
    assert_eq!(last(json)["response"]["DisplayName"], "c");
    assert_eq!(last(xml)["response"]["DisplayName"], "c");
}

#[tokio::test]
async fn reads_that_may_have_come_too_early_are_asked_again_twice_at_most() {
    let time = Duration::from_millis(10);
    for (early, time, expected) in [
        (0, time, 1),
        (1, time, 2),
        (9, time, 2),
        (9, Duration::ZERO, 0),
    ] {
        let mut trying = trying_at(&renaming(early));
        let mut target = trying.client.target().clone();
        target.limits.late_reads = time;
        trying.client = trying.client.retarget(Arc::new(target));
        let read = trying.reads("1234", Format::Json);
        let is_late = |asked: &Asked| {
            let said = asked.bodies(read).pop();
            let is_late = said.is_none_or(|said| said["response"]["DisplayName"] != "c");
            is_late.then_some(read).into_iter().collect()
        };
        let mut asker = trying.asker();
        asker.late = Some(&is_late);
        asker.successes.insert(read);
        asker.read_late().await;
        let answers = asker.answers.lock().unwrap();
        assert_eq!(answers[read].len(), expected, "{early} {time:?}");
    }
}

#[tokio::test]
async fn a_list_that_lacks_what_was_written_is_read_again_before_the_next_write() {
    // How many lists have come when it is there, after how many writes it is looked for, and how many come in all.
    for (there, writes, expected) in [(0, 1, 3), (3, 1, 4), (4, 1, 5), (9, 1, 5), (9, 2, 5)] {
        let trying = trying_at(&tests_support::portal(200, "{}".to_owned()));
        let questions = &trying.plan.questions;
        let list = questions.iter().position(|one| one.listing.is_some());
        let (list, write) = (list.unwrap(), write_and_read(&trying, Format::Json).0);
        let is_late = |asked: &Asked| {
            let is_late = asked.of(write).len() >= writes && asked.of(list).len() < there;
            is_late.then_some(list).into_iter().collect()
        };
        let mut asker = trying.asker();
        asker.late = Some(&is_late);
        let order = [list, write, list, write, list];
        asker.in_order(order.into_iter()).await;
        let times = asker.times.into_inner().unwrap();
        assert_eq!(times[list].len(), expected, "{there} {writes}");
        assert_eq!(times[write].len(), 2);
        let before = times[list]
            .iter()
            .filter(|time| time.to < times[write][1].from);
        let again = if writes == 1 { expected - 3 } else { 0 };
        assert_eq!(before.count(), 2 + again, "{there} {writes}");
    }
}

#[test]
fn what_the_url_ends_in_and_all_paths_begin_with_stands_there_twice() {
    for (path, others, expected) in [
        ("/v1", &["v1/boats", "v1"][..], Some("v1")),
        ("/portal/api/2.0/", &["api/2.0/x"], Some("api/2.0")),
        ("/v1", &["v1/boats", "v2/boats"], None),
        ("/v1", &["v10/boats"], None),
        ("/", &["v1/boats"], None),
        ("/v1", &[], None),
    ] {
        assert_eq!(
            twice(path, others).as_deref(),
            expected,
            "{path} {others:?}"
        );
    }
}

#[test]
fn only_what_is_said_alike_is_read_alike() {
    let answered = |method: &str, status, media_type: &str, body: &str| {
        let mut exchange = tests_support::exchange(Ok(Response {
            content_types: vec![media_type.to_owned()],
            ..tests_support::response(status, body)
        }));
        exchange.request.method = method.to_owned();
        said(&exchange)
    };
    let (long, other) = (&" ".repeat(LARGE), &"1".repeat(LARGE));
    let known = answered("GET", 200, "a/b", long);
    assert!(known.is_some());
    assert_eq!(answered("GET", 200, "a/b", long), known);
    for another in [
        answered("HEAD", 200, "a/b", long),
        answered("GET", 201, "a/b", long),
        answered("GET", 200, "a/c", long),
        answered("GET", 200, "a/b", other),
    ] {
        assert!(another.is_some() && another != known);
    }
    assert_eq!(answered("GET", 200, "a/b", "[]"), None);
}

/// So many lists, as a document has them; the first may need no token.
fn lists(count: usize, is_open: bool) -> String {
    let response = "{'200': {description: all, content: {application/json: {schema: {type: array, items: {type: object}}}}}}";
    let paths = (0..count).map(|at| {
        let security = if is_open && at == 0 {
            "[]"
        } else {
            "[{key: []}]"
        };
        format!("  /lists{at}:\n    get: {{security: {security}, responses: {response}}}\n")
    });
    format!(
        "openapi: 3.0.3\ncomponents:\n  securitySchemes:\n    key: {{type: apiKey, in: header, name: Authorization}}\npaths:\n{}",
        paths.collect::<String>()
    )
}

/// A portal that answers each request with a list and the status that is said for its number and its first line, or,
/// where none is said, lets it hang.
fn portal_of_lists(status: impl Fn(usize, &str) -> Option<u16> + Send + 'static) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let mut hung = Vec::new();
        for (at, stream) in listener.incoming().enumerate() {
            let mut stream = std::io::BufReader::new(stream.unwrap());
            let head: Vec<String> = std::io::BufRead::lines(&mut stream)
                .map_while(Result::ok)
                .take_while(|line| !line.is_empty())
                .collect();
            let Some(status) = status(at, head.first().map_or("", String::as_str)) else {
                hung.push(stream);
                continue;
            };
            let answer = format!(
                "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]"
            );
            let _ = stream.get_mut().write_all(answer.as_bytes());
        }
    });
    url
}

/// What a portal is asked of some lists in the cases that are meant, and whether something keeps it from being judged.
async fn asked_lists(
    url: &str,
    document: &str,
    request_timeout: Duration,
    is_meant: impl Fn(&Case) -> bool,
) -> (Asked, bool) {
    let document = crate::source::Source::new("lists.yaml", document);
    let contract = Arc::new(contract::of_sources(vec![document]).unwrap());
    let profile = Arc::new(profile::load("as-documented").unwrap());
    let mut target = Target::new(url.parse().unwrap());
    target.credentials.token = Some(Secret::new("geheim"));
    target.limits.request_timeout = request_timeout;
    let suite = suite(Arc::clone(&contract), Arc::clone(&profile));
    let plan = Arc::new(case::plan(&contract, &profile, &target));
    let client = Client::new(Arc::new(target)).unwrap();
    let selected = plan.select(&Selection::default()).only(is_meant);
    let none = (None, None);
    let never = std::future::pending();
    let asked = ask(
        &suite,
        &client,
        &selected,
        &|_, _| {},
        &|_, _| {},
        none,
        never,
    )
    .await;
    let (found, _) = asked.obstacle(&suite, &selected, client.target());
    (asked, found.is_some())
}

/// How a run of lists ends at a portal that answers the first of them with a list where it needs no token, and all else
/// with a status: how many answers there were, why not more, and whether something keeps it from being judged.
async fn tried(count: usize, is_open: bool, status: u16) -> (usize, Option<Halt>, bool) {
    let url = portal_of_lists(move |_, line| {
        let is_open = is_open && line.contains("/lists0 ");
        Some(if is_open { 200 } else { status })
    });
    let timeout = Limits::default().request_timeout;
    let (asked, is_found) = asked_lists(&url, &lists(count, is_open), timeout, |_| true).await;
    let answers = asked.all().iter().map(Vec::len).sum();
    (answers, asked.halt, is_found)
}

#[tokio::test]
async fn a_portal_that_knows_no_token_is_not_asked_everything() {
    let (answers, halt, is_obstacle) = tried(40, false, 401).await;
    assert_eq!((halt, is_obstacle), (Some(Halt::Alike), true));
    assert!(answers < 80, "{answers}");
    // What anybody may ask says nothing of the token, and has the others asked.
    let (_, _, is_obstacle) = tried(3, true, 401).await;
    assert!(is_obstacle);
    // Two lists of which one is open show no more than that.
    let (_, halt, is_obstacle) = tried(2, true, 401).await;
    assert_eq!((halt, is_obstacle), (None, false));
    // One answer to everything shows no API, whatever its status; what is promised is one of an API.
    let (answers, halt, is_obstacle) = tried(40, false, 500).await;
    assert_eq!((halt, is_obstacle), (Some(Halt::Alike), true));
    assert!(answers < 160, "{answers}");
    let (answers, halt, is_obstacle) = tried(40, false, 200).await;
    assert_eq!((halt, is_obstacle), (None, false));
    assert!(answers > 160, "{answers}");
}

/// What is left of what hung in a run of lists of a portal that lets the first requests hang, or all of one list: how
/// many answers did not come in time, and how many lists were answered when they were asked again.
async fn hung(is_hung: impl Fn(usize, &str) -> bool + Send + 'static) -> (usize, usize) {
    let url = portal_of_lists(move |at, line| (!is_hung(at, line)).then_some(200));
    let is_success = |case: &Case| case.id.check == Check::Transport;
    let timeout = Duration::from_secs(1);
    let (asked, _) = asked_lists(&url, &lists(4, false), timeout, is_success).await;
    let all = asked.all().iter().flatten();
    let late = all.filter(|(exchange, _)| exchange.is_late()).count();
    (late, asked.woken.len())
}

#[tokio::test]
async fn what_hung_is_asked_once_more_when_all_else_was_answered() {
    assert_eq!(hung(|at, _| at == 0).await, (0, 1));
    // What always hangs is a drift, and not waited for a third time.
    assert_eq!(hung(|_, line| line.contains("/lists2 ")).await, (2, 0));
}

#[tokio::test]
async fn what_a_cache_gave_was_made_before_it_was_asked_for() {
    for (head, expected) in [
        ("", (2, 3)),
        ("Age: 60\r\n", (0, 3)),
        ("Age: 0\r\n", (2, 3)),
    ] {
        let answer =
            format!("HTTP/1.1 200 X\r\n{head}Content-Length: 2\r\nConnection: close\r\n\r\n{{}}");
        let trying = trying_at(&tests_support::portal_of(answer));
        let question = trying.reads("1234", Format::Json);
        let asker = trying.asker();
        asker.one(question).await;
        asker.one(question).await;
        let time = asker.times.lock().unwrap()[question][1];
        assert_eq!((time.from, time.to), expected, "{head}");
        assert_eq!(time.is_old, head.contains("60"), "{head}");
    }
}

/// The token of each request, and how many were under way when it came.
type UnderWay = Arc<Mutex<Vec<(Option<String>, usize)>>>;

/// A portal of lists that answers whoever shows the token, and for each request says which token it had and how many were
/// under way, in the order in which they came.
fn counting_portal() -> (String, UnderWay) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let log = UnderWay::default();
    let (all, under_way) = (Arc::clone(&log), Arc::new(AtomicUsize::new(0)));
    thread::spawn(move || {
        for stream in listener.incoming() {
            let (all, under_way) = (Arc::clone(&all), Arc::clone(&under_way));
            thread::spawn(move || {
                let mut stream = std::io::BufReader::new(stream.unwrap());
                let head: Vec<String> = std::io::BufRead::lines(&mut stream)
                    .map_while(Result::ok)
                    .take_while(|line| !line.is_empty())
                    .collect();
                let count = under_way.fetch_add(1, Ordering::SeqCst) + 1;
                let token = head.iter().find_map(|line| {
                    let (name, value) = line.split_once(": ")?;
                    name.eq_ignore_ascii_case("authorization")
                        .then(|| value.to_owned())
                });
                let status = if token.as_deref() == Some("geheim") {
                    200
                } else {
                    401
                };
                all.lock().unwrap().push((token, count));
                thread::sleep(Duration::from_millis(40));
                under_way.fetch_sub(1, Ordering::SeqCst);
                let answer = format!(
                    "HTTP/1.1 {status} X\r\nContent-Type: application/json\r\nContent-Length: 2\r\nConnection: close\r\n\r\n[]"
                );
                let _ = stream.get_mut().write_all(answer.as_bytes());
            });
        }
    });
    (url, log)
}

#[tokio::test]
async fn after_successes_reads_without_a_token_go_side_by_side_and_wrong_tokens_do_not() {
    let (url, log) = counting_portal();
    let is_meant = |case: &Case| {
        let missing = [WrongToken::Missing, WrongToken::Wrong].map(Refusal::Token);
        let is_refusal =
            matches!(&case.id.check, Check::Refusal(refusal) if missing.contains(refusal));
        is_refusal || case.id.check == Check::Transport
    };
    let timeout = Limits::default().request_timeout;
    let (_, is_found) = asked_lists(&url, &lists(3, false), timeout, is_meant).await;
    assert!(!is_found);
    let log = log.lock().unwrap();
    // The last reads without a token, one of each list, and what is behind them.
    let last = log.iter().rposition(|(token, _)| token.is_none()).unwrap();
    let (bare, wrong) = (&log[last - 2..=last], &log[last + 1..]);
    assert!(bare.iter().all(|(token, _)| token.is_none()), "{log:?}");
    assert!(bare.iter().any(|(_, count)| *count > 1), "{log:?}");
    assert!(!wrong.is_empty(), "{log:?}");
    assert!(wrong.iter().all(|(_, count)| *count == 1), "{log:?}");
}

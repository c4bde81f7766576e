//! What writes of a run make of what is read and answered.

use serde_json::json;

use super::*;
use crate::run::{FailedStep, StepProblem, UnkeptAnswer};
use crate::source::Source;

const BERTHS: &str = "openapi: 3.0.3
paths:
  /berths:
    post:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Berth'}}}}}
  /berths/{berthId}:
    parameters:
      - {name: berthId, in: path, required: true, schema: {type: integer}, example: 41}
    get:
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Berth'}}}}}
    put:
      requestBody: {content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Berth'}}}}}
    patch:
      requestBody: {content: {application/json: {schema: {type: object, properties: {Note: {type: string, example: dry}}}}}}
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Berth'}}}}}
components:
  schemas:
    New:
      type: object
      required: [name]
      properties:
        name: {type: string, example: A 17}
        length: {type: integer, example: 12}
        open: {type: boolean}
        since: {type: string, format: date-time, example: '2026-05-01T10:00:00+02:00'}
        tags: {type: array, items: {type: string}, example: [a, b]}
        owner: {type: integer, example: 5}
    Berth:
      type: object
      properties:
        id: {type: integer}
        name: {type: string}
        note: {type: string}
        length: {type: integer}
        open: {type: boolean}
        since: {type: string, format: date-time}
        tags: {type: array, items: {type: string}}
        owner: {type: object, properties: {id: {type: integer}}}
        state: {type: string}
";

struct Berths {
    trying: Trying,
    /// The places of the questions that read, replace, change and make a berth.
    of: [QuestionIndex; 4],
}

/// What a berth is at first.
fn berth() -> Value {
    json!({
        "id": 41, "name": "T", "note": "n", "length": 9, "open": true, "since": "2020-01-01T00:00:00Z",
        "tags": ["z"], "owner": {"id": 1}, "state": "free"
    })
}

/// The same, with what a right portal makes of it when it is replaced.
fn replaced() -> Value {
    with(
        &berth(),
        &json!({
            "name": "A 17", "length": 12, "since": "2026-05-01T08:00:00Z", "tags": ["b", "a"], "owner": {"id": 5}
        }),
    )
}

fn with(one: &Value, members: &Value) -> Value {
    let mut one = one.clone();
    for (name, value) in members.as_object().unwrap() {
        one[name] = value.clone();
    }
    one
}

impl Berths {
    fn new() -> Self {
        let contract = contract::of_sources(vec![Source::new("berths.yaml", BERTHS)]).unwrap();
        let mut target = target();
        target.writes = Writes::All;
        let trying = trying_of(contract, &target);
        let cases = &trying.plan.cases;
        let of = ["GET", "PUT", "PATCH", "POST"].map(|method| {
            let is_meant = |case: &&Case| {
                let operation = &trying.suite.contract.operations[case.operation];
                operation.method == method && case.id.check == Check::Transport
            };
            cases.iter().find(is_meant).unwrap().subjects[0]
        });
        Self { trying, of }
    }

    fn asked(&self, said: &[(&str, Value)]) -> Asked {
        let mut asked = unasked(&self.trying.plan);
        for (method, berth) in said {
            self.add(&mut asked, method, berth);
        }
        asked
    }

    fn add(&self, asked: &mut Asked, method: &str, berth: &Value) {
        let mut methods = ["GET", "PUT", "PATCH", "POST"].iter();
        let at = methods.position(|one| *one == method);
        let question = self.of[at.unwrap()];
        let body = self.body(question, berth);
        answer_with(&self.trying, asked, question, 200, &body);
    }

    /// A berth as the answer to a question.
    fn body(&self, question: QuestionIndex, berth: &Value) -> String {
        let of = &self.trying.plan.questions[question];
        let expectations = &self.trying.suite.expectations;
        let expectation = expectations.get(of.operation, of.format).unwrap();
        let body = match &expectation.answer.payload {
            Some(name) => json!({ "status": 0, name.as_str(): berth }),
            None => berth.clone(),
        };
        body.to_string()
    }

    /// The places of violations and remarks of one rule, by their members.
    fn told(&self, said: &[(&str, Value)], rule: Rule) -> Vec<String> {
        let all = judged(&self.trying, &self.asked(said), None);
        let seen = all
            .iter()
            .flat_map(|one| one.violations.iter().chain(&one.remarks));
        let places = seen.filter(|seen| seen.violation.rule == rule);
        let places: BTreeSet<String> = places.map(|seen| seen.violation.member.clone()).collect();
        places.into_iter().collect()
    }
}

#[test]
fn what_writes_make_of_a_resource_in_turns_is_no_flicker() {
    let berths = Berths::new();
    let (t, put) = (berth(), replaced());
    let patched = with(&put, &json!({ "note": "dry" }));
    let put_again = with(&put, &json!({ "note": "" }));
    let [get, p, q] = ["GET", "PUT", "PATCH"];
    let turns = |last: &Value, mid: &Value| {
        vec![
            (get, t.clone()),
            (get, t.clone()),
            (p, put_again.clone()),
            (get, put_again.clone()),
            (q, patched.clone()),
            (get, patched.clone()),
            (get, mid.clone()),
            (p, put_again.clone()),
            (get, put_again.clone()),
            (q, patched.clone()),
            (get, patched.clone()),
            (get, last.clone()),
            (get, patched.clone()),
        ]
    };
    let none: [&str; 0] = [];
    assert_eq!(
        berths.told(&turns(&patched, &patched), Rule::Unsteady),
        none
    );
    // What no write lies between is told, and that alone.
    let taken = with(&patched, &json!({ "state": "taken" }));
    assert_eq!(
        berths.told(&turns(&taken, &patched), Rule::Unsteady),
        ["state"]
    );
    let other = with(&patched, &json!({ "note": "n" }));
    assert_eq!(
        berths.told(&turns(&other, &patched), Rule::Unsteady),
        ["note"]
    );
    // Somebody edits, and what is told of the rest is no flicker either.
    let edited: Vec<_> = turns(&patched, &patched)
        .into_iter()
        .enumerate()
        .map(|(at, (method, one))| {
            let state = if at > 5 { "taken" } else { "free" };
            (method, with(&one, &json!({ "state": state })))
        })
        .collect();
    assert_eq!(berths.told(&edited, Rule::Unsteady), none);
    // A write that makes now this, now that of it, although it is the same.
    let toggled = |last: &str| {
        let free = |state: &str| with(&put, &json!({ "state": state }));
        vec![
            (get, free("free")),
            (get, free("free")),
            (p, put.clone()),
            (get, free("taken")),
            (p, put.clone()),
            (get, free(last)),
            (get, free(last)),
        ]
    };
    assert_eq!(berths.told(&toggled("free"), Rule::Unsteady), ["state"]);
    assert_eq!(berths.told(&toggled("held"), Rule::Unsteady), none);
}

#[test]
fn a_write_may_set_what_it_sends_and_all_else_stays() {
    let berths = Berths::new();
    let t = berth();
    let [get, put, patch, post] = ["GET", "PUT", "PATCH", "POST"];
    let right = replaced();
    let changed = |one: &Value, members: Value| with(one, &members);
    let told = |method, answered: &Value, read: &Value| {
        let said = [
            (get, t.clone()),
            (method, answered.clone()),
            (get, read.clone()),
        ];
        berths.told(&said, Rule::ChangedByWrite)
    };
    for (method, answered, expected) in [
        (put, &right, &[][..]),
        // What its body documents and was not sent is replaced as well.
        (put, &changed(&right, json!({ "open": false })), &[]),
        (
            put,
            &changed(&right, json!({ "state": "", "note": "" })),
            &["note", "state"],
        ),
        // It did something else, but for what is sent in another type.
        (
            put,
            &changed(&t, json!({ "length": 13 })),
            &["length", "name", "since", "tags"],
        ),
        (put, &changed(&right, json!({ "length": 13 })), &["length"]),
        (patch, &changed(&t, json!({ "note": "dry" })), &[]),
        (patch, &changed(&t, json!({ "note": "wet" })), &["note"]),
        (
            patch,
            &changed(&t, json!({ "note": "dry", "open": false })),
            &["open"],
        ),
    ] {
        let found = told(method, answered, answered);
        assert_eq!(found, expected, "{method} {answered}");
    }
    // It told what was before it.
    assert_eq!(told(put, &t, &right), [""; 0]);
    // What makes another resource in between changes nothing of this one.
    let wiped = changed(&right, json!({"state": ""}));
    let other = changed(&right, json!({"id": 99}));
    for (between, expected) in [(post, &["state"][..]), (patch, &[])] {
        let said = [
            (get, t.clone()),
            (between, other.clone()),
            (put, wiped.clone()),
            (get, wiped.clone()),
        ];
        let found = berths.told(&said, Rule::ChangedByWrite);
        let found: Vec<_> = found.iter().filter(|one| *one != "note").collect();
        assert_eq!(found, expected, "{between}");
    }
}

#[test]
fn a_write_between_others_and_a_late_read_is_unlike_no_read() {
    let berths = Berths::new();
    let t = berth();
    let patched = |members: Value| with(&t, &members);
    let [get, p, q] = ["GET", "PUT", "PATCH"];
    // The note is told by no read behind it, as the other write may have taken it back.
    let cleared = with(&replaced(), &json!({ "note": "" }));
    let told = |answered: Value, reads: &[&Value]| {
        let writes = [(get, t.clone()), (q, answered), (p, cleared.clone())];
        let reads = reads.iter().map(|read| (get, (*read).clone()));
        let said: Vec<_> = writes.into_iter().chain(reads).collect();
        berths.told(&said, Rule::UnlikeRead)
    };
    let named = || patched(json!({ "note": "dry", "name": "B 2" }));
    for reads in [&[&cleared][..], &[&t, &cleared], &[&t, &t, &cleared]] {
        assert_eq!(told(named(), reads), [""; 0], "{reads:?}");
    }
    // What no read ever showed is told, and what none of them shows otherwise.
    assert!(told(named(), &[&t, &t]).contains(&"note".to_owned()));
    let taken = patched(json!({ "state": "taken" }));
    assert_eq!(told(taken, &[&t, &cleared]), ["state"]);
}

#[test]
fn a_write_that_did_nothing_is_one_violation() {
    let berths = Berths::new();
    let t = berth();
    let [get, put, patch] = ["GET", "PUT", "PATCH"];
    let unwritten = |said: &[(&str, Value)]| berths.told(said, Rule::NotWritten);
    let changed = |members: Value| with(&t, &members);
    let around = |method, read: &Value| {
        let said = [(get, t.clone()), (method, t.clone()), (get, read.clone())];
        unwritten(&said)
    };
    assert_eq!(around(put, &t), [""]);
    assert_eq!(around(patch, &t), ["note"]);
    // It is told once, and not of each member again.
    let said = [(get, t.clone()), (put, t.clone()), (get, t.clone())];
    assert_eq!(berths.told(&said, Rule::ChangedByWrite), [""; 0]);
    // Some of it came, or came in another form; another member changed that was not sent.
    for read in [
        replaced(),
        changed(json!({ "name": "A17" })),
        changed(json!({ "length": 11 })),
        changed(json!({ "since": "2026-05-01T00:00:00Z" })),
    ] {
        assert_eq!(around(put, &read), [""; 0], "{read}");
    }
    assert_eq!(around(put, &changed(json!({ "state": "taken" }))), [""]);
    // It came late, or nobody read before it, or behind it.
    let late = changed(json!({ "note": "dry" }));
    for said in [
        vec![(get, &t), (patch, &t), (get, &t), (get, &late)],
        vec![(patch, &t), (get, &t)],
        vec![(get, &t), (patch, &t)],
        // What is there is what was sent, but for how it is written.
        vec![
            (get, &changed(json!({"note": " Dry."}))),
            (patch, &t),
            (get, &t),
        ],
        // The other write may have put it back.
        vec![
            (get, &t),
            (patch, &t),
            (put, &t),
            (get, &changed(json!({"name": "A 17"}))),
        ],
    ] {
        let said: Vec<_> = said
            .into_iter()
            .map(|(one, two)| (one, two.clone()))
            .collect();
        assert_eq!(unwritten(&said), [""; 0], "{said:?}");
    }
    // A cache gave what was before it.
    for (age, expected) in [(None, 1), (Some("60"), 0)] {
        let mut asked = berths.asked(&[(get, t.clone()), (patch, t.clone())]);
        let read = berths.of[0];
        let body = berths.body(read, &t);
        answer_aged(&berths.trying, &mut asked, read, (200, age), &body);
        let all = judged(&berths.trying, &asked, None);
        let seen = all
            .iter()
            .flat_map(|one| one.violations.iter().chain(&one.remarks));
        let found = seen.filter(|seen| seen.violation.rule == Rule::NotWritten);
        assert_eq!(found.count(), expected, "{age:?}");
    }
    // The statuses that say that it is not done: not yet, or not at all.
    for (status, expected) in [(200, 1), (204, 1), (202, 0), (409, 0), (500, 0)] {
        let mut asked = berths.asked(&[(get, t.clone())]);
        let body = if status == 204 {
            String::new()
        } else {
            t.to_string()
        };
        answer_with(&berths.trying, &mut asked, berths.of[2], status, &body);
        berths.add(&mut asked, get, &t);
        let all = judged(&berths.trying, &asked, None);
        let seen = all
            .iter()
            .flat_map(|one| one.violations.iter().chain(&one.remarks));
        let found = seen.filter(|seen| seen.violation.rule == Rule::NotWritten);
        assert_eq!(found.count(), expected, "{status}");
    }
}

#[test]
fn a_late_read_tells_of_the_write_before_it_and_of_no_other() {
    let berths = Berths::new();
    let (old, new) = (berth(), replaced());
    let [get, put, patch] = ["GET", "PUT", "PATCH"];
    let told = |last: &[(&'static str, Value)]| {
        let first = [
            (get, new.clone()),
            (put, new.clone()),
            (get, old.clone()),
            (put, new.clone()),
            (get, old.clone()),
        ];
        let said = [&first, last].concat();
        !berths.told(&said, Rule::UnlikeRead).is_empty()
    };
    assert!(told(&[]));
    assert!(!told(&[(get, new.clone())]));
    assert!(told(&[(patch, new.clone()), (get, new.clone())]));
}

#[test]
fn what_an_answer_to_a_set_up_step_breaks_is_told_where_no_case_asks_it() {
    let contract = contract::of_sources(vec![Source::new("berths.yaml", BERTHS)]).unwrap();
    let made = contract
        .operations
        .iter()
        .position(|one| one.method == "POST");
    let all = [Writes::Held, Writes::All].map(|writes| {
        let mut target = target();
        target.writes = writes;
        trying_of(contract.clone(), &target)
    });
    for trying in &all {
        let said = |body: &Value, operation| UnkeptAnswer {
            failed: FailedStep {
                step: "make".to_owned(),
                method: "POST".to_owned(),
                path: "berths".to_owned(),
                problem: StepProblem::Status(201),
            },
            operation,
            exchange: tests_support::exchange(Ok(crate::client::Response {
                content_types: vec!["application/json".to_owned()],
                ..tests_support::response(201, &body.to_string())
            })),
        };
        let moved = with(&berth(), &json!({ "id": { "of": 41 } }));
        let expectations = &trying.suite.expectations;
        let expectation = expectations.get(made.unwrap(), Format::Json).unwrap();
        let body = |berth: &Value| match &expectation.answer.payload {
            Some(name) => json!({ "status": 0, name.as_str(): berth }),
            None => berth.clone(),
        };
        for (answer, expected) in [
            (said(&body(&moved), made), &["id"][..]),
            (said(&body(&berth()), made), &[]),
            (said(&body(&moved), None), &[]),
        ] {
            let selected = trying.plan.select(&Selection::default());
            let asked = unasked(&trying.plan);
            let (outcomes, _) = outcomes(
                &trying.suite,
                &selected,
                (&asked, &[answer]),
                None,
                &target(),
                time(),
            );
            let broken = outcomes
                .iter()
                .filter(|one| one.verdict == Verdict::Violates);
            let members: Vec<&str> = broken
                .flat_map(|one| &one.violations)
                .map(|seen| seen.violation.member.as_str())
                .collect();
            assert_eq!(members, expected);
        }
        // What the case shows by itself is told once, and nothing else is left out for it.
        let mut cases = trying.plan.cases.iter();
        let own = cases.find(|case| {
            Some(case.operation) == made
                && case.id.check == Check::Members
                && case.ignored.is_none()
        });
        let Some(own) = own else {
            continue;
        };
        let named = with(&berth(), &json!({ "name": 5 }));
        let both = with(&moved, &json!({ "name": 5 }));
        for (of_step, expected) in [(&named, &["name"][..]), (&both, &["name", "id"])] {
            let mut asked = unasked(&trying.plan);
            answer_with(
                trying,
                &mut asked,
                own.subjects[0],
                201,
                &body(&named).to_string(),
            );
            let (outcomes, _) = outcomes(
                &trying.suite,
                &trying.plan.select(&Selection::default()),
                (&asked, &[said(&body(of_step), made)]),
                None,
                &target(),
                time(),
            );
            let outcome = outcomes.iter().find(|one| one.id == own.id).unwrap();
            let members = outcome.violations.iter();
            let members: Vec<&str> = members.map(|seen| &*seen.violation.member).collect();
            assert_eq!(members, expected);
        }
    }
}

//! Writes that succeed and do nothing, and what their answers say of what they were sent.

use serde_json::json;

use super::*;
use crate::case::Aftermath;
use crate::source::Source;

const BUOYS: &str = "openapi: 3.0.3
paths:
  /buoys:
    post:
      requestBody: {required: true, content: {application/json: {schema: {$ref: '#/components/schemas/New'}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Buoy'}}}}}
  /buoys/{buoyId}:
    parameters:
      - {name: buoyId, in: path, required: true, schema: {type: integer}, example: 7}
    get:
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Buoy'}}}}}
    delete:
      description: DESCRIPTION
      responses: {'204': {description: gone}}
components:
  schemas:
    New:
      type: object
      required: [name, depth]
      properties:
        name: {type: string, example: North cardinal}
        depth: {type: number, example: 12.25}
        colour: {type: string, example: red}
    Buoy:
      type: object
      required: [id, name]
      properties:
        id: {type: integer}
        name: {type: string}
        depth: {type: number}
        colour: {type: string}
        state: {type: string}
        seen: {type: integer}
";

/// A portal of buoys as a run asks it, and the places of the questions.
struct Buoys {
    trying: Trying,
    get: QuestionIndex,
    post: QuestionIndex,
    delete: QuestionIndex,
    made: QuestionIndex,
    deleted: QuestionIndex,
}

impl Buoys {
    fn of(description: &str) -> Self {
        let text = BUOYS.replace("DESCRIPTION", description);
        let contract = contract::of_sources(vec![Source::new("buoys.yaml", &text)]).unwrap();
        let mut target = target();
        target.writes = Writes::All;
        // What was made for the run may be deleted.
        target
            .parameters
            .insert("buoyId".to_owned(), vec!["7".to_owned()]);
        target.made.insert("buoyId".to_owned());
        let trying = trying_of(contract, &target);
        let of = |method: &str| {
            let is_meant = |case: &&Case| {
                let operation = &trying.suite.contract.operations[case.operation];
                operation.method == method && case.id.check == Check::Transport
            };
            trying.plan.cases.iter().find(is_meant).unwrap().subjects[0]
        };
        let (get, post, delete) = (of("GET"), of("POST"), of("DELETE"));
        let behind = |write: QuestionIndex| {
            let mut questions = trying.plan.questions.iter();
            let is_it = |one: &Aftermath| one.write() == write;
            let found = questions.position(|one| one.aftermath.as_ref().is_some_and(is_it));
            found.unwrap()
        };
        let (made, deleted) = (behind(post), behind(delete));
        Self {
            trying,
            get,
            post,
            delete,
            made,
            deleted,
        }
    }

    /// A buoy as the answer to a question; nothing for null.
    fn body(&self, question: QuestionIndex, buoy: &Value) -> String {
        let of = &self.trying.plan.questions[question];
        let expectations = &self.trying.suite.expectations;
        let documented = expectations.get(of.operation, of.format);
        match documented.and_then(|one| one.answer.payload.as_ref()) {
            _ if buoy.is_null() => String::new(),
            Some(name) => json!({ "status": 0, name.as_str(): buoy }).to_string(),
            None => buoy.to_string(),
        }
    }

    fn told(&self, said: &[(QuestionIndex, u16, Option<&str>, Value)]) -> Vec<(Rule, Observed)> {
        let mut asked = unasked(&self.trying.plan);
        for (question, status, age, buoy) in said {
            let body = self.body(*question, buoy);
            if *question == self.delete {
                let of = &self.trying.plan.questions[*question];
                let exchange = Exchange {
                    request: of.request.clone(),
                    ..tests_support::exchange(Ok(tests_support::response(*status, &body)))
                };
                let expectation = self
                    .trying
                    .suite
                    .expectations
                    .bodiless(of.operation)
                    .unwrap();
                let reading = expectation.read(&exchange);
                asked.add(*question, (exchange, Some(reading)));
            } else {
                answer_aged(&self.trying, &mut asked, *question, (*status, *age), &body);
            }
        }
        let all = judged(&self.trying, &asked, None);
        let seen = all
            .iter()
            .flat_map(|one| one.violations.iter().chain(&one.remarks));
        let rules = [Rule::NotKept, Rule::NotDeleted, Rule::ChangedByWrite];
        let seen = seen.filter(|seen| rules.contains(&seen.violation.rule));
        seen.map(|seen| (seen.violation.rule, seen.violation.actual.clone()))
            .collect()
    }
}

fn buoy(seen: u32) -> Value {
    json!({ "id": 7, "name": "Fairway", "depth": 3.5, "state": "lit", "seen": seen })
}

#[test]
fn what_was_made_is_there_when_it_is_read_by_its_id() {
    let buoys = Buoys::of("Takes it away.");
    let made = || json!({ "id": 8, "name": "North cardinal", "depth": 12.25, "state": "lit" });
    let (get, post, read) = (buoys.get, buoys.post, buoys.made);
    let known = (get, 200, None, buoy(1));
    let posted = |status, body| (post, status, None, body);
    let then = |status, body| (read, status, None, body);
    let missing = vec![(Rule::NotKept, Observed::Gone(404))];
    for (said, expected) in [
        (
            vec![known.clone(), posted(201, made()), then(404, Value::Null)],
            missing.clone(),
        ),
        (
            vec![
                known.clone(),
                posted(200, made()),
                then(404, Value::Null),
                then(404, Value::Null),
            ],
            missing,
        ),
        (
            vec![known.clone(), posted(201, made()), then(200, made())],
            vec![],
        ),
        // It was late, nobody may know, a cache says so, or it is done later.
        (
            vec![
                known.clone(),
                posted(201, made()),
                then(404, Value::Null),
                then(200, made()),
            ],
            vec![],
        ),
        (
            vec![known.clone(), posted(201, made()), then(403, Value::Null)],
            vec![],
        ),
        (
            vec![known.clone(), posted(201, made()), then(503, Value::Null)],
            vec![],
        ),
        (
            vec![
                known.clone(),
                posted(201, made()),
                (read, 404, Some("9"), Value::Null),
            ],
            vec![],
        ),
        (
            vec![known.clone(), posted(202, made()), then(404, Value::Null)],
            vec![],
        ),
        (
            vec![
                known,
                posted(
                    201,
                    json!({ "id": 8, "name": "North cardinal", "state": "queued" }),
                ),
                then(404, Value::Null),
            ],
            vec![],
        ),
        // The portal reads none at all.
        (
            vec![
                (get, 404, None, Value::Null),
                posted(201, made()),
                then(404, Value::Null),
            ],
            vec![],
        ),
    ] {
        assert_eq!(buoys.told(&said), expected, "{said:?}");
    }
}

#[test]
fn what_was_deleted_is_not_there_any_more() {
    let buoys = Buoys::of("Takes it away.");
    let (get, delete, read) = (buoys.get, buoys.delete, buoys.deleted);
    let before = |seen| (get, 200, None, buoy(seen));
    let done = || (delete, 204, None, Value::Null);
    let then = |status, body| (read, status, None, body);
    let with = |name: &str, value: Value| {
        let mut buoy = buoy(1);
        buoy[name] = value;
        buoy
    };
    let there = vec![(Rule::NotDeleted, Observed::StillThere)];
    for (said, expected) in [
        (vec![before(1), done(), then(200, buoy(1))], there.clone()),
        // What counts of itself says nothing.
        (
            vec![before(1), before(2), done(), then(200, buoy(3))],
            there.clone(),
        ),
        (vec![before(1), done(), then(404, Value::Null)], vec![]),
        (vec![before(1), done(), then(410, Value::Null)], vec![]),
        (vec![before(1), done(), then(403, Value::Null)], vec![]),
        (
            vec![
                before(1),
                done(),
                then(200, buoy(1)),
                then(404, Value::Null),
            ],
            vec![],
        ),
        (
            vec![before(1), done(), (read, 200, Some("9"), buoy(1))],
            vec![],
        ),
        // It is put aside, and still told.
        (
            vec![before(1), done(), then(200, with("state", json!("out")))],
            vec![],
        ),
        (
            vec![
                before(1),
                done(),
                then(200, with("deletedAt", json!("2026-01-01T00:00:00Z"))),
            ],
            vec![],
        ),
        (
            vec![
                (get, 200, None, with("archived", json!(true))),
                done(),
                then(200, with("archived", json!(true))),
            ],
            vec![],
        ),
        // It was refused, is done later, or nobody knows what was there.
        (
            vec![
                before(1),
                (delete, 409, None, Value::Null),
                then(200, buoy(1)),
            ],
            vec![],
        ),
        (
            vec![
                before(1),
                (delete, 202, None, Value::Null),
                then(200, buoy(1)),
            ],
            vec![],
        ),
        (vec![done(), then(200, buoy(1))], vec![]),
    ] {
        assert_eq!(buoys.told(&said), expected, "{said:?}");
    }
    for (description, expected) in [
        ("Takes it away.", there),
        ("Moves it to the archive.", vec![]),
        ("Takes it away in the background.", vec![]),
    ] {
        let buoys = Buoys::of(description);
        let said = [before(1), done(), then(200, buoy(1))];
        assert_eq!(buoys.told(&said), expected, "{description}");
    }
}

#[test]
fn what_was_made_is_answered_as_it_was_sent() {
    let buoys = Buoys::of("Takes it away.");
    let told = |status, name: &str, depth: f64, colour: &str| {
        let buoy = json!({ "id": 8, "name": name, "depth": depth, "colour": colour });
        buoys.told(&[(buoys.post, status, None, buoy)]).len()
    };
    assert_eq!(told(201, "North cardinal", 12.25, "red"), 0);
    assert_eq!(told(201, "Zorro", 12.25, "red"), 1);
    assert_eq!(told(200, "Zorro", 3.0, "red"), 2);
    // Other forms of the same, what need not be sent, and what is done later.
    assert_eq!(told(201, " north  Cardinal", 12.3, "red"), 0);
    assert_eq!(told(201, "North cardinal", 12.25, "blue"), 0);
    assert_eq!(told(202, "Zorro", 12.25, "red"), 0);
}

//! What is read behind a write, once it was answered.

use super::*;
use crate::source::Source;

const BUOYS: &str = "openapi: 3.0.3
paths:
  /buoys:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string, example: a}}}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Buoy'}}}}}
  /buoys/{buoyId}:
    parameters:
      - {name: buoyId, in: path, required: true, schema: {type: string, format: uuid}, example: 16fd2706-8baf-433b-82eb-8c7fada847da}
    get:
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Buoy'}}}}}
    put:
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string, example: b}}}}}}
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Buoy'}}}}}
    patch:
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string, example: c}}}}}}
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Buoy'}}}}}
    delete:
      responses: {'204': {description: gone}}
components:
  schemas:
    Buoy: {type: object, properties: {id: {type: string, format: uuid}, name: {type: string}}}
";

fn buoys() -> Trying {
    let contract = contract::of_sources(vec![Source::new("buoys.yaml", BUOYS)]).unwrap();
    trying_of("http://127.0.0.1:1", contract)
}

/// The question that asks by a method and must succeed.
fn of(trying: &Trying, method: &str) -> QuestionIndex {
    let is_meant = |case: &&Case| {
        let operation = &trying.suite.contract.operations[case.operation];
        operation.method == method && case.id.check == Check::Transport
    };
    trying.plan.cases.iter().find(is_meant).unwrap().subjects[0]
}

/// The read behind a write.
fn behind(trying: &Trying, write: QuestionIndex) -> QuestionIndex {
    let mut questions = trying.plan.questions.iter();
    let is_it = |one: &Question| {
        let aftermath = one.aftermath.as_ref();
        aftermath.is_some_and(|one| one.write() == write)
    };
    questions.position(is_it).unwrap()
}

#[test]
fn what_is_made_is_read_behind_it_and_what_is_changed_twice_in_between() {
    let trying = buoys();
    let [get, post, put, patch] = ["GET", "POST", "PUT", "PATCH"].map(|method| of(&trying, method));
    let ordered = &trying.plan.schedule.ordered;
    let place = |question: QuestionIndex| ordered.iter().position(|one| *one == question);
    let place = |question| place(question).unwrap();
    assert_eq!(ordered[place(post) + 1], behind(&trying, post));
    let (first, second) = (place(put).min(place(patch)), place(put).max(place(patch)));
    assert!(ordered[first..second].contains(&get));
}

#[test]
fn what_was_made_is_read_by_the_id_that_its_answer_gives() {
    let trying = buoys();
    let post = of(&trying, "POST");
    let read = behind(&trying, post);
    let aftermath = trying.plan.questions[read].aftermath.as_ref().unwrap();
    for (status, id, location, expected) in [
        (201, Some(json!("b 1")), None, Some("buoys/b%201")),
        (201, Some(json!(8)), Some("/buoys/9"), Some("buoys/8")),
        (
            201,
            None,
            Some("https://a.test/v1/buoys/9?x=1"),
            Some("buoys/9"),
        ),
        (201, None, Some("/jobs/9"), None),
        (201, None, None, None),
        (202, Some(json!(8)), None, None),
        (400, Some(json!(8)), None, None),
    ] {
        let asker = trying.asker();
        let buoy = id.as_ref().map_or(json!({}), |id| json!({ "id": id }));
        let of = &trying.plan.questions[post];
        let documented = trying.suite.expectations.get(of.operation, of.format);
        let body = match documented.unwrap().answer.payload.as_ref() {
            Some(name) => json!({ "status": 0, name.as_str(): buoy }),
            None => buoy,
        };
        let mut response = tests_support::response(status, "");
        let location = location.map(|place| ("location".to_owned(), place.to_owned()));
        response.head.headers.extend(location);
        let exchange = Exchange {
            request: of.request.clone(),
            ..tests_support::exchange(Ok(response))
        };
        let reading = Reading {
            body: Some(Arc::new(body)),
            ..Reading::default()
        };
        push(&asker, post, (exchange, Some(reading)));
        let request = asker.behind(read, aftermath);
        let path = request.map(|request| request.path);
        assert_eq!(path.as_deref(), expected, "{status} {id:?}");
    }
}

//! Items of lists beside the reads of the same resources.

use serde_json::json;

use super::*;
use crate::source::Source;

const BOATS: &str = "openapi: 3.0.3
paths:
  /boats:
    get:
      responses: {'200': {description: all, content: {application/json: {schema: {type: object, properties: {data: {type: array, items: {$ref: '#/components/schemas/Boat'}}, total: {type: integer}}}}}}}
  /boats/{boatId}:
    get:
      parameters:
        - {name: boatId, in: path, required: true, schema: {type: integer}, example: 41}
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Boat'}}}}}
    delete:
      parameters:
        - {name: boatId, in: path, required: true, schema: {type: integer}, example: 41}
      responses: {'200': {description: gone, content: {application/json: {schema: {$ref: '#/components/schemas/Boat'}}}}}
  /sold:
    get:
      responses: {'200': {description: what was, content: {application/json: {schema: {type: object, properties: {data: {type: array, items: {$ref: '#/components/schemas/Boat'}}}}}}}}
  /trips:
    get:
      responses: {'200': {description: all, content: {application/json: {schema: {type: array, items: {type: object, properties: {id: {type: integer}, name: {type: string}}}}}}}}
components:
  schemas:
    Boat:
      type: object
      properties:
        id: {type: integer}
        name: {type: string}
        length: {type: number}
        note: {type: string, nullable: true}
        crew: {type: array, items: {type: string}}
";

/// What is answered, in the order of time: by the list, the read, the deletion or the other list.
fn told(said: &[(&str, &Value)]) -> Vec<(Rule, String)> {
    let contract = contract::of_sources(vec![Source::new("boats.yaml", BOATS)]).unwrap();
    let mut target = target();
    target.writes = Writes::All;
    let trying = trying_of(contract, &target);
    let mut asked = unasked(&trying.plan);
    for (operation, body) in said {
        let mut questions = trying.plan.cases.iter().filter(|case| {
            case.id.operation.as_str() == *operation && case.id.check == Check::Transport
        });
        let question = questions.next().unwrap().subjects[0];
        let of = &trying.plan.questions[question];
        let expectations = &trying.suite.expectations;
        let expectation = expectations.get(of.operation, of.format).unwrap();
        let body = match &expectation.answer.payload {
            Some(name) => json!({ "status": 0, name.as_str(): body }),
            None => (*body).clone(),
        };
        answer_with(&trying, &mut asked, question, 200, &body.to_string());
    }
    let outcomes = judged(&trying, &asked, None);
    let seen = outcomes.iter().flat_map(|one| &one.violations);
    let own = seen.filter(|one| matches!(one.violation.rule, Rule::UnlikeRead | Rule::Doubled));
    own.map(|one| (one.violation.rule, one.violation.member.clone()))
        .collect()
}

#[test]
fn an_item_of_a_list_says_what_the_read_of_it_says() {
    let boat = |name: &str, length: f64| json!({"id": 41, "name": name, "length": length, "note": null, "crew": ["A", "B"]});
    let page = |items: &[Value]| json!({"data": items, "total": items.len()});
    let right = boat("Ada", 7.5);
    let (list, read, delete) = ("get-boats", "get-boats-boatid", "delete-boats-boatid");
    let around = |item: &Value| {
        let page = page(std::slice::from_ref(item));
        told(&[(read, &right), (list, &page), (list, &page), (read, &right)])
    };
    let unlike = |member: &str| vec![(Rule::UnlikeRead, format!("data/*/{member}"))];
    assert_eq!(around(&right), []);
    assert_eq!(around(&boat("Ida", 7.5)), unlike("name"));
    assert_eq!(around(&boat("Ada", 8.5)), unlike("length"));
    // It is shortened, rounded, or shows less.
    assert_eq!(around(&boat("Ad…", 7.5)), []);
    assert_eq!(around(&boat("Ada", 8.0)), []);
    assert_eq!(around(&json!({"id": 41, "name": "Ada"})), []);
    assert_eq!(around(&json!({"id": 42, "name": "Ida"})), []);
    // A list that comes to agree was late, and another list tells what was.
    let (now, then) = (
        page(std::slice::from_ref(&right)),
        page(&[boat("Ida", 7.5)]),
    );
    for lists in [[(list, &then), (list, &now)], [("get-sold", &then); 2]] {
        let said = [&[(read, &right)][..], &lists, &[(read, &right)]].concat();
        let found = told(&said);
        assert!(!found.contains(&unlike("name")[0]), "{found:?}");
    }
    // Where the reads differ, or one of them is missing, nobody knows; a write lies between.
    let other = boat("Ida", 7.5);
    let others = page(std::slice::from_ref(&other));
    for said in [
        &[
            (read, &right),
            (list, &others),
            (list, &others),
            (read, &other),
        ][..],
        &[(read, &right), (list, &others), (list, &others)],
        &[(list, &others), (list, &others), (read, &right)],
        &[
            (read, &right),
            (list, &others),
            (list, &others),
            (delete, &right),
            (read, &right),
        ],
    ] {
        let found = told(said);
        assert!(!found.contains(&unlike("name")[0]), "{found:?}");
    }
}

#[test]
fn what_is_read_by_its_id_stands_in_a_list_once() {
    let boat = json!({"id": 41, "name": "Ada"});
    let twice = json!({"data": [boat, boat], "total": 2});
    let list = ("get-boats", &twice);
    let doubled = vec![(Rule::Doubled, "data/*/id".to_owned())];
    assert_eq!(told(&[list, list]), doubled);
    // Two versions of one are two.
    let older = json!({"id": 41, "name": "Ida"});
    let versions = json!({"data": [boat, older], "total": 2});
    assert_eq!(
        told(&[("get-boats", &versions), ("get-boats", &versions)]),
        []
    );
    // What nobody reads by such an id may be there as often as it is.
    let trips = json!([boat, boat]);
    assert_eq!(told(&[("get-trips", &trips), ("get-trips", &trips)]), []);
}

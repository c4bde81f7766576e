//! What was refused and done all the same, as reads at the same path show.

use serde_json::json;

use super::*;
use crate::case::{Refusal, WrongToken};
use crate::source::Source;

const MOORINGS: &str = "openapi: 3.0.3
paths:
  /moorings/{mooringId}:
    parameters:
      - {name: mooringId, in: path, required: true, schema: {type: integer}, example: 7}
    get:
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Mooring'}}}}}
    put:
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string, example: South quay}}}}}}
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Mooring'}}}}}
    delete:
      responses: {'200': {description: gone, content: {application/json: {schema: {$ref: '#/components/schemas/Mooring'}}}}}
components:
  securitySchemes: {key: {type: apiKey, in: header, name: Authorization}}
  schemas:
    Mooring: {type: object, required: [name], properties: {name: {type: string}, state: {type: string}}}
security: [{key: []}]
";

#[test]
fn what_was_refused_and_done_all_the_same_is_told_once() {
    let contract = contract::of_sources(vec![Source::new("moorings.yaml", MOORINGS)]).unwrap();
    let mut target = target();
    target.writes = Writes::All;
    let trying = trying_of(contract, &target);
    let find = |method: &str, check: Check| {
        let mut cases = trying.plan.cases.iter();
        let found = cases.find(|case| {
            let operation = &trying.suite.contract.operations[case.operation];
            operation.method == method && case.id.check == check
        });
        found.map(|case| case.subjects[0]).unwrap()
    };
    let no_token = || Check::Refusal(Refusal::Token(WrongToken::Missing));
    let get = find("GET", Check::Transport);
    let [put, delete] = ["PUT", "DELETE"].map(|method| find(method, no_token()));
    let (right_put, empty) = (
        find("PUT", Check::Transport),
        Check::Refusal(Refusal::Token(WrongToken::Empty)),
    );
    let again = find("DELETE", empty);
    let (there, gone) = ((get, 200, "North"), (get, 404, ""));
    let (sent, other) = ((get, 200, "South quay"), (get, 200, "East"));
    let (refused, refused_put) = ((delete, 401, ""), (put, 401, ""));
    for (said, expected) in [
        (
            &[there, refused, gone, gone][..],
            &[Observed::Gone(404)][..],
        ),
        (
            &[there, refused, (again, 401, ""), gone],
            &[Observed::Gone(404)],
        ),
        (&[there, refused, there], &[]),
        // It was gone, or is there again, or went later.
        (&[gone, refused, gone], &[]),
        (&[there, refused, gone, there], &[]),
        (&[there, refused, there, gone], &[]),
        // It was let in, or what else was let in may have done it.
        (&[there, (delete, 200, "North"), gone], &[]),
        (&[there, refused, (right_put, 200, "North"), gone], &[]),
        (&[there, refused_put, sent], &[Observed::Sent]),
        (&[there, refused_put, there], &[]),
        (&[there, refused_put, other], &[]),
        (&[sent, refused_put, sent], &[]),
        (
            &[there, (right_put, 200, "South quay"), refused_put, sent],
            &[],
        ),
    ] {
        let mut asked = unasked(&trying.plan);
        for (question, status, name) in said {
            let of = &trying.plan.questions[*question];
            let expectation = trying
                .suite
                .expectations
                .get(of.operation, of.format)
                .unwrap();
            let mooring = json!({ "name": name, "state": "free" });
            let body = match &expectation.answer.payload {
                Some(payload) => json!({ "status": 0, payload.as_str(): mooring }),
                None => mooring,
            };
            let body = if *status == 200 {
                body.to_string()
            } else {
                String::new()
            };
            answer_with(&trying, &mut asked, *question, *status, &body);
        }
        let outcomes = judged(&trying, &asked, None);
        let seen = outcomes.iter().flat_map(|one| &one.violations);
        let told = seen.filter(|seen| seen.violation.rule == Rule::RefusedKept);
        let told: Vec<Observed> = told.map(|seen| seen.violation.actual.clone()).collect();
        assert_eq!(told, expected, "{said:?}");
    }
}

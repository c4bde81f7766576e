//! What cases made and nobody undoes.

use super::*;
use crate::run::made;

const MOORINGS: &str = "openapi: 3.0.3
paths:
  /moorings:
    post:
      requestBody: {content: {application/json: {schema: {type: object, properties: {name: {type: string, example: South quay}}}}}}
      responses: {'201': {description: made, content: {application/json: {schema: {$ref: '#/components/schemas/Mooring'}}}}}
  /moorings/{mooringId}/close:
    parameters:
      - {name: mooringId, in: path, required: true, schema: {type: integer}, example: 7}
    post:
      responses: {'201': {description: closed, content: {application/json: {schema: {$ref: '#/components/schemas/Mooring'}}}}}
components:
  schemas:
    Mooring: {type: object, required: [id, name], properties: {id: {type: integer}, name: {type: string}}}
";

#[test]
fn what_posts_made_is_counted_by_what_answers_show_of_it() {
    let contract = contract::of_sources(vec![Source::new("moorings.yaml", MOORINGS)]).unwrap();
    let mut target = target();
    target.writes = Writes::All;
    let trying = trying_of(contract, &target);
    let posts = |path: &str| {
        let questions = trying.plan.questions.iter().enumerate();
        let posts =
            questions.filter(|(_, one)| one.request.method == "POST" && one.request.path == path);
        posts.map(|(at, _)| at).collect::<Vec<_>>()
    };
    let (make, close) = (posts("moorings"), posts("moorings/7/close"));
    let counts = |said: &[(QuestionIndex, u16, &str)]| {
        let mut asked = unasked(&trying.plan);
        for (question, status, body) in said {
            answer_with(&trying, &mut asked, *question, *status, body);
        }
        let found = made::of(&trying.suite, &trying.plan, &asked);
        found.into_values().collect::<Vec<_>>()
    };
    let one = (make[0], 201, r#"{"id": 8, "name": "South quay"}"#);
    assert_eq!(counts(&[one]), [1]);
    // What was let through without a token, or with a broken body, made one more.
    let more = (make[1], 201, "");
    assert_eq!(counts(&[one, more, (make[1], 401, "")]), [2]);
    // It is about what the request names, or shows nothing, or was refused.
    for said in [
        (close[0], 201, r#"{"id": 7, "name": "South quay"}"#),
        (make[0], 201, r#"{"name": "South quay"}"#),
        (make[0], 409, r#"{"id": 8, "name": "South quay"}"#),
    ] {
        assert_eq!(counts(&[said]), [0; 0], "{said:?}");
    }
}

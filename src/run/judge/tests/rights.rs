//! What an account may not use at all.

use super::*;
use crate::case::Expected;
use crate::run::forbidden;
use crate::source::Source;

const BOATS: &str = "openapi: 3.0.3
paths:
  /boats/{boatId}:
    get:
      parameters:
        - {name: boatId, in: path, required: true, schema: {type: integer}, example: 41}
      responses: {'200': {description: one, content: {application/json: {schema: {$ref: '#/components/schemas/Boat'}}}}}
  /trips:
    get:
      responses: {'200': {description: all, content: {application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Boat'}}}}}}
components:
  schemas:
    Boat: {type: object, properties: {id: {type: integer}}}
";

/// How the boat's cases end, that of an unknown id first, and which operations may not be used: its reads, those of
/// unknown boats and those of trips are answered with these statuses.
fn ends(read: u16, unknown: u16, trips: u16) -> (Verdict, Verdict, usize) {
    let contract = contract::of_sources(vec![Source::new("boats.yaml", BOATS)]).unwrap();
    let trying = trying_of(contract, &target());
    let mut asked = unasked(&trying.plan);
    let of = |is_boat: bool, is_unknown: bool| {
        let mut cases = trying.plan.cases.iter().enumerate();
        let found = cases.find(|(_, case)| {
            let path = trying.suite.contract.operations[case.operation]
                .path
                .as_str();
            let is_meant = match &case.id.check {
                Check::Transport => !is_unknown,
                Check::Refusal(refusal) => is_unknown && refusal.expected() == Expected::Unknown,
                _ => false,
            };
            is_meant && path.contains("boatId") == is_boat
        });
        found.unwrap()
    };
    let cases = [
        (of(true, false), read),
        (of(true, true), unknown),
        (of(false, false), trips),
    ];
    for ((_, case), status) in &cases {
        for question in &case.subjects {
            let body = if *status == 200 { "[]" } else { "{}" };
            answer_with(&trying, &mut asked, *question, *status, body);
        }
    }
    let all = judged(&trying, &asked, None);
    let [(read, _), (unknown, _), _] = cases;
    let verdict = |at: usize| all[at].verdict.clone();
    let forbidden = forbidden::of(&trying.plan, &asked).len();
    (verdict(unknown.0), verdict(read.0), forbidden)
}

#[test]
fn where_an_account_may_not_use_an_operation_no_id_is_looked_up() {
    let blocked = Verdict::Blocked(Reason::Forbidden);
    assert_eq!(ends(403, 403, 200), (blocked, Verdict::Violates, 1));
    // Of one that is shown to it, an id that nothing has is unknown.
    let (unknown, _, forbidden) = ends(200, 403, 200);
    assert_eq!((unknown, forbidden), (Verdict::Violates, 0));
    // One thing that it may not see says nothing of the operation.
    let (_, read, forbidden) = ends(403, 404, 200);
    assert_eq!((read, forbidden), (Verdict::Violates, 0));
    // Where nothing is shown to it, the token is doubted.
    let (unknown, _, forbidden) = ends(403, 403, 403);
    assert_eq!((unknown, forbidden), (Verdict::Violates, 0));
    let (unknown, _, forbidden) = ends(500, 403, 200);
    assert_eq!((unknown, forbidden), (Verdict::Violates, 0));
}

/// How the read of a contact ends whose questions are answered with these statuses in turn, at a target.
fn read_ends(statuses: &[u16], target: &Target) -> Verdict {
    let trying = trying_at(target);
    let mut asked = unasked(&trying.plan);
    let (at, _) = case(&trying, "transport");
    let is_read = |case: &&Case| case.operation == 0 && case.id.check == Check::Transport;
    let reads = trying.plan.cases.iter().filter(is_read);
    let questions: BTreeSet<QuestionIndex> = reads
        .flat_map(|case| case.subjects.iter().copied())
        .collect();
    for (question, status) in questions.into_iter().zip(statuses.iter().cycle()) {
        answer_with(&trying, &mut asked, question, *status, "{}");
    }
    let all = trying.plan.select(&Selection::default());
    let judged = outcomes(&trying.suite, &all, (&asked, &[]), None, target, time()).0;
    judged[at].verdict.clone()
}

#[test]
fn an_example_that_a_portal_does_not_have_is_no_drift_and_what_is_named_is() {
    let unnamed = Reason::NotThere(vec!["contactid".to_owned()]);
    assert_eq!(read_ends(&[404], &target()), Verdict::Blocked(unnamed));
    assert_eq!(read_ends(&[404], &two()), Verdict::Violates);
    // It is there in one format.
    assert_eq!(read_ends(&[404, 200], &target()), Verdict::Violates);
    assert_eq!(read_ends(&[410], &target()), Verdict::Violates);
}

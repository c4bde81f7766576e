//! What writes did, as it is read back.

use super::*;
use crate::case::{NotAsked, Refusal, WrongToken};
use crate::check::effect::listed;
use crate::target::{Credentials, Other};

const LINKED: &str = "{\"status\": 0, \"response\": []}";

/// The case of the link of one contact in JSON, its write and its read.
fn link(trying: &Trying) -> (usize, QuestionIndex, QuestionIndex) {
    let name = "post-crm-contact-project-projectid::json::identity::effect";
    let mut cases = trying.plan.cases.iter().enumerate();
    let (at, case) = cases.find(|(_, case)| case.id.to_string() == name).unwrap();
    let of_format = |read: &&QuestionIndex| trying.plan.questions[**read].format == Format::Json;
    let read = case.beside.iter().find(of_format).unwrap();
    (at, case.subjects[0], *read)
}

/// What the read answers, by ids that it lists; a status alone without any.
fn reads(trying: &Trying, asked: &mut Asked, ids: Result<&[u64], u16>) {
    let (_, _, read) = link(trying);
    match ids {
        Ok(ids) => lists(trying, asked, read, ids),
        Err(status) => read_with(trying, asked, read, status, ""),
    }
}

/// A list of these ids as the answer to a read.
fn lists(trying: &Trying, asked: &mut Asked, read: QuestionIndex, ids: &[u64]) {
    let items: Vec<_> = ids.iter().map(|id| serde_json::json!({"id": id})).collect();
    let body = serde_json::json!({"status": 0, "response": items});
    read_with(trying, asked, read, 200, &body.to_string());
}

fn read_with(trying: &Trying, asked: &mut Asked, read: QuestionIndex, status: u16, body: &str) {
    let of = &trying.plan.questions[read];
    let exchange = Exchange {
        request: of.request.clone(),
        ..tests_support::exchange(Ok(tests_support::response(status, body)))
    };
    let expectation = trying
        .suite
        .expectations
        .get(of.operation, of.format)
        .unwrap();
    let listing = of.listing.as_ref().unwrap();
    let reading = Reading {
        listed: listed(expectation, &exchange, &listing.list, &listing.member),
        ..Reading::default()
    };
    asked.add(read, (exchange, Some(reading)));
}

/// How the case ends: its verdict, and the rules that are broken.
fn ends(trying: &Trying, asked: &Asked) -> (Verdict, Vec<Rule>) {
    let (at, ..) = link(trying);
    let outcome = judged(trying, asked, None).swap_remove(at);
    let rules = outcome.violations.iter().map(|seen| seen.violation.rule);
    (outcome.verdict, rules.collect())
}

#[test]
fn what_is_read_after_a_write_is_held_against_what_was_read_before() {
    for (before, after, rules) in [
        (&[9][..], &[1234, 9][..], &[][..]),
        (&[9], &[9], &[Rule::NotKept]),
        (&[9], &[1234], &[Rule::OthersLost]),
        (&[9], &[1234, 1234, 9], &[Rule::KeptTwice]),
        (&[], &[1234, 77], &[]),
    ] {
        let trying = trying_two();
        let (_, write, _) = link(&trying);
        let mut asked = unasked(&trying.plan);
        reads(&trying, &mut asked, Ok(before));
        answer_with(&trying, &mut asked, write, 201, LINKED);
        reads(&trying, &mut asked, Ok(after));
        let verdict = if rules.is_empty() {
            Verdict::Conforms
        } else {
            Verdict::Violates
        };
        assert_eq!(
            ends(&trying, &asked),
            (verdict, rules.to_vec()),
            "{after:?}"
        );
    }
}

#[test]
fn a_write_that_is_repeated_is_held_against_what_was_read_before_it() {
    let trying = trying_two();
    let (_, write, _) = link(&trying);
    for (last, rules) in [(&[1234, 1235][..], &[][..]), (&[1234], &[Rule::OthersLost])] {
        let mut asked = unasked(&trying.plan);
        reads(&trying, &mut asked, Ok(&[]));
        for after in [&[1234][..], &[1234, 1235], last] {
            answer_with(&trying, &mut asked, write, 201, LINKED);
            reads(&trying, &mut asked, Ok(after));
        }
        assert_eq!(ends(&trying, &asked).1, rules, "{last:?}");
    }
}

#[test]
fn what_was_written_may_be_listed_late() {
    let trying = trying_two();
    let (_, write, read) = link(&trying);
    let (nothing, there) = (&[][..], &[1234][..]);
    // Each `None` is a write.
    for (said, is_told) in [
        (
            &[Some(nothing), None, Some(nothing), Some(there)][..],
            false,
        ),
        (&[Some(nothing), None, Some(nothing), Some(nothing)], true),
        // So was it of each of several.
        (
            &[
                Some(nothing),
                None,
                Some(nothing),
                None,
                Some(nothing),
                Some(there),
            ],
            false,
        ),
        // The first of them did nothing.
        (
            &[Some(nothing), None, Some(nothing), None, Some(there)],
            true,
        ),
        // It is gone again.
        (&[Some(nothing), None, Some(there), Some(nothing)], false),
    ] {
        let mut asked = unasked(&trying.plan);
        for one in said {
            match one {
                Some(ids) => lists(&trying, &mut asked, read, ids),
                None => answer_with(&trying, &mut asked, write, 201, LINKED),
            }
        }
        let rules = ends(&trying, &asked).1;
        assert_eq!(rules.contains(&Rule::NotKept), is_told, "{said:?}");
        let all = trying.plan.select(&Selection::default());
        let again = late(&trying.suite, &all, &asked, &two());
        assert_eq!(again.contains(&read), is_told, "{said:?}");
    }
}

#[test]
fn a_read_that_is_not_offered_is_no_finding() {
    let trying = trying_two();
    let (_, write, _) = link(&trying);
    let mut asked = unasked(&trying.plan);
    reads(&trying, &mut asked, Err(405));
    answer_with(&trying, &mut asked, write, 201, LINKED);
    let status = Some(405);
    let expected = Verdict::Ignored(NotAsked::NotOffered { status });
    assert_eq!(ends(&trying, &asked), (expected, Vec::new()));
}

#[test]
fn what_was_refused_and_is_there_all_the_same_is_told_but_for_what_was_let_in() {
    for (status, rules) in [(401, &[Rule::RefusedKept][..]), (201, &[])] {
        let trying = trying_two();
        let (_, write, _) = link(&trying);
        let operation = trying.plan.questions[write].operation;
        let no_token = Check::Refusal(Refusal::Token(WrongToken::Missing));
        let mut cases = trying.plan.cases.iter();
        let refused = cases.find(|case| case.operation == operation && case.id.check == no_token);
        let mut asked = unasked(&trying.plan);
        reads(&trying, &mut asked, Ok(&[]));
        answer(&trying, &mut asked, refused.unwrap().subjects[0], status);
        reads(&trying, &mut asked, Ok(&[1234]));
        answer_with(&trying, &mut asked, write, 201, LINKED);
        reads(&trying, &mut asked, Ok(&[1234]));
        assert_eq!(ends(&trying, &asked).1, rules, "{status}");
    }
}

#[test]
fn what_the_second_account_wrote_although_refused_is_told() {
    let hidden = |name: &str, id: &str| [(name.to_owned(), vec![id.to_owned()])].into();
    // A contact that is hidden, in a place that is not; a place that is hidden, of a contact that is not.
    for (name, id, kept) in [("contactid", "1236", 1236), ("projectid", "88", 1234)] {
        for (before, after, rules) in [
            (&[9][..], vec![9, kept], &[Rule::RefusedKept][..]),
            (&[9], vec![9, 77], &[]),
            (&[9, kept], vec![9, kept], &[]),
        ] {
            let mut target = two();
            target.other = Some(Other {
                credentials: Credentials::raw("lesser"),
                hidden: hidden(name, id),
            });
            let trying = trying_at(&target);
            let mut cases = trying.plan.cases.iter();
            let tried = "post-crm-contact-project-projectid::json::refusal::other-account";
            let case = cases.find(|case| case.id.to_string() == tried).unwrap();
            let (write, is_list) = (case.subjects[0], |read: &&QuestionIndex| {
                trying.plan.questions[**read].listing.is_some()
            });
            let read = *case.beside.iter().find(is_list).unwrap();
            let mut asked = unasked(&trying.plan);
            lists(&trying, &mut asked, read, before);
            answer(&trying, &mut asked, write, 403);
            lists(&trying, &mut asked, read, &after);
            let outcomes = judged(&trying, &asked, None);
            let mut outcomes = outcomes.iter();
            let outcome = outcomes.find(|one| one.id.to_string() == tried).unwrap();
            let seen = outcome.violations.iter().map(|seen| seen.violation.rule);
            assert_eq!(seen.collect::<Vec<_>>(), rules, "{name} {after:?}");
        }
    }
}

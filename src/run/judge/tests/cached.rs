//! What a cache gave is as old as it says, and tells nothing of what was done since.

use serde_json::json;

use super::*;
use crate::case::{NotAsked, Scope};

/// A case of one resource in JSON.
fn case_of(trying: &Trying, check: &Check, is_write: bool) -> (usize, Case) {
    let mut cases = trying.plan.cases.iter().enumerate();
    let found = cases.find(|(_, case)| {
        let operation = &trying.suite.contract.operations[case.operation];
        let format = if *check == Check::Parity {
            Format::Xml
        } else {
            Format::Json
        };
        (&case.id.check, case.id.format, case.id.scope) == (check, format, Scope::One)
            && operation.writes() == is_write
    });
    let (at, case) = found.unwrap();
    (at, case.clone())
}

/// Answers a question about one contact with a name of it, in the form of its format.
fn say(trying: &Trying, asked: &mut Asked, question: QuestionIndex, name: &str, age: Option<&str>) {
    let of = &trying.plan.questions[question];
    let contact = json!({ "id": of.ids[0], "DisplayName": name });
    let is_list = of.listing.is_some() || of.request.method != "GET";
    let payload = if is_list { json!([contact]) } else { contact };
    let body = json!({ "status": 0, "response": payload });
    answer_aged(trying, asked, question, (200, age), "");
    let (exchange, reading) = asked.of(question).last().unwrap().clone();
    let reading = Reading {
        body: Some(Arc::new(body)),
        ..reading.unwrap()
    };
    asked.replace_last(question, (exchange, Some(reading)));
}

const CACHED: Verdict = Verdict::Ignored(NotAsked::Cached);

#[test]
fn a_read_out_of_a_cache_tells_nothing_of_a_write() {
    let trying = trying_two();
    let (at, case) = case_of(&trying, &Check::Read, true);
    let write = case.subjects[0];
    let of = &trying.plan.questions[write];
    let mut reads = case.beside.iter().copied();
    let read = reads.find(|read| {
        let read = &trying.plan.questions[*read];
        read.format == Format::Json && read.ids == of.ids
    });
    let (w, r, old) = (write, read.unwrap(), Some("60"));
    for (said, expected, again) in [
        (
            &[(r, "a", None), (w, "b", None), (r, "a", old)][..],
            (true, false),
            true,
        ),
        (
            &[
                (r, "a", None),
                (w, "b", None),
                (r, "a", old),
                (w, "b", None),
                (r, "a", old),
            ],
            (true, false),
            true,
        ),
        (
            &[
                (r, "a", None),
                (w, "b", None),
                (r, "a", old),
                (r, "b", None),
            ],
            (false, false),
            false,
        ),
        (
            &[
                (r, "a", old),
                (w, "b", None),
                (r, "a", None),
                (w, "b", None),
                (r, "a", None),
            ],
            (false, true),
            true,
        ),
        (
            &[(r, "a", None), (w, "b", None), (r, "c", Some("0"))],
            (false, true),
            true,
        ),
    ] {
        let mut asked = unasked(&trying.plan);
        for (question, name, age) in said {
            say(&trying, &mut asked, *question, name, *age);
        }
        let outcome = judged(&trying, &asked, None).swap_remove(at);
        let mut rules = outcome.violations.iter().map(|seen| seen.violation.rule);
        let found = (
            outcome.verdict == CACHED,
            rules.any(|rule| rule == Rule::UnlikeRead),
        );
        assert_eq!(found, expected, "{said:?}");
        let all = trying.plan.select(&Selection::default());
        let late = late(&trying.suite, &all, &asked, &two());
        assert_eq!(late.contains(&r), again, "{said:?}");
    }
}

#[test]
fn a_list_out_of_a_cache_tells_nothing_of_what_was_written() {
    let trying = trying_two();
    let (at, case) = case_of(&trying, &Check::Effect, true);
    let of_format = |read: &&QuestionIndex| trying.plan.questions[**read].format == Format::Json;
    let read = *case.beside.iter().find(of_format).unwrap();
    let (old, none) = (Some("60"), None);
    for (said, expected) in [
        // Each without an answer is a write.
        (
            &[Some((&[9][..], none)), None, Some((&[9], old))][..],
            (CACHED, vec![]),
        ),
        (
            &[Some((&[9], none)), None, Some((&[9], none))],
            (Verdict::Violates, vec![Rule::NotKept]),
        ),
        (
            &[
                Some((&[9], none)),
                None,
                Some((&[9], old)),
                Some((&[9, 1234], none)),
            ],
            (Verdict::Conforms, vec![]),
        ),
        // What was there before the run may be gone since, or have come.
        (
            &[Some((&[9], old)), None, Some((&[1234], none))],
            (Verdict::Conforms, vec![]),
        ),
        (
            &[
                Some((&[], old)),
                Some((&[1234], none)),
                None,
                Some((&[1234], none)),
            ],
            (Verdict::Conforms, vec![]),
        ),
    ] {
        let mut asked = unasked(&trying.plan);
        for one in said {
            let Some((ids, age)) = one else {
                let body = "{\"status\": 0, \"response\": []}";
                answer_with(&trying, &mut asked, case.subjects[0], 201, body);
                continue;
            };
            let items: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
            let body = json!({ "status": 0, "response": items }).to_string();
            answer_aged(&trying, &mut asked, read, (200, *age), &body);
        }
        let outcome = judged(&trying, &asked, None).swap_remove(at);
        let rules = outcome.violations.iter().map(|seen| seen.violation.rule);
        assert_eq!((outcome.verdict, rules.collect()), expected, "{said:?}");
    }
}

#[test]
fn a_format_out_of_a_cache_is_held_against_the_other_only_where_they_agree() {
    use Verdict::{Conforms, Violates};
    let trying = trying_two();
    let (at, case) = case_of(&trying, &Check::Parity, false);
    let write = case_of(&trying, &Check::Read, true).1.subjects[0];
    let old = Some("60");
    // What JSON says in turns, before XML says `b`; a write where it says nothing.
    for (said, expected) in [
        (&[Some(("b", old))][..], Conforms),
        (&[Some(("a", old))], CACHED),
        (&[Some(("a", None))], Violates),
        // What no cache gave counts, as long as nothing was written since.
        (&[Some(("a", None)), Some(("b", old))], Violates),
        (&[Some(("b", None)), Some(("a", old))], Conforms),
        (&[Some(("a", None)), None, Some(("a", old))], CACHED),
        (&[Some(("a", None)), None, Some(("a", None))], Violates),
    ] {
        let mut asked = unasked(&trying.plan);
        for one in said {
            let Some((name, age)) = one else {
                answer_with(&trying, &mut asked, write, 201, "{}");
                continue;
            };
            for question in &case.beside {
                say(&trying, &mut asked, *question, name, *age);
            }
        }
        for question in &case.subjects {
            say(&trying, &mut asked, *question, "b", None);
        }
        let verdict = judged(&trying, &asked, None).swap_remove(at).verdict;
        assert_eq!(verdict, expected, "{said:?}");
    }
}

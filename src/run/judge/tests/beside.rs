//! Answers held against other answers of a run.

use serde_json::json;

use super::*;
use crate::contract::Format;

/// The place of a question that reads a contact in a format.
fn reads(trying: &Trying, id: &str, format: Format) -> QuestionIndex {
    let mut questions = trying.plan.questions.iter();
    let is_meant = |question: &crate::case::Question| {
        question.operation == 0 && question.format == format && question.ids == [id]
    };
    questions.position(is_meant).unwrap()
}

/// A case by what it checks; of the operation that writes where that is what it checks.
fn of_check(trying: &Trying, check: &Check, format: Format) -> (usize, Case) {
    let cases = trying.plan.cases.iter().enumerate();
    let mut cases = cases.filter(|(_, case)| case.id.scope == crate::case::Scope::One);
    let (at, case) = cases
        .find(|(_, case)| case.id.check == *check && case.id.format == format)
        .unwrap();
    (at, case.clone())
}

/// Answers a question about one contact with a name of it; nothing for a body that cannot be read.
fn say(trying: &Trying, asked: &mut Asked, question: QuestionIndex, name: Option<&str>) {
    let of = &trying.plan.questions[question];
    let contact = |name: &str| json!({ "id": of.ids[0], "DisplayName": name });
    let payload = |name: &str| {
        if of.operation == 0 {
            contact(name)
        } else {
            json!([contact(name)])
        }
    };
    let body = name.map(|name| json!({ "status": 0, "response": payload(name) }));
    let reading = Reading {
        body: body.map(Arc::new),
        ..Reading::default()
    };
    let exchange = Exchange {
        request: of.request.clone(),
        ..tests_support::exchange(Ok(tests_support::response(200, "")))
    };
    asked.add(question, (exchange, Some(reading)));
}

/// How a case ends after these answers, each to a question.
fn verdict(trying: &Trying, at: usize, said: &[(QuestionIndex, &str)]) -> Verdict {
    let mut asked = unasked(&trying.plan);
    for (question, name) in said {
        say(trying, &mut asked, *question, Some(name));
    }
    judged(trying, &asked, None)[at].verdict.clone()
}

#[test]
fn a_resource_in_one_format_is_held_against_itself_in_the_other() {
    use Verdict::{Blocked, Conforms, Violates};
    let trying = trying_two();
    let [json, other_json] = ["1234", "1235"].map(|id| reads(&trying, id, Format::Json));
    let [xml, other_xml] = ["1234", "1235"].map(|id| reads(&trying, id, Format::Xml));
    let (at, _) = of_check(&trying, &Check::Parity, Format::Xml);
    let no_pair = || Blocked(Reason::NoPair);
    let all = |said: &[(QuestionIndex, &str)]| {
        // The other contact is told alike, so that nothing is left unasked.
        let other = [(other_json, "z"), (other_xml, "z")];
        verdict(&trying, at, &[said, &other].concat())
    };
    assert_eq!(all(&[(json, "a"), (xml, "a")]), Conforms);
    assert_eq!(all(&[(json, "a"), (xml, "b")]), Violates);
    assert_eq!(all(&[(json, "b"), (json, "a"), (xml, "a")]), Conforms);
    assert_eq!(all(&[(json, "a"), (xml, "b"), (xml, "a")]), Conforms);
    assert_eq!(all(&[(json, "a"), (json, "b"), (xml, "a")]), Violates);
    let apart = [(json, "a"), (other_xml, "b")];
    let mut asked = unasked(&trying.plan);
    for (question, name) in apart {
        say(&trying, &mut asked, question, Some(name));
    }
    say(&trying, &mut asked, xml, None);
    assert_eq!(judged(&trying, &asked, None)[at].verdict, no_pair());
}

#[test]
fn a_second_answer_is_alike_or_refused() {
    use Verdict::{Blocked, Conforms, Violates};
    let trying = trying_two();
    let (at, case) = of_check(&trying, &Check::Repeated, Format::Json);
    let question = case.subjects[0];
    for (said, expected) in [
        (&[(200, "a"), (200, "a")][..], Conforms),
        (&[(200, "a"), (200, "b")], Violates),
        (&[(200, "a"), (404, "")], Violates),
        (&[(404, ""), (200, "a")], Violates),
        (&[(200, "a"), (0, "")], Violates),
        (&[(0, ""), (200, "a")], Blocked(Reason::NoSecond)),
        (&[(404, ""), (404, "")], Blocked(Reason::NoSecond)),
        (&[(404, ""), (500, "")], Blocked(Reason::NoSecond)),
        (&[(200, "a"), (200, "")], Blocked(Reason::NoSecond)),
        (&[(200, "a"), (200, "a"), (200, "")], Conforms),
    ] {
        let mut asked = unasked(&trying.plan);
        for other in &case.subjects[1..] {
            say(&trying, &mut asked, *other, None);
        }
        for (status, name) in said {
            let body = json!({ "status": 0, "response": { "id": 1, "DisplayName": name } });
            let reading = Reading {
                body: (!name.is_empty()).then(|| Arc::new(body)),
                ..Reading::default()
            };
            let outcome = match status {
                0 => Err(tests_support::failure(crate::client::FailureKind::Broken)),
                status => Ok(tests_support::response(*status, "")),
            };
            let answer = (tests_support::exchange(outcome), Some(reading));
            asked.add(question, answer);
        }
        let outcome = &judged(&trying, &asked, None)[at];
        assert_eq!(outcome.verdict, expected, "{said:?}");
    }
}

#[test]
fn an_edit_shows_in_the_other_format_where_that_may_be_asked_again() {
    use Verdict::{Conforms, Violates};
    let mut trying = trying_two();
    let [json, other] = ["1234", "1235"].map(|id| reads(&trying, id, Format::Json));
    let xml = reads(&trying, "1234", Format::Xml);
    let (at, _) = of_check(&trying, &Check::Repeated, Format::Json);
    let around = [
        (xml, "b"),
        (json, "a"),
        (json, "b"),
        (json, "b"),
        (xml, "b"),
        (other, "z"),
    ];
    assert_eq!(verdict(&trying, at, &around), Violates, "it was new before");
    let edited = [&[(xml, "a")], &around[1..]].concat();
    assert_eq!(verdict(&trying, at, &edited), Conforms);
    Arc::make_mut(&mut trying.plan).questions[xml].repeat = Repeat::Never;
    assert_eq!(verdict(&trying, at, &around), Conforms);
}

#[test]
fn a_write_answers_what_is_read_before_or_after() {
    use Verdict::{Blocked, Conforms, Violates};
    let trying = trying_two();
    let (at, case) = of_check(&trying, &Check::Read, Format::Json);
    let write = case.subjects[0];
    let id = trying.plan.questions[write].ids[0].clone();
    let [read, other] = [Format::Json, Format::Xml].map(|format| reads(&trying, &id, format));
    assert!([read, other].iter().all(|one| case.beside.contains(one)));
    let (w, r, x) = (write, read, other);
    for (said, expected) in [
        (&[(w, "a")][..], Blocked(Reason::NoReader)),
        (&[(w, "a"), (r, "a")], Conforms),
        (&[(w, "a"), (r, "b")], Violates),
        (&[(w, "a"), (r, "b"), (x, "a")], Conforms),
        (&[(r, "a"), (w, "a")], Conforms),
        // Somebody may have edited it in between, but not each time.
        (&[(r, "a"), (w, "a"), (r, "b")], Conforms),
        (
            &[(r, "a"), (w, "a"), (r, "b"), (w, "a"), (r, "b")],
            Violates,
        ),
        (
            &[(r, "a"), (w, "a"), (r, "b"), (w, "a"), (r, "a")],
            Conforms,
        ),
        (&[(r, "a"), (w, "a"), (w, "a"), (r, "b")], Conforms),
        // What is read at the same time in the other format is another question.
        (
            &[(r, "a"), (w, "a"), (x, "b"), (w, "a"), (x, "b")],
            Conforms,
        ),
    ] {
        let found = verdict(&trying, at, said);
        assert_eq!(found, expected, "{said:?}");
    }
    let mut asked = unasked(&trying.plan);
    for (question, name) in [(r, "a"), (w, "a"), (r, "b"), (w, "a"), (r, "bc")] {
        say(&trying, &mut asked, question, Some(name));
    }
    let outcome = &judged(&trying, &asked, None)[at];
    let [seen] = outcome.violations.as_slice() else {
        panic!("{:?}", outcome.violations);
    };
    assert_eq!(seen.violation.rule, Rule::UnlikeRead);
    assert_eq!((seen.times, seen.of), (2, 2));
    let promise = crate::check::Promise::AsRead(Some(crate::check::Sketch::Text(2)));
    assert_eq!(seen.violation.expected, promise, "the last one");
}

#[test]
fn a_write_in_either_format_is_one_that_makes_the_same_each_time() {
    use Verdict::{Conforms, Violates};
    let trying = trying_two();
    let [(_, json), (_, xml)] =
        [Format::Json, Format::Xml].map(|format| of_check(&trying, &Check::Read, format));
    let (write, in_xml) = (json.subjects[0], xml.subjects[0]);
    let [r, other] = ["1234", "1235"].map(|id| reads(&trying, id, Format::Json));
    let (at, _) = of_check(&trying, &Check::Repeated, Format::Json);
    for (last, expected) in [("a", Violates), ("b", Conforms), ("c", Conforms)] {
        let said = [
            (r, "a"),
            (r, "a"),
            (write, "b"),
            (r, "b"),
            (in_xml, "b"),
            (r, last),
            (r, last),
            (other, "z"),
            (other, "z"),
        ];
        assert_eq!(verdict(&trying, at, &said), expected, "{last}");
    }
}

#[test]
fn what_another_write_may_have_changed_is_held_against_no_read() {
    let trying = trying_two();
    let (at, case) = of_check(&trying, &Check::Read, Format::Json);
    let w = case.subjects[0];
    let id = trying.plan.questions[w].ids[0].clone();
    let r = reads(&trying, &id, Format::Json);
    // A write of another operation; the reads of the last contact are not asked for.
    let mut other = trying_two();
    let o = reads(&trying, "1235", Format::Json);
    let question = &mut Arc::make_mut(&mut other.plan).questions[o];
    "PUT".clone_into(&mut question.request.method);
    let is_told = |asked: &Asked| {
        let outcome = &judged(&other, asked, None)[at];
        let mut rules = outcome.violations.iter().map(|seen| seen.violation.rule);
        rules.any(|rule| rule == Rule::UnlikeRead)
    };
    for (said, expected) in [
        // Deleted in the end: what it was before it, but for what another write made of it.
        (&[(r, "a"), (w, "b")][..], true),
        (&[(r, "a"), (o, ""), (w, "b")], false),
        (&[(o, ""), (r, "a"), (w, "b")], true),
        // It was changed again before anybody read it.
        (&[(r, "a"), (w, "b"), (o, ""), (r, "c")], false),
        (&[(r, "a"), (o, ""), (w, "b"), (o, ""), (r, "c")], false),
        // What the writes before and after it left as it was.
        (&[(r, "a"), (w, "b"), (o, ""), (r, "a")], true),
        (&[(r, "a"), (o, ""), (w, "b"), (o, ""), (r, "a")], true),
        // Nobody wrote behind it.
        (&[(r, "a"), (o, ""), (w, "b"), (r, "b")], false),
        (&[(r, "a"), (o, ""), (w, "b"), (r, "c")], true),
        (&[(r, "b"), (o, ""), (w, "b"), (r, "c")], true),
        (
            &[
                (r, "a"),
                (w, "a"),
                (o, ""),
                (r, "b"),
                (w, "a"),
                (o, ""),
                (r, "b"),
            ],
            false,
        ),
    ] {
        let (mut done, mut refused, mut alone) = (
            unasked(&other.plan),
            unasked(&other.plan),
            unasked(&other.plan),
        );
        for (question, name) in said {
            say(&other, &mut done, *question, Some(name));
            if *question == o {
                answer_with(&other, &mut refused, o, 403, "");
            } else {
                say(&other, &mut refused, *question, Some(name));
                say(&other, &mut alone, *question, Some(name));
            }
        }
        assert_eq!(is_told(&done), expected, "{said:?}");
        // A write that was refused changed nothing.
        assert_eq!(is_told(&refused), is_told(&alone), "{said:?}");
    }
}

/// The rules that the transport of reads breaks, where contacts say this.
fn garbled(trying: &Trying, said: &[(QuestionIndex, &str)]) -> Vec<Rule> {
    let mut asked = unasked(&trying.plan);
    for (question, body) in said {
        let format = trying.plan.questions[*question].format;
        let body = match format {
            Format::Json => (*body).to_owned(),
            Format::Xml => format!("<result><response>{body}</response></result>"),
        };
        answer_with(trying, &mut asked, *question, 200, &body);
    }
    let all = judged(trying, &asked, None);
    let seen = all.iter().flat_map(|outcome| &outcome.violations);
    let rules = seen.map(|seen| seen.violation.rule);
    let rules: BTreeSet<Rule> = rules
        .filter(|rule| matches!(rule, Rule::Encoding | Rule::Garbled))
        .collect();
    rules.into_iter().collect()
}

#[test]
fn texts_are_stored_garbled_where_one_resource_alone_shows_them() {
    let trying = trying_two();
    let [one, two] = ["1234", "1235"].map(|id| reads(&trying, id, Format::Json));
    let xml = reads(&trying, "1234", Format::Xml);
    let of = |id: &str, name: &str| {
        format!(r#"{{ "status": 0, "response": {{ "id": {id}, "DisplayName": "{name}" }} }}"#)
    };
    let (twice, sound) = ("caf\u{c3}\u{a9}", "café");
    let mixed = |id: &str| of(id, twice).replace(" } }", &format!(r#", "Title": "{sound}" }} }}"#));
    let [one_mixed, other_mixed] = ["1234", "1235"].map(mixed);
    let own = of("1234", twice).replace("\"status\": 0", &format!("\"status\": \"{twice}\""));
    let [bad, good, other_bad, other_good, ascii] = [
        of("1234", twice),
        of("1234", sound),
        of("1235", twice),
        of("1235", sound),
        of("1235", "plain"),
    ];
    let in_xml = format!("<id>1234</id><DisplayName>{sound}</DisplayName>");
    let (stored, harmed): (&[Rule], &[Rule]) = (&[Rule::Garbled], &[Rule::Encoding]);
    for (said, expected) in [
        (vec![(one, &bad), (two, &ascii)], stored),
        (vec![(one, &bad), (two, &other_good)], stored),
        (vec![(one, &bad)], stored),
        (vec![(one, &one_mixed), (two, &ascii)], stored),
        (vec![(one, &one_mixed), (two, &other_mixed)], stored),
        (vec![(one, &bad), (two, &other_mixed)], stored),
        (vec![(one, &bad), (two, &other_bad)], harmed),
        (
            vec![(one, &bad), (two, &other_good), (xml, &in_xml)],
            harmed,
        ),
        (vec![(one, &bad), (one, &good)], harmed),
        (vec![(one, &own), (two, &other_good)], harmed),
        (vec![(one, &good), (two, &other_good)], &[]),
    ] {
        let said: Vec<(QuestionIndex, &str)> = said
            .iter()
            .map(|(question, body)| (*question, body.as_str()))
            .collect();
        assert_eq!(garbled(&trying, &said), expected, "{said:?}");
    }
}

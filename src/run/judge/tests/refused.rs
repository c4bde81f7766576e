//! What refusals give away.

use super::*;
use crate::client::Token;

/// Which of the rules of what a refusal gives away a case breaks.
fn rules(trying: &Trying, asked: &Asked, at: usize) -> Vec<Rule> {
    let all = judged(trying, asked, None);
    let rules = all[at].violations.iter().map(|seen| seen.violation.rule);
    let is_meant = |rule: &Rule| matches!(rule, Rule::Existence | Rule::Leak | Rule::TokenPlace);
    rules.filter(is_meant).collect()
}

/// The resource as somebody with a token reads it.
fn tell(trying: &Trying, asked: &mut Asked, body: &str) {
    let (_, read) = case(trying, "transport");
    for question in &read.subjects {
        answer_with(trying, asked, *question, 200, body);
    }
}

const ANNA: &str = r#"{ "status": 0, "response": { "id": 1234, "DisplayName": "Ravenna" } }"#;

#[test]
fn who_has_no_token_learns_nothing_of_what_exists() {
    let trying = trying();
    let (at, no_token) = case(&trying, "refusal::no-token");
    let is_bare =
        |question: &&QuestionIndex| trying.plan.questions[**question].request.token == Token::None;
    let bare = *no_token.beside.iter().find(is_bare).unwrap();
    let other = *no_token.beside.iter().find(|one| **one != bare).unwrap();
    for (unknown, elsewhere, expected) in [
        (401, 404, &[][..]),
        (404, 401, &[Rule::Existence]),
        (200, 404, &[]),
    ] {
        let mut asked = unasked(&trying.plan);
        for _ in 0..4 {
            for question in &no_token.subjects {
                answer(&trying, &mut asked, *question, 401);
            }
            answer(&trying, &mut asked, bare, unknown);
        }
        answer(&trying, &mut asked, other, elsewhere);
        assert_eq!(rules(&trying, &asked, at), expected, "{unknown}");
    }
    // Whoever fails too often may be refused otherwise from then on, whatever is asked for.
    for (known, unknown, expected) in [
        (&[401; 4][..], &[403; 4][..], &[Rule::Existence][..]),
        (&[401; 3], &[403; 4], &[]),
        (&[401; 4], &[403; 3], &[]),
        (&[401, 403, 403, 403], &[403; 4], &[]),
        (&[401; 4], &[401, 403, 403, 403], &[]),
        (&[401, 404, 401, 404], &[403; 4], &[Rule::Existence]),
        (&[429; 4], &[403; 4], &[]),
        (&[401, 429, 401, 401, 401], &[403; 4], &[Rule::Existence]),
    ] {
        let mut asked = unasked(&trying.plan);
        for status in known {
            for question in &no_token.subjects {
                answer(&trying, &mut asked, *question, *status);
            }
        }
        for status in unknown {
            answer(&trying, &mut asked, bare, *status);
        }
        assert_eq!(
            rules(&trying, &asked, at),
            expected,
            "{known:?} {unknown:?}"
        );
    }
    // What no token gets says nothing of what a wrong one gets.
    let trying = trying_with_token();
    let (at, wrong_token) = case(&trying, "refusal::wrong-token");
    for (token, expected) in [(Token::None, &[][..]), (Token::Unknown, &[Rule::Existence])] {
        let is_it =
            |question: &&QuestionIndex| trying.plan.questions[**question].request.token == token;
        let nobody = wrong_token.beside.iter().find(is_it).unwrap();
        let mut asked = unasked(&trying.plan);
        for _ in 0..4 {
            for question in &wrong_token.subjects {
                answer(&trying, &mut asked, *question, 401);
            }
            answer(&trying, &mut asked, *nobody, 404);
        }
        assert_eq!(rules(&trying, &asked, at), expected, "{token:?}");
    }
}

#[test]
fn head_tells_what_exists_where_it_answers_what_there_is_alone() {
    let trying = trying();
    let (at, otherwise) = case(&trying, "refusal::no-token-otherwise");
    let is_head = |question: &QuestionIndex| {
        let request = &trying.plan.questions[*question].request;
        request.method == "HEAD"
    };
    let nobody = *otherwise.beside.iter().find(|one| is_head(one)).unwrap();
    let told = &[Rule::Existence][..];
    for (known, unknown, expected) in [
        ([200; 4], [404; 4], told),
        ([401; 4], [404; 4], told),
        ([401, 401, 200, 401], [404, 410, 404, 404], told),
        ([200; 4], [200; 4], &[]),
        ([401; 4], [401; 4], &[]),
        ([405; 4], [405; 4], &[]),
        ([200; 4], [429; 4], &[]),
        ([500; 4], [404; 4], &[]),
        ([200; 4], [500; 4], &[]),
        // One answer is nothing to go by.
        ([200, 404, 404, 404], [404; 4], &[]),
        ([401; 4], [404, 401, 401, 401], &[]),
        ([500, 401, 401, 401], [404; 4], &[]),
    ] {
        let mut asked = unasked(&trying.plan);
        for question in &otherwise.subjects {
            let statuses = if is_head(question) { known } else { [401; 4] };
            for status in statuses {
                answer(&trying, &mut asked, *question, status);
            }
        }
        for status in unknown {
            answer(&trying, &mut asked, nobody, status);
        }
        assert_eq!(
            rules(&trying, &asked, at),
            expected,
            "{known:?} {unknown:?}"
        );
    }
}

#[test]
fn who_is_put_off_for_failing_too_often_is_neither_refused_nor_let_in() {
    let trying = trying_with_token();
    let throttled = || Verdict::Blocked(Reason::Throttled);
    for (name, statuses, is_throttled, expected) in [
        ("wrong-token", &[401][..], false, Verdict::Conforms),
        ("wrong-token", &[401, 429], false, Verdict::Conforms),
        ("wrong-token", &[429], false, throttled()),
        ("wrong-token", &[], true, throttled()),
        (
            "wrong-token",
            &[],
            false,
            Verdict::Blocked(Reason::Unasked(None)),
        ),
        ("wrong-token", &[429, 200], false, Verdict::Violates),
        ("wrong-token", &[503], true, Verdict::Violates),
        // A token that opens is put off as anything is.
        ("unknown-contactid", &[429], true, Verdict::Violates),
        (
            "unknown-contactid",
            &[],
            true,
            Verdict::Blocked(Reason::Unasked(None)),
        ),
    ] {
        let (at, refused) = case(&trying, &format!("refusal::{name}"));
        let mut asked = unasked(&trying.plan);
        asked.is_throttled = is_throttled;
        for question in &refused.subjects {
            for status in statuses {
                answer(&trying, &mut asked, *question, *status);
            }
        }
        let verdict = &judged(&trying, &asked, None)[at].verdict;
        assert_eq!(*verdict, expected, "{name} {statuses:?}");
    }
}

/// Two contacts and a token that may be sent in wrong forms.
fn trying_with_token() -> Trying {
    let mut target = target();
    target.credentials.token = Some(crate::secret::Secret::new("geheim"));
    let ids = ["1234", "1235"].map(str::to_owned).to_vec();
    target.parameters.insert("contactid".to_owned(), ids);
    trying_at(&target)
}

#[test]
fn words_tell_of_what_exists_where_they_do_each_time_and_the_request_does_not_say_them() {
    let trying = trying_with_token();
    let (at, no_token) = case(&trying, "refusal::no-token");
    let is_bare =
        |question: &&QuestionIndex| trying.plan.questions[**question].request.token == Token::None;
    let bare = *no_token.beside.iter().find(is_bare).unwrap();
    let told = |known: &[&str], unknown: &[&str], times: usize| {
        let mut asked = unasked(&trying.plan);
        for turn in 0..times {
            for question in &no_token.subjects {
                answer_with(
                    &trying,
                    &mut asked,
                    *question,
                    401,
                    known[turn % known.len()],
                );
            }
            answer_with(
                &trying,
                &mut asked,
                bare,
                401,
                unknown[turn % unknown.len()],
            );
        }
        rules(&trying, &asked, at)
    };
    let tells = [Rule::Existence];
    let (expected, nobody) = (&["token expected"][..], &["token expected by nobody"][..]);
    assert_eq!(told(expected, nobody, 12), tells);
    assert_eq!(told(nobody, expected, 12), tells);
    assert_eq!(told(expected, nobody, 11), []);
    assert_eq!(told(expected, expected, 12), []);
    assert_eq!(told(expected, &["token expected, no 31"], 12), tells);
    assert_eq!(told(expected, &["token expected 31 f31a"], 12), []);
    let varied = [nobody[0], expected[0]];
    assert_eq!(told(expected, &varied, 12), []);
    // The path says it.
    assert_eq!(told(expected, &["token expected: contact"], 12), []);
}

#[test]
fn what_changes_with_the_resource_is_told_where_it_does_each_time() {
    let trying = trying_with_token();
    let (at, no_token) = case(&trying, "refusal::no-token");
    let told = |of_first: &[&str], of_second: &[&str], anyway: &str, times: usize| {
        let mut asked = unasked(&trying.plan);
        let idle = ANNA.replace("1234,", "1234, \"TaskCount\": 5,");
        tell(&trying, &mut asked, &idle);
        for question in &no_token.beside {
            answer_with(&trying, &mut asked, *question, 401, anyway);
        }
        for turn in 0..times {
            for question in &no_token.subjects {
                let is_first = trying.plan.questions[*question].ids == ["1234"];
                let says = if is_first { of_first } else { of_second };
                answer_with(&trying, &mut asked, *question, 401, says[turn % says.len()]);
            }
        }
        rules(&trying, &asked, at).contains(&Rule::Leak)
    };
    for (first, second, anyway, times, is_leak) in [
        (&["private"][..], &["public"][..], "no", 12, true),
        (&["private"], &["public"], "no", 11, false),
        (&["private"], &["public"], "private or public", 12, false),
        (&["A.L."], &["B.O."], "no", 12, true),
        (&["AL"], &["BO"], "no", 12, true),
        (&["url=/x/AL.json"], &["url=/x/BO.json"], "no", 12, false),
        (&["private", "public"], &["public"], "no", 12, false),
        (&["5 left"], &["1 left"], "no", 12, true),
        (&["5 left"], &["1 left"], "no", 2, false),
        (&["5 left", "1 left"], &["1 left"], "no", 12, false),
        (&["7 left"], &["1 left"], "no", 12, false),
    ] {
        let found = told(first, second, anyway, times);
        assert_eq!(found, is_leak, "{first:?} {second:?} {anyway} {times}");
    }
}

#[test]
fn an_error_of_another_kind_has_its_own_words() {
    let trying = trying_with_token();
    let (at, no_token) = case(&trying, "refusal::no-token");
    let told = |status: u16| {
        let mut asked = unasked(&trying.plan);
        tell(&trying, &mut asked, ANNA);
        for question in &no_token.beside {
            answer_with(&trying, &mut asked, *question, 401, "log in");
        }
        for _ in 0..12 {
            for question in &no_token.subjects {
                let is_first = trying.plan.questions[*question].ids == ["1234"];
                let (status, says) = if is_first {
                    (status, "something went wrong with 1234")
                } else {
                    (401, "log in")
                };
                answer_with(&trying, &mut asked, *question, status, says);
            }
        }
        let all = judged(&trying, &asked, None);
        let seen = all[at].violations.iter().map(|seen| &seen.violation);
        let seen = seen.filter(|one| one.rule != Rule::RefusalFormat);
        seen.map(|one| (one.rule, one.actual.clone()))
            .collect::<Vec<_>>()
    };
    let status = (Rule::RefusalStatus, Observed::Status(500, None));
    assert_eq!(told(500), [status]);
    assert_eq!(told(401), [(Rule::Leak, Observed::LeakedWords)]);
}

#[test]
fn what_changes_with_the_resource_is_told_in_any_manner_of_asking_without_a_token() {
    let trying = trying_with_token();
    let (at, otherwise) = case(&trying, "refusal::no-token-otherwise");
    let questions = &trying.plan.questions;
    let is_first = |question: QuestionIndex| questions[question].ids == ["1234"];
    let mut manners = otherwise.subjects.iter().filter(|one| !is_first(**one));
    let manner = questions[*manners.next_back().unwrap()].manner;
    assert!(manner.is_some());
    let told = |status: u16, of_first: &str, of_second: &str, times: usize| {
        let mut asked = unasked(&trying.plan);
        let idle = ANNA.replace("1234,", "1234, \"TaskCount\": 5,");
        tell(
            &trying,
            &mut asked,
            &idle.replace("Ravenna", "Anna Ravenna"),
        );
        for question in &otherwise.beside {
            answer_with(&trying, &mut asked, *question, status, "no");
        }
        for _ in 0..times {
            for question in &otherwise.subjects {
                // Each manner may be answered in words of its own.
                let says = match (questions[*question].manner == manner, is_first(*question)) {
                    (true, true) => of_first,
                    (true, false) => of_second,
                    (false, _) => "another manner",
                };
                answer_with(&trying, &mut asked, *question, status, says);
            }
        }
        rules(&trying, &asked, at).contains(&Rule::Leak)
    };
    for status in [401, 404, 200] {
        for (first, second, times, is_leak) in [
            ("5 left", "1 left", 12, true),
            ("5 left", "1 left", 11, false),
            ("7 left", "1 left", 12, false),
            ("private", "public", 12, true),
            ("private", "private", 12, false),
            ("of Anna", "of 31", 12, true),
            ("of Anna", "of Anna", 12, false),
        ] {
            let found = told(status, first, second, times);
            assert_eq!(found, is_leak, "{status} {first} {second} {times}");
        }
    }
}

#[test]
fn a_word_of_a_resource_is_data_where_it_is_known_what_refusals_say_anyway() {
    let trying = trying();
    let (at, no_token) = case(&trying, "refusal::no-token");
    let says = "Ravenna is private";
    for (anyway, expected) in [
        (None, &[][..]),
        (Some("no"), &[Rule::Leak]),
        (Some("Ravenna is the server"), &[]),
    ] {
        let mut asked = unasked(&trying.plan);
        tell(&trying, &mut asked, ANNA);
        for question in &no_token.subjects {
            answer_with(&trying, &mut asked, *question, 401, says);
        }
        if let Some(anyway) = anyway {
            for question in &no_token.beside {
                answer_with(&trying, &mut asked, *question, 401, anyway);
            }
        }
        assert_eq!(rules(&trying, &asked, at), expected, "{anyway:?}");
    }
    // What a success says is no refusal, and what nobody told is no data.
    let mut asked = unasked(&trying.plan);
    for question in &no_token.subjects {
        answer_with(&trying, &mut asked, *question, 401, says);
    }
    for question in &no_token.beside {
        answer_with(&trying, &mut asked, *question, 200, says);
    }
    assert_eq!(rules(&trying, &asked, at), []);
    tell(&trying, &mut asked, ANNA);
    assert_eq!(rules(&trying, &asked, at), [Rule::Leak]);
}

#[test]
fn a_word_of_a_resource_is_data_in_what_succeeds_without_a_token_but_for_the_page_of_every_path() {
    let trying = trying();
    let (at, otherwise) = case(&trying, "refusal::no-token-otherwise");
    for (status, says, anyway, expected) in [
        (200, "Ravenna", "no", &[Rule::Leak][..]),
        (200, "Ravenna", "Ravenna is the server", &[]),
        (200, "welcome", "no", &[]),
        (401, "Ravenna", "no", &[]),
    ] {
        let mut asked = unasked(&trying.plan);
        tell(&trying, &mut asked, ANNA);
        for question in &otherwise.subjects {
            answer_with(&trying, &mut asked, *question, status, says);
        }
        for question in &otherwise.beside {
            answer_with(&trying, &mut asked, *question, 200, anyway);
        }
        assert_eq!(
            rules(&trying, &asked, at),
            expected,
            "{status} {says} {anyway}"
        );
    }
}

#[test]
fn what_describes_one_resource_is_data_however_often_it_is_said() {
    let trying = trying_two();
    let (at, no_token) = case(&trying, "refusal::no-token");
    for (says, expected) in [
        ("ask anna@ravenna.example", &[Rule::Leak][..]),
        ("ask boss@ravenna.example", &[]),
        ("Anna Ravenna, Rope Walk 3, Hull", &[Rule::Leak]),
        ("Anna Ravenna, Hull", &[]),
    ] {
        let mut asked = unasked(&trying.plan);
        for question in &case(&trying, "transport").1.subjects {
            let is_first = trying.plan.questions[*question].ids == ["1234"];
            let contact = if is_first {
                r#""id": 1234, "DisplayName": "Anna Ravenna", "About": "anna@ravenna.example",
                   "Industry": "boss@ravenna.example", "Tags": ["Rope Walk 3", "Hull"]"#
            } else {
                r#""id": 1235, "DisplayName": "Bob", "Industry": "boss@ravenna.example""#
            };
            let body = format!("{{\"status\": 0, \"response\": {{{contact}}}}}");
            answer_with(&trying, &mut asked, *question, 200, &body);
        }
        for question in no_token.subjects.iter().chain(&no_token.beside) {
            answer_with(&trying, &mut asked, *question, 401, says);
        }
        assert_eq!(rules(&trying, &asked, at), expected, "{says}");
    }
}

#[test]
fn texts_of_several_words_are_data_in_any_refusal_but_where_the_request_says_them() {
    let trying = trying();
    let told = ANNA.replace("Ravenna", "Ravenna Miller");
    for (check, says, expected) in [
        ("refusal::wrong-token", "Ravenna Miller", &[Rule::Leak][..]),
        ("refusal::wrong-token", "Ravenna", &[]),
        ("refusal::wrong-token", "contact 1234", &[]),
        ("refusal::no-token", "Ravenna Miller", &[Rule::Leak]),
    ] {
        let (at, refused) = case(&trying, check);
        let mut asked = unasked(&trying.plan);
        tell(&trying, &mut asked, &told);
        for question in &refused.subjects {
            answer_with(&trying, &mut asked, *question, 401, says);
        }
        assert_eq!(rules(&trying, &asked, at), expected, "{check} {says}");
    }
}

#[test]
fn a_token_in_another_place_that_opens_gets_the_data_and_leaks_none() {
    let mut target = target();
    target.credentials.token = Some(crate::secret::Secret::new("geheim"));
    let trying = trying_at(&target);
    let mut cases = trying.plan.cases.iter().enumerate();
    let is_misplaced = |case: &Case| matches!(&case.id.check, Check::Refusal(refusal) if refusal.expected() == Expected::Misplaced);
    let (at, misplaced) = cases.find(|(_, case)| is_misplaced(case)).unwrap();
    let whole = r#"{ "id": 1, "DisplayName": "Ravenna Miller", "About": "x", "TaskCount": 1, "Industry": "y" }"#;
    for (status, expected) in [(200, &[Rule::TokenPlace][..]), (401, &[Rule::Leak])] {
        let mut asked = unasked(&trying.plan);
        for question in &misplaced.subjects {
            answer_with(&trying, &mut asked, *question, status, whole);
        }
        assert_eq!(rules(&trying, &asked, at), expected, "{status}");
        // An obstacle spares refusals, and no others.
        let with = judged(&trying, &asked, Some(&obstacle()));
        assert_eq!(with[at].verdict, Verdict::Blocked(Reason::Obstacle));
    }
    for (status, expected) in [
        (401, Verdict::Conforms),
        (499, Verdict::Conforms),
        (302, Verdict::Blocked(Reason::Obstacle)),
        (500, Verdict::Blocked(Reason::Obstacle)),
    ] {
        let mut asked = unasked(&trying.plan);
        for question in &misplaced.subjects {
            answer(&trying, &mut asked, *question, status);
        }
        let with = judged(&trying, &asked, Some(&obstacle()));
        assert_eq!(with[at].verdict, expected, "{status}");
    }
}

/// The same cases under a profile that asks no exact ids of anybody.
fn without_exact_ids(strict: &Trying) -> Trying {
    let mut profile = strict.suite.profile.as_ref().clone();
    profile.refusal.exact_ids = crate::profile::ExactIds::Never;
    let (contract, profile) = (Arc::clone(&strict.suite.contract), Arc::new(profile));
    Trying {
        suite: suite(contract, profile),
        plan: Arc::clone(&strict.plan),
    }
}

#[test]
fn a_loose_reader_is_told_by_the_very_resource_and_is_no_leak() {
    let strict = trying();
    let loose = without_exact_ids(&strict);
    let (at, spelled) = case(&strict, "refusal::loose-contactid");
    let rules_at = |all: &[Outcome]| -> Vec<Rule> {
        let seen = all[at].violations.iter().chain(&all[at].remarks);
        seen.map(|seen| seen.violation.rule).collect()
    };
    // What holds no documented member is the very resource where it holds all that is known.
    let language = r#"{ "status": 0, "response": { "Language": "nb" } }"#;
    let wanted = r#"{ "status": 0, "response": { "Title": "no such contact" } }"#;
    for (body, is_loose) in [(language, true), (wanted, false)] {
        let mut asked = unasked(&loose.plan);
        for question in &spelled.beside {
            answer_with(&loose, &mut asked, *question, 200, language);
        }
        for question in &spelled.subjects {
            answer_with(&loose, &mut asked, *question, 200, body);
        }
        let rules = rules_at(&judged(&loose, &asked, None));
        assert_eq!(
            rules.contains(&Rule::LooseId),
            is_loose,
            "{body}: {rules:?}"
        );
    }
    let other = ANNA.replace("1234", "1235").replace("Ravenna", "Otherly");
    let (accepted, leaked) = (Rule::Accepted, Rule::Leak);
    for (trying, value, body, status, expected) in [
        (&strict, "+", ANNA, 200, &[accepted][..]),
        (&loose, "+", ANNA, 200, &[Rule::LooseId]),
        (&loose, ".0", ANNA, 200, &[Rule::LooseId]),
        (&loose, "0x", ANNA, 200, &[Rule::LooseId]),
        // A read that holds no id, and what is read by the number itself.
        (&loose, "e0", ANNA, 200, &[Rule::LooseId]),
        (&loose, "'", ANNA, 200, &[Rule::LooseId]),
        (&loose, "%27", ANNA, 200, &[Rule::LooseId]),
        (&loose, "'", &other, 200, &[accepted]),
        (&loose, "%27", &other, 200, &[accepted]),
        (&loose, "+", &other, 200, &[accepted]),
        (&loose, "+", "", 200, &[accepted]),
        (&loose, "+", ANNA, 404, &[leaked]),
    ] {
        let questions = &trying.plan.questions;
        let found = spelled.subjects.iter().find(|question| {
            let path = &questions[**question].request.path;
            path.contains(value)
        });
        // `'` is escaped in one way or the other.
        let Some(question) = found else { continue };
        let mut asked = unasked(&trying.plan);
        tell(trying, &mut asked, ANNA);
        let body = body.replace(
            "\"DisplayName\"",
            "\"TaskCount\": 5, \"IsCompany\": true, \"About\": \"x\", \"DisplayName\"",
        );
        answer_with(trying, &mut asked, *question, status, &body);
        let rules = rules_at(&judged(trying, &asked, None));
        let is_told = expected.iter().all(|rule| rules.contains(rule));
        assert!(is_told, "{value} {status}: {rules:?}");
        let is_alone =
            !matches!(expected, [Rule::Accepted]) || value == "+" && body.contains("1234");
        assert!(
            !is_alone || rules == expected,
            "{value} {status}: {rules:?}"
        );
    }
}

#[test]
fn who_reads_the_number_that_an_id_begins_with_is_a_loose_reader_as_well() {
    let strict = trying();
    let loose = without_exact_ids(&strict);
    let (at, text) = case(&strict, "refusal::text-contactid");
    let whole = ANNA.replace(
        "\"DisplayName\"",
        "\"TaskCount\": 5, \"IsCompany\": true, \"About\": \"x\", \"DisplayName\"",
    );
    let other = whole.replace("1234", "1235").replace("Ravenna", "Otherly");
    let taken = &[Rule::Accepted, Rule::Leak][..];
    for (trying, value, body, status, expected) in [
        (&strict, "1234abc", &whole, 200, &taken[..1]),
        (&loose, "1234abc", &whole, 200, &[Rule::LooseId][..]),
        (&loose, "1234abc", &whole, 404, &taken[1..]),
        (&loose, "1234abc", &other, 200, taken),
        (&loose, "/abc", &whole, 200, taken),
    ] {
        let questions = &trying.plan.questions;
        let mut subjects = text.subjects.iter();
        let is_it = |question: &&QuestionIndex| questions[**question].request.path.contains(value);
        let question = subjects.find(is_it).unwrap();
        let mut asked = unasked(&trying.plan);
        tell(trying, &mut asked, ANNA);
        for subject in &text.subjects {
            let (status, body) = if subject == question {
                (status, body.as_str())
            } else {
                (404, "")
            };
            answer_with(trying, &mut asked, *subject, status, body);
        }
        let all = judged(trying, &asked, None);
        let seen = all[at].violations.iter().chain(&all[at].remarks);
        let rules = seen.map(|seen| seen.violation.rule);
        let rules: Vec<Rule> = rules.filter(|rule| *rule != Rule::RefusalFormat).collect();
        assert_eq!(rules, expected, "{value} {status}");
    }
}

const SETTINGS: &str =
    r#"{"Theme": null, "PageSize": 25, "Limits": {"Boats": 9}, "IsOpen": true, "Note": ""}"#;
const LANGUAGE: &str = r#"{"Language": "nb", "IsBeta": true}"#;
const WANTED: &str = r#"{"Title": "token wanted"}"#;
const PRICES: &str = r#"{"4": {"Amount": 12.5}, "17": {"Amount": 3}}"#;

#[test]
fn what_a_token_opened_is_data_in_any_answer_without_one() {
    let page = |response: &str| {
        let text = format!(
            "GET api/2.0/crm/contact/contactid This function requires authentication\n\nReturns\n\nSettings\n\n\
             Example Response\n\napplication/json\n\n{{\"status\": 0, \"response\": {response}}}\n"
        );
        crate::source::Source::new("settings.txt", &text)
    };
    let refused = |payload: &str| {
        let error = r#""error": {"message": "Unauthorized"}"#;
        format!(r#"{{"status": 1, {error}, "response": {payload}}}"#)
    };
    let given = |payload: &str| format!(r#"{{"status": 0, "response": {payload}}}"#);
    for (documented, known, status, body, is_leak) in [
        (SETTINGS, SETTINGS, 200, given(SETTINGS), true),
        (SETTINGS, SETTINGS, 401, refused(SETTINGS), true),
        (PRICES, PRICES, 401, refused(PRICES), true),
        (
            r#"["a"]"#,
            r#"["old", "new"]"#,
            401,
            refused(r#"["new", "old"]"#),
            true,
        ),
        // Others, and nothing.
        (SETTINGS, SETTINGS, 200, given(r#"{"PageSize": 20}"#), false),
        (
            PRICES,
            PRICES,
            401,
            refused(r#"{"4": {"Amount": 13}}"#),
            false,
        ),
        // Two objects of undocumented members alone differ in nothing that is documented.
        (SETTINGS, LANGUAGE, 401, refused(LANGUAGE), true),
        (SETTINGS, LANGUAGE, 401, refused(WANTED), false),
        (SETTINGS, LANGUAGE, 200, given(WANTED), false),
        (
            SETTINGS,
            r#"{"Note": "", "x": 1}"#,
            401,
            refused(r#"{"Note": "", "y": 2}"#),
            false,
        ),
        (
            r#"{"Links": {"Self": "/5"}}"#,
            r#"{"Links": {"x": 1}}"#,
            401,
            refused(r#"{"Links": {"y": 2}}"#),
            false,
        ),
        (
            r#"[{"a": 1}]"#,
            r#"[{"x": 1}, {"x": 2}]"#,
            401,
            refused(r#"[{"y": 1}, {"y": 2}]"#),
            false,
        ),
        // The values of those may change with each answer.
        (
            SETTINGS,
            r#"{"PageSize": 25, "at": 1}"#,
            401,
            refused(r#"{"PageSize": 25, "at": 2}"#),
            true,
        ),
        (
            SETTINGS,
            r#"{"PageSize": 25, "at": 1}"#,
            401,
            refused(r#"{"PageSize": 25, "y": 2}"#),
            false,
        ),
        (r#"["a"]"#, "[]", 401, refused("[]"), false),
        ("null", "null", 401, refused("null"), false),
        ("true", "true", 401, refused("true"), false),
    ] {
        let contract = contract::of_sources(vec![page(documented)]).unwrap();
        let mut target = target();
        target.credentials.token = Some(crate::secret::Secret::new("Geheim-42x"));
        let trying = trying_of(contract, &target);
        let mut asked = unasked(&trying.plan);
        tell(&trying, &mut asked, &given(known));
        for name in ["refusal::no-token", "refusal::no-token-otherwise"] {
            let (at, refusal) = case(&trying, name);
            for question in &refusal.subjects {
                answer_with(&trying, &mut asked, *question, status, &body);
            }
            let found = rules(&trying, &asked, at);
            assert_eq!(found.contains(&Rule::Leak), is_leak, "{name} {body}");
        }
    }
}

/// The rules that the refusals of a read break where its answer has this schema, somebody with a token got one body, and
/// nobody another; what names nothing is refused with a third.
fn of_schema(schema: &str, known: &str, refused: &str, anyway: &str) -> Vec<Rule> {
    let text = format!(
        "openapi: 3.0.0\npaths:\n  /crm/contact/contactid:\n    get:\n      security: [{{t: []}}]\n      responses: {{'200': {{description: Me, \
         content: {{application/json: {{schema: {schema}}}}}}}, default: {{description: No, content: {{application/json: \
         {{schema: {{properties: {{id: {{type: string}}, issue: {{type: string}}}}}}}}}}}}}}\ncomponents: {{schemas: {{Me: {{type: \
         object, properties: {{id: {{type: string}}, name: {{type: string}}, port: {{type: string}}, boats: {{type: integer}}, \
         crew: {{type: integer}}}}}}}}}}\n"
    );
    let contract = contract::of_sources(vec![Source::new("me.yaml", &text)]).unwrap();
    let mut target = target();
    target.credentials.token = Some(crate::secret::Secret::new("Geheim-42x"));
    let trying = trying_of(contract, &target);
    let mut asked = unasked(&trying.plan);
    tell(&trying, &mut asked, known);
    let (at, no_token) = case(&trying, "refusal::no-token");
    for question in &trying.plan.neutral {
        answer_with(&trying, &mut asked, *question, 404, anyway);
    }
    for question in &no_token.subjects {
        answer_with(&trying, &mut asked, *question, 401, refused);
    }
    rules(&trying, &asked, at)
}

#[test]
fn what_stands_around_a_resource_is_no_member_of_it() {
    let me = "{$ref: '#/components/schemas/Me'}";
    let ann = r#"{"id": "a7", "name": "Ann", "port": "Oslo", "boats": 31, "crew": 47}"#;
    let bob = r#"{"id": "b8", "name": "Bob", "port": "Hull", "boats": 52, "crew": 68}"#;
    let of = |words: &str, name: &str| {
        format!("{{type: object, properties: {{{words}, {name}: {me}}}}}")
    };
    let answered = of("success: {type: boolean}", "data");
    let numbered = of("errno: {type: integer}", "data");
    let within = format!(
        "{{type: object, properties: {{ocs: {}}}}}",
        of(
            "meta: {type: object, properties: {status: {type: string}}}",
            "data"
        )
    );
    for (schema, known, refused, holding) in [
        (
            &answered,
            format!(r#"{{"success": true, "data": {ann}}}"#),
            r#"{"success": false, "error": "denied"}"#,
            format!(r#"{{"success": false, "error": {bob}}}"#),
        ),
        (
            &numbered,
            format!(r#"{{"errno": 0, "data": {ann}}}"#),
            r#"{"errno": 401, "message": "login"}"#,
            format!(r#"{{"errno": 401, "data": {bob}}}"#),
        ),
        (
            &within,
            format!(r#"{{"ocs": {{"meta": {{"status": "ok"}}, "data": {ann}}}}}"#),
            r#"{"ocs": {"meta": {"status": "failure"}, "data": []}}"#,
            format!(r#"{{"ocs": {{"data": [{bob}]}}}}"#),
        ),
    ] {
        assert_eq!(of_schema(schema, &known, refused, ""), [], "{refused}");
        // Four members beside those that documented refusals have, whosever they are.
        assert_eq!(
            of_schema(schema, &known, &holding, ""),
            [Rule::Leak],
            "{holding}"
        );
    }
}

#[test]
fn few_members_are_a_resource_where_they_hold_values_of_one() {
    let few = "{type: object, properties: {count: {type: integer}, boat: {type: string}}}";
    let known = r#"{"count": 71, "boat": "x"}"#;
    for (refused, anyway, expected) in [
        (r#"{"count": 71, "boat": "x"}"#, "", &[Rule::Leak][..]),
        (r#"{"count": 71, "boat": ""}"#, "", &[Rule::Leak]),
        (r#"{"count": 0, "boat": "none"}"#, "", &[]),
        // What is said of what there is not, too.
        (r#"{"count": 71, "boat": "none"}"#, r#"{"count": 71}"#, &[]),
    ] {
        assert_eq!(
            of_schema(few, known, refused, anyway),
            expected,
            "{refused}"
        );
    }
}

#[test]
fn what_names_nothing_is_looked_through_for_the_token_too() {
    let trying = trying_with_token();
    let (_, no_token) = case(&trying, "refusal::no-token");
    for (said, expected) in [("no route for geheim-42x-lang", true), ("no route", false)] {
        let mut asked = unasked(&trying.plan);
        tell(&trying, &mut asked, ANNA);
        for question in &no_token.subjects {
            answer(&trying, &mut asked, *question, 401);
        }
        for question in &no_token.beside {
            answer_with(&trying, &mut asked, *question, 404, said);
        }
        let mut target = target();
        target.credentials.token = Some(crate::secret::Secret::new("geheim-42x-lang"));
        let all = trying.plan.select(&Selection::default());
        let (found, _) = outcomes(&trying.suite, &all, (&asked, &[]), None, &target, time());
        let seen = found.iter().flat_map(|one| &one.violations);
        let echoes = seen.filter(|seen| seen.violation.rule == Rule::EchoedToken);
        let families = echoes.map(|seen| seen.violation.family);
        let told = Vec::from_iter(expected.then_some(check::Family::Refusal));
        assert_eq!(families.collect::<Vec<_>>(), told, "{said}");
    }
}

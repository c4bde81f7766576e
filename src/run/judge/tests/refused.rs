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
        for question in &no_token.subjects {
            answer(&trying, &mut asked, *question, 401);
        }
        answer(&trying, &mut asked, bare, unknown);
        answer(&trying, &mut asked, other, elsewhere);
        assert_eq!(rules(&trying, &asked, at), expected, "{unknown}");
    }
    // Who has a wrong one is another matter.
    let (at, wrong_token) = case(&trying, "refusal::wrong-token");
    let mut asked = unasked(&trying.plan);
    for question in &wrong_token.subjects {
        answer(&trying, &mut asked, *question, 401);
    }
    answer(&trying, &mut asked, bare, 404);
    assert_eq!(rules(&trying, &asked, at), []);
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

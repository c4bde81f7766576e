//! What is another value in each answer, beside what flaps.

use serde_json::json;

use super::*;
use crate::contract::Format;

/// The place of the question that reads a contact, or writes of it, in a format.
fn of(trying: &Trying, id: &str, is_write: bool, format: Format) -> QuestionIndex {
    let mut questions = trying.plan.questions.iter();
    let is_meant = |one: &crate::case::Question| {
        let is_of_it = one.ids == [id] && one.format == format && one.listing.is_none();
        let operation = &trying.suite.contract.operations[one.operation];
        is_of_it && operation.writes() == is_write && one.request.token == Token::Valid
    };
    questions.position(is_meant).unwrap()
}

/// What is told where questions about a contact are answered with its description and its name: rules with members.
fn told(trying: &Trying, said: &[(QuestionIndex, &str, &str)]) -> BTreeSet<String> {
    let mut asked = unasked(&trying.plan);
    for (question, about, name) in said {
        let of = &trying.plan.questions[*question];
        let contact = json!({ "id": of.ids[0], "About": about, "DisplayName": name });
        let operation = &trying.suite.contract.operations[of.operation];
        let payload = if operation.writes() {
            json!([contact])
        } else {
            contact
        };
        let reading = Reading {
            body: Some(Arc::new(json!({ "status": 0, "response": payload }))),
            ..Reading::default()
        };
        let exchange = Exchange {
            request: of.request.clone(),
            ..tests_support::exchange(Ok(tests_support::response(200, "")))
        };
        asked.add(*question, (exchange, Some(reading)));
    }
    let all = judged(trying, &asked, None);
    let seen = all.iter().flat_map(|one| &one.violations);
    let of_several = seen.filter(|seen| {
        let families = [Family::Identity, Family::Parity];
        families.contains(&seen.violation.family)
    });
    of_several
        .map(|seen| format!("{} {}", seen.violation.rule, seen.violation.member))
        .collect()
}

fn found(told: &BTreeSet<String>) -> Vec<&str> {
    told.iter().map(String::as_str).collect()
}

const TOKENS: [&str; 4] = [
    "0a1b2c3d4e5f60718293",
    "1a1b2c3d4e5f60718294",
    "2a1b2c3d4e5f60718295",
    "3a1b2c3d4e5f60718296",
];

#[test]
fn what_lives_is_one_remark_and_what_flaps_beside_it_is_told() {
    let trying = trying_two();
    let json = of(&trying, "1234", false, Format::Json);
    let xml = of(&trying, "1234", false, Format::Xml);
    let write = of(&trying, "1234", true, Format::Json);
    let [a, b, c, d] = TOKENS;
    let living = "living About";
    let alone = [(json, a, "Ada"), (json, b, "Ada"), (json, c, "Ada")];
    assert_eq!(found(&told(&trying, &alone)), [living]);
    // No read in the other format, and no write, is held against it.
    let beside = [
        (json, a, "Ada"),
        (xml, b, "Ada"),
        (write, c, "Ada"),
        (json, d, "Ada"),
        (xml, "4a1b2c3d4e5f60718297", "Ada"),
        (json, "5a1b2c3d4e5f60718298", "Ada"),
        (write, "6a1b2c3d4e5f60718299", "Ada"),
    ];
    assert_eq!(found(&told(&trying, &beside)), [living]);
    // What flaps beside it.
    let flapping = [
        (json, a, "Ada"),
        (json, b, "Ida"),
        (json, c, "Ada"),
        (json, d, "Ida"),
    ];
    assert_eq!(
        found(&told(&trying, &flapping)),
        [living, "unsteady DisplayName"]
    );
    // Two values may be an edit, and a word is none that lives.
    let two = [(json, a, "Ada"), (json, b, "Ada")];
    assert_eq!(found(&told(&trying, &two)), ["unsteady About"]);
    let words = [(json, a, "Ada"), (json, a, "Ida"), (json, a, "Eda")];
    assert_eq!(found(&told(&trying, &words)), ["unsteady DisplayName"]);
}

#[test]
fn what_lives_in_one_format_or_of_one_resource_alone_flaps() {
    let trying = trying_two();
    let json = of(&trying, "1234", false, Format::Json);
    let xml = of(&trying, "1234", false, Format::Xml);
    let other = of(&trying, "1235", false, Format::Json);
    let [a, b, c, d] = TOKENS;
    let steady = [
        (xml, d, "Ada"),
        (json, a, "Ada"),
        (json, b, "Ada"),
        (xml, d, "Ada"),
        (json, c, "Ada"),
    ];
    let told_of = told(&trying, &steady);
    assert!(told_of.contains("unsteady About"), "{told_of:?}");
    assert!(!told_of.contains("living About"), "{told_of:?}");
    let one = [(json, a, "Ada"), (json, b, "Ada"), (json, c, "Ada")];
    let back = [(other, a, "Ada"), (other, b, "Ada"), (other, a, "Ada")];
    let told_of = told(&trying, &[one, back].concat());
    assert_eq!(found(&told_of), ["unsteady About"]);
    let lives = [(other, d, "Ada"), (other, b, "Ada"), (other, a, "Ada")];
    let told_of = told(&trying, &[one, lives].concat());
    assert_eq!(found(&told_of), ["living About"]);
}

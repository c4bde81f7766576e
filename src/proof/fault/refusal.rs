//! Faults of requests that must be refused: let through, answered wrongly, or refused with data.

use crate::check::Family;
use crate::contract::{Format, ParameterType};
use crate::portal::change::body::Bytes;
use crate::portal::change::{Act, Answers, Change, Head, Policy};
use crate::profile::BodyForm;
use crate::proof::fault::Fault;
use crate::proof::subject::Subject;

const PAGE: &str =
    "<!DOCTYPE html><html><body><form action=\"/auth.aspx\">Sign in</form></body></html>";
const TOKENS: &[&str] = &["no-token", "empty-token", "wrong-token", "malformed-token"];
const BODIES: &[&str] = &[
    "malformed-body",
    "empty-body",
    "mistyped-body",
    "missing-body",
];
/// How many of the wrong answers are tried in both formats.
const GRAVE: usize = 3;

pub(super) fn faults(subject: &Subject<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let cases = cases(subject);
    for format in Format::ALL {
        let cases = cases.iter().filter(|case| is_owed(subject, format, case));
        for (number, case) in cases.enumerate() {
            for (at, (name, acts)) in answers(format).into_iter().enumerate() {
                // The grave ones in both formats, the others in one of them, in turn.
                if at < GRAVE || Format::ALL[(number + at) % 2] == format {
                    faults.push(fault(subject, format, case, name, acts));
                }
            }
        }
        for (case, name, status) in statuses(subject) {
            let acts = vec![Act::Head(Head::Status(status))];
            faults.push(fault(subject, format, &case, name, acts));
        }
        if subject.operation.authenticated {
            for (name, policy, case) in leaks() {
                faults.push(Fault::new(
                    Family::Refusal,
                    &format!("{}:{format}:{name}", subject.slug()),
                    Change::of(vec![Act::Policy(policy)])
                        .on(&subject.operation.id)
                        .in_format(format),
                    vec![subject.case(format, &format!("refusal::{case}"))],
                ));
            }
        }
    }
    faults
}

fn fault(subject: &Subject<'_>, format: Format, case: &str, name: &str, acts: Vec<Act>) -> Fault {
    let mut refusals = vec![case.to_owned()];
    // Whether a body of no bytes is an empty one or none at all is for the asker to say.
    match case {
        "empty-body" => refusals.push("missing-body".to_owned()),
        "missing-body" => refusals.push("empty-body".to_owned()),
        _ => {}
    }
    Fault::new(
        Family::Refusal,
        &format!("{}:{format}:{case}:{name}", subject.slug()),
        Change::of(acts)
            .on(&subject.operation.id)
            .in_format(format)
            .among(Answers::Refusals(refusals)),
        vec![subject.case(format, &format!("refusal::{case}"))],
    )
}

/// The names of the refusals that the operation owes.
fn cases(subject: &Subject<'_>) -> Vec<String> {
    let mut cases = Vec::new();
    if subject.operation.authenticated {
        cases.extend(TOKENS.iter().map(|case| (*case).to_owned()));
    }
    for parameter in subject.operation.path_parameters() {
        let is_number = parameter.value_type() == ParameterType::Integer;
        let what: &[&str] = if is_number {
            &["unknown", "text", "zero", "negative", "oversized"]
        } else {
            &["unknown"]
        };
        cases.extend(what.iter().map(|what| format!("{what}-{}", parameter.name)));
    }
    if subject.operation.body_parameters().next().is_some() {
        cases.extend(BODIES.iter().map(|case| (*case).to_owned()));
    }
    cases
}

/// Whether there is a request that must be refused so: every text is a form.
fn is_owed(subject: &Subject<'_>, format: Format, case: &str) -> bool {
    case != "malformed-body" || subject.profile.body_form(format) != BodyForm::Form
}

/// What comes instead of a refusal, the [`GRAVE`] ones first.
fn answers(format: Format) -> Vec<(&'static str, Vec<Act>)> {
    let head = |head| Act::Head(head);
    let label = |value: &str| head(Head::Set("Content-Type".to_owned(), value.to_owned()));
    let whole = |body: &str| Act::Bytes(Bytes::Whole(body.as_bytes().to_vec()));
    let error = match format {
        Format::Json => "{\"status\":1,\"error\":{\"message\":\"refused\"}}",
        Format::Xml => {
            "<result><status>1</status><error><message>refused</message></error></result>"
        }
    };
    let location = Head::Set("Location".to_owned(), "/auth.aspx?refererurl=x".to_owned());
    vec![
        ("200-data", vec![Act::Policy(Policy::DataInsteadOfRefusal)]),
        ("data-in-refusal", vec![Act::Policy(Policy::DataInRefusal)]),
        ("500", vec![head(Head::Status(500))]),
        (
            "200-page",
            vec![head(Head::Status(200)), whole(PAGE), label("text/html")],
        ),
        ("200-empty", vec![head(Head::Status(200)), whole("")]),
        ("200-error", vec![head(Head::Status(200)), whole(error)]),
        (
            "302",
            vec![head(Head::Status(302)), head(location), whole("")],
        ),
    ]
}

/// Other client errors, where only some keep the contract: case, name, status.
fn statuses(subject: &Subject<'_>) -> Vec<(String, &'static str, u16)> {
    let mut statuses = Vec::new();
    if subject.operation.authenticated {
        for case in TOKENS {
            statuses.push(((*case).to_owned(), "400", 400));
            statuses.push(((*case).to_owned(), "404", 404));
        }
    }
    for parameter in subject.operation.path_parameters() {
        let case = format!("unknown-{}", parameter.name);
        statuses.push((case.clone(), "400", 400));
        statuses.push((case.clone(), "403", 403));
        statuses.push((case, "204", 204));
    }
    statuses
}

/// Tokens that open the portal and should not: name, policy, the case that must notice.
fn leaks() -> Vec<(&'static str, Policy, &'static str)> {
    vec![
        ("any-token", Policy::AnyToken, "no-token"),
        ("any-bearer", Policy::AnyBearer, "*-token"),
        ("token-prefix", Policy::TokenPrefix, "*-token"),
        ("token-suffix", Policy::TokenSuffix, "*-token"),
        ("token-case", Policy::TokenCase, "*-token"),
    ]
}

//! Faults of requests that must be refused: let through, answered wrongly, or refused with data.

use crate::case::{Check, Refusal, WrongBody, WrongToken};
use crate::check::Family;
use crate::contract::Format;
use crate::portal::change::body::Bytes;
use crate::portal::change::{Act, Answers, Change, Head, Policy};
use crate::profile::BodyForm;
use crate::proof::fault::Fault;
use crate::proof::owed;
use crate::proof::pattern::CheckPattern;
use crate::proof::subject::Subject;

const PAGE: &str =
    "<!DOCTYPE html><html><body><form action=\"/auth.aspx\">Sign in</form></body></html>";
/// How many of the wrong answers are tried in both formats.
const GRAVE: usize = 3;

pub(super) fn faults(subject: &Subject<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let refusals = owed::refusals(subject);
    for format in Format::ALL {
        let owed = refusals.iter().filter(|one| is_owed(subject, format, one));
        for (number, refusal) in owed.enumerate() {
            for (at, (name, acts)) in answers(format).into_iter().enumerate() {
                // The grave ones in both formats, the others in one of them, in turn.
                if at < GRAVE || Format::ALL[(number + at) % 2] == format {
                    faults.push(fault(subject, format, refusal, name, acts));
                }
            }
        }
        for (refusal, name, status) in statuses(subject) {
            let acts = vec![Act::Head(Head::Status(status))];
            faults.push(fault(subject, format, &refusal, name, acts));
        }
        if subject.operation.authenticated {
            for (name, policy, check) in leaks() {
                faults.push(Fault::new(
                    Family::Refusal,
                    &format!("{}:{format}:{name}", subject.slug()),
                    Change::of(vec![Act::Policy(policy)])
                        .on(&subject.operation.id)
                        .in_format(format),
                    vec![subject.case(format, check)],
                ));
            }
        }
    }
    faults
}

fn fault(
    subject: &Subject<'_>,
    format: Format,
    refusal: &Refusal,
    name: &str,
    acts: Vec<Act>,
) -> Fault {
    Fault::new(
        Family::Refusal,
        &format!("{}:{format}:{refusal}:{name}", subject.slug()),
        Change::of(acts)
            .on(&subject.operation.id)
            .in_format(format)
            .among(Answers::Refusals(owed::objections(refusal))),
        vec![subject.case(format, Check::Refusal(refusal.clone()))],
    )
}

/// Whether there is a request that must be refused so: every text is a form.
fn is_owed(subject: &Subject<'_>, format: Format, refusal: &Refusal) -> bool {
    *refusal != Refusal::Body(WrongBody::Malformed)
        || subject.profile.body_form(format) != BodyForm::Form
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

/// Other client errors, where only some keep the contract: refusal, name, status.
fn statuses(subject: &Subject<'_>) -> Vec<(Refusal, &'static str, u16)> {
    let mut statuses = Vec::new();
    if subject.operation.authenticated {
        for refusal in owed::tokens() {
            statuses.push((refusal.clone(), "400", 400));
            statuses.push((refusal, "404", 404));
        }
    }
    for parameter in subject.operation.path_parameters() {
        let refusal = owed::unknown(parameter);
        statuses.push((refusal.clone(), "400", 400));
        statuses.push((refusal.clone(), "403", 403));
        statuses.push((refusal, "204", 204));
    }
    statuses
}

/// Tokens that open the portal and should not: name, policy, the check that must notice.
fn leaks() -> Vec<(&'static str, Policy, CheckPattern)> {
    let none = Check::Refusal(Refusal::Token(WrongToken::Missing));
    vec![
        ("any-token", Policy::AnyToken, none.into()),
        ("any-bearer", Policy::AnyBearer, CheckPattern::AnyToken),
        ("token-prefix", Policy::TokenPrefix, CheckPattern::AnyToken),
        ("token-suffix", Policy::TokenSuffix, CheckPattern::AnyToken),
        ("token-case", Policy::TokenCase, CheckPattern::AnyToken),
    ]
}

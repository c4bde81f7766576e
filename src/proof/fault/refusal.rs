//! Faults of requests that must be refused: let through, answered wrongly, or refused with data.

use crate::case::{Check, Refusal, WrongBody, WrongToken};
use crate::check::Family;
use crate::contract::{Format, ParameterType};
use crate::portal::Objection;
use crate::portal::change::body::Bytes;
use crate::portal::change::{
    Act, Answers, Change, Door, Head, Keeping, Morsel, Policy, RefusalPart, Turns,
};
use crate::profile::BodyForm;
use crate::profile::MemberCase;
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
            faults.extend(kept_open(subject, format));
            faults.extend(doors(subject, format));
            faults.extend(morsels(subject, format));
            faults.extend(remarks_on_tokens(subject, format));
        }
        faults.extend(other_account(subject, format));
        faults.extend(loose_ids(subject, format));
        faults.extend(inhabited(subject, format));
    }
    if subject.operation.authenticated {
        faults.extend(morsels_through_doors(subject));
    }
    if !subject.has_data() {
        faults.retain(|fault| !gives_away(fault));
    }
    faults
}

/// Whether all that is wrong is what an answer holds.
fn gives_away(fault: &Fault) -> bool {
    let mut acts = fault.change.acts.iter();
    acts.any(|act| matches!(act, Act::Policy(Policy::DataInRefusal | Policy::OpenTo(_))))
}

/// Wrong tokens that open what is tried with them last: other resources, and anything once there was a
/// write.
fn kept_open(subject: &Subject<'_>, format: Format) -> Vec<Fault> {
    let of = |name, policy, token| of_policy(subject, format, name, policy, token);
    let after_write = |mut fault: Fault| {
        fault.change = fault.change.at(Turns::OnceWritten);
        fault
    };
    vec![
        of(
            "any-token-of-others",
            Policy::AnyTokenOfOthers,
            WrongToken::Wrong,
        ),
        after_write(of(
            "token-prefix-after-write",
            Policy::TokenPrefix,
            WrongToken::Wrong,
        )),
        after_write(of(
            "empty-token-after-write",
            Policy::TokenEmpty,
            WrongToken::Empty,
        )),
    ]
}

/// A second account that sees, or changes, what it must not, or is told of it where it is refused.
fn other_account(subject: &Subject<'_>, format: Format) -> Vec<Fault> {
    let Some(is_listed) = subject.hides() else {
        return Vec::new();
    };
    let refusal = Refusal::OtherAccount { is_listed };
    let of = |name: &str, change: Change| {
        let name = format!("{}:{format}:other-account-{name}", subject.slug());
        let change = change.on(&subject.operation.id).in_format(format);
        let case = subject.case(format, Check::Refusal(refusal.clone()));
        Fault::new(Family::Refusal, &name, change, vec![case])
    };
    let name = if subject.operation.writes() {
        "writes"
    } else {
        "reads"
    };
    let change = |policy| Change::of(vec![Act::Policy(policy)]);
    let shown = of(name, change(Policy::ShowLesser));
    let refused = || Answers::Refusals(vec![Objection::Hidden]);
    let told = of("told", change(Policy::DataInRefusal).among(refused()));
    let told = (!is_listed).then_some(told);
    // What a portal keeps of a refused write shows where it is read back.
    let kept = change(Policy::Keep(Keeping::Refused)).among(refused());
    let kept = subject.reads_back().then(|| of("kept", kept));
    [Some(shown), told, kept].into_iter().flatten().collect()
}

/// A resource of any id that is asked for.
fn inhabited(subject: &Subject<'_>, format: Format) -> Vec<Fault> {
    let mut names = subject.named.iter();
    let name = names.find(|named| named.member.is_some());
    let mut ids = subject.ids();
    let identity = ids.find(|one| name.is_some_and(|named| named.parameter == one.name));
    let of = |parameter| {
        let every = vec![Act::Policy(Policy::Inhabited(usize::MAX))];
        fault(subject, format, &owed::unknown(parameter), "every", every)
    };
    identity.map(of).into_iter().collect()
}

/// Ways in without a token.
fn doors(subject: &Subject<'_>, format: Format) -> Vec<Fault> {
    let otherwise = WrongToken::MissingOtherwise;
    let doors = [
        ("open-to-other-path", Policy::OpenTo(Door::Path), otherwise),
        ("open-to-query", Policy::OpenTo(Door::Query), otherwise),
        ("open-to-browser", Policy::OpenTo(Door::Browser), otherwise),
        ("open-to-script", Policy::OpenTo(Door::Script), otherwise),
        ("open-to-proxy", Policy::OpenTo(Door::Proxy("")), otherwise),
        (
            "open-to-private-network",
            Policy::OpenTo(Door::Proxy("192.168.")),
            otherwise,
        ),
        (
            "open-to-inner-host",
            Policy::OpenTo(Door::Header("x-forwarded-host")),
            otherwise,
        ),
        (
            "open-to-inner-client",
            Policy::OpenTo(Door::Header("true-client-ip")),
            otherwise,
        ),
        (
            "open-to-rewritten-path",
            Policy::OpenTo(Door::Header("x-rewrite-url")),
            otherwise,
        ),
        (
            "open-to-encoded-path",
            Policy::OpenTo(Door::Encoded),
            otherwise,
        ),
        (
            "open-to-cookie",
            Policy::OpenTo(Door::Header("cookie")),
            otherwise,
        ),
        (
            "open-after-write",
            Policy::OpenAfterWrite,
            WrongToken::Missing,
        ),
    ];
    let overridden = (
        "open-to-overridden-method",
        Policy::OpenTo(Door::Header("x-http-method-override")),
        otherwise,
    );
    let of_reads = (!subject.operation.writes()).then_some(overridden);
    let doors = doors.into_iter().chain(of_reads);
    doors
        .map(|(name, policy, token)| of_policy(subject, format, name, policy, token))
        .collect()
}

/// Small parts of a resource in a refusal for who has no token.
fn morsels(subject: &Subject<'_>, format: Format) -> Vec<Fault> {
    let mut morsels = vec![
        ("a-word", Morsel::Word, RefusalPart::Message),
        ("a-word-in-header", Morsel::Word, RefusalPart::Header),
        ("a-word-as-reason", Morsel::Word, RefusalPart::Reason),
    ];
    // Under other names, the contacts that are asked have no GUID that tells anything.
    if subject.profile.member_case == MemberCase::Documented {
        morsels.push(("a-guid", Morsel::Guid, RefusalPart::Message));
        morsels.push(("a-guid-joined", Morsel::Digits, RefusalPart::Message));
    }
    // A number is known by what changes from one resource to another.
    if !subject.operation.writes() {
        morsels.push(("a-number", Morsel::Number, RefusalPart::Message));
        morsels.push(("a-part", Morsel::Part, RefusalPart::Message));
        morsels.push(("a-state", Morsel::State, RefusalPart::Message));
        morsels.push(("initials", Morsel::Initials, RefusalPart::Message));
    }
    let of = |(name, morsel, place)| told(subject, format, name, morsel, place);
    morsels.into_iter().map(of).collect()
}

/// The same to who comes without a token in another manner than pages document.
///
/// Of two resources each manner is compared in one format alone.
fn morsels_through_doors(subject: &Subject<'_>) -> Vec<Fault> {
    if subject.operation.writes() {
        return Vec::new();
    }
    let through = [
        (
            "a-part-to-script",
            Policy::TellThrough(Door::Script, Morsel::Part, RefusalPart::Header),
        ),
        (
            "a-number-to-browser",
            Policy::TellThrough(Door::Browser, Morsel::Number, RefusalPart::Message),
        ),
        (
            "a-state-to-proxy",
            Policy::TellThrough(Door::Proxy("10."), Morsel::State, RefusalPart::Message),
        ),
    ];
    let of = |(name, policy)| {
        let refusal = Refusal::Token(WrongToken::MissingOtherwise);
        let case = subject.case(Format::Json, Check::Refusal(refusal));
        Fault::new(
            Family::Refusal,
            &format!("{}:{name}", subject.slug()),
            Change::of(vec![Act::Policy(policy)])
                .on(&subject.operation.id)
                .among(Answers::Refusals(vec![Objection::NoToken])),
            vec![case.in_any_format()],
        )
    };
    through.into_iter().map(of).collect()
}

/// Something that a refusal tells to who has no token.
fn told(
    subject: &Subject<'_>,
    format: Format,
    name: &str,
    morsel: Morsel,
    place: RefusalPart,
) -> Fault {
    let policy = Policy::TellInRefusal(morsel, place);
    let mut fault = of_policy(subject, format, name, policy, WrongToken::Missing);
    let answers = Answers::Refusals(vec![Objection::NoToken]);
    fault.change = fault.change.among(answers);
    fault
}

/// What is unwise and opens nothing to those who have no token.
fn remarks_on_tokens(subject: &Subject<'_>, format: Format) -> Vec<Fault> {
    let of = |name, policy, token| of_policy(subject, format, name, policy, token).remarked();
    let mut faults = Vec::new();
    // Of other values nobody knows one that is nobody's.
    let mut ids = subject.operation.path_parameters();
    if ids.any(|parameter| parameter.value_type() == ParameterType::Integer) {
        let token = WrongToken::Missing;
        faults.push(of("unknown-before-token", Policy::UnknownFirst, token));
        for (name, part) in [
            ("unknown-in-words", RefusalPart::Message),
            ("unknown-by-challenge", RefusalPart::Challenge),
        ] {
            faults.push(told(subject, format, name, Morsel::Absence, part).remarked());
        }
    }
    if !subject.operation.writes() {
        let misplaced = WrongToken::Misplaced;
        faults.push(of("token-in-query", Policy::TokenInQuery, misplaced));
        faults.push(of("token-in-header", Policy::TokenInHeader, misplaced));
    }
    faults
}

fn of_policy(
    subject: &Subject<'_>,
    format: Format,
    name: &str,
    policy: Policy,
    token: WrongToken,
) -> Fault {
    Fault::new(
        Family::Refusal,
        &format!("{}:{format}:{name}", subject.slug()),
        Change::of(vec![Act::Policy(policy)])
            .on(&subject.operation.id)
            .in_format(format),
        vec![subject.case(format, Check::Refusal(Refusal::Token(token)))],
    )
}

/// Ids in loose spellings: taken, refused with data, and refused as if something had broken.
fn loose_ids(subject: &Subject<'_>, format: Format) -> Vec<Fault> {
    let mut faults = Vec::new();
    for refusal in subject.ids().map(owed::loose_id) {
        let taken = Act::Policy(Policy::LooseIds);
        let mut taken = fault(subject, format, &refusal, "taken", vec![taken]);
        taken.change = taken.change.among(Answers::Successes);
        let is_exact = subject.profile.has_exact_ids(subject.operation);
        faults.push(if is_exact { taken } else { taken.remarked() });
        let data = vec![Act::Policy(Policy::DataInRefusal)];
        faults.push(fault(subject, format, &refusal, "data-in-refusal", data));
        let broken = vec![Act::Head(Head::Status(500))];
        faults.push(fault(subject, format, &refusal, "500", broken).remarked());
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
            // A header that holds no credential may be called a bad request.
            let is_none = [WrongToken::Empty, WrongToken::Malformed].map(Refusal::Token);
            if !is_none.contains(&refusal) {
                statuses.push((refusal.clone(), "400", 400));
            }
            statuses.push((refusal, "404", 404));
        }
    }
    for parameter in subject.ids() {
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
        ("token-cut", Policy::TokenCut, CheckPattern::AnyToken),
        ("token-tail", Policy::TokenTail, CheckPattern::AnyToken),
        ("token-head", Policy::TokenHead, CheckPattern::AnyToken),
        ("token-ends", Policy::TokenEnds, CheckPattern::AnyToken),
        ("token-null", Policy::TokenNull, CheckPattern::AnyToken),
        (
            "token-anagram",
            Policy::TokenAnagram,
            CheckPattern::AnyToken,
        ),
    ]
}

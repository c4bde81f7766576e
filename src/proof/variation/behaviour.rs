//! Other ways to refuse, and refusals that pass.

use crate::case::Refusal;
use crate::check::Family;
use crate::contract::{Format, Parameter};
use crate::portal::Objection;
use crate::portal::change::body::Bytes;
use crate::portal::change::{
    Act, Answers, Change, Head, Morsel, Policy, ReadBack, RefusalPart, Turns,
};
use crate::profile::{Profile, RefusalBody, Repeats};
use crate::proof::owed;
use crate::proof::subject::Subject;
use crate::proof::variation::Variation;

const PAGE: &str =
    "<!DOCTYPE html><html><head><title>Error</title></head><body><h1>No</h1></body></html>";

pub(super) fn variations(subjects: &[Subject<'_>]) -> Vec<Variation> {
    let mut variations = Vec::new();
    let profile = subjects.first().map(|subject| subject.profile);
    for (name, format, objections, acts) in profile.map(bodies).unwrap_or_default() {
        let mut change = Change::of(acts).among(Answers::Refusals(objections));
        change.scope.format = format;
        variations.push(Variation::new(Family::Refusal, name, change));
    }
    variations.extend(statuses(subjects));
    // What a second account must not see may be forbidden or unknown to it.
    let is_free = |subject: &Subject<'_>| {
        subject.hides() == Some(false) && subject.profile.refusal.error.is_empty()
    };
    if subjects.iter().any(is_free) {
        for status in [401, 403, 410] {
            let change = Change::of(vec![Act::Head(Head::Status(status))]);
            let change = change.among(Answers::Refusals(vec![Objection::Hidden]));
            let id = format!("other-account-{status}");
            variations.push(Variation::new(Family::Refusal, &id, change));
        }
    }
    // What was written may be read back otherwise, or not at all.
    for subject in subjects.iter().filter(|subject| subject.reads_back()) {
        for (name, manner) in [
            ("read-back-reversed", ReadBack::Reversed),
            ("read-back-growing", ReadBack::Growing),
            ("read-back-404", ReadBack::NotOffered(404)),
            ("read-back-405", ReadBack::NotOffered(405)),
        ] {
            let change = Change::of(vec![Act::Policy(Policy::ReadBack(manner))]);
            let change = change.on(&subject.operation.id);
            let id = format!("{name}:{}", subject.slug());
            variations.push(Variation::new(Family::Identity, &id, change));
        }
    }
    // What is taken for nobody's id may be somebody's.
    let unknown = objections(&of_unknown(subjects));
    // Where nothing names a resource, no id is refused; none in the list would mean all refusals.
    let inhabited = [("inhabited", 1), ("inhabited-twice", 2)].into_iter();
    for (name, most) in inhabited.filter(|_| !unknown.is_empty()) {
        let unknown = unknown.clone();
        let acts = vec![Act::Policy(Policy::Inhabited(most))];
        let change = Change::of(acts).among(Answers::Refusals(unknown));
        variations.push(Variation::new(Family::Refusal, name, change));
    }
    // What changes by itself has nothing to do with the resource.
    for (name, place) in [
        ("chance", RefusalPart::Message),
        ("chance-in-header", RefusalPart::Header),
    ] {
        let acts = vec![Act::Policy(Policy::TellInRefusal(Morsel::Chance, place))];
        let change = Change::of(acts).among(Answers::Refusals(objections(&owed::tokens())));
        variations.push(Variation::new(Family::Refusal, name, change));
    }
    for status in [503, 429] {
        for (name, turns) in [
            ("first-answer", Turns::FirstOfPortal(1)),
            ("first-three-answers", Turns::FirstOfPortal(3)),
            ("each-first-answer", Turns::FirstOfQuestion(1)),
        ] {
            // A write that may not be repeated is not sent again, and so not judged.
            let change = Change::of(busy(status)).of_repeatable();
            let change = change.among(Answers::All).at(turns);
            let id = format!("{name}-{status}");
            variations.push(Variation::new(Family::Transport, &id, change));
        }
    }
    // Without a word of when to come back: the burst is the run's own.
    for (name, turns) in [
        (
            "burst-429",
            Turns::BurstOfPortal {
                after: 20,
                count: 3,
            },
        ),
        (
            "single-429",
            Turns::BurstOfPortal {
                after: 12,
                count: 1,
            },
        ),
    ] {
        let mut acts = busy(429);
        acts.retain(|act| !matches!(act, Act::Head(Head::Set(name, _)) if name == "Retry-After"));
        let change = Change::of(acts).of_repeatable();
        let change = change.among(Answers::All).at(turns);
        variations.push(Variation::new(Family::Transport, name, change));
    }
    variations
}

fn set(name: &str, value: &str) -> Act {
    Act::Head(Head::Set(name.to_owned(), value.to_owned()))
}

fn whole(body: &str) -> Act {
    Act::Bytes(Bytes::Whole(body.as_bytes().to_vec()))
}

/// An answer that asks to come again at once.
fn busy(status: u16) -> Vec<Act> {
    vec![
        Act::Head(Head::Status(status)),
        set("Retry-After", "0"),
        set("Content-Type", "text/html"),
        whole("<html><body>Try again</body></html>"),
    ]
}

/// What a refusal may say: name, format, refusals, acts.
type Said = (&'static str, Option<Format>, Vec<Objection>, Vec<Act>);

fn bodies(profile: &Profile) -> Vec<Said> {
    let label = |value: &str| set("Content-Type", value);
    let all = Vec::new;
    let unlabelled = || Act::Head(Head::Remove("Content-Type".to_owned()));
    let challenge = "Bearer realm=\"portal\", error=\"invalid_token\"";
    let mut bodies = vec![
        ("empty", None, all(), vec![whole(""), unlabelled()]),
        ("empty-labelled", None, all(), vec![whole("")]),
        (
            "challenge",
            None,
            all(),
            vec![set("WWW-Authenticate", challenge)],
        ),
    ];
    let tokens = || objections(&owed::tokens());
    if profile.refusal.authentication_body == RefusalBody::Text {
        let plain = vec![whole("Unauthorized"), label("text/plain")];
        let page = vec![whole(PAGE), label("text/html; charset=utf-8")];
        let long = vec![whole(&"No. ".repeat(5_000)), label("text/plain")];
        bodies.push(("plain", None, tokens(), plain));
        bodies.push(("page", None, tokens(), page));
        bodies.push(("long", None, tokens(), long));
    }
    // Where the profile has no error of its own, any is lawful.
    if profile.refusal.error.is_empty() {
        let json = Some(Format::Json);
        for (name, format, body, media_type) in [
            (
                "json",
                json,
                "{\"error\":\"invalid_token\",\"details\":[]}",
                "application/json",
            ),
            (
                "problem",
                json,
                "{\"type\":\"about:blank\",\"title\":\"Refused\",\"status\":400}",
                "application/problem+json",
            ),
            ("broken-json", json, "{\"error\": ", "application/json"),
            (
                "xml",
                Some(Format::Xml),
                "<error><message>No</message></error>",
                "text/xml",
            ),
        ] {
            bodies.push((name, format, all(), vec![whole(body), label(media_type)]));
        }
        let long = format!("{{\"error\":\"{}\"}}", "No. ".repeat(5_000));
        bodies.push((
            "long",
            json,
            all(),
            vec![whole(&long), label("application/json")],
        ));
    }
    bodies
}

/// Other client errors where any of them keeps the contract.
fn statuses(subjects: &[Subject<'_>]) -> Vec<Variation> {
    let mut variations = Vec::new();
    let Some(profile) = subjects.first().map(|subject| subject.profile) else {
        return variations;
    };
    let mut add = |name: String, change: Change| {
        variations.push(Variation::new(Family::Refusal, &name, change));
    };
    let of = |objections: &[Objection], acts: Vec<Act>| {
        Change::of(acts).among(Answers::Refusals(objections.to_vec()))
    };
    let plain = |status: u16| vec![Act::Head(Head::Status(status))];
    let (tokens, bodies) = (objections(&owed::tokens()), objections(&owed::bodies()));
    for status in profile.refusal.authentication.iter().skip(1) {
        add(format!("tokens-{status}"), of(&tokens, plain(*status)));
    }
    let unknown = objections(&of_unknown(subjects));
    let ids = objections(&of_parameters(subjects, owed::ids));
    let others = [404, 405, 409, 410, 415, 422];
    let others = others.map(|status| [("ids", &ids, status), ("bodies", &bodies, status)]);
    let unknowns = profile.refusal.unknown.iter().skip(1);
    let unknowns = unknowns.map(|status| ("unknown", &unknown, *status));
    for (what, objections, status) in unknowns.chain(others.into_iter().flatten()) {
        if objections.is_empty() {
            continue;
        }
        let name = format!("{what}-{status}");
        if profile.refusal.error.is_empty() {
            add(name, of(objections, plain(status)));
            continue;
        }
        // An envelope that says the status says the one that the answer has.
        for format in Format::ALL {
            let name = match format {
                Format::Json => name.clone(),
                Format::Xml => format!("{name}-in-xml"),
            };
            let mut acts = plain(status);
            acts.push(whole(&error(profile, format, status)));
            acts.push(set("Content-Type", &profile.media_types(format)[0]));
            add(name, of(objections, acts).in_format(format));
        }
    }
    if profile.refusal.authentication.contains(&403) {
        for format in Format::ALL {
            let mut acts = plain(403);
            acts.push(whole(""));
            let name = format!("tokens-403-empty-in-{format}");
            add(name, of(&tokens, acts).in_format(format));
        }
    }
    variations
}

/// An error as the profile has it.
fn error(profile: &Profile, format: Format, status: u16) -> String {
    let mut members = profile.envelope.members.iter();
    let code = members.find(|member| member.equals == Some(Repeats::StatusCode));
    let code = code.map(|member| &member.name);
    match format {
        Format::Json => {
            let code = code.map_or(String::new(), |name| format!("\"{name}\":{status},"));
            format!("{{\"status\":1,{code}\"error\":{{\"message\":\"No\",\"data\":{{}}}}}}")
        }
        Format::Xml => {
            let code = code.map_or(String::new(), |name| format!("<{name}>{status}</{name}>"));
            let root = &profile.xml.root;
            format!(
                "<{root}><status>1</status>{code}<error><message>No</message><data /></error></{root}>"
            )
        }
    }
}

/// Refusals of the parameters in the paths.
fn of_parameters<I: IntoIterator<Item = Refusal>>(
    subjects: &[Subject<'_>],
    refusals: impl Fn(&Parameter) -> I,
) -> Vec<Refusal> {
    let parameters = subjects.iter().flat_map(Subject::ids);
    parameters.flat_map(refusals).collect()
}

/// Refusals of ids that nothing has.
fn of_unknown(subjects: &[Subject<'_>]) -> Vec<Refusal> {
    of_parameters(subjects, |parameter| [owed::unknown(parameter)])
}

fn objections(refusals: &[Refusal]) -> Vec<Objection> {
    refusals.iter().flat_map(owed::objections).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract;
    use crate::profile;
    use crate::source::Source;

    #[test]
    fn ids_are_refused_otherwise_where_there_are_some_alone() {
        let page = |path: &str| {
            let row = "Parameters\nName Description Type Example\nboatid\nsent in url\nWhich boat\nnumber 7\n\n";
            let rows = if path.contains('{') { row } else { "" };
            let text = format!(
                "GET api/2.0/{path}\n{rows}Returns\nBoat\nExample Response\n\napplication/json\n\n\
                 {{\"status\": 0, \"response\": {{\"Id\": 7, \"Name\": \"Jar\"}}}}\n"
            );
            Source::new("boat", &text)
        };
        let profile = "extends = \"as-documented\"\nname = \"boats\"\n[[identity]]\n\
                       parameter = \"boatid\"\nmember = \"Id\"\nbecause = \"x\"\n";
        let profile = profile::parse("boats.toml", profile).unwrap();
        let named = |path: &str| {
            let contract = contract::of_sources(vec![page(path)]).unwrap();
            let all = variations(&Subject::all(&contract, &profile));
            let ids = all.into_iter().map(|one| one.id);
            let of_ids = ["refusal:ids-", "refusal:unknown-", "refusal:inhabited"];
            ids.filter(|id| of_ids.iter().any(|begin| id.starts_with(begin)))
                .count()
        };
        assert_eq!(named("boats"), 0);
        assert!(named("boats/{boatid}") > 0);
    }
}

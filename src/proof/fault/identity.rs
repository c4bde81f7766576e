//! Faults of which resources are answered, and of answers that do not stay.

use serde_json::Value;

use crate::check::Family;
use crate::contract::Format;
use crate::portal::change::tree::{Edit, Of, Selector};
use crate::portal::change::{Act, Change, Head, Policy, Turns};
use crate::profile::UnknownListed;
use crate::proof::fault::Fault;
use crate::proof::subject::{Documented, Subject};
use crate::shape::Kind;

/// A fault before it is bound to a format: name, acts, turns, check.
type Draft = (String, Vec<Act>, Turns, &'static str);

pub(super) fn faults(subject: &Subject<'_>) -> Vec<Fault> {
    let mut drafts = flicker(subject);
    if let Some(identity) = &subject.identity {
        drafts.extend(asked(subject, identity));
        if subject.profile.unknown_listed == Some(UnknownListed::Dropped) {
            drafts.extend(unknown_refused(subject));
        }
        if subject.is_list {
            drafts.extend(listed(identity));
            drafts.extend(stale(subject));
        }
    }
    let mut faults = Vec::new();
    if subject.operation.writes() {
        faults.extend(once_only(subject));
        faults.extend(stale_alike(subject));
    }
    for (name, acts, turns, check) in drafts {
        for format in Format::ALL {
            faults.push(Fault::new(
                Family::Identity,
                &format!("{}:{format}:{name}", subject.slug()),
                Change::of(acts.clone())
                    .on(&subject.operation.id)
                    .in_format(format)
                    .at(turns),
                vec![subject.case(format, check)],
            ));
        }
    }
    faults
}

fn draft(name: &str, act: Act, check: &'static str) -> Draft {
    (name.to_owned(), vec![act], Turns::Always, check)
}

/// Another resource than the one asked for.
fn asked(subject: &Subject<'_>, identity: &str) -> Vec<Draft> {
    let id = |edit| Act::Tree(Selector::new(Of::Resource, identity), edit);
    let check = "identity::asked";
    // The first resource is the one asked for, unless several are.
    let first = if subject.is_list {
        draft(
            "always-first",
            Act::Policy(Policy::Resource(0)),
            "identity::asked::all",
        )
    } else {
        draft("always-second", Act::Policy(Policy::Resource(1)), check)
    };
    vec![
        first,
        draft("always-last", Act::Policy(Policy::Resource(3)), check),
        draft("next", Act::Policy(Policy::NextResource), check),
        draft("id-plus-one", id(Edit::Add(1)), check),
        draft("id-minus-one", id(Edit::Add(-1)), check),
        draft("id-zero", id(Edit::Set(0.into())), check),
        draft("id-constant", id(Edit::Set(999_999.into())), check),
    ]
}

/// Ids that no resource has are refused, where they should be left out.
fn unknown_refused(subject: &Subject<'_>) -> Vec<Draft> {
    if subject.operation.body_parameters().next().is_none() {
        return Vec::new();
    }
    [400, 404, 500]
        .into_iter()
        .map(|status| {
            draft(
                &format!("unknown-refused-{status}"),
                Act::Policy(Policy::RefuseUnknown(status)),
                "identity::unknown",
            )
        })
        .collect()
}

/// A list that does not hold exactly the resources asked for, each once.
fn listed(identity: &str) -> Vec<Draft> {
    let payload = |edit| Act::Tree(Selector::new(Of::Payload, ""), edit);
    let item = |at: usize, edit| Act::Tree(Selector::new(Of::Payload, &at.to_string()), edit);
    let second = |edit| Act::Tree(Selector::new(Of::Second, identity), edit);
    let (asked, all) = ("identity::asked", "identity::asked::all");
    vec![
        draft(
            "emptied",
            payload(Edit::Set(Value::Array(Vec::new()))),
            asked,
        ),
        draft("first-dropped", item(0, Edit::Drop), asked),
        draft("second-dropped", item(1, Edit::Drop), all),
        draft("first-doubled", payload(Edit::Double(0)), asked),
        draft("second-doubled", payload(Edit::Double(1)), all),
        draft("one-more", Act::Policy(Policy::OneMore), asked),
        draft("all-three-times", payload(Edit::Items(3)), asked),
        draft("second-id-plus-one", second(Edit::Add(1)), all),
        draft("second-id-of-first", second(Edit::Add(-1)), all),
        draft(
            "ids-swapped",
            payload(Edit::Swap(identity.to_owned())),
            "identity::read::all",
        ),
    ]
}

/// A link answer that tells other things of a resource than reading it does.
fn stale(subject: &Subject<'_>) -> Vec<Draft> {
    let mut drafts = Vec::new();
    for (name, member, edit) in picks(subject) {
        let at = |of| Act::Tree(Selector::new(of, &member.place), edit.clone());
        let read = "identity::read";
        drafts.push(draft(&format!("stale-{name}"), at(Of::Resource), read));
        drafts.push(draft(
            &format!("stale-second-{name}"),
            at(Of::Second),
            "identity::read::all",
        ));
    }
    drafts
}

/// One member of each type, with an edit that keeps its type.
fn picks<'a>(subject: &'a Subject<'_>) -> Vec<(&'static str, &'a Documented, Edit)> {
    let members = || {
        subject
            .members
            .iter()
            .filter(|one| !subject.is_identity(one) && one.when.is_none())
    };
    let top = |kind: Kind| members().find(|one| one.shape.kind == kind && !one.place.contains('/'));
    let nested = members().find(|one| one.shape.kind == Kind::Text && one.is_in_list);
    let lists = || members().filter(|one| one.is_list());
    let date = Edit::Set(Value::from("2020-12-08T17:37:05.0000000Z"));
    let none = Edit::Set(Value::Array(Vec::new()));
    [
        ("text", top(Kind::Text), Edit::Differ),
        ("number", top(Kind::Integer), Edit::Add(1)),
        ("flag", top(Kind::Boolean), Edit::Flip),
        (
            "date",
            members().find(|one| {
                matches!(one.shape.kind, Kind::DateTime(_)) && !one.place.contains('/')
            }),
            date,
        ),
        ("nested", nested, Edit::Differ),
        ("list-emptied", lists().next(), none),
        ("list-grown", lists().next_back(), Edit::Double(0)),
    ]
    .into_iter()
    .filter_map(|(name, member, edit)| Some((name, member?, edit)))
    .collect()
}

/// Answers to one question that differ from time to time.
fn flicker(subject: &Subject<'_>) -> Vec<Draft> {
    let repeated = "identity::repeated";
    let mut drafts = Vec::new();
    for (name, member, edit) in picks(subject) {
        let at = |edit| vec![Act::Tree(Selector::new(Of::Resource, &member.place), edit)];
        let second = Turns::EachOfQuestion(2);
        drafts.push((format!("flicker-{name}"), at(edit), second, repeated));
        if matches!(name, "text" | "number") {
            let acts = at(Edit::DifferEachTime);
            drafts.push((format!("drift-{name}"), acts, Turns::Always, repeated));
        }
        if matches!(name, "text" | "nested") {
            drafts.push((format!("flicker-drop-{name}"), at(Edit::Drop), second, "*"));
            if !subject.operation.writes() {
                // A write is asked twice at most, a read more often.
                let id = format!("flicker-third-drop-{name}");
                drafts.push((id, at(Edit::Drop), Turns::EachOfQuestion(3), "*"));
            }
        }
    }
    let acts = vec![Act::Head(Head::Status(500))];
    drafts.push((
        "flicker-500".to_owned(),
        acts,
        Turns::EachOfQuestion(2),
        "*",
    ));
    if subject.identity.is_some() {
        let acts = vec![Act::Policy(Policy::NextResource)];
        drafts.push((
            "flicker-resource".to_owned(),
            acts,
            Turns::EachOfQuestion(2),
            "identity::*",
        ));
    }
    drafts
}

/// A link answer that tells other things of a resource than reading it does, in both formats alike.
fn stale_alike(subject: &Subject<'_>) -> Vec<Fault> {
    let fault = |(name, member, edit): (&str, &Documented, Edit)| {
        let acts = vec![Act::Tree(Selector::new(Of::Resource, &member.place), edit)];
        let read = format!("{}::*::identity::read", subject.slug());
        Fault::new(
            Family::Identity,
            &format!("{}:stale-alike-{name}", subject.slug()),
            Change::of(acts).on(&subject.operation.id),
            vec![read],
        )
    };
    picks(subject).into_iter().map(fault).collect()
}

/// A second link that is refused, whatever the format of the first.
fn once_only(subject: &Subject<'_>) -> Vec<Fault> {
    [400, 403, 404, 409, 500]
        .into_iter()
        .map(|status| {
            let acts = vec![Act::Policy(Policy::OnceOnly(status))];
            Fault::new(
                Family::Identity,
                &format!("{}:once-only-{status}", subject.slug()),
                Change::of(acts).on(&subject.operation.id),
                vec![format!("{}::*::identity::repeated", subject.slug())],
            )
        })
        .collect()
}

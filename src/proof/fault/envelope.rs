//! Faults of the members around the payload, and of the payload as a whole.

use serde_json::{Value, json};

use crate::case::Check;
use crate::check::Family;
use crate::contract::Format;
use crate::portal::change::markup::{Mark, Markup};
use crate::portal::change::tree::{Edit, Of, Selector};
use crate::portal::change::{Act, Change};
use crate::proof::fault::Fault;
use crate::proof::subject::{Subject, recased};
use crate::shape::Kind;

pub(super) fn faults(subject: &Subject<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    if subject.is_bare {
        return faults;
    }
    for format in Format::ALL {
        let mut add = |name: &str, acts: Vec<Act>, check: Check| {
            let family = match check {
                Check::Snapshot => Family::Snapshot,
                _ => Family::Envelope,
            };
            faults.push(Fault::new(
                family,
                &format!("{}:{format}:{name}", subject.slug()),
                Change::of(acts).on(&subject.operation.id).in_format(format),
                vec![subject.case(format, check)],
            ));
        };
        for (name, place, edit) in around(subject, format) {
            add(&name, vec![at(&place, edit)], Check::Envelope);
        }
        for (name, place, edit) in counted(subject) {
            add(&name, vec![at(&place, edit)], Check::Envelope);
        }
        for (name, edit) in payload(subject, format) {
            // An empty list has no element, so a list that is gone is only known to lack its items, but where what
            // stands in its place is told.
            let is_gone = match edit {
                Edit::Drop => true,
                Edit::Rename(_) => !subject.profile.envelope.closed,
                _ => false,
            };
            let check = if subject.is_list && format == Format::Xml && is_gone {
                Check::Asked
            } else {
                Check::Envelope
            };
            add(
                &format!("payload-{name}"),
                vec![at(subject.payload(), edit)],
                check,
            );
        }
        for (name, edit) in whole(subject) {
            add(name, vec![at("", edit)], Check::Envelope);
        }
        if subject.profile.envelope.closed {
            let listed = &subject.profile.envelope.members;
            let is_listed = |name: &str| listed.iter().any(|member| member.name == name);
            for (name, member, value) in extras() {
                if is_listed(member) {
                    continue;
                }
                add(
                    name,
                    vec![at("", Edit::Insert(member.to_owned(), value))],
                    Check::Envelope,
                );
            }
            let drift = Edit::Insert("drift".to_owned(), 1.into());
            add("drift", vec![at("", drift)], Check::Snapshot);
        }
        if format == Format::Xml {
            for (name, acts, check) in root(subject) {
                add(name, acts, check);
            }
        }
    }
    faults
}

fn at(path: &str, edit: Edit) -> Act {
    Act::Tree(Selector::new(Of::Answer, path), edit)
}

/// Faults of the members beside the payload: name, place, edit.
fn around(subject: &Subject<'_>, format: Format) -> Vec<(String, String, Edit)> {
    let mut faults = Vec::new();
    for member in &subject.around {
        let name = &member.name;
        let mut add =
            |what: &str, edit| faults.push((format!("{name}-{what}"), name.clone(), edit));
        let is_text = matches!(
            member.shape.kind,
            Kind::Text | Kind::DateTime(_) | Kind::Guid
        );
        if !member.optional {
            add("drop", Edit::Drop);
            add("rename", Edit::Rename(format!("{name}s")));
            add("recase", Edit::Rename(recased(name)));
        }
        if member.constant.is_some() {
            add("error", Edit::Set(1.into()));
            add("negative", Edit::Set((-1).into()));
        }
        if member.shape.kind == Kind::Integer {
            add("fraction", Edit::Half);
            add("word", Edit::Set(Value::from("ok")));
        }
        match format {
            Format::Json => {
                if !is_text {
                    add("string", Edit::ToText);
                }
                add("null", Edit::Set(Value::Null));
                add("list", Edit::ToList);
                add("object", Edit::Wrap("code".to_owned()));
                if member.shape.kind != Kind::Boolean {
                    add("boolean", Edit::Set(Value::from(false)));
                }
            }
            Format::Xml => {
                if member.shape.kind != Kind::Text {
                    add("blank", Edit::Set(Value::from("")));
                }
                add("element", Edit::Wrap("code".to_owned()));
                add("repeated", Edit::Twice);
            }
        }
    }
    faults
}

/// Faults of members that repeat something or are left out at 0: name, place, edit.
fn counted(subject: &Subject<'_>) -> Vec<(String, String, Edit)> {
    let mut faults = Vec::new();
    for member in &subject.profile.envelope.members {
        let name = &member.name;
        let mut add = |what: &str, place: &str, edit| {
            faults.push((format!("{name}-{what}"), place.to_owned(), edit));
        };
        if member.equals.is_some() {
            add("one-more", name, Edit::Add(1));
            add("one-less", name, Edit::Add(-1));
            add("zero", name, Edit::Set(0.into()));
        }
        if member.equals.is_some() && member.omitted_at_zero {
            add("gone", name, Edit::Drop);
            add("elsewhere", name, Edit::Rename(format!("{name}s")));
            add("capital", name, Edit::Rename(recased(name)));
        }
        if member.equals.is_none() && member.constant.is_none() {
            add("null", "", Edit::Insert(name.clone(), Value::Null));
            add("text", "", Edit::Insert(name.clone(), Value::from("x")));
            if let Some(least) = member.at_least {
                add(
                    "too-small",
                    "",
                    Edit::Insert(name.clone(), (least - 1).into()),
                );
            }
            if member.omitted_at_zero {
                add("zero", "", Edit::Insert(name.clone(), 0.into()));
            }
        }
    }
    faults
}

/// Faults of the payload as a whole.
fn payload(subject: &Subject<'_>, format: Format) -> Vec<(&'static str, Edit)> {
    let name = subject.payload();
    let mut faults = vec![
        ("drop", Edit::Drop),
        ("rename", Edit::Rename(format!("{name}s"))),
        ("recase", Edit::Rename(recased(name))),
    ];
    match (format, subject.is_list) {
        (Format::Json, is_list) => {
            faults.push(("null", Edit::Set(Value::Null)));
            faults.push(("string", Edit::Set(Value::from("text"))));
            faults.push(("number", Edit::Set(1.into())));
            if is_list {
                faults.push(("single", Edit::ToFirst));
                faults.push(("object", Edit::ToObject));
            } else {
                faults.push(("list", Edit::ToList));
                faults.push(("empty-list", Edit::Set(json!([]))));
            }
        }
        (Format::Xml, false) => faults.push(("repeated", Edit::Twice)),
        (Format::Xml, true) => {}
    }
    faults.retain(|(name, _)| !is_lawful(subject, format, name));
    faults
}

/// Whether a payload of another kind is one that the contract takes, too.
fn is_lawful(subject: &Subject<'_>, format: Format, name: &str) -> bool {
    if subject.is_list {
        return false;
    }
    if subject.takes_anything() {
        // An element of which nothing is known may be missing.
        let is_gone = format == Format::Xml && (name == "drop" || !subject.profile.envelope.closed);
        return name != "recase" && (is_gone || !matches!(name, "drop" | "rename"));
    }
    match &subject.resource {
        Kind::Text => name == "string",
        Kind::Integer | Kind::Number => name == "number",
        _ => false,
    }
}

/// Faults of the whole answer.
fn whole(subject: &Subject<'_>) -> Vec<(&'static str, Edit)> {
    let error = json!({ "message": "something went wrong" });
    let name = subject.payload().to_owned();
    vec![
        ("nothing", Edit::Set(Value::Null)),
        ("number", Edit::Set(0.into())),
        ("text", Edit::Set(Value::from("ok"))),
        ("json-in-a-string", Edit::Set(Value::from("{\"status\":0}"))),
        (
            "error-beside",
            Edit::Insert("error".to_owned(), error.clone()),
        ),
        (
            "error-first",
            Edit::InsertFirst("error".to_owned(), error.clone()),
        ),
        (
            "error-instead",
            Edit::Set(json!({ "status": 1, "error": error })),
        ),
        ("bare", Edit::Unwrap(name.clone())),
        ("twice-wrapped", Edit::Wrap(name)),
        ("data-wrapped", Edit::Wrap("data".to_owned())),
    ]
}

/// Members that the envelope does not have.
fn extras() -> Vec<(&'static str, &'static str, Value)> {
    vec![
        ("extra-number", "count", 1.into()),
        ("extra-code", "statusCode", 200.into()),
        ("extra-text", "message", Value::from("ok")),
        ("extra-object", "links", json!({ "self": "x" })),
        ("extra-flag", "success", Value::from(true)),
    ]
}

/// Faults of the root element, each with the check that sees it.
fn root(subject: &Subject<'_>) -> Vec<(&'static str, Vec<Act>, Check)> {
    let whole = || Selector::new(Of::Answer, "");
    let payload = || Selector::new(Of::Answer, subject.payload());
    let mark = |place, mark| Act::Markup(Markup::At(place, mark));
    let text = |text: &str| text.to_owned();
    let name = &subject.profile.root(subject.operation);
    // The payload's element is that of a resource where it is a list. Text beside a text is another text,
    // which JSON says otherwise.
    let in_payload = match (&subject.resource, subject.is_list) {
        (Kind::Text, _) => Check::Parity,
        (_, true) => Check::Members,
        (_, false) => Check::Envelope,
    };
    let is_anything = subject.takes_anything();
    // What a document does not call may be called anything.
    let is_named = subject.profile.promised_root(subject.operation).is_some();
    let mut faults = vec![
        (
            "root-rename",
            vec![Act::Markup(Markup::Root(format!("{name}s")))],
            Check::Envelope,
        ),
        (
            "root-recase",
            vec![Act::Markup(Markup::Root(recased(name)))],
            Check::Envelope,
        ),
        (
            "root-wrapped",
            vec![Act::Markup(Markup::InRoot(text("answer")))],
            Check::Envelope,
        ),
        (
            "root-namespace",
            vec![mark(
                whole(),
                Mark::Attribute(text("xmlns"), text("urn:portal")),
            )],
            Check::Envelope,
        ),
        (
            "root-prefix",
            vec![mark(whole(), Mark::Prefix(text("p"), text("urn:portal")))],
            Check::Envelope,
        ),
        (
            "root-text",
            vec![mark(whole(), Mark::TextBefore(text("ok")))],
            Check::Envelope,
        ),
        (
            "payload-prefix",
            vec![mark(payload(), Mark::Prefix(text("p"), text("urn:portal")))],
            Check::Envelope,
        ),
        (
            "members-as-attributes",
            subject
                .around
                .iter()
                .map(|member| mark(Selector::new(Of::Answer, &member.name), Mark::ToAttribute))
                .collect(),
            Check::Envelope,
        ),
    ];
    faults.retain(|(id, ..)| is_named || !matches!(*id, "root-rename" | "root-recase"));
    if !is_anything {
        faults.extend([
            (
                "payload-text-before",
                vec![mark(payload(), Mark::TextBefore(text("text")))],
                in_payload.clone(),
            ),
            (
                "payload-text",
                vec![mark(payload(), Mark::TextAfter(text("end")))],
                in_payload,
            ),
        ]);
    }
    faults
}

//! Faults that only the twin in the other format shows: every answer alone keeps the contract.

use serde_json::{Value, json};

use crate::case::Check;
use crate::check::Family;
use crate::contract::Format;
use crate::portal::change::markup::{Mark, Markup};
use crate::portal::change::tree::{Edit, Of, Selector};
use crate::portal::change::{Act, Change};
use crate::proof::fault::Fault;
use crate::proof::pattern::CasePattern;
use crate::proof::subject::{Documented, Subject};
use crate::shape::Kind;

pub(super) fn faults(subject: &Subject<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let members = subject.members.iter();
    let members = members.filter(|member| !subject.is_identity(member));
    for (at, member) in members.enumerate() {
        let of = if subject.is_list && member.is_in_second() {
            Of::Second
        } else {
            Of::Resource
        };
        let parity = subject.case(Format::Xml, Check::Parity);
        let case = if subject.is_list {
            parity.of_all()
        } else {
            parity
        };
        for (number, (name, step, edit)) in differences(member).into_iter().enumerate() {
            // A member differs in one format here and in the other one in the next operation.
            let format = Format::ALL[(at + number + usize::from(subject.is_list)) % 2];
            let place = Selector::new(of, &format!("{}{step}", member.place));
            faults.push(Fault::new(
                Family::Parity,
                &format!("{}:{name}-in-{format}:{}", subject.slug(), member.path),
                Change::of(vec![Act::Tree(place, edit)])
                    .on(&subject.operation.id)
                    .in_format(format),
                vec![case.clone()],
            ));
        }
    }
    faults.extend(manners(subject));
    faults.extend(ordered(subject));
    faults
}

/// Lists whose order counts, in another one.
fn ordered(subject: &Subject<'_>) -> Vec<Fault> {
    let lists = subject.lists_reversed(true);
    if lists.is_empty() {
        return Vec::new();
    }
    let parity = subject.case(Format::Xml, Check::Parity);
    let all = if subject.is_list {
        parity.of_all()
    } else {
        parity
    };
    let faults = Format::ALL.into_iter().map(|format| {
        let change = Change::of(lists.clone());
        Fault::new(
            Family::Parity,
            &format!("{}:ordered-items-reversed-in-{format}", subject.slug()),
            change.on(&subject.operation.id).in_format(format),
            vec![all.clone()],
        )
    });
    faults.collect()
}

/// What means the same and is said otherwise: no more than remarks.
fn manners(subject: &Subject<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let parity = subject.case(Format::Xml, Check::Parity);
    let shape = subject.case(Format::Xml, Check::Members);
    let members = |is_one: fn(&Documented) -> bool, edit: Edit| -> Vec<Act> {
        let members = subject.members.iter().filter(|one| is_one(one));
        members
            .map(|one| Act::Tree(Selector::new(Of::Resource, &one.place), edit.clone()))
            .collect()
    };
    let mut add = |name: &str, format: Format, acts: Vec<Act>, case: &CasePattern| {
        if !acts.is_empty() {
            let name = format!("{}:{name}-in-{format}", subject.slug());
            let change = Change::of(acts).on(&subject.operation.id).in_format(format);
            let fault = Fault::new(Family::Parity, &name, change, vec![case.clone()]);
            faults.push(fault.remarked());
        }
    };
    // The first contact may have lists of one item, and GUIDs of zeros alone.
    let all = if subject.is_list {
        parity.clone().of_all()
    } else {
        parity.clone()
    };
    for format in Format::ALL {
        add(
            "items-reversed",
            format,
            subject.lists_reversed(false),
            &all,
        );
        let is_guid = |one: &Documented| one.shape.kind == Kind::Guid;
        let capitals = members(is_guid, Edit::Capitals);
        add("guids-in-capitals", format, capitals, &all);
        if subject.is_list {
            let whole = Selector::new(Of::Payload, "");
            let acts = vec![Act::Tree(whole, Edit::ReverseItems)];
            add("resources-reversed", format, acts, &parity.clone().of_all());
        }
        for (name, value) in [
            ("text", Value::from("x")),
            ("number", Value::from(1)),
            ("flag", Value::from(false)),
            ("object", json!({ "Id": 1, "Name": "x" })),
            ("list", json!([{ "Id": 1 }, { "Id": 2 }])),
        ] {
            if subject.has_free_names() {
                continue;
            }
            let insert = Edit::Insert("Undocumented".to_owned(), value);
            let acts = vec![Act::Tree(Selector::new(Of::Resource, ""), insert)];
            add(&format!("extra-{name}"), format, acts, &parity);
        }
    }
    for (name, before, after) in [
        ("numbers-with-zeros", "00", ""),
        ("numbers-with-blanks", " ", "\n"),
    ] {
        let mut acts = Vec::new();
        for one in subject
            .members
            .iter()
            .filter(|one| subject.is_identity(one))
        {
            let place = || Selector::new(Of::Resource, &one.place);
            acts.push(Act::Markup(Markup::At(
                place(),
                Mark::TextBefore(before.to_owned()),
            )));
            acts.push(Act::Markup(Markup::At(
                place(),
                Mark::TextAfter(after.to_owned()),
            )));
        }
        add(name, Format::Xml, acts, &shape);
    }
    faults
}

/// Other values of the member's own type, and other counts: name, step further, edit.
fn differences(member: &Documented) -> Vec<(&'static str, &'static str, Edit)> {
    let text = |text: &str| Edit::Set(Value::from(text));
    match &member.shape.kind {
        Kind::Text => vec![("text", "", Edit::Differ)],
        Kind::Integer => vec![("number", "", Edit::Add(1))],
        Kind::Number => vec![("number", "", Edit::Half)],
        Kind::Boolean => vec![("flag", "", Edit::Flip)],
        Kind::DateTime(_) => vec![
            ("date", "", text("2020-12-08T17:37:05.5916406Z")),
            ("fraction", "", text("2020-12-08T17:37:04.5916407Z")),
            ("offset", "", text("2020-12-08T17:37:04.5916406+01:00")),
        ],
        Kind::Guid => vec![("guid", "", text("12345678-90ab-cdef-1234-567890abcdef"))],
        Kind::List(_) => vec![
            ("one-less", "/0", Edit::Drop),
            ("one-more", "", Edit::Double(0)),
            ("none", "", Edit::Set(Value::Array(Vec::new()))),
        ],
        _ => Vec::new(),
    }
}

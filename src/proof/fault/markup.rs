//! Faults of a payload as a whole: XML that says it otherwise, JSON that names it otherwise.

use serde_json::Value;

use crate::case::Check;
use crate::check::Family;
use crate::contract::Format;
use crate::portal::change::body::Bytes;
use crate::portal::change::markup::{Mark, Markup};
use crate::portal::change::tree::{Edit, Of, Selector};
use crate::portal::change::{Act, Change};
use crate::proof::fault::Fault;
use crate::proof::pattern::CasePattern;
use crate::proof::subject::{Documented, Subject, recased};
use crate::shape::Kind;

/// What shows by documented members alone that are not there.
const OF_ALL_MEMBERS: [&str; 4] = [
    "wrapped",
    "no-members",
    "payload-wrapped",
    "payload-as-text",
];

pub(super) fn faults(subject: &Subject<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let mut add = |format: Format, name: &str, acts: Vec<Act>, case: CasePattern| {
        let family = match format {
            Format::Json => Family::Schema,
            Format::Xml => Family::Shape,
        };
        if !acts.is_empty() {
            faults.push(Fault::new(
                family,
                &format!("{}:{name}", subject.slug()),
                Change::of(acts).on(&subject.operation.id).in_format(format),
                vec![case],
            ));
        }
    };
    let members = |format| {
        // A payload without members, of another kind, is the finding of the envelope, where there is one.
        let is_scalar = !subject.is_list && subject.members.is_empty() && !subject.is_bare;
        let check = if is_scalar {
            Check::Envelope
        } else {
            Check::Members
        };
        subject.case(format, check)
    };
    // Where nothing must be there, an object without anything is one.
    let is_scalar = !matches!(subject.resource, Kind::Object(_));
    let is_owed = is_scalar || top(subject).any(|one| !one.optional);
    let is_loose = |name: &str| {
        (!is_owed && OF_ALL_MEMBERS.contains(&name))
            || (subject.takes_anything() && OF_ALL_MEMBERS.contains(&name))
    };
    for (name, acts) in json(subject)
        .into_iter()
        .filter(|(name, _)| !is_loose(name))
    {
        add(Format::Json, name, acts, members(Format::Json));
    }
    for (name, acts) in xml(subject).into_iter().filter(|(name, _)| !is_loose(name)) {
        // Where no member must be there, what shows is that the element around has attributes: the
        // envelope's matter.
        let case = if name == "leaves-as-attributes" && !is_owed {
            subject.any_case(Format::Xml)
        } else {
            members(Format::Xml)
        };
        add(Format::Xml, name, acts, case);
    }
    for (name, acts) in namespaces(subject) {
        // Whether a namespace is the envelope's matter or the payload's is for the checks to say.
        add(Format::Xml, name, acts, subject.any_case(Format::Xml));
    }
    if subject.is_list {
        let second = Selector::new(Of::Second, "");
        let null = vec![Act::Tree(second.clone(), Edit::Set(Value::Null))];
        let all = |format| members(format).of_all();
        add(Format::Json, "second-null", null, all(Format::Json));
        let text = vec![Act::Tree(second.clone(), Edit::ToText)];
        add(Format::Json, "second-text", text, all(Format::Json));
        let empty = vec![Act::Tree(second, Edit::Set(Value::Null))];
        add(Format::Xml, "second-empty", empty, all(Format::Xml));
    }
    faults
}

fn edit(member: &Documented, edit: Edit) -> Act {
    Act::Tree(Selector::new(Of::Resource, &member.place), edit)
}

fn mark(member: &Documented, mark: Mark) -> Act {
    Act::Markup(Markup::At(Selector::new(Of::Resource, &member.place), mark))
}

fn json(subject: &Subject<'_>) -> Vec<(&'static str, Vec<Act>)> {
    let top = || top(subject);
    let of_kind = |kind: Kind| top().filter(move |one| one.shape.kind == kind);
    let whole = |to| vec![Act::Tree(Selector::new(Of::Resource, ""), to)];
    let recase_all = top()
        .map(|one| edit(one, Edit::Rename(recased(&one.name))))
        .collect();
    vec![
        ("all-recased", recase_all),
        (
            "all-integers-text",
            of_kind(Kind::Integer)
                .map(|one| edit(one, Edit::ToText))
                .collect(),
        ),
        (
            "all-flags-text",
            of_kind(Kind::Boolean)
                .map(|one| edit(one, Edit::ToText))
                .collect(),
        ),
        (
            "all-texts-null",
            of_kind(Kind::Text)
                .map(|one| edit(one, Edit::Set(Value::Null)))
                .collect(),
        ),
        ("wrapped", whole(Edit::Wrap("contact".to_owned()))),
        (
            "no-members",
            whole(Edit::Set(Value::Object(serde_json::Map::new()))),
        ),
    ]
}

fn top<'a>(subject: &'a Subject<'_>) -> impl Iterator<Item = &'a Documented> {
    subject
        .members
        .iter()
        .filter(|one| !one.place.contains('/') && !one.is_free)
}

/// A mark at every leaf of the resource itself.
fn leaves(subject: &Subject<'_>, to: &Mark) -> Vec<Act> {
    top(subject)
        .filter(|one| !one.is_list() && one.shape.members().is_empty())
        .map(|one| mark(one, to.clone()))
        .collect()
}

/// A mark at every object within the resource.
fn objects(subject: &Subject<'_>, to: &Mark) -> Vec<Act> {
    let is_object = |one: &&Documented| matches!(one.shape.kind, Kind::Object(_)) && !one.is_free;
    let all = subject.members.iter().filter(is_object);
    all.map(|one| mark(one, to.clone())).collect()
}

fn namespaces(subject: &Subject<'_>) -> Vec<(&'static str, Vec<Act>)> {
    let prefix = Mark::Prefix("p".to_owned(), "urn:portal".to_owned());
    let namespace = Mark::Attribute("xmlns".to_owned(), "urn:portal".to_owned());
    let whole = Selector::new(Of::Resource, "");
    vec![
        (
            "payload-namespace",
            vec![Act::Markup(Markup::At(whole, namespace.clone()))],
        ),
        ("leaves-prefixed", leaves(subject, &prefix)),
        ("leaves-namespaced", leaves(subject, &namespace)),
        ("objects-prefixed", objects(subject, &prefix)),
        ("objects-namespaced", objects(subject, &namespace)),
    ]
}

fn xml(subject: &Subject<'_>) -> Vec<(&'static str, Vec<Act>)> {
    let before = Mark::TextBefore("text".to_owned());
    let after = Mark::TextAfter("text".to_owned());
    let attribute = Mark::Attribute("type".to_owned(), "text".to_owned());
    let mut faults = booleans(subject);
    faults.extend(structure(subject));
    faults.extend([
        ("leaves-as-attributes", leaves(subject, &Mark::ToAttribute)),
        ("leaves-with-attribute", leaves(subject, &attribute)),
        ("objects-with-attribute", objects(subject, &attribute)),
        ("objects-with-text", objects(subject, &before)),
        ("objects-with-text-after", objects(subject, &after)),
    ]);
    faults
}

/// Other spellings of all booleans.
fn booleans(subject: &Subject<'_>) -> Vec<(&'static str, Vec<Act>)> {
    let forms = subject.profile.booleans(subject.operation);
    let spelled = |yes: &str, no: &str| {
        [(&forms.yes, yes), (&forms.no, no)]
            .map(|(from, to)| Bytes::ReplaceAll(format!(">{from}<"), format!(">{to}<")))
            .map(Act::Bytes)
            .to_vec()
    };
    vec![
        (
            "booleans-recased",
            spelled(&recased(&forms.yes), &recased(&forms.no)),
        ),
        ("booleans-in-capitals", spelled("TRUE", "FALSE")),
        ("booleans-as-digits", spelled("1", "0")),
        ("booleans-as-words", spelled("yes", "no")),
    ]
}

/// Elements where others belong.
fn structure(subject: &Subject<'_>) -> Vec<(&'static str, Vec<Act>)> {
    let members = || subject.members.iter();
    // Items of which nothing is known may be wrapped as well.
    let lists = || members().filter(|one| one.is_list() && !one.is_open_list());
    let objects = members().filter(|one| matches!(one.shape.kind, Kind::Object(_)));
    let whole = |to| vec![Act::Tree(Selector::new(Of::Resource, ""), to)];
    let in_own_name = |one: &Documented| edit(one, Edit::Wrap(one.name.clone()));
    let in_capitals = |one: &Documented| edit(one, Edit::Rename(one.name.to_uppercase()));
    vec![
        (
            "objects-as-text",
            objects.map(|one| edit(one, Edit::ToText)).collect(),
        ),
        (
            "lists-wrapped",
            lists()
                .map(|one| edit(one, Edit::Wrap("Item".to_owned())))
                .collect(),
        ),
        (
            "lists-wrapped-in-own-name",
            lists().map(in_own_name).collect(),
        ),
        ("payload-wrapped", whole(Edit::Wrap("Contact".to_owned()))),
        ("payload-as-text", whole(Edit::ToText)),
        (
            "elements-in-capitals",
            top(subject).map(in_capitals).collect(),
        ),
    ]
}

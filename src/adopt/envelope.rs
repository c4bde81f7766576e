//! Entries about members around the payload.

use serde_json::Value;

use crate::adopt::FEW;
use crate::adopt::draft::{Draft, EnvelopeEntry, Evidence, Says};
use crate::adopt::kinds::Kinds;
use crate::adopt::tally::{Around, Tallies};
use crate::check::{Name, Rule, Violation};
use crate::contract::Format;
use crate::profile::{EnvelopeMember, NotedType, Profile, Repeats};

/// Says of a member around the payload what makes a violation none.
pub(super) fn learn(base: &Profile, tallies: &Tallies, violation: &Violation, draft: &mut Draft) {
    let name = violation.member.split('/').next().unwrap_or_default();
    let is_sayable = matches!(
        violation.rule,
        Rule::Missing
            | Rule::Undocumented
            | Rule::Constant
            | Rule::StatusCode
            | Rule::ItemCount
            | Rule::Zero
            | Rule::TooSmall
            | Rule::Type
            | Rule::Fraction
            | Rule::Null
    );
    let is_plain = matches!(Name::of(name), Name::Plain(_));
    if !is_sayable || !is_plain {
        return;
    }
    if let Some((other, evidence)) = other_payload(base, tallies) {
        let documented = base.envelope.documented_payload().to_owned();
        let says = Says::Payload {
            name: other.to_owned(),
            documented,
        };
        return draft.put(says, evidence);
    }
    if is_payload(base, draft, name) {
        return;
    }
    // What XML alone has is seen in XML alone.
    let all = &tallies.envelopes;
    let of = |format| {
        let own = all.iter().filter(move |one| one.format == format);
        own.collect::<Vec<&Around>>()
    };
    let (json, xml) = (of(Format::Json), of(Format::Xml));
    let has = |some: &[&Around]| some.iter().any(|one| one.members.contains_key(name));
    // An empty list is no element of XML.
    let lists_nothing = json.iter().all(|one| {
        let list = one.members.get(name).and_then(Value::as_array);
        list.is_some_and(Vec::is_empty)
    });
    let is_nothing_in_xml = !json.is_empty() && !xml.is_empty() && !has(&xml) && lists_nothing;
    let some = if has(&json) || !has(&xml) { json } else { xml };
    if some.is_empty() {
        return;
    }
    let below = base.envelope.members.iter().find(|one| one.name == name);
    let (mut entry, evidence) = said(name, below, violation.rule, &some);
    entry.optional |= is_nothing_in_xml;
    entry.varies |= draft
        .entries
        .iter()
        .any(|one| matches!(&one.says, Says::Envelope(one) if one.name == name && one.varies));
    draft.put(Says::Envelope(entry), evidence);
}

/// Says of a member around the payload that several reads tell otherwise, and nothing beside it, that it may be so.
pub(super) fn varying(
    base: &Profile,
    tallies: &Tallies,
    name: &str,
    reads: usize,
    draft: &mut Draft,
) {
    let all = tallies.envelopes.iter();
    let some: Vec<&Around> = all.filter(|one| one.format == Format::Json).collect();
    let is_there = some.iter().any(|one| one.members.contains_key(name));
    if !is_there || !matches!(Name::of(name), Name::Plain(_)) {
        return;
    }
    let mut said_before = draft.entries.iter().filter_map(|entry| match &entry.says {
        Says::Envelope(one) if one.name == name => Some(one.clone()),
        _ => None,
    });
    let below = base.envelope.members.iter().find(|one| one.name == name);
    let entry = said_before
        .next()
        .unwrap_or_else(|| said(name, below, Rule::Undocumented, &some).0);
    let entry = EnvelopeEntry {
        varies: true,
        constant: None,
        ..entry
    };
    draft.put(Says::Envelope(entry), Evidence::of(reads, reads));
}

/// Whether a name is that of the payload.
fn is_payload(base: &Profile, draft: &Draft, name: &str) -> bool {
    let mut entries = draft.entries.iter();
    name == base.envelope.payload
        || entries
            .any(|entry| matches!(&entry.says, Says::Payload { name: own, .. } if own == name))
}

/// The one member that no answer in JSON is without and that holds what a payload may be, where none of them has
/// the payload under its name.
fn other_payload<'a>(base: &Profile, tallies: &'a Tallies) -> Option<(&'a str, Evidence)> {
    let all = tallies.envelopes.iter();
    let all = all.filter(|one| one.format == Format::Json);
    if all.clone().any(|one| one.has_payload) {
        return None;
    }
    let all: Vec<&Around> = all.collect();
    let (first, others) = all.split_first()?;
    let is_listed = |name: &str| base.envelope.members.iter().any(|one| one.name == name);
    let holds = |one: &Around, name: &str| {
        let value = one.members.get(name);
        value.is_some_and(|value| value.is_object() || value.is_array())
    };
    let mut names = first.members.keys().filter(|name| {
        !is_listed(name) && holds(first, name) && others.iter().all(|one| holds(one, name))
    });
    let name = names.next().filter(|_| names.next().is_none())?;
    Some((name, Evidence::of(all.len(), all.len())))
}

fn said(
    name: &str,
    below: Option<&EnvelopeMember>,
    rule: Rule,
    some: &[&Around],
) -> (EnvelopeEntry, Evidence) {
    let there: Vec<(&Around, &Value)> = some
        .iter()
        .filter_map(|one| Some((*one, one.members.get(name)?)))
        .collect();
    let mut kinds = Kinds::default();
    for (_, value) in &there {
        kinds.add(value);
    }
    let numbers: Option<Vec<i64>> = there.iter().map(|(_, value)| value.as_i64()).collect();
    let numbers = numbers.unwrap_or_default();
    let absent = some.len() - there.len();
    let is_always = |wanted: &dyn Fn(&Around) -> i64| {
        let pairs = numbers.iter().zip(&there);
        !numbers.is_empty()
            && pairs
                .into_iter()
                .all(|(number, (one, _))| *number == wanted(one))
    };
    let equals = if is_always(&|one| i64::from(one.status)) {
        Some(Repeats::StatusCode)
    } else if is_always(&|one| one.items) {
        Some(Repeats::Items)
    } else {
        None
    };
    let first = numbers.first().copied();
    let is_one = first.is_some() && numbers.iter().all(|number| Some(*number) == first);
    // A number that always comes is another constant where the page has one, else after many answers.
    let had_constant = below.is_some_and(|one| one.constant.is_some());
    let is_constant = is_one && equals.is_none() && (had_constant || numbers.len() >= FEW);
    let kind = match (there.is_empty(), below) {
        (true, Some(below)) => below.kind,
        _ if kinds.nulls > 0 => NotedType::Any,
        _ => kinds.noted(),
    };
    let kept = below.filter(|_| kind == NotedType::Integer);
    let entry = EnvelopeEntry {
        name: name.to_owned(),
        kind,
        constant: if there.is_empty() {
            below.and_then(|one| one.constant)
        } else {
            first.filter(|_| is_constant)
        },
        optional: absent > 0 || below.is_some_and(|one| one.optional || one.omitted_at_zero),
        equals,
        tells: kept.and_then(|one| one.tells),
        at_least: kept
            .and_then(|one| one.at_least)
            .filter(|least| rule != Rule::TooSmall && numbers.iter().all(|number| number >= least)),
        varies: below.is_some_and(|one| one.varies),
        is_forgiven: true,
    };
    let times = if rule == Rule::Missing {
        absent
    } else {
        there.len()
    };
    let mut operations: Vec<String> = some.iter().map(|one| one.operation.clone()).collect();
    operations.sort();
    operations.dedup();
    let evidence = Evidence {
        operations,
        ..Evidence::of(times, some.len())
    };
    (entry, evidence)
}

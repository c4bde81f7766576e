//! Entries about members around the payload.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::adopt::FEW;
use crate::adopt::draft::{Draft, EnvelopeEntry, Evidence, Says};
use crate::adopt::kinds::Kinds;
use crate::adopt::resource::Resource;
use crate::adopt::tally::{Around, Tallies, written};
use crate::check::{Name, Rule, Violation};
use crate::contract::Format;
use crate::profile::{EnvelopeMember, NotedType, Profile, Repeats};
use crate::shape::{Fraction, text};

/// So many resources with another value in each format are no chance.
const ENOUGH: usize = 3;

/// Says which member holds the payload, where it is another one, or that the whole answer is it.
pub(super) fn payload(base: &Profile, tallies: &Tallies, draft: &mut Draft) {
    if let Some((other, evidence)) = other_payload(base, tallies) {
        let says = Says::Payload {
            name: other.to_owned(),
            documented: base.envelope.documented_payload().to_owned(),
            of_schemas: false,
        };
        draft.put(says, evidence);
    }
}

/// What says that the documents show the payload alone, where what they describe stands whole below one member of
/// every answer.
pub(super) fn around_documented(base: &Profile, tallies: &Tallies) -> Option<(Says, Evidence)> {
    let (name, answers) = tallies.around_documented()?;
    let says = Says::Payload {
        name: name.to_owned(),
        documented: base.envelope.documented_payload().to_owned(),
        of_schemas: true,
    };
    let is_plain = matches!(Name::of(name), Name::Plain(_));
    is_plain.then(|| (says, Evidence::of(answers, answers)))
}

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
    // Of what stands beside a payload that nobody knows nothing is known.
    let is_found = tallies.envelopes.iter().any(|one| one.has_payload);
    if !is_found || is_payload(base, draft, name) {
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

/// Says that a member around the payload may have another value in each answer, where it has in many that were read
/// in both formats, or in many more that were recorded in one format alone. A run asks again, which tells more.
pub(super) fn marks_of_answers(
    base: &Profile,
    tallies: &Tallies,
    is_recorded: bool,
    draft: &mut Draft,
) {
    let all = &tallies.envelopes;
    let is_one_format = is_recorded && all.windows(2).all(|pair| pair[0].format == pair[1].format);
    let names: BTreeSet<&String> = all.iter().flat_map(|one| one.members.keys()).collect();
    for name in names {
        let there: Vec<(&Around, &Value)> = all
            .iter()
            .filter_map(|one| Some((one, one.members.get(name)?)))
            .collect();
        let of = |format| -> BTreeSet<Resource> {
            let own = there.iter().filter(|(one, _)| one.format == format);
            own.map(|(one, _)| one.about).collect()
        };
        let both = of(Format::Json).intersection(&of(Format::Xml)).count();
        // Of one format nobody knows what another read would tell, but of what is a mark of what was asked for.
        let is_of_asked = |(one, _): &(&Around, &Value)| one.repeated.contains(name);
        let is_enough = if is_one_format {
            resources(there.iter().map(|(one, _)| *one)) >= FEW && !there.iter().all(is_of_asked)
        } else {
            both >= ENOUGH
        };
        let values: Option<BTreeSet<String>> = there.iter().map(|(_, value)| mark(value)).collect();
        let is_told_before = base
            .envelope
            .members
            .iter()
            .any(|one| one.name == *name && one.varies);
        // What is told twice is no mark of one answer.
        let are_marks = values.is_some_and(|values| values.len() == there.len());
        if is_enough && are_marks && !is_told_before {
            varying(base, tallies, name, there.len(), draft);
        }
    }
}

/// What marks one answer among others: a GUID, a time, a number, or letters and digits; no path and no words.
fn mark(value: &Value) -> Option<String> {
    let text = written(value)?;
    let is_of = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    let is_code = text.contains(|c: char| c.is_ascii_digit()) && text.chars().all(is_of);
    (is_code || text::is_date_time(&text, Fraction::Any)).then_some(text)
}

/// Whether a name is that of the payload.
fn is_payload(base: &Profile, draft: &Draft, name: &str) -> bool {
    let mut entries = draft.entries.iter();
    name == base.envelope.payload
        || entries
            .any(|entry| matches!(&entry.says, Says::Payload { name: own, .. } if own == name))
}

/// The member that no answer in JSON is without and that holds the most documented members, where none of them has
/// the payload under its name; empty where the answers hold more of them themselves.
fn other_payload<'a>(base: &Profile, tallies: &'a Tallies) -> Option<(&'a str, Evidence)> {
    let all = tallies.envelopes.iter();
    let all = all.filter(|one| one.format == Format::Json);
    if all.clone().any(|one| one.has_payload) {
        return None;
    }
    let all: Vec<&Around> = all.collect();
    let first = all.first()?;
    let is_listed = |name: &str| base.envelope.members.iter().any(|one| one.name == name);
    let names = first.held_in.keys().filter(|name| !is_listed(name));
    let mut found: Vec<(usize, &str)> = names
        .filter_map(|name| {
            let held: Option<Vec<usize>> = all
                .iter()
                .map(|one| one.held_in.get(name).copied())
                .collect();
            Some((held?.into_iter().sum(), name.as_str()))
        })
        .collect();
    found.sort_unstable();
    let held: usize = all.iter().map(|one| one.held).sum();
    let of = resources(all);
    let evidence = Evidence::of(of, of);
    let (most, name) = found.pop().unwrap_or((0, ""));
    if held > most {
        return Some(("", evidence));
    }
    // What holds as much as another one is no more the payload than that.
    let is_tied = found.last().is_some_and(|(other, _)| *other == most);
    (!name.is_empty() && !is_tied).then_some((name, evidence))
}

/// What some answers were asked about, each resource once.
fn resources<'a>(some: impl IntoIterator<Item = &'a Around>) -> usize {
    let about = some.into_iter().map(|one| one.about);
    about.collect::<BTreeSet<_>>().len()
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
    for (one, value) in &there {
        kinds.add(value, one.about);
    }
    let (all, present) = (
        resources(some.iter().copied()),
        resources(there.iter().map(|(one, _)| *one)),
    );
    let numbers: Option<Vec<i64>> = there.iter().map(|(_, value)| value.as_i64()).collect();
    let numbers = numbers.unwrap_or_default();
    let lacking = some.iter().filter(|one| !one.members.contains_key(name));
    let absent = resources(lacking.copied());
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
    let is_constant = is_one && equals.is_none() && (had_constant || present >= FEW);
    let kind = match (there.is_empty(), below) {
        (true, Some(below)) => below.kind,
        _ if kinds.nulls() > 0 => NotedType::Any,
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
        // A total below the items is none.
        tells: kept
            .and_then(|one| one.tells)
            .filter(|_| rule != Rule::ItemCount || below.is_some_and(|one| one.equals.is_some())),
        at_least: kept
            .and_then(|one| one.at_least)
            .filter(|least| rule != Rule::TooSmall && numbers.iter().all(|number| number >= least)),
        varies: below.is_some_and(|one| one.varies),
        is_forgiven: true,
    };
    let times = if rule == Rule::Missing {
        absent
    } else {
        present
    };
    let mut operations: Vec<String> = some.iter().map(|one| one.operation.clone()).collect();
    operations.sort();
    operations.dedup();
    let evidence = Evidence {
        operations,
        ..Evidence::of(times, all)
    };
    (entry, evidence)
}

//! A draft of a profile as the text of its file, and what it would forgive.

use std::fmt::Write as _;

use serde_json::Value;

use crate::adopt::{
    Draft, Entry, EnvelopeEntry, Evidence, FEW, MemberEntry, NoteEntry, Says, Where,
};
use crate::check::count;
use crate::contract::Format;
use crate::exit_code::ExitCode;
use crate::profile::{NotedType, Repeats, Tells};

/// More documented members than these that no answer has are a sign of another portal.
const MANY_ABSENT: usize = 5;
/// So many operations are named.
const MOST_OPERATIONS: usize = 3;

/// The profile, as TOML.
#[must_use]
pub fn adopted_profile(draft: &Draft) -> String {
    let mut text = format!(
        "extends = {}\nname = {}\nsummary = {}\n",
        quoted(&draft.base),
        quoted(&draft.name),
        quoted(&format!("as {} answered, {}", draft.name, draft.date)),
    );
    // Keys of the whole stand before the first table.
    for entry in &draft.entries {
        let line = match &entry.says {
            Says::MemberCase(case) => format!("member-case = {}", quoted(case.word())),
            Says::OwnSnapshots => format!("snapshots = {}", quoted(&draft.name)),
            _ => continue,
        };
        comment(&mut text, entry, draft);
        let _ = writeln!(text, "{line}");
    }
    for (table, keys) in tables(draft) {
        let _ = write!(text, "\n[{table}]\n");
        for (entry, line) in keys {
            comment(&mut text, entry, draft);
            let _ = writeln!(text, "{line}");
        }
    }
    for entry in &draft.entries {
        let because = format!("because = {}\n", quoted(&because(entry, draft)));
        let lines = match &entry.says {
            Says::Definition(name) => format!("# {}\n{}", because_of_name(name), definition(name)),
            Says::Envelope(envelope) => format!("{}{because}", of_envelope(envelope)),
            Says::Note(note) => format!("{}{because}", of_note(note)),
            Says::Member(member) => format!("{}{because}", of_member(member)),
            _ => continue,
        };
        let _ = write!(text, "\n{lines}");
    }
    text
}

/// The keys of tables that are no lists, in the order of their tables.
fn tables(draft: &Draft) -> Vec<(&'static str, Vec<(&Entry, String)>)> {
    let mut tables: Vec<(&'static str, Vec<(&Entry, String)>)> = Vec::new();
    for entry in &draft.entries {
        let (table, lines) = match &entry.says {
            Says::Extension(format, ending) => (
                of_format(*format),
                vec![format!("extension = {}", quoted(ending))],
            ),
            Says::MediaTypes(format, types) => (
                of_format(*format),
                vec![format!(
                    "media-types = [{}]",
                    joined(types, |one| quoted(one))
                )],
            ),
            Says::Root(root) => ("xml", vec![format!("root = {}", quoted(root))]),
            Says::Payload {
                name,
                documented,
                of_schemas,
            } => {
                let mut lines = vec![
                    format!("payload = {}", quoted(name)),
                    format!("documented-payload = {}", quoted(documented)),
                ];
                lines.extend(of_schemas.then(|| "schemas = \"payload\"".to_owned()));
                ("envelope", lines)
            }
            Says::Words { yes, no } => (
                "xml",
                vec![
                    format!("true = {}", quoted(yes)),
                    format!("false = {}", quoted(no)),
                ],
            ),
            Says::Success(method, codes) => (
                "success",
                vec![format!("{method} = [{}]", joined(codes, u16::to_string))],
            ),
            Says::Authentication(codes) => (
                "refusal",
                vec![format!(
                    "authentication = [{}]",
                    joined(codes, u16::to_string)
                )],
            ),
            Says::Unknown(codes) => (
                "refusal",
                vec![format!("unknown = [{}]", joined(codes, u16::to_string))],
            ),
            Says::LooseIds => ("refusal", vec!["exact-ids = \"never\"".to_owned()]),
            Says::FractionDigits(digits) => (
                "inference",
                vec![format!("date-time-fraction-digits = {digits}")],
            ),
            _ => continue,
        };
        let lines = lines.join("\n");
        match tables.iter_mut().find(|(name, _)| *name == table) {
            Some((_, keys)) => keys.push((entry, lines)),
            None => tables.push((table, vec![(entry, lines)])),
        }
    }
    tables
}

/// The items of a list of TOML.
fn joined<T>(items: &[T], text: impl Fn(&T) -> String) -> String {
    items.iter().map(text).collect::<Vec<_>>().join(", ")
}

fn of_format(format: Format) -> &'static str {
    match format {
        Format::Json => "json",
        Format::Xml => "xml",
    }
}

fn definition(name: &str) -> String {
    let name = quoted(name);
    format!("[[definition]]\nname = {name}\nof = [\"\"]\noperation = {name}\n")
}

fn because_of_name(name: &str) -> String {
    format!("what {name} answers, so that entries can be about it")
}

fn of_envelope(entry: &EnvelopeEntry) -> String {
    let mut text = format!(
        "[[envelope.member]]\nname = {}\ntype = {}\n",
        quoted(&entry.name),
        quoted(word_of(entry.kind))
    );
    if let Some(constant) = entry.constant {
        let _ = writeln!(text, "constant = {constant}");
    }
    if let Some(equals) = entry.equals {
        let word = match equals {
            Repeats::StatusCode => "status-code",
            Repeats::Items => "items",
        };
        let _ = writeln!(text, "equals = {}", quoted(word));
    }
    if let Some(tells) = entry.tells {
        let word = match tells {
            Tells::Total => "total",
            Tells::Next => "next",
        };
        let _ = writeln!(text, "tells = {}", quoted(word));
    }
    if let Some(least) = entry.at_least {
        let _ = writeln!(text, "at-least = {least}");
    }
    if entry.optional {
        text.push_str("optional = true\n");
    }
    if entry.varies {
        text.push_str("varies = true\n");
    }
    text
}

fn of_note(note: &NoteEntry) -> String {
    let mut text = format!("[[note]]\nat = {}\n", quoted(&note.at));
    if let Some(definition) = &note.definition {
        let _ = writeln!(text, "definition = {}", quoted(definition));
    }
    if let Some(kind) = note.kind {
        let _ = writeln!(text, "type = {}", quoted(word_of(kind)));
    }
    flags(&mut text, note.optional, note.nullable, note.when.as_ref());
    if note.never {
        text.push_str("never = true\n");
    }
    if note.varies {
        text.push_str("varies = true\n");
    }
    if note.is_plain() {
        // It takes the place of what the base says.
        text.push_str("never = false\n");
    }
    text
}

fn of_member(member: &MemberEntry) -> String {
    let mut text = format!("[[member]]\nname = {}\n", quoted(&member.name));
    if !member.within.is_empty() {
        let _ = writeln!(text, "in = {}", quoted(&member.within));
    }
    let _ = writeln!(text, "definition = {}", quoted(&member.definition));
    let _ = writeln!(text, "type = {}", quoted(word_of(member.kind)));
    flags(
        &mut text,
        member.optional,
        member.nullable,
        member.when.as_ref(),
    );
    text
}

fn flags(text: &mut String, optional: bool, nullable: bool, when: Option<&Where>) {
    if optional {
        text.push_str("optional = true\n");
    }
    if nullable {
        text.push_str("nullable = true\n");
    }
    if let Some(when) = when {
        let only = if when.only { ", only = true" } else { "" };
        let member = quoted(&when.member);
        let _ = writeln!(
            text,
            "when = {{ member = {member}, is = {}{only} }}",
            when.is
        );
    }
}

/// What the entries would forgive, the heaviest first, then what they ask for beyond the pages.
#[must_use]
pub fn adopted_summary(draft: &Draft) -> String {
    let is_told = |entry: &&Entry| !matches!(entry.says, Says::Definition(_));
    let (asking, mut forgiving): (Vec<&Entry>, Vec<&Entry>) = draft
        .entries
        .iter()
        .filter(is_told)
        .partition(|entry| entry.only_asks());
    forgiving.sort_by_key(|entry| std::cmp::Reverse(weight(entry)));
    let mut text = String::new();
    if forgiving.is_empty() {
        let _ = writeln!(text, "{} fits as it is: nothing to forgive", draft.base);
    } else {
        let entries = one_or_many(forgiving.len(), "entry", "entries");
        let _ = writeln!(text, "over {}, {entries} would forgive:", draft.base);
    }
    for entry in &forgiving {
        let _ = writeln!(text, "  {}: {}", subject(&entry.says), seen(entry));
    }
    let nowhere = draft.absent();
    if nowhere > MANY_ABSENT && !draft.is_of_other_pages() {
        let _ = writeln!(
            text,
            "{nowhere} documented members are in no answer: see to it that the pages are those of this portal"
        );
    }
    if !asking.is_empty() {
        let entries = one_or_many(asking.len(), "entry", "entries");
        let _ = writeln!(text, "{entries} would ask for more than the pages do:");
    }
    for entry in &asking {
        let _ = writeln!(text, "  {}: {}", subject(&entry.says), seen(entry));
    }
    text
}

/// That what was answered is hardly what the pages document, where it is so.
#[must_use]
pub fn adopted_doubt(draft: &Draft) -> Option<String> {
    draft.is_of_other_pages().then(|| {
        if let Some(place) = &draft.below {
            return format!(
                "what is documented stands below {place}, deeper than a profile can say: describe it so in pages or an OpenAPI document of your own, and name them with --pages (exit {})\n",
                ExitCode::Violates as i32,
            );
        }
        format!(
            "these are hardly the pages of this portal: {} of {} are in no answer; name its own with --pages (exit {})\n",
            draft.absent(),
            count(draft.documented, "documented member"),
            ExitCode::Violates as i32,
        )
    })
}

/// How much an entry forgives: what holds for all answers weighs more than any member.
fn weight(entry: &Entry) -> (bool, usize) {
    let is_outer = !matches!(
        entry.says,
        Says::Note(_) | Says::Member(_) | Says::Envelope(_)
    );
    (is_outer, entry.evidence.times)
}

fn one_or_many(number: usize, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

/// What an entry is about.
fn subject(says: &Says) -> String {
    match says {
        Says::MemberCase(case) => format!("names in the letter case `{}`", case.word()),
        Says::Extension(format, ending) if ending.is_empty() => {
            format!(
                "{} without an ending of the path",
                format.as_str().to_uppercase()
            )
        }
        Says::Extension(format, ending) => {
            format!(
                "{} by the ending `{ending}`",
                format.as_str().to_uppercase()
            )
        }
        Says::MediaTypes(format, types) => format!(
            "{} labelled as {}",
            format.as_str().to_uppercase(),
            types.join(" or ")
        ),
        Says::Root(root) => format!("root element `{root}`"),
        Says::Words { yes, no } => format!("booleans `{yes}` and `{no}` in XML"),
        Says::Payload { name, .. } if name.is_empty() => {
            "nothing around the payload: it is the whole answer".to_owned()
        }
        Says::Payload {
            name,
            of_schemas: true,
            ..
        } => format!("`{name}` around what is documented"),
        Says::Payload {
            name, documented, ..
        } => format!("`{name}` for `{documented}` around it all"),
        Says::Success(method, codes) => format!("{method} succeeds with {}", listed(codes)),
        Says::Authentication(codes) => {
            format!(
                "requests without a valid token are refused with {}",
                listed(codes)
            )
        }
        Says::Unknown(codes) => {
            format!("what is not there is refused with {}", listed(codes))
        }
        Says::LooseIds => "numbers in other spellings, such as `+31`, are ids as well".to_owned(),
        Says::FractionDigits(digits) => {
            format!(
                "date-times have {} of a fraction",
                count(usize::from(*digits), "digit")
            )
        }
        Says::OwnSnapshots => "the reviewed envelopes of the base are not compared".to_owned(),
        Says::Definition(name) => because_of_name(name),
        Says::Envelope(entry) => format!("`{}` around the payload", entry.name),
        Says::Note(note) => match &note.definition {
            Some(definition) => format!("`{}` of {definition}", note.at),
            None => format!("`{}`", note.at),
        },
        Says::Member(member) if member.within.is_empty() => {
            format!("`{}` of {}", member.name, member.definition)
        }
        Says::Member(member) => {
            format!(
                "`{}/{}` of {}",
                member.within, member.name, member.definition
            )
        }
    }
}

fn listed(codes: &[u16]) -> String {
    let codes: Vec<String> = codes.iter().map(u16::to_string).collect();
    codes.join(" or ")
}

/// What was seen, and how often.
fn seen(entry: &Entry) -> String {
    let Evidence {
        times, of, answers, ..
    } = &entry.evidence;
    let often = |what: &str| {
        if of == answers {
            format!("{what} in {times} of {}", count(*of, "answer"))
        } else {
            format!(
                "{what} in {times} of {} in {}",
                count(*of, "object"),
                count(*answers, "answer")
            )
        }
    };
    let mut text = match &entry.says {
        Says::Note(note) => often(&of_note_in_words(note, *times)),
        Says::Member(member) => match &member.when {
            Some(when) => often(&format!(
                "undocumented, there where {} is {}",
                when.member, when.is
            )),
            None => often("undocumented, there"),
        },
        Says::Envelope(entry) => often(&of_envelope_in_words(entry, *times, *of)),
        Says::FractionDigits(_) => format!("in {times} of {}", count(*of, "date-time")),
        Says::Authentication(_) | Says::Unknown(_) | Says::LooseIds => {
            format!("in {times} of {}", count(*of, "case"))
        }
        Says::OwnSnapshots if *times == 0 => {
            "what stands around the payload is otherwise".to_owned()
        }
        Says::OwnSnapshots => format!("others in {}", count(*times, "case")),
        _ => often("so"),
    };
    // What some lack is certain; that all do is not.
    let is_some = matches!(&entry.says, Says::Note(note) if note.optional || note.nullable);
    let is_certain = !is_some || times == of;
    if is_certain && is_of_answers(&entry.says) {
        // Many answers may hold one object.
        let (seen, what) = if of < answers {
            (*of, "object")
        } else {
            (*answers, "answer")
        };
        if seen < FEW {
            let _ = write!(text, " (only {}: few)", count(seen, what));
        }
    }
    text
}

/// Whether an entry rests on answers, and not on date-times or cases.
fn is_of_answers(says: &Says) -> bool {
    !matches!(
        says,
        Says::FractionDigits(_)
            | Says::Authentication(_)
            | Says::Unknown(_)
            | Says::LooseIds
            | Says::OwnSnapshots
    )
}

fn of_note_in_words(note: &NoteEntry, times: usize) -> String {
    if let Some(when) = &note.when {
        let only = if when.only { "only " } else { "" };
        return format!("there {only}where {} is {}; absent", when.member, when.is);
    }
    let mut words = Vec::new();
    if note.never || note.optional {
        words.push("absent".to_owned());
    }
    if note.nullable {
        words.push("null".to_owned());
    }
    if note.varies {
        words.push("another value each time".to_owned());
    }
    if let Some(kind) = note.kind {
        words.push(format!("of type {}", word_of(kind)));
    }
    if words.is_empty() {
        words.push(format!("there{}", if times == 0 { " not" } else { "" }));
    }
    words.join(" or ")
}

fn of_envelope_in_words(entry: &EnvelopeEntry, times: usize, of: usize) -> String {
    if entry.varies {
        return "another value each time".to_owned();
    }
    match entry.equals {
        Some(Repeats::StatusCode) => return "the status code once more".to_owned(),
        Some(Repeats::Items) => return "the number of items".to_owned(),
        None => {}
    }
    if entry.optional && times < of {
        "there or absent".to_owned()
    } else if entry.optional {
        "absent".to_owned()
    } else if let Some(constant) = entry.constant {
        format!("always {constant}")
    } else {
        format!("of type {}", word_of(entry.kind))
    }
}

/// What an entry rests on, in one line with the operations and the day.
fn because(entry: &Entry, draft: &Draft) -> String {
    let operations = &entry.evidence.operations;
    let named = operations.iter().take(MOST_OPERATIONS).cloned();
    let named: Vec<String> = named.collect();
    let mut text = seen(entry);
    if !named.is_empty() {
        let _ = write!(text, " of {}", named.join(", "));
    }
    if operations.len() > named.len() {
        let _ = write!(text, " and {} more", operations.len() - named.len());
    }
    let _ = write!(text, ", {}", draft.date);
    text
}

fn comment(text: &mut String, entry: &Entry, draft: &Draft) {
    let line = format!("{}: {}", subject(&entry.says), because(entry, draft));
    comment_line(text, &line);
}

fn comment_line(text: &mut String, line: &str) {
    let _ = writeln!(text, "# {}", line.replace(['\n', '\r'], " "));
}

fn word_of(kind: NotedType) -> &'static str {
    match kind {
        NotedType::Text => "text",
        NotedType::Integer => "integer",
        NotedType::Number => "number",
        NotedType::Boolean => "boolean",
        NotedType::DateTime => "date-time",
        NotedType::Guid => "guid",
        NotedType::Any => "any",
    }
}

/// A basic string of TOML, whose escapes are those of JSON.
fn quoted(text: &str) -> String {
    Value::from(text).to_string()
}

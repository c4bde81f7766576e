//! The words of reports: one place for what several formats say.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

use crate::case::QuestionIndex;
use crate::check::{
    Compression, DateForm, Excess, Foreign, Garbling, Likeness, LineChange, Malformed, Observed,
    Promise, Review, Rule, Sketch, Slip, SyntaxFault, Violation, Within, count,
};
use crate::client::page::HtmlPage;
use crate::client::{Clue, FailureKind};
use crate::contract::{Format, OperationId, success};
use crate::level::Level;
use crate::pointer::unindexed;
use crate::report::advice::advice;
use crate::report::aside;
use crate::report::curl::quoted;
use crate::run::{Run, Seen};

/// The longest line of a page that is shown.
const MAX_LINE: usize = 100;
/// How many of the values that keep the contract are shown.
const MAX_VALUES: usize = 12;
/// So many operations, or names, of which the same is said are told each on its own.
pub(super) const MAX_APART: usize = 3;

/// The first of many names, and how many more there are.
pub(super) fn some_of(names: &[impl AsRef<str>]) -> String {
    let first = names.iter().take(MAX_APART).map(AsRef::as_ref);
    let first: Vec<&str> = first.collect();
    match names.len() - first.len() {
        0 => first.join(", "),
        rest => format!("{} and {rest} more", first.join(", ")),
    }
}

/// What was asked and what came, in one line.
pub(super) fn exchange(seen: &Seen) -> String {
    let status = seen
        .status
        .map_or_else(|| "no answer".to_owned(), |status| status.to_string());
    let media_type = match seen.media_type.as_str() {
        "" => String::new(),
        media_type => format!(" {media_type}"),
    };
    format!(
        "{} /{} -> {status}{}",
        seen.request.method,
        seen.request.path,
        one_line(&media_type)
    )
}

/// What was promised and what came.
pub(super) fn said(seen: &Seen) -> String {
    let Violation {
        rule,
        expected,
        actual,
        ..
    } = &seen.violation;
    let said = disagreement(expected, actual);
    // The difference of a snapshot alone has lines, whose names cannot begin others.
    if matches!(rule, Rule::Snapshot | Rule::SnapshotUnreviewed) {
        said
    } else {
        one_line(&said)
    }
}

/// The same of several violations of one rule, true of each of them.
pub(super) fn said_of_all(all: &[&Seen]) -> String {
    let Some(first) = all.first() else {
        return String::new();
    };
    let sentence = said(first);
    if all.iter().all(|seen| said(seen) == sentence) {
        return sentence;
    }
    let expected = |seen: &Seen| seen.violation.expected.clone();
    let came_of_first = came(&first.violation.actual);
    if first.violation.expected == Promise::Documented {
        one_line(&format!(
            "documented, not found so, such as {came_of_first}"
        ))
    } else if all.iter().all(|seen| expected(seen) == expected(first)) {
        let expected = promised_beside(&first.violation.expected, &first.violation.actual);
        one_line(&format!(
            "expected {expected}, got other values, such as {came_of_first}"
        ))
    } else {
        let rule = first.violation.rule.sentence();
        one_line(&format!("not kept: {rule}; the first has {came_of_first}"))
    }
}

/// What came in place of what was promised, true of several violations.
pub(super) fn came_of_all(all: &[&Seen]) -> String {
    of_all(all, came)
}

/// The same in some words for each.
fn of_all(all: &[&Seen], words: fn(&Observed) -> String) -> String {
    let Some(first) = all.first() else {
        return String::new();
    };
    let of_first = words(&first.violation.actual);
    if all
        .iter()
        .all(|seen| words(&seen.violation.actual) == of_first)
    {
        of_first
    } else {
        format!("other values, such as {of_first}")
    }
}

/// How often a finding shows, behind what is said of its first violation; nothing where it shows there alone, in
/// every answer.
pub(super) fn often(run: &Run, seen: &[&Seen]) -> String {
    let Some(first) = seen.first() else {
        return String::new();
    };
    let path = |at: QuestionIndex| {
        let question = run.plan.questions.get(at)?;
        Some(question.request.path.as_str())
    };
    let mut told = in_answers(first, path);
    let places: BTreeSet<&str> = seen
        .iter()
        .map(|seen| seen.violation.pointer.as_str())
        .collect();
    let shape = unindexed(&first.violation.pointer);
    let alike = places
        .iter()
        .filter(|place| unindexed(place) == shape)
        .count();
    let items = first
        .shown
        .items
        .filter(|items| *items >= alike && !first.shown.is_cut);
    match items {
        Some(1) => {}
        Some(items) => {
            let _ = write!(told, ", in {alike} of {}", count(items, "item"));
        }
        None if alike > 1 => {
            let _ = write!(told, " (and {})", count(alike - 1, "other item"));
        }
        None => {}
    }
    let elsewhere = places.len() - alike;
    if elsewhere > 0 {
        let _ = write!(told, " (and {})", count(elsewhere, "other place"));
    }
    // One place says different things in different answers.
    if places.len() == 1 {
        told.push_str(&in_others(seen));
    }
    one_line(&told)
}

/// What came in the other answers, where that is something else than in the first.
fn in_others(seen: &[&Seen]) -> String {
    let [first, others @ ..] = seen else {
        return String::new();
    };
    let told = of_all(others, plainly);
    if others.is_empty() || told == plainly(&first.violation.actual) {
        return String::new();
    }
    format!(" (in other answers {told})")
}

/// In which answers the rule is broken there in the same way, whatever the length that one of them has; nothing where
/// it is in all.
fn in_answers<'a>(seen: &Seen, path: impl Fn(QuestionIndex) -> Option<&'a str>) -> String {
    let times = seen.shown.answers.max(seen.times);
    if times >= seen.of {
        return String::new();
    }
    let each = &seen.shown.each;
    let is_sure = each.iter().all(|(_, times, of)| *times == 0 || times == of);
    let paths = |is_meant: fn(usize) -> bool| -> BTreeSet<&str> {
        let meant = each.iter().filter(|(_, times, _)| is_meant(*times));
        meant.filter_map(|(at, ..)| path(*at)).collect()
    };
    let (always, never) = (paths(|times| times > 0), paths(|times| times == 0));
    if is_sure && !always.is_empty() && !never.is_empty() && always.is_disjoint(&never) {
        return format!(", always for {}, never for {}", some(&always), some(&never));
    }
    format!(", in {times} of {} answers", seen.of)
}

/// The first of some paths, and how many more there are.
fn some(paths: &BTreeSet<&str>) -> String {
    let first = paths.first().copied().unwrap_or_default();
    match paths.len() {
        0 | 1 => format!("/{first}"),
        all => format!("/{first} and {} more", all - 1),
    }
}

/// What was promised and what came, in one sentence.
pub(super) fn disagreement(expected: &Promise, actual: &Observed) -> String {
    match expected {
        Promise::Documented => format!("documented, {}", came(actual)),
        expected => {
            let came = came(actual);
            let got = if is_sentence(actual) { "but" } else { "got" };
            format!(
                "expected {}, {got} {came}",
                promised_beside(expected, actual)
            )
        }
    }
}

/// Whether what came is told by what happened.
fn is_sentence(observed: &Observed) -> bool {
    use FailureKind::{Broken, Encoding, Malformed, TooLarge};
    let Observed::Failure { kind, .. } = observed else {
        return false;
    };
    matches!(kind, Broken | Encoding | Malformed | TooLarge)
}

/// What was promised and what came, as a report says it.
pub(crate) fn disagreement_of(expected: &str, actual: &str) -> String {
    match expected {
        "documented" => format!("documented, {actual}"),
        expected => format!("expected {expected}, got {actual}"),
    }
}

/// What was promised where what came says more of it: 429 is a 4xx, and refuses nothing but the pace.
pub(super) fn promised_beside(promise: &Promise, actual: &Observed) -> String {
    match (promise, actual) {
        (Promise::ClientError, Observed::Status(429, _)) => {
            "another refusal than 429 (too many requests)".to_owned()
        }
        // The answer to the known one is no better than the other.
        (Promise::SameStatus(code), Observed::UnknownStatus(_)) => format!(
            "no difference without a valid token between a known id ({}) and others",
            status(*code)
        ),
        (promise, _) => promised(promise),
    }
}

/// How a body is compressed without a label.
fn compressed(compression: Compression) -> String {
    let by = match compression {
        Compression::Gzip => "gzip",
        Compression::Zlib => "zlib (`deflate`)",
        Compression::Zstd => "zstd",
    };
    format!("bytes that {by} compressed, and no label that says so")
}

/// What alone makes two texts differ.
fn alike(likeness: Likeness) -> &'static str {
    match likeness {
        Likeness::Escaped => "the same text, escaped as HTML in one of them",
        Likeness::Blanks => "the same text but for blanks",
        Likeness::Marks => {
            "the same text, with marks apart from their letters in one of them (Unicode normal form)"
        }
    }
}

/// What a violation says was promised.
pub(super) fn promised(promise: &Promise) -> String {
    match promise {
        Promise::Answer => "a complete answer".into(),
        Promise::ReadableAnswer => "an answer that can be read".into(),
        Promise::ApiAnswer => "the API's answer".into(),
        Promise::Status(codes) if success::are_of_range(codes) => "some 2xx".into(),
        Promise::Status(codes) => alternatives(codes),
        Promise::ClientError => "some 4xx".into(),
        Promise::MediaType(allowed) => alternatives(allowed),
        Promise::Charset => "utf-8".into(),
        Promise::Utf8 => "UTF-8".into(),
        Promise::EncodedOnce => "text encoded once".into(),
        Promise::Syntax(Format::Json) => "JSON".into(),
        Promise::Syntax(Format::Xml) => "XML".into(),
        Promise::Once => "once".into(),
        Promise::Documented => "documented".into(),
        Promise::OfProfile { profile, because } => {
            let because = because.as_ref().map(|words| format!(" ({words})"));
            let because = because.unwrap_or_default();
            format!("a member of the profile {profile}{because}")
        }
        Promise::ItsMembers => "its members".into(),
        Promise::NoneOfThese => "the documented members, and not this one".into(),
        Promise::NoMember => "no such member".into(),
        Promise::NoElement => "no such element".into(),
        Promise::Type { kind, or_null } => {
            let or_null = if *or_null { " or null" } else { "" };
            format!("{}{or_null}", kind.as_str())
        }
        Promise::AnyType { kinds, or_null } => {
            let null = or_null.then_some("null");
            let kinds = kinds.iter().map(|kind| kind.as_str()).chain(null);
            kinds.collect::<Vec<_>>().join(" or ")
        }
        Promise::AnySet(sets) => any_set(sets),
        Promise::AsDocumented => "as documented".into(),
        Promise::Constant(number) => number.to_string(),
        Promise::Booleans { yes, no } => format!("`{yes}` or `{no}`"),
        Promise::Root(name) => format!("the root element `{name}`"),
        Promise::OneElement => "one element".into(),
        Promise::NoAttribute => "no attribute".into(),
        Promise::NoNamespace => "no namespace".into(),
        Promise::ElementsOnly => "elements only".into(),
        Promise::StatusCode(code) => format!("{code}, as the status code"),
        Promise::ItemCount(items) => format!("{items}, as {}", there_are(*items)),
        Promise::Total(items) => format!("{items} or more, as {}", there_are(*items)),
        Promise::AtLeast(least) => format!("{least} or more"),
        Promise::AtMost(most) => format!("{most} or less"),
        Promise::OneOf(values) => one_of(values),
        Promise::Length { least, most } => length(*least, *most),
        Promise::Matches(pattern) => format!("a text that matches `{pattern}`"),
        Promise::Format(name) => match *name {
            "date" => "a day (RFC 3339)".into(),
            "email" => "an address of e-mail".into(),
            "uri" => "a URI".into(),
            other => format!("a text of the format `{other}`"),
        },
        Promise::OnlyWhere { member, is } => format!("to stand only where `{member}` is {is}"),
        Promise::OmittedAtZero => "to be left out at 0".into(),
        Promise::AskedId => "the id that was asked for".into(),
        Promise::AskedIds => "only ids that were asked for".into(),
        Promise::EachOnce => "each resource once".into(),
        Promise::AllAsked(ids) => format!("all {} that were asked for", count(*ids, "resource")),
        Promise::Kept(ids) => format!(
            "all {} that were written, when read back",
            count(*ids, "resource")
        ),
        Promise::Written => "what was sent, when read back".into(),
        Promise::Made => "what was made, when read by its id".into(),
        Promise::Deleted => "what was deleted to be gone".into(),
        Promise::OthersKept => "what the write does not name to stay".into(),
        Promise::NoEffect => "what was refused to change nothing".into(),
        Promise::SameAnswer => "the same answer each time".into(),
        Promise::SameWords => "the same words and challenge each time".to_owned(),
        Promise::SameStatus(code) => format!("{} each time", status(*code)),
        Promise::AsInJson(value) => format!("{} as in JSON", value_or_nothing(*value)),
        Promise::SpelledAsInJson => "it spelled as in JSON".into(),
        Promise::SameOrder => "its items in the same order".into(),
        Promise::AsRead(value) => format!("{} as read by its id", value_or_nothing(*value)),
        Promise::AsBeforeWrite(value) => {
            format!("{} as before the write", value_or_nothing(*value))
        }
        Promise::AsSent(value) => format!("{} as it was sent", value_or_nothing(*value)),
        Promise::NoData => "no data of the portal".into(),
        Promise::NothingInside => "nothing of the portal's inside".into(),
        Promise::NoVersion => "no version".into(),
        Promise::Guarded => "a cookie that goes to the portal alone".into(),
        Promise::KnownOrigins => "no site but those that are known".into(),
        Promise::NotShared => "an answer that no cache keeps for others".into(),
        Promise::OwnTag => "another ETag for each resource".into(),
        Promise::NoCredential => "no credential".into(),
        Promise::ErrorOf(profile) => format!("an error as of the profile {profile}"),
        Promise::Envelope(name) => format!("the envelope of snapshot `{name}`"),
        Promise::Reviewed(name) => format!("a reviewed snapshot `{name}`"),
    }
}

/// How many items there are.
fn there_are(items: u64) -> String {
    let verb = if items == 1 { "is" } else { "are" };
    let items = count(usize::try_from(items).unwrap_or(usize::MAX), "item");
    format!("there {verb} {items}")
}

/// What came, without what is advised for it.
fn plainly(observed: &Observed) -> String {
    match observed {
        Observed::Unsteady { differing, of, .. } => format!("{differing} of {of} answers differ"),
        other => came(other),
    }
}

/// What a violation says came.
pub(super) fn came(observed: &Observed) -> String {
    match observed {
        Observed::Failure { kind, message } => {
            let limit = (*kind == FailureKind::TooLarge).then_some(Clue::BodyLimit);
            format!("{} ({message}{})", failure(*kind), advice(limit))
        }
        Observed::Excess(excess) => beyond(*excess),
        Observed::Status(code, None) => code.to_string(),
        Observed::Status(code, Some(html)) => format!("{code}, {}", page(html)),
        Observed::LooseId(code) => {
            format!("{code} with the very resource of that number, so that it is read loosely")
        }
        Observed::OtherStatus(code) => format!("{} to the same question", status(*code)),
        Observed::UnknownWords => "others for an id that nothing has".to_owned(),
        Observed::UnknownStatus(code) => format!("{code} for an id that nothing has"),
        Observed::NoMediaType => "no Content-Type".into(),
        Observed::MediaTypes(headers) => format!("{headers} Content-Type headers"),
        Observed::MediaTypeList => "several media types in one Content-Type".to_owned(),
        Observed::Word(word) => word.to_string(),
        Observed::Declared(word) => format!("a declaration of {word}"),
        Observed::Utf16 => "UTF-16, by its byte order mark".into(),
        Observed::NoUtf8 => "bytes that are no UTF-8".into(),
        Observed::ErrorInPlace => "an error in its place, answered as a success".into(),
        Observed::Compressed(compression) => compressed(*compression),
        Observed::Garbled(Garbling::Replaced, value) => {
            format!("replacement characters (U+FFFD) in a {}", sketched(*value))
        }
        Observed::Garbled(Garbling::EncodedTwice, value) => {
            format!("UTF-8 encoded twice in a {}", sketched(*value))
        }
        Observed::Syntax(fault) => malformed(fault),
        Observed::Twice => "the member stands twice".into(),
        Observed::Missing => "missing".into(),
        Observed::NoneOfThem => "missing, as all that belongs there".into(),
        Observed::Unwrapped => "missing; its members stand without it".into(),
        Observed::Renamed(name) => format!("missing; renamed to {name}?"),
        Observed::Deeper(name) => format!("missing; it stands below {name}"),
        Observed::InItsPlace(name) => format!("{name} in its place"),
        Observed::Below(name) => format!("them below {name}"),
        Observed::Value(value) => sketched(*value),
        Observed::Date(form, length) => text_that_is(*length, date(*form)),
        Observed::JsonText(length) => text_that_is(*length, "JSON inside a text"),
        Observed::Nothing => "nothing".into(),
        Observed::OtherValue => "another value".into(),
        Observed::Alike(likeness) => alike(*likeness).into(),
        Observed::OtherSpelling => "another spelling".into(),
        Observed::OtherOrder => "another order".into(),
        Observed::Number(number) => number.to_string(),
        Observed::OtherInteger => "another integer".into(),
        Observed::SmallerInteger => "a smaller integer".into(),
        Observed::LargerInteger => "a larger integer".into(),
        Observed::BooleanWord(word) => format!("`{word}`"),
        Observed::EmptyElement => "empty element".into(),
        Observed::Elements(elements) => count(*elements, "element"),
        Observed::Root(name) => name.to_string(),
        Observed::Attributes(attributes, first) => {
            format!("{} ({first})", count(*attributes, "attribute"))
        }
        Observed::Namespace(name) => format!("{name} in a namespace"),
        Observed::Breach => "a breach of the schema".to_owned(),
        Observed::OtherId => "another id".into(),
        Observed::SameAgain => "the same resource again".into(),
        Observed::MissingResources(missing) => format!("{missing} missing"),
        Observed::Unwritten(members) => count(*members, "member") + " as before the write",
        Observed::Sent => "what it sent there".into(),
        Observed::StillThere => "it as it was".into(),
        Observed::Gone(code) => format!("it gone ({code})"),
        Observed::Kept(ids) => format!("{} of it there", count(*ids, "resource")),
        Observed::Unsteady {
            moves_on, around, ..
        } => plainly(observed) + where_it_varies(*moves_on, *around),
        Observed::LeakedMembers(members) => count(*members, "documented member"),
        Observed::LeakedText => "a text of a resource".into(),
        Observed::LeakedWords => "words that differ by resource".into(),
        Observed::Inside(what, place) => {
            format!("{} in {}", aside::inside(*what), aside::place(place))
        }
        Observed::Version(header) => format!("one in the header {header}"),
        Observed::Cookie(name, missing) => {
            let missing: Vec<&str> = missing.iter().map(|guard| aside::guard(*guard)).collect();
            format!("the cookie {name} without {}", missing.join(", "))
        }
        Observed::Origin(origin) => aside::origin(*origin).into(),
        Observed::Cacheable(caching) => aside::caching(*caching).into(),
        Observed::SharedTag(resources) => {
            format!("the same for {}", count(*resources, "resource"))
        }
        Observed::Credential(place) => {
            format!("that of the request in {}", aside::place(place))
        }
        Observed::Page => "an HTML page".into(),
        Observed::ErrorForm(fault) => aside::error(*fault).into(),
        Observed::OtherEnvelope { changes, review } => {
            let lines: Vec<String> = changes.iter().map(changed).collect();
            format!("another one{}\n{}", reviewed(review), lines.join("\n"))
        }
        Observed::NoSnapshot(review) => format!("none{}", reviewed(review)),
    }
}

/// What says that a value varies, where none of it comes back; around the payload or in it.
fn where_it_varies(moves_on: bool, around: bool) -> &'static str {
    match (moves_on, around) {
        (false, _) => "",
        (true, false) => {
            "; no value comes back: where that is lawful, a [[note]] of the profile with `varies = true` says so"
        }
        (true, true) => {
            "; no value comes back: where that is lawful, an [[envelope.member]] of the profile with `varies = true` says so"
        }
    }
}

/// A text of so many characters.
/// Lists of members of which those of one are there.
fn any_set(sets: &[Vec<String>]) -> String {
    let all = sets.iter().map(|set| {
        let names = set.iter().map(|name| format!("`{name}`"));
        names.collect::<Vec<_>>().join(" and ")
    });
    all.collect::<Vec<_>>().join(", or ")
}

fn length(least: Option<usize>, most: Option<usize>) -> String {
    match (least, most) {
        (Some(least), Some(most)) if least == most => {
            format!("a text of {}", count(least, "character"))
        }
        (Some(least), Some(most)) => format!("a text of {least} to {}", count(most, "character")),
        (Some(least), None) => format!("a text of {} or more", count(least, "character")),
        (None, Some(most)) => format!("a text of at most {}", count(most, "character")),
        (None, None) => "a text".to_owned(),
    }
}

/// The values that keep the contract, the first of them where they are many.
fn one_of(values: &[String]) -> String {
    let shown = values.iter().take(MAX_VALUES);
    let shown: Vec<String> = shown.map(|value| format!("`{value}`")).collect();
    match values.len() {
        1 => shown.join(""),
        all if all > MAX_VALUES => {
            format!("one of {} and {} more", shown.join(", "), all - MAX_VALUES)
        }
        _ => format!("one of {}", shown.join(", ")),
    }
}

/// `a`, `a or b`.
fn alternatives(any: &[impl ToString]) -> String {
    let any: Vec<String> = any.iter().map(ToString::to_string).collect();
    any.join(" or ")
}

/// What went wrong below an answer.
pub(super) fn failure(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Connect => "no connection",
        FailureKind::Tls => "no agreement on TLS",
        FailureKind::Timeout => "no complete answer in time",
        FailureKind::Broken => "the connection broke before the answer was complete",
        FailureKind::Malformed => "what came is no answer of HTTP",
        FailureKind::TooLarge => "the body is larger than is read",
        FailureKind::Encoding => "the body is not compressed as its header says",
    }
}

/// A page for people, by its title.
pub(super) fn page(page: &HtmlPage) -> String {
    let title = page.title.as_ref();
    let title = title.map_or(String::new(), |title| format!(" titled `{title}`"));
    format!("an HTML page{title}")
}

fn status(code: Option<u16>) -> String {
    code.map_or_else(|| "no answer".to_owned(), |code| code.to_string())
}

fn value_or_nothing(value: Option<Sketch>) -> String {
    value.map_or_else(|| "nothing".to_owned(), sketched)
}

fn sketched(value: Sketch) -> String {
    match value {
        Sketch::Null => "null".into(),
        Sketch::Boolean => "boolean".into(),
        Sketch::Fraction => "number with a fraction".into(),
        Sketch::Integer => "integer".into(),
        Sketch::Text(0) => "empty string".into(),
        Sketch::Text(length) => format!("string ({})", count(length, "character")),
        Sketch::List(items) => format!("list of {}", count(items, "item")),
        Sketch::Object(members) => format!("object of {}", count(members, "member")),
    }
}

pub(super) fn beyond(excess: Excess) -> String {
    match excess {
        Excess::Memory(most) => format!(
            "more than {} MB of memory to be read, more than a body of this size may take",
            most / 1_000_000
        ),
        Excess::Name(most) => format!("a name of more than {most} bytes"),
        Excess::Attributes(most) => format!("more than {most} attributes of an element"),
        Excess::AllAttributes(most) => format!("more than {most} attributes in all"),
        Excess::Namespaces(most) => format!("more than {most} namespace declarations"),
        Excess::NamespacesInForce(most) => {
            format!("more than {most} namespaces in force at one place")
        }
    }
}

fn malformed(fault: &SyntaxFault) -> String {
    match fault {
        SyntaxFault::ByteOrderMark => "a byte order mark before it".into(),
        SyntaxFault::ByteOrderMarks => "two byte order marks before it".into(),
        SyntaxFault::Empty => "an empty body".into(),
        SyntaxFault::Doctype => "a DOCTYPE".into(),
        SyntaxFault::Json => "JSON".into(),
        SyntaxFault::Markup { what, line, column } => {
            format!("{} (line {line}, column {column})", markup(*what))
        }
        SyntaxFault::Foreign {
            what,
            is_behind,
            line,
            column,
            ..
        } => {
            let before = if *is_behind {
                "JSON, and behind it "
            } else {
                ""
            };
            format!("{before}{} (line {line}, column {column})", foreign(what))
        }
        SyntaxFault::Parser { slip, line, column } => {
            format!("{} (line {line}, column {column})", self::slip(slip))
        }
    }
}

/// What came where the parser of JSON says what it expected.
fn slip(slip: &Slip) -> &str {
    match slip {
        Slip::End(Within::List) => "the end of the body within a list",
        Slip::End(Within::Object) => "the end of the body within an object",
        Slip::End(Within::Text) => "the end of the body within a string",
        Slip::End(Within::Value) => "the end of the body within a value",
        Slip::NoValue | Slip::NoWord => "something that is no value",
        Slip::BareName => "a name without quotation marks",
        Slip::Behind => "JSON, and more behind it",
        Slip::NoColon => "no `:` behind a name",
        Slip::NoCommaInList => "no `,` between two items",
        Slip::NoCommaInObject => "no `,` between two members",
        Slip::TrailingComma => "trailing comma",
        Slip::HalfEscape => "an escape for half a character",
        Slip::Escape => "invalid escape",
        Slip::Number => "invalid number",
        Slip::NumberRange => "a number that is larger than any that is read",
        Slip::CodePoint => "invalid unicode code point",
        Slip::ControlCharacter => {
            "control character (\\u0000-\\u001F) found while parsing a string"
        }
        Slip::Depth => "recursion limit exceeded",
        Slip::Value => "another text",
        Slip::Other(words) => words,
    }
}

/// A text of so many characters, and what it is.
fn text_that_is(length: usize, what: &str) -> String {
    format!("{}, {what}", sketched(Sketch::Text(length)))
}

/// How a text spells a date.
fn date(form: DateForm) -> &'static str {
    match form {
        DateForm::Otherwise => "with a fraction of another length, or in small letters",
        DateForm::NoZone => "a date-time without a zone",
        DateForm::YearOne => "the first moment of the year 1, without a zone",
        DateForm::Blank => "a date-time with a blank in the place of `T`",
        DateForm::NoColon => "a date-time with a zone without a colon",
        DateForm::Day => "a day without a time",
        DateForm::Digits => "digits alone, as of seconds or milliseconds",
        DateForm::Ticks => "`/Date(...)/` as of .NET",
        DateForm::Http => "a date as in headers of HTTP",
        DateForm::Local => "a date in another notation",
    }
}

fn foreign(what: &Foreign) -> String {
    match what {
        Foreign::Word(word) => format!("`{word}`, which is no JSON"),
        Foreign::Tag(name) => format!("markup, the tag {name}"),
        Foreign::Markup => "markup".to_owned(),
        Foreign::Php(words) => format!("a message of PHP, `{words}`"),
        Foreign::Guard(prefix) => format!("`{prefix}` before it, against use as a script"),
        Foreign::Call => "a call of a script (JSONP)".to_owned(),
        Foreign::Quotes => "single quotation marks".to_owned(),
        Foreign::Text(length) => format!("a text of {}", count(*length, "character")),
    }
}

fn markup(what: Malformed) -> &'static str {
    match what {
        Malformed::Declaration => "an XML declaration of another form (XML 1.0, 2.8)",
        Malformed::Version => "an XML declaration of another version than 1.0 (XML 1.0, 2.8)",
        Malformed::Name => "a name that XML does not have (XML 1.0, 2.3; Namespaces in XML, 4)",
        Malformed::EndTag => "an end tag of another name than its start tag (XML 1.0, 3)",
        Malformed::Space => "no white space where it must be (XML 1.0, 3.1)",
        Malformed::Attribute => "an attribute of another form (XML 1.0, 3.1)",
        Malformed::Character => "a character that XML does not have (XML 1.0, 2.2)",
        Malformed::Reference => "a reference to nothing (XML 1.0, 4.1)",
        Malformed::Prefix => {
            "a prefix that no namespace is declared for, or a reserved one (Namespaces in XML, 3 and 5)"
        }
        Malformed::DoubledAttribute => "two attributes of one name (XML 1.0, 3.1)",
        Malformed::NoElement => "no element (XML 1.0, 2.1)",
        Malformed::Unclosed => "the end before the root element is closed (XML 1.0, 2.1)",
        Malformed::Comment => "`--` in a comment (XML 1.0, 2.5)",
        Malformed::SectionEnd => "`]]>` in a text (XML 1.0, 2.4)",
        Malformed::Misplaced => "something that may not stand there (XML 1.0, 2.1 and 3.1)",
    }
}

fn changed(change: &LineChange) -> String {
    match change {
        LineChange::Reviewed(line) => format!("    - {line}"),
        LineChange::Came(line) => format!("    + {line}"),
    }
}

fn reviewed(review: &Review) -> String {
    match review {
        Review::None => String::new(),
        Review::Pending(file) => {
            let folder = file.parent().map_or_else(String::new, |folder| {
                format!(" --snapshots {}", quoted(&folder.display().to_string()))
            });
            format!(
                "; review {} with `portal-conformance snapshots{folder}`",
                file.display()
            )
        }
        Review::Unwritable { file, error } => {
            format!("; cannot write {}: {error}", file.display())
        }
    }
}

/// How much was seen of a level.
pub(super) fn seen_words(level: Level, number: usize) -> String {
    let what = match level {
        Level::Deny => "violation",
        Level::Warn | Level::Allow => "remark",
    };
    count(number, what)
}

/// A text that may hold names of the portal, which begin no line of their own.
pub(super) fn one_line(text: &str) -> String {
    let steers = |c: char| {
        if c.is_control() {
            char::REPLACEMENT_CHARACTER
        } else {
            c
        }
    };
    text.chars().map(steers).collect()
}

/// How many requests were repeated, and how long the run waited for it; nothing where none was.
pub(super) fn retries(run: &Run) -> String {
    // Less is told as none.
    let has_waited = run.waited >= Duration::from_millis(50);
    let each: Vec<String> = run
        .later
        .iter()
        .map(|(status, times)| match run.later.len() {
            1 => status.to_string(),
            _ => format!("{status} {times}x"),
        })
        .collect();
    let said = if each.is_empty() {
        String::new()
    } else {
        format!(": {}{}", each.join(", "), recovered(&run.recovered))
    };
    match run.retries {
        0 => String::new(),
        retries if has_waited => format!(
            " ({retries} asked again after {:.1} s of waiting, as the portal put them off{said})",
            run.waited.as_secs_f64()
        ),
        retries => format!(" ({retries} asked again at once, as the portal put them off{said})"),
    }
}

/// Which operations were not there for a moment; the first, and how many more.
fn recovered(operations: &[OperationId]) -> String {
    match operations {
        [] => String::new(),
        [one] => format!("; {one} failed at first"),
        [one, others @ ..] => {
            let others = count(others.len(), "other");
            format!("; {one} and {others} failed at first")
        }
    }
}

/// Cuts a line that would run out of the terminal, and keeps it one line.
pub(super) fn clip(line: &str) -> String {
    let mut text: String = line
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_LINE)
        .collect();
    if line.chars().count() > MAX_LINE {
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Family;
    use crate::run::tests_support::seen_at;

    #[test]
    fn formats_and_ranges_of_codes_are_told_in_words() {
        let all: Vec<u16> = (200..300).collect();
        for (promise, expected) in [
            (Promise::Format("date"), "a day (RFC 3339)"),
            (Promise::Status(vec![200, 203]), "200 or 203"),
            (Promise::Status(all), "some 2xx"),
        ] {
            assert_eq!(promised(&promise), expected);
        }
    }

    #[test]
    fn who_failed_for_a_moment_is_named_and_others_counted() {
        let ids = ["a", "b", "c"].map(|path| OperationId::of("GET", path));
        assert_eq!(recovered(&ids[..0]), "");
        assert_eq!(recovered(&ids[..1]), "; get-a failed at first");
        let several = "; get-a and 2 others failed at first";
        assert_eq!(recovered(&ids), several);
    }

    #[test]
    fn a_refusal_of_the_pace_is_told_from_the_one_that_was_expected() {
        let of = |code| disagreement(&Promise::ClientError, &Observed::Status(code, None));
        assert_eq!(of(500), "expected some 4xx, got 500");
        let exists = Promise::SameStatus(Some(200));
        let exists = disagreement(&exists, &Observed::UnknownStatus(404));
        let told = "expected no difference without a valid token between a known id (200) and others, got 404 for an id that nothing has";
        assert_eq!(exists, told);
        let pace = "expected another refusal than 429 (too many requests), got 429";
        assert_eq!(of(429), pace);
    }

    #[test]
    fn what_came_is_told_in_words_of_what_it_is() {
        let parser = |slip: Slip| {
            came(&Observed::Syntax(SyntaxFault::Parser {
                slip,
                line: 1,
                column: 2,
            }))
        };
        for (slip, expected) in [
            (
                Slip::End(Within::Text),
                "the end of the body within a string",
            ),
            (Slip::NoValue, "something that is no value"),
            (Slip::NoCommaInObject, "no `,` between two members"),
            (Slip::TrailingComma, "trailing comma"),
            (Slip::Other("new words".to_owned()), "new words"),
        ] {
            assert_eq!(parser(slip), format!("{expected} (line 1, column 2)"));
        }
        let zoneless = came(&Observed::Date(DateForm::NoZone, 19));
        assert_eq!(
            zoneless,
            "string (19 characters), a date-time without a zone"
        );
        let nested = came(&Observed::JsonText(79));
        assert_eq!(nested, "string (79 characters), JSON inside a text");
    }

    #[test]
    fn what_never_comes_back_is_advised_by_the_entry_for_its_place_and_once() {
        let unsteady = |differing, around| {
            let mut seen = seen_at(Rule::Unsteady, Family::Identity, "took", "/took");
            seen.violation.actual = Observed::Unsteady {
                differing,
                of: 11,
                moves_on: true,
                around,
            };
            seen
        };
        let (first, same, other) = (unsteady(10, true), unsteady(10, true), unsteady(9, true));
        assert!(said(&first).contains("10 of 11 answers differ; no value comes back"));
        assert!(said(&first).contains("an [[envelope.member]] of the profile"));
        assert!(said(&unsteady(10, false)).contains("a [[note]] of the profile"));
        assert_eq!(in_others(&[&first, &same]), "");
        let others = in_others(&[&first, &other]);
        assert_eq!(others, " (in other answers 9 of 11 answers differ)");
    }

    #[test]
    fn a_drift_of_all_is_told_of_none_of_them_whatever_the_length() {
        let told = |answers: usize, each: &[(usize, usize, usize)]| {
            let mut seen = seen_at(Rule::DateTime, Family::Schema, "A", "/A");
            (seen.times, seen.of) = (2, 4);
            seen.shown.answers = answers;
            seen.shown.each = each.to_vec();
            in_answers(&seen, |at| ["x/1", "x/2"].get(at).copied())
        };
        assert_eq!(told(4, &[]), "");
        let one = ", always for /x/1, never for /x/2";
        assert_eq!(told(2, &[(0, 2, 2), (1, 0, 2)]), one);
        let some = ", in 3 of 4 answers";
        assert_eq!(told(3, &[(0, 2, 2), (1, 1, 2)]), some);
        // Comparisons count none.
        assert_eq!(told(0, &[]), ", in 2 of 4 answers");
    }
}

//! Faults of single documented members: left out, named otherwise, of another type.
//!
//! Every way for every member would be thousands of faults that say the same. So every member is left
//! out once, gets the other ways in turn, and every broken date and GUID; where resources come in a
//! list, most of this is done to the second one only, where checks go blind.

use serde_json::Value;

use crate::case::Check;
use crate::check::Family;
use crate::contract::Format;
use crate::portal::change::markup::{Mark, Markup};
use crate::portal::change::tree::{Edit, Of, Selector};
use crate::portal::change::{Act, Change};
use crate::proof::fault::Fault;
use crate::proof::subject::{Documented, Subject, recased};
use crate::shape::domain::Outside;
use crate::shape::path::join;
use crate::shape::{Fraction, Kind, Shape};

/// Texts that are no date-time of RFC 3339.
const NO_DATES: &[(&str, &str)] = &[
    ("empty", ""),
    ("word", "yesterday"),
    ("date-only", "2020-12-08"),
    ("time-only", "17:37:04Z"),
    ("no-offset", "2020-12-08T17:37:04"),
    ("month-13", "2020-13-08T17:37:04Z"),
    ("february-30", "2020-02-30T17:37:04Z"),
    ("hour-25", "2020-12-08T25:37:04Z"),
    ("epoch", "1607449024"),
    ("dotnet", "/Date(1607449024591)/"),
    ("http", "Tue, 08 Dec 2020 17:37:04 GMT"),
    ("german", "08.12.2020 17:37:04"),
    ("offset-25", "2020-12-08T17:37:04+25:00"),
    ("bare-fraction", "2020-12-08T17:37:04.Z"),
];
/// Date-times that are none where the fraction has seven digits.
const OTHER_FRACTIONS: &[(&str, &str)] = &[
    ("no-fraction", "2020-12-08T17:37:04Z"),
    ("one-digit", "2020-12-08T17:37:04.5Z"),
    ("three-digits", "2020-12-08T17:37:04.591+03:00"),
    ("six-digits", "2020-12-08T17:37:04.591640Z"),
    ("nine-digits", "2020-12-08T17:37:04.591640600Z"),
    ("small-letters", "2020-12-08t17:37:04.5916406z"),
];
/// Texts that are no GUID.
const NO_GUIDS: &[(&str, &str)] = &[
    ("empty", ""),
    ("word", "administrator"),
    ("short", "4a515a15-d4d6-4b8e-828e-e0586f18f3a"),
    ("long", "4a515a15-d4d6-4b8e-828e-e0586f18f3a30"),
    ("no-dashes", "4a515a15d4d64b8e828ee0586f18f3a3"),
    ("braces", "{4a515a15-d4d6-4b8e-828e-e0586f18f3a3}"),
    ("letter-g", "4a515a15-d4d6-4b8e-828e-e0586f18f3ag"),
    ("dashes-elsewhere", "4a515a15d-4d6-4b8e-828e-e0586f18f3a3"),
];

/// One way to get a member wrong.
#[derive(Clone)]
struct Mistake {
    name: String,
    act: Act,
    /// Whether only the twin in the other format shows it, as with a list that is gone.
    is_lawful_alone: bool,
}

/// The ways to get one member wrong.
struct Mistakes {
    /// Left out, or under another name; left out comes first.
    naming: Vec<Mistake>,
    /// Of another type.
    typing: Vec<Mistake>,
    /// A text that is none of its kind.
    broken: Vec<Mistake>,
}

impl Mistakes {
    /// Two of them, others for each number; every broken text goes along.
    fn in_turn(self, number: usize) -> Vec<Mistake> {
        let mut ways = Vec::new();
        if let Some((first, others)) = self.naming.split_first() {
            ways.push(first.clone());
            ways.extend(turn(others, number));
        }
        ways.extend(turn(&self.typing, number));
        ways.extend(self.broken);
        ways
    }

    /// One of them, another for each number.
    fn one(self, number: usize) -> Option<Mistake> {
        let all = [self.naming, self.typing, self.broken].concat();
        turn(&all, number)
    }
}

fn turn(ways: &[Mistake], number: usize) -> Option<Mistake> {
    let at = number.checked_rem(ways.len())?;
    ways.get(at).cloned()
}

pub(super) fn faults(subject: &Subject<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for (number, member) in subject.members.iter().enumerate() {
        for format in Format::ALL {
            if subject.is_list && member.is_in_second() {
                for (way, prefix) in in_lists(subject, member, format, number) {
                    faults.push(fault(subject, member, format, way, prefix));
                }
            } else {
                let ways = ways(subject, member, format, Of::Resource, &member.place);
                for way in ways.in_turn(number) {
                    faults.push(fault(subject, member, format, way, ""));
                }
            }
            let decided = decided(subject, member, format);
            faults.extend(decided.map(|way| fault(subject, member, format, way, "")));
        }
    }
    faults.extend(beyond_schemas(subject));
    faults
}

/// Members that a schema does not admit in an answer, which are remarks.
fn beyond_schemas(subject: &Subject<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    let whole = ("", &subject.resource);
    let members = subject.members.iter().filter(|one| !one.is_free);
    let members = members.map(|one| (one.place.as_str(), &one.shape.kind));
    for (place, kind) in [whole].into_iter().chain(members) {
        let Kind::Object(object) = kind else {
            continue;
        };
        let sealed = object.sealed.then(|| ("sealed", "Extra".to_owned()));
        let hidden = object.write_only.iter();
        let hidden = hidden.map(|name| ("write-only", name.clone()));
        for (way, name) in sealed.into_iter().chain(hidden) {
            for format in Format::ALL {
                let act = Edit::Insert(name.clone(), Value::from("x"));
                let way = Mistake {
                    name: way.to_owned(),
                    act: Act::Tree(Selector::new(Of::Resource, place), act),
                    is_lawful_alone: false,
                };
                let path = join(place, &name);
                faults.push(fault_at(subject, &path, format, way, "").remarked());
            }
        }
    }
    faults
}

/// A flag that says the other thing than the members which depend on it, and a member that stands
/// where its flag does not have it.
fn decided(
    subject: &Subject<'_>,
    member: &Documented,
    format: Format,
) -> impl Iterator<Item = Mistake> {
    let dependents = subject.members.iter().filter(|one| {
        let when = one.when.as_ref();
        !one.place.contains('/')
            && !one.is_chosen()
            && when.is_some_and(|when| when.member == member.place)
    });
    // Turned round, the flag of the first resource bars what is there and asks for what is not.
    let is_seen = |one: &Documented| {
        if one.is_in_first() {
            one.when.as_ref().is_some_and(|when| when.only)
        } else {
            !one.optional && (!one.is_list() || format == Format::Json)
        }
    };
    let place = Selector::new(Of::Resource, &member.place);
    let flipped = dependents.clone().any(is_seen).then(|| Mistake {
        name: "flipped".to_owned(),
        act: Act::Tree(place, Edit::Flip),
        is_lawful_alone: false,
    });
    let is_barred = !member.place.contains('/')
        && member.is_list()
        && member.is_in_first() != member.is_in_second()
        && member.when.as_ref().is_some_and(|when| when.only);
    let none = Edit::Insert(member.name.clone(), Value::Array(Vec::new()));
    let misplaced = (is_barred && format == Format::Json && !subject.is_list).then(|| Mistake {
        name: "misplaced".to_owned(),
        act: Act::Tree(Selector::new(Of::Resource, ""), none),
        is_lawful_alone: false,
    });
    flipped.into_iter().chain(misplaced)
}

/// Left out in the second resource; in turn, another way there or in every resource; and one way in
/// the second item of a list within the second resource.
fn in_lists(
    subject: &Subject<'_>,
    member: &Documented,
    format: Format,
    number: usize,
) -> Vec<(Mistake, &'static str)> {
    let ways_of = |of, place: &str| ways(subject, member, format, of, place);
    let first = ways_of(Of::Second, &member.place).naming.into_iter().next();
    let other = if number.is_multiple_of(2) || !member.is_in_first() {
        let way = ways_of(Of::Second, &member.place).one(number / 2 + 1);
        way.map(|way| (way, "second/"))
    } else {
        let way = ways_of(Of::Resource, &member.place).one(number / 2);
        way.map(|way| (way, ""))
    };
    let nested = member.in_second_item().and_then(|place| {
        let way = ways_of(Of::Second, &place).one(number);
        way.map(|way| (way, "second-nested/"))
    });
    let first = first.map(|way| (way, "second/"));
    let mut chosen: Vec<_> = [first, other, nested].into_iter().flatten().collect();
    chosen.dedup_by(|one, other| one.0.name == other.0.name && one.1 == other.1);
    chosen
}

fn fault(
    subject: &Subject<'_>,
    member: &Documented,
    format: Format,
    way: Mistake,
    prefix: &str,
) -> Fault {
    fault_at(subject, &member.path, format, way, prefix)
}

fn fault_at(
    subject: &Subject<'_>,
    path: &str,
    format: Format,
    way: Mistake,
    prefix: &str,
) -> Fault {
    let family = match format {
        Format::Json => Family::Schema,
        Format::Xml => Family::Shape,
    };
    let check = match format {
        Format::Xml if way.is_lawful_alone => Check::Parity,
        _ => Check::Members,
    };
    let case = subject.case(format, check);
    let case = if prefix.is_empty() {
        case
    } else {
        case.of_all()
    };
    Fault::new(
        family,
        &format!("{}:{}:{prefix}{path}", subject.slug(), way.name),
        Change::of(vec![way.act])
            .on(&subject.operation.id)
            .in_format(format),
        vec![case],
    )
}

/// Every way to get a member wrong at a place.
fn ways(
    subject: &Subject<'_>,
    member: &Documented,
    format: Format,
    of: Of,
    place: &str,
) -> Mistakes {
    let tree = |(name, edit): (String, Edit)| {
        let is_naming = matches!(edit, Edit::Drop | Edit::Rename(_));
        Mistake {
            // An empty list has no element, so one that is gone alone says nothing.
            is_lawful_alone: (member.is_list() && is_naming) || edit == Edit::Join,
            act: Act::Tree(Selector::new(of, place), edit),
            name,
        }
    };
    let mut naming = Vec::new();
    // An element of which nothing is known may be missing as well.
    let may_lack = member.optional || (format == Format::Xml && member.shape.kind.is_open());
    if may_lack && !member.is_item() {
        let recase = Edit::Rename(recased(&member.name));
        naming.push(tree(("recase".to_owned(), recase)));
    }
    if !may_lack {
        let rename = Edit::Rename(format!("{}s", member.name));
        let recase = Edit::Rename(recased(&member.name));
        naming.push(tree(("drop".to_owned(), Edit::Drop)));
        naming.push(tree(("rename".to_owned(), rename)));
        naming.push(tree(("recase".to_owned(), recase)));
        if format == Format::Xml {
            naming.push(Mistake {
                name: "attribute".to_owned(),
                act: Act::Markup(Markup::At(Selector::new(of, place), Mark::ToAttribute)),
                is_lawful_alone: member.is_list(),
            });
        }
    }
    let typing = match format {
        Format::Json => json_edits(member),
        Format::Xml => xml_edits(subject, member),
    };
    Mistakes {
        naming,
        typing: typing.into_iter().map(tree).collect(),
        broken: broken(&member.shape.kind, member.shape.nullable)
            .into_iter()
            .chain(outside(&member.shape))
            .map(tree)
            .collect(),
    }
}

fn json_edits(member: &Documented) -> Vec<(String, Edit)> {
    let mut edits = Vec::new();
    let mut add = |name: &str, edit| edits.push((name.to_owned(), edit));
    let kind = &member.shape.kind;
    if !member.shape.nullable && !kind.is_open() {
        add("null", Edit::Set(Value::Null));
    }
    match kind {
        Kind::Text | Kind::DateTime(_) | Kind::Guid => {
            add("number", Edit::Set(7.into()));
            if *kind == Kind::Text {
                add("object", Edit::Wrap("value".to_owned()));
            }
        }
        Kind::Integer => {
            add("string", Edit::ToText);
            add("fraction", Edit::Half);
        }
        Kind::Number => add("string", Edit::ToText),
        Kind::Boolean => {
            add("string", Edit::ToText);
            add("number", Edit::Set(1.into()));
        }
        Kind::Object(_) => {
            add("string", Edit::ToText);
            add("list", Edit::ToList);
        }
        Kind::List(_) => {
            add("object", Edit::ToObject);
            add("single", Edit::ToFirst);
            add("joined", Edit::Join);
        }
        Kind::Unknown | Kind::Mixed => {}
    }
    edits
}

fn xml_edits(subject: &Subject<'_>, member: &Documented) -> Vec<(String, Edit)> {
    let mut edits = Vec::new();
    let text = |text: &str| Edit::Set(Value::from(text));
    let mut add = |name: &str, edit| edits.push((name.to_owned(), edit));
    let kind = &member.shape.kind;
    match kind {
        Kind::Text => add("element", Edit::Wrap("Value".to_owned())),
        Kind::Integer => {
            add("letters", text("one"));
            add("fraction", Edit::Half);
            if !member.shape.nullable {
                add("blank", text(""));
            }
        }
        Kind::Number => add("letters", text("one")),
        Kind::Boolean => {
            add("yes", text("yes"));
            add("number", text("1"));
            if subject.profile.booleans(subject.operation).yes == "true" {
                add("spelling", text("True"));
            } else {
                add("spelling", Edit::ToText);
            }
        }
        Kind::Object(_) => {
            add("text", Edit::ToText);
            add("wrapped", Edit::Wrap("Value".to_owned()));
        }
        Kind::List(item) => {
            // An item of which nothing must be there may be empty.
            let members = item.members();
            let is_owed = members.is_empty() || members.iter().any(|one| !one.optional);
            if is_owed && !item.kind.is_open() {
                add("wrapped", Edit::Wrap("Item".to_owned()));
            }
            if item.kind.is_text() {
                add("joined", Edit::Join);
            }
        }
        Kind::DateTime(_) | Kind::Guid | Kind::Unknown | Kind::Mixed => {}
    }
    let is_known = !matches!(kind, Kind::List(_) | Kind::Unknown | Kind::Mixed);
    if is_known && !member.is_item() {
        add("repeated", Edit::Twice);
    }
    edits
}

/// Values of the type that the place does not admit.
fn outside(shape: &Shape) -> Vec<(String, Edit)> {
    let Some(domain) = &shape.domain else {
        return Vec::new();
    };
    let numbers = domain.one_of.iter().filter_map(Value::as_i64);
    let unlisted = numbers.max().map(|most| most.saturating_add(1));
    let is_text = shape.kind == Kind::Text;
    let beside = |bound: Option<i64>, step: i64| bound?.checked_add(step).map(Value::from);
    let texts = ["?", "", "no match", "0", "\u{1F600}"].map(Value::from);
    let is_unlisted = |value: &Value| domain.outside(value) == Some(Outside::Unlisted);
    let is_unlike = |value: &Value| domain.outside(value) == Some(Outside::Unlike);
    let unlisted = match &shape.kind {
        Kind::Integer | Kind::Number => unlisted.map(Value::from),
        Kind::Text => texts.iter().find(|text| is_unlisted(text)).cloned(),
        _ => None,
    };
    let unlisted = unlisted.filter(is_unlisted);
    let unlike = texts.iter().find(|text| is_unlike(text)).cloned();
    // An empty text is null where null is lawful.
    let unlike = unlike.filter(|text| is_text && !(shape.nullable && text == ""));
    let short = domain.shortest.and_then(|least| least.checked_sub(1));
    let long = domain
        .longest
        .filter(|most| *most < 10_000)
        .map(|most| most + 1);
    let of_length = |length: Option<usize>| length.map(|length| Value::from("x".repeat(length)));
    // An empty text is null where null is lawful.
    let short = short.filter(|length| is_text && (*length > 0 || !shape.nullable));
    let edits = [
        ("too-short", of_length(short)),
        ("too-long", of_length(long.filter(|_| is_text))),
        ("unlisted", unlisted),
        ("below-least", beside(domain.at_least, -1)),
        ("above-greatest", beside(domain.at_most, 1)),
        ("no-match", unlike),
    ];
    let edits = edits.into_iter();
    let edits = edits.filter_map(|(name, value)| Some((name.to_owned(), value?)));
    edits
        .filter(|(_, value)| domain.outside(value).is_some())
        .map(|(name, value)| (name, Edit::Set(value)))
        .collect()
}

fn broken(kind: &Kind, nullable: bool) -> Vec<(String, Edit)> {
    let (what, texts) = match kind {
        Kind::DateTime(_) => ("date", NO_DATES),
        Kind::Guid => ("guid", NO_GUIDS),
        _ => return Vec::new(),
    };
    let edit = |(name, text): &(&str, &str)| {
        let edit = Edit::Set(Value::from(*text));
        (format!("{what}-{name}"), edit)
    };
    let others: &[(&str, &str)] = match kind {
        Kind::DateTime(Fraction::Digits(_)) => OTHER_FRACTIONS,
        _ => &[],
    };
    // In XML nothing tells an empty text from null.
    let is_lawful = |text: &str| text.is_empty() && nullable;
    let broken = texts
        .iter()
        .chain(others)
        .filter(|(_, text)| !is_lawful(text));
    broken.map(edit).collect()
}

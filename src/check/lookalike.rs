//! Members that are missing, and what stands there under another name.
//!
//! Nothing misses a member that may be missing, so a schema cannot see that it was renamed. Two things
//! tell: a member that differs from an absent one only in letter case, and an object that holds its
//! members one step deeper.

use serde_json::{Map, Value};

use crate::check::{Name, Observed, Rule};
use crate::contract::Format;
use crate::shape::{Kind, Member, Object, wrapping};

/// How many members are looked at for the name of one that is missing.
const MAX_OTHERS: usize = 500;
/// The shortest name that is told from others as a part of them, in bytes.
const MIN_PART: usize = 4;
/// The longest name that could be another member's, in bytes.
const MAX_NAME: usize = 100;

/// Of fewer documented members, which may all be missing, a portal may have none.
const MIN_MEMBERS: usize = 3;

/// Names are alike that are more so than this, of at most 1, by the distance of Jaro and Winkler.
const NEAR: f64 = 0.9;
/// The same of two names where nothing else could be meant.
const NEAR_ALONE: f64 = 0.86;

/// Whether a missing member stands there under another letter case, or under a name like its own; less like it where
/// nothing else that must be there is missing (`is_alone`) and one member alone is unexplained, of its type. What an
/// envelope is around is known by what it holds, whatever it is called (`is_payload`).
pub(super) fn missing(
    (name, kind, is_payload): (&str, &Kind, bool),
    members: &Map<String, Value>,
    known: &[&str],
    is_alone: impl Fn() -> bool,
) -> (Rule, Observed) {
    if let Some(other) = in_other_case(name, members, |other| known.contains(&other)) {
        return (Rule::LetterCase, Observed::InItsPlace(Name::of(other)));
    }
    if stands_bare(kind, members, known) {
        return (Rule::Missing, Observed::Unwrapped);
    }
    let mut others = others(members, |other| known.contains(&other));
    let mut all = others.clone();
    let only = all.next().filter(|_| all.next().is_none());
    let is_meant = |only: &&str| {
        let is_like =
            || is_near(only, name, NEAR_ALONE) && may_be(&members[*only], kind) && is_alone();
        is_part(name, only) || is_part(only, name) || is_like()
    };
    let actual = others
        .find(|other| is_near(other, name, NEAR))
        .or(only.filter(is_meant))
        .or_else(|| holder(members, known, kind).filter(|_| is_payload))
        .map_or(Observed::Missing, |other| {
            Observed::Renamed(Name::of(other))
        });
    (Rule::Missing, actual)
}

/// The only member beside those that are known that holds what a kind does: half of its members, and two at least.
fn holder<'m>(members: &'m Map<String, Value>, known: &[&str], kind: &Kind) -> Option<&'m str> {
    let item = match kind {
        Kind::List(item) => &item.kind,
        kind => kind,
    };
    let Kind::Object(object) = item else {
        return None;
    };
    let due = object.members.len();
    let mut others = others(members, |other| known.contains(&other)).filter(|other| {
        let value = match &members[*other] {
            Value::Array(items) if matches!(kind, Kind::List(_)) => items.first(),
            value => Some(value),
        };
        let held = value.and_then(Value::as_object).map_or(0, |held| {
            let all = object.members.iter();
            all.filter(|member| held.contains_key(&member.name)).count()
        });
        held >= due.min(2) && held > 0 && 2 * held >= due
    });
    others.next().filter(|_| others.next().is_none())
}

/// The member that an object is around, where it is absent and may be, and the name under which what it holds stands
/// there.
pub(super) fn of_held<'a>(
    members: &'a Map<String, Value>,
    object: &'a Object,
) -> Option<(&'a Member, &'a str)> {
    let member = wrapping::held(object)?;
    if members.contains_key(&member.name) {
        return None;
    }
    let known = object.members.iter().map(|known| known.name.as_str());
    let name = holder(members, &known.collect::<Vec<_>>(), &member.shape.kind)?;
    Some((member, name))
}

/// Whether an object has others alone of the several members that are documented: what stands for links and types, such
/// as `_links`, says nothing.
pub(super) fn is_other(members: &Map<String, Value>, object: &Object) -> bool {
    let mut known = object.members.iter();
    let mut names = members.keys();
    object.members.len() >= MIN_MEMBERS
        && !known.any(|member| members.contains_key(&member.name))
        && names.any(|name| name.starts_with(char::is_alphabetic))
}

/// Whether the members of an object that is missing stand where it should: half of them, and two at least, under names
/// that belong to nothing else there.
fn stands_bare(kind: &Kind, members: &Map<String, Value>, known: &[&str]) -> bool {
    let Kind::Object(object) = kind else {
        return false;
    };
    let due = object.members.len();
    let names = object.members.iter().map(|member| member.name.as_str());
    let held = names.filter(|name| members.contains_key(*name) && !known.contains(name));
    let held = held.count();
    held >= 2 && 2 * held >= due
}

/// Whether a member that no page documents is told where another one is missing: as that one under another name, as
/// what holds it, or as one of those that stand there in the place of all.
pub(super) fn is_told(missing: &[Observed], name: &str) -> bool {
    missing.iter().any(|one| match one {
        Observed::InItsPlace(other) | Observed::Renamed(other) | Observed::Deeper(other) => {
            *other == Name::of(name)
        }
        Observed::NoneOfThem | Observed::Unwrapped => true,
        _ => false,
    })
}

/// The name by which a member of the same letters stands in its object, where no other member is called so.
pub(crate) fn in_other_case<'m>(
    name: &str,
    members: &'m Map<String, Value>,
    is_known: impl Fn(&str) -> bool + Clone,
) -> Option<&'m str> {
    others(members, is_known).find(|other| has_letters_of(other, name))
}

/// The names that may be those of other members.
fn others(
    members: &Map<String, Value>,
    is_known: impl Fn(&str) -> bool + Clone,
) -> impl Iterator<Item = &str> + Clone {
    let names = members.keys().map(String::as_str).take(MAX_OTHERS);
    names.filter(move |other| other.len() <= MAX_NAME && !is_known(other))
}

/// Whether two names differ in letter case at most.
fn has_letters_of(one: &str, other: &str) -> bool {
    if one.is_ascii() && other.is_ascii() {
        one.eq_ignore_ascii_case(other)
    } else {
        one.to_lowercase() == other.to_lowercase()
    }
}

/// Whether a value may be one of a type, as far as that is seen: in XML, texts may be anything that has no members.
fn may_be(value: &Value, kind: &Kind) -> bool {
    match (kind, value) {
        (Kind::Unknown | Kind::Mixed, _) => true,
        (Kind::Object(_), value) => value.is_object(),
        (Kind::List(_), value) => value.is_array(),
        (Kind::Boolean, value) => value.is_boolean() || value.is_string(),
        (Kind::Integer | Kind::Number, value) => value.is_number() || value.is_string(),
        (Kind::Text | Kind::DateTime(_) | Kind::Guid, value) => value.is_string(),
    }
}

/// Whether a name is more like another one than a limit.
///
/// Of names one of which is half as long as the other, or less, none is (their similarity is at most 0.9), which is
/// seen without looking at their letters.
fn is_near(name: &str, other: &str, limit: f64) -> bool {
    let [short, long] = {
        let mut lengths = [name, other].map(|one| one.chars().count());
        lengths.sort_unstable();
        lengths
    };
    let (name, other) = without_namespace(name, other);
    2 * short > long && strsim::jaro_winkler(name, other) > limit
}

/// Two names without the words before a dot or a colon that both begin with, as in `@odata.type` and `@odata.context`:
/// these make nothing alike.
fn without_namespace<'a>(name: &'a str, other: &'a str) -> (&'a str, &'a str) {
    let both = name.bytes().zip(other.bytes());
    let common = both.take_while(|(one, other)| one == other).count();
    let end = name.as_bytes()[..common]
        .iter()
        .rposition(|byte| b".:".contains(byte));
    let start = end.map_or(0, |end| end + 1);
    (&name[start..], &other[start..])
}

/// Whether a name begins or ends with another one, whatever the letter case: `berthNumber` with `number`.
fn is_part(part: &str, whole: &str) -> bool {
    let (part, whole) = (part.to_lowercase(), whole.to_lowercase());
    part.len() >= MIN_PART && (whole.starts_with(&part) || whole.ends_with(&part))
}

/// The member that holds the members of an object one step too deep, where none of them is in its place: an object
/// with all that must be there. In XML several such elements are a list of them, and nothing stands for an empty
/// list.
pub(super) fn deeper<'a>(
    members: &'a Map<String, Value>,
    object: &Object,
    format: Format,
) -> Option<&'a str> {
    let known = &object.members;
    let may_be_nothing = |member: &Member| {
        let is_list = matches!(member.shape.kind, Kind::List(_));
        may_lack(member, format) || (format == Format::Xml && is_list)
    };
    let mut due = known
        .iter()
        .filter(|member| member.is_required() && !may_be_nothing(member))
        .peekable();
    due.peek()?;
    if known
        .iter()
        .any(|member| members.contains_key(&member.name))
    {
        return None;
    }
    let holds_all = |value: &Value| {
        let inner = value.as_object();
        inner.is_some_and(|inner| due.clone().all(|member| inner.contains_key(&member.name)))
    };
    let mut members = members.iter().take(MAX_OTHERS);
    let is_wrapper = |value: &Value| match value {
        Value::Array(items) if format == Format::Xml => items.iter().all(holds_all),
        value => holds_all(value),
    };
    let (name, _) = members.find(|(_, value)| is_wrapper(value))?;
    Some(name)
}

/// Whether nothing may stand for a member.
fn may_lack(member: &Member, format: Format) -> bool {
    match format {
        Format::Json => member.optional,
        Format::Xml => member.may_lack_in_xml(),
    }
}

/// Optional members that are absent, while one of the same letters in another case is there: each with the name of
/// that.
pub(super) fn of_optional<'a>(
    members: &'a Map<String, Value>,
    object: &'a Object,
    format: Format,
) -> impl Iterator<Item = (&'a Member, &'a str)> {
    let is_absent = move |member: &&Member| match members.get(&member.name) {
        None => may_lack(member, format),
        // In XML nothing stands for an empty list.
        Some(Value::Array(items)) => format == Format::Xml && items.is_empty(),
        Some(_) => false,
    };
    object
        .members
        .iter()
        .filter(is_absent)
        .filter_map(move |member| {
            let is_known = |name: &str| object.members.iter().any(|known| known.name == name);
            Some((member, in_other_case(&member.name, members, is_known)?))
        })
}

/// The member that holds the members of an object one step too deep, where they may all be missing and
/// are.
pub(super) fn wrapper<'a>(
    members: &'a Map<String, Value>,
    object: &Object,
    format: Format,
) -> Option<&'a str> {
    let known = &object.members;
    let holds_some = |value: &Value| match value {
        Value::Object(inner) => known.iter().any(|member| inner.contains_key(&member.name)),
        _ => false,
    };
    let is_wrapper = |value: &Value| match value {
        Value::Array(items) => items.iter().any(holds_some),
        value => holds_some(value),
    };
    let may_be_empty = known.iter().all(|member| may_lack(member, format))
        && !known
            .iter()
            .any(|member| members.contains_key(&member.name));
    let mut members = members.iter().filter(|_| may_be_empty);
    let (name, _) = members.find(|(_, value)| is_wrapper(value))?;
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::shape::{Seen, Shape};
    use crate::source::Span;

    #[test]
    fn what_two_names_have_before_a_dot_makes_them_no_more_alike() {
        assert!(!is_near("@odata.type", "@odata.context", NEAR_ALONE));
        assert!(!is_near("dc:title", "dc:date", NEAR_ALONE));
        assert!(is_near("@odata.nextLink", "@odata.nextLinks", NEAR));
        assert!(is_near("titles", "title", NEAR));
        assert!(is_near("\u{fc}ber.name", "\u{fc}ber.names", NEAR));
    }

    #[test]
    fn an_optional_member_is_sought_among_as_many_and_as_long_names_as_one_that_is_due() {
        let object = |name: &str| Object {
            members: vec![Member {
                name: name.to_owned(),
                documented: name.to_owned(),
                shape: Shape::of(Kind::Text),
                optional: true,
                seen: Seen::default(),
                when: None,
                constant: None,
                span: Span::default(),
            }],
            ..Object::default()
        };
        let is_found = |name: &str, before: usize| {
            let object = object(&name.to_uppercase());
            let others = (0..before).map(|at| (format!("other-{at}"), Value::Null));
            let members = others.chain([(name.to_owned(), Value::Null)]).collect();
            of_optional(&members, &object, Format::Json)
                .next()
                .is_some()
        };
        assert!(is_found("note", 0));
        assert!(is_found("note", MAX_OTHERS - 1));
        assert!(!is_found("note", MAX_OTHERS));
        assert!(is_found(&"n".repeat(MAX_NAME), 0));
        assert!(!is_found(&"n".repeat(MAX_NAME + 1), 0));
    }
}

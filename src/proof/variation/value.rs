//! Other values, other counts, other order, more members.

use serde_json::{Value, json};

use crate::check::{Family, Rule};
use crate::contract::Format;
use crate::portal::change::tree::{Edit, Of, Selector};
use crate::portal::change::{Act, Change, Turns};
use crate::proof::subject::{Documented, Subject};
use crate::proof::variation::Variation;
use crate::shape::Kind;
use crate::shape::text::is_date_time;

const TEXTS: &[(&str, &str)] = &[
    ("empty", ""),
    ("blank", " "),
    ("blanks-around", "  two blanks before, one after "),
    ("inner-blanks", "a   b"),
    ("tab", "a\tb\t"),
    ("line-feed", "first\nsecond\n"),
    ("carriage-return", "first\rsecond"),
    ("crlf", "first\r\nsecond\r\n"),
    ("letters-with-marks", "Ünïcödé ñ ß ø"),
    ("combining-marks", "e\u{301} n\u{303}"),
    ("cyrillic", "Привет, мир"),
    ("east-asian", "東京 서울 北京"),
    ("right-to-left", "\u{202B}שלום עולם\u{202C} مرحبا"),
    ("emoji", "😀👩\u{200D}👩\u{200D}👧\u{1F1F1}\u{1F1FB}"),
    ("no-break-space", "a\u{A0}b\u{FEFF}c"),
    ("line-separator", "a\u{2028}b\u{2029}c\u{85}d"),
    ("private-use", "a\u{E000}b"),
    ("markup", "<b>bold</b> & <i/> &amp; &lt;"),
    ("cdata-end", "]]> <![CDATA[ ]]>"),
    ("quotes", "say \"a\" and 'b' and `c`"),
    ("backslashes", "C:\\new\\table \\/ \\u0041 \\"),
    (
        "inside-of-a-program",
        "   at System.X.Get(y) in C:\\x\\y.cs:line 3, /etc/passwd, 10.0.0.1, nginx/1.18",
    ),
    ("slashes", "https://example.org/a/b?c=d&e=f#g"),
    ("json", "{\"a\": [1, null], \"b\": \"c\"}"),
    ("digits", "0042"),
    ("number", "1.5e3"),
    ("word-true", "true"),
    ("word-null", "null"),
    ("date", "2020-12-08T17:37:04.5916406Z"),
    ("guid", "4a515a15-d4d6-4b8e-828e-e0586f18f3a3"),
    ("commas", "Tag1,Tag2, Tag3;Tag4"),
    ("percent", "100%25 %n %s {0} ${x}"),
    ("page", "<!DOCTYPE html><html><body>Sign in</body></html>"),
    ("capital-before-a-quote", "CAFÉ’S"),
    ("capital-in-guillemets", "«CAFÉ»"),
    ("number-before-a-fraction", "3×½"),
];
const DATES: &[(&str, &str)] = &[
    ("utc", "2021-03-04T05:06:07Z"),
    ("east", "2021-03-04T05:06:07+03:00"),
    ("far-east", "2021-03-04T05:06:07+14:00"),
    ("west", "2021-03-04T05:06:07-03:30"),
    ("zero-offset", "2021-03-04T05:06:07+00:00"),
    ("unknown-offset", "2021-03-04T05:06:07-00:00"),
    ("one-digit", "2021-03-04T05:06:07.1Z"),
    ("three-digits", "2021-03-04T05:06:07.123Z"),
    ("seven-zeros", "2021-03-04T05:06:07.0000000+03:00"),
    ("seven-digits", "2021-03-04T05:06:07.1234567Z"),
    ("seven-digits-west", "2021-03-04T05:06:07.0000001-03:30"),
    ("nine-digits", "2021-03-04T05:06:07.123456789Z"),
    ("small-letters", "2021-03-04t05:06:07z"),
    ("first-day", "0001-01-01T00:00:00.0000000Z"),
    ("last-day", "9999-12-31T23:59:59.9999999Z"),
    ("leap-day", "2024-02-29T12:00:00Z"),
];
const NUMBERS: &[(&str, i64)] = &[
    ("zero", 0),
    ("negative", -1),
    ("byte", 256),
    ("most-of-32-bits", 2_147_483_647),
    ("least-of-32-bits", -2_147_483_648),
    ("more-than-32-bits", 4_294_967_296),
    ("most-of-53-bits", 9_007_199_254_740_991),
    ("two-to-the-53rd", 9_007_199_254_740_992),
];

pub(super) fn variations(subjects: &[Subject<'_>]) -> Vec<Variation> {
    // The operations answer the same resources, so the members of one are those of all, but for what names a
    // resource in any of them.
    let richest = subjects.iter().max_by_key(|subject| subject.members.len());
    let Some(mut subject) = richest.cloned() else {
        return Vec::new();
    };
    let is_name = |one: &Documented| subjects.iter().any(|subject| subject.is_identity(one));
    subject.members.retain(|one| !is_name(one));
    let subject = &subject;
    let mut variations = texts(subject);
    variations.extend(dates(subject));
    variations.extend(domains(subject));
    variations.extend(lacking(subject));
    variations.extend(others(subject));
    variations.extend(lists(subject));
    variations.extend(order(subject));
    variations.extend(extras(subject, subjects));
    variations.extend(edited(subject));
    variations
}

fn act(member: &Documented, edit: Edit) -> Act {
    Act::Tree(Selector::new(Of::Resource, &member.place), edit)
}

fn whole(edit: Edit) -> Vec<Act> {
    vec![Act::Tree(Selector::new(Of::Resource, ""), edit)]
}

fn of_kind<'a>(subject: &'a Subject<'_>, kind: &'a Kind) -> impl Iterator<Item = &'a Documented> {
    let members = subject.members.iter();
    members.filter(move |one| {
        one.shape.kind == *kind && one.shape.domain.is_none() && !subject.is_identity(one)
    })
}

/// Every text in one member, another one for each; and in all members at once.
fn texts(subject: &Subject<'_>) -> Vec<Variation> {
    let members: Vec<&Documented> = of_kind(subject, &Kind::Text).collect();
    let mut variations = Vec::new();
    for (number, (name, text)) in TEXTS.iter().enumerate() {
        let set = |member: &&Documented| act(member, Edit::Set(Value::from(*text)));
        // Steps of seven reach members at all depths.
        if let Some(member) = members.get(number * 7 % members.len().max(1)) {
            let id = format!("text-{name}:{}", member.path);
            variations.push(Variation::of(Family::Schema, &id, vec![set(member)]));
        }
        let acts = members.iter().map(set).collect();
        variations.push(Variation::of(
            Family::Parity,
            &format!("texts-{name}"),
            acts,
        ));
    }
    let long = Edit::Set(Value::from("Lorem ipsum ¥ ".repeat(1_400)));
    if let Some(member) = members.first() {
        let id = format!("text-of-20-kilobytes:{}", member.path);
        variations.push(Variation::of(Family::Schema, &id, vec![act(member, long)]));
    }
    variations
}

/// The values at the ends of what a member may be: the first and the last of a list, the least number and
/// the greatest.
fn domains(subject: &Subject<'_>) -> Vec<Variation> {
    let mut variations = Vec::new();
    for member in subject
        .members
        .iter()
        .filter(|one| !subject.is_identity(one))
    {
        let Some(domain) = &member.shape.domain else {
            continue;
        };
        let bound = |bound: Option<i64>| bound.map(Value::from);
        let listed = &domain.one_of;
        for (name, value) in [
            ("first-listed", listed.first().cloned()),
            ("last-listed", listed.last().cloned()),
            ("least", bound(domain.at_least)),
            ("greatest", bound(domain.at_most)),
        ] {
            let Some(value) = value.filter(|value| domain.outside(value).is_none()) else {
                continue;
            };
            let id = format!("{name}:{}", member.path);
            let acts = vec![act(member, Edit::Set(value))];
            variations.push(Variation::of(Family::Schema, &id, acts));
        }
    }
    variations
}

/// Other GUIDs, numbers and booleans.
fn others(subject: &Subject<'_>) -> Vec<Variation> {
    let mut variations = Vec::new();
    let mut add = |name: &str, kind: &Kind, edit: Edit| {
        let members = of_kind(subject, kind);
        let acts: Vec<Act> = members.map(|one| act(one, edit.clone())).collect();
        if !acts.is_empty() {
            variations.push(Variation::of(Family::Schema, name, acts));
        }
    };
    let text = |text: &str| Edit::Set(Value::from(text));
    for (name, number) in NUMBERS {
        add(
            &format!("number-{name}"),
            &Kind::Integer,
            Edit::Set((*number).into()),
        );
        add(
            &format!("decimal-{name}"),
            &Kind::Number,
            Edit::Set((*number).into()),
        );
    }
    add("decimal-half", &Kind::Number, Edit::Half);
    let guid = "4A515A15-D4D6-4B8E-828E-E0586F18F3A3";
    add("guid-in-capitals", &Kind::Guid, text(guid));
    add(
        "guid-in-small-letters",
        &Kind::Guid,
        text(&guid.to_lowercase()),
    );
    add(
        "guid-of-any-version",
        &Kind::Guid,
        text("ffffffff-ffff-ffff-ffff-ffffffffffff"),
    );
    // A flag that decides about other members cannot be flipped without them.
    let decides = |member: &&Documented| {
        let mut conditions = subject.members.iter().filter_map(|one| one.when.as_ref());
        conditions.any(|condition| condition.member == member.name)
    };
    let flags = of_kind(subject, &Kind::Boolean).filter(|one| !decides(one));
    let acts = flags.map(|one| act(one, Edit::Flip)).collect();
    variations.push(Variation::of(Family::Schema, "flags-flipped", acts));
    variations
}

/// What may be missing or null is: each member alone, and all at once.
fn lacking(subject: &Subject<'_>) -> Vec<Variation> {
    let mut variations = Vec::new();
    let mut each = |name: &str, lacks: &dyn Fn(&&Documented) -> bool, edit: &Edit| {
        let members: Vec<&Documented> = subject.members.iter().filter(lacks).collect();
        for member in &members {
            let id = format!("{name}:{}", member.path);
            let acts = vec![act(member, edit.clone())];
            variations.push(Variation::of(Family::Schema, &id, acts));
        }
        if members.len() > 1 {
            let acts = members.iter().map(|one| act(one, edit.clone())).collect();
            variations.push(Variation::of(Family::Schema, &format!("{name}-all"), acts));
        }
    };
    let is_left_out = |one: &&Documented| {
        one.optional && !one.is_item() && !one.is_chosen() && !subject.is_identity(one)
    };
    each("left-out", &is_left_out, &Edit::Drop);
    let is_null = |one: &&Documented| one.shape.nullable && !subject.is_identity(one);
    each("null", &is_null, &Edit::Set(Value::Null));
    variations
}

/// Other dates, in the form that the profile asks for.
fn dates(subject: &Subject<'_>) -> Vec<Variation> {
    let mut variations = Vec::new();
    for (name, date) in DATES {
        let is_one = |one: &&Documented| match one.shape.kind {
            Kind::DateTime(fraction) => is_date_time(date, fraction),
            _ => false,
        };
        let members = subject.members.iter().filter(is_one);
        let acts: Vec<Act> = members
            .map(|one| act(one, Edit::Set(Value::from(*date))))
            .collect();
        if !acts.is_empty() {
            let id = format!("date-{name}");
            variations.push(Variation::of(Family::Schema, &id, acts));
        }
    }
    variations
}

/// Other counts of nested lists.
fn lists(subject: &Subject<'_>) -> Vec<Variation> {
    let lists = || subject.members.iter().filter(|one| one.is_list());
    let none = || Edit::Set(Value::Array(Vec::new()));
    let mut variations = Vec::new();
    for member in lists() {
        for (name, edit) in [("no-items", none()), ("three-items", Edit::Items(3))] {
            let id = format!("{name}:{}", member.path);
            variations.push(Variation::of(Family::Shape, &id, vec![act(member, edit)]));
        }
    }
    for member in lists().take(1).chain(lists().next_back()) {
        let id = format!("thousand-items:{}", member.path);
        let acts = vec![act(member, Edit::Items(1_000))];
        variations.push(Variation::of(Family::Shape, &id, acts));
    }
    for (name, edit) in [
        ("no-items", none()),
        ("one-item", Edit::Items(1)),
        ("two-items", Edit::Items(2)),
    ] {
        let acts = lists().map(|one| act(one, edit.clone())).collect();
        variations.push(Variation::of(
            Family::Shape,
            &format!("{name}-anywhere"),
            acts,
        ));
    }
    let empty_texts = lists().filter_map(|list| {
        let mut items = subject.members.iter();
        let place = format!("{}/*", list.place);
        let is_text = |one: &&Documented| {
            let is_bound = one.shape.domain.is_some() || list.shape.domain.is_some();
            one.place == place && one.shape.kind == Kind::Text && !is_bound
        };
        items.find(is_text).map(|_| list)
    });
    for list in empty_texts {
        for (name, items) in [
            ("one-empty-text", json!([""])),
            ("two-empty-texts", json!(["", ""])),
            ("same-text-twice", json!(["a", "a"])),
            ("texts-with-commas", json!(["a,b", "c"])),
        ] {
            let acts = vec![act(list, Edit::Set(items))];
            let id = format!("{name}:{}", list.path);
            variations.push(Variation::of(Family::Parity, &id, acts));
        }
    }
    variations
}

/// Another order of members and items.
fn order(subject: &Subject<'_>) -> Vec<Variation> {
    let answer = |edit| vec![Act::Tree(Selector::new(Of::Answer, ""), edit)];
    let lists = || subject.members.iter().filter(|one| one.is_list());
    let reversed = || lists().map(|one| act(one, Edit::ReverseItems)).collect();
    let payload = || {
        vec![Act::Tree(
            Selector::new(Of::Payload, ""),
            Edit::ReverseItems,
        )]
    };
    let mut variations = vec![
        Variation::of(
            Family::Envelope,
            "members-reversed",
            answer(Edit::ReverseMembers),
        ),
        Variation::of(
            Family::Envelope,
            "members-sorted",
            answer(Edit::SortMembers),
        ),
        Variation::of(Family::Identity, "resources-reversed", payload()),
        Variation::of(Family::Parity, "items-reversed", reversed()),
    ];
    for format in Format::ALL {
        let mut add = |family, name: &str, acts| {
            let change = Change::of(acts).in_format(format);
            variations.push(Variation::new(
                family,
                &format!("{name}-in-{format}"),
                change,
            ));
        };
        add(
            Family::Parity,
            "members-reversed",
            answer(Edit::ReverseMembers),
        );
    }
    variations
}

/// Members that no page documents.
fn extras(subject: &Subject<'_>, subjects: &[Subject<'_>]) -> Vec<Variation> {
    let is_closed = |kind: &Kind| matches!(kind, Kind::Object(object) if object.others.is_none());
    // Where a schema admits no others, one is a remark.
    let is_sealed = |kind: &Kind| matches!(kind, Kind::Object(object) if object.sealed);
    let is_any_free = subjects.iter().any(Subject::has_free_names);
    let is_any_sealed = subjects.iter().any(|subject| is_sealed(&subject.resource));
    let nested = subject.members.iter().filter(|one| {
        let kind = &one.shape.kind;
        is_closed(kind) && !is_sealed(kind) && (one.is_item() || !one.is_in_list)
    });
    let nested: Vec<&Documented> = nested.collect();
    let mut variations = Vec::new();
    for (name, value) in [
        ("text", Value::from("x")),
        ("number", Value::from(1)),
        ("fraction", Value::from(1.5)),
        ("flag", Value::from(true)),
        ("object", json!({ "Id": 1, "Name": "x" })),
        ("list", json!([{ "Id": 1 }, { "Id": 2 }])),
        ("empty-list", json!([])),
        ("object-of-empty-list", json!({ "Parts": [] })),
        ("null", Value::Null),
    ] {
        let insert = Edit::Insert("Undocumented".to_owned(), value);
        let id = format!("extra-{name}");
        if !is_any_free && !is_any_sealed {
            variations.push(Variation::of(Family::Schema, &id, whole(insert.clone())));
        }
        let acts = nested.iter().map(|one| act(one, insert.clone())).collect();
        variations.push(Variation::of(Family::Shape, &format!("{id}-nested"), acts));
        for format in Format::ALL {
            // What says something in one format alone is told; nothing stands for an empty list in XML.
            let is_empty = matches!(name, "empty-list" | "object-of-empty-list");
            let is_nothing = name == "null" || (is_empty && format == Format::Json);
            if !is_nothing || is_any_free || is_any_sealed {
                continue;
            }
            let change = Change::of(whole(insert.clone())).in_format(format);
            let id = format!("{id}-in-{format}");
            variations.push(Variation::new(Family::Parity, &id, change));
        }
    }
    let first = Edit::InsertFirst("undocumented_-.1".to_owned(), Value::from("x"));
    if !is_any_free && !is_any_sealed {
        variations.push(Variation::of(Family::Schema, "extra-first", whole(first)));
    }
    variations
}

/// A resource that somebody edits while the portal is tried: one value changes, and stays.
fn edited(subject: &Subject<'_>) -> Vec<Variation> {
    let text = of_kind(subject, &Kind::Text).next();
    let number = of_kind(subject, &Kind::Integer).next();
    let list = subject.members.iter().find(|one| one.is_list());
    let edits = [
        ("text", text, Edit::Differ),
        ("number", number, Edit::Add(1)),
        ("list", list, Edit::Double(0)),
    ];
    let mut variations = Vec::new();
    for (name, member, edit) in edits {
        let Some(member) = member else { continue };
        // Behind the very first answer about a resource, it looks like a cold cache: a remark.
        for count in [2, 3, 4, 6, 8, 13, 21, 34, 155, 228, 239, 251] {
            let change = Change::of(vec![act(member, edit.clone())]);
            let change = change.at(Turns::AfterOfPortal(count));
            let id = format!("edited-after-{count}:{name}");
            variations.push(Variation {
                // With other operations, it may be behind the first answer of one, or at the moment of a write.
                taken_for: &[Rule::FirstAnswer, Rule::ChangedByWrite],
                ..Variation::new(Family::Identity, &id, change)
            });
        }
    }
    variations
}

//! Places in answers, what stands there, and how much of it is read and told.

use super::*;
use crate::check::steadiness::{Steadiness, Timed};
use crate::check::{Meant, Slip, lookalike, meaning};
use crate::media_type::NoMediaType;
use crate::shape::{Fraction, Kind, Member, Object, Shape};
use crate::source::Span;

#[test]
fn a_place_is_told_by_its_documented_names_from_the_payload_on() {
    let path = |operation, pointer: &str| {
        let expectation = expectation(Speech::Documented, operation, Format::Json);
        documented_path(&expectation.answer, pointer)
    };
    for (pointer, expected) in [
        ("", ""),
        ("/status", "status"),
        ("/status/x", "status"),
        ("/other", "other"),
        ("/other/x", "other"),
        ("/response", "response"),
        ("/response/Name", "Name"),
        ("/response/Other/x", "Other"),
        ("/response/a~1b", "a/b"),
        ("/response/Parts", "Parts"),
        ("/response/Parts/0/Size", "Parts/*/Size"),
    ] {
        assert_eq!(path(READS, pointer), expected, "{pointer}");
    }
    for (pointer, expected) in [
        ("/response", "response"),
        ("/response/0", "*"),
        ("/response/0/Name", "Name"),
    ] {
        assert_eq!(path(LINKS, pointer), expected, "{pointer}");
    }
}

#[test]
fn what_is_below_the_payload_is_of_the_schema_or_the_shape() {
    for (format, pointer, expected) in [
        (Format::Json, "", Family::Envelope),
        (Format::Json, "/response", Family::Envelope),
        (Format::Json, "/responses", Family::Envelope),
        (Format::Json, "/response/x", Family::Schema),
        (Format::Xml, "/response/x", Family::Shape),
        (Format::Xml, "/status", Family::Envelope),
    ] {
        let expectation = expectation(Speech::Documented, READS, format);
        assert_eq!(expectation.family_at(pointer), expected, "{pointer}");
    }
}

#[test]
fn resources_are_the_payload_or_its_items() {
    let count = |operation, payload: Value| {
        let body = json!({ "response": payload });
        let expectation = expectation(Speech::Documented, operation, Format::Json);
        expectation.resources(&body).len()
    };
    assert_eq!(count(READS, json!({})), 1);
    assert_eq!(count(READS, json!([1, 2])), 1);
    assert_eq!(count(READS, json!(null)), 0);
    assert_eq!(count(LINKS, json!([1, 2])), 2);
    assert_eq!(count(LINKS, json!([])), 0);
    assert_eq!(count(LINKS, json!({})), 1);
    assert_eq!(count(LINKS, json!(null)), 0);
}

#[test]
fn members_are_judged_without_what_stands_around_them() {
    let members = |format, body: &str| {
        let found = expectation(Speech::Documented, READS, format).members(body);
        found.map(|found| told(&found))
    };
    let json = json_with("\"Size\": 2", "\"Size\": \"2\", \"id\": 1");
    let told = "type /response/Parts/0/Size".to_owned();
    assert_eq!(members(Format::Json, &json), Some(told));
    assert_eq!(members(Format::Json, "{"), None);
    let xml = xml_with("<Size>2", "<Size>two");
    let told = "type /result/response/Parts/0/Size".to_owned();
    assert_eq!(members(Format::Xml, &xml), Some(told));
    assert_eq!(members(Format::Xml, "<a"), None);
    assert_eq!(members(Format::Xml, &format!("<?XML a?>{xml}")), None);
}

#[test]
fn names_of_the_portal_are_shown_where_they_look_like_names() {
    let plain = |name: &str| Name::Plain(name.to_owned());
    let (longest, longer) = ("a".repeat(40), "a".repeat(41));
    for (name, expected) in [
        ("a", plain("a")),
        ("_a-b.c:d$9", plain("_a-b.c:d$9")),
        ("$a", plain("$a")),
        (&longest, plain(&longest)),
        (&longer, Name::Hidden(41)),
        ("9a", Name::Hidden(2)),
        ("-a", Name::Hidden(2)),
        ("a b", Name::Hidden(3)),
        ("Änne", Name::Hidden(4)),
        ("", Name::Hidden(0)),
    ] {
        assert_eq!(Name::of(name), expected);
    }
    assert_eq!(Name::Hidden(1).to_string(), "a name of 1 character");
    assert_eq!(Name::Hidden(2).to_string(), "a name of 2 characters");
    assert_eq!(plain("a").to_string(), "`a`");
    let (longest, longer) = ("a".repeat(80), "a".repeat(81));
    for (word, is_plain) in [
        ("text/x+y;", false),
        ("text/x+y", true),
        ("9~", true),
        ("a b", false),
        ("é", false),
        ("", false),
        (&longest, true),
        (&longer, false),
    ] {
        let expected = if is_plain {
            Word::Plain(word.to_owned())
        } else {
            Word::Hidden(Meant::MediaType, word.chars().count())
        };
        assert_eq!(Word::of(word), expected, "{word}");
    }
    assert_eq!(Word::of("x/y").to_string(), "x/y");
    assert_eq!(Word::of("a b").to_string(), "a media type of 3 characters");
    let declared = Word::meant(Meant::Encoding, "a b").to_string();
    assert_eq!(declared, "an encoding that is none (3 characters)");
    for (header, reason, expected) in [
        (
            "json",
            NoMediaType::Other,
            "a Content-Type that is no media type (4 characters)",
        ),
        (
            " j",
            NoMediaType::Other,
            "a Content-Type that is no media type (1 character)",
        ),
        (
            "json; charset=a b",
            NoMediaType::Other,
            "a Content-Type that is no media type (17 characters)",
        ),
        (
            "text/xml; q",
            NoMediaType::Other,
            "a Content-Type that is no media type (11 characters)",
        ),
        (
            "text/xml; q=1; Charset = a b c",
            NoMediaType::Other,
            "a charset that is none (5 characters)",
        ),
        (
            "text/xml; charset=a; charset=b",
            NoMediaType::Other,
            "a Content-Type that is no media type (30 characters)",
        ),
        ("a/b, c/d", NoMediaType::Several, "several media types"),
    ] {
        assert_eq!(
            Word::of_header(header, reason).to_string(),
            expected,
            "{header}"
        );
    }
}

#[test]
fn a_pointer_is_shown_without_names_that_may_be_data() {
    for (pointer, expected) in [
        ("", ""),
        ("/a/0/b", "/a/0/b"),
        ("/a/*/b", "/a/*/b"),
        ("/a/123456", "/a/123456"),
        ("/a/1234567", "/a/(a name of 7 characters)"),
        ("/a/12x", "/a/(a name of 3 characters)"),
        ("/Anna Muster/id", "/(a name of 11 characters)/id"),
        ("a/", "a/"),
    ] {
        let known = KnownNames::default();
        assert_eq!(known.shown_pointer(pointer), expected, "{pointer}");
    }
}

#[test]
fn names_of_pages_and_profiles_are_shown_as_they_are() {
    let member = |name: &str, documented: &str, shape| Member {
        name: name.to_owned(),
        documented: documented.to_owned(),
        shape,
        optional: false,
        seen: crate::shape::Seen::default(),
        when: None,
        constant: None,
        span: Span::default(),
    };
    let object = |members| {
        Shape::of(Kind::Object(Object {
            members,
            ..Object::default()
        }))
    };
    let inner = object(vec![member("a b", "A B", Shape::of(Kind::Text))]);
    let list = Shape::of(Kind::List(Box::new(inner)));
    let mut known = KnownNames::default();
    known.add(&object(vec![
        member("имя", "Имя", list),
        member("@type", "@type", Shape::of(Kind::Text)),
        member("x/y z", "x/y z", Shape::of(Kind::Text)),
        member("two\nlines", "two\nlines", Shape::of(Kind::Text)),
    ]));
    known.add_name("результат");
    for (pointer, expected) in [
        ("/имя/0/a b", "/имя/0/a b"),
        ("Имя/*/A B", "Имя/*/A B"),
        ("/@type", "/@type"),
        ("/x~1y z", "/x~1y z"),
        ("/результат/имя", "/результат/имя"),
        (
            "/имена/@Type",
            "/(a name of 5 characters)/(a name of 5 characters)",
        ),
        ("/two\nlines", "/(a name of 9 characters)"),
    ] {
        assert_eq!(known.shown_pointer(pointer), expected, "{pointer}");
    }
}

#[test]
fn an_object_whose_members_stand_without_it_is_told_so() {
    let object = |names: &[&str]| {
        let text = json!(
            names
                .iter()
                .map(|name| ((*name).to_owned(), json!(1)))
                .collect::<serde_json::Map<_, _>>()
        );
        let text = text.to_string();
        let end = text.len();
        let source = Source::new("page", &text);
        crate::shape::json::shape(&source, Span { start: 0, end }).kind
    };
    let missing = |kind: &Kind, names: &[&str], known: &[&str]| {
        let members = names.iter().map(|name| ((*name).to_owned(), json!(1)));
        let members = members.collect();
        lookalike::missing(("boat", kind, false), &members, known, || true).1
    };
    let boat = object(&["id", "name", "sail", "mast"]);
    assert_eq!(missing(&boat, &["id", "sail"], &[]), Observed::Unwrapped);
    assert_eq!(missing(&boat, &["id", "sail"], &["id"]), Observed::Missing);
    assert_eq!(missing(&boat, &["id", "x"], &[]), Observed::Missing);
    assert_eq!(missing(&object(&["id"]), &["id"], &[]), Observed::Missing);
    assert_eq!(
        missing(&Kind::Text, &["id", "sail"], &[]),
        Observed::Missing
    );
}

#[test]
fn a_name_is_sought_among_short_ones_that_nobody_documents() {
    let missing = |name: &str, other: &str, known: &[&str]| {
        let members = [(other.to_owned(), json!(1))].into_iter().collect();
        lookalike::missing((name, &Kind::Integer, false), &members, known, || true)
    };
    let plain = |name: &str| Name::Plain(name.to_owned());
    let nothing = (Rule::Missing, Observed::Missing);
    let found = (Rule::LetterCase, Observed::InItsPlace(plain("NAME")));
    assert_eq!(missing("Name", "NAME", &[]), found);
    assert_eq!(missing("Name", "NAME", &["NAME"]), nothing);
    let found = (Rule::Missing, Observed::Renamed(plain("Names")));
    assert_eq!(missing("Name", "Names", &[]), found);
    assert_eq!(missing("Name", "Nothing", &[]), nothing);
    let found = (Rule::Missing, Observed::Renamed(plain("BoatName")));
    assert_eq!(missing("Name", "BoatName", &[]), found);
    assert_eq!(missing("Id", "Identity", &[]), nothing, "too short to tell");
    // What could be meant by nothing else may be less like it.
    let late = |others: &[&str], kind: &Kind, is_alone: bool| {
        let members = others
            .iter()
            .map(|other| ((*other).to_owned(), json!(true)));
        let members = members.collect();
        lookalike::missing(("HaveLateTasks", kind, false), &members, &[], || is_alone)
    };
    let renamed = (Rule::Missing, Observed::Renamed(plain("HasLateTasks")));
    assert_eq!(late(&["HasLateTasks"], &Kind::Boolean, true), renamed);
    assert_eq!(late(&["HasLateTasks"], &Kind::Boolean, false), nothing);
    assert_eq!(late(&["HasLateTasks"], &Kind::Integer, true), nothing);
    assert_eq!(
        late(&["HasLateTasks", "More"], &Kind::Boolean, true),
        nothing
    );
    assert_eq!(late(&["HasOpenIssues"], &Kind::Boolean, true), nothing);
    // What an envelope is around is known by what it holds.
    let item = json!({ "id": 1, "name": "a", "open": true });
    let text = item.to_string();
    let source = Source::new("page", &text);
    let end = text.len();
    let object = crate::shape::json::shape(&source, Span { start: 0, end });
    let list = Kind::List(Box::new(object.clone()));
    let payload = |members: Value, kind: &Kind, is_payload: bool| {
        let members = members.as_object().unwrap();
        lookalike::missing(("response", kind, is_payload), members, &["count"], || {
            false
        })
        .1
    };
    let items = || Observed::Renamed(plain("items"));
    for (members, kind, is_payload, expected) in [
        (json!({ "count": 1, "items": [item] }), &list, true, items()),
        (
            json!({ "count": 1, "items": [item] }),
            &list,
            false,
            Observed::Missing,
        ),
        (
            json!({ "items": [{ "id": 1, "name": "b" }], "more": [1] }),
            &list,
            true,
            items(),
        ),
        (
            json!({ "items": [{ "id": 1 }] }),
            &list,
            true,
            Observed::Missing,
        ),
        (json!({ "items": [] }), &list, true, Observed::Missing),
        (
            json!({ "items": [item], "old": [item] }),
            &list,
            true,
            Observed::Missing,
        ),
        // In XML, one element is no list.
        (json!({ "items": item }), &list, true, items()),
        (json!({ "items": item }), &object.kind, true, items()),
        (
            json!({ "items": [item] }),
            &object.kind,
            true,
            Observed::Missing,
        ),
    ] {
        let told = format!("{members} {is_payload}");
        assert_eq!(payload(members, kind, is_payload), expected, "{told}");
    }
    let (longest, longer) = ("a".repeat(100), "a".repeat(101));
    let found = missing(&longest.to_uppercase(), &longest, &[]);
    assert_eq!(found.0, Rule::LetterCase);
    assert_eq!(missing(&longer.to_uppercase(), &longer, &[]), nothing);
}

#[test]
fn answers_of_more_values_than_are_read_are_no_answers() {
    // Each is far larger in memory than it is here.
    let json = format!("[{}1]", "{\"a\":1},".repeat(1_400_000));
    let xml = "<a><b>x</b></a>".repeat(900_000);
    let xml = format!("<result>{xml}</result>");
    for (format, body) in [(Format::Json, json), (Format::Xml, xml)] {
        let found = judged(Speech::Documented, READS, format, 200, &body);
        assert_eq!(found, "no-answer ", "{format}");
    }
}

#[test]
fn what_the_contract_does_not_know_is_read_to_a_depth() {
    let deep = format!("<More>{}{}</More>", "<d>".repeat(100), "</d>".repeat(100));
    let body = xml_with("<Rest />", &format!("<Rest />{deep}"));
    let expectation = expectation(Speech::Documented, READS, Format::Xml);
    let reading = read(expectation, Ok(response(Format::Xml, 200, &body)));
    assert_eq!(told(&reading.violations), "");
    let body = reading.body.unwrap();
    let mut value = &body["response"]["More"];
    let mut depth = 0;
    while value.is_object() {
        value = &value["d"];
        depth += 1;
    }
    assert_eq!((depth, value), (64, &json!("")));
}

#[test]
fn xml_numbers_are_those_of_json() {
    let expectation = expectation(Speech::Documented, READS, Format::Xml);
    for (token, expected) in [
        ("7", json!(7)),
        ("+7", json!(7)),
        ("-7", json!(-7)),
        ("18446744073709551615", json!(u64::MAX)),
        ("1.50", json!(1.5)),
    ] {
        let body = xml_with("<Rate>1.5", &format!("<Rate>{token}"));
        let reading = read(expectation, Ok(response(Format::Xml, 200, &body)));
        assert_eq!(reading.body.unwrap()["response"]["Rate"], expected);
    }
}

#[test]
fn what_came_is_told_by_kind_length_and_count() {
    let observed = |old: &str, new: &str| {
        let expectation = expectation(Speech::Documented, READS, Format::Xml);
        let body = xml_with(old, new);
        let mut reading = read(expectation, Ok(response(Format::Xml, 200, &body)));
        assert_eq!(reading.violations.len(), 1, "{new}");
        reading.violations.remove(0).actual
    };
    let name = |name: &str| Name::Plain(name.to_owned());
    for (old, new, expected) in [
        ("<Rate>1.5", "<Rate>", Observed::EmptyElement),
        ("<Rate>1.5", "<Rate>four", Observed::Value(Sketch::Text(4))),
        ("<Name>a", "<Name><b/><c/>", Observed::Elements(2)),
        (
            "<response>\n<id>1",
            "<response>\n<id>1.5",
            Observed::Value(Sketch::Fraction),
        ),
        (
            "<IsSmall>True",
            "<IsSmall>TRUE",
            Observed::BooleanWord("TRUE".to_owned()),
        ),
        (
            "<Name>a",
            "<Name b='1' c='2'>a",
            Observed::Attributes(2, name("b")),
        ),
        (
            "<Name>a",
            "<Name xml:lang='en' xml:base='/'>a",
            Observed::Attributes(1, name("base")),
        ),
        ("<Owner>", "<Owner> text ", Observed::Value(Sketch::Text(4))),
        (
            "<Name>a",
            "<Name xmlns='n'>a",
            Observed::Namespace(name("Name")),
        ),
        (
            "<Name>a</Name>",
            "<Name/><Name/><Name/>",
            Observed::Elements(3),
        ),
        ("<Name>a</Name>", "<Nome/>", Observed::Missing),
        (
            "<Name>a</Name>",
            "<Names/>",
            Observed::Renamed(name("Names")),
        ),
    ] {
        assert_eq!(observed(old, new), expected, "{new}");
    }
    let Observed::Syntax(SyntaxFault::Markup { what, line, column }) =
        observed("</result>", "</x>")
    else {
        panic!("no syntax error");
    };
    assert_eq!(what, Malformed::EndTag);
    assert!(line > 1 && column > 1, "{line} {column}");
    let empty = expectation(Speech::Documented, READS, Format::Xml);
    let reading = read(empty, Ok(response(Format::Xml, 200, " \n")));
    assert_eq!(
        reading.violations[0].actual,
        Observed::Syntax(SyntaxFault::Empty)
    );
    for (value, expected) in [
        (json!(null), Sketch::Null),
        (json!(true), Sketch::Boolean),
        (json!(1), Sketch::Integer),
        (json!(1.5), Sketch::Fraction),
        (json!("été"), Sketch::Text(3)),
        (json!([1, 2]), Sketch::List(2)),
        (json!({ "a": 1 }), Sketch::Object(1)),
    ] {
        assert_eq!(Sketch::of(&value), expected);
    }
}

#[test]
fn causes_are_told_apart_by_what_they_share() {
    let failure = |message: &str| Observed::Failure {
        kind: FailureKind::Broken,
        message: message.to_owned(),
    };
    let garbled = |length| Observed::Garbled(Garbling::Replaced, Sketch::Text(length));
    let fault = |line, column| {
        Observed::Syntax(SyntaxFault::Parser {
            slip: Slip::NoColon,
            line,
            column,
        })
    };
    for (one, other, is_same) in [
        (failure("a"), failure("b"), true),
        (garbled(1), garbled(2), true),
        (fault(1, 2), fault(3, 4), true),
        (
            Observed::LeakedMembers(22),
            Observed::LeakedMembers(24),
            true,
        ),
        (Observed::LeakedMembers(22), Observed::LeakedText, false),
        (Observed::Kept(1), Observed::Kept(2), true),
        (Observed::Elements(1), Observed::Elements(2), false),
        (Observed::Missing, Observed::Nothing, false),
    ] {
        assert_eq!(one.essence() == other.essence(), is_same, "{one:?}");
    }
    assert_eq!(Observed::Twice.essence(), Observed::Twice);
}

#[test]
fn what_is_promised_of_the_answer_is_promised_by_the_label_or_the_heading() {
    let expectation = expectation(Speech::Documented, READS, Format::Json);
    let promised = |status, body: &str| {
        let reading = read(expectation, Ok(response(Format::Json, status, body)));
        let found = &reading.violations[0];
        let span = found.promised.unwrap();
        expectation.operation.source.slice(span).trim().to_owned()
    };
    assert!(promised(500, "").starts_with("GET api/2.0/thing"));
    assert_eq!(promised(200, ""), "application/json");
}

#[test]
fn a_value_means_the_same_in_other_words() {
    let text = |value: Value| meaning::text_form(&value);
    for (value, expected) in [
        (json!(null), Some("")),
        (json!(true), Some("true")),
        (json!(7.0), Some("7")),
        (json!(-7.0), Some("-7")),
        (json!(1.5), Some("1.5")),
        (json!(8e15), Some("8000000000000000")),
        (json!(9e15), Some("9000000000000000.0")),
        (json!(9_007_199_254_740_993_u64), Some("9007199254740993")),
        (json!("a\r\nb\rc"), Some("a\nb\nc")),
        (json!([]), None),
        (json!({}), None),
    ] {
        assert_eq!(text(value.clone()).as_deref(), expected, "{value}");
    }
    let any = Kind::DateTime(Fraction::Any);
    let list = |is_nullable| {
        let mut item = Shape::of(Kind::Text);
        item.nullable = is_nullable;
        Kind::List(Box::new(item))
    };
    for (kind, one, other, is_same) in [
        (Kind::Integer, json!(7), json!(7.0), true),
        (Kind::Text, json!("a\r\n"), json!("a\n"), true),
        (Kind::Text, json!("A"), json!("a"), false),
        (Kind::Guid, json!("A"), json!("a"), true),
        (
            any.clone(),
            json!("2020-01-01T00:00:00Z"),
            json!("2020-01-01T01:00:00+01:00"),
            true,
        ),
        (any, json!("x"), json!("y"), false),
        (list(false), json!(null), json!([]), true),
        (list(true), json!(null), json!([null]), true),
        (list(true), json!(null), json!([]), false),
        (list(false), json!(["b", "a"]), json!(["a", "b"]), true),
        (Kind::Mixed, json!([1]), json!("1"), true),
        (Kind::Text, json!([1]), json!("1"), false),
    ] {
        let shape = Shape::of(kind);
        let [one, other] = [one, other].map(|value| meaning::canonical(&value, &shape));
        assert_eq!(one == other, is_same, "{one} {other}");
    }
}

#[test]
fn comparisons_tell_only_so_much() {
    let many = expectation(Speech::Documented, LINKS, Format::Json);
    let body = |name: &dyn Fn(usize) -> &'static str| {
        let items = (0..1100).map(|id| json!({ "id": id, "Name": name(id) }));
        json!({ "status": 0, "response": items.collect::<Vec<_>>() })
    };
    let first = body(&|_| "a");
    let second = body(&|id| if id < 1000 { "b" } else { "a" });
    let third = body(&|id| if id < 1000 { "b" } else { "c" });
    let answers = [(&first, 0), (&second, 2), (&third, 4)];
    let answers = answers.map(|(body, from)| Timed {
        body,
        from,
        to: from + 1,
        is_old: false,
    });
    let unsteady = Steadiness::Unsteady {
        differing: 2,
        of: 3,
    };
    let found = identity::repeated(many, &answers, unsteady);
    assert_eq!(found.len(), MAX_VIOLATIONS);
    assert_eq!(identity::asked(many, &first, &[]).len(), MAX_VIOLATIONS);
    let other = body(&|_| "z");
    let reads = many.resources(&other).into_iter().enumerate();
    let reads = reads
        .map(|(id, read)| (id.to_string(), vec![read].into()))
        .collect();
    assert_eq!(
        identity::as_read(many, &first, &reads).len(),
        MAX_VIOLATIONS
    );
}

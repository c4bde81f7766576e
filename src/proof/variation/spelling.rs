//! Other spellings of the same JSON and XML.

use serde_json::Value;

use crate::check::Family;
use crate::contract::Format;
use crate::portal::change::body::Bytes;
use crate::portal::change::markup::{Mark, Markup, Notation};
use crate::portal::change::spelling::Spelling;
use crate::portal::change::tree::{Edit, Of, Selector};
use crate::portal::change::{Act, Change};
use crate::proof::subject::Subject;
use crate::proof::variation::Variation;
use crate::shape::Kind;

pub(super) fn variations(subjects: &[Subject<'_>]) -> Vec<Variation> {
    let Some(subject) = subjects.first() else {
        return Vec::new();
    };
    let bound = |format: Format| {
        move |(name, acts): (&str, Vec<Act>)| {
            let family = match format {
                Format::Json => Family::Schema,
                Format::Xml => Family::Shape,
            };
            let change = Change::of(acts).in_format(format);
            Variation::new(family, &format!("{format}-{name}"), change)
        }
    };
    let json = json().into_iter().chain(numbers(subject));
    let json = json.map(bound(Format::Json));
    let xml = xml(subject).into_iter().map(bound(Format::Xml));
    json.chain(xml).chain(entities(subject)).collect()
}

fn before(text: &str) -> Act {
    Act::Bytes(Bytes::Before(text.as_bytes().to_vec()))
}

fn after(text: &str) -> Act {
    Act::Bytes(Bytes::After(text.as_bytes().to_vec()))
}

fn all(from: &str, to: &str) -> Act {
    Act::Bytes(Bytes::ReplaceAll(from.to_owned(), to.to_owned()))
}

fn json() -> Vec<(&'static str, Vec<Act>)> {
    let spelled = |spelling| vec![Act::Spelling(spelling)];
    vec![
        ("indented", spelled(Spelling::Indented("  "))),
        ("indented-by-tabs", spelled(Spelling::Indented("\t"))),
        ("lines-without-indent", spelled(Spelling::Indented(""))),
        (
            "crlf",
            vec![Act::Spelling(Spelling::Indented("  ")), all("\n", "\r\n")],
        ),
        ("spaced", spelled(Spelling::Spaced)),
        ("ascii-only", spelled(Spelling::AsciiOnly)),
        ("all-references", spelled(Spelling::AllReferences)),
        ("escaped-slashes", spelled(Spelling::EscapedSlashes)),
        ("line-feed-at-end", vec![after("\n")]),
        ("blanks-at-end", vec![after("\r\n \t")]),
        ("blanks-at-start", vec![before(" \t\r\n")]),
    ]
}

/// Whole numbers as other serializers spell them (RFC 8259, 6; JSON Schema 2020-12, 4.2.3).
fn numbers(subject: &Subject<'_>) -> Vec<(&'static str, Vec<Act>)> {
    let of = |of, place: &str| Act::Tree(Selector::new(of, place), Edit::Decimal);
    let around = subject
        .around
        .iter()
        .filter(|one| one.shape.kind == Kind::Integer);
    let members = subject
        .members
        .iter()
        .filter(|one| one.shape.kind == Kind::Integer);
    let zero = subject.around.iter().find(|one| one.constant == Some(0));
    let mut spelled = vec![
        (
            "whole-numbers-with-points-around",
            around.map(|one| of(Of::Answer, &one.name)).collect(),
        ),
        (
            "whole-numbers-with-points",
            members.map(|one| of(Of::Resource, &one.place)).collect(),
        ),
    ];
    if let Some(zero) = zero {
        let name = format!("\"{}\":", zero.name);
        for (id, number) in [
            ("zero-with-minus", "-0"),
            ("zero-with-exponent", "0e0"),
            ("zero-with-point", "0.0"),
        ] {
            spelled.push((
                id,
                vec![all(&format!("{name}0"), &format!("{name}{number}"))],
            ));
        }
    }
    spelled
}

fn xml(subject: &Subject<'_>) -> Vec<(&'static str, Vec<Act>)> {
    let form = |form| vec![Act::Markup(Markup::Notation(form))];
    let mut forms = vec![
        (
            "declared",
            vec![before("<?xml version=\"1.0\" encoding=\"utf-8\"?>")],
        ),
        (
            "declared-in-capitals",
            vec![before("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n")],
        ),
        (
            "declared-without-encoding",
            vec![before("<?xml version=\"1.0\"?>\r\n")],
        ),
        (
            "declared-over-lines",
            vec![before("<?xml\nversion=\"1.0\"\n\tencoding=\"utf-8\"\n?>\n")],
        ),
        (
            "declared-in-single-quotes",
            vec![before("<?xml version='1.0' encoding='utf-8' ?>")],
        ),
        (
            "declared-standalone",
            vec![before(
                "<?xml version=\"1.0\" encoding=\"utf-8\" standalone=\"yes\"?>",
            )],
        ),
        ("byte-order-mark", vec![before("\u{FEFF}")]),
        (
            "byte-order-mark-declared",
            vec![before("\u{FEFF}<?xml version=\"1.0\" encoding=\"utf-8\"?>")],
        ),
        (
            "comment-at-start",
            vec![before("<!-- made by the portal -->\n")],
        ),
        (
            "comment-at-end",
            vec![after("\n<!-- <result>old</result> -->")],
        ),
        (
            "instruction-at-start",
            vec![before(
                "<?xml-stylesheet href=\"a.xsl\" type=\"text/xsl\"?>",
            )],
        ),
        ("instruction-at-end", vec![after("<?end?>")]),
        ("blanks-at-start", vec![before("\n \t")]),
        ("blanks-at-end", vec![after("\r\n")]),
        ("indented", form(Notation::Indented("  ".to_owned()))),
        (
            "indented-by-tabs",
            form(Notation::Indented("\t".to_owned())),
        ),
        (
            "lines-without-indent",
            form(Notation::Indented(String::new())),
        ),
        ("comments", form(Notation::Comments)),
        ("instructions", form(Notation::Instructions)),
        ("cdata", form(Notation::CData)),
        ("references", form(Notation::References)),
        ("decimal-references", form(Notation::DecimalReferences)),
        ("open-and-close", form(Notation::OpenAndClose)),
        ("scattered", form(Notation::Scattered)),
        ("short-empty-elements", vec![all(" />", "/>")]),
        ("blank-in-end-tags", vec![all("Name>", "Name >")]),
        ("line-in-end-tags", vec![all("Name>", "Name\n>")]),
    ];
    let declare = |prefix: &str, name: &str| {
        let mark = Mark::Attribute(format!("xmlns:{prefix}"), name.to_owned());
        Act::Markup(Markup::At(Selector::new(Of::Answer, ""), mark))
    };
    // Serializers of .NET declare both, whether a name uses them or not.
    let unused = [
        ("xsi", "http://www.w3.org/2001/XMLSchema-instance"),
        ("xsd", "http://www.w3.org/2001/XMLSchema"),
    ];
    let unused = unused.map(|(prefix, name)| declare(prefix, name)).to_vec();
    forms.push(("namespaces-declared-and-unused", unused));
    let texts: Vec<&str> = subject
        .members
        .iter()
        .filter(|one| one.shape.kind == Kind::Text)
        .map(|one| one.place.as_str())
        .collect();
    let comments = texts.iter().map(|place| {
        let place = Selector::new(Of::Resource, place);
        Act::Markup(Markup::At(place, Mark::CommentInside))
    });
    forms.push(("comments-inside-texts", comments.collect()));
    forms
}

/// A text full of what has entities, in both formats.
fn entities(subject: &Subject<'_>) -> Option<Variation> {
    let mut texts = subject.members.iter();
    let text = texts.find(|one| one.shape.kind == Kind::Text)?;
    let place = Selector::new(Of::Resource, &text.place);
    let value = Edit::Set(Value::from("\"a\" 'b' > c < d & e"));
    let acts = vec![
        Act::Tree(place, value),
        Act::Markup(Markup::Notation(Notation::Entities)),
    ];
    Some(Variation::of(Family::Parity, "xml-entities", acts))
}

//! Other spellings of the same JSON and XML.

use serde_json::Value;

use crate::check::Family;
use crate::contract::Format;
use crate::portal::change::body::Bytes;
use crate::portal::change::markup::{Form, Mark, Markup};
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
    let json = json().into_iter().map(bound(Format::Json));
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

fn xml(subject: &Subject<'_>) -> Vec<(&'static str, Vec<Act>)> {
    let form = |form| vec![Act::Markup(Markup::Form(form))];
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
        ("indented", form(Form::Indented("  ".to_owned()))),
        ("indented-by-tabs", form(Form::Indented("\t".to_owned()))),
        ("lines-without-indent", form(Form::Indented(String::new()))),
        ("comments", form(Form::Comments)),
        ("instructions", form(Form::Instructions)),
        ("cdata", form(Form::CData)),
        ("references", form(Form::References)),
        ("decimal-references", form(Form::DecimalReferences)),
        ("open-and-close", form(Form::OpenAndClose)),
        ("scattered", form(Form::Scattered)),
        ("short-empty-elements", vec![all(" />", "/>")]),
        ("blank-in-end-tags", vec![all("Name>", "Name >")]),
        ("line-in-end-tags", vec![all("Name>", "Name\n>")]),
    ];
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
        Act::Markup(Markup::Form(Form::Entities)),
    ];
    Some(Variation::of(Family::Parity, "xml-entities", acts))
}

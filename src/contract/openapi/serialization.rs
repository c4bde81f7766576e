//! How values are written, as a document says by `style` and `explode`: parameters, and the members of a body that is
//! a form.

use crate::contract::ParameterIn;
use crate::contract::Unread;
use crate::contract::openapi::form;
use crate::contract::openapi::schema::Reader;
use crate::contract::openapi::tree::At;
use crate::contract::style::{Serialization, Style};
use crate::media_type::essence;
use crate::shape::{Kind, Shape};
use crate::source::Span;

/// What forms without files are sent as.
const FORM: &str = "application/x-www-form-urlencoded";

/// How a listed parameter is written: as it says, else as is usual at its place. A row of a page has a rule of its
/// own where it says nothing.
pub(super) fn serialization(
    listed: At<'_>,
    sent_in: ParameterIn,
    is_of_page: bool,
    reader: &mut Reader<'_, '_>,
) -> Option<Serialization> {
    // Its media type says how.
    if listed.get("content").is_some() && listed.get("schema").is_none() {
        return None;
    }
    if let Some(misformed) = form::misformed_flag(listed, "explode") {
        reader.tell(misformed);
    }
    let explode = listed.get("explode");
    let explode = explode.map(|_| form::means(listed, "explode"));
    let usual = Serialization::usual(sent_in).filter(|_| !is_of_page);
    let usual = usual.map(|usual| Serialization::of(usual.style, explode));
    let Some((_, stated)) = listed.entry("style") else {
        return usual;
    };
    let name = stated.text().unwrap_or_default();
    let Some(style) = Style::named(name, sent_in) else {
        reader.told.push(Unread {
            offset: stated.span().start,
            expected: format!("a style of the {}", listed.text_of("in")),
            found: format!("`{name}`"),
        });
        return usual;
    };
    Some(Serialization::of(style, explode))
}

/// The entry of a body that is a form without files.
pub(super) fn form_of(content: At<'_>) -> Option<(At<'_>, At<'_>)> {
    let mut types = content.entries();
    types.find(|(name, _)| is_form(name.text().unwrap_or_default()))
}

/// Whether a media type is that of forms without files.
pub(super) fn is_form(media_type: &str) -> bool {
    essence(media_type) == FORM
}

/// How a member of a form is written: as stands beside its schema, or in it where a document of Swagger 2.0 was laid
/// out as one of 3.0.
pub(super) fn in_form(
    media: At<'_>,
    property: Option<At<'_>>,
    name: &str,
    reader: &mut Reader<'_, '_>,
) -> Serialization {
    let beside = media.get("encoding").and_then(|all| all.get(name));
    let usual = Serialization::of(Style::Form, None);
    let stated = beside.or(property).filter(|one| one.is_map());
    let stated = stated.and_then(|one| serialization(one, ParameterIn::Body, true, reader));
    match (stated, beside) {
        (Some(stated), _) => stated,
        (None, Some(beside)) if beside.get("explode").is_some() => {
            Serialization::of(Style::Form, Some(form::means(beside, "explode")))
        }
        (None, _) => usual,
    }
}

/// Why a member of a form cannot be written: no style but one says how objects are.
pub(super) fn not_in_form(
    shape: &Shape,
    written: Option<Serialization>,
    place: Span,
) -> Option<Unread> {
    let is_deep = written.is_some_and(|written| written.style == Style::DeepObject);
    let is_flat = match &shape.kind {
        Kind::Object(_) => false,
        Kind::List(item) => !matches!(item.kind, Kind::Object(_) | Kind::List(_)),
        _ => true,
    };
    (!is_flat && !is_deep).then(|| Unread {
        offset: place.start,
        expected: "a form of values and lists of them, or the style `deepObject`".to_owned(),
        found: match &shape.kind {
            Kind::List(_) => "a list of lists or objects".to_owned(),
            _ => "an object".to_owned(),
        },
    })
}

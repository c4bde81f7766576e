//! The answer of an operation, in each format in which the document has it.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::openapi::meant::Meant;
use crate::contract::openapi::refusals::Refusals;
use crate::contract::openapi::request::{is_json, is_xml, media_example, text_example};
use crate::contract::openapi::sample;
use crate::contract::openapi::schema::{Reader, is_element_name};
use crate::contract::openapi::tree::At;
use crate::contract::openapi::written::Written;
use crate::contract::{Format, ResponseExample, Success, Unread, bound, parse, success};
use crate::media_type::essence;
use crate::shape::{Kind, Shape};
use crate::source::{Source, Span};

/// How many values the example of a whole answer may have: as many as one of a page.
const MAX_WHOLE: usize = 20_000;

/// The answer to a request that succeeds.
pub(super) struct DocumentedAnswer<'a> {
    /// What is returned, in words.
    pub(super) words: &'a str,
    /// In which media types, JSON first.
    media: Vec<Media<'a>>,
    /// Whether it has no body, such as 204.
    pub(super) has_no_body: bool,
    /// With which status codes.
    pub(super) success: Success,
}

/// An answer in one format.
struct Media<'a> {
    format: Format,
    /// Where the media type stands.
    place: At<'a>,
    meant: Meant,
    /// What the schema calls the root element of XML.
    root: Option<String>,
    /// What it calls the items of a list.
    item: Option<String>,
    /// How it says that true and false are spelled.
    booleans: Option<[String; 2]>,
    has_schema: bool,
    is_whole: bool,
    example: Option<At<'a>>,
    /// The other media types of the format.
    others: Vec<String>,
}

/// Reads the first documented success that has an answer in JSON or XML: where none is named, `default`, unless the
/// document has that for refusals.
pub(super) fn read<'a>(
    root: At<'a>,
    operation: At<'a>,
    refusals: &Refusals,
    reader: &mut Reader<'a, '_>,
) -> Result<Option<DocumentedAnswer<'a>>, Unread> {
    let Some(responses) = operation.get("responses") else {
        return Ok(None);
    };
    let mut successes = Vec::new();
    let mut of_all = None;
    for (status, response) in responses.entries() {
        let code = status.text().unwrap_or_default();
        if code == "default" {
            of_all = Some((status, response));
        }
        if success::is_named(code) {
            successes.push((code, response));
        }
    }
    if let (Some((place, response)), true) = (of_all, successes.is_empty()) {
        let shown = Shown::of(root, root.led(response)?);
        let is_shown = shown.json.is_some() || shown.xml.is_some();
        if is_shown && !refusals.have(root, response) {
            successes.push((success::RANGE, response));
        } else {
            reader.told.push(Unread {
                offset: place.span().start,
                expected: "a success, such as `200`".to_owned(),
                found: "`default` alone, which may be a refusal".to_owned(),
            });
        }
    }
    let mut first = None;
    for (at, (code, response)) in successes.iter().enumerate() {
        let response = root.led(*response)?;
        let shown = Shown::of(root, response);
        reader.told.extend(items_alone(root, response));
        let (words, code) = (response.text_of("description"), *code);
        let mut media = Vec::new();
        if let Some((place, body)) = shown.json {
            media.extend(Media::json(root, place, body, reader)?);
        }
        if let Some((place, body)) = shown.xml {
            let twin = media.first();
            let read = Media::xml(root, place, body, twin, reader)?;
            media.extend(read);
        }
        let is_none = shown.json.is_none() && shown.xml.is_none();
        let named = successes.iter().enumerate().map(|(place, (code, other))| {
            // What stands before it shows nothing.
            let is_it = place >= at && {
                let other = root.led(*other);
                place == at || other.is_ok_and(|other| Shown::of(root, other).is_like(&shown))
            };
            (*code, is_it)
        });
        let answer = DocumentedAnswer {
            words,
            media,
            // What a 200 without content holds is not said (RFC 9110, 15.3.5 and 15.3.6).
            has_no_body: is_none && matches!(code, "204" | "205") && !shown.has_content,
            success: Success::of(named),
        };
        if is_none {
            first = first.or(Some(answer));
            continue;
        }
        return Ok(Some(answer.with_others(response)));
    }
    Ok(first)
}

/// What a response shows of its body: the first media type of each format, with what is said of it.
#[derive(Clone, Copy)]
struct Shown<'a> {
    json: Option<(At<'a>, At<'a>)>,
    xml: Option<(At<'a>, At<'a>)>,
    has_content: bool,
}

impl<'a> Shown<'a> {
    fn of(root: At<'a>, response: At<'a>) -> Self {
        let led = move |(name, body): (At<'a>, At<'a>)| (name, root.led(body).unwrap_or(body));
        let content = || {
            let content = response.get("content").into_iter().flat_map(At::entries);
            content.map(led)
        };
        let of =
            |is: fn(&str) -> bool| content().find(|(name, _)| is(name.text().unwrap_or_default()));
        Self {
            json: of(is_json),
            xml: of(is_xml),
            has_content: content().next().is_some(),
        }
    }

    /// Whether a body that keeps what the other one says keeps this too, as far as schemas are written alike.
    fn is_like(&self, other: &Self) -> bool {
        let is_like = |one: Option<(At<'a>, At<'a>)>, other: Option<(At<'a>, At<'a>)>| {
            let schema = |(_, body): (At<'a>, At<'a>)| body.get("schema");
            match (one.and_then(schema), other.and_then(schema)) {
                (Some(one), Some(other)) => {
                    let values = [one, other].map(|at| at.value_of(MAX_WHOLE));
                    one.span() == other.span() || values[0].is_some() && values[0] == values[1]
                }
                _ => true,
            }
        };
        let formats = |shown: &Self| (shown.json.is_some(), shown.xml.is_some());
        formats(self) == formats(other)
            && is_like(self.json, other.json)
            && is_like(self.xml, other.xml)
    }
}

impl<'a> Media<'a> {
    /// An answer in JSON; none where the document has neither schema nor example of it.
    fn json(
        root: At<'a>,
        place: At<'a>,
        body: At<'a>,
        reader: &mut Reader<'a, '_>,
    ) -> Result<Option<Self>, Unread> {
        reader.xml_root = None;
        reader.xml_item = None;
        let (mut meant, has_schema) = match body.get("schema") {
            Some(schema) => (reader.read(schema)?, true),
            None => (Meant::of(Shape::of(Kind::Mixed), None), false),
        };
        let example = media_example(root, body)?;
        if let Some(example) = example {
            reader.lay_over(example, &mut meant);
        }
        reader.end(&meant.shape);
        told_of(&meant, reader)?;
        let is_known = has_schema || meant.stated.is_some();
        Ok(is_known.then_some(Self {
            format: Format::Json,
            place,
            root: root_of(body, &meant, reader),
            item: reader.xml_item.take(),
            meant,
            booleans: None,
            has_schema,
            is_whole: body.says("x-whole-answers"),
            example,
            others: Vec::new(),
        }))
    }

    /// An answer in XML: by its own schema, else by that of its twin in JSON, else by its example.
    fn xml(
        root: At<'a>,
        place: At<'a>,
        body: At<'a>,
        twin: Option<&Self>,
        reader: &mut Reader<'a, '_>,
    ) -> Result<Option<Self>, Unread> {
        let example = text_example(root, body)?;
        let example = example.filter(|example| match flaw_of(*example) {
            None => true,
            Some(flaw) => {
                reader.told.push(flaw);
                false
            }
        });
        reader.other_xml = None;
        reader.xml_root = None;
        reader.xml_item = None;
        let (mut meant, has_schema) = match (body.get("schema"), twin) {
            (Some(schema), _) => (reader.read(schema)?, true),
            (None, Some(twin)) if twin.has_schema => (twin.meant.clone(), true),
            (None, _) if example.is_some() => (Meant::of(Shape::of(Kind::Mixed), None), false),
            (None, _) => return Ok(None),
        };
        if let Some(offset) = reader.other_xml {
            reader.told.push(Unread {
                offset,
                expected: "XML whose elements have the names of the members".to_owned(),
                found: "`xml`, so that no XML is documented".to_owned(),
            });
            return Ok(None);
        }
        reader.end(&meant.shape);
        told_of(&meant, reader)?;
        let is_whole = body.says("x-whole-answers");
        if !is_whole {
            may_lack_nulls(&mut meant.shape);
        }
        let own = root_of(body, &meant, reader);
        let own_item = reader.xml_item.take();
        let is_twin = body.get("schema").is_none();
        let twin = twin.filter(|_| is_twin);
        let shared = twin.and_then(|twin| twin.root.clone());
        let shared_item = twin.and_then(|twin| twin.item.clone());
        Ok(Some(Self {
            format: Format::Xml,
            place,
            root: own.or(shared),
            item: own_item.or(shared_item),
            meant,
            booleans: words_of(body),
            has_schema,
            is_whole,
            example,
            others: Vec::new(),
        }))
    }

    /// Writes one that keeps its schema, with a place for each member.
    fn written(self, text: &mut Written) -> Result<Option<ResponseExample>, Unread> {
        let place = self.place.span();
        let media_type = text.line(self.place.text().unwrap_or_default(), place);
        let mut shape = self.meant.shape;
        let mut value = sample::filled(&shape, self.meant.stated.as_ref());
        let exact = self.example.filter(|_| self.is_whole);
        let exact = exact.and_then(|example| example.value_of(MAX_WHOLE));
        let mut exact = exact.filter(|value| sample::keeps(&shape, value));
        if self.is_whole {
            value = documented_value(value, &shape);
            exact = exact.map(|value| documented_value(value, &shape));
            take_documented_names(&mut shape);
        }
        let mut body = None;
        if self.has_schema || self.format == Format::Json {
            body = Some(text.json(&value, &mut shape, place));
        }
        match (self.format, exact, self.example) {
            (Format::Json, Some(exact), _) => {
                body = Some(text.line(&exact.to_string(), place));
            }
            (Format::Xml, _, Some(example)) => {
                let xml = example.text().unwrap_or_default();
                body = Some(text.line(xml, example.span()));
            }
            _ => {}
        }
        let Some(body) = body else {
            return Ok(None);
        };
        if self.format == Format::Json {
            within(text.since(body), place)?;
        }
        Ok(Some(ResponseExample {
            format: self.format,
            media_type,
            body,
            shape: self.has_schema.then(|| Arc::new(shape)),
            root: self.root,
            item: self.item,
            booleans: self.booleans,
            is_whole: self.is_whole,
            is_of_examples: false,
            other_media_types: self.others,
        }))
    }
}

/// What a response says of the items of its media types one after the other, and of no whole answer (`OpenAPI` 3.2,
/// 4.14).
fn items_alone<'a>(root: At<'a>, response: At<'a>) -> impl Iterator<Item = Unread> {
    let content = response.get("content").into_iter().flat_map(At::entries);
    content.filter_map(move |(name, body)| {
        let (place, _) = root.led(body).ok()?.entry("itemSchema")?;
        let name = name.text().unwrap_or_default();
        Some(Unread {
            offset: place.span().start,
            expected: "the schema of a whole answer".to_owned(),
            found: format!("that of each item in `{name}`, which is not judged"),
        })
    })
}

/// That a schema tells something of an answer, where references in it lead nowhere.
fn told_of(meant: &Meant, reader: &mut Reader<'_, '_>) -> Result<(), Unread> {
    if is_told(&meant.shape) || reader.open_ends.is_empty() {
        Ok(())
    } else {
        Err(reader.open_ends.swap_remove(0))
    }
}

/// Whether a shape says more than that there is something, or a list of it.
fn is_told(shape: &Shape) -> bool {
    match &shape.kind {
        Kind::Unknown | Kind::Mixed => false,
        Kind::List(item) => is_told(item),
        _ => true,
    }
}

/// A media type without parameters, where it is one and no range of them.
fn essence_of_one(name: &str) -> Option<String> {
    let essence = essence(name);
    (!essence.contains('*')).then_some(essence)
}

/// The words for true and false in XML, where two that differ are said.
fn words_of(body: At<'_>) -> Option<[String; 2]> {
    let words = body.get("x-booleans")?;
    let words: Vec<&str> = words.items().filter_map(At::text).collect();
    match words[..] {
        [yes, no] if yes != no && !yes.is_empty() && !no.is_empty() => {
            Some([yes.to_owned(), no.to_owned()])
        }
        _ => None,
    }
}

/// What the root element of XML is called: as the schema says, else, of an object, as the component that it refers to.
fn root_of(body: At<'_>, meant: &Meant, reader: &mut Reader<'_, '_>) -> Option<String> {
    let component = || {
        let reference = body.get("schema")?.get("$ref")?.text()?;
        let name = reference.rsplit(['/', '.']).next()?;
        is_element_name(name).then(|| name.to_owned())
    };
    let said = reader.xml_root.take();
    match meant.shape.kind {
        Kind::Object(_) => said.or_else(component),
        Kind::List(_) => said,
        _ => None,
    }
}

/// Lets members be missing that may be null: a document has no other way to say null in XML.
fn may_lack_nulls(shape: &mut Shape) {
    match &mut shape.kind {
        Kind::List(item) => may_lack_nulls(item),
        Kind::Object(object) => {
            for member in &mut object.members {
                member.optional |= member.shape.nullable;
            }
            object.shapes_mut().for_each(may_lack_nulls);
        }
        _ => {}
    }
}

/// What is wrong with an example in XML.
fn flaw_of(example: At<'_>) -> Option<Unread> {
    let Some(text) = example.text() else {
        return Some(example.unlike("an XML example as a text"));
    };
    let source = Source::new("", text);
    let flaw = parse::check_xml(&source, source.span_of(&source.text)).err()?;
    let offset = example.span().start;
    Some(Unread { offset, ..flaw })
}

/// That an answer has no more in it than the example of a page may have.
fn within(text: &str, place: Span) -> Result<(), Unread> {
    bound::json(text).map_err(|(_, excess)| Unread {
        offset: place.start,
        expected: excess.expected(),
        found: excess.to_string(),
    })
}

impl DocumentedAnswer<'_> {
    /// With the other media types of each format in the response.
    fn with_others(mut self, response: At<'_>) -> Self {
        let content = || response.get("content").into_iter().flat_map(At::entries);
        for one in &mut self.media {
            let is = match one.format {
                Format::Json => is_json,
                Format::Xml => is_xml,
            };
            let names = content().filter_map(|(name, _)| name.text());
            let names = names.filter(|name| is(name)).skip(1);
            one.others = names.filter_map(essence_of_one).collect();
        }
        self
    }

    /// Writes the answer in each format.
    pub(super) fn written(self, text: &mut Written) -> Result<Vec<ResponseExample>, Unread> {
        let mut responses = Vec::new();
        for media in self.media {
            responses.extend(media.written(text)?);
        }
        Ok(responses)
    }
}

/// A value in the names of the pages, where its shape has those of the wire beside them.
fn documented_value(value: Value, shape: &Shape) -> Value {
    match (value, &shape.kind) {
        (Value::Array(items), Kind::List(item)) => {
            let items = items.into_iter();
            items.map(|value| documented_value(value, item)).collect()
        }
        (Value::Object(values), Kind::Object(object)) if object.is_told() => values
            .into_iter()
            .filter_map(|(name, value)| {
                let listed = object.members.iter().find(|member| member.name == name);
                let name = listed.map_or(name, |member| member.documented.clone());
                let shape = listed.map(|member| &member.shape);
                let shape = shape.or(object.others.as_deref())?;
                Some((name, documented_value(value, shape)))
            })
            .collect(),
        (value, _) => value,
    }
}

/// Gives members the names that pages have for them.
fn take_documented_names(shape: &mut Shape) {
    match &mut shape.kind {
        Kind::List(item) => take_documented_names(item),
        Kind::Object(object) => {
            for member in &mut object.members {
                member.name.clone_from(&member.documented);
            }
            object.shapes_mut().for_each(take_documented_names);
        }
        _ => {}
    }
}

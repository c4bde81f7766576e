//! The parameters of an operation: those that the document lists, the variables of the path, and the
//! members of the body.

use std::sync::Arc;

use serde_json::Value;

use crate::contract::openapi::form;
use crate::contract::openapi::header::{self, HeaderRow};
use crate::contract::openapi::meant::Meant;
use crate::contract::openapi::schema::Reader;
use crate::contract::openapi::serialization::{
    form_of, in_form, is_form, not_in_form, serialization,
};
use crate::contract::openapi::tree::At;
use crate::contract::openapi::written::Written;
use crate::contract::style::Serialization;
use crate::contract::{Parameter, ParameterIn, Unread, bound, folded, path_variables};
use crate::media_type::{Syntax, essence};
use crate::shape::domain::Said;
use crate::shape::{Kind, Shape};
use crate::source::Span;

/// A parameter as the document has it, with places in the document.
#[derive(Debug)]
pub(super) struct Row {
    name: String,
    sent_in: ParameterIn,
    stated_in: Option<ParameterIn>,
    description: String,
    meant: Option<Meant>,
    optional: bool,
    /// Whether the documented request holds its value.
    is_sent: bool,
    /// How it is written in a URL, where that is said.
    serialization: Option<Serialization>,
    place: Span,
    /// The row of a page that it was made of.
    of_page: Option<OfPage>,
}

/// What a row of a page says, as a document that was made of the page keeps it.
#[derive(Debug)]
#[allow(
    clippy::struct_excessive_bools,
    reason = "a row says each of these apart"
)]
struct OfPage {
    number: usize,
    stated_in: Option<ParameterIn>,
    type_name: String,
    cell: String,
    example: String,
    optional: bool,
    collection: bool,
    flagged: bool,
    documented: Option<Value>,
    /// Whether a schema says what its values are, and no words alone.
    has_schema: bool,
}

impl OfPage {
    /// What a document says of a row, where it was made of a page.
    fn of(place: At<'_>) -> Option<Self> {
        let row = place.get("x-row")?;
        let text = |name| row.text_of(name).to_owned();
        Some(Self {
            number: row.text_of("number").parse().unwrap_or(usize::MAX),
            stated_in: match row.text_of("sent-in") {
                "path" => Some(ParameterIn::Path),
                "query" => Some(ParameterIn::Query),
                "body" => Some(ParameterIn::Body),
                _ => None,
            },
            type_name: text("type"),
            cell: text("cell"),
            example: text("example"),
            optional: row.says("optional"),
            collection: row.says("collection"),
            flagged: row.says("flagged"),
            documented: row.entry("sent").and_then(|(_, value)| value.value()),
            has_schema: row.says("schema"),
        })
    }
}

/// What is sent with an operation.
#[derive(Debug, Default)]
pub(super) struct Rows {
    parameters: Vec<Row>,
    /// The headers that each request must have.
    headers: Vec<HeaderRow>,
    /// The cookies that each request must have.
    cookies: Vec<HeaderRow>,
    /// The media type of the body, where it is one and no range.
    pub(super) body_type: Option<String>,
}

/// A parameter that a document lists.
enum Listed {
    Row(Box<Row>),
    Header(HeaderRow),
    Cookie(HeaderRow),
}

impl Rows {
    /// Reads the listed parameters: those of the path that an operation stands under, and its own, which
    /// replace them.
    pub(super) fn listed<'a>(
        root: At<'a>,
        lists: [Option<At<'a>>; 2],
        is_authenticated: bool,
        reader: &mut Reader<'a, '_>,
        flaws: &mut Vec<Unread>,
    ) -> Self {
        let mut all = Self::default();
        for place in lists.into_iter().flatten().flat_map(At::items) {
            match row(root, place, is_authenticated, reader) {
                Ok(Some(Listed::Header(header))) => {
                    let is_same = |known: &HeaderRow| known.name.eq_ignore_ascii_case(&header.name);
                    all.headers.retain(|known| !is_same(known));
                    all.headers.push(header);
                }
                Ok(Some(Listed::Cookie(cookie))) => {
                    all.cookies.retain(|known| known.name != cookie.name);
                    all.cookies.push(cookie);
                }
                Ok(Some(Listed::Row(row))) => {
                    all.parameters
                        .retain(|other| other.name != row.name || other.sent_in != row.sent_in);
                    all.parameters.push(*row);
                }
                Ok(None) => {}
                Err(flaw) => flaws.push(flaw),
            }
        }
        all
    }

    /// The headers that each request must have.
    pub(super) fn headers(&mut self) -> Vec<HeaderRow> {
        let mut headers = std::mem::take(&mut self.headers);
        headers.extend(HeaderRow::of_cookies(std::mem::take(&mut self.cookies)));
        headers
    }

    /// Adds the members of a body.
    fn add_body<'a>(
        &mut self,
        root: At<'a>,
        body: At<'a>,
        reader: &mut Reader<'a, '_>,
    ) -> Result<(), Unread> {
        let body = root.led(body)?;
        let Some(content) = body.get("content").filter(|content| content.is_map()) else {
            return Err(body.unlike("a request body with `content`"));
        };
        let known = json_of(content).or_else(|| form_of(content));
        let Some((place, media)) = known.or_else(|| content.entries().next()) else {
            return Err(content.unlike("a request body in JSON"));
        };
        let media = root.led(media)?;
        let named = place.text().unwrap_or_default().trim();
        let is_one = !named.contains('*') && named.chars().all(|c| (' '..='~').contains(&c));
        let is_form = is_form(named);
        self.body_type = Some(named.to_owned()).filter(|_| is_one && (is_json(named) || is_form));
        let mut meant = match media.get("schema") {
            Some(schema) => reader.read(schema)?,
            None => return Err(media.unlike("a request body with a schema")),
        };
        if let Some(example) = media_example(root, media)? {
            reader.lay_over(example, &mut meant);
        }
        let Kind::Object(object) = meant.shape.kind else {
            if !reader.open_ends.is_empty() {
                return Err(reader.open_ends.swap_remove(0));
            }
            let found = meant.shape.kind.type_of().as_str();
            return Err(Unread {
                offset: place.span().start,
                expected: "a request body that is an object".to_owned(),
                found: format!("one that is a {found}"),
            });
        };
        let properties = media
            .get("schema")
            .and_then(|schema| schema.get("properties"));
        let mut stated = match meant.stated {
            Some(Value::Object(stated)) => stated,
            _ => serde_json::Map::new(),
        };
        if let Some(misformed) = form::misformed_flag(body, "required") {
            reader.tell(misformed);
        }
        let is_needed = form::means(body, "required");
        let (is_whole, taken) = (meant.is_whole, meant.taken);
        let mut unlike = None;
        for member in object.members {
            let value = stated.remove(&member.name);
            let is_explicit = value.is_some() && reader.explicit.contains(&member.span.start);
            let is_asked = taken.asked.contains(&member.name);
            // What another value of some member asks for need not be there.
            let optional = !member.is_required();
            let is_sent = if is_whole {
                value.is_some()
            } else {
                (!optional || is_asked || is_explicit) && !taken.apart.contains(&member.name)
            };
            let description = reader.descriptions.remove(&member.span.start);
            let property = properties.and_then(|all| all.get(&member.name));
            let mut serialization = None;
            if is_form {
                serialization = Some(in_form(media, property, &member.name, reader));
                unlike = unlike.or_else(|| not_in_form(&member.shape, serialization, member.span));
            }
            self.parameters.push(Row {
                of_page: property.and_then(OfPage::of),
                sent_in: ParameterIn::Body,
                stated_in: Some(ParameterIn::Body),
                description: description.unwrap_or_default(),
                // A body that may be missing lacks all its members.
                optional: !is_needed || (optional && (!is_asked || is_whole || value.is_some())),
                is_sent,
                serialization,
                meant: Some(Meant::of(member.shape, value)),
                place: member.span,
                name: member.name,
            });
        }
        if is_whole && !object.sealed {
            let other = object.others.as_deref();
            stated.retain(|name, _| !reader.hidden.contains(name));
            self.parameters
                .extend(stated.into_iter().map(|(name, value)| Row {
                    name,
                    sent_in: ParameterIn::Body,
                    stated_in: Some(ParameterIn::Body),
                    description: String::new(),
                    meant: Some(Meant::of(
                        other.cloned().unwrap_or_else(|| Shape::of(Kind::Mixed)),
                        Some(value),
                    )),
                    optional: true,
                    is_sent: true,
                    serialization: None,
                    place: place.span(),
                    of_page: None,
                }));
        }
        match unlike {
            Some(unlike) => Err(unlike),
            None if is_json(named) || is_form => Ok(()),
            None => Err(not_sent(place)),
        }
    }

    /// Adds the members of the body of an operation, where it has one: what is wrong with it, and what is wrong with
    /// one that need not be sent, and is not sent then.
    pub(super) fn body_of<'a>(
        &mut self,
        root: At<'a>,
        operation: At<'a>,
        reader: &mut Reader<'a, '_>,
    ) -> (Option<Unread>, Option<Unread>) {
        let Some(body) = operation.get("requestBody") else {
            return (None, None);
        };
        let Err(flaw) = self.add_body(root, body, reader) else {
            return (None, None);
        };
        let may_lack = root
            .led(body)
            .is_ok_and(|body| !form::means(body, "required"));
        if !may_lack {
            return (Some(flaw), None);
        }
        // Who sends none asks as it is documented.
        self.parameters
            .retain(|row| row.sent_in != ParameterIn::Body);
        self.body_type = None;
        (None, Some(flaw))
    }

    /// Makes a parameter of each variable of a path, wherever the document declares it and in whatever
    /// letter case; gives the path with the names that are declared.
    pub(super) fn bind(&mut self, path: &str, heading: Span) -> String {
        let mut bound = path.to_owned();
        for variable in path_variables(path) {
            let find = |sent_in: &[ParameterIn]| {
                self.parameters.iter().position(|row| {
                    sent_in.contains(&row.sent_in) && row.name.eq_ignore_ascii_case(variable)
                })
            };
            let at = find(&[ParameterIn::Path])
                .or_else(|| find(&[ParameterIn::Body, ParameterIn::Query]));
            let Some(at) = at else {
                self.parameters.push(Row {
                    name: variable.to_owned(),
                    sent_in: ParameterIn::Path,
                    stated_in: None,
                    description: String::new(),
                    meant: None,
                    optional: false,
                    is_sent: true,
                    serialization: None,
                    place: heading,
                    of_page: None,
                });
                continue;
            };
            let row = &mut self.parameters[at];
            row.sent_in = ParameterIn::Path;
            row.optional = false;
            bound = bound.replace(&format!("{{{variable}}}"), &format!("{{{}}}", row.name));
        }
        let variables = path_variables(&bound);
        for row in &mut self.parameters {
            row.sent_in = row.sent_in.in_url(&row.name, &variables);
        }
        bound
    }

    /// Writes the parameters down, each with its place.
    pub(super) fn written(
        mut self,
        text: &mut Written,
        heading: Span,
    ) -> Result<Vec<Parameter>, Unread> {
        let number = |row: &Row| row.of_page.as_ref().map_or(usize::MAX, |page| page.number);
        self.parameters.sort_by_key(number);
        let mut parameters = Vec::new();
        for row in self.parameters {
            if parameters.len() == bound::MAX_PARAMETERS {
                return Err(Unread {
                    offset: heading.start,
                    expected: format!("at most {} parameters", bound::MAX_PARAMETERS),
                    found: "more".to_owned(),
                });
            }
            parameters.push(row.written(text));
        }
        Ok(parameters)
    }
}

impl Row {
    fn written(self, text: &mut Written) -> Parameter {
        let span = text.line(&self.name, self.place);
        let mut parameter = Parameter {
            stated_in: self.stated_in,
            description: self.description,
            optional: self.optional,
            serialization: self.serialization.and_then(|one| one.at(self.sent_in)),
            ..Parameter::bare(&self.name, self.sent_in, span)
        };
        let shape = self
            .meant
            .as_ref()
            .map(|meant| Arc::new(placeless(&meant.shape)));
        if let Some(page) = self.of_page {
            parameter = Parameter {
                shape: shape.filter(|_| page.has_schema),
                stated_in: page.stated_in,
                type_name: page.type_name,
                collection: page.collection,
                flagged: page.flagged,
                optional: page.optional,
                example: page.example,
                cell: page.cell,
                documented: page.documented,
                ..parameter
            };
            return parameter;
        }
        let Some(meant) = self.meant else {
            return parameter;
        };
        parameter.shape = shape;
        parameter.type_name = words(&meant.shape);
        parameter.collection = parameter.is_named_collection();
        parameter.flagged = parameter.collection;
        // What is in the path names something, and no sample of a format does.
        let value = meant
            .stated
            .filter(|_| parameter.sent_in != ParameterIn::Path || meant.is_explicit);
        let Some(value) = value else {
            return parameter;
        };
        if value.is_object() && parameter.sent_in != ParameterIn::Body {
            // It is written by its members when it is sent.
            parameter.example = value.to_string();
        }
        parameter.show(value);
        let is_whole = parameter.sent_in == ParameterIn::Body || parameter.collection;
        if !self.is_sent || !is_whole {
            parameter.documented = None;
        }
        if !parameter.example.is_empty() {
            parameter.example_span = text.line(&parameter.example, self.place);
        }
        parameter
    }
}

/// Reads one listed parameter; none where it is one that is told and left out.
fn row<'a>(
    root: At<'a>,
    place: At<'a>,
    is_authenticated: bool,
    reader: &mut Reader<'a, '_>,
) -> Result<Option<Listed>, Unread> {
    let listed = root.led(place)?;
    let Some((_, name)) = listed.entry("name") else {
        return Err(listed.unlike("a parameter with a name"));
    };
    let text = name.text().unwrap_or_default();
    let is_token_cookie = is_authenticated && header::is_token(root, "cookie", text);
    let sent_in = match listed.text_of("in") {
        "path" => ParameterIn::Path,
        "query" => ParameterIn::Query,
        "header" if header::must_be_sent(listed, name) && !header::is_of_client(root, text) => {
            let meant = meant_by(root, listed, reader)?;
            return Ok(Some(Listed::Header(header::row(name, meant))));
        }
        // Where a token is needed, a cookie that may be one is the target's.
        "cookie" if header::must_be_sent(listed, name) && !is_token_cookie => {
            let meant = meant_by(root, listed, reader)?;
            return Ok(Some(Listed::Cookie(header::row(name, meant))));
        }
        other => {
            let is_left_out = other != "querystring" || !form::means(listed, "required");
            let left_out = if is_left_out {
                ", which is left out"
            } else {
                ""
            };
            let told = Unread {
                offset: name.span().start,
                expected: "a parameter of the path, the query or the body".to_owned(),
                found: format!("one of `{other}`{left_out}"),
            };
            if !is_left_out {
                return Err(told);
            }
            reader.told.push(told);
            return Ok(None);
        }
    };
    let mut meant = meant_by(root, listed, reader)?;
    let of_page = OfPage::of(listed);
    let serialization = serialization(listed, sent_in, of_page.is_some(), reader);
    if of_page.is_none() {
        unless_writable(&mut meant, name, reader);
    }
    let is_needed = form::means(listed, "required");
    Ok(Some(Listed::Row(Box::new(Row {
        name: name.text().unwrap_or_default().to_owned(),
        sent_in,
        stated_in: Some(sent_in),
        description: folded(listed.text_of("description")),
        meant: Some(meant),
        optional: sent_in == ParameterIn::Query && !is_needed,
        is_sent: sent_in == ParameterIn::Path || is_needed,
        serialization,
        place: name.span(),
        of_page,
    }))))
}

/// What the values of a listed parameter are.
fn meant_by<'a>(
    root: At<'a>,
    listed: At<'a>,
    reader: &mut Reader<'a, '_>,
) -> Result<Meant, Unread> {
    let media = listed.get("content");
    let media = media.and_then(|content| content.entries().next());
    let media = match media {
        Some((name, media)) => Some((name, root.led(media)?)),
        None => None,
    };
    let schema = listed
        .get("schema")
        .or_else(|| media.and_then(|(_, media)| media.get("schema")));
    let mut meant = match schema {
        Some(schema) => reader.read(schema)?,
        None => Meant::of(Shape::of(Kind::Mixed), None),
    };
    let of_media = media.filter(|_| listed.get("schema").is_none());
    let example = match (media_example(root, listed)?, of_media) {
        (None, Some((_, media))) => media_example(root, media)?,
        (example, _) => example,
    };
    if let Some(example) = example {
        reader.lay_over(example, &mut meant);
    }
    if let Some((media_type, _)) = of_media {
        meant = in_text(meant, is_json(media_type.text().unwrap_or_default()));
    }
    if let Some(misformed) = form::misformed_flag(listed, "required") {
        reader.tell(misformed);
    }
    Ok(meant)
}

/// What a parameter means whose values are texts in some media type.
fn in_text(meant: Meant, is_json: bool) -> Meant {
    let text = meant.stated.and_then(|value| match value {
        value if is_json => Some(value.to_string()),
        Value::String(text) => Some(text),
        Value::Bool(_) | Value::Number(_) => Some(value.to_string()),
        _ => None,
    });
    Meant::of(Shape::of(Kind::Text), text.map(Value::String))
}

/// Forgets a value of which no style says how it is written: one whose items or members hold others.
fn unless_writable(meant: &mut Meant, name: At<'_>, reader: &mut Reader<'_, '_>) {
    let nests = |value: &Value| value.is_array() || value.is_object() || value.is_null();
    let is_deep = match &meant.stated {
        Some(Value::Array(items)) => items.iter().any(nests),
        Some(Value::Object(members)) => members.values().any(nests),
        _ => false,
    };
    if is_deep {
        meant.stated = None;
        reader.told.push(Unread {
            offset: name.span().start,
            expected: "a value that a URL can hold".to_owned(),
            found: "lists or objects in one, so that it is sent only where somebody names it"
                .to_owned(),
        });
    }
}

/// The example of a media type or a parameter, as the value that it means.
pub(super) fn media_example<'a>(root: At<'a>, media: At<'a>) -> Result<Option<At<'a>>, Unread> {
    example_as(&["value", "dataValue"], root, media)
}

/// The example of a media type that is no JSON, as the text that is sent.
pub(super) fn text_example<'a>(root: At<'a>, media: At<'a>) -> Result<Option<At<'a>>, Unread> {
    example_as(&["value", "serializedValue"], root, media)
}

fn example_as<'a>(members: &[&str], root: At<'a>, media: At<'a>) -> Result<Option<At<'a>>, Unread> {
    if let Some(example) = media.get("example") {
        return Ok(Some(example));
    }
    let named = media.get("examples").and_then(|all| all.entries().next());
    match named {
        Some((_, example)) => {
            let example = root.led(example)?;
            Ok(members.iter().find_map(|name| example.get(name)))
        }
        None => Ok(None),
    }
}

/// The body in JSON of those that a document lists: the plain one before others.
fn json_of(content: At<'_>) -> Option<(At<'_>, At<'_>)> {
    let named = |at: At<'_>| at.text().unwrap_or_default().trim().to_ascii_lowercase();
    let mut types = content.entries();
    let plain = types.find(|(name, _)| named(*name) == "application/json");
    let mut types = content.entries();
    plain.or_else(|| types.find(|(name, _)| is_json(name.text().unwrap_or_default())))
}

/// That a body of this media type is not sent.
fn not_sent(place: At<'_>) -> Unread {
    Unread {
        offset: place.span().start,
        expected: "a request body in JSON or a form without files".to_owned(),
        found: format!("one in `{}`", place.text().unwrap_or_default()),
    }
}

/// Whether a media type is one of JSON, or a range in which some is.
pub(super) fn is_json(media_type: &str) -> bool {
    let is_range = matches!(essence(media_type).as_str(), "*/*" | "application/*");
    is_range || Syntax::of(media_type) == Some(Syntax::Json)
}

/// Whether a media type is one of XML.
pub(super) fn is_xml(media_type: &str) -> bool {
    Syntax::of(media_type) == Some(Syntax::Xml)
}

/// What a schema says of the values of a parameter, which has one place: that of its name.
fn placeless(shape: &Shape) -> Shape {
    let mut shape = shape.clone();
    if let Some(domain) = &mut shape.domain {
        domain.said = Said::default();
    }
    match &mut shape.kind {
        Kind::List(item) => **item = placeless(item),
        Kind::Object(object) => {
            object.name = None;
            for member in &mut object.members {
                member.span = Span::default();
                member.shape = placeless(&member.shape);
            }
            if let Some(other) = &mut object.others {
                **other = placeless(other);
            }
        }
        Kind::Unknown => shape.kind = Kind::Mixed,
        _ => {}
    }
    shape
}

/// The type of a parameter in the words of the pages, where `number` is a whole one.
fn words(shape: &Shape) -> String {
    match &shape.kind {
        Kind::List(item) => match &item.kind {
            Kind::Mixed | Kind::Unknown => "Collection".to_owned(),
            kind => format!("Collection of {}s", word(kind)),
        },
        kind => word(kind).to_owned(),
    }
}

fn word(kind: &Kind) -> &'static str {
    match kind {
        Kind::Object(_) => "object",
        Kind::List(_) => "list",
        Kind::Text => "string",
        Kind::Integer => "integer",
        Kind::Number => "double",
        Kind::Boolean => "boolean",
        Kind::DateTime(_) => "date-time",
        Kind::Guid => "guid",
        Kind::Unknown | Kind::Mixed => "any",
    }
}

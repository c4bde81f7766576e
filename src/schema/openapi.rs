//! A contract as one `OpenAPI` 3.1 document, or one of 3.2 where a method asks for it.
//!
//! In come a contract and a profile, out comes a document whose answers are those on the wire, the envelope
//! included. What `OpenAPI` has no word for stands in members that begin with `x-` (`docs/openapi.md` lists
//! them), so that the document is read back to the same contract.

mod example;
mod notation;
mod shapes;

use std::collections::{BTreeMap, BTreeSet};
use std::iter;

use serde_json::{Map, Value, json};

pub use notation::Notation;

use crate::contract::{
    Contract, Format, Header, MADE_BY, Operation, Parameter, ParameterIn, ParameterType,
    ResponseExample, Serialization, Style, success,
};
use crate::profile::{AnswerShape, Booleans, Profile};
use crate::schema::evidence::Evidence;
use crate::schema::openapi::shapes::Shapes;
use crate::schema::parameter::type_of;
use crate::shape::{Kind, Shape};
use crate::source::Span;

/// Where refused requests are not documented, a token is all that an operation asks for.
const TOKEN: &str = "token";

/// The methods that have a member of their own in a path of 3.1.
const METHODS: [&str; 8] = [
    "get", "put", "post", "delete", "options", "head", "patch", "trace",
];
/// The one that has one in 3.2, where all others are below [`OTHERS`].
const QUERY: &str = "query";
const OTHERS: &str = "additionalOperations";

/// Writes a contract as portals of a profile keep it: the same value on every run.
///
/// ```
/// # use portal_conformance::{contract, profile, schema, source::Source};
/// let page = Source::new("boat.txt", "GET api/2.0/boat/{id}\nReturns\nBoat\nExample Response\n{\"status\": 0}\n");
/// let contract = contract::of_sources(vec![page]).unwrap();
/// let document = schema::openapi(&contract, &profile::load("as-documented").unwrap());
/// assert_eq!(document["paths"]["/api/2.0/boat/{id}"]["get"]["operationId"], "get-boat-id");
/// ```
#[must_use]
pub fn openapi(contract: &Contract, profile: &Profile) -> Value {
    let answers: Vec<Answers<'_>> = contract
        .operations
        .iter()
        .map(|operation| Answers {
            operation,
            shapes: Format::ALL.map(|format| profile.answer(operation, format)),
        })
        .collect();
    let mut shapes = Shapes::new(Evidence::of(contract, profile));
    for answer in &answers {
        for shape in answer.shapes.iter().flatten() {
            shapes.collect(&shape.envelope, &answer.operation.source);
        }
    }
    let mut writer = Writer {
        profile,
        shapes: &shapes,
        shared: BTreeMap::new(),
    };
    let mut version = "3.1.0";
    let mut paths: Map<String, Value> = Map::new();
    for answer in &answers {
        let path = format!("/{}", answer.operation.documented_path());
        let item = paths.entry(path).or_insert_with(|| json!({}));
        let method = answer.operation.method.to_lowercase();
        let written = writer.operation(answer);
        if METHODS.contains(&method.as_str()) {
            item[method] = written;
            continue;
        }
        version = "3.2.0";
        if method == QUERY {
            item[method] = written;
        } else {
            item[OTHERS][&answer.operation.method] = written;
        }
    }
    let mut components = Map::new();
    let schemas = shapes.definitions();
    if !schemas.is_empty() {
        components.insert("schemas".into(), Value::Object(schemas));
    }
    if !writer.shared.is_empty() {
        let shared = writer.shared.into_iter().collect();
        components.insert("responses".into(), Value::Object(shared));
    }
    let scheme = json!({
        "type": "apiKey",
        "in": "header",
        "name": "Authorization",
        "description": "a token of the portal, as a login gives it",
    });
    components.insert("securitySchemes".into(), json!({ TOKEN: scheme }));
    json!({
        "openapi": version,
        "x-made-by": MADE_BY,
        "info": {
            "title": "Portal API",
            "version": "2.0",
            "description": format!("As the pages document it, {}.", profile.summary),
        },
        "paths": paths,
        "components": components,
    })
}

/// Whether a file holds a document that was made here: it says so in its first lines.
pub(super) fn is_made(bytes: &[u8]) -> bool {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(200)]);
    head.contains("x-made-by") && head.contains(MADE_BY)
}

/// An operation and what its answers look like.
struct Answers<'a> {
    operation: &'a Operation,
    shapes: [Option<AnswerShape>; 2],
}

struct Writer<'a> {
    profile: &'a Profile,
    shapes: &'a Shapes<'a>,
    /// Answers that stand under several status codes.
    shared: BTreeMap<String, Value>,
}

impl Writer<'_> {
    fn operation(&mut self, answers: &Answers<'_>) -> Value {
        let operation = answers.operation;
        let mut written = Map::new();
        written.insert("operationId".into(), operation.id.as_str().into());
        if !operation.description.is_empty() {
            written.insert("description".into(), operation.description.as_str().into());
        }
        written.insert("x-documented-at".into(), at(operation, operation.heading));
        let security = if operation.authenticated {
            json!([{ TOKEN: [] }])
        } else {
            json!([])
        };
        written.insert("security".into(), security);
        if !operation.authenticated && !operation.is_public {
            written.insert("x-authentication".into(), "unsaid".into());
        }
        let rows = || operation.parameters.iter().enumerate();
        let headers = operation.headers.iter();
        let listed: Vec<Value> = rows()
            .filter(|(_, parameter)| parameter.sent_in != ParameterIn::Body)
            .map(|(row, parameter)| listed(operation, row, parameter))
            .chain(headers.flat_map(|header| listed_header(operation, header)))
            .collect();
        if !listed.is_empty() {
            written.insert("parameters".into(), listed.into());
        }
        let sent: Vec<(usize, &Parameter)> = rows()
            .filter(|(_, parameter)| parameter.sent_in == ParameterIn::Body)
            .collect();
        if !sent.is_empty() {
            written.insert("requestBody".into(), body(operation, &sent));
        }
        if let Some(request) = &operation.request {
            let headers: Vec<Value> = request
                .headers
                .iter()
                .map(|(name, value)| json!({"name": name, "value": value}))
                .collect();
            let body = request.body.map(|body| operation.source.slice(body));
            let mut example = json!({
                "method": request.method,
                "path": request.path,
                "headers": headers,
                "body": body,
                "x-documented-at": at(operation, request.span),
            });
            if request.is_body_unread {
                example["x-body-unread"] = true.into();
            }
            written.insert("x-example-request".into(), example);
        }
        written.insert("responses".into(), self.responses(answers));
        Value::Object(written)
    }

    /// The answer under each status code of a success.
    fn responses(&mut self, answers: &Answers<'_>) -> Value {
        let operation = answers.operation;
        let mut content = Map::new();
        for (format, shape) in Format::ALL.into_iter().zip(&answers.shapes) {
            let (Some(shape), Some(response)) = (shape, operation.response(format)) else {
                continue;
            };
            let own = self.profile.own_media_type(operation, format);
            let media_type = own.unwrap_or_else(|| match format {
                Format::Json => "application/json".to_owned(),
                Format::Xml => "application/xml".to_owned(),
            });
            let media = self.media(operation, response, shape);
            content.insert(media_type, media);
        }
        let mut answer = Map::new();
        answer.insert("description".into(), operation.returns.as_str().into());
        if !content.is_empty() {
            answer.insert("content".into(), Value::Object(content));
        }
        let answer = Value::Object(answer);
        if operation.has_no_body {
            return json!({ "204": answer });
        }
        let other = &operation.success.other;
        let codes = self.profile.success_codes(operation);
        let (other, codes): (Vec<u16>, Vec<u16>) =
            codes.iter().partition(|code| other.contains(code));
        let other = named(&other).map(|name| (name, json!({"description": ""})));
        let codes: Vec<String> = named(&codes).collect();
        if let [only] = codes.as_slice() {
            let only = (only.clone(), answer);
            return Value::Object(iter::once(only).chain(other).collect());
        }
        let name = self.shared_name(operation.id.as_str());
        let reference = json!({"$ref": format!("#/components/responses/{name}")});
        self.shared.insert(name, answer);
        let codes = codes.into_iter().map(|name| (name, reference.clone()));
        Value::Object(codes.chain(other).collect())
    }

    /// The id of an operation in the letters that names of components have.
    fn shared_name(&self, id: &str) -> String {
        let letter = |c: char| if c.is_ascii_alphanumeric() { c } else { '-' };
        let name: String = id.chars().map(letter).collect();
        let mut free = name.clone();
        let mut number = 2;
        while self.shared.contains_key(&free) {
            free = format!("{name}.{number}");
            number += 1;
        }
        free
    }

    /// Whether what is read back would not know how booleans are spelled: as a profile has it that leaves it to no
    /// page, or otherwise than the profile.
    fn are_words_said(&self, shape: &AnswerShape) -> bool {
        let xml = &self.profile.xml;
        let is_own = !xml.documented_booleans || shape.booleans != xml.booleans();
        is_own && has_boolean(&shape.envelope)
    }

    fn media(
        &self,
        operation: &Operation,
        response: &ResponseExample,
        shape: &AnswerShape,
    ) -> Value {
        let mut schema = self.shapes.schema(&shape.envelope, &operation.source);
        if response.format == Format::Xml
            && let Value::Object(members) = &mut schema
        {
            if !shape.is_root_free {
                members.insert("xml".into(), json!({"name": shape.root}));
            }
            let item = match &shape.list {
                Some(list) => list.item.as_ref(),
                None => Some(&shape.root),
            };
            if let (Some(Value::Object(items)), Some(item)) = (members.get_mut("items"), item) {
                items.insert("xml".into(), json!({"name": item}));
            }
        }
        let text = operation.source.slice(response.body);
        let example = match response.format {
            Format::Json => {
                let codes = self.profile.success_codes(operation);
                let code = codes.first().copied().unwrap_or(200);
                example::json(text, shape, self.profile, code)
            }
            Format::Xml => example::xml(text, shape),
        };
        let mut media = Map::new();
        media.insert("schema".into(), schema);
        if let Some(example) = example {
            media.insert("example".into(), example);
        }
        if response.format == Format::Xml && self.are_words_said(shape) {
            let Booleans { yes, no } = &shape.booleans;
            media.insert("x-booleans".into(), json!([yes, no]));
        }
        media.insert("x-whole-answers".into(), true.into());
        media.insert("x-documented-at".into(), at(operation, response.body));
        Value::Object(media)
    }
}

/// What documents call some status codes of successes: each by itself, or `2XX` beside the first.
fn named(codes: &[u16]) -> impl Iterator<Item = String> {
    let alone = success::alone(codes).map(|code| code.to_string());
    alone.chain(success::are_of_range(codes).then(|| "2XX".to_owned()))
}

fn has_boolean(shape: &Shape) -> bool {
    match &shape.kind {
        Kind::Boolean => true,
        Kind::List(item) => has_boolean(item),
        Kind::Object(object) => object.shapes().any(has_boolean),
        _ => false,
    }
}

fn at(operation: &Operation, span: Span) -> Value {
    operation.source.locate(span.start).into()
}

/// A parameter of the path or the query.
fn listed(operation: &Operation, row: usize, parameter: &Parameter) -> Value {
    let is_in_path = parameter.sent_in == ParameterIn::Path;
    let mut written = json!({
        "name": parameter.name,
        "in": if is_in_path { "path" } else { "query" },
        "required": is_in_path || operation.requires(parameter),
        "description": parameter.description,
        "schema": type_of(parameter),
    });
    if let Some(value) = value_of(parameter) {
        written["example"] = value;
    }
    let usual = Serialization::usual(parameter.sent_in);
    let unusual = parameter.serialization.filter(|own| Some(*own) != usual);
    if let Some(Serialization { style, explode }) = unusual {
        written["style"] = style.as_str().into();
        written["explode"] = explode.into();
    }
    written["x-row"] = row_of(row, parameter);
    written["x-documented-at"] = at(operation, parameter.span);
    written
}

/// A header that each request must have, or each of its cookies.
fn listed_header(operation: &Operation, header: &Header) -> Vec<Value> {
    let written = |place: &str, name: &str, value: Option<&str>| {
        let mut written = json!({
            "name": name,
            "in": place,
            "required": true,
            "schema": {"type": "string"},
        });
        if let Some(value) = value {
            written["example"] = value.into();
        }
        written["x-documented-at"] = at(operation, header.span);
        written
    };
    match &header.value {
        Some(cookies) if header.name == "Cookie" => {
            let pairs = cookies.split("; ").filter_map(|pair| pair.split_once('='));
            let listed = pairs.map(|(name, value)| written("cookie", name, Some(value)));
            listed.collect()
        }
        value => vec![written("header", &header.name, value.as_deref())],
    }
}

/// The members of the body.
fn body(operation: &Operation, sent: &[(usize, &Parameter)]) -> Value {
    let mut properties = Map::new();
    let mut required: BTreeSet<&str> = BTreeSet::new();
    let mut example = Map::new();
    for (row, parameter) in sent {
        let mut property = type_of(parameter);
        property["description"] = parameter.description.as_str().into();
        property["x-row"] = row_of(*row, parameter);
        property["x-documented-at"] = at(operation, parameter.span);
        properties.insert(parameter.name.clone(), property);
        if operation.requires(parameter) {
            required.insert(&parameter.name);
        }
        if let Some(value) = value_of(parameter) {
            example.insert(parameter.name.clone(), value);
        }
    }
    let is_whole = required.iter().all(|name| example.contains_key(*name));
    let mut media = json!({
        "schema": {"type": "object", "properties": properties, "required": required},
    });
    if is_whole && !example.is_empty() {
        media["example"] = Value::Object(example);
    }
    let styled = sent
        .iter()
        .filter_map(|(_, parameter)| Some((parameter.name.clone(), parameter.serialization?)));
    let encoding: Map<String, Value> = styled
        .filter(|(_, own)| *own != Serialization::of(Style::Form, None))
        .map(|(name, own)| {
            (
                name,
                json!({"style": own.style.as_str(), "explode": own.explode}),
            )
        })
        .collect();
    if !encoding.is_empty() {
        media["encoding"] = encoding.into();
    }
    let media_type = operation.body_type.as_deref();
    json!({
        "required": !required.is_empty(),
        "content": {media_type.unwrap_or("application/json"): media},
    })
}

/// The value that is sent, where it has the type.
fn value_of(parameter: &Parameter) -> Option<Value> {
    if parameter.shape.is_some()
        && let Some(value) = &parameter.documented
    {
        return Some(value.clone());
    }
    if parameter.members_in(&parameter.example).is_some() {
        return serde_json::from_str(&parameter.example).ok();
    }
    let kind = parameter.value_type();
    let typed = |text: &str| match kind {
        ParameterType::Text => Some(Value::from(text)),
        kind if kind.accepts(text) => serde_json::from_str(text).ok(),
        _ => None,
    };
    let one = |value: &Value| match value {
        Value::String(text) => typed(text),
        Value::Number(_) | Value::Bool(_) => typed(&value.to_string()),
        value if kind == ParameterType::Text => Some(value.clone()),
        _ => None,
    };
    match &parameter.documented {
        Some(Value::Array(items)) if parameter.collection => items
            .iter()
            .map(one)
            .collect::<Option<Vec<_>>>()
            .map(Value::Array),
        Some(value) if kind == ParameterType::Text && !parameter.collection => Some(value.clone()),
        Some(value) => one(value).map(|value| in_list(parameter, value)),
        None if parameter.example.is_empty() => None,
        None => typed(&parameter.example).map(|value| in_list(parameter, value)),
    }
}

fn in_list(parameter: &Parameter, value: Value) -> Value {
    if parameter.collection {
        Value::Array(vec![value])
    } else {
        value
    }
}

/// The row of the table as the page has it.
fn row_of(row: usize, parameter: &Parameter) -> Value {
    let place = |place: ParameterIn| match place {
        ParameterIn::Path => "path",
        ParameterIn::Query => "query",
        ParameterIn::Body => "body",
    };
    let mut written = Map::new();
    written.insert("number".into(), (row + 1).into());
    if let Some(stated) = parameter.stated_in {
        written.insert("sent-in".into(), place(stated).into());
    }
    let texts = [
        ("type", &parameter.type_name),
        ("cell", &parameter.cell),
        ("example", &parameter.example),
    ];
    for (name, text) in texts {
        if !text.is_empty() {
            written.insert(name.into(), text.as_str().into());
        }
    }
    let flags = [
        ("schema", parameter.shape.is_some()),
        ("optional", parameter.optional),
        ("collection", parameter.collection),
        ("flagged", parameter.flagged),
    ];
    for (name, is) in flags {
        if is {
            written.insert(name.into(), true.into());
        }
    }
    if let Some(value) = &parameter.documented {
        written.insert("sent".into(), value.clone());
    }
    Value::Object(written)
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use crate::contract;
    use crate::profile;
    use crate::source::Source;

    fn read(text: &str) -> Contract {
        contract::of_sources(vec![Source::new("a.yaml", text)]).unwrap()
    }

    #[test]
    fn methods_that_3_1_has_no_word_for_make_a_document_of_3_2() {
        let answer = "{responses: {'201': {description: x, content: {application/json: {schema: {type: object}}}}}}";
        let plain = format!("openapi: 3.2.0\npaths:\n  /boats:\n    get: {answer}\n");
        let profile = profile::load("as-documented").unwrap();
        assert_eq!(openapi(&read(&plain), &profile)["openapi"], "3.1.0");
        for (rest, place, method) in [
            (format!("    query: {answer}\n"), "query", "QUERY"),
            (
                format!("    additionalOperations: {{Copy: {answer}}}\n"),
                "additionalOperations/Copy",
                "Copy",
            ),
        ] {
            let contract = read(&format!("{plain}{rest}"));
            let written = openapi(&contract, &profile);
            assert_eq!(written["openapi"], "3.2.0");
            let at = format!("/paths/~1boats/{place}/responses/201");
            assert!(written.pointer(&at).is_some(), "{written}");
            let again = read(&written.to_string());
            let methods = [&contract, &again].map(|one| {
                let mut all: Vec<&str> = one.operations.iter().map(|one| &*one.method).collect();
                all.sort_unstable();
                all
            });
            assert_eq!(methods[0], methods[1]);
            // Profiles know nothing of them: their documents do.
            let other = again.operations.iter().find(|one| one.method == method);
            assert_eq!(profile.success_codes(other.unwrap()), [201]);
        }
    }

    #[test]
    fn what_answers_alone_have_stays_so() {
        let schema = "{type: object, properties: {id: {type: integer, readOnly: true}, name: {type: string}}}";
        let text = format!(
            "openapi: 3.1.0\npaths:\n  /boats:\n    get: {{responses: {{'200': {{description: x, content: \
             {{application/json: {{schema: {schema}}}}}}}}}}}\n"
        );
        let profile = profile::load("as-documented").unwrap();
        let written = openapi(&read(&text), &profile).to_string();
        assert_eq!(written.matches("\"readOnly\":true").count(), 1, "{written}");
    }
}

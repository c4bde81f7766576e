//! A document of Swagger 2.0 as one of `OpenAPI` 3.0.
//!
//! Values that 3.0 has elsewhere are laid out anew; each keeps its place in the text, so that what is told of
//! them later has it. What is wrong with a document is left to whoever reads 3.0.

use std::collections::HashSet;

use crate::contract::Unread;
use crate::contract::openapi::tree::{At, Data, Scalar, Tree};
use crate::media_type::{Syntax, essence};

/// The members of a path that are operations.
const METHODS: [&str; 7] = ["get", "put", "post", "delete", "options", "head", "patch"];
/// What of a parameter is no part of the schema of its values.
const NO_SCHEMA: [&str; 7] = [
    "allowEmptyValue",
    "collectionFormat",
    "description",
    "in",
    "name",
    "required",
    "schema",
];
/// How the items of a list are divided in a URL (Swagger 2.0, `collectionFormat`), the style of 3.0 that does so, and
/// whether each item is named.
const DIVIDED: [(&str, &str, bool); 4] = [
    ("csv", "form", false),
    ("ssv", "spaceDelimited", false),
    ("pipes", "pipeDelimited", false),
    ("multi", "form", true),
];
/// What a body has where the document does not say it.
const USUAL: &str = "application/json";
/// What a file has where the document does not say it.
const ANY_BYTES: &str = "application/octet-stream";
/// What forms have: one with files, and one without.
const FORMS: [&str; 2] = ["multipart/form-data", "application/x-www-form-urlencoded"];

/// Whether a document is one of Swagger 2.0.
pub(super) fn is_one(root: At<'_>) -> bool {
    root.get("openapi").is_none() && matches!(root.text_of("swagger"), "2" | "2.0")
}

/// Lays a document out as one of `OpenAPI` 3.0: servers out of `host`, `basePath` and `schemes`, request bodies out of
/// parameters in `body` and `formData`, media types out of `consumes` and `produces`.
///
/// # Errors
///
/// Where it becomes longer than a document may be.
pub(super) fn as_openapi(tree: Tree) -> Result<Tree, Unread> {
    let root = tree.root;
    let mut layout = Layout { tree };
    layout.schemas_of(root)?;
    layout.tree.root = layout.document(root)?;
    Ok(layout.tree)
}

/// A document that is being laid out: values are added to it, and named by their ids.
struct Layout {
    tree: Tree,
}

/// What is sent with an operation, apart.
#[derive(Default, Clone)]
struct Sent {
    /// Those of the URL and the headers.
    parameters: Vec<usize>,
    body: Option<usize>,
    /// Those of a form.
    fields: Vec<usize>,
}

impl Layout {
    fn at(&self, id: usize) -> At<'_> {
        self.tree.at(id)
    }

    fn get(&self, id: usize, name: &str) -> Option<usize> {
        self.at(id).get(name).map(|value| value.id)
    }

    fn entries(&self, id: usize) -> Vec<(usize, usize)> {
        self.tree.ids(id).to_vec()
    }

    fn items(&self, id: usize) -> Vec<usize> {
        self.at(id).items().map(|item| item.id).collect()
    }

    /// The texts of a list.
    fn texts(&self, id: Option<usize>) -> Vec<String> {
        let items = id.into_iter().flat_map(|id| self.at(id).items());
        let mut texts: Vec<String> = Vec::new();
        for text in items.filter_map(At::text) {
            if !texts.iter().any(|known| known == text) {
                texts.push(text.to_owned());
            }
        }
        texts
    }

    /// What a reference leads to; itself where it leads nowhere, which is told when it is read.
    fn led(&self, id: usize) -> usize {
        let led = self.tree.root().led(self.at(id));
        led.map_or(id, |at| at.id)
    }

    /// A text that stands for another value.
    fn text(&mut self, like: usize, text: &str) -> Result<usize, Unread> {
        let span = self.at(like).span();
        self.tree
            .add(span, Data::Scalar(text.to_owned(), Scalar::Text))
    }

    fn flag(&mut self, like: usize, is: bool) -> Result<usize, Unread> {
        let span = self.at(like).span();
        let data = Data::Scalar(is.to_string(), Scalar::Boolean(is));
        self.tree.add(span, data)
    }

    fn list(&mut self, like: usize, items: Vec<usize>) -> Result<usize, Unread> {
        let span = self.at(like).span();
        self.tree.add(span, Data::List(items))
    }

    /// An object that stands for another value: members of that, and others that go before those of their names.
    fn object(
        &mut self,
        like: usize,
        kept: Vec<(usize, usize)>,
        others: &[(&str, usize)],
    ) -> Result<usize, Unread> {
        let mut entries = kept;
        entries.retain(|(key, _)| {
            let name = self.at(*key).text();
            others.iter().all(|(other, _)| name != Some(*other))
        });
        for (name, value) in others {
            let key = self.text(*value, name)?;
            entries.push((key, *value));
        }
        let span = self.at(like).span();
        let data = self.tree.map(entries)?;
        self.tree.add(span, data)
    }

    /// The members of an object but for some.
    fn without(&self, id: usize, names: &[&str]) -> Vec<(usize, usize)> {
        let mut entries = self.entries(id);
        let is_one = |key: usize| {
            self.at(key)
                .text()
                .is_some_and(|name| names.contains(&name))
        };
        entries.retain(|(key, _)| !is_one(*key));
        entries
    }

    fn document(&mut self, root: usize) -> Result<usize, Unread> {
        let version = self.get(root, "swagger").unwrap_or(root);
        let mut others = vec![("openapi", self.text(version, "3.0.4")?)];
        if let Some(server) = self.server(root)? {
            others.push(("servers", self.list(server, vec![server])?));
        }
        let mut components = Vec::new();
        if let Some(definitions) = self.get(root, "definitions") {
            components.push(("schemas", definitions));
        }
        if let Some(schemes) = self.get(root, "securityDefinitions") {
            components.push(("securitySchemes", self.schemes(schemes)?));
        }
        others.push(("components", self.object(root, Vec::new(), &components)?));
        if let Some(paths) = self.get(root, "paths") {
            others.push(("paths", self.paths(root, paths)?));
        }
        let kept = self.without(root, &["swagger"]);
        self.object(root, kept, &others)
    }

    /// Where the paths stand.
    fn server(&mut self, root: usize) -> Result<Option<usize>, Unread> {
        let place = self.get(root, "basePath").or(self.get(root, "host"));
        let Some(place) = place else {
            return Ok(None);
        };
        let of = |name| self.at(root).text_of(name);
        let scheme = self.texts(self.get(root, "schemes"));
        let scheme = scheme.first().map_or("https", String::as_str);
        let path = of("basePath").trim_start_matches('/');
        let url = match of("host") {
            "" => format!("/{path}"),
            host => format!("{scheme}://{host}/{path}"),
        };
        let url = self.text(place, &url)?;
        self.object(place, Vec::new(), &[("url", url)]).map(Some)
    }

    fn schemes(&mut self, schemes: usize) -> Result<usize, Unread> {
        let mut all = self.entries(schemes);
        for (_, scheme) in &mut all {
            if self.at(*scheme).text_of("type") == "basic" {
                let kept = self.entries(*scheme);
                let http = self.text(*scheme, "http")?;
                let basic = self.text(*scheme, "basic")?;
                *scheme = self.object(*scheme, kept, &[("type", http), ("scheme", basic)])?;
            }
        }
        self.object(schemes, all, &[])
    }

    fn paths(&mut self, root: usize, paths: usize) -> Result<usize, Unread> {
        let mut all = self.entries(paths);
        if !self.at(paths).is_map() {
            return Ok(paths);
        }
        for (_, item) in &mut all {
            let led = self.led(*item);
            if self.at(led).is_map() {
                *item = self.path(root, led)?;
            }
        }
        self.object(paths, all, &[])
    }

    fn path(&mut self, root: usize, item: usize) -> Result<usize, Unread> {
        let shared = self.sent(item)?;
        let mut members = self.entries(item);
        for (key, value) in &mut members {
            let name = self.at(*key).text().unwrap_or_default();
            if name == "parameters" {
                *value = self.list(*value, shared.parameters.clone())?;
            } else if METHODS.contains(&name) && self.at(*value).is_map() {
                *value = self.operation(root, *value, &shared)?;
            }
        }
        self.object(item, members, &[])
    }

    fn operation(&mut self, root: usize, operation: usize, shared: &Sent) -> Result<usize, Unread> {
        let own = self.sent(operation)?;
        let media_types = |layout: &Self, name| {
            let place = layout.get(operation, name).or(layout.get(root, name));
            layout.texts(place)
        };
        let mut others = Vec::new();
        if let Some(parameters) = self.get(operation, "parameters") {
            others.push(("parameters", self.list(parameters, own.parameters.clone())?));
        }
        let consumed = media_types(self, "consumes");
        let is_own = own.body.is_some() || !own.fields.is_empty();
        let of = if is_own { &own } else { shared };
        if let Some(body) = of.body {
            others.push(("requestBody", self.body(body, consumed)?));
        } else if let Some(first) = of.fields.first() {
            let mut fields = shared.fields.clone();
            fields.extend(if is_own { &own.fields[..] } else { &[] });
            others.push(("requestBody", self.form(*first, &fields, consumed)?));
        }
        let produced = media_types(self, "produces");
        if let Some(responses) = self.get(operation, "responses") {
            let mut all = self.entries(responses);
            for (_, response) in &mut all {
                let led = self.led(*response);
                *response = self.response(led, &produced)?;
            }
            others.push(("responses", self.object(responses, all, &[])?));
        }
        let kept = self.without(operation, &["consumes", "produces"]);
        self.object(operation, kept, &others)
    }

    /// What the parameters of a path or an operation say.
    fn sent(&mut self, place: usize) -> Result<Sent, Unread> {
        let mut sent = Sent::default();
        let listed = self.get(place, "parameters");
        for listed in listed.map(|list| self.items(list)).unwrap_or_default() {
            let parameter = self.led(listed);
            match self.at(parameter).text_of("in") {
                "body" => sent.body = Some(parameter),
                "formData" => sent.fields.push(parameter),
                _ => sent.parameters.push(self.parameter(parameter)?),
            }
        }
        Ok(sent)
    }

    fn parameter(&mut self, parameter: usize) -> Result<usize, Unread> {
        if self.get(parameter, "schema").is_some() || self.get(parameter, "$ref").is_some() {
            return Ok(parameter);
        }
        let schema = self.schema_of(parameter)?;
        let mut others = vec![("schema", schema)];
        others.extend(self.divided(parameter, schema)?);
        let mut kept = self.entries(parameter);
        kept.retain(|(key, _)| {
            let name = self.at(*key).text().unwrap_or_default();
            ["in", "name", "description", "required"].contains(&name)
        });
        self.object(parameter, kept, &others)
    }

    /// How the items of a parameter are divided, where it is a list.
    fn divided(
        &mut self,
        parameter: usize,
        schema: usize,
    ) -> Result<Vec<(&'static str, usize)>, Unread> {
        let mut others = Vec::new();
        let sent_in = self.at(parameter).text_of("in").to_owned();
        if self.at(schema).text_of("type") == "array" {
            let stated = self.get(parameter, "collectionFormat");
            let place = stated.unwrap_or(parameter);
            let name = stated.and_then(|stated| self.at(stated).text());
            let name = name.unwrap_or("csv").to_owned();
            let known = DIVIDED.iter().find(|(known, ..)| *known == name);
            let (style, is_named) = match known {
                // Of a path and a header, 3.0 calls the first one otherwise.
                Some((_, "form", false)) if !["query", "formData"].contains(&sent_in.as_str()) => {
                    ("simple", false)
                }
                Some((_, style, is_named)) => (*style, *is_named),
                None => (name.as_str(), false),
            };
            others.push(("style", self.text(place, style)?));
            others.push(("explode", self.flag(place, is_named)?));
        }
        Ok(others)
    }

    /// The schema of the values of a parameter, which says itself what they are.
    fn schema_of(&mut self, parameter: usize) -> Result<usize, Unread> {
        if let Some(schema) = self.get(parameter, "schema") {
            return Ok(schema);
        }
        let kept = self.without(parameter, &NO_SCHEMA);
        let mut others = Vec::new();
        if let Some(example) = self.get(parameter, "x-example") {
            others.push(("example", example));
        }
        if self.at(parameter).text_of("type") == "file" {
            others.push(("type", self.text(parameter, "string")?));
            others.push(("format", self.text(parameter, "binary")?));
        }
        self.object(parameter, kept, &others)
    }

    /// A request body that is one value.
    fn body(&mut self, parameter: usize, consumed: Vec<String>) -> Result<usize, Unread> {
        let schema = self.get(parameter, "schema");
        let content = self.content(
            parameter,
            consumed,
            schema,
            self.get(parameter, "x-examples"),
        )?;
        let mut kept = self.entries(parameter);
        kept.retain(|(key, _)| {
            let name = self.at(*key).text().unwrap_or_default();
            ["description", "required"].contains(&name)
        });
        self.object(parameter, kept, &[("content", content)])
    }

    /// A request body that is a form.
    fn form(
        &mut self,
        place: usize,
        fields: &[usize],
        consumed: Vec<String>,
    ) -> Result<usize, Unread> {
        let mut properties: Vec<(usize, usize)> = Vec::new();
        let mut required = Vec::new();
        let mut has_file = false;
        for field in fields {
            let Some(name) = self.get(*field, "name") else {
                continue;
            };
            has_file |= self.at(*field).text_of("type") == "file";
            let key = self.at(name).text().unwrap_or_default().to_owned();
            properties.retain(|(known, _)| self.at(*known).text() != Some(&key));
            required.retain(|known| self.at(*known).text() != Some(&key));
            if self.at(*field).says("required") {
                required.push(name);
            }
            let mut schema = self.schema_of(*field)?;
            // In a form, the schema of a member says it, as 3.0 has it beside all of them.
            let divided = self.divided(*field, schema)?;
            if !divided.is_empty() {
                schema = self.object(schema, self.entries(schema), &divided)?;
            }
            properties.push((name, schema));
        }
        let mut media_types = consumed;
        media_types.retain(|name| FORMS.contains(&essence(name).as_str()));
        if media_types.is_empty() {
            media_types.push(FORMS[usize::from(!has_file)].to_owned());
        }
        let is_needed = self.flag(place, !required.is_empty())?;
        let kind = self.text(place, "object")?;
        let properties = self.object(place, properties, &[])?;
        let required = self.list(place, required)?;
        let members = [
            ("type", kind),
            ("properties", properties),
            ("required", required),
        ];
        let schema = self.object(place, Vec::new(), &members)?;
        let content = self.content(place, media_types, Some(schema), None)?;
        let members = [("required", is_needed), ("content", content)];
        self.object(place, Vec::new(), &members)
    }

    fn response(&mut self, response: usize, produced: &[String]) -> Result<usize, Unread> {
        let schema = self.get(response, "schema");
        let examples = self.get(response, "examples");
        if schema.is_none() && examples.is_none() {
            return Ok(response);
        }
        let mut media_types = produced.to_vec();
        let is_file = schema.is_some_and(|schema| self.at(schema).text_of("format") == "binary");
        if is_file {
            media_types.retain(|name| !name.contains('*') && Syntax::of(name).is_none());
            if media_types.is_empty() {
                media_types.push(ANY_BYTES.to_owned());
            }
        } else if let Some(examples) = examples.filter(|_| media_types.is_empty()) {
            let named = self.at(examples).entries();
            media_types.extend(named.filter_map(|(name, _)| Some(name.text()?.to_owned())));
        }
        let content = self.content(response, media_types, schema, examples)?;
        // References may lead to the schema where it stands.
        let kept = self.without(response, &["examples"]);
        self.object(response, kept, &[("content", content)])
    }

    /// A body in each of its media types.
    fn content(
        &mut self,
        place: usize,
        mut media_types: Vec<String>,
        schema: Option<usize>,
        examples: Option<usize>,
    ) -> Result<usize, Unread> {
        if media_types.is_empty() {
            media_types.push(USUAL.to_owned());
        }
        let mut content = Vec::new();
        for name in &media_types {
            let example = examples.and_then(|examples| self.get(examples, name));
            let mut members = Vec::new();
            members.extend(schema.map(|schema| ("schema", schema)));
            members.extend(example.map(|example| ("example", example)));
            let body = self.object(place, Vec::new(), &members)?;
            content.push((self.text(place, name)?, body));
        }
        self.object(place, content, &[])
    }

    /// Says in the words of 3.0 what schemas say otherwise, wherever they stand: what chooses among several, and what
    /// is a file.
    fn schemas_of(&mut self, root: usize) -> Result<(), Unread> {
        let mut left = Vec::new();
        if let Some(definitions) = self.get(root, "definitions") {
            left.extend(self.entries(definitions).into_iter().map(|(_, one)| one));
        }
        // Schemas stand in parameters and responses alone, wherever those do.
        let mut places = vec![root];
        let mut known = HashSet::new();
        while let Some(place) = places.pop() {
            if !known.insert(place) {
                continue;
            }
            for (key, value) in self.entries(place) {
                match self.at(key).text().unwrap_or_default() {
                    "definitions" | "example" | "examples" => {}
                    "schema" => left.push(value),
                    _ => places.push(value),
                }
            }
            places.extend(self.items(place));
        }
        let mut known = HashSet::new();
        while let Some(schema) = left.pop() {
            if !known.insert(schema) {
                continue;
            }
            for (key, value) in self.entries(schema) {
                match self.at(key).text().unwrap_or_default() {
                    "properties" | "patternProperties" => {
                        left.extend(self.entries(value).into_iter().map(|(_, one)| one));
                    }
                    "items" | "additionalProperties" | "not" => left.push(value),
                    "allOf" | "anyOf" | "oneOf" => left.extend(self.items(value)),
                    _ => {}
                }
            }
            self.schema(schema)?;
        }
        Ok(())
    }

    fn schema(&mut self, schema: usize) -> Result<(), Unread> {
        let mut others = Vec::new();
        if let Some(name) = self.get(schema, "discriminator")
            && self.at(name).text().is_some()
        {
            let chooses = self.object(name, Vec::new(), &[("propertyName", name)])?;
            others.push(("discriminator", chooses));
        }
        if self.at(schema).text_of("type") == "file" {
            others.push(("type", self.text(schema, "string")?));
            others.push(("format", self.text(schema, "binary")?));
        }
        if others.is_empty() {
            return Ok(());
        }
        let mut entries = self.entries(schema);
        for (name, value) in others {
            entries.retain(|(key, _)| self.at(*key).text() != Some(name));
            entries.push((self.text(value, name)?, value));
        }
        let end = self.at(schema).span().end;
        let data = self.tree.map(entries)?;
        self.tree.close(schema, end, data);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use crate::contract::{Contract, Format, Operation, of_sources};
    use crate::source::Source;

    fn read(text: &str) -> Contract {
        of_sources(vec![Source::new("harbour.yaml", text)]).unwrap()
    }

    /// All that a request and an answer hang on, without places.
    fn said(operation: &Operation) -> String {
        let rows = operation.parameters.iter().map(|row| {
            format!(
                "{} {:?} {} {} {:?} {:?} {:?}",
                row.name,
                row.sent_in,
                row.type_name,
                row.optional,
                row.example,
                row.documented,
                row.serialization
            )
        });
        let answers = [Format::Json, Format::Xml].map(|format| {
            let answer = operation.response(format)?;
            let of = |span| operation.source.slice(span).to_owned();
            let members = answer.shape.as_deref().map(|shape| {
                let members = shape.members().iter();
                let of = members.map(|one| (one.name.clone(), one.optional, one.shape.nullable));
                of.collect::<Vec<_>>()
            });
            Some((of(answer.media_type), of(answer.body), members))
        });
        let told = operation.unread.iter().map(|one| &one.found);
        format!(
            "{}\n{}\n{answers:#?}\n{:?} {:?} {:?}\n{:?} {:?} {:?}\n{:?}",
            operation.id,
            rows.collect::<Vec<_>>().join("\n"),
            operation.body_type,
            operation.needs_body,
            operation.has_no_body,
            operation.asks_for,
            operation.success,
            operation.headers.len(),
            told.collect::<Vec<_>>(),
        )
    }

    const SWAGGER: &str = "\
---
  swagger: '2.0'
  host: harbour.example
  basePath: /v2
  schemes: [http]
  consumes: [application/json]
  produces: [application/json, application/xml]
  securityDefinitions: {login: {type: basic}}
  security: [{login: []}]
  parameters:
    page: {name: page, in: query, type: integer, default: 3}
    boat: {name: boat, in: body, required: true, schema: {$ref: '#/definitions/Boat'}}
  responses:
    boats: {description: Boats, schema: {type: array, items: {$ref: '#/definitions/Boat'}}}
  definitions:
    Boat:
      type: object
      discriminator: kind
      required: [id, kind]
      properties:
        id: {type: integer, example: 7}
        kind: {type: string, x-nullable: true}
        discriminator: {type: string}
  paths:
    /boats:
      parameters:
        - $ref: '#/parameters/page'
        - {name: tags, in: query, type: array, items: {type: string}, x-example: [a, b]}
        - {name: ids, in: query, type: array, items: {type: integer}, collectionFormat: multi, x-example: [1, 2]}
        - $ref: '#/parameters/boat'
      get:
        parameters:
          - {name: boat, in: body, schema: {type: object, properties: {name: {type: string, example: Ada}}}}
        responses: {'200': {$ref: '#/responses/boats'}}
      post:
        produces: [application/hal+json]
        responses:
          '201': {description: Boat, schema: {$ref: '#/definitions/Boat'}}
    /boats/{id}/photo:
      get:
        parameters: [{name: id, in: path, required: true, type: string, enum: [ada]}]
        responses: {'200': {description: Photo, schema: {type: file}}}
      put:
        consumes: [multipart/form-data]
        parameters:
          - {name: id, in: path, required: true, type: string}
          - {name: photo, in: formData, required: true, type: file}
        responses:
          '200': {description: Boat, schema: {$ref: '#/paths/~1boats/post/responses/201/schema'}}
    /state:
      get:
        produces: []
        responses:
          '200': {description: State, examples: {application/json: {is: open}}}
";

    const OPENAPI: &str = "\
openapi: 3.0.4
servers: [{url: 'http://harbour.example/v2'}]
security: [{login: []}]
components:
  securitySchemes: {login: {type: http, scheme: basic}}
  schemas:
    Boat:
      type: object
      required: [id, kind]
      properties:
        id: {type: integer, example: 7}
        kind: {type: string, nullable: true}
        discriminator: {type: string}
paths:
  /boats:
    parameters:
      - {name: page, in: query, schema: {type: integer, default: 3}}
      - {name: tags, in: query, explode: false, schema: {type: array, items: {type: string}, example: [a, b]}}
      - {name: ids, in: query, schema: {type: array, items: {type: integer}, example: [1, 2]}}
    get:
      requestBody:
        content:
          application/json: {schema: {type: object, properties: {name: {type: string, example: Ada}}}}
      responses:
        '200':
          description: Boats
          content:
            application/json: {schema: {type: array, items: {$ref: '#/components/schemas/Boat'}}}
            application/xml: {schema: {type: array, items: {$ref: '#/components/schemas/Boat'}}}
    post:
      requestBody:
        required: true
        content: {application/json: {schema: {$ref: '#/components/schemas/Boat'}}}
      responses:
        '201':
          description: Boat
          content: {application/hal+json: {schema: {$ref: '#/components/schemas/Boat'}}}
  /boats/{id}/photo:
    get:
      parameters: [{name: id, in: path, required: true, schema: {type: string, enum: [ada]}}]
      responses:
        '200': {description: Photo, content: {application/octet-stream: {schema: {type: string, format: binary}}}}
    put:
      parameters: [{name: id, in: path, required: true, schema: {type: string}}]
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema: {type: object, required: [photo], properties: {photo: {type: string, format: binary}}}
      responses:
        '200':
          description: Boat
          content:
            application/json: {schema: {$ref: '#/components/schemas/Boat'}}
            application/xml: {schema: {$ref: '#/components/schemas/Boat'}}
  /state:
    get:
      responses:
        '200': {description: State, content: {application/json: {example: {is: open}}}}
";

    #[test]
    fn a_document_of_the_version_before_says_what_its_twin_says() {
        let [old, new] = [SWAGGER, OPENAPI].map(|text| {
            let operations = read(text).operations;
            operations.iter().map(said).collect::<Vec<_>>()
        });
        assert_eq!(old.len(), 5);
        for (old, new) in old.iter().zip(&new) {
            assert_eq!(old, new);
        }
    }

    #[test]
    fn what_is_told_has_its_place_in_the_document_of_the_version_before() {
        let contract = read(
            "swagger: '2.0'\npaths:\n  /boats:\n    get:\n      parameters:\n        - {name: ids, in: query, type: array, \
             collectionFormat: tsv, items: {type: string}}\n        - $ref: '#/parameters/lost'\n      responses:\n        \
             '200': {description: Boats, schema: {$ref: '#/definitions/Lost'}}\n",
        );
        let operation = &contract.operations[0];
        let told = operation.unread.iter();
        let told = told.map(|one| format!("{} {}", operation.source.pos(one.offset), one.found));
        assert_eq!(
            told.collect::<Vec<_>>(),
            [
                "7:17 `#/parameters/lost`, where nothing is",
                "9:52 `#/definitions/Lost`, where nothing is",
                "6:65 `tsv`"
            ]
        );
    }

    #[test]
    fn aliases_that_lead_into_one_another_end() {
        let names = (0..20_000).map(|at| {
            format!(
                "  A{at}: &a{at} {{properties: {{b: *a{}}}}}\n",
                at.max(1) - 1
            )
        });
        let chain: String = names.skip(1).collect();
        let contract = read(&format!(
            "swagger: '2.0'\ndefinitions:\n  A0: &a0 {{type: file}}\n{chain}paths: {{/a: {{get: {{responses: {{'200': \
             {{description: x, schema: {{type: object}}}}}}}}}}}}\n"
        ));
        assert_eq!(contract.operations.len(), 1);
    }
}

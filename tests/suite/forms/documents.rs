//! The made-up API as people write it who begin with an `OpenAPI` document, or copy a page as Markdown: what
//! those forms can say is what the pages say, and what they cannot say is listed.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use portal_conformance::contract::{self, Contract, Format, Operation};
use portal_conformance::level::Level;
use portal_conformance::lint;
use portal_conformance::profile;
use portal_conformance::source::Source;
use serde_json::{Value, json};

use super::{Documented, METHODS, read};
use crate::outward::placeless;

/// A version of `OpenAPI`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Version {
    Old,
    New,
}

impl Version {
    const ALL: [Self; 2] = [Self::Old, Self::New];

    fn number(self) -> &'static str {
        match self {
            Self::Old => "3.0.3",
            Self::New => "3.1.0",
        }
    }

    /// A schema of one type, with an example as each version writes it.
    fn typed(self, name: &str, example: Option<&Value>) -> Value {
        let mut schema = match self {
            Self::Old => json!({ "type": name }),
            Self::New => json!({ "type": [name] }),
        };
        match (self, example) {
            (Self::Old, Some(example)) => schema["example"] = example.clone(),
            (Self::New, Some(example)) => schema["examples"] = json!([example]),
            (_, None) => {}
        }
        schema
    }

    /// What an example implies, as the author of a document would write it.
    fn schema(self, example: &Value) -> Value {
        match example {
            Value::Object(members) => {
                let mut schema = self.typed("object", None);
                let properties = members.iter();
                let properties = properties.map(|(name, value)| (name.clone(), self.schema(value)));
                schema["properties"] = Value::Object(properties.collect());
                schema["required"] = members.keys().cloned().collect();
                schema
            }
            Value::Array(items) => {
                let mut schema = self.typed("array", None);
                schema["items"] = self.schema(&items[0]);
                schema
            }
            Value::Bool(_) => self.typed("boolean", Some(example)),
            Value::Number(_) => self.typed("integer", Some(example)),
            _ => self.typed("string", Some(example)),
        }
    }
}

/// The schema of a row of a page and the value that the documented request holds of it.
fn row_schema(version: Version, method: &Documented, row: &super::Row) -> (Value, Value) {
    let (name, _, _, _, kind, is_list, example) = *row;
    let text = if example.is_empty() {
        kind.split(", ").next().unwrap()
    } else {
        example
    };
    let number = text.parse::<u64>().map(Value::from);
    let one = number.unwrap_or_else(|_| text.into());
    let value = if is_list { json!([one]) } else { one };
    if !method.body.is_empty() {
        let body: Value = serde_json::from_str(method.body).unwrap();
        let sent = body.get(name);
        assert!(sent.is_none_or(|sent| *sent == value), "{name}");
    }
    let mut schema = version.schema(&value);
    if kind.contains(", ") {
        schema["enum"] = kind.split(", ").collect();
    }
    (schema, value)
}

/// The document of all methods.
fn document(version: Version) -> Value {
    let mut paths = json!({});
    for method in METHODS {
        let mut parameters = Vec::new();
        let (mut properties, mut required) = (json!({}), Vec::new());
        for row in method.rows {
            let (name, place, description, is_optional, ..) = *row;
            let (mut schema, value) = row_schema(version, &method, row);
            if place == "body" {
                schema["description"] = description.into();
                properties[name] = schema;
                required.extend((!is_optional).then_some(name));
                continue;
            }
            let is_in_path = method.path.contains(&format!("{{{name}}}"));
            parameters.push(json!({
                "name": name,
                "in": if is_in_path { "path" } else { "query" },
                "required": !is_optional,
                "description": description,
                "schema": schema,
                "example": value,
            }));
        }
        let example: Value = serde_json::from_str(method.json).unwrap();
        let of_answers = version.schema(&example);
        let needs_token = method.token.contains("requires");
        let mut operation = json!({
            "description": method.description,
            "security": if needs_token { json!([{ "token": [] }]) } else { json!([]) },
            "parameters": parameters,
            "responses": { "200": {
                "description": method.returns,
                "content": {
                    "application/json": { "schema": of_answers, "example": example },
                    "text/xml": { "schema": of_answers, "example": method.xml },
                },
            } },
        });
        if !method.body.is_empty() {
            let mut schema = version.typed("object", None);
            schema["properties"] = properties;
            schema["required"] = required.into();
            let example: Value = serde_json::from_str(method.body).unwrap();
            operation["requestBody"] = json!({
                "required": true,
                "content": { "application/json": { "schema": schema, "example": example } },
            });
        }
        paths[format!("/{}", method.path)] = json!({ method.method.to_lowercase(): operation });
    }
    json!({
        "openapi": version.number(),
        "info": { "title": "Library", "version": "1" },
        "servers": [{ "url": "https://books.example.com" }],
        "paths": paths,
        "components": { "securitySchemes": { "token": {
            "type": "apiKey", "in": "header", "name": "Authorization",
        } } },
    })
}

/// YAML in blocks, its texts in quotes.
fn yaml(value: &Value, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                let _ = write!(out, "\n{pad}{}:", json!(name));
                yaml(value, indent + 2, out);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                let _ = write!(out, "\n{pad}-");
                yaml(item, indent + 2, out);
            }
        }
        // Long texts stand in blocks, as people write them.
        Value::String(text) if text.contains('\n') => {
            out.push_str(" |-");
            for line in text.lines() {
                let _ = write!(out, "\n{pad}{line}");
            }
        }
        scalar => {
            let _ = write!(out, " {scalar}");
        }
    }
}

/// One page as sites copy it: parameters in tables, what is sent and answered as examples.
fn copied(method: &Documented) -> String {
    let mut text = format!(
        "# Library\n\n**{}** `/{}`\n\n{}\n",
        method.method, method.path, method.description
    );
    if method.token.contains("requires") {
        text += "\n## Authorization\n\nA token in a header.\n";
    }
    for (title, wanted) in [("Path Parameters", true), ("Query Parameters", false)] {
        let is_in_path = |name: &str| method.path.contains(&format!("{{{name}}}"));
        let rows = method.rows.iter();
        let rows = rows.filter(|(name, place, ..)| *place == "url" && is_in_path(name) == wanted);
        let mut rows = rows.peekable();
        if rows.peek().is_some() {
            let columns =
                "| Name | Type | Required | Description | Example |\n|---|---|---|---|---|\n";
            let _ = write!(text, "\n## {title}\n\n{columns}");
        }
        for row in rows {
            let (name, _, description, is_optional, kind, _, example) = *row;
            let needed = if is_optional { "No" } else { "Yes" };
            // In these tables, types are those of JSON Schema.
            let kind = if kind == "number" { "integer" } else { kind };
            let _ = writeln!(
                text,
                "| `{name}` | {kind} | {needed} | {description} | {example} |"
            );
        }
    }
    let fence = |info: &str, text: &str| {
        format!("\n**Content-Type:** application/json\n\n```{info}\n{text}\n```\n")
    };
    if !method.body.is_empty() {
        let mut schema = json!({ "type": "object", "properties": {} });
        let mut required = Vec::new();
        for row in method.rows.iter().filter(|row| row.1 == "body") {
            let (mut one, _) = row_schema(Version::New, method, row);
            one["description"] = row.2.into();
            schema["properties"][row.0] = one;
            required.extend((!row.3).then_some(row.0));
        }
        schema["required"] = required.into();
        let schema = serde_json::to_string_pretty(&schema).unwrap();
        text += "\n## Request Body\n";
        text += &fence("json", &schema);
        text += &fence("json", method.body);
    }
    let _ = write!(text, "\n## Responses\n\n### 200 - {}\n", method.returns);
    text += &fence("json", method.json);
    text
}

/// One page as a generated site copies it: schemas in fences, and a token where 401 is answered.
pub(super) fn of_site(method: &Documented) -> String {
    let mut text = format!(
        "# API Endpoint\n\n**{}** `/{}`\n\n{}\n",
        method.method, method.path, method.description
    );
    let fence = |schema: &Value| {
        let schema = serde_json::to_string_pretty(schema).unwrap();
        format!("\n**Content-Type:** application/json\n\n```json\n{schema}\n```\n")
    };
    for (title, places) in [
        ("Path Parameters", ("url", true)),
        ("Query Parameters", ("url", false)),
        ("Request Body", ("body", false)),
    ] {
        let is_in_path = |name: &str| method.path.contains(&format!("{{{name}}}"));
        let rows = method.rows.iter();
        let rows = rows.filter(|(name, place, ..)| (*place, is_in_path(name)) == places);
        let (mut properties, mut required) = (json!({}), Vec::new());
        for row in rows {
            let (mut schema, value) = row_schema(Version::New, method, row);
            schema["description"] = row.2.into();
            schema["examples"] = json!([value]);
            properties[row.0] = schema;
            required.extend((!row.3).then_some(row.0));
        }
        if properties != json!({}) {
            let schema =
                json!({ "type": "object", "properties": properties, "required": required });
            let _ = write!(text, "\n## {title}\n{}", fence(&schema));
        }
    }
    let answer = Version::Old.schema(&serde_json::from_str(method.json).unwrap());
    let _ = write!(
        text,
        "\n## Responses\n\n### 200 - {}\n{}",
        method.returns,
        fence(&answer)
    );
    if method.token.contains("requires") {
        text += "\n### 401 - Unauthorized\n";
    }
    text
}

/// Every form but those that are made into plain text: a name and the contract.
fn others() -> Vec<(String, Contract)> {
    let mut others = Vec::new();
    for version in Version::ALL {
        let document = document(version);
        let mut in_yaml = String::new();
        yaml(&document, 0, &mut in_yaml);
        let in_json = serde_json::to_string_pretty(&document).unwrap();
        for (ending, text) in [("yaml", in_yaml.trim_start()), ("json", &in_json)] {
            let name = format!("{}.{ending}", version.number());
            others.push((name.clone(), read(&name, text)));
        }
    }
    for (name, written) in [
        ("copied.md", copied as fn(&Documented) -> String),
        ("site.md", of_site),
    ] {
        let sources = METHODS.iter();
        let sources = sources.map(|method| Source::new(name, &written(method)));
        let contract = contract::of_sources(sources.collect());
        let contract = contract.unwrap_or_else(|error| panic!("{name}: {error}"));
        others.push((name.to_owned(), contract));
    }
    others
}

/// All that a contract says, each with a name, without places.
fn facts(contract: &Contract) -> BTreeMap<String, String> {
    let profile = profile::load("as-documented").unwrap();
    let mut facts = BTreeMap::new();
    for operation in &contract.operations {
        let Operation {
            id,
            source,
            heading: _,
            method,
            path,
            ends_in_slash,
            takes_away,
            authenticated,
            has_lost_authentication,
            description,
            parameters,
            request,
            returns,
            responses,
            unread,
            contradictions,
            // What a page cannot say.
            is_public: _,
            base: _,
            needs_body: _,
            body_type: _,
            asks_for: _,
            ways: _,
            refused: _,
            of_refusals: _,
            defined: _,
            headers: _,
            has_no_body: _,
            success: _,
            taken: _,
            open: _,
        } = operation;
        let mut put = |name: &str, said: String| facts.insert(format!("{id} {name}"), said);
        put(
            "heading",
            format!("{method} {path} {ends_in_slash} {takes_away}"),
        );
        put(
            "token",
            format!("{authenticated} {has_lost_authentication}"),
        );
        put("description", description.clone());
        put("returns", returns.clone());
        put("unread", format!("{unread:?} {contradictions:?}"));
        let names = parameters.iter().map(|row| row.name.as_str());
        put("parameters", names.collect::<Vec<_>>().join(" "));
        for row in parameters {
            let mut put = |what: &str, said: String| put(&format!("{} {what}", row.name), said);
            put("place", format!("{:?}", row.sent_in));
            put("stated place", format!("{:?}", row.stated_in));
            put("words", row.description.clone());
            put("optional", row.optional.to_string());
            put("list", row.collection.to_string());
            put("type", format!("{:?}", row.value_type()));
            put("words of type", row.type_name.clone());
            put("flag", row.flagged.to_string());
            put("cell", row.cell.clone());
            put("example", row.example.clone());
            put("sent", format!("{:?}", row.documented));
        }
        let request = request.as_ref().map(|request| {
            let body = request.body.map(|body| source.slice(body));
            let words = body.unwrap_or_default().split_whitespace();
            let words = words.collect::<String>();
            format!(
                "{} {} {:?} {words}",
                request.method, request.path, request.headers
            )
        });
        put("example request", format!("{request:?}"));
        for format in Format::ALL {
            let answer = profile.answer(operation, format).map(|mut answer| {
                answer.envelope = placeless(answer.envelope);
                // Where no booleans are answered, their words say nothing.
                if !format!("{:?}", answer.envelope).contains("Boolean") {
                    answer.booleans = profile.xml.booleans();
                }
                format!("{answer:#?}")
            });
            put(
                &format!("{format} answer"),
                answer.unwrap_or_else(|| "None".to_owned()),
            );
            let example = operation.response(format).map(|one| source.slice(one.body));
            let words = example.unwrap_or_default().split_whitespace();
            put(&format!("{format} example"), words.collect::<String>());
        }
        assert!(responses.len() <= 2);
    }
    facts
}

/// The names of what two contracts say otherwise, with both.
fn differences(
    one: &BTreeMap<String, String>,
    other: &BTreeMap<String, String>,
) -> BTreeMap<String, (String, String)> {
    let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
    let said =
        |facts: &BTreeMap<String, String>, name| facts.get(name).cloned().unwrap_or_default();
    names
        .into_iter()
        .filter(|name| one.get(*name) != other.get(*name))
        .map(|name| (name.clone(), (said(one, name), said(other, name))))
        .collect()
}

/// What no document can say: how the pages word a type, the cells of their table, and what their example
/// request shows, so that of what need not be sent nothing is.
const LACKED: [(&str, &str); 16] = [
    ("get-library example request", "None"),
    ("get-library-libraryid-books example request", "None"),
    ("get-library-libraryid-books genre cell", ""),
    ("get-library-libraryid-books genre sent", "None"),
    (
        "get-library-libraryid-books genre stated place",
        "Some(Query)",
    ),
    ("get-library-libraryid-books libraryId cell", ""),
    ("get-library-libraryid-books libraryId sent", "None"),
    (
        "get-library-libraryid-books libraryId words of type",
        "integer",
    ),
    ("post-library-libraryid-orders books cell", ""),
    (
        "post-library-libraryid-orders books words of type",
        "Collection of integers",
    ),
    ("post-library-libraryid-orders example request", "None"),
    ("post-library-libraryid-orders libraryId cell", ""),
    ("post-library-libraryid-orders libraryId sent", "None"),
    (
        "post-library-libraryid-orders libraryId words of type",
        "integer",
    ),
    ("post-library-libraryid-orders note cell", ""),
    (
        "post-library-libraryid-orders urgency words of type",
        "string",
    ),
];

/// What copied Markdown cannot say beside that: anything of XML.
const LACKED_IN_MARKDOWN: [(&str, &str); 6] = [
    ("get-library xml answer", "None"),
    ("get-library xml example", ""),
    ("get-library-libraryid-books xml answer", "None"),
    ("get-library-libraryid-books xml example", ""),
    ("post-library-libraryid-orders xml answer", "None"),
    ("post-library-libraryid-orders xml example", ""),
];

#[test]
fn documents_and_copied_pages_say_what_the_pages_say_but_for_what_they_cannot() {
    let pages = METHODS.iter();
    let pages = pages.map(|page| Source::new(page.path, &page.plain("\t")));
    let pages = facts(&contract::of_sources(pages.collect()).unwrap());
    let others = others();
    assert_eq!(others.len(), 6);
    for (name, contract) in others {
        let mut lacked = LACKED.to_vec();
        if ["copied.md", "site.md"].contains(&name.as_str()) {
            lacked.extend(LACKED_IN_MARKDOWN);
        }
        let lacked: BTreeMap<&str, &str> = lacked.into_iter().collect();
        let differ = differences(&pages, &facts(&contract));
        let differ: BTreeMap<&str, &str> = differ
            .iter()
            .map(|(fact, (_, said))| (fact.as_str(), said.as_str()))
            .collect();
        assert_eq!(differ, lacked, "{name}");
        let found = lint::findings(&contract);
        let errors = found.iter().filter(|one| one.level == Level::Deny);
        assert_eq!(errors.count(), 0, "{name}: {found:?}");
    }
}

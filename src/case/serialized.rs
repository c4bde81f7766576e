//! Values of the path and the query as their parameter has them written.

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_json::{Map, Value as Json};

use crate::contract::{Operation, Parameter, Serialization, Style};

/// What must be escaped in a path segment or a query value (RFC 3986, 3.3 and 3.4).
pub(super) const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b'&')
    .add(b'+')
    .add(b'/')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    // The parser of URLs takes it for a slash.
    .add(b'\\')
    .add(b'`')
    .add(b'{')
    .add(b'}');

/// The same, and what divides items, and members of objects from their values.
const ITEM: &AsciiSet = &ESCAPED
    .add(b',')
    .add(b';')
    .add(b'=')
    .add(b'|')
    .add(b'[')
    .add(b']');

/// A value without the signs around it.
enum Value {
    One(String),
    List(Vec<String>),
    Object(Vec<(String, String)>),
}

/// The pairs of a query for a parameter with these values.
pub(super) fn in_query(parameter: &Parameter, values: &[String]) -> Vec<String> {
    let name = &parameter.name;
    let Some(Serialization { style, explode }) = parameter.serialization else {
        // A collection repeats its name.
        let most = if parameter.collection { usize::MAX } else { 1 };
        let sent = values.iter().take(most);
        return sent
            .map(|value| format!("{name}={}", plain(value)))
            .collect();
    };
    let divider = match style {
        Style::SpaceDelimited => "%20",
        Style::PipeDelimited => "%7C",
        _ => ",",
    };
    let is_apart = explode || style == Style::DeepObject;
    match value_of(parameter, values) {
        Value::One(value) => vec![format!("{name}={value}")],
        Value::List(items) if is_apart => {
            let pairs = items.iter().map(|item| format!("{name}={item}"));
            pairs.collect()
        }
        Value::List(items) => vec![format!("{name}={}", items.join(divider))],
        Value::Object(members) if is_apart => {
            let pair = |(member, value): &(String, String)| match style {
                Style::DeepObject => format!("{name}%5B{member}%5D={value}"),
                _ => format!("{member}={value}"),
            };
            members.iter().map(pair).collect()
        }
        Value::Object(members) => vec![format!("{name}={}", flat(members).join(divider))],
    }
}

/// Members of a body as a form: a list repeats its name where nothing else is said, and null is left out.
pub(super) fn in_form(operation: &Operation, members: &Map<String, Json>) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    for (name, value) in members {
        let mut parameters = operation.body_parameters();
        let parameter = parameters.find(|one| one.name == *name);
        let written = parameter.and_then(|one| one.serialization);
        let written = written.unwrap_or_else(|| Serialization::of(Style::Form, None));
        match value {
            Json::Array(items) if written.style != Style::DeepObject => {
                let items = items.iter().filter_map(text_of);
                if written.explode {
                    form.extend_pairs(items.map(|item| (name, item)));
                    continue;
                }
                let divider = match written.style {
                    Style::SpaceDelimited => " ",
                    Style::PipeDelimited => "|",
                    _ => ",",
                };
                form.append_pair(name, &items.collect::<Vec<_>>().join(divider));
            }
            Json::Array(_) | Json::Object(_) if written.style == Style::DeepObject => {
                deep(name, value, &mut form);
            }
            value => {
                form.extend_pairs(text_of(value).map(|text| (name, text)));
            }
        }
    }
    form.finish()
}

/// What stands in lists and objects, by the names and places that lead there: `where[row]`, `ids[]`.
fn deep(name: &str, value: &Json, form: &mut url::form_urlencoded::Serializer<'_, String>) {
    match value {
        Json::Array(items) => {
            for item in items {
                deep(&format!("{name}[]"), item, form);
            }
        }
        Json::Object(members) => {
            for (member, value) in members {
                deep(&format!("{name}[{member}]"), value, form);
            }
        }
        value => {
            form.extend_pairs(text_of(value).map(|text| (name, text)));
        }
    }
}

/// The text of a value in a form; none of null.
fn text_of(value: &Json) -> Option<String> {
    match value {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        value => Some(value.to_string()),
    }
}

/// What stands in a path for a parameter with these values.
pub(super) fn in_path(parameter: &Parameter, values: &[String]) -> String {
    let name = &parameter.name;
    let Some(Serialization { style, explode }) = parameter.serialization else {
        return values.first().map(|value| plain(value)).unwrap_or_default();
    };
    let paired = |members: &[(String, String)]| -> Vec<String> {
        let pairs = members.iter();
        pairs
            .map(|(name, value)| format!("{name}={value}"))
            .collect()
    };
    let divided = match (value_of(parameter, values), explode) {
        (Value::One(value), _) => vec![value],
        (Value::List(items), true) if style == Style::Matrix => {
            let items = items.iter().map(|item| format!("{name}={item}"));
            return format!(";{}", items.collect::<Vec<_>>().join(";"));
        }
        (Value::Object(members), true) if style == Style::Matrix => {
            return format!(";{}", paired(&members).join(";"));
        }
        (Value::List(items), _) => items,
        (Value::Object(members), true) => paired(&members),
        (Value::Object(members), false) => flat(members),
    };
    match style {
        Style::Label if explode => format!(".{}", divided.join(".")),
        Style::Label => format!(".{}", divided.join(",")),
        Style::Matrix => format!(";{name}={}", divided.join(",")),
        _ => divided.join(","),
    }
}

fn plain(value: &str) -> String {
    utf8_percent_encode(value, ESCAPED).to_string()
}

fn item(value: &str) -> String {
    utf8_percent_encode(value, ITEM).to_string()
}

fn flat(members: Vec<(String, String)>) -> Vec<String> {
    let members = members.into_iter();
    members.flat_map(|(name, value)| [name, value]).collect()
}

/// A list where the parameter has lists, an object where it has objects and the text is one.
fn value_of(parameter: &Parameter, values: &[String]) -> Value {
    let first = values.first().map(String::as_str).unwrap_or_default();
    if let Some(members) = parameter.members_in(first) {
        let members = members.into_iter();
        return Value::Object(
            members
                .map(|(name, value)| (item(&name), item(&value)))
                .collect(),
        );
    }
    // What is repeated needs no dividers.
    let is_divided = parameter
        .serialization
        .is_some_and(|one| !one.explode || one.style != Style::Form);
    if parameter.collection {
        let items = values.iter();
        let items = items.map(|value| {
            if is_divided {
                item(value)
            } else {
                plain(value)
            }
        });
        Value::List(items.collect())
    } else {
        Value::One(plain(first))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use serde_json::json;

    use super::*;
    use crate::contract::{ParameterIn, of_sources};
    use crate::source::Source;

    /// What is sent for the one parameter of a document.
    fn sent(place: &str, rest: &str) -> String {
        let text = format!(
            "openapi: 3.1.0\npaths:\n  /a/{{p}}:\n    get:\n      parameters: [{{name: p, in: {place}, required: true, \
             {rest}}}]\n      responses: {{'204': {{description: Done}}}}\n"
        );
        let contract = of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
        let rows = &contract.operations[0].parameters;
        let row = rows.iter().find(|row| row.name == "p").unwrap();
        match row.sent_in {
            ParameterIn::Path => in_path(row, &row.examples()),
            _ => in_query(row, &row.examples()).join("&"),
        }
    }

    #[test]
    fn a_form_is_written_as_the_document_says() {
        let body = json!({
            "name": "a b&c", "size": 1.5, "on": true, "ids": [1, 2], "tags": ["x", "y,z"], "gone": null,
            "where": {"row": 5, "in": {"a": "q"}, "any": [1]}, "expand": ["data", "owner"],
        });
        let text = "openapi: 3.0.3\npaths:\n  /a:\n    post:\n      requestBody:\n        content:\n          \
                    multipart/form-data: {schema: {type: object}}\n          application/x-www-form-urlencoded:\n            \
                    schema: {type: object, properties: {name: {type: string}, size: {type: number}, on: {type: boolean}, \
                    ids: {type: array, items: {type: integer}}, tags: {type: array, items: {type: string}}, gone: {type: \
                    string}, where: {type: object, additionalProperties: {}}, expand: {type: array, items: {type: \
                    string}}}}\n            encoding: {tags: {explode: false}, where: {style: deepObject}, expand: {style: \
                    deepObject, explode: true}}\n      responses: {'204': {description: Done}}\n";
        let contract = of_sources(vec![Source::new("a.yaml", text)]).unwrap();
        let profile = crate::profile::load("as-documented").unwrap();
        let again = crate::schema::openapi(&contract, &profile).to_string();
        let again = of_sources(vec![Source::new("again.json", &again)]).unwrap();
        for contract in [contract, again] {
            let operation = &contract.operations[0];
            assert_eq!(
                operation.body_type.as_deref(),
                Some("application/x-www-form-urlencoded")
            );
            assert_eq!(operation.unread, []);
            assert_eq!(
                in_form(operation, body.as_object().unwrap()),
                "name=a+b%26c&size=1.5&on=true&ids=1&ids=2&tags=x%2Cy%2Cz&where%5Brow%5D=5&where%5Bin%5D%5Ba%5D=q\
                 &where%5Bany%5D%5B%5D=1&expand%5B%5D=data&expand%5B%5D=owner"
            );
        }
    }

    #[test]
    fn values_are_written_as_the_table_of_styles_has_it() {
        let colours = "schema: {type: array, items: {type: string}}, example: [blue, black]";
        let parts =
            "schema: {type: object, properties: {R: {type: integer}}}, example: {R: 100, G: 200}";
        let one = "schema: {type: string}, example: blue";
        for (style, expected) in [
            ("style: simple", ["blue", "blue,black", "R,100,G,200"]),
            (
                "style: simple, explode: true",
                ["blue", "blue,black", "R=100,G=200"],
            ),
            ("style: label", [".blue", ".blue,black", ".R,100,G,200"]),
            (
                "style: label, explode: true",
                [".blue", ".blue.black", ".R=100.G=200"],
            ),
            (
                "style: matrix",
                [";p=blue", ";p=blue,black", ";p=R,100,G,200"],
            ),
            (
                "style: matrix, explode: true",
                [";p=blue", ";p=blue;p=black", ";R=100;G=200"],
            ),
        ] {
            let sent =
                [one, colours, parts].map(|value| sent("path", &format!("{style}, {value}")));
            assert_eq!(sent, expected, "{style}");
        }
        assert_eq!(sent("path", colours), "blue,black");
    }

    #[test]
    fn values_of_the_query_are_written_as_the_table_of_styles_has_it() {
        let sent = |rest: &str| {
            let text = format!(
                "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      parameters: [{{name: p, in: query, required: true, \
                 {rest}}}]\n      responses: {{'204': {{description: Done}}}}\n"
            );
            let contract = of_sources(vec![Source::new("a.yaml", &text)]).unwrap();
            let row = &contract.operations[0].parameters[0];
            in_query(row, &row.examples()).join("&")
        };
        let colours = "schema: {type: array, items: {type: string}}, example: [blue, black]";
        let parts =
            "schema: {type: object, properties: {R: {type: integer}}}, example: {R: 100, G: 200}";
        for (style, expected) in [
            ("description: x", ["p=blue&p=black", "R=100&G=200"]),
            ("style: form", ["p=blue&p=black", "R=100&G=200"]),
            ("explode: false", ["p=blue,black", "p=R,100,G,200"]),
            (
                "style: spaceDelimited",
                ["p=blue%20black", "p=R%20100%20G%20200"],
            ),
            (
                "style: pipeDelimited, explode: false",
                ["p=blue%7Cblack", "p=R%7C100%7CG%7C200"],
            ),
            (
                "style: pipeDelimited, explode: true",
                ["p=blue&p=black", "R=100&G=200"],
            ),
            (
                "style: deepObject",
                ["p=blue&p=black", "p%5BR%5D=100&p%5BG%5D=200"],
            ),
        ] {
            let sent = [colours, parts].map(|value| sent(&format!("{style}, {value}")));
            assert_eq!(sent, expected, "{style}");
        }
        // What divides items is escaped within one.
        let items =
            "explode: false, schema: {type: array, items: {type: string}}, example: ['a,b', c]";
        assert_eq!(sent(items), "p=a%2Cb,c");
        for content in [
            "content: {application/json: {schema: {type: object}, example: {row: 3}}}",
            "content: {application/json: {schema: {type: object, example: {row: 3}}}}",
        ] {
            assert_eq!(sent(content), "p=%7B%22row%22:3%7D", "{content}");
        }
        let list = "content: {application/json: {schema: {type: array, items: {type: integer}}, example: [3, 4]}}";
        assert_eq!(sent(list), "p=[3,4]");
    }
}

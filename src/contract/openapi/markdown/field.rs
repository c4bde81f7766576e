//! Parameters of a page in Markdown: rows of a table, items of a list, members of a schema.
//!
//! In comes what stands below a title such as `Path Parameters`, out come [`Field`]s, each with its place.

use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::contract::type_cell;
use crate::shape::json::Entries;
use crate::source::{Source, Span};

/// The titles of columns, in lower case, by what stands below them.
const COLUMNS: [(Column, &[&str]); 8] = [
    (
        Column::Name,
        &["name", "parameter", "field", "key", "property"],
    ),
    (Column::Type, &["type", "schema", "data type"]),
    (Column::Required, &["required", "mandatory", "required?"]),
    (Column::Description, &["description", "details", "meaning"]),
    (Column::Example, &["example", "sample", "example value"]),
    (Column::In, &["in", "location", "sent in", "position"]),
    (
        Column::Values,
        &[
            "enum",
            "allowed values",
            "possible values",
            "values",
            "options",
        ],
    ),
    (Column::Default, &["default", "default value"]),
];

/// The titles of columns that bound a value, in lower case, and the keyword of a schema that each means.
const BOUNDS: [(&str, &str); 8] = [
    ("min", "minimum"),
    ("minimum", "minimum"),
    ("max", "maximum"),
    ("maximum", "maximum"),
    ("min length", "minLength"),
    ("max length", "maxLength"),
    ("pattern", "pattern"),
    ("format", "format"),
];

/// What says in a cell that a parameter must be given.
const YES: [&str; 6] = ["yes", "true", "required", "y", "✓", "✔"];

/// The words of a type, and the type of a schema that each means.
const TYPES: [(&str, &str); 16] = [
    ("array", "array"),
    ("bool", "boolean"),
    ("boolean", "boolean"),
    ("date", "string"),
    ("date-time", "string"),
    ("double", "number"),
    ("float", "number"),
    ("int", "integer"),
    ("int32", "integer"),
    ("int64", "integer"),
    ("integer", "integer"),
    ("long", "integer"),
    ("number", "number"),
    ("object", "object"),
    ("string", "string"),
    ("uuid", "string"),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    Name,
    Type,
    Required,
    Description,
    Example,
    In,
    Values,
    Default,
    /// What the keyword of this number says.
    Bound(usize),
}

/// One parameter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    /// Where its name stands.
    pub(super) name: Span,
    /// Where it is sent, where its row says so.
    pub(super) sent_in: Option<String>,
    pub(super) is_required: bool,
    pub(super) description: String,
    pub(super) schema: Value,
    pub(super) example: Option<Value>,
}

/// Whether a line is a row of a table.
pub(super) fn is_row(line: &str) -> bool {
    line.starts_with('|') && line.len() > 1
}

/// Whether a line parts the titles of a table from its rows.
fn is_rule(line: &str) -> bool {
    line.contains('-') && line.chars().all(|c| "|-: ".contains(c))
}

/// A table whose lines are given; `None` where no column holds names.
pub(super) fn of_table(source: &Source, lines: &[Span]) -> Option<Vec<Field>> {
    let (titles, rows) = lines.split_first()?;
    let columns: Vec<Option<Column>> = cells(source, *titles)
        .into_iter()
        .map(|cell| column(source.slice(cell)))
        .collect();
    columns
        .iter()
        .find(|column| **column == Some(Column::Name))?;
    let rows = rows
        .iter()
        .filter(|row| !is_rule(source.slice(**row).trim()));
    Some(
        rows.filter_map(|row| of_row(source, &columns, *row))
            .collect(),
    )
}

fn column(title: &str) -> Option<Column> {
    let title = bare(title).to_lowercase();
    let known = COLUMNS
        .iter()
        .find(|(_, names)| names.contains(&title.as_str()));
    let bound = || BOUNDS.iter().position(|(name, _)| *name == title);
    known
        .map(|(column, _)| *column)
        .or_else(|| bound().map(Column::Bound))
}

/// The cells of a row; a bar behind a backslash divides none.
fn cells(source: &Source, line: Span) -> Vec<Span> {
    let text = source.slice(line).trim();
    let text = text.strip_prefix('|').unwrap_or(text);
    let mut cells = Vec::new();
    let mut start = 0;
    let mut is_escaped = false;
    for (at, c) in text.char_indices() {
        if c == '|' && !is_escaped {
            cells.push(source.span_of(text[start..at].trim()));
            start = at + 1;
        }
        is_escaped = c == '\\' && !is_escaped;
    }
    if !text[start..].trim().is_empty() {
        cells.push(source.span_of(text[start..].trim()));
    }
    cells
}

fn of_row(source: &Source, columns: &[Option<Column>], line: Span) -> Option<Field> {
    let cells = cells(source, line);
    let cell = |wanted: Column| {
        let at = columns.iter().position(|column| *column == Some(wanted))?;
        cells.get(at).copied()
    };
    let text = |wanted| cell(wanted).map_or("", |cell| source.slice(cell));
    let (name, is_starred) = name_in(text(Column::Name))?;
    let stated = bare(text(Column::Type));
    let required = bare(text(Column::Required)).to_lowercase();
    let mut schema = schema(&stated);
    for (at, (_, keyword)) in BOUNDS.iter().enumerate() {
        bound(&mut schema, keyword, &bare(text(Column::Bound(at))));
    }
    listed(&mut schema, &bare(text(Column::Values)).replace("\\|", "|"));
    let standard = bare(text(Column::Default));
    if !is_none(&standard) {
        schema["default"] = value(&standard, &schema);
    }
    let example = bare(text(Column::Example));
    Some(Field {
        name: source.span_of(name),
        sent_in: Some(bare(text(Column::In)).to_lowercase()).filter(|place| !place.is_empty()),
        is_required: is_starred || YES.contains(&required.as_str()) || says(&stated, "required"),
        description: text(Column::Description).replace("\\|", "|"),
        example: (!example.is_empty()).then(|| value(&example, &schema)),
        schema,
    })
}

/// The name in a cell, and whether the cell says that it must be given.
fn name_in(text: &str) -> Option<(&str, bool)> {
    let inner = text.trim_matches(is_mark);
    let name = inner
        .split(|c: char| c.is_whitespace() || is_mark(c))
        .next()?;
    let stars = |text: &str| text.chars().filter(|c| *c == '*').count();
    let before = text.len() - text.trim_start_matches(is_mark).len();
    // Those before the name are letters in bold, of which as many stand behind it.
    let is_starred = stars(&text[before..]) > stars(&text[..before]);
    let is_required = is_starred || says(&inner[name.len()..], "required");
    (!name.is_empty()).then_some((name, is_required))
}

/// An item of a list such as ``- **id** (integer, required): the boat``, with the lines that go on with it;
/// `None` where it names nothing in marks.
pub(super) fn of_item(source: &Source, line: Span, below: &[Span]) -> Option<Field> {
    let text = item(source.slice(line))?;
    if !text.starts_with(['*', '`', '_']) {
        return None;
    }
    let inner = text.trim_start_matches(is_mark);
    let length = inner.find(|c: char| c.is_whitespace() || is_mark(c) || c == ':')?;
    let name = &inner[..length];
    let rest = &inner[length..];
    let (stated, words) = divided(rest);
    let below: Vec<&str> = below
        .iter()
        .map(|line| source.slice(*line).trim())
        .collect();
    let words = [&[words.trim()], below.as_slice()].concat().join(" ");
    let stated = bare(stated);
    let schema = schema(&stated);
    let places = ["path", "query", "body", "header", "cookie"];
    let place = places.iter().find(|place| says(&stated, place));
    (!name.is_empty()).then(|| Field {
        name: source.span_of(name),
        sent_in: place.map(|place| (*place).to_owned()),
        is_required: says(&stated, "required"),
        example: example_in(&words).map(|text| value(text, &schema)),
        description: words.trim().to_owned(),
        schema,
    })
}

/// What stands behind the mark of an item.
pub(super) fn item(line: &str) -> Option<&str> {
    let text = line.trim_start();
    ["- ", "* ", "+ "]
        .iter()
        .find_map(|mark| text.strip_prefix(mark))
        .map(str::trim)
}

/// What is said of the type, and the words behind it.
fn divided(rest: &str) -> (&str, &str) {
    let text = rest.trim_start_matches(|c: char| is_mark(c) || c.is_whitespace());
    let dividers = [":", " - ", " – ", " — "];
    let found = dividers
        .iter()
        .filter_map(|divider| Some((text.find(divider)?, divider.len())));
    let Some((at, length)) = found.min() else {
        return (text, "");
    };
    let (said, words) = (&text[..at], &text[at + length..]);
    // A colon may come before the type, which then stands in marks.
    let is_typed = TYPES.iter().any(|(name, _)| says(said, name));
    if !is_typed && words.trim_start().starts_with('`') {
        return (text, "");
    }
    (said, words)
}

/// The value in words such as ``Example: `7` ``.
fn example_in(words: &str) -> Option<&str> {
    let at = ["Example: ", "example: ", "**Example:** ", "e.g. "]
        .iter()
        .find_map(|mark| Some(words.find(mark)? + mark.len()))?;
    let rest = words[at..].trim_start();
    if let Some(quoted) = rest.strip_prefix('`') {
        return quoted.split('`').next();
    }
    rest.split_whitespace()
        .next()
        .map(|word| word.trim_end_matches(['.', ',', ')']))
}

/// The members of a schema; `None` where the text is none.
pub(super) fn of_schema(source: &Source, text: &str) -> Option<Vec<Field>> {
    let Entries(entries) = serde_json::from_str(text).ok()?;
    let of = |name: &str| {
        entries
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, raw)| *raw)
    };
    let needed: Vec<String> = of("required")
        .and_then(|raw| serde_json::from_str(raw.get()).ok())
        .unwrap_or_default();
    let Entries(members) = serde_json::from_str(of("properties")?.get()).ok()?;
    let fields = members.into_iter().map(|(name, raw): (_, &RawValue)| {
        let schema: Value = serde_json::from_str(raw.get()).unwrap_or_default();
        let place = match &name {
            std::borrow::Cow::Borrowed(name) => source.span_of(name),
            std::borrow::Cow::Owned(_) => return None,
        };
        Some(Field {
            name: place,
            sent_in: None,
            is_required: needed.contains(&name.to_string()),
            description: schema["description"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
            example: schema.get("example").cloned(),
            schema,
        })
    });
    fields.collect()
}

fn is_mark(c: char) -> bool {
    matches!(c, '*' | '`' | '_' | '|')
}

/// A text without the marks of Markdown.
fn bare(text: &str) -> String {
    let text = text.replace(['*', '`'], "");
    text.trim().trim_matches(['(', ')']).trim().to_owned()
}

/// Whether a word stands in a text.
fn says(text: &str, word: &str) -> bool {
    let mut words = text.split(|c: char| !c.is_alphanumeric());
    words.any(|one| one.eq_ignore_ascii_case(word))
}

/// Whether a cell says nothing.
fn is_none(text: &str) -> bool {
    text.chars().all(|c| matches!(c, '-' | '–' | '—'))
        || ["none", "null", "n/a", "any"].contains(&&*text.to_lowercase())
}

/// Puts a bound into a schema, where it is one.
fn bound(schema: &mut Value, keyword: &str, said: &str) {
    if is_none(said) {
        return;
    }
    let is_of_texts = matches!(keyword, "pattern" | "format");
    let number = serde_json::from_str::<Value>(said).ok();
    let said = match number.filter(Value::is_number) {
        _ if is_of_texts => said.into(),
        Some(number) => number,
        None => return,
    };
    if schema.get(keyword).is_none() {
        schema[keyword] = said;
    }
}

/// Puts the only values that there are into a schema: `a, b`, `a | b`, `a / b` or `["a", "b"]`.
fn listed(schema: &mut Value, said: &str) {
    if is_none(said) {
        return;
    }
    let divided = |by: &str| {
        let parts = said.split(by).map(str::trim);
        let parts: Vec<&str> = parts.filter(|part| !part.is_empty()).collect();
        (parts.len() > 1).then_some(parts)
    };
    let is_list = said.starts_with('[');
    let whole = serde_json::from_str::<Vec<Value>>(said).ok();
    let parts = [",", "|", ";", " / "].into_iter().find_map(divided);
    let place = if schema["type"] == "array" {
        &mut schema["items"]
    } else {
        schema
    };
    let values: Vec<Value> = match (whole, parts) {
        (Some(values), _) => values,
        (None, Some(parts)) if !is_list => {
            let parts = parts.into_iter();
            parts.map(|part| value(part, place)).collect()
        }
        _ => return,
    };
    if !values.is_empty() {
        place["enum"] = values.into();
    }
}

/// What words such as `integer (1-100)`, `min: 1, max: 9` or `enum: a, b` behind a type say.
fn said_of(schema: &mut Value, words: &str) {
    let lower = words.to_lowercase();
    for (name, keyword) in BOUNDS.iter().filter(|(_, keyword)| *keyword != "pattern") {
        let Some(at) = lower.find(&format!("{name}:")) else {
            continue;
        };
        let said = words[at + name.len() + 1..].trim_start();
        let end = said.find(|c: char| c == ',' || c == ')' || c.is_whitespace());
        bound(schema, keyword, &said[..end.unwrap_or(said.len())]);
    }
    if let Some(at) = lower.find("enum:").or_else(|| lower.find("one of:")) {
        let said = words[at..].split_once(':').map_or("", |(_, said)| said);
        listed(schema, said.trim().trim_end_matches(')'));
    }
}

/// The schema that words such as `integer`, `array of strings` or `string[]` mean.
fn schema(words: &str) -> Value {
    if let Some(values) = type_cell::dictionary(words) {
        let values = values.trim_matches(|c: char| !c.is_alphanumeric());
        let values = match values.trim_start_matches("of ") {
            "" | "object" | "any" => json!({}),
            values => schema(values),
        };
        return json!({"type": "object", "additionalProperties": values});
    }
    let mut schema = schema_of(words);
    // Addresses and the like have colons of their own.
    if words.is_ascii() {
        said_of(&mut schema, words);
    }
    schema
}

/// The type alone.
fn schema_of(words: &str) -> Value {
    let lower = words.to_lowercase();
    let of_word = |word: &str| {
        let word = word.trim_end_matches('s');
        let found = TYPES.iter().find(|(name, _)| *name == word);
        found.map(|(_, kind)| *kind)
    };
    let mut kinds = lower
        .split(|c: char| !(c.is_alphanumeric() || c == '-'))
        .filter_map(of_word);
    let is_list = lower.contains("[]") || says(&lower, "array") || says(&lower, "list");
    let first = if is_list {
        kinds.find(|kind| *kind != "array")
    } else {
        kinds.next()
    };
    match (is_list, first) {
        (true, kind) => json!({"type": "array", "items": {"type": kind.unwrap_or("string")}}),
        (false, Some(kind)) => json!({ "type": kind }),
        (false, None) => json!({"type": "string"}),
    }
}

/// What a text means as a value of a schema.
fn value(text: &str, schema: &Value) -> Value {
    let text = text.trim_matches('"');
    if schema["type"] == "string" {
        return text.into();
    }
    serde_json::from_str(text).unwrap_or_else(|_| text.into())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::page::lines;

    fn told(source: &Source, field: &Field) -> String {
        let kind = match field.schema["items"]["type"].as_str() {
            Some(item) => format!("[{item}]"),
            None => field.schema["type"].as_str().unwrap_or("").to_owned(),
        };
        format!(
            "{} {:?} {} {kind} {:?} {:?}",
            source.slice(field.name),
            field.sent_in.as_deref().unwrap_or(""),
            field.is_required,
            field.description,
            field
                .example
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
        )
    }

    #[test]
    fn rows_of_a_table_are_fields() {
        let text = "| Name | In | Type | Required | Description | Example |\n| :--- | - | --- | --- | --- | - |\n\
                    | `id` | path | `integer` (int32) | Yes | A boat | 7 |\n\
                    | **lines*** | query | array of strings | No | One \\| two | |\n\
                    | note | | | | | \"x\" |\n| | x |\n";
        let source = Source::new("a.md", text);
        let fields = of_table(&source, &lines(text)).unwrap_or_default();
        let told: Vec<String> = fields.iter().map(|field| told(&source, field)).collect();
        assert_eq!(
            told,
            [
                r#"id "path" true integer "A boat" "7""#,
                r#"lines "query" true [string] "One | two" """#,
                r#"note "" false string "" "\"x\"""#,
            ]
        );
        let other = Source::new(
            "a.md",
            "| Status | Meaning |\n| --- | --- |\n| 200 | Fine |\n",
        );
        assert_eq!(of_table(&other, &lines(&other.text)), None);
    }

    #[test]
    fn what_a_table_says_of_values_is_said_in_the_schema() {
        let text = "| Name | Type | Min | Maximum | Allowed values | Default | Pattern |\n| - | - | - | - | - | - | - |\n\
                    | depth | integer | 2 | 9 | | 4 | |\n| kind | string | - | — | wood, stone | stone | |\n\
                    | marks | string[] | | | `a` \\| `b` | | |\n| code | string | x | | n/a | | ^[a-z]$ |\n\
                    | way | integer (min: 1, max: 3, format: int32) | | | | | |\n\
                    | side | string, one of: left / right | | | | | |\n\
                    | rates | Dictionary<string, int> | | | | | |\n| any | map | | | | | |\n\
                    | of | map of booleans | | | | | |\n";
        let source = Source::new("a.md", text);
        let fields = of_table(&source, &lines(text)).unwrap_or_default();
        let found: Vec<Value> = fields.into_iter().map(|field| field.schema).collect();
        assert_eq!(
            found,
            [
                json!({"type": "integer", "minimum": 2, "maximum": 9, "default": 4}),
                json!({"type": "string", "enum": ["wood", "stone"], "default": "stone"}),
                json!({"type": "array", "items": {"type": "string", "enum": ["a", "b"]}}),
                json!({"type": "string", "pattern": "^[a-z]$"}),
                json!({"type": "integer", "minimum": 1, "maximum": 3, "format": "int32"}),
                json!({"type": "string", "enum": ["left", "right"]}),
                json!({"type": "object", "additionalProperties": {"type": "integer"}}),
                json!({"type": "object", "additionalProperties": {}}),
                json!({"type": "object", "additionalProperties": {"type": "boolean"}}),
            ]
        );
    }

    #[test]
    fn items_of_a_list_are_fields() {
        for (text, expected) in [
            (
                "- **id** (integer, required): A boat",
                r#"id "" true integer "A boat" """#,
            ),
            (
                "- **`limit`**: `integer`, format: `int32`\n  Page size.",
                r#"limit "" false integer "Page size." """#,
            ),
            (
                "- **`id` (required)**: `string`",
                r#"id "" true string "" """#,
            ),
            (
                "* `tags` string[] *optional* - Words. Example: `[\"a\"]`",
                r#"tags "" false [string] "Words. Example: `[\"a\"]`" "[\"a\"]""#,
            ),
            (
                "- **to** (query, boolean) – Whether",
                r#"to "query" false boolean "Whether" """#,
            ),
        ] {
            let source = Source::new("a.md", text);
            let all = lines(text);
            let field = of_item(&source, all[0], &all[1..]);
            let found = field.map(|field| told(&source, &field));
            assert_eq!(found.as_deref(), Some(expected), "{text}");
        }
        let source = Source::new("a.md", "- words");
        assert_eq!(of_item(&source, Span { start: 0, end: 7 }, &[]), None);
    }
}

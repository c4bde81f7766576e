//! A document as text: JSON, or YAML as people write it.

use std::fmt::Write;
use std::path::Path;

use serde_json::Value;

/// How a document is written down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notation {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

impl Notation {
    /// The notation that the ending of a file asks for; `None` for another ending.
    #[must_use]
    pub fn of(path: &Path) -> Option<Self> {
        let ending = path.extension()?.to_str()?.to_ascii_lowercase();
        match ending.as_str() {
            "json" => Some(Self::Json),
            "yaml" | "yml" => Some(Self::Yaml),
            _ => None,
        }
    }

    /// The text of a document, which ends with its last line.
    #[must_use]
    pub fn write(self, document: &Value) -> String {
        match self {
            Self::Json => format!("{document:#}\n"),
            Self::Yaml => {
                let mut text = String::new();
                block(document, 0, &mut text);
                text
            }
        }
    }
}

/// Writes a value on lines of its own.
fn block(value: &Value, indent: usize, text: &mut String) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (at, (name, value)) in members.iter().enumerate() {
                // The first member of an item stands behind its dash.
                if at > 0 || !text.ends_with("- ") {
                    text.push_str(&" ".repeat(indent));
                }
                text.push_str(&key(name));
                text.push(':');
                below(value, indent + 2, text);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for (at, item) in items.iter().enumerate() {
                if at > 0 || !text.ends_with("- ") {
                    text.push_str(&" ".repeat(indent));
                }
                text.push_str("- ");
                if is_open(item) {
                    block(item, indent + 2, text);
                } else {
                    text.push_str(&scalar(item));
                    text.push('\n');
                }
            }
        }
        value => {
            text.push_str(&scalar(value));
            text.push('\n');
        }
    }
}

/// Writes the value of a member, behind its colon or below it.
fn below(value: &Value, indent: usize, text: &mut String) {
    if is_open(value) {
        text.push('\n');
        block(value, indent, text);
    } else {
        text.push(' ');
        text.push_str(&scalar(value));
        text.push('\n');
    }
}

/// Whether a value takes lines of its own.
fn is_open(value: &Value) -> bool {
    match value {
        Value::Object(members) => !members.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

/// A name as it is where it can only be read as a text, else quoted.
fn key(name: &str) -> String {
    let is_plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '$' || c == '/')
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "-_$./".contains(c))
        && !matches!(
            name.to_ascii_lowercase().as_str(),
            "true" | "false" | "null" | "yes" | "no" | "on" | "off" | "y" | "n"
        );
    if is_plain {
        name.to_owned()
    } else {
        quoted(name)
    }
}

fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        value => value.to_string(),
    }
}

/// A text in double quotes, in which YAML reads all that JSON does (YAML 1.2.2, 7.3.1), but for what it
/// does not print (5.1) or folds away.
fn quoted(text: &str) -> String {
    let is_printed = |c: char| {
        !matches!(
            c,
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}'
        )
    };
    let quoted = Value::from(text).to_string();
    if quoted.chars().all(is_printed) {
        return quoted;
    }
    let mut escaped = String::with_capacity(quoted.len());
    for c in quoted.chars() {
        if is_printed(c) {
            escaped.push(c);
        } else {
            let _ = write!(escaped, "\\u{:04x}", u32::from(c));
        }
    }
    escaped
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test fails by panicking")]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn yaml_is_written_in_blocks() {
        let document = json!({
            "openapi": "3.1.0",
            "on": [1, "a: b\n", {"x": {}, "y": [[true], []]}, []],
            "/a/{b}": null,
        });
        let text = Notation::Yaml.write(&document);
        assert_eq!(
            text,
            "openapi: \"3.1.0\"\n\"on\":\n  - 1\n  - \"a: b\\n\"\n  - x: {}\n    \"y\":\n      - - true\n      - []\n  - []\n\
             \"/a/{b}\": null\n"
        );
    }

    #[test]
    fn endings_name_notations_in_any_letter_case() {
        let of = |name: &str| Notation::of(Path::new(name));
        assert_eq!(of("a.JSON"), Some(Notation::Json));
        assert_eq!(of("a.yml"), Some(Notation::Yaml));
        assert_eq!((of("a.txt"), of("json")), (None, None));
    }
}

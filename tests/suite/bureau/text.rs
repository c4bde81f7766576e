//! How answers are written: compact JSON, and XML made of the same tree.

use std::fmt::Write as _;

use serde_json::Value;

/// JSON with solidus and characters beyond the basic plane escaped, everything else as it is.
pub(crate) fn json(value: &Value) -> String {
    let mut text = String::new();
    write_json(value, &mut text);
    text
}

fn write_json(value: &Value, text: &mut String) {
    match value {
        Value::String(string) => write_string(string, text),
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_json(item, text);
            }
            text.push(']');
        }
        Value::Object(members) => {
            text.push('{');
            for (index, (name, member)) in members.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write_string(name, text);
                text.push(':');
                write_json(member, text);
            }
            text.push('}');
        }
        plain => write!(text, "{plain}").unwrap(),
    }
}

fn write_string(string: &str, text: &mut String) {
    text.push('"');
    for character in string.chars() {
        match character {
            '"' => text.push_str("\\\""),
            '\\' => text.push_str("\\\\"),
            '/' => text.push_str("\\/"),
            '\0'..'\u{20}' => write!(text, "\\u{:04x}", u32::from(character)).unwrap(),
            '\u{10000}'.. => {
                for unit in character.encode_utf16(&mut [0; 2]) {
                    write!(text, "\\u{unit:04x}").unwrap();
                }
            }
            _ => text.push(character),
        }
    }
    text.push('"');
}

/// XML without declaration or white space: lists repeat the element, and an empty list leaves none.
pub(crate) fn xml(envelope: &Value) -> String {
    let mut text = String::new();
    element("result", envelope, &mut text);
    text
}

fn element(name: &str, value: &Value, text: &mut String) {
    match value {
        Value::Array(items) => {
            for item in items {
                match item {
                    Value::Array(_) => {
                        write!(text, "<{name}>").unwrap();
                        element(name, item, text);
                        write!(text, "</{name}>").unwrap();
                    }
                    _ => element(name, item, text),
                }
            }
        }
        Value::Null => write!(text, "<{name} />").unwrap(),
        Value::Object(members) if members.is_empty() => write!(text, "<{name} />").unwrap(),
        Value::Object(members) => {
            write!(text, "<{name}>").unwrap();
            for (member, value) in members {
                element(member, value, text);
            }
            write!(text, "</{name}>").unwrap();
        }
        Value::String(string) => {
            let string = string.replace("\r\n", "\n").replace('&', "&amp;");
            let string = string.replace('<', "&lt;").replace('>', "&gt;");
            write!(text, "<{name}>{string}</{name}>").unwrap();
        }
        plain => write!(text, "<{name}>{plain}</{name}>").unwrap(),
    }
}

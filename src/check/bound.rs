//! How much of one answer is told, and kept.

use std::io::{self, Write};

use serde_json::Value;

/// How many violations of one answer are told; one drift in a long list shows in fewer.
pub const MAX_VIOLATIONS: usize = 1000;
/// How many items of each list, and values in all, stay of a body that is not kept.
const MAX_OUTLINED: (usize, usize) = (20, 20_000);
/// How much of a value is kept to be shown, in bytes.
const MAX_SHOWN: usize = 4096;

/// The members of a body without texts, and of each list the first items.
pub(super) fn outline(body: &Value) -> Value {
    let (_, mut left) = MAX_OUTLINED;
    outlined(body, &mut left)
}

fn outlined(value: &Value, left: &mut usize) -> Value {
    *left = left.saturating_sub(1);
    match value {
        Value::String(_) => Value::String(String::new()),
        Value::Array(items) => {
            let mut kept = Vec::new();
            for item in items.iter().take(MAX_OUTLINED.0) {
                if *left == 0 {
                    break;
                }
                kept.push(outlined(item, left));
            }
            kept.into()
        }
        Value::Object(members) => {
            let mut kept = serde_json::Map::new();
            for (name, member) in members {
                if *left == 0 {
                    break;
                }
                kept.insert(name.clone(), outlined(member, left));
            }
            kept.into()
        }
        other => other.clone(),
    }
}

/// The start of a value as JSON.
pub(super) fn shown(value: &Value) -> String {
    let mut start = Start(Vec::new());
    // An error means that there is more than is shown.
    let _ = serde_json::to_writer(&mut start, value);
    String::from_utf8_lossy(&start.0).into_owned()
}

/// The start of a text.
pub(super) fn shown_text(text: &str) -> String {
    text[..text.floor_char_boundary(MAX_SHOWN)].to_owned()
}

/// Takes so many bytes and no more.
struct Start(Vec<u8>);

impl Write for Start {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let taken = bytes.len().min(MAX_SHOWN.saturating_sub(self.0.len()));
        self.0.extend_from_slice(&bytes[..taken]);
        if taken == 0 && !bytes.is_empty() {
            return Err(io::ErrorKind::WriteZero.into());
        }
        Ok(taken)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_shown_by_its_start() {
        assert_eq!(shown(&json!({"a": 1})), "{\"a\":1}");
        assert_eq!(shown(&json!(["ä".repeat(9000)])).chars().count(), 2049);
        assert!(shown_text(&"ä".repeat(9000)).len() <= MAX_SHOWN);
    }

    #[test]
    fn an_outline_has_the_members_and_no_more_than_it_may() {
        let body = json!({"a": [{"b": "text"}, {"c": [1, null]}], "d": {"e": true}});
        let expected = json!({"a": [{"b": ""}, {"c": [1, null]}], "d": {"e": true}});
        assert_eq!(outline(&body), expected);
        let (items, all) = MAX_OUTLINED;
        let long = outline(&json!(vec![json!([]); items + 1]));
        assert_eq!(long.as_array().unwrap().len(), items);
        let members: serde_json::Map<String, Value> = (0..all + 10)
            .map(|at| (at.to_string(), json!(at)))
            .collect();
        assert_eq!(outline(&members.into()).as_object().unwrap().len(), all - 1);
    }

    #[test]
    fn no_more_is_shown_than_is_kept() {
        assert_eq!(shown_text("abc"), "abc");
        assert_eq!(shown_text(&"a".repeat(5000)).len(), 4096);
        let mut start = Start(vec![b' '; MAX_SHOWN - 1]);
        assert_eq!(start.write(b"ab").unwrap(), 1);
        assert!(start.write(b"ab").is_err());
        assert_eq!(start.write(b"").unwrap(), 0);
    }
}

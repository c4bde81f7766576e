//! Answers as JSON text.

use serde_json::Value;

/// Writes an answer without a blank.
pub(crate) fn write(answer: &Value) -> Vec<u8> {
    answer.to_string().into_bytes()
}

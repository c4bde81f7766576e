//! The digest of a report over itself, in a form that does not hang on how it is laid out.
//!
//! The form is that of RFC 8785 (JSON Canonicalization Scheme): no blanks, members sorted by their names in
//! UTF-16, numbers as ECMAScript writes them. So another program can compute it.

use std::fmt::Write;

use serde_json::Value;

use crate::digest::Digest;

/// The member that holds the digest, which is not part of what it is made of.
pub(in crate::report) const MEMBER: &str = "digest";

/// A report with the digest of what it says; what is no JSON stays as it is.
#[must_use]
pub fn sealed(text: &str) -> String {
    let Ok(mut report) = serde_json::from_str::<Value>(text) else {
        return text.to_owned();
    };
    let digest = digest(&report);
    report[MEMBER] = digest.to_string().into();
    serde_json::to_string_pretty(&report).unwrap_or_default()
}

/// The digest of all members but the one that holds it.
pub(in crate::report) fn digest(report: &Value) -> Digest {
    let mut canonical = String::new();
    match report {
        Value::Object(members) => {
            let members = members.iter().filter(|(name, _)| *name != MEMBER);
            write_object(members, &mut canonical);
        }
        other => write(other, &mut canonical),
    }
    Digest::of_bytes(canonical.as_bytes())
}

fn write(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => write_object(members.iter(), out),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                write(item, out);
            }
            out.push(']');
        }
        Value::Number(number) => write_number(number, out),
        // Texts, booleans and null are written so by serde_json as well.
        other => out.push_str(&other.to_string()),
    }
}

fn write_object<'a>(members: impl Iterator<Item = (&'a String, &'a Value)>, out: &mut String) {
    let mut members: Vec<_> = members.collect();
    members.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
    out.push('{');
    for (at, (name, value)) in members.into_iter().enumerate() {
        if at > 0 {
            out.push(',');
        }
        out.push_str(&Value::from(name.as_str()).to_string());
        out.push(':');
        write(value, out);
    }
    out.push('}');
}

/// A report has none that ECMAScript writes with an exponent.
fn write_number(number: &serde_json::Number, out: &mut String) {
    match number.as_f64().filter(|_| number.is_f64()) {
        // Of no number either, ECMAScript shows the sign.
        Some(0.0) => out.push('0'),
        Some(number) => {
            let _ = write!(out, "{number}");
        }
        None => out.push_str(&number.to_string()),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

    use super::*;

    fn canonical(text: &str) -> String {
        let mut out = String::new();
        write(&serde_json::from_str(text).unwrap(), &mut out);
        out
    }

    /// After the examples of RFC 8785, 3.2.2 and 3.2.3.
    #[test]
    fn the_form_is_that_of_the_rfc() {
        let text = r#"{ "numbers": [4.50, 2.0, 0.001, -0.0, 12345678.125, 7], "b": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "a": [null, true, false] }"#;
        assert_eq!(
            canonical(text),
            "{\"a\":[null,true,false],\"b\":\"\u{20ac}$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\",\"numbers\":[4.5,2,0.001,0,12345678.125,7]}"
        );
        let text = "{\"\u{fb33}\":1,\"\u{1f600}\":2,\"\u{f6}\":3,\"\\r\":4,\"1\":5}";
        assert_eq!(
            canonical(text),
            "{\"\\r\":4,\"1\":5,\"\u{f6}\":3,\"\u{1f600}\":2,\"\u{fb33}\":1}"
        );
    }

    #[test]
    fn the_digest_does_not_hang_on_the_layout_and_on_itself() {
        let one = sealed(r#"{"b":1.5,"a":{"y":1,"x":2},"digest":""}"#);
        let other = sealed(r#"{"digest": "old", "a": {"x": 2, "y": 1}, "b": 1.50}"#);
        let of = |text: &str| serde_json::from_str::<Value>(text).unwrap();
        assert_eq!(of(&one), of(&other));
        assert_eq!(of(&one)[MEMBER], digest(&of(&other)).to_string());
        let changed = one.replace("1.5", "1.25");
        assert_ne!(of(&changed)[MEMBER], digest(&of(&changed)).to_string());
    }
}

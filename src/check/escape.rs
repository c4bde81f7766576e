//! Escapes of JSON and references of XML and HTML, undone in any text.

use crate::character_reference;

/// The longest reference that is undone, in bytes.
const MAX_REFERENCE: usize = 11;

/// Which escapes are undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Escapes {
    /// Those of JSON, where an ampersand is itself.
    Json,
    /// References of XML and HTML, where a backslash is itself.
    Markup,
    /// Both, in a text of whatever format.
    Any,
}

/// A text with its escapes undone, as far as they are any.
pub(super) fn unescaped(text: &str, escapes: Escapes) -> String {
    const NAMED: [(&str, char); 6] = [
        ("\\n", '\n'),
        ("\\r", '\n'),
        ("\\t", '\t'),
        ("\\/", '/'),
        ("\\\"", '"'),
        ("\\\\", '\\'),
    ];
    let marks: &[char] = match escapes {
        Escapes::Json => &['\\'],
        Escapes::Markup => &['&'],
        Escapes::Any => &['\\', '&'],
    };
    let mut plain = String::with_capacity(text.len());
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(marks) {
        let (before, escape) = rest.split_at(at);
        // Pairs of surrogates belong together, so units are gathered until another character comes.
        if at > 0 {
            flush(&mut units, &mut plain);
            plain.push_str(before);
        }
        if let Some(unit) = escape.strip_prefix("\\u").and_then(|hex| hex.get(..4))
            && let Ok(unit) = u16::from_str_radix(unit, 16)
        {
            units.push(unit);
            rest = &escape[6..];
            continue;
        }
        flush(&mut units, &mut plain);
        let named = NAMED.iter().find(|(name, _)| escape.starts_with(name));
        let named = named.map(|(name, c)| (*c, name.len()));
        match named.or_else(|| reference(escape)) {
            Some((c, length)) => {
                plain.push(c);
                rest = &escape[length..];
            }
            // No escape: the sign itself, which has one byte.
            None => {
                plain.push_str(&escape[..1]);
                rest = &escape[1..];
            }
        }
    }
    flush(&mut units, &mut plain);
    plain.push_str(rest);
    plain
}

/// Adds the characters of UTF-16 that were gathered.
fn flush(units: &mut Vec<u16>, plain: &mut String) {
    plain.push_str(&String::from_utf16_lossy(units));
    units.clear();
}

/// The character of a reference at the start of a text, and the reference's length in bytes; one that does not end may
/// be no more than a sign and a word.
fn reference(text: &str) -> Option<(char, usize)> {
    let found = character_reference::at_start(text);
    found.filter(|(_, length)| *length <= MAX_REFERENCE && text[..*length].ends_with(';'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_escape_is_one_character() {
        for (text, expected) in [
            ("&#x001F600;.", "\u{1f600}."),
            ("&#x0001F600;.", "&#x0001F600;."),
            ("&#65;&#x42;c", "ABc"),
            ("a&amp;lt;b", "a&lt;b"),
            ("&lt;&gt;&quot;&apos;&nbsp;", "<>\"' "),
            ("a\\nb\\rc\\td", "a\nb\nc\td"),
            ("\\u0041\\u0042c", "ABc"),
            ("\\u00e4&\\ud83d\\ude00;", "\u{e4}&\u{1f600};"),
            ("\\ud83d-", "\u{fffd}-"),
            ("a\\b", "a\\b"),
            ("a\\/b", "a/b"),
            ("&bogus; \\u00 &#; &#xD800;", "&bogus; \\u00 &#; &#xD800;"),
            ("&", "&"),
        ] {
            assert_eq!(unescaped(text, Escapes::Any), expected, "{text}");
        }
        for (text, in_json, in_markup) in [
            (
                r#"{"a": "b\\c\nd"}"#,
                "{\"a\": \"b\\c\nd\"}",
                r#"{"a": "b\\c\nd"}"#,
            ),
            (r"a\nb &lt;c", "a\nb &lt;c", r"a\nb <c"),
            (r#"C:\\temp \"x\""#, r#"C:\temp "x""#, r#"C:\\temp \"x\""#),
            (r"C:\new\x", "C:\new\\x", r"C:\new\x"),
        ] {
            assert_eq!(unescaped(text, Escapes::Json), in_json, "{text}");
            assert_eq!(unescaped(text, Escapes::Markup), in_markup, "{text}");
        }
    }
}

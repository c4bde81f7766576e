//! Character references: `&lt;`, `&#60;`, `&nbsp;`.

use std::borrow::Cow;

use html5gum::{Token, Tokenizer};

/// No name of the standard is longer.
const MAX_LENGTH: usize = 40;

/// The character reference at the start of a text: how long it is, and what it says. An ampersand that
/// begins none says itself.
pub(super) fn at_start(text: &str) -> (usize, Cow<'static, str>) {
    for (name, says) in [
        ("&lt;", "<"),
        ("&gt;", ">"),
        ("&amp;", "&"),
        ("&quot;", "\""),
        ("&nbsp;", " "),
    ] {
        if text.starts_with(name) {
            return (name.len(), says.into());
        }
    }
    let name = text
        .bytes()
        .skip(1)
        .take(MAX_LENGTH)
        .take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'#')
        .count();
    let end = 1 + name;
    let end = end + usize::from(text[end..].starts_with(';'));
    let mut says = String::new();
    for Ok(token) in Tokenizer::new(&text[..end]) {
        if let Token::String(part) = token {
            says.push_str(&String::from_utf8_lossy(&part));
        }
    }
    if says == text[..end] {
        // Not even a part of it is one.
        return (1, "&".into());
    }
    (end, says.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_read_as_browsers_read_them() {
        for (text, expected) in [
            ("&lt;a", (4, "<")),
            ("&eacute;&lt;", (8, "é")),
            ("&#233; x", (6, "é")),
            ("&#x1F600;", (9, "😀")),
            ("&copy 2020", (5, "©")),
            ("&sort=a", (1, "&")),
            ("& b", (1, "&")),
            ("&", (1, "&")),
            ("&;", (1, "&")),
            ("&é", (1, "&")),
        ] {
            let (length, says) = at_start(text);
            assert_eq!((length, &*says), expected, "{text}");
        }
    }
}

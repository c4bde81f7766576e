//! What an answer says, as plain words: whatever letter case, escapes and punctuation it says them in.

use percent_encoding::percent_decode_str;

use crate::client::Response;

/// How much of an answer's body is looked through, in bytes.
pub(crate) const MAX_SEARCHED: usize = 256 * 1024;

/// Headers that tell of the answer itself.
const OF_THE_ANSWER: [&str; 2] = ["date", "content-length"];

/// Everything that an answer says, each spelling of it on a line: reason phrase, headers, body.
pub(super) fn of_answer(response: &Response) -> String {
    let body = &response.body[..response.body.len().min(MAX_SEARCHED)];
    let mut text = response.head.reason.clone();
    for (name, value) in &response.head.headers {
        if !OF_THE_ANSWER.contains(&name.as_str()) {
            text.push('\n');
            text.push_str(value);
        }
    }
    text.push('\n');
    text.push_str(&String::from_utf8_lossy(body));
    of_text(&text)
}

/// The words of a text as it stands, with its escapes undone, and with those of URLs undone as well.
pub(super) fn of_text(text: &str) -> String {
    let plain = unescaped(text);
    let decoded = percent_decode_str(&plain).decode_utf8_lossy();
    let mut words = folded(text);
    for spelling in [plain.as_str(), &decoded] {
        if spelling != text {
            words.push('\n');
            words.push_str(&folded(spelling));
        }
    }
    words
}

/// Words in lower case, a blank before, between and behind them, and nothing else.
pub(super) fn folded(text: &str) -> String {
    let mut words = String::with_capacity(text.len() + 2);
    words.push(' ');
    for c in text.chars() {
        if c.is_alphanumeric() {
            words.extend(c.to_lowercase());
        } else if !words.ends_with(' ') {
            words.push(' ');
        }
    }
    if !words.ends_with(' ') {
        words.push(' ');
    }
    words
}

/// A text with the escapes of JSON and the references of XML and HTML undone, as far as they are any.
pub(super) fn unescaped(text: &str) -> String {
    const NAMED: [(&str, char); 9] = [
        ("&amp;", '&'),
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&quot;", '"'),
        ("&apos;", '\''),
        ("&nbsp;", ' '),
        ("\\n", '\n'),
        ("\\r", '\n'),
        ("\\t", '\t'),
    ];
    let mut plain = String::with_capacity(text.len());
    let mut units: Vec<u16> = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['\\', '&']) {
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

/// The character of a numeric reference at the start of a text, and the reference's length in bytes.
fn reference(text: &str) -> Option<(char, usize)> {
    let body = text.strip_prefix("&#")?;
    let end = body.find(';').filter(|end| *end <= 8)?;
    let digits = &body[..end];
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    Some((char::from_u32(code)?, end + 3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_the_same_in_any_spelling() {
        for spelled in [
            "Müller-Lüdenscheidt 😀",
            "M\\u00fcller-L\\u00FCdenscheidt \\ud83d\\ude00",
            "M&#252;ller&nbsp;L&#xfc;denscheidt &#128512;",
            "M%C3%BCller%20L%C3%BCdenscheidt",
            "\\nMÜLLER\\tLÜDENSCHEIDT",
        ] {
            let words = of_text(spelled);
            assert!(
                words.contains(" müller lüdenscheidt "),
                "{spelled}: {words}"
            );
        }
    }

    #[test]
    fn what_is_no_escape_stays() {
        assert_eq!(
            unescaped("&bogus; \\u00 &#; &#xD800;"),
            "&bogus; \\u00 &#; &#xD800;"
        );
        assert_eq!(folded(""), " ");
        assert_eq!(folded("--a--"), " a ");
    }

    #[test]
    fn an_answer_says_what_stands_in_it_and_not_what_tells_of_it() {
        let mut response = crate::client::tests_support::response(401, "berta");
        response.head.reason = "Anna".to_owned();
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        response.head.headers = vec![
            header("x-owner", "Carla"),
            header("date", "Dora"),
            header("content-length", "5"),
        ];
        let lines = of_answer(&response);
        assert_eq!(lines.trim(), "anna carla berta");
        response.body = vec![b' '; MAX_SEARCHED - 3];
        response.body.extend(b"abcdef");
        assert!(of_answer(&response).ends_with(" abc "));
    }

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
            ("&", "&"),
        ] {
            assert_eq!(unescaped(text), expected, "{text}");
        }
        assert_eq!(of_text("a%20b"), " a 20b \n a b ");
        assert_eq!(of_text("a&amp;b"), " a amp b \n a b \n a b ");
        assert_eq!(folded(" Ä-b "), " ä b ");
    }
}
